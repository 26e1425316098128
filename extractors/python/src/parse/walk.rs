//! The one walk over a syntax tree: statements, bindings, references, scopes.
//!
//! Scopes lie on stacks that share two vectors, so leaving a function filters the tail of one vector in place: what
//! the function binds itself is gone, what reaches further out stays for the next scope.

use std::collections::HashMap;

use tree_sitter::{Node, Parser, TreeCursor};

use super::{
    Bind, Def, How, NONE, Name, Parsed, Unit, UnitKind, Use, flag,
    kinds::{Fields, Grammar, Kinds, grammar},
    truth::Platform,
};

/// Expressions nested deeper than this are read for their names only.
const DEEPEST: u32 = 120;

/// Reads a file. With a platform, arms for other platforms are told apart.
pub fn parse(text: &[u8], platform: Option<&Platform>) -> Parsed {
    let mut parser = Parser::new();
    // The grammar is built against this very library: it can't fail but by a wrong build.
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else {
        return Parsed {
            broken: Some(1),
            ..Parsed::default()
        };
    };
    let Grammar { kinds, fields, .. } = grammar();
    let mut walk = Walk {
        text,
        platform,
        k: kinds,
        f: fields,
        out: Parsed::default(),
        known: HashMap::new(),
        scopes: Vec::new(),
        bound: Vec::new(),
        pending: Vec::new(),
        marks: Vec::new(),
        stamp: 0,
        functions: 0,
        flags: 0,
        def: NONE,
        class: NONE,
        compound: 0,
        arm: NONE,
        guard: 0,
        depth: 0,
        unit: 0,
        unit_locals: Vec::new(),
    };
    let root = tree.root_node();
    walk.module(root);
    let mut out = walk.out;
    out.code_lines = code_lines(text, root);
    if root.has_error() {
        out.broken = super::broken::first_error(root);
    }
    out
}

pub(super) struct Walk<'t> {
    pub text: &'t [u8],
    pub platform: Option<&'t Platform>,
    pub k: &'static Kinds,
    pub f: &'static Fields,
    pub out: Parsed,
    known: HashMap<&'t [u8], Name>,
    pub scopes: Vec<Scope>,
    pub bound: Vec<Name>,
    pub pending: Vec<Use>,
    marks: Vec<u32>,
    stamp: u32,
    /// How many functions, lambdas are around.
    pub functions: u32,
    /// Flags that hold for everything below.
    pub flags: u16,
    pub def: u32,
    pub class: u32,
    /// Compound statements around, at module level.
    pub compound: u32,
    pub arm: u32,
    /// `try`s around that catch the failure to import.
    pub guard: u32,
    pub depth: u32,
    pub unit: u32,
    unit_locals: Vec<Name>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Function,
    Class,
    Comprehension,
}

pub(super) struct Scope {
    pub kind: ScopeKind,
    pub bound: usize,
    pending: usize,
    pub globals: Vec<Name>,
    pub outer: Vec<Name>,
    pub imports: Vec<(Name, u32)>,
    pub parameters: Vec<Name>,
}

impl<'t> Walk<'t> {
    pub fn name_of(&mut self, node: Node) -> Name {
        let text = self.text;
        self.intern(&text[node.byte_range()])
    }

    pub fn intern(&mut self, word: &'t [u8]) -> Name {
        if let Some(name) = self.known.get(word) {
            return *name;
        }
        let name = self.out.names.len() as Name;
        self.out
            .names
            .push(String::from_utf8_lossy(word).into_owned());
        self.marks.push(0);
        self.known.insert(word, name);
        name
    }

