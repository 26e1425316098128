//! Strings and conditions of a Python text: what the walk over statements does not keep.

use tree_sitter::{Node, Parser};

use crate::parse::kinds::grammar;

/// What was found.
#[derive(Debug, Default)]
pub struct Literals {
    /// Strings that may name something: dotted names, and a name followed by a colon.
    pub names: Vec<Literal>,
    /// Documentation with examples.
    pub examples: Vec<Literal>,
    /// Arms of an `if` about the interpreter or the platform.
    pub arms: Vec<Arm>,
}

/// A string.
#[derive(Debug)]
pub struct Literal {
    /// What it says.
    pub text: String,
    /// 1-based.
    pub line: u32,
    /// Last part of the function's name that it is an argument of.
    pub given_to: Option<String>,
}

/// Text that is there only under a condition.
#[derive(Debug)]
pub struct Arm {
    /// First byte.
    pub start: u32,
    /// Byte behind the last.
    pub end: u32,
    /// The condition as it is written.
    pub condition: String,
}

/// Reads a text.
pub fn read(text: &str) -> Literals {
    let mut found = Literals::default();
    let mut parser = Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else { return found };
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        match node.kind() {
            "string" => found.string(node, text),
            "if_statement" | "elif_clause" => found.arms(node, text),
            _ => {}
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

impl Literals {
    fn string(&mut self, node: Node, text: &str) {
        let mut said = String::new();
        for index in 0..node.named_child_count() {
            let Some(child) = node.named_child(index as u32) else {
                continue;
            };
            match child.kind() {
                "string_content" => said.push_str(text.get(child.byte_range()).unwrap_or("")),
                "interpolation" => return,
                _ => {}
            }
        }
        let parent = node.parent();
        if parent.is_some_and(|parent| parent.kind() == "expression_statement") {
            if said.contains(">>>") {
                self.examples.push(Literal {
                    given_to: None,
                    line: node.start_position().row as u32 + 1,
                    text: said,
                });
            }
        } else if is_name(&said) {
            let given_to = parent
                .and_then(|parent| callee(parent, text))
                .map(str::to_owned);
            self.names.push(Literal {
                text: said,
                line: node.start_position().row as u32 + 1,
                given_to,
            });
        }
    }

    fn arms(&mut self, node: Node, text: &str) {
        let Some(condition) = node.child_by_field_name("condition") else {
            return;
        };
        let words = text.get(condition.byte_range()).unwrap_or("");
        let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
        const TELLING: [&str; 6] = [
            "version_info",
            "TYPE_CHECKING",
            "sys.platform",
            "os.name",
            "platform.system",
            "hexversion",
        ];
        if !TELLING.iter().any(|word| words.contains(word)) {
            return;
        }
        let mut arm = |node: Node, condition: String| {
            self.arms.push(Arm {
                start: node.start_byte() as u32,
                end: node.end_byte() as u32,
                condition,
            });
        };
        if let Some(body) = node.child_by_field_name("consequence") {
            arm(body, words.clone());
        }
        let mut cursor = node.walk();
        for other in node.children_by_field_name("alternative", &mut cursor) {
            if other.kind() == "else_clause" {
                arm(other, format!("not ({words})"));
            }
        }
    }
}

/// The function that an argument is given to, by the last part of its name.
pub fn callee<'t>(parent: Node, text: &'t str) -> Option<&'t str> {
    // `sys.modules["dep"]` names a module as a call would.
    if parent.kind() == "subscript" {
        let of = text.get(parent.child_by_field_name("value")?.byte_range())?;
        return (of == "sys.modules").then_some("modules");
    }
    let arguments = if parent.kind() == "keyword_argument" {
        parent.parent()?
    } else {
        parent
    };
    let call = (arguments.kind() == "argument_list").then(|| arguments.parent())??;
    let function = text.get(call.child_by_field_name("function")?.byte_range())?;
    Some(function.rsplit('.').next().unwrap_or(function))
}

/// Whether a text is a dotted name, with or without `:name` behind it.
pub fn is_name(text: &str) -> bool {
    let mut parts = text.split(['.', ':']);
    text.len() <= 200
        && text.matches(':').count() <= 1
        && parts.all(|part| {
            part.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
                && part
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_strings_and_conditions_are_found() {
        let found = read(
            "import sys\nif sys.version_info < (3, 8):\n    import a\nelse:\n    import b\nx = load('dep.mod:f', w='x')\ny = 'not a name'\ndef f():\n    '''\n    >>> g()\n    '''\n",
        );
        let names: Vec<(&str, u32, Option<&str>)> = found
            .names
            .iter()
            .map(|one| (one.text.as_str(), one.line, one.given_to.as_deref()))
            .collect();
        assert_eq!(
            names,
            [("dep.mod:f", 6, Some("load")), ("x", 6, Some("load"))]
        );
        let conditions: Vec<&str> = found
            .arms
            .iter()
            .map(|arm| arm.condition.as_str())
            .collect();
        assert_eq!(
            conditions,
            [
                "sys.version_info < (3, 8)",
                "not (sys.version_info < (3, 8))"
            ]
        );
        assert_eq!(found.examples[0].line, 9);
    }
}
