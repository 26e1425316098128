//! Classes that note their subclasses, or whose subclasses somebody asks for: those come along without a name.

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use super::Look;
use crate::{
    parse::{UnitKind, Use, flag},
    resolve::{At, Module, Root},
};

fn asks(word: &str) -> bool {
    word == "__subclasses__"
}

impl Look<'_> {
    /// Whether a base class is taken and notes its subclasses somewhere.
    pub(super) fn notes_subclasses(
        &mut self,
        module: &Rc<Module>,
        unit: u32,
        reference: &Use,
    ) -> bool {
        let Some((Root::Own { module: home, name }, 0)) = self.is_taken(module, unit, reference)
        else {
            return false;
        };
        if self.registering.is_none() {
            let mut found = BTreeSet::new();
            for (home, name) in &self.closure.named {
                let mut seen = HashSet::new();
                if self.registers(home, name, &mut seen) {
                    found.insert((home.clone(), name.clone()));
                }
            }
            found.extend(self.asked_for_subclasses());
            self.registering = Some(found);
        }
        self.registering
            .as_ref()
            .is_some_and(|found| found.contains(&(home, name)))
    }

    /// Taken classes whose subclasses taken text asks for; all of them where it asks for those of anything.
    fn asked_for_subclasses(&mut self) -> BTreeSet<(Rc<str>, Rc<str>)> {
        let mut found = BTreeSet::new();
        let closure = self.closure;
        for (name, unit) in &closure.taken {
            let Some(module) = self.world.module(name) else {
                continue;
            };
            let parsed = &module.parsed;
            let own = &parsed.units[*unit as usize];
            if !module.text[own.start as usize..own.end as usize].contains("__subclasses__") {
                continue;
            }
            let of_anything = parsed.members.iter().any(|member| {
                let line = own.lines[0]..=own.lines[1];
                !member.own && line.contains(&member.line) && asks(parsed.word(member.name))
            });
            if of_anything {
                return closure.named.clone();
            }
            for reference in parsed.uses_of(*unit).to_vec() {
                if parsed
                    .attrs_of(&reference)
                    .iter()
                    .any(|(word, _)| asks(parsed.word(*word)))
                    && let (Root::Own { module: home, name }, _) =
                        self.world.resolve(&module, *unit, &reference)
                {
                    found.insert((home, name));
                }
            }
        }
        found
    }

    fn registers(
        &mut self,
        home: &Rc<str>,
        name: &Rc<str>,
        seen: &mut HashSet<(Rc<str>, Rc<str>)>,
    ) -> bool {
        if !seen.insert((home.clone(), name.clone())) {
            return false;
        }
        let Some(module) = self.world.module(home) else {
            return false;
        };
        let reaching = self.world.reaching(&module, name, At::Later, false);
        for bind in reaching {
            let unit = module.parsed.binds[bind as usize].unit;
            if module.parsed.units[unit as usize].kind != UnitKind::Class {
                continue;
            }
            let lines: Vec<&str> = module.text.lines().collect();
            for def in module
                .parsed
                .defs
                .iter()
                .filter(|def| def.unit == unit && !def.class)
            {
                let word = module.parsed.word(def.name);
                let body = lines
                    .get(def.lines[0] as usize..(def.lines[1] as usize).min(lines.len()))
                    .unwrap_or_default();
                let keeps = |line: &&str| {
                    line.contains("] = ")
                        || line.contains(".append(")
                        || line.contains(".add(")
                        || line.contains("register")
                        || line.contains(".setdefault(")
                };
                let hook = word == "__init_subclass__"
                    || (matches!(word, "__new__" | "__init__")
                        && body
                            .iter()
                            .take(6)
                            .any(|line| line.contains("super(") || line.contains("type."))
                        && lines.get(def.lines[0] as usize - 1).is_some_and(|head| {
                            ["attrs", "namespace", "bases", "dct", "ns", "classdict"]
                                .iter()
                                .any(|w| head.contains(w))
                        }));
                if hook && body.iter().any(keeps) {
                    return true;
                }
                // Somebody asks for the subclasses.
                if body.iter().any(|line| line.contains("__subclasses__")) {
                    return true;
                }
            }
            for reference in module.parsed.uses_of(unit).to_vec() {
                if !reference.has(flag::BASE) {
                    continue;
                }
                let (root, _) = self.world.resolve(&module, unit, &reference);
                if let Root::Own { module: home, name } = root
                    && self.registers(&home, &name, seen)
                {
                    return true;
                }
            }
        }
        false
    }
}
