//! Entries taken out of a list in brackets. TOML and Python agree on commas, comments and line ends.

use std::ops::Range;

use crate::removal::draft::{line_end, line_start};

/// The ranges to cut for the entries that go. `whole` is the list with its brackets.
pub fn cuts(
    text: &str,
    whole: &Range<usize>,
    entries: &[Range<usize>],
    goes: &[bool],
) -> Vec<Range<usize>> {
    let stays = |index: usize| !goes.get(index).copied().unwrap_or(false);
    if (0..entries.len()).all(stays) {
        return Vec::new();
    }
    let inside = whole.start + 1..whole.end.saturating_sub(1).max(whole.start + 1);
    let emptied = !(0..entries.len()).any(stays);
    if emptied && !text.get(inside.clone()).unwrap_or("").contains('#') {
        return vec![inside];
    }
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if stays(index) {
            continue;
        }
        if let Some(lines) = own_lines(text, entry) {
            cuts.push(lines);
            continue;
        }
        let before = (0..index).rev().find(|one| stays(*one));
        let cut = match (before, entries.get(index + 1)) {
            // With the comma in front of it.
            (Some(before), _) => {
                let from = entries[before].end;
                let from = cuts.last().map_or(from, |cut| cut.end.max(from));
                from..entry.end
            }
            (None, Some(next)) => entry.start..next.start,
            (None, None) => entry.start..comma_behind(text, entry.end),
        };
        cuts.push(cut);
    }
    cuts
}

/// The lines of an entry that shares them with nothing but its comma and a remark.
fn own_lines(text: &str, entry: &Range<usize>) -> Option<Range<usize>> {
    let start = line_start(text, entry.start);
    let end = line_end(text, entry.end);
    let behind = text.get(entry.end..end)?.trim();
    let behind = behind.strip_prefix(',').unwrap_or(behind).trim_start();
    let free = text.get(start..entry.start)?.trim().is_empty()
        && (behind.is_empty() || behind.starts_with('#'))
        && text.get(start..end)?.ends_with('\n');
    free.then_some(start..end)
}

fn comma_behind(text: &str, at: usize) -> usize {
    let behind = text.get(at..).unwrap_or("");
    let blank = behind.len() - behind.trim_start().len();
    if behind[blank..].starts_with(',') {
        at + blank + 1
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes the entries named `x…` out of a list of words.
    fn without(list: &str) -> String {
        let mut entries = Vec::new();
        let mut at = 0;
        while let Some(from) = list[at..].find('\'').map(|found| at + found) {
            let to = from + 1 + list[from + 1..].find('\'').expect("closed") + 1;
            entries.push(from..to);
            at = to;
        }
        let goes: Vec<bool> = entries
            .iter()
            .map(|entry| list[entry.clone()].starts_with("'x"))
            .collect();
        let mut after = list.to_owned();
        for cut in cuts(list, &(0..list.len()), &entries, &goes)
            .into_iter()
            .rev()
        {
            after.replace_range(cut, "");
        }
        after
    }

    #[test]
    fn on_one_line() {
        assert_eq!(without("['x']"), "[]");
        assert_eq!(without("['x1', 'x2']"), "[]");
        assert_eq!(without("['x', 'a']"), "['a']");
        assert_eq!(without("['x', 'x2', 'a']"), "['a']");
        assert_eq!(without("['a', 'x', 'b']"), "['a', 'b']");
        assert_eq!(without("['a', 'x', 'x2', 'b']"), "['a', 'b']");
        assert_eq!(without("['a', 'x',]"), "['a',]");
        assert_eq!(without("['a',\n 'b', 'x',\n 'c']"), "['a',\n 'b',\n 'c']");
    }

    #[test]
    fn on_lines_of_their_own() {
        assert_eq!(
            without("[\n  'a', # one\n  'x', # two\n  'b'\n]"),
            "[\n  'a', # one\n  'b'\n]"
        );
        assert_eq!(without("[\n  'a',\n  'x'\n]"), "[\n  'a',\n]");
        assert_eq!(without("[\n  'x',\n]"), "[]");
        assert_eq!(without("[\n  # why\n  'x',\n]"), "[\n  # why\n]");
    }
}
