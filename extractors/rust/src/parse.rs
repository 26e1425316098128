//! What one file says, for the map: its definitions, imports and references, before anything is joined.
//!
//! tree-sitter says whether, and where, the text makes no sense. Definitions and references are read from tokens, as in
//! slicing: so the arguments of macros are read like any other text, and both see the same items and lines.
//!
//! * [`record`]: the record and its bytes
//! * [`references`]: paths, method calls and macro calls in a range of tokens
//! * [`words`]: names and paths as numbers

pub mod record;
pub mod references;
mod words;

use std::{cell::RefCell, ops::Range};

use ripout_model::{FileFacts, Kind};

use crate::{
    clean::Cleaned,
    items::{Attr, Item, ItemKind, Reader},
    modules::{SourceFile, plain, use_leaves},
    tokens::{Token, TokenKind, tokens},
};

use record::{Def, DefKind, Facts, Import, Manifest, Name, Path, Ref};
use references::Scan;

/// Changes whenever the same bytes would give another record.
pub const VERSION: u32 = 4;

/// Reads a file: a manifest by its name, Rust text otherwise.
pub fn parse(path: &str, bytes: &[u8]) -> FileFacts {
    let text = String::from_utf8_lossy(bytes);
    if is_manifest(path) {
        let mut facts = Facts::default();
        let broken = manifest(&text, &mut facts);
        return FileFacts {
            code_lines: 0,
            broken,
            facts: facts.pack(),
        };
    }
    let tokens = tokens(&text);
    let lines = Lines::of(text.as_bytes(), &tokens);
    let file = SourceFile {
        path: path.to_owned(),
        original: String::new(),
        cleaned: Cleaned::new(&text, Vec::new()),
        tokens,
    };
    let reader = Reader {
        text: file.text(),
        tokens: &file.tokens,
    };
    let (items, _) = reader.items(0..file.tokens.len());
    let mut collector = Collector {
        file: &file,
        lines: &lines,
        scan: Scan::of(file.text(), &file.tokens),
        facts: Facts::default(),
    };
    for item in &items {
        collector.item(item, None);
    }
    let (mut facts, scan) = (collector.facts, collector.scan);
    (facts.names, facts.paths) = (scan.words.names, scan.paths);
    FileFacts {
        code_lines: lines.of_code(&file.tokens),
        broken: broken(text.as_bytes()),
        facts: facts.pack(),
    }
}

/// Whether a path is a package's manifest.
pub fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

/// Lines of tokens, 1-based.
struct Lines {
    /// That each token begins in.
    first: Vec<u32>,
    /// That each token ends in.
    last: Vec<u32>,
}

impl Lines {
    fn of(text: &[u8], tokens: &[Token]) -> Self {
        let ends = |from: usize, to: usize| {
            let bytes = text.get(from..to).unwrap_or_default();
            bytes.iter().filter(|byte| **byte == b'\n').count() as u32
        };
        let mut lines = Self {
            first: Vec::with_capacity(tokens.len()),
            last: Vec::with_capacity(tokens.len()),
        };
        let (mut line, mut at) = (1, 0);
        for token in tokens {
            let (start, last) = (token.start as usize, token.end as usize - 1);
            line += ends(at, start);
            lines.first.push(line);
            line += ends(start, last);
            lines.last.push(line);
            at = last;
        }
        lines
    }

    /// How many hold a token other than a doc comment.
    fn of_code(&self, tokens: &[Token]) -> u32 {
        let (mut count, mut last) = (0, 0);
        for (index, token) in tokens.iter().enumerate() {
            if matches!(token.kind, TokenKind::Doc | TokenKind::InnerDoc) {
                continue;
            }
            let first = self.first[index].max(last + 1);
            let end = self.last[index];
            if end >= first {
                count += end - first + 1;
                last = end;
            }
        }
        count
    }
}

/// First line that tree-sitter could not make sense of.
fn broken(text: &[u8]) -> Option<u32> {
    thread_local! {
        // What a parser needs for itself is kept from file to file.
        static PARSER: RefCell<tree_sitter::Parser> = RefCell::default();
    }
    let tree = PARSER.with_borrow_mut(|parser| {
        if parser.language().is_none() {
            parser
                .set_language(&tree_sitter_rust::LANGUAGE.into())
                .ok()?;
        }
        parser.parse(text, None)
    })?;
    let mut node = tree.root_node();
    if !node.has_error() {
        return None;
    }
    // Down to the first error, by the children that hold one.
    'down: while !(node.is_error() || node.is_missing()) {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.has_error() || child.is_missing() {
                node = child;
                continue 'down;
            }
        }
        break;
    }
    Some(node.start_position().row as u32 + 1)
}

