//! Joins the files of a tree into its call graph.
//!
//! Names are resolved as Rust does it, as far as syntax tells: modules, imports, globs, re-exports, the crates of the
//! tree. A method call has no type here, so it may mean every method of that name: the graph reaches too much rather than
//! too little, and says so where the choice is wide.
//!
//! * [`names`]: the names of all files as numbers
//! * [`layout`]: which file is which module of which crate
//! * [`scope`]: what a name means in a module

mod layout;
mod names;
mod scope;

use std::borrow::Cow;

use rayon::prelude::*;
use ripout_model::{CallGraph, Definition, Edge, FileFacts, Kind, Unresolved};

use crate::parse::record::{DefKind, Facts, Path, Ref, RefKind};

use layout::Layout;
use names::{Map, Name, Names, Table};
use scope::{Meaning, Scope};

/// A method name that more definitions than this share is left open: edges to all of them would say nothing.
const WIDE: usize = 8;

/// No number of the graph.
const NONE: u32 = u32::MAX;

/// A definition: its file, and its place in the file's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct DefId {
    file: u32,
    def: u32,
}

/// Joins. `files` are sorted by path.
pub fn graph(files: &[(String, FileFacts)]) -> CallGraph {
    let records: Vec<(&str, Facts<'_>)> = files
        .par_iter()
        .map(|(path, facts)| {
            // What does not unpack was written by nobody: an empty record is an empty file.
            (
                path.as_str(),
                Facts::unpack(&facts.facts).unwrap_or_default(),
            )
        })
        .collect();
    let names = Names::of(&records);
    let layout = Layout::of(&records, &names);
    let scope = Scope::of(&records, &layout, &names);
    let mut joiner = Joiner {
        records: &records,
        names: &names,
        layout: &layout,
        scope: &scope,
        numbers: Vec::new(),
        methods: Table::default(),
        library_methods: Table::default(),
        definitions: Vec::new(),
    };
    joiner.define();
    joiner.join()
}

struct Joiner<'g> {
    records: &'g [(&'g str, Facts<'g>)],
    names: &'g Names<'g>,
    layout: &'g Layout,
    scope: &'g Scope<'g>,
    /// Numbers of definitions in the graph, by file.
    numbers: Vec<Vec<u32>>,
    /// Definitions that a method call of a name may mean in their own crate, unless that is a library.
    methods: Table<(Name, u32), DefId>,
    /// And in the whole tree.
    library_methods: Table<Name, DefId>,
    definitions: Vec<Definition>,
}

/// What one file adds to the graph.
#[derive(Default)]
struct OfFile {
    /// From its own definitions.
    edges: Vec<Edge>,
    /// From those of others, with their file.
    foreign: Vec<(u32, Edge)>,
    unresolved: Vec<Unresolved>,
}

impl<'g> Joiner<'g> {
    /// Numbers the definitions: in the order of files and lines.
    fn define(&mut self) {
        let of_files: Vec<Vec<(u32, Definition)>> = self
            .records
            .par_iter()
            .enumerate()
            .map(|(file, (path, facts))| self.definitions_of(file, path, facts))
            .collect();
        let (mut methods, mut library_methods) = (Vec::new(), Vec::new());
        for (file, (_, facts)) in (0_u32..).zip(self.records) {
            let krate = self.layout.crate_of_file(file);
            let mut method = |name, def| {
                let (name, id) = (self.names.get(file, name), DefId { file, def });
                if self.layout.is_library(krate) {
                    library_methods.push((name, id));
                } else {
                    methods.push(((name, krate), id));
                }
            };
            for (index, def) in (0_u32..).zip(&facts.defs) {
                match def.kind {
                    DefKind::Kind(Kind::Method | Kind::TraitMember) => method(def.name, index),
                    DefKind::Kind(Kind::Impl) => {
                        def.provides.iter().for_each(|name| method(*name, index));
                    }
                    _ => {}
                }
            }
        }
        self.methods = Table::of(methods);
        self.library_methods = Table::of(library_methods);
        for (of_file, (_, facts)) in of_files.into_iter().zip(self.records) {
            let mut numbers = vec![NONE; facts.defs.len()];
            for (def, definition) in of_file {
                numbers[def as usize] = self.definitions.len() as u32;
                self.definitions.push(definition);
            }
            self.numbers.push(numbers);
        }
    }

