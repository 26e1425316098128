//! A project's files in a work folder.

use std::path::{Path, PathBuf};

use ripout_model::{Change, Failure, Folder, Host, HostError, Stop};

/// Copies what belongs to a project: all but folders that git ignores, what was built, and what was installed into it. A file
/// that git ignores may be made once and imported ever since, like a version's.
pub fn project(root: &Path, host: &dyn Host) -> Result<Box<dyn Folder>, Stop> {
    let copy = host.folder("project")?;
    // Git takes what begins with a dot for a path of its own.
    let root = &root.canonicalize().map_err(|e| failed(root, e))?;
    let repository = git2::Repository::discover(root).ok();
    let ignored = |path: &Path| {
        repository
            .as_ref()
            .is_some_and(|repository| repository.is_path_ignored(path).unwrap_or(false))
    };
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        host.check()?;
        let entries =
            std::fs::read_dir(root.join(&folder)).map_err(|e| failed(&root.join(&folder), e))?;
        for entry in entries.flatten() {
            let inside = folder.join(entry.file_name());
            let path = entry.path();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if not_its_own(&path) || kind.is_dir() && ignored(&path) {
                continue;
            }
            let target = copy.path().join(&inside);
            if kind.is_dir() {
                std::fs::create_dir_all(&target).map_err(|e| failed(&target, e))?;
                folders.push(inside);
            } else if kind.is_symlink() {
                linked(root, &path, &target)?;
            } else if kind.is_file() {
                std::fs::copy(&path, &target).map_err(|e| failed(&target, e))?;
            }
        }
    }
    Ok(copy)
}

/// Folders that tools make beside a project's own text.
fn not_its_own(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.as_ref() {
        ".git" | ".hg" | ".svn" | "node_modules" | "__pycache__" | "ripout-out" => true,
        "target" => path.join("CACHEDIR.TAG").exists(),
        _ => path.join("pyvenv.cfg").exists(),
    }
}

/// A link within the project stays one; what it leads to outside is copied, if it is a file.
fn linked(root: &Path, path: &Path, target: &Path) -> Result<(), Stop> {
    let inside = path
        .canonicalize()
        .ok()
        .filter(|real| root.canonicalize().is_ok_and(|root| real.starts_with(root)));
    let to = std::fs::read_link(path).map_err(|e| failed(path, e))?;
    if inside.is_some() && to.is_relative() {
        return link(&to, target).map_err(|e| failed(target, e));
    }
    if path.is_file() {
        std::fs::copy(path, target).map_err(|e| failed(target, e))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(to: &Path, target: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, target)
}

#[cfg(not(unix))]
fn link(_to: &Path, _target: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Makes changes in a copy, or takes them to a project.
pub fn write(root: &Path, changes: &[Change]) -> Result<(), Stop> {
    for change in changes {
        let path = root.join(&change.file);
        match &change.after {
            None => std::fs::remove_file(&path).map_err(|e| failed(&path, e))?,
            Some(bytes) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
                }
                std::fs::write(&path, bytes).map_err(|e| failed(&path, e))?;
            }
        }
    }
    Ok(())
}

fn failed(path: &Path, source: std::io::Error) -> Stop {
    let path = path.to_path_buf();
    match source.kind() {
        std::io::ErrorKind::StorageFull => {
            Failure::new("disk_full", format!("write {}: {source}", path.display())).into()
        }
        _ => HostError::File { path, source }.into(),
    }
}
