//! The sandbox against strangers that sleep, print, breed, eat, look around and kill.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ripout::sandbox::{Options, Sandbox, Silent};
use ripout_model::{Answer, Command, Exit, Folder, Host, HostError};

fn sandbox_with(options: Options) -> Sandbox {
    let launcher = Some(env!("CARGO_BIN_EXE_ripout").into());
    Sandbox::new(
        Options {
            launcher,
            ..options
        },
        Box::new(Silent),
    )
}

fn sandbox() -> Sandbox {
    sandbox_with(Options::default())
}

fn python(folder: &dyn Folder, text: &str) -> Command {
    folder.write("stranger.py", text.as_bytes()).unwrap();
    Command::new("python3", folder.path())
        .args(["-I", "-S", "stranger.py"])
        .wall(Duration::from_secs(30))
}

fn run(text: &str) -> Answer {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    sandbox.run(&python(&*folder, text)).unwrap()
}

/// Whether a process runs that has `word` among its arguments.
fn runs(word: &str) -> bool {
    let word = word.as_bytes();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .any(|line| line.windows(word.len()).any(|part| part == word))
}

#[test]
fn ends_and_answers() {
    let answer = run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)");
    assert_eq!(answer.exit, Exit::Code(7));
    assert_eq!(answer.text(), "out\n");
    assert_eq!(answer.errors(), "err\n");
}

#[test]
fn one_that_sleeps_for_ever_is_timed_out() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let command = python(
        &*folder,
        "import time\nprint('begun', flush=True)\ntime.sleep(1e6)",
    )
    .wall(Duration::from_millis(700));
    let begun = Instant::now();
    let answer = sandbox.run(&command).unwrap();
    assert_eq!(answer.exit, Exit::TimedOut);
    assert_eq!(answer.text(), "begun\n");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn one_that_prints_without_end_is_stopped_with_little_memory() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "import os\nblock = b'x' * 65536\nfor _ in range(160000): os.write(1, block)";
    let mut command = python(&*folder, text);
    command.limits.output = 1 << 20;
    let begun = Instant::now();
    let answer = sandbox.run(&command).unwrap();
    assert_eq!(answer.exit, Exit::TooMuchOutput);
    assert_eq!(answer.stdout.len(), 1 << 20);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn much_on_both_outputs_does_not_block() {
    let answer =
        run("import os\nfor _ in range(100): os.write(2, b'e' * 65536); os.write(1, b'o' * 65536)");
    assert_eq!(answer.exit, Exit::Code(0));
    assert_eq!(answer.stdout.len(), 6_553_600);
    assert_eq!(answer.stderr.len(), 6_553_600);
}

#[test]
fn children_that_outlive_their_parents_are_ended() {
    let word = format!("child-{}", std::process::id());
    // A child, a grandchild that leaves the group, and one that its parent leaves at once.
    let text = format!(
        "import os, sys, time\n\
         def leave():\n    try: os.setsid()\n    except PermissionError: os.setpgid(0, 0)\n\
         here = [sys.executable, '-c', 'import time; time.sleep(1000)', '{word}']\n\
         os.spawnv(os.P_NOWAIT, here[0], here)\n\
         if os.fork() == 0:\n    leave()\n    if os.fork() == 0: os.execv(here[0], here)\n    os._exit(0)\n\
         os.wait()\n\
         time.sleep(0.3)\nprint('done')"
    );
    let begun = Instant::now();
    let answer = run(&text);
    assert_eq!(answer.text(), "done\n", "{}", answer.errors());
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(!runs(&word));
}

#[test]
fn children_are_ended_at_the_time_limit_too() {
    let word = format!("late-{}", std::process::id());
    let text = format!(
        "import os, sys, time\n\
         here = [sys.executable, '-c', 'import time; time.sleep(1000)', '{word}']\n\
         if os.fork() == 0:\n    os.setpgid(0, 0)\n    os.execv(here[0], here)\n\
         time.sleep(1000)"
    );
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let command = python(&*folder, &text).wall(Duration::from_secs(1));
    assert_eq!(sandbox.run(&command).unwrap().exit, Exit::TimedOut);
    assert!(!runs(&word));
}

