//! What the compiler says of a candidate: it is the judge of what is missing and what is dead.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Range,
};

use ripout_model::{Command, Failure, Folder, Host, HostError, Stop};
use serde::Deserialize;

/// One thing the compiler said.
#[derive(Debug, Clone)]
pub struct Said {
    /// Whether it is an error.
    pub error: bool,
    /// `E0425`, `dead_code`, …
    pub code: String,
    /// The message with those that hang on it.
    pub text: String,
    /// The message alone.
    pub message: String,
    /// Primary places in the module's text.
    pub places: Vec<Range<usize>>,
    /// All places in the module's text.
    pub around: Vec<Range<usize>>,
    /// Replacements that the compiler is sure of; those of one row belong together.
    pub fixes: Vec<Vec<(Range<usize>, String)>>,
}

impl Said {
    /// The lint behind a warning. A few have the number of an error, and their name in a note of the first one.
    fn lint(&self) -> Option<String> {
        if self.error || self.code.is_empty() {
            return None;
        }
        if !self.code.starts_with("E0") {
            return Some(self.code.clone());
        }
        let (_, rest) = self.text.split_once("#[warn(")?;
        Some(rest.split_once(')')?.0.to_owned())
    }
}

/// Texts of which it is remembered what the compiler said: the candidate under two editions, and the one before.
const REMEMBERED: usize = 3;

/// Compiles candidates in a work folder.
pub struct Compiler<'a> {
    host: &'a dyn Host,
    folder: Box<dyn Folder>,
    stem: String,
    /// `--extern` and search paths of packages that stay.
    pub externs: Vec<String>,
    /// The last texts with their editions, and what was said of them.
    last: VecDeque<(String, String, Vec<Said>)>,
}

#[derive(Deserialize)]
struct Message {
    message: String,
    code: Option<Code>,
    level: String,
    spans: Vec<Span>,
    children: Vec<Message>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    is_primary: bool,
    label: Option<String>,
    suggested_replacement: Option<String>,
    suggestion_applicability: Option<String>,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

impl<'a> Compiler<'a> {
    /// With a work folder of its own.
    pub fn new(host: &'a dyn Host, stem: &str) -> Result<Self, Stop> {
        let folder = host.folder("slice")?;
        folder.write(
            "lib.rs",
            format!("//! Checked.\n#![allow(missing_docs)]\npub mod {stem};\n").as_bytes(),
        )?;
        Ok(Self {
            host,
            folder,
            stem: stem.to_owned(),
            externs: Vec::new(),
            last: VecDeque::new(),
        })
    }

    /// Checks a text under an edition.
    pub fn check(&mut self, text: &str, edition: &str) -> Result<Vec<Said>, Stop> {
        self.host.check()?;
        let known = self
            .last
            .iter()
            .find(|(known, under, _)| known == text && under == edition);
        if let Some((_, _, said)) = known {
            return Ok(said.clone());
        }
        self.folder
            .write(&format!("{}.rs", self.stem), text.as_bytes())?;
        let command = Command::new("rustc", self.folder.path())
            .args(["--edition", edition, "--crate-type", "lib"])
            .args(["--crate-name", "checked", "--emit=metadata"])
            .args(["--error-format=json", "--out-dir", "out"])
            // An `#[allow]` of the text must not hide what is dead.
            .args(["--force-warn", "dead_code"])
            .args(["--force-warn", "unused_imports"])
            .args(["--force-warn", "unused_macros", "lib.rs"])
            .args(&self.externs);
        let said = self.said(&command)?;
        self.last
            .push_back((text.to_owned(), edition.to_owned(), said.clone()));
        if self.last.len() > REMEMBERED {
            self.last.pop_front();
        }
        Ok(said)
    }

    /// Lints that a text raises by default under an edition.
    pub fn lints(&mut self, text: &str, edition: &str) -> Result<BTreeSet<String>, Stop> {
        let said = self.check(text, edition)?;
        Ok(said.iter().filter_map(Said::lint).collect())
    }

    fn said(&self, command: &Command) -> Result<Vec<Said>, Stop> {
        let answer = self.host.run(command).map_err(|error| match error {
            HostError::Start { program, source } => Stop::from(
                Failure::new(
                    "toolchain_missing",
                    format!("start {}: {source}", program.display()),
                )
                .help("install Rust with rustup, or put its bin folder on PATH"),
            ),
            other => other.into(),
        })?;
        let text = answer.errors();
        let mut said = Vec::new();
        for line in text.lines().filter(|line| line.starts_with('{')) {
            let Ok(message) = serde_json::from_str::<Message>(line) else {
                continue;
            };
            if message.level == "failure-note"
                || (message.spans.is_empty() && message.code.is_none())
            {
                continue;
            }
            said.push(self.one(&message));
        }
        if !answer.ok() && !said.iter().any(|said| said.error) {
            return Err(Failure::new(
                "rustc",
                format!(
                    "rustc failed without a word on the text: {}",
                    text.chars().take(2000).collect::<String>()
                ),
            )
            .into());
        }
        Ok(said)
    }

