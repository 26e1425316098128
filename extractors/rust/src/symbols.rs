//! The wanted symbols: found by the path users import them by, with the nearest names where nothing fits.

mod absent;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Failure, Kind, Package, Settings, Stop};

use crate::{
    cfg::CfgSet,
    items::ItemKind,
    manifest::Crate,
    modules::Unit,
    original::Symbol,
    resolve::{At, Def, Id, World},
};

/// Finds each symbol, in the order asked for.
pub fn find(
    packages: &[Package],
    crates: &[Crate],
    platform: &CfgSet,
    symbols: &[String],
    settings: &Settings,
) -> Result<Vec<Symbol>, Stop> {
    let outputs = BTreeMap::new();
    let world = World::new(packages, crates, platform, &outputs, &settings.keep);
    let public = public_names(&world);
    let mut found: Vec<Symbol> = Vec::new();
    for (index, symbol) in symbols.iter().enumerate() {
        let mut one =
            one(&world, &public, symbol).map_err(|stop| absent::explain(&world, symbol, stop))?;
        if let Some(name) = settings.names.get(index).filter(|name| !name.is_empty()) {
            one.name.clone_from(name);
        }
        if let Some(other) = found.iter().find(|other| other.name == one.name) {
            // Two members of one trait are one symbol at the root.
            if other.definition_path != one.definition_path {
                return Err(Failure::new(
                    "ambiguous_symbol",
                    format!(
                        "`{}` and `{}` would both stand as `{}` in the module",
                        full_name(other),
                        full_name(&one),
                        one.name
                    ),
                )
                .help("give one of them another name with --as NAME")
                .into());
            }
        }
        found.push(one);
    }
    Ok(found)
}

/// A symbol's full name as users spell it.
pub fn full_name(symbol: &Symbol) -> String {
    let mut name = symbol.public_path.clone();
    if symbol.kind == Kind::Macro {
        name.push('!');
    }
    if let Some(member) = &symbol.member {
        name.push_str("::");
        name.push_str(member);
    }
    name
}

/// Stem of the module's file: the symbol's last part in snake_case.
pub fn stem(symbol: &Symbol) -> String {
    let last = symbol
        .member
        .as_deref()
        .unwrap_or_else(|| symbol.public_path.rsplit("::").next().unwrap_or_default());
    let mut stem = String::new();
    let chars: Vec<char> = last.chars().collect();
    for (index, &char) in chars.iter().enumerate() {
        let after_lower =
            index > 0 && (chars[index - 1].is_lowercase() || chars[index - 1].is_ascii_digit());
        let before_lower = index > 0
            && chars[index - 1].is_uppercase()
            && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if char.is_uppercase() && (after_lower || before_lower) && !stem.ends_with('_') {
            stem.push('_');
        }
        stem.extend(char.to_lowercase());
    }
    if KEYWORDS.contains(&stem.as_str()) || STD_MODULES.contains(&stem.as_str()) {
        stem.push('_');
    }
    stem
}

const KEYWORDS: [&str; 53] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "macro_rules",
];

/// Modules and primitive modules of the standard library: a module of that name would shadow them.
const STD_MODULES: [&str; 78] = [
    "alloc",
    "any",
    "arch",
    "array",
    "ascii",
    "async_iter",
    "backtrace",
    "borrow",
    "boxed",
    "bool",
    "cell",
    "char",
    "clone",
    "cmp",
    "collections",
    "convert",
    "core",
    "default",
    "env",
    "error",
    "f16",
    "f32",
    "f64",
    "f128",
    "ffi",
    "fmt",
    "fs",
    "future",
    "hash",
    "hint",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "io",
    "isize",
    "intrinsics",
    "iter",
    "marker",
    "mem",
    "net",
    "num",
    "ops",
    "option",
    "os",
    "panic",
    "path",
    "pin",
    "prelude",
    "primitive",
    "process",
    "ptr",
    "random",
    "range",
    "rc",
    "result",
    "simd",
    "slice",
    "std",
    "str",
    "string",
    "sync",
    "task",
    "test",
    "thread",
    "time",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "vec",
    "assert_matches",
    "autodiff",
    "from",
    "bstr",
];

