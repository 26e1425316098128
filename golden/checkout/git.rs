//! Against a bare repository on disk, and against a real git server on loopback.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use ripout::checkout::Wanted;
use ripout_model::SourceKind;

use crate::{checkout, failure, wanted};

/// A bare repository with branches, tags, a link that leads outside, a submodule, and things that git would run.
struct Upstream {
    folder: tempfile::TempDir,
    commits: Vec<String>,
}

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .envs(["AUTHOR", "COMMITTER"].iter().flat_map(|who| {
            [
                (format!("GIT_{who}_NAME"), "a"),
                (format!("GIT_{who}_EMAIL"), "a@b"),
            ]
        }))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Upstream {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path().join("work");
        fs::create_dir(&work).unwrap();
        git(&work, &["init", "-q", "-b", "main"]);
        let mut commits = Vec::new();
        let commit = |text: &str| {
            git(&work, &["add", "-A"]);
            git(&work, &["commit", "-q", "-m", text]);
            git(&work, &["rev-parse", "HEAD"])
        };
        fs::write(work.join("file"), "one").unwrap();
        commits.push(commit("one"));
        git(&work, &["tag", "v1"]);
        git(&work, &["tag", "-a", "v1-noted", "-m", "with words"]);
        git(&work, &["checkout", "-q", "-b", "side/branch"]);
        fs::write(work.join("file"), "side").unwrap();
        commits.push(commit("side"));
        git(&work, &["checkout", "-q", "main"]);
        fs::write(work.join("file"), "two").unwrap();
        // A filter, hook and attribute of the repository's own, none of which may have a say.
        fs::write(
            work.join(".gitattributes"),
            "* text eol=crlf ident\nfile filter=evil\n",
        )
        .unwrap();
        fs::write(work.join("lines"), "$Id$\nb\n").unwrap();
        fs::write(work.join("run.sh"), "#!/bin/sh\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(work.join("run.sh"), mode).unwrap();
        fs::create_dir(work.join("deep")).unwrap();
        for (link, target) in [
            ("outside", "/etc/passwd"),
            ("deep/up", "../../x"),
            ("deep/inside", "../file"),
        ] {
            std::os::unix::fs::symlink(target, work.join(link)).unwrap();
        }
        let id = &commits[0];
        git(
            &work,
            &[
                "update-index",
                "--add",
                "--cacheinfo",
                &format!("160000,{id},module"),
            ],
        );
        git(
            &work,
            &[
                "-c",
                "core.autocrlf=false",
                "add",
                "-A",
                "deep",
                "outside",
                "run.sh",
            ],
        );
        fs::write(
            work.join(".gitmodules"),
            "[submodule \"module\"]\npath = module\nurl = https://example.invalid/x\n",
        )
        .unwrap();
        git(
            &work,
            &["add", ".gitmodules", "file", "lines", ".gitattributes"],
        );
        git(&work, &["commit", "-q", "-m", "two"]);
        commits.push(git(&work, &["rev-parse", "HEAD"]));
        git(
            folder.path(),
            &["clone", "-q", "--bare", "work", "bare.git"],
        );
        let hook = folder.path().join("bare.git/hooks/post-checkout");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\ntouch /tmp/ripout-hook-ran\n").unwrap();
        fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Self { folder, commits }
    }

    fn bare(&self) -> PathBuf {
        self.folder.path().join("bare.git").canonicalize().unwrap()
    }
}

