//! Stretches of test text that stand on both sides, and what of them is left out.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Candidate, Test, TestOutcome};

use super::pieces::Piece;
use crate::{
    drive::Facade,
    tokens::{TokenKind, tokens},
};

/// Where a chunk stands.
#[derive(Debug, Clone)]
pub struct Place {
    /// Relative to the work folder.
    pub file: String,
    /// Its first byte there.
    pub at: usize,
}

/// A stretch of test text.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// The file it comes from, as the names of its tests begin.
    pub name: String,
    pub text: String,
    pub pieces: Vec<Piece>,
    /// Pieces left out, and why.
    pub gone: BTreeMap<usize, String>,
    /// The original's side, the module's.
    pub places: [Option<Place>; 2],
    /// The program it belongs to; what is shared by several says so by none.
    pub program: Option<Program>,
    /// How a program calls its tests: what stands before their paths, on both sides.
    pub prefix: [String; 2],
    /// Whether its tests are of interest. Others have to build for these to run.
    pub counted: bool,
    /// What became of its tests, by the number of the piece.
    pub outcomes: BTreeMap<usize, TestOutcome>,
}

/// A program that runs tests: the kind of its package, and its target's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// Built against the crate that stands for the original.
    Outside(String),
    /// Within the crate.
    Units,
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Stock {
    /// Whether the package has tests at all.
    pub any: bool,
    pub chunks: Vec<Chunk>,
    /// Files that hold chunks, as they are before anything is left out, by their path in the work folder.
    pub files: BTreeMap<String, String>,
    /// Whether the original's text is another one while its unit tests are built, or depends on what a build script says.
    pub conditional: bool,
    /// What can be told without running anything.
    pub known: Vec<Test>,
    /// Made by macros, and so by no piece.
    pub made: Vec<Test>,
    /// Tests, and calls of macros, that come to a name of what was taken: numbers of chunk and piece.
    pub reaching: BTreeSet<(usize, usize)>,
    /// Why nothing of a program could be run.
    pub lost: BTreeMap<Program, String>,
}

impl Stock {
    /// A file without what is left out of it. Bytes stay where they are.
    pub fn rendered(&self, file: &str) -> Option<String> {
        let mut bytes = self.files.get(file)?.clone().into_bytes();
        for chunk in &self.chunks {
            let places = chunk.places.iter().flatten();
            for place in places.filter(|place| place.file == file) {
                for piece in chunk.gone.keys().map(|gone| &chunk.pieces[*gone]) {
                    let range = place.at + piece.range.start..place.at + piece.range.end;
                    for byte in bytes[range].iter_mut().filter(|byte| **byte != b'\n') {
                        *byte = b' ';
                    }
                }
            }
        }
        String::from_utf8(bytes).ok()
    }

    /// Leaves out the smallest piece at a place of a file; which chunk it was of.
    pub fn leave_out(&mut self, file: &str, byte: usize, why: &str) -> Option<usize> {
        for (number, chunk) in self.chunks.iter_mut().enumerate() {
            for place in chunk.places.iter().flatten() {
                let Some(at) = byte.checked_sub(place.at) else {
                    continue;
                };
                if place.file != file || at >= chunk.text.len().max(1) {
                    continue;
                }
                // Both sides complain of the same text in one round.
                let known = |gone: &usize| chunk.pieces[*gone].range.contains(&at);
                if chunk.gone.keys().any(known) {
                    return Some(number);
                }
                let around = chunk.pieces.iter().enumerate();
                let smallest = around
                    .filter(|(_, piece)| piece.range.contains(&at))
                    .min_by_key(|(_, piece)| piece.range.len());
                if let Some((index, _)) = smallest {
                    chunk.gone.insert(index, why.to_owned());
                    return Some(number);
                }
            }
        }
        None
    }

    /// Why a piece is left out, by itself or with what it stands in.
    pub fn gone(&self, chunk: usize, piece: usize) -> Option<&String> {
        let chunk = &self.chunks[chunk];
        let range = &chunk.pieces[piece].range;
        let mut around = chunk.gone.iter().filter(|(gone, _)| {
            let outer = &chunk.pieces[**gone].range;
            outer.start <= range.start && range.end <= outer.end
        });
        around.next().map(|(_, why)| why)
    }

