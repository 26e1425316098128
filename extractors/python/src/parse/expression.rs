//! Expressions: references with their attributes, calls, targets, annotations, patterns.

use tree_sitter::{Node, TreeCursor};

use super::{
    How, Lookup, NONE, flag,
    walk::{ScopeKind, Walk, row},
};

/// Functions whose first argument names a package, a module or a file.
const LOOKUPS: &[&str] = &[
    "files",
    "open_text",
    "open_binary",
    "read_text",
    "read_binary",
    "path",
    "contents",
    "is_resource",
    "get_data",
    "resource_filename",
    "resource_string",
    "resource_stream",
    "resource_exists",
    "resource_listdir",
    "import_module",
    "__import__",
    "version",
    "get_distribution",
    "distribution",
    "entry_points",
    "iter_entry_points",
    "find_spec",
    "translation",
    "globals",
    "vars",
    "getLogger",
    "metadata",
];

impl Walk<'_> {
    /// An expression that is read.
    pub fn expression(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let kind = node.kind_id();
        let k = self.k;
        if kind == k.identifier {
            let name = self.name_of(node);
            self.push_use(name, node, 0, 0, 0);
        } else if kind == k.attribute {
            self.chain(cursor, 0);
        } else if kind == k.call {
            self.call(cursor);
        } else if kind == k.string {
            self.string(cursor);
        } else if kind == k.integer || kind == k.float || kind == k.comment {
        } else if kind == k.keyword_argument {
            if let Some(value) = node.child_by_field_id(self.f.value) {
                self.deeper(&mut value.walk(), Self::argument);
            }
        } else if kind == k.named_expression {
            if let Some(value) = node.child_by_field_id(self.f.value) {
                self.deeper(&mut value.walk(), Self::expression);
            }
            if let Some(name) = node.child_by_field_id(self.f.name) {
                self.walrus(name);
            }
        } else if kind == k.lambda {
            self.lambda(node);
        } else if kind == k.list_comprehension
            || kind == k.set_comprehension
            || kind == k.dictionary_comprehension
            || kind == k.generator_expression
        {
            self.comprehension(cursor);
        } else if kind == k.as_pattern {
            self.each(cursor, |walk, cursor| {
                if cursor.node().kind_id() == k.as_pattern_target {
                    walk.each(cursor, |walk, cursor| {
                        walk.deeper(cursor, |walk, cursor| walk.target(cursor, How::Value));
                    });
                } else {
                    walk.deeper(cursor, Self::expression);
                }
            });
        } else if kind == k.assignment
            || kind == k.block
            || kind == k.function_definition
            || kind == k.class_definition
        {
            self.deeper(cursor, Self::statement);
        } else if kind == k.type_node {
            self.annotation(cursor);
        } else {
            self.each(cursor, |walk, cursor| walk.deeper(cursor, Self::expression));
        }
    }

    /// An attribute chain: a name with what follows it, or attributes of some other expression.
    fn chain(&mut self, cursor: &mut TreeCursor<'_>, flags: u16) {
        let mut parts: [(Option<Node>, u32); 12] = [(None, 0); 12];
        let mut count = 0;
        let mut node = cursor.node();
        while node.kind_id() == self.k.attribute {
            let (Some(object), Some(attribute)) = (
                node.child_by_field_id(self.f.object),
                node.child_by_field_id(self.f.attribute),
            ) else {
                return;
            };
            if count == parts.len() {
                // Nobody writes longer chains of modules; the tail can't matter.
                count = 0;
            }
            parts[count] = (Some(attribute), attribute.end_byte() as u32);
            count += 1;
            node = object;
        }
        if node.kind_id() != self.k.identifier {
            self.deeper(&mut node.walk(), Self::expression);
            return;
        }
        let attrs = self.out.attrs.len() as u32;
        for (attribute, end) in parts[..count].iter().rev() {
            if let Some(attribute) = attribute {
                let name = self.name_of(*attribute);
                self.out.attrs.push((name, *end));
            }
        }
        let name = self.name_of(node);
        self.push_use(name, node, attrs, count as u16, flags);
    }

    fn call(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let (Some(function), arguments) = (
            node.child_by_field_id(self.f.function),
            node.child_by_field_id(self.f.arguments),
        ) else {
            return;
        };
        if function.kind_id() == self.k.identifier {
            let name = self.name_of(function);
            self.push_use(name, function, 0, 0, flag::CALL);
            self.lookup(node, function, arguments);
            self.by_string(function, arguments);
        } else if function.kind_id() == self.k.attribute {
            self.chain(&mut function.walk(), flag::CALL);
            if let Some(last) = function.child_by_field_id(self.f.attribute) {
                self.lookup(node, last, arguments);
                self.all_method(function, last, arguments);
            }
        } else {
            self.deeper(&mut function.walk(), Self::expression);
        }
        if let Some(arguments) = arguments {
            if arguments.kind_id() == self.k.generator_expression {
                self.deeper(&mut arguments.walk(), Self::expression);
            } else {
                self.each(&mut arguments.walk(), |walk, cursor| {
                    walk.deeper(cursor, Self::argument);
                });
            }
        }
    }

    fn argument(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        if node.kind_id() == self.k.identifier {
            let name = self.name_of(node);
            self.push_use(name, node, 0, 0, flag::ARGUMENT);
        } else if node.kind_id() == self.k.attribute {
            self.chain(cursor, flag::ARGUMENT);
        } else {
            self.expression(cursor);
        }
    }

    /// `getattr(name, "literal")` refers to an attribute as `name.literal` does.
    fn by_string(&mut self, function: Node, arguments: Option<Node>) {
        let word = &self.text[function.byte_range()];
        if !matches!(word, b"getattr" | b"hasattr" | b"setattr") {
            return;
        }
        let Some(arguments) = arguments else { return };
        let (Some(object), Some(literal)) = (arguments.named_child(0), arguments.named_child(1))
        else {
            return;
        };
        if object.kind_id() != self.k.identifier || literal.kind_id() != self.k.string {
            return;
        }
        if let Some(content) = literal
            .named_child(1)
            .filter(|c| c.kind_id() == self.k.string_content)
        {
            let attribute = self.name_of(content);
            let attrs = self.out.attrs.len() as u32;
            self.out.attrs.push((attribute, content.end_byte() as u32));
            let name = self.name_of(object);
            let change = if word == b"setattr" { flag::CHANGE } else { 0 };
            self.push_use(name, object, attrs, 1, flag::BY_STRING | change);
        }
    }

    /// `__all__.extend(…)`, `__all__.append(…)`.
    fn all_method(&mut self, function: Node, last: Node, arguments: Option<Node>) {
        if !self.scopes.is_empty() || !self.text[function.byte_range()].starts_with(b"__all__.") {
            return;
        }
        let argument = arguments.and_then(|arguments| arguments.named_child(0));
        match &self.text[last.byte_range()] {
            b"extend" | b"append" => self.list_all(argument, false),
            _ => self.out.all_open = true,
        }
    }

    fn lookup(&mut self, call: Node, last: Node, arguments: Option<Node>) {
        let word = last.utf8_text(self.text).unwrap_or("");
        if !LOOKUPS.contains(&word) {
            return;
        }
        let first = arguments.and_then(|arguments| {
            (0..arguments.named_child_count())
                .filter_map(|index| arguments.named_child(index as u32))
                .find(|argument| argument.kind_id() != self.k.comment)
        });
        if matches!(word, "globals" | "vars") && first.is_some() {
            return;
        }
        let mut literal = None;
        let mut dunder = None;
        if let Some(first) = first {
            if first.kind_id() == self.k.string {
                literal = match first.named_child(1) {
                    Some(content) if content.kind_id() == self.k.string_content => {
                        content.utf8_text(self.text).ok().map(str::to_string)
                    }
                    _ => None,
                };
            } else if first.kind_id() == self.k.identifier || first.kind_id() == self.k.attribute {
                dunder = Some(self.name_of(first));
            }
        }
        let function = self.name_of(last);
        self.out.lookups.push(Lookup {
            unit: self.unit,
            function,
            start: call.start_byte() as u32,
            end: call.end_byte() as u32,
            line: row(call),
            argument: first.map_or([0, 0], |first| {
                [first.start_byte() as u32, first.end_byte() as u32]
            }),
            literal,
            dunder,
            deferred: self.functions > 0,
        });
    }

    fn string(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        if self.flags & flag::ANNOTATION != 0 {
            if let Some(content) = node
                .named_child(1)
                .filter(|c| c.kind_id() == self.k.string_content)
            {
                self.quoted(content);
            }
            return;
        }
        if node.named_child_count() > 2
            || node
                .named_child(1)
                .is_some_and(|c| c.kind_id() == self.k.interpolation)
        {
            self.each(cursor, |walk, cursor| {
                if cursor.node().kind_id() == walk.k.interpolation {
                    walk.deeper(cursor, |walk, cursor| {
                        walk.each(cursor, |walk, cursor| walk.deeper(cursor, Self::expression));
                    });
                }
            });
        }
    }

    /// Names in an annotation that is written as a string.
    fn quoted(&mut self, content: Node) {
        let text = self.text;
        let range = content.byte_range();
        let bytes = &text[range.clone()];
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        let mut at = 0;
        while at < bytes.len() {
            if !is_word(bytes[at]) || bytes[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            let from = at;
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
            let name = self.intern(&text[range.start + from..range.start + at]);
            let attrs = self.out.attrs.len() as u32;
            let mut count = 0;
            while bytes.get(at) == Some(&b'.')
                && bytes.get(at + 1).is_some_and(|byte| is_word(*byte))
            {
                let from = at + 1;
                at = from;
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                let attribute = self.intern(&text[range.start + from..range.start + at]);
                self.out.attrs.push((attribute, (range.start + at) as u32));
                count += 1;
            }
            let before = self.pending.len();
            self.push_use(name, content, attrs, count, flag::IN_STRING);
            if let Some(reference) = self.pending.get_mut(before) {
                reference.start = (range.start + from) as u32;
            }
        }
    }

    /// What stands after a colon or an arrow.
    pub fn annotation(&mut self, cursor: &mut TreeCursor<'_>) {
        let flags = self.flags;
        self.flags |= flag::ANNOTATION;
        self.annotated(cursor);
        self.flags = flags;
    }

    fn annotated(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        if node.kind_id() == self.k.member_type {
            if let Some(first) = node.named_child(0) {
                self.deeper(&mut first.walk(), Self::annotated);
            }
        } else if node.kind_id() == self.k.type_node || node.kind_id() == self.k.type_parameter {
            self.each(cursor, |walk, cursor| walk.deeper(cursor, Self::annotated));
        } else if node.kind_id() == self.k.subscript
            && node
                .child_by_field_id(self.f.value)
                .is_some_and(|value| self.text[value.byte_range()].ends_with(b"Literal"))
        {
            // The strings of a `Literal[…]` are values.
            if let Some(value) = node.child_by_field_id(self.f.value) {
                self.deeper(&mut value.walk(), Self::expression);
            }
        } else if matches!(
            node.kind(),
            "generic_type" | "union_type" | "constrained_type" | "splat_type"
        ) {
            let literal = node
                .named_child(0)
                .is_some_and(|first| &self.text[first.byte_range()] == b"Literal");
            self.each(cursor, |walk, cursor| {
                if literal && cursor.node().kind_id() == walk.k.type_parameter {
                    return;
                }
                walk.deeper(cursor, Self::annotated);
            });
        } else {
            self.expression(cursor);
        }
    }

    /// Something that is bound, stored into or deleted.
    pub fn target(&mut self, cursor: &mut TreeCursor<'_>, how: How) {
        let node = cursor.node();
        let kind = node.kind_id();
        let k = self.k;
        if kind == k.identifier {
            self.bind(node, how, NONE);
        } else if kind == k.attribute {
            self.chain(cursor, flag::CHANGE);
        } else if kind == k.subscript {
            let value = node.child_by_field_id(self.f.value);
            self.each(cursor, |walk, cursor| {
                let child = cursor.node();
                if Some(child) == value && child.kind_id() == k.identifier {
                    let name = walk.name_of(child);
                    walk.push_use(name, child, 0, 0, flag::CHANGE);
                } else if Some(child) == value && child.kind_id() == k.attribute {
                    walk.chain(cursor, flag::CHANGE);
                } else {
                    walk.deeper(cursor, Self::expression);
                }
            });
        } else if matches!(
            node.kind(),
            "pattern_list"
                | "tuple_pattern"
                | "list_pattern"
                | "list_splat_pattern"
                | "tuple"
                | "list"
                | "expression_list"
                | "parenthesized_expression"
                | "list_splat"
        ) {
            self.each(cursor, |walk, cursor| {
                walk.deeper(cursor, |walk, cursor| walk.target(cursor, how))
            });
        } else {
            self.expression(cursor);
        }
    }

    /// `:=` binds in the function around a comprehension.
    fn walrus(&mut self, node: Node) {
        let name = self.name_of(node);
        let around = self
            .scopes
            .iter()
            .rposition(|scope| scope.kind != ScopeKind::Comprehension);
        match (around, self.scopes.last().map(|scope| scope.kind)) {
            (Some(_), _) | (None, None) => self.bind_name(name, node, How::Value, NONE),
            (None, Some(_)) => {
                let scopes = std::mem::take(&mut self.scopes);
                self.bind_name(name, node, How::Value, NONE);
                self.scopes = scopes;
            }
        }
    }

    fn lambda(&mut self, node: Node) {
        let parameters = node.child_by_field_id(self.f.parameters);
        if let Some(parameters) = parameters {
            self.parameter_values(&mut parameters.walk());
        }
        self.open_scope(ScopeKind::Function);
        if let Some(parameters) = parameters {
            self.parameter_names(parameters);
        }
        if let Some(body) = node.child_by_field_id(self.f.body) {
            self.deeper(&mut body.walk(), Self::expression);
        }
        self.close_scope();
    }

    fn comprehension(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let k = self.k;
        // The first iterable is computed outside.
        let first = (0..node.named_child_count())
            .filter_map(|index| node.named_child(index as u32))
            .find(|child| child.kind_id() == k.for_in_clause)
            .and_then(|clause| clause.child_by_field_id(self.f.right));
        if let Some(first) = first {
            self.deeper(&mut first.walk(), Self::expression);
        }
        self.open_scope(ScopeKind::Comprehension);
        self.each(cursor, |walk, cursor| {
            if cursor.node().kind_id() != k.for_in_clause {
                walk.deeper(cursor, Self::expression);
                return;
            }
            let clause = cursor.node();
            if let Some(left) = clause.child_by_field_id(walk.f.left) {
                walk.deeper(&mut left.walk(), |walk, cursor| {
                    walk.target(cursor, How::Value)
                });
            }
            if let Some(right) = clause.child_by_field_id(walk.f.right)
                && Some(right) != first
            {
                walk.deeper(&mut right.walk(), Self::expression);
            }
        });
        self.close_scope();
    }

    /// Defaults and annotations of parameters.
    pub fn parameter_values(&mut self, cursor: &mut TreeCursor<'_>) {
        self.each(cursor, |walk, cursor| {
            let parameter = cursor.node();
            if let Some(annotation) = parameter.child_by_field_id(walk.f.type_) {
                walk.annotation(&mut annotation.walk());
            }
            if let Some(value) = parameter.child_by_field_id(walk.f.value) {
                walk.deeper(&mut value.walk(), Self::argument_value);
            }
        });
    }

    fn argument_value(&mut self, cursor: &mut TreeCursor<'_>) {
        self.expression(cursor);
    }

    /// Names of parameters, bound in the scope that was just opened.
    pub fn parameter_names(&mut self, parameters: Node) {
        let k = self.k;
        for index in 0..parameters.named_child_count() {
            let Some(mut node) = parameters.named_child(index as u32) else {
                continue;
            };
            if let Some(name) = node.child_by_field_id(self.f.name) {
                node = name;
            }
            while node.kind_id() != k.identifier {
                let Some(inner) = node.named_child(0) else {
                    break;
                };
                node = inner;
            }
            if node.kind_id() == k.identifier {
                self.bind(node, How::Value, NONE);
                let name = self.name_of(node);
                if let Some(scope) = self.scopes.last_mut() {
                    scope.parameters.push(name);
                }
            }
        }
    }

    /// `[T, *Ts]` after the name of a function or class.
    pub fn type_parameters(&mut self, types: Node) {
        for index in 0..types.named_child_count() {
            let Some(mut node) = types.named_child(index as u32) else {
                continue;
            };
            while node.kind_id() != self.k.identifier {
                let Some(inner) = node.named_child(0) else {
                    break;
                };
                node = inner;
            }
            if node.kind_id() == self.k.identifier {
                self.bind(node, How::Value, NONE);
            }
        }
    }

    /// A pattern of `case`.
    pub fn pattern(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let k = self.k;
        let kind = node.kind_id();
        if kind == k.dotted_name {
            let Some(first) = node.named_child(0) else {
                return;
            };
            if node.named_child_count() == 1 {
                self.bind(first, How::Value, NONE);
            } else {
                self.dotted(node);
            }
        } else if kind == k.class_pattern {
            self.each(cursor, |walk, cursor| {
                if cursor.node().kind_id() == k.dotted_name {
                    walk.dotted(cursor.node());
                } else {
                    walk.deeper(cursor, Self::pattern);
                }
            });
        } else if kind == k.keyword_pattern {
            let mut first = true;
            self.each(cursor, |walk, cursor| {
                if !std::mem::take(&mut first) {
                    walk.deeper(cursor, Self::pattern);
                }
            });
        } else if kind == k.identifier {
            self.bind(node, How::Value, NONE);
        } else if kind != k.string {
            self.each(cursor, |walk, cursor| walk.deeper(cursor, Self::pattern));
        }
    }

    fn dotted(&mut self, node: Node) {
        let attrs = self.out.attrs.len() as u32;
        let count = node.named_child_count();
        for index in 1..count {
            if let Some(part) = node.named_child(index as u32) {
                let name = self.name_of(part);
                self.out.attrs.push((name, part.end_byte() as u32));
            }
        }
        if let Some(first) = node.named_child(0) {
            let name = self.name_of(first);
            self.push_use(name, first, attrs, count.saturating_sub(1) as u16, 0);
        }
    }
}
