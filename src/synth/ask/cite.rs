//! What an answer cites: `path:12` and `path:12-20`, looked up in the text that was sent.
//!
//! Whatever looks like a place counts as a citation, so that none is passed on unread: a path of somewhere else, a line
//! without a path, the spelling of code hosts.

use super::{
    MOST_LINES,
    paragraphs::paragraphs,
    request::{Request, Text},
};

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text.
    pub text: String,
    /// Lines that it cites and that were sent.
    pub right: Vec<Citation>,
    /// What else it cites.
    pub wrong: Vec<Wrong>,
}

impl Paragraph {
    /// Whether it cites something, and nothing that is not there.
    pub fn holds(&self) -> bool {
        !self.right.is_empty() && self.wrong.is_empty()
    }
}

/// Lines that were sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// Place of the file among the texts of the request.
    pub text: usize,
    /// First and last line.
    pub lines: [u32; 2],
}

/// What is cited and can't be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// As the answer spells it.
    pub spelt: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing of that name is in the packages.
    NoSuchFile,
    /// The file has fewer lines, or the last comes before the first.
    NoSuchLine,
    /// It is there, and was not sent.
    NotShown,
    /// It spans more lines than show something.
    TooWide,
    /// Files of several packages are called so.
    Ambiguous,
    /// A line, and no file.
    NoFile,
}

impl Why {
    /// For scripts.
    pub fn word(self) -> &'static str {
        match self {
            Why::NoSuchFile => "no_such_file",
            Why::NoSuchLine => "no_such_line",
            Why::NotShown => "not_shown",
            Why::TooWide => "too_wide",
            Why::Ambiguous => "ambiguous",
            Why::NoFile => "no_file",
        }
    }

    /// For people.
    pub fn says(self) -> &'static str {
        match self {
            Why::NoSuchFile => "no such file",
            Why::NoSuchLine => "no such line",
            Why::NotShown => "it was not shown this",
            Why::TooWide => "too many lines at once",
            Why::Ambiguous => "several packages have such a file",
            Why::NoFile => "names no file",
        }
    }
}

/// Looks up all that an answer cites.
pub fn checked(answer: &str, request: &Request) -> Vec<Paragraph> {
    let paragraphs = paragraphs(answer);
    paragraphs
        .into_iter()
        .map(|text| {
            let (mut right, mut wrong): (Vec<Citation>, Vec<Wrong>) = Default::default();
            for cited in cited(&text, request) {
                match cited {
                    Ok(citation) if right.contains(&citation) => {}
                    Ok(citation) => right.push(citation),
                    Err(it) if wrong.contains(&it) => {}
                    Err(it) => wrong.push(it),
                }
            }
            Paragraph { text, right, wrong }
        })
        .collect()
}

/// All places that a text names, in their order.
fn cited(text: &str, request: &Request) -> Vec<Result<Citation, Wrong>> {
    let mut found = Vec::new();
    // Up to here the text has been read as a place.
    let mut read = 0;
    for (at, _) in text.char_indices() {
        if at < read {
            continue;
        }
        if let Some(spans) = lines_alone(&text[..at], &text[at..]) {
            let end = at + spans;
            found.push(Err(Wrong {
                spelt: text[at..end].to_owned(),
                why: Why::NoFile,
            }));
            read = end;
            continue;
        }
        let rest = &text[at..];
        let Some(after) = rest.strip_prefix(':').or_else(|| rest.strip_prefix("#L")) else {
            continue;
        };
        let Some((first, mut left)) = span(after) else {
            continue;
        };
        let before = &text[read..at];
        let Some((path, file)) = path(before, request) else {
            continue;
        };
        // A column, as compilers tell it.
        if let Some((_, rest)) = left.strip_prefix(':').and_then(number) {
            left = rest;
        }
        let mut all = vec![first];
        while let Some((span, rest)) = further(left) {
            all.push(span);
            left = rest;
        }
        for Span { lines, spelt } in all {
            let place = file.and_then(|file| looked_up(file, lines, request));
            found.push(place.map_err(|why| Wrong {
                spelt: format!("{path}:{spelt}"),
                why,
            }));
        }
        read = text.len() - left.len();
    }
    found
}

fn looked_up(text: usize, lines: [u32; 2], request: &Request) -> Result<Citation, Why> {
    let [first, last] = lines;
    let has = u32::try_from(request.texts[text].lines.len()).unwrap_or(u32::MAX);
    if first == 0 || first > last || last > has {
        return Err(Why::NoSuchLine);
    }
    if last - first >= MOST_LINES {
        return Err(Why::TooWide);
    }
    match (first..=last).all(|line| request.shown.contains(&(text, line))) {
        true => Ok(Citation { text, lines }),
        false => Err(Why::NotShown),
    }
}

