//! The confined side: our own binary in another role. It confines itself, starts the stranger, collects what the
//! stranger leaves behind, and ends all of it when ripout hangs up.
//!
//! Everything here may run as any user, in containers, on old kernels: each measure is tried, and what could not be had
//! is reported ([`Measure`]) rather than fatal.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead, BufReader, Write},
    os::{
        fd::AsFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, Signal, WaitOptions};

use super::{
    spec::{Measure, Report, Spec},
    sweep,
};

/// The first argument that puts our binary into this role. Mains look for it before anything else:
/// `ripout __confine PROGRAM ARGUMENT…`.
pub const CONFINE: &str = "__confine";

/// How long strangers may take to die once they have been killed.
const DYING: Duration = Duration::from_secs(5);

/// The main of the confined role. `args`: the stranger's program and its arguments.
pub fn confine_main(mut args: impl Iterator<Item = OsString>) -> ExitCode {
    let Some(program) = args.next() else {
        eprintln!("{CONFINE} is ripout's own: it is not for calling by hand");
        return ExitCode::from(2);
    };
    match warden(&program, args) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody is left to be told: ripout reads only the socket.
        Err(_) => ExitCode::FAILURE,
    }
}

fn warden(program: &OsStr, args: impl Iterator<Item = OsString>) -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut reader = BufReader::new(socket.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let spec: Spec = serde_json::from_str(&line)?;

    // Orphans below us become our children, so that they can be found and waited for.
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let measures = if spec.confine {
        confine(&spec)
    } else {
        vec![Measure {
            denies: "anything".into(),
            missing: Some("--no-sandbox".into()),
        }]
    };
    tell(&socket, &Report::Confined(measures))?;

    // A group of its own, so that a stranger who kills its group does not kill us.
    let started = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn();
    let child = match started {
        Ok(child) => child,
        Err(error) => {
            return tell(
                &socket,
                &Report::NotStarted(error.raw_os_error().unwrap_or(0)),
            );
        }
    };
    std::thread::spawn(move || {
        // Ripout says no more, so this returns when it hangs up, or dies.
        let _ = reader.read_line(&mut String::new());
        end_all();
        std::process::exit(1);
    });
    let report = wait_for(&child)?;
    // Told only when all are gone: whoever hears it may rely on the work folder being still.
    end_all();
    tell(&socket, &report)
}

/// Takes every measure that this machine allows. Stronger ones (Landlock, seccomp) belong here, too.
fn confine(spec: &Spec) -> Vec<Measure> {
    let mut measures = Vec::new();
    #[cfg(target_os = "linux")]
    {
        measures.push(Measure::from(
            "privileges",
            rustix::thread::set_no_new_privs(true),
        ));
        measures.push(Measure::from("network", leave_network()));
    }
    let limits = [
        (Resource::As, spec.memory),
        (Resource::Fsize, spec.file),
        (Resource::Core, 0),
    ];
    let limited = limits
        .into_iter()
        .try_for_each(|(resource, limit)| lower(resource, limit));
    measures.push(Measure::from("excess", limited));
    measures
}

/// Lowers a limit for good; one that is lower already stays.
fn lower(resource: Resource, limit: u64) -> io::Result<()> {
    let now = rustix::process::getrlimit(resource);
    let limit = now.maximum.map_or(limit, |now| now.min(limit));
    rustix::process::setrlimit(
        resource,
        Rlimit {
            current: Some(limit),
            maximum: Some(limit),
        },
    )?;
    Ok(())
}

/// Moves to a network of our own, in which there is nothing but an idle loopback device.
#[cfg(target_os = "linux")]
#[allow(deprecated)] // Its fault lies with the flag FILES, which we never pass.
fn leave_network() -> io::Result<()> {
    use rustix::thread::{UnshareFlags, unshare};

    let user = rustix::process::getuid();
    let group = rustix::process::getgid();
    if unshare(UnshareFlags::NEWNET).is_ok() {
        return Ok(());
    }
    // Whoever is not privileged is so in a user namespace of their own.
    unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET)?;
    std::fs::write("/proc/self/setgroups", "deny")?;
    std::fs::write("/proc/self/uid_map", format!("{0} {0} 1", user.as_raw()))?;
    std::fs::write("/proc/self/gid_map", format!("{0} {0} 1", group.as_raw()))
}

/// Waits for the stranger, and on the way for orphans that have become ours.
fn wait_for(child: &Child) -> io::Result<Report> {
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid.as_raw_nonzero().get() == child.id() as i32 => {
                return Ok(match status.terminating_signal() {
                    Some(signal) => Report::Signal(signal),
                    None => Report::Code(status.exit_status().unwrap_or(-1)),
                });
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Ends every descendant, and waits until there is none.
fn end_all() {
    let me = std::process::id() as i32;
    let begun = Instant::now();
    while begun.elapsed() < DYING {
        let left = sweep::descendants(me);
        // First stopped, so that none forks while another is being killed.
        for process in &left {
            sweep::send(process.pid, Signal::STOP);
        }
        for process in &left {
            sweep::send(process.pid, Signal::KILL);
        }
        loop {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
                Ok(None) => break,
                // No child is left, and an orphan would be one.
                Err(_) => return,
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn tell(mut socket: &UnixStream, report: &Report) -> io::Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    socket.write_all(&line)
}
