//! One Rust file, read with tree-sitter in one walk: definitions, references, imports, lines of code.
//!
//! Items come from the tree, references from the stream of its leaves: a name is what stands before `(`, `!` or `::`.
//! So the tokens of macros are read like all others, and broken text gives what can be read of it.

use std::{cell::RefCell, collections::HashMap, sync::OnceLock};

use ripout_model::{FileFacts, Kind};
use tree_sitter::{Node, Parser, TreeCursor};

use crate::facts::{Def, Facts, KINDS, NONE, Ref, Use, how};

/// What one file says.
pub fn parse(bytes: &[u8]) -> FileFacts {
    thread_local! {
        static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
    }
    let tree = PARSER.with_borrow_mut(|parser| {
        let parser = parser.get_or_insert_with(|| {
            let mut parser = Parser::new();
            // The grammar is linked in: its version fits the library's, or no test would pass.
            let _ = parser.set_language(&tree_sitter_rust::LANGUAGE.into());
            parser
        });
        parser.parse(bytes, None)
    });
    let Some(tree) = tree else {
        return FileFacts {
            code_lines: 0,
            broken: Some(1),
            facts: Vec::new(),
        };
    };
    let mut walk = Walk::new(bytes);
    walk.run(&mut tree.walk());
    FileFacts {
        code_lines: walk.code_lines,
        broken: tree
            .root_node()
            .has_error()
            .then(|| first_error(tree.root_node())),
        facts: walk.facts.encode(),
    }
}

/// Line of the first place that the grammar could not make sense of.
fn first_error(root: Node<'_>) -> u32 {
    let mut node = root;
    loop {
        if node.is_error() || node.is_missing() {
            return line(node.start_position().row);
        }
        let mut cursor = node.walk();
        let next = node.children(&mut cursor).find(Node::has_error);
        match next {
            Some(child) => node = child,
            None => return line(node.start_position().row),
        }
    }
}

fn line(row: usize) -> u32 {
    u32::try_from(row).map_or(u32::MAX, |row| row.saturating_add(1))
}

/// What a node is to the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Item(Kind),
    Impl,
    Module,
    Use,
    MacroCall,
    Attribute,
    Comment,
    Name,
    PathSeparator,
    Dot,
    Bang,
    Open,
    Colon,
    Other,
}

/// Roles by the grammar's numbers for kinds of node.
fn roles() -> &'static [Role] {
    static ROLES: OnceLock<Vec<Role>> = OnceLock::new();
    ROLES.get_or_init(|| {
        let language: tree_sitter::Language = tree_sitter_rust::LANGUAGE.into();
        (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                role(
                    language.node_kind_for_id(id).unwrap_or(""),
                    language.node_kind_is_named(id),
                )
            })
            .collect()
    })
}

fn role(kind: &str, named: bool) -> Role {
    match (kind, named) {
        ("function_item" | "function_signature_item", true) => Role::Item(Kind::Function),
        ("struct_item", true) => Role::Item(Kind::Struct),
        ("enum_item", true) => Role::Item(Kind::Enum),
        ("union_item", true) => Role::Item(Kind::Union),
        ("trait_item", true) => Role::Item(Kind::Trait),
        ("type_item" | "associated_type", true) => Role::Item(Kind::TypeAlias),
        ("const_item", true) => Role::Item(Kind::Const),
        ("static_item", true) => Role::Item(Kind::Static),
        ("macro_definition", true) => Role::Item(Kind::Macro),
        ("impl_item", true) => Role::Impl,
        ("mod_item", true) => Role::Module,
        ("use_declaration", true) => Role::Use,
        ("macro_invocation", true) => Role::MacroCall,
        ("attribute_item" | "inner_attribute_item", true) => Role::Attribute,
        ("line_comment" | "block_comment", true) => Role::Comment,
        (
            "identifier" | "type_identifier" | "field_identifier" | "self" | "super" | "crate",
            true,
        )
        | ("self" | "super" | "crate", false) => Role::Name,
        ("::", false) => Role::PathSeparator,
        (".", false) => Role::Dot,
        ("!", false) => Role::Bang,
        ("(", false) => Role::Open,
        (":", false) => Role::Colon,
        _ => Role::Other,
    }
}

