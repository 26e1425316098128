//! What a path means: names through imports, globs, renames and re-exports, across crates.
//!
//! Answers every namespace at once and so says rather too much; the compiler says later what was superfluous.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
};

use ripout_model::Package;

use crate::{
    cfg::CfgSet,
    items::ItemKind,
    manifest::Crate,
    modules::{BuildOutput, Krate, Leaf, Unit, load},
    tokens::TokenKind,
};

/// A unit of some crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// Index of its crate.
    pub krate: u32,
    /// Index of the unit in it.
    pub unit: u32,
}

/// A module of some crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// Index of its crate.
    pub krate: u32,
    /// Index of the module in it.
    pub module: u32,
}

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Def {
    /// A unit. For an imported variant: its enum.
    Unit(Id),
    /// A module, or a crate's root.
    Module(At),
    /// Something of `std`, `core`, `alloc`, or of a package that is not read.
    External(String),
}

/// All crates, read when they are first looked into.
pub struct World<'a> {
    packages: &'a [Package],
    crates: &'a [Crate],
    platform: &'a CfgSet,
    outputs: &'a BTreeMap<usize, BuildOutput>,
    keep: &'a [String],
    loaded: Vec<OnceCell<Krate>>,
    /// Names of the modules that stand for the crates.
    homes: Vec<String>,
    /// Modules that the last paths led through.
    through: RefCell<BTreeSet<At>>,
    /// Paths that were asked for before.
    known: RefCell<HashMap<Asked, Answer>>,
}

/// A path, where it stands, and whether in a `use`.
type Asked = (At, Vec<String>, bool);

/// What it means, what is left over, and the modules it led through.
type Answer = (Vec<Def>, usize, Vec<At>);

/// Loops of re-exports are cut here.
type Seen = BTreeSet<(At, String)>;

impl<'a> World<'a> {
    /// Over the packages that cargo resolved. `keep` names those that are not looked into.
    pub fn new(
        packages: &'a [Package],
        crates: &'a [Crate],
        platform: &'a CfgSet,
        outputs: &'a BTreeMap<usize, BuildOutput>,
        keep: &'a [String],
    ) -> Self {
        let loaded = packages.iter().map(|_| OnceCell::new()).collect();
        Self {
            packages,
            crates,
            platform,
            outputs,
            keep,
            loaded,
            homes: homes(crates, &BTreeSet::new()),
            through: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// With names for the crates' modules that leave those of the symbols free: `use lazy_static::lazy_static;` would import
    /// a module of that name with the macro.
    pub fn leaving_free(mut self, names: &BTreeSet<&str>) -> Self {
        self.homes = homes(self.crates, names);
        self
    }

    /// Name of the module that stands for a crate.
    pub fn home(&self, index: u32) -> &str {
        &self.homes[index as usize]
    }

    /// Forgets and tells which modules the paths asked for since led through.
    pub fn led_through(&self) -> BTreeSet<At> {
        self.through.take()
    }

    /// The symbols' own crate's dependencies, as its text calls them, of which some of these crates are.
    pub fn direct(&self, krates: &BTreeSet<u32>) -> Vec<&str> {
        let dependencies = self.crates[0].dependencies.iter();
        let reached = dependencies.filter(|(_, at)| krates.contains(&(*at as u32)));
        reached.map(|(name, _)| name.as_str()).collect()
    }

    /// A crate, read now if it was not.
    pub fn krate(&self, index: u32) -> &Krate {
        let at = index as usize;
        self.loaded[at].get_or_init(|| {
            let empty = BuildOutput::default();
            let output = self.outputs.get(&at).unwrap_or(&empty);
            load(&self.packages[at], &self.crates[at], self.platform, output)
        })
    }

    /// How many crates there are.
    pub fn count(&self) -> u32 {
        self.crates.len() as u32
    }

    /// What cargo knows of a crate.
    pub fn facts(&self, index: u32) -> &'a Crate {
        &self.crates[index as usize]
    }

    /// The package of a crate.
    pub fn package(&self, index: u32) -> &'a Package {
        &self.packages[index as usize]
    }

    /// A unit.
    pub fn unit(&self, id: Id) -> &Unit {
        &self.krate(id.krate).units[id.unit as usize]
    }

    /// The module a unit stands in.
    pub fn module_of(&self, id: Id) -> At {
        At {
            krate: id.krate,
            module: self.unit(id).module,
        }
    }

    /// Whether a package stays a dependency.
    pub fn kept(&self, index: u32) -> bool {
        let (package, facts) = (&self.packages[index as usize], &self.crates[index as usize]);
        self.keep
            .iter()
            .any(|name| *name == package.name || *name == facts.lib_name)
    }

