//! What a module leaves out, where it may: loudly, and else nowhere.

use std::{fs, path::Path};

use serde_json::Value;

use super::{
    GOOD, PYTHON, folder,
    program::{document, ripout},
    python,
};

/// What becomes of a module.
fn verify(folder: &Path, symbol: &str, module: &str, more: &[&str]) -> Value {
    let file = match symbol.contains("::") {
        true => "mine.rs",
        false => "mine.py",
    };
    fs::write(folder.join(file), module).unwrap();
    let output = ripout(folder)
        .args(["verify", ".", symbol, "--module", file, "--inputs", "1500"])
        .args(["--quiet", "--format", "json"])
        .args(more)
        .output()
        .unwrap();
    document(&output)
}

#[test]
fn what_a_python_module_leaves_out_differs_unless_it_may() {
    let folder = python();
    let here = folder.path();
    let guarded = |error: &str| {
        let guard =
            format!("    if type(number) is not int or number < 0:\n        {error}\n    last");
        GOOD.replace("    last", &guard)
    };
    let verify = |module: &str, more: &[&str]| verify(here, PYTHON, module, more);
    let loud = guarded("raise NotImplementedError(\"left out of this module: what is below 0\")");
    assert_eq!(verify(&loud, &[])["verdict"], "different");
    let found = verify(&loud, &["--specialize"]);
    assert_eq!(found["verdict"], "equivalent", "{found:#}");
    assert!(
        found["evidence"]["left_out"].as_u64() > Some(100),
        "{found:#}"
    );
    let named = serde_json::json!(["what is below 0"]);
    assert_eq!(found["module"]["left_out"], named);
    // Another error, another value, and a right error beside a wrong value are no such thing.
    for wrong in [
        guarded("raise NotImplementedError(\"no\")"),
        guarded("raise ValueError(\"left out of this module: what is below 0\")"),
        guarded("return \"left out of this module: what is below 0\""),
        loud.replace("\"rd\"", "\"th\""),
    ] {
        let found = verify(&wrong, &["--specialize"]);
        assert_eq!(found["verdict"], "different", "{wrong}");
    }
}

/// A function that can do more than anybody asks of it.
const WIDE: &str = "\
def _spell(number, wide=False):
    text = str(number) + \"th\"
    if wide:
        text = text.rjust(9)
    return text


def ordinal(number: int) -> str:
    \"\"\"A number as its place in a row.\"\"\"
    return _spell(number)
";

#[test]
fn a_python_block_that_no_input_reached_may_be_cut_and_nothing_else_done_to_it() {
    let folder = python();
    let here = folder.path();
    fs::write(here.join("places/__init__.py"), WIDE).unwrap();
    let head = "__all__ = [\"ordinal\"]\n\n\n";
    let verify = |module: &str, more: &[&str]| {
        let found = verify(here, PYTHON, &format!("{head}{module}"), more);
        found["verdict"].as_str().unwrap_or_default().to_owned()
    };
    let error = "raise NotImplementedError(\"left out of this module: wide text\")";
    let cut = WIDE.replace("text = text.rjust(9)", error);
    assert_eq!(verify(&cut, &["--specialize"]), "equivalent");
    // Who may leave nothing out has to show that it is nothing.
    assert_eq!(verify(&cut, &[]), "inconclusive");
    for other in [
        WIDE.replace("text.rjust(9)", "text.rjust(8)"),
        WIDE.replace("    if wide:\n        text = text.rjust(9)\n", ""),
        cut.replace("return text", "return text[:]"),
        // The caller would take the error for its own.
        cut.replace(
            "    return _spell(number)",
            "    try:\n        return _spell(number)\n    except Exception:\n        return _spell(number)",
        ),
    ] {
        assert_eq!(verify(&other, &["--specialize"]), "inconclusive", "{other}");
    }
}

/// An empty crate.
fn rust() -> tempfile::TempDir {
    let folder = folder();
    let here = folder.path();
    fs::create_dir(here.join("src")).unwrap();
    let manifest = "[package]\nname = \"places\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n";
    fs::write(here.join("Cargo.toml"), manifest).unwrap();
    fs::write(here.join("LICENSE"), "MIT License\n").unwrap();
    folder
}

/// The same as a crate.
const WIDE_CRATE: &str = "\
fn spell(number: u64, wide: bool) -> String {
    let mut text = format!(\"{number}th\");
    if wide {
        text.insert(0, ' ');
    }
    text
}

/// A number as its place in a row.
pub fn ordinal(number: u64) -> String {
    spell(number, false)
}
";

#[test]
fn a_rust_block_that_no_input_reached_may_be_cut_and_nothing_else_done_to_it() {
    let folder = rust();
    let here = folder.path();
    fs::write(here.join("src/lib.rs"), WIDE_CRATE).unwrap();
    let verify = |module: &str, more: &[&str]| {
        let found = verify(here, "places::ordinal", module, more);
        found["verdict"].as_str().unwrap_or_default().to_owned()
    };
    let error = "panic!(\"left out of this module: wide text\")";
    let cut = WIDE_CRATE.replace("text.insert(0, ' ');", error);
    let cut = format!("#![allow(unused_mut)]\n\n{cut}");
    assert_eq!(verify(&cut, &["--specialize"]), "equivalent");
    assert_eq!(verify(&cut, &[]), "inconclusive");
    for other in [
        WIDE_CRATE.replace("insert(0", "insert(1"),
        WIDE_CRATE.replace(
            "    if wide {\n        text.insert(0, ' ');\n    }\n",
            "    text.reserve(usize::from(wide));\n",
        ),
        cut.replace("    text\n}", "    text.clone()\n}"),
        cut.replace(
            "    spell(number, false)",
            "    std::thread::yield_now();\n    spell(number, false)",
        ),
    ] {
        assert_eq!(verify(&other, &["--specialize"]), "inconclusive", "{other}");
    }
}

#[test]
fn the_author_s_text_is_not_the_author_s_where_its_names_stand_for_something_else() {
    let python = python();
    let text = "def min(a, b):\n    if b < a:\n        return b\n    return a\n\n\n\
                def lower(a: int, b: int) -> int:\n    \"\"\"The lower of two.\"\"\"\n    return min(a, b)\n";
    fs::write(python.path().join("places/__init__.py"), text).unwrap();
    let (_, lower) = text.split_once("\n\n\n").unwrap();
    let module = format!("__all__ = [\"lower\"]\n\n\n{lower}");
    let found = verify(python.path(), "places.lower", &module, &[]);
    let origins = |found: &Value| {
        let origins = ["verbatim", "edited", "synthesized"];
        origins.map(|origin| found["module"][origin].as_u64())
    };
    assert_eq!(origins(&found), [Some(0), Some(0), Some(1)], "{found:#}");

    let rust = rust();
    let lower = "/// The lower of two.\npub fn lower(a: u8, b: u8) -> u8 {\n    min(a, b)\n}\n";
    let min =
        "fn min(a: u8, b: u8) -> u8 {\n    if b < a {\n        return b;\n    }\n    a\n}\n\n";
    fs::write(rust.path().join("src/lib.rs"), format!("{min}{lower}")).unwrap();
    let module = format!("use std::cmp::min;\n\n{lower}");
    let found = verify(rust.path(), "places::lower", &module, &[]);
    assert_eq!(origins(&found), [Some(0), Some(0), Some(1)], "{found:#}");
}
