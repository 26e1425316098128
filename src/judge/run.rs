//! Runs one subject on a batch of inputs and reads what it saw.

use std::time::{Duration, Instant};

use ripout_model::{Exit, Folder, Host, Observation, Stop, Subject};

/// A process may take this long, and a little more for each input; then the input it is on counts as timed out.
const PATIENCE: Duration = Duration::from_secs(10);

/// Restarts end after this long, however few there were.
const ENOUGH: Duration = Duration::from_secs(30);

/// A file of observations may have so many bytes: what is larger can't be looked at.
const LARGEST: u64 = 256 << 20;

/// How often a subject may die or hang in one batch before the rest of the batch is left out.
const RESTARTS: usize = 8;

/// What became of one input on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The driver reported.
    Observed(Observation),
    /// The process ended on this input without a report: how, and the end of its standard error.
    Died(String),
    /// No report in time.
    TimedOut,
    /// Left out: too many deaths before it, or a report too large to read.
    NotRun,
}

impl Seen {
    /// The observation, where there is one.
    pub fn observation(&self) -> Option<&Observation> {
        match self {
            Seen::Observed(observation) => Some(observation),
            _ => None,
        }
    }
}

/// Runs subjects in a folder of its own.
pub struct Runner<'a> {
    host: &'a dyn Host,
    folder: Box<dyn Folder>,
}

impl<'a> Runner<'a> {
    /// Makes the folder for inputs and observations.
    pub fn new(host: &'a dyn Host) -> Result<Self, Stop> {
        Ok(Self {
            host,
            folder: host.folder("judge")?,
        })
    }

    /// Runs `subject` on `inputs`, restarting after each death. `role` names its files: two roles can run at once.
    pub fn run(
        &self,
        subject: &Subject,
        role: &str,
        inputs: &[Vec<u8>],
    ) -> Result<Vec<Seen>, Stop> {
        let mut seen = Vec::with_capacity(inputs.len());
        let (begun, mut restarts) = (Instant::now(), 0);
        // How many inputs a process gets: fewer where their report is too large to read.
        let mut most = inputs.len();
        while seen.len() < inputs.len() {
            let rest = &inputs[seen.len()..];
            if restarts > RESTARTS || (restarts > 0 && begun.elapsed() > ENOUGH) {
                seen.extend(rest.iter().map(|_| Seen::NotRun));
                break;
            }
            let rest = &rest[..most.min(rest.len())];
            let (observed, end) = self.once(subject, role, rest)?;
            if end == Seen::NotRun && rest.len() > 1 && begun.elapsed() < ENOUGH {
                most = rest.len() / 2;
                continue;
            }
            let all = observed.len() == rest.len();
            seen.extend(observed.into_iter().map(Seen::Observed));
            if !all {
                restarts += 1;
                seen.push(end);
            }
        }
        Ok(seen)
    }

    /// One process: the observations it made, and how it ended if it did not make all.
    fn once(
        &self,
        subject: &Subject,
        role: &str,
        inputs: &[Vec<u8>],
    ) -> Result<(Vec<Observation>, Seen), Stop> {
        let input_file = self.folder.write(
            &format!("{role}.inputs"),
            &encode(inputs.iter().map(Vec::as_slice)),
        )?;
        let observation_name = format!("{role}.observations");
        let observation_file = self.folder.write(&observation_name, b"")?;
        let mut command = subject
            .command
            .clone()
            .arg(input_file)
            .arg(observation_file);
        command.writable.push(self.folder.path().to_path_buf());
        command.limits.file = LARGEST;
        command.limits.wall =
            PATIENCE + PATIENCE / 200 * u32::try_from(inputs.len()).unwrap_or(u32::MAX);
        let answer = self.host.run(&command)?;
        let Ok(bytes) = self.folder.read(&observation_name) else {
            return Ok((Vec::new(), Seen::NotRun));
        };
        let mut observed = Vec::new();
        // A line without its newline was cut off by the process's death.
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let whole = line.ends_with(b"\n") && observed.len() < inputs.len();
            match serde_json::from_slice(line) {
                Ok(observation) if whole => observed.push(observation),
                _ => break,
            }
        }
        let end = match answer.exit {
            Exit::TimedOut => Seen::TimedOut,
            Exit::TooMuchOutput => Seen::Died("printed without end".into()),
            Exit::Code(code) => Seen::Died(format!("exit code {code}{}", tail(&answer.stderr))),
            Exit::Signal(signal) => Seen::Died(format!("signal {signal}{}", tail(&answer.stderr))),
        };
        Ok((observed, end))
    }
}

/// The file format that drivers read: length as 32-bit little-endian, then the bytes.
pub fn encode<'a>(inputs: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for input in inputs {
        let length = u32::try_from(input.len()).expect("inputs are at most a few kilobytes");
        bytes.extend(length.to_le_bytes());
        bytes.extend(input);
    }
    bytes
}

/// What [`encode`] wrote; what is cut off at the end is left out.
pub fn decode(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut inputs = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some((input, rest)) = rest.split_at_checked(length) else {
            break;
        };
        inputs.push(input.to_vec());
        bytes = rest;
    }
    inputs
}

/// The last words of a process, for the reader of a report.
fn tail(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    format!(
        ": {}",
        lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
    )
}
