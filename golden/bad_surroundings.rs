//! What a machine does to a run: a missing toolchain, no network, a full disk, Ctrl-C in any stage.
//!
//! Whatever happens, it is said, nothing half-written is left, and the cache is as good as before.

mod program;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use program::{code, document, err, folder, ripout, run};

/// Writes a package's files.
fn plant(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

const CARGO_TOML: &str =
    "[package]\nname = \"slow\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n";
const PYPROJECT: &str = "[project]\nname = \"slow\"\nversion = \"1.0\"\nlicense = \"MIT\"\n";
const RUST_FUNCTION: &str = "pub fn f(x: u32) -> u64 {\n    u64::from(x) + 1\n}\n";
const PYTHON_FUNCTION: &str = "def f(x: int) -> int:\n    return x + 1\n";

/// A folder of programs without `missing`.
fn path_without(missing: &[&str], folder: &Path) -> PathBuf {
    let programs = folder.join("programs");
    fs::create_dir(&programs).unwrap();
    for root in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !missing.iter().any(|word| name.starts_with(word)) {
                // The first of a name on PATH counts.
                let _ = std::os::unix::fs::symlink(entry.path(), programs.join(name));
            }
        }
    }
    programs
}

#[test]
fn without_cargo_it_is_said_what_to_install() {
    let folder = folder();
    plant(
        folder.path(),
        &[
            ("lib/Cargo.toml", CARGO_TOML),
            ("lib/src/lib.rs", RUST_FUNCTION),
        ],
    );
    let output = ripout(folder.path())
        .args(["extract", "./lib", "slow::f", "--format", "json"])
        .env("PATH", path_without(&["cargo", "rustc"], folder.path()))
        .output()
        .unwrap();
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert_eq!(document(&output)["code"], "toolchain_missing");
    let help = document(&output)["help"].to_string();
    assert!(help.contains("rustup"), "{help}");
}

#[test]
fn without_python_it_is_said_what_to_install() {
    let folder = folder();
    plant(
        folder.path(),
        &[
            ("lib/pyproject.toml", PYPROJECT),
            ("lib/slow/__init__.py", PYTHON_FUNCTION),
        ],
    );
    let output = ripout(folder.path())
        .args(["extract", "./lib", "slow.f", "--format", "json"])
        .env("PATH", path_without(&["python"], folder.path()))
        .output()
        .unwrap();
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert_eq!(document(&output)["code"], "toolchain_missing");
    let help = document(&output)["help"].to_string();
    assert!(help.contains("--python"), "{help}");
}

#[test]
fn without_a_network_it_is_said_and_offline_is_offered() {
    let folder = folder();
    // Nothing listens on port 9 of this machine, so that no proxy and no server answers.
    for (repo, symbol) in [
        ("crate:fnv@1.0.7", "fnv::FnvHashMap"),
        ("pypi:toolz@1.0.0", "toolz.partition"),
        ("https://127.0.0.1:9/owner/name", "name::f"),
    ] {
        let output = ripout(folder.path())
            .args(["extract", repo, symbol, "--format", "json"])
            .env("CARGO_HOME", folder.path().join("cargo"))
            .env("CARGO_HTTP_PROXY", "http://127.0.0.1:9")
            .env("CARGO_NET_RETRY", "0")
            .env("PIP_PROXY", "http://127.0.0.1:9")
            .env("PIP_RETRIES", "1")
            .output()
            .unwrap();
        assert_eq!(code(&output), 2, "{repo}: {}", err(&output));
        let said = document(&output);
        assert_eq!(said["code"], "network", "{repo}: {said}");
        assert!(said["help"].to_string().contains("--offline"), "{said}");
        assert!(!folder.path().join("ripout-out").exists());
    }
}

