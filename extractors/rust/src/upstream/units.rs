//! Unit tests: those that stand beside definitions that were taken, put where these ended up in a copy of the module.

use std::collections::BTreeMap;

use ripout_model::Candidate;
use syn::{Item, spanned::Spanned};

use super::{
    chunks::{Chunk, Names, Place, Program, Stock},
    doctests::joined,
    pieces::{Piece, for_tests, pieces},
    programs,
};
use crate::original::RustOriginal;

/// A stretch of a file that is compiled for tests alone.
struct Found {
    /// Where its text stands: a file of the package.
    file: String,
    at: usize,
    text: String,
    /// The module it is, by its own name; none for an item that is no module.
    name: Option<String>,
    /// Imports of the standard library around it.
    imports: Vec<String>,
}

/// Finds them, and puts them beside what was taken.
pub fn collect(original: &RustOriginal, candidate: &Candidate, names: &Names, stock: &mut Stock) {
    let package = &original.packages[0];
    let id = package.id();
    let module_text = candidate.module.text().into_owned();
    let module_file = &candidate.module.files[0].path;
    let Ok(module) = syn::parse_file(&module_text) else {
        return;
    };
    let homes = homes(&module.items, "", 0..module_text.len());
    let mut found = Vec::new();
    for file in &package.files {
        let text = package.read(file).ok();
        let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            continue;
        };
        stock
            .files
            .insert(format!("{}/{file}", programs::UNITS[0]), text.clone());
        let dense: String = text.split_whitespace().collect();
        let scripted = original.crates[0].build_script.is_some() && dense.contains("cfg(");
        stock.conditional |=
            scripted || dense.contains("not(test)") || dense.contains("cfg!(test)");
        let Ok(parsed) = syn::parse_file(&text) else {
            continue;
        };
        for mut it in of_file(file, &text, &parsed) {
            // A module in a file of its own.
            if it.text.is_empty() && it.name.is_some() {
                let inner = outline(file, it.name.as_deref().unwrap_or_default());
                let read = inner.into_iter().find_map(|path| {
                    let text = String::from_utf8(package.read(&path).ok()?).ok()?;
                    Some((path, text))
                });
                let Some((path, text)) = read else {
                    continue;
                };
                (it.file, it.at, it.text) = (path, 0, text);
                found.push((file.clone(), it.file.clone(), it));
                continue;
            }
            let shown = match &it.name {
                Some(name) => format!("{file}::{name}"),
                None => file.clone(),
            };
            found.push((file.clone(), shown, it));
        }
    }
    // What is inserted, by the byte it stands before: texts behind each other.
    let mut inserted: BTreeMap<usize, Vec<(usize, String, usize)>> = BTreeMap::new();
    let mut chunks = Vec::new();
    for (number, (owner, shown, it)) in found.into_iter().enumerate() {
        stock.any |= it.name.is_some();
        let first = Place {
            file: format!("{}/{}", programs::UNITS[0], it.file),
            at: it.at,
        };
        let mut chunk = Chunk {
            name: shown,
            places: [Some(first), None],
            program: Some(Program::Units),
            ..Chunk::default()
        };
        let whole = Piece {
            range: 0..it.text.len(),
            ..Piece::default()
        };
        chunk.pieces = match &it.name {
            Some(_) => pieces(&it.text).unwrap_or_default(),
            None => vec![whole],
        };
        chunk.text = it.text;
        // Where most of what was taken from the file ended up.
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for taken in &candidate.definitions {
            let own = taken.definition.package == id && taken.definition.file == owner;
            if own && taken.module_file == *module_file {
                let home = homes.iter().enumerate().filter(|(_, home)| {
                    let [from, to] = taken.module_lines;
                    home.lines[0] <= from && to <= home.lines[1]
                });
                let home = home.min_by_key(|(_, home)| home.range.len());
                *votes.entry(home.map_or(0, |(at, _)| at)).or_default() += 1;
            }
        }
        let home = votes
            .into_iter()
            .max_by_key(|(at, votes)| (*votes, usize::MAX - at));
        if let (Some(name), Some((home, _))) = (&it.name, home)
            && names.within(&chunk.text)
        {
            chunk.counted = true;
            let home = &homes[home];
            let own = format!("{name}_{number}");
            let head = format!(
                "\n#[cfg(test)]\n#[allow(warnings)]\nmod imports_{own} {{ {} }}\n#[cfg(test)]\nmod {own} {{\n",
                it.imports.join(" ")
            );
            let tail = format!("\n#[allow(warnings)]\nuse super::imports_{own}::*;\n}}\n");
            let before = head.len();
            let text = format!("{head}{}{tail}", chunk.text);
            let path = module_path(&owner, &original.crates[0].lib_file);
            chunk.prefix = [
                format!("{path}{name}::"),
                format!("{}::{}{own}::", candidate.module.stem, home.path),
            ];
            inserted
                .entry(home.range.end)
                .or_default()
                .push((chunks.len(), text, before));
        }
        chunks.push(chunk);
    }
    if !chunks.iter().any(|chunk: &Chunk| chunk.counted) {
        stock
            .files
            .retain(|file, _| !file.starts_with(programs::UNITS[0]));
        return;
    }
    let mut text = String::new();
    let file = format!("{}/{module_file}", programs::UNITS[1]);
    let mut from = 0;
    for (at, all) in inserted {
        text.push_str(&module_text[from..at]);
        from = at;
        for (chunk, added, before) in all {
            chunks[chunk].places[1] = Some(Place {
                file: file.clone(),
                at: text.len() + before,
            });
            text.push_str(&added);
        }
    }
    text.push_str(&module_text[from..]);
    stock.files.insert(file, text);
    stock.chunks.append(&mut chunks);
}

