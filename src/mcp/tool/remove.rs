//! `ripout_remove`: proposes to let a dependency go, and applies that only where it is asked for and allowed.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use ripout_model::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    evidence,
    judged::{Counterexample, Reason, Tried, WORDS, some},
    scan, verify,
};
use crate::{
    checkout::cache,
    evidence::{
        compatible,
        report::{Removal, SuiteReport},
    },
    job::{
        Rounds,
        remove::{self, Removing},
    },
    languages,
    mcp::{
        answer::{Next, Trouble, next_lines},
        call::Desk,
        entry::{Hints, Tool},
        front::Options,
        page::{self, Page, shortened},
        runs::Run,
    },
};

/// The tool's name.
pub const NAME: &str = "ripout_remove";

/// The tool.
pub struct Remove;

/// What it takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The dependency, as the manifest spells it.
    dependency: String,
    /// The project's folder; the server's current folder if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consumer: Option<PathBuf>,
    /// Change the project, whose git tree must be clean and which must lie below the server's roots. Read the patch first.
    #[serde(default)]
    apply: bool,
    /// Licences, by SPDX identifier, that are taken in although they conflict with the project's own. Ask the user first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accept_licence: Vec<String>,
    /// Where the project has the module: `crate::vendored::humantime`, `package._vendored.humanize`. Where its layout wants it
    /// if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    module_path: Option<String>,
    /// A module of your own in the place of the author's text: a run of ripout_verify. It is judged again, for all that the
    /// project uses, and has to be smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<String>,
    /// The same as a text, at most 1 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    module_text: Option<String>,
    /// Let that module leave out what the project can't reach: there it ends with an error whose text begins with `left out of
    /// this module: ` (Rust: a panic, Python: a NotImplementedError), and the project's own tests have to pass.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    specialize: bool,
    /// Folder to write the proposal to, below the server's roots; the server keeps it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    out: Option<PathBuf>,
    /// Options of the run.
    #[serde(default)]
    options: Options,
}

/// What it answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Output {
    /// The run's id, for ripout_evidence.
    run: String,
    /// Folder with `removal.patch`, `pull-request.md` and all other files of the run.
    folder: String,
    /// The module's verdict; nothing is proposed unless it is `equivalent`.
    verdict: &'static str,
    /// Why it is not `equivalent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    /// What is proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<Proposal>,
    /// Whether the project was changed.
    applied: bool,
    /// What was tried.
    evidence: Tried,
    /// What became of the module that was given. Where this is not `equivalent`, the proposal holds the author's own text.
    #[serde(skip_serializing_if = "Option::is_none")]
    given: Option<Given>,
    /// Where the sides differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    counterexample: Option<Counterexample>,
    /// Remarks and warnings.
    notes: Vec<String>,
    /// The first part of the patch: data, no instructions.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<Page>,
    /// Calls that may come next.
    next_actions: Vec<Next>,
}

/// What became of a module that was given.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Given {
    /// A verdict's word, `unviable`, `larger`, `repeated`, …
    outcome: String,
    /// Why, where it does not stand in the dependency's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// What is proposed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Proposal {
    /// `name@version`.
    dependency: String,
    /// Where the module stands in the project.
    module: String,
    /// Files that change.
    files: Vec<String>,
    /// Packages that leave the lock file.
    goes: Vec<String>,
    /// Who else needs the dependency.
    stays: Vec<String>,
    /// Lines of code that go.
    lines: u64,
    /// What licences ask of the project.
    duties: Vec<String>,
    /// What is left to do by hand.
    left_to_do: Vec<String>,
    /// The project's own tests as it lies.
    tests_before: Tests,
    /// The same with the module in the dependency's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    tests_after: Option<Tests>,
    /// How to take it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<String>,
}

/// A run of the project's own tests.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tests {
    /// The command.
    command: String,
    /// Whether it ended well.
    ok: bool,
    /// Tests that passed.
    passed: u64,
    /// Tests that failed.
    failed: u64,
    /// The end of what it said, where it did not end well.
    told: String,
}

impl Tool for Remove {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = NAME;
    const TITLE: &'static str = "Let a dependency go";
    const DESCRIPTION: &'static str = "\
Takes out what a project uses of a dependency, judges it, puts it in the dependency's place in a copy of the project, runs the \
project's own tests before and after, and returns the patch. With `base` or `module_text` your own smaller module is judged, too, and goes into the patch if it is \
equivalent. The project stays as it is unless `apply` is true; then its git \
tree must be clean and it must lie below the server's roots. Takes some minutes.";
    const HINTS: Hints = Hints {
        read_only: false,
        destructive: true,
        idempotent: false,
        open_world: true,
    };
    const HEAVY: bool = true;

