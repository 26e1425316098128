//! Strings that name something of the dependency: what `patch("dep.name")` is given.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::{
    consumer::Consumer,
    imports::{Edit, walk},
};
use crate::survey::{
    literals::{callee, is_name},
    uses::Project,
};

/// Functions that put something in the place of what a string names.
const PATCHING: [&str; 4] = ["patch", "setattr", "delattr", "dict"];

/// A string that names something of the dependency.
pub struct Named {
    /// What stands between the quotes.
    pub range: Range<usize>,
    /// 1-based.
    pub line: u32,
    /// The name that a module has at its root, with what follows it; `None` where it can't be told which it is.
    pub within: Option<String>,
}

/// Such strings of a text.
pub fn named(consumer: &Consumer, project: &Project, tree: &Tree, text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    walk(tree, |node| {
        if node.kind() != "string" {
            return true;
        }
        if let Some((range, said)) = content(node, text)
            && is_name(said)
            && said.contains('.')
            && !said.contains([':', '-'])
            && consumer.owns(project, said)
        {
            let function = node.parent().and_then(|parent| callee(parent, text));
            let patching = function.is_some_and(|function| PATCHING.contains(&function));
            let within = consumer.within(said);
            found.push(Named {
                range,
                line: node.start_position().row as u32 + 1,
                within: (patching && !within.is_empty()).then(|| within.to_owned()),
            });
        }
        false
    });
    found
}

/// The edits to a text's strings. `module` is the absolute name of the module.
pub fn edits(
    consumer: &Consumer,
    project: &Project,
    tree: &Tree,
    text: &str,
    module: &str,
) -> Vec<Edit> {
    named(consumer, project, tree, text)
        .into_iter()
        .filter_map(|one| Some((one.range, format!("{module}.{}", one.within?))))
        .collect()
}

/// What a plain string says, and where.
pub fn content<'t>(node: Node, text: &'t str) -> Option<(Range<usize>, &'t str)> {
    let mut cursor = node.walk();
    let mut children = node
        .named_children(&mut cursor)
        .filter(|child| !matches!(child.kind(), "string_start" | "string_end"));
    let only = children.next()?;
    if only.kind() != "string_content" || children.next().is_some() {
        return None;
    }
    Some((only.byte_range(), text.get(only.byte_range())?))
}
