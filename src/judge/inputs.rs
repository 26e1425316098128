//! Inputs: byte strings that a driver decodes. Seeds, random strings and mutations of what did something new or returned.
//!
//! Text stands in inputs as it is wherever a driver allows it, so mutations look for it: a digit becomes another digit, a
//! word another word, and two inputs are joined where both have a border of the same kind. What a parser accepts is
//! likely to be accepted again in this way, which random bytes never are.
//!
//! The search is seeded, so that the same run tries the same inputs in the same order.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use fastrand::Rng;

use super::known::Known;

/// How many inputs that returned normally are remembered to mutate.
const REMEMBERED: usize = 512;

/// How many shapes of text are changed in each place.
const SHAPES: usize = 16;

/// How many inputs that reached something new are followed by each step, and how many kinds of these there are.
const FOLLOWED: usize = 96;
const KINDS: u8 = 12;

/// How often an input is made anew where what was made is known.
const ATTEMPTS: usize = 16;

/// No input is longer.
const LONGEST: usize = 4096;

/// The last number that an integer of some width holds, and the first that it does not: sums and products of such numbers
/// overflow in the last step.
const WIDTHS: [&str; 10] = [
    "255",
    "256",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
];

/// Makes inputs, and learns from what became of them.
pub struct Inputs {
    rng: Rng,
    waiting: VecDeque<Vec<u8>>,
    dictionary: Vec<Vec<u8>>,
    /// Inputs that reached something new, and the seeds: what is mutated.
    pool: Vec<Vec<u8>>,
    /// Places of the seeds in the pool, while nothing is known of what is read of them.
    seeds: HashMap<Vec<u8>, usize>,
    /// Some inputs that returned normally: mutated when too many raise.
    returned: Vec<Near>,
    /// Each small change of the first returned input of each shape.
    systematic: VecDeque<Vec<u8>>,
    shapes: BTreeSet<Vec<Class>>,
    /// How many inputs were followed by each step.
    followed: usize,
    /// Inputs under way, and where each differs from what it was made of.
    under_way: HashMap<Vec<u8>, BTreeSet<usize>>,
    /// Words of the dictionary: runs of letters or of digits, and what stands between them.
    tokens: BTreeMap<Class, Vec<Vec<u8>>>,
    observed: u64,
    normal: u64,
    known: Known,
    /// Turns taken.
    turn: u64,
    /// Inputs that stood ready from the start.
    given: u64,
    /// Inputs made.
    made: u64,
}

/// An input that returned, and places where its ancestors were changed and returned again.
#[derive(Clone)]
struct Near {
    bytes: Vec<u8>,
    free: BTreeSet<usize>,
}

/// What a byte is, as far as forms of text go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Digit,
    Letter,
    Mark,
    Other,
}

fn class(byte: u8) -> Class {
    match byte {
        b'0'..=b'9' => Class::Digit,
        b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
        b' '..=b'~' => Class::Mark,
        _ => Class::Other,
    }
}

/// The run of bytes of one class around a place.
fn run(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let of = class(bytes[at]);
    let start = bytes[..at]
        .iter()
        .rposition(|byte| class(*byte) != of)
        .map_or(0, |before| before + 1);
    let end = bytes[at..]
        .iter()
        .position(|byte| class(*byte) != of)
        .map_or(bytes.len(), |after| at + after);
    start..end
}

/// Runs of text.
fn runs(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = run(bytes, at);
        at = run.end;
        if class(bytes[run.start]) != Class::Other {
            runs.push(run);
        }
    }
    runs
}

impl Inputs {
    /// Begins with the seeds, in their order.
    pub fn new(seed: u64, seeds: &[Vec<u8>], dictionary: &[Vec<u8>]) -> Self {
        // The empty input and runs of one byte are the edges that every decoder has.
        let edges = [
            vec![],
            vec![0; 8],
            vec![1; 16],
            vec![0xff; 16],
            vec![0x80; 32],
        ];
        let waiting: VecDeque<Vec<u8>> = seeds.iter().cloned().chain(edges).collect();
        Self {
            rng: Rng::with_seed(seed),
            given: waiting.len() as u64,
            waiting,
            dictionary: dictionary
                .iter()
                .filter(|word| !word.is_empty())
                .cloned()
                .collect(),
            pool: seeds.to_vec(),
            seeds: seeds.iter().cloned().zip(0..).collect(),
            returned: Vec::new(),
            systematic: VecDeque::new(),
            shapes: BTreeSet::new(),
            followed: 0,
            under_way: HashMap::new(),
            tokens: tokens(dictionary),
            observed: 0,
            normal: 0,
            known: Known::default(),
            turn: 0,
            made: 0,
        }
    }

