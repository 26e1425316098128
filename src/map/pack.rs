//! A graph as compact bytes: every string once.

use std::collections::HashMap;

use ripout_model::{
    CallGraph, Definition, Edge, Kind, Unresolved,
    pack::{Reader, Writer},
};

/// Kinds by their number in the file; new ones go to the end.
const KINDS: [Kind; 19] = [
    Kind::Function,
    Kind::Method,
    Kind::Struct,
    Kind::Enum,
    Kind::Union,
    Kind::Trait,
    Kind::TraitMember,
    Kind::Impl,
    Kind::TypeAlias,
    Kind::Const,
    Kind::Static,
    Kind::Macro,
    Kind::MacroCall,
    Kind::Use,
    Kind::Class,
    Kind::Variable,
    Kind::Statement,
    Kind::Import,
    Kind::DataFile,
];

/// Strings by number, in the order of their first use.
#[derive(Default)]
struct Strings<'a> {
    numbers: HashMap<&'a str, u64>,
    all: Vec<&'a str>,
}

impl<'a> Strings<'a> {
    fn number(&mut self, text: &'a str) -> u64 {
        *self.numbers.entry(text).or_insert_with(|| {
            self.all.push(text);
            self.all.len() as u64 - 1
        })
    }
}

/// A graph as bytes.
pub fn pack(graph: &CallGraph) -> Vec<u8> {
    let mut strings = Strings::default();
    let mut body = Writer::default();
    body.number(graph.definitions.len() as u64);
    for definition in &graph.definitions {
        body.number(strings.number(&definition.name));
        let kind = KINDS.iter().position(|kind| *kind == definition.kind);
        body.number(kind.map_or(u64::MAX, |kind| kind as u64));
        body.number(strings.number(&definition.package));
        body.number(strings.number(&definition.file));
        body.number(definition.lines[0].into());
        body.number(definition.lines[1].into());
    }
    body.number(graph.edges.len() as u64);
    for edge in &graph.edges {
        body.number(edge.from.into());
        body.number(edge.to.into());
        body.number(u64::from(edge.line) << 1 | u64::from(edge.call));
    }
    body.number(graph.unresolved.len() as u64);
    for unresolved in &graph.unresolved {
        for text in [
            &unresolved.from,
            &unresolved.text,
            &unresolved.file,
            &unresolved.why,
        ] {
            body.number(strings.number(text));
        }
        body.number(unresolved.line.into());
    }
    let mut all = Writer::default();
    all.number(strings.all.len() as u64);
    for text in strings.all {
        all.bytes(text.as_bytes());
    }
    all.raw(&body.0);
    all.0
}

/// A graph from bytes.
pub fn unpack(bytes: &[u8]) -> Option<CallGraph> {
    let mut reader = Reader(bytes);
    let count = reader.count()?;
    let strings: Vec<&str> = (0..count).map(|_| reader.text()).collect::<Option<_>>()?;
    let text = |reader: &mut Reader| -> Option<String> {
        let number = usize::try_from(reader.number()?).ok()?;
        Some((*strings.get(number)?).to_owned())
    };
    let count = reader.count()?;
    let mut definitions = Vec::with_capacity(count);
    for _ in 0..count {
        definitions.push(Definition {
            name: text(&mut reader)?,
            kind: *KINDS.get(usize::try_from(reader.number()?).ok()?)?,
            package: text(&mut reader)?,
            file: text(&mut reader)?,
            lines: [reader.small()?, reader.small()?],
        });
    }
    let known = u32::try_from(definitions.len()).ok()?;
    let count = reader.count()?;
    let mut edges = Vec::with_capacity(count);
    for _ in 0..count {
        let (from, to, line) = (reader.small()?, reader.small()?, reader.number()?);
        if from >= known || to >= known {
            return None;
        }
        edges.push(Edge {
            from,
            to,
            line: u32::try_from(line >> 1).ok()?,
            call: line & 1 == 1,
        });
    }
    let count = reader.count()?;
    let mut unresolved = Vec::with_capacity(count);
    for _ in 0..count {
        let (from, what, file, why) = (
            text(&mut reader)?,
            text(&mut reader)?,
            text(&mut reader)?,
            text(&mut reader)?,
        );
        unresolved.push(Unresolved {
            from,
            text: what,
            file,
            line: reader.small()?,
            why,
        });
    }
    reader.0.is_empty().then_some(CallGraph {
        definitions,
        edges,
        unresolved,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph() -> CallGraph {
        let definition = |name: &str, kind| Definition {
            name: name.into(),
            kind,
            package: "p@1".into(),
            file: "src/lib.rs".into(),
            lines: [1, 300],
        };
        CallGraph {
            definitions: KINDS.iter().map(|kind| definition("ä::b", *kind)).collect(),
            edges: vec![Edge {
                from: 0,
                to: 18,
                line: 200,
                call: true,
            }],
            unresolved: vec![Unresolved {
                from: "ä::b".into(),
                text: "x.y()".into(),
                file: "src/lib.rs".into(),
                line: 70_000,
                why: "dynamic".into(),
            }],
        }
    }

    #[test]
    fn what_is_packed_comes_back() {
        assert_eq!(unpack(&pack(&graph())), Some(graph()));
        assert_eq!(
            unpack(&pack(&CallGraph::default())),
            Some(CallGraph::default())
        );
    }

    #[test]
    fn torn_bytes_are_no_graph() {
        let bytes = pack(&graph());
        for end in 0..bytes.len() {
            assert_eq!(unpack(&bytes[..end]), None, "{end}");
        }
        for at in 0..bytes.len() {
            let mut torn = bytes.clone();
            torn[at] ^= 0xff;
            let _ = unpack(&torn);
        }
    }
}
