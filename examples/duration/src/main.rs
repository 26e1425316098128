//! Prints durations in seconds, with a parser that used to be a dependency.

mod parse_duration;

use parse_duration::parse_duration;

fn main() {
    for text in std::env::args().skip(1) {
        match parse_duration(&text) {
            Ok(duration) => println!("{text}: {} s", duration.as_secs()),
            Err(error) => println!("{text}: {error}"),
        }
    }
}
