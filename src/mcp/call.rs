//! One call: work that takes long runs on a thread of its own, says what it does, and ends when it is no longer wanted,
//! with all processes that it started and without any other call.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, mpsc::UnboundedSender};

use super::{
    State,
    answer::{Answer, Trouble},
};
use crate::sandbox::{Sandbox, Watcher};

/// Stack of a thread that reads strangers' text, which may be nested deeply.
const STACK: usize = 64 << 20;

/// How often progress of one phase is told.
const TELLING: Duration = Duration::from_millis(200);

/// All calls that run.
#[derive(Debug)]
pub struct Calls {
    running: Mutex<Running>,
    ended: Condvar,
    /// Calls that keep processors busy wait for one of these.
    pub heavy: Semaphore,
}

#[derive(Debug, Default)]
struct Running {
    begun: u64,
    /// Nobody is left to answer: what begins now ends at once.
    closed: bool,
    flags: BTreeMap<u64, Arc<AtomicBool>>,
}

impl Calls {
    /// None so far. Each of the heavy ones builds and searches on about two processors.
    pub fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            running: Mutex::default(),
            ended: Condvar::new(),
            heavy: Semaphore::new((processors / 2).max(1)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> (u64, Arc<AtomicBool>) {
        let mut running = self.lock();
        running.begun += 1;
        let number = running.begun;
        let flag = Arc::new(AtomicBool::new(running.closed));
        running.flags.insert(number, Arc::clone(&flag));
        (number, flag)
    }

    fn end(&self, number: u64) {
        self.lock().flags.remove(&number);
        self.ended.notify_all();
    }

    /// Asks all calls to end, and those that begin later, too.
    pub fn end_all(&self) {
        let mut running = self.lock();
        running.closed = true;
        for flag in running.flags.values() {
            flag.store(true, Ordering::SeqCst);
        }
    }

    /// Waits until all calls have ended, or for so long.
    pub fn wait(&self, most: Duration) {
        let running = self.lock();
        drop(
            self.ended
                .wait_timeout_while(running, most, |running| !running.flags.is_empty()),
        );
    }
}

/// What a tool works with.
pub struct Desk<'a> {
    /// What all calls share.
    pub state: &'a State,
    /// The one door, for this call.
    pub host: Sandbox,
    heard: Arc<Heard>,
}

impl Desk<'_> {
    /// Warnings so far.
    pub fn warnings(&self) -> Vec<String> {
        let warnings = self.heard.warnings.lock();
        warnings.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What is told while a call runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Rises from one to the next.
    pub step: f64,
    /// What is being done, and how much of it is done.
    pub text: String,
}

/// Hears what the stages say.
struct Heard {
    warnings: Mutex<Vec<String>>,
    told: Mutex<Told>,
    /// None where the client did not ask for progress.
    progress: Option<UnboundedSender<Progress>>,
}

#[derive(Default)]
struct Told {
    steps: u32,
    phase: String,
    at: Option<Instant>,
}

struct Listener(Arc<Heard>);

impl Watcher for Listener {
    fn say(&self, what: &str, done: u64, total: Option<u64>) {
        let Some(progress) = &self.0.progress else {
            return;
        };
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let soon = told.at.is_some_and(|at| at.elapsed() < TELLING);
        if told.phase == what && soon {
            return;
        }
        what.clone_into(&mut told.phase);
        told.at = Some(Instant::now());
        told.steps += 1;
        let text = match (done, total) {
            (_, Some(total)) => format!("{what} {done}/{total}"),
            (0, None) => what.to_owned(),
            (_, None) => format!("{what} {done}"),
        };
        // A client that has gone hears nothing, which is all right.
        let _ = progress.send(Progress {
            step: told.steps.into(),
            text,
        });
    }

    fn warn(&self, text: &str) {
        let mut warnings = self
            .0
            .warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        warnings.push(text.to_owned());
    }
}

/// A call that runs. Dropping it ends the work.
pub struct Call {
    flag: Arc<AtomicBool>,
    /// The end of the work.
    pub end: tokio::sync::oneshot::Receiver<Result<Answer, Trouble>>,
}

impl Drop for Call {
    fn drop(&mut self) {
        self.flag.store(true, Ordering::SeqCst);
    }
}

impl Call {
    /// Begins the work on a thread.
    pub fn begin(
        state: &Arc<State>,
        progress: Option<UnboundedSender<Progress>>,
        work: impl FnOnce(&Desk<'_>) -> Result<Answer, Trouble> + Send + 'static,
    ) -> Self {
        struct End(Arc<State>, u64);
        impl Drop for End {
            fn drop(&mut self) {
                self.0.calls.end(self.1);
            }
        }
        let (number, flag) = state.calls.begin();
        let (sender, end) = tokio::sync::oneshot::channel();
        let at_end = End(Arc::clone(state), number);
        let stop = Arc::clone(&flag);
        let started = std::thread::Builder::new()
            .name("call".into())
            .stack_size(STACK)
            .spawn(move || {
                let state = Arc::clone(&at_end.0);
                let heard = Arc::new(Heard {
                    warnings: Mutex::default(),
                    told: Mutex::default(),
                    progress,
                });
                let listener = Box::new(Listener(Arc::clone(&heard)));
                let desk = Desk {
                    host: state.front.sandbox(stop, listener),
                    state: &state,
                    heard,
                };
                // A panic drops the sender, and is told as what it is.
                let _ = sender.send(work(&desk));
            });
        if let Err(error) = started {
            let (sender, end) = tokio::sync::oneshot::channel();
            let _ = sender.send(Err(Trouble::new(
                "busy",
                format!("start a thread: {error}"),
            )));
            return Self { flag, end };
        }
        Self { flag, end }
    }
}
