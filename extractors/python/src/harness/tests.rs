//! Harnesses on small packages: what the two sides see, line by line.

use ripout_model::{
    Drive, Fate, Harness, Host, Made, Observation, ObservationKind, Origin, Outcome, Subject,
    testing::PlainHost,
};

use crate::sample::{Sample, candidate, sample};

fn made(sample: &Sample, module: &str) -> Harness {
    driven(sample, module, Drive::Inside)
}

fn driven(sample: &Sample, module: &str, drive: Drive<'_>) -> Harness {
    let candidate = candidate(&sample.original, module, Origin::Verbatim);
    match super::harness(&sample.original, &candidate, drive, &PlainHost).expect("a harness") {
        Made::Ready(harness) => *harness,
        Made::Unviable(why) => panic!("{why}"),
    }
}

/// Observations of one side, and the lines of its probes that were hit.
fn run(subject: &Subject, inputs: &[Vec<u8>]) -> (Vec<Observation>, Vec<u32>) {
    let folder = PlainHost.folder("run").expect("a folder");
    let mut bytes = Vec::new();
    for input in inputs {
        bytes.extend(u32::try_from(input.len()).expect("short").to_le_bytes());
        bytes.extend(input);
    }
    let inputs = folder.write("inputs", &bytes).expect("written");
    let observations = folder.write("observations", b"").expect("written");
    let command = subject.command.clone().arg(inputs).arg(observations);
    let answer = PlainHost.run(&command).expect("it runs");
    let text = folder.read("observations").expect("read");
    let seen: Vec<Observation> = String::from_utf8(text)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an observation"))
        .collect();
    assert!(answer.ok() || !seen.is_empty(), "{}", answer.errors());
    let mut lines: Vec<u32> = seen
        .iter()
        .flat_map(|seen| &seen.hits)
        .map(|hit| subject.probes[*hit as usize].line)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    (seen, lines)
}

/// Bytes without a pattern, the same in every run.
fn many(count: usize) -> Vec<Vec<u8>> {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    (0..count)
        .map(|_| (0..24).map(|_| next()).collect())
        .collect()
}

const CHUNKS: &str = "\
def chunks(size, seq):
    \"\"\"Parts of a sequence.

    >>> list(chunks(2, [1, 2, 3]))
    [[1, 2], [3]]
    \"\"\"
    if size < 1:
        raise ValueError('size')
    part = []
    for one in seq:
        part.append(one)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
";

fn chunks() -> Sample {
    sample(
        &[
            ("pkg/__init__.py", "from .work import chunks\n"),
            ("pkg/work.py", CHUNKS),
        ],
        &["pkg.chunks"],
    )
}

