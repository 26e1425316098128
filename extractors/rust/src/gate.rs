//! The gates that need no inputs: a module parses, stands alone under each edition, and has the original's API.

use rayon::prelude::*;
use ripout_model::{Answer, Candidate, Command, Gate, Host, Kind, Note, Stop};

use crate::{
    accounts::{self, Accounts, Asked},
    api::{self, Wanted},
    doc::{self, Inner},
    layout,
    original::RustOriginal,
};

/// Passes a candidate through all of them.
pub fn gate(original: &RustOriginal, candidate: &Candidate, host: &dyn Host) -> Result<Gate, Stop> {
    let Some(file) = candidate.module.files.first() else {
        return Ok(Gate::Unviable("the module has no file".into()));
    };
    let text = match std::str::from_utf8(&file.bytes) {
        Ok(text) => text,
        Err(error) => return Ok(Gate::Unviable(format!("{}: not UTF-8: {error}", file.path))),
    };
    if let Err(error) = syn::parse_file(text) {
        let start = error.span().start();
        return Ok(Gate::Unviable(format!(
            "{}:{}:{}: does not parse: {error}",
            file.path,
            start.line,
            start.column + 1
        )));
    }
    // Neither needs the other, and the compiler alone keeps one processor busy only.
    let (built, asked) = rayon::join(
        || editions(original, candidate, host),
        || accounts::ask(original, candidate, host),
    );
    let (editions, rejections) = built?;
    if editions.is_empty() {
        return Ok(Gate::Unviable(rejections.join("\n")));
    }
    let accounts = match asked? {
        Asked::Both(accounts) => accounts,
        Asked::ModuleFails(errors) => return Ok(Gate::Unviable(errors)),
    };
    let wanted = match wanted(original, candidate, &accounts) {
        Ok(wanted) => wanted,
        Err(missing) => return Ok(Gate::Unviable(missing)),
    };
    let comparison = api::compare(&accounts.original, &accounts.module, &wanted);
    if !comparison.differences.is_empty() {
        return Ok(Gate::Unviable(format!(
            "another API than the original's:\n{}",
            comparison.differences.join("\n")
        )));
    }
    let mut api_notes = candidate.api_notes.clone();
    api_notes.extend(comparison.notes);
    let notes = rejections
        .into_iter()
        .map(|text| Note::new("edition", text))
        .collect();
    Ok(Gate::Passed {
        editions,
        api_notes,
        notes,
    })
}

/// Builds the module alone, warnings denied, under each edition that is wanted of it. Returns those that accept it, and
/// what the others said.
fn editions(
    original: &RustOriginal,
    candidate: &Candidate,
    host: &dyn Host,
) -> Result<(Vec<String>, Vec<String>), Stop> {
    let folder = host.folder("alone")?;
    let wanted = if candidate.module.editions.is_empty() {
        &original.settings.editions
    } else {
        &candidate.module.editions
    };
    let keeps = (0..original.packages.len())
        .any(|index| layout::kept(original, &candidate.dependencies, index));
    if keeps {
        layout::copy_packages(original, &*folder, "", |_, _, _| None)?;
    }
    let symbols: String = original.symbols.iter().map(used).collect();
    let stem = &candidate.module.stem;
    let uses = symbols.replace("STEM", stem);
    let build = |edition: &String| -> Result<Answer, Stop> {
        let package = format!("members/edition-{edition}");
        accounts::write_module(candidate, &*folder, &package, "#![deny(warnings)]\n")?;
        let root = format!("#![deny(warnings)]\nmod {stem};\n{uses}");
        folder.write(&format!("{package}/lib.rs"), root.as_bytes())?;
        let answer = if keeps {
            let name = format!("edition-{edition}");
            let manifest = accounts::module_manifest(original, candidate, &name, "alone", edition);
            folder.write(&format!("{package}/Cargo.toml"), manifest.as_bytes())?;
            folder.write(
                "Cargo.toml",
                format!("[workspace]\nresolver = \"2\"\nmembers = [\"{package}\"]\nexclude = [\"packages\"]\n").as_bytes(),
            )?;
            host.run(&Command::new("cargo", folder.path()).args(["check", "--quiet", "--offline"]))?
        } else {
            // Without dependencies the compiler alone will do.
            host.run(
                &Command::new("rustc", folder.path())
                    .args([
                        "--crate-type",
                        "lib",
                        "--crate-name",
                        "alone",
                        "--emit=metadata",
                    ])
                    .args(["--edition", edition])
                    .args(["-o".to_owned(), format!("alone-{edition}.rmeta")])
                    .arg(format!("{package}/lib.rs")),
            )?
        };
        Ok(answer)
    };
    // With dependencies there is one workspace that is written anew for each.
    let answers: Vec<Answer> = if keeps {
        wanted.iter().map(build).collect::<Result<_, _>>()?
    } else {
        wanted.par_iter().map(build).collect::<Result<_, _>>()?
    };
    let (mut accepted, mut rejections) = (Vec::new(), Vec::new());
    for (edition, answer) in wanted.iter().zip(answers) {
        if answer.ok() {
            accepted.push(edition.clone());
        } else {
            rejections.push(format!(
                "edition {edition} rejects the module: {}",
                accounts::shortened(&answer.errors())
            ));
        }
    }
    Ok((accepted, rejections))
}

