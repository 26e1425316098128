//! `ripout_verify`: judges a module that somebody else wrote, the agent first of all.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{extract::not_found, judged::Judged};
use crate::{
    job, languages,
    mcp::{
        answer::Trouble,
        call::Desk,
        entry::{Hints, Tool},
        front::{Asked, Options},
        runs::Run,
    },
};

/// The tool's name.
pub const NAME: &str = "ripout_verify";

/// Bytes of a module, at most.
const MOST: u64 = 1 << 20;

/// What to do with one that has more.
pub const TOO_LARGE: &str = "a module may have at most 1 MiB: what replaces a part of a library should be far smaller than that";

/// The tool.
pub struct Verify;

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A run of this server: its repo, symbols and options hold where others are not given, and its module if none is.
    #[serde(default)]
    base: Option<String>,
    /// Where the original lives, as for ripout_extract; not needed with `base`.
    #[serde(default)]
    repo: Option<String>,
    /// What the module stands for, as for ripout_extract; not needed with `base`.
    #[serde(default)]
    symbols: Option<Vec<String>>,
    /// The module's whole text, at most 1 MiB.
    #[serde(default)]
    module_text: Option<String>,
    /// The module's file instead of its text; or the folder of a Python module with data files.
    #[serde(default)]
    module_path: Option<PathBuf>,
    /// Folder to write the evidence to, below the server's roots; the server keeps it if left out.
    #[serde(default)]
    out: Option<PathBuf>,
    /// Options of the run.
    #[serde(default)]
    options: Option<Options>,
}

impl Tool for Verify {
    type Input = Input;
    type Output = Judged;
    const NAME: &'static str = NAME;
    const TITLE: &'static str = "Judge a module against the original";
    const DESCRIPTION: &'static str = "\
Judges a module that you or somebody else wrote: does it build, has it the identical API, does it behave as the original does? \
Returns verdict, the smallest counterexample, the compiler's words, lines that no input reached and planted faults that no input \
noticed. After ripout_extract give its run as `base` and your text as `module_text`, and repeat until the verdict is \
`equivalent`. The module's code runs only in a sandbox.";
    const HINTS: Hints = Hints {
        read_only: false,
        destructive: false,
        idempotent: true,
        open_world: true,
    };
    const HEAVY: bool = true;

    fn run(desk: &Desk<'_>, input: Input) -> Result<Judged, Trouble> {
        let Wish {
            mut asked,
            candidate,
            brief,
        } = wish(desk, input)?;
        if let Some(out) = &asked.out {
            desk.state.roots.check(out)?;
        }
        let (id, own) = desk.state.runs.begin();
        let texts = tempfile::Builder::new()
            .prefix("ripout-candidate-")
            .tempdir();
        let texts = texts.map_err(|e| Trouble::new("folder", format!("make a folder: {e}")))?;
        let module = match candidate {
            Candidate::File(path) => path,
            Candidate::Text(text, ending) => {
                let file = texts.path().join(format!("module.{ending}"));
                std::fs::write(&file, text).map_err(|e| {
                    Trouble::new("folder", format!("write {}: {e}", file.display()))
                })?;
                file
            }
        };
        small_enough(&module)?;
        asked.out.get_or_insert(own);
        let request = desk.state.front.request(&asked)?;
        let finished = job::verify(&request, &module, &[], &desk.host)
            .map_err(|stop| not_found(stop.into(), &asked))?;
        asked.out = None;
        let folder = finished.folder.unwrap_or_default();
        let mut report = finished.report;
        let module = written(&folder, &module);
        if let (Some(told), Some(module)) = (&mut report.module, &module) {
            // What was handed in as a text lies in the run's folder now.
            told.path = module.display().to_string();
        }
        let run = desk.state.runs.keep(Run {
            id,
            folder,
            asked: Some(asked),
            module,
            report,
            brief,
        });
        Judged::of(&run, desk.warnings())
    }

    fn text(output: &Judged) -> String {
        output.text()
    }
}

/// What is to be judged, against what.
struct Wish {
    asked: Asked,
    candidate: Candidate,
    /// The contract stays that of the base.
    brief: Option<String>,
}

