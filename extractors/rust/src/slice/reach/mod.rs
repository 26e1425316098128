//! The closure by names: rather too much, and never too little where text says it. The compiler prunes it afterwards.
//!
//! An inherent member is taken only if its type is taken and its name is mentioned; an impl of a trait only if all that its
//! header names is taken; a macro call that writes impls only if it has to do with what is taken.
//!
//! * here: where the walk begins and what comes of it; taking a unit, with what belongs to it
//! * [`text`]: what text names: paths, macros, and what macros spell
//! * [`held`]: types in users' hands, and the traits offered with them
//! * [`surface`]: what signatures show to a consumer
//! * [`implicit`]: impls and traits that no path names
//! * [`calls`]: macro calls that write impls

mod calls;
mod held;
mod implicit;
mod surface;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::Kind;

use crate::{
    items::ItemKind,
    modules::SourceFile,
    original::Symbol,
    resolve::{At, Def, Id, World},
    slice::{
        header::{Header, header},
        mentions::Mention,
    },
};

/// What is reached.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Items and members.
    pub live: BTreeSet<Id>,
    /// What a consumer can see of it: reached through signatures.
    pub surface: BTreeSet<Id>,
    /// Traits that bound what the symbols take.
    pub bounds: BTreeSet<Id>,
    /// Wanted types, and those of wanted constants, statics and aliases: users call their methods, traits' included.
    pub direct: BTreeSet<Id>,
    /// Traits that those types offer to users.
    pub offered: BTreeSet<Id>,
    /// Modules that paths lead through.
    pub modules: BTreeSet<At>,
    /// The symbols themselves.
    pub roots: BTreeSet<Id>,
    /// Traits and types of which single members are wanted, with their names.
    pub cut: BTreeMap<Id, BTreeSet<String>>,
    /// Headers of the impls that were looked at.
    pub headers: BTreeMap<Id, Header>,
    /// Of macro calls: what they have to do with.
    pub about: BTreeMap<Id, BTreeSet<Id>>,
    /// Of macro calls: names in the headers of the impls they write.
    pub implements: BTreeMap<Id, BTreeSet<String>>,
    /// Of macro calls: names of the functions they write.
    pub writes: BTreeMap<Id, BTreeSet<String>>,
}

/// What the compiler has said so far: narrows the walk.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Impls, macro calls and traits known only by their methods are taken only if they stand here.
    pub implicit: BTreeSet<Id>,
    /// Taken in any case.
    pub wanted: BTreeSet<Id>,
    /// Dead: never taken.
    pub off: BTreeSet<Id>,
    /// Tokens of units that are cut out: imports that a body does not need.
    pub cut: BTreeMap<Id, Vec<Range<usize>>>,
}

/// Where the walk begins, and what it may rely on.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// The symbols.
    pub symbols: &'a [Symbol],
    /// What users of the original can name.
    pub public: &'a BTreeSet<Id>,
    /// What the compiler asked for by name, which no text names.
    pub asked: &'a BTreeSet<Id>,
}

/// Follows names from the symbols.
pub fn reach(world: &World<'_>, start: Start<'_>, narrow: Option<&Narrow>) -> Reach {
    let mut walk = Walk {
        world,
        public: start.public,
        narrow,
        reach: Reach::default(),
        names: BTreeSet::new(),
        queue: Vec::new(),
        called: BTreeSet::new(),
        filled: BTreeSet::new(),
        scopes: BTreeMap::new(),
        members: BTreeMap::new(),
    };
    // The symbols tell first of which traits and types only single members are wanted.
    for symbol in start.symbols {
        walk.root(symbol);
    }
    for id in narrow.into_iter().flat_map(|narrow| &narrow.wanted) {
        walk.take(*id);
    }
    walk.direct();
    for id in start.asked {
        walk.take(*id);
    }
    loop {
        while let Some(id) = walk.queue.pop() {
            walk.mention(id);
        }
        walk.grow_surface();
        walk.implicit();
        if walk.queue.is_empty() {
            walk.asked_of_users();
            return walk.reach;
        }
    }
}

