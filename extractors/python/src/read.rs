//! Reads a module that somebody wrote, and tells of each definition whose text it is.
//!
//! The slice of the same symbols is made once more and laid beside it: a definition is the author's where its tokens
//! are those of the original's text or of the slice's, with the slice's own edits. Headers and comments say nothing.

mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Candidate, Definition, Edit, Host, Kind, Module, Origin, Stop, Taken};
use tree_sitter::{Node, Parser};

use crate::{
    left_out::{is_cut, is_heard},
    original::PythonOriginal,
    parse::{self, NONE, Parsed, UnitKind, kinds::grammar},
    resolve::library::{decoded, top_names},
    slice,
};
use names::Meanings;

/// Reads a candidate.
pub fn read(
    original: &PythonOriginal,
    synthesizer: &str,
    module: Module,
    host: &dyn Host,
) -> Result<Candidate, Stop> {
    let text = decoded(&module.files[0].bytes);
    let parsed = parse::parse(text.as_bytes(), None);
    let known = Known::of(original, host)?;
    // Who leaves nothing out has to show all that it does.
    let may_cut = original.settings.specialize && is_heard(&text);
    let mut definitions = Vec::new();
    let mut edits = Vec::new();
    let file = module.files[0].path.clone();
    let strange = known.meanings.strange(&Meanings::of(&parsed));
    for (index, unit) in parsed.units.iter().enumerate() {
        let kind = match unit.kind {
            UnitKind::Function => Kind::Function,
            UnitKind::Class => Kind::Class,
            UnitKind::Assign | UnitKind::Augment | UnitKind::Bare => Kind::Variable,
            UnitKind::Compound | UnitKind::Expression | UnitKind::Store | UnitKind::Other => {
                Kind::Statement
            }
            UnitKind::Import | UnitKind::Future | UnitKind::Text => continue,
        };
        let name = first_name(&parsed, index as u32, &text);
        if name == "__all__"
            || known
                .aliases
                .iter()
                .any(|alias| *alias == text[unit.start as usize..unit.end as usize])
        {
            continue;
        }
        let tokens = tokens(&text[unit.start as usize..unit.end as usize]);
        if known.own.contains(&tokens) {
            continue;
        }
        let own = &text[unit.start as usize..unit.end as usize];
        let mut cut = false;
        let (definition, mut origin) = match known.by_tokens.get(&tokens) {
            Some(taken) => {
                if taken.origin == Origin::Edited {
                    edits.extend(known.edits_of(&taken.definition));
                }
                (taken.definition.clone(), taken.origin)
            }
            None => {
                let counterpart = known
                    .by_name
                    .get(&name)
                    .filter(|(definition, _)| definition.kind == kind);
                cut = may_cut && counterpart.is_some_and(|(_, theirs)| is_cut(theirs, own));
                let definition = counterpart.map(|(definition, _)| definition.clone());
                let definition = definition.unwrap_or_else(|| Definition {
                    name: name.clone(),
                    kind,
                    package: original.packages[0].id(),
                    file: file.clone(),
                    lines: unit.lines,
                });
                (definition, Origin::Synthesized)
            }
        };
        // Text that says what stands for something else here is not the author's any more.
        if strange.is_said(&parsed, index as u32) {
            origin = Origin::Synthesized;
            cut = false;
        }
        definitions.push(Taken {
            definition,
            origin,
            cut,
            module_file: file.clone(),
            module_lines: unit.lines,
        });
    }
    edits.sort();
    edits.dedup();
    Ok(Candidate {
        replaced: Vec::new(),
        synthesizer: synthesizer.to_string(),
        dependencies: kept_imports(original, &parsed),
        module,
        definitions,
        edits,
        api_notes: known.api_notes,
    })
}

/// The original's definitions by what they say.
struct Known {
    by_tokens: BTreeMap<Vec<String>, Taken>,
    by_name: BTreeMap<String, (Definition, String)>,
    /// Of the slice.
    meanings: Meanings,
    edits: Vec<Edit>,
    aliases: Vec<String>,
    /// What the slice says between the author's definitions: imports under a condition, gathered from many files.
    own: BTreeSet<Vec<String>>,
    api_notes: Vec<String>,
}