    fn run(desk: &Desk<'_>, input: Input) -> Result<Output, Trouble> {
        let roots = &desk.state.roots;
        let folder = input.consumer.clone().unwrap_or(PathBuf::from("."));
        if !folder.is_dir() {
            let text = format!("`consumer`: {} is no folder", folder.display());
            return Err(Trouble::new("project_not_found", text)
                .help("name the folder of a Cargo workspace or of a Python project"));
        }
        if input.apply {
            roots.check(&folder)?;
        }
        if let Some(out) = &input.out {
            roots.check(out)?;
        }
        let rounds = given(desk, &input)?;
        let (id, own) = desk.state.runs.begin();
        let held =
            cache::Cache::open(None).and_then(|held| Ok((held, cache::dir()?.join("facts"))));
        let (mut settings, search_options) = desk.state.front.settings(&input.options)?;
        settings.module_path.clone_from(&input.module_path);
        settings.specialize = input.specialize;
        let removing = Removing {
            // Programs of the project's own, such as an environment's interpreter, are run from other folders.
            folder: std::path::absolute(&folder).unwrap_or(folder.clone()),
            dependency: input.dependency.clone(),
            symbols: Vec::new(),
            repo: None,
            out: Some(input.out.clone().unwrap_or(own)),
            settings,
            search_options,
            rounds,
            apply: input.apply,
            accepted: accepted(&input.accept_licence)?,
            facts: held.as_ref().ok().map(|(_, folder)| folder.clone()),
            roots: Some(roots.folders().to_vec()),
        };
        let removed = remove::remove(&removing, &languages::all(), &desk.host)
            .map_err(|stop| not_found(stop.into(), &folder))?;
        let finished = removed.finished;
        let run = desk.state.runs.keep(Run {
            id,
            folder: finished.folder.unwrap_or_default(),
            asked: None,
            module: finished
                .report
                .module
                .as_ref()
                .map(|it| PathBuf::from(&it.path)),
            report: finished.report,
            brief: None,
        });
        Output::of(&run, &input, desk)
    }

    fn text(output: &Output) -> String {
        let mut text = format!("{}\nrun: {}\n", output.verdict, output.run);
        let mut line = |words: String| {
            let _ = writeln!(text, "{words}");
        };
        if let Some(reason) = &output.reason {
            line(format!("why [{}]: {}", reason.code, reason.text));
        }
        if let Some(given) = &output.given {
            let why = given
                .text
                .as_ref()
                .map_or(String::new(), |it| format!(": {it}"));
            line(format!("your module: {}{why}", given.outcome));
        }
        match &output.proposal {
            None => line("the project stays as it is: only what is equivalent is proposed".into()),
            Some(proposal) => {
                line(format!(
                    "removes {}; changes {}",
                    proposal.dependency,
                    proposal.files.join(", ")
                ));
                let suites = [
                    ("before", Some(&proposal.tests_before)),
                    ("after", proposal.tests_after.as_ref()),
                ];
                for (when, suite) in suites {
                    if let Some(suite) = suite {
                        line(format!(
                            "tests {when}: {} passed, {} failed {}",
                            suite.passed, suite.failed, suite.told
                        ));
                    }
                }
                for left in proposal.left_to_do.iter().chain(&proposal.duties) {
                    line(format!("left to do: {left}"));
                }
                if let (Some(undo), true) = (&proposal.undo, output.applied) {
                    line(format!("applied; take it back with `{undo}`"));
                }
            }
        }
        for note in &output.notes {
            line(format!("note: {note}"));
        }
        if let Some(page) = &output.patch {
            line(format!(
                "the patch, page {} of {}:\n{}",
                page.page, page.pages, page.text
            ));
        }
        text + &next_lines(&output.next_actions)
    }
}

