//! Statements and expressions, from a syntax tree to sights.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{Lines, Passage, Sight, Topic};
use tree_sitter::Node;

use super::{around, bare, bytes, children, items, words};

/// Nodes nested deeper than this are passed over: nobody reads them.
const DEEPEST: u32 = 1500;

/// Goes through a file.
pub struct Walker<'a> {
    pub passage: &'a Passage<'a>,
    pub lines: Lines,
    pub sights: Vec<Sight>,
    /// What the file's imports call things.
    pub imports: BTreeMap<String, String>,
    /// Names of the module that some function of the file writes to.
    pub written: BTreeSet<String>,
    /// Names that the functions around bind.
    pub locals: Vec<BTreeSet<String>>,
    /// Statements at the head of functions that were told as checks.
    pub told: Vec<Range<usize>>,
    /// Returns that end a function's text.
    pub last: Vec<usize>,
    loops: u32,
    /// Most of them at once.
    deepest: u32,
    depth: u32,
}

impl<'a> Walker<'a> {
    pub fn new(passage: &'a Passage<'a>, root: Node<'_>) -> Self {
        let mut walker = Self {
            passage,
            lines: Lines::of(passage.text),
            sights: Vec::new(),
            imports: BTreeMap::new(),
            written: BTreeSet::new(),
            locals: Vec::new(),
            told: Vec::new(),
            last: Vec::new(),
            loops: 0,
            deepest: 0,
            depth: 0,
        };
        around::imports(root, passage.text, &mut walker.imports);
        around::written(root, passage.text, &mut walker.written);
        walker
    }

    pub fn module(&mut self, root: Node<'_>) {
        for node in children(root) {
            items::of_module_statement(self, bare(node));
            around::depended_on(self, node);
            self.node(node);
        }
        items::of_module(self, root);
    }

