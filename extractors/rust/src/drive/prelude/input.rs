//! Values of the standard types, read from bytes.

/// A character that is the same to those who ignore case, in the least expected way.
fn partner(char: char) -> char {
    match char {
        'k' | 'K' => '\u{212a}',
        '\u{212a}' => 'k',
        's' | 'S' => 'ſ',
        'ſ' => 's',
        'i' => 'ı',
        'I' | 'ı' => 'İ',
        'İ' => 'i',
        'å' | 'Å' => '\u{212b}',
        'ß' => 'ẞ',
        'σ' => 'ς',
        'μ' => 'µ',
        char if char.is_lowercase() => char.to_uppercase().next().unwrap_or(char),
        char => char.to_lowercase().next().unwrap_or(char),
    }
}

impl Input {
    /// An input for a driver.
    pub fn new(driver: Driver) -> Self {
        Input {
            bytes: Vec::new(),
            back: 0,
            front: 0,
            quiet: 0,
            made: 0,
            driver,
            named: None,
            plain: false,
            written_out: None,
            earlier: None,
            text: String::new(),
        }
    }

    /// Goes to the beginning of its bytes.
    fn begin(&mut self) {
        self.text.clear();
        (self.front, self.back, self.quiet, self.made) = (0, self.bytes.len(), 0, 0);
        self.earlier = None;
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
        let rest = &self.bytes[self.front..self.back];
        // Mostly nothing in it is escaped.
        let plain = unescaped(rest);
        let mut bytes = rest[..plain].to_vec();
        self.front += plain;
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
        const EDGES: [char; 26] = [
            '\0', '\t', '\n', '\r', ' ', '\u{7f}', '\u{80}', '\u{a0}', 'é', 'ß', 'İ', 'ı', 'ǆ', 'Σ', 'ς', '\u{301}',
            '\u{200d}', '\u{fe0f}', '中', 'ﬁ', '👩', '🇩', '\u{ffff}', '\u{10ffff}', '\u{212a}', 'ſ',
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
        // Small bytes are frequent in what the search makes up, so the ways are told apart by the lowest bits.
        match self.byte() % 16 {
            0..=2 => self.plain_text(),
            mode if mode != 14 && self.driver.words.is_empty() => self.plain_text(),
            mode => self.made_text(mode),
        }
    }

    fn plain_text(&mut self) -> String {
        String::from_utf8(self.raw()).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    fn made_text(&mut self, mode: u8) -> String {
        match mode {
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
            10 => self.changed_word(),
            11 => match self.earlier {
                Some(from) => {
                    let how = self.byte();
                    self.related(from, how)
                }
                None => self.changed_word(),
            },
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
                let named = self.named();
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
                let (word, how) = (self.word(false), self.byte());
                match self.earlier {
                    Some(from) if how >= 128 => self.related(from, how),
                    _ => word.repeat(1 + usize::from(how % 24)),
                }
            }
        }
    }

    /// Characters that the source names react to each other.
    fn named(&mut self) -> std::rc::Rc<[char]> {
        let words = self.driver.words;
        let only = |word: &&str| {
            let mut chars = word.chars();
            chars.next().filter(|_| chars.next().is_none())
        };
        let named = self.named.get_or_insert_with(|| words.iter().filter_map(only).collect());
        named.clone()
    }

    /// A text like the one that was read before: what compares two of them looks at little else.
    fn related(&mut self, from: usize, how: u8) -> String {
        let [place, with] = self.block::<2>().map(usize::from);
        let front = std::mem::replace(&mut self.front, from);
        self.earlier = None;
        let text = self.read_text();
        self.front = front;
        let count = text.chars().count().max(1);
        let each = |change: &dyn Fn(usize, char) -> String| -> String {
            text.chars().enumerate().map(|(at, char)| change(at, char)).collect()
        };
        let one = |at: usize, char: char, new: String| if at == place % count { new } else { char.to_string() };
        let named = self.named();
        let other = |char: char| named.get(with % named.len().max(1)).copied().unwrap_or(char);
        match how % 12 {
            0 => text,
            1 => text.to_uppercase(),
            2 => text.to_lowercase(),
            3 => each(&|_, char| partner(char).to_string()),
            4 => each(&|at, char| one(at, char, partner(char).to_string())),
            5 => each(&|at, char| one(at, char, String::new())),
            6 => each(&|at, char| one(at, char, [char, char].iter().collect())),
            // What stands for others in one of the two texts is met in the other by what it stands for, or by what it does not.
            7 | 8 => each(&|at, char| one(at, char, other(char).to_string())),
            9 => each(&|_, char| if named.contains(&char) { other(char) } else { char }.to_string()),
            10 => each(&|at, char| one(at, char, [char, other(char)].iter().collect())),
            _ => text.chars().rev().collect(),
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
        let from = self.front;
        let text = self.read_text();
        self.earlier = Some(from);
        if !self.plain {
            self.show_text(&text);
            return text;
        }
        self.write_out(from, text.as_bytes());
        if self.quiet == 0 {
            self.text.reserve(text.len() + 2);
            self.text.push('"');
            self.text.push_str(&text);
            self.text.push('"');
        }
        text
    }

    /// What was read from `from` on is, written out, so much text.
    fn write_out(&mut self, from: usize, read: &[u8]) {
        let Some((bytes, done)) = &mut self.written_out else { return };
        bytes.extend_from_slice(&self.bytes[*done..from]);
        bytes.push(0);
        for byte in read {
            if matches!(*byte, END | ESCAPE) {
                bytes.push(ESCAPE);
            }
            bytes.push(*byte);
        }
        bytes.push(END);
        *done = self.front;
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
        self.show_bytes(&bytes);
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

/// How many bytes stand before one that ends text or is an escape.
fn unescaped(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let chunks = bytes.chunks_exact(8);
    let short = chunks.remainder();
    for (place, chunk) in chunks.enumerate() {
        let chunk = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        // Both have their upper bits set, which no other byte has: where they are, nothing is left.
        let left = !(chunk | ONES);
        let found = left.wrapping_sub(ONES) & !left & ONES << 7;
        if found != 0 {
            return place * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let found = short.iter().position(|byte| *byte >= ESCAPE);
    bytes.len() - short.len() + found.unwrap_or(short.len())
}
