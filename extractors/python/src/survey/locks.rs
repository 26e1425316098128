//! What is locked: `uv.lock`, `poetry.lock`, `pdm.lock`, `pylock.toml`, a file of pinned requirements, or what is installed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use ripout_model::Note;

use super::{
    installed::Installed,
    manifests::{Manifests, read_text},
    marker::{Environment, Marker},
    requirement::Requirement,
    tables::{Item, Value},
};

/// Packages with what each needs.
#[derive(Debug, Default)]
pub struct Resolution {
    /// Where it was read: a file's name; empty for what is installed.
    pub file: String,
    /// The packages, sorted by name and version, the project's own aside.
    pub packages: Vec<Package>,
    /// What markers are held against; empty where the lock holds for every environment.
    pub environment: Environment,
}

/// A locked package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// As the lock spells it.
    pub name: String,
    /// The name as comparisons want it.
    pub key: String,
    /// Its version.
    pub version: String,
    /// It comes from the registry.
    pub registry: bool,
    /// What it needs.
    pub needs: Vec<Need>,
    /// It is published for named platforms alone.
    pub native: bool,
}

/// Something that a package needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Whose key, version and extras are meant.
    pub requirement: Requirement,
    /// When.
    pub marker: Marker,
    /// The extra of the package that needs it.
    pub under: Option<String>,
}

impl Need {
    fn new(requirement: Requirement, under: Option<&str>) -> Self {
        Self {
            marker: requirement.condition(),
            requirement,
            under: under.map(|extra| Requirement::named(extra).key),
        }
    }
}

/// Reads the lock file that the project has, the most telling first.
pub fn read(root: &Path, manifests: &Manifests, notes: &mut Vec<Note>) -> Option<Resolution> {
    let own: BTreeSet<String> = manifests
        .members
        .iter()
        .map(|member| Requirement::named(&member.name).key)
        .collect();
    for (file, key, read) in [
        ("uv.lock", "package", uv as fn(&Item) -> Option<Package>),
        ("poetry.lock", "package", poetry),
        ("pdm.lock", "package", pdm),
        ("pylock.toml", "packages", pylock),
    ] {
        let Some(text) = read_text(root, file) else {
            continue;
        };
        let (tables, error) = Item::read(&text);
        if let Some(error) = error {
            notes.push(Note::new("lock_broken", format!("{file}, {error}")));
            continue;
        }
        let packages = tables.items_at(&[key]).iter().filter_map(read);
        return Some(Resolution::of(
            file,
            packages.filter(|one| !own.contains(&one.key)),
        ));
    }
    pinned(manifests)
}

/// What is installed of what is wanted, and what that requires in turn.
pub fn of_installed(manifests: &Manifests, installed: &Installed) -> Resolution {
    let packages = installed.distributions.iter().map(|(key, one)| Package {
        name: one.name.clone(),
        key: key.clone(),
        version: one.version.clone(),
        registry: true,
        needs: one
            .requires
            .iter()
            .filter_map(|text| Some(Need::new(Requirement::read(text)?, None)))
            .collect(),
        native: false,
    });
    let mut resolution = Resolution::of("", packages);
    resolution.environment.clone_from(&installed.environment);
    // Only what can be reached: an environment holds other projects' packages too.
    let edges = resolution.edges(&roots(manifests));
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<usize> = roots(manifests)
        .iter()
        .flat_map(|root| resolution.find(root))
        .collect();
    while let Some(index) = waiting.pop() {
        if reached.insert(index) {
            waiting.extend(&edges[index]);
        }
    }
    let mut index = 0;
    resolution.packages.retain(|_| {
        index += 1;
        reached.contains(&(index - 1))
    });
    resolution
}

/// What the project itself asks for.
pub fn roots(manifests: &Manifests) -> Vec<Requirement> {
    manifests
        .wanted
        .iter()
        .map(|wanted| wanted.requirement.clone())
        .collect()
}

impl Resolution {
    fn of(file: &str, packages: impl Iterator<Item = Package>) -> Self {
        // A package may be listed again for its extras, or for another platform.
        let mut merged: BTreeMap<(String, String), Package> = BTreeMap::new();
        for package in packages {
            let place = (package.key.clone(), package.version.clone());
            match merged.get_mut(&place) {
                Some(known) => {
                    for need in package.needs {
                        if !known.needs.contains(&need) {
                            known.needs.push(need);
                        }
                    }
                }
                None => {
                    merged.insert(place, package);
                }
            }
        }
        Self {
            file: file.to_owned(),
            packages: merged.into_values().collect(),
            environment: Environment::new(),
        }
    }

