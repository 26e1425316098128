//! Runs the stages in order, and turns what they return into a report and a folder. It alone knows the order.
//!
//! What is judged is, byte for byte, what is written: the header is put above a candidate before any gate sees it.

mod brief;
pub mod check;
mod choose;
pub mod contract;
pub mod explain;
mod licences;
pub mod map;
pub mod remove;
pub mod scan;
mod size;
pub mod update;
mod upstream;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ripout_model::{
    CallGraph, Candidate, Gate, Harness, Host, Language, Made, Module, ModuleFile, Note, Original,
    Package, Reason, ReasonCode, Settings, Slice, Stop, Test, Tree, Verdict,
};

pub use brief::brief;

use crate::{
    checkout,
    evidence::{
        self, Contents, Header, KeptAttempt, OutFolder, Report,
        folder::with_header,
        header,
        report::{self, ReasonReport, seconds},
    },
    judge::{self, Judgement},
};

/// What a user asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// `<repo>` and how to get it.
    pub wanted: checkout::Wanted,
    /// Symbols as the user spells them.
    pub symbols: Vec<String>,
    /// Output folder; `ripout-out/<stem>` if not given.
    pub out: Option<PathBuf>,
    /// What reaches languages and judge.
    pub settings: Settings,
    /// Options that change the module, as words: the module's header shows them, so no path is among them.
    pub options: Vec<String>,
    /// Options that change the search alone, as words: commands that reproduce something show them, too.
    pub search_options: Vec<String>,
}

/// A finished run.
#[derive(Debug)]
pub struct Finished {
    /// The result.
    pub report: Report,
    /// The folder that was written.
    pub folder: Option<PathBuf>,
}

/// `ripout extract`: slice, judge, write the folder.
pub fn extract(request: &Request, host: &dyn Host) -> Result<Finished, Stop> {
    extract_and(request, host, &|_, _| Ok(()), &mut |_, _, _, _| Ok(()))
}

/// What is asked of a candidate before anything of it is run.
type First<'a> = &'a dyn Fn(&Candidate, &[Package]) -> Result<(), Stop>;

/// What is done with a judged candidate before its folder is written.
type Then<'a> =
    &'a mut dyn FnMut(&mut Report, &Candidate, &[Package], &mut Contents) -> Result<(), Stop>;

fn extract_and(
    request: &Request,
    host: &dyn Host,
    first: First<'_>,
    then: Then<'_>,
) -> Result<Finished, Stop> {
    let out = request.out.as_deref().map(OutFolder::claim).transpose()?;
    let mut run = Run::begin(request, host)?;
    let opened = run.open();
    // A folder that was named was claimed before any work; the usual one is named for the module.
    let out = match (out, &opened) {
        (Some(out), _) => out,
        (None, Ok(original)) => usual_folder(original.stem())?,
        (None, Err(Stop::Refused(_) | Stop::Inconclusive(_))) => usual_folder(&run.stem())?,
        (None, Err(_)) => return Err(opened.err().expect("matched as an error")),
    };
    let original = match opened {
        Ok(original) => original,
        Err(stop) => return run.stopped(stop, Some(&out)),
    };
    let made = beside(&*original, host, || {
        let slice = run.slice(&*original)?;
        let candidate = run.candidate(&*original, slice);
        first(&candidate, original.packages())?;
        let outcome = run.judge(&*original, &candidate, &Feed::Search);
        Ok((candidate, outcome))
    });
    let (candidate, outcome) = match made {
        Ok(made) => made,
        Err(stop) => return run.stopped(stop, Some(&out)),
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(stop) => Outcome::from_stop(stop)?,
    };
    run.finish(&*original, candidate, outcome, &out, then)
}

/// `ripout verify`: judge a module that somebody else wrote. Nothing is written unless `--out` is given.
pub fn verify(
    request: &Request,
    module: &Path,
    replay: &[Vec<u8>],
    host: &dyn Host,
) -> Result<Finished, Stop> {
    let out = request.out.as_deref().map(OutFolder::claim).transpose()?;
    let mut run = Run::begin(request, host)?;
    // A module that can't be read is said before any package is fetched or opened.
    choose::module_files(module, "module")?;
    let original = match run.open() {
        Ok(original) => original,
        Err(stop) => return run.stopped(stop, out.as_ref()),
    };
    let stem = original.stem().to_owned();
    let files = choose::module_files(module, &stem)?;
    let editions = Vec::new();
    let named = Module {
        stem,
        files,
        editions,
    };
    let candidate = original.read("file", named, host)?;
    let feed = if replay.is_empty() {
        Feed::Search
    } else {
        Feed::Exactly(replay)
    };
    let outcome = match beside(&*original, host, || {
        run.judge(&*original, &candidate, &feed)
    }) {
        Ok(outcome) => outcome,
        Err(stop) => Outcome::from_stop(stop)?,
    };
    run.verified(&*original, &candidate, outcome, module, out.as_ref())
}

