//! Changes as a patch in git's format.

use std::fmt::Write;

use ripout_model::Change;
use similar::{Algorithm, TextDiff};

/// Lines around a change.
const CONTEXT: usize = 3;

/// The patch, which `git apply` takes in the project's folder. Files that are no text can't be in it: their names come
/// back.
pub fn patch(changes: &[Change]) -> (String, Vec<String>) {
    let mut patch = String::new();
    let mut left_out = Vec::new();
    for change in changes {
        let text = |bytes: &Option<Vec<u8>>| match bytes {
            None => Some(String::new()),
            Some(bytes) => String::from_utf8(bytes.clone()).ok(),
        };
        match (text(&change.before), text(&change.after)) {
            (Some(before), Some(after)) => of_file(&mut patch, change, &before, &after),
            _ => left_out.push(change.file.clone()),
        }
    }
    (patch, left_out)
}

fn of_file(patch: &mut String, change: &Change, before: &str, after: &str) {
    let (old, new) = (format!("a/{}", change.file), format!("b/{}", change.file));
    let _ = writeln!(patch, "diff --git {} {}", quoted(&old), quoted(&new));
    let none = "/dev/null".to_owned();
    let (old, new) = match (&change.before, &change.after) {
        (None, _) => {
            patch.push_str("new file mode 100644\n");
            (none, quoted(&new))
        }
        (_, None) => {
            patch.push_str("deleted file mode 100644\n");
            (quoted(&old), none)
        }
        _ => (quoted(&old), quoted(&new)),
    };
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .diff_lines(before, after);
    let mut hunks = diff.unified_diff();
    hunks.context_radius(CONTEXT).header(&old, &new);
    let _ = write!(patch, "{hunks}");
}

/// A path as git writes it: in quotes where it holds what a line can't.
fn quoted(path: &str) -> String {
    if path
        .bytes()
        .all(|byte| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\')
    {
        return path.to_owned();
    }
    let mut made = String::from("\"");
    for byte in path.bytes() {
        match byte {
            b'"' => made.push_str("\\\""),
            b'\\' => made.push_str("\\\\"),
            b'\n' => made.push_str("\\n"),
            b'\t' => made.push_str("\\t"),
            b' '..0x7f => made.push(byte as char),
            _ => {
                let _ = write!(made, "\\{byte:03o}");
            }
        }
    }
    made.push('"');
    made
}
