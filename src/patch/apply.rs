//! The changes in the project itself.

use std::path::{Component, Path, PathBuf};

use git2::{Repository, StatusOptions};
use ripout_model::{Change, Failure, Stop};

/// Fails unless the project lies in a git repository in which nothing is uncommitted: only then can what is applied be
/// taken back as a whole. What git ignores, and our own output, do not count.
pub fn check_clean(root: &Path) -> Result<(), Failure> {
    let repository = Repository::discover(root).map_err(|_| {
        Failure::new(
            "no_repository",
            format!(
                "{} is in no git repository, so nothing could be taken back",
                root.display()
            ),
        )
        .help("leave --apply out, and apply removal.patch with `patch -p1`")
    })?;
    let mut options = StatusOptions::new();
    options.include_untracked(true).include_ignored(false);
    let statuses = repository
        .statuses(Some(&mut options))
        .map_err(|e| Failure::new("git", format!("read the state of the repository: {e}")))?;
    let dirty: Vec<String> = statuses
        .iter()
        .filter_map(|entry| entry.path().ok().map(str::to_owned))
        .filter(|path| !path.split('/').any(|part| part == "ripout-out"))
        .take(4)
        .collect();
    if dirty.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        "tree_not_clean",
        format!(
            "--apply needs a tree without changes; changed here: {}",
            dirty.join(", ")
        ),
    )
    .help("commit or stash them first; or leave --apply out, and use removal.patch"))
}

/// Whether a path leads below one of these folders once every link on the way is followed. It need not be there yet; the
/// folders are as [`Path::canonicalize`] spells them.
pub fn lies_within(path: &Path, folders: &[PathBuf]) -> bool {
    real(path).is_some_and(|real| folders.iter().any(|folder| real.starts_with(folder)))
}

/// Where a path leads; `None` where that can't be told.
fn real(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let mut missing = Vec::new();
    for above in path.ancestors() {
        match above.canonicalize() {
            Ok(real) => return Some(real.join(missing.iter().rev().collect::<PathBuf>())),
            // A link that leads nowhere is a place that somebody else chooses later.
            Err(_) if above.is_symlink() => return None,
            // What is not there yet can be no link, but it must not lead back up.
            Err(_) => match above.components().next_back()? {
                Component::Normal(name) => missing.push(name.to_owned()),
                _ => return None,
            },
        }
    }
    None
}

/// Fails unless all that would be written lies within these folders.
pub fn check_within(root: &Path, changes: &[Change], folders: &[PathBuf]) -> Result<(), Failure> {
    let files = changes.iter().map(|change| root.join(&change.file));
    let places = std::iter::once(root.to_owned()).chain(files);
    for place in places {
        if !lies_within(&place, folders) {
            return Err(Failure::new(
                "outside_roots",
                format!(
                    "{} is outside the folders that may be written; nothing was changed",
                    place.display()
                ),
            )
            .help("leave `apply` out, and apply removal.patch by hand"));
        }
    }
    Ok(())
}

/// Writes the changes. Where one can't be written, those before it are taken back.
pub fn apply(root: &Path, changes: &[Change]) -> Result<(), Stop> {
    for change in changes {
        let now = std::fs::read(root.join(&change.file)).ok();
        if now != change.before {
            return Err(Failure::new(
                "changed_meanwhile",
                format!(
                    "{} was changed while the module was judged; nothing was written",
                    change.file
                ),
            )
            .into());
        }
    }
    for at in 0..changes.len() {
        if let Err(stop) = super::copy::write(root, &changes[at..=at]) {
            let back: Vec<Change> = changes[..at]
                .iter()
                .map(|change| Change {
                    file: change.file.clone(),
                    before: change.after.clone(),
                    after: change.before.clone(),
                })
                .collect();
            super::copy::write(root, &back)?;
            return Err(stop);
        }
    }
    Ok(())
}

/// How to take them back.
pub fn undo(changes: &[Change]) -> String {
    let names = |new: bool| {
        let files = changes
            .iter()
            .filter(|change| change.before.is_none() == new);
        files
            .map(|change| change.file.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (old, new) = (names(false), names(true));
    let mut commands = Vec::new();
    if !old.is_empty() {
        commands.push(format!("git checkout -- {old}"));
    }
    if !new.is_empty() {
        commands.push(format!("rm {new}"));
    }
    commands.join(" && ")
}