/// Stack of a thread that reads strangers' text.
const STACK: usize = 64 << 20;

/// Does `work` while the original makes ready what a harness will need. Whatever of that is not needed when the work has
/// ended is ended, too.
fn beside<T>(original: &dyn Original, host: &dyn Host, work: impl FnOnce() -> T) -> T {
    struct Abandon<'a>(&'a dyn Original);
    impl Drop for Abandon<'_> {
        fn drop(&mut self) {
            self.0.abandon();
        }
    }
    std::thread::scope(|scope| {
        // As deep as the main thread's stack at least, for text that is nested deeply. Without a thread nothing is ready.
        let _ = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || original.prepare(host));
        let _end = Abandon(original);
        work()
    })
}

fn usual_folder(stem: &str) -> Result<OutFolder, Stop> {
    Ok(OutFolder::claim(&Path::new("ripout-out").join(stem))?)
}

/// What the sides are fed.
enum Feed<'a> {
    /// Whatever the search comes up with.
    Search,
    /// These, in order: the last is compared.
    Exactly(&'a [Vec<u8>]),
}

/// What became of one candidate.
enum Outcome {
    Judged {
        judgement: Box<Judgement>,
        frozen: Vec<ModuleFile>,
        driver: String,
        /// The original's own tests, where they were run.
        tests: Option<Vec<Test>>,
    },
    Unviable(String),
    Inconclusive(Reason),
}

impl Outcome {
    /// A judge that can't go on is inconclusive; everything else ends the run.
    fn from_stop(stop: Stop) -> Result<Self, Stop> {
        match stop {
            Stop::Inconclusive(reason) => Ok(Outcome::Inconclusive(reason)),
            other => Err(other),
        }
    }

    fn judgement(&self) -> Option<&Judgement> {
        match self {
            Outcome::Judged { judgement, .. } => Some(judgement),
            Outcome::Unviable(_) | Outcome::Inconclusive(_) => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Outcome::Judged { judgement, .. } => judgement.verdict.word(),
            Outcome::Unviable(_) => "unviable",
            Outcome::Inconclusive(_) => Verdict::Inconclusive.word(),
        }
    }
}

/// One run, with what it has learnt so far.
struct Run<'a> {
    request: &'a Request,
    host: &'a dyn Host,
    language: &'static dyn Language,
    tree: Tree,
    begun: Instant,
    times: report::Seconds,
    slice_notes: Vec<Note>,
    unresolved: Vec<ripout_model::Unresolved>,
    gate_notes: Vec<Note>,
    /// Editions the module was built under, and what differs on purpose: the gate's word.
    passed: Option<(Vec<String>, Vec<String>)>,
    /// Sizes of both sides, once they were counted.
    sizes: Option<size::Sizes>,
    judged_in: Duration,
}

impl<'a> Run<'a> {
    fn begin(request: &'a Request, host: &'a dyn Host) -> Result<Self, Stop> {
        let begun = Instant::now();
        host.say("checkout", 0, None);
        let mut tree = checkout::checkout(&request.wanted, host)?;
        let language = choose::language(&tree, &request.symbols)?;
        if tree.companions.is_empty() {
            let requirements = language.requirements(&tree, &request.settings)?;
            if !requirements.is_empty() {
                tree.companions = checkout::companions(&requirements, &request.wanted, host)?;
            }
        }
        let times = report::Seconds {
            checkout: seconds(begun.elapsed()),
            ..Default::default()
        };
        Ok(Self {
            request,
            host,
            language,
            tree,
            begun,
            times,
            slice_notes: Vec::new(),
            unresolved: Vec::new(),
            gate_notes: Vec::new(),
            passed: None,
            sizes: None,
            judged_in: Duration::ZERO,
        })
    }

    /// The folder's name where no package could be opened to name it.
    fn stem(&self) -> String {
        let name = self
            .request
            .settings
            .names
            .first()
            .or(self.request.symbols.first());
        choose::folder_name(name.map_or("module", String::as_str))
    }

