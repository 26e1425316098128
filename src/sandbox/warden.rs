//! The confined side: our own binary in another role. It confines itself, starts the stranger, collects what the
//! stranger leaves behind, and ends all of it when ripout hangs up.
//!
//! Everything here may run as any user, in containers, on old kernels: each measure is tried, and what could not be had
//! is reported ([`Measure`]) rather than fatal.

use std::{
    ffi::OsString,
    io::{self, BufRead, BufReader, Write},
    os::{
        fd::AsFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Signal, WaitOptions};

#[cfg(target_os = "linux")]
use super::confine;
use super::{
    spec::{Measure, Report, Spec, lost},
    sweep,
};

/// The first argument that puts our binary into this role. Mains look for it before anything else:
/// `ripout __confine ROLE PROGRAM ARGUMENT…`.
pub const CONFINE: &str = "__confine";

/// The role of the process that ripout starts.
pub(super) const WARDEN: &str = "warden";

/// The role of the process that is confined, and starts the stranger.
#[cfg(target_os = "linux")]
const FIRST: &str = "first";

/// How long strangers may take to die once they have been killed.
const DYING: Duration = Duration::from_secs(25);

/// The main of the confined role. `args`: which role, and the stranger's program with its arguments.
pub fn confine_main(mut args: impl Iterator<Item = OsString>) -> ExitCode {
    let role = args.next().unwrap_or_default();
    let done = match role.to_str() {
        Some(WARDEN) => warden(args.collect()),
        #[cfg(target_os = "linux")]
        Some(FIRST) => first(args),
        _ => {
            eprintln!("{CONFINE} is ripout's own: it is not for calling by hand");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody is left to be told: ripout reads only the socket.
        Err(_) => ExitCode::FAILURE,
    }
}

/// The one that ripout starts.
fn warden(stranger: Vec<OsString>) -> io::Result<()> {
    let socket = socket()?;
    let mut reader = BufReader::new(socket.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let spec: Spec = serde_json::from_str(&line)?;
    // Away from the terminal, so that nobody below us can type into it.
    let _ = rustix::process::setsid();
    // Orphans below us become our children, so that they can be found and waited for.
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    if !spec.confine {
        let measures = vec![Measure {
            denies: "anything".into(),
            by: "nothing".into(),
            missing: Some("--no-sandbox".into()),
        }];
        return serve(&socket, reader, &stranger, measures, Ending::Sweep);
    }
    #[cfg(target_os = "linux")]
    {
        let us = std::env::current_exe()?;
        let outside = confine::outside(&spec);
        let child = Command::new(us)
            .args([CONFINE, FIRST, &line, &serde_json::to_string(&outside)?])
            .args(&stranger)
            .spawn()?;
        // It hears from ripout by itself. We stay outside of what confines it, so that no signal from there reaches us.
        let ended = wait_for(&child);
        // In a namespace the kernel has ended all that it started, once it has ended itself.
        end_all();
        ended.map(|_| ())
    }
    #[cfg(not(target_os = "linux"))]
    let measures = (elsewhere(), spec.network);
    #[cfg(not(target_os = "linux"))]
    serve_if_confined(&socket, reader, &stranger, measures, Ending::Sweep)
}

/// The one that starts the stranger; the first process of a process namespace, where there is one.
#[cfg(target_os = "linux")]
fn first(mut args: impl Iterator<Item = OsString>) -> io::Result<()> {
    let mut next = || {
        args.next()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let spec: Spec = serde_json::from_str(&next())?;
    let outside: confine::Outside = serde_json::from_str(&next())?;
    let socket = socket()?;
    let reader = BufReader::new(socket.try_clone()?);
    let measures = confine::inside(&spec, outside);
    let stranger: Vec<OsString> = args.collect();
    serve_if_confined(
        &socket,
        reader,
        &stranger,
        (measures, spec.network),
        Ending::Others,
    )
}

/// What other systems offer without privileges: limits, and an end to all that was started.
#[cfg(not(target_os = "linux"))]
fn elsewhere() -> Vec<Measure> {
    let none = "ripout knows of no confinement for this system yet";
    let lost = super::spec::ESSENTIAL
        .iter()
        .map(|denies| Measure::from(denies, "nothing", Err(none)));
    let kept = Measure::from(
        super::spec::EXCESS,
        "a watch on time and output",
        Ok::<(), &str>(()),
    );
    lost.chain([kept]).collect()
}

/// Starts nobody whom nothing keeps in. The measures come with whether the network is allowed.
fn serve_if_confined(
    socket: &UnixStream,
    reader: BufReader<UnixStream>,
    stranger: &[OsString],
    (measures, network): (Vec<Measure>, bool),
    ending: Ending,
) -> io::Result<()> {
    if !lost(&measures, network).is_empty() {
        return tell(socket, &Report::Unconfined(measures));
    }
    serve(socket, reader, stranger, measures, ending)
}

/// Who ends what a stranger left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// We look for it.
    Sweep,
    /// The kernel when the first process of a namespace ends, and the warden where there is none.
    #[cfg(target_os = "linux")]
    Others,
}

impl Ending {
    fn end_all(self) {
        if self == Ending::Sweep {
            end_all();
        }
    }
}

fn socket() -> io::Result<UnixStream> {
    Ok(UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// Starts the stranger, and tells how it ended.
fn serve(
    socket: &UnixStream,
    mut reader: BufReader<UnixStream>,
    stranger: &[OsString],
    measures: Vec<Measure>,
    ending: Ending,
) -> io::Result<()> {
    tell(socket, &Report::Confined(measures))?;
    let Some((program, args)) = stranger.split_first() else {
        return tell(socket, &Report::NotStarted(0));
    };
    // A group of its own, so that a stranger who kills its group does not kill us.
    let started = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn();
    let child = match started {
        Ok(child) => child,
        Err(error) => {
            let code = error.raw_os_error().unwrap_or(0);
            return tell(socket, &Report::NotStarted(code));
        }
    };
    std::thread::spawn(move || {
        // Ripout says no more, so this returns when it hangs up, or dies.
        let _ = reader.read_line(&mut String::new());
        ending.end_all();
        std::process::exit(1);
    });
    let report = wait_for(&child)?;
    // Told only when all are gone, or will be once we are: ripout waits for that.
    ending.end_all();
    tell(socket, &report)
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
