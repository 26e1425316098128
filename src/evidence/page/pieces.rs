//! The definitions of a module as a reviewer sees them: both texts, and what is known of each line.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use ripout_model::{Candidate, Kind, Mutant, Origin, Taken};

use super::Subject;

/// All of a module.
#[derive(Debug, Default)]
pub struct Pieces<'a> {
    /// In the order of the module's text. None stands in another.
    pub all: Vec<Piece<'a>>,
    /// What is known of the module's lines, by file and line.
    marks: BTreeMap<&'a str, BTreeMap<u32, Marks<'a>>>,
    /// Where each of `all` begins, by file and line.
    places: BTreeMap<&'a str, BTreeMap<u32, usize>>,
    /// What was asked for, as full names of the original's definitions.
    asked_for: BTreeSet<&'a str>,
    /// The module's files, by path.
    files: BTreeMap<&'a str, Vec<String>>,
}

/// A definition that stands in no other.
#[derive(Debug)]
pub struct Piece<'a> {
    /// The definition, and where it stands on both sides.
    pub taken: &'a Taken,
    /// Definitions that stand in it.
    pub members: Vec<&'a Taken>,
    /// The original's lines; `None` where they can't be read or there are none.
    pub original: Option<Vec<String>>,
    /// The module's lines.
    pub module: Vec<String>,
}

/// What is known of one line of the module.
#[derive(Debug, Default)]
pub struct Marks<'a> {
    /// An input ran it.
    pub ran: bool,
    /// It can run and did not.
    pub missed: bool,
    /// It did not run, for this reason.
    pub waived: Option<&'a str>,
    /// Faults in it that no input noticed.
    pub survivors: Vec<&'a Mutant>,
}

impl Marks<'_> {
    /// Whether a reviewer should look.
    pub fn is_notable(&self) -> bool {
        self.missed || self.waived.is_some() || !self.survivors.is_empty()
    }
}

impl<'a> Pieces<'a> {
    /// Reads both sides.
    pub fn of(subject: &Subject<'a>) -> Self {
        let Some(candidate) = subject.candidate else {
            return Self::default();
        };
        let mut files = BTreeMap::new();
        for file in &candidate.module.files {
            files.insert(file.path.as_str(), lines(&file.bytes));
        }
        let mut originals = BTreeMap::new();
        let mut all: Vec<Piece<'a>> = Vec::new();
        for taken in in_order(candidate) {
            if let Some(around) = all.last_mut()
                && around.taken.module_file == taken.module_file
                && around.taken.module_lines[1] >= taken.module_lines[1]
            {
                around.members.push(taken);
                continue;
            }
            let module = files
                .get(taken.module_file.as_str())
                .map_or(Vec::new(), |file| between(file, taken.module_lines));
            all.push(Piece {
                taken,
                members: Vec::new(),
                original: original(subject, taken, &mut originals),
                module,
            });
        }
        Self {
            marks: marks(subject, candidate),
            asked_for: asked_for(subject, &all),
            places: places(&all),
            all,
            files,
        }
    }

    /// What is known of a line.
    pub fn marks(&self, file: &str, line: u32) -> Option<&Marks<'a>> {
        self.marks.get(file)?.get(&line)
    }

    /// Every line of which something is known, in order.
    pub fn marked(&self) -> impl Iterator<Item = (&'a str, u32, &Marks<'a>)> {
        self.marks.iter().flat_map(|(file, lines)| {
            let lines = lines.iter();
            lines.map(|(line, marks)| (*file, *line, marks))
        })
    }

    /// A line of the module.
    pub fn line(&self, file: &str, line: u32) -> Option<&str> {
        let index = usize::try_from(line.checked_sub(1)?).ok()?;
        self.files.get(file)?.get(index).map(String::as_str)
    }

    /// Whether a definition, or a member of it, is what was asked for.
    pub fn is_asked_for(&self, piece: &Piece<'_>) -> bool {
        let mut all = std::iter::once(piece.taken).chain(piece.members.iter().copied());
        all.any(|taken| self.asked_for.contains(taken.definition.name.as_str()))
    }

    /// The definition that a line stands in.
    pub fn around(&self, file: &str, line: u32) -> Option<&Piece<'a>> {
        let (_, index) = self.places.get(file)?.range(..=line).next_back()?;
        let piece = &self.all[*index];
        (line <= piece.taken.module_lines[1]).then_some(piece)
    }

    /// What is known of the lines of a definition.
    pub fn marks_in(&self, piece: &Piece<'_>) -> impl Iterator<Item = &Marks<'a>> {
        let [first, last] = piece.taken.module_lines;
        let lines = self.marks.get(piece.taken.module_file.as_str());
        let lines = lines.map(|lines| lines.range(first..=last.max(first)));
        lines.into_iter().flatten().map(|(_, marks)| marks)
    }
}

impl Piece<'_> {
    /// The least of the author's text that it or a member of it is.
    pub fn origin(&self) -> Origin {
        let members = self.members.iter().map(|member| member.origin);
        members.fold(self.taken.origin, Origin::max)
    }

    /// Whether it is a definition of its own, rather than the way to one.
    pub fn defines(&self) -> bool {
        !matches!(
            self.taken.definition.kind,
            Kind::Use | Kind::Import | Kind::DataFile
        )
    }

    /// Its name without the path before it.
    pub fn short_name(&self) -> &str {
        short(&self.taken.definition.name)
    }
}

