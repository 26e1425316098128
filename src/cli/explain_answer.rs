//! An answer to a question on a symbol: for people in Markdown and without marks, and as a part of the document.
//!
//! The answer's own text stands in blocks, or behind a bar, and what was found of it outside: nothing in it can pass for a
//! finding, for a passage of the original, or for a picture to be fetched.

use std::fmt::Write;

use serde::Serialize;

use crate::{
    cli::verdict_text::grouped,
    job::explain::{Answered, Explained},
    synth::{
        ask::{Citation, Paragraph, plain},
        brief::fence::fenced,
    },
};

/// Names of what was left out of the request that are printed.
const MOST_LEFT_OUT: usize = 12;

/// `answer` of the document.
#[derive(Serialize)]
pub struct AnswerDocument<'a> {
    question: &'a str,
    /// Who answered.
    by: &'a str,
    /// All of the answer, as it came.
    text: &'a str,
    /// Whether each paragraph cites something, and nothing that is not there.
    holds: bool,
    paragraphs: Vec<ParagraphDocument<'a>>,
    /// Paragraphs that cite nothing.
    unchecked: Vec<&'a str>,
    /// What is cited and is not there.
    wrong_citations: Vec<WrongDocument<'a>>,
    /// What did not fit into the request.
    left_out: &'a [String],
    /// SHA-256 of the request.
    brief: &'a str,
    seconds: f64,
    tokens: u64,
    usd: Option<f64>,
}

#[derive(Serialize)]
struct ParagraphDocument<'a> {
    text: &'a str,
    holds: bool,
    citations: Vec<CitationDocument<'a>>,
    wrong: Vec<WrongDocument<'a>>,
}

#[derive(Serialize)]
struct CitationDocument<'a> {
    package: &'a str,
    file: &'a str,
    lines: [u32; 2],
    /// What stands there.
    passage: String,
}

#[derive(Serialize)]
struct WrongDocument<'a> {
    text: &'a str,
    why: &'static str,
}

/// The answer for scripts.
pub fn document(answered: &Answered) -> AnswerDocument<'_> {
    AnswerDocument {
        question: &answered.question,
        by: &answered.reply.by,
        text: &answered.reply.text,
        holds: answered.holds(),
        paragraphs: answered
            .paragraphs
            .iter()
            .map(|paragraph| ParagraphDocument {
                text: &paragraph.text,
                holds: paragraph.holds(),
                citations: paragraph
                    .right
                    .iter()
                    .map(|citation| {
                        let text = &answered.texts[citation.text];
                        CitationDocument {
                            package: &text.package,
                            file: &text.file,
                            lines: citation.lines,
                            passage: passage(answered, citation).join("\n"),
                        }
                    })
                    .collect(),
                wrong: wrong(paragraph),
            })
            .collect(),
        unchecked: answered
            .paragraphs
            .iter()
            .filter(|it| cites_nothing(it))
            .map(|it| it.text.as_str())
            .collect(),
        wrong_citations: answered.paragraphs.iter().flat_map(wrong).collect(),
        left_out: &answered.brief.left_out,
        brief: &answered.brief.digest,
        seconds: answered.seconds,
        tokens: answered.reply.tokens(),
        usd: answered.reply.usd,
    }
}

fn wrong(paragraph: &Paragraph) -> Vec<WrongDocument<'_>> {
    let wrong = paragraph.wrong.iter();
    wrong
        .map(|it| WrongDocument {
            text: &it.spelt,
            why: it.why.word(),
        })
        .collect()
}

/// The answer in Markdown.
pub fn markdown(explained: &Explained, answered: &Answered) -> String {
    page(explained, answered, true)
}

/// The answer without marks.
pub fn text(explained: &Explained, answered: &Answered) -> String {
    page(explained, answered, false)
}

