//! A page that explains, for people: in Markdown, and without marks.
//!
//! One page: each section has its first entries, and says how many more there are.

use std::fmt::Write;

use ripout_model::{CHECK, Definition, Kind, Statement, Topic};

use crate::{
    cli::verdict_text::grouped,
    job::explain::{Called, Explained},
    map::closure,
};

/// Entries of a section.
const MOST: usize = 12;

/// Lines of the call tree.
const MOST_CALLS: usize = 24;

/// Quotes of one kind.
const MOST_OF_KIND: usize = 5;

/// Sections of statements, in their order on the page.
const SECTIONS: [(Topic, &str); 6] = [
    (Topic::Types, "Types"),
    (Topic::Errors, "Errors and panics"),
    (Topic::State, "State, and what it reads of the world"),
    (Topic::Platform, "Platform and features"),
    (Topic::DataFiles, "Data files"),
    (Topic::Details, "Details that matter"),
];

/// The page in Markdown.
pub fn markdown(explained: &Explained, verbose: bool) -> String {
    page(
        explained,
        &Style {
            marks: true,
            verbose,
            sent: false,
        },
    )
}

/// The page without marks.
pub fn text(explained: &Explained, verbose: bool) -> String {
    page(
        explained,
        &Style {
            marks: false,
            verbose,
            sent: false,
        },
    )
}

/// The page in Markdown for somebody on another machine, to whom it says nothing where a folder lies on this one.
pub fn to_be_sent(explained: &Explained) -> String {
    page(
        explained,
        &Style {
            marks: true,
            verbose: false,
            sent: true,
        },
    )
}

/// A statement as a sentence that can stand alone.
pub fn sentence(statement: &Statement) -> String {
    if statement.topic == Topic::Purpose {
        return statement.says.clone();
    }
    let quote = spaced(&statement.quote);
    let more = if statement.cut { " …" } else { "" };
    match statement.says.as_str() {
        "" => format!("`{quote}`{more}"),
        says => format!("{says}: `{quote}`{more}"),
    }
}

struct Style {
    marks: bool,
    verbose: bool,
    sent: bool,
}

impl Style {
    fn heading(&self, page: &mut String, level: usize, title: &str) {
        let _ = match self.marks {
            true => writeln!(page, "{} {title}\n", "#".repeat(level)),
            false => writeln!(
                page,
                "{title}\n{}\n",
                "=-"[level - 1..level].repeat(title.chars().count())
            ),
        };
    }

    fn code(&self, text: &str) -> String {
        let text = spaced(text);
        match (self.marks, text.contains('`')) {
            (false, _) => text,
            (true, false) => format!("`{text}`"),
            (true, true) => format!("`` {text} ``"),
        }
    }

    /// The first of a section's entries, and how many more there are.
    fn list(&self, page: &mut String, entries: &[String], most: usize) {
        let shown = match self.verbose {
            true => entries.len(),
            false => most,
        };
        for entry in entries.iter().take(shown) {
            let _ = writeln!(page, "{entry}");
        }
        if entries.len() > shown {
            let more = entries.len() - shown;
            let _ = writeln!(page, "- and {more} more: `--verbose` shows all");
        }
        page.push('\n');
    }
}

