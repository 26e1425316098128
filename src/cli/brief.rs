//! `ripout brief`: prints what a synthesizer would be told. Nothing is sent.

use ripout_model::Stop;

use crate::{
    cli::{
        Session,
        args::{self, Format},
        progress::Progress,
        remove, run,
    },
    job,
    synth::brief::DEFAULT_TOKENS,
};

/// A brief as JSON.
#[derive(serde::Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    brief: &'a crate::synth::Brief,
}

/// Writes the brief to standard output.
pub fn brief(session: &Session, arguments: args::Brief) -> Result<u8, Stop> {
    let args::Brief {
        subject,
        judging,
        max_brief_tokens,
        consumer,
    } = arguments;
    let limit = max_brief_tokens.unwrap_or(DEFAULT_TOKENS);
    let (brief, format) = match consumer {
        Some(consumer) => remove::brief(session, subject, judging, consumer, limit)?,
        None => {
            run::for_a_project(&judging)?;
            let (request, format) = run::request(session, subject, judging)?;
            let host = session.sandbox(Box::new(Progress::new(session.console)));
            let brief = job::brief(&request, limit, &host);
            drop(host);
            (brief?, format)
        }
    };
    match format {
        Format::Text => {
            session.console.print(&brief.text)?;
            if !session.global.quiet {
                session.console.note(&format!(
                    "about {} tokens, SHA-256 {}",
                    brief.tokens, brief.digest
                ));
            }
        }
        Format::Json => {
            let document = Document {
                schema: "ripout.brief/1",
                brief: &brief,
            };
            let text = serde_json::to_string_pretty(&document).unwrap_or_default();
            session.console.print(&format!("{text}\n"))?;
        }
    }
    Ok(0)
}
