//! `ripout explain`: what a symbol is made of, in the author's own words, each with its place. No model has a say in it.
//!
//! * [`ground`]: the closure and the text it stands in: the slice's, or the call graph's where there is no slice
//! * [`tree`]: who calls whom in it
//! * [`ask`]: a question on it, and what of the answer holds

mod ask;
mod ground;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{
    Definition, Host, Language, Passage, Reason, Source, Statement, Stop, Topic, Unresolved,
};

pub use ask::{Answered, Asking, explain_and_ask};
pub use tree::Called;

use super::{Request, Run};
use ground::Ground;

/// All there is to say of some symbols.
#[derive(Debug)]
pub struct Explained {
    /// The language's name.
    pub language: &'static str,
    /// Where the original came from.
    pub source: Source,
    /// The symbols by their full names.
    pub symbols: Vec<String>,
    /// Why this can't be ripped out, where it can't.
    pub refused: Option<Reason>,
    /// Remarks on the page itself, such as why the closure is only the call graph's.
    pub notes: Vec<String>,
    /// What the text says: by definition in the order of the call tree, then by line.
    pub statements: Vec<Statement>,
    /// The call tree, each definition before what it calls.
    pub calls: Vec<Called>,
    /// Definitions of the closure that no call was seen to lead to.
    pub beside: Vec<Definition>,
    /// What it costs.
    pub cost: Cost,
    /// References that could not be pinned down.
    pub unresolved: Vec<Unresolved>,
    /// The text that all this is about.
    pub passages: Passages,
}

/// Text that a question may be about.
#[derive(Debug, Default)]
pub struct Passages {
    /// Every definition of the closure, in the order in which references lead to it.
    pub definitions: Vec<Definition>,
    /// The files that they stand in: package, path and text.
    pub files: Vec<(String, String, String)>,
    /// Further files of these packages: package and path.
    pub others: Vec<(String, String)>,
}

/// How much it is, and how self-contained.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// Code lines of the closure.
    pub lines: u32,
    /// Definitions in it.
    pub definitions: u32,
    /// Packages that its text stands in, as `name@version`.
    pub packages: Vec<String>,
    /// Data files that it needs, relative to the module.
    pub data_files: Vec<String>,
    /// Code lines of the package with all that it can reach.
    pub original_lines: u32,
    /// Definitions in all that.
    pub original_definitions: u32,
    /// The package and all that it can reach, as `name@version`.
    pub original_packages: Vec<String>,
}

/// Reads the package, and says what there is to say. Nothing is written.
pub fn explain(request: &Request, host: &dyn Host) -> Result<Explained, Stop> {
    let mut run = Run::begin(request, host)?;
    let ground = match run.open() {
        Ok(original) => {
            let slice = run.slice(&*original);
            Ground::of_original(run.language, &*original, slice)?
        }
        Err(Stop::Refused(reason)) => Ground::of_tree(&run, reason)?,
        Err(stop) => return Err(stop),
    };
    host.say("explain", 0, None);
    // Strangers' text may be nested more deeply than this thread's stack is.
    let made = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(super::STACK)
            .spawn_scoped(scope, || page(run.language, ground))
            .map(|thread| thread.join())
    });
    match made {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(e) => Err(ripout_model::Failure::new("host", format!("start a thread: {e}")).into()),
    }
}

fn page(language: &dyn Language, ground: Ground) -> Explained {
    let nodes = tree::Nodes::of(language, &ground);
    let calls = nodes.calls();
    let order = nodes.order();
    let mut statements = statements(language, &ground, &nodes);
    statements.sort_by_key(|statement| {
        let rank = order.iter().position(|definition| {
            definition.name == statement.within
                && definition.file == statement.file
                && definition.package == statement.package
        });
        (rank.unwrap_or(usize::MAX), statement.lines)
    });
    // Where a call of the standard library stands first is enough.
    let mut named = BTreeSet::new();
    statements.retain(|it| it.topic != Topic::Standard || named.insert(it.says.clone()));
    let passages = passages(&ground, &order);
    let mut packages: Vec<String> = Vec::new();
    for definition in &ground.taken {
        if !packages.contains(&definition.package) {
            packages.push(definition.package.clone());
        }
    }
    let cost = Cost {
        lines: tree::taken_lines(language, &ground),
        definitions: u32::try_from(ground.taken.len()).unwrap_or(u32::MAX),
        packages,
        data_files: ground.data_files.clone(),
        original_lines: ground.size.lines,
        original_definitions: ground.size.definitions,
        original_packages: ground.packages.iter().map(|package| package.id()).collect(),
    };
    Explained {
        language: language.name(),
        beside: nodes.beside(&calls),
        statements,
        calls,
        cost,
        source: ground.source,
        symbols: ground.symbols,
        refused: ground.refused,
        notes: ground.notes,
        unresolved: ground.unresolved,
        passages,
    }
}

fn passages(ground: &Ground, order: &[&Definition]) -> Passages {
    let mut passages = Passages::default();
    let named: BTreeSet<(&str, &str)> = order
        .iter()
        .map(|it| (it.package.as_str(), it.file.as_str()))
        .collect();
    for (package, file) in &named {
        if let Some(text) = ground.text(package, file) {
            let of = ((*package).to_owned(), (*file).to_owned(), text);
            passages.files.push(of);
        }
    }
    for package in &ground.packages {
        let id = package.id();
        let rest = package.files.iter();
        let rest = rest.filter(|file| !named.contains(&(id.as_str(), file.as_str())));
        passages
            .others
            .extend(rest.map(|file| (id.clone(), file.clone())));
    }
    passages.definitions = order.iter().map(|it| (*it).clone()).collect();
    passages
}

/// What the language has to say of each file that the closure stands in.
fn statements(language: &dyn Language, ground: &Ground, nodes: &tree::Nodes) -> Vec<Statement> {
    let mut files: BTreeMap<(&str, &str), [Vec<Definition>; 2]> = BTreeMap::new();
    for (definition, asked) in nodes.all() {
        let key = (definition.package.as_str(), definition.file.as_str());
        let [taken, roots] = files.entry(key).or_default();
        taken.push(definition.clone());
        if asked {
            roots.push(definition.clone());
        }
    }
    let mut statements = Vec::new();
    for ((package, file), [taken, asked]) in &files {
        let Some(text) = ground.text(package, file) else {
            continue;
        };
        statements.extend(language.statements(&Passage {
            text: &text,
            taken,
            asked,
        }));
    }
    statements
}
