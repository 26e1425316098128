//! A scan for people: as text, and as Markdown for a pull request.

use std::{collections::BTreeSet, fmt::Write};

use clap::builder::styling::{AnsiColor, Style};

use crate::{
    cli::{console::Console, verdict_text::grouped},
    survey::{Advice, Cost, Ranked, Scan, rank::counted},
};

/// At most so many places are listed; all of them are in the JSON.
const PLACES: usize = 5;

/// The page.
pub fn page(scans: &[Scan], console: &Console) -> String {
    let mut text = String::new();
    for (at, scan) in scans.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", heading(scan));
        for ranked in &scan.dependencies {
            text.push('\n');
            of_dependency(&mut text, ranked, console);
        }
        for note in &scan.notes {
            let _ = writeln!(text, "\nnote: {}", note.text);
        }
    }
    text
}

fn heading(scan: &Scan) -> String {
    format!(
        "{} ({}): {}, {} locked",
        scan.members.join(", "),
        scan.language,
        match scan.dependencies.len() {
            1 => "1 direct dependency".to_owned(),
            many => format!("{many} direct dependencies"),
        },
        counted(scan.packages as u64, "package"),
    )
}

fn of_dependency(text: &mut String, ranked: &Ranked, console: &Console) {
    let word = console.paint(
        style(ranked.advice),
        &format!("{:<6}", ranked.advice.word()),
    );
    let _ = writeln!(text, "{word} {}", name(ranked));
    for reason in &ranked.reasons {
        let _ = writeln!(text, "       {reason}");
    }
    let mut declared: Vec<String> = ranked
        .dependency
        .declared
        .iter()
        .map(|declared| format!("{}:{}", declared.file, declared.line))
        .collect();
    let mut seen = BTreeSet::new();
    declared.retain(|place| seen.insert(place.clone()));
    let _ = writeln!(text, "       declared: {}", declared.join(", "));
    match ranked.cost {
        Some(Cost::BuildSeconds(seconds)) => {
            let _ = writeln!(
                text,
                "       builds in {seconds:.1} s, with what it alone brings"
            );
        }
        Some(Cost::ImportMs(time)) => {
            let _ = writeln!(
                text,
                "       is imported in {time:.1} ms, with all that it imports"
            );
        }
        None => {}
    }
    let all = console.verbose;
    let goes = &ranked.saving.goes;
    if goes.len() > 1 {
        let _ = writeln!(text, "       would go: {}", listed(goes, all));
    }
    let stays: Vec<String> = ranked
        .saving
        .stays
        .iter()
        .map(|(package, by)| format!("{package} ({})", by.join(", ")))
        .collect();
    if !stays.is_empty() {
        let _ = writeln!(text, "       stays: {}", listed(&stays, all));
    }
    if ranked.advice == Advice::Rip || all {
        for symbol in &ranked.symbols {
            let places: Vec<String> = ranked
                .dependency
                .uses
                .iter()
                .filter(|used| used.symbol == symbol.name)
                .map(|used| format!("{}:{}", used.file, used.line))
                .collect();
            let _ = writeln!(text, "       {}: {}", symbol.name, listed(&places, all));
        }
    }
}

/// A list, cut where it gets long.
fn listed(items: &[String], all: bool) -> String {
    if all || items.len() <= PLACES {
        return items.join(", ");
    }
    format!(
        "{} and {} more",
        items[..PLACES].join(", "),
        items.len() - PLACES
    )
}

fn name(ranked: &Ranked) -> String {
    let dependency = &ranked.dependency;
    match &ranked.locked {
        Some(locked) => format!("{} {}", dependency.name, locked.version),
        None => dependency.name.clone(),
    }
}

fn style(advice: Advice) -> Style {
    match advice {
        Advice::Rip => AnsiColor::Green.on_default().bold(),
        Advice::Unused => AnsiColor::Cyan.on_default().bold(),
        Advice::Keep => AnsiColor::Yellow.on_default().bold(),
        Advice::Never => AnsiColor::Red.on_default().bold(),
    }
}

/// Tables for a pull request.
pub fn markdown(scans: &[Scan]) -> String {
    let mut text = String::new();
    for (at, scan) in scans.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "**{}**\n", heading(scan));
        text.push_str(
            "| verdict | dependency | symbols | places | lines behind them | packages that would go | their lines | why |\n\
             | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n",
        );
        for ranked in &scan.dependencies {
            let places: usize = ranked.symbols.iter().map(|symbol| symbol.places).sum();
            let behind = ranked
                .closure
                .as_ref()
                .map_or("?".to_owned(), |closure| grouped(closure.lines));
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {places} | {behind} | {} | {} | {} |",
                ranked.advice.word(),
                cell(&name(ranked)),
                ranked.symbols.len(),
                ranked.saving.goes.len(),
                grouped(ranked.saving.lines),
                cell(ranked.reasons.first().map_or("", String::as_str)),
            );
        }
        for note in &scan.notes {
            let _ = writeln!(text, "\n{}", note.text);
        }
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
