//! `ripout remove`: a dependency goes, and a module of the project's own takes its place.

use std::{fmt::Write, path::PathBuf};

use ripout_model::{Failure, Stop};

use crate::{
    checkout::cache,
    cli::{
        Session,
        args::{self, Format},
        config,
        console::Console,
        progress::Progress,
        verdict_text,
    },
    evidence::{Report, report::SuiteReport},
    job::remove::{self, Removing},
    languages,
};

/// Removes, or says why not.
pub fn remove(session: &Session, arguments: args::Remove) -> Result<u8, Stop> {
    let args::Remove {
        dependency,
        consumer,
        apply,
        accept_licence,
        out,
        mut judging,
    } = arguments;
    session.file.clone().complete(&mut judging);
    let folder = consumer.unwrap_or(PathBuf::from("."));
    if !folder.is_dir() {
        return Err(Failure::new(
            "project_not_found",
            format!("{} is no folder", folder.display()),
        )
        .help("name the folder of a Cargo workspace or of a Python project with --for")
        .into());
    }
    // Programs of the project's own, such as an environment's interpreter, are run from other folders.
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let format = judging.format.unwrap_or(Format::Text);
    let held = cache::Cache::open(None).and_then(|held| Ok((held, cache::dir()?.join("facts"))));
    let removing = Removing {
        folder,
        dependency,
        out,
        settings: config::settings(&judging, &[], None, &session.global)?,
        search_options: config::search_options(&judging),
        apply,
        accepted: accept_licence,
        facts: held.as_ref().ok().map(|(_, folder)| folder.clone()),
    };
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let removed = remove::remove(&removing, &languages::all(), &host);
    drop(host);
    let removed = removed?;
    let report = &removed.finished.report;
    let text = match format {
        Format::Json => report.to_json(),
        Format::Text => page(report, &session.console),
    };
    session.console.print(&text)?;
    Ok(removed.exit_code())
}

/// The verdict, and what leaves the project.
fn page(report: &Report, console: &Console) -> String {
    let mut page = verdict_text::page(report, console);
    let Some(removal) = &report.removal else {
        let _ = writeln!(
            page,
            "\n  the project stays as it is: only what is equivalent is proposed"
        );
        return page;
    };
    let mut line = |word: &str, text: &str| {
        let _ = writeln!(page, "  {word:<11}{text}");
    };
    line("removes", &removal.dependency);
    if !removal.stays.is_empty() {
        let by = removal.stays.join(", ");
        line("stays", &format!("in the tree all the same: {by} needs it"));
    }
    if !removal.goes.is_empty() {
        line("goes", &removal.goes.join(", "));
    }
    line("tests", &format!("before: {}", suite(&removal.before)));
    if let Some(after) = &removal.after {
        line("", &format!("after:  {}", suite(after)));
        if !after.ok {
            line(
                "",
                "the module does not fit the project: nothing is proposed",
            );
            let _ = writeln!(page, "\n{}", after.told);
            return page;
        }
    }
    let mut line = |word: &str, text: &str| {
        let _ = writeln!(page, "  {word:<11}{text}");
    };
    line("changes", &removal.files.join(", "));
    for note in &removal.left_to_do {
        line("left to do", note);
    }
    match (&removal.undo, removal.applied) {
        (Some(undo), true) => line("applied", &format!("take it back with `{undo}`")),
        _ => line(
            "next",
            "`git apply` removal.patch, or say --apply; pull-request.md says what a reviewer needs",
        ),
    }
    page
}

fn suite(suite: &SuiteReport) -> String {
    format!(
        "{} passed, {} failed, {} skipped",
        suite.passed, suite.failed, suite.skipped
    )
}
