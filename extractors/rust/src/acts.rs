//! Finds what a module may do that no observation shows ([`Act`]).
//!
//! On stable Rust none of it can be had without its name: identifiers can't be put together from parts, neither by macros.
//! So it is looked for by name, in macro bodies and attributes too, and rather once too often.

use std::collections::BTreeSet;

use ripout_model::Act;

use crate::tokens::{Token, TokenKind, tokens};

/// Names, and what a text may do by them.
const NAMES: [(&str, &[&str]); 8] = [
    (
        "reaches for the network",
        &[
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "ToSocketAddrs",
            "to_socket_addrs",
            "UnixStream",
            "UnixListener",
            "UnixDatagram",
        ],
    ),
    ("starts programs", &["Command", "CommandExt"]),
    (
        "looks for files, reads or writes them",
        &[
            "fs",
            "File",
            "OpenOptions",
            "DirBuilder",
            "exists",
            "try_exists",
            "is_file",
            "is_dir",
            "is_symlink",
            "metadata",
            "symlink_metadata",
            "read_dir",
            "read_link",
            "canonicalize",
        ],
    ),
    ("reads the environment", &["env"]),
    ("reads standard input", &["stdin"]),
    ("reads the clock", &["SystemTime", "Instant", "UNIX_EPOCH"]),
    ("asks for threads", &["thread"]),
    (
        "acts on the whole process",
        &[
            "set_hook",
            "take_hook",
            "global_allocator",
            "panic_handler",
            "no_mangle",
            "export_name",
            "link_section",
            "link",
        ],
    ),
];

/// Macros that tell of where the text stands, or take in what stands elsewhere.
const MACROS: [&str; 8] = [
    "option_env",
    "include",
    "include_str",
    "include_bytes",
    "file",
    "line",
    "column",
    "module_path",
];

/// Each once, with its first line.
pub fn acts(text: &str) -> Vec<Act> {
    let all = tokens(text);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut from = 0;
    let mut line = 1;
    for (index, token) in all.iter().enumerate() {
        if token.kind != TokenKind::Ident {
            continue;
        }
        let Some((what, by)) = act(text, &all, index) else {
            continue;
        };
        let start = token.start as usize;
        line += text[from..start].matches('\n').count() as u32;
        from = start;
        if seen.insert((what, by.clone())) {
            found.push(Act { what, by, line });
        }
    }
    found
}

/// What a name at its place stands for.
fn act(text: &str, all: &[Token], index: usize) -> Option<(&'static str, String)> {
    let name = all[index].text(text);
    let name = name.strip_prefix("r#").unwrap_or(name);
    let next = |by: usize| all.get(index + by);
    let says = |token: Option<&Token>, sign: &str| token.is_some_and(|it| it.text(text) == sign);
    match name {
        "unsafe" => {
            return Some((
                "relies on promises that the compiler can't check",
                name.into(),
            ));
        }
        // `cfg(…)` in an attribute, `cfg!(…)` in an expression, `cfg_attr(…, …)`.
        "cfg" | "cfg_attr" => {
            let open = if says(next(1), "!") { next(2) } else { next(1) }?;
            if open.kind != TokenKind::Open {
                return None;
            }
            let close = all[open.mate as usize];
            let inside = all
                .iter()
                .filter(|it| open.start < it.start && it.end < close.end);
            let inside: Vec<&str> = inside.map(|it| it.text(text)).collect();
            // Its tests are nothing that it does.
            return (inside != ["test"]).then(|| {
                (
                    "depends on where it is built",
                    format!("cfg({})", inside.join(" ")),
                )
            });
        }
        _ if MACROS.contains(&name) && says(next(1), "!") => {
            return Some(("depends on where it stands", format!("{name}!")));
        }
        _ => {}
    }
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map(|(what, _)| (*what, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, u32)> {
        acts(text).into_iter().map(|it| (it.by, it.line)).collect()
    }

    #[test]
    fn what_is_hidden_in_macros_and_attributes_is_found() {
        let text = "macro_rules! hidden {\n    () => { let _ = std::net::TcpStream::connect(\"a:1\"); };\n}\n\
                    #[cfg(test)]\nmod tests {}\n#[cfg(not(debug_assertions))]\nfn f() { r#unsafe(); unsafe { g() } }\nfn h() -> &'static str { file!() }\n";
        assert_eq!(
            found(text),
            [
                ("TcpStream".into(), 2),
                ("cfg(not ( debug_assertions ))".into(), 6),
                ("unsafe".into(), 7),
                ("file!".into(), 8),
            ]
        );
    }

    #[test]
    fn words_of_comments_and_texts_do_nothing() {
        let text = "/// Unlike `std::fs::File`, unsafe.\n// env\nfn f(line: u32, file: &str) -> String { format!(\"{file}:{line} env fs\") }\n";
        assert_eq!(found(text), []);
    }
}