    /// A node's text.
    pub fn text(&self, node: Node<'_>) -> &'a str {
        self.passage.text.get(bytes(node)).unwrap_or_default()
    }

    pub fn see(&mut self, topic: Topic, says: impl Into<String>, range: Range<usize>) {
        self.sights.push(Sight {
            topic,
            says: says.into(),
            anchor: range.start,
            range,
        });
    }

    /// A dotted path as the imports have it; none for what a function binds by itself.
    pub fn path(&self, node: Node<'_>) -> Option<String> {
        let text = self.text(node);
        let plain = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        if text.is_empty() || !text.chars().all(plain) {
            return None;
        }
        let first = text.split('.').next().unwrap_or(text);
        if self.locals.iter().any(|names| names.contains(first)) {
            return None;
        }
        Some(match self.imports.get(first) {
            Some(path) => format!("{path}{}", &text[first.len()..]),
            None => text.to_owned(),
        })
    }

    pub fn node(&mut self, node: Node<'_>) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        self.one(node);
        self.depth -= 1;
    }

    fn below(&mut self, node: Node<'_>) {
        for child in children(node) {
            self.node(child);
        }
    }

    fn one(&mut self, node: Node<'_>) {
        match node.kind() {
            "function_definition" => return items::function(self, node),
            "class_definition" => items::class(self, node),
            "decorated_definition" => items::decorators(self, node),
            "for_statement" | "while_statement" => return self.looped(node),
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => {
                return self.looped(node);
            }
            "import_statement" | "import_from_statement" | "future_import_statement" => return,
            _ => self.statement_or_expression(node),
        }
        self.below(node);
    }

    fn statement_or_expression(&mut self, node: Node<'_>) {
        match node.kind() {
            "raise_statement" => {
                let says = if node.named_child_count() == 0 {
                    "raises again"
                } else {
                    "raises"
                };
                let start = self.text_before(node).unwrap_or(node.start_byte());
                self.see(Topic::Errors, says, start..node.end_byte());
            }
            "assert_statement" => self.see(Topic::Errors, "raises unless it holds", bytes(node)),
            "except_clause" | "except_group_clause" => {
                let says = caught(node);
                self.see(Topic::Errors, says, bytes(node));
            }
            "finally_clause" => self.see(Topic::Details, "runs in any case", bytes(node)),
            "with_statement" => {
                let end = node
                    .child_by_field_name("body")
                    .map_or(node.end_byte(), |body| body.start_byte());
                let range = node.start_byte()..end;
                self.see(Topic::Details, "cleaned up after", range);
            }
            "global_statement" => {
                self.see(Topic::State, "writes to the module's names", bytes(node))
            }
            "nonlocal_statement" => {
                self.see(
                    Topic::State,
                    "writes to names of the function around",
                    bytes(node),
                );
            }
            "return_statement" => self.returned(node),
            "assignment" | "augmented_assignment" => self.assigned(node),
            "call" => self.call(node),
            "attribute" => self.attribute(node),
            "identifier" => self.identifier(node),
            "binary_operator" => self.operator(node),
            "comparison_operator" => self.comparison(node),
            "format_specifier" if self.text(node).contains('.') => {
                let whole = node.parent().map_or(bytes(node), bytes);
                self.see(Topic::Details, "digits behind the point", whole);
            }
            "await" | "yield" => {}
            _ => {}
        }
    }

    /// Where a raise takes its text from, if the statement before it assigns that.
    fn text_before(&self, raise: Node<'_>) -> Option<usize> {
        let call = raise.named_child(0).filter(|it| it.kind() == "call")?;
        let before = raise.prev_named_sibling()?;
        let assignment = bare(before);
        let left = assignment.child_by_field_name("left")?;
        let arguments = children(call.child_by_field_name("arguments")?);
        let given = arguments.iter().any(|it| self.text(*it) == self.text(left));
        (assignment.kind() == "assignment" && given).then(|| before.start_byte())
    }

    fn returned(&mut self, node: Node<'_>) {
        let place = bytes(node);
        if let Some(value) = node.named_child(0) {
            let lazy = match value.kind() {
                "generator_expression" => true,
                "call" => value
                    .child_by_field_name("function")
                    .and_then(|function| self.path(function))
                    .is_some_and(|path| {
                        matches!(
                            path.as_str(),
                            "map" | "filter" | "zip" | "enumerate" | "reversed" | "iter"
                        ) || path.starts_with("itertools.")
                    }),
                _ => false,
            };
            if lazy {
                self.see(Topic::Details, "lazy: returns an iterator", place.clone());
            }
        }
        let told = self.told.iter().any(|range| range.contains(&place.start));
        if !told && !self.last.contains(&place.start) {
            self.see(Topic::Details, "returns early", place);
        }
    }

    fn assigned(&mut self, node: Node<'_>) {
        let Some(left) = node.child_by_field_name("left") else {
            return;
        };
        if self.locals.is_empty() {
            return;
        }
        if matches!(left.kind(), "subscript" | "attribute")
            && let Some(object) = around::innermost(left)
            && object.kind() == "identifier"
        {
            let name = self.text(object);
            let own = self.locals.iter().any(|names| names.contains(name));
            if !own && self.written.contains(name) {
                self.see(
                    Topic::State,
                    format!("writes to the module's `{name}`"),
                    bytes(node),
                );
            }
        }
    }

    fn call(&mut self, node: Node<'_>) {
        let Some(function) = node.child_by_field_name("function") else {
            return;
        };
        if let Some(path) = self.path(function) {
            if let Some((topic, says)) = words::call(&path) {
                self.see(topic, says, bytes(node));
            }
            if !path.contains('.')
                && let Some(says) = words::reaches(&path)
            {
                self.see(Topic::State, says, bytes(node));
            }
            if words::is_standard(&path) {
                self.see(Topic::Standard, path.clone(), bytes(function));
            }
            let text = node
                .child_by_field_name("arguments")
                .map_or("", |it| self.text(it));
            let endless = ["inf", "-inf", "nan", "infinity", "-infinity"];
            if path == "float"
                && endless.contains(&text.to_lowercase().trim_matches(['(', ')', '"', '\'']))
            {
                self.see(Topic::Details, "limit or sentinel", bytes(node));
            }
        }
        if function.kind() != "attribute" {
            return;
        }
        let Some(last) = function.child_by_field_name("attribute") else {
            return;
        };
        let last = self.text(last);
        if let Some((topic, says)) = words::method(last) {
            self.see(topic, says, bytes(node));
        }
        if let Some(object) = function.child_by_field_name("object") {
            if last == "format" && object.kind() == "string" && has_precision(self.text(object)) {
                self.see(Topic::Details, "digits behind the point", bytes(object));
            }
            let name = self.text(object);
            let own = self.locals.iter().any(|names| names.contains(name));
            if words::changes(last)
                && object.kind() == "identifier"
                && !self.locals.is_empty()
                && !own
                && self.written.contains(name)
            {
                self.see(
                    Topic::State,
                    format!("writes to the module's `{name}`"),
                    bytes(node),
                );
            }
        }
    }

    fn attribute(&mut self, node: Node<'_>) {
        // The longest path is looked at, its parts are not.
        if node
            .parent()
            .is_some_and(|parent| parent.kind() == "attribute")
        {
            return;
        }
        let Some(path) = self.path(node) else { return };
        if words::is_platform(&path) {
            let range = condition_around(node).unwrap_or(bytes(node));
            self.see(
                Topic::Platform,
                "depends on the platform or the version",
                range,
            );
        }
        if let Some(says) = words::reaches(&path) {
            let called = node.parent().filter(|parent| {
                parent.kind() == "call" && parent.child_by_field_name("function") == Some(node)
            });
            self.see(Topic::State, says, called.map_or(bytes(node), bytes));
        }
        if matches!(path.as_str(), "math.inf" | "math.nan" | "sys.maxsize") {
            self.see(Topic::Details, "limit or sentinel", bytes(node));
        }
    }

    fn identifier(&mut self, node: Node<'_>) {
        let in_path = node
            .parent()
            .is_some_and(|parent| parent.kind() == "attribute");
        match self.text(node) {
            "__file__" => {
                let call = node.parent().and_then(|it| it.parent());
                let call = call.filter(|it| it.kind() == "call");
                let range = call.map_or(bytes(node), bytes);
                self.see(Topic::DataFiles, "a path beside the text", range);
            }
            "TYPE_CHECKING" if !in_path => {
                let range = condition_around(node).unwrap_or(bytes(node));
                self.see(Topic::Platform, "for type checkers only", range);
            }
            _ => {
                // `from sys import platform`.
                if !in_path
                    && let Some(path) = self.path(node)
                    && path.contains('.')
                    && words::is_platform(&path)
                {
                    let range = condition_around(node).unwrap_or(bytes(node));
                    self.see(
                        Topic::Platform,
                        "depends on the platform or the version",
                        range,
                    );
                }
            }
        }
    }

    fn operator(&mut self, node: Node<'_>) {
        let Some(operator) = node.child_by_field_name("operator") else {
            return;
        };
        let right = node.child_by_field_name("right");
        let left = node.child_by_field_name("left");
        match operator.kind() {
            "//" => self.see(Topic::Details, "division that rounds down", bytes(node)),
            "&" if right.is_some_and(|it| it.kind() == "integer" && self.text(it).len() > 3) => {
                self.see(
                    Topic::Details,
                    "arithmetic that wraps, by a mask",
                    bytes(node),
                );
            }
            "%" if left
                .is_some_and(|it| it.kind() == "string" && percent_precision(self.text(it))) =>
            {
                self.see(Topic::Details, "digits behind the point", bytes(node));
            }
            _ => {}
        }
    }

    fn comparison(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let is = node
            .children(&mut cursor)
            .any(|child| matches!(child.kind(), "is" | "is not"));
        let plain = |it: &Node<'_>| {
            matches!(it.kind(), "none" | "true" | "false")
                || self
                    .locals
                    .iter()
                    .any(|names| names.contains(self.text(*it)))
        };
        let last = children(node).into_iter().last();
        if is && last.is_some_and(|it| !plain(&it) && it.kind() == "identifier") {
            self.see(Topic::Details, "told apart by identity", bytes(node));
        }
    }

