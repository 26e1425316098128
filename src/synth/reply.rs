//! The module in an answer.

/// What an answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The last fenced block.
    Block(String),
    /// No block at all: the text itself may be a module.
    Bare(String),
    /// The last block has no end: the answer was cut off.
    CutOff,
}

/// Looks for the last fenced block. A block ends with a line of nothing but its fence, or a longer one.
pub fn module(answer: &str) -> Found {
    let mut last = None;
    let mut open: Option<(Fence, String)> = None;
    for line in answer.split_inclusive('\n') {
        match &mut open {
            None => open = Fence::of(line).map(|fence| (fence, String::new())),
            Some((fence, text)) if fence.ends(line) => {
                last = Some(std::mem::take(text));
                open = None;
            }
            Some((fence, text)) => text.push_str(fence.inner(line)),
        }
    }
    match (open, last) {
        (Some(_), _) => Found::CutOff,
        (None, Some(text)) => Found::Block(text),
        (None, None) => Found::Bare(answer.to_owned()),
    }
}

/// The line that a block begins with.
struct Fence {
    letter: char,
    length: usize,
    /// Blanks before it, which stand before each line of the block as well.
    indent: usize,
}

impl Fence {
    fn of(line: &str) -> Option<Self> {
        let rest = line.trim_start_matches(' ');
        let letter = rest.chars().next().filter(|it| matches!(it, '`' | '~'))?;
        let after = rest.trim_start_matches(letter);
        let length = rest.len() - after.len();
        // A line that goes on with backticks is text with code in it.
        (length >= 3 && !(letter == '`' && after.contains('`'))).then_some(Self {
            letter,
            length,
            indent: line.len() - rest.len(),
        })
    }

    fn ends(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|it| it == self.letter)
    }

    fn inner<'t>(&self, line: &'t str) -> &'t str {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        &line[blanks.min(self.indent)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(answer: &str) -> String {
        match module(answer) {
            Found::Block(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_last_block_counts() {
        let answer = "First:\n```rust\nfn a() {}\n```\nNo, better:\n~~~\nfn b() {}\n~~~\nDone.\n";
        assert_eq!(block(answer), "fn b() {}\n");
    }

    #[test]
    fn a_shorter_fence_within_ends_nothing() {
        assert_eq!(
            block("````\n/// ```\n```\nfn a() {}\n````"),
            "/// ```\n```\nfn a() {}\n"
        );
        assert_eq!(
            block("1. so:\n   ```py\n   x = 1\n     y\n   ```\n"),
            "x = 1\n  y\n"
        );
    }

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        assert_eq!(module("```rust\nfn a() {"), Found::CutOff);
        assert_eq!(module("```\na\n```\nand\n```\nb"), Found::CutOff);
        assert_eq!(module("fn a() {}"), Found::Bare("fn a() {}".into()));
        assert_eq!(
            module("use ```x``` here"),
            Found::Bare("use ```x``` here".into())
        );
    }
}
