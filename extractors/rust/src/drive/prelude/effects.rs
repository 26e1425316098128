//! What a subject does beside answering: what it prints, which files it leaves, what becomes of the environment and of the
//! current folder, and threads that it leaves behind.

/// Stands before what was seen of effects. Frozen tests, which see none, leave such cases out.
pub const EFFECTS: char = '\u{1}';

/// The surroundings of a run, as they were before an input.
pub struct Surroundings {
    /// An empty folder, which subjects run in.
    scratch: std::path::PathBuf,
    environment: BTreeMap<std::ffi::OsString, std::ffi::OsString>,
    threads: usize,
    /// Begins to hold back what is printed, or ends it and gives what was.
    capture: fn(bool) -> Vec<u8>,
}

impl Surroundings {
    /// Makes the folder, and goes there.
    pub fn new(capture: fn(bool) -> Vec<u8>) -> Self {
        // The number of the process would not do: several may run under the same one, each in a world of its own.
        let chance = std::collections::hash_map::RandomState::new().build_hasher().finish();
        let name = format!("ripout-scratch-{chance:016x}");
        let scratch = std::env::temp_dir().join(name);
        let _ = std::fs::create_dir_all(&scratch);
        let scratch = scratch.canonicalize().unwrap_or(scratch);
        let _ = std::env::set_current_dir(&scratch);
        let environment = std::env::vars_os().collect();
        Surroundings { scratch, environment, threads: threads(), capture }
    }

    /// Does something, and tells what it did beside; puts everything back.
    pub fn watch<T>(&mut self, act: impl FnOnce() -> T) -> (T, String) {
        (self.capture)(true);
        let done = act();
        let printed = (self.capture)(false);
        let mut seen = String::new();
        if !printed.is_empty() {
            let _ = write!(seen, " printed {:?}", self.plain(&String::from_utf8_lossy(&printed)));
        }
        self.environment(&mut seen);
        self.folder(&mut seen);
        self.threads(&mut seen);
        if !seen.is_empty() {
            seen.insert(0, EFFECTS);
        }
        (done, seen)
    }

    /// Text that does not say where the folder lies.
    fn plain(&self, text: &str) -> String {
        text.replace(&*self.scratch.to_string_lossy(), "<here>")
    }

    fn environment(&mut self, seen: &mut String) {
        let mut count = 0;
        let same = std::env::vars_os().all(|(name, value)| {
            count += 1;
            self.environment.get(&name) == Some(&value)
        });
        if same && count == self.environment.len() {
            return;
        }
        let now: BTreeMap<_, _> = std::env::vars_os().collect();
        let names: BTreeSet<_> = now.keys().chain(self.environment.keys()).cloned().collect();
        for name in names {
            let (before, after) = (self.environment.get(&name), now.get(&name));
            if before == after {
                continue;
            }
            let after = after.map(|value| self.plain(&value.to_string_lossy()));
            let _ = write!(seen, " environment {name:?} became {after:?}");
            match before {
                Some(value) => std::env::set_var(&name, value),
                None => std::env::remove_var(&name),
            }
        }
    }

    fn folder(&mut self, seen: &mut String) {
        match std::env::current_dir() {
            Ok(here) if here == self.scratch => {}
            here => {
                let here = here.map(|here| here.to_string_lossy().into_owned()).unwrap_or_default();
                let _ = write!(seen, " current folder became {:?}", self.plain(&here));
                let _ = std::env::set_current_dir(&self.scratch);
            }
        }
        let mut left = Vec::new();
        listed(&self.scratch, &mut left);
        if left.is_empty() {
            return;
        }
        left.sort();
        for path in left {
            let name = path.strip_prefix(&self.scratch).unwrap_or(&path).to_string_lossy().into_owned();
            let is_folder = path.symlink_metadata().is_ok_and(|data| data.is_dir());
            let bytes = if is_folder { Vec::new() } else { std::fs::read(&path).unwrap_or_default() };
            let mut sum = Sum(0);
            sum.write(self.plain(&String::from_utf8_lossy(&bytes)).as_bytes());
            let _ = write!(seen, " left {name:?} of {} bytes #{:x}", bytes.len(), sum.0);
        }
        let _ = std::fs::remove_dir_all(&self.scratch);
        let _ = std::fs::create_dir_all(&self.scratch);
        let _ = std::env::set_current_dir(&self.scratch);
    }

    fn threads(&mut self, seen: &mut String) {
        let mut now = threads();
        // One that ends just now is no thread that was left.
        for _ in 0..20 {
            if now <= self.threads {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
            now = threads();
        }
        if now > self.threads {
            let _ = write!(seen, " left {} threads", now - self.threads);
        }
        self.threads = now;
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        let _ = std::env::set_current_dir("/");
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}

/// All that lies below a folder, at most a few hundred; links are not followed.
fn listed(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if found.len() > 300 {
            return;
        }
        let path = entry.path();
        found.push(path.clone());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            listed(&path, found);
        }
    }
}

/// How many threads run; none where the system does not say.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
