//! A result for people: the verdict, its ground, the module against the original, the evidence, what to do next.

use std::fmt::Write;

use clap::builder::styling::{AnsiColor, Style};
use ripout_model::Verdict;

use crate::{
    cli::console::Console,
    evidence::{Coverage, Evidence, ModuleReport, Report, header},
};

/// Width of the column of names.
const NAMES: usize = 11;

/// Longest part of an input or observation that is shown; the whole stands in the JSON.
const SHOWN: usize = 400;

/// How many entries of a list are shown without `--verbose`.
const FEW: usize = 5;

/// The page of one result.
pub fn page(report: &Report, console: &Console) -> String {
    let mut page = Page {
        console,
        text: String::new(),
    };
    page.title(report);
    page.ground(report);
    page.counterexample(report);
    page.module(report);
    page.attempts(report);
    page.evidence(report);
    page.lists(report);
    page.next(report);
    page.text
}

struct Page<'a> {
    console: &'a Console,
    text: String,
}

impl Page<'_> {
    fn title(&mut self, report: &Report) {
        let verdict = self
            .console
            .paint(verdict_style(report.verdict), report.verdict.word());
        let symbols = report.symbols.join(", ");
        let source = &report.source;
        let source = header::spell(&ripout_model::Source {
            kind: source.kind,
            name: source.name.clone(),
            version: source.version.clone(),
            rev: source.rev.clone(),
            licence: None,
        });
        let _ = writeln!(self.text, "{verdict}  {symbols}  ({source})\n");
    }

    /// One named entry; its further lines are indented below the first.
    fn entry(&mut self, name: &str, value: &str) {
        let mut name = format!("{name:<NAMES$}");
        for line in value.lines() {
            let painted = self.console.paint(Style::new().dimmed(), &name);
            let _ = writeln!(self.text, "  {painted}{}", line.trim_end());
            name = " ".repeat(NAMES);
        }
    }

    fn ground(&mut self, report: &Report) {
        let Some(reason) = &report.reason else { return };
        // The counterexample says it better.
        if report.counterexample.is_none() {
            let mut text = format!("{} [{}]", reason.text.trim_end(), reason.code);
            if let Some(file) = &reason.file {
                let line = reason.line.map_or(String::new(), |line| format!(":{line}"));
                let _ = write!(text, "\nat {file}{line}");
            }
            self.entry("why", &text);
        }
        if let Some(help) = &reason.help {
            self.entry("help", help);
        }
    }

    fn counterexample(&mut self, report: &Report) {
        let Some(found) = &report.counterexample else {
            return;
        };
        self.entry("input", &shorten(&found.input));
        self.entry("original", &shorten(&found.original));
        self.entry("module", &shorten(&found.module));
        self.entry("again", &found.reproduce);
    }

    fn module(&mut self, report: &Report) {
        if let Some(module) = &report.module {
            let path = self.console.paint(Style::new().bold(), &near(&module.path));
            self.entry("module", &path);
            self.entry("size", &size(report, module));
        }
        if let Some(licence) = &report.source.licence {
            self.entry("licence", licence);
        }
    }

    /// Who tried what, where it was not the slice alone.
    fn attempts(&mut self, report: &Report) {
        if report.attempts.len() < 2 {
            return;
        }
        let mut name = "attempts";
        for (place, attempt) in report.attempts.iter().enumerate() {
            let mut text = format!("{} {}: {}", place + 1, attempt.synthesizer, attempt.outcome);
            if let Some(why) = &attempt.text {
                let why = why.lines().next().unwrap_or_default();
                let _ = write!(text, " ({})", shorten(why));
            }
            self.entry(name, &text);
            name = "";
        }
    }

    fn evidence(&mut self, report: &Report) {
        let evidence = &report.evidence;
        let tried = evidence.inputs + evidence.discarded + evidence.nondeterministic;
        if tried + evidence.timed_out == 0 {
            return;
        }
        self.entry("evidence", &searched(evidence));
        if let Some(coverage) = &evidence.coverage {
            self.entry("", &covered(coverage));
            let missed: Vec<String> = coverage
                .missed
                .iter()
                .map(|(file, line)| format!("{file}:{line}"))
                .collect();
            self.list("not run", &missed);
        }
        if let Some(mutants) = &evidence.mutants {
            let text = format!(
                "{} mutants killed, {} survive",
                mutants.killed, mutants.survived
            );
            self.entry("", &text);
        }
        if let Some(tests) = &evidence.upstream_tests {
            let text = format!(
                "{} of {} of the original's own tests pass, {} skipped",
                tests.passed, tests.run, tests.skipped
            );
            self.entry("", &text);
            self.list("failed", &tests.names.failed);
        }
        if let Some(module) = &report.module
            && !module.editions.is_empty()
        {
            self.entry("editions", &module.editions.join(", "));
        }
    }

    fn lists(&mut self, report: &Report) {
        if let Some(module) = &report.module {
            self.list("edits", &module.edits);
            self.list("keeps", &module.dependencies);
        }
        self.list("api", &report.api_notes);
        let unresolved: Vec<String> = report
            .unresolved
            .iter()
            .map(|u| format!("{}:{}: {} ({})", u.file, u.line, u.text, u.why))
            .collect();
        self.list("unresolved", &unresolved);
        for note in &report.notes {
            self.entry("note", &format!("{} [{}]", note.text, note.code));
        }
    }

    /// A list, cut short unless the user wants to see all.
    fn list(&mut self, name: &str, entries: &[String]) {
        let shown = if self.console.verbose {
            entries.len()
        } else {
            FEW
        };
        let mut name = name;
        for entry in entries.iter().take(shown) {
            self.entry(name, &shorten(&entry.replace('\n', "⏎")));
            name = "";
        }
        if entries.len() > shown {
            let more = entries.len() - shown;
            self.entry("", &format!("… and {more} more (--verbose shows all)"));
        }
    }

    fn next(&mut self, report: &Report) {
        // It is put in its place by a patch.
        if report.removal.is_some() {
            return;
        }
        let next = match (report.verdict, &report.module, report.language.as_str()) {
            (Verdict::Equivalent, Some(module), "rust") => format!(
                "copy {} beside your crate's root and write `mod {};` there",
                near(&module.path),
                stem(&module.path)
            ),
            (Verdict::Equivalent, Some(module), _) => {
                format!(
                    "copy {} into your package and import it from there",
                    near(&module.path)
                )
            }
            (Verdict::Inconclusive, Some(_), _) => {
                "read the module before you use it: the evidence does not carry it yet".to_owned()
            }
            _ => return,
        };
        self.entry("next", &next);
    }
}

