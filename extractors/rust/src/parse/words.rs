//! The words of one file as numbers, so that they are compared, looked up and kept as such.

use std::{borrow::Cow, collections::HashMap};

use foldhash::fast::RandomState;

use crate::{
    modules::plain,
    parse::record::{Name, Path},
    tokens::{Token, TokenKind},
};

/// What a token that is no word has.
pub const NONE: Name = Name::MAX;

/// Words that have the same number in every file. The first never name anything, and of these the first are followed by
/// the name of what they define, the next by the name of what they bind.
const KNOWN: [&str; 41] = [
    "fn",
    "struct",
    "enum",
    "union",
    "trait",
    "mod",
    "type",
    "const",
    "static",
    "let",
    "mut",
    "ref",
    "for",
    "as",
    "async",
    "await",
    "box",
    "break",
    "continue",
    "dyn",
    "else",
    "extern",
    "false",
    "if",
    "impl",
    "in",
    "loop",
    "match",
    "move",
    "pub",
    "return",
    "true",
    "unsafe",
    "use",
    "where",
    "while",
    "yield",
    "_",
    "macro_rules",
    "self",
    "",
];

const DEFINING: Name = 9;
const BINDING: Name = 13;

/// `macro_rules`: the last of the keywords.
pub const MACRO_RULES: Name = 38;

/// `self`.
pub const SELF: Name = 39;

/// What a path with a leading `::` begins with.
pub const OUTSIDE: Name = 40;

/// Whether a word never names anything.
pub fn is_keyword(name: Name) -> bool {
    name <= MACRO_RULES
}

/// Whether a word is followed by the name of what it defines.
pub fn defines(name: Name) -> bool {
    name < DEFINING
}

/// Whether a word is followed by the name of what it binds.
pub fn binds(name: Name) -> bool {
    (DEFINING..BINDING).contains(&name)
}

/// All words of a file.
pub struct Words<'f> {
    /// By number.
    pub names: Vec<Cow<'f, str>>,
    numbers: HashMap<Cow<'f, str>, Name, RandomState>,
    of_token: Vec<Name>,
    /// Whether some word is written as `r#word`.
    raw: bool,
    paths: HashMap<(Option<Path>, Name), Path, RandomState>,
}

impl<'f> Words<'f> {
    /// Numbers the words of all tokens.
    pub fn of(text: &'f str, tokens: &[Token]) -> Self {
        let mut words = Self {
            names: Vec::with_capacity(256),
            numbers: HashMap::with_capacity_and_hasher(256, RandomState::default()),
            of_token: Vec::with_capacity(tokens.len()),
            raw: false,
            paths: HashMap::default(),
        };
        for known in KNOWN {
            words.name(known);
        }
        for token in tokens {
            let word = match token.kind {
                TokenKind::Ident => words.name(token.text(text)),
                _ => NONE,
            };
            words.of_token.push(word);
        }
        words
    }

    /// The word that a token is.
    pub fn at(&self, token: usize) -> Name {
        self.of_token[token]
    }

    /// The number of a word of the text.
    pub fn name(&mut self, word: &'f str) -> Name {
        let next = self.names.len() as Name;
        let number = *self.numbers.entry(Cow::Borrowed(word)).or_insert(next);
        if number == next {
            self.names.push(Cow::Borrowed(word));
            self.raw |= word.starts_with("r#");
        }
        number
    }

    /// The number of a word that may stand nowhere.
    pub fn made(&mut self, word: &str) -> Name {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let next = self.names.len() as Name;
        self.names.push(Cow::Owned(word.to_owned()));
        self.numbers.insert(Cow::Owned(word.to_owned()), next);
        next
    }

    /// The word without `r#`.
    pub fn plain(&mut self, name: Name) -> Name {
        if !self.raw {
            return name;
        }
        match self.names[name as usize] {
            Cow::Borrowed(word) if word.starts_with("r#") => self.name(plain(word)),
            _ => name,
        }
    }

    /// The number of a path that goes on from another: `next` if it is new.
    pub fn path(&mut self, before: Option<Path>, name: Name, next: Path) -> Path {
        *self.paths.entry((before, name)).or_insert(next)
    }

    /// Types and constants are not bound by patterns.
    pub fn is_type(&self, name: Name) -> bool {
        self.names[name as usize].starts_with(|c: char| c.is_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    #[test]
    fn known_words_have_their_numbers() {
        let text = "self macro_rules union for static _ r#fn fn a a";
        let tokens = tokens(text);
        let mut words = Words::of(text, &tokens);
        assert_eq!(words.at(0), SELF);
        assert_eq!(words.at(1), MACRO_RULES);
        assert!(defines(words.at(2)) && binds(words.at(3)) && defines(words.at(4)));
        assert!(is_keyword(words.at(5)) && !is_keyword(words.at(6)));
        let raw = words.at(6);
        assert_eq!(words.plain(raw), words.at(7));
        assert_eq!(words.at(8), words.at(9));
        assert_eq!(words.names[OUTSIDE as usize], "");
    }
}
