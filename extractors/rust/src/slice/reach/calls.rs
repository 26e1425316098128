//! Macro calls that write impls: what they have to do with, and what they write.

use std::collections::BTreeSet;

use super::Walk;
use crate::{
    items::ItemKind,
    resolve::{Def, Id},
    slice::mentions,
};

impl<'a> Walk<'a> {
    pub(super) fn maybe_call(&mut self, id: Id) {
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
}
