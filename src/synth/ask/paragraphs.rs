//! An answer's paragraphs. Each point of a list, row of a table, heading and fenced block is one of its own, so that none
//! stands under what another one cites.

/// Splits an answer. What holds no letter and no digit says nothing, and is left out.
pub fn paragraphs(answer: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut text = String::new();
    // The fence that is open, if one is.
    let mut fence: Option<String> = None;
    let mut end = |text: &mut String| {
        let whole = std::mem::take(text);
        if whole.chars().any(char::is_alphanumeric) {
            found.push(whole.trim_matches('\n').trim_end().to_owned());
        }
    };
    for line in answer.lines() {
        let bare = line.trim();
        if let Some(open) = &fence {
            let letter = open.chars().next();
            let ends = bare.len() >= open.len() && bare.chars().all(|it| Some(it) == letter);
            text.push_str(line);
            text.push('\n');
            if ends {
                fence = None;
                end(&mut text);
            }
            continue;
        }
        let opened = opens(bare);
        let alone = bare.starts_with('#') || bare.starts_with('|');
        if bare.is_empty() || opened.is_some() || alone || is_point(bare) {
            end(&mut text);
        }
        text.push_str(line);
        text.push('\n');
        if alone {
            end(&mut text);
        }
        fence = opened;
    }
    end(&mut text);
    found
}

/// The fence that a line begins a block with.
fn opens(line: &str) -> Option<String> {
    let letter = line.chars().next().filter(|it| matches!(it, '`' | '~'))?;
    let fence: String = line.chars().take_while(|it| *it == letter).collect();
    // A line that goes on with backticks is text with code in it.
    let code = letter == '`' && line[fence.len()..].contains('`');
    (fence.len() >= 3 && !code).then_some(fence)
}

/// Whether a line begins a point of a list.
fn is_point(line: &str) -> bool {
    let digits = line.trim_start_matches(|it: char| it.is_ascii_digit());
    let rest = match digits.len() < line.len() {
        true => digits.strip_prefix(['.', ')']),
        false => line.strip_prefix(['-', '*', '+', '•']),
    };
    rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_something_stands_alone() {
        let answer = "# Head\nOne,\nstill one.\n\nTwo:\n- a\n  more of a\n- b\n1. c\n\n---\n\n| x | y |\n| z |\nand on\n";
        assert_eq!(
            paragraphs(answer),
            [
                "# Head",
                "One,\nstill one.",
                "Two:",
                "- a\n  more of a",
                "- b",
                "1. c",
                "| x | y |",
                "| z |",
                "and on"
            ]
        );
        assert_eq!(paragraphs(" \n---\n***\n"), [""; 0]);
    }

    #[test]
    fn a_block_of_code_is_one_paragraph_to_its_end() {
        assert_eq!(
            paragraphs("So:\n```rust\na\n\n- b\n```\nthen ```x``` it"),
            ["So:", "```rust\na\n\n- b\n```", "then ```x``` it"]
        );
        assert_eq!(paragraphs("````\na\n```\n\nb"), ["````\na\n```\n\nb"]);
    }
}
