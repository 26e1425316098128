//! A proposal: what changes in a project once a module takes a dependency's place.
//!
//! * [`copy`]: a project's files in a work folder, where its tests run
//! * [`diff`]: the changes as a patch that `git apply` takes
//! * [`apply`]: the changes in the project itself, when asked for
//! * [`request`]: the text of a pull request
//!
//! What does not happen here: nothing is written to the project but by [`apply`], and nothing is run.

pub mod apply;
pub mod copy;
pub mod diff;
pub mod request;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use ripout_model::{Change, Changes};

/// Adds a file to what changes; it takes the place of an earlier change of the same file.
pub fn add(changes: &mut Changes, change: Change) {
    let mut files: BTreeMap<String, Change> = std::mem::take(&mut changes.files)
        .into_iter()
        .map(|change| (change.file.clone(), change))
        .collect();
    if change.before == change.after {
        files.remove(&change.file);
    } else {
        files.insert(change.file.clone(), change);
    }
    changes.files = files.into_values().collect();
}
