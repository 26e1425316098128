//! Where a statement's text begins and ends, with the comments that belong to it.

use crate::resolve::Module;

/// Range of a statement with the comments right above it and the one behind it.
pub fn range(module: &Module, unit: u32) -> (usize, usize) {
    let parsed = &module.parsed;
    let own = &parsed.units[unit as usize];
    let (mut start, mut end) = (own.start as usize, own.end as usize);
    if own.shares_line {
        return (start, end);
    }
    let text = &module.text;
    if let Some(rest) = text.get(end..) {
        let line = rest.split('\n').next().unwrap_or("");
        if line.trim_start().starts_with('#') {
            end += line.trim_end().len();
        }
    }
    let floor = unit
        .checked_sub(1)
        .map_or(0, |before| parsed.units[before as usize].end as usize);
    let mut at = start;
    while at > floor {
        let line_start = text[..at - 1].rfind('\n').map_or(0, |newline| newline + 1);
        let line = &text[line_start..at - 1];
        // A comment at the head of a file speaks of the file.
        if !line.starts_with('#') || line_start < floor || line_start == 0 {
            break;
        }
        at = line_start;
    }
    let head = text[..at]
        .lines()
        .all(|line| line.is_empty() || line.starts_with('#'));
    if !head {
        start = at;
    }
    (start, end.min(text.len()))
}

/// Whether nothing but blanks and comments stands between two statements of a module, on neighbouring lines.
pub fn adjacent(module: &Module, before: u32, after: u32) -> bool {
    if after != before + 1 {
        return false;
    }
    let (_, end) = range(module, before);
    let (start, _) = range(module, after);
    module
        .text
        .get(end..start)
        .is_some_and(|between| between.trim_matches(' ') == "\n")
}

/// Whether a line can go without leaving its block empty: the next line with text stands in the same block.
pub fn can_go(text: &str, start: usize, end: usize) -> bool {
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = &text[line_start..start];
    if !indent.chars().all(|letter| letter == ' ' || letter == '\t') {
        return false;
    }
    let Some(rest) = text[end..].split_once('\n') else {
        return false;
    };
    if !rest.0.trim().is_empty() && !rest.0.trim_start().starts_with('#') {
        return false;
    }
    rest.1
        .lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .is_some_and(|line| {
            let own = line.len() - line.trim_start().len();
            own == indent.len() && line.starts_with(indent)
        })
}

/// First letter of the line before, where that line is a statement of the same block.
pub fn line_before(text: &str, start: usize) -> Option<usize> {
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = &text[line_start..start];
    if !indent.chars().all(|letter| letter == ' ' || letter == '\t') {
        return None;
    }
    let mut at = line_start;
    while at > 0 {
        let before = text[..at - 1].rfind('\n').map_or(0, |newline| newline + 1);
        let line = &text[before..at - 1];
        let plain = line.trim_start();
        if !plain.is_empty() && !plain.starts_with('#') {
            let simple = line.starts_with(indent)
                && line.len() - plain.len() == indent.len()
                && !line.trim_end().ends_with(':')
                && plain.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
            return simple.then_some(before + indent.len());
        }
        at = before;
    }
    None
}

/// Whether nothing but a comment follows on a line.
pub fn ends_line(text: &str, at: usize) -> bool {
    let rest = text[at..].split('\n').next().unwrap_or("").trim_start();
    rest.is_empty() || rest.starts_with('#')
}
