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
    bytes: Vec<u8>,
    front: usize,
    back: usize,
    quiet: usize,
    made: usize,
    driver: Driver,
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
    value: String,
    rest: u64,
    raised: bool,
    /// How deep returned values are being looked at.
    pub depth: u32,
}

impl Input {
    /// An input for a driver.
    pub fn new(bytes: Vec<u8>, driver: Driver) -> Self {
        Input {
            back: bytes.len(),
            bytes,
            front: 0,
            quiet: 0,
            made: 0,
            driver,
            text: String::new(),
        }
    }

    /// Adds to the readable text.
    pub fn say(&mut self, text: &str) {
        if self.quiet == 0 {
            self.text.push_str(text);
        }
    }

    /// Adds a value to the readable text.
    pub fn show<T: Debug + ?Sized>(&mut self, value: &T) {
        if self.quiet == 0 {
            let _ = write!(self.text, "{value:?}");
        }
    }

    /// Gives up this input: it is no valid one.
    pub fn discard(&self) -> ! {
        panic::resume_unwind(Box::new(Discard))
    }

    /// Another value of the subject is made. Values that need values of their own type may need them without end.
    pub fn make(&mut self) {
        self.made += 1;
        if self.made > 2000 {
            self.discard();
        }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        if self.front < self.back {
            self.front += 1;
            self.bytes[self.front - 1]
        } else {
            0
        }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.back - self.front
    }

    fn last_byte(&mut self) -> u8 {
        if self.front < self.back {
            self.back -= 1;
            self.bytes[self.back]
        } else {
            0
        }
    }

    /// One of `count` ways to make a value; the first where bytes are missing.
    pub fn pick(&mut self, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        let mut number = usize::from(self.byte());
        if count > 256 {
            number = number << 8 | usize::from(self.byte());
        }
        number % count
    }

    /// One of `count` things to do next; read from the end.
    pub fn choice(&mut self, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        usize::from(self.last_byte()) % count
    }

    /// How many steps to take; read from the end, at most eight.
    pub fn steps(&mut self) -> usize {
        usize::from(self.last_byte()) % 9
    }

    fn number(&mut self, bytes: usize) -> u128 {
        (0..bytes).fold(0, |sum, place| sum | u128::from(self.byte()) << (8 * place))
    }

    /// Bytes up to the one that ends them. What is put in, cut or replaced here moves no border of what follows.
    fn raw(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.front < self.back {
            match self.byte() {
                END => break,
                ESCAPE => bytes.push(self.byte()),
                byte => bytes.push(byte),
            }
        }
        bytes
    }

