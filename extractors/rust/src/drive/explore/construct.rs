//! Constructors of a type: functions that yield it, traits that make it, struct and variant expressions.

use super::{functions, short};
use crate::{
    doc::{Def, Inner, StructKind, Target, VariantKind, model},
    drive::{
        Builder,
        calls::{Receiver, receiver},
        choose::choose,
        types::{Subst, Ty, arguments, bind, lower, unify},
    },
};

/// A constructor as text: what it is called, what reads its arguments, the call, and what it yields.
type Constructor = (String, String, String, Yields);

impl Builder<'_> {
    /// All constructors of a type.
    pub fn constructor_calls(&mut self, of: &Ty, depth: u32) -> Vec<Constructor> {
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
                None => found.extend(self.yielding(at, inner, of, &text, &subst)),
                // An impl may have the type as an argument of its trait alone: `impl From<Error> for io::Error`.
                Some(path)
                    if inner.blanket_impl.is_none()
                        && lower(world, at.krate, &inner.for_, &subst) == *of =>
                {
                    let Target::Foreign(full) = world.target(at.krate, path.id) else {
                        continue;
                    };
                    let of_args = arguments(world, at.krate, path, &subst);
                    found.extend(self.made_by_trait(&full, &of_args, &text, depth));
                }
                Some(_) => {}
            }
        }
        found.extend(self.literals(of, *def, args, &text, depth));
        found
    }

    /// Functions of an inherent impl that yield the type.
    fn yielding(
        &mut self,
        at: Def,
        inner: &model::Impl,
        of: &Ty,
        text: &str,
        subst: &Subst,
    ) -> Vec<Constructor> {
        let world = self.world;
        let mut found = Vec::new();
        for (item, function) in functions(world, at.krate, &inner.items) {
            if !item.public() || receiver(function) != Receiver::None {
                continue;
            }
            for subst in choose(
                world,
                at.krate,
                &[&inner.generics, &function.generics],
                subst,
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
                if let Some(call) = self.call(at.krate, function, &callee, None, &subst) {
                    let before = format!(
                        "input.say({:?});\n{}input.say(\")\");\n",
                        format!("{}(", short(&callee)),
                        call.before
                    );
                    found.push((short(&callee), before, call.expr, kind));
                }
            }
        }
        found
    }

    /// What a trait of the standard library with these arguments makes of the type.
    fn made_by_trait(
        &mut self,
        full: &str,
        of_args: &[Ty],
        text: &str,
        depth: u32,
    ) -> Option<Constructor> {
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
        let (read, call, kind) = made?;
        let name = call.split('(').next().unwrap_or_default().to_owned();
        let about = format!("{}::{name}", short(text));
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
        Some((about, before, format!("<{text}{through}>::{call}"), kind))
    }

    /// Struct and variant expressions, where all fields are public.
    fn literals(
        &mut self,
        of: &Ty,
        def: Def,
        args: &[Ty],
        text: &str,
        depth: u32,
    ) -> Vec<Constructor> {
        let world = self.world;
        let Some(item) = world.item(def) else {
            return Vec::new();
        };
        if item.has_attr("non_exhaustive") {
            return Vec::new();
        }
        let subst = world
            .generics(def)
            .map(|generics| bind(world, def, generics, args.to_vec()))
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
    ) -> Option<Constructor> {
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
