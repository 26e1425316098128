//! What of a module's text users reach, and what can be left out of it. By names alone: the module need not build.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{Body, Outline, Remark};
use tree_sitter::{Node, Parser};

/// Values of constants that are shorter than this stay: a table is left out, a number is not.
const SHORT: usize = 60;

/// Reads the layout of a module.
pub fn outline(text: &str) -> Outline {
    let mut parser = Parser::new();
    let tree = match parser.set_language(&tree_sitter_rust::LANGUAGE.into()) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else {
        return Outline::default();
    };
    let mut reader = Reader {
        text,
        items: Vec::new(),
        exported: BTreeSet::new(),
        handed_on: Vec::new(),
    };
    reader.module(tree.root_node(), true);
    let public = reader.public();
    let mut outline = Outline {
        public: std::mem::take(&mut reader.handed_on),
        ..Outline::default()
    };
    for (item, public) in reader.items.iter().zip(&public) {
        if *public {
            outline.public.push(item.whole.clone());
            outline.private.extend(item.private.iter().cloned());
        }
        for (name, range, instead) in &item.bodies {
            outline.bodies.push(Body {
                name: name.clone(),
                range: range.clone(),
                public: *public && !within(&item.private, range),
                instead,
            });
        }
    }
    outline.public.sort_by_key(|range| range.start);
    let mut comments = Vec::new();
    gather(tree.root_node(), &mut comments, text);
    for range in comments {
        let owner = reader
            .items
            .iter()
            .position(|item| item.whole.end >= range.start);
        let public =
            owner.is_some_and(|it| public[it] && !within(&reader.items[it].private, &range));
        outline.remarks.push(Remark { range, public });
    }
    outline
}

