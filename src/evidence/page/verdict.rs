//! The head of the page: the verdict in a sentence, its ground, the counterexample, the large figures.

use ripout_model::Verdict;

use super::{
    Subject,
    html::{Html, counted, grouped, shorten},
    pieces::short,
};
use crate::evidence::report::{Evidence, ReasonReport, Report};

/// Longest part of an input or observation that is shown.
const SHOWN: usize = 1200;

/// Codes of notes about what the module takes more of than the original.
const COSTS: [&str; 2] = ["slower", "more_memory"];

/// The verdict's word, as a heading begins.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equivalent => "Equivalent",
        Verdict::Different => "Different",
        Verdict::Inconclusive => "Inconclusive",
        Verdict::Refused => "Refused",
    }
}

/// Name, verdict, ground, counterexample, figures.
pub fn write(html: &mut Html, subject: &Subject<'_>) {
    let report = subject.report;
    let (class, sign) = match report.verdict {
        Verdict::Equivalent => ("good", "✓"),
        Verdict::Different => ("bad", "≠"),
        Verdict::Inconclusive => ("open", "?"),
        Verdict::Refused => ("bad", "–"),
    };
    html.raw("<header class=\"")
        .raw(class)
        .raw("\">\n<p class=\"about\">");
    for (index, symbol) in report.symbols.iter().enumerate() {
        html.raw(if index > 0 { ", " } else { "" });
        html.raw("<code>").text(symbol).raw("</code>");
    }
    html.raw(" <span>out of ")
        .text(&named(report))
        .raw("</span></p>\n");
    html.raw("<h1><span class=\"sign\" aria-hidden=\"true\">")
        .raw(sign);
    html.raw("</span><span><strong>")
        .raw(word(report.verdict))
        .raw(".</strong> ");
    html.text(&sentence(report)).raw("</span></h1>\n");
    html.raw("<p class=\"ground\">")
        .prose(&ground(report))
        .raw("</p>\n");
    if let Some(reason) = &report.reason {
        place_and_help(html, reason);
    }
    // What a reviewer would have to find among the figures otherwise.
    for note in report
        .notes
        .iter()
        .filter(|note| COSTS.contains(&&*note.code))
    {
        html.raw("<p class=\"warning\">At a price: ")
            .prose(&note.text)
            .raw(".</p>\n");
    }
    html.raw("</header>\n");
    counterexample(html, report);
    if report.module.is_some() {
        figures(html, report);
    }
}

/// The original as people name it: `humantime 2.4.0`.
pub fn named(report: &Report) -> String {
    let source = &report.source;
    match &source.version {
        Some(version) => format!("{} {version}", source.name),
        None => source.name.clone(),
    }
}

fn sentence(report: &Report) -> String {
    let symbol = match report.symbols.as_slice() {
        [one] => short(one).to_owned(),
        _ => "the module".to_owned(),
    };
    let compared = report.evidence.inputs > 0;
    match report.verdict {
        Verdict::Equivalent => {
            format!("The module’s {symbol} behaves like the original on everything that was tried.")
                .replace("The module’s the module", "The module")
        }
        Verdict::Different if report.counterexample.is_some() => {
            "The module and the original part on the input below.".into()
        }
        Verdict::Different => "The module can’t stand in for the original.".into(),
        Verdict::Inconclusive if report.counterexample.is_some() || report.module.is_none() => {
            "No module came out of it that could stand in for the original.".into()
        }
        Verdict::Inconclusive if compared => {
            "No difference was found, but too little was shown to rely on that.".into()
        }
        Verdict::Inconclusive => "Nothing could be compared, so nothing is shown.".into(),
        Verdict::Refused => "This can’t be taken out.".into(),
    }
}

fn ground(report: &Report) -> String {
    if let Some(reason) = &report.reason {
        return shorten(reason.text.trim(), SHOWN);
    }
    let evidence = &report.evidence;
    let mut ground = format!(
        "{} went through both sides, each in a process of its own. {}",
        counted(evidence.inputs, "different input", "different inputs"),
        match evidence.agreed == evidence.inputs {
            true => "Every observation was the same.".to_owned(),
            false => format!("{} observations were the same.", grouped(evidence.agreed)),
        }
    );
    if let Some(coverage) = &evidence.coverage {
        ground += &format!(
            " They ran {} of the module’s {}.",
            grouped(coverage.hit.into()),
            counted(coverage.lines.into(), "executable line", "executable lines")
        );
    }
    if let Some(mutants) = &evidence.mutants
        && mutants.killed + mutants.survived > 0
    {
        let planted = mutants.killed + mutants.survived;
        ground += &format!(
            " Of {}, the same inputs would have noticed {}.",
            counted(planted.into(), "planted fault", "planted faults"),
            grouped(mutants.killed.into())
        );
    }
    if let Some(tests) = &evidence.upstream_tests
        && tests.run > 0
    {
        ground += &match (tests.run, tests.passed) {
            (1, 1) => " The one own test of the original that reaches it and could be run passes on the module.".to_owned(),
            (run, passed) => format!(
                " Of the {} that reach it and could be run, {} on the module.",
                counted(run.into(), "own test of the original", "own tests of the original"),
                match passed {
                    _ if passed == run => "all pass".to_owned(),
                    1 => "1 passes".to_owned(),
                    _ => format!("{} pass", grouped(passed.into())),
                }
            ),
        };
    }
    ground
}

fn place_and_help(html: &mut Html, reason: &ReasonReport) {
    html.raw("<ul class=\"plain\">");
    if let Some(file) = &reason.file {
        html.raw("<li>It shows at <code>").text(file);
        if let Some(line) = reason.line {
            html.raw(":").show(line);
        }
        html.raw("</code>.</li>");
    }
    if let Some(help) = &reason.help {
        html.raw("<li>What helps: ").prose(help).raw(".</li>");
    }
    html.raw("<li>Reason code <code>")
        .text(&reason.code)
        .raw("</code>.</li></ul>\n");
}

