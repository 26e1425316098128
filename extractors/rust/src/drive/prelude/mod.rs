//! The text every driver is built with: one file there, in parts here.
//!
//! * `driver.rs`: what a driver consists of; bytes as they are read, and what is seen as it is written
//! * `input.rs`: values of the standard types, read from bytes
//! * `literals.rs`: values in the place of literals, and integers of each width
//! * `items.rs`: an iterator of the driver's own
//! * `log.rs`: how what was seen is written down
//! * `seen.rs`: what a type offers to be looked at; `see.rs`: macros that look at a value by all of that
//! * `effects.rs`: what a subject does beside answering
//! * `run.rs`: what drivers share beside values, and the run over a file of inputs
//!
//! The parts are no modules of this crate: they are compiled with the drivers, where all of it is one crate's root.

use std::{iter::once, sync::LazyLock};

/// The first part, whose head is that of the whole.
const DRIVER: &str = include_str!("driver.rs");

/// The others, in the order in which they follow it.
const PARTS: [&str; 8] = [
    include_str!("input.rs"),
    include_str!("literals.rs"),
    include_str!("items.rs"),
    include_str!("log.rs"),
    include_str!("seen.rs"),
    include_str!("see.rs"),
    include_str!("effects.rs"),
    include_str!("run.rs"),
];

/// The text every driver is built with: the parts without the heads by which each says its job here.
pub static PRELUDE: LazyLock<String> = LazyLock::new(|| {
    let headless = |part: &&'static str| part.split_once("\n\n").map_or(*part, |(_, text)| text);
    let parts: Vec<&str> = once(DRIVER).chain(PARTS.iter().map(headless)).collect();
    parts.join("\n")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_one_file_with_one_head() {
        let file = syn::parse_file(&PRELUDE).expect("the parts together are Rust");
        assert!(!file.items.is_empty());
        let heads = PRELUDE.lines().filter(|line| line.starts_with("//!"));
        let of_driver = DRIVER.lines().filter(|line| line.starts_with("//!"));
        assert_eq!(heads.count(), of_driver.count());
    }
}
