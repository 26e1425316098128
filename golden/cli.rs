//! The program as a user meets it: streams, exit codes, documents, help. Needs no network and no package.

mod program;

use std::{fs, process::Command};

use program::{code, document, err, folder, out, ripout, run};

/// A crate that can be mapped.
fn small_crate() -> tempfile::TempDir {
    let folder = folder();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(
        folder.path().join("Cargo.toml"),
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("src/lib.rs"),
        "pub fn twice(x: u8) -> u16 {\n    widen(x) * 2\n}\n\nfn widen(x: u8) -> u16 {\n    x.into()\n}\n",
    )
    .unwrap();
    folder
}

#[test]
fn without_arguments_it_says_what_there_is() {
    let output = run(folder().path(), &[]);
    assert_eq!(code(&output), 2);
    assert_eq!(out(&output), "");
    for command in [
        "extract",
        "verify",
        "map",
        "explain",
        "scan",
        "remove",
        "batch",
        "cache",
        "completions",
        "man",
    ] {
        assert!(err(&output).contains(command), "{command}");
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = folder();
    for command in [
        "extract",
        "verify",
        "map",
        "explain",
        "scan",
        "remove",
        "batch",
        "cache",
        "completions",
        "man",
    ] {
        let output = run(folder.path(), &[command, "--help"]);
        assert_eq!(code(&output), 0, "{command}");
        assert!(out(&output).contains("Example"), "{command}");
        assert!(
            out(&output).contains(&format!("  ripout {command}")),
            "{command}"
        );
        assert_eq!(err(&output), "", "{command}");
    }
}

/// The small crate with two dependencies in folders of their own: one that is used a little, and one that is not.
fn small_consumer() -> tempfile::TempDir {
    let folder = small_crate();
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
    };
    write("vendor/wide/Cargo.toml", &package("wide"));
    let rest: String = (0..50)
        .map(|n| format!("pub fn other_{n}() {{}}\n"))
        .collect();
    write(
        "vendor/wide/src/lib.rs",
        &format!("pub fn half(x: u8) -> u8 {{\n    x / 2\n}}\n{rest}"),
    );
    write("vendor/idle/Cargo.toml", &package("idle"));
    write("vendor/idle/src/lib.rs", "");
    write(
        "Cargo.toml",
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\nexclude = [\"vendor\"]\n\n\
         [dependencies]\nnarrow = { package = \"wide\", path = \"vendor/wide\" }\nidle = { path = \"vendor/idle\" }\n",
    );
    write(
        "src/lib.rs",
        "pub fn quarter(x: u8) -> u8 {\n    let half = narrow::half(x);\n    narrow::half(half)\n}\n",
    );
    folder
}

#[test]
fn a_scan_that_measures_builds_a_copy_and_says_what_is_unused() {
    let folder = small_consumer();
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let scanned = |more: &[&str]| {
        let arguments = [&["scan", "--offline", "--format", "json"], more].concat();
        let output = run(folder.path(), &arguments);
        assert_eq!(code(&output), 0, "{}", err(&output));
        document(&output)["projects"][0]["dependencies"].clone()
    };
    let of = |dependencies: &serde_json::Value, name: &str| {
        let all = dependencies.as_array().unwrap();
        all.iter().find(|it| it["name"] == name).unwrap().clone()
    };
    let read = scanned(&[]);
    assert_eq!(of(&read, "idle")["verdict"], "keep");
    assert!(of(&read, "idle")["build_seconds"].is_null());
    let measured = scanned(&["--measure"]);
    let (idle, wide) = (of(&measured, "idle"), of(&measured, "wide"));
    assert_eq!(
        (&idle["verdict"], &wide["verdict"]),
        (&"unused".into(), &"rip".into())
    );
    assert!(wide["build_seconds"].is_number(), "{wide}");
    let reason = idle["reasons"][0].as_str().unwrap();
    assert!(reason.contains("cargo check"), "{reason}");
    assert_eq!(
        fs::read_to_string(folder.path().join("Cargo.toml")).unwrap(),
        manifest
    );
    assert!(
        !folder.path().join("target").exists(),
        "the project itself is not built"
    );
}

#[test]
fn a_scan_tells_what_is_worth_leaving() {
    let folder = small_consumer();
    let output = run(folder.path(), &["scan", "--offline", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let document = document(&output);
    assert_eq!(document["schema"], "ripout.scan/1");
    let dependencies = &document["projects"][0]["dependencies"];
    let (wide, idle) = (&dependencies[0], &dependencies[1]);
    assert_eq!(
        (&wide["name"], &wide["verdict"]),
        (&"wide".into(), &"rip".into())
    );
    assert_eq!(wide["called"][0], "narrow");
    assert_eq!(wide["declared"][0]["line"], 10);
    assert_eq!(wide["symbols"][0]["name"], "wide::half");
    assert_eq!(wide["symbols"][0]["places"], 2);
    assert_eq!(wide["uses"][0]["line"], 2);
    assert_eq!(wide["closure"]["lines"], 3);
    assert_eq!(wide["saving"]["packages"][0], "wide@1.0.0");
    assert_eq!(wide["saving"]["lines"], 53);
    assert_eq!(
        (&idle["name"], &idle["verdict"]),
        (&"idle".into(), &"keep".into())
    );
    assert_eq!(idle["reasons"][0], "no use found; try a build without it");
    assert!(!folder.path().join("Cargo.lock").exists());

    let output = run(folder.path(), &["scan", "--offline", "--fail-on", "rip"]);
    assert_eq!(code(&output), 1);
    assert!(
        out(&output).contains("rip    wide 1.0.0\n"),
        "{}",
        out(&output)
    );
    let output = run(folder.path(), &["scan", "--offline", "--format", "sarif"]);
    let sarif = self::document(&output);
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "rip");
    let output = run(
        folder.path(),
        &["scan", "--offline", "--format", "markdown"],
    );
    assert!(
        out(&output).contains("| `rip` | wide 1.0.0 | 1 | 2 | 3 | 1 | 53 |"),
        "{}",
        out(&output)
    );
    let output = run(folder.path(), &["scan", "vendor"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("no Cargo.toml"), "{}", err(&output));
}

#[test]
fn wrong_arguments_are_exit_2_and_nothing_on_standard_output() {
    let folder = folder();
    for arguments in [
        &["extract"][..],
        &["extract", "."],
        &["extract", ".", "a::b", "--budget", "0"],
        &["extract", ".", "a::b", "--inputs", "many"],
        &["extract", ".", "a::b", "--edition", "2020"],
        &["extract", ".", "a::b", "--synth", "llm"],
        &[
            "extract",
            ".",
            "a::b",
            "--synth",
            "command",
            "--command",
            "say 'no end",
        ],
        &["extract", ".", "a::b", "--for", "nowhere"],
        &["extract", ".", "a::b", "--driver", "missing.rs"],
        &["verify", ".", "a::b"],
        &["verify", ".", "a::b", "--module", "missing.rs"],
        &["extrakt", ".", "a::b"],
        &["batch", "missing.toml"],
        &["--frobnicate"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        assert!(
            err(&output).starts_with("error: "),
            "{arguments:?}: {}",
            err(&output)
        );
    }
}

#[test]
fn every_error_is_a_document_where_json_is_asked_for() {
    let folder = folder();
    fs::write(folder.path().join("m.txt"), "").unwrap();
    for (arguments, code_word) in [
        (&["extract", "--format", "json"][..], "arguments"),
        (&["extract", ".", "--format=json"], "arguments"),
        (
            &["extract", ".", "a::b", "--frobnicate", "--format", "json"],
            "arguments",
        ),
        (
            &["extract", ".", "a::b", "--synth", "llm", "--format", "json"],
            "arguments",
        ),
        (
            &[
                "extract", ".", "a::b", "--replay", "nowhere", "--format", "json",
            ],
            "replay_missing",
        ),
        (
            &[
                "extract",
                ".",
                "a::b",
                "--synth",
                "command",
                "--command",
                "x",
                "--max-usd",
                "1",
                "--format",
                "json",
            ],
            "arguments",
        ),
        (
            &["extract", ".", "a::b", "--for", ".", "--format", "json"],
            "no_project",
        ),
        (
            &[
                "verify", ".", "a::b", "--module", "no.rs", "--format", "json",
            ],
            "module_not_found",
        ),
        (
            &[
                "verify", ".", "a::b", "--module", "m.txt", "--input", "0", "--format", "json",
            ],
            "arguments",
        ),
        (&["batch", "no.toml", "--format", "json"], "batch_file"),
        (
            &["extract", ".", "a::b", "--format", "json"],
            "other_language",
        ),
        (&["map", ".", "--format", "json"], "other_language"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        let document = document(&output);
        assert_eq!(document["schema"], "ripout.error/1", "{arguments:?}");
        assert_eq!(document["code"], code_word, "{arguments:?}: {document}");
        assert!(
            document["text"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{arguments:?}"
        );
        assert!(document.get("help").is_some(), "{arguments:?}");
    }
}

#[test]
fn a_foreign_folder_is_left_alone_before_any_work_is_done() {
    let folder = small_crate();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.tex"), "years of work").unwrap();
    let output = run(
        folder.path(),
        &[
            "extract",
            ".",
            "small::twice",
            "--out",
            "out",
            "--format",
            "json",
        ],
    );
    assert_eq!(code(&output), 2);
    assert_eq!(document(&output)["code"], "output_folder_foreign");
    assert_eq!(
        fs::read_to_string(out.join("thesis.tex")).unwrap(),
        "years of work"
    );
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
}

#[test]
fn a_folder_that_can_not_be_written_is_said_before_any_work_is_done() {
    let folder = small_crate();
    // Below a file, so that it fails for root, too.
    let output = run(
        folder.path(),
        &[
            "extract",
            ".",
            "small::twice",
            "--out",
            "Cargo.toml/out",
            "--format",
            "json",
        ],
    );
    assert_eq!(code(&output), 2);
    let document = document(&output);
    let code_word = document["code"].as_str().unwrap();
    assert!(code_word.starts_with("output_folder_"), "{document}");
    assert!(
        document["text"].as_str().unwrap().contains("Cargo.toml"),
        "{document}"
    );
}

#[test]
fn settings_come_from_the_file_then_the_environment_then_the_command_line() {
    let folder = folder();
    let config = folder.path().join("ripout.toml");
    let arguments = ["extract", ".", "a::b"];

    fs::write(&config, "format = \"json\"\n").unwrap();
    let output = run(folder.path(), &arguments);
    assert_eq!(document(&output)["code"], "other_language");

    let output = ripout(folder.path())
        .args(arguments)
        .env("RIPOUT_FORMAT", "text")
        .output()
        .unwrap();
    assert_eq!(out(&output), "");

    let output = ripout(folder.path())
        .args(arguments)
        .args(["--format", "json"])
        .env("RIPOUT_FORMAT", "text")
        .output()
        .unwrap();
    assert_eq!(document(&output)["code"], "other_language");

    fs::write(&config, "formt = \"json\"\n").unwrap();
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("formt"), "{}", err(&output));

    // A stranger's tree must not be able to switch the sandbox off.
    fs::write(&config, "no-sandbox = true\n").unwrap();
    assert!(err(&run(folder.path(), &arguments)).contains("no-sandbox"));
}

#[test]
fn colour_is_for_terminals_and_whoever_asks() {
    let folder = folder();
    let arguments = ["extract", ".", "a::b"];
    let escape = "\u{1b}[";
    assert!(!err(&run(folder.path(), &arguments)).contains(escape));
    let always = ["--color", "always", "extract", ".", "a::b"];
    assert!(err(&run(folder.path(), &always)).contains(escape));
    let never = ["--color", "never", "extract", "--help"];
    assert!(!out(&run(folder.path(), &never)).contains(escape));
}

#[test]
fn completions_and_the_man_page_are_made() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(folder.path(), &["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(out(&output).contains("extract"), "{shell}");
    }
    let output = run(folder.path(), &["man"]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains(".TH"));
    assert!(out(&output).contains("ripout"));
}

#[test]
fn the_version_tells_of_the_sandbox_when_asked() {
    let folder = folder();
    let output = run(folder.path(), &["--version"]);
    assert_eq!(
        out(&output),
        format!("ripout {}\n", env!("CARGO_PKG_VERSION"))
    );
    let output = run(folder.path(), &["--version", "--verbose"]);
    assert_eq!(code(&output), 0);
    assert!(
        out(&output).contains("sandbox: network"),
        "{}",
        out(&output)
    );
}

#[test]
fn cargo_ripout_is_the_same_program() {
    let folder = folder();
    let cargo_ripout = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_cargo-ripout"))
            .args(arguments)
            .current_dir(folder.path())
            .env("RIPOUT_CACHE_DIR", folder.path().join(".cache"))
            .output()
            .unwrap()
    };
    let output = cargo_ripout(&["ripout", "--version"]);
    assert_eq!(
        out(&output),
        format!("ripout {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(code(&cargo_ripout(&["ripout"])), 2);

    // Without `<repo>` it is what Cargo.lock pins, and without a lock file that is said.
    let arguments = [
        "ripout",
        "extract",
        "humantime::parse_duration",
        "--format",
        "json",
    ];
    assert_eq!(
        document(&cargo_ripout(&arguments))["code"],
        "lock_file_missing"
    );
    fs::write(folder.path().join("Cargo.lock"), "version = 4\n").unwrap();
    assert_eq!(
        document(&cargo_ripout(&arguments))["code"],
        "dependency_not_found"
    );
}

#[test]
fn a_map_is_text_json_and_dot() {
    let folder = small_crate();
    let text = run(folder.path(), &["map", "."]);
    assert_eq!(code(&text), 0, "{}", err(&text));
    assert!(
        out(&text).contains("the tree has 2 files"),
        "{}",
        out(&text)
    );
    let json = run(folder.path(), &["map", ".", "--format", "json", "--quiet"]);
    assert_eq!(err(&json), "");
    let document = document(&json);
    assert_eq!(document["schema"], "ripout.map/1");
    assert_eq!(document["language"], "rust");
    assert_eq!(document["files"], 2, "the source and the manifest");
    let dot = run(folder.path(), &["map", ".", "--format", "dot"]);
    assert!(out(&dot).starts_with("digraph"), "{}", out(&dot));
}

#[test]
fn a_second_map_is_the_same() {
    let folder = small_crate();
    let first = run(folder.path(), &["map", "."]);
    let second = run(folder.path(), &["map", "."]);
    assert_eq!(out(&first), out(&second));
}

#[test]
fn the_cache_can_be_found_and_emptied() {
    let folder = small_crate();
    run(folder.path(), &["map", "."]);
    let output = run(folder.path(), &["cache", "dir"]);
    let cache = folder.path().join(".cache");
    assert_eq!(out(&output), format!("{}\n", cache.display()));
    assert!(cache.join("facts").is_dir());
    assert_eq!(code(&run(folder.path(), &["cache", "prune"])), 0);
    assert!(cache.join("facts").is_dir(), "what was used just now stays");
    assert_eq!(code(&run(folder.path(), &["cache", "clean"])), 0);
    assert!(!cache.join("facts").exists());
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = small_crate();
    let mut child = ripout(folder.path())
        .args(["map", "."])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}
