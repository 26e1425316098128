//! The workers of a batch.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ripout_model::{Failure, Stop};

use crate::{
    batch::{
        jobs::{Expectation, Job},
        state::State,
    },
    evidence::Report,
};

/// What became of a job.
#[derive(Debug)]
pub struct Outcome {
    /// The job.
    pub job: Job,
    /// Its result, or why there is none.
    pub result: Result<Report, Failure>,
    /// Whether it was finished by an earlier run.
    pub earlier: bool,
    /// How long it took this time.
    pub took: Duration,
}

impl Outcome {
    /// Whether it came out as the file says.
    pub fn expectation(&self) -> Expectation {
        let report = self.result.as_ref().ok();
        let reason = report.and_then(|report| report.reason.as_ref());
        let verdict = report.map(|report| report.verdict);
        self.job
            .compare(verdict, reason.map(|reason| reason.code.as_str()))
    }

    /// The exit code `ripout extract` would have had.
    pub fn exit_code(&self) -> u8 {
        self.result
            .as_ref()
            .map_or(2, |report| report.verdict.exit_code())
    }
}

/// Runs jobs, some at a time, in the order of the file. `extract` makes a result of a job; `tell` hears of each as it
/// ends. Jobs that an earlier run finished are not run again.
pub fn run(
    jobs: Vec<Job>,
    workers: usize,
    state: &State,
    extract: &(dyn Fn(&Job) -> Result<Report, Stop> + Sync),
    tell: &(dyn Fn(&Outcome) + Sync),
) -> Result<Vec<Outcome>, Stop> {
    let order: Vec<String> = jobs.iter().map(|job| job.id.clone()).collect();
    let waiting = Mutex::new(VecDeque::from(jobs));
    let ended = Mutex::new((Vec::new(), None));
    let work = || {
        loop {
            let job = waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let Some(job) = job else { return };
            match one(job, state, extract) {
                Ok(outcome) => {
                    tell(&outcome);
                    ended
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                        .push(outcome);
                }
                Err(stop) => {
                    // Whoever asked to stop means all of it.
                    waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .clear();
                    ended.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(stop);
                    return;
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers.max(1) {
            scope.spawn(work);
        }
        work();
    });
    let (mut outcomes, stop): (Vec<Outcome>, Option<Stop>) =
        ended.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(stop) = stop {
        return Err(stop);
    }
    outcomes.sort_by_key(|outcome| order.iter().position(|id| *id == outcome.job.id));
    Ok(outcomes)
}

fn one(
    job: Job,
    state: &State,
    extract: &(dyn Fn(&Job) -> Result<Report, Stop> + Sync),
) -> Result<Outcome, Stop> {
    if let Some(report) = state.finished(&job) {
        return Ok(Outcome {
            job,
            result: Ok(report),
            earlier: true,
            took: Duration::ZERO,
        });
    }
    let begun = Instant::now();
    // A defect that shows on one package must not cost the results of all others; it is told as what it is.
    let result = match catch_unwind(AssertUnwindSafe(|| extract(&job))) {
        Ok(Ok(report)) => Ok(report),
        Ok(Err(Stop::Interrupted)) => return Err(Stop::Interrupted),
        Ok(Err(Stop::Failed(failure))) => Err(failure),
        Ok(Err(Stop::Refused(reason) | Stop::Inconclusive(reason))) => Err(reason.into()),
        Err(panic) => {
            let said = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(
                Failure::new("defect", format!("ripout itself failed: {said}"))
                    .help("this is a defect of ripout's; please report it with the job"),
            )
        }
    };
    // What failed may work the next time: only results are kept.
    if let Ok(report) = &result {
        state.finish(&job, report).map_err(|e| {
            Failure::new(
                "output_folder_unwritable",
                format!("note a finished job: {e}"),
            )
        })?;
    }
    Ok(Outcome {
        job,
        result,
        earlier: false,
        took: begun.elapsed(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ripout_model::{Source, SourceKind, Verdict};

    use super::*;

    fn jobs(ids: &[&str]) -> Vec<Job> {
        ids.iter()
            .map(|id| {
                toml::from_str(&format!("id = \"{id}\"\nrepo = \".\"\nsymbol = \"x\"")).unwrap()
            })
            .collect()
    }

    fn report() -> Report {
        let source = Source {
            kind: SourceKind::Folder,
            name: "x".into(),
            version: None,
            rev: None,
            licence: None,
        };
        Report::new("rust", &source, &["x".into()], Verdict::Equivalent)
    }

    #[test]
    fn one_bad_job_does_not_cost_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::claim(folder.path()).unwrap();
        let extract = |job: &Job| match job.id.as_str() {
            "b" => panic!("a defect"),
            "c" => Err(Failure::new("network", "down").into()),
            _ => Ok(report()),
        };
        let told = AtomicUsize::new(0);
        let tell = |_: &Outcome| {
            told.fetch_add(1, Ordering::SeqCst);
        };
        let outcomes = run(jobs(&["a", "b", "c", "d"]), 3, &state, &extract, &tell).unwrap();
        let codes: Vec<u8> = outcomes.iter().map(Outcome::exit_code).collect();
        assert_eq!(codes, [0, 2, 2, 0]);
        assert_eq!(told.into_inner(), 4);
        let failure = outcomes[1].result.as_ref().unwrap_err();
        assert!(failure.text.contains("a defect"), "{}", failure.text);
    }

    #[test]
    fn an_interrupted_batch_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::claim(folder.path()).unwrap();
        let finish = |job: &Job| {
            std::fs::create_dir_all(state.out(job)).unwrap();
            std::fs::write(state.out(job).join("result.json"), "{}").unwrap();
            Ok(report())
        };
        let stopping = |job: &Job| match job.id.as_str() {
            "b" => Err(Stop::Interrupted),
            _ => finish(job),
        };
        let tell = |_: &Outcome| {};
        let stopped = run(jobs(&["a", "b", "c"]), 1, &state, &stopping, &tell);
        assert!(matches!(stopped, Err(Stop::Interrupted)));
        let outcomes = run(jobs(&["a", "b", "c"]), 1, &state, &finish, &tell).unwrap();
        let earlier: Vec<bool> = outcomes.iter().map(|outcome| outcome.earlier).collect();
        assert_eq!(earlier, [true, false, false]);
    }
}
