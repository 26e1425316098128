//! A source tree as a project: where its packages lie, its name and version, what it requires.
//!
//! Read from `pyproject.toml` (PEP 621, poetry, setuptools, hatch), `setup.cfg`, `setup.py` and `PKG-INFO`, in this
//! order, without running any of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ripout_model::{Package, place::read_below};
use toml::{Table, Value};

use super::{distribution, is_test, licence, python_files};

/// What the project's own files say.
#[derive(Debug, Default)]
pub struct Project {
    pyproject: Table,
    setup_cfg: BTreeMap<String, BTreeMap<String, String>>,
    setup_py: String,
    pkg_info: Vec<(String, String)>,
}

impl Project {
    /// Reads what is there; what is broken counts as absent.
    pub fn read(root: &Path) -> Self {
        let text = |name: &str| {
            read_below(root, name)
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .unwrap_or_default()
        };
        Self {
            pyproject: text("pyproject.toml").parse().unwrap_or_default(),
            setup_cfg: ini(&text("setup.cfg")),
            setup_py: text("setup.py"),
            pkg_info: licence::headers(&text("PKG-INFO")),
        }
    }

    fn value(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter()
            .try_fold(self.pyproject.get(*first)?, |value, key| value.get(*key))
    }

    fn string(&self, path: &[&str]) -> Option<String> {
        self.value(path)?.as_str().map(str::to_string)
    }

    fn cfg(&self, section: &str, key: &str) -> Option<&str> {
        self.setup_cfg.get(section)?.get(key).map(String::as_str)
    }

