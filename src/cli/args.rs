//! The words of the command line.
//!
//! Nothing has a default here: what is not given may stand in `RIPOUT_*` or `ripout.toml`, see `config`.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{FalseyValueParser, PathBufValueParser, TypedValueParser},
};

use super::config::interpreter;
use crate::{evidence::compatible, job::Weights};

/// A program that is run from other folders than the one it is named in.
fn program() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(|path| interpreter(&path))
}

/// Takes the one thing out of a library, as a self-contained module that is shown to behave the same.
#[derive(Debug, Parser)]
#[command(
    name = "ripout",
    disable_version_flag = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Examples:
  ripout extract crate:humantime@2.4.0 humantime::parse_duration
  ripout extract pypi:toolz@1.0.0 toolz.partition_all --out src/vendored
  ripout verify crate:humantime humantime::parse_duration --module mine.rs
  ripout map . | less

Exit codes: 0 equivalent, 1 different, 2 could not judge, 3 inconclusive, 4 refused, 130 interrupted.
`ripout help COMMAND` says more."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// Print the version; with --verbose also what the sandbox can do on this machine.
    #[arg(long, short = 'V')]
    pub version: bool,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Print no progress.
    #[arg(long, short, global = true, env = "RIPOUT_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
    /// Say more: every edit, every missed line.
    #[arg(long, short, global = true, env = "RIPOUT_VERBOSE", value_parser = FalseyValueParser::new())]
    pub verbose: bool,
    /// When to use colour; NO_COLOR is honoured.
    #[arg(long, global = true, value_name = "WHEN", env = "RIPOUT_COLOR")]
    pub color: Option<When>,
    /// Fetch nothing: work from the cache, and say what is missing there.
    #[arg(long, global = true, env = "RIPOUT_OFFLINE", value_parser = FalseyValueParser::new())]
    pub offline: bool,
    /// Run the package's code unconfined. Only for code that you trust.
    #[arg(long, global = true, env = "RIPOUT_NO_SANDBOX", value_parser = FalseyValueParser::new())]
    pub no_sandbox: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// On a terminal.
    Auto,
    /// Also in a pipe.
    Always,
    /// Nowhere.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take symbols out: map, slice, judge; write the module and its evidence.
    #[command(
        override_usage = "ripout extract [OPTIONS] <REPO> <SYMBOL>...",
        after_help = EXTRACT_HELP
    )]
    Extract(Box<Extract>),
    /// Judge a module that somebody else wrote: a person, an agent, or an edited slice.
    #[command(
        override_usage = "ripout verify [OPTIONS] <REPO> <SYMBOL>... --module <FILE>",
        after_help = VERIFY_HELP
    )]
    Verify(Verify),
    /// Print the call graph, whole or the closure of one symbol.
    #[command(
        override_usage = "ripout map [OPTIONS] <REPO> [SYMBOL]",
        after_help = "\
Examples:
  ripout map .                                        the whole graph, as text
  ripout map crate:strsim strsim::levenshtein         the closure of one symbol, as a tree
  ripout map . --format dot | dot -Tsvg > graph.svg"
    )]
    Map(Map),
    /// Say on one page how a symbol works and what it needs, each statement with file and line; with --ask, have a question answered.
    #[command(
        override_usage = "ripout explain [OPTIONS] <REPO> <SYMBOL>...",
        after_help = EXPLAIN_HELP
    )]
    Explain(Box<Explain>),
    /// Rank a project's dependencies by how little of each it uses and what leaving it would save.
    #[command(after_help = SCAN_HELP)]
    Scan(Scan),
    /// Let a dependency go: take out what the project uses of it, judge that, and propose the change.
    #[command(after_help = REMOVE_HELP)]
    Remove(Box<Remove>),
    /// Say what became of modules that took a dependency's place: edited, changed upstream, touched by an advisory.
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// Take upstream's newest text into modules that took a dependency's place, and judge the result.
    #[command(after_help = "\
Examples:
  ripout update                              every module of the ripout.lock here
  ripout update --module src/strsim.rs

Upstream's changes are merged with the project's own edits. What is judged equivalent to the newest release, and does not make the
project's own tests fail, is written with its entry in ripout.lock; conflicts are marked in the module. Exit codes: 0 all are up to date; 2 some are not.")]
    Update(Update),
    /// Print the modules that took a dependency's place as a bill of materials (CycloneDX 1.6).
    #[command(after_help = "\