/// Where the walk is: what the leaves belong to.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// Depth of the node that set it.
    depth: u32,
    def: u32,
    scope: u32,
    owner: u32,
    /// Items here are members of an inherent impl, a trait, a trait impl, or of none.
    members: Members,
    /// Leaves here name nothing: attributes, imports, comments.
    mute: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Members {
    None,
    Inherent,
    Trait,
    /// One definition with all in it.
    Whole,
}

/// A name whose use shows in the next leaf.
#[derive(Debug, Clone, Copy)]
struct Pending<'a> {
    text: &'a str,
    qualifier: Option<&'a str>,
    after_dot: bool,
    line: u32,
    from: u32,
}

struct Walk<'a> {
    text: &'a [u8],
    facts: Facts,
    numbers: HashMap<&'a str, u32>,
    made: HashMap<String, u32>,
    contexts: Vec<Context>,
    pending: Option<Pending<'a>>,
    /// The name before a `::` that was just read.
    qualifier: Option<&'a str>,
    after_dot: bool,
    /// Where the name of the definition just begun stands.
    own_name: usize,
    code_lines: u32,
    /// Lines counted so far end before this row.
    row: usize,
}

impl<'a> Walk<'a> {
    fn new(text: &'a [u8]) -> Self {
        let top = Context {
            depth: 0,
            def: NONE,
            scope: NONE,
            owner: NONE,
            members: Members::None,
            mute: false,
        };
        Self {
            text,
            facts: Facts::default(),
            numbers: HashMap::new(),
            made: HashMap::new(),
            contexts: vec![top],
            pending: None,
            qualifier: None,
            after_dot: false,
            own_name: usize::MAX,
            code_lines: 0,
            row: 0,
        }
    }

    fn run(&mut self, cursor: &mut TreeCursor<'a>) {
        let roles = roles();
        let mut depth = 1;
        loop {
            let node = cursor.node();
            let role = roles
                .get(usize::from(node.kind_id()))
                .copied()
                .unwrap_or(Role::Other);
            self.enter(node, role, depth);
            if role != Role::Comment && cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            self.leaf(node, role);
            loop {
                while self
                    .contexts
                    .last()
                    .is_some_and(|context| context.depth == depth)
                {
                    self.contexts.pop();
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    self.settle(Role::Other);
                    return;
                }
                depth -= 1;
            }
        }
    }

    fn here(&self) -> Context {
        // The first context is never popped: no node has depth 0.
        self.contexts[self.contexts.len() - 1]
    }

    fn enter(&mut self, node: Node<'a>, role: Role, depth: u32) {
        let here = Context {
            depth,
            ..self.here()
        };
        match role {
            Role::Item(kind) => self.item(node, kind, here),
            Role::Impl => self.implementation(node, here),
            Role::Module => {
                let name = self.field(node, "name");
                let scope = self.joined(here.scope, name, "::");
                if let Some(name) = node.child_by_field_name("name") {
                    self.own_name = name.start_byte();
                }
                self.contexts.push(Context {
                    scope,
                    members: Members::None,
                    ..here
                });
            }
            Role::Use => {
                if let Some(argument) = node.child_by_field_name("argument") {
                    self.import(argument, None, None);
                }
                self.contexts.push(Context { mute: true, ..here });
            }
            Role::Attribute => self.contexts.push(Context { mute: true, ..here }),
            Role::MacroCall if here.def == NONE && !here.mute => {
                let name = self.field(node, "macro");
                let path = self.made(format!("{name}!"));
                let (name, owner) = (self.number(name), NONE);
                self.define(node, Kind::MacroCall, path, name, here, owner);
                let def = self.last_def();
                self.contexts.push(Context { def, ..here });
            }
            _ => {}
        }
    }