    fn definitions_of(&self, file: usize, path: &str, facts: &Facts<'_>) -> Vec<(u32, Definition)> {
        let package = self.layout.package(file);
        let below = path.strip_prefix(package.folder.as_str()).unwrap_or(path);
        let mut of_file: Vec<(u32, Definition)> = Vec::with_capacity(facts.defs.len());
        for (def, of) in (0_u32..).zip(&facts.defs) {
            let DefKind::Kind(kind) = of.kind else {
                continue;
            };
            if kind == Kind::Impl && of.of_trait.is_none() {
                continue;
            }
            let file = file as u32;
            of_file.push((
                def,
                Definition {
                    name: self.scope.full_name(DefId { file, def }),
                    kind,
                    package: package.id.clone(),
                    file: below.to_owned(),
                    lines: of.lines,
                },
            ));
        }
        of_file.sort_by_key(|(_, definition)| definition.lines);
        of_file
    }

    fn join(self) -> CallGraph {
        let of_files: Vec<OfFile> = self
            .records
            .par_iter()
            .zip(0_u32..self.records.len() as u32)
            .map(|((_, facts), file)| FileJoiner::new(&self, file).join(facts))
            .collect();
        let mut foreign = Vec::new();
        let mut unresolved = Vec::new();
        let mut own = Vec::with_capacity(of_files.len());
        for (file, of_file) in (0_u32..).zip(of_files) {
            let from = of_file.foreign.into_iter();
            foreign.extend(from.map(|(of, edge)| (of, (file, edge))));
            unresolved.extend(of_file.unresolved);
            own.push(of_file.edges);
        }
        let foreign = Table::of(foreign);
        let edges: Vec<Vec<Edge>> = own
            .into_par_iter()
            .zip(0_u32..self.records.len() as u32)
            .map(|(own, file)| {
                let others = foreign.get(file);
                let split = others.partition_point(|(from, _)| *from < file);
                let edge = |(_, edge): &(u32, Edge)| *edge;
                let before = others[..split].iter().map(edge);
                let after = others[split..].iter().map(edge);
                merged(before.chain(own).chain(after).collect())
            })
            .collect();
        unresolved.par_sort_unstable();
        unresolved.dedup();
        CallGraph {
            definitions: self.definitions,
            edges: edges.concat(),
            unresolved,
        }
    }

    fn number_of(&self, id: DefId) -> Option<u32> {
        let number = self.numbers[id.file as usize][id.def as usize];
        (number != NONE).then_some(number)
    }
}

/// Of several references to one definition the first line is kept, and that it calls if any does.
fn merged(mut edges: Vec<Edge>) -> Vec<Edge> {
    edges.sort_by_key(|edge| (edge.from, edge.to));
    edges.dedup_by(|next, kept| {
        let same = (next.from, next.to) == (kept.from, kept.to);
        kept.call |= same && next.call;
        same
    });
    edges
}

/// Finds what the references of one file mean.
struct FileJoiner<'j, 'g> {
    joiner: &'j Joiner<'g>,
    file: u32,
    /// What paths have been found to mean, by module; without those that begin with `Self`.
    known: Map<(u32, Path), Meaning<'j>>,
    /// The path in hand.
    steps: Vec<Name>,
    found: OfFile,
}

impl<'j, 'g> FileJoiner<'j, 'g> {
    fn new(joiner: &'j Joiner<'g>, file: u32) -> Self {
        Self {
            joiner,
            file,
            known: Map::default(),
            steps: Vec::new(),
            found: OfFile::default(),
        }
    }

    fn join(mut self, facts: &Facts<'_>) -> OfFile {
        let file = self.file;
        for reference in &facts.refs {
            let id = DefId {
                file,
                def: reference.from,
            };
            // A module has no references of its own.
            let Some(from) = self.joiner.number_of(id) else {
                continue;
            };
            let (to, open) = self.mean(id, reference);
            for to in to.iter() {
                self.link(id, from, *to, reference.line, reference.call);
            }
            if let Some(why) = open {
                let unresolved = self.open_end(facts, from, reference, why);
                self.found.unresolved.push(unresolved);
            }
        }
        for (index, def) in (0_u32..).zip(&facts.defs) {
            let id = DefId { file, def: index };
            let Some(number) = self.joiner.number_of(id) else {
                continue;
            };
            // What is behind a macro call at the top of a module is only known once it is expanded.
            if def.kind == DefKind::Kind(Kind::MacroCall) {
                let definition = &self.joiner.definitions[number as usize];
                self.found.unresolved.push(Unresolved {
                    from: definition.name.clone(),
                    text: format!("{}!", facts.text(def.name)),
                    file: definition.file.clone(),
                    line: def.lines[0],
                    why: "macro".into(),
                });
            }
            // A trait has its members, and a type the impls of traits for it: whoever has one may call the other.
            if def.kind == DefKind::Kind(Kind::TraitMember)
                && let Some(parent) = def.parent
                && let parent = (DefId { def: parent, file })
                && let Some(from) = self.joiner.number_of(parent)
            {
                self.link(parent, from, id, def.lines[0], false);
            }
            if def.of_trait.is_some()
                && let Some(path) = def.for_type
                && let Meaning::Defs(types) = self.path(id, path)
            {
                for of in types.iter() {
                    if let Some(from) = self.joiner.number_of(*of) {
                        self.link(*of, from, id, def.lines[0], false);
                    }
                }
            }
        }
        self.found
    }

