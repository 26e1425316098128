pub use lengths::convert;

mod lengths {
use std::fmt;

/// Why a length can't be read.
#[derive(Debug, Clone, PartialEq)]
pub enum LengthError {
    /// No text at all.
    Empty,
    /// The number can't be read.
    Number(String),
    /// The unit is not known.
    Unit(String),
}

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LengthError::Empty => f.write_str("empty length"),
            LengthError::Number(text) => write!(f, "bad number {text:?}"),
            LengthError::Unit(unit) => write!(f, "unknown unit {unit:?}"),
        }
    }
}

impl std::error::Error for LengthError {}

/// Reads `2.5 km` and writes it in metres, with up to eight digits after the point.
pub fn convert(text: &str, digits: u8) -> Result<String, LengthError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(LengthError::Empty);
    }
    let (number, unit) = split(text);
    let value: f64 = number
        .parse()
        .map_err(|_| LengthError::Number(number.to_string()))?;
    let factor = factor(unit).ok_or_else(|| LengthError::Unit(unit.to_string()))?;
    Ok(write_metres(value, factor, digits))
}

/// The number and the unit behind it.
fn split(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

fn write_metres(value: f64, factor: f64, digits: u8) -> String {
    if value == 0.0 {
        return "nothing".to_string();
    }
    let digits = usize::from(digits.min(8));
    let metres = value * factor;
    format!("{:.*} m", digits, metres)
}

/// Metres for one of each unit.
static UNITS: &[(&str, f64)] = &[
    ("", 1.0),
    ("m", 1.0),
    ("cm", 0.01),
    ("mm", 0.001),
    ("km", 1000.0),
    ("in", 0.0254),
    ("ft", 0.3048),
];

pub(crate) fn factor(unit: &str) -> Option<f64> {
    UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor)
}
}
