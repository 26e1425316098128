//! A file as it lies on disk, and the edits to it: byte ranges that are replaced, everything else as it was.

use std::{collections::BTreeSet, ops::Range};

const MARK: &str = "\u{feff}";

/// A file that is being edited. It is read without its byte order mark and with plain line ends; both come back in what is
/// written.
#[derive(Debug)]
pub struct Draft {
    before: Vec<u8>,
    text: String,
    /// Bytes in front of the text.
    mark: usize,
    /// Places in the text of line ends that had a carriage return.
    returns: Vec<usize>,
    edits: Vec<(Range<usize>, String)>,
}

impl Draft {
    /// Reads a file; `None` where it is not UTF-8.
    pub fn read(before: Vec<u8>) -> Option<Self> {
        let whole = std::str::from_utf8(&before).ok()?;
        let plain = whole.strip_prefix(MARK).unwrap_or(whole);
        let mark = whole.len() - plain.len();
        let mut text = String::with_capacity(plain.len());
        let mut returns = Vec::new();
        let mut rest = plain;
        while let Some(at) = rest.find("\r\n") {
            text.push_str(&rest[..at]);
            returns.push(text.len());
            text.push('\n');
            rest = &rest[at + 2..];
        }
        text.push_str(rest);
        Some(Self {
            before,
            text,
            mark,
            returns,
            edits: Vec::new(),
        })
    }

    /// What is read of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces a range of the text.
    pub fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        let with = with.into();
        let same = self.text.get(range.clone()) == Some(with.as_str());
        if !same {
            self.edits.push((range, with));
        }
    }

    /// Takes a range out.
    pub fn cut(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// The 1-based line of a place.
    pub fn line_of(&self, at: usize) -> u32 {
        line_of(&self.text, at)
    }

    /// The lines that edits touch.
    pub fn gone(&self) -> BTreeSet<u32> {
        let lines = self.edits.iter().flat_map(|(range, _)| {
            let last = range.end.saturating_sub(1).max(range.start);
            self.line_of(range.start)..=self.line_of(last)
        });
        lines.collect()
    }

    /// The bytes of a 1-based line, with its end.
    pub fn line(&self, number: u32) -> Option<Range<usize>> {
        let mut from = 0;
        for _ in 1..number {
            from += self.text.get(from..)?.find('\n')? + 1;
        }
        (from < self.text.len()).then(|| from..line_end(&self.text, from))
    }

    /// The file as it was, and as it will be; `None` where nothing changes. An edit that overlaps one before it is left out,
    /// and its line is told.
    pub fn finish(mut self, overlapping: &mut Vec<u32>) -> Option<(Vec<u8>, Vec<u8>)> {
        self.edits
            .sort_by_key(|(range, _)| (range.start, range.end));
        self.edits.dedup();
        let returns = self.returns.len() * 2 > self.text.matches('\n').count();
        let mut after = Vec::with_capacity(self.before.len());
        let mut done = 0;
        let mut last = 0;
        for (range, with) in &self.edits {
            let known = self.text.get(range.clone()).is_some();
            if !known || range.start < last {
                overlapping.push(self.line_of(range.start));
                continue;
            }
            let (from, to) = (self.place(range.start), self.place(range.end));
            after.extend_from_slice(&self.before[done..from]);
            if returns {
                after.extend_from_slice(with.replace('\n', "\r\n").as_bytes());
            } else {
                after.extend_from_slice(with.as_bytes());
            }
            done = to;
            last = range.end;
        }
        after.extend_from_slice(&self.before[done..]);
        (after != self.before).then_some((self.before, after))
    }

    /// Where a place of the text lies in the file.
    fn place(&self, at: usize) -> usize {
        at + self.mark + self.returns.partition_point(|one| *one < at)
    }
}

/// The 1-based line of a byte.
pub fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1
}

/// Where the line of a byte begins.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line of a byte ends, its line end included.
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edits: &[(&str, &str)]) -> Option<String> {
        let mut draft = Draft::read(text.as_bytes().to_vec()).expect("it is UTF-8");
        for (what, with) in edits {
            let from = draft.text().find(what).expect("it is there");
            draft.replace(from..from + what.len(), *with);
        }
        let (_, after) = draft.finish(&mut Vec::new())?;
        Some(String::from_utf8(after).expect("it stays UTF-8"))
    }

    #[test]
    fn line_ends_and_marks_are_kept() {
        let text = "\u{feff}one\r\ntwo\r\nthree";
        assert_eq!(
            edited(text, &[("two\n", "2\n2\n"), ("three", "3")]).as_deref(),
            Some("\u{feff}one\r\n2\r\n2\r\n3")
        );
        assert_eq!(
            edited("a\r\nb\nc\nd\n", &[("a\n", "")]).as_deref(),
            Some("b\nc\nd\n")
        );
    }

    #[test]
    fn nothing_changed_is_none() {
        assert_eq!(edited("one", &[("one", "one")]), None);
        assert!(Draft::read(vec![b'a', 0xff]).is_none());
    }

    #[test]
    fn the_second_of_two_overlapping_edits_is_told() {
        let mut draft = Draft::read(b"one\ntwo".to_vec()).expect("it is UTF-8");
        draft.replace(0..5, "x");
        draft.replace(4..6, "y");
        let mut overlapping = Vec::new();
        let (_, after) = draft.finish(&mut overlapping).expect("changed");
        assert_eq!((after.as_slice(), overlapping), (&b"xwo"[..], vec![2]));
    }
}
