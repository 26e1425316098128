//! What is known of a tree from last time, in one file: an index of its files, its graph, and each file's facts.
//!
//! The three are apart, so that an unchanged tree costs the index and the graph only. The file appears whole or not at
//! all, and two runs at once may both write it: either is right.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use ripout_model::{
    CallGraph, FileFacts, Language,
    pack::{Reader, Writer},
};
use sha2::{Digest, Sha256};

use crate::map::{
    Trouble, pack,
    walk::{Found, Nanoseconds, Stamp},
};

/// First bytes of the file; the number changes with the format.
const MAGIC: &[u8; 16] = b"ripout map v1\n\0\0";

/// Bytes before the index: the magic, the version of the facts, the lengths of index and graph.
const HEAD: u64 = 16 + 4 + 8 + 8;

/// What is known of one file, beside its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Relative to the tree.
    pub path: String,
    /// Unless it is the same the file must be read again; none if it had just changed.
    pub stamp: Option<Stamp>,
    /// Bytes.
    pub size: u64,
    /// Unless it is the same the file must be parsed again.
    pub hash: [u8; 32],
    /// Lines of code.
    pub code_lines: u32,
    /// First line that makes no sense.
    pub broken: Option<u32>,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
}

/// The file of one tree in one language.
pub struct Store {
    path: PathBuf,
    facts_version: u32,
}

impl Store {
    /// Where a tree is remembered. `root` is canonical.
    pub fn of_tree(cache: &Path, root: &Path, language: &dyn Language) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(root.as_os_str().as_encoded_bytes());
        let name: String = hasher.finalize()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            path: cache.join(format!("{name}.{}", language.name())),
            facts_version: language.facts_version(),
        }
    }

    /// What is remembered, if anything that still makes sense is.
    pub fn open(&self) -> Option<Remembered> {
        let mut file = File::open(&self.path).ok()?;
        let mut head = [0; HEAD as usize];
        file.read_exact(&mut head).ok()?;
        let (magic, rest) = head.split_at(16);
        let (version, rest) = rest.split_at(4);
        let (index, graph) = rest.split_at(8);
        if magic != MAGIC || version != self.facts_version.to_le_bytes() {
            return None;
        }
        let index = u64::from_le_bytes(index.try_into().ok()?);
        let graph = u64::from_le_bytes(graph.try_into().ok()?);
        let length = file.metadata().ok()?.len();
        let facts_at = HEAD.checked_add(index)?.checked_add(graph)?;
        if facts_at > length {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(index).ok()?];
        file.read_exact(&mut bytes).ok()?;
        let files = read_index(&bytes)?;
        // A file that lost its end, or got another, would hand out bytes of something else as facts.
        let facts = files
            .iter()
            .try_fold(0_u64, |sum, (_, length)| sum.checked_add(*length as u64))?;
        if facts_at.checked_add(facts)? != length {
            return None;
        }
        Some(Remembered {
            file,
            files,
            graph,
            facts_at,
        })
    }

    /// Remembers.
    pub fn save(
        &self,
        known: &[Known],
        facts: &[(String, FileFacts)],
        graph: &CallGraph,
    ) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let index = write_index(known, facts);
        let graph = pack::pack(graph);
        let temporary = tempfile::NamedTempFile::new_in(folder)?;
        let mut out = BufWriter::with_capacity(1 << 20, temporary);
        out.write_all(MAGIC)?;
        out.write_all(&self.facts_version.to_le_bytes())?;
        out.write_all(&(index.len() as u64).to_le_bytes())?;
        out.write_all(&(graph.len() as u64).to_le_bytes())?;
        out.write_all(&index)?;
        out.write_all(&graph)?;
        for (_, facts) in facts {
            out.write_all(&facts.facts)?;
        }
        let temporary = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        temporary.persist(&self.path).map_err(|e| e.error)?;
        Ok(())
    }

    /// Notes that it was of use, for whoever tidies the cache up. Of no weight if that fails.
    pub fn touch(&self) {
        if let Ok(file) = File::options().append(true).open(&self.path) {
            let _ = file.set_modified(SystemTime::now());
        }
    }
}

