//! The operations that exercise one symbol.

use crate::doc::{Def, Inner, model};

use super::{
    Builder,
    calls::{Receiver, receiver},
    choose::{choose, implementors},
    explore::{Yields, functions, short},
    text::MARK,
    types::{Subst, Ty, lower, parameters, unify},
};

/// How many instances of a generic type are tried.
const INSTANCES: usize = 2;

/// How many there are with those that some impl alone is for.
const MOST_INSTANCES: usize = 8;

impl Builder<'_> {
    pub fn symbol(&mut self, def: Def, name: &str, member: Option<&str>) {
        let world = self.world;
        let Some(item) = world.item(def) else { return };
        match &item.inner {
            Inner::Function(function) => self.free_function(def.krate, name, function),
            Inner::Struct(_) | Inner::Enum(_) | Inner::Union(_) => {
                let Some(generics) = world.generics(def) else {
                    return;
                };
                let names: Vec<&str> = parameters(generics).collect();
                // Bounds often stand on the impls alone.
                let of_impls: Vec<&crate::doc::Generics> = world
                    .impls(def)
                    .into_iter()
                    .filter(|(_, inner)| inner.trait_.is_none())
                    .map(|(_, inner)| &inner.generics)
                    .collect();
                let mut all = vec![generics];
                all.extend(of_impls);
                let ways = choose(world, def.krate, &all, &Subst::default());
                let mut instances: Vec<Ty> = Vec::new();
                for subst in ways.into_iter().take(INSTANCES) {
                    let args = names
                        .iter()
                        .map(|name| subst.types.get(*name).cloned().unwrap_or(Ty::Unknown))
                        .collect();
                    instances.push(Ty::Local(def, args));
                }
                for of in self.special_instances(def) {
                    if !instances.contains(&of) && instances.len() < MOST_INSTANCES {
                        self.further.insert(of.clone());
                        instances.push(of);
                    }
                }
                self.expected.extend(instances.iter().cloned());
                for of in &instances {
                    self.local_type(of, member);
                }
            }
            Inner::Trait(inner) => self.local_trait(def, name, inner),
            Inner::TypeAlias(alias) => {
                for subst in choose(world, def.krate, &[&alias.generics], &Subst::default())
                    .into_iter()
                    .take(INSTANCES)
                {
                    let of = lower(world, def.krate, &alias.type_, &subst);
                    match &of {
                        Ty::Local(..) => self.local_type(&of, member),
                        of => self.standard_alias(name, of),
                    }
                }
            }
            Inner::Constant(constant) => {
                let of = lower(world, def.krate, &constant.type_, &Subst::default());
                self.value(name, &of, &format!("subject::{name}"));
            }
            Inner::Static(inner) => {
                let of = lower(world, def.krate, &inner.type_, &Subst::default());
                let of = Ty::Ref(false, Box::new(of));
                self.value(name, &of, &format!("&subject::{name}"));
            }
            _ => self.obstacle(format!(
                "`{name}` is no function, type, trait, constant or static"
            )),
        }
    }

    /// Instances that some impl is for: `impl Write for Buffer<u8>`.
    fn special_instances(&mut self, def: Def) -> Vec<Ty> {
        let world = self.world;
        let mut found = Vec::new();
        for (at, inner) in world.impls(def) {
            if inner.blanket_impl.is_some() || inner.is_synthetic {
                continue;
            }
            for subst in choose(world, at.krate, &[&inner.generics], &Subst::default())
                .into_iter()
                .take(1)
            {
                let of = match lower(world, at.krate, &inner.for_, &subst) {
                    Ty::Ref(_, of) => *of,
                    of => of,
                };
                if matches!(of, Ty::Local(known, _) if known == def)
                    && of.known()
                    && !found.contains(&of)
                {
                    found.push(of);
                }
            }
        }
        found
    }

    /// What was compared beside the symbols, as far as it can be named: its text was taken too.
    pub fn reached(&mut self, def: Def) {
        let world = self.world;
        if self.facade(def).is_none() {
            return;
        }
        let name = self.facade(def).unwrap_or_default();
        match world.item(def).map(|item| &item.inner) {
            Some(Inner::Struct(_) | Inner::Enum(_) | Inner::Union(_)) => {
                self.symbol(def, &name, None);
            }
            Some(Inner::Trait(inner)) => self.local_trait(def, &name, inner),
            _ => {}
        }
    }

    fn free_function(&mut self, krate: usize, name: &str, function: &model::Function) {
        if function.header.is_unsafe {
            self.obstacle(format!(
                "`{name}` is unsafe: what it asks of its arguments can't be read off its types"
            ));
            return;
        }
        for subst in choose(self.world, krate, &[&function.generics], &Subst::default()) {
            let callee = format!("subject::{name}");
            if let Some(call) = self.call(krate, function, &callee, None, &subst) {
                self.function_operation(name, call);
            }
        }
    }

    /// A constant or a static: looked at, and explored where it is of a type of the subject.
    fn value(&mut self, name: &str, of: &Ty, expr: &str) {
        let look = self.observe(of, "out", 1);
        let code = format!("input.say({name:?});\nlet out = {expr};\n{look}");
        self.operation(name, code, vec![]);
    }

    fn local_type(&mut self, of: &Ty, member: Option<&str>) {
        let world = self.world;
        let Ty::Local(def, args) = of else { return };
        let Some(text) = self.type_text(of) else {
            self.obstacle("the type can't be named on both sides".into());
            return;
        };
        let (def, args) = (*def, args.clone());
        let explorer = self.explorer(of, false);
        for (about, before, expr, kind) in self.constructor_calls(of, 0) {
            let explored = match &explorer {
                Some(name) => format!("{MARK}{name}{MARK}value{MARK}\n"),
                None => "see_all!(log, &value);\n".into(),
            };
            let code = match kind {
                Yields::Plain => format!("{before}let value = {expr};\n{explored}"),
                Yields::Option => format!(
                    "{before}match {expr} {{ Some(value) => {{ log.say(\"Some \"); {explored} }} None => {{ log.raise(); log.say(\"None\"); }} }}\n"
                ),
                Yields::Result => format!(
                    "{before}match {expr} {{ Ok(value) => {{ log.say(\"Ok \"); {explored} }} Err(error) => {{ log.raise(); log.say(\"Err \"); see_all!(log, &error); }} }}\n"
                ),
            };
            let forms = self.constructor_forms(def, &args, of, &about);
            self.operation(&about, code, forms);
        }
        // Associated functions that make something else.
        for (at, inner) in world.impls(def) {
            if inner.trait_.is_some() {
                continue;
            }
            let mut subst = unify(&inner.for_, &args);
            subst.types.insert("Self".into(), of.clone());
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
                .take(3)
                {
                    let output = function
                        .sig
                        .output
                        .as_ref()
                        .map(|of| lower(world, at.krate, of, &subst));
                    if output.is_some_and(|output| makes(&output, of)) {
                        continue;
                    }
                    let callee = format!("<{text}>::{}", item.name());
                    if let Some(call) = self.call(at.krate, function, &callee, None, &subst) {
                        self.function_operation(&short(&callee), call);
                    }
                }
            }
        }
        let _ = member;
        if explorer.is_none() {
            self.obstacle(format!("`{text}` can't be looked at"));
        }
    }

    /// Forms of a constructor's parameters, for seeds.
    fn constructor_forms(
        &mut self,
        def: Def,
        args: &[Ty],
        of: &Ty,
        about: &str,
    ) -> Vec<super::decode::Form> {
        let world = self.world;
        let name = about.rsplit("::").next().unwrap_or_default();
        if name == "from_str" {
            return vec![super::decode::Form::Text];
        }
        for (at, inner) in world.impls(def) {
            let mut subst = unify(&inner.for_, args);
            subst.types.insert("Self".into(), of.clone());
            if let Some(path) = &inner.trait_ {
                if path.path.ends_with("From") && name == "from" {
                    let of = super::types::arguments(world, at.krate, path, &subst);
                    return of.first().map(Self::form).into_iter().collect();
                }
                continue;
            }
            for (item, function) in functions(world, at.krate, &inner.items) {
                if item.name() == name {
                    return function
                        .sig
                        .inputs
                        .iter()
                        .map(|(_, of)| Self::form(&lower(world, at.krate, of, &subst)))
                        .collect();
                }
            }
        }
        Vec::new()
    }

    /// A trait: its members, called on types that have it.
    fn local_trait(&mut self, def: Def, name: &str, inner: &model::Trait) {
        let world = self.world;
        let wanted = self.members.get(&def).cloned();
        let pool = implementors(world, def);
        if pool.is_empty() {
            self.obstacle(format!("no type is known to have the trait `{name}`"));
        }
        for of in pool.into_iter().take(16) {
            for (item, function) in functions(world, def.krate, &inner.items) {
                if wanted
                    .as_ref()
                    .is_some_and(|wanted| !wanted.contains(item.name()))
                {
                    continue;
                }
                let mut subst = Subst::default();
                subst.types.insert("Self".into(), of.clone());
                for subst in choose(
                    world,
                    def.krate,
                    &[&inner.generics, &function.generics],
                    &subst,
                )
                .into_iter()
                .take(3)
                {
                    self.trait_operation(def, name, item, function, &of, &subst);
                }
            }
        }
    }

    fn trait_operation(
        &mut self,
        def: Def,
        name: &str,
        item: &model::Item,
        function: &model::Function,
        of: &Ty,
        subst: &Subst,
    ) {
        let Some(callee) = self.qualified(of, Some(def), item.name()) else {
            return;
        };
        let held = match receiver(function) {
            Receiver::None => None,
            Receiver::Value => Some(of.clone()),
            Receiver::Shared => Some(Ty::Ref(false, Box::new(of.clone()))),
            Receiver::Mutable => Some(Ty::Ref(true, Box::new(of.clone()))),
            Receiver::Other => return,
        };
        let value = held.as_ref().map(|_| "me");
        let Some(mut call) = self.call(def.krate, function, &callee, value, subst) else {
            return;
        };
        if let Some(held) = held {
            let Some(read) = self.decode(&held, 0) else {
                let text = self.type_text(of).unwrap_or_default();
                self.obstacle(format!("no value of `{text}` can be made"));
                return;
            };
            call.before = format!("let mut me = {read};\ninput.say(\", \");\n{}", call.before);
            call.forms.insert(0, Self::form(&held));
        }
        self.function_operation(&format!("{name}::{}", item.name()), call);
    }

    /// An alias of a type of the standard library: a map or a set with the subject's hasher, or something to look at.
    fn standard_alias(&mut self, name: &str, of: &Ty) {
        let Ty::Std(_, args) = of else {
            self.obstacle(format!("`{name}` stands for a type that can't be made"));
            return;
        };
        let kind = of.std_name().unwrap_or_default().to_owned();
        let known: Vec<Ty> = args
            .iter()
            .map(|arg| {
                if arg.known() {
                    arg.clone()
                } else {
                    Ty::string()
                }
            })
            .collect();
        let Some(text) = self.type_text(&Ty::Std(
            match of {
                Ty::Std(path, _) => path.clone(),
                _ => return,
            },
            known.clone(),
        )) else {
            self.obstacle(format!("`{name}` stands for a type that can't be named"));
            return;
        };
        let read = |me: &mut Self, place: usize| {
            known.get(place).cloned().and_then(|of| me.decode(&of, 1))
        };
        let code = match &*kind {
            "HashMap" => {
                let (Some(key), Some(value)) = (read(self, 0), read(self, 1)) else {
                    return;
                };
                format!(
                    "let mut map: {text} = Default::default();\nfor _ in 0..input.byte() % 24 {{ match input.pick(5) {{\n0 => {{ input.say(\" remove \"); let k = {key}; log.show(&map.remove(&k)); }}\n1 => {{ input.say(\" get \"); let k = {key}; log.show(&map.get(&k)); }}\n_ => {{ input.say(\" insert \"); let k = {key}; input.say(\": \"); let v = {value}; log.show(&map.insert(k, v)); }}\n}} }}\nlog.drain(map.iter(), |item, log| see!(log, &item));\nlet same = map.clone(); log.show(&(same == map)); log.show(&map.len());\n"
                )
            }
            "HashSet" => {
                let Some(key) = read(self, 0) else { return };
                format!(
                    "let mut set: {text} = Default::default();\nfor _ in 0..input.byte() % 24 {{ match input.pick(5) {{\n0 => {{ input.say(\" remove \"); let k = {key}; log.show(&set.remove(&k)); }}\n1 => {{ input.say(\" contains \"); let k = {key}; log.show(&set.contains(&k)); }}\n_ => {{ input.say(\" insert \"); let k = {key}; log.show(&set.insert(k)); }}\n}} }}\nlog.drain(set.iter(), |item, log| see!(log, &item));\n"
                )
            }
            _ => {
                if let Some(read) = self.decode(of, 0) {
                    format!("let value = {read};\nsee_all!(log, &value);\n")
                } else if args.iter().any(|arg| matches!(arg, Ty::Local(..))) {
                    format!(
                        "let value: {text} = Default::default();\nlet a0 = input.bytes(); log.show(&hash_with(&value, &a0));\nlet a1 = input.u64(); log.show(&hash_with(&value, &a1));\n"
                    )
                } else {
                    self.obstacle(format!("no value of `{text}` can be made"));
                    return;
                }
            }
        };
        self.operation(
            name,
            format!("input.say({:?});\n{code}", format!("{name}:")),
            vec![],
        );
        for arg in known.iter().skip(1) {
            self.inner_types(arg);
        }
    }

    /// Types that an alias is made of are part of its API.
    fn inner_types(&mut self, of: &Ty) {
        match of {
            Ty::Local(..) => self.local_type(of, None),
            Ty::Std(_, args) => args.iter().for_each(|arg| self.inner_types(arg)),
            _ => {}
        }
    }
}

fn makes(output: &Ty, of: &Ty) -> bool {
    output == of
        || matches!(output, Ty::Std(path, args) if (path.ends_with("::Result") || path.ends_with("::Option")) && args.first() == Some(of))
}
