//! One file out of what was taken: each crate a private module, the author's text in the author's order.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{Edit, Kind};

use crate::{
    items::ItemKind,
    modules::SourceFile,
    original::Symbol,
    resolve::{At, Def, Id, World, exported},
    slice::paths::{self, Swap},
};

/// What is to be put together.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Items and members.
    pub live: BTreeSet<Id>,
    /// Modules that paths lead through.
    pub modules: BTreeSet<At>,
    /// Imports that go: (unit, number of the leaf; [`GLUE`] for the import that stands for a macro's export).
    pub leaves_off: BTreeSet<(Id, u32)>,
    /// Replacements beside those of paths, by unit: what an edition asks for.
    pub swaps: BTreeMap<Id, Vec<Swap>>,
    /// Lints to be allowed.
    pub allow: BTreeSet<String>,
}

/// Number of the import that stands for a macro's export, next to it; one more: the one at the crate's root.
pub const GLUE: u32 = 1 << 20;

/// A stretch of the module's text and the unit that it is.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The unit.
    pub id: Id,
    /// Its leaf, for an import.
    pub leaf: Option<u32>,
    /// With attributes and comments.
    pub whole: Range<usize>,
    /// From its first to its last token.
    pub core: Range<usize>,
    /// Whether members of it were left out.
    pub cut: bool,
}

/// A module's text.
#[derive(Debug, Clone, Default)]
pub struct Assembled {
    /// The text.
    pub text: String,
    /// Its pieces; a member's piece lies within its container's.
    pub pieces: Vec<Piece>,
    /// Departures from the author's text.
    pub edits: Vec<Edit>,
    /// Units that differ from the author's text.
    pub edited: BTreeSet<Id>,
    /// Stretches that are copied: (place in `text`, crate, file, place in the cleaned file, length).
    copied: Vec<(usize, u32, u32, usize, usize)>,
}

impl Assembled {
    /// The innermost piece at a place.
    pub fn at(&self, byte: usize) -> Option<&Piece> {
        self.pieces
            .iter()
            .filter(|piece| piece.whole.contains(&byte))
            .min_by_key(|piece| piece.whole.len())
    }

    /// Place in a cleaned file of a place in the text.
    pub fn source(&self, byte: usize) -> Option<(u32, u32, usize)> {
        let index = self
            .copied
            .partition_point(|copied| copied.0 <= byte)
            .checked_sub(1)?;
        let &(start, krate, file, source, length) = &self.copied[index];
        (byte <= start + length).then_some((krate, file, source + (byte - start)))
    }
}

/// Puts the module together.
pub fn assemble(world: &World<'_>, symbols: &[Symbol], stem: &str, plan: &Plan) -> Assembled {
    let mut writer = Writer {
        world,
        plan,
        stem,
        made: Assembled::default(),
        macros: false,
        hidden: namesakes(world, symbols),
        kept: BTreeMap::new(),
        emitted: BTreeMap::new(),
    };
    writer.macros = symbols.iter().any(|symbol| symbol.kind == Kind::Macro);
    if !plan.allow.is_empty() {
        let lints: Vec<&str> = plan.allow.iter().map(String::as_str).collect();
        writer.push(&format!("#![allow({})]\n\n", lints.join(", ")));
    }
    writer.roots(symbols);
    let mut krates: Vec<u32> = plan
        .live
        .iter()
        .map(|id| id.krate)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    krates.extend(
        plan.modules
            .iter()
            .map(|at| at.krate)
            .filter(|krate| !plan.live.iter().any(|id| id.krate == *krate))
            .collect::<BTreeSet<_>>(),
    );
    krates.retain(|krate| {
        writer.emits(At {
            krate: *krate,
            module: 0,
        })
    });
    // Macros of a dependency must be read before they are used; otherwise the wanted crate comes first.
    let shares_macros = plan
        .live
        .iter()
        .any(|id| id.krate != 0 && world.unit(*id).item.kind == ItemKind::MacroRules);
    if shares_macros {
        krates.reverse();
    }
    for krate in krates {
        writer.krate(krate);
    }
    writer.made
}

