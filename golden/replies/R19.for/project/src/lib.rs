//! Which files of a project are not watched.

use glob::Pattern;

/// A list of patterns such as `*.log` and `build-?`, one a line.
pub struct Ignored(Vec<Pattern>);

impl Ignored {
    /// Reads the list; the error names the line that is wrong.
    pub fn read(list: &str) -> Result<Self, String> {
        let lines = list.lines().filter(|line| !line.is_empty());
        let patterns = lines.map(|line| {
            Pattern::new(line).map_err(|error| format!("{line}: {} at {}", error.msg, error.pos))
        });
        patterns.collect::<Result<_, _>>().map(Ignored)
    }

    /// Whether a file of this name is passed over.
    pub fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched() {
        let ignored = Ignored::read("*.log\n\nbuild-?\ncache*tmp\n").unwrap();
        for name in ["a.log", ".log", "build-1", "cachetmp", "cache-of-tmp"] {
            assert!(ignored.holds(name), "{name}");
        }
        for name in ["a.logs", "build-", "build-12", "cache", ""] {
            assert!(!ignored.holds(name), "{name}");
        }
    }

    #[test]
    fn a_list_that_is_wrong() {
        let told = Ignored::read("a\n***\n").err().unwrap();
        assert_eq!(told, "***: wildcards are either regular `*` or recursive `**` at 2");
    }
}
