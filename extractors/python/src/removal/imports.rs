//! Import statements of the dependency, spelt anew: the module's name in the place of the dependency's, and every name that a
//! statement binds bound as before.

use std::{collections::BTreeSet, ops::Range};

use tree_sitter::{Node, Parser, Tree};

use super::{
    consumer::Consumer,
    draft::{line_end, line_start},
    home::Spelling,
};
use crate::{parse::kinds::grammar, survey::uses::Project};

/// A range and what it becomes.
pub type Edit = (Range<usize>, String);

/// Whose imports they are, and what they become.
pub struct Imports<'a> {
    /// The project.
    pub consumer: &'a Consumer<'a>,
    /// Its texts joined.
    pub project: &'a Project<'a>,
    /// How this text names the module.
    pub spelling: &'a Spelling,
    /// The module's stem.
    pub stem: &'a str,
    /// Whether a statement may become several lines.
    pub lines: bool,
}

/// One name of a statement.
struct Name<'t> {
    node: Node<'t>,
    /// As it is written, without blanks.
    path: String,
    /// Behind `as`.
    alias: Option<&'t str>,
    /// What becomes of it.
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is somebody else's.
    Stays,
    /// A name of the dependency.
    Symbol,
    /// A module of the dependency.
    Module,
}

/// A text as a tree.
pub fn tree(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    // The grammar is built against this very library: it can't fail but by a wrong build.
    parser.set_language(&grammar().language).ok()?;
    parser.parse(text, None)
}

