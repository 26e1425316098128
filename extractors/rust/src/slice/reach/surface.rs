//! What signatures show to a consumer.

use std::ops::Range;

use super::Walk;
use crate::{
    items::ItemKind,
    modules::SourceFile,
    resolve::{At, Def, Id},
    slice::{
        header::{head, visible_fields},
        mentions,
    },
};

impl<'a> Walk<'a> {
    /// Adds what signatures of the surface show.
    pub(super) fn grow_surface(&mut self) {
        let mut queue: Vec<Id> = self.reach.surface.iter().copied().collect();
        while let Some(id) = queue.pop() {
            for (at, file, range) in self.signature(id) {
                for mention in mentions::mentions(file, range) {
                    for def in self.world.path(at, &mention.path, false).0 {
                        let Def::Unit(seen) = def else { continue };
                        let kind = self.world.unit(seen).item.kind;
                        if kind == ItemKind::Trait
                            && self.reach.roots.contains(&id)
                            && self.world.unit(id).item.kind != ItemKind::Trait
                        {
                            self.reach.bounds.insert(seen);
                        }
                        let visible = matches!(
                            kind,
                            ItemKind::Struct
                                | ItemKind::Enum
                                | ItemKind::Union
                                | ItemKind::Trait
                                | ItemKind::TypeAlias
                                | ItemKind::MacroRules
                        );
                        if visible && self.reach.surface.insert(seen) {
                            queue.push(seen);
                        }
                    }
                }
            }
        }
    }

    /// The parts of a unit that a consumer can see, with where they stand.
    fn signature(&self, id: Id) -> Vec<(At, &'a SourceFile, Range<usize>)> {
        let unit = self.world.unit(id);
        let (at, file) = (self.world.module_of(id), self.file(id));
        let mut ranges: Vec<_> = match unit.item.kind {
            ItemKind::Fn | ItemKind::Const | ItemKind::Static | ItemKind::Trait => {
                vec![head(file, unit)]
            }
            ItemKind::TypeAlias | ItemKind::Enum | ItemKind::MacroRules | ItemKind::MacroCall => {
                vec![unit.item.tokens.clone()]
            }
            ItemKind::Struct | ItemKind::Union => visible_fields(file, unit),
            _ => Vec::new(),
        }
        .into_iter()
        .map(|range| (at, file, range))
        .collect();
        if unit.item.kind == ItemKind::Trait {
            for &member in &unit.members {
                let member = Id {
                    krate: id.krate,
                    unit: member,
                };
                if self.reach.live.contains(&member) {
                    ranges.push((at, file, head(file, self.world.unit(member))));
                }
            }
        }
        for (block, header) in &self.reach.headers {
            // What a visible trait gives for somebody else's type is seen through the trait: `<f32 as Trait>::Margin`.
            let through = header.for_type.is_empty() && header.of_trait.contains(&id);
            if (header.for_type.contains(&id) || through) && self.reach.live.contains(block) {
                self.visible_members(*block, &mut ranges);
            }
        }
        ranges
    }

    /// Signatures that an impl of a visible type shows.
    fn visible_members(&self, block: Id, ranges: &mut Vec<(At, &'a SourceFile, Range<usize>)>) {
        let unit = self.world.unit(block);
        let (at, file) = (self.world.module_of(block), self.file(block));
        let inherent = unit.item.of_trait.is_empty();
        if !inherent {
            ranges.push((at, file, unit.item.of_trait.clone()));
        }
        for &member in &unit.members {
            let id = Id {
                krate: block.krate,
                unit: member,
            };
            let member = self.world.unit(id);
            let shown = if inherent {
                member.public()
            } else {
                member.item.kind == ItemKind::TypeAlias
            };
            if shown && self.reach.live.contains(&id) {
                ranges.push((at, file, head(file, member)));
            }
        }
    }

    /// Whether a public member of a surface type is visible: all are, unless single methods were asked for, and then what makes a value.
    pub(super) fn shown(&self, of: Id, member: Id) -> bool {
        if !self.reach.cut.contains_key(&of) {
            return true;
        }
        let file = self.file(member);
        let name = &self.world.unit(of).item.name;
        let head = head(file, self.world.unit(member));
        let receives = head.clone().any(|at| file.word(at) == "self");
        let mut behind = head
            .skip_while(|at| !(file.word(*at) == ">" && file.word(at.saturating_sub(1)) == "-"));
        !receives && behind.any(|at| file.word(at) == "Self" || file.word(at) == name)
    }
}
