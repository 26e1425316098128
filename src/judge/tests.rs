//! The judge against subjects of a few lines: small scripts that speak the harness protocol.

use std::sync::Arc;

use ripout_model::{
    Command, Definition, Driver, Folder, Kind, Module, ModuleFile, Origin, Probe, ReasonCode,
    Subject, Taken, testing::PlainHost,
};

use super::*;

/// Reads INPUTS, calls `f(bytes)`, writes OBSERVATIONS. `f` returns `(kind, value, probes)`.
const DRIVER: &str = r#"
import json, os, random, struct, sys, time
data = open(sys.argv[1], "rb").read()
out = open(sys.argv[2], "w")
seen = set()
at = 0
state = {}
while at < len(data):
    (size,) = struct.unpack_from("<I", data, at)
    x = data[at + 4 : at + 4 + size]
    at += 4 + size
    kind, value, probes = f(x, state)
    new = [p for p in probes if p not in seen]
    seen.update(new)
    out.write(json.dumps({"input": x.hex(), "kind": kind, "value": value, "hits": new}) + "\n")
    out.flush()
"#;

/// Sums the bytes; the long ones take another branch.
const ORIGINAL: &str = r#"
def f(x, state):
    if len(x) > 3 and x[0] == 255:
        return "raised", "too large", [0, 1]
    return "returned", str(sum(x)), [0, 2]
"#;

struct Bench {
    settings: Settings,
    folders: Vec<Arc<dyn Folder>>,
}

impl Bench {
    fn new() -> Self {
        Self {
            settings: Settings::default(),
            folders: Vec::new(),
        }
    }

    fn subject(&mut self, text: &str, probes: Vec<Probe>) -> Subject {
        let folder: Arc<dyn Folder> = Arc::from(PlainHost.folder("subject").unwrap());
        let script = folder
            .write("subject.py", format!("{text}\n{DRIVER}").as_bytes())
            .unwrap();
        let command = Command::new("python3", folder.path()).arg("-S").arg(script);
        self.folders.push(folder);
        Subject {
            command,
            again: None,
            probes,
        }
    }

    fn judge(mut self, original: &str, module: &str, candidate: &Candidate) -> Judgement {
        let harness = Harness {
            driver: Driver::default(),
            original: self.subject(original, vec![]),
            module: self.subject(module, probes()),
            folders: self.folders,
        };
        judge(candidate, &harness, &self.settings, &PlainHost).unwrap()
    }
}

fn definition() -> Definition {
    Definition {
        name: "p::f".into(),
        kind: Kind::Function,
        package: "p@1".into(),
        file: "p".into(),
        lines: [1, 4],
    }
}

fn probes() -> Vec<Probe> {
    let probe = |entry, line| Probe {
        definition: definition(),
        entry,
        line,
        waiver: None,
    };
    vec![probe(true, 1), probe(false, 3), probe(false, 4)]
}

fn candidate(origin: Origin) -> Candidate {
    Candidate {
        synthesizer: "slice".into(),
        module: Module {
            stem: "f".into(),
            files: vec![ModuleFile {
                path: "f.py".into(),
                bytes: Vec::new(),
            }],
            editions: vec![],
        },
        definitions: vec![Taken {
            definition: definition(),
            origin,
            module_file: "f.py".into(),
            module_lines: [1, 4],
        }],
        edits: vec![],
        api_notes: vec![],
        dependencies: vec![],
    }
}

fn judged(original: &str, module: &str) -> Judgement {
    Bench::new().judge(original, module, &candidate(Origin::Verbatim))
}

/// For what can only end by the budget: nothing counts, or the bar stays out of reach.
fn judged_in_short(original: &str, module: &str) -> Judgement {
    let mut bench = Bench::new();
    bench.settings.budget = Duration::from_secs(4);
    bench.judge(original, module, &candidate(Origin::Verbatim))
}

fn code(judgement: &Judgement) -> Option<ReasonCode> {
    judgement.reason.as_ref().map(|reason| reason.code)
}

#[test]
fn the_same_text_is_equivalent_and_says_on_what_ground() {
    let judgement = judged(ORIGINAL, ORIGINAL);
    assert_eq!(
        judgement.verdict,
        Verdict::Equivalent,
        "{:?}",
        judgement.reason
    );
    let evidence = &judgement.evidence;
    assert!(
        evidence.inputs >= 1000 && evidence.agreed == evidence.inputs,
        "{evidence:?}"
    );
    assert!(
        evidence.raised > 0 && evidence.raised < evidence.inputs,
        "{evidence:?}"
    );
    assert_eq!((evidence.coverage.lines, evidence.coverage.hit), (2, 2));
    assert!(!judgement.frozen.is_empty());
}

#[test]
fn a_rare_difference_is_found_and_shrunk() {
    let module = ORIGINAL.replace("sum(x)", "sum(x) + (len(x) > 2 and x[1] == 77)");
    let judgement = judged(ORIGINAL, &module);
    assert_eq!(judgement.verdict, Verdict::Different);
    let counterexample = judgement.counterexample.unwrap();
    assert_eq!(counterexample.input, "004d00", "{counterexample:?}");
    assert_eq!(counterexample.original, "returned 77");
    assert_eq!(counterexample.module, "returned 78");
}

