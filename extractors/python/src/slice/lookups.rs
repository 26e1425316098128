//! What is looked up by strings: data files, versions, modules, plug-ins.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use ripout_model::{Reason, ReasonCode, Unresolved};

use super::closure::{Closure, label};
use crate::{
    manifest::{
        distribution::{entry_points, normalised},
        licence::is_licence_file,
    },
    original::PythonOriginal,
    parse::{Lookup, NONE, kinds::grammar},
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
                dynamic_import(world, original, closure, module, lookup);
            }
            "entry_points" | "iter_entry_points" => {
                own_plugins(original, closure, module, lookup);
                closure.api_notes.insert(format!(
                    "plug-ins that other packages register by entry points ({}:{}) are found as far as they are installed",
                    module.file, lookup.line
                ));
            }
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

fn is_own_name(original: &PythonOriginal, module: &Module, literal: &str) -> bool {
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

fn dynamic_import(
    world: &mut World,
    original: &PythonOriginal,
    closure: &mut Closure,
    module: &Rc<Module>,
    lookup: &Lookup,
) {
    let text = &module.text[lookup.start as usize..lookup.end as usize];
    let top = module.name.split('.').next().unwrap_or_default();
    let literal = lookup.literal.as_deref();
    let spelt = literal.and_then(|literal| absolute(module, literal, text));
    if let Some(name) = &spelt
        && world.module(name).is_some()
        && module.parsed.word(lookup.function) == "import_module"
    {
        let name: Rc<str> = name.as_str().into();
        closure.object(world, &name);
        closure
            .data
            .modules
            .insert((module.name.clone(), lookup.start), (lookup.end, name));
        return;
    }
    if let Some(literal) = literal
        && !literal.starts_with('.')
        && !is_own_name(original, module, literal)
    {
        return;
    }
    let own = literal.is_some()
        || text.contains("__name__")
        || text.contains("__package__")
        || text.contains(&format!("\"{top}."))
        || text.contains(&format!("'{top}."));
    if own {
        if closure.refusal.is_none() {
            closure.refusal = Some(
                Reason::new(
                    ReasonCode::Dynamic,
                    format!(
                        "modules of the package are imported by names made at run time: `{}`",
                        first_line(text)
                    ),
                )
                .at(module.file.clone(), lookup.line)
                .help("name a symbol further inside, which does not import by name"),
            );
        }
    } else {
        closure.unresolved.insert(Unresolved {
            from: format!("{}.{}", module.name, label(module, lookup.unit)),
            text: first_line(text).to_string(),
            file: module.file.clone(),
            line: lookup.line,
            why: "dynamic".into(),
        });
    }
}

/// The module that `import_module(literal, …)` names; one that begins with dots where its package is this one's.
fn absolute(module: &Module, literal: &str, call: &str) -> Option<String> {
    let rest = literal.trim_start_matches('.');
    let dots = literal.len() - rest.len();
    if dots == 0 {
        return Some(literal.to_string());
    }
    let package = match call
        .split_once(',')?
        .1
        .trim()
        .trim_end_matches([')', ',', ' ', '\n'])
    {
        "__name__" | "package=__name__" => &*module.name,
        "__package__" | "package=__package__" if module.is_package => &*module.name,
        "__package__" | "package=__package__" => module.name.rsplit_once('.')?.0,
        _ => return None,
    };
    let mut base = package;
    for _ in 1..dots {
        base = base.rsplit_once('.')?.0;
    }
    Some(format!("{base}.{rest}"))
}

/// Imports by name whose names may be the package's own: taken text spells some of them out.
pub fn own_names(world: &mut World, closure: &mut Closure) {
    if closure.refusal.is_some() {
        return;
    }
    let dynamic: Vec<Unresolved> = closure
        .unresolved
        .iter()
        .filter(|found| found.why == "dynamic" && found.text.contains("import"))
        .cloned()
        .collect();
    for found in dynamic {
        let top = found.from.split('.').next().unwrap_or_default().to_string();
        for (name, unit) in closure.taken.clone() {
            // Another package that spells the name out imports it by itself, or hands it to somebody else.
            if name.split('.').next() != Some(top.as_str()) {
                continue;
            }
            let Some(module) = world.module(&name) else {
                continue;
            };
            let unit = &module.parsed.units[unit as usize];
            let text = &module.text[unit.start as usize..unit.end as usize];
            if spells_module(world, text, &top) {
                closure.refusal = Some(
                    Reason::new(
                        ReasonCode::Dynamic,
                        format!(
                            "`{}` imports modules of the package by names that {} holds as strings",
                            found.text, module.name
                        ),
                    )
                    .at(found.file.clone(), found.line)
                    .help("name a symbol further inside, which does not import by name"),
                );
                return;
            }
        }
    }
}

/// Whether a string of a text names a module of a package, or begins to. Documentation is no such string.
fn spells_module(world: &mut World, text: &str, top: &str) -> bool {
    let begin = format!("{top}.");
    if !text.contains(&format!("\"{begin}")) && !text.contains(&format!("'{begin}")) {
        return false;
    }
    let mut parser = tree_sitter::Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else { return true };
    let mut pending = vec![tree.root_node()];
    while let Some(node) = pending.pop() {
        if node.kind_id() != grammar().kinds.string {
            let mut cursor = node.walk();
            pending.extend(node.named_children(&mut cursor));
            continue;
        }
        let around = node.parent();
        let stands_alone = around.is_some_and(|parent| parent.kind() == "expression_statement");
        // The group of entry points is often named like a module, and is none.
        let is_group = around.is_some_and(|parent| {
            parent.kind() == "keyword_argument"
                && text[parent.byte_range()].trim_start().starts_with("group")
        });
        let inner = text[node.byte_range()].trim_start_matches(char::is_alphabetic);
        let inner = inner.trim_matches(['"', '\'']);
        if stands_alone || is_group || !inner.starts_with(&begin) {
            continue;
        }
        let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ':');
        let path: String = inner.chars().take_while(|letter| plain(*letter)).collect();
        let rest = &inner[path.len()..];
        // A sentence that begins with the package's name is no module; a pattern that something is put into may be one.
        let open = path.ends_with('.')
            && rest.starts_with(['{', '%'])
            && !rest.contains(char::is_whitespace);
        let whole = rest.is_empty() && {
            let path = path.replace(':', ".");
            let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
            path.ends_with('.') || world.is_module(&path) || world.is_module(parent)
        };
        if open || whole {
            return true;
        }
    }
    false
}

fn first_line(text: &str) -> &str {
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
