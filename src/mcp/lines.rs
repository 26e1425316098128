//! The protocol on standard input and output: a message a line.
//!
//! rmcp's own transport drops a line that is no JSON, or too long, without a word; whoever sent it would wait forever.
//! Here each gets an answer, and a long line is never held in memory as a whole.

use std::{
    io::{self, BufRead, Read},
    sync::Arc,
};

use rmcp::{
    RoleServer,
    model::{CallToolResult, ErrorData, RequestId, ServerJsonRpcMessage, ServerResult},
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::Transport,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    io::{AsyncWriteExt, Stdout},
    sync::{Mutex, mpsc},
};

use super::{State, answer::Trouble, tool};

/// Bytes of a message. A module of the largest size fits, however its text is escaped.
const MOST: usize = 8 << 20;

/// Messages that are read before the first is answered.
const AHEAD: usize = 16;

/// A line that was read.
#[derive(Debug)]
enum Line {
    Whole(Vec<u8>),
    TooLong(Envelope),
}

/// What of a message tells whom to answer. The rest is read over.
#[derive(Debug, Default, Deserialize)]
struct Envelope {
    id: Option<Value>,
    method: Option<String>,
}

impl Envelope {
    fn id(&self) -> Option<RequestId> {
        serde_json::from_value(self.id.clone()?).ok()
    }
}

/// Standard input and output.
pub struct Lines {
    lines: mpsc::Receiver<Line>,
    out: Arc<Mutex<Stdout>>,
}

impl Lines {
    /// Begins to read. When the client hangs up all calls end at once.
    pub fn on_stdio(state: Arc<State>) -> Self {
        let (sender, lines) = mpsc::channel(AHEAD);
        // A thread, as a read from standard input can't be given up; it goes with the program.
        std::thread::spawn(move || {
            let _ = read_lines(io::stdin().lock(), |line| {
                sender.blocking_send(line).is_ok()
            });
            state.calls.end_all();
        });
        Self {
            lines,
            out: Arc::new(Mutex::new(tokio::io::stdout())),
        }
    }

    /// Sends what nobody waits for here: `receive` may be given up at any time.
    fn say(&mut self, message: ServerJsonRpcMessage) {
        tokio::spawn(self.send(message));
    }
}

impl Transport<RoleServer> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let out = Arc::clone(&self.out);
        async move {
            let mut line = serde_json::to_vec(&item)?;
            line.push(b'\n');
            let mut out = out.lock().await;
            out.write_all(&line).await?;
            out.flush().await
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            match self.lines.recv().await? {
                Line::TooLong(envelope) => {
                    let answer = too_long(&envelope);
                    self.say(answer);
                }
                Line::Whole(line) => match parse(&line) {
                    Ok(Some(message)) => return Some(message),
                    Ok(None) => {}
                    Err(answer) => self.say(*answer),
                },
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.out.lock().await.flush().await
    }
}

/// Reads lines until there are no more, or nobody takes them.
fn read_lines(mut input: impl BufRead, mut take: impl FnMut(Line) -> bool) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        let most = u64::try_from(MOST).unwrap_or(u64::MAX);
        if (&mut input).take(most + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let line = if line.len() > MOST && line.last() != Some(&b'\n') {
            let mut rest = ToNewline {
                input: &mut input,
                ended: false,
            };
            // serde_json asks for a byte at a time.
            let whole = io::BufReader::new(line.as_slice().chain(&mut rest));
            let mut reader = serde_json::Deserializer::from_reader(whole);
            let envelope = Envelope::deserialize(&mut reader).unwrap_or_default();
            io::copy(&mut rest, &mut io::sink())?;
            Line::TooLong(envelope)
        } else {
            Line::Whole(line)
        };
        if !take(line) {
            return Ok(());
        }
    }
}

/// What is left of a line.
struct ToNewline<'a, R> {
    input: &'a mut R,
    ended: bool,
}

impl<R: BufRead> Read for ToNewline<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let there = self.input.fill_buf()?;
        let newline = there.iter().position(|byte| *byte == b'\n');
        let count = newline.unwrap_or(there.len()).min(into.len());
        into[..count].copy_from_slice(&there[..count]);
        self.ended = there.is_empty() || newline == Some(count);
        self.input
            .consume(count + usize::from(newline == Some(count)));
        Ok(count)
    }
}

