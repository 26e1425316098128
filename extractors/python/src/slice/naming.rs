//! The name that each thing has in the module.
//!
//! Everything keeps its own name where it can. The wanted symbols come first, then definitions in their order, then
//! what is imported; what comes too late gets a new name, and its uses are edited.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    closure::{Closure, Place, inside, is_weak},
    order::Order,
};
use crate::{
    original::PythonOriginal,
    parse::{NONE, UnitKind, Use, flag},
    resolve::{Module, Root, World},
};

/// A thing that stands at the module's root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    /// A name of the original.
    Own(Rc<str>, Rc<str>),
    /// A module of the original as an object.
    Object(Rc<str>),
    /// Something imported from outside, under the name the author bound it to.
    Outside {
        module: Rc<str>,
        name: Option<Rc<str>>,
        bound: Rc<str>,
    },
}

/// Names in the module.
#[derive(Debug, Default)]
pub struct Names {
    /// Each thing's name.
    pub out: BTreeMap<Entity, String>,
    /// Import lines, without those for type checkers.
    pub imports: BTreeSet<String>,
    /// Import lines that only type checkers need.
    pub types: BTreeSet<String>,
    /// Builtins whose name a symbol took.
    pub shadowed: BTreeSet<String>,
    /// Builtins that the taken text uses.
    pub builtins: BTreeSet<String>,
    /// Second names of definitions whose own name some of their users bind for themselves.
    pub second: BTreeMap<Entity, String>,
    /// Where a definition takes a name that another thing has: the name that keeps the other meanwhile.
    pub meanwhile: BTreeMap<Entity, String>,
    /// Packages that are still imported.
    pub dependencies: BTreeSet<String>,
}

/// A reference of the taken text and what it stands for in the module.
struct Spot {
    module: Rc<Module>,
    unit: u32,
    written: String,
    entity: Entity,
}

impl Names {
    /// Names for a closure.
    pub fn of(
        world: &mut World,
        original: &PythonOriginal,
        closure: &Closure,
        order: &Order,
    ) -> Self {
        let mut gather = Gather {
            world,
            closure,
            spots: Vec::new(),
            builtins: BTreeSet::new(),
            words: BTreeSet::new(),
            submodules: BTreeSet::new(),
            live: BTreeSet::new(),
        };
        for (name, unit) in &order.places {
            if let Some(module) = gather.world.module(name) {
                gather.unit(&module, *unit);
            }
        }
        for name in &closure.objects {
            gather.object(name);
        }
        let Gather {
            spots,
            builtins,
            words,
            submodules,
            live,
            ..
        } = gather;

        let mut names = Names::default();
        let mut used: BTreeSet<String> = original.platform.keywords.iter().cloned().collect();
        used.insert("_modules_by_name".into());
        for (symbol, root) in original.symbols.iter().zip(&closure.wanted) {
            if let Root::Own { module, name } = root
                && !symbol.definition_name.contains('.')
                && **name == *symbol.name
            {
                names.out.insert(
                    Entity::Own(module.clone(), name.clone()),
                    symbol.name.clone(),
                );
            }
            used.insert(symbol.name.clone());
        }
        names.shadowed = builtins
            .intersection(&used)
            .filter(|name| !original.platform.keywords.contains(*name))
            .cloned()
            .collect();
        used.extend(builtins.iter().cloned());
        let mut entities: Vec<Entity> = Vec::new();
        // The text next to the symbols stays as it is; what comes from further away gives way.
        let at_home = |name: &str| {
            original
                .symbols
                .iter()
                .any(|symbol| symbol.definition_module == name)
        };
        let mut places: Vec<&Place> = order.places.iter().collect();
        places.sort_by_key(|(name, _)| !at_home(name));
        for (name, unit) in places {
            let Some(module) = world.module(name) else {
                continue;
            };
            for bind in module.parsed.binds_of(*unit) {
                let name_of: Rc<str> = module.parsed.word(bind.name).into();
                if bind.arm == NONE && closure.has(name, &name_of) {
                    entities.push(Entity::Own(
                        name.clone(),
                        module.parsed.word(bind.name).into(),
                    ));
                }
            }
        }
        entities.extend(
            closure
                .named
                .iter()
                .map(|(module, name)| Entity::Own(module.clone(), name.clone())),
        );
        entities.extend(
            closure
                .objects
                .iter()
                .map(|name| Entity::Object(name.clone())),
        );
        let (near, far): (Vec<&Spot>, Vec<&Spot>) =
            spots.iter().partition(|spot| at_home(&spot.module.name));
        entities.extend(near.into_iter().chain(far).map(|spot| spot.entity.clone()));
        let mut by_entity: BTreeMap<&Entity, Vec<&Spot>> = BTreeMap::new();
        for spot in &spots {
            by_entity.entry(&spot.entity).or_default().push(spot);
        }
        for entity in entities {
            if names.out.contains_key(&entity) {
                continue;
            }
            let natural = entity.natural();
            let hidden = by_entity.get(&entity).is_some_and(|spots| {
                spots.iter().any(|spot| {
                    spot.written != natural && spot.module.parsed.is_local(spot.unit, &natural)
                })
            });
            if !hidden && !used.contains(&natural) {
                used.insert(natural.clone());
                names.out.insert(entity, natural);
                continue;
            }
            let name = entity.fresh(|name| used.contains(name) || words.contains(name));
            let defined = is_defined(world, closure, &entity);
            if defined {
                let mut meanwhile = format!("{name}_meanwhile");
                while used.contains(&meanwhile) || words.contains(&meanwhile) {
                    meanwhile.push('_');
                }
                used.insert(meanwhile.clone());
                names.meanwhile.insert(entity.clone(), meanwhile);
            }
            used.insert(name.clone());
            if defined && !used.contains(&natural) {
                used.insert(natural.clone());
                names.second.insert(entity.clone(), name);
                names.out.insert(entity, natural);
            } else {
                names.out.insert(entity, name);
            }
        }
        names.builtins = builtins;
        names.write_imports(&submodules, &live, world);
        names
    }

