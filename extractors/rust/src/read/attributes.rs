//! What a definition does by its attributes, and an impl by what it does not have.

use std::{collections::BTreeSet, ops::Range};

use super::{Reading, joined};
use crate::{
    items::{Item, ItemKind},
    modules::{SourceFile, plain},
    resolve::Id,
    tokens::Token,
};

/// Attributes that decide whether a text is there, or write some.
const DECIDE: [&str; 4] = ["cfg", "cfg_attr", "derive", "repr"];

impl Reading<'_> {
    /// Whether a definition has an attribute that decides what it does, and the author's does not.
    pub fn has_attributes_of_its_own(
        &self,
        item: &Item,
        range: &Range<usize>,
        their_item: &Item,
        file: &SourceFile,
    ) -> bool {
        let theirs = attributes(file.text(), &file.tokens, their_item, &their_item.tokens);
        let derived: BTreeSet<&str> = theirs.iter().flat_map(|(_, words)| words.clone()).collect();
        let mine = attributes(self.text, self.tokens, item, range);
        mine.into_iter()
            .filter(|(name, _)| DECIDE.contains(name))
            .any(|(name, words)| match name {
                "derive" => !words.iter().all(|word| derived.contains(word)),
                _ => !theirs.contains(&(name, words)),
            })
    }

    /// Whether an impl of somebody else's trait leaves to that trait what the author's does not.
    pub fn lacks_members(&self, item: &Item, theirs: Id, whole: bool) -> bool {
        if item.kind != ItemKind::Impl || whole {
            return false;
        }
        let of = joined(self.text, self.tokens, item.of_trait.clone());
        let of = of.split('<').next().unwrap_or_default();
        let own = (ItemKind::Trait, of.to_owned(), String::new());
        let mine: BTreeSet<&str> = item.members.iter().map(|it| plain(&it.name)).collect();
        let world = self.known.world;
        let mut theirs = world
            .unit(theirs)
            .members
            .iter()
            .map(|member| &world.krate(theirs.krate).units[*member as usize].item);
        !self.known.units.contains_key(&own) && theirs.any(|it| !mine.contains(plain(&it.name)))
    }
}

/// Attributes before an item and in a range of its tokens: what each is called, and its words.
fn attributes<'t>(
    text: &'t str,
    tokens: &[Token],
    item: &Item,
    range: &Range<usize>,
) -> Vec<(&'t str, Vec<&'t str>)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text(text));
    let before = item.attrs.iter().map(|attr| attr.inside.clone());
    let inside = range.clone().filter_map(|at| {
        let open = at + 1 + usize::from(word(at + 1) == "!");
        let is_attribute = word(at) == "#" && word(open) == "[";
        let close = (is_attribute).then(|| (tokens[open].mate as usize).max(open))?;
        Some(open + 1..close)
    });
    let all = before.chain(inside).filter(|inside| !inside.is_empty());
    all.map(|inside| (word(inside.start), inside.map(word).collect()))
        .collect()
}
