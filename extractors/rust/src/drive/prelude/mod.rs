//! The text every driver is built with: one file there, in parts here.
//!
//! * `driver.rs`: what a driver consists of; bytes as they are read, and what is seen as it is written
//! * `input.rs`: values of the standard types, read from bytes
//! * `literals.rs`: values in the place of literals, and integers of each width
//! * `items.rs`: an iterator of the driver's own
//! * `log.rs`: how what was seen is written down
//! * `seen.rs`: what a type offers to be looked at; `see.rs`: macros that look at a value by all of that
//! * `digits.rs`, `numbers.rs`: numbers, lengths of time and text as their `Debug` writes them, which is quicker
//! * `effects.rs`: what a subject does beside answering
//! * `run.rs`: what drivers share beside values, and the run over a file of inputs
//!
//! The parts are no modules of this crate: they are compiled with the drivers, where all of it is one crate's root.

use std::{iter::once, sync::LazyLock};

/// The first part, whose head is that of the whole.
const DRIVER: &str = include_str!("driver.rs");

/// The others, in the order in which they follow it.
const PARTS: [&str; 10] = [
    include_str!("input.rs"),
    include_str!("literals.rs"),
    include_str!("items.rs"),
    include_str!("log.rs"),
    include_str!("seen.rs"),
    include_str!("see.rs"),
    include_str!("digits.rs"),
    include_str!("numbers.rs"),
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
mod digits;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{digits::Digits, *};

    /// What is written quickly.
    fn quick(write: impl FnOnce(&mut Digits)) -> String {
        let mut digits = Digits::new();
        write(&mut digits);
        String::from_utf8_lossy(digits.text()).into_owned()
    }

    #[test]
    fn numbers_are_written_as_debug_writes_them() {
        let mut number = 1_u64;
        let mut seen = vec![0, 9, 10, 99, 100, u64::MAX];
        seen.extend((0..500).map(|_| {
            number = number.wrapping_mul(6_364_136_223_846_793_005) ^ number >> 29;
            number >> (number % 64)
        }));
        for number in seen {
            let signed = number.cast_signed();
            assert_eq!(quick(|it| it.number(number)), format!("{number:?}"));
            assert_eq!(quick(|it| it.signed(signed)), format!("{signed:?}"));
            let nanos = u32::try_from(number % 1_000_000_000).expect("it fits");
            for nanos in [
                nanos,
                nanos / 1000 * 1000,
                nanos % 1000,
                nanos % 100_000,
                0,
                100_000_000,
                1_000_000,
            ] {
                for seconds in [0, number % 61, number] {
                    let length = Duration::new(seconds, nanos);
                    assert_eq!(quick(|it| it.duration(length)), format!("{length:?}"));
                }
            }
        }
    }

    #[test]
    fn plain_text_stands_between_quotes_as_it_is() {
        let chars = (0..0x250).filter_map(char::from_u32);
        for char in chars.chain(['中', '\u{200d}', '\u{10ffff}']) {
            let text = format!("a{char}b");
            let same = format!("{text:?}") == format!("\"{text}\"");
            assert!(same || !digits::plain(&text), "{text:?}");
            assert_eq!(digits::plain(&text), same && char.is_ascii(), "{text:?}");
        }
    }

    #[test]
    fn the_parts_are_one_file_with_one_head() {
        let file = syn::parse_file(&PRELUDE).expect("the parts together are Rust");
        assert!(!file.items.is_empty());
        let heads = PRELUDE.lines().filter(|line| line.starts_with("//!"));
        let of_driver = DRIVER.lines().filter(|line| line.starts_with("//!"));
        assert_eq!(heads.count(), of_driver.count());
    }
}
