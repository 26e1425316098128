//! Statements of the module that a definition of the closure depends on: imports, conditions, writes from functions.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Sight, Topic};
use tree_sitter::Node;

use super::{bare, bytes, children, undecorated, walk::Walker, words};

/// What a file's imports call things, at any depth.
pub fn imports(root: Node<'_>, text: &str, names: &mut BTreeMap<String, String>) {
    let word = |node: Node<'_>| text.get(bytes(node)).unwrap_or_default().to_owned();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match node.kind() {
            "import_statement" => {
                for name in children(node) {
                    if name.kind() == "aliased_import" {
                        let of = name.child_by_field_name("name").map(word);
                        let alias = name.child_by_field_name("alias").map(word);
                        names.extend(alias.zip(of));
                    } else {
                        // `import a.b` binds `a`.
                        let whole = word(name);
                        let top = whole.split('.').next().unwrap_or(&whole).to_owned();
                        names.insert(top.clone(), top);
                    }
                }
            }
            "import_from_statement" => {
                let module = node.child_by_field_name("module_name");
                let from = module.map(word).unwrap_or_default();
                for name in children(node).into_iter().filter(|it| Some(*it) != module) {
                    let of = name
                        .child_by_field_name("name")
                        .map_or_else(|| word(name), word);
                    let bound = name
                        .child_by_field_name("alias")
                        .map_or_else(|| of.clone(), word);
                    names.insert(bound, format!("{from}.{of}"));
                }
            }
            _ => open.extend(children(node)),
        }
    }
}

/// Names of the module that functions of the file write to: by `global`, by an item, by a method that changes.
pub fn written(root: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    let word = |node: Node<'_>| text.get(bytes(node)).unwrap_or_default().to_owned();
    let mut module: BTreeSet<String> = BTreeSet::new();
    for statement in children(root) {
        bound(statement, text, &mut module);
    }
    let mut open: Vec<(Node<'_>, bool)> = vec![(root, false)];
    while let Some((node, inside)) = open.pop() {
        let inside = inside || node.kind() == "function_definition";
        match node.kind() {
            "global_statement" => names.extend(children(node).into_iter().map(word)),
            "assignment" | "augmented_assignment" | "delete_statement" if inside => {
                let left = node
                    .child_by_field_name("left")
                    .or_else(|| node.named_child(0));
                if let Some(left) = left
                    && matches!(left.kind(), "subscript" | "attribute")
                    && let Some(object) = innermost(left)
                {
                    names.insert(word(object));
                }
            }
            "call" if inside => {
                if let Some(function) = node.child_by_field_name("function")
                    && function.kind() == "attribute"
                    && let (Some(object), Some(last)) = (
                        function.child_by_field_name("object"),
                        function.child_by_field_name("attribute"),
                    )
                    && words::changes(&word(last))
                {
                    names.insert(word(object));
                }
            }
            _ => {}
        }
        open.extend(children(node).into_iter().map(|child| (child, inside)));
    }
    names.retain(|name| module.contains(name));
}

/// Names that a statement of the module binds.
pub fn bound(statement: Node<'_>, text: &str, names: &mut BTreeSet<String>) {
    let word = |node: Node<'_>| text.get(bytes(node)).unwrap_or_default().to_owned();
    let statement = bare(undecorated(statement));
    match statement.kind() {
        "assignment" => {
            if let Some(left) = statement.child_by_field_name("left") {
                let mut open = vec![left];
                while let Some(node) = open.pop() {
                    match node.kind() {
                        "identifier" => {
                            names.insert(word(node));
                        }
                        "pattern_list" | "tuple_pattern" | "list_pattern" => {
                            open.extend(children(node))
                        }
                        _ => {}
                    }
                }
            }
            if let Some(right) = statement.child_by_field_name("right") {
                bound(right, text, names);
            }
        }
        "function_definition" | "class_definition" => {
            names.extend(statement.child_by_field_name("name").map(word));
        }
        "import_statement" | "import_from_statement" => {
            let mut imported = BTreeMap::new();
            imports(statement, text, &mut imported);
            names.extend(imported.into_keys());
        }
        "if_statement" | "try_statement" | "elif_clause" | "else_clause" | "except_clause"
        | "finally_clause" | "block" | "with_statement" => {
            children(statement)
                .into_iter()
                .for_each(|child| bound(child, text, names));
        }
        _ => {}
    }
}

/// The object that a chain of attributes and items begins with.
pub fn innermost(mut node: Node<'_>) -> Option<Node<'_>> {
    loop {
        node = match node.kind() {
            "attribute" => node.child_by_field_name("object")?,
            "subscript" => node.child_by_field_name("value")?,
            _ => return Some(node),
        };
    }
}

/// A condition or a `try` of the module that binds a name which a definition of the closure uses.
pub fn depended_on(walker: &mut Walker<'_>, node: Node<'_>) {
    if !matches!(node.kind(), "if_statement" | "try_statement") {
        return;
    }
    // Types are nothing that a module has.
    let condition = node.child_by_field_name("condition");
    if condition.is_some_and(|it| walker.text(it).contains("TYPE_CHECKING")) {
        return;
    }
    let mut names = BTreeSet::new();
    bound(node, walker.passage.text, &mut names);
    let Some(anchor) = user(walker, node, &names) else {
        return;
    };
    let mut see = |topic, says: &str, range| {
        walker.sights.push(Sight {
            topic,
            says: says.to_owned(),
            range,
            anchor,
        });
    };
    if node.kind() == "if_statement" {
        let Some(condition) = node.child_by_field_name("condition") else {
            return;
        };
        see(
            Topic::Platform,
            "decides what the module has",
            node.start_byte()..condition.end_byte(),
        );
        return;
    }
    let Some(body) = node.child_by_field_name("body") else {
        return;
    };
    for statement in children(body) {
        if statement.kind().starts_with("import") {
            see(Topic::Platform, "import that may fail", bytes(statement));
        }
    }
    for clause in children(node)
        .into_iter()
        .filter(|it| it.kind() == "except_clause")
    {
        see(Topic::Platform, "and what stands in for it", bytes(clause));
    }
}

/// First byte of a definition of the closure that uses one of some names, or stands within the node.
fn user(walker: &Walker<'_>, node: Node<'_>, names: &BTreeSet<String>) -> Option<usize> {
    let [first, last] =
        [node.start_byte(), node.end_byte().saturating_sub(1)].map(|at| walker.lines.line(at));
    walker.passage.taken.iter().find_map(|definition| {
        let [begin, end] = definition.lines;
        let range = walker.lines.begin(begin)..walker.lines.end(end);
        let text = walker.passage.text.get(range.clone())?;
        let inside = first <= begin && end <= last;
        let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let uses = !inside && words.any(|word| names.contains(word));
        (inside || uses).then_some(range.start)
    })
}
