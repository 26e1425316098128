use ripout_model::{Module, ModuleFile, Origin, Original, testing::PlainHost};

use crate::sample::sample;

/// Origins of a module's definitions, where `text` is the original's.
fn origins(text: &str, module: &str) -> Vec<Origin> {
    let sample = sample(&[("p.py", text)], &["p.lower"]);
    let original = &sample.original;
    let module = Module {
        stem: original.stem().to_owned(),
        files: vec![ModuleFile {
            path: "lower.py".into(),
            bytes: module.into(),
        }],
        editions: Vec::new(),
    };
    let read = original.read("file", module, &PlainHost).unwrap();
    read.definitions.iter().map(|taken| taken.origin).collect()
}

fn lower(name: &str) -> String {
    format!("def lower(a, b):\n    return {name}(a, b)\n")
}

fn least(name: &str) -> String {
    format!("def {name}(a, b):\n    if b < a:\n        return b\n    return a\n\n\n")
}

#[test]
fn text_that_was_changed_is_synthesized_and_the_rest_is_not() {
    let text = "N = 1\n\n\ndef lower(a, b): return a + N\n";
    let module = text.replace("N = 1", "N = 2");
    use Origin::{Synthesized, Verbatim};
    assert_eq!(origins(text, &module), [Synthesized, Verbatim]);
}

#[test]
fn text_whose_names_stand_for_something_else_is_synthesized() {
    for (name, import) in [
        ("_least", "from builtins import min as _least\n"),
        // A built-in, a glob, a module.
        ("min", ""),
        ("hypot", "from math import *\n"),
        ("hypot", "from math import hypot\n"),
    ] {
        let text = least(name) + &lower(name);
        let module = format!("{import}\n\n{}", lower(name));
        assert_eq!(origins(&text, &module), [Origin::Synthesized], "{module}");
        let both = [Origin::Verbatim, Origin::Verbatim];
        assert_eq!(origins(&text, &text), both, "{text}");
    }
}

#[test]
fn an_import_beside_what_it_stands_for_is_seen() {
    let text = least("_least") + &lower("_least");
    let module = format!("{text}\n\nfrom builtins import min as _least\n");
    use Origin::{Synthesized, Verbatim};
    assert_eq!(origins(&text, &module), [Verbatim, Synthesized]);
}

#[test]
fn another_import_of_the_same_name_is_seen() {
    let text = format!("from math import hypot\n\n\n{}", lower("hypot"));
    assert_eq!(origins(&text, &text), [Origin::Verbatim]);
    let module = text.replace(
        "from math import hypot",
        "from builtins import pow as hypot",
    );
    assert_eq!(origins(&text, &module), [Origin::Synthesized]);
}

#[test]
fn what_is_said_of_types_alone_is_no_matter() {
    let typed = "def lower(a: Any, b: Any) -> Any:\n    return a + b\n";
    let text = format!("from __future__ import annotations\nfrom typing import Any\n\n\n{typed}");
    let module = text.replace("from typing import", "from unittest.mock import ANY as");
    assert_eq!(origins(&text, &module), [Origin::Verbatim]);
    let early = |text: &str| text.replace("from __future__ import annotations\n", "");
    assert_eq!(
        origins(&early(&text), &early(&module)),
        [Origin::Synthesized]
    );
    // Which function is called may hang on them.
    let looked = |text: &str| {
        format!("{text}\n\nlower = singledispatch(lower)\n").replace(
            "from typing",
            "from functools import singledispatch\nfrom typing",
        )
    };
    let found = origins(&looked(&text), &looked(&module));
    assert_eq!(found[0], Origin::Synthesized);
}

#[test]
fn a_name_of_a_function_s_own_is_no_other() {
    let own = "def lower(a, b):\n    from math import hypot\n    return hypot(a, b)\n";
    let module = format!("from builtins import pow as hypot\n\n\n{own}");
    assert_eq!(origins(own, &module), [Origin::Verbatim]);
    let own = "def lower(a, b):\n    least = a\n    return min(least, b)\n";
    let text = least("least") + own;
    assert_eq!(origins(&text, own), [Origin::Verbatim]);
}
