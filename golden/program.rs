//! The program, run as a user runs it.
#![allow(dead_code, reason = "no test binary uses all of it")]

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// ripout in a folder of its own, with a cache of its own and nothing of the user's settings.
pub fn ripout(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ripout"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("RIPOUT_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("RIPOUT_CACHE_DIR", folder.join(".cache"))
        .env_remove("NO_COLOR");
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    ripout(folder)
        .args(arguments)
        .output()
        .expect("ripout starts")
}

pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is UTF-8")
}

pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("standard error is UTF-8")
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("ripout ends by itself")
}

/// Standard output as the one document that it must be.
pub fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)))
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temp folder")
}
