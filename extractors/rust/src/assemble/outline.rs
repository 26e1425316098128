//! Modules of a crate, those that have anything to show.

use ripout_model::Edit;

use super::{Writer, lead::lead, raw};
use crate::{
    items::ItemKind,
    resolve::{At, Id},
    slice::paths::{self},
};

impl<'a> Writer<'a> {
    pub(super) fn krate(&mut self, krate: u32) {
        let name = raw(self.world.home(krate));
        let has_macros = krate != 0
            && self.plan.live.iter().any(|id| {
                id.krate == krate && self.world.unit(*id).item.kind == ItemKind::MacroRules
            });
        let vis = if self.macros { "pub(crate) " } else { "" };
        let attr = if has_macros { "#[macro_use]\n" } else { "" };
        self.push(&format!("\n{attr}{vis}mod {name} {{\n"));
        self.module(At { krate, module: 0 });
        self.push("}\n");
    }

    /// Whether a module has anything to show.
    pub(super) fn emits(&mut self, at: At) -> bool {
        if let Some(&known) = self.emitted.get(&at) {
            return known;
        }
        self.emitted.insert(at, self.plan.modules.contains(&at));
        let krate = self.world.krate(at.krate);
        let mut emits = false;
        for &unit in &krate.modules[at.module as usize].units {
            let id = Id {
                krate: at.krate,
                unit,
            };
            let of = &krate.units[unit as usize];
            emits |= match (of.item.kind, of.opens) {
                (_, Some(module)) => self.emits(At {
                    krate: at.krate,
                    module,
                }),
                (ItemKind::Use | ItemKind::ExternCrate, _) => {
                    self.plan.modules.contains(&at)
                        && (0..of.leaves.len()).any(|leaf| self.keeps(id, leaf as u32))
                }
                _ => self.plan.live.contains(&id),
            };
        }
        self.emitted.insert(at, emits);
        emits
    }

    pub(super) fn module(&mut self, at: At) {
        let krate = self.world.krate(at.krate);
        let mut last_end: Option<(u32, usize)> = None;
        for &unit in &krate.modules[at.module as usize].units {
            let id = Id {
                krate: at.krate,
                unit,
            };
            let of = &krate.units[unit as usize];
            match (of.item.kind, of.opens) {
                (_, Some(module)) => {
                    let inside = At {
                        krate: at.krate,
                        module,
                    };
                    if self.emits(inside) {
                        self.inner_module(id, inside);
                        last_end = None;
                    }
                }
                (ItemKind::Use | ItemKind::ExternCrate, _) => self.import(id),
                _ if self.plan.live.contains(&id) => {
                    let file = self.file(id);
                    let whole = lead(file, id, self.world);
                    // A blank line stays where one was.
                    let tight = last_end.is_some_and(|(other, end)| {
                        other == of.file
                            && file.text()[end..whole.start.max(end)]
                                .bytes()
                                .filter(|byte| *byte == b'\n')
                                .count()
                                < 2
                    });
                    if !tight && !self.made.text.ends_with("{\n") {
                        self.push("\n");
                    }
                    self.unit(id, whole.clone());
                    self.push("\n");
                    last_end = Some((of.file, whole.end));
                    if of.item.kind == ItemKind::MacroRules {
                        self.export(id);
                    }
                }
                _ => {}
            }
        }
        if at.module == 0 {
            self.exports_of(at.krate);
        }
    }

    fn inner_module(&mut self, id: Id, inside: At) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let vis = file.spaced(&unit.item.vis);
        let mut head = String::new();
        for attr in &unit.item.attrs {
            let word = file.word(attr.inside.start);
            if !attr.inside.is_empty()
                && matches!(word, "macro_use" | "cfg" | "deprecated" | "allow")
            {
                head.push_str(&file.spaced(&attr.tokens));
                head.push('\n');
            }
        }
        let space = if vis.is_empty() { "" } else { " " };
        let name = raw(&unit.item.name);
        let mut vis = self.moved_vis(id, &vis);
        if self.hidden.contains(&inside) && vis == "pub" {
            let depth = self.world.krate(inside.krate).modules[inside.module as usize].depth;
            vis = match depth {
                1 => "pub(super)".to_owned(),
                depth => format!("pub(in {})", vec!["super"; depth as usize].join("::")),
            };
            let line = file.lines(&unit.item.tokens)[0];
            self.made.edits.push(Edit {
                file: file.path.clone(),
                line,
                before: format!("pub mod {name}"),
                after: format!("{vis} mod {name}"),
            });
        }
        self.push(&format!("\n{head}{vis}{space}mod {name} {{\n"));
        self.module(inside);
        self.push("}\n");
    }

    /// `pub(in crate::a)` as it must read.
    pub(super) fn moved_vis(&self, id: Id, vis: &str) -> String {
        match vis
            .split_once("crate ::")
            .or_else(|| vis.split_once("crate::"))
        {
            Some((before, after)) => format!(
                "{before}{}::{after}",
                paths::up(self.world, self.world.module_of(id))
            ),
            None => vis.to_owned(),
        }
    }
}
