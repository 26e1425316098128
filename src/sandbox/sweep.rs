//! Finds what a process has started, and ends it.
//!
//! A process group is not enough: a grandchild leaves it with `setsid`, and its parent is another once its own is gone.
//! What stays true is the chain of parents up to a subreaper, and that is read from `/proc`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use rustix::process::{Pid, Signal};

/// A line of the system's process table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Process {
    /// Its number, which the system may give again.
    pub pid: i32,
    /// Its parent.
    pub parent: i32,
    /// Its threads.
    pub threads: u64,
    /// When it began; with `pid` it is never given again.
    pub begun: u64,
    /// Pages in memory.
    pub pages: u64,
}

/// All processes below `root`, itself not among them. Empty where there is no `/proc`.
pub(super) fn descendants(root: i32) -> Vec<Process> {
    let mut children: BTreeMap<i32, Vec<Process>> = BTreeMap::new();
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    for entry in entries.flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // It may have ended since it was listed.
        if let Some(process) = read(pid) {
            children.entry(process.parent).or_default().push(process);
        }
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([root]);
    let mut left = vec![root];
    while let Some(parent) = left.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            if seen.insert(child.pid) {
                left.push(child.pid);
                found.push(child);
            }
        }
    }
    found
}

/// One process, unless it has ended.
pub(super) fn read(pid: i32) -> Option<Process> {
    let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The name stands in brackets and may hold brackets and blanks itself.
    let rest = &text[text.rfind(')')? + 1..];
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let field = |number: usize| fields.get(number - 3).and_then(|field| field.parse().ok());
    Some(Process {
        pid,
        parent: i32::try_from(field(4)?).ok()?,
        threads: field(20)?,
        begun: field(22)?,
        pages: field(24)?,
    })
}

/// Sends a signal; that the process has gone already is fine.
pub(super) fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// Ends those of `processes` that still live.
pub(super) fn end(processes: impl IntoIterator<Item = Process>) {
    for process in processes {
        if read(process.pid).is_some_and(|now| now.begun == process.begun) {
            send(process.pid, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_child_with_brackets_in_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("a) S 1 (b");
        fs::copy("/bin/sleep", &program).unwrap();
        let mut child = std::process::Command::new(&program)
            .arg("60")
            .spawn()
            .unwrap();
        let me = std::process::id() as i32;
        let pid = child.id() as i32;
        let found = descendants(me).into_iter().find(|it| it.pid == pid);
        end(found);
        child.wait().unwrap();
        assert_eq!(found.map(|it| it.parent), Some(me));
        assert_eq!(read(pid), None);
    }
}
