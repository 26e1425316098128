//! Uses by name alone: strings of manifests and of Python text, settings of tools.

use std::path::Path;

use ripout_model::{Use, UsePlace};

use super::{
    files, is_key,
    literals::{Literal, is_name},
    manifests::{Manifests, read_text},
    uses::{Found, Project},
};

/// Functions whose argument is the name of a module or a distribution.
const NAMING: [&str; 24] = [
    "import_module",
    "__import__",
    "find_spec",
    "find_loader",
    "importorskip",
    "version",
    "distribution",
    "get_distribution",
    "requires",
    "files",
    "metadata",
    "resource_filename",
    "import_string",
    "require_version",
    "open_text",
    "open_binary",
    "read_text",
    "read_binary",
    "contents",
    "is_resource",
    "get_data",
    "modules",
    "as_file",
    "resource_stream",
];

/// So many places are enough to show that something is named.
const ENOUGH: usize = 5;

/// Strings that name something of a dependency: entry points, backends, `import_module("…")`, `patch("…")`.
pub fn strong(project: &Project, manifests: &Manifests, found: &mut Found) {
    for mention in &manifests.mentions {
        let text = mention
            .text
            .rsplit_once('=')
            .map_or(mention.text.as_str(), |(_, target)| target);
        let text = text.split('[').next().unwrap_or(text).trim();
        for (index, names) in project.names.iter().enumerate() {
            let tool = mention.tool
                && (is_key(text, &names.key) || names.called.iter().any(|name| name == text));
            if tool {
                found.uses[index].insert(Use {
                    symbol: names.alone().to_owned(),
                    file: mention.file.clone(),
                    line: mention.line,
                    place: UsePlace::Manifest,
                    exposed: false,
                });
            }
        }
        if !mention.tool && is_name(text) && text.contains(['.', ':']) {
            named(
                project,
                text,
                &mention.file,
                mention.line,
                &UsePlace::Manifest,
                found,
            );
        }
    }
    for source in project.sources {
        for literal in &source.literals.names {
            let naming = is_naming(literal);
            let offered = || {
                let path = literal.text.replace(':', ".");
                let owners = project.owners(&path);
                owners
                    .iter()
                    .any(|index| project.names[*index].offers(&path))
                    || project.resolved(&path) != [path]
            };
            let dotted = literal.text.contains(['.', ':']) && !is_file(&literal.text);
            if naming || (dotted && offered()) {
                named(
                    project,
                    &literal.text,
                    &source.path,
                    literal.line,
                    &UsePlace::Text,
                    found,
                );
            }
            if naming {
                for (index, names) in project.names.iter().enumerate() {
                    if is_key(&literal.text, &names.key) {
                        alone(project, index, &source.path, literal.line, found);
                    }
                }
            }
        }
    }
}

/// Whether a string is what such a function is given.
fn is_naming(literal: &Literal) -> bool {
    let word = literal.given_to.as_deref().unwrap_or("");
    NAMING.contains(&word.trim_start_matches('_'))
}

fn named(
    project: &Project,
    text: &str,
    file: &str,
    line: u32,
    place: &UsePlace,
    found: &mut Found,
) {
    let path = text.replace(':', ".");
    for path in project.resolved(&path) {
        for index in project.owners(&path) {
            found.uses[index].insert(Use {
                symbol: project.names[index].symbol(&path, project.proven),
                file: file.to_owned(),
                line,
                place: place.clone(),
                exposed: false,
            });
        }
    }
}

fn alone(project: &Project, index: usize, file: &str, line: u32, found: &mut Found) {
    found.uses[index].insert(Use {
        symbol: project.names[index].alone().to_owned(),
        file: file.to_owned(),
        line,
        place: UsePlace::Text,
        exposed: false,
    });
}

/// `notes.txt` is no name of a module.
fn is_file(text: &str) -> bool {
    const ENDINGS: [&str; 18] = [
        "txt", "py", "pyi", "toml", "json", "md", "rst", "cfg", "ini", "html", "csv", "yaml",
        "yml", "com", "org", "io", "log", "xml",
    ];
    text.rsplit('.')
        .next()
        .is_some_and(|ending| ENDINGS.contains(&ending))
}

/// For what was found nowhere else: words that are its name, in strings and in settings of tools. They show no more than that
/// somebody may use it: which part is not known.
pub fn weak(
    project: &Project,
    manifests: &Manifests,
    root: &Path,
    listed: &[String],
    found: &mut Found,
) {
    let unseen: Vec<usize> = (0..project.names.len())
        .filter(|index| found.uses[*index].is_empty())
        .collect();
    // What the package's own text uses by no import it may still hand to a function by name: a package of data.
    let unshipped: Vec<usize> = (0..project.names.len())
        .filter(|index| {
            let mut places = found.uses[*index].iter().map(|one| &one.place);
            !places.any(|place| {
                matches!(
                    place,
                    UsePlace::Code | UsePlace::Conditional(_) | UsePlace::Reexport
                )
            })
        })
        .collect();
    for source in project.sources {
        for literal in &source.literals.names {
            for index in &unshipped {
                let names = &project.names[*index];
                let handed = literal.given_to.is_some() && source.place == UsePlace::Code;
                let fits =
                    is_key(&literal.text, &names.key) || names.called.contains(&literal.text);
                if fits
                    && (handed || unseen.contains(index))
                    && (handed || found.uses[*index].len() < ENOUGH)
                {
                    alone(project, *index, &source.path, literal.line, found);
                }
            }
        }
    }
    if unseen.is_empty() {
        return;
    }
    let declares = |file: &str, line: u32| {
        let mut wanted = manifests.wanted.iter();
        wanted.any(|one| one.declared.file == file && one.declared.line == line)
    };
    for path in listed.iter().filter(|path| files::is_settings(path)) {
        let Some(text) = read_text(root, path) else {
            continue;
        };
        for (at, line) in text.lines().enumerate() {
            let number = at as u32 + 1;
            let remark = line.trim_start().starts_with('#');
            if remark || declares(path, number) {
                continue;
            }
            for index in &unseen {
                let names = &project.names[*index];
                let words = line
                    .split(|letter: char| {
                        !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
                    })
                    .map(|word| word.trim_matches(['-', '.']));
                let mut words = words.filter(|word| !word.is_empty());
                let fits =
                    words.any(|word| is_key(word, &names.key) || names.prefix_of(word).is_some());
                if fits && found.uses[*index].len() < ENOUGH {
                    alone(project, *index, path, number, found);
                }
            }
        }
    }
}
