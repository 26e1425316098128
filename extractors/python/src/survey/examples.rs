//! Examples in documentation, as Python text whose lines keep their numbers.

/// The examples of a documentation string: what stands behind the prompts. `line` is that of its first line.
pub fn of_docstring(text: &str, line: u32) -> String {
    let mut code = "\n".repeat(line.saturating_sub(1) as usize);
    for whole in text.lines() {
        code.push_str(prompted(whole).unwrap_or(""));
        code.push('\n');
    }
    code
}

/// The examples of prose: fenced and indented blocks of Python, and what stands behind prompts.
pub fn of_prose(text: &str) -> String {
    let mut code = String::new();
    // The fence that ends the block, and how far its lines are indented.
    let mut fence: Option<&str> = None;
    let mut directive: Option<usize> = None;
    let mut margin: Option<usize> = None;
    for whole in text.lines() {
        let plain = whole.trim_start();
        let indent = whole.len() - plain.len();
        let mut line = prompted(whole);
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| plain.starts_with(mark));
        if let Some(mark) = mark {
            let language = plain
                .trim_start_matches(['`', '~'])
                .trim()
                .to_ascii_lowercase();
            let speaks = |word: &str| language.trim_start_matches(['{', '.']).starts_with(word);
            fence = match fence {
                Some(_) => None,
                None if speaks("py") => Some(mark),
                None if language.is_empty() => None,
                None => None,
            };
            margin = None;
        } else if fence.is_some() {
            line = line.or_else(|| Some(cut(whole, &mut margin)));
        } else if let Some(at) = directive {
            if plain.is_empty() || (plain.starts_with(':') && margin.is_none()) {
                // Options of the directive.
            } else if indent > at {
                line = line.or_else(|| Some(cut(whole, &mut margin)));
            } else {
                directive = None;
            }
        }
        if fence.is_none() && is_directive(plain) {
            directive = Some(indent);
            margin = None;
        }
        code.push_str(line.unwrap_or(""));
        code.push('\n');
    }
    code
}

fn is_directive(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(".. ") else {
        return false;
    };
    let Some((name, language)) = rest.split_once("::") else {
        return false;
    };
    matches!(
        name.trim(),
        "code" | "code-block" | "sourcecode" | "testcode" | "ipython"
    ) && (language.trim().is_empty()
        || language.trim().to_ascii_lowercase().starts_with("py")
        || name == "testcode")
}

/// A line without the indentation of its block's first line.
fn cut<'t>(line: &'t str, margin: &mut Option<usize>) -> &'t str {
    if line.trim().is_empty() {
        return "";
    }
    let indent = line.len() - line.trim_start().len();
    let margin = *margin.get_or_insert(indent);
    line.get(margin.min(indent)..).unwrap_or(line)
}

/// What stands behind a prompt.
fn prompted(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = ["...", ">>>"]
        .iter()
        .find_map(|prompt| line.strip_prefix(prompt))?;
    match rest.strip_prefix(' ') {
        Some(code) => Some(code),
        None => rest.is_empty().then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_keep_their_lines() {
        assert_eq!(
            of_docstring("Doc.\n\n    >>> for x in y:\n    ...     f(x)\n    1\n", 3),
            "\n\n\n\nfor x in y:\n    f(x)\n\n"
        );
    }

    #[test]
    fn blocks_of_prose_are_cut_out() {
        let text = "Use it:\n```python\nimport a\n```\n```sh\nimport b\n```\n.. code-block:: python\n   :caption: x\n\n   import c\n   c.d()\n\nimport e\n";
        let lines: Vec<String> = of_prose(text)
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.is_empty())
            .map(|(at, line)| format!("{} {line}", at + 1))
            .collect();
        assert_eq!(lines, ["3 import a", "11 import c", "12 c.d()"]);
    }
}
