//! `result.json` as the interface fixes it: wire types, apart from the inner ones so that those stay free to change.
//!
//! What was not measured is null here, never an invented zero.

use ripout_model::{
    Candidate, Definition, Note, Origin, Reason, ReasonCode, Source, Taken, Test, TestOutcome,
    Verdict,
};
use serde::{Deserialize, Serialize};

/// Version of the document.
pub const SCHEMA: &str = "ripout.result/1";

/// The result of one run of `extract` or `verify`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// `rust` or `python`.
    pub language: String,
    /// Where the original came from.
    pub source: SourceReport,
    /// Full names of the symbols.
    pub symbols: Vec<String>,
    /// What was found out.
    pub verdict: Verdict,
    /// Its ground, for every verdict but `equivalent`.
    pub reason: Option<ReasonReport>,
    /// Remarks that change no verdict.
    pub notes: Vec<NoteReport>,
    /// The module, where one stands.
    pub module: Option<ModuleReport>,
    /// Size of the original; null if it was never opened.
    pub original: Option<OriginalReport>,
    /// All that the symbols reach.
    pub closure: Vec<ClosureEntry>,
    /// References inside the closure that could not be pinned down.
    pub unresolved: Vec<UnresolvedReport>,
    /// What differs on purpose from the original's API.
    pub api_notes: Vec<String>,
    /// What backs the verdict.
    pub evidence: Evidence,
    /// The smallest input found where the sides differ.
    pub counterexample: Option<Counterexample>,
    /// Every candidate that was tried.
    pub attempts: Vec<Attempt>,
    /// What leaving the dependency costs or saves; null until it is measured.
    pub comparison: Option<Comparison>,
    /// What leaves a project with the dependency; only where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
    /// Where the time went.
    pub seconds: Seconds,
}

impl Report {
    /// A report with nothing in it but its verdict; the caller fills in what it has.
    pub fn new(language: &str, source: &Source, symbols: &[String], verdict: Verdict) -> Self {
        Self {
            schema: SCHEMA.into(),
            language: language.into(),
            source: source.into(),
            symbols: symbols.to_vec(),
            verdict,
            reason: None,
            notes: Vec::new(),
            module: None,
            original: None,
            closure: Vec::new(),
            unresolved: Vec::new(),
            api_notes: Vec::new(),
            evidence: Evidence::default(),
            counterexample: None,
            attempts: Vec::new(),
            comparison: None,
            removal: None,
            seconds: Seconds::default(),
        }
    }

    /// The document as it is written to disk and to standard output: pretty, with a newline at its end.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no strings can fail here, and there is none.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Where an original came from, pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReport {
    /// `git`, `folder`, `crate`, `pypi`.
    pub kind: ripout_model::SourceKind,
    /// Package name, or the repository's address.
    pub name: String,
    /// Version of the package.
    pub version: Option<String>,
    /// Full commit id, where one is known.
    pub rev: Option<String>,
    /// SPDX expression, or the licence as the package spells it.
    pub licence: Option<String>,
}

impl From<&Source> for SourceReport {
    fn from(source: &Source) -> Self {
        Self {
            kind: source.kind,
            name: source.name.clone(),
            version: source.version.clone(),
            rev: source.rev.clone(),
            licence: source.licence.clone(),
        }
    }
}

/// The ground of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonReport {
    /// For scripts. A [`ReasonCode`] for `refused` and `inconclusive`; for `different` one of
    /// `counterexample` and `unviable`.
    pub code: String,
    /// A sentence for people.
    pub text: String,
    /// Where it shows.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// What the user can do.
    pub help: Option<String>,
}

impl ReasonReport {
    /// A ground that is no [`ReasonCode`].
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
            file: None,
            line: None,
            help: None,
        }
    }
}

impl From<&Reason> for ReasonReport {
    fn from(reason: &Reason) -> Self {
        Self {
            code: code_word(reason.code),
            text: reason.text.clone(),
            file: reason.file.clone(),
            line: reason.line,
            help: reason.help.clone(),
        }
    }
}

/// A code as the interface spells it.
pub fn code_word(code: ReasonCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => format!("{code:?}"),
    }
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NoteReport {
    /// For scripts.
    pub code: String,
    /// For people.
    pub text: String,
}

impl From<&Note> for NoteReport {
    fn from(note: &Note) -> Self {
        Self {
            code: note.code.clone(),
            text: note.text.clone(),
        }
    }
}

