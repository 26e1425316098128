//! The call graph of a tree: the facts of its files joined.
//!
//! A module's dotted name begins at the outermost folder that is a package, so a tree with `src/` or with several
//! projects resolves its own imports. What leads out of the tree is no edge; what can't be pinned down is said.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ripout_model::{CallGraph, Definition, Edge, FileFacts, Kind, Unresolved};

use crate::parse::{NONE, Parsed, UnitKind, flag, pack};

struct File<'f> {
    path: &'f str,
    module: String,
    is_package: bool,
    parsed: Parsed,
    /// Indices of definitions by `parsed.defs`.
    by_def: Vec<u32>,
    /// Definition of the variable that a unit binds.
    by_unit: HashMap<u32, u32>,
}

/// Joins files, sorted by path.
pub fn graph(files: &[(String, FileFacts)]) -> CallGraph {
    let paths: HashSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let mut graph = CallGraph::default();
    let mut read: Vec<File> = files
        .iter()
        .map(|(path, facts)| {
            let (module, is_package) = module_name(path, &paths);
            File {
                path,
                module,
                is_package,
                parsed: pack::unpacked(&facts.facts),
                by_def: Vec::new(),
                by_unit: HashMap::new(),
            }
        })
        .collect();
    let mut names: Vec<HashMap<String, u32>> = Vec::with_capacity(read.len());
    for file in &mut read {
        names.push(define(file, &mut graph));
    }
    let modules: BTreeMap<&str, usize> = read
        .iter()
        .enumerate()
        .rev()
        .map(|(index, file)| (file.module.as_str(), index))
        .collect();
    let join = Join {
        files: &read,
        names: &names,
        modules: &modules,
    };
    let mut edges: BTreeSet<Edge> = BTreeSet::new();
    let mut unresolved: BTreeSet<Unresolved> = BTreeSet::new();
    for index in 0..read.len() {
        join.edges(index, &graph.definitions, &mut edges, &mut unresolved);
    }
    graph.edges = edges.into_iter().collect();
    graph.unresolved = unresolved.into_iter().collect();
    graph
}

/// Dotted name of a file, and whether it is an `__init__.py`.
fn module_name(path: &str, paths: &HashSet<&str>) -> (String, bool) {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let is_package = stem == "__init__" || stem.ends_with("/__init__");
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    let parts: Vec<&str> = stem.split('/').collect();
    let mut from = parts.len() - 1;
    while from > 0 && paths.contains(format!("{}/__init__.py", parts[..from].join("/")).as_str()) {
        from -= 1;
    }
    (parts[from..].join("."), is_package)
}

/// First line, definition, its `def`, its statement, and the name that the module knows it by.
type Defined = (u32, Definition, Option<usize>, Option<u32>, Option<String>);

/// Adds the definitions of a file; what its module-level names are.
fn define(file: &mut File, graph: &mut CallGraph) -> HashMap<String, u32> {
    let mut names = HashMap::new();
    let parsed = &file.parsed;
    let mut found: Vec<Defined> = Vec::new();
    for (index, def) in parsed.defs.iter().enumerate() {
        let mut full = parsed.word(def.name).to_string();
        let mut parent = def.parent;
        let mut guard = 0;
        while let Some(class) = parsed.defs.get(parent as usize)
            && guard < 50
        {
            full = format!("{}.{full}", parsed.word(class.name));
            parent = class.parent;
            guard += 1;
        }
        let kind = match (def.class, def.parent) {
            (true, _) => Kind::Class,
            (false, NONE) => Kind::Function,
            (false, _) => Kind::Method,
        };
        let own = (def.parent == NONE).then(|| parsed.word(def.name).to_string());
        found.push((
            def.lines[0],
            definition(file, &full, kind, def.lines),
            Some(index),
            None,
            own,
        ));
    }
    let mut seen = HashSet::new();
    for bind in &parsed.binds {
        let Some(unit) = parsed.units.get(bind.unit as usize) else {
            continue;
        };
        if unit.kind == UnitKind::Assign && bind.import == NONE && seen.insert(bind.name) {
            let word = parsed.word(bind.name);
            found.push((
                unit.lines[0],
                definition(file, word, Kind::Variable, unit.lines),
                None,
                Some(bind.unit),
                Some(word.to_string()),
            ));
        }
    }
    found.sort_by(|left, right| (left.0, &left.1.name).cmp(&(right.0, &right.1.name)));
    file.by_def = vec![NONE; parsed.defs.len()];
    for (_, definition, def, unit, own) in found {
        let index = graph.definitions.len() as u32;
        graph.definitions.push(definition);
        if let Some(def) = def {
            file.by_def[def] = index;
        }
        if let Some(unit) = unit {
            file.by_unit.entry(unit).or_insert(index);
        }
        if let Some(own) = own {
            names.insert(own, index);
        }
    }
    names
}

