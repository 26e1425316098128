//! Examples of the documentation, each as a test in one file.

use ripout_model::{Test, TestOutcome};

use super::{
    chunks::{Chunk, Names, Place, Program, Stock},
    pieces::Piece,
    programs,
};
use crate::{
    original::RustOriginal,
    tokens::{Token, TokenKind, tokens},
};

/// At most so many are built.
const MOST: usize = 300;

/// What every file of examples begins with. An example's `main` may give something back.
const HEAD: &str = "#![allow(warnings)]\ntrait Ended { fn ended(self); }\nimpl Ended for () { fn ended(self) {} }\nimpl<E: std::fmt::Debug> Ended for Result<(), E> { fn ended(self) { self.unwrap() } }\n";

/// An example as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Example {
    name: String,
    /// Words behind the fence.
    words: String,
    text: String,
}

/// Finds the examples that name what was taken.
pub fn collect(original: &RustOriginal, names: &Names, stock: &mut Stock) {
    let package = &original.packages[0];
    let krate = &original.crates[0];
    let mut examples = Vec::new();
    for file in &package.files {
        let text = package.read(file).ok();
        if let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) {
            let beside = |path: &str| {
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                let joined = joined(folder, path)?;
                let text = String::from_utf8(package.read(&joined).ok()?).ok()?;
                Some((joined, text))
            };
            examples.extend(of_file(file, &text, &beside));
        }
    }
    stock.any |= !examples.is_empty();
    examples.retain(|example| names.within(&example.text));
    let mut text = format!("{HEAD}#[macro_use]\nextern crate {};\n", krate.lib_name);
    let mut pieces = Vec::new();
    for (number, example) in examples.into_iter().enumerate() {
        let skip = |why: &str| Test {
            name: example.name.clone(),
            outcome: TestOutcome::Skipped(why.to_owned()),
        };
        let panics = match kind(&example.words) {
            Kind::NoRust => continue,
            Kind::Left(why) => {
                stock.known.push(skip(why));
                continue;
            }
            Kind::Runs { panics } => panics,
        };
        let function = function(number, &example.text, panics);
        if syn::parse_file(&function).is_err() {
            stock.known.push(skip("it is no Rust by itself"));
            continue;
        }
        if pieces.len() >= MOST {
            stock
                .known
                .push(skip("there are more examples than are tried"));
            continue;
        }
        let start = text.len();
        text.push_str(&function);
        pieces.push(Piece {
            range: start..text.len(),
            path: format!("example_{number}"),
            shown: Some(example.name),
            test: true,
            call: false,
        });
    }
    if pieces.is_empty() {
        return;
    }
    let file = |side: usize| format!("{}/doctests.rs", programs::OUTSIDE[side]);
    for side in 0..2 {
        let text = text.clone() + programs::tail(original);
        stock.files.insert(file(side), text);
    }
    stock.chunks.push(Chunk {
        name: "documentation".into(),
        text,
        pieces,
        places: [0, 1].map(|side| {
            Some(Place {
                file: file(side),
                at: 0,
            })
        }),
        program: Some(Program::Outside("doctests".into())),
        counted: true,
        ..Chunk::default()
    });
}

