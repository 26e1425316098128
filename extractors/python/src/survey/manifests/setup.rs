//! `setup.py`, read and never run: lists that are written out are read, what is computed is said.

use std::collections::HashMap;

use tree_sitter::{Node, Parser, Tree};

use super::{Purpose, Reader};
use crate::parse::kinds::grammar;

const FILE: &str = "setup.py";

/// A text with its line.
type Words = Vec<(String, u32)>;

impl Reader<'_> {
    /// Reads the file, where there is one.
    pub(super) fn setup(&mut self) {
        let Some(text) = self.text(FILE) else { return };
        self.has_manifest(FILE);
        let mut parser = Parser::new();
        let tree = match parser.set_language(&grammar().language) {
            Ok(()) => parser.parse(&text, None),
            Err(_) => None,
        };
        let Some(tree) = tree else { return };
        let script = Script::of(&tree, &text);
        for arguments in &script.calls {
            for index in 0..arguments.named_child_count() {
                let Some(argument) = arguments.named_child(index as u32) else {
                    continue;
                };
                if argument.kind() == "dictionary_splat" {
                    let text = "arguments of `setup` are computed: what they require is not known";
                    self.note("computed", FILE, line(argument), text);
                }
                let (Some(name), Some(value)) = (
                    argument.child_by_field_name("name"),
                    argument.child_by_field_name("value"),
                ) else {
                    continue;
                };
                self.setup_argument(script.word(name), value, &script);
            }
        }
    }

    fn setup_argument(&mut self, name: &str, value: Node, script: &Script) {
        let purpose = match name {
            "install_requires" => Purpose::NORMAL,
            "tests_require" => Purpose::DEV,
            "setup_requires" => Purpose::BUILD,
            "extras_require" => return self.setup_extras(value, script),
            "entry_points" => {
                let mut words = Vec::new();
                script.texts(value, 0, &mut words);
                for (text, line) in words {
                    for (at, one) in text.lines().enumerate() {
                        let target = one.split_once('=').map_or(one, |(_, target)| target);
                        self.mention(FILE, line + at as u32, target.trim(), false);
                    }
                }
                return;
            }
            _ => return,
        };
        let mut words = Vec::new();
        let whole = script.list(value, 0, &mut words);
        self.words(words, purpose);
        if !whole {
            let text = format!("`{name}` is computed: only what is written out was read");
            self.note("computed", FILE, line(value), &text);
        }
    }

    fn setup_extras(&mut self, value: Node, script: &Script) {
        let value = script.followed(value, 0);
        let mut whole = value.kind() == "dictionary";
        for index in 0..value.named_child_count() {
            let Some(pair) = value.named_child(index as u32).filter(|_| whole) else {
                continue;
            };
            let (Some(key), Some(items)) = (
                pair.child_by_field_name("key"),
                pair.child_by_field_name("value"),
            ) else {
                whole &= pair.kind() == "comment";
                continue;
            };
            let mut names = Vec::new();
            whole &= script.list(key, 0, &mut names);
            let mut words = Vec::new();
            whole &= script.list(items, 0, &mut words);
            let extra = names.first().map_or("", |(name, _)| name.as_str());
            let purpose = if extra.starts_with(':') {
                Purpose::NORMAL
            } else {
                Purpose::extra(extra)
            };
            self.words(words, purpose);
        }
        if !whole {
            let text = "`extras_require` is computed: only what is written out was read";
            self.note("computed", FILE, line(value), text);
        }
    }

    fn words(&mut self, words: Words, purpose: Purpose) {
        for (text, line) in words {
            for (at, one) in text.lines().enumerate() {
                if !one.trim().is_empty() {
                    self.want(one, FILE, line + at as u32, purpose);
                }
            }
        }
    }
}

/// The script's calls of `setup` and its assignments.
struct Script<'t> {
    text: &'t str,
    calls: Vec<Node<'t>>,
    assigned: HashMap<&'t str, Node<'t>>,
}

impl<'t> Script<'t> {
    fn of(tree: &'t Tree, text: &'t str) -> Self {
        let mut script = Self {
            text,
            calls: Vec::new(),
            assigned: HashMap::new(),
        };
        let mut waiting = vec![tree.root_node()];
        while let Some(node) = waiting.pop() {
            match node.kind() {
                "call" => {
                    let function = node.child_by_field_name("function");
                    let word = function.map_or("", |function| script.word(function));
                    if (word == "setup" || word.ends_with(".setup"))
                        && let Some(arguments) = node.child_by_field_name("arguments")
                    {
                        script.calls.push(arguments);
                    }
                }
                "assignment" => {
                    if let (Some(left), Some(right)) = (
                        node.child_by_field_name("left"),
                        node.child_by_field_name("right"),
                    ) {
                        // Bound in more than one way: what it holds is not known.
                        let word = script.word(left);
                        if script.assigned.contains_key(word) {
                            script.assigned.insert(word, left);
                        } else {
                            script.assigned.insert(word, right);
                        }
                    }
                }
                _ => {}
            }
            for index in 0..node.named_child_count() {
                waiting.extend(node.named_child(index as u32));
            }
        }
        script
    }

    fn word(&self, node: Node) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// What a name was assigned, or the node itself.
    fn followed(&self, node: Node<'t>, depth: u32) -> Node<'t> {
        if node.kind() != "identifier" || depth > 8 {
            return node;
        }
        match self.assigned.get(self.word(node)) {
            Some(value) if value.id() != node.id() => self.followed(*value, depth + 1),
            _ => node,
        }
    }

    /// The strings of a list that is written out; `false` where some of it is computed.
    fn list(&self, node: Node<'t>, depth: u32, words: &mut Words) -> bool {
        let node = self.followed(node, 0);
        if depth > 32 {
            return false;
        }
        let children = |words: &mut Words| {
            let mut whole = true;
            for index in 0..node.named_child_count() {
                if let Some(child) = node.named_child(index as u32) {
                    whole &= self.list(child, depth + 1, words);
                }
            }
            whole
        };
        match node.kind() {
            "list"
            | "tuple"
            | "set"
            | "parenthesized_expression"
            | "list_splat"
            | "concatenated_string" => children(words),
            "binary_operator"
                if node
                    .child_by_field_name("operator")
                    .is_some_and(|o| o.kind() == "+") =>
            {
                children(words)
            }
            "comment" | "none" => true,
            "string" => match content(node, self.text) {
                Some(text) => {
                    words.push((text, line(node)));
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// Every string below a node.
    fn texts(&self, node: Node<'t>, depth: u32, words: &mut Words) {
        let node = self.followed(node, 0);
        if let Some(text) = content(node, self.text) {
            words.push((text, line(node)));
        } else if depth < 32 {
            for index in 0..node.named_child_count() {
                if let Some(child) = node.named_child(index as u32) {
                    self.texts(child, depth + 1, words);
                }
            }
        }
    }
}

/// What a plain string says; `None` where it is none, or holds expressions.
fn content(node: Node, text: &str) -> Option<String> {
    if node.kind() != "string" {
        return None;
    }
    let mut said = String::new();
    for index in 0..node.named_child_count() {
        let child = node.named_child(index as u32)?;
        match child.kind() {
            "string_content" => said.push_str(text.get(child.byte_range())?),
            "interpolation" => return None,
            _ => {}
        }
    }
    Some(said)
}

fn line(node: Node) -> u32 {
    node.start_position().row as u32 + 1
}
