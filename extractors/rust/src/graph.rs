//! Joins the files of a tree into its call graph.
//!
//! Names are resolved as Rust does it, as far as syntax tells: modules, imports, globs, re-exports, the crates of the
//! tree. A method call has no type here, so it may mean every method of that name: the graph reaches too much rather than
//! too little, and says so where the choice is wide.
//!
//! * [`layout`]: which file is which module of which crate
//! * [`scope`]: what a name means in a module

mod layout;
mod scope;

use std::collections::{BTreeMap, HashMap};

use ripout_model::{CallGraph, Definition, Edge, FileFacts, Kind, Unresolved};

use crate::parse::record::{DefKind, Facts, Ref, RefKind};

use layout::Layout;
use scope::{Meaning, Scope};

/// A method name that more definitions than this share is left open: edges to all of them would say nothing.
const WIDE: usize = 8;

/// A definition: its file, and its place in the file's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct DefId {
    file: u32,
    def: u32,
}

/// Joins. `files` are sorted by path.
pub fn graph(files: &[(String, FileFacts)]) -> CallGraph {
    let records: Vec<(&str, Facts<'_>)> = files
        .iter()
        .map(|(path, facts)| {
            // What does not unpack was written by nobody: an empty record is an empty file.
            (
                path.as_str(),
                Facts::unpack(&facts.facts).unwrap_or_default(),
            )
        })
        .collect();
    let layout = Layout::of(&records);
    let scope = Scope::of(&records, &layout);
    let mut joiner = Joiner {
        records: &records,
        layout: &layout,
        scope: &scope,
        numbers: HashMap::new(),
        methods: HashMap::new(),
        graph: CallGraph::default(),
    };
    joiner.define();
    joiner.join();
    joiner.graph
}

struct Joiner<'g, 'a> {
    records: &'g [(&'a str, Facts<'a>)],
    layout: &'g Layout,
    scope: &'g Scope<'g, 'a>,
    /// Numbers of definitions in the graph.
    numbers: HashMap<DefId, u32>,
    /// Definitions that a method call of a name may mean.
    methods: HashMap<&'g str, Vec<DefId>>,
    graph: CallGraph,
}

impl<'g, 'a> Joiner<'g, 'a> {
    /// Numbers the definitions: in the order of files and lines.
    fn define(&mut self) {
        for (file, (path, facts)) in self.records.iter().enumerate() {
            let package = self.layout.package(file);
            let mut of_file: Vec<(DefId, Definition)> = Vec::new();
            for (index, def) in facts.defs.iter().enumerate() {
                let id = DefId {
                    file: file as u32,
                    def: index as u32,
                };
                let DefKind::Kind(kind) = def.kind else {
                    continue;
                };
                if kind == Kind::Impl && def.of_trait.is_empty() {
                    continue;
                }
                of_file.push((
                    id,
                    Definition {
                        name: self.scope.full_name(id),
                        kind,
                        package: package.id.clone(),
                        file: path
                            .strip_prefix(package.folder.as_str())
                            .unwrap_or(path)
                            .to_owned(),
                        lines: def.lines,
                    },
                ));
                match kind {
                    Kind::Method | Kind::TraitMember => {
                        self.methods.entry(&def.name).or_default().push(id);
                    }
                    Kind::Impl => {
                        for name in &def.provides {
                            self.methods.entry(name).or_default().push(id);
                        }
                    }
                    _ => {}
                }
            }
            of_file.sort_by_key(|(_, definition)| definition.lines);
            for (id, definition) in of_file {
                self.numbers.insert(id, self.graph.definitions.len() as u32);
                self.graph.definitions.push(definition);
            }
        }
    }

    fn join(&mut self) {
        // Of several references to one definition the first line is kept, and that it calls if any does.
        let mut edges: BTreeMap<(u32, u32), (u32, bool)> = BTreeMap::new();
        let mut unresolved: Vec<Unresolved> = Vec::new();
        let mut link = |from: u32, to: u32, line: u32, call: bool| {
            let edge = edges.entry((from, to)).or_insert((line, call));
            edge.1 |= call;
        };
        for (file, (_, facts)) in self.records.iter().enumerate() {
            for reference in &facts.refs {
                let id = DefId {
                    file: file as u32,
                    def: reference.from,
                };
                // A module has no references of its own.
                let Some(from) = self.number_of(id) else {
                    continue;
                };
                let (to, open) = self.mean(id, reference);
                for to in to {
                    if let Some(to) = self.number_of(to) {
                        link(from, to, reference.line, reference.call);
                    }
                }
                if let Some(why) = open {
                    unresolved.push(self.open_end(from, reference, why));
                }
            }
            for (index, def) in facts.defs.iter().enumerate() {
                let id = DefId {
                    file: file as u32,
                    def: index as u32,
                };
                let Some(number) = self.number_of(id) else {
                    continue;
                };
                // What is behind a macro call at the top of a module is only known once it is expanded.
                if def.kind == DefKind::Kind(Kind::MacroCall) {
                    unresolved.push(Unresolved {
                        from: self.graph.definitions[number as usize].name.clone(),
                        text: format!("{}!", def.name),
                        file: self.graph.definitions[number as usize].file.clone(),
                        line: def.lines[0],
                        why: "macro".into(),
                    });
                }
                // A trait has its members, and a type the impls of traits for it: whoever has one may call the other.
                if def.kind == DefKind::Kind(Kind::TraitMember)
                    && let Some(parent) = def.parent
                    && let Some(parent) = self.number_of(DefId { def: parent, ..id })
                {
                    link(parent, number, def.lines[0], false);
                }
                if !def.of_trait.is_empty()
                    && let Meaning::Defs(types) = self.scope.path(id, &def.for_type)
                {
                    for of in types {
                        if let Some(of) = self.number_of(of) {
                            link(of, number, def.lines[0], false);
                        }
                    }
                }
            }
        }
        self.graph.edges = edges
            .into_iter()
            .map(|((from, to), (line, call))| Edge {
                from,
                to,
                line,
                call,
            })
            .collect();
        self.graph.unresolved = unresolved;
        self.graph.unresolved.sort_unstable();
        self.graph.unresolved.dedup();
    }

    fn number_of(&self, id: DefId) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    fn open_end(&self, from: u32, reference: &Ref<'_>, why: &str) -> Unresolved {
        let from = &self.graph.definitions[from as usize];
        let path = reference.path.join("::");
        Unresolved {
            from: from.name.clone(),
            text: match reference.kind {
                RefKind::Macro => format!("{path}!"),
                RefKind::Method => format!(".{path}()"),
                RefKind::OwnMethod => format!("self.{path}()"),
                RefKind::Path if reference.call => format!("{path}()"),
                RefKind::Path => path,
            },
            file: from.file.clone(),
            line: reference.line,
            why: why.into(),
        }
    }

    /// What a reference may mean, and why that is not all or not sure.
    fn mean(&self, at: DefId, reference: &Ref<'_>) -> (Vec<DefId>, Option<&'static str>) {
        match reference.kind {
            RefKind::Method => self.method(at, &reference.path[0]),
            RefKind::OwnMethod => {
                let own = self.scope.own_member(at, &reference.path[0]);
                if own.is_empty() {
                    self.method(at, &reference.path[0])
                } else {
                    (own, None)
                }
            }
            RefKind::Macro => match self.scope.macros(at, &reference.path) {
                found if !found.is_empty() => (found, None),
                _ if scope::std_macro(&reference.path) => (Vec::new(), None),
                _ => (Vec::new(), Some("external")),
            },
            RefKind::Path => match self.scope.path(at, &reference.path) {
                Meaning::Defs(defs) => (defs, None),
                Meaning::Nothing => (Vec::new(), None),
                // Only calls, and names that can be nothing but a definition's: a word alone may be a variable.
                Meaning::Open(why) if reference.call || reference.path.len() > 1 => {
                    (Vec::new(), Some(why))
                }
                Meaning::Open(_) => (Vec::new(), None),
            },
        }
    }

    /// Every method of the name. What no definition of the tree is called is the standard library's or another's.
    fn method(&self, at: DefId, name: &str) -> (Vec<DefId>, Option<&'static str>) {
        let all = self.methods.get(name).map_or(&[][..], Vec::as_slice);
        // Another crate's methods are within reach only if it can be named from here.
        let near: Vec<DefId> = all
            .iter()
            .copied()
            .filter(|id| self.layout.reaches(at.file as usize, id.file as usize))
            .collect();
        match near.len() {
            0 => (Vec::new(), None),
            1 => (near, None),
            2..=WIDE => (near, Some("ambiguous")),
            _ => (Vec::new(), Some("ambiguous")),
        }
    }
}

#[cfg(test)]
mod tests;