    fn item(&mut self, node: Node<'a>, kind: Kind, here: Context) {
        let nested = here.def != NONE;
        let (kind, owner) = match here.members {
            Members::Whole => return,
            Members::Inherent if !nested => (Kind::Method, here.owner),
            Members::Trait if here.owner != NONE => (Kind::TraitMember, here.owner),
            // Items in bodies belong to the definition around them.
            _ if nested => return,
            _ => (kind, NONE),
        };
        let Some(name_node) = node.child_by_field_name("name") else {
            return;
        };
        let name = self.slice(name_node);
        self.own_name = name_node.start_byte();
        let within = if owner == NONE {
            here.scope
        } else {
            let owner = self.facts.name(owner).to_owned();
            self.joined(here.scope, &owner, "::")
        };
        let path = self.joined(within, name, "::");
        let name = self.number(name);
        let owned = if kind == Kind::Trait { name } else { owner };
        self.define(node, kind, path, name, here, owned);
        let def = self.last_def();
        let members = if kind == Kind::Trait {
            Members::Trait
        } else {
            Members::None
        };
        self.contexts.push(Context {
            def,
            owner: owned,
            members,
            ..here
        });
    }

    fn implementation(&mut self, node: Node<'a>, here: Context) {
        if here.def != NONE {
            return;
        }
        let of = node
            .child_by_field_name("type")
            .map_or("", |of| self.slice(of));
        let base = self.number(base_name(of));
        let Some(of_trait) = node.child_by_field_name("trait") else {
            self.contexts.push(Context {
                owner: base,
                members: Members::Inherent,
                ..here
            });
            return;
        };
        let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let trait_text = self.slice(of_trait);
        let path = self.made(format!("impl {} for {}", spaced(trait_text), spaced(of)));
        let name = self.number(base_name(trait_text));
        self.define(node, Kind::Impl, path, name, here, base);
        let def = self.last_def();
        self.contexts.push(Context {
            def,
            owner: base,
            members: Members::Whole,
            ..here
        });
    }

    fn define(
        &mut self,
        node: Node<'a>,
        kind: Kind,
        path: u32,
        name: u32,
        here: Context,
        owner: u32,
    ) {
        let kind = KINDS
            .iter()
            .position(|other| *other == kind)
            .unwrap_or_default();
        self.facts.defs.push(Def {
            kind: u32::try_from(kind).unwrap_or_default(),
            path,
            name,
            scope: here.scope,
            owner,
            first: line(node.start_position().row),
            last: line(node.end_position().row),
        });
    }

    fn last_def(&self) -> u32 {
        u32::try_from(self.facts.defs.len())
            .unwrap_or(u32::MAX)
            .wrapping_sub(1)
    }

    /// One name of a `use` at a time, through braces.
    fn import(&mut self, node: Node<'a>, root: Option<&'a str>, before: Option<&'a str>) {
        let (first, last) = ends(self.slice(node));
        let root = root.or(first);
        match node.kind() {
            "scoped_use_list" | "use_list" => {
                let path = node
                    .child_by_field_name("path")
                    .map(|path| self.slice(path));
                let (root, before) = match path {
                    Some(path) => (root, ends(path).1),
                    None if node.kind() == "scoped_use_list" => (root, before),
                    None => (before.and(root), before),
                };
                let list = node.child_by_field_name("list").unwrap_or(node);
                let mut cursor = list.walk();
                let children: Vec<_> = list.named_children(&mut cursor).collect();
                for child in children {
                    self.import(child, root, before);
                }
            }
            "use_wildcard" => {
                let path = node.named_child(0).map(|path| self.slice(path));
                let qualifier = path.map_or(before, |path| ends(path).1);
                self.imported(root.or(qualifier), "*", None, qualifier);
            }
            "use_as_clause" => {
                let alias = self.field(node, "alias");
                let path = self.field(node, "path");
                let (first, name) = ends(path);
                let qualifier = qualifier_of(path).or(before);
                self.imported(root.or(first), alias, name, qualifier);
            }
            "self" => self.imported(root, before.unwrap_or("self"), before, None),
            _ => {
                let qualifier = qualifier_of(self.slice(node)).or(before);
                self.imported(root, last.unwrap_or(""), last, qualifier);
            }
        }
    }

