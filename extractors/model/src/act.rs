//! What a text may do that no observation shows.

/// Something that a text does to the world, or learns from it, and that the judge does not see: two texts may agree on
/// every input, and one of them has told a stranger of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// In words: `reaches for the network`.
    pub what: &'static str,
    /// What it does it by, as it stands in the text: `TcpStream`, `cfg(windows)`.
    pub by: String,
    /// The line, from 1.
    pub line: u32,
}
