//! What a reader would have to know of some definitions of a file: what their syntax says, quoted.
//!
//! * [`walk`]: statements and expressions
//! * `items`: functions, classes and variables as wholes: documentation, heads, decorators
//! * `around`: statements of the module that a definition of the closure depends on
//! * [`words`]: names that say what they do

mod around;
mod items;
mod walk;
mod words;

use std::{collections::BTreeSet, ops::Range};

use ripout_model::{Passage, Statement, Topic};
use tree_sitter::{Node, Parser};

use crate::parse::kinds::grammar;
use walk::Walker;

/// The statements of a passage. Text that can't be parsed is passed over.
pub fn statements(passage: &Passage<'_>) -> Vec<Statement> {
    let mut parser = Parser::new();
    // The grammar is built against this very library: it can't fail but by a wrong build.
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(passage.text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else {
        return Vec::new();
    };
    let mut walker = Walker::new(passage, tree.root_node());
    walker.module(tree.root_node());
    // A condition that decides what the module has is told once.
    let mut told = BTreeSet::new();
    walker.sights.retain(|sight| {
        sight.topic != Topic::Platform || told.insert((sight.range.start, sight.range.end))
    });
    passage.statements(walker.sights)
}

/// The named children of a node, comments left out.
fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

/// A node's bytes.
fn bytes(node: Node<'_>) -> Range<usize> {
    node.byte_range()
}

/// The function or class in a definition that may be decorated.
fn undecorated(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "decorated_definition" => node.child_by_field_name("definition").unwrap_or(node),
        _ => node,
    }
}

/// A statement without what makes an expression one.
fn bare(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "expression_statement" => node.named_child(0).unwrap_or(node),
        _ => node,
    }
}

#[cfg(test)]
mod tests;
