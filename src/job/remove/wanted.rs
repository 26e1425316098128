//! What is meant by the words of a user: the project, its dependency, and what is taken of that.

use std::path::{Path, PathBuf};

use ripout_model::{Dependency, Failure, Fitting, Host, Language, Stop, Survey};

use super::Removing;
use crate::survey::{self, same_package};

/// A project, and the dependency that is meant.
pub struct Project {
    pub language: &'static dyn Language,
    pub root: PathBuf,
    pub survey: Survey,
    /// The dependency's place in the survey.
    pub at: usize,
}

/// What is taken for the project.
pub struct Taking {
    /// What its module is like.
    pub fitting: Fitting,
    /// What the project has, as a form of `<repo>`.
    pub repo: String,
    /// What the project uses beside that, with the first place of each: then the dependency stays.
    pub more: Vec<String>,
}

impl Project {
    /// The dependency that is meant.
    pub fn dependency(&self) -> &Dependency {
        &self.survey.dependencies[self.at]
    }

    /// What is taken: the symbols that are named, or all that the project uses.
    pub fn taking(&self, removing: &Removing, host: &dyn Host) -> Result<Taking, Stop> {
        let Project {
            language,
            root,
            survey,
            ..
        } = self;
        let dependency = self.dependency();
        let settings = &removing.settings;
        let mut fitting = language.fitting(root, survey, dependency, settings, host)?;
        if fitting.symbols.is_empty() {
            return Err(unused(dependency));
        }
        let maps = survey::surface::Maps {
            language: *language,
            locked: &survey.locked,
            cache: removing.facts.as_deref(),
            host,
        };
        let methods = survey::surface::methods(root, survey);
        fitting.symbols = survey::surface::narrowed(&fitting.symbols, dependency, &methods, &maps)?;
        let locked = dependency.locked.and_then(|at| survey.locked.get(at));
        let repo = locked
            .and_then(|locked| locked.repo.clone())
            .ok_or_else(|| {
                let text = format!(
                    "it is not known which version of {} the project has",
                    dependency.name
                );
                Failure::new("version_unknown", text)
                    .help("lock the project's dependencies, or install them, first")
            })?;
        if let Some(named) = &removing.repo {
            agree(named, &repo)?;
        }
        let mut more = Vec::new();
        if !removing.symbols.is_empty() {
            more = more_used(dependency, &fitting.symbols, &removing.symbols);
            fitting.symbols.clone_from(&removing.symbols);
        }
        Ok(Taking {
            fitting,
            repo,
            more,
        })
    }
}

