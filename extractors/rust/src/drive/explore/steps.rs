//! The calls on a value that its exploration chooses from.

use super::{
    MANY, functions,
    shape::{asks_nothing, asks_of_its_own, may_be_for},
};
use crate::{
    doc::{Def, Inner, Target},
    drive::{
        Builder,
        choose::choose,
        text::Arm,
        types::{Subst, Ty, arguments, lower, unify},
    },
};

/// Of an impl with so few members, a generic one is tried with many types: with each there may be other text to run.
const FEW: usize = 6;

/// How many types that is.
const WIDE: usize = 12;

impl Builder<'_> {
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

    /// Steps to choose from, and last things that use the value up.
    pub(super) fn steps(
        &mut self,
        of: &Ty,
        def: Def,
        args: &[Ty],
        shared: bool,
    ) -> (Vec<Arm>, Vec<String>) {
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
}
