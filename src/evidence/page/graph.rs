//! Who refers to whom among what was taken, and who used it and was left: a graph small enough to be looked at.
//!
//! References inside a package come from its call graph. Across packages a name that stands in the text is taken as a
//! reference, because no graph joins them. More definitions than a picture holds are drawn by file.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Definition, Kind, Origin};

use super::{
    Subject,
    code::kind_word,
    html::counted,
    pieces::{Piece, Pieces, origin_word, short},
};

/// Definitions that are drawn one by one.
const MOST: usize = 40;

/// Files that are drawn, where definitions are too many.
const FILES: usize = 40;

/// Definitions that were left behind and refer to what was asked for: so many are drawn.
const LEFT: usize = 4;

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its first line.
    pub name: String,
    /// Its second line.
    pub what: String,
    /// How it is drawn: `verbatim`, `edited`, `synthesized`, `left`.
    pub class: &'static str,
    /// Whether it is what was asked for.
    pub root: bool,
}

/// Boxes and arrows.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Graph {
    /// Boxes.
    pub nodes: Vec<Node>,
    /// Arrows, as indices.
    pub edges: BTreeSet<(usize, usize)>,
    /// Definitions left behind that refer to what was asked for, and are not drawn.
    pub more_left: usize,
    /// Whether boxes are files.
    pub by_file: bool,
}

impl Graph {
    /// The graph of a module.
    pub fn of(subject: &Subject<'_>, pieces: &Pieces<'_>) -> Self {
        let shown: Vec<&Piece<'_>> = pieces.all.iter().filter(|it| it.defines()).collect();
        let roots: BTreeSet<usize> = (0..shown.len())
            .filter(|index| pieces.is_asked_for(shown[*index]))
            .collect();
        let (mut edges, callers) = inside(subject, &shown, &roots);
        across(&shown, &mut edges);
        if shown.len() > MOST {
            return by_file(&shown, &edges, &roots, callers.len());
        }
        let mut nodes: Vec<Node> = shown
            .iter()
            .enumerate()
            .map(|(index, piece)| Node {
                name: piece.short_name().to_owned(),
                what: format!(
                    "{}, {}",
                    kind_word(piece.taken.definition.kind),
                    origin_word(piece.origin())
                ),
                class: origin_word(piece.origin()),
                root: roots.contains(&index),
            })
            .collect();
        let more_left = callers.len().saturating_sub(LEFT);
        for ((name, kind), used) in callers.into_iter().take(LEFT) {
            edges.extend(used.into_iter().map(|to| (nodes.len(), to)));
            nodes.push(Node {
                name,
                what: format!("{kind}, left"),
                class: "left",
                root: false,
            });
        }
        Self {
            nodes,
            edges,
            more_left,
            by_file: false,
        }
    }
}

