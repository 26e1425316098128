//! Removals from a workspace of our own, which is built and tested before and after.

use std::path::Path;

use ripout_model::{
    Changes, Dependency, Kept, Leaving, Module, ModuleFile, ReasonCode, Settings, Stop, Survey,
    testing::PlainHost,
};

use super::{fitting, manifest, replace, suite};
use crate::survey::survey;

const DEPENDENCY: &str = "pub mod deep { pub mod er { #[derive(Debug, PartialEq)] pub struct Type(pub u8); impl Type { pub fn new() -> Self { Type(7) } } } pub fn parse(of: &str) -> u8 { of.len() as u8 } }\npub fn plain() -> u8 { 1 }\n#[macro_export] macro_rules! twice { ($e:expr) => { $e * 2 } }\n";

/// What would be taken out of it.
const MODULE: &str = "#![allow(dead_code)]\n#[derive(Debug, PartialEq)] pub struct Type(pub u8);\nimpl Type { pub fn new() -> Self { Type(7) } }\npub fn parse(of: &str) -> u8 { of.len() as u8 }\npub fn plain() -> u8 { 1 }\nmacro_rules! twice { ($e:expr) => { $e * 2 } }\npub(crate) use twice;\n";

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n# why we need it\nthing = { path = \"../vendor/thing\" }\nother = { path = \"../vendor/other\" } # stays\n\n[features]\n";

const LIBRARY: &str = r#"#![deny(warnings)]
//! The app.

#[macro_use]
mod macros;
pub mod inner;
mod zoo;

use std::fmt::Debug;
use thing::deep::{self, er::Type as Renamed, parse};
use {other as o, thing::plain};

pub fn shown() -> u8 {
    let kept: Box<dyn Debug> = Box::new(Renamed::new());
    assert!(format!("{kept:?}").contains('7'));
    parse("a") + deep::parse("b") + plain() + ::thing::plain() + o::other() + own!()
}
"#;

const INNER: &str = "pub fn inner() -> u8 {\n    use thing::twice;\n    thing::twice!(2) + twice!(1) + thing::deep::er::Type::new().0\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn works() {\n        assert_eq!(super::inner() + crate::shown(), 13 + 6);\n    }\n}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
    };
    let mut all = vec![
        (
            "Cargo.toml".to_owned(),
            "[workspace]\nmembers = [\"app\"]\nexclude = [\"vendor\"]\nresolver = \"2\"\n"
                .to_owned(),
        ),
        ("vendor/thing/Cargo.toml".to_owned(), package("thing")),
        ("vendor/thing/src/lib.rs".to_owned(), DEPENDENCY.to_owned()),
        ("vendor/other/Cargo.toml".to_owned(), package("other")),
        (
            "vendor/other/src/lib.rs".to_owned(),
            "pub fn other() -> u8 { 1 }\n".to_owned(),
        ),
        ("app/Cargo.toml".to_owned(), MANIFEST.to_owned()),
        ("app/src/lib.rs".to_owned(), LIBRARY.to_owned()),
        (
            "app/src/macros.rs".to_owned(),
            "macro_rules! own { () => { 1 } }\n".to_owned(),
        ),
        ("app/src/inner.rs".to_owned(), INNER.to_owned()),
        (
            "app/src/zoo.rs".to_owned(),
            "//! Uses nothing.\n".to_owned(),
        ),
        (
            "app/tests/it.rs".to_owned(),
            "#[test]\nfn outside() {\n    assert_eq!(thing::plain(), 1);\n}\n".to_owned(),
        ),
    ];
    all.extend(
        files
            .iter()
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned())),
    );
    for (file, text) in all {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn surveyed(folder: &Path) -> Survey {
    survey(folder, &offline(), &PlainHost).unwrap().unwrap()
}

/// The dependency that goes.
fn thing(survey: &Survey) -> &Dependency {
    let mut all = survey.dependencies.iter();
    all.find(|one| one.name == "thing").unwrap()
}

fn offline() -> Settings {
    Settings {
        offline: true,
        ..Settings::default()
    }
}

/// What changes once `thing` goes.
fn replaced(folder: &Path, module: &str) -> Result<(Changes, Survey), Stop> {
    replaced_at(folder, module, &offline())
}

/// What changes once `thing` goes, and the module stands where the settings say.
fn replaced_at(
    folder: &Path,
    module: &str,
    settings: &Settings,
) -> Result<(Changes, Survey), Stop> {
    let survey = surveyed(folder);
    let dependency = thing(&survey);
    let fitting = fitting(folder, &survey, dependency, settings, &PlainHost)?;
    let module = Module {
        stem: fitting.stem.clone(),
        files: vec![ModuleFile {
            path: format!("{}.rs", fitting.stem),
            bytes: module.as_bytes().to_vec(),
        }],
        editions: vec!["2021".into()],
    };
    let leaving = Leaving {
        folder,
        survey: &survey,
        dependency,
        fitting: &fitting,
        module: &module,
        keeps: &[],
    };
    let changes = replace(&leaving, settings, &PlainHost)?;
    Ok((changes, survey.clone()))
}

fn wanted_at(module_path: &str) -> Settings {
    Settings {
        module_path: Some(module_path.into()),
        ..offline()
    }
}

fn text<'c>(changes: &'c Changes, file: &str) -> &'c str {
    let change = changes
        .files
        .iter()
        .find(|change| change.file == file)
        .unwrap();
    std::str::from_utf8(change.after.as_deref().unwrap()).unwrap()
}

