//! Which of two equivalent modules is kept: the smaller one that is not slower, or what the user's weights say.

use std::{fmt, str::FromStr};

/// A module may take so many times as long as another and count as quick: so much is chance.
const SLOWER: f64 = 1.2;

/// How much code lines and run time count. Both are taken as ratios: with equal weights half the lines are worth twice the
/// time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Of code lines.
    pub lines: f64,
    /// Of run time.
    pub runtime: f64,
}

impl FromStr for Weights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut weights = Self {
            lines: 0.0,
            runtime: 0.0,
        };
        for part in text.split(',') {
            let (word, number) = part.split_once('=').unwrap_or((part, ""));
            let number: f64 = number.trim().parse().unwrap_or(f64::NAN);
            if !(0.0..=1_000.0).contains(&number) {
                return Err("weights are numbers of 0 to 1000, as in `lines=1,runtime=0.5`".into());
            }
            match word.trim() {
                "lines" => weights.lines = number,
                "runtime" => weights.runtime = number,
                _ => {
                    return Err(format!(
                        "`{word}` has no weight: `lines` and `runtime` have one"
                    ));
                }
            }
        }
        match weights.lines + weights.runtime > 0.0 {
            true => Ok(weights),
            false => Err("one of the weights has to be more than 0".into()),
        }
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lines={},runtime={}", self.lines, self.runtime)
    }
}

/// What is known of a module that is equivalent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Worth {
    /// Code lines.
    pub lines: u32,
    /// Run time by the original's, where it could be told.
    pub runtime: Option<f64>,
}

/// Whether a module of so many lines can be better than the best so far: others are not run.
pub(super) fn may_win(weights: Option<Weights>, lines: u32, best: Worth) -> bool {
    lines < best.lines || weights.is_some_and(|weights| weights.runtime > 0.0)
}

/// Whether a module takes the place of the best so far, and in words why not. `slice` is the slice's run time.
pub(super) fn wins(
    weights: Option<Weights>,
    now: Worth,
    best: Worth,
    slice: Option<f64>,
) -> Result<(), String> {
    let Some(weights) = weights else {
        // The slice is the original's text: where it seems to be faster than that, this is chance.
        return match (now.runtime, slice) {
            (Some(now), Some(slice)) if now > slice.max(1.0) * SLOWER => Err(format!(
                "it is slower: {now:.2} of the original's run time, the slice takes {slice:.2}"
            )),
            _ => Ok(()),
        };
    };
    let lines = f64::from(now.lines.max(1)) / f64::from(best.lines.max(1));
    let runtime = match (now.runtime, best.runtime) {
        (Some(now), Some(best)) if now > 0.0 && best > 0.0 => now / best,
        // Where it can't be told it speaks for neither.
        _ => 1.0,
    };
    let runtime = match (1.0 / SLOWER..=SLOWER).contains(&runtime) {
        true => 1.0,
        false => runtime,
    };
    if weights.lines * lines.ln() + weights.runtime * runtime.ln() < 0.0 {
        return Ok(());
    }
    let told = |of: Worth| match of.runtime {
        Some(runtime) => format!(
            "{} lines of code at {runtime:.2} of the original's run time",
            of.lines
        ),
        None => format!("{} lines of code", of.lines),
    };
    Err(format!(
        "by {weights} it is no better: {}, against {}",
        told(now),
        told(best)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(lines: u32, runtime: impl Into<Option<f64>>) -> Worth {
        Worth {
            lines,
            runtime: runtime.into(),
        }
    }

    fn weights(text: &str) -> Option<Weights> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn weights_are_spelt_in_one_way() {
        let both: Weights = "runtime=0.5, lines=1".parse().unwrap();
        assert_eq!(both.to_string(), "lines=1,runtime=0.5");
        assert_eq!(both.to_string().parse(), Ok(both));
        assert_eq!("runtime=1".parse::<Weights>().unwrap().lines, 0.0);
        for wrong in [
            "",
            "lines",
            "lines=",
            "lines=-1",
            "lines=NaN",
            "lines=inf",
            "size=1",
            "lines=0",
            "1,2",
        ] {
            assert!(wrong.parse::<Weights>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn if_nothing_is_said_the_smaller_one_stands_unless_it_is_slower_than_the_slice() {
        let best = worth(100, 1.0);
        assert!(may_win(None, 99, best) && !may_win(None, 100, best));
        assert_eq!(wins(None, worth(50, 1.19), best, Some(1.0)), Ok(()));
        let slower = wins(None, worth(50, 1.3), best, Some(0.7)).unwrap_err();
        assert!(
            slower.contains("1.30") && slower.contains("0.70"),
            "{slower}"
        );
        // By the slice, and not by what was the best since.
        assert_eq!(
            wins(None, worth(50, 1.3), worth(100, 0.5), Some(1.2)),
            Ok(())
        );
        assert_eq!(wins(None, worth(50, None), best, Some(1.0)), Ok(()));
    }

    #[test]
    fn by_weights_lines_are_held_against_run_time() {
        let best = worth(100, 1.0);
        let equal = weights("lines=1,runtime=1");
        // A third of the lines for twice the time, and half of them for three times.
        assert_eq!(wins(equal, worth(33, 2.0), best, None), Ok(()));
        assert!(wins(equal, worth(50, 3.0), best, None).is_err());
        // More lines where it is so much faster.
        assert!(may_win(equal, 150, best));
        assert_eq!(wins(equal, worth(150, 0.5), best, None), Ok(()));
        let no = wins(equal, worth(250, 0.5), best, None).unwrap_err();
        assert!(
            no.contains("250 lines of code at 0.50") && no.contains("against 100"),
            "{no}"
        );
        // As good is not better.
        assert!(wins(equal, best, best, None).is_err());
    }

    #[test]
    fn a_weight_of_its_own_is_all_that_counts_and_small_differences_of_time_are_chance() {
        let best = worth(100, 1.0);
        let size = weights("lines=1");
        assert_eq!(wins(size, worth(99, 9.0), best, Some(1.0)), Ok(()));
        assert!(!may_win(size, 100, best));
        let speed = weights("runtime=1");
        assert_eq!(wins(speed, worth(900, 0.8), best, Some(1.0)), Ok(()));
        assert!(wins(speed, worth(10, 0.9), best, Some(1.0)).is_err());
        assert!(wins(speed, worth(10, None), best, Some(1.0)).is_err());
        assert_eq!(
            wins(
                weights("lines=0.1,runtime=1"),
                worth(90, 1.15),
                best,
                Some(1.0)
            ),
            Ok(())
        );
    }
}
