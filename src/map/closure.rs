//! What one symbol reaches in a graph.

use std::collections::BTreeSet;

use ripout_model::{CallGraph, Edge, Failure};

/// Definitions that a symbol may mean, by how users write it: the defining path, or a shorter one by which it is
/// re-exported. More than one if the name does not tell them apart.
pub fn find(graph: &CallGraph, symbol: &str) -> Result<Vec<u32>, Failure> {
    let best = meant(graph, symbol, 0..graph.definitions.len() as u32);
    if best.is_empty() {
        return Err(not_found(graph, symbol));
    }
    Ok(best)
}

/// The definitions among some that a symbol may mean.
pub fn meant(graph: &CallGraph, symbol: &str, among: impl Iterator<Item = u32>) -> Vec<u32> {
    let wanted = parts(symbol);
    let mut best: Vec<u32> = Vec::new();
    let mut fewest = usize::MAX;
    for index in among {
        let Some(definition) = graph.definitions.get(index as usize) else {
            continue;
        };
        let has = parts(&definition.name);
        if let Some(surplus) = surplus(&wanted, &has) {
            if surplus < fewest {
                fewest = surplus;
                best.clear();
            }
            if surplus == fewest {
                best.push(index);
            }
        }
    }
    best
}

/// The last part of a path, without what marks a macro.
pub fn last_part(path: &str) -> &str {
    let path = path.trim_end_matches('!');
    path.rsplit([':', '.']).next().unwrap_or(path)
}

/// The graph of all that `roots` reach, and the roots' indices in it.
pub fn closure(graph: &CallGraph, roots: &[u32]) -> (CallGraph, Vec<u32>) {
    let mut reached: BTreeSet<u32> = BTreeSet::new();
    let mut open: Vec<u32> = roots.to_vec();
    while let Some(index) = open.pop() {
        if reached.insert(index) {
            open.extend(edges_of(graph, index).iter().map(|edge| edge.to));
        }
    }
    let order: Vec<u32> = reached.iter().copied().collect();
    // `order` is sorted, so a place in it is the new index.
    let renumber = |old: u32| {
        order
            .binary_search(&old)
            .ok()
            .and_then(|new| u32::try_from(new).ok())
    };
    let definitions: Vec<_> = order
        .iter()
        .filter_map(|&index| graph.definitions.get(index as usize).cloned())
        .collect();
    let edges = order
        .iter()
        .flat_map(|&index| edges_of(graph, index))
        .filter_map(|edge| {
            Some(Edge {
                from: renumber(edge.from)?,
                to: renumber(edge.to)?,
                ..*edge
            })
        })
        .collect();
    let names: BTreeSet<(&str, &str)> = definitions
        .iter()
        .map(|definition| (definition.name.as_str(), definition.file.as_str()))
        .collect();
    let unresolved = graph
        .unresolved
        .iter()
        .filter(|unresolved| names.contains(&(unresolved.from.as_str(), unresolved.file.as_str())))
        .cloned()
        .collect();
    let roots = roots.iter().filter_map(|&root| renumber(root)).collect();
    let subset = CallGraph {
        definitions,
        edges,
        unresolved,
    };
    (subset, roots)
}

/// Edges that leave a definition; a graph's edges are sorted.
pub fn edges_of(graph: &CallGraph, from: u32) -> &[Edge] {
    let begin = graph.edges.partition_point(|edge| edge.from < from);
    let end = graph.edges.partition_point(|edge| edge.from <= from);
    &graph.edges[begin..end]
}

/// A path's parts, in the spelling of either language, without what marks a macro.
fn parts(path: &str) -> Vec<&str> {
    path.trim_end_matches('!')
        .split([':', '.'])
        .filter(|part| !part.is_empty())
        .collect()
}

/// How many parts `has` has beyond `wanted`, if those of `wanted` stand in it in order, the last as the last.
fn surplus(wanted: &[&str], has: &[&str]) -> Option<usize> {
    if wanted.last()? != has.last()? {
        return None;
    }
    let mut rest = has.iter();
    // A file does not say what its package is called.
    wanted
        .iter()
        .all(|part| rest.any(|other| other == part || *other == "crate"))
        .then(|| has.len() - wanted.len())
}

fn not_found(graph: &CallGraph, symbol: &str) -> Failure {
    let failure = Failure::new(
        "symbol_not_found",
        format!("nothing in the tree is called `{symbol}`"),
    );
    let last = parts(symbol).last().copied().unwrap_or(symbol).to_owned();
    let mut near: Vec<(usize, &str)> = graph
        .definitions
        .iter()
        .filter_map(|definition| {
            let name = definition.name.as_str();
            let other = parts(name).last().copied().unwrap_or(name).to_owned();
            let distance = strsim::damerau_levenshtein(&last, &other);
            // A third of the letters may differ before a name is no longer a slip of the same.
            (distance * 3 <= last.chars().count()).then_some((distance, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    if near.is_empty() {
        return failure.help("`ripout map` without a symbol lists what there is");
    }
    let names: Vec<String> = near
        .iter()
        .take(5)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    failure.help(format!("near names: {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use ripout_model::{Definition, Kind, Unresolved};

    use super::*;

    fn graph() -> CallGraph {
        let definition = |name: &str, line| Definition {
            name: name.into(),
            kind: Kind::Function,
            package: "p@1".into(),
            file: "src/lib.rs".into(),
            lines: [line, line],
        };
        let edge = |from, to| Edge {
            from,
            to,
            line: 1,
            call: true,
        };
        let unresolved = |from: &str| Unresolved {
            from: from.into(),
            text: "x()".into(),
            file: "src/lib.rs".into(),
            line: 1,
            why: "dynamic".into(),
        };
        CallGraph {
            definitions: vec![
                definition("p::a::parse", 1),
                definition("p::b::other", 2),
                definition("p::a::helper", 3),
                definition("p::b::parse", 4),
            ],
            edges: vec![edge(0, 2), edge(1, 0), edge(2, 2), edge(2, 0)],
            unresolved: vec![unresolved("p::a::helper"), unresolved("p::b::other")],
        }
    }

    #[test]
    fn a_symbol_may_be_named_by_a_shorter_path() {
        let graph = graph();
        assert_eq!(find(&graph, "p::a::parse").unwrap(), [0]);
        assert_eq!(find(&graph, "p::helper").unwrap(), [2]);
        assert_eq!(find(&graph, "p::parse").unwrap(), [0, 3]);
        assert_eq!(find(&graph, "p.b.parse!").unwrap(), [3]);
    }

    #[test]
    fn a_wrong_name_gets_near_ones() {
        let failure = find(&graph(), "p::a::helpre").unwrap_err();
        assert_eq!(failure.code, "symbol_not_found");
        assert_eq!(failure.help.unwrap(), "near names: `p::a::helper`");
    }

    #[test]
    fn a_closure_holds_what_is_reached_and_nothing_else() {
        let (subset, roots) = closure(&graph(), &[2]);
        let names: Vec<&str> = subset.definitions.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["p::a::parse", "p::a::helper"]);
        assert_eq!(roots, [1]);
        assert_eq!(subset.edges.len(), 3);
        assert_eq!(subset.unresolved.len(), 1);
    }
}
