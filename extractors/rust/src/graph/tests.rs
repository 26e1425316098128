//! What a reference is taken to mean.

use super::*;
use crate::parse::parse;

fn graph_of(files: &[(&str, &str)]) -> CallGraph {
    let mut files: Vec<(String, FileFacts)> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), parse(path, text.as_bytes())))
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    graph(&files)
}

/// Edges as `from -> to`, names only.
fn edges(graph: &CallGraph) -> Vec<String> {
    let name = |index: u32| graph.definitions[index as usize].name.as_str();
    graph
        .edges
        .iter()
        .map(|edge| {
            format!(
                "{} {} {}",
                name(edge.from),
                if edge.call { "->" } else { "--" },
                name(edge.to)
            )
        })
        .collect()
}

const MANIFEST: (&str, &str) = (
    "Cargo.toml",
    "[package]\nname = \"my-lib\"\nversion = \"1.2.3\"\n",
);

#[test]
fn modules_imports_and_reexports_are_followed() {
    let graph = graph_of(&[
        MANIFEST,
        (
            "src/lib.rs",
            "mod a;\npub mod b { pub fn deep() {} }\npub use a::{one as first, *};\nfn f() { first(); two(); b::deep(); crate::a::one() }\n",
        ),
        (
            "src/a.rs",
            "mod inner;\npub fn one() { super::b::deep() }\npub use self::inner::two;\n",
        ),
        ("src/a/inner.rs", "pub fn two() { super::one() }\n"),
    ]);
    assert_eq!(
        edges(&graph),
        [
            "my_lib::a::one -> my_lib::b::deep",
            "my_lib::a::inner::two -> my_lib::a::one",
            "my_lib::f -> my_lib::a::one",
            "my_lib::f -> my_lib::a::inner::two",
            "my_lib::f -> my_lib::b::deep",
        ]
    );
    assert_eq!(graph.definitions[0].package, "my-lib@1.2.3");
    assert_eq!(graph.unresolved, []);
}

#[test]
fn methods_traits_and_impls_are_reached() {
    let graph = graph_of(&[
        MANIFEST,
        (
            "src/lib.rs",
            "pub struct A;\n\
             impl A { pub fn new() -> Self { Self } fn go(&self) { self.step(); Self::new(); } fn step(&self) {} }\n\
             impl Drop for A { fn drop(&mut self) { clean() } }\n\
             fn clean() {}\n\
             trait T { fn t(&self); }\n\
             fn g(a: &dyn T) { a.t() }\n",
        ),
    ]);
    let edges = edges(&graph);
    for edge in [
        "my_lib::A -- impl Drop for A",
        "my_lib::A::go -> my_lib::A::step",
        "my_lib::A::go -> my_lib::A::new",
        "impl Drop for A -> my_lib::clean",
        "my_lib::T -- my_lib::T::t",
        "my_lib::g -> my_lib::T::t",
        "my_lib::g -- my_lib::T",
    ] {
        assert!(
            edges.contains(&edge.to_owned()),
            "{edge} is not among {edges:#?}"
        );
    }
}

#[test]
fn what_is_open_is_said_with_its_reason() {
    let graph = graph_of(&[
        MANIFEST,
        (
            "src/lib.rs",
            "use other::thing;\nmake_all! { a b }\nmacro_rules! own { () => { helper() } }\nfn helper() {}\n\
             struct A; struct B;\nimpl A { fn go(&self) {} }\nimpl B { fn go(&self) {} }\n\
             fn f(x: X) { thing(); own!(); x.go(); foreign!(); println!(\"\"); Vec::new(); missing::f() }\n",
        ),
    ]);
    let open: Vec<String> = graph
        .unresolved
        .iter()
        .map(|open| format!("{}:{} {} {}", open.file, open.line, open.text, open.why))
        .collect();
    assert_eq!(
        open,
        [
            "src/lib.rs:8 .go() ambiguous",
            "src/lib.rs:8 foreign! external",
            "src/lib.rs:8 missing::f() unknown",
            "src/lib.rs:8 thing() external",
            "src/lib.rs:2 make_all! external",
            "src/lib.rs:2 make_all! macro",
        ]
    );
    let edges = edges(&graph);
    assert!(
        edges.contains(&"my_lib::f -> my_lib::own!".to_owned()),
        "{edges:#?}"
    );
    assert!(
        edges.contains(&"my_lib::own! -> my_lib::helper".to_owned()),
        "{edges:#?}"
    );
    assert!(
        edges.contains(&"my_lib::f -> my_lib::B::go".to_owned()),
        "{edges:#?}"
    );
}

#[test]
fn circles_of_reexports_and_paths_end() {
    let graph = graph_of(&[
        MANIFEST,
        (
            "src/lib.rs",
            "#[path = \"lib.rs\"] mod again;\npub use a::*;\nmod a { pub use crate::*; pub use super::b::x as y; }\nmod b { pub use super::a::y as x; }\nfn f() { a::y(); nothing() }\n",
        ),
    ]);
    assert_eq!(graph.definitions.len(), 1);
}

#[test]
fn crates_of_one_tree_see_each_other() {
    let graph = graph_of(&[
        (
            "a/Cargo.toml",
            "[package]\nname = \"a\"\nversion = \"1.0.0\"\n",
        ),
        ("a/src/lib.rs", "pub fn a() {}\n"),
        (
            "b/Cargo.toml",
            "[package]\nname = \"b\"\nversion = \"1.0.0\"\n[lib]\npath = \"lib.rs\"\n",
        ),
        ("b/lib.rs", "use a::a as other;\npub fn b() { other() }\n"),
        ("b/tests/all.rs", "#[test] fn t() { b::b() }\n"),
    ]);
    assert_eq!(edges(&graph), ["b::b -> a::a", "all::t -> b::b"]);
    assert_eq!(graph.definitions[1].file, "lib.rs");
}

#[test]
fn names_that_lead_to_themselves_end() {
    let graph = graph_of(&[
        MANIFEST,
        (
            "src/lib.rs",
            "struct A;\nimpl A::B { type B = u8; fn f(&self) { self.f() } }\ntrait T {}\nimpl T for Self { fn g() { Self::g() } }\n",
        ),
    ]);
    assert_eq!(graph.definitions.len(), 5);
}