    /// The crate that code of `krate` calls `name`.
    pub fn dependency(&self, krate: u32, name: &str) -> Option<Def> {
        if matches!(name, "std" | "core" | "alloc" | "proc_macro" | "test") {
            return Some(Def::External(name.to_owned()));
        }
        let found = self.crates[krate as usize]
            .dependencies
            .iter()
            .find(|(known, _)| known == name)?;
        Some(if self.kept(found.1 as u32) {
            Def::External(name.to_owned())
        } else {
            Def::Module(At {
                krate: found.1 as u32,
                module: 0,
            })
        })
    }

    /// What `name` means inside a module, not looking around it.
    pub fn lookup(&self, at: At, name: &str) -> Vec<Def> {
        let mut found = Vec::new();
        self.look(at, name, &mut Seen::new(), &mut found);
        found.sort();
        found.dedup();
        found
    }

    fn look(&self, at: At, name: &str, seen: &mut Seen, found: &mut Vec<Def>) {
        let before = found.len();
        self.named(at, name, seen, found);
        if found.len() == before {
            self.guessed(at, name, seen, found);
        }
    }

    /// What text itself says that `name` means.
    fn named(&self, at: At, name: &str, seen: &mut Seen, found: &mut Vec<Def>) {
        let krate = self.krate(at.krate);
        let module = &krate.modules[at.module as usize];
        for &unit in module.names.get(name).into_iter().flatten() {
            found.push(match krate.units[unit as usize].opens {
                Some(module) => Def::Module(At {
                    krate: at.krate,
                    module,
                }),
                None => Def::Unit(Id {
                    krate: at.krate,
                    unit,
                }),
            });
        }
        // Seen again on the way: what stands here counts (`pub use wrap::wrap` beside `mod wrap`), imports would go in circles.
        if !seen.insert((at, name.to_owned())) {
            return;
        }
        for &(unit, leaf) in module.imports.get(name).into_iter().flatten() {
            self.follow(
                at,
                &krate.units[unit as usize].leaves[leaf as usize],
                seen,
                found,
            );
        }
        // Macros that are exported stand at the root, whatever module they are written in.
        for &unit in krate.macros.get(name).into_iter().flatten() {
            let unit_at = krate.units[unit as usize].module;
            if unit_at == at.module || (at.module == 0 && exported(krate, unit)) {
                found.push(Def::Unit(Id {
                    krate: at.krate,
                    unit,
                }));
            }
        }
        if !found.is_empty() {
            return;
        }
        for &(unit, leaf) in module.imports.get("*").into_iter().flatten() {
            let mut targets = Vec::new();
            self.follow(
                at,
                &krate.units[unit as usize].leaves[leaf as usize],
                seen,
                &mut targets,
            );
            for target in targets {
                match target {
                    Def::Module(inside) => {
                        let before = found.len();
                        self.named(inside, name, seen, found);
                        if found.len() > before {
                            self.through.borrow_mut().insert(inside);
                        }
                    }
                    Def::Unit(id) if self.has_variant(id, name) => found.push(Def::Unit(id)),
                    _ => {}
                }
            }
        }
    }

    /// A macro call may define it, if its input holds the name: here, or where a glob leads.
    fn guessed(&self, at: At, name: &str, seen: &mut Seen, found: &mut Vec<Def>) {
        // No name has a blank.
        if !seen.insert((at, format!("guess {name}"))) {
            return;
        }
        let krate = self.krate(at.krate);
        let module = &krate.modules[at.module as usize];
        for &unit in &module.units {
            let candidate = &krate.units[unit as usize];
            if candidate.item.kind != ItemKind::MacroCall {
                continue;
            }
            let spelled = candidate.item.body.is_some_and(|(open, close)| {
                let file = &krate.files[candidate.file as usize];
                // What a path goes on from is asked for here, and not defined: `std` of `std::cell::Cell`.
                let asked =
                    |index: usize| file.word(index + 1) == ":" && file.word(index + 2) == ":";
                (open..close).any(|index| file.word(index) == name && !asked(index))
            });
            if spelled || self.defines(at.krate, &candidate.item.name, name) {
                found.push(Def::Unit(Id {
                    krate: at.krate,
                    unit,
                }));
            }
        }
        for &(unit, leaf) in module.imports.get("*").into_iter().flatten() {
            let leaf = &krate.units[unit as usize].leaves[leaf as usize];
            let mut targets = Vec::new();
            self.follow(at, leaf, seen, &mut targets);
            for target in targets {
                if let Def::Module(inside) = target {
                    let before = found.len();
                    self.guessed(inside, name, seen, found);
                    if found.len() > before {
                        self.through.borrow_mut().insert(inside);
                    }
                }
            }
        }
    }