    fn link(&mut self, of: DefId, from: u32, to: DefId, line: u32, call: bool) {
        let Some(to) = self.joiner.number_of(to) else {
            return;
        };
        let edge = Edge {
            from,
            to,
            line,
            call,
        };
        if of.file == self.file {
            self.found.edges.push(edge);
        } else {
            self.found.foreign.push((of.file, edge));
        }
    }

    fn open_end(&mut self, facts: &Facts<'_>, from: u32, reference: &Ref, why: &str) -> Unresolved {
        let from = &self.joiner.definitions[from as usize];
        let mut steps = Vec::new();
        let mut next = Some(reference.path);
        while let Some(at) = next {
            let step = facts.paths[at as usize];
            steps.push(facts.text(step.name));
            next = step.before;
        }
        steps.reverse();
        let path = steps.join("::");
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

    /// What a path of this file means.
    fn path(&mut self, at: DefId, path: Path) -> Meaning<'j> {
        let key = (self.joiner.scope.module_of(at), path);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let scope = self.joiner.scope;
        scope.steps(self.file, path, &mut self.steps);
        let meaning = scope.meaning(at, &self.steps);
        if self.steps[0] != names::SELF_TYPE {
            self.known.insert(key, meaning.clone());
        }
        meaning
    }

    /// What a reference may mean, and why that is not all or not sure.
    fn mean(&mut self, at: DefId, reference: &Ref) -> (Cow<'j, [DefId]>, Option<&'static str>) {
        let scope = self.joiner.scope;
        if reference.kind == RefKind::Path {
            return match self.path(at, reference.path) {
                Meaning::Defs(defs) => (defs, None),
                Meaning::Nothing => (Vec::new().into(), None),
                // Only calls, and names that can be nothing but a definition's: a word alone may be a variable.
                Meaning::Open(why) if reference.call || self.is_long(reference.path) => {
                    (Vec::new().into(), Some(why))
                }
                Meaning::Open(_) => (Vec::new().into(), None),
            };
        }
        scope.steps(self.file, reference.path, &mut self.steps);
        let (first, last) = (self.steps[0], self.steps[self.steps.len() - 1]);
        match reference.kind {
            RefKind::OwnMethod => {
                let own = scope.own_member(at, first);
                if own.is_empty() {
                    self.method(first)
                } else {
                    (own.into(), None)
                }
            }
            RefKind::Macro => match scope.macros(at, last) {
                found if !found.is_empty() => (found.into(), None),
                _ if scope.std_macro(&self.steps) => (Vec::new().into(), None),
                _ => (Vec::new().into(), Some("external")),
            },
            _ => self.method(first),
        }
    }

    /// Whether a path has more than one step.
    fn is_long(&self, path: Path) -> bool {
        let paths = &self.joiner.records[self.file as usize].1.paths;
        paths[path as usize].before.is_some()
    }

    /// Every method of the name. What no definition of the tree is called is the standard library's or another's.
    fn method(&self, name: Name) -> (Cow<'j, [DefId]>, Option<&'static str>) {
        // Another crate's methods are within reach only if it can be named from here.
        let krate = self.joiner.layout.crate_of_file(self.file);
        let own = self.joiner.methods.get((name, krate));
        let others = self.joiner.library_methods.get(name);
        match own.len() + others.len() {
            0 => (Vec::new().into(), None),
            1 => ([own, others].concat().into(), None),
            2..=WIDE => ([own, others].concat().into(), Some("ambiguous")),
            _ => (Vec::new().into(), Some("ambiguous")),
        }
    }
}

#[cfg(test)]
mod tests;