    /// Always as many bytes, whatever becomes of them.
    fn block<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    fn word(&mut self, only_hot: bool) -> &'static str {
        let driver = self.driver;
        let number = self.number(2) as usize;
        let hot = driver.hot.min(driver.words.len());
        if driver.words.is_empty() {
            ""
        } else if hot > 0 && (only_hot || number % 4 != 0) {
            driver.words[number / 4 % hot]
        } else {
            driver.words[number / 4 % driver.words.len()]
        }
    }

    /// A word with other digits, or where it has none with another letter: likely to be of the same form.
    fn like_word(&mut self, only_hot: bool) -> String {
        let word = self.word(only_hot);
        let new: [u8; 6] = self.block();
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            let mut number = 0;
            return word
                .chars()
                .map(|char| {
                    if !char.is_ascii_digit() {
                        return char;
                    }
                    number += 1;
                    match new[(number - 1) % new.len()] {
                        0 => char,
                        byte => char::from(b'0' + byte % 10),
                    }
                })
                .collect();
        }
        let count = word.chars().filter(char::is_ascii_alphabetic).count();
        let (place, letter) = (usize::from(new[0]), new[1]);
        if letter == 0 || count == 0 {
            return word.to_owned();
        }
        let mut number = 0;
        word.chars()
            .map(|char| {
                if !char.is_ascii_alphabetic() {
                    return char;
                }
                number += 1;
                let first = if char.is_ascii_uppercase() { b'A' } else { b'a' };
                if number - 1 == place % count { char::from(first + letter % 26) } else { char }
            })
            .collect()
    }

    fn any_char(&mut self) -> char {
        const EDGES: [char; 24] = [
            '\0', '\t', '\n', '\r', ' ', '\u{7f}', '\u{80}', '\u{a0}', 'é', 'ß', 'İ', 'ı', 'ǆ', 'Σ', 'ς', '\u{301}',
            '\u{200d}', '\u{fe0f}', '中', 'ﬁ', '👩', '🇩', '\u{ffff}', '\u{10ffff}',
        ];
        let [kind, more @ ..] = self.block::<4>();
        match kind {
            byte @ 0..=127 => char::from(byte),
            byte @ 128..=191 => EDGES[usize::from(byte) % EDGES.len()],
            192..=223 => {
                let words = self.driver.words;
                let number = usize::from(u16::from_le_bytes([more[0], more[1]]));
                let word = words.get(number % words.len().max(1)).copied().unwrap_or_default();
                let count = word.chars().count().max(1);
                word.chars().nth(usize::from(more[2]) % count).unwrap_or('a')
            }
            _ => char::from_u32(u32::from_le_bytes([more[0], more[1], more[2], 0]) % 0x11_0000).unwrap_or('\u{fffd}'),
        }
    }

    /// Each way but the plain one takes a number of bytes of its own, whatever they say: a changed byte changes one piece
    /// of the text, and nothing of what is read after it.
    fn read_text(&mut self) -> String {
        let plain = |input: &mut Self| String::from_utf8_lossy(&input.raw()).into_owned();
        // Small bytes are frequent in what the search makes up, so the ways are told apart by the lowest bits.
        let mode = self.byte();
        if self.driver.words.is_empty() && !matches!(mode % 16, 14) {
            return plain(self);
        }
        match mode % 16 {
            0..=2 => plain(self),
            3 => self.word(false).to_owned(),
            4..=6 => self.like_word(true),
            mode @ 7..=9 => {
                const BETWEEN: [&str; 8] = [" ", "", " ", "  ", ",", "-", "\n", "."];
                let [count, between] = self.block();
                let words: Vec<String> = (0..4)
                    .map(|_| if mode == 9 { self.word(false).to_owned() } else { self.like_word(true) })
                    .collect();
                words[..2 + usize::from(count % 3)].join(BETWEEN[usize::from(between) % BETWEEN.len()])
            }
            10..=11 => self.changed_word(),
            12 => self.exchanged_word(),
            13 => {
                let alphabet: Vec<char> = self.word(false).chars().collect();
                self.raw()
                    .into_iter()
                    .map(|byte| {
                        alphabet.get(usize::from(byte) % alphabet.len().max(1)).copied().unwrap_or('a')
                    })
                    .take(48)
                    .collect()
            }
            14 => {
                let [length, kind] = self.block();
                // Characters that the source names react to each other.
                let named: Vec<char> = self
                    .driver
                    .words
                    .iter()
                    .filter_map(|word| {
                        let mut chars = word.chars();
                        chars.next().filter(|_| chars.next().is_none())
                    })
                    .collect();
                let mut text = String::new();
                for _ in 0..length % 32 {
                    // A text ends with its bytes, so that it does not trail zeros.
                    if self.left() == 0 {
                        break;
                    }
                    text.push(match kind % 4 {
                        0 => self.any_char(),
                        1 | 2 if !named.is_empty() => named[self.number(2) as usize % named.len()],
                        _ => CLUSTERS[usize::from(self.byte()) % CLUSTERS.len()],
                    });
                }
                text
            }
            _ => {
                let word = self.word(false);
                word.repeat(1 + usize::from(self.byte() % 24))
            }
        }
    }

    /// A word in which another word stands in the place of one of the same length: another month in a date.
    fn exchanged_word(&mut self) -> String {
        let mut text = self.like_word(true);
        let choices: [u16; 4] = std::array::from_fn(|_| self.number(2) as u16);
        for choice in choices.chunks(2) {
            let words = self.driver.words;
            let inside: Vec<&str> = words
                .iter()
                .copied()
                .filter(|word| word.len() > 1 && word.len() < text.len() && text.contains(word))
                .collect();
            let Some(old) = inside.get(usize::from(choice[0]) % inside.len().max(1)) else {
                continue;
            };
            let alike: Vec<&str> = words.iter().copied().filter(|word| word.len() == old.len()).collect();
            if let Some(new) = alike.get(usize::from(choice[1]) % alike.len().max(1)) {
                text = text.replacen(old, new, 1);
            }
        }
        text
    }

    fn changed_word(&mut self) -> String {
        let mut chars: Vec<char> = self.word(false).chars().collect();
        let changes = 1 + self.byte() % 3;
        for change in 0..3 {
            let [kind, place] = self.block();
            let (new, other) = (self.any_char(), self.word(false));
            if change >= changes {
                continue;
            }
            let place = usize::from(place) % (chars.len() + 1);
            match kind % 6 {
                0 if place < chars.len() => {
                    chars.remove(place);
                }
                1 if place < chars.len() => chars[place] = new,
                2 if place < chars.len() => chars.insert(place, chars[place]),
                3 if place + 1 < chars.len() => chars.swap(place, place + 1),
                4 => {
                    chars.splice(place..place, other.chars());
                }
                _ => chars.insert(place, new),
            }
        }
        chars.into_iter().collect()
    }

    /// Any text.
    pub fn text(&mut self) -> String {
        let text = self.read_text();
        self.show(&text);
        text
    }

    /// Any text, as long as the program runs.
    pub fn str(&mut self) -> &'static str {
        Box::leak(self.text().into_boxed_str())
    }

    /// Any bytes.
    pub fn bytes(&mut self) -> Vec<u8> {
        let bytes = match self.byte() % 16 {
            0..=7 => self.raw(),
            8..=11 => self.read_text().into_bytes(),
            12..=14 => {
                let [length, start, step] = self.block();
                (0..length).map(|place| start.wrapping_add(step.wrapping_mul(place))).collect()
            }
            _ => {
                // Long inputs reach loops over blocks; the longest are rare, as each costs as much as thousands of short ones.
                let (length, byte) = (self.number(2) as usize, self.byte());
                let length = if length % 64 == 63 { length } else { length % 2048 };
                (0..length).map(|place| byte.wrapping_add((place % 251) as u8)).collect()
            }
        };
        self.show(&bytes);
        bytes
    }

    /// Any character.
    pub fn char(&mut self) -> char {
        let char = self.any_char();
        self.show(&char);
        char
    }

    /// Either.
    pub fn bool(&mut self) -> bool {
        let bool = self.byte() & 1 == 1;
        self.show(&bool);
        bool
    }

    /// Any number of 64 bits, edges and small ones more often.
    pub fn f64(&mut self) -> f64 {
        const EDGES: [f64; 24] = [
            0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 10.0, 1e-10, 1e-300, 1e300, f64::MAX, f64::MIN, f64::MIN_POSITIVE,
            f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 0.1, 1.5, 2.5, 9007199254740993.0, 1e15,
            std::f64::consts::PI,
        ];
        let float = match self.byte() {
            byte @ 0..=63 => f64::from(byte),
            byte @ 64..=95 => f64::from(byte - 64) / 8.0,
            96..=127 => self.number(4) as f64 / 4294967296.0,
            128..=159 => EDGES[usize::from(self.byte()) % EDGES.len()],
            160..=191 => f64::from(self.number(2) as u16) / 256.0,
            192..=223 => f64::from(self.number(2) as i16) / 100.0,
            224..=239 => {
                let numbers = self.driver.numbers;
                let place = self.number(2) as usize;
                numbers.get(place % numbers.len().max(1)).map_or(0.0, |number| *number as f64)
            }
            _ => f64::from_bits(self.number(8) as u64),
        };
        self.show(&float);
        float
    }

    /// Any number of 32 bits.
    pub fn f32(&mut self) -> f32 {
        self.quiet += 1;
        let wide = self.f64();
        self.quiet -= 1;
        let float = if self.byte() < 240 { wide as f32 } else { f32::from_bits(self.number(4) as u32) };
        self.show(&float);
        float
    }

    /// A length of time.
    pub fn duration(&mut self) -> Duration {
        self.quiet += 1;
        let (seconds, nanos) = (self.u64(), self.u32());
        self.quiet -= 1;
        let duration = Duration::new(seconds, nanos % 1_000_000_000);
        self.show(&duration);
        duration
    }

    /// A point in time, near the epoch or far from it.
    pub fn system_time(&mut self) -> SystemTime {
        // Days that calendars treat as special: leap days, ends of years and of centuries, the ends of what is representable.
        const DAYS: [u64; 16] = [
            0, 364, 365, 789, 790, 10_956, 10_957, 11_015, 11_016, 11_017, 19_722, 24_855, 47_540, 47_541, 2_932_896,
            2_932_897,
        ];
        let kind = self.byte();
        self.quiet += 1;
        let (seconds, nanos) = match kind {
            0..=127 => (self.u64(), self.u32()),
            128..=159 => (DAYS[usize::from(kind) % DAYS.len()] * 86_400 + self.number(3) as u64 % 86_400, 0),
            160..=223 => (self.number(2) as u64 * 86_400 + self.number(3) as u64 % 86_400, 0),
            _ => (self.number(5) as u64, 0),
        };
        self.quiet -= 1;
        let span = Duration::new(seconds % 400_000_000_000, nanos % 1_000_000_000);
        self.say("UNIX_EPOCH + ");
        self.show(&span);
        SystemTime::UNIX_EPOCH + span
    }

    /// Some of what `read` reads.
    pub fn vec<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = match self.byte() {
            byte @ 0..=15 => usize::from(byte),
            byte @ 16..=223 => usize::from(byte % 9),
            byte => usize::from(byte - 200),
        };
        self.say("[");
        let mut values = Vec::new();
        for place in 0..length {
            // A list ends with its bytes, so that it does not trail zeros.
            if self.left() == 0 {
                break;
            }
            if place > 0 {
                self.say(", ");
            }
            values.push(read(self));
        }
        self.say("]");
        values
    }

    /// Something or nothing.
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.byte() & 1 == 0 {
            self.say("None");
            return None;
        }
        self.say("Some(");
        let value = read(self);
        self.say(")");
        Some(value)
    }

    /// One of two.
    pub fn result<T, E>(
        &mut self,
        ok: impl FnOnce(&mut Self) -> T,
        err: impl FnOnce(&mut Self) -> E,
    ) -> Result<T, E> {
        if self.byte() & 1 == 0 {
            self.say("Ok(");
            let value = ok(self);
            self.say(")");
            Ok(value)
        } else {
            self.say("Err(");
            let value = err(self);
            self.say(")");
            Err(value)
        }
    }

    /// An array.
    pub fn array<T, const N: usize>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> [T; N] {
        self.say("[");
        let array = std::array::from_fn(|place| {
            if place > 0 {
                self.say(", ");
            }
            read(self)
        });
        self.say("]");
        array
    }

    /// A number that the driver's closures mix into what they return.
    pub fn salt(&mut self) {
        let salt = u64::from(self.byte());
        self.say("|..| #");
        self.show(&salt);
        SALT.with(|held| held.set(salt));
    }
}

