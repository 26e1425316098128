//! Puts probes into a subject's text: calls of `::ripout_probe::hit(N)` that tell which code ran.
//!
//! Only text is inserted, nothing is re-printed. On the module's side a probe stands at each line where a statement, an
//! arm or a branch begins; on the original's side only at the entry of each body. `hit` is a `const fn` that does
//! nothing when the compiler evaluates it, so `const fn` stays what it is.
//!
//! What carries no probe can't be shown to have run. Three kinds of text are left without: bodies that the compiler
//! alone evaluates (their probes are listed with a waiver that says so), arguments of expression macros, and functions
//! in which a probe broke the build ([`Skip`]; their probes stay listed and are never hit, so that such a function
//! counts as not entered).
//!
//! Both ways of each branch have a probe as well, which counts for no line: a condition of `if` and `while`, each arm of a
//! `match`, a `let` with an `else`. The end of a `while let` has none, as there is no place for it.
//!
//! * [`walk`]: from a syntax tree to places
//! * [`macros`]: functions in the text of macros
//! * [`fixed`]: what constant parameters never let run
//! * [`compiled`]: what the compiler runs, and what it leaves out on this platform

mod compiled;
mod fixed;
mod macros;
mod walk;

use std::collections::BTreeSet;

use ripout_model::{Definition, Kind};

pub use compiled::{Compiled, Platform, There};

/// How densely to probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The entry of each body.
    Entries,
    /// Each line as well.
    Lines,
}

/// Functions to leave alone, by the byte at which their body begins.
pub type Skip = BTreeSet<usize>;

/// Text with probes.
#[derive(Debug, Clone)]
pub struct Probed {
    /// The text.
    pub text: String,
    /// What its probes stand for, numbered on from the first.
    pub marks: Vec<Mark>,
    /// Bodies by their first and last byte in the text without probes.
    bodies: Vec<(usize, usize)>,
}

/// What one probe stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Whether it is the entry of a function.
    pub entry: bool,
    /// 1-based.
    pub line: u32,
    /// Which way of a branch it is, as words that end "the branch …"; then it is no line of its own.
    pub branch: Option<&'static str>,
    /// Why it need not run.
    pub waiver: Option<String>,
    /// The definition it stands in, as far as the file alone tells.
    pub owner: Owner,
}

/// A definition within a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Within the file: `Type::method`, `impl Trait for Type`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Without doc comments and attributes.
    pub lines: [u32; 2],
}

impl Owner {
    /// The definition, given where its file stands.
    pub fn definition(&self, package: &str, module_path: &str, file: &str) -> Definition {
        let name = if self.kind == Kind::Impl || module_path.is_empty() {
            self.name.clone()
        } else {
            format!("{module_path}::{}", self.name)
        };
        Definition {
            name,
            kind: self.kind,
            package: package.into(),
            file: file.into(),
            lines: self.lines,
        }
    }
}

/// Probes one file; `first` is the number of its first probe. `None` if it does not parse.
pub fn instrument(
    text: &str,
    first: usize,
    detail: Detail,
    platform: &Platform,
    skip: &Skip,
) -> Option<Probed> {
    let plain = readable(text);
    let file = syn::parse_file(&plain).ok()?;
    let mut walker = walk::Walker::new(&plain, detail, platform);
    walker.file(&file);
    Some(walker.finish(text, first, skip))
}

impl Probed {
    /// The function whose probes stand around a line, to be left alone in the next attempt. Probes add no lines.
    pub fn blame(&self, plain: &str, line: u32) -> Option<usize> {
        let line_of = |byte: usize| plain[..byte].matches('\n').count() + 1;
        self.bodies
            .iter()
            .filter(|(begin, end)| (line_of(*begin)..=line_of(*end)).contains(&(line as usize)))
            .min_by_key(|(begin, end)| end - begin)
            .map(|(begin, _)| *begin)
    }
}

