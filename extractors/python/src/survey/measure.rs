//! What importing each dependency takes, and whether a project's tests pass without one.

use std::{path::Path, time::Duration};

use ripout_model::{
    Command, Costs, Dependency, DependencyKind, Folder, Host, Settings, Stop, Survey,
};

use crate::{manifest::interpreter, removal};

/// How often each is imported; the shortest time counts.
const TIMES: usize = 3;

/// So long an import may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Imports each dependency with the project's interpreter, and tells the milliseconds.
pub fn costs(
    folder: &Path,
    survey: &Survey,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Costs, Stop> {
    let program = interpreter::ask(&removal::settled(folder, settings), host)?.program;
    let work = host.folder("import")?;
    let total = survey.dependencies.len() as u64;
    let mut import_ms = Vec::new();
    for (at, dependency) in survey.dependencies.iter().enumerate() {
        host.say("importing the dependencies", at as u64, Some(total));
        let mut best: Option<f64> = None;
        // The first import writes what later ones read.
        for _ in 0..TIMES {
            let Some(time) = import(&program, dependency, &*work, host)? else {
                break;
            };
            best = Some(best.map_or(time, |best| best.min(time)));
        }
        import_ms.push(best);
    }
    Ok(Costs {
        build_seconds: Vec::new(),
        import_ms,
    })
}

/// Milliseconds of importing all that a dependency is called; none where that does not work.
fn import(
    program: &Path,
    dependency: &Dependency,
    work: &dyn Folder,
    host: &dyn Host,
) -> Result<Option<f64>, Stop> {
    let plain = |name: &&String| {
        !name.is_empty()
            && name
                .chars()
                .all(|it| it.is_alphanumeric() || it == '_' || it == '.')
    };
    let names: Vec<&str> = dependency
        .called
        .iter()
        .filter(plain)
        .map(String::as_str)
        .collect();
    let only_tests = dependency
        .declared
        .iter()
        .all(|it| it.kind != DependencyKind::Normal);
    if names.is_empty() || only_tests {
        return Ok(None);
    }
    let command = Command::new(program, work.path())
        .args(["-X", "importtime", "-c"])
        .arg(format!("import {}", names.join(", ")))
        .wall(PATIENCE);
    let answer = host.run(&command)?;
    if !answer.ok() {
        return Ok(None);
    }
    Ok(told(&answer.errors(), &names))
}

/// Milliseconds of modules with all that they import, as `-X importtime` writes them: `import time: self | cumulative | name`.
fn told(errors: &str, names: &[&str]) -> Option<f64> {
    let mut micros: Option<f64> = None;
    for line in errors.lines() {
        let Some(rest) = line.strip_prefix("import time:") else {
            continue;
        };
        let mut columns = rest.split('|');
        let (Some(_), Some(cumulative), Some(name)) =
            (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        // One blank before a name that nothing else imports.
        let top = name
            .strip_prefix(' ')
            .is_some_and(|name| names.contains(&name));
        if top && let Ok(time) = cumulative.trim().parse::<f64>() {
            micros = Some(micros.unwrap_or_default() + time);
        }
    }
    micros.map(|micros| micros / 1000.0)
}

/// Which of some dependencies the project's tests pass without: the command that has passed.
pub fn unused(
    copy: &dyn Folder,
    candidates: &[&Dependency],
    settings: &Settings,
    host: &dyn Host,
) -> Result<Vec<Option<String>>, Stop> {
    let mut passed = vec![None; candidates.len()];
    let Some(first) = candidates.first() else {
        return Ok(passed);
    };
    let before = removal::suite(copy.path(), first, false, settings, host)?;
    if !before.ok || before.passed == 0 {
        host.warn(
            "the project's tests do not pass here, so no run without a dependency says anything",
        );
        return Ok(passed);
    }
    for (at, dependency) in candidates.iter().enumerate() {
        host.check()?;
        let after = removal::suite(copy.path(), dependency, true, settings, host)?;
        if after.ok && after.passed == before.passed && after.skipped == before.skipped {
            passed[at] = Some(after.command);
        }
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_module_is_that_of_all_it_imports() {
        let errors = "import time: self [us] | cumulative | imported package\n\
                      import time:       100 |        100 |     json.scanner\n\
                      import time:       200 |       1300 | json\n\
                      import time:        50 |         50 |   json\n\
                      import time:       700 |        700 | other\n";
        assert_eq!(told(errors, &["json"]), Some(1.3));
        assert_eq!(told(errors, &["json", "other"]), Some(2.0));
        assert_eq!(told(errors, &["absent"]), None);
    }
}
