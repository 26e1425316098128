//! The gates that need no inputs: parses and imports alone, with the standard library and nothing else; has the same API.
//!
//! Both sides are described by one script (`gate/api.py`); what differs is told by its path in the description.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use ripout_model::{Candidate, Command, Exit, Failure, Folder, Gate, Host, Stop};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{harness, original::PythonOriginal};

/// What a side offers.
#[derive(Debug, Deserialize)]
struct Described {
    failed: Option<String>,
    symbols: BTreeMap<String, Value>,
    modules: BTreeMap<String, Option<String>>,
    /// Compiled code that a symbol comes from, whatever text there is beside it.
    compiled: BTreeMap<String, String>,
    foreign: Vec<String>,
}

/// Differences that are told; more would not help.
const TOLD: usize = 8;

/// Runs the gates.
pub fn gate(
    original: &PythonOriginal,
    candidate: &Candidate,
    host: &dyn Host,
) -> Result<Gate, Stop> {
    let folder = host.folder("gate")?;
    harness::write_module(candidate, "candidate", &*folder)?;
    let module_root = folder.path().join("candidate");
    let mut module_path = vec![module_root];
    module_path.extend(original.kept_roots());
    let kept = &original.bytecode;
    let describe = |side: &str, bytecode: &Path, path: &[PathBuf], facade: String| {
        described(original, &*folder, side, bytecode, path, facade, host)
    };
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| {
            describe(
                "original",
                kept.original.path(),
                &original.import_roots,
                harness::facade_of_original(original),
            )
        });
        let facade = harness::facade_of_module(original);
        let ours = describe("module", kept.module.path(), &module_path, facade);
        (theirs.join(), ours)
    });
    let theirs = theirs.map_err(|_| Failure::new("host", "describing the original panicked"))?;
    let theirs = theirs?.and_then(failed).map_err(|why| {
        Failure::new(
            "import_failed",
            format!(
                "{} can't be imported by {}: {why}",
                original.names.join(", "),
                original.interpreter.display()
            ),
        )
        .help("choose another interpreter with `--python`, or its extras with `--extras`")
    })?;
    let ours = match ours?.and_then(failed) {
        Ok(described) => described,
        Err(why) => return Ok(Gate::Unviable(format!("the module does not import: {why}"))),
    };
    if !ours.foreign.is_empty() {
        return Ok(Gate::Unviable(format!(
            "the module is not self-contained: it imports {}",
            ours.foreign.join(", ")
        )));
    }
    let renames = renames(candidate);
    let mut api_notes = Vec::new();
    let mut differences = Vec::new();
    for (name, wanted) in &theirs.symbols {
        let Some(found) = ours.symbols.get(name) else {
            differences.push(format!("`{name}` is missing"));
            continue;
        };
        compare(
            name,
            wanted,
            found,
            &renames,
            &mut differences,
            &mut api_notes,
        );
        if let (Some(Some(was)), Some(Some(is))) =
            (theirs.modules.get(name), ours.modules.get(name))
            && was != is
        {
            api_notes.push(format!("`{name}.__module__` is `{is}`, it was `{was}`"));
        }
    }
    if !differences.is_empty() {
        let more = differences.len().saturating_sub(TOLD);
        differences.truncate(TOLD);
        if more > 0 {
            differences.push(format!("and {more} more"));
        }
        return Ok(Gate::Unviable(format!(
            "the module has another API: {}",
            differences.join("; ")
        )));
    }
    Ok(Gate::Passed {
        editions: Vec::new(),
        api_notes,
        notes: Vec::new(),
    })
}

/// Describes one side, or says why it can't be imported.
fn described(
    original: &PythonOriginal,
    folder: &dyn Folder,
    side: &str,
    bytecode: &Path,
    path: &[PathBuf],
    facade: String,
    host: &dyn Host,
) -> Result<Result<Described, String>, Stop> {
    let request = json!({
        "path": path,
        "subject": format!("{side}/subject.py"),
        "symbols": original.symbols.iter().map(|symbol| &symbol.name).collect::<Vec<_>>(),
        "own": [original.stem],
        "modules": module_names(original),
        "folders": path,
        "known": original.platform.stdlib.iter().cloned().chain(original.kept_names()).collect::<Vec<_>>(),
        "standard": original.platform.stdlib,
        "bytecode": bytecode,
    });
    folder.write(&format!("{side}/subject.py"), facade.as_bytes())?;
    folder.write(&format!("{side}.json"), request.to_string().as_bytes())?;
    // Here nothing is called, so that the hash seed does not matter and the interpreter can be cut off entirely.
    let mut command = Command::new(&original.interpreter, folder.path())
        .args(["-I", "-S", "-B"])
        .args(original.bytecode.drivers.start(&["run", "api"]))
        .args([format!("{side}.json"), format!("{side}.out")])
        .env("OPENBLAS_NUM_THREADS", "1")
        .wall(Duration::from_secs(60));
    command.writable.push(bytecode.to_path_buf());
    let answer = host.run(&command)?;
    let described = folder
        .read(&format!("{side}.out"))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(described.ok_or_else(|| match answer.exit {
        Exit::TimedOut => "importing it did not end in time".to_owned(),
        exit => format!(
            "importing it ended the process ({exit:?}): {}",
            last_line(&answer.errors())
        ),
    }))
}

/// A symbol that is compiled code where the package is imported, though there is text of its name: the file it comes from.
pub fn substituted(
    original: &PythonOriginal,
    host: &dyn Host,
) -> Result<Option<(String, String)>, Stop> {
    let folder = host.folder("gate")?;
    let theirs = described(
        original,
        &*folder,
        "original",
        original.bytecode.original.path(),
        &original.import_roots,
        harness::facade_of_original(original),
        host,
    )?;
    // What can't be imported at all is told by the gate.
    Ok(theirs
        .ok()
        .and_then(|theirs| theirs.compiled.into_iter().next()))
}