/// Colour of a verdict.
pub fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Equivalent => AnsiColor::Green.on_default().bold(),
        Verdict::Different => AnsiColor::Red.on_default().bold(),
        Verdict::Inconclusive | Verdict::Refused => AnsiColor::Yellow.on_default().bold(),
    }
}

fn size(report: &Report, module: &ModuleReport) -> String {
    let mut kinds = Vec::new();
    for (count, kind) in [
        (module.verbatim, "verbatim"),
        (module.edited, "edited"),
        (module.synthesized, "synthesized"),
    ] {
        if count > 0 {
            kinds.push(format!("{} {kind}", grouped(count.into())));
        }
    }
    let mut text = format!(
        "{} lines of code, {} definitions ({})",
        grouped(module.lines.into()),
        grouped(module.definitions.into()),
        kinds.join(", ")
    );
    if let Some(original) = &report.original {
        let packages = match original.packages {
            1 => "1 package".to_owned(),
            many => format!("{} packages", grouped(many.into())),
        };
        let _ = write!(
            text,
            "\nout of {} lines, {} definitions in {packages}",
            grouped(original.lines.into()),
            grouped(original.definitions.into())
        );
    }
    text
}

fn searched(evidence: &Evidence) -> String {
    let mut text = format!(
        "{} of {} inputs agree",
        grouped(evidence.agreed),
        grouped(evidence.inputs)
    );
    let beside = [
        (evidence.raised, "raise alike"),
        (evidence.discarded, "discarded"),
        (evidence.nondeterministic, "nondeterministic"),
        (evidence.timed_out, "timed out"),
        (evidence.left_out, "left out"),
    ];
    let beside: Vec<String> = beside
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    if !beside.is_empty() {
        let _ = write!(text, " ({})", beside.join(", "));
    }
    let _ = write!(text, ", seed {}", evidence.seed);
    text
}

fn covered(coverage: &Coverage) -> String {
    let mut text = format!("{} of {} lines ran", coverage.hit, coverage.lines);
    if !coverage.waived.is_empty() {
        let _ = write!(text, ", {} waived", coverage.waived.len());
    }
    if !coverage.missed.is_empty() {
        let _ = write!(text, ", {} missed", coverage.missed.len());
    }
    let branches = &coverage.branches;
    if branches.total > 0 {
        let _ = write!(
            text,
            "; {} of {} ways of branches",
            branches.hit, branches.total
        );
    }
    text
}

/// A path from the current folder, where it lies below.
fn near(path: &str) -> String {
    std::env::current_dir()
        .ok()
        .and_then(|folder| {
            let below = std::path::Path::new(path).strip_prefix(folder).ok()?;
            Some(below.display().to_string())
        })
        .unwrap_or_else(|| path.to_owned())
}

fn stem(path: &str) -> String {
    std::path::Path::new(path)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// Text that may be very long, cut at a character.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// A number in groups of three: 20,000.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(20_000), "20,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        let text = "ä".repeat(SHOWN + 1);
        assert!(shorten(&text).starts_with(&"ä".repeat(SHOWN)));
        assert_eq!(shorten("short"), "short");
    }
}
