//! `ripout_extract`: takes symbols out, judges the result, and keeps it as a run.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{evidence::mutants, judged::Judged};
use crate::{
    evidence::folder,
    job::{self, contract},
    mcp::{
        answer::{Next, Trouble},
        call::Desk,
        entry::{Hints, Tool},
        front::{Asked, Options},
        runs::Run,
    },
    synth::brief::DEFAULT_TOKENS,
};

/// The tool's name.
pub const NAME: &str = "ripout_extract";

/// The tool.
pub struct Extract;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Where the original lives: `crate:NAME@VERSION`, `pypi:NAME@VERSION`, `owner/name` on GitHub, a git address, or a folder.
    repo: String,
    /// What to take out: `crate_name::path::item` (a macro ends in `!`) for Rust, `package.module.name` for Python.
    symbols: Vec<String>,
    /// Folder to write the module and its evidence to, below the server's roots; the server keeps them if left out.
    #[serde(default)]
    out: Option<PathBuf>,
    /// Options of the run.
    #[serde(default)]
    options: Options,
}

impl Tool for Extract {
    type Input = Input;
    type Output = Judged;
    const NAME: &'static str = NAME;
    const TITLE: &'static str = "Take symbols out of a library";
    const DESCRIPTION: &'static str = "\
Takes functions, classes, types or macros out of a Rust or Python library as one self-contained module with the identical API, \
made of the author's own text without any model, and judges it by running both sides. Returns verdict, evidence, what is \
missing, the module's text page by page, and a run id for ripout_evidence and ripout_verify. Takes from seconds to some \
minutes; fetches packages, runs their code only in a sandbox.";
    const HINTS: Hints = Hints {
        read_only: false,
        destructive: false,
        idempotent: true,
        open_world: true,
    };
    const HEAVY: bool = true;

    fn run(desk: &Desk<'_>, input: Input) -> Result<Judged, Trouble> {
        if let Some(out) = &input.out {
            desk.state.roots.check(out)?;
        }
        let (id, own) = desk.state.runs.begin();
        let mut asked = Asked {
            repo: input.repo,
            symbols: input.symbols,
            options: input.options,
            out: Some(input.out.unwrap_or(own)),
        };
        let request = desk.state.front.request(&asked)?;
        let finished =
            job::extract(&request, &desk.host).map_err(|stop| not_found(stop.into(), &asked))?;
        // A run that is judged again has a folder of its own.
        asked.out = None;
        let folder = finished.folder.unwrap_or_default();
        let module = finished
            .report
            .module
            .as_ref()
            .map(|module| PathBuf::from(&module.path));
        let module = module.or_else(|| attempt(&folder));
        let mut run = Run {
            id,
            folder,
            asked: Some(asked),
            module,
            report: finished.report,
            brief: None,
        };
        run.brief = brief(&run)?;
        let run = desk.state.runs.keep(run);
        Judged::of(&run, desk.warnings())
    }

    fn text(output: &Judged) -> String {
        output.text()
    }
}

/// A symbol that was not found is looked for in the map.
pub fn not_found(trouble: Trouble, asked: &Asked) -> Trouble {
    match trouble.error.code.as_str() {
        "symbol_not_found" => {
            let arguments = serde_json::json!({"repo": asked.repo});
            trouble.next(Next::new("ripout_map", arguments, "see what there is"))
        }
        _ => trouble,
    }
}

/// What a model would be sent to make the module smaller; none where there is no module.
fn brief(run: &Run) -> Result<Option<String>, Trouble> {
    let (Some(text), Some(_)) = (run.module_text()?, &run.report.module) else {
        return Ok(None);
    };
    let mutants = mutants(run)?.into_iter();
    let survivors = mutants
        .filter(|mutant| mutant.outcome == "survived")
        .map(|mutant| {
            format!(
                "line {}: `{}` for `{}`",
                mutant.line, mutant.to, mutant.from
            )
        })
        .collect();
    let brief = contract::of_judged(&run.report, &text, survivors, DEFAULT_TOKENS);
    // A module that is too large for a brief is a result all the same.
    Ok(brief.ok().map(|brief| brief.text))
}

/// The text of a candidate that was not viable: what to mend.
fn attempt(folder: &Path) -> Option<PathBuf> {
    let kept = folder.join(folder::attempt_folder(0, "slice"));
    let files = std::fs::read_dir(kept).ok()?.flatten();
    let mut modules: Vec<PathBuf> = files
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name != "why.txt"))
        .collect();
    modules.sort();
    modules.into_iter().next()
}
