//! The text of a pull request: what goes, why, what shows that nothing else changes, and what is left to do.

use std::fmt::Write;

use crate::evidence::Report;

/// The text, in Markdown. Empty where nothing is proposed.
pub fn text(report: &Report) -> String {
    let Some(removal) = &report.removal else {
        return String::new();
    };
    let mut text = String::new();
    let name = removal.dependency.split('@').next().unwrap_or_default();
    let _ = writeln!(text, "# Replace {name} by the part of it that is used\n");
    let symbols: Vec<String> = report
        .symbols
        .iter()
        .map(|symbol| format!("`{symbol}`"))
        .collect();
    let lines = report.module.as_ref().map_or(0, |module| module.lines);
    let whole = report
        .original
        .as_ref()
        .map_or(0, |original| original.lines);
    let _ = writeln!(
        text,
        "Of `{}` only {} {} used. `{}` now holds that part: {lines} of {whole} lines, {}.\n",
        removal.dependency,
        symbols.join(", "),
        if symbols.len() == 1 { "is" } else { "are" },
        removal.module,
        whose(report, removal),
    );
    saved(&mut text, removal);
    aware(&mut text, report);
    evidence(&mut text, report, removal);
    licences(&mut text, report, removal);
    if !removal.left_to_do.is_empty() {
        text.push_str("## Left to do\n\n");
        for note in &removal.left_to_do {
            let _ = writeln!(text, "- {note}");
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "The module begins with the command that makes it again. `{}` records what was taken.",
        crate::evidence::ledger::FILE
    );
    text
}

/// Whose text the module is. A reviewer reads somebody else's otherwise than the author's.
fn whose(report: &Report, removal: &Removal) -> String {
    let Some(who) = &removal.written_by else {
        return "the author's own text".to_owned();
    };
    let plain = |c: char| c.is_control() || c == '`';
    let who = who.replace(plain, " ");
    let (all, written) = report
        .module
        .as_ref()
        .map_or((0, 0), |module| (module.definitions, module.synthesized));
    format!(
        "**written by `{who}` after the author's text**: {written} of its {all} definitions are not the author's own"
    )
}

type Removal = crate::evidence::report::Removal;

fn saved(text: &mut String, removal: &Removal) {
    text.push_str("## What it saves\n\n");
    if !removal.stays.is_empty() {
        let _ = writeln!(
            text,
            "**`{}` stays in the tree**: {} still needs it. The project itself no longer does.\n",
            removal.dependency,
            removal.stays.join(", ")
        );
    }
    if removal.goes.is_empty() {
        text.push_str("No package leaves the lock file.\n\n");
        return;
    }
    let packages: Vec<String> = removal.goes.iter().map(|id| format!("`{id}`")).collect();
    // Packages that are not at hand could not be measured.
    let measured = match (removal.lines, removal.unchecked) {
        (0, _) => String::new(),
        (lines, 0) => format!(" That is {lines} lines of code."),
        (lines, some) => format!(" That is {lines} lines of code, {some} of them unsafe."),
    };
    let _ = writeln!(
        text,
        "{} {} from the dependency tree: {}.{measured}\n",
        packages.len(),
        if packages.len() == 1 {
            "package goes"
        } else {
            "packages go"
        },
        packages.join(", "),
    );
}

/// Remarks that change no verdict and that somebody who merges has to know.
fn aware(text: &mut String, report: &Report) {
    let notes = report
        .notes
        .iter()
        .filter(|note| note.code != "little_gain")
        .map(|note| &note.text)
        .chain(&report.api_notes);
    let notes: Vec<&String> = notes.collect();
    if notes.is_empty() {
        return;
    }
    text.push_str("## To be aware of\n\n");
    for note in notes {
        let _ = writeln!(text, "- {note}");
    }
    text.push('\n');
}

fn evidence(text: &mut String, report: &Report, removal: &Removal) {
    let found = &report.evidence;
    text.push_str("## What shows that it behaves the same\n\n");
    let _ = writeln!(
        text,
        "- {} distinct inputs were given to both: {} agree ({} raise alike); seed {}.",
        found.inputs, found.agreed, found.raised, found.seed
    );
    if let Some(coverage) = &found.coverage {
        let _ = writeln!(
            text,
            "- {} of {} executable lines of the module ran.",
            coverage.hit, coverage.lines
        );
    }
    if let Some(mutants) = &found.mutants {
        let _ = writeln!(
            text,
            "- {} planted faults were caught by the same inputs, {} were not.",
            mutants.killed, mutants.survived
        );
    }
    match &found.upstream_tests {
        Some(tests) if tests.run > 0 => {
            let _ = writeln!(
                text,
                "- {} of {} of the package's own tests pass on the module.",
                tests.passed, tests.run
            );
        }
        Some(_) => text.push_str("- None of the package's own tests could be run on the module.\n"),
        None => {}
    }
    let _ = writeln!(
        text,
        "- This project's tests, `{}`:\n",
        removal.before.command
    );
    text.push_str("  | | passed | failed | skipped |\n  | --- | --- | --- | --- |\n");
    let suites = [
        ("before", Some(&removal.before)),
        ("after", removal.after.as_ref()),
    ];
    for (when, suite) in suites {
        if let Some(suite) = suite {
            let _ = writeln!(
                text,
                "  | {when} | {} | {} | {} |",
                suite.passed, suite.failed, suite.skipped
            );
        }
    }
    text.push('\n');
    if let Some(coverage) = &found.coverage
        && !coverage.missed.is_empty()
    {
        let missed: Vec<String> = coverage
            .missed
            .iter()
            .take(20)
            .map(|(file, line)| format!("{file}:{line}"))
            .collect();
        let _ = writeln!(text, "Not run by any input: {}.\n", missed.join(", "));
    }
}

fn licences(text: &mut String, report: &Report, removal: &Removal) {
    let licence = report.source.licence.as_deref().unwrap_or("unknown");
    text.push_str("## Licence\n\n");
    match &removal.taken_under[..] {
        [] => {
            let _ = writeln!(text, "The text is under {licence}.\n");
        }
        [(_, under)] if under == licence => {
            let _ = writeln!(text, "The text is under {licence}.\n");
        }
        [(_, under)] => {
            let _ = writeln!(
                text,
                "The text is under {licence}, and is taken under {under}.\n"
            );
        }
        several => {
            text.push_str("The text comes from several packages:\n\n");
            for (package, under) in several {
                let _ = writeln!(text, "- `{package}`, taken under {under}");
            }
            text.push('\n');
        }
    }
    let _ = writeln!(
        text,
        "{}.\n",
        match removal.licences.len() {
            0 => "The package ships no licence text: add it".to_owned(),
            _ => format!("Its text is in `{}`", removal.licences.join("`, `")),
        }
    );
    if !removal.accepted_licences.is_empty() {
        let _ = writeln!(
            text,
            "**{} does not go together with this project's own licence, and was accepted by hand** (`--accept-licence`).\n",
            removal.accepted_licences.join(", ")
        );
    }
    if !removal.duties.is_empty() {
        text.push_str("What that asks of this project:\n\n");
        for duty in &removal.duties {
            let _ = writeln!(text, "- {duty}");
        }
        text.push('\n');
    }
}
