//! Which file is which module of which crate: by manifests, `mod` items and where files lie.

use std::collections::{BTreeMap, HashMap};

use super::names::{Map, Name, Names};
use crate::parse::record::{DefKind, Facts};

/// A package of the tree.
#[derive(Debug, Default)]
pub struct PackageOf {
    /// `name@version`.
    pub id: String,
    /// Its folder with a slash at its end; empty for the tree itself.
    pub folder: String,
    /// Its library's name in code.
    pub library: String,
    /// Its library's root file.
    root: String,
}

/// A crate: a library, a program, a test.
#[derive(Debug)]
pub struct CrateOf {
    /// Its name in paths.
    pub name: String,
    /// Its root module.
    pub root: u32,
}

/// A module.
#[derive(Debug)]
pub struct ModuleOf {
    /// Its crate.
    pub krate: u32,
    /// The module around it.
    pub parent: Option<u32>,
    /// Full path, the crate's name first.
    pub path: String,
}

/// All packages, crates and modules.
#[derive(Debug, Default)]
pub struct Layout {
    packages: Vec<PackageOf>,
    package_of_file: Vec<usize>,
    /// Crates.
    pub crates: Vec<CrateOf>,
    /// Modules.
    pub modules: Vec<ModuleOf>,
    /// Libraries by name; of several of one name the first.
    libraries: BTreeMap<String, u32>,
    /// The same, for the names that files use.
    libraries_by_name: Map<Name, u32>,
    /// Which crates these are.
    is_library: Vec<bool>,
    /// Modules by parent and name.
    children: Map<(u32, Name), u32>,
    /// The module that a file's text begins in.
    pub module_of_file: Vec<u32>,
    /// The modules that each file's `mod`s open, by definition; for a file without them, nothing.
    opened: Vec<Vec<u32>>,
}

/// Opens no module, or leads to none.
const NONE: u32 = u32::MAX;

/// Deeper nesting than this is a loop of `#[path]`.
const DEEPEST: usize = 64;

