//! The names that a `use` or an `extern crate` brings in.

use super::{plain, source::SourceFile};
use crate::{items::Item, tokens::TokenKind};

/// One name that a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it comes from; a leading `::` is an empty first part.
    pub path: Vec<String>,
    /// The name it gets, `*` for a glob, `_` for none.
    pub name: String,
}

/// The names of a `use`.
pub fn use_leaves(file: &SourceFile, item: &Item) -> Vec<Leaf> {
    let mut start = item.vis.end;
    if file.word(start) == "use" {
        start += 1;
    }
    let mut leaves = Vec::new();
    tree(file, start, item.tokens.end, &[], &mut leaves);
    leaves
}

/// Reads one use tree; where it ends.
fn tree(
    file: &SourceFile,
    mut at: usize,
    end: usize,
    prefix: &[String],
    leaves: &mut Vec<Leaf>,
) -> usize {
    let mut path = prefix.to_vec();
    if file.word(at) == ":" {
        if prefix.is_empty() {
            path.push(String::new());
        }
        at += 2;
    }
    loop {
        if at >= end {
            return at;
        }
        match file.word(at) {
            "{" => {
                let close = (file.tokens[at].mate as usize).max(at);
                let mut inside = at + 1;
                while inside < close {
                    if file.word(inside) == "," {
                        inside += 1;
                        continue;
                    }
                    let next = tree(file, inside, close, &path, leaves);
                    inside = next.max(inside + 1);
                }
                return close + 1;
            }
            "*" => {
                leaves.push(Leaf {
                    path,
                    name: "*".to_owned(),
                });
                return at + 1;
            }
            "$" => at += 1,
            word if file.tokens[at].kind == TokenKind::Ident => {
                if word == "self" && !path.is_empty() {
                    // `a::{self}` is `a`.
                } else {
                    path.push(plain(word).to_owned());
                }
                at += 1;
                if file.word(at) == ":" && file.word(at + 1) == ":" {
                    at += 2;
                    continue;
                }
                let mut name = path.last().cloned().unwrap_or_default();
                if file.word(at) == "as" {
                    name = plain(file.word(at + 1)).to_owned();
                    at += 2;
                }
                leaves.push(Leaf { path, name });
                return at;
            }
            _ => return at + 1,
        }
    }
}

pub(super) fn extern_leaf(file: &SourceFile, item: &Item) -> Vec<Leaf> {
    let mut name = item.name.clone();
    let at = item.tokens.end;
    for index in item.tokens.start..at {
        if file.word(index) == "as" {
            name = file.word(index + 1).to_owned();
        }
    }
    let path = if item.name == "self" {
        vec!["crate".to_owned()]
    } else {
        vec![String::new(), item.name.clone()]
    };
    vec![Leaf { path, name }]
}

/// The names of a `use` that stands between two tokens.
pub fn leaves_at(file: &SourceFile, at: usize, stop: usize) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    tree(file, at + 1, stop, &[], &mut leaves);
    leaves
}
