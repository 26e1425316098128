//! The compiler's own account of a crate: its items with all types resolved, macros expanded and trait impls listed,
//! auto traits included. It is what rustdoc writes as JSON.
//!
//! Guessing types from text fails at the first `use … as`; this account can't. The accounts of an original and of the
//! packages whose text is taken make one [`World`]; a module makes another.

pub mod model;
mod names;

use std::collections::BTreeMap;

pub use model::{
    Account, Arg, Args, Binding, Bound, Generics, Id, Inner, Item, ParamKind, Path, Predicate,
    StructKind, Term, Type, VariantKind,
};
pub use names::{all_public_paths, public_paths};

/// Accounts that refer to each other.
#[derive(Debug, Default)]
pub struct World {
    crates: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    name: String,
    account: Account,
    by_path: BTreeMap<Vec<String>, Id>,
}

/// An item of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Def {
    /// Which crate of the world.
    pub krate: usize,
    /// The item in its account.
    pub id: Id,
}

/// What a path is to lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Module,
    Macro,
    /// Anything else.
    Item,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An item of this world.
    Known(Def),
    /// An item of the standard library or of a package that is not taken: where it is defined.
    Foreign(String),
}

impl World {
    /// Adds a crate by its name in Rust code. The wanted one comes first.
    pub fn add(&mut self, name: &str, json: &[u8]) -> Result<(), serde_json::Error> {
        let account: Account = serde_json::from_slice(json)?;
        let by_path = account
            .paths
            .iter()
            .filter(|(_, summary)| summary.crate_id == 0)
            .map(|(id, summary)| (summary.path.clone(), *id))
            .collect();
        self.crates.push(Known {
            name: name.to_owned(),
            account,
            by_path,
        });
        Ok(())
    }

    /// The accounts, in the order they were added.
    pub fn accounts(&self) -> impl Iterator<Item = (usize, &str, &Account)> {
        self.crates
            .iter()
            .enumerate()
            .map(|(krate, known)| (krate, known.name.as_str(), &known.account))
    }

    /// An item.
    pub fn item(&self, def: Def) -> Option<&Item> {
        self.crates.get(def.krate)?.account.index.get(&def.id)
    }

    /// What an id of a crate's account means.
    pub fn target(&self, krate: usize, id: Id) -> Target {
        let account = &self.crates[krate].account;
        let own = account
            .index
            .get(&id)
            .is_some_and(|item| item.crate_id == 0);
        if own {
            return Target::Known(Def { krate, id });
        }
        let Some(summary) = account.paths.get(&id) else {
            return Target::Foreign(format!("?{id}"));
        };
        let home = summary.path.first().and_then(|first| {
            self.crates
                .iter()
                .position(|known| known.name == *first && summary.crate_id != 0)
        });
        match home.and_then(|home| Some((home, *self.crates[home].by_path.get(&summary.path)?))) {
            Some((krate, id)) => Target::Known(Def { krate, id }),
            None => Target::Foreign(summary.path.join("::")),
        }
    }

    /// Where an item is defined: `crate::module::Name`.
    pub fn path(&self, def: Def) -> Vec<String> {
        self.crates[def.krate]
            .account
            .paths
            .get(&def.id)
            .map(|summary| summary.path.clone())
            .or_else(|| Some(vec![self.item(def)?.name().to_owned()]))
            .unwrap_or_default()
    }

