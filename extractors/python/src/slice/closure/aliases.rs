//! Names that only annotations use.

use std::{collections::BTreeSet, rc::Rc};

use super::Closure;
use crate::{
    original::PythonOriginal,
    parse::UnitKind,
    resolve::{At, Module, Root, World},
};

impl Closure {
    /// Names that only annotations use come along where they are plain aliases: nothing else would have to come with them.
    pub(super) fn aliases(&mut self, world: &mut World, original: &PythonOriginal) {
        loop {
            let mut grown = false;
            for (home, name) in self.weak.clone() {
                if self.named.contains(&(home.clone(), name.clone())) {
                    continue;
                }
                // A second one of that name would have to be renamed, and annotations are part of the API.
                if self.named.iter().any(|(_, known)| *known == name) {
                    continue;
                }
                let Some(module) = world.module(&home) else {
                    continue;
                };
                let reaching = world.reaching(&module, &name, At::Later, false);
                let units: BTreeSet<u32> = reaching
                    .iter()
                    .map(|bind| module.parsed.binds[*bind as usize].unit)
                    .collect();
                if !units.is_empty()
                    && units
                        .iter()
                        .all(|unit| self.is_cheap(world, &module, *unit, 0))
                {
                    self.need(world, &Root::Own { module: home, name }, None);
                    self.drain(world, original);
                    grown = true;
                }
            }
            if !grown {
                return;
            }
        }
    }

    fn is_cheap(&self, world: &mut World, module: &Rc<Module>, unit: u32, depth: u32) -> bool {
        let kind = module.parsed.units[unit as usize].kind;
        if depth > 8 || kind != UnitKind::Assign {
            return false;
        }
        let uses = module.parsed.uses_of(unit).to_vec();
        uses.iter().all(|reference| {
            let (root, _) = world.resolve(module, unit, reference);
            match root {
                Root::External { .. } | Root::Builtin(_) => true,
                Root::Own { module: home, name } => {
                    self.has(&home, &name)
                        || world.module(&home).is_some_and(|home| {
                            let reaching = world.reaching(&home, &name, At::Later, false);
                            !reaching.is_empty()
                                && reaching.iter().all(|bind| {
                                    let unit = home.parsed.binds[*bind as usize].unit;
                                    self.is_cheap(world, &home, unit, depth + 1)
                                })
                        })
                }
                _ => false,
            }
        })
    }
}
