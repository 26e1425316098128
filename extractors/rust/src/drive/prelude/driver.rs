//! Reads values from bytes, and writes down what was seen. Every driver is built with this text.
//!
//! A driver is a list of operations. Each reads its values from an [`Input`], which writes them down as text, calls the
//! subject, and puts what it sees in a [`Log`]. Any bytes decode to something and missing bytes read as zero, so that
//! cutting bytes makes an input smaller. Values are read from the front of the bytes, choices of what to do next from
//! their end.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::{self, Debug, Display, Write as _};
use std::hash::{BuildHasher, Hash, Hasher};
use std::io::Write as _;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, SystemTime};

/// One thing to do with the subject.
pub type Operation = fn(&mut Input, &mut Log);

/// What a driver consists of.
#[derive(Clone, Copy)]
pub struct Driver {
    /// Chosen by the first byte.
    pub operations: &'static [Operation],
    /// Pieces of text from the documentation, the tests and the source; the first `hot` were arguments there.
    pub words: &'static [&'static str],
    /// How many words are known to be arguments.
    pub hot: usize,
    /// Numbers from the same places.
    pub numbers: &'static [i128],
}

/// Ends plain text or bytes. No byte of well-formed text.
const END: u8 = 0xff;

/// Before a byte that is meant as it is.
const ESCAPE: u8 = 0xfe;

/// Thrown when bytes make no valid input.
struct Discard;

/// Bytes to be read as values.
pub struct Input {
    /// What is decoded.
    pub bytes: Vec<u8>,
    front: usize,
    back: usize,
    quiet: usize,
    made: usize,
    driver: Driver,
    /// The single characters among its words, once they were asked for.
    named: Option<std::rc::Rc<[char]>>,
    /// Whether text is written down as it is, without quoting what is special in it.
    pub plain: bool,
    /// Where this is something, it becomes bytes of the same input in which text stands as it is, and how many of them
    /// reach to the end of the last text; in the meantime, how many of the bytes are in it.
    pub written_out: Option<(Vec<u8>, usize)>,
    /// Where the bytes of the last text begin, if there was one: a later one may be like it.
    earlier: Option<usize>,
    /// The values read so far, as text.
    pub text: String,
}

/// Characters that join, combine, break lines or turn the direction: next to each other they mean something.
const CLUSTERS: [char; 40] = [
    'a', ' ', '.', '1', '\r', '\n', '\u{200d}', '\u{200c}', '\u{fe0e}', '\u{fe0f}', '\u{301}', '\u{308}', '\u{20e3}', '#',
    '👩', '👧', '❤', '👍', '\u{1f3fd}', '🇩', '🇪', '\u{1100}', '\u{1161}', '\u{11a8}', '가', '각', '\u{0915}', '\u{094d}',
    '\u{0937}', '\u{0903}', '\u{0600}', 'ש', '\u{05bc}', 'ا', 'ل', 'ก', '\u{0e33}', '中', '。', '\u{ad}',
];

/// Text of at most this many bytes is kept of what was seen; what follows goes into a sum.
const KEPT: usize = 16 << 10;

/// What was seen.
pub struct Log {
    /// Well-formed text.
    pub value: Vec<u8>,
    rest: u64,
    raised: bool,
    /// Whether an error's text is enough.
    pub brief: bool,
    /// How deep returned values are being looked at.
    pub depth: u32,
}
