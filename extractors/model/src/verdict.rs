//! What a run comes to.

use serde::{Deserialize, Serialize};

/// The answer to "does the module behave the same". "Unknown" is `Inconclusive`, never `Equivalent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every gate passed and the evidence reaches the bar.
    Equivalent,
    /// A counterexample was found.
    Different,
    /// No counterexample, but the evidence is below the bar.
    Inconclusive,
    /// This can't be ripped out.
    Refused,
}

impl Verdict {
    /// The word as results spell it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Equivalent => "equivalent",
            Verdict::Different => "different",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Refused => "refused",
        }
    }

    /// The exit code that says it. 2 is left to "could not judge".
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Equivalent => 0,
            Verdict::Different => 1,
            Verdict::Inconclusive => 3,
            Verdict::Refused => 4,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
