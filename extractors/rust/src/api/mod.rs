//! Compares the API of a module with the original's, item by item, starting at the symbols.
//!
//! Both sides are read from the compiler's own account ([`crate::doc`]): types are resolved there, macros expanded, and
//! derived and auto traits listed, so that a lost `Send` is seen like a lost method. Types that belong together are
//! paired on the way: whatever is paired is compared in its turn.

mod words;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::doc::{Def, Inner, Item, StructKind, Target, VariantKind, World, model};
use words::{Word, Writer, readable};

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// What makes it another API.
    pub differences: Vec<String>,
    /// What differs on purpose.
    pub notes: Vec<String>,
    /// The original's items and the module's.
    pub pairs: BTreeMap<Def, Def>,
}

/// A wanted symbol on both sides.
pub struct Wanted {
    /// On the original's side.
    pub original: Def,
    /// On the module's side.
    pub module: Def,
    /// The one member that is wanted.
    pub member: Option<String>,
    /// Whether users asked for it; otherwise it is a type that a wanted macro makes values of.
    pub asked: bool,
}

/// Traits that say nothing to users: the compiler's own, and what the standard library keeps to itself.
pub const INNER_TRAITS: [&str; 8] = [
    "StructuralPartialEq",
    "Freeze",
    "UnsafeUnpin",
    "TrivialClone",
    "CloneToUninit",
    "SizedTypeProperties",
    "ConstParamTy_",
    "UnsizedConstParamTy",
];

/// Compares.
pub fn compare(original: &World, module: &World, wanted: &[Wanted]) -> Comparison {
    let mut comparer = Comparer {
        original,
        module,
        back: BTreeMap::new(),
        waiting: VecDeque::new(),
        found: Comparison::default(),
        partial: BTreeMap::new(),
        symbols: wanted
            .iter()
            .filter(|wanted| wanted.asked)
            .map(|wanted| wanted.original)
            .collect(),
        direct: wanted.iter().map(|wanted| wanted.original).collect(),
        public: crate::doc::public_paths(original),
    };
    for symbol in wanted {
        if let Some(member) = &symbol.member {
            comparer
                .partial
                .entry(symbol.original)
                .or_default()
                .insert(member.clone());
        }
        comparer.pair(symbol.original, symbol.module);
    }
    while let Some((one, other)) = comparer.waiting.pop_front() {
        comparer.items(one, other);
    }
    comparer.found
}

/// Items of the package that a type names.
pub fn locals(world: &World, krate: usize, of: &model::Type) -> Vec<Def> {
    let mut writer = Writer::new(world, krate);
    writer.of_type(of);
    let words = writer.words.into_iter();
    words
        .filter_map(|word| match word {
            Word::Local(def) => Some(def),
            Word::Text(_) => None,
        })
        .collect()
}

struct Comparer<'a> {
    original: &'a World,
    module: &'a World,
    back: BTreeMap<Def, Def>,
    waiting: VecDeque<(Def, Def)>,
    found: Comparison,
    /// Of these only some members are wanted.
    partial: BTreeMap<Def, BTreeSet<String>>,
    symbols: BTreeSet<Def>,
    /// The wanted types, and those of wanted constants, statics and aliases: users call their methods.
    direct: BTreeSet<Def>,
    /// What users of the original can name.
    public: BTreeMap<Def, String>,
}

type Rows = BTreeMap<String, Vec<Word>>;

