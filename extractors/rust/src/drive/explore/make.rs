//! The function that makes values of a local type, and changes them by its methods and fields.

use super::{construct::Yields, functions};
use crate::{
    doc::{Def, Inner, StructKind},
    drive::{
        Builder,
        calls::{Receiver, receiver},
        choose::choose,
        text::{Arm, Arms, Function, Role},
        types::{Ty, bind, lower, unify},
    },
};

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
        arms.extend(self.field_changes(*def, args));
        arms
    }

    /// Changes of public fields.
    fn field_changes(&mut self, def: Def, args: &[Ty]) -> Vec<Arm> {
        let world = self.world;
        let mut arms = Vec::new();
        if let Some(Inner::Struct(inner)) = world.item(def).map(|item| &item.inner)
            && let StructKind::Plain { fields, .. } = &inner.kind
        {
            let subst = world
                .generics(def)
                .map(|generics| bind(world, def, generics, args.to_vec()))
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
}
