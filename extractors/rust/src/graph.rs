//! Joins the files of a tree to a call graph, by name.
//!
//! Syntax knows no types: a method call may mean every method of its name, and says so by an edge to each or, where
//! they are many, by an unresolved edge. What leads out of the tree (`std`, other packages) is no edge.

use std::collections::HashMap;

use rayon::prelude::*;
use ripout_model::{CallGraph, Definition, Edge, FileFacts, Kind, Unresolved};

use crate::facts::{Facts, KINDS, NONE, Ref, how};

/// A name with more meanings than this is not pinned down.
const MEANINGS: usize = 8;

/// Joins files (paths relative to the tree, sorted).
pub fn join(files: &[(String, FileFacts)]) -> CallGraph {
    let read: Vec<(&str, String, Facts)> = files
        .par_iter()
        .map(|(path, file)| {
            (
                path.as_str(),
                module(path),
                Facts::decode(&file.facts).unwrap_or_default(),
            )
        })
        .collect();
    let tree = Tree::of(&read);
    let parts: Vec<(Vec<Edge>, Vec<Unresolved>)> = (0..read.len())
        .into_par_iter()
        .map(|file| tree.references(file))
        .collect();
    let mut graph = CallGraph::default();
    for (edges, unresolved) in parts {
        graph.edges.extend(edges);
        graph.unresolved.extend(unresolved);
    }
    graph.edges.par_sort_unstable();
    graph.edges.dedup();
    graph.unresolved.par_sort_unstable();
    graph.unresolved.dedup();
    graph.definitions = tree.definitions();
    graph
}

/// Module that a file is by its place: `crate::a::b`, or `member::a::b` for a package below the root.
fn module(path: &str) -> String {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut parts: Vec<String> = path.split('/').map(|part| part.replace('-', "_")).collect();
    if let Some(source) = parts.iter().position(|part| part == "src") {
        let package = if source == 0 {
            "crate".to_owned()
        } else {
            parts[source - 1].clone()
        };
        parts.splice(..=source, [package]);
    } else {
        parts.insert(0, "crate".to_owned());
    }
    if parts.len() > 1
        && parts
            .last()
            .is_some_and(|last| matches!(last.as_str(), "lib" | "mod" | "main"))
    {
        parts.pop();
    }
    parts.join("::")
}

struct Tree<'a> {
    files: &'a [(&'a str, String, Facts)],
    /// Index of each file's first definition.
    begins: Vec<u32>,
    /// Definitions by last name: file and definition.
    by_name: HashMap<&'a str, Vec<(u32, u32)>>,
}

