//! The package and its dependencies as cargo resolves them.
//!
//! Cargo is asked from a folder of ours, about a package of ours that depends on the wanted one: nothing in a stranger's
//! `.cargo/config.toml` or `rust-toolchain.toml` is read, the strangers' folder is not written to, and what comes back is
//! resolved as it would be for a consumer.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, TargetKind};
use ripout_model::{
    Command, Failure, Host, HostError, Package, Reason, ReasonCode, Settings, SourceKind, Stop,
    Tree, place::read_below,
};

use crate::{
    original::RustOriginal,
    symbols,
    toolchain::{self, Toolchain},
};

/// What cargo knows of one package, beside [`ripout_model::Package`] (same index).
#[derive(Debug, Clone)]
pub struct Crate {
    /// Name of the library target as Rust code spells it.
    pub lib_name: String,
    /// Root file of the library, relative to the package's root.
    pub lib_file: String,
    /// `2015` … `2024`.
    pub edition: String,
    /// Features switched on.
    pub features: Vec<String>,
    /// Normal dependencies for this target: the name Rust code uses, and the index of the package.
    pub dependencies: Vec<(String, usize)>,
    /// What its build script needs, in the same form; indices go on into [`RustOriginal::tools`].
    pub build_dependencies: Vec<(String, usize)>,
    /// Build script, relative to the package's root.
    pub build_script: Option<String>,
    /// `links` key.
    pub links: Option<String>,
    /// Whether it is a proc-macro crate.
    pub proc_macro: bool,
    /// `rust-version` key.
    pub rust_version: Option<String>,
}

/// Reads the tree with `cargo metadata` and finds the symbols.
pub fn open(
    tree: &Tree,
    symbols: &[String],
    settings: &Settings,
    host: &dyn Host,
) -> Result<RustOriginal, Stop> {
    let members = members(&tree.root)?;
    if members.is_empty() {
        return Err(Failure::new(
            "no_package",
            format!("{} holds no Cargo.toml with a package", tree.root.display()),
        )
        .into());
    }
    let member = choose(&members, symbols)?;
    let toolchain = Toolchain::ask(host)?;
    let metadata = metadata(tree, member, &toolchain.triple, settings, host)?;
    let (mut packages, mut crates, reachable) = packages(&metadata, member)?;
    let tools = packages
        .split_off(reachable)
        .into_iter()
        .zip(crates.split_off(reachable))
        .collect();
    let mut source = tree.source.clone();
    source.licence = source
        .licence
        .take()
        .or_else(|| packages[0].licence.clone());
    source.version = source
        .version
        .take()
        .or_else(|| Some(packages[0].version.clone()));
    refuse(&packages[0], &crates[0])?;
    toolchain.suffices(
        packages
            .iter()
            .zip(&crates)
            .map(|(package, krate)| (package.id(), krate.rust_version.as_deref())),
    )?;
    let (platform, printed_cfg) = (toolchain.platform, toolchain.printed);
    let found = symbols::find(&packages, &crates, &platform, symbols, settings)?;
    Ok(RustOriginal {
        source,
        stem: settings
            .stem
            .clone()
            .unwrap_or_else(|| symbols::stem(&found[0])),
        names: found.iter().map(symbols::full_name).collect(),
        packages,
        crates,
        symbols: found,
        settings: settings.clone(),
        platform,
        printed_cfg,
        tools,
        accounts: Default::default(),
        begun: Default::default(),
        sliced: Default::default(),
    })
}