fn page(explained: &Explained, style: &Style) -> String {
    let mut page = String::new();
    let several = explained.cost.packages.len() > 1;
    style.heading(&mut page, 1, &explained.symbols.join(", "));
    head(&mut page, explained, style, several);

    let signatures = entries(explained, Topic::Signature, style, several);
    if !signatures.is_empty() {
        style.heading(&mut page, 2, "Signature");
        style.list(&mut page, &signatures, MOST);
    }
    calls(&mut page, explained, style, several);
    let mut none = Vec::new();
    for (topic, title) in SECTIONS {
        let mut entries = match topic {
            Topic::Errors | Topic::State | Topic::Platform | Topic::Details => {
                kinds(explained, topic, style, several)
            }
            _ => entries(explained, topic, style, several),
        };
        if topic == Topic::DataFiles {
            let files = explained.cost.data_files.iter();
            entries.extend(files.map(|file| format!("- comes along: {}", style.code(file))));
        }
        if entries.is_empty() {
            none.push(title.to_lowercase());
            continue;
        }
        style.heading(&mut page, 2, title);
        match topic {
            // Each kind is short by itself.
            Topic::Errors | Topic::State | Topic::Platform | Topic::Details => {
                style.list(&mut page, &entries, usize::MAX);
            }
            _ => style.list(&mut page, &entries, MOST),
        }
    }
    if !none.is_empty() {
        let _ = writeln!(
            page,
            "Nothing in the text speaks of: {}.\n",
            none.join("; ")
        );
    }
    cost(&mut page, explained, style, several);
    // One line break at the end.
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// What it is for, where it came from, why it can't be had.
fn head(page: &mut String, explained: &Explained, style: &Style, several: bool) {
    let quote = if style.marks { "> " } else { "  " };
    for statement in of_topic(explained, Topic::Purpose) {
        let place = place(
            &statement.package,
            &statement.file,
            statement.lines,
            several,
        );
        let _ = writeln!(page, "{quote}{}\n\n{place}\n", statement.says);
    }
    if of_topic(explained, Topic::Purpose).next().is_none() {
        page.push_str("No documentation stands at it.\n\n");
    }
    let source = &explained.source;
    let version = source.version.as_deref().unwrap_or_default();
    let licence = source.licence.as_deref().unwrap_or("no licence stated");
    let name = match style.sent {
        true => source.name.trim_end_matches('/').rsplit('/').next(),
        false => None,
    };
    let name = name.unwrap_or(&source.name);
    let _ = writeln!(
        page,
        "{}\n",
        format!("From {name} {version}, {licence}.").replace(" ,", ",")
    );
    if let Some(reason) = &explained.refused {
        let at = match (&reason.file, reason.line) {
            (Some(file), Some(line)) => format!(" ({file}:{line})"),
            (Some(file), None) => format!(" ({file})"),
            _ => String::new(),
        };
        let _ = writeln!(
            page,
            "It can't be ripped out: {}{at}.\n",
            reason.text.trim_end_matches('.')
        );
    }
    for note in &explained.notes {
        let _ = writeln!(page, "{note}\n");
    }
}

fn calls(page: &mut String, explained: &Explained, style: &Style, several: bool) {
    if explained.calls.is_empty() {
        return;
    }
    style.heading(page, 2, "What it calls");
    let tree: Vec<String> = explained
        .calls
        .iter()
        .map(|it| called(it, style, several))
        .collect();
    style.list(page, &tree, MOST_CALLS);
    let beside: Vec<String> = explained
        .beside
        .iter()
        .map(|it| {
            let place = place(&it.package, &it.file, it.lines, several);
            format!("- {} {place}", style.code(short(it)))
        })
        .collect();
    if !beside.is_empty() {
        page.push_str("Also needed, though no call by name leads to it:\n\n");
        style.list(page, &beside, MOST);
    }
    let standard: Vec<String> = of_topic(explained, Topic::Standard)
        .map(|it| {
            let place = place(&it.package, &it.file, it.lines, several);
            format!("- {} {place}", style.code(&it.says))
        })
        .collect();
    if !standard.is_empty() {
        page.push_str("Of the standard library, where each stands first:\n\n");
        style.list(page, &standard, MOST);
    }
}

fn called(call: &Called, style: &Style, several: bool) -> String {
    let it = &call.definition;
    let mut line = format!(
        "{}- {}: {} of {} {}",
        "  ".repeat(call.depth as usize),
        style.code(short(it)),
        it.kind.word().replace('_', " "),
        counted(u64::from(call.code_lines), "line", "lines"),
        place(&it.package, &it.file, it.lines, several),
    );
    if call.recursive {
        // What a method is called on is not known: another type's may be meant.
        line.push_str(match it.kind {
            Kind::Method | Kind::TraitMember => ", calls itself or one of its name",
            _ => ", calls itself",
        });
    }
    if call.again {
        line.push_str(", as above");
    }
    line
}

fn cost(page: &mut String, explained: &Explained, style: &Style, several: bool) {
    let cost = &explained.cost;
    style.heading(page, 2, "What it costs");
    let mut lines = vec![format!(
        "- {} of code in {}; the package with all that it can reach has {} in {}.",
        counted(u64::from(cost.lines), "line", "lines"),
        counted(u64::from(cost.definitions), "definition", "definitions"),
        grouped(u64::from(cost.original_lines)),
        grouped(u64::from(cost.original_definitions)),
    )];
    let needed = cost.packages.len();
    lines.push(match (needed, cost.original_packages.len()) {
        (_, 1) => "- The package stands alone: it reaches no other.".to_owned(),
        (1, all) => format!("- Its text stands in 1 package of {all} that can be reached."),
        (_, all) => format!(
            "- Its text stands in {needed} packages of {all} that can be reached: {}.",
            cost.packages.join(", ")
        ),
    });
    for statement in of_topic(explained, Topic::Cost) {
        lines.push(entry(statement, style, several));
    }
    style.list(page, &lines, MOST);
    if explained.unresolved.is_empty() {
        return;
    }
    page.push_str("Not pinned down:\n\n");
    let open: Vec<String> = explained
        .unresolved
        .iter()
        .map(|it| {
            format!(
                "- {} {}:{} ({})",
                style.code(&it.text),
                it.file,
                it.line,
                it.why
            )
        })
        .collect();
    style.list(page, &open, MOST);
}

fn of_topic(explained: &Explained, topic: Topic) -> impl Iterator<Item = &Statement> {
    explained
        .statements
        .iter()
        .filter(move |it| it.topic == topic)
}

fn entries(explained: &Explained, topic: Topic, style: &Style, several: bool) -> Vec<String> {
    of_topic(explained, topic)
        .map(|it| entry(it, style, several))
        .collect()
}

/// A statement, and the lines of all that quote the same.
type Quoted<'a> = (&'a Statement, Vec<[u32; 2]>);

