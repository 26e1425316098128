//! Needs what no compiler has yet.

/// Twice `x`.
pub fn twice(x: u8) -> u16 {
    u16::from(x) * 2
}
