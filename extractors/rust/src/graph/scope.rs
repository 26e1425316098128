//! What a name means in a module: its items, imports, globs, the crates of the tree, the standard library.

use std::{borrow::Cow, cell::Cell, collections::HashMap};

use ripout_model::Kind;

use super::{DefId, layout::Layout};
use crate::parse::record::{Def, DefKind, Facts};

/// What a path leads to.
#[derive(Debug)]
pub enum Meaning {
    /// These definitions: one, unless several stand under one name for different `cfg`s.
    Defs(Vec<DefId>),
    /// A module, a built-in type, a name of the standard library: nothing of the tree, and nothing open.
    Nothing,
    /// Nothing that could be found, and why.
    Open(&'static str),
}

/// Where a step of a path has led.
#[derive(Debug, Clone)]
enum Step {
    Module(u32),
    Defs(Vec<DefId>),
    External,
    Std,
    Unknown,
}

/// Names of all modules.
pub struct Scope<'g, 'a> {
    records: &'g [(&'a str, Facts<'a>)],
    layout: &'g Layout,
    items: HashMap<(u32, &'g str), Vec<DefId>>,
    /// File and place in the record of what is brought in, by the name it gets.
    imports: HashMap<(u32, &'g str), Vec<(u32, u32)>>,
    globs: HashMap<u32, Vec<(u32, u32)>>,
    /// `macro_rules!` by name.
    macros: HashMap<&'g str, Vec<DefId>>,
    /// Members of types and traits, by the type's definition.
    members: HashMap<(DefId, &'g str), Vec<DefId>>,
    /// Steps that are left for the path in hand: circles of re-exports end there.
    fuel: Cell<u32>,
}

/// Steps that one path may take.
const FUEL: u32 = 200;

/// Crates that come with the compiler.
const STD: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

/// Names that are in scope everywhere, and built-in types.
const PRELUDE: [&str; 66] = [
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "Box",
    "String",
    "ToString",
    "ToOwned",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Extend",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "FromIterator",
    "Debug",
    "Hash",
    "Unpin",
    "drop",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "bool",
    "char",
    "str",
    "panic",
    "size_of",
    "align_of",
    "size_of_val",
    "align_of_val",
    "Future",
    "IntoFuture",
    "AsyncFn",
];

/// Macros of the standard library.
const STD_MACROS: [&str; 49] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "is_aarch64_feature_detected",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "addr_of",
    "addr_of_mut",
    "ready",
    "pin",
    "const_format_args",
    "offset_of",
    "asm",
    "global_asm",
    "concat_bytes",
    "assert_matches",
    "join",
];

/// Whether a macro is the standard library's.
pub fn std_macro(path: &[Cow<'_, str>]) -> bool {
    match path {
        [name] => STD_MACROS.contains(&&**name),
        [first, ..] => {
            STD.contains(&&**first)
                || (first.is_empty() && path.len() > 1 && STD.contains(&&*path[1]))
        }
        [] => false,
    }
}

impl<'g, 'a> Scope<'g, 'a> {
    /// Reads the names of all modules.
    pub fn of(records: &'g [(&'a str, Facts<'a>)], layout: &'g Layout) -> Self {
        let mut scope = Self {
            records,
            layout,
            items: HashMap::new(),
            imports: HashMap::new(),
            globs: HashMap::new(),
            macros: HashMap::new(),
            members: HashMap::new(),
            fuel: Cell::new(0),
        };
        for (file, (_, facts)) in (0_u32..).zip(records) {
            for (index, def) in (0_u32..).zip(&facts.defs) {
                let id = DefId { file, def: index };
                if def.kind == DefKind::Kind(Kind::Macro) {
                    scope.macros.entry(&def.name).or_default().push(id);
                } else if def.kind != DefKind::Module
                    && !matches!(def.kind, DefKind::Kind(Kind::Impl | Kind::MacroCall))
                    && let Some(module) = scope.directly_in(file, def)
                {
                    scope.items.entry((module, &def.name)).or_default().push(id);
                }
            }
            for (index, import) in (0_u32..).zip(&facts.imports) {
                let module = scope.module_at(file, import.parent);
                if import.name == "*" {
                    scope.globs.entry(module).or_default().push((file, index));
                } else if import.name != "_" {
                    let key = (module, &*import.name);
                    scope.imports.entry(key).or_default().push((file, index));
                }
            }
        }
        scope.find_members();
        scope
    }

    fn find_members(&mut self) {
        let mut found = Vec::new();
        for (file, (_, facts)) in (0_u32..).zip(self.records) {
            for (index, def) in (0_u32..).zip(&facts.defs) {
                let Some(parent) = def.parent else { continue };
                let owner = &facts.defs[parent as usize];
                let owner_id = DefId { file, def: parent };
                let id = DefId { file, def: index };
                match owner.kind {
                    DefKind::Kind(Kind::Trait) => found.push((owner_id, &*def.name, id)),
                    DefKind::Kind(Kind::Impl) if owner.of_trait.is_empty() => {
                        if let Meaning::Defs(types) = self.path(owner_id, &owner.for_type) {
                            found.extend(types.into_iter().map(|of| (of, &*def.name, id)));
                        }
                    }
                    _ => {}
                }
            }
            for (index, def) in (0_u32..).zip(&facts.defs) {
                if def.of_trait.is_empty() {
                    continue;
                }
                let id = DefId { file, def: index };
                if let Meaning::Defs(types) = self.path(id, &def.for_type) {
                    for name in &def.provides {
                        found.extend(types.iter().map(|of| (*of, &**name, id)));
                    }
                }
            }
        }
        for (of, name, id) in found {
            self.members.entry((of, name)).or_default().push(id);
        }
    }

    fn def(&self, id: DefId) -> &'g Def<'a> {
        &self.records[id.file as usize].1.defs[id.def as usize]
    }

    /// The module that a definition with this parent stands in.
    fn module_at(&self, file: u32, mut parent: Option<u32>) -> u32 {
        while let Some(index) = parent {
            if let Some(module) = self.layout.opened.get(&(file, index)) {
                return *module;
            }
            parent = self.records[file as usize].1.defs[index as usize].parent;
        }
        self.layout.module_of_file[file as usize]
    }

    /// The module that a definition is an item of; none for members.
    fn directly_in(&self, file: u32, def: &Def<'_>) -> Option<u32> {
        match def.parent {
            None => Some(self.layout.module_of_file[file as usize]),
            Some(parent) => self.layout.opened.get(&(file, parent)).copied(),
        }
    }

    /// Full path of a definition.
    pub fn full_name(&self, id: DefId) -> String {
        let def = self.def(id);
        if !def.of_trait.is_empty() {
            return def.name.to_string();
        }
        let suffix = match def.kind {
            DefKind::Kind(Kind::Macro | Kind::MacroCall) => "!",
            _ => "",
        };
        let module = self.module_at(id.file, def.parent);
        let path = &self.layout.modules[module as usize].path;
        let owner = def.parent.map(|parent| DefId { def: parent, ..id });
        match owner.map(|owner| self.def(owner)) {
            Some(owner) if owner.kind == DefKind::Kind(Kind::Trait) => {
                format!("{path}::{}::{}{suffix}", owner.name, def.name)
            }
            Some(owner) if owner.kind == DefKind::Kind(Kind::Impl) => {
                // By the type's own path, wherever the impl stands.
                let of = owner.for_type.last().map_or("", |name| &**name);
                match self.path(
                    DefId {
                        def: def.parent.unwrap_or(0),
                        ..id
                    },
                    &owner.for_type,
                ) {
                    Meaning::Defs(types) if !types.is_empty() => {
                        format!("{}::{}{suffix}", self.full_name(types[0]), def.name)
                    }
                    _ => format!("{path}::{of}::{}{suffix}", def.name),
                }
            }
            _ => format!("{path}::{}{suffix}", def.name),
        }
    }

    /// What a path means where a definition stands.
    pub fn path(&self, at: DefId, path: &[Cow<'_, str>]) -> Meaning {
        self.fuel.set(FUEL);
        let module = self.module_at(at.file, self.def(at).parent);
        let Some((first, rest)) = path.split_first() else {
            return Meaning::Nothing;
        };
        let (mut step, mut rest) = (self.first(at, module, first), rest);
        if first.is_empty() {
            let Some((name, after)) = rest.split_first() else {
                return Meaning::Nothing;
            };
            (step, rest) = (self.outside(name), after);
        }
        for name in rest {
            step = match step {
                Step::Module(module) => self.in_module(module, name, true),
                Step::Defs(defs) => {
                    let members: Vec<DefId> = defs
                        .iter()
                        .filter_map(|of| self.members.get(&(*of, &**name)))
                        .flatten()
                        .copied()
                        .collect();
                    // A variant, an associated item of a trait that is not in the tree: the type is what is known.
                    Step::Defs(if members.is_empty() { defs } else { members })
                }
                other => other,
            };
        }
        match step {
            Step::Defs(defs) => Meaning::Defs(defs),
            Step::Module(_) | Step::Std => Meaning::Nothing,
            Step::External => Meaning::Open("external"),
            Step::Unknown => Meaning::Open("unknown"),
        }
    }

    fn first(&self, at: DefId, module: u32, name: &str) -> Step {
        let of = &self.layout.modules[module as usize];
        match name {
            "crate" => Step::Module(self.layout.crates[of.krate as usize].root),
            "self" => Step::Module(module),
            "super" => Step::Module(of.parent.unwrap_or(module)),
            "Self" => match self.own_type(at) {
                Some(types) => Step::Defs(types),
                None => Step::Std,
            },
            "" => Step::Unknown,
            _ => match self.in_module(module, name, false) {
                Step::Unknown => self.outside(name),
                found => found,
            },
        }
    }

    /// A name that is no module's: a crate, the standard library, a type parameter.
    fn outside(&self, name: &str) -> Step {
        if let Some(krate) = self.layout.libraries.get(name) {
            return Step::Module(self.layout.crates[*krate as usize].root);
        }
        let parameter = name.len() <= 2 && name.starts_with(|c: char| c.is_ascii_uppercase());
        if STD.contains(&name) || PRELUDE.contains(&name) || parameter {
            Step::Std
        } else {
            Step::Unknown
        }
    }

    /// What a name means in a module. `strict` paths see what is in the module only, not what is in scope everywhere.
    fn in_module(&self, module: u32, name: &str, strict: bool) -> Step {
        let fuel = self.fuel.get();
        if fuel == 0 {
            return Step::Unknown;
        }
        self.fuel.set(fuel - 1);
        match name {
            "self" => return Step::Module(module),
            "super" => {
                let of = &self.layout.modules[module as usize];
                return Step::Module(of.parent.unwrap_or(module));
            }
            _ => {}
        }
        if let Some(defs) = self.items.get(&(module, name)) {
            return Step::Defs(defs.clone());
        }
        if let Some(child) = self.layout.children.get(&(module, name.to_owned())) {
            return Step::Module(*child);
        }
        let mut last = Step::Unknown;
        for import in self.imports.get(&(module, name)).into_iter().flatten() {
            last = self.import(module, *import);
            if matches!(last, Step::Module(_) | Step::Defs(_)) {
                return last;
            }
        }
        if !matches!(last, Step::Unknown) {
            return last;
        }
        // A glob of something outside the tree may bring in any name.
        let mut open = false;
        for glob in self.globs.get(&module).into_iter().flatten() {
            match self.import(module, *glob) {
                Step::Module(from) if from != module => {
                    let found = self.in_module(from, name, true);
                    if matches!(found, Step::Module(_) | Step::Defs(_)) {
                        return found;
                    }
                }
                // `use Enum::*`.
                Step::Defs(types) if !strict && name.starts_with(|c: char| c.is_uppercase()) => {
                    let enums = |id: &&DefId| self.def(**id).kind == DefKind::Kind(Kind::Enum);
                    if types.iter().any(|id| enums(&id)) && !PRELUDE.contains(&name) {
                        return Step::Defs(types);
                    }
                }
                Step::External => open = true,
                _ => {}
            }
        }
        if open && !PRELUDE.contains(&name) {
            Step::External
        } else {
            Step::Unknown
        }
    }

    fn import(&self, module: u32, (file, index): (u32, u32)) -> Step {
        let import = &self.records[file as usize].1.imports[index as usize];
        let path = &import.path;
        let Some(first) = path.first() else {
            return Step::Module(module);
        };
        let of = &self.layout.modules[module as usize];
        let (mut step, from) = match &**first {
            "crate" => (Step::Module(self.layout.crates[of.krate as usize].root), 1),
            "self" => (Step::Module(module), 1),
            "super" => (Step::Module(of.parent.unwrap_or(module)), 1),
            "" => match path.get(1) {
                Some(name) => (self.foreign(name), 2),
                None => return Step::Unknown,
            },
            // `use a::a` must not look at itself for its first part.
            name if path.len() == 1 || import.name != name => {
                match self.in_module(module, name, true) {
                    Step::Unknown => (self.foreign(name), 1),
                    found => (found, 1),
                }
            }
            name => match self.layout.children.get(&(module, name.to_owned())) {
                Some(child) => (Step::Module(*child), 1),
                None => (self.foreign(name), 1),
            },
        };
        for name in &path[from..] {
            step = match step {
                Step::Module(module) => self.in_module(module, name, true),
                // A variant, or a member that is imported by itself.
                Step::Defs(defs) => Step::Defs(defs),
                other => other,
            };
        }
        step
    }

    /// A crate by its name.
    fn foreign(&self, name: &str) -> Step {
        match self.layout.libraries.get(name) {
            Some(krate) => Step::Module(self.layout.crates[*krate as usize].root),
            None if STD.contains(&name) => Step::Std,
            None => Step::External,
        }
    }

    /// The impl or trait that a definition is, or stands in.
    fn owner(&self, at: DefId) -> Option<DefId> {
        let mut id = at;
        loop {
            if matches!(self.def(id).kind, DefKind::Kind(Kind::Impl | Kind::Trait)) {
                return Some(id);
            }
            id.def = self.def(id).parent?;
        }
    }

    /// `Self`.
    fn own_type(&self, at: DefId) -> Option<Vec<DefId>> {
        let owner = self.owner(at)?;
        if self.def(owner).kind == DefKind::Kind(Kind::Trait) {
            return Some(vec![owner]);
        }
        let fuel = self.fuel.get();
        let of = self.path(owner, &self.def(owner).for_type);
        self.fuel.set(fuel.saturating_sub(1));
        match of {
            Meaning::Defs(types) => Some(types),
            _ => None,
        }
    }

    /// A method of `self`.
    pub fn own_member(&self, at: DefId, name: &str) -> Vec<DefId> {
        self.own_type(at)
            .into_iter()
            .flatten()
            .filter_map(|of| self.members.get(&(of, name)))
            .flatten()
            .copied()
            .collect()
    }

    /// Macros of a name within reach: the crate's own, or those of a crate of the tree that the path names.
    pub fn macros(&self, at: DefId, path: &[Cow<'_, str>]) -> Vec<DefId> {
        let Some(name) = path.last() else {
            return Vec::new();
        };
        let all = self.macros.get(&**name).map_or(&[][..], Vec::as_slice);
        let krate = |id: &DefId| {
            self.layout.modules[self.layout.module_of_file[id.file as usize] as usize].krate
        };
        let here = krate(&at);
        let own: Vec<DefId> = all.iter().copied().filter(|id| krate(id) == here).collect();
        if !own.is_empty() {
            return own;
        }
        all.iter()
            .copied()
            .filter(|id| self.layout.reaches(at.file as usize, id.file as usize))
            .collect()
    }
}
