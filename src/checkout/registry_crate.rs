//! Published crates, through cargo itself: its registries, mirrors, offline settings and checksums hold.
//!
//! A package of ours that depends on the crate is resolved by cargo, which downloads the crate, checks its hash against
//! the index, and unpacks it. Resolving runs no code of the crate.

use std::{fs, path::Path, path::PathBuf};

use ripout_model::{Answer, Command, Failure, Host, HostError, Source, SourceKind, Stop, Tree};
use serde::{Deserialize, Serialize};

use super::{Wanted, cache::Cache, near};

/// What a wish for a crate came to.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    version: String,
    root: PathBuf,
}

/// Gets a crate, with what it requires on this platform, into cargo's own cache.
pub(super) fn checkout(
    name: &str,
    version: Option<&str>,
    wanted: &Wanted,
    cache: &Cache,
    host: &dyn Host,
) -> Result<Tree, Stop> {
    // Another home of cargo's is another registry, with other settings.
    let home = std::env::var("CARGO_HOME").unwrap_or_default();
    let wish = ["crate", name, version.unwrap_or(""), &home];
    let pinned = version.is_some_and(|version| version.split('.').count() >= 3);
    if (pinned || wanted.offline)
        && let Some(found) = cache.recall::<Found>(&wish)
        // Cargo writes this once a crate is unpacked whole.
        && found.root.join(".cargo-ok").exists()
    {
        return tree(name, found);
    }
    let found = resolve(name, version, wanted.offline, host)?;
    cache.remember(&wish, &found);
    cache.remember(&["crate", name, &found.version, &home], &found);
    tree(name, found)
}

fn resolve(
    name: &str,
    version: Option<&str>,
    offline: bool,
    host: &dyn Host,
) -> Result<Found, Stop> {
    host.say(&format!("fetch {name}"), 0, None);
    let folder = host.folder("crate")?;
    let requirement = version.map_or("*".into(), |version| format!("={version}"));
    // Resolver 2 takes the newest version, whatever compiler it asks for: a compiler that is too old is told later.
    folder.write(
        "Cargo.toml",
        format!(
            "[package]\nname = \"ripout-wants\"\nversion = \"0.0.0\"\nedition = \"2021\"\nresolver = \"2\"\n\
             [lib]\npath = \"lib.rs\"\n[workspace]\n[dependencies.wanted]\npackage = \"{name}\"\nversion = \"{requirement}\"\n"
        )
        .as_bytes(),
    )?;
    folder.write("lib.rs", b"")?;
    let platform = platform(folder.path(), host)?;
    let mut command = Command::new("cargo", folder.path()).args([
        "metadata",
        "--format-version=1",
        "--color=never",
        "--filter-platform",
        &platform,
    ]);
    if offline {
        command = command.arg("--offline");
    }
    let answer = fetch(&command, host)?;
    if !answer.ok() {
        return Err(explain(name, version, offline, &answer).into());
    }
    let metadata: Metadata = serde_json::from_slice(&answer.stdout)
        .map_err(|error| Failure::new("toolchain", format!("cargo metadata: {error}")))?;
    let wanted = metadata
        .packages
        .into_iter()
        .filter(|package| same_name(&package.name, name) && package.source.is_some())
        // A crate may require another version of itself; the one that was asked for satisfies `version`.
        .find(|package| match version {
            Some(version) => {
                package.version == version
                    || package.version.starts_with(&format!("{version}."))
                    || same_but_build(&package.version, version)
            }
            None => metadata.resolve.requires(&package.id),
        });
    let Some(package) = wanted else {
        let text = format!("cargo resolved no crate {name}");
        return Err(Failure::new("package_not_found", text).into());
    };
    let root = package
        .manifest_path
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default();
    Ok(Found {
        version: package.version,
        root,
    })
}

/// The parts of `cargo metadata` that are read here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    root: Option<String>,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

impl Resolve {
    /// Whether our own package depends on `id` directly.
    fn requires(&self, id: &str) -> bool {
        self.nodes
            .iter()
            .filter(|node| self.root.as_deref() == Some(&node.id))
            .any(|node| node.dependencies.iter().any(|it| it == id))
    }
}

/// The registry tells `-` and `_` apart only when it prints them.
fn same_name(one: &str, other: &str) -> bool {
    one.replace('_', "-") == other.replace('_', "-")
}

/// `1.0.0+build` is what `1.0.0` asks for.
fn same_but_build(one: &str, other: &str) -> bool {
    one.split('+').next() == other.split('+').next()
}

/// The platform that the compiler builds for.
fn platform(folder: &Path, host: &dyn Host) -> Result<String, Stop> {
    let answer = fetch(&Command::new("rustc", folder).arg("-vV"), host)?;
    let text = answer.text();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    match line {
        Some(platform) if answer.ok() => Ok(platform.trim().to_owned()),
        _ => Err(Failure::new(
            "toolchain",
            format!("rustc -vV: {}", answer.errors().trim()),
        )
        .into()),
    }
}

/// Runs a tool of the Rust toolchain; that it is not there is told with advice.
fn fetch(command: &Command, host: &dyn Host) -> Result<Answer, Stop> {
    host.fetch(command).map_err(|error| match error {
        HostError::Start { program, source } => {
            let text = format!("{} can't be started: {source}", program.display());
            Failure::new("toolchain_missing", text)
                .help("install Rust with rustup, and see that cargo is on PATH")
                .into()
        }
        other => other.into(),
    })
}

