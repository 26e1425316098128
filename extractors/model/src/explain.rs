//! What a reader would have to know to write a definition anew: statements that each quote the author's text.
//!
//! A statement says no more than the text's syntax does, and its quote stands on its lines byte for byte.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::place::Definition;

/// A quote longer than this, counted without the blanks of indentation, is cut.
const LONGEST: usize = 160;

/// The same for what the author says it is for, which is a paragraph.
const LONGEST_PARAGRAPH: usize = 1200;

/// And for how it is called: many parameters are no reason to hide any.
const LONGEST_SIGNATURE: usize = 800;

/// A quote of more lines than this is cut.
const TALLEST: usize = 8;

/// What a statement says of a decision at the head of a function; such statements are read in their order.
pub const CHECK: &str = "check at the head, in order";

/// What a statement is about: a section of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What the author says it is for.
    Purpose,
    /// How it is called.
    Signature,
    /// What stands in for nothing of the package's own: calls of the standard library.
    Standard,
    /// Definitions of types.
    Types,
    /// Where an error is made, raised, handed on or caught, and where a panic can come from.
    Errors,
    /// What outlives a call, and what is read of the world.
    State,
    /// Text that is there, or runs, only under a condition of the platform or the build.
    Platform,
    /// Data files that are read.
    DataFiles,
    /// Order of checks, sentinels, defaults, rounding, arithmetic, laziness, clean-up, equality.
    Details,
    /// Loops within loops.
    Cost,
}

impl Topic {
    /// The word as documents spell it.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Purpose => "purpose",
            Topic::Signature => "signature",
            Topic::Standard => "standard",
            Topic::Types => "types",
            Topic::Errors => "errors",
            Topic::State => "state",
            Topic::Platform => "platform",
            Topic::DataFiles => "data_files",
            Topic::Details => "details",
            Topic::Cost => "cost",
        }
    }
}

/// Something that is so, with the text that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is about.
    pub topic: Topic,
    /// What the syntax says, in a few words that lead to the quote.
    pub says: String,
    /// The author's words, byte for byte as they stand on `lines`; of a longer text its beginning.
    pub quote: String,
    /// Whether the quote is the beginning of a longer text.
    pub cut: bool,
    /// `name@version` of the package.
    pub package: String,
    /// Relative to the package's root.
    pub file: String,
    /// First and last line of the quote, 1-based, inclusive.
    pub lines: [u32; 2],
    /// Full name of the definition that it stands in.
    pub within: String,
}

/// One file, and what of it is to be explained.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    /// The file's text.
    pub text: &'a str,
    /// Definitions of the closure that stand in it.
    pub taken: &'a [Definition],
    /// Those among them that were asked for.
    pub asked: &'a [Definition],
}

/// What a language saw at a place of a file, before it is known whether it belongs to the closure.
#[derive(Debug, Clone)]
pub struct Sight {
    /// What it is about.
    pub topic: Topic,
    /// What the syntax says.
    pub says: String,
    /// Bytes of the file.
    pub range: Range<usize>,
    /// Byte that must stand in a definition of the closure: of an attribute, the item that it belongs to.
    pub anchor: usize,
}

impl Passage<'_> {
    /// The sights that stand in the closure, as statements: sorted by place, each once.
    pub fn statements(&self, mut sights: Vec<Sight>) -> Vec<Statement> {
        let lines = Lines::of(self.text);
        // The longer of two that begin at the same place comes first.
        sights.sort_by_key(|sight| (sight.range.start, std::cmp::Reverse(sight.range.end)));
        let mut statements: Vec<Statement> = Vec::new();
        for sight in sights {
            let anchor = lines.line(sight.anchor);
            let Some(within) = innermost(self.taken, anchor) else {
                continue;
            };
            let Some((range, cut)) = quotable(self.text, &sight.range, sight.topic) else {
                continue;
            };
            let statement = Statement {
                topic: sight.topic,
                says: sight.says,
                quote: self.text[range.clone()].to_owned(),
                cut,
                package: within.package.clone(),
                file: within.file.clone(),
                lines: [lines.line(range.start), lines.line(range.end - 1)],
                within: within.name.clone(),
            };
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
        statements
    }
}

