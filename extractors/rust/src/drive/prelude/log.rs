//! What was seen, and how it is written down.

/// The sum of no text.
const NONE: u64 = 0xcbf2_9ce4_8422_2325;

impl Default for Log {
    fn default() -> Self {
        Log {
            value: Vec::new(),
            rest: NONE,
            raised: false,
            brief: false,
            depth: 0,
        }
    }
}

/// Where the subject's text lies on this side, as the names of its types begin: `module::stem::`.
static HOMES: std::sync::OnceLock<&'static [&'static str]> = std::sync::OnceLock::new();

/// The shortest of these: no shorter text holds one.
static SHORTEST: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(usize::MAX);

/// Says where the subject's text lies on this side. What shows the name of a type (`PhantomData<T>` does) shows it as
/// the original does, which lies nowhere else.
pub fn homes(homes: &'static [&'static str]) {
    let _ = HOMES.set(homes);
    let shortest = homes.iter().map(|home| home.len()).min();
    SHORTEST.store(shortest.unwrap_or(usize::MAX), std::sync::atomic::Ordering::Relaxed);
}

/// A text without the paths that only say on which side it was written.
fn at_home(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.len() < SHORTEST.load(std::sync::atomic::Ordering::Relaxed) {
        return text;
    }
    for home in HOMES.get().copied().unwrap_or_default() {
        if text.contains(home) {
            text = Cow::Owned(text.replace(home, ""));
        }
    }
    text
}

impl fmt::Write for Log {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() < SHORTEST.load(std::sync::atomic::Ordering::Relaxed) {
            self.put(text.as_bytes());
        } else {
            self.put_at_home(text);
        }
        Ok(())
    }
}

impl Log {
    /// Nothing was seen so far.
    fn begin(&mut self) {
        self.value.clear();
        (self.rest, self.raised, self.depth) = (NONE, false, 0);
    }

    /// Adds pieces of well-formed text.
    fn put(&mut self, text: &[u8]) {
        if self.value.len() + text.len() <= KEPT {
            self.value.extend_from_slice(text);
        } else {
            self.sum_up(text);
        }
    }

    #[cold]
    fn put_at_home(&mut self, text: &str) {
        self.put(at_home(text).as_bytes());
    }

    #[cold]
    fn sum_up(&mut self, text: &[u8]) {
        for byte in text {
            self.rest = (self.rest ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

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

    /// Whether a value was looked at by its traits, and need not be looked at any further.
    pub fn seen_enough(&self) -> bool {
        self.depth > 2 || self.cut_short()
    }

    /// Whether no more than its text is to be seen of an error.
    pub fn cut_short(&self) -> bool {
        self.brief && self.raised
    }

    /// A number for all that was seen so far.
    pub fn digest(&self, salt: u64) -> u64 {
        let mut sum = Sum(salt);
        sum.write(&self.value);
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