Examples:
  ripout sbom > taken.cdx.json
  ripout sbom ../service")]
    Sbom(Sbom),
    /// Print what a model would be sent: rules, contract, what is known, the slice. Sends nothing.
    #[command(
        override_usage = "ripout brief [OPTIONS] <REPO> <SYMBOL>...",
        after_help = BRIEF_HELP
    )]
    Brief(Brief),
    /// Run many extracts in parallel; a run that was killed goes on where it stopped.
    #[command(after_help = BATCH_HELP)]
    Batch(Batch),
    /// Serve coding agents: the Model Context Protocol on standard input and output.
    #[command(after_help = MCP_HELP)]
    Mcp(Mcp),
    /// A short guide for coding agents that use the command line.
    #[command(after_help = "\
Examples:
  ripout skill print
  ripout skill install                    to .claude/skills/ripout/SKILL.md, here
  ripout skill install --dir ../service")]
    Skill {
        /// What to do with it.
        #[command(subcommand)]
        verb: SkillVerb,
    },
    /// Look after the cache of checkouts and maps.
    #[command(after_help = "\
Examples:
  ripout cache dir       where it is
  ripout cache prune     delete what was not used for 30 days
  ripout cache clean     delete all of it")]
    Cache {
        /// What to do with it.
        #[command(subcommand)]
        verb: CacheVerb,
    },
    /// Print completions for a shell.
    #[command(after_help = "\
Example:
  ripout completions bash > ~/.local/share/bash-completion/completions/ripout")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the man page.
    #[command(after_help = "\
Example:
  ripout man | man -l -")]
    Man,
}

const EXTRACT_HELP: &str = "\
Examples:
  ripout extract crate:humantime@2.4.0 humantime::parse_duration
  ripout extract pypi:toolz toolz.partition_all --out chunks
  ripout extract https://example.org/lib.git lib::Type --rev v1.2.0
  ripout extract . my_crate::module::function --format json
  ripout extract crate:strsim strsim::jaro --for ../tool      for a project, in the version that it has locked
  ripout extract crate:strsim strsim::levenshtein --synth llm --model anthropic::claude-sonnet-4-5
  ripout extract pypi:toolz toolz.partition_all --synth command --command 'my-agent --print' --command-network
  ripout extract crate:strsim strsim::levenshtein --replay ripout-out/levenshtein

<REPO> is a git address or folder, owner/name on GitHub, a plain folder, crate:NAME[@VERSION] or pypi:NAME[@VERSION].
<SYMBOL> is crate_name::path::item for Rust (a macro ends in `!`) and package.module.name for Python.";

const VERIFY_HELP: &str = "\
Examples:
  ripout verify crate:humantime@2.4.0 humantime::parse_duration --module parse_duration.rs
  ripout verify pypi:toolz toolz.partition_all --module mine.py --budget 300";

const BRIEF_HELP: &str = "\
Examples:
  ripout brief crate:humantime@2.4.0 humantime::parse_duration > brief.md
  ripout brief pypi:toolz toolz.partition_all --max-brief-tokens 8000 --format json
  ripout brief crate:strsim strsim::jaro --for ../tool       with the lines of a project that use it
  ripout brief strsim --for ../tool                          of all that the project uses of a dependency

The brief is Markdown that a person can read. Judge what comes back with `ripout verify`.";

const EXPLAIN_HELP: &str = "\
Examples:
  ripout explain crate:humantime@2.4.0 humantime::parse_duration
  ripout explain pypi:packaging packaging.version.Version --verbose
  ripout explain . my_crate::module::function --format json
  ripout explain crate:strsim strsim::jaro --ask 'What of empty text?' --model anthropic::claude-sonnet-4-5
  ripout explain . my_crate::f --ask 'When does it fail?' --command 'my-agent --print' --command-network

What it is for, what it calls, its types and errors, state, platforms, data files, the details that matter, what it costs. Each
section has its first entries; --verbose gives all. What can't be ripped out is explained, too, with the reason.

With --ask the answer is printed instead, with each passage that it cites; a paragraph that cites nothing, or a line that is not
there, is marked. Exit codes: 0 every citation is right; 3 some paragraph has none, or a wrong one; 2 nobody answered.";

