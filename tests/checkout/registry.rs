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
