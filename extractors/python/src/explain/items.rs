//! Functions, classes and variables as wholes: documentation, heads, decorators, defaults.

use std::{collections::BTreeSet, ops::Range};

use ripout_model::{CHECK, Definition, Sight, Topic};
use tree_sitter::Node;

use super::{bare, bytes, children, undecorated, walk::Walker, words};

/// Names that are listed of a class; more would be a copy of it.
const LISTED: usize = 12;

/// A function: its head, its defaults, the checks at its head, its body.
pub fn function(walker: &mut Walker<'_>, node: Node<'_>) {
    let name = field_text(walker, node, "name");
    let range = head(node);
    let parameters = node.child_by_field_name("parameters");
    let body = node.child_by_field_name("body");
    let method = node
        .parent()
        .map(|it| {
            if it.kind() == "decorated_definition" {
                it.parent()
            } else {
                Some(it)
            }
        })
        .and_then(|it| it?.parent())
        .filter(|it| it.kind() == "class_definition");
    if is_asked(walker, range.start, name) {
        asked(walker, range.clone(), body);
    } else if let Some(class) = method
        && is_asked(
            walker,
            class.start_byte(),
            field_text(walker, class, "name"),
        )
        && (!name.starts_with('_') || name == "__init__" || name == "__call__")
    {
        let of = field_text(walker, class, "name");
        walker.see(Topic::Signature, format!("of `{of}`"), range.clone());
    }
    if method.is_some()
        && let Some(says) = words::special(name)
    {
        walker.see(Topic::Details, says, range.clone());
    }
    if walker.text(node).starts_with("async") {
        walker.see(Topic::Details, "lazy: a coroutine", range.clone());
    }
    let mut locals = BTreeSet::new();
    for parameter in parameters.map(children).unwrap_or_default() {
        if let Some(name) = parameter_name(parameter) {
            locals.insert(walker.text(name).to_owned());
        }
        if let Some(value) = parameter.child_by_field_name("value") {
            default(walker, parameter, value);
        }
    }
    let Some(body) = body else { return };
    own_names(walker, body, &mut locals);
    if let Some(first) = first_yield(body) {
        walker.see(Topic::Details, "lazy: a generator", first);
    }
    checks(walker, body);
    last_returns(body, &mut walker.last);
    walker.within_function(locals, |walker| {
        for child in children(node)
            .into_iter()
            .filter(|it| Some(it.id()) != node.child_by_field_name("name").map(|it| it.id()))
        {
            walker.node(child);
        }
    });
}

/// A class: its head, and what its bases say.
pub fn class(walker: &mut Walker<'_>, node: Node<'_>) {
    let name = field_text(walker, node, "name");
    let body = node.child_by_field_name("body");
    let range = head(node);
    if is_asked(walker, range.start, name) {
        asked(walker, range.clone(), body);
    }
    let mut names: Vec<String> = Vec::new();
    for statement in body.map(children).unwrap_or_default() {
        let statement = bare(undecorated(statement));
        let name = match statement.kind() {
            "function_definition" => statement.child_by_field_name("name"),
            "assignment" => statement.child_by_field_name("left"),
            _ => None,
        };
        let name = name.map(|it| walker.text(it).to_owned());
        names.extend(name.filter(|it| !names.contains(it)));
    }
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let says = match names.is_empty() {
        true => "class".to_owned(),
        false => format!("class with {}", names.join(", ")),
    };
    let bases = node.child_by_field_name("superclasses");
    let mut error = false;
    for base in bases.map(children).unwrap_or_default() {
        if base.kind() == "keyword_argument" {
            walker.see(Topic::Details, "how it is made", bytes(base));
            continue;
        }
        let last = walker.text(base).rsplit('.').next().unwrap_or_default();
        error |= ["Error", "Exception", "Warning"]
            .iter()
            .any(|end| last.ends_with(end));
    }
    let says = match error {
        true => format!("an error type: {says}"),
        false => says,
    };
    walker.see(Topic::Types, says, range);
}

/// What decorators say; they belong to the definition below them.
pub fn decorators(walker: &mut Walker<'_>, node: Node<'_>) {
    let anchor = undecorated(node).start_byte();
    for decorator in children(node)
        .into_iter()
        .filter(|it| it.kind() == "decorator")
    {
        let Some(of) = decorator.named_child(0) else {
            continue;
        };
        let of = of.child_by_field_name("function").unwrap_or(of);
        let last = walker.text(of).rsplit('.').next().unwrap_or_default();
        // `@x.setter` is the property's own.
        if matches!(last, "setter" | "getter" | "deleter") {
            continue;
        }
        if let Some((topic, says)) = words::decorator(last) {
            walker.sights.push(Sight {
                topic,
                says: says.to_owned(),
                range: bytes(decorator),
                anchor,
            });
        }
    }
}

