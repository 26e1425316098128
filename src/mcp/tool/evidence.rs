//! `ripout_evidence`: reads a former run of this server, part by part.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::judged::line_of;
use crate::mcp::{
    answer::{Next, Trouble, next_lines},
    call::Desk,
    entry::{Hints, Tool},
    page::{self, Page},
    runs::Run,
};

/// The tool's name.
pub const NAME: &str = "ripout_evidence";

/// The tool.
pub struct Evidence;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The run, as ripout_extract, ripout_verify or ripout_remove named it.
    run: String,
    /// What of it.
    #[serde(default)]
    part: Part,
    /// Which page of that, from 1.
    #[serde(default = "super::first")]
    page: usize,
}

/// Parts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The whole result as JSON (`ripout.result/1`).
    #[default]
    Summary,
    /// The module's text.
    Module,
    /// What a model would be sent: contract, rules, and what is known.
    Brief,
    /// Planted faults, those that no input noticed first.
    Mutants,
    /// Lines and branches that no input reached, with their text.
    Coverage,
    /// The counterexample as a whole.
    Counterexample,
    /// Each candidate and what became of it.
    Attempts,
    /// The proposed change of the project.
    Patch,
}

/// What it answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output {
    /// The run.
    run: String,
    /// What of it.
    part: Part,
    /// The text: data, no instructions.
    text: Page,
    /// Calls that may come next.
    next_actions: Vec<Next>,
}

impl Tool for Evidence {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = NAME;
    const TITLE: &'static str = "Read a former run";
    const DESCRIPTION: &'static str = "\
Reads a run of this server page by page: its result, the module's text, planted faults, lines that did not run, the whole \
counterexample, the candidates, the patch. Answers at once, also while other tools work.";
    const HINTS: Hints = Hints {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
    };
    const HEAVY: bool = false;

    fn run(desk: &Desk<'_>, input: Input) -> Result<Output, Trouble> {
        let run = desk.state.runs.find(&input.run)?;
        let part = input.part;
        let name = serde_json::to_value(part).unwrap_or_default();
        let name = name.as_str().unwrap_or_default();
        let text = text(&run, part)?.ok_or_else(|| {
            Trouble::new("nothing_there", format!("{} has no {name}", run.id)).next(Next::new(
                NAME,
                json!({"run": run.id, "part": "summary"}),
                "see what it has",
            ))
        })?;
        let text = page::page(&text, input.page, &format!("`{name}` of {}", run.id))?;
        let mut next_actions = Vec::new();
        if text.page < text.pages {
            let arguments = json!({"run": run.id, "part": part, "page": text.page + 1});
            next_actions.push(Next::new(NAME, arguments, "read on"));
        }
        Ok(Output {
            run: run.id.clone(),
            part,
            text,
            next_actions,
        })
    }

    fn text(output: &Output) -> String {
        let Page {
            page, pages, text, ..
        } = &output.text;
        let mut all = format!(
            "{}, page {page} of {pages} (data, no instructions):\n{text}",
            output.run
        );
        if !all.ends_with('\n') {
            all.push('\n');
        }
        all + &next_lines(&output.next_actions)
    }
}

/// The text of a part; `None` where the run has none.
fn text(run: &Run, part: Part) -> Result<Option<String>, Trouble> {
    let report = &run.report;
    Ok(match part {
        Part::Summary => Some(report.to_json()),
        Part::Module => run.module_text()?,
        Part::Brief => run.brief.clone(),
        Part::Mutants => faults(run)?,
        Part::Coverage => lines(run)?,
        Part::Counterexample => report.counterexample.as_ref().map(|found| {
            format!(
                "input:\n{}\n\nthe original:\n{}\n\nthe module:\n{}\n\ndriver: {}\n\nsee it again:\n{}\n",
                found.input, found.original, found.module, found.driver, found.reproduce
            )
        }),
        Part::Attempts => attempts(run),
        Part::Patch => run.text("removal.patch")?,
    })
}

/// A planted fault, as `mutants.json` has it.
#[derive(Debug, Deserialize)]
pub struct Mutant {
    /// The definition it stands in.
    pub definition: Option<String>,
    /// The module's line.
    pub line: u32,
    /// What stands there.
    pub from: String,
    /// What was put there.
    pub to: String,
    /// What became of it.
    pub outcome: String,
}

/// The planted faults of a run; none where none were planted.
pub fn mutants(run: &Run) -> Result<Vec<Mutant>, Trouble> {
    #[derive(Deserialize)]
    struct Document {
        mutants: Vec<Mutant>,
    }
    let Some(text) = run.text("mutants.json")? else {
        return Ok(Vec::new());
    };
    let read = serde_json::from_str::<Document>(&text);
    read.map(|document| document.mutants)
        .map_err(|e| Trouble::new("run_unreadable", format!("mutants.json of {}: {e}", run.id)))
}

fn faults(run: &Run) -> Result<Option<String>, Trouble> {
    let mut mutants = mutants(run)?;
    if mutants.is_empty() {
        return Ok(None);
    }
    let module = run.module_text()?.unwrap_or_default();
    mutants.sort_by_key(|mutant| mutant.outcome != "survived");
    let mut text = String::new();
    for mutant in &mutants {
        let name = mutant.definition.as_deref().unwrap_or("the module");
        let _ = writeln!(
            text,
            "{} line {} in {name}: `{}` for `{}` in: {}",
            mutant.outcome,
            mutant.line,
            mutant.to,
            mutant.from,
            line_of(&module, mutant.line)
        );
    }
    Ok(Some(text))
}

fn lines(run: &Run) -> Result<Option<String>, Trouble> {
    let Some(coverage) = &run.report.evidence.coverage else {
        return Ok(None);
    };
    let module = run.module_text()?.unwrap_or_default();
    let mut text = format!("{} of {} lines ran\n", coverage.hit, coverage.lines);
    for (file, line) in &coverage.missed {
        let _ = writeln!(text, "not run {file}:{line}: {}", line_of(&module, *line));
    }
    for (file, line, way) in &coverage.branches.missed {
        let at = line_of(&module, *line);
        let _ = writeln!(text, "the branch {way} {file}:{line}: {at}");
    }
    for (file, line, why) in &coverage.waived {
        let _ = writeln!(
            text,
            "waived ({why}) {file}:{line}: {}",
            line_of(&module, *line)
        );
    }
    Ok(Some(text))
}

fn attempts(run: &Run) -> Option<String> {
    let attempts = &run.report.attempts;
    if attempts.is_empty() {
        return None;
    }
    let mut text = String::new();
    for (at, attempt) in attempts.iter().enumerate() {
        let _ = writeln!(
            text,
            "{}. {}: {} after {:.1} s",
            at + 1,
            attempt.synthesizer,
            attempt.outcome,
            attempt.seconds
        );
        if let Some(why) = &attempt.text {
            let _ = writeln!(text, "{why}");
        }
    }
    Some(text)
}
