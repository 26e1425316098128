//! Names to what they stand for, across modules.

pub mod library;
mod names;

pub use library::{Found, Module};

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use crate::{
    original::PythonOriginal,
    parse::{How, Import, NONE, Use, flag, truth::Platform},
};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// A name that a module of the original binds.
    Own { module: Rc<str>, name: Rc<str> },
    /// A module of the original.
    Module(Rc<str>),
    /// A module outside (`name` absent), or a name imported from it: standard library or kept.
    External {
        module: Rc<str>,
        name: Option<Rc<str>>,
    },
    /// Compiled code.
    Native { module: Rc<str>, file: Rc<str> },
    /// A module that is not there.
    Absent { module: Rc<str> },
    /// A name of `builtins`, or one that every module has.
    Builtin(Rc<str>),
    /// Nothing that reading can find.
    Unknown,
}

/// Where a name is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// By a function, after everything was imported.
    Later,
    /// By a statement while its module is imported.
    Unit(u32),
}

/// The modules that can be imported, read when asked for, and what their names stand for.
pub struct World {
    pub(crate) library: library::Library,
    builtins: BTreeSet<String>,
    /// Names of modules outside that are imported with a star, as the interpreter lists them.
    pub external_names: BTreeMap<String, BTreeSet<String>>,
    /// Modules whose names have to be asked for.
    pub wanted_stars: BTreeSet<String>,
    memo: HashMap<(Rc<str>, u32, Option<u32>), Root>,
    /// Whether importing a module works.
    imports: HashMap<Rc<str>, bool>,
    depth: u32,
}

/// Names that every module has without binding them.
const EVERY_MODULE: &[&str] = &[
    "__name__",
    "__file__",
    "__doc__",
    "__package__",
    "__spec__",
    "__path__",
    "__loader__",
    "__builtins__",
    "__debug__",
    "__build_class__",
    "__import__",
    "__annotations__",
    "__dict__",
    "__class__",
    "__module__",
    "__qualname__",
];

impl World {
    /// The modules of an original and of what it requires.
    pub fn new(original: &PythonOriginal) -> Self {
        let platform = Platform {
            platform: original.platform.platform.clone(),
            os_name: original.platform.os_name.clone(),
            system: original.platform.system.clone(),
            flags: BTreeMap::new(),
        };
        Self {
            library: library::Library::new(original, platform),
            builtins: original.platform.builtins.clone(),
            external_names: BTreeMap::new(),
            wanted_stars: BTreeSet::new(),
            memo: HashMap::new(),
            imports: HashMap::new(),
            depth: 0,
        }
    }

    /// Takes note of flags, by the modules that test them: what was read before is read anew.
    pub fn know(&mut self, flags: BTreeMap<String, BTreeMap<String, bool>>) {
        if flags.is_empty() {
            return;
        }
        self.library.know(flags);
        self.memo.clear();
        self.imports.clear();
    }

    /// A module by its dotted name.
    pub fn module(&mut self, name: &str) -> Option<Rc<Module>> {
        match self.library.find(name) {
            Found::Own(module) => Some(module),
            _ => None,
        }
    }

    /// What `import` finds, and can import: text that needs what is not there fails as if it were not there itself.
    fn find(&mut self, name: &str) -> Found {
        match self.library.find(name) {
            Found::Own(module) if !self.importable(&module) => Found::Absent,
            found => found,
        }
    }

    /// The module whose absence keeps another from being imported.
    pub fn lacking(&mut self, name: &str) -> String {
        let mut seen = BTreeSet::new();
        let mut name = name.to_string();
        while let Found::Own(module) = self.library.find(&name) {
            if !seen.insert(name.clone()) {
                break;
            }
            let next = module.parsed.imports.iter().find_map(|import| {
                if import.guarded || import.deferred || import.arm != NONE {
                    return None;
                }
                let target = self.absolute(&module, import);
                match self.library.find(&target) {
                    Found::Absent => Some(target),
                    Found::Own(other) if !self.importable(&other) => Some(target),
                    _ => None,
                }
            });
            match next {
                Some(next) => name = next,
                None => break,
            }
        }
        name
    }

    fn importable(&mut self, module: &Rc<Module>) -> bool {
        if let Some(known) = self.imports.get(&module.name) {
            return *known;
        }
        // A circle of imports stands or falls with what else it needs.
        self.imports.insert(module.name.clone(), true);
        let mut works = true;
        for (index, import) in module.parsed.imports.iter().enumerate() {
            let always = !import.guarded && !import.deferred && import.arm == NONE && {
                let mut binds = module.parsed.binds.iter();
                !binds.any(|bind| bind.import == index as u32 && bind.conditional)
            };
            if !always {
                continue;
            }
            let target = self.absolute(module, import);
            works &= match self.library.find(&target) {
                Found::Absent => false,
                Found::Own(other) => self.importable(&other),
                _ => true,
            };
            if !works {
                break;
            }
        }
        self.imports.insert(module.name.clone(), works);
        works
    }