enum Kind {
    NoRust,
    Left(&'static str),
    Runs { panics: bool },
}

fn kind(words: &str) -> Kind {
    let mut panics = false;
    for word in words.split([',', ' ', '{', '}']).map(str::trim) {
        match word {
            "" | "rust" | "edition2015" | "edition2018" | "edition2021" | "edition2024" => {}
            "should_panic" => panics = true,
            "no_run" => return Kind::Left("its author says that it is not to be run"),
            "compile_fail" => return Kind::Left("it is one that must not build"),
            "test_harness" => return Kind::Left("it brings a harness of its own"),
            word if word.starts_with("ignore") => return Kind::Left("its author ignores it"),
            _ => return Kind::NoRust,
        }
    }
    Kind::Runs { panics }
}

/// An example as a test function: its own `main` is called, what ends in `Ok` may use `?`.
fn function(number: usize, example: &str, panics: bool) -> String {
    let body: String = example
        .lines()
        .filter(|line| {
            let line = line.trim();
            // These stand at the head of the file.
            let declares = line.strip_prefix("#[macro_use]").unwrap_or(line).trim();
            let macros = line == "#[macro_use]";
            let plain = declares.starts_with("extern crate ")
                && declares.ends_with(';')
                && !declares.contains(" as ");
            !macros && !plain && !line.starts_with("#![")
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let attribute = if panics { "#[should_panic]\n" } else { "" };
    let head = format!("#[test]\n{attribute}fn example_{number}() {{\n");
    let words = tokens(&body);
    let main = words
        .windows(2)
        .any(|pair| pair[0].text(&body) == "fn" && pair[1].text(&body) == "main");
    if main {
        format!("{head}{body}\nEnded::ended(main());\n}}\n")
    } else if body.trim_end().ends_with("(())") {
        format!(
            "{head}fn example() -> Result<(), impl std::fmt::Debug> {{\n{body}}}\nexample().unwrap();\n}}\n"
        )
    } else {
        format!("{head}{body}}}\n")
    }
}

/// The examples of one file; `beside` reads a file that a documentation attribute includes.
fn of_file(
    file: &str,
    text: &str,
    beside: &dyn Fn(&str) -> Option<(String, String)>,
) -> Vec<Example> {
    let all = tokens(text);
    let line_of = |byte: u32| text[..byte as usize].matches('\n').count() as u32 + 1;
    let mut found = Vec::new();
    let mut place = 0;
    while place < all.len() {
        let token = &all[place];
        if !matches!(token.kind, TokenKind::Doc | TokenKind::InnerDoc) {
            if let Some(path) = included(text, &all[place..])
                && let Some((path, text)) = beside(&path)
            {
                let lines = (1..)
                    .zip(text.lines())
                    .map(|(number, line)| (number, line.to_owned()));
                found.extend(examples(&path, "", lines));
            }
            place += 1;
            continue;
        }
        let mut lines = Vec::new();
        while let Some(token) = all.get(place).filter(|other| other.kind == token.kind) {
            let first = line_of(token.start);
            lines.extend((first..).zip(plain(token.text(text))));
            place += 1;
        }
        let named = match token.kind {
            TokenKind::Doc => named(text, &all[place..]),
            _ => String::new(),
        };
        found.extend(examples(file, &named, lines.into_iter()));
    }
    found
}

/// The lines of a comment without what makes it one.
pub fn plain(comment: &str) -> Vec<String> {
    if let Some(line) = comment
        .strip_prefix("///")
        .or_else(|| comment.strip_prefix("//!"))
    {
        // What examples say in several lines begins where the comment's text does.
        return vec![line.strip_prefix(' ').unwrap_or(line).to_owned()];
    }
    let inner = comment
        .get(3..comment.len().saturating_sub(2))
        .unwrap_or_default();
    let lines = inner.lines().map(|line| {
        let starred = line.trim_start().strip_prefix('*');
        starred.unwrap_or(line).to_owned()
    });
    lines.collect()
}

/// The path in `doc = include_str!("path")`, where tokens begin so.
fn included(text: &str, all: &[Token]) -> Option<String> {
    let words = ["doc", "=", "include_str", "!"];
    let said = all.get(..6)?;
    let same = words
        .iter()
        .zip(said)
        .all(|(word, token)| token.text(text) == *word);
    if !same || said[5].kind != TokenKind::Text {
        return None;
    }
    Some(said[5].text(text).trim_matches('"').to_owned())
}

/// The name of what stands behind documentation.
fn named(text: &str, all: &[Token]) -> String {
    const MAKES: [&str; 11] = [
        "fn",
        "struct",
        "enum",
        "union",
        "trait",
        "type",
        "const",
        "static",
        "macro_rules",
        "mod",
        "macro",
    ];
    let mut place = 0;
    while let Some(token) = all.get(place).filter(|_| place < 400) {
        match token.kind {
            // Attributes and `pub(crate)`.
            TokenKind::Open => {
                place = (token.mate as usize)
                    .saturating_sub(all_start(all))
                    .max(place)
            }
            TokenKind::Ident if MAKES.contains(&token.text(text)) => {
                let name = all[place + 1..]
                    .iter()
                    .find(|token| token.kind == TokenKind::Ident);
                // `const fn`.
                let name = name.map(|name| name.text(text)).unwrap_or_default();
                if !MAKES.contains(&name) {
                    return name.to_owned();
                }
            }
            TokenKind::Close => break,
            _ => {}
        }
        place += 1;
    }
    String::new()
}

/// How many tokens of the file stand before these: mates count from the file's first.
fn all_start(all: &[Token]) -> usize {
    // A token that is no delimiter is its own mate.
    let own = all
        .iter()
        .position(|token| !matches!(token.kind, TokenKind::Open | TokenKind::Close));
    own.map_or(0, |place| all[place].mate as usize - place)
}

/// Examples between fences.
fn examples(file: &str, named: &str, lines: impl Iterator<Item = (u32, String)>) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<(String, Example)> = None;
    for (number, line) in lines {
        let bare = line.trim();
        let fence = ["```", "~~~"]
            .into_iter()
            .find(|fence| bare.starts_with(fence));
        match (&mut open, fence) {
            (Some((mark, _)), Some(_))
                if bare.starts_with(mark.as_str()) && bare.trim_matches(['`', '~']).is_empty() =>
            {
                found.extend(open.take().map(|(_, example)| example));
            }
            (Some((_, example)), _) => {
                let shown = match bare {
                    "#" => "",
                    bare if bare.starts_with("# ") => &bare[2..],
                    bare if bare.starts_with("##") => &bare[1..],
                    _ => &line,
                };
                example.text.push_str(shown);
                example.text.push('\n');
            }
            (None, Some(_)) => {
                let mark: String = bare
                    .chars()
                    .take_while(|char| matches!(char, '`' | '~'))
                    .collect();
                let words = bare[mark.len()..].trim().to_owned();
                let named = if named.is_empty() {
                    String::new()
                } else {
                    format!("{named} ")
                };
                let name = format!("{file} - {named}(line {number})");
                let text = String::new();
                open = Some((mark, Example { name, words, text }));
            }
            (None, None) => {}
        }
    }
    found
}

/// A path from a folder, `..` followed; none that leads out.
pub fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_found_with_their_names_and_lines() {
        let text = "#![doc = include_str!(\"../README.md\")]\n/// Twice.\n///\n/// ```\n/// # use a::twice;\n/// assert_eq!(twice(1), 2);\n/// ```\n#[inline(always)]\npub const fn twice(of: u8) -> u8 { of * 2 }\n";
        let beside =
            |path: &str| Some((joined("src", path)?, "```rust\nreadme();\n```\n".to_owned()));
        let found = of_file("src/lib.rs", text, &beside);
        let names: Vec<&str> = found.iter().map(|example| example.name.as_str()).collect();
        assert_eq!(
            names,
            ["README.md - (line 1)", "src/lib.rs - twice (line 4)"]
        );
        assert_eq!(found[0].words, "rust");
        assert_eq!(found[1].text, "use a::twice;\nassert_eq!(twice(1), 2);\n");
        let path = text.find("include_str").map(|at| &text[at..]);
        assert!(path.is_some());
    }

    #[test]
    fn an_example_becomes_a_test_of_its_own() {
        let own = function(0, "extern crate a;\nfn main() { a::b(); }\n", false);
        assert!(
            own.contains("ended(main())") && !own.contains("extern crate"),
            "{own}"
        );
        let tried = function(1, "a::b()?;\nOk::<(), E>(())\n", true);
        assert!(tried.contains("impl std::fmt::Debug") && tried.contains("#[should_panic]"));
        assert!(matches!(kind("rust,no_run"), Kind::Left(_)));
        assert!(matches!(kind("text"), Kind::NoRust));
        assert!(matches!(kind("should_panic"), Kind::Runs { panics: true }));
    }
}
