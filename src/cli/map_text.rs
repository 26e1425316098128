//! A map for people and for Graphviz.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use foldhash::fast::RandomState;
use ripout_model::{CallGraph, Definition, Unresolved};

use crate::{
    cli::verdict_text::grouped,
    map::{Mapped, closure::edges_of},
};

/// Unresolved references by the name and file of the definition that refers. Its order is never looked at.
type OpenEnds<'a> = HashMap<(&'a str, &'a str), Vec<&'a Unresolved>, RandomState>;

/// The whole graph: each file with its definitions, each definition with what it refers to.
pub fn whole(mapped: &Mapped) -> String {
    let graph = &mapped.graph;
    // About what the lines below come to, so that a large map is not copied as it grows.
    let mut text = String::with_capacity(80 * (graph.definitions.len() + graph.edges.len()));
    summary(&mut text, mapped, graph);
    let unresolved = by_definition(graph);
    let mut told: HashSet<_, RandomState> = HashSet::default();
    let mut file = None;
    for (index, definition) in (0..).zip(&graph.definitions) {
        let place = (&definition.package, &definition.file);
        if file != Some(place) {
            file = Some(place);
            let _ = writeln!(text, "\n{}", definition.file);
        }
        let [first, last] = definition.lines;
        let kind = definition.kind.word();
        let _ = writeln!(text, "  {first}-{last}  {kind}  {}", definition.name);
        for edge in edges_of(graph, index) {
            let arrow = if edge.call { "->" } else { "--" };
            let to = graph
                .definitions
                .get(edge.to as usize)
                .map_or("?", |to| to.name.as_str());
            let _ = writeln!(text, "      {arrow} {to}  :{}", edge.line);
        }
        let Some(of_name) = unresolved.get(&key(definition)) else {
            continue;
        };
        told.insert(key(definition));
        for unresolved in within(of_name, definition) {
            open_end(&mut text, "      ", unresolved);
        }
    }
    let mut heading = "\nat the top of files\n";
    for unresolved in &graph.unresolved {
        if !told.contains(&(unresolved.from.as_str(), unresolved.file.as_str())) {
            text.push_str(heading);
            heading = "";
            let file = &unresolved.file;
            open_end(&mut text, &format!("  {file}  "), unresolved);
        }
    }
    text
}

/// The closure of symbols, as a tree: each definition is opened once, where it is first met.
pub fn tree(graph: &CallGraph, roots: &[u32], mapped: &Mapped) -> String {
    let mut text = String::new();
    let unresolved = by_definition(graph);
    let mut opened = HashSet::new();
    // A stack of our own: a chain of calls may be deeper than the thread's.
    let mut stack: Vec<(u32, String, String)> = Vec::new();
    for root in roots.iter().rev() {
        stack.push((*root, String::new(), String::new()));
    }
    while let Some((index, branch, below)) = stack.pop() {
        let Some(definition) = graph.definitions.get(index as usize) else {
            continue;
        };
        let [first, last] = definition.lines;
        let (name, kind, file) = (&definition.name, definition.kind.word(), &definition.file);
        let _ = write!(text, "{branch}{name}  {kind}  {file}:{first}-{last}");
        if !opened.insert(index) {
            text.push_str("  (above)\n");
            continue;
        }
        text.push('\n');
        let mut to: Vec<u32> = Vec::new();
        for edge in edges_of(graph, index) {
            if edge.to != index && !to.contains(&edge.to) {
                to.push(edge.to);
            }
        }
        let of_name = unresolved.get(&key(definition));
        for unresolved in within(of_name.map_or(&[], Vec::as_slice), definition) {
            let branch = if to.is_empty() { "   " } else { "│  " };
            open_end(&mut text, &format!("{below}{branch}"), unresolved);
        }
        for (i, &child) in to.iter().enumerate().rev() {
            let (branch, indent) = if i + 1 == to.len() {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            stack.push((
                child,
                format!("{below}{branch}"),
                format!("{below}{indent}"),
            ));
        }
    }
    text.push('\n');
    summary(&mut text, mapped, graph);
    text
}

/// The graph for Graphviz: solid lines call, dashed ones only name.
pub fn dot(graph: &CallGraph) -> String {
    let mut text = String::from("digraph ripout {\n  rankdir=LR;\n  node [shape=box];\n");
    for (index, definition) in graph.definitions.iter().enumerate() {
        let _ = writeln!(
            text,
            "  n{index} [label=\"{}\", tooltip=\"{}:{}\"];",
            escaped(&definition.name),
            escaped(&definition.file),
            definition.lines[0]
        );
    }
    for edge in &graph.edges {
        let style = if edge.call { "" } else { " [style=dashed]" };
        let _ = writeln!(text, "  n{} -> n{}{style};", edge.from, edge.to);
    }
    text.push_str("}\n");
    text
}

fn summary(text: &mut String, mapped: &Mapped, graph: &CallGraph) {
    let _ = writeln!(
        text,
        "{} definitions, {} edges, {} unresolved; the tree has {} files with {} lines of code",
        grouped(graph.definitions.len() as u64),
        grouped(graph.edges.len() as u64),
        grouped(graph.unresolved.len() as u64),
        grouped(mapped.files),
        grouped(mapped.code_lines),
    );
    if !mapped.problems.is_empty() {
        let _ = writeln!(text, "{} files are broken:", mapped.problems.len());
    }
    for problem in &mapped.problems {
        let line = problem
            .line
            .map_or(String::new(), |line| format!(":{line}"));
        let _ = writeln!(text, "  {}{line}  {}", problem.file, problem.why.word());
    }
}

fn open_end(text: &mut String, indent: &str, unresolved: &Unresolved) {
    let what = unresolved.text.replace('\n', " ");
    let (line, why) = (unresolved.line, &unresolved.why);
    let _ = writeln!(text, "{indent}?? {what}  :{line} ({why})");
}

fn key(definition: &Definition) -> (&str, &str) {
    (&definition.name, &definition.file)
}

/// Two definitions of a file may share a name; then the line tells which one an open end belongs to.
fn within<'a>(
    of_name: &'a [&'a Unresolved],
    definition: &'a Definition,
) -> impl Iterator<Item = &'a Unresolved> {
    let [first, last] = definition.lines;
    let of_name = of_name.iter().copied();
    of_name.filter(move |unresolved| (first..=last).contains(&unresolved.line))
}