const SCAN_HELP: &str = "\
Examples:
  ripout scan                                 the Cargo workspace or Python project here
  ripout scan ../service --format markdown    a table for a pull request
  ripout scan --fail-on rip                   exit 1 if a dependency is worth ripping out
  ripout scan --measure                       also build seconds or import times, and what is unused

Verdicts: rip; keep, with the reason; never: cryptography, TLS, protocols with a security history, native code, macros that
run in the compiler, and dependencies whose types stand in the project's own API. With --measure also unused: no use is found,
and the project builds without it (Python: its tests pass without it).";

const REMOVE_HELP: &str = "\
Examples:
  ripout remove wcwidth                       writes ripout-out/wcwidth/removal.patch and pull-request.md
  ripout remove strsim --for ../tool          in another project
  ripout remove unicode-width --apply         changes the project, whose tree must be clean
  ripout remove strsim --synth llm --model anthropic::claude-sonnet-4-5
                                              asks for a smaller module; the slice stands where none is equivalent

The project's own tests run in a copy before, and again once the dependency is gone. Nothing is proposed unless the module is
judged equivalent and they pass. Exit codes: the verdict's; 2 if the tests fail before, 1 if they fail after.";

const CHECK_HELP: &str = "\
Examples:
  ripout check                                   every module of the ripout.lock here
  ripout check ../service --verbose              with the difference of each definition
  ripout check --offline --advisories osv.json   against advisories (OSV, RustSec) that were downloaded before

Exit codes: 0 all as it was; 1 a module was edited, or an advisory touches it; 3 upstream changed what was taken; 2 something
could not be checked.";

const BATCH_HELP: &str = "\
Examples:
  ripout batch jobs.toml --jobs 4
  ripout batch golden/corpus.toml --sample 6 --seed 7 --format json

A job: [[job]] with id, repo, symbol (or symbols), and any of rev, as, features, edition, python, extras, keep, driver,
inputs, budget, seed, max-lines; `expect` is a verdict or a list of verdicts, `reason` a code or a list of codes.
With `expect` in the jobs: exit 0 if all came out as expected, 1 if not. Without: the first present of 2, 1, 3, 4, else 0.";

const MCP_HELP: &str = "\
Examples:
  claude mcp add ripout -- ripout mcp            for Claude Code
  codex mcp add ripout -- ripout mcp             for Codex
  ripout mcp --root ~/src/service --read-only    reads and judges, and writes nothing

Tools: ripout_scan, ripout_map, ripout_extract, ripout_verify, ripout_remove, ripout_check, ripout_evidence. Results are kept until
the server ends. Nothing is written outside the roots, and no project is changed unless the agent asks for it.";

/// Where the original lives, and what is wanted of it.
#[derive(Debug, Clone, Args)]
pub struct Subject {
    /// Where the original lives.
    #[arg(value_name = "REPO")]
    pub repo: String,
    /// What to take out of it.
    #[arg(value_name = "SYMBOL")]
    pub symbols: Vec<String>,
    /// Branch, tag or commit of a git repository; HEAD otherwise.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Name at the module's root, where two symbols' last parts are equal; one for each symbol, in order.
    #[arg(long = "as", value_name = "NAME", value_delimiter = ',')]
    pub names: Vec<String>,
    /// Name of the module; the first symbol's last part in snake_case if not given.
    #[arg(long, value_name = "NAME", value_parser = identifier)]
    pub stem: Option<String>,
    /// Folder to write; `ripout-out/<stem>` for extract, none for verify.
    #[arg(long, short, value_name = "DIR", env = "RIPOUT_OUT")]
    pub out: Option<PathBuf>,
}