/// The path that a text ends with, and the file that it means. None where it ends with something else: a time, a port.
fn path<'t>(before: &'t str, request: &Request) -> Option<(&'t str, Result<usize, Why>)> {
    // Names of files may hold what paths in running text do not.
    let ends_with = |name: &str| {
        let bare = before.strip_suffix(name)?;
        let whole = !bare.ends_with(in_path) || bare.ends_with("./") && !bare.ends_with("../");
        (whole && !name.is_empty()).then(|| &before[bare.len()..])
    };
    let whole = request.texts.iter().enumerate();
    let whole = whole.filter_map(|(index, text)| Some((ends_with(&text.path)?, index)));
    if let Some((path, index)) = whole.max_by_key(|(path, _)| path.len()) {
        return Some((path, Ok(index)));
    }
    // Without its package, or with it as a word of its own.
    let named: Vec<(usize, &Text, &str)> = request
        .texts
        .iter()
        .enumerate()
        .filter_map(|(index, text)| Some((index, text, ends_with(&text.file)?)))
        .collect();
    if let Some((_, _, path)) = named.first() {
        let front = before[..before.len() - path.len()].trim_end_matches([' ', '`']);
        let by_package = named.iter().find(|(_, it, _)| front.ends_with(&it.package));
        let file = match (&named[..], by_package) {
            ([(index, ..)], _) | (_, Some((index, ..))) => Ok(*index),
            _ => Err(Why::Ambiguous),
        };
        return Some((*path, file));
    }
    if let Some(path) = request.others.iter().find_map(|other| ends_with(other)) {
        return Some((path, Err(Why::NotShown)));
    }
    let token = &before[before.trim_end_matches(in_path).len()..];
    let ending = token.rsplit_once('.').map(|(_, ending)| ending);
    let ends_as_files_do = ending.is_some_and(|it| it.starts_with(|it: char| it.is_alphabetic()));
    (token.contains(['/', '\\']) || ends_as_files_do).then_some((token, Err(Why::NoSuchFile)))
}

/// Whether a letter may stand in a path of running text.
fn in_path(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '/' | '\\' | '.' | '_' | '-' | '@' | '+' | '~' | '%')
}

/// Lines, and how they are spelt.
struct Span<'t> {
    lines: [u32; 2],
    spelt: &'t str,
}

/// `12`, `12-20`, `L12-L20`, and what follows.
fn span(text: &str) -> Option<(Span<'_>, &str)> {
    let (first, rest) = number(text)?;
    let last = rest.strip_prefix(['-', '–', '—']).and_then(number);
    let (last, rest) = last.unwrap_or((first, rest));
    let span = Span {
        lines: [first, last],
        spelt: &text[..text.len() - rest.len()],
    };
    Some((span, rest))
}

/// A number and what follows. One that is too large is that of no line.
fn number(text: &str) -> Option<(u32, &str)> {
    let text = text.strip_prefix('L').unwrap_or(text);
    let rest = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = &text[..text.len() - rest.len()];
    (!digits.is_empty()).then(|| (digits.parse().unwrap_or(u32::MAX), rest))
}

/// Further lines of the same file: `, 14`, ` and 20-22`.
fn further(text: &str) -> Option<(Span<'_>, &str)> {
    let bare = text.trim_start_matches(' ');
    let after = [",", ";", "&", "and "]
        .iter()
        .find_map(|word| bare.strip_prefix(word))?;
    let after = after.trim_start_matches(' ');
    let after = after.strip_prefix("and ").unwrap_or(after);
    let (span, rest) = span(after)?;
    // Another number goes on as a word does: `src/lib.rs:12, 3 of them`.
    let ends = rest.is_empty() || rest.starts_with([')', ']', '}', ',', ';', '`', '.', '*', '\n']);
    let lists = rest.trim_start().starts_with("and ") || rest.trim_start().starts_with('&');
    (ends || lists).then_some((span, rest))
}