/// Checks every kind of rev at one address.
fn every_rev(address: &str, upstream: &Upstream) {
    let cache = tempfile::tempdir().unwrap();
    let [one, side, two] = &upstream.commits[..] else {
        unreachable!()
    };
    for (rev, commit, text) in [
        (None, two, "two"),
        (Some("main"), two, "two"),
        (Some("side/branch"), side, "side"),
        (Some("v1"), one, "one"),
        (Some("v1-noted"), one, "one"),
        (Some(one.as_str()), one, "one"),
        (Some(&side[..9]), side, "side"),
        (Some("refs/heads/main"), two, "two"),
    ] {
        // A fresh cache each time, so that each is fetched by its own way.
        let fresh = tempfile::tempdir().unwrap();
        for folder in [fresh.path(), cache.path()] {
            let wish = Wanted {
                rev: rev.map(str::to_owned),
                ..wanted(address, folder)
            };
            let tree = checkout(&wish);
            assert_eq!(tree.source.kind, SourceKind::Git);
            assert_eq!(tree.source.rev.as_deref(), Some(commit.as_str()), "{rev:?}");
            assert_eq!(fs::read_to_string(tree.root.join("file")).unwrap(), text);
        }
    }
    let offline = Wanted {
        offline: true,
        rev: Some("v1".into()),
        ..wanted(address, cache.path())
    };
    assert_eq!(checkout(&offline).source.rev.as_ref(), Some(one));
    let near = failure(&Wanted {
        rev: Some("side/brunch".into()),
        ..wanted(address, cache.path())
    });
    assert_eq!(near.code, "rev_not_found");
    assert!(near.help.unwrap().contains("side/branch"));
    for rev in [
        "0123456",
        "0123456789012345678901234567890123456789",
        "nothing-like-it",
    ] {
        let missing = failure(&Wanted {
            rev: Some(rev.into()),
            ..wanted(address, cache.path())
        });
        assert_eq!(missing.code, "rev_not_found", "{rev}: {missing:?}");
    }
}

#[test]
fn a_bare_folder() {
    let upstream = Upstream::new();
    every_rev(upstream.bare().to_str().unwrap(), &upstream);
}

#[test]
fn an_address_on_disk() {
    let upstream = Upstream::new();
    every_rev(&format!("file://{}", upstream.bare().display()), &upstream);
}

#[test]
fn a_folder_with_a_work_tree_is_taken_at_its_commit() {
    let upstream = Upstream::new();
    let work = upstream.folder.path().join("work");
    fs::write(work.join("file"), "not committed").unwrap();
    let cache = tempfile::tempdir().unwrap();
    let tree = checkout(&wanted(work.to_str().unwrap(), cache.path()));
    assert_eq!(fs::read_to_string(tree.root.join("file")).unwrap(), "two");
    assert!(!tree.root.starts_with(&work));
}

#[test]
fn the_tree_is_written_as_committed_and_links_stay_inside() {
    let upstream = Upstream::new();
    let cache = tempfile::tempdir().unwrap();
    let tree = checkout(&wanted(upstream.bare().to_str().unwrap(), cache.path()));
    let root = tree.root;
    assert_eq!(fs::read_to_string(root.join("lines")).unwrap(), "$Id$\nb\n");
    assert!(fs::symlink_metadata(root.join("outside")).is_err());
    assert!(fs::symlink_metadata(root.join("deep/up")).is_err());
    assert_eq!(fs::read_to_string(root.join("deep/inside")).unwrap(), "two");
    assert_eq!(fs::read_dir(root.join("module")).unwrap().count(), 0);
    assert!(!root.join(".git").exists());
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(root.join("run.sh")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o755);
    assert!(!Path::new("/tmp/ripout-hook-ran").exists());
}

#[test]
fn an_empty_repository_says_so() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "--bare", "empty.git"]);
    let cache = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.git");
    for address in [
        path.display().to_string(),
        format!("file://{}", path.display()),
    ] {
        let empty = failure(&wanted(&address, cache.path()));
        assert_eq!(empty.code, "rev_not_found", "{empty:?}");
        assert_eq!(empty.help.as_deref(), Some("it is empty"));
    }
}

