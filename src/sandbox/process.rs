//! Our side of a process: start it, read what it prints, watch its limits, end it and all that it started.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::{
        fd::OwnedFd,
        unix::{ffi::OsStrExt, net::UnixStream, process::CommandExt, process::ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command as Process, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use ripout_model::{Answer, Command, Exit, HostError};
use rustix::process::{Pid, Signal};

use super::{
    CONFINE, Measure, WARDEN,
    spec::{Report, Spec, lost},
    sweep,
    watch::Watch,
};

/// How often a wait looks at the clock and at the user's wish to stop.
const TICK: Duration = Duration::from_millis(20);
/// How long a warden may take to clear up before it is killed itself: on a busy machine hundreds of processes take long to die.
const CLEARING: Duration = Duration::from_secs(30);
/// How long to wait for the last output once all processes are gone.
const DRAINING: Duration = Duration::from_secs(2);
/// Package clients get at least this long: they wait for the network.
const FETCHING: Duration = Duration::from_secs(600);

/// What happens while a process runs.
enum Event {
    /// The warden, or an unconfined process's end.
    Report(Report),
    /// The warden has gone.
    HungUp,
    /// It printed more than the limit.
    TooMuchOutput,
}

/// A confined process about to be started.
pub(super) struct Confined<'a> {
    pub launcher: &'a Path,
    pub confine: bool,
    pub interrupted: &'a AtomicBool,
    pub environment: BTreeMap<OsString, OsString>,
    /// Folders that may be written to, by their true paths.
    pub writable: Vec<PathBuf>,
    /// What holds the user's secrets.
    pub hidden: Vec<PathBuf>,
}

impl Confined<'_> {
    /// Runs it to its end, and tells what kept it in, or would have had to.
    pub fn run(&self, command: &Command, told: impl Fn(Vec<Measure>)) -> Result<Answer, HostError> {
        let begun = Instant::now();
        let (ours, theirs) = UnixStream::pair().map_err(not_started(&command.program))?;
        let mut child = Process::new(self.launcher)
            .args([CONFINE, WARDEN])
            .arg(&command.program)
            .args(&command.args)
            .env_clear()
            .envs(&self.environment)
            .envs(command.env.iter().map(|(name, value)| (name, value)))
            .current_dir(&command.folder)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // No group: the warden makes a session of its own, which the leader of a group can't.
            .spawn()
            .map_err(not_started(self.launcher))?;
        let warden = child.id() as i32;

        let (sender, events) = mpsc::channel();
        let output = Output::of(&mut child, command.limits.output, &sender);
        listen(&ours, sender).map_err(not_started(&command.program))?;
        // If the warden has died at once, the listener says so.
        let _ = self.send_spec(&ours, command);

        let mut watch = Watch::new(command, &self.writable, warden);
        let mut begun_confined = false;
        let mut why = None;
        let end = loop {
            match events.recv_timeout(TICK) {
                Ok(Event::Report(Report::Confined(taken))) if !begun_confined => {
                    begun_confined = true;
                    told(taken);
                }
                Ok(Event::Report(report)) => break End::Report(report),
                Ok(Event::TooMuchOutput) => break End::Ours(Exit::TooMuchOutput),
                Ok(Event::HungUp) | Err(RecvTimeoutError::Disconnected) => break End::HungUp,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let stop = command.stop.as_ref();
            if self.interrupted.load(Ordering::Relaxed)
                || stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
            {
                break End::Interrupted;
            }
            if begun.elapsed() >= command.limits.wall {
                break End::Ours(Exit::TimedOut);
            }
            if let Some(what) = watch.exceeded() {
                why = Some(what);
                break End::Ours(Exit::Signal(Signal::KILL.as_raw()));
            }
        };
        let elapsed = begun.elapsed();

        // The warden clears up when we hang up; if it was killed, we do it from what was last seen.
        let _ = ours.shutdown(Shutdown::Write);
        let status = reap(&mut child);
        sweep::end(watch.seen());
        let (stdout, mut stderr, too_much) = output.finish();
        if let Some(what) = why {
            // The process itself can no longer say it.
            stderr.extend_from_slice(format!("\nended by ripout: {what}\n").as_bytes());
        }

        let exit = match end {
            End::Interrupted => return Err(HostError::Interrupted),
            End::Report(Report::Unconfined(measures)) => {
                let lost = lost(&measures, command.network);
                told(measures);
                return Err(HostError::Unconfined { lost });
            }
            End::Report(Report::NotStarted(code)) => {
                return Err(not_started(&command.program)(io::Error::from_raw_os_error(
                    code,
                )));
            }
            _ if !begun_confined => {
                return Err(not_started(self.launcher)(io::Error::other(
                    "the launcher did not answer: is it ripout?",
                )));
            }
            _ if too_much => Exit::TooMuchOutput,
            End::Ours(exit) => exit,
            End::Report(Report::Code(code)) => Exit::Code(code),
            End::Report(Report::Signal(signal)) => Exit::Signal(signal),
            // Who ends its own warden has ended itself.
            End::Report(Report::Confined(_)) | End::HungUp => {
                Exit::Signal(status.and_then(|it| it.signal()).unwrap_or(9))
            }
        };
        Ok(Answer {
            exit,
            stdout,
            stderr,
            elapsed,
        })
    }
}