    /// The packages that a requirement is met by: more than one where the lock holds several versions.
    pub fn find(&self, requirement: &Requirement) -> Vec<usize> {
        let fits: Vec<usize> = (0..self.packages.len())
            .filter(|index| self.packages[*index].key == requirement.key)
            .collect();
        let exact: Vec<usize> = fits
            .iter()
            .copied()
            .filter(|index| requirement.pinned() == Some(self.packages[*index].version.as_str()))
            .collect();
        if exact.is_empty() { fits } else { exact }
    }

    /// The package that a requirement means first: what is installed, else the newest.
    pub fn first(&self, requirement: &Requirement, installed: Option<&str>) -> Option<usize> {
        let fits = self.find(requirement);
        let here = fits
            .iter()
            .find(|index| installed == Some(self.packages[**index].version.as_str()));
        here.copied().or_else(|| {
            fits.into_iter().max_by_key(|index| {
                let version = &self.packages[*index].version;
                let numbers: Vec<u64> = version
                    .split('.')
                    .map_while(|part| part.parse().ok())
                    .collect();
                (numbers, version.clone())
            })
        })
    }

    /// What each package requires, with the extras that somebody asks for.
    pub fn edges(&self, roots: &[Requirement]) -> Vec<BTreeSet<usize>> {
        let mut extras: Vec<BTreeSet<String>> = vec![BTreeSet::new(); self.packages.len()];
        let mut edges = vec![BTreeSet::new(); self.packages.len()];
        for root in roots {
            for index in self.find(root) {
                extras[index].extend(root.extras.iter().cloned());
            }
        }
        // Each round can only add extras, and there is a last one to add.
        loop {
            let mut grown = false;
            for index in 0..self.packages.len() {
                let asked: Vec<String> = extras[index].iter().cloned().collect();
                for need in &self.packages[index].needs {
                    let under = need
                        .under
                        .as_ref()
                        .is_none_or(|extra| asked.contains(extra));
                    if !under || !need.marker.holds(&self.environment, &asked) {
                        continue;
                    }
                    for target in self.find(&need.requirement) {
                        if target != index {
                            edges[index].insert(target);
                        }
                        for extra in &need.requirement.extras {
                            grown |= extras[target].insert(extra.clone());
                        }
                    }
                }
            }
            if !grown {
                return edges;
            }
        }
    }
}

fn start(table: &Item) -> Option<Package> {
    let name = table.text_at(&["name"])?;
    Some(Package {
        name: name.to_owned(),
        key: Requirement::named(name).key,
        version: table.text_at(&["version"]).unwrap_or("").to_owned(),
        registry: true,
        ..Package::default()
    })
}

/// Whether every wheel is for a named platform.
fn only_platforms<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let mut wheels = names.filter(|name| name.ends_with(".whl")).peekable();
    wheels.peek().is_some() && wheels.all(|wheel| !wheel.contains("none-any"))
}

fn extras_of(item: &Item, key: &str) -> Vec<String> {
    let names = item.items_at(&[key]).iter().filter_map(Item::text);
    names.map(|name| Requirement::named(name).key).collect()
}

fn uv(table: &Item) -> Option<Package> {
    let mut package = start(table)?;
    let source = table.entries_at(&["source"]);
    if source
        .iter()
        .any(|entry| matches!(entry.key.as_str(), "editable" | "virtual" | "directory"))
    {
        // The project itself, or a folder beside it.
        package.registry = false;
        if source.iter().any(|entry| entry.item.text() == Some(".")) {
            return None;
        }
    }
    package.registry &= source.iter().any(|entry| entry.key == "registry");
    let need = |item: &Item, under: Option<&str>| -> Option<Need> {
        let mut requirement = Requirement::named(item.text_at(&["name"])?);
        if let Some(version) = item.text_at(&["version"]) {
            requirement.version = format!("=={version}");
        }
        requirement.extras = extras_of(item, "extra");
        requirement.marker = item.text_at(&["marker"]).map(str::to_owned);
        Some(Need::new(requirement, under))
    };
    for item in table.items_at(&["dependencies"]) {
        package.needs.extend(need(item, None));
    }
    for extra in table.entries_at(&["optional-dependencies"]) {
        for item in extra.item.items() {
            package.needs.extend(need(item, Some(&extra.key)));
        }
    }
    let wheels = table.items_at(&["wheels"]).iter();
    package.native = only_platforms(
        wheels.filter_map(|wheel| wheel.text_at(&["url"]).or_else(|| wheel.text_at(&["path"]))),
    );
    Some(package)
}

