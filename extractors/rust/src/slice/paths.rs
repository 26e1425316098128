//! Paths as they must read where the copied text stands.
//!
//! Each crate becomes a private module below the module's root; `crate::` and the names of dependencies are written as paths
//! relative to where they stand, so that the module may stand anywhere. Only `$crate` needs to know the module's own name.

use std::ops::Range;

use crate::{
    items::ItemKind,
    modules::Leaf,
    resolve::{At, Def, Id, World},
    slice::mentions,
    tokens::TokenKind,
};

/// A replacement of bytes of a cleaned file.
pub type Swap = (Range<usize>, String);

/// Replacements that a range of a unit's tokens needs.
pub fn swaps(world: &World<'_>, id: Id, range: Range<usize>, stem: &str) -> Vec<Swap> {
    let krate = world.krate(id.krate);
    let unit = world.unit(id);
    let file = &krate.files[unit.file as usize];
    let at = world.module_of(id);
    let in_macro = unit.item.kind == ItemKind::MacroRules;
    let inner_macros = in_macro
        && unit.item.attrs.iter().any(|attr| {
            let mut inside = attr.inside.clone();
            inside.any(|at| file.word(at) == "local_inner_macros")
        });
    let mut swaps = Vec::new();
    // `pat` took no `|` before edition 2021; what it took is called otherwise since.
    if in_macro && matches!(world.facts(id.krate).edition.as_str(), "2015" | "2018") {
        let fragments = range.clone().filter(|at| {
            file.word(*at) == "pat"
                && *at >= range.start + 3
                && file.word(*at - 1) == ":"
                && file.word(*at - 3) == "$"
        });
        swaps.extend(fragments.map(|at| (file.bytes(&(at..at + 1)), "pat_param".to_owned())));
    }
    let mut token = range.start;
    while token < range.end {
        if file.tokens[token].kind != TokenKind::Ident {
            token += 1;
            continue;
        }
        let Some(mention) = mentions::mention(file, token, range.end) else {
            token += 1;
            continue;
        };
        token = mention.tokens.end;
        // `local_inner_macros`: macros that it calls are the crate's, wherever it is called.
        if inner_macros
            && mention.calls_macro
            && mention.path.len() == 1
            && krate.macros.contains_key(&mention.path[0])
        {
            let start = file.bytes(&mention.tokens).start;
            let new = format!("$crate::{stem}::{}::", world.home(at.krate));
            swaps.push((start..start, new));
            continue;
        }
        let behind = mention.tokens.end;
        let leads =
            mention.path.len() > 1 || (file.word(behind) == ":" && file.word(behind + 1) == ":");
        if !leads {
            continue;
        }
        let start = mention.tokens.start;
        let new = match mention.path[0].as_str() {
            "$crate" => Some((
                start..start + 2,
                format!("$crate::{stem}::{}", world.home(at.krate)),
            )),
            "crate" if in_macro => Some((
                start..start + 1,
                format!("$crate::{stem}::{}", world.home(at.krate)),
            )),
            "crate" => Some((start..start + 1, up(world, at))),
            "" => absolute(world, at, &mention.path, in_macro, stem)
                .map(|new| (start..start + 3, new)),
            name => {
                foreign(world, at, name, None, in_macro, stem).map(|new| (start..start + 1, new))
            }
        };
        if let Some((tokens, new)) = new {
            swaps.push((file.bytes(&tokens), new));
        }
    }
    swaps
}

/// The way from a module to its crate's root.
pub fn up(world: &World<'_>, at: At) -> String {
    match world.krate(at.krate).modules[at.module as usize].depth {
        0 => "self".to_owned(),
        depth => vec!["super"; depth as usize].join("::"),
    }
}

/// The way from a module to the root of another crate.
fn across(world: &World<'_>, at: At, other: u32, in_macro: bool, stem: &str) -> String {
    let name = world.home(other);
    if in_macro {
        return format!("$crate::{stem}::{name}");
    }
    let depth = world.krate(at.krate).modules[at.module as usize].depth;
    format!("{}::{name}", vec!["super"; depth as usize + 1].join("::"))
}

