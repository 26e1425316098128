//! What a stretch of tokens mentions: paths, imports written inside bodies, macro names, and every bare name.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    modules::{SourceFile, leaves_at, plain},
    tokens::TokenKind,
};

/// A path as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Its parts; `$crate` and a leading `::` (an empty part) included.
    pub path: Vec<String>,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Whether a `!` follows: a macro is called.
    pub calls_macro: bool,
    /// Whether it stands in a `use`.
    pub in_use: bool,
}

/// Words that are no names.
pub const KEYWORDS: [&str; 36] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "static", "struct", "trait", "true", "type", "unsafe", "use", "where", "while", "_",
    "yield",
];

/// All paths of a range, in order.
pub fn mentions(file: &SourceFile, range: Range<usize>) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        if file.tokens[at].kind != TokenKind::Ident {
            at += 1;
            continue;
        }
        let word = file.word(at);
        // `use<'a, T>` says what an opaque type captures.
        if word == "use" && file.word(at + 1) != "<" {
            let mut stop = at;
            while stop < range.end && file.word(stop) != ";" {
                stop += 1;
            }
            let tokens = at + 1..(at + 2).min(range.end);
            found.extend(leaves_at(file, at, stop).into_iter().map(|leaf| Mention {
                path: leaf.path,
                tokens: tokens.clone(),
                calls_macro: false,
                in_use: true,
            }));
            at = stop;
            continue;
        }
        match mention(file, at, range.end) {
            Some(mention) => {
                at = mention.tokens.end;
                found.push(mention);
            }
            None => at += 1,
        }
    }
    found
}

/// The path whose first name stands at `at`, if one begins there.
pub fn mention(file: &SourceFile, at: usize, end: usize) -> Option<Mention> {
    let word = file.word(at);
    let before = at.checked_sub(1).map_or("", |before| file.word(before));
    let dollar = before == "$";
    if KEYWORDS.contains(&word) || (dollar && word != "crate") {
        return None;
    }
    let touching = |left: usize| file.tokens[left].end == file.tokens[left + 1].start;
    // A field or a method, unless it is the end of a range: `..name`.
    if before == "." && !(at >= 2 && file.word(at - 2) == "." && touching(at - 2)) {
        return None;
    }
    let (mut path, mut start) = (Vec::new(), at);
    if dollar {
        path.push("$crate".to_owned());
        start = at - 1;
    } else {
        if before == ":" && at >= 2 && file.word(at - 2) == ":" && touching(at - 2) {
            // `<T as X>::name` and `a::<T>::name` end in names of their own.
            let joined = at >= 3
                && (file.word(at - 3) == ">"
                    || (file.tokens[at - 3].kind == TokenKind::Ident
                        && !KEYWORDS.contains(&file.word(at - 3))));
            if joined {
                return None;
            }
            path.push(String::new());
            start = at - 2;
        }
        path.push(plain(word).to_owned());
    }
    let mut at = at + 1;
    while at + 2 < end
        && file.word(at) == ":"
        && file.word(at + 1) == ":"
        && file.tokens[at + 2].kind == TokenKind::Ident
    {
        path.push(plain(file.word(at + 2)).to_owned());
        at += 3;
    }
    let calls_macro = at < end && file.word(at) == "!" && file.word(at + 1) != "=";
    Some(Mention {
        path,
        tokens: start..at,
        calls_macro,
        in_use: false,
    })
}

/// Every name in a range, whatever it is.
pub fn names(file: &SourceFile, range: Range<usize>, into: &mut BTreeSet<String>) {
    for at in range {
        if file.tokens[at].kind == TokenKind::Ident {
            let name = plain(file.word(at));
            if !into.contains(name) {
                into.insert(name.to_owned());
            }
        }
    }
}

/// Names that are called, read or named behind a `.` or a `::`: methods, fields, associated names.
pub fn members(file: &SourceFile, range: Range<usize>, into: &mut BTreeSet<String>) {
    for at in range {
        if at > 0
            && file.tokens[at].kind == TokenKind::Ident
            && matches!(file.word(at - 1), "." | ":")
        {
            let name = plain(file.word(at));
            if !into.contains(name) {
                into.insert(name.to_owned());
            }
        }
    }
}