enum Candidate {
    File(PathBuf),
    /// A text, and how its file ends.
    Text(String, String),
}

fn wish(desk: &Desk<'_>, input: Input) -> Result<Wish, Trouble> {
    let missing = |field: &str| {
        Trouble::new("arguments", format!("`{field}` of {NAME} is missing"))
            .help("give `repo`, `symbols` and `module_text` or `module_path`; or `base`, a run of this server")
    };
    let base = match &input.base {
        Some(id) => Some(desk.state.runs.find(id)?),
        None => None,
    };
    let before = base.as_ref().and_then(|run| run.asked.as_ref());
    let repo = input.repo.or_else(|| before.map(|it| it.repo.clone()));
    let symbols = input
        .symbols
        .or_else(|| before.map(|it| it.symbols.clone()));
    let options = input
        .options
        .or_else(|| before.map(|it| it.options.clone()));
    let asked = Asked {
        repo: repo.ok_or_else(|| missing("repo"))?,
        symbols: symbols.ok_or_else(|| missing("symbols"))?,
        options: options.unwrap_or_default(),
        out: input.out,
    };
    let candidate = match (input.module_text, input.module_path) {
        (Some(_), Some(_)) => {
            return Err(Trouble::new(
                "arguments",
                "`module_text` and `module_path` are both given: which is meant can't be told",
            ));
        }
        (Some(text), None) => {
            small(&text)?;
            Candidate::Text(text, ending(&asked)?)
        }
        (None, Some(path)) => Candidate::File(path),
        (None, None) => {
            let module = base.as_ref().and_then(|run| run.module.clone());
            Candidate::File(module.ok_or_else(|| missing("module_text"))?)
        }
    };
    Ok(Wish {
        asked,
        candidate,
        brief: base.and_then(|run| run.brief.clone()),
    })
}

/// How a file of the symbols' language ends.
fn ending(asked: &Asked) -> Result<String, Trouble> {
    let all = languages::all();
    let language = all
        .iter()
        .find(|language| asked.symbols.iter().all(|symbol| language.spells(symbol)));
    language
        .map(|language| language.ending().to_owned())
        .ok_or_else(|| {
            Trouble::new(
                "arguments",
                format!("`symbols`: {} is no symbol", asked.symbols.join(" ")),
            )
            .help("write `crate_name::path::item` for Rust and `package.module.name` for Python")
        })
}

fn too_large(what: &str, bytes: u64) -> Trouble {
    Trouble::new("too_large", format!("{what} has {bytes} bytes")).help(TOO_LARGE)
}

/// Fails for a text that nobody would read.
pub fn small(text: &str) -> Result<(), Trouble> {
    match text.len() as u64 {
        0..=MOST => Ok(()),
        bytes => Err(too_large("`module_text`", bytes)),
    }
}

/// Fails for a module that nobody would read. A folder's files count together.
fn small_enough(module: &Path) -> Result<(), Trouble> {
    let mut bytes = 0;
    let mut left = vec![module.to_owned()];
    while let Some(path) = left.pop() {
        let about = std::fs::metadata(&path).map_err(|e| {
            Trouble::new("module_unreadable", format!("read {}: {e}", path.display()))
        })?;
        if about.is_dir() {
            let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
            left.extend(
                entries
                    .filter(|it| it.file_type().is_ok_and(|it| !it.is_symlink()))
                    .map(|it| it.path()),
            );
        } else if about.is_file() {
            bytes += about.len();
        } else {
            // A device or a pipe may have no end.
            let text = format!("{} is no file", path.display());
            return Err(Trouble::new("module_unreadable", text)
                .help("`module_path` names a file, or the folder of a Python module"));
        }
        if bytes > MOST {
            return Err(too_large(&module.display().to_string(), bytes));
        }
    }
    Ok(())
}

/// The module as the run's folder has it.
fn written(folder: &Path, candidate: &Path) -> Option<PathBuf> {
    let ending = candidate.extension();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let file = files
        .iter()
        .find(|path| path.is_file() && ending.is_some() && path.extension() == ending);
    let within = || {
        let folders = files.iter().map(|path| path.join("__init__.py"));
        folders.into_iter().find(|path| path.is_file())
    };
    file.cloned().or_else(within)
}
