//! The original's own tests, run against a candidate.

/// A test that somebody wrote for the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// As its own runner names it, with the file before it: `tests/it.rs::leap_years`, `src/lib.rs - parse (line 12)`.
    pub name: String,
    /// What became of it.
    pub outcome: TestOutcome,
}

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// It passes on the original and on the candidate.
    Passed,
    /// It passes on the original, again and again, and not on the candidate: what it said there.
    Failed(String),
    /// It was not run, or does not pass on the original: why.
    Skipped(String),
}
