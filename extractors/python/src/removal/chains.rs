//! Chains of attributes that pass through modules of the dependency: `dep.sub.Name` becomes `dep.Name`, since all symbols
//! stand at the module's root.

use super::{consumer::Consumer, imports::Edit};
use crate::{
    parse::Use as Reference,
    survey::uses::{Project, Source},
};

/// The edits to a text's chains. Places that can't be told by the text are noted in `untold`, by line.
pub fn edits(
    consumer: &Consumer,
    project: &Project,
    source: &Source,
    around: Option<&Source>,
    stem: &str,
    untold: &mut Vec<u32>,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for unit in 0..source.parsed.units.len() {
        for reference in source.parsed.uses_of(unit as u32) {
            let Some(chain) = chain(consumer, project, source, around, reference) else {
                continue;
            };
            match chain.edit(source, reference, stem) {
                Some(edit) => edits.extend(edit),
                None => untold.push(reference.line),
            }
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    edits.dedup();
    edits
}

/// The part of a chain that is made of modules of the dependency.
struct Chain {
    /// So many attributes lead to the first of its modules.
    first: usize,
    /// So many to the last.
    last: usize,
    /// The first name is none that the module is bound to: `zope` of `zope.interface`.
    apart: bool,
}

fn chain(
    consumer: &Consumer,
    project: &Project,
    source: &Source,
    around: Option<&Source>,
    reference: &Reference,
) -> Option<Chain> {
    let parsed = &source.parsed;
    for (base, import) in project.bases(source, around, reference) {
        let mut first = None;
        let mut last = 0;
        let mut path = base.clone();
        let attributes = parsed.attrs_of(reference);
        for taken in 0..=attributes.len() {
            if taken > 0 {
                path = format!("{path}.{}", parsed.word(attributes[taken - 1].0));
            }
            let module = project
                .resolved(&path)
                .iter()
                .any(|path| consumer.owns(project, path) && consumer.is_module(path));
            if module {
                first.get_or_insert(taken);
                last = taken;
            } else if first.is_some() {
                break;
            }
        }
        let Some(first) = first else { continue };
        // What the project's own modules bind is bound there.
        let apart = first > 0
            && parsed
                .imports
                .get(import as usize)
                .is_some_and(|import| import.name.is_none() && !import.alias)
            && !project.is_own(&base);
        if apart || last > first {
            return Some(Chain { first, last, apart });
        }
    }
    None
}

impl Chain {
    /// What is cut out; `None` where the text is not what it should be.
    fn edit(&self, source: &Source, reference: &Reference, stem: &str) -> Option<Option<Edit>> {
        let text = source.text.as_str();
        let word = source.parsed.word(reference.name);
        let attributes = source.parsed.attrs_of(reference);
        let start = reference.start as usize;
        let mut ends = vec![start + word.len()];
        if text.get(start..ends[0]) != Some(word) {
            return None;
        }
        // Blanks and line ends may stand between the parts.
        for (name, _) in attributes.iter().take(self.last) {
            let from = ends.last().copied()?;
            let name = source.parsed.word(*name);
            let behind = text.get(from..)?;
            let dot = behind.find(|letter: char| !letter.is_whitespace() && letter != '\\')?;
            let behind = behind[dot..].strip_prefix('.')?;
            let blank = behind.len() - behind.trim_start().len();
            if !behind[blank..].starts_with(name) {
                return None;
            }
            ends.push(from + dot + 1 + blank + name.len());
        }
        let to = *ends.get(self.last)?;
        if self.apart {
            return Some(Some((start..to, stem.to_owned())));
        }
        let from = *ends.get(self.first)?;
        Some((from < to).then(|| (from..to, String::new())))
    }
}
