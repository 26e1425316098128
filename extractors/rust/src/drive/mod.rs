//! Writes drivers: text that reads values from bytes, calls the subject and writes down what it sees.
//!
//! A driver is written from the compiler's account of the original ([`crate::doc`]), where all types are resolved. Far
//! more is written than can be right: generics are filled in by their bounds, arguments by what constructors there are.
//! The compiler says what does not fit, that is left out, and what is left is the driver ([`text`]). The same text is
//! then built against the module, where everything has to fit.
//!
//! * [`prelude`]: the text every driver is built with
//! * [`types`], [`choose`]: concrete types, and what generics stand for
//! * [`decode`]: reading values
//! * [`calls`], [`explore`]: functions; types with their methods and trait impls
//! * [`symbols`]: one symbol
//! * [`assertions`]: which traits types have, for the compiler to check
//! * [`examples`], [`programs`]: a macro, as the package's own text calls it; whole examples around such calls
//! * [`words`], [`seeds`]: literals of the source, the tests and the documentation, and inputs made of them
//! * [`user`]: a driver that the user wrote

mod assertions;
mod calls;
mod choose;
mod decode;
mod examples;
mod explore;
mod prelude;
mod programs;
pub mod seeds;
mod symbols;
pub mod text;
mod types;
pub mod user;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    api::Wanted,
    doc::{self, Def, World},
};
use decode::Form;
pub use prelude::PRELUDE;
use text::Function;
use types::Ty;

/// A driver before the compiler has seen it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub functions: Vec<Function>,
    /// Names of `subject`: the path on the original's side, and on the module's.
    pub facade: Vec<Facade>,
    /// For each operation: the forms of its parameters, and whether it looks further at what it gets.
    forms: Vec<(String, Vec<Form>, bool)>,
    /// Operations of the symbols themselves; the others are of what they reach.
    pub own: BTreeSet<String>,
    /// What stood in the way.
    pub obstacles: Vec<String>,
    /// Names whose calls in tests and documentation are worth reading.
    pub names: BTreeSet<String>,
}

/// A name of `subject`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facade {
    pub name: String,
    pub original: String,
    /// With the module's crate name first.
    pub module: String,
}

struct Builder<'a> {
    world: &'a World,
    module: &'a World,
    pairs: &'a BTreeMap<Def, Def>,
    public: BTreeMap<Def, String>,
    /// Name and definition; `None` where it can't be named on both sides.
    names: BTreeMap<Def, Option<Facade>>,
    functions: Vec<Function>,
    makers: BTreeMap<Ty, Option<String>>,
    explorers: BTreeMap<(Ty, bool), String>,
    /// Instances of the types that were asked for.
    expected: BTreeSet<Ty>,
    /// Of these, those that some impl alone asks for.
    further: BTreeSet<Ty>,
    forms: Vec<(String, Vec<Form>, bool)>,
    obstacles: Vec<String>,
    /// Of these traits and types only some members are wanted.
    members: BTreeMap<Def, BTreeSet<String>>,
    /// Whether what is written now makes values that outlive the function around it.
    lasting: bool,
}

/// Writes a driver for all symbols.
pub fn plan(
    original: &World,
    module: &World,
    pairs: &BTreeMap<Def, Def>,
    wanted: &[(Wanted, String)],
) -> Plan {
    let mut builder = Builder {
        world: original,
        module,
        pairs,
        public: doc::public_paths(original),
        names: BTreeMap::new(),
        functions: Vec::new(),
        makers: BTreeMap::new(),
        explorers: BTreeMap::new(),
        expected: BTreeSet::new(),
        further: BTreeSet::new(),
        forms: Vec::new(),
        obstacles: Vec::new(),
        members: BTreeMap::new(),
        lasting: false,
    };
    let mut names = BTreeSet::new();
    for (wanted, name) in wanted {
        names.insert(name.clone());
        names.extend(wanted.member.clone());
        if let Some(member) = &wanted.member
            && matches!(
                original.item(wanted.original).map(|item| &item.inner),
                Some(doc::Inner::Trait(_))
            )
        {
            builder
                .members
                .entry(wanted.original)
                .or_default()
                .insert(member.clone());
        }
        builder.name_symbol(wanted, name);
    }
    for (wanted, name) in wanted {
        builder.symbol(wanted.original, name, wanted.member.as_deref());
    }
    // What the symbols reach was taken with them, and may run by other ways than theirs alone.
    let own = builder.forms.len();
    let reached: Vec<Def> = pairs
        .keys()
        .filter(|def| !wanted.iter().any(|(wanted, _)| wanted.original == **def))
        .copied()
        .collect();
    for def in reached {
        if builder.forms.len() < own + 400 {
            builder.reached(def);
        }
    }
    // Methods of the wanted types are called in tests and documentation as well.
    for (wanted, _) in wanted {
        for (at, inner) in original.impls(wanted.original) {
            for (item, _) in explore::functions(original, at.krate, &inner.items) {
                names.insert(item.name().to_owned());
            }
        }
    }
    let symbols: Vec<Def> = wanted.iter().map(|(wanted, _)| wanted.original).collect();
    let assertions = builder.assertions(&symbols);
    let functions = std::mem::take(&mut builder.functions);
    let mut facade: Vec<Facade> = builder.names.into_values().flatten().collect();
    facade.sort();
    let own = functions
        .iter()
        .filter(|function| function.role == text::Role::Operation)
        .take(own)
        .map(|function| function.name.clone())
        .chain(assertions)
        .collect();
    Plan {
        functions,
        facade,
        own,
        forms: builder.forms,
        obstacles: builder.obstacles,
        names,
    }
}

impl Builder<'_> {
    /// Writes with lifetimes that never end, or with those around.
    fn lasting<T>(&mut self, lasting: bool, write: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.lasting, lasting);
        let written = write(self);
        self.lasting = before;
        written
    }

    fn obstacle(&mut self, text: String) {
        if !self.obstacles.contains(&text) {
            self.obstacles.push(text);
        }
    }

    fn name_symbol(&mut self, wanted: &Wanted, name: &str) {
        let original = self.public.get(&wanted.original).cloned();
        let module = self.module.path(wanted.module).join("::");
        let facade = original.map(|original| Facade {
            name: name.to_owned(),
            original,
            module,
        });
        self.names.insert(wanted.original, facade);
    }

    /// The name of an item in `subject`, if it can be named on both sides.
    fn facade(&mut self, def: Def) -> Option<String> {
        if let Some(known) = self.names.get(&def) {
            return known.as_ref().map(|facade| facade.name.clone());
        }
        let module = self.pairs.get(&def).copied().or_else(|| {
            // An item of the module that nothing was compared with.
            self.world
                .item(def)
                .and_then(|item| self.module.namesake(item))
        });
        let facade = match (self.public.get(&def).cloned(), module) {
            (Some(original), Some(module)) => {
                let plain = self
                    .world
                    .item(def)
                    .map_or("", |item| item.name())
                    .to_owned();
                let taken = |name: &str| {
                    self.names
                        .values()
                        .flatten()
                        .any(|facade| facade.name == name)
                };
                let mut name = plain.clone();
                let mut number = 2;
                while taken(&name) {
                    name = format!("{plain}{number}");
                    number += 1;
                }
                Some(Facade {
                    name,
                    original,
                    module: self.module.path(module).join("::"),
                })
            }
            _ => None,
        };
        self.names.insert(def, facade.clone());
        facade.map(|facade| facade.name)
    }
}
