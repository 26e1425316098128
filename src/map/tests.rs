//! What is read and parsed again, and what is not.

use std::{fs, path::Path};

use ripout_model::{
    CallGraph, Definition, FileFacts, Host, HostError, Kind, Language, Original, Settings,
    SourceKind, Stop, Tree,
};

use super::*;

/// A language whose files are lists of names, a line each.
struct Names;

impl Language for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn comment(&self) -> &'static str {
        "#"
    }

    fn leaving_out(&self) -> &'static str {
        "LEFT OUT"
    }

    fn leaves_out(&self, _text: &str) -> bool {
        false
    }

    fn registry(&self) -> SourceKind {
        SourceKind::Crate
    }

    fn spells(&self, _symbol: &str) -> bool {
        true
    }

    fn owns(&self, path: &str) -> bool {
        path.ends_with(".names")
    }

    fn ending(&self) -> &'static str {
        "names"
    }

    fn facts_version(&self) -> u32 {
        1
    }

    fn parse(&self, _path: &str, bytes: &[u8]) -> FileFacts {
        let text = String::from_utf8_lossy(bytes);
        FileFacts {
            code_lines: u32::try_from(text.lines().count()).unwrap(),
            broken: text
                .lines()
                .position(|line| line == "?")
                .map(|line| line as u32 + 1),
            facts: bytes.to_vec(),
        }
    }

    fn graph(&self, files: &[(String, FileFacts)]) -> CallGraph {
        let mut graph = CallGraph::default();
        for (file, facts) in files {
            for (line, name) in String::from_utf8_lossy(&facts.facts).lines().enumerate() {
                graph.definitions.push(Definition {
                    name: name.into(),
                    kind: Kind::Variable,
                    package: String::new(),
                    file: file.clone(),
                    lines: [line as u32 + 1; 2],
                });
            }
        }
        graph
    }

    fn requirements(&self, _tree: &Tree, _settings: &Settings) -> Result<Vec<String>, Stop> {
        Ok(Vec::new())
    }

    fn open(
        &self,
        _tree: &Tree,
        _symbols: &[String],
        _settings: &Settings,
        _host: &dyn Host,
    ) -> Result<Box<dyn Original>, Stop> {
        Err(Stop::Interrupted)
    }
}

/// A host that does nothing: maps run no program.
struct Idle;

impl Host for Idle {
    fn folder(&self, _purpose: &str) -> Result<Box<dyn ripout_model::Folder>, HostError> {
        Err(HostError::Interrupted)
    }

    fn run(&self, _: &ripout_model::Command) -> Result<ripout_model::Answer, HostError> {
        Err(HostError::Interrupted)
    }

    fn fetch(&self, _: &ripout_model::Command) -> Result<ripout_model::Answer, HostError> {
        Err(HostError::Interrupted)
    }

    fn say(&self, _what: &str, _done: u64, _total: Option<u64>) {}

    fn warn(&self, _text: &str) {}

    fn check(&self) -> Result<(), HostError> {
        Ok(())
    }
}

/// Writes a file that looks as if it had been there for long.
fn write(root: &Path, name: &str, bytes: &[u8], age: u64) {
    let path = root.join(name);
    fs::write(&path, bytes).unwrap();
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(age);
    fs::File::options()
        .append(true)
        .open(path)
        .unwrap()
        .set_modified(then)
        .unwrap();
}

fn names(mapped: &Mapped) -> Vec<&str> {
    mapped
        .graph
        .definitions
        .iter()
        .map(|d| d.name.as_str())
        .collect()
}

#[test]
fn an_unchanged_tree_is_not_read_again() {
    let (tree, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(tree.path(), "a.names", b"one\ntwo\n", 100);
    write(tree.path(), "b.names", b"three\n", 100);
    let again = || map(tree.path(), &Names, Some(cache.path()), &Idle).unwrap();
    let cold = again();
    assert_eq!(names(&cold), ["one", "two", "three"]);
    assert_eq!(
        (cold.work.read, cold.work.parsed, cold.work.joined),
        (2, 2, true)
    );
    let warm = again();
    assert_eq!(warm.work, Work::default());
    assert_eq!(
        Mapped {
            work: cold.work,
            ..warm
        },
        cold
    );

    // Touched, not changed: read, not parsed.
    write(tree.path(), "b.names", b"three\n", 50);
    let touched = again();
    assert_eq!((touched.work.read, touched.work.parsed), (1, 0));
    assert_eq!(again().work, Work::default());

    // Same size, other bytes.
    write(tree.path(), "b.names", b"thr33\n", 40);
    let changed = again();
    assert_eq!((changed.work.read, changed.work.parsed), (1, 1));
    assert_eq!(names(&changed), ["one", "two", "thr33"]);

    // A file that went, and one that came.
    fs::remove_file(tree.path().join("a.names")).unwrap();
    write(tree.path(), "c.names", b"four\n", 100);
    assert_eq!(names(&again()), ["thr33", "four"]);
}

#[test]
fn a_file_that_changed_just_now_is_looked_at_again() {
    let (tree, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let again = || map(tree.path(), &Names, Some(cache.path()), &Idle).unwrap();
    write(tree.path(), "a.names", b"one\n", 0);
    again();
    write(tree.path(), "a.names", b"two\n", 0);
    assert_eq!(names(&again()), ["two"]);
}

#[test]
fn troubles_are_counted_and_named() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "a.names", b"one\n?\n", 100);
    write(tree.path(), "b.names", b"\xff\xfe\n", 100);
    write(tree.path(), "c.names", b"fine\n", 100);
    let mapped = map(tree.path(), &Names, None, &Idle).unwrap();
    let problems: Vec<_> = mapped
        .problems
        .iter()
        .map(|problem| (problem.file.as_str(), problem.line, problem.why))
        .collect();
    assert_eq!(
        problems,
        [
            ("a.names", Some(2), Trouble::Syntax),
            ("b.names", None, Trouble::NotUtf8)
        ]
    );
    assert_eq!(mapped.files, 3);
}

#[test]
fn a_torn_memory_is_no_memory() {
    let (tree, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(tree.path(), "a.names", b"one\n", 100);
    let again = || map(tree.path(), &Names, Some(cache.path()), &Idle).unwrap();
    let cold = again();
    let stored = fs::read_dir(cache.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let bytes = fs::read(&stored).unwrap();
    for end in 0..bytes.len() {
        fs::write(&stored, &bytes[..end]).unwrap();
        assert_eq!(again().graph, cold.graph, "{end}");
    }
}