impl Known {
    fn of(original: &PythonOriginal, host: &dyn Host) -> Result<Self, Stop> {
        let mut known = Known {
            by_tokens: BTreeMap::new(),
            by_name: BTreeMap::new(),
            meanings: Meanings::default(),
            edits: Vec::new(),
            aliases: Vec::new(),
            own: BTreeSet::new(),
            api_notes: Vec::new(),
        };
        // Without a slice there is nothing to compare with: every definition then counts as written anew.
        let slice = match slice::slice(original, host) {
            Ok(slice) => slice,
            Err(Stop::Interrupted) => return Err(Stop::Interrupted),
            Err(_) => return Ok(known),
        };
        let text = slice.module.text().into_owned();
        let parsed = parse::parse(text.as_bytes(), None);
        for taken in &slice.closure {
            if taken.definition.kind == Kind::DataFile {
                continue;
            }
            // The first unit that ends with the definition: decorators and comments may stand before its lines.
            let unit = parsed.units.iter().find(|unit| {
                unit.lines[0] <= taken.module_lines[1]
                    && unit.lines[1] >= taken.module_lines[0]
                    && unit.lines[0] >= taken.module_lines[0]
            });
            let Some(unit) = unit else { continue };
            let own = &text[unit.start as usize..unit.end as usize];
            let tokens = tokens(own);
            known
                .by_tokens
                .entry(tokens)
                .or_insert_with(|| taken.clone());
            let name = taken.definition.name.rsplit('.').next().unwrap_or_default();
            known
                .by_name
                .entry(name.to_string())
                .or_insert_with(|| (taken.definition.clone(), own.to_owned()));
        }
        known.meanings = Meanings::of(&parsed);
        let compound = |unit: &&parse::Unit| unit.kind == UnitKind::Compound;
        for unit in parsed.units.iter().filter(compound) {
            let tokens = tokens(&text[unit.start as usize..unit.end as usize]);
            if !known.by_tokens.contains_key(&tokens) {
                known.own.insert(tokens);
            }
        }
        // Lines of the slice's own: second names of what the author's text defines.
        known.aliases = slice.edits.iter().map(|edit| edit.after.clone()).collect();
        known.edits = slice.edits;
        known.api_notes = slice.api_notes;
        Ok(known)
    }

    fn edits_of(&self, definition: &Definition) -> Vec<Edit> {
        self.edits
            .iter()
            .filter(|edit| {
                edit.file == definition.file
                    && (definition.lines[0].saturating_sub(20)..=definition.lines[1])
                        .contains(&edit.line)
            })
            .cloned()
            .collect()
    }
}

/// What a text says, without blanks between tokens and without comments.
fn tokens(text: &str) -> Vec<String> {
    let mut parser = Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else {
        return vec![text.to_string()];
    };
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    let take = |node: Node, found: &mut Vec<String>| {
        if node.kind_id() != grammar().kinds.comment
            && let Ok(word) = node.utf8_text(text.as_bytes())
        {
            // Where a block ends is part of what the text says.
            found.push(format!(
                "{}:{word}",
                node.start_position().column * usize::from(starts_line(text, node))
            ));
        }
    };
    loop {
        let node = cursor.node();
        // A string is one token: blanks inside it count.
        let whole = node.kind_id() == grammar().kinds.string;
        if whole || node.child_count() == 0 {
            take(node, &mut found);
        }
        if !whole && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

fn starts_line(text: &str, node: Node) -> bool {
    let line_start = text[..node.start_byte()].rfind('\n').map_or(0, |at| at + 1);
    text[line_start..node.start_byte()].trim().is_empty()
}

fn first_name(parsed: &Parsed, unit: u32, text: &str) -> String {
    match parsed.binds_of(unit).first() {
        Some(bind) => parsed.word(bind.name).to_string(),
        None => {
            let unit = &parsed.units[unit as usize];
            let text = &text[unit.start as usize..unit.end as usize];
            text.lines().next().unwrap_or("").chars().take(80).collect()
        }
    }
}

/// Kept packages that a module imports.
pub fn kept_imports(original: &PythonOriginal, parsed: &Parsed) -> Vec<String> {
    let mut found = Vec::new();
    for keep in &original.settings.keep {
        let mut tops = vec![keep.replace('-', "_")];
        for (package, root) in original.packages.iter().zip(&original.import_roots).skip(1) {
            if package.name.eq_ignore_ascii_case(keep) {
                tops.extend(top_names(root));
            }
        }
        let imports = parsed.imports.iter().any(|import| {
            import.level == 0
                && import.arm == NONE
                && tops
                    .iter()
                    .any(|top| import.module.split('.').next() == Some(top))
        });
        if imports {
            found.push(keep.clone());
        }
    }
    found
}
