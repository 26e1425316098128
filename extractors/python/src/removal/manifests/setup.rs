//! `setup.py`: strings of lists that are written out.

use tree_sitter::Node;

use super::{Hand, lists::cuts};
use crate::{
    removal::{
        draft::{Draft, line_of},
        imports::{tree, walk},
        strings::content,
    },
    survey::requirement::Requirement,
};

/// Takes the dependency's strings out.
pub fn edit(draft: &mut Draft, hand: &mut Hand) {
    let text = draft.text().to_owned();
    let Some(tree) = tree(&text) else { return };
    let names_it =
        |said: &str| Requirement::read(said).is_some_and(|requirement| requirement.key == hand.key);
    let mut done = Vec::new();
    let mut left = Vec::new();
    let mut listed = false;
    walk(&tree, |node| {
        if matches!(node.kind(), "list" | "tuple" | "set") {
            let entries: Vec<Node> = entries(node);
            let goes: Vec<bool> = entries
                .iter()
                .map(|entry| content(*entry, &text).is_some_and(|(_, said)| names_it(said)))
                .collect();
            let gone = goes.iter().filter(|goes| **goes).count();
            let ranges: Vec<_> = entries.iter().map(Node::byte_range).collect();
            if gone > 0 && is_requirement(node, &text) {
                for (entry, _) in entries.iter().zip(&goes).filter(|(_, goes)| **goes) {
                    done.push(entry.start_position().row as u32 + 1);
                }
                // A tuple of one needs its comma.
                if node.kind() == "tuple" && entries.len() - gone == 1 {
                    let kept = goes.iter().position(|goes| !goes).unwrap_or(0);
                    let inner = node.start_byte() + 1..node.end_byte() - 1;
                    let only = text.get(ranges[kept].clone()).unwrap_or("");
                    draft.replace(inner, format!("{only},"));
                } else {
                    for cut in cuts(&text, &node.byte_range(), &ranges, &goes) {
                        draft.cut(cut);
                    }
                }
            }
            if let Some(beside) = hand.beside
                && argument(node, &text) == Some("py_modules")
                && let Some(last) = ranges.last()
                && entries.iter().any(|entry| {
                    content(*entry, &text).is_some_and(|(_, said)| said == beside.module)
                })
            {
                draft.replace(last.end..last.end, format!(", '{}'", beside.stem));
                listed = true;
            }
        }
        if let Some((range, said)) = content(node, &text).filter(|_| node.kind() == "string") {
            // Requirements as lines of one string.
            if said.contains('\n') && is_requirement(node, &text) {
                let mut at = range.start;
                for line in said.split_inclusive('\n') {
                    if names_it(line) {
                        done.push(line_of(&text, at));
                        draft.cut(at..at + line.len());
                    }
                    at += line.len();
                }
            } else if names_it(said) && argument(node, &text).is_some_and(requires) {
                left.push((
                    node.start_position().row as u32 + 1,
                    "take the requirement out".to_owned(),
                ));
            }
        }
        true
    });
    hand.done.extend(done);
    hand.left.extend(left);
    hand.listed |= listed;
}

fn entries(node: Node) -> Vec<Node> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

fn requires(name: &str) -> bool {
    matches!(
        name,
        "install_requires" | "tests_require" | "extras_require"
    )
}

/// The keyword argument that a value is, or is written into.
fn argument<'t>(node: Node, text: &'t str) -> Option<&'t str> {
    let parent = node.parent()?;
    let name =
        (parent.kind() == "keyword_argument").then(|| parent.child_by_field_name("name"))??;
    text.get(name.byte_range())
}

/// Whether what stands there is required at run time or by an extra, as far as that shows: not what the build asks for.
fn is_requirement(node: Node, text: &str) -> bool {
    let mut around = Some(node);
    while let Some(one) = around {
        if one.kind() == "keyword_argument" {
            let name = one.child_by_field_name("name");
            let name = name.and_then(|name| text.get(name.byte_range()));
            return name.is_some_and(requires);
        }
        // A list that a name holds is what some argument is given.
        if one.kind() == "assignment" {
            return true;
        }
        around = one.parent();
    }
    false
}
