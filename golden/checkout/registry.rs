//! Against the registries themselves. Skip with `--skip registry_` where there is no network.

use std::time::{Duration, Instant};

use ripout::checkout::Wanted;
use ripout_model::SourceKind;

use crate::{checkout, failure, wanted};

#[test]
fn registry_crate_is_pinned_and_warm_at_once() {
    let cache = tempfile::tempdir().unwrap();
    let wish = wanted("crate:humantime@2.3.0", cache.path());
    let tree = checkout(&wish);
    assert_eq!(tree.source.kind, SourceKind::Crate);
    assert_eq!(tree.source.name, "humantime");
    assert_eq!(tree.source.version.as_deref(), Some("2.3.0"));
    assert_eq!(tree.source.licence.as_deref(), Some("MIT OR Apache-2.0"));
    assert_eq!(tree.source.rev.as_ref().map(String::len), Some(40));
    assert!(tree.root.join("src/lib.rs").is_file());

    let begun = Instant::now();
    let offline = Wanted {
        offline: true,
        ..wish
    };
    assert_eq!(checkout(&offline).root, tree.root);
    assert!(begun.elapsed() < Duration::from_millis(50));
}

#[test]
fn registry_crate_without_a_version_is_the_newest() {
    let cache = tempfile::tempdir().unwrap();
    let tree = checkout(&wanted("crate:lazy_static", cache.path()));
    assert!(tree.source.version.unwrap().starts_with("1."));
    // What was newest then is what offline gets.
    let offline = Wanted {
        offline: true,
        ..wanted("crate:lazy_static", cache.path())
    };
    assert_eq!(checkout(&offline).root, tree.root);
    let near = failure(&wanted("crate:lazy-static@1.5.0", cache.path()));
    assert!(near.help.unwrap().contains("lazy_static"));
}

#[test]
fn registry_crate_that_is_not_there() {
    let cache = tempfile::tempdir().unwrap();
    let missing = failure(&wanted("crate:ripout-no-such-crate-at-all", cache.path()));
    assert_eq!(missing.code, "package_not_found");
    let version = failure(&wanted("crate:humantime@2.99.0", cache.path()));
    assert_eq!(version.code, "version_not_found");
    assert!(version.help.unwrap().contains("2."));
    let offline = failure(&Wanted {
        offline: true,
        ..wanted("crate:ripout-no-such-crate-at-all", cache.path())
    });
    assert_eq!(offline.code, "offline");
}

#[test]
fn registry_distribution_with_documents_is_warm_at_once() {
    let cache = tempfile::tempdir().unwrap();
    let wish = wanted("pypi:humanize@4.14.0", cache.path());
    let tree = checkout(&wish);
    assert_eq!(tree.source.kind, SourceKind::Pypi);
    assert_eq!(tree.source.name, "humanize");
    assert_eq!(tree.source.version.as_deref(), Some("4.14.0"));
    assert_eq!(tree.source.licence.as_deref(), Some("MIT"));
    assert!(tree.root.join("humanize/__init__.py").is_file());
    assert!(tree.documents.as_ref().unwrap().join("tests").is_dir());
    assert!(tree.companions.is_empty());

    let begun = Instant::now();
    let offline = Wanted {
        offline: true,
        ..wish
    };
    let again = checkout(&offline);
    assert!(begun.elapsed() < Duration::from_millis(50));
    assert_eq!((again.root, again.documents), (tree.root, tree.documents));
}

#[test]
fn registry_distribution_brings_what_it_requires() {
    let cache = tempfile::tempdir().unwrap();
    let tree = checkout(&Wanted {
        extras: vec!["socks".into()],
        ..wanted("pypi:requests@2.32.3", cache.path())
    });
    let names: Vec<&str> = tree.companions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "certifi",
            "charset-normalizer",
            "idna",
            "PySocks",
            "urllib3"
        ]
    );
    assert!(tree.companions[2].root.join("idna/__init__.py").is_file());
}

#[test]
fn registry_distribution_without_a_wheel_is_built() {
    let cache = tempfile::tempdir().unwrap();
    let tree = checkout(&wanted("pypi:docopt@0.6.2", cache.path()));
    assert!(tree.root.join("docopt.py").is_file());
    assert!(tree.documents.is_some());
    assert_eq!(tree.source.licence.as_deref(), Some("MIT"));
}

#[test]
fn registry_distribution_that_is_not_there() {
    let cache = tempfile::tempdir().unwrap();
    let missing = failure(&wanted("pypi:ripout-no-such-thing", cache.path()));
    assert_eq!(missing.code, "package_not_found");
    let version = failure(&wanted("pypi:six@1.16.99", cache.path()));
    assert_eq!(version.code, "version_not_found");
    assert!(version.help.unwrap().contains("1.16.0"));
    let offline = Wanted {
        offline: true,
        ..wanted("pypi:six@1.16.0", cache.path())
    };
    assert_eq!(failure(&offline).code, "offline");
    let interpreter = Wanted {
        python: Some("/no/such/python".into()),
        ..wanted("pypi:six@1.16.0", cache.path())
    };
    assert_eq!(failure(&interpreter).code, "toolchain_missing");
}

#[test]
fn registry_requirements_of_a_tree() {
    let cache = tempfile::tempdir().unwrap();
    let wish = wanted("unused", cache.path());
    let lines = ["six>=1.16".to_owned(), "idna".to_owned()];
    let found = ripout::checkout::companions(&lines, &wish, &crate::host()).unwrap();
    let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["idna", "six"]);
    let offline = Wanted {
        offline: true,
        ..wish
    };
    let again = ripout::checkout::companions(&lines, &offline, &crate::host()).unwrap();
    assert_eq!(again, found);
}

#[test]
fn registry_two_at_once_agree() {
    let cache = tempfile::tempdir().unwrap();
    let wish = wanted("pypi:idna@3.10", cache.path());
    let roots: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| checkout(&wish).root))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(roots.iter().all(|root| *root == roots[0]));
}