/// A place for tests: the module itself, or one within it.
struct Home {
    /// Path with `::` behind it, from the module on.
    path: String,
    /// Bytes of its content.
    range: std::ops::Range<usize>,
    lines: [u32; 2],
}

fn homes(items: &[Item], path: &str, range: std::ops::Range<usize>) -> Vec<Home> {
    let mut found = vec![Home {
        path: path.to_owned(),
        range,
        lines: [0, u32::MAX],
    }];
    for item in items {
        if let Item::Mod(item) = item
            && let Some((brace, inner)) = &item.content
        {
            let (open, close) = (brace.span.open(), brace.span.close());
            let content = open.byte_range().end..close.byte_range().start;
            let lines = [open.start().line, close.end().line];
            let mut inner = homes(inner, &format!("{path}{}::", item.ident), content);
            inner[0].lines = lines.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
            found.extend(inner);
        }
    }
    found
}

/// What a file compiles for tests alone, at its root.
fn of_file(file: &str, text: &str, parsed: &syn::File) -> Vec<Found> {
    let mut imports = Vec::new();
    let mut found = Vec::new();
    for item in &parsed.items {
        if let Item::Use(of) = item
            && of.attrs.is_empty()
            && let syn::UseTree::Path(path) = &of.tree
            && (path.ident == "std" || path.ident == "core")
        {
            let from = of.use_token.span.byte_range().start;
            let to = of.semi_token.span.byte_range().end;
            imports.push(format!("pub {}", &text[from..to]));
        }
    }
    for item in &parsed.items {
        let (attributes, name, range) = match item {
            Item::Mod(of) => {
                let range = of.content.as_ref().map_or(0..0, |(brace, _)| {
                    brace.span.open().byte_range().end..brace.span.close().byte_range().start
                });
                (&of.attrs, Some(of.ident.to_string()), range)
            }
            Item::Fn(of) => (&of.attrs, None, item.span().byte_range()),
            Item::Use(of) => (&of.attrs, None, item.span().byte_range()),
            Item::ExternCrate(of) => (&of.attrs, None, item.span().byte_range()),
            Item::Macro(of) => (&of.attrs, None, item.span().byte_range()),
            Item::Impl(of) => (&of.attrs, None, item.span().byte_range()),
            _ => continue,
        };
        if for_tests(attributes) {
            found.push(Found {
                file: file.to_owned(),
                at: range.start,
                text: text[range].to_owned(),
                name,
                imports: imports.clone(),
            });
        }
    }
    found
}

/// Files that a module without text of its own may stand in.
fn outline(file: &str, name: &str) -> Vec<String> {
    let (folder, own) = file.rsplit_once('/').unwrap_or(("", file));
    let own = own.strip_suffix(".rs").unwrap_or(own);
    let folders = match own {
        "lib" | "main" | "mod" => folder.to_owned(),
        own => joined(folder, own).unwrap_or_default(),
    };
    [format!("{name}.rs"), format!("{name}/mod.rs")]
        .iter()
        .filter_map(|path| joined(&folders, path))
        .collect()
}

/// The path of a file's module within its crate, `::` behind it, as far as paths tell.
fn module_path(file: &str, lib: &str) -> String {
    if file == lib {
        return String::new();
    }
    let folder = lib.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rest = file
        .strip_prefix(folder)
        .unwrap_or(file)
        .trim_start_matches('/');
    let rest = rest.strip_suffix(".rs").unwrap_or(rest);
    let rest = rest.strip_suffix("/mod").unwrap_or(rest);
    rest.split('/').map(|part| format!("{part}::")).collect()
}
