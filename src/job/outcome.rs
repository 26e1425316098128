//! What a run came to: its report and its folder.

use std::path::Path;

use ripout_model::{
    CallGraph, Candidate, ModuleFile, Note, Original, Package, Reason, ReasonCode, Stop, Taken,
    Verdict, left_out,
};

use super::{Finished, Fit, Latest, Outcome, Request, Run, Standing, Then, size};
use crate::{
    evidence::{
        self, Contents, KeptAttempt, OutFolder, Report, header,
        report::{self, ReasonReport, seconds},
    },
    judge::{self, Judgement},
};

/// The attempt that is the slice.
const SLICE: usize = 1;

/// A candidate with all that is known of it.
pub(super) struct Judged {
    pub candidate: Candidate,
    pub outcome: Outcome,
    pub latest: Latest,
    /// Which attempt it was, 1 for the slice.
    pub number: usize,
    /// Who wrote it, where it is not the slice.
    pub by: Option<String>,
}

/// A candidate that does not stand, and why.
pub(super) struct Kept {
    pub judged: Judged,
    pub why: String,
}

/// All candidates of a run.
pub(super) struct Tried {
    /// The one that stands: the slice, unless a smaller one was found.
    pub best: Judged,
    /// What the slice took.
    pub closure: Vec<Taken>,
    pub attempts: Vec<report::Attempt>,
    /// Those that do not stand.
    pub kept: Vec<Kept>,
    /// Briefs and answers.
    pub recorded: Vec<ModuleFile>,
    pub notes: Vec<Note>,
}

/// An attempt as results tell of it.
pub(super) fn attempt(candidate: &Candidate, outcome: &Outcome, took: f64) -> report::Attempt {
    report::Attempt {
        synthesizer: candidate.synthesizer.clone(),
        outcome: outcome.word().into(),
        seconds: took,
        tokens: None,
        usd: None,
        text: outcome.told(),
    }
}

impl Kept {
    fn attempt(self) -> KeptAttempt {
        KeptAttempt {
            number: self.judged.number,
            synthesizer: self.judged.candidate.synthesizer,
            files: self.judged.candidate.module.files,
            why: self.why,
        }
    }
}

impl Tried {
    fn standing<'a>(&'a self, packages: &'a [Package]) -> Standing<'a> {
        Standing {
            candidate: &self.best.candidate,
            closure: &self.closure,
            packages,
            written_by: self.best.by.as_deref(),
        }
    }

    /// Puts the slice in the place of a module that somebody wrote and that does not fit. Not where the slice is no better.
    fn slice_instead(&mut self, why: &str) -> bool {
        let slice = self.kept.iter().position(|kept| {
            kept.judged.number == SLICE && kept.judged.outcome.word() == Verdict::Equivalent.word()
        });
        let Some(slice) = slice else {
            return false;
        };
        let slice = self.kept.remove(slice).judged;
        let judged = std::mem::replace(&mut self.best, slice);
        let number = judged.number;
        let why = format!("it was judged equivalent, and does not fit: {why}");
        let first = why.lines().next().unwrap_or_default();
        self.notes.push(Note::new(
            "written_does_not_fit",
            format!("the slice stands, and not attempt {number}: {first}"),
        ));
        if let Some(attempt) = self.attempts.get_mut(number - 1) {
            attempt.text = Some(why.clone());
        }
        let at = self
            .kept
            .partition_point(|kept| kept.judged.number < number);
        self.kept.insert(at, Kept { judged, why });
        true
    }
}