/// `::name::…` as it must read, where it must read otherwise.
fn absolute(
    world: &World<'_>,
    at: At,
    path: &[String],
    in_macro: bool,
    stem: &str,
) -> Option<String> {
    let name = path.get(1)?;
    let krate = world.krate(at.krate);
    // A macro call at the root may define it, too.
    let root = At {
        krate: at.krate,
        module: 0,
    };
    let own = || {
        krate.modules[0].names.contains_key(name)
            || world.dependency(at.krate, name).is_none() && !world.lookup(root, name).is_empty()
    };
    if krate.old_paths && own() {
        let root = if in_macro {
            format!("$crate::{stem}::{}", world.home(at.krate))
        } else {
            up(world, at)
        };
        return Some(format!("{root}::{name}"));
    }
    match world.dependency(at.krate, name)? {
        Def::Module(other) => Some(across(world, at, other.krate, in_macro, stem)),
        Def::External(name) if name == "alloc" => Some("::std".to_owned()),
        _ => None,
    }
}

/// How the name of a dependency must read, if `name` is one here. `own` is the import that is being written.
fn foreign(
    world: &World<'_>,
    at: At,
    name: &str,
    own: Option<(u32, u32)>,
    in_macro: bool,
    stem: &str,
) -> Option<String> {
    let krate = world.krate(at.krate);
    let module = &krate.modules[at.module as usize];
    if module.names.contains_key(name) {
        return None;
    }
    let imports = module.imports.get(name).into_iter().flatten();
    if imports.clone().any(|import| {
        Some(*import) != own && krate.units[import.0 as usize].item.kind != ItemKind::ExternCrate
    }) {
        return None;
    }
    // `extern crate x as name;`, here or at the root.
    let renamed = [module, &krate.modules[0]]
        .iter()
        .flat_map(|module| module.imports.get(name).into_iter().flatten())
        .map(|(unit, leaf)| (&krate.units[*unit as usize], *leaf))
        .find(|(unit, _)| unit.item.kind == ItemKind::ExternCrate)
        .and_then(|(unit, leaf)| unit.leaves[leaf as usize].path.last().cloned());
    let real = renamed.unwrap_or_else(|| name.to_owned());
    match world.dependency(at.krate, &real)? {
        Def::Module(other) => Some(across(world, at, other.krate, in_macro, stem)),
        Def::External(external) if external == "alloc" => Some("std".to_owned()),
        Def::External(external) if external != name => Some(external),
        _ => None,
    }
}

/// An import's path as it must read.
pub fn leaf_path(
    world: &World<'_>,
    at: At,
    leaf: &Leaf,
    own: (u32, u32),
    stem: &str,
) -> Vec<String> {
    let krate = world.krate(at.krate);
    let split = |text: String| -> Vec<String> { text.split("::").map(ToOwned::to_owned).collect() };
    let joined = |head: String, rest: &[String]| -> Vec<String> {
        split(head)
            .into_iter()
            .chain(rest.iter().cloned())
            .collect()
    };
    let Some(first) = leaf.path.first() else {
        return Vec::new();
    };
    match first.as_str() {
        "crate" if leaf.path.len() == 1 => split(across(world, at, at.krate, false, stem)),
        "crate" | "$crate" => joined(up(world, at), &leaf.path[1..]),
        "self" | "super" => leaf.path.clone(),
        "" => match absolute(world, at, &leaf.path, false, stem) {
            Some(new) => joined(new, &leaf.path[2..]),
            None => leaf.path.clone(),
        },
        name if krate.old_paths => {
            let root = At {
                krate: at.krate,
                module: 0,
            };
            let local = krate.modules[0].names.contains_key(name)
                || krate.macros.contains_key(name) && leaf.path.len() == 1
                || krate.modules[0].imports.get(name).is_some_and(|imports| {
                    imports.iter().any(|import| {
                        (at.module != 0 || *import != own)
                            && krate.units[import.0 as usize].item.kind != ItemKind::ExternCrate
                    })
                });
            match (local, foreign(world, root, name, Some(own), false, stem)) {
                (true, _) => joined(up(world, at), &leaf.path),
                (false, Some(_)) => match foreign(
                    world,
                    At {
                        krate: at.krate,
                        module: 0,
                    },
                    name,
                    Some(own),
                    false,
                    stem,
                ) {
                    // Seen from the root; from here it is further up.
                    Some(new) if new.starts_with("super") && at.module != 0 => {
                        joined(format!("{}::{new}", up(world, at)), &leaf.path[1..])
                    }
                    Some(new) => joined(new, &leaf.path[1..]),
                    None => leaf.path.clone(),
                },
                _ => leaf.path.clone(),
            }
        }
        name => match foreign(world, at, name, Some(own), false, stem) {
            Some(new) => joined(new, &leaf.path[1..]),
            None => leaf.path.clone(),
        },
    }
}
