//! What a path means: something of a dependency, something of the member's own, or what can't be told.

use std::collections::BTreeSet;

use super::{
    modules::Tree,
    text::{Leaf, Text},
};

/// A longer chain of imports leads in a circle.
const LONGEST: usize = 32;

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A path into another crate: the crate by the name it has here, and the rest.
    Outside(Vec<String>),
    /// A module of the member's own, or an item in one.
    Own(usize, Option<String>),
}

/// Looks names up.
pub struct Names<'t> {
    /// The member's modules.
    pub tree: &'t Tree,
    /// What the member calls its dependencies.
    pub called: &'t BTreeSet<String>,
}

impl Names<'_> {
    /// What a path means in a module, within blocks that import `scopes`, the innermost last.
    pub fn find(&self, module: usize, parts: &[String], scopes: &[&[Leaf]]) -> Option<Found> {
        self.look(module, parts, scopes, None, 0)
    }

    /// What a name of a `use` means.
    pub fn of_leaf(&self, module: usize, leaf: &Leaf, scopes: &[&[Leaf]]) -> Option<Found> {
        self.look(module, &leaf.path, scopes, Some(&leaf.name), 0)
    }

    /// `except` is the name that is just being looked up: an import is not made of itself.
    fn look(
        &self,
        module: usize,
        parts: &[String],
        scopes: &[&[Leaf]],
        except: Option<&str>,
        steps: usize,
    ) -> Option<Found> {
        if steps > LONGEST {
            return None;
        }
        let (first, rest) = parts.split_first()?;
        let here = &self.tree.modules[module];
        match first.as_str() {
            "" => return self.crates(rest),
            "crate" => return self.walk(here.root, rest, steps + 1),
            "self" => return self.walk(module, rest, steps + 1),
            "super" => return self.walk(here.parent?, rest, steps + 1),
            _ => {}
        }
        if except != Some(first) {
            for (at, scope) in scopes.iter().enumerate().rev() {
                if let Some(leaf) = scope.iter().find(|leaf| leaf.name == *first) {
                    let path = [&leaf.path[..], rest].concat();
                    let name = Some(leaf.name.as_str());
                    return self.look(module, &path, &scopes[..at + 1], name, steps + 1);
                }
            }
        }
        self.member(module, parts, except, steps).or_else(|| {
            // Names of other crates come last.
            self.crates(parts)
        })
    }

    fn crates(&self, parts: &[String]) -> Option<Found> {
        let first = parts.first()?;
        if self.called.contains(first) {
            return Some(Found::Outside(parts.to_vec()));
        }
        if *first == self.tree.library_name {
            return self.walk(self.tree.library?, &parts[1..], 1);
        }
        None
    }

    fn walk(&self, module: usize, parts: &[String], steps: usize) -> Option<Found> {
        if steps > LONGEST {
            return None;
        }
        match parts.split_first() {
            None => Some(Found::Own(module, None)),
            Some((first, rest)) if first == "super" => {
                self.walk(self.tree.modules[module].parent?, rest, steps + 1)
            }
            Some((first, rest)) if first == "self" => self.walk(module, rest, steps + 1),
            Some(_) => self.member(module, parts, None, steps),
        }
    }

    /// A name that a module has: its own, or one that it imports.
    fn member(
        &self,
        module: usize,
        parts: &[String],
        except: Option<&str>,
        steps: usize,
    ) -> Option<Found> {
        let (first, rest) = parts.split_first()?;
        let here = &self.tree.modules[module];
        if let Some(child) = here.children.get(first) {
            return self.walk(*child, rest, steps + 1);
        }
        if let Some(named) = here.names.get(first)
            && (rest.is_empty() || named.holds)
        {
            return Some(Found::Own(module, Some(first.clone())));
        }
        if except != Some(first)
            && let Some(leaf) = here.imports.iter().find(|leaf| leaf.name == *first)
        {
            let path = [&leaf.path[..], rest].concat();
            return self.look(module, &path, &[], Some(&leaf.name), steps + 1);
        }
        for glob in here.imports.iter().filter(|leaf| leaf.name == "*") {
            if let Some(Found::Own(other, None)) =
                self.look(module, &glob.path, &[], Some("*"), steps + 8)
                && other != module
                && let Some(found) = self.member(other, parts, except, steps + 8)
            {
                return Some(found);
            }
        }
        None
    }
}

/// What everybody can name of a member's library.
pub struct Api {
    modules: BTreeSet<usize>,
    items: BTreeSet<(usize, String)>,
}

impl Api {
    /// Follows `pub` and `pub use` from the library's root.
    pub fn of(names: &Names) -> Self {
        let mut api = Self {
            modules: names.tree.library.into_iter().collect(),
            items: BTreeSet::new(),
        };
        loop {
            let mut modules = BTreeSet::new();
            let mut items = BTreeSet::new();
            for index in &api.modules {
                let module = &names.tree.modules[*index];
                let public = |child: &&usize| names.tree.modules[**child].public;
                modules.extend(module.children.values().filter(public).copied());
                for leaf in module.imports.iter().filter(|leaf| leaf.public) {
                    match names.of_leaf(*index, leaf, &[]) {
                        Some(Found::Own(other, None)) => {
                            modules.insert(other);
                        }
                        Some(Found::Own(other, Some(name))) => {
                            items.insert((other, name));
                        }
                        _ => {}
                    }
                }
            }
            let before = api.modules.len() + api.items.len();
            api.modules.extend(modules);
            api.items.extend(items);
            if api.modules.len() + api.items.len() == before {
                return api;
            }
        }
    }

    /// Whether a module is one of them.
    pub fn has_module(&self, module: usize) -> bool {
        self.modules.contains(&module)
    }

    /// Whether an item is one of them.
    pub fn has(&self, tree: &Tree, module: usize, name: &str) -> bool {
        let public = tree.modules[module]
            .names
            .get(name)
            .is_some_and(|named| named.public);
        public && (self.has_module(module) || self.items.contains(&(module, name.to_owned())))
    }
}

/// Imports of a block, those of blocks within it left out.
pub fn imports(text: &Text, open: usize, close: usize) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut at = open;
    while at < close {
        match text.word(at) {
            "{" | "(" | "[" => at = text.mate(at) + 1,
            "use" if text.word(at + 1) != "<" => {
                let (found, next) = text.leaves(at, close, false);
                leaves.extend(found);
                at = next.max(at + 1);
            }
            _ => at += 1,
        }
    }
    leaves
}