#[test]
fn a_project_builds_and_passes_its_tests_without_the_dependency() {
    let folder = project(&[]);
    let (changes, survey) = replaced(folder.path(), MODULE).unwrap();
    let dependency = thing(&survey);
    let before = suite(folder.path(), dependency, &offline(), &PlainHost).unwrap();
    assert!(before.ok, "{}", before.told);
    assert_eq!((before.passed, before.failed), (2, 0));
    passes_with(folder.path(), &changes, dependency);
    let again = surveyed(folder.path());
    assert!(again.dependencies.iter().all(|one| one.name != "thing"));
}

/// The project's tests pass with the changes made, and the dependency gone.
fn passes_with(folder: &Path, changes: &Changes, dependency: &Dependency) {
    for change in &changes.files {
        let path = folder.join(&change.file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, change.after.as_ref().unwrap()).unwrap();
    }
    std::fs::remove_dir_all(folder.join("vendor/thing")).unwrap();
    let after = suite(folder, dependency, &offline(), &PlainHost).unwrap();
    assert!(after.ok, "{}", after.told);
    assert_eq!((after.passed, after.failed), (2, 0));
}

/// The same with the module where it is wanted.
fn passes_at(folder: &Path, module_path: &str) -> Changes {
    let (changes, survey) = replaced_at(folder, MODULE, &wanted_at(module_path)).unwrap();
    passes_with(folder, &changes, thing(&survey));
    changes
}

#[test]
fn the_module_stands_in_a_module_that_is_made_for_it() {
    let folder = project(&[]);
    let changes = passes_at(folder.path(), "crate::vendored::deep::thing");
    assert_eq!(changes.module, "app/src/vendored/deep/thing.rs");
    let library = text(&changes, "app/src/lib.rs");
    let made = "mod vendored {\npub(crate) mod deep {\npub(crate) mod thing;\n}\n}\n";
    assert!(library.contains(made), "{library}");
    assert!(
        library.contains("use {other as o, crate::vendored::deep::thing::plain};"),
        "{library}"
    );
    // Integration tests are a crate of their own, whose files lie elsewhere.
    let outside = text(&changes, "app/tests/it.rs");
    assert!(
        outside.contains("#[path = \"../src/vendored/deep/thing.rs\"]\n"),
        "{outside}"
    );
}

