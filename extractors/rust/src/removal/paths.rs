//! Imports and paths that lead into the dependency lead into the module.
//!
//! All that is used stands at the module's root. So a path loses the modules between the dependency's name and the item, and
//! the name is led by `crate`.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{Fitting, Leaving, Note, UsePlace};

use super::{User, edits::Edits, fitting::item_end};
use crate::{
    survey::text::{Leaf, Text, plain},
    tokens::TokenKind,
};

/// Replacements in each file of a member.
pub fn rewrite(
    user: &User<'_>,
    leaving: &Leaving<'_>,
    notes: &mut Vec<Note>,
) -> BTreeMap<String, Edits> {
    let mut made: BTreeMap<String, Edits> = BTreeMap::new();
    let items: BTreeSet<Vec<&str>> = leaving
        .fitting
        .symbols
        .iter()
        .map(|symbol| {
            let parts: Vec<&str> = symbol.trim_end_matches('!').split("::").collect();
            let end = item_end(&parts).unwrap_or(parts.len());
            parts[1..end].to_vec()
        })
        .collect();
    for text in user.member.tree.own_texts() {
        let lines: Vec<u32> = user
            .places()
            .filter(|place| place.file == text.path && place.place != UsePlace::Doc)
            .map(|place| place.line)
            .collect();
        if lines.is_empty() {
            continue;
        }
        let mut edits = Edits::default();
        let file = File {
            text,
            called: &user.called,
            stem: &leaving.fitting.stem,
            home: home(leaving.fitting),
            items: &items,
        };
        let mut at = 0;
        while at < text.len() {
            match text.word(at) {
                "use" if text.kind(at) == Some(TokenKind::Ident) && text.word(at + 1) != "<" => {
                    let end = (at..text.len()).find(|at| text.word(*at) == ";");
                    let end = end.unwrap_or(text.len());
                    file.import(at + 1..end, &mut edits);
                    at = end;
                }
                "extern" if text.word(at + 1) == "crate" && file.is_it(at + 2) => {
                    file.extern_crate(at, &mut edits);
                    at += 3;
                }
                _ => at += 1,
            }
        }
        for place in user.places().filter(|place| {
            place.file == text.path
                && place.place != UsePlace::Doc
                && place.tokens[0] < place.tokens[1]
        }) {
            file.path(&place.path, place.tokens[0]..place.tokens[1], &mut edits);
        }
        for place in user.places() {
            if place.file == text.path && place.place == UsePlace::Text {
                notes.push(Note::new(
                    "left_to_do",
                    format!(
                        "{}:{}: `{}` stands in a string there: let it lead to `{}`",
                        place.file,
                        place.line,
                        place.path.join("::"),
                        file.home
                    ),
                ));
            }
        }
        if !edits.is_empty() {
            made.insert(text.path.clone(), edits);
        }
    }
    made
}

/// The module, as paths of the crate lead to it.
fn home(fitting: &Fitting) -> String {
    let parents = fitting.parents.iter().map(String::as_str);
    let parts: Vec<&str> = std::iter::once("crate")
        .chain(parents)
        .chain([fitting.stem.as_str()])
        .collect();
    parts.join("::")
}

/// A file that uses the dependency.
struct File<'t> {
    text: &'t Text,
    called: &'t str,
    stem: &'t str,
    /// The module, as paths of the crate lead to it.
    home: String,
    /// What is taken, as the parts behind the package's name.
    items: &'t BTreeSet<Vec<&'t str>>,
}

