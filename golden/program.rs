//! The program, run as a user runs it.
#![allow(dead_code, reason = "no test binary uses all of it")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
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

/// The server over HTTP, and its address: whoever asks for it ends it.
pub fn served(folder: &Path) -> (Child, String) {
    let mut server = ripout(folder)
        .args(["mcp", "--http", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ripout starts");
    let mut line = String::new();
    BufReader::new(server.stderr.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("it says where it serves");
    let address = line
        .trim()
        .strip_prefix("serving http://")
        .and_then(|rest| rest.strip_suffix("/mcp"))
        .expect(&line);
    (server, address.to_owned())
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
