//! A file of a project as tokens, and how paths and `use` trees stand in them.

use std::ops::Range;

use crate::{
    items::{Attr, Item, Reader},
    tokens::{Token, TokenKind, tokens},
};

/// A file.
pub struct Text {
    /// Relative to the project.
    pub path: String,
    text: String,
    tokens: Vec<Token>,
    /// First byte of each line.
    lines: Vec<u32>,
}

/// A path in an expression, a type or an attribute.
pub struct Path {
    /// Its parts; a leading `::` is an empty first one.
    pub parts: Vec<String>,
    /// Its tokens.
    pub tokens: Range<usize>,
}

/// One name that a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it comes from; a leading `::` is an empty first part.
    pub path: Vec<String>,
    /// The name it gets, `*` for a glob, `_` for none.
    pub name: String,
    /// 1-based.
    pub line: u32,
    /// Whether it is handed on to everybody.
    pub public: bool,
}

impl Text {
    /// Splits a file into tokens.
    pub fn new(path: String, text: String) -> Self {
        let mut lines = vec![0];
        lines.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| at as u32 + 1),
        );
        Self {
            path,
            tokens: tokens(&text),
            lines,
            text,
        }
    }

    /// How many tokens it has.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Text of a token.
    pub fn word(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(&self.text))
    }

    /// What a token is.
    pub fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The delimiter that closes one; the token itself where none does.
    pub fn mate(&self, at: usize) -> usize {
        self.tokens
            .get(at)
            .map_or(at, |token| (token.mate as usize).max(at))
    }

    /// 1-based line of a token.
    pub fn line(&self, at: usize) -> u32 {
        let byte = self.tokens.get(at).map_or(0, |token| token.start);
        self.lines.partition_point(|start| *start <= byte) as u32
    }

    /// The bytes of some tokens, from the first one's first to the last one's last.
    pub fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        let end = self.text.len();
        let start = self
            .tokens
            .get(tokens.start)
            .map_or(end, |token| token.start as usize);
        let last = tokens
            .end
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last));
        start..last.map_or(end, |token| token.end as usize).max(start)
    }

    /// Byte behind the last.
    pub fn end(&self) -> usize {
        self.text.len()
    }

    /// First byte of the line that a byte stands in.
    pub fn line_start(&self, byte: usize) -> usize {
        self.text[..byte].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Byte behind the line that a byte stands in, its end included.
    pub fn line_end(&self, byte: usize) -> usize {
        self.text[byte..]
            .find('\n')
            .map_or(self.text.len(), |at| byte + at + 1)
    }

    /// The lines around some bytes where nothing else stands in them, the bytes otherwise.
    pub fn whole_lines(&self, bytes: Range<usize>) -> Range<usize> {
        let (start, end) = (self.line_start(bytes.start), self.line_end(bytes.end));
        let blank = |range: Range<usize>| self.text[range].trim().is_empty();
        if blank(start..bytes.start) && blank(bytes.end..end) {
            start..end
        } else {
            bytes
        }
    }

    /// The text between two tokens, the second one left out, in one line.
    pub fn spaced(&self, range: Range<usize>) -> String {
        if range.is_empty() || range.end > self.tokens.len() {
            return String::new();
        }
        let bytes =
            self.tokens[range.start].start as usize..self.tokens[range.end - 1].end as usize;
        let words: Vec<&str> = self.text[bytes].split_whitespace().collect();
        words.join(" ")
    }

    /// The items of a range, with its inner attributes.
    pub fn items(&self, range: Range<usize>) -> (Vec<Item>, Vec<Attr>) {
        Reader {
            text: &self.text,
            tokens: &self.tokens,
        }
        .items(range)
    }

    /// Whether two colons that belong together stand at a token.
    fn separator(&self, at: usize) -> bool {
        self.word(at) == ":"
            && self.word(at + 1) == ":"
            && self.tokens[at].end == self.tokens[at + 1].start
    }

    /// Whether a token is a name and no keyword but those that begin paths.
    pub fn is_name(&self, at: usize) -> bool {
        self.kind(at) == Some(TokenKind::Ident) && !keyword(self.word(at))
    }

    /// The path that begins at a token.
    pub fn path_at(&self, at: usize) -> Option<Path> {
        let variable = at >= 1 && self.word(at - 1) == "$" && self.word(at) != "crate";
        if !self.is_name(at) || variable {
            return None;
        }
        let mut parts = Vec::new();
        let mut start = at;
        if at >= 2 && self.separator(at - 2) {
            let continued = at >= 3
                && (self.is_name(at - 3)
                    || matches!(self.word(at - 3), ">" | "Self")
                    || self.kind(at - 3) == Some(TokenKind::Close));
            if continued {
                return None;
            }
            parts.push(String::new());
            start = at - 2;
        } else if at >= 1 && self.word(at - 1) == "." {
            // A field or a method, unless it is the end of a range.
            let range = at >= 2
                && self.word(at - 2) == "."
                && self.tokens[at - 2].end == self.tokens[at - 1].start;
            if !range {
                return None;
            }
        }
        parts.push(plain(self.word(at)).to_owned());
        let mut end = at + 1;
        while end + 2 < self.tokens.len() && self.separator(end) && self.is_name(end + 2) {
            parts.push(plain(self.word(end + 2)).to_owned());
            end += 3;
        }
        if parts.len() == 1 {
            let before = if at == 0 { "" } else { self.word(at - 1) };
            let names = matches!(
                before,
                "fn" | "struct"
                    | "enum"
                    | "union"
                    | "trait"
                    | "type"
                    | "mod"
                    | "const"
                    | "static"
                    | "let"
                    | "mut"
                    | "ref"
                    | "as"
                    | "for"
                    | "macro_rules"
                    | "crate"
            ) && !(before == "for" && self.is_type_name(at))
                && !(before == "as" && self.is_type_name(at));
            // The name of a field, an argument or a variable with a type.
            let labels = self.word(end) == ":" && !self.separator(end);
            if names || labels {
                return None;
            }
        }
        Some(Path {
            parts,
            tokens: start..end,
        })
    }

    /// `as Type` and `for Type`: what follows is no new name.
    fn is_type_name(&self, at: usize) -> bool {
        self.word(at).starts_with(|c: char| c.is_ascii_uppercase())
    }

    /// The names of the `use` whose word stands at a token, and the token behind it.
    pub fn leaves(&self, at: usize, end: usize, public: bool) -> (Vec<Leaf>, usize) {
        let mut leaves = Vec::new();
        let next = self.tree(at + 1, end, &[], public, &mut leaves);
        (leaves, next)
    }

    fn tree(
        &self,
        mut at: usize,
        end: usize,
        prefix: &[String],
        public: bool,
        leaves: &mut Vec<Leaf>,
    ) -> usize {
        let mut path = prefix.to_vec();
        if at < end && self.word(at) == ":" {
            if prefix.is_empty() {
                path.push(String::new());
            }
            at += 2;
        }
        while at < end {
            match self.word(at) {
                "{" => {
                    let close = self.mate(at).min(end);
                    let mut inside = at + 1;
                    while inside < close {
                        if self.word(inside) == "," {
                            inside += 1;
                            continue;
                        }
                        let next = self.tree(inside, close, &path, public, leaves);
                        inside = next.max(inside + 1);
                    }
                    return close + 1;
                }
                "*" => {
                    leaves.push(Leaf {
                        path,
                        name: "*".to_owned(),
                        line: self.line(at),
                        public,
                    });
                    return at + 1;
                }
                "$" => at += 1,
                word if self.kind(at) == Some(TokenKind::Ident) => {
                    let line = self.line(at);
                    if word != "self" || path.is_empty() {
                        path.push(plain(word).to_owned());
                    }
                    at += 1;
                    if at + 1 < end && self.separator(at) {
                        at += 2;
                        continue;
                    }
                    let mut name = path.last().cloned().unwrap_or_default();
                    if self.word(at) == "as" {
                        name = plain(self.word(at + 1)).to_owned();
                        at += 2;
                    }
                    leaves.push(Leaf {
                        path,
                        name,
                        line,
                        public,
                    });
                    return at;
                }
                _ => return at + 1,
            }
        }
        at
    }
}

