//! A file as its package's features leave it: no `cfg` of features or build scripts, no `env!`, no `include_str!`.
//!
//! Works on tokens, so that statements, fields, match arms, macro bodies and macro arguments are treated alike. Every departure
//! from the author's text is recorded with its place.

use std::ops::Range;

use crate::{
    cfg::{Cfg, CfgSet, split_commas, unquote},
    items::Reader,
    tokens::{Token, TokenKind},
};

/// One departure from a file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Bytes of the author's text.
    pub old: Range<usize>,
    /// What stands there instead.
    pub new: String,
    /// Whether something was dropped only because this platform is another.
    pub platform: bool,
}

/// A cleaned file: its new text, and where each piece came from.
#[derive(Debug, Clone, Default)]
pub struct Cleaned {
    /// The text.
    pub text: String,
    /// Departures, by position.
    pub changes: Vec<Change>,
    /// Pieces that are the author's: (place in `text`, place in the author's text, length).
    pieces: Vec<(usize, usize, usize)>,
}

impl Cleaned {
    /// Applies changes that are sorted and don't overlap.
    pub fn new(original: &str, changes: Vec<Change>) -> Self {
        let mut cleaned = Self::default();
        let mut from = 0;
        for change in &changes {
            cleaned.piece(original, from..change.old.start);
            cleaned.text.push_str(&change.new);
            from = change.old.end;
        }
        cleaned.piece(original, from..original.len());
        cleaned.changes = changes;
        cleaned
    }

    fn piece(&mut self, original: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.pieces
                .push((self.text.len(), range.start, range.len()));
            self.text.push_str(&original[range]);
        }
    }

    /// The author's byte position of a position in `text` (inside new text: the piece's end before it).
    pub fn original(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.0 <= at);
        match index
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        {
            Some(&(new, old, length)) => old + (at - new).min(length),
            None => 0,
        }
    }
}

/// What text-giving macros stand for: asked with the macro's name and its argument.
pub type Inline<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// Finds all departures of a file.
pub fn changes(text: &str, tokens: &[Token], set: &CfgSet, inline: &Inline<'_>) -> Vec<Change> {
    let mut scan = Scan {
        text,
        tokens,
        set,
        inline,
        reader: Reader { text, tokens },
        changes: Vec::new(),
        cuts: Vec::new(),
    };
    scan.run();
    let mut changes = scan.changes;
    changes.extend(scan.cuts);
    changes.sort_by_key(|change| (change.old.start, std::cmp::Reverse(change.old.end)));
    let mut kept: Vec<Change> = Vec::new();
    for change in changes {
        if kept
            .last()
            .is_none_or(|last| last.old.end <= change.old.start)
        {
            kept.push(change);
        }
    }
    kept
}

struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    set: &'a CfgSet,
    inline: &'a Inline<'a>,
    reader: Reader<'a>,
    changes: Vec<Change>,
    cuts: Vec<Change>,
}

