//! Statements that are reached without a name: they fill a table, register a function, run what sets a variable.
//!
//! Only a statement that changes something in the closure is taken. The modules looked at are those that the closure
//! stands in and those that importing the symbol imports.

mod subclasses;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use super::closure::{Closure, Place};
use crate::{
    original::PythonOriginal,
    parse::{NONE, UnitKind, Use, flag},
    resolve::{At, Module, Root, World},
};

/// Statements that read a name, by module and name.
type Readers = HashMap<(Rc<str>, Rc<str>), BTreeSet<Place>>;

/// Methods that change what they are called on.
const MUTATORS: &[&str] = &[
    "append",
    "add",
    "update",
    "extend",
    "insert",
    "setdefault",
    "register",
    "remove",
    "discard",
    "pop",
    "popitem",
    "clear",
    "sort",
    "reverse",
    "appendleft",
    "connect",
    "subscribe",
    "add_handler",
    "set",
    "put",
    "__setitem__",
    "__setattr__",
    "add_rule",
    "define",
    "bind",
];

/// Functions outside that tie an argument to something.
const TYING: &[&str] = &[
    "register",
    "pickle",
    "setattr",
    "delattr",
    "__setattr__",
    "__delattr__",
    "__setitem__",
    "update_wrapper",
    "constructor",
];

/// Statements that the closure reaches without a name and does not hold yet.
pub fn reached(world: &mut World, original: &PythonOriginal, closure: &Closure) -> Vec<Place> {
    let modules = imported(world, original, closure);
    let (readers, direct) = readers(world, closure);
    let mut look = Look {
        world,
        closure,
        readers,
        imported: direct,
        registering: None,
    };
    let mut found = Vec::new();
    for module in &modules {
        for unit in 0..module.parsed.units.len() as u32 {
            let place = (module.name.clone(), unit);
            if !closure.taken.contains(&place) && look.touches(module, unit) {
                found.push(place);
            }
        }
    }
    found
}

/// Modules that are imported when the symbols and what was taken are.
pub fn imported(
    world: &mut World,
    original: &PythonOriginal,
    closure: &Closure,
) -> Vec<Rc<Module>> {
    let mut names: Vec<String> = closure
        .taken
        .iter()
        .map(|(name, _)| name.to_string())
        .collect();
    names.extend(
        original
            .symbols
            .iter()
            .map(|symbol| symbol.public_module.clone()),
    );
    let mut seen: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    while let Some(name) = names.pop() {
        for (at, _) in name.match_indices('.').chain([(name.len(), "")]) {
            let name = &name[..at];
            if !seen.insert(name.to_string()) {
                continue;
            }
            let Some(module) = world.module(name) else {
                continue;
            };
            for import in &module.parsed.imports {
                if import.deferred || import.arm != NONE {
                    continue;
                }
                let target = world.absolute(&module, import);
                if let Some(name) = import.name {
                    names.push(format!("{target}.{}", module.parsed.word(name)));
                }
                names.push(target);
            }
            found.push(module);
        }
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    found
}

/// Who reads what among the taken statements, and the modules that their modules import.
fn readers(world: &mut World, closure: &Closure) -> (Readers, BTreeSet<String>) {
    let mut found = Readers::new();
    let mut imported = BTreeSet::new();
    for place in &closure.taken {
        let Some(module) = world.module(&place.0) else {
            continue;
        };
        for import in &module.parsed.imports {
            let target = world.absolute(&module, import);
            if let Some(name) = import.name {
                imported.insert(format!("{target}.{}", module.parsed.word(name)));
            }
            imported.insert(target);
        }
        for reference in module.parsed.uses_of(place.1) {
            if let (Root::Own { module: home, name }, _) =
                world.resolve(&module, place.1, reference)
            {
                found.entry((home, name)).or_default().insert(place.clone());
            }
        }
    }
    (found, imported)
}

struct Look<'w> {
    world: &'w mut World,
    closure: &'w Closure,
    /// Taken statements that read a name.
    readers: Readers,
    /// Modules that taken text imports by name.
    imported: BTreeSet<String>,
    /// Taken classes that note their subclasses, found when first asked for.
    registering: Option<BTreeSet<(Rc<str>, Rc<str>)>>,
}

