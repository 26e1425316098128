//! What a member's manifest declares, line by line.

use std::collections::BTreeMap;

use ripout_model::DependencyKind;
use toml::de::{DeTable, DeValue};

/// A dependency as a manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the manifest calls it.
    pub key: String,
    /// The package's name.
    pub package: String,
    /// The version that is asked for.
    pub wants: Option<String>,
    /// Whether it is a folder or a repository, and not a registry's.
    pub elsewhere: bool,
    /// 1-based.
    pub line: u32,
    /// Its line in the workspace's manifest, where it is inherited from there.
    pub inherited: Option<u32>,
    /// What it is for.
    pub kind: DependencyKind,
    /// Whether a feature must ask for it.
    pub optional: bool,
    /// The platforms it is for.
    pub target: Option<String>,
    /// Features that name it, each with the lines where they do.
    pub features: BTreeMap<String, Vec<u32>>,
}

/// The entries of a manifest; `workspace` is the text of the workspace's own.
pub fn read(text: &str, workspace: &str) -> Result<Vec<Entry>, String> {
    let parsed = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let parsed = parsed.get_ref();
    let shared = DeTable::parse(workspace).ok();
    let shared = shared
        .as_ref()
        .and_then(|table| within(table.get_ref(), "workspace"))
        .and_then(|table| within(table, "dependencies"));
    let mut places = vec![(parsed, None)];
    if let Some(targets) = within(parsed, "target") {
        for (target, table) in targets {
            if let DeValue::Table(table) = table.get_ref() {
                places.push((table, Some(target.get_ref().to_string())));
            }
        }
    }
    let mut entries = Vec::new();
    for (table, target) in places {
        for (key, kind) in [
            ("dependencies", DependencyKind::Normal),
            ("dev-dependencies", DependencyKind::Dev),
            ("dev_dependencies", DependencyKind::Dev),
            ("build-dependencies", DependencyKind::Build),
            ("build_dependencies", DependencyKind::Build),
        ] {
            for (name, value) in within(table, key).into_iter().flatten() {
                let key = name.get_ref().to_string();
                let from_workspace = flag(value.get_ref(), "workspace") == Some(true);
                let inherited = shared
                    .filter(|_| from_workspace)
                    .and_then(|shared| shared.iter().find(|(other, _)| **other.get_ref() == key));
                let said = inherited.map_or(value.get_ref(), |(_, value)| value.get_ref());
                entries.push(Entry {
                    package: word(said, "package").unwrap_or_else(|| key.clone()),
                    wants: match said {
                        DeValue::String(version) => Some(version.to_string()),
                        said => word(said, "version"),
                    },
                    elsewhere: word(said, "path").is_some() || word(said, "git").is_some(),
                    line: line(text, name.span().start),
                    inherited: inherited.map(|(name, _)| line(workspace, name.span().start)),
                    kind,
                    optional: flag(value.get_ref(), "optional") == Some(true),
                    target: target.clone(),
                    features: BTreeMap::new(),
                    key,
                });
            }
        }
    }
    for (feature, value) in within(parsed, "features").into_iter().flatten() {
        let DeValue::Array(named) = value.get_ref() else {
            continue;
        };
        for item in named {
            let DeValue::String(text_of) = item.get_ref() else {
                continue;
            };
            let at = line(text, item.span().start);
            for entry in entries.iter_mut().filter(|entry| names(text_of, entry)) {
                let lines = entry.features.entry(feature.get_ref().to_string());
                lines.or_default().push(at);
            }
        }
    }
    Ok(entries)
}

/// Whether an item of a feature's list names a dependency: `dep:name`, `name`, `name/feature`, `name?/feature`.
fn names(item: &str, entry: &Entry) -> bool {
    let bare = item.strip_prefix("dep:").unwrap_or(item);
    let (bare, of_its_own) = match bare.split_once('/') {
        Some((name, _)) => (name.trim_end_matches('?'), true),
        None => (bare, item.starts_with("dep:")),
    };
    bare == entry.key && (of_its_own || entry.optional)
}

fn within<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    match table.get(key)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn word(value: &DeValue<'_>, key: &str) -> Option<String> {
    match value {
        DeValue::Table(table) => match table.get(key)?.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn flag(value: &DeValue<'_>, key: &str) -> Option<bool> {
    match value {
        DeValue::Table(table) => match table.get(key)?.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        },
        _ => None,
    }
}

/// 1-based line of a byte.
fn line(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = "[workspace]\nmembers = [\"a\"]\n\n[workspace.dependencies]\nshared = { package = \"shared-thing\", version = \"2\" }\n";

    const MANIFEST: &str = r#"[package]
name = "a"

[dependencies]
plain = "1.2"
new-name = { package = "old-name", version = "0.3" }
maybe = { version = "1", optional = true }
shared.workspace = true

[target.'cfg(unix)'.dependencies]
unixy = "1"

[dev-dependencies]
tested = "1"

[build-dependencies.built]
version = "1"

[features]
default = ["more"]
more = ["dep:maybe", "plain/std"]
"#;

    #[test]
    fn each_way_to_declare_is_read_with_its_line() {
        let entries = read(MANIFEST, WORKSPACE).unwrap();
        let of = |key: &str| entries.iter().find(|entry| entry.key == key).unwrap();
        assert_eq!(entries.len(), 7);
        assert_eq!(
            (of("plain").line, of("plain").wants.as_deref()),
            (5, Some("1.2"))
        );
        assert_eq!(of("plain").features["more"], [21]);
        assert_eq!(
            (of("new-name").line, &*of("new-name").package),
            (6, "old-name")
        );
        assert!(of("maybe").optional);
        assert_eq!(of("maybe").features["more"], [21]);
        let shared = of("shared");
        assert_eq!((shared.line, shared.inherited), (8, Some(5)));
        assert_eq!(
            (&*shared.package, shared.wants.as_deref()),
            ("shared-thing", Some("2"))
        );
        assert_eq!(of("unixy").target.as_deref(), Some("cfg(unix)"));
        assert_eq!(of("tested").kind, DependencyKind::Dev);
        assert_eq!(
            (of("built").kind, of("built").line),
            (DependencyKind::Build, 16)
        );
    }

    #[test]
    fn a_manifest_that_is_none_is_said() {
        assert!(read("[dependencies\n", "").is_err());
    }
}
