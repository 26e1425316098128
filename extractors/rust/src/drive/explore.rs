//! Types of the subject: making values of them, and looking at values by short sequences of calls.

use crate::doc::{Def, Inner, StructKind, Target, VariantKind, model};

use super::{
    Builder,
    calls::{Receiver, receiver},
    choose::choose,
    text::{Arm, Arms, Function, Role},
    types::{Subst, Ty, arguments, lower, unify},
};

/// Of an impl with so few members, a generic one is tried with many types: with each there may be other text to run.
const FEW: usize = 6;

/// How many types that is.
const WIDE: usize = 12;

/// So many instances of one generic type are explored, beside those that were asked for: its methods may give others of it
/// without end, each with as much text.
const ALIKE: usize = 8;

/// And so many where each has much text.
const ALIKE_OF_MANY: usize = 2;

/// Of a type with more methods than this that ask nothing of its arguments, further instances show the other methods alone:
/// the text of these is the same for all.
const MANY: usize = 24;

impl Builder<'_> {
    /// The function that makes values of a local type.
    pub fn maker(&mut self, of: &Ty, depth: u32) -> Option<String> {
        if let Some(known) = self.makers.get(of) {
            return known.clone();
        }
        if of.heaped() {
            return None;
        }
        let text = self.type_text(of)?;
        let name = format!("make_{}", self.makers.len());
        self.makers.insert(of.clone(), Some(name.clone()));
        let arms = self.lasting(true, |me| me.constructors(of, depth));
        let lasting = self.lasting(true, |me| me.type_text(of))?;
        if arms.is_empty() {
            self.obstacle(format!(
                "`{text}` has no public constructor whose arguments can be made"
            ));
            self.makers.insert(of.clone(), None);
            return None;
        }
        let changes = self.lasting(true, |me| me.changes(of));
        let change = name.replace("make", "change");
        let (open, close) = if changes.is_empty() {
            ("", "")
        } else {
            self.functions.push(Function {
                name: change.clone(),
                about: text.clone(),
                head: format!(
                    "fn {change}(mut value: {lasting}, input: &mut Input) -> {lasting} {{\nfor _ in 0..input.byte() % 4 {{\n"
                ),
                arms: Some(Arms {
                    choose: "input.pick",
                    open: String::new(),
                    close: String::new(),
                    codes: changes,
                }),
                tail: "}\nvalue\n}\n".into(),
                role: Role::Changer,
            });
            ("let value = ", ";\n")
        };
        let tail = if open.is_empty() {
            "}\n".to_owned()
        } else {
            format!("{change}(value, input)\n}}\n")
        };
        self.functions.push(Function {
            name: name.clone(),
            about: text.clone(),
            head: format!("fn {name}(input: &mut Input) -> {lasting} {{\ninput.make();\n"),
            arms: Some(Arms {
                choose: "input.pick",
                open: open.into(),
                close: close.into(),
                codes: arms,
            }),
            tail,
            role: Role::Maker,
        });
        Some(name)
    }

    /// Ways to change a value before it is used: methods that give it back, setters, public fields.
    fn changes(&mut self, of: &Ty) -> Vec<Arm> {
        let Ty::Local(def, args) = of else {
            return Vec::new();
        };
        let world = self.world;
        let mut arms = Vec::new();
        for (at, inner) in world.impls(*def) {
            if inner.trait_.is_some() {
                continue;
            }
            let mut subst = unify(&inner.for_, args);
            subst.types.insert("Self".into(), of.clone());
            for (item, function) in functions(world, at.krate, &inner.items) {
                let held = receiver(function);
                if !item.public() || function.sig.inputs.len() < 2 {
                    continue;
                }
                for subst in choose(world, at.krate, &[&function.generics], &subst)
                    .into_iter()
                    .take(1)
                {
                    let output = function
                        .sig
                        .output
                        .as_ref()
                        .map_or(Ty::unit(), |of| lower(world, at.krate, of, &subst));
                    let back = match &output {
                        Ty::Ref(true, inner) => **inner == *of,
                        output => output.is_unit(),
                    };
                    let (lent, keep) = match held {
                        Receiver::Value if output == *of => ("value", "value = "),
                        Receiver::Mutable if back => ("&mut value", ""),
                        _ => continue,
                    };
                    let Some(callee) = self.qualified(of, None, item.name()) else {
                        continue;
                    };
                    if let Some(call) = self.call(at.krate, function, &callee, Some(lent), &subst) {
                        arms.push(Arm {
                            about: item.name().to_owned(),
                            code: format!(
                                "input.say({:?});\n{}input.say(\")\");\n{keep}{};",
                                format!(".{}(", item.name()),
                                call.before,
                                call.expr
                            ),
                        });
                    }
                }
            }
        }
        if let Some(Inner::Struct(inner)) = world.item(*def).map(|item| &item.inner)
            && let StructKind::Plain { fields, .. } = &inner.kind
        {
            let subst = world
                .generics(*def)
                .map(|generics| super::types::bind(world, *def, generics, args.clone()))
                .unwrap_or_default();
            for id in fields {
                let Some(item) = world.item(Def {
                    krate: def.krate,
                    id: *id,
                }) else {
                    continue;
                };
                let Inner::StructField(field) = &item.inner else {
                    continue;
                };
                if !item.public() {
                    continue;
                }
                let field = lower(world, def.krate, field, &subst);
                if let Some(read) = self.decode(&field, 2) {
                    let name = item.name();
                    arms.push(Arm {
                        about: name.to_owned(),
                        code: format!("input.say(\" .{name} = \");\nvalue.{name} = {read};"),
                    });
                }
            }
        }
        arms
    }

    /// All ways to come by a value: the code of each ends in the value.
    fn constructors(&mut self, of: &Ty, depth: u32) -> Vec<Arm> {
        let mut arms: Vec<Arm> = self
            .constructor_calls(of, depth)
            .into_iter()
            .map(|(about, before, expr, kind)| Arm {
                about,
                code: match kind {
                    Yields::Plain => format!("{before}{expr}"),
                    Yields::Result => format!(
                        "{before}match {expr} {{ Ok(value) => value, Err(_) => input.discard() }}"
                    ),
                    Yields::Option => format!(
                        "{before}match {expr} {{ Some(value) => value, None => input.discard() }}"
                    ),
                },
            })
            .collect();
        // Where bytes are missing the first is taken: it should need no other local value.
        arms.sort_by_key(|arm| (arm.code.contains("make_"), arm.code.contains("discard")));
        arms
    }

    /// Constructors as text: what it is called, what reads its arguments, the call, and what it yields.
    pub fn constructor_calls(
        &mut self,
        of: &Ty,
        depth: u32,
    ) -> Vec<(String, String, String, Yields)> {
        let Ty::Local(def, args) = of else {
            return Vec::new();
        };
        let Some(text) = self.type_text(of) else {
            return Vec::new();
        };
        let world = self.world;
        let mut found = Vec::new();
        for (at, inner) in world.impls(*def) {
            let mut subst = unify(&inner.for_, args);
            subst.types.insert("Self".into(), of.clone());
            match &inner.trait_ {
                None => {
                    for (item, function) in functions(world, at.krate, &inner.items) {
                        if !item.public() || receiver(function) != Receiver::None {
                            continue;
                        }
                        for subst in choose(
                            world,
                            at.krate,
                            &[&inner.generics, &function.generics],
                            &subst,
                        )
                        .into_iter()
                        .take(2)
                        {
                            let output = function
                                .sig
                                .output
                                .as_ref()
                                .map(|of| lower(world, at.krate, of, &subst));
                            let Some(kind) = output.and_then(|output| yields(&output, of)) else {
                                continue;
                            };
                            let callee = format!("<{text}>::{}", item.name());
                            if let Some(call) = self.call(at.krate, function, &callee, None, &subst)
                            {
                                let before = format!(
                                    "input.say({:?});\n{}input.say(\")\");\n",
                                    format!("{}(", short(&callee)),
                                    call.before
                                );
                                found.push((short(&callee), before, call.expr, kind));
                            }
                        }
                    }
                }
                // An impl may have the type as an argument of its trait alone: `impl From<Error> for io::Error`.
                Some(path)
                    if inner.blanket_impl.is_none()
                        && lower(world, at.krate, &inner.for_, &subst) == *of =>
                {
                    let Target::Foreign(full) = world.target(at.krate, path.id) else {
                        continue;
                    };
                    let of_args = arguments(world, at.krate, path, &subst);
                    let made = match full.rsplit("::").next().unwrap_or_default() {
                        "Default" => Some((String::new(), "default()".to_owned(), Yields::Plain)),
                        "FromStr" => Some((
                            "let a0 = input.text();\n".into(),
                            "from_str(&a0)".into(),
                            Yields::Result,
                        )),
                        "From" => of_args
                            .first()
                            .and_then(|of| self.decode(of, depth + 1))
                            .map(|read| {
                                (
                                    format!("let a0 = {read};\n"),
                                    "from(a0)".into(),
                                    Yields::Plain,
                                )
                            }),
                        "TryFrom" => of_args
                            .first()
                            .and_then(|of| self.decode(of, depth + 1))
                            .map(|read| {
                                (
                                    format!("let a0 = {read};\n"),
                                    "try_from(a0)".into(),
                                    Yields::Result,
                                )
                            }),
                        "FromIterator" => of_args
                            .first()
                            .and_then(|of| self.decode(&Ty::vec(of.clone()), depth + 1))
                            .map(|read| {
                                (
                                    format!("let a0 = {read};\n"),
                                    "from_iter(a0)".into(),
                                    Yields::Plain,
                                )
                            }),
                        "Sum" | "Product" => of_args.first().and_then(|item| {
                            let (item, lent) = match item {
                                Ty::Ref(false, item) => (&**item, "iter"),
                                item => (item, "into_iter"),
                            };
                            let read = self.decode(&Ty::vec(item.clone()), depth + 1)?;
                            let call = full.rsplit("::").next()?.to_lowercase();
                            Some((
                                format!("let a0 = {read};\n"),
                                format!("{call}(a0.{lent}())"),
                                Yields::Plain,
                            ))
                        }),
                        _ => None,
                    };
                    if let Some((read, call, kind)) = made {
                        let name = call.split('(').next().unwrap_or_default().to_owned();
                        let about = format!("{}::{name}", short(&text));
                        let before = format!(
                            "input.say({:?});\n{read}input.say(\")\");\n",
                            format!("{about}(")
                        );
                        let through = match name.as_str() {
                            "from_str" => " as std::str::FromStr",
                            "sum" => " as std::iter::Sum<_>",
                            "product" => " as std::iter::Product<_>",
                            _ => "",
                        };
                        found.push((about, before, format!("<{text}{through}>::{call}"), kind));
                    }
                }
                Some(_) => {}
            }
        }
        found.extend(self.literals(of, *def, args, &text, depth));
        found
    }

    /// Struct and variant expressions, where all fields are public.
    fn literals(
        &mut self,
        of: &Ty,
        def: Def,
        args: &[Ty],
        text: &str,
        depth: u32,
    ) -> Vec<(String, String, String, Yields)> {
        let world = self.world;
        let Some(item) = world.item(def) else {
            return Vec::new();
        };
        if item.has_attr("non_exhaustive") {
            return Vec::new();
        }
        let subst = world
            .generics(def)
            .map(|generics| super::types::bind(world, def, generics, args.to_vec()))
            .unwrap_or_default();
        let path = text.replacen('<', "::<", 1);
        let _ = of;
        let mut found = Vec::new();
        match &item.inner {
            Inner::Struct(inner) => {
                let (named, fields): (bool, Vec<Option<model::Id>>) = match &inner.kind {
                    StructKind::Unit => (false, vec![]),
                    StructKind::Tuple(fields) => (false, fields.clone()),
                    StructKind::Plain { fields, .. } => {
                        (true, fields.iter().copied().map(Some).collect())
                    }
                };
                if let Some(made) = self.literal(&path, def.krate, named, &fields, &subst, depth) {
                    found.push(made);
                }
            }
            Inner::Enum(inner) => {
                for id in &inner.variants {
                    let Some(item) = world.item(Def {
                        krate: def.krate,
                        id: *id,
                    }) else {
                        continue;
                    };
                    let Inner::Variant(variant) = &item.inner else {
                        continue;
                    };
                    if item.has_attr("non_exhaustive") {
                        continue;
                    }
                    let (named, fields): (bool, Vec<Option<model::Id>>) = match &variant.kind {
                        VariantKind::Plain => (false, vec![]),
                        VariantKind::Tuple(fields) => (false, fields.clone()),
                        VariantKind::Struct { fields } => {
                            (true, fields.iter().copied().map(Some).collect())
                        }
                    };
                    let path = format!("{path}::{}", item.name());
                    if let Some(made) =
                        self.literal(&path, def.krate, named, &fields, &subst, depth)
                    {
                        found.push(made);
                    }
                }
            }
            _ => {}
        }
        found
    }

    fn literal(
        &mut self,
        path: &str,
        krate: usize,
        named: bool,
        fields: &[Option<model::Id>],
        subst: &Subst,
        depth: u32,
    ) -> Option<(String, String, String, Yields)> {
        let world = self.world;
        let about = short(path);
        let mut before = format!("input.say({:?});\n", format!("{about} {{ "));
        let mut parts = Vec::new();
        for (place, id) in fields.iter().enumerate() {
            let item = world.item(Def { krate, id: (*id)? })?;
            let Inner::StructField(of) = &item.inner else {
                return None;
            };
            if !item.visible() {
                return None;
            }
            let of = lower(world, krate, of, subst);
            let read = self.decode(&of, depth + 1)?;
            let name = if named {
                item.name().to_owned()
            } else {
                place.to_string()
            };
            before.push_str(&format!(
                "input.say(\"{name}: \");\nlet f{place} = {read};\ninput.say(\" \");\n"
            ));
            parts.push(format!("{name}: f{place}"));
        }
        before.push_str("input.say(\"}\");\n");
        Some((
            about,
            before,
            format!("{path} {{ {} }}", parts.join(", ")),
            Yields::Plain,
        ))
    }

    /// The function that looks at a value of a local type, or at one that is lent.
    pub fn explorer(&mut self, of: &Ty, shared: bool) -> Option<String> {
        let key = (of.clone(), shared);
        if let Some(name) = self.explorers.get(&key) {
            return Some(name.clone());
        }
        let Ty::Local(def, args) = of else {
            return None;
        };
        let text = self.type_text(of)?;
        let alike = self
            .explorers
            .keys()
            .filter(|(other, _)| matches!(other, Ty::Local(of, _) if of == def));
        let most = if self.methods(*def) > MANY {
            ALIKE_OF_MANY
        } else {
            ALIKE
        };
        let enough = alike.count() >= most && !self.expected.contains(of);
        if self.explorers.len() > 40 || enough || of.heaped() {
            return None;
        }
        let name = format!("explore_{}", self.explorers.len());
        self.explorers.insert(key, name.clone());
        let lent = if shared { "value" } else { "&value" };
        let mut head = if shared {
            format!("fn {name}(value: &{text}, input: &mut Input, log: &mut Log) {{\n")
        } else {
            format!("fn {name}(mut value: {text}, input: &mut Input, log: &mut Log) {{\n")
        };
        head.push_str(&format!(
            "see_all!(log, {lent});\nif log.depth > 2 {{ return; }}\nlog.depth += 1;\n"
        ));
        head.push_str(&self.fields(*def, args, "value"));
        head.push_str(&format!(
            "if let Some(mut other) = try_clone!({lent}) {{ log.say(\" clone \"); see_order!(log, {lent}, &other); see_all!(log, &other); }}\n"
        ));
        let (codes, last) = self.steps(of, *def, args, shared);
        let tail = if last.is_empty() {
            "log.depth -= 1;\n}\n".to_owned()
        } else {
            let mut text = format!("match input.choice({}) {{\n", last.len() + 1);
            for (place, code) in last.iter().enumerate() {
                text.push_str(&format!("{} => {{\n{code}}}\n", place + 1));
            }
            text + "_ => {}\n}\nlog.depth -= 1;\n}\n"
        };
        self.functions.push(Function {
            name: name.clone(),
            about: text,
            head,
            arms: Some(Arms {
                choose: "input.choice",
                open: "for _ in 0..input.steps() {\n".into(),
                close: "\n}".into(),
                codes,
            }),
            tail,
            role: Role::Explorer,
        });
        Some(name)
    }

    /// Looks at public fields.
    fn fields(&mut self, def: Def, args: &[Ty], var: &str) -> String {
        let world = self.world;
        let Some(Inner::Struct(inner)) = world.item(def).map(|item| &item.inner) else {
            return String::new();
        };
        let _ = args;
        let ids: Vec<model::Id> = match &inner.kind {
            StructKind::Plain { fields, .. } => fields.clone(),
            StructKind::Tuple(fields) => fields.iter().copied().flatten().collect(),
            StructKind::Unit => vec![],
        };
        let mut text = String::new();
        for id in ids {
            let Some(item) = world.item(Def {
                krate: def.krate,
                id,
            }) else {
                continue;
            };
            if item.public() {
                let name = item.name();
                text.push_str(&format!(
                    "log.say(\" .{name}=\"); see!(log, &{var}.{name});\n"
                ));
            }
        }
        text
    }

    /// Whether methods that ask nothing of a type's arguments are looked at with another instance already, and are many.
    fn is_further(&self, of: &Ty, def: Def) -> bool {
        let first = if self.further.contains(of) {
            false
        } else {
            self.expected.contains(of)
                || !self.explorers.keys().any(|(other, _)| {
                    other != of && matches!(other, Ty::Local(known, _) if *known == def)
                })
        };
        !first && self.methods(def) > MANY
    }

    /// How many methods a type has that ask nothing of its arguments.
    fn methods(&self, def: Def) -> usize {
        let impls = self.world.impls(def).into_iter();
        impls
            .filter(|(_, inner)| asks_nothing(inner))
            .map(|(at, inner)| functions(self.world, at.krate, &inner.items).count())
            .sum()
    }

    /// Steps to choose from, and last things that use the value up.
    fn steps(&mut self, of: &Ty, def: Def, args: &[Ty], shared: bool) -> (Vec<Arm>, Vec<String>) {
        let world = self.world;
        let (mut arms, last): (Vec<Arm>, Vec<String>) = (Vec::new(), Vec::new());
        let known = self.is_further(of, def);
        for (at, inner) in world.impls(def) {
            if inner.blanket_impl.is_some() || inner.is_synthetic {
                continue;
            }
            if !may_be_for(&inner.for_, args) {
                continue;
            }
            let known = known && asks_nothing(inner);
            let mut subst = unify(&inner.for_, args);
            subst.types.insert("Self".into(), of.clone());
            let target = inner
                .trait_
                .as_ref()
                .map(|path| world.target(at.krate, path.id));
            match target {
                None => {
                    for (item, function) in functions(world, at.krate, &inner.items) {
                        if !item.public() || known && asks_of_its_own(&function.generics) {
                            continue;
                        }
                        let most = if inner.items.len() <= FEW { WIDE } else { 3 };
                        for subst in choose(world, at.krate, &[&function.generics], &subst)
                            .into_iter()
                            .take(most)
                        {
                            arms.extend(
                                self.step(at.krate, item, function, of, None, &subst, shared)
                                    .map(|(_, arm)| arm),
                            );
                        }
                    }
                }
                Some(Target::Known(through)) => {
                    arms.extend(self.trait_steps(of, through, &subst, shared));
                }
                Some(Target::Foreign(full)) => {
                    let path = inner.trait_.as_ref();
                    // An argument of the trait may be open still: `impl<T: Into<u64>> Add<T> for`.
                    for subst in choose(world, at.krate, &[&inner.generics], &subst)
                        .into_iter()
                        .take(2)
                    {
                        let with = path
                            .map(|path| arguments(world, at.krate, path, &subst))
                            .unwrap_or_default();
                        let held = lower(world, at.krate, &inner.for_, &subst);
                        let own = match &held {
                            Ty::Ref(_, inner) => **inner == *of,
                            held => held == of,
                        };
                        arms.extend(if own {
                            self.standard_steps(&full, &with, of, (at, inner), &subst, shared)
                        } else {
                            self.other_steps(&full, &with, of, &held, shared)
                        });
                    }
                }
            }
        }
        // Another value to compare with.
        if let Some(make) = self.maker(of, 1) {
            let lent = if shared { "value" } else { "&value" };
            arms.push(Arm {
                about: "compare".into(),
                code: format!("input.say(\"; compare with \");\nlet other = {make}(input);\nlog.say(\" compared \");\nsee_order!(log, {lent}, &other);\n"),
            });
        }
        (arms, last)
    }

    /// Methods of a trait of the subject, those with a body of their own included.
    pub fn trait_steps(&mut self, of: &Ty, through: Def, subst: &Subst, shared: bool) -> Vec<Arm> {
        let world = self.world;
        let Some(Inner::Trait(inner)) = world.item(through).map(|item| &item.inner) else {
            return Vec::new();
        };
        let wanted = self.members.get(&through).cloned();
        let mut arms = Vec::new();
        for (item, function) in functions(world, through.krate, &inner.items) {
            if wanted
                .as_ref()
                .is_some_and(|wanted| !wanted.contains(item.name()))
            {
                continue;
            }
            for subst in choose(
                world,
                through.krate,
                &[&inner.generics, &function.generics],
                subst,
            )
            .into_iter()
            .take(3)
            {
                arms.extend(
                    self.step(
                        through.krate,
                        item,
                        function,
                        of,
                        Some(through),
                        &subst,
                        shared,
                    )
                    .map(|(_, arm)| arm),
                );
            }
        }
        arms
    }

    /// Impls for other types that have this one as an argument: `impl From<Error> for io::Error`.
    fn other_steps(
        &mut self,
        full: &str,
        with: &[Ty],
        of: &Ty,
        held: &Ty,
        shared: bool,
    ) -> Vec<Arm> {
        let name = full.rsplit("::").next().unwrap_or_default();
        let lent = if shared { "value" } else { "&value" };
        let by_value = match with.first() {
            Some(Ty::Ref(false, inner)) if **inner == *of => false,
            Some(first) if first == of => true,
            _ => return Vec::new(),
        };
        let Some(text) = self.lasting(true, |me| me.type_text(held)) else {
            return Vec::new();
        };
        let given = |code: String| {
            if by_value {
                format!("if let Some(given) = try_clone!({lent}) {{\n{code}}}\n")
            } else {
                format!("let given = {lent};\n{code}")
            }
        };
        let code = match name {
            "From" if by_value && !shared => {
                // What can't be cloned is given away, and the value's exploration ends there.
                format!(
                    "match try_clone!(&value) {{\nSome(given) => {{ let out = <{text} as From<_>>::from(given); see_all!(log, &out); }}\nNone => {{ let out = <{text} as From<_>>::from(value); see_all!(log, &out); log.depth -= 1; return; }}\n}}\n"
                )
            }
            "From" => given(format!(
                "let out = <{text} as From<_>>::from(given); see_all!(log, &out);\n"
            )),
            "PartialEq" | "PartialOrd" => {
                let call = if name == "PartialEq" {
                    "PartialEq::eq"
                } else {
                    "PartialOrd::partial_cmp"
                };
                let Some(read) = self.decode(held, 1) else {
                    return Vec::new();
                };
                let other = if by_value {
                    lent.to_owned()
                } else {
                    format!("&{lent}")
                };
                format!("let a0 = {read};\nsee!(log, &std::cmp::{call}(&a0, {other}));\n")
            }
            "Add" | "Sub" | "Mul" | "Div" | "Rem" | "BitAnd" | "BitOr" | "BitXor" | "Shl"
            | "Shr" => {
                let Some(read) = self.decode(held, 1) else {
                    return Vec::new();
                };
                let operator = operator(name);
                format!(
                    "let a0 = {read};\n{}",
                    given(format!(
                        "let out = a0 {operator} given; see_all!(log, &out);\n"
                    ))
                )
            }
            "AddAssign" | "SubAssign" | "MulAssign" | "DivAssign" | "RemAssign" => {
                let Some(read) = self.decode(held, 1) else {
                    return Vec::new();
                };
                let operator = operator(name.trim_end_matches("Assign"));
                format!(
                    "let mut a0 = {read};\n{}",
                    given(format!("a0 {operator}= given; see_all!(log, &a0);\n"))
                )
            }
            _ => return Vec::new(),
        };
        let about = format!("{} of another", name.to_lowercase());
        vec![Arm {
            code: format!("input.say(\"; {about} \");\nlog.say(\" {about} \");\n{code}"),
            about,
        }]
    }

    /// What traits of the standard library offer.
    fn standard_steps(
        &mut self,
        full: &str,
        with: &[Ty],
        of: &Ty,
        (at, inner): (Def, &model::Impl),
        subst: &Subst,
        shared: bool,
    ) -> Vec<Arm> {
        let world = self.world;
        let name = full.rsplit("::").next().unwrap_or_default();
        let value = if shared { "value" } else { "(&value)" };
        let by_reference = matches!(inner.for_, crate::doc::Type::BorrowedRef { .. });
        let assoc = |wanted: &str| {
            inner.items.iter().find_map(|id| {
                let item = world.item(Def {
                    krate: at.krate,
                    id: *id,
                })?;
                match &item.inner {
                    Inner::AssocType(assoc) if item.name() == wanted => assoc
                        .type_
                        .as_ref()
                        .map(|of| lower(world, at.krate, of, subst)),
                    _ => None,
                }
            })
        };
        let first = with.first().cloned();
        let arm = |about: &str, code: String| Arm {
            about: about.to_owned(),
            code: format!("input.say(\"; {about} \");\nlog.say(\" {about} \");\n{code}"),
        };
        let mut read = |of: &Ty| {
            self.decode(of, 1)
                .map(|read| format!("let mut a0 = {read};\n"))
        };
        let cloned =
            |code: String| format!("if let Some(mut value) = try_clone!({value}) {{\n{code}}}\n");
        match name {
            "Iterator" => {
                let item = assoc("Item").unwrap_or(Ty::Unknown);
                let drained = self.drained(&item, "value", 1);
                let mut arms = vec![
                    arm("size_hint", format!("see!(log, &Iterator::size_hint({value}));\n")),
                    arm("collect", cloned(drained)),
                ];
                if !shared {
                    let some = self.observe(&Ty::Std("core::option::Option".into(), vec![item.clone()]), "out", 1);
                    arms.insert(0, arm("next", format!("let out = Iterator::next(&mut value);\n{some}")));
                    arms.push(arm("nth", format!("let a0 = input.byte() as usize % 5; input.show(&a0);\nlet out = Iterator::nth(&mut value, a0);\n{some}")));
                    arms.push(arm("fold", cloned("let mut count = 0u64; let _ = Iterator::fold(value.take(1000), 0u64, |sum, item| { count += 1; if count < 40 { see!(log, &item); } sum + 1 });\nlog.show(&count);\n".into())));
                    // Some `fold`s are written by hand and take no other way.
                    arms.push(arm("for_each", cloned("let mut count = 0u64; Iterator::for_each(value, |item| { count += 1; if count < 40 { see!(log, &item); } });\nlog.show(&count);\n".into())));
                    let drained = self.drained(&item, "value.by_ref()", 1);
                    arms.push(arm("drain", drained));
                }
                let own = functions(world, at.krate, &inner.items).map(|(item, _)| item.name());
                arms.extend(own.filter_map(|name| Some(arm(name, cloned(of_iterator(name)?)))));
                arms
            }
            "DoubleEndedIterator" if !shared => {
                let mut arms = vec![arm("next_back", "let out = DoubleEndedIterator::next_back(&mut value);\nsee!(log, &out);\n".into()),
                     arm("rev", cloned("log.drain(value.rev(), |item, log| see!(log, &item));\n".into()))];
                let own = functions(world, at.krate, &inner.items).map(|(item, _)| item.name());
                arms.extend(own.filter_map(|name| Some(arm(name, cloned(of_iterator(name)?)))));
                arms
            }
            "ExactSizeIterator" => vec![arm("len", format!("see!(log, &ExactSizeIterator::len({value}));\n"))],
            "IntoIterator" if matches!(inner.for_, crate::doc::Type::BorrowedRef { is_mutable: true, .. }) => {
                if shared { return Vec::new(); }
                vec![arm("iterate_mut", "log.drain(IntoIterator::into_iter(&mut value), |item, log| see!(log, &item));\n".into())]
            }
            "IntoIterator" if by_reference => {
                vec![arm("iterate", format!("log.drain(IntoIterator::into_iter({value}), |item, log| see!(log, &item));\n"))]
            }
            "IntoIterator" => match assoc("IntoIter") {
                Some(of @ Ty::Local(..)) => {
                    let look = self.observe(&of, "out", 1);
                    vec![arm("into_iter", cloned(format!("let out = value.into_iter();\n{look}")))]
                }
                _ => vec![arm("into_iter", cloned("log.drain(value.into_iter(), |item, log| see!(log, &item));\n".into()))],
            },
            "Extend" if !shared => first.and_then(|of| read(&Ty::vec(of))).map(|read| arm("extend", format!("{read}value.extend(a0);\n"))).into_iter().collect(),
            "Index" => first.and_then(|of| read(&of)).map(|read| arm("index", format!("{read}see!(log, &{value}[a0]);\n"))).into_iter().collect(),
            "IndexMut" if !shared => first.and_then(|of| read(&of)).map(|read| arm("index_mut", format!("{read}let out = &mut value[a0]; see!(log, &*out);\n"))).into_iter().collect(),
            "Deref" => vec![arm("deref", format!("let out = &**{value}; see!(log, out);\n"))],
            "DerefMut" if !shared => vec![arm("deref_mut", "let out = &mut *value; see!(log, &*out);\n".into())],
            "AsRef" | "Borrow" => first.and_then(|of| self.type_text(&of)).map(|of| {
                let method = if name == "AsRef" { "AsRef" } else { "std::borrow::Borrow" };
                let call = if name == "AsRef" { "as_ref" } else { "borrow" };
                arm(call, format!("let out: &{of} = {method}::{call}({value}); see!(log, out);\n"))
            }).into_iter().collect(),
            "AsMut" | "BorrowMut" if !shared => first.and_then(|of| self.type_text(&of)).map(|of| {
                let (method, call) = if name == "AsMut" { ("AsMut", "as_mut") } else { ("std::borrow::BorrowMut", "borrow_mut") };
                arm(call, format!("let out: &mut {of} = {method}::{call}(&mut value); see!(log, &*out);\n"))
            }).into_iter().collect(),
            "PartialEq" | "PartialOrd" => {
                let Some(other) = first.filter(|other| other != of) else { return Vec::new() };
                let (lent, other) = match (&other, by_reference) {
                    (Ty::Prim(name), _) if name == "str" => ("&a0[..]".to_owned(), Ty::string()),
                    (Ty::Slice(item), _) => ("&a0[..]".to_owned(), Ty::vec((**item).clone())),
                    (other, _) => ("&a0".to_owned(), other.clone()),
                };
                let call = if name == "PartialEq" { "std::cmp::PartialEq::eq" } else { "std::cmp::PartialOrd::partial_cmp" };
                let value = if by_reference { format!("&{value}") } else { value.to_owned() };
                read(&other).map(|read| arm("compare", format!("{read}see!(log, &{call}({value}, {lent}));\n"))).into_iter().collect()
            }
            "Ord" => vec![arm("cmp", format!("see!(log, &Ord::cmp({value}, {value}));\n"))],
            "Add" | "Sub" | "Mul" | "Div" | "Rem" | "BitAnd" | "BitOr" | "BitXor" | "Shl" | "Shr" => {
                let operator = operator(name);
                let other = first.unwrap_or_else(|| of.clone());
                read(&other).map(|read| arm(&name.to_lowercase(), format!("{read}{}", cloned(format!("let out = value {operator} a0; see_all!(log, &out);\n"))))).into_iter().collect()
            }
            "AddAssign" | "SubAssign" | "MulAssign" | "DivAssign" | "RemAssign" | "BitAndAssign" | "BitOrAssign" | "BitXorAssign" | "ShlAssign" | "ShrAssign" if !shared => {
                let operator = operator(name.trim_end_matches("Assign"));
                let other = first.unwrap_or_else(|| of.clone());
                read(&other).map(|read| arm("assign", format!("{read}value {operator}= a0;\n"))).into_iter().collect()
            }
            "Neg" => vec![arm("neg", cloned("let out = -value; see_all!(log, &out);\n".into()))],
            "Not" => vec![arm("not", cloned("let out = !value; see_all!(log, &out);\n".into()))],
            "Hasher" if !shared => vec![
                arm("write", "let a0 = input.bytes(); std::hash::Hasher::write(&mut value, &a0); log.show(&std::hash::Hasher::finish(&value));\n".into()),
arm("write_u64", ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"].iter().fold("let a0 = input.u128();\n".to_owned(), |code, of| code + &format!("std::hash::Hasher::write_{of}(&mut value, a0 as {of});\n")) + "log.show(&std::hash::Hasher::finish(&value));\n"),
            ],
            "BuildHasher" => vec![arm("hash", format!("let a0 = input.bytes(); log.show(&hash_with({value}, &a0));\nlet a1 = input.u64(); log.show(&hash_with({value}, &a1));\n"))],
            "Write" if full.contains("fmt") && !shared => vec![arm("write_str", "let a0 = input.text(); see!(log, &std::fmt::Write::write_str(&mut value, &a0));\nlet _ = std::fmt::Write::write_char(&mut value, 'é');\n".into())],
            "Write" if !shared => {
                let mut arms = vec![arm("write", "let a0 = input.bytes(); see!(log, &std::io::Write::write(&mut value, &a0).ok()); see!(log, &std::io::Write::flush(&mut value).ok());\n".into())];
                for (item, _) in functions(world, at.krate, &inner.items) {
                    let code = match item.name() {
                        "write_all" => "let a0 = input.bytes(); see!(log, &std::io::Write::write_all(&mut value, &a0).ok());\n",
                        "write_fmt" => "let a0 = input.text(); see!(log, &std::io::Write::write_fmt(&mut value, format_args!(\"<{a0}>\")).ok());\n",
                        "write_vectored" => "let a0 = input.bytes(); let parts = [std::io::IoSlice::new(&a0), std::io::IoSlice::new(&a0)]; see!(log, &std::io::Write::write_vectored(&mut value, &parts).ok());\n",
                        _ => continue,
                    };
                    arms.push(arm(item.name(), code.into()));
                }
                arms
            }
            "Read" if !shared => {
                let mut arms = vec![arm("read", "let mut a0 = vec![0u8; input.byte() as usize % 32]; see!(log, &std::io::Read::read(&mut value, &mut a0).ok()); log.show(&a0);\n".into())];
                for (item, _) in functions(world, at.krate, &inner.items) {
                    let code = match item.name() {
                        "read_exact" => "let mut a0 = vec![0u8; input.byte() as usize % 8]; see!(log, &std::io::Read::read_exact(&mut value, &mut a0).ok()); log.show(&a0);\n",
                        "read_to_end" => "let mut a0 = Vec::new(); see!(log, &std::io::Read::read_to_end(&mut value, &mut a0).ok()); log.show(&a0);\n",
                        "read_to_string" => "let mut a0 = String::new(); see!(log, &std::io::Read::read_to_string(&mut value, &mut a0).ok()); log.show(&a0);\n",
                        _ => continue,
                    };
                    arms.push(arm(item.name(), code.into()));
                }
                arms
            }
            "BufRead" if !shared => vec![
                arm("fill_buf", "let most = input.byte() as usize % 5; let length = std::io::BufRead::fill_buf(&mut value).map(|bytes| { log.show(&bytes); bytes.len() }).unwrap_or(0); std::io::BufRead::consume(&mut value, length.min(most));\n".into()),
                arm("read_until", "let (end, mut a0) = (input.u8(), Vec::new()); see!(log, &std::io::BufRead::read_until(&mut value, end, &mut a0).ok()); log.show(&a0);\n".into()),
                arm("read_line", "let mut a0 = String::new(); see!(log, &std::io::BufRead::read_line(&mut value, &mut a0).ok()); log.show(&a0);\n".into()),
            ],
            "Seek" if !shared => vec![arm("seek", "let a0 = match input.byte() % 3 { 0 => std::io::SeekFrom::Start(u64::from(input.u8())), 1 => std::io::SeekFrom::End(i64::from(input.i8())), _ => std::io::SeekFrom::Current(i64::from(input.i8())) }; see!(log, &std::io::Seek::seek(&mut value, a0).ok());\n".into())],
            "LowerHex" | "UpperHex" | "Binary" | "Octal" | "LowerExp" | "UpperExp" | "Pointer" => {
                let flag = match name { "LowerHex" => "x", "UpperHex" => "X", "Binary" => "b", "Octal" => "o", "LowerExp" => "e", "UpperExp" => "E", _ => return Vec::new() };
                vec![arm(name, format!("log.say(&format!(\"{{:{flag}}} {{:#12{flag}}}\", {value}, {value}));\n"))]
            }
            "Error" => vec![arm("description", format!("#[allow(deprecated)]\nlog.say(std::error::Error::description({value}));\n#[allow(deprecated)]\nlog.show(&std::error::Error::cause({value}).is_some());\nlog.show(&std::error::Error::source({value}).is_some());\n"))],
            "Debug" => vec![arm("debug", format!("log.say(&format!(\"{{:#?}}\", {value}));\n"))],
            "Clone" if !shared => {
                let mut arms = vec![arm("clone_from", "if let Some(other) = try_clone!(&value) { value.clone_from(&other); }\n".into())];
                if let Some(read) = read(of) {
                    arms.push(arm("clone_from another", format!("{read}Clone::clone_from(&mut value, &a0); see_all!(log, &value);\n")));
                }
                arms
            }
            _ => Vec::new(),
        }
    }
}