    fn imported(
        &mut self,
        root: Option<&'a str>,
        alias: &'a str,
        name: Option<&'a str>,
        qualifier: Option<&'a str>,
    ) {
        let root = self.number(root.unwrap_or(""));
        let alias = self.number(alias);
        let name = name.map_or(NONE, |name| self.number(name));
        let qualifier = qualifier.map_or(NONE, |qualifier| self.number(qualifier));
        self.facts.uses.push(Use {
            root,
            alias,
            name,
            qualifier,
        });
    }

    /// Counts a leaf's lines, and reads names from the stream of leaves.
    fn leaf(&mut self, node: Node<'a>, role: Role) {
        if role == Role::Comment || node.start_byte() == node.end_byte() {
            return;
        }
        let (first, last) = (node.start_position().row, node.end_position().row);
        let begin = first.max(self.row);
        if begin <= last {
            self.code_lines += u32::try_from(last + 1 - begin).unwrap_or(u32::MAX);
            self.row = last + 1;
        }
        let here = self.here();
        if here.mute {
            return;
        }
        self.settle(role);
        match role {
            Role::Name if node.start_byte() != self.own_name => {
                self.pending = Some(Pending {
                    text: self.slice(node),
                    qualifier: self.qualifier.take(),
                    after_dot: std::mem::take(&mut self.after_dot),
                    line: line(first),
                    from: here.def,
                });
            }
            Role::Dot => self.after_dot = true,
            Role::PathSeparator => {}
            _ => {
                self.qualifier = None;
                self.after_dot = false;
            }
        }
    }

    /// Decides what the pending name was, now that the next leaf is known.
    fn settle(&mut self, next: Role) {
        let Some(name) = self.pending.take() else {
            return;
        };
        if name.from == NONE {
            return;
        }
        let capital =
            name.text.len() > 1 && name.text.starts_with(|c: char| c.is_ascii_uppercase());
        let how = match next {
            Role::PathSeparator => {
                self.qualifier = Some(name.text);
                if !capital {
                    return;
                }
                how::NAMED
            }
            Role::Open if name.after_dot => how::METHOD,
            Role::Open => how::CALLED,
            Role::Bang => how::MACRO,
            // A field, its initialiser, or a local.
            _ if name.after_dot || next == Role::Colon => return,
            _ if capital || name.qualifier.is_some() => how::NAMED,
            _ => return,
        };
        let qualifier = name
            .qualifier
            .map_or(NONE, |qualifier| self.number(qualifier));
        let number = self.number(name.text);
        self.facts.refs.push(Ref {
            from: name.from,
            name: number,
            qualifier,
            line: name.line,
            how,
        });
    }

