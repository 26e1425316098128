//! What stands in a lock file, by package, and a file without what nothing needs any more.
//!
//! Names alone are followed, whatever the version, the marker or the extra: what is reached that way is at least all that a
//! tool would reach. Where what goes and what stays share a package, a tool may write other conditions into it; then nothing
//! is edited.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use crate::survey::requirement::Requirement;

/// The lock files that can be made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `uv.lock`.
    Uv,
    /// `poetry.lock`.
    Poetry,
    /// `pdm.lock`.
    Pdm,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Uv, Self::Poetry, Self::Pdm];

    /// The file's name.
    pub fn file(self) -> &'static str {
        match self {
            Self::Uv => "uv.lock",
            Self::Poetry => "poetry.lock",
            Self::Pdm => "pdm.lock",
        }
    }

    /// What makes it.
    pub fn program(self) -> &'static str {
        match self {
            Self::Uv => "uv",
            Self::Poetry => "poetry",
            Self::Pdm => "pdm",
        }
    }

    /// As a person would type it.
    pub fn command(self) -> &'static str {
        match self {
            Self::Uv => "uv lock",
            Self::Poetry => "poetry lock",
            Self::Pdm => "pdm lock --update-reuse",
        }
    }
}

/// A package's entry.
struct Block {
    key: String,
    version: String,
    needs: BTreeSet<String>,
    /// It is the project itself, or a folder beside it.
    local: bool,
}

/// The file without a package and without what was there for it alone; else why that is not sure. `wanted` is what the
/// manifests ask for without it.
pub fn without(
    format: Format,
    lock: &str,
    key: &str,
    wanted: &BTreeSet<String>,
) -> Result<String, String> {
    let mut document: DocumentMut = lock
        .parse()
        .map_err(|error| format!("it is broken: {error}"))?;
    let mut blocks = blocks(format, &document);
    // The project itself needs it no more.
    for block in blocks.iter_mut().filter(|block| block.local) {
        block.needs.remove(key);
    }
    let goes = reached(&blocks, [key.to_owned()].into());
    let roots: BTreeSet<String> = match format {
        Format::Uv => {
            let local = blocks.iter().filter(|block| block.local);
            let needs = local.flat_map(|block| block.needs.iter().chain([&block.key]));
            needs.filter(|name| *name != key).cloned().collect()
        }
        _ => wanted.clone(),
    };
    let stays = reached(&blocks, roots);
    let shared: Vec<&String> = goes.intersection(&stays).collect();
    if format == Format::Uv {
        uv_is_sure(&document, &blocks, key, &goes, &shared)?;
    } else if let Some(one) = shared.first() {
        return Err(format!("{one} is needed by what stays as well"));
    }
    let gone = |name: &str| goes.contains(name) && !stays.contains(name);
    take(format, &mut document, &gone)?;
    match format {
        Format::Uv => own_entries(&mut document, key),
        Format::Poetry => poetry_tables(&mut document, &gone),
        Format::Pdm => {}
    }
    Ok(document.to_string())
}

/// Packages that have another version in a new lock file; else why it is not the same project's.
pub fn moved(format: Format, before: &str, now: &str) -> Result<Vec<String>, String> {
    let read = |text: &str| -> Result<DocumentMut, String> {
        text.parse()
            .map_err(|error| format!("it is broken: {error}"))
    };
    let (before, now) = (read(before)?, read(now)?);
    if format == Format::Pdm {
        // What is locked for whom is chosen when the file is first made.
        for choice in ["groups", "strategy"] {
            let of = |document: &DocumentMut| {
                let said = document.get("metadata").and_then(|it| it.get(choice));
                said.and_then(Item::as_array).map(|list| {
                    let names = list.iter().filter_map(Value::as_str);
                    names.map(str::to_owned).collect::<BTreeSet<_>>()
                })
            };
            if of(&before) != of(&now) {
                return Err(format!("`{}` chose other {choice}", format.command()));
            }
        }
    }
    let versions = |document: &DocumentMut| {
        let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for block in blocks(format, document) {
            known.entry(block.key).or_default().insert(block.version);
        }
        known
    };
    let (then, now) = (versions(&before), versions(&now));
    let listed = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" and ");
    Ok(now
        .iter()
        .filter(|(key, now)| then.get(*key).is_none_or(|then| !now.is_subset(then)))
        .map(|(key, now)| match then.get(key) {
            Some(then) => format!("{key} {} in the place of {}", listed(now), listed(then)),
            None => format!("{key} {}, which was not there", listed(now)),
        })
        .collect())
}

