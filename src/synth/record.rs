//! What is kept of each round, in `synth/round-N/` of the output folder: the brief, the answer, and what is known of it.

use ripout_model::ModuleFile;
use serde::{Deserialize, Serialize};

use super::{Brief, Reply, Trouble};

/// Version of the document.
pub const SCHEMA: &str = "ripout.round/1";

/// `meta.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// [`SCHEMA`].
    #[serde(default)]
    pub schema: String,
    /// SHA-256 of `brief.md`.
    pub brief: String,
    /// Who answered.
    #[serde(default)]
    pub by: String,
    /// Tokens sent.
    #[serde(default)]
    pub tokens_in: u64,
    /// Tokens received.
    #[serde(default)]
    pub tokens_out: u64,
    /// What it cost, where a price is known.
    #[serde(default)]
    pub usd: Option<f64>,
    /// Seconds until the answer was there.
    #[serde(default)]
    pub seconds: f64,
    /// Why there is no answer, where there is none: an outcome, and what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<(String, String)>,
}

/// Where a round is kept, relative to the output folder.
pub fn folder(round: usize) -> String {
    format!("synth/round-{round}")
}

/// The files of one round.
pub fn files(
    round: usize,
    brief: &Brief,
    answer: &Result<Reply, Trouble>,
    seconds: f64,
) -> Vec<ModuleFile> {
    let mut meta = Meta {
        schema: SCHEMA.into(),
        brief: brief.digest.clone(),
        seconds,
        ..Meta::default()
    };
    let folder = folder(round);
    let file = |name: &str, bytes: Vec<u8>| ModuleFile {
        path: format!("{folder}/{name}"),
        bytes,
    };
    let mut files = vec![file("brief.md", brief.text.clone().into_bytes())];
    match answer {
        Ok(reply) => {
            meta.by.clone_from(&reply.by);
            (meta.tokens_in, meta.tokens_out) = (reply.tokens_in, reply.tokens_out);
            meta.usd = reply.usd;
            files.push(file("reply.txt", reply.text.clone().into_bytes()));
        }
        Err(trouble) => meta.trouble = Some((trouble.outcome().into(), trouble.to_string())),
    }
    let mut text = serde_json::to_vec_pretty(&meta).unwrap_or_default();
    text.push(b'\n');
    files.push(file("meta.json", text));
    files
}
