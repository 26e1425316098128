//! The modules of a member, target by target, with what each imports and defines.
//!
//! Nothing is left out for its conditions: `#[cfg]`'d text is text that uses a dependency somewhere. Files that no target
//! reaches (they may be included by a macro, or be compiled by a test) are read by themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use ripout_model::UsePlace;

use super::{
    docs, files,
    text::{Leaf, Text, plain},
};
use crate::{
    cfg::unquote,
    items::{Attr, Item, ItemKind},
};

/// Deeper nesting than this is a loop of `#[path]`.
const DEEPEST: usize = 64;

/// Larger files than this were made by a program.
const LARGEST: u64 = 16 << 20;

/// Where text stands: what kind of target, and under which condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The target, or a test within the package's own text.
    pub place: UsePlace,
    /// The condition that it is there under.
    pub condition: Option<String>,
    /// Whether it is the library, whose public items are the package's API.
    pub library: bool,
}

impl Setting {
    /// What kind of place a use in it is.
    pub fn of_use(&self, macros: bool) -> UsePlace {
        match (&self.place, &self.condition, macros) {
            (UsePlace::Code, Some(condition), _) => UsePlace::Conditional(condition.clone()),
            (UsePlace::Code, None, true) => UsePlace::Macro,
            (place, ..) => place.clone(),
        }
    }

    /// The setting of what carries these attributes.
    pub fn under(&self, text: &Text, attrs: &[Attr]) -> Self {
        let mut made = self.clone();
        for attr in attrs.iter().filter(|attr| !attr.inside.is_empty()) {
            let inside = attr.inside.clone();
            let words: Vec<&str> = inside.clone().map(|at| text.word(at)).collect();
            let path: Vec<&str> = words
                .iter()
                .copied()
                .take_while(|word| *word != "(" && *word != "=")
                .collect();
            let own = made.place == UsePlace::Code;
            match path[..] {
                ["cfg"] => {
                    let test = words
                        .iter()
                        .enumerate()
                        .any(|(at, word)| *word == "test" && !(at >= 2 && words[at - 2] == "not"));
                    if test && own {
                        made.place = UsePlace::Test;
                    } else if own && inside.len() > 3 {
                        let condition = text.spaced(inside.start + 2..inside.end - 1);
                        made.condition = Some(match made.condition {
                            Some(outer) => format!("all({outer}, {condition})"),
                            None => condition,
                        });
                    }
                }
                [.., "test"] if own => made.place = UsePlace::Test,
                ["bench"] if own => made.place = UsePlace::Bench,
                _ => {}
            }
        }
        made
    }
}

/// A definition of a module.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// Whether it is `pub`, and for everybody.
    pub public: bool,
    /// Whether a path can go on behind its name.
    pub holds: bool,
}

/// A module.
pub struct Module {
    /// The module around it.
    pub parent: Option<usize>,
    /// The root of its crate.
    pub root: usize,
    /// Its file, as an index into [`Tree::texts`].
    pub text: usize,
    /// The folder that `#[path]` counts from in it.
    pub beside: PathBuf,
    /// The folder that files of its modules lie in.
    pub within: PathBuf,
    /// Whether it is `pub`, and for everybody.
    pub public: bool,
    /// Where it stands.
    pub setting: Setting,
    /// Its items; none for text that is read token by token.
    pub items: Vec<Item>,
    /// Attributes of the module as a whole.
    pub inner: Vec<Attr>,
    /// What it defines.
    pub names: BTreeMap<String, Named>,
    /// Modules within it.
    pub children: BTreeMap<String, usize>,
    /// What it imports.
    pub imports: Vec<Leaf>,
    /// Whether it is read token by token: examples of the documentation.
    pub loose: bool,
}

/// The modules of a member.
pub struct Tree {
    /// Files.
    pub texts: Vec<Text>,
    /// Modules.
    pub modules: Vec<Module>,
    /// The root of the library.
    pub library: Option<usize>,
    /// The library's name.
    pub library_name: String,
    /// Files that could not be read.
    pub unread: Vec<String>,
    project: PathBuf,
    known: BTreeMap<PathBuf, usize>,
}

/// A target of a member.
pub struct Target {
    /// Its root file.
    pub file: PathBuf,
    /// What kind of place it is.
    pub place: UsePlace,
    /// Whether it is the library, and its name.
    pub library: Option<String>,
}

