//! The places of a member's text that use a dependency: code, attributes, macros, tests, examples of the documentation.

use std::ops::Range;

use ripout_model::UsePlace;

use super::{
    modules::{Setting, Tree},
    names::{Api, Found, Names, imports},
    text::{Leaf, Text},
};
use crate::{
    cfg::unquote,
    items::{Item, ItemKind},
    tokens::TokenKind,
};

/// Blocks nested deeper than this are read as if they were one.
const DEEPEST: usize = 100;

/// Attributes that no package defines.
const BUILT_IN: [&str; 30] = [
    "allow",
    "bench",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "feature",
    "forbid",
    "global_allocator",
    "ignore",
    "inline",
    "link",
    "macro_export",
    "macro_use",
    "must_use",
    "no_mangle",
    "no_std",
    "non_exhaustive",
    "path",
    "proc_macro",
    "recursion_limit",
    "repr",
    "should_panic",
    "target_feature",
    "test",
    "track_caller",
    "warn",
];

/// A use, with the crate by the name that it has in this member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The crate's name and the rest of the path; the last part is `*` for a glob.
    pub path: Vec<String>,
    /// File.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// What kind of place it is.
    pub place: UsePlace,
    /// What kind of target it is in.
    pub target: UsePlace,
    /// Whether it stands in the library's API.
    pub exposed: bool,
    /// First token of the path, and the one behind it; equal where no path of code stands there.
    pub tokens: [usize; 2],
}

/// All uses of a member.
pub fn find(names: &Names) -> Vec<Place> {
    let api = Api::of(names);
    let mut walk = Walk {
        names,
        tree: names.tree,
        api: &api,
        found: Vec::new(),
    };
    for (index, module) in names.tree.modules.iter().enumerate() {
        let here = Here {
            module: index,
            text: &names.tree.texts[module.text],
            setting: &module.setting,
            shown: &[],
        };
        for attr in &module.inner {
            walk.attribute(attr.inside.clone(), &here);
        }
        if module.loose {
            walk.tokens(0..here.text.len(), &here, &mut Vec::new(), 0);
        }
        for item in &module.items {
            walk.item(item, &here);
        }
    }
    walk.found.sort();
    walk.found.dedup();
    walk.found
}

/// Where the walk is.
struct Here<'t> {
    module: usize,
    text: &'t Text,
    setting: &'t Setting,
    /// Tokens that are part of the API.
    shown: &'t [Range<usize>],
}

struct Walk<'t> {
    names: &'t Names<'t>,
    tree: &'t Tree,
    api: &'t Api,
    found: Vec<Place>,
}

