//! `ripout update`: upstream's newest text of what was taken, merged with the project's own edits, and judged against the
//! release that it comes from.
//!
//! A module changes only in two ways: to a text that was judged equivalent, together with its entry in the ledger, or to one
//! in which conflicts are marked, which holds both sides.

mod merging;

use std::path::Path;

use merging::{Merged, merged};
use ripout_model::{
    Candidate, Change, Dependency, Failure, Host, Language, Module, ModuleFile, Settings, Stop,
    Suite, Verdict,
};
use serde::Serialize;

use super::{
    Feed, Outcome, Run, beside,
    check::{Checking, newest, why},
    remove::{fail_before, none_lost},
};
use crate::{
    evidence::{
        compatible, header,
        ledger::{self, Entry, Ledger},
        licences,
        report::SuiteReport,
    },
    patch,
};

/// Version of the document.
pub const SCHEMA: &str = "ripout.update/1";

/// What begins our side of a conflict.
const MARK: &[u8] = b"<<<<<<< ";

/// What became of each module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Updated {
    /// [`SCHEMA`].
    pub schema: String,
    /// In the order of the ledger.
    pub modules: Vec<One>,
}

/// What became of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct One {
    /// Relative to the project's folder.
    pub path: String,
    /// The package that it was taken from.
    pub package: String,
    /// The version that it was taken from.
    pub from: Option<String>,
    /// Who wrote it, where it is not its authors' text: then it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
    /// The newest version; null where it could not be had.
    pub to: Option<String>,
    /// What was done.
    pub done: Done,
    /// Why not, or what is left to do.
    pub text: Option<String>,
    /// The project's own tests before, and with the new text; null where it did not come to that.
    pub tests: Option<[SuiteReport; 2]>,
}

/// What was done with a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// There is no newer release.
    UpToDate,
    /// It holds the newest text, and was judged.
    Updated,
    /// It holds both sides, marked.
    Conflicts,
    /// It is as it was.
    Left,
}

impl Updated {
    /// 0 if every module is up to date now.
    pub fn exit_code(&self) -> u8 {
        let good = |one: &One| matches!(one.done, Done::UpToDate | Done::Updated);
        if self.modules.iter().all(good) { 0 } else { 2 }
    }
}

/// Updates the modules at `only`; all, where that is empty.
pub fn update(checking: &Checking<'_>, only: &[String], host: &dyn Host) -> Result<Updated, Stop> {
    let mut ledger = checking.ledger.clone();
    for path in only {
        if !ledger.modules.iter().any(|entry| entry.path == *path) {
            let known: Vec<&str> = ledger.modules.iter().map(|it| it.path.as_str()).collect();
            return Err(Failure::new(
                "module_not_found",
                format!("{} names no module {path}", ledger::FILE),
            )
            .help(format!("it names {}", known.join(", ")))
            .into());
        }
    }
    let mut modules = Vec::new();
    let mut before = None;
    for entry in &checking.ledger.modules {
        if !only.is_empty() && !only.contains(&entry.path) {
            continue;
        }
        host.check()?;
        let mut told = One {
            path: entry.path.clone(),
            package: entry.package.clone(),
            from: entry.version.clone(),
            written_by: entry.written_by.clone(),
            to: None,
            done: Done::Left,
            text: None,
            tests: None,
        };
        if let Err(stop) = one(checking, entry, &mut ledger, &mut before, &mut told, host) {
            told.text = Some(why(stop)?);
        }
        modules.push(told);
    }
    Ok(Updated {
        schema: SCHEMA.into(),
        modules,
    })
}

