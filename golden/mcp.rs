//! The server for coding agents as a client meets it, over standard input and output. Needs no network, but for one crate that
//! cargo may have fetched before.

#[path = "mcp/client.rs"]
mod client;
mod program;
mod project;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use client::{Client, MODERN};
use serde_json::{Value, json};

/// How long processes may live once nobody wants them.
const ENDING: Duration = Duration::from_secs(2);

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden/python")
        .join(name)
}

/// A package that is quickly judged, and wrong modules for it.
fn lengths() -> PathBuf {
    case("planted_faults_are_different")
}

fn upstream(case: &Path) -> String {
    case.join("upstream").display().to_string()
}

/// A call that works until it is ended.
fn endless() -> Value {
    let repo = upstream(&case("a_call_that_never_ends_is_never_equivalent"));
    json!({"repo": repo, "symbols": ["slow.wait"], "options": {"budget": 600}})
}

fn next<'a>(answer: &'a Value, tool: &str) -> Vec<&'a Value> {
    let all = answer["next_actions"].as_array().unwrap();
    all.iter().filter(|next| next["tool"] == tool).collect()
}

#[test]
fn tools_are_listed_alike_in_every_revision_and_as_they_were() {
    let folder = program::folder();
    let mut lists = Vec::new();
    for revision in ["2025-06-18", "2025-11-25", MODERN] {
        let mut client = Client::greeted(folder.path(), &[], revision);
        lists.push(client.ask("tools/list", json!({}))["result"]["tools"].clone());
    }
    assert_eq!(lists[0], lists[1]);
    assert_eq!(lists[0], lists[2]);
    let tools = lists.swap_remove(0);
    for tool in tools.as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        assert!(name.starts_with("ripout_"), "{name}");
        assert!(
            tool["title"].is_string() && tool["description"].is_string(),
            "{name}"
        );
        for hint in [
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        ] {
            assert!(tool["annotations"][hint].is_boolean(), "{name} {hint}");
        }
        for schema in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[schema]["type"], "object", "{name} {schema}");
            let text = tool[schema].to_string();
            for noise in ["$schema", "$ref", "\"uint", "\"int64"] {
                assert!(!text.contains(noise), "{name} {schema} {noise}");
            }
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/mcp/tools.json");
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(&file, format!("{:#}\n", sorted(&tools))).unwrap();
    }
    let then = fs::read_to_string(&file)
        .unwrap_or_else(|e| panic!("{}: {e}; bless it with SNAPSHOTS=overwrite", file.display()));
    let then: Value = serde_json::from_str(&then).unwrap();
    assert!(
        then == tools,
        "the tools are not as {} has them; if they should not be, bless them with SNAPSHOTS=overwrite",
        file.display()
    );
}

/// The same with the names of each object in order, which another feature of the program may leave as they came.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut names: Vec<&String> = object.keys().collect();
            names.sort();
            let pairs = names.into_iter();
            pairs
                .map(|name| (name.clone(), sorted(&object[name])))
                .collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[test]
