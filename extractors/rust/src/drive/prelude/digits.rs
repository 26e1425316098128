//! Digits, put together without the way through `fmt`.

/// Decimal digits, put together from the last one on.
pub struct Digits {
    bytes: [u8; 64],
    from: usize,
}

impl Digits {
    /// None so far.
    pub fn new() -> Self {
        Digits {
            bytes: [0; 64],
            from: 64,
        }
    }

    fn put(&mut self, byte: u8) {
        // It is never full; so much is plain to the compiler as well.
        self.from = (self.from - 1) % 64;
        self.bytes[self.from] = byte;
    }

    /// Puts a number before them.
    pub fn number(&mut self, mut number: u64) {
        while number > 99 {
            // Two for one long division.
            let two = (number % 100) as u8;
            number /= 100;
            self.put(b'0' + two % 10);
            self.put(b'0' + two / 10);
        }
        if number > 9 {
            self.put(b'0' + (number % 10) as u8);
            number /= 10;
        }
        self.put(b'0' + number as u8);
    }

    /// Puts a number before them.
    pub fn signed(&mut self, number: i64) {
        self.number(number.unsigned_abs());
        if number < 0 {
            self.put(b'-');
        }
    }

    /// The last digits of a fraction of so many, without zeros at the end.
    fn fraction(&mut self, mut number: u32, mut width: usize) {
        if number == 0 {
            return;
        }
        while number / 10 * 10 == number {
            (number, width) = (number / 10, width - 1);
        }
        for _ in 0..width {
            self.put(b'0' + (number % 10) as u8);
            number /= 10;
        }
        self.put(b'.');
    }

    /// Puts a length of time before them.
    pub fn duration(&mut self, length: std::time::Duration) {
        let (seconds, nanos) = (length.as_secs(), length.subsec_nanos());
        let (whole, rest, width, unit) = match nanos {
            _ if seconds > 0 => (seconds, nanos, 9, "s"),
            1_000_000.. => (u64::from(nanos / 1_000_000), nanos % 1_000_000, 6, "ms"),
            1_000.. => (u64::from(nanos / 1_000), nanos % 1_000, 3, "µs"),
            _ => (u64::from(nanos), 0, 0, "ns"),
        };
        for byte in unit.bytes().rev() {
            self.put(byte);
        }
        self.fraction(rest, width);
        self.number(whole);
    }

    /// All of them.
    pub fn text(&self) -> &[u8] {
        &self.bytes[self.from..]
    }
}

/// Whether text stands between quotes as it is.
pub fn plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| {
        plain & matches!(byte, b' '..=b'~') & (byte != b'"') & (byte != b'\\')
    })
}