impl Input {
    /// A value in the place of a literal: the literal itself, or any other of its type.
    pub fn like<T: Like>(&mut self, literal: T) -> T {
        self.say(" ");
        if self.byte() < 64 {
            self.show(&literal);
            return literal;
        }
        T::any(self)
    }
}

/// Types of literals.
pub trait Like: Debug {
    /// Any value.
    fn any(input: &mut Input) -> Self;
}

macro_rules! like {
    ($($type:ty: $read:ident;)*) => {$(
        impl Like for $type {
            fn any(input: &mut Input) -> Self {
                input.$read()
            }
        }
    )*};
}

like! {
    u8: u8; u16: u16; u32: u32; u64: u64; u128: u128; usize: usize;
    i8: i8; i16: i16; i32: i32; i64: i64; i128: i128; isize: isize;
    f32: f32; f64: f64; bool: bool; char: char; &'static str: str;
}

macro_rules! integers {
    ($($type:ident $small:expr;)*) => {$(
        impl Input {
            /// Any number, edges and small ones more often.
            pub fn $type(&mut self) -> $type {
                const BYTES: usize = (<$type>::BITS / 8) as usize;
                let number = if BYTES <= 2 {
                    self.number(BYTES) as $type
                } else {
                    match self.byte() {
                        byte @ 0..=127 => $small(byte) as $type,
                        byte @ 128..=143 => {
                            let edges = [
                                <$type>::MIN, <$type>::MAX, <$type>::MAX - 1, <$type>::MIN + 1, <$type>::MAX / 2,
                                (<$type>::MAX / 2) + 1, 255u128 as $type, 256u128 as $type, 1000u128 as $type,
                                1024u128 as $type, 4096u128 as $type, 65535u128 as $type, 65536u128 as $type, 127,
                                128u128 as $type, 10,
                            ];
                            edges[usize::from(byte - 128)]
                        }
                        144..=159 => {
                            let (place, side) = (u32::from(self.byte()), self.byte() % 3);
                            let power = (1 as $type).wrapping_shl(place);
                            [power, power.wrapping_sub(1), power.wrapping_add(1)][usize::from(side)]
                        }
                        160..=191 => {
                            let numbers = self.driver.numbers;
                            let place = self.number(2) as usize;
                            numbers.get(place % numbers.len().max(1)).map_or(0, |number| *number as $type)
                        }
                        192..=223 => self.number(2) as $type,
                        _ => self.number(BYTES) as $type,
                    }
                };
                self.show(&number);
                number
            }
        }
    )*};
}

