//! A module that somebody wrote: whose text is each of its definitions?
//!
//! Decided by comparing text, never by what a header says. What is the author's byte for byte is verbatim; what differs only in
//! how paths, imports, visibility and attributes are written is edited; anything else is synthesized.

mod attributes;
mod names;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{
    Candidate, Definition, Edit, Host, Module, Origin, Original, Slice, Stop, Taken,
};

use crate::{
    items::{Item, ItemKind, Reader},
    left_out::{is_cut, is_heard},
    modules::{SourceFile, plain},
    original::RustOriginal,
    parse::references::Scan,
    resolve::{Id, World},
    symbols::kind,
    tokens::{Token, TokenKind, tokens},
};

use names::Strange;

/// Reads a module.
pub fn read(
    original: &RustOriginal,
    synthesizer: &str,
    module: Module,
    host: &dyn Host,
) -> Result<Candidate, Stop> {
    let none = BTreeMap::new();
    let keep = &original.settings.keep;
    let world = World::new(
        &original.packages,
        &original.crates,
        &original.platform,
        &none,
        keep,
    )
    .leaving_free(
        &original
            .symbols
            .iter()
            .map(|symbol| symbol.name.as_str())
            .collect(),
    );
    let text = module.text().into_owned();
    let path = module
        .files
        .first()
        .map(|file| file.path.clone())
        .unwrap_or_default();
    let tokens = tokens(&text);
    let words: BTreeSet<&str> = tokens.iter().map(|token| token.text(&text)).collect();
    let known = Known::new(original, &world, &words, &module.stem);
    let (items, _) = Reader {
        text: &text,
        tokens: &tokens,
    }
    .items(0..tokens.len());
    let mut reading = Reading {
        original,
        known,
        text: &text,
        tokens: &tokens,
        path,
        may_cut: original.settings.specialize && is_heard(&words),
        module: String::new(),
        definitions: Vec::new(),
        ranges: Vec::new(),
        edits: Vec::new(),
    };
    reading.items(&items, "");
    // Without a slice, imports alone tell what is strange.
    let slice = match original.slice(host) {
        Err(Stop::Interrupted) => return Err(Stop::Interrupted),
        slice => slice.ok(),
    };
    reading.names(slice.as_ref());
    let kept = original.packages.iter().zip(&original.crates);
    let kept = kept.filter(|(_, krate)| {
        let name = krate.lib_name.as_str();
        reading.known.kept.contains(name) && words.contains(name)
    });
    let dependencies = kept.map(|(package, _)| package.name.clone()).collect();
    let (definitions, mut edits) = (reading.definitions, reading.edits);
    edits.sort();
    edits.dedup();
    Ok(Candidate {
        replaced: Vec::new(),
        synthesizer: synthesizer.to_owned(),
        definitions,
        edits,
        api_notes: Vec::new(),
        dependencies,
        module,
    })
}

/// What a definition is called, wherever it stands.
type Key = (ItemKind, String, String);

/// The original's definitions by name.
struct Known<'a> {
    world: &'a World<'a>,
    units: BTreeMap<Key, Vec<Id>>,
    /// Names of modules, where all that is called so is in one place.
    prefixes: BTreeSet<String>,
    /// Crates that the module may use.
    kept: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(
        original: &'a RustOriginal,
        world: &'a World<'a>,
        words: &BTreeSet<&str>,
        stem: &str,
    ) -> Self {
        let mut units: BTreeMap<Key, Vec<Id>> = BTreeMap::new();
        let mut prefixes: BTreeSet<String> = ["crate", "self", "super", "$crate"]
            .map(str::to_owned)
            .into();
        prefixes.insert(stem.to_owned());
        for (index, krate) in original.crates.iter().enumerate() {
            let home = world.home(index as u32);
            if index > 0 && !words.contains(krate.lib_name.as_str()) && !words.contains(home) {
                continue;
            }
            prefixes.extend([krate.lib_name.clone(), home.to_owned()]);
            let krate = world.krate(index as u32);
            for (number, unit) in krate.units.iter().enumerate() {
                let file = &krate.files[unit.file as usize];
                let container = unit
                    .container
                    .map(|container| &krate.units[container as usize].item);
                let container = container.map(|item| header(file.text(), &file.tokens, item));
                let name = name_of(file.text(), &file.tokens, &unit.item);
                let key = (unit.item.kind, name, container.unwrap_or_default());
                let id = Id {
                    krate: index as u32,
                    unit: number as u32,
                };
                units.entry(key).or_default().push(id);
            }
        }
        let keep = &original.settings.keep;
        let kept = original.packages.iter().zip(&original.crates);
        let kept = kept.filter(|(package, krate)| {
            keep.contains(&package.name) || keep.contains(&krate.lib_name)
        });
        Self {
            world,
            units,
            prefixes,
            kept: kept.map(|(_, krate)| krate.lib_name.as_str()).collect(),
        }
    }

    fn file(&self, id: Id) -> &'a SourceFile {
        &self.world.krate(id.krate).files[self.world.unit(id).file as usize]
    }
}

