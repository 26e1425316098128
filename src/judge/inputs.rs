//! Inputs: byte strings that a driver decodes. Seeds first, then random strings and mutations of what did something new.
//!
//! The search is seeded, so that the same run tries the same inputs in the same order.

use std::collections::VecDeque;

use fastrand::Rng;

/// How many inputs that returned normally are remembered to mutate.
const REMEMBERED: usize = 512;

/// Makes inputs, and learns from what became of them.
pub struct Inputs {
    rng: Rng,
    waiting: VecDeque<Vec<u8>>,
    dictionary: Vec<Vec<u8>>,
    /// Inputs that reached something new, and the seeds: what is mutated.
    pool: Vec<Vec<u8>>,
    /// Some inputs that returned normally: mutated when too many raise.
    returned: Vec<Vec<u8>>,
    observed: u64,
    normal: u64,
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
        Self {
            rng: Rng::with_seed(seed),
            waiting: seeds.iter().cloned().chain(edges).collect(),
            dictionary: dictionary
                .iter()
                .filter(|word| !word.is_empty())
                .cloned()
                .collect(),
            pool: seeds.to_vec(),
            returned: Vec::new(),
            observed: 0,
            normal: 0,
        }
    }

    /// The next `count` inputs.
    pub fn batch(&mut self, count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|_| self.next()).collect()
    }

    /// Tells what became of an input: whether both sides returned normally, and whether it reached a probe first.
    pub fn learn(&mut self, input: &[u8], returned: bool, reached_new: bool) {
        self.observed += 1;
        if reached_new {
            self.pool.push(input.to_vec());
        }
        if returned {
            self.normal += 1;
            if self.returned.len() < REMEMBERED {
                self.returned.push(input.to_vec());
            } else {
                let place = self.rng.usize(..REMEMBERED);
                self.returned[place] = input.to_vec();
            }
        }
    }

    fn next(&mut self) -> Vec<u8> {
        if let Some(seed) = self.waiting.pop_front() {
            return seed;
        }
        // Where most inputs raise, mutate those that did not: the bar asks for a fifth that return.
        let scarce = self.observed > 100 && self.normal * 3 < self.observed;
        if scarce && !self.returned.is_empty() && self.rng.u8(..) < 192 {
            let base = self.rng.usize(..self.returned.len());
            return self.mutated(self.returned[base].clone(), 1);
        }
        if !self.pool.is_empty() && self.rng.u8(..) < 144 {
            let base = self.rng.usize(..self.pool.len());
            let steps = 1 + self.rng.usize(..4);
            return self.mutated(self.pool[base].clone(), steps);
        }
        self.random()
    }

    fn random(&mut self) -> Vec<u8> {
        let longest = 1 << self.rng.usize(2..9);
        let length = self.rng.usize(..=longest);
        // Drivers read lengths and choices from bytes: small values keep inputs small, the full range finds the rest.
        let top = [8u8, 32, 128, 255, 255][self.rng.usize(..5)];
        let mut bytes: Vec<u8> = (0..length).map(|_| self.rng.u8(..=top)).collect();
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
            let kind = self.rng.u8(..9);
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
                7 => bytes.extend((0..4).map(|_| self.rng.u8(..)).collect::<Vec<_>>()),
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
        bytes.truncate(4096);
        bytes
    }
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
            inputs.learn(&[1], false, false);
        }
        inputs.learn(&[42; 20], true, false);
        let near = inputs
            .batch(100)
            .iter()
            .filter(|input| input.iter().filter(|byte| **byte == 42).count() > 10)
            .count();
        assert!(
            near > 50,
            "only {near} of 100 are mutations of the input that returned"
        );
    }
}
