//! Which definitions of a slice name which others: by words alone, so that there are rather too many.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Candidate, Definition, Kind, Module, Taken};

/// Where a text has such a word, a function may be called by a name that is made when it runs.
const BY_NAME: [&str; 7] = [
    "__import__",
    "eval",
    "exec",
    "globals",
    "import_module",
    "locals",
    "vars",
];

/// Attributes that call nothing.
const HARMLESS: [&str; 7] = [
    "inline",
    "must_use",
    "allow",
    "expect",
    "cold",
    "doc",
    "track_caller",
];

/// Functions by the definitions that name them.
#[derive(Debug, Clone, Default)]
pub(super) struct Mentions {
    /// Those that name a function; none for one that is also named outside of all definitions, or may be used without its name.
    by: BTreeMap<Definition, BTreeSet<Definition>>,
}

impl Mentions {
    pub fn of(slice: &Candidate) -> Self {
        let mut by = BTreeMap::new();
        if BY_NAME
            .iter()
            .any(|word| !places(&slice.module, word).is_empty())
        {
            return Self::default();
        }
        for taken in &slice.definitions {
            if taken.definition.kind != Kind::Function || is_handed_on(&slice.module, taken) {
                continue;
            }
            let places = places(&slice.module, last(&taken.definition));
            let around = places
                .iter()
                .map(|(file, line)| Taken::around(&slice.definitions, file, *line));
            let Some(around) = around.collect::<Option<Vec<&Taken>>>() else {
                continue;
            };
            let others = around.into_iter().map(|other| other.definition.clone());
            let others: BTreeSet<Definition> =
                others.filter(|other| *other != taken.definition).collect();
            if !others.is_empty() {
                by.insert(taken.definition.clone(), others);
            }
        }
        Self { by }
    }

    /// Whether nothing of `module` names a definition, and nothing in the slice does but what is `fine`, or is itself named by
    /// nothing else.
    pub fn only_by(
        &self,
        definition: &Definition,
        module: &Candidate,
        fine: &dyn Fn(&Definition) -> bool,
    ) -> bool {
        let mut asked: BTreeSet<&Definition> = BTreeSet::new();
        let mut open = vec![definition];
        while let Some(next) = open.pop() {
            if !asked.insert(next) {
                continue;
            }
            let Some(by) = self.by.get(next) else {
                return false;
            };
            let named = places(&module.module, last(next));
            if named
                .iter()
                .any(|(file, line)| Taken::around(&module.definitions, file, *line).is_some())
            {
                return false;
            }
            open.extend(by.iter().filter(|other| !fine(other)));
        }
        true
    }
}

/// Whether a decorator or attribute gets hold of a function.
fn is_handed_on(module: &Module, taken: &Taken) -> bool {
    let file = module
        .files
        .iter()
        .find(|file| file.path == taken.module_file);
    let text = file.map(|file| String::from_utf8_lossy(&file.bytes));
    let text = text.as_deref().unwrap_or_default();
    let before: Vec<&str> = text
        .lines()
        .take(taken.module_lines[0] as usize - 1)
        .collect();
    let before = before.into_iter().rev().map(str::trim);
    for line in before.filter(|line| !line.is_empty() && !line.starts_with("//")) {
        match line.strip_prefix("#[") {
            Some(attribute) => {
                if !HARMLESS.iter().any(|word| attribute.starts_with(word)) {
                    return true;
                }
            }
            // A comment of Python's.
            None if line.starts_with('#') => {}
            None => return line.starts_with(['@', ')']),
        }
    }
    false
}

/// The last part of a definition's name.
fn last(definition: &Definition) -> &str {
    let name = &definition.name;
    name.rsplit([':', '.']).next().unwrap_or(name)
}

/// Files and lines of a module where a word stands.
fn places<'m>(module: &'m Module, word: &str) -> Vec<(&'m str, u32)> {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let mut places = Vec::new();
    for file in &module.files {
        let text = String::from_utf8_lossy(&file.bytes);
        for (number, line) in (1..).zip(text.lines()) {
            if line.split(|c| !is_part(c)).any(|part| part == word) {
                places.push((file.path.as_str(), number));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use ripout_model::{ModuleFile, Origin};

    use super::*;

    /// Definitions of a text, each with its kind and lines.
    fn candidate(text: &str, definitions: &[(&str, Kind, [u32; 2])]) -> Candidate {
        let taken = |(name, kind, lines): &(&str, Kind, [u32; 2])| Taken {
            definition: Definition {
                name: format!("x.{name}"),
                kind: *kind,
                package: "x@1.0".into(),
                file: "x.py".into(),
                lines: *lines,
            },
            origin: Origin::Verbatim,
            cut: false,
            module_file: "x.py".into(),
            module_lines: *lines,
        };
        Candidate {
            replaced: Vec::new(),
            synthesizer: "slice".into(),
            module: Module {
                stem: "x".into(),
                files: vec![ModuleFile {
                    path: "x.py".into(),
                    bytes: text.into(),
                }],
                editions: Vec::new(),
            },
            definitions: definitions.iter().map(taken).collect(),
            edits: Vec::new(),
            api_notes: Vec::new(),
            dependencies: Vec::new(),
        }
    }

    const FUNCTIONS: [(&str, Kind, [u32; 2]); 3] = [
        ("deep", Kind::Function, [1, 2]),
        ("high", Kind::Function, [5, 6]),
        ("top", Kind::Function, [9, 10]),
    ];

    const TEXT: &str =
        "def deep():\n    pass\n\n\ndef high():\n    deep()\n\n\ndef top():\n    high()\n";

    /// Whether `deep` and `high` need not be known where `top` is fine.
    fn gone(slice: &str, module: &str) -> [bool; 2] {
        let slice = candidate(slice, &FUNCTIONS);
        let mentions = Mentions::of(&slice);
        let module = candidate(module, &[("top", Kind::Function, [1, 2])]);
        let fine = |definition: &Definition| definition.name == "x.top";
        let gone =
            |index: usize| mentions.only_by(&slice.definitions[index].definition, &module, &fine);
        [gone(0), gone(1)]
    }

    #[test]
    fn what_is_named_only_by_what_is_fine_can_t_be_reached() {
        let module = "def top():\n    raise\n";
        assert_eq!(gone(TEXT, module), [true, true]);
        assert_eq!(gone(TEXT, "def top():\n    high()\n"), [false, false]);
        assert_eq!(gone(TEXT, "def top():\n    deep()\n"), [false, true]);
        for handed_on in [
            TEXT.replace("\n\n\ndef high", "\n\n@register\ndef high"),
            format!("{TEXT}\n\nTABLE = [deep, high]\n"),
            format!("{TEXT}\n\nglobals()['de' 'ep']()\n"),
        ] {
            assert!(!gone(&handed_on, module)[1], "{handed_on}");
        }
        // Whoever names it may be reached by somebody else.
        assert_eq!(
            gone(
                &TEXT
                    .replace("def top", "high()\ndef top")
                    .replace("\n\n\nhigh", "\n\nhigh"),
                module
            ),
            [false, false]
        );
        assert_eq!(
            gone(&TEXT.replace("    high()", "    other()"), module),
            [false, false]
        );
    }
}
