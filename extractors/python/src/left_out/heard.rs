//! Whether the error that says what is left out gets out of a module: nothing in it may take that for an error of its own.
//!
//! By text alone, and rather too strict: a handler that could catch it is one too many, wherever it stands.

use tree_sitter::Node;

use super::names::{Names, bound, mentioned};
use crate::removal::imports::tree;

/// The error's own name.
const ERROR: &str = "NotImplementedError";

/// Errors of the language that are no ancestors of that one.
const OTHERS: [&str; 26] = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BlockingIOError",
    "EOFError",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "IOError",
    "ImportError",
    "IndexError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "OSError",
    "OverflowError",
    "RecursionError",
    "StopIteration",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "ValueError",
    "ZeroDivisionError",
];

/// Words of text that may end an error, or run text where nobody hears it.
const DEAF: [&str; 30] = [
    "Thread",
    "Timer",
    "__aexit__",
    "__builtins__",
    "__del__",
    "__exit__",
    "_thread",
    "asyncio",
    "atexit",
    "builtins",
    "concurrent",
    "ctypes",
    "eval",
    "excepthook",
    "exec",
    "finalize",
    "gc",
    "logging",
    "multiprocessing",
    "readline",
    "reprlib",
    "setprofile",
    "settrace",
    "socketserver",
    "sqlite3",
    "suppress",
    "tkinter",
    "weakref",
    "wsgiref",
    "xmlrpc",
];

/// Whether all that a module leaves out is heard of.
pub fn is_heard(text: &str) -> bool {
    let Some(tree) = tree(text) else { return false };
    let root = tree.root_node();
    let mut words = Names::new();
    mentioned(root, text, &mut words);
    let mut own = Names::new();
    bound(root, text, true, &mut own);
    !root.has_error()
        && !DEAF.iter().any(|word| words.contains(word))
        && !own.contains(ERROR)
        && !OTHERS.iter().any(|name| own.contains(name))
        && gets_out(root, text, &classes(root, text))
}

/// Classes of the module whose names mean nothing else in it.
fn classes<'t>(root: Node<'_>, text: &'t str) -> Names<'t> {
    let mut classes = Names::new();
    let mut others = Names::new();
    let mut cursor = root.walk();
    for statement in root.named_children(&mut cursor) {
        let named = |node: Node<'_>| {
            node.child_by_field_name("name")
                .map(|it| &text[it.byte_range()])
        };
        match statement.kind() {
            "class_definition" => {
                let name = named(statement).unwrap_or_default();
                if !classes.insert(name) {
                    others.insert(name);
                }
            }
            _ => bound(statement, text, true, &mut others),
        }
        inner(statement, text, &mut others);
    }
    classes.retain(|class| !others.contains(class));
    classes
}

/// Names that are bound inside a class.
fn inner<'t>(statement: Node<'_>, text: &'t str, names: &mut Names<'t>) {
    if statement.kind() == "class_definition"
        && let Some(body) = statement.child_by_field_name("body")
    {
        bound(body, text, true, names);
    }
}

fn gets_out(node: Node<'_>, text: &str, classes: &Names<'_>) -> bool {
    let fine = match node.kind() {
        "except_clause" | "except_group_clause" => {
            misses(node, text, classes) || passes_on(node, text)
        }
        "finally_clause" => !has(
            node,
            &["return_statement", "break_statement", "continue_statement"],
        ),
        _ => true,
    };
    let mut cursor = node.walk();
    fine && node
        .named_children(&mut cursor)
        .all(|child| gets_out(child, text, classes))
}

