//! `ripout map`: fetches a tree, chooses its language, and maps it.

use ripout_model::{Failure, Host, Language, Stop, Tree};

use crate::{
    checkout::{self, cache},
    languages,
    map::{self, Mapped, walk},
};

/// A tree and its map.
pub struct Atlas {
    /// The tree.
    pub tree: Tree,
    /// The language that was mapped.
    pub language: &'static dyn Language,
    /// Its map.
    pub mapped: Mapped,
}

/// Maps a tree in the language that is named, or that fits it and the symbol best.
pub fn map(
    wanted: &checkout::Wanted,
    language: Option<&str>,
    symbol: Option<&str>,
    host: &dyn Host,
) -> Result<Atlas, Stop> {
    let tree = checkout::checkout(wanted, host)?;
    let language = choose(&tree, language, symbol)?;
    // Held for as long as we use it. Without a cache the map is made anew, which is slower and no less right.
    let cache = cache::Cache::open(None).and_then(|held| Ok((held, cache::dir()?.join("facts"))));
    let folder = cache.as_ref().ok().map(|(_, folder)| folder.as_path());
    let mapped = map::map(&tree.root, language, folder, host)?;
    if mapped.files == 0 {
        let (name, text) = (language.name(), &tree.source.name);
        return Err(Failure::new("other_language", format!("{text} holds no {name} files")).into());
    }
    Ok(Atlas {
        tree,
        language,
        mapped,
    })
}

/// The language that is asked for, that of the registry, or the one with most files that the symbol is spelt in.
fn choose(
    tree: &ripout_model::Tree,
    name: Option<&str>,
    symbol: Option<&str>,
) -> Result<&'static dyn Language, Failure> {
    let all = languages::all();
    let names = || all.map(|language| language.name()).join(", ");
    if let Some(name) = name {
        return all
            .into_iter()
            .find(|language| language.name() == name)
            .ok_or_else(|| {
                Failure::new("arguments", format!("there is no language `{name}`"))
                    .help(format!("languages are {}", names()))
            });
    }
    let mut of_registry = all.iter().filter(|l| l.registry() == tree.source.kind);
    if let Some(language) = of_registry.next() {
        return Ok(*language);
    }
    let found = walk::files(&tree.root, &|path| all.iter().any(|l| l.owns(path)));
    all.into_iter()
        .map(|language| {
            let files = found
                .iter()
                .filter(|file| language.owns(&file.path))
                .count();
            let spelt = symbol.is_none_or(|symbol| language.spells(symbol));
            (spelt && files > 0, files, language)
        })
        .filter(|(_, files, _)| *files > 0)
        // The first of equals, so that the order of the registry decides.
        .rev()
        .max_by_key(|(spelt, files, _)| (*spelt, *files))
        .map(|(_, _, language)| language)
        .ok_or_else(|| {
            let text = format!("{} holds no file of a known language", tree.source.name);
            Failure::new("other_language", text).help(format!("languages are {}", names()))
        })
}
