//! A module that somebody writes for one project, and that leaves out what this can't reach: loudly, or not at all.

use std::fs;

use crate::{
    program::{code, err},
    project::{run, with_strsim},
    script::script,
    written::{asked, fenced, in_project, outcomes, read},
};

const OUT: &str = "ripout-out/strsim";

/// `strsim::levenshtein` for text of one byte a letter; what is `left_out` ends with `error`.
fn narrow(left_out: &str, error: &str) -> String {
    format!(
        "\
/// How many letters have to be put in, taken out or changed.
pub fn levenshtein(a: &str, b: &str) -> usize {{
    if {left_out} {{
        {error}
    }}
    // Distances from what was read of `a` to each beginning of `b` but the empty one.
    let mut row: Vec<usize> = (1..=b.len()).collect();
    let mut result = row.len();
    for (i, a_char) in a.bytes().enumerate() {{
        result = i + 1;
        let mut diagonal = i;
        for (above, b_char) in row.iter_mut().zip(b.bytes()) {{
            let changed = diagonal + usize::from(a_char != b_char);
            diagonal = *above;
            result = changed.min(diagonal.min(result) + 1);
            *above = result;
        }}
    }}
    result
}}
"
    )
}

const OTHERS: &str = "!a.is_ascii() || !b.is_ascii()";
const LOUD: &str = "panic!(\"left out of this module: letters beyond ASCII\");";

#[test]
fn what_the_project_can_t_reach_goes_with_an_error_that_says_so() {
    let folder = with_strsim();
    let here = folder.path();
    let brief = ["brief", "strsim", "--for", ".", "--specialize", "--quiet"];
    let brief = in_project(here, &brief);
    let rule = "ends with `panic!(\"left out of this module: WHAT\")`";
    assert!(String::from_utf8_lossy(&brief.stdout).contains(rule));

    let (silent, loud) = (narrow(OTHERS, "return 0;"), narrow(OTHERS, LOUD));
    let script = script(&[fenced(&silent), fenced(&loud)]);
    let found = asked(here, &script.line, &["remove", "strsim", "--specialize"]);
    assert_eq!(
        outcomes(&found),
        ["equivalent", "different", "equivalent"],
        "{found:#}"
    );
    let left_out = serde_json::json!(["letters beyond ASCII"]);
    assert_eq!(found["module"]["left_out"], left_out);
    assert!(
        found["evidence"]["left_out"].as_u64() > Some(100),
        "{found:#}"
    );
    assert_eq!(found["evidence"]["agreed"], found["evidence"]["inputs"]);
    assert_eq!(found["removal"]["after"]["passed"], 1, "{found:#}");

    // Whoever reads the module, the ledger or the pull request is told.
    let module = read(here, &format!("{OUT}/strsim.rs"));
    assert!(module.contains("// Left out, with an error that says so: letters beyond ASCII\n"));
    let again =
        "// Again: ripout remove strsim --specialize --max-rounds 2 --replay ripout-out/strsim\n";
    assert!(module.contains(again), "{module}");
    let request = read(here, &format!("{OUT}/pull-request.md"));
    assert!(
        request.contains("all else it was compared: letters beyond ASCII"),
        "{request}"
    );
    let patch = format!("{OUT}/removal.patch");
    assert!(run(here, "git", &["apply", &patch]));
    let ledger = read(here, "ripout.lock");
    assert!(
        ledger.contains("left_out = [\"letters beyond ASCII\"]\n"),
        "{ledger}"
    );

    // Nobody else gets such a module.
    let file = "src/strsim.rs";
    let verify = |more: &[&str]| {
        let words = [
            "verify",
            "crate:strsim@0.11.1",
            "strsim::levenshtein",
            "--module",
            file,
        ];
        code(&in_project(here, &[&words, more, &["--quiet"]].concat()))
    };
    assert_eq!(verify(&[]), 1);
    assert_eq!(verify(&["--specialize"]), 0);
}

#[test]
fn what_the_project_s_tests_reach_can_t_go() {
    let folder = with_strsim();
    let here = folder.path();
    let script = script(&[fenced(&narrow(
        "a.len() > 2 || !a.is_ascii() || !b.is_ascii()",
        LOUD,
    ))]);
    let found = asked(here, &script.line, &["remove", "strsim", "--specialize"]);
    assert_eq!(found["module"]["synthesized"], 0, "{found:#}");
    assert!(
        found["notes"].to_string().contains("written_does_not_fit"),
        "{found:#}"
    );
    assert!(found["module"].get("left_out").is_none());

    // Without anybody who writes, or a test that runs the module, there is nothing to leave out.
    let words = ["remove", "strsim", "--specialize", "--quiet"];
    let output = in_project(here, &words);
    assert_eq!(code(&output), 2);
    assert!(
        err(&output).contains("say who writes a smaller module"),
        "{}",
        err(&output)
    );
    let more = "\npub fn apart(one: &str, other: &str) -> bool {\n    strsim::hamming(one, other).is_err()\n}\n";
    let library = read(here, "src/lib.rs");
    fs::write(here.join("src/lib.rs"), library + more).unwrap();
    let words = [
        "extract",
        "crate:strsim",
        "strsim::levenshtein",
        "--for",
        ".",
        "--specialize",
    ];
    let command = ["--synth", "command", "--command", &script.line];
    let output = in_project(here, &[&words[..], &command].concat());
    assert_eq!(code(&output), 2);
    let told = "it uses more of strsim, which stays: strsim::hamming";
    assert!(err(&output).contains(told), "{}", err(&output));
}
