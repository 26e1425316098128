//! The compiler asked until it is content: what it complains of in a test's text is left out on both sides.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Instant,
};

use ripout_model::{Command, Exit, Folder, Host, Stop};

use super::{
    chunks::{Program, Stock},
    messages, programs,
};
use crate::harness;

/// So often the compiler is asked at most.
const ROUNDS: usize = 12;

/// Programs that were built, one for each side.
pub type Built = BTreeMap<Program, [PathBuf; 2]>;

/// Builds as many programs as there is time for.
pub fn build(
    stock: &mut Stock,
    folder: &dyn Folder,
    host: &dyn Host,
    until: Instant,
) -> Result<Built, Stop> {
    let all: BTreeSet<Program> = stock
        .chunks
        .iter()
        .filter_map(|it| it.program.clone())
        .collect();
    let mut packages: BTreeSet<&str> = BTreeSet::new();
    for program in &all {
        packages.extend([0, 1].map(|side| programs::package(program, side)));
    }
    let mut changed: BTreeSet<String> = stock.files.keys().cloned().collect();
    let mut found: BTreeMap<(String, String), PathBuf> = BTreeMap::new();
    let mut said: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut last = None;
    for round in 0..ROUNDS {
        for file in std::mem::take(&mut changed) {
            if let Some(text) = stock.rendered(&file) {
                folder.write(&file, text.as_bytes())?;
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        host.check()?;
        host.say("build the original's own tests", round as u64, None);
        let mut command = Command::new("cargo", folder.path())
            .args(["build", "--tests", "--offline", "--keep-going"])
            .args(["--message-format", "json"])
            .env("RUSTFLAGS", "--cap-lints allow")
            .env("RUSTC_BOOTSTRAP", harness::BOOTSTRAPPED)
            .wall(left);
        for package in &packages {
            command = command
                .arg("-p")
                .arg(package.rsplit('/').next().unwrap_or(package));
        }
        let answer = host.run(&command)?;
        last = match answer.exit {
            Exit::Code(_) => {
                let errors = answer.errors();
                let first = errors.lines().find(|line| line.starts_with("error"));
                first.map(str::to_owned)
            }
            _ => None,
        };
        let mut answered = messages::read(&answer.stdout);
        found.append(&mut answered.programs);
        said.clear();
        for complaint in answered.complaints {
            let why = format!(
                "it does not build against what was taken: {}",
                complaint.text
            );
            // From what called a macro inwards.
            let places = complaint.places.iter().flat_map(|chain| chain.iter().rev());
            let mut heeded = false;
            for (file, byte) in places {
                if let Some(chunk) = stock.leave_out(file, *byte, &why) {
                    let places = stock.chunks[chunk].places.iter().flatten();
                    changed.extend(places.map(|place| place.file.clone()));
                    heeded = true;
                    break;
                }
            }
            if !heeded {
                let key = (complaint.package, complaint.target);
                said.entry(key).or_insert(complaint.text);
            }
        }
        if answer.ok() {
            break;
        }
        // What is built from changed text is not what stands there now.
        let stale: BTreeSet<&Program> = stock
            .chunks
            .iter()
            .filter(|chunk| {
                chunk
                    .places
                    .iter()
                    .flatten()
                    .any(|place| changed.contains(&place.file))
            })
            .flat_map(|chunk| match &chunk.program {
                Some(program) => vec![program],
                None => all.iter().collect(),
            })
            .collect();
        for program in stale {
            for side in [0, 1] {
                found.remove(&key(program, side, &found));
            }
        }
        if changed.is_empty() {
            break;
        }
    }
    let others: BTreeSet<String> = all
        .iter()
        .filter_map(|program| match program {
            Program::Outside(name) => Some(name.clone()),
            Program::Units => None,
        })
        .collect();
    let mut built = Built::new();
    for program in all {
        let side = |side: usize| found.get(&key(&program, side, &found)).cloned();
        match (side(0), side(1)) {
            (Some(original), Some(module)) => {
                built.insert(program, [original, module]);
            }
            _ => {
                let complaint = said.iter().find(|((package, target), _)| {
                    [0, 1].iter().any(|side| {
                        programs::package(&program, *side).ends_with(package.as_str())
                            && match &program {
                                // Its own, or that of the crate that stands for the original.
                                Program::Outside(name) => {
                                    name == target || !others.contains(target)
                                }
                                Program::Units => true,
                            }
                    })
                });
                let why = match (complaint, &last) {
                    (Some((_, text)), _) | (None, Some(text)) => {
                        format!("its program does not build: {text}")
                    }
                    (None, None) => "there was no time to build it".to_owned(),
                };
                stock.lost.insert(program, why);
            }
        }
    }
    Ok(built)
}

/// How a program that was built is called: the folder of its package, and its target.
fn key(
    program: &Program,
    side: usize,
    found: &BTreeMap<(String, String), PathBuf>,
) -> (String, String) {
    let package = programs::package(program, side);
    let package = package.rsplit('/').next().unwrap_or(package).to_owned();
    let target = match program {
        Program::Outside(name) => name.clone(),
        // A package of unit tests has one program.
        Program::Units => found
            .keys()
            .find(|(of, _)| *of == package)
            .map_or(String::new(), |(_, target)| target.clone()),
    };
    (package, target)
}
