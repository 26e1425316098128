//! The distribution, its import roots and the interpreter.

pub mod distribution;
pub mod interpreter;
pub mod licence;
pub mod project;
pub mod symbols;

use std::path::{Path, PathBuf};

use ripout_model::{Failure, Host, Package, Settings, SourceKind, Stop, Tree};

use crate::{
    compiled::Compiled,
    original::{Bytecode, PythonOriginal},
    refuse,
    resolve::World,
};

use interpreter::Interpreter;

/// Reads the tree and finds the symbols.
pub fn open(
    tree: &Tree,
    symbols: &[String],
    settings: &Settings,
    host: &dyn Host,
) -> Result<PythonOriginal, Stop> {
    let platform = interpreter::ask(settings, host)?;
    let drivers = Compiled::new(host)?;
    std::thread::scope(|scope| {
        // Nothing asks for the drivers before the gates.
        let program = platform.program.clone();
        let compiling = scope.spawn(|| {
            let program = program;
            drivers.compile(&program, host)
        });
        let opened = find(tree, symbols, settings, platform, drivers.clone(), host);
        let compiled = compiling.join();
        let original = opened?;
        compiled.map_err(|_| Failure::new("host", "compiling a driver panicked"))??;
        Ok(original)
    })
}

/// Reads the tree with an interpreter at hand.
fn find(
    tree: &Tree,
    symbols: &[String],
    settings: &Settings,
    platform: Interpreter,
    drivers: Compiled,
    host: &dyn Host,
) -> Result<PythonOriginal, Stop> {
    let (package, root) = main_package(tree, symbols)?;
    let mut packages = vec![package];
    let mut import_roots = vec![root];
    for companion in &tree.companions {
        packages.push(distribution::companion(companion));
        import_roots.push(companion.root.clone());
    }
    refuse::without_licence(&packages[0])?;

    let mut source = tree.source.clone();
    source.licence = packages[0].licence.clone();
    if source.version.is_none() && !packages[0].version.is_empty() {
        source.version = Some(packages[0].version.clone());
    }
    let mut original = PythonOriginal {
        source,
        interpreter: platform.program.clone(),
        platform,
        packages,
        import_roots,
        symbols: Vec::new(),
        names: Vec::new(),
        stem: String::new(),
        documents: tree.documents.clone().or_else(|| {
            // A repository is its own source distribution.
            (tree.source.kind != SourceKind::Pypi).then(|| tree.root.clone())
        }),
        settings: settings.clone(),
        bytecode: Bytecode::new(drivers, host)?,
    };
    let mut world = World::new(&original);
    original.symbols = symbols::find(&mut world, symbols, &original, host)?;
    original.names = original
        .symbols
        .iter()
        .map(|symbol| symbol.public_name())
        .collect();
    original.stem = settings
        .stem
        .clone()
        .unwrap_or_else(|| symbols::stem(&original.symbols[0].name, &original.platform));
    Ok(original)
}

/// The package that holds the symbols, and the folder that `import` finds it in.
fn main_package(tree: &Tree, symbols: &[String]) -> Result<(Package, PathBuf), Stop> {
    let Some(first) = symbols.first() else {
        return Err(Failure::new("symbol_not_found", "no symbol was named").into());
    };
    if tree.source.kind == SourceKind::Pypi {
        let package = distribution::installed(
            &tree.root,
            &tree.source.name,
            tree.source.version.as_deref().unwrap_or(""),
            tree.documents.as_deref(),
        );
        return Ok((package, tree.root.clone()));
    }
    let top = first.split(['.', ':']).next().unwrap_or(first);
    let project = project::Project::read(&tree.root);
    let root = project.import_root(&tree.root, top).ok_or_else(|| {
        let failure = Failure::new(
            "symbol_not_found",
            format!("there is no Python package or module `{top}` in the tree"),
        );
        match project.top_names(&tree.root).as_slice() {
            [] => failure.help("the tree holds no Python package"),
            names => failure.help(format!("the tree has: {}", names.join(", "))),
        }
    })?;
    // Texts compare paths as text: one spelling, without a slash at the end.
    let root: PathBuf = root.components().collect();
    Ok((project.package(&tree.root, &root, top), root))
}

/// Whether a path of the tree is Python text below a folder of tests.
pub fn is_test(path: &str) -> bool {
    path.split('/')
        .any(|part| matches!(part, "tests" | "test" | "testing_data"))
        || path.ends_with("conftest.py")
}

/// Python files below a folder, relative to it, sorted. Links are not followed.
pub fn python_files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    collect(root, root, &mut found, &|name| name.ends_with(".py"), 0);
    found.sort();
    found
}

/// Files below `folder` whose names fit, relative to `root`. Links are not followed.
pub fn collect(
    root: &Path,
    folder: &Path,
    found: &mut Vec<String>,
    fits: &dyn Fn(&str) -> bool,
    depth: u32,
) {
    // Deeper than this is no package layout but a trap.
    if depth > 32 {
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if kind.is_dir() {
            if !name.starts_with('.') && name != "__pycache__" {
                collect(root, &entry.path(), found, fits, depth + 1);
            }
        } else if kind.is_file()
            && fits(name)
            && let Ok(path) = entry.path().strip_prefix(root)
            && let Some(path) = path.to_str()
        {
            found.push(path.replace('\\', "/"));
        }
    }
}
