//! Amounts, as text.

use std::fmt;

thread_local! {
    static LARGEST: std::cell::Cell<u64> = std::cell::Cell::new(1_000);
}

/// Why a text is no amount.
#[derive(Debug, PartialEq)]
pub enum AmountError {
    /// There is nothing.
    Empty,
    /// Something in it is no digit.
    NoDigit(char),
    /// There is too much.
    TooMuch,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountError::Empty => f.write_str("no amount"),
            AmountError::NoDigit(sign) => write!(f, "{sign} is no digit"),
            AmountError::TooMuch => f.write_str("too much"),
        }
    }
}

impl std::error::Error for AmountError {}

/// Reads an amount.
///
/// ```
/// assert_eq!(amounts::amount("12"), Ok(12));
/// assert_eq!(amounts::amount("1001"), Err(amounts::AmountError::TooMuch));
/// ```
pub fn amount(text: &str) -> Result<u64, AmountError> {
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let mut amount = 0;
    for sign in text.chars() {
        let digit = sign.to_digit(10).ok_or(AmountError::NoDigit(sign))?;
        amount = amount * 10 + u64::from(digit);
        if amount > LARGEST.with(|largest| largest.get()) {
            return Err(AmountError::TooMuch);
        }
    }
    Ok(amount)
}
