//! What the module must be like: the symbols that the project uses, each once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ripout_model::{Failure, Fitting, Note, Reason, ReasonCode, Stop, Use, UsePlace};

use super::{
    consumer::Consumer,
    home::{self, Home},
    imports, strings,
};
use crate::parse::Import;

/// Reads the uses.
pub fn fitting(consumer: &Consumer, module_path: Option<&str>) -> Result<Fitting, Stop> {
    let mut symbols: BTreeMap<String, &Use> = BTreeMap::new();
    for used in &consumer.dependency.uses {
        // What a manifest or a build script names, the scan has told of.
        if matches!(used.place, UsePlace::Manifest | UsePlace::Build) {
            continue;
        }
        if let Some(symbol) = told(consumer, used)? {
            symbols.entry(symbol).or_insert(used);
        }
    }
    strings_told(consumer)?;
    modules_told(consumer)?;
    let symbols = distinct(consumer, symbols)?;
    let (parents, named) = match module_path {
        Some(path) => home::wanted(path).map(|(parents, stem)| (parents, Some(stem)))?,
        None => (Vec::new(), None),
    };
    let (stem, notes) = match (Home::within(consumer, &parents)?, named) {
        (Some(home), Some(stem)) => {
            home.check_free(consumer, &parents, &stem)?;
            (stem, remarks(&home))
        }
        (Some(home), None) => (home.stem(consumer), remarks(&home)),
        (None, _) if symbols.is_empty() => (String::new(), Vec::new()),
        (None, _) => return Err(super::homeless(consumer)),
    };
    Ok(Fitting {
        stem,
        parents,
        symbols,
        editions: Vec::new(),
        features: None,
        notes,
    })
}

fn remarks(home: &Home) -> Vec<Note> {
    if home.beside.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "the project is the single module `{}`: what is taken becomes a module beside it, that everybody can import",
        home.beside
    );
    vec![Note::new("beside", text)]
}

/// The symbol of a use; `None` where none is needed for it.
fn told(consumer: &Consumer, used: &Use) -> Result<Option<String>, Stop> {
    let alone = consumer.dependency.called.contains(&used.symbol);
    let name = &consumer.dependency.name;
    if let Some(module) = used.symbol.strip_suffix(".*") {
        let sources = consumer.sources.iter();
        let imports: Vec<&Import> = sources
            .filter(|source| source.path == used.file)
            .flat_map(|source| &source.parsed.imports)
            .collect();
        let star = imports
            .iter()
            .any(|import| import.star && import.line == used.line);
        // The import is told of as well; what hands it on says more.
        let mut others = consumer.dependency.uses.iter();
        let used = others
            .find(|other| {
                (&other.symbol, &other.file) == (&used.symbol, &used.file)
                    && !imports.iter().any(|import| import.line == other.line)
            })
            .unwrap_or(used);
        let (text, help) = if star {
            (
                format!("a star import of `{module}`: which names of {name} are used is not known"),
                "import the names that are used, one by one",
            )
        } else {
            (
                format!("`{module}` is handed on as a value: what of {name} is used is not known"),
                "write out what is used of it, as `module.name`",
            )
        };
        return Err(dynamic(used, text, help));
    }
    if !alone {
        return Ok(Some(used.symbol.clone()));
    }
    match &used.place {
        UsePlace::Text => {
            let text =
                format!("{name} is named in a string there: what of it is used is not known");
            let help = "import it, or take this use out first";
            Err(dynamic(used, text, help))
        }
        UsePlace::Code | UsePlace::Reexport if bare(consumer, used) => {
            let text = format!(
                "{name} is imported there and nothing of it is used: it may be imported for what it does by that"
            );
            Err(dynamic(
                used,
                text,
                "take the import out if nothing needs it",
            ))
        }
        // Whether it is there at all: the module answers that as well.
        _ => Ok(None),
    }
}

/// Whether a line imports the dependency, and its file uses nothing of it.
fn bare(consumer: &Consumer, used: &Use) -> bool {
    let others = consumer.dependency.uses.iter().any(|other| {
        other.file == used.file && !consumer.dependency.called.contains(&other.symbol)
    });
    let tested = consumer
        .dependency
        .uses
        .iter()
        .any(|other| other.file == used.file && other.line != used.line);
    !others && !tested
}