    fn open(&mut self) -> Result<Box<dyn Original>, Stop> {
        let begun = Instant::now();
        self.host.say("map", 0, None);
        let Request {
            symbols, settings, ..
        } = self.request;
        let original = self.language.open(&self.tree, symbols, settings, self.host);
        self.times.map = seconds(begun.elapsed());
        original
    }

    fn slice(&mut self, original: &dyn Original) -> Result<Slice, Stop> {
        let begun = Instant::now();
        self.host.say("slice", 0, None);
        let slice = original.slice(self.host);
        self.times.synthesize = seconds(begun.elapsed());
        let slice = slice?;
        let Some(most) = self.request.settings.max_lines else {
            return Ok(slice);
        };
        let lines = size::code_lines(self.language, &slice.module);
        match lines > most {
            true => Err(Stop::Refused(
                Reason::new(
                    ReasonCode::TooLarge,
                    format!("the closure has {lines} lines of code, --max-lines allows {most}"),
                )
                .help("raise --max-lines, or name a smaller symbol"),
            )),
            false => Ok(slice),
        }
    }

    /// The slice with its header, as it will be written. Lines move down by the header's.
    fn candidate(&mut self, original: &dyn Original, slice: Slice) -> Candidate {
        self.slice_notes = slice.notes;
        self.unresolved = slice.unresolved;
        let source = original.source();
        let command = header::command(source, &self.request.symbols, &self.request.options);
        let header = Header::new(
            source,
            original.symbols(),
            original.packages(),
            &slice.closure,
            command,
        )
        .text(self.language.comment());
        let height = u32::try_from(header.lines().count()).unwrap_or(u32::MAX);
        let module = with_header(slice.module, &header);
        let mut definitions = slice.closure;
        for taken in &mut definitions {
            if taken.module_file == module.files[0].path {
                taken.module_lines = taken.module_lines.map(|line| line + height);
            }
        }
        Candidate {
            synthesizer: "slice".into(),
            module,
            definitions,
            edits: slice.edits,
            api_notes: slice.api_notes,
            dependencies: slice.dependencies,
        }
    }

    fn judge(
        &mut self,
        original: &dyn Original,
        candidate: &Candidate,
        feed: &Feed<'_>,
    ) -> Result<Outcome, Stop> {
        let begun = Instant::now();
        let outcome = self.gates_then_search(original, candidate, feed);
        self.judged_in = begun.elapsed();
        self.times.judge = seconds(self.judged_in);
        outcome
    }

