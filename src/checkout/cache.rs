//! The cache: trees by what they hold, and what each wish led to the last time.
//!
//! * `trees/<key>/`: a tree; the key is the hash of its archive, or its commit. It appears whole, by a rename, and is
//!   never changed, so two runs may make the same one at once: the first to finish wins, and both use it.
//! * `wishes/<hash>.json`: a wish ("humantime 2.4.0 of the registry"), and the keys it came to.
//! * `tmp/`: trees in the making. What a killed run left there is swept by `prune`.
//! * `lock`: held shared by each run, so that `prune` and `clean` never pull a tree from under one.

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use etcetera::BaseStrategy;
use ripout_model::{Failure, Stop};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Marks the folder as a cache for backup programs, and as ours for `clean`.
const TAG_FILE: &str = "CACHEDIR.TAG";
const TAG: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# This is ripout's cache; it may be deleted.\n";

/// Locks of the caches this process uses, kept to its end.
static LOCKS: Mutex<Vec<(PathBuf, File)>> = Mutex::new(Vec::new());

/// The user's cache folder for ripout: `RIPOUT_CACHE_DIR`, or the system's usual place. It need not exist yet.
pub fn dir() -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os("RIPOUT_CACHE_DIR").filter(|it| !it.is_empty()) {
        return std::path::absolute(&folder)
            .map_err(|error| Failure::new("cache", format!("RIPOUT_CACHE_DIR: {error}")));
    }
    etcetera::choose_base_strategy()
        .map(|strategy| strategy.cache_dir().join("ripout"))
        .map_err(|_| {
            Failure::new("cache", "there is no home folder to keep a cache in")
                .help("set RIPOUT_CACHE_DIR to a folder")
        })
}

/// What `prune` or `clean` took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Freed {
    /// Trees and other entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Deletes what no run has used for `older_than`, and what killed runs left.
pub fn prune(older_than: Duration) -> Result<Freed, Failure> {
    prune_in(&dir()?, older_than)
}

/// Deletes the whole cache.
pub fn clean() -> Result<Freed, Failure> {
    clean_in(&dir()?)
}

fn prune_in(root: &Path, older_than: Duration) -> Result<Freed, Failure> {
    let Some(_lock) = alone(root)? else {
        return Ok(Freed::default());
    };
    let mut freed = Freed::default();
    let long_ago = SystemTime::now().checked_sub(older_than);
    // Nobody else is here, so whatever is in the making has been given up.
    for (folder, every) in [
        ("tmp", true),
        ("trees", false),
        ("wishes", false),
        ("facts", false),
    ] {
        for path in entries(&root.join(folder)) {
            let used = fs::symlink_metadata(&path).and_then(|it| it.modified());
            let old = used.is_ok_and(|used| long_ago.is_some_and(|then| used <= then));
            if every || old {
                take_away(&path, &mut freed).map_err(|error| failed(&path, &error))?;
            }
        }
    }
    Ok(freed)
}

fn clean_in(root: &Path) -> Result<Freed, Failure> {
    let Some(_lock) = alone(root)? else {
        return Ok(Freed::default());
    };
    let mut freed = Freed::default();
    for path in entries(root) {
        if path.file_name() != Some(OsStr::new(TAG_FILE))
            && path.file_name() != Some(OsStr::new("lock"))
        {
            take_away(&path, &mut freed).map_err(|error| failed(&path, &error))?;
        }
    }
    Ok(freed)
}

/// The lock that nobody else holds, if there is a cache of ours at all.
fn alone(root: &Path) -> Result<Option<File>, Failure> {
    if !root.exists() {
        return Ok(None);
    }
    if !root.join(TAG_FILE).exists() {
        let text = format!(
            "{} is no cache of ripout's: nothing was deleted",
            root.display()
        );
        return Err(Failure::new("cache", text).help("`ripout cache dir` prints the folder in use"));
    }
    let lock = lock_file(root).map_err(|error| failed(root, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(Failure::new(
            "cache_busy",
            "another run of ripout is using the cache",
        )
        .help("try again when it has ended")),
        Err(TryLockError::Error(error)) => Err(failed(root, &error)),
    }
}

/// A cache, held against `prune` and `clean` for the life of this process.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens the cache at `root`, or the user's.
    pub fn open(root: Option<&Path>) -> Result<Self, Failure> {
        let root = match root {
            Some(root) => std::path::absolute(root).map_err(|error| failed(root, &error))?,
            None => dir()?,
        };
        let open = || -> io::Result<()> {
            for folder in ["trees", "wishes", "tmp"] {
                fs::create_dir_all(root.join(folder))?;
            }
            let tag = root.join(TAG_FILE);
            if !tag.exists() {
                fs::write(tag, TAG)?;
            }
            let mut locks = LOCKS.lock().unwrap_or_else(PoisonError::into_inner);
            if !locks.iter().any(|(held, _)| *held == root) {
                let lock = lock_file(&root)?;
                lock.lock_shared()?;
                locks.push((root.clone(), lock));
            }
            Ok(())
        };
        open().map_err(|error| {
            failed(&root, &error).help("set RIPOUT_CACHE_DIR to a folder that can be written to")
        })?;
        Ok(Self { root })
    }

    /// The tree of that key, if it is here.
    pub fn tree(&self, key: &str) -> Option<PathBuf> {
        let path = self.root.join("trees").join(key);
        let here = File::open(&path).ok()?;
        // For `prune`: used now. A cache that can't be written to can still be read.
        let _ = here.set_modified(SystemTime::now());
        Some(path)
    }

    /// The tree of that key; `fill` makes it in an empty folder if it is not here.
    pub fn tree_or(
        &self,
        key: &str,
        fill: impl FnOnce(&Path) -> Result<(), Stop>,
    ) -> Result<PathBuf, Stop> {
        if let Some(path) = self.tree(key) {
            return Ok(path);
        }
        let making = self.scratch()?;
        let inside = making.path().join("tree");
        fs::create_dir(&inside).map_err(|error| failed(&inside, &error))?;
        fill(&inside)?;
        let path = self.root.join("trees").join(key);
        match fs::rename(&inside, &path) {
            Ok(()) => Ok(path),
            // Another run was faster, with the same bytes.
            Err(_) if path.is_dir() => Ok(path),
            Err(error) => Err(failed(&path, &error).into()),
        }
    }

    /// A folder on the cache's own disk that goes away when dropped.
    pub fn scratch(&self) -> Result<tempfile::TempDir, Failure> {
        let parent = self.root.join("tmp");
        tempfile::tempdir_in(&parent).map_err(|error| failed(&parent, &error))
    }

    /// What a wish came to, the last time. A record of another version, or a broken one, is none.
    pub fn recall<T: DeserializeOwned>(&self, wish: &[&str]) -> Option<T> {
        let path = self.wish(wish);
        let bytes = fs::read(&path).ok()?;
        let record = serde_json::from_slice(&bytes).ok()?;
        let _ = File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(record)
    }

    /// Remembers what a wish came to. Not being able to is no failure: the next run does the work again.
    pub fn remember<T: Serialize>(&self, wish: &[&str], record: &T) {
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(self.root.join("tmp"))?;
            serde_json::to_writer(&mut file, record)?;
            file.flush()?;
            file.persist(self.wish(wish)).map_err(|error| error.error)?;
            Ok(())
        };
        let _ = write();
    }

    fn wish(&self, wish: &[&str]) -> PathBuf {
        let mut hash = Sha256::new();
        for part in wish {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let name = format!("{}.json", hex(&hash.finalize()));
        self.root.join("wishes").join(name)
    }
}