/// Options that reach the languages and the judge.
#[derive(Debug, Clone, Default, Args)]
pub struct Judging {
    /// How the result is printed.
    #[arg(long, value_name = "FORMAT", env = "RIPOUT_FORMAT")]
    pub format: Option<Format>,
    /// Cargo features, instead of the default ones.
    #[arg(
        long,
        value_name = "LIST",
        env = "RIPOUT_FEATURES",
        value_delimiter = ','
    )]
    pub features: Option<Vec<String>>,
    /// Editions the module is for; 2021,2024 if not given.
    #[arg(
        long,
        value_name = "LIST",
        env = "RIPOUT_EDITION",
        value_delimiter = ','
    )]
    pub edition: Option<Vec<String>>,
    /// The interpreter; python3 on PATH if not given.
    #[arg(long, value_name = "PATH", env = "RIPOUT_PYTHON", value_parser = program())]
    pub python: Option<PathBuf>,
    /// Extras to install with a distribution.
    #[arg(
        long,
        value_name = "LIST",
        env = "RIPOUT_EXTRAS",
        value_delimiter = ','
    )]
    pub extras: Option<Vec<String>>,
    /// A dependency that the module may go on using; may be given again.
    #[arg(long, value_name = "NAME", env = "RIPOUT_KEEP", value_delimiter = ',')]
    pub keep: Option<Vec<String>>,
    /// A driver of your own, where signatures do not suffice.
    #[arg(long, value_name = "FILE", env = "RIPOUT_DRIVER")]
    pub driver: Option<PathBuf>,
    /// Stop the search after so many distinct inputs.
    #[arg(long, value_name = "N", env = "RIPOUT_INPUTS")]
    pub inputs: Option<u64>,
    /// A ceiling for judging, in seconds; 60 if not given.
    #[arg(long, value_name = "SECONDS", env = "RIPOUT_BUDGET", value_parser = positive_seconds)]
    pub budget: Option<f64>,
    /// Seed of the search; 1 if not given.
    #[arg(long, value_name = "N", env = "RIPOUT_SEED")]
    pub seed: Option<u64>,
    /// Refuse a module of more code lines than this.
    #[arg(long, value_name = "N", env = "RIPOUT_MAX_LINES")]
    pub max_lines: Option<u32>,
    /// Who makes candidates: `slice`, the author's own text; of `extract` and `remove` also a model or a program
    /// that makes it smaller.
    #[arg(long, value_name = "WHO", env = "RIPOUT_SYNTH")]
    pub synth: Option<Synth>,
    /// The program of `--synth command`, with its arguments: it reads the brief and prints a module.
    #[arg(long, value_name = "PROGRAM", env = "RIPOUT_COMMAND")]
    pub command: Option<String>,
    /// Let a module that somebody writes for a project leave out what the project can't reach: there it ends with an error that says so.
    #[arg(long)]
    pub specialize: bool,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    Text,
    /// For scripts: one JSON document.
    Json,
}

/// How a map is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MapFormat {
    /// For people.
    Text,
    /// For scripts: one JSON document.
    Json,
    /// For Graphviz.
    Dot,
}

/// Who makes candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synth {
    /// The author's own text.
    Slice,
    /// A model.
    Llm,
    /// A program of the user's.
    Command,
}

/// Who is asked, and within what bounds.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Who is asked")]
pub struct Whom {
    /// The model that is asked: `anthropic::NAME`, `openai::NAME`, `gemini::NAME`, `ollama::NAME`. Its key comes from the
    /// maker's own variable, such as ANTHROPIC_API_KEY.
    #[arg(long, value_name = "NAME", env = "RIPOUT_MODEL")]
    pub model: Option<String>,
    /// An address that speaks as OpenAI's does, up to `/v1`; its key comes from RIPOUT_API_KEY alone.
    #[arg(long, value_name = "URL", env = "RIPOUT_ENDPOINT")]
    pub endpoint: Option<String>,
    /// Dollars for a million tokens, sent and received: `3,15`.
    #[arg(long, value_name = "IN,OUT", env = "RIPOUT_PRICE", value_delimiter = ',', num_args = 1, value_parser = dollars)]
    pub price: Vec<f64>,
    /// Let the program use the network. Everything else stays as confined as it was.
    #[arg(long, env = "RIPOUT_COMMAND_NETWORK", value_parser = FalseyValueParser::new())]
    pub command_network: bool,
    /// A variable that the program gets to see, such as one with its key; may be given again.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub command_env: Vec<String>,
    /// Answer with what was recorded in an output folder, and ask nobody.
    #[arg(long, value_name = "DIR")]
    pub replay: Option<PathBuf>,
    /// Seconds for all that is asked; 300 if not given.
    #[arg(long, value_name = "SECONDS", env = "RIPOUT_SYNTH_BUDGET", value_parser = positive_seconds)]
    pub synth_budget: Option<f64>,
    /// Tokens of what is sent at once; 24000 if not given.
    #[arg(long, value_name = "N", env = "RIPOUT_MAX_BRIEF_TOKENS")]
    pub max_brief_tokens: Option<usize>,
}

