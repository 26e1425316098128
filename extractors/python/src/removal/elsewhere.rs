//! Where else the dependency is named: lock files, which belong to the project's own tool, and settings of tools. They are
//! told, and not edited.

use std::collections::BTreeMap;

use ripout_model::{Module, Note};

use super::{consumer::Consumer, draft::Draft, left_to_do};
use crate::survey::{files, is_key, literals::is_name, manifests::read_text};

/// More places of one dependency tell nothing new.
const ENOUGH: usize = 30;

/// Notes each place.
pub fn notes(consumer: &Consumer, drafts: &BTreeMap<String, Draft>) -> Vec<Note> {
    let mut found = Vec::new();
    for file in consumer.listed.iter().filter(|file| is_told(file)) {
        let edited = drafts.get(file.as_str()).map(|draft| draft.gone());
        let Some(text) = read_text(consumer.root, file) else {
            continue;
        };
        let mut section = String::new();
        for (at, line) in text.lines().enumerate() {
            let number = at as u32 + 1;
            let plain = line.trim();
            if plain.starts_with('[') && !line.starts_with([' ', '\t']) {
                section = plain.trim_matches(['[', ']']).to_owned();
            }
            let declared = consumer.dependency.declared.iter();
            let told = declared
                .into_iter()
                .any(|one| one.file == *file && one.line == number)
                || edited.as_ref().is_some_and(|lines| lines.contains(&number));
            // Of a notebook only its code: its outputs are long.
            let notebook = file.ends_with(".ipynb") && !plain.contains("import ");
            if told || notebook || plain.starts_with('#') || is_talk(file, &section) {
                continue;
            }
            if names_it(consumer, plain) && found.len() < ENOUGH {
                let name = &consumer.dependency.name;
                let text = format!("it names {name}: `{plain}`");
                found.push(left_to_do(file, number, &text));
            }
        }
    }
    found
}

/// The module's own examples become tests of a project that runs every example below it.
pub fn examples(consumer: &Consumer, path: &str, module: &Module) -> Vec<Note> {
    let files = &module.files;
    if !files
        .first()
        .is_some_and(|_| module.text().contains(">>> "))
    {
        return Vec::new();
    }
    let settings = ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"].iter();
    let place = settings.into_iter().find_map(|file| {
        let text = read_text(consumer.root, file)?;
        let at = text
            .lines()
            .position(|line| line.contains("--doctest-modules"))?;
        Some((file, at as u32 + 1))
    });
    let note = place.map(|(file, line)| {
        let text =
            format!("{file}:{line}: with `--doctest-modules` the examples in {path} are tests too");
        Note::new("examples_run", text)
    });
    note.into_iter().collect()
}

/// Files whose lines may name a package for a tool.
fn is_told(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    files::is_settings(file) || name == "Pipfile"
}

/// Words about the project: a name there is no setting.
fn is_talk(file: &str, section: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    match name {
        "pyproject.toml" => {
            !(section.starts_with("tool.") || section.starts_with("build-system"))
                || section == "tool.poetry"
        }
        "setup.cfg" => section == "metadata" || section.starts_with("options"),
        _ => false,
    }
}

/// Whether a line has a word that is the dependency's name, or an import name of it.
fn names_it(consumer: &Consumer, line: &str) -> bool {
    let code = line.split(" #").next().unwrap_or(line);
    code.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')))
        .map(|word| word.trim_matches(['-', '.']))
        .map(|word| word.strip_prefix("mypy-").unwrap_or(word))
        .filter(|word| !word.is_empty())
        .any(|word| {
            is_key(word, &consumer.names().key)
                || (is_name(word) && consumer.names().prefix_of(word).is_some())
        })
}
