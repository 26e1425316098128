//! The licence texts of every package that text was taken from.

use std::collections::BTreeMap;

use ripout_model::{ModuleFile, Note, Package, Taken, place::read_below};

use crate::evidence::header::taken_from;

/// Licence files as `LICENSES/<package>/<file>`, sorted, and a note for each package that ships none.
pub fn collect(packages: &[Package], closure: &[Taken]) -> (Vec<ModuleFile>, Vec<Note>) {
    let mut files = BTreeMap::new();
    let mut notes = Vec::new();
    let taken: Vec<&Package> = taken_from(packages, closure).collect();
    for package in &taken {
        // Two versions of one package may both have given text; then the folder says which.
        let twice = taken
            .iter()
            .filter(|other| other.name == package.name)
            .count()
            > 1;
        let folder = if twice {
            package.id()
        } else {
            package.name.clone()
        };
        let mut any = false;
        for file in &package.licence_files {
            match read_below(&package.licence_root, file) {
                Ok(bytes) => {
                    any = true;
                    files.insert(
                        format!("LICENSES/{}/{}", component(&folder), path(file)),
                        bytes,
                    );
                }
                Err(error) => notes.push(Note::new(
                    "licence_file_unreadable",
                    format!("{file} of {} can't be read: {error}", package.id()),
                )),
            }
        }
        if !any {
            let licence = package.licence.as_deref().unwrap_or("unknown");
            notes.push(Note::new(
                "licence_text_missing",
                format!(
                    "{} ships no licence text; its metadata says {licence}: add the text yourself",
                    package.id()
                ),
            ));
        }
    }
    let files = files
        .into_iter()
        .map(|(path, bytes)| ModuleFile { path, bytes })
        .collect();
    (files, notes)
}

/// One name of a path: a package may be called anything, and must not lead elsewhere.
fn component(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            if c == '/' || c == '\\' || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect();
    match name.as_str() {
        "" | "." | ".." => "_".to_owned(),
        _ => name,
    }
}

/// A file of a package, relative, without the steps upwards that a manifest may hold (`../LICENSE`).
fn path(file: &str) -> String {
    let parts: Vec<String> = file
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .map(component)
        .collect();
    if parts.is_empty() {
        "LICENSE".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use ripout_model::{Definition, Kind, Origin};

    use super::*;

    fn package(root: &std::path::Path, name: &str, licence_files: &[&str]) -> Package {
        Package {
            name: name.into(),
            version: "1.0.0".into(),
            root: root.into(),
            licence: Some("MIT".into()),
            licence_files: licence_files.iter().map(|&file| file.into()).collect(),
            licence_root: root.into(),
            files: Vec::new(),
        }
    }

    fn taken(package: &str) -> Taken {
        Taken {
            definition: Definition {
                name: "f".into(),
                kind: Kind::Function,
                package: package.into(),
                file: "src/lib.rs".into(),
                lines: [1, 2],
            },
            origin: Origin::Verbatim,
            cut: false,
            module_file: "f.rs".into(),
            module_lines: [1, 2],
        }
    }

    #[test]
    fn only_packages_that_gave_text_count() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("LICENSE-MIT"), "MIT text").unwrap();
        let packages = [
            package(folder.path(), "a", &["LICENSE-MIT"]),
            package(folder.path(), "b", &["LICENSE-MIT"]),
        ];
        let (files, notes) = collect(&packages, &[taken("a@1.0.0")]);
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].path, "LICENSES/a/LICENSE-MIT");
        assert_eq!(files[0].bytes, b"MIT text");
        assert!(notes.is_empty());
    }

    #[test]
    fn a_missing_text_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let (files, notes) = collect(&[package(folder.path(), "a", &[])], &[taken("a@1.0.0")]);
        assert!(files.is_empty());
        assert_eq!(notes[0].code, "licence_text_missing");
    }

    #[test]
    fn no_name_leads_elsewhere() {
        assert_eq!(component("../x"), ".._x");
        assert_eq!(component(".."), "_");
        assert_eq!(path("../../LICENSE"), "LICENSE");
    }
}