fn one(
    checking: &Checking<'_>,
    entry: &Entry,
    ledger: &mut Ledger,
    before: &mut Option<Suite>,
    told: &mut One,
    host: &dyn Host,
) -> Result<(), Stop> {
    let ours = present(checking.folder, entry)?;
    if let Some((path, _)) = ours.iter().find(|(_, bytes)| is_marked(bytes)) {
        let text = format!("conflicts are still marked in {path}");
        return Err(Failure::new("conflicts", text)
            .help("settle them first")
            .into());
    }
    let mut request = newest(checking, entry)?;
    request.settings.specialize = !entry.left_out.is_empty();
    let mut run = Run::begin(&request, host)?;
    let source = run.tree.source.clone();
    told.to = source.version.clone().or_else(|| source.rev.clone());
    if source.version == entry.version && source.rev == entry.revision {
        told.done = Done::UpToDate;
        return Ok(());
    }
    let original = run.open()?;
    let slice = run.slice(&*original)?;
    let mut theirs = run.candidate(&*original, slice);
    theirs.module = in_a_project(run.language, theirs.module);
    let now: Vec<String> = header::taken_from(original.packages(), &theirs.definitions)
        .filter_map(|package| package.licence.clone())
        .collect();
    let now = compatible::joined(now.iter().map(String::as_str));
    same_licence(entry, now.as_deref())?;
    let new = placed(entry, &theirs.module)?;
    let Merged { files, conflicts } = match entry.written_by {
        // There is nothing to merge with text that is not the authors': it stays, if it is equivalent to the newest as well.
        Some(_) => Merged {
            files: ours.clone(),
            conflicts: Vec::new(),
        },
        None => {
            let base = match is_as_judged(entry, &ours) {
                true => ours.clone(),
                false => {
                    let base = base(checking, entry, host)?;
                    placed(entry, &in_a_project(run.language, base))?
                }
            };
            let labels = merging::Labels::of(entry, told.to.as_deref());
            merged(&base, &ours, &new, &labels)?
        }
    };
    let changes = |files: &[(String, Vec<u8>)]| -> Vec<Change> {
        let gone = ours.iter().filter(|(path, _)| at(files, path).is_none());
        let gone = gone.map(|(path, bytes)| (path, Some(bytes.clone()), None));
        let made = files.iter().map(|(path, bytes)| {
            // What was merged, so that an edit made meanwhile is not lost.
            (
                path,
                at(&ours, path).map(<[u8]>::to_vec),
                Some(bytes.clone()),
            )
        });
        gone.chain(made)
            .filter(|(_, before, after)| before != after)
            .map(|(file, before, after)| Change {
                file: file.clone(),
                before,
                after,
            })
            .collect()
    };
    if !conflicts.is_empty() {
        patch::apply::apply(checking.folder, &changes(&files))?;
        told.done = Done::Conflicts;
        told.text = Some(format!(
            "{}: settle that, and judge the module with `ripout verify`",
            conflicts.join("; ")
        ));
        return Ok(());
    }
    let closure = theirs.definitions.clone();
    let candidate = match files == new {
        true => theirs,
        false => {
            let names = theirs.module.files.iter().map(|file| file.path.clone());
            let names = ledger::places(&entry.path, &theirs.module)
                .into_iter()
                .zip(names);
            let files = names
                .filter_map(|(place, path)| {
                    let bytes = at(&files, &place)?.to_vec();
                    Some(ModuleFile { path, bytes })
                })
                .collect();
            let module = Module {
                stem: theirs.module.stem.clone(),
                files,
                editions: Vec::new(),
            };
            original.read("file", module, host)?
        }
    };
    let outcome = beside(&*original, host, || {
        run.judge_written(&*original, &candidate, &Feed::Search)
    });
    let outcome = outcome.or_else(Outcome::from_stop)?;
    let sizes = run.sizes_of(&*original, &candidate);
    let path = checking.folder.join(&entry.path);
    let report = run.report(&*original, &candidate, &outcome, &path, &sizes);
    if report.verdict != Verdict::Equivalent {
        let why = report.reason.map(|reason| reason.text).unwrap_or_default();
        told.text = Some(format!(
            "judged {} against {}: {why}; nothing was written",
            report.verdict,
            told.to.as_deref().unwrap_or("the newest release")
        ));
        return Ok(());
    }
    let command = header::command(original.source(), &request.symbols, &request.options);
    let packages = original.packages();
    let taken = match entry.written_by {
        Some(_) => &closure,
        None => &candidate.definitions,
    };
    let mut judged = Entry::new(&report, &candidate, taken, packages, &entry.path, command);
    judged.written_by.clone_from(&entry.written_by);
    judged.accepted_licence.clone_from(&entry.accepted_licence);
    let mut now = ledger.clone();
    now.put(judged);
    let mut changes = changes(&files);
    let (texts, _) = licences::collect(packages, taken);
    let mut others = vec![(ledger::FILE.to_owned(), now.text()?.into_bytes())];
    others.extend(texts.into_iter().map(|file| (file.path, file.bytes)));
    changes.extend(others.into_iter().map(|(file, after)| Change {
        before: std::fs::read(checking.folder.join(&file)).ok(),
        file,
        after: Some(after),
    }));
    let tests = Tests {
        language: run.language,
        folder: checking.folder,
        package: &entry.package,
        settings: &request.settings,
        host,
    };
    if !tests.pass(before, &changes, told)? {
        return Ok(());
    }
    patch::apply::apply(checking.folder, &changes)?;
    *ledger = now;
    told.done = Done::Updated;
    Ok(())
}

