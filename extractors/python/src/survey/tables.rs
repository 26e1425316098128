//! TOML with the line of each key and value.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value with its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// 1-based.
    pub line: u32,
    /// Its bytes.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What a value is, as far as manifests need it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// `true` or `false`.
    Truth(bool),
    /// An array.
    List(Vec<Item>),
    /// A table, in the order of the text.
    Table(Vec<Entry>),
    /// Numbers and dates.
    Other,
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// 1-based line of the key.
    pub line: u32,
    /// The key's bytes.
    pub span: Range<usize>,
    /// Its value.
    pub item: Item,
}

impl Item {
    /// Reads a file; what is broken is said, and what can be read beside it is read.
    pub fn read(text: &str) -> (Self, Option<String>) {
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let value = Value::Table(entries(table.get_ref(), &lines));
        let error = errors.first().map(|error| {
            let line = error.span().map_or(1, |span| lines.of_byte(span.start));
            format!("line {line}: {}", error.message())
        });
        let whole = Self {
            line: 1,
            span: 0..text.len(),
            value,
        };
        (whole, error)
    }

    /// What lies at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Item> {
        path.iter().try_fold(self, |item, key| item.get(key))
    }

    /// A key's value.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.item)
    }

    /// A string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A string at a path.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.text()
    }

    /// The keys of a table; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items of an array; none for anything else.
    pub fn items(&self) -> &[Item] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The keys at a path.
    pub fn entries_at(&self, path: &[&str]) -> &[Entry] {
        self.at(path).map_or(&[], Item::entries)
    }

    /// The items at a path.
    pub fn items_at(&self, path: &[&str]) -> &[Item] {
        self.at(path).map_or(&[], Item::items)
    }
}

fn item(spanned: &Spanned<DeValue<'_>>, lines: &Lines) -> Item {
    let value = match spanned.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(truth) => Value::Truth(*truth),
        DeValue::Array(list) => Value::List(list.iter().map(|one| item(one, lines)).collect()),
        DeValue::Table(table) => Value::Table(entries(table, lines)),
        _ => Value::Other,
    };
    Item {
        line: lines.of_byte(spanned.span().start),
        span: spanned.span(),
        value,
    }
}

fn entries(table: &DeTable<'_>, lines: &Lines) -> Vec<Entry> {
    let mut found: Vec<(usize, Entry)> = table
        .iter()
        .map(|(key, value)| {
            let start = key.span().start;
            let entry = Entry {
                key: key.get_ref().to_string(),
                line: lines.of_byte(start),
                span: key.span(),
                item: item(value, lines),
            };
            (start, entry)
        })
        .collect();
    found.sort_by(|left, right| (left.0, &left.1.key).cmp(&(right.0, &right.1.key)));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// Where lines begin.
pub struct Lines(Vec<usize>);

impl Lines {
    /// The lines of a text.
    pub fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        )
    }

    /// The 1-based line of a byte.
    pub fn of_byte(&self, byte: usize) -> u32 {
        self.0.partition_point(|start| *start <= byte) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_know_their_lines() {
        let (read, error) =
            Item::read("# x\n[project]\ndependencies = [\n  \"a>1\",\n  \"b\",\n]\n");
        assert_eq!(error, None);
        let list = read.items_at(&["project", "dependencies"]);
        let lines: Vec<(Option<&str>, u32)> =
            list.iter().map(|one| (one.text(), one.line)).collect();
        assert_eq!(lines, [(Some("a>1"), 4), (Some("b"), 5)]);
        assert_eq!(read.entries_at(&["project"])[0].line, 3);
    }

    #[test]
    fn a_broken_file_is_said_with_its_line() {
        let (_, error) = Item::read("[a]\nb = \n");
        assert!(error.unwrap().contains("line 2"));
    }
}
