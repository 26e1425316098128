//! Tests of small packages, run against modules that are right and wrong.

use ripout_model::{Harness, Host, Made, Origin, Test, TestOutcome, testing::PlainHost};

use crate::sample::{Sample, candidate, sample};

const SHOUT: &str = "\
def shout(text, times=1):
    \"\"\"Says it aloud.

    >>> from pkg import shout
    >>> shout('a', 2)
    'A!!'
    \"\"\"
    if not text:
        raise ValueError('nothing to say')
    return text.upper() + '!' * times
";

const TESTS: &str = "\
import unittest

import pytest
import pkg
from pkg import shout
from numpy import array

LOUD = shout


@pytest.fixture
def word():
    yield 'b'


@pytest.mark.parametrize('times, end', [(1, '!'), (3, '!!!')])
def test_rows(word, times, end):
    assert LOUD(word, times) == 'B' + end


class TestErrors:
    def test_empty(self, monkeypatch):
        monkeypatch.setenv('WORD', '')
        with pytest.raises(ValueError, match='nothing'):
            pkg.shout('')


class Case(unittest.TestCase):
    def setUp(self):
        self.word = 'c'

    def test_default(self):
        self.assertEqual(shout(self.word), 'C!')

    def test_array(self):
        self.assertEqual(shout(array('a')), 'C!')


def test_wrong():
    assert shout('d') == 'D'


def test_of_others():
    assert pkg.other() == 1


def test_by_name():
    import unittest.mock
    with unittest.mock.patch('pkg.work.shout'):
        assert shout('x')
";

fn package() -> Sample {
    sample(
        &[
            ("pkg/__init__.py", "from .work import shout, other\n"),
            (
                "pkg/work.py",
                &format!("{SHOUT}\n\ndef other():\n    return 1\n"),
            ),
            ("tests/test_shout.py", TESTS),
        ],
        &["pkg.shout"],
    )
}

fn run(sample: &Sample, module: &str) -> Vec<Test> {
    let candidate = candidate(&sample.original, module, Origin::Verbatim);
    let made = crate::harness::harness(
        &sample.original,
        &candidate,
        ripout_model::Drive::Inside,
        &PlainHost,
    );
    let Ok(Made::Ready(harness)) = made else {
        panic!("no harness");
    };
    let harness: &Harness = &harness;
    let host: &dyn Host = &PlainHost;
    super::tests(&sample.original, harness, host)
        .expect("they can be run")
        .expect("there are tests")
}

fn words(tests: &[Test]) -> Vec<String> {
    tests
        .iter()
        .map(|test| {
            let end = match &test.outcome {
                TestOutcome::Passed => "passed".to_owned(),
                TestOutcome::Failed(said) => format!("failed {said}"),
                TestOutcome::Skipped(why) => format!("skipped {why}"),
            };
            format!("{} {end}", test.name)
        })
        .collect()
}

#[test]
fn tests_of_the_symbol_are_run_by_name_and_those_that_cannot_be_had_say_why() {
    assert_eq!(
        words(&run(&package(), SHOUT)),
        [
            "pkg/work.py::pkg.work.shout passed",
            "tests/test_shout.py::Case::test_array skipped needs numpy.array",
            "tests/test_shout.py::Case::test_default passed",
            "tests/test_shout.py::TestErrors::test_empty passed",
            "tests/test_shout.py::test_by_name skipped names pkg.work.shout by a string",
            "tests/test_shout.py::test_rows passed",
            "tests/test_shout.py::test_wrong skipped does not pass on the original as it is run here: AssertionError",
        ]
    );
}

#[test]
fn what_passes_on_the_original_alone_has_failed() {
    let wrong = SHOUT.replace("nothing to say", "no word");
    let tests = words(&run(&package(), &wrong));
    let failed: Vec<&String> = tests
        .iter()
        .filter(|test| test.contains("failed"))
        .collect();
    assert_eq!(
        failed,
        [
            "tests/test_shout.py::TestErrors::test_empty failed AssertionError: 'no word' does not match 'nothing'"
        ]
    );
}