/// Whether a handler is for other errors.
fn misses(clause: Node<'_>, text: &str, classes: &Names<'_>) -> bool {
    let mut cursor = clause.walk();
    let mut caught = clause
        .named_children(&mut cursor)
        .filter(|child| !matches!(child.kind(), "block" | "comment"));
    match (caught.next(), caught.next()) {
        (Some(only), None) => is_other(only, text, classes),
        // An alias may stand beside what it is an alias of.
        (Some(first), Some(alias)) if alias.kind() == "identifier" && caught.next().is_none() => {
            clause.child_by_field_name("alias") == Some(alias) && is_other(first, text, classes)
        }
        _ => false,
    }
}

fn is_other(node: Node<'_>, text: &str, classes: &Names<'_>) -> bool {
    let mut cursor = node.walk();
    match node.kind() {
        "identifier" => {
            let name = &text[node.byte_range()];
            OTHERS.contains(&name) || classes.contains(name)
        }
        "as_pattern" => node
            .named_child(0)
            .is_some_and(|first| is_other(first, text, classes)),
        "tuple" | "parenthesized_expression" => node
            .named_children(&mut cursor)
            .filter(|child| child.kind() != "comment")
            .all(|child| is_other(child, text, classes)),
        _ => false,
    }
}

/// Whether a handler raises again whatever it got.
fn passes_on(clause: Node<'_>, text: &str) -> bool {
    let mut cursor = clause.walk();
    let block = clause
        .named_children(&mut cursor)
        .find(|child| child.kind() == "block");
    let last = block.and_then(|block| {
        let mut cursor = block.walk();
        let statements = block.named_children(&mut cursor);
        statements.filter(|child| child.kind() != "comment").last()
    });
    last.is_some_and(|last| {
        last.kind() == "raise_statement" && text[last.byte_range()].trim() == "raise"
    }) && !has(
        clause,
        &[
            "return_statement",
            "break_statement",
            "continue_statement",
            "yield",
            "await",
        ],
    )
}

fn has(node: Node<'_>, kinds: &[&str]) -> bool {
    let mut cursor = node.walk();
    kinds.contains(&node.kind())
        || node
            .named_children(&mut cursor)
            .any(|child| has(child, kinds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_gets_out_where_nothing_could_catch_it() {
        for heard in [
            "def a(b):\n    return b",
            "class Wrong(ValueError):\n    pass\n\ndef a(b):\n    try:\n        return int(b)\n    except (TypeError, Wrong) as error:\n        raise Wrong from error",
            "def a(b):\n    try:\n        return b()\n    except BaseException:\n        b.close()\n        raise",
            "def a(b):\n    try:\n        return b()\n    except ValueError:\n        return 1\n    else:\n        return 2\n    finally:\n        b.close()",
        ] {
            assert!(is_heard(heard), "{heard}");
        }
        for deaf in [
            "def a(b):\n    try:\n        return b()\n    except:\n        pass",
            "def a(b):\n    try:\n        return b()\n    except Exception:\n        return 1",
            "def a(b):\n    try:\n        return b()\n    except (ValueError, RuntimeError):\n        return 1",
            "def a(b):\n    try:\n        return b()\n    except Exception as error:\n        if b:\n            return 1\n        raise",
            "def a(b):\n    try:\n        return b()\n    except b.error:\n        return 1",
            "ERRORS = (Exception,)\ndef a(b):\n    try:\n        return b()\n    except ERRORS:\n        return 1",
            "class E(ValueError):\n    pass\nE = Exception\ndef a(b):\n    try:\n        return b()\n    except E:\n        return 1",
            "def a(b, E=Exception):\n    class E(ValueError):\n        pass\n    try:\n        return b()\n    except E:\n        return 1",
            "ValueError = Exception\ndef a(b):\n    try:\n        return b()\n    except ValueError:\n        return 1",
            "def a(b):\n    try:\n        return b()\n    finally:\n        return 1",
            "from contextlib import suppress\n",
            "class A:\n    def __exit__(self, *error):\n        return True",
            "class NotImplementedError(Exception):\n    pass",
            "NotImplementedError = ValueError",
        ] {
            assert!(!is_heard(deaf), "{deaf}");
        }
    }
}
