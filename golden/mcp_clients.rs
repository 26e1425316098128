//! What others say of the server: the official conformance suite, and the official client for Python.
//!
//! Both have to be named, and need no network then:
//!
//! ```text
//! npm install node@22 @modelcontextprotocol/conformance@0.2.0-alpha.12     RIPOUT_CONFORMANCE=that folder
//! pip install 'mcp[cli]==2.3.0'                                            RIPOUT_MCP_PYTHON=its interpreter
//! cargo test --test mcp_clients
//! ```

mod program;
mod project;

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

/// Scenarios that ask for what ripout does not offer: resources, prompts, completion, questions back, tasks, logging; or that call
/// tools which a server of the suite's own would have.
const NOT_OFFERED: [&str; 12] = [
    "completion-",
    "elicitation-",
    "http-custom-header-",
    "input-required-",
    "json-schema-2020-12",
    "logging-",
    "prompts-",
    "resources-",
    "sep-2164-resource-",
    "tasks-",
    "tools-call-",
    "server-sse-polling",
];

/// Single checks of the same kind within other scenarios.
const NOT_OFFERED_CHECKS: [&str; 7] = [
    "sep-2549-prompts-list-caching-hints",
    "sep-2549-resources-list-caching-hints",
    "sep-2549-resources-templates-list-caching-hints",
    "sep-2575-http-server-no-independent-requests-on-stream",
    "sep-2575-missing-capability-http-400",
    "sep-2575-server-no-log-without-loglevel",
    "sep-2575-server-rejects-undeclared-capability",
];

/// Scenarios of what is offered, by revision, and how many checks hold at least in all of that revision's.
const REVISIONS: [(&str, &[&str], usize); 2] = [
    (
        "2026-07-28",
        &[
            "caching",
            "dns-rebinding-protection",
            "http-header-validation",
            "server-sse-multiple-streams",
            "server-stateless",
            "tools-list",
        ],
        97,
    ),
    (
        "2025-11-25",
        &[
            "dns-rebinding-protection",
            "ping",
            "server-initialize",
            "server-session-lifecycle",
            "tools-list",
        ],
        43,
    ),
];

#[test]
fn the_official_suite_finds_what_is_offered_as_it_requires() {
    let suite = std::env::var_os("RIPOUT_CONFORMANCE");
    let suite =
        PathBuf::from(suite.expect("RIPOUT_CONFORMANCE names where the suite is installed"));
    let modules = suite.join("node_modules");
    let folder = program::folder();
    let (mut server, address) = program::served(folder.path());
    let url = format!("http://{address}/mcp");
    for (revision, offered, least) in REVISIONS {
        let out = folder.path().join(revision);
        // It fails whatever is not offered: its own word counts for nothing here.
        let output = Command::new(modules.join(".bin/node"))
            .arg(modules.join("@modelcontextprotocol/conformance/dist/index.js"))
            .args(["server", "--url", &url, "--requirements", revision, "-o"])
            .arg(&out)
            .output()
            .expect("the suite starts");
        let (mut seen, mut held) = (BTreeSet::new(), 0);
        for (scenario, checks) in scenarios(&out) {
            let is_offered = !NOT_OFFERED.iter().any(|it| scenario.starts_with(it));
            for check in &checks {
                let (id, status) = (check["id"].as_str().unwrap_or_default(), &check["status"]);
                held += usize::from(status == "SUCCESS");
                let must = is_offered && !NOT_OFFERED_CHECKS.contains(&id)
                    || check["name"] == "WireSchemaValid";
                assert!(
                    !must || status != "FAILURE",
                    "{revision} {scenario} {check:#}"
                );
            }
            seen.insert(scenario);
        }
        for name in offered {
            assert!(
                seen.contains(*name),
                "{name} was not run: {}",
                program::err(&output)
            );
        }
        assert!(held >= least, "{revision}: {held} checks hold, of {least}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

/// What the suite wrote of each scenario: `server-NAME-2026-07-28T12-34-56-789Z/checks.json`.
fn scenarios(out: &Path) -> Vec<(String, Vec<Value>)> {
    let folders = fs::read_dir(out).unwrap().map(|entry| entry.unwrap());
    folders
        .map(|folder| {
            let name = folder.file_name().into_string().unwrap();
            let (name, _) = name.rsplit_once('T').expect("a time ends the name");
            let name = name.strip_prefix("server-").unwrap_or(name);
            let name = &name[..name.len() - "-2026-07-28".len()];
            let text = fs::read(folder.path().join("checks.json")).unwrap();
            (name.to_owned(), serde_json::from_slice(&text).unwrap())
        })
        .collect()
}

#[test]
fn the_official_client_drives_the_server_from_the_slice_to_the_patch() {
    let python = std::env::var_os("RIPOUT_MCP_PYTHON");
    let python = python.expect("RIPOUT_MCP_PYTHON names an interpreter that has the client");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let case = here.join("golden/python/planted_faults_are_different");
    let folder = project::with_strsim();
    let plan = json!({
        "ripout": env!("CARGO_BIN_EXE_ripout"),
        "folder": folder.path(),
        "extract": {"repo": case.join("upstream"), "symbols": ["lengths.convert"]},
        "wrong": fs::read_to_string(case.join("twins/off_by_one.py")).unwrap(),
        "remove": {"dependency": "strsim"},
    });
    let mut client = Command::new(python)
        .arg(here.join("golden/mcp/official.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the interpreter starts");
    let mut input = client.stdin.take().unwrap();
    input.write_all(plan.to_string().as_bytes()).unwrap();
    drop(input);
    let output = client.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", program::err(&output));
    let found = program::document(&output);
    for (client, revision) in [("session", "2025-11-25"), ("client", "2026-07-28")] {
        let found = &found[client];
        assert_eq!(found["revision"], revision, "{found:#}");
        assert_eq!(
            found["tools"].as_array().map(Vec::len),
            Some(7),
            "{found:#}"
        );
        let answers = found["answers"].as_array().unwrap();
        let verdicts: Vec<&str> = answers
            .iter()
            .map(|answer| answer["verdict"].as_str().unwrap())
            .collect();
        let expected = ["equivalent", "different", "equivalent", "equivalent"];
        assert_eq!(verdicts, expected, "{found:#}");
        let counterexample = &answers[1]["counterexample"];
        assert_ne!(counterexample["original"], counterexample["module"]);
        let patch = answers[3]["patch"]["text"].as_str().unwrap();
        assert!(patch.contains("strsim"), "{patch}");
    }
    assert!(found["heard"].as_u64() > Some(0), "{found:#}");
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("strsim"), "nothing is applied unasked");
}
