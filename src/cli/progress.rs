//! What a run is doing: a moving line on a terminal, a line per phase elsewhere, nothing with `--quiet`.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use clap::builder::styling::AnsiColor;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{cli::console::Console, sandbox::Watcher};

/// Shows what the stages say.
pub struct Progress {
    console: Console,
    /// Stands before every line: the job of a batch.
    prefix: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    phase: String,
    told: HashSet<String>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress of one run.
    pub fn new(console: Console) -> Self {
        Self::of_job(console, String::new())
    }

    /// Progress of one run of many: lines are told apart by `prefix`, and nothing moves.
    pub fn of_job(console: Console, prefix: String) -> Self {
        Self {
            console,
            prefix,
            state: Mutex::default(),
        }
    }

    fn moves(&self) -> bool {
        self.console.terminal && self.prefix.is_empty()
    }
}

impl Watcher for Progress {
    fn say(&self, what: &str, done: u64, total: Option<u64>) {
        if !self.console.progress {
            return;
        }
        // A panic elsewhere must not silence the rest of the run.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.moves() {
            if state.told.insert(what.to_owned()) {
                self.console.note(&format!("{}{what}", self.prefix));
            }
            return;
        }
        if state.phase != what {
            if let Some(bar) = state.bar.take() {
                bar.finish_and_clear();
            }
            what.clone_into(&mut state.phase);
        }
        let bar = state.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_message(what.to_owned());
            // Moves by itself: a build of a minute says nothing in between.
            bar.enable_steady_tick(Duration::from_millis(150));
            bar
        });
        bar.set_style(style(done, total));
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(done);
    }

    fn warn(&self, text: &str) {
        let yellow = self
            .console
            .paint_err(AnsiColor::Yellow.on_default().bold(), "warning");
        let line = format!("{}{yellow}: {text}", self.prefix);
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.bar {
            Some(bar) => bar.suspend(|| self.console.note(&line)),
            None => self.console.note(&line),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = state.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn style(done: u64, total: Option<u64>) -> ProgressStyle {
    let template = match (done, total) {
        (_, Some(_)) => "{spinner} {msg} {human_pos}/{human_len} ({per_sec}) {elapsed}",
        (0, None) => "{spinner} {msg} {elapsed}",
        (_, None) => "{spinner} {msg} {human_pos} ({per_sec}) {elapsed}",
    };
    // The templates above are fixed, so a wrong one shows as the plain style and not as a panic.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
