//! One candidate before the judge: gates, search, the original's own tests.

use std::{collections::BTreeSet, time::Instant};

use ripout_model::{
    Candidate, Drive, Driver, Gate, Harness, Made, ModuleFile, Original, Reason, ReasonCode, Stop,
    Taken, Test, Verdict, left_out,
};

use super::{
    Latest, Run,
    precedent::{self, Precedent},
    size, upstream,
};
use crate::{
    evidence::report::seconds,
    judge::{self, Counterexample, Judgement, Met},
};

/// What the sides are fed.
pub(super) enum Feed<'a> {
    /// Whatever the search comes up with.
    Search,
    /// The same, until it is sure that definitions are missing for which the slice's judgement has to be asked.
    Glance,
    /// The same, through public names alone: what text in the module's place can be compared on.
    Outside,
    /// These, in order: the last is compared.
    Exactly(&'a [Vec<u8>]),
}

/// What became of one candidate.
pub(super) enum Outcome {
    Judged {
        judgement: Box<Judgement>,
        frozen: Vec<ModuleFile>,
        driver: Box<Driver>,
        /// The original's own tests, where they were run.
        tests: Option<Vec<Test>>,
    },
    Unviable(String),
    Inconclusive(Reason),
}

impl Outcome {
    /// A judge that can't go on is inconclusive; everything else ends the run.
    pub(super) fn from_stop(stop: Stop) -> Result<Self, Stop> {
        match stop {
            Stop::Inconclusive(reason) => Ok(Outcome::Inconclusive(reason)),
            other => Err(other),
        }
    }

    pub(super) fn judgement(&self) -> Option<&Judgement> {
        match self {
            Outcome::Judged { judgement, .. } => Some(judgement),
            Outcome::Unviable(_) | Outcome::Inconclusive(_) => None,
        }
    }

    pub(super) fn word(&self) -> &'static str {
        match self {
            Outcome::Judged { judgement, .. } => judgement.verdict.word(),
            Outcome::Unviable(_) => "unviable",
            Outcome::Inconclusive(_) => Verdict::Inconclusive.word(),
        }
    }

    /// Whether a module that came to this may stand: nothing speaks against it.
    pub(super) fn viable(&self) -> bool {
        matches!(self.word(), "equivalent" | "inconclusive")
    }

    /// What is said of it where it is not equivalent.
    pub(super) fn told(&self) -> Option<String> {
        match self {
            Outcome::Judged { judgement, .. } => match &judgement.counterexample {
                Some(found) => Some(format!(
                    "{}: the original {}, the module {}",
                    found.input, found.original, found.module
                )),
                None => judgement.reason.as_ref().map(|it| it.text.clone()),
            },
            Outcome::Unviable(why) => Some(why.clone()),
            Outcome::Inconclusive(reason) => Some(reason.text.clone()),
        }
    }
}

