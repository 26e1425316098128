//! `pyproject.toml`: the standard tables, and those of Poetry, PDM, Hatch, uv and Flit.

use std::path::Path;

use super::{
    super::{
        requirement::Requirement,
        tables::{Item, Value},
    },
    Purpose, Reader,
};

const FILE: &str = "pyproject.toml";

/// Folders of the members of a workspace, with a slash at the end, sorted.
pub fn members(root: &Path, pyproject: &Item) -> Vec<String> {
    let patterns = pyproject.items_at(&["tool", "uv", "workspace", "members"]);
    let excluded: Vec<&str> = pyproject
        .items_at(&["tool", "uv", "workspace", "exclude"])
        .iter()
        .filter_map(Item::text)
        .collect();
    let mut found = Vec::new();
    for pattern in patterns.iter().filter_map(Item::text) {
        let pattern = pattern.trim_matches('/');
        let (parent, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        let Some((before, after)) = last.split_once('*') else {
            found.push(format!("{pattern}/"));
            continue;
        };
        for entry in std::fs::read_dir(root.join(parent))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(before) && name.ends_with(after) && entry.path().is_dir() {
                let below = if parent.is_empty() {
                    name
                } else {
                    format!("{parent}/{name}")
                };
                found.push(format!("{below}/"));
            }
        }
    }
    found.retain(|folder| {
        !folder.contains("..")
            && !excluded.contains(&folder.trim_end_matches('/'))
            && root.join(folder).join(FILE).is_file()
    });
    found.sort();
    found.dedup();
    found
}