struct Walk<'a> {
    world: &'a World<'a>,
    public: &'a BTreeSet<Id>,
    narrow: Option<&'a Narrow>,
    reach: Reach,
    /// Every name that live text mentions.
    names: BTreeSet<String>,
    queue: Vec<Id>,
    /// Macros, with the modules they were seen called in.
    called: BTreeSet<(Id, At)>,
    /// Modules of which a macro names members that its calls spell: `arch::$name`.
    filled: BTreeSet<At>,
    /// Traits whose methods can be called in modules with live text.
    scopes: BTreeMap<At, BTreeSet<Id>>,
    /// Names of members that live text of a module mentions.
    members: BTreeMap<At, BTreeSet<String>>,
}

impl<'a> Walk<'a> {
    fn file(&self, id: Id) -> &'a SourceFile {
        &self.world.krate(id.krate).files[self.world.unit(id).file as usize]
    }

    fn root(&mut self, symbol: &Symbol) {
        let mut path = vec!["crate".to_owned()];
        path.extend(
            symbol
                .public_path
                .split("::")
                .skip(1)
                .map(ToOwned::to_owned),
        );
        for def in self
            .follow(
                At {
                    krate: 0,
                    module: 0,
                },
                &path,
                true,
            )
            .0
        {
            let Def::Unit(id) = def else { continue };
            let unit = self.world.unit(id);
            if (unit.item.kind == ItemKind::MacroRules) != (symbol.kind == Kind::Macro) {
                continue;
            }
            self.reach.roots.insert(id);
            self.reach.surface.insert(id);
            if unit.item.kind == ItemKind::Trait {
                self.reach.bounds.insert(id);
            }
            if let Some(member) = &symbol.member {
                self.reach.cut.entry(id).or_default().insert(member.clone());
                self.names.insert(member.clone());
            }
            self.take(id);
        }
    }

    /// Resolves a path and remembers the modules it leads through.
    fn follow(&mut self, at: At, path: &[String], in_use: bool) -> (Vec<Def>, usize) {
        self.world.led_through();
        let found = self.world.path(at, path, in_use);
        self.reach.modules.extend(self.world.led_through());
        found
    }

    fn take(&mut self, id: Id) {
        if self.narrow.is_some_and(|narrow| narrow.off.contains(&id)) || !self.reach.live.insert(id)
        {
            return;
        }
        self.queue.push(id);
        let unit = self.world.unit(id);
        if let Some(container) = unit.container {
            self.take(Id {
                krate: id.krate,
                unit: container,
            });
        }
        let whole = match unit.item.kind {
            ItemKind::Trait => !self.reach.cut.contains_key(&id),
            ItemKind::ForeignMod => true,
            ItemKind::Impl if !unit.item.of_trait.is_empty() => !self
                .header(id)
                .of_trait
                .iter()
                .any(|of| self.reach.cut.contains_key(of)),
            _ => false,
        };
        if whole {
            for &member in &self.world.unit(id).members {
                self.take(Id {
                    krate: id.krate,
                    unit: member,
                });
            }
        }
    }

    fn is_cut(&self, id: Id, mention: &Mention) -> bool {
        let cut = self.narrow.and_then(|narrow| narrow.cut.get(&id));
        cut.into_iter()
            .flatten()
            .any(|range| range.contains(&mention.tokens.start))
    }

    /// Whether something that no path names may be taken.
    fn admits(&self, id: Id) -> bool {
        self.narrow
            .is_none_or(|narrow| narrow.implicit.contains(&id))
    }

    fn header(&mut self, id: Id) -> Header {
        self.reach
            .headers
            .entry(id)
            .or_insert_with(|| header(self.world, id))
            .clone()
    }
}
