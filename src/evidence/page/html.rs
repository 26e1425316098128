//! Markup that can't be injected: what is not written here as a literal is escaped.
//!
//! A package's text reaches a page only through [`Html::text`] and [`Html::show`], because [`Html::raw`] takes text of
//! this program alone. What a reader could not see, or what would reorder the text around it, is spelt out.

use std::fmt::{Display, Write};

/// A piece of a page.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Html {
    markup: String,
}

impl Html {
    /// Markup of ours, as it is.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.markup.push_str(markup);
        self
    }

    /// Text of anyone's, escaped for elements and for quoted attributes.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.markup.push_str("&amp;"),
                '<' => self.markup.push_str("&lt;"),
                '>' => self.markup.push_str("&gt;"),
                '"' => self.markup.push_str("&quot;"),
                '\'' => self.markup.push_str("&#39;"),
                '\n' | '\t' => self.markup.push(character),
                hidden if is_hidden(hidden) => {
                    let _ = write!(self.markup, "[U+{:04X}]", u32::from(hidden));
                }
                other => self.markup.push(other),
            }
        }
        self
    }

    /// A sentence of anyone's, in which what stands between backticks is code.
    pub fn prose(&mut self, sentence: &str) -> &mut Self {
        let parts: Vec<&str> = sentence.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return self.text(sentence);
        }
        for (index, part) in parts.into_iter().enumerate() {
            match index % 2 {
                1 => self.raw("<code>").text(part).raw("</code>"),
                _ => self.text(part),
            };
        }
        self
    }

    /// A number, or whatever else can be shown, escaped.
    pub fn show(&mut self, value: impl Display) -> &mut Self {
        self.text(&value.to_string())
    }

    /// Another piece.
    pub fn add(&mut self, part: &Html) -> &mut Self {
        self.markup.push_str(&part.markup);
        self
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.markup.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.markup.is_empty()
    }

    /// The markup.
    pub fn into_string(self) -> String {
        self.markup
    }
}

/// Whether a character shows nothing by itself, or changes how its neighbours are shown.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}'
                | '\u{061C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// As much of a text as is worth showing.
pub fn shorten(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(most).collect();
    let rest = characters.count();
    if rest > 0 {
        let _ = write!(short, "… ({} more characters)", grouped(rest as u64));
    }
    short
}

/// A number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of a thing, in words.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut html = Html::default();
        html.text(text);
        html.into_string()
    }

    #[test]
    fn markup_in_text_stays_text() {
        assert_eq!(
            escaped("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
        );
        assert_eq!(escaped("&lt;"), "&amp;lt;");
    }

    #[test]
    fn what_would_reorder_or_hide_text_is_spelt_out() {
        assert_eq!(escaped("a\u{202E}b\u{2066}"), "a[U+202E]b[U+2066]");
        assert_eq!(escaped("\0\u{1b}[31m"), "[U+0000][U+001B][31m");
        assert_eq!(escaped("x\u{200B}y\u{FEFF}"), "x[U+200B]y[U+FEFF]");
        assert_eq!(escaped("\tµs\n"), "\tµs\n");
    }

    #[test]
    fn code_in_a_sentence_is_set_apart() {
        let mut html = Html::default();
        html.prose("use `a<b>`, not `c`")
            .raw(" ")
            .prose("a stray ` <");
        assert_eq!(
            html.into_string(),
            "use <code>a&lt;b&gt;</code>, not <code>c</code> a stray ` &lt;"
        );
    }

    #[test]
    fn long_text_says_how_much_is_left_out() {
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!(shorten("äöüß", 3), "äöü… (1 more characters)");
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "input", "inputs"), "1 input");
        assert_eq!(counted(2000, "input", "inputs"), "2,000 inputs");
    }
}