#[test]
fn the_module_stands_in_a_module_that_is_there() {
    let library = LIBRARY.replace(
        "mod zoo;",
        "mod zoo;\nmod outer { pub(crate) mod middle {} }",
    );
    let outside = "mod outer;\n#[test]\nfn outside() {\n    assert_eq!(thing::plain(), 1);\n}\n";
    let folder = project(&[
        ("app/src/lib.rs", &library),
        ("app/tests/it.rs", outside),
        ("app/tests/outer/mod.rs", "//! Has no `middle` yet.\n"),
    ]);
    let changes = passes_at(folder.path(), "outer::middle::thing");
    assert_eq!(changes.module, "app/src/outer/middle/thing.rs");
    let library = text(&changes, "app/src/lib.rs");
    assert!(
        library.contains("mod outer { pub(crate) mod middle {pub(crate) mod thing;\n} }"),
        "{library}"
    );
    let outer = text(&changes, "app/tests/outer/mod.rs");
    assert!(
        outer.contains("pub(crate) mod middle {\n#[path = \"../../src/outer/middle/thing.rs\"]\n"),
        "{outer}"
    );
}

#[test]
fn a_place_that_can_not_be_had_is_refused() {
    let zoo = "mod cage {}\npub(crate) mod taken {}\n";
    let folder = project(&[("app/src/zoo.rs", zoo), ("app/src/left/thing.rs", "")]);
    let refused =
        |module_path: &str| match replaced_at(folder.path(), MODULE, &wanted_at(module_path)) {
            Err(Stop::Failed(failure)) => failure.text,
            other => panic!("{module_path}: {:?}", other.map(|(changes, _)| changes)),
        };
    assert_eq!(
        refused("zoo::cage::thing"),
        "app/src/zoo.rs:1: `cage` is private, so the rest of the crate could not use a module in it"
    );
    assert_eq!(
        refused("zoo::taken"),
        "app/src/zoo.rs has a `taken` already"
    );
    assert_eq!(
        refused("left::thing"),
        "app/src/left/thing.rs is there already"
    );
    assert_eq!(refused("zoo::fn"), "`zoo::fn` is no path of a module");
    let named = "macro_rules! twice { ($e:expr) => { $crate::thing::double($e) } }\n";
    match replaced_at(folder.path(), named, &wanted_at("zoo::thing")) {
        Err(Stop::Failed(failure)) => assert_eq!(failure.code, "module_path"),
        other => panic!("{:?}", other.map(|(changes, _)| changes)),
    }
}

#[test]
fn only_what_names_the_dependency_changes() {
    let folder = project(&[]);
    let (changes, _) = replaced(folder.path(), MODULE).unwrap();
    let files: Vec<&str> = changes
        .files
        .iter()
        .map(|change| change.file.as_str())
        .collect();
    assert_eq!(
        files,
        [
            "app/Cargo.toml",
            "app/src/inner.rs",
            "app/src/lib.rs",
            "app/src/thing.rs",
            "app/tests/it.rs"
        ]
    );
    let library = text(&changes, "app/src/lib.rs");
    assert!(
        library.contains("use crate::thing::{self as deep, Type as Renamed, parse};"),
        "{library}"
    );
    assert!(
        library.contains("use {other as o, crate::thing::plain};"),
        "{library}"
    );
    assert!(
        library.contains("deep::parse(\"b\") + plain() + crate::thing::plain()"),
        "{library}"
    );
    // Above the first module whose macros everything below sees.
    assert!(
        library.contains("mod thing;\n\n#[macro_use]\nmod macros;"),
        "{library}"
    );
    let inner = text(&changes, "app/src/inner.rs");
    assert!(
        inner.contains("crate::thing::twice!(2) + twice!(1) + crate::thing::Type::new().0"),
        "{inner}"
    );
    assert!(inner.contains("use crate::thing::twice;"), "{inner}");
    let test = text(&changes, "app/tests/it.rs");
    assert!(
        test.starts_with("#[path = \"../src/thing.rs\"]\nmod thing;\n\n#[test]"),
        "{test}"
    );
    let manifest = text(&changes, "app/Cargo.toml");
    assert!(
        !manifest.contains("thing") && manifest.contains("# stays"),
        "{manifest}"
    );
}

