//! What became of taken-over modules since they were judged: `ripout.check/1`.

use std::collections::BTreeMap;

use serde::Serialize;
use similar::{Algorithm, TextDiff};

use super::{advisories::Applies, ledger::TakenOver};

/// Version of the document.
pub const SCHEMA: &str = "ripout.check/1";

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// [`SCHEMA`].
    pub schema: String,
    /// The modules, in the order of the ledger.
    pub modules: Vec<Module>,
    /// What could not be checked, and why.
    pub unchecked: Vec<String>,
}

/// A module of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Module {
    /// Relative to the project's folder.
    pub path: String,
    /// The package that it was taken from.
    pub package: String,
    /// Its version.
    pub version: Option<String>,
    /// What was asked for.
    pub symbols: Vec<String>,
    /// Whether it is what was judged.
    pub text: Text,
    /// The command that judges it as it is now; only where it was edited.
    pub judge_again: Option<String>,
    /// What upstream has made of it; null where that could not be checked.
    pub upstream: Option<Upstream>,
    /// Advisories of the packages that its text was taken from.
    pub advisories: Vec<Applies>,
}

/// A module's text against the one that was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "mcp", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// The same.
    Same,
    /// Another.
    Edited,
    /// There is none.
    Missing,
}

/// The newest release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// Its version, or its commit where it has none.
    pub newest: String,
    /// Whether it is another release than the one that text was taken from.
    pub newer: bool,
    /// What is not as it was taken.
    pub definitions: Vec<Difference>,
    /// Its licence.
    pub licence: Option<String>,
    /// Whether that is another one.
    pub licence_changed: bool,
}

/// A definition that is not as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its full path.
    pub name: String,
    /// What it is.
    pub kind: ripout_model::Kind,
    /// What became of it.
    pub change: Change,
    /// Where it stands: in the newest release, or where it stood.
    pub file: String,
    /// First and last line there.
    pub lines: [u32; 2],
    /// Both texts; null where one of them could not be had.
    pub diff: Option<String>,
}

/// What became of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It has another text.
    Changed,
    /// What was taken reaches it now.
    Added,
    /// It is gone, or nothing that was taken reaches it any more.
    Gone,
}

impl Change {
    /// The word as results spell it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Changed => "changed",
            Change::Added => "added",
            Change::Gone => "gone",
        }
    }
}

impl Checked {
    /// What outweighs the rest: a module that is not what was judged or that an advisory touches, then a change upstream,
    /// then what could not be checked.
    pub fn exit_code(&self) -> u8 {
        let any = |holds: fn(&Module) -> bool| self.modules.iter().any(holds);
        if any(|module| {
            module.text != Text::Same || module.advisories.iter().any(|found| found.touches)
        }) {
            1
        } else if any(Module::has_changed) {
            3
        } else if !self.unchecked.is_empty() {
            2
        } else {
            0
        }
    }

    /// The document: pretty, with a newline at its end.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no strings can fail here, and there is none.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Module {
    fn has_changed(&self) -> bool {
        self.upstream
            .as_ref()
            .is_some_and(|upstream| !upstream.definitions.is_empty())
    }
}

/// A definition with its text, where that could be had.
pub type WithText = (TakenOver, Option<String>);

/// Compares what was taken with what would be taken now, by names and hashes. Packages count without their versions.
pub fn differences(then: &[WithText], now: &[WithText]) -> Vec<Difference> {
    type Named<'a> = (&'a str, &'a str, &'a str);
    type Both<'a> = [Vec<&'a WithText>; 2];
    let mut all: BTreeMap<Named<'_>, Both<'_>> = BTreeMap::new();
    for (side, definitions) in [then, now].into_iter().enumerate() {
        for definition in definitions {
            let taken = &definition.0;
            let package = taken.package.split('@').next().unwrap_or_default();
            let name = (package, taken.name.as_str(), taken.kind.word());
            all.entry(name).or_default()[side].push(definition);
        }
    }
    let mut found = Vec::new();
    for [then, mut now] in all.into_values() {
        // Several may share a name: those of equal text are the same.
        let mut then: Vec<&WithText> = then
            .into_iter()
            .filter(
                |old| match now.iter().position(|new| new.0.hash == old.0.hash) {
                    Some(at) => {
                        now.remove(at);
                        false
                    }
                    None => true,
                },
            )
            .collect();
        let pairs = then.len().min(now.len());
        for (old, new) in then.drain(..pairs).zip(now.drain(..pairs)) {
            found.push(difference(Change::Changed, Some(old), Some(new)));
        }
        found.extend(
            then.iter()
                .map(|old| difference(Change::Gone, Some(old), None)),
        );
        found.extend(
            now.iter()
                .map(|new| difference(Change::Added, None, Some(new))),
        );
    }
    let mut found: Vec<Difference> = found.into_iter().flatten().collect();
    // What was taken comes first, then what it would reach now; each by name.
    found.sort_by_key(|one| match one.change {
        Change::Changed => 0,
        Change::Gone => 1,
        Change::Added => 2,
    });
    found
}

