//! What a project does with its dependency: files that show what it is called with, and the lines that call it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use ripout_model::{Dependency, Use, UsePlace, place::read_below};

use super::wanted::covers;
use crate::{evidence::folder::is_result, survey::surface::is_symbol, synth::Call};

/// At most so many files of a project are read for calls.
const MOST_CALLERS: usize = 200;

/// Files of the project that use the dependency, its tests first: they show what it is called with.
pub fn callers(root: &Path, dependency: &Dependency) -> Vec<PathBuf> {
    let asks = |used: &&Use| used.place == UsePlace::Manifest;
    let uses = dependency.uses.iter().filter(|used| !asks(used));
    let mut files: Vec<(bool, &str)> = uses
        .map(|used| (used.place != UsePlace::Test, used.file.as_str()))
        .collect();
    files.sort_unstable();
    let mut seen = BTreeSet::new();
    files.retain(|(_, file)| seen.insert(*file));
    let paths = files.into_iter().map(|(_, file)| root.join(file));
    paths.take(MOST_CALLERS).collect()
}

/// The lines of the project that use what is taken, its own text first: how many of them a model is told is a matter of room.
pub fn calls(root: &Path, dependency: &Dependency, symbols: &[String]) -> Vec<Call> {
    let taken = |used: &&Use| {
        // Where it can't be told what is used it may be this.
        !is_symbol(&used.symbol) || symbols.iter().any(|symbol| covers(symbol, &used.symbol))
    };
    let uses = dependency.uses.iter();
    let own = Own::default();
    let places: BTreeSet<(u8, &str, u32)> = uses
        .filter_map(|used| Some((rank(&used.place)?, used)))
        .filter(|(_, used)| taken(used) && !own.has(root, &used.file))
        .map(|(rank, used)| (rank, used.file.as_str(), used.line))
        .collect();
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut calls = Vec::new();
    for (_, file, line) in places {
        if !seen.insert((file, line)) {
            continue;
        }
        let text = texts.entry(file).or_insert_with(|| {
            // A file that can't be read now leaves its places without their text.
            let bytes = read_below(root, file).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let text = text.lines().nth((line as usize).saturating_sub(1));
        calls.push(Call {
            file: file.to_owned(),
            line,
            text: text.unwrap_or_default().to_owned(),
        });
    }
    calls
}

/// Folders of results that lie in the project: what stands in them is what was taken, and changes with each run.
#[derive(Default)]
struct Own(RefCell<BTreeMap<PathBuf, bool>>);

impl Own {
    fn has(&self, root: &Path, file: &str) -> bool {
        let mut known = self.0.borrow_mut();
        let mut above = Path::new(file).ancestors().skip(1);
        above.any(|folder| {
            let is_result = || is_result(&root.join(folder));
            *known.entry(folder.to_owned()).or_insert_with(is_result)
        })
    }
}

/// What tells most comes first; a manifest calls nothing.
fn rank(place: &UsePlace) -> Option<u8> {
    Some(match place {
        UsePlace::Code | UsePlace::Macro | UsePlace::Derive | UsePlace::Conditional(_) => 0,
        UsePlace::Reexport => 1,
        UsePlace::Test | UsePlace::Doc | UsePlace::Example => 2,
        UsePlace::Bench | UsePlace::Build | UsePlace::Text => 3,
        UsePlace::Manifest => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_use_what_is_taken_are_shown_with_the_project_s_own_text_first() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rs"), "use x::f;\n\n  f(1);\n").unwrap();
        std::fs::write(folder.path().join("b.rs"), "x::g();\n").unwrap();
        let made = folder.path().join("made");
        std::fs::create_dir_all(made.join("attempts")).unwrap();
        let schema = r#"{"schema": "ripout.result/1"}"#;
        std::fs::write(made.join("result.json"), schema).unwrap();
        let used = |symbol: &str, file: &str, line, place| Use {
            symbol: symbol.into(),
            file: file.into(),
            line,
            place,
            exposed: false,
        };
        let dependency = Dependency {
            name: "x".into(),
            locked: None,
            called: vec!["x".into()],
            declared: Vec::new(),
            uses: vec![
                used("x", "Cargo.toml", 9, UsePlace::Manifest),
                used("x::f", "a.rs", 1, UsePlace::Test),
                used("x::f", "a.rs", 3, UsePlace::Code),
                used("x::f", "a.rs", 3, UsePlace::Macro),
                used("x::*", "gone.rs", 4, UsePlace::Code),
                used("x::g", "b.rs", 1, UsePlace::Code),
                used("x::f", "made/attempts/f.rs", 7, UsePlace::Code),
            ],
        };
        let told = |symbols: &[&str]| -> Vec<String> {
            let symbols: Vec<String> = symbols.iter().map(|it| (*it).to_owned()).collect();
            let calls = calls(folder.path(), &dependency, &symbols);
            calls.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            told(&["x::f"]),
            ["a.rs:3: f(1);", "gone.rs:4:", "a.rs:1: use x::f;"]
        );
        assert!(told(&["x::f", "x::g"]).contains(&"b.rs:1: x::g();".to_owned()));
    }
}
