//! A real agent host, with a model that says what stands here, drives the server: extract, a wrong module, its counterexample,
//! the right one, the patch. Needs no network but what cargo may have fetched before.
//!
//! The host has to be named: `RIPOUT_CODEX=codex cargo test --test mcp_host` (`npm install @openai/codex@0.169` brings it).

mod program;
mod project;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{Sender, channel},
};

use serde_json::{Value, json};

/// What the model says next, by what the call before came to: a tool with its arguments, or nothing more.
type Script = Box<dyn FnMut(&Value) -> Option<(&'static str, Value)> + Send>;

#[test]
fn a_host_drives_the_server_from_the_slice_to_the_patch() {
    let host = std::env::var_os("RIPOUT_CODEX").expect("RIPOUT_CODEX names Codex, the program");
    let folder = project::with_strsim();
    let case =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/python/planted_faults_are_different");
    let wrong = fs::read_to_string(case.join("twins/off_by_one.py")).unwrap();
    let (sender, said) = channel();
    let mut base = Value::Null;
    let mut right = Value::Null;
    let mut step = 0;
    let script: Script = Box::new(move |answer| {
        step += 1;
        match step {
            1 => Some((
                "ripout_extract",
                json!({"repo": case.join("upstream"), "symbols": ["lengths.convert"]}),
            )),
            2 => {
                base = answer["run"].clone();
                right = answer["text"]["text"].clone();
                Some(("ripout_verify", json!({"base": base, "module_text": wrong})))
            }
            3 => Some(("ripout_verify", json!({"base": base, "module_text": right}))),
            4 => Some(("ripout_remove", json!({"dependency": "strsim"}))),
            _ => None,
        }
    });
    let address = scripted_model(script, sender);
    let home = program::folder();
    let provider = format!(
        "model_providers.scripted={{name=\"scripted\",base_url=\"http://{address}/v1\",wire_api=\"responses\"}}"
    );
    let server = format!(
        "mcp_servers.ripout={{command={:?},args=[\"mcp\"],tool_timeout_sec=600,default_tools_approval_mode=\"approve\"}}",
        env!("CARGO_BIN_EXE_ripout")
    );
    let output = Command::new(host)
        .args([
            "exec",
            "--ephemeral",
            "--skip-git-repo-check",
            "-s",
            "read-only",
        ])
        .args(["-m", "scripted", "-c", "model_provider=\"scripted\""])
        .args(["-c", &provider, "-c", &server, "let the dependency go"])
        .env("CODEX_HOME", home.path())
        .env("OPENAI_API_KEY", "none")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("the host starts");
    assert!(output.status.success(), "{}", program::err(&output));

    let said: Vec<Value> = said.try_iter().collect();
    let verdicts: Vec<&str> = said
        .iter()
        .filter_map(|answer| answer["verdict"].as_str())
        .collect();
    assert_eq!(
        verdicts,
        ["equivalent", "different", "equivalent", "equivalent"],
        "{said:#?}"
    );
    assert_ne!(
        said[1]["counterexample"]["original"],
        said[1]["counterexample"]["module"]
    );
    let patch = said[3]["patch"]["text"].as_str().unwrap();
    assert!(patch.contains("strsim"), "{patch}");
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("strsim"), "nothing is applied unasked");
}

/// A model on the loopback, as the host speaks to one; what its calls came to is sent on.
fn scripted_model(mut script: Script, heard: Sender<Value>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut step = 0;
        for stream in listener.incoming().flatten() {
            let Some(request) = read(&stream) else {
                continue;
            };
            let last = request["input"]
                .as_array()
                .and_then(|all| all.iter().rfind(|it| it["type"] == "function_call_output"));
            let answer = last.map_or(Value::Null, |it| document(&it["output"]));
            if !answer.is_null() {
                let _ = heard.send(answer.clone());
            }
            step += 1;
            let item = match script(&answer) {
                Some((tool, arguments)) => json!({
                    "type": "function_call",
                    "id": format!("fc_{step}"),
                    "call_id": format!("call_{step}"),
                    "namespace": "mcp__ripout",
                    "name": tool,
                    "arguments": arguments.to_string(),
                }),
                None => json!({
                    "type": "message",
                    "id": "message",
                    "role": "assistant",
                    "content": [{"type": "output_text", "text": "done"}],
                }),
            };
            let _ = reply(stream, step, &item);
        }
    });
    address
}

/// A request's document; none if it is no question to the model.
fn read(stream: &TcpStream) -> Option<Value> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    if !first.starts_with("POST") {
        let mut stream = stream;
        let _ = stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return None;
    }
    serde_json::from_slice(&body).ok()
}

fn reply(mut stream: TcpStream, step: u32, item: &Value) -> std::io::Result<()> {
    let id = format!("resp_{step}");
    let usage = json!({"input_tokens": 1, "output_tokens": 1, "total_tokens": 2});
    let mut text = String::from(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
    );
    for event in [
        json!({"type": "response.created", "response": {"id": id}}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
        json!({"type": "response.completed", "response": {"id": id, "usage": usage}}),
    ] {
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        text.push_str(&format!("event: {kind}\ndata: {event}\n\n"));
    }
    stream.write_all(text.as_bytes())
}

/// The structured result in what the host tells its model of a call.
fn document(output: &Value) -> Value {
    let text = match output {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let begin = text.find('{').unwrap_or(text.len());
    serde_json::from_str(text[begin..].trim()).unwrap_or(Value::Null)
}