struct Writer<'a> {
    world: &'a World<'a>,
    plan: &'a Plan,
    stem: &'a str,
    made: Assembled,
    /// Whether a symbol is a macro, whose expansion must reach what it names.
    macros: bool,
    /// Modules that are called like a symbol.
    hidden: BTreeSet<At>,
    kept: BTreeMap<(Id, u32), bool>,
    emitted: BTreeMap<At, bool>,
}

impl<'a> Writer<'a> {
    fn push(&mut self, text: &str) {
        self.made.text.push_str(text);
    }

    fn file(&self, id: Id) -> &'a SourceFile {
        &self.world.krate(id.krate).files[self.world.unit(id).file as usize]
    }

    fn roots(&mut self, symbols: &[Symbol]) {
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

    fn krate(&mut self, krate: u32) {
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
    fn emits(&mut self, at: At) -> bool {
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

    /// Whether an import still has something to import.
    fn keeps(&mut self, id: Id, leaf: u32) -> bool {
        if self.plan.leaves_off.contains(&(id, leaf)) {
            return false;
        }
        if let Some(&known) = self.kept.get(&(id, leaf)) {
            return known;
        }
        self.kept.insert((id, leaf), false);
        let unit = self.world.unit(id);
        let of = &unit.leaves[leaf as usize];
        let (defs, _) = self.world.path(self.world.module_of(id), &of.path, true);
        let keeps = defs.is_empty()
            || defs.into_iter().any(|def| match def {
                Def::External(_) => true,
                Def::Unit(target) => self.plan.live.contains(&target),
                Def::Module(at) => self.emits(at),
            });
        self.kept.insert((id, leaf), keeps);
        keeps
    }

    fn module(&mut self, at: At) {
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
    fn moved_vis(&self, id: Id, vis: &str) -> String {
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

    /// A macro that was exported can be imported from where it stands.
    fn export(&mut self, id: Id) {
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
    fn exports_of(&mut self, index: u32) {
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

    fn import(&mut self, id: Id) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let at = self.world.module_of(id);
        let leaves: Vec<u32> = (0..unit.leaves.len() as u32)
            .filter(|leaf| self.keeps(id, *leaf))
            .collect();
        if leaves.is_empty() {
            return;
        }
        let start = self.made.text.len();
        for attr in &unit.item.attrs {
            if !attr.inside.is_empty()
                && !matches!(file.word(attr.inside.start), "doc" | "macro_use")
            {
                self.push(&format!("{}\n", file.spaced(&attr.tokens)));
            }
        }
        let vis = self.moved_vis(id, &file.spaced(&unit.item.vis));
        let space = if vis.is_empty() { "" } else { " " };
        let new: Vec<(u32, Vec<String>)> = leaves
            .iter()
            .map(|leaf| {
                (
                    *leaf,
                    paths::leaf_path(
                        self.world,
                        at,
                        &unit.leaves[*leaf as usize],
                        (id.unit, *leaf),
                        self.stem,
                    ),
                )
            })
            .collect();
        let common = common(&new, &unit.leaves);
        let shown = self.made.text.len();
        self.push(&format!("{vis}{space}use "));
        for part in &new[0].1[..common] {
            self.push(&format!("{}::", raw_part(part)));
        }
        let many = new.len() > 1;
        let path_from = self.made.text.len() - common_length(&new[0].1[..common]);
        if many {
            self.push("{");
        }
        for (index, (leaf, path)) in new.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            let begun = self.made.text.len();
            let of = &unit.leaves[*leaf as usize];
            let mut rest: Vec<String> = path[common..].iter().map(|part| raw_part(part)).collect();
            if of.name == "*" {
                rest.push("*".to_owned());
            } else if rest.is_empty() {
                rest.push("self".to_owned());
            }
            let mut text = rest.join("::");
            if of.name != "*" && path.last().is_some_and(|last| *last != of.name) {
                text.push_str(&format!(" as {}", raw(&of.name)));
            }
            self.push(&text);
            let whole = if many { begun } else { path_from }..self.made.text.len();
            self.made.pieces.push(Piece {
                id,
                leaf: Some(*leaf),
                whole: whole.clone(),
                core: whole,
                cut: false,
            });
        }
        self.push(if many { "};" } else { ";" });
        let after = self.made.text[shown..].to_owned();
        let before = file.spaced(&unit.item.tokens);
        if before.replace(' ', "").replace(",}", "}") != after.replace(' ', "") {
            let line = file.lines(&unit.item.tokens)[0];
            self.made.edits.push(Edit {
                file: file.path.clone(),
                line,
                before: short(&before),
                after: short(&after),
            });
        }
        self.push("\n");
        let _ = start;
    }

    /// One item with its attributes and comments; of an impl or a trait only the members that were taken.
    fn unit(&mut self, id: Id, whole: Range<usize>) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let start = self.made.text.len();
        let tokens = unit.item.tokens.clone();
        let core_bytes = file.bytes(&tokens);
        self.attributes(id, whole.start..core_bytes.start);
        let core = self.made.text.len();
        let left_out = unit.members.iter().any(|member| {
            !self.plan.live.contains(&Id {
                krate: id.krate,
                unit: *member,
            })
        });
        let index = self.made.pieces.len();
        self.made.pieces.push(Piece {
            id,
            leaf: None,
            whole: start..start,
            core: core..core,
            cut: left_out,
        });
        match (unit.item.body, left_out) {
            (Some((open, close)), true) => {
                self.copy(
                    id,
                    tokens.start..open + 1,
                    core_bytes.start..file.tokens[open].end as usize,
                );
                for attr in &unit.item.inner {
                    self.push(&format!("\n    {}", file.spaced(&attr.tokens)));
                }
                let mut first = true;
                for &member in &unit.members {
                    let member = Id {
                        krate: id.krate,
                        unit: member,
                    };
                    if self.plan.live.contains(&member) {
                        self.push(if first { "\n" } else { "\n\n" });
                        first = false;
                        self.unit(member, lead(file, member, self.world));
                    }
                }
                self.push("\n");
                let indent = self.indent(file, core_bytes.start);
                self.push(&indent);
                let close = &file.tokens[close];
                self.copy(
                    id,
                    tokens.end..tokens.end,
                    close.start as usize..close.end as usize,
                );
            }
            _ => {
                self.copy(id, tokens.clone(), core_bytes.clone());
                self.members_inside(id, core_bytes.start);
            }
        }
        let end = self.made.text.len();
        self.copy(
            id,
            tokens.end..tokens.end,
            core_bytes.end..whole.end.max(core_bytes.end),
        );
        let piece = &mut self.made.pieces[index];
        piece.core = core..end;
        piece.whole = start..self.made.text.len();
        self.cleaned_edits(id, whole);
    }

    fn indent(&self, file: &SourceFile, at: usize) -> String {
        let line = file.text()[..at].rfind('\n').map_or(0, |end| end + 1);
        file.text()[line..at]
            .chars()
            .take_while(|char| *char == ' ' || *char == '\t')
            .collect()
    }

    /// Pieces for the members of a container that was copied whole.
    fn members_inside(&mut self, id: Id, _from: usize) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        for &member in &unit.members {
            let member_id = Id {
                krate: id.krate,
                unit: member,
            };
            let bytes = file.bytes(&self.world.unit(member_id).item.tokens);
            let (Some(start), Some(end)) = (
                self.written(id, bytes.start),
                self.written(id, bytes.end - 1),
            ) else {
                continue;
            };
            self.made.pieces.push(Piece {
                id: member_id,
                leaf: None,
                whole: start..end + 1,
                core: start..end + 1,
                cut: false,
            });
        }
    }

    /// Where a byte of a unit's file was written last.
    fn written(&self, id: Id, byte: usize) -> Option<usize> {
        let file = self.world.unit(id).file;
        let found = self.made.copied.iter().rev().find(|copied| {
            (copied.1, copied.2) == (id.krate, file)
                && copied.3 <= byte
                && byte <= copied.3 + copied.4
        })?;
        Some(found.0 + (byte - found.3))
    }

    /// What stands before an item, without what can't stand in a module.
    fn attributes(&mut self, id: Id, bytes: Range<usize>) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let mut from = bytes.start;
        for attr in &unit.item.attrs {
            let word = file.word(attr.inside.start);
            if !attr.inside.is_empty()
                && matches!(
                    word,
                    "macro_export" | "stable" | "unstable" | "rustfmt_skip"
                )
            {
                let mut span = file.bytes(&attr.tokens);
                self.copy(id, 0..0, from..span.start.max(from));
                self.edit(id, span.clone(), "");
                // With the blanks behind it, so that no empty line is left before the item.
                let rest = &file.text()[span.end..bytes.end.max(span.end)];
                span.end += rest.len() - rest.trim_start().len();
                from = span.end;
            }
        }
        self.copy(id, 0..0, from..bytes.end.max(from));
    }

    /// Copies bytes of a unit's file, with the replacements its paths and the editions need.
    fn copy(&mut self, id: Id, tokens: Range<usize>, bytes: Range<usize>) {
        let file = self.file(id);
        let (file_index, text) = (self.world.unit(id).file, file.text());
        let mut swaps = if tokens.is_empty() {
            Vec::new()
        } else {
            paths::swaps(self.world, id, tokens, self.stem)
        };
        for (unit, more) in &self.plan.swaps {
            if unit.krate == id.krate && self.world.unit(*unit).file == file_index {
                swaps.extend(
                    more.iter()
                        .filter(|(range, _)| range.start >= bytes.start && range.end <= bytes.end)
                        .cloned(),
                );
            }
        }
        swaps.sort_by_key(|(range, _)| range.start);
        swaps.dedup();
        let mut from = bytes.start;
        for (range, new) in swaps {
            if range.start < from {
                continue;
            }
            self.piece_of(id.krate, file_index, &text[from..range.start], from);
            self.edit(id, range.clone(), &new);
            self.push(&new);
            from = range.end;
        }
        if from < bytes.end {
            self.piece_of(id.krate, file_index, &text[from..bytes.end], from);
        }
    }

    fn piece_of(&mut self, krate: u32, file: u32, text: &str, from: usize) {
        if !text.is_empty() {
            self.made
                .copied
                .push((self.made.text.len(), krate, file, from, text.len()));
            self.made.text.push_str(text);
        }
    }

    fn edit(&mut self, id: Id, range: Range<usize>, new: &str) {
        let file = self.file(id);
        let old = file.cleaned.original(range.start);
        let line = crate::modules::line_of(&file.original, old);
        // The member that it stands in is the edited one.
        let unit = self.world.unit(id);
        let inner = unit
            .members
            .iter()
            .map(|member| Id {
                krate: id.krate,
                unit: *member,
            })
            .find(|member| {
                let bytes = file.bytes(&self.world.unit(*member).item.tokens);
                bytes.start <= range.start && range.end <= bytes.end
            });
        self.made.edited.insert(id);
        self.made.edited.extend(inner);
        self.made.edits.push(Edit {
            file: file.path.clone(),
            line,
            before: short(&file.text()[range]),
            after: short(new),
        });
    }

    /// What cleaning changed within a unit.
    fn cleaned_edits(&mut self, id: Id, whole: Range<usize>) {
        let file = self.file(id);
        let start = file.cleaned.original(whole.start);
        let end = file.cleaned.original(whole.end.saturating_sub(1)) + 1;
        // An attribute just before the item was cut off with its line.
        let before = file.cleaned.changes.iter().filter(|change| {
            change.old.end <= start && file.original[change.old.end..start].trim().is_empty()
        });
        let within = file
            .cleaned
            .changes
            .iter()
            .filter(|change| change.old.start >= start && change.old.end <= end);
        for change in before.chain(within) {
            let text = file.original[change.old.clone()].trim();
            if !text.starts_with("#[cfg") && change.old.end <= start {
                continue;
            }
            // A dropped neighbour is no edit of this one.
            if change.old.end <= start && !text.ends_with(']') {
                continue;
            }
            let line = crate::modules::line_of(&file.original, change.old.start);
            self.made.edited.insert(id);
            self.made.edits.push(Edit {
                file: file.path.clone(),
                line,
                before: short(text),
                after: short(&change.new),
            });
        }
    }
}

/// Modules that a symbol's path means beside the symbol: an import of both would clash with the module's file.
fn namesakes(world: &World<'_>, symbols: &[Symbol]) -> BTreeSet<At> {
    let root = At {
        krate: 0,
        module: 0,
    };
    let of = |symbol: &Symbol| {
        let inside = symbol.public_path.split("::").skip(1);
        let path: Vec<String> = std::iter::once("crate")
            .chain(inside)
            .map(ToOwned::to_owned)
            .collect();
        world.path(root, &path, true).0
    };
    symbols
        .iter()
        .flat_map(of)
        .filter_map(|def| match def {
            Def::Module(at) => Some(at),
            _ => None,
        })
        .collect()
}

/// Bytes of a unit with its attributes, the comments above it and the one on its last line.
pub fn lead(file: &SourceFile, id: Id, world: &World<'_>) -> Range<usize> {
    let unit = world.unit(id);
    let text = file.text();
    let first = unit
        .item
        .attrs
        .first()
        .map_or(unit.item.tokens.start, |attr| attr.tokens.start);
    let mut start = file.tokens[first].start as usize;
    loop {
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        if !text[line..start].trim().is_empty() {
            break;
        }
        start = line;
        let Some(above) = text[..line].strip_suffix('\n') else {
            break;
        };
        let above_start = above.rfind('\n').map_or(0, |end| end + 1);
        let above = text[above_start..line].trim();
        if above.starts_with("//") && !above.starts_with("//!") && !above.starts_with("///") {
            start = above_start;
            if start == 0 {
                break;
            }
        } else {
            break;
        }
    }
    let mut end = file.bytes(&unit.item.tokens).end;
    let line_end = text[end..]
        .find('\n')
        .map_or(text.len(), |length| end + length);
    if text[end..line_end].trim_start().starts_with("//") {
        end = line_end;
    }
    start..end
}

/// How many leading parts all paths share, leaving at least a name to each.
fn common(paths: &[(u32, Vec<String>)], leaves: &[crate::modules::Leaf]) -> usize {
    let least = |(leaf, path): &(u32, Vec<String>)| {
        // `a::*` may give all its parts away; `a::b` must keep its name.
        if leaves[*leaf as usize].name == "*" {
            path.len()
        } else {
            path.len().saturating_sub(1)
        }
    };
    let limit = paths.iter().map(least).min().unwrap_or(0);
    let mut count = 0;
    while count < limit
        && paths
            .iter()
            .all(|(_, path)| path[count] == paths[0].1[count])
    {
        count += 1;
    }
    count
}

/// Bytes of leading parts with their `::`.
fn common_length(parts: &[String]) -> usize {
    parts.iter().map(|part| raw(part).len() + 2).sum()
}

/// A name, with `r#` where it is a keyword.
pub fn raw(name: &str) -> String {
    const RESERVED: [&str; 9] = [
        "async", "await", "dyn", "try", "gen", "match", "type", "mod", "move",
    ];
    let name = crate::modules::plain(name);
    if RESERVED.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

fn raw_part(part: &str) -> String {
    raw(part)
}

/// The first line of a long text.
fn short(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    if line.len() == text.trim().len() && line.chars().count() <= 160 {
        return line.to_owned();
    }
    let cut: String = line.chars().take(150).collect();
    format!("{cut} …")
}
