//! A client that speaks the protocol by hand, so that no library's leniency hides what the server says.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::program;

/// The newest revision: no handshake, every request says who asks.
pub const MODERN: &str = "2026-07-28";

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A server, and the one who asks it.
pub struct Client {
    pub child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
    next: i64,
    modern: bool,
    /// Notifications, as they came.
    pub heard: Vec<Value>,
}

impl Client {
    /// A server that was begun in a folder, and not yet spoken to.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = program::ripout(folder);
        command.arg("mcp").args(arguments);
        Self::of(command)
    }

    /// The same, by a command that was made ready.
    pub fn of(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines() {
                let line = line.expect("standard output is UTF-8");
                let message = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            input,
            lines,
            next: 0,
            modern: false,
            heard: Vec::new(),
        }
    }

    /// A server that speaks this revision with us.
    pub fn greeted(folder: &Path, arguments: &[&str], revision: &str) -> Self {
        let mut client = Self::start(folder, arguments);
        client.greet(revision);
        client
    }

    /// Agrees on a revision.
    pub fn greet(&mut self, revision: &str) {
        let client = self;
        if revision == MODERN {
            client.modern = true;
            let found = client.ask("server/discover", json!({}));
            let revisions = found["result"]["supportedVersions"].to_string();
            assert!(revisions.contains(MODERN), "{found}");
        } else {
            let asked = json!({
                "protocolVersion": revision,
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            });
            let answer = client.ask("initialize", asked);
            assert_eq!(answer["result"]["protocolVersion"], revision, "{answer}");
            assert_eq!(answer["result"]["serverInfo"]["name"], "ripout");
            let instructions = answer["result"]["instructions"].as_str().unwrap();
            assert!(instructions.contains("Use it when"), "{instructions}");
            client.tell("notifications/initialized", json!({}));
        }
    }

    /// Writes a line as it is.
    pub fn write(&mut self, line: &[u8]) {
        let input = self.input.as_mut().expect("the server was not hung up on");
        input.write_all(line).expect("the server reads");
        input.write_all(b"\n").expect("the server reads");
        input.flush().expect("the server reads");
    }

    /// Hangs up.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// A notification.
    pub fn tell(&mut self, method: &str, parameters: Value) {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": parameters});
        self.write(message.to_string().as_bytes());
    }

    /// Sends a request, and says its number.
    pub fn send(&mut self, method: &str, mut parameters: Value) -> i64 {
        self.next += 1;
        if self.modern {
            let meta = &mut parameters["_meta"];
            meta["io.modelcontextprotocol/protocolVersion"] = json!(MODERN);
            meta["io.modelcontextprotocol/clientInfo"] = json!({"name": "test", "version": "1"});
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
        }
        let message =
            json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": parameters});
        self.write(message.to_string().as_bytes());
        self.next
    }

    /// The next message of any kind, if one comes in time.
    pub fn message(&mut self, patience: Duration) -> Option<Value> {
        self.lines.recv_timeout(patience).ok()
    }

    /// The answer to a request.
    pub fn answer(&mut self, number: i64) -> Value {
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            let message = self
                .message(left)
                .unwrap_or_else(|| panic!("no answer to request {number}"));
            if message["id"] == number {
                return message;
            }
            assert!(
                message.get("id").is_none(),
                "asked by the server: {message}"
            );
            self.heard.push(message);
        }
    }

    /// Asks, and waits for the answer.
    pub fn ask(&mut self, method: &str, parameters: Value) -> Value {
        let number = self.send(method, parameters);
        self.answer(number)
    }

    /// A tool's result, which must not be an error.
    pub fn tool(&mut self, name: &str, arguments: Value) -> Value {
        let result = self.result(name, arguments);
        assert_ne!(result["isError"], true, "{result:#}");
        result["structuredContent"].clone()
    }

    /// A tool's error.
    pub fn trouble(&mut self, name: &str, arguments: Value) -> Value {
        let result = self.result(name, arguments);
        assert_eq!(result["isError"], true, "{result:#}");
        let said = result["content"][0]["text"].as_str().unwrap();
        let error = result["structuredContent"].clone();
        assert!(
            said.contains(error["error"]["text"].as_str().unwrap()),
            "{said}"
        );
        error
    }

    /// What a tool says, either way: never more than an agent would want to read at once.
    fn result(&mut self, name: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({"name": name, "arguments": arguments}));
        let result = answer["result"].clone();
        assert!(result.is_object(), "{answer:#}");
        let said = result["content"][0]["text"].as_str().unwrap();
        assert!(said.len() < 12_000, "{name} said {} bytes", said.len());
        result
    }

    /// Processes below the server.
    pub fn processes(&self) -> Vec<Process> {
        below(self.child.id())
    }

    /// Waits until the server has processes that work for it.
    pub fn wait_for_processes(&self) -> Vec<Process> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let found = self.processes();
            if found.len() > 2 {
                return found;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server starts no process");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.hang_up();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(15) {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // A test that fails for another reason must not wait for a server that hangs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process that may be given no other's number: with when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pub number: u32,
    pub begun: String,
    parent: u32,
}

impl Process {
    fn read(number: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        let fields: Vec<&str> = text[text.rfind(')')? + 1..].split_whitespace().collect();
        // One that has ended and was not yet asked for by its parent is gone.
        (fields.first() != Some(&"Z")).then_some(())?;
        Some(Self {
            number,
            parent: fields.get(1)?.parse().ok()?,
            begun: (*fields.get(19)?).to_owned(),
        })
    }

    /// Whether it still runs.
    pub fn lives(&self) -> bool {
        Self::read(self.number).is_some_and(|now| now.begun == self.begun)
    }
}

fn below(root: u32) -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("/proc is there").flatten();
    let all: Vec<Process> = entries
        .filter_map(|entry| Process::read(entry.file_name().to_str()?.parse().ok()?))
        .collect();
    let mut found: Vec<Process> = Vec::new();
    let mut left = vec![root];
    while let Some(parent) = left.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            left.push(process.number);
            found.push(process.clone());
        }
    }
    found
}
