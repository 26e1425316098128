//! A crate as a tree of modules: files found as rustc finds them, cleaned of `cfg`, split into units.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use ripout_model::Package;

use crate::{
    cfg::{CfgSet, unquote},
    clean::{self, Cleaned},
    items::{Attr, Item, ItemKind, Reader},
    manifest::Crate,
    tokens::{Token, TokenKind, tokens},
};

/// A file of a package, cleaned.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the package's root.
    pub path: String,
    /// The author's text.
    pub original: String,
    /// The text that everything else looks at.
    pub cleaned: Cleaned,
    /// Its tokens.
    pub tokens: Vec<Token>,
}

impl SourceFile {
    /// The cleaned text.
    pub fn text(&self) -> &str {
        &self.cleaned.text
    }

    /// Text of one token.
    pub fn word(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(&self.cleaned.text))
    }

    /// Bytes of a range of tokens in the cleaned text.
    pub fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self
                .tokens
                .get(range.start)
                .map_or(self.cleaned.text.len(), |token| token.start as usize);
            return at..at;
        }
        self.tokens[range.start].start as usize..self.tokens[range.end - 1].end as usize
    }

    /// Text of a range of tokens, blanks made single.
    pub fn spaced(&self, range: &Range<usize>) -> String {
        self.text()[self.bytes(range)]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Line of the author's text that a byte of the cleaned text stands in.
    pub fn line(&self, at: usize) -> u32 {
        line_of(&self.original, self.cleaned.original(at))
    }

    /// First and last line of a range of tokens, in the author's text.
    pub fn lines(&self, range: &Range<usize>) -> [u32; 2] {
        let bytes = self.bytes(range);
        [
            self.line(bytes.start),
            self.line(bytes.end.saturating_sub(1).max(bytes.start)),
        ]
    }
}

/// 1-based line of a byte.
pub fn line_of(text: &str, at: usize) -> u32 {
    text.as_bytes()[..at.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count() as u32
        + 1
}

/// One name that a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it comes from; a leading `::` is an empty first part.
    pub path: Vec<String>,
    /// The name it gets, `*` for a glob, `_` for none.
    pub name: String,
}

/// The smallest piece that is taken or left: an item, or a member of an impl or trait.
#[derive(Debug)]
pub struct Unit {
    /// What it is; its `members` are units of their own.
    pub item: Item,
    /// Index of its file.
    pub file: u32,
    /// Index of the module it stands in.
    pub module: u32,
    /// The impl or trait that it is a member of.
    pub container: Option<u32>,
    /// Its members.
    pub members: Vec<u32>,
    /// What a `use` or `extern crate` brings in.
    pub leaves: Vec<Leaf>,
    /// The module that a `mod` opens.
    pub opens: Option<u32>,
}

impl Unit {
    /// Whether it is `pub`, to everyone.
    pub fn public(&self) -> bool {
        self.item.vis.len() == 1
    }
}

/// A module.
#[derive(Debug, Default)]
pub struct Module {
    /// Its name; empty for the crate's root.
    pub name: String,
    /// The module around it.
    pub parent: Option<u32>,
    /// How many modules are around it.
    pub depth: u32,
    /// What stands in it, in the order of the text.
    pub units: Vec<u32>,
    /// Its items by name.
    pub names: BTreeMap<String, Vec<u32>>,
    /// Names that its imports bring in: (unit, leaf).
    pub imports: BTreeMap<String, Vec<(u32, u32)>>,
}

/// A crate.
#[derive(Debug)]
pub struct Krate {
    /// Its library's name.
    pub name: String,
    /// Whether paths follow the rules of edition 2015.
    pub old_paths: bool,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// Its modules; the root first.
    pub modules: Vec<Module>,
    /// Its units.
    pub units: Vec<Unit>,
    /// `macro_rules!` by name, in the order of the text.
    pub macros: BTreeMap<String, Vec<u32>>,
    /// Impls of traits and inherent impls.
    pub impls: Vec<u32>,
    /// What could not be read: (file, line, why).
    pub problems: Vec<(String, u32, String)>,
}