    /// Whether a macro's own text defines a type or a trait of that name. A function may well be one of an impl's.
    fn defines(&self, krate: u32, called: &str, name: &str) -> bool {
        let called = called.rsplit("::").next().unwrap_or_default();
        self.macros(krate, called).into_iter().any(|id| {
            let unit = self.unit(id);
            let file = &self.krate(id.krate).files[unit.file as usize];
            unit.item.tokens.clone().skip(1).any(|at| {
                file.word(at) == name
                    && matches!(file.word(at - 1), "trait" | "struct" | "enum" | "union")
            })
        })
    }

    fn follow(&self, at: At, leaf: &Leaf, seen: &mut Seen, found: &mut Vec<Def>) {
        let (targets, rest) = self.walk(at, &leaf.path, true, seen);
        // What is left over is a variant or an associated name: the unit stands for it.
        let _ = rest;
        found.extend(targets);
    }

    /// What a path means from inside a module, and how many of its parts are left over (variants, associated names).
    pub fn path(&self, at: At, path: &[String], in_use: bool) -> (Vec<Def>, usize) {
        let key = (at, path.to_vec(), in_use);
        if let Some((defs, rest, through)) = self.known.borrow().get(&key) {
            self.through.borrow_mut().extend(through);
            return (defs.clone(), *rest);
        }
        let before = self.through.take();
        let (defs, rest) = self.walk(at, path, in_use, &mut Seen::new());
        let through: Vec<At> = self.through.borrow().iter().copied().collect();
        self.through.borrow_mut().extend(before);
        self.known
            .borrow_mut()
            .insert(key, (defs.clone(), rest, through));
        (defs, rest)
    }

    fn walk(&self, at: At, path: &[String], in_use: bool, seen: &mut Seen) -> (Vec<Def>, usize) {
        let Some(first) = path.first() else {
            return (Vec::new(), 0);
        };
        let krate = self.krate(at.krate);
        let root = At {
            krate: at.krate,
            module: 0,
        };
        let mut rest = &path[1..];
        let mut current: Vec<Def> = match first.as_str() {
            "crate" | "$crate" => vec![Def::Module(root)],
            "self" => vec![Def::Module(at)],
            "super" => {
                let mut module = krate.modules[at.module as usize].parent.unwrap_or(0);
                while rest.first().is_some_and(|part| part == "super") {
                    module = krate.modules[module as usize].parent.unwrap_or(0);
                    rest = &rest[1..];
                }
                vec![Def::Module(At {
                    krate: at.krate,
                    module,
                })]
            }
            "" => {
                let Some(name) = rest.first() else {
                    return (Vec::new(), 0);
                };
                let mut found = Vec::new();
                if krate.old_paths {
                    self.look(root, name, seen, &mut found);
                }
                if found.is_empty() {
                    found.extend(self.dependency(at.krate, name));
                }
                rest = &rest[1..];
                found
            }
            name => {
                let mut found = Vec::new();
                let scope = if in_use && krate.old_paths { root } else { at };
                self.look(scope, name, seen, &mut found);
                if found.is_empty() && scope != root && krate.old_paths {
                    // An `extern crate` at the root of a 2015 crate; in later editions of any crate.
                    self.look(root, name, seen, &mut found);
                }
                if found.is_empty() {
                    found.extend(self.dependency(at.krate, name));
                    if found.is_empty()
                        && let Some(leaf) = self.extern_crate(at.krate, name)
                    {
                        self.follow(root, &leaf, seen, &mut found);
                    }
                }
                found
            }
        };
        while let Some(part) = rest.first() {
            let modules = current.iter().filter_map(|def| match def {
                Def::Module(at) => Some(*at),
                _ => None,
            });
            self.through.borrow_mut().extend(modules);
            let modules: Vec<At> = current
                .iter()
                .filter_map(|def| {
                    if let Def::Module(at) = def {
                        Some(*at)
                    } else {
                        None
                    }
                })
                .collect();
            if modules.is_empty() {
                break;
            }
            let mut next = Vec::new();
            for module in modules {
                if part == "super" {
                    let parent = self.krate(module.krate).modules[module.module as usize]
                        .parent
                        .unwrap_or(0);
                    next.push(Def::Module(At {
                        krate: module.krate,
                        module: parent,
                    }));
                } else {
                    self.look(module, part, &mut seen.clone(), &mut next);
                }
            }
            current.clear();
            current.extend(next);
            rest = &rest[1..];
            if current.is_empty() {
                return (current, rest.len());
            }
        }
        current.sort();
        current.dedup();
        (current, rest.len())
    }