/// The module, where one stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleReport {
    /// Absolute.
    pub path: String,
    /// Code lines, without blanks, comments and ripout's header.
    pub lines: u32,
    /// Definitions in it.
    pub definitions: u32,
    /// Of these: the author's text byte for byte.
    pub verbatim: u32,
    /// Of these: differing only in listed edits.
    pub edited: u32,
    /// Of these: anything else.
    pub synthesized: u32,
    /// Editions it was built and searched under; empty where the language has none.
    pub editions: Vec<String>,
    /// Packages it still uses.
    pub dependencies: Vec<String>,
    /// Each departure from the author's text.
    pub edits: Vec<String>,
    /// What it leaves out, each with an error that begins with [`ripout_model::LEFT_OUT`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl ModuleReport {
    /// Describes a candidate that stands at `path`, with `lines` lines of code.
    pub fn of(candidate: &Candidate, path: &std::path::Path, lines: u32) -> Self {
        let count = |origin: Origin| {
            let of_origin = candidate.definitions.iter().filter(|d| d.origin == origin);
            u32::try_from(of_origin.count()).unwrap_or(u32::MAX)
        };
        let (verbatim, edited, synthesized) = (
            count(Origin::Verbatim),
            count(Origin::Edited),
            count(Origin::Synthesized),
        );
        Self {
            path: path.display().to_string(),
            lines,
            definitions: verbatim + edited + synthesized,
            verbatim,
            edited,
            synthesized,
            editions: candidate.module.editions.clone(),
            dependencies: candidate.dependencies.clone(),
            edits: candidate.edits.iter().map(ToString::to_string).collect(),
            left_out: Vec::new(),
        }
    }
}

/// Size of what can be left behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalReport {
    /// Code lines of its packages.
    pub lines: u32,
    /// Definitions of its packages.
    pub definitions: u32,
    /// The package of the symbols and those it can reach.
    pub packages: u32,
    /// Bytes of all their files.
    pub bytes: u64,
}

/// One definition of the closure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosureEntry {
    /// Full path; an impl is `impl Trait for Type`.
    pub name: String,
    /// What it is.
    pub kind: ripout_model::Kind,
    /// `name@version`.
    pub package: String,
    /// Relative to its package's root.
    pub file: String,
    /// First and last line, without doc comments and attributes.
    pub lines: [u32; 2],
}

impl From<&Definition> for ClosureEntry {
    fn from(definition: &Definition) -> Self {
        Self {
            name: definition.name.clone(),
            kind: definition.kind,
            package: definition.package.clone(),
            file: definition.file.clone(),
            lines: definition.lines,
        }
    }
}

impl From<&Taken> for ClosureEntry {
    fn from(taken: &Taken) -> Self {
        Self::from(&taken.definition)
    }
}

/// A reference that could not be pinned down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnresolvedReport {
    /// Full name of the definition that refers.
    pub from: String,
    /// The reference as it stands.
    pub text: String,
    /// Relative to its package's root.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// One word.
    pub why: String,
}

impl From<&ripout_model::Unresolved> for UnresolvedReport {
    fn from(unresolved: &ripout_model::Unresolved) -> Self {
        Self {
            from: unresolved.from.clone(),
            text: unresolved.text.clone(),
            file: unresolved.file.clone(),
            line: unresolved.line,
            why: unresolved.why.clone(),
        }
    }
}

/// A dependency that a project lets go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// `name@version`.
    pub dependency: String,
    /// Where the module stands in the project.
    pub module: String,
    /// Who wrote it, where it is not its authors' text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
    /// Files that change.
    pub files: Vec<String>,
    /// Licence texts among them.
    pub licences: Vec<String>,
    /// Packages whose text is taken, each with the licence that it is taken under.
    #[serde(default)]
    pub taken_under: Vec<(String, String)>,
    /// What these licences ask of the project.
    #[serde(default)]
    pub duties: Vec<String>,
    /// Licences that conflict and were accepted by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_licences: Vec<String>,
    /// Packages that leave the lock file.
    pub goes: Vec<String>,
    /// Who else needs the dependency, which stays in the tree for that.
    pub stays: Vec<String>,
    /// Lines of code that go with the packages.
    pub lines: u64,
    /// Of these: lines that the compiler does not vouch for.
    pub unchecked: u64,
    /// The project's own tests as it lies.
    pub before: SuiteReport,
    /// The same with the module in the dependency's place.
    pub after: Option<SuiteReport>,
    /// What is left to do by hand, with file and line.
    pub left_to_do: Vec<String>,
    /// Whether the project was changed.
    pub applied: bool,
    /// How to take that back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// A run of a project's own tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteReport {
    /// The command.
    pub command: String,
    /// Whether it ended well.
    pub ok: bool,
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that were left out.
    pub skipped: u64,
    /// The end of its output, where it did not end well.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub told: String,
}