/// Public paths below the crate's name, with what they mean.
type Public = BTreeMap<Vec<String>, Vec<Def>>;

/// All paths by which users can name something, each module by its shortest path only.
/// What users can name.
pub fn public_units(world: &World<'_>) -> BTreeSet<Id> {
    let units = public_names(world).into_values().flatten();
    units
        .filter_map(|def| match def {
            Def::Unit(id) => Some(id),
            _ => None,
        })
        .collect()
}

fn public_names(world: &World<'_>) -> Public {
    let mut public = Public::new();
    let root = At {
        krate: 0,
        module: 0,
    };
    let mut queue = std::collections::VecDeque::from([(Vec::new(), root)]);
    let mut seen = BTreeSet::from([root]);
    while let Some((path, at)) = queue.pop_front() {
        let krate = world.krate(at.krate);
        let module = &krate.modules[at.module as usize];
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (name, units) in &module.names {
            if units
                .iter()
                .any(|unit| krate.units[*unit as usize].public())
            {
                names.insert(name.clone());
            }
        }
        let mut globs = Vec::new();
        for (name, leaves) in &module.imports {
            for &(unit, leaf) in leaves {
                let unit = &krate.units[unit as usize];
                if !unit.public() {
                    continue;
                }
                if name == "*" {
                    globs.extend(world.path(at, &unit.leaves[leaf as usize].path, true).0);
                } else if name != "_" {
                    names.insert(name.clone());
                }
            }
        }
        if at.module == 0 {
            for (name, units) in &krate.macros {
                if units
                    .iter()
                    .any(|unit| crate::resolve::exported(krate, *unit))
                {
                    names.insert(name.clone());
                }
            }
        }
        for glob in globs {
            let Def::Module(inside) = glob else { continue };
            let other = world.krate(inside.krate);
            let module = &other.modules[inside.module as usize];
            for (name, units) in &module.names {
                if units
                    .iter()
                    .any(|unit| other.units[*unit as usize].public())
                {
                    names.insert(name.clone());
                }
            }
            for (name, leaves) in &module.imports {
                if name != "*"
                    && name != "_"
                    && leaves
                        .iter()
                        .any(|(unit, _)| other.units[*unit as usize].public())
                {
                    names.insert(name.clone());
                }
            }
        }
        for name in names {
            let defs = world.lookup(at, &name);
            let mut full = path.clone();
            full.push(name);
            for def in &defs {
                if let Def::Module(inside) = def
                    && inside.krate == 0
                    && seen.insert(*inside)
                {
                    queue.push_back((full.clone(), *inside));
                }
            }
            public.insert(full, defs);
        }
    }
    public
}

