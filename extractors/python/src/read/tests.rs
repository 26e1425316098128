use ripout_model::{
    Language, Module, ModuleFile, Origin, Settings, Source, SourceKind, Tree, testing::PlainHost,
};

use crate::Python;

/// Origins of a module's definitions, where `text` is the original's.
fn origins(text: &str, module: &str) -> Vec<Origin> {
    let folder = tempfile::tempdir().unwrap();
    let licence = "Permission is hereby granted, free of charge";
    std::fs::write(folder.path().join("LICENSE"), licence).unwrap();
    std::fs::write(folder.path().join("p.py"), text).unwrap();
    let tree = Tree {
        root: folder.path().to_path_buf(),
        source: Source {
            kind: SourceKind::Folder,
            name: "p".into(),
            version: None,
            rev: None,
            licence: None,
        },
        documents: None,
        companions: Vec::new(),
    };
    let original = Python
        .open(&tree, &["p.lower".into()], &Settings::default(), &PlainHost)
        .unwrap();
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
    let late = |text: &str| text.replace("from __future__ import annotations\n", "");
    assert_eq!(origins(&late(&text), &late(&module)), [Origin::Synthesized]);
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
