//! The original's own tests, by what became of them on the module.

use super::{
    Subject,
    html::{Html, counted},
    missing::{code, plain, table},
};

/// The section; empty where no tests were run.
pub fn section(subject: &Subject<'_>) -> Html {
    let mut html = Html::default();
    let Some(tests) = &subject.report.evidence.upstream_tests else {
        return html;
    };
    let named = |names: &[String]| -> Vec<Vec<Html>> {
        names.iter().map(|name| vec![code(name)]).collect()
    };
    table(
        &mut html,
        &counted(
            tests.names.failed.len() as u64,
            "test fails on the module",
            "tests fail on the module",
        ),
        "They pass on the original, each time they are run.",
        &["Test"],
        &named(&tests.names.failed),
    );
    if tests.passed > 0 {
        html.raw("<h3>")
            .text(&counted(tests.passed.into(), "test passes", "tests pass"))
            .raw("</h3>\n<p>Written by the original’s authors; they pass on the original and on the module.</p>\n");
        // Good news is folded: a reviewer has a minute.
        html.raw("<details><summary>Their names</summary>\n<ul>");
        for name in &tests.names.passed {
            html.raw("<li><code>").text(name).raw("</code></li>\n");
        }
        html.raw("</ul></details>\n");
    }
    let skipped: Vec<Vec<Html>> = tests
        .names
        .skipped
        .iter()
        .map(|(name, why)| vec![code(name), plain(why)])
        .collect();
    table(
        &mut html,
        &counted(
            tests.skipped.into(),
            "test was skipped",
            "tests were skipped",
        ),
        "They say nothing of the module, for the reason given.",
        &["Test", "Why"],
        &skipped,
    );
    html
}