    fn info(&self, key: &str) -> Option<String> {
        self.pkg_info
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.clone())
    }

    /// A keyword argument of `setup(…)` that is a plain string.
    fn setup_argument(&self, key: &str) -> Option<String> {
        let mut rest = self.setup_py.as_str();
        while let Some(at) = rest.find(key) {
            let before = rest[..at].chars().next_back();
            let after = rest[at + key.len()..].trim_start();
            rest = &rest[at + key.len()..];
            if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
                continue;
            }
            if let Some(value) = after.strip_prefix('=') {
                let value = value.trim_start();
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                if let Some(quote) = quote
                    && let Some(end) = value[1..].find(quote)
                {
                    return Some(value[1..1 + end].to_string());
                }
            }
        }
        None
    }

    /// Its name, as the first file that states one does.
    pub fn name(&self) -> Option<String> {
        self.string(&["project", "name"])
            .or_else(|| self.string(&["tool", "poetry", "name"]))
            .or_else(|| self.cfg("metadata", "name").map(str::to_string))
            .or_else(|| self.info("name"))
            .or_else(|| self.setup_argument("name"))
    }

    fn version(&self) -> Option<String> {
        self.string(&["project", "version"])
            .or_else(|| self.string(&["tool", "poetry", "version"]))
            .or_else(|| {
                self.cfg("metadata", "version")
                    .filter(|value| !value.contains(':'))
                    .map(str::to_string)
            })
            .or_else(|| self.info("version"))
            .or_else(|| self.setup_argument("version"))
    }

    /// Its licence, as it is stated.
    pub fn licence(&self) -> Option<String> {
        let table = |key: &str| self.string(&["project", "license", key]);
        let classifiers = |path: &[&str]| {
            let list = self.value(path)?.as_array()?;
            licence::from_classifiers(list.iter().filter_map(Value::as_str))
        };
        self.string(&["project", "license"])
            .or_else(|| table("text").map(|text| short(&text)))
            .or_else(|| self.string(&["tool", "poetry", "license"]))
            .or_else(|| classifiers(&["project", "classifiers"]))
            .or_else(|| self.cfg("metadata", "license").map(short))
            .or_else(|| {
                self.cfg("metadata", "classifiers")
                    .and_then(|list| licence::from_classifiers(list.lines().map(str::trim)))
            })
            .or_else(|| licence::stated(&self.pkg_info))
            .or_else(|| self.setup_argument("license").map(|text| short(&text)))
    }

    /// Folders that may hold import packages, the likeliest first.
    pub fn roots(&self, root: &Path) -> Vec<PathBuf> {
        let mut places: Vec<String> = Vec::new();
        let mut add = |place: &str| {
            let place = place.trim().trim_matches('/').trim_start_matches("./");
            if !place.contains("..") && !places.iter().any(|known| known == place) {
                places.push(place.to_string());
            }
        };
        let list = |path: &[&str]| -> Vec<&Value> {
            self.value(path)
                .and_then(Value::as_array)
                .map(|list| list.iter().collect())
                .unwrap_or_default()
        };
        for place in list(&["tool", "setuptools", "packages", "find", "where"]) {
            add(place.as_str().unwrap_or(""));
        }
        if let Some(place) = self.value(&["tool", "setuptools", "package-dir", ""]) {
            add(place.as_str().unwrap_or(""));
        }
        for package in list(&["tool", "poetry", "packages"]) {
            add(package.get("from").and_then(Value::as_str).unwrap_or(""));
        }
        // hatch and flit name the package's own folder: its parent is the root.
        for package in list(&["tool", "hatch", "build", "targets", "wheel", "packages"]) {
            if let Some((parent, _)) = package.as_str().and_then(|path| path.rsplit_once('/')) {
                add(parent);
            }
        }
        for line in self.cfg("options", "package_dir").unwrap_or("").lines() {
            if let Some((key, value)) = line.split_once('=')
                && key.trim().is_empty()
            {
                add(value);
            }
        }
        if let Some(place) = self.cfg("options.packages.find", "where") {
            add(place);
        }
        for place in ["src", "", "lib", "python", "source"] {
            add(place);
        }
        places
            .into_iter()
            .map(|place| root.join(place))
            .filter(|place| place.is_dir())
            .collect()
    }

    /// The folder in which `import top` finds the project's package.
    pub fn import_root(&self, root: &Path, top: &str) -> Option<PathBuf> {
        let holds = |place: &Path| {
            place.join(top).join("__init__.py").is_file()
                || place.join(format!("{top}.py")).is_file()
        };
        let roots = self.roots(root);
        if let Some(place) = roots.iter().find(|place| holds(place)) {
            return Some(place.clone());
        }
        // A namespace package has no `__init__.py`; a monorepo keeps its packages further down.
        if let Some(place) = roots
            .iter()
            .find(|place| place.join(top).is_dir() && !python_files(&place.join(top)).is_empty())
        {
            return Some(place.clone());
        }
        let mut below: Vec<PathBuf> = python_files(root)
            .iter()
            .filter(|file| !is_test(file) && file.matches('/').count() <= 4)
            .filter_map(|file| {
                let path = file
                    .strip_suffix("/__init__.py")
                    .or_else(|| file.strip_suffix(".py"))?;
                let (parent, last) = path.rsplit_once('/').unwrap_or(("", path));
                (last == top).then(|| root.join(parent))
            })
            .collect();
        below.sort_by_key(|place| (place.components().count(), place.clone()));
        below.into_iter().next()
    }

    /// Packages and modules that the tree offers to `import`.
    pub fn top_names(&self, root: &Path) -> Vec<String> {
        let mut names: Vec<String> = self
            .roots(root)
            .iter()
            .flat_map(|place| std::fs::read_dir(place).into_iter().flatten().flatten())
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                if entry.path().join("__init__.py").is_file() {
                    Some(name)
                } else {
                    let stem = name.strip_suffix(".py")?;
                    (stem != "setup" && stem != "conftest").then(|| stem.to_string())
                }
            })
            .filter(|name| !is_test(name))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The project as a package. `import_root` is where its text is read from.
    pub fn package(&self, root: &Path, import_root: &Path, top: &str) -> Package {
        let licence_files = licence::files(root);
        let files = python_files(import_root)
            .into_iter()
            .filter(|file| !is_test(file))
            .filter(|file| file.starts_with(&format!("{top}/")) || *file == format!("{top}.py"))
            .collect();
        Package {
            name: self.name().unwrap_or_else(|| top.to_string()),
            version: self.version().unwrap_or_default(),
            root: import_root.to_path_buf(),
            licence: self
                .licence()
                .or_else(|| distribution::by_text(root, &licence_files)),
            licence_files,
            licence_root: root.to_path_buf(),
            files,
        }
    }

    /// What the project requires at run time, with the named extras, as requirement lines.
    pub fn requirements(&self, extras: &[String]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let strings = |value: Option<&Value>| -> Vec<String> {
            value
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_string)
                .collect()
        };
        lines.extend(strings(self.value(&["project", "dependencies"])));
        for extra in extras {
            lines.extend(strings(self.value(&[
                "project",
                "optional-dependencies",
                extra,
            ])));
        }
        lines.extend(self.poetry(extras));
        let section = |text: Option<&str>| -> Vec<String> {
            text.unwrap_or("")
                .lines()
                .map(|line| line.split(" #").next().unwrap_or(line).trim().to_string())
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .collect()
        };
        lines.extend(section(self.cfg("options", "install_requires")));
        for extra in extras {
            lines.extend(section(self.cfg("options.extras_require", extra)));
        }
        if lines.is_empty() {
            lines.extend(self.setup_list("install_requires"));
        }
        if lines.is_empty() {
            lines.extend(
                self.pkg_info
                    .iter()
                    .filter(|(name, value)| name == "requires-dist" && !value.contains("extra =="))
                    .map(|(_, value)| value.clone()),
            );
        }
        lines.sort();
        lines.dedup();
        lines
    }

    fn poetry(&self, extras: &[String]) -> Vec<String> {
        let Some(table) = self
            .value(&["tool", "poetry", "dependencies"])
            .and_then(Value::as_table)
        else {
            return Vec::new();
        };
        let wanted: Vec<&str> = extras
            .iter()
            .filter_map(|extra| self.value(&["tool", "poetry", "extras", extra])?.as_array())
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        table
            .iter()
            .filter(|(name, _)| name.as_str() != "python")
            .filter(|(name, value)| {
                let optional = value.get("optional").and_then(Value::as_bool) == Some(true);
                !optional || wanted.contains(&name.as_str())
            })
            .filter_map(|(name, value)| {
                let version = match value {
                    Value::String(version) => version.as_str(),
                    Value::Table(table) => table.get("version")?.as_str()?,
                    _ => return None,
                };
                let marker = value
                    .get("markers")
                    .and_then(Value::as_str)
                    .map(|marker| format!("; {marker}"))
                    .unwrap_or_default();
                Some(format!("{name}{}{marker}", caret(version)))
            })
            .collect()
    }

    /// A list of plain strings given to `setup(…)`.
    fn setup_list(&self, key: &str) -> Vec<String> {
        let Some(at) = self.setup_py.find(key) else {
            return Vec::new();
        };
        let rest = self.setup_py[at + key.len()..].trim_start();
        let Some(list) = rest
            .strip_prefix('=')
            .and_then(|rest| rest.trim_start().strip_prefix('['))
        else {
            return Vec::new();
        };
        let list = &list[..list.find(']').unwrap_or(0)];
        list.split(',')
            .map(|item| item.trim().trim_matches(['"', '\'']).to_string())
            .filter(|item| !item.is_empty() && !item.starts_with('#'))
            .collect()
    }
}