/// What calls a member of `Iterator` or `DoubleEndedIterator` that an impl has text of its own for, on an iterator `value`.
fn of_iterator(name: &str) -> Option<String> {
    let seen =
        "let mut seen = Log::default(); see!(&mut seen, &item); let digest = seen.digest(salt());";
    let some = |call: &str| {
        format!(
            "input.salt(); let out = value.{call}(|item| {{ {seen} digest % 4 == 3 }});\nsee!(log, &out);\n"
        )
    };
    Some(match name {
        // Without an end there is nothing to count.
        "count" => "if value.size_hint().1.is_some_and(|most| most < 100_000) { log.show(&value.count()); }\n".into(),
        "last" => "if value.size_hint().1.is_some_and(|most| most < 100_000) { let out = value.last(); see!(log, &out); }\n".into(),
        "fold" => "if value.size_hint().1.is_some_and(|most| most < 100_000) { let mut count = 0u64; let out = value.fold(0u64, |sum, item| { count += 1; if count < 40 { see!(log, &item); } sum + 1 }); log.show(&out); }\n".into(),
        "all" | "any" | "position" | "rposition" => some(name),
        "find" | "rfind" => some(name).replace("&item)", "item)"),
        "find_map" => format!(
            "input.salt(); let out = value.find_map(|item| {{ {seen} if digest % 4 == 3 {{ Some(digest) }} else {{ None }} }});\nsee!(log, &out);\n"
        ),
        "partition" => {
            format!("input.salt(); let (one, other): (Vec<_>, Vec<_>) = value.partition(|item| {{ {} digest % 2 == 1 }});\nlog.drain(one.into_iter(), |item, log| see!(log, &item));\nlog.drain(other.into_iter(), |item, log| see!(log, &item));\n", seen.replace("&item)", "item)"))
        }
        "collect" => "let out: Vec<_> = value.collect();\nlog.drain(out.into_iter(), |item, log| see!(log, &item));\n".into(),
        "nth_back" => "let a0 = input.byte() as usize % 5; input.show(&a0);\nlet out = value.nth_back(a0);\nsee!(log, &out);\n".into(),
        "rfold" => "let mut count = 0u64; let out = value.rfold(0u64, |sum, item| { count += 1; if count < 40 { see!(log, &item); } sum + 1 });\nlog.show(&out);\n".into(),
        "sum" | "product" => return None,
        "min" | "max" => format!("let out = value.{name}();\nsee!(log, &out);\n"),
        "is_sorted" => "log.show(&value.is_sorted());\n".into(),
        _ => return None,
    })
}

