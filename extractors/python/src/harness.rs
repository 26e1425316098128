//! Makes the harness: one driver, a facade and a command for each side.
//!
//! The driver's text is a plan, made by calling the original a few hundred times (`plan.py`); a user's own driver
//! (`--driver FILE`) takes its place.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use ripout_model::{
    Candidate, Command, Drive, Driver, Exit, Failure, Folder, Harness, Host, Made, Origin, Reason,
    ReasonCode, Stop, Subject,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{bulk::Sides, drive, mutate::Planter, original::PythonOriginal, probe};

/// The original may take so much of the processor for one input, and three times as long by the clock.
const SECONDS: f64 = 1.0;

/// The module gets more, so that a machine that stutters makes no difference between them.
const SECONDS_MODULE: f64 = 4.0;

/// Address space of strangers' code: inputs that want more count as not run.
const MEMORY: u64 = 3 << 30;

/// What `plan.py` found out.
#[derive(Debug, Default, Deserialize)]
pub struct Plan {
    failed: Option<String>,
    driver: Option<String>,
    #[serde(default)]
    seeds: Vec<String>,
    exhaustive: Option<Vec<String>>,
    /// Whether names that are not public are called as well.
    #[serde(default)]
    inside: bool,
    /// Per symbol: share of generated calls that return, examples that return, examples.
    #[serde(default)]
    rates: std::collections::BTreeMap<String, (f64, u64, u64)>,
    #[serde(default)]
    modules: Vec<String>,
    #[serde(default)]
    known: Vec<String>,
    #[serde(default)]
    standard: Vec<String>,
    #[serde(default)]
    pub original_probes: Vec<probe::OriginalProbe>,
    #[serde(default)]
    pub module_probes: Vec<probe::ModuleProbe>,
}

/// What `run.py` is told about one side.
#[derive(Debug, Serialize)]
struct Side<'a> {
    path: &'a [PathBuf],
    module: &'a Path,
    subject: &'a str,
    driver: &'a str,
    probes: &'a str,
    calls_only: bool,
    seconds: f64,
    modules: &'a [String],
    folders: &'a [PathBuf],
    known: &'a [String],
    standard: &'a [String],
    private: bool,
    bytecode: &'a Path,
}

