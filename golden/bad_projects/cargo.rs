//! Cargo's projects.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use crate::{Removed, files, program, project, read};

const NEAR: &str = "\
/// Whether words are near.
pub fn near(one: &str, other: &str) -> bool {
    strsim::levenshtein(one, other) < 3
}

#[test]
fn words_are_near() {
    assert!(near(\"word\", \"wort\"));
}
";

/// A manifest, up to its dependencies.
fn manifest(rest: &str) -> String {
    let package =
        "[package]\nname = \"near\"\nversion = \"0.1.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n";
    format!("{package}\n{rest}")
}

/// A project of one member, by what its manifest says of its dependencies.
fn with(rest: &str, library: &str) -> tempfile::TempDir {
    project::cargo(&[("Cargo.toml", &manifest(rest)), ("src/lib.rs", library)])
}

/// The patch is all that the project needs: it builds, its tests pass, and the lock file no longer knows the package.
fn works_without(fresh: &Path, package: &str, words: &[&str]) {
    let words = [&["test", "--quiet", "--offline"], words].concat();
    assert!(project::run(fresh, "cargo", &words));
    let lock = read(fresh, "Cargo.lock");
    assert!(!lock.contains(&format!("name = \"{package}\"")), "{lock}");
}

#[test]
fn a_tree_that_is_not_clean_is_not_changed() {
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", NEAR);
    project::plant(folder.path(), &[("src/new.rs", "// mine\n")]);
    let removed = Removed::of(folder.path(), "strsim", &["--apply"]);
    let (code, told) = removed.refused();
    assert_eq!(code, "tree_not_clean");
    assert!(told.contains("src/new.rs"), "{told}");
}

#[test]
fn a_tree_in_no_repository_is_not_changed() {
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", NEAR);
    std::fs::remove_dir_all(folder.path().join(".git")).unwrap();
    let removed = Removed::of(folder.path(), "strsim", &["--apply"]);
    let (code, told) = removed.refused();
    assert_eq!(code, "no_repository");
    assert!(told.contains("removal.patch"), "{told}");
}

#[test]
fn where_there_is_no_lock_file_none_is_left() {
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", NEAR);
    assert!(project::run(
        folder.path(),
        "git",
        &["rm", "--quiet", "Cargo.lock"]
    ));
    project::commit(folder.path());
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let fresh = removed.patched(folder.path());
    assert!(!fresh.join("Cargo.lock").exists());
    works_without(&fresh, "strsim", &[]);
}

#[test]
fn tests_that_need_the_network_are_said_to_have_none() {
    let library = NEAR.replace(
        "    assert!(",
        "    std::net::TcpStream::connect((\"192.0.2.1\", 80)).unwrap();\n    assert!(",
    );
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", &library);
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let (code, told) = removed.refused();
    assert_eq!(code, "tests_fail_before");
    assert!(told.contains("words_are_near"), "{told}");
    assert!(told.contains("without network"), "{told}");
}

const TWO: &str =
    "[dependencies]\nstrsim = \"0.11\"\nolder = { package = \"strsim\", version = \"0.10\" }\n";

#[test]
fn of_two_versions_the_one_that_is_named_goes() {
    let library = NEAR.replace("< 3", "< 3 && older::hamming(one, other).is_ok()");
    let folder = with(TWO, &library);
    let removed = Removed::of(folder.path(), "older", &[]);
    let fresh = removed.patched(folder.path());
    let lock = read(&fresh, "Cargo.lock");
    assert!(lock.contains("version = \"0.11") && !lock.contains("version = \"0.10"));
    assert!(project::run(
        &fresh,
        "cargo",
        &["test", "--quiet", "--offline"]
    ));

    let removed = Removed::of(folder.path(), "strsim", &[]);
    let fresh = removed.patched(folder.path());
    let lock = read(&fresh, "Cargo.lock");
    assert!(lock.contains("version = \"0.10") && !lock.contains("version = \"0.11"));
    assert!(project::run(
        &fresh,
        "cargo",
        &["test", "--quiet", "--offline"]
    ));
}

#[test]
fn where_members_disagree_both_versions_are_named() {
    let member = |name: &str, version: &str| {
        manifest(&format!("[dependencies]\nstrsim = \"{version}\"\n"))
            .replace("\"near\"", &format!("\"{name}\""))
    };
    let folder = project::cargo(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"near\", \"far\"]\nresolver = \"2\"\n",
        ),
        ("near/Cargo.toml", &member("near", "0.11")),
        ("near/src/lib.rs", NEAR),
        ("far/Cargo.toml", &member("far", "0.10")),
        ("far/src/lib.rs", NEAR),
    ]);
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let (code, told) = removed.refused();
    assert_eq!(code, "dependency_ambiguous");
    assert!(told.contains("0.10.0") && told.contains("0.11.1"), "{told}");
}

#[test]
fn an_optional_dependency_leaves_its_feature() {
    let rest = "[features]\ndefault = []\nnear = [\"dep:strsim\"]\n\n[dependencies]\nstrsim = { version = \"0.11\", optional = true }\n";
    let library = format!(
        "#[cfg(feature = \"near\")]\nmod words {{\n{NEAR}}}\n\n#[cfg(feature = \"near\")]\npub use words::near;\n"
    );
    let folder = with(rest, &library);
    let removed = Removed::of(folder.path(), "strsim", &["--features", "near"]);
    let fresh = removed.patched(folder.path());
    assert!(read(&fresh, "Cargo.toml").contains("near = []"));
    works_without(&fresh, "strsim", &["--features", "near"]);
    works_without(&fresh, "strsim", &[]);
}

