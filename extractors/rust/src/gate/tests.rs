//! Each property of an API has a twin that lost it.

use ripout_model::{Gate, testing::PlainHost};

use crate::fixture;

const TEXT: &str = r#"

use std::fmt;

/// Counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter<T> {
    /// Its name.
    pub name: String,
    count: usize,
    last: Option<T>,
}

impl<T: Clone> Counter<T> {
    /// A new one.
    pub fn new(name: &str) -> Self {
        Counter { name: name.to_owned(), count: 0, last: None }
    }

    /// Counts one more.
    pub fn add(&mut self, value: T) -> Result<usize, Full> {
        self.last = Some(value);
        self.count += 1;
        if self.count > 3 { Err(Full::Over) } else { Ok(self.count) }
    }

    /// The last one.
    pub fn last(&self) -> Option<&T> {
        self.last.as_ref()
    }
}

impl<T> fmt::Display for Counter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.count)
    }
}

/// No more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Over three.
    Over,
    /// Never.
    Under(u8),
}
"#;

fn gate(text: &str) -> Gate {
    let fixture = fixture::open(TEXT, &["fixture::Counter"]);
    let candidate = fixture::candidate(&fixture.original, text);
    super::gate(&fixture.original, &candidate, &PlainHost).unwrap()
}

fn module() -> String {
    format!("#![allow(dead_code)]\n{TEXT}")
}

#[test]
fn the_same_text_passes_under_both_editions() {
    let Gate::Passed {
        editions,
        api_notes,
        ..
    } = gate(&module())
    else {
        panic!("{:?}", gate(&module()));
    };
    assert_eq!(editions, ["2021", "2024"]);
    assert_eq!(api_notes, Vec::<String>::new());
}

#[test]
fn each_lost_property_is_another_api() {
    let twins: [(&str, &str, &str); 13] = [
        (
            "pub fn last(&self)",
            "fn last(&self)",
            "method `last` is missing",
        ),
        ("value: T) ->", "value: &T) ->", "add"),
        ("pub fn new(name: &str)", "pub fn new(text: &str)", "new"),
        (
            "#[derive(Debug, Clone, PartialEq)]",
            "#[derive(Debug, PartialEq)]",
            "Clone",
        ),
        (
            "count: usize,",
            "count: usize,\n    raw: std::marker::PhantomData<*const ()>,",
            "Send",
        ),
        (
            "impl<T: Clone> Counter<T>",
            "impl<T: Clone + Ord> Counter<T>",
            "Ord",
        ),
        (
            "pub name: String",
            "pub label: String",
            "field `name` is missing",
        ),
        ("    /// Never.\n    Under(u8),\n", "", "variant `Under`"),
        (
            "pub name: String",
            "name: String",
            "field `name` is missing",
        ),
        ("PartialEq, Eq)]", "PartialEq)]", "Eq"),
        ("Result<usize, Full>", "Result<u64, Full>", "add"),
        (
            "pub enum Full",
            "#[non_exhaustive]\npub enum Full",
            "non_exhaustive",
        ),
        ("Under(u8)", "Under(u16)", "Under"),
    ];
    for (from, to, expected) in twins {
        let mut text = module().replacen(from, to, 1);
        assert_ne!(text, module(), "{from} is not there");
        text = text
            .replace("Counter { name: name.to_owned(), count: 0, last: None }", match (from, to) {
                (_, "pub fn new(text: &str)") => "Counter { name: text.to_owned(), count: 0, last: None }",
                (_, "pub label: String") => "Counter { label: name.to_owned(), count: 0, last: None }",
                ("count: usize,", _) => {
                    "Counter { name: name.to_owned(), count: 0, raw: std::marker::PhantomData, last: None }"
                }
                _ => "Counter { name: name.to_owned(), count: 0, last: None }",
            })
            .replace("self.last = Some(value)", match to {
                "value: &T) ->" => "self.last = Some(value.clone())",
                _ => "self.last = Some(value)",
            })
            .replace("Ok(self.count)", match to {
                "Result<u64, Full>" => "Ok(self.count as u64)",
                _ => "Ok(self.count)",
            });
        if to.contains("label") {
            text = text.replace("self.name", "self.label");
        }
        match gate(&text) {
            Gate::Unviable(why) => assert!(why.contains(expected), "{to}: {why}"),
            passed => panic!("{to} passed: {passed:?}"),
        }
    }
}

#[test]
fn what_does_not_build_or_is_hidden_is_unviable() {
    for (text, expected) in [
        ("pub fn counter(".to_owned(), "does not parse"),
        (format!("use serde::Serialize;\n{TEXT}"), "serde"),
        (
            module().replace("pub struct Counter", "pub(crate) struct Counter"),
            "edition 2021",
        ),
    ] {
        match gate_unparsed(&text) {
            Gate::Unviable(why) => assert!(why.contains(expected), "{why}"),
            passed => panic!("passed: {passed:?}"),
        }
    }
}

fn gate_unparsed(text: &str) -> Gate {
    let fixture = fixture::open(TEXT, &["fixture::Counter"]);
    let mut candidate = fixture::candidate(&fixture.original, TEXT);
    candidate.module.files[0].bytes = text.as_bytes().to_vec();
    super::gate(&fixture.original, &candidate, &PlainHost).unwrap()
}