impl Comparer<'_> {
    fn differs(&mut self, text: String) {
        if !self.found.differences.contains(&text) {
            self.found.differences.push(text);
        }
    }

    fn note(&mut self, text: String) {
        if !self.found.notes.contains(&text) {
            self.found.notes.push(text);
        }
    }

    /// Whether two items belong together; remembers that they do.
    fn pair(&mut self, one: Def, other: Def) -> bool {
        match (self.found.pairs.get(&one), self.back.get(&other)) {
            (Some(known), _) => *known == other,
            (None, Some(_)) => false,
            (None, None) => {
                self.found.pairs.insert(one, other);
                self.back.insert(other, one);
                self.waiting.push_back((one, other));
                true
            }
        }
    }

    /// Whether two rows of words are the same; pairs their items when they are of one shape.
    fn same(&mut self, one: &[Word], other: &[Word]) -> bool {
        let shape = one.len() == other.len()
            && one.iter().zip(other).all(|pair| match pair {
                (Word::Text(one), Word::Text(other)) => one == other,
                (Word::Local(one), Word::Local(other)) => {
                    kind(self.original, *one) == kind(self.module, *other)
                }
                _ => false,
            });
        shape
            && one.iter().zip(other).all(|pair| match pair {
                (Word::Local(one), Word::Local(other)) => self.pair(*one, *other),
                _ => true,
            })
    }

    fn words(&mut self, what: &str, one: &[Word], other: &[Word]) {
        if !self.same(one, other) {
            let text = format!(
                "{what}: the original has `{}`, the module `{}`",
                readable(self.original, one),
                readable(self.module, other)
            );
            self.differs(text);
        }
    }

    fn rows(&mut self, of: &str, one: Rows, other: Rows, may_miss: impl Fn(&str) -> bool) {
        for (name, words) in &one {
            match other.get(name) {
                Some(found) => self.words(&format!("{of}: {name}"), words, found),
                None if may_miss(name) => {}
                None => self.differs(format!("{of}: {name} is missing in the module")),
            }
        }
        for name in other.keys().filter(|name| !one.contains_key(*name)) {
            self.differs(format!("{of}: {name} is in the module alone"));
        }
    }

    fn items(&mut self, one: Def, other: Def) {
        let (Some(first), Some(second)) = (self.original.item(one), self.module.item(other)) else {
            return;
        };
        let name = self.original.path(one).join("::");
        if first.name() != second.name() && !self.symbols.contains(&one) {
            self.note(format!(
                "`{name}` is called `{}` in the module",
                second.name()
            ));
        }
        let at = self.module.path(other);
        if !self.symbols.contains(&one) && at.len() > 3 {
            self.note(format!(
                "`{name}` can't be named by users of the module: it lies in `{}`",
                at[1..].join("::")
            ));
        }
        for attr in ["non_exhaustive", "must_use"] {
            if has(first, attr) != has(second, attr) {
                self.differs(format!("`{name}`: `#[{attr}]` is on one side alone"));
            }
        }
        let write = |world, krate, go: &dyn Fn(&mut Writer<'_>)| {
            let mut writer = Writer::new(world, krate);
            go(&mut writer);
            writer.words
        };
        match (&first.inner, &second.inner) {
            (Inner::Function(a), Inner::Function(b)) => {
                let a = write(self.original, one.krate, &|w| w.function(a));
                let b = write(self.module, other.krate, &|w| w.function(b));
                self.words(&format!("`{name}`"), &a, &b);
            }
            (Inner::Struct(_), Inner::Struct(_))
            | (Inner::Enum(_), Inner::Enum(_))
            | (Inner::Union(_), Inner::Union(_)) => self.types(&name, one, other),
            (Inner::Trait(a), Inner::Trait(b)) => self.traits(&name, one, other, a, b),
            (Inner::TypeAlias(a), Inner::TypeAlias(b)) => {
                let go = |w: &mut Writer<'_>, alias: &model::TypeAlias| {
                    w.generics(&alias.generics);
                    w.of_type(&alias.type_);
                };
                let a = write(self.original, one.krate, &|w| go(w, a));
                let b = write(self.module, other.krate, &|w| go(w, b));
                self.words(&format!("type `{name}`"), &a, &b);
                self.used(one, &a);
            }
            (Inner::Constant(a), Inner::Constant(b)) => {
                let a = write(self.original, one.krate, &|w| w.of_type(&a.type_));
                let b = write(self.module, other.krate, &|w| w.of_type(&b.type_));
                self.words(&format!("const `{name}`"), &a, &b);
                self.used(one, &a);
            }
            (Inner::Static(a), Inner::Static(b)) => {
                let go = |w: &mut Writer<'_>, of: &model::Static| {
                    w.text(of.is_mutable.to_string());
                    w.of_type(&of.type_);
                };
                let a = write(self.original, one.krate, &|w| go(w, a));
                let b = write(self.module, other.krate, &|w| go(w, b));
                self.words(&format!("static `{name}`"), &a, &b);
                self.used(one, &a);
            }
            (Inner::Macro(a), Inner::Macro(b)) => {
                let plain = |text: &str| -> String { text.split_whitespace().collect() };
                if plain(a) != plain(b) {
                    self.differs(format!("macro `{name}!` takes other forms"));
                }
            }
            _ => self.differs(format!(
                "`{name}` is {} in the original and {} in the module",
                kind(self.original, one),
                kind(self.module, other)
            )),
        }
    }

    /// What a wanted item is of is used as it is itself.
    fn used(&mut self, item: Def, words: &[Word]) {
        if self.symbols.contains(&item) {
            self.direct
                .extend(words.iter().filter_map(|word| match word {
                    Word::Local(def) => Some(*def),
                    Word::Text(_) => None,
                }));
        }
    }

    fn types(&mut self, name: &str, one: Def, other: Def) {
        let a = shape(self.original, one);
        let b = shape(self.module, other);
        let mut parts: BTreeSet<&String> = a.keys().collect();
        parts.extend(b.keys());
        let parts: Vec<String> = parts.into_iter().cloned().collect();
        for part in parts {
            match (a.get(&part), b.get(&part)) {
                (Some(a), Some(b)) => self.words(&format!("`{name}`: {part}"), a, b),
                (Some(_), None) => {
                    self.differs(format!("`{name}`: {part} is missing in the module"));
                }
                _ => self.differs(format!("`{name}`: {part} is in the module alone")),
            }
        }
        let (a, b) = (methods(self.original, one), methods(self.module, other));
        let partial = self.partial.get(&one).cloned();
        self.rows(&format!("`{name}`"), a, b, |row| {
            partial.as_ref().is_some_and(|wanted| {
                !wanted
                    .iter()
                    .any(|wanted| row.ends_with(&format!("`{wanted}`")))
            })
        });
        self.trait_impls(name, one, other);
    }

    fn trait_impls(&mut self, name: &str, one: Def, other: Def) {
        let (a, local) = impls(self.original, one, &|of, item| self.is_pruned(of, item));
        let (b, _) = impls(self.module, other, &|_, _| false);
        // Rows are found by the trait's name; several impls of one trait are told apart by their words.
        for (key, rows) in &a {
            let mut others = b.get(key).cloned().unwrap_or_default();
            for row in rows {
                let found = others.iter().position(|other| self.same(row, other));
                if let Some(found) = found {
                    others.remove(found);
                } else if local.contains(key) && !b.contains_key(key) && !self.needed(one, row) {
                    self.note(format!(
                        "`{name}`: its impl of the package's own trait `{key}` is not in the module"
                    ));
                } else {
                    let text = readable(self.original, row);
                    self.differs(format!("`{name}`: `{text}` does not hold in the module"));
                }
            }
            if let Some(row) = others.first() {
                let text = readable(self.module, row);
                self.differs(format!("`{name}`: `{text}` holds in the module alone"));
            }
        }
        for (key, rows) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
            let _ = key;
            let text = readable(self.module, &rows[0]);
            self.differs(format!("`{name}`: `{text}` holds in the module alone"));
        }
    }

    /// Whether a member of a trait went, as only others of it are wanted.
    fn is_pruned(&self, of: Def, item: &str) -> bool {
        let module = self
            .found
            .pairs
            .get(&of)
            .filter(|_| self.partial.contains_key(&of));
        let Some((def, Inner::Trait(inner))) =
            module.and_then(|def| Some((def, &self.module.item(*def)?.inner)))
        else {
            return false;
        };
        let mut left = inner.items.iter().filter_map(|id| {
            let krate = def.krate;
            self.module.item(Def { krate, id: *id })
        });
        !left.any(|member| member.name() == item)
    }

    /// Whether users of a type reach for a trait of the package: a public one, on a type that was asked for.
    fn needed(&self, of: Def, row: &[Word]) -> bool {
        let Some(Word::Local(of_trait)) = row.iter().find(|word| matches!(word, Word::Local(_)))
        else {
            return false;
        };
        self.direct.contains(&of) && self.public.contains_key(of_trait)
    }

    fn traits(&mut self, name: &str, one: Def, other: Def, a: &model::Trait, b: &model::Trait) {
        let head = |world, krate, of: &model::Trait| {
            let mut writer = Writer::new(world, krate);
            writer.text(if of.is_unsafe { "unsafe" } else { "" });
            writer.generics(&of.generics);
            writer.bounds(&of.bounds);
            writer.words
        };
        let (first, second) = (
            head(self.original, one.krate, a),
            head(self.module, other.krate, b),
        );
        self.words(&format!("trait `{name}`"), &first, &second);
        let (first, second) = (
            members(self.original, one.krate, &a.items),
            members(self.module, other.krate, &b.items),
        );
        let partial = self.partial.get(&one).cloned();
        self.rows(&format!("trait `{name}`"), first, second, |row| {
            partial.as_ref().is_some_and(|wanted| {
                !wanted
                    .iter()
                    .any(|wanted| row.ends_with(&format!("`{wanted}`")))
            })
        });
        // Which types have it: all of them for a wanted trait; for one that is only a bound the module may know less.
        let implementors = |world: &World, def: Def| -> BTreeMap<String, String> {
            world
                .impls(def)
                .into_iter()
                .filter_map(|(of, inner)| {
                    let mut writer = Writer::new(world, of.krate);
                    writer.of_type(&inner.for_);
                    let local = writer
                        .words
                        .iter()
                        .any(|word| matches!(word, Word::Local(_)));
                    let key = readable(world, &writer.words);
                    (!local).then(|| (key.clone(), key))
                })
                .collect()
        };
        let (a, b) = (
            implementors(self.original, one),
            implementors(self.module, other),
        );
        for key in a.keys().filter(|key| !b.contains_key(*key)) {
            if self.symbols.contains(&one) {
                self.differs(format!(
                    "trait `{name}`: `{key}` does not have it in the module"
                ));
            } else {
                self.note(format!(
                    "`{key}` does not have the trait `{name}` in the module"
                ));
            }
        }
        for key in b.keys().filter(|key| !a.contains_key(*key)) {
            self.differs(format!(
                "trait `{name}`: `{key}` has it in the module alone"
            ));
        }
    }
}

