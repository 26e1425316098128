/// Every word with a capital.
pub fn capitalise_all(text: &str) -> String {
    text.split(' ').map(capitalise).collect::<Vec<_>>().join(" ")
}

fn capitalise(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
