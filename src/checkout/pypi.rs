//! Published distributions: the wheel for the chosen interpreter, what it requires, and its source distribution.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use ripout_model::{Companion, Failure, Host, Source, SourceKind, Stop, Tree};
use serde::{Deserialize, Serialize};

use super::{
    Wanted,
    cache::{Cache, failed, hash_file},
    near,
    pip::{Interpreter, Pip, end_of, last_words, without_wheel},
    unpack::{self, Bounds},
};

/// A distribution in the cache.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Distribution {
    name: String,
    version: String,
    licence: Option<String>,
    tree: String,
}

/// What a wish for a distribution came to.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    main: Distribution,
    documents: Option<String>,
    companions: Vec<Distribution>,
}

/// Source distributions that are built, in one checkout: more are a loop.
const BUILDS: usize = 20;

/// Gets a distribution.
pub(super) fn checkout(
    name: &str,
    version: Option<&str>,
    wanted: &Wanted,
    cache: &Cache,
    host: &dyn Host,
) -> Result<Tree, Stop> {
    let interpreter = Interpreter::find(wanted.python.as_deref())?;
    let extras: BTreeSet<&str> = wanted.extras.iter().map(String::as_str).collect();
    let extras: Vec<&str> = extras.into_iter().collect();
    let extras = extras.join(",");
    let normal = normalized(name);
    let wish = |version| ["pypi", &normal, version, &extras, &interpreter.key];
    if (version.is_some() || wanted.offline)
        && let Some(found) = cache.recall::<Found>(&wish(version.unwrap_or("")))
        && let Some(tree) = found.tree(cache)
    {
        return Ok(tree);
    }
    let spelled = version.map_or(name.to_owned(), |version| format!("{name} {version}"));
    if wanted.offline {
        let text = format!("{spelled} is not in the cache for this interpreter");
        return Err(Failure::new("offline", text)
            .help("run once without --offline")
            .into());
    }
    let extras_part = if extras.is_empty() {
        String::new()
    } else {
        format!("[{extras}]")
    };
    let versioned = version.map_or(String::new(), |version| format!("=={version}"));
    let requirement = format!("{name}{extras_part}{versioned}");
    requirement_line(&requirement)?;

    host.say(&format!("fetch {spelled}"), 0, None);
    let gathering = Gathering::begin(&interpreter, cache, host)?;
    let bare = format!("{name}{versioned}");
    let pinned = version.is_some();
    // The wheels and the source distribution come from different questions to the index: both are asked at once.
    let (distributions, documents) = std::thread::scope(|scope| {
        let early = pinned.then(|| scope.spawn(|| gathering.documents(&bare)));
        let distributions = gathering.distributions(std::slice::from_ref(&requirement));
        let early = early.map(|it| it.join().unwrap_or(Ok(None)));
        (distributions, early)
    });
    let mut companions = distributions?;
    let main = companions
        .iter()
        .position(|it| normalized(&it.name) == normal)
        .ok_or_else(|| Failure::new("checkout", format!("pip found no wheel of {spelled}")))?;
    let main = companions.remove(main);
    let documents = documents
        .unwrap_or_else(|| gathering.documents(&format!("{name}=={}", main.version)))
        .or_else(|stop| match stop {
            // Tests and docs make for better evidence, but there are distributions that have none.
            Stop::Failed(failure) => {
                host.warn(&format!("no source distribution of {spelled}: {failure}"));
                Ok(None)
            }
            stop => Err(stop),
        })?;
    let found = Found {
        main,
        documents,
        companions,
    };
    cache.remember(&wish(&found.main.version), &found);
    cache.remember(&wish(version.unwrap_or("")), &found);
    let missing = || Failure::new("cache", format!("{spelled} vanished from the cache")).into();
    found.tree(cache).ok_or_else(missing)
}

