//! The judge against subjects of a few lines: small scripts that speak the harness protocol.

use std::sync::Arc;

use ripout_model::{
    Command, Definition, Driver, Fate, Folder, Kind, Module, ModuleFile, Mutant, Mutants, Origin,
    Plant, Probe, ReasonCode, Subject, Taken, testing::PlainHost,
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

/// Judges mutants: `f(x, state)` asks `on(number)` which of them is active.
const MUTANTS: &str = r#"
ACTIVE = None
def on(number):
    return ACTIVE == number
if len(sys.argv) > 3:
    first, last = int(sys.argv[3]), int(sys.argv[4])
    data, inputs = open(sys.argv[1], "rb").read(), []
    while data:
        (size,) = struct.unpack_from("<I", data)
        inputs.append(data[4 : 4 + size])
        data = data[4 + size :]
    known = [f(x, {}) for x in inputs]
    out = open(sys.argv[2], "w")
    print("known", file=out, flush=True)
    for ACTIVE in range(first, last):
        killed = next((i for i, x in enumerate(inputs) if f(x, {}) != known[i]), None)
        fate = "survived" if killed is None else "killed"
        print(json.dumps({"mutant": ACTIVE, "fate": fate, "input": killed, "reached": len(inputs)}), file=out, flush=True)
        if ACTIVE % 2:
            sys.exit(0)
    sys.exit(0)
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
            mutants: None,
            bulk: None,
            leaves_out: None,
            driver: Driver::default(),
            original: self.subject(original, vec![]),
            module: self.subject(module, probes()),
            folders: self.folders,
        };
        judge(candidate, &harness, &self.settings, &PlainHost).unwrap()
    }
}

/// Mutants of a subject of a few lines.
struct Planted {
    subject: Subject,
    count: u32,
}

impl Plant for Planted {
    fn plant(&self, _: &dyn ripout_model::Host) -> Result<Mutants, Stop> {
        let mutant = |number| Mutant {
            number,
            definition: Some(definition()),
            line: 10 + number,
            operator: "arithmetic".into(),
            from: "+".into(),
            to: "-".into(),
        };
        Ok(Mutants {
            subject: self.subject.clone(),
            planted: (0..self.count).map(mutant).collect(),
            unviable: vec![],
            not_mutated: vec![],
            failed: None,
        })
    }
}

/// The judgement of the original's own text with `count` mutants of it in `text`.
fn with_mutants(text: &str, count: u32, origin: Origin) -> Judgement {
    let mut bench = Bench::new();
    let (original, module) = (
        bench.subject(ORIGINAL, vec![]),
        bench.subject(ORIGINAL, probes()),
    );
    let folder: Arc<dyn Folder> = Arc::from(PlainHost.folder("mutants").unwrap());
    let text = format!("import json, struct, sys\n{text}\n{MUTANTS}\n{DRIVER}");
    let script = folder.write("mutants.py", text.as_bytes()).unwrap();
    let command = Command::new("python3", folder.path()).arg("-S").arg(script);
    bench.folders.push(folder);
    let subject = Subject {
        command,
        again: None,
        probes: vec![],
    };
    let harness = Harness {
        mutants: Some(Box::new(Planted { subject, count })),
        bulk: None,
        leaves_out: None,
        driver: Driver::default(),
        original,
        module,
        folders: bench.folders,
    };
    judge(&candidate(origin), &harness, &bench.settings, &PlainHost).unwrap()
}

#[test]
fn mutants_are_killed_survive_or_take_the_process_with_them() {
    let text = r#"
def f(x, state):
    if on(1) and len(x) > 2:
        return "returned", "0", []
    if on(2) and len(x) > 2:
        import os
        os.abort()
    if len(x) > 3 and x[0] == 255:
        return "raised", "too large", [0, 1]
    return "returned", str(sum(x)), [0, 2]
"#;
    let judgement = with_mutants(text, 4, Origin::Verbatim);
    // What survives is no reason against the author's own text.
    assert_eq!(judgement.verdict, Verdict::Equivalent);
    let fates: Vec<Fate> = judgement
        .score
        .unwrap()
        .judged
        .iter()
        .map(|(_, fate)| *fate)
        .collect();
    assert_eq!(
        fates,
        [Fate::Survived, Fate::Killed, Fate::Killed, Fate::Survived]
    );
}