/// What a constructor yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yields {
    Plain,
    Result,
    Option,
}

fn yields(output: &Ty, of: &Ty) -> Option<Yields> {
    if output == of {
        return Some(Yields::Plain);
    }
    match (output.std_name(), output) {
        (Some("Result"), Ty::Std(_, args)) if args.first() == Some(of) => Some(Yields::Result),
        (Some("Option"), Ty::Std(_, args)) if args.first() == Some(of) => Some(Yields::Option),
        _ => None,
    }
}

/// Whether an inherent impl is for all arguments that its type may have.
fn asks_nothing(inner: &model::Impl) -> bool {
    let plain = |param: &model::Param| match &param.kind {
        model::ParamKind::Type { bounds, .. } => bounds.is_empty(),
        _ => true,
    };
    let open = |of: &crate::doc::Type| {
        match of {
        crate::doc::Type::ResolvedPath(path) => match path.args.as_deref() {
            Some(crate::doc::Args::AngleBracketed { args, .. }) => args.iter().all(|arg| {
                !matches!(arg, crate::doc::Arg::Type(of) if !matches!(of, crate::doc::Type::Generic(_)))
            }),
            _ => true,
        },
        _ => false,
    }
    };
    inner.trait_.is_none()
        && inner.generics.where_predicates.is_empty()
        && inner.generics.params.iter().all(plain)
        && open(&inner.for_)
}