/// The project's own tests, in copies of it.
struct Tests<'a> {
    language: &'static dyn Language,
    folder: &'a Path,
    package: &'a str,
    settings: &'a Settings,
    host: &'a dyn Host,
}

impl Tests<'_> {
    /// Whether they pass with the changes as they did before. A project without tests has none that could fail.
    fn pass(
        &self,
        before: &mut Option<Suite>,
        changes: &[Change],
        told: &mut One,
    ) -> Result<bool, Stop> {
        let then = match before.take() {
            Some(known) => known,
            None => self.run(&[])?,
        };
        if !then.ok && !then.empty {
            return Err(fail_before(&then));
        }
        let now = none_lost(&then, self.run(changes)?);
        told.tests = Some([SuiteReport::from(&then), SuiteReport::from(&now)]);
        let none = then.empty && now.empty;
        if !now.ok && !none {
            told.text = Some(format!(
                "judged equivalent to {}, but the project's tests fail with it, and nothing was written\n{}",
                told.to.as_deref().unwrap_or("the newest release"),
                now.told
            ));
            *before = Some(then);
            return Ok(false);
        }
        if now.empty {
            told.text = Some("the project has no tests that could have been run".to_owned());
        }
        // The next module finds these.
        *before = Some(now);
        Ok(true)
    }

    fn run(&self, changes: &[Change]) -> Result<Suite, Stop> {
        self.host.say("copying the project", 0, None);
        let copy = patch::copy::project(self.folder, self.host)?;
        patch::copy::write(copy.path(), changes)?;
        let settings = Settings {
            // Those of the entry's command are the package's.
            features: None,
            ..self.language.settled(self.folder, self.settings)
        };
        let dependency = Dependency {
            name: self.package.to_owned(),
            locked: None,
            called: Vec::new(),
            declared: Vec::new(),
            uses: Vec::new(),
        };
        self.language
            .suite(copy.path(), &dependency, false, &settings, self.host)
    }
}

/// The files of a module as they lie in the project.
fn present(folder: &Path, entry: &Entry) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let paths = [&entry.path]
        .into_iter()
        .chain(entry.files.iter().map(|file| &file.path));
    paths
        .map(|file| {
            let path = folder.join(file);
            let bytes = std::fs::read(&path).map_err(|error| {
                Failure::new(
                    "module_unreadable",
                    format!("read {}: {error}", path.display()),
                )
            })?;
            Ok((file.clone(), bytes))
        })
        .collect()
}

fn is_marked(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines.any(|line| line.starts_with(MARK))
}

fn is_as_judged(entry: &Entry, ours: &[(String, Vec<u8>)]) -> bool {
    let hashes = [&entry.hash]
        .into_iter()
        .chain(entry.files.iter().map(|file| &file.hash));
    ours.iter()
        .zip(hashes)
        .all(|((_, bytes), hash)| ledger::hash(bytes) == *hash)
}