impl Tree {
    /// Reads a member. Paths are told as seen from `project`.
    pub fn read(project: &Path, folder: &Path, targets: &[Target]) -> Self {
        let mut tree = Self {
            texts: Vec::new(),
            modules: Vec::new(),
            library: None,
            library_name: String::new(),
            unread: Vec::new(),
            project: project.to_path_buf(),
            known: BTreeMap::new(),
        };
        // The library first: what other targets share with it is the library's.
        let (libraries, others): (Vec<&Target>, Vec<&Target>) =
            targets.iter().partition(|target| target.library.is_some());
        for target in libraries.into_iter().chain(others) {
            let setting = Setting {
                place: target.place.clone(),
                condition: None,
                library: target.library.is_some(),
            };
            let root = tree.file(&target.file, None, true, &setting, true, 0);
            if let Some(name) = &target.library {
                tree.library = root;
                tree.library_name.clone_from(name);
            }
        }
        tree.rest(folder);
        tree.documentation(folder);
        tree
    }

    /// Its files, the examples of their documentation aside.
    pub fn own_texts(&self) -> impl Iterator<Item = &Text> {
        let loose = |at: &usize| {
            self.modules
                .iter()
                .any(|module| module.loose && module.text == *at)
        };
        (0..self.texts.len())
            .filter(move |at| !loose(at))
            .map(|at| &self.texts[at])
    }

    /// A path, as seen from the project.
    pub fn seen(&self, path: &Path) -> String {
        files::seen_from(&self.project, path)
    }

    /// Files of the member's folder that no target reaches.
    fn rest(&mut self, folder: &Path) {
        let manifests = files::below(folder, &|name| name == "Cargo.toml");
        let apart: BTreeSet<&str> = manifests
            .iter()
            .filter_map(|path| path.strip_suffix("/Cargo.toml"))
            .collect();
        for file in files::below(folder, &|name| name.ends_with(".rs")) {
            // The text of a package within the folder is that package's.
            let mut around = Path::new(&file).parent();
            let mut foreign = false;
            while let Some(parent) = around {
                foreign |= apart.contains(&*parent.to_string_lossy());
                around = parent.parent();
            }
            let path = folder.join(&file);
            if foreign || self.known.contains_key(&path) {
                continue;
            }
            let place = match file.split('/').next().unwrap_or_default() {
                "tests" => UsePlace::Test,
                "benches" => UsePlace::Bench,
                "examples" => UsePlace::Example,
                "build.rs" | "build" => UsePlace::Build,
                _ => UsePlace::Code,
            };
            let setting = Setting {
                place,
                condition: None,
                library: false,
            };
            self.file(&path, None, true, &setting, true, 0);
        }
    }

    /// Examples of the documentation, in files of the same lines.
    fn documentation(&mut self, folder: &Path) {
        let setting = Setting {
            place: UsePlace::Doc,
            condition: None,
            library: false,
        };
        let mut pages: BTreeMap<String, String> = BTreeMap::new();
        for text in &self.texts {
            let path = self.project.join(&text.path);
            let (examples, included) = docs::examples(text);
            if let Some(examples) = examples {
                pages.insert(text.path.clone(), examples);
            }
            for page in included {
                let page = files::plain(&path.parent().unwrap_or(folder).join(page));
                if let Ok(page_text) = std::fs::read_to_string(&page)
                    && let Some(examples) = docs::of_page(&page_text)
                {
                    pages.insert(files::seen_from(&self.project, &page), examples);
                }
            }
        }
        for (path, text) in pages {
            let text = Text::new(path, text);
            let index = self.modules.len();
            self.texts.push(text);
            self.modules.push(Module {
                parent: None,
                root: index,
                text: self.texts.len() - 1,
                beside: PathBuf::new(),
                within: PathBuf::new(),
                public: false,
                setting: setting.clone(),
                items: Vec::new(),
                inner: Vec::new(),
                names: BTreeMap::new(),
                children: BTreeMap::new(),
                imports: Vec::new(),
                loose: true,
            });
        }
    }