impl File<'_> {
    fn is_it(&self, at: usize) -> bool {
        self.text.kind(at) == Some(TokenKind::Ident) && plain(self.text.word(at)) == self.called
    }

    /// A path of code: `name::module::Item::member`, or one that an import shortened.
    fn path(&self, found: &[String], tokens: Range<usize>, edits: &mut Edits) {
        let Some(end) = item_end(found) else {
            return;
        };
        let text = self.text;
        let words: Vec<usize> = tokens
            .clone()
            .filter(|at| text.kind(*at) == Some(TokenKind::Ident))
            .collect();
        let Some(&head) = words.first() else {
            return;
        };
        // As many parts of the meaning stand behind the first word as there are words behind it.
        let Some(covered) = (found.len() + 1).checked_sub(words.len()) else {
            return;
        };
        if covered == 1 && self.is_it(head) {
            let start = text.bytes(tokens.start..tokens.start + 1).start;
            edits.replace(start..text.bytes(head..head + 1).end, &self.home);
        }
        // The words of modules between the first and the item.
        if end > covered + 1 {
            let item = words[end - covered];
            let from = text.bytes(words[1]..words[1] + 1).start;
            edits.replace(from..text.bytes(item..item + 1).start, "");
        }
    }

    /// `extern crate name;` goes, unless it gives another name.
    fn extern_crate(&self, at: usize, edits: &mut Edits) {
        let text = self.text;
        let end = (at..text.len()).find(|at| text.word(*at) == ";");
        let end = end.map_or(text.len(), |end| end + 1);
        if text.word(at + 3) == "as" {
            let by = format!("use {} as", self.home);
            edits.replace(text.bytes(at..at + 4), by);
            return;
        }
        // Its attributes and its visibility go with it, and the line that is left empty.
        let mut start = at;
        if start > 0 && text.word(start - 1) == "pub" {
            start -= 1;
        }
        while start > 0 && text.word(start - 1) == "]" {
            let open = (0..start - 1)
                .rev()
                .find(|open| text.mate(*open) == start - 1);
            match open {
                Some(open) if open > 0 && text.word(open - 1) == "#" => start = open - 1,
                _ => break,
            }
        }
        edits.replace(text.whole_lines(text.bytes(start..end)), "");
    }

    /// What stands between `use` and its semicolon.
    fn import(&self, range: Range<usize>, edits: &mut Edits) {
        let text = self.text;
        let mut at = range.start;
        if text.word(at) == ":" {
            at += 2;
        }
        if text.word(at) == "{" {
            // Several paths, each from the outside.
            let close = text.mate(at).min(range.end);
            for part in parts(text, at + 1..close) {
                self.import(part, edits);
            }
            return;
        }
        if !self.is_it(at) {
            return;
        }
        let first = text.bytes(range.start..range.start + 1).start;
        let behind = at + 1;
        if behind >= range.end || text.word(behind) != ":" {
            // The package by its name, which is the module's.
            let by = match text.word(behind) == "as" || self.called == self.stem {
                true => self.home.clone(),
                false => format!("{} as {}", self.home, self.called),
            };
            edits.replace(first..text.bytes(at..at + 1).end, by);
            return;
        }
        let leaves = text.leaves(at - 1, range.end, false).0;
        // `use name::{Item, other}` keeps all but its first word.
        let flat = |leaf: &Leaf| match leaf.path.len() {
            1 => leaf.name == self.called && self.called == self.stem,
            2 => self.is_item(&leaf.path),
            _ => false,
        };
        if leaves.iter().all(flat) {
            edits.replace(first..text.bytes(at..at + 1).end, &self.home);
            return;
        }
        let named: Vec<String> = leaves.iter().map(|leaf| self.named(leaf)).collect();
        let by = match &named[..] {
            [one] => match one.strip_prefix("self") {
                Some(renamed) => format!("{}{renamed}", self.home),
                None => format!("{}::{one}", self.home),
            },
            several => format!("{}::{{{}}}", self.home, several.join(", ")),
        };
        edits.replace(first..text.bytes(range.end - 1..range.end).end, by);
    }

    /// A name of an import, as seen from the module's root: a module of the dependency is the root itself.
    fn named(&self, leaf: &Leaf) -> String {
        if leaf.path.len() == 1 || !self.is_item(&leaf.path) && leaf.name != "*" {
            return format!("self as {}", leaf.name);
        }
        let end = item_end(&leaf.path).unwrap_or(leaf.path.len());
        let shown = leaf.path[end - 1..].join("::");
        match (&leaf.name, leaf.path.last()) {
            (name, _) if name == "*" => format!("{shown}::*"),
            (name, Some(last)) if name != last => format!("{shown} as {name}"),
            _ => shown,
        }
    }

    /// Whether a path leads to something that is taken, and not to a module.
    fn is_item(&self, path: &[String]) -> bool {
        item_end(path).is_some_and(|end| {
            let parts: Vec<&str> = path[1..end].iter().map(String::as_str).collect();
            self.items.contains(&parts)
        })
    }
}

/// The parts of a list, by its commas.
fn parts(text: &Text, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut at = range.start;
    while at < range.end {
        match text.word(at) {
            "{" => at = text.mate(at),
            "," => {
                parts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if start < range.end {
        parts.push(start..range.end);
    }
    parts
}
