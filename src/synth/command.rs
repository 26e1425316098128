//! A program of the user's that reads the brief on its standard input and prints a module. It runs as confined as
//! strangers' code does: what it was told comes from a stranger.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use ripout_model::{Command, Exit, Failure, Host};

use super::{Allowed, Brief, Reply, Synthesizer, Trouble, brief::tokens};

/// Bytes of what a program that failed said.
const MOST_SAID: usize = 2_000;

/// A program and its arguments.
pub struct Program {
    words: Vec<String>,
    network: bool,
    variables: Vec<String>,
}

impl Program {
    /// Splits a line as a shell does; nothing else in it means anything.
    pub fn new(line: &str, network: bool, variables: &[String]) -> Result<Self, Failure> {
        let words = shlex::split(line).filter(|words| !words.is_empty());
        let Some(words) = words else {
            return Err(Failure::new(
                "arguments",
                format!("--command {line} is no command: nothing is in it, or a quote has no end"),
            ));
        };
        Ok(Self {
            words,
            network,
            variables: variables.to_vec(),
        })
    }
}

impl Synthesizer for Program {
    fn name(&self) -> &str {
        "command"
    }

    fn answer(
        &mut self,
        brief: &Brief,
        host: &dyn Host,
        allowed: Allowed,
    ) -> Result<Reply, Trouble> {
        // A confined process has no standard input: a shell opens the brief in its place. It lies beside the folder that the
        // program runs in, so that this is empty.
        let told = host.folder("brief")?;
        let file = told.write("brief.md", brief.text.as_bytes())?;
        let folder = host.folder("command")?;
        let mut command = Command::new("sh", folder.path())
            .args(["-c", "exec \"$@\" < \"$0\""])
            .arg(file)
            .args(&self.words)
            .wall(
                allowed
                    .deadline
                    .saturating_duration_since(Instant::now())
                    .max(Duration::from_millis(1)),
            );
        command.limits.output = allowed.bytes as u64;
        command.network = self.network;
        for name in &self.variables {
            if let Some(value) = std::env::var_os(name) {
                command = command.env(name, value);
            }
        }
        let answer = host.run(&command)?;
        let text = answer.text();
        match answer.exit {
            Exit::Code(0) => {}
            Exit::TimedOut => return Err(Trouble::TimedOut),
            Exit::TooMuchOutput => return Err(Trouble::too_long(allowed.bytes)),
            Exit::Code(code) => {
                return Err(self.failed(&format!("exit code {code}"), &answer.errors()));
            }
            Exit::Signal(signal) => {
                return Err(self.failed(&format!("signal {signal}"), &answer.errors()));
            }
        }
        Ok(Reply {
            by: self.called().to_owned(),
            tokens_in: brief.tokens as u64,
            tokens_out: tokens(&text) as u64,
            usd: None,
            text,
        })
    }
}

impl Program {
    /// The program's name, without where it lies on this machine.
    fn called(&self) -> &str {
        let path = Path::new(&self.words[0]);
        path.file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("command")
    }

    fn failed(&self, how: &str, said: &str) -> Trouble {
        let said = said.trim();
        let from = said.ceil_char_boundary(said.len().saturating_sub(MOST_SAID));
        let called = self.called();
        Trouble::Failed(match &said[from..] {
            "" => format!("{called} ended with {how}"),
            said => format!("{called} ended with {how}: {said}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use ripout_model::testing::PlainHost;

    use super::*;

    fn ask(line: &str) -> Result<Reply, Trouble> {
        let brief = Brief {
            text: "the brief\n".into(),
            tokens: 4,
            left_out: Vec::new(),
            digest: String::new(),
            fixed: 0,
        };
        let allowed = Allowed::new(Instant::now() + Duration::from_secs(60), u64::MAX);
        Program::new(line, false, &[])
            .unwrap()
            .answer(&brief, &PlainHost, allowed)
    }

    #[test]
    fn it_reads_the_brief_and_prints_its_answer() {
        let reply = ask("sh -c 'cat; echo \"$1\"' x 'two words; $HOME'").unwrap();
        assert_eq!(reply.text, "the brief\ntwo words; $HOME\n");
        assert_eq!((reply.by.as_str(), reply.tokens_in), ("sh", 4));
    }

    #[test]
    fn what_it_says_when_it_fails_is_told() {
        let trouble = ask("sh -c 'echo no money >&2; exit 3'").unwrap_err();
        assert_eq!(
            trouble,
            Trouble::Failed("sh ended with exit code 3: no money".into())
        );
        assert_eq!(
            Program::new("  ", false, &[]).err().unwrap().code,
            "arguments"
        );
        assert!(Program::new("say 'no end", false, &[]).is_err());
    }
}