fn at<'f>(files: &'f [(String, Vec<u8>)], path: &str) -> Option<&'f [u8]> {
    let found = files.iter().find(|(file, _)| file == path);
    found.map(|(_, bytes)| bytes.as_slice())
}

fn in_a_project(language: &dyn Language, module: Module) -> Module {
    let placed = language.placed(&module);
    placed.map_or(module, |(module, _)| module)
}

/// The files of a module where the project has them. A file does not become a folder, nor a folder a file: the project
/// would have two modules of one name.
fn placed(entry: &Entry, module: &Module) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let first = module.files.first().map_or("", |file| file.path.as_str());
    if is_folder(first) != is_folder(&entry.path) {
        let text = match is_folder(first) {
            true => "the newest release needs data files beside the module, which is a single file",
            false => "the newest release needs no data files, and the module is a folder",
        };
        return Err(Failure::new("shape_changed", text)
            .help("make it anew with the command in its header, of the newer version"));
    }
    let bytes = module.files.iter().map(|file| file.bytes.clone());
    Ok(ledger::places(&entry.path, module)
        .into_iter()
        .zip(bytes)
        .collect())
}

fn is_folder(path: &str) -> bool {
    path.ends_with("/__init__.py")
}

/// Another licence is for people to look at.
fn same_licence(entry: &Entry, now: Option<&str>) -> Result<(), Failure> {
    let then = entry.licence.as_deref();
    let same = match (then, now) {
        (Some(then), Some(now)) => compatible::same(then, now),
        (then, now) => then == now,
    };
    if same {
        return Ok(());
    }
    Err(Failure::new(
        "licence_changed",
        format!(
            "it was taken under {}, the newest release is under {}",
            then.unwrap_or("no stated licence"),
            now.unwrap_or("no stated licence")
        ),
    )
    .help(
        "what was taken stays under its own; make the module anew if the other licence suits you",
    ))
}

/// The module as it was before anybody edited it.
fn base(checking: &Checking<'_>, entry: &Entry, host: &dyn Host) -> Result<Module, Stop> {
    let mut request = newest(checking, entry)?;
    match &entry.version {
        Some(version)
            if request.wanted.repo.starts_with("crate:")
                || request.wanted.repo.starts_with("pypi:") =>
        {
            request.wanted.repo = format!("{}@{version}", request.wanted.repo);
        }
        _ => request.wanted.rev.clone_from(&entry.revision),
    }
    let mut run = Run::begin(&request, host)?;
    let original = run.open()?;
    let slice = run.slice(&*original)?;
    let Candidate { module, .. } = run.candidate(&*original, slice);
    Ok(module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ledger::tests::entry;

    #[test]
    fn a_file_does_not_become_a_folder() {
        let entry = entry("src/pkg/_frob/__init__.py", 1);
        let of = |paths: &[&str]| {
            let files = paths.iter().map(|path| ModuleFile {
                path: (*path).into(),
                bytes: b"x".to_vec(),
            });
            let module = Module {
                stem: "frob".into(),
                files: files.collect(),
                editions: Vec::new(),
            };
            placed(&entry, &module)
        };
        let placed = of(&["frob/__init__.py", "frob/a.json"]).unwrap();
        let names: Vec<&str> = placed.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["src/pkg/_frob/__init__.py", "src/pkg/_frob/a.json"]);
        assert_eq!(of(&["frob.py"]).unwrap_err().code, "shape_changed");
    }

    #[test]
    fn another_licence_stops_it() {
        let entry = entry("a.rs", 1);
        assert!(same_licence(&entry, Some("MIT License")).is_ok());
        let failure = same_licence(&entry, Some("GPL-3.0-only")).unwrap_err();
        assert_eq!(failure.code, "licence_changed");
        assert!(same_licence(&entry, None).is_err());
    }
}
