//! The statements in the order that importing the original runs them.
//!
//! The import is walked through without running it: packages before what lies below them, an imported module before
//! the statement that imports it, a module that is on its way already not again. A slice keeps this order, so every
//! name is bound when it is needed, as in the original.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use super::closure::{Closure, Place, inside};
use crate::{
    original::PythonOriginal,
    parse::{NONE, flag},
    resolve::{Module, Root, World},
};

/// Where each statement comes in the import.
#[derive(Debug, Default)]
pub struct Order {
    /// The taken statements in order.
    pub places: Vec<Place>,
}

impl Order {
    /// The order of a closure.
    pub fn of(
        world: &mut World,
        original: &PythonOriginal,
        closure: &Closure,
        later_first: bool,
        sooner: &[(Place, Place)],
    ) -> Self {
        let (mut modules, first) = modules(world, original, closure);
        if later_first {
            let eager = imported_by(world, &modules[..first]);
            modules.sort_by_key(|name| eager.contains(name));
        }
        let mut ranks: HashMap<Place, usize> = HashMap::new();
        let mut sequence = Vec::new();
        let mut run = Run {
            world,
            seen: BTreeSet::new(),
            sequence: &mut sequence,
        };
        for module in &modules {
            if later_first {
                // Without its packages: they are what waits for it.
                run.single(module);
            }
        }
        for module in &modules {
            run.import(module);
        }
        for (rank, place) in sequence.iter().enumerate() {
            ranks.insert(place.clone(), rank);
        }
        let mut taken: Vec<Place> = closure.taken.iter().cloned().collect();
        taken.sort_by_key(|place| {
            (
                ranks.get(place).copied().unwrap_or(usize::MAX),
                place.clone(),
            )
        });
        let places = settle(world, closure, taken, sooner);
        Self { places }
    }
}

/// The modules to import, in order: those of the symbols, then those that functions import later.
fn modules(
    world: &mut World,
    original: &PythonOriginal,
    closure: &Closure,
) -> (Vec<String>, usize) {
    let mut names: Vec<String> = Vec::new();
    for symbol in &original.symbols {
        names.push(symbol.public_module.clone());
        names.push(symbol.definition_module.clone());
    }
    names.extend(closure.taken.iter().map(|(module, _)| module.to_string()));
    let first: BTreeSet<String> = names[..original.symbols.len() * 2]
        .iter()
        .cloned()
        .collect();
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.retain(|name| world.module(name).is_some());
    let first = names.iter().filter(|name| first.contains(*name)).count();
    (names, first)
}

/// Modules that importing some modules imports.
fn imported_by(world: &mut World, modules: &[String]) -> BTreeSet<String> {
    let mut sequence = Vec::new();
    let mut run = Run {
        world,
        seen: BTreeSet::new(),
        sequence: &mut sequence,
    };
    for module in modules {
        run.import(module);
    }
    run.seen
}

struct Run<'w> {
    world: &'w mut World,
    seen: BTreeSet<String>,
    sequence: &'w mut Vec<Place>,
}

impl Run<'_> {
    fn import(&mut self, name: &str) {
        for (at, _) in name.match_indices('.').chain([(name.len(), "")]) {
            self.single(&name[..at]);
        }
    }

    fn single(&mut self, name: &str) {
        if !self.seen.insert(name.to_string()) {
            return;
        }
        let Some(module) = self.world.module(name) else {
            return;
        };
        for unit in 0..module.parsed.units.len() as u32 {
            self.imports(&module, unit);
            self.sequence.push((module.name.clone(), unit));
        }
    }

    fn imports(&mut self, module: &Rc<Module>, unit: u32) {
        let parsed = &module.parsed;
        for (_, import) in parsed.imports_of(unit) {
            if import.deferred || import.arm != NONE {
                continue;
            }
            let target = self.world.absolute(module, import);
            self.import(&target);
            if let Some(name) = import.name {
                let below = format!("{target}.{}", parsed.word(name));
                // A package that imports its own module binds it under the same name.
                let bound = self.world.module(&target).is_some_and(|target| {
                    target.binds(parsed.word(name)).is_some_and(|binds| {
                        binds
                            .iter()
                            .any(|bind| target.parsed.binds[*bind as usize].import == NONE)
                    })
                });
                if !bound && self.world.module(&below).is_some() {
                    self.import(&below);
                }
            }
        }
    }
}

/// Moves a statement to the front of one that needs it during the import.
///
/// In the original's order this changes nothing, but for modules that only functions import: there the function ran
/// the import when it was called.
fn settle(
    world: &mut World,
    closure: &Closure,
    taken: Vec<Place>,
    sooner: &[(Place, Place)],
) -> Vec<Place> {
    let ranks: BTreeMap<Place, usize> = taken
        .iter()
        .enumerate()
        .map(|(rank, place)| (place.clone(), rank))
        .collect();
    let mut settling = Settling {
        world,
        closure,
        ranks,
        sooner,
        done: BTreeSet::new(),
        places: Vec::with_capacity(taken.len()),
    };
    for place in &taken {
        settling.visit(place, 0);
    }
    settling.places
}

struct Settling<'w> {
    world: &'w mut World,
    closure: &'w Closure,
    ranks: BTreeMap<Place, usize>,
    /// A statement, and one that has to come before it: the interpreter said so.
    sooner: &'w [(Place, Place)],
    done: BTreeSet<Place>,
    places: Vec<Place>,
}

impl Settling<'_> {
    fn visit(&mut self, place: &Place, depth: u32) {
        if depth > 200 || !self.done.insert(place.clone()) {
            return;
        }
        for need in needs(self.world, self.closure, place) {
            // Within a module the author's order holds: what comes later was not there yet.
            if (need.0 != place.0 || need.1 < place.1) && self.ranks.contains_key(&need) {
                self.visit(&need, depth + 1);
            }
        }
        for (later, need) in self.sooner {
            if later == place && (need.0 != place.0 || need.1 < place.1) {
                self.visit(need, depth + 1);
            }
        }
        self.places.push(place.clone());
    }
}

/// Statements that one needs while it runs at import.
fn needs(world: &mut World, closure: &Closure, place: &Place) -> Vec<Place> {
    let Some(module) = world.module(&place.0) else {
        return Vec::new();
    };
    let parsed = &module.parsed;
    let mut found = Vec::new();
    let idle = closure.idle(&module, place.1);
    for reference in parsed.uses_of(place.1) {
        if inside(&idle, reference.start) {
            continue;
        }
        let annotation = reference.has(flag::ANNOTATION) && closure.lazy_annotations;
        if reference.has(flag::DEFERRED | flag::IN_STRING) || annotation || reference.arm != NONE {
            continue;
        }
        let (root, _) = world.resolve(&module, place.1, reference);
        if let Root::Own { module: home, name } = root {
            found.extend(closure.units_of(&home, &name));
        }
    }
    found.sort();
    found.dedup();
    found
}
