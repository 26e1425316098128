//! `ripout_scan`: which dependencies of a project are worth leaving.

use std::{fmt::Write, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{extract, judged::some, remove};
use crate::{
    job,
    mcp::{
        answer::{Next, Trouble, next_lines},
        call::Desk,
        entry::{Hints, Tool},
        front::Options,
    },
    survey::{self, Advice},
};

/// The tool's name.
pub const NAME: &str = "ripout_scan";

/// Dependencies of an answer.
const PAGE: usize = 12;

/// Dependencies whose calls are named.
const NAMED: usize = 3;

/// The tool.
pub struct Scan;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The project's folder; the server's current folder if left out.
    #[serde(default)]
    consumer: Option<PathBuf>,
    /// Which page of the ranking, from 1.
    #[serde(default = "super::first")]
    page: usize,
}

/// What it answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output {
    /// Packages that are locked, in all languages.
    locked: usize,
    /// How many dependencies came out `rip`.
    rip: usize,
    /// The page's number, from 1.
    page: usize,
    /// How many there are.
    pages: usize,
    /// The dependencies, those worth leaving first.
    dependencies: Vec<Dependency>,
    /// What could not be read or resolved.
    notes: Vec<String>,
    /// Calls that may come next.
    next_actions: Vec<Next>,
}

/// A dependency and what there is to say of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Dependency {
    /// Its name.
    name: String,
    /// The version that is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Its language.
    language: &'static str,
    /// Where ripout gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    repo: Option<String>,
    /// `rip`: worth leaving. `keep`: not. `never`: cryptography, protocols, native code and their like. `unused`: not used at
    /// all.
    verdict: &'static str,
    /// Why, the weightiest first.
    reasons: Vec<String>,
    /// What of it is used.
    symbols: Vec<String>,
    /// How many symbols are used in all.
    symbols_in_all: usize,
    /// Lines of code that would be taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    takes_lines: Option<u64>,
    /// Lines of code that would go.
    saves_lines: u64,
    /// Packages that would go.
    saves_packages: usize,
    /// Who else needs it, so that it stays in the tree.
    required_by: Vec<String>,
}

impl Tool for Scan {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = NAME;
    const TITLE: &'static str = "Rank a project's dependencies";
    const DESCRIPTION: &'static str = "\
Ranks the dependencies of a Cargo workspace or Python project by how little of each it uses and what leaving it would save: \
verdict, reasons, the symbols that are used, lines and packages that would go. Changes nothing and runs nothing of the project.";
    const HINTS: Hints = Hints {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: true,
    };
    const HEAVY: bool = true;

    fn run(desk: &Desk<'_>, input: Input) -> Result<Output, Trouble> {
        let folder = input.consumer.unwrap_or(PathBuf::from("."));
        let (settings, _) = desk.state.front.settings(&Options::default())?;
        let scans = job::scan::scan(&folder, crate::survey::Depth::Text, &settings, &desk.host)?;
        let ranked = || {
            let all = scans.iter();
            all.flat_map(|scan| {
                scan.dependencies
                    .iter()
                    .map(|ranked| (scan.language, ranked))
            })
        };
        let pages = ranked().count().div_ceil(PAGE).max(1);
        let page = super::numbered(input.page, pages)?;
        let shown = ranked().skip((page - 1) * PAGE).take(PAGE);
        let dependencies: Vec<Dependency> = shown
            .map(|(language, ranked)| Dependency::of(language, ranked))
            .collect();
        let worth = dependencies
            .iter()
            .filter(|it| it.verdict == Advice::Rip.word());
        let mut next_actions = Vec::new();
        for dependency in worth.take(NAMED) {
            next_actions.extend(dependency.next(&folder));
        }
        if page < pages {
            let arguments = json!({"consumer": folder, "page": page + 1});
            next_actions.push(Next::new(NAME, arguments, "read on in the ranking"));
        }
        let notes: Vec<String> = scans
            .iter()
            .flat_map(|scan| scan.notes.iter().map(|note| note.text.clone()))
            .chain(desk.warnings())
            .collect();
        Ok(Output {
            locked: scans.iter().map(|scan| scan.packages).sum(),
            rip: ranked().filter(|(_, it)| it.advice == Advice::Rip).count(),
            page,
            pages,
            dependencies,
            notes: some(&notes),
            next_actions,
        })
    }

    fn text(output: &Output) -> String {
        let mut text = format!(
            "{} packages are locked, {} dependencies are worth ripping out (page {} of {})\n",
            output.locked, output.rip, output.page, output.pages
        );
        for it in &output.dependencies {
            let version = it.version.as_deref().unwrap_or_default();
            let why = it.reasons.join("; ");
            let _ = writeln!(text, "{} {} {version}: {why}", it.verdict, it.name);
            if !it.symbols.is_empty() {
                let _ = writeln!(text, "  uses {}", it.symbols.join(", "));
            }
        }
        text + &next_lines(&output.next_actions)
    }
}

impl Dependency {
    fn of(language: &'static str, ranked: &survey::Ranked) -> Self {
        let locked = ranked.locked.as_ref();
        let names: Vec<String> = ranked.symbols.iter().map(|it| it.name.clone()).collect();
        Self {
            name: ranked.dependency.name.clone(),
            version: locked.map(|locked| locked.version.clone()),
            language,
            repo: locked.and_then(|locked| locked.repo.clone()),
            verdict: ranked.advice.word(),
            reasons: some(&ranked.reasons),
            symbols_in_all: names.len(),
            symbols: some(&names),
            takes_lines: ranked.closure.as_ref().map(|closure| closure.lines),
            saves_lines: ranked.saving.lines,
            saves_packages: ranked.saving.goes.len(),
            required_by: some(&ranked.saving.kept_by),
        }
    }

    fn next(&self, folder: &std::path::Path) -> Vec<Next> {
        let arguments = json!({"dependency": self.name, "consumer": folder});
        let why = format!(
            "see the patch that lets {} go; nothing is applied",
            self.name
        );
        let mut next = vec![Next::new(remove::NAME, arguments, why)];
        // What is used as a whole is found out by the removal alone.
        let whole = self
            .symbols
            .iter()
            .any(|name| name.ends_with('*') || *name == self.name);
        if let (Some(repo), false, false) = (&self.repo, whole, self.symbols.is_empty()) {
            let arguments = json!({"repo": repo, "symbols": self.symbols});
            let why = format!("take what is used of {} out", self.name);
            next.push(Next::new(extract::NAME, arguments, why));
        }
        next
    }
}
