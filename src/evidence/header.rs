//! What stands above a module's text: where it came from, whose it is, and the command that makes it again.
//!
//! Only line comments, so that it can stand before `#![allow(…)]`, a docstring or `from __future__`. Licence fields
//! and names are a stranger's text: they are put on one line and stripped of what a compiler would not read as text.

use ripout_model::{Package, Source, SourceKind, Taken};

use super::compatible::joined;

/// What a header tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Where the original came from.
    pub source: Source,
    /// Full names of the symbols.
    pub symbols: Vec<String>,
    /// Packages that text was taken from, in the order of the original.
    pub packages: Vec<Donor>,
    /// The command that makes the module again, see [`command`].
    pub command: String,
    /// Who wrote it anew, where it is not its authors' text, and the file that tells how it was judged.
    pub written_by: Option<(String, String)>,
    /// What it leaves out.
    pub left_out: Vec<String>,
}

/// A package that text was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Donor {
    /// `name@version`.
    pub id: String,
    /// As its metadata says.
    pub licence: Option<String>,
    /// Whether it ships the licence's text.
    pub has_text: bool,
}

/// The file that tells how a module was judged, beside it.
pub const RESULT: &str = "result.json";

/// What the last line of a header begins with, after the comment's sign.
const AGAIN: &str = "Again: ";

/// A module's text without a header that stands above it.
pub fn without<'t>(text: &'t str, comment: &str) -> &'t str {
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        let Some(words) = line.strip_prefix(comment) else {
            break;
        };
        if words.trim_start().starts_with(AGAIN) {
            return after.trim_start_matches(['\n', '\r']);
        }
        rest = after;
    }
    text
}

impl Header {
    /// A header for a module that took `closure` from `packages`.
    pub fn new(
        source: &Source,
        symbols: &[String],
        packages: &[Package],
        closure: &[Taken],
        command: String,
    ) -> Self {
        Self {
            source: source.clone(),
            symbols: symbols.to_vec(),
            packages: taken_from(packages, closure)
                .map(|package| Donor {
                    id: package.id(),
                    licence: package.licence.clone(),
                    has_text: !package.licence_files.is_empty(),
                })
                .collect(),
            command,
            written_by: None,
            left_out: Vec::new(),
        }
    }

    /// For a module that somebody wrote after the authors' text.
    pub fn written_by(mut self, who: &str, told_in: &str) -> Self {
        self.written_by = Some((who.to_owned(), told_in.to_owned()));
        self
    }

    /// For a module that leaves something out.
    pub fn leaving_out(mut self, what: Vec<String>) -> Self {
        self.left_out = what;
        self
    }

    /// The header as comment lines, with an empty line at its end.
    pub fn text(&self, comment: &str) -> String {
        // Where a folder lies is nobody else's business.
        let from = match self.source.kind {
            SourceKind::Folder => spell(&self.source),
            _ => self.source.name.clone(),
        };
        let mut lines = vec![match &self.written_by {
            None => format!(
                "Taken out of {} by ripout. The text is its authors'; change the symbols or the source, not this file.",
                from
            ),
            Some((who, told_in)) => format!(
                "Written after {} by {who}; {told_in} tells how ripout judged it.",
                from
            ),
        }];
        if let Some(licence) = self.licence() {
            // Scanners read this tag by the letter, so that it must not hold what is no identifier.
            let tag = if is_spdx(&licence) {
                "SPDX-License-Identifier"
            } else {
                "Licence"
            };
            lines.push(format!("{tag}: {licence}"));
        }
        lines.push(format!("Source: {}", spell(&self.source)));
        if let Some(rev) = &self.source.rev {
            lines.push(format!("Revision: {rev}"));
        }
        lines.push(format!("Symbols: {}", self.symbols.join(", ")));
        for package in &self.packages {
            let licence = package.licence.as_deref().unwrap_or("no licence field");
            let text = match package.has_text {
                true => "see LICENSES/",
                false => "which ships no licence text",
            };
            lines.push(format!("Text from: {} ({licence}), {text}", package.id));
        }
        for what in &self.left_out {
            lines.push(format!("Left out, with an error that says so: {what}"));
        }
        lines.push(format!("{AGAIN}{}", self.command));
        let mut text = String::new();
        for line in lines {
            text.push_str(comment);
            text.push(' ');
            text.push_str(&one_line(&line));
            text.push('\n');
        }
        text.push('\n');
        text
    }

    /// All licences that apply, as one expression.
    fn licence(&self) -> Option<String> {
        if self.packages.is_empty() {
            return self.source.licence.clone();
        }
        let stated: Option<Vec<&str>> = self
            .packages
            .iter()
            .map(|package| package.licence.as_deref())
            .collect();
        joined(stated?)
    }
}

/// Packages that text was taken from, in their own order.
pub fn taken_from<'a>(
    packages: &'a [Package],
    closure: &'a [Taken],
) -> impl Iterator<Item = &'a Package> {
    packages.iter().filter(move |package| {
        let id = package.id();
        closure.iter().any(|taken| taken.definition.package == id)
    })
}

/// A source as `<repo>` on the command line.
pub fn spell(source: &Source) -> String {
    let versioned = |prefix: &str| match &source.version {
        Some(version) => format!("{prefix}:{}@{version}", source.name),
        None => format!("{prefix}:{}", source.name),
    };
    match source.kind {
        SourceKind::Crate => versioned("crate"),
        SourceKind::Pypi => versioned("pypi"),
        SourceKind::Git => source.name.clone(),
        // Where a folder lies says nothing to anybody else, and would differ from machine to machine.
        SourceKind::Folder => {
            let name = source.name.trim_end_matches('/');
            name.rsplit('/').next().unwrap_or(name).to_owned()
        }
    }
}

