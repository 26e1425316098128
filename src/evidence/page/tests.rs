//! What a page must be, whatever a package holds: well formed, free of foreign markup, self-contained, small.

use std::path::Path;

use ripout_model::{
    CallGraph, Candidate, Definition, Edge, Edit, Fate, Kind, Module, ModuleFile, Mutant, Origin,
    Package, Source, SourceKind, Taken, Verdict,
};

use super::{Subject, page};
use crate::{
    evidence::report::{
        Branches, Counterexample, Coverage, ModuleReport, MutantCount, NoteReport, OriginalReport,
        ReasonReport, Report, UnresolvedReport,
    },
    judge::Score,
};

/// Text that would be markup, a script, an attribute or a comment if anything let it.
const HOSTILE: &str = "</code></td><script>alert(1)</script><img src=x onerror=\"alert(1)\">'\" --> ]]> `</style>` &lt;";

fn definition(name: &str, file: &str, lines: [u32; 2]) -> Definition {
    Definition {
        name: name.into(),
        kind: Kind::Function,
        package: "pack@1.0.0".into(),
        file: file.into(),
        lines,
    }
}

/// A module of `functions` functions of `height` lines each, all of which say `line`, and all that a page is made of.
struct Made {
    folder: tempfile::TempDir,
    report: Report,
    candidate: Candidate,
    graph: CallGraph,
    score: Score,
}

impl Made {
    fn new(functions: u32, height: u32, line: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (0..functions * height)
            .map(|_| format!("{line}\n"))
            .collect();
        std::fs::write(folder.path().join("a.rs"), &text).unwrap();
        let place = |index: u32| [index * height + 1, (index + 1) * height];
        let mut graph = CallGraph::default();
        let mut definitions = Vec::new();
        for index in 0..functions {
            let definition = definition(&format!("pack::f{index}{line}"), "a.rs", place(index));
            graph.definitions.push(definition.clone());
            definitions.push(Taken {
                definition,
                origin: [Origin::Verbatim, Origin::Edited, Origin::Synthesized][index as usize % 3],
                cut: false,
                module_file: "f0.rs".into(),
                module_lines: place(index),
            });
        }
        graph.edges = (1..functions)
            .map(|to| Edge {
                from: to / 2,
                to,
                line: 1,
                call: true,
            })
            .collect();
        let source = Source {
            kind: SourceKind::Crate,
            name: format!("pack{line}"),
            version: Some("1.0.0".into()),
            rev: Some(line.into()),
            licence: Some(line.into()),
        };
        let symbols = [format!("pack::f0{line}")];
        let mut report = Report::new("rust", &source, &symbols, Verdict::Equivalent);
        let candidate = Candidate {
            replaced: Vec::new(),
            synthesizer: "slice".into(),
            module: Module {
                stem: "f0".into(),
                files: vec![ModuleFile {
                    path: "f0.rs".into(),
                    bytes: text.into_bytes(),
                }],
                editions: vec!["2024".into()],
            },
            definitions,
            edits: vec![Edit {
                file: line.into(),
                line: 1,
                before: line.into(),
                after: line.into(),
            }],
            api_notes: Vec::new(),
            dependencies: vec![line.into()],
        };
        report.module = Some(ModuleReport::of(
            &candidate,
            Path::new("/x/f0.rs"),
            functions * height,
        ));
        report.original = Some(OriginalReport {
            lines: 9999,
            definitions: 77,
            packages: 3,
            bytes: 1234,
        });
        report.evidence.inputs = 2000;
        report.evidence.agreed = 2000;
        report.evidence.coverage = Some(Coverage {
            lines: 10,
            hit: 8,
            waived: vec![("f0.rs".into(), 1, line.into())],
            missed: vec![("f0.rs".into(), 2)],
            branches: Branches::default(),
        });
        report.evidence.mutants = Some(MutantCount {
            killed: 9,
            survived: 1,
            ..Default::default()
        });
        let mutant = Mutant {
            number: 0,
            definition: None,
            line: 3,
            operator: line.into(),
            from: line.into(),
            to: line.into(),
        };
        let score = Score {
            judged: vec![(mutant, Fate::Survived)],
            ..Score::default()
        };
        Self {
            folder,
            report,
            candidate,
            graph,
            score,
        }
    }

    fn page(&self) -> String {
        let packages = [Package {
            name: "pack".into(),
            version: "1.0.0".into(),
            root: self.folder.path().into(),
            licence: None,
            licence_files: Vec::new(),
            licence_root: self.folder.path().into(),
            files: vec!["a.rs".into()],
        }];
        page(&Subject {
            report: &self.report,
            candidate: Some(&self.candidate),
            packages: &packages,
            graphs: std::slice::from_ref(&self.graph),
            score: Some(&self.score),
            ran: &[4, 5],
        })
    }
}

/// Elements that a page is made of.
const ELEMENTS: &str = "a b body caption code dd defs del desc details div dl dt g h1 h2 h3 head header html i ins li main \
    marker meta nav p path rect section span strong style summary svg table tbody td text th thead title tr ul";

