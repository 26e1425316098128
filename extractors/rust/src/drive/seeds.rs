//! Inputs that decode to calls found in documentation and tests, to literals, and to edges.

use std::collections::BTreeSet;

use super::{
    Plan,
    decode::Form,
    text::Rendered,
    words::{Literal, Words},
};

/// At most so many seeds.
const MOST: usize = 4000;

/// At most so many words in which another stands.
const MOST_EXCHANGED: usize = 300;

/// Seeds for the operations that are left.
pub fn seeds(plan: &Plan, rendered: &Rendered, words: &Words) -> Vec<Vec<u8>> {
    let count = rendered.table.len();
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    let steps = longest_arms(plan);
    let exchanged = exchanged(words);
    let mut plain: Vec<(Vec<u8>, bool)> = Vec::new();
    for name in &rendered.operations {
        let Some(place) = rendered.table.iter().position(|of| of == name) else {
            continue;
        };
        let Some((_, forms, explores)) = plan.forms.iter().find(|(of, _, _)| of == name) else {
            continue;
        };
        let about = plan
            .functions
            .iter()
            .find(|function| function.name == *name)
            .map_or("", |function| function.about.as_str());
        let start = choice(place, count);
        plain.push((start.clone(), *explores));
        let last = about.rsplit("::").next().unwrap_or(about);
        for (called, values) in &words.calls {
            if (called == last || about.contains(called.as_str()))
                && let Some(bytes) = encode_all(forms, values)
            {
                plain.push((join(&start, &bytes), *explores));
            }
        }
        if let Some(at) = forms.iter().position(|form| *form == Form::Text) {
            // Arguments before the text are zero.
            let before: Vec<u8> = forms[..at].iter().flat_map(|form| zero(*form)).collect();
            for word in words.texts.iter().take(words.hot.max(80)) {
                if let Some(bytes) = encode(Form::Text, &Literal::Text(word.clone())) {
                    let mut seed = join(&start, &before);
                    seed.extend(&bytes);
                    // A second text: the same, so that what compares finds equals.
                    if forms.get(at + 1) == Some(&Form::Text) {
                        seed.extend(&bytes);
                    }
                    plain.push((seed, *explores));
                }
            }
            for word in &exchanged {
                if let Some(bytes) = encode(Form::Text, &Literal::Text(word.clone())) {
                    let mut seed = join(&start, &before);
                    seed.extend(bytes);
                    plain.push((seed, *explores));
                }
            }
            // Of the same form as what is known to be an argument, and two of them joined.
            for place in 0..words.hot.min(200) {
                let number = u16::try_from(place * 4 + 1).unwrap_or(1).to_le_bytes();
                let mut seed = join(&start, &before);
                seed.extend([4, number[0], number[1], 3, 11, 8, 0, 0, 0]);
                plain.push((seed, *explores));
                let mut seed = join(&start, &before);
                seed.extend([
                    7, 0, 0, number[0], number[1], 7, 5, 2, 0, 0, 0, 1, 0, 9, 4, 6,
                ]);
                plain.push((seed, *explores));
            }
        } else if let Some(at) = forms.iter().position(|form| *form == Form::Bytes) {
            // More bytes than any block that a loop goes by.
            let before: Vec<u8> = forms[..at].iter().flat_map(|form| zero(*form)).collect();
            for length in [0x03ff_u16, 0x1fff, 0x7fff, 0xffff] {
                let length = length.to_le_bytes();
                let mut seed = join(&start, &before);
                seed.extend([15, length[0], length[1], 7]);
                plain.push((seed, *explores));
            }
        } else if let [Form::Int(..), ..] = forms[..] {
            for number in words.numbers.iter().take(60) {
                if let Some(bytes) = encode(forms[0], &Literal::Int(*number)) {
                    plain.push((join(&start, &bytes), *explores));
                }
            }
        }
    }
    seeds.extend(plain.iter().map(|(seed, _)| seed.clone()));
    // Values that are looked at further: one step each, read from the end, on the first few inputs of each operation.
    let mut begun: std::collections::BTreeMap<Vec<u8>, usize> = std::collections::BTreeMap::new();
    let width = choice(0, count).len();
    let some: Vec<&Vec<u8>> = plain
        .iter()
        .filter(|(seed, explores)| {
            let times = begun.entry(seed[..width].to_vec()).or_default();
            *times += 1;
            *explores && *times <= if count > 40 { 2 } else { 8 }
        })
        .map(|(seed, _)| seed)
        .collect();
    for step in 0..steps.min(250) {
        for (place, seed) in some.iter().enumerate() {
            // Bytes for the step's own arguments: none, then some.
            let mut seed = (*seed).clone();
            if (step + place) % 2 == 1 {
                seed.extend([2, 1, 97, 1, 3, 0, 2]);
            }
            seed.extend([step as u8, 1]);
            seeds.push(seed);
        }
    }
    seeds.truncate(MOST);
    seeds
}

/// Arguments of calls with a word of the text in the place of another one of the same length: each month in a date.
fn exchanged(words: &Words) -> Vec<String> {
    let mut found = BTreeSet::new();
    for text in words.texts.iter().take(words.hot.min(60)) {
        let inside = |word: &&String| {
            word.len() > 1 && word.len() < text.len() && text.contains(word.as_str())
        };
        for old in words.texts.iter().filter(inside) {
            let alike = words.texts.iter().filter(|word| word.len() == old.len());
            found.extend(alike.map(|new| text.replacen(old.as_str(), new, 1)));
        }
        if found.len() >= MOST_EXCHANGED {
            break;
        }
    }
    for text in &words.texts {
        found.remove(text);
    }
    found.into_iter().take(MOST_EXCHANGED).collect()
}