fn unsigned(byte: u8) -> i8 {
    byte as i8
}

fn signed(byte: u8) -> i8 {
    if byte < 96 { byte as i8 } else { 95 - byte as i8 }
}

integers! {
    u8 unsigned; u16 unsigned; u32 unsigned; u64 unsigned; u128 unsigned; usize unsigned;
    i8 signed; i16 signed; i32 signed; i64 signed; i128 signed; isize signed;
}

impl Default for Log {
    fn default() -> Self {
        Log {
            value: String::new(),
            rest: 0xcbf2_9ce4_8422_2325,
            raised: false,
            depth: 0,
        }
    }
}

/// Where the subject's text lies on this side, as the names of its types begin: `module::stem::`.
static HOMES: std::sync::OnceLock<&'static [&'static str]> = std::sync::OnceLock::new();

/// Says where the subject's text lies on this side. What shows the name of a type (`PhantomData<T>` does) shows it as
/// the original does, which lies nowhere else.
pub fn homes(homes: &'static [&'static str]) {
    let _ = HOMES.set(homes);
}

/// A text without the paths that only say on which side it was written.
fn at_home(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for home in HOMES.get().copied().unwrap_or_default() {
        if text.contains(home) {
            text = Cow::Owned(text.replace(home, ""));
        }
    }
    text
}

