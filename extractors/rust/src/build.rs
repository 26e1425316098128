//! Build scripts of reached packages: run in the sandbox by cargo, for the cfgs, variables and text files they leave.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Command, Failure, Folder, Host, Reason, ReasonCode, Stop};
use serde::Deserialize;

use crate::{manifest, modules::BuildOutput, original::RustOriginal, slice::reach::Reach};

#[derive(Deserialize)]
struct Line {
    reason: String,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    cfgs: Vec<String>,
    #[serde(default)]
    env: Vec<(String, String)>,
    #[serde(default)]
    out_dir: String,
    #[serde(default)]
    linked_libs: Vec<String>,
    #[serde(default)]
    filenames: Vec<String>,
    #[serde(default)]
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// More than this of a build script's output is no text for a module.
const MOST: u64 = 8 << 20;

/// What the build scripts of reached packages leave, by the package's index.
pub fn outputs(
    original: &RustOriginal,
    reach: &Reach,
    host: &dyn Host,
) -> Result<BTreeMap<usize, BuildOutput>, Stop> {
    let reached: BTreeSet<usize> = reach.live.iter().map(|id| id.krate as usize).collect();
    let scripted: Vec<usize> = reached
        .into_iter()
        .filter(|index| original.crates[*index].build_script.is_some())
        .collect();
    let mut outputs = BTreeMap::new();
    if scripted.is_empty() {
        return Ok(outputs);
    }
    for &index in &scripted {
        if let Some(links) = &original.crates[index].links {
            return Err(native(original, index, links));
        }
    }
    let folder = consumer(original, host)?;
    let mut command =
        Command::new("cargo", folder.path()).args(["check", "--message-format=json", "--offline"]);
    for &index in &scripted {
        command = command.arg("-p").arg(original.packages[index].id());
    }
    let answer = host.run(&command)?;
    for line in answer
        .text()
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
    {
        if line.reason != "build-script-executed" {
            continue;
        }
        let Some(&index) = scripted.iter().find(|index| {
            names(
                &line.package_id,
                &original.packages[**index].name,
                &original.packages[**index].version,
            )
        }) else {
            continue;
        };
        if let Some(library) = line.linked_libs.first() {
            return Err(native(original, index, library));
        }
        let mut output = BuildOutput {
            cfgs: line.cfgs,
            env: line.env.into_iter().collect(),
            files: BTreeMap::new(),
        };
        // The script can have put a link in its place, or written a line of cargo's itself.
        let out = std::path::Path::new(&line.out_dir);
        let ours = folder.path().canonicalize().unwrap_or_default();
        if out
            .canonicalize()
            .is_ok_and(|real| real == out && real.starts_with(&ours) && real != ours)
        {
            collect(out, "", &mut output);
        }
        outputs.insert(index, output);
    }
    for &index in &scripted {
        if !outputs.contains_key(&index) {
            let errors = answer.errors();
            let said = errors
                .lines()
                .rfind(|line| line.starts_with("error"))
                .unwrap_or("it was not run");
            return Err(Stop::Refused(
                Reason::new(
                    ReasonCode::BuildScript,
                    format!(
                        "the build script of {} did not run in the sandbox: {said}",
                        original.packages[index].id()
                    ),
                )
                .at(
                    original.crates[index]
                        .build_script
                        .clone()
                        .unwrap_or_default(),
                    1,
                )
                .help(format!(
                    "keep the dependency with --keep {}",
                    original.packages[index].name
                )),
            ));
        }
    }
    Ok(outputs)
}

/// Text files of a build script's output folder.
fn collect(root: &std::path::Path, below: &str, output: &mut BuildOutput) {
    for entry in std::fs::read_dir(root.join(below))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && path.split('/').count() < 8 {
            collect(root, &path, output);
        } else if kind.is_file()
            && entry
                .metadata()
                .is_ok_and(|metadata| metadata.len() <= MOST)
            && let Ok(bytes) = std::fs::read(entry.path())
        {
            output.files.insert(path, bytes);
        }
    }
}

/// Whether cargo's id of a package means that name and version.
fn names(id: &str, name: &str, version: &str) -> bool {
    let end = id.rsplit('#').next().unwrap_or(id);
    end == format!("{name}@{version}")
        || (end == version && id.contains(name))
        || id.starts_with(&format!("{name} {version} "))
}