fn difference(
    change: Change,
    old: Option<&WithText>,
    new: Option<&WithText>,
) -> Option<Difference> {
    let (stands, _) = new.or(old)?;
    let text = |side: Option<&WithText>| match side {
        None => Some(String::new()),
        Some((_, text)) => text.clone().map(|text| text + "\n"),
    };
    let diff = text(old).zip(text(new)).map(|(before, after)| {
        let header = |side: Option<&WithText>| match side {
            None => "/dev/null".to_owned(),
            Some((taken, _)) => format!("{}/{}", taken.package, taken.file),
        };
        TextDiff::configure()
            .algorithm(Algorithm::Patience)
            .diff_lines(&before, &after)
            .unified_diff()
            .header(&header(old), &header(new))
            .to_string()
    });
    Some(Difference {
        name: stands.name.clone(),
        kind: stands.kind,
        change,
        file: stands.file.clone(),
        lines: stands.lines,
        diff,
    })
}

#[cfg(test)]
mod tests {
    use ripout_model::{Kind, Origin};

    use super::*;
    use crate::evidence::ledger::hash;

    fn taken(name: &str, version: &str, text: &str) -> WithText {
        let taken = TakenOver {
            name: name.into(),
            kind: Kind::Function,
            package: format!("p@{version}"),
            file: "src/lib.rs".into(),
            lines: [1, 2],
            hash: hash(text.as_bytes()),
            origin: Origin::Verbatim,
        };
        (taken, Some(text.to_owned()))
    }

    #[test]
    fn only_what_changed_is_told() {
        let then = [
            taken("p::a", "1", "fn a() {}"),
            taken("p::b", "1", "fn b() {}"),
            taken("p::c", "1", "fn c() {}"),
        ];
        let now = [
            taken("p::a", "2", "fn a() {}"),
            taken("p::b", "2", "fn b() { d() }"),
            taken("p::d", "2", "fn d() {}"),
        ];
        let found = differences(&then, &now);
        let told: Vec<(&str, Change)> = found
            .iter()
            .map(|one| (one.name.as_str(), one.change))
            .collect();
        assert_eq!(
            told,
            [
                ("p::b", Change::Changed),
                ("p::c", Change::Gone),
                ("p::d", Change::Added)
            ]
        );
        let diff = found[0].diff.as_deref().unwrap();
        assert!(diff.contains("-fn b() {}\n+fn b() { d() }\n"), "{diff}");
        assert!(
            diff.starts_with("--- p@1/src/lib.rs\n+++ p@2/src/lib.rs\n"),
            "{diff}"
        );
        assert!(differences(&then, &then).is_empty());
    }

    #[test]
    fn definitions_that_share_a_name_are_told_apart_by_their_text() {
        let then = [taken("p::a", "1", "one"), taken("p::a", "1", "two")];
        let now = [taken("p::a", "2", "two"), taken("p::a", "2", "three")];
        let found = differences(&then, &now);
        assert_eq!(found.len(), 1);
        assert!(found[0].diff.as_deref().unwrap().contains("-one\n+three\n"));
    }

    #[test]
    fn what_weighs_more_decides_the_exit_code() {
        let module = Module {
            path: "a.rs".into(),
            package: "p".into(),
            version: None,
            symbols: Vec::new(),
            text: Text::Same,
            judge_again: None,
            upstream: None,
            advisories: Vec::new(),
        };
        let mut checked = Checked {
            schema: SCHEMA.into(),
            modules: vec![module],
            unchecked: Vec::new(),
        };
        assert_eq!(checked.exit_code(), 0);
        checked.unchecked.push("network".into());
        assert_eq!(checked.exit_code(), 2);
        checked.modules[0].upstream = Some(Upstream {
            newest: "2".into(),
            newer: true,
            definitions: differences(&[taken("p::a", "1", "one")], &[]),
            licence: None,
            licence_changed: false,
        });
        assert_eq!(checked.exit_code(), 3);
        checked.modules[0].text = Text::Edited;
        assert_eq!(checked.exit_code(), 1);
    }
}
