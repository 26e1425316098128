//! Whoever proposes a module that is smaller than the slice: a model, a program of the user's, or what they said before.
//!
//! * [`brief`]: what they are told, as a text that a person can read
//! * [`reply`]: the module in what they answer
//! * [`command`]: a program of the user's; [`llm`]: a model; [`replay`]: answers that were recorded; [`given`]: a module that
//!   is there already
//! * [`record`]: what is kept of each round
//! * [`ask`]: a question instead, and what of its answer holds
//!
//! What does not happen here: nothing a synthesizer says is believed. It returns text, and the judge alone tells what that
//! is worth.

pub mod ask;
pub mod brief;
pub mod command;
pub mod given;
#[cfg(feature = "llm")]
pub mod llm;
pub mod record;
pub mod replay;
pub mod reply;

use std::{path::PathBuf, time::Instant};

use ripout_model::{Failure, Host, HostError};

pub use brief::{Brief, Call, Earlier, Known, Subject};

/// Bytes of an answer that are read at most. A module that is worth having is far shorter.
pub const MOST_BYTES: usize = 4 << 20;

/// Answers a brief with text that should hold a module.
pub trait Synthesizer {
    /// `llm`, `command`, `replay`, `file`.
    fn name(&self) -> &str;

    /// One answer, as far as it may go.
    fn answer(
        &mut self,
        brief: &Brief,
        host: &dyn Host,
        allowed: Allowed,
    ) -> Result<Reply, Trouble>;
}

/// How far an answer may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// When it has to be there.
    pub deadline: Instant,
    /// Bytes of it that are read; with more it is none.
    pub bytes: usize,
}

impl Allowed {
    /// By a time, and of at most so many tokens by estimate.
    pub fn new(deadline: Instant, tokens: u64) -> Self {
        let tokens = usize::try_from(tokens).unwrap_or(usize::MAX);
        Self {
            deadline,
            bytes: tokens
                .saturating_mul(brief::BYTES_OF_A_TOKEN)
                .min(MOST_BYTES),
        }
    }

    /// Tokens of the longest answer.
    pub fn tokens(&self) -> u64 {
        (self.bytes / brief::BYTES_OF_A_TOKEN) as u64
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// All of it.
    pub text: String,
    /// Who gave it, for the reader of a header: `openai::NAME`, the name of a program.
    pub by: String,
    /// Tokens that were sent; estimated where nobody counted them.
    pub tokens_in: u64,
    /// Tokens that came back; estimated where nobody counted them.
    pub tokens_out: u64,
    /// What it cost, where a price is known.
    pub usd: Option<f64>,
}

impl Reply {
    /// Tokens both ways.
    pub fn tokens(&self) -> u64 {
        self.tokens_in + self.tokens_out
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// None came in time.
    #[error("there was no answer in time")]
    TimedOut,
    /// It did not come to an end.
    #[error("{0}")]
    TooLong(String),
    /// The synthesizer said that it could not.
    #[error("{0}")]
    Failed(String),
    /// A recorded answer belongs to another brief.
    #[error("{0}")]
    Stale(String),
    /// No further answer was recorded.
    #[error("no further round was recorded")]
    Ended,
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Trouble {
    /// An answer of more bytes than it may have.
    pub fn too_long(most: usize) -> Self {
        let most = match most {
            MOST_BYTES => format!("{} MiB", MOST_BYTES >> 20),
            most => format!("{most} bytes"),
        };
        Trouble::TooLong(format!("the answer has more than {most}"))
    }

    /// What an attempt that came to it is called.
    pub fn outcome(&self) -> &'static str {
        match self {
            Trouble::TimedOut => "timed_out",
            Trouble::TooLong(_) => "too_long",
            Trouble::Failed(_) | Trouble::Ended | Trouble::Interrupted => "failed",
            Trouble::Stale(_) => "stale_replay",
        }
    }
}

impl From<HostError> for Trouble {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Interrupted => Trouble::Interrupted,
            other => Trouble::Failed(other.to_string()),
        }
    }
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// A program of the user's.
    Command {
        /// The program and its arguments, as a shell splits them.
        line: String,
        /// Whether it may use the network.
        network: bool,
        /// Variables of the user's environment that it gets to see.
        variables: Vec<String>,
    },
    /// A model.
    Llm {
        /// Its name, with its maker's before it: `anthropic::NAME`, `openai::NAME`, `ollama::NAME`.
        model: String,
        /// An address that speaks as OpenAI's does, where it is not the maker's own.
        endpoint: Option<String>,
        /// Dollars for a million tokens, sent and received.
        price: Option<[f64; 2]>,
    },
    /// Nobody: a module is there already.
    Given {
        /// Who wrote it.
        by: String,
        /// All of it.
        text: String,
    },
    /// What was recorded in an output folder.
    Replay {
        /// The folder.
        folder: PathBuf,
    },
}

impl Who {
    /// Dollars for a million tokens, sent and received, where they are known.
    pub fn price(&self) -> Option<[f64; 2]> {
        match self {
            Who::Llm { price, .. } => *price,
            Who::Command { .. } | Who::Given { .. } | Who::Replay { .. } => None,
        }
    }

    /// Makes ready to ask.
    pub fn synthesizer(&self) -> Result<Box<dyn Synthesizer>, Failure> {
        Ok(match self {
            Who::Command {
                line,
                network,
                variables,
            } => Box::new(command::Program::new(line, *network, variables)?),
            Who::Given { by, text } => Box::new(given::Given::new(by, text)),
            Who::Replay { folder } => Box::new(replay::Replay::open(folder)?),
            #[cfg(feature = "llm")]
            Who::Llm {
                model,
                endpoint,
                price,
            } => Box::new(llm::Model::new(model, endpoint.as_deref(), *price)?),
            #[cfg(not(feature = "llm"))]
            Who::Llm { .. } => {
                return Err(Failure::new(
                    "no_llm",
                    "this ripout was built without the feature `llm`, and asks no model by itself",
                )
                .help("build it with `--features llm`, or let a program ask: `--synth command --command PROGRAM`"));
            }
        })
    }
}