impl fmt::Write for Log {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let text = &*at_home(text);
        if self.value.len() + text.len() <= KEPT {
            self.value.push_str(text);
        } else {
            for byte in text.bytes() {
                self.rest = (self.rest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
        Ok(())
    }
}

impl Log {
    /// Adds text.
    pub fn say(&mut self, text: &str) {
        let _ = self.write_str(text);
    }

    /// Adds a value by its `Debug`.
    pub fn show<T: Debug + ?Sized>(&mut self, value: &T) {
        let _ = write!(self, "{value:?}");
    }

    /// The subject answered with an error.
    pub fn raise(&mut self) {
        if self.depth == 0 {
            self.raised = true;
        }
    }

    /// A number for all that was seen so far.
    pub fn digest(&self, salt: u64) -> u64 {
        let mut sum = Sum(salt);
        sum.write(self.value.as_bytes());
        sum.0 >> 7
    }

    /// Looks at an error and at what caused it.
    pub fn causes(&mut self, error: &(dyn std::error::Error + 'static)) {
        #[allow(deprecated)]
        self.say(error.description());
        let mut cause = error.source();
        for _ in 0..8 {
            let Some(error) = cause else { break };
            let _ = write!(self, " caused by {error} {error:?}");
            cause = error.source();
        }
    }

    /// Looks at what an iterator yields, up to a bound.
    pub fn drain<I: Iterator>(&mut self, iterator: I, mut look: impl FnMut(I::Item, &mut Log)) {
        self.say("[");
        for (place, item) in iterator.take(64).enumerate() {
            if place > 0 {
                self.say(", ");
            }
            look(item, self);
        }
        self.say("]");
    }
}

/// Wraps a value so that the traits below can be told apart by how many references they need.
pub struct Seen<'a, T: ?Sized>(pub &'a T);

macro_rules! fallback {
    ($(#[$doc:meta])* $first:ident $second:ident $method:ident($($name:ident: $type:ty),*) -> $output:ty;
     [$($bound:tt)*] |$value:ident| $body:expr; $otherwise:expr) => {
        $(#[$doc])*
        pub trait $first {
            /// Where the trait is there.
            fn $method(&self, $($name: $type),*) -> $output;
        }
        impl<T: ?Sized + $($bound)*> $first for &Seen<'_, T> {
            fn $method(&self, $($name: $type),*) -> $output {
                let $value = self.0;
                $body
            }
        }
        $(#[$doc])*
        pub trait $second {
            /// Where it is not.
            fn $method(&self, $($name: $type),*) -> $output;
        }
        impl<T: ?Sized> $second for Seen<'_, T> {
            fn $method(&self, $($name: $type),*) -> $output {
                $(let _ = $name;)*
                $otherwise
            }
        }
    };
}

fallback! {
    /// `Debug`.
    HasDebug NoDebug see_debug(log: &mut Log) -> bool;
    [Debug] |value| { log.show(value); true }; false
}
fallback! {
    /// `Display`, with flags.
    HasDisplay NoDisplay see_display(log: &mut Log) -> bool;
    [Display] |value| {
        let _ = write!(log, "{value}|{value:>12}|{value:.3}|{value:#}");
        true
    };
    false
}
fallback! {
    /// `Error`.
    HasError NoError see_error(log: &mut Log) -> bool;
    [AsError] |value| { log.causes(value.as_error()); true }; false
}
fallback! {
    /// `Hash`.
    HasHash NoHash see_hash(log: &mut Log) -> bool;
    [Hash] |value| {
        let mut sum = Sum(0);
        value.hash(&mut sum);
        let _ = write!(log, "#{:x}", sum.0);
        true
    };
    false
}

/// `Error`, where it lives long enough to have a cause.
pub trait AsError {
    /// As an error.
    fn as_error(&self) -> &(dyn std::error::Error + 'static);
}

impl<T: std::error::Error + 'static> AsError for T {
    fn as_error(&self) -> &(dyn std::error::Error + 'static) {
        self
    }
}

/// A hasher that sees each byte it is given.
pub struct Sum(pub u64);

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Maps and sets in the order of what they hold.
pub trait Sorted {
    /// Writes the entries, sorted by their text.
    fn see_sorted(&self, log: &mut Log) -> bool;
}

impl<K: Debug, V: Debug, S> Sorted for &&Seen<'_, HashMap<K, V, S>> {
    fn see_sorted(&self, log: &mut Log) -> bool {
        let entries: BTreeMap<String, String> =
            self.0.iter().map(|(key, value)| (format!("{key:?}"), format!("{value:?}"))).collect();
        log.show(&entries);
        true
    }
}

impl<K: Debug, S> Sorted for &&Seen<'_, HashSet<K, S>> {
    fn see_sorted(&self, log: &mut Log) -> bool {
        let entries: BTreeSet<String> = self.0.iter().map(|key| format!("{key:?}")).collect();
        log.show(&entries);
        true
    }
}

/// Everything else.
pub trait Unsorted {
    /// Has no order to restore.
    fn see_sorted(&self, log: &mut Log) -> bool;
}

impl<T: ?Sized> Unsorted for Seen<'_, T> {
    fn see_sorted(&self, _log: &mut Log) -> bool {
        false
    }
}

