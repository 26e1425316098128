//! A question about a symbol: what is sent to whoever answers, and what of the answer holds.
//!
//! * [`request`]: the question with the text that it is about, as a text that a person can read
//! * [`paragraphs`]: an answer's parts, each of which has to stand for itself
//! * [`cite`]: the lines that an answer cites, looked up
//!
//! What does not happen here: no file is opened because an answer names it. What may be cited is what was sent.

pub mod cite;
pub mod paragraphs;
pub mod request;

pub use cite::{Citation, Paragraph, Why, Wrong};
pub use request::{About, Piece, Request, Text, request};

/// Lines that one citation may span. More of them show nothing to a reader.
pub const MOST_LINES: u32 = 40;

/// Bytes of an answer. What is longer is no answer to a question.
pub const MOST_BYTES: usize = 64 << 10;

/// Text as a terminal and a page may show it: what would act there, or turn the direction of reading, is replaced.
pub fn plain(text: &str) -> String {
    let acts = |letter: char| {
        let turns = matches!(
            letter,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        turns || letter.is_control() && !matches!(letter, '\n' | '\t')
    };
    let text = text.replace("\r\n", "\n");
    text.chars()
        .map(|letter| if acts(letter) { '\u{fffd}' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_replaced() {
        assert_eq!(plain("a\tb\r\nc"), "a\tb\nc");
        assert_eq!(
            plain("\u{1b}[2Jx\u{9b}y\rz\u{202e}"),
            "\u{fffd}[2Jx\u{fffd}y\u{fffd}z\u{fffd}"
        );
        assert_eq!(plain("naïve – ok"), "naïve – ok");
    }
}
