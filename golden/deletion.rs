//! Whether a module holds more than it needs: each of its definitions is deleted once, and the rest is judged.
//!
//! ```text
//! cargo test --release --test deletion -- R07 R11 P06
//! ```
//!
//! takes rows of `golden/corpus.toml` out and tells for each how many definitions can be deleted one by one without the
//! module failing: it does not build or import, has another API, or is judged anything but `equivalent`. More than 15% of
//! them is a failure. Without names of rows nothing is done: a row takes minutes. What is deleted: in Rust an item, an
//! impl of a trait, a member of an inherent impl; in Python a function, a class, an assignment of the module.

mod corpus;

use std::{
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use tree_sitter::{Node, Parser};

use corpus::{Job, ripout};

/// At most so many of a hundred definitions may be superfluous.
const MOST: usize = 15;

/// A definition in a module's text.
struct Deletable {
    name: String,
    line: usize,
    bytes: Range<usize>,
}

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let jobs = corpus::jobs().expect("the corpus can be read");
    let mut failed = false;
    for job in jobs.iter().filter(|job| wanted.contains(&job.id)) {
        match row(job) {
            Ok(within) => failed |= !within,
            Err(error) => {
                println!("{}  {error}", job.id);
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

/// Takes a row out and deletes each definition once; whether few enough are superfluous.
fn row(job: &Job) -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let out = folder.path().join("out");
    let result = ripout("extract", job, &["--out", &out.to_string_lossy()])?;
    if result["verdict"] != "equivalent" {
        return Err(format!(
            "comes out {}, nothing to delete",
            result["verdict"]
        ));
    }
    let module = PathBuf::from(result["module"]["path"].as_str().unwrap_or_default());
    let text = std::fs::read_to_string(&module).map_err(|error| error.to_string())?;
    let rust = module
        .extension()
        .is_some_and(|extension| extension == "rs");
    let all = definitions(&text, rust)?;
    // Otherwise every deletion would seem to break it.
    if fails(job, &module, &text, rust)? {
        return Err("the whole module does not pass `ripout verify`".into());
    }
    let mut left = Vec::new();
    for one in &all {
        let mut without = text.clone();
        without.replace_range(one.bytes.clone(), "");
        if !fails(job, &module, &without, rust)? {
            left.push(format!("{}:{}", one.name, one.line));
        }
    }
    std::fs::write(&module, &text).map_err(|error| error.to_string())?;
    let within = left.len() * 100 <= all.len() * MOST;
    println!(
        "{}  {} of {} definitions can be deleted ({}%): {}",
        job.id,
        left.len(),
        all.len(),
        left.len() * 100 / all.len().max(1),
        left.join(", ")
    );
    Ok(within)
}

/// Whether the module without a definition is no replacement any more. The compiler is asked first: it is quick.
fn fails(job: &Job, module: &Path, text: &str, rust: bool) -> Result<bool, String> {
    std::fs::write(module, text).map_err(|error| error.to_string())?;
    if rust && job.keep.is_empty() {
        let stem = module.file_stem().unwrap_or_default().to_string_lossy();
        let root = module.with_file_name("alone.rs");
        let made = module.with_file_name("alone.rmeta");
        std::fs::write(&root, format!("pub mod {stem};\n")).map_err(|error| error.to_string())?;
        let checked = Command::new("rustc")
            .args([
                "--edition",
                "2021",
                "--crate-type",
                "lib",
                "--emit=metadata",
            ])
            .args(["--cap-lints", "allow", "-o"])
            .args([&made, &root])
            .output()
            .map_err(|error| format!("start rustc: {error}"))?;
        if !checked.status.success() {
            return Ok(true);
        }
    }
    let path = module.to_string_lossy();
    let result = ripout("verify", job, &["--module", &path])?;
    Ok(result["verdict"] != "equivalent")
}

fn definitions(text: &str, rust: bool) -> Result<Vec<Deletable>, String> {
    let mut parser = Parser::new();
    let grammar = if rust {
        tree_sitter_rust::LANGUAGE.into()
    } else {
        tree_sitter_python::LANGUAGE.into()
    };
    parser
        .set_language(&grammar)
        .map_err(|error| error.to_string())?;
    let tree = parser
        .parse(text, None)
        .ok_or("the module can't be parsed")?;
    let mut found = Vec::new();
    if rust {
        items(tree.root_node(), text, &mut found);
    } else {
        statements(tree.root_node(), text, &mut found);
    }
    Ok(found)
}

fn items(of: Node<'_>, text: &str, found: &mut Vec<Deletable>) {
    let mut cursor = of.walk();
    for node in of.named_children(&mut cursor) {
        match node.kind() {
            "mod_item" => {
                if let Some(body) = node.child_by_field_name("body") {
                    items(body, text, found);
                }
            }
            "impl_item" if node.child_by_field_name("trait").is_none() => {
                if let Some(body) = node.child_by_field_name("body") {
                    items(body, text, found);
                }
            }
            "function_item" | "struct_item" | "enum_item" | "union_item" | "trait_item"
            | "impl_item" | "const_item" | "static_item" | "type_item" | "macro_definition"
            | "macro_invocation" | "foreign_mod_item" => found.push(deletable(node, text)),
            "expression_statement" if text[node.byte_range()].contains('!') => {
                found.push(deletable(node, text));
            }
            _ => {}
        }
    }
}

fn statements(of: Node<'_>, text: &str, found: &mut Vec<Deletable>) {
    let mut cursor = of.walk();
    for node in of.named_children(&mut cursor) {
        let assigns = node.kind() == "expression_statement"
            && node
                .named_child(0)
                .is_some_and(|inner| inner.kind() == "assignment");
        if assigns
            || matches!(
                node.kind(),
                "function_definition" | "class_definition" | "decorated_definition"
            )
        {
            found.push(deletable(node, text));
        }
    }
}

/// A node with the attributes before it. Comments may stay.
fn deletable(node: Node<'_>, text: &str) -> Deletable {
    let mut start = node.start_byte();
    let mut before = node.prev_named_sibling();
    while let Some(sibling) = before.filter(|node| {
        node.kind() == "attribute_item"
            || node.kind() == "line_comment" && text[node.byte_range()].starts_with("///")
    }) {
        start = sibling.start_byte();
        before = sibling.prev_named_sibling();
    }
    let named = node
        .child_by_field_name("name")
        .map(|name| &text[name.byte_range()]);
    let first = text[node.byte_range()].lines().next().unwrap_or_default();
    Deletable {
        name: named.unwrap_or(first).trim().to_owned(),
        line: node.start_position().row + 1,
        bytes: start..node.end_byte(),
    }
}
