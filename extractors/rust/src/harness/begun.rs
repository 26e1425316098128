//! What every harness needs, built before there is a module to be judged: the prelude and the probed original, in the
//! folder of the harness to be.
//!
//! Making a slice asks the compiler one question after the other, which leaves a processor idle. What is built beside it
//! is of no weight if it fails: the harness will say why, if it fails there too. It ends at once where nobody wants it any
//! longer.

use std::{
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ripout_model::{Folder, Host, Stop};

use super::workspace::{self, Originals};
use crate::original::RustOriginal;

/// What the next harness can go on with.
pub struct Start {
    /// The work folder.
    pub folder: Arc<dyn Folder>,
    /// The original's text as it was built there; none where only the prelude was.
    pub originals: Option<Originals>,
}

/// What is built beside the slice, and how far it is.
#[derive(Clone, Default)]
pub struct Begun(Arc<Shared>);

#[derive(Default)]
struct Shared {
    stage: Mutex<Stage>,
    changed: Condvar,
    /// Ends what is being built.
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
struct Stage {
    /// Nothing speaks against a harness so far.
    wanted: bool,
    /// Somebody waits to build, or builds.
    running: bool,
    /// Nobody will ask any more.
    over: bool,
    start: Option<Start>,
}

impl Begun {
    /// Waits until a harness is wanted, and builds what it needs.
    pub fn prepare(&self, original: &RustOriginal, host: &dyn Host) {
        let mut stage = self.stage();
        if stage.over || stage.running {
            return;
        }
        stage.running = true;
        let _end = End(self);
        while !stage.wanted && !stage.over {
            let waited = self.0.changed.wait(stage);
            stage = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let over = stage.over;
        drop(stage);
        let built = if over {
            None
        } else {
            self.build(original, host).ok()
        };
        self.stage().start = built;
    }

    /// A harness will be wanted, as far as is known.
    pub fn want(&self) {
        self.stage().wanted = true;
        self.0.changed.notify_all();
    }

    /// What was built, for one harness only. Waits for it where it is being built.
    pub fn take(&self) -> Option<Start> {
        self.want();
        let mut stage = self.stage();
        while stage.running {
            let waited = self.0.changed.wait(stage);
            stage = waited.unwrap_or_else(PoisonError::into_inner);
        }
        stage.over = true;
        stage.start.take()
    }

    /// Ends what is being built.
    pub fn abandon(&self) {
        let start = {
            let mut stage = self.stage();
            stage.over = true;
            stage.start.take()
        };
        self.0.stop.store(true, Ordering::Relaxed);
        self.0.changed.notify_all();
        drop(start);
    }

    fn build(&self, original: &RustOriginal, host: &dyn Host) -> Result<Start, Stop> {
        let folder: Arc<dyn Folder> = Arc::from(host.folder("harness")?);
        // What is kept as a dependency has no probes, and which packages are is not known before there is a module.
        let originals = original
            .settings
            .keep
            .is_empty()
            .then(|| Originals::new(original, &[]));
        let mut command = workspace::begin(original, originals.as_ref(), &*folder)?;
        command.stop = Some(self.0.stop.clone());
        host.run(&command)?;
        Ok(Start { folder, originals })
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing runs any more, however it ended.
struct End<'a>(&'a Begun);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.stage().running = false;
        self.0.0.changed.notify_all();
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ripout_model::{Made, testing::PlainHost};

    use crate::{fixture, harness};

    const TEXT: &str = "/// Twice as much.\npub fn twice(of: u16) -> u32 { u32::from(of) * 2 }\n";

    #[test]
    fn a_harness_goes_on_with_what_was_built_before_there_was_a_module() {
        let fixture = fixture::open(TEXT, &["fixture::twice"]);
        let original = &fixture.original;
        original.begun.want();
        original.begun.prepare(original, &PlainHost);
        let folder = {
            let stage = original.begun.stage();
            let start = stage.start.as_ref().expect("it was built");
            assert!(start.originals.is_some());
            start.folder.path().to_owned()
        };
        let candidate = fixture::candidate(original, TEXT);
        let made = harness::harness(
            original,
            &candidate,
            ripout_model::Drive::Inside,
            &PlainHost,
        )
        .expect("it can be asked");
        let Made::Ready(harness) = made else {
            panic!("the same text is no other API")
        };
        assert_eq!(harness.original.command.folder, folder);
        assert!(!harness.original.probes.is_empty());
        assert!(original.begun.take().is_none(), "for one harness only");
    }

    #[test]
    fn nothing_is_built_once_nobody_wants_it() {
        let fixture = fixture::open(TEXT, &["fixture::twice"]);
        let original = &fixture.original;
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| original.begun.prepare(original, &PlainHost));
            original.begun.abandon();
            waits.join().expect("it ends");
        });
        original.begun.prepare(original, &PlainHost);
        assert!(original.begun.take().is_none());
    }
}
