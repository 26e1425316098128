//! Who calls whom in a closure, from what was asked for on.
//!
//! References inside a package come from its call graph. No graph joins packages: across them a name that stands in the
//! text is taken as a reference.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ripout_model::{CallGraph, Definition, Kind, Language};

use super::ground::{Ground, is_text};
use crate::map::closure;

/// A definition in the call tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// How many calls lead to it.
    pub depth: u32,
    /// What is called.
    pub definition: Definition,
    /// Its lines of code.
    pub code_lines: u32,
    /// Line of the call, in the file of the caller; none for what was asked for.
    pub line: Option<u32>,
    /// It stands above itself: a recursion.
    pub recursive: bool,
    /// What it calls was told further up.
    pub again: bool,
}

/// The closure's definitions, as finely as the call graph has them, and the references among them.
pub struct Nodes {
    definitions: Vec<Definition>,
    code_lines: Vec<u32>,
    roots: Vec<usize>,
    /// Of each: whom it refers to, with the first line.
    to: Vec<References>,
}

/// A reference: its first line, and whether it calls.
type Reference = (u32, bool);

/// Whom a definition refers to.
type References = BTreeMap<usize, Reference>;

impl Nodes {
    /// Finds them.
    pub fn of(language: &dyn Language, ground: &Ground) -> Self {
        let mut definitions: Vec<Definition> = Vec::new();
        let mut number: HashMap<Definition, usize> = HashMap::new();
        let mut add = |definition: &Definition| -> usize {
            *number.entry(definition.clone()).or_insert_with(|| {
                definitions.push(definition.clone());
                definitions.len() - 1
            })
        };
        let mut by_file: HashMap<(&str, &str), Vec<[u32; 2]>> = HashMap::new();
        for definition in ground.taken.iter().filter(|it| is_text(it)) {
            let key = (definition.package.as_str(), definition.file.as_str());
            by_file.entry(key).or_default().push(definition.lines);
        }
        let ids: Vec<String> = ground.packages.iter().map(|it| it.id()).collect();
        let mut found: Vec<(usize, u32, usize)> = Vec::new();
        for (place, graph) in ground.graphs.iter().enumerate() {
            for (index, definition) in (0_u32..).zip(&graph.definitions) {
                // A graph of one package does not say which; one of a tree does.
                let id = match ground.graphs.len() == ids.len() {
                    true => ids[place].as_str(),
                    false => definition.package.as_str(),
                };
                let key = (id, definition.file.as_str());
                let around = by_file.get(&key).is_some_and(|spans| {
                    spans.iter().any(|[first, last]| {
                        *first <= definition.lines[0] && definition.lines[1] <= *last
                    })
                });
                if around && is_text(definition) {
                    let named = Definition {
                        package: id.to_owned(),
                        ..definition.clone()
                    };
                    found.push((place, index, add(&named)));
                }
            }
        }
        // What the graph does not have, under any name.
        let known: BTreeSet<(String, String, [u32; 2])> = found
            .iter()
            .map(|(place, index, _)| {
                let of = &ground.graphs[*place].definitions[*index as usize];
                let id = match ground.graphs.len() == ids.len() {
                    true => ids[*place].clone(),
                    false => of.package.clone(),
                };
                (id, of.file.clone(), of.lines)
            })
            .collect();
        for definition in ground.taken.iter().filter(|it| is_text(it)) {
            let key = (
                definition.package.clone(),
                definition.file.clone(),
                definition.lines,
            );
            if !known.contains(&key) {
                add(definition);
            }
        }
        let mut to = vec![References::new(); definitions.len()];
        for (place, graph) in ground.graphs.iter().enumerate() {
            let boxes: HashMap<u32, usize> = found
                .iter()
                .filter(|(of, _, _)| *of == place)
                .map(|(_, index, node)| (*index, *node))
                .collect();
            for edge in &graph.edges {
                if let (Some(from), Some(end)) = (boxes.get(&edge.from), boxes.get(&edge.to)) {
                    let of: &mut References = &mut to[*from];
                    let (line, call) = of.entry(*end).or_insert((edge.line, edge.call));
                    *line = edge.line.min(*line);
                    *call |= edge.call;
                }
            }
        }
        let texts = texts(ground, &definitions);
        let code_lines = definitions
            .iter()
            .zip(&texts)
            .map(|(definition, text)| language.parse(&definition.file, text.as_bytes()).code_lines)
            .collect();
        across(&definitions, &texts, &mut to);
        let mut nodes = Self {
            roots: roots(&definitions, &texts, &ground.symbols, &to),
            definitions,
            code_lines,
            to,
        };
        nodes.members();
        nodes
    }

    /// Every definition, and whether it was asked for.
    pub fn all(&self) -> impl Iterator<Item = (&Definition, bool)> {
        let asked = |index: usize| self.roots.contains(&index);
        self.definitions
            .iter()
            .enumerate()
            .map(move |(index, it)| (it, asked(index)))
    }

