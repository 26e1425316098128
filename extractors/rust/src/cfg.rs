//! `cfg` predicates, evaluated as far as the consumer's copy is free of them.
//!
//! Features and what a build script sets are decided here. What depends on the platform or the profile is kept as written if
//! it holds here, so that the module still says what it depends on.

use std::collections::{BTreeMap, BTreeSet};

use crate::tokens::{Token, TokenKind};

/// What is switched on.
#[derive(Debug, Clone, Default)]
pub struct CfgSet {
    /// Features of the package.
    pub features: BTreeSet<String>,
    /// Bare names set by the build script.
    pub names: BTreeSet<String>,
    /// Keys with values set by the build script.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// Bare names of the platform: `unix`, `target_thread_local`, …
    pub platform_names: BTreeSet<String>,
    /// Keys with values of the platform: `target_os`, …
    pub platform_values: BTreeMap<String, BTreeSet<String>>,
}

/// What became of a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cfg {
    /// Holds everywhere.
    True,
    /// Holds nowhere.
    False,
    /// Holds here, and depends on the platform or the profile: what is left of it.
    Here(String),
    /// Fails here, and depends on the platform or the profile.
    Elsewhere(String),
}

impl Cfg {
    /// Whether it holds here.
    pub fn holds(&self) -> bool {
        matches!(self, Cfg::True | Cfg::Here(_))
    }

    fn rest(&self) -> Option<&str> {
        match self {
            Cfg::Here(rest) | Cfg::Elsewhere(rest) => Some(rest),
            _ => None,
        }
    }
}

/// Names the platform may set; they are never a package's own.
const PLATFORM: [&str; 5] = [
    "unix",
    "windows",
    "wasm",
    "target_thread_local",
    "proc_macro",
];

impl CfgSet {
    /// Reads what `rustc --print cfg` says.
    pub fn platform(&mut self, printed: &str) {
        for line in printed.lines() {
            match line.split_once('=') {
                Some((key, value)) => {
                    let value = value.trim_matches('"').to_owned();
                    self.platform_values
                        .entry(key.to_owned())
                        .or_default()
                        .insert(value);
                }
                None => {
                    self.platform_names.insert(line.trim().to_owned());
                }
            }
        }
    }

    /// Adds a cfg as a build script names it: `name` or `key="value"`.
    pub fn add(&mut self, cfg: &str) {
        match cfg.split_once('=') {
            Some((key, value)) => {
                let value = value.trim().trim_matches('"').to_owned();
                self.values
                    .entry(key.trim().to_owned())
                    .or_default()
                    .insert(value);
            }
            None => {
                self.names.insert(cfg.trim().to_owned());
            }
        }
    }

    /// Evaluates the predicate that the tokens spell.
    pub fn evaluate(&self, text: &str, tokens: &[Token]) -> Cfg {
        let mut reader = Predicate {
            set: self,
            text,
            tokens,
            at: 0,
        };
        reader.predicate()
    }

    fn name(&self, name: &str) -> Cfg {
        if self.names.contains(name) || name == "true" {
            return Cfg::True;
        }
        match name {
            // A module is no test, whatever the consumer builds; its own cases stay behind.
            "test" | "doctest" | "doc" | "miri" | "loom" | "fuzzing" | "false" | "rustdoc" => {
                Cfg::False
            }
            "debug_assertions" | "overflow_checks" | "ub_checks" => Cfg::Here(name.to_owned()),
            name if self.platform_names.contains(name) => Cfg::Here(name.to_owned()),
            name if PLATFORM.contains(&name) => Cfg::Elsewhere(name.to_owned()),
            _ => Cfg::False,
        }
    }

    fn value(&self, key: &str, value: &str) -> Cfg {
        if key == "feature" {
            return if self.features.contains(value) {
                Cfg::True
            } else {
                Cfg::False
            };
        }
        if self
            .values
            .get(key)
            .is_some_and(|values| values.contains(value))
        {
            return Cfg::True;
        }
        let spelled = format!("{key} = \"{value}\"");
        match self.platform_values.get(key) {
            Some(values) if values.contains(value) => Cfg::Here(spelled),
            _ if key.starts_with("target_") || key == "panic" => Cfg::Elsewhere(spelled),
            _ => Cfg::False,
        }
    }
}

