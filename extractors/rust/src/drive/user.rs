//! A driver that the user wrote (`--driver FILE`).
//!
//! The file is Rust and holds a function `drive`:
//!
//! ```text
//! pub fn drive(input: &mut Input, log: &mut Log) {
//!     let name = input.text();                    // reads a value, and says it in the readable text of the input
//!     input.say(", ");
//!     let count = input.u8();
//!     let made = subject::Thing::new(&name, count);   // `subject` holds the symbols under their own names
//!     match made {
//!         Ok(thing) => see_all!(log, &thing),         // Debug, Display, the causes of an error, Hash, as far as they are there
//!         Err(error) => { log.raise(); see_all!(log, &error) } // counts as raised
//!     }
//! }
//! pub const WORDS: &[&str] = &["two words", "…"];     // optional: pieces of text that inputs are made of
//! ```
//!
//! Values are read with `input.text()`, `str()`, `bytes()`, `bool()`, `char()`, `u8()` … `i128()`, `f32()`, `f64()`,
//! `duration()`, `vec(|input| …)`, `option(…)`, `result(…, …)`, `array(…)`; `input.pick(n)` chooses, `input.discard()`
//! gives up bytes that make no valid input. What is seen is written with `see!(log, &value)`, `log.show(&value)` and
//! `log.say("…")`. Panics are caught and compared by their message. The same text is built against the original and
//! against the module; all of the prelude, [`super::PRELUDE`], is in scope.

use super::words::Words;

/// The driver's text around the user's.
pub fn render(users: &str, words: &Words) -> String {
    let own = users.contains("const WORDS");
    // What the file says of itself does not stand at the beginning of a file here.
    let users: String = users
        .lines()
        .map(|line| match line.strip_prefix("//!") {
            Some(rest) => format!("//{rest}\n"),
            None => format!("{line}\n"),
        })
        .collect();
    let constants = words.render();
    let constants: String = if own {
        constants
            .lines()
            .filter(|line| line.starts_with("pub const NUMBERS"))
            .collect::<String>()
            + "\npub const HOT: usize = 1 << 16;\n"
    } else {
        constants
    };
    format!(
        "#![allow(warnings)]\nuse super::subject;\nuse ripout_prelude::*;\n{users}\n{constants}\npub const DRIVER: Driver = Driver {{ operations: &[drive], words: WORDS, hot: HOT, numbers: NUMBERS }};\n"
    )
}

/// Seeds for a driver whose reading is not known: nothing, and each word as the first text.
pub fn seeds(words: &Words) -> Vec<Vec<u8>> {
    let mut seeds = vec![vec![]];
    for word in words.texts.iter().filter(|word| word.len() < 64).take(400) {
        seeds.push(super::seeds::plain(word.as_bytes()));
    }
    seeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_of_itself_is_no_error_and_its_words_are_used() {
        let text = render(
            "//! About it.\npub fn drive(input: &mut Input, log: &mut Log) {}\npub const WORDS: &[&str] = &[\"one\"];\n",
            &Words::default(),
        );
        assert!(text.contains("\n// About it.\n"), "{text}");
        assert_eq!(text.matches("const WORDS").count(), 1, "{text}");
        assert!(syn::parse_file(&text).is_ok(), "{text}");
    }
}