/// The text with what the parser would strip blanked out, so that its positions are those of the text.
fn readable(text: &str) -> String {
    let mut plain = text.to_owned();
    if plain.starts_with('\u{feff}') {
        plain.replace_range(..3, "   ");
    }
    if plain.starts_with("#!") && !plain[2..].trim_start().starts_with('[') {
        let end = plain.find('\n').unwrap_or(plain.len());
        plain.replace_range(..end, &" ".repeat(end));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(text: &str) -> Probed {
        instrument(text, 0, Detail::Lines, &Platform::default(), &Skip::new()).unwrap()
    }

    #[test]
    fn each_line_that_begins_a_statement_or_an_arm_has_a_probe() {
        let text = "pub fn f(x: u8) -> u8 {\n    let y = x;\n    match y {\n        0 => 1,\n        _ => { y }\n    }\n}\n";
        let probed = probe(text);
        let lines: Vec<u32> = probed
            .marks
            .iter()
            .filter(|mark| !mark.entry && mark.branch.is_none())
            .map(|mark| mark.line)
            .collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        assert!(
            probed.text.contains("0 => {::ripout_probe::hit("),
            "{}",
            probed.text
        );
        assert!(syn::parse_file(&probed.text).is_ok());
        assert_eq!(probed.text.lines().count(), text.lines().count());
    }

    #[test]
    fn owners_are_functions_methods_and_whole_trait_impls() {
        let probed = probe(
            "struct A;\nimpl A {\n    /// Doc.\n    fn m(&self) {}\n}\nimpl Drop for A {\n    fn drop(&mut self) {}\n}\nmod b {\n    pub fn f() { fn g() {} g() }\n}\n",
        );
        let owners: Vec<(String, Kind, [u32; 2])> = probed
            .marks
            .iter()
            .filter(|mark| mark.entry)
            .map(|mark| (mark.owner.name.clone(), mark.owner.kind, mark.owner.lines))
            .collect();
        assert_eq!(
            owners,
            [
                ("A::m".into(), Kind::Method, [4, 4]),
                ("impl Drop for A".into(), Kind::Impl, [6, 8]),
                ("b::f".into(), Kind::Function, [10, 10]),
                ("b::f".into(), Kind::Function, [10, 10]),
            ]
        );
    }

    #[test]
    fn functions_in_macros_belong_to_the_macro() {
        let probed = probe(
            "macro_rules! m {\n    ($t:ty) => {\n        impl T for $t {\n            fn f(self) -> $t {\n                let x = self;\n                x\n            }\n        }\n    };\n}\nm!(u8);\n",
        );
        assert!(
            probed
                .marks
                .iter()
                .all(|mark| mark.owner.kind == Kind::Macro && mark.owner.name == "m")
        );
        let lines: Vec<u32> = probed
            .marks
            .iter()
            .filter(|mark| !mark.entry && mark.branch.is_none())
            .map(|mark| mark.line)
            .collect();
        assert_eq!(lines, [5, 6]);
        assert!(syn::parse_file(&probed.text).is_ok());
    }

    fn waived(probed: &Probed) -> Vec<(u32, &str)> {
        let marks = probed.marks.iter().filter(|mark| mark.branch.is_none());
        marks
            .filter_map(|mark| Some((mark.line, mark.waiver.as_deref()?)))
            .collect()
    }

    #[test]
    fn what_only_the_compiler_runs_and_what_can_not_be_reached_is_waived() {
        let probed = probe(
            "const fn table(n: u8) -> u8 {\n    n\n}\nstatic T: u8 = table(3);\nfn f(x: u8) {\n    match x {\n        0 => (),\n        _ => unreachable!(),\n    }\n}\n",
        );
        assert_eq!(
            waived(&probed),
            [
                (1, "run by the compiler alone, for a constant"),
                (2, "run by the compiler alone, for a constant"),
                (8, "`unreachable!`"),
            ]
        );
    }

    #[test]
    fn what_the_platform_decides_is_waived() {
        let text = "fn f() -> u8 {\n    if cfg!(unix) && !cfg!(target_os = \"none\") {\n        1\n    } else {\n        2\n    }\n}\n";
        let platform = Platform::read("unix\ntarget_os=\"linux\"\n");
        let probed = instrument(text, 0, Detail::Lines, &platform, &Skip::default()).unwrap();
        assert_eq!(
            waived(&probed),
            [(
                5,
                "never on this platform: `cfg!(unix)&&!cfg!(target_os=\"none\")` is true"
            )]
        );
    }

    #[test]
    fn both_ways_of_each_branch_have_a_probe() {
        let text = "fn f(x: Option<u8>) -> u8 {\n    let Some(mut y) = x else { return 0 };\n    if y == 1 { y += 1; } else if y == 2 { y += 2; }\n    while y < 9 { y += 1; }\n    match y { 9 => (), _ => { g(); } }\n    y\n}\n";
        let probed = probe(text);
        let ways: Vec<(u32, &str)> = probed
            .marks
            .iter()
            .filter_map(|mark| Some((mark.line, mark.branch?)))
            .collect();
        let (never, always) = ("is never taken", "always is");
        assert_eq!(
            ways,
            [
                (2, never),
                (2, always),
                (3, never),
                (3, always),
                (3, never),
                (3, always),
                (4, never),
                (4, always),
                (5, never),
                (5, never),
            ]
        );
        assert!(syn::parse_file(&probed.text).is_ok(), "{}", probed.text);
        for part in [
            "while (y < 9) || {",
            "} else {::ripout_probe::hit(",
            "else {::",
        ] {
            assert!(probed.text.contains(part), "{}", probed.text);
        }
    }

    #[test]
    fn a_complaint_leads_back_to_its_function() {
        let text = "fn a() {\n    one();\n}\nfn b() {\n    two();\n}\n";
        let probed = probe(text);
        let body = probed.blame(text, 5).unwrap();
        assert_eq!(&text[body..=body], "{");
        assert!(body > text.find("fn b").unwrap());
        let again = instrument(
            text,
            0,
            Detail::Lines,
            &Platform::default(),
            &Skip::from([body]),
        )
        .unwrap();
        assert_eq!(again.marks, probed.marks, "what is not probed stays listed");
        assert!(again.text.ends_with("fn b() {\n    two();\n}\n"));
    }
}
