//! Small projects of our own, in a git repository.
#![allow(dead_code, reason = "no test binary uses all of it")]

use std::{fs, path::Path, process::Command};

use crate::program;

const MANIFEST: &str = r#"[package]
name = "near"
version = "0.1.0"
edition = "2021"
license = "MIT"

[dependencies]
strsim = "=0.11.1"
"#;

const LIBRARY: &str = r#"//! Words.

/// Whether words are near.
pub fn near(one: &str, other: &str) -> bool {
    strsim::levenshtein(one, other) < 3
}

#[test]
fn words_are_near() {
    assert!(near("word", "wort"));
}
"#;

/// A project that uses one function of strsim, in a git repository.
pub fn with_strsim() -> tempfile::TempDir {
    cargo(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIBRARY)])
}

/// A Cargo project with a lock file, committed.
pub fn cargo(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = program::folder();
    plant(folder.path(), files);
    plant(
        folder.path(),
        &[(".gitignore", "/target\n/.cache\n/ripout-out\n")],
    );
    assert!(run(
        folder.path(),
        "cargo",
        &["generate-lockfile", "--quiet"]
    ));
    commit(folder.path());
    folder
}

/// `strsim::levenshtein` without its generality.
pub const SMALLER: &str = "\
/// How many letters have to be put in, taken out or changed.
pub fn levenshtein(a: &str, b: &str) -> usize {
    // Distances from what was read of `a` to each beginning of `b` but the empty one.
    let mut row: Vec<usize> = (1..=b.chars().count()).collect();
    let mut result = row.len();
    for (i, a_char) in a.chars().enumerate() {
        result = i + 1;
        let mut diagonal = i;
        for (above, b_char) in row.iter_mut().zip(b.chars()) {
            let changed = diagonal + usize::from(a_char != b_char);
            diagonal = *above;
            result = changed.min(diagonal.min(result) + 1);
            *above = result;
        }
    }
    result
}
";

/// Makes a Python environment with what is named, in a folder of its own.
pub fn environment(folder: &Path, needed: &[&str]) {
    let at = folder.display().to_string();
    assert!(run(Path::new("."), "python3", &["-m", "venv", &at]));
    let install = [&["install", "--quiet"], needed].concat();
    assert!(needed.is_empty() || run(folder, "bin/pip", &install));
}

/// Writes files, with the folders that they are in.
pub fn plant(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Commits all that there is, in a repository that is made where there is none.
pub fn commit(folder: &Path) {
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    assert!(run(folder, "git", &["init", "--quiet"]));
    assert!(run(folder, "git", &["add", "."]));
    let words = [&who[..], &["commit", "--quiet", "-m", "one"]].concat();
    assert!(run(folder, "git", &words));
}

/// Whether a program ends well.
pub fn run(folder: &Path, program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).current_dir(folder);
    let status = command.env_remove("CARGO_TARGET_DIR").status();
    status.is_ok_and(|status| status.success())
}