    /// Tests, and calls of macros, that come to a name of what was taken.
    pub fn all_reaching(&self, names: &Names) -> BTreeSet<(usize, usize)> {
        let mut reaching = BTreeSet::new();
        for (number, chunk) in self.chunks.iter().enumerate().filter(|(_, it)| it.counted) {
            for (piece, it) in chunk.pieces.iter().enumerate() {
                if (it.test || it.call) && self.reaches(number, piece, names) {
                    reaching.insert((number, piece));
                }
            }
        }
        reaching
    }

    /// Whether a piece comes to a name of what was taken, through whatever stands beside it.
    fn reaches(&self, chunk: usize, piece: usize, names: &Names) -> bool {
        let shared = |(number, other): &(usize, &Chunk)| *number == chunk || !other.counted;
        let beside: Vec<&Chunk> = (0..)
            .zip(&self.chunks)
            .filter(shared)
            .map(|it| it.1)
            .collect();
        let chunk = &self.chunks[chunk];
        let mut waiting = vec![&chunk.text[chunk.pieces[piece].range.clone()]];
        let mut seen = BTreeSet::new();
        while let Some(text) = waiting.pop() {
            for word in words(text) {
                if names.0.contains(word) {
                    return true;
                }
                if !seen.insert(word) {
                    continue;
                }
                for other in &beside {
                    let named = other.pieces.iter().filter(|piece| piece.name() == word);
                    waiting.extend(named.map(|piece| &other.text[piece.range.clone()]));
                }
            }
        }
        false
    }

    /// What became of each test.
    pub fn told(&self) -> Vec<Test> {
        let mut told: Vec<Test> = self.known.iter().chain(&self.made).cloned().collect();
        for chunk in &self.chunks {
            for (piece, outcome) in &chunk.outcomes {
                let piece = &chunk.pieces[*piece];
                let before = || &chunk.text[..piece.range.start];
                let name = match (&piece.shown, piece.call) {
                    (Some(shown), _) => shown.clone(),
                    (None, true) => {
                        let line = before().matches('\n').count() + 1;
                        format!("{} - (line {line})", chunk.name)
                    }
                    (None, false) => format!("{}::{}", chunk.name, piece.path),
                };
                told.push(Test {
                    name,
                    outcome: outcome.clone(),
                });
            }
        }
        told.sort_by(|one, other| one.name.cmp(&other.name));
        told.dedup_by(|one, other| one.name == other.name);
        told
    }
}

/// Names of what was taken: of which a test has to come to one.
#[derive(Debug)]
pub struct Names(BTreeSet<String>);

/// Names of the standard library that many types share: to call one is no sign that it is the module's.
const COMMON: [&str; 34] = [
    "new",
    "from",
    "into",
    "fmt",
    "next",
    "default",
    "clone",
    "eq",
    "ne",
    "cmp",
    "partial_cmp",
    "hash",
    "drop",
    "deref",
    "len",
    "is_empty",
    "iter",
    "into_iter",
    "main",
    "as_ref",
    "borrow",
    "push",
    "pop",
    "get",
    "insert",
    "remove",
    "contains",
    "write",
    "read",
    "flush",
    "index",
    "extend",
    "size_hint",
    "source",
];

impl Names {
    /// What the module defines, and what of it can be named.
    pub fn of(candidate: &Candidate, facade: &[Facade]) -> Self {
        let mut names: BTreeSet<String> = facade.iter().map(|facade| facade.name.clone()).collect();
        let text = candidate.module.text();
        let all = tokens(&text);
        for (place, token) in all.iter().enumerate() {
            if token.kind != TokenKind::Ident {
                continue;
            }
            let makes = matches!(
                token.text(&text),
                "fn" | "struct"
                    | "enum"
                    | "union"
                    | "trait"
                    | "type"
                    | "const"
                    | "static"
                    | "macro_rules"
            );
            if !makes {
                continue;
            }
            let next = all[place + 1..]
                .iter()
                .find(|token| token.text(&text) != "!");
            if let Some(next) = next.filter(|next| next.kind == TokenKind::Ident) {
                names.insert(next.text(&text).to_owned());
            }
        }
        for common in COMMON.iter().chain(&["fn", "_"]) {
            names.remove(*common);
        }
        // What was asked for counts, however common its name.
        names.extend(facade.iter().map(|facade| facade.name.clone()));
        Self(names)
    }

    /// Whether a text has one of them.
    pub fn within(&self, text: &str) -> bool {
        words(text).any(|word| self.0.contains(word))
    }
}

/// The names in a text; a lifetime is none.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let names = |token: &crate::tokens::Token| token.kind == TokenKind::Ident;
    tokens(text)
        .into_iter()
        .filter(names)
        .map(move |token| token.text(text))
}
