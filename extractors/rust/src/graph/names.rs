//! The names of all files under one numbering, and tables by number.

use std::{collections::HashMap, hash::Hash};

use foldhash::fast::RandomState;
use rayon::prelude::*;

use crate::parse::record::{self, Facts};

/// A name of the tree.
pub type Name = u32;

/// A map whose order is never looked at.
pub type Map<K, V> = HashMap<K, V, RandomState>;

/// What is known of a name by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// A crate that comes with the compiler.
    pub std: bool,
    /// In scope everywhere, or a built-in type.
    pub prelude: bool,
    /// A macro of the standard library.
    pub std_macro: bool,
    /// Begins with a capital.
    pub capital: bool,
    /// Looks like a type parameter.
    pub parameter: bool,
}

/// Names with a meaning of their own; they have the same numbers in every tree.
const SPECIAL: [&str; 7] = ["", "crate", "self", "super", "Self", "*", "_"];
/// A path's first step where it begins with `::`.
pub const OUTSIDE: Name = 0;
/// `crate`.
pub const CRATE: Name = 1;
/// `self`.
pub const SELF: Name = 2;
/// `super`.
pub const SUPER: Name = 3;
/// `Self`.
pub const SELF_TYPE: Name = 4;
/// Of a glob.
pub const GLOB: Name = 5;
/// Of an import that brings in no name.
pub const NO_NAME: Name = 6;

/// All names.
pub struct Names<'g> {
    numbers: Map<&'g str, Name>,
    texts: Vec<&'g str>,
    known: Vec<Known>,
    of_file: Vec<Vec<Name>>,
}

impl<'g> Names<'g> {
    /// Numbers the names of all files.
    pub fn of(records: &'g [(&str, Facts<'_>)]) -> Self {
        let mut names = Self {
            numbers: Map::default(),
            texts: Vec::new(),
            known: Vec::new(),
            of_file: Vec::with_capacity(records.len()),
        };
        for name in SPECIAL {
            names.number(name);
        }
        for name in STD {
            let number = names.number(name) as usize;
            names.known[number].std = true;
        }
        for name in PRELUDE {
            let number = names.number(name) as usize;
            names.known[number].prelude = true;
        }
        for name in STD_MACROS {
            let number = names.number(name) as usize;
            names.known[number].std_macro = true;
        }
        for (_, facts) in records {
            let of_file = facts.names.iter().map(|name| names.number(name)).collect();
            names.of_file.push(of_file);
        }
        names
    }

    fn number(&mut self, text: &'g str) -> Name {
        let next = self.texts.len() as Name;
        let number = *self.numbers.entry(text).or_insert(next);
        if number == next {
            self.texts.push(text);
            self.known.push(Known {
                capital: text.starts_with(|c: char| c.is_uppercase()),
                parameter: text.len() <= 2 && text.starts_with(|c: char| c.is_ascii_uppercase()),
                ..Known::default()
            });
        }
        number
    }

    /// The number of a text, if it is some file's name.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.numbers.get(text).copied()
    }

    /// A file's name.
    pub fn get(&self, file: u32, name: record::Name) -> Name {
        self.of_file[file as usize][name as usize]
    }

    /// Its text.
    pub fn text(&self, name: Name) -> &'g str {
        self.texts[name as usize]
    }

    /// What is known of it.
    pub fn known(&self, name: Name) -> Known {
        self.known[name as usize]
    }
}

/// Values by key, those of one key in the order they came in.
pub struct Table<K, V> {
    ranges: Map<K, (u32, u32)>,
    values: Vec<V>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self {
            ranges: Map::default(),
            values: Vec::new(),
        }
    }
}

impl<K: Copy + Ord + Hash + Send, V: Send> Table<K, V> {
    /// A table of pairs.
    pub fn of(mut pairs: Vec<(K, V)>) -> Self {
        pairs.par_sort_by_key(|(key, _)| *key);
        let mut table = Self::default();
        let mut from = 0;
        let mut last = None;
        for (key, value) in pairs {
            if last != Some(key) {
                from = table.values.len() as u32;
            }
            last = Some(key);
            table.values.push(value);
            let range = (from, table.values.len() as u32);
            if range.1 - range.0 == 1 {
                table.ranges.insert(key, range);
            } else if let Some(known) = table.ranges.get_mut(&key) {
                *known = range;
            }
        }
        table
    }

    /// All values of a key.
    pub fn get(&self, key: K) -> &[V] {
        match self.ranges.get(&key) {
            Some(&(from, to)) => &self.values[from as usize..to as usize],
            None => &[],
        }
    }
}

/// Crates that come with the compiler.
const STD: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

/// Names that are in scope everywhere, and built-in types.
const PRELUDE: [&str; 66] = [
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "Box",
    "String",
    "ToString",
    "ToOwned",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Extend",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "FromIterator",
    "Debug",
    "Hash",
    "Unpin",
    "drop",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "bool",
    "char",
    "str",
    "panic",
    "size_of",
    "align_of",
    "size_of_val",
    "align_of_val",
    "Future",
    "IntoFuture",
    "AsyncFn",
];

/// Macros of the standard library.
const STD_MACROS: [&str; 49] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "is_aarch64_feature_detected",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "addr_of",
    "addr_of_mut",
    "ready",
    "pin",
    "const_format_args",
    "offset_of",
    "asm",
    "global_asm",
    "concat_bytes",
    "assert_matches",
    "join",
];
