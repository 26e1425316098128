//! The modules that `import` would find, each read once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    rc::Rc,
};

use crate::{
    manifest::{distribution::normalised, interpreter::Interpreter},
    original::PythonOriginal,
    parse::{self, How, Parsed, flag, truth::Platform},
};

/// A module of the original or of what it requires.
#[derive(Debug)]
pub struct Module {
    /// Dotted name.
    pub name: Rc<str>,
    /// Index of its package.
    pub package: usize,
    /// Relative to its package's root.
    pub file: String,
    /// It is an `__init__.py`.
    pub is_package: bool,
    /// UTF-8, with plain line ends.
    pub text: String,
    /// What it says.
    pub parsed: Parsed,
    /// Star imports at module level.
    pub stars: Vec<u32>,
    /// Names that functions bind by `global`.
    pub stored: BTreeSet<String>,
    by_name: HashMap<String, Vec<u32>>,
}

impl Module {
    /// Indices of the bindings of a name, in order.
    pub fn binds(&self, name: &str) -> Option<&[u32]> {
        self.by_name.get(name).map(Vec::as_slice)
    }

    /// Names that it binds, sorted.
    pub fn bound_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Whether a feature was imported from `__future__`.
    pub fn has_future(&self, feature: &str) -> bool {
        self.parsed
            .future
            .iter()
            .any(|name| self.parsed.word(*name) == feature)
    }
}

/// What `import` finds under a name.
#[derive(Debug, Clone)]
pub enum Found {
    /// Text that may be taken.
    Own(Rc<Module>),
    /// A folder without `__init__.py`.
    Namespace,
    /// Compiled code: its file.
    Native(String),
    /// The standard library, or what is kept.
    Outside,
    /// Nothing.
    Absent,
}

/// The modules, read when asked for.
pub struct Library {
    roots: Vec<PathBuf>,
    platform: Platform,
    interpreter: Interpreter,
    /// Top-level modules that the module may go on importing, and the distribution each belongs to.
    pub kept: HashMap<String, String>,
    found: HashMap<String, Found>,
    /// Flags that say what the platform has, by the modules that test them.
    flags: BTreeMap<String, BTreeMap<String, bool>>,
}

const COMPILED: &[&str] = &[".so", ".pyd"];

impl Library {
    /// The modules of an original.
    pub fn new(original: &PythonOriginal, platform: Platform) -> Self {
        let mut kept = HashMap::new();
        for keep in &original.settings.keep {
            let wanted = normalised(keep);
            kept.insert(wanted.replace('-', "_"), keep.clone());
            for (package, root) in original.packages.iter().zip(&original.import_roots).skip(1) {
                if normalised(&package.name) == wanted {
                    for name in top_names(root) {
                        kept.insert(name, keep.clone());
                    }
                }
            }
        }
        Self {
            roots: original.import_roots.clone(),
            platform,
            interpreter: original.platform.clone(),
            kept,
            found: HashMap::new(),
            flags: BTreeMap::new(),
        }
    }

    /// What decides the conditions that ask for the platform.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Whether a top-level module is the interpreter's own.
    pub fn is_standard(&mut self, top: &str) -> bool {
        matches!(self.find(top), Found::Outside) && !self.kept.contains_key(top)
    }

    /// Takes note of flags; the modules that test them are read anew.
    pub fn know(&mut self, flags: BTreeMap<String, BTreeMap<String, bool>>) {
        for module in flags.keys() {
            self.found.remove(module);
        }
        self.flags = flags;
    }

    /// Folder that a package's modules are found in.
    pub fn root(&self, package: usize) -> &PathBuf {
        &self.roots[package]
    }

    /// What `import name` finds.
    pub fn find(&mut self, name: &str) -> Found {
        if let Some(found) = self.found.get(name) {
            return found.clone();
        }
        let found = self.look(name);
        self.found.insert(name.to_string(), found.clone());
        found
    }