    fn module(&mut self, root: Node) {
        let mut cursor = root.walk();
        if !cursor.goto_first_child() {
            return;
        }
        let mut last_row = usize::MAX;
        loop {
            let node = cursor.node();
            if node.is_named() && node.kind_id() != self.k.comment {
                let shares = node.start_position().row == last_row;
                last_row = node.end_position().row;
                if shares && let Some(before) = self.out.units.last_mut() {
                    before.shares_line = true;
                }
                self.top(&mut cursor, shares);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }

    fn top(&mut self, cursor: &mut TreeCursor<'_>, shares: bool) {
        let node = cursor.node();
        self.unit = self.out.units.len() as u32;
        let mut lines = rows(node);
        if node.kind_id() == self.k.decorated_definition
            && let Some(inner) = node.child_by_field_id(self.f.definition)
        {
            lines = rows(inner);
        }
        self.out.units.push(Unit {
            kind: self.unit_kind(node),
            start: node.start_byte() as u32,
            end: node.end_byte() as u32,
            lines,
            uses: [0, 0],
            changes_arguments: false,
            shares_line: shares,
        });
        self.statement(cursor);
        self.close_unit();
    }

    fn close_unit(&mut self) {
        let from = self.out.uses.len() as u32;
        self.out.uses.append(&mut self.pending);
        let unit = self.unit;
        self.out.units[unit as usize].uses = [from, self.out.uses.len() as u32];
        self.unit_locals.sort_unstable();
        self.unit_locals.dedup();
        let locals = self.unit_locals.drain(..).map(|name| (unit, name));
        self.out.locals.extend(locals);
    }

    fn unit_kind(&self, node: Node) -> UnitKind {
        let kind = node.kind_id();
        let k = self.k;
        if kind == k.function_definition {
            UnitKind::Function
        } else if kind == k.class_definition {
            UnitKind::Class
        } else if kind == k.decorated_definition {
            match node.child_by_field_id(self.f.definition) {
                Some(inner) if inner.kind_id() == k.class_definition => UnitKind::Class,
                _ => UnitKind::Function,
            }
        } else if kind == k.import_statement || kind == k.import_from_statement {
            UnitKind::Import
        } else if kind == k.future_import_statement {
            UnitKind::Future
        } else if kind == k.type_alias_statement {
            UnitKind::Assign
        } else if kind == k.expression_statement {
            let Some(inner) = node.named_child(0) else {
                return UnitKind::Other;
            };
            let inner_kind = inner.kind_id();
            if inner_kind == k.assignment {
                self.assignment_kind(inner)
            } else if inner_kind == k.augmented_assignment {
                match inner.child_by_field_id(self.f.left) {
                    Some(left) if left.kind_id() == k.identifier => UnitKind::Augment,
                    _ => UnitKind::Store,
                }
            } else if (inner_kind == k.string || inner_kind == k.concatenated_string)
                && node.named_child_count() == 1
            {
                UnitKind::Text
            } else {
                UnitKind::Expression
            }
        } else if matches!(
            node.kind(),
            "if_statement"
                | "try_statement"
                | "with_statement"
                | "for_statement"
                | "while_statement"
                | "match_statement"
        ) {
            UnitKind::Compound
        } else {
            UnitKind::Other
        }
    }

    fn assignment_kind(&self, node: Node) -> UnitKind {
        let mut node = node;
        let mut stores_only = true;
        loop {
            if let Some(left) = node.child_by_field_id(self.f.left) {
                let kind = left.kind_id();
                stores_only &= kind == self.k.attribute || kind == self.k.subscript;
            }
            match node.child_by_field_id(self.f.right) {
                Some(right) if right.kind_id() == self.k.assignment => node = right,
                Some(_) if stores_only => return UnitKind::Store,
                Some(_) => return UnitKind::Assign,
                None => return UnitKind::Bare,
            }
        }
    }

    pub fn open_scope(&mut self, kind: ScopeKind) {
        if kind == ScopeKind::Function {
            self.functions += 1;
        }
        self.scopes.push(Scope {
            kind,
            bound: self.bound.len(),
            pending: self.pending.len(),
            globals: Vec::new(),
            outer: Vec::new(),
            imports: Vec::new(),
            parameters: Vec::new(),
        });
    }

    /// Leaves a scope: what it binds is settled, the rest goes on to the scope around.
    pub fn close_scope(&mut self) {
        let Some(scope) = self.scopes.pop() else {
            return;
        };
        if scope.kind == ScopeKind::Function {
            self.functions -= 1;
        }
        let class = scope.kind == ScopeKind::Class;
        if class {
            for reference in &mut self.pending[scope.pending..] {
                reference.flags &= !flag::SKIPS_CLASS;
            }
            self.bound.truncate(scope.bound);
            return;
        }
        self.stamp += 1;
        let stamp = self.stamp;
        let mut mixed: Vec<Name> = Vec::new();
        for name in &self.bound[scope.bound..] {
            if scope.globals.contains(name) || scope.outer.contains(name) {
                continue;
            }
            let mark = &mut self.marks[*name as usize];
            if *mark == stamp && scope.imports.iter().any(|(bound, _)| bound == name) {
                mixed.push(*name);
            }
            *mark = stamp;
        }
        for (name, import) in &scope.imports {
            let mixed = mixed.contains(name);
            self.out.imports[*import as usize].mixed = mixed;
            if !mixed {
                continue;
            }
            self.unit_locals.push(*name);
        }
        let plain_import = |name: Name| {
            scope
                .imports
                .iter()
                .find(|(bound, _)| *bound == name)
                .filter(|_| !mixed.contains(&name))
                .map(|(_, import)| *import)
        };
        let bound = &self.bound[scope.bound..];
        self.unit_locals.extend(
            bound
                .iter()
                .copied()
                .filter(|name| self.marks[*name as usize] == stamp)
                .filter(|name| plain_import(*name).is_none()),
        );
        let mut kept = scope.pending;
        for index in scope.pending..self.pending.len() {
            let mut reference = self.pending[index];
            let local =
                self.marks[reference.name as usize] == stamp && !reference.has(flag::GLOBAL);
            if local {
                if let Some(import) = plain_import(reference.name) {
                    reference.import = import;
                    reference.flags |= flag::GLOBAL;
                } else {
                    self.settle(&scope, reference);
                    continue;
                }
            }
            if scope.kind != ScopeKind::Comprehension || !reference.has(flag::GLOBAL) {
                reference.flags |= flag::SKIPS_CLASS;
            }
            self.pending[kept] = reference;
            kept += 1;
        }
        self.pending.truncate(kept);
        self.bound.truncate(scope.bound);
    }

    /// A reference to what a function binds itself.
    fn settle(&mut self, scope: &Scope, reference: Use) {
        if reference.attr_count > 0 && reference.has(flag::CALL) && !reference.has(flag::BY_STRING)
        {
            let last =
                self.out.attrs[(reference.attrs + u32::from(reference.attr_count) - 1) as usize].0;
            let own = reference.attr_count == 1
                && matches!(
                    self.out.names[reference.name as usize].as_str(),
                    "self" | "cls"
                );
            self.out.members.push(super::Member {
                name: last,
                def: reference.def,
                line: reference.line,
                own,
            });
        }
        let changes = reference.has(flag::CHANGE)
            || (reference.has(flag::CALL | flag::ARGUMENT) && reference.attr_count > 0);
        if changes && scope.parameters.contains(&reference.name) {
            self.out.units[self.unit as usize].changes_arguments = true;
        }
    }

    /// Binds a name in the innermost scope, or at module level.
    pub fn bind(&mut self, node: Node, how: How, import: u32) {
        let name = self.name_of(node);
        self.bind_name(name, node, how, import);
    }

    pub fn bind_name(&mut self, name: Name, node: Node, how: How, import: u32) {
        // A walrus inside a comprehension binds in the function around; loop variables are bound elsewhere.
        if let Some(scope) = self.scopes.last_mut() {
            if scope.globals.contains(&name) {
                if let Some(import) = self.out.imports.get_mut(import as usize) {
                    import.mixed = true;
                }
                self.push_use(name, node, 0, 0, flag::STORE | flag::GLOBAL);
                return;
            }
            if import != NONE {
                scope.imports.push((name, import));
            }
            self.bound.push(name);
            return;
        }
        self.out.binds.push(Bind {
            name,
            unit: self.unit,
            start: node.start_byte() as u32,
            line: row(node),
            import,
            conditional: self.compound > 0,
            arm: self.arm,
            how,
        });
    }

    pub fn push_use(&mut self, name: Name, node: Node, attrs: u32, attr_count: u16, flags: u16) {
        let mut flags = flags | self.flags;
        if self.functions > 0 {
            flags |= flag::DEFERRED;
        }
        if self.guard > 0 {
            flags |= flag::GUARDED;
        }
        if let Some(scope) = self.scopes.last() {
            if scope.kind == ScopeKind::Class {
                // In a class body a name is the class's own once it was bound there.
                if self.bound[scope.bound..].contains(&name) && flags & flag::GLOBAL == 0 {
                    return;
                }
                flags |= flag::CLASS_BODY;
            }
            if scope.globals.contains(&name) {
                flags |= flag::GLOBAL;
            }
        }
        self.pending.push(Use {
            name,
            start: node.start_byte() as u32,
            line: row(node),
            attrs,
            attr_count,
            flags,
            import: NONE,
            def: self.def,
            arm: self.arm,
        });
    }

    pub fn new_def(&mut self, name: Name, class: bool, node: Node) -> u32 {
        self.out.defs.push(Def {
            name,
            parent: self.class,
            class,
            unit: self.unit,
            lines: rows(node),
        });
        self.out.defs.len() as u32 - 1
    }

    /// Goes one level down, unless that would be too deep for the stack.
    pub fn deeper(
        &mut self,
        cursor: &mut TreeCursor<'_>,
        go: impl FnOnce(&mut Self, &mut TreeCursor<'_>),
    ) {
        if self.depth >= DEEPEST {
            self.names_only(cursor);
            return;
        }
        self.depth += 1;
        go(self, cursor);
        self.depth -= 1;
    }

    /// Reads a subtree for its names, without a stack.
    fn names_only(&mut self, cursor: &mut TreeCursor<'_>) {
        let mut below = 0u32;
        loop {
            let node = cursor.node();
            if node.kind_id() == self.k.identifier
                && cursor.field_id().map(u16::from) != Some(self.f.attribute)
            {
                let name = self.name_of(node);
                self.push_use(name, node, 0, 0, 0);
            }
            if cursor.goto_first_child() {
                below += 1;
                continue;
            }
            loop {
                if below == 0 {
                    return;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                cursor.goto_parent();
                below -= 1;
            }
        }
    }
}

/// 1-based line of a node.
pub(super) fn row(node: Node) -> u32 {
    node.start_position().row as u32 + 1
}

/// First and last line of a node.
pub(super) fn rows(node: Node) -> [u32; 2] {
    let end = node.end_position();
    let last = if end.column == 0 && end.row > node.start_position().row {
        end.row
    } else {
        end.row + 1
    };
    [row(node), last as u32]
}

/// Lines that hold something besides blanks and comments. Documentation strings are no code.
fn code_lines(text: &[u8], _root: Node) -> u32 {
    super::lines::code_lines(text)
}
