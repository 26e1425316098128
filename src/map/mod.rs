//! Every file in parallel, cached by content, joined to a call graph.
//!
//! * [`walk`]: which files a tree has
//! * [`store`]: what is known of a tree from last time, in one file
//! * [`pack`]: the bytes of that file
//! * [`closure`]: what one symbol reaches in a graph
//!
//! Mapping never fails on what a tree holds: broken files are counted and named, and a reference that can't be pinned
//! down is part of the graph. A file is read again only if its size, time or inode changed, parsed again only if its
//! bytes did, and the graph is joined again only if some file was.

pub mod closure;
mod pack;
mod store;
pub mod walk;

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;
use ripout_model::{CallGraph, Failure, FileFacts, Host, Language, Stop};
use sha2::{Digest, Sha256};

use store::{Known, Store};
use walk::Found;

/// Files larger than this are named and not read: no person wrote them.
const LARGEST: u64 = 64 << 20;

/// A tree's call graph, and what there is to say of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    /// Who may call whom.
    pub graph: CallGraph,
    /// Files of the language.
    pub files: u64,
    /// Lines of code in them.
    pub code_lines: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Files that are not, or not all, in the graph.
    pub problems: Vec<Problem>,
    /// What this run had to do.
    pub work: Work,
}

/// What a run had to do; the rest was known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Files read.
    pub read: u64,
    /// Files parsed.
    pub parsed: u64,
    /// Whether the graph was joined.
    pub joined: bool,
}

/// A file that is not, or not all, in the graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Relative to the tree.
    pub file: String,
    /// First line that makes no sense, where one is known.
    pub line: Option<u32>,
    /// One word.
    pub why: Trouble,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The parser made sense of it in part.
    Syntax,
    /// It is not UTF-8; what is, was read.
    NotUtf8,
    /// It could not be read.
    Unreadable,
    /// It is larger than any person writes.
    TooLarge,
}

impl Trouble {
    /// The word as maps spell it.
    pub fn word(self) -> &'static str {
        match self {
            Trouble::Syntax => "syntax",
            Trouble::NotUtf8 => "not_utf8",
            Trouble::Unreadable => "unreadable",
            Trouble::TooLarge => "too_large",
        }
    }
}

/// What is known of one file.
struct Read {
    known: Known,
    facts: FileFacts,
    read: bool,
    parsed: bool,
}

/// Maps a tree. `cache` is the folder that remembers trees; without it nothing is remembered.
pub fn map(
    root: &Path,
    language: &dyn Language,
    cache: Option<&Path>,
    host: &dyn Host,
) -> Result<Mapped, Stop> {
    let root = root
        .canonicalize()
        .map_err(|e| Failure::new("tree", format!("open {}: {e}", root.display())))?;
    let now = walk::now();
    let found: Vec<Found> = walk::files(&root, &|path| language.owns(path));
    let store = cache.map(|folder| Store::of_tree(folder, &root, language));
    let mut remembered = store.as_ref().and_then(Store::open);
    if let Some(remembered) = &mut remembered
        && remembered.is_current(&found)
        && let Some(graph) = remembered.graph()
    {
        let mut mapped = summary(remembered.files());
        mapped.graph = graph;
        store.iter().for_each(Store::touch);
        return Ok(mapped);
    }

    let before = remembered
        .and_then(store::Remembered::facts)
        .unwrap_or_default();
    let done = AtomicU64::new(0);
    let total = found.len() as u64;
    let files: Vec<Read> = found
        .par_iter()
        .map(|found| {
            host.check()?;
            let old = before.get(found.path.as_str());
            let file = read(&root, found, old, language, now);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(256) || done == total {
                host.say("mapping files", done, Some(total));
            }
            Ok(file)
        })
        .collect::<Result<_, Stop>>()?;
    drop(before);

    let work = Work {
        read: files.iter().filter(|file| file.read).count() as u64,
        parsed: files.iter().filter(|file| file.parsed).count() as u64,
        joined: true,
    };
    let (known, facts): (Vec<Known>, Vec<(String, FileFacts)>) = files
        .into_iter()
        .map(|file| {
            let path = file.known.path.clone();
            (file.known, (path, file.facts))
        })
        .unzip();
    host.check()?;
    host.say("joining the call graph", 0, None);
    let graph = language.graph(&facts);
    host.check()?;
    if let Some(store) = &store
        && let Err(e) = store.save(&known, &facts, &graph)
    {
        // The answer stands; it will only be as slow the next time.
        host.warn(&format!("the map can't be remembered: {e}"));
    }
    let mut mapped = summary(known.iter());
    mapped.graph = graph;
    mapped.work = work;
    Ok(mapped)
}

/// Says what one file holds: as before if it has not changed, by parsing it otherwise.
fn read(
    root: &Path,
    found: &Found,
    old: Option<&(Known, FileFacts)>,
    language: &dyn Language,
    now: walk::Nanoseconds,
) -> Read {
    if let Some((known, facts)) = old
        && known.stamp.is_some_and(|stamp| stamp == found.stamp)
    {
        return Read {
            known: known.clone(),
            facts: facts.clone(),
            read: false,
            parsed: false,
        };
    }
    let stamp = found.stamp.is_settled(now).then_some(found.stamp);
    let (bytes, mut trouble) = if found.stamp.size > LARGEST {
        (Vec::new(), Some(Trouble::TooLarge))
    } else {
        match std::fs::read(root.join(&found.path)) {
            Ok(bytes) => (bytes, None),
            Err(_) => (Vec::new(), Some(Trouble::Unreadable)),
        }
    };
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    if trouble.is_none()
        && let Some((known, facts)) = old
        && known.hash == hash
    {
        return Read {
            known: Known {
                stamp,
                ..known.clone()
            },
            facts: facts.clone(),
            read: true,
            parsed: false,
        };
    }
    let facts = language.parse(&found.path, &bytes);
    if trouble.is_none() {
        trouble = match std::str::from_utf8(&bytes) {
            Err(_) => Some(Trouble::NotUtf8),
            Ok(_) => facts.broken.map(|_| Trouble::Syntax),
        };
    }
    let known = Known {
        path: found.path.clone(),
        // What could not be read must be tried again.
        stamp: stamp.filter(|_| trouble != Some(Trouble::Unreadable)),
        size: found.stamp.size,
        hash,
        code_lines: facts.code_lines,
        broken: facts.broken,
        trouble,
    };
    Read {
        known,
        facts,
        read: true,
        parsed: true,
    }
}

fn summary<'a>(files: impl Iterator<Item = &'a Known>) -> Mapped {
    let mut mapped = Mapped::default();
    for file in files {
        mapped.files += 1;
        mapped.code_lines += u64::from(file.code_lines);
        mapped.bytes += file.size;
        if let Some(why) = file.trouble {
            mapped.problems.push(Problem {
                file: file.path.clone(),
                line: file.broken,
                why,
            });
        }
    }
    mapped
}

#[cfg(test)]
mod tests;