/// Who proposes a smaller module, and what that may cost.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Asking for a smaller module")]
pub struct Synthesis {
    /// Rounds at most; 3 if not given.
    #[arg(long, value_name = "N", env = "RIPOUT_MAX_ROUNDS")]
    pub max_rounds: Option<usize>,
    /// Tokens at most, sent and received together.
    #[arg(long, value_name = "N", env = "RIPOUT_MAX_TOKENS")]
    pub max_tokens: Option<u64>,
    /// Dollars at most, by --price.
    #[arg(long, value_name = "N", env = "RIPOUT_MAX_USD", value_parser = dollars)]
    pub max_usd: Option<f64>,
    /// What counts among equivalent modules: `lines=1,runtime=0.5`. The smallest that is not slower if not given.
    #[arg(long, value_name = "WEIGHTS", env = "RIPOUT_WEIGH", value_parser = str::parse::<Weights>)]
    pub weigh: Option<Weights>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub whom: Whom,
}

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct Extract {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub subject: Subject,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub judging: Judging,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub synthesis: Synthesis,
    /// The project that the module is for: made for its editions and features, with a patch if the symbols are all that it
    /// uses of their package.
    #[arg(long = "for", value_name = "CONSUMER", conflicts_with_all = ["rev", "stem"])]
    pub consumer: Option<PathBuf>,
    /// Where the project has the module: `crate::vendored::humantime`, `package._vendored.humanize`. Where its layout wants it
    /// if not given.
    #[arg(long, value_name = "PATH", requires = "consumer")]
    pub module_path: Option<String>,
}

/// Arguments of `remove`.
#[derive(Debug, Args)]
pub struct Remove {
    /// The dependency, as the manifest spells it.
    pub dependency: String,
    /// The project; the current folder if not given.
    #[arg(long = "for", value_name = "CONSUMER")]
    pub consumer: Option<PathBuf>,
    /// Change the project. Its tree must be clean.
    #[arg(long)]
    pub apply: bool,
    /// Take in text under this licence although it conflicts with the project's own; the ledger records it. May be given
    /// again.
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = licence)]
    pub accept_licence: Vec<String>,
    /// Where the project has the module: `crate::vendored::humantime`, `package._vendored.humanize`. Where its layout wants it
    /// if not given.
    #[arg(long, value_name = "PATH")]
    pub module_path: Option<String>,
    /// A module that somebody wrote: judged as any is, and put in the dependency's place if it is equivalent and smaller than
    /// the author's own text.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["synth", "replay"])]
    pub module: Option<PathBuf>,
    /// Folder to write; `ripout-out/<dependency>` if not given.
    #[arg(long, short, value_name = "DIR", env = "RIPOUT_OUT")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub judging: Judging,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub synthesis: Synthesis,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub subject: Subject,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub judging: Judging,
    /// The module to judge: a file, or a folder with `__init__.py`.
    #[arg(long, short, value_name = "FILE")]
    pub module: PathBuf,
    /// Judge these driver inputs only, in hexadecimal: the last is compared. Counterexamples name theirs.
    #[arg(
        long,
        value_name = "HEX",
        value_delimiter = ',',
        num_args = 1,
        allow_hyphen_values = true
    )]
    pub input: Vec<String>,
}

/// Arguments of `brief`.
#[derive(Debug, Args)]
pub struct Brief {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub subject: Subject,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub judging: Judging,
    /// Leave out of the brief what the closure needs least until it has no more tokens than this; 24000 if not given.
    #[arg(long, value_name = "N", env = "RIPOUT_MAX_BRIEF_TOKENS")]
    pub max_brief_tokens: Option<usize>,
    /// The project that a module would be for: the brief shows its lines that use what is wanted. Where only a dependency is
    /// named, all that the project uses of it is wanted.
    #[arg(long = "for", value_name = "CONSUMER", conflicts_with_all = ["rev", "stem"])]
    pub consumer: Option<PathBuf>,
}

