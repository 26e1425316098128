//! Notes that leave traces.

use std::io::Write;

/// Writes a note down, and tells how many words it has.
pub fn note(text: &str, level: u8) -> usize {
    let words = text.split_whitespace().count();
    match level % 8 {
        0 => println!("noted {words}"),
        1 => eprintln!("warned of {words}"),
        2 => {
            let mut file = std::fs::File::create("journal.txt").expect("a file");
            writeln!(file, "{text}").expect("a line");
        }
        3 => std::env::set_var("JOURNAL_WORDS", words.to_string()),
        4 => linger(words),
        _ => {}
    }
    words
}

/// Waits for more, for a while.
fn linger(words: usize) {
    if words > 3 {
        std::thread::spawn(|| std::thread::sleep(std::time::Duration::from_millis(1)))
            .join()
            .expect("it only sleeps");
    }
}