/// A small disk of memory.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Self {
        let folder = folder();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .status()
            .is_ok_and(|status| status.success());
        assert!(
            mounted,
            "did not run: a full disk takes the right to mount one"
        );
        Self(folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_disk_too_full_for_the_result_is_named_and_holds_no_half_of_it() {
    let (folder, disk) = (folder(), SmallDisk::mount("16k"));
    plant(
        folder.path(),
        &[
            ("lib/pyproject.toml", PYPROJECT),
            ("lib/LICENSE", "MIT License\n"),
            ("lib/slow/__init__.py", PYTHON_FUNCTION),
        ],
    );
    let out = disk.0.path().join("out");
    let output = ripout(folder.path())
        .args(["extract", "./lib", "slow.f", "--format", "json", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert_eq!(document(&output)["code"], "disk_full");
    let left = fs::read_dir(disk.0.path()).unwrap().count();
    assert_eq!(left, 0, "half of a result is left");
}

/// Where a run hangs, what it says as it gets there, and the files that make it hang.
struct Stage {
    name: &'static str,
    says: &'static str,
    symbol: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const STAGES: [Stage; 4] = [
    Stage {
        name: "a module that never ends its import",
        says: "slice",
        symbol: "slow.f",
        files: &[
            ("pyproject.toml", PYPROJECT),
            ("LICENSE", "MIT License\n"),
            (
                "slow/__init__.py",
                "import time\n\ntime.sleep(600)\n\n\ndef f(x: int) -> int:\n    return x + 1\n",
            ),
        ],
    },
    Stage {
        name: "a build script that never ends",
        says: "map",
        symbol: "slow::f",
        files: &[
            ("Cargo.toml", CARGO_TOML),
            ("LICENSE", "MIT License\n"),
            (
                "build.rs",
                "fn main() {\n    std::thread::sleep(std::time::Duration::from_secs(600));\n}\n",
            ),
            (
                "src/lib.rs",
                "include!(concat!(env!(\"OUT_DIR\"), \"/table.rs\"));\n\npub fn f(x: u32) -> u64 {\n    u64::from(x) + 1\n}\n",
            ),
        ],
    },
    Stage {
        name: "a search in Python",
        says: "inputs",
        symbol: "slow.f",
        files: &[
            ("pyproject.toml", PYPROJECT),
            ("LICENSE", "MIT License\n"),
            (
                "slow/__init__.py",
                "import time\n\n\ndef f(x: int) -> int:\n    time.sleep(0.05)\n    return x + 1\n",
            ),
        ],
    },
    Stage {
        name: "a search in Rust",
        says: "inputs",
        symbol: "slow::f",
        files: &[
            ("Cargo.toml", CARGO_TOML),
            ("LICENSE", "MIT License\n"),
            (
                "src/lib.rs",
                "pub fn f(x: u32) -> u64 {\n    std::thread::sleep(std::time::Duration::from_millis(50));\n    u64::from(x) + 1\n}\n",
            ),
        ],
    },
];

#[test]
fn ctrl_c_ends_every_stage_and_leaves_nothing_behind() {
    for stage in &STAGES {
        let folder = folder();
        plant(&folder.path().join("lib"), stage.files);
        let scratch = folder.path().join("scratch");
        fs::create_dir(&scratch).unwrap();
        let mut child = ripout(folder.path())
            .args(["extract", "./lib", stage.symbol, "--out", "out"])
            .args(["--format", "json", "--budget", "300"])
            .env("TMPDIR", &scratch)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(&mut child, stage);
        // A stage may be between two processes as it is looked at.
        let told = Instant::now();
        while running_in(&scratch).is_empty() {
            assert!(
                told.elapsed().as_secs() < 60,
                "{}: nothing runs",
                stage.name
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let begun = Instant::now();
        let interrupt = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(interrupt.unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert!(
            begun.elapsed().as_secs() < 10,
            "{}: {:?}",
            stage.name,
            begun.elapsed()
        );
        assert_eq!(code(&output), 130, "{}", stage.name);
        assert_eq!(document(&output)["code"], "interrupted", "{}", stage.name);
        assert_eq!(running_in(&scratch), [""; 0], "{}", stage.name);
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .chain(fs::read_dir(&scratch).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !matches!(name.as_str(), "lib" | "scratch" | ".cache"))
            .collect();
        assert_eq!(left, [""; 0], "{}", stage.name);
        // The cache is as good as before.
        let map = run(folder.path(), &["map", "./lib", stage.symbol]);
        assert_eq!(code(&map), 0, "{}: {}", stage.name, err(&map));
    }
}

/// Reads standard error until the stage is announced, and lets the rest go by.
fn wait_for(child: &mut Child, stage: &Stage) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let met = lines.any(|line| line.unwrap().starts_with(stage.says));
    assert!(met, "{}: never said `{}`", stage.name, stage.says);
    std::thread::spawn(move || lines.for_each(drop));
}

/// Processes that work in a folder or were started with its path, by their command lines.
fn running_in(folder: &Path) -> Vec<String> {
    let folder = folder.to_string_lossy().into_owned();
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let words = fs::read(entry.path().join("cmdline")).ok()?;
            let words = String::from_utf8_lossy(&words).replace('\0', " ");
            let place = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
            (words.contains(&folder) || place.starts_with(&folder)).then_some(words)
        })
        .collect()
}