    fn slice(&self, node: Node<'_>) -> &'a str {
        let bytes = self.text.get(node.byte_range()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or("")
    }

    fn field(&self, node: Node<'_>, name: &str) -> &'a str {
        node.child_by_field_name(name)
            .map_or("", |child| self.slice(child))
    }

    fn number(&mut self, name: &'a str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.push(name.replace('\n', " "));
        self.numbers.insert(name, number);
        number
    }

    fn made(&mut self, name: String) -> u32 {
        if let Some(number) = self.made.get(&name) {
            return *number;
        }
        let number = self.push(name.replace('\n', " "));
        self.made.insert(name, number);
        number
    }

    fn push(&mut self, name: String) -> u32 {
        let number = u32::try_from(self.facts.names.len()).unwrap_or(u32::MAX);
        self.facts.names.push(name);
        number
    }

    fn joined(&mut self, scope: u32, name: &str, separator: &str) -> u32 {
        let path = if scope == NONE {
            name.to_owned()
        } else {
            format!("{}{separator}{name}", self.facts.name(scope))
        };
        self.made(path)
    }
}

/// `Vec` of `&'a mut std::vec::Vec<T>`.
fn base_name(of: &str) -> &str {
    let of = of.trim_start_matches(['&', '*', ' ', '(', '[']);
    let of = match of.strip_prefix('\'') {
        Some(lifetime) => lifetime.split_once(' ').map_or("", |(_, rest)| rest),
        None => of,
    };
    let of = ["mut ", "dyn ", "const "]
        .iter()
        .fold(of, |of, word| of.strip_prefix(word).unwrap_or(of));
    let path = of
        .split(['<', ' ', ',', ')', ']', ';', '\n'])
        .next()
        .unwrap_or(of);
    path.rsplit("::").next().unwrap_or(path)
}

/// First and last part of a path, braces left out.
fn ends(path: &str) -> (Option<&str>, Option<&str>) {
    let path = path
        .split('{')
        .next()
        .unwrap_or(path)
        .trim_end_matches([':', '*', ' ']);
    let mut parts = path
        .split("::")
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let first = parts.next();
    (first, parts.last().or(first))
}

/// The part before the last.
fn qualifier_of(path: &str) -> Option<&str> {
    path.rsplit("::")
        .map(str::trim)
        .nth(1)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
use std::fmt;
use crate::units::{self, factor as weight, *};

/// A length.
#[derive(Debug)]
pub struct Length(f64);

impl Length {
    pub fn new(text: &str) -> Self {
        let value = parse(text).max(MAXIMUM);
        println!(\"{}\", weight(value));
        Length(units::metres(value))
    }
}

impl fmt::Display for Length {
    fn fmt(&self) { self.write() }
}

mod inner {
    pub trait Measure { fn measure(&self); }
    build! { Length, other(1) }
}
";

    fn facts(text: &str) -> (FileFacts, Facts) {
        let file = parse(text.as_bytes());
        let facts = Facts::decode(&file.facts).unwrap();
        (file, facts)
    }

    #[test]
    fn definitions_have_paths_and_lines() {
        let (file, facts) = facts(TEXT);
        let defs: Vec<_> = facts
            .defs
            .iter()
            .map(|def| {
                format!(
                    "{} {} {}-{}",
                    KINDS[def.kind as usize].word(),
                    facts.name(def.path),
                    def.first,
                    def.last
                )
            })
            .collect();
        assert_eq!(
            defs,
            [
                "struct Length 6-6",
                "method Length::new 9-13",
                "impl impl fmt::Display for Length 16-18",
                "trait inner::Measure 21-21",
                "trait_member inner::Measure::measure 21-21",
                "macro_call build! 22-22",
            ]
        );
        assert_eq!((file.code_lines, file.broken), (18, None));
    }

    #[test]
    fn references_know_how_they_are_used() {
        let (_, facts) = facts(TEXT);
        let shown: Vec<_> = facts
            .refs
            .iter()
            .map(|one| {
                format!(
                    "{}.{} {}",
                    facts.name(one.qualifier),
                    facts.name(one.name),
                    one.how
                )
            })
            .collect();
        for expected in [
            ".parse 1",
            ".max 2",
            ".MAXIMUM 0",
            ".println 3",
            ".weight 1",
            "units.metres 1",
            ".write 2",
            ".other 1",
        ] {
            assert!(
                shown.iter().any(|one| one == expected),
                "{expected} in {shown:?}"
            );
        }
        assert!(
            !shown
                .iter()
                .any(|one| one.contains("value") || one.contains("text")),
            "{shown:?}"
        );
    }

    #[test]
    fn imports_are_read_through_braces() {
        let (_, facts) = facts(TEXT);
        let shown: Vec<_> = facts
            .uses
            .iter()
            .map(|one| {
                let [root, alias, name, qualifier] =
                    [one.root, one.alias, one.name, one.qualifier].map(|number| facts.name(number));
                format!("{root} {alias}={qualifier}.{name}")
            })
            .collect();
        assert_eq!(
            shown,
            [
                "std fmt=std.fmt",
                "crate units=.units",
                "crate weight=units.factor",
                "crate *=units."
            ]
        );
    }

    #[test]
    fn broken_text_gives_what_can_be_read_and_the_line() {
        let (file, facts) = facts("fn one() {}\nfn two( {\n\u{fffd}}\nfn three() {}\n");
        assert!(file.broken.is_some_and(|line| line >= 2), "{file:?}");
        assert!(facts.defs.iter().any(|def| facts.name(def.name) == "one"));
        assert!(parse(&[0xff, 0xfe, b'f', b'n']).facts.len() > 1);
    }
}
