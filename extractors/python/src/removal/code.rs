//! The project's own text with the module in the dependency's place: Python files, and the examples of documentation.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Note, UsePlace, place::read_below};

use super::{
    chains,
    consumer::Consumer,
    draft::{Draft, line_of},
    home::Home,
    imports::{Edit, Imports, tree},
    left_to_do, strings,
};
use crate::survey::{
    examples, files,
    uses::{Project, Source},
};

/// What is known of all files.
struct Text<'a> {
    consumer: &'a Consumer<'a>,
    project: Project<'a>,
    home: &'a Home,
    stem: &'a str,
}

/// Edits every file that uses the dependency.
pub fn edit(
    consumer: &Consumer,
    home: &Home,
    stem: &str,
    drafts: &mut BTreeMap<String, Draft>,
    notes: &mut Vec<Note>,
) {
    let text = Text {
        consumer,
        project: consumer.project(),
        home,
        stem,
    };
    // A file may reach the dependency through another file of the project, so each is looked at.
    for source in &consumer.sources {
        text.source(source, drafts, notes);
    }
    let used: BTreeSet<&str> = consumer
        .dependency
        .uses
        .iter()
        .map(|used| used.file.as_str())
        .filter(|file| files::is_prose(file))
        .collect();
    for file in used {
        let Some(draft) = draft(consumer, file, drafts, notes) else {
            continue;
        };
        let code = examples::of_prose(draft.text());
        let example = Source::new(file, UsePlace::Doc, None, code);
        text.example(&example, None, draft, notes);
    }
}

/// The draft of a file; a file that can't be edited is noted.
fn draft<'d>(
    consumer: &Consumer,
    file: &str,
    drafts: &'d mut BTreeMap<String, Draft>,
    notes: &mut Vec<Note>,
) -> Option<&'d mut Draft> {
    if !drafts.contains_key(file) {
        let bytes = read_below(consumer.root, file).ok()?;
        match Draft::read(bytes) {
            Some(draft) => drafts.insert(file.to_owned(), draft),
            None => {
                let name = &consumer.dependency.name;
                let text = format!("it uses {name} and is not UTF-8: rewrite its imports by hand");
                notes.push(left_to_do(file, 1, &text));
                return None;
            }
        };
    }
    drafts.get_mut(file)
}

impl Text<'_> {
    fn source(&self, source: &Source, drafts: &mut BTreeMap<String, Draft>, notes: &mut Vec<Note>) {
        let Some(tree) = tree(&source.text) else {
            return;
        };
        let spelling = self.home.spelling(Some(source), self.stem);
        let imports = Imports {
            consumer: self.consumer,
            project: &self.project,
            spelling: &spelling,
            stem: self.stem,
            lines: true,
        };
        let mut untold = Vec::new();
        let mut edits = imports.edits(&tree, &source.text);
        edits.extend(chains::edits(
            self.consumer,
            &self.project,
            source,
            None,
            self.stem,
            &mut untold,
        ));
        let anybody = self.home.spelling(None, self.stem);
        edits.extend(strings::edits(
            self.consumer,
            &self.project,
            &tree,
            &source.text,
            &anybody.module,
        ));
        let documented: Vec<Source> = source
            .literals
            .examples
            .iter()
            .map(|literal| {
                let code = examples::of_docstring(&literal.text, literal.line);
                let module =
                    (!source.module.is_empty()).then(|| (source.module.clone(), source.is_init));
                Source::new(&source.path, UsePlace::Doc, module, code)
            })
            .collect();
        let mut examples = Vec::new();
        for example in &documented {
            examples.extend(self.example_edits(example, Some(source), &mut untold));
        }
        if edits.is_empty() && examples.is_empty() && untold.is_empty() {
            return;
        }
        if source.place == UsePlace::Build {
            let name = &self.consumer.dependency.name;
            let line = edits
                .first()
                .map_or(1, |(range, _)| line_of(&source.text, range.start));
            let text = format!(
                "it uses {name} for the build, which can't import the project's own modules"
            );
            notes.push(left_to_do(&source.path, line, &text));
            return;
        }
        let Some(draft) = draft(self.consumer, &source.path, drafts, notes) else {
            return;
        };
        for (range, with) in edits {
            draft.replace(range, with);
        }
        for (line, code, range, with) in examples {
            match place(draft, line, &code, range) {
                Some(range) => draft.replace(range, with),
                None => untold.push(line),
            }
        }
        self.say(source, &untold, notes);
        if let Some(line) = source.parsed.broken {
            let text = "it does not parse whole: see that nothing was missed";
            notes.push(left_to_do(&source.path, line, text));
        }
    }

    fn example(
        &self,
        example: &Source,
        around: Option<&Source>,
        draft: &mut Draft,
        notes: &mut Vec<Note>,
    ) {
        let mut untold = Vec::new();
        for (line, code, range, with) in self.example_edits(example, around, &mut untold) {
            match place(draft, line, &code, range) {
                Some(range) => draft.replace(range, with),
                None => untold.push(line),
            }
        }
        self.say(example, &untold, notes);
    }

    fn say(&self, source: &Source, untold: &[u32], notes: &mut Vec<Note>) {
        for line in untold {
            let text = format!(
                "write what is used of {} there as a name of `{}`",
                self.consumer.dependency.name, self.stem
            );
            notes.push(left_to_do(&source.path, *line, &text));
        }
    }

    /// The edits to an example: line, the line's code, the range in it, and what it becomes.
    fn example_edits(
        &self,
        example: &Source,
        around: Option<&Source>,
        untold: &mut Vec<u32>,
    ) -> Vec<(u32, String, std::ops::Range<usize>, String)> {
        let Some(tree) = tree(&example.text) else {
            return Vec::new();
        };
        let spelling = self.home.spelling(None, self.stem);
        let imports = Imports {
            consumer: self.consumer,
            project: &self.project,
            spelling: &spelling,
            stem: self.stem,
            lines: false,
        };
        let mut edits: Vec<Edit> = imports.edits(&tree, &example.text);
        edits.extend(chains::edits(
            self.consumer,
            &self.project,
            example,
            around,
            self.stem,
            untold,
        ));
        let mut found = Vec::new();
        for (range, with) in edits {
            let line = line_of(&example.text, range.start);
            let start = super::draft::line_start(&example.text, range.start);
            let whole = example.text[start..].lines().next().unwrap_or("");
            if range.end > start + whole.len() {
                untold.push(line);
                continue;
            }
            let within = range.start - start..range.end - start;
            found.push((line, whole.to_owned(), within, with));
        }
        found
    }
}

/// Imports of the dependency that a file has even now.
pub fn left_over(consumer: &Consumer, file: &str, after: &[u8]) -> Vec<Note> {
    if !files::is_python(file) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(after).replace("\r\n", "\n");
    let source = Source::new(file, UsePlace::Code, None, text);
    let project = consumer.project();
    let absolute = source.parsed.imports.iter().filter(|one| one.level == 0);
    absolute
        .filter(|import| consumer.owns(&project, &source.path_of(import)))
        .map(|import| {
            let text = format!("it imports {} even now", consumer.dependency.name);
            left_to_do(file, import.line, &text)
        })
        .collect()
}

/// Where a range of an example's line stands in the file: the example's lines are the ends of the file's.
fn place(
    draft: &Draft,
    line: u32,
    code: &str,
    range: std::ops::Range<usize>,
) -> Option<std::ops::Range<usize>> {
    let whole = draft.line(line)?;
    let at = whole.start + draft.text()[whole].rfind(code)?;
    Some(at + range.start..at + range.end)
}
