//! The survey of a workspace of our own: each way to declare a dependency, and each way to use one.

use std::path::Path;

use ripout_model::{Dependency, DependencyKind, Settings, Survey, UsePlace, testing::PlainHost};

use super::survey;

/// Dependencies, each a package of its own.
const PACKAGES: [&str; 9] = [
    "plain", "old-name", "maybe", "unixy", "tested", "built", "shared", "idle", "macros",
];

const MANIFEST: &str = r#"[package]
name = "app"
version = "0.1.0"
edition = "2021"
license = "MIT"

[dependencies]
plain = { path = "../vendor/plain" }
new-name = { package = "old-name", path = "../vendor/old-name" }
maybe = { path = "../vendor/maybe", optional = true }
shared.workspace = true
idle = { path = "../vendor/idle" }
macros = { path = "../vendor/macros" }

[target.'cfg(unix)'.dependencies]
unixy = { path = "../vendor/unixy" }

[dev-dependencies]
tested = { path = "../vendor/tested" }

[build-dependencies]
built = { path = "../vendor/built" }

[features]
more = ["dep:maybe"]
"#;

const LIBRARY: &str = r#"//! ```
//! tested::in_a_doc_test();
//! ```
use plain::{deep::parse, Type as Renamed};
pub use shared::Given;
mod inner;

pub fn shown(of: Renamed) -> u8 {
    let plain = 1;
    plain.into()
}

fn hidden() {
    use new_name as n;
    let _ = parse(n::value());
    println!("{}", ::macros::inside());
    macros::call!(1);
}

#[cfg(feature = "more")]
fn conditional() -> maybe::Thing {
    maybe::Thing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses() {
        parse(tested::helper());
    }
}
"#;

const INNER: &str = "#[cfg(unix)]\nfn f() {\n    unixy::g();\n    crate::parse(2);\n    super::Renamed::new();\n}\n";

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn surveyed() -> Survey {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        "Cargo.toml",
        "[workspace]\nmembers = [\"app\"]\nexclude = [\"vendor\"]\nresolver = \"2\"\n\n[workspace.dependencies]\nshared = { path = \"vendor/shared\" }\n",
    );
    write(root, "app/Cargo.toml", MANIFEST);
    write(root, "app/src/lib.rs", LIBRARY);
    write(root, "app/src/inner.rs", INNER);
    write(root, "app/build.rs", "fn main() { built::make(); }\n");
    write(
        root,
        "app/tests/all.rs",
        "use app::Given;\n#[test]\nfn t() { tested::helper(); Given::new(); }\n",
    );
    for name in PACKAGES {
        let needs = if name == "plain" {
            "[dependencies]\nidle = { path = \"../idle\" }\n"
        } else {
            ""
        };
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n{needs}"
        );
        write(root, &format!("vendor/{name}/Cargo.toml"), &manifest);
        write(root, &format!("vendor/{name}/src/lib.rs"), "");
    }
    let settings = Settings {
        offline: true,
        ..Settings::default()
    };
    let made = survey(root, &settings, &PlainHost).unwrap().unwrap();
    assert!(
        !root.join("Cargo.lock").exists(),
        "the project was written to"
    );
    made
}

fn uses(dependency: &Dependency) -> Vec<String> {
    let told = dependency.uses.iter().map(|used| {
        let place = match &used.place {
            UsePlace::Conditional(condition) => format!("if {condition}"),
            place => format!("{place:?}"),
        };
        let exposed = if used.exposed { " exposed" } else { "" };
        let file = used.file.trim_start_matches("app/");
        format!("{} {file}:{} {place}{exposed}", used.symbol, used.line)
    });
    told.collect()
}

#[test]
fn each_dependency_is_told_with_its_places() {
    let survey = surveyed();
    let of = |name: &str| {
        survey
            .dependencies
            .iter()
            .find(|dependency| dependency.name == name)
            .unwrap_or_else(|| panic!("{name}: {:?}", survey.notes))
    };
    assert_eq!(survey.dependencies.len(), PACKAGES.len());
    assert_eq!(
        uses(of("plain")),
        [
            "plain::deep::parse src/inner.rs:4 if unix",
            "plain::Type::new src/inner.rs:5 if unix",
            "plain::Type src/lib.rs:4 Code",
            "plain::deep::parse src/lib.rs:4 Code",
            "plain::Type src/lib.rs:8 Code exposed",
            "plain::deep::parse src/lib.rs:15 Code",
            "plain::deep::parse src/lib.rs:31 Test",
        ]
    );
    assert_eq!(of("old-name").called, ["new_name"]);
    assert_eq!(
        uses(of("old-name")),
        [
            "old_name src/lib.rs:14 Code",
            "old_name::value src/lib.rs:15 Code"
        ]
    );
    assert_eq!(
        uses(of("macros")),
        [
            "macros::inside src/lib.rs:16 Macro",
            "macros::call! src/lib.rs:17 Code"
        ]
    );
    assert_eq!(
        uses(of("shared")),
        [
            "shared::Given src/lib.rs:5 Reexport exposed",
            "shared::Given tests/all.rs:1 Test",
            "shared::Given::new tests/all.rs:3 Test",
        ]
    );
    assert_eq!(
        uses(of("maybe")),
        [
            "maybe Cargo.toml:25 Manifest",
            "maybe::Thing src/lib.rs:21 if feature = \"more\"",
            "maybe::Thing src/lib.rs:22 if feature = \"more\"",
        ]
    );
    assert_eq!(uses(of("unixy")), ["unixy::g src/inner.rs:3 if unix"]);
    assert_eq!(
        uses(of("tested")),
        [
            "tested::in_a_doc_test src/lib.rs:2 Doc",
            "tested::helper src/lib.rs:31 Test",
            "tested::helper tests/all.rs:3 Test",
        ]
    );
    assert_eq!(uses(of("built")), ["built::make build.rs:1 Build"]);
    assert!(of("idle").uses.is_empty());
}

#[test]
fn declarations_and_the_lock_file_are_told() {
    let survey = surveyed();
    let of = |name: &str| {
        let found = survey.dependencies.iter();
        found
            .clone()
            .find(|dependency| dependency.name == name)
            .unwrap()
    };
    let declared = &of("maybe").declared[0];
    assert_eq!((declared.line, declared.optional), (10, true));
    assert_eq!(declared.features, ["more"]);
    let shared: Vec<(&str, u32)> = of("shared")
        .declared
        .iter()
        .map(|declared| (declared.file.as_str(), declared.line))
        .collect();
    assert_eq!(shared, [("app/Cargo.toml", 11), ("Cargo.toml", 7)]);
    assert_eq!(of("unixy").declared[0].target.as_deref(), Some("cfg(unix)"));
    assert_eq!(of("tested").declared[0].kind, DependencyKind::Dev);
    assert_eq!(of("built").declared[0].kind, DependencyKind::Build);
    let plain = &survey.locked[of("plain").locked.unwrap()];
    assert_eq!(plain.version, "1.0.0");
    assert_eq!(survey.locked[plain.requires[0]].name, "idle");
    assert!(plain.folder.is_some());
    assert_eq!(survey.members[0].licence.as_deref(), Some("MIT"));
    assert_eq!(survey.notes[0].code, "no_lock_file");
}