fn an_agent_takes_a_symbol_out_errs_and_mends_it() {
    let folder = program::folder();
    let case = lengths();
    let mut client = Client::greeted(folder.path(), &[], MODERN);
    let asked = json!({"repo": upstream(&case), "symbols": ["lengths.convert"]});
    let slice = client.tool("ripout_extract", asked);
    assert_eq!(slice["verdict"], "equivalent", "{slice:#}");
    assert_eq!(slice["module"]["synthesized"], 0);
    assert!(
        slice["evidence"]["inputs"].as_u64().unwrap() >= 1000,
        "{slice:#}"
    );
    let text = slice["text"]["text"].as_str().unwrap();
    assert!(text.contains("def convert(text, digits=2):"), "{text}");
    let contract = slice["contract"].as_str().unwrap();
    assert!(
        contract.contains("def convert(text, digits=2)"),
        "{contract}"
    );
    assert!(!contract.contains("def _split"), "{contract}");
    // The call that it names is one that can be made, once the text is filled in.
    let mut again = next(&slice, "ripout_verify")[0]["arguments"].clone();
    let wrong = fs::read_to_string(case.join("twins/off_by_one.py")).unwrap();
    again["module_text"] = json!(wrong);
    let judged = client.tool("ripout_verify", again.clone());
    assert_eq!(judged["verdict"], "different", "{judged:#}");
    let found = &judged["counterexample"];
    assert_ne!(found["original"], found["module"], "{judged:#}");
    assert!(judged["text"].is_null(), "the agent has its own text");

    let whole = next(&judged, "ripout_evidence")
        .into_iter()
        .find(|next| next["arguments"]["part"] == "counterexample")
        .expect("the counterexample is named")["arguments"]
        .clone();
    let page = client.tool("ripout_evidence", whole);
    let said = page["text"]["text"].as_str().unwrap();
    assert!(said.contains(found["input"].as_str().unwrap()), "{said}");

    // Its own text, without the header and with a comment of the agent's own.
    let mine = format!("# shorter, one day\n{}", text.split_once("\n\n").unwrap().1);
    again["module_text"] = json!(mine);
    let judged = client.tool("ripout_verify", again);
    assert_eq!(judged["verdict"], "equivalent", "{judged:#}");
    let run = judged["run"].as_str().unwrap();
    for part in ["summary", "module", "coverage", "attempts", "brief"] {
        let page = client.tool("ripout_evidence", json!({"run": run, "part": part}));
        assert_eq!(page["text"]["page"], 1);
        assert!(!page["text"]["text"].as_str().unwrap().is_empty(), "{part}");
    }
    let nothing = client.trouble("ripout_evidence", json!({"run": run, "part": "patch"}));
    assert_eq!(nothing["error"]["code"], "nothing_there");
    // The run's module, judged again as it is.
    let last = client.tool(
        "ripout_verify",
        json!({"base": run, "options": {"inputs": 1000}}),
    );
    assert_eq!(last["verdict"], "equivalent", "{last:#}");
}

#[test]
fn what_can_not_be_done_is_said_so_that_an_agent_can_mend_it() {
    let folder = program::folder();
    let repo = upstream(&lengths());
    let mut client = Client::greeted(folder.path(), &[], "2025-11-25");
    let mut code = |tool: &str, arguments: Value| {
        let said = client.trouble(tool, arguments);
        let error = said["error"].clone();
        (
            error["code"].as_str().unwrap().to_owned(),
            error.to_string(),
            said,
        )
    };
    let (found, text, _) = code("ripout_extract", json!({"repo": repo}));
    assert_eq!(found, "arguments");
    assert!(text.contains("symbols"), "{text}");
    let (found, text, _) = code(
        "ripout_extract",
        json!({"repo": repo, "symbols": "lengths.convert"}),
    );
    assert_eq!(found, "arguments");
    assert!(text.contains("`symbols`"), "{text}");
    let (found, text, _) = code(
        "ripout_extract",
        json!({"repo": repo, "symbol": ["lengths.convert"]}),
    );
    assert_eq!(found, "arguments");
    assert!(
        text.contains("`symbols`"),
        "the names that it takes are said: {text}"
    );
    let options =
        json!({"repo": repo, "symbols": ["lengths.convert"], "options": {"budget": "long"}});
    let (found, text, _) = code("ripout_extract", options);
    assert_eq!(found, "arguments");
    assert!(text.contains("options.budget"), "{text}");
    let (found, text, _) = code("ripout_evidence", json!({"run": "run-1", "part": "all"}));
    assert_eq!(found, "arguments");
    assert!(
        text.contains("counterexample"),
        "the values that it takes are said: {text}"
    );
    assert_eq!(
        code("ripout_evidence", json!({"run": "run-1"})).0,
        "run_unknown"
    );
    assert_eq!(
        code("ripout_verify", json!({"module_text": "x = 1"})).0,
        "arguments"
    );
    let (found, text, said) = code(
        "ripout_extract",
        json!({"repo": repo, "symbols": ["lengths.convrt"]}),
    );
    assert_eq!(found, "symbol_not_found");
    assert!(text.contains("lengths.convert"), "{text}");
    assert_eq!(next(&said, "ripout_map").len(), 1);
    let answer = client.ask(
        "tools/call",
        json!({"name": "ripout_everything", "arguments": {}}),
    );
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    for method in ["prompts/everything", "prompts/list", "resources/list"] {
        let answer = client.ask(method, json!({}));
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
    }
}

