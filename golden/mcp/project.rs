//! A project that can do without its dependency.

use std::{fs, process::Command};

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
    let folder = program::folder();
    fs::create_dir(folder.path().join("src")).unwrap();
    for (file, text) in [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", LIBRARY),
        (".gitignore", "/target\n/.cache\n"),
    ] {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let run = |program: &str, words: &[&str]| {
        let mut command = Command::new(program);
        let status = command.args(words).current_dir(folder.path()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "{program} {words:?}"
        );
    };
    run("cargo", &["generate-lockfile", "--quiet"]);
    run("git", &["init", "--quiet"]);
    run("git", &["add", "."]);
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    run(
        "git",
        &[&who[..], &["commit", "--quiet", "-m", "one"]].concat(),
    );
    folder
}