#[test]
fn no_such_repository() {
    let cache = tempfile::tempdir().unwrap();
    for address in [
        "file:///no/such/place.git",
        "/no/such/place",
        "no such thing",
    ] {
        let missing = failure(&wanted(address, cache.path()));
        assert_eq!(missing.code, "repo_not_found", "{missing:?}");
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let down = failure(&wanted(&format!("git://127.0.0.1:{port}/x"), cache.path()));
    assert_eq!(down.code, "network", "{down:?}");
    let offline = failure(&Wanted {
        offline: true,
        ..wanted("https://example.invalid/x", cache.path())
    });
    assert_eq!(offline.code, "offline");
    let unresolved = failure(&wanted("https://example.invalid/x", cache.path()));
    assert_eq!(unresolved.code, "network", "{unresolved:?}");
}

/// A git server of git's own, ended when dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new("git")
            .args([
                "daemon",
                "--listen=127.0.0.1",
                "--export-all",
                "--reuseaddr",
            ])
            .arg(format!("--port={port}"))
            .arg(format!("--base-path={}", folder.display()))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", "*")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "git daemon did not start"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The daemon's own child ends with it.
        let pid = rustix::process::Pid::from_raw(self.child.id() as i32).unwrap();
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_on_loopback() {
    let upstream = Upstream::new();
    let server = Server::start(upstream.folder.path());
    let address = format!("git://127.0.0.1:{}/bare.git", server.port);
    every_rev(&address, &upstream);
    let cache = tempfile::tempdir().unwrap();
    let missing = failure(&wanted(
        &format!("git://127.0.0.1:{}/none.git", server.port),
        cache.path(),
    ));
    assert_eq!(missing.code, "repo_not_found", "{missing:?}");
}

#[test]
fn two_at_once_from_a_server() {
    let upstream = Upstream::new();
    let server = Server::start(upstream.folder.path());
    let cache = tempfile::tempdir().unwrap();
    let wish = wanted(
        &format!("git://127.0.0.1:{}/bare.git", server.port),
        cache.path(),
    );
    let roots: Vec<PathBuf> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| checkout(&wish).root))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(roots.iter().all(|root| *root == roots[0]));
    assert_eq!(fs::read_dir(cache.path().join("tmp")).unwrap().count(), 0);
}

/// A small disk, taken down when dropped; there is none without privileges.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .args(["-l"])
            .arg(self.0.path())
            .status();
    }
}

#[test]
fn a_full_disk_is_named_and_the_cache_stays_whole() {
    let disk = SmallDisk::mount("256k").expect("did not run: it takes the right to mount");
    let upstream = Upstream::new();
    let work = upstream.folder.path().join("work");
    fs::write(work.join("large"), "x".repeat(1 << 20)).unwrap();
    git(&work, &["add", "large"]);
    git(&work, &["commit", "-q", "-m", "large"]);
    let address = work.display().to_string();
    let full = failure(&wanted(&address, disk.0.path()));
    assert_eq!(full.code, "disk_full", "{full:?}");
    assert!(full.help.is_some());
    assert_eq!(fs::read_dir(disk.0.path().join("tmp")).unwrap().count(), 0);
    // What fits still does.
    let small = Wanted {
        rev: Some("v1".into()),
        ..wanted(&address, disk.0.path())
    };
    assert_eq!(
        fs::read_to_string(checkout(&small).root.join("file")).unwrap(),
        "one"
    );
}

#[test]
fn a_server_that_never_answers_can_be_interrupted() {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let interrupted = Arc::new(AtomicBool::new(false));
    let options = ripout::sandbox::Options {
        interrupted: interrupted.clone(),
        ..Default::default()
    };
    let host = ripout::sandbox::Sandbox::new(options, Box::new(ripout::sandbox::Silent));
    let cache = tempfile::tempdir().unwrap();
    let wish = wanted(&format!("git://127.0.0.1:{port}/x.git"), cache.path());
    let waker = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        interrupted.store(true, Ordering::Relaxed);
    });
    let begun = Instant::now();
    let ended = ripout::checkout::checkout(&wish, &host);
    assert!(
        matches!(ended, Err(ripout_model::Stop::Interrupted)),
        "{ended:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(3));
    waker.join().unwrap();
}