impl Walk<'_> {
    fn push(
        &mut self,
        path: Vec<String>,
        at_line: u32,
        place: UsePlace,
        exposed: bool,
        here: &Here,
        tokens: Range<usize>,
    ) {
        self.found.push(Place {
            path,
            file: here.text.path.clone(),
            line: at_line,
            place,
            target: here.setting.place.clone(),
            exposed,
            tokens: [tokens.start, tokens.end],
        });
    }

    fn item(&mut self, item: &Item, around: &Here) {
        let setting = around.setting.under(around.text, &item.attrs);
        let shown = self.shown(item, around);
        let here = Here {
            module: around.module,
            text: around.text,
            setting: &setting,
            shown: &shown,
        };
        for attr in &item.attrs {
            self.attribute(attr.inside.clone(), &here);
        }
        match item.kind {
            ItemKind::Use => {
                let public = item.vis.len() == 1;
                let leaves = here.text.leaves(item.vis.end, item.tokens.end, public).0;
                for leaf in &leaves {
                    self.leaf(leaf, &here, &[]);
                }
            }
            ItemKind::ExternCrate => {
                let macros = item
                    .attrs
                    .iter()
                    .any(|attr| here.text.word(attr.inside.start) == "macro_use");
                let mut path = vec![String::new(), super::text::plain(&item.name).to_owned()];
                if let Some(Found::Outside(found)) = self.names.find(here.module, &path, &[]) {
                    path = found;
                    if macros {
                        path.push("*".to_owned());
                    }
                    let line = here.text.line(item.tokens.start);
                    let public = item.vis.len() == 1
                        && here.setting.library
                        && self.api.has_module(here.module);
                    let place = if public {
                        UsePlace::Reexport
                    } else {
                        here.setting.of_use(false)
                    };
                    self.push(path, line, place, public, &here, 0..0);
                }
            }
            // A module's items are walked as the module's.
            ItemKind::Mod => {}
            _ => self.tokens(item.tokens.clone(), &here, &mut Vec::new(), 0),
        }
    }

    /// Tokens of an item that stand in the API.
    fn shown(&self, item: &Item, here: &Here) -> Vec<Range<usize>> {
        if !here.setting.library || here.setting.place != UsePlace::Code {
            return Vec::new();
        }
        let text = here.text;
        let start = item.tokens.start;
        let body = item.body.map_or(item.tokens.end, |(open, _)| open);
        let name = super::text::plain(&item.name);
        if item.kind == ItemKind::Impl {
            return self.shown_of_impl(item, here);
        }
        if !self.api.has(self.tree, here.module, name) {
            return Vec::new();
        }
        match item.kind {
            ItemKind::Fn => only(start..body),
            ItemKind::Struct | ItemKind::Union => {
                let mut shown = Vec::new();
                // Fields in braces stand behind the header, those in parentheses within it.
                let mut header = start..body;
                if item.body.is_none() {
                    let open = (start..body).find(|at| text.word(*at) == "(");
                    if let Some(open) = open {
                        header = start..open;
                        shown.extend(fields(text, open, text.mate(open)));
                    }
                }
                if let Some((open, close)) = item.body {
                    shown.extend(fields(text, open, close));
                }
                shown.push(header);
                shown
            }
            ItemKind::Enum | ItemKind::TypeAlias => vec![item.tokens.clone()],
            ItemKind::Const | ItemKind::Static => {
                let value = item.tokens.clone().find(|at| text.word(*at) == "=");
                only(start..value.unwrap_or(item.tokens.end))
            }
            ItemKind::Trait => {
                let mut shown = only(start..body);
                shown.extend(item.members.iter().map(header));
                shown
            }
            _ => Vec::new(),
        }
    }

    fn shown_of_impl(&self, item: &Item, here: &Here) -> Vec<Range<usize>> {
        let text = here.text;
        let of = item
            .for_type
            .clone()
            .find_map(|at| text.path_at(at))
            .and_then(|path| self.names.find(here.module, &path.parts, &[]));
        let Some(Found::Own(module, Some(name))) = of else {
            return Vec::new();
        };
        if !self.api.has(self.tree, module, &name) {
            return Vec::new();
        }
        let of_trait = !item.of_trait.is_empty();
        if of_trait {
            // A trait of the member's own that nobody else can name shows nothing.
            let own = item
                .of_trait
                .clone()
                .find_map(|at| text.path_at(at))
                .and_then(|path| self.names.find(here.module, &path.parts, &[]));
            if let Some(Found::Own(module, Some(name))) = own
                && !self.api.has(self.tree, module, &name)
            {
                return Vec::new();
            }
        }
        let mut shown =
            only(item.tokens.start..item.body.map_or(item.tokens.end, |(open, _)| open));
        let public = |member: &&Item| of_trait || member.vis.len() == 1;
        shown.extend(item.members.iter().filter(public).map(header));
        shown
    }

    fn leaf(&mut self, leaf: &Leaf, here: &Here, scopes: &[&[Leaf]]) {
        let Some(Found::Outside(mut path)) = self.names.of_leaf(here.module, leaf, scopes) else {
            return;
        };
        if leaf.name == "*" {
            path.push("*".to_owned());
        }
        let exposed = leaf.public && here.setting.library && self.api.has_module(here.module);
        let place = if exposed {
            UsePlace::Reexport
        } else {
            here.setting.of_use(false)
        };
        self.push(path, leaf.line, place, exposed, here, 0..0);
    }

    /// Tokens of code. `scopes` are the imports of the blocks around.
    fn tokens(
        &mut self,
        range: Range<usize>,
        here: &Here,
        scopes: &mut Vec<Vec<Leaf>>,
        depth: usize,
    ) {
        let text = here.text;
        let (mut at, mut macros) = (range.start, 0);
        if range.start < range.end && text.word(range.start) == "macro_rules" {
            macros = range.end;
        }
        while at < range.end {
            match text.word(at) {
                "#" => {
                    let open = at + 1 + usize::from(text.word(at + 1) == "!");
                    let close = text.mate(open);
                    if text.word(open) == "[" && close > open {
                        self.attribute(open + 1..close, here);
                        at = close + 1;
                        continue;
                    }
                }
                "use" if text.kind(at) == Some(TokenKind::Ident) && text.word(at + 1) != "<" => {
                    let (leaves, next) = text.leaves(at, range.end, false);
                    for leaf in &leaves {
                        let around: Vec<&[Leaf]> = scopes.iter().map(Vec::as_slice).collect();
                        self.leaf(leaf, here, &around);
                    }
                    at = next.max(at + 1);
                    continue;
                }
                "{" if depth < DEEPEST && text.mate(at) > at && text.mate(at) < range.end => {
                    let close = text.mate(at);
                    scopes.push(imports(text, at + 1, close));
                    if at < macros {
                        self.in_macro(at + 1..close, here, scopes, depth + 1);
                    } else {
                        self.tokens(at + 1..close, here, scopes, depth + 1);
                    }
                    scopes.pop();
                    at = close + 1;
                    continue;
                }
                _ => {}
            }
            let Some(path) = text.path_at(at) else {
                at += 1;
                continue;
            };
            let end = path.tokens.end;
            let called = text.word(end) == "!" && text.kind(end + 1) == Some(TokenKind::Open);
            let around: Vec<&[Leaf]> = scopes.iter().map(Vec::as_slice).collect();
            if let Some(Found::Outside(mut found)) =
                self.names.find(here.module, &path.parts, &around)
                // A word that is a crate's name alone is nearly always something else.
                && found.len() > 1
            {
                if called && let Some(last) = found.last_mut() {
                    last.push('!');
                }
                let shown = here.shown.iter().any(|shown| shown.contains(&at));
                let place = here.setting.of_use(at < macros);
                self.push(
                    found,
                    text.line(at),
                    place,
                    shown,
                    here,
                    path.tokens.clone(),
                );
            }
            if called {
                macros = macros.max(text.mate(end + 1));
            }
            at = end;
        }
    }

    fn in_macro(
        &mut self,
        range: Range<usize>,
        here: &Here,
        scopes: &mut Vec<Vec<Leaf>>,
        depth: usize,
    ) {
        let before = self.found.len();
        self.tokens(range, here, scopes, depth);
        let place = here.setting.of_use(true);
        for found in &mut self.found[before..] {
            if found.place == UsePlace::Code {
                found.place = place.clone();
            }
        }
    }

    /// What stands between an attribute's brackets.
    fn attribute(&mut self, inside: Range<usize>, here: &Here) {
        let text = here.text;
        let Some(path) = text.path_at(inside.start) else {
            return;
        };
        let open = path.tokens.end;
        let arguments = open + 1..text.mate(open).max(open + 1);
        let name = path.parts.join("::");
        match name.as_str() {
            "cfg" | "doc" | "deprecated" => return,
            "cfg_attr" => {
                let comma = top_commas(text, arguments.clone()).first().copied();
                let Some(comma) = comma else {
                    return;
                };
                let condition = text.spaced(arguments.start..comma);
                let mut setting = here.setting.clone();
                setting.condition.get_or_insert(condition);
                let here = Here {
                    setting: &setting,
                    ..*here
                };
                let mut start = comma + 1;
                for end in top_commas(text, start..arguments.end)
                    .into_iter()
                    .chain([arguments.end])
                {
                    self.attribute(start..end, &here);
                    start = end + 1;
                }
                return;
            }
            "derive" => {
                let mut at = arguments.start;
                while at < arguments.end {
                    match text.path_at(at) {
                        Some(path) => {
                            self.derived(&path.parts, text.line(at), here);
                            at = path.tokens.end;
                        }
                        None => at += 1,
                    }
                }
                return;
            }
            _ => {}
        }
        if !BUILT_IN.contains(&name.as_str()) {
            self.derived(&path.parts, text.line(inside.start), here);
        }
        let mut at = open;
        while at < inside.end {
            if text.kind(at) == Some(TokenKind::Text) {
                self.string(at, here);
            } else if let Some(path) = text.path_at(at) {
                if let Some(Found::Outside(found)) = self.names.find(here.module, &path.parts, &[])
                    && found.len() > 1
                {
                    let place = here.setting.of_use(false);
                    self.push(
                        found,
                        text.line(at),
                        place,
                        false,
                        here,
                        path.tokens.clone(),
                    );
                }
                at = path.tokens.end;
                continue;
            }
            at += 1;
        }
    }

    /// A derive or an attribute that a dependency defines.
    fn derived(&mut self, parts: &[String], line: u32, here: &Here) {
        if let Some(Found::Outside(found)) = self.names.find(here.module, parts, &[]) {
            self.push(found, line, UsePlace::Derive, false, here, 0..0);
        }
    }

    /// A string of an attribute that names something: `#[serde(with = "dep::module")]`.
    fn string(&mut self, at: usize, here: &Here) {
        let said = unquote(here.text.word(at));
        let path = said.split(['<', '(']).next().unwrap_or_default();
        let parts: Vec<String> = path
            .split("::")
            .map(|part| part.trim().to_owned())
            .collect();
        let names = parts.iter().enumerate().all(|(at, part)| {
            !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_')
                || (at == 0 && part.is_empty() && parts.len() > 1)
        });
        if !names {
            return;
        }
        if let Some(Found::Outside(found)) = self.names.find(here.module, &parts, &[]) {
            self.push(found, here.text.line(at), UsePlace::Text, false, here, 0..0);
        }
    }
}