impl Run<'_> {
    pub(super) fn judge(
        &mut self,
        original: &dyn Original,
        candidate: &Candidate,
        feed: &Feed<'_>,
        precedent: Option<&Precedent>,
    ) -> Result<Outcome, Stop> {
        let begun = Instant::now();
        self.latest = Latest::default();
        let outcome = self.gates_then_search(original, candidate, feed, precedent);
        self.latest.judged_in = begun.elapsed();
        self.times.judge += seconds(self.latest.judged_in);
        outcome
    }

    fn gates_then_search(
        &mut self,
        original: &dyn Original,
        candidate: &Candidate,
        feed: &Feed<'_>,
        precedent: Option<&Precedent>,
    ) -> Result<Outcome, Stop> {
        self.host.say("gates", 0, None);
        let mut candidate = candidate.clone();
        if let Some(precedent) = precedent {
            candidate.replaced = precedent.replaced(&candidate);
        }
        match original.gate(&candidate, self.host)? {
            Gate::Unviable(why) => return Ok(Outcome::Unviable(why)),
            Gate::Passed {
                editions,
                api_notes,
                notes,
            } => {
                self.latest.gate_notes = notes;
                self.latest.passed = Some((editions.clone(), api_notes));
                // An edition that rejects the module is not searched under.
                candidate.module.editions = editions;
            }
        }
        let candidate = &candidate;
        self.host.say("harness", 0, None);
        // Counting needs nothing that building makes, and building leaves a processor idle at times.
        let language = self.language;
        let (made, sizes) = std::thread::scope(|scope| {
            let sizes = scope.spawn(|| size::of(language, original, &candidate.module));
            let drive = match feed {
                Feed::Outside => Drive::Outside,
                Feed::Search | Feed::Glance | Feed::Exactly(_) => Drive::Inside,
            };
            let made = original.harness(candidate, drive, self.host);
            (made, sizes.join().ok())
        });
        self.latest.sizes = sizes;
        let mut harness = match made? {
            Made::Unviable(why) => return Ok(Outcome::Unviable(why)),
            Made::Ready(harness) => harness,
        };
        self.allow(candidate, &mut harness);
        let mut settings = self.request.settings.clone();
        settings.budget = settings.budget.min(self.ceiling);
        if let Some(precedent) = precedent {
            precedent.feed(&mut harness.driver);
        }
        let mut judgement = match feed {
            Feed::Search | Feed::Outside => {
                judge::judge(candidate, &harness, &settings, self.host)?
            }
            Feed::Glance => judge::glance(candidate, &harness, &settings, self.host)?,
            Feed::Exactly(inputs) => self.replayed(&harness, inputs)?,
        };
        let missed = matches!(feed, Feed::Glance) && precedent::is_missed(candidate, &judgement);
        let tests = match feed {
            Feed::Search | Feed::Glance if !missed => {
                upstream::run(original, candidate, &harness, &mut judgement, self.host)?
            }
            _ => None,
        };
        if let (Some(precedent), Feed::Search) = (precedent, feed) {
            self.hold(
                original,
                candidate,
                Some(&harness),
                precedent,
                &mut judgement,
            )?;
        }
        let frozen = original.freeze(candidate, &harness.driver, &judgement.frozen);
        Ok(Outcome::Judged {
            judgement: Box::new(judgement),
            frozen,
            driver: Box::new(harness.driver.clone()),
            tests,
        })
    }

    /// The same for a module that may hold anybody's text. Where it is not the author's, the slice tells what has to be seen
    /// of what it takes the place of.
    pub(super) fn judge_written(
        &mut self,
        original: &dyn Original,
        candidate: &Candidate,
        feed: &Feed<'_>,
    ) -> Result<Outcome, Stop> {
        let first = match feed {
            Feed::Search if precedent::is_written(candidate) => &Feed::Glance,
            _ => feed,
        };
        let outcome = self.judge(original, candidate, first, None);
        let mut outcome = outcome.or_else(Outcome::from_stop)?;
        let judgement = outcome.judgement();
        let missed = judgement.is_some_and(|it| precedent::is_missed(candidate, it));
        let Outcome::Judged { judgement, .. } = &mut outcome else {
            return Ok(outcome);
        };
        let equivalent = judgement.verdict == Verdict::Equivalent;
        if !(missed || equivalent && precedent::is_written(candidate)) {
            return Ok(outcome);
        }
        let latest = std::mem::take(&mut self.latest);
        let found = self.precedent(original);
        match found? {
            Some(precedent) if equivalent => {
                self.latest = latest;
                self.hold(original, candidate, None, &precedent, judgement)?;
            }
            Some(precedent) => {
                let again = self.judge(original, candidate, feed, Some(&precedent));
                outcome = again.or_else(Outcome::from_stop)?;
            }
            None if equivalent => {
                self.latest = latest;
                precedent::alone(candidate, judgement);
            }
            None => {
                let again = self.judge(original, candidate, feed, None);
                outcome = again.or_else(Outcome::from_stop)?;
            }
        }
        Ok(outcome)
    }

    /// The slice's own judgement, for text that takes its place. None where the slice can't be had or judged.
    fn precedent(&mut self, original: &dyn Original) -> Result<Option<Precedent>, Stop> {
        let judged = self.slice(original).and_then(|slice| {
            let candidate = self.candidate(original, slice);
            let outcome = self.judge(original, &candidate, &Feed::Outside, None)?;
            Ok(Precedent::of(original, &candidate, &outcome))
        });
        // Both are told of slices alone.
        self.slice_notes.clear();
        self.unresolved.clear();
        match judged {
            Ok(precedent) => Ok(precedent),
            Err(Stop::Interrupted) => Err(Stop::Interrupted),
            Err(_) => Ok(None),
        }
    }

    /// Holds text that takes the place of the slice's to what was seen of that: nothing of it was left unseen, and the sides
    /// agree under its driver, too: on each input that reached something there, and on whatever else that finds.
    fn hold(
        &self,
        original: &dyn Original,
        candidate: &Candidate,
        harness: Option<&Harness>,
        precedent: &Precedent,
        judgement: &mut Judgement,
    ) -> Result<(), Stop> {
        precedent.weigh(original, candidate, judgement);
        if judgement.verdict != Verdict::Equivalent || !precedent::is_written(candidate) {
            return Ok(());
        }
        let mut made;
        // Another driver knows other words of the two texts, so that it finds what the module's own does not.
        let mut searching = false;
        let same = |harness: &&Harness| harness.driver.text == precedent.driver.text;
        let harness = match harness.filter(same) {
            Some(harness) => harness,
            None => {
                searching = true;
                let drive = Drive::As(&precedent.driver);
                made = original.harness(candidate, drive, self.host)?;
                if let Made::Ready(harness) = &mut made {
                    self.allow(candidate, harness);
                }
                match &made {
                    Made::Ready(harness) => harness,
                    Made::Unviable(why) => {
                        precedent.unmet(judgement, why);
                        return Ok(());
                    }
                }
            }
        };
        let mut settings = self.request.settings.clone();
        settings.budget = settings.budget.min(self.ceiling);
        let (inputs, host) = (&precedent.inputs, self.host);
        match judge::meet(candidate, harness, &settings, inputs, searching, host)? {
            Met::All => {}
            Met::Short(why) => precedent.unmet(judgement, &why),
            Met::Differ(found) => {
                judgement.verdict = Verdict::Different;
                // Its bytes mean something else to the candidate's own driver: the whole run shows it again.
                judgement.counterexample = Some(Counterexample {
                    bytes: Vec::new(),
                    ..*found
                });
                judgement.score = None;
            }
        }
        Ok(())
    }

    /// Lets a module leave out what it says it does, where that is asked for. Sums can't tell that from a difference, so
    /// nothing runs at full speed then.
    fn allow(&self, candidate: &Candidate, harness: &mut Harness) {
        let text = candidate.module.text();
        if !self.request.settings.specialize || left_out(&text).is_empty() {
            return;
        }
        let lines: Vec<&str> = text.lines().collect();
        let nothing_else = |taken: &&Taken| {
            let [first, last] = taken.module_lines.map(|line| line as usize);
            let own = lines.get(first.saturating_sub(1)..last);
            own.is_some_and(|own| self.language.leaves_out(&own.join("\n")))
        };
        let definitions = |loud: bool| {
            let all = candidate.definitions.iter();
            all.filter(move |taken| nothing_else(taken) == loud)
                .map(|it| it.definition.clone())
                .collect::<BTreeSet<_>>()
        };
        // One of the same name may do more.
        harness.leaves_out = Some(&definitions(true) - &definitions(false));
        harness.bulk = None;
    }

    fn replayed(&self, harness: &Harness, inputs: &[Vec<u8>]) -> Result<Judgement, Stop> {
        let counterexample = judge::replay(harness, inputs, self.host)?;
        let (verdict, reason) = match counterexample {
            Some(_) => (Verdict::Different, None),
            None => (
                Verdict::Inconclusive,
                Some(Reason::new(
                    ReasonCode::TooFewInputs,
                    "the sides agree on this input, which alone shows little",
                )),
            ),
        };
        Ok(Judgement {
            verdict,
            reason,
            evidence: judge::Evidence::default(),
            counterexample,
            score: None,
            measured: None,
            frozen: Vec::new(),
            telling: Vec::new(),
            behind: None,
            notes: Vec::new(),
        })
    }
}
