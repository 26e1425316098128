//! The closure by names: rather too much, and never too little where text says it. The compiler prunes it afterwards.
//!
//! An inherent member is taken only if its type is taken and its name is mentioned; an impl of a trait only if all that its
//! header names is taken; a macro call that writes impls only if it has to do with what is taken.

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
        header::{Header, head, header, own_text, visible_fields},
        mentions::{self, Mention},
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
    for id in narrow.into_iter().flat_map(|narrow| &narrow.wanted) {
        walk.take(*id);
    }
    for symbol in start.symbols {
        walk.root(symbol);
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

    /// Types that users of the symbols hold in their hands.
    fn direct(&mut self) {
        self.made_by_macros();
        for id in self.reach.roots.clone() {
            let unit = self.world.unit(id);
            let (at, file) = (self.world.module_of(id), self.file(id));
            let range = match unit.item.kind {
                ItemKind::Struct | ItemKind::Enum | ItemKind::Union => {
                    self.reach.direct.insert(id);
                    continue;
                }
                ItemKind::Const | ItemKind::Static => head(file, unit),
                ItemKind::TypeAlias => unit.item.tokens.clone(),
                _ => continue,
            };
            for mention in mentions::mentions(file, range) {
                for def in self.world.path(at, &mention.path, false).0 {
                    if let Def::Unit(of) = def
                        && matches!(
                            self.world.unit(of).item.kind,
                            ItemKind::Struct | ItemKind::Enum | ItemKind::Union
                        )
                    {
                        self.reach.direct.insert(of);
                    }
                }
            }
        }
    }

    /// What a wanted macro names, through the macros that it calls, may be of what it makes for users: types, what
    /// functions give, and traits with their bounds, whose impls nobody names.
    fn made_by_macros(&mut self) {
        let mut seen = BTreeSet::new();
        let mut queue: Vec<Id> = self.reach.roots.iter().copied().collect();
        queue.retain(|id| self.world.unit(*id).item.kind == ItemKind::MacroRules);
        while let Some(id) = queue.pop() {
            if !seen.insert(id) {
                continue;
            }
            let unit = self.world.unit(id);
            let (at, file) = (self.world.module_of(id), self.file(id));
            let ranges = match unit.item.kind {
                ItemKind::MacroRules => vec![unit.item.tokens.clone()],
                ItemKind::Struct | ItemKind::Enum | ItemKind::Union => {
                    self.reach.direct.insert(id);
                    self.reach.surface.insert(id);
                    continue;
                }
                ItemKind::Fn => vec![head(file, unit)],
                ItemKind::Trait => {
                    self.reach.bounds.insert(id);
                    let units = &self.world.krate(id.krate).units;
                    let members = unit.members.iter().map(|member| &units[*member as usize]);
                    let types = members.filter(|member| member.item.kind == ItemKind::TypeAlias);
                    let mut ranges = vec![head(file, unit)];
                    ranges.extend(types.map(|member| member.item.tokens.clone()));
                    ranges
                }
                _ => continue,
            };
            for mention in ranges
                .into_iter()
                .flat_map(|range| mentions::mentions(file, range))
            {
                for def in self.world.path(at, &mention.path, false).0 {
                    if let Def::Unit(of) = def {
                        queue.push(of);
                    }
                }
                if mention.calls_macro
                    && let Some(name) = mention.path.last()
                {
                    queue.extend(self.world.macros(id.krate, name));
                }
            }
        }
    }

    /// Whether an impl gives a type in users' hands a trait that they can name: it is part of what they asked for.
    fn offered(&mut self, id: Id) -> bool {
        let header = self.header(id);
        !header.of_trait.is_empty()
            && header
                .of_trait
                .iter()
                .all(|of| self.can_be_named(*of) || self.reach.surface.contains(of))
            && header
                .for_type
                .iter()
                .any(|of| self.reach.direct.contains(of))
    }

    /// Whether users can name something: of the package itself, or of another that they may depend on as well.
    fn can_be_named(&self, id: Id) -> bool {
        self.public.contains(&id) || id.krate != 0 && self.world.unit(id).public()
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

    /// Takes what a unit's text names.
    fn mention(&mut self, id: Id) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let at = self.world.module_of(id);
        let range = own_text(unit);
        mentions::names(file, range.clone(), &mut self.names);
        mentions::members(file, range.clone(), self.members.entry(at).or_default());
        for mention in mentions::mentions(file, range) {
            if !self.is_cut(id, &mention) {
                self.resolve(at, &mention);
                self.filled_in(at, file, &mention);
            }
        }
        for attr in &unit.item.attrs {
            // Attributes may name functions and macros by path; single words are their own language.
            for mention in mentions::mentions(file, attr.inside.clone())
                .iter()
                .filter(|mention| mention.path.len() > 1)
            {
                self.resolve(at, mention);
            }
        }
    }

    fn resolve(&mut self, at: At, mention: &Mention) {
        let (mut defs, rest) = self.follow(at, &mention.path, mention.in_use);
        if mention.calls_macro
            && let Some(name) = mention.path.last()
        {
            defs.retain(|def| matches!(def, Def::Unit(id) if self.world.unit(*id).item.kind == ItemKind::MacroRules));
            if defs.is_empty() || mention.path.len() == 1 {
                defs.extend(self.world.macros(at.krate, name).into_iter().map(Def::Unit));
            }
        }
        for def in defs {
            match def {
                Def::Unit(id) if self.world.unit(id).item.kind == ItemKind::MacroRules => {
                    self.called_macro(at, id, mention);
                }
                Def::Unit(id) => self.take(id),
                Def::Module(inside) if rest == 0 && mention.path.len() > 1 => {
                    self.reach.modules.insert(inside);
                }
                _ => {}
            }
        }
    }

    /// A macro is taken where it is called or imported; a value of its name is something else.
    fn called_macro(&mut self, at: At, id: Id, mention: &Mention) {
        if mention.calls_macro || mention.in_use {
            self.take(id);
            self.at_call_site(at, id);
        }
    }

    /// Names in a macro's body mean what they mean where it is called.
    fn at_call_site(&mut self, at: At, id: Id) {
        if self.world.module_of(id) == at || !self.called.insert((id, at)) {
            return;
        }
        let range = self.world.unit(id).item.tokens.clone();
        mentions::members(
            self.file(id),
            range.clone(),
            self.members.entry(at).or_default(),
        );
        for mention in mentions::mentions(self.file(id), range) {
            if mention.path.first().is_some_and(|part| part != "$crate")
                && !self.is_cut(id, &mention)
            {
                self.resolve(at, &mention);
                self.filled_in(at, self.file(id), &mention);
            }
        }
    }

    /// A path that goes on with what a macro's call spells: remembers the module it leads to.
    fn filled_in(&mut self, at: At, file: &SourceFile, mention: &Mention) {
        let end = mention.tokens.end;
        if file.word(end) == ":" && file.word(end + 1) == ":" && file.word(end + 2) == "$" {
            let defs = self.follow(at, &mention.path, mention.in_use).0;
            self.filled
                .extend(defs.into_iter().filter_map(|def| match def {
                    Def::Module(at) => Some(at),
                    _ => None,
                }));
        }
    }

    /// Takes of such modules what any live text spells.
    fn spelled(&mut self) {
        for at in self.filled.clone() {
            let module = &self.world.krate(at.krate).modules[at.module as usize];
            let names = module.names.keys().chain(module.imports.keys());
            let names: BTreeSet<String> = names
                .filter(|name| self.names.contains(*name))
                .cloned()
                .collect();
            for name in names {
                let path = ["self".to_owned(), name];
                for def in self.follow(at, &path, true).0 {
                    if let Def::Unit(id) = def {
                        self.take(id);
                    }
                }
            }
        }
    }

    /// Adds what signatures of the surface show.
    fn grow_surface(&mut self) {
        let mut queue: Vec<Id> = self.reach.surface.iter().copied().collect();
        while let Some(id) = queue.pop() {
            for (at, file, range) in self.signature(id) {
                for mention in mentions::mentions(file, range) {
                    for def in self.world.path(at, &mention.path, false).0 {
                        let Def::Unit(seen) = def else { continue };
                        let kind = self.world.unit(seen).item.kind;
                        if kind == ItemKind::Trait
                            && self.reach.roots.contains(&id)
                            && self.world.unit(id).item.kind != ItemKind::Trait
                        {
                            self.reach.bounds.insert(seen);
                        }
                        let visible = matches!(
                            kind,
                            ItemKind::Struct
                                | ItemKind::Enum
                                | ItemKind::Union
                                | ItemKind::Trait
                                | ItemKind::TypeAlias
                                | ItemKind::MacroRules
                        );
                        if visible && self.reach.surface.insert(seen) {
                            queue.push(seen);
                        }
                    }
                }
            }
        }
    }

    /// The parts of a unit that a consumer can see, with where they stand.
    fn signature(&self, id: Id) -> Vec<(At, &'a SourceFile, Range<usize>)> {
        let unit = self.world.unit(id);
        let (at, file) = (self.world.module_of(id), self.file(id));
        let mut ranges: Vec<_> = match unit.item.kind {
            ItemKind::Fn | ItemKind::Const | ItemKind::Static | ItemKind::Trait => {
                vec![head(file, unit)]
            }
            ItemKind::TypeAlias | ItemKind::Enum | ItemKind::MacroRules | ItemKind::MacroCall => {
                vec![unit.item.tokens.clone()]
            }
            ItemKind::Struct | ItemKind::Union => visible_fields(file, unit),
            _ => Vec::new(),
        }
        .into_iter()
        .map(|range| (at, file, range))
        .collect();
        if unit.item.kind == ItemKind::Trait {
            for &member in &unit.members {
                let member = Id {
                    krate: id.krate,
                    unit: member,
                };
                if self.reach.live.contains(&member) {
                    ranges.push((at, file, head(file, self.world.unit(member))));
                }
            }
        }
        for (block, header) in &self.reach.headers {
            // What a visible trait gives for somebody else's type is seen through the trait: `<f32 as Trait>::Margin`.
            let through = header.for_type.is_empty() && header.of_trait.contains(&id);
            if (header.for_type.contains(&id) || through) && self.reach.live.contains(block) {
                self.visible_members(*block, &mut ranges);
            }
        }
        ranges
    }

    /// Signatures that an impl of a visible type shows.
    fn visible_members(&self, block: Id, ranges: &mut Vec<(At, &'a SourceFile, Range<usize>)>) {
        let unit = self.world.unit(block);
        let (at, file) = (self.world.module_of(block), self.file(block));
        let inherent = unit.item.of_trait.is_empty();
        if !inherent {
            ranges.push((at, file, unit.item.of_trait.clone()));
        }
        for &member in &unit.members {
            let id = Id {
                krate: block.krate,
                unit: member,
            };
            let member = self.world.unit(id);
            let shown = if inherent {
                member.public()
            } else {
                member.item.kind == ItemKind::TypeAlias
            };
            if shown && self.reach.live.contains(&id) {
                ranges.push((at, file, head(file, member)));
            }
        }
    }

    /// What is reached without being named.
    fn implicit(&mut self) {
        let krates: BTreeSet<u32> = self.reach.live.iter().map(|id| id.krate).collect();
        for index in krates {
            let krate = self.world.krate(index);
            for &block in &krate.impls {
                self.maybe_impl(Id {
                    krate: index,
                    unit: block,
                });
            }
            for (unit, _) in krate.units.iter().enumerate().filter(|(_, unit)| {
                unit.item.kind == ItemKind::MacroCall && unit.container.is_none()
            }) {
                self.maybe_call(Id {
                    krate: index,
                    unit: unit as u32,
                });
            }
        }
        self.traits_by_method();
        self.spelled();
        for (id, wanted) in self.reach.cut.clone() {
            if self.world.unit(id).item.kind != ItemKind::Trait {
                continue;
            }
            for &member in &self.world.unit(id).members {
                let member = Id {
                    krate: id.krate,
                    unit: member,
                };
                let unit = self.world.unit(member);
                if wanted.contains(&unit.item.name)
                    || (self.names.contains(&unit.item.name) && self.mentioned_within(id, member))
                {
                    self.take(member);
                }
            }
        }
    }

    /// A trait that is imported and only ever used by calling its methods.
    fn traits_by_method(&mut self) {
        let modules: Vec<At> = self.members.keys().copied().collect();
        for at in modules {
            if !self.scopes.contains_key(&at) {
                self.world.led_through();
                self.scopes.insert(at, self.world.traits_in_scope(at));
                self.reach.modules.extend(self.world.led_through());
            }
            let called: Vec<Id> = self.scopes[&at]
                .iter()
                .copied()
                .filter(|id| !self.reach.live.contains(id) && self.admits(*id))
                .filter(|id| {
                    self.world.unit(*id).members.iter().any(|member| {
                        let member = &self.world.krate(id.krate).units[*member as usize];
                        self.members[&at].contains(&member.item.name)
                    })
                })
                .collect();
            for id in called {
                self.take(id);
            }
        }
    }

    /// Whether live members of a trait mention another of its members.
    fn mentioned_within(&self, of: Id, member: Id) -> bool {
        let name = &self.world.unit(member).item.name;
        let file = self.file(of);
        self.world.unit(of).members.iter().any(|other| {
            let other = Id {
                krate: of.krate,
                unit: *other,
            };
            other != member
                && self.reach.live.contains(&other)
                && self
                    .world
                    .unit(other)
                    .item
                    .tokens
                    .clone()
                    .any(|at| file.word(at) == name)
        })
    }

    fn maybe_impl(&mut self, id: Id) {
        let header = self.header(id);
        let unit = self.world.unit(id);
        if unit.item.of_trait.is_empty() {
            if !header
                .for_type
                .iter()
                .any(|of| self.reach.live.contains(of))
            {
                return;
            }
            for &member in &unit.members {
                let member_id = Id {
                    krate: id.krate,
                    unit: member,
                };
                let member = self.world.unit(member_id);
                let seen = member.public()
                    && header
                        .for_type
                        .iter()
                        .any(|of| self.reach.surface.contains(of) && self.shown(*of, member_id));
                // A macro call among members may write any of them.
                if seen
                    || self.names.contains(&member.item.name)
                    || member.item.kind == ItemKind::MacroCall
                {
                    self.take(member_id);
                }
            }
            return;
        }
        let mut local = header
            .of_trait
            .iter()
            .chain(&header.for_type)
            .chain(&header.arguments)
            .peekable();
        if local.peek().is_none() {
            return;
        }
        let named = local.all(|of| self.reach.live.contains(of));
        let offered = self.offered(id);
        if !(named || offered) || !self.admits(id) {
            return;
        }
        if offered {
            self.reach.offered.extend(&header.of_trait);
        }
        self.take(id);
        for of in header
            .of_trait
            .iter()
            .filter(|of| self.reach.cut.contains_key(of))
            .copied()
            .collect::<Vec<_>>()
        {
            for &member in &unit.members {
                let member_id = Id {
                    krate: id.krate,
                    unit: member,
                };
                let name = &self.world.unit(member_id).item.name;
                let taken = self.world.unit(of).members.iter().any(|other| {
                    let other = Id {
                        krate: of.krate,
                        unit: *other,
                    };
                    self.reach.live.contains(&other) && self.world.unit(other).item.name == *name
                });
                if taken {
                    self.take(member_id);
                }
            }
        }
    }

    /// Whether a public member of a surface type is visible: all are, unless single methods were asked for, and then what makes a value.
    fn shown(&self, of: Id, member: Id) -> bool {
        if !self.reach.cut.contains_key(&of) {
            return true;
        }
        let file = self.file(member);
        let name = &self.world.unit(of).item.name;
        let head = head(file, self.world.unit(member));
        let receives = head.clone().any(|at| file.word(at) == "self");
        let mut behind = head
            .skip_while(|at| !(file.word(*at) == ">" && file.word(at.saturating_sub(1)) == "-"));
        !receives && behind.any(|at| file.word(at) == "Self" || file.word(at) == name)
    }

    fn maybe_call(&mut self, id: Id) {
        if self.reach.live.contains(&id) {
            return;
        }
        if !self.reach.about.contains_key(&id) {
            let about = self.about(id);
            self.reach.about.insert(id, about);
            self.written(id);
        }
        if self.admits(id)
            && self.reach.about[&id]
                .iter()
                .any(|about| self.reach.live.contains(about))
        {
            self.take(id);
        }
    }

    /// What a macro call writes: names in headers of impls, and of functions, through the macros that it calls.
    fn written(&mut self, id: Id) {
        let (mut implements, mut writes) = (BTreeSet::new(), BTreeSet::new());
        let mut queue = vec![id];
        let mut seen = BTreeSet::new();
        while let Some(id) = queue.pop() {
            if !seen.insert(id) {
                continue;
            }
            let (file, tokens) = (self.file(id), self.world.unit(id).item.tokens.clone());
            for at in tokens.clone() {
                match file.word(at) {
                    "impl" => {
                        let header = at + 1..tokens.end;
                        let header = header.take_while(|at| !matches!(file.word(*at), "{" | ";"));
                        for at in header {
                            mentions::names(file, at..at + 1, &mut implements);
                        }
                    }
                    "fn" => mentions::names(file, at + 1..at + 2, &mut writes),
                    "!" if at > 0 => {
                        queue.extend(self.world.macros(id.krate, file.word(at - 1)));
                    }
                    _ => {}
                }
            }
        }
        // `impl $name for $type`: the trait is one that the call itself names.
        let (file, call) = (self.file(id), self.world.unit(id));
        let mut named = BTreeSet::new();
        mentions::names(file, call.item.tokens.clone(), &mut named);
        for of in self.reach.about.get(&id).into_iter().flatten() {
            let of = self.world.unit(*of);
            if of.item.kind == ItemKind::Trait && named.contains(&of.item.name) {
                implements.insert(of.item.name.clone());
            }
        }
        self.reach.implements.insert(id, implements);
        self.reach.writes.insert(id, writes);
    }

    /// Types and traits that a macro call which writes impls has to do with.
    fn about(&self, id: Id) -> BTreeSet<Id> {
        let unit = self.world.unit(id);
        let (at, file) = (self.world.module_of(id), self.file(id));
        let path: Vec<String> = unit.item.name.split("::").map(ToOwned::to_owned).collect();
        let mut macros = self
            .world
            .macros(id.krate, path.last().map_or("", String::as_str));
        macros.extend(
            self.world
                .path(at, &path, false)
                .0
                .into_iter()
                .filter_map(|def| {
                    if let Def::Unit(id) = def {
                        Some(id)
                    } else {
                        None
                    }
                }),
        );
        let mut writes_impls = unit.item.tokens.clone().any(|at| file.word(at) == "impl");
        let mut texts = vec![(file, unit.item.tokens.clone(), at)];
        for found in macros {
            let (file, tokens) = (self.file(found), self.world.unit(found).item.tokens.clone());
            // A macro that calls another may write impls through it.
            writes_impls |= tokens
                .clone()
                .skip(2)
                .any(|at| matches!(file.word(at), "impl" | "!"));
            texts.push((file, tokens.clone(), at));
            texts.push((file, tokens, self.world.module_of(found)));
        }
        let mut about = BTreeSet::new();
        if !writes_impls {
            return about;
        }
        for (file, range, at) in texts {
            for mention in mentions::mentions(file, range) {
                for def in self.world.path(at, &mention.path, false).0 {
                    if let Def::Unit(found) = def
                        && matches!(
                            self.world.unit(found).item.kind,
                            ItemKind::Trait | ItemKind::Struct | ItemKind::Enum | ItemKind::Union
                        )
                    {
                        about.insert(found);
                    }
                }
            }
        }
        about
    }

    fn header(&mut self, id: Id) -> Header {
        self.reach
            .headers
            .entry(id)
            .or_insert_with(|| header(self.world, id))
            .clone()
    }
}