/// Imports from what is no module by its files, but made to look like one: a copy can't be imported from in that way.
fn modules_told(consumer: &Consumer) -> Result<(), Stop> {
    let project = consumer.project();
    for source in &consumer.sources {
        for import in source
            .parsed
            .imports
            .iter()
            .filter(|import| import.level == 0)
        {
            let module = &import.module;
            if consumer.owns(&project, module) && consumer.names().is_made(module) {
                let name = &consumer.dependency.name;
                let text =
                    format!("`{module}` is no file of {name}: it is made when {name} is imported");
                let reason = Reason::new(ReasonCode::Dynamic, text)
                    .at(&source.path, import.line)
                    .help("import what is meant from where it is made, and leave this import");
                return Err(Stop::Refused(reason));
            }
        }
    }
    Ok(())
}

/// Strings that name something of the dependency and are given to no function that is known.
fn strings_told(consumer: &Consumer) -> Result<(), Stop> {
    let project = consumer.project();
    let lines: BTreeSet<(&str, u32)> = consumer
        .dependency
        .uses
        .iter()
        .filter(|used| used.place == UsePlace::Text)
        .map(|used| (used.file.as_str(), used.line))
        .collect();
    let texts: BTreeSet<&str> = lines.iter().map(|(file, _)| *file).collect();
    let sources = consumer
        .sources
        .iter()
        .filter(|source| texts.contains(source.path.as_str()));
    for source in sources {
        let Some(tree) = imports::tree(&source.text) else {
            continue;
        };
        for one in strings::named(consumer, &project, &tree, &source.text) {
            if one.within.is_some() || !lines.contains(&(source.path.as_str(), one.line)) {
                continue;
            }
            // A string annotation names what the text has imported, and stays as it is.
            let annotation = source.parsed.units.iter().enumerate().any(|(unit, _)| {
                let uses = source.parsed.uses_of(unit as u32).iter();
                uses.filter(|used| used.has(crate::parse::flag::IN_STRING))
                    .any(|used| one.range.contains(&(used.start as usize)))
            });
            if !annotation {
                let text = source.text.get(one.range.clone()).unwrap_or("");
                let name = &consumer.dependency.name;
                let reason = Reason::new(
                    ReasonCode::Dynamic,
                    format!("{name} is named in a string there, `{text}`: what is done with it is not known"),
                )
                .at(&source.path, one.line)
                .help("import it, or take this use out first");
                return Err(Stop::Refused(reason));
            }
        }
    }
    Ok(())
}

/// The symbols, those once that come to the same thing. A module's root has room for one of a name.
fn distinct(consumer: &Consumer, symbols: BTreeMap<String, &Use>) -> Result<Vec<String>, Stop> {
    let mut by_name: HashMap<&str, Vec<&String>> = HashMap::new();
    for symbol in symbols.keys() {
        let last = symbol.rsplit('.').next().unwrap_or(symbol);
        by_name.entry(last).or_default().push(symbol);
    }
    let mut kept = Vec::new();
    for symbol in symbols.keys() {
        let last = symbol.rsplit('.').next().unwrap_or(symbol);
        let alike = &by_name[last];
        let place = consumer.made_at(symbol);
        if let Some(other) = alike.iter().find(|other| consumer.made_at(other) != place) {
            let used = symbols[symbol];
            let text = format!(
                "`{symbol}` and `{other}` have the same last name: one module can't hold both"
            );
            return Err(Failure::new(
                "ambiguous_names",
                format!("{}:{}: {text}", used.file, used.line),
            )
            .help("let the project use one of them by another name first")
            .into());
        }
        // The shortest path is the one that users are told of.
        let shortest = alike.iter().min_by_key(|other| (other.len(), **other));
        if shortest.is_some_and(|other| *other == symbol) {
            kept.push(symbol.clone());
        }
    }
    Ok(kept)
}

fn dynamic(used: &Use, text: String, help: &str) -> Stop {
    Stop::Refused(
        Reason::new(ReasonCode::Dynamic, text)
            .at(&used.file, used.line)
            .help(help),
    )
}
