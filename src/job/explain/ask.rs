//! A question on what was explained: it is sent with the text, and each line that the answer cites is looked up there.
//! Nothing else that the answer says has any effect.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use ripout_model::{Failure, Host, Stop};

use super::{Explained, explain};
use crate::{
    evidence::report::seconds,
    job::Request,
    synth::{
        Allowed, Brief, Reply, Synthesizer, Trouble, Who,
        ask::{self, About, Paragraph, Piece, Text, cite},
        record,
    },
};

/// Beginnings of lines that belong to the definition right below them: comments, attributes, decorators.
const ABOVE: [&str; 4] = ["//", "#", "@", "*"];

/// A question, and who is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// Who is asked.
    pub who: Who,
    /// What is asked.
    pub question: String,
    /// Time at most.
    pub budget: Duration,
    /// Tokens of the request at most.
    pub tokens: usize,
    /// Folder that keeps request and answer.
    pub out: Option<PathBuf>,
}

/// An answer, and what of it holds.
#[derive(Debug)]
pub struct Answered {
    /// What was asked.
    pub question: String,
    /// The answer with its cost.
    pub reply: Reply,
    /// Its parts.
    pub paragraphs: Vec<Paragraph>,
    /// The files that citations mean.
    pub texts: Vec<Text>,
    /// What was sent.
    pub brief: Brief,
    /// Seconds until the answer was there.
    pub seconds: f64,
}

impl Answered {
    /// Whether each part cites something, and nothing that is not there.
    pub fn holds(&self) -> bool {
        self.paragraphs.iter().all(Paragraph::holds)
    }
}

/// Explains, and asks. `page` makes the page in Markdown of what was explained.
pub fn explain_and_ask(
    request: &Request,
    asking: &Asking,
    page: impl FnOnce(&Explained) -> String,
    host: &dyn Host,
) -> Result<(Explained, Answered), Stop> {
    // What can't be asked or kept is said before any work.
    if let Some(out) = &asking.out {
        claim(out)?;
    }
    let mut synthesizer = asking.who.synthesizer()?;
    let explained = explain(request, host)?;
    let answered = answered(
        &explained,
        asking,
        &page(&explained),
        &mut *synthesizer,
        host,
    )?;
    Ok((explained, answered))
}

fn answered(
    explained: &Explained,
    asking: &Asking,
    page: &str,
    synthesizer: &mut dyn Synthesizer,
    host: &dyn Host,
) -> Result<Answered, Stop> {
    let request = ask::request(about(explained, &asking.question, page), asking.tokens)?;
    host.check()?;
    host.say("asking", 1, Some(1));
    let asked = Instant::now();
    let allowed = Allowed::new(asked + asking.budget, u64::MAX);
    let answer = synthesizer.answer(&request.brief, host, allowed);
    let waited = seconds(asked.elapsed());
    if let Err(Trouble::Interrupted) = answer {
        return Err(Stop::Interrupted);
    }
    if let Some(out) = &asking.out {
        keep(out, &record::files(1, &request.brief, &answer, waited))?;
    }
    let nobody = |why: String| Failure::new("no_answer", format!("nobody answered: {why}"));
    let reply = answer.map_err(|trouble| {
        let failure = nobody(trouble.to_string());
        match trouble {
            Trouble::TimedOut => failure.help("allow more time with --synth-budget"),
            Trouble::Stale(_) => failure
                .help("what is asked, or what it is about, is not what was recorded: ask anew"),
            _ => failure,
        }
    })?;
    if reply.text.len() > ask::MOST_BYTES {
        let most = ask::MOST_BYTES >> 10;
        return Err(nobody(format!("the answer has more than {most} KiB")).into());
    }
    let paragraphs = cite::checked(&reply.text, &request);
    if paragraphs.is_empty() {
        return Err(nobody("the answer says nothing".into()).into());
    }
    Ok(Answered {
        question: asking.question.clone(),
        reply,
        paragraphs,
        texts: request.texts,
        brief: request.brief,
        seconds: waited,
    })
}

