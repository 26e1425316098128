//! Work folders: they go away when dropped, and what a stranger wrote there is read with suspicion.

use std::{
    ffi::CString,
    fs,
    io::{self, Read},
    os::{
        fd::OwnedFd,
        unix::fs::{OpenOptionsExt, PermissionsExt},
    },
    path::{Component, Path, PathBuf},
};

use ripout_model::{Folder, HostError, READ_LIMIT};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

/// A folder below the system's temp folder.
pub(super) struct WorkFolder(Option<tempfile::TempDir>, PathBuf);

impl WorkFolder {
    /// Makes one, open to its owner alone.
    pub fn make(purpose: &str) -> Result<Self, HostError> {
        let purpose: String = purpose
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let parent = std::env::temp_dir();
        let made = tempfile::Builder::new()
            .prefix(&format!("ripout-{purpose}-"))
            .tempdir_in(&parent)
            // The one true path: compilers and interpreters print it, and what is compared must not depend on a link.
            .and_then(|folder| folder.path().canonicalize().map(|path| (folder, path)))
            .map_err(|source| HostError::File {
                path: parent,
                source,
            })?;
        Ok(Self(Some(made.0), made.1))
    }

    /// A path below the folder; anything else is refused.
    fn below(&self, file: &str) -> io::Result<PathBuf> {
        let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if Path::new(file).components().all(plain) {
            Ok(self.1.join(file))
        } else {
            Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "leads out of the work folder",
            ))
        }
    }
}

impl Folder for WorkFolder {
    fn path(&self) -> &Path {
        &self.1
    }

    fn write(&self, file: &str, bytes: &[u8]) -> Result<PathBuf, HostError> {
        let write = || -> io::Result<PathBuf> {
            let path = self.below(file)?;
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
                inside(&self.1, parent)?;
            }
            let mut opened = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .custom_flags(OFlags::NOFOLLOW.bits() as i32)
                .open(&path)?;
            io::Write::write_all(&mut opened, bytes)?;
            Ok(path)
        };
        write().map_err(|source| HostError::File {
            path: self.1.join(file),
            source,
        })
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, HostError> {
        let read = || -> io::Result<Vec<u8>> {
            let path = self.below(file)?;
            inside(&self.1, path.parent().unwrap_or(&self.1))?;
            // Without NONBLOCK, opening a pipe that a stranger left there would wait for ever.
            let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
            let opened = fs::OpenOptions::new()
                .read(true)
                .custom_flags(flags.bits() as i32)
                .open(&path)?;
            if !opened.metadata()?.is_file() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "no plain file"));
            }
            let mut bytes = Vec::new();
            opened.take(READ_LIMIT + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > READ_LIMIT {
                return Err(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    "larger than 64 MiB",
                ));
            }
            Ok(bytes)
        };
        read().map_err(|source| HostError::File {
            path: self.1.join(file),
            source,
        })
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        let Some(folder) = self.0.take() else { return };
        // Nobody is there to be told, and what is left is the system's to clear up.
        let _ = delete(&folder.keep());
    }
}

/// Fails if links lead from `root` to another place than they seem to.
fn inside(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.canonicalize()? == folder && folder.starts_with(root) {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "a link on the way",
        ))
    }
}

/// Deletes a folder that a stranger may have filled with folders in folders, deeper than any path reaches, and shut
/// against their owner. Nothing is called by more than one name, and no link is followed.
fn delete(folder: &Path) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let root = rustix::fs::open(folder, flags, Mode::empty())?;
    let mut number = 0u64;
    loop {
        let mut empty = true;
        for (name, kind) in entries(&root)? {
            empty = false;
            if kind != FileType::Directory {
                rustix::fs::unlinkat(&root, &name, AtFlags::empty())?;
                continue;
            }
            let _ = rustix::fs::chmodat(&root, &name, Mode::RWXU, AtFlags::empty());
            let inner = rustix::fs::openat(&root, &name, flags, Mode::empty())?;
            for (name, kind) in entries(&inner)? {
                if kind != FileType::Directory {
                    rustix::fs::unlinkat(&inner, &name, AtFlags::empty())?;
                    continue;
                }
                // Up to where the next round finds it; a folder moves only if it may be written to.
                let _ = rustix::fs::chmodat(&inner, &name, Mode::RWXU, AtFlags::empty());
                number += 1;
                let place = format!("ripout-deletes-{number}");
                rustix::fs::renameat(&inner, &name, &root, place)?;
            }
            rustix::fs::unlinkat(&root, &name, AtFlags::REMOVEDIR)?;
        }
        if empty {
            return fs::remove_dir(folder);
        }
    }
}

/// What lies in a folder, by name.
fn entries(folder: &OwnedFd) -> io::Result<Vec<(CString, FileType)>> {
    let mut found = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_owned();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems leave it open.
            FileType::Unknown => {
                let stat = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(stat.st_mode)
            }
            kind => kind,
        };
        found.push((name, kind));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_goes_away() {
        let folder = WorkFolder::make("a b/c").unwrap();
        let path = folder.write("deep/er/file", b"text").unwrap();
        assert_eq!(folder.read("deep/er/file").unwrap(), b"text");
        fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o000)).unwrap();
        let root = folder.path().to_path_buf();
        assert!(
            root.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("ripout-a-b-c-")
        );
        drop(folder);
        assert!(!root.exists());
    }

    #[test]
    fn links_and_pipes_are_not_read() {
        let folder = WorkFolder::make("links").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("file")).unwrap();
        std::os::unix::fs::symlink("/etc", folder.path().join("folder")).unwrap();
        assert!(folder.read("file").is_err());
        assert!(folder.read("folder/passwd").is_err());
        assert!(folder.read("../x").is_err());
        assert!(folder.read("/etc/passwd").is_err());
        assert!(folder.write("file", b"x").is_err());
        assert!(folder.write("folder/x", b"x").is_err());
        let pipe = folder.path().join("pipe");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        assert!(folder.read("pipe").is_err());
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let folder = WorkFolder::make("huge").unwrap();
        let path = folder.write("file", b"").unwrap();
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(READ_LIMIT + 1).unwrap();
        assert!(folder.read("file").is_err());
    }
}