/// Gets what requirement lines ask for, with all that those require. What they came to once is kept until the cache is
/// cleaned, so that a second run sees the same text.
pub(super) fn companions(
    requirements: &[String],
    wanted: &Wanted,
    cache: &Cache,
    host: &dyn Host,
) -> Result<Vec<Companion>, Stop> {
    let interpreter = Interpreter::find(wanted.python.as_deref())?;
    let mut lines: Vec<String> = requirements
        .iter()
        .map(|line| line.trim().to_owned())
        .collect();
    lines.sort();
    lines.dedup();
    for line in &lines {
        requirement_line(line)?;
    }
    let mut wish = vec!["requirements", &interpreter.key];
    wish.extend(lines.iter().map(String::as_str));
    if let Some(found) = cache.recall::<Vec<Distribution>>(&wish)
        && let Some(companions) = unpacked(&found, cache)
    {
        return Ok(companions);
    }
    if wanted.offline {
        let text = format!(
            "not in the cache for this interpreter: {}",
            lines.join(", ")
        );
        return Err(Failure::new("offline", text)
            .help("run once without --offline")
            .into());
    }
    host.say("fetch what it requires", 0, None);
    let found = Gathering::begin(&interpreter, cache, host)?.distributions(&lines)?;
    cache.remember(&wish, &found);
    Ok(unpacked(&found, cache).unwrap_or_default())
}

fn unpacked(found: &[Distribution], cache: &Cache) -> Option<Vec<Companion>> {
    let companion = |it: &Distribution| {
        Some(Companion {
            name: it.name.clone(),
            version: it.version.clone(),
            root: cache.tree(&it.tree)?,
        })
    };
    found.iter().map(companion).collect()
}

impl Found {
    /// The tree, if all of it is still in the cache.
    fn tree(&self, cache: &Cache) -> Option<Tree> {
        let documents = match &self.documents {
            Some(key) => Some(cache.tree(key)?),
            None => None,
        };
        Some(Tree {
            root: cache.tree(&self.main.tree)?,
            source: Source {
                kind: SourceKind::Pypi,
                name: self.main.name.clone(),
                version: Some(self.main.version.clone()),
                rev: None,
                licence: self.main.licence.clone(),
            },
            documents,
            companions: unpacked(&self.companions, cache)?,
        })
    }
}

/// Distributions on their way into the cache.
struct Gathering<'a> {
    pip: Pip<'a>,
    cache: &'a Cache,
    folder: Box<dyn ripout_model::Folder>,
}

impl<'a> Gathering<'a> {
    fn begin(
        interpreter: &Interpreter,
        cache: &'a Cache,
        host: &'a dyn Host,
    ) -> Result<Self, Stop> {
        Ok(Self {
            pip: Pip {
                python: interpreter.settle(host)?,
                host,
            },
            cache,
            folder: host.folder("pypi")?,
        })
    }