/// `Clone`.
pub trait HasClone {
    /// The type.
    type Value;
    /// A clone.
    fn try_clone(&self) -> Option<Self::Value>;
}

impl<T: Clone> HasClone for &Seen<'_, T> {
    type Value = T;
    fn try_clone(&self) -> Option<T> {
        Some(self.0.clone())
    }
}

/// No `Clone`.
pub trait NoClone {
    /// The type.
    type Value;
    /// Nothing.
    fn try_clone(&self) -> Option<Self::Value>;
}

impl<T> NoClone for Seen<'_, T> {
    type Value = T;
    fn try_clone(&self) -> Option<T> {
        None
    }
}

/// Two values of one type.
pub struct Two<'a, T: ?Sized>(pub &'a T, pub &'a T);

/// Comparison, as far as the type has it.
pub trait HasOrder {
    /// Compares.
    fn see_order(&self, log: &mut Log);
}

impl<T: PartialOrd + ?Sized> HasOrder for &&Two<'_, T> {
    fn see_order(&self, log: &mut Log) {
        let _ = write!(log, "{} {:?}", self.0 == self.1, self.0.partial_cmp(self.1));
        // Each may be written by hand.
        let each = [self.0 < self.1, self.0 <= self.1, self.0 > self.1, self.0 >= self.1];
        let _ = write!(log, " {}", each.map(|holds| if holds { '1' } else { '0' }).iter().collect::<String>());
    }
}