fn poetry(table: &Item) -> Option<Package> {
    let mut package = start(table)?;
    package.registry = table
        .text_at(&["source", "type"])
        .is_none_or(|kind| kind == "legacy");
    let extras = table.entries_at(&["extras"]);
    for entry in table.entries_at(&["dependencies"]) {
        let forms = match &entry.item.value {
            Value::List(forms) => forms.as_slice(),
            _ => std::slice::from_ref(&entry.item),
        };
        for form in forms {
            let mut requirement = Requirement::named(&entry.key);
            requirement.extras = extras_of(form, "extras");
            requirement.marker = form.text_at(&["markers"]).map(str::to_owned);
            let optional =
                form.get("optional").map(|item| &item.value) == Some(&Value::Truth(true));
            let naming = extras.iter().filter(|extra| {
                let mut texts = extra.item.items().iter().filter_map(Item::text);
                texts.any(|text| {
                    Requirement::read(text).is_some_and(|one| one.key == requirement.key)
                })
            });
            let naming: Vec<&str> = naming.map(|extra| extra.key.as_str()).collect();
            if optional && !naming.is_empty() {
                for extra in naming {
                    package
                        .needs
                        .push(Need::new(requirement.clone(), Some(extra)));
                }
            } else {
                package.needs.push(Need::new(requirement, None));
            }
        }
    }
    let files = table.items_at(&["files"]).iter();
    package.native = only_platforms(files.filter_map(|file| file.text_at(&["file"])));
    Some(package)
}

fn pdm(table: &Item) -> Option<Package> {
    let mut package = start(table)?;
    package.registry = ["git", "path", "url"]
        .iter()
        .all(|key| table.get(key).is_none());
    let extras = extras_of(table, "extras");
    for text in table
        .items_at(&["dependencies"])
        .iter()
        .filter_map(Item::text)
    {
        let Some(requirement) = Requirement::read(text) else {
            continue;
        };
        if extras.is_empty() {
            package.needs.push(Need::new(requirement, None));
        } else if requirement.key != package.key {
            for extra in &extras {
                package
                    .needs
                    .push(Need::new(requirement.clone(), Some(extra)));
            }
        }
    }
    let files = table.items_at(&["files"]).iter();
    package.native = only_platforms(files.filter_map(|file| file.text_at(&["file"])));
    Some(package)
}

fn pylock(table: &Item) -> Option<Package> {
    let mut package = start(table)?;
    if table.text_at(&["directory", "path"]) == Some(".") {
        return None;
    }
    package.registry = ["vcs", "directory", "archive"]
        .iter()
        .all(|key| table.get(key).is_none());
    for item in table.items_at(&["dependencies"]) {
        if let Some(name) = item.text_at(&["name"]) {
            let mut requirement = Requirement::named(name);
            if let Some(version) = item.text_at(&["version"]) {
                requirement.version = format!("=={version}");
            }
            package.needs.push(Need::new(requirement, None));
        }
    }
    let wheels = table.items_at(&["wheels"]).iter();
    package.native = only_platforms(wheels.filter_map(|wheel| {
        ["name", "url", "path"]
            .iter()
            .find_map(|key| wheel.text_at(&[key]))
    }));
    Some(package)
}

