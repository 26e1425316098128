//! Writes a commit's tree to disk, from git's objects and by ourselves: no attribute, filter, hook or submodule of the
//! repository has a say.

use std::{
    fs,
    io::{self, Write},
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
};

use git2::{ObjectType, Oid, Repository};
use ripout_model::{Failure, Host, Stop};

use super::cache::failed;

/// Files and folders of one tree.
const ENTRIES: u64 = 1_000_000;
/// Bytes of all files: git's compression, and one blob under many names, make a small repository a large tree.
const BYTES: u64 = 8 << 30;
/// Folders within folders.
const DEPTH: usize = 200;

/// What of a tree was not written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Links that lead outside.
    pub links: Vec<String>,
    /// Submodules.
    pub modules: Vec<String>,
    /// Written, but pointers to files that lie elsewhere.
    pub pointers: Vec<String>,
}

/// Writes the tree of `commit` into an empty folder.
pub(super) fn write(
    repository: &Repository,
    commit: Oid,
    into: &Path,
    host: &dyn Host,
) -> Result<LeftOut, Stop> {
    let tree = repository
        .find_commit(commit)
        .and_then(|commit| commit.tree())
        .map_err(|error| broken(&commit.to_string(), &error))?;
    let mut writing = Writing {
        repository,
        root: into,
        host,
        entries: 0,
        bytes: 0,
        links: Vec::new(),
        left_out: LeftOut::default(),
    };
    writing.tree(&tree, Path::new(""), 0)?;
    writing.make_links()?;
    Ok(writing.left_out)
}

struct Writing<'a> {
    repository: &'a Repository,
    root: &'a Path,
    host: &'a dyn Host,
    entries: u64,
    bytes: u64,
    /// Made last, so that nothing is ever written through one.
    links: Vec<(PathBuf, Vec<u8>)>,
    left_out: LeftOut,
}

impl Writing<'_> {
    fn tree(&mut self, tree: &git2::Tree<'_>, folder: &Path, depth: usize) -> Result<(), Stop> {
        if depth > DEPTH {
            return Err(refused(folder, "too many folders within folders"));
        }
        let here = self.root.join(folder);
        fs::create_dir_all(&here).map_err(|error| failed(&here, &error))?;
        for entry in tree {
            self.entries += 1;
            if self.entries > ENTRIES {
                return Err(refused(folder, "too many files"));
            }
            if self.entries.is_multiple_of(512) {
                self.host.check()?;
            }
            let name = entry.name_bytes();
            let path = folder.join(std::ffi::OsStr::from_bytes(name));
            // Git itself would never check these out.
            let bad = name.is_empty()
                || name == b"."
                || name == b".."
                || name.eq_ignore_ascii_case(b".git")
                || name.contains(&b'/')
                || name.contains(&0);
            if bad {
                return Err(refused(&path, "a name that can't be a file's"));
            }
            let mode = entry.filemode_raw();
            match (entry.kind(), mode) {
                (Some(ObjectType::Tree), _) => {
                    let tree = self.repository.find_tree(entry.id());
                    let tree = tree.map_err(|error| broken(&path.to_string_lossy(), &error))?;
                    self.tree(&tree, &path, depth + 1)?;
                }
                (Some(ObjectType::Blob), _) => {
                    let blob = self.repository.find_blob(entry.id());
                    let blob = blob.map_err(|error| broken(&path.to_string_lossy(), &error))?;
                    if mode == 0o120_000 {
                        self.links.push((path, blob.content().to_vec()));
                    } else {
                        self.file(&path, blob.content(), mode & 0o111 != 0)?;
                    }
                }
                (Some(ObjectType::Commit), _) => {
                    let module = self.root.join(&path);
                    // Git leaves an empty folder, too.
                    fs::create_dir_all(&module).map_err(|error| failed(&module, &error))?;
                    self.left_out.modules.push(path.display().to_string());
                }
                _ => return Err(refused(&path, "an entry of no kind that is known")),
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, bytes: &[u8], executable: bool) -> Result<(), Stop> {
        self.bytes += bytes.len() as u64;
        if self.bytes > BYTES {
            return Err(refused(path, "more than 8 GiB of files"));
        }
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") && bytes.len() < 1024 {
            self.left_out.pointers.push(path.display().to_string());
        }
        let whole = self.root.join(path);
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(if executable { 0o755 } else { 0o644 })
            .open(&whole)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(|error| failed(&whole, &error).into())
    }

    /// Makes the links that stay inside, as links: what follows them later finds text of this tree.
    fn make_links(&mut self) -> Result<(), Stop> {
        for (path, target) in std::mem::take(&mut self.links) {
            let target = Path::new(std::ffi::OsStr::from_bytes(&target));
            if !stays_inside(&path, target) {
                self.left_out.links.push(path.display().to_string());
                continue;
            }
            let whole = self.root.join(&path);
            match std::os::unix::fs::symlink(target, &whole) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                    return Err(failed(&whole, &error).into());
                }
                Err(_) => self.left_out.links.push(path.display().to_string()),
            }
        }
        Ok(())
    }
}

/// Whether a link at `path` can't lead out of the tree, whatever other links there are in it: it goes up no further than
/// the tree is deep there, and never up again after a name, since that name may be a link to somewhere less deep.
fn stays_inside(path: &Path, target: &Path) -> bool {
    use std::path::Component;
    let mut room = path.components().count() - 1;
    let mut named = false;
    for part in target.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => {
                named = true;
                // The folder `.git` of a tree never exists, and should never be made to.
                if name.as_bytes().contains(&0) {
                    return false;
                }
            }
            Component::ParentDir if !named && room > 0 => room -= 1,
            _ => return false,
        }
    }
    named || target.components().next().is_some()
}

fn refused(path: &Path, what: &str) -> Stop {
    Failure::new(
        "repo_refused",
        format!("{}: {what}: it was not written out", path.display()),
    )
    .help("look at it by hand; nothing of it was run")
    .into()
}

fn broken(what: &str, error: &git2::Error) -> Failure {
    Failure::new("repo_broken", format!("{what}: {}", error.message()))
        .help("the repository lacks an object: a shallow or partial clone can't be used")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_stay_inside() {
        for (path, target, inside) in [
            ("a", "b", true),
            ("a/b/c", "../../d", true),
            ("a/b", "../c/d", true),
            ("a", "../b", false),
            ("a/b", "../../c", false),
            ("a", "/etc/passwd", false),
            ("a/b/c", "d/../../../../x", false),
            ("a/b/c", "d/..", false),
            ("a", "", false),
        ] {
            assert_eq!(
                stays_inside(Path::new(path), Path::new(target)),
                inside,
                "{path} -> {target}"
            );
        }
    }
}
