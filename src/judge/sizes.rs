//! How many inputs go into a batch.
//!
//! The first batches are the same however fast the machine is, and so are the cases frozen from them. After that the
//! clock decides: a batch is long enough that starting its processes does not matter, and short enough to stop in time.

use std::time::Duration;

/// Sizes of the first batches.
const FIRST: [usize; 3] = [64, 256, 1024];

/// Seconds that one of them may take; where it would take longer, the clock decides from there on.
const MOST: f64 = 8.0;

/// Seconds that a batch should take otherwise, unless starting its processes takes longer.
const WORTH: f64 = 1.2;

/// The sizes of one search's batches.
pub struct Sizes {
    size: usize,
    /// The batch before: its size, and the seconds it took.
    last: Option<(usize, f64)>,
    pace: Pace,
}

/// What decides.
#[derive(Clone, Copy)]
enum Pace {
    /// The list: this of it is still to come.
    First(&'static [usize]),
    /// The clock, after the whole list.
    Timed,
    /// The clock, as the list would take too long.
    Slow,
}

impl Sizes {
    /// Begins with the smallest.
    pub fn new() -> Self {
        Self {
            size: FIRST[0],
            last: None,
            pace: Pace::First(&FIRST[1..]),
        }
    }

    /// How many inputs the next batch should have.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether cases are still kept: of the first batches alone, unless these would take too long.
    pub fn freezing(&self) -> bool {
        !matches!(self.pace, Pace::Timed)
    }

    /// A batch of this size took so long; where the clock decides, the next has `most` inputs.
    pub fn took(&mut self, took: Duration, most: usize) {
        let took = took.as_secs_f64();
        let timed = by_time(self.last, (self.size, took)).min(most);
        let input = took / self.size as f64;
        self.last = Some((self.size, took));
        (self.size, self.pace) = match self.pace {
            Pace::First([next, rest @ ..]) if input * (*next as f64) < MOST => {
                (*next, Pace::First(rest))
            }
            Pace::First([_, ..]) => (timed, Pace::Slow),
            Pace::First([]) => (timed, Pace::Timed),
            other => (timed, other),
        };
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
    let worth = start.max(WORTH).min(6.0);
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
    fn the_first_sizes_follow_no_clock() {
        for took in [0.1, 1.0] {
            assert_eq!(after(&[took]).size(), 256);
            assert_eq!(after(&[took, took]).size(), 1024);
            assert!(after(&[took, took]).freezing());
            assert!(!after(&[took, took, took]).freezing());
        }
    }

    #[test]
    fn slow_inputs_get_small_batches_and_are_kept() {
        let slow = after(&[20.0, 6.0, 6.0]);
        assert!(slow.size() <= 64);
        assert!(slow.freezing());
    }
}
