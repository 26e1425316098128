//! A user's home with keys in it, somebody who listens, a process of the user's, and what has become of them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    net::{TcpListener, UdpSocket},
    os::{
        linux::net::SocketAddrExt,
        unix::{
            fs::MetadataExt,
            net::{UnixDatagram, UnixListener},
        },
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
};

/// What a key holds. It is put together so that no file of ours holds it.
fn key() -> String {
    ["the", "key", "of", "the", "user"].join("-")
}

/// Keys of a home, by place.
const KEYS: [&str; 5] = [
    ".ssh/id_rsa",
    ".netrc",
    ".cargo/credentials.toml",
    ".config/service/token",
    ".hidden-key",
];

/// All that lies and runs around a run.
pub struct Surroundings {
    folder: tempfile::TempDir,
    root: PathBuf,
    mark: String,
    tcp: TcpListener,
    udp: UdpSocket,
    path: UnixListener,
    datagrams: UnixDatagram,
    abstracted: UnixListener,
    victim: Child,
}

/// A file's kind, mode, times and content.
pub type Seen = BTreeMap<PathBuf, (u32, i64, Vec<u8>)>;

impl Surroundings {
    pub fn make() -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = tempfile::tempdir()?;
        let root = folder.path().canonicalize()?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("hostile-{}-{count}", std::process::id());
        for name in [
            "home/documents",
            "home/.cargo/registry",
            "repo",
            "scratch",
            "work",
        ] {
            fs::create_dir_all(root.join(name))?;
        }
        for name in KEYS {
            let file = root.join("home").join(name);
            fs::create_dir_all(file.parent().unwrap_or(&root))?;
            fs::write(file, key())?;
        }
        fs::write(root.join("home/documents/letter.txt"), "dear all\n")?;
        let tcp = TcpListener::bind("127.0.0.1:0")?;
        let udp = UdpSocket::bind(tcp.local_addr()?)?;
        let path = UnixListener::bind(root.join("home/socket"))?;
        let datagrams = UnixDatagram::bind(root.join("home/socket.datagrams"))?;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(&mark)?;
        let abstracted = UnixListener::bind_addr(&address)?;
        tcp.set_nonblocking(true)?;
        udp.set_nonblocking(true)?;
        path.set_nonblocking(true)?;
        datagrams.set_nonblocking(true)?;
        abstracted.set_nonblocking(true)?;
        let victim = Command::new("sleep")
            .arg("3600")
            .stdin(Stdio::null())
            .spawn()?;
        Ok(Self {
            folder,
            root,
            mark,
            tcp,
            udp,
            path,
            datagrams,
            abstracted,
            victim,
        })
    }

    /// An attempt's text with the places it goes for.
    pub fn filled_in(&self, text: &str) -> String {
        let port = self.tcp.local_addr().map_or(0, |address| address.port());
        let place = |name: &str| self.root.join(name).display().to_string();
        text.replace("@HOME@", &place("home"))
            .replace("@REPO@", &place("repo"))
            .replace("@SCRATCH@", &place("scratch"))
            .replace("@SOCKET@", &place("home/socket"))
            .replace("@PORT@", &port.to_string())
            .replace("@ABSTRACT@", &self.mark)
            .replace("@MARK@", &self.mark)
            .replace("@VICTIM@", &self.victim.id().to_string())
    }

    /// Writes a file of the package.
    pub fn plant(&self, file: &str, text: &str) -> io::Result<()> {
        let path = self.root.join("repo").join(file);
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        fs::write(path, text)
    }

    /// Makes a file of the package a link to the user's key.
    pub fn link(&self, file: &str) -> io::Result<()> {
        let key = self.root.join("home/.ssh/id_rsa");
        std::os::unix::fs::symlink(key, self.root.join("repo").join(file))
    }

    /// ripout, called by the user whose home this is.
    pub fn ripout(&self) -> Command {
        let mut command = super::program::ripout(&self.root.join("work"));
        let toolchains = std::env::var_os("RUSTUP_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".rustup")));
        if let Some(toolchains) = toolchains.filter(|folder| folder.is_dir()) {
            command.env("RUSTUP_HOME", toolchains);
        }
        command
            .env("HOME", self.root.join("home"))
            .env("CARGO_HOME", self.root.join("home/.cargo"))
            .env("TMPDIR", self.root.join("scratch"))
            .env("USERS_TOKEN", key());
        command
    }

    /// Whether there is such a file.
    pub fn holds(&self, name: &str) -> bool {
        self.root.join(name).exists()
    }

    /// A file beside the package, for what a run prints.
    pub fn file(&self, name: &str) -> io::Result<File> {
        File::create(self.root.join(name))
    }

    pub fn text(&self, name: &str) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(self.root.join(name))?).into_owned())
    }

    /// What lies in the home and in the package.
    pub fn seen(&self) -> io::Result<Seen> {
        let mut seen = Seen::new();
        for folder in ["home", "repo"] {
            look(&self.root.join(folder), &mut seen)?;
        }
        // Cargo's own notes, which it makes as the user.
        seen.retain(|path, _| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            !name.starts_with(".package-cache") && !name.starts_with(".global-cache")
        });
        Ok(seen)
    }

    /// What a stranger achieved.
    pub fn changed(&mut self, before: &Seen) -> io::Result<Option<String>> {
        let now = self.seen()?;
        for (path, was) in before {
            if now.get(path) != Some(was) {
                return Ok(Some(format!("{} is not what it was", path.display())));
            }
        }
        if let Some(path) = now.keys().find(|path| !before.contains_key(*path)) {
            return Ok(Some(format!("{} is new", path.display())));
        }
        for folder in [
            Path::new("/tmp"),
            Path::new("/var/tmp"),
            Path::new("/etc"),
            Path::new("/dev/shm"),
        ] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().contains(&self.mark) {
                    return Ok(Some(format!("{} is new", entry.path().display())));
                }
            }
        }
        if let Some(entry) = fs::read_dir(self.root.join("scratch"))?.flatten().next() {
            return Ok(Some(format!("{} was left behind", entry.path().display())));
        }
        let reached = [
            ("TCP", self.tcp.accept().is_ok()),
            ("UDP", self.udp.recv(&mut [0; 8]).is_ok()),
            ("a socket's place", self.path.accept().is_ok()),
            (
                "a socket for datagrams",
                self.datagrams.recv(&mut [0; 8]).is_ok(),
            ),
            ("an abstract socket", self.abstracted.accept().is_ok()),
        ];
        if let Some((what, _)) = reached.iter().find(|(_, reached)| *reached) {
            return Ok(Some(format!("somebody came in by {what}")));
        }
        if self.victim.try_wait()?.is_some() {
            return Ok(Some("a process of the user's was killed".into()));
        }
        // Whoever was killed may need a moment to be gone.
        let mut left = None;
        for _ in 0..20 {
            left = running(&self.mark, &self.root.join("scratch"));
            if left.is_none() {
                return self.leaked();
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Ok(left.map(|line| format!("still runs: {line}")))
    }

    /// Whether a key, or the word for one that got in, stands in what a run left.
    fn leaked(&self) -> io::Result<Option<String>> {
        let mut left = Seen::new();
        for name in ["out", "work"] {
            if self.root.join(name).is_dir() {
                look(&self.root.join(name), &mut left)?;
            }
        }
        for name in ["stdout", "stderr"] {
            left.insert(
                self.root.join(name),
                (0, 0, fs::read(self.root.join(name))?),
            );
        }
        // An attempt that came through spells this from its letters' numbers: no input made of its words holds it.
        let words = [key(), "GOT-IN".to_owned()];
        for (path, (_, _, bytes)) in &left {
            for word in &words {
                if bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes())
                {
                    return Ok(Some(format!("{} holds {word}", path.display())));
                }
            }
        }
        Ok(None)
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        let _ = self.victim.kill();
        let _ = self.victim.wait();
        // A link that got out of the scratch folder is not followed by this either.
        let _ = fs::remove_dir_all(self.folder.path());
    }
}

fn look(folder: &Path, seen: &mut Seen) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.metadata()?);
        let content = if kind.is_dir() {
            look(&path, seen)?;
            Vec::new()
        } else if kind.is_file() {
            fs::read(&path)?
        } else if kind.is_symlink() {
            fs::read_link(&path)?.into_os_string().into_encoded_bytes()
        } else {
            Vec::new()
        };
        let time = if kind.is_dir() { 0 } else { kind.mtime() };
        seen.insert(path, (kind.mode(), time, content));
    }
    Ok(())
}

/// A process that was started with the mark, or works in the folder.
fn running(mark: &str, folder: &Path) -> Option<String> {
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let words = fs::read(entry.path().join("cmdline")).ok()?;
        let words = String::from_utf8_lossy(&words).replace('\0', " ");
        let place = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        let below = words.contains(&*folder.to_string_lossy()) || place.starts_with(folder);
        (words.contains(mark) || below).then_some(words)
    })
}

/// Bytes that a process holds in memory.
pub fn memory_of(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|it| it.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