impl Layout {
    /// Lays a tree out.
    pub fn of(records: &[(&str, Facts<'_>)], names: &Names<'_>) -> Self {
        let mut layout = Layout::default();
        layout.find_packages(records);
        let by_path: HashMap<&str, usize> = records
            .iter()
            .enumerate()
            .map(|(file, (path, _))| (*path, file))
            .collect();
        layout.module_of_file = vec![NONE; records.len()];
        layout.opened = vec![Vec::new(); records.len()];
        let mut placing = Placing {
            layout: &mut layout,
            records,
            names,
            by_path: &by_path,
        };
        // Libraries first, then what cargo finds by itself, then whatever no `mod` leads to.
        for package in 0..placing.layout.packages.len() {
            let of = &placing.layout.packages[package];
            let (root, name) = (format!("{}{}", of.folder, of.root), of.library.clone());
            if let Some(file) = by_path.get(root.as_str()) {
                let krate = placing.layout.add_crate(&name);
                placing.layout.libraries.entry(name).or_insert(krate);
                placing.root(*file, krate);
            }
        }
        for (file, (path, _)) in records.iter().enumerate() {
            if path.ends_with(".rs") && placing.layout.is_root(file, path) {
                placing.stray(file, path);
            }
        }
        for (file, (path, _)) in records.iter().enumerate() {
            placing.stray(file, path);
        }
        layout.is_library = (0_u32..)
            .zip(&layout.crates)
            .map(|(krate, of)| layout.libraries.get(&of.name) == Some(&krate))
            .collect();
        layout.libraries_by_name = layout
            .libraries
            .iter()
            .filter_map(|(name, krate)| Some((names.find(name)?, *krate)))
            .collect();
        layout
    }

    /// The package of a file.
    pub fn package(&self, file: usize) -> &PackageOf {
        &self.packages[self.package_of_file[file]]
    }

    /// The crate of a file.
    pub fn crate_of_file(&self, file: u32) -> u32 {
        self.modules[self.module_of_file[file as usize] as usize].krate
    }

    /// Whether all text of the tree can name things of a crate; otherwise only its own can.
    pub fn is_library(&self, krate: u32) -> bool {
        self.is_library[krate as usize]
    }

    /// A library of the tree.
    pub fn library(&self, name: Name) -> Option<u32> {
        self.libraries_by_name.get(&name).copied()
    }

    /// A module within another.
    pub fn child_of(&self, parent: u32, name: Name) -> Option<u32> {
        self.children.get(&(parent, name)).copied()
    }

    /// The module that a `mod` opens.
    pub fn opened(&self, file: u32, def: u32) -> Option<u32> {
        let opened = self.opened[file as usize].get(def as usize).copied();
        opened.filter(|module| *module != NONE)
    }

    fn find_packages(&mut self, records: &[(&str, Facts<'_>)]) {
        // Where there is no manifest, a file belongs to a crate without a name.
        self.packages.push(PackageOf {
            library: "crate".into(),
            root: "src/lib.rs".into(),
            ..PackageOf::default()
        });
        for (path, facts) in records {
            let Some(manifest) = &facts.manifest else {
                continue;
            };
            let folder = path.strip_suffix("Cargo.toml").unwrap_or_default();
            let package = PackageOf {
                id: match facts.text(manifest.version) {
                    "" => facts.text(manifest.name).to_owned(),
                    version => format!("{}@{version}", facts.text(manifest.name)),
                },
                folder: folder.to_owned(),
                library: facts.text(manifest.library).to_owned(),
                root: facts.text(manifest.path).to_owned(),
            };
            if folder.is_empty() {
                self.packages[0] = package;
            } else {
                self.packages.push(package);
            }
        }
        let by_folder: HashMap<&str, usize> = self
            .packages
            .iter()
            .enumerate()
            .map(|(index, package)| (package.folder.as_str(), index))
            .collect();
        self.package_of_file = records
            .iter()
            .map(|(path, _)| {
                let mut folder = *path;
                while let Some((above, _)) = folder.trim_end_matches('/').rsplit_once('/') {
                    folder = &path[..=above.len()];
                    if let Some(package) = by_folder.get(folder) {
                        return *package;
                    }
                }
                0
            })
            .collect();
    }

    /// Whether cargo takes a file for the root of a program, a test, an example or a build script.
    fn is_root(&self, file: usize, path: &str) -> bool {
        let below = path
            .strip_prefix(&self.package(file).folder)
            .unwrap_or(path);
        let parts: Vec<&str> = below.split('/').collect();
        matches!(
            parts.as_slice(),
            ["build.rs"]
                | ["src", "main.rs" | "lib.rs"]
                | ["src", "bin", _]
                | ["src", "bin", _, "main.rs"]
                | ["tests" | "benches" | "examples", _]
                | ["tests" | "benches" | "examples", _, "main.rs"]
        )
    }

    fn add_crate(&mut self, name: &str) -> u32 {
        let krate = self.crates.len() as u32;
        self.crates.push(CrateOf {
            name: name.to_owned(),
            root: self.modules.len() as u32,
        });
        self.modules.push(ModuleOf {
            krate,
            parent: None,
            path: name.to_owned(),
        });
        krate
    }

    fn child(&mut self, parent: u32, name: Name, text: &str) -> u32 {
        if let Some(module) = self.child_of(parent, name) {
            return module;
        }
        let module = self.modules.len() as u32;
        let above = &self.modules[parent as usize];
        let (krate, path) = (above.krate, format!("{}::{text}", above.path));
        self.modules.push(ModuleOf {
            krate,
            parent: Some(parent),
            path,
        });
        self.children.insert((parent, name), module);
        module
    }
}

struct Placing<'l, 'a> {
    layout: &'l mut Layout,
    records: &'l [(&'a str, Facts<'a>)],
    names: &'l Names<'l>,
    by_path: &'l HashMap<&'a str, usize>,
}

impl Placing<'_, '_> {
    fn root(&mut self, file: usize, krate: u32) {
        let module = self.layout.crates[krate as usize].root;
        let path = self.records[file].0;
        self.place(file, module, folder_of(path), 0);
    }

    /// A file that nothing has led to yet: the root of a crate of its own, named after it.
    fn stray(&mut self, file: usize, path: &str) {
        if self.layout.module_of_file[file] != NONE {
            return;
        }
        let stem = path
            .rsplit('/')
            .next()
            .unwrap_or(path)
            .trim_end_matches(".rs");
        let name = match stem {
            "main" | "mod" | "lib" => {
                match folder_of(path).rsplit('/').find(|part| !part.is_empty()) {
                    Some("src") | None => self.layout.package(file).library.clone(),
                    Some(folder) => folder.to_owned(),
                }
            }
            _ => stem.to_owned(),
        };
        let krate = self.layout.add_crate(&name.replace('-', "_"));
        self.root(file, krate);
    }

    /// Puts a file's text into a module, and the files of its `mod` items into theirs. `folder` is where these lie.
    fn place(&mut self, file: usize, module: u32, folder: &str, depth: usize) {
        if self.layout.module_of_file[file] != NONE || depth > DEEPEST {
            return;
        }
        self.layout.module_of_file[file] = module;
        let (path, facts) = &self.records[file];
        let beside = folder_of(path);
        // Where a module's own modules lie, by definition.
        let mut folders: HashMap<u32, String> = HashMap::new();
        for (index, def) in (0_u32..).zip(&facts.defs) {
            if def.kind != DefKind::Module {
                continue;
            }
            let (parent, within) = match def.parent {
                None => (module, folder.to_owned()),
                Some(parent) => match self.layout.opened(file as u32, parent) {
                    Some(opened) => (opened, folders.get(&parent).cloned().unwrap_or_default()),
                    None => continue,
                },
            };
            let name = facts.text(def.name);
            let number = self.names.get(file as u32, def.name);
            let child = self.layout.child(parent, number, name);
            let opened = &mut self.layout.opened[file];
            opened.resize(facts.defs.len(), NONE);
            opened[index as usize] = child;
            folders.insert(index, format!("{within}{name}/"));
            if def.inline {
                continue;
            }
            let from = if def.parent.is_none() {
                beside
            } else {
                &within
            };
            let named = def.files.iter().map(|path| join(from, facts.text(*path)));
            let plain = [
                format!("{within}{name}.rs"),
                format!("{within}{name}/mod.rs"),
            ];
            for candidate in named.chain(plain) {
                let Some(next) = self.by_path.get(candidate.as_str()) else {
                    continue;
                };
                // A file named by `#[path]` looks for its modules beside itself.
                let is_plain = candidate.ends_with(&format!("{name}.rs"));
                let inside = if is_plain && def.files.is_empty() {
                    format!("{within}{name}/")
                } else {
                    folder_of(&candidate).to_owned()
                };
                self.place(*next, child, &inside, depth + 1);
            }
        }
    }
}

/// A path's folder with its slash; empty for the tree itself.
fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// Joins by text, and resolves `.` and `..`.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