impl From<&ripout_model::Suite> for SuiteReport {
    fn from(suite: &ripout_model::Suite) -> Self {
        Self {
            command: suite.command.clone(),
            ok: suite.ok,
            passed: suite.passed,
            failed: suite.failed,
            skipped: suite.skipped,
            told: suite.told.clone(),
        }
    }
}

/// What was tried.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Distinct inputs with deterministic observations from both sides.
    pub inputs: u64,
    /// Of these: the same observation on both sides.
    pub agreed: u64,
    /// Of these: both sides raised or panicked alike.
    pub raised: u64,
    /// Beside `inputs`: bytes that made no valid input.
    pub discarded: u64,
    /// Beside `inputs`: the original disagreed with itself.
    pub nondeterministic: u64,
    /// Beside `inputs`: no observation in time.
    pub timed_out: u64,
    /// Beside `inputs`: the module says that it leaves this out, and may.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
    /// Lines that ran; null if nothing was probed.
    pub coverage: Option<Coverage>,
    /// Planted faults; null until they are measured.
    pub mutants: Option<MutantCount>,
    /// Of `inputs`: those that were compared by sums, at full speed; null where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk: Option<BulkCount>,
    /// The original's own tests; null until they are run.
    pub upstream_tests: Option<TestCount>,
    /// The consumer's tests; null until they are run.
    pub consumer_tests: Option<TestCount>,
    /// Seed of the search.
    pub seed: u64,
}

/// Executable lines of the module's text, by where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Executable lines.
    pub lines: u32,
    /// Of these: ran.
    pub hit: u32,
    /// Did not run, for a reason that a reader can check: file, line, reason.
    pub waived: Vec<(String, u32, String)>,
    /// Did not run: file, line.
    pub missed: Vec<(String, u32)>,
    /// Ways of branches.
    #[serde(default)]
    pub branches: Branches,
}

/// Ways of branches: both of each condition, each arm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branches {
    /// Those that can be gone.
    pub total: u32,
    /// Of these: were gone.
    pub hit: u32,
    /// Were not: file, line, and words that end "the branch …".
    pub missed: Vec<(String, u32, String)>,
}

/// Planted faults by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names are the documentation; interface.md lists them.
pub struct MutantCount {
    pub killed: u32,
    pub survived: u32,
    pub timed_out: u32,
    pub unviable: u32,
    pub equivalent: u32,
    pub not_mutated: u32,
}

/// Inputs that were compared by sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct BulkCount {
    /// Distinct inputs.
    pub inputs: u64,
    /// Of these: both sides raised or panicked alike.
    pub raised: u64,
    /// Seconds that each side took for them, one after the other on one core.
    pub seconds: BothTimes,
}

/// Tests that somebody else wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCount {
    /// Those that pass on the original and were run on the module.
    pub run: u32,
    /// Of these: pass on the module.
    pub passed: u32,
    /// Beside `run`: not run, or not passing on the original.
    pub skipped: u32,
    /// Which they are.
    #[serde(default)]
    pub names: TestNames,
}

/// Tests by what became of them, each list sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestNames {
    /// Pass on both sides.
    pub passed: Vec<String>,
    /// Pass on the original and not on the module.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Were not run, with the reason.
    pub skipped: Vec<(String, String)>,
}

impl TestCount {
    /// Counts tests.
    pub fn of(tests: &[Test]) -> Self {
        let mut names = TestNames::default();
        for test in tests {
            let name = test.name.clone();
            match &test.outcome {
                TestOutcome::Passed => names.passed.push(name),
                TestOutcome::Failed(_) => names.failed.push(name),
                TestOutcome::Skipped(why) => names.skipped.push((name, why.clone())),
            }
        }
        names.passed.sort();
        names.failed.sort();
        names.skipped.sort();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            run: count(names.passed.len() + names.failed.len()),
            passed: count(names.passed.len()),
            skipped: count(names.skipped.len()),
            names,
        }
    }
}

