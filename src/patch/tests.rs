//! Patches that git takes, and what is refused.

use std::{path::Path, process::Command};

use ripout_model::{Change, Changes, testing::PlainHost};

use super::*;

fn change(file: &str, before: Option<&str>, after: Option<&str>) -> Change {
    let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    Change {
        file: file.into(),
        before: bytes(before),
        after: bytes(after),
    }
}

fn git(folder: &Path, words: &[&str]) -> bool {
    Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(words)
        .current_dir(folder)
        .status()
        .is_ok_and(|status| status.success())
}

fn repository(files: &[Change]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for change in files {
        if let Some(bytes) = &change.before {
            let path = folder.path().join(&change.file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
    assert!(git(folder.path(), &["init", "--quiet"]));
    assert!(git(folder.path(), &["add", "."]));
    assert!(git(
        folder.path(),
        &["commit", "--quiet", "--allow-empty", "-m", "one"]
    ));
    folder
}

fn all_kinds() -> Vec<Change> {
    vec![
        change("a b.txt", Some("one\ntwo\nthree"), Some("one\n2\nthree")),
        change("crlf.txt", Some("one\r\ntwo\r\n"), Some("one\r\nTWO\r\n")),
        change("gone.txt", Some("x\n"), None),
        change("new/ö.txt", None, Some("no end of line")),
    ]
}

#[test]
fn git_takes_the_patch() {
    let changes = all_kinds();
    let folder = repository(&changes);
    let (patch, left_out) = diff::patch(&changes);
    assert!(left_out.is_empty());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), patch).unwrap();
    assert!(git(
        folder.path(),
        &["apply", &file.path().to_string_lossy()]
    ));
    for change in &changes {
        let now = std::fs::read(folder.path().join(&change.file)).ok();
        assert_eq!(now, change.after, "{}", change.file);
    }
}

#[test]
fn what_is_no_text_is_named() {
    let mut changes = all_kinds();
    changes[0].after = Some(vec![0xff, 0xfe]);
    assert_eq!(diff::patch(&changes).1, ["a b.txt"]);
}

#[test]
fn a_tree_with_changes_is_left_alone() {
    let folder = repository(&all_kinds());
    assert!(apply::check_clean(folder.path()).is_ok());
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let failure = apply::check_clean(folder.path()).unwrap_err();
    assert_eq!(failure.code, "tree_not_clean");
    assert!(failure.text.contains("mine.txt"));
    let outside = tempfile::tempdir().unwrap();
    let code = apply::check_clean(outside.path()).unwrap_err().code;
    assert_eq!(code, "no_repository");
}

#[test]
fn what_changed_meanwhile_stops_it_before_a_byte_is_written() {
    let changes = all_kinds();
    let folder = repository(&changes);
    std::fs::write(folder.path().join("gone.txt"), "y\n").unwrap();
    assert!(apply::apply(folder.path(), &changes).is_err());
    let first = std::fs::read(folder.path().join("a b.txt")).unwrap();
    assert_eq!(Some(first), changes[0].before);
}

#[test]
fn a_copy_has_what_belongs_to_the_project() {
    let folder = repository(&all_kinds());
    for (file, text) in [
        (".gitignore", "ignored/\nversion.py\n"),
        ("ignored/x", "x"),
        ("version.py", "x"),
        ("target/CACHEDIR.TAG", "x"),
        ("venv/pyvenv.cfg", "x"),
        ("kept/target.rs", "x"),
    ] {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let copy = copy::project(folder.path(), &PlainHost).unwrap();
    let has = |file: &str| copy.path().join(file).exists();
    assert!(has("a b.txt") && has("kept/target.rs") && has("version.py"));
    assert!(!has("ignored") && !has("target") && !has("venv") && !has(".git"));
}

#[test]
fn a_later_change_of_a_file_takes_the_place_of_the_first() {
    let mut changes = Changes::default();
    add(&mut changes, change("a", Some("1"), Some("2")));
    add(&mut changes, change("a", Some("1"), Some("3")));
    add(&mut changes, change("b", Some("1"), Some("1")));
    assert_eq!(changes.files, [change("a", Some("1"), Some("3"))]);
}