/// Equality alone.
pub trait HasEquality {
    /// Compares.
    fn see_order(&self, log: &mut Log);
}

impl<T: PartialEq + ?Sized> HasEquality for &Two<'_, T> {
    fn see_order(&self, log: &mut Log) {
        let _ = write!(log, "{}", self.0 == self.1);
    }
}

/// No comparison.
pub trait NoOrder {
    /// Says so.
    fn see_order(&self, log: &mut Log);
}

impl<T: ?Sized> NoOrder for Two<'_, T> {
    fn see_order(&self, log: &mut Log) {
        log.say("-");
    }
}

/// Looks at a value behind a reference by all that its type offers for that.
#[macro_export]
macro_rules! see {
    ($log:expr, $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{HasDebug as _, HasDisplay as _, NoDebug as _, NoDisplay as _, Sorted as _, Unsorted as _};
        let log: &mut $crate::Log = &mut *$log;
        let value = $value;
        if !(&&&$crate::Seen(value)).see_sorted(log) && !(&&$crate::Seen(value)).see_debug(log) {
            if !(&&$crate::Seen(value)).see_display(log) {
                log.say("_");
            }
        }
    }};
}

/// Looks at all of `Debug`, `Display`, `Error` and `Hash` that a type has.
#[macro_export]
macro_rules! see_all {
    ($log:expr, $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{
            HasDebug as _, HasDisplay as _, HasError as _, HasHash as _, NoDebug as _, NoDisplay as _, NoError as _,
            NoHash as _,
        };
        let log: &mut $crate::Log = &mut *$log;
        let value = $value;
        (&&$crate::Seen(value)).see_debug(log);
        log.say(" ");
        (&&$crate::Seen(value)).see_display(log);
        (&&$crate::Seen(value)).see_error(log);
        (&&$crate::Seen(value)).see_hash(log);
    }};
}

/// A clone, where the type has one.
#[macro_export]
macro_rules! try_clone {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{HasClone as _, NoClone as _};
        (&&$crate::Seen($value)).try_clone()
    }};
}

/// Compares two values of one type, as far as it can be done.
#[macro_export]
macro_rules! see_order {
    ($log:expr, $one:expr, $other:expr) => {{
        #[allow(unused_imports)]
        use $crate::{HasEquality as _, HasOrder as _, NoOrder as _};
        (&&&$crate::Two($one, $other)).see_order(&mut *$log)
    }};
}

/// A value that lives as long as the program.
pub fn leak<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

/// Text that borrows or owns.
pub fn cow(text: String) -> Cow<'static, str> {
    if text.len() % 2 == 0 { Cow::Owned(text) } else { Cow::Borrowed(Box::leak(text.into_boxed_str())) }
}

/// Feeds a hasher that a subject makes.
pub fn hash_with<S: BuildHasher, T: Hash + ?Sized>(build: &S, value: &T) -> u64 {
    let mut hasher = build.build_hasher();
    value.hash(&mut hasher);
    hasher.finish()
}

