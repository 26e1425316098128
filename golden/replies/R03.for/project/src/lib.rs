//! The editor that a user has set, such as `EDITOR="code --wait"`.

/// Program and arguments, if the text is in order.
pub fn editor(variable: &str) -> Option<(String, Vec<String>)> {
    let mut words = shlex::split(variable)?.into_iter();
    let program = words.next()?;
    Some((program, words.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Vec<String>> {
        editor(text).map(|(program, rest)| [vec![program], rest].concat())
    }

    #[test]
    fn words_and_quotes() {
        assert_eq!(words("vim").unwrap(), ["vim"]);
        assert_eq!(words("code  --wait -n").unwrap(), ["code", "--wait", "-n"]);
        assert_eq!(words("'/opt/my editor/run' --new").unwrap(), ["/opt/my editor/run", "--new"]);
        assert_eq!(words("\"a \\\"b\\\"\" c").unwrap(), ["a \"b\"", "c"]);
        assert_eq!(words("a\\ b").unwrap(), ["a b"]);
    }

    #[test]
    fn what_is_no_command() {
        assert_eq!(words(""), None);
        assert_eq!(words("'vim"), None);
        assert_eq!(words("vim \\"), None);
    }
}
