//! `ripout check` and `ripout sbom` on a ledger written by hand, with the program as a user runs it. Needs no network.

mod program;

use std::{fs, path::Path};

use program::{code, document, err, folder, out, run};

/// SHA-256 of `text\n`.
const TEXT: &str = "b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733";

const LEDGER: &str = r#"version = 1

[[module]]
path = "src/strsim.rs"
hash = "sha256:HASH"
language = "rust"
kind = "crate"
package = "strsim"
version = "0.10.0"
licence = "MIT"
symbols = ["strsim::jaro_winkler"]
command = "ripout extract crate:strsim@0.10.0 strsim::jaro_winkler --stem strsim"
edits = ["src/lib.rs:1: `a` -> `b`"]

[module.evidence]
verdict = "equivalent"
inputs = 5
seed = 1

[[module.definition]]
name = "strsim::jaro_winkler"
kind = "function"
package = "strsim@0.10.0"
file = "src/lib.rs"
lines = [1, 9]
hash = "sha256:00"
origin = "verbatim"
"#;

/// A project with a module that is what was judged.
fn project() -> tempfile::TempDir {
    let folder = folder();
    fs::create_dir(folder.path().join("src")).unwrap();
    write(&folder, "src/strsim.rs", "text\n");
    write(&folder, "ripout.lock", &LEDGER.replace("HASH", TEXT));
    folder
}

fn write(folder: &tempfile::TempDir, file: &str, text: &str) {
    fs::write(folder.path().join(file), text).unwrap();
}

fn check(folder: &Path, more: &[&str]) -> (i32, serde_json::Value) {
    let mut words = vec!["check", "--offline", "--format", "json"];
    words.extend(more);
    let output = run(folder, &words);
    (code(&output), document(&output))
}

#[test]
fn without_a_ledger_nothing_can_be_checked() {
    let folder = folder();
    let (code_of, error) = check(folder.path(), &[]);
    assert_eq!((code_of, &error["code"]), (2, &"ledger_missing".into()));
    let output = run(folder.path(), &["sbom"]);
    assert_eq!(code(&output), 2);
    assert_eq!(document(&output)["code"], "ledger_missing");
    write(&folder, "ripout.lock", "version = 1\n[[module]]\n");
    assert_eq!(check(folder.path(), &[]).1["code"], "ledger");
}

#[test]
fn an_edited_module_is_named_with_the_command_that_judges_it() {
    let folder = project();
    let (code_of, checked) = check(folder.path(), &[]);
    assert_eq!(code_of, 2, "upstream could not be looked at");
    assert_eq!(checked["schema"], "ripout.check/1");
    assert_eq!(checked["modules"][0]["text"], "same");
    assert!(
        checked["unchecked"][0]
            .as_str()
            .unwrap()
            .contains("--offline")
    );

    write(&folder, "src/strsim.rs", "other\n");
    let (code_of, checked) = check(folder.path(), &[]);
    assert_eq!(
        (code_of, &checked["modules"][0]["text"]),
        (1, &"edited".into())
    );
    let again = "ripout verify crate:strsim@0.10.0 strsim::jaro_winkler --stem strsim --module src/strsim.rs";
    assert_eq!(checked["modules"][0]["judge_again"], again);
    let output = run(folder.path(), &["check", "--offline"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains(again), "{}", out(&output));

    fs::remove_file(folder.path().join("src/strsim.rs")).unwrap();
    let (code_of, checked) = check(folder.path(), &[]);
    assert_eq!(
        (code_of, &checked["modules"][0]["text"]),
        (1, &"missing".into())
    );
}

#[test]
fn an_advisory_counts_where_it_may_touch_what_was_taken() {
    let folder = project();
    let advisory = |function: &str| {
        format!(
            r#"{{"id": "RUSTSEC-2030-0001", "summary": "oh", "affected": [{{"package": {{"ecosystem": "crates.io", "name": "strsim"}},
               "ranges": [{{"type": "SEMVER", "events": [{{"introduced": "0"}}, {{"fixed": "0.11.0"}}]}}],
               "ecosystem_specific": {{"affects": {{"functions": ["{function}"]}}}}}}]}}"#
        )
    };
    fs::create_dir(folder.path().join("osv")).unwrap();
    for (function, code_wanted) in [("strsim::hamming", 2), ("strsim::jaro_winkler", 1)] {
        write(&folder, "osv/one.json", &advisory(function));
        let (code_of, checked) = check(folder.path(), &["--advisories", "osv"]);
        let found = &checked["modules"][0]["advisories"][0];
        assert_eq!(code_of, code_wanted, "{function}");
        assert_eq!(found["id"], "RUSTSEC-2030-0001");
        assert_eq!(found["touches"], code_wanted == 1);
    }
    let (code_of, error) = check(folder.path(), &["--advisories", "no.json"]);
    assert_eq!((code_of, &error["code"]), (2, &"advisories".into()));
}

#[test]
fn a_bill_of_materials_is_the_same_each_time() {
    let folder = project();
    let first = run(folder.path(), &["sbom"]);
    assert_eq!(code(&first), 0, "{}", err(&first));
    assert_eq!(out(&first), out(&run(folder.path(), &["sbom"])));
    let component = document(&first)["components"][0].clone();
    let upstream = serde_json::json!({
        "type": "library",
        "name": "strsim",
        "version": "0.10.0",
        "purl": "pkg:cargo/strsim@0.10.0",
        "licenses": [{"license": {"id": "MIT"}}],
    });
    let expected = serde_json::json!({
        "type": "library",
        "bom-ref": "ripout:src/strsim.rs",
        "name": "strsim",
        "version": "0.10.0",
        "description": "strsim::jaro_winkler of strsim, copied into src/strsim.rs",
        "modified": false,
        "purl": "pkg:cargo/strsim@0.10.0",
        "licenses": [{"license": {"id": "MIT"}}],
        "hashes": [{"alg": "SHA-256", "content": TEXT}],
        "pedigree": {
            "ancestors": [upstream],
            "notes": "Made again by: ripout extract crate:strsim@0.10.0 strsim::jaro_winkler --stem strsim\nEdit: src/lib.rs:1: `a` -> `b`",
        },
        "evidence": {"occurrences": [{"location": "src/strsim.rs"}]},
        "properties": [{
            "name": "ripout:definition",
            "value": "strsim::jaro_winkler (strsim@0.10.0/src/lib.rs:1-9)",
        }],
    });
    assert_eq!(component, expected);
    write(&folder, "src/strsim.rs", "other\n");
    let edited = document(&run(folder.path(), &["sbom"]));
    assert_eq!(edited["components"][0]["modified"], true);
}
