//! The module in a target that declares the module that was taken.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use ripout_model::{Failure, Stop};

use crate::{
    items::{Item, ItemKind},
    survey::{
        Read,
        modules::{Module, Tree},
        text::{Text, plain},
    },
};

/// Where a target declares the module: the innermost of its parents that is there, and those that have to be made in it.
pub struct Site<'t> {
    tree: &'t Tree,
    at: usize,
    missing: &'t [String],
}

/// What `--module-path` says: the modules around the module, and its own name.
pub fn wanted(path: &str) -> Result<(Vec<String>, String), Stop> {
    let inside = path.strip_prefix("crate::").unwrap_or(path);
    let mut parts: Vec<String> = inside.split("::").map(str::to_owned).collect();
    let is_name =
        |part: &String| !part.starts_with("r#") && syn::parse_str::<syn::Ident>(part).is_ok();
    let stem = parts.pop().filter(&is_name);
    match stem.filter(|_| parts.iter().all(is_name)) {
        Some(stem) => Ok((parts, stem)),
        None => Err(
            Failure::new("module_path", format!("`{path}` is no path of a module"))
                .help("name it as the crate's code would: `crate::vendored::humantime`")
                .into(),
        ),
    }
}

/// Whether nothing stands where the module is wanted, and the crate can look in there.
pub fn check_free(member: &Read, parents: &[String], stem: &str) -> Result<(), Stop> {
    let tree = &member.tree;
    let failed = |text: String, help: &str| -> Result<(), Stop> {
        Err(Failure::new("module_path", text).help(help).into())
    };
    let roots = tree.modules.iter().enumerate();
    let roots = roots.filter(|(_, module)| module.parent.is_none() && !module.loose);
    for (root, _) in roots {
        let site = Site::of(tree, root, parents);
        let here = site.module();
        let folder = site.folder();
        let files = [
            folder.join(format!("{stem}.rs")),
            folder.join(stem).join("mod.rs"),
        ];
        if let Some(file) = files.iter().find(|file| file.exists()) {
            return failed(
                format!("{} is there already", tree.seen(file)),
                "give the module another name",
            );
        }
        let known = here.children.contains_key(stem) || here.names.contains_key(stem);
        if site.missing.is_empty() && known {
            return failed(
                format!("{} has a `{stem}` already", site.text().path),
                "give the module another name",
            );
        }
        for (around, item) in site.items() {
            if around != root && item.vis.is_empty() {
                let text = &tree.texts[tree.modules[around].text];
                return failed(
                    format!(
                        "{}:{}: `{}` is private, so the rest of the crate could not use a module in it",
                        text.path,
                        text.line(item.tokens.start),
                        plain(&item.name)
                    ),
                    "make it `pub(crate)`, or name another module",
                );
            }
        }
    }
    Ok(())
}

impl<'t> Site<'t> {
    /// In the target of a root module.
    pub fn of(tree: &'t Tree, root: usize, parents: &'t [String]) -> Self {
        let (mut at, mut missing) = (root, parents);
        while let Some((first, rest)) = missing.split_first()
            && let Some(child) = tree.modules[at].children.get(first)
        {
            (at, missing) = (*child, rest);
        }
        Self { tree, at, missing }
    }

    /// The innermost module that is there.
    fn module(&self) -> &'t Module {
        &self.tree.modules[self.at]
    }

    /// The file that is edited.
    pub fn text(&self) -> &'t Text {
        &self.tree.texts[self.module().text]
    }

    /// The folder that the module's file is looked for in.
    pub fn folder(&self) -> PathBuf {
        let folder = self.module().within.clone();
        self.missing
            .iter()
            .fold(folder, |path, name| path.join(name))
    }

    /// The folder that `#[path]` counts from. Modules that are made for it say that they are in no folder of their own: a
    /// path through one that is not there leads nowhere.
    pub fn beside(&self) -> &'t Path {
        &self.module().beside
    }

    /// The items that declare the modules around it, each with the module that it stands in.
    fn items(&self) -> Vec<(usize, &'t Item)> {
        let mut found = Vec::new();
        let mut at = self.at;
        while let Some(around) = self.tree.modules[at].parent {
            let children = &self.tree.modules[around].children;
            let name = children.iter().find(|(_, child)| **child == at);
            let item = name.and_then(|(name, _)| {
                let mut items = self.tree.modules[around].items.iter();
                items.find(|item| item.kind == ItemKind::Mod && plain(&item.name) == name)
            });
            found.extend(item.map(|item| (around, item)));
            at = around;
        }
        found
    }

    /// The bytes of the file that belong to the innermost module.
    fn inside(&self) -> Range<usize> {
        let module = self.module();
        let body = self.items().first().and_then(|(_, item)| item.body);
        match (module.parent, body) {
            (Some(_), Some((open, close))) => {
                let text = self.text();
                text.bytes(open..open + 1).end..text.bytes(close..close + 1).start
            }
            _ => 0..usize::MAX,
        }
    }

    /// Where the lines that declare the module go, and with what around them. `elsewhere`: they say where its file lies.
    pub fn spot(&self, stem: &str, line: String, elsewhere: bool) -> (usize, String) {
        let mut lines = line;
        let folder = if elsewhere { "#[path = \".\"]\n" } else { "" };
        for (depth, name) in self.missing.iter().enumerate().rev() {
            let open = match depth == 0 && self.module().parent.is_none() {
                true => "",
                false => "pub(crate) ",
            };
            lines = format!("{folder}{open}mod {name} {{\n{lines}}}\n");
        }
        let name = self.missing.first().map_or(stem, String::as_str);
        let (at, lines) = self.among_items(name, lines);
        let inside = self.inside();
        (at.clamp(inside.start, inside.end), lines)
    }

    fn among_items(&self, name: &str, lines: String) -> (usize, String) {
        let text = self.text();
        let start = |item: &Item| {
            let first = item
                .attrs
                .first()
                .map_or(item.tokens.start, |attr| attr.tokens.start);
            text.line_start(text.bytes(first..first + 1).start)
        };
        let has = |item: &Item, word: &str| {
            item.attrs
                .iter()
                .any(|attr| text.word(attr.inside.start) == word)
        };
        let items = &self.module().items;
        let modules: Vec<&Item> = items
            .iter()
            .filter(|item| item.kind == ItemKind::Mod && item.body.is_none() && !has(item, "cfg"))
            .collect();
        // Macros of the project's own that shadow the standard library's are seen by what stands below them.
        if let Some(first) = modules.iter().find(|item| has(item, "macro_use")) {
            let first = modules[0].tokens.start.min(first.tokens.start);
            let first = modules.iter().find(|item| item.tokens.start == first);
            return (first.map_or(0, |item| start(item)), format!("{lines}\n"));
        }
        if let Some(next) = modules.iter().find(|item| item.name.as_str() > name) {
            return (start(next), lines);
        }
        if let Some(last) = modules.last() {
            let end = text.bytes(last.tokens.clone()).end;
            return (text.line_end(end), lines);
        }
        let first = items.iter().find(|item| item.kind != ItemKind::ExternCrate);
        match first {
            Some(first) => (start(first), format!("{lines}\n")),
            None => (text.line_end(text.end()), lines),
        }
    }
}
