//! `ripout remove`: what a project uses of a dependency, taken out, judged, and put in the dependency's place in a copy whose
//! tests run before and after. The project itself is changed last, and only when asked for.

mod calls;
mod proposal;
mod wanted;

use std::path::{Path, PathBuf};

use ripout_model::{
    Dependency, Failure, Fitting, Folder, Host, Language, Note, Settings, Stop, Suite, Verdict,
};

use super::{Consumer, Finished, Fit, Request, Rounds, brief, extract_and, licences};
use crate::{
    checkout,
    evidence::{OutFolder, header, ledger},
    patch,
    survey::{self, Advice, Ranked},
    synth::Brief,
};
use proposal::Proposal;
pub(super) use proposal::none_lost;
use wanted::{Project, Taking, find};

/// What a user asks for.
#[derive(Debug, Clone)]
pub struct Removing {
    /// The project's folder.
    pub folder: PathBuf,
    /// The dependency, as a manifest or the project's text spells it.
    pub dependency: String,
    /// Only these symbols are wanted; all that the project uses if none is named. The dependency goes if they are all it uses.
    pub symbols: Vec<String>,
    /// Where the symbols are said to come from, as a form of `<repo>`. It has to be what the project has.
    pub repo: Option<String>,
    /// Folder to write; `ripout-out/<stem>` if not given.
    pub out: Option<PathBuf>,
    /// What reaches languages and judge. Features are those that the project's tests run with.
    pub settings: Settings,
    /// Options that change the search alone, as words.
    pub search_options: Vec<String>,
    /// Rounds in which somebody is asked for a smaller module, if anybody is.
    pub rounds: Option<Rounds>,
    /// Whether to change the project.
    pub apply: bool,
    /// Licences, by their identifiers, that are taken in although they conflict.
    pub accepted: Vec<String>,
    /// Folder that remembers maps.
    pub facts: Option<PathBuf>,
    /// Folders that may be changed, as they are once links are followed; any if `None`.
    pub roots: Option<Vec<PathBuf>>,
}

/// A finished removal.
#[derive(Debug)]
pub struct Removed {
    /// The extract, with its removal.
    pub finished: Finished,
}

impl Removed {
    /// The verdict's exit code; 1 where the project's tests fail once the module stands in the dependency's place.
    pub fn exit_code(&self) -> u8 {
        let report = &self.finished.report;
        let broken = report
            .removal
            .as_ref()
            .and_then(|removal| removal.after.as_ref())
            .is_some_and(|after| !after.ok);
        if broken {
            1
        } else {
            report.verdict.exit_code()
        }
    }
}

