//! Advisories from places that the user names, and whether they touch what was taken.
//!
//! * `source`: files, folders, archives and addresses; OSV's format
//! * `rustsec`: RustSec's format
//! * `address`: what is fetched
//!
//! To be safe, whatever can't be read out of an advisory counts as touching: a range of another kind, a version that is
//! none, an advisory that names no function.

mod address;
mod rustsec;
mod source;

use std::cmp::Ordering;

use ripout_model::{Kind, SourceKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ledger::Entry, versions::compare};
pub use source::read;

/// An advisory.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Advisory {
    /// Its identifier.
    pub id: String,
    /// One line.
    #[serde(default)]
    pub summary: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    affected: Vec<Affected>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Affected {
    #[serde(default)]
    package: Option<Named>,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    ecosystem_specific: Value,
    #[serde(default)]
    database_specific: Value,
    /// Versions and functions as RustSec states them, in the place of all the others.
    #[serde(skip)]
    rustsec: Option<rustsec::Versions>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Named {
    ecosystem: String,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

/// An advisory that speaks of a version that text was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applies {
    /// Its identifier.
    pub id: String,
    /// One line.
    pub summary: Option<String>,
    /// `name@version`.
    pub package: String,
    /// Functions that it names.
    pub functions: Vec<String>,
    /// Whether it touches what was taken.
    pub touches: bool,
    /// Why, or why not.
    pub why: String,
}

/// Those that speak of a package and a version that an entry's text was taken from.
pub fn of_entry(advisories: &[Advisory], entry: &Entry) -> Vec<Applies> {
    let (kind, ecosystem) = match entry.language.as_str() {
        "rust" => (SourceKind::Crate, "crates.io"),
        _ => (SourceKind::Pypi, "PyPI"),
    };
    let mut packages: Vec<(&str, &str)> = entry
        .definitions
        .iter()
        .filter_map(|taken| taken.package.split_once('@'))
        .collect();
    if let (SourceKind::Crate | SourceKind::Pypi, Some(version)) = (entry.kind, &entry.version) {
        packages.push((&entry.package, version));
    }
    packages.sort_unstable();
    packages.dedup();
    let mut found: Vec<Applies> = Vec::new();
    for advisory in advisories.iter().filter(|it| it.withdrawn.is_none()) {
        for (name, version) in &packages {
            let of_package: Vec<&Affected> = advisory
                .affected
                .iter()
                .filter(|affected| {
                    affected.package.as_ref().is_some_and(|named| {
                        // A variant of an ecosystem stands after a colon.
                        named.ecosystem.split(':').next() == Some(ecosystem)
                            && same_name(kind, &named.name, name)
                    }) && affected.holds(kind, version)
                })
                .collect();
            if of_package.is_empty() {
                continue;
            }
            found.push(applies(advisory, &of_package, name, version, entry));
        }
    }
    found.sort_by(|a, b| (&a.id, &a.package).cmp(&(&b.id, &b.package)));
    found
}

fn same_name(kind: SourceKind, one: &str, other: &str) -> bool {
    let plain = |name: &str| match kind {
        SourceKind::Pypi => name.to_lowercase().replace(['_', '.'], "-"),
        _ => name.replace('_', "-"),
    };
    plain(one) == plain(other)
}

fn applies(
    advisory: &Advisory,
    affected: &[&Affected],
    name: &str,
    version: &str,
    entry: &Entry,
) -> Applies {
    let functions = |one: &Affected| one.functions(version);
    let mut named: Vec<String> = affected.iter().flat_map(|one| functions(one)).collect();
    named.sort();
    named.dedup();
    // A part of it that names no function speaks of all of the package.
    let of_all = affected.iter().any(|one| functions(one).is_empty());
    let hit = named.iter().find(|function| {
        entry
            .definitions
            .iter()
            .filter(|taken| taken.package.split('@').next() == Some(name))
            .any(|taken| names(function, &taken.name, taken.kind))
    });
    let (touches, why) = match hit {
        Some(function) => (true, format!("`{function}` was taken")),
        None if of_all => (
            true,
            "it names no function, so it may well be in what was taken".to_owned(),
        ),
        None => (
            false,
            format!(
                "it is about {}, and none of that was taken",
                named.join(", ")
            ),
        ),
    };
    Applies {
        id: advisory.id.clone(),
        summary: advisory.summary.clone(),
        package: format!("{name}@{version}"),
        functions: named,
        touches,
        why,
    }
}

/// Whether a function's public path may mean a definition, which goes by the path of the module that it stands in.
fn names(function: &str, definition: &str, kind: Kind) -> bool {
    let parts = |path: &str| -> Vec<String> {
        path.trim_end_matches("()")
            .split([':', '.'])
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let function = parts(function);
    let Some(last) = function.last() else {
        return true;
    };
    if parts(definition).last() == Some(last) {
        return true;
    }
    // A method may lie in a definition that goes by its type.
    let of_type = function.len().checked_sub(2).map(|at| &function[at]);
    let words = definition.split(|c: char| !c.is_alphanumeric() && c != '_');
    matches!(kind, Kind::Impl | Kind::Class | Kind::Trait)
        && of_type.is_some_and(|of_type| words.clone().any(|word| word == of_type))
}

impl Affected {
    /// Whether a version is among those that are affected.
    fn holds(&self, kind: SourceKind, version: &str) -> bool {
        if let Some(stated) = &self.rustsec {
            return stated.hold(version);
        }
        if self
            .versions
            .iter()
            .any(|one| one == version || compare(kind, one, version) == Some(Ordering::Equal))
        {
            return true;
        }
        if self.ranges.is_empty() {
            return self.versions.is_empty();
        }
        let ordered: Vec<&Range> = self
            .ranges
            .iter()
            .filter(|range| matches!(range.kind.as_str(), "SEMVER" | "ECOSYSTEM"))
            .collect();
        if ordered.is_empty() {
            return self.versions.is_empty();
        }
        ordered.iter().any(|range| range.holds(kind, version))
    }

    /// Functions that it names for a version.
    fn functions(&self, version: &str) -> Vec<String> {
        if let Some(stated) = &self.rustsec {
            return stated.functions(version);
        }
        let mut found = Vec::new();
        for specific in [&self.ecosystem_specific, &self.database_specific] {
            for place in [
                &specific["affects"]["functions"],
                &specific["functions"],
                &specific["affected_functions"],
            ] {
                match place {
                    Value::Array(names) => {
                        found.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    Value::Object(names) => found.extend(names.keys().cloned()),
                    _ => {}
                }
            }
        }
        found
    }
}

impl Range {
    fn holds(&self, kind: SourceKind, version: &str) -> bool {
        // Each event with its version, and whether a version after it is affected.
        let mut held: Option<(String, bool)> = None;
        for event in &self.events {
            let (at, starts, inclusive) = match event {
                Event {
                    introduced: Some(at),
                    ..
                } => (at, true, true),
                Event {
                    fixed: Some(at), ..
                } => (at, false, true),
                Event {
                    last_affected: Some(at),
                    ..
                } => (at, false, false),
                _ => continue,
            };
            let reached = if at == "0" {
                true
            } else {
                match compare(kind, at, version) {
                    Some(Ordering::Less) => true,
                    Some(Ordering::Equal) => inclusive,
                    Some(Ordering::Greater) => false,
                    None => return true,
                }
            };
            if !reached {
                continue;
            }
            // The latest event that the version has reached decides, in whatever order they stand.
            let later = held.as_ref().is_none_or(|(known, _)| {
                known == "0" || compare(kind, known, at) != Some(Ordering::Greater)
            });
            if later {
                held = Some((at.clone(), starts));
            }
        }
        held.is_some_and(|(_, affected)| affected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ledger::tests::entry;

    fn advisory(affected: &str) -> Vec<Advisory> {
        let text = format!(r#"[{{"id": "OSV-1", "summary": "oh", "affected": [{affected}]}}]"#);
        serde_json::from_str(&text).unwrap()
    }

    fn told(affected: &str) -> Vec<bool> {
        of_entry(&advisory(affected), &entry("src/a.rs", 1))
            .iter()
            .map(|applies| applies.touches)
            .collect()
    }

    const PACKAGE: &str = r#""package": {"ecosystem": "crates.io", "name": "strsim"}"#;

    #[test]
    fn ranges_and_versions_are_held_against_what_was_taken() {
        for (rest, told_of) in [
            (
                r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "0.12.0"}]}]"#,
                &[true][..],
            ),
            (
                r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "0.11.1"}]}]"#,
                &[],
            ),
            (
                r#""ranges": [{"type": "SEMVER", "events": [{"introduced": "0.12.0-a"}]}]"#,
                &[],
            ),
            (
                r#""ranges": [{"type": "SEMVER", "events": [{"fixed": "0.10.0"}, {"introduced": "0"}, {"introduced": "0.11.0"}]}]"#,
                &[true],
            ),
            (
                r#""ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "0.11.1"}]}]"#,
                &[true],
            ),
            (
                r#""ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "0.11.0"}]}]"#,
                &[],
            ),
            (r#""versions": ["0.11.1"]"#, &[true]),
            (r#""versions": ["0.11.0"]"#, &[]),
            (
                r#""ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]"#,
                &[true],
            ),
            (r#""database_specific": {}"#, &[true]),
        ] {
            assert_eq!(told(&format!("{{{PACKAGE}, {rest}}}")), told_of, "{rest}");
        }
        assert!(told(r#"{"package": {"ecosystem": "PyPI", "name": "strsim"}}"#).is_empty());
        assert!(told(r#"{"package": {"ecosystem": "crates.io", "name": "other"}}"#).is_empty());
    }

    #[test]
    fn functions_tell_whether_it_touches() {
        let with = |functions: &str| {
            told(&format!(
                r#"{{{PACKAGE}, "ecosystem_specific": {{"affects": {{"functions": {functions}}}}}}}"#
            ))
        };
        assert_eq!(with(r#"["strsim::jaro_winkler"]"#), [true]);
        assert_eq!(with(r#"["strsim::hamming"]"#), [false]);
        assert_eq!(with("[]"), [true]);
        assert!(names("a::Type::method", "impl a::b::Type", Kind::Impl));
        assert!(!names("a::Type::method", "impl a::b::Typed", Kind::Impl));
        assert!(names("pkg.Class.method", "pkg.mod.Class", Kind::Class));
    }

    #[test]
    fn what_was_withdrawn_is_left_out() {
        let mut all = advisory(&format!("{{{PACKAGE}}}"));
        all[0].withdrawn = Some("2024-01-01T00:00:00Z".into());
        assert!(of_entry(&all, &entry("src/a.rs", 1)).is_empty());
    }
}