fn one(world: &World<'_>, public: &Public, symbol: &str) -> Result<Symbol, Stop> {
    let is_macro = symbol.ends_with('!');
    let parts: Vec<String> = symbol
        .trim_end_matches('!')
        .split("::")
        .skip(1)
        .map(|part| crate::modules::plain(part.trim()).to_owned())
        .collect();
    let missing = |text: String| {
        Stop::from(
            Failure::new("symbol_not_found", text).help(nearest(world, public, &parts, is_macro)),
        )
    };
    if parts.is_empty() || parts.iter().any(String::is_empty) {
        return Err(missing(format!("`{symbol}` names no item of a crate")));
    }
    let root = At {
        krate: 0,
        module: 0,
    };
    let mut absolute = vec!["crate".to_owned()];
    absolute.extend(parts.iter().cloned());
    let (defs, rest) = world.path(root, &absolute, true);
    let wanted = |kind: ItemKind| {
        (kind == ItemKind::MacroRules) == is_macro
            && !matches!(
                kind,
                ItemKind::Use | ItemKind::ExternCrate | ItemKind::Unknown
            )
    };
    let mut units: Vec<Id> = defs
        .iter()
        .filter_map(|def| {
            if let Def::Unit(id) = def {
                Some(*id)
            } else {
                None
            }
        })
        .filter(|id| wanted(world.unit(*id).item.kind))
        .collect();
    // A type and a function of one name: the type comes first, as its constructor may be the function.
    units.sort_by_key(|id| {
        (
            matches!(world.unit(*id).item.kind, ItemKind::MacroCall),
            *id,
        )
    });
    let Some(&id) = units.first() else {
        if let Some(Def::External(name)) = defs.first() {
            return Err(Failure::new(
                "symbol_not_found",
                format!("`{symbol}` is an item of {name}, re-exported"),
            )
            .help("there is nothing to take: use it from there")
            .into());
        }
        if let Some(Def::Module(at)) = defs
            .iter()
            .find(|def| matches!(def, Def::Module(at) if world.facts(at.krate).proc_macro))
        {
            return Err(absent::procedural(world, at.krate, 1, symbol));
        }
        // The path may end in a crate of procedural macros that is not read.
        if let Some(at) = proc_macro_on(world, root, &absolute) {
            return Err(absent::procedural(world, at.krate, 1, symbol));
        }
        return Err(missing(format!(
            "`{symbol}` names nothing in {}",
            world.package(0).id()
        )));
    };
    if world.facts(id.krate).proc_macro {
        return Err(absent::procedural(world, id.krate, 1, symbol));
    }
    let member = match rest {
        0 => None,
        1 => {
            let member = &parts[parts.len() - 1];
            if world.unit(id).item.kind == ItemKind::MacroCall {
                return Err(missing(format!(
                    "`{symbol}`: its module comes out of a call of `{}!`, which is not read",
                    world.unit(id).item.name
                )));
            }
            if !has_member(world, id, member) {
                let known = members(world, id);
                let mut near: Vec<&String> = known.iter().collect();
                near.sort_by_key(|name| (distance(name, member), (*name).clone()));
                let near: Vec<&str> = near.into_iter().take(3).map(String::as_str).collect();
                return Err(Failure::new(
                    "symbol_not_found",
                    format!(
                        "`{symbol}`: {} has no member {member}",
                        world.unit(id).item.name
                    ),
                )
                .help(format!("nearest: {}", near.join(", ")))
                .into());
            }
            Some(member.clone())
        }
        _ => {
            return Err(missing(format!(
                "`{symbol}` names nothing in {}",
                world.package(0).id()
            )));
        }
    };
    let asked = &parts[..parts.len() - rest];
    let public_path = if public.contains_key(asked) || public_by_walk(world, asked) {
        asked.to_vec()
    } else {
        let known = public
            .iter()
            .find(|(_, defs)| defs.contains(&Def::Unit(id)))
            .map(|(path, _)| path.clone());
        known.ok_or_else(|| {
            missing(format!(
                "`{symbol}` is private to {}",
                world.package(0).id()
            ))
        })?
    };
    let unit = world.unit(id);
    let mut definition_path = world.module_path(world.module_of(id));
    definition_path.push(if unit.item.kind == ItemKind::MacroCall {
        asked[asked.len() - 1].clone()
    } else {
        unit.item.name.clone()
    });
    let mut full = vec![world.krate(0).name.clone()];
    full.extend(public_path.iter().cloned());
    Ok(Symbol {
        name: full.last().cloned().unwrap_or_default(),
        public_path: full.join("::"),
        definition_path: definition_path.join("::"),
        kind: kind(unit),
        member,
    })
}

/// Whether each part of a path is public: for paths that lead into other crates.
fn public_by_walk(world: &World<'_>, path: &[String]) -> bool {
    let mut at = At {
        krate: 0,
        module: 0,
    };
    for (index, part) in path.iter().enumerate() {
        let krate = world.krate(at.krate);
        let module = &krate.modules[at.module as usize];
        let units = module.names.get(part).into_iter().flatten().copied();
        let leaves = module
            .imports
            .get(part)
            .into_iter()
            .flatten()
            .map(|(unit, _)| *unit);
        let named = units
            .chain(leaves)
            .any(|unit| krate.units[unit as usize].public());
        let globbed = module
            .imports
            .get("*")
            .into_iter()
            .flatten()
            .any(|(unit, _)| krate.units[*unit as usize].public());
        if !named && !globbed {
            return false;
        }
        let defs = world.lookup(at, part);
        match defs.iter().find_map(|def| {
            if let Def::Module(inside) = def {
                Some(*inside)
            } else {
                None
            }
        }) {
            Some(inside) => at = inside,
            None => return index + 1 == path.len() && !defs.is_empty(),
        }
    }
    false
}

