//! A smaller module that somebody writes for a project: it goes the way that the slice goes, and is told apart from it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::{
    program::{code, document, err, out, ripout},
    project::{SMALLER, commit, run, with_strsim},
    script::script,
};

pub fn fenced(module: &str) -> String {
    format!("Here it is:\n\n```rust\n{module}```\n")
}

/// Counts bytes, not letters.
fn wrong() -> String {
    SMALLER.replace(".chars()", ".bytes()")
}

/// With the user's own cache: what was fetched once is not fetched again.
pub fn in_project(folder: &Path, words: &[&str]) -> Output {
    ripout(folder)
        .env_remove("RIPOUT_CACHE_DIR")
        .args(words)
        .output()
        .expect("ripout starts")
}

pub fn asked(folder: &Path, line: &str, words: &[&str]) -> Value {
    let mut all = words.to_vec();
    all.extend(["--synth", "command", "--command", line, "--max-rounds", "2"]);
    all.extend(["--synth-budget", "600", "--inputs", "3000"]);
    all.extend(["--quiet", "--format", "json"]);
    let output = in_project(folder, &all);
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    document(&output)
}

pub fn outcomes(document: &Value) -> Vec<&str> {
    let attempts = document["attempts"].as_array().unwrap();
    let outcomes = attempts
        .iter()
        .map(|attempt| attempt["outcome"].as_str().unwrap());
    outcomes.collect()
}

pub fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

const OUT: &str = "ripout-out/strsim";