    /// How many inputs were made that are no seeds.
    pub fn searched(&self) -> u64 {
        self.made.saturating_sub(self.given)
    }

    /// How many inputs were made, seeds included.
    pub fn tried(&self) -> u64 {
        self.made
    }

    /// Whether seeds or systematic changes are still to be tried.
    pub fn waiting(&self) -> bool {
        !self.waiting.is_empty() || !self.systematic.is_empty()
    }

    /// The next `count` inputs.
    pub fn batch(&mut self, count: usize) -> Vec<Vec<u8>> {
        self.under_way.clear();
        self.made += count as u64;
        (0..count).map(|_| self.fresh()).collect()
    }

    /// The next input that is not known already, unless these are hard to find.
    fn fresh(&mut self) -> Vec<u8> {
        for _ in 1..ATTEMPTS {
            let input = self.next();
            if self.known.take(&input) {
                return input;
            }
        }
        self.next()
    }

    /// Tells that of an input only the first bytes are read: changes of the others would make nothing new.
    pub fn trim(&mut self, input: &[u8], used: usize) {
        self.known.read(input, used);
        if let Some(place) = self.seeds.remove(input) {
            self.pool[place].truncate(used);
        }
    }

    /// Tells what became of an input: whether both sides returned normally, and whether it reached a probe first.
    /// `used`: how many of its bytes were read.
    pub fn learn(&mut self, input: &[u8], used: usize, returned: bool, reached_new: bool) {
        let free = self.under_way.remove(input).unwrap_or_default();
        let input = &input[..used.min(input.len())];
        self.observed += 1;
        if reached_new {
            self.pool.push(input.to_vec());
        }
        if returned {
            self.normal += 1;
            if reached_new && self.followed < FOLLOWED {
                // What is done with a value that was made stands at the end: one step of each kind.
                self.followed += 1;
                let step = |kind| [input, &[kind, 1]].concat();
                self.systematic.extend((0..KINDS).map(step));
            }
            self.take_shape(input);
            let near = Near {
                bytes: input.to_vec(),
                free,
            };
            if self.returned.len() < REMEMBERED {
                self.returned.push(near);
            } else {
                let place = self.rng.usize(..REMEMBERED);
                self.returned[place] = near;
            }
        }
    }

    /// Where a returned input is the first of its shape, lines up each small change of its text.
    fn take_shape(&mut self, input: &[u8]) {
        let runs = runs(input);
        let shape: Vec<Class> = runs.iter().map(|run| class(input[run.start])).collect();
        if runs.is_empty()
            || runs.len() > 24
            || self.shapes.len() >= SHAPES
            || !self.shapes.insert(shape)
        {
            return;
        }
        let words: Vec<Vec<u8>> = (0..8).filter_map(|_| self.token(Class::Letter)).collect();
        let mut changed = |range: std::ops::Range<usize>, with: &[u8]| {
            let mut bytes = input.to_vec();
            bytes.splice(range, with.iter().copied());
            self.systematic.push_back(bytes);
        };
        for run in runs {
            for mark in [b"-", b"+", b".", b" "] {
                changed(run.start..run.start, mark);
            }
            changed(run.clone(), b"");
            match class(input[run.start]) {
                Class::Digit => {
                    for number in [
                        "0",
                        "1",
                        "9",
                        "00",
                        "10",
                        "99",
                        "100",
                        "1000000000000000000000",
                    ]
                    .into_iter()
                    .chain(WIDTHS)
                    {
                        changed(run.clone(), number.as_bytes());
                    }
                }
                Class::Letter => {
                    for word in &words {
                        changed(run.clone(), word);
                    }
                    changed(run.clone(), &input[run.clone()].to_ascii_uppercase());
                    changed(run.clone(), &input[run.clone()].to_ascii_lowercase());
                }
                _ => {
                    for mark in [b"-", b":", b",", b"."] {
                        changed(run.clone(), mark);
                    }
                }
            }
        }
    }