fn proc_macro_on(world: &World<'_>, root: At, path: &[String]) -> Option<At> {
    (1..path.len()).rev().find_map(|length| {
        let (defs, _) = world.path(root, &path[..length], true);
        defs.into_iter().find_map(|def| match def {
            Def::Module(at) if world.facts(at.krate).proc_macro => Some(at),
            _ => None,
        })
    })
}

/// The kind as results spell it.
pub fn kind(unit: &Unit) -> Kind {
    unit.item.kind.told(unit.container.is_some())
}

fn has_member(world: &World<'_>, id: Id, name: &str) -> bool {
    members(world, id).contains(name) || world.has_variant(id, name)
}

/// Names of the members of a trait, or of a type's inherent impls.
fn members(world: &World<'_>, id: Id) -> BTreeSet<String> {
    let krate = world.krate(id.krate);
    let unit = world.unit(id);
    let names = |container: &Unit| -> Vec<String> {
        container
            .members
            .iter()
            .map(|member| krate.units[*member as usize].item.name.clone())
            .collect()
    };
    if unit.item.kind == ItemKind::Trait {
        return names(unit).into_iter().collect();
    }
    let mut found = BTreeSet::new();
    for &block in &krate.impls {
        let block = &krate.units[block as usize];
        let file = &krate.files[block.file as usize];
        if block.item.of_trait.is_empty()
            && block
                .item
                .for_type
                .clone()
                .any(|at| file.word(at) == unit.item.name)
        {
            found.extend(names(block));
        }
    }
    // What a macro call writes into an impl can't be seen from here; the compiler will.
    found
}

/// The nearest public names, as a sentence.
fn nearest(world: &World<'_>, public: &Public, parts: &[String], is_macro: bool) -> String {
    let krate = &world.krate(0).name;
    let wanted = parts.last().map_or("", String::as_str);
    let mut names: Vec<(usize, String)> = public
        .iter()
        .filter(|(_, defs)| defs.iter().any(|def| matches!(def, Def::Unit(_))))
        .map(|(path, defs)| {
            let last = path.last().map_or("", String::as_str);
            let mark = defs.iter().any(|def| matches!(def, Def::Unit(id) if world.unit(*id).item.kind == ItemKind::MacroRules));
            let near = distance(&last.to_lowercase(), &wanted.to_lowercase()) * 2 + usize::from(mark != is_macro);
            (near, format!("{krate}::{}{}", path.join("::"), if mark { "!" } else { "" }))
        })
        .collect();
    names.sort();
    let names: Vec<String> = names.into_iter().take(3).map(|(_, name)| name).collect();
    if names.is_empty() {
        format!("{krate} has no public items")
    } else {
        format!("nearest: {}", names.join(", "))
    }
}

/// How many letters differ between two names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, left) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (at, right) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = (corner + usize::from(left != *right))
                .min(above + 1)
                .min(row[at] + 1);
            corner = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem_of(name: &str) -> String {
        stem(&Symbol {
            public_path: format!("a::{name}"),
            definition_path: String::new(),
            name: name.into(),
            kind: Kind::Function,
            member: None,
        })
    }

    #[test]
    fn stems_are_snake_case_and_shadow_nothing() {
        assert_eq!(stem_of("FnvHashMap"), "fnv_hash_map");
        assert_eq!(stem_of("STANDARD"), "standard");
        assert_eq!(stem_of("HTTPServer2Go"), "http_server2_go");
        assert_eq!(stem_of("hash"), "hash_");
        assert_eq!(stem_of("match"), "match_");
        assert_eq!(stem_of("parse_duration"), "parse_duration");
    }

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