/// Bytes worth splicing into inputs.
pub fn dictionary(words: &Words) -> Vec<Vec<u8>> {
    words
        .texts
        .iter()
        .take(300)
        .map(|text| text.clone().into_bytes())
        .collect()
}

/// All inputs, where there are few: each operation takes but small numbers and booleans.
pub fn exhaustive(plan: &Plan, rendered: &Rendered) -> Option<Vec<Vec<u8>>> {
    let count = rendered.table.len();
    let mut all = Vec::new();
    for name in &rendered.operations {
        let place = rendered.table.iter().position(|of| of == name)?;
        let (_, forms, explores) = plan.forms.iter().find(|(of, _, _)| of == name)?;
        if *explores || forms.is_empty() {
            return None;
        }
        let mut rows: Vec<Vec<u8>> = vec![choice(place, count)];
        for form in forms {
            let values: Vec<Vec<u8>> = match form {
                Form::Bool => vec![vec![0], vec![1]],
                Form::Int(1, _) => (0..=u8::MAX).map(|byte| vec![byte]).collect(),
                Form::Int(2, _) => (0..=u16::MAX)
                    .map(|number| number.to_le_bytes().to_vec())
                    .collect(),
                _ => return None,
            };
            if rows.len() * values.len() > 65_536 {
                return None;
            }
            rows = rows
                .iter()
                .flat_map(|row| values.iter().map(|value| join(row, value)))
                .collect();
        }
        all.extend(rows);
        if all.len() > 65_536 {
            return None;
        }
    }
    (!all.is_empty()).then_some(all)
}

fn longest_arms(plan: &Plan) -> usize {
    plan.functions
        .iter()
        .filter_map(|function| function.arms.as_ref().map(|arms| arms.codes.len()))
        .max()
        .unwrap_or(0)
}

fn join(one: &[u8], other: &[u8]) -> Vec<u8> {
    [one, other].concat()
}

/// What `Input::pick` reads as `place`.
fn choice(place: usize, count: usize) -> Vec<u8> {
    match count {
        0 | 1 => vec![],
        2..=256 => vec![place as u8],
        _ => vec![(place >> 8) as u8, place as u8],
    }
}

fn encode_all(forms: &[Form], values: &[Literal]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for (form, value) in forms.iter().zip(values) {
        bytes.extend(encode(*form, value)?);
    }
    (!bytes.is_empty()).then_some(bytes)
}

fn zero(form: Form) -> Vec<u8> {
    match form {
        Form::Text | Form::Bytes => plain(b""),
        Form::Char => vec![0; 4],
        Form::Int(width @ 1..=2, _) => vec![0; usize::from(width)],
        Form::Float(4) => vec![0, 0],
        _ => vec![0],
    }
}

/// Text or bytes as they are: what the prelude reads up to the byte that ends them.
pub fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut coded = vec![0];
    for byte in bytes {
        if *byte >= 0xfe {
            coded.push(0xfe);
        }
        coded.push(*byte);
    }
    coded.push(0xff);
    coded
}

/// The bytes from which the prelude reads a value.
fn encode(form: Form, value: &Literal) -> Option<Vec<u8>> {
    match (form, value) {
        (Form::Text | Form::Bytes, Literal::Text(text)) => Some(plain(text.as_bytes())),
        (Form::Bytes | Form::Text, Literal::Bytes(bytes)) => Some(plain(bytes)),
        (Form::Text, Literal::Char(char)) => Some(plain(char.to_string().as_bytes())),
        (Form::Bool, Literal::Bool(value)) => Some(vec![u8::from(*value)]),
        (Form::Char, Literal::Char(char)) if char.is_ascii() => Some(vec![*char as u8, 0, 0, 0]),
        (Form::Char, Literal::Char(char)) => {
            let mut coded = vec![224];
            coded.extend(&u32::from(*char).to_le_bytes()[..3]);
            Some(coded)
        }
        (Form::Int(width, _), Literal::Int(number)) => {
            let bytes = &number.to_le_bytes()[..usize::from(width)];
            Some(if width <= 2 {
                bytes.to_vec()
            } else {
                join(&[224], bytes)
            })
        }
        (Form::Float(width), Literal::Int(number)) => encode(
            Form::Float(width),
            &Literal::Float((*number as f64).to_bits()),
        ),
        (Form::Float(width), Literal::Float(bits)) => {
            let mut coded = join(&[240], &bits.to_le_bytes());
            if width == 4 {
                coded.push(0);
            }
            Some(coded)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_takes_the_place_of_another_of_its_length() {
        let words = Words {
            texts: ["06 Nov 1994", " Nov ", " Dec ", "-Jan-", "longer than it"]
                .map(str::to_owned)
                .to_vec(),
            hot: 1,
            ..Words::default()
        };
        let found = exchanged(&words);
        assert!(found.contains(&"06 Dec 1994".to_owned()), "{found:?}");
        assert!(!found.contains(&"06 Nov 1994".to_owned()));
    }
}
