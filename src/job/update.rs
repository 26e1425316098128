//! `ripout update`: upstream's newest text of what was taken, merged with the project's own edits, and judged against the
//! release that it comes from.
//!
//! A module changes only in two ways: to a text that was judged equivalent, together with its entry in the ledger, or to one
//! in which conflicts are marked, which holds both sides.

use git2::{MergeFileInput, MergeFileOptions};
use ripout_model::{Candidate, Change, Failure, Host, Module, ModuleFile, Stop, Verdict};
use serde::Serialize;

use super::{
    Feed, Outcome, Run, beside,
    check::{Checking, newest, why},
};
use crate::{
    evidence::{
        compatible, header,
        ledger::{self, Entry, Ledger},
        licences,
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
    /// The newest version; null where it could not be had.
    pub to: Option<String>,
    /// What was done.
    pub done: Done,
    /// Why not, or what is left to do.
    pub text: Option<String>,
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
    for entry in &checking.ledger.modules {
        if !only.is_empty() && !only.contains(&entry.path) {
            continue;
        }
        host.check()?;
        let mut told = One {
            path: entry.path.clone(),
            package: entry.package.clone(),
            from: entry.version.clone(),
            to: None,
            done: Done::Left,
            text: None,
        };
        if let Err(stop) = one(checking, entry, &mut ledger, &mut told, host) {
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
    told: &mut One,
    host: &dyn Host,
) -> Result<(), Stop> {
    let path = checking.folder.join(&entry.path);
    let ours = std::fs::read(&path)
        .map_err(|e| Failure::new("module_unreadable", format!("read {}: {e}", path.display())))?;
    if ours
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(MARK))
    {
        let text = format!("conflicts are still marked in {}", entry.path);
        return Err(Failure::new("conflicts", text)
            .help("settle them first")
            .into());
    }
    let request = newest(checking, entry)?;
    let mut run = Run::begin(&request, host)?;
    let source = run.tree.source.clone();
    told.to = source.version.clone().or_else(|| source.rev.clone());
    if source.version == entry.version && source.rev == entry.revision {
        told.done = Done::UpToDate;
        return Ok(());
    }
    let original = run.open()?;
    let slice = run.slice(&*original)?;
    let theirs = run.candidate(&*original, slice);
    let now: Vec<String> = header::taken_from(original.packages(), &theirs.definitions)
        .filter_map(|package| package.licence.clone())
        .collect();
    let now = compatible::joined(now.iter().map(String::as_str));
    same_licence(entry, now.as_deref())?;
    let base = match ledger::hash(&ours) == entry.hash {
        true => ours.clone(),
        false => base(checking, entry, host)?,
    };
    let [new] = &theirs.module.files[..] else {
        return Err(several());
    };
    let (merged, whole) = merge(&base, &ours, &new.bytes, entry, told)?;
    if !whole {
        let change = Change {
            file: entry.path.clone(),
            before: Some(ours),
            after: Some(merged),
        };
        patch::apply::apply(checking.folder, &[change])?;
        told.done = Done::Conflicts;
        told.text = Some(format!(
            "both sides are marked in {}: settle them, and judge the module with `ripout verify`",
            entry.path
        ));
        return Ok(());
    }
    let candidate = match merged == new.bytes {
        true => theirs,
        false => {
            let file = ModuleFile {
                path: new.path.clone(),
                bytes: merged,
            };
            let module = Module {
                stem: theirs.module.stem.clone(),
                files: vec![file],
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
    let mut judged = Entry::new(&report, &candidate, packages, &entry.path, command);
    judged.accepted_licence.clone_from(&entry.accepted_licence);
    let mut now = ledger.clone();
    now.put(judged);
    let mut files = vec![
        (entry.path.clone(), candidate.module.files[0].bytes.clone()),
        (ledger::FILE.to_owned(), now.text()?.into_bytes()),
    ];
    let (texts, _) = licences::collect(packages, &candidate.definitions);
    files.extend(texts.into_iter().map(|file| (file.path, file.bytes)));
    let changes: Vec<Change> = files
        .into_iter()
        .map(|(file, after)| Change {
            before: match file == entry.path {
                // What was merged, so that an edit made meanwhile is not lost.
                true => Some(ours.clone()),
                false => std::fs::read(checking.folder.join(&file)).ok(),
            },
            file,
            after: Some(after),
        })
        .collect();
    patch::apply::apply(checking.folder, &changes)?;
    *ledger = now;
    told.done = Done::Updated;
    Ok(())
}

fn several() -> Stop {
    Failure::new(
        "not_supported_yet",
        "a module of several files can't be merged",
    )
    .help("make it again with the command in its header, of the newer version")
    .into()
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
fn base(checking: &Checking<'_>, entry: &Entry, host: &dyn Host) -> Result<Vec<u8>, Stop> {
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
    match <[ModuleFile; 1]>::try_from(module.files) {
        Ok([file]) => Ok(file.bytes),
        Err(_) => Err(several()),
    }
}

/// Three texts as one, and whether no conflict is in it.
fn merge(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    entry: &Entry,
    told: &One,
) -> Result<(Vec<u8>, bool), Failure> {
    let failed = |e: git2::Error| Failure::new("merge", format!("merge {}: {e}", entry.path));
    // libgit2 makes itself ready with the first thing of it that is made; merging alone does not.
    let _ready = git2::Buf::new();
    let [mut ancestor, mut our, mut their] = [0; 3].map(|_| MergeFileInput::new());
    ancestor.content(base);
    our.content(ours);
    their.content(theirs);
    let named = |version: &Option<String>| {
        format!(
            "{} {}",
            entry.package,
            version.as_deref().unwrap_or_default()
        )
    };
    let mut options = MergeFileOptions::new();
    options
        .style_standard(true)
        .ancestor_label(named(&entry.version))
        .our_label(entry.path.clone())
        .their_label(named(&told.to));
    let merged = git2::merge_file(&ancestor, &our, &their, Some(&mut options)).map_err(failed)?;
    Ok((merged.content().to_vec(), merged.is_automergeable()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ledger::tests::entry;

    fn told() -> One {
        One {
            path: "a.rs".into(),
            package: "strsim".into(),
            from: None,
            to: Some("0.12.0".into()),
            done: Done::Left,
            text: None,
        }
    }

    fn merged(base: &str, ours: &str, theirs: &str) -> (String, bool) {
        let (bytes, whole) = merge(
            base.as_bytes(),
            ours.as_bytes(),
            theirs.as_bytes(),
            &entry("a.rs", 1),
            &told(),
        )
        .unwrap();
        (String::from_utf8(bytes).unwrap(), whole)
    }

    #[test]
    fn edits_far_apart_are_both_kept() {
        let base = "a\nb\nc\nd\ne\nf\ng\n";
        let (text, whole) = merged(
            base,
            &base.replace('b', "ours"),
            &base.replace('f', "theirs"),
        );
        assert_eq!(text, "a\nours\nc\nd\ne\ntheirs\ng\n");
        assert!(whole);
        assert_eq!(merged(base, base, "new\n"), ("new\n".into(), true));
    }

    #[test]
    fn a_conflict_holds_both_sides() {
        let (text, whole) = merged("a\nb\nc\n", "a\nours\nc\n", "a\ntheirs\nc\n");
        assert!(!whole);
        assert_eq!(
            text,
            "a\n<<<<<<< a.rs\nours\n=======\ntheirs\n>>>>>>> strsim 0.12.0\nc\n"
        );
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
