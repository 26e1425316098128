//! `report.html`: one file that a reviewer reads in a minute, without network and without scripts.
//!
//! * [`html`]: markup that can't be injected
//! * [`pieces`]: the definitions of the module with both their texts and what is known of their lines
//! * [`verdict`]: the verdict in a sentence, its ground, the counterexample, the large figures
//! * [`missing`]: what the evidence does not show: lines, faults, references
//! * [`upstream`]: the original's own tests
//! * [`saving`]: what is left behind, and where it lies
//! * [`graph`]: who refers to whom among what was taken, in layers; [`picture`]: drawn; [`tree`]: as narrow as a phone
//! * [`code`]: original and module side by side
//! * [`origin`]: where the text came from, and how to check it again
//!
//! The same result gives the same bytes: no time and no path of this machine is on the page.

mod code;
mod graph;
mod html;
mod layers;
mod missing;
mod origin;
mod picture;
mod pieces;
mod saving;
#[cfg(test)]
mod tests;
mod tree;
mod upstream;
mod verdict;

use ripout_model::{CallGraph, Candidate, Package};

use super::report::Report;
use crate::judge::Score;
use html::Html;
use pieces::Pieces;

/// What a page is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The result.
    pub report: &'a Report,
    /// What was judged, where there was something.
    pub candidate: Option<&'a Candidate>,
    /// The original's packages, with their text.
    pub packages: &'a [Package],
    /// The call graph of each package, in the same order; paths are relative to the package.
    pub graphs: &'a [CallGraph],
    /// What became of planted faults.
    pub score: Option<&'a Score>,
    /// Lines of the module's first file that ran.
    pub ran: &'a [u32],
}

/// Colours and type. There is no other style on the page.
const STYLE: &str = include_str!("style.css");

/// The page.
pub fn page(subject: &Subject<'_>) -> String {
    let pieces = Pieces::of(subject);
    let mut body = Html::default();
    verdict::write(&mut body, subject);
    let mut sections = Vec::new();
    let mut section = |id: &'static str, title: &'static str, part: Html| {
        if !part.is_empty() {
            sections.push((id, title, part));
        }
    };
    section(
        "missing",
        "What is not shown",
        missing::section(subject, &pieces),
    );
    section(
        "tests",
        "The original’s own tests",
        upstream::section(subject),
    );
    section(
        "saving",
        "What leaving it saves",
        saving::section(subject, &pieces),
    );
    section("graph", "Call graph", picture::section(subject, &pieces));
    section("code", "Original and module", code::section(&pieces));
    section("origin", "Where it comes from", origin::section(subject));
    contents(&mut body, &sections);
    for (id, title, part) in &sections {
        body.raw("<section aria-labelledby=\"")
            .raw(id)
            .raw("\"><h2 id=\"");
        body.raw(id).raw("\">").raw(title).raw("</h2>\n");
        body.add(part).raw("</section>\n");
    }
    document(subject, &body)
}

/// Links to the sections.
fn contents(body: &mut Html, sections: &[(&'static str, &'static str, Html)]) {
    if sections.len() < 2 {
        return;
    }
    body.raw("<nav aria-label=\"On this page\"><ul>");
    for (id, title, _) in sections {
        body.raw("<li><a href=\"#")
            .raw(id)
            .raw("\">")
            .raw(title)
            .raw("</a></li>");
    }
    body.raw("</ul></nav>\n");
}

fn document(subject: &Subject<'_>, body: &Html) -> String {
    let mut page = Html::default();
    // The policy is a second wall: should text ever become markup, it could still load and run nothing.
    page.raw(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>",
    );
    page.text(verdict::word(subject.report.verdict)).raw(": ");
    page.text(&subject.report.symbols.join(", "))
        .raw(" – ripout</title>\n<style>\n");
    page.raw(STYLE).raw("</style>\n</head>\n<body>\n<main>\n");
    page.add(body).raw("</main>\n</body>\n</html>\n");
    page.into_string()
}