    /// The call tree. Each definition is opened once, where it is first met.
    pub fn calls(&self) -> Vec<Called> {
        let mut calls = Vec::new();
        let mut opened = BTreeSet::new();
        // A stack of our own: a chain of calls may be deeper than the thread's.
        let mut stack: Vec<(usize, u32, Option<Reference>)> = self
            .roots
            .iter()
            .rev()
            .map(|root| (*root, 0, None))
            .collect();
        let mut path: Vec<usize> = Vec::new();
        while let Some((index, depth, from)) = stack.pop() {
            path.truncate(depth as usize);
            // A method's name in an impl may be any type's.
            let by_path = self.definitions[index].kind != Kind::Impl;
            let calls_itself = self.to[index]
                .get(&index)
                .is_some_and(|(_, call)| *call && by_path);
            let called = from.is_some_and(|(_, call)| call);
            let recursive = calls_itself || called && path.contains(&index);
            let again = !opened.insert(index);
            calls.push(Called {
                depth,
                definition: self.definitions[index].clone(),
                code_lines: self.code_lines[index],
                line: from.map(|(line, _)| line),
                recursive,
                again,
            });
            path.push(index);
            if again {
                continue;
            }
            let mut next: Vec<(u32, usize, bool)> = self.to[index]
                .iter()
                .filter(|(to, _)| **to != index && runs(&self.definitions[**to]))
                .map(|(to, (line, call))| (*line, *to, *call))
                .collect();
            next.sort_unstable();
            for (line, to, call) in next.into_iter().rev() {
                stack.push((to, depth + 1, Some((line, call))));
            }
        }
        calls
    }

    /// Every definition once, in the order in which references lead to it.
    pub fn order(&self) -> Vec<&Definition> {
        let mut order: Vec<usize> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut stack: Vec<usize> = self.roots.iter().rev().copied().collect();
        while let Some(index) = stack.pop() {
            if !seen.insert(index) {
                continue;
            }
            order.push(index);
            let mut next: Vec<(u32, usize)> = self.to[index]
                .iter()
                .map(|(to, (line, _))| (*line, *to))
                .collect();
            next.sort_unstable();
            stack.extend(next.into_iter().rev().map(|(_, to)| to));
        }
        let rest = (0..self.definitions.len()).filter(|index| !seen.contains(index));
        let rest: Vec<usize> = rest.collect();
        order
            .into_iter()
            .chain(rest)
            .map(|index| &self.definitions[index])
            .collect()
    }

    /// What runs, was taken, and is not in the call tree.
    pub fn beside(&self, calls: &[Called]) -> Vec<Definition> {
        let called: BTreeSet<&Definition> = calls.iter().map(|it| &it.definition).collect();
        let beside = self
            .definitions
            .iter()
            .filter(|it| runs(it) && !called.contains(it));
        let beside: Vec<&Definition> = beside.collect();
        // A member of a class that is listed, or called, stands in it.
        let outer = |it: &Definition| {
            let listed = calls.iter().map(|other| &other.definition);
            listed.chain(beside.iter().copied()).any(|other| {
                other != it
                    && (&other.package, &other.file) == (&it.package, &it.file)
                    && other.lines[0] <= it.lines[0]
                    && it.lines[1] <= other.lines[1]
            })
        };
        beside
            .iter()
            .filter(|it| !outer(it))
            .map(|it| (*it).clone())
            .collect()
    }

    /// A type that was asked for is what its members are: they stand below it.
    fn members(&mut self) {
        for root in self.roots.clone() {
            let owner = &self.definitions[root];
            let types = [
                Kind::Struct,
                Kind::Enum,
                Kind::Union,
                Kind::Trait,
                Kind::Class,
            ];
            if !types.contains(&owner.kind) {
                continue;
            }
            let of_owner = |it: &Definition| {
                let below = it.name.strip_prefix(owner.name.as_str());
                below.is_some_and(|rest| rest.starts_with("::") || rest.starts_with('.'))
                    && it.package == owner.package
            };
            let members: Vec<(usize, u32)> = self
                .definitions
                .iter()
                .enumerate()
                .filter(|(_, it)| of_owner(it))
                .map(|(index, it)| (index, it.lines[0]))
                .collect();
            for (index, line) in members {
                self.to[root].entry(index).or_insert((line, false));
            }
        }
    }
}

/// Code lines of what was taken; what stands inside something else counts once.
pub fn taken_lines(language: &dyn Language, ground: &Ground) -> u32 {
    let outer = |definition: &&Definition| {
        !ground.taken.iter().any(|other| {
            other != *definition
                && (&other.package, &other.file) == (&definition.package, &definition.file)
                && other.lines[0] <= definition.lines[0]
                && definition.lines[1] <= other.lines[1]
                && other.lines != definition.lines
        })
    };
    let outermost: Vec<Definition> = ground.taken.iter().filter(outer).cloned().collect();
    texts(ground, &outermost)
        .iter()
        .zip(&outermost)
        .map(|(text, it)| language.parse(&it.file, text.as_bytes()).code_lines)
        .sum()
}

