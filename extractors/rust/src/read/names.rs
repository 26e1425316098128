//! Whether the names in the author's text stand for what they stood for.
//!
//! A definition whose text is the author's does as theirs only where all that it names does. A module may lack what it names
//! and still build: an import, the prelude or a method of the standard library's may go by the same name.

use std::{collections::BTreeSet, ops::Range};

use ripout_model::{Definition, Kind, Slice, Taken};

use super::Known;
use crate::{
    clean::Cleaned,
    items::ItemKind,
    modules::{Leaf, SourceFile, leaves_at, plain},
    parse::{record::RefKind, references::Scan},
    tokens::tokens,
};

/// Names that may stand for something else in a module.
#[derive(Debug, Default)]
pub struct Strange {
    /// Of items that are gone.
    items: BTreeSet<String>,
    /// Of members that are gone.
    members: BTreeSet<String>,
    /// That imports bring in, as the original's do not.
    imported: BTreeSet<String>,
    /// Tokens of those imports.
    imports: Vec<Range<usize>>,
    /// Whether a glob may bring in any name.
    any: bool,
}

impl Strange {
    /// Of a module with these definitions: names of the slice's definitions that it lacks, and of imports that are new.
    pub fn of(
        known: &Known<'_>,
        slice: Option<&Slice>,
        module: &str,
        definitions: &[Taken],
    ) -> Self {
        let mut strange = Self::default();
        let has = |definition: &Definition| {
            definitions.iter().any(|taken| {
                let own = &taken.definition;
                let apart =
                    own.lines[1] < definition.lines[0] || definition.lines[1] < own.lines[0];
                own.package == definition.package && own.file == definition.file && !apart
            })
        };
        let closure = slice.map_or(&[][..], |slice| &slice.closure);
        for Taken { definition, .. } in closure.iter().filter(|taken| !has(&taken.definition)) {
            let mut parts = definition.name.rsplit("::").map(plain);
            let name = parts.next().unwrap_or_default();
            match definition.kind {
                Kind::Method => {
                    let owner = parts.next().unwrap_or_default();
                    let of_own = definitions.iter().any(|taken| {
                        !matches!(taken.definition.kind, Kind::Method | Kind::Impl)
                            && taken.definition.name.rsplit("::").next() == Some(owner)
                    });
                    if of_own {
                        strange.members.insert(name.to_owned());
                    }
                }
                Kind::Trait => {
                    strange.items.insert(name.to_owned());
                    strange.members.extend(known.members(name));
                }
                Kind::TraitMember => {
                    strange.members.insert(name.to_owned());
                }
                // A type that is not dropped as it was is another.
                Kind::Impl => strange.items.extend(dropped(&definition.name)),
                Kind::MacroCall | Kind::Use | Kind::DataFile => {}
                _ => {
                    strange.items.insert(name.to_owned());
                }
            }
        }
        strange.import(known, slice, module);
        strange
    }

    /// Imports of what is not the module's own, where neither the author nor the slice imports such a thing under such a name.
    fn import(&mut self, known: &Known<'_>, slice: Option<&Slice>, module: &str) {
        let file = source(module);
        let modules: BTreeSet<&str> = (1..file.tokens.len())
            .filter(|at| file.word(at - 1) == "mod")
            .map(|at| plain(file.word(at)))
            .collect();
        let foreign = |leaf: &Leaf| {
            let first = leaf.path.first().map_or("", String::as_str);
            // `use ::core;` says what is so anyway.
            let is_root = leaf.path.len() == 2 && first.is_empty() && leaf.name == leaf.path[1];
            let is_type = first.starts_with(|c: char| c.is_uppercase());
            let is_own = is_type || known.prefixes.contains(first) || modules.contains(first);
            let renames = leaf.name != "*" && leaf.path.last() != Some(&leaf.name);
            !is_root && (!is_own || known.kept.contains(first) || renames && leaf.name != "_")
        };
        let mut theirs: Option<BTreeSet<(String, String)>> = None;
        for (range, leaves) in uses(&file) {
            for leaf in leaves.iter().filter(|leaf| foreign(leaf)) {
                let theirs = theirs.get_or_insert_with(|| {
                    let mut theirs = known.imports();
                    let text = slice.map(|slice| slice.module.text());
                    theirs.extend(imports(&source(text.as_deref().unwrap_or_default())));
                    theirs
                });
                if theirs.contains(&pair(leaf)) {
                    continue;
                }
                self.any |= leaf.name == "*";
                self.imported.insert(leaf.name.clone());
                self.imports.push(range.clone());
            }
        }
    }

