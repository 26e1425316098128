//! What is seen of single constructs. Whole pages stand in the golden tests.

use ripout_model::{Definition, Kind};

use super::*;

/// Statements of a text of which all is taken, each as its line, its words and its quote.
fn seen(text: &str) -> Vec<(u32, String, String)> {
    let whole = definition("p", [1, text.lines().count() as u32]);
    of(text, &[whole], &[])
}

fn of(text: &str, taken: &[Definition], asked: &[Definition]) -> Vec<(u32, String, String)> {
    let passage = Passage { text, taken, asked };
    let statements = statements(&passage).into_iter();
    statements
        .map(|it| (it.lines[0], it.says, it.quote))
        .collect()
}

fn definition(name: &str, lines: [u32; 2]) -> Definition {
    Definition {
        name: name.into(),
        kind: Kind::Function,
        package: "p@1".into(),
        file: "src/lib.rs".into(),
        lines,
    }
}

/// Whether something is said of a quote.
fn says(text: &str, words: &str, quote: &str) -> bool {
    let seen = seen(text);
    seen.iter()
        .any(|(_, says, of)| says == words && of == quote)
}

#[test]
fn what_macros_take_is_read_as_what_it_is() {
    let text = "fn f(x: Option<u8>) {\n    vec![x.unwrap(), y? as u8];\n    thread_local! { static N: u8 = 1; }\n}\n";
    assert!(says(text, "may panic", "x.unwrap()"));
    assert!(says(text, "hands an error on", "y?"));
    assert!(says(text, "cast", "y? as u8"));
    assert!(says(
        text,
        "lives as long as the process",
        "static N: u8 = 1;"
    ));
}

#[test]
fn rules_of_macros_are_read_by_their_tokens() {
    let text = "macro_rules! m {\n    ($x:expr) => {\n        #[cfg(unix)]\n        match $x { Ok(v) => unsafe { v }, Err(e) => panic!(\"{e}\") }\n    };\n}\n";
    assert!(says(text, "panics", "panic!(\"{e}\")"));
    assert!(says(text, "unsafe", "unsafe { v }"));
    assert!(says(text, "there only under a condition", "#[cfg(unix)]"));
}

#[test]
fn a_chain_of_errors_is_told_once() {
    let text = "fn f() -> R {\n    a()?.b()?.ok_or(E)?;\n    Ok(())\n}\n";
    let errors: Vec<String> = seen(text)
        .into_iter()
        .filter(|(_, says, _)| says != ripout_model::CHECK)
        .map(|(_, says, quote)| format!("{says}: {quote}"))
        .collect();
    assert_eq!(
        errors,
        ["makes an error of what is missing: a()?.b()?.ok_or(E)?"]
    );
}

#[test]
fn an_attribute_before_an_item_belongs_to_it() {
    let text = "#[cfg(windows)]\nfn a() {}\n\n#[cfg(unix)]\nfn b() {}\n";
    let taken = [definition("p::b", [5, 5])];
    let quotes: Vec<String> = of(text, &taken, &[]).into_iter().map(|it| it.2).collect();
    assert_eq!(quotes, ["#[cfg(unix)]"]);
}

#[test]
fn attributes_within_a_body_are_seen() {
    let text =
        "fn a() {\n    #[cfg(unix)]\n    b();\n    if cfg!(windows) {\n        c();\n    }\n}\n";
    assert!(says(text, "there only under a condition", "#[cfg(unix)]"));
    assert!(says(text, "depends on the build", "cfg!(windows)"));
}

#[test]
fn the_first_paragraph_is_what_it_is_for() {
    let text = "/// One\n/// two.\n///\n/// Three.\n#[inline]\npub fn f<T>(x: T)\nwhere\n    T: Copy,\n{\n}\n";
    let taken = [definition("p::f", [6, 10])];
    assert_eq!(
        of(text, &taken, &taken),
        [
            (1, "One two.".to_owned(), "/// One\n/// two.".to_owned()),
            (
                6,
                String::new(),
                "pub fn f<T>(x: T)\nwhere\n    T: Copy,".to_owned()
            ),
        ]
    );
}

#[test]
fn marks_at_the_beginning_of_a_file_do_not_move_lines() {
    let text = "\u{feff}#!/usr/bin/env run\nconst A: u8 = 1;\n";
    let seen = seen(text);
    assert_eq!(
        seen,
        [(2, "constant".to_owned(), "const A: u8 = 1;".to_owned())]
    );
}

#[test]
fn a_file_that_does_not_parse_is_read_by_its_definitions() {
    let text = "fn broken( {\n}\n\nfn whole() {\n    x.unwrap();\n}\n    pub fn member(&self) {\n        y[0];\n    }\n";
    let taken = [
        definition("p::broken", [1, 2]),
        definition("p::whole", [4, 6]),
        definition("p::T::member", [7, 9]),
    ];
    let quotes: Vec<(u32, String)> = of(text, &taken, &[])
        .into_iter()
        .map(|it| (it.0, it.2))
        .collect();
    assert!(quotes.contains(&(5, "x.unwrap()".to_owned())), "{quotes:?}");
    assert!(quotes.contains(&(8, "y[0]".to_owned())), "{quotes:?}");
    assert!(
        quotes.contains(&(1, "fn broken( {\n}".to_owned())),
        "{quotes:?}"
    );
}

#[test]
fn loops_within_closures_and_functions_are_counted_where_they_stand() {
    let text = "fn f() {\n    for a in x {\n        while b {\n            loop {}\n        }\n    }\n    for c in y {}\n}\n";
    assert!(says(text, "3 loops within one another, from", "for a in x"));
    assert!(!seen(text).iter().any(|it| it.2.contains("for c")));
}

#[test]
fn the_standard_library_is_known_by_imports() {
    let text = "use std::{fs, mem::swap as exchange, time::{self, SystemTime}};\nfn f() {\n    exchange(a, b);\n    fs::read(\"x\");\n    SystemTime::now();\n    other::read();\n}\n";
    assert!(says(text, "std::mem::swap", "exchange"));
    assert!(says(text, "reaches for files", "fs::read"));
    assert!(says(text, "reads the clock", "SystemTime::now"));
    assert!(!seen(text).iter().any(|it| it.2 == "other::read"));
}
