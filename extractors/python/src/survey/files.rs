//! The project's own text: which files there are, and what kind of place each is.

use std::path::Path;

use ripout_model::UsePlace;

/// Larger files are data.
const LARGEST: u64 = 4 << 20;

/// Every plain file of the project, relative to it, sorted: without hidden folders, environments and what was built.
pub fn list(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    below(root, "", 0, &mut found);
    found.sort();
    found
}

fn below(root: &Path, folder: &str, depth: u32, found: &mut Vec<String>) {
    // Deeper than this is no project but a trap.
    if depth > 32 {
        return;
    }
    for entry in std::fs::read_dir(root.join(folder))
        .into_iter()
        .flatten()
        .flatten()
    {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
            continue;
        };
        if kind.is_dir() {
            let place = entry.path();
            let built = matches!(name.as_str(), "build" | "dist" | "target")
                && !place.join("__init__.py").is_file();
            let skipped = (name.starts_with('.') && name != ".github")
                || matches!(
                    name.as_str(),
                    "node_modules"
                        | "__pycache__"
                        | "site-packages"
                        | "__pypackages__"
                        | "ripout-out"
                )
                || name.ends_with(".egg-info")
                || place.join("pyvenv.cfg").is_file()
                || built;
            if !skipped {
                below(root, &format!("{folder}{name}/"), depth + 1, found);
            }
        } else if kind.is_file() && entry.metadata().is_ok_and(|about| about.len() <= LARGEST) {
            found.push(format!("{folder}{name}"));
        }
    }
}

/// Whether a file is Python text.
pub fn is_python(path: &str) -> bool {
    [".py", ".pyi", ".pyx", ".pyw"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Whether a file is prose that may hold examples.
pub fn is_prose(path: &str) -> bool {
    [".md", ".rst", ".markdown"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Whether a file holds settings of tools or scripts, in which a package can be named.
pub fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lock = name.ends_with(".lock") || name == "pylock.toml" || name == "Pipfile.lock";
    !lock
        && ([
            ".toml", ".cfg", ".ini", ".yml", ".yaml", ".sh", ".ipynb", ".bat", ".mk", ".conf",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
            || matches!(
                name,
                "Makefile" | "justfile" | "Justfile" | "Dockerfile" | "Procfile" | "tox"
            ))
}

/// What kind of place a file of Python text is.
pub fn place(path: &str) -> UsePlace {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let within = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    let starts = |words: &[&str]| words.iter().any(|word| stem.starts_with(word));
    if within(&["tests", "test", "testing_data"])
        || starts(&["test_", "conftest"])
        || stem.ends_with("_test")
        || stem == "tests"
    {
        UsePlace::Test
    } else if within(&["benchmarks", "benchmark", "bench", "benches", "asv_bench"])
        || starts(&["bench_", "benchmark_"])
    {
        UsePlace::Bench
    } else if within(&[
        "examples",
        "example",
        "samples",
        "demos",
        "demo",
        "tutorials",
    ]) {
        UsePlace::Example
    } else if within(&["docs", "doc"]) && !path.starts_with("src/") {
        UsePlace::Doc
    } else if parts.is_empty()
        && matches!(
            stem,
            "setup" | "noxfile" | "tasks" | "hatch_build" | "build" | "dodo" | "fabfile"
        )
    {
        UsePlace::Build
    } else {
        UsePlace::Code
    }
}

/// The dotted name that a file is imported by, and whether it is a package's `__init__`.
pub fn module(path: &str, roots: &[String]) -> Option<(String, bool)> {
    let root = roots.iter().find(|root| path.starts_with(root.as_str()))?;
    let stem = path[root.len()..].rsplit_once('.')?.0;
    let (stem, is_init) = match stem.strip_suffix("/__init__") {
        Some(folder) => (folder, true),
        None => (stem, false),
    };
    (!stem.is_empty() && stem != "__init__").then(|| (stem.replace('/', "."), is_init))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_paths() {
        assert_eq!(place("src/pkg/core.py"), UsePlace::Code);
        assert_eq!(place("tests/helper.py"), UsePlace::Test);
        assert_eq!(place("pkg/test_core.py"), UsePlace::Test);
        assert_eq!(place("docs/conf.py"), UsePlace::Doc);
        assert_eq!(place("setup.py"), UsePlace::Build);
        assert_eq!(place("pkg/setup.py"), UsePlace::Code);
    }

    #[test]
    fn modules_are_named_from_the_nearest_root() {
        let roots = ["src/".to_owned(), String::new()];
        assert_eq!(
            module("src/a/__init__.py", &roots),
            Some(("a".into(), true))
        );
        assert_eq!(module("src/a/b.py", &roots), Some(("a.b".into(), false)));
        assert_eq!(
            module("tests/t.py", &roots),
            Some(("tests.t".into(), false))
        );
    }
}