fn blocks(format: Format, document: &DocumentMut) -> Vec<Block> {
    let packages = document.get("package").and_then(Item::as_array_of_tables);
    let of = |table: &Table| {
        let text = |key: &str| table.get(key).and_then(Item::as_str).unwrap_or("");
        let local = table
            .get("source")
            .and_then(Item::as_table_like)
            .is_some_and(|source| {
                ["editable", "virtual", "directory"]
                    .iter()
                    .any(|kind| source.contains_key(kind))
            });
        let mut needs = BTreeSet::new();
        match format {
            Format::Uv => {
                for list in lists(table) {
                    let named = list
                        .iter()
                        .filter_map(|one| one.as_inline_table()?.get("name"));
                    needs.extend(named.filter_map(Value::as_str).map(key_of));
                }
            }
            Format::Poetry => {
                let tables = table.get("dependencies").and_then(Item::as_table_like);
                let entries = tables.into_iter().flat_map(TableLike::iter);
                needs.extend(entries.map(|(name, _)| key_of(name)));
            }
            Format::Pdm => {
                let list = table.get("dependencies").and_then(Item::as_array);
                let texts = list.into_iter().flatten().filter_map(Value::as_str);
                needs.extend(texts.filter_map(Requirement::read).map(|one| one.key));
            }
        }
        Block {
            key: key_of(text("name")),
            version: text("version").to_owned(),
            needs,
            local: format == Format::Uv && local,
        }
    };
    packages.into_iter().flatten().map(of).collect()
}

fn key_of(name: &str) -> String {
    Requirement::named(name).key
}

/// The lists in which uv says what a package needs.
fn lists(table: &Table) -> Vec<&Array> {
    let mut found: Vec<&Array> = Vec::new();
    found.extend(table.get("dependencies").and_then(Item::as_array));
    for key in ["optional-dependencies", "dev-dependencies"] {
        let groups = table.get(key).and_then(Item::as_table_like);
        let groups = groups.into_iter().flat_map(TableLike::iter);
        found.extend(groups.filter_map(|(_, list)| list.as_array()));
    }
    found
}

fn reached(blocks: &[Block], mut waiting: BTreeSet<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    while let Some(key) = waiting.pop_first() {
        if reached.insert(key.clone()) {
            let here = blocks.iter().filter(|block| block.key == key);
            waiting.extend(here.flat_map(|block| block.needs.iter().cloned()));
        }
    }
    reached
}

/// Whether uv would change nothing of the packages that stay.
fn uv_is_sure(
    document: &DocumentMut,
    blocks: &[Block],
    key: &str,
    goes: &BTreeSet<String>,
    shared: &[&String],
) -> Result<(), String> {
    if let Some(manifest) = document.get("manifest")
        && mentions(manifest, key)
    {
        return Err("its `[manifest]` names it".to_owned());
    }
    for name in shared {
        if blocks.iter().filter(|block| block.key == **name).count() > 1 {
            return Err(format!("{name} stays, and is locked in several versions"));
        }
    }
    let packages = document.get("package").and_then(Item::as_array_of_tables);
    for table in packages.into_iter().flatten() {
        let name = key_of(table.get("name").and_then(Item::as_str).unwrap_or(""));
        let going = goes.contains(&name);
        if going && table.contains_key("resolution-markers") {
            return Err(format!("{name} is locked for some environments alone"));
        }
        for need in lists(table).into_iter().flatten() {
            let Some(need) = need.as_inline_table() else {
                continue;
            };
            let target = need.get("name").and_then(Value::as_str).map(key_of);
            let ours = going || target.as_deref() == Some(key);
            let stays = target.is_some_and(|target| shared.contains(&&target));
            if ours && stays && need.contains_key("extra") {
                return Err(format!("{name} asks for an extra of what stays"));
            }
        }
    }
    Ok(())
}

/// Whether a string or a name in an item is a package's.
fn mentions(item: &Item, key: &str) -> bool {
    let text = item.to_string();
    let words =
        text.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')));
    words.into_iter().any(|word| key_of(word) == key)
}

