//! What drivers share beside values, and the runs: reads inputs, observes each, writes a line for each.

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

/// What the message of a subject's panic begins with that leaves something out.
pub const LEFT_OUT: &str = "left out of this module: ";

/// Does one operation, and tells the input as text, how it ended and what was seen.
pub fn observe(driver: Driver, bytes: Vec<u8>) -> (String, &'static str, String) {
    let (mut input, mut log) = (Input::new(driver), Log::default());
    input.bytes = bytes;
    let kind = observe_in(&mut input, &mut log);
    let value = String::from_utf8(log.value);
    let value = value.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    (told(input.text), kind, value)
}

/// An input's text: of what is too long for anybody to read the beginning and a sum of the whole.
fn told(mut text: String) -> String {
    const MOST: usize = 4 << 10;
    if text.len() > MOST {
        let mut sum = Sum(0);
        sum.write(text.as_bytes());
        let end = (0..=MOST).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        let _ = write!(text, "… {:016x}", sum.0);
    }
    text
}

/// Does the operation that the input's bytes say, and tells how it ended. One input and one log will do for one
/// observation after the other.
pub fn observe_in(input: &mut Input, log: &mut Log) -> &'static str {
    input.begin();
    log.begin();
    if let Some(written_out) = &mut input.written_out {
        *written_out = (Vec::new(), 0);
    }
    let operations = input.driver.operations;
    let operation = operations[input.pick(operations.len())];
    CALLS.with(|calls| *calls.borrow_mut() = (0, Sum(0)));
    SALT.with(|held| held.set(0));
    let ended = panic::catch_unwind(AssertUnwindSafe(|| operation(&mut *input, &mut *log)));
    let (calls, called) = CALLS.with(|calls| {
        let calls = calls.borrow();
        (calls.0, calls.1.0)
    });
    if calls > 0 {
        let _ = write!(log, " called {calls} times #{called:x}");
    }
    let mut kind = if log.raised { "raised" } else { "returned" };
    if let Err(thrown) = ended {
        kind = "discarded";
        if !thrown.is::<Discard>() {
            let message = MESSAGE.with(|message| message.take());
            kind = match &message[..] {
                TOO_LONG => "given_up",
                text if text.starts_with(LEFT_OUT) => "left_out",
                _ => "panicked",
            };
            if kind == "given_up" {
                log.value.clear();
            } else {
                log.say(" panic: ");
            }
            log.say(&message);
        }
    }
    if kind != "given_up" && log.rest != NONE {
        let rest = log.rest;
        let _ = std::io::Write::write_fmt(&mut log.value, format_args!("… {rest:016x}"));
    }
    if let Some((bytes, done)) = &mut input.written_out {
        let texts = bytes.len();
        bytes.extend_from_slice(&input.bytes[*done..]);
        *done = texts;
    }
    kind
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

/// The inputs of a file: for each its length as 32-bit little-endian, then its bytes.
pub fn decoded(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut inputs = Vec::new();
    while rest.len() >= 4 {
        let length = u32::from_le_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
        let end = (4 + length).min(rest.len());
        inputs.push(rest[4..end].to_vec());
        rest = &rest[end..];
    }
    inputs
}

/// Reads the inputs file, observes each with every driver and writes a line for each.
///
/// There are several drivers where a module was built under several editions: they have to agree.
pub fn run(
    drivers: &[(&str, Driver)],
    hits: fn(&mut Vec<u32>),
    features: fn(bool),
    steps: fn(u64),
    capture: fn(bool) -> Vec<u8>,
) {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(inputs), Some(observations)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: INPUTS OBSERVATIONS");
        std::process::exit(2);
    };
    let inputs = std::fs::read(inputs).expect("the inputs can be read");
    let mut file = std::fs::File::create(observations).expect("the observations can be written");
    listen_to_panics();
    let mut surroundings = Surroundings::new(capture);
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
        let ((text, mut kind, mut value), effects) = surroundings.watch(|| observe(first, bytes.clone()));
        value.push_str(&effects);
        for (edition, driver) in &drivers[1..] {
            steps(STEPS);
            let ((_, other_kind, mut other_value), effects) = surroundings.watch(|| observe(*driver, bytes.clone()));
            other_value.push_str(&effects);
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