struct Reading<'a> {
    original: &'a RustOriginal,
    known: Known<'a>,
    text: &'a str,
    tokens: &'a [Token],
    path: String,
    /// Whether text of the author's may lack blocks that are left out.
    may_cut: bool,
    /// The innermost module that is being read.
    module: String,
    definitions: Vec<Taken>,
    /// Tokens of each.
    ranges: Vec<Range<usize>>,
    edits: Vec<Edit>,
}

/// How near a text is to one of the original's.
struct Match {
    id: Id,
    origin: Origin,
    cut: bool,
}

impl Reading<'_> {
    fn items(&mut self, items: &[Item], container: &str) {
        for item in items {
            match item.kind {
                ItemKind::Use | ItemKind::ExternCrate => {}
                ItemKind::Mod => {
                    let around = std::mem::replace(&mut self.module, plain(&item.name).to_owned());
                    self.items(&item.members, "");
                    self.module = around;
                }
                ItemKind::Impl if item.of_trait.is_empty() => {
                    let header = header(self.text, self.tokens, item);
                    self.items(&item.members, &header);
                }
                ItemKind::Impl | ItemKind::Trait => self.container(item),
                _ => self.one(item, container),
            }
        }
    }

    /// Text that says what stands for something else here is not the author's any more.
    fn names(&mut self, slice: Option<&Slice>) {
        let strange = Strange::of(&self.known, slice, self.text, &self.definitions);
        let mut scan = Scan::of(self.text, self.tokens);
        for (taken, range) in self.definitions.iter_mut().zip(&self.ranges) {
            if !taken.is_new() && strange.is_said(&mut scan, range) {
                taken.origin = Origin::Synthesized;
                taken.cut = false;
            }
        }
    }

    /// A trait or an impl of one: whole if it is the author's, otherwise its head and each of its members.
    fn container(&mut self, item: &Item) {
        let found = self.find(item, "", item.tokens.clone(), true);
        if let Some(found) = found.filter(|found| found.origin != Origin::Synthesized) {
            self.take(item, item.tokens.clone(), Some(found), "");
            return;
        }
        let end = item.body.map_or(item.tokens.end, |(open, _)| open + 1);
        let head = item.tokens.start..end;
        let found = self.find(item, "", head.clone(), false);
        self.take(item, head, found, "");
        let header = header(self.text, self.tokens, item);
        for member in &item.members {
            self.one(member, &header);
        }
    }

    fn one(&mut self, item: &Item, container: &str) {
        let found = self.find(item, container, item.tokens.clone(), true);
        self.take(item, item.tokens.clone(), found, container);
    }

    /// The original's definition of that name whose text is nearest.
    fn find(
        &self,
        item: &Item,
        container: &str,
        range: Range<usize>,
        whole: bool,
    ) -> Option<Match> {
        let key = (
            item.kind,
            name_of(self.text, self.tokens, item),
            container.to_owned(),
        );
        let mine = &self.text[bytes(self.tokens, &range)];
        let mut best: Option<Match> = None;
        let mut candidates = self.known.units.get(&key)?.clone();
        // Of two alike, the one in a module of the same name.
        candidates.sort_by_key(|id| {
            let path = self
                .known
                .world
                .module_path(self.known.world.module_of(*id));
            (path.last() != Some(&self.module), *id)
        });
        for id in candidates {
            let unit = self.known.world.unit(id);
            let file = self.known.file(id);
            let theirs = match unit.item.body {
                Some((open, _)) if !whole => unit.item.tokens.start..open + 1,
                _ => unit.item.tokens.clone(),
            };
            let their_bytes = file.bytes(&theirs);
            let from = file.cleaned.original(their_bytes.start);
            let to = file.cleaned.original(their_bytes.end.saturating_sub(1)) + 1;
            let my_words = self.normal(self.text, &self.tokens[range.clone()]);
            let their_words = self.normal(file.text(), &file.tokens[theirs]);
            let gated = self.has_attributes_of_its_own(item, &range, &unit.item, file)
                || self.lacks_members(item, id, whole);
            let (origin, cut) = if gated {
                (Origin::Synthesized, false)
            } else if file.original.get(from..to) == Some(mine) {
                (Origin::Verbatim, false)
            } else if my_words == their_words {
                (Origin::Edited, false)
            } else {
                let may_cut = self.may_cut && item.kind == ItemKind::Fn;
                let cut = may_cut && is_cut(&their_words, &my_words, mine);
                (Origin::Synthesized, cut)
            };
            let nearer = |best: &Match| (origin, !cut) < (best.origin, !best.cut);
            if best.as_ref().is_none_or(nearer) {
                best = Some(Match { id, origin, cut });
            }
        }
        best
    }

    /// Words of a text without attributes, visibility, imports and the relative part of paths.
    fn normal<'t>(&self, text: &'t str, tokens: &[Token]) -> Vec<&'t str> {
        let mut words = Vec::new();
        let mut at = 0;
        let base = |token: &Token| token.text(text);
        let word = |at: usize| tokens.get(at).map_or("", base);
        // Indices of `mate` are those of the whole file.
        let close = |at: usize| {
            let (open, shut) = (
                word(at),
                match word(at) {
                    "(" => ")",
                    "[" => "]",
                    _ => "}",
                },
            );
            let mut depth = 0usize;
            (at..tokens.len())
                .find(|at| {
                    depth += usize::from(word(*at) == open);
                    depth -= usize::from(word(*at) == shut);
                    depth == 0
                })
                .unwrap_or(at)
        };
        while at < tokens.len() {
            let touching = tokens
                .get(at + 2)
                .is_some_and(|next| next.kind == TokenKind::Punct);
            match word(at) {
                _ if matches!(tokens[at].kind, TokenKind::Doc | TokenKind::InnerDoc) => at += 1,
                "#" if matches!(word(at + 1), "[") => at = close(at + 1) + 1,
                "#" if word(at + 1) == "!" && word(at + 2) == "[" => at = close(at + 2) + 1,
                "pub" => {
                    at += 1;
                    if word(at) == "(" && matches!(word(at + 1), "crate" | "super" | "self" | "in")
                    {
                        at = close(at) + 1;
                    }
                }
                "use" => {
                    at = (at..tokens.len())
                        .find(|at| word(*at) == ";")
                        .map_or(at, |end| end)
                        + 1
                }
                "$" if word(at + 1) == "crate" => at += 1,
                part if word(at + 1) == ":"
                    && word(at + 2) == ":"
                    && touching
                    && self.known.prefixes.contains(plain(part)) =>
                {
                    at += 3
                }
                "alloc" | "core" if word(at + 1) == ":" && word(at + 2) == ":" => {
                    words.push("std");
                    at += 1;
                }
                // A comma before a closing delimiter says nothing.
                "," if matches!(word(at + 1), ")" | "]" | "}") => at += 1,
                other => {
                    words.push(other);
                    at += 1;
                }
            }
        }
        words
    }

    fn take(&mut self, item: &Item, range: Range<usize>, found: Option<Match>, container: &str) {
        let span = bytes(self.tokens, &range);
        let lines = [
            crate::modules::line_of(self.text, span.start),
            crate::modules::line_of(self.text, span.end.saturating_sub(1)),
        ];
        let origin = found
            .as_ref()
            .map_or(Origin::Synthesized, |found| found.origin);
        let cut = found.as_ref().is_some_and(|found| found.cut);
        let definition = match &found {
            Some(found) => self.definition(found, range.end < item.tokens.end),
            None => {
                let name = name_of(self.text, self.tokens, item);
                let name = if container.is_empty() {
                    name
                } else {
                    format!("{container}::{name}")
                };
                Definition {
                    name,
                    kind: item.kind.told(!container.is_empty()),
                    package: self.original.packages[0].id(),
                    file: self.path.clone(),
                    lines,
                }
            }
        };
        if let Some(found) = found.filter(|found| found.origin == Origin::Edited) {
            self.list_edits(&found, &definition, span);
        }
        let module_file = self.path.clone();
        self.ranges.push(range);
        self.definitions.push(Taken {
            definition,
            origin,
            cut,
            module_file,
            module_lines: lines,
        });
    }

    fn definition(&self, found: &Match, head: bool) -> Definition {
        let world = self.known.world;
        let unit = world.unit(found.id);
        let file = self.known.file(found.id);
        let tokens = match unit.item.body {
            Some((open, _)) if head => unit.item.tokens.start..open + 1,
            _ => unit.item.tokens.clone(),
        };
        Definition {
            name: crate::slice::full_name(world, found.id),
            kind: crate::slice::member_kind(world, found.id).unwrap_or_else(|| kind(unit)),
            package: world.package(found.id.krate).id(),
            file: file.path.clone(),
            lines: file.lines(&tokens),
        }
    }

    /// Lines that differ, side by side where as many stand on both sides.
    fn list_edits(&mut self, found: &Match, definition: &Definition, span: Range<usize>) {
        let file = self.known.file(found.id);
        let first = definition.lines[0] as usize;
        let count = (definition.lines[1] - definition.lines[0]) as usize + 1;
        let before: Vec<&str> = file.original.lines().skip(first - 1).take(count).collect();
        let after: Vec<&str> = self.text[span].lines().collect();
        let edit = |line: usize, before: &str, after: &str| Edit {
            file: file.path.clone(),
            line: line as u32,
            before: before.trim().to_owned(),
            after: after.trim().to_owned(),
        };
        let mut edits = Vec::new();
        if before.len() == after.len() {
            for (index, (before, after)) in before.iter().zip(&after).enumerate() {
                if before.trim() != after.trim() {
                    edits.push(edit(first + index, before, after));
                }
            }
        } else {
            let only = |these: &[&str], those: &[&str]| {
                let these = these
                    .iter()
                    .filter(|line| !those.iter().any(|other| other.trim() == line.trim()));
                these.map(|line| line.trim()).collect::<Vec<_>>().join(" ")
            };
            edits.push(edit(first, &only(&before, &after), &only(&after, &before)));
        }
        self.edits.extend(edits);
    }
}