/// Reads a manifest; the line that it breaks off in.
fn manifest(text: &str, facts: &mut Facts<'_>) -> Option<u32> {
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(e) => {
            let at = e.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..at]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            return Some(line as u32 + 1);
        }
    };
    let word = |table: Option<&toml::Value>, key: &str| -> Option<String> {
        Some(table?.get(key)?.as_str()?.to_owned())
    };
    let package = table.get("package");
    let name = word(package, "name")?;
    let library = table.get("lib");
    let manifest = Manifest {
        version: facts.add(word(package, "version").unwrap_or_default()),
        library: facts.add(word(library, "name").unwrap_or_else(|| name.replace('-', "_"))),
        path: facts.add(word(library, "path").unwrap_or_else(|| "src/lib.rs".to_owned())),
        name: facts.add(name),
    };
    facts.manifest = Some(manifest);
    None
}

struct Collector<'f> {
    file: &'f SourceFile,
    lines: &'f Lines,
    scan: Scan<'f>,
    facts: Facts<'f>,
}

impl<'f> Collector<'f> {
    fn lines(&self, item: &Item) -> [u32; 2] {
        match item.tokens.is_empty() {
            true => [1, 1],
            false => [
                self.lines.first[item.tokens.start],
                self.lines.last[item.tokens.end - 1],
            ],
        }
    }

    fn define(&mut self, item: &Item, parent: Option<u32>, kind: DefKind) -> u32 {
        let def = Def {
            kind,
            name: self.name(item),
            parent,
            lines: self.lines(item),
            files: self.path_attributes(&item.attrs),
            inline: item.kind == ItemKind::Mod && item.body.is_some(),
            of_trait: None,
            for_type: None,
            provides: Vec::new(),
        };
        self.facts.defs.push(def);
        self.facts.defs.len() as u32 - 1
    }

    fn name(&mut self, item: &Item) -> Name {
        self.scan.words.made(plain(&item.name))
    }

    /// Every `path = "…"` of a module's attributes: a `cfg_attr` may name several.
    fn path_attributes(&mut self, attrs: &[Attr]) -> Vec<Name> {
        let mut files = Vec::new();
        for attr in attrs {
            for at in attr.inside.clone() {
                if self.file.word(at) == "path" && self.file.word(at + 1) == "=" {
                    let literal = self.file.word(at + 2);
                    files.push(self.scan.words.made(literal.trim_matches('"')));
                }
            }
        }
        files
    }

    fn references(&mut self, from: u32, range: Range<usize>) {
        let (refs, lines) = (&mut self.facts.refs, &self.lines);
        self.scan.collect(range, &mut |found| {
            refs.push(Ref {
                from,
                kind: found.kind,
                path: found.path,
                line: lines.first[found.at],
                call: found.call,
            });
        });
    }

    fn item(&mut self, item: &Item, parent: Option<u32>) {
        let kind = match item.kind {
            ItemKind::Use | ItemKind::ExternCrate => return self.import(item, parent),
            ItemKind::Mod => {
                let module = self.define(item, parent, DefKind::Module);
                for member in &item.members {
                    self.item(member, Some(module));
                }
                return;
            }
            ItemKind::Impl => return self.implementation(item, parent),
            ItemKind::Trait => {
                let of = self.define(item, parent, DefKind::Kind(Kind::Trait));
                let header_end = item.body.map_or(item.tokens.end, |(open, _)| open);
                self.references(of, item.tokens.start..header_end);
                for member in &item.members {
                    let kind = DefKind::Kind(match member.kind {
                        ItemKind::MacroCall => Kind::MacroCall,
                        _ => Kind::TraitMember,
                    });
                    self.leaf(member, Some(of), kind);
                }
                return;
            }
            ItemKind::ForeignMod => {
                for member in &item.members {
                    self.item(member, parent);
                }
                return;
            }
            ItemKind::Unknown => return,
            ItemKind::Fn => Kind::Function,
            ItemKind::Struct => Kind::Struct,
            ItemKind::Enum => Kind::Enum,
            ItemKind::Union => Kind::Union,
            ItemKind::TypeAlias => Kind::TypeAlias,
            ItemKind::Const => Kind::Const,
            ItemKind::Static => Kind::Static,
            ItemKind::MacroRules => Kind::Macro,
            ItemKind::MacroCall => Kind::MacroCall,
        };
        self.leaf(item, parent, DefKind::Kind(kind));
    }

    fn leaf(&mut self, item: &Item, parent: Option<u32>, kind: DefKind) {
        let of = self.define(item, parent, kind);
        let first = self.facts.refs.len();
        self.references(of, item.tokens.clone());
        // `Variant(Type)` where it is declared looks like a call.
        if matches!(item.kind, ItemKind::Enum | ItemKind::Struct) {
            for reference in &mut self.facts.refs[first..] {
                reference.call = false;
            }
        }
    }

