//! What a module that was made for one project leaves out, and how far its text alone shows that nothing else goes.
//!
//! * here: whether a function does nothing but say that it was left out
//! * [`cuts`]: whether a definition is the author's but for blocks that were left out
//! * [`heard`]: whether the error that says so gets out of the module

mod cuts;
mod heard;
mod names;

use ripout_model::LEFT_OUT;
use tree_sitter::Node;

use crate::removal::imports::tree;

pub use cuts::is_cut;
pub use heard::is_heard;

/// Whether all of a function is `raise NotImplementedError("left out of this module: …")`.
pub fn is_all(text: &str) -> bool {
    let text = text.trim_start();
    let tree = tree(text);
    let function = tree.as_ref().and_then(|tree| {
        let root = tree.root_node();
        let alone = root.named_child_count() == 1 && !root.has_error();
        let only = root.named_child(0).filter(|_| alone);
        only.filter(|only| only.kind() == "function_definition")
    });
    let body = function.and_then(|function| function.child_by_field_name("body"));
    body.is_some_and(|body| {
        let mut cursor = body.walk();
        let does = |node: &Node<'_>| node.kind() != "comment" && !is_text(*node);
        let all: Vec<Node<'_>> = body.named_children(&mut cursor).filter(does).collect();
        matches!(&*all, [only] if says(*only, text))
    })
}

/// A text that stands for itself: a docstring.
fn is_text(node: Node<'_>) -> bool {
    node.kind() == "expression_statement"
        && node.named_child_count() == 1
        && node
            .named_child(0)
            .is_some_and(|only| only.kind() == "string")
}

/// Whether a statement is that error, with nothing in it that could do something.
fn is_plain(statement: Node<'_>, text: &str) -> bool {
    let call = statement.named_child(0).filter(|it| it.kind() == "call");
    let part = |name: &str| call.and_then(|call| call.child_by_field_name(name));
    let error = part("function").map(|it| &text[it.byte_range()]);
    let only = part("arguments").filter(|it| it.named_child_count() == 1);
    let only = only.and_then(|it| it.named_child(0));
    let only = only.filter(|it| it.kind() == "string");
    let only = only.map_or("", |it| &text[it.byte_range()]);
    says(statement, text)
        && statement.named_child_count() == 1
        && error == Some("NotImplementedError")
        && only.starts_with(['"', '\''])
        && !only.starts_with("\"\"\"")
        && !only.starts_with("'''")
}

fn says(statement: Node<'_>, text: &str) -> bool {
    let call = statement.named_child(0).filter(|it| it.kind() == "call");
    let arguments = call.and_then(|call| call.child_by_field_name("arguments"));
    let first = arguments.and_then(|it| it.named_child(0));
    let first = first.filter(|it| it.kind() == "string");
    let said = first.map_or("", |it| &text[it.byte_range()]);
    let said = said.trim_start_matches(['f', 'F', 'r', 'R']);
    let said = said.trim_start_matches(['"', '\'']);
    statement.kind() == "raise_statement" && said.starts_with(LEFT_OUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_loud_error_and_nothing_else() {
        for all in [
            "def a(b):\n    raise NotImplementedError(\"left out of this module: a\")",
            "    def a(self, b=1):\n        \"\"\"What it was.\"\"\"\n        # Why.\n        raise NotImplementedError(f'left out of this module: {b}')",
            "async def a():\n    raise NotImplementedError(\n        \"left out of this module: a\"\n    )",
        ] {
            assert!(is_all(all), "{all}");
        }
        for some in [
            "def a(b):\n    if b:\n        raise NotImplementedError(\"left out of this module: a\")",
            "def a(b):\n    b()\n    raise NotImplementedError(\"left out of this module: a\")",
            "def a(b):\n    raise NotImplementedError(\"a\")",
            "def a(b):\n    print(\"left out of this module: a\")",
            "def a(b):\n    pass",
            "class A:\n    raise NotImplementedError(\"left out of this module: a\")\n\n\na = 1",
            "class A:\n    raise NotImplementedError(\"left out of this module: a\")",
        ] {
            assert!(!is_all(some), "{some}");
        }
    }
}
