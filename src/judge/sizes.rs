//! How many inputs go into a batch.
//!
//! What a search tries follows from what the batches before have shown, so sizes that follow the clock would make it
//! another search on another machine. They follow a list, and with it the cases frozen from the first of them; only where
//! inputs are so slow that a batch would take too long does the clock decide.

use std::time::Duration;

/// Sizes of the first batches, from which cases are frozen.
const FIRST: [usize; 3] = [64, 256, 1024];

/// Size of those that follow, unless fewer are likely to be enough.
const LATER: usize = 4096;

/// Seconds that a batch of the list may take.
const MOST: f64 = 8.0;

/// Seconds that a batch should take where the clock decides, unless starting its processes takes longer.
const WORTH: f64 = 1.2;

/// The sizes of one search's batches.
pub struct Sizes {
    size: usize,
    /// The batch before: its size, and the seconds it took.
    last: Option<(usize, f64)>,
    pace: Pace,
    /// Seconds that an input took in the quickest batch, its start included.
    least: f64,
    freezing: bool,
}

/// What decides.
#[derive(Clone, Copy)]
enum Pace {
    /// The list: this of the first is still to come.
    First(&'static [usize]),
    /// The list, behind the first.
    Later,
    /// The clock.
    Slow,
}

impl Sizes {
    /// Begins with the smallest.
    pub fn new() -> Self {
        Self {
            size: FIRST[0],
            last: None,
            pace: Pace::First(&FIRST[1..]),
            least: f64::MAX,
            freezing: true,
        }
    }

    /// How many inputs the next batch should have.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether cases are still kept: of the first batches alone, unless these would take too long.
    pub fn freezing(&self) -> bool {
        self.freezing
    }

    /// Seconds that so many inputs would take. A machine that is busy for a while does not make inputs slow: the quickest
    /// batch tells.
    pub fn seconds(&self, inputs: u64) -> f64 {
        self.least * inputs as f64
    }

    /// A batch of this size took so long; behind the first of the list, the next has `most` inputs.
    pub fn took(&mut self, took: Duration, most: usize) {
        let took = took.as_secs_f64();
        let timed = by_time(self.last, (self.size, took)).min(most);
        let input = took / self.size as f64;
        self.least = self.least.min(input);
        self.last = Some((self.size, took));
        let fits = |size: usize| input * (size as f64) < MOST;
        let later = LATER.min(most);
        (self.size, self.pace) = match self.pace {
            Pace::First([next, rest @ ..]) if fits(*next) => (*next, Pace::First(rest)),
            Pace::First([]) | Pace::Later if fits(later) => (later, Pace::Later),
            _ => (timed, Pace::Slow),
        };
        self.freezing &= !matches!(self.pace, Pace::Later);
    }
}

/// How large the next batch should be, after one of `size` inputs, and the one before it.
///
/// Most of a short batch is the start of its processes: what an input takes shows in how two batches differ, and a batch
/// is worth its start if its inputs take as long.
fn by_time(last: Option<(usize, f64)>, (size, took): (usize, f64)) -> usize {
    let input = match last {
        Some((other, before)) if other != size => {
            let slope = (took - before) / (size as f64 - other as f64);
            slope.clamp(0.0, took / size as f64)
        }
        // Nothing is known of the start yet: it is taken to be half of it, at most two seconds.
        _ => (took - (took / 2.0).min(2.0)) / size as f64,
    };
    let start = took - input * size as f64;
    let worth = start.clamp(WORTH, 6.0);
    let fits = if input > 0.0 { worth / input } else { f64::MAX };
    (fits.min(8192.0) as usize).clamp((size / 2).max(16), (size * 4).clamp(16, 8192))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(took: &[f64]) -> Sizes {
        let mut sizes = Sizes::new();
        for took in took {
            sizes.took(Duration::from_secs_f64(*took), usize::MAX);
        }
        sizes
    }

    #[test]
    fn sizes_follow_no_clock() {
        for took in [0.1, 1.0] {
            assert_eq!(after(&[took]).size(), 256);
            assert_eq!(after(&[took, took]).size(), 1024);
            assert!(after(&[took, took]).freezing());
            assert_eq!(after(&[took, took, took]).size(), 4096);
            assert!(!after(&[took, took, took]).freezing());
        }
    }

    #[test]
    fn a_machine_that_is_busy_for_a_while_makes_no_input_slow() {
        assert!(after(&[0.2, 1.9, 0.4]).seconds(4000) < 2.0);
        assert!(after(&[0.2, 3.0, 5.0]).seconds(4000) > 12.0);
    }

    #[test]
    fn slow_inputs_get_small_batches_and_are_kept() {
        let slow = after(&[20.0, 6.0, 6.0]);
        assert!(slow.size() <= 64);
        assert!(slow.freezing());
    }
}
