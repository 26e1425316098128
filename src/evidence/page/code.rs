//! Original and module side by side, definition by definition, with what is known of each line in the margin.
//!
//! Long stretches that are alike are folded away, and once the page would grow too large, definitions that need no look
//! are only named.

use ripout_model::{Kind, Origin};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{
    html::{Html, counted, grouped, shorten},
    missing::anchor,
    pieces::{Marks, Piece, Pieces, origin_word},
};

/// Bytes of code and of names on a page.
const BUDGET: usize = 1_500_000;

/// Bytes that a definition takes beside its code.
const FOLD: usize = 700;

/// Definitions that are named.
const NAMED: usize = 2000;

/// Longest line that is shown whole.
const LINE: usize = 320;

/// Longest definition that is shown whole.
const WHOLE: usize = 240;

/// Lines around what needs a look.
const AROUND: usize = 4;

/// Longest definition that stands open when the page is opened.
const OPEN: usize = 60;

/// Longest definitions that are compared line by line; beyond that they stand line by line as they come.
const COMPARED: usize = 20_000;

/// The section.
pub fn section(pieces: &Pieces<'_>) -> Html {
    let mut html = Html::default();
    if pieces.all.is_empty() {
        return html;
    }
    legend(&mut html);
    // What needs a look gets its room first, wherever it stands.
    let mut order: Vec<usize> = (0..pieces.all.len()).collect();
    order.sort_by_key(|index| {
        let piece = &pieces.all[*index];
        (
            notes(piece, pieces) == Notes::default(),
            piece.origin() == Origin::Verbatim,
            *index,
        )
    });
    let mut bodies: Vec<Option<Html>> = vec![None; pieces.all.len()];
    let mut room = BUDGET;
    for index in order.into_iter().take(NAMED) {
        if room < FOLD {
            break;
        }
        let body = body(&pieces.all[index], pieces);
        if let Some(left) = room.checked_sub(body.len() + FOLD) {
            room = left;
            bodies[index] = Some(body);
        }
    }
    let open = pieces
        .all
        .iter()
        .position(|piece| pieces.is_asked_for(piece) && piece.module.len() <= OPEN);
    let mut left_out = Vec::new();
    for (index, (piece, body)) in pieces.all.iter().zip(bodies).enumerate() {
        match body {
            Some(body) => fold(&mut html, piece, pieces, &body, Some(index) == open),
            None => left_out.push(piece),
        }
    }
    name(&mut html, &left_out);
    html
}

/// Names definitions for which there was no room.
fn name(html: &mut Html, pieces: &[&Piece<'_>]) {
    if pieces.is_empty() {
        return;
    }
    html.raw("<h3>")
        .text(&counted(
            pieces.len() as u64,
            "more definition",
            "more definitions",
        ))
        .raw("</h3>\n<p>Left out here to keep this page small. They stand in the module at these lines.</p>\n<ul>");
    for piece in pieces.iter().take(NAMED) {
        let [first, last] = piece.taken.module_lines;
        html.raw("<li><code>")
            .text(&shorten(piece.short_name(), 60))
            .raw("</code>, ")
            .raw(origin_word(piece.origin()))
            .raw(", ");
        span(html, first, last);
        html.raw("</li>\n");
    }
    html.raw("</ul>\n");
    if pieces.len() > NAMED {
        html.raw("<p>And others.</p>\n");
    }
}

fn legend(html: &mut Html) {
    html.raw("<p>Each definition of the module beside the text it was taken from. A bar beside the line says what these inputs ");
    html.raw("did: <span class=\"key ran\">ran</span> <span class=\"key miss\">did not run</span> <span class=\"key waiv\">waived</span> ");
    html.raw("<span class=\"key surv\">a planted fault slips through</span>. Lines without one can’t run. \
         <span class=\"narrow\">Where both sides are alike, this narrow page shows the line once.</span></p>\n");
}

/// How much there is to look at.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Notes {
    missed: u64,
    waived: u64,
    survivors: u64,
}

fn notes(piece: &Piece<'_>, pieces: &Pieces<'_>) -> Notes {
    let mut notes = Notes::default();
    for marks in pieces.marks_in(piece) {
        notes.missed += u64::from(marks.missed);
        notes.waived += u64::from(marks.waived.is_some());
        notes.survivors += marks.survivors.len() as u64;
    }
    notes
}