#[test]
fn one_of_some_targets_alone_goes_there() {
    let rest = "[target.'cfg(unix)'.dependencies]\nstrsim = \"0.11\"\n";
    let folder = with(rest, &NEAR.replace("strsim::levenshtein(one, other)", "distance(one, other)").replace(
        "/// Whether",
        "#[cfg(unix)]\nuse strsim::levenshtein as distance;\n\n#[cfg(not(unix))]\nfn distance(_: &str, _: &str) -> usize {\n    0\n}\n\n/// Whether",
    ));
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let fresh = removed.patched(folder.path());
    assert!(!read(&fresh, "Cargo.toml").contains("strsim"));
    works_without(&fresh, "strsim", &[]);
}

#[test]
fn one_that_only_tests_use_goes_to_where_they_are() {
    let library = "/// A word more.\npub fn more(count: usize) -> usize {\n    count + 1\n}\n";
    let test = "use strsim::levenshtein;\n\n#[test]\nfn one_more() {\n    assert_eq!(near::more(0), levenshtein(\"word\", \"wort\"));\n}\n";
    let folder = project::cargo(&[
        (
            "Cargo.toml",
            &manifest("[dev-dependencies]\nstrsim = \"0.11\"\n"),
        ),
        ("src/lib.rs", library),
        ("tests/more.rs", test),
    ]);
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let fresh = removed.patched(folder.path());
    assert_eq!(read(&fresh, "src/lib.rs"), library);
    works_without(&fresh, "strsim", &[]);
}

#[test]
fn a_renamed_dependency_goes_by_either_name() {
    let rest = "[dependencies]\nalike = { package = \"strsim\", version = \"0.11\" }\n";
    let folder = with(rest, &NEAR.replace("strsim::", "alike::"));
    for name in ["alike", "strsim"] {
        let removed = Removed::of(folder.path(), name, &[]);
        let fresh = removed.patched(folder.path());
        assert!(!read(&fresh, "Cargo.toml").contains("alike ="));
        works_without(&fresh, "strsim", &[]);
    }
}

#[test]
fn what_the_workspace_hands_down_goes_from_all_of_it() {
    let member = |name: &str| {
        manifest("[dependencies]\nstrsim.workspace = true\n")
            .replace("\"near\"", &format!("\"{name}\""))
    };
    let top = "[workspace]\nmembers = [\"near\", \"far\"]\nresolver = \"2\"\n\n[workspace.dependencies]\n# alike words\nstrsim = \"0.11\"\n";
    let folder = project::cargo(&[
        ("Cargo.toml", top),
        ("near/Cargo.toml", &member("near")),
        ("near/src/lib.rs", NEAR),
        ("far/Cargo.toml", &member("far")),
        (
            "far/src/lib.rs",
            &NEAR
                .replace("< 3", "> 9")
                .replace("near(\"word\"", "!near(\"word\""),
        ),
    ]);
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let fresh = removed.patched(folder.path());
    for file in ["Cargo.toml", "near/Cargo.toml", "far/Cargo.toml"] {
        assert!(!read(&fresh, file).contains("strsim"), "{file}");
    }
    works_without(&fresh, "strsim", &["--workspace"]);
}

#[test]
fn what_the_project_hands_on_stays_where_it_was() {
    let library = NEAR.replace(
        "/// Whether",
        "pub use strsim::{hamming as apart, levenshtein};\n\n/// Whether",
    );
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", &library);
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let fresh = removed.patched(folder.path());
    let test = "#[test]\nfn it_is_there() {\n    assert_eq!(near::levenshtein(\"a\", \"b\"), near::apart(\"a\", \"b\").unwrap());\n}\n";
    project::plant(&fresh, &[("tests/handed_on.rs", test)]);
    works_without(&fresh, "strsim", &[]);
}

/// A whole crate can't be handed on by what was taken of it.
#[test]
fn a_dependency_that_is_handed_on_as_a_whole_is_refused_with_its_place() {
    let library = format!("pub use strsim;\n\n{NEAR}");
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", &library);
    let removed = Removed::of(folder.path(), "strsim", &[]);
    let (_, told) = removed.refused();
    assert!(told.contains("src/lib.rs:1"), "{told}");
}

#[test]
fn ctrl_c_at_each_step_leaves_the_project_as_it_was() {
    let folder = with("[dependencies]\nstrsim = \"0.11\"\n", NEAR);
    for step in [
        "copying the project",
        "map",
        "slice",
        "build the harness",
        "inputs",
        "putting the module in its place",
    ] {
        let beside = program::folder();
        let scratch = beside.path().join("scratch");
        std::fs::create_dir(&scratch).unwrap();
        let before = files(folder.path());
        let mut child = program::ripout(beside.path())
            .env_remove("RIPOUT_CACHE_DIR")
            .args([
                "remove", "strsim", "--apply", "--format", "json", "--out", "out",
            ])
            .arg("--for")
            .arg(folder.path())
            .env("TMPDIR", &scratch)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let met = lines.any(|line| line.unwrap().starts_with(step));
        assert!(met, "never said `{step}`");
        std::thread::spawn(move || lines.for_each(drop));
        let words = ["-INT", &child.id().to_string()];
        assert!(Command::new("kill").args(words).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(program::code(&output), 130, "{step}");
        assert_eq!(program::document(&output)["code"], "interrupted", "{step}");
        assert_eq!(files(folder.path()), before, "{step}");
        assert!(!beside.path().join("out").exists(), "{step}");
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "{step}");
    }
}