    fn sub(&self, name: &str) -> Result<PathBuf, Stop> {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path).map_err(|error| failed(&path, &error))?;
        Ok(path)
    }

    /// Downloads and unpacks; what has no wheel is built.
    fn distributions(&self, requirements: &[String]) -> Result<Vec<Distribution>, Stop> {
        let built = self.sub("built")?;
        let mut tried = BTreeSet::new();
        for round in 0..BUILDS {
            let wheels = self.sub(&format!("wheels-{round}"))?;
            let more = (!tried.is_empty()).then_some(built.as_path());
            let answer = self
                .pip
                .download(requirements, &wheels, more, self.folder.path())?;
            if answer.ok() {
                let mut found = BTreeMap::new();
                for wheel in files(&wheels, ".whl") {
                    let distribution = self.unpack(&wheel)?;
                    found.insert(normalized(&distribution.name), distribution);
                }
                return Ok(found.into_values().collect());
            }
            let failure = self.pip.explain(&requirements.join(", "), &answer);
            let missing = without_wheel(&answer).filter(|_| failure.code == "checkout");
            match missing {
                Some(missing) if tried.insert(missing.clone()) => {
                    self.build(&missing, &built, round)?
                }
                _ => return Err(failure.into()),
            }
        }
        Err(Failure::new(
            "checkout",
            format!("{}: too much has no wheel", requirements.join(", ")),
        )
        .into())
    }

    fn unpack(&self, wheel: &Path) -> Result<Distribution, Stop> {
        let key = format!(
            "wheel-{}",
            hash_file(wheel).map_err(|error| failed(wheel, &error))?
        );
        let tree = self.cache.tree_or(&key, |into| {
            let left_out = unpack::wheel(wheel, into, Bounds::default())?;
            self.tell_links(wheel, &left_out);
            Ok(())
        })?;
        let headers = metadata(&tree).unwrap_or_default();
        let stem = wheel
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut parts = stem.split('-').map(str::to_owned);
        let (name, version) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        Ok(Distribution {
            name: headers.one("name").unwrap_or(name),
            version: headers.one("version").unwrap_or(version),
            licence: headers.licence(),
            tree: key,
        })
    }

    /// The source distribution of a version, unpacked.
    fn documents(&self, requirement: &str) -> Result<Option<String>, Stop> {
        let into = self.sub("source")?;
        let sources = self.pip.source(requirement, &into, self.folder.path())?;
        sources
            .file
            .map(|file| self.unpack_source(&file))
            .transpose()
    }

    fn unpack_source(&self, file: &Path) -> Result<String, Stop> {
        let key = format!(
            "sdist-{}",
            hash_file(file).map_err(|error| failed(file, &error))?
        );
        self.cache.tree_or(&key, |into| {
            let left_out = unpack::source(file, into, Bounds::default())?;
            self.tell_links(file, &left_out);
            Ok(())
        })?;
        Ok(key)
    }

    fn tell_links(&self, archive: &Path, left_out: &[String]) {
        if !left_out.is_empty() {
            let name = archive.file_name().unwrap_or_default().to_string_lossy();
            self.pip.host.warn(&format!(
                "{name}: links and devices left out: {}",
                left_out.join(", ")
            ));
        }
    }

    /// Builds what has no wheel from its source distribution, in the sandbox, without the network.
    fn build(&self, requirement: &str, built: &Path, round: usize) -> Result<(), Stop> {
        let host = self.pip.host;
        let sources = self.sub(&format!("sources-{round}"))?;
        let found = self.pip.source(requirement, &sources, self.folder.path())?;
        let Some(file) = found.file else {
            return Err(not_there(requirement, &found.versions).into());
        };
        host.say(
            &format!("build {requirement} from its source distribution"),
            0,
            None,
        );
        let key = self.unpack_source(&file)?;
        let tree = self.cache.tree(&key).unwrap_or_default();
        let mut tools = build_requirements(&tree)?;
        // Older build tools ask for these while they are at it.
        tools.extend(["setuptools".to_owned(), "wheel".to_owned()]);
        let shelf = self.sub(&format!("tools-{round}"))?;
        let answer = self
            .pip
            .download(&tools, &shelf, None, self.folder.path())?;
        if !answer.ok() {
            return Err(self.pip.explain(&tools.join(", "), &answer).into());
        }
        // A build writes into its tree, so it gets a copy: unpacked once more, in a folder of its own.
        let work = host.folder("build")?;
        let copy = work.path().join("source");
        fs::create_dir_all(&copy).map_err(|error| failed(&copy, &error))?;
        unpack::source(&file, &copy, Bounds::default())?;
        let out = work.path().join("out");
        let answer = self.pip.build(&copy, &shelf, &out, work.path())?;
        let wheel = files(&out, ".whl").into_iter().next();
        let (true, Some(wheel)) = (answer.ok(), wheel) else {
            let text = format!(
                "{requirement} has no wheel for this interpreter, and its build failed: {}\n{}",
                last_words(&answer),
                end_of(&answer)
            );
            return Err(Failure::new("build_failed", text)
                .help("try another version, or another interpreter with --python")
                .into());
        };
        let target = built.join(wheel.file_name().unwrap_or_default());
        let name = Path::new("out").join(wheel.file_name().unwrap_or_default());
        let bytes = work.read(&name.to_string_lossy())?;
        fs::write(&target, bytes).map_err(|error| failed(&target, &error))?;
        Ok(())
    }
}

/// Nothing fits: is it the name, the version, or what there is of it?
fn not_there(requirement: &str, versions: &[String]) -> Failure {
    let end = requirement.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    let (name, rest) = requirement.split_at(end.unwrap_or(requirement.len()));
    if versions.is_empty() {
        return Failure::new(
            "package_not_found",
            format!("the index has no distribution {name}"),
        )
        .help("check the spelling: the index can't be asked for near names");
    }
    let version = rest.rsplit_once("==").map_or("", |(_, version)| version);
    if versions.iter().any(|it| it == version) {
        let text = format!(
            "{name} {version} has neither a wheel for this interpreter nor a source distribution"
        );
        return Failure::new("version_not_found", text)
            .help("name another interpreter with --python, or another version");
    }
    let names: Vec<&str> = versions.iter().map(String::as_str).collect();
    let mut close = near(version, &names);
    close.extend(
        names
            .iter()
            .take(5)
            .filter(|name| !close.contains(name))
            .copied()
            .collect::<Vec<_>>(),
    );
    close.truncate(5);
    let text = format!(
        "the index has nothing of {name} that fits {}",
        if rest.is_empty() {
            "this interpreter"
        } else {
            rest
        }
    );
    Failure::new("version_not_found", text).help(format!("there are {}", close.join(", ")))
}