/// A variable of the module: a constant, or state if a function writes to it.
pub fn of_module_statement(walker: &mut Walker<'_>, node: Node<'_>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node.kind() {
            "assignment" => variable(walker, node),
            // Variables under a condition are variables of the module, too.
            "if_statement" | "try_statement" | "elif_clause" | "else_clause" | "except_clause"
            | "block" => {
                open.extend(children(node).into_iter().map(bare));
            }
            _ => {}
        }
    }
}

fn variable(walker: &mut Walker<'_>, node: Node<'_>) {
    let Some(left) = node.child_by_field_name("left") else {
        return;
    };
    let name = walker.text(left);
    if is_asked(walker, node.start_byte(), name) {
        walker.see(Topic::Signature, "", bytes(node));
    }
    let value = node.child_by_field_name("right");
    let text = value.map_or("", |it| walker.text(it));
    if walker.written.contains(name) {
        walker.see(
            Topic::State,
            "lives as long as the module, and is written to",
            bytes(node),
        );
    } else if text == "object()" {
        walker.see(Topic::Details, "sentinel", bytes(node));
    } else if [
        "NewType(",
        "TypeVar(",
        "Union[",
        "Optional[",
        "Callable[",
        "Literal[",
    ]
    .iter()
    .any(|it| text.contains(it))
    {
        walker.see(Topic::Types, "another name for a type", bytes(node));
    } else {
        walker.see(Topic::Details, "constant", bytes(node));
    }
}

/// The documentation of the module, for what was asked for and has none of its own.
pub fn of_module(walker: &mut Walker<'_>, root: Node<'_>) {
    let Some(asked) = walker.passage.asked.first() else {
        return;
    };
    if walker
        .sights
        .iter()
        .any(|sight| sight.topic == Topic::Purpose)
    {
        return;
    }
    let anchor = walker.lines.begin(asked.lines[0]);
    paragraph(walker, Some(root), anchor, "Of its module: ");
}

/// The statements that decide, in order, before anything else is done.
fn checks(walker: &mut Walker<'_>, body: Node<'_>) {
    for (index, statement) in children(body).into_iter().enumerate() {
        let range = match statement.kind() {
            "expression_statement" if index == 0 && bare(statement).kind() == "string" => continue,
            "expression_statement" if bare(statement).kind() == "assignment" => continue,
            "import_statement" | "import_from_statement" | "global_statement" => continue,
            "assert_statement" => bytes(statement),
            "if_statement" => {
                let Some(then) = statement.child_by_field_name("consequence") else {
                    break;
                };
                let leaves = children(then).last().is_some_and(|last| {
                    matches!(last.kind(), "return_statement" | "raise_statement")
                });
                if !leaves {
                    break;
                }
                match statement.child_by_field_name("alternative") {
                    None => bytes(statement),
                    Some(_) => statement.start_byte()..then.end_byte(),
                }
            }
            _ => break,
        };
        walker.see(Topic::Details, CHECK, range.clone());
        walker.told.push(range);
    }
}

/// Returns that nothing of the function follows.
fn last_returns(block: Node<'_>, found: &mut Vec<usize>) {
    let mut open: Vec<Node<'_>> = children(block).into_iter().last().into_iter().collect();
    while let Some(node) = open.pop() {
        match node.kind() {
            "return_statement" => found.push(node.start_byte()),
            "block" => open.extend(children(node).into_iter().last()),
            "if_statement" | "elif_clause" | "else_clause" | "with_statement" | "try_statement"
            | "except_clause" | "finally_clause" | "match_statement" | "case_clause" => {
                open.extend(
                    children(node)
                        .into_iter()
                        .filter(|it| it.kind() == "block" || it.kind().ends_with("_clause")),
                );
            }
            _ => {}
        }
    }
}

/// A parameter's default.
fn default(walker: &mut Walker<'_>, parameter: Node<'_>, value: Node<'_>) {
    let text = walker.text(value);
    let shared = matches!(value.kind(), "list" | "dictionary" | "set")
        || ["list(", "dict(", "set("]
            .iter()
            .any(|it| text.starts_with(it));
    match shared {
        true => walker.see(
            Topic::State,
            "default that all calls share",
            bytes(parameter),
        ),
        false => walker.see(Topic::Details, "default", bytes(parameter)),
    }
}