/// Uses a symbol the way a consumer would, so that nothing about it is dead code.
fn used(symbol: &crate::original::Symbol) -> String {
    let name = &symbol.name;
    match symbol.kind {
        Kind::Macro => format!("#[allow(unused_imports)]\nuse STEM::{name};\n"),
        _ => format!("pub use STEM::{name};\n"),
    }
}

/// What a symbol's path leads to.
pub fn sort(symbol: &crate::original::Symbol) -> doc::Wanted {
    match symbol.kind {
        Kind::Macro => doc::Wanted::Macro,
        _ => doc::Wanted::Item,
    }
}

/// The symbols on both sides.
pub fn wanted(
    original: &RustOriginal,
    candidate: &Candidate,
    accounts: &Accounts,
) -> Result<Vec<Wanted>, String> {
    let public = doc::public_paths(&accounts.module);
    let mut wanted = Vec::new();
    for symbol in &original.symbols {
        let kind = sort(symbol);
        let one = accounts
            .original
            .find(&symbol.public_path, kind)
            .or_else(|| accounts.original.find(&symbol.definition_path, kind));
        let stem = &candidate.module.stem;
        let place = format!("{}::{stem}::{}", accounts::MODULE, symbol.name);
        let other = accounts.module.find(&place, kind);
        let (Some(one), Some(other)) = (one, other) else {
            if symbol.kind == Kind::Macro {
                // A macro that is not exported appears in no account; that it can be used was shown by building.
                continue;
            }
            let side = if one.is_none() { "original" } else { "module" };
            return Err(format!(
                "`{}` is not found in the {side}",
                symbol.public_path
            ));
        };
        let is_macro = matches!(
            accounts.module.item(other).map(|item| &item.inner),
            Some(Inner::Macro(_))
        );
        if !is_macro && !public.contains_key(&other) {
            return Err(format!(
                "`{}` is not public at the module's root",
                symbol.name
            ));
        }
        wanted.push(Wanted {
            original: one,
            module: other,
            member: symbol.member.clone(),
            asked: true,
        });
    }
    for of in macros::types(original, &accounts.original) {
        let item = accounts.original.item(of);
        // A macro that needs a type which is not there builds nowhere.
        let other = item.and_then(|item| accounts.module.namesake(item));
        if let Some(module) = other.filter(|_| !wanted.iter().any(|known| known.original == of)) {
            wanted.push(Wanted {
                original: of,
                module,
                member: None,
                asked: false,
            });
        }
    }
    Ok(wanted)
}

mod macros;
#[cfg(test)]
mod tests;