/// The definitions with what is said of them, in the order in which references lead to them.
fn about<'a>(explained: &'a Explained, question: &'a str, page: &'a str) -> About<'a> {
    let passages = &explained.passages;
    let several = explained.cost.packages.len() > 1;
    let path = |package: &str, file: &str| match several {
        true => format!("{package}/{file}"),
        false => file.to_owned(),
    };
    let texts: Vec<Text> = passages
        .files
        .iter()
        .map(|(package, file, text)| Text {
            package: package.clone(),
            file: file.clone(),
            path: path(package, file),
            lines: text.lines().map(str::to_owned).collect(),
        })
        .collect();
    let place = |package: &str, file: &str| {
        texts
            .iter()
            .position(|text| text.package == package && text.file == file)
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for definition in &passages.definitions {
        let Some(text) = place(&definition.package, &definition.file) else {
            continue;
        };
        let [first, last] = definition.lines;
        pieces.push(Piece {
            name: definition.name.clone(),
            text,
            lines: vec![[above(&texts[text].lines, first), last]],
        });
    }
    // What the page quotes can be cited, too.
    for statement in &explained.statements {
        let Some(text) = place(&statement.package, &statement.file) else {
            continue;
        };
        let of = pieces
            .iter_mut()
            .find(|piece| piece.text == text && piece.name == statement.within);
        match of {
            Some(piece) => piece.lines.push(statement.lines),
            None => pieces.push(Piece {
                name: statement.within.clone(),
                text,
                lines: vec![statement.lines],
            }),
        }
    }
    for piece in &mut pieces {
        piece.lines = joined(std::mem::take(&mut piece.lines));
    }
    About {
        question,
        language: explained.language,
        page,
        texts,
        pieces,
        others: passages
            .others
            .iter()
            .filter(|(package, _)| several || explained.cost.packages.contains(package))
            .map(|(package, file)| path(package, file))
            .collect(),
    }
}

/// The first of the lines that belong to what begins on `line`.
fn above(lines: &[String], line: u32) -> u32 {
    let before = lines.iter().take(line.saturating_sub(1) as usize).rev();
    let belong = before.take_while(|line| {
        let line = line.trim_start();
        ABOVE.iter().any(|begin| line.starts_with(begin))
    });
    line - u32::try_from(belong.count()).unwrap_or(0)
}

/// Ranges in their order, each line in one of them.
fn joined(mut ranges: Vec<[u32; 2]>) -> Vec<[u32; 2]> {
    ranges.sort_unstable();
    let mut joined: Vec<[u32; 2]> = Vec::new();
    for [first, last] in ranges {
        match joined.last_mut() {
            Some(before) if first <= before[1].saturating_add(1) => before[1] = before[1].max(last),
            _ => joined.push([first, last]),
        }
    }
    joined
}

/// Makes sure that a folder is free, or empty, before anybody is asked.
fn claim(out: &Path) -> Result<(), Failure> {
    let taken = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_some(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
        Err(e) => return Err(unwritable(out, &e)),
    };
    match taken {
        true => Err(Failure::new(
            "output_folder_foreign",
            format!("{} is left alone: it is not empty", out.display()),
        )
        .help("name another folder with --out, or move this one away")),
        false => fs::create_dir_all(out).map_err(|e| unwritable(out, &e)),
    }
}

/// Writes request and answer.
fn keep(out: &Path, files: &[ripout_model::ModuleFile]) -> Result<(), Failure> {
    for file in files {
        let path = out.join(&file.path);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, &file.bytes));
        written.map_err(|e| unwritable(&path, &e))?;
    }
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        "output_folder_unwritable",
        format!("write to {}: {error}", path.display()),
    )
    .help("name a folder that you can write to with --out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_right_above_belongs_to_a_definition() {
        let lines: Vec<String> = ["use a;", "", "/// Doc.", "#[inline]", "fn f() {}"]
            .map(str::to_owned)
            .into();
        assert_eq!(above(&lines, 5), 3);
        assert_eq!(above(&lines, 1), 1);
        assert_eq!(above(&lines, 3), 3);
    }

    #[test]
    fn ranges_that_touch_are_one() {
        assert_eq!(
            joined(vec![[9, 9], [1, 3], [4, 5], [2, 2]]),
            [[1, 5], [9, 9]]
        );
    }

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("deep/kept");
        claim(&out).unwrap();
        claim(&out).unwrap();
        fs::write(out.join("mine.txt"), "x").unwrap();
        assert_eq!(claim(&out).unwrap_err().code, "output_folder_foreign");
    }
}