#[test]
fn nothing_is_written_outside_the_roots_nor_in_read_only_mode() {
    let folder = program::folder();
    let (inside, outside) = (folder.path().join("inside"), folder.path().join("outside"));
    fs::create_dir(&inside).unwrap();
    fs::create_dir(&outside).unwrap();
    let asked = |out: &Path| {
        json!({
            "repo": upstream(&lengths()),
            "symbols": ["lengths.convert"],
            "out": out,
            "options": {"inputs": 1000},
        })
    };
    let root = inside.display().to_string();
    let mut client = Client::greeted(folder.path(), &["--root", &root], MODERN);
    for wrong in [
        outside.join("new"),
        inside.join("../outside/new"),
        PathBuf::from("here"),
    ] {
        let said = client.trouble("ripout_extract", asked(&wrong));
        assert_eq!(said["error"]["code"], "outside_roots", "{said:#}");
    }
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    let written = client.tool("ripout_extract", asked(&inside.join("new")));
    assert_eq!(written["verdict"], "equivalent");
    assert!(inside.join("new/convert.py").is_file());

    let mut client = Client::greeted(folder.path(), &["--root", &root, "--read-only"], MODERN);
    let said = client.trouble("ripout_extract", asked(&inside.join("other")));
    assert_eq!(said["error"]["code"], "read_only");
    assert!(!inside.join("other").exists());

    let mut wrong = program::ripout(folder.path());
    let output = wrong.args(["mcp", "--root", "absent"]).output().unwrap();
    assert_eq!(program::code(&output), 2);
    assert!(program::err(&output).contains("absent"));
}

#[test]
fn lines_that_are_no_requests_are_answered_and_the_server_goes_on() {
    let folder = program::folder();
    let mut client = Client::greeted(folder.path(), &[], "2025-06-18");
    for (line, code) in [
        ("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\"", -32700),
        ("\u{fffd}\u{0}", -32700),
        ("{\"jsonrpc\": \"2.0\", \"id\": 7}", -32600),
        ("[]", -32600),
    ] {
        client.write(line.as_bytes());
        let said = client.message(Duration::from_secs(20)).expect(line);
        assert_eq!(said["error"]["code"], code, "{line}: {said}");
    }
    assert!(client.ask("tools/list", json!({}))["result"]["tools"].is_array());
}

#[test]
fn a_candidate_of_fifty_megabytes_is_refused_at_once() {
    let folder = program::folder();
    let mut client = Client::greeted(folder.path(), &[], MODERN);
    let asked = |bytes: usize| {
        json!({
            "repo": upstream(&lengths()),
            "symbols": ["lengths.convert"],
            "module_text": "#".repeat(bytes),
        })
    };
    for bytes in [50 << 20, 2 << 20] {
        let begun = Instant::now();
        let said = client.trouble("ripout_verify", asked(bytes));
        assert_eq!(said["error"]["code"], "too_large", "{said:#}");
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{:?}",
            begun.elapsed()
        );
    }
    // What has no end is not read.
    let endless = json!({
        "repo": upstream(&lengths()), "symbols": ["lengths.convert"], "module_path": "/dev/zero",
    });
    let said = client.trouble("ripout_verify", endless);
    assert_eq!(said["error"]["code"], "module_unreadable", "{said:#}");
    let file = folder.path().join("large.py");
    fs::write(&file, "#".repeat(2 << 20)).unwrap();
    let mut asked = asked(0);
    asked.as_object_mut().unwrap().remove("module_text");
    asked["module_path"] = json!(file);
    let said = client.trouble("ripout_verify", asked);
    assert_eq!(said["error"]["code"], "too_large", "{said:#}");
}

