//! What is left behind, as far as the result knows it, and in which of the original's files it lies.

use std::collections::BTreeMap;

use ripout_model::{CallGraph, Kind};

use super::{
    Subject,
    html::{Html, counted, grouped},
    pieces::Pieces,
    verdict::{named, share},
};

/// Files that are shown by name.
const FILES: usize = 8;

/// The section.
pub fn section(subject: &Subject<'_>, pieces: &Pieces<'_>) -> Html {
    let mut html = Html::default();
    let (Some(original), Some(module), Some(candidate)) = (
        &subject.report.original,
        &subject.report.module,
        subject.candidate,
    ) else {
        return html;
    };
    let files = candidate.module.files.iter();
    let bytes: usize = files.map(|file| file.bytes.len()).sum();
    let rows = [
        (
            "Packages",
            u64::from(original.packages),
            module.dependencies.len() as u64,
        ),
        ("Lines of code", original.lines.into(), module.lines.into()),
        (
            "Definitions",
            original.definitions.into(),
            module.definitions.into(),
        ),
        ("Bytes", original.bytes, bytes as u64),
    ];
    html.raw("<p>Without ").text(&named(subject.report));
    html.raw(", ").text(&counted(
        original.packages.into(),
        "package leaves",
        "packages leave",
    ));
    html.raw(" the build");
    if original.packages > 1 {
        html.raw(", as far as nothing else needs them");
    }
    html.raw("; ")
        .text(&counted(module.lines.into(), "line", "lines"));
    html.raw(" of code take its place in yours.</p>\n");
    html.raw("<table class=\"numbers\"><caption>What is left behind, and what stays</caption><thead><tr><td></td>");
    html.raw("<th scope=\"col\">With it</th><th scope=\"col\">With the module</th><th scope=\"col\">Stays</th></tr></thead><tbody>\n");
    for (name, with, without) in rows {
        html.raw("<tr><th scope=\"row\">")
            .raw(name)
            .raw("</th><td>")
            .text(&grouped(with));
        html.raw("</td><td>")
            .text(&grouped(without))
            .raw("</td><td>");
        match share(without, with) {
            Some(0) if without > 0 => html.raw("under 1%"),
            Some(share) => html.show(share).raw("%"),
            None => html.raw("–"),
        };
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table>\n");
    measured(&mut html, subject);
    by_file(&mut html, subject, pieces);
    html
}

/// A module that takes more than this of the original's is pointed out.
const MORE: f64 = 1.2;

/// What was measured of both sides beside their behaviour.
fn measured(html: &mut Html, subject: &Subject<'_>) {
    let Some(comparison) = &subject.report.comparison else {
        return;
    };
    let both = |name, original: f64, module: f64, shown: &dyn Fn(f64) -> String| {
        let ratio = (original > 0.0).then_some(module / original);
        (name, shown(original), shown(module), ratio)
    };
    let ratio = |name, ratio| (name, "1.00".to_owned(), format!("{ratio:.2}"), Some(ratio));
    let mut rows = Vec::new();
    rows.extend(comparison.runtime_ratio.map(|it| ratio("Run time", it)));
    rows.extend(comparison.memory_ratio.map(|it| ratio("Peak memory", it)));
    if let Some(build) = comparison.build_seconds {
        let seconds = |it| format!("{it:.1} s");
        rows.push(both("Build", build.original, build.module, &seconds));
    }
    if let Some(size) = comparison.binary_bytes {
        let kib = |it: f64| format!("{} KiB", grouped((it / 1024.0).round() as u64));
        let (original, module) = (size.original as f64, size.module as f64);
        rows.push(both("Program", original, module, &kib));
    }
    if let Some(import) = comparison.import_ms {
        let milliseconds = |it| format!("{it:.1} ms");
        rows.push(both(
            "Import",
            import.original,
            import.module,
            &milliseconds,
        ));
    }
    if rows.is_empty() {
        return;
    }
    html.raw("<table class=\"numbers\"><caption>What both take, measured side by side</caption><thead><tr><td></td>");
    html.raw("<th scope=\"col\">Original</th><th scope=\"col\">Module</th><th scope=\"col\">Ratio</th></tr></thead><tbody>\n");
    for (name, original, module, ratio) in rows {
        html.raw("<tr><th scope=\"row\">")
            .raw(name)
            .raw("</th><td>");
        html.text(&original).raw("</td><td>").text(&module);
        // The word stands beside the colour.
        match ratio {
            Some(ratio) if ratio > MORE => html
                .raw("</td><td class=\"over\">")
                .text(&format!("{ratio:.2} ×, more")),
            Some(ratio) => html.raw("</td><td>").text(&format!("{ratio:.2} ×")),
            None => html.raw("</td><td>–"),
        };
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table>\n");
}

/// Lines of definitions in one of the original's files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct File {
    taken: u64,
    left: u64,
}

fn by_file(html: &mut Html, subject: &Subject<'_>, pieces: &Pieces<'_>) {
    let mut files: Vec<((String, String), File)> = files(subject, pieces).into_iter().collect();
    if files.is_empty() {
        return;
    }
    files.sort_by(|(a, one), (b, other)| {
        (other.taken, other.left, a).cmp(&(one.taken, one.left, b))
    });
    let widest = files.iter().map(|(_, file)| file.taken + file.left).max();
    let (shown, rest) = files.split_at(files.len().min(FILES));
    html.raw(
        "<table class=\"files\"><caption>Where it lies in the original, by lines of definitions: ",
    );
    html.raw(
        "<span class=\"key taken\">taken</span> and <span class=\"key left\">left</span></caption>",
    );
    html.raw("<thead><tr><th scope=\"col\">File</th><th scope=\"col\">Taken</th><th scope=\"col\">Left</th>");
    html.raw("<td></td></tr></thead><tbody>\n");
    let several = subject.packages.len() > 1;
    for ((package, name), file) in shown {
        html.raw("<tr><th scope=\"row\"><code>")
            .text(name)
            .raw("</code>");
        if several {
            html.raw(" <span class=\"in\">")
                .text(package)
                .raw("</span>");
        }
        html.raw("</th>");
        row(html, file, widest.unwrap_or(1));
    }
    if !rest.is_empty() {
        let mut all = File::default();
        for (_, file) in rest {
            all.taken += file.taken;
            all.left += file.left;
        }
        html.raw("<tr><th scope=\"row\">").text(&counted(
            rest.len() as u64,
            "more file",
            "more files",
        ));
        html.raw("</th><td>")
            .text(&grouped(all.taken))
            .raw("</td><td>");
        html.text(&grouped(all.left)).raw("</td><td></td></tr>\n");
    }
    html.raw("</tbody></table>\n");
}

fn row(html: &mut Html, file: &File, widest: u64) {
    html.raw("<td>")
        .text(&grouped(file.taken))
        .raw("</td><td>")
        .text(&grouped(file.left));
    html.raw("</td><td class=\"drawn\"><svg class=\"bar\" viewBox=\"0 0 1000 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let taken = file.taken * 1000 / widest.max(1);
    let all = (file.taken + file.left) * 1000 / widest.max(1);
    html.raw("<rect class=\"left\" width=\"")
        .show(all)
        .raw("\" height=\"4\"/>");
    html.raw("<rect class=\"part\" width=\"")
        .show(taken)
        .raw("\" height=\"4\"/></svg></td></tr>\n");
}

/// Taken and left, by package and file. A line counts once, whatever stands in what.
fn files(subject: &Subject<'_>, pieces: &Pieces<'_>) -> BTreeMap<(String, String), File> {
    let mut files: BTreeMap<(String, String), File> = BTreeMap::new();
    for (package, graph) in subject.packages.iter().zip(subject.graphs) {
        for (name, spans) in outermost(graph) {
            let key = (package.id(), name.to_owned());
            let file = files.entry(key).or_default();
            let taken: Vec<[u32; 2]> = pieces
                .all
                .iter()
                .filter(|piece| piece.defines())
                .map(|piece| &piece.taken.definition)
                .filter(|it| it.file == name && it.package == package.id())
                .map(|it| it.lines)
                .collect();
            for [first, last] in spans {
                let all = u64::from(last - first) + 1;
                // Neither side's spans overlap each other.
                let inside: u64 = taken
                    .iter()
                    .filter(|[from, to]| *from <= last && first <= *to)
                    .map(|[from, to]| u64::from(last.min(*to) - first.max(*from)) + 1)
                    .sum();
                file.taken += inside.min(all);
                file.left += all.saturating_sub(inside);
            }
        }
    }
    files.retain(|_, file| file.taken + file.left > 0);
    files
}

/// The lines of each file's definitions, those that stand in others left out.
fn outermost(graph: &CallGraph) -> BTreeMap<&str, Vec<[u32; 2]>> {
    let mut files: BTreeMap<&str, Vec<[u32; 2]>> = BTreeMap::new();
    for definition in &graph.definitions {
        if !matches!(definition.kind, Kind::Use | Kind::Import | Kind::DataFile) {
            let [first, last] = definition.lines;
            let spans = files.entry(&definition.file).or_default();
            spans.push([first, last.max(first)]);
        }
    }
    for spans in files.values_mut() {
        spans.sort_by_key(|[first, last]| (*first, std::cmp::Reverse(*last)));
        let mut end = 0;
        spans.retain_mut(|[first, last]| {
            *first = (*first).max(end + 1);
            let stays = *first <= *last;
            end = end.max(*last);
            stays
        });
    }
    files
}
