//! What is looked up by strings: data files, versions, modules, plug-ins.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use ripout_model::{Reason, ReasonCode};

use super::{by_name, closure::Closure};
use crate::{
    manifest::{
        distribution::{entry_points, normalised},
        licence::is_licence_file,
    },
    original::PythonOriginal,
    parse::{Lookup, NONE},
    resolve::{Module, World},
};

/// What look-ups by string need beside text.
#[derive(Debug, Default)]
pub struct Data {
    /// Packages that text or data is taken from, by index.
    pub packages: BTreeSet<usize>,
    /// Folders whose data files come along: package index and folder relative to its root.
    pub folders: BTreeSet<(usize, String)>,
    /// Replacements: module, first byte, last byte, text.
    pub edits: BTreeMap<(Rc<str>, u32), (u32, String)>,
    /// Calls that import modules by names made at run time: module, first byte, and what is known of the call.
    pub calls: BTreeMap<(Rc<str>, u32), by_name::Call>,
    /// Modules that those calls may ask for.
    pub by_name: BTreeSet<Rc<str>>,
    /// Calls that import a module whose text came along: module, first byte, last byte, the module they import.
    pub modules: BTreeMap<(Rc<str>, u32), (u32, Rc<str>)>,
}

const RESOURCES: &[&str] = &[
    "files",
    "open_text",
    "open_binary",
    "read_text",
    "read_binary",
    "path",
    "contents",
    "is_resource",
    "get_data",
    "resource_filename",
    "resource_string",
    "resource_stream",
    "resource_exists",
    "resource_listdir",
];

/// Endings of files that are program text or its by-products.
const CODE: &[&str] = &[
    ".py", ".pyc", ".pyi", ".pyo", ".so", ".pyd", ".typed", ".c", ".h", ".pyx", ".pxd", ".po",
    ".pot",
];

/// Follows the look-ups of a taken statement.
pub fn follow(
    world: &mut World,
    original: &PythonOriginal,
    closure: &mut Closure,
    module: &Rc<Module>,
    unit: u32,
) {
    closure.data.packages.insert(module.package);
    let parsed = &module.parsed;
    for reference in parsed.uses_of(unit).to_vec() {
        if reference.arm != NONE {
            continue;
        }
        let word = parsed.word(reference.name);
        if matches!(word, "__file__" | "__path__") && module.binds(word).is_none() {
            data_folder(closure, module);
        }
        if word == "__spec__" {
            data_folder(closure, module);
        }
    }
    for lookup in parsed.lookups.iter().filter(|lookup| lookup.unit == unit) {
        let function = parsed.word(lookup.function);
        let own_name = lookup.dunder.is_some_and(|name| {
            matches!(
                parsed.word(name),
                "__name__" | "__package__" | "__spec__.name" | "__spec__.parent"
            )
        });
        let literal = lookup.literal.as_deref().unwrap_or("");
        let own_literal = !literal.is_empty() && is_own_name(original, module, literal);
        if RESOURCES.contains(&function) && (own_name || own_literal) {
            if own_literal {
                match world.module(literal) {
                    Some(named) => data_folder(closure, &named),
                    None => {
                        closure
                            .data
                            .folders
                            .insert((module.package, literal.replace('.', "/")));
                    }
                }
                closure.data.edits.insert(
                    (module.name.clone(), lookup.argument[0]),
                    (lookup.argument[1], "__name__".into()),
                );
            } else {
                data_folder(closure, module);
            }
            continue;
        }
        match function {
            "version" | "get_distribution" | "distribution" | "metadata" => {
                version(original, closure, module, lookup, own_name, literal);
            }
            "import_module" | "__import__" | "find_spec" => {
                by_name::import(world, original, closure, module, lookup);
            }
            "entry_points" | "iter_entry_points" => {
                own_plugins(original, closure, module, lookup);
                closure.api_notes.insert(format!(
                    "plug-ins that other packages register by entry points ({}:{}) are found as far as they are installed",
                    module.file, lookup.line
                ));
            }
            // What `__import__` is given only tells it the package.
            "globals" | "vars" if by_name::is_inside_import(module, lookup) => {}
            "globals" | "vars" => closure.whole(world, &module.name),
            "getLogger" if own_name => {
                closure.api_notes.insert(format!(
                    "the logger `{}` is named after the new module",
                    module.name
                ));
            }
            _ => {}
        }
    }
}

/// A module has no entry points: where the distribution registers text of its own by them, the module would not find it.
fn own_plugins(original: &PythonOriginal, closure: &mut Closure, module: &Module, lookup: &Lookup) {
    let package = &original.packages[module.package];
    let call = module
        .text
        .get(lookup.start as usize..lookup.end as usize)
        .unwrap_or_default();
    // The group may be a constant that stands elsewhere in the text.
    let quoted = |text: &str, group: &str| {
        text.contains(&format!("'{group}'")) || text.contains(&format!("\"{group}\""))
    };
    let plain = |group: &str| quoted(call, group) || quoted(&module.text, group);
    let Some((group, count)) = entry_points(&package.root, &package.name)
        .into_iter()
        .find(|(group, _)| plain(group))
    else {
        return;
    };
    if closure.refusal.is_none() {
        closure.refusal = Some(
            Reason::new(
                ReasonCode::Dynamic,
                format!(
                    "it finds text of its own package by the entry points `{group}` ({count} of them), which a module does not have"
                ),
            )
            .at(module.file.clone(), lookup.line)
            .help("name a symbol further inside, which does not look for plug-ins"),
        );
    }
}

