//! Many jobs: what a batch file says, which of its jobs to run, what is left of an earlier run.
//!
//! * [`jobs`]: the file
//! * [`sample`]: a draw that a seed repeats
//! * [`state`]: finished jobs, so that a batch that was killed goes on where it stopped
//! * [`run`]: the workers
//!
//! What does not happen here: no job is judged. Each is what `ripout extract` would have made of it.

pub mod jobs;
pub mod run;
pub mod sample;
pub mod state;

pub use jobs::{Expectation, Job, Jobs};
pub use run::{Outcome, run};
pub use sample::sample;
pub use state::State;