#[test]
fn text_of_somebody_else_needs_every_fault_to_be_caught() {
    let text = |survivor: u32| {
        format!(
            "def f(x, state):\n    if ACTIVE is not None and not on({survivor}):\n        return 'returned', '-1', []\n{}",
            ORIGINAL.trim_start().split_once('\n').unwrap().1
        )
    };
    let judgement = with_mutants(&text(3), 6, Origin::Synthesized);
    assert_eq!(code(&judgement), Some(ReasonCode::MutantsSurvive));
    let why = judgement.reason.unwrap().text;
    assert!(
        why.contains("5 of 6") && why.contains("line 13: - for +"),
        "{why}"
    );
    let judgement = with_mutants(&text(99), 6, Origin::Synthesized);
    assert_eq!(judgement.verdict, Verdict::Equivalent);
    let judgement = with_mutants(&text(99), 2, Origin::Synthesized);
    assert_eq!(code(&judgement), Some(ReasonCode::MutantsSurvive));
}

#[test]
fn a_copy_that_does_something_else_by_itself_says_nothing() {
    let text = "def f(x, state):\n    return 'returned', 'other', []\n";
    let judgement = with_mutants(text, 6, Origin::Verbatim);
    assert!(judgement.score.is_none());
    assert!(
        judgement
            .notes
            .iter()
            .any(|note| note.code == "mutants_not_judged")
    );
    let judgement = with_mutants(text, 6, Origin::Synthesized);
    assert_eq!(code(&judgement), Some(ReasonCode::MutantsSurvive));
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
        branch: None,
        waiver: None,
    };
    vec![probe(true, 1), probe(false, 3), probe(false, 4)]
}