fn definition(file: &File, name: &str, kind: Kind, lines: [u32; 2]) -> Definition {
    Definition {
        name: format!("{}.{name}", file.module),
        kind,
        package: String::new(),
        file: file.path.to_string(),
        lines,
    }
}

/// What a name leads to.
enum Target {
    Definition(u32),
    Module(usize),
    Outside,
    Nothing,
}

struct Join<'f> {
    files: &'f [File<'f>],
    names: &'f [HashMap<String, u32>],
    modules: &'f BTreeMap<&'f str, usize>,
}

impl Join<'_> {
    fn edges(
        &self,
        index: usize,
        definitions: &[Definition],
        edges: &mut BTreeSet<Edge>,
        unresolved: &mut BTreeSet<Unresolved>,
    ) {
        let file = &self.files[index];
        let parsed = &file.parsed;
        for (unit_index, unit) in parsed.units.iter().enumerate() {
            let [from, to] = unit.uses;
            let uses = parsed
                .uses
                .get(from as usize..to as usize)
                .unwrap_or_default();
            for reference in uses {
                let own = file
                    .by_def
                    .get(reference.def as usize)
                    .copied()
                    .filter(|own| *own != NONE)
                    .or_else(|| file.by_unit.get(&(unit_index as u32)).copied());
                let Some(own) = own else { continue };
                let mut target = match parsed.imports.get(reference.import as usize) {
                    Some(_) => self.import(index, reference.import, 0),
                    None => self.name(index, parsed.word(reference.name), 0),
                };
                let mut used = 0;
                let attrs = parsed.attrs_of(reference);
                while let Target::Module(module) = target {
                    let Some((attribute, _)) = attrs.get(used) else {
                        break;
                    };
                    target = self.member(module, parsed.word(*attribute), 0);
                    used += 1;
                }
                if let Target::Definition(mut found) = target {
                    // `Class.method` leads to the method.
                    if let Some((attribute, _)) = attrs.get(used)
                        && let Some(method) =
                            self.method(definitions, found, parsed.word(*attribute))
                    {
                        found = method;
                        used += 1;
                    }
                    if found != own {
                        edges.insert(Edge {
                            from: own,
                            to: found,
                            line: reference.line,
                            call: reference.has(flag::CALL) && used == attrs.len(),
                        });
                    }
                } else if matches!(target, Target::Nothing) && reference.has(flag::CALL) {
                    let word = parsed.word(reference.name);
                    if parsed
                        .binds
                        .iter()
                        .any(|bind| parsed.word(bind.name) == word)
                    {
                        unresolved.insert(Unresolved {
                            from: definitions[own as usize].name.clone(),
                            text: written(parsed, reference),
                            file: file.path.to_string(),
                            line: reference.line,
                            why: "unknown".into(),
                        });
                    }
                }
            }
        }
        for member in &parsed.members {
            let Some(own) = file
                .by_def
                .get(member.def as usize)
                .copied()
                .filter(|own| *own != NONE)
            else {
                continue;
            };
            let class = definitions[own as usize]
                .name
                .rsplit_once('.')
                .map_or("", |(class, _)| class);
            let wanted = parsed.word(member.name);
            let found = member
                .own
                .then(|| {
                    let full = format!("{class}.{wanted}");
                    file.by_def
                        .iter()
                        .copied()
                        .find(|index| *index != NONE && definitions[*index as usize].name == full)
                })
                .flatten();
            match found {
                Some(found) => {
                    edges.insert(Edge {
                        from: own,
                        to: found,
                        line: member.line,
                        call: true,
                    });
                }
                None => {
                    unresolved.insert(Unresolved {
                        from: definitions[own as usize].name.clone(),
                        text: format!("{}.{wanted}()", if member.own { "self" } else { "…" }),
                        file: file.path.to_string(),
                        line: member.line,
                        why: "dynamic".into(),
                    });
                }
            }
        }
    }

    fn method(&self, definitions: &[Definition], class: u32, method: &str) -> Option<u32> {
        let owner = &definitions[class as usize];
        if owner.kind != Kind::Class {
            return None;
        }
        let full = format!("{}.{method}", owner.name);
        // The methods of a class follow it.
        definitions[class as usize..]
            .iter()
            .take_while(|definition| {
                definition.file == owner.file && definition.lines[0] <= owner.lines[1]
            })
            .position(|definition| definition.name == full)
            .map(|offset| class + offset as u32)
    }

    fn name(&self, file: usize, word: &str, depth: u32) -> Target {
        if depth > 20 {
            return Target::Nothing;
        }
        if let Some(definition) = self.names[file].get(word) {
            return Target::Definition(*definition);
        }
        let parsed = &self.files[file].parsed;
        if let Some(bind) = parsed
            .binds
            .iter()
            .rev()
            .find(|bind| bind.import != NONE && parsed.word(bind.name) == word)
        {
            return self.import(file, bind.import, depth + 1);
        }
        for import in parsed.imports.iter().filter(|import| import.star) {
            let target = self.absolute(file, import.level, &import.module);
            if let Some(module) = self.modules.get(target.as_str())
                && *module != file
            {
                let listed = &self.files[*module].parsed;
                let offered = match &listed.all {
                    Some(all) => all.iter().any(|name| listed.word(*name) == word),
                    None => !word.starts_with('_'),
                };
                if offered {
                    match self.name(*module, word, depth + 1) {
                        Target::Nothing => {}
                        found => return found,
                    }
                }
            }
        }
        Target::Nothing
    }

    fn import(&self, file: usize, import: u32, depth: u32) -> Target {
        let parsed = &self.files[file].parsed;
        let Some(import) = parsed.imports.get(import as usize) else {
            return Target::Nothing;
        };
        let target = self.absolute(file, import.level, &import.module);
        match import.name {
            Some(name) => match self.modules.get(target.as_str()) {
                Some(module) => self.member(*module, parsed.word(name), depth + 1),
                None => match self
                    .modules
                    .get(format!("{target}.{}", parsed.word(name)).as_str())
                {
                    Some(module) => Target::Module(*module),
                    None => Target::Outside,
                },
            },
            None => {
                let wanted = if import.alias {
                    target.as_str()
                } else {
                    target.split('.').next().unwrap_or(&target)
                };
                self.modules
                    .get(wanted)
                    .map_or(Target::Outside, |module| Target::Module(*module))
            }
        }
    }

    fn member(&self, module: usize, word: &str, depth: u32) -> Target {
        match self.name(module, word, depth + 1) {
            Target::Nothing => {
                let below = format!("{}.{word}", self.files[module].module);
                self.modules
                    .get(below.as_str())
                    .map_or(Target::Nothing, |module| Target::Module(*module))
            }
            found => found,
        }
    }

    fn absolute(&self, file: usize, level: u32, module: &str) -> String {
        if level == 0 {
            return module.to_string();
        }
        let file = &self.files[file];
        let mut base = file.module.as_str();
        for _ in 0..level - u32::from(file.is_package) {
            base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        match (base.is_empty(), module.is_empty()) {
            (true, _) => module.to_string(),
            (_, true) => base.to_string(),
            _ => format!("{base}.{module}"),
        }
    }
}