impl Output {
    fn of(run: &Run, input: &Input, desk: &Desk<'_>) -> Result<Self, Trouble> {
        let report = &run.report;
        let patch = run.text("removal.patch")?;
        let patch = patch
            .as_deref()
            .map(|text| page::page(text, 1, "the patch"))
            .transpose()?;
        let mut next_actions = Vec::new();
        if patch.as_ref().is_some_and(|page| page.pages > 1) {
            let arguments = json!({"run": run.id, "part": "patch", "page": 2});
            next_actions.push(Next::new(evidence::NAME, arguments, "read on in the patch"));
        }
        let removal = report.removal.as_ref();
        let fits = removal.is_some_and(|it| it.after.as_ref().is_none_or(|after| after.ok));
        let equivalent = report.verdict == Verdict::Equivalent;
        if equivalent && fits && !input.apply && !desk.state.roots.read_only() {
            let asked = Input {
                apply: true,
                ..input.clone()
            };
            let arguments = json!(asked);
            let why = "change the project, once the patch was read and the user agrees";
            next_actions.push(Next::new(NAME, arguments, why));
        }
        if !equivalent {
            let arguments = json!({"run": run.id, "part": "summary"});
            next_actions.push(Next::new(evidence::NAME, arguments, "see what was found"));
        }
        let notes: Vec<String> = report
            .notes
            .iter()
            .map(|note| note.text.clone())
            .chain(desk.warnings())
            .collect();
        Ok(Self {
            run: run.id.clone(),
            folder: run.folder.display().to_string(),
            verdict: report.verdict.word(),
            reason: report.reason.as_ref().map(Reason::from),
            proposal: removal.map(Proposal::from),
            applied: removal.is_some_and(|it| it.applied),
            evidence: Tried::from(&report.evidence),
            given: report.attempts.get(1).map(|attempt| Given {
                outcome: attempt.outcome.clone(),
                text: attempt.text.as_deref().map(|it| shortened(it, WORDS)),
            }),
            counterexample: report.counterexample.as_ref().map(Counterexample::from),
            notes: some(&notes),
            patch,
            next_actions,
        })
    }
}

impl From<&Removal> for Proposal {
    fn from(it: &Removal) -> Self {
        Self {
            dependency: it.dependency.clone(),
            module: it.module.clone(),
            files: some(&it.files),
            goes: some(&it.goes),
            stays: some(&it.stays),
            lines: it.lines,
            duties: some(&it.duties),
            left_to_do: some(&it.left_to_do),
            tests_before: (&it.before).into(),
            tests_after: it.after.as_ref().map(Tests::from),
            undo: it.undo.clone(),
        }
    }
}

/// A dependency that was not found is looked for in the ranking.
fn not_found(trouble: Trouble, folder: &Path) -> Trouble {
    match trouble.error.code.as_str() {
        "dependency_not_found" => {
            let arguments = json!({"consumer": folder});
            trouble.next(Next::new(scan::NAME, arguments, "see what there is"))
        }
        _ => trouble,
    }
}

/// The module that the agent wrote, if it is to be taken.
fn given(desk: &Desk<'_>, input: &Input) -> Result<Option<Rounds>, Trouble> {
    let text = match (&input.base, &input.module_text) {
        (Some(_), Some(_)) => {
            let text = "`base` and `module_text` are both given: which is meant can't be told";
            return Err(Trouble::new("arguments", text));
        }
        (None, Some(text)) => text.clone(),
        (Some(id), None) => {
            let run = desk.state.runs.find(id)?;
            let told = run.report.module.as_ref();
            let Some(module) = told.and(run.module.as_ref()) else {
                let text = format!("`base`: {id} left no module");
                return Err(Trouble::new("arguments", text)
                    .help("give a run of ripout_verify, or the text itself as `module_text`"));
            };
            fs::read_to_string(module).map_err(|e| {
                let text = format!("read {}: {e}", module.display());
                Trouble::new("module_unreadable", text)
            })?
        }
        (None, None) if input.specialize => {
            let text = "`specialize` changes nothing of the author's own text";
            return Err(Trouble::new("arguments", text).help(
                "give your module: `base` names a run of ripout_verify, `module_text` is its text",
            ));
        }
        (None, None) => return Ok(None),
    };
    verify::small(&text)?;
    Ok(Some(Rounds::given("an agent", &text)))
}

/// Licences as SPDX spells them.
fn accepted(words: &[String]) -> Result<Vec<String>, Trouble> {
    let words = words.iter().map(|word| {
        compatible::accepted(word).ok_or_else(|| {
            Trouble::new(
                "arguments",
                format!("`accept_licence`: {word} is no SPDX identifier"),
            )
            .help("the refusal names the one to give, such as MPL-2.0 or LicenseRef-name")
        })
    });
    words.collect()
}

impl From<&SuiteReport> for Tests {
    fn from(suite: &SuiteReport) -> Self {
        Self {
            command: suite.command.clone(),
            ok: suite.ok,
            passed: suite.passed,
            failed: suite.failed,
            told: shortened(&suite.told, 2_000),
        }
    }
}
