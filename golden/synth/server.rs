//! A server that speaks as OpenAI's does and says what it was told to say.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// What it does with a request.
#[derive(Clone)]
#[allow(dead_code, reason = "without models there is nobody to ask it")]
pub enum Answer {
    /// Streams this, piece by piece.
    Stream(String),
    /// Streams this as Anthropic does, and tells that of 1500 tokens 1000 are kept the first time, and known later.
    Messages(String),
    /// Knows no streaming: sends this whole to whoever asks.
    Whole(String),
    /// An error, with a line of its head and a body.
    Status(u16, &'static str, String),
    /// Streams half of this and closes the connection.
    Half(String),
    /// Streams without end.
    Endless,
    /// Says nothing, and keeps the connection.
    Hang,
}

pub struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

#[allow(dead_code, reason = "without models there is nobody to ask it")]
impl Server {
    /// Gives these answers in order, and the last again and again.
    pub fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        std::thread::spawn(move || {
            let mut next = 0;
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                let streams = request.contains("\"stream\":true");
                seen.lock().unwrap().push(request);
                let answer = answers[next.min(answers.len() - 1)].clone();
                let first = next == 0;
                // Who can't stream is asked a second time.
                if !(streams && matches!(answer, Answer::Whole(_))) {
                    next += 1;
                }
                std::thread::spawn(move || {
                    // A client that has heard enough goes away.
                    let _ = give(stream, &answer, first);
                });
            }
        });
        Self { port, requests }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// All that was sent, heads and bodies.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        let end = line.trim().is_empty();
        head.push_str(&line);
        if end {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

fn give(mut stream: TcpStream, answer: &Answer, first: bool) -> std::io::Result<()> {
    const STREAM: &str =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let whole = |status: u16, extra: &str, body: &str| {
        format!(
            "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\n{extra}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    match answer {
        Answer::Stream(text) => {
            stream.write_all(STREAM.as_bytes())?;
            let letters: Vec<char> = text.chars().collect();
            for piece in letters.chunks(20) {
                stream.write_all(chunk(&piece.iter().collect::<String>()).as_bytes())?;
            }
            let end = serde_json::json!({
                "id": "x", "object": "chat.completion.chunk", "model": "scripted",
                "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1500, "completion_tokens": 200, "total_tokens": 1700},
            });
            stream.write_all(format!("data: {end}\n\ndata: [DONE]\n\n").as_bytes())
        }
        Answer::Messages(text) => {
            let (kept, known) = if first { (1000, 0) } else { (0, 1000) };
            let events = [
                (
                    "message_start",
                    serde_json::json!({"message": {"usage": {
                        "input_tokens": 500, "output_tokens": 1,
                        "cache_creation_input_tokens": kept, "cache_read_input_tokens": known,
                    }}}),
                ),
                (
                    "content_block_start",
                    serde_json::json!({"index": 0, "content_block": {"type": "text", "text": ""}}),
                ),
                (
                    "content_block_delta",
                    serde_json::json!({"index": 0, "delta": {"type": "text_delta", "text": text}}),
                ),
                ("content_block_stop", serde_json::json!({"index": 0})),
                (
                    "message_delta",
                    serde_json::json!({"delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 200}}),
                ),
                ("message_stop", serde_json::json!({})),
            ];
            stream.write_all(STREAM.as_bytes())?;
            for (name, mut event) in events {
                event["type"] = name.into();
                stream.write_all(format!("event: {name}\ndata: {event}\n\n").as_bytes())?;
            }
            Ok(())
        }
        Answer::Whole(text) => {
            let body = serde_json::json!({
                "id": "x", "object": "chat.completion", "model": "scripted",
                "choices": [{
                    "index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text},
                }],
                "usage": {"prompt_tokens": 1500, "completion_tokens": 200, "total_tokens": 1700},
            });
            stream.write_all(whole(200, "x-none: 1", &body.to_string()).as_bytes())
        }
        Answer::Status(status, extra, body) => {
            let body = serde_json::json!({"error": {"message": body}});
            stream.write_all(whole(*status, extra, &body.to_string()).as_bytes())
        }
        Answer::Half(text) => {
            // Chunked, so that the client can tell an end from a loss.
            stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
            )?;
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            let piece = chunk(&half);
            stream.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes())?;
            stream.flush()
        }
        Answer::Endless => {
            stream.write_all(STREAM.as_bytes())?;
            let piece = chunk(&"and so on ".repeat(1000));
            loop {
                stream.write_all(piece.as_bytes())?;
            }
        }
        Answer::Hang => {
            std::thread::sleep(Duration::from_secs(600));
            Ok(())
        }
    }
}

fn chunk(text: &str) -> String {
    let chunk = serde_json::json!({
        "id": "x", "object": "chat.completion.chunk", "model": "scripted",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}],
    });
    format!("data: {chunk}\n\n")
}
