//! Numbers, lengths of time and text as their `Debug` writes them, without the way through `fmt`.

impl Input {
    fn show_text(&mut self, text: &str) {
        if self.quiet > 0 {
        } else if plain(text) {
            self.text.reserve(text.len() + 2);
            self.text.push('"');
            self.text.push_str(text);
            self.text.push('"');
        } else {
            self.show(text);
        }
    }

    fn show_number(&mut self, number: i64) {
        if self.quiet == 0 {
            let mut digits = Digits::new();
            digits.signed(number);
            self.text.push_str(std::str::from_utf8(digits.text()).unwrap_or_default());
        }
    }

    fn show_bytes(&mut self, bytes: &[u8]) {
        if self.quiet > 0 {
            return;
        }
        self.text.reserve(bytes.len() * 5 + 2);
        self.text.push('[');
        for (place, byte) in bytes.iter().enumerate() {
            if place > 0 {
                self.text.push_str(", ");
            }
            let mut rest = *byte;
            if rest > 99 {
                self.text.push(char::from(b'0' + rest / 100));
                rest %= 100;
            }
            if *byte > 9 {
                self.text.push(char::from(b'0' + rest / 10));
            }
            self.text.push(char::from(b'0' + rest % 10));
        }
        self.text.push(']');
    }
}

/// What is written here.
pub trait Simple {
    /// Writes it as its `Debug` does.
    fn see_simple(&self, log: &mut Log) -> bool;
}

/// Everything else.
pub trait Manifold {
    /// Is not written here.
    fn see_simple(&self, log: &mut Log) -> bool;
}

impl<T: ?Sized> Manifold for Seen<'_, T> {
    fn see_simple(&self, _log: &mut Log) -> bool {
        false
    }
}

macro_rules! simple {
    ($($type:ty: |$digits:ident, $value:ident| $put:expr;)*) => {$(
        impl Simple for &Seen<'_, $type> {
            fn see_simple(&self, log: &mut Log) -> bool {
                let (mut $digits, $value) = (Digits::new(), *self.0);
                $put;
                log.put($digits.text());
                true
            }
        }
    )*};
}

simple! {
    u8: |digits, value| digits.number(value.into());
    u16: |digits, value| digits.number(value.into());
    u32: |digits, value| digits.number(value.into());
    u64: |digits, value| digits.number(value);
    usize: |digits, value| digits.number(value as u64);
    i8: |digits, value| digits.signed(value.into());
    i16: |digits, value| digits.signed(value.into());
    i32: |digits, value| digits.signed(value.into());
    i64: |digits, value| digits.signed(value);
    isize: |digits, value| digits.signed(value as i64);
}

macro_rules! wide {
    ($($type:ty)*) => {$(
        impl Simple for &Seen<'_, $type> {
            fn see_simple(&self, log: &mut Log) -> bool {
                log.show(self.0);
                true
            }
        }
    )*};
}

// A number whose type is not settled yet may become one of these as well.
wide! { u128 i128 }

impl Simple for &Seen<'_, Duration> {
    fn see_simple(&self, log: &mut Log) -> bool {
        let mut digits = Digits::new();
        digits.duration(*self.0);
        log.put(digits.text());
        true
    }
}

macro_rules! texts {
    ($($type:ty)*) => {$(
        impl Simple for &Seen<'_, $type> {
            fn see_simple(&self, log: &mut Log) -> bool {
                let text: &str = self.0;
                if plain(text) {
                    log.say("\"");
                    log.say(text);
                    log.say("\"");
                } else {
                    log.show(text);
                }
                true
            }
        }
    )*};
}

texts! { str &str String Cow<'_, str> }
