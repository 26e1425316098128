//! Pages that explain: each statement's text stands where the page says it does.
//!
//! `explain/rust` and `explain/python` have one of each construct; `page.md` beside them is what is printed, and
//! `SNAPSHOTS=overwrite cargo test --test explain` writes it anew.

mod program;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use program::{code, document, err, folder, out, run};
use serde_json::Value;

/// Symbols of the corpus: an error type and a parser; loops and indexing; a macro; a variable's regular expressions; a class
/// with exceptions, sentinels and an order of its own.
const CORPUS: [(&str, &str); 5] = [
    ("crate:humantime@2.4.0", "humantime::parse_duration"),
    ("crate:strsim@0.11.1", "strsim::levenshtein"),
    ("crate:lazy_static@1.5.0", "lazy_static::lazy_static!"),
    ("pypi:humanize@4.14.0", "humanize.naturaldelta"),
    ("pypi:packaging@25.0", "packaging.version.Version"),
];

/// Every statement and every call of a page stands in its file, and the quote on its lines.
fn holds(page: &Value, root: &Path) {
    let line = |value: &Value| usize::try_from(value.as_u64().expect("a line")).expect("small");
    let read = |entry: &Value| {
        let file = entry["file"].as_str().expect("a file");
        fs::read_to_string(root.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
    };
    let statements = page["statements"].as_array().expect("statements");
    assert!(!statements.is_empty());
    for statement in statements {
        let text = read(statement);
        let (first, last) = (line(&statement["lines"][0]), line(&statement["lines"][1]));
        assert!(first >= 1 && first <= last, "{statement}");
        let lines: Vec<&str> = text
            .lines()
            .skip(first - 1)
            .take(last + 1 - first)
            .collect();
        assert_eq!(lines.len(), last + 1 - first, "{statement}");
        let quote = statement["quote"].as_str().expect("a quote");
        assert!(lines.join("\n").contains(quote), "{statement}");
        // The quote is on these lines and on no fewer.
        assert_eq!(quote.lines().count(), lines.len(), "{statement}");
        assert!(!statement["text"].as_str().expect("a text").is_empty());
    }
    let calls = page["calls"].as_array().expect("calls");
    assert!(!calls.is_empty());
    for call in calls
        .iter()
        .chain(page["beside"].as_array().expect("beside"))
    {
        let text = read(call);
        let (first, last) = (line(&call["lines"][0]), line(&call["lines"][1]));
        assert!(
            first >= 1 && first <= last && last <= text.lines().count(),
            "{call}"
        );
    }
}

#[test]
fn every_statement_on_the_corpus_stands_where_it_says() {
    for (repo, symbol) in CORPUS {
        let folder = folder();
        let output = run(
            folder.path(),
            &["explain", repo, symbol, "--format", "json", "-q"],
        );
        assert_eq!(code(&output), 0, "{symbol}: {}", err(&output));
        let page = document(&output);
        assert_eq!(page["schema"], "ripout.explain/1");
        assert_eq!(page["refused"], Value::Null, "{symbol}");
        let map = document(&run(
            folder.path(),
            &["map", repo, "--format", "json", "-q"],
        ));
        holds(&page, &PathBuf::from(map["root"].as_str().expect("a root")));
        let told: BTreeSet<&str> = page["statements"]
            .as_array()
            .expect("statements")
            .iter()
            .filter_map(|it| it["topic"].as_str())
            .collect();
        for topic in ["purpose", "signature"] {
            assert!(told.contains(topic), "{symbol} has no {topic}");
        }
        let packages = page["cost"]["packages"].as_array().expect("packages");
        assert_eq!(
            packages.len(),
            1,
            "{symbol}: all texts stand below one root"
        );
    }
}

/// The page of a package of ours, byte for byte, and each statement of it in the text.
fn is_as_printed(language: &str, symbol: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden/explain")
        .join(language);
    let folder = folder();
    let copied = folder.path().join("every");
    copy(&golden, &copied);
    let output = run(
        folder.path(),
        &["explain", "./every", symbol, "-q", "--verbose"],
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    let page = out(&output).replace(&folder.path().display().to_string(), "");
    let expected = golden.join("page.md");
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&expected, &page).expect("the page is written");
    }
    let expected = fs::read_to_string(&expected).expect("a page to hold against");
    assert_eq!(page, expected, "SNAPSHOTS=overwrite writes it anew");
    let output = run(
        folder.path(),
        &["explain", "./every", symbol, "-q", "--format", "json"],
    );
    holds(&document(&output), &copied);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}

#[test]
fn a_rust_page_tells_of_each_construct() {
    is_as_printed("rust", "every::amount");
}

#[test]
fn a_python_page_tells_of_each_construct() {
    is_as_printed("python", "every.amount");
}

#[test]
fn what_can_not_be_ripped_out_is_explained_with_the_reason() {
    let folder = folder();
    let package = folder.path().join("macros");
    fs::create_dir_all(package.join("src")).expect("a folder");
    fs::write(
        package.join("Cargo.toml"),
        "[package]\nname = \"macros\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n\n[lib]\nproc-macro = true\n",
    )
    .expect("a manifest");
    fs::write(
        package.join("src/lib.rs"),
        "use proc_macro::TokenStream;\n\n/// Makes nothing of it.\n#[proc_macro]\npub fn nothing(tokens: TokenStream) -> TokenStream {\n    \
         keep(tokens).unwrap()\n}\n\nfn keep(tokens: TokenStream) -> Option<TokenStream> {\n    Some(tokens)\n}\n",
    )
    .expect("a text");
    let output = run(
        folder.path(),
        &[
            "explain",
            "./macros",
            "macros::nothing",
            "-q",
            "--format",
            "json",
        ],
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    let page = document(&output);
    assert_eq!(page["refused"]["code"], "proc_macro");
    assert_eq!(page["calls"][1]["name"], "macros::keep");
    holds(&page, &package);
    let texts: Vec<&str> = page["statements"]
        .as_array()
        .expect("statements")
        .iter()
        .filter_map(|it| it["text"].as_str())
        .collect();
    assert!(texts.contains(&"Makes nothing of it."), "{texts:?}");
    assert!(
        texts.contains(&"may panic: `keep(tokens).unwrap()`"),
        "{texts:?}"
    );
}

#[test]
fn a_symbol_that_is_not_there_ends_the_program() {
    let folder = folder();
    let package = folder.path().join("every");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/explain/rust");
    copy(&golden, &package);
    let output = run(
        folder.path(),
        &[
            "explain",
            "./every",
            "every::amont",
            "-q",
            "--format",
            "json",
        ],
    );
    assert_eq!(code(&output), 2);
    let error = document(&output);
    assert_eq!(error["schema"], "ripout.error/1");
    assert_eq!(error["code"], "symbol_not_found");
}