    fn write_imports(
        &mut self,
        submodules: &BTreeSet<(String, String)>,
        live: &BTreeSet<Entity>,
        world: &World,
    ) {
        for (entity, out) in self.out.clone() {
            let Entity::Outside { module, name, .. } = &entity else {
                continue;
            };
            let top = module.split('.').next().unwrap_or(module);
            let line = match name {
                Some(name) if **name == *out => format!("from {module} import {name}"),
                Some(name) => format!("from {module} import {name} as {out}"),
                None if **module == *out => format!("import {module}"),
                None => format!("import {module} as {out}"),
            };
            let lines = if live.contains(&entity) {
                &mut self.imports
            } else {
                &mut self.types
            };
            let below: Vec<&(String, String)> = submodules
                .iter()
                .filter(|(bound, _)| name.is_none() && **bound == **module)
                .collect();
            for (_, path) in &below {
                lines.insert(format!("import {path}"));
            }
            if below.is_empty() || **module != *out {
                lines.insert(line);
            }
            if let Some(kept) = world.library.kept.get(top) {
                self.dependencies.insert(kept.clone());
            }
        }
        if !self.shadowed.is_empty() {
            self.imports.insert("import builtins as _builtins".into());
        }
        for line in &self.imports {
            self.types.remove(line);
        }
    }
}

impl Entity {
    fn natural(&self) -> String {
        match self {
            Entity::Own(_, name) => name.to_string(),
            Entity::Object(module) => format!(
                "_{}",
                module
                    .rsplit('.')
                    .next()
                    .unwrap_or(module)
                    .trim_start_matches('_')
            ),
            Entity::Outside { bound, .. } => bound.to_string(),
        }
    }

    fn fresh(&self, taken: impl Fn(&str) -> bool) -> String {
        let (home, name) = match self {
            Entity::Own(module, name) => (module.clone(), name.to_string()),
            Entity::Object(module) => (module.clone(), "module".to_string()),
            Entity::Outside { module, bound, .. } => (module.clone(), bound.to_string()),
        };
        let home = home.rsplit('.').next().unwrap_or(&home).trim_matches('_');
        let base = if name.starts_with('_') {
            format!("_{home}{name}")
        } else {
            format!("_{home}_{name}")
        };
        let mut name = base.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }
}

/// Whether a thing is a function or class of its module's top level. It keeps its name there, which it can tell at run
/// time, and gets another name beside it.
fn is_defined(world: &mut World, closure: &Closure, entity: &Entity) -> bool {
    let Entity::Own(home, name) = entity else {
        return false;
    };
    let Some(module) = world.module(home) else {
        return false;
    };
    closure.units_of(home, name).any(|(_, unit)| {
        matches!(
            module.parsed.units[unit as usize].kind,
            UnitKind::Function | UnitKind::Class
        )
    })
}

struct Gather<'w> {
    world: &'w mut World,
    closure: &'w Closure,
    spots: Vec<Spot>,
    builtins: BTreeSet<String>,
    words: BTreeSet<String>,
    /// `import a.b` lines that a name `a` needs.
    submodules: BTreeSet<(String, String)>,
    /// Entities that are used when the module runs.
    live: BTreeSet<Entity>,
}

