//! What a page stands on: the closure, the packages it stands in, their call graphs.

use std::collections::BTreeMap;

use ripout_model::{
    CallGraph, Definition, Kind, Language, Original, Package, Reason, Slice, Source, Stop,
    Unresolved,
};

use crate::{
    evidence::OriginalReport,
    job::{Run, size},
    map::{self, closure},
};

/// The closure and its text.
pub struct Ground {
    pub source: Source,
    pub symbols: Vec<String>,
    pub packages: Vec<Package>,
    /// The call graph of each package, in their order.
    pub graphs: Vec<CallGraph>,
    /// The closure.
    pub taken: Vec<Definition>,
    pub size: OriginalReport,
    pub data_files: Vec<String>,
    pub unresolved: Vec<Unresolved>,
    pub refused: Option<Reason>,
    pub notes: Vec<String>,
}

impl Ground {
    /// Of a package that could be opened. Without a slice the closure is what the call graph of the symbols' package reaches.
    pub fn of_original(
        language: &dyn Language,
        original: &dyn Original,
        slice: Result<Slice, Stop>,
    ) -> Result<Self, Stop> {
        let (size, graphs) = size::of_original(language, original);
        let mut ground = Self {
            source: original.source().clone(),
            symbols: original.symbols().to_vec(),
            packages: original.packages().to_vec(),
            graphs,
            taken: Vec::new(),
            size,
            data_files: Vec::new(),
            unresolved: Vec::new(),
            refused: None,
            notes: Vec::new(),
        };
        match slice {
            Ok(slice) => {
                ground.data_files = data_files(language, &slice);
                ground.unresolved = slice.unresolved;
                ground.taken = slice.closure.into_iter().map(|it| it.definition).collect();
                return Ok(ground);
            }
            Err(Stop::Interrupted) => return Err(Stop::Interrupted),
            Err(Stop::Refused(reason) | Stop::Inconclusive(reason)) => {
                ground.refused = Some(reason)
            }
            Err(Stop::Failed(failure)) => {
                ground.notes.push(format!("There is no slice: {failure}."));
            }
        }
        ground.by_graph();
        Ok(ground)
    }

    /// Of a tree that can't be opened as a package: each package of it is found by where its files lie.
    pub fn of_tree(run: &Run<'_>, reason: Reason) -> Result<Self, Stop> {
        let mapped = map::map(&run.tree.root, run.language, None, run.host)?;
        let files = map::walk::files(&run.tree.root, &|path| run.language.owns(path));
        let files: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let source = &run.tree.source;
        let mut by_package: BTreeMap<String, CallGraph> = BTreeMap::new();
        let mut graph = mapped.graph;
        for definition in &mut graph.definitions {
            if definition.package.is_empty() {
                definition.package = match &source.version {
                    Some(version) => format!("{}@{version}", source.name),
                    None => source.name.clone(),
                };
            }
            let of = by_package.entry(definition.package.clone()).or_default();
            of.definitions.push(definition.clone());
        }
        let packages = by_package
            .iter()
            .map(|(id, of)| package(id, &run.tree.root, &files, of))
            .collect();
        let mut ground = Self {
            source: source.clone(),
            symbols: run.request.symbols.clone(),
            packages,
            taken: Vec::new(),
            size: OriginalReport {
                lines: u32::try_from(mapped.code_lines).unwrap_or(u32::MAX),
                definitions: u32::try_from(graph.definitions.len()).unwrap_or(u32::MAX),
                packages: u32::try_from(by_package.len()).unwrap_or(u32::MAX),
                bytes: mapped.bytes,
            },
            graphs: vec![graph],
            data_files: Vec::new(),
            unresolved: Vec::new(),
            refused: Some(reason),
            notes: Vec::new(),
        };
        ground.by_graph();
        Ok(ground)
    }

    /// Takes what the call graph reaches: by name, so rather too much than too little.
    fn by_graph(&mut self) {
        // A graph of one package does not say which; one of a tree does.
        let id = (self.graphs.len() == self.packages.len()).then(|| self.packages[0].id());
        let mut missing = Vec::new();
        let mut taken: Vec<Definition> = Vec::new();
        let Some(graph) = self.graphs.first() else {
            return;
        };
        for symbol in &self.symbols {
            let Ok(roots) = closure::find(graph, symbol) else {
                missing.push(symbol.clone());
                continue;
            };
            let (reached, _) = closure::closure(graph, &roots);
            taken.extend(reached.definitions.into_iter().filter(is_text));
            // What only other crates define is no open end of this one.
            let open = reached.unresolved.into_iter();
            self.unresolved
                .extend(open.filter(|it| it.why != "external"));
        }
        for definition in &mut taken {
            definition.package = id
                .clone()
                .unwrap_or(std::mem::take(&mut definition.package));
        }
        taken.sort();
        taken.dedup();
        self.unresolved.sort();
        self.unresolved.dedup();
        self.taken = taken;
        for symbol in missing {
            self.notes.push(format!(
                "Nothing in the text is called `{symbol}`: it is made by a macro or at run time, or re-exported under another name."
            ));
        }
        self.notes.push(
            "The closure is what the call graph of the symbol's own package reaches by name; it may hold too much, and nothing \
             of other packages."
                .to_owned(),
        );
    }

    /// A file's text, as far as it is text.
    pub fn text(&self, package: &str, file: &str) -> Option<String> {
        let package = self.packages.iter().find(|it| it.id() == package)?;
        let bytes = package.read(file).ok()?;
        Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }
}

/// Whether a definition is a piece of text that says something by itself.
pub fn is_text(definition: &Definition) -> bool {
    !matches!(definition.kind, Kind::Use | Kind::Import | Kind::DataFile)
}

fn data_files(language: &dyn Language, slice: &Slice) -> Vec<String> {
    slice
        .module
        .files
        .iter()
        .filter(|file| !language.owns(&file.path))
        .map(|file| file.path.clone())
        .collect()
}

/// A package of a tree: the shallowest folder in which all files of its definitions are.
fn package(id: &str, root: &std::path::Path, files: &[&str], graph: &CallGraph) -> Package {
    let mut own: Vec<&str> = graph
        .definitions
        .iter()
        .map(|it| it.file.as_str())
        .collect();
    own.sort_unstable();
    own.dedup();
    let mut folders: Vec<&str> = own
        .first()
        .map(|first| {
            let folders = files.iter().filter_map(|path| path.strip_suffix(first));
            folders
                .filter(|it| it.is_empty() || it.ends_with('/'))
                .collect()
        })
        .unwrap_or_default();
    folders.sort_by_key(|folder| folder.len());
    let holds = |folder: &&&str| {
        own.iter().all(|file| {
            files
                .binary_search(&format!("{folder}{file}").as_str())
                .is_ok()
        })
    };
    let folder = folders.iter().find(holds).copied().unwrap_or_default();
    let (name, version) = id.rsplit_once('@').unwrap_or((id, ""));
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        root: root.join(folder),
        licence: None,
        licence_files: Vec::new(),
        licence_root: root.join(folder),
        files: own.into_iter().map(str::to_owned).collect(),
    }
}
