//! Which files a tree has. Links are never followed, so nothing outside a tree is ever read.

use std::{fs, path::Path, time::SystemTime};

/// Nanoseconds since 1970.
pub type Nanoseconds = i128;

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Relative to the tree, with `/`.
    pub path: String,
    /// Tells whether it changed.
    pub stamp: Stamp,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Time of the last change.
    pub modified: Nanoseconds,
    /// The file behind the name; 0 where the system has no such number.
    pub inode: u64,
}

impl Stamp {
    /// Whether a later change is sure to change the time, too: clocks of file systems tick coarsely, some by seconds.
    pub fn is_settled(&self, now: Nanoseconds) -> bool {
        let tick = if self.modified % 1_000_000_000 == 0 {
            2_000_000_000
        } else {
            50_000_000
        };
        now - self.modified > tick
    }
}

/// The clock that stamps are compared with.
pub fn now() -> Nanoseconds {
    nanoseconds(SystemTime::now())
}

/// Files of a tree that `wanted` says yes to, sorted by path.
pub fn files(root: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<Found> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        // A folder that can't be listed holds nothing for us; its files would be unreadable, too.
        let Ok(entries) = fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            // Names that are no Unicode can be neither imported nor named as a module.
            let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else {
                continue;
            };
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            if kind.is_dir() {
                if !is_junk(&name, &entry.path()) {
                    folders.push(path);
                }
            } else if kind.is_file()
                && wanted(&path)
                && let Ok(metadata) = entry.metadata()
            {
                let stamp = stamp(&metadata);
                found.push(Found { path, stamp });
            }
        }
    }
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Folders that hold what tools made, or what is another project's.
fn is_junk(name: &str, path: &Path) -> bool {
    name.starts_with('.')
        || matches!(name, "__pycache__" | "node_modules")
        // Cargo's build folder says what it is; a module of that name does not.
        || (name == "target" && path.join("CACHEDIR.TAG").exists())
        || path.join("pyvenv.cfg").exists()
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &fs::Metadata) -> u64 {
    0
}

fn stamp(metadata: &fs::Metadata) -> Stamp {
    Stamp {
        size: metadata.len(),
        // A system without such a time makes every file look as if it had changed just now.
        modified: metadata
            .modified()
            .map_or(Nanoseconds::MAX / 2, nanoseconds),
        inode: inode(metadata),
    }
}

fn nanoseconds(time: SystemTime) -> Nanoseconds {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as Nanoseconds,
        Err(before) => -(before.duration().as_nanos() as Nanoseconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_what_tools_made_and_follows_no_link() {
        let tree = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.py"), "x = 1").unwrap();
        for file in [
            "a.py",
            "pkg/b.py",
            ".git/c.py",
            "target/d.py",
            "build/target/e.py",
            "venv/f.py",
            "pkg/__pycache__/g.py",
        ] {
            let path = tree.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x = 1").unwrap();
        }
        fs::write(tree.path().join("target/CACHEDIR.TAG"), "").unwrap();
        fs::write(tree.path().join("venv/pyvenv.cfg"), "").unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path(), tree.path().join("linked")).unwrap();
            std::os::unix::fs::symlink(outside.path().join("secret.py"), tree.path().join("s.py"))
                .unwrap();
        }
        let found = files(tree.path(), &|path| path.ends_with(".py"));
        let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.py", "build/target/e.py", "pkg/b.py"]);
    }

    #[test]
    fn a_file_that_changed_just_now_is_not_settled() {
        let stamp = |modified| Stamp {
            size: 1,
            modified,
            inode: 1,
        };
        let second = 1_000_000_000;
        assert!(!stamp(10 * second + 1).is_settled(10 * second + 2));
        assert!(stamp(10 * second + 1).is_settled(11 * second));
        assert!(!stamp(10 * second).is_settled(11 * second));
    }
}
