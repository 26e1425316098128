//! `ripout check` and `ripout sbom` on a ledger written by hand, with the program as a user runs it. Needs no network but for
//! CycloneDX's schema, which a package of PyPI brings: where that can't be installed, it is said and not looked at.

mod program;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

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

const PYTHON: &str = r#"
[[module]]
path = "src/_inflection.py"
hash = "sha256:HASH"
language = "python"
kind = "pypi"
package = "inflection"
version = "0.5.1"
revision = "88eefaacf7d0caaa701af7e8ab2d0ab3f17086f1"
licence = "MIT OR Apache-2.0"
symbols = ["inflection.ordinal"]
command = "ripout extract pypi:inflection@0.5.1 inflection.ordinal"

[module.evidence]
verdict = "equivalent"
inputs = 5
seed = 1

[[module.definition]]
name = "inflection.ordinal"
kind = "function"
package = "inflection@0.5.1"
file = "inflection.py"
lines = [1, 9]
hash = "sha256:00"
origin = "verbatim"
"#;

/// Holds standard input against CycloneDX's own schema; what is wrong is its standard error.
const HOLD: &str = "
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(str(error) if error else 0)
";

#[test]
fn a_bill_of_materials_holds_to_the_schema() {
    let folder = project();
    write(&folder, "src/_inflection.py", "text\n");
    let entries = format!("{LEDGER}{PYTHON}").replace("HASH", TEXT);
    write(&folder, "ripout.lock", &entries);
    let bill = run(folder.path(), &["sbom"]);
    assert_eq!(code(&bill), 0, "{}", err(&bill));
    let bill = out(&bill);
    assert_eq!(
        document(&run(folder.path(), &["sbom"]))["components"][1]["name"],
        "inflection"
    );
    let python = folder.path().join("schema/bin/python");
    let in_folder = |program: &Path, words: &[&str]| {
        let mut command = Command::new(program);
        command.args(words).current_dir(folder.path());
        command
    };
    let made = in_folder(Path::new("python3"), &["-m", "venv", "schema"]).status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "python3 is there"
    );
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "cyclonedx-python-lib[json-validation]==11.*",
    ];
    let installed = in_folder(&python, &pip).output().expect("pip starts");
    if !installed.status.success() {
        let why = String::from_utf8_lossy(&installed.stderr);
        assert!(
            std::env::var_os("RIPOUT_OFFLINE").is_some(),
            "CycloneDX's schema comes from PyPI; set RIPOUT_OFFLINE=1 to go without: {why}"
        );
        eprintln!("NOT CHECKED against CycloneDX's schema: {why}");
        return;
    }
    let hold = |text: &str| {
        let mut child = in_folder(&python, &["-c", HOLD])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    let held = hold(&bill);
    assert!(held.status.success(), "{}", err(&held));
    // And the schema is one that says no.
    assert!(!hold(&bill.replace("SHA-256", "SHA-0")).status.success());
}