impl Run<'_> {
    /// What became of the slice, before anybody else is asked.
    pub(super) fn tried(&mut self, candidate: Candidate, outcome: Outcome) -> Tried {
        let latest = std::mem::take(&mut self.latest);
        let waited = self.times.synthesize;
        let attempt = attempt(&candidate, &outcome, seconds(latest.judged_in) + waited);
        Tried {
            closure: candidate.definitions.clone(),
            best: Judged {
                candidate,
                outcome,
                latest,
                number: SLICE,
                by: None,
            },
            attempts: vec![attempt],
            kept: Vec::new(),
            recorded: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The report and the folder of the best that was tried. Where that does not fit it is the slice's turn.
    pub(super) fn finish(
        mut self,
        original: &dyn Original,
        mut tried: Tried,
        out: &OutFolder,
        then: Then<'_>,
    ) -> Result<Finished, Stop> {
        let packages = original.packages();
        let (mut report, mut contents) = self.presented(original, &mut tried, out);
        let fit = then(&mut report, &tried.standing(packages), &mut contents)?;
        if let Fit::Not(why) = fit
            && tried.slice_instead(&why)
        {
            (report, contents) = self.presented(original, &mut tried, out);
            then(&mut report, &tried.standing(packages), &mut contents)?;
        }
        let Tried {
            best,
            kept,
            recorded,
            ..
        } = tried;
        contents.recorded = recorded;
        contents.attempts = kept.into_iter().map(Kept::attempt).collect();
        if best.outcome.viable() {
            contents.module = Some(best.candidate.module);
        } else {
            let why = best.outcome.told().unwrap_or_default();
            contents.attempts.push(Kept { judged: best, why }.attempt());
        }
        out.write(&contents, &report)?;
        Ok(Finished {
            report,
            folder: Some(out.path().to_owned()),
        })
    }

    /// The report of the best that was tried, and what its folder holds beside modules and rounds.
    fn presented(
        &mut self,
        original: &dyn Original,
        tried: &mut Tried,
        out: &OutFolder,
    ) -> (Report, Contents) {
        self.latest = std::mem::take(&mut tried.best.latest);
        let Tried {
            best,
            closure,
            attempts,
            notes,
            ..
        } = &*tried;
        let Judged {
            candidate,
            outcome,
            number,
            ..
        } = best;
        let viable = outcome.viable();
        let path = match viable {
            true => out.path().join(&candidate.module.files[0].path),
            false => out
                .path()
                .join(evidence::folder::attempt_folder(*number, "slice"))
                .join(&candidate.module.files[0].path),
        };
        let sizes = self.sizes_of(original, candidate);
        let mut report = self.report(original, candidate, outcome, &path, &sizes);
        report.attempts.clone_from(attempts);
        // What somebody wrote after the slice is still a work derived from all of it.
        report.closure = closure.iter().map(Into::into).collect();
        let (licences, licence_notes) = evidence::licences::collect(original.packages(), closure);
        report
            .notes
            .extend(licence_notes.iter().chain(notes).map(Into::into));
        let mut contents = Contents {
            licences,
            ..Contents::default()
        };
        if let Outcome::Judged {
            frozen, judgement, ..
        } = outcome
        {
            contents.equivalence.clone_from(frozen);
            contents.mutants = judgement.score.as_ref().map(evidence::mutants::document);
        }
        if !viable {
            let why = outcome.told().unwrap_or_default();
            // An extract has no module to stand up for then, and says so as one reason.
            report.verdict = Verdict::Inconclusive;
            report.reason = Some((&Reason::new(ReasonCode::NoViableCandidate, why)).into());
            report.module = None;
            contents.equivalence.clear();
        }
        let (packages, judged) = (original.packages(), outcome.judgement());
        let page = page(&report, Some(candidate), packages, &sizes.graphs, judged);
        contents.page = Some(page);
        (report, contents)
    }

    /// The report of a module that somebody wrote, and its folder where one is wanted.
    pub(super) fn verified(
        mut self,
        original: &dyn Original,
        candidate: &Candidate,
        outcome: Outcome,
        module: &Path,
        out: Option<&OutFolder>,
    ) -> Result<Finished, Stop> {
        let path = std::path::absolute(module).unwrap_or_else(|_| module.to_owned());
        let sizes = self.sizes_of(original, candidate);
        let report = self.report(original, candidate, &outcome, &path, &sizes);
        if let Some(out) = out {
            let (licences, _) =
                evidence::licences::collect(original.packages(), &candidate.definitions);
            let (packages, judged) = (original.packages(), outcome.judgement());
            let page = page(&report, Some(candidate), packages, &sizes.graphs, judged);
            let (equivalence, mutants) = match outcome {
                Outcome::Judged {
                    frozen, judgement, ..
                } => (
                    frozen,
                    judgement.score.as_ref().map(evidence::mutants::document),
                ),
                _ => (Vec::new(), None),
            };
            let module = Some(candidate.module.clone());
            out.write(
                &Contents {
                    module,
                    equivalence,
                    licences,
                    mutants,
                    page: Some(page),
                    ..Default::default()
                },
                &report,
            )?;
        }
        Ok(Finished {
            report,
            folder: out.map(|out| out.path().to_owned()),
        })
    }

    /// Sizes of both sides, counted already if the candidate came as far as a harness.
    pub(super) fn sizes_of(
        &mut self,
        original: &dyn Original,
        candidate: &Candidate,
    ) -> size::Sizes {
        let counted = self.latest.sizes.take();
        counted.unwrap_or_else(|| size::of(self.language, original, &candidate.module))
    }

    pub(super) fn report(
        &self,
        original: &dyn Original,
        candidate: &Candidate,
        outcome: &Outcome,
        path: &Path,
        sizes: &size::Sizes,
    ) -> Report {
        let (verdict, reason) = match outcome {
            Outcome::Judged { judgement, .. } => (
                judgement.verdict,
                judgement.reason.as_ref().map(ReasonReport::from),
            ),
            Outcome::Unviable(why) => (
                Verdict::Different,
                Some(ReasonReport::new("unviable", why.clone())),
            ),
            Outcome::Inconclusive(reason) => (Verdict::Inconclusive, Some(reason.into())),
        };
        let mut report = Report::new(
            self.language.name(),
            original.source(),
            original.symbols(),
            verdict,
        );
        report.reason = reason;
        report.module = Some(report::ModuleReport::of(candidate, path, sizes.module));
        if self.request.settings.specialize {
            let left_out = left_out(&candidate.module.text());
            if !left_out.is_empty() {
                report.notes.push((&note_of_left_out(&left_out)).into());
            }
            if let Some(module) = &mut report.module {
                module.left_out = left_out;
            }
        }
        report.original = Some(sizes.original);
        report.closure = candidate.definitions.iter().map(Into::into).collect();
        report.unresolved = self.unresolved.iter().map(Into::into).collect();
        report.api_notes.clone_from(&candidate.api_notes);
        if let Some((editions, api_notes)) = &self.latest.passed {
            report.api_notes.clone_from(api_notes);
            if let Some(module) = &mut report.module {
                module.editions.clone_from(editions);
            }
        }
        report.notes.extend(
            self.slice_notes
                .iter()
                .chain(&self.latest.gate_notes)
                .map(Into::into),
        );
        report.evidence.seed = self.request.settings.seed;
        if let Outcome::Judged {
            judgement,
            driver,
            tests,
            ..
        } = outcome
        {
            report.notes.extend(judgement.notes.iter().map(Into::into));
            report.evidence = wire_evidence(&judgement.evidence, self.request.settings.seed);
            if let Some(measured) = &judgement.measured {
                report.evidence.bulk = Some(wire_bulk(measured)).filter(|bulk| bulk.inputs > 0);
                report.comparison = Some(wire_comparison(measured));
            }
            report.evidence.mutants = judgement.score.as_ref().map(evidence::mutants::count);
            report.evidence.upstream_tests = tests.as_deref().map(report::TestCount::of);
            report.counterexample = judgement
                .counterexample
                .as_ref()
                .map(|found| self.counterexample(found, &driver.origin, path));
            if let Some(found) = &report.counterexample {
                let text = format!(
                    "{}: the original {}, the module {}",
                    found.input, found.original, found.module
                );
                report.reason = Some(ReasonReport::new("counterexample", text));
            }
        }
        let took = seconds(self.latest.judged_in) + self.times.synthesize;
        report.attempts = vec![attempt(candidate, outcome, took)];
        report.seconds = self.times;
        report.seconds.total = seconds(self.begun.elapsed());
        report
    }

    fn counterexample(
        &self,
        found: &judge::Counterexample,
        driver: &str,
        path: &Path,
    ) -> report::Counterexample {
        let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let inputs: Vec<String> = found.bytes.iter().map(hex).collect();
        let Request {
            wanted,
            symbols,
            options,
            search_options,
            ..
        } = self.request;
        let mut words = vec![
            "ripout".to_owned(),
            "verify".to_owned(),
            wanted.repo.clone(),
        ];
        words.extend(symbols.iter().cloned());
        words.extend(["--module".to_owned(), path.display().to_string()]);
        if let Some(rev) = &wanted.rev {
            words.extend(["--rev".to_owned(), rev.clone()]);
        }
        words.extend(options.iter().chain(search_options).cloned());
        // The empty input is a word of its own, so that it can be told from no input: a test that failed, which is run
        // again with the rest.
        if !inputs.is_empty() {
            words.push(format!("--input={}", inputs.join(",")));
        }
        let reproduce = words
            .iter()
            .map(|word| header::quote(word))
            .collect::<Vec<_>>()
            .join(" ");
        report::Counterexample {
            input: found.input.clone(),
            original: found.original.clone(),
            module: found.module.clone(),
            driver: driver.to_owned(),
            reproduce,
        }
    }
}

/// What somebody has to know who uses a module that leaves something out.
fn note_of_left_out(what: &[String]) -> Note {
    Note::new(
        "left_out",
        format!(
            "the module leaves out what one project can't reach, and ends there with an error that says so; on all else it was \
             compared: {}",
            what.join("; ")
        ),
    )
}

/// `report.html` for what became of a run.
pub(super) fn page(
    report: &Report,
    candidate: Option<&Candidate>,
    packages: &[Package],
    graphs: &[CallGraph],
    judgement: Option<&Judgement>,
) -> String {
    evidence::page::page(&evidence::page::Subject {
        report,
        candidate,
        packages,
        graphs,
        score: judgement.and_then(|it| it.score.as_ref()),
        ran: judgement.map_or(&[], |it| &it.evidence.coverage.ran),
    })
}

fn wire_evidence(evidence: &judge::Evidence, seed: u64) -> report::Evidence {
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let coverage = &evidence.coverage;
    report::Evidence {
        inputs: evidence.inputs,
        agreed: evidence.agreed,
        raised: evidence.raised,
        discarded: evidence.discarded,
        nondeterministic: evidence.nondeterministic,
        timed_out: evidence.timed_out,
        left_out: evidence.left_out,
        coverage: Some(report::Coverage {
            lines: count(coverage.lines),
            hit: count(coverage.hit),
            waived: coverage.waived.clone(),
            missed: coverage.missed.clone(),
            branches: report::Branches {
                total: count(coverage.branches.total),
                hit: count(coverage.branches.hit),
                missed: coverage.branches.missed.clone(),
            },
        }),
        mutants: None,
        bulk: None,
        upstream_tests: None,
        consumer_tests: None,
        seed,
    }
}

fn wire_bulk(measured: &judge::Measured) -> report::BulkCount {
    let extra = &measured.extra;
    let [original, module] = extra.seconds;
    report::BulkCount {
        inputs: extra.inputs,
        raised: extra.raised,
        seconds: report::BothTimes { original, module },
    }
}

fn wire_comparison(measured: &judge::Measured) -> report::Comparison {
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    let times = |pair: Option<[f64; 2]>| {
        pair.map(|pair| {
            let [original, module] = pair.map(rounded);
            report::BothTimes { original, module }
        })
    };
    report::Comparison {
        runtime_ratio: measured.runtime_ratio.map(rounded),
        memory_ratio: measured.memory_ratio.map(rounded),
        build_seconds: times(measured.build_seconds),
        binary_bytes: measured
            .binary_bytes
            .map(|[original, module]| report::BinaryBytes { original, module }),
        import_ms: times(measured.import_ms),
    }
}