/// Whether what a method asks, it asks of its own parameters.
fn asks_of_its_own(generics: &crate::doc::Generics) -> bool {
    let own = |of: &crate::doc::Type| match of {
        crate::doc::Type::Generic(name) => generics.params.iter().any(|param| param.name == *name),
        _ => false,
    };
    generics
        .where_predicates
        .iter()
        .all(|predicate| match predicate {
            crate::doc::Predicate::BoundPredicate { type_, .. } => own(type_),
            _ => true,
        })
}

/// Whether an impl may be for a type with these arguments, as far as their shapes say: `impl Pair<(A, B)>` is for no number.
fn may_be_for(of: &crate::doc::Type, args: &[Ty]) -> bool {
    use crate::doc::{Arg, Args, Type};
    let of = match of {
        Type::BorrowedRef { type_, .. } => type_,
        other => other,
    };
    let Type::ResolvedPath(path) = of else {
        return true;
    };
    let Some(Args::AngleBracketed { args: wanted, .. }) = path.args.as_deref() else {
        return true;
    };
    let wanted = wanted.iter().filter(|arg| !matches!(arg, Arg::Lifetime(_)));
    wanted.zip(args).all(|(wanted, arg)| match (wanted, arg) {
        (Arg::Type(_), Ty::Unknown) => true,
        (Arg::Type(Type::Tuple(parts)), Ty::Tuple(of)) => parts.len() == of.len(),
        (Arg::Type(Type::Tuple(_)), _) => false,
        (Arg::Type(Type::BorrowedRef { is_mutable, .. }), Ty::Ref(lent, _)) => is_mutable == lent,
        (Arg::Type(Type::BorrowedRef { .. }), _) => false,
        (Arg::Type(Type::Primitive(wanted)), Ty::Prim(name)) => wanted == name,
        (Arg::Type(Type::ResolvedPath(path)), Ty::Std(name, _)) => {
            path.path.rsplit("::").next() == name.rsplit("::").next()
        }
        (
            Arg::Type(Type::ResolvedPath(_)),
            Ty::Prim(_) | Ty::Tuple(_) | Ty::Ref(..) | Ty::Slice(_) | Ty::Array(..),
        ) => false,
        _ => true,
    })
}