    /// Follows a path from a crate's root through modules and re-exports, private ones included, to what `wanted` says;
    /// a module, a macro and a function may have one name.
    pub fn find(&self, path: &str, wanted: Wanted) -> Option<Def> {
        let mut parts = path.split("::").peekable();
        let first = parts.next()?;
        let krate = self.crates.iter().position(|known| known.name == first)?;
        let mut def = Def {
            krate,
            id: self.crates[krate].account.root,
        };
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            def = self.child(def, part, if last { wanted } else { Wanted::Module }, 0)?;
        }
        Some(def)
    }

    /// The only item of the same kind and name as one of another world.
    pub fn namesake(&self, item: &Item) -> Option<Def> {
        let mut found = None;
        for (krate, known) in self.crates.iter().enumerate() {
            for (id, other) in &known.account.index {
                // Members of types and traits have no path of their own.
                let same = other.name == item.name
                    && other.crate_id == 0
                    && known.account.paths.contains_key(id)
                    && std::mem::discriminant(&other.inner) == std::mem::discriminant(&item.inner);
                if same && found.replace(Def { krate, id: *id }).is_some() {
                    return None;
                }
            }
        }
        found
    }

    fn fits(&self, def: Def, wanted: Wanted) -> bool {
        match self.item(def).map(|item| &item.inner) {
            Some(Inner::Module(_)) => wanted == Wanted::Module,
            Some(Inner::Macro(_)) => wanted == Wanted::Macro,
            Some(_) => wanted == Wanted::Item,
            None => false,
        }
    }

    fn child(&self, module: Def, name: &str, wanted: Wanted, depth: u32) -> Option<Def> {
        if depth > 16 {
            return None;
        }
        let Inner::Module(inner) = &self.item(module)?.inner else {
            return None;
        };
        let children = inner.items.iter().filter_map(|id| {
            let def = Def {
                krate: module.krate,
                id: *id,
            };
            Some((def, self.item(def)?))
        });
        let mut globs = Vec::new();
        for (def, item) in children {
            match &item.inner {
                Inner::Use(import) if import.is_glob => globs.extend(import.id),
                Inner::Use(import) if import.name == name => {
                    if let Some(Target::Known(def)) =
                        import.id.map(|id| self.target(module.krate, id))
                        && self.fits(def, wanted)
                    {
                        return Some(def);
                    }
                }
                Inner::Impl(_) | Inner::Use(_) => {}
                _ if item.name() == name && self.fits(def, wanted) => return Some(def),
                _ => {}
            }
        }
        globs
            .into_iter()
            .find_map(|id| match self.target(module.krate, id) {
                Target::Known(def) => self.child(def, name, wanted, depth + 1),
                Target::Foreign(_) => None,
            })
    }

    /// The impls of a type, in the order of their text.
    pub fn impls(&self, def: Def) -> Vec<(Def, &model::Impl)> {
        let ids = match self.item(def).map(|item| &item.inner) {
            Some(Inner::Struct(inner)) => &inner.impls,
            Some(Inner::Enum(inner)) => &inner.impls,
            Some(Inner::Union(inner)) => &inner.impls,
            Some(Inner::Trait(inner)) => &inner.implementations,
            _ => return Vec::new(),
        };
        let mut impls: Vec<(Def, &model::Impl)> = ids
            .iter()
            .filter_map(|id| {
                let def = Def {
                    krate: def.krate,
                    id: *id,
                };
                match &self.item(def)?.inner {
                    Inner::Impl(inner) => Some((def, inner)),
                    _ => None,
                }
            })
            .collect();
        impls.sort_by_key(|(def, inner)| {
            let span = self
                .item(*def)
                .and_then(|item| item.span.as_ref())
                .map(|span| (span.filename.clone(), span.begin));
            (span, inner.trait_.as_ref().map(|path| path.path.clone()))
        });
        impls
    }

    /// A type's or trait's generics.
    pub fn generics(&self, def: Def) -> Option<&Generics> {
        match &self.item(def)?.inner {
            Inner::Struct(inner) => Some(&inner.generics),
            Inner::Enum(inner) => Some(&inner.generics),
            Inner::Union(inner) => Some(&inner.generics),
            Inner::Trait(inner) => Some(&inner.generics),
            Inner::TypeAlias(inner) => Some(&inner.generics),
            Inner::Function(inner) => Some(&inner.generics),
            _ => None,
        }
    }
}
