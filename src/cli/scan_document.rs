//! A scan for scripts: `ripout.scan/1`, and SARIF 2.1 for code hosts.

use ripout_model::{Dependency, DependencyKind, Failure, UsePlace};
use serde::Serialize;
use serde_json::{Value, json};

use crate::survey::{Advice, Cost, Ranked, Scan};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    projects: Vec<Project<'a>>,
}

#[derive(Serialize)]
struct Project<'a> {
    language: &'a str,
    members: &'a [String],
    locked: usize,
    dependencies: Vec<Entry<'a>>,
    notes: &'a [ripout_model::Note],
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    version: Option<&'a str>,
    licence: Option<&'a str>,
    repo: Option<&'a str>,
    called: &'a [String],
    verdict: &'static str,
    reasons: &'a [String],
    stays_in_tree: bool,
    required_by: &'a [String],
    declared: Vec<Declared<'a>>,
    symbols: Vec<Symbol<'a>>,
    uses: Vec<Use<'a>>,
    closure: Option<Closure<'a>>,
    saving: Saving<'a>,
    /// With what it alone brings; null where it was not measured.
    build_seconds: Option<f64>,
    /// With all that it imports.
    import_ms: Option<f64>,
}

#[derive(Serialize)]
struct Declared<'a> {
    file: &'a str,
    line: u32,
    kind: &'static str,
    optional: bool,
    target: Option<&'a str>,
    features: &'a [String],
}

#[derive(Serialize)]
struct Symbol<'a> {
    name: &'a str,
    places: usize,
}

#[derive(Serialize)]
struct Use<'a> {
    symbol: &'a str,
    file: &'a str,
    line: u32,
    place: &'static str,
    condition: Option<&'a str>,
    exposed: bool,
}

#[derive(Serialize)]
struct Closure<'a> {
    lines: u64,
    definitions: u64,
    of_lines: u64,
    unknown: &'a [String],
}

#[derive(Serialize)]
struct Saving<'a> {
    packages: &'a [String],
    stays: Vec<Stays<'a>>,
    lines: u64,
    bytes: u64,
    unsafe_lines: u64,
    native: Vec<Native<'a>>,
    unmeasured: u64,
}

#[derive(Serialize)]
struct Stays<'a> {
    package: &'a str,
    required_by: &'a [String],
}

#[derive(Serialize)]
struct Native<'a> {
    package: &'a str,
    why: &'a str,
}

/// The document.
pub fn json(scans: &[Scan]) -> Result<String, Failure> {
    let document = Document {
        schema: "ripout.scan/1",
        projects: scans
            .iter()
            .map(|scan| Project {
                language: scan.language,
                members: &scan.members,
                locked: scan.packages,
                dependencies: scan.dependencies.iter().map(entry).collect(),
                notes: &scan.notes,
            })
            .collect(),
    };
    written(&document)
}

fn written(document: &impl Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|e| Failure::new("output", format!("write the scan: {e}")))?;
    text.push('\n');
    Ok(text)
}

fn entry(ranked: &Ranked) -> Entry<'_> {
    let Dependency {
        name,
        called,
        declared,
        uses,
        ..
    } = &ranked.dependency;
    let locked = ranked.locked.as_ref();
    let saving = &ranked.saving;
    Entry {
        name,
        version: locked.map(|locked| locked.version.as_str()),
        licence: locked.and_then(|locked| locked.licence.as_deref()),
        repo: locked.and_then(|locked| locked.repo.as_deref()),
        called,
        verdict: ranked.advice.word(),
        reasons: &ranked.reasons,
        stays_in_tree: !saving.kept_by.is_empty(),
        required_by: &saving.kept_by,
        declared: declared
            .iter()
            .map(|declared| Declared {
                file: &declared.file,
                line: declared.line,
                kind: match declared.kind {
                    DependencyKind::Normal => "normal",
                    DependencyKind::Dev => "dev",
                    DependencyKind::Build => "build",
                },
                optional: declared.optional,
                target: declared.target.as_deref(),
                features: &declared.features,
            })
            .collect(),
        symbols: ranked
            .symbols
            .iter()
            .map(|symbol| Symbol {
                name: &symbol.name,
                places: symbol.places,
            })
            .collect(),
        uses: uses
            .iter()
            .map(|used| {
                let (place, condition) = place(&used.place);
                Use {
                    symbol: &used.symbol,
                    file: &used.file,
                    line: used.line,
                    place,
                    condition,
                    exposed: used.exposed,
                }
            })
            .collect(),
        closure: ranked.closure.as_ref().map(|closure| Closure {
            lines: closure.lines,
            definitions: closure.definitions,
            of_lines: closure.of,
            unknown: &closure.unknown,
        }),
        saving: Saving {
            packages: &saving.goes,
            stays: saving
                .stays
                .iter()
                .map(|(package, required_by)| Stays {
                    package,
                    required_by,
                })
                .collect(),
            lines: saving.lines,
            bytes: saving.bytes,
            unsafe_lines: saving.unchecked,
            native: saving
                .native
                .iter()
                .map(|(package, why)| Native { package, why })
                .collect(),
            unmeasured: saving.unmeasured,
        },
        build_seconds: match ranked.cost {
            Some(Cost::BuildSeconds(seconds)) => Some(rounded(seconds)),
            _ => None,
        },
        import_ms: match ranked.cost {
            Some(Cost::ImportMs(time)) => Some(rounded(time)),
            _ => None,
        },
    }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn place(place: &UsePlace) -> (&'static str, Option<&str>) {
    match place {
        UsePlace::Code => ("code", None),
        UsePlace::Test => ("test", None),
        UsePlace::Bench => ("bench", None),
        UsePlace::Example => ("example", None),
        UsePlace::Build => ("build", None),
        UsePlace::Doc => ("doc", None),
        UsePlace::Macro => ("macro", None),
        UsePlace::Derive => ("derive", None),
        UsePlace::Conditional(condition) => ("conditional", Some(condition)),
        UsePlace::Reexport => ("reexport", None),
        UsePlace::Text => ("text", None),
        UsePlace::Manifest => ("manifest", None),
    }
}

/// SARIF: a result for each dependency that could be left, at the line that declares it.
pub fn sarif(scans: &[Scan]) -> Result<String, Failure> {
    let rules = [
        (
            Advice::Rip,
            "little of this dependency is used: it is worth ripping out",
        ),
        (
            Advice::Unused,
            "nothing of this dependency is used: a build without it has passed",
        ),
    ];
    let results: Vec<Value> = scans
        .iter()
        .flat_map(|scan| &scan.dependencies)
        .filter(|ranked| rules.iter().any(|(advice, _)| *advice == ranked.advice))
        .map(|ranked| {
            let locations: Vec<Value> = ranked
                .dependency
                .declared
                .iter()
                .map(|declared| {
                    json!({"physicalLocation": {
                        "artifactLocation": {"uri": declared.file},
                        "region": {"startLine": declared.line},
                    }})
                })
                .collect();
            let text = format!("{}: {}", ranked.dependency.name, ranked.reasons.join("; "));
            json!({
                "ruleId": ranked.advice.word(),
                "level": "note",
                "message": {"text": text},
                "locations": locations,
            })
        })
        .collect();
    let rules: Vec<Value> = rules
        .iter()
        .map(|(advice, text)| json!({"id": advice.word(), "shortDescription": {"text": text}}))
        .collect();
    written(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "ripout",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
        }],
    }))
}