    /// A loop or a comprehension. The outermost tells how many are within one another.
    fn looped(&mut self, node: Node<'_>) {
        let clauses = children(node)
            .iter()
            .filter(|it| it.kind() == "for_in_clause")
            .count();
        let here = clauses.max(1) as u32;
        let outermost = self.loops == 0;
        if outermost {
            self.deepest = 0;
        }
        self.loops += here;
        self.deepest = self.deepest.max(self.loops);
        self.below(node);
        self.loops -= here;
        if outermost && self.deepest > 1 {
            let end = node.child_by_field_name("body").filter(|_| clauses == 0);
            let end = end.map_or(node.end_byte(), |body| body.start_byte());
            let range = node.start_byte()..end;
            self.see(
                Topic::Cost,
                format!("{} loops within one another, from", self.deepest),
                range,
            );
        }
    }

    /// What stands in a function, whose loops are its own.
    pub fn within_function(&mut self, locals: BTreeSet<String>, go: impl FnOnce(&mut Self)) {
        let loops = std::mem::take(&mut self.loops);
        let deepest = std::mem::take(&mut self.deepest);
        self.locals.push(locals);
        go(self);
        self.locals.pop();
        self.loops = loops;
        self.deepest = deepest;
    }
}

/// What becomes of an exception that is caught, as far as its clause's own statements say.
fn caught(clause: Node<'_>) -> &'static str {
    let Some(block) = children(clause)
        .into_iter()
        .rfind(|it| it.kind() == "block")
    else {
        return "caught";
    };
    let statements: Vec<&str> = children(block).iter().map(|it| it.kind()).collect();
    if holds(block, "raise_statement") {
        "caught, and raised anew"
    } else if statements.iter().all(|kind| *kind == "pass_statement") {
        "caught, and dropped"
    } else if holds(block, "return_statement") {
        "caught, and returned from"
    } else if holds(block, "continue_statement") || holds(block, "break_statement") {
        "caught, and on with the loop"
    } else {
        "caught, and on"
    }
}

/// Whether a block holds a statement of a kind, functions of its own aside.
fn holds(block: Node<'_>, kind: &str) -> bool {
    let mut open = children(block);
    while let Some(node) = open.pop() {
        if node.kind() == kind {
            return true;
        }
        if !matches!(
            node.kind(),
            "function_definition" | "class_definition" | "lambda"
        ) {
            open.extend(children(node));
        }
    }
    false
}

/// The `if` that a node stands in the condition of: from its beginning to the condition's end.
fn condition_around(node: Node<'_>) -> Option<Range<usize>> {
    let mut inner = node;
    while let Some(outer) = inner.parent() {
        let branch = matches!(
            outer.kind(),
            "if_statement" | "elif_clause" | "while_statement"
        );
        if branch && outer.child_by_field_name("condition") == Some(inner) {
            return Some(outer.start_byte()..inner.end_byte());
        }
        if outer.kind() == "conditional_expression" {
            return Some(bytes(outer));
        }
        if outer.kind() == "block" {
            return None;
        }
        inner = outer;
    }
    None
}

/// `{:.2f}` in the text of a format.
fn has_precision(text: &str) -> bool {
    text.split('{').skip(1).any(|part| {
        part.split('}')
            .next()
            .and_then(|field| field.split_once(':'))
            .is_some_and(|(_, spec)| spec.contains('.'))
    })
}

/// `%.2f` in the text of a format.
fn percent_precision(text: &str) -> bool {
    text.split('%').skip(1).any(|part| {
        let rest = part
            .trim_start_matches(|letter: char| letter.is_ascii_digit() || "+- #0".contains(letter));
        rest.strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
    })
}
