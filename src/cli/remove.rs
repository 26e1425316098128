//! `ripout remove`: a dependency goes, and a module of the project's own takes its place.

use std::{fmt::Write, path::PathBuf};

use ripout_model::{Failure, Settings, Stop, Verdict};

use crate::{
    checkout::cache,
    cli::{
        Calling, Session,
        args::{self, Format},
        config,
        console::Console,
        locked,
        progress::Progress,
        verdict_text,
    },
    evidence::{Report, report::SuiteReport},
    job::{
        Rounds,
        remove::{self, Removing},
    },
    languages,
    synth::Brief,
};

/// Removes, or says why not.
pub fn remove(session: &Session, arguments: args::Remove) -> Result<u8, Stop> {
    let args::Remove {
        dependency,
        consumer,
        apply,
        accept_licence,
        module_path,
        module,
        out,
        mut judging,
        synthesis,
    } = arguments;
    let rounds = config::rounds(&session.file, &mut judging, synthesis, module.as_deref())?;
    let wish = Wish {
        rounds,
        out,
        apply,
        module_path,
        accepted: accept_licence,
        ..Wish::of(consumer.unwrap_or(PathBuf::from(".")), dependency)
    };
    carry_out(session, wish, judging)
}

/// `ripout extract --for`: named symbols, and the change of the project if they are all that it uses of their package.
pub fn named(
    session: &Session,
    subject: args::Subject,
    judging: args::Judging,
    rounds: Option<Rounds>,
    module_path: Option<String>,
    consumer: PathBuf,
) -> Result<u8, Stop> {
    let wish = Wish {
        rounds,
        module_path,
        ..wish(session, subject, consumer)?
    };
    carry_out(session, wish, judging)
}

/// `ripout brief --for`: what `extract --for` would tell somebody at first, or `remove` where a dependency is named alone.
pub fn brief(
    session: &Session,
    subject: args::Subject,
    judging: args::Judging,
    consumer: PathBuf,
    limit_tokens: usize,
) -> Result<(Brief, Format), Stop> {
    let alone = subject.symbols.is_empty() && top(&subject.repo) == subject.repo;
    let wish = match alone {
        true => Wish {
            names: subject.names,
            ..Wish::of(consumer, subject.repo)
        },
        false => wish(session, subject, consumer)?,
    };
    let wanted = wanted(session, wish, judging)?;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let brief = remove::brief_for(&wanted.removing, limit_tokens, &languages::all(), &host);
    drop(host);
    Ok((brief?, wanted.format))
}

/// Symbols of a project's dependency.
fn wish(session: &Session, subject: args::Subject, consumer: PathBuf) -> Result<Wish, Failure> {
    let args::Subject {
        repo,
        mut symbols,
        names,
        out,
        ..
    } = subject;
    // As a subcommand of cargo the project's lock file tells where the symbols come from.
    let repo = match session.calling == Calling::Cargo && !locked::is_repo(&repo) {
        true => {
            symbols.insert(0, repo);
            None
        }
        false => Some(repo),
    };
    let mut packages = symbols.iter().map(|symbol| top(symbol));
    let dependency = packages.next().unwrap_or_default().to_owned();
    if symbols.is_empty() || packages.any(|other| other != dependency) {
        return Err(Failure::new(
            "arguments",
            "with --for all symbols come from one dependency of the project",
        )
        .help("name each with its package first: `strsim::jaro`, `packaging.version.Version`"));
    }
    Ok(Wish {
        symbols,
        names,
        repo,
        out,
        ..Wish::of(consumer, dependency)
    })
}

/// The package that a symbol begins with.
fn top(symbol: &str) -> &str {
    let end = symbol.find("::").or_else(|| symbol.find('.'));
    &symbol[..end.unwrap_or(symbol.len())]
}

/// What is wanted of a project's dependency.
struct Wish {
    folder: PathBuf,
    dependency: String,
    symbols: Vec<String>,
    names: Vec<String>,
    repo: Option<String>,
    rounds: Option<Rounds>,
    module_path: Option<String>,
    out: Option<PathBuf>,
    apply: bool,
    accepted: Vec<String>,
}

impl Wish {
    /// All that the project uses of a dependency.
    fn of(folder: PathBuf, dependency: String) -> Self {
        Self {
            folder,
            dependency,
            symbols: Vec::new(),
            names: Vec::new(),
            repo: None,
            rounds: None,
            module_path: None,
            out: None,
            apply: false,
            accepted: Vec::new(),
        }
    }
}

