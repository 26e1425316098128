//! Files of requirements: a requirement's lines, and the remarks that a compiler of such files wrote behind it.

use std::{collections::BTreeSet, ops::Range};

use super::Hand;
use crate::{
    removal::{consumer::Consumer, draft::Draft},
    survey::{is_key, manifests::read_text, requirement::Requirement},
};

/// A requirement with all its lines.
struct Pin {
    key: String,
    /// 1-based.
    line: u32,
    range: Range<usize>,
    /// Who asks for it, as the remarks say.
    via: Vec<String>,
    /// The remarks: whole lines below it, or what stands behind it from its `#` on.
    remarks: Range<usize>,
}

/// Files of requirements that were compiled from others.
pub fn compiled(consumer: &Consumer) -> Vec<String> {
    let is_one = |file: &&String| {
        let name = file.rsplit('/').next().unwrap_or(file);
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        name.ends_with(".txt")
            && (name.contains("requirements") || folder.ends_with("requirements"))
    };
    let files = consumer.listed.iter().filter(is_one);
    files
        .filter(|file| {
            let text = read_text(consumer.root, file).unwrap_or_default();
            pins(&text).iter().any(|pin| !pin.via.is_empty())
        })
        .cloned()
        .collect()
}

/// Takes the requirement out, with its remarks.
pub fn edit(draft: &mut Draft, consumer: &Consumer, hand: &mut Hand) {
    let text = draft.text().to_owned();
    let pins = pins(&text);
    let members = consumer.manifests.members.iter();
    let own: Vec<String> = members
        .map(|member| Requirement::named(&member.name).key)
        .collect();
    // `-r requirements.in`, or `name (pyproject.toml)`.
    let by_project = |via: &String| {
        let name = via.split([' ', '[']).next().unwrap_or(via);
        via.starts_with("-r ")
            || via.starts_with("-c ")
            || own.iter().any(|own| is_key(name, own))
            || via.ends_with(".toml)")
            || via.ends_with(".py)")
            || via.ends_with(".cfg)")
    };
    for pin in pins.iter().filter(|pin| pin.key == hand.key) {
        if pin.via.iter().all(by_project) {
            hand.done.insert(pin.line);
            let mut instead = String::new();
            // A file that was made from others gets it from there.
            if pin.via.is_empty() {
                for keep in hand.keeps {
                    if !pins.iter().any(|pin| pin.key == keep.key) {
                        instead.push_str(&format!("{}{}\n", keep.name, keep.version));
                    }
                }
                hand.kept = true;
            }
            draft.replace(pin.range.clone(), instead);
        } else {
            let others: Vec<&str> = pin
                .via
                .iter()
                .filter(|via| !by_project(via))
                .map(String::as_str)
                .collect();
            hand.done.insert(pin.line);
            let others = others.join(", ");
            hand.left.push((
                pin.line,
                format!(
                    "it stays, since {others} requires it; make the file anew{}",
                    command(&text)
                ),
            ));
        }
    }
    let gone = gone(&pins, hand.key);
    let orphans: Vec<&Pin> = pins
        .iter()
        .filter(|pin| pin.key != hand.key && pin.via.iter().any(|via| by(via, &gone)))
        .collect();
    // Where somebody else needs it, so does what it needs.
    let goes = gone.contains(hand.key);
    // A remark that is missing may be one that names it.
    let told = pins
        .iter()
        .all(|pin| pin.key.is_empty() || !pin.via.is_empty());
    if !told && goes {
        let command = command(&text);
        let its = pins.iter().find(|pin| pin.key == hand.key);
        if let Some(pin) = orphans.first() {
            let text = format!("`{}` is there for it: make the file anew{command}", pin.key);
            hand.left.push((pin.line, text));
        } else if let Some(pin) = its.filter(|_| !command.is_empty()) {
            let text =
                format!("what it needs may be pinned there as well: make the file anew{command}");
            hand.left.push((pin.line, text));
        }
        return;
    }
    for pin in orphans.iter().filter(|_| goes) {
        if gone.contains(&pin.key) {
            hand.done.insert(pin.line);
            draft.cut(pin.range.clone());
        } else {
            let left = pin.via.iter().filter(|via| !by(via, &gone));
            let left: Vec<&str> = left.map(String::as_str).collect();
            draft.replace(
                pin.remarks.clone(),
                remarks(&text[pin.remarks.clone()], &left),
            );
        }
    }
}