    fn one(&self, message: &Message) -> Said {
        let mut said = Said {
            error: message.level.starts_with("error"),
            code: message
                .code
                .as_ref()
                .map(|code| code.code.clone())
                .unwrap_or_default(),
            text: message.message.clone(),
            message: message.message.clone(),
            places: Vec::new(),
            around: Vec::new(),
            fixes: Vec::new(),
        };
        self.spans(message, true, &mut said);
        for child in &message.children {
            said.text.push('\n');
            said.text.push_str(&child.message);
            self.spans(child, false, &mut said);
        }
        said
    }

    fn spans(&self, message: &Message, primary: bool, said: &mut Said) {
        let ours = format!("{}.rs", self.stem);
        let mut fixes = Vec::new();
        for span in &message.spans {
            if let Some(label) = &span.label {
                said.text.push('\n');
                said.text.push_str(label);
            }
            // Where a macro of ours wrote it, both the macro and the call matter.
            let mut next = Some(span);
            let mut first = true;
            while let Some(span) = next {
                if span.file_name == ours {
                    let range = span.byte_start..span.byte_end;
                    if primary && span.is_primary && first {
                        said.places.push(range.clone());
                        first = false;
                    }
                    said.around.push(range);
                }
                next = span.expansion.as_ref().map(|expansion| &expansion.span);
            }
            if let (Some(new), Some("MachineApplicable")) = (
                &span.suggested_replacement,
                span.suggestion_applicability.as_deref(),
            ) && span.file_name == ours
            {
                fixes.push((span.byte_start..span.byte_end, new.clone()));
            }
        }
        if !fixes.is_empty() {
            said.fixes.push(fixes);
        }
    }
}

/// Bounds that a message says are not satisfied: the name of the type, and of the trait.
pub fn bounds(text: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let parts: Vec<&str> = text.split('`').collect();
    for (index, part) in parts.iter().enumerate().skip(1).step_by(2) {
        let between = parts.get(index + 1).copied().unwrap_or_default();
        if let Some((of, bound)) = part.split_once(": ") {
            found.insert((last_name(of), last_name(bound)));
        } else if between == " doesn't implement "
            && let Some(bound) = parts.get(index + 2)
        {
            found.insert((last_name(part), last_name(bound)));
        }
    }
    found
}

/// The last name of a path, without references around it and arguments behind it.
pub fn last_name(of: &str) -> String {
    let mut words = of.split_whitespace().peekable();
    let skipped = |word: &&str| {
        let word = word.trim_start_matches('&');
        word.is_empty() || word.starts_with('\'') || matches!(word, "mut" | "dyn" | "const" | "*")
    };
    while words.next_if(skipped).is_some() {}
    let rest = words.next().unwrap_or_default().trim_start_matches('&');
    let path = rest.split(['<', '(', '[']).next().unwrap_or_default();
    path.rsplit("::").next().unwrap_or_default().to_owned()
}

/// Names between backticks, each word of them.
pub fn quoted(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            for word in part.split(|char: char| !char.is_alphanumeric() && char != '_') {
                if !word.is_empty() {
                    words.insert(word.to_owned());
                }
            }
        }
    }
    // A number whose type is not settled may be any of its kind.
    if text.contains("{integer}") {
        words.extend(INTEGERS.map(str::to_owned));
    }
    if text.contains("{float}") {
        words.extend(["f32", "f64"].map(str::to_owned));
    }
    words
}

const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

/// Errors by code, for messages.
pub fn summary(said: &[Said]) -> String {
    let mut by_text: BTreeMap<&str, usize> = BTreeMap::new();
    for said in said.iter().filter(|said| said.error) {
        *by_text.entry(said.message.as_str()).or_default() += 1;
    }
    by_text.into_keys().take(3).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_have_their_names() {
        let warning = |code: &str, text: &str| Said {
            error: false,
            code: code.to_owned(),
            text: text.to_owned(),
            message: String::new(),
            places: Vec::new(),
            around: Vec::new(),
            fixes: Vec::new(),
        };
        assert_eq!(
            warning("dead_code", "…").lint().as_deref(),
            Some("dead_code")
        );
        let unsafe_call =
            "call to unsafe function\n`#[warn(unsafe_op_in_unsafe_fn)]` on by default";
        assert_eq!(
            warning("E0133", unsafe_call).lint().as_deref(),
            Some("unsafe_op_in_unsafe_fn")
        );
        assert_eq!(warning("E0133", "another of them").lint(), None);
        let error = Said {
            error: true,
            ..warning("E0133", unsafe_call)
        };
        assert_eq!(error.lint(), None);
    }

    #[test]
    fn bounds_are_read_from_messages() {
        let found = bounds(
            "the trait bound `&'a mut D<&u8>: hook::DiffHook<T>` is not satisfied; `Iso<A>` doesn't implement `std::fmt::Display`",
        );
        let pair = |of: &str, bound: &str| (of.to_owned(), bound.to_owned());
        assert_eq!(
            found,
            BTreeSet::from([pair("D", "DiffHook"), pair("Iso", "Display")])
        );
    }

    #[test]
    fn names_are_read_from_messages() {
        let words =
            quoted("the trait bound `f64: approx::AbsDiffEq<T>` is not satisfied for `Foo`");
        assert!(
            ["f64", "approx", "AbsDiffEq", "T", "Foo"]
                .iter()
                .all(|word| words.contains(*word)),
            "{words:?}"
        );
        assert!(!words.contains("satisfied"));
    }
}