/// The smallest input found where the sides differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterexample {
    /// The decoded input.
    pub input: String,
    /// What the original did.
    pub original: String,
    /// What the module did.
    pub module: String,
    /// Where the driver came from, or its file.
    pub driver: String,
    /// A command that shows the difference again.
    pub reproduce: String,
}

/// One candidate and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// `slice`, `llm`, `command`, `replay`, `file`.
    pub synthesizer: String,
    /// A verdict's word, `unviable` or `timed_out`; of an answer that was not judged also `no_module`, `repeated`, `larger`,
    /// `failed`, `too_long` and `stale_replay`.
    pub outcome: String,
    /// Wall time.
    pub seconds: f64,
    /// What a model was sent and sent back; null without a model.
    pub tokens: Option<u64>,
    /// What a model cost in dollars, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
    /// Why, in a sentence, where the outcome is not `equivalent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What leaving the dependency costs or saves; each part is null until it is measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The module's run time by the original's.
    pub runtime_ratio: Option<f64>,
    /// The module's memory by the original's.
    pub memory_ratio: Option<f64>,
    /// Build times.
    pub build_seconds: Option<BothTimes>,
    /// Sizes of a program with each side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_bytes: Option<BinaryBytes>,
    /// Import times.
    pub import_ms: Option<BothTimes>,
}

/// Sizes of the same program with either side, stripped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names are the documentation.
pub struct BinaryBytes {
    pub original: u64,
    pub module: u64,
}

/// Times of both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names are the documentation.
pub struct BothTimes {
    pub original: f64,
    pub module: f64,
}

/// Where the time went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // The stages' names.
pub struct Seconds {
    pub checkout: f64,
    pub map: f64,
    pub synthesize: f64,
    pub judge: f64,
    pub total: f64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Seconds for people: to the millisecond.
pub fn seconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use ripout_model::SourceKind;

    use super::*;

    #[test]
    fn has_exactly_the_fields_of_the_interface() {
        let source = Source {
            kind: SourceKind::Crate,
            name: "humantime".into(),
            version: Some("2.4.0".into()),
            rev: None,
            licence: Some("MIT OR Apache-2.0".into()),
        };
        let mut report = Report::new("rust", &source, &["a::b".into()], Verdict::Equivalent);
        report.evidence.coverage = Some(Coverage {
            lines: 3,
            hit: 1,
            waived: vec![("src/lib.rs".into(), 131, "unreachable!".into())],
            missed: vec![("src/lib.rs".into(), 140)],
            branches: Branches::default(),
        });
        let value: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        let keys: Vec<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut expected = vec![
            "schema",
            "language",
            "source",
            "symbols",
            "verdict",
            "reason",
            "notes",
            "module",
            "original",
            "closure",
            "unresolved",
            "api_notes",
            "evidence",
            "counterexample",
            "attempts",
            "comparison",
            "seconds",
        ];
        expected.sort_unstable();
        let mut keys = keys;
        keys.sort_unstable();
        assert_eq!(keys, expected);
        assert_eq!(value["schema"], "ripout.result/1");
        assert_eq!(value["source"]["kind"], "crate");
        assert_eq!(value["evidence"]["mutants"], serde_json::Value::Null);
        assert_eq!(
            value["evidence"]["coverage"]["waived"],
            serde_json::json!([["src/lib.rs", 131, "unreachable!"]])
        );
        assert_eq!(
            value["evidence"]["coverage"]["missed"],
            serde_json::json!([["src/lib.rs", 140]])
        );
    }

    #[test]
    fn reasons_are_spelt_as_in_the_interface() {
        assert_eq!(code_word(ReasonCode::LicenceMissing), "licence_missing");
        assert_eq!(
            code_word(ReasonCode::OriginalReachedMore),
            "original_reached_more"
        );
    }

    #[test]
    fn exit_codes_are_the_interface_s() {
        let codes = [
            Verdict::Equivalent,
            Verdict::Different,
            Verdict::Inconclusive,
            Verdict::Refused,
        ]
        .map(Verdict::exit_code);
        assert_eq!(codes, [0, 1, 3, 4]);
    }
}