/// A section by kinds: each with its quotes in order, those that are alike once with all their lines.
fn kinds(explained: &Explained, topic: Topic, style: &Style, several: bool) -> Vec<String> {
    let mut kinds: Vec<(&str, Vec<Quoted<'_>>)> = Vec::new();
    for statement in of_topic(explained, topic) {
        let kind = kinds.iter().position(|(says, _)| *says == statement.says);
        let kind = kind.unwrap_or_else(|| {
            kinds.push((&statement.says, Vec::new()));
            kinds.len() - 1
        });
        let alike = |other: &Statement| {
            other.quote == statement.quote
                && (&other.package, &other.file) == (&statement.package, &statement.file)
        };
        let quotes = &mut kinds[kind].1;
        match quotes.iter_mut().find(|(other, _)| alike(other)) {
            Some((_, lines)) => lines.push(statement.lines),
            None => quotes.push((statement, vec![statement.lines])),
        }
    }
    let most = if style.verbose {
        usize::MAX
    } else {
        MOST_OF_KIND
    };
    let mut text = Vec::new();
    let shown = if style.verbose { usize::MAX } else { MOST };
    let hidden = kinds.len().saturating_sub(shown);
    for (says, quotes) in kinds.into_iter().take(shown) {
        text.push(format!("- {says}:"));
        for (statement, lines) in quotes.iter().take(most) {
            let more = if statement.cut { " …" } else { "" };
            let quote = style.code(&statement.quote);
            let place = places(&statement.package, &statement.file, lines, several);
            // Checks of several functions are nobody's order.
            let of = match statement.says == CHECK {
                true => format!(" of {}", style.code(closure::last_part(&statement.within))),
                false => String::new(),
            };
            text.push(format!("  - {quote}{more}{of} {place}"));
        }
        if quotes.len() > most {
            text.push(format!("  - and {} more", quotes.len() - most));
        }
    }
    if hidden > 0 {
        text.push(format!("- and {hidden} more kinds: `--verbose` shows all"));
    }
    text
}

fn entry(statement: &Statement, style: &Style, several: bool) -> String {
    let more = if statement.cut { " …" } else { "" };
    let says = match statement.says.as_str() {
        "" => String::new(),
        says => format!("{says}: "),
    };
    let quote = style.code(&statement.quote);
    let place = place(
        &statement.package,
        &statement.file,
        statement.lines,
        several,
    );
    format!("- {says}{quote}{more} {place}")
}

/// Where something stands again and again.
fn places(package: &str, file: &str, lines: &[[u32; 2]], several: bool) -> String {
    let (first, rest) = match lines {
        [first, rest @ ..] => (*first, rest),
        [] => return String::new(),
    };
    let mut place = place(package, file, first, several);
    place.pop();
    let mut before = first;
    for lines in rest.iter().filter(|lines| **lines != first) {
        if *lines != before {
            let _ = write!(place, ", {}", span(*lines));
        }
        before = *lines;
    }
    place.push(')');
    place
}

/// Lines as places spell them.
fn span([first, last]: [u32; 2]) -> String {
    match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    }
}

/// Where something stands; the package is named where there are several.
fn place(package: &str, file: &str, lines: [u32; 2], several: bool) -> String {
    let package = match several {
        true => format!("{package} "),
        false => String::new(),
    };
    format!("({package}{file}:{})", span(lines))
}

/// A definition's name without the path to it; of a member with its type.
fn short(definition: &Definition) -> &str {
    let name = definition.name.as_str();
    if name.contains(' ') || definition.kind == Kind::Statement {
        return name;
    }
    let member = matches!(definition.kind, Kind::Method | Kind::TraitMember);
    let parts = if member { 2 } else { 1 };
    let mut from = name.len();
    for _ in 0..parts {
        from = name[..from].rfind([':', '.']).map_or(0, |at| at);
        if from == 0 {
            return name;
        }
        // A path of Rust has two colons in a row.
        if name[..from].ends_with(':') {
            from -= 1;
        }
    }
    name[from..].trim_start_matches([':', '.'])
}

/// Text on one line, with single blanks.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counted(number: u64, one: &str, several: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{} {several}", grouped(number)),
    }
}