/// A wish with all that the job needs.
struct Wanted {
    removing: Removing,
    format: Format,
    /// Keeps the folder that remembers maps.
    _held: Result<cache::Cache, Failure>,
}

fn wanted(session: &Session, wish: Wish, mut judging: args::Judging) -> Result<Wanted, Stop> {
    session.file.clone().complete(&mut judging);
    let folder = wish.folder;
    if !folder.is_dir() {
        return Err(Failure::new(
            "project_not_found",
            format!("{} is no folder", folder.display()),
        )
        .help("name the folder of a Cargo workspace or of a Python project with --for")
        .into());
    }
    // Programs of the project's own, such as an environment's interpreter, are run from other folders.
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let held = cache::Cache::open(None);
    let facts = held.as_ref().ok().and_then(|_| cache::dir().ok());
    Ok(Wanted {
        removing: Removing {
            folder,
            dependency: wish.dependency,
            symbols: wish.symbols,
            repo: wish.repo,
            out: wish.out,
            settings: Settings {
                module_path: wish.module_path,
                ..config::settings(&judging, &wish.names, None, &session.global)?
            },
            search_options: config::search_options(&judging),
            rounds: wish.rounds,
            apply: wish.apply,
            accepted: wish.accepted,
            facts: facts.map(|folder| folder.join("facts")),
            roots: None,
        },
        format: judging.format.unwrap_or(Format::Text),
        _held: held,
    })
}

fn carry_out(session: &Session, wish: Wish, judging: args::Judging) -> Result<u8, Stop> {
    let wanted = wanted(session, wish, judging)?;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let removed = remove::remove(&wanted.removing, &languages::all(), &host);
    drop(host);
    let removed = removed?;
    let report = &removed.finished.report;
    let text = match wanted.format {
        Format::Json => report.to_json(),
        Format::Text => page(report, &session.console),
    };
    session.console.print(&text)?;
    Ok(removed.exit_code())
}

/// The verdict, and what leaves the project.
fn page(report: &Report, console: &Console) -> String {
    let mut page = verdict_text::page(report, console);
    let Some(removal) = &report.removal else {
        if report.verdict != Verdict::Equivalent {
            let _ = writeln!(
                page,
                "\n  the project stays as it is: only what is equivalent is proposed"
            );
        }
        return page;
    };
    let mut line = |word: &str, text: &str| {
        let _ = writeln!(page, "  {word:<11}{text}");
    };
    line("removes", &removal.dependency);
    if let Some(who) = &removal.written_by {
        line("written by", &format!("{who}, after the author's text"));
    }
    if !removal.stays.is_empty() {
        let by = removal.stays.join(", ");
        line("stays", &format!("in the tree all the same: {by} needs it"));
    }
    if !removal.goes.is_empty() {
        line("goes", &removal.goes.join(", "));
    }
    line("tests", &format!("before: {}", suite(&removal.before)));
    if let Some(after) = &removal.after {
        line("", &format!("after:  {}", suite(after)));
        if !after.ok {
            line(
                "",
                "the module does not fit the project: nothing is proposed",
            );
            let _ = writeln!(page, "\n{}", after.told);
            return page;
        }
    }
    let mut line = |word: &str, text: &str| {
        let _ = writeln!(page, "  {word:<11}{text}");
    };
    line("changes", &removal.files.join(", "));
    for note in &removal.left_to_do {
        line("left to do", note);
    }
    match (&removal.undo, removal.applied) {
        (Some(undo), true) => line("applied", &format!("take it back with `{undo}`")),
        _ => {
            let name = removal.dependency.split('@').next().unwrap_or_default();
            line(
                "next",
                &format!(
                    "`git apply` removal.patch, or `ripout remove {name} --apply` with the same options; pull-request.md says \
                     what a reviewer needs"
                ),
            );
        }
    }
    page
}

fn suite(suite: &SuiteReport) -> String {
    format!(
        "{} passed, {} failed, {} skipped",
        suite.passed, suite.failed, suite.skipped
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_begins_with_its_package() {
        assert_eq!(top("strsim::jaro"), "strsim");
        assert_eq!(top("packaging.version.Version"), "packaging");
        assert_eq!(top("strsim"), "strsim");
    }
}