fn by_definition(graph: &CallGraph) -> OpenEnds<'_> {
    let mut by_definition = OpenEnds::default();
    for unresolved in &graph.unresolved {
        by_definition
            .entry((unresolved.from.as_str(), unresolved.file.as_str()))
            .or_default()
            .push(unresolved);
    }
    by_definition
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use ripout_model::{Edge, Kind};

    use super::*;

    fn graph() -> CallGraph {
        let definition = |name: &str| Definition {
            name: name.into(),
            kind: Kind::Function,
            package: "p@1".into(),
            file: "src/lib.rs".into(),
            lines: [1, 2],
        };
        let edge = |from, to, call| Edge {
            from,
            to,
            line: 2,
            call,
        };
        CallGraph {
            definitions: vec![
                definition("p::a"),
                definition("p::b"),
                definition("p::\"c\""),
            ],
            edges: vec![
                edge(0, 1, true),
                edge(0, 2, false),
                edge(1, 0, true),
                edge(1, 2, true),
            ],
            unresolved: vec![Unresolved {
                from: "p::b".into(),
                text: "x.y()".into(),
                file: "src/lib.rs".into(),
                line: 2,
                why: "dynamic".into(),
            }],
        }
    }

    #[test]
    fn a_tree_opens_each_definition_once() {
        let text = tree(&graph(), &[0], &Mapped::default());
        let lines: Vec<&str> = text.lines().take(6).collect();
        assert_eq!(
            lines,
            [
                "p::a  function  src/lib.rs:1-2",
                "├─ p::b  function  src/lib.rs:1-2",
                "│  │  ?? x.y()  :2 (dynamic)",
                "│  ├─ p::a  function  src/lib.rs:1-2  (above)",
                "│  └─ p::\"c\"  function  src/lib.rs:1-2",
                "└─ p::\"c\"  function  src/lib.rs:1-2  (above)",
            ]
        );
    }

    #[test]
    fn dot_is_quoted() {
        let text = dot(&graph());
        assert!(text.contains(r#"n2 [label="p::\"c\"""#), "{text}");
        assert!(text.contains("n0 -> n2 [style=dashed];"));
    }

    #[test]
    fn the_whole_says_what_is_open() {
        let mapped = Mapped {
            graph: graph(),
            ..Mapped::default()
        };
        let text = whole(&mapped);
        assert!(
            text.contains("  1-2  function  p::b\n      -> p::a  :2\n"),
            "{text}"
        );
        assert!(text.contains("      ?? x.y()  :2 (dynamic)\n"), "{text}");
        assert!(!text.contains("at the top"));
    }
}