/// Names of the modules that texts of either side may show: those of the packages, and the module's own.
fn module_names(original: &PythonOriginal) -> Vec<String> {
    let mut names: Vec<String> = original
        .judged_packages()
        .flat_map(|package| &package.files)
        .filter_map(|file| file.strip_suffix(".py"))
        .map(|file| file.strip_suffix("/__init__").unwrap_or(file))
        .map(|file| file.strip_prefix("src/").unwrap_or(file).replace('/', "."))
        .chain([original.stem.clone()])
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Names that the module had to change, with what they were: two texts merged into one may clash.
fn renames(candidate: &Candidate) -> BTreeMap<&str, &str> {
    let plain =
        |text: &str| !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || it == '_');
    candidate
        .edits
        .iter()
        .filter(|edit| plain(&edit.before) && plain(&edit.after))
        .map(|edit| (edit.after.as_str(), edit.before.as_str()))
        .collect()
}

/// Puts the author's names back into an annotation: how it spells a private name is no behaviour.
fn renamed_back(text: &str, renames: &BTreeMap<&str, &str>) -> String {
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|it| !is_name(it)).unwrap_or(rest.len()));
        out.push_str(renames.get(word).unwrap_or(&word));
        let other = after.find(is_name).unwrap_or(after.len());
        out.push_str(&after[..other]);
        rest = &after[other..];
    }
    out
}

fn failed(described: Described) -> Result<Described, String> {
    match described.failed {
        Some(why) => Err(why),
        None => Ok(described),
    }
}

fn last_line(text: &str) -> &str {
    text.trim().lines().last().unwrap_or("no word of why")
}

/// Collects what differs, by its path.
fn compare(
    path: &str,
    wanted: &Value,
    found: &Value,
    renames: &BTreeMap<&str, &str>,
    differences: &mut Vec<String>,
    notes: &mut Vec<String>,
) {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            for key in keys(wanted, found) {
                let inner = step(path, key);
                match (wanted.get(key), found.get(key)) {
                    (Some(wanted), Some(found)) => {
                        compare(&inner, wanted, found, renames, differences, notes)
                    }
                    (Some(_), None) => differences.push(format!("{inner} is missing")),
                    _ => differences.push(format!("{inner} is new")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(found)) if path.ends_with(" parameters") => {
            let names = |list: &[Value]| -> Vec<String> { list.iter().map(parameter).collect() };
            if names(wanted) == names(found) {
                for (wanted, found) in wanted.iter().zip(found) {
                    compare(
                        &format!("{path} {}", parameter(wanted)),
                        wanted,
                        found,
                        renames,
                        differences,
                        notes,
                    );
                }
            } else {
                differences.push(format!(
                    "{path} are ({}), they were ({})",
                    names(found).join(", "),
                    names(wanted).join(", ")
                ));
            }
        }
        (Value::String(wanted), Value::String(found)) if wanted != found => {
            let annotated = path.ends_with(" annotation") || path.ends_with(" returns");
            let (was, is) = match annotated {
                true => (annotation(wanted), annotation(found)),
                false => (None, None),
            };
            match (was, is) {
                (Some((_, was)), Some((_, is)))
                    if was == is || was == renamed_back(is, renames) => {}
                // An alias that one side evaluates and the other leaves as text can't be told from it.
                (Some((left, was)), Some((right, is))) if left != right => {
                    notes.push(format!("{path} is written `{is}`, it was `{was}`"));
                }
                _ => differences.push(apart(path, found, wanted)),
            }
        }
        (wanted, found) if wanted != found => {
            differences.push(apart(path, &found.to_string(), &wanted.to_string()));
        }
        _ => {}
    }
}

fn keys<'a>(wanted: &'a Map<String, Value>, found: &'a Map<String, Value>) -> Vec<&'a String> {
    let mut keys: Vec<&String> = wanted.keys().chain(found.keys()).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn step(path: &str, key: &str) -> String {
    match key {
        "members" | "of" | "signature" => path.to_owned(),
        "parameters" => format!("{path} parameters"),
        "what" | "name" | "doc" | "default" | "annotation" | "returns" | "kind" => {
            format!("{path} {key}")
        }
        key => format!("{path}.{key}"),
    }
}

fn parameter(value: &Value) -> String {
    value
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or("?")
        .to_owned()
}

/// Whether a text is an annotation: how it is held, and what it says.
fn annotation(text: &str) -> Option<(&str, &str)> {
    text.split_once(':')
        .filter(|(held, _)| matches!(*held, "text" | "value"))
}

/// Letters of a text that are told.
const SHOWN: usize = 120;

/// Letters that are told before the first one that differs, of texts that are longer than what is told.
const BEFORE: usize = 40;

/// Two texts, from where they differ.
fn apart(path: &str, is: &str, was: &str) -> String {
    let alike = is.chars().zip(was.chars()).take_while(|(a, b)| a == b);
    let alike = alike.count();
    let start = if alike < SHOWN - BEFORE {
        0
    } else {
        alike - BEFORE
    };
    let told = |text: &str| {
        let before = if start > 0 { "…" } else { "" };
        let mut rest = text.chars().skip(start);
        let shown: String = rest.by_ref().take(SHOWN).collect();
        let after = rest.next().map_or("", |_| "…");
        format!("`{before}{shown}{after}`")
    };
    format!("{path} is {}, it was {}", told(is), told(was))
}

#[cfg(test)]
mod tests;