fn native(original: &RustOriginal, index: usize, library: &str) -> Stop {
    Stop::Refused(
        Reason::new(
            ReasonCode::NativeCode,
            format!(
                "{} links the native library {library}",
                original.packages[index].id()
            ),
        )
        .at(
            original.crates[index]
                .build_script
                .clone()
                .unwrap_or_else(|| "Cargo.toml".into()),
            1,
        )
        .help(format!(
            "native code cannot become a module; keep the package with --keep {}",
            original.packages[index].name
        )),
    )
}

/// A work folder with a package that depends on the original, all of it fetched.
fn consumer(original: &RustOriginal, host: &dyn Host) -> Result<Box<dyn Folder>, Stop> {
    let folder = host.folder("build-script")?;
    let package = &original.packages[0];
    folder.write(
        "Cargo.toml",
        manifest::consumer(
            &package.root,
            &package.name,
            original.settings.features.as_deref(),
        )
        .as_bytes(),
    )?;
    folder.write("src/lib.rs", b"")?;
    pin(original, host, folder.as_ref())?;
    Ok(folder)
}

/// Fetches what cargo resolves, with the versions that were read.
fn pin(original: &RustOriginal, host: &dyn Host, folder: &dyn Folder) -> Result<(), Stop> {
    let mut command = Command::new("cargo", folder.path()).arg("fetch");
    if original.settings.offline {
        command = command.arg("--offline");
    }
    let answer = host.fetch(&command)?;
    if answer.ok() {
        Ok(())
    } else {
        Err(Failure::new(
            "network",
            format!("cargo can't fetch the packages: {}", answer.errors().trim()),
        )
        .into())
    }
}

/// Compiler arguments for the packages that stay dependencies.
pub fn externs(original: &RustOriginal, host: &dyn Host) -> Result<Kept, Stop> {
    let kept: Vec<usize> = (1..original.packages.len())
        .filter(|index| {
            original.settings.keep.iter().any(|name| {
                *name == original.packages[*index].name || *name == original.crates[*index].lib_name
            })
        })
        .collect();
    if kept.is_empty() {
        return Ok(Kept::default());
    }
    let folder = consumer(original, host)?;
    let mut command =
        Command::new("cargo", folder.path()).args(["check", "--message-format=json", "--offline"]);
    for &index in &kept {
        command = command.arg("-p").arg(original.packages[index].id());
    }
    let answer = host.run(&command)?;
    let mut arguments = vec![format!(
        "-Ldependency={}/target/debug/deps",
        folder.path().display()
    )];
    for line in answer
        .text()
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
    {
        let Some(target) = line.target.filter(|_| line.reason == "compiler-artifact") else {
            continue;
        };
        let name = target.name.replace('-', "_");
        let wanted = kept.iter().any(|index| {
            original.crates[*index].lib_name == name
                && names(
                    &line.package_id,
                    &original.packages[*index].name,
                    &original.packages[*index].version,
                )
        });
        if let Some(file) = line
            .filenames
            .iter()
            .find(|file| file.ends_with(".rmeta") || file.ends_with(".so"))
            && wanted
        {
            // The name by which the original's code knows it.
            let known = original
                .crates
                .iter()
                .flat_map(|krate| &krate.dependencies)
                .filter(|(_, index)| original.crates[*index].lib_name == name);
            let mut names: BTreeSet<String> = known.map(|(name, _)| name.clone()).collect();
            names.insert(name);
            arguments.extend(
                names
                    .into_iter()
                    .map(|name| format!("--extern={name}={file}")),
            );
        }
    }
    if arguments.len() == 1 {
        return Err(Failure::new(
            "keep",
            format!(
                "what --keep names did not build: {}",
                answer
                    .errors()
                    .lines()
                    .rfind(|line| line.starts_with("error"))
                    .unwrap_or("no package of that name is a dependency")
            ),
        )
        .into());
    }
    Ok(Kept {
        arguments,
        _folder: Some(folder),
    })
}

/// Built packages that stay dependencies.
#[derive(Default)]
pub struct Kept {
    /// For the compiler.
    pub arguments: Vec<String>,
    _folder: Option<Box<dyn Folder>>,
}