/// A file of requirements in which everything has an exact version, and more than what is declared or all of it.
fn pinned(manifests: &Manifests) -> Option<Resolution> {
    let wanted: BTreeSet<&str> = manifests
        .wanted
        .iter()
        .filter(|wanted| wanted.declared.kind == ripout_model::DependencyKind::Normal)
        .map(|wanted| wanted.requirement.key.as_str())
        .collect();
    let pins: BTreeSet<&str> = manifests
        .pins
        .iter()
        .map(|pin| pin.requirement.key.as_str())
        .collect();
    let whole = manifests.pins.iter().any(|pin| !pin.via.is_empty()) || pins.len() > wanted.len();
    if pins.is_empty() || !whole || !wanted.iter().all(|key| pins.contains(key)) {
        return None;
    }
    let mut packages: Vec<Package> = manifests
        .pins
        .iter()
        .map(|pin| Package {
            name: pin.requirement.name.clone(),
            key: pin.requirement.key.clone(),
            version: pin.requirement.pinned().unwrap_or("").to_owned(),
            registry: true,
            ..Package::default()
        })
        .collect();
    for pin in &manifests.pins {
        for via in pin.via.iter().filter_map(|via| Requirement::read(via)) {
            for package in packages.iter_mut().filter(|package| package.key == via.key) {
                package.needs.push(Need::new(pin.requirement.clone(), None));
            }
        }
    }
    Some(Resolution::of("requirements.txt", packages.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(file: &str, text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temp folder");
        let project = "[project]\nname = \"pkg\"\ndependencies = [\"a[fast]\"]\n";
        std::fs::write(folder.path().join("pyproject.toml"), project).expect("a file");
        std::fs::write(folder.path().join(file), text).expect("a file");
        let manifests = super::super::manifests::read(folder.path()).expect("a project");
        let mut notes = Vec::new();
        let resolution = read(folder.path(), &manifests, &mut notes).expect("a lock");
        assert_eq!(notes, []);
        let edges = resolution.edges(&roots(&manifests));
        let name = |index: &usize| resolution.packages[*index].key.clone();
        edges
            .iter()
            .enumerate()
            .map(|(index, edges)| {
                let package = &resolution.packages[index];
                let below: Vec<String> = edges.iter().map(name).collect();
                let native = if package.native { " native" } else { "" };
                format!(
                    "{} {}{native}: {}",
                    package.key,
                    package.version,
                    below.join(" ")
                )
            })
            .collect()
    }

    #[test]
    fn uv_tells_extras_and_platforms() {
        let text = "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"r\" }\ndependencies = [{ name = \"b\", marker = \"sys_platform == 'win32'\" }]\nwheels = [{ url = \"x/a-1-py3-none-any.whl\" }]\n[package.optional-dependencies]\nfast = [{ name = \"c\" }]\nslow = [{ name = \"d\" }]\n[[package]]\nname = \"b\"\nversion = \"2\"\nsource = { registry = \"r\" }\n[[package]]\nname = \"c\"\nversion = \"3\"\nsource = { registry = \"r\" }\nwheels = [{ url = \"x/c-3-cp312-cp312-linux_x86_64.whl\" }]\n[[package]]\nname = \"d\"\nversion = \"4\"\nsource = { registry = \"r\" }\n[[package]]\nname = \"pkg\"\nversion = \"0\"\nsource = { editable = \".\" }\ndependencies = [{ name = \"a\", extra = [\"fast\"] }]\n";
        assert_eq!(
            resolved("uv.lock", text),
            ["a 1: b c", "b 2: ", "c 3 native: ", "d 4: "]
        );
    }

    #[test]
    fn poetry_and_pdm_tell_extras() {
        let poetry = "[[package]]\nname = \"A\"\nversion = \"1\"\nfiles = [{file = \"a-1.tar.gz\"}]\n[package.dependencies]\nb = \">=1\"\nc = {version = \"*\", optional = true, markers = \"extra == 'fast'\"}\nd = {version = \"*\", optional = true}\n[package.extras]\nfast = [\"c\"]\nslow = [\"d (>1)\"]\n[[package]]\nname = \"b\"\nversion = \"2\"\n[[package]]\nname = \"c\"\nversion = \"3\"\n[[package]]\nname = \"d\"\nversion = \"4\"\n";
        assert_eq!(
            resolved("poetry.lock", poetry),
            ["a 1: b c", "b 2: ", "c 3: ", "d 4: "]
        );
        let pdm = "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"b>=1\"]\n[[package]]\nname = \"a\"\nversion = \"1\"\nextras = [\"fast\"]\ndependencies = [\"a==1\", \"c\"]\n[[package]]\nname = \"b\"\nversion = \"2\"\n[[package]]\nname = \"c\"\nversion = \"3\"\n";
        assert_eq!(resolved("pdm.lock", pdm), ["a 1: b c", "b 2: ", "c 3: "]);
    }

    #[test]
    fn pins_with_remarks_tell_who_requires_what() {
        let text = "a==1\n    # via pkg (pyproject.toml)\nb==2\n    # via\n    #   a\n    #   c\nc==3 # via a\n";
        assert_eq!(
            resolved("requirements.txt", text),
            ["a 1: b c", "b 2: ", "c 3: b"]
        );
    }
}
