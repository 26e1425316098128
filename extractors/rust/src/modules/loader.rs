//! Reads a crate whole: its files, as rustc finds them, into units.

use std::{cell::RefCell, collections::BTreeMap};

use ripout_model::Package;

use super::{
    BuildOutput, Krate, Module, Unit, plain,
    source::SourceFile,
    uses::{Leaf, extern_leaf, use_leaves},
};
use crate::{
    cfg::{CfgSet, unquote},
    clean::{self, Cleaned},
    items::{Attr, Item, ItemKind, Reader},
    manifest::Crate,
    tokens::tokens,
};

/// Reads crates.
pub(super) struct Loader<'a> {
    pub(super) package: &'a Package,
    pub(super) krate: &'a Crate,
    cfg: CfgSet,
    pub(super) output: &'a BuildOutput,
    pub(super) made: Krate,
    pub(super) missed: RefCell<Vec<String>>,
}

/// Reads one crate whole. Never fails: what could not be read is in `problems`.
pub fn load(package: &Package, krate: &Crate, platform: &CfgSet, output: &BuildOutput) -> Krate {
    let mut cfg = platform.clone();
    cfg.features = krate.features.iter().cloned().collect();
    for name in &output.cfgs {
        cfg.add(name);
    }
    let mut loader = Loader {
        package,
        krate,
        cfg,
        output,
        made: Krate {
            name: krate.lib_name.clone(),
            old_paths: krate.edition == "2015",
            files: Vec::new(),
            modules: vec![Module::default()],
            units: Vec::new(),
            macros: BTreeMap::new(),
            impls: Vec::new(),
            problems: Vec::new(),
        },
        missed: RefCell::default(),
    };
    let folder = krate
        .lib_file
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned();
    loader.file(&krate.lib_file, 0, &folder, &folder, 0);
    for missed in loader.missed.take() {
        loader
            .made
            .problems
            .push((krate.lib_file.clone(), 1, missed));
    }
    loader.made
}

/// Deeper nesting than this is a loop of `#[path]`.
pub(super) const DEEPEST: usize = 64;

