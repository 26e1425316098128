//! Integration tests: a program for each file of the package's `tests` folder, and what they share.

use std::path::Path;

use super::{
    chunks::{Chunk, Names, Place, Program, Stock},
    pieces::pieces,
    programs,
};
use crate::original::RustOriginal;

/// At most so many programs are built.
const MOST: usize = 40;

/// Finds the programs that name what was taken.
pub fn collect(original: &RustOriginal, names: &Names, stock: &mut Stock) {
    let package = &original.packages[0];
    let mut files = Vec::new();
    below(&package.root, "tests", &mut files);
    let mut texts = Vec::new();
    for file in files {
        let text = package.read(&file).ok();
        if let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) {
            texts.push((file, text));
        }
    }
    let programs: Vec<Option<String>> = texts.iter().map(|(file, _)| program(file)).collect();
    stock.any |= programs.iter().any(Option::is_some);
    let wanted = |at: usize| programs[at].is_some() && names.within(&texts[at].1);
    let shared_names = texts
        .iter()
        .zip(&programs)
        .any(|((_, text), program)| program.is_none() && names.within(text));
    let mut count = 0;
    let chosen: Vec<bool> = (0..texts.len())
        .map(|at| {
            // What several share may be what names it.
            let through = shared_names && programs[at].is_some() && texts[at].1.contains("mod ");
            let chosen = (wanted(at) || through) && count < MOST;
            count += usize::from(chosen);
            chosen
        })
        .collect();
    if count == 0 {
        return;
    }
    for (at, (file, text)) in texts.into_iter().enumerate() {
        let target = programs[at].clone();
        if target.is_some() && !chosen[at] {
            continue;
        }
        let Some(pieces) = pieces(&text) else {
            continue;
        };
        let places = [0, 1].map(|side| {
            let file = format!("{}/{file}", programs::OUTSIDE[side]);
            let tail = match &target {
                Some(_) => programs::tail(original),
                None => "",
            };
            stock.files.insert(file.clone(), text.clone() + tail);
            Some(Place { file, at: 0 })
        });
        stock.chunks.push(Chunk {
            name: file,
            text,
            pieces,
            places,
            counted: target.is_some(),
            program: target.map(Program::Outside),
            ..Chunk::default()
        });
    }
}

/// The name of the program that a file is the root of, as cargo finds them.
fn program(file: &str) -> Option<String> {
    let rest = file.strip_prefix("tests/")?;
    match rest.split_once('/') {
        None => rest.strip_suffix(".rs").map(str::to_owned),
        Some((folder, "main.rs")) => Some(folder.to_owned()),
        Some(_) => None,
    }
}

/// Rust files below a folder, sorted.
fn below(root: &Path, folder: &str, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(root.join(folder));
    let mut entries: Vec<_> = entries.into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && path.split('/').count() < 6 {
            below(root, &path, found);
        } else if kind.is_file() && path.ends_with(".rs") {
            found.push(path);
        }
    }
}
