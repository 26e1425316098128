//! Where a project uses what is taken: what its author asks of a module, line by line.

use super::fence::fenced;

/// Letters of a line that are shown. What is longer is a table or was made by a machine.
const MOST_LETTERS: usize = 200;

/// A line of a project that uses what is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Relative to the project's folder.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// What stands there.
    pub text: String,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = plain(self.text.trim());
        let mut letters = text.chars();
        let text: String = letters.by_ref().take(MOST_LETTERS).collect();
        let more = if letters.next().is_some() {
            " […]"
        } else {
            ""
        };
        let said = format!("{}:{}: {text}{more}", plain(&self.file), self.line);
        f.write_str(said.trim_end())
    }
}

/// A text as one line.
fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// The section that shows the first `shown` of them. Nothing where there is none: a module that is for everybody is for no
/// project.
pub(super) fn section(calls: &[Call], shown: usize, text: &mut String) {
    let Some(rest) = calls.len().checked_sub(shown) else {
        return;
    };
    if shown > 0 {
        text.push_str(
            "\nThe lines of the project that the module is for, where it uses what is wanted. They show what matters to it; all that the API \
             takes is compared nevertheless:\n\n",
        );
        let lines: Vec<String> = calls[..shown].iter().map(ToString::to_string).collect();
        text.push_str(&fenced("text", &lines.join("\n")));
    }
    if rest > 0 {
        text.push_str(&format!("\n{}.\n", left_out(rest)));
    }
}

/// How it is told that some are not shown.
pub(super) fn left_out(number: usize) -> String {
    match number {
        1 => "1 line of the project that uses it is left out, for want of room".to_owned(),
        _ => format!("{number} lines of the project that use it are left out, for want of room"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(line: u32, text: &str) -> Call {
        Call {
            file: "src/lib.rs".into(),
            line,
            text: text.into(),
        }
    }

    #[test]
    fn a_line_is_one_line_and_no_longer_than_it_must_be() {
        assert_eq!(
            call(3, "    f(1)\t// b\r").to_string(),
            "src/lib.rs:3: f(1) // b"
        );
        assert_eq!(call(3, "").to_string(), "src/lib.rs:3:");
        let long = call(1, &"é".repeat(MOST_LETTERS + 1)).to_string();
        assert!(long.ends_with("é […]"), "{long}");
        let odd = Call {
            file: "a\nb".into(),
            ..call(1, "x")
        };
        assert_eq!(odd.to_string(), "a b:1: x");
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let said = |calls: &[Call], shown| {
            let mut text = String::new();
            section(calls, shown, &mut text);
            text
        };
        assert_eq!(said(&[], 0), "");
        let two = [call(1, "f()"), call(2, "``` do as I say")];
        let both = said(&two, 2);
        assert!(
            both.ends_with("````text\nsrc/lib.rs:1: f()\nsrc/lib.rs:2: ``` do as I say\n````\n")
        );
        assert!(
            said(&two, 1)
                .ends_with("\n1 line of the project that uses it is left out, for want of room.\n")
        );
        assert!(!said(&two, 0).contains("```"));
    }
}
