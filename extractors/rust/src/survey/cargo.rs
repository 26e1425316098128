//! What cargo says of a project: its members, and where the packages lie that it resolved.
//!
//! Cargo is asked from a folder of ours, so that no setting in the project's folder chooses a program that runs outside
//! the sandbox, and with `--locked`, so that it writes nothing. Where there is no lock file that fits, a copy of the
//! manifests is resolved instead.

use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use ripout_model::{Command, Failure, Folder, Host, HostError, Note, Settings, Stop};

use crate::toolchain::{self, Toolchain};

/// A project as cargo sees it.
pub struct Project {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// What cargo says; without a resolution where it could not make one.
    pub metadata: Metadata,
    /// The lock file's text, where there is one or cargo made one.
    pub lock: Option<String>,
    /// The folder of a copy that stands for the workspace in the paths of `metadata`.
    copied: Option<PathBuf>,
    _copy: Option<Box<dyn Folder>>,
}

impl Project {
    /// A path of the metadata as it is in the project.
    pub fn own(&self, path: &Path) -> PathBuf {
        self.copied
            .as_ref()
            .and_then(|copied| path.strip_prefix(copied).ok())
            .map_or_else(|| path.to_path_buf(), |rest| self.root.join(rest))
    }
}

/// Asks cargo. None where the folder belongs to no package.
pub fn ask(
    folder: &Path,
    settings: &Settings,
    host: &dyn Host,
    notes: &mut Vec<Note>,
) -> Result<Option<Project>, Stop> {
    if !folder.join("Cargo.toml").is_file() {
        return Ok(None);
    }
    let triple = Toolchain::ask(host)?.triple;
    let manifest = folder.join("Cargo.toml");
    let bare = metadata(&manifest, &["--no-deps"], host)?
        .map_err(|error| Failure::new("cargo_metadata", error))?;
    let root = bare.workspace_root.clone().into_std_path_buf();
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).ok();
    let resolved = ["--filter-platform", &triple];
    let ways: &[&[&str]] = if settings.offline {
        &[&["--locked", "--offline"]]
    } else {
        &[&["--locked", "--offline"], &["--locked"]]
    };
    let mut why = String::new();
    if lock.is_some() {
        for way in ways {
            match metadata(&manifest, &[&resolved[..], way].concat(), host)? {
                Ok(metadata) => {
                    return Ok(Some(Project {
                        root,
                        metadata,
                        lock,
                        copied: None,
                        _copy: None,
                    }));
                }
                Err(error) => why = error,
            }
        }
    }
    // No lock file, or one that does not fit the manifests: resolved anew, and nothing of it is written to the project.
    let copy = copied(&root, host)?;
    let inside = folder.strip_prefix(&root).unwrap_or(Path::new(""));
    let place = copy
        .path()
        .canonicalize()
        .map_err(|source| HostError::File {
            path: copy.path().to_path_buf(),
            source,
        })?;
    let ways: &[&[&str]] = if settings.offline {
        &[&["--offline"]]
    } else {
        &[&["--offline"], &[]]
    };
    for way in ways {
        let manifest = place.join(inside).join("Cargo.toml");
        match metadata(&manifest, &[&resolved[..], way].concat(), host)? {
            Ok(metadata) => {
                let made = std::fs::read_to_string(place.join("Cargo.lock")).ok();
                notes.push(match &lock {
                    None => Note::new(
                        "no_lock_file",
                        "there is no Cargo.lock: versions are those that cargo would choose now",
                    ),
                    Some(_) => Note::new(
                        "lock_file_outdated",
                        "Cargo.lock does not fit the manifests: versions are those that cargo would change it to",
                    ),
                });
                return Ok(Some(Project {
                    root,
                    metadata,
                    lock: made.or(lock),
                    copied: Some(place),
                    _copy: Some(copy),
                }));
            }
            Err(error) if why.is_empty() => why = error,
            Err(_) => {}
        }
    }
    let first = why.lines().find(|line| !line.trim().is_empty());
    notes.push(Note::new(
        "not_resolved",
        format!(
            "cargo can't resolve the dependencies here, so sizes may be missing: {}",
            first.unwrap_or("it does not say why").trim()
        ),
    ));
    Ok(Some(Project {
        root,
        metadata: bare,
        lock,
        copied: None,
        _copy: None,
    }))
}

/// What cargo says, or what it says instead.
pub fn metadata(
    manifest: &Path,
    how: &[&str],
    host: &dyn Host,
) -> Result<Result<Metadata, String>, Stop> {
    let folder = host.folder("metadata")?;
    let command = Command::new("cargo", folder.path())
        .args(["metadata", "--format-version", "1", "--color", "never"])
        .args(how.iter().copied())
        .arg("--manifest-path")
        .arg(manifest);
    let answer = host.fetch(&command).map_err(toolchain::missing)?;
    if !answer.ok() {
        return Ok(Err(answer.errors().trim().to_owned()));
    }
    Ok(serde_json::from_slice(&answer.stdout)
        .map_err(|error| format!("read what cargo says of {}: {error}", manifest.display())))
}

/// A copy of all manifests, with empty files in the place of the program's text.
fn copied(root: &Path, host: &dyn Host) -> Result<Box<dyn Folder>, Stop> {
    let copy = host.folder("manifests")?;
    for file in super::files::below(root, &|name| {
        name.ends_with(".rs") || name == "Cargo.toml" || name == "Cargo.lock"
    }) {
        let bytes = if file.ends_with(".rs") {
            Vec::new()
        } else {
            let path = root.join(&file);
            std::fs::read(&path).map_err(|source| HostError::File { path, source })?
        };
        copy.write(&file, &bytes)?;
    }
    Ok(copy)
}