/// Reads a page tag by tag: all of them known, all closed in order, no attribute that runs or loads anything.
fn check_markup(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed in order");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap();
        assert!(
            ELEMENTS.split(' ').any(|it| it == name),
            "an element of ours: {tag}"
        );
        for (index, part) in tag.trim_end_matches('/').split('"').enumerate() {
            if index % 2 == 0 && index > 0 && !part.is_empty() {
                assert!(part.starts_with(' '), "attributes stand apart: {tag}");
            }
            if index % 2 == 0 {
                assert!(
                    !part.contains(" on") && !part.contains("src="),
                    "no such attribute: {tag}"
                );
            }
        }
        if name == "style" {
            rest = &rest[rest.find("</style>").unwrap()..];
        }
        if name != "meta" && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "all is closed");
}

#[test]
fn a_page_is_well_formed_and_needs_nothing_else() {
    let made = Made::new(5, 6, "let x = 1 < 2 && 3 > 2;");
    let page = made.page();
    check_markup(&page);
    assert_eq!(page.matches("<h1>").count(), 1);
    assert!(page.contains("<strong>Equivalent.</strong>"));
    for part in ["missing", "saving", "graph", "code", "origin"] {
        assert!(page.contains(&format!("<h2 id=\"{part}\">")), "{part}");
        assert!(page.contains(&format!("href=\"#{part}\"")), "{part}");
    }
    for foreign in ["http:", "https:", "<script", "@import", "<link", "<iframe"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert_eq!(
        page.matches("url(").count(),
        page.matches("url(#head)").count()
    );
    assert_eq!(page, made.page(), "the same bytes each time");
}

#[test]
fn a_package_can_not_write_markup() {
    let mut made = Made::new(4, 5, HOSTILE);
    let hostile = || HOSTILE.to_owned();
    made.report.reason = Some(ReasonReport {
        code: hostile(),
        text: hostile(),
        file: Some(hostile()),
        line: Some(1),
        help: Some(hostile()),
    });
    made.report.notes = vec![NoteReport {
        code: hostile(),
        text: hostile(),
    }];
    made.report.api_notes = vec![hostile()];
    made.report.unresolved = vec![UnresolvedReport {
        from: hostile(),
        text: hostile(),
        file: hostile(),
        line: 1,
        why: hostile(),
    }];
    made.report.counterexample = Some(Counterexample {
        input: hostile(),
        original: hostile(),
        module: hostile(),
        driver: hostile(),
        reproduce: hostile(),
    });
    for verdict in [
        Verdict::Equivalent,
        Verdict::Different,
        Verdict::Inconclusive,
        Verdict::Refused,
    ] {
        made.report.verdict = verdict;
        let page = made.page();
        check_markup(&page);
        assert!(!page.contains("<script") && !page.contains("<img"));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
    // Files are a package's to name as well.
    let file = format!("a{}.rs", HOSTILE.replace('/', "%"));
    made.candidate.module.files[0].path.clone_from(&file);
    for taken in &mut made.candidate.definitions {
        taken.module_file.clone_from(&file);
    }
    made.report.evidence.coverage.as_mut().unwrap().missed[0].0 = file;
    check_markup(&made.page());
}

#[test]
fn each_definition_is_marked_and_each_doubt_stands_in_the_margin() {
    let page = Made::new(3, 8, "text").page();
    for origin in ["verbatim", "edited", "synthesized"] {
        let chip = format!("<span class=\"chip {origin}\">{origin}</span>");
        assert_eq!(page.matches(&chip).count(), 1, "{origin}");
    }
    assert!(page.contains("<tr class=\"same miss\" id=\"f0.rs-L2\">"));
    assert!(page.contains("href=\"#f0.rs-L2\""));
    assert!(page.contains("<span class=\"waiv\">waived: text</span>"));
    assert!(page.contains("slips through: <del>text</del> <ins>text</ins>"));
    assert_eq!(page.matches("<tr class=\"same ran\">").count(), 2);
}

#[test]
fn a_huge_module_still_makes_a_page_that_opens() {
    let mut made = Made::new(400, 60, &"wide ".repeat(20));
    let missed = (1..24_000)
        .step_by(7)
        .map(|line| ("f0.rs".to_owned(), line));
    made.report.evidence.coverage.as_mut().unwrap().missed = missed.collect();
    let page = made.page();
    check_markup(&page);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    let folds = page.matches("class=\"piece\"").count();
    assert!((20..400).contains(&folds), "{folds}");
    assert!(page.contains(&format!("<h3>{} more definitions</h3>", 400 - folds)));
}

#[test]
fn a_run_without_a_module_says_why() {
    let mut made = Made::new(1, 1, "x");
    made.report.verdict = Verdict::Refused;
    made.report.reason = Some(ReasonReport::new("native_code", "it is `native`"));
    made.report.module = None;
    let page = page(&Subject {
        report: &made.report,
        candidate: None,
        packages: &[],
        graphs: &[],
        score: None,
        ran: &[],
    });
    check_markup(&page);
    assert!(page.contains("it is <code>native</code>"));
    assert!(!page.contains("class=\"figures\"") && !page.contains("id=\"code\""));
}
