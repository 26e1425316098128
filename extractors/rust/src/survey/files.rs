//! Files of a project, and paths within it.

use std::path::{Component, Path, PathBuf};

/// Files below a folder whose names are wanted, relative to it and sorted. Build folders, hidden ones and our own
/// output are left out.
pub fn below(root: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                let built = name == "target" && entry.path().join("CACHEDIR.TAG").exists();
                if !built && !name.starts_with('.') && name != "ripout-out" {
                    folders.push(path);
                }
            } else if kind.is_file() && wanted(&name) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as seen from a folder, with `..` where it leads out.
pub fn seen_from(folder: &Path, path: &Path) -> String {
    let mut up = Path::new(folder);
    let mut steps = 0;
    loop {
        if let Ok(rest) = path.strip_prefix(up) {
            let mut parts = vec!["..".to_owned(); steps];
            parts.extend(
                rest.components()
                    .map(|part| part.as_os_str().to_string_lossy().into_owned()),
            );
            return parts.join("/");
        }
        match up.parent() {
            Some(parent) => {
                up = parent;
                steps += 1;
            }
            None => return path.to_string_lossy().replace('\\', "/"),
        }
    }
}

/// A path with `.` and `..` followed by text.
pub fn plain(path: &Path) -> PathBuf {
    let mut made = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                made.pop();
            }
            part => made.push(part),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_a_folder() {
        let seen = |folder: &str, path: &str| seen_from(Path::new(folder), Path::new(path));
        assert_eq!(seen("/a/b", "/a/b/src/lib.rs"), "src/lib.rs");
        assert_eq!(seen("/a/b", "/a/c/src/lib.rs"), "../c/src/lib.rs");
        assert_eq!(plain(Path::new("/a/b/../c/./d")), Path::new("/a/c/d"));
    }
}
