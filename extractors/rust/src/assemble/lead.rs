//! Where the text of an item begins and ends: its attributes, and the comments that belong to it.

use std::ops::Range;

use crate::{
    modules::SourceFile,
    resolve::{Id, World},
};

/// Bytes of a unit with its attributes, the comments above it and the one on its last line.
pub(super) fn lead(file: &SourceFile, id: Id, world: &World<'_>) -> Range<usize> {
    let unit = world.unit(id);
    let text = file.text();
    let first = unit
        .item
        .attrs
        .first()
        .map_or(unit.item.tokens.start, |attr| attr.tokens.start);
    let mut start = file.tokens[first].start as usize;
    loop {
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        if !text[line..start].trim().is_empty() {
            break;
        }
        start = line;
        let Some(above) = text[..line].strip_suffix('\n') else {
            break;
        };
        let above_start = above.rfind('\n').map_or(0, |end| end + 1);
        let above = text[above_start..line].trim();
        if above.starts_with("//") && !above.starts_with("//!") && !above.starts_with("///") {
            start = above_start;
            if start == 0 {
                break;
            }
        } else {
            break;
        }
    }
    let mut end = file.bytes(&unit.item.tokens).end;
    let line_end = text[end..]
        .find('\n')
        .map_or(text.len(), |length| end + length);
    if text[end..line_end].trim_start().starts_with("//") {
        end = line_end;
    }
    start..end
}