    fn next(&mut self) -> Vec<u8> {
        if let Some(seed) = self.waiting.pop_front() {
            return seed;
        }
        self.turn += 1;
        if self.turn.is_multiple_of(3)
            && let Some(change) = self.systematic.pop_front()
        {
            return change;
        }
        // Where most inputs raise, mutate those that did not: the bar asks for a fifth that return.
        let scarce = self.observed > 100 && self.normal * 3 < self.observed;
        let near = if scarce { 208 } else { 64 };
        if !self.returned.is_empty() && self.rng.u8(..) < near {
            let base = self.rng.usize(..self.returned.len());
            let base = self.returned[base].clone();
            // Some places may be changed without harm, where others are bound to each other like a date and its weekday.
            if scarce && !base.free.is_empty() && self.rng.u8(..) < 160 {
                return self.varied(base);
            }
            return self.alike(base);
        }
        if !self.pool.is_empty() && self.rng.u8(..) < 144 {
            let base = self.rng.usize(..self.pool.len());
            let steps = 1 + self.rng.usize(..4);
            return self.mutated(self.pool[base].clone(), steps);
        }
        self.random()
    }

    /// Changes where changes were harmless before.
    fn varied(&mut self, base: Near) -> Vec<u8> {
        let Near { mut bytes, free } = base;
        let places: Vec<usize> = free
            .iter()
            .copied()
            .filter(|at| *at < bytes.len())
            .collect();
        for _ in 0..1 + self.rng.usize(..2) {
            if let Some(at) = self.rng.choice(&places) {
                bytes[*at] = match class(bytes[*at]) {
                    Class::Digit => self.rng.u8(b'0'..=b'9'),
                    Class::Letter => bytes[*at] & 0x20 | self.rng.u8(b'A'..=b'Z'),
                    _ => self.rng.u8(..),
                };
            }
        }
        self.under_way.insert(bytes.clone(), free);
        bytes
    }

    /// An input of the same form, as far as it can be told: one or two changes that keep it.
    fn alike(&mut self, base: Near) -> Vec<u8> {
        let mut bytes = base.bytes.clone();
        let steps = 1 + self.rng.usize(..8) / 6;
        for _ in 0..steps {
            if !self.reword(&mut bytes) {
                return self.mutated(bytes, 1);
            }
        }
        bytes.truncate(LONGEST);
        if bytes.len() == base.bytes.len() {
            let changed = (0..bytes.len()).filter(|at| bytes[*at] != base.bytes[*at]);
            let free = base.free.iter().copied().chain(changed).collect();
            self.under_way.insert(bytes.clone(), free);
        }
        bytes
    }

    /// Changes a piece of text for one of its kind; false where there is no text.
    fn reword(&mut self, bytes: &mut Vec<u8>) -> bool {
        let runs = runs(bytes);
        if runs.is_empty() || self.rng.u8(..) < 24 {
            return false;
        }
        let run = runs[self.rng.usize(..runs.len())].clone();
        let at = self.rng.usize(run.clone());
        let of = class(bytes[at]);
        match (of, self.rng.u8(..16)) {
            (_, 0) => {
                bytes.remove(at);
            }
            // A run, or two with all that stands between them, once more.
            (_, 1) => {
                let other = runs[self.rng.usize(..runs.len())].clone();
                let (start, end) = (run.start.min(other.start), run.end.max(other.end));
                let piece = bytes[start..end].to_vec();
                bytes.splice(end..end, piece);
            }
            // A mark before or after a word: a sign, a point, a quote.
            (_, 2 | 3) => {
                let mark = self.mark();
                let place = [run.start, run.end][self.rng.usize(..2)];
                bytes.splice(place..place, mark);
            }
            (_, 4 | 5) => return self.join(bytes, at),
            (Class::Digit, 6..=10) => bytes[at] = self.rng.u8(b'0'..=b'9'),
            (Class::Digit, 11) => {
                let digit = self.rng.u8(b'0'..=b'9');
                bytes.insert(at, digit);
            }
            (Class::Digit, 12) => {
                let number = WIDTHS[self.rng.usize(..WIDTHS.len())];
                bytes.splice(run, number.bytes());
            }
            (Class::Digit, 13..) => {
                const KNOWN: [u32; 24] = [
                    0, 1, 2, 3, 7, 9, 10, 11, 12, 13, 23, 24, 28, 29, 30, 31, 59, 60, 99, 100, 255,
                    256, 1000, 2024,
                ];
                let number = KNOWN[self.rng.usize(..KNOWN.len())].to_string();
                // As wide as before, or as it is.
                let width = if self.rng.bool() { run.len() } else { 1 };
                let number = format!("{number:0>width$}");
                bytes.splice(run, number.into_bytes());
            }
            (Class::Letter, 6..=8) => {
                let first = if bytes[at].is_ascii_uppercase() {
                    b'A'
                } else {
                    b'a'
                };
                bytes[at] = first + self.rng.u8(..26);
            }
            (Class::Letter, 9) => bytes[at] ^= 0x20,
            (Class::Letter, _) => match self.token(Class::Letter) {
                Some(word) => {
                    bytes.splice(run, word);
                }
                None => bytes[at] = self.rng.u8(b'a'..=b'z'),
            },
            (Class::Mark, 6..=12) => {
                let mark = self.mark();
                bytes.splice(run, mark);
            }
            // A word from elsewhere.
            _ => {
                let of = [Class::Letter, Class::Digit][self.rng.usize(..2)];
                if let Some(word) = self.token(of) {
                    bytes.splice(run.end..run.end, word);
                }
            }
        }
        true
    }

