//! The changes in the project itself.

use std::path::Path;

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
