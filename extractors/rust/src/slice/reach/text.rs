//! What text names: paths, macros where they are called, and what macros spell.

use std::collections::BTreeSet;

use super::Walk;
use crate::{
    items::ItemKind,
    modules::SourceFile,
    resolve::{At, Def, Id},
    slice::{
        header::own_text,
        mentions::{self, Mention},
    },
};

impl<'a> Walk<'a> {
    /// Takes what a unit's text names.
    pub(super) fn mention(&mut self, id: Id) {
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
    pub(super) fn spelled(&mut self) {
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
}
