//! What a module that was made for one project leaves out: where the original would go on, it ends with an error that says
//! so. Nothing is left out in silence.

/// What such an error's text begins with.
pub const LEFT_OUT: &str = "left out of this module: ";

/// What a module's text says that it leaves out, each once, in the order of the text.
pub fn left_out(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(LEFT_OUT) {
        let quote = rest[..at].chars().next_back();
        rest = &rest[at + LEFT_OUT.len()..];
        let Some(quote) = quote.filter(|quote| matches!(quote, '"' | '\'')) else {
            continue;
        };
        let end = rest.find([quote, '\n']).unwrap_or(rest.len());
        let what = rest[..end].trim().to_owned();
        if !found.contains(&what) {
            found.push(what);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_error_says_is_told_once_and_comments_say_nothing() {
        let text = "// left out of this module: nothing\nif x { panic!(\"left out of this module: years\") }\n\
                    else { panic!(\"left out of this module: years\") }\nraise E('left out of this module: {}')";
        assert_eq!(left_out(text), ["years", "{}"]);
        assert!(left_out("panic!(\"no\")").is_empty());
    }
}
