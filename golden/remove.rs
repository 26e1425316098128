//! `ripout remove` on projects of our own that use a package of a registry: the whole way, with the program as a user runs it.

mod program;
mod project;
#[path = "remove/python.rs"]
mod python;
#[path = "synth/script.rs"]
mod script;
#[path = "remove/specialized.rs"]
mod specialized;
#[path = "remove/written.rs"]
mod written;

use std::{fs, path::Path, process::Command};

use program::{code, document, err, out, ripout};
use project::{commit, run};

const LIBRARY: &str = r#"//! How alike words are.
#![deny(warnings)]

#[macro_use]
mod macros;

use strsim::jaro_winkler as how_much;

pub fn alike(one: &str, other: &str) -> bool {
    how_much(one, other) > 0.8
}

pub fn near(one: &str, other: &str) -> bool {
    own!(::strsim::jaro_winkler(one, other)) > 0.9
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;
    use strsim::jaro_winkler as alike;

    #[test]
    fn words_are_near() {
        assert_eq!(0.cmp(&1), Ordering::Less);
        assert!(super::near("removal", "removals"));
        assert_eq!(alike("a", "b"), 0.0);
    }
}
"#;

/// A workspace of one member that uses one function of strsim, in a git repository.
fn project(test: &str) -> tempfile::TempDir {
    let folder = project::cargo(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"near\"]\nresolver = \"2\"\n",
        ),
        (
            "near/Cargo.toml",
            "[package]\nname = \"near\"\nversion = \"0.1.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n\n[dependencies]\n# alike words\nstrsim = \"=0.11.1\"\n",
        ),
        ("near/src/lib.rs", &LIBRARY.replace("\"removals\"", test)),
        (
            "near/src/macros.rs",
            "macro_rules! own {\n    ($e:expr) => {\n        $e\n    };\n}\n",
        ),
    ]);
    assert!(run(folder.path(), "cargo", &["fmt", "--all", "--check"]));
    folder
}

fn remove(folder: &Path, words: &[&str]) -> std::process::Output {
    // The cache of the user's own: what was fetched once is not fetched again.
    ripout(folder)
        .env_remove("RIPOUT_CACHE_DIR")
        .args(["remove", "strsim", "--quiet"])
        .args(words)
        .output()
        .expect("ripout starts")
}