/// The hash of a file, as hex digits.
pub(super) fn hash_file(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A failure of the disk, told apart where the user can do something about it.
pub(super) fn failed(path: &Path, error: &io::Error) -> Failure {
    let text = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Failure::new("disk_full", text).help("free some space; `ripout cache prune` helps")
        }
        _ => Failure::new("cache", text),
    }
}

fn lock_file(root: &Path) -> io::Result<File> {
    fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join("lock"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().map(|entry| entry.path()).collect()
}

fn take_away(path: &Path, freed: &mut Freed) -> io::Result<()> {
    freed.entries += 1;
    freed.bytes += size(path);
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn size(path: &Path) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(it) if it.is_dir() => entries(path).iter().map(|path| size(path)).sum(),
        Ok(it) => it.len(),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> impl FnOnce(&Path) -> Result<(), Stop> + use<'_> {
        move |folder| {
            fs::write(folder.join("file"), text).map_err(|error| failed(folder, &error))?;
            Ok(())
        }
    }

    #[test]
    fn a_tree_is_made_once_and_a_failure_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(Some(folder.path())).unwrap();
        let broken = cache.tree_or("key", |_| Err(Failure::new("x", "y").into()));
        assert!(broken.is_err());
        assert_eq!(cache.tree("key"), None);
        let path = cache.tree_or("key", fill("first")).unwrap();
        assert_eq!(cache.tree_or("key", fill("second")).unwrap(), path);
        assert_eq!(fs::read_to_string(path.join("file")).unwrap(), "first");
        assert_eq!(entries(&folder.path().join("tmp")).len(), 0);
    }

    #[test]
    fn two_at_once_get_the_same_whole_tree() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(Some(folder.path())).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let path = cache.tree_or("key", fill("text")).unwrap();
                    assert_eq!(fs::read_to_string(path.join("file")).unwrap(), "text");
                });
            }
        });
        assert_eq!(entries(&folder.path().join("tmp")).len(), 0);
    }

    #[test]
    fn wishes_are_told_apart_and_a_broken_record_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(Some(folder.path())).unwrap();
        cache.remember(&["a", "bc"], &1u32);
        assert_eq!(cache.recall::<u32>(&["a", "bc"]), Some(1));
        assert_eq!(cache.recall::<u32>(&["ab", "c"]), None);
        fs::write(cache.wish(&["a", "bc"]), "{").unwrap();
        assert_eq!(cache.recall::<u32>(&["a", "bc"]), None);
    }

    #[test]
    fn old_trees_are_pruned_and_a_foreign_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let foreign = tempfile::tempdir().unwrap();
        fs::write(foreign.path().join("mine"), "x").unwrap();
        assert!(clean_in(foreign.path()).is_err());
        assert!(foreign.path().join("mine").exists());

        let cache = Cache::open(Some(folder.path())).unwrap();
        let old = cache.tree_or("old", fill("o")).unwrap();
        cache.tree_or("new", fill("n")).unwrap();
        fs::create_dir(folder.path().join("tmp/left")).unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(5000);
        File::open(old).unwrap().set_modified(long_ago).unwrap();
        // While this process holds the cache, another may not prune it.
        let busy = prune_in(folder.path(), Duration::ZERO).unwrap_err();
        assert_eq!(busy.code, "cache_busy");
        LOCKS
            .lock()
            .unwrap()
            .retain(|(held, _)| held != folder.path());
        let freed = prune_in(folder.path(), Duration::from_secs(3600)).unwrap();
        assert_eq!((freed.entries, freed.bytes), (2, 1));
        assert!(cache.tree("old").is_none() && cache.tree("new").is_some());
        clean_in(folder.path()).unwrap();
        assert!(cache.tree("new").is_none());
    }
}
