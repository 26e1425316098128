//! What a user of a command line may have meant.

/// The command that differs least from `typed`, if any is near.
pub fn suggest<'a>(typed: &str, commands: &[&'a str]) -> Option<&'a str> {
    let near = |command: &&'a str| (strsim::levenshtein(typed, command), *command);
    let (far, command) = commands.iter().map(near).min()?;
    (far <= 2).then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: &[&str] = &["build", "bench", "check", "clean"];

    #[test]
    fn near_commands_are_found() {
        assert_eq!(suggest("biuld", COMMANDS), Some("build"));
        assert_eq!(suggest("chek", COMMANDS), Some("check"));
        assert_eq!(suggest("bench", COMMANDS), Some("bench"));
    }

    #[test]
    fn others_are_not() {
        assert_eq!(suggest("install", COMMANDS), None);
        assert_eq!(suggest("", COMMANDS), None);
        assert_eq!(suggest("build", &[]), None);
    }
}
