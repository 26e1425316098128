//! What a synthesizer would be told of some symbols.

use std::collections::VecDeque;

use ripout_model::{Host, Language, Original, Outline, Slice, Stop};

use super::{Request, Run, size};
use crate::{
    evidence::header,
    synth::{self, Brief, Earlier, Known, Subject},
};

/// `ripout brief`: slices, and writes what a synthesizer is told at first. Nothing is judged, and nothing is sent.
pub fn brief(request: &Request, limit_tokens: usize, host: &dyn Host) -> Result<Brief, Stop> {
    let mut run = Run::begin(request, host)?;
    let original = run.open()?;
    let slice = run.slice(&*original)?;
    let subject = subject(run.language, &*original, &slice, request);
    let (known, earlier) = (Known::default(), Vec::<Earlier>::new());
    Ok(synth::brief::brief(
        &subject,
        &known,
        &earlier,
        limit_tokens,
    )?)
}

/// All that a brief says of a slice, and of the project that it is for.
pub(super) fn subject(
    language: &dyn Language,
    original: &dyn Original,
    slice: &Slice,
    request: &Request,
) -> Subject {
    let consumer = request.consumer.as_ref();
    let text = slice.module.text().into_owned();
    let outline = language.outline(&text);
    let has = |word: &str| {
        let parts = text.split(|c: char| c != '_' && !c.is_alphanumeric());
        parts.into_iter().any(|part| part == word)
    };
    Subject {
        language: language.name().to_owned(),
        rules: language.rules().to_owned(),
        source: header::spell(original.source()),
        symbols: original.symbols().to_vec(),
        distances: distances(language, original, slice, &outline),
        calls: consumer.map_or(Vec::new(), |consumer| consumer.calls.clone()),
        api_notes: slice.api_notes.clone(),
        data_files: slice.module.files[1..]
            .iter()
            .map(|file| (file.path.clone(), file.bytes.len()))
            .collect(),
        dependencies: slice.dependencies.clone(),
        unchecked: language.unchecked().map(|word| (word, has(word))),
        leaving_out: request.settings.specialize.then(|| language.leaving_out()),
        lines: size::code_lines(language, &slice.module),
        outline,
        text,
    }
}

/// Over how many definitions the symbols come to each body, by the call graph of the module alone.
fn distances(
    language: &dyn Language,
    original: &dyn Original,
    slice: &Slice,
    outline: &Outline,
) -> Vec<Option<u32>> {
    let module = &slice.module.files[0];
    let text = slice.module.text();
    let facts = language.parse(&module.path, &module.bytes);
    let graph = language.graph(&[(module.path.clone(), facts)]);
    // Lines of a byte, 1-based.
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |byte: usize| u32::try_from(ends.partition_point(|end| *end < byte) + 1);
    let within = |byte: usize| {
        let line = line(byte).unwrap_or(u32::MAX);
        let around = graph.definitions.iter().enumerate();
        around
            .filter(|(_, it)| (it.lines[0]..=it.lines[1]).contains(&line))
            .min_by_key(|(_, it)| it.lines[1] - it.lines[0])
            .map(|(index, _)| index)
    };
    // Where the symbols' own definitions stand; where that can't be told, all that users reach.
    let mut begin: Vec<usize> = Vec::new();
    for taken in &slice.closure {
        if original.symbols().contains(&taken.definition.name) {
            let [first, last] = taken.module_lines;
            let here = graph.definitions.iter().enumerate();
            let here = here.filter(|(_, it)| first <= it.lines[0] && it.lines[1] <= last);
            begin.extend(here.map(|(index, _)| index));
        }
    }
    if begin.is_empty() {
        begin.extend(
            outline
                .public
                .iter()
                .filter_map(|range| within(range.start)),
        );
    }
    let mut distances: Vec<Option<u32>> = vec![None; graph.definitions.len()];
    let mut queue = VecDeque::new();
    for index in begin {
        if distances[index].is_none() {
            distances[index] = Some(0);
            queue.push_back((index, 0));
        }
    }
    let mut to: Vec<Vec<usize>> = vec![Vec::new(); graph.definitions.len()];
    for edge in &graph.edges {
        to[edge.from as usize].push(edge.to as usize);
    }
    while let Some((index, distance)) = queue.pop_front() {
        for &next in &to[index] {
            if distances[next].is_none() {
                distances[next] = Some(distance + 1);
                queue.push_back((next, distance + 1));
            }
        }
    }
    let bodies = outline.bodies.iter();
    bodies
        .map(|body| distances[within(body.range.start)?])
        .collect()
}
