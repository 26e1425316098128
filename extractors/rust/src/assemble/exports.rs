//! The symbols at the root of the file, and macros where their export put them.

use std::collections::BTreeSet;

use ripout_model::Kind;

use super::{GLUE, Piece, Writer, raw};
use crate::{
    original::Symbol,
    resolve::{Id, exported},
};

impl<'a> Writer<'a> {
    pub(super) fn roots(&mut self, symbols: &[Symbol]) {
        let mut seen = BTreeSet::new();
        for symbol in symbols {
            if !seen.insert((&symbol.public_path, &symbol.name)) {
                continue;
            }
            let vis = if symbol.kind == Kind::Macro {
                "pub(crate)"
            } else {
                "pub"
            };
            let last = symbol.public_path.rsplit("::").next().unwrap_or_default();
            let rename = if last == symbol.name {
                String::new()
            } else {
                format!(" as {}", symbol.name)
            };
            let inside = symbol.public_path.split("::").skip(1).map(raw);
            let path = std::iter::once(raw(self.world.home(0)))
                .chain(inside)
                .collect::<Vec<_>>()
                .join("::");
            self.push(&format!("{vis} use self::{path}{rename};\n"));
        }
    }

    /// A macro that was exported can be imported from where it stands.
    pub(super) fn export(&mut self, id: Id) {
        let krate = self.world.krate(id.krate);
        if exported(krate, id.unit) && !self.plan.leaves_off.contains(&(id, GLUE)) {
            self.glue(
                id,
                GLUE,
                &format!("pub(crate) use {};", raw(&self.world.unit(id).item.name)),
            );
        }
    }

    /// Macros that were exported stand at the crate's root, too.
    pub(super) fn exports_of(&mut self, index: u32) {
        let krate = self.world.krate(index);
        for (name, units) in &krate.macros {
            for &unit in units.iter().rev().take(1) {
                let id = Id { krate: index, unit };
                let inner = krate.units[unit as usize].module != 0 && exported(krate, unit);
                if inner
                    && self.plan.live.contains(&id)
                    && !self.plan.leaves_off.contains(&(id, GLUE))
                    && !self.plan.leaves_off.contains(&(id, GLUE + 1))
                {
                    let path = self.world.module_path(self.world.module_of(id))[1..]
                        .iter()
                        .map(|part| raw(part))
                        .collect::<Vec<_>>()
                        .join("::");
                    self.glue(
                        id,
                        GLUE + 1,
                        &format!("pub(crate) use self::{path}::{};", raw(name)),
                    );
                }
            }
        }
    }

    fn glue(&mut self, id: Id, number: u32, text: &str) {
        let start = self.made.text.len();
        self.push(text);
        let whole = start..self.made.text.len();
        self.made.pieces.push(Piece {
            id,
            leaf: Some(number),
            whole: whole.clone(),
            core: whole,
            cut: false,
        });
        self.push("\n");
    }
}