impl<'a> Tree<'a> {
    fn of(files: &'a [(&'a str, String, Facts)]) -> Self {
        let mut begins = Vec::with_capacity(files.len());
        let mut by_name: HashMap<&str, Vec<(u32, u32)>> = HashMap::new();
        let mut next = 0;
        for (file, (_, _, facts)) in (0u32..).zip(files) {
            begins.push(next);
            for (index, def) in (0u32..).zip(&facts.defs) {
                // An impl is reached through its trait and type, a macro's call through nothing.
                if !matches!(kind(def.kind), Kind::Impl | Kind::MacroCall) {
                    by_name
                        .entry(facts.name(def.name))
                        .or_default()
                        .push((file, index));
                }
                next += 1;
            }
        }
        Self {
            files,
            begins,
            by_name,
        }
    }

    fn definitions(&self) -> Vec<Definition> {
        self.files
            .par_iter()
            .flat_map_iter(|(path, module, facts)| {
                facts.defs.iter().map(move |def| Definition {
                    name: full_name(module, facts, def.path),
                    kind: kind(def.kind),
                    package: String::new(),
                    file: (*path).to_owned(),
                    lines: [def.first, def.last],
                })
            })
            .collect()
    }

    fn references(&self, file: usize) -> (Vec<Edge>, Vec<Unresolved>) {
        let (path, module, facts) = &self.files[file];
        let mut edges = Vec::new();
        let mut unresolved = Vec::new();
        let mut imports: HashMap<&str, (&str, &str)> = HashMap::new();
        for one in &facts.uses {
            imports.insert(
                facts.name(one.alias),
                (facts.name(one.qualifier), facts.name(one.name)),
            );
        }
        for reference in &facts.refs {
            let Some(from) = facts.defs.get(reference.from as usize) else {
                continue;
            };
            let meant = self.meant(file, facts, reference, &imports);
            let name = facts.name(reference.name);
            if meant.len() > MEANINGS {
                unresolved.push(Unresolved {
                    from: full_name(module, facts, from.path),
                    text: match reference.how {
                        how::METHOD => format!(".{name}() may be any of {} methods", meant.len()),
                        _ => format!("{name} may be any of {} definitions", meant.len()),
                    },
                    file: (*path).to_owned(),
                    line: reference.line,
                    why: "ambiguous".to_owned(),
                });
                continue;
            }
            edges.extend(meant.into_iter().map(|(to_file, to)| Edge {
                from: self.begins[file] + reference.from,
                to: self.begins[to_file as usize] + to,
                line: reference.line,
                call: reference.how != how::NAMED,
            }));
        }
        // An impl is part of what its type can do: whoever reaches the type reaches it.
        for (index, def) in (0u32..).zip(&facts.defs) {
            if kind(def.kind) != Kind::Impl || def.owner == NONE {
                continue;
            }
            let of = self
                .by_name
                .get(facts.name(def.owner))
                .map_or(&[][..], Vec::as_slice);
            let types: Vec<_> = of
                .iter()
                .filter(|(file, index)| is_type(self.kind_of(*file, *index)))
                .collect();
            let here = types.iter().filter(|(other, _)| *other as usize == file);
            let chosen: Vec<_> = if here.clone().count() > 0 {
                here.collect()
            } else {
                types.iter().collect()
            };
            if chosen.len() <= MEANINGS {
                edges.extend(chosen.into_iter().map(|(to_file, to)| Edge {
                    from: self.begins[*to_file as usize] + to,
                    to: self.begins[file] + index,
                    line: def.first,
                    call: false,
                }));
            }
        }
        (edges, unresolved)
    }

    fn meant(
        &self,
        file: usize,
        facts: &Facts,
        reference: &Ref,
        imports: &HashMap<&str, (&str, &str)>,
    ) -> Vec<(u32, u32)> {
        let mut name = facts.name(reference.name);
        let mut qualifier = facts.name(reference.qualifier);
        if reference.how == how::METHOD {
            return self.all(name, |kind, _| {
                matches!(kind, Kind::Method | Kind::TraitMember)
            });
        }
        if reference.how == how::MACRO {
            return self.all(name, |kind, _| kind == Kind::Macro);
        }
        let own = facts
            .defs
            .get(reference.from as usize)
            .map_or("", |def| facts.name(def.owner));
        if qualifier == "Self" {
            qualifier = own;
        } else if let Some((before, real)) =
            imports.get(qualifier).filter(|_| !qualifier.is_empty())
        {
            qualifier = if real.is_empty() { before } else { real };
        } else if qualifier.is_empty()
            && let Some((before, real)) = imports.get(name)
        {
            (qualifier, name) = (before, if real.is_empty() { name } else { real });
        }
        let all = self.all(name, |kind, _| !matches!(kind, Kind::Macro));
        if !qualifier.is_empty() && !matches!(qualifier, "crate" | "self" | "super") {
            let within = |(file, index): &(u32, u32)| self.stands_in(*file, *index, qualifier);
            return all.into_iter().filter(within).collect();
        }
        // A plain name: of this file if it is here, else of an imported glob or a parent; never a method.
        let free: Vec<_> = all
            .into_iter()
            .filter(|(file, index)| {
                !matches!(
                    self.kind_of(*file, *index),
                    Kind::Method | Kind::TraitMember
                )
            })
            .collect();
        let here: Vec<_> = free
            .iter()
            .copied()
            .filter(|(other, _)| *other as usize == file)
            .collect();
        if !here.is_empty() {
            return here;
        }
        let package = |file: usize| self.files[file].1.split("::").next().unwrap_or("");
        let home = package(file);
        let known = !qualifier.is_empty() || imports.contains_key("*");
        free.into_iter()
            .filter(|(other, _)| known && package(*other as usize) == home)
            .collect()
    }

    fn all(&self, name: &str, fits: impl Fn(Kind, &str) -> bool) -> Vec<(u32, u32)> {
        let defs = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        defs.iter()
            .copied()
            .filter(|(file, index)| fits(self.kind_of(*file, *index), name))
            .collect()
    }

    fn kind_of(&self, file: u32, index: u32) -> Kind {
        kind(self.files[file as usize].2.defs[index as usize].kind)
    }

    /// Whether a definition stands in a type, trait or module of this name.
    fn stands_in(&self, file: u32, index: u32, qualifier: &str) -> bool {
        let (_, module, facts) = &self.files[file as usize];
        let def = facts.defs[index as usize];
        if facts.name(def.owner) == qualifier && !is_type(kind(def.kind)) {
            return true;
        }
        let scope = if def.scope == NONE {
            module.as_str()
        } else {
            facts.name(def.scope)
        };
        scope.rsplit("::").next() == Some(qualifier)
    }
}