/// Finds the dependency, judges its part, and proposes the change.
pub fn remove(
    removing: &Removing,
    languages: &[&'static dyn Language],
    host: &dyn Host,
) -> Result<Removed, Stop> {
    // What can't be asked is said before the project's tests run.
    removing.rounds.as_ref().map(Rounds::begin).transpose()?;
    let project = find(removing, languages, host)?;
    let (language, root, survey) = (project.language, &project.root, &project.survey);
    let dependency = project.dependency();
    let removing = &removing.settled(&project);
    if removing.apply {
        if let Some(roots) = &removing.roots {
            patch::apply::check_within(root, &[], roots)?;
        }
        patch::apply::check_clean(root)?;
    }
    let facts = removing.facts.as_deref();
    let ranked = survey::weigh(
        root,
        language,
        survey,
        dependency,
        &removing.settings.keep,
        facts,
        host,
    )?;
    tell_first(&ranked, host);
    let taking = project.taking(removing, host)?;
    let mut request = request(removing, &project, &taking);
    if removing.rounds.is_some() {
        request.consumer = Some(consumer(removing, &project, &taking, &request));
    }
    if !taking.more.is_empty() {
        if request.settings.specialize {
            let more = taking.more.join(", ");
            return Err(nothing_shows(&format!(
                "it uses more of {}, which stays: {more}",
                dependency.name
            )));
        }
        let finished = named_alone(&request, &project, removing, &taking.more, host)?;
        return Ok(Removed { finished });
    }

    host.say("copying the project", 0, None);
    let settings = &removing.settings;
    let copy = patch::copy::project(root, host)?;
    let before = language.suite(copy.path(), dependency, false, settings, host)?;
    if !before.ok {
        return Err(fail_before(&before));
    }
    // Text that is not the author's is held against what the project does with it.
    let held = match removing.rounds {
        Some(_) => recorded(language, copy.path(), &mut request, host)?,
        None => None,
    };
    drop(copy);

    let proposal = Proposal {
        removing,
        language,
        root,
        survey,
        dependency,
        ranked: &ranked,
        fitting: &taking.fitting,
        request: &request,
        before: &before,
        host,
    };
    let mut changes = None;
    let mut finished = extract_and(
        &request,
        removing.rounds.as_ref(),
        host,
        &|candidate, packages| {
            licences::refuse(&proposal.licences(&candidate.definitions, packages))
        },
        &mut |report, standing, contents| {
            if report.verdict != Verdict::Equivalent {
                return Ok(Fit::Fits);
            }
            changes = proposal.make(report, standing, contents)?;
            let after = report.removal.as_ref().and_then(|it| it.after.as_ref());
            Ok(match (&changes, after) {
                (None, Some(after)) => Fit::Not(format!(
                    "the project's own tests do not pass with it ({}: {} passed, {} failed)\n{}",
                    after.command, after.passed, after.failed, after.told
                )),
                _ => Fit::Fits,
            })
        },
    )?;
    drop(held);
    if let (true, Some(changes)) = (removing.apply, changes) {
        if let Some(roots) = &removing.roots {
            patch::apply::check_within(root, &changes.files, roots)?;
        }
        patch::apply::apply(root, &changes.files)?;
        if let Some(removal) = &mut finished.report.removal {
            removal.applied = true;
            removal.undo = Some(patch::apply::undo(&changes.files));
        }
        if let Some(folder) = &finished.folder {
            OutFolder::say_again(folder, &finished.report)?;
        }
    }
    Ok(Removed { finished })
}

/// What somebody would be told at first who is asked for a smaller module for this project. Nothing is judged, nothing is
/// sent, and nothing of the project is run.
pub fn brief_for(
    removing: &Removing,
    limit_tokens: usize,
    languages: &[&'static dyn Language],
    host: &dyn Host,
) -> Result<Brief, Stop> {
    let project = find(removing, languages, host)?;
    let removing = &removing.settled(&project);
    let taking = project.taking(removing, host)?;
    let mut request = request(removing, &project, &taking);
    request.consumer = Some(consumer(removing, &project, &taking, &request));
    brief(&request, limit_tokens, host)
}

impl Removing {
    /// The same with what the project itself settles, such as its interpreter.
    fn settled(&self, project: &Project) -> Self {
        Self {
            settings: project.language.settled(&project.root, &self.settings),
            ..self.clone()
        }
    }
}

/// Symbols of a dependency that stays, as the project needs more of it: a module, and no change to the project.
fn named_alone(
    request: &Request,
    project: &Project,
    removing: &Removing,
    more: &[String],
    host: &dyn Host,
) -> Result<Finished, Stop> {
    let dependency = project.dependency();
    let text = format!(
        "the project uses more of {}, so it stays and no patch is made: {}",
        dependency.name,
        more.join(", ")
    );
    extract_and(
        request,
        removing.rounds.as_ref(),
        host,
        &|candidate, packages| {
            licences::refuse(&licences::weigh(
                &project.survey,
                dependency,
                packages,
                &candidate.definitions,
                &removing.accepted,
            ))
        },
        &mut |report, _, _| {
            let note = Note::new("dependency_stays", text.clone());
            report.notes.push((&note).into());
            Ok(Fit::Fits)
        },
    )
}

/// Has the calls that the project's tests make tried first. The folder holds them as long as it is kept.
fn recorded(
    language: &dyn Language,
    copy: &Path,
    request: &mut Request,
    host: &dyn Host,
) -> Result<Option<Box<dyn Folder>>, Stop> {
    let (symbols, settings) = (&request.symbols, &request.settings);
    let calls = language.calls(copy, symbols, settings, host)?;
    if calls.is_empty() {
        return Ok(None);
    }
    let folder = host.folder("calls")?;
    let name = format!("tests_of_the_project.{}", language.ending());
    let file = folder.write(&name, calls.as_bytes())?;
    request.settings.callers.insert(0, file);
    Ok(Some(folder))
}

/// What a user must know before anything runs.
fn tell_first(ranked: &Ranked, host: &dyn Host) {
    let name = &ranked.dependency.name;
    if !ranked.saving.kept_by.is_empty() {
        host.warn(&format!(
            "{name} stays in the tree: {} needs it as well",
            ranked.saving.kept_by.join(", ")
        ));
    }
    if ranked.advice == Advice::Never {
        let why = ranked.reasons.first().map_or("", String::as_str);
        host.warn(&format!("`ripout scan` would never take {name} out: {why}"));
    }
}

/// Nothing may be left out unless the project's tests show that it does without.
fn nothing_shows(why: &str) -> Stop {
    let text = format!(
        "nothing can be left out, as no test of the project would show that it is missed: {why}"
    );
    Failure::new("not_specialized", text)
        .help("leave --specialize out")
        .into()
}

pub(super) fn fail_before(before: &Suite) -> Stop {
    Failure::new(
        "tests_fail_before",
        format!(
            "the project's own tests do not pass as it lies, so they can show nothing ({}: {} passed, {} failed)\n{}",
            before.command, before.passed, before.failed, before.told
        ),
    )
    .help("they run in a copy of the project, without network: mend them, or name what they need (--features, --python)")
    .into()
}

fn request(removing: &Removing, project: &Project, taking: &Taking) -> Request {
    let Taking { fitting, repo, .. } = taking;
    let mut settings = removing.settings.clone();
    settings.stem = Some(fitting.stem.clone());
    settings.features.clone_from(&fitting.features);
    settings.callers = calls::callers(&project.root, project.dependency());
    if !fitting.editions.is_empty() {
        settings.editions.clone_from(&fitting.editions);
    }
    let mut options = Vec::new();
    if let Some(features) = &settings.features {
        options.extend(["--features".to_owned(), features.join(",")]);
    }
    if !fitting.editions.is_empty() {
        options.extend(["--edition".to_owned(), fitting.editions.join(",")]);
    }
    let words = [
        ("--extras", &settings.extras),
        ("--keep", &settings.keep),
        ("--as", &settings.names),
    ];
    for (name, list) in words.iter().filter(|(_, list)| !list.is_empty()) {
        options.extend([(*name).to_owned(), list.join(",")]);
    }
    options.extend(["--stem".to_owned(), fitting.stem.clone()]);
    Request {
        wanted: checkout::Wanted {
            repo: repo.clone(),
            rev: None,
            offline: settings.offline,
            python: settings.python.clone(),
            extras: settings.extras.clone(),
            cache: None,
        },
        symbols: fitting.symbols.clone(),
        out: Some(removing.out.clone().unwrap_or_else(|| usual_out(fitting))),
        settings,
        options,
        search_options: removing.search_options.clone(),
        consumer: None,
    }
}

/// The folder that is written if none is named.
fn usual_out(fitting: &Fitting) -> PathBuf {
    Path::new("ripout-out").join(fitting.stem.trim_start_matches('_'))
}

/// What is told of the project to whoever writes a smaller module for it.
fn consumer(
    removing: &Removing,
    project: &Project,
    taking: &Taking,
    request: &Request,
) -> Consumer {
    let (root, dependency) = (&project.root, project.dependency());
    Consumer {
        calls: calls::calls(root, dependency, &request.symbols),
        again: again(removing, root, dependency, taking),
        told_in: match taking.more.is_empty() {
            true => ledger::FILE,
            false => header::RESULT,
        },
    }
}

/// The command that makes a module of somebody's again, in the project while it still has the dependency. The rounds lie in
/// the output folder: where that is outside the project, they have to be put into the usual one first.
fn again(removing: &Removing, root: &Path, dependency: &Dependency, taking: &Taking) -> String {
    let mut words = vec!["ripout".to_owned()];
    match removing.symbols.is_empty() {
        true => words.extend(["remove".to_owned(), dependency.name.clone()]),
        false => {
            words.extend(["extract".to_owned(), taking.repo.clone()]);
            words.extend(removing.symbols.iter().cloned());
            words.extend(["--for".to_owned(), ".".to_owned()]);
        }
    }
    let settings = &removing.settings;
    if let Some(path) = &settings.module_path {
        words.extend(["--module-path".to_owned(), path.clone()]);
    }
    let features = settings.features.as_deref();
    for (name, list) in [
        ("--features", features.unwrap_or_default()),
        ("--extras", &settings.extras),
        ("--keep", &settings.keep),
        ("--as", &settings.names),
    ] {
        if !list.is_empty() {
            words.extend([name.to_owned(), list.join(",")]);
        }
    }
    if settings.specialize {
        words.push("--specialize".to_owned());
    }
    let rounds = removing.rounds.as_ref().map(|rounds| rounds.most);
    if let Some(most) = rounds.filter(|most| *most != Rounds::USUAL) {
        words.extend(["--max-rounds".to_owned(), most.to_string()]);
    }
    let weights = removing.rounds.as_ref().and_then(|rounds| rounds.weights);
    if let Some(weights) = weights {
        words.extend(["--weigh".to_owned(), weights.to_string()]);
    }
    let inside = removing.out.as_ref().and_then(|out| {
        let out = std::path::absolute(out).ok()?;
        Some(out.strip_prefix(root).ok()?.to_owned())
    });
    let out = inside.unwrap_or_else(|| usual_out(&taking.fitting));
    words.extend(["--replay".to_owned(), out.display().to_string()]);
    let words: Vec<String> = words.iter().map(|word| header::quote(word)).collect();
    words.join(" ")
}
