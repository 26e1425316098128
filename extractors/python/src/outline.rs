//! What of a module's text users reach, and what can be left out of it. By names alone: the module need not run.

use std::{collections::BTreeSet, ops::Range};

use ripout_model::{Body, Outline, Remark};
use tree_sitter::{Node, Parser};

use crate::parse::kinds::grammar;

/// Values of variables that are shorter than this stay: a table is left out, a number is not.
const SHORT: usize = 60;

const BLOCK: &str = "...  # left out";
const VALUE: &str = "...";

/// Reads the layout of a module.
pub fn outline(text: &str) -> Outline {
    let mut parser = Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else {
        return Outline::default();
    };
    let mut reader = Reader {
        text,
        items: Vec::new(),
        listed: None,
    };
    let mut cursor = tree.root_node().walk();
    for child in tree.root_node().named_children(&mut cursor) {
        reader.item(child);
    }
    let public = reader.public();
    let mut outline = Outline::default();
    let mut docs = Vec::new();
    for (item, public) in reader.items.iter().zip(&public) {
        if *public {
            outline.public.push(item.whole.clone());
            outline.private.extend(item.private.iter().cloned());
        }
        for (name, range, instead) in &item.bodies {
            outline.bodies.push(Body {
                name: name.clone(),
                range: range.clone(),
                public: *public && !within(&item.private, range),
                instead,
            });
        }
        // What `__doc__` says of a public definition is a part of the API, and no remark.
        let hidden = |range: &&Range<usize>| !*public || within(&item.private, range);
        docs.extend(item.docs.iter().filter(hidden).cloned());
    }
    let mut ranges: Vec<(Range<usize>, bool)> = docs.into_iter().map(|it| (it, true)).collect();
    each(tree.root_node(), &mut |node| {
        if node.kind() == "comment" {
            ranges.push((node.byte_range(), false));
        }
    });
    ranges.sort_by_key(|(range, _)| range.start);
    for (range, is_doc) in ranges {
        let owner = reader
            .items
            .iter()
            .position(|item| item.whole.end >= range.start);
        let public = !is_doc
            && owner.is_some_and(|it| public[it] && !within(&reader.items[it].private, &range));
        outline.remarks.push(Remark { range, public });
    }
    outline
}

/// A statement at the module's root.
struct Item {
    name: Option<String>,
    whole: Range<usize>,
    bodies: Vec<(String, Range<usize>, &'static str)>,
    private: Vec<Range<usize>>,
    docs: Vec<Range<usize>>,
    /// Base classes, defaults, annotations, decorators: names outside bodies.
    names: BTreeSet<String>,
}

struct Reader<'a> {
    text: &'a str,
    items: Vec<Item>,
    /// `__all__`.
    listed: Option<BTreeSet<String>>,
}