    fn import(&mut self, item: &Item, parent: Option<u32>) {
        let public = !item.vis.is_empty();
        let line = self.lines(item)[0];
        let leaves = if item.kind == ItemKind::Use {
            use_leaves(self.file, item)
        } else {
            let renamed = item
                .tokens
                .clone()
                .find(|at| self.file.word(*at) == "as")
                .map(|at| self.file.word(at + 1).to_owned());
            let path = match item.name.as_str() {
                "self" => vec!["crate".to_owned()],
                name => vec![String::new(), name.to_owned()],
            };
            let name = renamed.unwrap_or_else(|| item.name.clone());
            vec![crate::modules::Leaf { path, name }]
        };
        for leaf in leaves {
            let mut path = None;
            for part in &leaf.path {
                let name = self.scan.words.made(part);
                path = Some(self.scan.path(path, name));
            }
            self.facts.imports.push(Import {
                parent,
                path,
                name: self.scan.words.made(&leaf.name),
                public,
                line,
            });
        }
    }

    /// A trait's impl is one definition; the members of an inherent one are definitions each.
    fn implementation(&mut self, item: &Item, parent: Option<u32>) {
        let of_trait = self.path(item.of_trait.clone());
        let for_type = self.path(item.for_type.clone());
        let of = self.define(item, parent, DefKind::Kind(Kind::Impl));
        let header_end = item.body.map_or(item.tokens.end, |(open, _)| open);
        let header = item.tokens.start..header_end;
        let inherent = of_trait.is_none();
        if !inherent {
            let text = |range: &Range<usize>| self.file.spaced(range);
            let name = format!("impl {} for {}", text(&item.of_trait), text(&item.for_type));
            let provides = item
                .members
                .iter()
                .map(|member| self.name(member))
                .collect();
            let name = self.scan.words.made(&name);
            let def = &mut self.facts.defs[of as usize];
            def.name = name;
            def.provides = provides;
        }
        let def = &mut self.facts.defs[of as usize];
        def.of_trait = of_trait;
        def.for_type = for_type;
        if !inherent {
            self.references(of, item.tokens.clone());
            return;
        }
        for member in &item.members {
            let kind = match member.kind {
                ItemKind::Fn => Kind::Method,
                ItemKind::Const => Kind::Const,
                ItemKind::TypeAlias => Kind::TypeAlias,
                _ => Kind::MacroCall,
            };
            let member_of = self.define(member, Some(of), DefKind::Kind(kind));
            self.references(member_of, header.clone());
            self.references(member_of, member.tokens.clone());
        }
    }

    /// The path that a type or trait is named by, without what stands around it and its arguments.
    fn path(&mut self, range: Range<usize>) -> Option<Path> {
        let mut first = None;
        self.scan.collect(range, &mut |found| {
            first.get_or_insert(found.path);
        });
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> FileFacts {
        parse("src/lib.rs", text.as_bytes())
    }

    #[test]
    fn lines_of_code_are_lines_with_tokens() {
        let text = "//! doc\n\n// note\nfn f() {\n    /* a\n b */ g(\"x\ny\")\n}\n/// doc\nfn g(_: &str) {}\n";
        assert_eq!(facts(text).code_lines, 5);
    }

    #[test]
    fn broken_text_is_named_and_read_as_far_as_it_goes() {
        let said = facts("fn f() {}\nfn g( {\nfn h() {}\n");
        assert_eq!(said.broken, Some(2));
        let record = Facts::unpack(&said.facts).unwrap();
        assert_eq!(record.text(record.defs[0].name), "f");
        assert_eq!(facts("fn f() {}\n").broken, None);
    }

    #[test]
    fn an_inherent_impl_is_its_members_and_a_trait_s_impl_is_one() {
        let said = facts(
            "impl A { fn x(&self) {} const C: u8 = 1; }\nimpl<T> B<T> for a::A<T> { fn y() {} }\n",
        );
        let record = Facts::unpack(&said.facts).unwrap();
        let names: Vec<&str> = record
            .defs
            .iter()
            .map(|def| record.text(def.name))
            .collect();
        assert_eq!(names, ["", "x", "C", "impl B<T> for a::A<T>"]);
        let step = |path: Option<Path>| record.paths[path.unwrap() as usize];
        let first = step(record.defs[0].for_type);
        assert_eq!((record.text(first.name), first.before), ("A", None));
        let last = step(record.defs[3].for_type);
        assert_eq!(record.text(last.name), "A");
        assert_eq!(record.text(step(last.before).name), "a");
        assert_eq!(record.text(record.defs[3].provides[0]), "y");
    }

    #[test]
    fn manifests_give_names() {
        let said = parse(
            "x/Cargo.toml",
            b"[package]\nname = \"a-b\"\nversion = \"1.0.0\"\n",
        );
        let record = Facts::unpack(&said.facts).unwrap();
        let manifest = record.manifest.as_ref().unwrap();
        assert_eq!(record.text(manifest.library), "a_b");
        assert_eq!(record.text(manifest.path), "src/lib.rs");
        assert_eq!(parse("Cargo.toml", b"[package\n").broken, Some(1));
    }
}