/// What is remembered of a tree.
pub struct Remembered {
    file: File,
    files: Vec<(Known, usize)>,
    graph: u64,
    facts_at: u64,
}

impl Remembered {
    /// Whether a tree is as it was.
    pub fn is_current(&self, found: &[Found]) -> bool {
        self.files.len() == found.len()
            && self.files.iter().zip(found).all(|((known, _), found)| {
                known.path == found.path && known.stamp == Some(found.stamp)
            })
    }

    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &Known> {
        self.files.iter().map(|(known, _)| known)
    }

    /// Its graph. To be asked for once, and before the facts.
    pub fn graph(&mut self) -> Option<CallGraph> {
        let mut bytes = vec![0; usize::try_from(self.graph).ok()?];
        self.file.read_exact(&mut bytes).ok()?;
        pack::unpack(&bytes)
    }

    /// What each file said, by path.
    pub fn facts(mut self) -> Option<HashMap<String, (Known, FileFacts)>> {
        self.file.seek(SeekFrom::Start(self.facts_at)).ok()?;
        let mut facts = HashMap::with_capacity(self.files.len());
        for (known, length) in self.files {
            let mut bytes = vec![0; length];
            self.file.read_exact(&mut bytes).ok()?;
            let said = FileFacts {
                code_lines: known.code_lines,
                broken: known.broken,
                facts: bytes,
            };
            facts.insert(known.path.clone(), (known, said));
        }
        Some(facts)
    }
}

fn write_index(known: &[Known], facts: &[(String, FileFacts)]) -> Vec<u8> {
    let mut index = Writer::default();
    index.number(known.len() as u64);
    for (known, (_, facts)) in known.iter().zip(facts) {
        index.bytes(known.path.as_bytes());
        index.number(known.size);
        index.raw(&known.hash);
        index.number(known.code_lines.into());
        index.number(known.broken.map_or(0, |line| u64::from(line) + 1));
        index.number(match known.trouble {
            None => 0,
            Some(Trouble::Syntax) => 1,
            Some(Trouble::NotUtf8) => 2,
            Some(Trouble::Unreadable) => 3,
            Some(Trouble::TooLarge) => 4,
        });
        match known.stamp {
            None => index.number(0),
            Some(stamp) => {
                index.number(1);
                index.raw(&stamp.modified.to_le_bytes());
                index.number(stamp.inode);
            }
        }
        index.number(facts.facts.len() as u64);
    }
    index.0
}

fn read_index(bytes: &[u8]) -> Option<Vec<(Known, usize)>> {
    let mut index = Reader(bytes);
    let count = index.count()?;
    let mut files = Vec::with_capacity(count);
    for _ in 0..count {
        let path = index.text()?.to_owned();
        let size = index.number()?;
        let hash = index.raw(32)?.try_into().ok()?;
        let code_lines = index.small()?;
        let broken = match index.small()? {
            0 => None,
            line => Some(line - 1),
        };
        let trouble = match index.number()? {
            0 => None,
            1 => Some(Trouble::Syntax),
            2 => Some(Trouble::NotUtf8),
            3 => Some(Trouble::Unreadable),
            4 => Some(Trouble::TooLarge),
            _ => return None,
        };
        let stamp = match index.number()? {
            0 => None,
            _ => Some(Stamp {
                size,
                modified: Nanoseconds::from_le_bytes(index.raw(16)?.try_into().ok()?),
                inode: index.number()?,
            }),
        };
        let length = usize::try_from(index.number()?).ok()?;
        let known = Known {
            path,
            stamp,
            size,
            hash,
            code_lines,
            broken,
            trouble,
        };
        files.push((known, length));
    }
    index.0.is_empty().then_some(files)
}