    fn look(&mut self, name: &str) -> Found {
        let top = name.split('.').next().unwrap_or(name);
        if top.is_empty() || self.kept.contains_key(top) {
            return Found::Outside;
        }
        let path = name.replace('.', "/");
        let mut namespace = false;
        for index in 0..self.roots.len() {
            let root = self.roots[index].clone();
            let folder = root.join(&path);
            if folder.join("__init__.py").is_file() {
                return self.load(name, index, format!("{path}/__init__.py"), true);
            }
            if root.join(format!("{path}.py")).is_file() {
                return self.load(name, index, format!("{path}.py"), false);
            }
            let (parent, last) = path.rsplit_once('/').unwrap_or(("", &path));
            if let Some(file) = compiled(&root.join(parent), last)
                .map(|file| {
                    format!("{parent}/{file}")
                        .trim_start_matches('/')
                        .to_string()
                })
                .or_else(|| compiled(&folder, "__init__").map(|file| format!("{path}/{file}")))
            {
                return Found::Native(file);
            }
            // Metadata folders and the like are no namespaces.
            namespace |= folder.is_dir() && !last.contains('-') && name != "tests";
        }
        if self.interpreter.has_module(top) {
            return Found::Outside;
        }
        if namespace {
            Found::Namespace
        } else {
            Found::Absent
        }
    }

    /// Compiled code that `import` prefers to a module's text.
    pub fn twin(&self, module: &Module) -> Option<String> {
        let (folder, last) = module.file.rsplit_once('/').unwrap_or(("", &module.file));
        let stem = last.strip_suffix(".py")?;
        let file = compiled(&self.roots[module.package].join(folder), stem)?;
        Some(
            format!("{folder}/{file}")
                .trim_start_matches('/')
                .to_string(),
        )
    }

    fn load(&self, name: &str, package: usize, file: String, is_package: bool) -> Found {
        let Ok(bytes) = ripout_model::place::read_below(&self.roots[package], &file) else {
            return Found::Absent;
        };
        let text = decoded(&bytes);
        let mut platform = self.platform.clone();
        platform.flags = self.flags.get(name).cloned().unwrap_or_default();
        let parsed = parse::parse(text.as_bytes(), Some(&platform));
        let mut by_name: HashMap<String, Vec<u32>> = HashMap::new();
        for (index, bind) in parsed.binds.iter().enumerate() {
            if bind.how != How::Delete {
                by_name
                    .entry(parsed.word(bind.name).to_string())
                    .or_default()
                    .push(index as u32);
            }
        }
        let stars = parsed
            .imports
            .iter()
            .enumerate()
            .filter(|(_, import)| import.star)
            // What only type checkers read comes last: a lazy package lists its names there.
            .map(|(index, import)| (import.arm == parse::NONE, index as u32))
            .collect::<Vec<_>>();
        let stars = sorted_stars(stars);
        let stored = parsed
            .uses
            .iter()
            .filter(|reference| reference.has(flag::STORE))
            .map(|reference| parsed.word(reference.name).to_string())
            .collect();
        Found::Own(Rc::new(Module {
            name: name.into(),
            package,
            file,
            is_package,
            text,
            parsed,
            stars,
            stored,
            by_name,
        }))
    }
}

/// Star imports in the order in which they are overridden: those for type checkers lose to all others.
fn sorted_stars(mut stars: Vec<(bool, u32)>) -> Vec<u32> {
    stars.sort();
    stars.into_iter().map(|(_, index)| index).collect()
}

/// Modules and packages right below a folder.
pub fn top_names(root: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            if entry.path().is_dir() {
                (!name.contains(['-', '.'])).then_some(name)
            } else if COMPILED.iter().any(|ending| name.ends_with(ending)) {
                name.split('.').next().map(str::to_string)
            } else {
                name.strip_suffix(".py").map(str::to_string)
            }
        })
        .collect();
    names.sort();
    names
}

/// A compiled module in a folder.
fn compiled(folder: &std::path::Path, stem: &str) -> Option<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            name.strip_prefix(stem)
                .is_some_and(|rest| rest.starts_with('.'))
                && COMPILED.iter().any(|ending| name.ends_with(ending))
        })
        .collect();
    names.sort();
    names.into_iter().next()
}

/// A file's text as UTF-8, by its mark or its coding line, with plain line ends.
pub fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => {
            let head: Vec<u8> = bytes
                .split(|byte| *byte == b'\n')
                .take(2)
                .flatten()
                .copied()
                .collect();
            let head = String::from_utf8_lossy(&head).to_lowercase();
            if head.contains("coding") && (head.contains("latin") || head.contains("8859-1")) {
                bytes.iter().map(|byte| *byte as char).collect()
            } else {
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
    };
    if text.contains('\r') {
        text.replace("\r\n", "\n")
    } else {
        text
    }
}
