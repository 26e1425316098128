//! The record of one file, and its bytes.
//!
//! A name stands in it once and a path once, however many references there are: they are numbers everywhere else, in
//! the record as in the graph that is made of it.

use std::borrow::Cow;

use ripout_model::{
    Kind,
    pack::{Reader, Writer},
};

/// A name, by its place in [`Facts::names`].
pub type Name = u32;

/// A path, by its place in [`Facts::paths`].
pub type Path = u32;

/// What one file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// All names.
    pub names: Vec<Cow<'a, str>>,
    /// All paths. A path comes behind the one that it goes on from.
    pub paths: Vec<Step>,
    /// Definitions and modules, in the order of the text; a parent comes before its children.
    pub defs: Vec<Def>,
    /// Names that `use` and `extern crate` bring in.
    pub imports: Vec<Import>,
    /// References, each once for a definition.
    pub refs: Vec<Ref>,
    /// Of a `Cargo.toml`.
    pub manifest: Option<Manifest>,
}

/// The last step of a path. A leading `::` is an empty first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// The path before it.
    pub before: Option<Path>,
    pub name: Name,
}

/// A definition or a module.
#[derive(Debug, PartialEq, Eq)]
pub struct Def {
    pub kind: DefKind,
    pub name: Name,
    /// The module, trait or impl it stands in; none at the top of the file.
    pub parent: Option<u32>,
    pub lines: [u32; 2],
    /// `#[path]` of a module.
    pub files: Vec<Name>,
    /// A module with a body.
    pub inline: bool,
    /// Of an impl.
    pub of_trait: Option<Path>,
    /// Of an impl.
    pub for_type: Option<Path>,
    /// Of a trait's impl: the members it has.
    pub provides: Vec<Name>,
}

/// A kind, or a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefKind {
    Module,
    Kind(Kind),
}

/// A name that is brought in.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub parent: Option<u32>,
    pub path: Option<Path>,
    /// `*` for a glob.
    pub name: Name,
    pub public: bool,
    pub line: u32,
}

/// A reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ref {
    /// The definition that refers.
    pub from: u32,
    pub kind: RefKind,
    pub path: Path,
    pub line: u32,
    pub call: bool,
}

/// How something is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefKind {
    Path,
    Method,
    /// A method of `self`.
    OwnMethod,
    Macro,
}

/// What a manifest says.
#[derive(Debug, PartialEq, Eq)]
pub struct Manifest {
    pub name: Name,
    pub version: Name,
    /// The library's name in code.
    pub library: Name,
    /// Its root file.
    pub path: Name,
}

/// Kinds by their number in the record.
const KINDS: [DefKind; 16] = [
    DefKind::Module,
    DefKind::Kind(Kind::Function),
    DefKind::Kind(Kind::Method),
    DefKind::Kind(Kind::Struct),
    DefKind::Kind(Kind::Enum),
    DefKind::Kind(Kind::Union),
    DefKind::Kind(Kind::Trait),
    DefKind::Kind(Kind::TraitMember),
    DefKind::Kind(Kind::Impl),
    DefKind::Kind(Kind::TypeAlias),
    DefKind::Kind(Kind::Const),
    DefKind::Kind(Kind::Static),
    DefKind::Kind(Kind::Macro),
    DefKind::Kind(Kind::MacroCall),
    DefKind::Kind(Kind::Use),
    DefKind::Kind(Kind::Statement),
];

const REF_KINDS: [RefKind; 4] = [
    RefKind::Path,
    RefKind::Method,
    RefKind::OwnMethod,
    RefKind::Macro,
];

/// Names and paths that are used, in the order of their first use: what was only looked at is not kept.
struct Used<'f, 'a> {
    facts: &'f Facts<'a>,
    name_numbers: Vec<u32>,
    names: Vec<Name>,
    path_numbers: Vec<u32>,
    paths: Writer,
    path_count: u32,
}

/// No number yet.
const NONE: u32 = u32::MAX;

impl<'f, 'a> Used<'f, 'a> {
    fn of(facts: &'f Facts<'a>) -> Self {
        Self {
            facts,
            name_numbers: vec![NONE; facts.names.len()],
            names: Vec::with_capacity(facts.names.len()),
            path_numbers: vec![NONE; facts.paths.len()],
            paths: Writer::default(),
            path_count: 0,
        }
    }

    fn name(&mut self, name: Name) -> u64 {
        let number = &mut self.name_numbers[name as usize];
        if *number == NONE {
            *number = self.names.len() as u32;
            self.names.push(name);
        }
        (*number).into()
    }

    fn path(&mut self, path: Path) -> u32 {
        // From the path back to one that is known. Not by recursion: a path may be as long as a file.
        let mut unknown = Vec::new();
        let mut next = Some(path);
        while let Some(path) = next
            && self.path_numbers[path as usize] == NONE
        {
            unknown.push(path);
            next = self.facts.paths[path as usize].before;
        }
        for path in unknown.into_iter().rev() {
            let step = self.facts.paths[path as usize];
            let before = step.before.map(|before| self.path_numbers[before as usize]);
            let name = self.name(step.name);
            self.paths
                .number(before.map_or(0, |before| u64::from(before) + 1));
            self.paths.number(name);
            self.path_numbers[path as usize] = self.path_count;
            self.path_count += 1;
        }
        self.path_numbers[path as usize]
    }

    fn maybe(&mut self, path: Option<Path>) -> u64 {
        path.map_or(0, |path| u64::from(self.path(path)) + 1)
    }

