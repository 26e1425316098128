//! Statements: what they bind, import, and in which scope their parts run.

use tree_sitter::{Node, TreeCursor};

use super::{
    Arm, How, Import, NONE, flag,
    truth::{Truth, truth},
    walk::{ScopeKind, Walk, row},
};

impl Walk<'_> {
    /// Goes through the children of the cursor's node.
    pub fn each(
        &mut self,
        cursor: &mut TreeCursor<'_>,
        mut go: impl FnMut(&mut Self, &mut TreeCursor<'_>),
    ) {
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            if cursor.node().is_named() {
                go(self, cursor);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }

    fn field(&self, cursor: &TreeCursor<'_>) -> u16 {
        cursor.field_id().map_or(0, u16::from)
    }

    /// A statement, or whatever else stands there.
    pub fn statement(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        if self.compound > 0 && self.scopes.is_empty() && self.is_part(node) {
            let from = self.out.binds.len() as u32;
            let compound = std::mem::take(&mut self.compound);
            let parts = self.out.parts.len();
            self.plain_statement(cursor);
            self.compound = compound;
            for bind in &mut self.out.binds[from as usize..] {
                bind.conditional = true;
            }
            let to = self.out.binds.len() as u32;
            self.out.parts.truncate(parts);
            self.out.parts.push(super::Part {
                unit: self.unit,
                start: node.start_byte() as u32,
                end: node.end_byte() as u32,
                binds: [from, to],
            });
            return;
        }
        self.plain_statement(cursor);
    }

    /// A definition, or an assignment to names alone.
    fn is_part(&self, node: Node) -> bool {
        let k = self.k;
        let kind = node.kind_id();
        if kind == k.function_definition
            || kind == k.class_definition
            || kind == k.decorated_definition
        {
            return true;
        }
        kind == k.expression_statement
            && node.named_child_count() == 1
            && node.named_child(0).is_some_and(|inner| {
                let mut inner = inner;
                while inner.kind_id() == k.assignment {
                    if inner
                        .child_by_field_id(self.f.left)
                        .is_none_or(|left| left.kind_id() != k.identifier)
                    {
                        return false;
                    }
                    match inner.child_by_field_id(self.f.right) {
                        Some(right) if right.kind_id() == k.assignment => inner = right,
                        _ => return true,
                    }
                }
                false
            })
    }

    fn plain_statement(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let kind = node.kind_id();
        let k = self.k;
        if kind == k.expression_statement || kind == k.block {
            self.each(cursor, |walk, cursor| walk.deeper(cursor, Self::statement));
        } else if kind == k.function_definition {
            self.function(cursor);
        } else if kind == k.class_definition {
            self.class(cursor);
        } else if kind == k.decorated_definition {
            let top = self.scopes.is_empty();
            self.each(cursor, |walk, cursor| {
                if cursor.node().kind_id() == k.decorator {
                    let before = walk.flags;
                    if top {
                        walk.flags |= flag::DECORATOR;
                    }
                    walk.each(cursor, |walk, cursor| walk.deeper(cursor, Self::expression));
                    walk.flags = before;
                } else {
                    walk.deeper(cursor, Self::statement);
                }
            });
        } else if kind == k.assignment {
            self.assignment(cursor);
        } else if kind == k.augmented_assignment {
            self.augmented(cursor);
        } else if kind == k.type_alias_statement {
            self.type_alias(cursor);
        } else if kind == k.import_statement
            || kind == k.import_from_statement
            || kind == k.future_import_statement
        {
            self.import(node);
        } else if kind == k.global_statement || kind == k.nonlocal_statement {
            self.outer_names(node, kind == k.global_statement);
        } else if kind == k.delete_statement {
            self.each(cursor, |walk, cursor| {
                walk.deeper(cursor, |walk, cursor| walk.target(cursor, How::Delete))
            });
        } else if kind == k.if_statement {
            self.conditional(cursor);
        } else if kind == k.try_statement {
            self.compounded(|walk| walk.attempt(cursor));
        } else if kind == k.for_statement {
            self.compounded(|walk| {
                walk.each(cursor, |walk, cursor| {
                    if walk.field(cursor) == walk.f.left {
                        walk.deeper(cursor, |walk, cursor| walk.target(cursor, How::Value));
                    } else {
                        walk.deeper(cursor, Self::statement);
                    }
                });
            });
        } else if kind == k.with_statement {
            let guards = node
                .named_child(0)
                .and_then(|clause| clause.utf8_text(self.text).ok())
                .is_some_and(|clause| {
                    clause.contains("suppress(") && catches_import_errors(clause)
                });
            self.guard += u32::from(guards);
            self.compounded(|walk| {
                walk.each(cursor, |walk, cursor| walk.deeper(cursor, Self::statement))
            });
            self.guard -= u32::from(guards);
        } else if kind == k.while_statement || kind == k.match_statement {
            self.compounded(|walk| {
                walk.each(cursor, |walk, cursor| walk.deeper(cursor, Self::statement))
            });
        } else if kind == k.case_clause {
            self.each(cursor, |walk, cursor| {
                if cursor.node().kind_id() == k.case_pattern {
                    walk.deeper(cursor, Self::pattern);
                } else {
                    walk.deeper(cursor, Self::statement);
                }
            });
        } else if kind == k.except_clause {
            self.each(cursor, |walk, cursor| {
                if walk.field(cursor) == walk.f.alias {
                    walk.deeper(cursor, |walk, cursor| walk.target(cursor, How::Value));
                } else {
                    walk.deeper(cursor, Self::statement);
                }
            });
        } else if is_container(node.kind()) {
            self.each(cursor, |walk, cursor| walk.deeper(cursor, Self::statement));
        } else {
            self.expression(cursor);
        }
    }

    fn compounded(&mut self, go: impl FnOnce(&mut Self)) {
        let module_level = u32::from(self.scopes.is_empty());
        self.compound += module_level;
        go(self);
        self.compound -= module_level;
    }

    /// Arms of an `if`, each with what is known of its condition.
    fn conditional(&mut self, cursor: &mut TreeCursor<'_>) {
        let module_level = self.scopes.is_empty();
        self.compounded(|walk| {
            let mut settled: Option<bool> = None;
            let mut by_platform = false;
            walk.each(cursor, |walk, cursor| {
                let node = cursor.node();
                let field = walk.field(cursor);
                if field == walk.f.consequence {
                    let outcome = node
                        .parent()
                        .and_then(|parent| parent.child_by_field_id(walk.f.condition))
                        .map_or(Truth::Open, |condition| {
                            truth(condition, walk.text, walk.platform)
                        });
                    let dead = matches!(outcome, Truth::Types(false) | Truth::Platform(false));
                    by_platform |= matches!(outcome, Truth::Platform(_));
                    if matches!(outcome, Truth::Types(true) | Truth::Platform(true)) {
                        settled = Some(true);
                    }
                    walk.arm(
                        cursor,
                        node,
                        dead,
                        matches!(outcome, Truth::Platform(_)),
                        module_level,
                    );
                } else if node.kind_id() == walk.k.elif_clause {
                    let outcome = node
                        .child_by_field_id(walk.f.condition)
                        .map_or(Truth::Open, |condition| {
                            truth(condition, walk.text, walk.platform)
                        });
                    let dead = settled == Some(true)
                        || matches!(outcome, Truth::Types(false) | Truth::Platform(false));
                    by_platform |= matches!(outcome, Truth::Platform(_));
                    if settled.is_none()
                        && matches!(outcome, Truth::Types(true) | Truth::Platform(true))
                    {
                        settled = Some(true);
                    }
                    let body = node.child_by_field_id(walk.f.consequence).unwrap_or(node);
                    walk.arm(cursor, body, dead, by_platform, module_level);
                } else if node.kind_id() == walk.k.else_clause {
                    let body = node.child_by_field_id(walk.f.body).unwrap_or(node);
                    walk.arm(
                        cursor,
                        body,
                        settled == Some(true),
                        by_platform,
                        module_level,
                    );
                } else {
                    walk.deeper(cursor, Self::statement);
                }
            });
        });
    }

    /// One arm; `body` is the block that a dead arm would lose.
    fn arm(
        &mut self,
        cursor: &mut TreeCursor<'_>,
        body: Node,
        dead: bool,
        by_platform: bool,
        module_level: bool,
    ) {
        let before = self.arm;
        // Inside a function an arm for another platform stays: the text around it needs no import for it.
        if dead && before == NONE && (module_level || !by_platform) {
            self.arm = self.out.arms.len() as u32;
            self.out.arms.push(Arm {
                unit: self.unit,
                start: body.start_byte() as u32,
                end: body.end_byte() as u32,
                types_only: !by_platform,
            });
        }
        self.deeper(cursor, |walk, cursor| {
            walk.each(cursor, |walk, cursor| walk.deeper(cursor, Self::statement));
        });
        self.arm = before;
    }

    fn attempt(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let mut guards = false;
        let mut walk = node.walk();
        for clause in node.children(&mut walk) {
            if clause.kind_id() == self.k.except_clause {
                let head = clause.utf8_text(self.text).unwrap_or("");
                let head = head.split(':').next().unwrap_or("");
                guards |= head.trim() == "except" || catches_import_errors(head);
            }
        }
        self.each(cursor, |walk, cursor| {
            let body = guards && walk.field(cursor) == walk.f.body;
            walk.guard += u32::from(body);
            walk.deeper(cursor, Self::statement);
            walk.guard -= u32::from(body);
        });
    }

    fn function(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let f = self.f;
        let def_before = self.def;
        let class_before = self.class;
        if let Some(name) = node.child_by_field_id(f.name) {
            self.bind(name, How::Def, NONE);
            // Functions inside functions belong to the definition around them.
            if self.functions == 0 {
                let name = self.name_of(name);
                self.def = self.new_def(name, false, node);
            }
        }
        // Defaults and annotations run where the function is made.
        if let Some(parameters) = node.child_by_field_id(f.parameters) {
            self.parameter_values(&mut parameters.walk());
        }
        if let Some(returned) = node.child_by_field_id(f.return_type) {
            self.annotation(&mut returned.walk());
        }
        self.open_scope(ScopeKind::Function);
        if let Some(types) = node.child_by_field_id(f.type_parameters) {
            self.type_parameters(types);
        }
        if let Some(parameters) = node.child_by_field_id(f.parameters) {
            self.parameter_names(parameters);
        }
        self.class = NONE;
        // What holds for a decorator or a guard around the definition does not hold for its body.
        let flags = std::mem::take(&mut self.flags);
        let guard = std::mem::take(&mut self.guard);
        if let Some(body) = node.child_by_field_id(f.body) {
            self.deeper(&mut body.walk(), Self::statement);
        }
        self.flags = flags;
        self.guard = guard;
        self.class = class_before;
        self.close_scope();
        self.def = def_before;
    }

    fn class(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let f = self.f;
        let before = (self.def, self.class);
        let mut own = None;
        if let Some(name) = node.child_by_field_id(f.name) {
            if self.functions == 0 {
                let name = self.name_of(name);
                own = Some(self.new_def(name, true, node));
            }
            self.def = own.unwrap_or(self.def);
        }
        let typed = node.child_by_field_id(f.type_parameters);
        if let Some(types) = typed {
            self.open_scope(ScopeKind::Comprehension);
            self.type_parameters(types);
        }
        if let Some(bases) = node.child_by_field_id(f.superclasses) {
            let flags = self.flags;
            self.flags |= flag::BASE;
            self.deeper(&mut bases.walk(), |walk, cursor| walk.expression(cursor));
            self.flags = flags;
        }
        self.open_scope(ScopeKind::Class);
        self.class = own.unwrap_or(NONE);
        let flags = std::mem::take(&mut self.flags);
        if let Some(body) = node.child_by_field_id(f.body) {
            self.deeper(&mut body.walk(), Self::statement);
        }
        self.flags = flags;
        self.close_scope();
        if typed.is_some() {
            self.close_scope();
        }
        (self.def, self.class) = before;
        if let Some(name) = node.child_by_field_id(f.name) {
            self.bind(name, How::Def, NONE);
        }
    }

    fn assignment(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let f = self.f;
        let how = if node.child_by_field_id(f.right).is_some() {
            How::Value
        } else {
            How::Bare
        };
        // The value is computed before the name is bound.
        if let Some(value) = node.child_by_field_id(f.right) {
            self.deeper(&mut value.walk(), Self::statement);
        }
        if let Some(annotation) = node.child_by_field_id(f.type_) {
            let before = self.flags;
            let scope = self.scopes.last().map(|scope| scope.kind);
            if scope == Some(ScopeKind::Function) {
                self.flags |= flag::UNEVALUATED;
            }
            self.annotation(&mut annotation.walk());
            self.flags = before;
        }
        if let Some(target) = node.child_by_field_id(f.left) {
            if self.scopes.is_empty() && target.utf8_text(self.text) == Ok("__all__") {
                self.list_all(node.child_by_field_id(f.right), true);
            }
            self.deeper(&mut target.walk(), |walk, cursor| walk.target(cursor, how));
        }
    }

    fn augmented(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        let f = self.f;
        if let Some(value) = node.child_by_field_id(f.right) {
            self.deeper(&mut value.walk(), Self::expression);
        }
        let Some(target) = node.child_by_field_id(f.left) else {
            return;
        };
        if self.scopes.is_empty() && target.utf8_text(self.text) == Ok("__all__") {
            self.list_all(node.child_by_field_id(f.right), false);
        }
        if target.kind_id() == self.k.identifier {
            let name = self.name_of(target);
            // Read, changed and bound again.
            self.push_use(name, target, 0, 0, flag::CHANGE);
        }
        self.deeper(&mut target.walk(), |walk, cursor| {
            walk.target(cursor, How::Augment)
        });
    }

    fn type_alias(&mut self, cursor: &mut TreeCursor<'_>) {
        let node = cursor.node();
        if let Some(value) = node.child_by_field_id(self.f.right) {
            self.annotation(&mut value.walk());
        }
        let mut left = node.child_by_field_id(self.f.left);
        while let Some(node) = left {
            if node.kind_id() == self.k.identifier {
                self.bind(node, How::Value, NONE);
                break;
            }
            left = node.named_child(0);
        }
    }

    fn outer_names(&mut self, node: Node, global: bool) {
        for index in 0..node.named_child_count() {
            let Some(word) = node.named_child(index as u32) else {
                continue;
            };
            let name = self.name_of(word);
            let Some(scope) = self.scopes.last_mut() else {
                continue;
            };
            if global {
                scope.globals.push(name);
                // The statement itself names the module's variable: a renaming has to reach it.
                self.push_use(name, word, 0, 0, flag::GLOBAL | flag::STORE);
            } else {
                scope.outer.push(name);
            }
        }
    }

    /// `__all__` as it is written out; `fresh` starts it anew.
    pub fn list_all(&mut self, value: Option<Node>, fresh: bool) {
        if fresh {
            self.out.all = Some(Vec::new());
            self.out.all_open = false;
        }
        let Some(value) = value else { return };
        let mut stack = vec![value];
        while let Some(node) = stack.pop() {
            match node.kind() {
                "list"
                | "tuple"
                | "binary_operator"
                | "parenthesized_expression"
                | "expression_list" => {
                    for index in 0..node.named_child_count() {
                        stack.extend(node.named_child(index as u32));
                    }
                }
                "string" => {
                    if let Some(content) = node
                        .named_child(1)
                        .filter(|c| c.kind_id() == self.k.string_content)
                    {
                        let name = self.name_of(content);
                        self.out.all.get_or_insert_with(Vec::new).push(name);
                    }
                }
                "comment" => {}
                _ => self.out.all_open = true,
            }
        }
    }

    fn import(&mut self, node: Node) {
        let k = self.k;
        let f = self.f;
        let plain = node.kind_id() == k.import_statement;
        let future = node.kind_id() == k.future_import_statement;
        let mut level = 0;
        let mut module = String::new();
        let head = node.child_by_field_id(f.module_name);
        if let Some(head) = head {
            let written = self.plain(head);
            module = written.trim_start_matches('.').to_string();
            level = (written.len() - module.len()) as u32;
        }
        for index in 0..node.named_child_count() {
            let Some(child) = node.named_child(index as u32) else {
                continue;
            };
            if Some(child) == head || child.kind_id() == k.comment {
                continue;
            }
            let star = child.kind_id() == k.wildcard_import;
            let (what, alias) = if child.kind_id() == k.aliased_import {
                (
                    child.child_by_field_id(f.name),
                    child.child_by_field_id(f.alias),
                )
            } else {
                (Some(child), None)
            };
            let Some(what) = what else { continue };
            if future {
                let name = self.name_of(what);
                self.out.future.push(name);
                continue;
            }
            let first = if star {
                what
            } else {
                what.named_child(0).unwrap_or(what)
            };
            let bound_node = alias.unwrap_or(first);
            let bound = self.name_of(bound_node);
            let name = (!plain && !star).then(|| self.name_of(what));
            let import = self.out.imports.len() as u32;
            self.out.imports.push(Import {
                unit: self.unit,
                start: node.start_byte() as u32,
                end: node.end_byte() as u32,
                line: row(node),
                level,
                module: if plain {
                    self.plain(what)
                } else {
                    module.clone()
                },
                name,
                star,
                bound,
                alias: alias.is_some(),
                deferred: self.functions > 0,
                guarded: self.guard > 0,
                in_class: self
                    .scopes
                    .last()
                    .is_some_and(|scope| scope.kind == ScopeKind::Class),
                mixed: false,
                arm: self.arm,
            });
            if !star {
                self.bind_name(bound, bound_node, How::Import, import);
            }
        }
    }

    /// Text of a dotted name, without the blanks and comments that may stand in it.
    fn plain(&self, node: Node) -> String {
        node.utf8_text(self.text)
            .unwrap_or("")
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '\\')
            .collect()
    }
}

fn is_container(kind: &str) -> bool {
    matches!(
        kind,
        "else_clause"
            | "elif_clause"
            | "finally_clause"
            | "with_clause"
            | "with_item"
            | "except_group_clause"
            | "assert_statement"
            | "return_statement"
            | "raise_statement"
            | "ERROR"
            | "if_clause"
    )
}

/// Whether the words of an `except` or `suppress` cover a failure to import.
fn catches_import_errors(words: &str) -> bool {
    [
        "ImportError",
        "ModuleNotFoundError",
        "Exception",
        "BaseException",
    ]
    .iter()
    .any(|word| words.contains(word))
}
