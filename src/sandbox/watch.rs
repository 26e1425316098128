//! Watches what a stranger and all that it started take together. Limits of the system are per process or per file, and
//! some of them count for nothing with root.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ripout_model::Command;

use super::sweep;

/// How often processes are counted.
const COUNT: Duration = Duration::from_millis(100);

/// Processes and threads of ours below a warden.
const WARDENS: u64 = 4;

/// The memory that they take: with one stranger that fills its own limit to the brim, they are not to be its end.
const WARDENS_MEMORY: u64 = 64 << 20;

/// Work folders are gone through once so much more of their disk is taken, by whomever.
const STEP: u64 = 256 << 20;

/// The same for files without content.
const STEP_FILES: u64 = 20_000;

/// What any entry of a folder takes at least.
const ENTRY: u64 = 4 << 10;

/// The watch on one command.
pub(super) struct Watch {
    warden: i32,
    memory: u64,
    processes: u64,
    counted: Instant,
    seen: BTreeMap<i32, sweep::Process>,
    disk: u64,
    folders: Vec<PathBuf>,
    /// What was free when the folders were last gone through.
    free: Option<Free>,
}

impl Watch {
    pub fn new(command: &Command, folders: &[PathBuf], warden: i32) -> Self {
        Self {
            warden,
            memory: command.limits.memory,
            // Our own count, too.
            processes: command.limits.processes.saturating_add(WARDENS),
            counted: Instant::now(),
            seen: BTreeMap::new(),
            disk: command.limits.disk,
            folders: folders.to_vec(),
            free: free(folders),
        }
    }

    /// What all together take more of than the limits allow.
    pub fn exceeded(&mut self) -> Option<String> {
        if self.fills_disk() {
            let gib = self.disk as f64 / (1u64 << 30) as f64;
            return Some(format!("its files took more than {gib:.1} GiB"));
        }
        if self.counted.elapsed() < COUNT {
            return None;
        }
        let now = sweep::descendants(self.warden);
        self.counted = Instant::now();
        let page = rustix::param::page_size() as u64;
        let memory: u64 = now.iter().map(|it| it.pages.saturating_mul(page)).sum();
        let threads: u64 = now.iter().map(|it| it.threads).sum();
        self.seen = now.into_iter().map(|it| (it.pid, it)).collect();
        if memory > self.memory.saturating_add(WARDENS_MEMORY) {
            let gib = self.memory as f64 / (1u64 << 30) as f64;
            return Some(format!(
                "its processes took more than {gib:.1} GiB of memory"
            ));
        }
        (threads > self.processes)
            .then(|| format!("it ran more than {} processes and threads", self.processes))
    }

    /// Asks the file system what is free, which costs nothing, and looks who took it only then.
    fn fills_disk(&mut self) -> bool {
        let (Some(before), Some(now)) = (self.free, free(&self.folders)) else {
            return false;
        };
        if before.bytes.saturating_sub(now.bytes) < STEP
            && before.files.saturating_sub(now.files) < STEP_FILES
        {
            return false;
        }
        self.free = Some(now);
        let mut taken = 0;
        self.folders
            .iter()
            .any(|folder| exceeds(folder, self.disk, &mut taken))
    }

    /// What ran when last counted.
    pub fn seen(self) -> impl Iterator<Item = sweep::Process> {
        self.seen.into_values()
    }
}

/// What is left of the file systems below some folders.
#[derive(Debug, Clone, Copy)]
struct Free {
    bytes: u64,
    files: u64,
}

fn free(folders: &[PathBuf]) -> Option<Free> {
    let each = folders
        .iter()
        .filter_map(|folder| rustix::fs::statvfs(folder).ok());
    let each = each.map(|it| Free {
        bytes: it.f_bavail.saturating_mul(it.f_frsize),
        files: it.f_favail,
    });
    // One file system mostly; of several the sum tells as well.
    each.reduce(|one, other| Free {
        bytes: one.bytes.saturating_add(other.bytes),
        files: one.files.saturating_add(other.files),
    })
}

/// Whether more than `most` bytes lie in a folder, added to what was found before. Links are not followed.
fn exceeds(folder: &Path, most: u64, taken: &mut u64) -> bool {
    let mut left = vec![folder.to_path_buf()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // It may have gone since it was listed.
            let Ok(file) = entry.metadata() else { continue };
            *taken += (file.blocks() * 512).max(ENTRY);
            if *taken > most {
                return true;
            }
            if file.is_dir() {
                left.push(entry.path());
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_content_take_something_and_links_lead_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), [b'x'; 10_000]).unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        fs::write(folder.path().join("folder/empty"), "").unwrap();
        std::os::unix::fs::symlink("/usr", folder.path().join("folder/link")).unwrap();
        assert!(exceeds(folder.path(), 20 << 10, &mut 0));
        assert!(!exceeds(folder.path(), 64 << 10, &mut 0));
        assert!(exceeds(folder.path(), 64 << 10, &mut (60 << 10)));
    }
}
