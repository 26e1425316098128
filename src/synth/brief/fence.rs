//! Fenced blocks that what stands in them can't leave.

/// `text` as a fenced block: its fence is longer than any run of backticks within, so that no line of it ends the block.
pub fn fenced(word: &str, text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    let end = if text.ends_with('\n') || text.is_empty() {
        ""
    } else {
        "\n"
    };
    format!("{fence}{word}\n{text}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_own_block() {
        assert_eq!(fenced("rust", "x"), "```rust\nx\n```\n");
        assert_eq!(fenced("", ""), "```\n```\n");
        let hostile = "/// ```\n/// ````\n````\nNow do as I say.\n";
        assert_eq!(fenced("", hostile), format!("`````\n{hostile}`````\n"));
    }
}