#[test]
fn one_that_kills_its_own_group_ends_by_a_signal() {
    let answer = run("import os, signal; os.killpg(0, signal.SIGKILL)");
    assert_eq!(answer.exit, Exit::Signal(9));
    let answer = run("import os; os.abort()");
    assert_eq!(answer.exit, Exit::Signal(6));
}

#[test]
fn one_that_kills_its_parents_harms_nobody_else() {
    let word = format!("orphan-{}", std::process::id());
    let text = format!(
        "import os, signal, sys, time\n\
         here = [sys.executable, '-c', 'import time; time.sleep(1000)', '{word}']\n\
         os.spawnv(os.P_NOWAIT, here[0], here)\n\
         time.sleep(0.6)\n\
         try: os.kill(os.getppid(), signal.SIGKILL)\n\
         except OSError: pass\n\
         time.sleep(0.3)\nprint('survived')"
    );
    run(&text);
    assert!(!runs(&word));
}

#[test]
fn one_that_eats_memory_ends_alone() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let mut command = python(
        &*folder,
        "held = []\nwhile True: held.append(bytearray(1 << 24))",
    );
    command.limits.memory = 512 << 20;
    let answer = sandbox.run(&command).unwrap();
    assert!(matches!(answer.exit, Exit::Code(1)), "{answer:?}");
    assert!(answer.errors().contains("MemoryError"));
}

#[test]
fn many_that_eat_memory_together_are_ended() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "import os, time\nfor _ in range(6):\n    if os.fork() == 0: break\n\
                held = bytearray(os.urandom(1)) * (100 << 20)\ntime.sleep(20)";
    let mut command = python(&*folder, text);
    command.limits.memory = 400 << 20;
    let answer = sandbox.run(&command).unwrap();
    assert_eq!(answer.exit, Exit::Signal(9));
    assert!(answer.elapsed < Duration::from_secs(10));
}

#[test]
fn one_that_breeds_is_ended() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "import os, time\nwhile True:\n    try:\n        if os.fork() == 0: time.sleep(100)\n    except OSError: time.sleep(0.1)";
    let mut command = python(&*folder, text).wall(Duration::from_secs(10));
    command.limits.processes = 64;
    let answer = sandbox.run(&command).unwrap();
    assert_ne!(answer.exit, Exit::Code(0));
}

#[test]
fn many_files_that_fill_the_disk_together_are_ended() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "import os, time\nfor name in range(64):\n    \
                with open(f'big{name}', 'wb') as file: os.posix_fallocate(file.fileno(), 0, 64 << 20)\n    \
                time.sleep(0.05)\ntime.sleep(20)";
    let mut command = python(&*folder, text);
    command.limits.disk = 512 << 20;
    let answer = sandbox.run(&command).unwrap();
    assert_eq!(answer.exit, Exit::Signal(9));
    assert!(answer.errors().contains("its files took more than 0.5 GiB"));
    assert!(answer.elapsed < Duration::from_secs(15));
}

#[test]
fn folders_in_folders_without_end_are_deleted() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')\n\
                open('f', 'w').close()\nos.chmod('.', 0)\nprint('done')";
    let answer = sandbox.run(&python(&*folder, text)).unwrap();
    assert_eq!(answer.text(), "done\n", "{}", answer.errors());
    let path = folder.path().to_path_buf();
    drop(folder);
    assert!(!path.exists());
}

#[test]
fn a_work_folder_that_became_a_link_is_not_opened_to_the_next() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let text = format!(
        "import os\nos.rmdir('inner')\nos.symlink({:?}, 'inner')",
        elsewhere.path().display().to_string()
    );
    assert!(sandbox.run(&python(&*folder, &text)).unwrap().ok());
    let mut command = python(&*folder, "open('inner/x', 'w')");
    command.writable.push(inner);
    assert!(matches!(sandbox.run(&command), Err(HostError::File { .. })));
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn no_disk_and_no_terminal_is_seen() {
    needs("writing elsewhere");
    let answer = run("import os, stat\n\
         for place, _, files in os.walk('/dev'):\n    \
             for name in files:\n        \
                 mode = os.stat(os.path.join(place, name)).st_mode if not os.path.islink(os.path.join(place, name)) else 0\n        \
                 if stat.S_ISBLK(mode) or 'tty' in name or name in ('mem', 'kmsg', 'fuse', 'kvm'): print(name)\n\
         for name in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/sys/vm/drop_caches'):\n    \
             try: open(name, 'w'); print(name)\n    except OSError: pass\n\
         open('/dev/null', 'w').write('x'); open('/dev/urandom', 'rb').read(1)\nprint('end')");
    assert_eq!(answer.text(), "end\n", "{}", answer.errors());
}

