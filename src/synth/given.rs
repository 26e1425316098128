//! A module that somebody wrote before anybody was asked: an agent, a person. It is judged as any answer is.

use ripout_model::Host;

use super::{Allowed, Brief, Reply, Synthesizer, Trouble};

/// A module, which is answered once.
pub struct Given {
    by: String,
    text: Option<String>,
}

impl Given {
    /// A module's whole text, and who wrote it.
    pub fn new(by: &str, text: &str) -> Self {
        Self {
            by: by.to_owned(),
            text: Some(text.to_owned()),
        }
    }
}

impl Synthesizer for Given {
    fn name(&self) -> &str {
        "file"
    }

    fn answer(
        &mut self,
        _brief: &Brief,
        _host: &dyn Host,
        _allowed: Allowed,
    ) -> Result<Reply, Trouble> {
        let text = self.text.take().ok_or(Trouble::Ended)?;
        Ok(Reply {
            tokens_in: 0,
            tokens_out: 0,
            text: fenced(&text),
            by: self.by.clone(),
            usd: None,
        })
    }
}

/// The text in a fence that is longer than any line of backticks in it.
fn fenced(text: &str) -> String {
    let ticks = |line: &str| {
        let line = line.trim_start();
        line.len() - line.trim_start_matches('`').len()
    };
    let fence = "`".repeat(text.lines().map(ticks).max().unwrap_or(0).max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}\n{text}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::reply::{Found, module};

    #[test]
    fn the_module_is_found_whole_in_its_answer() {
        for text in ["a = 1\n", "a = '''\n```\n````\n'''\n", "    a\n", "\n"] {
            assert_eq!(module(&fenced(text)), Found::Block(text.to_owned()));
        }
        assert_eq!(module(&fenced("a")), Found::Block("a\n".to_owned()));
    }
}
