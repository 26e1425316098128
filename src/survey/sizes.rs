//! Lines and bytes of packages, as they lie on disk.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;
use ripout_model::{Host, Language, Locked, Stop};

use crate::map::walk;

/// Larger files were made by a program.
const LARGEST: u64 = 64 << 20;

/// How much a package is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Lines of its library that are neither blank nor a comment; none where its text is not here.
    pub lines: Option<u64>,
    /// Bytes on disk, all files.
    pub bytes: u64,
    /// Lines with the word for what the compiler does not vouch for.
    pub unchecked: u64,
}

/// Measures all packages.
pub fn of_all(
    language: &dyn Language,
    locked: &[Locked],
    host: &dyn Host,
) -> Result<Vec<Size>, Stop> {
    let total = locked.len() as u64;
    let done = AtomicU64::new(0);
    locked
        .par_iter()
        .map(|package| {
            host.check()?;
            let size = package
                .folder
                .as_deref()
                .map(|folder| of(language, folder, &package.files))
                .unwrap_or_default();
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            host.say("measuring packages", done, Some(total));
            Ok(size)
        })
        .collect()
}

fn of(language: &dyn Language, folder: &Path, own: &[String]) -> Size {
    let mut size = Size {
        lines: Some(0),
        ..Size::default()
    };
    let found: Vec<(String, u64)> = if own.is_empty() {
        walk::files(folder, &|_| true)
            .into_iter()
            .map(|found| (found.path, found.stamp.size))
            .collect()
    } else {
        own.iter()
            .filter_map(|file| {
                let data = folder.join(file).metadata().ok()?;
                data.is_file().then(|| (file.clone(), data.len()))
            })
            .collect()
    };
    for (path, bytes) in found {
        size.bytes += bytes;
        let first = path.split('/').next().unwrap_or_default();
        let library = !matches!(first, "tests" | "benches" | "examples" | "fuzz")
            // Manifests say what files belong to, and are no program.
            && !path.ends_with(".toml");
        if !library || bytes > LARGEST || !language.owns(&path) {
            continue;
        }
        if let Ok(text) = std::fs::read(folder.join(&path)) {
            let (lines, unchecked) = count(language, &String::from_utf8_lossy(&text));
            size.lines = size.lines.map(|sum| sum + lines);
            size.unchecked += unchecked;
        }
    }
    size
}

/// Lines of code, and those that the compiler does not vouch for.
fn count(language: &dyn Language, text: &str) -> (u64, u64) {
    let (mut lines, mut unchecked) = (0, 0);
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(language.comment()) {
            continue;
        }
        lines += 1;
        if let Some(word) = language.unchecked()
            && line
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(|part| part == word)
        {
            unchecked += 1;
        }
    }
    (lines, unchecked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages;

    #[test]
    fn blank_lines_and_comments_are_no_code() {
        let [rust, _] = languages::all();
        let text = "// unsafe\n\nfn f() {\n    unsafe { g() } // here\n    unsafe_code()\n}\n";
        assert_eq!(count(rust, text), (4, 1));
    }
}