impl<'a> Scan<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(self.text))
    }

    fn mate(&self, at: usize) -> usize {
        (self.tokens[at].mate as usize).max(at)
    }

    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        self.tokens[tokens.start].start as usize..self.tokens[tokens.end - 1].end as usize
    }

    fn change(&mut self, tokens: Range<usize>, new: String, platform: bool) {
        let mut old = self.bytes(tokens);
        if new.is_empty() {
            old = self.with_line(old);
        }
        self.changes.push(Change { old, new, platform });
    }

    /// A piece that stood alone on its lines goes with its indentation and line end.
    fn with_line(&self, range: Range<usize>) -> Range<usize> {
        let before = self.text[..range.start].trim_end_matches([' ', '\t']);
        let after = &self.text[range.end..];
        let rest = after.trim_start_matches([' ', '\t', '\r']);
        if (before.is_empty() || before.ends_with('\n')) && rest.starts_with('\n') {
            return before.len()..range.end + (after.len() - rest.len()) + 1;
        }
        // Followed by something on the same line: take the blanks between.
        if rest.starts_with('\n') || rest.is_empty() {
            return range;
        }
        range.start..range.end + (after.len() - rest.len())
    }

    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.step(at);
        }
    }

    /// Looks at one place; where to look next.
    fn step(&mut self, at: usize) -> usize {
        match self.word(at) {
            "#" if self.tokens[at].kind == TokenKind::Punct => self.attribute(at),
            "cfg" if self.word(at + 1) == "!" && self.word(at + 2) == "(" => {
                let close = self.mate(at + 2);
                let cfg = self
                    .set
                    .evaluate(self.text, &self.tokens[at + 3..close.max(at + 3)]);
                let new = match cfg {
                    Cfg::True => "true".to_owned(),
                    Cfg::False => "false".to_owned(),
                    Cfg::Here(rest) | Cfg::Elsewhere(rest) => format!("cfg!({rest})"),
                };
                let range = at..close + 1;
                if self.text[self.bytes(range.clone())] != new {
                    self.change(range, new, false);
                }
                close + 1
            }
            // Handed to a macro, which makes an attribute of it.
            "cfg" if self.word(at + 1) == "(" => self.handed_on(at),
            "cfg_if"
                if self.word(at + 1) == "!"
                    && self
                        .tokens
                        .get(at + 2)
                        .is_some_and(|token| token.kind == TokenKind::Open) =>
            {
                self.cfg_if(at)
            }
            "env" | "option_env" | "include_str" | "include_bytes" | "include"
                if self.word(at + 1) == "!" =>
            {
                let open = at + 2;
                if self
                    .tokens
                    .get(open)
                    .is_none_or(|token| token.kind != TokenKind::Open)
                    || self.mate(open) <= open + 1
                {
                    return at + 1;
                }
                let close = self.mate(open);
                let name = self.word(at);
                let expression = at > 0
                    && matches!(
                        self.word(at - 1),
                        "=" | "(" | "," | ">" | "&" | "return" | "["
                    );
                if name == "include" && !expression {
                    return close + 1;
                }
                let argument = &self.text[self.bytes(open + 1..close)];
                if let Some(new) = (self.inline)(name, argument) {
                    self.change(at..close + 1, new, false);
                }
                close + 1
            }
            _ => at + 1,
        }
    }

    fn attribute(&mut self, at: usize) -> usize {
        let bang = usize::from(self.word(at + 1) == "!");
        let open = at + 1 + bang;
        if self.word(open) != "[" || self.mate(open) == open {
            return at + 1;
        }
        let close = self.mate(open);
        let name = self.word(open + 1);
        // A test beside the code is a function that only tests have.
        if bang == 0 && matches!(name, "test" | "bench") && close == open + 2 {
            let start = self.first_attribute(at);
            let (_, _, behind) = self.reader.attrs(close + 1, self.tokens.len());
            if !self.begins_item(behind) {
                return close + 1;
            }
            let end = self.extent(behind);
            self.change(start..end, String::new(), false);
            return end.max(close + 1);
        }
        if !matches!(name, "cfg" | "cfg_attr") || self.word(open + 2) != "(" {
            return close + 1;
        }
        let inside_close = self.mate(open + 2);
        let inside = &self.tokens[open + 3..inside_close.max(open + 3)];
        let parts = split_commas(self.text, inside, open + 3);
        let Some(first) = parts.first() else {
            return close + 1;
        };
        // A macro fills it in, or takes it as an argument: it belongs to what the macro writes.
        let filled = inside.iter().any(|token| token.text(self.text) == "$");
        let alone = self
            .tokens
            .get(close + 1)
            .is_none_or(|next| next.kind == TokenKind::Close);
        if filled {
            return close + 1;
        }
        if alone && bang == 0 {
            return self.handed_on(open + 1).max(close + 1);
        }
        let cfg = self.set.evaluate(self.text, &inside[first.clone()]);
        let mark = if bang == 1 { "#!" } else { "#" };
        if name == "cfg_attr" {
            let attrs: Vec<&str> = parts[1..]
                .iter()
                .filter(|part| !part.is_empty())
                .map(|part| {
                    &self.text[inside[part.start].start as usize..inside[part.end - 1].end as usize]
                })
                .collect();
            let new = match &cfg {
                Cfg::True => attrs
                    .iter()
                    .map(|attr| format!("{mark}[{attr}]"))
                    .collect::<Vec<_>>()
                    .join(" "),
                Cfg::False | Cfg::Elsewhere(_) => String::new(),
                Cfg::Here(rest) => format!("{mark}[cfg_attr({rest}, {})]", attrs.join(", ")),
            };
            self.change(at..close + 1, new, matches!(cfg, Cfg::Elsewhere(_)));
            return close + 1;
        }
        match cfg {
            Cfg::True => self.change(at..close + 1, String::new(), false),
            Cfg::Here(rest) => {
                let new = format!("{mark}[cfg({rest})]");
                if new != self.text[self.bytes(at..close + 1)] {
                    self.change(at..close + 1, new, false);
                }
            }
            // An inner `cfg` that fails takes its whole module: see `modules`.
            Cfg::False | Cfg::Elsewhere(_) if bang == 1 => {}
            Cfg::False | Cfg::Elsewhere(_) => {
                // Attributes before this one belong to the same thing; they go with it.
                let start = self.first_attribute(at);
                let (_, _, behind) = self.reader.attrs(close + 1, self.tokens.len());
                let end = self.extent(behind);
                self.change(start..end, String::new(), matches!(cfg, Cfg::Elsewhere(_)));
                return end.max(close + 1);
            }
        }
        close + 1
    }

    /// `cfg(feature = "…")` that a macro takes as an argument: what it says of features is decided in its place.
    fn handed_on(&mut self, at: usize) -> usize {
        let close = self.mate(at + 1);
        let inside = at + 2..close;
        let asks = |at: usize| {
            self.word(at + 1) == "="
                && self
                    .tokens
                    .get(at + 2)
                    .is_some_and(|token| token.kind == TokenKind::Text)
        };
        let filled = inside.clone().any(|at| self.word(at) == "$");
        if inside.is_empty() || filled || !inside.clone().any(asks) {
            return at + 1;
        }
        let new = match self.set.evaluate(self.text, &self.tokens[inside.clone()]) {
            Cfg::True => "all()".to_owned(),
            Cfg::False => "any()".to_owned(),
            Cfg::Here(rest) => rest,
            Cfg::Elsewhere(_) => return close + 1,
        };
        if self.text[self.bytes(inside.clone())] != new {
            self.change(inside, new, false);
        }
        close + 1
    }

    /// Walks back over attributes and doc comments that precede the one at `at`.
    fn first_attribute(&self, mut at: usize) -> usize {
        while at > 0 {
            let before = at - 1;
            if self.tokens[before].kind == TokenKind::Doc {
                at = before;
            } else if self.word(before) == "]" && (self.tokens[before].mate as usize) < before {
                let open = self.tokens[before].mate as usize;
                if open > 0 && self.word(open - 1) == "#" {
                    at = open - 1;
                } else {
                    break;
                }
            } else {
                break;
            }
        }
        at
    }

    /// Where the thing that begins at `at` ends: an item, statement, field, variant, arm, parameter or element.
    fn extent(&self, at: usize) -> usize {
        if at >= self.tokens.len() || self.tokens[at].kind == TokenKind::Close {
            return at;
        }
        let stop = self.enclosing_close(at);
        if self.begins_item(at) {
            return self
                .reader
                .items(at..stop)
                .0
                .first()
                .map_or(at + 1, |item| item.tokens.end);
        }
        // An arm has its `=>` before anything that would end it.
        let mut scan = at;
        while scan < stop {
            match self.word(scan) {
                "(" | "[" | "{" => scan = self.mate(scan) + 1,
                "=" if self.word(scan + 1) == ">"
                    && self.tokens[scan].end == self.tokens[scan + 1].start =>
                {
                    return self.statement(scan + 2, stop);
                }
                "," | ";" => break,
                _ => scan += 1,
            }
        }
        let public = if self.word(at) == "pub" {
            if self.word(at + 1) == "(" {
                self.mate(at + 1) + 1
            } else {
                at + 1
            }
        } else {
            at
        };
        if self
            .tokens
            .get(public)
            .is_some_and(|token| token.kind == TokenKind::Ident)
            && self.word(public + 1) == ":"
            && self.word(public + 2) != ":"
        {
            // A field or a parameter: commas between angles are the type's own.
            let mut scan = public + 2;
            while scan < stop {
                match self.word(scan) {
                    "<" => scan = self.reader.past_angles(scan, stop),
                    "(" | "[" | "{" => scan = self.mate(scan) + 1,
                    "," => return scan + 1,
                    _ => scan += 1,
                }
            }
            return stop;
        }
        self.statement(at, stop)
    }

    /// Where a statement, an arm's body or an element ends.
    fn statement(&self, at: usize, stop: usize) -> usize {
        let blocklike = matches!(
            self.word(at),
            "if" | "match" | "for" | "while" | "loop" | "unsafe" | "{" | "const" | "async"
        ) || self.tokens[at].kind == TokenKind::Lifetime
            || (self.tokens[at].kind == TokenKind::Ident
                && self.word(at + 1) == "!"
                && self.word(at + 2) == "{");
        let mut scan = at;
        while scan < stop {
            match self.word(scan) {
                ";" | "," => return scan + 1,
                "{" => {
                    scan = self.mate(scan) + 1;
                    if blocklike && !matches!(self.word(scan), "else" | "." | "?") {
                        return scan + usize::from(scan < stop && self.word(scan) == ",");
                    }
                }
                "(" | "[" => scan = self.mate(scan) + 1,
                _ => scan += 1,
            }
        }
        stop
    }

    fn enclosing_close(&self, at: usize) -> usize {
        let mut scan = at;
        while scan < self.tokens.len() {
            match self.tokens[scan].kind {
                TokenKind::Open => scan = self.mate(scan) + 1,
                TokenKind::Close => return scan,
                _ => scan += 1,
            }
        }
        scan
    }

    fn begins_item(&self, at: usize) -> bool {
        let mut at = at;
        if self.word(at) == "pub" {
            at += 1;
            if self.word(at) == "(" {
                at = self.mate(at) + 1;
            }
        }
        let named = self
            .tokens
            .get(at + 1)
            .is_some_and(|token| token.kind == TokenKind::Ident || token.text(self.text) == "$");
        match self.word(at) {
            "fn" | "struct" | "enum" | "trait" | "mod" | "use" | "type" | "static" | "union" => {
                named || self.word(at + 1) == ":" || self.word(at + 1) == "{"
            }
            "impl" => true,
            "const" => named && self.word(at + 1) != "move",
            "extern" => true,
            "unsafe" | "async" | "default" | "auto" => matches!(
                self.word(at + 1),
                "fn" | "impl" | "trait" | "extern" | "unsafe" | "auto"
            ),
            "macro_rules" => self.word(at + 1) == "!",
            _ => false,
        }
    }

    /// `cfg_if! { if #[cfg(a)] { … } else { … } }`: what holds stays, without the macro.
    fn cfg_if(&mut self, at: usize) -> usize {
        let open = at + 2;
        let close = self.mate(open);
        let mut start = at;
        while start >= 3
            && self.word(start - 1) == ":"
            && self.word(start - 2) == ":"
            && self.tokens[start - 3].kind == TokenKind::Ident
        {
            start -= 3;
        }
        let mut end = close + 1;
        if self.word(open) != "{" && self.word(end) == ";" {
            end += 1;
        }
        let (mut scan, mut chosen, mut platform) = (open + 1, None, false);
        while scan < close {
            if self.word(scan) == "else" {
                scan += 1;
            }
            let cfg = if self.word(scan) == "if" {
                // `if # [ cfg ( … ) ]`
                let bracket = scan + 2;
                let inside = bracket + 3;
                if self.word(bracket) != "[" || self.word(bracket + 1) != "cfg" {
                    return at + 1;
                }
                let cfg = self
                    .set
                    .evaluate(self.text, &self.tokens[inside..self.mate(bracket + 2)]);
                scan = self.mate(bracket) + 1;
                cfg
            } else {
                Cfg::True
            };
            if self.word(scan) != "{" || self.mate(scan) == scan {
                return at + 1;
            }
            platform |= matches!(cfg, Cfg::Here(_) | Cfg::Elsewhere(_));
            if cfg.holds() {
                chosen = Some((scan, self.mate(scan)));
                break;
            }
            scan = self.mate(scan) + 1;
        }
        let from = self.tokens[start].start as usize;
        let to = self.tokens[end - 1].end as usize;
        match chosen {
            Some((body, body_end)) => {
                self.cuts.push(Change {
                    old: from..self.tokens[body].end as usize,
                    new: String::new(),
                    platform,
                });
                self.cuts.push(Change {
                    old: self.tokens[body_end].start as usize..to,
                    new: String::new(),
                    platform,
                });
                let mut inner = body + 1;
                while inner < body_end {
                    inner = self.step(inner);
                }
            }
            None => self.cuts.push(Change {
                old: from..to,
                new: String::new(),
                platform,
            }),
        }
        end
    }
}