/// Builds a driver against both sides.
pub fn harness(
    original: &PythonOriginal,
    candidate: &Candidate,
    drive: Drive<'_>,
    host: &dyn Host,
) -> Result<Made, Stop> {
    // Both sides read from `folder` and can't write there. The plan is made in a folder of its own, since making it runs
    // the original.
    let folder: Arc<dyn Folder> = Arc::from(host.folder("harness")?);
    let plans: Arc<dyn Folder> = Arc::from(host.folder("plan")?);
    let bytecode = &original.bytecode;
    let home: Arc<dyn Folder> = Arc::from(host.folder("home")?);
    let at = folder.path();
    write_module(candidate, "candidate", &*folder)?;
    let module_folder = at.join("candidate");
    let module_file = module_folder.join(&candidate.module.files[0].path);
    let kept = original.kept_roots();
    let module_path: Vec<PathBuf> = std::iter::once(module_folder.clone())
        .chain(kept.iter().cloned())
        .collect();
    let facade = facade_of_original(original);
    folder.write("original/subject.py", facade.as_bytes())?;
    plans.write("original/subject.py", facade.as_bytes())?;
    folder.write("module/subject.py", facade_of_module(original).as_bytes())?;

    let given = match (drive, &original.settings.driver) {
        (Drive::As(driver), _) => Some(driver.clone()),
        (_, Some(file)) => Some(user_driver(file)?),
        (_, None) => None,
    };
    let private = matches!(drive, Drive::Inside)
        && candidate
            .definitions
            .iter()
            .all(|taken| taken.origin != Origin::Synthesized);
    let mut folders = original.import_roots.clone();
    folders.push(module_folder.clone());
    folders.push(at.to_path_buf());
    folders.push(plans.path().to_path_buf());
    folders.push(home.path().to_path_buf());
    folders.push(bytecode.drivers.folder().to_path_buf());
    // What of the project calls it lies where the plan is made, which may read nothing else of the project.
    let mut callers = Vec::new();
    for (place, path) in original.settings.callers.iter().enumerate() {
        if let Ok(bytes) = std::fs::read(path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            callers.push(plans.write(&format!("callers/{place}/{name}"), &bytes)?);
        }
    }
    let request = json!({
        "original_path": original.import_roots,
        "subject": "original/subject.py",
        "symbols": original.symbols.iter().map(|symbol| json!({
            "name": symbol.name, "module": symbol.public_module, "full": symbol.full_name(),
        })).collect::<Vec<_>>(),
        "packages": original.judged_packages().map(|package| json!({
            "id": package.id(), "root": package.root,
        })).collect::<Vec<_>>(),
        "files": probe::module_files(candidate, &module_folder),
        "definitions": match drive {
            Drive::Inside => probe::author_definitions(original, candidate),
            Drive::Outside | Drive::As(_) => Vec::new(),
        },
        "documents": original.documents,
        "callers": callers,
        "folders": folders,
        "keep": original.kept_names(),
        "module_names": [candidate.module.stem],
        "private": private,
        "bytecode": bytecode.original.path(),
        "driver": given.is_some().then_some("driver.py"),
    });
    plans.write("request.json", request.to_string().as_bytes())?;
    host.say("planning the driver", 0, None);
    let mut command = python(
        original,
        plans.path(),
        home.path(),
        bytecode.original.path(),
    )
    .args(bytecode.drivers.start(&["run", "plan"]))
    .args(["request.json", "plan.json"])
    .wall(original.settings.budget.max(Duration::from_secs(100)));
    command.writable.push(plans.path().to_path_buf());
    let answer = host.run(&command)?;
    let plan = plans
        .read("plan.json")
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Plan>(&bytes).ok());
    let Some(plan) = plan else {
        return Err(no_plan(original, answer.exit, &answer.errors()));
    };
    if let Some(why) = &plan.failed {
        return Err(Failure::new(
            "import_failed",
            format!(
                "{} can't be imported by {}: {why}",
                original.names.join(", "),
                original.interpreter.display()
            ),
        )
        .help("choose another interpreter with `--python`, or its extras with `--extras`")
        .into());
    }
    for table in ["original.probes.json", "module.probes.json"] {
        folder.write(table, &plans.read(table)?)?;
    }
    let driver = finish_driver(original, &plan, given)?;
    folder.write("driver.py", driver.text.as_bytes())?;
    let side = |path: &[PathBuf], name: &str, probes, calls_only, seconds, bytecode| {
        Side {
            path,
            module: &module_file,
            subject: if calls_only {
                "original/subject.py"
            } else {
                "module/subject.py"
            },
            driver: "driver.py",
            probes,
            calls_only,
            seconds,
            modules: &plan.modules,
            folders: &folders,
            known: &plan.known,
            standard: &plan.standard,
            private,
            bytecode,
        }
        .write(name, &*folder)
    };
    let roots = &original.import_roots;
    // What the second run reaches was reached by the first: without probes it is the faster for it.
    for (name, probes) in [
        ("original.json", "original.probes.json"),
        ("again.json", ""),
    ] {
        let kept = bytecode.original.path();
        side(roots, name, probes, true, SECONDS, kept)?;
    }
    for (name, probes) in [("module.json", "module.probes.json"), ("mutants.json", "")] {
        let kept = bytecode.module.path();
        side(&module_path, name, probes, false, SECONDS_MODULE, kept)?;
    }
    let subject = |name: &str, again: &str, bytecode: &Path, probes| {
        let command = |name| {
            python(original, at, home.path(), bytecode)
                .args(original.bytecode.drivers.start(&["run"]))
                .arg(name)
        };
        Subject {
            // What depends on the order of hashes is no behaviour: the original does not repeat it under another seed.
            again: Some(command(again).env("PYTHONHASHSEED", "4711")),
            command: command(name),
            probes,
        }
    };
    let planter = Planter {
        command: python(original, at, home.path(), bytecode.module.path())
            .args(original.bytecode.drivers.start(&["run", "mutants"])),
        side: "mutants.json".into(),
        lists: plans.clone(),
        file: candidate.module.files[0].path.clone(),
        definitions: candidate.definitions.clone(),
    };
    let program = |side: &str, bytecode: &Path| {
        python(original, at, home.path(), bytecode)
            .args(original.bytecode.drivers.start(&["run", "bulk"]))
            .arg(side)
    };
    let mut interpreter = python(original, at, home.path(), bytecode.original.path());
    interpreter
        .writable
        .push(bytecode.module.path().to_path_buf());
    let bulk = Sides {
        programs: [
            program("again.json", bytecode.original.path()),
            program("mutants.json", bytecode.module.path()),
        ],
        interpreter,
        paths: [original.import_roots.clone(), module_path.clone()],
        imports: [
            original
                .symbols
                .iter()
                .map(|symbol| symbol.public_module.clone())
                .collect(),
            vec![original.stem.clone()],
        ],
        bytecode: [&bytecode.original, &bytecode.module].map(|one| one.path().to_path_buf()),
        times: plans.clone(),
    };
    let harness = Harness {
        mutants: Some(Box::new(planter)),
        bulk: Some(Box::new(bulk)),
        leaves_out: None,
        original: subject(
            "original.json",
            "again.json",
            bytecode.original.path(),
            probe::of_original(original, &plan),
        ),
        module: subject(
            "module.json",
            "module.json",
            bytecode.module.path(),
            probe::of_module(candidate, &plan),
        ),
        driver,
        folders: vec![folder, plans, home],
    };
    Ok(Made::Ready(Box::new(harness)))
}

