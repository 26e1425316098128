//! A signature as a row of words in which local types stand for themselves, so that two signatures can be compared
//! while their types are paired.

use std::collections::BTreeMap;

use crate::doc::{
    Arg, Args, Binding, Bound, Def, Generics, Inner, ParamKind, Path, Predicate, Target, Term,
    Type, World, model,
};

/// One word of a signature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Compared as it is.
    Text(String),
    /// An item of the world, to be paired with one of the other.
    Local(Def),
}

/// Writes signatures of one crate of a world.
pub struct Writer<'a> {
    world: &'a World,
    krate: usize,
    /// Lifetimes by the order in which they appear: their names mean nothing to users.
    lifetimes: BTreeMap<String, usize>,
    /// What the parameters of an alias stand for.
    bound: BTreeMap<String, Vec<Word>>,
    pub words: Vec<Word>,
}

impl<'a> Writer<'a> {
    pub fn new(world: &'a World, krate: usize) -> Self {
        Self {
            world,
            krate,
            lifetimes: BTreeMap::new(),
            bound: BTreeMap::new(),
            words: Vec::new(),
        }
    }

    pub fn text(&mut self, text: impl Into<String>) {
        self.words.push(Word::Text(text.into()));
    }

    fn lifetime(&mut self, name: &str) {
        let text = match name {
            "'static" | "'_" => name.to_owned(),
            _ => {
                let next = self.lifetimes.len();
                format!("'{}", self.lifetimes.entry(name.to_owned()).or_insert(next))
            }
        };
        self.text(text);
    }

    fn list<T>(
        &mut self,
        open: &str,
        items: &[T],
        close: &str,
        mut each: impl FnMut(&mut Self, &T),
    ) {
        self.text(open);
        for item in items {
            each(self, item);
            self.text(",");
        }
        self.text(close);
    }

    pub fn id(&mut self, id: model::Id) {
        match self.world.target(self.krate, id) {
            Target::Known(def) => self.words.push(Word::Local(def)),
            Target::Foreign(path) => self.text(path),
        }
    }

    pub fn path(&mut self, path: &Path) {
        // An alias is what it stands for, however it is spelt.
        if let Target::Known(def) = self.world.target(self.krate, path.id)
            && let Some(Inner::TypeAlias(alias)) = self.world.item(def).map(|item| &item.inner)
        {
            self.alias(def, alias, path);
            return;
        }
        self.id(path.id);
        if let Some(args) = &path.args {
            self.args(args);
        }
    }

    fn alias(&mut self, def: Def, alias: &model::TypeAlias, path: &Path) {
        let mut given: Vec<Vec<Word>> = Vec::new();
        if let Some(Args::AngleBracketed { args, .. }) = path.args.as_deref() {
            for arg in args {
                let outer = std::mem::take(&mut self.words);
                match arg {
                    Arg::Type(of) => self.of_type(of),
                    Arg::Const(value) => {
                        self.text(value.value.clone().unwrap_or(value.expr.clone()))
                    }
                    _ => {
                        self.words = outer;
                        continue;
                    }
                }
                given.push(std::mem::replace(&mut self.words, outer));
            }
        }
        let mut given = given.into_iter();
        let mut bound = BTreeMap::new();
        for param in &alias.generics.params {
            if matches!(param.kind, ParamKind::Lifetime { .. }) {
                continue;
            }
            let default = match &param.kind {
                ParamKind::Type {
                    default: Some(of), ..
                } => {
                    let outer = std::mem::take(&mut self.words);
                    self.of_type(of);
                    Some(std::mem::replace(&mut self.words, outer))
                }
                ParamKind::Const {
                    default: Some(value),
                    ..
                } => Some(vec![Word::Text(value.clone())]),
                _ => None,
            };
            if let Some(words) = given.next().or(default) {
                bound.insert(param.name.clone(), words);
            }
        }
        let krate = std::mem::replace(&mut self.krate, def.krate);
        let outer = std::mem::replace(&mut self.bound, bound);
        self.of_type(&alias.type_);
        self.bound = outer;
        self.krate = krate;
    }

