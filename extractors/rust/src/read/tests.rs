use ripout_model::{Module, ModuleFile, Origin, Original, testing::PlainHost};

use crate::fixture;

/// Origins of a module's definitions.
fn origins(text: &str, module: &str) -> Vec<Origin> {
    let fixture = fixture::open(text, &["fixture::lower"]);
    let module = Module {
        stem: fixture.original.stem.clone(),
        files: vec![ModuleFile {
            path: "lower.rs".into(),
            bytes: module.into(),
        }],
        editions: Vec::new(),
    };
    let read = fixture.original.read("file", module, &PlainHost).unwrap();
    read.definitions.iter().map(|taken| taken.origin).collect()
}

/// The function that is wanted, with what it says.
fn lower(body: &str) -> String {
    format!("/// The lower of two.\npub fn lower(a: u8, b: u8) -> u8 {{\n    {body}\n}}\n")
}

fn function(name: &str) -> String {
    format!(
        "fn {name}(a: u8, b: u8) -> u8 {{\n    if b < a {{\n        return b;\n    }}\n    a\n}}\n\n"
    )
}

#[test]
fn text_whose_names_stand_for_something_else_is_synthesized() {
    for (gone, theirs, around, mine) in [
        // By an import, under a name of its own or not, in a body or around.
        (
            function("least"),
            "least(a, b)",
            "use std::cmp::min as least;\n",
            "least(a, b)",
        ),
        (
            function("min"),
            "min(a, b)",
            "use std::cmp::min;\n",
            "min(a, b)",
        ),
        (
            function("min"),
            "min(a, b)",
            "use std::cmp::*;\n",
            "min(a, b)",
        ),
        (
            function("min"),
            "min(a, b)",
            "",
            "use std::cmp::min;\n    min(a, b)",
        ),
        // Another of the same name.
        (
            "use std::f32::consts::PI;\n\n".to_owned(),
            "a + b + PI as u8",
            "use std::f64::consts::PI;\n",
            "a + b + PI as u8",
        ),
        // A macro.
        (
            "macro_rules! matches {\n    ($a:expr, $b:pat) => {\n        true\n    };\n}\n\n"
                .to_owned(),
            "u8::from(matches!(a, b))",
            "",
            "u8::from(matches!(a, b))",
        ),
    ] {
        let text = gone + &lower(theirs);
        let module = around.to_owned() + &lower(mine);
        assert_eq!(origins(&text, &module), [Origin::Synthesized], "{module}");
        assert!(
            !origins(&text, &text).contains(&Origin::Synthesized),
            "{text}"
        );
    }
}

#[test]
fn an_import_beside_what_it_stands_for_is_seen() {
    let least = function("least");
    let text = least.clone() + &lower("least(a, b)");
    let module = least.clone() + &lower("use std::cmp::min as least;\n    least(a, b)");
    let [verbatim, synthesized] = [Origin::Verbatim, Origin::Synthesized];
    assert_eq!(origins(&text, &module), [verbatim, synthesized]);
    // By a second name of the library's, or of a function beside it.
    let aside = format!("mod aside {{\n    {least}}}\n\n");
    let module = format!(
        "{aside}use std as s;\nuse s::cmp::min as least;\n\n{}",
        lower("least(a, b)")
    );
    assert_eq!(origins(&text, &module), [verbatim, synthesized]);
    let module = format!(
        "{aside}use self::aside::other as least;\n\n{}",
        lower("least(a, b)")
    );
    assert_eq!(origins(&text, &module), [verbatim, synthesized]);
}

#[test]
fn names_of_its_own_and_the_author_s_imports_leave_a_text_what_it_is() {
    let text = lower("core::cmp::min(a, b)");
    assert_eq!(
        origins(&text, &format!("use ::core;\n\n{text}")),
        [Origin::Verbatim]
    );
    for text in [
        "use std::cmp::min;\n\n".to_owned() + &lower("min(a, b)"),
        lower("use std::cmp::min as least;\n    least(a, b)"),
        // A variable is called like a function.
        function("least") + &lower("let least = a;\n    least.min(b)"),
    ] {
        let mine = &text[text.find("/// The lower").unwrap()..];
        let mine = match text.starts_with("use") {
            true => &text,
            false => mine,
        };
        assert_eq!(origins(&text, mine), [Origin::Verbatim], "{text}");
    }
}

#[test]
fn a_method_that_a_trait_has_as_well_is_missed() {
    let before = "#[derive(PartialEq, Eq, PartialOrd, Ord)]\nstruct Pair(u8, u8);\n\n";
    let max = "impl Pair {\n    fn max(self, other: Self) -> Self {\n        if other.1 < self.1 { self } else { other }\n    }\n}\n\n";
    let after = lower("Pair(a, b).max(Pair(b, a)).0");
    let text = format!("{before}{max}{after}");
    use Origin::{Synthesized, Verbatim};
    assert_eq!(origins(&text, &text), [Verbatim, Verbatim, Verbatim]);
    assert_eq!(
        origins(&text, &format!("{before}{after}")),
        [Verbatim, Synthesized]
    );
}

#[test]
fn an_attribute_that_decides_what_is_there_makes_a_text_another() {
    let body = "if b < a {\n        return b;\n    }\n    a";
    let text = lower(body);
    let gated = lower(&format!("#[cfg(any())]\n    {body}"));
    assert_eq!(origins(&text, &gated), [Origin::Synthesized]);
    let kept = lower(&format!("#[allow(unused)]\n    {body}"));
    assert_eq!(origins(&text, &kept), [Origin::Edited]);
}

#[test]
fn what_an_impl_leaves_to_its_trait_or_a_type_to_nobody_makes_it_another() {
    let before = "#[derive(PartialEq)]\npub struct Pair(u8, u8);\n\n";
    let order = "impl PartialOrd for Pair {\n    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {\n        \
                 self.0.partial_cmp(&other.0)\n    }\n";
    let more = "    fn lt(&self, other: &Self) -> bool {\n        self.1 < other.1\n    }\n";
    let after = lower("if Pair(b, b) < Pair(a, a) { b } else { a }");
    let text = format!("{before}{order}{more}}}\n\n{after}");
    let module = format!("{before}{order}}}\n\n{after}");
    use Origin::{Synthesized, Verbatim};
    assert_eq!(
        origins(&text, &module),
        [Verbatim, Synthesized, Verbatim, Verbatim]
    );
    let derived = format!(
        "{}{after}",
        before.replace("PartialEq", "PartialEq, PartialOrd")
    );
    assert_eq!(origins(&text, &derived)[0], Synthesized);

    let drop = "impl Drop for Pair {\n    fn drop(&mut self) {\n        println!(\"{}\", self.0);\n    }\n}\n\n";
    let after = lower("Pair(a, b).0");
    let text = format!("{before}{drop}{after}");
    assert_eq!(
        origins(&text, &format!("{before}{after}")),
        [Verbatim, Synthesized]
    );
}