impl Gather<'_> {
    fn unit(&mut self, module: &Rc<Module>, unit: u32) {
        let parsed = &module.parsed;
        if parsed.units[unit as usize].kind == UnitKind::Import {
            return;
        }
        self.words.extend(parsed.names.iter().cloned());
        let idle = self.closure.idle(module, unit);
        for reference in parsed.uses_of(unit).to_vec() {
            if inside(&idle, reference.start) {
                continue;
            }
            let (root, used) = self.world.resolve(module, unit, &reference);
            let types_only = parsed.arms.get(reference.arm as usize).is_some();
            if let Some(entity) =
                entity_of(self.world, self.closure, module, &reference, &root, used)
            {
                let written = written(module, &reference, used);
                if let Entity::Outside { .. } = entity {
                    if types_only {
                        continue;
                    }
                    self.submodule(module, &reference);
                    if !for_types(module, &reference) {
                        self.live.insert(entity.clone());
                    }
                }
                self.spots.push(Spot {
                    module: module.clone(),
                    unit,
                    written,
                    entity,
                });
            } else if let Root::Builtin(name) = root {
                self.builtins.insert(name.to_string());
            }
        }
        let imports: Vec<_> = parsed
            .imports_of(unit)
            .map(|(_, import)| import.clone())
            .collect();
        for import in imports {
            // Kept import statements bind their names where they stand.
            let root = self.world.import_target(module, &import);
            if let Root::External {
                module: outside, ..
            } = &root
            {
                let top = outside.split('.').next().unwrap_or(outside);
                if self.world.library.kept.contains_key(top) {
                    self.live.insert(Entity::Outside {
                        module: outside.clone(),
                        name: None,
                        bound: outside.clone(),
                    });
                }
            }
        }
    }

    /// `import a.b` statements that a use of `a` relies on.
    fn submodule(&mut self, module: &Rc<Module>, reference: &Use) {
        let parsed = &module.parsed;
        let word = parsed.word(reference.name);
        let binds: Vec<_> = module
            .binds(word)
            .unwrap_or_default()
            .iter()
            .map(|bind| &parsed.binds[*bind as usize])
            .filter(|bind| bind.import != NONE && bind.arm == NONE)
            .map(|bind| &parsed.imports[bind.import as usize])
            .filter(|import| import.name.is_none() && !import.alias)
            .collect();
        let plain = binds.iter().any(|import| !import.module.contains('.'));
        let mut chain = word.to_string();
        let mut prefixes = vec![chain.clone()];
        for (attribute, _) in parsed.attrs_of(reference) {
            chain = format!("{chain}.{}", parsed.word(*attribute));
            prefixes.push(chain.clone());
        }
        for import in binds {
            let used = match import.module.contains('.') {
                true => prefixes.contains(&import.module) || !plain,
                false => prefixes.len() == 1,
            };
            if used {
                self.submodules
                    .insert((word.to_string(), import.module.clone()));
            }
        }
    }

    /// A module that is used as an object offers what it imports from outside, too.
    fn object(&mut self, name: &Rc<str>) {
        let Some(module) = self.world.module(name) else {
            return;
        };
        for bound in module.bound_names() {
            let root = self.world.name(&module, bound, crate::resolve::At::Later);
            if let Root::External {
                module: outside,
                name: attribute,
            } = root
            {
                let entity = Entity::Outside {
                    module: outside,
                    name: attribute,
                    bound: bound.into(),
                };
                self.live.insert(entity.clone());
                self.spots.push(Spot {
                    module: module.clone(),
                    unit: NONE,
                    written: bound.into(),
                    entity,
                });
            }
        }
    }
}

/// What a reference stands for in the module; `None` where its text stays as it is.
pub fn entity_of(
    world: &mut World,
    closure: &Closure,
    module: &Rc<Module>,
    reference: &Use,
    root: &Root,
    used: usize,
) -> Option<Entity> {
    if reference.has(flag::BY_STRING) {
        return None;
    }
    match root {
        Root::Own { module: home, name } => closure
            .has(home, name)
            .then(|| Entity::Own(home.clone(), name.clone())),
        Root::Module(name) => closure
            .objects
            .contains(name)
            .then(|| Entity::Object(name.clone())),
        Root::External {
            module: outside,
            name,
        } => {
            if reference.import != NONE {
                // The author's import inside the function stays, unless it goes through the package.
                let import = &module.parsed.imports[reference.import as usize];
                let target = world.absolute(module, import);
                if !world.is_module(&target) {
                    return None;
                }
            }
            let bound = match module.parsed.attrs_of(reference).get(used.wrapping_sub(1)) {
                Some((attribute, _)) if used > 0 => module.parsed.word(*attribute),
                _ => module.parsed.word(reference.name),
            };
            Some(Entity::Outside {
                module: outside.clone(),
                name: name.clone(),
                bound: bound.into(),
            })
        }
        _ => None,
    }
}

/// The part of a reference that leads to what it stands for, as written.
pub fn written(module: &Module, reference: &Use, used: usize) -> String {
    let end = span_end(module, reference, used) as usize;
    module
        .text
        .get(reference.start as usize..end)
        .unwrap_or_default()
        .to_string()
}

/// Where that part ends.
pub fn span_end(module: &Module, reference: &Use, used: usize) -> u32 {
    if used == 0 {
        return reference.start + module.parsed.word(reference.name).len() as u32;
    }
    module.parsed.attrs_of(reference)[used - 1].1
}

/// Only for type checkers: an annotation that is never evaluated, of a name imported for them alone.
fn for_types(module: &Module, reference: &Use) -> bool {
    is_weak(module, reference)
        && module
            .binds(module.parsed.word(reference.name))
            .unwrap_or_default()
            .iter()
            .all(|bind| {
                let bind = &module.parsed.binds[*bind as usize];
                module
                    .parsed
                    .arms
                    .get(bind.arm as usize)
                    .is_some_and(|arm| arm.types_only)
            })
}