/// Poetry's `^` and `~` as the version ranges that everybody else reads.
fn caret(version: &str) -> String {
    let version = version.trim();
    let parts = |text: &str| -> Vec<u64> {
        text.split('.')
            .map_while(|part| part.parse().ok())
            .collect()
    };
    let below = |numbers: &[u64], at: usize| -> String {
        let mut upper: Vec<String> = numbers[..=at].iter().map(u64::to_string).collect();
        upper[at] = (numbers[at] + 1).to_string();
        upper.join(".")
    };
    if version == "*" || version.is_empty() {
        String::new()
    } else if let Some(base) = version.strip_prefix('^') {
        let numbers = parts(base);
        match numbers.iter().position(|number| *number > 0) {
            Some(at) => format!(">={base},<{}", below(&numbers, at)),
            None => format!(">={base}"),
        }
    } else if let Some(base) = version
        .strip_prefix('~')
        .filter(|base| !base.starts_with('='))
    {
        let numbers = parts(base);
        match numbers.len() {
            0 => String::new(),
            length => format!(">={base},<{}", below(&numbers, length.min(2) - 1)),
        }
    } else if version.starts_with(|letter: char| letter.is_ascii_digit()) {
        format!("=={version}")
    } else {
        version.to_string()
    }
}

fn short(text: &str) -> String {
    if text.len() <= 100 && !text.contains('\n') {
        return text.to_string();
    }
    licence::recognised(text).map_or_else(
        || {
            text.lines()
                .next()
                .unwrap_or("")
                .chars()
                .take(100)
                .collect()
        },
        str::to_string,
    )
}

/// Sections of a configuration file: `key = value`, with values that go on over indented lines.
fn ini(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut sections: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut section = String::new();
    let mut key = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.to_string();
            key.clear();
        } else if line.starts_with([' ', '\t']) && !key.is_empty() {
            if let Some(value) = sections
                .get_mut(&section)
                .and_then(|keys| keys.get_mut(&key))
            {
                value.push('\n');
                value.push_str(trimmed);
            }
        } else if let Some((name, value)) = trimmed.split_once(['=', ':']) {
            key = name.trim().to_string();
            sections
                .entry(section.clone())
                .or_default()
                .insert(key.clone(), value.trim().to_string());
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_and_tildes_become_ranges() {
        assert_eq!(caret("^1.2.3"), ">=1.2.3,<2");
        assert_eq!(caret("^0.2.3"), ">=0.2.3,<0.3");
        assert_eq!(caret("~1.2.3"), ">=1.2.3,<1.3");
        assert_eq!(caret("~=1.2"), "~=1.2");
        assert_eq!(caret("*"), "");
    }

    #[test]
    fn a_src_layout_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("src/thing");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(package.join("__init__.py"), "").unwrap();
        std::fs::write(
            folder.path().join("setup.cfg"),
            "[metadata]\nname = thing\nlicense = MIT\n[options]\ninstall_requires =\n    six>=1 # old\n    attrs\n",
        )
        .unwrap();
        let project = Project::read(folder.path());
        let root = project.import_root(folder.path(), "thing").unwrap();
        assert_eq!(root, folder.path().join("src"));
        assert_eq!(project.requirements(&[]), ["attrs", "six>=1"]);
        let package = project.package(folder.path(), &root, "thing");
        assert_eq!(package.licence.as_deref(), Some("MIT"));
        assert_eq!(package.files, ["thing/__init__.py"]);
    }
}