/// A name without the mark that makes a keyword one.
pub fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}

fn keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "async"
            | "await"
            | "break"
            | "const"
            | "continue"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "static"
            | "struct"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "Self"
            | "_"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let text = Text::new("a.rs".into(), text.into());
        (0..text.len())
            .filter_map(|at| text.path_at(at))
            .map(|path| path.parts.join("::"))
            .collect()
    }

    #[test]
    fn paths_are_told_from_fields_and_new_names() {
        assert_eq!(
            paths("let x: ::a::T = b::c(y.d, 0..e::F, S { g: h }) as I; <J as K>::l()"),
            ["::a::T", "b::c", "y", "e::F", "S", "h", "I", "J", "K"]
        );
    }

    #[test]
    fn a_use_tree_gives_each_name() {
        let text = Text::new(
            "a.rs".into(),
            "use ::a::{self, b as c, d::*, e::{F, G as _}};".into(),
        );
        let leaves = text.leaves(0, text.len(), false).0;
        let told: Vec<(String, &str)> = leaves
            .iter()
            .map(|leaf| (leaf.path.join("::"), leaf.name.as_str()))
            .collect();
        let wanted = [
            ("::a", "a"),
            ("::a::b", "c"),
            ("::a::d", "*"),
            ("::a::e::F", "F"),
            ("::a::e::G", "_"),
        ];
        assert_eq!(
            told,
            wanted.map(|(path, name)| (path.to_owned(), name)).to_vec()
        );
    }
}
