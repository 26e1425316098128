//! What a name means in a module: its items, imports, globs, the crates of the tree, the standard library.

use std::borrow::Cow;

use rayon::prelude::*;
use ripout_model::Kind;

use super::{
    DefId,
    layout::Layout,
    names::{self, Name, Names, Table},
};
use crate::parse::record::{Def, DefKind, Facts, Path};

/// What a path leads to.
#[derive(Debug, Clone)]
pub enum Meaning<'s> {
    /// These definitions: one, unless several stand under one name for different `cfg`s.
    Defs(Cow<'s, [DefId]>),
    /// A module, a built-in type, a name of the standard library: nothing of the tree, and nothing open.
    Nothing,
    /// Nothing that could be found, and why.
    Open(&'static str),
}

/// Where a step of a path has led.
#[derive(Debug, Clone)]
enum Step<'s> {
    Module(u32),
    Defs(Cow<'s, [DefId]>),
    External,
    Std,
    Unknown,
}

/// A name that is brought in.
struct Brought {
    path: Vec<Name>,
    name: Name,
}

/// Names of all modules.
pub struct Scope<'g> {
    records: &'g [(&'g str, Facts<'g>)],
    layout: &'g Layout,
    names: &'g Names<'g>,
    items: Table<(u32, Name), DefId>,
    brought: Vec<Brought>,
    /// Places in `brought`, by module and name.
    imports: Table<(u32, Name), u32>,
    globs: Table<u32, u32>,
    /// `macro_rules!` by name and crate, and those of libraries by name alone.
    macros: Table<(Name, u32), DefId>,
    library_macros: Table<Name, DefId>,
    /// Members of types and traits, by the type's definition.
    members: Table<(DefId, Name), DefId>,
}

/// Steps that one path may take: circles of re-exports end there.
const FUEL: u32 = 200;

/// A definition whose name leads to another definition's more often than this goes in a circle.
const DEEPEST: u32 = 16;

impl<'g> Scope<'g> {
    /// Reads the names of all modules.
    pub fn of(
        records: &'g [(&'g str, Facts<'g>)],
        layout: &'g Layout,
        names: &'g Names<'g>,
    ) -> Self {
        let mut scope = Self {
            records,
            layout,
            names,
            items: Table::default(),
            brought: Vec::new(),
            imports: Table::default(),
            globs: Table::default(),
            macros: Table::default(),
            library_macros: Table::default(),
            members: Table::default(),
        };
        let (mut items, mut macros, mut library_macros) = (Vec::new(), Vec::new(), Vec::new());
        let (mut imports, mut globs) = (Vec::new(), Vec::new());
        for (file, (_, facts)) in (0_u32..).zip(records) {
            let krate = layout.crate_of_file(file);
            for (index, def) in (0_u32..).zip(&facts.defs) {
                let id = DefId { file, def: index };
                let name = names.get(file, def.name);
                if def.kind == DefKind::Kind(Kind::Macro) {
                    macros.push(((name, krate), id));
                    if layout.is_library(krate) {
                        library_macros.push((name, id));
                    }
                } else if def.kind != DefKind::Module
                    && !matches!(def.kind, DefKind::Kind(Kind::Impl | Kind::MacroCall))
                    && let Some(module) = scope.directly_in(file, def)
                {
                    items.push(((module, name), id));
                }
            }
            for import in &facts.imports {
                let module = scope.module_at(file, import.parent);
                let name = names.get(file, import.name);
                let index = scope.brought.len() as u32;
                let mut path = Vec::new();
                if let Some(of) = import.path {
                    scope.steps(file, of, &mut path);
                }
                scope.brought.push(Brought { path, name });
                if name == names::GLOB {
                    globs.push((module, index));
                } else if name != names::NO_NAME {
                    imports.push(((module, name), index));
                }
            }
        }
        scope.items = Table::of(items);
        scope.macros = Table::of(macros);
        scope.library_macros = Table::of(library_macros);
        scope.imports = Table::of(imports);
        scope.globs = Table::of(globs);
        scope.members = Table::of(scope.find_members());
        scope
    }

