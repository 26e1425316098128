//! A lock file's digest of the manifest that it was made from. A tool refuses a file whose digest is another one.
//!
//! How the digest is made differs between releases of a tool. The right way is the one by which the file's present digest
//! comes out of the present manifest; where none does, nothing is sure.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use toml::{Table, Value};
use toml_edit::DocumentMut;

use super::Format;

/// A lock file with the digest of another manifest.
pub fn renewed(format: Format, lock: &str, then: &str, now: &str) -> Result<String, String> {
    let place = match format {
        Format::Uv => return Ok(lock.to_owned()),
        Format::Poetry => "content-hash",
        Format::Pdm => "content_hash",
    };
    let mut document: DocumentMut = lock.parse().map_err(|error| format!("{error}"))?;
    let stamp = document
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut(place))
        .and_then(toml_edit::Item::as_value_mut)
        .ok_or_else(|| format!("it has no `{place}`"))?;
    let digest = stamp.as_str().unwrap_or_default().to_owned();
    let prefix = if digest.starts_with("sha256:") {
        "sha256:"
    } else {
        ""
    };
    let of = |manifest: &str| match format {
        Format::Poetry => poetry(manifest),
        _ => pdm(manifest),
    };
    let way = of(then)?
        .iter()
        .position(|one| format!("{prefix}{one}") == digest)
        .ok_or_else(|| {
            format!("its `{place}` is not that of the manifest: it was out of date before, or is made in another way")
        })?;
    let renewed = of(now)?
        .into_iter()
        .nth(way)
        .ok_or_else(|| format!("no `{place}` comes out of the manifest"))?;
    let decor = stamp.decor().clone();
    *stamp = format!("{prefix}{renewed}").into();
    *stamp.decor_mut() = decor;
    Ok(document.to_string())
}

/// Poetry's, by its releases: with the groups of the manifest, without, and from its own table alone.
fn poetry(manifest: &str) -> Result<Vec<String>, String> {
    let manifest = read(manifest)?;
    let own = at(&manifest, &["tool", "poetry"]);
    let part = |table: &Table, key: &str| table.get(key).cloned();
    let legacy = ["dependencies", "source", "extras", "dev-dependencies"];
    let mut project = Table::new();
    for key in ["requires-python", "dependencies", "optional-dependencies"] {
        if let Some(value) = part(&at(&manifest, &["project"]), key) {
            project.insert(key.into(), value);
        }
    }
    let groups = at(&manifest, &["dependency-groups"]);
    let of = |project: &Table, groups: &Table| {
        let standard = !project.is_empty() || !groups.is_empty();
        let mut parts: Vec<(String, Option<Value>)> = Vec::new();
        for key in legacy.into_iter().chain(["group"]) {
            let value = part(&own, key);
            // What it always had stands there as null.
            if value.is_some() || (legacy.contains(&key) && !standard) {
                parts.push((key.to_owned(), value));
            }
        }
        parts.sort_by(|left, right| left.0.cmp(&right.0));
        let mut inner = String::new();
        object(&mut inner, &parts);
        if !standard {
            return inner;
        }
        let mut whole: Vec<String> = Vec::new();
        if !groups.is_empty() {
            whole.push(format!("\"dependency-groups\": {}", dumped(groups)));
        }
        if !project.is_empty() {
            whole.push(format!("\"project\": {}", dumped(project)));
        }
        whole.push(format!("\"tool\": {{\"poetry\": {inner}}}"));
        format!("{{{}}}", whole.join(", "))
    };
    let none = Table::new();
    Ok(
        [of(&project, &groups), of(&project, &none), of(&none, &none)]
            .iter()
            .map(|text| digest(text))
            .collect(),
    )
}

/// PDM's, by its releases: with the groups of the manifest, its own groups alone, and with what it once called overrides.
fn pdm(manifest: &str) -> Result<Vec<String>, String> {
    let manifest = read(manifest)?;
    let own = at(&manifest, &["tool", "pdm"]);
    let project = at(&manifest, &["project"]);
    let get = |table: &Table, key: &str, or: Value| table.get(key).cloned().unwrap_or(or);
    let list = || Value::Array(Vec::new());
    let table = || Value::Table(Table::new());
    let developers = get(&own, "dev-dependencies", table());
    let mut grouped = Table::new();
    let groups = at(&manifest, &["dependency-groups"]);
    for (name, items) in groups
        .iter()
        .chain(developers.as_table().into_iter().flatten())
    {
        let name = crate::manifest::distribution::normalised(name);
        let known = grouped.entry(name).or_insert_with(list);
        if let (Value::Array(known), Value::Array(items)) = (known, items) {
            known.extend(items.iter().cloned());
        }
    }
    let of = |developers: Value, overrides: (&str, Value)| {
        let mut whole = Table::new();
        whole.insert("sources".into(), get(&own, "source", list()));
        whole.insert("dependencies".into(), get(&project, "dependencies", list()));
        whole.insert("dev-dependencies".into(), developers);
        let optional = get(&project, "optional-dependencies", table());
        whole.insert("optional-dependencies".into(), optional);
        let python = get(&project, "requires-python", Value::String(String::new()));
        whole.insert("requires-python".into(), python);
        whole.insert(overrides.0.into(), overrides.1);
        digest(&dumped(&whole))
    };
    let resolution = get(&own, "resolution", table());
    let inner = resolution.get("overrides").cloned().unwrap_or_else(table);
    Ok(vec![
        of(Value::Table(grouped), ("resolution", resolution.clone())),
        of(developers.clone(), ("resolution", resolution)),
        of(developers, ("overrides", inner)),
    ])
}

fn read(manifest: &str) -> Result<Table, String> {
    manifest
        .parse()
        .map_err(|_| "pyproject.toml can't be read".to_owned())
}

fn at(table: &Table, path: &[&str]) -> Table {
    let mut here = table;
    for key in path {
        match here.get(*key).and_then(Value::as_table) {
            Some(inner) => here = inner,
            None => return Table::new(),
        }
    }
    here.clone()
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A table as Python's `json.dumps(…, sort_keys=True)` writes it.
fn dumped(table: &Table) -> String {
    let mut text = String::new();
    dump(&mut text, &Value::Table(table.clone()));
    text
}

fn dump(text: &mut String, value: &Value) {
    match value {
        Value::String(string) => quoted(text, string),
        Value::Integer(number) => text.push_str(&number.to_string()),
        Value::Float(number) => text.push_str(&format!("{number:?}")),
        Value::Boolean(truth) => text.push_str(if *truth { "true" } else { "false" }),
        // Python has no JSON for it, so no tool has made a digest of it.
        Value::Datetime(_) => text.push('?'),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                dump(text, item);
            }
            text.push(']');
        }
        Value::Table(table) => {
            let mut parts: Vec<(String, Option<Value>)> = table
                .iter()
                .map(|(key, value)| (key.clone(), Some(value.clone())))
                .collect();
            parts.sort_by(|left, right| left.0.cmp(&right.0));
            object(text, &parts);
        }
    }
}

/// An object of sorted keys; nothing is null.
fn object(text: &mut String, parts: &[(String, Option<Value>)]) {
    text.push('{');
    for (at, (key, value)) in parts.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        quoted(text, key);
        text.push_str(": ");
        match value {
            Some(value) => dump(text, value),
            None => text.push_str("null"),
        }
    }
    text.push('}');
}

fn quoted(text: &mut String, string: &str) {
    text.push('"');
    for letter in string.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' | '\u{7f}' => text.push(letter),
            _ => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}
