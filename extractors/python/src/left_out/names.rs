//! Names that a piece of text binds.

use std::collections::BTreeSet;

use tree_sitter::Node;

/// Names of a text.
pub type Names<'t> = BTreeSet<&'t str>;

/// Names that are bound in `node`. `whole`: those of functions, classes and comprehensions inside as well, and all that a
/// pattern of `match` mentions: more than there are. Otherwise none but those that are certain: fewer.
pub fn bound<'t>(node: Node<'_>, text: &'t str, whole: bool, names: &mut Names<'t>) {
    let field = |name: &str| node.child_by_field_name(name);
    let mut below = true;
    match node.kind() {
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
            targets(field("left"), text, names);
        }
        "named_expression" | "type_alias_statement" => {
            targets(field("name").or(node.named_child(0)), text, names)
        }
        "as_pattern_target" | "delete_statement" => targets(Some(node), text, names),
        "import_statement" | "import_from_statement" => {
            imported(node, text, names);
            below = false;
        }
        "function_definition" | "class_definition" => {
            targets(field("name"), text, names);
            below = whole;
        }
        "lambda"
        | "list_comprehension"
        | "set_comprehension"
        | "dictionary_comprehension"
        | "generator_expression" => {
            below = whole;
        }
        "case_pattern" if whole => mentioned(node, text, names),
        _ => {}
    }
    if below {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            bound(child, text, whole, names);
        }
    }
}

/// Names of a function's parameters.
pub fn parameters<'t>(function: Node<'_>, text: &'t str, names: &mut Names<'t>) {
    let Some(parameters) = function.child_by_field_name("parameters") else {
        return;
    };
    let mut cursor = parameters.walk();
    for parameter in parameters.named_children(&mut cursor) {
        let name = match parameter.kind() {
            "identifier" => Some(parameter),
            "default_parameter" | "typed_default_parameter" => {
                parameter.child_by_field_name("name")
            }
            "typed_parameter" => parameter.named_child(0),
            _ => parameter
                .named_child(0)
                .filter(|it| it.kind() == "identifier"),
        };
        if let Some(name) = name.filter(|it| it.kind() == "identifier") {
            names.insert(&text[name.byte_range()]);
        }
    }
}

/// All names that are mentioned, of whatever.
pub fn mentioned<'t>(node: Node<'_>, text: &'t str, names: &mut Names<'t>) {
    if node.kind() == "identifier" {
        names.insert(&text[node.byte_range()]);
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        mentioned(child, text, names);
    }
}

/// Names in a place that is assigned to: those of attributes and keys aside.
fn targets<'t>(place: Option<Node<'_>>, text: &'t str, names: &mut Names<'t>) {
    let Some(place) = place else { return };
    match place.kind() {
        "identifier" => {
            names.insert(&text[place.byte_range()]);
        }
        "attribute" | "subscript" | "call" => {}
        _ => {
            let mut cursor = place.walk();
            for child in place.named_children(&mut cursor) {
                targets(Some(child), text, names);
            }
        }
    }
}

fn imported<'t>(statement: Node<'_>, text: &'t str, names: &mut Names<'t>) {
    let mut cursor = statement.walk();
    let names_of = statement.children_by_field_name("name", &mut cursor);
    for name in names_of {
        let name = name.child_by_field_name("alias").unwrap_or(name);
        let whole = &text[name.byte_range()];
        names.insert(whole.split('.').next().unwrap_or(whole).trim());
    }
}