/// What of a member is seen from outside: all but a function's body and a constant's value.
fn header(item: &Item) -> Range<usize> {
    match (item.kind, item.body) {
        (ItemKind::Fn, Some((open, _))) => item.tokens.start..open,
        _ => item.tokens.clone(),
    }
}

/// The public fields between two delimiters.
fn fields(text: &Text, open: usize, close: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = open + 1;
    for end in top_commas(text, start..close).into_iter().chain([close]) {
        let mut at = start;
        while at < end && (text.word(at) == "#" || text.kind(at) == Some(TokenKind::Doc)) {
            at = if text.word(at) == "#" {
                text.mate(at + 1) + 1
            } else {
                at + 1
            };
        }
        let restricted = text.word(at + 1) == "("
            && matches!(text.word(at + 2), "crate" | "super" | "self" | "in");
        if text.word(at) == "pub" && !restricted {
            found.push(at..end);
        }
        start = end + 1;
    }
    found
}

/// Commas of a range that stand in no delimiters.
fn top_commas(text: &Text, range: Range<usize>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match text.word(at) {
            "(" | "[" | "{" => at = text.mate(at) + 1,
            word => {
                if word == "," {
                    found.push(at);
                }
                at += 1;
            }
        }
    }
    found
}

/// One range, and no numbers of it.
fn only(range: Range<usize>) -> Vec<Range<usize>> {
    vec![range]
}