    fn find_members(&self) -> Vec<((DefId, Name), DefId)> {
        let of_files: Vec<Vec<_>> = self
            .records
            .par_iter()
            .zip(0_u32..self.records.len() as u32)
            .map(|((_, facts), file)| {
                let mut found = Vec::new();
                for (index, def) in (0_u32..).zip(&facts.defs) {
                    let Some(parent) = def.parent else { continue };
                    let owner = &facts.defs[parent as usize];
                    let owner_id = DefId { file, def: parent };
                    let id = DefId { file, def: index };
                    let name = self.names.get(file, def.name);
                    match owner.kind {
                        DefKind::Kind(Kind::Trait) => found.push(((owner_id, name), id)),
                        DefKind::Kind(Kind::Impl) if owner.of_trait.is_none() => {
                            if let Meaning::Defs(types) = self.path(owner_id, owner.for_type) {
                                found.extend(types.iter().map(|of| ((*of, name), id)));
                            }
                        }
                        _ => {}
                    }
                }
                for (index, def) in (0_u32..).zip(&facts.defs) {
                    if def.of_trait.is_none() || def.provides.is_empty() {
                        continue;
                    }
                    let id = DefId { file, def: index };
                    if let Meaning::Defs(types) = self.path(id, def.for_type) {
                        for name in &def.provides {
                            let name = self.names.get(file, *name);
                            found.extend(types.iter().map(|of| ((*of, name), id)));
                        }
                    }
                }
                found
            })
            .collect();
        of_files.into_iter().flatten().collect()
    }