fn fold(html: &mut Html, piece: &Piece<'_>, pieces: &Pieces<'_>, body: &Html, open: bool) {
    let definition = &piece.taken.definition;
    html.raw(if open {
        "<details open class=\"piece\">"
    } else {
        "<details class=\"piece\">"
    });
    html.raw("<summary><code class=\"name\">")
        .text(&shorten(piece.short_name(), 120))
        .raw("</code>");
    html.raw("<span class=\"kind\">");
    // An impl's name says it already.
    html.raw(match definition.kind {
        Kind::Impl => "",
        kind => kind_word(kind),
    });
    if !piece.members.is_empty() {
        html.raw(", ")
            .text(&counted(piece.members.len() as u64, "member", "members"));
    }
    html.raw("</span>");
    let origin = origin_word(piece.origin());
    html.raw("<span class=\"chip ")
        .raw(origin)
        .raw("\">")
        .raw(origin)
        .raw("</span>");
    let notes = notes(piece, pieces);
    html.raw("<span class=\"notes\">");
    for (class, count, one, many) in [
        ("miss", notes.missed, "line not run", "lines not run"),
        (
            "surv",
            notes.survivors,
            "fault slips through",
            "faults slip through",
        ),
        ("waiv", notes.waived, "line waived", "lines waived"),
    ] {
        if count > 0 {
            html.raw("<span class=\"")
                .raw(class)
                .raw("\">")
                .text(&counted(count, one, many))
                .raw("</span>");
        }
    }
    html.raw("</span></summary>\n");
    html.add(body);
    let [first, last] = definition.lines;
    html.raw("<p class=\"at\">Original: <code>")
        .text(&definition.file)
        .raw("</code>, ");
    span(html, first, last);
    html.raw(" of ")
        .text(&definition.package)
        .raw(". Module: <code>")
        .text(&piece.taken.module_file)
        .raw("</code>, ");
    let [first, last] = piece.taken.module_lines;
    span(html, first, last);
    html.raw(".</p></details>\n");
}

fn span(html: &mut Html, first: u32, last: u32) {
    match first == last {
        true => html.raw("line ").show(first),
        false => html.raw("lines ").show(first).raw("–").show(last),
    };
}

/// The kind of a definition, in words.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::TraitMember => "trait member",
        Kind::TypeAlias => "type alias",
        Kind::MacroCall => "macro call",
        Kind::DataFile => "data file",
        other => other.word(),
    }
}

/// One row: indices into both texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Same(usize, usize),
    Changed(Option<usize>, Option<usize>),
}

fn rows(original: &[String], module: &[String]) -> Vec<Row> {
    if original.len() + module.len() > COMPARED {
        let pair = |index: usize| {
            (
                (index < original.len()).then_some(index),
                (index < module.len()).then_some(index),
            )
        };
        return (0..original.len().max(module.len()))
            .map(|index| match pair(index) {
                (Some(one), Some(other)) if original[one] == module[other] => Row::Same(one, other),
                (one, other) => Row::Changed(one, other),
            })
            .collect();
    }
    let mut rows = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, original, module) {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            rows.extend(old.zip(new).map(|(one, other)| Row::Same(one, other)));
            continue;
        }
        let height = old.len().max(new.len());
        rows.extend(
            (0..height).map(|index| Row::Changed(old.clone().nth(index), new.clone().nth(index))),
        );
    }
    rows
}

fn body(piece: &Piece<'_>, pieces: &Pieces<'_>) -> Html {
    let mut html = Html::default();
    if piece.module.is_empty() || piece.taken.definition.kind == Kind::DataFile {
        html.raw("<p>A file of data, taken as it is.</p>\n");
        return html;
    }
    let none = Vec::new();
    let original = piece.original.as_ref().unwrap_or(&none);
    let rows = rows(original, &piece.module);
    let marks = |row: &Row| match row {
        Row::Same(_, line) | Row::Changed(_, Some(line)) => {
            let line = piece.taken.module_lines[0] + u32::try_from(*line).unwrap_or(u32::MAX - 1);
            pieces.marks(&piece.taken.module_file, line)
        }
        Row::Changed(_, None) => None,
    };
    let shown = shown(&rows, |row| {
        matches!(row, Row::Changed(..)) || marks(row).is_some_and(Marks::is_notable)
    });
    html.raw("<table class=\"code\"><thead><tr><th scope=\"col\"><span>Line</span></th><th scope=\"col\">Original</th>");
    html.raw("<th scope=\"col\"><span>Line</span></th><th scope=\"col\">Module</th><th scope=\"col\">Evidence</th></tr></thead><tbody>\n");
    let mut index = 0;
    while index < rows.len() {
        if shown[index] {
            row(&mut html, piece, original, rows[index], marks(&rows[index]));
            index += 1;
            continue;
        }
        let gap = shown[index..].iter().take_while(|shown| !**shown).count();
        html.raw("<tr class=\"gap\"><td colspan=\"5\">")
            .text(&grouped(gap as u64));
        html.raw(" lines, alike on both sides</td></tr>\n");
        index += gap;
    }
    html.raw("</tbody></table>\n");
    html
}