#[test]
fn another_message_is_a_difference() {
    let judgement = judged(ORIGINAL, &ORIGINAL.replace("too large", "too big"));
    assert_eq!(judgement.verdict, Verdict::Different);
    assert_eq!(judgement.counterexample.unwrap().input, "ff000000");
}

#[test]
fn a_difference_that_needs_a_history_keeps_it() {
    let module = ORIGINAL.replace(
        "    return \"returned\"",
        "    state['n'] = state.get('n', 0) + 1\n    if state['n'] == 7: return 'returned', 'seven', [0, 2]\n    return \"returned\"",
    );
    let judgement = judged(ORIGINAL, &module);
    assert_eq!(judgement.verdict, Verdict::Different);
    assert_eq!(judgement.counterexample.unwrap().bytes.len(), 7);
}

#[test]
fn a_module_that_dies_is_different() {
    let module = ORIGINAL.replace(
        "    return \"returned\"",
        "    if x == b'': os.abort()\n    return \"returned\"",
    );
    let judgement = judged(ORIGINAL, &module);
    assert_eq!(judgement.verdict, Verdict::Different);
    assert!(judgement.counterexample.unwrap().module.contains("died"));
}

#[test]
fn an_original_that_throws_dice_is_inconclusive() {
    let original = ORIGINAL.replace("str(sum(x))", "str(random.random())");
    let judgement = judged_in_short(&original, &original);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert!(judgement.evidence.nondeterministic > 0);
}

#[test]
fn a_module_that_throws_dice_alone_is_never_equivalent() {
    let module = ORIGINAL.replace("sum(x)", "sum(x) + (random.random() < 0.001)");
    let verdict = judged_in_short(ORIGINAL, &module).verdict;
    assert!(
        matches!(verdict, Verdict::Inconclusive | Verdict::Different),
        "{verdict:?}"
    );
}

#[test]
fn what_raises_almost_always_is_below_the_bar() {
    let original = r#"
def f(x, state):
    return "raised", "no", [0, 1, 2]
"#;
    let judgement = judged_in_short(original, original);
    assert_eq!(code(&judgement), Some(ReasonCode::TooFewInputs));
}

#[test]
fn a_line_that_never_ran_is_below_the_bar_and_named() {
    let original = ORIGINAL.replace("x[0] == 255", "x == b'no input is this'");
    let judgement = judged(&original, &original);
    assert_eq!(code(&judgement), Some(ReasonCode::LinesNotReached));
    assert_eq!(judgement.evidence.coverage.missed, [("f.py".to_owned(), 3)]);
}

#[test]
fn text_that_is_not_the_author_s_needs_more_than_agreement() {
    let judgement = Bench::new().judge(ORIGINAL, ORIGINAL, &candidate(Origin::Synthesized));
    assert_eq!(code(&judgement), Some(ReasonCode::MutantsSurvive));
}

#[test]
fn what_the_original_reached_must_have_been_taken() {
    let mut bench = Bench::new();
    let other = Definition {
        name: "p::other".into(),
        lines: [10, 12],
        ..definition()
    };
    let elsewhere = Probe {
        definition: other,
        entry: true,
        line: 10,
        waiver: None,
    };
    let harness = Harness {
        driver: Driver::default(),
        original: bench.subject(ORIGINAL, vec![elsewhere]),
        module: bench.subject(ORIGINAL, probes()),
        folders: bench.folders,
    };
    let settings = Settings::default();
    let candidate = candidate(Origin::Verbatim);
    let judgement = judge(&candidate, &harness, &settings, &PlainHost).unwrap();
    assert_eq!(code(&judgement), Some(ReasonCode::OriginalReachedMore));
    assert!(judgement.reason.unwrap().text.contains("p::other"));
}

#[test]
fn an_exhausted_domain_needs_no_thousand_inputs() {
    let mut bench = Bench::new();
    let all = Some(
        (0..=255u8)
            .map(|byte| vec![byte, byte, 0, 255])
            .chain([vec![255; 4]])
            .collect(),
    );
    let harness = Harness {
        driver: Driver {
            exhaustive: all,
            ..Driver::default()
        },
        original: bench.subject(ORIGINAL, vec![]),
        module: bench.subject(ORIGINAL, probes()),
        folders: bench.folders,
    };
    let candidate = candidate(Origin::Verbatim);
    let judgement = judge(&candidate, &harness, &Settings::default(), &PlainHost).unwrap();
    assert_eq!(
        judgement.verdict,
        Verdict::Equivalent,
        "{:?}",
        judgement.reason
    );
    assert_eq!(judgement.evidence.inputs, 257);
}

#[test]
fn a_replayed_input_shows_its_difference_again() {
    let mut bench = Bench::new();
    let harness = Harness {
        driver: Driver::default(),
        original: bench.subject(ORIGINAL, vec![]),
        module: bench.subject(&ORIGINAL.replace("sum(x)", "len(x)"), probes()),
        folders: bench.folders,
    };
    let shown = replay(&harness, &[vec![5]], &PlainHost).unwrap().unwrap();
    assert_eq!(
        (shown.original.as_str(), shown.module.as_str()),
        ("returned 5", "returned 1")
    );
    assert_eq!(
        replay(&harness, &[vec![0]], &PlainHost)
            .unwrap()
            .map(|found| found.input),
        Some("00".into())
    );
    assert!(replay(&harness, &[vec![1]], &PlainHost).unwrap().is_none());
}
