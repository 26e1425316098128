//! Paths, method calls and macro calls in a range of tokens. No types are known here: what a name means is for the graph.

use std::ops::Range;

use crate::{
    parse::{
        record::{Name, Path, RefKind, Step},
        words::{self, Words},
    },
    tokens::{Token, TokenKind},
};

/// A file whose references are read, and what is known of its names meanwhile.
pub struct Scan<'f> {
    text: &'f [u8],
    tokens: &'f [Token],
    /// Names, by token.
    pub words: Words<'f>,
    /// All paths so far.
    pub paths: Vec<Step>,
    /// Ranges that were read.
    round: u32,
    /// The last range that bound a name for itself, by name.
    bound: Vec<u32>,
    /// The last range that a path was met in, by path, and how it was: a bit for each kind and for calls.
    seen: Vec<(u32, u8)>,
}

/// A reference that was found.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Its first token.
    pub at: usize,
    /// How something is referred to.
    pub kind: RefKind,
    /// By what path.
    pub path: Path,
    /// Whether it calls.
    pub call: bool,
}

impl<'f> Scan<'f> {
    /// Ready to read.
    pub fn of(text: &'f str, tokens: &'f [Token]) -> Self {
        Self {
            text: text.as_bytes(),
            tokens,
            words: Words::of(text, tokens),
            paths: Vec::new(),
            round: 0,
            bound: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// First byte of a token, which tells punctuation from all else; 0 outside of the range.
    fn byte(&self, at: usize, range: &Range<usize>) -> u8 {
        if at < range.start || at >= range.end {
            return 0;
        }
        self.text[self.tokens[at].start as usize]
    }

    /// A token's name; none for what is no word, or outside of the range.
    fn word(&self, at: usize, range: &Range<usize>) -> Name {
        if at < range.start || at >= range.end {
            return words::NONE;
        }
        self.words.at(at)
    }

    /// Numbers a path that goes on from another.
    pub fn path(&mut self, before: Option<Path>, name: Name) -> Path {
        let next = self.paths.len() as u32;
        let path = self.words.path(before, name, next);
        if path == next {
            self.paths.push(Step { before, name });
            self.seen.push((0, 0));
        }
        path
    }

    /// Tells of each reference in a range once.
    pub fn collect(&mut self, range: Range<usize>, tell: &mut dyn FnMut(Found)) {
        self.round += 1;
        self.bind(&range);
        // What stands before a token, as far as it is in the range.
        let back = |at: usize, by: usize| at.checked_sub(by).unwrap_or(usize::MAX);
        let joined = |scan: &Self, at: usize| {
            scan.byte(at, &range) == b':' && scan.byte(at + 1, &range) == b':'
        };
        let mut at = range.start;
        while at < range.end {
            let kind = self.tokens[at].kind;
            // Attributes say nothing about calls, `derive` apart, which names traits of the standard library mostly.
            if kind == TokenKind::Punct
                && self.byte(at, &range) == b'#'
                && self.byte(at + 1, &range) == b'['
            {
                at = (self.tokens[at + 1].mate as usize).max(at + 1) + 1;
                continue;
            }
            if kind != TokenKind::Ident || words::is_keyword(self.words.at(at)) {
                at += 1;
                continue;
            }
            let begin = at;
            let before = self.byte(back(at, 1), &range);
            let member = before == b'.' && self.byte(back(at, 2), &range) != b'.';
            // What a definition is called is no reference.
            let defines = words::defines(self.word(back(at, 1), &range))
                || (before == b'!' && self.word(back(at, 2), &range) == words::MACRO_RULES);
            let behind_colons = before == b':' && self.byte(back(at, 2), &range) == b':';
            let absolute = behind_colons
                && (at < range.start + 3
                    || self.tokens[at - 3].kind != TokenKind::Ident
                        && self.byte(at - 3, &range) != b'>');
            // `<T as Trait>::name`: what it belongs to is a type, which is not known here.
            let of_type = behind_colons && !absolute;
            let first = self.words.plain(self.words.at(at));
            let outside = absolute.then(|| self.path(None, words::OUTSIDE));
            let mut path = self.path(outside, first);
            let mut alone = !absolute;
            at += 1;
            while joined(self, at) {
                let mut next = at + 2;
                if self.byte(next, &range) == b'<' {
                    next = self.past_angles(next, range.end);
                    if !joined(self, next) {
                        at = next;
                        break;
                    }
                    next += 2;
                }
                if next >= range.end || self.tokens[next].kind != TokenKind::Ident {
                    break;
                }
                let name = self.words.plain(self.words.at(next));
                path = self.path(Some(path), name);
                alone = false;
                at = next + 1;
            }
            let after = self.byte(at, &range);
            let calls = after == b'(';
            let is_macro = after == b'!' && self.byte(at + 1, &range) != b'=' && !member;
            if defines {
                continue;
            }
            let kind = match (member, is_macro) {
                (_, true) => RefKind::Macro,
                (true, _) if calls => {
                    if self.word(back(begin, 2), &range) == words::SELF {
                        RefKind::OwnMethod
                    } else {
                        RefKind::Method
                    }
                }
                // A field, `.await`, or a method whose call was cut off.
                (true, _) => continue,
                _ if of_type => RefKind::Method,
                _ => RefKind::Path,
            };
            if kind == RefKind::Path && alone {
                let names_a_field = after == b':' && !joined(self, at);
                let bound = self.bound.get(first as usize) == Some(&self.round);
                if names_a_field || first == words::SELF || (bound && !self.words.is_type(first)) {
                    continue;
                }
            }
            let call = calls || is_macro;
            if self.is_new(path, kind, call) {
                tell(Found {
                    at: begin,
                    kind,
                    path,
                    call,
                });
            }
        }
    }

    /// Whether a path is met for the first time in this range, referred to like this.
    fn is_new(&mut self, path: Path, kind: RefKind, call: bool) -> bool {
        let (round, bits) = &mut self.seen[path as usize];
        if *round != self.round {
            (*round, *bits) = (self.round, 0);
        }
        let bit = 1 << (2 * kind as u8 + u8::from(call));
        let new = *bits & bit == 0;
        *bits |= bit;
        new
    }

    /// Notes the names that a range binds for itself: parameters, `let`, patterns. By their neighbours, so some are
    /// missed, and a function that is called like a variable may be taken for it.
    fn bind(&mut self, range: &Range<usize>) {
        for at in range.clone() {
            let word = self.words.at(at);
            if word == words::NONE {
                continue;
            }
            let before = at.checked_sub(1).map_or(0, |at| self.byte(at, range));
            let after = self.byte(at + 1, range);
            let double = after == b':' && self.byte(at + 2, range) == b':';
            let binds = before == b'|'
                || (after == b':' && !double && matches!(before, b'(' | b',' | b'&'))
                || (after == b'|' && matches!(before, b',' | b'&'))
                || at > range.start && words::binds(self.words.at(at - 1));
            if binds {
                let name = self.words.plain(word) as usize;
                if self.bound.len() <= name {
                    self.bound.resize(name + 1, 0);
                }
                self.bound[name] = self.round;
            }
        }
    }

    /// Behind the `>` that closes the `<` at `at`.
    fn past_angles(&self, mut at: usize, end: usize) -> usize {
        let byte = |at: usize| self.text[self.tokens[at].start as usize];
        let mut depth = 0_usize;
        while at < end {
            match byte(at) {
                b'<' => depth += 1,
                b'>' if at > 0 && matches!(byte(at - 1), b'-' | b'=') => {}
                b'>' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at + 1;
                    }
                }
                b'(' | b'[' | b'{' => at = (self.tokens[at].mate as usize).max(at),
                b';' => return at,
                _ => {}
            }
            at += 1;
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn refs(text: &str) -> Vec<String> {
        let tokens = tokens(text);
        let mut scan = Scan::of(text, &tokens);
        let mut all = Vec::new();
        scan.collect(0..tokens.len(), &mut |found| all.push(found));
        let mut found = Vec::new();
        for reference in all {
            let call = if reference.call { "()" } else { "" };
            let (mut path, mut next) = (Vec::new(), Some(reference.path));
            while let Some(at) = next {
                let step = scan.paths[at as usize];
                path.insert(0, &*scan.words.names[step.name as usize]);
                next = step.before;
            }
            found.push(format!("{:?} {}{call}", reference.kind, path.join("::")));
        }
        found
    }

    #[test]
    fn tells_calls_methods_macros_and_names_apart() {
        assert_eq!(
            refs(
                "fn f(x: &mut a::B) -> C { g(x); x.h(); self.i(); j::<u8>::k(); l!(m); x.n = D { o: p }; }"
            ),
            [
                "Path a::B",
                "Path C",
                "Path g()",
                "Method h()",
                "OwnMethod i()",
                "Path j::k()",
                "Macro l()",
                "Path m",
                "Path D",
                "Path p"
            ]
        );
    }

    #[test]
    fn variables_are_no_references() {
        assert_eq!(
            refs("{ let hash = 1; for x in 0..hash { f(|y| x + y) } }"),
            ["Path f()"]
        );
    }

    #[test]
    fn paths_may_start_at_the_outside_or_at_a_type() {
        assert_eq!(
            refs("{ ::std::mem::drop(1); <T as A>::b(); $crate::c!(); }"),
            [
                "Path ::std::mem::drop()",
                "Path T",
                "Path A",
                "Method b()",
                "Macro crate::c()"
            ]
        );
    }
}
