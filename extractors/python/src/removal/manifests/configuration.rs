//! `setup.cfg`: lines of `install_requires`, of extras, and of a single module's list.

use super::Hand;
use crate::{removal::draft::Draft, survey::requirement::Requirement};

/// Takes the dependency's lines out.
pub fn edit(draft: &mut Draft, hand: &mut Hand) {
    let text = draft.text().to_owned();
    let mut section = "";
    let mut key = "";
    let mut from = 0;
    for (at, whole) in text.split_inclusive('\n').enumerate() {
        let (start, line) = (from, at as u32 + 1);
        from += whole.len();
        let plain = whole.split(" #").next().unwrap_or(whole).trim();
        if plain.is_empty() || plain.starts_with(['#', ';']) {
            continue;
        }
        let indented = whole.starts_with([' ', '\t']);
        if let Some(name) = plain
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            && !indented
        {
            (section, key) = (name.trim(), "");
            continue;
        }
        let goes_on = indented && !key.is_empty();
        let value = if goes_on {
            plain
        } else if let Some((name, value)) = plain.split_once(['=', ':']) {
            key = name.trim();
            value.trim()
        } else {
            continue;
        };
        if let Some(beside) = hand.beside
            && (section, key) == ("options", "py_modules")
            && value == beside.module
        {
            let end = start + whole.trim_end().len();
            let more = if goes_on {
                let indent = &whole[..whole.len() - whole.trim_start().len()];
                format!("\n{indent}{}", beside.stem)
            } else {
                format!(", {}", beside.stem)
            };
            draft.replace(end..end, more);
            hand.listed = true;
        }
        let requires = matches!(
            (section, key),
            ("options", "install_requires" | "tests_require") | ("options.extras_require", _)
        );
        let names_it = |text: &str| {
            Requirement::read(text).is_some_and(|requirement| requirement.key == hand.key)
        };
        if !requires || value.is_empty() || !names_it(value) {
            continue;
        }
        hand.done.insert(line);
        if goes_on {
            draft.cut(start..from);
        } else if let Some(offset) = whole.find(value) {
            // What stands behind the key goes; the key stays, since its other lines may follow.
            let kept = whole[..offset].trim_end().len();
            draft.cut(start + kept..start + offset + value.len());
        }
    }
}
