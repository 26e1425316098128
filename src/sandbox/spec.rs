//! What ripout and its warden say to each other: one JSON document a line, over the socket that is the warden's
//! standard input.

use serde::{Deserialize, Serialize};

/// What the warden is to enforce; program and arguments are its own arguments.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Spec {
    /// Whether to confine at all.
    pub confine: bool,
    /// Address space per process, bytes.
    pub memory: u64,
    /// Processes and threads.
    pub processes: u64,
    /// Bytes of any one file.
    pub file: u64,
    /// Folders that may be written to; bytes, as paths need not be UTF-8.
    pub writable: Vec<Vec<u8>>,
    /// Files and folders that may not be read.
    pub hidden: Vec<Vec<u8>>,
}

/// What the warden tells.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// The measures taken, just before the stranger is started.
    Confined(Vec<Measure>),
    /// The stranger could not be started; the system's error number.
    NotStarted(i32),
    /// The stranger ended by itself.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
}

/// One thing that keeps strangers' code in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What it denies: `network`, `writing elsewhere`, …
    pub denies: String,
    /// `None` if it is in force, otherwise why not.
    pub missing: Option<String>,
}

impl Measure {
    /// From what the system said when it was asked for.
    pub(super) fn from<E: std::fmt::Display>(denies: &str, answer: Result<(), E>) -> Self {
        Self {
            denies: denies.into(),
            missing: answer.err().map(|error| error.to_string()),
        }
    }
}