impl Loader<'_> {
    /// Reads a file's items into a module. `folder` is where a plain `mod x;` is looked for, `beside` where `#[path]` starts.
    fn file(&mut self, path: &str, module: u32, folder: &str, beside: &str, depth: usize) -> bool {
        let Ok(bytes) = self.package.read(path) else {
            return false;
        };
        let original = String::from_utf8_lossy(&bytes).into_owned();
        self.text(path.to_owned(), original, module, folder, beside, depth);
        true
    }

    pub(super) fn text(
        &mut self,
        path: String,
        original: String,
        module: u32,
        folder: &str,
        beside: &str,
        depth: usize,
    ) {
        let raw = tokens(&original);
        let here = path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        let changes = clean::changes(&original, &raw, &self.cfg, &|name, argument| {
            self.inline(&here, name, argument)
        });
        let cleaned = Cleaned::new(&original, changes);
        let tokens = tokens(&cleaned.text);
        let (items, inner) = Reader {
            text: &cleaned.text,
            tokens: &tokens,
        }
        .items(0..tokens.len());
        let file = self.made.files.len() as u32;
        self.made.files.push(SourceFile {
            path,
            original,
            cleaned,
            tokens,
        });
        if self.switched_off(file, &inner) {
            return;
        }
        for item in items {
            self.unit(item, file, module, None, folder, beside, depth);
        }
    }

    /// Whether an inner `#![cfg(…)]` fails.
    fn switched_off(&self, file: u32, inner: &[Attr]) -> bool {
        let file = &self.made.files[file as usize];
        inner.iter().any(|attr| {
            attr.inside.len() > 3
                && file.word(attr.inside.start) == "cfg"
                && !self
                    .cfg
                    .evaluate(
                        file.text(),
                        &file.tokens[attr.inside.start + 2..attr.inside.end - 1],
                    )
                    .holds()
        })
    }

    #[allow(clippy::too_many_arguments)] // One recursion; a struct of them would only be taken apart again.
    fn unit(
        &mut self,
        mut item: Item,
        file: u32,
        module: u32,
        container: Option<u32>,
        folder: &str,
        beside: &str,
        depth: usize,
    ) {
        let id = self.made.units.len() as u32;
        let source = &self.made.files[file as usize];
        let leaves = match item.kind {
            ItemKind::Use => use_leaves(source, &item),
            ItemKind::ExternCrate => extern_leaf(source, &item),
            _ => Vec::new(),
        };
        if item.kind == ItemKind::MacroCall && item.name == "include" && container.is_none() {
            let argument = item
                .body
                .map(|(open, close)| source.text()[source.bytes(&(open + 1..close))].to_owned());
            if let Some(argument) = argument
                && self.include(&argument, file, module, folder, beside, depth)
            {
                return;
            }
        }
        let members = std::mem::take(&mut item.members);
        let (kind, name) = (item.kind, item.name.clone());
        let path_attr = self.path_attr(file, &item);
        let inner = item.inner.clone();
        let body = item.body;
        self.made.units.push(Unit {
            item,
            file,
            module,
            container,
            members: Vec::new(),
            leaves: leaves.clone(),
            opens: None,
        });
        if let Some(container) = container {
            self.made.units[container as usize].members.push(id);
            return;
        }
        self.enter(id, kind, &name, &leaves, module);
        match kind {
            ItemKind::Mod => self.open(
                id,
                &name,
                file,
                module,
                members,
                &inner,
                body.is_some(),
                path_attr,
                folder,
                beside,
                depth,
            ),
            ItemKind::Impl | ItemKind::Trait | ItemKind::ForeignMod => {
                for member in members {
                    if kind == ItemKind::ForeignMod && !member.name.is_empty() {
                        self.made.modules[module as usize]
                            .names
                            .entry(member.name.clone())
                            .or_default()
                            .push(id);
                    }
                    self.unit(member, file, module, Some(id), folder, beside, depth);
                }
            }
            ItemKind::Unknown => {
                let unit = &self.made.units[id as usize];
                let source = &self.made.files[file as usize];
                let line = source.lines(&unit.item.tokens)[0];
                self.made.problems.push((
                    source.path.clone(),
                    line,
                    "text that is no item".to_owned(),
                ));
            }
            _ => {}
        }
    }

    /// Enters a unit of a module where it is looked for: by its name, by the names it imports, as a macro, as an impl.
    fn enter(&mut self, id: u32, kind: ItemKind, name: &str, leaves: &[Leaf], module: u32) {
        self.made.modules[module as usize].units.push(id);
        for (index, leaf) in leaves.iter().enumerate() {
            let imports = &mut self.made.modules[module as usize].imports;
            imports
                .entry(leaf.name.clone())
                .or_default()
                .push((id, index as u32));
        }
        match kind {
            ItemKind::MacroRules => self
                .made
                .macros
                .entry(name.to_owned())
                .or_default()
                .push(id),
            ItemKind::Impl => self.made.impls.push(id),
            _ => {}
        }
        if !name.is_empty()
            && !matches!(
                kind,
                ItemKind::MacroCall
                    | ItemKind::ExternCrate
                    | ItemKind::Unknown
                    | ItemKind::MacroRules
            )
        {
            self.made.modules[module as usize]
                .names
                .entry(plain(name).to_owned())
                .or_default()
                .push(id);
        }
    }

    #[allow(clippy::too_many_arguments)] // See `unit`.
    fn open(
        &mut self,
        unit: u32,
        name: &str,
        file: u32,
        parent: u32,
        members: Vec<Item>,
        inner: &[Attr],
        inline: bool,
        path_attr: Option<String>,
        folder: &str,
        beside: &str,
        depth: usize,
    ) {
        let name = plain(name);
        let module = self.made.modules.len() as u32;
        let around = self.made.modules[parent as usize].depth;
        self.made.modules.push(Module {
            name: name.to_owned(),
            parent: Some(parent),
            depth: around + 1,
            ..Module::default()
        });
        self.made.units[unit as usize].opens = Some(module);
        if inline {
            if self.switched_off(file, inner) {
                return;
            }
            let inside = match path_attr {
                Some(path) => join(beside, &path),
                None => join(folder, name),
            };
            for member in members {
                self.unit(member, file, module, None, &inside, &inside, depth);
            }
            return;
        }
        if depth >= DEEPEST {
            return;
        }
        let found = match path_attr {
            Some(path) => {
                let path = join(beside, &path);
                let inside = path
                    .rsplit_once('/')
                    .map_or("", |(folder, _)| folder)
                    .to_owned();
                self.file(&path, module, &inside, &inside, depth + 1)
            }
            None => {
                let flat = join(folder, &format!("{name}.rs"));
                let inside = join(folder, name);
                self.file(&flat, module, &inside, folder, depth + 1)
                    || self.file(
                        &join(&inside, "mod.rs"),
                        module,
                        &inside,
                        &inside,
                        depth + 1,
                    )
            }
        };
        if !found {
            let source = &self.made.files[file as usize];
            let line = source.lines(&self.made.units[unit as usize].item.tokens)[0];
            self.made.problems.push((
                source.path.clone(),
                line,
                format!("no file for module {name}"),
            ));
        }
    }

    fn path_attr(&self, file: u32, item: &Item) -> Option<String> {
        let source = &self.made.files[file as usize];
        item.attrs.iter().find_map(|attr| {
            (attr.inside.len() == 3 && source.word(attr.inside.start) == "path")
                .then(|| unquote(source.word(attr.inside.start + 2)).replace('\\', "/"))
        })
    }
}

/// Joins two relative paths and resolves `.` and `..` by text.
pub(super) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
