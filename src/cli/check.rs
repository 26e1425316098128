//! `ripout check`, `ripout update` and `ripout sbom`: what a ledger says, held against what is there now.

use std::{fmt::Write, path::PathBuf, time::Duration};

use clap::Parser;
use ripout_model::{Failure, Stop};

use crate::{
    cli::{
        Session,
        args::{self, Arguments, Command, Format},
        progress::Progress,
        run,
    },
    evidence::{
        advisories,
        checked::{Checked, Module, Text},
        ledger::{self, Entry},
        sbom,
    },
    job::{
        Request,
        check::{self, Checking},
        update::{self, Done, Updated},
    },
};

/// Definitions that a page shows without `--verbose`.
const SHOWN: usize = 10;

/// Checks, and prints what became of each module.
pub fn check(session: &Session, arguments: &args::Check) -> Result<u8, Stop> {
    let folder = arguments.consumer.clone().unwrap_or(PathBuf::from("."));
    let ledger = check::ledger(&folder)?;
    let advisories = advisories::read(&arguments.advisories, session.global.offline)?;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let checking = Checking {
        folder: &folder,
        ledger: &ledger,
        advisories: &advisories,
        offline: session.global.offline,
        request: &|entry, repo| request(session, entry, repo).map_err(Stop::from),
    };
    let checked = check::check(&checking, &host);
    drop(host);
    let checked = checked?;
    let text = match arguments.format.unwrap_or(Format::Text) {
        Format::Json => checked.to_json(),
        Format::Text => page(&checked, session.console.verbose, !advisories.is_empty()),
    };
    session.console.print(&text)?;
    Ok(checked.exit_code())
}

/// Takes upstream's newest text in.
pub fn update(session: &Session, arguments: &args::Update) -> Result<u8, Stop> {
    let folder = arguments.consumer.clone().unwrap_or(PathBuf::from("."));
    let ledger = check::ledger(&folder)?;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let checking = Checking {
        folder: &folder,
        ledger: &ledger,
        advisories: &[],
        offline: session.global.offline,
        request: &|entry, repo| {
            let mut request = request(session, entry, repo)?;
            if let Some(budget) = arguments.budget {
                request.settings.budget = Duration::from_secs_f64(budget);
            }
            Ok(request)
        },
    };
    let updated = update::update(&checking, &arguments.module, &host);
    drop(host);
    let updated = updated?;
    let text = match arguments.format.unwrap_or(Format::Text) {
        Format::Json => serde_json::to_string_pretty(&updated)
            .map(|text| text + "\n")
            .map_err(|e| Failure::new("output", e.to_string()))?,
        Format::Text => updated_page(&updated),
    };
    session.console.print(&text)?;
    Ok(updated.exit_code())
}

fn updated_page(updated: &Updated) -> String {
    let mut page = String::new();
    for one in &updated.modules {
        let from = one.from.as_deref().unwrap_or_default();
        let to = one.to.as_deref().unwrap_or("the newest release");
        let what = match one.done {
            Done::UpToDate => "up to date".to_owned(),
            Done::Updated => match &one.written_by {
                None => format!("now the text of {to}, judged equivalent to it"),
                Some(who) => format!("still as {who} wrote it, judged equivalent to {to} as well"),
            },
            Done::Conflicts => format!("merged with {to}, with conflicts"),
            Done::Left => format!("left as it was: {to} was not taken in"),
        };
        let _ = writeln!(page, "{}  ({} {from})\n  {what}", one.path, one.package);
        if let Some([before, after]) = &one.tests {
            let _ = writeln!(
                page,
                "  the project's tests: {} passed before, {} passed and {} failed with it ({})",
                before.passed, after.passed, after.failed, after.command
            );
        }
        if let Some(text) = &one.text {
            let _ = writeln!(page, "  {text}");
        }
    }
    page
}

/// Prints the bill of materials.
pub fn bill(session: &Session, arguments: &args::Sbom) -> Result<u8, Stop> {
    let folder = arguments.consumer.clone().unwrap_or(PathBuf::from("."));
    let ledger = check::ledger(&folder)?;
    session.console.print(&sbom::document(&folder, &ledger)?)?;
    Ok(0)
}