#[test]
fn both_sides_see_the_same_and_every_line_runs() {
    let sample = chunks();
    let harness = made(&sample, CHUNKS);
    let mut inputs = harness.driver.seeds.clone();
    inputs.extend(many(600));
    let (original, reached) = run(&harness.original, &inputs);
    let (module, lines) = run(&harness.module, &inputs);
    assert_eq!(original.len(), inputs.len());
    for (one, other) in original.iter().zip(&module) {
        assert_eq!(
            (&one.input, one.kind, &one.value),
            (&other.input, other.kind, &other.value)
        );
    }
    assert_eq!(reached, [1], "the original ran its one definition");
    assert_eq!(lines, [1, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    let returned = original
        .iter()
        .filter(|seen| seen.kind == ObservationKind::Returned)
        .count();
    assert!(
        returned * 5 > inputs.len(),
        "{returned} of {} returned",
        inputs.len()
    );
    let distinct: std::collections::BTreeSet<&String> =
        original.iter().map(|seen| &seen.input).collect();
    assert!(distinct.len() > 300, "{} distinct inputs", distinct.len());
    assert!(
        original[0].input.contains("chunks(2, [1, 2, 3])"),
        "{}",
        original[0].input
    );
}

#[test]
fn mutants_are_run_in_process_on_the_inputs_that_reach_them() {
    let text = "from functools import lru_cache\n\n\nclass Adder:\n    def add(self, n):\n        return n + 2\n\n\n@lru_cache(maxsize=None)\ndef twice(n: int = 1) -> int:\n    \"\"\"\n    >>> twice(3)\n    9\n    \"\"\"\n    if n > 100000:\n        n += 0\n    if n < 0 and False:\n        n = 7\n    for _ in [n]:\n        abs(n)\n        continue\n    while 6 < n < 9:\n        n -= 1\n    return Adder().add(n * 2 + 1)\n\n\ndef never():\n    return 5\n";
    let sample = sample(&[("pkg/__init__.py", text)], &["pkg.twice"]);
    let harness = made(&sample, text);
    let mut inputs = harness.driver.seeds.clone();
    inputs.extend(many(300));
    let planter = harness.mutants.as_ref().expect("Python plants faults");
    let mutants = planter.plant(&PlainHost).expect("planted");
    let (seen, _) = run(&mutants.subject, &inputs);
    let (module, _) = run(&harness.module, &inputs);
    for (one, other) in seen.iter().zip(&module) {
        assert_eq!(
            (&one.input, &one.value),
            (&other.input, &other.value),
            "no mutant is active"
        );
    }
    let folder = PlainHost.folder("mutants").expect("a folder");
    let mut bytes = Vec::new();
    for input in &inputs {
        bytes.extend(u32::try_from(input.len()).expect("short").to_le_bytes());
        bytes.extend(input);
    }
    let inputs = folder.write("inputs", &bytes).expect("written");
    let mut fates: Vec<(&str, u32, Fate)> = Vec::new();
    while fates.len() < mutants.planted.len() {
        let outcomes = folder.write("outcomes", b"").expect("written");
        let command = mutants.subject.command.clone().arg(&inputs).arg(outcomes);
        let (from, to) = (fates.len().to_string(), mutants.planted.len().to_string());
        let answer = PlainHost.run(&command.arg(from).arg(to)).expect("it runs");
        let text = String::from_utf8(folder.read("outcomes").expect("read")).expect("text");
        let (first, rest) = text.split_once('\n').expect("a line");
        assert_eq!(first, "known", "{}", answer.errors());
        assert!(
            !rest.is_empty(),
            "the first mutant of a process gets its line"
        );
        fates.extend(rest.lines().map(|line| {
            let outcome: Outcome = serde_json::from_str(line).expect("an outcome");
            let mutant = &mutants.planted[outcome.mutant as usize];
            (mutant.operator.as_str(), mutant.line, outcome.fate)
        }));
    }
    assert_eq!(fates.len(), mutants.planted.len());
    for expected in [
        // In a method that is called from a function whose results are kept.
        ("arithmetic", 6, Fate::Killed),
        ("arithmetic", 24, Fate::Killed),
        // `n += 0` may as well be left out.
        ("deleted statement", 16, Fate::Survived),
        // What is not called shows nothing.
        ("constant", 28, Fate::Survived),
        // Text that is never reached leaves no code, and the end of a loop's body goes on by itself.
        ("constant", 18, Fate::Equivalent),
        ("deleted statement", 21, Fate::Equivalent),
    ] {
        assert!(fates.contains(&expected), "{expected:?} not in {fates:?}");
    }
    // Without its end the loop goes on for ever, if an input comes there.
    let endless = fates.iter().filter(|(_, line, _)| *line == 23);
    assert!(
        endless.clone().count() > 0
            && endless
                .clone()
                .all(|(_, _, fate)| *fate != Fate::Unfinished)
    );
}

#[test]
fn both_ways_of_each_branch_have_a_probe_and_marks_change_nothing() {
    let text = "class Truth:\n    asked = 0\n\n    def __bool__(self):\n        Truth.asked += 1\n        return Truth.asked % 2 == 0\n\n\ndef weigh(n: int = 1, word: str = '') -> object:\n    \"\"\"\n    >>> weigh(3, 'a')\n    \"\"\"\n    Truth.asked = n\n    found = Truth() or word or n\n    if n > 3 and not word:\n        found = 'few' if n < 9 else [one for one in range(20) if one > n]\n    for sign in word:\n        if id(sign) < 0:\n            break\n    try:\n        n = 10 // n\n    except ZeroDivisionError:\n        found = None\n    if n == 123456789.5:\n        raise NotImplementedError(n)\n    return type(found).__name__, Truth.asked, found is word\n";
    let sample = sample(&[("pkg/__init__.py", text)], &["pkg.weigh"]);
    both_ways(&made(&sample, text));
    // A module with data files is a folder.
    let mut folder = candidate(&sample.original, text, Origin::Verbatim);
    let inner = "weigh/__init__.py";
    folder.module.files[0].path = inner.into();
    folder.definitions[0].module_file = inner.into();
    match super::harness(&sample.original, &folder, Drive::Inside, &PlainHost) {
        Ok(Made::Ready(harness)) => both_ways(&harness),
        other => panic!("no harness: {:?}", other.err()),
    }
}

fn both_ways(harness: &Harness) {
    let mut inputs = harness.driver.seeds.clone();
    inputs.extend(many(600));
    let (original, _) = run(&harness.original, &inputs);
    let (module, _) = run(&harness.module, &inputs);
    for (one, other) in original.iter().zip(&module) {
        assert_eq!(
            (&one.input, one.kind, &one.value),
            (&other.input, other.kind, &other.value)
        );
    }
    let hits: std::collections::BTreeSet<usize> = module
        .iter()
        .flat_map(|seen| &seen.hits)
        .map(|hit| *hit as usize)
        .collect();
    let ways: Vec<_> = (0..)
        .zip(&harness.module.probes)
        .filter_map(|(id, probe)| Some((id, probe, probe.branch.as_deref()?)))
        .collect();
    let never: Vec<(u32, &str, Option<&str>)> = ways
        .iter()
        .filter(|(id, _, _)| !hits.contains(id))
        .map(|(_, probe, way)| (probe.line, *way, probe.waiver.as_deref()))
        .collect();
    assert_eq!(
        never,
        [
            (18, "is never taken where `id(sign) < 0` holds", None),
            (
                24,
                "is never taken where `n == 123456789.5` holds",
                Some("raises NotImplementedError: a member that others override")
            ),
        ],
        "of {} ways",
        ways.len()
    );
    for expected in [
        (14, "is never taken where `Truth()` holds"),
        (14, "is never taken where `word` does not hold"),
        (15, "is never taken where `word` holds"),
        (16, "is never taken where `one > n` does not hold"),
        (17, "into the loop is never taken"),
        (22, "into the handler is never taken"),
    ] {
        let there = ways
            .iter()
            .any(|(_, probe, way)| (probe.line, *way) == expected);
        assert!(there, "{expected:?} is no way");
    }
}

#[test]
fn planted_faults_are_seen() {
    let sample = chunks();
    for (before, after) in [
        ("size < 1", "size < 0"),
        ("len(part) == size", "len(part) >= size"),
        ("('size')", "('length')"),
        ("    if part:\n        yield part\n", "    yield part\n"),
    ] {
        let harness = made(&sample, &CHUNKS.replace(before, after));
        let mut inputs = harness.driver.seeds.clone();
        inputs.extend(many(600));
        let (original, _) = run(&harness.original, &inputs);
        let (module, _) = run(&harness.module, &inputs);
        let differs = original
            .iter()
            .zip(&module)
            .any(|(one, other)| one.value != other.value)
            || original.len() != module.len();
        assert!(differs, "{after}");
    }
}

const STACK: &str = "\
class Stack:
    def __init__(self, items=()):
        self._items = list(items)

    def push(self, item):
        self._items.append(item)
        return self

    def pop(self):
        return self._items.pop()

    def __len__(self):
        return len(self._items)

    def __eq__(self, other):
        if not isinstance(other, Stack):
            return NotImplemented
        return self._items == other._items
";

#[test]
fn a_class_is_exercised_through_its_methods_and_operators() {
    let sample = sample(
        &[("pkg/__init__.py", ""), ("pkg/work.py", STACK)],
        &["pkg.work.Stack"],
    );
    let harness = made(&sample, STACK);
    let (original, _) = run(&harness.original, &many(800));
    let (module, lines) = run(&harness.module, &many(800));
    assert!(
        original
            .iter()
            .zip(&module)
            .all(|(one, other)| one.value == other.value)
    );
    for line in [3, 6, 7, 10, 13, 16, 17, 18] {
        assert!(lines.contains(&line), "line {line} did not run: {lines:?}");
    }
    let harness = made(&sample, &STACK.replace(".pop()", ".pop(0)"));
    let (module, _) = run(&harness.module, &many(800));
    assert!(
        original
            .iter()
            .zip(&module)
            .any(|(one, other)| one.value != other.value)
    );
}

#[test]
fn a_subject_that_ends_the_process_fakes_nothing() {
    let text = "import os, sys\n\ndef leave(how: int):\n    if how == 3:\n        sys.exit('bye')\n    if how > 200:\n        os._exit(0)\n    return how\n";
    let sample = sample(
        &[("pkg/__init__.py", ""), ("pkg/work.py", text)],
        &["pkg.work.leave"],
    );
    let harness = made(&sample, text);
    // Two literals that decode to small numbers, and one above 200.
    let inputs: Vec<Vec<u8>> = (0..40_u8)
        .map(|value| vec![0, 0, 0, value])
        .chain([vec![0, 0, 6, 230]])
        .collect();
    let (seen, _) = run(&harness.original, &inputs);
    assert!(seen.len() <= inputs.len());
    assert!(
        seen.iter()
            .any(|seen| seen.value.contains("SystemExit('bye')")),
        "{seen:?}"
    );
}

#[test]
fn a_constant_is_one_input() {
    let text = "LIMITS = {'a': 1.5, 'b': [1, float('nan')]}\n";
    let sample = sample(
        &[("pkg/__init__.py", ""), ("pkg/work.py", text)],
        &["pkg.work.LIMITS"],
    );
    let harness = made(&sample, text);
    assert_eq!(harness.driver.exhaustive, Some(vec![vec![]]));
    let (seen, lines) = run(&harness.module, &[vec![]]);
    assert_eq!(seen[0].value, "{'a': 1.5, 'b': [1, nan]}");
    assert_eq!(lines, [1]);
}

#[test]
fn an_input_tells_how_many_of_its_bytes_say_something() {
    let sample = chunks();
    let harness = made(&sample, CHUNKS);
    let inputs = many(200);
    let (seen, _) = run(&harness.original, &inputs);
    let read: Vec<Vec<u8>> = inputs
        .iter()
        .zip(&seen)
        .map(|(input, seen)| input[..seen.used.expect("it is told")].to_vec())
        .collect();
    assert!(read.iter().any(|input| input.len() < 12), "{read:?}");
    let (again, _) = run(&harness.original, &read);
    for (one, other) in seen.iter().zip(&again) {
        assert_eq!((&one.input, &one.value), (&other.input, &other.value));
    }
}

#[test]
fn the_second_run_sees_the_same_without_probes() {
    let sample = chunks();
    let harness = made(&sample, CHUNKS);
    let (first, lines) = run(&harness.original, &many(100));
    let (second, none) = run(&harness.original.repeated(), &many(100));
    assert!(!lines.is_empty() && none.is_empty());
    for (one, other) in first.iter().zip(&second) {
        assert_eq!((&one.input, &one.value), (&other.input, &other.value));
    }
}

#[test]
fn the_driver_is_the_same_whenever_it_is_made() {
    let sample = chunks();
    let (one, other) = (made(&sample, CHUNKS), made(&sample, CHUNKS));
    assert_eq!(one.driver.text, other.driver.text);
    assert_eq!(one.driver.seeds, other.driver.seeds);
}

const PARTS: &str = "\
def _ending(last):
    return 'st' if last == 1 else 'th'

def ordinal(number: int):
    return str(number) + _ending(number % 10)
";

#[test]
fn a_driver_of_public_names_alone_serves_text_in_the_place_of_helpers() {
    let sample = sample(
        &[("pkg/__init__.py", ""), ("pkg/work.py", PARTS)],
        &["pkg.work.ordinal"],
    );
    let module = |text: &str| ripout_model::Module {
        stem: "ordinal".into(),
        files: vec![ripout_model::ModuleFile {
            path: "ordinal.py".into(),
            bytes: text.as_bytes().to_vec(),
        }],
        editions: vec![],
    };
    let harness = |text: &str, drive: Drive<'_>| {
        let read = crate::read::read(&sample.original, "file", module(text), &PlainHost);
        let candidate = read.expect("it is read");
        match super::harness(&sample.original, &candidate, drive, &PlainHost) {
            Ok(Made::Ready(harness)) => harness,
            Ok(Made::Unviable(why)) => panic!("{why}"),
            Err(stop) => panic!("{stop:?}"),
        }
    };
    assert!(harness(PARTS, Drive::Inside).driver.inside);
    let outside = harness(PARTS, Drive::Outside).driver.clone();
    assert!(!outside.inside);
    let other = "def ordinal(number: int):\n    return str(number) + ('st' if number % 10 == 1 else 'th')\n";
    let harness = harness(other, Drive::As(&outside));
    assert_eq!(harness.driver.text, outside.text);
    let inputs = many(200);
    let (original, _) = run(&harness.original, &inputs);
    let (module, _) = run(&harness.module, &inputs);
    assert!(original.iter().any(|seen| seen.value.contains("st")));
    for (one, other) in original.iter().zip(&module) {
        assert_eq!((&one.input, &one.value), (&other.input, &other.value));
    }
}

const WAITS: &str = "\
import time
from time import sleep

def waits(seconds):
    begun = time.monotonic()
    sleep(seconds)
    time.sleep(3600)
    return time.monotonic() - begun >= 3600 + seconds
";

#[test]
fn who_sleeps_is_not_kept_waiting_and_finds_the_clock_as_late() {
    let sample = sample(
        &[("pkg/__init__.py", ""), ("pkg/work.py", WAITS)],
        &["pkg.work.waits"],
    );
    let harness = made(&sample, WAITS);
    let (seen, _) = run(&harness.module, &many(60));
    assert_eq!(seen.len(), 60);
    let told = |kind, value: &str| {
        seen.iter()
            .any(|seen| seen.kind == kind && seen.value.contains(value))
    };
    assert!(told(ObservationKind::Returned, "True"), "{seen:?}");
    assert!(told(ObservationKind::Raised, "TypeError"), "{seen:?}");
}

const FORM: &str = "\
class Form:
    fields = ()

    def load(self, data):
        found = {name: data[name] for name in self.fields}
        for hook in [name for name in dir(self) if hasattr(getattr(self, name), '_hook')]:
            found = self._run(hook, found)
        return found

    def _run(self, name, found):
        return getattr(self, name)(found)
";

/// What drives a class that is made to be inherited from stands in tests alone: with helpers of their folder, a fixture, and
/// a decorator of the package that the class does not reach.
#[test]
fn tests_go_along_with_the_text_that_they_need() {
    let hooks = "LABEL = 'hook'\n\ndef hook(function: 'object') -> 'object':\n    function._hook = LABEL\n    return function\n";
    let files = [
        (
            "pkg/__init__.py",
            "from .form import Form\nfrom .hooks import hook\n",
        ),
        ("pkg/form.py", FORM),
        ("pkg/hooks.py", hooks),
        (
            "tests/conftest.py",
            "import pytest\n\n@pytest.fixture\ndef data():\n    return {'a': 1, 'b': 2}\n",
        ),
        ("tests/__init__.py", ""),
        (
            "tests/base.py",
            "from pkg import Form, hook\n\nclass Upper(Form):\n    fields = ('a', 'b')\n\n    @hook\n    def doubled(self, found):\n        return {name: 2 * one for name, one in found.items()}\n",
        ),
        (
            "tests/test_form.py",
            "from .base import Upper\nfrom pkg import Form\n\ndef test_doubled(data):\n    assert Form().load(data) == {}\n    assert Upper().load(data) == {'a': 2, 'b': 4}\n",
        ),
    ];
    let sample = sample(&files, &["pkg.Form"]);
    let harness = made(&sample, FORM);
    let (original, _) = run(&harness.original, &harness.driver.seeds);
    let (module, lines) = run(&harness.module, &harness.driver.seeds);
    assert!(lines.contains(&11), "the hook did not run: {lines:?}");
    for (one, other) in original.iter().zip(&module) {
        assert_eq!((&one.input, &one.value), (&other.input, &other.value));
    }
    assert!(
        module
            .iter()
            .any(|seen| seen.value.contains("{'a': 2, 'b': 4}"))
    );
}
