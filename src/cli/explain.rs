//! `ripout explain`: one page on a symbol, for people or as a document.

use ripout_model::{Failure, Stop};
use serde::Serialize;

use crate::{
    cli::{
        Session,
        args::{self, Judging, PageFormat, Subject},
        config,
        explain_answer::{self, AnswerDocument},
        explain_text,
        progress::Progress,
        run,
    },
    evidence::report::{ClosureEntry, ReasonReport, SourceReport, UnresolvedReport},
    job::explain::{self, Answered, Explained},
};

/// Exit code of an answer of which some part cites nothing, or what is not there.
const UNCHECKED: u8 = 3;

/// A page as JSON.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    language: &'a str,
    source: SourceReport,
    symbols: &'a [String],
    /// Why it can't be ripped out; null where nothing speaks against it yet.
    refused: Option<ReasonReport>,
    notes: &'a [String],
    statements: Vec<StatementDocument<'a>>,
    calls: Vec<CallDocument<'a>>,
    /// Taken, though no call of it was seen.
    beside: Vec<ClosureEntry>,
    cost: CostDocument<'a>,
    unresolved: Vec<UnresolvedReport>,
    /// What somebody said to `--ask`; null where nothing was asked.
    answer: Option<AnswerDocument<'a>>,
}

#[derive(Serialize)]
struct StatementDocument<'a> {
    topic: &'static str,
    text: String,
    /// The author's words, as they stand on the lines; of a longer text its beginning.
    quote: &'a str,
    cut: bool,
    within: &'a str,
    package: &'a str,
    file: &'a str,
    lines: [u32; 2],
}

#[derive(Serialize)]
struct CallDocument<'a> {
    depth: u32,
    name: &'a str,
    kind: &'static str,
    package: &'a str,
    file: &'a str,
    lines: [u32; 2],
    code_lines: u32,
    /// Line of the call, in the caller's file.
    line: Option<u32>,
    recursive: bool,
    again: bool,
}

#[derive(Serialize)]
struct CostDocument<'a> {
    lines: u32,
    definitions: u32,
    packages: &'a [String],
    data_files: &'a [String],
    original: WholeDocument<'a>,
}

#[derive(Serialize)]
struct WholeDocument<'a> {
    lines: u32,
    definitions: u32,
    packages: &'a [String],
}

/// Explains, and prints the page; or has a question answered, and prints what became of that.
pub fn explain(session: &Session, arguments: args::Explain) -> Result<u8, Stop> {
    let asking = config::asking(
        &session.file,
        arguments.ask,
        arguments.command,
        arguments.whom,
        arguments.out,
    )?;
    let subject = Subject {
        repo: arguments.repo,
        symbols: arguments.symbols,
        rev: arguments.rev,
        names: Vec::new(),
        stem: None,
        out: None,
    };
    let judging = Judging {
        features: arguments.features,
        python: arguments.python,
        extras: arguments.extras,
        ..Judging::default()
    };
    let (mut request, _) = run::request(session, subject, judging)?;
    // How large a module may be, and who drives it, is no matter of a page.
    request.settings.max_lines = None;
    request.settings.driver = None;
    let host = session.sandbox(Box::new(Progress::new(session.console)));
    let Some(asking) = asking else {
        let explained = explain::explain(&request, &host);
        drop(host);
        let explained = explained?;
        let verbose = session.console.verbose;
        let text = match arguments.format {
            PageFormat::Markdown => explain_text::markdown(&explained, verbose),
            PageFormat::Text => explain_text::text(&explained, verbose),
            PageFormat::Json => document(&explained, None)?,
        };
        session.console.print(&text)?;
        return Ok(0);
    };
    let asked = explain::explain_and_ask(&request, &asking, explain_text::to_be_sent, &host);
    drop(host);
    let (explained, answered) = asked?;
    let text = match arguments.format {
        PageFormat::Markdown => explain_answer::markdown(&explained, &answered),
        PageFormat::Text => explain_answer::text(&explained, &answered),
        PageFormat::Json => document(&explained, Some(&answered))?,
    };
    session.console.print(&text)?;
    Ok(match answered.holds() {
        true => 0,
        false => UNCHECKED,
    })
}

fn document(explained: &Explained, answered: Option<&Answered>) -> Result<String, Failure> {
    let cost = &explained.cost;
    let document = Document {
        schema: "ripout.explain/1",
        language: explained.language,
        source: SourceReport::from(&explained.source),
        symbols: &explained.symbols,
        refused: explained.refused.as_ref().map(ReasonReport::from),
        notes: &explained.notes,
        statements: explained
            .statements
            .iter()
            .map(|it| StatementDocument {
                topic: it.topic.word(),
                text: explain_text::sentence(it),
                quote: &it.quote,
                cut: it.cut,
                within: &it.within,
                package: &it.package,
                file: &it.file,
                lines: it.lines,
            })
            .collect(),
        calls: explained
            .calls
            .iter()
            .map(|it| CallDocument {
                depth: it.depth,
                name: &it.definition.name,
                kind: it.definition.kind.word(),
                package: &it.definition.package,
                file: &it.definition.file,
                lines: it.definition.lines,
                code_lines: it.code_lines,
                line: it.line,
                recursive: it.recursive,
                again: it.again,
            })
            .collect(),
        beside: explained.beside.iter().map(ClosureEntry::from).collect(),
        cost: CostDocument {
            lines: cost.lines,
            definitions: cost.definitions,
            packages: &cost.packages,
            data_files: &cost.data_files,
            original: WholeDocument {
                lines: cost.original_lines,
                definitions: cost.original_definitions,
                packages: &cost.original_packages,
            },
        },
        unresolved: explained
            .unresolved
            .iter()
            .map(UnresolvedReport::from)
            .collect(),
        answer: answered.map(explain_answer::document),
    };
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|e| Failure::new("output", format!("write the page: {e}")))?;
    text.push('\n');
    Ok(text)
}