    fn def(&self, id: DefId) -> &'g Def {
        &self.records[id.file as usize].1.defs[id.def as usize]
    }

    /// The names of a path, first to last.
    pub fn steps(&self, file: u32, path: Path, steps: &mut Vec<Name>) {
        steps.clear();
        let mut next = Some(path);
        while let Some(at) = next {
            let step = self.records[file as usize].1.paths[at as usize];
            steps.push(self.names.get(file, step.name));
            next = step.before;
        }
        steps.reverse();
    }

    /// The module that a definition with this parent stands in.
    fn module_at(&self, file: u32, mut parent: Option<u32>) -> u32 {
        while let Some(index) = parent {
            if let Some(module) = self.layout.opened(file, index) {
                return module;
            }
            parent = self.records[file as usize].1.defs[index as usize].parent;
        }
        self.layout.module_of_file[file as usize]
    }

    /// The module that a definition stands in.
    pub fn module_of(&self, id: DefId) -> u32 {
        self.module_at(id.file, self.def(id).parent)
    }

    /// The module that a definition is an item of; none for members.
    fn directly_in(&self, file: u32, def: &Def) -> Option<u32> {
        match def.parent {
            None => Some(self.layout.module_of_file[file as usize]),
            Some(parent) => self.layout.opened(file, parent),
        }
    }

    /// Full path of a definition.
    pub fn full_name(&self, id: DefId) -> String {
        self.full_name_within(id, DEEPEST)
    }

    fn full_name_within(&self, id: DefId, depth: u32) -> String {
        let def = self.def(id);
        let text = |name| self.names.text(self.names.get(id.file, name));
        let name = text(def.name);
        if def.of_trait.is_some() {
            return name.to_owned();
        }
        let suffix = match def.kind {
            DefKind::Kind(Kind::Macro | Kind::MacroCall) => "!",
            _ => "",
        };
        let module = self.module_at(id.file, def.parent);
        let path = &self.layout.modules[module as usize].path;
        let owner_id = def.parent.map(|parent| DefId { def: parent, ..id });
        match owner_id.map(|owner| (owner, self.def(owner))) {
            Some((_, owner)) if owner.kind == DefKind::Kind(Kind::Trait) => {
                format!("{path}::{}::{name}{suffix}", text(owner.name))
            }
            Some((owner_id, owner)) if owner.kind == DefKind::Kind(Kind::Impl) => {
                // By the type's own path, wherever the impl stands.
                match self.path(owner_id, owner.for_type) {
                    Meaning::Defs(types) if !types.is_empty() && depth > 0 => {
                        let of = self.full_name_within(types[0], depth - 1);
                        format!("{of}::{name}{suffix}")
                    }
                    _ => {
                        let of = owner.for_type.map_or("", |of| {
                            text(self.records[id.file as usize].1.paths[of as usize].name)
                        });
                        format!("{path}::{of}::{name}{suffix}")
                    }
                }
            }
            _ => format!("{path}::{name}{suffix}"),
        }
    }

    /// What a path means where a definition stands.
    pub fn path(&self, at: DefId, path: Option<Path>) -> Meaning<'_> {
        let Some(path) = path else {
            return Meaning::Nothing;
        };
        let mut steps = Vec::new();
        self.steps(at.file, path, &mut steps);
        self.meaning(at, &steps)
    }

    /// What a path means where a definition stands. Unless the path begins with `Self`, all that matters of the
    /// definition is its module.
    pub fn meaning(&self, at: DefId, steps: &[Name]) -> Meaning<'_> {
        let mut fuel = FUEL;
        let module = self.module_of(at);
        let Some((&first, mut rest)) = steps.split_first() else {
            return Meaning::Nothing;
        };
        let mut step = self.first(at, module, first, &mut fuel);
        if first == names::OUTSIDE {
            let Some((&name, after)) = rest.split_first() else {
                return Meaning::Nothing;
            };
            (step, rest) = (self.outside(name), after);
        }
        for &name in rest {
            step = match step {
                Step::Module(module) => self.in_module(module, name, true, &mut fuel),
                Step::Defs(defs) => {
                    let members = match defs[..] {
                        [of] => Cow::Borrowed(self.members.get((of, name))),
                        _ => defs
                            .iter()
                            .flat_map(|of| self.members.get((*of, name)))
                            .copied()
                            .collect(),
                    };
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

    fn first(&self, at: DefId, module: u32, name: Name, fuel: &mut u32) -> Step<'_> {
        let of = &self.layout.modules[module as usize];
        match name {
            names::CRATE => Step::Module(self.layout.crates[of.krate as usize].root),
            names::SELF => Step::Module(module),
            names::SUPER => Step::Module(of.parent.unwrap_or(module)),
            names::SELF_TYPE => {
                *fuel -= 1;
                match self.own_type(at) {
                    Some(types) => Step::Defs(types),
                    None => Step::Std,
                }
            }
            names::OUTSIDE => Step::Unknown,
            _ => match self.in_module(module, name, false, fuel) {
                Step::Unknown => self.outside(name),
                found => found,
            },
        }
    }

    /// A name that is no module's: a crate, the standard library, a type parameter.
    fn outside(&self, name: Name) -> Step<'_> {
        if let Some(krate) = self.layout.library(name) {
            return Step::Module(self.layout.crates[krate as usize].root);
        }
        let known = self.names.known(name);
        if known.std || known.prelude || known.parameter {
            Step::Std
        } else {
            Step::Unknown
        }
    }

    /// What a name means in a module. `strict` paths see what is in the module only, not what is in scope everywhere.
    fn in_module(&self, module: u32, name: Name, strict: bool, fuel: &mut u32) -> Step<'_> {
        if *fuel == 0 {
            return Step::Unknown;
        }
        *fuel -= 1;
        match name {
            names::SELF => return Step::Module(module),
            names::SUPER => {
                let of = &self.layout.modules[module as usize];
                return Step::Module(of.parent.unwrap_or(module));
            }
            _ => {}
        }
        let defs = self.items.get((module, name));
        if !defs.is_empty() {
            return Step::Defs(defs.into());
        }
        if let Some(child) = self.layout.child_of(module, name) {
            return Step::Module(child);
        }
        let mut last = Step::Unknown;
        for import in self.imports.get((module, name)) {
            last = self.import(module, *import, fuel);
            if matches!(last, Step::Module(_) | Step::Defs(_)) {
                return last;
            }
        }
        if !matches!(last, Step::Unknown) {
            return last;
        }
        // A glob of something outside the tree may bring in any name.
        let mut open = false;
        let known = self.names.known(name);
        for glob in self.globs.get(module) {
            match self.import(module, *glob, fuel) {
                Step::Module(from) if from != module => {
                    let found = self.in_module(from, name, true, fuel);
                    if matches!(found, Step::Module(_) | Step::Defs(_)) {
                        return found;
                    }
                }
                // `use Enum::*`.
                Step::Defs(types) if !strict && known.capital => {
                    let enums = |id: &&DefId| self.def(**id).kind == DefKind::Kind(Kind::Enum);
                    if types.iter().any(|id| enums(&id)) && !known.prelude {
                        return Step::Defs(types);
                    }
                }
                Step::External => open = true,
                _ => {}
            }
        }
        if open && !known.prelude {
            Step::External
        } else {
            Step::Unknown
        }
    }

    fn import(&self, module: u32, index: u32, fuel: &mut u32) -> Step<'_> {
        let import = &self.brought[index as usize];
        let path = &import.path;
        let Some(&first) = path.first() else {
            return Step::Module(module);
        };
        let of = &self.layout.modules[module as usize];
        let (mut step, from) = match first {
            names::CRATE => (Step::Module(self.layout.crates[of.krate as usize].root), 1),
            names::SELF => (Step::Module(module), 1),
            names::SUPER => (Step::Module(of.parent.unwrap_or(module)), 1),
            names::OUTSIDE => match path.get(1) {
                Some(name) => (self.foreign(*name), 2),
                None => return Step::Unknown,
            },
            // `use a::a` must not look at itself for its first part.
            name if path.len() == 1 || import.name != name => {
                match self.in_module(module, name, true, fuel) {
                    Step::Unknown => (self.foreign(name), 1),
                    found => (found, 1),
                }
            }
            name => match self.layout.child_of(module, name) {
                Some(child) => (Step::Module(child), 1),
                None => (self.foreign(name), 1),
            },
        };
        for &name in &path[from..] {
            step = match step {
                Step::Module(module) => self.in_module(module, name, true, fuel),
                // A variant, or a member that is imported by itself.
                Step::Defs(defs) => Step::Defs(defs),
                other => other,
            };
        }
        step
    }

    /// A crate by its name.
    fn foreign(&self, name: Name) -> Step<'_> {
        match self.layout.library(name) {
            Some(krate) => Step::Module(self.layout.crates[krate as usize].root),
            None if self.names.known(name).std => Step::Std,
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
    fn own_type(&self, at: DefId) -> Option<Cow<'_, [DefId]>> {
        let owner = self.owner(at)?;
        if self.def(owner).kind == DefKind::Kind(Kind::Trait) {
            return Some(vec![owner].into());
        }
        let mut steps = Vec::new();
        self.steps(at.file, self.def(owner).for_type?, &mut steps);
        // No type is called so by itself: that would go in a circle.
        if steps[0] == names::SELF_TYPE {
            return None;
        }
        match self.meaning(owner, &steps) {
            Meaning::Defs(types) => Some(types),
            _ => None,
        }
    }

    /// A method of `self`.
    pub fn own_member(&self, at: DefId, name: Name) -> Vec<DefId> {
        let types = self.own_type(at).unwrap_or_default();
        let members = types.iter().flat_map(|of| self.members.get((*of, name)));
        members.copied().collect()
    }

    /// Macros of a name within reach: the crate's own, or those of a library of the tree.
    pub fn macros(&self, at: DefId, name: Name) -> &[DefId] {
        let own = self.macros.get((name, self.layout.crate_of_file(at.file)));
        if own.is_empty() {
            self.library_macros.get(name)
        } else {
            own
        }
    }

    /// Whether a macro is the standard library's.
    pub fn std_macro(&self, path: &[Name]) -> bool {
        match path {
            [name] => self.names.known(*name).std_macro,
            [names::OUTSIDE, name, ..] => self.names.known(*name).std,
            [first, ..] => self.names.known(*first).std,
            [] => false,
        }
    }
}