fn candidate(origin: Origin) -> Candidate {
    Candidate {
        replaced: Vec::new(),
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
            cut: false,
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
    let mut bench = Bench::new();
    bench.settings.inputs = Some(20_000);
    let judgement = bench.judge(ORIGINAL, &module, &candidate(Origin::Verbatim));
    assert_eq!(
        judgement.verdict,
        Verdict::Different,
        "{:?}",
        judgement.evidence
    );
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
fn reports_that_are_too_large_to_read_are_made_of_fewer_inputs() {
    let verbose = "def f(x, state):\n    return 'returned', 'x' * 400_000 + str(len(x)), [0]\n";
    let mut bench = Bench::new();
    let subject = bench.subject(verbose, vec![]);
    let inputs: Vec<Vec<u8>> = (0..200).map(|length| vec![0; length]).collect();
    let runner = Runner::new(&PlainHost).unwrap();
    let seen = runner.run(&subject, "original", &inputs).unwrap();
    let ends = |(length, seen): (usize, &Seen)| {
        let observation = seen.observation().expect("it is compared");
        assert!(observation.value.ends_with(&format!("x{length}")));
    };
    seen.iter().enumerate().for_each(ends);
    assert_eq!(seen.len(), 200);
}

#[test]
fn an_original_that_throws_dice_is_inconclusive() {
    let original = ORIGINAL.replace("str(sum(x))", "str(random.random())");
    let judgement = judged_in_short(&original, &original);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert!(judgement.evidence.nondeterministic > 0);
}

#[test]
fn a_coin_thrown_once_for_all_inputs_is_no_difference() {
    // As a map in a static does: the first to use it is steady, and who comes after sees the order of that process.
    let original = ORIGINAL.replace(
        "    return \"returned\"",
        "    known = 'coin' in state\n    coin = state.setdefault('coin', random.random() < 0.5)\n    if known and x[:1] == b'\\x03': return 'returned', str(coin), [0, 2]\n    return \"returned\"",
    );
    let judgement = judged(&original, &original);
    assert!(judgement.evidence.nondeterministic > 0);
    assert_eq!(judgement.verdict, Verdict::Equivalent);
}

#[test]
fn a_module_that_throws_dice_alone_is_never_equivalent() {
    let module = ORIGINAL.replace("sum(x)", "sum(x) + (random.random() < 0.01)");
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
fn a_way_of_a_branch_that_was_never_gone_matters_where_text_is_not_the_author_s() {
    for (origin, wanted) in [
        (Origin::Verbatim, None),
        (Origin::Synthesized, Some(ReasonCode::LinesNotReached)),
    ] {
        let mut bench = Bench::new();
        let mut all = probes();
        all.push(Probe {
            definition: definition(),
            entry: false,
            line: 3,
            branch: Some("always is".into()),
            waiver: None,
        });
        let harness = Harness {
            mutants: None,
            bulk: None,
            leaves_out: None,
            driver: Driver::default(),
            original: bench.subject(ORIGINAL, vec![]),
            module: bench.subject(ORIGINAL, all),
            folders: bench.folders,
        };
        let settings = Settings {
            inputs: Some(1200),
            ..Settings::default()
        };
        let judgement = judge(&candidate(origin), &harness, &settings, &PlainHost).unwrap();
        assert_eq!(code(&judgement), wanted, "{:?}", judgement.reason);
        let branches = &judgement.evidence.coverage.branches;
        assert_eq!((branches.total, branches.hit), (1, 0));
        assert_eq!(branches.missed[0].2, "always is");
        if let Some(reason) = judgement.reason {
            assert!(
                reason
                    .text
                    .ends_with("line 3 of the module, the branch always is")
            );
        }
        assert_eq!(judgement.evidence.coverage.lines, 2);
    }
}

/// The long ones are left out; what sums them runs for these alone.
#[test]
fn what_ran_for_inputs_alone_that_are_left_out_lies_behind_that() {
    const ORIGINAL: &str = r#"
def f(x, state):
    return "returned", str(sum(x)), [0, 1] if len(x) > 8 else [0]
"#;
    const MODULE: &str = r#"
def f(x, state):
    if len(x) > LONG:
        return "left_out", "left out of this module: long ones", [0, 1]
    return "returned", str(sum(x)), [0, 2]
"#;
    let behind = Definition {
        name: "p::behind".into(),
        lines: [10, 12],
        ..definition()
    };
    let entry = |definition: &Definition| Probe {
        definition: definition.clone(),
        entry: true,
        line: definition.lines[0],
        branch: None,
        waiver: None,
    };
    for (long, holds) in [("8", true), ("20", false)] {
        let mut bench = Bench::new();
        let original = vec![entry(&definition()), entry(&behind)];
        let module = MODULE.replace("LONG", long);
        let harness = Harness {
            mutants: None,
            bulk: None,
            leaves_out: Some(BTreeSet::new()),
            driver: Driver::default(),
            original: bench.subject(ORIGINAL, original),
            module: bench.subject(&module, probes()),
            folders: bench.folders,
        };
        let mut taken = candidate(Origin::Verbatim);
        taken.replaced.push(behind.clone());
        let settings = Settings {
            inputs: Some(1200),
            ..Settings::default()
        };
        let judgement = judge(&taken, &harness, &settings, &PlainHost).unwrap();
        assert!(judgement.evidence.left_out > 0);
        let found = judgement.behind.expect("something is left out");
        assert_eq!(found.holds(&behind), holds, "{found:?}");
        assert!(!found.holds(&definition()), "{found:?}");
    }
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
        branch: None,
        waiver: None,
    };
    let harness = Harness {
        mutants: None,
        bulk: None,
        leaves_out: None,
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
        mutants: None,
        bulk: None,
        leaves_out: None,
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
        mutants: None,
        bulk: None,
        leaves_out: None,
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

#[test]
fn inputs_that_all_have_to_be_compared_differ_agree_or_fall_short() {
    let met = |original: &str, module: &str| {
        let mut bench = Bench::new();
        let harness = Harness {
            mutants: None,
            bulk: None,
            leaves_out: None,
            driver: Driver::default(),
            original: bench.subject(original, vec![]),
            module: bench.subject(module, probes()),
            folders: bench.folders,
        };
        let inputs = [vec![1], vec![2, 3], vec![255, 1, 1, 1]];
        meet(
            &candidate(Origin::Synthesized),
            &harness,
            &bench.settings,
            &inputs,
            false,
            &PlainHost,
        )
        .unwrap()
    };
    assert!(matches!(met(ORIGINAL, ORIGINAL), Met::All));
    // The case that was lost is met by one of the inputs alone.
    let lost = ORIGINAL.replace("len(x) > 3", "len(x) > 4");
    match met(ORIGINAL, &lost) {
        Met::Differ(found) => assert_eq!(found.input, "ff000000", "made small"),
        other => panic!("{other:?}"),
    }
    // What one of them shows can't be told, as the original does not repeat it.
    let wavering = ORIGINAL.replace("\"too large\"", "str(random.random())");
    match met(&wavering, &wavering) {
        Met::Short(why) => assert_eq!(why, "2 of 3 could be compared"),
        other => panic!("{other:?}"),
    }
}
