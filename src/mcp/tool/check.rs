//! `ripout_check`: what became of modules that took a dependency's place.

use std::{fmt::Write, path::PathBuf};

use ripout_model::SourceKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{judged::some, verify};
use crate::{
    evidence::{
        advisories,
        checked::{self, Text},
        ledger::Entry,
    },
    job::check::{self, Checking},
    mcp::{
        answer::{Next, Trouble, next_lines},
        call::Desk,
        entry::{Hints, Tool},
        front::Options,
        page::shortened,
    },
};

/// Definitions of one module that an answer shows.
const SHOWN: usize = 12;

/// The tool.
pub struct Check;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The project's folder, in which ripout.lock lies; the server's current folder if left out.
    #[serde(default)]
    consumer: Option<PathBuf>,
    /// Advisories to hold the modules against, OSV or RustSec: files, folders, zip archives, or addresses (`https://…`).
    #[serde(default)]
    advisories: Vec<String>,
}

/// What it answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output {
    /// `same`: nothing has changed. `edited`: a module is not what was judged, or an advisory touches it. `changed_upstream`: a
    /// newer release has changed what was taken. `unchecked`: something could not be checked.
    state: &'static str,
    /// The modules, in the order of the ledger.
    modules: Vec<Module>,
    /// What could not be checked, and why.
    unchecked: Vec<String>,
    /// Warnings.
    notes: Vec<String>,
    /// Calls that may come next.
    next_actions: Vec<Next>,
}

/// A module of the ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Module {
    /// Relative to the project's folder.
    path: String,
    /// The package that it was taken from.
    package: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// What was asked for.
    symbols: Vec<String>,
    /// `same`, `edited` or `missing`, against what was judged.
    text: Text,
    /// The newest release; none if it could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
    /// What it has changed of what was taken: `changed`, `added` or `gone`, name, file and line.
    changes: Vec<String>,
    /// Changes in all.
    changes_in_all: usize,
    /// Advisories of the package: id, whether it touches what was taken, and why.
    advisories: Vec<String>,
    /// The command that judges an edited module again.
    #[serde(skip_serializing_if = "Option::is_none")]
    judge_again: Option<String>,
}

impl Tool for Check {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = "ripout_check";
    const TITLE: &'static str = "Check modules that were taken over";
    const DESCRIPTION: &'static str = "\
Reads a project's ripout.lock and says for each module that took a dependency's place: is it still what was judged, and has the \
newest release changed what was taken, and does an advisory of those that are named touch it. Changes nothing.";
    const HINTS: Hints = Hints {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: true,
    };
    const HEAVY: bool = true;

    fn run(desk: &Desk<'_>, input: Input) -> Result<Output, Trouble> {
        let folder = input.consumer.unwrap_or(PathBuf::from("."));
        let ledger = check::ledger(&folder)?;
        let front = &desk.state.front;
        let (settings, _) = front.settings(&Options::default())?;
        let advisories = advisories::read(&input.advisories, settings.offline)?;
        let checking = Checking {
            folder: &folder,
            ledger: &ledger,
            advisories: &advisories,
            offline: settings.offline,
            request: &|entry, repo| front.again(entry, repo),
        };
        let checked = check::check(&checking, &desk.host)?;
        let mut next_actions = Vec::new();
        for (entry, module) in ledger.modules.iter().zip(&checked.modules) {
            if let (Text::Edited, Some(repo)) = (module.text, repo(entry)) {
                let arguments = json!({
                    "repo": repo,
                    "symbols": entry.symbols,
                    "module_path": folder.join(&entry.path),
                });
                let why = format!(
                    "judge {} as it is now; its command has its options",
                    entry.path
                );
                next_actions.push(Next::new(verify::NAME, arguments, why));
            }
        }
        Ok(Output {
            state: match checked.exit_code() {
                0 => "same",
                1 => "edited",
                3 => "changed_upstream",
                _ => "unchecked",
            },
            unchecked: some(&checked.unchecked),
            modules: checked.modules.iter().map(Module::from).collect(),
            notes: some(&desk.warnings()),
            next_actions,
        })
    }

    fn text(output: &Output) -> String {
        let mut text = format!("{}\n", output.state);
        for module in &output.modules {
            let word = match module.text {
                Text::Same => "as it was judged",
                Text::Edited => "edited since it was judged",
                Text::Missing => "missing",
            };
            let _ = writeln!(text, "{} ({}): {word}", module.path, module.package);
            if let Some(newest) = &module.newest {
                let _ = writeln!(
                    text,
                    "  newest: {newest}, {} changes",
                    module.changes_in_all
                );
            }
            for line in module.changes.iter().chain(&module.advisories) {
                let _ = writeln!(text, "  {line}");
            }
            if let Some(command) = &module.judge_again {
                let _ = writeln!(text, "  judge it again: {command}");
            }
        }
        for unchecked in &output.unchecked {
            let _ = writeln!(text, "not checked: {unchecked}");
        }
        text + &next_lines(&output.next_actions)
    }
}

impl From<&checked::Module> for Module {
    fn from(module: &checked::Module) -> Self {
        let definitions = module.upstream.iter().flat_map(|it| &it.definitions);
        let changes: Vec<String> = definitions
            .map(|it| {
                format!(
                    "{} {} ({}:{})",
                    it.change.word(),
                    it.name,
                    it.file,
                    it.lines[0]
                )
            })
            .collect();
        let advisories = module.advisories.iter().map(|it| {
            let touches = if it.touches {
                "touches"
            } else {
                "does not touch"
            };
            shortened(
                &format!("{} {touches} what was taken: {}", it.id, it.why),
                400,
            )
        });
        Self {
            path: module.path.clone(),
            package: module.package.clone(),
            version: module.version.clone(),
            symbols: some(&module.symbols),
            text: module.text,
            newest: module.upstream.as_ref().map(|it| it.newest.clone()),
            changes_in_all: changes.len(),
            changes: changes.into_iter().take(SHOWN).collect(),
            advisories: advisories.take(SHOWN).collect(),
            judge_again: module.judge_again.clone(),
        }
    }
}

/// Where the text of an entry came from, as a form of `<repo>`; none where its command is needed as well.
fn repo(entry: &Entry) -> Option<String> {
    let registry = match entry.kind {
        SourceKind::Crate => "crate",
        SourceKind::Pypi => "pypi",
        SourceKind::Git | SourceKind::Folder => return None,
    };
    let version = entry.version.as_ref()?;
    Some(format!("{registry}:{}@{version}", entry.package))
}
