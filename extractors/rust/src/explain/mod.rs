//! What a reader would have to know of some definitions of a file: what their syntax says, quoted.
//!
//! * [`walk`]: from a syntax tree to sights
//! * `items`: what an item as a whole says: its documentation, its head, its attributes
//! * [`calls`]: methods and macros whose names say what they do
//! * [`standard`]: paths that lead into the standard library
//! * [`tokens`]: text of macros, which is no Rust before it is expanded

mod calls;
mod items;
mod standard;
mod tokens;
mod walk;

use proc_macro2::Span;
use ripout_model::{Definition, Lines, Passage, Sight, Statement, Topic};

use walk::Walker;

/// The statements of a passage. A file that does not parse as a whole is read one definition at a time.
pub fn statements(passage: &Passage<'_>) -> Vec<Statement> {
    let (base, text) = bare(passage.text);
    let mut sights = Vec::new();
    match syn::parse_file(text) {
        Ok(file) => {
            let mut walker = Walker::new(passage, base as isize);
            walker.file(&file);
            sights = walker.sights;
        }
        Err(_) => {
            let lines = Lines::of(passage.text);
            for definition in passage.taken {
                sights.extend(of_definition(passage, definition, &lines));
            }
        }
    }
    passage.statements(without_parts(sights))
}

/// Leaves out what a quote of the same kind, or of the error that is handed on, shows as well: the parts of one chain.
fn without_parts(sights: Vec<Sight>) -> Vec<Sight> {
    const SHORT: usize = 100;
    let errors: Vec<&Sight> = sights
        .iter()
        .filter(|it| it.topic == Topic::Errors && it.range.len() < SHORT)
        .collect();
    let is_part = |sight: &Sight| {
        let range = &sight.range;
        errors.iter().any(|other| {
            let around = other.range.start <= range.start && range.end <= other.range.end;
            let same = other.says == sight.says || sight.says == calls::HANDS_ON;
            around && same && other.range != *range
        })
    };
    let parts: Vec<bool> = sights
        .iter()
        .map(|it| it.topic == Topic::Errors && is_part(it))
        .collect();
    let mut parts = parts.into_iter();
    let mut sights = sights;
    sights.retain(|_| !parts.next().unwrap_or_default());
    sights
}

/// A file's text without the mark and the line that only stand at the beginning of files, and how long these are.
fn bare(text: &str) -> (usize, &str) {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = match rest.strip_prefix("#!") {
        Some(line) if !line.trim_start().starts_with('[') => {
            rest.find('\n').map_or("", |at| &rest[at..])
        }
        _ => rest,
    };
    (text.len() - rest.len(), rest)
}

/// One definition by itself: as an item, or as a member of a type.
fn of_definition(passage: &Passage<'_>, definition: &Definition, lines: &Lines) -> Vec<Sight> {
    let [first, last] = definition.lines;
    let start = lines.begin(first);
    let end = lines.end(last);
    let Some(text) = passage.text.get(start..end) else {
        return Vec::new();
    };
    if let Ok(file) = syn::parse_file(text) {
        let mut walker = Walker::new(passage, start as isize);
        walker.file(&file);
        return walker.sights;
    }
    const AROUND: &str = "impl It {";
    if let Ok(file) = syn::parse_file(&format!("{AROUND}{text}}}")) {
        let mut walker = Walker::new(passage, start as isize - AROUND.len() as isize);
        walker.file(&file);
        return walker.sights;
    }
    vec![Sight {
        topic: Topic::Cost,
        says: "not read: its text could not be parsed by itself".to_owned(),
        range: start..end,
        anchor: start,
    }]
}

/// First byte of a span, in the text that was parsed.
fn begin(span: Span) -> usize {
    span.byte_range().start
}

/// The byte behind a span, in the text that was parsed.
fn end(span: Span) -> usize {
    span.byte_range().end
}

#[cfg(test)]
mod tests;