    /// `extern crate x as name;` at the crate's root.
    fn extern_crate(&self, krate: u32, name: &str) -> Option<Leaf> {
        let krate = self.krate(krate);
        let imports = krate.modules[0].imports.get(name)?;
        imports
            .iter()
            .map(|&(unit, leaf)| (&krate.units[unit as usize], leaf))
            .find(|(unit, _)| unit.item.kind == ItemKind::ExternCrate)
            .map(|(unit, leaf)| unit.leaves[leaf as usize].clone())
    }

    /// Whether a unit is an enum with that variant.
    pub fn has_variant(&self, id: Id, name: &str) -> bool {
        let unit = self.unit(id);
        let Some((open, close)) = unit.item.body else {
            return false;
        };
        if unit.item.kind != ItemKind::Enum {
            return false;
        }
        let file = &self.krate(id.krate).files[unit.file as usize];
        let mut at = open + 1;
        while at < close {
            match file.tokens[at].kind {
                TokenKind::Open => at = (file.tokens[at].mate as usize).max(at) + 1,
                TokenKind::Ident if file.word(at) == name => return true,
                _ => at += 1,
            }
        }
        false
    }

    /// Macros of a name that text in a crate may mean: its own, and those of `#[macro_use] extern crate`.
    pub fn macros(&self, krate: u32, name: &str) -> Vec<Id> {
        let own = self.krate(krate);
        let mut found: Vec<Id> = own
            .macros
            .get(name)
            .into_iter()
            .flatten()
            .map(|&unit| Id { krate, unit })
            .collect();
        if found.is_empty() {
            for unit in own.units.iter().filter(|unit| {
                unit.item.kind == ItemKind::ExternCrate && has_attr(own, unit, "macro_use")
            }) {
                if let Some(Def::Module(at)) = unit
                    .leaves
                    .first()
                    .and_then(|leaf| leaf.path.last())
                    .and_then(|name| self.dependency(krate, name))
                {
                    let other = self.krate(at.krate);
                    found.extend(
                        other
                            .macros
                            .get(name)
                            .into_iter()
                            .flatten()
                            .map(|&unit| Id {
                                krate: at.krate,
                                unit,
                            }),
                    );
                }
            }
        }
        found
    }

    /// Traits whose methods text in a module can call: its own and those it imports, prelude globs included.
    pub fn traits_in_scope(&self, at: At) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        self.traits(at, &mut BTreeSet::new(), &mut found);
        found
    }

    fn traits(&self, at: At, seen: &mut BTreeSet<At>, found: &mut BTreeSet<Id>) {
        if !seen.insert(at) {
            return;
        }
        let krate = self.krate(at.krate);
        for &unit in &krate.modules[at.module as usize].units {
            let of = &krate.units[unit as usize];
            if of.item.kind == ItemKind::Trait {
                found.insert(Id {
                    krate: at.krate,
                    unit,
                });
            }
            for leaf in &of.leaves {
                for def in self.path(at, &leaf.path, true).0 {
                    match def {
                        Def::Unit(id) if self.unit(id).item.kind == ItemKind::Trait => {
                            found.insert(id);
                        }
                        Def::Module(inside) if leaf.name == "*" => self.traits(inside, seen, found),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Full path of a module, the crate's name first.
    pub fn module_path(&self, at: At) -> Vec<String> {
        let krate = self.krate(at.krate);
        let mut parts = Vec::new();
        let mut module = at.module;
        while let Some(parent) = krate.modules[module as usize].parent {
            parts.push(krate.modules[module as usize].name.clone());
            module = parent;
        }
        parts.push(krate.name.clone());
        parts.reverse();
        parts
    }
}

/// Each crate's name, changed where it would stand beside another of that name.
fn homes(crates: &[Crate], taken: &BTreeSet<&str>) -> Vec<String> {
    let mut homes: Vec<String> = Vec::new();
    for krate in crates {
        let mut name = krate.lib_name.clone();
        while taken.contains(name.as_str()) || homes.contains(&name) {
            name.push('_');
        }
        homes.push(name);
    }
    homes
}

/// Whether a macro is `#[macro_export]`ed.
pub fn exported(krate: &Krate, unit: u32) -> bool {
    has_attr(krate, &krate.units[unit as usize], "macro_export")
}

/// Whether a unit has an attribute of that name.
pub fn has_attr(krate: &Krate, unit: &Unit, name: &str) -> bool {
    let file = &krate.files[unit.file as usize];
    unit.item
        .attrs
        .iter()
        .any(|attr| !attr.inside.is_empty() && file.word(attr.inside.start) == name)
}
