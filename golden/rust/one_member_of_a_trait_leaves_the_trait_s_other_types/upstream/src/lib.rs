//! Bytes as text.

/// How long a text may be.
pub trait Estimate {
    /// Letters at most.
    fn letters(&self) -> usize;
}

/// Where letters go.
trait Sink {
    fn put(&mut self, letter: char);
}

struct Text<'t>(&'t mut String);

impl Sink for Text<'_> {
    fn put(&mut self, letter: char) {
        self.0.push(letter);
    }
}

struct Writer<'c, C: Code + ?Sized> {
    code: &'c C,
}

impl<C: Code + ?Sized> Writer<'_, C> {
    fn write<S: Sink>(&self, bytes: &[u8], sink: &mut S) {
        for byte in bytes {
            for letter in self.code.letters(*byte) {
                sink.put(letter);
            }
        }
    }
}

/// A way to write bytes as letters.
pub trait Code {
    /// What tells how long a text becomes.
    type Estimate: Estimate;

    /// The letters of a byte.
    fn letters(&self, byte: u8) -> [char; 2];

    /// How long the text of so many bytes is.
    fn estimate(&self, bytes: usize) -> Self::Estimate;

    /// The text of some bytes.
    fn encode(&self, bytes: &[u8]) -> String {
        joined(self, bytes)
    }

    /// The same at the end of a text.
    fn encode_string(&self, bytes: &[u8], text: &mut String) {
        Writer { code: self }.write(bytes, &mut Text(text));
    }
}

fn joined<C: Code + ?Sized>(code: &C, bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| code.letters(*byte)).collect()
}

/// Two letters a byte.
#[derive(Debug, Clone)]
pub struct Hex {
    upper: bool,
}

/// Twice the bytes.
#[derive(Debug)]
pub struct Twice(usize);

impl Estimate for Twice {
    fn letters(&self) -> usize {
        self.0 * 2
    }
}

impl Code for Hex {
    type Estimate = Twice;

    fn letters(&self, byte: u8) -> [char; 2] {
        let letter = |half: u8| {
            let letter = char::from_digit(u32::from(half), 16).unwrap_or('?');
            if self.upper { letter.to_ascii_uppercase() } else { letter }
        };
        [letter(byte >> 4), letter(byte & 15)]
    }

    fn estimate(&self, bytes: usize) -> Twice {
        Twice(bytes)
    }
}

/// Two small letters a byte.
pub const HEX: Hex = Hex { upper: false };
