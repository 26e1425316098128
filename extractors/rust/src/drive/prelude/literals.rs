//! Values in the place of literals, and integers of each width.

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
                match i64::try_from(number) {
                    Ok(number) => self.show_number(number),
                    Err(_) => self.show(&number),
                }
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