#[test]
fn a_cancelled_call_leaves_no_process_and_ends_no_other() {
    let folder = program::folder();
    let mut client = Client::greeted(folder.path(), &[], MODERN);
    let asked =
        json!({"name": "ripout_extract", "arguments": endless(), "_meta": {"progressToken": "p"}});
    let number = client.send("tools/call", asked);
    let processes = client.wait_for_processes();
    // What takes no time is answered meanwhile.
    let said = client.trouble("ripout_evidence", json!({"run": "run-0"}));
    assert_eq!(said["error"]["code"], "run_unknown");
    client.tell("notifications/cancelled", json!({"requestId": number}));
    gone(&client, &processes);
    let steps: Vec<f64> = client
        .heard
        .iter()
        .filter(|it| it["method"] == "notifications/progress")
        .map(|it| it["params"]["progress"].as_f64().unwrap())
        .collect();
    assert!(steps.is_sorted_by(|one, other| one < other), "{steps:?}");
    assert!(!steps.is_empty(), "progress was asked for");
    // The next one is judged as ever.
    let asked = json!({
        "repo": upstream(&lengths()), "symbols": ["lengths.convert"], "options": {"inputs": 1000},
    });
    assert_eq!(
        client.tool("ripout_extract", asked)["verdict"],
        "equivalent"
    );
}

