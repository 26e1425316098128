//! Paths by which users can name items.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Def, Inner, Target, World};

/// For each item that can be named from outside, its shortest public path; the first by text among equals.
pub fn public_paths(world: &World) -> BTreeMap<Def, String> {
    let rank = |path: &String| (path.matches("::").count(), path.clone());
    let all = all_public_paths(world).into_iter();
    all.filter_map(|(def, paths)| Some((def, paths.into_iter().min_by_key(rank)?)))
        .collect()
}

/// For each item that can be named from outside, its public paths.
pub fn all_public_paths(world: &World) -> BTreeMap<Def, BTreeSet<String>> {
    let mut paths: BTreeMap<Def, BTreeSet<String>> = BTreeMap::new();
    for (krate, name, account) in world.accounts() {
        let root = Def {
            krate,
            id: account.root,
        };
        let mut waiting = VecDeque::from([(root, name.to_owned())]);
        let mut seen = BTreeSet::new();
        while let Some((module, path)) = waiting.pop_front() {
            if !seen.insert((module, path.matches("::").count().min(6))) {
                continue;
            }
            let Some(Inner::Module(inner)) = world.item(module).map(|item| &item.inner) else {
                continue;
            };
            for id in &inner.items {
                let def = Def {
                    krate: module.krate,
                    id: *id,
                };
                let Some(item) = world.item(def).filter(|item| item.public()) else {
                    continue;
                };
                let (target, name) = match &item.inner {
                    Inner::Use(import) => {
                        match import.id.map(|id| world.target(module.krate, id)) {
                            Some(Target::Known(target)) if import.is_glob => {
                                waiting.push_back((target, path.clone()));
                                continue;
                            }
                            Some(Target::Known(target)) => (target, import.name.clone()),
                            _ => continue,
                        }
                    }
                    _ => (def, item.name().to_owned()),
                };
                let full = format!("{path}::{name}");
                let is_module = matches!(
                    world.item(target).map(|item| &item.inner),
                    Some(Inner::Module(_))
                );
                if is_module && full.matches("::").count() < 8 {
                    waiting.push_back((target, full.clone()));
                }
                paths.entry(target).or_default().insert(full);
            }
        }
    }
    paths
}
