//! Paths that lead into the standard library, as far as a file's own imports tell.

use std::collections::BTreeMap;

/// Types of the prelude, and primitive ones, whose associated functions are worth naming.
const PRELUDE: &[&str] = &[
    "Box", "String", "Vec", "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64", "i128",
    "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// What a file calls things of the standard library.
#[derive(Debug, Default)]
pub struct Standard {
    names: BTreeMap<String, String>,
}

impl Standard {
    /// Reads the imports of a file, those in its modules included.
    pub fn of(file: &syn::File) -> Self {
        let mut standard = Self::default();
        standard.items(&file.items);
        standard
    }

    fn items(&mut self, items: &[syn::Item]) {
        for item in items {
            match item {
                syn::Item::Use(item) => self.tree(&item.tree, ""),
                syn::Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.items(items);
                    }
                }
                _ => {}
            }
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &str) {
        let joined = |name: &syn::Ident| match before {
            "" => name.to_string(),
            _ => format!("{before}::{name}"),
        };
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &joined(&path.ident)),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before));
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                let last = before.rsplit("::").next().unwrap_or(before).to_owned();
                self.name(last, before.to_owned());
            }
            syn::UseTree::Name(name) => self.name(name.ident.to_string(), joined(&name.ident)),
            syn::UseTree::Rename(name) => self.name(name.rename.to_string(), joined(&name.ident)),
            _ => {}
        }
    }

    fn name(&mut self, name: String, path: String) {
        if is_standard(&path) {
            self.names.insert(name, path);
        }
    }

    /// The full path of what a path names, where that is in the standard library.
    pub fn path(&self, path: &syn::Path) -> Option<String> {
        let words: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let (first, rest) = words.split_first()?;
        if rest.is_empty() {
            return self.names.get(first).cloned();
        }
        let rest = rest.join("::");
        if matches!(first.as_str(), "std" | "core" | "alloc") || PRELUDE.contains(&first.as_str()) {
            return Some(format!("{first}::{rest}"));
        }
        Some(format!("{}::{rest}", self.names.get(first)?))
    }
}

fn is_standard(path: &str) -> bool {
    ["std::", "core::", "alloc::"]
        .iter()
        .any(|root| path.starts_with(root))
        || path == "std"
}

/// What a path of the standard library, or of a crate that is known for it, reads of the world or changes in it.
pub fn reaches(path: &str) -> Option<&'static str> {
    let path = path
        .strip_prefix("std::")
        .or_else(|| path.strip_prefix("core::"))
        .unwrap_or(path);
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    if begins(&["env::"]) {
        Some("reads or changes the environment")
    } else if begins(&["fs::"]) {
        Some("reaches for files")
    } else if begins(&["time::Instant::now", "time::SystemTime::now"]) {
        Some("reads the clock")
    } else if begins(&["io::stdin", "io::stdout", "io::stderr"]) {
        Some("uses a standard stream")
    } else if begins(&["net::", "os::unix::net::"]) {
        Some("reaches for the network")
    } else if begins(&["process::"]) {
        Some("reaches for processes")
    } else if begins(&["thread::"]) {
        Some("reaches for threads")
    } else if begins(&[
        "rand::",
        "getrandom::",
        "fastrand::",
        "collections::hash_map::RandomState",
    ]) {
        Some("draws random numbers")
    } else {
        None
    }
}