impl Reader<'_> {
    /// Reads the file, where there is one.
    pub(super) fn pyproject(&mut self) {
        let Some(text) = self.text(FILE) else { return };
        let (file, error) = Item::read(&text);
        if let Some(error) = error {
            let path = self.path(FILE);
            let note = ripout_model::Note::new("manifest_broken", format!("{path}, {error}"));
            self.into.notes.push(note);
        }
        if file.get("project").is_some()
            || file.get("build-system").is_some()
            || file.get("dependency-groups").is_some()
            || ["poetry", "pdm", "flit", "hatch"]
                .iter()
                .any(|tool| file.at(&["tool", tool]).is_some())
        {
            self.has_manifest(FILE);
        }
        self.list(file.items_at(&["project", "dependencies"]), Purpose::NORMAL);
        for extra in file.entries_at(&["project", "optional-dependencies"]) {
            self.list(extra.item.items(), Purpose::extra(&extra.key));
        }
        for group in file.entries_at(&["dependency-groups"]) {
            self.list(group.item.items(), Purpose::group(&group.key));
        }
        self.list(file.items_at(&["build-system", "requires"]), Purpose::BUILD);
        self.list(
            file.items_at(&["tool", "uv", "dev-dependencies"]),
            Purpose::DEV,
        );
        for group in file.entries_at(&["tool", "pdm", "dev-dependencies"]) {
            self.list(group.item.items(), Purpose::group(&group.key));
        }
        self.hatch(&file);
        self.poetry(&file);
        self.flit(&file);
        self.computed(&file);
        self.strings(&file, &mut Vec::new());
    }

    fn list(&mut self, items: &[Item], purpose: Purpose) {
        for item in items {
            match &item.value {
                Value::Text(text) if text.trim_start().starts_with("-e ") => {}
                Value::Text(text) => self.want(text, FILE, item.line, purpose),
                // `{include-group = "…"}`: what it includes is declared where it stands.
                _ => {}
            }
        }
    }

    fn hatch(&mut self, file: &Item) {
        for environment in file.entries_at(&["tool", "hatch", "envs"]) {
            for key in ["dependencies", "extra-dependencies"] {
                let items = environment.item.items_at(&[key]);
                self.list(items, Purpose::group(&environment.key));
            }
        }
        for hook in file.entries_at(&["tool", "hatch", "build", "hooks"]) {
            self.list(hook.item.items_at(&["dependencies"]), Purpose::BUILD);
        }
    }

    fn flit(&mut self, file: &Item) {
        let metadata = ["tool", "flit", "metadata"];
        let Some(metadata) = file.at(&metadata) else {
            return;
        };
        self.list(metadata.items_at(&["requires"]), Purpose::NORMAL);
        self.list(metadata.items_at(&["dev-requires"]), Purpose::DEV);
        for extra in metadata.entries_at(&["requires-extra"]) {
            self.list(extra.item.items(), Purpose::extra(&extra.key));
        }
    }

    fn poetry(&mut self, file: &Item) {
        let Some(poetry) = file.at(&["tool", "poetry"]) else {
            return;
        };
        let extras_of = |name: &str| -> Vec<String> {
            let key = Requirement::named(name).key;
            poetry
                .entries_at(&["extras"])
                .iter()
                .filter(|extra| {
                    let mut names = extra.item.items().iter().filter_map(Item::text);
                    names.any(|name| Requirement::named(name).key == key)
                })
                .map(|extra| extra.key.clone())
                .collect()
        };
        // What the standard table lists already is only given its source here.
        let standard = file.at(&["project", "dependencies"]).is_some();
        for entry in poetry.entries_at(&["dependencies"]) {
            if entry.key == "python" || standard {
                continue;
            }
            let extras = extras_of(&entry.key);
            let from = self.into.wanted.len();
            self.poetry_entry(&entry.key, entry.line, &entry.item, Purpose::NORMAL);
            for wanted in &mut self.into.wanted[from..] {
                wanted.declared.features.clone_from(&extras);
            }
        }
        for entry in poetry.entries_at(&["dev-dependencies"]) {
            self.poetry_entry(&entry.key, entry.line, &entry.item, Purpose::DEV);
        }
        for group in poetry.entries_at(&["group"]) {
            for entry in group.item.entries_at(&["dependencies"]) {
                let purpose = Purpose::group(&group.key);
                self.poetry_entry(&entry.key, entry.line, &entry.item, purpose);
            }
        }
    }

    fn poetry_entry(&mut self, name: &str, line: u32, item: &Item, purpose: Purpose) {
        if let Value::List(forms) = &item.value {
            for form in forms {
                self.poetry_entry(name, form.line, form, purpose);
            }
            return;
        }
        let mut requirement = Requirement::named(name);
        let version = item.text().or_else(|| item.text_at(&["version"]));
        requirement.version = version.unwrap_or("").trim_start_matches('*').to_owned();
        requirement.extras = item
            .items_at(&["extras"])
            .iter()
            .filter_map(Item::text)
            .map(|extra| Requirement::named(extra).key)
            .collect();
        let mut conditions: Vec<String> = Vec::new();
        if let Some(python) = item.text_at(&["python"]) {
            conditions.push(format!("python {python}"));
        }
        if let Some(platform) = item.text_at(&["platform"]) {
            conditions.push(format!("sys_platform == '{platform}'"));
        }
        conditions.extend(item.text_at(&["markers"]).map(str::to_owned));
        requirement.marker = (!conditions.is_empty()).then(|| conditions.join(" and "));
        let optional = item.get("optional").map(|item| &item.value) == Some(&Value::Truth(true));
        let purpose = Purpose {
            optional: optional || purpose.optional,
            ..purpose
        };
        self.push(requirement, FILE, line, purpose);
    }

    /// Lists that a backend computes: those that come from files are read there.
    fn computed(&mut self, file: &Item) {
        let dynamic = file.items_at(&["project", "dynamic"]);
        for item in dynamic {
            let Some(field @ ("dependencies" | "optional-dependencies")) = item.text() else {
                continue;
            };
            let source = file.at(&["tool", "setuptools", "dynamic", field]);
            let read = match (source, field) {
                (Some(source), "dependencies") => self.listed_in(source, Purpose::NORMAL),
                (Some(source), _) => {
                    let mut read = true;
                    for extra in source.entries() {
                        read &= self.listed_in(&extra.item, Purpose::extra(&extra.key));
                    }
                    read
                }
                (None, _) => false,
            };
            let elsewhere = ["setup.py", "setup.cfg"]
                .iter()
                .any(|file| self.text(file).is_some());
            if !read && !elsewhere {
                let text = format!("`{field}` is computed when the project is built");
                self.note("computed", FILE, item.line, &text);
            }
        }
    }

    fn listed_in(&mut self, source: &Item, purpose: Purpose) -> bool {
        let Some(files) = source.get("file") else {
            return false;
        };
        let one = files.text().into_iter();
        let names: Vec<&str> = one
            .chain(files.items().iter().filter_map(Item::text))
            .collect();
        for name in &names {
            self.requirement_file(name, purpose);
        }
        !names.is_empty()
    }

    /// Strings that are no declarations, and the names of tools.
    fn strings(&mut self, item: &Item, path: &mut Vec<String>) {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        if is_declaration(&words) {
            return;
        }
        match &item.value {
            Value::Text(text) => self.mention(FILE, item.line, text, false),
            Value::List(items) => {
                for item in items {
                    self.strings(item, path);
                }
            }
            Value::Table(entries) => {
                let tools = words == ["tool"];
                for entry in entries {
                    if tools {
                        self.mention(FILE, entry.line, &entry.key, true);
                    }
                    path.push(entry.key.clone());
                    self.strings(&entry.item, path);
                    path.pop();
                }
            }
            Value::Truth(_) | Value::Other => {}
        }
    }
}

/// Whether a path of keys leads to lists of dependencies, or to words about the project.
fn is_declaration(path: &[&str]) -> bool {
    let last = path.last().copied().unwrap_or("");
    matches!(
        path,
        [
            "project",
            "dependencies"
                | "optional-dependencies"
                | "keywords"
                | "classifiers"
                | "name"
                | "description"
                | "authors"
                | "maintainers"
                | "urls"
                | "dynamic",
            ..
        ] | ["dependency-groups", ..]
            | ["build-system", "requires"]
            | [
                "tool",
                "poetry",
                "extras" | "keywords" | "classifiers" | "name" | "description",
                ..
            ]
            | ["tool", "uv", "sources", ..]
    ) || (path.first() == Some(&"tool")
        && (last.ends_with("dependencies") || path.contains(&"dev-dependencies")))
}