#[test]
fn a_smaller_module_takes_the_dependency_s_place_and_says_whose_it_is() {
    let folder = with_strsim();
    let here = folder.path();
    let brief = in_project(here, &["brief", "strsim", "--for", ".", "--quiet"]);
    assert_eq!(code(&brief), 0, "{}", err(&brief));
    let told = "src/lib.rs:5: strsim::levenshtein(one, other) < 3\n```\n";
    assert!(out(&brief).contains(told), "{}", out(&brief));

    let script = script(&[fenced(&wrong()), fenced(SMALLER)]);
    let found = asked(here, &script.line, &["remove", "strsim"]);
    assert_eq!(
        outcomes(&found),
        ["equivalent", "different", "equivalent"],
        "{found:#}"
    );
    assert_eq!(found["verdict"], "equivalent");
    assert_eq!(found["module"]["synthesized"], 1, "{found:#}");
    assert_eq!(found["module"]["editions"], serde_json::json!(["2021"]));
    let removal = &found["removal"];
    assert_eq!(removal["written_by"], "python3", "{removal:#}");
    assert_eq!(removal["taken_under"][0][0], "strsim@0.11.1", "{removal:#}");
    for when in ["before", "after"] {
        assert_eq!(removal[when]["passed"], 1, "{removal:#}");
        assert_eq!(removal[when]["failed"], 0, "{removal:#}");
    }
    // What is printed for a person is what was sent.
    let sent = read(here, &format!("{OUT}/synth/round-1/brief.md"));
    assert_eq!(out(&brief), sent);
    let module = read(here, &format!("{OUT}/strsim.rs"));
    assert!(module.ends_with(SMALLER), "{module}");
    let first = module.lines().next().unwrap();
    assert!(
        first.ends_with(" by python3; ripout.lock tells how ripout judged it."),
        "{first}"
    );
    let again = module
        .lines()
        .find_map(|line| line.strip_prefix("// Again: "));
    assert_eq!(
        again,
        Some("ripout remove strsim --max-rounds 2 --replay ripout-out/strsim")
    );

    // That command makes the same, and nobody is asked.
    let words = again.unwrap().split(' ').skip(1);
    let mut words: Vec<&str> = words.collect();
    words.extend(["--quiet", "--format", "json"]);
    let replayed = in_project(here, &words);
    assert_eq!(code(&replayed), 0, "{}", err(&replayed));
    assert_eq!(outcomes(&document(&replayed)), outcomes(&found));
    assert_eq!(read(here, &format!("{OUT}/strsim.rs")), module);

    let patch = format!("{OUT}/removal.patch");
    assert!(run(here, "git", &["apply", &patch]));
    assert_eq!(read(here, "src/strsim.rs"), module);
    assert!(!read(here, "Cargo.toml").contains("strsim"));
    let ledger: toml::Table = toml::from_str(&read(here, "ripout.lock")).unwrap();
    let entry = &ledger["module"][0];
    assert_eq!(entry["written_by"].as_str(), Some("python3"), "{entry}");
    assert_eq!(entry["licence"].as_str(), Some("MIT"), "{entry}");
    assert_eq!(
        entry["evidence"]["verdict"].as_str(),
        Some("equivalent"),
        "{entry}"
    );
    // It is a work derived from all that the function reaches, and none of that is the author's own text any more.
    let definitions = entry["definition"].as_array().unwrap();
    let names: Vec<&str> = definitions
        .iter()
        .map(|definition| definition["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"strsim::generic_levenshtein"), "{names:?}");
    let written = |definition: &toml::Value| definition["origin"].as_str() == Some("synthesized");
    assert!(definitions.iter().all(written), "{definitions:#?}");
    let request = read(here, &format!("{OUT}/pull-request.md"));
    assert!(request.contains("**written by `python3`"), "{request}");
    assert!(run(here, "cargo", &["test", "--quiet", "--offline"]));
}

#[test]
fn a_bad_model_leaves_the_slice_in_the_patch() {
    let folder = with_strsim();
    let here = folder.path();
    let script = script(&["I would rather not.".into(), fenced(&wrong())]);
    // As a subcommand of cargo, which takes the same options.
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-ripout"))
        .args(["ripout", "strsim", "--quiet", "--format", "json"])
        .args(["--synth", "command", "--command", &script.line])
        .args(["--max-rounds", "2", "--synth-budget", "600"])
        .current_dir(here)
        .output()
        .expect("ripout starts");
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    let found = document(&output);
    assert_eq!(
        outcomes(&found),
        ["equivalent", "no_module", "different"],
        "{found:#}"
    );
    assert_eq!(found["module"]["synthesized"], 0);
    assert_eq!(found["removal"]["after"]["passed"], 1);
    assert!(found["removal"].get("written_by").is_none());
    let patch = read(here, &format!("{OUT}/removal.patch"));
    assert!(patch.contains("+pub fn generic_levenshtein"), "{patch}");
    assert!(!patch.contains("written_by"), "{patch}");
    let request = read(here, &format!("{OUT}/pull-request.md"));
    assert!(request.contains("the author's own text"), "{request}");
}

#[test]
fn where_the_project_s_tests_fail_with_it_the_slice_stands() {
    let folder = with_strsim();
    let here = folder.path();
    // A test of the project's that knows the author's text: what is equivalent need not fit.
    let library = read(here, "src/lib.rs");
    let test = "\n#[test]\nfn it_is_the_author_s_text() {\n    \
                let path = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/strsim.rs\");\n    \
                let text = std::fs::read_to_string(path);\n    \
                assert!(text.is_err() || text.unwrap().contains(\"StringWrapper\"));\n}\n";
    fs::write(here.join("src/lib.rs"), library + test).unwrap();
    let script = script(&[fenced(SMALLER)]);
    let found = asked(here, &script.line, &["remove", "strsim"]);
    assert_eq!(found["attempts"][1]["outcome"], "equivalent", "{found:#}");
    let told = found["attempts"][1]["text"].as_str().unwrap();
    assert!(told.contains("1 passed, 1 failed"), "{told}");
    let notes = found["notes"].as_array().unwrap();
    let note = notes
        .iter()
        .find(|note| note["code"] == "written_does_not_fit");
    let note = note.expect("it is said")["text"].as_str().unwrap();
    assert!(
        note.starts_with("the slice stands, and not attempt 2"),
        "{note}"
    );
    assert_eq!(found["module"]["synthesized"], 0);
    assert_eq!(found["removal"]["after"]["passed"], 2, "{found:#}");
    assert!(read(here, &format!("{OUT}/removal.patch")).contains("StringWrapper"));
    assert!(read(here, &format!("{OUT}/attempts/2-command/strsim.rs")).ends_with(SMALLER));
    assert!(!here.join(OUT).join("attempts/1-slice").exists());
}

#[test]
fn a_named_symbol_is_made_smaller_for_a_project_that_keeps_the_dependency() {
    let folder = with_strsim();
    let here = folder.path();
    let more = "\npub fn apart(one: &str, other: &str) -> bool {\n    strsim::hamming(one, other).is_err()\n}\n";
    let library = read(here, "src/lib.rs");
    fs::write(here.join("src/lib.rs"), library + more).unwrap();
    let words = [
        "crate:strsim",
        "strsim::levenshtein",
        "--for",
        ".",
        "--out",
        "made",
    ];
    let script = script(&[fenced(SMALLER)]);
    let found = asked(here, &script.line, &[&["extract"], &words[..]].concat());
    assert_eq!(found["module"]["synthesized"], 1, "{found:#}");
    assert!(found["notes"].to_string().contains("dependency_stays"));
    let module = read(here, "made/strsim.rs");
    assert!(
        module
            .lines()
            .next()
            .unwrap()
            .contains("; result.json tells")
    );
    let again = "// Again: ripout extract crate:strsim@0.11.1 strsim::levenshtein --for . --max-rounds 2 --replay made\n";
    assert!(module.contains(again), "{module}");
    // Of what else the project uses nothing is told.
    let brief = in_project(here, &[&["brief"], &words[..4], &["--quiet"]].concat());
    assert_eq!(out(&brief), read(here, "made/synth/round-1/brief.md"));
    assert!(!out(&brief).contains("hamming(one"), "{}", out(&brief));
}

#[test]
fn a_newer_release_leaves_a_written_module_as_it_is() {
    let folder = with_strsim();
    let here = folder.path();
    let manifest = read(here, "Cargo.toml").replace("=0.11.1", "=0.10.0");
    fs::write(here.join("Cargo.toml"), manifest).unwrap();
    let update = ["update", "--quiet", "--package", "strsim"];
    assert!(run(here, "cargo", &update));
    commit(here);
    let script = script(&[fenced(SMALLER)]);
    let found = asked(here, &script.line, &["remove", "strsim", "--apply"]);
    assert_eq!(found["removal"]["applied"], true, "{found:#}");
    let module = read(here, "src/strsim.rs");
    assert!(module.ends_with(SMALLER) && module.contains("strsim@0.10.0"));

    let output = in_project(here, &["update", "--quiet", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let one = &document(&output)["modules"][0];
    assert_eq!(one["done"], "updated", "{one:#}");
    assert_eq!(one["written_by"], "python3", "{one:#}");
    assert_eq!(read(here, "src/strsim.rs"), module);
    let ledger = read(here, "ripout.lock");
    assert!(ledger.contains("version = \"0.11.1\"\n"), "{ledger}");
    assert!(ledger.contains("written_by = \"python3\"\n"), "{ledger}");
    assert!(ledger.contains("name = \"strsim::generic_levenshtein\"\n"));
}

#[test]
fn a_module_that_is_there_already_takes_its_place() {
    let folder = with_strsim();
    let here = folder.path();
    let module = |text: &str| fs::write(here.join("mine.rs"), text).unwrap();
    let remove = || {
        let words = [
            "remove", "strsim", "--module", "mine.rs", "--inputs", "3000",
        ];
        let output = in_project(
            here,
            &[&words[..], &["--quiet", "--format", "json"]].concat(),
        );
        assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
        document(&output)
    };
    module(&wrong());
    let found = remove();
    assert_eq!(outcomes(&found), ["equivalent", "different"], "{found:#}");
    assert_eq!(found["module"]["synthesized"], 0, "{found:#}");

    // What stands above a module of ripout's is no part of it.
    module(&format!(
        "// Taken out of strsim.\n// Again: ripout remove strsim\n\n{SMALLER}"
    ));
    let found = remove();
    assert_eq!(outcomes(&found), ["equivalent", "equivalent"], "{found:#}");
    assert_eq!(found["attempts"][1]["synthesizer"], "file");
    assert_eq!(found["removal"]["written_by"], "mine.rs", "{found:#}");
    let written = read(here, &format!("{OUT}/strsim.rs"));
    assert!(written.ends_with(SMALLER), "{written}");
    assert_eq!(written.matches("// Again: ").count(), 1, "{written}");
    assert!(!written.contains("Taken out of"), "{written}");

    let output = in_project(here, &["remove", "strsim", "--module", "absent.rs"]);
    assert_eq!(code(&output), 2);
    assert!(
        err(&output).contains("read the module absent.rs"),
        "{}",
        err(&output)
    );
}
