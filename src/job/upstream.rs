//! The original's own tests, once the search found nothing: one that passes on the original and not on the module is a
//! counterexample like any other.

use ripout_model::{
    Candidate, Harness, Host, LEFT_OUT, Note, Origin, Original, Stop, Test, TestOutcome, Verdict,
};

use crate::judge::{Counterexample, Judgement};

/// Longest word of a failing test that is shown.
const SHOWN: usize = 2000;

/// Runs them where no input speaks against the module; a failure makes it different. That they can't be run is a
/// remark, as the evidence does not rest on them.
pub fn run(
    original: &dyn Original,
    candidate: &Candidate,
    harness: &Harness,
    judgement: &mut Judgement,
    host: &dyn Host,
) -> Result<Option<Vec<Test>>, Stop> {
    // The author's own text lacks evidence and no more where it is inconclusive; what others wrote may be wrong where no
    // input led.
    let wanted = match judgement.verdict {
        Verdict::Equivalent => true,
        Verdict::Inconclusive => candidate
            .definitions
            .iter()
            .any(|taken| taken.origin == Origin::Synthesized),
        Verdict::Different | Verdict::Refused => false,
    };
    if !wanted {
        return Ok(None);
    }
    host.say("the original's own tests", 0, None);
    let mut tests = match original.tests(candidate, harness, host) {
        Ok(tests) => tests,
        Err(Stop::Interrupted) => return Err(Stop::Interrupted),
        Err(stop) => {
            judgement.notes.push(Note::new(
                "upstream_tests_not_run",
                format!("the original's own tests could not be run: {}", told(&stop)),
            ));
            None
        }
    };
    if harness.leaves_out.is_some() {
        for test in tests.iter_mut().flatten() {
            if matches!(&test.outcome, TestOutcome::Failed(said) if said.contains(LEFT_OUT)) {
                let why = "it meets what the module leaves out";
                test.outcome = TestOutcome::Skipped(why.into());
            }
        }
    }
    let failed = tests.iter().flatten().find_map(|test| match &test.outcome {
        TestOutcome::Failed(said) => Some((test, said)),
        TestOutcome::Passed | TestOutcome::Skipped(_) => None,
    });
    if let Some((test, said)) = failed {
        judgement.verdict = Verdict::Different;
        judgement.reason = None;
        judgement.counterexample = Some(Counterexample {
            input: test.name.clone(),
            original: "passes".into(),
            module: said.trim().chars().take(SHOWN).collect(),
            bytes: Vec::new(),
        });
    }
    Ok(tests)
}

fn told(stop: &Stop) -> String {
    match stop {
        Stop::Refused(reason) | Stop::Inconclusive(reason) => reason.text.clone(),
        Stop::Failed(failure) => failure.to_string(),
        Stop::Interrupted => "interrupted".into(),
    }
}