/// An item of a module, at whatever depth.
struct Item {
    /// Its name; of an impl: the type's.
    name: String,
    /// The trait of an impl.
    of_trait: Option<String>,
    is_impl: bool,
    /// Plainly `pub`, or a macro, whose visibility stands elsewhere.
    open: bool,
    /// At the module's root, plainly `pub`.
    at_root: bool,
    whole: Range<usize>,
    bodies: Vec<(String, Range<usize>, &'static str)>,
    private: Vec<Range<usize>>,
    /// Names that stand outside bodies and private members.
    names: BTreeSet<String>,
}

struct Reader<'a> {
    text: &'a str,
    items: Vec<Item>,
    /// Last parts of what the root hands on.
    exported: BTreeSet<String>,
    /// Where it does so.
    handed_on: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn module(&mut self, node: Node<'_>, root: bool) {
        let mut cursor = node.walk();
        let mut lead = None;
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "attribute_item" => lead = lead.or(Some(child.start_byte())),
                "line_comment" | "block_comment" => {}
                "mod_item" => {
                    if let Some(body) = child.child_by_field_name("body") {
                        self.module(body, false);
                    }
                    lead = None;
                }
                "use_declaration" => {
                    // `pub(crate) use` hands on macros.
                    if root && visibility(child).is_some() {
                        identifiers(child, &mut |name| {
                            self.exported.insert(self.word(name));
                        });
                    }
                    if root && visibility(child).is_some_and(|it| self.slice(it) == "pub") {
                        self.handed_on.push(child.byte_range());
                    }
                    lead = None;
                }
                _ => {
                    let start = lead.take().unwrap_or(child.start_byte());
                    self.item(child, start..child.end_byte(), root);
                }
            }
        }
    }

    fn item(&mut self, node: Node<'_>, whole: Range<usize>, root: bool) {
        let is_impl = node.kind() == "impl_item";
        let is_macro = node.kind() == "macro_definition";
        let named = if is_impl { "type" } else { "name" };
        let Some(name) = node.child_by_field_name(named) else {
            return;
        };
        let open = is_macro || visibility(node).is_some_and(|it| self.slice(it) == "pub");
        let mut item = Item {
            name: self.last_name(name),
            of_trait: node
                .child_by_field_name("trait")
                .map(|it| self.last_name(it)),
            is_impl,
            open,
            at_root: root && open && !is_macro,
            whole,
            bodies: Vec::new(),
            private: Vec::new(),
            names: BTreeSet::new(),
        };
        let body = node.child_by_field_name("body");
        match node.kind() {
            "function_item" => {
                if let Some(body) = body {
                    item.bodies
                        .push((item.name.clone(), body.byte_range(), FUNCTION));
                }
            }
            "const_item" | "static_item" => {
                if let Some(value) = node.child_by_field_name("value")
                    && value.byte_range().len() > SHORT
                {
                    item.bodies
                        .push((item.name.clone(), value.byte_range(), VALUE));
                }
            }
            "impl_item" | "trait_item" => {
                if let Some(body) = body {
                    self.members(body, &mut item);
                }
            }
            _ => {}
        }
        if !is_macro {
            let mut names = BTreeSet::new();
            identifiers(node, &mut |name| {
                let range = name.byte_range();
                if !within(&item.private, &range)
                    && !item.bodies.iter().any(|(_, body, _)| holds(body, &range))
                {
                    names.insert(self.word(name));
                }
            });
            item.names = names;
        }
        self.items.push(item);
    }

    /// Methods of an impl or a trait. Members of a trait, and of an impl of one, are as public as it is.
    fn members(&self, body: Node<'_>, item: &mut Item) {
        let inherent = item.is_impl && item.of_trait.is_none();
        let mut cursor = body.walk();
        let mut lead = None;
        for member in body.named_children(&mut cursor) {
            if member.kind() == "attribute_item" {
                lead = lead.or(Some(member.start_byte()));
                continue;
            }
            if matches!(member.kind(), "line_comment" | "block_comment") {
                continue;
            }
            let start = lead.take().unwrap_or(member.start_byte());
            let open = visibility(member).is_some_and(|it| self.slice(it) == "pub");
            if inherent && !open {
                item.private.push(start..member.end_byte());
            }
            if member.kind() == "function_item"
                && let (Some(name), Some(body)) = (
                    member.child_by_field_name("name"),
                    member.child_by_field_name("body"),
                )
            {
                let name = format!("{}::{}", item.name, self.word(name));
                item.bodies.push((name, body.byte_range(), FUNCTION));
            }
        }
    }

    /// What users reach: what the root hands on, what stands open in it, and what the signatures of these name.
    fn public(&self) -> Vec<bool> {
        let mut local: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, item) in self.items.iter().enumerate() {
            if !item.is_impl {
                local.entry(&item.name).or_default().push(index);
            }
        }
        let mut public = vec![false; self.items.len()];
        let mut reached: BTreeSet<&str> = self.exported.iter().map(String::as_str).collect();
        reached.extend(
            self.items
                .iter()
                .filter(|item| item.at_root)
                .map(|item| item.name.as_str()),
        );
        loop {
            let mut more = false;
            for (index, item) in self.items.iter().enumerate() {
                if public[index] {
                    continue;
                }
                let is_reached = |name: &str| {
                    reached.contains(name)
                        && local.get(name).is_some_and(|its| {
                            its.iter()
                                .any(|it| self.items[*it].open || self.items[*it].at_root)
                        })
                };
                let reaches = if item.is_impl {
                    let hidden = item
                        .of_trait
                        .as_deref()
                        .is_some_and(|it| local.contains_key(it) && !is_reached(it));
                    let whole = item.of_trait.is_some()
                        || item.private.len() < item.bodies.len()
                        || item.bodies.is_empty();
                    let of_trait = item.of_trait.as_deref().is_some_and(is_reached);
                    of_trait || (is_reached(&item.name) && !hidden && whole)
                } else {
                    item.open && reached.contains(item.name.as_str())
                };
                if reaches {
                    public[index] = true;
                    reached.extend(item.names.iter().map(String::as_str));
                    more = true;
                }
            }
            if !more {
                return public;
            }
        }
    }

    fn slice(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    fn word(&self, node: Node<'_>) -> String {
        self.slice(node).trim_start_matches("r#").to_owned()
    }

    /// `Error` of `fmt::Error<T>`.
    fn last_name(&self, node: Node<'_>) -> String {
        let node = match node.kind() {
            "generic_type" | "reference_type" => node
                .child_by_field_name("type")
                .map(|it| self.last_name(it)),
            "scoped_type_identifier" => node.child_by_field_name("name").map(|it| self.word(it)),
            _ => None,
        }
        .unwrap_or_else(|| self.word(node));
        node.trim_end_matches('!').to_owned()
    }
}

