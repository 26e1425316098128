//! Where the text came from, what was changed in it, and how to check all of it again.

use super::{
    Subject,
    html::{Html, shorten},
};
use crate::evidence::header;

/// Entries of a list that are shown; `result.json` holds the rest.
const MOST: usize = 400;

/// The section.
pub fn section(subject: &Subject<'_>) -> Html {
    let report = subject.report;
    let mut html = Html::default();
    let source = ripout_model::Source {
        kind: report.source.kind,
        name: report.source.name.clone(),
        version: report.source.version.clone(),
        rev: report.source.rev.clone(),
        licence: report.source.licence.clone(),
    };
    html.raw("<table class=\"pairs\"><tbody>");
    let mut row = |name: &'static str, value: Option<&str>| {
        if let Some(value) = value {
            html.raw("<tr><th scope=\"row\">")
                .raw(name)
                .raw("</th><td><code>");
            html.text(&shorten(value, 400)).raw("</code></td></tr>\n");
        }
    };
    row("Source", Some(&header::spell(&source)));
    row("Revision", report.source.rev.as_deref());
    row("Licence", report.source.licence.as_deref());
    if let Some(module) = &report.module {
        let editions = module.editions.join(", ");
        row("Editions", (!editions.is_empty()).then_some(&editions));
        let keeps = module.dependencies.join(", ");
        row("Goes on using", (!keeps.is_empty()).then_some(&keeps));
    }
    let seed = report.evidence.seed.to_string();
    row("Seed", Some(&seed));
    html.raw("</tbody></table>\n");
    packages(&mut html, subject);
    attempts(&mut html, subject);
    edits(&mut html, subject);
    if subject.candidate.is_some() {
        html.raw("<p>Beside this page: <code>result.json</code> has every figure shown here, <code>mutants.json</code> each planted ");
        html.raw("fault, <code>LICENSES/</code> the licence texts, and <code>equivalence/</code> tests that you can run without the ");
        html.raw("original and without ripout, as far as there were any to write.</p>\n");
    }
    html
}

/// Packages that text was taken from.
fn packages(html: &mut Html, subject: &Subject<'_>) {
    let closure = &subject.report.closure;
    let taken: Vec<_> = subject
        .packages
        .iter()
        .map(|package| {
            let id = package.id();
            let count = closure.iter().filter(|it| it.package == id).count();
            (package, id, count)
        })
        .filter(|(_, _, count)| *count > 0)
        .collect();
    if taken.len() < 2 {
        return;
    }
    html.raw("<table class=\"numbers\"><caption>Packages that text was taken from</caption><thead><tr><th scope=\"col\">Package</th>");
    html.raw(
        "<th scope=\"col\">Definitions</th><th scope=\"col\">Licence</th></tr></thead><tbody>\n",
    );
    for (package, id, count) in taken {
        html.raw("<tr><th scope=\"row\"><code>")
            .text(&id)
            .raw("</code></th><td>")
            .show(count);
        html.raw("</td><td>")
            .text(package.licence.as_deref().unwrap_or("none stated"));
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table>\n");
}

/// Candidates that were tried, where there is more to say of them than the verdict.
fn attempts(html: &mut Html, subject: &Subject<'_>) {
    let attempts = &subject.report.attempts;
    if attempts.len() < 2 {
        return;
    }
    html.raw("<table class=\"list\"><caption>Candidates that were tried</caption><thead><tr><th scope=\"col\">By</th>");
    html.raw("<th scope=\"col\">Outcome</th><th scope=\"col\">Why</th></tr></thead><tbody>\n");
    for attempt in attempts.iter().take(MOST) {
        html.raw("<tr><td data-name=\"By\">")
            .text(&attempt.synthesizer);
        html.raw("</td><td data-name=\"Outcome\">")
            .text(&attempt.outcome);
        html.raw("</td><td data-name=\"Why\">");
        html.text(&shorten(attempt.text.as_deref().unwrap_or("–"), 400))
            .raw("</td></tr>\n");
    }
    html.raw("</tbody></table>\n");
}

/// Each departure from the author's text.
fn edits(html: &mut Html, subject: &Subject<'_>) {
    let Some(candidate) = subject.candidate.filter(|it| !it.edits.is_empty()) else {
        return;
    };
    let edits = &candidate.edits;
    html.raw("<details><summary>").show(edits.len());
    html.raw(if edits.len() == 1 { " edit" } else { " edits" });
    html.raw(" to the author’s text</summary>\n<table class=\"list\"><caption>Edits, by their place in the original</caption>");
    html.raw("<thead><tr><th scope=\"col\">Place</th><th scope=\"col\">Before</th><th scope=\"col\">After</th></tr></thead><tbody>\n");
    for edit in edits.iter().take(MOST) {
        html.raw("<tr><td data-name=\"Place\"><code>")
            .text(&edit.file)
            .raw(":")
            .show(edit.line);
        html.raw("</code></td><td data-name=\"Before\"><code>")
            .text(&shorten(&edit.before, 300));
        html.raw("</code></td><td data-name=\"After\"><code>")
            .text(&shorten(&edit.after, 300));
        html.raw("</code></td></tr>\n");
    }
    html.raw("</tbody></table>\n");
    if edits.len() > MOST {
        html.raw("<p>The rest stands in <code>result.json</code>.</p>\n");
    }
    html.raw("</details>\n");
}