/// Every node of a tree, in the order of the text, until `go` says that what is below a node is of no interest.
pub fn walk<'t>(tree: &'t Tree, mut go: impl FnMut(Node<'t>) -> bool) {
    let mut cursor = tree.walk();
    loop {
        if go(cursor.node()) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

impl Imports<'_> {
    /// The edits to a text's import statements.
    pub fn edits(&self, tree: &Tree, text: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut bound: BTreeSet<(usize, String)> = BTreeSet::new();
        walk(tree, |node| {
            match node.kind() {
                "import_statement" => self.plain(node, text, &mut bound, &mut edits),
                "import_from_statement" => self.from(node, text, &mut bound, &mut edits),
                _ => return true,
            }
            false
        });
        edits
    }

    fn names<'t>(&self, node: Node<'t>, text: &'t str, module: Option<&str>) -> Vec<Name<'t>> {
        let mut cursor = node.walk();
        let children: Vec<Node> = node.children_by_field_name("name", &mut cursor).collect();
        let name = |node: Node<'t>| {
            let aliased = node.kind() == "aliased_import";
            let what = if aliased {
                node.child_by_field_name("name")?
            } else {
                node
            };
            let alias = node
                .child_by_field_name("alias")
                .filter(|_| aliased)
                .and_then(|alias| text.get(alias.byte_range()));
            let path = plain(text.get(what.byte_range())?);
            let whole = match module {
                Some(module) => format!("{module}.{path}"),
                None => path.clone(),
            };
            let fate = if !self.consumer.owns(self.project, &whole) {
                Fate::Stays
            } else if module.is_none() || self.consumer.is_module(&whole) {
                Fate::Module
            } else {
                Fate::Symbol
            };
            Some(Name {
                node,
                path,
                alias,
                fate,
            })
        };
        children.into_iter().filter_map(name).collect()
    }

    /// `import a, dep.sub as b`.
    fn plain(
        &self,
        node: Node,
        text: &str,
        bound: &mut BTreeSet<(usize, String)>,
        edits: &mut Vec<Edit>,
    ) {
        let names = self.names(node, text, None);
        let bindings = names.iter().filter(|name| name.fate != Fate::Stays);
        let bindings: Vec<String> = bindings
            .map(|name| {
                let first = name.path.split('.').next().unwrap_or(&name.path);
                match name.alias {
                    Some(alias) => self.spelling.binding(alias),
                    // `import a.b` binds `a`, which is the dependency's own where that is its import name.
                    None if self.consumer.owns(self.project, first) => self.spelling.binding(first),
                    None => self.spelling.binding(self.stem),
                }
            })
            .collect();
        if !bindings.is_empty() {
            self.rewritten(node, text, &names, bindings, bound, edits);
        }
    }

    /// `from dep import a, sub as b`.
    fn from(
        &self,
        node: Node,
        text: &str,
        bound: &mut BTreeSet<(usize, String)>,
        edits: &mut Vec<Edit>,
    ) {
        let Some(head) = node.child_by_field_name("module_name") else {
            return;
        };
        let Some(module) = text.get(head.byte_range()).map(plain) else {
            return;
        };
        if module.starts_with('.') {
            return;
        }
        let names = self.names(node, text, Some(&module));
        let count = |fate: Fate| names.iter().filter(|name| name.fate == fate).count();
        let bindings = names.iter().filter(|name| name.fate == Fate::Module);
        let mut bindings: Vec<String> = bindings
            .map(|name| self.spelling.binding(name.alias.unwrap_or(&name.path)))
            .collect();
        if count(Fate::Symbol) > 0 {
            if count(Fate::Stays) == 0 {
                // The names stay where they are; only where they come from changes.
                edits.push((head.byte_range(), self.spelling.module.clone()));
                if bindings.is_empty() {
                    return;
                }
            } else {
                let symbols = names.iter().filter(|name| name.fate == Fate::Symbol);
                let symbols: Vec<&str> = symbols
                    .filter_map(|name| text.get(name.node.byte_range()))
                    .collect();
                let (module, symbols) = (&self.spelling.module, symbols.join(", "));
                bindings.insert(0, format!("from {module} import {symbols}"));
            }
        }
        if !bindings.is_empty() {
            self.rewritten(node, text, &names, bindings, bound, edits);
        }
    }

    /// Takes what moves out of a statement, and puts new statements behind it; in its place where nothing stays.
    fn rewritten(
        &self,
        node: Node,
        text: &str,
        names: &[Name],
        statements: Vec<String>,
        bound: &mut BTreeSet<(usize, String)>,
        edits: &mut Vec<Edit>,
    ) {
        let range = node.byte_range();
        let alone = alone(text, &range);
        let block = node.parent().map_or(0, |parent| parent.id());
        // `import dep.a` and `import dep.b` come to the same.
        let mut fresh = Vec::new();
        for statement in statements {
            if bound.insert((block, statement.clone())) {
                fresh.push(statement);
            }
        }
        let head = node.child_by_field_name("module_name");
        let moved_head =
            head.is_some_and(|head| edits.iter().any(|(range, _)| *range == head.byte_range()));
        let stays: Vec<bool> = names
            .iter()
            .map(|name| name.fate == Fate::Stays || (name.fate == Fate::Symbol && moved_head))
            .collect();
        let separator = match indent(text, &range).filter(|_| self.lines && alone) {
            Some(indent) => format!("\n{indent}"),
            None => "; ".to_owned(),
        };
        if stays.iter().any(|one| *one) {
            edits.extend(removed(names, &stays));
            if !fresh.is_empty() {
                let joined = fresh.join(&separator);
                edits.push((range.end..range.end, format!("{separator}{joined}")));
            }
        } else if !fresh.is_empty() {
            edits.push((range, fresh.join(&separator)));
        } else if alone {
            edits.push((
                line_start(text, range.start)..line_end(text, range.end),
                String::new(),
            ));
        } else {
            edits.push((range, "pass".to_owned()));
        }
    }
}

/// The edits that take names out of a list: each with the comma behind it, or the one before it where none is left behind.
fn removed(names: &[Name], stays: &[bool]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let last = stays.iter().rposition(|one| *one).unwrap_or(0);
    for (index, name) in names.iter().enumerate() {
        if stays[index] {
            continue;
        }
        let range = name.node.byte_range();
        if index < last {
            edits.push((
                range.start..names[index + 1].node.start_byte(),
                String::new(),
            ));
        } else if index == last + 1 {
            // All that is left to the end goes, with the comma in front of it.
            let end = names.last().map_or(range.end, |name| name.node.end_byte());
            edits.push((names[last].node.end_byte()..end, String::new()));
        }
    }
    edits
}

/// The blanks in front of a statement; `None` where something else stands on its line before it.
fn indent<'t>(text: &'t str, range: &Range<usize>) -> Option<&'t str> {
    let before = text.get(line_start(text, range.start)..range.start)?;
    before.trim().is_empty().then_some(before)
}

/// Whether a statement has its line for itself, a comment aside.
fn alone(text: &str, range: &Range<usize>) -> bool {
    let behind = text.get(range.end..line_end(text, range.end)).unwrap_or("");
    let behind = behind.trim();
    indent(text, range).is_some() && (behind.is_empty() || behind.starts_with('#'))
}

/// A dotted name without the blanks that may stand in it.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '\\')
        .collect()
}