/// Fails on a line that would make pip do something else than look in its index: an option, a path, an address.
fn requirement_line(line: &str) -> Result<(), Failure> {
    let good = line.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !line.contains(['@', '/', '\\', '\n', '\0']);
    if good {
        return Ok(());
    }
    Err(Failure::new(
        "bad_requirement",
        format!("`{line}` is no requirement that an index can answer"),
    )
    .help("paths, addresses and options are not followed: they would run code while fetching"))
}

/// What a source distribution needs to be built.
fn build_requirements(tree: &Path) -> Result<Vec<String>, Failure> {
    let manifest = fs::read_to_string(tree.join("pyproject.toml")).ok();
    let manifest: Option<toml::Table> = manifest.and_then(|text| text.parse().ok());
    let requires = manifest
        .as_ref()
        .and_then(|it| it.get("build-system")?.get("requires")?.as_array());
    let mut lines = Vec::new();
    for line in requires.into_iter().flatten().filter_map(|it| it.as_str()) {
        requirement_line(line)?;
        lines.push(line.to_owned());
    }
    Ok(lines)
}

/// The headers of a wheel's metadata.
#[derive(Default)]
struct Headers(Vec<(String, String)>);

impl Headers {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(it, _)| it.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn one(&self, name: &str) -> Option<String> {
        self.all(name)
            .next()
            .filter(|it| !it.is_empty() && *it != "UNKNOWN")
            .map(str::to_owned)
    }

    /// As the package spells it: the expression, the word, or else the classifiers. Some put the whole text into the
    /// header, which is no name.
    fn licence(&self) -> Option<String> {
        let word = self.one("license").filter(|it| it.len() < 100);
        self.one("license-expression").or(word).or_else(|| {
            let classes: Vec<&str> = self
                .all("classifier")
                .filter_map(|it| it.strip_prefix("License :: "))
                .filter_map(|it| it.rsplit(" :: ").next())
                .collect();
            (!classes.is_empty()).then(|| classes.join("; "))
        })
    }
}

fn metadata(tree: &Path) -> Option<Headers> {
    let info = files(tree, ".dist-info").into_iter().next()?;
    let bytes = fs::read(info.join("METADATA")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().take_while(|line| !line.is_empty());
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    };
    Some(Headers(
        lines
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(header)
            .collect(),
    ))
}

/// What lies in a folder and ends so, sorted.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    found.sort();
    found
}

/// A name as indexes compare it.
fn normalized(name: &str) -> String {
    let words: Vec<&str> = name
        .split(['-', '_', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_requirements_reach_pip() {
        for good in [
            "a",
            "a[b,c]>=1,<2; python_version < '3.9'",
            "zope.interface==5.0",
        ] {
            requirement_line(good).unwrap();
        }
        for bad in [
            "-r x",
            "--index-url=http://x",
            "./a",
            "a @ git+https://x/y",
            "/a",
            "a\n-r b",
            "",
            "../a",
        ] {
            assert_eq!(
                requirement_line(bad).unwrap_err().code,
                "bad_requirement",
                "{bad}"
            );
        }
    }

    #[test]
    fn names_are_compared_as_indexes_do() {
        assert_eq!(normalized("Zope._Interface"), "zope-interface");
    }

    #[test]
    fn what_is_not_there() {
        let versions = ["2.1".to_owned(), "2.0".to_owned()];
        assert_eq!(not_there("a==2.2", &[]).code, "package_not_found");
        let failure = not_there("a==2.2", &versions);
        assert_eq!(failure.code, "version_not_found");
        assert!(failure.help.unwrap().contains("2.1"));
        assert!(not_there("a==2.1", &versions).text.contains("neither"));
    }
}