/// Finds the project and its dependency.
pub fn find(
    removing: &Removing,
    languages: &[&'static dyn Language],
    host: &dyn Host,
) -> Result<Project, Stop> {
    let mut known: Vec<String> = Vec::new();
    let mut is_project = false;
    for language in languages {
        let settings = &removing.settings;
        let Some(mut survey) = language.survey(&removing.folder, settings, host)? else {
            continue;
        };
        is_project = true;
        let root = language.project(&removing.folder, host)?;
        // A member's folder tells of its whole workspace by paths that lead out of it.
        let place = |folder: &Path| folder.canonicalize().ok();
        if place(&root) != place(&removing.folder) {
            let Some(whole) = language.survey(&root, settings, host)? else {
                continue;
            };
            survey = whole;
        }
        let found = meant(&survey.dependencies, &removing.dependency);
        match found[..] {
            [] => known.extend(survey.dependencies.into_iter().map(|one| one.name)),
            [at] => {
                return Ok(Project {
                    language: *language,
                    root,
                    survey,
                    at,
                });
            }
            _ => {
                return Err(Failure::new(
                    "dependency_ambiguous",
                    format!(
                        "the project has several versions of {}: {}",
                        removing.dependency,
                        versions(&survey, &found).join(", ")
                    ),
                )
                .help("name it as the project's text does, or let its members agree on one first")
                .into());
            }
        }
    }
    if !is_project {
        return Err(Failure::new(
            "no_project",
            format!(
                "{} holds no Cargo.toml and no Python project",
                removing.folder.display()
            ),
        )
        .help("name the folder in which the manifest lies with --for")
        .into());
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let near = similar::get_close_matches(&*removing.dependency, &names, 3, 0.6);
    let failure = Failure::new(
        "dependency_not_found",
        format!(
            "{} declares no dependency `{}`",
            removing.folder.display(),
            removing.dependency
        ),
    );
    Err(failure
        .help(if near.is_empty() {
            "`ripout scan` lists what there is".to_owned()
        } else {
            format!("there is {}", near.join(", "))
        })
        .into())
}

/// Which dependencies are meant: by what the project's text calls them, or else by their package's name.
fn meant(dependencies: &[Dependency], name: &str) -> Vec<usize> {
    let which = |is: &dyn Fn(&Dependency) -> bool| -> Vec<usize> {
        let all = dependencies.iter().enumerate();
        let found = all.filter(|(_, dependency)| is(dependency));
        found.map(|(at, _)| at).collect()
    };
    let called = which(&|it| it.called.iter().any(|called| same_package(called, name)));
    match called[..] {
        [_] => called,
        _ => which(&|it| {
            same_package(&it.name, name) || it.called.iter().any(|called| called == name)
        }),
    }
}

/// Each of some dependencies with what it is called and the version that is locked.
fn versions(survey: &Survey, which: &[usize]) -> Vec<String> {
    let dependencies = which.iter().map(|at| &survey.dependencies[*at]);
    let told = dependencies.map(|dependency| {
        let locked = dependency.locked.and_then(|at| survey.locked.get(at));
        let version = locked.map_or("of no known version", |locked| &locked.version);
        format!("{} {version}", dependency.called.join("/"))
    });
    told.collect()
}

fn unused(dependency: &Dependency) -> Stop {
    let places: Vec<String> = dependency
        .declared
        .iter()
        .map(|declared| format!("{}:{}", declared.file, declared.line))
        .collect();
    Failure::new(
        "nothing_used",
        format!(
            "no use of {} was found in the project's text",
            dependency.name
        ),
    )
    .help(format!(
        "if its tests pass without it, delete the declaration at {}",
        places.join(", ")
    ))
    .into()
}

/// Whether what was named is what the project has. A name without a version is; what lies elsewhere can't be compared.
fn agree(named: &str, has: &str) -> Result<(), Stop> {
    let registry = |repo: &str| repo.starts_with("crate:") || repo.starts_with("pypi:");
    let version = |repo: &str| repo.split_once('@').map(|(_, version)| version.to_owned());
    let (Some(wanted), true) = (version(named), registry(named)) else {
        return Ok(());
    };
    if !registry(has) || version(has).as_ref() == Some(&wanted) {
        return Ok(());
    }
    Err(Failure::new(
        "version_differs",
        format!("the project has {has}, and {named} is named"),
    )
    .help("name what the project has, or move the project to the other version first")
    .into())
}

/// Whether a symbol that is used is what was named, or a part of it.
pub fn covers(named: &str, used: &str) -> bool {
    let parts = |symbol: &str| symbol.replace("::", ".");
    let last = |symbol: &str| symbol.rsplit('.').next().map(str::to_owned);
    let (named, used) = (parts(named), parts(used));
    used == named || used.starts_with(&format!("{named}.")) || last(&used) == last(&named)
}

/// What the project uses beyond the symbols that are named, with the first place of each.
fn more_used(dependency: &Dependency, used: &[String], named: &[String]) -> Vec<String> {
    let left = used
        .iter()
        .filter(|used| !named.iter().any(|named| covers(named, used)));
    left.map(|symbol| {
        let place = dependency.uses.iter().find(|used| used.symbol == *symbol);
        match place {
            Some(place) => format!("{symbol} ({}:{})", place.file, place.line),
            None => symbol.clone(),
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use ripout_model::{Use, UsePlace};

    use super::*;

    #[test]
    fn what_is_used_beyond_the_named_symbols_is_found() {
        let used = |symbol: &str, line| Use {
            symbol: symbol.into(),
            file: "src/lib.rs".into(),
            line,
            place: UsePlace::Code,
            exposed: false,
        };
        let dependency = Dependency {
            name: "strsim".into(),
            locked: None,
            called: vec!["strsim".into()],
            declared: Vec::new(),
            uses: vec![used("strsim::jaro", 3), used("strsim::osa_distance", 9)],
        };
        let symbols = ["strsim::jaro".to_owned(), "strsim::osa_distance".to_owned()];
        let more = more_used(&dependency, &symbols, &symbols[..1]);
        assert_eq!(more, ["strsim::osa_distance (src/lib.rs:9)"]);
        assert!(more_used(&dependency, &symbols, &symbols).is_empty());
        // A method is covered by its type, and a re-export by its last part.
        let used = ["a.b.Type.method".to_owned(), "a.f".to_owned()];
        let named = ["a.b.Type".to_owned(), "a.inner.f".to_owned()];
        assert!(more_used(&dependency, &used, &named).is_empty());
    }

    #[test]
    fn the_version_that_is_named_is_the_one_the_project_has() {
        assert!(agree("crate:strsim", "crate:strsim@0.11.1").is_ok());
        assert!(agree("crate:strsim@0.11.1", "crate:strsim@0.11.1").is_ok());
        assert!(agree("../strsim", "crate:strsim@0.11.1").is_ok());
        let Err(Stop::Failed(failure)) = agree("crate:strsim@0.10.0", "crate:strsim@0.11.1") else {
            panic!("two versions agree");
        };
        assert_eq!(failure.code, "version_differs");
    }

    #[test]
    fn spellings_of_one_package_are_the_same() {
        assert!(same_package("More_Itertools", "more-itertools"));
        assert!(!same_package("strsim", "strsim2"));
    }
}