    /// The bindings that a look-up can see, in order: from the last that always happens.
    pub fn reaching(&self, module: &Module, name: &str, at: At, types: bool) -> Vec<u32> {
        let Some(all) = module.binds(name) else {
            return Vec::new();
        };
        let parsed = &module.parsed;
        let live: Vec<u32> = all
            .iter()
            .copied()
            .filter(|bind| {
                let arm = parsed.binds[*bind as usize].arm;
                arm == NONE || (types && parsed.arms[arm as usize].types_only)
            })
            .collect();
        let mut seen: Vec<u32> = match at {
            At::Later => live.clone(),
            At::Unit(unit) => live
                .iter()
                .copied()
                .filter(|bind| {
                    let bind = &parsed.binds[*bind as usize];
                    bind.unit < unit || (bind.unit == unit && bind.conditional)
                })
                .collect(),
        };
        if seen.is_empty() && at != At::Later && self.builtins.contains(name) {
            // `map = map`: before it is bound here the name is the builtin's.
            return Vec::new();
        }
        if seen.is_empty() {
            // A function that runs during the import, or text that only looks as if it ran in this order.
            seen = live;
        }
        // `x: int` beside what binds the name says nothing of its value.
        let bare = |bind: &u32| parsed.binds[*bind as usize].how == How::Bare;
        if seen.iter().any(|bind| !bare(bind)) {
            seen.retain(|bind| !bare(bind));
        }
        let always = seen.iter().rposition(|bind| {
            let bind = &parsed.binds[*bind as usize];
            !bind.conditional && matches!(bind.how, How::Def | How::Value | How::Import)
        });
        seen.drain(..always.unwrap_or(0));
        seen
    }

    /// What a name of a module stands for.
    pub fn name(&mut self, module: &Rc<Module>, name: &str, at: At) -> Root {
        self.name_with(module, name, at, false)
    }

    fn name_with(&mut self, module: &Rc<Module>, name: &str, at: At, types: bool) -> Root {
        // Re-exports may run in circles.
        if self.depth > 60 {
            return Root::Unknown;
        }
        self.depth += 1;
        let root = self.name_inner(module, name, at, types);
        self.depth -= 1;
        root
    }

    fn name_inner(&mut self, module: &Rc<Module>, name: &str, at: At, types: bool) -> Root {
        let own = || Root::Own {
            module: module.name.clone(),
            name: name.into(),
        };
        let reaching = self.reaching(module, name, at, types);
        if !reaching.is_empty() {
            let mut single: Option<Root> = None;
            for bind in &reaching {
                let bind = &module.parsed.binds[*bind as usize];
                if bind.how != How::Import {
                    return own();
                }
                let import = &module.parsed.imports[bind.import as usize];
                let root = self.import_target(module, import);
                let inside = matches!(root, Root::Own { .. } | Root::Module(_));
                // What is imported only under a condition stays with its condition, unless it is text that comes along.
                if bind.conditional && !inside && bind.arm == NONE {
                    return own();
                }
                match &single {
                    Some(other) if *other != root => return own(),
                    _ => single = Some(root),
                }
            }
            return single.unwrap_or(Root::Unknown);
        }
        if let Some(root) = self.starred(module, name) {
            return root;
        }
        if module.stored.contains(name) {
            return own();
        }
        if self.builtins.contains(name) || EVERY_MODULE.contains(&name) {
            return Root::Builtin(name.into());
        }
        if !types && module.binds(name).is_some() {
            // Bound for type checkers alone.
            return self.name_with(module, name, at, true);
        }
        if module.is_package && self.is_module(&format!("{}.{name}", module.name)) {
            return Root::Module(format!("{}.{name}", module.name).into());
        }
        Root::Unknown
    }

    /// What a star import brings under a name.
    fn starred(&mut self, module: &Rc<Module>, name: &str) -> Option<Root> {
        for index in module.stars.iter().rev() {
            let import = &module.parsed.imports[*index as usize];
            let target = self.absolute(module, import);
            match self.library.find(&target) {
                Found::Own(other) if other.name != module.name && self.exports(&other, name) => {
                    return Some(self.name(&other, name, At::Later));
                }
                Found::Outside => match self.external_names.get(&target) {
                    Some(names) if names.contains(name) => {
                        return Some(Root::External {
                            module: target.into(),
                            name: Some(name.into()),
                        });
                    }
                    Some(_) => {}
                    None => {
                        self.wanted_stars.insert(target);
                    }
                },
                _ => {}
            }
        }
        None
    }

