//! How many inputs are compared in a second on one core.
//!
//! ```text
//! cargo bench --bench throughput                 all functions
//! cargo bench --bench throughput -- ordinal      those whose name holds this
//! ```
//!
//! A run is asked for more inputs than a search makes one by one; the rest are compared by sums (`evidence.bulk`). What is
//! counted are distinct inputs, over the seconds of the processor that both sides took one after the other: making each
//! input, running it, writing down and summing up what was seen. Building is not counted. Targets: 1,000,000 a second for
//! a Rust function, half of them returning; 50,000 for a Python function.

use std::{
    error::Error,
    path::Path,
    process::{Command, ExitCode},
};

use serde_json::Value;

struct Row {
    repo: &'static str,
    symbol: &'static str,
    inputs: u64,
    target: f64,
}

const ROWS: [Row; 5] = [
    Row {
        repo: "crate:humantime@2.4.0",
        symbol: "humantime::parse_duration",
        inputs: 4_000_000,
        target: 1e6,
    },
    Row {
        repo: "pypi:inflection@0.5.1",
        symbol: "inflection.ordinal",
        inputs: 400_000,
        target: 5e4,
    },
    Row {
        repo: "pypi:inflection@0.5.1",
        symbol: "inflection.underscore",
        inputs: 400_000,
        target: 5e4,
    },
    Row {
        repo: "pypi:packaging@25.0",
        symbol: "packaging.utils.canonicalize_name",
        inputs: 400_000,
        target: 5e4,
    },
    Row {
        repo: "pypi:humanize@4.14.0",
        symbol: "humanize.ordinal",
        inputs: 400_000,
        target: 5e4,
    },
];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    let folder = tempfile::tempdir()?;
    let mut code = ExitCode::SUCCESS;
    for row in ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|part| row.symbol.contains(part.as_str())) {
            continue;
        }
        let report = extract(folder.path(), &row)?;
        let bulk = &report["evidence"]["bulk"];
        let number = |value: &Value| value.as_f64().unwrap_or(0.0);
        let inputs = number(&bulk["inputs"]);
        let seconds = number(&bulk["seconds"]["original"]) + number(&bulk["seconds"]["module"]);
        let returned = inputs - number(&bulk["raised"]);
        let rate = inputs / seconds;
        if rate.is_nan() || rate < row.target {
            code = ExitCode::FAILURE;
        }
        println!(
            "{:<36} {:>9.0} distinct inputs a second (target {:.0}), {:.0}% of {inputs} returned  {}",
            row.symbol,
            rate,
            row.target,
            100.0 * returned / inputs,
            report["verdict"].as_str().unwrap_or("none"),
        );
    }
    Ok(code)
}

fn extract(folder: &Path, row: &Row) -> Result<Value, Box<dyn Error>> {
    let output = Command::new(env!("CARGO_BIN_EXE_ripout"))
        .args([
            "extract", row.repo, row.symbol, "--format", "json", "--quiet",
        ])
        .args(["--inputs", &row.inputs.to_string(), "--out"])
        .arg(folder.join("out"))
        .output()?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    if report["evidence"]["bulk"].is_null() {
        return Err(format!("{}: no inputs at full speed: {report}", row.symbol).into());
    }
    Ok(report)
}
