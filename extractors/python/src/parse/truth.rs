//! Conditions whose outcome is known without running them: what is for type checkers, what is for other platforms.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::kinds::grammar;

/// What decides the conditions that ask for the platform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    /// `sys.platform`.
    pub platform: String,
    /// `os.name`.
    pub os_name: String,
    /// `platform.system()`.
    pub system: String,
    /// Names of the module that stand for what the platform's library has.
    pub flags: BTreeMap<String, bool>,
}

/// A condition's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Known because type checkers and interpreters see it differently.
    Types(bool),
    /// Known because of the platform.
    Platform(bool),
    /// Only running tells.
    Open,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Truth::Types(value) => Truth::Types(!value),
            Truth::Platform(value) => Truth::Platform(!value),
            Truth::Open => Truth::Open,
        }
    }

    fn value(self) -> Option<bool> {
        match self {
            Truth::Types(value) | Truth::Platform(value) => Some(value),
            Truth::Open => None,
        }
    }
}

/// The outcome of a condition; `platform` is absent where the text is read for any platform.
pub fn truth(node: Node, text: &[u8], platform: Option<&Platform>) -> Truth {
    let kinds = &grammar().kinds;
    let kind = node.kind_id();
    let words = |node: Node| node.utf8_text(text).unwrap_or("").to_string();
    if kind == kinds.identifier || kind == kinds.attribute {
        return match words(node).as_str() {
            "TYPE_CHECKING"
            | "typing.TYPE_CHECKING"
            | "t.TYPE_CHECKING"
            | "_typing.TYPE_CHECKING" => Truth::Types(false),
            word => platform
                .and_then(|platform| platform.flags.get(word))
                .map_or(Truth::Open, |value| Truth::Platform(*value)),
        };
    }
    if kind == kinds.parenthesized_expression {
        return node
            .named_child(0)
            .map_or(Truth::Open, |inner| truth(inner, text, platform));
    }
    if kind == kinds.not_operator {
        return node
            .named_child(0)
            .map_or(Truth::Open, |inner| truth(inner, text, platform).not());
    }
    if kind == kinds.boolean_operator {
        let (Some(left), Some(right)) = (node.named_child(0), node.named_child(1)) else {
            return Truth::Open;
        };
        let left = truth(left, text, platform);
        let right = truth(right, text, platform);
        let is_and = node.child(1).is_some_and(|word| word.kind() == "and");
        // `and` is decided by one false side, `or` by one true side.
        let decided = |side: Truth| side.value() == Some(!is_and);
        return if decided(left) {
            left
        } else if decided(right) {
            right
        } else if left.value().is_some() && right.value().is_some() {
            left
        } else {
            Truth::Open
        };
    }
    let Some(platform) = platform else {
        return Truth::Open;
    };
    let spoken = |node: Node| match words(node).as_str() {
        "sys.platform" | "_sys.platform" => Some(platform.platform.clone()),
        "os.name" | "_os.name" => Some(platform.os_name.clone()),
        "platform.system()" => Some(platform.system.clone()),
        _ => None,
    };
    if kind == kinds.comparison_operator && node.child_count() == 3 {
        let (Some(left), Some(operator), Some(right)) =
            (node.child(0), node.child(1), node.child(2))
        else {
            return Truth::Open;
        };
        let Some(actual) = spoken(left) else {
            return Truth::Open;
        };
        let literals = string_literals(right, text);
        return match (operator.kind(), literals) {
            ("==", Some(values)) => Truth::Platform(values.contains(&actual)),
            ("!=", Some(values)) => Truth::Platform(!values.contains(&actual)),
            ("in", Some(values)) if right.kind_id() != kinds.string => {
                Truth::Platform(values.contains(&actual))
            }
            ("in", Some(values)) => {
                Truth::Platform(values.iter().any(|value| value.contains(&actual)))
            }
            ("not in", Some(values)) if right.kind_id() != kinds.string => {
                Truth::Platform(!values.contains(&actual))
            }
            _ => Truth::Open,
        };
    }
    if kind == kinds.call {
        let written = words(node);
        if let Some(rest) = written
            .strip_prefix("sys.platform.startswith(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            let prefix = rest.trim_matches(['"', '\'']);
            if !prefix.contains(['(', '"', '\'']) {
                return Truth::Platform(platform.platform.starts_with(prefix));
            }
        }
    }
    Truth::Open
}

/// The strings of a literal, or of a tuple, list or set of literals.
fn string_literals(node: Node, text: &[u8]) -> Option<Vec<String>> {
    let kinds = &grammar().kinds;
    if node.kind_id() == kinds.string {
        let content = node.named_child(1)?;
        return Some(vec![content.utf8_text(text).ok()?.to_string()]);
    }
    if !matches!(
        node.kind(),
        "tuple" | "list" | "set" | "parenthesized_expression"
    ) {
        return None;
    }
    let mut values = Vec::new();
    for index in 0..node.named_child_count() {
        values.extend(string_literals(node.named_child(index as u32)?, text)?);
    }
    Some(values)
}