/// Whether a definition holds something that runs when it is used.
fn runs(definition: &Definition) -> bool {
    matches!(
        definition.kind,
        Kind::Function
            | Kind::Method
            | Kind::TraitMember
            | Kind::Impl
            | Kind::Macro
            | Kind::MacroCall
            | Kind::Class
            | Kind::Statement
    )
}

/// The text of each definition.
fn texts(ground: &Ground, definitions: &[Definition]) -> Vec<String> {
    let mut files: HashMap<(&str, &str), Option<String>> = HashMap::new();
    definitions
        .iter()
        .map(|it| {
            let text = files
                .entry((it.package.as_str(), it.file.as_str()))
                .or_insert_with(|| ground.text(&it.package, &it.file));
            let [first, last] = it.lines.map(|line| line as usize);
            let lines = text.iter().flat_map(|text| text.lines());
            let lines = lines
                .skip(first.saturating_sub(1))
                .take(last + 1 - first.min(last));
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

/// Names that a statement of a module binds, as the beginnings of its lines tell.
fn bound(text: &str) -> Vec<&str> {
    let is_name = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inner = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    // Deeper than the statement's own blocks stands what others bind.
    let own = inner.map(indent).filter(|it| *it > 0).min().unwrap_or(0);
    let mut names: Vec<&str> = text
        .lines()
        .filter(|line| indent(line) <= own)
        .filter_map(|line| {
            let line = line.trim();
            let rest = line
                .strip_prefix("class ")
                .or_else(|| line.strip_prefix("def "));
            let end = |letter: char| !letter.is_alphanumeric() && letter != '_';
            match rest {
                Some(rest) => rest.split(end).next(),
                None => {
                    let (name, rest) = line.split_at(line.find(end)?);
                    let rest = rest.trim_start();
                    (rest.starts_with('=') && !rest.starts_with("==")
                        || rest.starts_with(':') && rest.contains('='))
                    .then_some(name)
                }
            }
        })
        .filter(|name| is_name(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// References between packages, and from and to statements of a module, by name.
fn across(definitions: &[Definition], texts: &[String], to: &mut [References]) {
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, definition) in definitions.iter().enumerate() {
        let name = closure::last_part(&definition.name);
        if definition.kind == Kind::Statement {
            for name in bound(&texts[index]) {
                named.entry(name).or_default().push(index);
            }
        } else if name.len() > 2 && !definition.name.contains(' ') {
            named.entry(name).or_default().push(index);
        }
    }
    for (from, text) in texts.iter().enumerate() {
        for (line, words) in (definitions[from].lines[0]..).zip(text.lines()) {
            let words = words.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            for end in words.filter_map(|word| named.get(word)).flatten() {
                // A statement of a module is no definition of its graph.
                let [one, other] = [from, *end].map(|index| &definitions[index]);
                let by_name = one.package != other.package
                    || one.kind == Kind::Statement
                    || other.kind == Kind::Statement;
                let member = one.package == other.package
                    && matches!(other.kind, Kind::Method | Kind::TraitMember);
                if by_name && !member && from != *end {
                    to[from].entry(*end).or_insert((line, false));
                }
            }
        }
    }
}

/// The definitions that symbols mean, or the statements that bind them; where a symbol goes by another name, what nothing else
/// refers to.
fn roots(
    definitions: &[Definition],
    texts: &[String],
    symbols: &[String],
    to: &[References],
) -> Vec<usize> {
    let graph = CallGraph {
        definitions: definitions.to_vec(),
        ..CallGraph::default()
    };
    let all = 0..u32::try_from(definitions.len()).unwrap_or(u32::MAX);
    let (mut roots, mut found): (Vec<usize>, Vec<usize>) = Default::default();
    for symbol in symbols {
        for index in closure::meant(&graph, symbol, all.clone()) {
            if !roots.contains(&(index as usize)) {
                roots.push(index as usize);
            }
        }
    }
    for symbol in symbols.iter().filter(|_| roots.is_empty()) {
        let last = closure::last_part(symbol);
        let binds = |index: &usize| {
            definitions[*index].kind == Kind::Statement && bound(&texts[*index]).contains(&last)
        };
        found.extend((0..definitions.len()).filter(binds));
    }
    roots.extend(found);
    if roots.is_empty() {
        let referred: BTreeSet<usize> = to.iter().flat_map(|to| to.keys().copied()).collect();
        roots.extend((0..definitions.len()).filter(|index| !referred.contains(index)));
    }
    roots
}