struct Predicate<'a> {
    set: &'a CfgSet,
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Predicate<'a> {
    fn word(&self) -> &'a str {
        self.tokens
            .get(self.at)
            .map_or("", |token| token.text(self.text))
    }

    fn predicate(&mut self) -> Cfg {
        let name = self.word();
        self.at += 1;
        match self.word() {
            "=" => {
                self.at += 1;
                let value = unquote(self.word());
                self.at += 1;
                self.set.value(name, &value)
            }
            "(" => {
                self.at += 1;
                let mut parts = Vec::new();
                while self.at < self.tokens.len() && self.word() != ")" {
                    if self.word() == "," {
                        self.at += 1;
                        continue;
                    }
                    parts.push(self.predicate());
                }
                self.at += 1;
                join(name, parts)
            }
            _ => self.set.name(name),
        }
    }
}

fn join(name: &str, parts: Vec<Cfg>) -> Cfg {
    match name {
        "not" => match parts.into_iter().next() {
            Some(Cfg::True) => Cfg::False,
            Some(Cfg::Here(rest)) => Cfg::Elsewhere(format!("not({rest})")),
            Some(Cfg::Elsewhere(rest)) => Cfg::Here(format!("not({rest})")),
            _ => Cfg::True,
        },
        "all" => {
            if parts.contains(&Cfg::False) {
                return Cfg::False;
            }
            let holds = parts.iter().all(Cfg::holds);
            left(name, &parts, holds)
        }
        "any" => {
            if parts.contains(&Cfg::True) {
                return Cfg::True;
            }
            let holds = parts.iter().any(Cfg::holds);
            if parts.iter().all(|part| *part == Cfg::False) {
                return Cfg::False;
            }
            left(name, &parts, holds)
        }
        _ => Cfg::False,
    }
}

/// What is left of `all(…)` or `any(…)` once the decided parts are gone.
fn left(name: &str, parts: &[Cfg], holds: bool) -> Cfg {
    let rests: Vec<&str> = parts.iter().filter_map(Cfg::rest).collect();
    let rest = match rests.as_slice() {
        [] => return if holds { Cfg::True } else { Cfg::False },
        [one] => (*one).to_owned(),
        many => format!("{name}({})", many.join(", ")),
    };
    if holds {
        Cfg::Here(rest)
    } else {
        Cfg::Elsewhere(rest)
    }
}

/// The content of a plain or raw string literal.
pub fn unquote(literal: &str) -> String {
    let plain = literal.trim_start_matches(['b', 'c']);
    if let Some(raw) = plain.strip_prefix('r') {
        return raw.trim_matches('#').trim_matches('"').to_owned();
    }
    let inside = plain
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(plain);
    inside.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// Splits tokens at top-level commas.
pub fn split_commas(text: &str, tokens: &[Token], base: usize) -> Vec<std::ops::Range<usize>> {
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        match tokens[at].kind {
            TokenKind::Open => at = (tokens[at].mate as usize).saturating_sub(base).max(at),
            TokenKind::Punct if tokens[at].text(text) == "," => {
                parts.push(from..at);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if from < tokens.len() {
        parts.push(from..tokens.len());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn set() -> CfgSet {
        let mut set = CfgSet::default();
        set.features.insert("std".into());
        set.add("has_it");
        set.platform("unix\ntarget_os=\"linux\"\ntarget_pointer_width=\"64\"");
        set
    }

    fn evaluate(text: &str) -> Cfg {
        set().evaluate(text, &tokens(text))
    }

    #[test]
    fn features_are_decided_and_platforms_kept() {
        assert_eq!(evaluate("feature = \"std\""), Cfg::True);
        assert_eq!(evaluate("not(feature = \"alloc\")"), Cfg::True);
        assert_eq!(evaluate("test"), Cfg::False);
        assert_eq!(evaluate("has_it"), Cfg::True);
        assert_eq!(
            evaluate("all(feature = \"std\", unix)"),
            Cfg::Here("unix".into())
        );
        assert_eq!(
            evaluate("any(windows, target_os = \"linux\")"),
            Cfg::Here("any(windows, target_os = \"linux\")".into())
        );
        assert_eq!(
            evaluate("all(unix, windows)"),
            Cfg::Elsewhere("all(unix, windows)".into())
        );
        assert_eq!(evaluate("any(feature = \"std\", windows)"), Cfg::True);
        assert_eq!(
            evaluate("not(target_pointer_width = \"64\")"),
            Cfg::Elsewhere("not(target_pointer_width = \"64\")".into())
        );
        assert_eq!(evaluate("any()"), Cfg::False);
        assert_eq!(evaluate("all()"), Cfg::True);
    }
}