/// The word that marks a definition.
pub fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Verbatim => "verbatim",
        Origin::Edited => "edited",
        Origin::Synthesized => "synthesized",
    }
}

/// A name without the path before it; a method keeps its type's. An impl has no path.
pub fn short(name: &str) -> &str {
    if name.contains(' ') {
        return name;
    }
    let separator = if name.contains("::") { "::" } else { "." };
    let mut ends = name.rmatch_indices(separator);
    let last = ends.next().map(|(at, _)| at);
    let before = ends.next().map_or(0, |(at, found)| at + found.len());
    match last {
        // `Parser::parse` tells more than `parse`; a module's name before a function does not.
        Some(last) if name[before..last].starts_with(char::is_uppercase) => &name[before..],
        Some(last) => &name[last + separator.len()..],
        None => name,
    }
}

/// Where each definition begins.
fn places<'a>(all: &[Piece<'a>]) -> BTreeMap<&'a str, BTreeMap<u32, usize>> {
    let mut places: BTreeMap<&str, BTreeMap<u32, usize>> = BTreeMap::new();
    for (index, piece) in all.iter().enumerate() {
        let file = places.entry(&piece.taken.module_file).or_default();
        file.insert(piece.taken.module_lines[0], index);
    }
    places
}

/// The definitions that the symbols name: by their full names, else, for a re-export, by the last part of them.
fn asked_for<'a>(subject: &Subject<'a>, all: &[Piece<'a>]) -> BTreeSet<&'a str> {
    let last = |name: &str| {
        let last = name.rsplit([':', '.']).next().unwrap_or(name);
        last.trim_end_matches('!').to_owned()
    };
    let names = || {
        let pieces = all.iter().filter(|piece| piece.defines());
        pieces.flat_map(|piece| {
            let members = piece.members.iter().map(|it| it.definition.name.as_str());
            std::iter::once(piece.taken.definition.name.as_str()).chain(members)
        })
    };
    let mut asked_for = BTreeSet::new();
    for symbol in &subject.report.symbols {
        let whole = names().find(|name| name == symbol);
        let by_last = || names().rfind(|name| last(name) == last(symbol));
        asked_for.extend(whole.or_else(by_last));
    }
    asked_for
}

/// Definitions in the order of the module's text, the outer before the inner.
fn in_order(candidate: &Candidate) -> Vec<&Taken> {
    let place = |file: &str| {
        let mut files = candidate.module.files.iter();
        files.position(|it| it.path == file)
    };
    let mut definitions: Vec<&Taken> = candidate.definitions.iter().collect();
    definitions.sort_by_key(|taken| {
        let [first, last] = taken.module_lines;
        (place(&taken.module_file), first, Reverse(last))
    });
    definitions
}

/// The original's text of a definition.
fn original<'a>(
    subject: &Subject<'a>,
    taken: &'a Taken,
    known: &mut BTreeMap<(&'a str, &'a str), Option<Vec<String>>>,
) -> Option<Vec<String>> {
    let definition = &taken.definition;
    if definition.kind == Kind::DataFile {
        return None;
    }
    let key = (definition.package.as_str(), definition.file.as_str());
    let text = known.entry(key).or_insert_with(|| {
        let mut packages = subject.packages.iter();
        let package = packages.find(|package| package.id() == definition.package)?;
        package.read(&definition.file).ok().map(|it| lines(&it))
    });
    let text = between(text.as_ref()?, definition.lines);
    (!text.is_empty()).then_some(text)
}

fn marks<'a>(
    subject: &Subject<'a>,
    candidate: &'a Candidate,
) -> BTreeMap<&'a str, BTreeMap<u32, Marks<'a>>> {
    let mut marks: BTreeMap<&str, BTreeMap<u32, Marks<'_>>> = BTreeMap::new();
    let first = candidate.module.files.first();
    let first = first.map_or("", |file| file.path.as_str());
    let own = marks.entry(first).or_default();
    for line in subject.ran {
        own.entry(*line).or_default().ran = true;
    }
    // A fault that several copies of one text share is said once.
    let mut seen = BTreeSet::new();
    for mutant in subject.score.iter().flat_map(|score| score.survivors()) {
        if seen.insert((mutant.line, &mutant.from, &mutant.to)) {
            let marks = own.entry(mutant.line).or_default();
            marks.survivors.push(mutant);
        }
    }
    if let Some(coverage) = &subject.report.evidence.coverage {
        for (file, line) in &coverage.missed {
            let lines = marks.entry(file).or_default();
            lines.entry(*line).or_default().missed = true;
        }
        for (file, line, why) in &coverage.waived {
            let lines = marks.entry(file).or_default();
            lines.entry(*line).or_default().waived = Some(why);
        }
    }
    marks
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(str::to_owned).collect()
}

/// Lines from the first to the last, 1-based; as many of them as there are.
fn between(lines: &[String], [first, last]: [u32; 2]) -> Vec<String> {
    let first = usize::try_from(first)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let last = usize::try_from(last).unwrap_or(usize::MAX).min(lines.len());
    lines.get(first..last).unwrap_or_default().to_vec()
}
