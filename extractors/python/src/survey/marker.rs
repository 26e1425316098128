//! Environment markers: the conditions under which a requirement holds.

use std::{cmp::Ordering, collections::BTreeMap};

use crate::manifest::distribution::normalised;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marker {
    /// Nothing is asked, or it could not be read.
    Always,
    /// Both sides hold.
    All(Box<Marker>, Box<Marker>),
    /// One side holds.
    Any(Box<Marker>, Box<Marker>),
    /// Two values and how they are to compare; the flag says which of them are names of variables.
    Compare {
        left: Operand,
        word: String,
        right: Operand,
    },
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A quoted text.
    Text(String),
    /// A name of the environment.
    Variable(String),
}

/// What markers ask for: names of the environment with their values; empty where a lock file holds for every environment.
pub type Environment = BTreeMap<String, String>;

impl Marker {
    /// Reads a marker; what can't be read holds always.
    pub fn read(text: &str) -> Self {
        let words = words(text);
        let mut at = 0;
        any(&words, &mut at, 0)
            .filter(|_| at == words.len())
            .unwrap_or(Self::Always)
    }

    /// Whether it holds with these extras asked for. Whatever is not known of the environment holds.
    pub fn holds(&self, environment: &Environment, extras: &[String]) -> bool {
        match self {
            Self::Always => true,
            Self::All(left, right) => {
                left.holds(environment, extras) && right.holds(environment, extras)
            }
            Self::Any(left, right) => {
                left.holds(environment, extras) || right.holds(environment, extras)
            }
            Self::Compare { left, word, right } => compare(left, word, right, environment, extras),
        }
    }
}

fn compare(
    left: &Operand,
    word: &str,
    right: &Operand,
    environment: &Environment,
    extras: &[String],
) -> bool {
    let asks_extra = |side: &Operand| matches!(side, Operand::Variable(name) if matches!(name.as_str(), "extra" | "extras"));
    if asks_extra(left) || asks_extra(right) {
        let named = match (left, right) {
            (Operand::Text(text), _) | (_, Operand::Text(text)) => normalised(text),
            _ => return true,
        };
        let asked = extras.contains(&named);
        return if word == "!=" { !asked } else { asked };
    }
    let value = |side: &Operand| match side {
        Operand::Text(text) => Some(text.clone()),
        Operand::Variable(name) => environment.get(name).cloned(),
    };
    let (Some(left), Some(right)) = (value(left), value(right)) else {
        return true;
    };
    let numbers = numbers(&left).zip(numbers(&right));
    let order = match &numbers {
        Some((left, right)) => by_numbers(left, right),
        None => left.cmp(&right),
    };
    match word {
        "==" | "===" if right.ends_with(".*") => left.starts_with(right.trim_end_matches('*')),
        "==" | "===" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" | "~=" => order != Ordering::Less,
        "in" => right.contains(&left),
        "not in" => !right.contains(&left),
        _ => true,
    }
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    let plain = text.trim_end_matches(".*");
    plain.split('.').map(|part| part.parse().ok()).collect()
}

fn by_numbers(left: &[u64], right: &[u64]) -> Ordering {
    let longest = left.len().max(right.len());
    let part = |numbers: &[u64], at: usize| numbers.get(at).copied().unwrap_or(0);
    (0..longest)
        .map(|at| part(left, at).cmp(&part(right, at)))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// Words, operators, brackets; texts keep their opening quote.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_whitespace() {
            continue;
        }
        let mut word = String::from(letter);
        match letter {
            '"' | '\'' => {
                for next in letters.by_ref() {
                    if next == letter {
                        break;
                    }
                    word.push(next);
                }
            }
            '(' | ')' => {}
            _ => {
                let symbol = |letter: char| "<>=!~".contains(letter);
                while let Some(next) = letters.peek().copied() {
                    if next.is_whitespace()
                        || "()\"'".contains(next)
                        || symbol(next) != symbol(letter)
                    {
                        break;
                    }
                    word.push(next);
                    letters.next();
                }
            }
        }
        found.push(word);
    }
    found
}

fn any(words: &[String], at: &mut usize, depth: u32) -> Option<Marker> {
    let mut left = all(words, at, depth)?;
    while words.get(*at).is_some_and(|word| word == "or") {
        *at += 1;
        left = Marker::Any(Box::new(left), Box::new(all(words, at, depth)?));
    }
    Some(left)
}

fn all(words: &[String], at: &mut usize, depth: u32) -> Option<Marker> {
    let mut left = one(words, at, depth)?;
    while words.get(*at).is_some_and(|word| word == "and") {
        *at += 1;
        left = Marker::All(Box::new(left), Box::new(one(words, at, depth)?));
    }
    Some(left)
}

fn one(words: &[String], at: &mut usize, depth: u32) -> Option<Marker> {
    // Nobody nests deeper, and a stack has an end.
    if depth > 64 {
        return None;
    }
    if words.get(*at)? == "(" {
        *at += 1;
        let inner = any(words, at, depth + 1)?;
        (words.get(*at)? == ")").then_some(())?;
        *at += 1;
        return Some(inner);
    }
    let left = operand(words.get(*at)?);
    let mut word = words.get(*at + 1)?.clone();
    *at += 2;
    if word == "not" && words.get(*at).is_some_and(|next| next == "in") {
        word = "not in".into();
        *at += 1;
    }
    let right = operand(words.get(*at)?);
    *at += 1;
    Some(Marker::Compare { left, word, right })
}

fn operand(word: &str) -> Operand {
    match word.strip_prefix(['"', '\'']) {
        Some(text) => Operand::Text(text.to_owned()),
        None => Operand::Variable(word.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, extras: &[&str]) -> bool {
        let environment = [("python_version", "3.9"), ("sys_platform", "linux")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let extras: Vec<String> = extras.iter().map(|extra| (*extra).to_owned()).collect();
        Marker::read(text).holds(&environment, &extras)
    }

    #[test]
    fn versions_compare_by_numbers() {
        assert!(holds("python_version < '3.10'", &[]));
        assert!(!holds(
            "python_version>='3.10' and sys_platform == 'linux'",
            &[]
        ));
        assert!(holds(
            "(python_version >= \"3.10\" or sys_platform == 'linux')",
            &[]
        ));
    }

    #[test]
    fn extras_hold_only_where_asked_for() {
        assert!(!holds("extra == 'test'", &[]));
        assert!(holds(
            "extra == 'test' and sys_platform != 'win32'",
            &["test"]
        ));
        assert!(!holds(
            "sys_platform == 'win32' and extra == 'test'",
            &["test"]
        ));
    }

    #[test]
    fn the_unknown_holds() {
        assert!(holds("platform_machine == 'arm'", &[]));
        assert!(holds("what is this", &[]));
    }
}