/// The message; none if it is a notification that is not known; or what to answer.
fn parse(line: &[u8]) -> Result<Option<RxJsonRpcMessage<RoleServer>>, Box<ServerJsonRpcMessage>> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let error = match serde_json::from_slice(line) {
        Ok(message) => return Ok(Some(message)),
        Err(error) => error,
    };
    let wrong = |error: ErrorData, id| Err(Box::new(ServerJsonRpcMessage::error(error, id)));
    let Ok(value) = serde_json::from_slice::<Value>(line) else {
        let text = format!("this line is no JSON: {error}");
        return wrong(ErrorData::parse_error(text, None), None);
    };
    if value.get("method").is_some() && value.get("id").is_none() {
        return Ok(None);
    }
    let envelope: Envelope = serde_json::from_value(value).unwrap_or_default();
    let text = format!("no request of the protocol: {error}");
    wrong(ErrorData::invalid_request(text, None), envelope.id())
}

fn too_long(envelope: &Envelope) -> ServerJsonRpcMessage {
    let text = format!("the message has more than {} MiB", MOST >> 20);
    match envelope.id() {
        Some(id) if envelope.method.as_deref() == Some("tools/call") => {
            let trouble = Trouble::new("too_large", text).help(tool::verify::TOO_LARGE);
            ServerJsonRpcMessage::response(
                ServerResult::CallToolResult(CallToolResult::from(trouble)),
                id,
            )
        }
        id => ServerJsonRpcMessage::error(ErrorData::invalid_request(text, None), id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: impl Read) -> Vec<Line> {
        let mut lines = Vec::new();
        read_lines(io::BufReader::new(input), |line| {
            lines.push(line);
            true
        })
        .unwrap();
        lines
    }

    #[test]
    fn a_line_that_is_too_long_is_answered_and_those_around_it_are_read() {
        let long = format!(
            "{{\"method\":\"tools/call\",\"params\":{{\"id\":1,\"text\":\"{}\"}},\"id\":7}}\n",
            "x".repeat(MOST * 2)
        );
        let text = format!("{{\"id\":1}}\n{long}{{\"id\":2}}\n");
        let found = lines(text.as_bytes());
        assert_eq!(found.len(), 3, "{}", found.len());
        let Line::TooLong(envelope) = &found[1] else {
            panic!("it was taken whole");
        };
        assert_eq!(envelope.id(), Some(RequestId::Number(7)));
        let answer = serde_json::to_value(too_long(envelope)).unwrap();
        assert_eq!(answer["result"]["isError"], true);
        assert_eq!(
            answer["result"]["structuredContent"]["error"]["code"],
            "too_large"
        );
        assert!(matches!(&found[2], Line::Whole(line) if line.starts_with(b"{\"id\":2}")));
    }

    #[test]
    fn a_long_line_of_no_json_is_answered_to_nobody() {
        let text = format!("{}\n{{}}\n", "[".repeat(MOST + 9));
        let found = lines(text.as_bytes());
        assert_eq!(found.len(), 2);
        let Line::TooLong(envelope) = &found[0] else {
            panic!("it was taken whole");
        };
        let answer = serde_json::to_value(too_long(envelope)).unwrap();
        assert_eq!(answer["error"]["code"], -32600);
    }

    #[test]
    fn what_is_no_request_is_said() {
        let code = |line: &str| match parse(line.as_bytes()) {
            Ok(message) => i64::from(message.is_some()),
            Err(answer) => serde_json::to_value(answer).unwrap()["error"]["code"]
                .as_i64()
                .unwrap(),
        };
        assert_eq!(
            code("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"),
            1
        );
        assert_eq!(code("{\"jsonrpc\""), -32700);
        assert_eq!(code("\u{1}"), -32700);
        assert_eq!(code("{\"id\":4}"), -32600);
        assert_eq!(code("[]"), -32600);
        assert_eq!(code("\n"), 0);
        assert_eq!(code("{\"jsonrpc\":\"2.0\",\"method\":3}"), 0);
    }
}
