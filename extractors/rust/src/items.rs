//! Items out of tokens: what stands in a module, an impl or a trait, and where each begins and ends.
//!
//! Works on token indices so that text which no parser of whole files accepts (a newer syntax, a macro's argument) still gives its items.

use ripout_model::Kind;
use std::ops::Range;

use crate::tokens::{Token, TokenKind};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // The names are the documentation.
pub enum ItemKind {
    Fn,
    Struct,
    Enum,
    Union,
    Trait,
    Impl,
    TypeAlias,
    Const,
    Static,
    MacroRules,
    MacroCall,
    Use,
    ExternCrate,
    ForeignMod,
    Mod,
    Unknown,
}

impl ItemKind {
    /// The kind as results spell it; a function in an impl or a trait is a method.
    pub fn told(self, member: bool) -> Kind {
        match self {
            ItemKind::Fn if member => Kind::Method,
            ItemKind::Fn => Kind::Function,
            ItemKind::Struct => Kind::Struct,
            ItemKind::Enum => Kind::Enum,
            ItemKind::Union => Kind::Union,
            ItemKind::Trait => Kind::Trait,
            ItemKind::Impl => Kind::Impl,
            ItemKind::TypeAlias => Kind::TypeAlias,
            ItemKind::Const => Kind::Const,
            ItemKind::Static => Kind::Static,
            ItemKind::MacroRules => Kind::Macro,
            ItemKind::MacroCall => Kind::MacroCall,
            _ => Kind::Use,
        }
    }
}

/// An attribute or a doc comment, as a range of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attr {
    /// All its tokens: `#`, `[`, …, `]`, or the one doc comment.
    pub tokens: Range<usize>,
    /// Those between the brackets; empty for a doc comment.
    pub inside: Range<usize>,
}

/// An item. All positions are token indices of its file.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; of a macro call the macro's path; empty for impls and uses.
    pub name: String,
    /// Attributes and doc comments before it.
    pub attrs: Vec<Attr>,
    /// From its first token behind the attributes to its last.
    pub tokens: Range<usize>,
    /// Its visibility, empty if there is none.
    pub vis: Range<usize>,
    /// The delimiters of its body, where it has one in braces (of a macro call: whatever delimits its input).
    pub body: Option<(usize, usize)>,
    /// Members, and the inner attributes, of an impl, a trait, a foreign block or a module with a body.
    pub inner: Vec<Attr>,
    /// Members of an impl, a trait, a foreign block or a module with a body.
    pub members: Vec<Item>,
    /// Of an impl: the trait's path (without `!`), empty for an inherent impl.
    pub of_trait: Range<usize>,
    /// Of an impl: the type it is for.
    pub for_type: Range<usize>,
}

/// Reads items from tokens.
pub struct Reader<'t> {
    /// The file's text.
    pub text: &'t str,
    /// Its tokens.
    pub tokens: &'t [Token],
}