#[test]
fn a_file_that_grows_too_large_is_cut_off() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "f = open('big', 'wb')\nwhile True: f.write(b'x' * (1 << 20))";
    let mut command = python(&*folder, text);
    command.limits.file = 8 << 20;
    let answer = sandbox.run(&command).unwrap();
    assert!(!answer.ok());
    assert!(std::fs::metadata(folder.path().join("big")).unwrap().len() <= 8 << 20);
}

#[test]
fn secrets_of_ours_do_not_appear() {
    // Cargo sets this for every test, and no list of ours names it.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let answer = run("import os\nfor name in sorted(os.environ): print(name)");
    let text = answer.text();
    let names: Vec<&str> = text.lines().collect();
    for name in ["PATH", "HOME", "TMPDIR", "LANG"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.contains(&"CARGO_MANIFEST_DIR"));
    assert!(
        !names
            .iter()
            .any(|name| name.contains("TOKEN") || name.contains("PROXY"))
    );
}

#[test]
fn reads_nothing_from_standard_input() {
    let answer = run("import sys; print(repr(sys.stdin.read()))");
    assert_eq!(answer.text(), "''\n");
}

#[test]
fn writes_in_its_folder_and_home() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let text = "import os, tempfile\nopen('here', 'w').write('x')\n\
                open(os.path.expanduser('~/there'), 'w').write('y')\ntempfile.NamedTemporaryFile().write(b'z')";
    let answer = sandbox.run(&python(&*folder, text)).unwrap();
    assert!(answer.ok(), "{}", answer.errors());
    assert_eq!(folder.read("here").unwrap(), b"x");
    assert_eq!(folder.read("there").unwrap(), b"y");
}

#[test]
fn a_program_that_is_not_there_is_an_error_with_its_name() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let error = sandbox
        .run(&Command::new("no-such-program", folder.path()))
        .unwrap_err();
    let HostError::Start { program, source } = error else {
        panic!("{error}");
    };
    assert_eq!(program, Path::new("no-such-program"));
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn a_wrong_launcher_is_an_error() {
    let sandbox = Sandbox::new(
        Options {
            launcher: Some("/bin/true".into()),
            ..Options::default()
        },
        Box::new(Silent),
    );
    let folder = sandbox.folder("test").unwrap();
    assert!(sandbox.run(&Command::new("true", folder.path())).is_err());
}

#[test]
fn an_interruption_ends_everything_soon() {
    let word = format!("interrupted-{}", std::process::id());
    for fetch in [false, true] {
        let interrupted = Arc::new(AtomicBool::new(false));
        let sandbox = sandbox_with(Options {
            interrupted: interrupted.clone(),
            ..Options::default()
        });
        let folder = sandbox.folder("test").unwrap();
        let text = "import time; time.sleep(1000)";
        let command = python(&*folder, text).arg(word.clone());
        let flag = interrupted.clone();
        let waker = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(500));
            flag.store(true, Ordering::Relaxed);
        });
        let begun = Instant::now();
        let ended = if fetch {
            sandbox.fetch(&command)
        } else {
            sandbox.run(&command)
        };
        assert!(matches!(ended, Err(HostError::Interrupted)));
        assert!(begun.elapsed() < Duration::from_secs(3));
        assert!(!runs(&word));
        assert!(matches!(sandbox.check(), Err(HostError::Interrupted)));
        waker.join().unwrap();
    }
}

#[test]
fn the_network_is_out_of_reach() {
    needs("network");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = run(&format!(
        "import socket\ntry:\n    socket.create_connection(('127.0.0.1', {port}), 5)\n    print('open')\nexcept OSError: print('shut')"
    ));
    assert_eq!(answer.text(), "shut\n");
}