    fn args(&mut self, args: &Args) {
        match args {
            Args::AngleBracketed { args, constraints } => {
                // `Name<>` and `Name` are the same.
                if args.is_empty() && constraints.is_empty() {
                    return;
                }
                self.list("<", args, ">", |me, arg| match arg {
                    Arg::Lifetime(name) => me.lifetime(name),
                    Arg::Type(of) => me.of_type(of),
                    Arg::Const(value) => me.text(value.value.clone().unwrap_or(value.expr.clone())),
                    Arg::Other(other) => me.text(other.to_string()),
                });
                if constraints.is_empty() {
                    return;
                }
                self.list("where", constraints, "", |me, constraint| {
                    me.text(&constraint.name);
                    match &constraint.binding {
                        Binding::Equality(term) => {
                            me.text("=");
                            me.term(term);
                        }
                        Binding::Constraint(bounds) => me.bounds(bounds),
                    }
                });
            }
            Args::Parenthesized { inputs, output } => {
                self.list("(", inputs, ")", |me, input| me.of_type(input));
                self.output(output.as_ref());
            }
            Args::Other(other) => self.text(other.to_string()),
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Type(of) => self.of_type(of),
            Term::Constant(value) => self.text(value.to_string()),
        }
    }

    fn output(&mut self, output: Option<&Type>) {
        if let Some(output) = output {
            self.text("->");
            self.of_type(output);
        }
    }

    pub fn of_type(&mut self, of: &Type) {
        match of {
            Type::ResolvedPath(path) => self.path(path),
            Type::Generic(name) => match self.bound.get(name).cloned() {
                Some(words) => self.words.extend(words),
                None => self.text(name),
            },
            Type::Primitive(name) => self.text(name),
            Type::Tuple(parts) => self.list("(", parts, ")", |me, part| me.of_type(part)),
            Type::Slice(of) => {
                self.text("[");
                self.of_type(of);
                self.text("]");
            }
            Type::Array { type_, len } => {
                self.text("[");
                self.of_type(type_);
                self.text(format!(";{len}]"));
            }
            Type::ImplTrait(bounds) => {
                self.text("impl");
                self.bounds(bounds);
            }
            Type::DynTrait(of) => {
                self.list("dyn", &of.traits, "", |me, of| me.path(&of.trait_));
                if let Some(name) = &of.lifetime {
                    self.lifetime(name);
                }
            }
            Type::FunctionPointer(of) => {
                self.text("fn");
                self.list("(", &of.sig.inputs, ")", |me, (_, input)| me.of_type(input));
                self.output(of.sig.output.as_ref());
            }
            Type::BorrowedRef {
                lifetime,
                is_mutable,
                type_,
            } => {
                self.text(if *is_mutable { "&mut" } else { "&" });
                if let Some(name) = lifetime {
                    self.lifetime(name);
                }
                self.of_type(type_);
            }
            Type::RawPointer { is_mutable, type_ } => {
                self.text(if *is_mutable { "*mut" } else { "*const" });
                self.of_type(type_);
            }
            Type::QualifiedPath {
                name,
                self_type,
                trait_,
                args,
            } => {
                self.text("<");
                self.of_type(self_type);
                if let Some(path) = trait_ {
                    self.text("as");
                    self.path(path);
                }
                self.text(format!(">::{name}"));
                if let Some(args) = args {
                    self.args(args);
                }
            }
            Type::Other(other) => self.text(other.to_string()),
        }
    }