/// Takes packages' entries out.
fn take(
    format: Format,
    document: &mut DocumentMut,
    gone: &dyn Fn(&str) -> bool,
) -> Result<(), String> {
    let Some(packages) = document
        .get_mut("package")
        .and_then(Item::as_array_of_tables_mut)
    else {
        return Ok(());
    };
    // What stands above the first entry is about the file.
    let head = packages.get(0).map(|first| first.decor().clone());
    let gone = |table: &Table| {
        table
            .get("name")
            .and_then(Item::as_str)
            .is_some_and(|it| gone(&key_of(it)))
    };
    let first_goes = packages.get(0).is_some_and(&gone);
    packages.retain(|table| !gone(table));
    let Some(head) = head.filter(|_| first_goes) else {
        return Ok(());
    };
    if let Some(first) = packages.get_mut(0) {
        *first.decor_mut() = head;
        return Ok(());
    }
    if format != Format::Poetry {
        return Err("no package would be left in it".to_owned());
    }
    document.remove("package");
    document.insert("package", toml_edit::value(Array::new()));
    let above = head.prefix().and_then(|raw| raw.as_str()).unwrap_or("");
    if let Some(mut key) = document.key_mut("package") {
        key.leaf_decor_mut()
            .set_prefix(above.trim_end_matches('\n').to_owned() + "\n");
    }
    Ok(())
}

/// What the project's own entries in uv's file say of a package.
fn own_entries(document: &mut DocumentMut, key: &str) {
    let packages = document
        .get_mut("package")
        .and_then(Item::as_array_of_tables_mut);
    let local = |table: &&mut Table| {
        let source = table.get("source").and_then(Item::as_table_like);
        source.is_some_and(|source| {
            ["editable", "virtual", "directory"]
                .iter()
                .any(|kind| source.contains_key(kind))
        })
    };
    for table in packages
        .into_iter()
        .flat_map(|all| all.iter_mut())
        .filter(local)
    {
        if strike(table, "dependencies", key) {
            table.remove("dependencies");
        }
        for groups in ["optional-dependencies", "dev-dependencies"] {
            let Some(inner) = table.get_mut(groups).and_then(Item::as_table_mut) else {
                continue;
            };
            let names: Vec<String> = inner.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names {
                if strike(inner, &name, key) {
                    inner.remove(&name);
                }
            }
            if inner.is_empty() {
                table.remove(groups);
            }
        }
        let Some(metadata) = table.get_mut("metadata").and_then(Item::as_table_mut) else {
            continue;
        };
        if strike(metadata, "requires-dist", key) {
            metadata.remove("requires-dist");
        } else {
            alone(metadata, "requires-dist");
        }
        if let Some(groups) = metadata
            .get_mut("requires-dev")
            .and_then(Item::as_table_mut)
        {
            let names: Vec<String> = groups.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names {
                strike(groups, &name, key);
                alone(groups, &name);
            }
        }
        if metadata.is_empty() {
            table.remove("metadata");
        }
    }
}

/// Takes a package out of a list; whether nothing is left in it that was there.
fn strike(table: &mut Table, list: &str, key: &str) -> bool {
    let Some(list) = table.get_mut(list).and_then(Item::as_array_mut) else {
        return false;
    };
    let before = list.len();
    list.retain(|item| {
        let name = item.as_inline_table().and_then(|it| it.get("name"));
        name.and_then(Value::as_str).map(key_of).as_deref() != Some(key)
    });
    before > 0 && list.is_empty()
}

/// A list of one stands on one line in uv's metadata, and so does an empty one.
fn alone(table: &mut Table, list: &str) {
    let Some(list) = table.get_mut(list).and_then(Item::as_array_mut) else {
        return;
    };
    if list.len() > 1 {
        return;
    }
    list.set_trailing("");
    list.set_trailing_comma(false);
    if let Some(only) = list.get_mut(0) {
        only.decor_mut().clear();
    }
}

/// What Poetry's file says of packages beside their entries.
fn poetry_tables(document: &mut DocumentMut, gone: &dyn Fn(&str) -> bool) {
    if let Some(extras) = document.get_mut("extras").and_then(Item::as_table_like_mut) {
        for (_, extra) in extras.iter_mut() {
            if let Some(list) = extra.as_array_mut() {
                list.retain(|name| name.as_str().is_none_or(|name| !gone(&key_of(name))));
            }
        }
    }
    let files = document
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut("files"))
        .and_then(Item::as_table_like_mut);
    if let Some(files) = files {
        let names: Vec<String> = files.iter().map(|(name, _)| name.to_owned()).collect();
        for name in names.iter().filter(|name| gone(&key_of(name))) {
            files.remove(name);
        }
    }
}
