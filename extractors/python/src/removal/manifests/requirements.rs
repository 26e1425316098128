//! Files of requirements: a requirement's lines, and the remarks that a compiler of such files wrote behind it.

use std::ops::Range;

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
            draft.cut(pin.range.clone());
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
    let by_it = pins
        .iter()
        .filter(|pin| pin.key != hand.key && pin.via.iter().any(|via| is_key(via, hand.key)));
    if let Some(pin) = by_it.min_by_key(|pin| pin.line) {
        let text = format!(
            "`{}` is there for it: make the file anew{}",
            pin.key,
            command(&text)
        );
        hand.left.push((pin.line, text));
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
        let names = beside.into_iter().flat_map(|names| names.split(','));
        found.push(Pin {
            key: key.unwrap_or_default(),
            line: at as u32 + 1,
            range: start..from,
            via: names.map(|name| name.trim().to_owned()).collect(),
        });
    }
    found
}
