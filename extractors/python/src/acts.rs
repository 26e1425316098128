//! Finds what a module may do that no observation shows ([`Act`]).
//!
//! Files, programs, sockets and threads are no matter for it: the interpreter tells of each as it is begun. What is merely
//! asked leaves no trace: settings of the machine, the hour, who looks on. It is looked for by name, and what is put
//! together from parts of a name is not found.

use std::collections::BTreeSet;

use ripout_model::Act;
use tree_sitter::{Node, Parser};

use crate::{outline::each, parse::kinds::grammar};

const CLOCK: &str = "reads the clock";
const LOT: &str = "draws by lot";
const MACHINE: &str = "depends on the machine that it runs on";
const WATCHED: &str = "asks who looks on";
const HIDDEN: &str = "runs text that can't be read";

/// Modules, by their first name, and what whoever imports them may do.
const MODULES: [(&str, &str); 12] = [
    ("time", CLOCK),
    ("random", LOT),
    ("secrets", LOT),
    ("platform", MACHINE),
    ("sysconfig", MACHINE),
    ("getpass", MACHINE),
    ("pwd", MACHINE),
    ("ctypes", HIDDEN),
    ("gc", WATCHED),
    ("inspect", WATCHED),
    ("traceback", WATCHED),
    ("atexit", "acts on the whole process"),
];

/// Members of modules.
const MEMBERS: [(&str, &str); 25] = [
    ("now", CLOCK),
    ("utcnow", CLOCK),
    ("today", CLOCK),
    ("urandom", LOT),
    ("uuid1", LOT),
    ("uuid4", LOT),
    ("environ", MACHINE),
    ("environb", MACHINE),
    ("getenv", MACHINE),
    ("getpid", MACHINE),
    ("cpu_count", MACHINE),
    ("isatty", MACHINE),
    ("argv", MACHINE),
    ("executable", MACHINE),
    ("platform", MACHINE),
    ("version_info", MACHINE),
    ("hexversion", MACHINE),
    ("implementation", MACHINE),
    ("modules", WATCHED),
    ("_getframe", WATCHED),
    ("gettrace", WATCHED),
    ("settrace", WATCHED),
    ("setprofile", WATCHED),
    ("import_module", HIDDEN),
    ("setrecursionlimit", "acts on the whole process"),
];

/// Names that need no import.
const BUILT_IN: [(&str, &str); 6] = [
    ("eval", HIDDEN),
    ("exec", HIDDEN),
    ("__import__", HIDDEN),
    ("__file__", MACHINE),
    ("__debug__", MACHINE),
    ("__builtins__", WATCHED),
];

/// Each once, with its first line.
pub fn acts(text: &str) -> Vec<Act> {
    let mut parser = Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let Some(tree) = tree else {
        return found;
    };
    each(tree.root_node(), &mut |node| {
        if node.kind() != "identifier" {
            return;
        }
        let name = &text[node.byte_range()];
        let known = match role(node) {
            Role::Module => &MODULES[..],
            Role::Member => &MEMBERS[..],
            Role::Name => &BUILT_IN[..],
            Role::Label => return,
        };
        let Some((by, what)) = known.iter().find(|(known, _)| *known == name) else {
            return;
        };
        if seen.insert((*what, *by)) {
            found.push(Act {
                what,
                by: (*by).to_owned(),
                line: node.start_position().row as u32 + 1,
            });
        }
    });
    found
}

/// What a name is at its place.
enum Role {
    /// The first name of a module that is imported.
    Module,
    /// Behind a dot, or imported from a module.
    Member,
    /// On its own.
    Name,
    /// The name of an argument in a call, or a further name of a module.
    Label,
}

fn role(node: Node<'_>) -> Role {
    let Some(parent) = node.parent() else {
        return Role::Name;
    };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "attribute" if is("attribute") => Role::Member,
        "keyword_argument" if is("name") => Role::Label,
        "dotted_name" => {
            let mut around = parent.parent();
            if around.is_some_and(|it| it.kind() == "aliased_import") {
                around = around.and_then(|it| it.parent());
            }
            let from = around.filter(|it| it.kind() == "import_from_statement");
            let module = from.and_then(|it| it.child_by_field_name("module_name"));
            if from.is_some() && module != Some(parent) {
                Role::Member
            } else if parent.child(0) == Some(node) {
                Role::Module
            } else {
                Role::Label
            }
        }
        _ => Role::Name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, u32)> {
        acts(text).into_iter().map(|it| (it.by, it.line)).collect()
    }

    #[test]
    fn imports_members_and_names_are_told_apart() {
        let text = "import os, time as clock\nfrom sys import argv as words\n\
                    def f(time, now, exec_=None):\n    time.argv\n    return os.environ, eval('1'), g(eval=2)\n";
        assert_eq!(
            found(text),
            [
                ("time".into(), 1),
                ("argv".into(), 2),
                ("environ".into(), 5),
                ("eval".into(), 5),
            ]
        );
    }

    #[test]
    fn texts_and_parts_of_other_modules_do_nothing() {
        let text = "import email.time\nfrom os.path import join\n\ndef f():\n    \"\"\"eval\"\"\"\n    return 'os.environ', join  # exec\n";
        assert_eq!(found(text), []);
    }
}