#[test]
fn a_dependency_goes_and_the_patch_is_all_it_takes() {
    let folder = project("\"removals\"");
    let output = remove(folder.path(), &["--format", "json"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let result = document(&output);
    let removal = &result["removal"];
    assert_eq!(result["verdict"], "equivalent");
    assert_eq!(removal["dependency"], "strsim@0.11.1");
    assert_eq!(removal["goes"], serde_json::json!(["strsim@0.11.1"]));
    for when in ["before", "after"] {
        assert_eq!(removal[when]["passed"], 1, "{when}");
        assert_eq!(removal[when]["failed"], 0, "{when}");
    }
    assert_eq!(result["evidence"]["consumer_tests"]["passed"], 1);
    assert_eq!(removal["applied"], false);

    // Nothing was written to the project, and the patch is all that it takes.
    assert!(run(folder.path(), "git", &["diff", "--quiet"]));
    let patch = "ripout-out/strsim/removal.patch";
    assert!(run(folder.path(), "git", &["apply", patch]));
    let manifest = fs::read_to_string(folder.path().join("near/Cargo.toml")).unwrap();
    let lock = fs::read_to_string(folder.path().join("Cargo.lock")).unwrap();
    assert!(!manifest.contains("strsim") && !lock.contains("strsim"));
    let ledger = fs::read_to_string(folder.path().join("ripout.lock")).unwrap();
    assert!(ledger.contains("path = \"near/src/strsim.rs\""), "{ledger}");
    assert!(run(
        folder.path(),
        "cargo",
        &["test", "--quiet", "--offline"]
    ));
    // It was as rustfmt would have it, and still is: the module is nobody's to format.
    assert!(run(folder.path(), "cargo", &["fmt", "--all", "--check"]));
    let library = fs::read_to_string(folder.path().join("near/src/lib.rs")).unwrap();
    let imports = "    use crate::strsim::jaro_winkler as alike;\n    use std::cmp::Ordering;\n";
    assert!(library.contains(imports), "{library}");
    let request =
        fs::read_to_string(folder.path().join("ripout-out/strsim/pull-request.md")).unwrap();
    assert!(
        request.contains("1 package goes from the dependency tree: `strsim@0.11.1`"),
        "{request}"
    );

    assert!(
        request.contains("- keep the copyright notice and the text of MIT with the module"),
        "{request}"
    );

    // The tree is not clean now.
    let output = remove(folder.path(), &["--apply"]);
    assert_eq!(code(&output), 2, "{}", out(&output));
}

#[test]
fn a_named_symbol_is_taken_for_a_project_that_needs_more_of_the_dependency() {
    let folder = project("\"removals\"");
    let more = "pub fn apart(one: &str, other: &str) -> bool {\n    strsim::hamming(one, other).is_err()\n}\n";
    let library = folder.path().join("near/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text + more).unwrap();
    // As a subcommand of cargo a dependency's symbol is all that has to be said.
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-ripout"))
        .args(["ripout", "strsim::jaro_winkler", "--quiet"])
        .args(["--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("ripout starts");
    let result = document(&output);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(result["verdict"], "equivalent");
    assert_eq!(result["module"]["editions"], serde_json::json!(["2021"]));
    let notes = result["notes"].as_array().unwrap();
    let stays = notes.iter().find(|note| note["code"] == "dependency_stays");
    let text = stays.expect("it is said")["text"].as_str().unwrap();
    assert!(text.contains("strsim::hamming (near/src/lib.rs:"), "{text}");
    let written = folder.path().join("ripout-out/strsim");
    assert!(written.join("strsim.rs").exists() && !written.join("removal.patch").exists());

    // Another version than the project has is not what it uses.
    let output = ripout(folder.path())
        .args(["extract", "crate:strsim@0.10.0", "strsim::jaro_winkler"])
        .args(["--for", ".", "--quiet", "--format", "json"])
        .output()
        .expect("ripout starts");
    assert_eq!(code(&output), 2);
    assert_eq!(document(&output)["code"], "version_differs");
}

#[test]
fn a_newer_release_is_taken_in_where_the_projects_tests_pass_with_it() {
    let folder = project("\"removals\"");
    let manifest = folder.path().join("near/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("=0.11.1", "=0.10.0")).unwrap();
    let update = ["update", "--quiet", "--package", "strsim"];
    assert!(run(folder.path(), "cargo", &update));
    commit(folder.path());
    let output = remove(folder.path(), &["--apply"]);
    assert_eq!(code(&output), 0, "{}{}", out(&output), err(&output));

    // A test that only the older text passes.
    let library = folder.path().join("near/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    let pins = "    #[test]\n    fn it_is_the_older_one() {\n        assert!(include_str!(\"strsim.rs\").contains(\"strsim@0.10.0\"));\n    }\n\n    #[test]\n    fn words";
    fs::write(
        &library,
        text.replacen("    #[test]\n    fn words", pins, 1),
    )
    .unwrap();
    let module = || fs::read_to_string(folder.path().join("near/src/strsim.rs")).unwrap();
    let older = module();
    assert!(older.contains("strsim@0.10.0"), "{older}");
    let update = || {
        let output = ripout(folder.path())
            .env_remove("RIPOUT_CACHE_DIR")
            .args(["update", "--quiet", "--format", "json"])
            .output()
            .expect("ripout starts");
        (code(&output), document(&output)["modules"][0].clone())
    };
    let (code_of, one) = update();
    assert_eq!((code_of, &one["done"]), (2, &"left".into()), "{one:#}");
    assert_eq!(one["tests"][0]["passed"], 2, "{one:#}");
    assert_eq!(one["tests"][1]["failed"], 1, "{one:#}");
    assert_eq!(module(), older);

    fs::write(&library, text).unwrap();
    let (code_of, one) = update();
    assert_eq!((code_of, &one["done"]), (0, &"updated".into()), "{one:#}");
    assert_eq!(one["tests"][1]["passed"], 1, "{one:#}");
    assert!(!module().contains("strsim@0.10.0"));
}

#[test]
fn tests_that_fail_before_stop_it() {
    let folder = project("\"something else\"");
    let output = remove(folder.path(), &["--format", "json"]);
    assert_eq!(code(&output), 2);
    assert_eq!(document(&output)["code"], "tests_fail_before");
    assert!(!folder.path().join("ripout-out").exists());
}

#[test]
fn what_is_no_dependency_is_said_with_what_is_near() {
    let folder = project("\"removals\"");
    let output = ripout(folder.path())
        .args(["remove", "strsmi", "--quiet"])
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("strsim"), "{}", err(&output));
}