/// The functions among some items.
pub fn functions<'w>(
    world: &'w crate::doc::World,
    krate: usize,
    items: &'w [model::Id],
) -> impl Iterator<Item = (&'w model::Item, &'w model::Function)> {
    items.iter().filter_map(move |id| {
        let item = world.item(Def { krate, id: *id })?;
        match &item.inner {
            Inner::Function(function) => Some((item, function)),
            _ => None,
        }
    })
}

/// A path as it is said to people.
pub fn short(text: &str) -> String {
    text.replace("subject::", "")
        .replace(['<', '>'], "")
        .replace("'static ", "")
}

fn operator(name: &str) -> &'static str {
    match name {
        "Add" => "+",
        "Sub" => "-",
        "Mul" => "*",
        "Div" => "/",
        "Rem" => "%",
        "BitAnd" => "&",
        "BitOr" => "|",
        "BitXor" => "^",
        "Shl" => "<<",
        _ => ">>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{Arg, Args, Path, Type};

    fn of(arg: Type) -> Type {
        Type::ResolvedPath(Path {
            path: "Pair".into(),
            id: 0,
            args: Some(Box::new(Args::AngleBracketed {
                args: vec![Arg::Type(arg)],
                constraints: vec![],
            })),
        })
    }

    #[test]
    fn an_impl_for_tuples_is_for_no_number() {
        let pair = of(Type::Tuple(vec![
            Type::Generic("A".into()),
            Type::Generic("B".into()),
        ]));
        assert!(!may_be_for(&pair, &[Ty::prim("i32")]));
        let two = Ty::Tuple(vec![Ty::prim("i32"), Ty::string()]);
        assert!(may_be_for(&pair, &[two]));
        assert!(may_be_for(
            &of(Type::Generic("T".into())),
            &[Ty::prim("i32")]
        ));
        assert!(!may_be_for(
            &of(Type::Primitive("u8".into())),
            &[Ty::prim("i32")]
        ));
    }
}
