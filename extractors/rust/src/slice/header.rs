//! What the head of a unit names: the trait and the type of an impl, and what a consumer can see of a unit.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    items::ItemKind,
    modules::{SourceFile, Unit},
    resolve::{Def, Id, World},
    slice::mentions,
};

/// What the header of an impl names.
#[derive(Debug, Clone, Default)]
pub struct Header {
    /// Local traits that it implements.
    pub of_trait: BTreeSet<Id>,
    /// Local units in the type it is for.
    pub for_type: BTreeSet<Id>,
    /// Local units among the trait's arguments.
    pub arguments: BTreeSet<Id>,
}

/// Reads the header of an impl.
pub fn header(world: &World<'_>, id: Id) -> Header {
    let unit = world.unit(id);
    let mut header = Header::default();
    for (index, found) in types(world, id, unit.item.of_trait.clone()) {
        let trait_like = matches!(
            world.unit(found).item.kind,
            ItemKind::Trait | ItemKind::MacroCall
        );
        if index == 0 && trait_like {
            header.of_trait.insert(found);
        } else {
            header.arguments.insert(found);
        }
    }
    header.for_type = types(world, id, unit.item.for_type.clone())
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    // An alias stands for what it names: the impl is for that.
    let aliases: Vec<Id> = header
        .for_type
        .iter()
        .copied()
        .filter(|id| world.unit(*id).item.kind == ItemKind::TypeAlias)
        .collect();
    for alias in aliases {
        let meant: Vec<Id> = types(world, alias, world.unit(alias).item.tokens.clone())
            .into_iter()
            .map(|(_, id)| id)
            .filter(|id| *id != alias)
            .collect();
        if !meant.is_empty() {
            header.for_type.remove(&alias);
            header.for_type.extend(meant);
        }
    }
    header
}

/// Local types and traits that a range of a unit's file names, with the number of the mention.
fn types(world: &World<'_>, id: Id, range: Range<usize>) -> Vec<(usize, Id)> {
    let file = &world.krate(id.krate).files[world.unit(id).file as usize];
    let at = world.module_of(id);
    let mut found = Vec::new();
    for (index, mention) in mentions::mentions(file, range).iter().enumerate() {
        for def in world.path(at, &mention.path, false).0 {
            if let Def::Unit(id) = def
                && matches!(
                    world.unit(id).item.kind,
                    ItemKind::Struct
                        | ItemKind::Enum
                        | ItemKind::Union
                        | ItemKind::Trait
                        | ItemKind::TypeAlias
                        | ItemKind::MacroCall
                )
            {
                found.push((index, id));
            }
        }
    }
    found
}

/// A unit's text without that of members that are units of their own.
pub fn own_text(unit: &Unit) -> Range<usize> {
    match (unit.item.kind, unit.item.body) {
        (ItemKind::Impl | ItemKind::Trait, Some((open, _))) => unit.item.tokens.start..open,
        _ => unit.item.tokens.clone(),
    }
}

/// A unit up to its body or its value.
pub fn head(file: &SourceFile, unit: &Unit) -> Range<usize> {
    let tokens = unit.item.tokens.clone();
    let end = match (unit.item.kind, unit.item.body) {
        (ItemKind::Const | ItemKind::Static, _) => tokens
            .clone()
            .find(|at| file.word(*at) == "=")
            .unwrap_or(tokens.end),
        (_, Some((open, _))) => open,
        _ => tokens.end,
    };
    tokens.start..end
}

/// Generics of a struct and its public fields.
pub fn visible_fields(file: &SourceFile, unit: &Unit) -> Vec<Range<usize>> {
    let tokens = unit.item.tokens.clone();
    let open = tokens
        .clone()
        .find(|at| matches!(file.word(*at), "{" | "(") && *at > tokens.start + unit.item.vis.len())
        .unwrap_or(tokens.end);
    let mut ranges = Vec::new();
    ranges.push(tokens.start..open);
    if open >= tokens.end {
        return ranges;
    }
    let close = (file.tokens[open].mate as usize).max(open);
    let mut at = open + 1;
    while at < close {
        if file.word(at) == "pub" && file.word(at + 1) != "(" {
            let start = at;
            while at < close && file.word(at) != "," {
                at += 1;
            }
            ranges.push(start..at);
        }
        at += 1;
    }
    ranges
}
