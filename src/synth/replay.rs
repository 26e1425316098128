//! Answers that were recorded: no network, no key, no cost. A brief that changed since is said, and nothing is answered.

use std::path::{Path, PathBuf};

use ripout_model::{Failure, Host};

use super::{Allowed, Brief, MOST_BYTES, Reply, Synthesizer, Trouble, brief, record::Meta};

/// Rounds that were recorded.
pub struct Replay {
    /// Holds `round-1`, `round-2`, …
    folder: PathBuf,
    round: usize,
}

impl Replay {
    /// Finds the rounds in an output folder, or in its `synth` folder.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        [folder.join("synth"), folder.to_owned()]
            .into_iter()
            .find(|folder| folder.join("round-1").is_dir())
            .map(|folder| Self { folder, round: 0 })
            .ok_or_else(|| {
                Failure::new(
                    "replay_missing",
                    format!("{} holds no recorded rounds", folder.display()),
                )
                .help("--replay takes the output folder of a run with `--synth`: its rounds are in `synth/round-1` and so on")
            })
    }
}

impl Synthesizer for Replay {
    fn name(&self) -> &str {
        "replay"
    }

    fn answer(
        &mut self,
        brief: &Brief,
        _host: &dyn Host,
        _allowed: Allowed,
    ) -> Result<Reply, Trouble> {
        self.round += 1;
        let folder = self.folder.join(format!("round-{}", self.round));
        if !folder.is_dir() {
            return Err(Trouble::Ended);
        }
        let meta = meta(&folder)?;
        if meta.brief != brief.digest {
            return Err(Trouble::Stale(format!(
                "the brief of round {} is not the one that was answered: its SHA-256 was {}, and is {} now",
                self.round, meta.brief, brief.digest
            )));
        }
        match meta.trouble {
            Some((outcome, text)) => Err(match outcome.as_str() {
                "timed_out" => Trouble::TimedOut,
                "too_long" => Trouble::TooLong(text),
                _ => Trouble::Failed(text),
            }),
            None => Ok(Reply {
                text: String::from_utf8_lossy(&read(&folder.join("reply.txt"))?).into_owned(),
                by: meta.by,
                tokens_in: meta.tokens_in,
                tokens_out: meta.tokens_out,
                usd: meta.usd,
            }),
        }
    }
}

/// What is known of a round; of one that was put together by hand its brief tells.
fn meta(folder: &Path) -> Result<Meta, Trouble> {
    let path = folder.join("meta.json");
    if !path.exists() {
        let text = read(&folder.join("brief.md"))?;
        return Ok(Meta {
            brief: brief::digest(&String::from_utf8_lossy(&text)),
            ..Meta::default()
        });
    }
    serde_json::from_slice(&read(&path)?)
        .map_err(|error| Trouble::Failed(format!("{}: {error}", path.display())))
}

fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    let failed = |error| Trouble::Failed(format!("read {}: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MOST_BYTES as u64 {
        return Err(Trouble::too_long(MOST_BYTES));
    }
    std::fs::read(path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use ripout_model::testing::PlainHost;

    use super::*;
    use crate::synth::record;

    fn brief(text: &str) -> Brief {
        Brief {
            text: text.into(),
            tokens: 1,
            left_out: Vec::new(),
            digest: brief::digest(text),
            fixed: 0,
        }
    }

    #[test]
    fn what_was_recorded_is_answered_again_and_no_other_brief_is() {
        let folder = tempfile::tempdir().unwrap();
        let reply = Reply {
            text: "answer".into(),
            by: "openai::m".into(),
            tokens_in: 3,
            tokens_out: 4,
            usd: Some(0.5),
        };
        for (round, answer) in [
            (1, Ok(reply.clone())),
            (2, Err(Trouble::TimedOut)),
            (3, Err(Trouble::too_long(300))),
            (4, Ok(reply.clone())),
        ] {
            for file in record::files(round, &brief("same"), &answer, 1.0) {
                let path = folder.path().join(&file.path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, file.bytes).unwrap();
            }
        }
        let mut replay = Replay::open(folder.path()).unwrap();
        let mut ask = |text: &str| {
            replay.answer(
                &brief(text),
                &PlainHost,
                Allowed::new(Instant::now(), u64::MAX),
            )
        };
        assert_eq!(ask("same"), Ok(reply));
        assert_eq!(ask("same"), Err(Trouble::TimedOut));
        assert_eq!(ask("same"), Err(Trouble::too_long(300)));
        let stale = ask("other").unwrap_err();
        assert_eq!(stale.outcome(), "stale_replay");
        assert!(stale.to_string().contains("round 4"), "{stale}");
        assert_eq!(ask("same"), Err(Trouble::Ended));
        let nothing = Replay::open(&folder.path().join("synth/round-1"));
        assert_eq!(nothing.err().unwrap().code, "replay_missing");
    }
}