impl Confined<'_> {
    fn send_spec(&self, mut socket: &UnixStream, command: &Command) -> io::Result<()> {
        let bytes = |path: &PathBuf| path.as_os_str().as_bytes().to_vec();
        let spec = Spec {
            confine: self.confine,
            network: command.network,
            memory: command.limits.memory,
            processes: command.limits.processes,
            file: command.limits.file,
            writable: self.writable.iter().map(bytes).collect(),
            hidden: self.hidden.iter().map(bytes).collect(),
        };
        let mut line = serde_json::to_vec(&spec)?;
        line.push(b'\n');
        socket.write_all(&line)
    }
}

/// Why the waiting ended.
enum End {
    Report(Report),
    HungUp,
    Ours(Exit),
    Interrupted,
}

/// Runs a package client in the user's own environment.
pub(super) fn fetch(command: &Command, interrupted: &AtomicBool) -> Result<Answer, HostError> {
    let begun = Instant::now();
    let mut child = Process::new(&command.program)
        .args(&command.args)
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&command.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(not_started(&command.program))?;
    let pid = child.id() as i32;
    let (sender, events) = mpsc::channel();
    let output = Output::of(&mut child, command.limits.output, &sender);
    let wall = command.limits.wall.max(FETCHING);
    let ours = loop {
        if let Ok(Some(_)) = child.try_wait() {
            break None;
        }
        if let Ok(Event::TooMuchOutput) = events.recv_timeout(TICK) {
            break Some(Exit::TooMuchOutput);
        }
        if interrupted.load(Ordering::Relaxed) {
            end_group(pid);
            let _ = child.wait();
            return Err(HostError::Interrupted);
        }
        if begun.elapsed() >= wall {
            break Some(Exit::TimedOut);
        }
    };
    let left = sweep::descendants(pid);
    end_group(pid);
    sweep::end(left);
    let status = child.wait().map_err(not_started(&command.program))?;
    let (stdout, stderr, too_much) = output.finish();
    let exit = match ours {
        Some(exit) => exit,
        None if too_much => Exit::TooMuchOutput,
        None => match status.code() {
            Some(code) => Exit::Code(code),
            None => Exit::Signal(status.signal().unwrap_or(0)),
        },
    };
    Ok(Answer {
        exit,
        stdout,
        stderr,
        elapsed: begun.elapsed(),
    })
}

/// Reads both outputs at once, so that neither can block the other.
struct Output {
    parts: [Arc<Mutex<Vec<u8>>>; 2],
    finished: Receiver<bool>,
}

impl Output {
    fn of(child: &mut Child, limit: u64, events: &Sender<Event>) -> Self {
        let (sender, finished) = mpsc::channel();
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|it| Box::new(it) as _),
            child.stderr.take().map(|it| Box::new(it) as _),
        ];
        let parts = streams.map(|stream| {
            let part = Arc::new(Mutex::new(Vec::new()));
            if let Some(stream) = stream {
                let (part, sender, events) = (part.clone(), sender.clone(), events.clone());
                std::thread::spawn(move || {
                    let too_much = collect(stream, &part, limit, &events);
                    let _ = sender.send(too_much);
                });
            }
            part
        });
        Self { parts, finished }
    }

    /// What was printed, and whether there was more. Whoever still holds the pipe is not waited for.
    fn finish(self) -> (Vec<u8>, Vec<u8>, bool) {
        let begun = Instant::now();
        let mut too_much = false;
        for _ in 0..2 {
            let left = DRAINING.saturating_sub(begun.elapsed());
            too_much |= self.finished.recv_timeout(left).unwrap_or(false);
        }
        let [stdout, stderr] = self
            .parts
            .map(|part| std::mem::take(&mut *part.lock().unwrap_or_else(PoisonError::into_inner)));
        (stdout, stderr, too_much)
    }
}

/// Reads up to the limit; tells at once when there is more, and drops the pipe.
fn collect(
    mut stream: impl Read,
    part: &Mutex<Vec<u8>>,
    limit: u64,
    events: &Sender<Event>,
) -> bool {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(0) => return false,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return false,
        };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let room = usize::try_from(limit).unwrap_or(usize::MAX) - part.len();
        part.extend_from_slice(&buffer[..count.min(room)]);
        if count > room {
            let _ = events.send(Event::TooMuchOutput);
            return true;
        }
    }
}

fn listen(socket: &UnixStream, events: Sender<Event>) -> io::Result<()> {
    let reader = BufReader::new(socket.try_clone()?);
    std::thread::spawn(move || {
        for line in reader.lines() {
            let Some(report) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else {
                break;
            };
            if events.send(Event::Report(report)).is_err() {
                return;
            }
        }
        let _ = events.send(Event::HungUp);
    });
    Ok(())
}

/// Waits for a warden that was hung up on; one that does not come to an end is killed with all below it.
fn reap(child: &mut Child) -> Option<ExitStatus> {
    let begun = Instant::now();
    let pid = child.id() as i32;
    let mut pause = Duration::from_micros(200);
    while begun.elapsed() < CLEARING {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(TICK);
    }
    let left = sweep::descendants(pid);
    end_group(pid);
    sweep::end(left);
    child.wait().ok()
}

fn end_group(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process_group(pid, Signal::KILL);
    }
}

fn not_started(program: &Path) -> impl Fn(io::Error) -> HostError + use<> {
    let program: PathBuf = program.to_path_buf();
    move |source| HostError::Start {
        program: program.clone(),
        source,
    }
}