fn bytes(tokens: &[Token], range: &Range<usize>) -> Range<usize> {
    tokens[range.start].start as usize..tokens[range.end - 1].end as usize
}

/// Words of a range, joined, without what says nothing about which definition it is.
fn joined(text: &str, tokens: &[Token], range: Range<usize>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for at in range {
        let word = tokens[at].text(text);
        let path = tokens
            .get(at + 1)
            .is_some_and(|next| next.text(text) == ":")
            && tokens
                .get(at + 2)
                .is_some_and(|next| next.text(text) == ":");
        // Of a path, its last part.
        if word == ":" || path || tokens[at].kind == TokenKind::Lifetime {
            continue;
        }
        words.push(word);
    }
    words.concat()
}

fn name_of(text: &str, tokens: &[Token], item: &Item) -> String {
    match item.kind {
        ItemKind::Impl => header(text, tokens, item),
        ItemKind::MacroCall => joined(text, tokens, item.tokens.clone())
            .trim_end_matches(';')
            .to_owned(),
        _ => plain(&item.name).to_owned(),
    }
}

/// An impl or a trait as a name for its members.
fn header(text: &str, tokens: &[Token], item: &Item) -> String {
    if item.kind != ItemKind::Impl {
        return item.name.clone();
    }
    let for_type = joined(text, tokens, item.for_type.clone());
    if item.of_trait.is_empty() {
        return for_type.split('<').next().unwrap_or_default().to_owned();
    }
    format!(
        "impl {} for {for_type}",
        joined(text, tokens, item.of_trait.clone())
    )
}