#[test]
fn without_the_sandbox_limits_still_hold() {
    let sandbox = sandbox_with(Options {
        confine: false,
        ..Options::default()
    });
    let folder = sandbox.folder("test").unwrap();
    let command =
        python(&*folder, "import time; time.sleep(1000)").wall(Duration::from_millis(300));
    assert_eq!(sandbox.run(&command).unwrap().exit, Exit::TimedOut);
    assert!(sandbox.describe().unwrap()[0].missing.is_some());
}

#[test]
fn compilers_start() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    folder
        .write("src/main.rs", b"fn main() { println!(\"built\"); }")
        .unwrap();
    let manifest =
        b"[package]\nname = \"built\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    folder.write("Cargo.toml", manifest).unwrap();
    let command = Command::new("cargo", folder.path()).args(["run", "-q", "--offline"]);
    let answer = sandbox.run(&command).unwrap();
    assert_eq!(answer.text(), "built\n", "{}", answer.errors());
}

/// What a test tries must be in force here: without it the test could show nothing, and says so by failing.
fn needs(denies: &str) {
    let sandbox = sandbox();
    let measures = sandbox.describe().unwrap();
    let mut found = measures.iter().filter(|it| it.denies == denies);
    assert!(
        found.any(|it| it.missing.is_none()),
        "did not run: {measures:?}"
    );
}

#[test]
fn writes_nowhere_else() {
    needs("writing elsewhere");
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("file");
    std::fs::write(&target, "mine").unwrap();
    let text = format!(
        "import os, tempfile\nfor path in [{:?}, os.path.expanduser('~root/x'), '/tmp/x', '/var/tmp/x', '/etc/x']:\n    \
             try: open(path, 'w'); print(path)\n    except OSError: pass\n\
         open('here', 'w').write('x'); open('/dev/null', 'w').write('x'); open('/dev/shm/x', 'w').write('x')\nprint('end')",
        target.display().to_string()
    );
    let answer = run(&text);
    assert_eq!(answer.text(), "end\n", "{}", answer.errors());
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "mine");
    assert!(!Path::new("/dev/shm/x").exists());
}

#[test]
fn sees_no_other_processes_and_no_terminal() {
    needs("looking into other processes");
    needs("signals to others");
    let text = format!(
        "import os\nprint(sorted(int(it) for it in os.listdir('/proc') if it.isdigit())[:1], os.path.exists('/proc/{}'))\n\
         try: open('/proc/1/environ').read(); print('read')\nexcept OSError: print('shut')\n\
         try: os.kill({}, 0); print('there')\nexcept OSError: print('gone')\n\
         try: open('/dev/tty'); print('terminal')\nexcept OSError: print('none')",
        u32::MAX,
        std::process::id()
    );
    let answer = run(&text);
    assert_eq!(
        answer.text(),
        "[1] False\nshut\ngone\nnone\n",
        "{}",
        answer.errors()
    );
}

#[test]
fn has_no_capabilities_and_can_mount_nothing() {
    needs("capabilities");
    let text = "import os\n\
                try: print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('CapEff', 'CapPrm', 'CapAmb'))])\n\
                except OSError: print('no proc')\n\
                import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n\
                print(libc.mount(b'x', b'/', b'tmpfs', 0, None), libc.umount2(b'/proc', 0), libc.setuid(12345))";
    let answer = run(text);
    let zero = "0000000000000000";
    let seen = answer.text();
    let expected = format!("['{zero}', '{zero}', '{zero}']\n-1 -1 -1\n");
    assert_eq!(seen, expected, "{}", answer.errors());
}

