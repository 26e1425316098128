//! What ripout and its warden say to each other: one JSON document a line, over the socket that is the warden's
//! standard input.

use serde::{Deserialize, Serialize};

/// What the warden is to enforce; program and arguments are its own arguments.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Spec {
    /// Whether to confine at all.
    pub confine: bool,
    /// Whether it may use the network; sockets in the file system stay denied.
    pub network: bool,
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
    /// What keeps strangers in is not to be had here: nothing was started.
    Unconfined(Vec<Measure>),
    /// The stranger could not be started; the system's error number.
    NotStarted(i32),
    /// The stranger ended by itself.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
}

/// Setting programs that run with another user's rights.
pub(super) const NEW_PRIVILEGES: &str = "new privileges";
/// Sockets to anywhere.
pub(super) const NETWORK: &str = "network";
/// Writing outside the work folders.
pub(super) const WRITING: &str = "writing elsewhere";
/// Changing the permissions and times of files outside the work folders.
pub(super) const MODES: &str = "changing modes and times elsewhere";
/// Reading what holds the user's keys and tokens.
pub(super) const SECRETS: &str = "reading secrets";
/// Looking into processes that are not its own.
pub(super) const PROCESSES: &str = "looking into other processes";
/// Signals to processes that are not its own.
pub(super) const SIGNALS: &str = "signals to others";
/// What root can do beyond owning files.
pub(super) const CAPABILITIES: &str = "capabilities";
/// More time, memory, processes, output and disk than is allowed.
pub(super) const EXCESS: &str = "excess";
/// Calls into parts of the kernel that nobody here needs.
pub(super) const KERNEL: &str = "rare system calls";

/// Without these nobody is kept in. The others make breaking out harder, or are kept from outside as well.
pub(super) const ESSENTIAL: [&str; 7] = [
    NEW_PRIVILEGES,
    NETWORK,
    WRITING,
    SECRETS,
    PROCESSES,
    SIGNALS,
    CAPABILITIES,
];

/// One thing that keeps strangers' code in. Several may deny the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What it denies: `network`, `writing elsewhere`, …
    pub denies: String,
    /// By which means.
    pub by: String,
    /// `None` if it is in force, otherwise why not.
    pub missing: Option<String>,
}

impl Measure {
    /// From what the system said when it was asked for.
    pub(super) fn from<E: std::fmt::Display>(
        denies: &str,
        by: &str,
        answer: Result<(), E>,
    ) -> Self {
        Self {
            denies: denies.into(),
            by: by.into(),
            missing: answer.err().map(|error| error.to_string()),
        }
    }
}

/// What of the essential no measure denies, each with why not.
pub(super) fn lost(measures: &[Measure], network: bool) -> Vec<String> {
    let lost = |denies: &&&str| {
        !measures
            .iter()
            .any(|it| it.denies == **denies && it.missing.is_none())
    };
    let told = |denies: &&str| {
        let whys: Vec<String> = measures
            .iter()
            .filter(|it| it.denies == *denies)
            .filter_map(|it| Some(format!("{}: {}", it.by, it.missing.as_ref()?)))
            .collect();
        format!("{denies} ({})", whys.join("; "))
    };
    let asked = |denies: &&&str| !(network && **denies == NETWORK);
    let essential = ESSENTIAL.iter().filter(asked);
    essential.filter(lost).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_measure_denies_is_not_lost() {
        let all = |missing: &[(&str, &str)]| -> Vec<Measure> {
            let twice = ESSENTIAL.iter().flat_map(|it| [(*it, "one"), (*it, "two")]);
            twice
                .map(|(denies, by)| Measure {
                    denies: denies.into(),
                    by: by.into(),
                    missing: missing.contains(&(denies, by)).then(|| "no".into()),
                })
                .collect()
        };
        assert_eq!(lost(&all(&[]), false), [""; 0]);
        assert_eq!(
            lost(&all(&[(NETWORK, "one"), (WRITING, "two")]), false),
            [""; 0]
        );
        assert_eq!(
            lost(&all(&[(NETWORK, "one"), (NETWORK, "two")]), false),
            ["network (one: no; two: no)"]
        );
        assert_eq!(
            lost(&all(&[(NETWORK, "one"), (NETWORK, "two")]), true),
            [""; 0]
        );
    }
}
