//! `extract` and `verify`: arguments in, one report out.

use std::time::Duration;

use ripout_model::{Failure, Stop};

use crate::{
    cli::{
        Calling, Session,
        args::{Extract, Format, Judging, Subject, Verify},
        config, locked,
        progress::Progress,
        remove, verdict_text,
    },
    evidence::Report,
    job::{self, Finished, Request},
};

/// `ripout extract`.
pub fn extract(session: &Session, arguments: Extract) -> Result<u8, Stop> {
    let Extract {
        subject,
        mut judging,
        synthesis,
        consumer,
        module_path,
    } = arguments;
    let rounds = config::rounds(&session.file, &mut judging, synthesis, None)?;
    if let Some(consumer) = consumer {
        return remove::named(session, subject, judging, rounds, module_path, consumer);
    }
    for_a_project(&judging)?;
    let (request, format) = request(session, subject, judging)?;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let finished = match &rounds {
        Some(rounds) => job::extract_in_rounds(&request, rounds, &host),
        None => job::extract(&request, &host),
    };
    drop(host);
    show(session, &finished?, format)
}

/// `ripout verify`.
pub fn verify(session: &Session, arguments: Verify) -> Result<u8, Stop> {
    let Verify {
        subject,
        judging,
        module,
        input,
    } = arguments;
    if !module.exists() {
        return Err(Failure::new(
            "module_not_found",
            format!("the module {} does not exist", module.display()),
        )
        .into());
    }
    let replay = input
        .iter()
        .map(|text| bytes(text))
        .collect::<Result<Vec<_>, _>>()?;
    let (request, format) = request(session, subject, judging)?;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let finished = job::verify(&request, &module, &replay, &host);
    drop(host);
    show(session, &finished?, format)
}

/// Without a project nobody knows what can be left out.
pub fn for_a_project(judging: &Judging) -> Result<(), Failure> {
    match judging.specialize {
        false => Ok(()),
        true => Err(Failure::new(
            "arguments",
            "--specialize needs the project that the module is for",
        )
        .help("name its folder: `--for CONSUMER`")),
    }
}

/// All that a job needs, from the command line, the environment and `ripout.toml`.
pub fn request(
    session: &Session,
    mut subject: Subject,
    mut judging: Judging,
) -> Result<(Request, Format), Failure> {
    session.file.clone().complete(&mut judging);
    if session.calling == Calling::Cargo && !locked::is_repo(&subject.repo) {
        // `<repo>` was left out, so the first symbol stands in its place.
        let first = std::mem::take(&mut subject.repo);
        let folder = std::env::current_dir()
            .map_err(|e| Failure::new("folder", format!("find the current folder: {e}")))?;
        let locked = locked::of_symbol(&first, &folder)?;
        subject.symbols.insert(0, first);
        subject.repo = locked.repo;
        subject.rev = subject.rev.or(locked.rev);
    }
    if subject.symbols.is_empty() {
        return Err(Failure::new(
            "arguments",
            format!("nothing is named to take out of {}", subject.repo),
        )
        .help(format!(
            "name a symbol after it; `ripout map {}` lists what there is",
            subject.repo
        )));
    }
    let format = judging.format.unwrap_or(Format::Text);
    let settings = config::settings(
        &judging,
        &subject.names,
        subject.stem.as_deref(),
        &session.global,
    )?;
    let request = Request {
        wanted: config::wanted(
            &subject.repo,
            subject.rev.as_deref(),
            settings.python.as_deref(),
            &settings.extras,
            &session.global,
        ),
        options: config::module_options(&judging, &subject),
        search_options: config::search_options(&judging),
        symbols: subject.symbols,
        out: subject.out,
        settings,
        consumer: None,
    };
    Ok((request, format))
}

fn show(session: &Session, finished: &Finished, format: Format) -> Result<u8, Stop> {
    let report: &Report = &finished.report;
    let text = match format {
        Format::Json => report.to_json(),
        Format::Text => {
            let mut page = verdict_text::page(report, &session.console);
            if session.console.verbose {
                let total = Duration::from_secs_f64(report.seconds.total.max(0.0));
                page.push_str(&format!("  {:<11}{total:.1?}\n", "time"));
            }
            page
        }
    };
    session.console.print(&text)?;
    Ok(report.verdict.exit_code())
}

/// Bytes from hexadecimal.
fn bytes(text: &str) -> Result<Vec<u8>, Failure> {
    let wrong = || {
        Failure::new("arguments", format!("--input {text} is no hexadecimal"))
            .help("a counterexample's `reproduce` has the input as it is wanted here")
    };
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).map_err(|_| wrong()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_hexadecimal() {
        assert_eq!(bytes("").unwrap(), [0_u8; 0]);
        assert_eq!(bytes("00ffA0").unwrap(), [0, 255, 160]);
        for wrong in ["0", "zz", "ä", "+1"] {
            assert_eq!(bytes(wrong).unwrap_err().code, "arguments", "{wrong}");
        }
    }
}
