//! `ripout remove`: what a project uses of a dependency, taken out, judged, and put in the dependency's place in a copy whose
//! tests run before and after. The project itself is changed last, and only when asked for.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use ripout_model::{
    Candidate, Change, Changes, Dependency, DependencyKind, Failure, Fitting, Host, Language,
    Leaving, ModuleFile, Note, Package, Settings, Stop, Suite, Survey, Use, UsePlace, Verdict,
};

use super::{Finished, Request, extract_and, licences};
use crate::{
    checkout,
    evidence::{
        Contents, OutFolder, Report,
        compatible::Weighed,
        header, ledger,
        report::{Removal, SuiteReport, TestCount, TestNames},
    },
    patch,
    survey::{self, Advice, Ranked},
};

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
    let Project {
        language,
        root,
        survey,
        at,
    } = find(removing, languages, host)?;
    let dependency = &survey.dependencies[at];
    let removing = &Removing {
        settings: language.settled(&root, &removing.settings),
        ..removing.clone()
    };
    if removing.apply {
        if let Some(roots) = &removing.roots {
            patch::apply::check_within(&root, &[], roots)?;
        }
        patch::apply::check_clean(&root)?;
    }
    let facts = removing.facts.as_deref();
    let ranked = survey::weigh(&root, language, &survey, dependency, facts, host)?;
    tell_first(&ranked, host);
    let settings = &removing.settings;
    let mut fitting = language.fitting(&root, &survey, dependency, settings, host)?;
    if fitting.symbols.is_empty() {
        return Err(unused(dependency));
    }
    let maps = survey::surface::Maps {
        language,
        locked: &survey.locked,
        cache: facts,
        host,
    };
    let methods = survey::surface::methods(&root, &survey);
    fitting.symbols = survey::surface::narrowed(&fitting.symbols, dependency, &methods, &maps)?;
    let locked = dependency.locked.and_then(|at| survey.locked.get(at));
    let repo = locked
        .and_then(|locked| locked.repo.clone())
        .ok_or_else(|| {
            let text = format!(
                "it is not known which version of {} the project has",
                dependency.name
            );
            Failure::new("version_unknown", text)
                .help("lock the project's dependencies, or install them, first")
        })?;
    if let Some(named) = &removing.repo {
        agree(named, &repo)?;
    }
    if !removing.symbols.is_empty() {
        let more = more_used(dependency, &fitting.symbols, &removing.symbols);
        fitting.symbols.clone_from(&removing.symbols);
        if !more.is_empty() {
            let request = request(removing, &root, dependency, &fitting, repo);
            let finished = named_alone(&request, &survey, dependency, removing, &more, host)?;
            return Ok(Removed { finished });
        }
    }

    host.say("copying the project", 0, None);
    let copy = patch::copy::project(&root, host)?;
    let before = language.suite(copy.path(), dependency, false, settings, host)?;
    drop(copy);
    if !before.ok {
        return Err(fail_before(&before));
    }

    let request = request(removing, &root, dependency, &fitting, repo);
    let proposal = Proposal {
        removing,
        language,
        root: &root,
        survey: &survey,
        dependency,
        ranked: &ranked,
        fitting: &fitting,
        request: &request,
        before: &before,
        host,
    };
    let mut changes = None;
    let mut finished = extract_and(
        &request,
        None,
        host,
        &|candidate, packages| licences::refuse(&proposal.licences(candidate, packages)),
        &mut |report, candidate, packages, contents| {
            if report.verdict == Verdict::Equivalent {
                changes = proposal.make(report, candidate, packages, contents)?;
            }
            Ok(())
        },
    )?;
    if let (true, Some(changes)) = (removing.apply, changes) {
        if let Some(roots) = &removing.roots {
            patch::apply::check_within(&root, &changes.files, roots)?;
        }
        patch::apply::apply(&root, &changes.files)?;
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

/// Whether what was named is what the project has. A name without a version is; what lies elsewhere can't be compared.
fn agree(named: &str, has: &str) -> Result<(), Stop> {
    let registry = |repo: &str| repo.starts_with("crate:") || repo.starts_with("pypi:");
    let version = |repo: &str| repo.split_once('@').map(|(_, version)| version.to_owned());
    let (Some(wanted), true) = (version(named), registry(named)) else {
        return Ok(());
    };
    if !registry(has) || version(has).as_ref() == Some(&wanted) {
        return Ok(());
    }
    Err(Failure::new(
        "version_differs",
        format!("the project has {has}, and {named} is named"),
    )
    .help("name what the project has, or move the project to the other version first")
    .into())
}

/// What the project uses beyond the symbols that are named, with the first place of each.
fn more_used(dependency: &Dependency, used: &[String], named: &[String]) -> Vec<String> {
    let parts = |symbol: &str| symbol.replace("::", ".");
    let last = |symbol: &str| symbol.rsplit('.').next().map(str::to_owned);
    let covers = |named: &String, used: &String| {
        let (named, used) = (parts(named), parts(used));
        used == named || used.starts_with(&format!("{named}.")) || last(&used) == last(&named)
    };
    let left = used
        .iter()
        .filter(|used| !named.iter().any(|named| covers(named, used)));
    left.map(|symbol| {
        let place = dependency.uses.iter().find(|used| used.symbol == *symbol);
        match place {
            Some(place) => format!("{symbol} ({}:{})", place.file, place.line),
            None => symbol.clone(),
        }
    })
    .collect()
}

/// Symbols of a dependency that stays, as the project needs more of it: a module, and no change to the project.
fn named_alone(
    request: &Request,
    survey: &Survey,
    dependency: &Dependency,
    removing: &Removing,
    more: &[String],
    host: &dyn Host,
) -> Result<Finished, Stop> {
    let weigh = |candidate: &Candidate, packages: &[Package]| {
        let definitions = &candidate.definitions;
        licences::weigh(
            survey,
            dependency,
            packages,
            definitions,
            &removing.accepted,
        )
    };
    let text = format!(
        "the project uses more of {}, so it stays and no patch is made: {}",
        dependency.name,
        more.join(", ")
    );
    extract_and(
        request,
        None,
        host,
        &|candidate, packages| licences::refuse(&weigh(candidate, packages)),
        &mut |report, _, _, _| {
            let note = Note::new("dependency_stays", text.clone());
            report.notes.push((&note).into());
            Ok(())
        },
    )
}

/// A project, and the dependency that is meant.
struct Project {
    language: &'static dyn Language,
    root: PathBuf,
    survey: Survey,
    at: usize,
}

fn find(
    removing: &Removing,
    languages: &[&'static dyn Language],
    host: &dyn Host,
) -> Result<Project, Stop> {
    let mut known: Vec<String> = Vec::new();
    let mut is_project = false;
    for language in languages {
        let settings = &removing.settings;
        let Some(mut survey) = language.survey(&removing.folder, settings, host)? else {
            continue;
        };
        is_project = true;
        let root = language.project(&removing.folder, host)?;
        // A member's folder tells of its whole workspace by paths that lead out of it.
        let place = |folder: &Path| folder.canonicalize().ok();
        if place(&root) != place(&removing.folder) {
            let Some(whole) = language.survey(&root, settings, host)? else {
                continue;
            };
            survey = whole;
        }
        let found: Vec<usize> = (0..survey.dependencies.len())
            .filter(|at| is(&survey.dependencies[*at], &removing.dependency))
            .collect();
        match found[..] {
            [] => known.extend(survey.dependencies.into_iter().map(|one| one.name)),
            [at] => {
                return Ok(Project {
                    language: *language,
                    root,
                    survey,
                    at,
                });
            }
            _ => {
                return Err(Failure::new(
                    "dependency_ambiguous",
                    format!(
                        "the project has several versions of {}",
                        removing.dependency
                    ),
                )
                .help("let its members agree on one first")
                .into());
            }
        }
    }
    if !is_project {
        return Err(Failure::new(
            "no_project",
            format!(
                "{} holds no Cargo.toml and no Python project",
                removing.folder.display()
            ),
        )
        .help("name the folder in which the manifest lies with --for")
        .into());
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let near = similar::get_close_matches(&*removing.dependency, &names, 3, 0.6);
    let failure = Failure::new(
        "dependency_not_found",
        format!(
            "{} declares no dependency `{}`",
            removing.folder.display(),
            removing.dependency
        ),
    );
    Err(failure
        .help(if near.is_empty() {
            "`ripout scan` lists what there is".to_owned()
        } else {
            format!("there is {}", near.join(", "))
        })
        .into())
}

/// Whether a dependency is meant: by its package's name, or by what the project's text calls it.
fn is(dependency: &Dependency, name: &str) -> bool {
    same(&dependency.name, name) || dependency.called.iter().any(|called| called == name)
}

/// Whether two spellings mean one package: `_`, `-`, `.` and case do not tell packages apart.
fn same(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['_', '.'], "-");
    plain(one) == plain(other)
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

fn unused(dependency: &Dependency) -> Stop {
    let places: Vec<String> = dependency
        .declared
        .iter()
        .map(|declared| format!("{}:{}", declared.file, declared.line))
        .collect();
    Failure::new(
        "nothing_used",
        format!(
            "no use of {} was found in the project's text",
            dependency.name
        ),
    )
    .help(format!(
        "if its tests pass without it, delete the declaration at {}",
        places.join(", ")
    ))
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

/// At most so many files of a project are read for calls.
const MOST_CALLERS: usize = 200;

/// Files of the project that use the dependency, its tests first: they show what it is called with.
fn callers(root: &Path, dependency: &Dependency) -> Vec<PathBuf> {
    let asks = |used: &&Use| used.place == UsePlace::Manifest;
    let uses = dependency.uses.iter().filter(|used| !asks(used));
    let mut files: Vec<(bool, &str)> = uses
        .map(|used| (used.place != UsePlace::Test, used.file.as_str()))
        .collect();
    files.sort_unstable();
    let mut seen = BTreeSet::new();
    files.retain(|(_, file)| seen.insert(*file));
    let paths = files.into_iter().map(|(_, file)| root.join(file));
    paths.take(MOST_CALLERS).collect()
}

fn request(
    removing: &Removing,
    root: &Path,
    dependency: &Dependency,
    fitting: &Fitting,
    repo: String,
) -> Request {
    let mut settings = removing.settings.clone();
    settings.stem = Some(fitting.stem.clone());
    settings.features.clone_from(&fitting.features);
    settings.callers = callers(root, dependency);
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
    options.extend(["--stem".to_owned(), fitting.stem.clone()]);
    let out = Path::new("ripout-out").join(fitting.stem.trim_start_matches('_'));
    Request {
        wanted: checkout::Wanted {
            repo,
            rev: None,
            offline: settings.offline,
            python: settings.python.clone(),
            extras: settings.extras.clone(),
            cache: None,
        },
        symbols: fitting.symbols.clone(),
        out: Some(removing.out.clone().unwrap_or(out)),
        settings,
        options,
        search_options: removing.search_options.clone(),
    }
}

/// All that a proposal is made of.
struct Proposal<'a> {
    removing: &'a Removing,
    language: &'static dyn Language,
    root: &'a Path,
    survey: &'a Survey,
    dependency: &'a Dependency,
    ranked: &'a Ranked,
    fitting: &'a Fitting,
    request: &'a Request,
    before: &'a Suite,
    host: &'a dyn Host,
}

impl Proposal<'_> {
    /// Puts patch and pull request into a result. The changes come back if the project's tests pass with them.
    fn make(
        &self,
        report: &mut Report,
        candidate: &Candidate,
        packages: &[Package],
        contents: &mut Contents,
    ) -> Result<Option<Changes>, Stop> {
        let settings = &self.removing.settings;
        let leaving = Leaving {
            folder: self.root,
            survey: self.survey,
            dependency: self.dependency,
            fitting: self.fitting,
            module: &candidate.module,
        };
        self.host.say("putting the module in its place", 0, None);
        let mut changes = self.language.replace(&leaving, settings, self.host)?;
        let weighed = self.licences(candidate, packages);
        let mut licence_files = Vec::new();
        for licence in &contents.licences {
            licence_files.push(licence.path.clone());
            self.add(&mut changes, &licence.path, licence.bytes.clone());
        }
        let source = report_source(report);
        let command = header::command(&source, &self.request.symbols, &self.request.options);
        let mut known = ledger::Ledger::read(self.root)?;
        let module = changes.module.clone();
        let mut entry = ledger::Entry::new(report, candidate, packages, &module, command);
        entry.accepted_licence.clone_from(&weighed.accepted);
        known.put(entry);
        self.add(&mut changes, ledger::FILE, known.text()?.into_bytes());

        // In a copy of its own: a lock file's tool may build a package, and what that does must not reach the tests.
        let copy = patch::copy::project(self.root, self.host)?;
        patch::copy::write(copy.path(), &changes.files)?;
        self.language
            .format(&leaving, copy.path(), &mut changes, self.host)?;
        let relocked = self
            .language
            .relock(&leaving, copy.path(), settings, self.host)?;
        drop(copy);
        for (file, now) in relocked.files {
            // A project that keeps no lock file goes on without.
            if self.root.join(&file).exists() {
                self.add(&mut changes, &file, now);
            }
        }
        for note in relocked.notes {
            if note.code == "left_to_do" {
                changes.notes.push(note);
            } else {
                report.notes.push((&note).into());
            }
        }
        let copy = patch::copy::project(self.root, self.host)?;
        patch::copy::write(copy.path(), &changes.files)?;
        let left = self.left_over(copy.path())?;
        let after = self
            .language
            .suite(copy.path(), self.dependency, true, settings, self.host)?;
        let after = none_lost(self.before, after);
        drop(copy);

        let (text, left_out) = patch::diff::patch(&changes.files);
        let mut left_to_do: Vec<String> =
            changes.notes.iter().map(|note| note.text.clone()).collect();
        if let Some(note) = report.notes.iter().find(|note| note.code == "one_platform") {
            left_to_do.push(format!(
                "decide whether this platform is enough: {}",
                note.text
            ));
        }
        left_to_do.extend(left);
        left_to_do.extend(
            left_out
                .iter()
                .map(|file| format!("{file} is no text, so the patch leaves it out")),
        );
        report.evidence.consumer_tests = Some(count(&after));
        report
            .notes
            .extend(self.fitting.notes.iter().map(Into::into));
        report.removal = Some(Removal {
            dependency: self.id(),
            module,
            files: changes
                .files
                .iter()
                .map(|change| change.file.clone())
                .collect(),
            licences: licence_files,
            taken_under: weighed.taken_under,
            duties: weighed.duties,
            accepted_licences: weighed.accepted,
            goes: self.ranked.saving.goes.clone(),
            stays: self.ranked.saving.kept_by.clone(),
            lines: self.ranked.saving.lines,
            unchecked: self.ranked.saving.unchecked,
            before: self.before.into(),
            after: Some(SuiteReport::from(&after)),
            left_to_do,
            applied: false,
            undo: None,
        });
        let file = |path: &str, text: String| ModuleFile {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        };
        if !after.ok {
            contents.proposal = vec![file("attempts/removal.patch", text)];
            return Ok(None);
        }
        contents.proposal = vec![
            file("removal.patch", text),
            file("pull-request.md", patch::request::text(report)),
        ];
        Ok(Some(changes))
    }

    fn licences(&self, candidate: &Candidate, packages: &[Package]) -> Weighed {
        licences::weigh(
            self.survey,
            self.dependency,
            packages,
            &candidate.definitions,
            &self.removing.accepted,
        )
    }

    fn add(&self, changes: &mut Changes, file: &str, after: Vec<u8>) {
        let before = std::fs::read(self.root.join(file)).ok();
        let change = Change {
            file: file.to_owned(),
            before,
            after: Some(after),
        };
        patch::add(changes, change);
    }

    /// Uses that are still there.
    fn left_over(&self, copy: &Path) -> Result<Vec<String>, Stop> {
        let survey = self
            .language
            .survey(copy, &self.removing.settings, self.host)?;
        let still = survey.iter().flat_map(|survey| &survey.dependencies);
        Ok(still
            .filter(|dependency| same(&dependency.name, &self.dependency.name))
            .filter(|dependency| {
                // What goes on as a development dependency was said before.
                dependency
                    .declared
                    .iter()
                    .any(|declared| declared.kind != DependencyKind::Dev)
            })
            .flat_map(|dependency| &dependency.uses)
            .map(|used| {
                format!(
                    "{}:{}: `{}` is still used",
                    used.file, used.line, used.symbol
                )
            })
            .collect())
    }

    fn id(&self) -> String {
        let locked = self
            .dependency
            .locked
            .and_then(|at| self.survey.locked.get(at));
        match locked {
            Some(locked) => format!("{}@{}", locked.name, locked.version),
            None => self.dependency.name.clone(),
        }
    }
}

/// A run with fewer tests than before has lost some, and does not show that they pass.
pub(super) fn none_lost(before: &Suite, mut after: Suite) -> Suite {
    if after.ok && after.passed < before.passed {
        after.ok = false;
        after.told = format!(
            "{} tests passed before, and only {} of them are run now",
            before.passed, after.passed
        );
    }
    after
}

fn report_source(report: &Report) -> ripout_model::Source {
    let source = &report.source;
    ripout_model::Source {
        kind: source.kind,
        name: source.name.clone(),
        version: source.version.clone(),
        rev: source.rev.clone(),
        licence: source.licence.clone(),
    }
}

fn count(suite: &Suite) -> TestCount {
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    TestCount {
        run: number(suite.passed + suite.failed),
        passed: number(suite.passed),
        skipped: number(suite.skipped),
        names: TestNames::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite(passed: u64, ok: bool) -> Suite {
        Suite {
            command: "cargo test".into(),
            passed,
            failed: 0,
            skipped: 0,
            ok,
            empty: false,
            told: String::new(),
        }
    }

    #[test]
    fn tests_that_are_no_longer_run_do_not_pass() {
        assert!(none_lost(&suite(3, true), suite(3, true)).ok);
        assert!(none_lost(&suite(3, true), suite(4, true)).ok);
        let lost = none_lost(&suite(3, true), suite(2, true));
        assert!(!lost.ok && lost.told.starts_with("3 tests passed before"));
        assert!(!none_lost(&suite(3, true), suite(9, false)).ok);
    }

    #[test]
    fn what_is_used_beyond_the_named_symbols_is_found() {
        let used = |symbol: &str, line| Use {
            symbol: symbol.into(),
            file: "src/lib.rs".into(),
            line,
            place: UsePlace::Code,
            exposed: false,
        };
        let dependency = Dependency {
            name: "strsim".into(),
            locked: None,
            called: vec!["strsim".into()],
            declared: Vec::new(),
            uses: vec![used("strsim::jaro", 3), used("strsim::osa_distance", 9)],
        };
        let symbols = ["strsim::jaro".to_owned(), "strsim::osa_distance".to_owned()];
        let more = more_used(&dependency, &symbols, &symbols[..1]);
        assert_eq!(more, ["strsim::osa_distance (src/lib.rs:9)"]);
        assert!(more_used(&dependency, &symbols, &symbols).is_empty());
        // A method is covered by its type, and a re-export by its last part.
        let used = ["a.b.Type.method".to_owned(), "a.f".to_owned()];
        let named = ["a.b.Type".to_owned(), "a.inner.f".to_owned()];
        assert!(more_used(&dependency, &used, &named).is_empty());
    }

    #[test]
    fn the_version_that_is_named_is_the_one_the_project_has() {
        assert!(agree("crate:strsim", "crate:strsim@0.11.1").is_ok());
        assert!(agree("crate:strsim@0.11.1", "crate:strsim@0.11.1").is_ok());
        assert!(agree("../strsim", "crate:strsim@0.11.1").is_ok());
        let Err(Stop::Failed(failure)) = agree("crate:strsim@0.10.0", "crate:strsim@0.11.1") else {
            panic!("two versions agree");
        };
        assert_eq!(failure.code, "version_differs");
    }

    #[test]
    fn spellings_of_one_package_are_the_same() {
        assert!(same("More_Itertools", "more-itertools"));
        assert!(!same("strsim", "strsim2"));
    }
}