#[test]
fn what_can_not_be_told_is_refused_with_its_place() {
    let folder = project(&[(
        "app/src/zoo.rs",
        "use thing::deep::*;\npub fn f() -> u8 { parse(\"\") }\n",
    )]);
    let Err(Stop::Refused(reason)) = replaced(folder.path(), MODULE) else {
        panic!("a glob may bring in anything");
    };
    assert_eq!(reason.code, ReasonCode::Dynamic);
    assert_eq!(
        (reason.file.as_deref(), reason.line),
        (Some("app/src/zoo.rs"), Some(1))
    );
}

#[test]
fn what_the_crate_forbids_is_refused() {
    let forbidding = format!("#![forbid(unsafe_code, dead_code)]\n{LIBRARY}");
    let folder = project(&[("app/src/lib.rs", &forbidding)]);
    let code = |module: &str| match replaced(folder.path(), module) {
        Err(Stop::Refused(reason)) => reason.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(MODULE), ReasonCode::ForbiddenLint);
    let with_unsafe = format!("{MODULE}pub fn f() {{ unsafe {{}} }}\n");
    assert_eq!(code(&with_unsafe), ReasonCode::ForbiddenUnsafe);
    // What it forbids beside that is no ground.
    let forbidding = format!("#![forbid(unsafe_code, missing_docs)]\n{LIBRARY}");
    let folder = project(&[("app/src/lib.rs", &forbidding)]);
    assert!(replaced(folder.path(), MODULE).is_ok());
}

#[test]
fn an_example_of_the_documentation_keeps_it_for_tests() {
    let library = LIBRARY.replace(
        "pub fn shown",
        "/// ```\n/// assert_eq!(thing::plain(), 1);\n/// ```\npub fn shown",
    );
    let folder = project(&[("app/src/lib.rs", &library)]);
    let (changes, _) = replaced(folder.path(), MODULE).unwrap();
    let manifest = text(&changes, "app/Cargo.toml");
    let (normal, tests) = manifest.split_once("[dev-dependencies]").unwrap();
    assert!(
        !normal.contains("thing") && tests.contains("thing"),
        "{manifest}"
    );
    assert!(
        changes
            .notes
            .iter()
            .any(|note| note.code == "stays_for_examples")
    );
}

#[test]
fn what_the_module_goes_on_using_takes_its_place() {
    let keeps = [("a", Some("1.2.0")), ("c", Some("2.0.0"))].map(|(name, version)| Kept {
        name: name.into(),
        version: version.map(str::to_owned),
    });
    let text = "[dependencies]\n# one\na = \"1\"\nb = \"1\" # b\n\n[dev-dependencies]\nb = \"1\"\n";
    let after = manifest::without(text, &["b"], &keeps, false).unwrap();
    assert_eq!(after, "[dependencies]\n# one\na = \"1\"\nc = \"2.0.0\"\n");
    let text = "[dev-dependencies]\nb = \"1\"\n";
    let after = manifest::without(text, &["b"], &keeps[1..], false).unwrap();
    assert_eq!(after, "[dev-dependencies]\nc = \"2.0.0\"\n");
}

#[test]
fn manifests_keep_their_comments_and_features_their_names() {
    let text = "[dependencies]\n# one\na = \"1\"\nb = { version = \"1\", optional = true } # b\n# last\nc = \"1\"\n\n[target.'cfg(unix)'.dependencies]\nb = \"1\"\n\n[features]\ndefault = [\n  \"b\", # by default\n  \"more\",\n]\nmore = [\"b/std\", \"c/std\"]\n";
    let after = manifest::without(text, &["b"], &[], false).unwrap();
    assert_eq!(
        after,
        "[dependencies]\n# one\na = \"1\"\n# last\nc = \"1\"\n\n[features]\ndefault = [\n  \"b\", # by default\n  \"more\",\n]\nmore = [\"c/std\"]\nb = []\n"
    );
    let text = "[dependencies]\nb = { version = \"1\", optional = true }\n\n[features]\nmore = [\"dep:b\", \"b?/x\"]\n";
    let after = manifest::without(text, &["b"], &[], false).unwrap();
    assert_eq!(after, "[features]\nmore = []\n");
}
