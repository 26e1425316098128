//! What the evidence does not show, in the order in which a reviewer should worry: lines that did not run, faults that
//! slip through, references that were not pinned down, what differs on purpose.

use super::{
    Subject,
    html::{Html, counted, shorten},
    pieces::Pieces,
};

/// Rows that are shown before the rest is folded.
const FIRST: usize = 10;

/// Rows that are shown at all; `result.json` and `mutants.json` hold the rest.
const MOST: usize = 600;

/// Longest line of code in a list.
const LINE: usize = 140;

/// The section.
pub fn section(subject: &Subject<'_>, pieces: &Pieces<'_>) -> Html {
    let mut html = Html::default();
    let report = subject.report;
    let mut missed = Vec::new();
    let mut waived = Vec::new();
    let mut survivors = Vec::new();
    for (file, line, marks) in pieces.marked() {
        let at = || place(pieces, file, line);
        if marks.missed {
            let text = pieces.line(file, line).unwrap_or_default();
            missed.push(vec![at(), code(text)]);
        }
        if let Some(why) = marks.waived {
            let text = pieces.line(file, line).unwrap_or_default();
            waived.push(vec![at(), code(text), plain(why)]);
        }
        for mutant in &marks.survivors {
            survivors.push(vec![
                at(),
                code(&mutant.from),
                code(&mutant.to),
                plain(&mutant.operator),
            ]);
        }
    }
    table(
        &mut html,
        &counted(missed.len() as u64, "line did not run", "lines did not run"),
        "No input reached these, so nothing is known of what they do.",
        &["Line", "Text"],
        &missed,
    );
    table(
        &mut html,
        &counted(
            survivors.len() as u64,
            "planted fault slips through",
            "planted faults slip through",
        ),
        "If the module were wrong in this way, these inputs would not have noticed. Many such changes make no difference at \
         all; look for those that would.",
        &["Line", "Instead of", "This", "Kind"],
        &survivors,
    );
    table(
        &mut html,
        &counted(waived.len() as u64, "line is waived", "lines are waived"),
        "They need not run, for the reason given.",
        &["Line", "Text", "Why"],
        &waived,
    );
    let unresolved: Vec<Vec<Html>> = report
        .unresolved
        .iter()
        .map(|it| {
            let mut at = Html::default();
            at.raw("<code>")
                .text(&it.file)
                .raw(":")
                .show(it.line)
                .raw("</code>");
            vec![at, code(&it.text), plain(&it.why)]
        })
        .collect();
    table(
        &mut html,
        &counted(
            unresolved.len() as u64,
            "reference was not pinned down",
            "references were not pinned down",
        ),
        "From the text alone it can’t be told what these mean.",
        &["In the original", "Reference", "Why"],
        &unresolved,
    );
    list(&mut html, "Differs on purpose", &report.api_notes);
    let notes: Vec<String> = report.notes.iter().map(|note| note.text.clone()).collect();
    list(&mut html, "Remarks", &notes);
    if html.is_empty() && subject.candidate.is_some() && report.evidence.inputs > 0 {
        html.raw("<p>Nothing that was looked for: every line ran, and no planted fault slipped through.</p>\n");
    }
    html
}

/// Where a line of the module is shown on this page.
fn place(pieces: &Pieces<'_>, file: &str, line: u32) -> Html {
    let mut html = Html::default();
    html.raw("<a href=\"#")
        .text(&anchor(file, line))
        .raw("\">")
        .show(line)
        .raw("</a>");
    if let Some(piece) = pieces.around(file, line) {
        html.raw(" <span class=\"in\">")
            .text(piece.short_name())
            .raw("</span>");
    }
    html
}

/// The name of a line on this page. Files are told apart by their bytes, as a path may hold what an anchor may not.
pub fn anchor(file: &str, line: u32) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '.';
    let file: String = file
        .chars()
        .map(|character| match plain(character) {
            true => character.to_string(),
            false => format!("-{:x}", u32::from(character)),
        })
        .collect();
    format!("{file}-L{line}")
}

pub(super) fn code(text: &str) -> Html {
    let mut html = Html::default();
    match text.trim() {
        "" => html.raw("<i>nothing</i>"),
        text => html.raw("<code>").text(&shorten(text, LINE)).raw("</code>"),
    };
    html
}

pub(super) fn plain(text: &str) -> Html {
    let mut html = Html::default();
    html.text(text);
    html
}

pub(super) fn table(
    html: &mut Html,
    title: &str,
    what: &'static str,
    columns: &[&'static str],
    rows: &[Vec<Html>],
) {
    if rows.is_empty() {
        return;
    }
    html.raw("<h3>")
        .text(title)
        .raw("</h3>\n<p>")
        .raw(what)
        .raw("</p>\n");
    let (first, rest) = rows.split_at(rows.len().min(FIRST));
    part(html, title, columns, first);
    if rest.is_empty() {
        return;
    }
    html.raw("<details><summary>")
        .show(rest.len())
        .raw(" more</summary>\n");
    let (shown, left) = rest.split_at(rest.len().min(MOST));
    part(html, title, columns, shown);
    if !left.is_empty() {
        html.raw("<p>").show(left.len());
        html.raw(" more stand in <code>result.json</code> and <code>mutants.json</code>.</p>\n");
    }
    html.raw("</details>\n");
}

fn part(html: &mut Html, title: &str, columns: &[&'static str], rows: &[Vec<Html>]) {
    html.raw("<table class=\"list\"><caption>")
        .text(title)
        .raw("</caption><thead><tr>");
    for column in columns {
        html.raw("<th scope=\"col\">").raw(column).raw("</th>");
    }
    html.raw("</tr></thead><tbody>\n");
    for row in rows {
        html.raw("<tr>");
        for (cell, column) in row.iter().zip(columns) {
            // On a narrow screen cells stand below each other, each with its column's name.
            html.raw("<td data-name=\"")
                .raw(column)
                .raw("\">")
                .add(cell)
                .raw("</td>");
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table>\n");
}

fn list(html: &mut Html, title: &'static str, texts: &[String]) {
    if texts.is_empty() {
        return;
    }
    html.raw("<h3>").raw(title).raw("</h3>\n<ul>");
    for text in texts.iter().take(MOST) {
        html.raw("<li>").prose(&shorten(text, 800)).raw("</li>\n");
    }
    html.raw("</ul>\n");
    if texts.len() > MOST {
        html.raw("<p>More stand in <code>result.json</code>.</p>\n");
    }
}