fn has(item: &Item, attr: &str) -> bool {
    item.has_attr(attr)
}

fn kind(world: &World, def: Def) -> &'static str {
    match world.item(def).map(|item| &item.inner) {
        Some(Inner::Module(_)) => "a module",
        Some(Inner::Struct(_)) => "a struct",
        Some(Inner::Enum(_)) => "an enum",
        Some(Inner::Union(_)) => "a union",
        Some(Inner::Function(_)) => "a function",
        Some(Inner::Trait(_)) => "a trait",
        Some(Inner::TypeAlias(_)) => "a type alias",
        Some(Inner::Constant(_)) => "a constant",
        Some(Inner::Static(_)) => "a static",
        Some(Inner::Macro(_)) => "a macro",
        _ => "something else",
    }
}

/// What a type is made of, as far as users see it.
fn shape(world: &World, def: Def) -> Rows {
    let mut rows = Rows::new();
    let field = |rows: &mut Rows, part: &str, place: usize, id: Option<model::Id>| -> bool {
        let def = id.map(|id| Def {
            krate: def.krate,
            id,
        });
        let Some((item, Inner::StructField(of))) = def
            .and_then(|def| world.item(def))
            .map(|item| (item, &item.inner))
        else {
            return true;
        };
        if !item.visible() {
            return true;
        }
        let mut writer = Writer::new(world, def.map_or(0, |def| def.krate));
        writer.text(format!("#{place}"));
        writer.of_type(of);
        rows.insert(format!("{part}field `{}`", item.name()), writer.words);
        false
    };
    let mut head = Writer::new(world, def.krate);
    match world.item(def).map(|item| &item.inner) {
        Some(Inner::Struct(inner)) => {
            head.generics(&inner.generics);
            let (word, fields): (&str, Vec<Option<model::Id>>) = match &inner.kind {
                StructKind::Unit => ("unit", vec![]),
                StructKind::Tuple(fields) => ("tuple", fields.clone()),
                StructKind::Plain { fields, .. } => {
                    ("plain", fields.iter().copied().map(Some).collect())
                }
            };
            let mut hidden = false;
            for (seen, id) in fields.into_iter().enumerate() {
                // Order shows in a tuple alone.
                let place = if word == "tuple" { seen } else { 0 };
                hidden |= field(&mut rows, "", place, id);
            }
            // A struct with private fields can be built by its own code alone, whatever its kind.
            head.text(if hidden { "private" } else { word });
        }
        Some(Inner::Union(inner)) => {
            head.generics(&inner.generics);
            for id in &inner.fields {
                field(&mut rows, "", 0, Some(*id));
            }
        }
        Some(Inner::Enum(inner)) => {
            head.generics(&inner.generics);
            for (place, id) in inner.variants.iter().enumerate() {
                let Some(item) = world.item(Def {
                    krate: def.krate,
                    id: *id,
                }) else {
                    continue;
                };
                let Inner::Variant(variant) = &item.inner else {
                    continue;
                };
                let mut writer = Writer::new(world, def.krate);
                let part = format!("variant `{}` ", item.name());
                let (word, fields): (&str, Vec<Option<model::Id>>) = match &variant.kind {
                    VariantKind::Plain => ("plain", vec![]),
                    VariantKind::Tuple(fields) => ("tuple", fields.clone()),
                    VariantKind::Struct { fields } => {
                        ("struct", fields.iter().copied().map(Some).collect())
                    }
                };
                for (place, id) in fields.into_iter().enumerate() {
                    let place = if word == "tuple" { place } else { 0 };
                    field(&mut rows, &part, place, id);
                }
                // Order shows in derived comparisons and in casts.
                writer.text(format!("{word} #{place}"));
                if let Some(value) = &variant.discriminant {
                    writer.text(format!("= {}", value.value));
                }
                rows.insert(part.trim_end().to_owned(), writer.words);
            }
        }
        _ => {}
    }
    rows.insert("head".into(), head.words);
    rows
}