/// What is known to be beyond reach before a line is read.
fn refuse(package: &Package, krate: &Crate) -> Result<(), Stop> {
    let line = |word: &str| {
        let text = package.read("Cargo.toml").unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines()
            .position(|line| line.trim_start().starts_with(word))
            .map_or(1, |line| line as u32 + 1)
    };
    if krate.proc_macro {
        return Err(Stop::Refused(
            Reason::new(ReasonCode::ProcMacro, format!("{} is a proc-macro crate: its code runs inside the compiler", package.id()))
                .at("Cargo.toml", line("proc-macro"))
                .help("a procedural macro must be a crate of its own; expand what it generates (`cargo expand`) and keep that instead"),
        ));
    }
    if let Some(links) = &krate.links {
        return Err(Stop::Refused(
            Reason::new(
                ReasonCode::NativeCode,
                format!("{} links the native library {links}", package.id()),
            )
            .at("Cargo.toml", line("links"))
            .help("native code cannot become a module; keep the dependency"),
        ));
    }
    if package.licence.is_none() && package.licence_files.is_empty() {
        return Err(Stop::Refused(
            Reason::new(
                ReasonCode::LicenceMissing,
                format!(
                    "{} names no licence and holds no licence file: its text may not be copied",
                    package.id()
                ),
            )
            .at("Cargo.toml", 1)
            .help("ask its authors for a licence"),
        ));
    }
    Ok(())
}

/// A package of the tree, by its manifest.
struct Member {
    folder: PathBuf,
    package: String,
    lib: String,
}

/// Packages below a folder: its own first, then by path. A manifest that is a link to a file outside is nothing that cargo
/// may be asked about: what it can't read it quotes.
fn members(root: &Path) -> Result<Vec<Member>, Failure> {
    let mut found = Vec::new();
    let mut folders = VecDeque::from([(root.to_path_buf(), 0)]);
    while let Some((folder, depth)) = folders.pop_front() {
        let manifest = folder.join("Cargo.toml");
        let relative = manifest.strip_prefix(root).unwrap_or(&manifest);
        let read = read_below(root, &relative.to_string_lossy());
        if let Err(error) = &read
            && error.kind() == std::io::ErrorKind::PermissionDenied
        {
            return Err(Failure::new("no_package", error.to_string()));
        }
        if let Ok(bytes) = read
            && let Ok(text) = String::from_utf8(bytes)
            && let Ok(manifest) = text.parse::<toml::Table>()
            && let Some(package) = manifest
                .get("package")
                .and_then(|package| package.get("name"))
                .and_then(|name| name.as_str())
        {
            let lib = manifest
                .get("lib")
                .and_then(|lib| lib.get("name"))
                .and_then(|name| name.as_str());
            found.push(Member {
                folder: folder.clone(),
                package: package.to_owned(),
                lib: lib.unwrap_or(package).replace('-', "_"),
            });
        }
        if depth >= 5 {
            continue;
        }
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let mut inner: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .filter(|path| {
                path.file_name().is_some_and(|name| {
                    name != "target" && !name.to_string_lossy().starts_with('.')
                })
            })
            .collect();
        inner.sort();
        folders.extend(inner.into_iter().map(|path| (path, depth + 1)));
    }
    Ok(found)
}

/// The package that the first symbol names.
fn choose<'m>(members: &'m [Member], symbols: &[String]) -> Result<&'m Member, Stop> {
    let Some(first) = symbols.first() else {
        return Err(Failure::new("symbol_missing", "no symbol was asked for").into());
    };
    let wanted = first
        .split("::")
        .next()
        .unwrap_or(first)
        .trim_end_matches('!');
    let found = members
        .iter()
        .find(|member| member.lib == wanted || member.package == wanted);
    found.ok_or_else(|| {
        let known: BTreeSet<&str> = members.iter().map(|member| member.lib.as_str()).collect();
        let known: Vec<&str> = known.into_iter().collect();
        Failure::new(
            "symbol_not_found",
            format!("no package here is called {wanted}, as `{first}` says"),
        )
        .help(format!(
            "a symbol begins with the crate's name: {}",
            known.join(", ")
        ))
        .into()
    })
}

/// A package of ours that depends on the wanted one, by path.
pub fn consumer(folder: &Path, package: &str, features: Option<&[String]>) -> String {
    let mut dependency = toml::Table::new();
    dependency.insert("path".into(), folder.to_string_lossy().into_owned().into());
    if let Some(features) = features {
        dependency.insert("features".into(), features.to_vec().into());
    }
    let mut dependencies = toml::Table::new();
    dependencies.insert(package.to_owned(), dependency.into());
    format!(
        "[package]\nname = \"ripout-consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}",
        dependencies
            .iter()
            .map(|(name, value)| format!("{name} = {value}\n"))
            .collect::<String>()
    )
}