fn counterexample(html: &mut Html, report: &Report) {
    let Some(found) = &report.counterexample else {
        return;
    };
    html.raw("<section aria-labelledby=\"counterexample\"><h2 id=\"counterexample\">The smallest input found on which they part</h2>\n");
    html.raw("<table class=\"pairs\"><tbody>");
    for (name, text) in [
        ("Input", &found.input),
        ("The original", &found.original),
        ("The module", &found.module),
        ("To see it again", &found.reproduce),
    ] {
        html.raw("<tr><th scope=\"row\">")
            .raw(name)
            .raw("</th><td><code>");
        html.text(&shorten(text, SHOWN)).raw("</code></td></tr>\n");
    }
    html.raw("</tbody></table></section>\n");
}

/// One large figure.
struct Figure {
    name: &'static str,
    value: String,
    unit: String,
    /// Of a hundred; none where nothing was measured.
    share: Option<u64>,
    what: String,
}

fn figures(html: &mut Html, report: &Report) {
    let evidence = &report.evidence;
    html.raw("<dl class=\"figures\">\n");
    for figure in [
        inputs(evidence),
        lines(evidence),
        faults(evidence),
        text(report),
    ] {
        html.raw("<div><dt>")
            .raw(figure.name)
            .raw("</dt><dd><b>")
            .text(&figure.value);
        html.raw("</b> ").text(&figure.unit);
        if let Some(share) = figure.share {
            html.raw("<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
            html.raw(
                "<rect class=\"all\" width=\"100\" height=\"4\"/><rect class=\"part\" width=\"",
            );
            html.show(share).raw("\" height=\"4\"/></svg>");
        }
        html.raw("</dd><dd class=\"what\">")
            .text(&figure.what)
            .raw("</dd></div>\n");
    }
    html.raw("</dl>\n");
}

/// A share of a hundred that is whole only where all of it is there.
pub fn share(part: u64, all: u64) -> Option<u64> {
    (part * 100).checked_div(all)
}

fn inputs(evidence: &Evidence) -> Figure {
    let mut what = vec![match evidence.raised {
        0 => "Distinct inputs that both sides were given.".to_owned(),
        raised => format!(
            "On {} of them both sides raised the same error.",
            grouped(raised)
        ),
    }];
    for (count, text) in [
        (
            evidence.nondeterministic,
            "more did not count: the original did not repeat itself.",
        ),
        (evidence.timed_out, "more did not end in time."),
        (
            evidence.left_out,
            "more did not count: the module leaves them out, with an error that says so.",
        ),
    ] {
        if count > 0 {
            what.push(format!("{} {text}", grouped(count)));
        }
    }
    Figure {
        name: "Inputs that agree",
        value: grouped(evidence.agreed),
        unit: format!("of {}", grouped(evidence.inputs)),
        share: share(evidence.agreed, evidence.inputs),
        what: what.join(" "),
    }
}

fn lines(evidence: &Evidence) -> Figure {
    let name = "Lines that ran";
    let Some(coverage) = &evidence.coverage else {
        return not_measured(name);
    };
    let what = match (coverage.missed.len(), coverage.waived.len()) {
        (0, 0) => "Every line that can run was run by these inputs.".to_owned(),
        (missed, 0) => format!("{} not run.", grouped(missed as u64)),
        (missed, waived) => format!(
            "{} not run, and {} waived for a reason you can check.",
            grouped(missed as u64),
            grouped(waived as u64)
        ),
    };
    Figure {
        name,
        value: grouped(coverage.hit.into()),
        unit: format!("of {}", grouped(coverage.lines.into())),
        share: share(coverage.hit.into(), coverage.lines.into()),
        what,
    }
}

fn faults(evidence: &Evidence) -> Figure {
    let name = "Planted faults noticed";
    let Some(mutants) = &evidence.mutants else {
        return not_measured(name);
    };
    let planted = mutants.killed + mutants.survived;
    let mut what = match mutants.survived {
        0 => "Small faults planted in a copy; these inputs notice each of them.".to_owned(),
        survived => format!(
            "{} would slip through; each is listed below.",
            grouped(survived.into())
        ),
    };
    if mutants.not_mutated > 0 {
        what += &format!(" {} not tried.", grouped(mutants.not_mutated.into()));
    }
    Figure {
        name,
        value: grouped(mutants.killed.into()),
        unit: format!("of {}", grouped(planted.into())),
        share: share(mutants.killed.into(), planted.into()),
        what,
    }
}

fn text(report: &Report) -> Figure {
    let name = "The author’s own text";
    let Some(module) = &report.module else {
        return not_measured(name);
    };
    let own = module.verbatim + module.edited;
    let mut what = format!("{} byte for byte", grouped(module.verbatim.into()));
    if module.edited > 0 {
        what += &format!(
            ", {} with edits that are listed",
            grouped(module.edited.into())
        );
    }
    if module.synthesized > 0 {
        what += &format!(", {} written anew", grouped(module.synthesized.into()));
    }
    Figure {
        name,
        value: grouped(own.into()),
        unit: format!(
            "of {}",
            counted(module.definitions.into(), "definition", "definitions")
        ),
        share: share(own.into(), module.definitions.into()),
        what: what + ".",
    }
}

fn not_measured(name: &'static str) -> Figure {
    Figure {
        name,
        value: "–".into(),
        unit: String::new(),
        share: None,
        what: "Not measured.".into(),
    }
}