impl<'t> Reader<'t> {
    fn word(&self, at: usize) -> &'t str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(self.text))
    }

    fn is(&self, at: usize, end: usize, word: &str) -> bool {
        at < end && self.word(at) == word
    }

    fn mate(&self, at: usize) -> usize {
        self.tokens[at].mate as usize
    }

    /// Attributes and doc comments from `at` on: (outer, inner), and where they end.
    pub fn attrs(&self, mut at: usize, end: usize) -> (Vec<Attr>, Vec<Attr>, usize) {
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        while at < end {
            match self.tokens[at].kind {
                TokenKind::Doc => outer.push(Attr {
                    tokens: at..at + 1,
                    inside: at..at,
                }),
                TokenKind::InnerDoc => inner.push(Attr {
                    tokens: at..at + 1,
                    inside: at..at,
                }),
                TokenKind::Punct if self.word(at) == "#" => {
                    let bang = self.is(at + 1, end, "!");
                    let open = at + 1 + usize::from(bang);
                    if !self.is(open, end, "[") || self.mate(open) <= open {
                        break;
                    }
                    let close = self.mate(open);
                    let attr = Attr {
                        tokens: at..close + 1,
                        inside: open + 1..close,
                    };
                    if bang {
                        inner.push(attr)
                    } else {
                        outer.push(attr)
                    }
                    at = close;
                }
                _ => break,
            }
            at += 1;
        }
        (outer, inner, at)
    }

    /// The items of a range, and its inner attributes.
    pub fn items(&self, range: Range<usize>) -> (Vec<Item>, Vec<Attr>) {
        let (mut items, mut inner) = (Vec::new(), Vec::new());
        let mut at = range.start;
        while at < range.end {
            let (attrs, inners, next) = self.attrs(at, range.end);
            inner.extend(inners);
            if next >= range.end {
                break;
            }
            if self.word(next) == ";" {
                at = next + 1;
                continue;
            }
            let item = self.item(attrs, next, range.end);
            at = item.tokens.end.max(next + 1);
            items.push(item);
        }
        (items, inner)
    }

    /// The item whose first token behind the attributes is `start`.
    fn item(&self, attrs: Vec<Attr>, start: usize, end: usize) -> Item {
        let mut at = start;
        if self.is(at, end, "pub") {
            at += 1;
            if self.is(at, end, "(")
                && matches!(self.word(at + 1), "crate" | "super" | "self" | "in")
            {
                at = self.mate(at).max(at) + 1;
            }
        }
        let vis = start..at;
        let mut item = Item {
            kind: ItemKind::Unknown,
            name: String::new(),
            attrs,
            tokens: start..end,
            vis,
            body: None,
            inner: Vec::new(),
            members: Vec::new(),
            of_trait: 0..0,
            for_type: 0..0,
        };
        // Modifiers, until the word that decides.
        loop {
            match self.word(at) {
                "default" | "async" | "unsafe" | "safe" | "auto" | "gen"
                    if self
                        .tokens
                        .get(at + 1)
                        .is_some_and(|next| next.kind == TokenKind::Ident)
                        && at + 1 < end =>
                {
                    at += 1;
                }
                "const"
                    if matches!(
                        self.word(at + 1),
                        "fn" | "unsafe" | "async" | "extern" | "trait"
                    ) =>
                {
                    at += 1
                }
                "extern" if self.word(at + 1) != "crate" && self.word(at + 1) != "{" => {
                    let text = usize::from(
                        self.tokens
                            .get(at + 1)
                            .is_some_and(|next| next.kind == TokenKind::Text),
                    );
                    if self.is(at + 1 + text, end, "{") {
                        break;
                    }
                    at += 1 + text;
                }
                _ => break,
            }
            if at >= end {
                break;
            }
        }
        let name_at = at + 1;
        match self.word(at) {
            "fn" => self.with_body(&mut item, ItemKind::Fn, name_at, end),
            "struct" => self.with_body(&mut item, ItemKind::Struct, name_at, end),
            "enum" => self.with_body(&mut item, ItemKind::Enum, name_at, end),
            "union"
                if self
                    .tokens
                    .get(name_at)
                    .is_some_and(|token| token.kind == TokenKind::Ident) =>
            {
                self.with_body(&mut item, ItemKind::Union, name_at, end);
            }
            "trait" => {
                self.with_body(&mut item, ItemKind::Trait, name_at, end);
                self.read_members(&mut item);
            }
            "impl" => {
                self.with_body(&mut item, ItemKind::Impl, at, end);
                item.name.clear();
                self.impl_header(&mut item, at);
                self.read_members(&mut item);
            }
            "mod" => {
                self.with_body(&mut item, ItemKind::Mod, name_at, end);
                self.read_members(&mut item);
            }
            "extern" if self.is(name_at, end, "crate") => {
                self.to_semicolon(&mut item, ItemKind::ExternCrate, name_at + 1, end);
            }
            "extern" => {
                self.with_body(&mut item, ItemKind::ForeignMod, at, end);
                item.name.clear();
                self.read_members(&mut item);
            }
            "type" => self.to_semicolon(&mut item, ItemKind::TypeAlias, name_at, end),
            "const" => self.to_semicolon(&mut item, ItemKind::Const, name_at, end),
            "static" => {
                let name_at = name_at + usize::from(self.is(name_at, end, "mut"));
                self.to_semicolon(&mut item, ItemKind::Static, name_at, end);
            }
            "use" => {
                self.to_semicolon(&mut item, ItemKind::Use, name_at, end);
                item.name.clear();
            }
            "macro_rules" if self.is(name_at, end, "!") => {
                self.macro_call(&mut item, ItemKind::MacroRules, name_at + 2, end);
                item.name = self.word(name_at + 1).to_owned();
            }
            _ => self.other(&mut item, at, end),
        }
        item
    }

    /// `name … { … }` or `name … ;`.
    fn with_body(&self, item: &mut Item, kind: ItemKind, name_at: usize, end: usize) {
        item.kind = kind;
        item.name = self.word(name_at).to_owned();
        let mut at = name_at;
        while at < end {
            match self.word(at) {
                ";" => {
                    item.tokens.end = at + 1;
                    return;
                }
                "{" if self.word(at - 1) != "<" || at == name_at => {
                    let close = self.mate(at);
                    if close > at && close < end {
                        item.body = Some((at, close));
                        item.tokens.end = close + 1;
                    }
                    return;
                }
                "(" | "[" | "{" => at = self.mate(at).max(at) + 1,
                _ => at += 1,
            }
        }
    }

    fn to_semicolon(&self, item: &mut Item, kind: ItemKind, name_at: usize, end: usize) {
        item.kind = kind;
        item.name = self.word(name_at).to_owned();
        let mut at = name_at;
        while at < end {
            match self.word(at) {
                ";" => {
                    item.tokens.end = at + 1;
                    return;
                }
                "(" | "[" | "{" => at = self.mate(at).max(at) + 1,
                _ => at += 1,
            }
        }
    }

    /// `open` is where the input's delimiter is expected.
    fn macro_call(&self, item: &mut Item, kind: ItemKind, open: usize, end: usize) {
        item.kind = kind;
        if open < end && self.tokens[open].kind == TokenKind::Open && self.mate(open) > open {
            let close = self.mate(open);
            item.body = Some((open, close));
            item.tokens.end = close + 1;
            if self.word(open) != "{" && self.is(close + 1, end, ";") {
                item.tokens.end = close + 2;
            }
        }
    }

    /// A macro call, or text that makes no sense: up to the next `;` or block.
    fn other(&self, item: &mut Item, start: usize, end: usize) {
        let mut at = start;
        while at < end
            && (self.tokens[at].kind == TokenKind::Ident || matches!(self.word(at), ":" | "$"))
        {
            at += 1;
        }
        if at > start && self.is(at, end, "!") && at + 1 < end {
            item.name = (start..at).map(|at| self.word(at)).collect();
            // `macro!name {}` does not exist outside macro_rules; a `name! ident {}` form is old and rare.
            let open = if self.tokens[at + 1].kind == TokenKind::Ident {
                at + 2
            } else {
                at + 1
            };
            self.macro_call(item, ItemKind::MacroCall, open, end);
            return;
        }
        let mut at = start;
        while at < end {
            match self.word(at) {
                ";" => {
                    item.tokens.end = at + 1;
                    return;
                }
                "{" => {
                    item.tokens.end = self.mate(at).max(at) + 1;
                    return;
                }
                "(" | "[" => at = self.mate(at).max(at) + 1,
                _ => at += 1,
            }
        }
    }

    fn read_members(&self, item: &mut Item) {
        if let Some((open, close)) = item.body {
            let (members, inner) = self.items(open + 1..close);
            item.members = members;
            item.inner = inner;
        }
    }

    /// Splits `impl<…> Trait for Type where …` behind the word `impl` at `at`.
    fn impl_header(&self, item: &mut Item, at: usize) {
        let end = item.body.map_or(item.tokens.end, |(open, _)| open);
        let mut from = at + 1;
        if self.is(from, end, "<") {
            from = self.past_angles(from, end);
        }
        if self.is(from, end, "const") {
            from += 1;
        }
        let (mut at, mut split, mut stop) = (from, None, end);
        while at < end {
            match self.word(at) {
                "<" => at = self.past_angles(at, end),
                "(" | "[" => at = self.mate(at).max(at) + 1,
                // `for<'a> fn(&'a T)` is a type, not the divider.
                "for" if split.is_none() && self.word(at + 1) != "<" => {
                    split = Some(at);
                    at += 1;
                }
                "where" => {
                    stop = at;
                    break;
                }
                _ => at += 1,
            }
        }
        match split {
            Some(split) => {
                let from = from + usize::from(self.is(from, end, "!"));
                item.of_trait = from..split;
                item.for_type = split + 1..stop;
            }
            None => item.for_type = from..stop,
        }
    }

    /// Index behind the `>` that closes the `<` at `at`.
    pub fn past_angles(&self, mut at: usize, end: usize) -> usize {
        let mut depth = 0usize;
        while at < end {
            match self.word(at) {
                "<" => depth += 1,
                ">" if at > 0
                    && matches!(self.word(at - 1), "-" | "=")
                    && self.tokens[at - 1].end == self.tokens[at].start => {}
                ">" => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                "(" | "[" | "{" => at = self.mate(at).max(at),
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

    fn read(text: &str) -> Vec<Item> {
        let tokens = tokens(text);
        Reader {
            text,
            tokens: &tokens,
        }
        .items(0..tokens.len())
        .0
    }

    fn kinds(text: &str) -> Vec<(ItemKind, String)> {
        read(text)
            .into_iter()
            .map(|item| (item.kind, item.name))
            .collect()
    }

    #[test]
    fn each_item_is_told_apart() {
        use ItemKind::*;
        let found = kinds(
            "/// d\n#[inline] pub(crate) const unsafe extern \"C\" fn f<const N: usize>(a: [u8; {1}]) -> Foo<{ N }> where T: X, { a }\n\
             struct A(u8); pub struct B { x: u8 } enum C {} union D { a: u8 } unsafe auto trait E {}\n\
             type F = u8; const G: u8 = { 1 }; static mut H: u8 = 2; use a::{b, c}; extern crate alloc;\n\
             mod i; mod j { fn k() {} } macro_rules! l { () => {} } m::n! { x } o!(y); extern \"C\" { fn p(); }",
        );
        let expected = [
            (Fn, "f"),
            (Struct, "A"),
            (Struct, "B"),
            (Enum, "C"),
            (Union, "D"),
            (Trait, "E"),
            (TypeAlias, "F"),
            (Const, "G"),
            (Static, "H"),
            (Use, ""),
            (ExternCrate, "alloc"),
            (Mod, "i"),
            (Mod, "j"),
            (MacroRules, "l"),
            (MacroCall, "m::n"),
            (MacroCall, "o"),
            (ForeignMod, ""),
        ];
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((kind, name), (wanted, wanted_name)) in found.iter().zip(expected) {
            assert_eq!((*kind, name.as_str()), (wanted, wanted_name));
        }
    }

    #[test]
    fn impls_are_split() {
        let text = "unsafe impl<'a, F: Fn(&u8) -> u8> a::Tr<X> for &'a [Foo<F>] where F: Y { fn m(&self) {} const C: u8 = 1; } impl B<{ 1 }> {}";
        let tokens = tokens(text);
        let items = Reader {
            text,
            tokens: &tokens,
        }
        .items(0..tokens.len())
        .0;
        let span = |range: &Range<usize>| {
            &text[tokens[range.start].start as usize..tokens[range.end - 1].end as usize]
        };
        assert_eq!(span(&items[0].of_trait), "a::Tr<X>");
        assert_eq!(span(&items[0].for_type), "&'a [Foo<F>]");
        assert_eq!(items[0].members.len(), 2);
        assert!(items[1].of_trait.is_empty());
        assert_eq!(span(&items[1].for_type), "B<{ 1 }>");
    }
}