type Callers = Vec<((String, &'static str), BTreeSet<usize>)>;

/// References inside each package, and who else there refers to what was asked for.
fn inside(
    subject: &Subject<'_>,
    shown: &[&Piece<'_>],
    roots: &BTreeSet<usize>,
) -> (BTreeSet<(usize, usize)>, Callers) {
    let mut edges = BTreeSet::new();
    let mut callers: BTreeMap<(String, &'static str), BTreeSet<usize>> = BTreeMap::new();
    for (package, graph) in subject.packages.iter().zip(subject.graphs) {
        let id = package.id();
        let mut by_file: BTreeMap<&str, Vec<(usize, [u32; 2])>> = BTreeMap::new();
        for (index, piece) in shown.iter().enumerate() {
            let definition = &piece.taken.definition;
            if definition.package == id {
                let spans = by_file.entry(&definition.file).or_default();
                spans.push((index, definition.lines));
            }
        }
        // The box that each definition of the graph is drawn in.
        let boxes: Vec<Option<usize>> = graph
            .definitions
            .iter()
            .map(|definition| {
                let spans = by_file.get(definition.file.as_str())?;
                spans
                    .iter()
                    .find(|(_, [first, last])| {
                        *first <= definition.lines[0] && definition.lines[1] <= *last
                    })
                    .map(|(index, _)| *index)
            })
            .collect();
        for edge in &graph.edges {
            let place = |index: u32| boxes.get(index as usize).copied().flatten();
            match (place(edge.from), place(edge.to)) {
                (Some(from), Some(to)) if from != to => {
                    edges.insert((from, to));
                }
                (None, Some(to)) if roots.contains(&to) => {
                    let Some(caller) = graph.definitions.get(edge.from as usize) else {
                        continue;
                    };
                    // Tests refer to everything and tell little.
                    if !matches!(caller.kind, Kind::Use | Kind::Import) && !is_test(caller) {
                        let key = (caller.name.clone(), kind_word(caller.kind));
                        callers.entry(key).or_default().insert(to);
                    }
                }
                _ => {}
            }
        }
    }
    let callers = callers
        .into_iter()
        .map(|((name, kind), used)| ((short(&name).to_owned(), kind), used))
        .collect();
    (edges, callers)
}

/// Whether a definition is a test's or a benchmark's, as both languages' habits have it.
fn is_test(definition: &Definition) -> bool {
    let names = definition.name.split([':', '.']);
    let folders = definition.file.split('/');
    names.chain(folders).any(|part| {
        matches!(part, "test" | "tests" | "benches" | "examples") || part.starts_with("test_")
    })
}

/// References by name: between packages, and to what nothing in its own package is known to refer to.
fn across(shown: &[&Piece<'_>], edges: &mut BTreeSet<(usize, usize)>) {
    let referred: BTreeSet<usize> = edges.iter().map(|(_, to)| *to).collect();
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, piece) in shown.iter().enumerate() {
        let name = piece.short_name().trim_end_matches('!');
        if name.len() > 2 && !name.contains(' ') {
            named.entry(name).or_default().push(index);
        }
    }
    for (from, piece) in shown.iter().enumerate() {
        let words = piece.module.iter().flat_map(|line| {
            line.split(|character: char| !character.is_alphanumeric() && character != '_')
        });
        for word in words.collect::<BTreeSet<_>>() {
            for &to in named.get(word).into_iter().flatten() {
                let elsewhere =
                    shown[to].taken.definition.package != piece.taken.definition.package;
                if from != to && (elsewhere || !referred.contains(&to)) {
                    edges.insert((from, to));
                }
            }
        }
    }
}

/// The same by file, the symbols apart.
fn by_file(
    shown: &[&Piece<'_>],
    edges: &BTreeSet<(usize, usize)>,
    roots: &BTreeSet<usize>,
    more_left: usize,
) -> Graph {
    let mut nodes: Vec<Node> = Vec::new();
    let mut place: Vec<usize> = vec![0; shown.len()];
    for index in roots {
        place[*index] = nodes.len();
        let piece = shown[*index];
        nodes.push(Node {
            name: piece.short_name().to_owned(),
            what: format!(
                "{}, {}",
                kind_word(piece.taken.definition.kind),
                origin_word(piece.origin())
            ),
            class: origin_word(piece.origin()),
            root: true,
        });
    }
    let mut files: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, piece) in shown.iter().enumerate() {
        if !roots.contains(&index) {
            let definition = &piece.taken.definition;
            let key = (definition.package.as_str(), definition.file.as_str());
            files.entry(key).or_default().push(index);
        }
    }
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by_key(|(key, indices)| (std::cmp::Reverse(indices.len()), *key));
    let (own, rest) = files.split_at(files.len().min(FILES));
    let mut group = |name: String, indices: &[usize]| {
        let origins = indices.iter().map(|index| shown[*index].origin());
        for index in indices {
            place[*index] = nodes.len();
        }
        nodes.push(Node {
            name,
            what: counted(indices.len() as u64, "definition", "definitions"),
            class: origin_word(origins.max().unwrap_or(Origin::Verbatim)),
            root: false,
        });
    };
    for ((_, file), indices) in own {
        group((*file).to_owned(), indices);
    }
    let rest: Vec<usize> = rest
        .iter()
        .flat_map(|(_, indices)| indices.iter().copied())
        .collect();
    if !rest.is_empty() {
        group("other files".to_owned(), &rest);
    }
    let edges = edges
        .iter()
        .map(|(from, to)| (place[*from], place[*to]))
        .filter(|(from, to)| from != to)
        .collect();
    Graph {
        nodes,
        edges,
        more_left,
        by_file: true,
    }
}