#[test]
fn a_client_that_hangs_up_leaves_no_process_and_no_file() {
    let folder = program::folder();
    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let mut command = program::ripout(folder.path());
    command.arg("mcp").env("TMPDIR", &temporary);
    let mut client = Client::of(command);
    client.greet("2025-11-25");
    client.send(
        "tools/call",
        json!({"name": "ripout_extract", "arguments": endless()}),
    );
    let processes = client.wait_for_processes();
    assert!(fs::read_dir(&temporary).unwrap().count() > 0);
    client.hang_up();
    gone(&client, &processes);
    let begun = Instant::now();
    while client.child.try_wait().unwrap().is_none() {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the server stays"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let left: Vec<_> = fs::read_dir(&temporary).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

fn gone(client: &Client, processes: &[client::Process]) {
    let begun = Instant::now();
    while client.processes().len() + processes.iter().filter(|it| it.lives()).count() > 0 {
        assert!(
            begun.elapsed() < ENDING,
            "{:?} still live",
            client.processes()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn ten_clients_at_once_each_get_their_own() {
    let folder = program::folder();
    let case = lengths();
    let twins: Vec<PathBuf> = {
        let entries = fs::read_dir(case.join("twins")).unwrap().flatten();
        let mut twins: Vec<_> = entries.map(|entry| entry.path()).collect();
        twins.sort();
        twins
    };
    std::thread::scope(|scope| {
        for number in 0..10 {
            let (folder, case, twin) = (folder.path(), &case, &twins[number % twins.len()]);
            scope.spawn(move || {
                let revision = ["2025-06-18", "2025-11-25", MODERN][number % 3];
                let mut client = Client::greeted(folder, &[], revision);
                let text = fs::read_to_string(twin).unwrap();
                let asked = json!({
                    "repo": upstream(case), "symbols": ["lengths.convert"], "module_text": text,
                });
                let judged = client.tool("ripout_verify", asked);
                assert_eq!(
                    judged["verdict"],
                    "different",
                    "{}: {judged:#}",
                    twin.display()
                );
                let arguments = json!({"run": judged["run"], "part": "module"});
                let page = client.tool("ripout_evidence", arguments);
                assert_eq!(page["text"]["text"], text);
            });
        }
    });
}

#[test]
fn what_stands_behind_a_symbol_is_mapped_and_explained() {
    let folder = program::folder();
    let mut client = Client::greeted(folder.path(), &[], MODERN);
    let repo = upstream(&lengths());
    let whole = client.tool("ripout_map", json!({"repo": repo}));
    assert_eq!(whole["language"], "python");
    let reached = client.tool(
        "ripout_map",
        json!({"repo": repo, "symbol": "lengths.convert"}),
    );
    let all = |answer: &Value| answer["definitions_in_all"].as_u64().unwrap();
    assert!(
        all(&reached) > 1 && all(&reached) <= all(&whole),
        "{reached:#}"
    );
    let first = &reached["definitions"][0];
    assert_eq!(first["depth"], 0);
    assert!(
        first["name"].as_str().unwrap().ends_with("convert"),
        "{first}"
    );
    assert!(
        first["refers_to"].to_string().contains("_write_metres"),
        "{first}"
    );
    let how = next(&reached, "ripout_map")[0]["arguments"].clone();
    assert_eq!(how["explain"], true);
    let explained = client.tool("ripout_map", how);
    let text = explained["explanation"]["text"].as_str().unwrap();
    assert!(text.contains("lengths/reading.py:10-30"), "{text}");
    let said = client.trouble(
        "ripout_map",
        json!({"repo": repo, "symbol": "lengths.convrt"}),
    );
    assert_eq!(said["error"]["code"], "symbol_not_found");
    let said = client.trouble("ripout_map", json!({"repo": repo, "page": 99}));
    assert_eq!(said["error"]["code"], "no_such_page");
}

#[test]
fn a_ledger_is_checked() {
    let folder = program::folder();
    let mut client = Client::greeted(folder.path(), &["--offline"], MODERN);
    let said = client.trouble("ripout_check", json!({}));
    assert_eq!(said["error"]["code"], "ledger_missing");
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/strsim.rs"), "edited\n").unwrap();
    fs::write(folder.path().join("ripout.lock"), LEDGER).unwrap();
    let checked = client.tool("ripout_check", json!({"consumer": folder.path()}));
    assert_eq!(checked["state"], "edited");
    assert_eq!(checked["modules"][0]["text"], "edited");
    let again = &next(&checked, "ripout_verify")[0]["arguments"];
    assert_eq!(again["repo"], "crate:strsim@0.10.0");
    assert_eq!(
        again["module_path"],
        json!(folder.path().join("src/strsim.rs"))
    );
    assert_eq!(checked["modules"][0]["advisories"], json!([]));
    let advisory = folder.path().join("advisory.json");
    fs::write(&advisory, ADVISORY).unwrap();
    let checked = client.tool(
        "ripout_check",
        json!({"consumer": folder.path(), "advisories": [advisory]}),
    );
    let told = checked["modules"][0]["advisories"][0].as_str().unwrap();
    assert!(told.contains("RUSTSEC-2030-0001"), "{told}");
    let said = client.trouble(
        "ripout_check",
        json!({"consumer": folder.path(), "advisories": ["no.json"]}),
    );
    assert_eq!(said["error"]["code"], "advisories");
}

/// It speaks of what was taken.
const ADVISORY: &str = r#"{"id": "RUSTSEC-2030-0001", "summary": "oh", "affected": [{
    "package": {"ecosystem": "crates.io", "name": "strsim"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
    "ecosystem_specific": {"affects": {"functions": ["strsim::jaro_winkler"]}}}]}"#;

/// An entry that no text fits.
const LEDGER: &str = r#"version = 1

[[module]]
path = "src/strsim.rs"
hash = "sha256:00"
language = "rust"
kind = "crate"
package = "strsim"
version = "0.10.0"
licence = "MIT"
symbols = ["strsim::jaro_winkler"]
command = "ripout extract crate:strsim@0.10.0 strsim::jaro_winkler --stem strsim"
edits = []

[module.evidence]
verdict = "equivalent"
inputs = 5
seed = 1
"#;

#[test]
fn a_dependency_goes_once_that_is_asked_for_and_allowed() {
    let folder = project::with_strsim();
    let manifest = || fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let client = |arguments: &[&str]| {
        let mut command = program::ripout(folder.path());
        // The cache of the user's own: what was fetched once is not fetched again.
        command
            .env_remove("RIPOUT_CACHE_DIR")
            .arg("mcp")
            .args(arguments);
        let mut client = Client::of(command);
        client.greet(MODERN);
        client
    };
    let elsewhere = program::folder();
    let asked = json!({"dependency": "strsim", "consumer": folder.path(), "apply": true});
    let mut strict = client(&["--root", &elsewhere.path().display().to_string()]);
    let said = strict.trouble("ripout_remove", asked.clone());
    assert_eq!(said["error"]["code"], "outside_roots");
    let said = client(&["--read-only"]).trouble("ripout_remove", asked);
    assert_eq!(said["error"]["code"], "read_only");

    let mut client = client(&[]);
    let scanned = client.tool("ripout_scan", json!({}));
    let dependency = &scanned["dependencies"][0];
    assert_eq!(dependency["name"], "strsim");
    assert_eq!(dependency["symbols"], json!(["strsim::levenshtein"]));
    let asked = json!({"dependency": "strsim", "module_path": "words::near"});
    let proposed = client.tool("ripout_remove", asked);
    assert_eq!(proposed["verdict"], "equivalent", "{proposed:#}");
    assert_eq!(proposed["applied"], false);
    assert_eq!(proposed["proposal"]["tests_after"]["passed"], 1);
    let patch = proposed["patch"]["text"].as_str().unwrap();
    assert!(patch.contains("-strsim = \"=0.11.1\""), "{patch}");
    assert!(manifest().contains("strsim"), "nothing is applied unasked");
    let arguments = json!({"run": proposed["run"], "part": "patch"});
    let page = client.tool("ripout_evidence", arguments);
    assert_eq!(page["text"]["text"], patch);
    let apply = next(&proposed, "ripout_remove")[0]["arguments"].clone();
    let applied = client.tool("ripout_remove", apply);
    assert_eq!(applied["applied"], true, "{applied:#}");
    assert!(folder.path().join("src/words/near.rs").is_file());
    assert!(!manifest().contains("strsim"));
}

#[test]
fn a_module_of_the_agent_s_own_takes_a_dependency_s_place() {
    let folder = project::with_strsim();
    let mut command = program::ripout(folder.path());
    command.env_remove("RIPOUT_CACHE_DIR").arg("mcp");
    let mut client = Client::of(command);
    client.greet(MODERN);
    let options = json!({"inputs": 3000});
    let asked = json!({
        "repo": "crate:strsim@0.11.1", "symbols": ["strsim::levenshtein"],
        "module_text": project::SMALLER, "options": options,
    });
    let judged = client.tool("ripout_verify", asked);
    assert_eq!(judged["verdict"], "equivalent", "{judged:#}");
    let mut asked = next(&judged, "ripout_remove")[0]["arguments"].clone();
    assert_eq!(asked["dependency"], "strsim");
    asked["options"] = options.clone();
    let proposed = client.tool("ripout_remove", asked);
    assert_eq!(proposed["given"]["outcome"], "equivalent", "{proposed:#}");
    let patch = proposed["patch"]["text"].as_str().unwrap();
    let written = "+written_by = \"an agent\"";
    assert!(patch.contains(written), "{patch}");

    // What is wrong with it is told, and the author's text is proposed.
    let wrong = project::SMALLER.replace(".chars()", ".bytes()");
    let asked = json!({"dependency": "strsim", "module_text": wrong, "options": options});
    let proposed = client.tool("ripout_remove", asked);
    assert_eq!(proposed["given"]["outcome"], "different", "{proposed:#}");
    assert_eq!(proposed["verdict"], "equivalent", "{proposed:#}");
    let patch = proposed["patch"]["text"].as_str().unwrap();
    assert!(!patch.contains(written), "{patch}");

    let asked = json!({"dependency": "strsim", "specialize": true});
    let said = client.trouble("ripout_remove", asked);
    assert_eq!(said["error"]["code"], "arguments");
}

/// What a server on the loopback says to an `initialize` that comes from a page of this origin.
fn over_http(address: &str, origin: Option<&str>) -> String {
    let body = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    })
    .to_string();
    let origin = origin.map_or(String::new(), |origin| format!("Origin: {origin}\r\n"));
    let mut stream = TcpStream::connect(address).expect("the server listens");
    write!(
        stream,
        "POST /mcp HTTP/1.1\r\nHost: {address}\r\nAccept: application/json, text/event-stream\r\n{origin}\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("the server reads");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let mut said = String::new();
    // Whether the connection is closed at the end is of no matter here.
    let _ = stream.read_to_string(&mut said);
    said
}

#[test]
fn pages_of_the_web_are_not_served_over_http() {
    let folder = program::folder();
    let (mut server, address) = program::served(folder.path());
    let own = over_http(&address, None);
    let foreign = over_http(&address, Some("https://example.org"));
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(
        own.starts_with("HTTP/1.1 200") && own.contains("\"serverInfo\""),
        "{own}"
    );
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
}

#[test]
fn only_the_loopback_is_served_over_http() {
    let folder = program::folder();
    let output = program::run(folder.path(), &["mcp", "--http", "0.0.0.0:0"]);
    assert_eq!(program::code(&output), 2);
    assert!(program::err(&output).contains("loopback"));
}