pub fn is_own_name(original: &PythonOriginal, module: &Module, literal: &str) -> bool {
    let top = module.name.split('.').next().unwrap_or_default();
    literal == top
        || literal.starts_with(&format!("{top}."))
        || normalised(literal) == normalised(&original.packages[module.package].name)
}

fn data_folder(closure: &mut Closure, module: &Module) {
    let folder = module
        .file
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    closure
        .data
        .folders
        .insert((module.package, folder.to_string()));
}

/// `version("package")` has nobody to ask once the package is gone: its answer is written down.
fn version(
    original: &PythonOriginal,
    closure: &mut Closure,
    module: &Module,
    lookup: &Lookup,
    own_name: bool,
    literal: &str,
) {
    let package = &original.packages[module.package];
    let asked =
        own_name || (!literal.is_empty() && normalised(literal) == normalised(&package.name));
    let function = module.parsed.word(lookup.function);
    if !asked || function != "version" || package.version.is_empty() {
        return;
    }
    closure.data.edits.insert(
        (module.name.clone(), lookup.start),
        (lookup.end, format!("\"{}\"", package.version)),
    );
}

pub fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

/// Data files of the folders that are needed: path in the module's folder, package, path in the package.
pub fn data_files(
    original: &PythonOriginal,
    closure: &Closure,
) -> Result<BTreeMap<String, (usize, String)>, Reason> {
    let mut files: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (package, folder) in &closure.data.folders {
        let root = &original.packages[*package].root;
        let mut found = Vec::new();
        below(&root.join(folder), "", &mut found, folder.is_empty(), 0);
        for path in found {
            let inside = if folder.is_empty() {
                path.clone()
            } else {
                format!("{folder}/{path}")
            };
            if let Some(module) = pickled(original, closure, *package, &inside) {
                return Err(Reason::new(
                    ReasonCode::Dynamic,
                    format!("the data file is a pickle that names the module `{module}`, which will not be there"),
                )
                .at(inside, 1)
                .help("name a symbol further inside, which does not read that file"));
            }
            match files.get(&path) {
                Some(known) if *known != (*package, inside.clone()) => {
                    return Err(Reason::new(
                        ReasonCode::Dynamic,
                        format!("two data files would stand at `{path}` beside the module"),
                    )
                    .at(inside, 1));
                }
                _ => {
                    files.insert(path, (*package, inside));
                }
            }
        }
    }
    Ok(files)
}

/// A module of the package that a pickle among the data names, where it does.
fn pickled(
    original: &PythonOriginal,
    closure: &Closure,
    package: usize,
    file: &str,
) -> Option<String> {
    let bytes = original.packages[package].read(file).ok()?;
    let tops: BTreeSet<&str> = closure
        .taken
        .iter()
        .filter_map(|(module, _)| module.split('.').next())
        .collect();
    tops.into_iter()
        .find_map(|top| named_in_pickle(&bytes, top))
}

/// A module below a name that a pickle names: it would be imported when the pickle is read.
pub fn named_in_pickle(bytes: &[u8], top: &str) -> Option<String> {
    // Protocols from 2 on begin with this byte and their number.
    if !matches!(bytes, [0x80, 2..=5, ..]) {
        return None;
    }
    let begin = format!("{top}.").into_bytes();
    let at = bytes
        .windows(begin.len())
        .enumerate()
        .position(|(at, window)| {
            // Older protocols write `c` and the name in a line, later ones a short string's mark and length.
            let lead = at.checked_sub(1).map(|before| bytes[before]);
            let mark = at.checked_sub(2).map(|before| bytes[before]);
            window == begin && (lead == Some(b'c') || mark == Some(0x8c))
        })?;
    Some(
        bytes[at..]
            .iter()
            .map(|byte| char::from(*byte))
            .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.'))
            .collect(),
    )
}

fn below(folder: &std::path::Path, prefix: &str, found: &mut Vec<String>, flat: bool, depth: u32) {
    if depth > 12 {
        return;
    }
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            // A folder with `__init__.py` is a package of its own, with its own data.
            let skipped =
                name.starts_with(['.', '_']) || name.contains('-') && name.ends_with("info");
            if !flat && !skipped && !entry.path().join("__init__.py").exists() {
                below(&entry.path(), &path, found, false, depth + 1);
            }
        } else if kind.is_file()
            && !CODE.iter().any(|ending| name.ends_with(ending))
            && !is_licence_file(&name)
            && !name.starts_with('.')
        {
            found.push(path);
        }
    }
}