    /// Reads a file as a module. `root_like`: its modules lie beside it, and not in a folder of its name.
    fn file(
        &mut self,
        path: &Path,
        parent: Option<usize>,
        public: bool,
        setting: &Setting,
        root_like: bool,
        depth: usize,
    ) -> Option<usize> {
        let path = files::plain(path);
        if let Some(known) = self.known.get(&path) {
            return Some(*known);
        }
        if depth > DEEPEST || std::fs::metadata(&path).ok()?.len() > LARGEST {
            return None;
        }
        let shown = files::seen_from(&self.project, &path);
        let Ok(bytes) = std::fs::read(&path) else {
            self.unread.push(shown);
            return None;
        };
        let text = Text::new(shown, String::from_utf8_lossy(&bytes).into_owned());
        let (items, inner) = text.items(0..text.len());
        let setting = setting.under(&text, &inner);
        self.texts.push(text);
        let index = self.module(self.texts.len() - 1, parent, public, setting, inner);
        self.known.insert(path.clone(), index);
        let beside = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let within = if root_like || path.file_name().is_some_and(|name| name == "mod.rs") {
            beside.clone()
        } else {
            path.with_extension("")
        };
        self.fill(index, items, &beside, &within, depth);
        Some(index)
    }

    fn module(
        &mut self,
        text: usize,
        parent: Option<usize>,
        public: bool,
        setting: Setting,
        inner: Vec<Attr>,
    ) -> usize {
        let index = self.modules.len();
        let root = parent.map_or(index, |parent| self.modules[parent].root);
        self.modules.push(Module {
            parent,
            root,
            text,
            beside: PathBuf::new(),
            within: PathBuf::new(),
            public,
            setting,
            items: Vec::new(),
            inner,
            names: BTreeMap::new(),
            children: BTreeMap::new(),
            imports: Vec::new(),
            loose: false,
        });
        index
    }

    /// Enters a module's items.
    fn fill(&mut self, index: usize, items: Vec<Item>, beside: &Path, within: &Path, depth: usize) {
        let at = self.modules[index].text;
        for item in &items {
            let text = &self.texts[at];
            // `pub(crate)` is more than one token.
            let public = item.vis.len() == 1;
            match item.kind {
                ItemKind::Use => {
                    let leaves = text.leaves(item.vis.end, item.tokens.end, public).0;
                    self.modules[index].imports.extend(leaves);
                }
                ItemKind::ExternCrate if item.name != "self" => {
                    let renamed = item.tokens.clone().find(|at| text.word(*at) == "as");
                    let leaf = Leaf {
                        path: vec![String::new(), plain(&item.name).to_owned()],
                        name: renamed.map_or_else(
                            || plain(&item.name).to_owned(),
                            |at| plain(text.word(at + 1)).to_owned(),
                        ),
                        line: text.line(item.tokens.start),
                        public,
                    };
                    self.modules[index].imports.push(leaf);
                }
                ItemKind::Mod => {
                    let name = plain(&item.name).to_owned();
                    let setting = self.modules[index].setting.under(text, &item.attrs);
                    let child = if item.body.is_some() {
                        let within = match path_attr(text, item) {
                            Some(path) => beside.join(path),
                            None => within.join(&name),
                        };
                        let inner = item.inner.clone();
                        let child = self.module(at, Some(index), public, setting, inner);
                        if depth < DEEPEST {
                            self.fill(child, item.members.clone(), &within, &within, depth + 1);
                        }
                        Some(child)
                    } else {
                        let candidates = match path_attr(text, item) {
                            Some(path) => vec![(beside.join(path), true)],
                            None => vec![
                                (within.join(format!("{name}.rs")), false),
                                (within.join(&name).join("mod.rs"), false),
                            ],
                        };
                        candidates.iter().find_map(|(path, root_like)| {
                            self.file(path, Some(index), public, &setting, *root_like, depth + 1)
                        })
                    };
                    if let Some(child) = child {
                        self.modules[index].children.entry(name).or_insert(child);
                    }
                }
                ItemKind::Impl
                | ItemKind::MacroCall
                | ItemKind::MacroRules
                | ItemKind::ForeignMod
                | ItemKind::Unknown
                | ItemKind::ExternCrate => {}
                kind => {
                    let holds = !matches!(kind, ItemKind::Fn | ItemKind::Const | ItemKind::Static);
                    self.modules[index]
                        .names
                        .insert(plain(&item.name).to_owned(), Named { public, holds });
                }
            }
        }
        let module = &mut self.modules[index];
        module.items = items;
        module.beside = beside.to_owned();
        module.within = within.to_owned();
    }
}

fn path_attr(text: &Text, item: &Item) -> Option<String> {
    item.attrs.iter().find_map(|attr| {
        (attr.inside.len() == 3 && text.word(attr.inside.start) == "path")
            .then(|| unquote(text.word(attr.inside.start + 2)).replace('\\', "/"))
    })
}