fn full_name(module: &str, facts: &Facts, path: u32) -> String {
    let path = facts.name(path);
    if path.starts_with("impl ") {
        path.to_owned()
    } else {
        format!("{module}::{path}")
    }
}

fn kind(number: u32) -> Kind {
    KINDS.get(number as usize).copied().unwrap_or(Kind::Use)
}

fn is_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Struct | Kind::Enum | Kind::Union | Kind::Trait | Kind::TypeAlias
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(files: &[(&str, &str)]) -> CallGraph {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), crate::parse::parse(text.as_bytes())))
            .collect();
        join(&files)
    }

    fn edges(graph: &CallGraph) -> Vec<String> {
        let name = |index: u32| &graph.definitions[index as usize].name;
        graph
            .edges
            .iter()
            .map(|edge| {
                format!(
                    "{} {} {}",
                    name(edge.from),
                    if edge.call { "calls" } else { "names" },
                    name(edge.to)
                )
            })
            .collect()
    }

    #[test]
    fn files_are_modules() {
        assert_eq!(module("src/lib.rs"), "crate");
        assert_eq!(module("src/a/mod.rs"), "crate::a");
        assert_eq!(module("src/a/b.rs"), "crate::a::b");
        assert_eq!(
            module("percent-encoding/src/ascii_set.rs"),
            "percent_encoding::ascii_set"
        );
        assert_eq!(module("lib.rs"), "crate");
    }

    #[test]
    fn calls_are_joined_across_files() {
        let graph = graph(&[
            (
                "src/lib.rs",
                "mod units;\nuse units::factor as weight;\npub fn convert() { weight(); units::names(); Unit::new().scale(); missing() }\n",
            ),
            (
                "src/units.rs",
                "pub fn factor() {}\npub fn names() { TABLE.len(); }\nstatic TABLE: &[u8] = &[];\npub struct Unit;\nimpl Unit { pub fn new() -> Self { Unit } fn scale(&self) {} }\nimpl Drop for Unit { fn drop(&mut self) { factor() } }\n",
            ),
        ]);
        let edges = edges(&graph);
        for expected in [
            "crate::convert calls crate::units::factor",
            "crate::convert calls crate::units::names",
            "crate::convert calls crate::units::Unit::new",
            "crate::convert calls crate::units::Unit::scale",
            "crate::units::names names crate::units::TABLE",
            "crate::units::Unit names impl Drop for Unit",
            "impl Drop for Unit calls crate::units::factor",
        ] {
            assert!(
                edges.iter().any(|edge| edge == expected),
                "{expected} in {edges:#?}"
            );
        }
        assert!(!edges.iter().any(|edge| edge.contains("missing")));
    }

    #[test]
    fn a_call_with_too_many_meanings_is_unresolved() {
        let many: String = (0..9)
            .map(|i| format!("struct S{i}; impl S{i} {{ fn go(&self) {{}} }}\n"))
            .collect();
        let text = format!("{many}fn start(x: &S1) {{ x.go() }}\n");
        let graph = graph(&[("src/lib.rs", &text)]);
        assert_eq!(graph.unresolved.len(), 1);
        assert_eq!(
            (graph.unresolved[0].why.as_str(), graph.unresolved[0].line),
            ("ambiguous", 10)
        );
    }
}