/// Public methods and constants of a type's inherent impls, with the impl's generics.
fn methods(world: &World, def: Def) -> Rows {
    let mut rows = Rows::new();
    for (of, inner) in world.impls(def) {
        if inner.trait_.is_some() {
            continue;
        }
        for id in &inner.items {
            let Some(item) = world.item(Def {
                krate: of.krate,
                id: *id,
            }) else {
                continue;
            };
            if !item.public() {
                continue;
            }
            let mut writer = Writer::new(world, of.krate);
            writer.generics(&inner.generics);
            writer.of_type(&inner.for_);
            member(&mut writer, item);
            let mut name = format!("method `{}`", item.name());
            // One name in several impls, for several parameters of the type.
            while rows.contains_key(&name) {
                name.insert(0, '+');
            }
            rows.insert(name, writer.words);
        }
    }
    rows
}

fn members(world: &World, krate: usize, items: &[model::Id]) -> Rows {
    items
        .iter()
        .filter_map(|id| {
            let item = world.item(Def { krate, id: *id })?;
            let mut writer = Writer::new(world, krate);
            member(&mut writer, item);
            Some((format!("member `{}`", item.name()), writer.words))
        })
        .collect()
}

fn member(writer: &mut Writer<'_>, item: &Item) {
    match &item.inner {
        Inner::Function(function) => {
            writer.function(function);
            writer.text(if function.has_body { "{}" } else { ";" });
        }
        Inner::AssocConst(inner) => writer.of_type(&inner.type_),
        Inner::AssocType(inner) => {
            writer.bounds(&inner.bounds);
            if let Some(of) = &inner.type_ {
                writer.text("=");
                writer.of_type(of);
            }
        }
        _ => writer.text("?"),
    }
    if item.has_attr("must_use") {
        writer.text("#[must_use]");
    }
}

