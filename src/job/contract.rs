//! A brief of a module that was judged already: it tells what the judge has found out, and nothing is made anew for it.

use ripout_model::Failure;

use crate::{
    evidence::{Report, header},
    languages,
    synth::{self, Brief, Known, Subject},
};

/// What a synthesizer would be told of a judged module. `text` is the module's, `survivors` faults that no input noticed.
pub fn of_judged(
    report: &Report,
    text: &str,
    survivors: Vec<String>,
    limit_tokens: usize,
) -> Result<Brief, Failure> {
    let all = languages::all();
    let language = all
        .into_iter()
        .find(|language| language.name() == report.language)
        .ok_or_else(|| {
            let name = &report.language;
            Failure::new("other_language", format!("there is no language {name}"))
        })?;
    let text = without_header(text, language.comment());
    let coverage = report.evidence.coverage.iter();
    let missed = coverage.flat_map(|coverage| &coverage.missed);
    let never_ran = missed
        .map(|(file, line)| format!("{file}:{line}"))
        .collect();
    let evidence = &report.evidence;
    let known = Known {
        never_ran,
        raises: (evidence.inputs > 0).then_some(evidence.raised > 0),
        survivors,
    };
    let has = |word: &str| {
        let mut parts = text.split(|c: char| c != '_' && !c.is_alphanumeric());
        parts.any(|part| part == word)
    };
    let module = report.module.as_ref();
    let subject = Subject {
        language: language.name().to_owned(),
        rules: language.rules().to_owned(),
        source: header::spell(&ripout_model::Source {
            kind: report.source.kind,
            name: report.source.name.clone(),
            version: report.source.version.clone(),
            rev: report.source.rev.clone(),
            licence: None,
        }),
        symbols: report.symbols.clone(),
        outline: language.outline(text),
        text: text.to_owned(),
        distances: Vec::new(),
        calls: Vec::new(),
        api_notes: report.api_notes.clone(),
        data_files: Vec::new(),
        dependencies: module.map_or(Vec::new(), |module| module.dependencies.clone()),
        unchecked: language.unchecked().map(|word| (word, has(word))),
        leaving_out: None,
        lines: module.map_or(0, |module| module.lines),
    };
    synth::brief::brief(&subject, &known, &[], limit_tokens)
}

/// A module without the lines that ripout wrote above it.
fn without_header<'a>(text: &'a str, comment: &str) -> &'a str {
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        if !line.starts_with(comment) {
            break;
        }
        rest = after;
    }
    rest.trim_start_matches('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_no_part_of_the_module() {
        assert_eq!(
            without_header("# a\n# b\n\nx = 1\n# c\n", "#"),
            "x = 1\n# c\n"
        );
        assert_eq!(without_header("x = 1\n", "#"), "x = 1\n");
    }
}
