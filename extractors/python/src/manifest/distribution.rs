//! An unpacked wheel as a package: name, version, licence, files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ripout_model::{Companion, Package};

use super::{is_test, licence, python_files};

/// The package that a wheel was unpacked to. `documents` is its source distribution.
pub fn installed(root: &Path, name: &str, version: &str, documents: Option<&Path>) -> Package {
    let metadata_folder = metadata_folder(root, name);
    let headers = metadata_folder
        .as_deref()
        .and_then(|folder| std::fs::read(folder.join("METADATA")).ok())
        .map(|bytes| licence::headers(&String::from_utf8_lossy(&bytes)))
        .unwrap_or_default();
    let field = |wanted: &str| {
        headers
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
    };
    // Licence texts lie in the metadata folder; older wheels leave them to the source distribution, or beside the code.
    let mut licence_root = metadata_folder.unwrap_or_else(|| root.to_path_buf());
    let mut licence_files = licence::files(&licence_root);
    for place in documents.into_iter().chain([root]) {
        if licence_files.is_empty() {
            licence_files = licence::files(place);
            if !licence_files.is_empty() {
                licence_root = place.to_path_buf();
            }
        }
    }
    let stated = licence::stated(&headers).or_else(|| by_text(&licence_root, &licence_files));
    Package {
        name: field("name").unwrap_or_else(|| name.to_string()),
        version: field("version").unwrap_or_else(|| version.to_string()),
        root: root.to_path_buf(),
        licence: stated,
        licence_files,
        licence_root,
        files: python_files(root)
            .into_iter()
            .filter(|file| !is_test(file))
            .collect(),
    }
}

/// A required distribution as a package.
pub fn companion(companion: &Companion) -> Package {
    installed(&companion.root, &companion.name, &companion.version, None)
}

/// The licence by the words of its text, where metadata says nothing.
pub fn by_text(root: &Path, files: &[String]) -> Option<String> {
    let first = files.first()?;
    let text = std::fs::read(root.join(first)).ok()?;
    Some(
        licence::recognised(&String::from_utf8_lossy(&text))
            .map_or_else(|| format!("see {first}"), str::to_string),
    )
}

/// `NAME-VERSION.dist-info` below a folder; the one of that name where there are several.
fn metadata_folder(root: &Path, name: &str) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "dist-info"))
        .collect();
    folders.sort();
    let wanted = normalised(name);
    let position = folders.iter().position(|folder| {
        let stem = folder.file_stem().unwrap_or_default().to_string_lossy();
        stem.split('-').next().map(normalised) == Some(wanted.clone())
    });
    match position {
        Some(position) => Some(folders.swap_remove(position)),
        None => folders.into_iter().next(),
    }
}

/// Groups of entry points that a distribution registers, but for its programs, and how many each has.
pub fn entry_points(root: &Path, name: &str) -> BTreeMap<String, usize> {
    let mut groups = BTreeMap::new();
    let text = metadata_folder(root, name)
        .and_then(|folder| std::fs::read_to_string(folder.join("entry_points.txt")).ok())
        .unwrap_or_default();
    let mut group = "";
    for line in text.lines().map(str::trim) {
        if let Some(named) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            group = named.trim();
        } else if line.contains('=') && !matches!(group, "" | "console_scripts" | "gui_scripts") {
            *groups.entry(group.to_string()).or_default() += 1;
        }
    }
    groups
}

/// A distribution's name as comparisons want it: lower case, with `-` for runs of `-`, `_` and `.`.
pub fn normalised(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        if matches!(letter, '-' | '_' | '.') {
            if !plain.ends_with('-') {
                plain.push('-');
            }
        } else {
            plain.extend(letter.to_lowercase());
        }
    }
    plain
}