    /// Goes on as another input that returned does, where that has a border of the same kind.
    fn join(&mut self, bytes: &mut Vec<u8>, at: usize) -> bool {
        let place = run(bytes, at).start;
        let of = class(bytes[place]);
        // The first bytes often say what is done at all: an input that begins alike is likely to be of the same form.
        let first = bytes.first().copied();
        for _ in 0..8 {
            let other = &self.returned[self.rng.usize(..self.returned.len())].bytes;
            if other.first().copied() != first && !self.rng.u8(..).is_multiple_of(8) {
                continue;
            }
            let from = self.rng.usize(..=other.len());
            let Some(near) = (from..other.len())
                .find(|at| class(other[*at]) == of && (*at == 0 || class(other[*at - 1]) != of))
            else {
                continue;
            };
            let tail = other[near..].to_vec();
            bytes.truncate(place);
            bytes.extend(tail);
            return true;
        }
        false
    }

    fn token(&mut self, of: Class) -> Option<Vec<u8>> {
        let known = self.tokens.get(&of)?;
        known.get(self.rng.usize(..known.len().max(1))).cloned()
    }

    fn mark(&mut self) -> Vec<u8> {
        const MARKS: &[u8] = b"-+.,:;/_ =*()[]{}\"'\\#%&?!@<>|~^$`";
        if self.rng.bool()
            && let Some(mark) = self.token(Class::Mark)
        {
            return mark;
        }
        // The first of them are the frequent ones.
        let most = [3, 10, MARKS.len()][self.rng.usize(..3)];
        vec![MARKS[self.rng.usize(..most)]]
    }

    fn random(&mut self) -> Vec<u8> {
        let longest = 1 << self.rng.usize(2..9);
        let length = self.rng.usize(..=longest);
        // Drivers read lengths and choices from bytes: small values keep inputs small, the full range finds the rest.
        let top = [8u8, 32, 128, 255, 255][self.rng.usize(..5)];
        let mut bytes: Vec<u8> = (0..length).map(|_| self.rng.u8(..=top)).collect();
        // The highest byte ends text in some drivers: what is read after a text gets bytes as well.
        if top < u8::MAX && self.rng.bool() {
            for byte in &mut bytes {
                if self.rng.u8(..12) == 0 {
                    *byte = u8::MAX;
                }
            }
        }
        if !self.dictionary.is_empty() && self.rng.u8(..) < 96 {
            self.splice_word(&mut bytes);
        }
        bytes
    }

    fn splice_word(&mut self, bytes: &mut Vec<u8>) {
        let word = self.dictionary[self.rng.usize(..self.dictionary.len())].clone();
        let at = self.rng.usize(..=bytes.len());
        let over = if self.rng.bool() {
            word.len().min(bytes.len() - at)
        } else {
            0
        };
        bytes.splice(at..at + over, word);
    }