fn metadata(
    tree: &Tree,
    member: &Member,
    triple: &str,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Metadata, Stop> {
    let folder = host.folder("metadata")?;
    let root = member
        .folder
        .canonicalize()
        .map_err(|source| HostError::File {
            path: member.folder.clone(),
            source,
        })?;
    let manifest = folder.write(
        "Cargo.toml",
        consumer(&root, &member.package, settings.features.as_deref()).as_bytes(),
    )?;
    folder.write("src/lib.rs", b"")?;
    // A repository's own lock file says with what its authors tested it. A published package's consumers never see its lock.
    if tree.source.kind != SourceKind::Crate
        && let Ok(lock) = read_below(&tree.root, "Cargo.lock")
    {
        folder.write("Cargo.lock", &lock)?;
    }
    let mut command = Command::new("cargo", folder.path())
        .args([
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            triple,
            "--manifest-path",
        ])
        .arg(manifest);
    if settings.offline {
        command = command.arg("--offline");
    }
    let answer = host.fetch(&command).map_err(toolchain::missing)?;
    if !answer.ok() {
        return Err(unresolved(&answer.errors(), member, settings).into());
    }
    serde_json::from_slice(&answer.stdout).map_err(|error| {
        Failure::new(
            "cargo_metadata",
            format!("read what cargo says of {}: {error}", member.package),
        )
        .into()
    })
}

/// Why cargo could not resolve the package.
fn unresolved(errors: &str, member: &Member, settings: &Settings) -> Failure {
    let text = format!("cargo can't resolve {}: {}", member.package, errors.trim());
    if errors.contains("does not have feature")
        || errors.contains("does not have these features")
        || errors.contains("with the feature")
    {
        return Failure::new("feature_not_found", text)
            .help("see the package's [features] table for their names");
    }
    if settings.offline {
        return Failure::new("offline", text)
            .help("run once without --offline, so that the dependencies are fetched");
    }
    if [
        "spurious network error",
        "Could not resolve host",
        "failed to download",
        "Couldn't connect",
    ]
    .iter()
    .any(|sign| errors.contains(sign))
    {
        return Failure::new("network", text)
            .help("check the connection; --offline works from what was fetched before");
    }
    Failure::new("cargo_metadata", text)
}

/// The wanted package first, then what its library can reach, in order of the search.
///
/// Behind them, from the returned number on, what only build scripts need.
fn packages(
    metadata: &Metadata,
    member: &Member,
) -> Result<(Vec<Package>, Vec<Crate>, usize), Stop> {
    let failure = |text: String| Stop::from(Failure::new("cargo_metadata", text));
    let resolve = metadata
        .resolve
        .as_ref()
        .ok_or_else(|| failure("cargo resolved nothing".into()))?;
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let known: BTreeMap<_, _> = metadata
        .packages
        .iter()
        .map(|package| (&package.id, package))
        .collect();
    let depends = |node: &cargo_metadata::Node,
                   wanted: DependencyKind|
     -> Vec<(String, cargo_metadata::PackageId)> {
        node.deps
            .iter()
            .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == wanted))
            .map(|dep| (dep.name.clone(), dep.pkg.clone()))
            .collect()
    };
    let normal = |node| depends(node, DependencyKind::Normal);
    let build = |node| depends(node, DependencyKind::Build);
    let ours = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "ripout-consumer" && package.source.is_none())
        .ok_or_else(|| failure("cargo lost our package".into()))?;
    let wanted = nodes
        .get(&ours.id)
        .map(|node| normal(node))
        .unwrap_or_default();
    let Some((_, wanted)) = wanted.into_iter().next() else {
        return Err(
            Failure::new("no_library", format!("{} has no library", member.package)).into(),
        );
    };
    let mut order = vec![wanted];
    let mut at = 0;
    while at < order.len() {
        if let Some(node) = nodes.get(&order[at]) {
            for (_, package) in normal(node) {
                if !order.contains(&package) {
                    order.push(package);
                }
            }
        }
        at += 1;
    }
    let reachable = order.len();
    let mut at = 0;
    while at < order.len() {
        if let Some(node) = nodes.get(&order[at]) {
            for (_, package) in build(node).into_iter().chain(normal(node)) {
                if !order.contains(&package) {
                    order.push(package);
                }
            }
        }
        at += 1;
    }
    let (mut packages, mut crates) = (Vec::new(), Vec::new());
    for id in &order {
        let (Some(package), Some(node)) = (known.get(id), nodes.get(id)) else {
            return Err(failure(format!("cargo does not describe {id}")));
        };
        let root = package
            .manifest_path
            .parent()
            .map(|path| path.as_std_path().to_path_buf())
            .unwrap_or_default();
        let library = library_of(package);
        let Some(library) = library else {
            return Err(
                Failure::new("no_library", format!("{} has no library", package.name)).into(),
            );
        };
        let relative = |path: &Path| {
            path.strip_prefix(&root)
                .unwrap_or(path)
                .to_string_lossy()
                .replace('\\', "/")
        };
        let script = package
            .targets
            .iter()
            .find(|target| target.kind.contains(&TargetKind::CustomBuild));
        let lib_file = relative(library.src_path.as_std_path());
        crates.push(Crate {
            lib_name: library.name.replace('-', "_"),
            edition: library.edition.to_string(),
            features: node
                .features
                .iter()
                .map(|feature| feature.to_string())
                .collect(),
            dependencies: normal(node)
                .into_iter()
                .filter_map(|(name, package)| {
                    Some((name, order.iter().position(|known| *known == package)?))
                })
                .collect(),
            build_dependencies: build(node)
                .into_iter()
                .filter_map(|(name, package)| {
                    Some((name, order.iter().position(|known| *known == package)?))
                })
                .collect(),
            build_script: script.map(|script| relative(script.src_path.as_std_path())),
            links: package.links.clone(),
            proc_macro: library.kind.contains(&TargetKind::ProcMacro),
            rust_version: package.rust_version.as_ref().map(ToString::to_string),
            lib_file: lib_file.clone(),
        });
        packages.push(Package {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license.clone(),
            licence_files: licence_files(
                &root,
                package.license_file.as_ref().map(|file| file.as_str()),
            ),
            licence_root: root.clone(),
            files: text_files(&root, &lib_file),
            root,
        });
    }
    Ok((packages, crates, reachable))
}

