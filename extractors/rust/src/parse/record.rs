//! The record of one file, and its bytes.

use std::{borrow::Cow, collections::HashMap};

use ripout_model::{
    Kind,
    pack::{Reader, Writer},
};

/// What one file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Definitions and modules, in the order of the text; a parent comes before its children.
    pub defs: Vec<Def<'a>>,
    /// Names that `use` and `extern crate` bring in.
    pub imports: Vec<Import<'a>>,
    /// References, each once for a definition.
    pub refs: Vec<Ref<'a>>,
    /// Of a `Cargo.toml`.
    pub manifest: Option<Manifest<'a>>,
}

/// A definition or a module.
#[derive(Debug, PartialEq, Eq)]
pub struct Def<'a> {
    pub kind: DefKind,
    pub name: Cow<'a, str>,
    /// The module, trait or impl it stands in; none at the top of the file.
    pub parent: Option<u32>,
    pub lines: [u32; 2],
    /// `#[path]` of a module.
    pub paths: Vec<Cow<'a, str>>,
    /// A module with a body.
    pub inline: bool,
    /// Of an impl.
    pub of_trait: Vec<Cow<'a, str>>,
    /// Of an impl.
    pub for_type: Vec<Cow<'a, str>>,
    /// Of a trait's impl: the members it has.
    pub provides: Vec<Cow<'a, str>>,
}

/// A kind, or a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefKind {
    Module,
    Kind(Kind),
}

/// A name that is brought in.
#[derive(Debug, PartialEq, Eq)]
pub struct Import<'a> {
    pub parent: Option<u32>,
    /// A leading `::` is an empty first part.
    pub path: Vec<Cow<'a, str>>,
    /// `*` for a glob.
    pub name: Cow<'a, str>,
    pub public: bool,
    pub line: u32,
}

/// A reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref<'a> {
    /// The definition that refers.
    pub from: u32,
    pub kind: RefKind,
    pub path: Vec<Cow<'a, str>>,
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
pub struct Manifest<'a> {
    pub name: Cow<'a, str>,
    pub version: Cow<'a, str>,
    /// The library's name in code.
    pub library: Cow<'a, str>,
    /// Its root file.
    pub path: Cow<'a, str>,
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

/// Strings by number, in the order of their first use.
#[derive(Default)]
struct Strings<'s> {
    numbers: HashMap<&'s str, u64>,
    all: Vec<&'s str>,
}

impl<'s> Strings<'s> {
    fn put(&mut self, text: &'s str, to: &mut Writer) {
        let number = *self.numbers.entry(text).or_insert_with(|| {
            self.all.push(text);
            self.all.len() as u64 - 1
        });
        to.number(number);
    }

    fn put_all(&mut self, texts: &'s [Cow<'_, str>], to: &mut Writer) {
        to.number(texts.len() as u64);
        for text in texts {
            self.put(text, to);
        }
    }
}

impl<'a> Facts<'a> {
    /// As bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut body = Writer::default();
        body.number(self.defs.len() as u64);
        for def in &self.defs {
            let kind = KINDS.iter().position(|kind| *kind == def.kind);
            body.number(kind.unwrap_or(KINDS.len() - 1) as u64);
            strings.put(&def.name, &mut body);
            body.number(def.parent.map_or(0, |parent| u64::from(parent) + 1));
            body.number(def.lines[0].into());
            body.number(u64::from(def.lines[1].saturating_sub(def.lines[0])));
            body.number(def.inline.into());
            for texts in [&def.paths, &def.of_trait, &def.for_type, &def.provides] {
                strings.put_all(texts, &mut body);
            }
        }
        body.number(self.imports.len() as u64);
        for import in &self.imports {
            body.number(import.parent.map_or(0, |parent| u64::from(parent) + 1));
            strings.put_all(&import.path, &mut body);
            strings.put(&import.name, &mut body);
            body.number(u64::from(import.line) << 1 | u64::from(import.public));
        }
        body.number(self.refs.len() as u64);
        for reference in &self.refs {
            body.number(reference.from.into());
            let kind = REF_KINDS.iter().position(|kind| *kind == reference.kind);
            body.number((kind.unwrap_or(0) as u64) << 1 | u64::from(reference.call));
            strings.put_all(&reference.path, &mut body);
            body.number(reference.line.into());
        }
        body.number(self.manifest.is_some().into());
        if let Some(manifest) = &self.manifest {
            for text in [
                &manifest.name,
                &manifest.version,
                &manifest.library,
                &manifest.path,
            ] {
                strings.put(text, &mut body);
            }
        }
        let mut all = Writer::default();
        all.number(strings.all.len() as u64);
        for text in strings.all {
            all.bytes(text.as_bytes());
        }
        all.raw(&body.0);
        all.0
    }

    /// From bytes.
    pub fn unpack(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let count = reader.count()?;
        let strings: Vec<&'a str> = (0..count).map(|_| reader.text()).collect::<Option<_>>()?;
        let text = |reader: &mut Reader<'a>| -> Option<Cow<'a, str>> {
            let number = usize::try_from(reader.number()?).ok()?;
            Some(Cow::Borrowed(*strings.get(number)?))
        };
        let texts = |reader: &mut Reader<'a>| -> Option<Vec<Cow<'a, str>>> {
            let count = reader.count()?;
            (0..count).map(|_| text(reader)).collect()
        };
        let parent = |reader: &mut Reader<'a>| -> Option<Option<u32>> {
            Some(reader.small()?.checked_sub(1))
        };
        let mut facts = Facts::default();
        for index in 0..reader.count()? {
            let kind = *KINDS.get(usize::try_from(reader.number()?).ok()?)?;
            let name = text(&mut reader)?;
            let parent = parent(&mut reader)?;
            if parent.is_some_and(|parent| parent as usize >= index) {
                return None;
            }
            let first = reader.small()?;
            let last = first.checked_add(reader.small()?)?;
            let inline = reader.number()? != 0;
            facts.defs.push(Def {
                kind,
                name,
                parent,
                lines: [first, last],
                inline,
                paths: texts(&mut reader)?,
                of_trait: texts(&mut reader)?,
                for_type: texts(&mut reader)?,
                provides: texts(&mut reader)?,
            });
        }
        let known = |def: u32| (def as usize) < facts.defs.len();
        let mut imports = Vec::new();
        for _ in 0..reader.count()? {
            let parent = parent(&mut reader)?;
            let (path, name) = (texts(&mut reader)?, text(&mut reader)?);
            let line = reader.number()?;
            if !parent.is_none_or(known) {
                return None;
            }
            imports.push(Import {
                parent,
                path,
                name,
                public: line & 1 == 1,
                line: u32::try_from(line >> 1).ok()?,
            });
        }
        let mut refs = Vec::new();
        for _ in 0..reader.count()? {
            let from = reader.small()?;
            let kind = reader.number()?;
            if !known(from) {
                return None;
            }
            refs.push(Ref {
                from,
                kind: *REF_KINDS.get(usize::try_from(kind >> 1).ok()?)?,
                path: texts(&mut reader)?,
                line: reader.small()?,
                call: kind & 1 == 1,
            });
        }
        (facts.imports, facts.refs) = (imports, refs);
        if reader.number()? != 0 {
            facts.manifest = Some(Manifest {
                name: text(&mut reader)?,
                version: text(&mut reader)?,
                library: text(&mut reader)?,
                path: text(&mut reader)?,
            });
        }
        reader.0.is_empty().then_some(facts)
    }
}