    /// Whether the text in a range of the module's tokens says such a name, or brings one in.
    pub fn is_said(&self, scan: &mut Scan<'_>, range: &Range<usize>) -> bool {
        let within = |import: &Range<usize>| range.start <= import.start && import.end <= range.end;
        if self.imports.iter().any(within) {
            return true;
        }
        let mut found = Vec::new();
        scan.collect(range.clone(), &mut |reference| found.push(reference));
        found.into_iter().any(|reference| {
            let (mut parts, mut next) = (Vec::new(), Some(reference.path));
            while let Some(at) = next {
                let step = scan.paths[at as usize];
                parts.push(&*scan.words.names[step.name as usize]);
                next = step.before;
            }
            let is_path = matches!(reference.kind, RefKind::Path | RefKind::Macro);
            let item = |name: &&str| self.items.contains(*name);
            // From the last part of a path to the first.
            let first = parts.last();
            is_path
                && (self.any
                    || parts.iter().any(item)
                    || first.is_some_and(|name| self.imported.contains(*name)))
                || parts
                    .first()
                    .is_some_and(|name| self.members.contains(*name))
                    && (!is_path || parts.len() > 1)
        })
    }
}

/// The type that an impl says how to drop.
fn dropped(name: &str) -> Option<String> {
    let (of, on) = name.strip_prefix("impl ")?.split_once(" for ")?;
    let path = on.split('<').next()?;
    let last = |path: &str| {
        path.rsplit("::")
            .next()
            .map(|it| plain(it.trim()).to_owned())
    };
    (last(of)? == "Drop").then(|| last(path))?
}

/// A text as a file of its own.
fn source(text: &str) -> SourceFile {
    SourceFile {
        path: String::new(),
        original: text.to_owned(),
        cleaned: Cleaned::new(text, Vec::new()),
        tokens: tokens(text),
    }
}

/// Where each `use` of a file stands, in bodies too, with what it brings in.
fn uses(file: &SourceFile) -> impl Iterator<Item = (Range<usize>, Vec<Leaf>)> {
    let starts = (0..file.tokens.len()).filter(|at| file.word(*at) == "use");
    starts.map(|at| {
        let end = (at..file.tokens.len()).find(|at| file.word(*at) == ";");
        let end = end.unwrap_or(file.tokens.len());
        (at..end, leaves_at(file, at, end))
    })
}

/// What a file brings in.
fn imports(file: &SourceFile) -> Vec<(String, String)> {
    let leaves = uses(file).flat_map(|(_, leaves)| leaves);
    leaves.map(|leaf| pair(&leaf)).collect()
}

/// What is brought in, and under which name. The standard library's crates are one here.
fn pair(leaf: &Leaf) -> (String, String) {
    let mut path: Vec<&str> = leaf.path.iter().map(String::as_str).collect();
    if path.first() == Some(&"") {
        path.remove(0);
    }
    if let Some(first @ (&mut "core" | &mut "alloc")) = path.first_mut() {
        *first = "std";
    }
    (path.join("::"), leaf.name.clone())
}

impl Known<'_> {
    /// All that the original's files import.
    fn imports(&self) -> BTreeSet<(String, String)> {
        let crates: BTreeSet<u32> = self.units.values().flatten().map(|id| id.krate).collect();
        let files = crates
            .into_iter()
            .flat_map(|index| &self.world.krate(index).files);
        files.flat_map(imports).collect()
    }

    /// Names of the members of traits that are called so.
    fn members(&self, name: &str) -> Vec<String> {
        let key = (ItemKind::Trait, name.to_owned(), String::new());
        let traits = self.units.get(&key).into_iter().flatten();
        let members = traits.flat_map(|id| {
            let krate = self.world.krate(id.krate);
            let members = &self.world.unit(*id).members;
            members.iter().map(|member| &krate.units[*member as usize])
        });
        members
            .map(|unit| plain(&unit.item.name).to_owned())
            .collect()
    }
}
