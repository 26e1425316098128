//! `mutants.json`: each planted fault and what became of it.

use ripout_model::{Fate, Mutant};
use serde::Serialize;

use super::report::MutantCount;
use crate::judge::Score;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    mutants: Vec<Entry<'a>>,
    not_mutated: Vec<NotMutated<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    number: u32,
    definition: Option<&'a str>,
    line: u32,
    operator: &'a str,
    from: &'a str,
    to: &'a str,
    outcome: &'static str,
}

#[derive(Serialize)]
struct NotMutated<'a> {
    line: u32,
    why: &'a str,
}

/// What `result.json` says of them. Those for which there was no time count as not mutated.
pub fn count(score: &Score) -> MutantCount {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    MutantCount {
        killed: number(score.count(Fate::Killed)),
        survived: number(score.count(Fate::Survived)),
        timed_out: number(score.count(Fate::TimedOut)),
        unviable: number(score.unviable.len()),
        equivalent: number(score.count(Fate::Equivalent)),
        not_mutated: number(score.not_mutated.len() + score.count(Fate::Unfinished)),
    }
}

/// The document, in the order of the module's lines.
pub fn document(score: &Score) -> Vec<u8> {
    let judged = score.judged.iter().map(|(mutant, fate)| {
        let outcome = match fate {
            Fate::Killed => "killed",
            Fate::Survived => "survived",
            Fate::TimedOut => "timed_out",
            Fate::Equivalent => "equivalent",
            Fate::Unfinished => "not_mutated",
        };
        entry(mutant, outcome)
    });
    let unviable = score
        .unviable
        .iter()
        .map(|mutant| entry(mutant, "unviable"));
    let mut mutants: Vec<Entry<'_>> = judged.chain(unviable).collect();
    mutants.sort_by_key(|entry| (entry.line, entry.operator, entry.from, entry.to));
    let not_mutated = score.not_mutated.iter();
    let document = Document {
        schema: "ripout.mutants/1",
        mutants,
        not_mutated: not_mutated
            .map(|(line, why)| NotMutated { line: *line, why })
            .collect(),
    };
    let mut text = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    text.push(b'\n');
    text
}

fn entry<'a>(mutant: &'a Mutant, outcome: &'static str) -> Entry<'a> {
    Entry {
        number: mutant.number,
        definition: mutant.definition.as_ref().map(|it| it.name.as_str()),
        line: mutant.line,
        operator: &mutant.operator,
        from: &mutant.from,
        to: &mutant.to,
        outcome,
    }
}
