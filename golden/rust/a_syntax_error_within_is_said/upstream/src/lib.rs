/// Every word with a capital.
pub fn capitalise_all(text: &str) -> String {
    let words = text.split(' ');
    words.map(|word| word.to_uppercase().collect::<Vec<_>>().join(" ")
}