    fn gates_then_search(
        &mut self,
        original: &dyn Original,
        candidate: &Candidate,
        feed: &Feed<'_>,
    ) -> Result<Outcome, Stop> {
        self.host.say("gates", 0, None);
        self.passed = None;
        let mut candidate = candidate.clone();
        match original.gate(&candidate, self.host)? {
            Gate::Unviable(why) => return Ok(Outcome::Unviable(why)),
            Gate::Passed {
                editions,
                api_notes,
                notes,
            } => {
                self.gate_notes = notes;
                self.passed = Some((editions.clone(), api_notes));
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
            let made = original.harness(candidate, self.host);
            (made, sizes.join().ok())
        });
        self.sizes = sizes;
        let harness = match made? {
            Made::Unviable(why) => return Ok(Outcome::Unviable(why)),
            Made::Ready(harness) => harness,
        };
        let mut judgement = match feed {
            Feed::Search => judge::judge(candidate, &harness, &self.request.settings, self.host)?,
            Feed::Exactly(inputs) => self.replayed(&harness, inputs)?,
        };
        let tests = match feed {
            Feed::Search => {
                upstream::run(original, candidate, &harness, &mut judgement, self.host)?
            }
            Feed::Exactly(_) => None,
        };
        let frozen = original.freeze(candidate, &harness.driver, &judgement.frozen);
        let driver = harness.driver.origin.clone();
        Ok(Outcome::Judged {
            judgement: Box::new(judgement),
            frozen,
            driver,
            tests,
        })
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
            notes: Vec::new(),
        })
    }

    /// A report for a run that ended before there was a candidate.
    fn stopped(self, stop: Stop, out: Option<&OutFolder>) -> Result<Finished, Stop> {
        let (verdict, reason) = match stop {
            Stop::Refused(reason) => (Verdict::Refused, reason),
            Stop::Inconclusive(reason) => (Verdict::Inconclusive, reason),
            other => return Err(other),
        };
        let (name, symbols) = (self.language.name(), &self.request.symbols);
        let mut report = Report::new(name, &self.tree.source, symbols, verdict);
        report.reason = Some((&reason).into());
        report.seconds = self.times;
        report.seconds.total = seconds(self.begun.elapsed());
        if let Some(out) = out {
            let contents = Contents {
                page: Some(page(&report, None, &[], &[], None)),
                ..Contents::default()
            };
            out.write(&contents, &report)?;
        }
        Ok(Finished {
            report,
            folder: out.map(|out| out.path().to_owned()),
        })
    }

    fn finish(
        mut self,
        original: &dyn Original,
        candidate: Candidate,
        outcome: Outcome,
        out: &OutFolder,
        then: Then<'_>,
    ) -> Result<Finished, Stop> {
        let viable = matches!(outcome.word(), "equivalent" | "inconclusive");
        let path = match viable {
            true => out.path().join(&candidate.module.files[0].path),
            false => out
                .path()
                .join(evidence::folder::attempt_folder(0, "slice"))
                .join(&candidate.module.files[0].path),
        };
        let sizes = self.sizes_of(original, &candidate);
        let mut report = self.report(original, &candidate, &outcome, &path, &sizes);
        let (licences, licence_notes) =
            evidence::licences::collect(original.packages(), &candidate.definitions);
        report.notes.extend(licence_notes.iter().map(Into::into));
        let mut contents = Contents {
            licences,
            ..Contents::default()
        };
        if let Outcome::Judged {
            frozen, judgement, ..
        } = &outcome
        {
            contents.equivalence.clone_from(frozen);
            contents.mutants = judgement.score.as_ref().map(evidence::mutants::document);
        }
        let why = report.attempts[0].text.clone().unwrap_or_default();
        if !viable {
            // An extract has no module to stand up for then, and says so as one reason.
            report.verdict = Verdict::Inconclusive;
            report.reason = Some((&Reason::new(ReasonCode::NoViableCandidate, why.clone())).into());
            report.module = None;
            contents.equivalence.clear();
        }
        let (packages, judged) = (original.packages(), outcome.judgement());
        let page = page(&report, Some(&candidate), packages, &sizes.graphs, judged);
        contents.page = Some(page);
        then(&mut report, &candidate, original.packages(), &mut contents)?;
        if viable {
            contents.module = Some(candidate.module);
        } else {
            contents.attempts.push(KeptAttempt {
                synthesizer: candidate.synthesizer,
                files: candidate.module.files,
                why,
            });
        }
        out.write(&contents, &report)?;
        Ok(Finished {
            report,
            folder: Some(out.path().to_owned()),
        })
    }

    fn verified(
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
    fn sizes_of(&mut self, original: &dyn Original, candidate: &Candidate) -> size::Sizes {
        let counted = self.sizes.take();
        counted.unwrap_or_else(|| size::of(self.language, original, &candidate.module))
    }

    fn report(
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
        report.original = Some(sizes.original);
        report.closure = candidate.definitions.iter().map(Into::into).collect();
        report.unresolved = self.unresolved.iter().map(Into::into).collect();
        report.api_notes.clone_from(&candidate.api_notes);
        if let Some((editions, api_notes)) = &self.passed {
            report.api_notes.clone_from(api_notes);
            if let Some(module) = &mut report.module {
                module.editions.clone_from(editions);
            }
        }
        report.notes.extend(
            self.slice_notes
                .iter()
                .chain(&self.gate_notes)
                .map(Into::into),
        );
        report.evidence.seed = self.request.settings.seed;
        let mut text = report.reason.as_ref().map(|reason| reason.text.clone());
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
                .map(|found| self.counterexample(found, driver, path));
            if let Some(found) = &report.counterexample {
                text = Some(format!(
                    "{}: the original {}, the module {}",
                    found.input, found.original, found.module
                ));
                report.reason = text
                    .clone()
                    .map(|text| ReasonReport::new("counterexample", text));
            }
        }
        report.attempts = vec![report::Attempt {
            synthesizer: candidate.synthesizer.clone(),
            outcome: outcome.word().into(),
            seconds: seconds(self.judged_in) + self.times.synthesize,
            tokens: None,
            text,
        }];
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

/// `report.html` for what became of a run.
fn page(
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
