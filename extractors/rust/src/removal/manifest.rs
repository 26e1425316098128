//! What a manifest says of a dependency, taken out with its comments and order kept.

use ripout_model::Kept;
use toml_edit::{Array, DocumentMut, Item, TableLike};

const TABLES: [&str; 5] = [
    "dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "build-dependencies",
    "build_dependencies",
];

/// A member's manifest without the dependencies of these names. `for_tests`: they go on as development dependencies. What
/// the module goes on using takes their place.
pub fn without(
    text: &str,
    keys: &[&str],
    keeps: &[Kept],
    for_tests: bool,
) -> Result<String, String> {
    let mut manifest: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    let mut optional = Vec::new();
    let mut kept: Vec<(String, Item)> = Vec::new();
    let mut put = false;
    let mut take = |table: &mut dyn TableLike| {
        for name in TABLES {
            let Some(dependencies) = table.get_mut(name).and_then(Item::as_table_like_mut) else {
                continue;
            };
            let development = name.starts_with("dev");
            for key in keys {
                if development && for_tests {
                    continue;
                }
                let Some(mut item) = dependencies.remove(key) else {
                    continue;
                };
                if let Some(said) = item.as_table_like_mut()
                    && said.remove("optional").is_some()
                {
                    optional.push((*key).to_owned());
                }
                kept.push(((*key).to_owned(), item));
                // Where the module is for tests alone, so is what it goes on using.
                let wanted = !development || !put;
                put = true;
                for keep in keeps.iter().filter(|_| wanted) {
                    if dependencies.get(&keep.name).is_none() {
                        let version = keep.version.as_deref().unwrap_or("*");
                        dependencies.insert(&keep.name, toml_edit::value(version));
                    }
                }
            }
            if dependencies.is_empty() {
                table.remove(name);
            }
        }
    };
    take(manifest.as_table_mut());
    let targets = manifest.get_mut("target").and_then(Item::as_table_like_mut);
    if let Some(targets) = targets {
        let names: Vec<String> = targets.iter().map(|(name, _)| name.to_owned()).collect();
        for name in names {
            let Some(target) = targets.get_mut(&name).and_then(Item::as_table_like_mut) else {
                continue;
            };
            take(target);
            if target.is_empty() {
                targets.remove(&name);
            }
        }
        if targets.is_empty() {
            manifest.remove("target");
        }
    }
    features(&mut manifest, keys, &optional);
    if for_tests {
        for (key, item) in kept {
            let table = manifest
                .entry("dev-dependencies")
                .or_insert_with(toml_edit::table);
            if let Some(table) = table.as_table_like_mut()
                && table.get(&key).is_none()
            {
                table.insert(&key, item);
            }
        }
    }
    let made = manifest.to_string();
    // The blank line that stood before what is now the first table.
    Ok(match text.starts_with('\n') {
        true => made,
        false => made.trim_start_matches('\n').to_owned(),
    })
}

/// A workspace's manifest without what its members inherited.
pub fn without_shared(text: &str, key: &str) -> Result<String, String> {
    let mut manifest: DocumentMut = text.parse().map_err(|error| format!("{error}"))?;
    let shared = manifest
        .get_mut("workspace")
        .and_then(|workspace| workspace.get_mut("dependencies"))
        .and_then(Item::as_table_like_mut);
    if let Some(shared) = shared {
        shared.remove(key);
    }
    Ok(manifest.to_string())
}

/// Features lose what named it. One that is left with nothing stays, as users ask for it by name; so does the one that an
/// optional dependency is by itself, where no `dep:` says otherwise.
fn features(manifest: &mut DocumentMut, keys: &[&str], optional: &[String]) {
    let mut as_dep = false;
    let features = manifest
        .get_mut("features")
        .and_then(Item::as_table_like_mut);
    for (_, feature) in features
        .into_iter()
        .flat_map(|features| features.iter_mut())
    {
        let Some(list) = feature.as_array_mut() else {
            continue;
        };
        let mut at = 0;
        while let Some(item) = list.get(at).map(|item| item.as_str().unwrap_or("")) {
            as_dep |= item
                .strip_prefix("dep:")
                .is_some_and(|name| keys.contains(&name));
            if names(item, keys) {
                remove(list, at);
            } else {
                at += 1;
            }
        }
    }
    for key in optional.iter().filter(|_| !as_dep) {
        let features = manifest.entry("features").or_insert_with(toml_edit::table);
        if let Some(features) = features.as_table_like_mut()
            && features.get(key).is_none()
        {
            features.insert(key, toml_edit::value(Array::new()));
        }
    }
}

/// Whether an item of a feature's list speaks of a dependency alone: `dep:name`, `name/feature`, `name?/feature`.
fn names(item: &str, keys: &[&str]) -> bool {
    if let Some(name) = item.strip_prefix("dep:") {
        return keys.contains(&name);
    }
    item.split_once('/')
        .is_some_and(|(name, _)| keys.contains(&name.trim_end_matches('?')))
}

/// Takes an item out of a list, which keeps its comments and its lines.
fn remove(list: &mut Array, at: usize) {
    let first = at == 0;
    let gone = list.remove(at);
    // What stood before the first item is the list's own opening.
    if first && let Some(next) = list.get_mut(0) {
        let before = gone.decor().prefix().cloned().unwrap_or_default();
        let comments = |decor: &toml_edit::Decor| {
            decor
                .prefix()
                .and_then(|raw| raw.as_str())
                .is_some_and(|text| text.contains('#'))
        };
        if !comments(next.decor()) {
            next.decor_mut().set_prefix(before);
        }
    }
    if list.is_empty() {
        list.set_trailing("");
        list.set_trailing_comma(false);
    }
}
