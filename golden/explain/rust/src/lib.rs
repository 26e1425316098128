//! One of each construct that a page tells of.

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

/// The largest amount that is taken.
const MOST: u64 = 1_000_000;

static TABLE: OnceLock<Vec<u64>> = OnceLock::new();

static CALLS: AtomicU32 = AtomicU32::new(0);

/// What can go wrong.
#[derive(Debug, PartialEq)]
pub enum AmountError {
    /// There is nothing.
    Empty,
    /// There is too much.
    TooMuch(u64),
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountError::Empty => f.write_str("no amount"),
            AmountError::TooMuch(much) => write!(f, "{much} is more than {MOST}"),
        }
    }
}

impl std::error::Error for AmountError {}

struct Guard(u32);

impl Drop for Guard {
    fn drop(&mut self) {
        CALLS.fetch_add(self.0, Ordering::Relaxed);
    }
}

fn table() -> &'static [u64] {
    TABLE.get_or_init(|| {
        let mut table = Vec::new();
        for tens in 0..3u64 {
            for ones in 0..3 {
                table.push(tens * 10 + ones);
            }
        }
        table
    })
}

fn weight(step: usize) -> u64 {
    if step == 0 {
        return 1;
    }
    weight(step - 1) + table()[step % 9]
}

#[cfg(feature = "loud")]
fn tell(text: &str) {
    let rate = text.len() as f32 / 3.0;
    eprintln!("{text}: {rate:.2}");
}

/// Reads an amount of
/// `digits`.
///
/// The second paragraph is no matter of a page.
pub fn amount(text: &str, steps: usize) -> Result<u64, AmountError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    assert!(steps < usize::MAX);
    let _guard = Guard(1);
    let begun = Instant::now();
    let first = text.chars().next().ok_or(AmountError::Empty)?;
    if first == '0' && begun.elapsed().as_secs() == 0 {
        return Ok(0);
    }
    let much = text.parse::<u64>().unwrap_or(MOST).wrapping_add(weight(steps));
    #[cfg(feature = "loud")]
    tell(text);
    if much > MOST {
        Err(AmountError::TooMuch(much))
    } else {
        Ok(unsafe { *[much].get_unchecked(0) }.max(last(&[1]).unwrap()))
    }
}

fn last(of: &[u64]) -> Option<u64> {
    digits(of).max()
}

fn digits(of: &[u64]) -> impl Iterator<Item = u64> + '_ {
    of.iter().copied().map(|it| (it as f64).round() as u64)
}
