//! Runs the stages in order, and turns what they return into a report and a folder. It alone knows the order.
//!
//! What is judged is, byte for byte, what is written: the header is put above a candidate before any gate sees it.

mod brief;
pub mod check;
mod choose;
pub mod contract;
pub mod explain;
mod judging;
mod licences;
pub mod map;
mod outcome;
mod precedent;
pub mod remove;
mod rounds;
pub mod scan;
mod size;
pub mod update;
mod upstream;
mod weigh;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ripout_model::{
    Candidate, Host, Language, Module, Note, Original, Package, Reason, ReasonCode, Settings,
    Slice, Stop, Taken, Tree, Verdict,
};

pub use brief::brief;
pub use rounds::Rounds;
pub use weigh::Weights;

use judging::{Feed, Outcome};
use outcome::page;

use crate::{
    checkout,
    evidence::{
        Contents, Header, OutFolder, Report,
        folder::with_header,
        header,
        report::{self, seconds},
    },
    synth::Call,
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
    /// The project that the module is for, where somebody is told of it.
    pub consumer: Option<Consumer>,
}

/// What is told of a project that a module is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Where it uses what is taken.
    pub calls: Vec<Call>,
    /// The command that makes a module of somebody's again from what was recorded, run in the project as it was before.
    pub again: String,
    /// The file that tells how a module of somebody's was judged.
    pub told_in: &'static str,
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
    extract_and(request, None, host, &|_, _| Ok(()), &mut |_, _, _| {
        Ok(Fit::Fits)
    })
}

/// The same, and then rounds in which somebody proposes a smaller module. The slice stands where nobody finds one.
pub fn extract_in_rounds(
    request: &Request,
    rounds: &Rounds,
    host: &dyn Host,
) -> Result<Finished, Stop> {
    let first = &|_: &Candidate, _: &[Package]| Ok(());
    extract_and(request, Some(rounds), host, first, &mut |_, _, _| {
        Ok(Fit::Fits)
    })
}

/// What is asked of a candidate before anything of it is run.
type First<'a> = &'a dyn Fn(&Candidate, &[Package]) -> Result<(), Stop>;

/// What is done with a judged candidate before its folder is written; once more with the slice, where a module that
/// somebody wrote does not fit.
type Then<'a> = &'a mut dyn FnMut(&mut Report, &Standing<'_>, &mut Contents) -> Result<Fit, Stop>;

/// A judged candidate that is to stand.
struct Standing<'a> {
    candidate: &'a Candidate,
    /// What the slice took. What somebody wrote after the slice is still a work derived from all of it.
    closure: &'a [Taken],
    packages: &'a [Package],
    /// Who wrote it, where it is not its authors' text.
    written_by: Option<&'a str>,
}

/// Whether a module fits where it is to stand.
enum Fit {
    Fits,
    /// It does not, and why.
    Not(String),
}

fn extract_and(
    request: &Request,
    rounds: Option<&Rounds>,
    host: &dyn Host,
    first: First<'_>,
    then: Then<'_>,
) -> Result<Finished, Stop> {
    let out = request.out.as_deref().map(OutFolder::claim).transpose()?;
    // What can't be asked is said before any work.
    let mut asking = rounds.map(Rounds::begin).transpose()?;
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
        let proposed = asking.is_some().then(|| slice.clone());
        let candidate = run.candidate(&*original, slice);
        first(&candidate, original.packages())?;
        let outcome = run.judge(&*original, &candidate, &Feed::Search, None);
        let tried = match outcome.or_else(Outcome::from_stop) {
            Ok(outcome) => run.tried(candidate, outcome),
            Err(stop) => return Ok(Err(stop)),
        };
        Ok(match (&mut asking, &proposed) {
            (Some(asking), Some(slice)) => run.rounds(&*original, slice, tried, asking),
            _ => Ok(tried),
        })
    });
    let tried = match made {
        Ok(tried) => tried?,
        Err(stop) => return run.stopped(stop, Some(&out)),
    };
    run.finish(&*original, tried, &out, then)
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
    let outcome = beside(&*original, host, || {
        run.judge_written(&*original, &candidate, &feed)
    })?;
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
    /// Of the candidate that was judged last.
    latest: Latest,
    /// A ceiling for judging beside the user's own.
    ceiling: Duration,
}

/// What is known of one candidate beside its outcome.
#[derive(Default)]
struct Latest {
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
            latest: Latest::default(),
            ceiling: Duration::MAX,
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
        let command = header::command(
            original.source(),
            &self.request.symbols,
            &self.request.options,
        );
        let header = Header::new(
            original.source(),
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
            replaced: Vec::new(),
        }
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
}