impl Side<'_> {
    fn write(&self, name: &str, folder: &dyn Folder) -> Result<(), Stop> {
        let text = serde_json::to_vec(self)
            .map_err(|error| Failure::new("host", format!("write {name}: {error}")))?;
        folder.write(name, &text)?;
        Ok(())
    }
}

/// Puts a candidate's files below a folder.
pub fn write_module(candidate: &Candidate, below: &str, folder: &dyn Folder) -> Result<(), Stop> {
    for file in &candidate.module.files {
        folder.write(&format!("{below}/{}", file.path), &file.bytes)?;
    }
    Ok(())
}

/// The interpreter as drivers run in it. No `-I`: that would ignore the fixed hash seed; the host's environment holds no
/// other variable of Python's, and `run.py` sets `sys.path` itself. Compiled text goes below `bytecode`, so that only the
/// first process of a side compiles large packages.
pub fn python(original: &PythonOriginal, folder: &Path, home: &Path, bytecode: &Path) -> Command {
    let mut command = Command::new(&original.interpreter, folder)
        .args(["-S", "-s"].map(OsString::from))
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONUTF8", "1")
        // Numeric libraries that are kept start a thread for each core, with address space for each.
        .env("OPENBLAS_NUM_THREADS", "1")
        .env("OMP_NUM_THREADS", "1")
        .wall(Duration::from_secs(60));
    command.limits.memory = MEMORY;
    // The home is the same on both sides, since what is seen may name it.
    command.writable = vec![home.to_path_buf(), bytecode.to_path_buf()];
    command
}

pub fn facade_of_original(original: &PythonOriginal) -> String {
    let symbols = original.symbols.iter().map(|symbol| {
        (
            symbol.name.as_str(),
            symbol.public_module.as_str(),
            symbol.attribute.as_str(),
        )
    });
    drive::facade(symbols, None)
}

pub fn facade_of_module(original: &PythonOriginal) -> String {
    let symbols = original.symbols.iter().map(|symbol| {
        (
            symbol.name.as_str(),
            original.stem.as_str(),
            symbol.name.as_str(),
        )
    });
    drive::facade(symbols, Some(&original.stem))
}

/// A driver that a user wrote.
fn user_driver(file: &Path) -> Result<Driver, Stop> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new("driver", format!("read {}: {error}", file.display())))?;
    if !text.contains("def drive(") {
        return Err(Failure::new(
            "driver",
            format!("{} has no function `drive(subject, draw)`", file.display()),
        )
        .help(DRIVER_HELP)
        .into());
    }
    Ok(Driver {
        text,
        origin: "user".into(),
        ..Driver::default()
    })
}

/// What a user can supply.
const DRIVER_HELP: &str = "write a driver and give it with `--driver FILE`: a Python file with `def drive(subject, draw):` that builds \
     arguments from `draw.int()`, `draw.text()`, `draw.float()`, `draw.bool()`, `draw.bytes()`, `draw.choice([…])`, calls `subject.NAME` and returns \
     what should be compared";

fn finish_driver(
    original: &PythonOriginal,
    plan: &Plan,
    given: Option<Driver>,
) -> Result<Driver, Stop> {
    if let Some(driver) = given {
        return Ok(driver);
    }
    let stuck: Vec<&str> = plan
        .rates
        .iter()
        .filter(|(_, (rate, good, _))| *rate == 0.0 && *good == 0)
        .map(|(name, _)| name.as_str())
        .collect();
    let (Some(text), true) = (
        plan.driver.clone(),
        stuck.len() < original.symbols.len() || plan.rates.is_empty(),
    ) else {
        return Err(Stop::Inconclusive(
            Reason::new(
                ReasonCode::NoDriver,
                format!(
                    "no call of {} returned: what its arguments are shows neither in its signature nor in docs or tests",
                    stuck.join(", ")
                ),
            )
            .help(DRIVER_HELP),
        ));
    };
    let bytes = |texts: &[String]| texts.iter().map(|text| unhex(text)).collect();
    Ok(Driver {
        text,
        origin: "signatures, docs and tests".into(),
        seeds: bytes(&plan.seeds),
        exhaustive: plan.exhaustive.as_deref().map(bytes),
        inside: plan.inside,
        ..Driver::default()
    })
}

fn no_plan(original: &PythonOriginal, exit: Exit, errors: &str) -> Stop {
    let names = original.names.join(", ");
    if exit == Exit::TimedOut {
        return Stop::Inconclusive(
            Reason::new(
                ReasonCode::TimedOut,
                format!("importing and calling {names} did not end in time"),
            )
            .help(DRIVER_HELP),
        );
    }
    let last = errors.trim().lines().last().unwrap_or("no word of why");
    Stop::Inconclusive(
        Reason::new(
            ReasonCode::NoDriver,
            format!(
                "the process that called {names} to learn what it takes ended ({exit:?}): {last}"
            ),
        )
        .help(DRIVER_HELP),
    )
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests;