/// Whether a remark names one of some packages.
fn by(via: &str, keys: &BTreeSet<String>) -> bool {
    keys.contains(&required_by(via))
}

/// The package that a remark names.
fn required_by(via: &str) -> String {
    Requirement::named(via.split('[').next().unwrap_or(via)).key
}

/// A package with all that is pinned for its sake alone; nothing where somebody else requires it.
fn gone(pins: &[Pin], key: &str) -> BTreeSet<String> {
    let known: BTreeSet<&str> = pins.iter().map(|pin| pin.key.as_str()).collect();
    let required = |pin: &&Pin| {
        pin.key == key
            && pin
                .via
                .iter()
                .any(|via| known.contains(required_by(via).as_str()))
    };
    if pins.iter().any(|pin| required(&pin)) {
        return BTreeSet::new();
    }
    let mut gone: BTreeSet<String> = [key.to_owned()].into();
    loop {
        let more: Vec<String> = pins
            .iter()
            .filter(|pin| !pin.via.is_empty() && !gone.contains(&pin.key))
            .filter(|pin| pin.via.iter().all(|via| by(via, &gone)))
            .map(|pin| pin.key.clone())
            .collect();
        if more.is_empty() {
            return gone;
        }
        gone.extend(more);
    }
}

/// Remarks as their compiler writes them: one beside the word, several below it, or all on the pin's own line.
fn remarks(before: &str, left: &[&str]) -> String {
    if !before.ends_with('\n') {
        return format!("# via {}", left.join(", "));
    }
    let indent = &before[..before.len() - before.trim_start().len()];
    match left {
        [one] => format!("{indent}# via {one}\n"),
        several => {
            let below = several.iter().map(|one| format!("{indent}#   {one}\n"));
            format!("{indent}# via\n{}", below.collect::<String>())
        }
    }
}

/// The command that made a file, as its head tells.
fn command(text: &str) -> String {
    let head = text.lines().take_while(|line| line.starts_with('#'));
    let mut words = head.map(|line| line.trim_start_matches('#').trim());
    words
        .find(|line| line.starts_with("pip-compile") || line.starts_with("uv pip compile"))
        .map(|line| format!(" with `{line}`"))
        .unwrap_or_default()
}

fn pins(text: &str) -> Vec<Pin> {
    let mut found: Vec<Pin> = Vec::new();
    let mut open = false;
    let mut via = false;
    let mut from = 0;
    for (at, whole) in text.split_inclusive('\n').enumerate() {
        let start = from;
        from += whole.len();
        let plain = whole.trim();
        if open {
            open = plain.ends_with('\\');
            if let Some(last) = found.last_mut() {
                last.range.end = from;
            }
            continue;
        }
        if let Some(remark) = plain.strip_prefix('#') {
            let remark = remark.trim();
            let named = remark.strip_prefix("via").map(str::trim);
            via =
                whole.starts_with([' ', '\t']) && (named.is_some() || (via && !remark.is_empty()));
            if via && let Some(last) = found.last_mut() {
                last.range.end = from;
                if named.is_some() {
                    last.remarks.start = start;
                }
                last.remarks.end = from;
                let name = named.unwrap_or(remark);
                last.via.extend((!name.is_empty()).then(|| name.to_owned()));
            }
            continue;
        }
        via = false;
        let code = plain.split(" #").next().unwrap_or(plain);
        let code = code
            .split(" --")
            .next()
            .unwrap_or(code)
            .trim_end_matches('\\');
        let name = match code.split_once("#egg=") {
            Some((_, name)) => name.split('&').next().unwrap_or(name),
            None => code,
        };
        open = plain.ends_with('\\');
        let key = if code.starts_with('-') && !code.contains("#egg=") {
            None
        } else {
            Requirement::read(name).map(|requirement| requirement.key)
        };
        let beside = plain.split_once("# via ").map(|(_, names)| names);
        let remark = whole.find("# via ").map_or(0, |at| start + at);
        let names = beside.into_iter().flat_map(|names| names.split(','));
        found.push(Pin {
            key: key.unwrap_or_default(),
            line: at as u32 + 1,
            range: start..from,
            via: names.map(|name| name.trim().to_owned()).collect(),
            remarks: remark..start + whole.trim_end().len(),
        });
    }
    found
}