/// How long `line 12` or `lines 3-9` is that a text begins with.
fn lines_alone(before: &str, text: &str) -> Option<usize> {
    if before.ends_with(|it: char| it.is_alphanumeric() || it == '_') {
        return None;
    }
    let word = text.get(..4).filter(|it| it.eq_ignore_ascii_case("line"))?;
    let rest = &text[word.len()..];
    let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
    let rest = rest.strip_prefix([' ', '\u{a0}'])?;
    let (_, left) = span(rest)?;
    Some(text.len() - left.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::synth::{Brief, brief};

    fn text(package: &str, file: &str, path: &str, lines: u32) -> Text {
        Text {
            package: package.into(),
            file: file.into(),
            path: path.into(),
            lines: (1..=lines).map(|line| format!("line {line}")).collect(),
        }
    }

    /// `src/lib.rs` has 100 lines, of which 10 to 60 were sent.
    fn request(texts: Vec<Text>) -> Request {
        let shown: BTreeSet<(usize, u32)> = (0..texts.len())
            .flat_map(|text| (10..=60).map(move |line| (text, line)))
            .collect();
        Request {
            brief: Brief {
                text: String::new(),
                tokens: 0,
                left_out: Vec::new(),
                digest: brief::digest(""),
                fixed: 0,
            },
            texts,
            others: vec!["src/other.rs".into()],
            shown,
        }
    }

    fn one() -> Request {
        request(vec![text("x@1.0.0", "src/lib.rs", "src/lib.rs", 100)])
    }

    /// What a text cites, as words.
    fn words(text: &str, request: &Request) -> Vec<String> {
        cited(text, request)
            .into_iter()
            .map(|it| match it {
                Ok(it) => format!("{}:{}-{}", it.text, it.lines[0], it.lines[1]),
                Err(it) => format!("{} {}", it.why.word(), it.spelt),
            })
            .collect()
    }

    #[test]
    fn lines_that_were_sent_are_right_however_they_are_wrapped() {
        for spelt in [
            "It stops (src/lib.rs:12).",
            "`src/lib.rs:12` stops it",
            "[src/lib.rs:12]",
            "src/lib.rs:12:5 stops",
            "**src/lib.rs:L12**",
            "see ./src/lib.rs:12",
            "src/lib.rs#L12",
            "src/lib.rs:12, 3 of them",
        ] {
            assert_eq!(words(spelt, &one()), ["0:12-12"], "{spelt}");
        }
        for spelt in [
            "(src/lib.rs:12-20)",
            "src/lib.rs:12–20",
            "src/lib.rs#L12-L20",
        ] {
            assert_eq!(words(spelt, &one()), ["0:12-20"], "{spelt}");
        }
        assert_eq!(
            words("(src/lib.rs:12, 14-15 and 20; src/lib.rs:30)", &one()),
            ["0:12-12", "0:14-15", "0:20-20", "0:30-30"]
        );
    }

    #[test]
    fn what_is_not_there_is_told_apart() {
        for (spelt, told) in [
            ("src/lib.rs:900", "no_such_line src/lib.rs:900"),
            ("src/lib.rs:0", "no_such_line src/lib.rs:0"),
            ("src/lib.rs:20-12", "no_such_line src/lib.rs:20-12"),
            (
                "src/lib.rs:99999999999",
                "no_such_line src/lib.rs:99999999999",
            ),
            ("src/lib.rs:9", "not_shown src/lib.rs:9"),
            ("src/lib.rs:50-61", "not_shown src/lib.rs:50-61"),
            ("src/lib.rs:10-50", "too_wide src/lib.rs:10-50"),
            ("src/other.rs:12", "not_shown src/other.rs:12"),
            ("src/none.rs:12", "no_such_file src/none.rs:12"),
            ("lib.rs:12", "no_such_file lib.rs:12"),
            ("../../etc/passwd:1", "no_such_file ../../etc/passwd:1"),
            ("../src/lib.rs:12", "no_such_file ../src/lib.rs:12"),
            ("/etc/passwd:1", "no_such_file /etc/passwd:1"),
            ("my/src/lib.rs:12", "no_such_file my/src/lib.rs:12"),
            ("see line 12", "no_file line 12"),
            ("Lines 12-14 of src/lib.rs", "no_file Lines 12-14"),
        ] {
            assert_eq!(words(spelt, &one()), [told], "{spelt}");
        }
        assert_eq!(
            words("(src/lib.rs:12, 900)", &one()),
            ["0:12-12", "no_such_line src/lib.rs:900"]
        );
    }

    #[test]
    fn other_numbers_cite_nothing() {
        for text in [
            "at 12:30 it is 0.5:1",
            "a::b returns 3",
            "outline 4, newline 5",
            "on localhost:8080",
            "`x[1:3]`",
            "src/lib.rs: it stops",
        ] {
            assert_eq!(words(text, &one()), [""; 0], "{text}");
        }
    }

    #[test]
    fn files_of_several_packages_are_told_by_these() {
        let texts = vec![
            text("x@1.0.0", "src/lib.rs", "x@1.0.0/src/lib.rs", 100),
            text("y@2.0.0", "src/lib.rs", "y@2.0.0/src/lib.rs", 100),
            text("y@2.0.0", "src/a b.rs", "y@2.0.0/src/a b.rs", 100),
        ];
        let request = request(texts);
        assert_eq!(words("(y@2.0.0/src/lib.rs:12)", &request), ["1:12-12"]);
        assert_eq!(words("(y@2.0.0 src/lib.rs:12)", &request), ["1:12-12"]);
        assert_eq!(words("src/a b.rs:12", &request), ["2:12-12"]);
        assert_eq!(
            words("src/lib.rs:12", &request),
            ["ambiguous src/lib.rs:12"]
        );
    }

    #[test]
    fn a_paragraph_holds_by_itself() {
        let answer = "It stops (src/lib.rs:12).\n\n- It never fails.\n- It does (src/lib.rs:13; src/lib.rs:900).\n";
        let holds: Vec<bool> = checked(answer, &one())
            .iter()
            .map(|it| it.holds())
            .collect();
        assert_eq!(holds, [true, false, false]);
    }
}