/// Licence files at a package's root.
fn licence_files(root: &Path, named: Option<&str>) -> Vec<String> {
    let mut files: BTreeSet<String> = named
        .map(ToOwned::to_owned)
        .into_iter()
        .filter(|file| root.join(file).is_file())
        .collect();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        if [
            "LICENSE",
            "LICENCE",
            "COPYING",
            "UNLICENSE",
            "NOTICE",
            "COPYRIGHT",
        ]
        .iter()
        .any(|word| upper.starts_with(word))
            && entry.path().is_file()
        {
            files.insert(name);
        }
    }
    files.into_iter().collect()
}

/// What of a package others may link.
pub fn library_of(package: &cargo_metadata::Package) -> Option<&cargo_metadata::Target> {
    package.targets.iter().find(|target| {
        target.kind.iter().any(|kind| {
            matches!(
                kind,
                TargetKind::Lib
                    | TargetKind::RLib
                    | TargetKind::DyLib
                    | TargetKind::CDyLib
                    | TargetKind::StaticLib
                    | TargetKind::ProcMacro
            )
        })
    })
}

/// Rust files of the library: those below its root file's folder; where that is the package's root, without what cargo keeps apart.
fn text_files(root: &Path, lib_file: &str) -> Vec<String> {
    let start = lib_file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut files = Vec::new();
    let mut folders = vec![start.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                let apart = folder.is_empty()
                    && matches!(name.as_str(), "target" | "tests" | "benches" | "examples");
                if !apart && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if kind.is_file() && name.ends_with(".rs") && path != "build.rs" {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