fn parameter_name(parameter: Node<'_>) -> Option<Node<'_>> {
    match parameter.kind() {
        "identifier" => Some(parameter),
        "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name"),
        "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => {
            parameter.named_child(0).and_then(parameter_name)
        }
        _ => None,
    }
}

/// Names that a function binds itself.
fn own_names(walker: &Walker<'_>, body: Node<'_>, names: &mut BTreeSet<String>) {
    let mut global: BTreeSet<&str> = BTreeSet::new();
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        let target = match node.kind() {
            "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
                node.child_by_field_name("left")
            }
            "named_expression" => node.child_by_field_name("name"),
            "as_pattern" => node
                .child_by_field_name("alias")
                .and_then(|it| it.named_child(0)),
            "global_statement" => {
                global.extend(children(node).into_iter().map(|it| walker.text(it)));
                None
            }
            "function_definition" | "class_definition" | "lambda" => continue,
            _ => None,
        };
        let mut targets: Vec<Node<'_>> = target.into_iter().collect();
        while let Some(target) = targets.pop() {
            match target.kind() {
                "identifier" => {
                    names.insert(walker.text(target).to_owned());
                }
                "pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern" => {
                    targets.extend(children(target));
                }
                _ => {}
            }
        }
        open.extend(children(node));
    }
    names.retain(|name| !global.contains(name.as_str()));
}

/// The first `yield` of a function, functions of its own aside.
fn first_yield(body: Node<'_>) -> Option<Range<usize>> {
    let mut open = vec![body];
    let mut first: Option<Range<usize>> = None;
    while let Some(node) = open.pop() {
        match node.kind() {
            "function_definition" | "class_definition" | "lambda" => {}
            "yield" => {
                let range = bytes(node);
                if first.as_ref().is_none_or(|known| range.start < known.start) {
                    first = Some(range);
                }
            }
            _ => open.extend(children(node)),
        }
    }
    first
}

/// Head and documentation of what was asked for.
fn asked(walker: &mut Walker<'_>, head: Range<usize>, body: Option<Node<'_>>) {
    walker.see(Topic::Signature, "", head.clone());
    paragraph(walker, body, head.start, "");
}

/// The first paragraph of the text that a block begins with.
fn paragraph(walker: &mut Walker<'_>, block: Option<Node<'_>>, anchor: usize, before: &str) {
    let first = block.and_then(|block| children(block).into_iter().next());
    let Some(text) = first.map(bare).filter(|it| it.kind() == "string") else {
        return;
    };
    let (Some(open), Some(close)) = (
        text.child(0),
        text.child(text.child_count().saturating_sub(1)),
    ) else {
        return;
    };
    let (mut at, end) = (open.end_byte(), close.start_byte());
    let Some(content) = walker.passage.text.get(at..end) else {
        return;
    };
    let mut words: Vec<&str> = Vec::new();
    let mut range: Option<Range<usize>> = None;
    for line in content.split_inclusive('\n') {
        let bare = line.trim();
        if bare.is_empty() && !words.is_empty() {
            break;
        }
        if !bare.is_empty() {
            words.push(bare);
            let begin = range.map_or(at + (line.len() - line.trim_start().len()), |it| it.start);
            range = Some(begin..at + line.trim_end().len());
        }
        at += line.len();
    }
    if let Some(range) = range {
        walker.sights.push(Sight {
            topic: Topic::Purpose,
            says: format!("{before}{}", words.join(" ")),
            range,
            anchor,
        });
    }
}

/// A definition from its first word to what its block follows, the colon left out.
fn head(node: Node<'_>) -> Range<usize> {
    let last = [
        "return_type",
        "parameters",
        "superclasses",
        "type_parameters",
        "name",
    ]
    .iter()
    .find_map(|field| node.child_by_field_name(field));
    node.start_byte()..last.map_or(node.end_byte(), |it| it.end_byte())
}

fn is_asked(walker: &Walker<'_>, at: usize, name: &str) -> bool {
    let line = walker.lines.line(at);
    let same = |it: &Definition| it.lines[0] == line && it.name.rsplit('.').next() == Some(name);
    walker.passage.asked.iter().any(same)
}

fn field_text<'a>(walker: &Walker<'a>, node: Node<'_>, field: &str) -> &'a str {
    node.child_by_field_name(field)
        .map_or("", |it| walker.text(it))
}
