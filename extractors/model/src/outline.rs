//! How the text of a module is laid out, for whoever has to tell what users see of it, or to shorten it.

use std::ops::Range;

/// Places in a module's text, as ranges of bytes; each list in the text's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Definitions that users of the module reach, attributes and decorators included.
    pub public: Vec<Range<usize>>,
    /// Members within these that users do not reach.
    pub private: Vec<Range<usize>>,
    /// What a definition does, apart from how it is called. None lies within another.
    pub bodies: Vec<Body>,
    /// Comments, and documentation that is no part of the API.
    pub remarks: Vec<Remark>,
}

/// What a definition does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The definition, as people call it: `Parser::parse`.
    pub name: String,
    /// Where it stands.
    pub range: Range<usize>,
    /// Whether users reach the definition.
    pub public: bool,
    /// What may stand in its place, so that the text still reads as text of its language.
    pub instead: &'static str,
}

/// Text for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Where it stands.
    pub range: Range<usize>,
    /// Whether it belongs to a definition that users reach.
    pub public: bool,
}