/// What an entry's command asks for, of another source. Its words are a stranger's: only an extract's are taken.
pub fn request(session: &Session, entry: &Entry, repo: &str) -> Result<Request, Failure> {
    let wrong = || {
        Failure::new(
            "ledger",
            format!(
                "the command of {} in {} is none that ripout knows: {}",
                entry.path,
                ledger::FILE,
                entry.command
            ),
        )
        .help("take the entry back from version control")
    };
    let words = words(&entry.command).ok_or_else(wrong)?;
    let parsed = Arguments::try_parse_from(words).map_err(|_| wrong())?;
    let Some(Command::Extract(extract)) = parsed.command else {
        return Err(wrong());
    };
    let mut subject = extract.subject;
    subject.repo = repo.to_owned();
    subject.rev = None;
    run::request(session, subject, extract.judging).map(|(request, _)| request)
}

/// The words of a command as a header quotes them; `None` where a quote is left open.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        letter => word.push(letter),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(letters.next()?),
            letter if letter.is_whitespace() => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Some(words)
}

/// The page for people.
fn page(checked: &Checked, verbose: bool, advised: bool) -> String {
    let mut page = String::new();
    if checked.modules.is_empty() {
        page.push_str("the ledger is empty: nothing was taken over\n");
    }
    for module in &checked.modules {
        one(&mut page, module, verbose, advised);
    }
    for unchecked in &checked.unchecked {
        let _ = writeln!(page, "not checked: {unchecked}");
    }
    page
}

fn one(page: &mut String, module: &Module, verbose: bool, advised: bool) {
    let version = module.version.as_deref().unwrap_or_default();
    let _ = writeln!(page, "{}  ({} {version})", module.path, module.package);
    let mut line = |word: &str, text: &str| {
        let _ = writeln!(page, "  {word:<11}{text}");
    };
    match module.text {
        Text::Same => line("module", "as it was judged"),
        Text::Missing => line("module", "missing: delete its entry if it was given up"),
        Text::Edited => {
            line("module", "edited since it was judged");
            if let Some(command) = &module.judge_again {
                line("help", &format!("judge it again: {command}"));
            }
        }
    }
    if let Some(upstream) = &module.upstream {
        let newest = &upstream.newest;
        match (upstream.newer, upstream.definitions.len()) {
            (false, _) => line("upstream", &format!("{newest} is the newest release")),
            (true, 0) => line(
                "upstream",
                &format!("{newest} is out; nothing that was taken has changed"),
            ),
            (true, some) => line(
                "upstream",
                &format!(
                    "{newest} is out; of what was taken {some} {} not as {}",
                    if some == 1 {
                        "definition is"
                    } else {
                        "definitions are"
                    },
                    if some == 1 { "it was" } else { "they were" },
                ),
            ),
        }
        let shown = if verbose { usize::MAX } else { SHOWN };
        for found in upstream.definitions.iter().take(shown) {
            line(
                "",
                &format!(
                    "{:<8} {} ({}:{})",
                    found.change.word(),
                    found.name,
                    found.file,
                    found.lines[0]
                ),
            );
            if let (true, Some(diff)) = (verbose, &found.diff) {
                for text in diff.lines() {
                    line("", &format!("  {text}"));
                }
            }
        }
        if let Some(more @ 1..) = upstream.definitions.len().checked_sub(shown) {
            line("", &format!("… and {more} more (--verbose shows all)"));
        }
        if upstream.licence_changed {
            let licence = upstream.licence.as_deref().unwrap_or("none");
            line(
                "licence",
                &format!(
                    "{newest} is under another: {licence}; what was taken stays under its own"
                ),
            );
        }
    }
    for found in &module.advisories {
        let touches = if found.touches {
            "touches"
        } else {
            "does not touch"
        };
        let summary = found.summary.as_deref().unwrap_or_default();
        line(
            "advisory",
            &format!(
                "{} {touches} what was taken of {}: {}",
                found.id, found.package, found.why
            ),
        );
        if !summary.is_empty() {
            line("", summary);
        }
    }
    if advised && module.advisories.is_empty() {
        line("advisories", "none speaks of it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_a_header_quotes_them() {
        let read = words(r"ripout extract 'it'\''s' 'a::b!' --features ''").unwrap();
        assert_eq!(
            read,
            ["ripout", "extract", "it's", "a::b!", "--features", ""]
        );
        assert_eq!(words("ripout 'open"), None);
    }
}
