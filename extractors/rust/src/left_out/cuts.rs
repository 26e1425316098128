//! Whether a function is the author's but for blocks, or ends of blocks, in whose place it says that they were left out.
//!
//! No input need show what such a text does: it goes the author's way until it ends with that panic, or to the end. That it
//! has the types it had is looked at by [`super::types`].

use std::collections::BTreeSet;

use ripout_model::LEFT_OUT;

use super::types::keeps_its_types;

/// Words of a module that may end a panic, run text where nobody hears it, or rely on what was left out.
const DEAF: [&str; 8] = [
    "catch_unwind",
    "extern",
    "macro_rules",
    "panicking",
    "set_hook",
    "spawn",
    "thread",
    "unsafe",
];

/// Whether all that a module of these words leaves out is heard of.
pub fn is_heard(words: &BTreeSet<&str>) -> bool {
    !DEAF.iter().any(|word| words.contains(word))
}

/// Whether `mine` is `theirs` with blocks left out, one at least; `text` is what `mine` are the words of.
pub fn is_cut(theirs: &[&str], mine: &[&str], text: &str) -> bool {
    let mut laid = Laid {
        theirs,
        mine,
        gone: BTreeSet::new(),
        some: false,
    };
    // A closure that owns what it names owns less where it names less.
    !theirs.contains(&"move") && laid.same() && laid.some && keeps_its_types(text, &laid.gone)
}

/// Two texts side by side.
struct Laid<'t> {
    theirs: &'t [&'t str],
    mine: &'t [&'t str],
    /// Words that went.
    gone: BTreeSet<&'t str>,
    some: bool,
}

impl<'t> Laid<'t> {
    fn same(&mut self) -> bool {
        // Delimiters around, each with whether it is a macro's.
        let mut open: Vec<bool> = Vec::new();
        let (mut at, mut there) = (0, 0);
        while at < self.mine.len() && there < self.theirs.len() {
            if let Some(end) = self.error(at)
                && self.theirs[there..].get(..end - at) != Some(&self.mine[at..end])
            {
                let Some((my_end, their_end)) = self.goes(at, end, there) else {
                    return false;
                };
                if open.contains(&true) {
                    return false;
                }
                self.gone.extend(&self.theirs[there..their_end]);
                self.some = true;
                (at, there) = (my_end, their_end);
                continue;
            }
            let word = self.mine[at];
            if word != self.theirs[there] {
                return false;
            }
            match word {
                "(" | "[" | "{" => {
                    let before = |back: usize| at.checked_sub(back).map_or("", |at| self.mine[at]);
                    open.push(before(1) == "!" && before(2).chars().all(is_of_a_name));
                }
                ")" | "]" | "}" => {
                    open.pop();
                }
                _ => {}
            }
            (at, there) = (at + 1, there + 1);
        }
        at == self.mine.len() && there == self.theirs.len()
    }

    /// Where the panic ends that begins here.
    fn error(&self, at: usize) -> Option<usize> {
        let [panic, mark, open, said, close] = *self.mine.get(at..at + 5)? else {
            return None;
        };
        let said = said
            .strip_prefix('"')
            .and_then(|said| said.strip_suffix('"'));
        let plain =
            said.is_some_and(|said| said.starts_with(LEFT_OUT) && !said.contains(['{', '}', '\\']));
        ((panic, mark, open, close) == ("panic", "!", "(", ")") && plain).then_some(at + 5)
    }