/// A string's content as a literal that needs no escapes.
pub fn text_literal(content: &str) -> String {
    let mut hashes = 0;
    while content.contains(&format!("\"{}", "#".repeat(hashes))) {
        hashes += 1;
    }
    let marks = "#".repeat(hashes.max(1));
    if content.contains('\r') {
        return format!("{content:?}");
    }
    format!("r{marks}\"{content}\"{marks}")
}

/// Bytes as a literal.
pub fn byte_literal(content: &[u8]) -> String {
    let mut literal = String::from("b\"");
    for &byte in content {
        literal.extend(std::ascii::escape_default(byte).map(char::from));
    }
    literal.push('"');
    literal
}

/// The paths and texts in a macro's argument such as `concat!(env!("OUT_DIR"), "/x.rs")`, in order.
pub fn texts_of(argument: &str) -> Vec<String> {
    crate::tokens::tokens(argument)
        .iter()
        .filter(|token| token.kind == TokenKind::Text)
        .map(|token| unquote(token.text(argument)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn clean(text: &str) -> String {
        let mut set = CfgSet::default();
        set.features.insert("on".into());
        set.platform("unix\ntarget_os=\"linux\"");
        let changes = changes(text, &tokens(text), &set, &|name, argument| {
            (name == "env").then(|| format!("<{argument}>"))
        });
        Cleaned::new(text, changes).text
    }

    #[test]
    fn things_that_are_off_go_whole() {
        assert_eq!(
            clean("#[cfg(test)]\nmod t { fn a() {} }\nfn b() {}"),
            "fn b() {}"
        );
        assert_eq!(
            clean(
                "struct A {\n    #[cfg(feature = \"off\")]\n    pub a: Map<K, V>,\n    b: u8,\n}"
            ),
            "struct A {\n    b: u8,\n}"
        );
        assert_eq!(
            clean("match x { #[cfg(windows)] A { b, c } => { 1 } B => 2, }"),
            "match x { B => 2, }"
        );
        assert_eq!(clean("f(a, #[cfg(test)] b, c)"), "f(a, c)");
        assert_eq!(clean("{ #[cfg(test)] if a { b } else { c } d }"), "{ d }");
        assert_eq!(clean("{ #[cfg(test)] let a = S { b: 1 }; d }"), "{ d }");
        assert_eq!(
            clean("macro_rules! m { () => { #[cfg(test)] mod $t { } fn a() {} } }"),
            "macro_rules! m { () => { fn a() {} } }"
        );
    }

    #[test]
    fn tests_beside_the_code_go() {
        assert_eq!(
            clean("/// Says.\n#[test]\n#[should_panic]\nfn a() {}\n#[inline]\nfn b() {}"),
            "#[inline]\nfn b() {}"
        );
        let kept = "#[test_case(1)]\nfn a() {}";
        assert_eq!(clean(kept), kept);
    }

    #[test]
    fn attributes_that_hold_are_resolved() {
        assert_eq!(clean("#[cfg(feature = \"on\")]\nfn b() {}"), "fn b() {}");
        assert_eq!(
            clean("#[cfg(all(feature = \"on\", unix))]\nfn b() {}"),
            "#[cfg(unix)]\nfn b() {}"
        );
        assert_eq!(
            clean("#[cfg_attr(feature = \"on\", path = \"x.rs\", inline)] mod b;"),
            "#[path = \"x.rs\"] #[inline] mod b;"
        );
        assert_eq!(
            clean("#[cfg_attr(feature = \"off\", inline)]\nfn b() {}"),
            "fn b() {}"
        );
        assert_eq!(
            clean("if cfg!(feature = \"on\") { env!(\"A\") }"),
            "if true { <\"A\"> }"
        );
    }

    #[test]
    fn attributes_that_macros_handle_stay() {
        let text = "macro_rules! n { ($f:literal) => { #[cfg(feature = $f)] mod a {} } }";
        assert_eq!(clean(text), text);
        assert_eq!(
            clean("m!(a #[cfg(feature = \"off\")]); n!(b, cfg(feature = \"on\"));"),
            "m!(a #[cfg(any())]); n!(b, cfg(all()));"
        );
        let call = "cfg(a, unix)";
        assert_eq!(clean(call), call);
    }

    #[test]
    fn cfg_if_leaves_what_holds() {
        let text = "cfg_if::cfg_if! { if #[cfg(feature = \"off\")] { fn a() {} } else if #[cfg(feature = \"on\")] { #[cfg(test)] fn t() {} fn b() {} } else { fn c() {} } } fn d() {}";
        assert_eq!(
            clean(text).split_whitespace().collect::<Vec<_>>().join(" "),
            "fn b() {} fn d() {}"
        );
    }

    #[test]
    fn positions_lead_back() {
        let text = "#[cfg(test)]\nfn a() {}\nfn b() {}";
        let cleaned = Cleaned::new(
            text,
            changes(text, &tokens(text), &CfgSet::default(), &|_, _| None),
        );
        assert_eq!(cleaned.text, "fn b() {}");
        assert_eq!(cleaned.original(0), 23);
    }

    #[test]
    fn literals_hold_their_content() {
        assert_eq!(text_literal("a\"#b"), "r##\"a\"#b\"##");
        assert_eq!(byte_literal(b"a\"\n\xff"), "b\"a\\\"\\n\\xff\"");
    }
}
