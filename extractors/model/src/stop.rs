//! Why a run ended before a verdict could be searched for.

use serde::{Deserialize, Serialize};

use crate::host::HostError;

/// The ways a stage ends early. A bad candidate is none of them: that is an outcome.
#[derive(Debug)]
pub enum Stop {
    /// This can't be ripped out.
    Refused(Reason),
    /// No counterexample can be looked for, or the evidence can't be had.
    Inconclusive(Reason),
    /// We could not judge.
    Failed(Failure),
    /// The user asked to stop.
    Interrupted,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

impl From<HostError> for Stop {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Interrupted => Stop::Interrupted,
            unconfined @ HostError::Unconfined { .. } => {
                Failure::new("sandbox_unavailable", unconfined.to_string())
                    .help(
                        "`--no-sandbox` runs it without: its build scripts, tests and functions can then read and write \
                         what you can; `ripout --version --verbose` lists what this machine offers",
                    )
                    .into()
            }
            other => Stop::Failed(Failure::new("host", other.to_string())),
        }
    }
}

/// The ground of a `refused` or `inconclusive` verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// For scripts.
    pub code: ReasonCode,
    /// A sentence for people.
    pub text: String,
    /// Where it shows, relative to its package's root.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// What the user can do.
    pub help: Option<String>,
}

impl Reason {
    /// A reason without a place.
    pub fn new(code: ReasonCode, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            file: None,
            line: None,
            help: None,
        }
    }

    /// Adds the place.
    pub fn at(mut self, file: impl Into<String>, line: u32) -> Self {
        self.file = Some(file.into());
        self.line = Some(line);
        self
    }

    /// Adds what the user can do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Codes of `refused`, then of `inconclusive`; interface.md explains each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Names are literal in the interface, and explained there.
pub enum ReasonCode {
    ProcMacro,
    NativeCode,
    AsyncRuntime,
    ProcessState,
    BuildScript,
    Dynamic,
    LicenceMissing,
    LicenceConflict,
    ForbiddenUnsafe,
    ForbiddenLint,
    TooLarge,

    NoDriver,
    TooFewInputs,
    LinesNotReached,
    MutantsSurvive,
    OriginalReachedMore,
    NotObserved,
    Nondeterministic,
    TimedOut,
    NoViableCandidate,
}

/// We could not judge: exit code 2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Failure {
    /// For scripts: `symbol_not_found`, `network`, `toolchain_missing`, …
    pub code: String,
    /// What went wrong, where.
    pub text: String,
    /// What the user can do.
    pub help: Option<String>,
}

impl Failure {
    /// A failure without advice.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
            help: None,
        }
    }

    /// Adds what the user can do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Where there is no report to put a ground into.
impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        let text = match (reason.file, reason.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: {}", reason.text),
            _ => reason.text,
        };
        Self {
            help: reason.help,
            ..Self::new("could_not_judge", text)
        }
    }
}