/// Trait impls by the trait's name, and which of those traits are the package's own. Types that belong to a trait of which
/// `pruned` says that they went are not told.
fn impls(
    world: &World,
    def: Def,
    pruned: &dyn Fn(Def, &str) -> bool,
) -> (BTreeMap<String, Vec<Vec<Word>>>, BTreeSet<String>) {
    let mut rows: BTreeMap<String, Vec<Vec<Word>>> = BTreeMap::new();
    let mut own = BTreeSet::new();
    for (of, inner) in world.impls(def) {
        let Some(path) = &inner.trait_ else { continue };
        let target = world.target(of.krate, path.id);
        let gone = |item: &str| matches!(&target, Target::Known(def) if pruned(*def, item));
        let (key, local) = match &target {
            Target::Known(def) => (world.path(*def).pop().unwrap_or_default(), true),
            Target::Foreign(full) => {
                let first = full.split("::").next().unwrap_or_default();
                let std = ["core", "alloc", "std"].contains(&first);
                (
                    full.rsplit("::").next().unwrap_or_default().to_owned(),
                    !std,
                )
            }
        };
        if inner.blanket_impl.is_some() || INNER_TRAITS.contains(&&*key) {
            continue;
        }
        if local {
            own.insert(key.clone());
        }
        let mut writer = Writer::new(world, of.krate);
        if inner.is_negative {
            writer.text("!");
        }
        writer.path(path);
        writer.text("for");
        writer.of_type(&inner.for_);
        // Conditions of auto traits name private types; whether they hold is what counts, and how often is not.
        if inner.is_synthetic {
            let known = |word: &Word| !matches!(word, Word::Local(_));
            writer.words.retain(known);
            let mut conditions = Writer::new(world, of.krate);
            conditions.generics(&inner.generics);
            conditions.words.retain(known);
            writer.words.extend(conditions.words);
        } else {
            writer.generics(&inner.generics);
        }
        for id in &inner.items {
            let item = world.item(Def {
                krate: of.krate,
                id: *id,
            });
            if let Some((item, Inner::AssocType(assoc))) = item.map(|item| (item, &item.inner))
                && let Some(value) = &assoc.type_
                && !gone(item.name())
            {
                writer.text(format!("{}=", item.name()));
                writer.of_type(value);
            }
        }
        rows.entry(key).or_default().push(writer.words);
    }
    (rows, own)
}