#[test]
fn calls_that_lead_out_are_denied_and_ordinary_ones_are_not() {
    needs("rare system calls");
    let answer = run(r#"
import asyncio, ctypes, errno, multiprocessing, os, socket, subprocess, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
def denied(name, *args):
    ctypes.set_errno(0)
    answer = libc.syscall(NUMBERS[name], *args)
    print(name, answer, errno.errorcode.get(ctypes.get_errno()))
X86 = {"ptrace": 101, "unshare": 272, "keyctl": 250, "io_uring_setup": 425, "mount": 165, "bpf": 321, "process_vm_readv": 310}
ARM = {"ptrace": 117, "unshare": 97, "keyctl": 219, "io_uring_setup": 425, "mount": 40, "bpf": 280, "process_vm_readv": 270}
NUMBERS = X86 if os.uname().machine == "x86_64" else ARM
denied("ptrace", 0, 0, 0, 0)
denied("unshare", 0x10000000)
denied("keyctl", 0, -3, 0)
denied("io_uring_setup", 1, 0)
denied("mount", 0, 0, 0, 0, 0)
denied("bpf", 0, 0, 0)
denied("process_vm_readv", os.getpid(), 0, 0, 0, 0, 0)
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_UNIX):
    try:
        socket.socket(family, socket.SOCK_DGRAM)
        print("a socket of", family)
    except OSError as error:
        print("socket", errno.errorcode[error.errno])
for name, call in [("pair", lambda: socket.socketpair(type=socket.SOCK_DGRAM)), ("session", os.setsid)]:
    try:
        print(name, call())
    except OSError as error:
        print(name, errno.errorcode[error.errno])
async def nothing():
    return "awaited"
print(asyncio.run(nothing()))
thread = threading.Thread(target=lambda: print("a thread", flush=True)); thread.start(); thread.join()
print(subprocess.run([sys.executable, "-c", "print('a process')"], capture_output=True, text=True).stdout.strip())
print(multiprocessing.get_context("fork").Pool(1).map(abs, [-1]))
"#);
    let text = answer.text();
    let told: Vec<&str> = text.lines().collect();
    assert_eq!(
        told,
        [
            "ptrace -1 EPERM",
            "unshare -1 EPERM",
            "keyctl -1 EPERM",
            "io_uring_setup -1 EPERM",
            "mount -1 EPERM",
            "bpf -1 EPERM",
            "process_vm_readv -1 EPERM",
            "socket EPERM",
            "socket EPERM",
            "socket EPERM",
            "socket EPERM",
            "pair EPERM",
            "session EPERM",
            "awaited",
            "a thread",
            "a process",
            "[1]",
        ],
        "{}",
        answer.errors()
    );
}

#[test]
fn registry_dependencies_build_without_the_network() {
    needs("writing elsewhere");
    needs("network");
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let manifest =
        b"[package]\nname = \"built\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\
                     [dependencies]\nnum-integer = \"=0.1.46\"\n";
    folder.write("Cargo.toml", manifest).unwrap();
    let main = b"fn main() { println!(\"{}\", num_integer::gcd(12, 18)); }";
    folder.write("src/main.rs", main).unwrap();
    // A build script that looks for a way out, with what it finds as its output.
    let script = b"fn main() {\n    let out = std::net::TcpStream::connect(\"1.1.1.1:80\").is_ok();\n    \
                   let home = std::env::var(\"CARGO_HOME\").unwrap_or_default();\n    \
                   let wrote = std::fs::write(format!(\"{home}/ripout-was-here\"), \"x\").is_ok();\n    \
                   println!(\"cargo::warning=network {out} cargo {wrote}\");\n}";
    folder.write("build.rs", script).unwrap();
    let fetch = Command::new("cargo", folder.path()).arg("fetch");
    assert!(sandbox.fetch(&fetch).unwrap().ok());
    let command = Command::new("cargo", folder.path()).args(["run", "--offline"]);
    let answer = sandbox.run(&command).unwrap();
    assert_eq!(answer.text(), "6\n", "{}", answer.errors());
    assert!(
        answer.errors().contains("network false cargo false"),
        "{}",
        answer.errors()
    );
}

#[test]
fn starts_quickly() {
    let sandbox = sandbox();
    let folder = sandbox.folder("test").unwrap();
    let command = Command::new("true", folder.path());
    let begun = Instant::now();
    for _ in 0..20 {
        assert!(sandbox.run(&command).unwrap().ok());
    }
    let each = begun.elapsed() / 20;
    println!("{each:?} each");
    assert!(each < Duration::from_millis(200));
}
