/// How many letters, digits, blanks and other signs a text has.
///
/// ```
/// assert_eq!(seals::tally("a1 !"), "1 1 1 1");
/// ```
pub fn tally(text: &str) -> String {
    let mut letters = 0;
    let mut digits = 0;
    let mut blanks = 0;
    let mut others = 0;
    for sign in text.chars() {
        if sign.is_alphabetic() {
            letters += 1;
        } else if sign.is_numeric() {
            digits += 1;
        } else if sign == ' ' {
            blanks += 1;
        } else {
            others += 1;
        }
    }
    format!("{letters} {digits} {blanks} {others}")
}