/// What cargo's words mean for the user.
fn explain(name: &str, version: Option<&str>, offline: bool, answer: &Answer) -> Failure {
    let errors = answer.errors();
    let said = errors.trim();
    let wanted = version.map_or(name.to_owned(), |version| format!("{name} {version}"));
    if offline {
        let text = format!(
            "{wanted} is not in cargo's cache, or something it requires is not: {}",
            first_line(said)
        );
        return Failure::new("offline", text).help(format!(
            "run once without --offline: `cargo` then keeps {wanted}"
        ));
    }
    if said.contains("failed to select a version") {
        let versions = listed_versions(said);
        let mut failure = Failure::new(
            "version_not_found",
            format!(
                "the registry has no version {} of the crate {name}",
                version.unwrap_or("*")
            ),
        );
        if said.contains("is yanked") {
            failure.text = format!("{wanted} was yanked by its authors");
        }
        if !versions.is_empty() {
            let names: Vec<&str> = versions.iter().map(String::as_str).collect();
            let mut near = near(version.unwrap_or(""), &names);
            near.extend(
                names
                    .iter()
                    .filter(|name| !near.contains(name))
                    .copied()
                    .collect::<Vec<_>>(),
            );
            near.truncate(5);
            failure = failure.help(format!("there are {}", near.join(", ")));
        }
        return failure;
    }
    if said.contains("no matching package") {
        let text = format!("the registry has no crate {name}");
        let hint = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("perhaps you meant:"))
            .map(|names| format!("perhaps you meant {}", names.trim()));
        return Failure::new("package_not_found", text).help(
            hint.unwrap_or("check the spelling: the registry can't be asked for near names".into()),
        );
    }
    let network = [
        "network",
        "resolve host",
        "failed to download",
        "download of",
        "timed out",
        "timeout",
        "Could not connect",
        "couldn't connect",
        "SSL",
        "proxy",
    ];
    if network
        .iter()
        .any(|word| said.to_lowercase().contains(&word.to_lowercase()))
    {
        return Failure::new("network", format!("fetch {wanted}: {}", cause(said)))
            .help("check the network, or use --offline for what was fetched before");
    }
    Failure::new("checkout", format!("fetch {wanted}: {said}"))
}

/// The versions in a message like `candidate versions found which didn't match: 2.4.0, 2.3.0, ...`.
fn listed_versions(said: &str) -> Vec<String> {
    said.lines()
        .filter_map(|line| line.split_once("didn't match: "))
        .flat_map(|(_, list)| list.split(", "))
        .map(|version| version.trim().to_owned())
        .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

fn first_line(said: &str) -> &str {
    let line = said.lines().find(|line| line.starts_with("error"));
    line.unwrap_or(said).trim_start_matches("error: ")
}

/// The last cause in a chain of cargo's: the one that says what really happened.
fn cause(said: &str) -> &str {
    said.lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .unwrap_or(said)
}

/// The tree of an unpacked crate, with what its own files say of it.
fn tree(name: &str, found: Found) -> Result<Tree, Stop> {
    let Found { version, root } = found;
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    let manifest: Option<toml::Table> = read("Cargo.toml").and_then(|text| text.parse().ok());
    let package = manifest
        .as_ref()
        .and_then(|it| it.get("package")?.as_table());
    let text = |key: &str| Some(package?.get(key)?.as_str()?.to_owned());
    let info: Option<serde_json::Value> =
        read(".cargo_vcs_info.json").and_then(|text| serde_json::from_str(&text).ok());
    let source = Source {
        kind: SourceKind::Crate,
        name: text("name").unwrap_or_else(|| name.to_owned()),
        version: Some(version),
        rev: info.and_then(|info| Some(info.pointer("/git/sha1")?.as_str()?.to_owned())),
        licence: text("license"),
    };
    Ok(Tree {
        root,
        source,
        documents: None,
        companions: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use ripout_model::Exit;

    use super::*;

    fn said(text: &str) -> Answer {
        Answer {
            exit: Exit::Code(101),
            stdout: Vec::new(),
            stderr: text.into(),
            elapsed: std::time::Duration::ZERO,
        }
    }

    #[test]
    fn a_version_that_is_not_there_names_the_nearest() {
        let answer = said(
            "error: failed to select a version for the requirement `humantime = \"=2.4.1\"`\n\
             candidate versions found which didn't match: 2.4.0, 2.3.0, 1.3.0, ...\n\
             location searched: index",
        );
        let failure = explain("humantime", Some("2.4.1"), false, &answer);
        assert_eq!(failure.code, "version_not_found");
        let help = failure.help.unwrap();
        assert!(help.starts_with("there are 2.4.0"), "{help}");
        assert!(!help.contains("..."), "{help}");
    }

    #[test]
    fn other_messages() {
        let answer =
            said("error: no matching package named `nope` found\nlocation searched: index");
        assert_eq!(
            explain("nope", None, false, &answer).code,
            "package_not_found"
        );
        assert_eq!(explain("nope", None, true, &answer).code, "offline");
        let answer = said(
            "error: failed to get `a` as a dependency\n\nCaused by:\n  [6] Could not resolve hostname",
        );
        let failure = explain("a", None, false, &answer);
        assert_eq!(failure.code, "network");
        assert!(failure.text.ends_with("Could not resolve hostname"));
    }
}