fn page(explained: &Explained, answered: &Answered, marks: bool) -> String {
    let mut page = String::new();
    let heading = |page: &mut String, level: usize, title: &str| {
        let _ = match marks {
            true => writeln!(page, "{} {title}\n", "#".repeat(level)),
            false => writeln!(
                page,
                "{title}\n{}\n",
                "=-"[level - 1..level].repeat(title.chars().count())
            ),
        };
    };
    let block = |word: &str, text: &str| match marks {
        true => fenced(word, &plain(text)),
        false => behind_a_bar(&plain(text)),
    };
    let symbols = format!("{}: an answer", explained.symbols.join(", "));
    heading(&mut page, 1, &one_line(&symbols));
    for line in answered.question.lines() {
        let _ = writeln!(page, "{}", format!("> {}", plain(line)).trim_end());
    }
    let _ = writeln!(
        page,
        "\nBy {}, word for word. That the lines it cites are there was checked; whether they say what it says is for you to see.\n",
        one_line(&answered.reply.by)
    );
    for paragraph in &answered.paragraphs {
        page.push_str(&block("text", &paragraph.text));
        page.push('\n');
        let said = marked(paragraph, marks);
        if !said.is_empty() {
            let _ = writeln!(page, "{said}\n");
        }
    }
    let mut cited: Vec<&Citation> = answered
        .paragraphs
        .iter()
        .flat_map(|it| &it.right)
        .collect();
    cited.sort();
    cited.dedup();
    if !cited.is_empty() {
        heading(&mut page, 2, "What stands there");
    }
    for citation in cited {
        let place = &answered.texts[citation.text].path;
        let place = match citation.lines {
            [first, last] if first == last => format!("{place}:{first}"),
            [first, last] => format!("{place}:{first}-{last}"),
        };
        let width = citation.lines[1].to_string().len();
        let lines = (citation.lines[0]..).zip(passage(answered, citation));
        let lines: Vec<String> = lines
            .map(|(line, text)| format!("{line:>width$}| {text}").trim_end().to_owned())
            .collect();
        let _ = writeln!(page, "{}\n", one_line(&place));
        page.push_str(&block(explained.language, &lines.join("\n")));
        page.push('\n');
    }
    summary(&mut page, answered);
    page
}

/// How much of it holds, and what it cost.
fn summary(page: &mut String, answered: &Answered) {
    let all = answered.paragraphs.len();
    let holds = answered.paragraphs.iter().filter(|it| it.holds()).count();
    let said = match (all - holds, all) {
        (0, 1) => "Its one paragraph cites lines that are there.".to_owned(),
        (0, _) => format!("Each of its {all} paragraphs cites lines that are there."),
        (wrong, _) => format!(
            "Of its paragraphs {wrong} of {all} cite nothing, or what is not there: nothing speaks for these."
        ),
    };
    let _ = writeln!(page, "{said}");
    let reply = &answered.reply;
    let _ = match reply.usd {
        Some(usd) => writeln!(
            page,
            "{} tokens, {usd:.4} dollars.",
            grouped(reply.tokens())
        ),
        None => writeln!(page, "{} tokens.", grouped(reply.tokens())),
    };
    let left_out = &answered.brief.left_out;
    if !left_out.is_empty() {
        let first: Vec<&str> = left_out
            .iter()
            .map(String::as_str)
            .take(MOST_LEFT_OUT)
            .collect();
        let more = match left_out.len() - first.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let _ = writeln!(
            page,
            "For want of room it was not shown: {}{more}. More --max-brief-tokens show more.",
            plain(&first.join(", "))
        );
    }
}

/// What speaks against a paragraph.
fn marked(paragraph: &Paragraph, marks: bool) -> String {
    if cites_nothing(paragraph) {
        return "[cites nothing]".to_owned();
    }
    let wrong = paragraph.wrong.iter();
    let wrong: Vec<String> = wrong
        .map(|it| {
            let spelt = one_line(&it.spelt);
            match marks && !spelt.contains('`') {
                true => format!("[{}: `{spelt}`]", it.why.says()),
                false => format!("[{}: {spelt}]", it.why.says()),
            }
        })
        .collect();
    wrong.join(" ")
}

fn cites_nothing(paragraph: &Paragraph) -> bool {
    paragraph.right.is_empty() && paragraph.wrong.is_empty()
}

/// The lines that are cited.
fn passage<'a>(answered: &'a Answered, citation: &Citation) -> Vec<&'a str> {
    let [first, last] = citation.lines.map(|line| line as usize);
    let lines = answered.texts[citation.text].lines.get(first - 1..last);
    let lines = lines.unwrap_or_default().iter();
    lines.map(String::as_str).collect()
}

fn behind_a_bar(text: &str) -> String {
    let lines = text.lines();
    lines
        .map(|line| format!("{}\n", format!("  | {line}").trim_end()))
        .collect()
}

fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