/// Arguments of `map`.
#[derive(Debug, Args)]
pub struct Map {
    /// Where the tree is.
    pub repo: String,
    /// Only what this symbol reaches.
    pub symbol: Option<String>,
    /// Branch, tag or commit of a git repository; HEAD otherwise.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// How the map is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: MapFormat,
    /// The language, where a tree holds several; the one with most files if not given.
    #[arg(long, value_name = "NAME")]
    pub language: Option<String>,
    /// The interpreter that a distribution is chosen for; python3 on PATH if not given.
    #[arg(long, value_name = "PATH", env = "RIPOUT_PYTHON", value_parser = program())]
    pub python: Option<PathBuf>,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Where the original lives.
    #[arg(value_name = "REPO")]
    pub repo: String,
    /// What to explain.
    #[arg(value_name = "SYMBOL")]
    pub symbols: Vec<String>,
    /// Branch, tag or commit of a git repository; HEAD otherwise.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// How the page is printed.
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub format: PageFormat,
    /// Cargo features, instead of the default ones.
    #[arg(
        long,
        value_name = "LIST",
        env = "RIPOUT_FEATURES",
        value_delimiter = ','
    )]
    pub features: Option<Vec<String>>,
    /// The interpreter; python3 on PATH if not given.
    #[arg(long, value_name = "PATH", env = "RIPOUT_PYTHON", value_parser = program())]
    pub python: Option<PathBuf>,
    /// Extras to install with a distribution.
    #[arg(
        long,
        value_name = "LIST",
        env = "RIPOUT_EXTRAS",
        value_delimiter = ','
    )]
    pub extras: Option<Vec<String>>,
    /// Ask a model or a program this of the symbol. Each line that the answer cites is looked up.
    #[arg(long, value_name = "QUESTION")]
    pub ask: Option<String>,
    /// The program that is asked, with its arguments: it reads the question with the text and prints an answer.
    #[arg(long, value_name = "PROGRAM", env = "RIPOUT_COMMAND")]
    pub command: Option<String>,
    /// Folder that keeps question and answer, for --replay.
    #[arg(long, short, value_name = "DIR", requires = "ask")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub whom: Whom,
}

/// How a page is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people, and for pages that show Markdown.
    Markdown,
    /// For people, without marks.
    Text,
    /// For scripts: one JSON document.
    Json,
}

/// Arguments of `scan`.
#[derive(Debug, Args)]
pub struct Scan {
    /// The project's folder; the current one if not given.
    pub consumer: Option<PathBuf>,
    /// How the ranking is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ScanFormat,
    /// Build, import and test in a copy as well, confined: what each dependency costs, and what nothing is used of.
    #[arg(long)]
    pub measure: bool,
    /// Exit with 1 if a dependency comes out so.
    #[arg(long, value_name = "VERDICT")]
    pub fail_on: Option<FailOn>,
    /// The interpreter of a Python project; python3 on PATH if not given.
    #[arg(long, value_name = "PATH", env = "RIPOUT_PYTHON", value_parser = program())]
    pub python: Option<PathBuf>,
}

/// How a scan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScanFormat {
    /// For people.
    Text,
    /// For scripts: one JSON document.
    Json,
    /// For code hosts: SARIF 2.1.
    Sarif,
    /// For a pull request.
    Markdown,
}

/// What makes a scan fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A dependency that is worth ripping out.
    Rip,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The project's folder, in which ripout.lock lies; the current one if not given.
    pub consumer: Option<PathBuf>,
    /// How the result is printed.
    #[arg(long, value_name = "FORMAT", env = "RIPOUT_FORMAT")]
    pub format: Option<Format>,
    /// Advisories in OSV's format (JSON) or RustSec's (Markdown): a file, a folder or a zip archive of them, or an address
    /// (`https://…`, `file://…`) of one; may be given again.
    #[arg(long, value_name = "PATH|URL")]
    pub advisories: Vec<String>,
}

/// Arguments of `update`.
#[derive(Debug, Args)]
pub struct Update {
    /// The project's folder, in which ripout.lock lies; the current one if not given.
    pub consumer: Option<PathBuf>,
    /// Only this module, as ripout.lock names it; may be given again.
    #[arg(long, short, value_name = "PATH")]
    pub module: Vec<String>,
    /// How the result is printed.
    #[arg(long, value_name = "FORMAT", env = "RIPOUT_FORMAT")]
    pub format: Option<Format>,
    /// A ceiling for judging each, in seconds; 60 if not given.
    #[arg(long, value_name = "SECONDS", env = "RIPOUT_BUDGET", value_parser = positive_seconds)]
    pub budget: Option<f64>,
}

