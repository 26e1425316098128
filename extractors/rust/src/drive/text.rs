//! The driver's text in pieces, so that what the compiler rejects can be left out and told.

use std::collections::BTreeSet;

/// A function of the driver.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    /// What it is about, for people: the subject's function or type.
    /// What the arm does, for whoever prints it.
    #[allow(dead_code)]
    pub about: String,
    /// Up to where the arms stand.
    pub head: String,
    pub arms: Option<Arms>,
    pub tail: String,
    /// What is left when head or tail is rejected: another whole body, or nothing.
    pub role: Role,
}

/// What becomes of a function that the compiler rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is left out, and listed.
    Operation,
    /// What it looks at is looked at by its traits alone.
    Explorer,
    /// What needs it is left out.
    Maker,
    /// It does nothing more.
    Changer,
    /// It is left out.
    Assertion,
}

/// Ways to go on, one of which is chosen.
#[derive(Debug, Clone)]
pub struct Arms {
    /// `input.choice` or `input.pick`.
    pub choose: &'static str,
    /// Before and after the arms.
    pub open: String,
    pub close: String,
    pub codes: Vec<Arm>,
}

#[derive(Debug, Clone)]
pub struct Arm {
    #[allow(dead_code)] // For whoever prints it.
    pub about: String,
    pub code: String,
}

/// Stands around an explorer's name and its value in the text of a piece.
pub const MARK: char = '\u{1}';

/// Pieces that are left out: a function's name, and the number of an arm of it or none for all of it.
pub type Dropped = BTreeSet<(String, Option<usize>)>;

/// A driver's text, and which lines belong to which piece.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    pub text: String,
    /// For each line, from the first on.
    pub pieces: Vec<Option<(String, Option<usize>)>>,
    /// Operations that are left, by name.
    pub operations: Vec<String>,
    /// The table the first bytes choose from: the symbols' own operations stand in it more often.
    pub table: Vec<String>,
}

impl Rendered {
    fn push(&mut self, text: &str, piece: Option<(String, Option<usize>)>) {
        for line in text.lines() {
            self.text.push_str(line);
            self.text.push('\n');
            self.pieces.push(piece.clone());
        }
    }
}

/// Writes all functions but what is dropped, then the table of operations.
pub fn render(
    functions: &[Function],
    own: &BTreeSet<String>,
    dropped: &Dropped,
    words: &str,
) -> Rendered {
    let mut out = Rendered::default();
    out.push(
        "// Reads values from bytes, calls the subject, writes down what it sees.\n#![allow(warnings)]\nuse super::subject;\nuse ripout_prelude::*;\n",
        None,
    );
    let gone = |name: &str| dropped.contains(&(name.to_owned(), None));
    for function in functions {
        if gone(&function.name) {
            if function.role == Role::Changer {
                let text = format!(
                    "fn {}<T>(value: T, _: &mut Input) -> T {{ value }}\n",
                    function.name
                );
                out.push(&text, None);
            }
            continue;
        }
        let whole = Some((function.name.clone(), None));
        out.push(&explored(&function.head, dropped), whole.clone());
        if let Some(arms) = &function.arms {
            let left: Vec<(usize, &Arm)> = arms
                .codes
                .iter()
                .enumerate()
                .filter(|(number, _)| !dropped.contains(&(function.name.clone(), Some(*number))))
                .collect();
            let open = format!("{}match {}({}) {{", arms.open, arms.choose, left.len());
            out.push(&open, whole.clone());
            for (place, (number, arm)) in left.iter().enumerate() {
                let code = explored(&arm.code, dropped);
                out.push(
                    &format!("{place} => {{\n{code}\n}}"),
                    Some((function.name.clone(), Some(*number))),
                );
            }
            let otherwise = match function.role {
                Role::Maker => "_ => input.discard(),",
                _ => "_ => {}",
            };
            out.push(&format!("{otherwise}\n}}{}", arms.close), whole.clone());
        }
        out.push(&explored(&function.tail, dropped), whole);
        if function.role == Role::Operation {
            out.operations.push(function.name.clone());
        }
    }
    let (first, others): (Vec<String>, Vec<String>) = out
        .operations
        .iter()
        .cloned()
        .partition(|name| own.contains(name));
    let times = (others.len() * 3 / 2).div_ceil(first.len().max(1)).max(1);
    for _ in 0..times {
        out.table.extend(first.iter().cloned());
    }
    out.table.extend(others);
    if first.is_empty() {
        // What is only reached says nothing of the symbols.
        out.operations.clear();
    }
    let table = format!(
        "pub const OPERATIONS: &[Operation] = &[{}];\n",
        out.table.join(", ")
    );
    out.push(&table, None);
    out.push(words, None);
    out.push(
        "pub const DRIVER: Driver = Driver { operations: OPERATIONS, words: WORDS, hot: HOT, numbers: NUMBERS };\n",
        None,
    );
    out
}

/// A marked name and value call an explorer, or looks at the value by its traits where the explorer is gone.
fn explored(code: &str, dropped: &Dropped) -> String {
    let mut text = String::with_capacity(code.len());
    let mut parts = code.split(MARK);
    text.push_str(parts.next().unwrap_or_default());
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        if dropped.contains(&(name.to_owned(), None)) {
            text.push_str(&format!("see_all!(log, &{value});"));
        } else {
            text.push_str(&format!("{name}({value}, input, log);"));
        }
        text.push_str(parts.next().unwrap_or_default());
    }
    text
}