/// What a build script left.
#[derive(Debug, Clone, Default)]
pub struct BuildOutput {
    /// Cfgs it set.
    pub cfgs: Vec<String>,
    /// Variables it set.
    pub env: BTreeMap<String, String>,
    /// Text files of its output folder, by their path in it.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Reads crates.
struct Loader<'a> {
    package: &'a Package,
    krate: &'a Crate,
    cfg: CfgSet,
    output: &'a BuildOutput,
    made: Krate,
    missed: RefCell<Vec<String>>,
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
const DEEPEST: usize = 64;

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

    fn text(
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
        self.made.modules[module as usize].units.push(id);
        for (index, leaf) in leaves.iter().enumerate() {
            let imports = &mut self.made.modules[module as usize].imports;
            imports
                .entry(leaf.name.clone())
                .or_default()
                .push((id, index as u32));
        }
        match kind {
            ItemKind::MacroRules => self.made.macros.entry(name.clone()).or_default().push(id),
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
                .entry(plain(&name).to_owned())
                .or_default()
                .push(id);
        }
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

    /// `include!` where items stand.
    fn include(
        &mut self,
        argument: &str,
        file: u32,
        module: u32,
        folder: &str,
        beside: &str,
        depth: usize,
    ) -> bool {
        if depth >= DEEPEST {
            return false;
        }
        let here = self.made.files[file as usize]
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        let Some((path, bytes)) = self.included(&here, argument) else {
            return false;
        };
        self.text(
            path,
            String::from_utf8_lossy(&bytes).into_owned(),
            module,
            folder,
            beside,
            depth + 1,
        );
        true
    }

    /// The file that the argument of an `include` names.
    fn included(&self, here: &str, argument: &str) -> Option<(String, Vec<u8>)> {
        let parts = clean::texts_of(argument);
        let mut path = String::new();
        let (mut from_output, mut from_root) = (false, false);
        for part in &parts {
            match part.as_str() {
                "OUT_DIR" if argument.contains("OUT_DIR") => from_output = true,
                "CARGO_MANIFEST_DIR" => from_root = true,
                part => path.push_str(part),
            }
        }
        // The variable may have been replaced already, see `inline`.
        if let Some(rest) = path.strip_prefix(OUT) {
            from_output = true;
            path = rest.to_owned();
        }
        if let Some(rest) = path.strip_prefix(ROOT) {
            from_root = true;
            path = rest.to_owned();
        }
        let path = path.trim_start_matches('/').to_owned();
        if from_output {
            let bytes = self.output.files.get(&path)?.clone();
            return Some((format!("OUT_DIR/{path}"), bytes));
        }
        if here.starts_with("OUT_DIR") {
            let bytes = self
                .output
                .files
                .get(join(here, &path).trim_start_matches("OUT_DIR/"))?
                .clone();
            return Some((join(here, &path), bytes));
        }
        let path = if from_root { path } else { join(here, &path) };
        let bytes = self.package.read(&path).ok()?;
        Some((path, bytes))
    }

    /// What `env!`, `include_str!` and their like stand for.
    fn inline(&self, here: &str, name: &str, argument: &str) -> Option<String> {
        match name {
            "env" | "option_env" => {
                let variable = clean::texts_of(argument).into_iter().next()?;
                let value = self.variable(&variable)?;
                let literal = format!("{value:?}");
                Some(if name == "env" {
                    literal
                } else {
                    format!("Some({literal})")
                })
            }
            _ => {
                let Some((_, bytes)) = self.included(here, argument) else {
                    self.missed
                        .borrow_mut()
                        .push(format!("no file for {name}!({argument})"));
                    return None;
                };
                Some(match name {
                    "include_bytes" => clean::byte_literal(&bytes),
                    "include_str" => clean::text_literal(std::str::from_utf8(&bytes).ok()?),
                    _ => format!("{{ {} }}", String::from_utf8_lossy(&bytes).trim()),
                })
            }
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let version = &self.package.version;
        let mut numbers = version.split(['.', '-', '+']);
        Some(match name {
            "CARGO_PKG_NAME" => self.package.name.clone(),
            "CARGO_PKG_VERSION" => version.clone(),
            "CARGO_PKG_VERSION_MAJOR" => numbers.next().unwrap_or("").to_owned(),
            "CARGO_PKG_VERSION_MINOR" => numbers.nth(1).unwrap_or("").to_owned(),
            "CARGO_PKG_VERSION_PATCH" => numbers.nth(2).unwrap_or("").to_owned(),
            "CARGO_PKG_LICENSE" => self.package.licence.clone().unwrap_or_default(),
            "CARGO_CRATE_NAME" => self.krate.lib_name.clone(),
            "OUT_DIR" if !self.output.files.is_empty() => OUT.to_owned(),
            _ => return self.output.env.get(name).cloned(),
        })
    }
}

/// Stands for the build script's output folder inside an inlined path.
const OUT: &str = "<OUT_DIR>";
/// Stands for the package's root inside an inlined path.
const ROOT: &str = "<ROOT>";

/// A name without `r#`.
pub fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Joins two relative paths and resolves `.` and `..` by text.
fn join(folder: &str, path: &str) -> String {
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

/// The names of a `use`.
pub fn use_leaves(file: &SourceFile, item: &Item) -> Vec<Leaf> {
    let mut start = item.vis.end;
    if file.word(start) == "use" {
        start += 1;
    }
    let mut leaves = Vec::new();
    tree(file, start, item.tokens.end, &[], &mut leaves);
    leaves
}

/// Reads one use tree; where it ends.
fn tree(
    file: &SourceFile,
    mut at: usize,
    end: usize,
    prefix: &[String],
    leaves: &mut Vec<Leaf>,
) -> usize {
    let mut path = prefix.to_vec();
    if file.word(at) == ":" {
        if prefix.is_empty() {
            path.push(String::new());
        }
        at += 2;
    }
    loop {
        if at >= end {
            return at;
        }
        match file.word(at) {
            "{" => {
                let close = (file.tokens[at].mate as usize).max(at);
                let mut inside = at + 1;
                while inside < close {
                    if file.word(inside) == "," {
                        inside += 1;
                        continue;
                    }
                    let next = tree(file, inside, close, &path, leaves);
                    inside = next.max(inside + 1);
                }
                return close + 1;
            }
            "*" => {
                leaves.push(Leaf {
                    path,
                    name: "*".to_owned(),
                });
                return at + 1;
            }
            "$" => at += 1,
            word if file.tokens[at].kind == TokenKind::Ident => {
                if word == "self" && !path.is_empty() {
                    // `a::{self}` is `a`.
                } else {
                    path.push(plain(word).to_owned());
                }
                at += 1;
                if file.word(at) == ":" && file.word(at + 1) == ":" {
                    at += 2;
                    continue;
                }
                let mut name = path.last().cloned().unwrap_or_default();
                if file.word(at) == "as" {
                    name = plain(file.word(at + 1)).to_owned();
                    at += 2;
                }
                leaves.push(Leaf { path, name });
                return at;
            }
            _ => return at + 1,
        }
    }
}

fn extern_leaf(file: &SourceFile, item: &Item) -> Vec<Leaf> {
    let mut name = item.name.clone();
    let at = item.tokens.end;
    for index in item.tokens.start..at {
        if file.word(index) == "as" {
            name = file.word(index + 1).to_owned();
        }
    }
    let path = if item.name == "self" {
        vec!["crate".to_owned()]
    } else {
        vec![String::new(), item.name.clone()]
    };
    vec![Leaf { path, name }]
}

/// The names of a `use` that stands between two tokens.
pub fn leaves_at(file: &SourceFile, at: usize, stop: usize) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    tree(file, at + 1, stop, &[], &mut leaves);
    leaves
}