    fn mutated(&mut self, mut bytes: Vec<u8>, steps: usize) -> Vec<u8> {
        for _ in 0..steps {
            let kind = self.rng.u8(..11);
            if bytes.is_empty() || kind == 0 {
                let at = self.rng.usize(..=bytes.len());
                bytes.insert(at, self.rng.u8(..));
                continue;
            }
            let at = self.rng.usize(..bytes.len());
            match kind {
                1 => bytes[at] = self.rng.u8(..),
                2 => bytes[at] ^= 1 << self.rng.u8(..8),
                3 => bytes[at] = [0, 1, 2, 16, 127, 128, 254, 255][self.rng.usize(..8)],
                4 => bytes[at] = bytes[at].wrapping_add([1, 255][self.rng.usize(..2)]),
                5 => {
                    let end = (at + 1 + self.rng.usize(..8)).min(bytes.len());
                    bytes.drain(at..end);
                }
                6 => {
                    let end = (at + 1 + self.rng.usize(..16)).min(bytes.len());
                    let chunk = bytes[at..end].to_vec();
                    let to = self.rng.usize(..=bytes.len());
                    bytes.splice(to..to, chunk);
                }
                7 if !self.dictionary.is_empty() => self.splice_word(&mut bytes),
                // Values that were zero for want of bytes.
                7 | 9 | 10 => {
                    let count = 1 + self.rng.usize(..12);
                    let top = [15, 127, 255][self.rng.usize(..3)];
                    bytes.extend((0..count).map(|_| self.rng.u8(..=top)).collect::<Vec<_>>());
                }
                _ => {
                    let other = self.rng.usize(..self.pool.len().max(1));
                    if let Some(other) = self.pool.get(other) {
                        let from = self.rng.usize(..=other.len());
                        let tail = other[from..].to_vec();
                        bytes.truncate(at);
                        bytes.extend(tail);
                    }
                }
            }
        }
        bytes.truncate(LONGEST);
        bytes
    }
}

/// Short runs of each class, in the order they stand in.
fn tokens(dictionary: &[Vec<u8>]) -> BTreeMap<Class, Vec<Vec<u8>>> {
    let mut tokens: BTreeMap<Class, Vec<Vec<u8>>> = BTreeMap::new();
    for word in dictionary {
        let mut at = 0;
        while at < word.len() {
            let run = run(word, at);
            at = run.end;
            let known = tokens.entry(class(word[run.start])).or_default();
            if run.len() <= 16 && known.len() < 1000 && !known.contains(&word[run.clone()].to_vec())
            {
                known.push(word[run].to_vec());
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_inputs_and_another_seed_makes_others() {
        let make = |seed| Inputs::new(seed, &[vec![7]], &[b"word".to_vec()]).batch(200);
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        assert_eq!(make(1)[0], vec![7], "seeds come first");
    }

    #[test]
    fn inputs_that_return_are_preferred_once_most_raise() {
        let mut inputs = Inputs::new(1, &[], &[]);
        inputs.batch(5);
        for _ in 0..300 {
            inputs.learn(&[1], 1, false, false);
        }
        inputs.learn(&[42; 20], 20, true, false);
        let near = inputs
            .batch(100)
            .iter()
            .filter(|input| input.iter().filter(|byte| **byte == 42).count() > 10)
            .count();
        assert!(
            near > 40,
            "only {near} of 100 are mutations of the input that returned"
        );
    }

    #[test]
    fn bytes_that_were_not_read_are_not_changed() {
        let mut inputs = Inputs::new(1, &[vec![7, 8, 9, 9, 9, 9, 9, 9]], &[]);
        inputs.batch(6);
        inputs.trim(&[7, 8, 9, 9, 9, 9, 9, 9], 2);
        inputs.learn(&[7, 8, 9, 9, 9, 9, 9, 9], 2, true, true);
        let made = inputs.batch(400);
        assert!(!made.iter().any(|input| input.ends_with(&[9, 9, 9])));
        assert!(!made.iter().any(|input| input.starts_with(&[7, 8])));
        assert!(made.iter().any(|input| input.starts_with(&[7])));
    }

    #[test]
    fn text_that_returned_is_changed_in_its_words_and_digits_alone() {
        let word = |text: &str| text.as_bytes().to_vec();
        let mut inputs = Inputs::new(1, &[], &[word("3 ft"), word("in")]);
        inputs.batch(5);
        for _ in 0..300 {
            inputs.learn(&[1], 1, false, false);
        }
        let base = [&[0][..], b"2 km", &[0xff, 1]].concat();
        inputs.learn(&base, base.len(), true, false);
        let made = inputs.batch(12_000);
        let has = |text: &str| {
            let whole = [&[0][..], text.as_bytes(), &[0xff, 1]].concat();
            assert!(made.contains(&whole), "{text} was not tried");
        };
        ["7 km", "2 ft", "2 in", "-2 km", "22 km", "2 km2 km"]
            .iter()
            .for_each(|text| has(text));
    }
}