/// The smallest definition around a line.
pub fn innermost(definitions: &[Definition], line: u32) -> Option<&Definition> {
    definitions
        .iter()
        .filter(|definition| (definition.lines[0]..=definition.lines[1]).contains(&line))
        .min_by_key(|definition| definition.lines[1] - definition.lines[0])
}

/// What of a range is quoted, and whether that is less than all of it. None where there is nothing to be quoted.
fn quotable(text: &str, range: &Range<usize>, topic: Topic) -> Option<(Range<usize>, bool)> {
    let whole = text.get(range.clone())?;
    let trimmed = whole.trim();
    if trimmed.is_empty() {
        return None;
    }
    let start = range.start + (whole.len() - whole.trim_start().len());
    let letters: usize = trimmed.split_whitespace().map(|word| word.len() + 1).sum();
    let fits = match topic {
        Topic::Purpose => letters <= LONGEST_PARAGRAPH,
        Topic::Signature => letters <= LONGEST_SIGNATURE,
        _ => letters <= LONGEST + 1 && trimmed.lines().count() <= TALLEST,
    };
    if fits {
        return Some((start..start + trimmed.len(), false));
    }
    let mut first = trimmed.lines().next().unwrap_or_default();
    if first.len() > LONGEST {
        let end = (0..=LONGEST)
            .rev()
            .find(|at| first.is_char_boundary(*at))
            .unwrap_or(0);
        first = &first[..end];
    }
    let first = first.trim_end();
    Some((start..start + first.len(), true)).filter(|(range, _)| !range.is_empty())
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct Lines {
    starts: Vec<usize>,
    length: usize,
}

impl Lines {
    /// Finds them.
    pub fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            starts: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
            length: text.len(),
        }
    }

    /// 1-based line of a byte.
    pub fn line(&self, at: usize) -> u32 {
        self.starts.partition_point(|begin| *begin <= at) as u32
    }

    /// The byte behind a 1-based line, its break included; the text's end behind the last.
    pub fn end(&self, line: u32) -> usize {
        let next = self.starts.get(line as usize);
        next.copied().unwrap_or(self.length)
    }

    /// The byte that a 1-based line begins with; of a line behind the last, the last line's.
    pub fn begin(&self, line: u32) -> usize {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Kind;

    fn definition(name: &str, lines: [u32; 2]) -> Definition {
        Definition {
            name: name.into(),
            kind: Kind::Function,
            package: "p@1".into(),
            file: "src/lib.rs".into(),
            lines,
        }
    }

    fn sight(says: &str, range: Range<usize>) -> Sight {
        Sight {
            topic: Topic::Details,
            says: says.into(),
            anchor: range.start,
            range,
        }
    }

    #[test]
    fn what_stands_outside_the_closure_is_left() {
        let text = "fn a() {\n    x();\n}\nfn b() {\n    y();\n}\n";
        let taken = [definition("p::b", [4, 6])];
        let passage = Passage {
            text,
            taken: &taken,
            asked: &[],
        };
        let found = passage.statements(vec![sight("in a", 13..16), sight("in b", 33..36)]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].quote.as_str(),
                found[0].lines,
                found[0].within.as_str()
            ),
            ("y()", [5, 5], "p::b")
        );
    }

    #[test]
    fn a_long_quote_is_cut_within_its_first_line() {
        let text = format!("x = [\n{}]\n", "    1,\n".repeat(12));
        let taken = [definition("p::x", [1, 14])];
        let passage = Passage {
            text: &text,
            taken: &taken,
            asked: &[],
        };
        let found = passage.statements(vec![sight("", 0..text.len())]);
        assert_eq!((found[0].quote.as_str(), found[0].cut), ("x = [", true));
        let wide = format!("x = \"{}\"", "é".repeat(200));
        let (range, cut) = quotable(&wide, &(0..wide.len()), Topic::Details).unwrap();
        assert!(cut && wide.is_char_boundary(range.end) && range.end <= LONGEST);
    }

    #[test]
    fn the_innermost_definition_is_the_one_that_is_named() {
        let taken = [definition("p::C", [1, 9]), definition("p::C.m", [3, 4])];
        assert_eq!(innermost(&taken, 3).unwrap().name, "p::C.m");
        assert_eq!(innermost(&taken, 9).unwrap().name, "p::C");
        assert!(innermost(&taken, 10).is_none());
    }
}
