//! RustSec's format: Markdown that begins with a block of TOML, or that TOML alone.

use std::collections::BTreeMap;

use semver::{Version, VersionReq};
use serde::Deserialize;
use serde_json::Value;

use super::{Advisory, Affected, Named};

const OPENS: &str = "```toml";

#[derive(Deserialize)]
struct File {
    advisory: Head,
    #[serde(default)]
    versions: Stated,
    #[serde(default)]
    affected: Parts,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    package: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    withdrawn: Option<toml::Value>,
}

#[derive(Deserialize, Default)]
struct Stated {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Parts {
    #[serde(default)]
    functions: BTreeMap<String, Vec<String>>,
}

/// Which versions are safe, and which functions are not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Versions {
    safe: Vec<VersionReq>,
    functions: BTreeMap<String, Vec<VersionReq>>,
}

impl Versions {
    /// Whether a version is affected. One that is none can't be said to be safe.
    pub fn hold(&self, version: &str) -> bool {
        Version::parse(version).map_or(true, |version| {
            !self.safe.iter().any(|safe| safe.matches(&version))
        })
    }

    /// Functions that are named for a version.
    pub fn functions(&self, version: &str) -> Vec<String> {
        let version = Version::parse(version).ok();
        let for_it = |wanted: &[VersionReq]| {
            version.as_ref().is_none_or(|version| {
                wanted.is_empty() || wanted.iter().any(|it| it.matches(version))
            })
        };
        self.functions
            .iter()
            .filter(|(_, wanted)| for_it(wanted))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// Whether a text begins as RustSec's Markdown does.
pub(super) fn is_markdown(text: &str) -> bool {
    text.trim_start().starts_with(OPENS)
}

/// Reads an advisory: Markdown, or TOML alone.
pub(super) fn read(text: &str) -> Result<Advisory, String> {
    let (stated, rest) = match text.trim_start().strip_prefix(OPENS) {
        Some(inside) => inside
            .split_once("\n```")
            .ok_or("its block of TOML has no end")?,
        None => (text, ""),
    };
    let file: File = toml::from_str(stated).map_err(|error| error.message().to_owned())?;
    let all = |list: &[String]| -> Result<Vec<VersionReq>, String> {
        list.iter().map(|text| requirement(text)).collect()
    };
    let mut safe = all(&file.versions.patched)?;
    safe.extend(all(&file.versions.unaffected)?);
    let functions = file
        .affected
        .functions
        .iter()
        .map(|(name, wanted)| Ok((name.clone(), all(wanted)?)))
        .collect::<Result<_, String>>()?;
    let heading = rest.lines().find_map(|line| line.strip_prefix("# "));
    Ok(Advisory {
        id: file.advisory.id,
        summary: file
            .advisory
            .title
            .or(heading.map(|it| it.trim().to_owned())),
        withdrawn: file.advisory.withdrawn.map(|when| when.to_string()),
        affected: vec![Affected {
            package: Some(Named {
                ecosystem: "crates.io".into(),
                name: file.advisory.package,
            }),
            ranges: Vec::new(),
            versions: Vec::new(),
            ecosystem_specific: Value::Null,
            database_specific: Value::Null,
            rustsec: Some(Versions { safe, functions }),
        }],
    })
}

fn requirement(text: &str) -> Result<VersionReq, String> {
    VersionReq::parse(text).map_err(|error| format!("`{text}` is no requirement: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{advisories::of_entry, ledger::tests::entry};

    fn text(versions: &str, functions: &str) -> String {
        format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2030-0001\"\npackage = \"strsim\"\ndate = \"2030-01-01\"\n\n[versions]\n{versions}\n{functions}```\n\n# Words are alike\n\nWhy.\n"
        )
    }

    /// What an advisory says of an entry of strsim 0.11.1.
    fn told(versions: &str, functions: &str) -> Vec<bool> {
        let advisory = read(&text(versions, functions)).unwrap();
        assert_eq!(advisory.id, "RUSTSEC-2030-0001");
        assert_eq!(advisory.summary.as_deref(), Some("Words are alike"));
        of_entry(&[advisory], &entry("src/a.rs", 1))
            .iter()
            .map(|applies| applies.touches)
            .collect()
    }

    #[test]
    fn versions_and_functions_are_held_against_what_was_taken() {
        for (versions, functions, told_of) in [
            ("patched = []", "", &[true][..]),
            ("patched = [\">= 0.11.1\"]", "", &[]),
            ("patched = [\">= 0.12.0\"]", "", &[true]),
            ("patched = [\">= 0.12.0\", \"^0.11.1\"]", "", &[]),
            (
                "patched = [\">= 0.13.0\"]\nunaffected = [\"< 0.12.0\"]",
                "",
                &[],
            ),
            (
                "",
                "[affected.functions]\n\"strsim::hamming\" = [\"< 0.12.0\"]\n",
                &[false],
            ),
            (
                "",
                "[affected.functions]\n\"strsim::jaro_winkler\" = [\"< 0.12.0\"]\n",
                &[true],
            ),
        ] {
            assert_eq!(told(versions, functions), told_of, "{versions} {functions}");
        }
    }

    #[test]
    fn what_was_withdrawn_speaks_of_nothing() {
        let date = "date = \"2030-01-01\"";
        let withdrawn = text("", "").replace(date, &format!("{date}\nwithdrawn = \"2030-02-01\""));
        let advisory = read(&withdrawn).unwrap();
        assert!(of_entry(&[advisory], &entry("src/a.rs", 1)).is_empty());
    }

    #[test]
    fn what_is_broken_is_said() {
        assert_eq!(
            read("```toml\n[advisory]\n").unwrap_err(),
            "its block of TOML has no end"
        );
        assert!(read("```toml\n[advisory]\nid = 1\n```\n").is_err());
        let why = read(&text("patched = [\"soon\"]", "")).unwrap_err();
        assert!(why.starts_with("`soon` is no requirement"), "{why}");
    }
}