    /// The compiled code that a module is, or takes all its names from, and its file.
    pub fn compiled(&mut self, module: &str) -> Option<(String, String)> {
        let own = match self.library.find(module) {
            Found::Native(file) => return Some((module.to_owned(), file)),
            Found::Own(own) => own,
            _ => return None,
        };
        own.stars.iter().find_map(|index| {
            let target = self.absolute(&own, &own.parsed.imports[*index as usize]);
            match self.library.find(&target) {
                Found::Native(file) => Some((target, file)),
                _ => None,
            }
        })
    }

    /// Whether `from module import *` brings a name.
    fn exports(&mut self, module: &Rc<Module>, name: &str) -> bool {
        let listed = module
            .parsed
            .all
            .as_ref()
            .map(|all| all.iter().any(|listed| module.parsed.word(*listed) == name));
        let public = !name.starts_with('_') || module.parsed.all_open;
        let offered = match listed {
            Some(true) => return true,
            Some(false) => module.parsed.all_open && public,
            None => public,
        };
        offered
            && self.depth < 60
            && (module.binds(name).is_some() || module.stored.contains(name) || {
                self.depth += 1;
                let found = self.starred(module, name).is_some();
                self.depth -= 1;
                found
            })
    }

    /// The module that an import names, with its dots resolved.
    pub fn absolute(&self, module: &Module, import: &Import) -> String {
        if import.level == 0 {
            return import.module.clone();
        }
        let up = import.level - u32::from(module.is_package);
        let mut base: &str = &module.name;
        for _ in 0..up {
            base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        match (base.is_empty(), import.module.is_empty()) {
            (true, _) => import.module.clone(),
            (_, true) => base.to_string(),
            _ => format!("{base}.{}", import.module),
        }
    }

    /// What an import binds its name to.
    pub fn import_target(&mut self, module: &Rc<Module>, import: &Import) -> Root {
        let target = self.absolute(module, import);
        match import.name {
            Some(name) => {
                let name = module.parsed.word(name).to_string();
                self.member(&target, &name)
            }
            None if import.alias => self.module_root(&target),
            None => {
                // `import a.b` binds `a`, and needs `a.b` to be there.
                let top = target.split('.').next().unwrap_or(&target).to_string();
                match self.module_root(&target) {
                    Root::Absent { module } => Root::Absent { module },
                    Root::Native { module, file } => Root::Native { module, file },
                    _ => self.module_root(&top),
                }
            }
        }
    }

    fn module_root(&mut self, name: &str) -> Root {
        match self.find(name) {
            Found::Own(_) | Found::Namespace => Root::Module(name.into()),
            Found::Native(file) => Root::Native {
                module: name.into(),
                file: file.into(),
            },
            Found::Outside => Root::External {
                module: name.into(),
                name: None,
            },
            Found::Absent => Root::Absent {
                module: name.into(),
            },
        }
    }

    /// An attribute of a module, or the module below it of that name.
    pub fn member(&mut self, module: &str, name: &str) -> Root {
        let below = format!("{module}.{name}");
        match self.find(module) {
            Found::Own(own) => {
                if own.binds(name).is_some() || own.stored.contains(name) {
                    let root = self.name(&own, name, At::Later);
                    // `from .x import x` in a package: inside, the submodule stands behind its own name only until then.
                    if root != Root::Unknown {
                        return root;
                    }
                }
                if let Some(root) = self.starred(&own, name) {
                    return root;
                }
                if own.is_package {
                    match self.module_root(&below) {
                        Root::Absent { .. } => {}
                        root => return root,
                    }
                }
                Root::Unknown
            }
            Found::Namespace => self.module_root(&below),
            Found::Outside => Root::External {
                module: module.into(),
                name: Some(name.into()),
            },
            Found::Native(file) => Root::Native {
                module: module.into(),
                file: file.into(),
            },
            Found::Absent => Root::Absent {
                module: module.into(),
            },
        }
    }

    /// What a reference stands for, and how many of its attributes lead there.
    pub fn resolve(&mut self, module: &Rc<Module>, unit: u32, reference: &Use) -> (Root, usize) {
        let parsed = &module.parsed;
        let at = if reference.has(flag::DEFERRED) {
            At::Later
        } else {
            At::Unit(unit)
        };
        let mut root = if reference.import != NONE {
            self.import_target(module, &parsed.imports[reference.import as usize])
        } else {
            let key = (
                module.name.clone(),
                reference.name,
                (at != At::Later).then_some(unit),
            );
            match self.memo.get(&key) {
                Some(root) => root.clone(),
                None => {
                    let root = self.name(module, parsed.word(reference.name), at);
                    if self.wanted_stars.is_empty() {
                        self.memo.insert(key, root.clone());
                    }
                    root
                }
            }
        };
        let attrs = parsed.attrs_of(reference);
        let mut used = 0;
        while let Root::Module(name) = &root {
            let Some((attribute, _)) = attrs.get(used) else {
                break;
            };
            match self.member(&name.clone(), parsed.word(*attribute)) {
                Root::Unknown => break,
                next => {
                    root = next;
                    used += 1;
                }
            }
        }
        (root, used)
    }
}