/// The command that makes a module again. `options` are those that change the module, as words.
pub fn command(source: &Source, symbols: &[String], options: &[String]) -> String {
    let mut words = vec!["ripout".to_owned(), "extract".to_owned(), spell(source)];
    words.extend(symbols.iter().cloned());
    if source.kind == SourceKind::Git
        && let Some(rev) = &source.rev
    {
        words.extend(["--rev".to_owned(), rev.clone()]);
    }
    words.extend(options.iter().cloned());
    words
        .iter()
        .map(|word| quote(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A word as a POSIX shell reads it back.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=+,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Whether a licence is spelt in SPDX identifiers: nearly all hold a version or a count; the others are few.
fn is_spdx(licence: &str) -> bool {
    const WITHOUT_NUMBER: [&str; 10] = [
        "MIT",
        "ISC",
        "Zlib",
        "Unlicense",
        "curl",
        "NCSA",
        "X11",
        "WTFPL",
        "Beerware",
        "HPND",
    ];
    let words: Vec<&str> = licence
        .split([' ', '(', ')'])
        .filter(|word| !word.is_empty())
        .collect();
    let identifier = |word: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
        matches!(*word, "AND" | "OR" | "WITH")
            || WITHOUT_NUMBER.contains(word)
            || (word.chars().all(plain)
                && word.contains(|c: char| c.is_ascii_digit())
                && word.starts_with(|c: char| c.is_ascii_alphanumeric()))
            || word.ends_with("-exception")
    };
    // Two identifiers side by side are words of a sentence.
    let alternates = words
        .iter()
        .enumerate()
        .all(|(i, word)| matches!(*word, "AND" | "OR" | "WITH") == (i % 2 == 1));
    words.len() % 2 == 1 && alternates && words.iter().all(identifier)
}

/// A stranger's text as one line of a comment: no line ends of any kind, no control or direction characters.
fn one_line(text: &str) -> String {
    let harmless = |c: char| {
        !c.is_control()
            && !matches!(
                c,
                '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{feff}'
            )
            && !('\u{202a}'..='\u{202e}').contains(&c)
            && !('\u{2066}'..='\u{2069}').contains(&c)
    };
    text.chars()
        .map(|c| if harmless(c) { c } else { ' ' })
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(kind: SourceKind, name: &str) -> Source {
        Source {
            kind,
            name: name.into(),
            version: Some("2.4.0".into()),
            rev: Some("f00".into()),
            licence: Some("MIT OR Apache-2.0".into()),
        }
    }

    fn donor(id: &str, licence: Option<&str>, has_text: bool) -> Donor {
        Donor {
            id: id.into(),
            licence: licence.map(str::to_owned),
            has_text,
        }
    }

    #[test]
    fn tells_where_the_text_came_from() {
        let source = source(SourceKind::Crate, "humantime");
        let symbols = ["humantime::parse_duration".to_owned()];
        let header = Header {
            command: command(&source, &symbols, &[]),
            packages: vec![
                donor("humantime@2.4.0", source.licence.as_deref(), true),
                donor("other@1.0.0", Some("Zlib"), false),
            ],
            source,
            symbols: symbols.to_vec(),
            written_by: None,
            left_out: Vec::new(),
        };
        let text = header.text("//");
        assert!(text.contains("// SPDX-License-Identifier: (MIT OR Apache-2.0) AND Zlib\n"));
        assert!(text.contains("// Source: crate:humantime@2.4.0\n// Revision: f00\n"));
        assert!(text.contains("humantime@2.4.0 (MIT OR Apache-2.0), see LICENSES/\n"));
        assert!(text.contains("other@1.0.0 (Zlib), which ships no licence text\n"));
        assert!(text.contains(
            "// Again: ripout extract crate:humantime@2.4.0 humantime::parse_duration\n"
        ));
        assert!(
            text.lines()
                .all(|line| line.is_empty() || line.starts_with("// "))
        );
    }

    #[test]
    fn a_licence_field_cannot_become_code() {
        let mut source = source(SourceKind::Pypi, "evil");
        source.licence = Some("MIT\nimport os\u{2028}x = 1\u{202e}\r".into());
        let header = Header {
            packages: vec![donor("evil@2.4.0", source.licence.as_deref(), true)],
            command: command(&source, &["evil.f".into()], &[]),
            symbols: vec!["evil.f".into()],
            source,
            written_by: None,
            left_out: vec!["\u{202e}\nimport os".into()],
        };
        let text = header.text("#");
        assert!(
            text.lines()
                .all(|line| line.is_empty() || line.starts_with("# "))
        );
        assert!(!text.contains(['\u{2028}', '\u{202e}', '\r']));
    }

    #[test]
    fn only_identifiers_are_tagged() {
        for licence in [
            "MIT",
            "MIT OR Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "0BSD",
        ] {
            assert!(is_spdx(licence), "{licence}");
        }
        for licence in [
            "BSD",
            "BSD License",
            "Apache 2.0",
            "MIT/Apache-2.0",
            "MIT License",
            "",
        ] {
            assert!(!is_spdx(licence), "{licence}");
        }
    }

    #[test]
    fn commands_can_be_pasted() {
        let git = source(SourceKind::Git, "https://example.org/it's here");
        assert_eq!(
            command(
                &git,
                &["a::b!".into()],
                &["--keep".into(), "num-traits".into()]
            ),
            r"ripout extract 'https://example.org/it'\''s here' 'a::b!' --rev f00 --keep num-traits"
        );
        assert_eq!(
            spell(&source(SourceKind::Folder, "/home/me/work/lib/")),
            "lib"
        );
    }
}