impl Reader<'_> {
    fn item(&mut self, node: Node<'_>) {
        let mut item = Item {
            name: None,
            whole: node.byte_range(),
            bodies: Vec::new(),
            private: Vec::new(),
            docs: Vec::new(),
            names: BTreeSet::new(),
        };
        let inner = node.child_by_field_name("definition").unwrap_or(node);
        let name = inner
            .child_by_field_name("name")
            .map(|it| self.word(it).to_owned());
        match inner.kind() {
            "comment" => return,
            "function_definition" => {
                let called = name.clone().unwrap_or_default();
                self.function(inner, called, &mut item);
            }
            "class_definition" => {
                if let Some(body) = inner.child_by_field_name("body") {
                    if body.named_child_count() > 1 {
                        item.docs.extend(self.doc(body));
                    }
                    self.members(body, name.as_deref().unwrap_or_default(), &mut item);
                }
            }
            "expression_statement" => {
                let Some(assignment) = inner
                    .named_child(0)
                    .filter(|child| child.kind() == "assignment")
                else {
                    return;
                };
                let (left, right) = (
                    assignment.child_by_field_name("left"),
                    assignment.child_by_field_name("right"),
                );
                let left = left.map(|it| self.word(it).to_owned());
                if let (Some(left), Some(right)) = (&left, right) {
                    if left == "__all__" {
                        self.list(right);
                    } else if right.byte_range().len() > SHORT {
                        item.bodies.push((left.clone(), right.byte_range(), VALUE));
                    }
                }
                item.name = left;
            }
            _ => {}
        }
        item.name = item.name.or(name);
        let mut names = BTreeSet::new();
        each(node, &mut |child| {
            let range = child.byte_range();
            if child.kind() == "identifier"
                && !within(&item.private, &range)
                && !item.bodies.iter().any(|(_, body, _)| holds(body, &range))
            {
                names.insert(self.word(child).to_owned());
            }
        });
        item.names = names;
        self.items.push(item);
    }

    fn function(&self, node: Node<'_>, called: String, item: &mut Item) {
        let Some(body) = node.child_by_field_name("body") else {
            return;
        };
        let doc = self.doc(body);
        let mut cursor = body.walk();
        let first = body
            .named_children(&mut cursor)
            .find(|child| doc.as_ref().is_none_or(|doc| child.start_byte() > doc.end));
        // A block that says nothing else needs its string.
        if let Some(first) = first {
            item.docs.extend(doc);
            let range = first.start_byte()..body.end_byte();
            item.bodies.push((called, range, BLOCK));
        }
    }

    fn members(&self, body: Node<'_>, class: &str, item: &mut Item) {
        let mut cursor = body.walk();
        for member in body.named_children(&mut cursor) {
            let inner = member.child_by_field_name("definition").unwrap_or(member);
            let Some(name) = inner.child_by_field_name("name") else {
                continue;
            };
            let name = self.word(name);
            if name.starts_with('_') && !(name.starts_with("__") && name.ends_with("__")) {
                item.private.push(member.byte_range());
            }
            match inner.kind() {
                "function_definition" => self.function(inner, format!("{class}.{name}"), item),
                "class_definition" => {
                    if let Some(body) = inner.child_by_field_name("body")
                        && body.named_child_count() > 1
                    {
                        item.docs.extend(self.doc(body));
                    }
                }
                _ => {}
            }
        }
    }

    /// The string that a block begins with.
    fn doc(&self, body: Node<'_>) -> Option<Range<usize>> {
        let mut cursor = body.walk();
        let first = body
            .named_children(&mut cursor)
            .find(|child| child.kind() != "comment")?;
        let only = first.named_child(0)?;
        (first.kind() == "expression_statement" && only.kind() == "string")
            .then(|| first.byte_range())
    }

    fn list(&mut self, value: Node<'_>) {
        let mut names = BTreeSet::new();
        each(value, &mut |node| {
            if node.kind() == "string_content" {
                names.insert(self.word(node).to_owned());
            }
        });
        self.listed = Some(names);
    }

    /// What `__all__` lists, and what the headings of that name.
    fn public(&self) -> Vec<bool> {
        let mut reached: BTreeSet<&str> = match &self.listed {
            Some(listed) => listed.iter().map(String::as_str).collect(),
            None => {
                let names = self.items.iter().filter_map(|item| item.name.as_deref());
                names.filter(|name| !name.starts_with('_')).collect()
            }
        };
        let mut public = vec![false; self.items.len()];
        loop {
            let mut more = false;
            for (index, item) in self.items.iter().enumerate() {
                let named = item
                    .name
                    .as_deref()
                    .is_some_and(|name| reached.contains(name) || name == "__all__");
                if named && !public[index] {
                    public[index] = true;
                    reached.extend(item.names.iter().map(String::as_str));
                    more = true;
                }
            }
            if !more {
                return public;
            }
        }
    }

    fn word(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn within(ranges: &[Range<usize>], inner: &Range<usize>) -> bool {
    ranges.iter().any(|outer| holds(outer, inner))
}

/// Visits a node and all below it, in the order of the text; without recursion, as text may be nested deeply.
pub fn each<'t>(node: Node<'t>, visit: &mut impl FnMut(Node<'t>)) {
    let mut cursor = node.walk();
    loop {
        visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
__all__ = [\"Big\", \"split\"]

class Base:
    \"\"\"For others to build on.\"\"\"

class Big(Base):
    \"\"\"A part of the API.\"\"\"
    def size(self):
        \"\"\"So is this.\"\"\"
        # Twice.
        return 2
    def _inner(self):
        \"\"\"This is not.\"\"\"
        return 3

def split(text, by=DEFAULT):
    return _work(text)

DEFAULT = \",\"

def _work(text):
    \"\"\"Neither is this.\"\"\"
    return text  # as it is

TABLE = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
";

    #[test]
    fn users_reach_what_is_listed_and_what_its_headings_name() {
        let outline = outline(TEXT);
        let public: Vec<&str> = outline
            .public
            .iter()
            .map(|it| TEXT[it.clone()].lines().next().unwrap())
            .collect();
        assert_eq!(
            public,
            [
                "__all__ = [\"Big\", \"split\"]",
                "class Base:",
                "class Big(Base):",
                "def split(text, by=DEFAULT):",
                "DEFAULT = \",\""
            ]
        );
        assert_eq!(outline.private.len(), 1);
    }

    #[test]
    fn bodies_and_remarks_are_told_apart() {
        let outline = outline(TEXT);
        let names: Vec<(&str, bool)> = outline
            .bodies
            .iter()
            .map(|it| (it.name.as_str(), it.public))
            .collect();
        assert_eq!(
            names,
            [
                ("Big.size", true),
                ("Big._inner", false),
                ("split", true),
                ("_work", false),
                ("TABLE", false)
            ]
        );
        let remarks: Vec<(&str, bool)> = outline
            .remarks
            .iter()
            .map(|it| (&TEXT[it.range.clone()], it.public))
            .collect();
        assert_eq!(
            remarks,
            [
                ("# Twice.", true),
                ("\"\"\"This is not.\"\"\"", false),
                ("\"\"\"Neither is this.\"\"\"", false),
                ("# as it is", false),
            ]
        );
    }
}