const FUNCTION: &str = "{ /* left out */ }";
const VALUE: &str = "/* left out */";

fn visibility(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .find(|child| child.kind() == "visibility_modifier")
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn within(ranges: &[Range<usize>], inner: &Range<usize>) -> bool {
    ranges.iter().any(|outer| holds(outer, inner))
}

/// Every name below a node, without recursion: text may be nested deeply.
fn identifiers<'t>(node: Node<'t>, take: &mut impl FnMut(Node<'t>)) {
    each(node, &mut |node| {
        if matches!(
            node.kind(),
            "identifier" | "type_identifier" | "field_identifier"
        ) {
            take(node);
        }
    });
}

fn gather(node: Node<'_>, into: &mut Vec<Range<usize>>, text: &str) {
    each(node, &mut |node| {
        if matches!(node.kind(), "line_comment" | "block_comment") {
            let range = node.byte_range();
            // The grammar counts the end of a doc comment's line to it.
            let end = range.start + text[range.clone()].trim_end_matches(['\n', '\r']).len();
            into.push(range.start..end);
        }
    });
}

/// Visits a node and all below it, in the order of the text.
fn each<'t>(node: Node<'t>, visit: &mut impl FnMut(Node<'t>)) {
    let mut cursor = node.walk();
    loop {
        visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
#![allow(dead_code)]

pub use self::small::parse;

mod small {
/// What went wrong.
#[derive(Debug)]
pub enum Error {
    /// Nothing.
    Empty,
}

impl std::error::Error for Error {}

/// For this file alone.
pub struct Unnamed;

struct Inner;

impl Inner {
    // Counts.
    fn count(&self) -> usize { 1 }
}

static TABLE: [u8; 30] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

/// Parses.
pub fn parse(text: &str) -> Result<usize, Error> {
    // First.
    Ok(Inner.count())
}
}
";

    #[test]
    fn users_reach_what_is_handed_on_and_what_its_signature_names() {
        let outline = outline(TEXT);
        let public: Vec<&str> = outline.public.iter().map(|it| &TEXT[it.clone()]).collect();
        let headings: Vec<&str> = public
            .iter()
            .map(|it| it.lines().next().unwrap_or_default())
            .collect();
        assert_eq!(
            headings,
            [
                "pub use self::small::parse;",
                "#[derive(Debug)]",
                "impl std::error::Error for Error {}",
                "pub fn parse(text: &str) -> Result<usize, Error> {"
            ]
        );
    }

    #[test]
    fn bodies_and_comments_are_told_apart() {
        let outline = outline(TEXT);
        let names: Vec<(&str, bool)> = outline
            .bodies
            .iter()
            .map(|it| (it.name.as_str(), it.public))
            .collect();
        assert_eq!(
            names,
            [("Inner::count", false), ("TABLE", false), ("parse", true)]
        );
        let remarks: Vec<(&str, bool)> = outline
            .remarks
            .iter()
            .map(|it| (&TEXT[it.range.clone()], it.public))
            .collect();
        assert_eq!(
            remarks,
            [
                ("/// What went wrong.", true),
                ("/// Nothing.", true),
                ("/// For this file alone.", false),
                ("// Counts.", false),
                ("/// Parses.", true),
                ("// First.", true),
            ]
        );
    }

    #[test]
    fn text_that_is_broken_or_deep_is_read_all_the_same() {
        outline("pub fn f( {{{ /* ");
        outline(&format!("fn f() {{ {} }}", "(".repeat(20_000)));
    }
}