    pub fn bounds(&mut self, bounds: &[Bound]) {
        // The order of bounds means nothing: written one by one, then sorted.
        let mut rows: Vec<Vec<Word>> = bounds
            .iter()
            .map(|bound| {
                let outer = std::mem::take(&mut self.words);
                match bound {
                    Bound::TraitBound {
                        trait_, modifier, ..
                    } => {
                        if modifier != "none" && !modifier.is_empty() {
                            self.text(modifier);
                        }
                        self.path(trait_);
                    }
                    Bound::Outlives(name) => self.lifetime(name),
                    Bound::Other(other) => self.text(other.to_string()),
                }
                std::mem::replace(&mut self.words, outer)
            })
            .collect();
        rows.sort_by_key(|row| self.key(row));
        self.text(":");
        for row in rows {
            self.words.extend(row);
            self.text("+");
        }
    }

    /// What rows are sorted by: local items by their names, as the two sides number them differently.
    fn key(&self, row: &[Word]) -> Vec<String> {
        row.iter()
            .map(|word| match word {
                Word::Text(text) => text.clone(),
                Word::Local(def) => self.world.path(*def).pop().unwrap_or_default(),
            })
            .collect()
    }

    pub fn generics(&mut self, generics: &Generics) {
        self.list("<", &generics.params, ">", |me, param| match &param.kind {
            ParamKind::Lifetime { outlives } => {
                me.lifetime(&param.name);
                for name in outlives {
                    me.lifetime(name);
                }
            }
            ParamKind::Type {
                bounds, default, ..
            } => {
                me.text(&param.name);
                me.bounds(bounds);
                if let Some(default) = default {
                    me.text("=");
                    me.of_type(default);
                }
            }
            ParamKind::Const { type_, default } => {
                me.text(format!("const {}", param.name));
                me.of_type(type_);
                me.text(default.clone().unwrap_or_default());
            }
        });
        let mut rows: Vec<Vec<Word>> = generics
            .where_predicates
            .iter()
            .map(|predicate| {
                let outer = std::mem::take(&mut self.words);
                self.predicate(predicate);
                std::mem::replace(&mut self.words, outer)
            })
            .collect();
        rows.sort_by_key(|row| self.key(row));
        for row in rows {
            self.text("where");
            self.words.extend(row);
        }
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::BoundPredicate { type_, bounds, .. } => {
                self.of_type(type_);
                self.bounds(bounds);
            }
            Predicate::LifetimePredicate { lifetime, outlives } => {
                self.lifetime(lifetime);
                for name in outlives {
                    self.lifetime(name);
                }
            }
            Predicate::EqPredicate { lhs, rhs } => {
                self.of_type(lhs);
                self.text("==");
                self.term(rhs);
            }
        }
    }

    pub fn function(&mut self, function: &model::Function) {
        let header = &function.header;
        for (set, word) in [
            (header.is_const, "const"),
            (header.is_unsafe, "unsafe"),
            (header.is_async, "async"),
        ] {
            if set {
                self.text(word);
            }
        }
        self.text(header.abi.to_string());
        self.generics(&function.generics);
        self.list("(", &function.sig.inputs, ")", |me, (name, of)| {
            me.text(format!("{name}:"));
            me.of_type(of);
        });
        self.output(function.sig.output.as_ref());
    }
}

/// Words as text for people.
pub fn readable(world: &World, words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        let word = match word {
            Word::Text(word) => word.clone(),
            Word::Local(def) => world.path(*def).pop().unwrap_or_default(),
        };
        if word == "\"Rust\"" {
            continue;
        }
        let glued = text.is_empty()
            || text.ends_with(['<', '(', '[', '&', '\''])
            || word.starts_with(['>', ')', ']', ',', ':', '<', '(']);
        if !glued {
            text.push(' ');
        }
        text.push_str(&word);
    }
    for (from, to) in [
        (",>", ">"),
        (",)", ")"),
        ("+>", ">"),
        (":>", ">"),
        (":,", ","),
        ("<>", ""),
        (" +,", ","),
    ] {
        text = text.replace(from, to);
    }
    text
}
