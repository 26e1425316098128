//! Tests of a small crate, run on modules of its text.

use ripout_model::{Made, TestOutcome, testing::PlainHost};

use crate::{fixture, harness};

const TEXT: &str = "//! Numbers.\n\nuse std::collections::BTreeMap;\n\n/// Half of a number.\n///\n/// ```\n/// assert_eq!(fixture::half(9), 4);\n/// ```\n///\n/// ```\n/// assert_eq!(fixture::twice(4), 8);\n/// ```\npub fn half(of: u32) -> u32 {\n    of / 2\n}\n\n/// Twice.\npub fn twice(of: u32) -> u32 {\n    of * 2\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    fn sample() -> BTreeMap<u32, u32> { BTreeMap::from([(8, 4)]) }\n\n    #[test]\n    fn halves() {\n        for (of, half_of) in sample() { assert_eq!(half(of), half_of); }\n    }\n\n    #[test]\n    fn odd_ones_are_rounded_down() { assert_eq!(half(7), 3); }\n\n    #[test]\n    fn both() { assert_eq!(twice(half(8)), 8); }\n\n    #[test]\n    fn something_else() { assert_eq!(1 + 1, 2); }\n\n    #[test]\n    fn wrong_everywhere() { assert_eq!(half(2), 2); }\n}\n";

const GIVEN: &str = "//! From outside.\nuse fixture::{half, twice};\n\nmod common;\n\n#[test]\nfn none_is_left() { assert_eq!(half(common::one()), 0); }\n\n#[test]\n#[should_panic]\nfn panics() { assert_eq!(half(2), 3); }\n\n#[test]\nfn more() { assert_eq!(twice(2), 4); }\n";

fn outcomes(module: &str) -> Vec<(String, TestOutcome)> {
    let fixture = fixture::open(TEXT, &["fixture::half"]);
    let original = &fixture.original;
    let tests = original.packages[0].root.join("tests");
    std::fs::create_dir_all(tests.join("common")).unwrap();
    std::fs::write(tests.join("given.rs"), GIVEN).unwrap();
    std::fs::write(tests.join("common/mod.rs"), "pub fn one() -> u32 { 1 }\n").unwrap();
    let candidate = fixture::candidate(original, module);
    let made = harness::harness(
        original,
        &candidate,
        ripout_model::Drive::Inside,
        &PlainHost,
    )
    .expect("it can be asked");
    let Made::Ready(harness) = made else {
        panic!("it has the same API")
    };
    let tests = super::tests(original, &candidate, &harness, &PlainHost).expect("they can be run");
    let tests = tests.expect("there are tests").into_iter();
    tests.map(|test| (test.name, test.outcome)).collect()
}

#[test]
fn tests_of_all_kinds_are_run_by_name() {
    let found = outcomes("pub fn half(of: u32) -> u32 {\n    of / 2\n}\n");
    let passed: Vec<&str> = found
        .iter()
        .filter(|(_, outcome)| *outcome == TestOutcome::Passed)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        passed,
        [
            "src/lib.rs - half (line 7)",
            "src/lib.rs::tests::halves",
            "src/lib.rs::tests::odd_ones_are_rounded_down",
            "tests/given.rs::none_is_left",
            "tests/given.rs::panics",
        ],
        "{found:?}"
    );
    let skipped: Vec<(&str, &str)> = found
        .iter()
        .filter_map(|(name, outcome)| match outcome {
            TestOutcome::Skipped(why) => Some((name.as_str(), why.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    assert!(skipped[0].1.contains("`twice`"), "{skipped:?}");
    assert_eq!(skipped[1].1, "it does not pass on the original here");
}

#[test]
fn a_test_that_fails_on_the_module_alone_says_so() {
    let found = outcomes("pub fn half(of: u32) -> u32 {\n    of / 2 + of % 2\n}\n");
    let failed: Vec<&(String, TestOutcome)> = found
        .iter()
        .filter(|(_, outcome)| matches!(outcome, TestOutcome::Failed(_)))
        .collect();
    let names: Vec<&str> = failed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "src/lib.rs - half (line 7)",
            "src/lib.rs::tests::odd_ones_are_rounded_down",
            "tests/given.rs::none_is_left",
        ],
        "{found:?}"
    );
    let TestOutcome::Failed(said) = &failed[1].1 else {
        panic!("it fails")
    };
    assert!(said.contains("left: 4"), "{said}");
}