    /// Where both texts go on behind a panic and behind what it stands for: the rest of a block, or an arm.
    fn goes(&self, at: usize, end: usize, there: usize) -> Option<(usize, usize)> {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| self.mine[at]);
        let mine = |at: usize| self.mine.get(at).copied().unwrap_or_default();
        if before(1) == ">" && before(2) == "=" {
            let arm = self.arm(there)?;
            let comma = |word: Option<&&str>| usize::from(word == Some(&","));
            let ends = (
                end + comma(self.mine.get(end)),
                arm + comma(self.theirs.get(arm)),
            );
            return matches!(mine(end), "," | "}").then_some(ends);
        }
        let end = end + usize::from(mine(end) == ";");
        let rest = matches!(before(1), "{" | "}" | ";") && mine(end) == "}";
        rest.then(|| self.close(there))
            .flatten()
            .map(|close| (end, close))
    }

    /// Where the delimiters around a place of theirs close.
    fn close(&self, from: usize) -> Option<usize> {
        let mut depth = 0usize;
        (from..self.theirs.len()).find(|at| match self.theirs[*at] {
            "(" | "[" | "{" => {
                depth += 1;
                false
            }
            ")" | "]" | "}" => {
                let around = depth == 0;
                depth = depth.saturating_sub(1);
                around
            }
            _ => false,
        })
    }

    /// Where an arm of theirs ends whose value begins here.
    fn arm(&self, from: usize) -> Option<usize> {
        if self.theirs.get(from) == Some(&"{") {
            return self.close(from + 1).map(|close| close + 1);
        }
        let around = self.close(from)?;
        let mut depth = 0usize;
        let comma = (from..around).find(|at| {
            match self.theirs[*at] {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && self.theirs[*at] == ","
        });
        Some(comma.unwrap_or(around))
    }
}

fn is_of_a_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn cut(theirs: &str, mine: &str) -> bool {
        let (their_tokens, my_tokens) = (tokens(theirs), tokens(mine));
        let words = |text, all: &[crate::tokens::Token]| -> Vec<&str> {
            all.iter().map(|it| it.text(text)).collect()
        };
        is_cut(
            &words(theirs, &their_tokens),
            &words(mine, &my_tokens),
            mine,
        )
    }

    const ERROR: &str = "panic!(\"left out of this module: it\")";

    const AUTHORS: &str = "fn split(text: &str, most: Option<usize>) -> Vec<char> {
    let mut found: Vec<char> = Vec::new();
    if let Some(most) = most {
        let all = text.chars().take(most);
        return all.collect();
    }
    for c in text.chars() {
        match c {
            'a' => found.push('b'),
            'b' => {
                found.clear();
            }
            'c' if found.is_empty() => return found,
            _ => found.extend([c, c]),
        }
    }
    found
}";

    #[test]
    fn a_block_its_end_or_an_arm_may_go_with_a_panic_that_says_so() {
        let block = "let all = text.chars().take(most);\n        return all.collect();";
        for (from, to) in [
            (block, ERROR.to_owned()),
            (block, format!("{ERROR};")),
            ("return all.collect();", ERROR.to_owned()),
            ("found.push('b')", ERROR.to_owned()),
            (
                "{\n                found.clear();\n            }",
                format!("{ERROR},"),
            ),
            ("found.clear();", ERROR.to_owned()),
            ("return found,", format!("{ERROR},")),
            ("found.extend([c, c]),", format!("{ERROR},")),
            ("    }\n    found\n", format!("    }}\n    {ERROR}\n")),
        ] {
            assert!(AUTHORS.contains(from), "{from}");
            let mine = AUTHORS.replace(from, &to);
            assert!(cut(AUTHORS, &mine), "{mine}");
        }
        let all = AUTHORS
            .replace(block, ERROR)
            .replace("found.push('b')", ERROR);
        assert!(cut(AUTHORS, &all));
    }

    #[test]
    fn nothing_else_may_change() {
        assert!(!cut(AUTHORS, AUTHORS));
        for (from, to) in [
            ("return all.collect();", format!("drop(all); {ERROR}")),
            ("return all.collect();", format!("{ERROR}; return found;")),
            (
                "return all.collect();",
                "panic!(\"left out of this module: {text}\")".to_owned(),
            ),
            ("return all.collect();", "panic!(\"it\")".to_owned()),
            ("found.push('b')", format!("{ERROR}.into()")),
            (
                "            'b' => {\n                found.clear();\n            }\n",
                String::new(),
            ),
            (
                "'c' if found.is_empty() => return found",
                format!("'c' => {ERROR}"),
            ),
            ("text.chars() {", format!("{{ {ERROR} }} {{")),
        ] {
            assert!(AUTHORS.contains(from), "{from}");
            let mine = AUTHORS.replace(from, &to);
            assert!(!cut(AUTHORS, &mine), "{mine}");
        }
        let inside = "fn f(a: u8) { log!({ let b = a; b }); }";
        assert!(!cut(inside, &inside.replace("let b = a; b", ERROR)));
        let owns = "fn f(a: String) -> impl Fn() { move || { drop(&a); } }";
        assert!(!cut(owns, &owns.replace("drop(&a);", ERROR)));
    }
}