/// Which rows are shown: all of a short definition; of a long one its beginning, its end, and what needs a look.
fn shown(rows: &[Row], needs_a_look: impl Fn(&Row) -> bool) -> Vec<bool> {
    if rows.len() <= WHOLE {
        return vec![true; rows.len()];
    }
    let mut shown = vec![false; rows.len()];
    let looks = rows.iter().enumerate().filter(|(_, row)| needs_a_look(row));
    let places: Vec<usize> = looks.map(|(index, _)| index).collect();
    for place in places.into_iter().chain([AROUND, rows.len() - 1]) {
        let last = (place + AROUND).min(rows.len() - 1);
        shown[place.saturating_sub(AROUND)..=last].fill(true);
    }
    // A single hidden line would take as much room as a shown one.
    for index in 1..rows.len() - 1 {
        shown[index] |= shown[index - 1] && shown[index + 1];
    }
    shown
}

fn row(
    html: &mut Html,
    piece: &Piece<'_>,
    original: &[String],
    row: Row,
    marks: Option<&Marks<'_>>,
) {
    let (one, other, same) = match row {
        Row::Same(one, other) => (Some(one), Some(other), true),
        Row::Changed(one, other) => (one, other, false),
    };
    let number = |first: u32, index: usize| first + u32::try_from(index).unwrap_or(0);
    let state = match marks {
        Some(marks) if marks.missed => " miss",
        Some(marks) if marks.waived.is_some() => " waiv",
        Some(marks) if !marks.survivors.is_empty() => " surv",
        Some(marks) if marks.ran => " ran",
        _ => "",
    };
    html.raw(if same {
        "<tr class=\"same"
    } else {
        "<tr class=\"edit"
    })
    .raw(state)
    .raw("\"");
    let line = other.map(|index| number(piece.taken.module_lines[0], index));
    if let (Some(line), Some(true)) = (line, marks.map(Marks::is_notable)) {
        html.raw(" id=\"")
            .text(&anchor(&piece.taken.module_file, line))
            .raw("\"");
    }
    html.raw(">");
    let side =
        |html: &mut Html, class: &'static str, number: Option<u32>, text: Option<&String>| {
            html.raw("<td class=\"n ").raw(class).raw("\">");
            if let Some(number) = number {
                html.show(number);
            }
            html.raw("</td><td class=\"t ").raw(class).raw("\">");
            if let Some(text) = text {
                html.text(&shorten(text, LINE));
            }
            html.raw("</td>");
        };
    let first = piece.taken.definition.lines[0];
    side(
        html,
        "o",
        one.map(|index| number(first, index)),
        one.map(|index| &original[index]),
    );
    side(html, "m", line, other.map(|index| &piece.module[index]));
    html.raw("<td class=\"e\">");
    if let Some(marks) = marks {
        margin(html, marks);
    }
    html.raw("</td></tr>\n");
}

fn margin(html: &mut Html, marks: &Marks<'_>) {
    if marks.missed {
        html.raw("<span class=\"miss\">did not run</span>");
    }
    if let Some(why) = marks.waived {
        html.raw("<span class=\"waiv\">waived: ")
            .text(&shorten(why, 160))
            .raw("</span>");
    }
    for mutant in &marks.survivors {
        html.raw("<span class=\"surv\">slips through: ");
        match mutant.from.trim() {
            "" => html.raw("added "),
            from => html.raw("<del>").text(&shorten(from, 90)).raw("</del> "),
        };
        match mutant.to.trim() {
            "" => html.raw("left out"),
            to => html.raw("<ins>").text(&shorten(to, 90)).raw("</ins>"),
        };
        html.raw("</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn an_edited_line_stands_beside_the_line_it_was() {
        let rows = rows(&text(&["a", "b", "c"]), &text(&["a", "B", "c", "d"]));
        assert_eq!(
            rows,
            [
                Row::Same(0, 0),
                Row::Changed(Some(1), Some(1)),
                Row::Same(2, 2),
                Row::Changed(None, Some(3)),
            ]
        );
    }

    #[test]
    fn a_long_definition_shows_its_ends_and_what_needs_a_look() {
        let rows: Vec<Row> = (0..1000).map(|line| Row::Same(line, line)).collect();
        let shown = shown(&rows, |row| *row == Row::Same(500, 500));
        let lines = |range: std::ops::Range<usize>| shown[range].iter().filter(|it| **it).count();
        assert_eq!(lines(0..100), 2 * AROUND + 1);
        assert_eq!(lines(400..600), 2 * AROUND + 1);
        assert!(shown[999] && !shown[300]);
    }
}