    fn names(&mut self, names: &[Name], to: &mut Writer) {
        to.number(names.len() as u64);
        for name in names {
            to.number(self.name(*name));
        }
    }
}

impl<'a> Facts<'a> {
    /// A name's text.
    pub fn text(&self, name: Name) -> &str {
        &self.names[name as usize]
    }

    /// A name that is not in the text as it is.
    pub fn add(&mut self, name: impl Into<Cow<'a, str>>) -> Name {
        self.names.push(name.into());
        self.names.len() as u32 - 1
    }

    /// As bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut used = Used::of(self);
        let mut body = Writer(Vec::with_capacity(
            6 * self.refs.len() + 12 * self.defs.len(),
        ));
        body.number(self.defs.len() as u64);
        for def in &self.defs {
            let kind = KINDS.iter().position(|kind| *kind == def.kind);
            body.number(kind.unwrap_or(KINDS.len() - 1) as u64);
            body.number(used.name(def.name));
            body.number(def.parent.map_or(0, |parent| u64::from(parent) + 1));
            body.number(def.lines[0].into());
            body.number(u64::from(def.lines[1].saturating_sub(def.lines[0])));
            body.number(def.inline.into());
            used.names(&def.files, &mut body);
            body.number(used.maybe(def.of_trait));
            body.number(used.maybe(def.for_type));
            used.names(&def.provides, &mut body);
        }
        body.number(self.imports.len() as u64);
        for import in &self.imports {
            body.number(import.parent.map_or(0, |parent| u64::from(parent) + 1));
            body.number(used.maybe(import.path));
            body.number(used.name(import.name));
            body.number(u64::from(import.line) << 1 | u64::from(import.public));
        }
        body.number(self.refs.len() as u64);
        for reference in &self.refs {
            body.number(reference.from.into());
            let kind = REF_KINDS.iter().position(|kind| *kind == reference.kind);
            body.number((kind.unwrap_or(0) as u64) << 1 | u64::from(reference.call));
            body.number(used.path(reference.path).into());
            body.number(reference.line.into());
        }
        body.number(self.manifest.is_some().into());
        if let Some(manifest) = &self.manifest {
            for name in [
                manifest.name,
                manifest.version,
                manifest.library,
                manifest.path,
            ] {
                body.number(used.name(name));
            }
        }
        let texts: usize = used.names.iter().map(|name| self.text(*name).len()).sum();
        let room = texts + 2 * used.names.len() + used.paths.0.len() + body.0.len() + 20;
        let mut all = Writer(Vec::with_capacity(room));
        all.number(used.names.len() as u64);
        for name in &used.names {
            all.bytes(self.text(*name).as_bytes());
        }
        all.number(used.path_count.into());
        all.raw(&used.paths.0);
        all.raw(&body.0);
        all.0
    }

    /// From bytes.
    pub fn unpack(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let mut facts = Facts::default();
        let count = reader.count()?;
        facts.names = (0..count)
            .map(|_| reader.text().map(Cow::Borrowed))
            .collect::<Option<_>>()?;
        let below = |number: u32, count: usize| ((number as usize) < count).then_some(number);
        let known_names = facts.names.len();
        let name = |reader: &mut Reader<'a>| below(reader.small()?, known_names);
        let names = |reader: &mut Reader<'a>| -> Option<Vec<Name>> {
            let count = reader.count()?;
            (0..count).map(|_| name(reader)).collect()
        };
        // None where there is none, shifted by one.
        let maybe = |reader: &mut Reader<'a>, known: usize| -> Option<Option<u32>> {
            match reader.small()?.checked_sub(1) {
                None => Some(None),
                Some(number) => below(number, known).map(Some),
            }
        };
        for index in 0..reader.count()? {
            facts.paths.push(Step {
                before: maybe(&mut reader, index)?,
                name: name(&mut reader)?,
            });
        }
        let known_paths = facts.paths.len();
        for index in 0..reader.count()? {
            let kind = *KINDS.get(usize::try_from(reader.number()?).ok()?)?;
            let name = name(&mut reader)?;
            let parent = maybe(&mut reader, index)?;
            let first = reader.small()?;
            let last = first.checked_add(reader.small()?)?;
            facts.defs.push(Def {
                kind,
                name,
                parent,
                lines: [first, last],
                inline: reader.number()? != 0,
                files: names(&mut reader)?,
                of_trait: maybe(&mut reader, known_paths)?,
                for_type: maybe(&mut reader, known_paths)?,
                provides: names(&mut reader)?,
            });
        }
        let known_defs = facts.defs.len();
        for _ in 0..reader.count()? {
            let parent = maybe(&mut reader, known_defs)?;
            let (path, name) = (maybe(&mut reader, known_paths)?, name(&mut reader)?);
            let line = reader.number()?;
            facts.imports.push(Import {
                parent,
                path,
                name,
                public: line & 1 == 1,
                line: u32::try_from(line >> 1).ok()?,
            });
        }
        let count = reader.count()?;
        facts.refs.reserve(count);
        for _ in 0..count {
            let from = below(reader.small()?, known_defs)?;
            let kind = reader.number()?;
            facts.refs.push(Ref {
                from,
                kind: *REF_KINDS.get(usize::try_from(kind >> 1).ok()?)?,
                path: below(reader.small()?, known_paths)?,
                line: reader.small()?,
                call: kind & 1 == 1,
            });
        }
        if reader.number()? != 0 {
            facts.manifest = Some(Manifest {
                name: name(&mut reader)?,
                version: name(&mut reader)?,
                library: name(&mut reader)?,
                path: name(&mut reader)?,
            });
        }
        reader.0.is_empty().then_some(facts)
    }
}