/// Arguments of `sbom`.
#[derive(Debug, Args)]
pub struct Sbom {
    /// The project's folder, in which ripout.lock lies; the current one if not given.
    pub consumer: Option<PathBuf>,
}

/// Arguments of `batch`.
#[derive(Debug, Args)]
pub struct Batch {
    /// The jobs.
    pub file: PathBuf,
    /// How many at a time; half the processors if not given.
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
    /// Print a table, or one JSON document a line.
    #[arg(long, value_name = "FORMAT", env = "RIPOUT_FORMAT")]
    pub format: Option<Format>,
    /// Only this job; may be given again.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Only so many jobs, drawn by --seed.
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// Seed of the sample; drawn from the clock and printed if not given.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Folder for results, which a second run goes on from; `ripout-out/batch-<file>` if not given.
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Run every job again, also those with a result.
    #[arg(long)]
    pub fresh: bool,
}

/// Arguments of `mcp`.
#[derive(Debug, Args)]
pub struct Mcp {
    /// A folder that may be written to; may be given again. The current folder if not given.
    #[arg(long = "root", value_name = "DIR")]
    pub roots: Vec<PathBuf>,
    /// Write nothing but the server's own results, which go away with it.
    #[arg(long)]
    pub read_only: bool,
    /// Serve HTTP at this address instead, which must be of the loopback: 127.0.0.1:PORT. For tests.
    #[arg(long, value_name = "ADDRESS")]
    pub http: Option<std::net::SocketAddr>,
    /// The interpreter; python3 on PATH if not given.
    #[arg(long, value_name = "PATH", env = "RIPOUT_PYTHON", value_parser = program())]
    pub python: Option<PathBuf>,
}

/// What to do with the cache.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum CacheVerb {
    /// Print where it is.
    Dir,
    /// Delete what was not used for 30 days.
    Prune,
    /// Delete all of it.
    Clean,
}

/// What to do with the guide.
#[derive(Debug, Clone, Subcommand)]
pub enum SkillVerb {
    /// Print it.
    Print,
    /// Write it where agents look for it.
    Install {
        /// The project's folder; the current one if not given.
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Replace a guide that says something else.
        #[arg(long)]
        force: bool,
    },
}

/// A name that both languages take as a module's.
pub fn identifier(word: &str) -> Result<String, String> {
    let plain = |c: char| c == '_' || c.is_ascii_alphanumeric();
    if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) || !word.chars().all(plain)
    {
        return Err("a module's name is made of letters, digits and `_`".to_owned());
    }
    Ok(word.to_owned())
}

/// An SPDX identifier.
fn licence(word: &str) -> Result<String, String> {
    compatible::accepted(word).ok_or_else(|| {
        "no SPDX identifier; the refusal names the one to give, such as MPL-2.0 or LicenseRef-name"
            .to_owned()
    })
}

fn dollars(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match number.is_finite() && number >= 0.0 {
        true => Ok(number),
        false => Err("must be 0 or more".to_owned()),
    }
}

fn positive_seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    // Larger numbers overflow the clock, and a year is no ceiling anyway.
    if seconds > 0.0 && seconds <= 31_536_000.0 {
        Ok(seconds)
    } else {
        Err("must be more than 0 and at most a year".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn lists_may_be_repeated_or_separated_by_commas() {
        let words = "ripout extract . a::b --keep numpy,pandas --keep scipy --features std,alloc";
        let arguments = Arguments::try_parse_from(words.split(' ')).unwrap();
        let Some(Command::Extract(extract)) = arguments.command else {
            panic!("not an extract");
        };
        assert_eq!(extract.judging.keep.unwrap(), ["numpy", "pandas", "scipy"]);
        assert_eq!(extract.judging.features.unwrap(), ["std", "alloc"]);
    }

    #[test]
    fn the_empty_input_is_an_input() {
        let words = "ripout verify . a::b --module m.rs --input=";
        let arguments = Arguments::try_parse_from(words.split(' ')).unwrap();
        let Some(Command::Verify(verify)) = arguments.command else {
            panic!("not a verify");
        };
        assert_eq!(verify.input, [""]);
    }

    #[test]
    fn a_budget_is_a_positive_number() {
        assert!(positive_seconds("0").is_err());
        assert!(positive_seconds("NaN").is_err());
        assert!(positive_seconds("1e300").is_err());
        assert_eq!(positive_seconds("0.5"), Ok(0.5));
    }
}