thread_local! {
    static SALT: Cell<u64> = const { Cell::new(0) };
    static CALLS: RefCell<(usize, Sum)> = const { RefCell::new((0, Sum(0))) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What closures mix into what they return.
pub fn salt() -> u64 {
    SALT.with(Cell::get)
}

/// A closure of the driver was called: how often, in which order and with what is seen.
pub fn called(digest: u64) {
    CALLS.with(|calls| {
        let mut calls = calls.borrow_mut();
        calls.0 += 1;
        calls.1.write(&digest.to_le_bytes());
    });
}

/// What a subject panics with that takes too many steps: such an input is given up.
pub const TOO_LONG: &str = "took too many steps";

/// Does one operation, and tells the input as text, how it ended and what was seen.
pub fn observe(driver: Driver, bytes: Vec<u8>) -> (String, &'static str, String) {
    let mut input = Input::new(bytes, driver);
    let mut log = Log::default();
    let operation = driver.operations[input.pick(driver.operations.len())];
    CALLS.with(|calls| *calls.borrow_mut() = (0, Sum(0)));
    SALT.with(|held| held.set(0));
    let ended = panic::catch_unwind(AssertUnwindSafe(|| operation(&mut input, &mut log)));
    let calls = CALLS.with(|calls| calls.borrow().0);
    if calls > 0 {
        let sum = CALLS.with(|calls| calls.borrow().1.0);
        let _ = write!(log, " called {calls} times #{sum:x}");
    }
    let kind = match ended {
        Ok(()) if log.raised => "raised",
        Ok(()) => "returned",
        Err(thrown) if thrown.is::<Discard>() => "discarded",
        Err(_) => {
            let message = MESSAGE.with(|message| message.take());
            if message == TOO_LONG {
                return (input.text, "given_up", message);
            }
            log.say(" panic: ");
            log.say(&message);
            "panicked"
        }
    };
    let mut value = log.value;
    if log.rest != Log::default().rest {
        let _ = write!(value, "… {:016x}", log.rest);
    }
    (input.text, kind, value)
}

/// Keeps panics quiet and their messages at hand.
pub fn listen_to_panics() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        MESSAGE.with(|message| *message.borrow_mut() = text);
    }));
}

/// A JSON string.
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            char if u32::from(char) < 0x20 => {
                let _ = write!(json, "\\u{:04x}", u32::from(char));
            }
            char => json.push(char),
        }
    }
    json.push('"');
    json
}

/// Reads the inputs file, observes each with every driver and writes a line for each.
///
/// There are several drivers where a module was built under several editions: they have to agree.
pub fn run(drivers: &[(&str, Driver)], hits: fn(&mut Vec<u32>), features: fn(bool), steps: fn(u64)) {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(inputs), Some(observations)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: INPUTS OBSERVATIONS");
        std::process::exit(2);
    };
    let inputs = std::fs::read(inputs).expect("the inputs can be read");
    let mut file = std::fs::File::create(observations).expect("the observations can be written");
    listen_to_panics();
    let mut rest = &inputs[..];
    let mut new = Vec::new();
    // The same number on both sides: text that is the same takes the same steps.
    const STEPS: u64 = 2_000_000;
    while rest.len() >= 4 {
        let length = u32::from_le_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
        let end = (4 + length).min(rest.len());
        let bytes = rest[4..end].to_vec();
        rest = &rest[end..];
        // Code that asks what the processor can do is shown one that can and one that can't.
        features(bytes.iter().fold(0u8, |sum, byte| sum ^ byte).count_ones() % 2 == 0);
        steps(STEPS);
        let (_, first) = drivers[0];
        let (text, mut kind, mut value) = observe(first, bytes.clone());
        for (edition, driver) in &drivers[1..] {
            steps(STEPS);
            let (_, other_kind, other_value) = observe(*driver, bytes.clone());
            if other_kind != kind || other_value != value {
                // Equal to no observation of the original.
                value = format!("{kind} {value} -- built under edition {edition}: {other_kind} {other_value}");
                kind = "panicked";
                break;
            }
        }
        new.clear();
        hits(&mut new);
        let line = format!(
            "{{\"input\":{},\"kind\":\"{kind}\",\"value\":{},\"hits\":{new:?}}}\n",
            quoted(&text),
            quoted(&value),
        );
        file.write_all(line.as_bytes()).expect("an observation can be written");
    }
}
