//! `pyproject.toml`: the standard tables, and those of Poetry, PDM, Hatch, uv and Flit.

use super::{Hand, lists::cuts};
use crate::{
    removal::draft::{Draft, line_end, line_of, line_start},
    survey::{
        is_key,
        requirement::Requirement,
        tables::{Entry, Item, Value},
    },
};

/// Takes the dependency out of every table that asks for it.
pub fn edit(draft: &mut Draft, hand: &mut Hand) {
    let text = draft.text().to_owned();
    let (file, error) = Item::read(&text);
    if let Some(error) = error {
        if text.contains(hand.key) {
            hand.left.push((1, format!("it can't be read: {error}")));
        }
        return;
    }
    for list in lists(&file) {
        from_list(&text, list, true, draft, hand);
    }
    for list in mentions(&file) {
        from_list(&text, list, false, draft, hand);
    }
    for table in tables(&file) {
        from_table(&text, table, true, draft, hand);
    }
    // They only say where something comes from.
    let sources = file.entries_at(&["tool", "uv", "sources"]);
    from_table(&text, sources, false, draft, hand);
    if let Some(beside) = hand.beside
        && let Some(modules) = file.at(&["tool", "setuptools", "py-modules"])
        && let Some(last) = modules.items().last()
        && modules
            .items()
            .iter()
            .any(|item| item.text() == Some(beside.module))
    {
        let at = last.span.end;
        draft.replace(at..at, format!(", \"{}\"", beside.stem));
        hand.listed = true;
    }
}

/// Lists of requirements.
fn lists(file: &Item) -> Vec<&Item> {
    let mut found: Vec<&Item> = Vec::new();
    let one = |path: &[&str]| file.at(path);
    let each = |path: &[&str]| file.entries_at(path).iter().map(|entry| &entry.item);
    found.extend(one(&["project", "dependencies"]));
    found.extend(each(&["project", "optional-dependencies"]));
    found.extend(each(&["dependency-groups"]));
    found.extend(one(&["tool", "uv", "dev-dependencies"]));
    found.extend(each(&["tool", "pdm", "dev-dependencies"]));
    for environment in each(&["tool", "hatch", "envs"]) {
        for key in ["dependencies", "extra-dependencies"] {
            found.extend(environment.get(key));
        }
    }
    for key in ["requires", "dev-requires"] {
        found.extend(one(&["tool", "flit", "metadata", key]));
    }
    found.extend(each(&["tool", "flit", "metadata", "requires-extra"]));
    found
}

/// Lists that name what is required elsewhere.
fn mentions(file: &Item) -> Vec<&Item> {
    let mut found: Vec<&Item> = Vec::new();
    for key in ["constraint-dependencies", "override-dependencies"] {
        found.extend(file.at(&["tool", "uv", key]));
    }
    let extras = file.entries_at(&["tool", "poetry", "extras"]).iter();
    found.extend(extras.map(|entry| &entry.item));
    found
}

/// Tables whose keys are the names of what is required.
fn tables(file: &Item) -> Vec<&[Entry]> {
    let mut found = vec![
        file.entries_at(&["tool", "poetry", "dependencies"]),
        file.entries_at(&["tool", "poetry", "dev-dependencies"]),
    ];
    for group in file.entries_at(&["tool", "poetry", "group"]) {
        found.push(group.item.entries_at(&["dependencies"]));
    }
    found
}

/// `requires`: what the module goes on using is required there instead.
fn from_list(text: &str, list: &Item, requires: bool, draft: &mut Draft, hand: &mut Hand) {
    let items = list.items();
    let mut goes: Vec<bool> = items
        .iter()
        .map(|item| {
            item.text()
                .and_then(Requirement::read)
                .is_some_and(|requirement| requirement.key == hand.key)
        })
        .collect();
    for (item, _) in items.iter().zip(&goes).filter(|(_, goes)| **goes) {
        hand.done.insert(item.line);
    }
    let entries: Vec<_> = items.iter().map(|item| item.span.clone()).collect();
    if let Some(first) = goes.iter().position(|goes| *goes).filter(|_| requires) {
        let known = |keep: &Requirement| {
            let mut others = items
                .iter()
                .filter_map(|item| Requirement::read(item.text()?));
            others.any(|other| other.key == keep.key)
        };
        let quote = text[entries[first].clone()].chars().next().unwrap_or('"');
        let wanted = hand.keeps.iter().filter(|keep| !known(keep));
        let wanted: Vec<String> = wanted
            .map(|keep| format!("{quote}{}{}{quote}", keep.name, keep.version))
            .collect();
        if !wanted.is_empty() {
            draft.replace(entries[first].clone(), wanted.join(", "));
            goes[first] = false;
        }
        hand.kept = true;
    }
    for cut in cuts(text, &list.span, &entries, &goes) {
        draft.cut(cut);
    }
}

/// `requires`: as of a list.
fn from_table(text: &str, entries: &[Entry], requires: bool, draft: &mut Draft, hand: &mut Hand) {
    for (at, entry) in entries.iter().enumerate() {
        if !is_key(&entry.key, hand.key) {
            continue;
        }
        let start = line_start(text, entry.span.start);
        let line = text.get(start..line_end(text, start)).unwrap_or("");
        let before = text.get(start..entry.span.start).unwrap_or("").trim();
        let range = if line.trim_start().starts_with('[') {
            // A table of its own: `[tool.poetry.dependencies.name]`.
            let body = line_end(text, start);
            let rest = text.get(body..).unwrap_or("");
            let mut length = 0;
            for line in rest.split_inclusive('\n') {
                if line.starts_with('[') {
                    break;
                }
                length += line.len();
            }
            start..body + length
        } else if before.is_empty() {
            let value = &entry.item.span;
            let behind = text.get(entry.span.end..).unwrap_or("").trim_start();
            if !behind.starts_with('=') {
                hand.left.push((
                    entry.line,
                    format!("take the keys that begin with `{}` out", entry.key),
                ));
                continue;
            }
            start..line_end(text, value.end.max(entry.span.end))
        } else {
            // In braces: with the comma behind it, or before it.
            match (
                at.checked_sub(1).and_then(|at| entries.get(at)),
                entries.get(at + 1),
            ) {
                (_, Some(next)) => entry.span.start..next.span.start,
                (Some(before), None) => before.item.span.end..entry.item.span.end,
                (None, None) => entry.span.start..entry.item.span.end,
            }
        };
        hand.done.insert(entry.line);
        if let Value::List(forms) = &entry.item.value {
            hand.done.extend(forms.iter().map(|form| form.line));
        }
        hand.done.insert(line_of(text, entry.item.span.start));
        let own_line = before.is_empty() && !line.trim_start().starts_with('[');
        let mut instead = String::new();
        if requires && own_line {
            for keep in hand.keeps {
                if !entries.iter().any(|other| is_key(&other.key, &keep.key)) {
                    instead.push_str(&format!("{} = \"{}\"\n", keep.name, keep.version_or_any()));
                }
            }
            hand.kept = true;
        }
        draft.replace(range, instead);
    }
}
