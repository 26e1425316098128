//! Small decisions at the start of a run: which language, which folder, which files.

use std::path::Path;

use ripout_model::{Failure, Language, ModuleFile, Tree};

use crate::languages;

/// The language of a tree: its registry's, or the one that the symbols are spelt in.
pub fn language(tree: &Tree, symbols: &[String]) -> Result<&'static dyn Language, Failure> {
    let all = languages::all();
    if let Some(language) = all
        .iter()
        .find(|language| language.registry() == tree.source.kind)
    {
        return Ok(*language);
    }
    let present: Vec<_> = all
        .iter()
        .filter(|language| holds(tree, **language))
        .collect();
    let spelt =
        |language: &&&&'static dyn Language| symbols.iter().all(|symbol| language.spells(symbol));
    if present.is_empty() {
        let names: Vec<_> = all.iter().map(|language| language.name()).collect();
        return Err(Failure::new(
            "other_language",
            format!(
                "{} holds no {} files",
                tree.source.name,
                names.join(" and no ")
            ),
        )
        .help("ripout takes code out of Rust and Python packages"));
    }
    match present.iter().find(spelt) {
        Some(language) => Ok(**language),
        None => Err(Failure::new(
            "other_language",
            format!(
                "{} is a {} repository, and `{}` is no symbol of that language",
                tree.source.name,
                present[0].name(),
                symbols.join(" ")
            ),
        )
        .help("write `crate_name::path::item` for Rust and `package.module.name` for Python")),
    }
}

/// Whether a tree holds a file of the language. Stops at the first.
fn holds(tree: &Tree, language: &dyn Language) -> bool {
    let mut folders = vec![tree.root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if kind.is_file() && language.owns(&name) {
                return true;
            }
            if kind.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(entry.path());
            }
        }
    }
    false
}

/// A folder's name for a symbol, or a name given for it: its last part in snake_case.
pub fn folder_name(symbol: &str) -> String {
    let last = symbol
        .trim_end_matches('!')
        .rsplit([':', '.'])
        .next()
        .unwrap_or(symbol);
    let mut name = String::new();
    let mut previous = None;
    for letter in last.chars() {
        let word_begins = letter.is_uppercase()
            && previous
                .is_some_and(|previous: char| previous.is_lowercase() || previous.is_numeric());
        if word_begins {
            name.push('_');
        }
        name.extend(
            letter
                .to_lowercase()
                .filter(|letter| letter.is_alphanumeric() || *letter == '_'),
        );
        previous = Some(letter);
    }
    if name.is_empty() {
        "module".to_owned()
    } else {
        name
    }
}

/// The files of a module on disk: one file, or a folder with data files (its `__init__` first). They are named as the
/// module will be, whatever they are called where they lie. An `__init__` that is named stands for its folder.
pub fn module_files(path: &Path, stem: &str) -> Result<Vec<ModuleFile>, Failure> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| {
            Failure::new(
                "module_unreadable",
                format!("read {}: {error}", path.display()),
            )
            .help("--module takes the module's file, or the folder of a module with data files")
        })
    };
    let of_folder = path
        .file_stem()
        .is_some_and(|stem| stem == "__init__" && path.is_file());
    let path = match path.parent() {
        Some(folder) if of_folder && !folder.as_os_str().is_empty() => folder,
        _ => path,
    };
    if !path.is_dir() {
        let bytes = read(path)?;
        let ending = path.extension().map(|ending| ending.to_string_lossy());
        let ending = ending
            .map(|ending| format!(".{ending}"))
            .unwrap_or_default();
        return Ok(vec![ModuleFile {
            path: format!("{stem}{ending}"),
            bytes,
        }]);
    }
    let mut files = Vec::new();
    let mut folders = vec![(path.to_owned(), stem.to_owned())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
            if kind.is_dir() && !name.ends_with("/__pycache__") {
                folders.push((entry.path(), name));
            } else if kind.is_file() {
                files.push(ModuleFile {
                    path: name,
                    bytes: read(&entry.path())?,
                });
            }
        }
    }
    // The module itself first, then by name.
    files.sort_by_key(|file| {
        let depth = file.path.matches('/').count();
        (
            depth != 1 || !file.path.contains("/__init__."),
            file.path.clone(),
        )
    });
    if files.is_empty() {
        return Err(Failure::new(
            "module_unreadable",
            format!("{} is empty", path.display()),
        ));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_folder_stands_for_all_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("mine");
        std::fs::create_dir(&named).unwrap();
        for file in ["__init__.py", "data.json"] {
            std::fs::write(named.join(file), file).unwrap();
        }
        let paths = |path: &Path| -> Vec<String> {
            let files = module_files(path, "words").unwrap();
            files.into_iter().map(|file| file.path).collect()
        };
        let both = ["words/__init__.py", "words/data.json"];
        assert_eq!(paths(&named.join("__init__.py")), both);
        assert_eq!(paths(&named), both);
        assert_eq!(paths(&named.join("data.json")), ["words.json"]);
    }

    #[test]
    fn folders_are_named_for_the_last_part() {
        assert_eq!(folder_name("humantime::parse_duration"), "parse_duration");
        assert_eq!(folder_name("fnv::FnvHashMap"), "fnv_hash_map");
        assert_eq!(folder_name("lazy_static::lazy_static!"), "lazy_static");
        assert_eq!(folder_name("packaging.version.Version"), "version");
    }
}