fn written(parsed: &Parsed, reference: &crate::parse::Use) -> String {
    let mut word = parsed.word(reference.name).to_string();
    for (attribute, _) in parsed.attrs_of(reference) {
        word.push('.');
        word.push_str(parsed.word(*attribute));
    }
    word
}

#[cfg(test)]
mod tests {
    use ripout_model::Language;

    use crate::Python;

    #[test]
    fn edges_follow_re_exports_stars_and_methods() {
        let texts = [
            ("src/p/__init__.py", "from .a import *\nfrom . import b\n"),
            (
                "src/p/a.py",
                "from p import b as q\nclass K:\n    def m(self): return self.n()\n    def n(self): return q.f(1)\n",
            ),
            (
                "src/p/b.py",
                "from . import K\nT = 1\ndef f(x): return K.n(x) + T\n",
            ),
        ];
        let files: Vec<_> = texts
            .iter()
            .map(|(path, text)| (path.to_string(), Python.parse(path, text.as_bytes())))
            .collect();
        let graph = Python.graph(&files);
        let name = |index: u32| graph.definitions[index as usize].name.as_str();
        let edges: Vec<String> = graph
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
            .collect();
        for edge in [
            "p.a.K.m calls p.a.K.n",
            "p.a.K.n calls p.b.f",
            "p.b.f names p.b.T",
            "p.b.f calls p.a.K.n",
        ] {
            assert!(
                edges.iter().any(|found| found == edge),
                "{edge} is not among {edges:?}"
            );
        }
        assert_eq!(edges.len(), 4);
    }
}