impl Look<'_> {
    fn touches(&mut self, module: &Rc<Module>, unit: u32) -> bool {
        let kind = module.parsed.units[unit as usize].kind;
        let start = module.parsed.units[unit as usize].start;
        if matches!(
            kind,
            UnitKind::Import | UnitKind::Future | UnitKind::Text | UnitKind::Bare
        ) {
            return false;
        }
        let uses: Vec<Use> = module
            .parsed
            .uses_of(unit)
            .iter()
            .filter(|reference| !reference.has(flag::DEFERRED) && reference.arm == NONE)
            .copied()
            .collect();
        let outermost = uses
            .iter()
            .find(|reference| reference.start == start && reference.has(flag::CALL))
            .copied();
        if kind == UnitKind::Expression
            && let Some(call) = &outermost
            && self.registers_codec(module, unit, call)
        {
            return true;
        }
        for reference in &uses {
            let hit = match kind {
                UnitKind::Function | UnitKind::Class => {
                    (reference.has(flag::DECORATOR) && self.decorates(module, unit, reference))
                        || (reference.has(flag::BASE)
                            && self.notes_subclasses(module, unit, reference))
                }
                UnitKind::Assign => self.is_mutation(module, unit, reference, false),
                UnitKind::Augment => {
                    reference.has(flag::CHANGE) && self.is_taken(module, unit, reference).is_some()
                }
                _ => {
                    let outer = kind == UnitKind::Expression && reference.start == start;
                    (reference.has(flag::CHANGE)
                        && self.is_taken(module, unit, reference).is_some())
                        || self.is_mutation(module, unit, reference, outer)
                        || (reference.has(flag::CALL) && self.writes_taken(module, unit, reference))
                        || (reference.has(flag::ARGUMENT)
                            && self.is_taken(module, unit, reference).is_some()
                            && outermost.is_some_and(|call| self.ties(module, unit, &call)))
                }
            };
            if hit {
                return true;
            }
        }
        false
    }

    /// The taken name that a reference stands for, and the attributes that follow it.
    fn is_taken(
        &mut self,
        module: &Rc<Module>,
        unit: u32,
        reference: &Use,
    ) -> Option<(Root, usize)> {
        let (root, used) = self.world.resolve(module, unit, reference);
        match &root {
            Root::Own { module: home, name } if self.closure.has(home, name) => {
                Some((root, usize::from(reference.attr_count) - used))
            }
            _ => None,
        }
    }

    /// `table.append(…)`, `Class.register(…)`; as a statement of its own any method of what is taken.
    fn is_mutation(
        &mut self,
        module: &Rc<Module>,
        unit: u32,
        reference: &Use,
        outer: bool,
    ) -> bool {
        if !reference.has(flag::CALL) {
            return false;
        }
        let Some((root, left)) = self.is_taken(module, unit, reference) else {
            return false;
        };
        let Root::Own { module: home, name } = &root else {
            return false;
        };
        if left == 0 {
            // A taken variable that is called as a statement: an alias of a method, or an object that registers.
            return outer && self.is_variable(home, name);
        }
        let last = module
            .parsed
            .attrs_of(reference)
            .last()
            .map(|(name, _)| *name);
        let mutates = last.is_some_and(|last| {
            let word = module.parsed.word(last);
            MUTATORS.contains(&word) || word.starts_with("register") || word.starts_with("add_")
        });
        // What a statement of its own calls is called for what it changes: `Class.prepare()`.
        mutates || outer
    }

    fn is_variable(&mut self, home: &Rc<str>, name: &Rc<str>) -> bool {
        self.unit_kind(home, name)
            .is_some_and(|kind| !matches!(kind, UnitKind::Function | UnitKind::Class))
    }

    fn unit_kind(&mut self, home: &Rc<str>, name: &Rc<str>) -> Option<UnitKind> {
        let module = self.world.module(home)?;
        let last = *self
            .world
            .reaching(&module, name, At::Later, false)
            .last()?;
        let unit = module.parsed.binds[last as usize].unit;
        Some(module.parsed.units[unit as usize].kind)
    }

    /// Whether calling what a reference stands for changes something taken.
    fn writes_taken(&mut self, module: &Rc<Module>, unit: u32, reference: &Use) -> bool {
        let (root, used) = self.world.resolve(module, unit, reference);
        let Root::Own { module: home, name } = root else {
            return false;
        };
        if usize::from(reference.attr_count) > used {
            return false;
        }
        let mut seen = HashSet::new();
        self.writes(&home, &name, &mut seen)
    }

    fn writes(
        &mut self,
        home: &Rc<str>,
        name: &Rc<str>,
        seen: &mut HashSet<(Rc<str>, Rc<str>)>,
    ) -> bool {
        if seen.len() > 200 || !seen.insert((home.clone(), name.clone())) {
            return false;
        }
        let Some(module) = self.world.module(home) else {
            return false;
        };
        let reaching = self.world.reaching(&module, name, At::Later, false);
        let units: BTreeSet<u32> = reaching
            .iter()
            .map(|bind| module.parsed.binds[*bind as usize].unit)
            .collect();
        for unit in units {
            let kind = module.parsed.units[unit as usize].kind;
            let changes = module.parsed.units[unit as usize].changes_arguments;
            for reference in module.parsed.uses_of(unit).to_vec() {
                // `def register(name, table=TABLE)`: what is changed is the default.
                let default = changes
                    && kind == UnitKind::Function
                    && !reference.has(flag::DEFERRED | flag::DECORATOR | flag::ANNOTATION);
                if default
                    && let Some((root, 0)) = self.is_taken(&module, unit, &reference)
                    && let Root::Own { module: home, name } = &root
                    && self.is_variable(home, name)
                {
                    return true;
                }
                if kind == UnitKind::Assign {
                    // `reg = table.register`: calling the alias changes the table.
                    if reference.attr_count > 0
                        && !reference.has(flag::CALL | flag::ARGUMENT)
                        && let Some((root, left)) = self.is_taken(&module, unit, &reference)
                        && left > 0
                        && let Root::Own { module: home, name } = &root
                        && self.is_variable(home, name)
                    {
                        return true;
                    }
                    continue;
                }
                if reference.has(flag::STORE | flag::CHANGE)
                    && let Some((root, _)) = self.is_taken(&module, unit, &reference)
                    && self.is_read_elsewhere(&root, &module, unit)
                {
                    return true;
                }
                if !reference.has(flag::CALL) {
                    continue;
                }
                if self.is_mutation(&module, unit, &reference, false)
                    && let Some((root, _)) = self.is_taken(&module, unit, &reference)
                    && self.is_read_elsewhere(&root, &module, unit)
                {
                    return true;
                }
                let (root, used) = self.world.resolve(&module, unit, &reference);
                if let Root::Own { module: home, name } = root
                    && usize::from(reference.attr_count) == used
                    && self.writes(&home, &name, seen)
                {
                    return true;
                }
            }
        }
        false
    }

    /// A table that only the registering text itself looks into changes nothing else.
    fn is_read_elsewhere(&self, root: &Root, writer: &Rc<Module>, unit: u32) -> bool {
        let Root::Own { module, name } = root else {
            return false;
        };
        let own = (writer.name.clone(), unit);
        self.readers
            .get(&(module.clone(), name.clone()))
            .is_some_and(|readers| readers.iter().any(|reader| *reader != own))
    }

    /// Whether a statement registers a codec, which any text may then name.
    fn registers_codec(&mut self, module: &Rc<Module>, unit: u32, call: &Use) -> bool {
        let (root, _) = self.world.resolve(module, unit, call);
        matches!(&root, Root::External { module: outside, .. } if &**outside == "codecs")
            && module
                .text
                .get(call.start as usize..)
                .is_some_and(|text| text.split('(').next().unwrap_or("").contains("register"))
            && self.imported.contains(&*module.name)
    }

    /// Whether the statement's call ties its arguments to something.
    fn ties(&mut self, module: &Rc<Module>, unit: u32, call: &Use) -> bool {
        let (root, used) = self.world.resolve(module, unit, call);
        match root {
            Root::Own { module: home, name } => {
                if usize::from(call.attr_count) > used {
                    return false;
                }
                let Some(home) = self.world.module(&home) else {
                    return false;
                };
                let reaching = self.world.reaching(&home, &name, At::Later, false);
                reaching.iter().any(|bind| {
                    let unit = home.parsed.binds[*bind as usize].unit;
                    home.parsed.units[unit as usize].changes_arguments
                })
            }
            Root::External { name, .. } => {
                let last = module
                    .parsed
                    .attrs_of(call)
                    .last()
                    .map(|(name, _)| module.parsed.word(*name).to_string())
                    .or(name.map(|name| name.to_string()));
                last.is_some_and(|last| TYING.contains(&last.as_str()))
            }
            Root::Builtin(name) => {
                // `object.__setattr__(thing, …)` as well as `setattr(thing, …)`.
                let last = module
                    .parsed
                    .attrs_of(call)
                    .last()
                    .map_or(&*name, |(name, _)| module.parsed.word(*name));
                TYING.contains(&last)
            }
            _ => false,
        }
    }

    /// Whether a decorator registers what it decorates with something taken.
    fn decorates(&mut self, module: &Rc<Module>, unit: u32, reference: &Use) -> bool {
        let (root, used) = self.world.resolve(module, unit, reference);
        let Root::Own { module: home, name } = root else {
            return false;
        };
        let left = usize::from(reference.attr_count) - used;
        if left == 0 {
            let called_variable = self.closure.has(&home, &name) && self.is_variable(&home, &name);
            let mut seen = HashSet::new();
            return called_variable || self.writes(&home, &name, &mut seen);
        }
        if !self.closure.has(&home, &name) {
            return false;
        }
        let last = module
            .parsed
            .attrs_of(reference)
            .last()
            .map(|(name, _)| *name);
        let registers = last.is_some_and(|last| {
            let word = module.parsed.word(last);
            MUTATORS.contains(&word) || word.starts_with("register")
        });
        registers || self.is_variable(&home, &name)
    }
}
