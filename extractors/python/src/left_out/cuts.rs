//! Whether a definition is the author's but for blocks, or ends of blocks, in whose place it says that they were left out.
//!
//! No input need show what such a text does: it goes the author's way until it ends with that error, or to the end. Three
//! things could make it go another way all the same, and are looked for: a name that is a function's own only by what went,
//! a generator that is none any more, and a declaration that went.

use tree_sitter::Node;

use super::{
    is_plain, is_text,
    names::{Names, bound, mentioned, parameters},
};
use crate::removal::imports::tree;

/// Whether `mine` is `theirs` with blocks of functions left out, one at least.
pub fn is_cut(theirs: &str, mine: &str) -> bool {
    let (Some(theirs_tree), Some(mine_tree)) = (tree(theirs), tree(mine)) else {
        return false;
    };
    let (theirs_root, mine_root) = (theirs_tree.root_node(), mine_tree.root_node());
    let mut laid = Laid {
        theirs,
        mine,
        some: false,
    };
    !theirs_root.has_error()
        && !mine_root.has_error()
        && laid.same(theirs_root, mine_root, &mut None)
        && laid.some
}

/// Two texts side by side.
struct Laid<'t> {
    theirs: &'t str,
    mine: &'t str,
    /// Whether anything was left out.
    some: bool,
}

impl<'t> Laid<'t> {
    /// `gone`: what of the innermost function's own statements went; none outside of functions.
    fn same<'n>(
        &mut self,
        theirs: Node<'n>,
        mine: Node<'_>,
        gone: &mut Option<Vec<Node<'n>>>,
    ) -> bool {
        if theirs.kind_id() != mine.kind_id() {
            return false;
        }
        let whole = theirs.kind() == "string";
        if whole || theirs.child_count() == 0 || mine.child_count() == 0 {
            return self.theirs[theirs.byte_range()] == self.mine[mine.byte_range()];
        }
        match theirs.kind() {
            "block" => self.block(theirs, mine, gone),
            "function_definition" => {
                let mut own = Some(Vec::new());
                self.children(theirs, mine, &mut own)
                    && self.means_the_same(theirs, mine, &own.unwrap_or_default())
            }
            "class_definition" => self.children(theirs, mine, &mut None),
            _ => self.children(theirs, mine, gone),
        }
    }

    fn children<'n>(
        &mut self,
        theirs: Node<'n>,
        mine: Node<'_>,
        gone: &mut Option<Vec<Node<'n>>>,
    ) -> bool {
        let (theirs, mine) = (parts(theirs), parts(mine));
        theirs.len() == mine.len()
            && theirs
                .into_iter()
                .zip(mine)
                .all(|(theirs, mine)| self.same(theirs, mine, gone))
    }

    /// Statements are the same to the end, or up to the one that says that the rest is left out.
    fn block<'n>(
        &mut self,
        theirs: Node<'n>,
        mine: Node<'_>,
        gone: &mut Option<Vec<Node<'n>>>,
    ) -> bool {
        let (their_parts, my_parts) = (parts(theirs), parts(mine));
        let Some((last, before)) = my_parts.split_last() else {
            return their_parts.is_empty();
        };
        let at = before.len();
        let goes = is_plain(*last, self.mine)
            && their_parts.len() > at
            && self.mine[last.byte_range()] != self.theirs[their_parts[at].byte_range()];
        if !goes {
            return self.children(theirs, mine, gone);
        }
        // Its documentation is part of what a function shows.
        let of_function = theirs
            .parent()
            .is_some_and(|it| it.kind() == "function_definition");
        if of_function && at == 0 && is_text(their_parts[0]) {
            return false;
        }
        for (theirs, mine) in their_parts.iter().zip(before) {
            if !self.same(*theirs, *mine, gone) {
                return false;
            }
        }
        self.some = true;
        match gone {
            Some(gone) => {
                gone.extend(&their_parts[at..]);
                true
            }
            // What stands in the body of a class or of the module runs when it is imported.
            None => false,
        }
    }

    /// Whether what is left of a function means what it meant with all of it.
    fn means_the_same(&self, theirs: Node<'_>, mine: Node<'_>, gone: &[Node<'_>]) -> bool {
        if gone.is_empty() {
            return true;
        }
        let mut lost = Names::new();
        for statement in gone {
            if declares(*statement) {
                return false;
            }
            bound(*statement, self.theirs, true, &mut lost);
        }
        let (their_body, my_body) = (
            theirs.child_by_field_name("body"),
            mine.child_by_field_name("body"),
        );
        let (Some(their_body), Some(my_body)) = (their_body, my_body) else {
            return false;
        };
        let mut own = Names::new();
        parameters(mine, self.mine, &mut own);
        bound(my_body, self.mine, false, &mut own);
        let mut used = Names::new();
        mentioned(mine, self.mine, &mut used);
        let other = |name: &&&str| !own.contains(**name) && used.contains(**name);
        !lost.iter().any(|name| other(&name)) && yields(their_body) == yields(my_body)
    }
}

/// A node's children without comments.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let children = node.children(&mut cursor);
    children
        .filter(|child| !matches!(child.kind(), "comment" | "line_continuation"))
        .collect()
}

/// Whether a statement says whose some name is.
fn declares(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    matches!(node.kind(), "global_statement" | "nonlocal_statement")
        || node.named_children(&mut cursor).any(declares)
}

/// Whether a function with this body is a generator.
fn yields(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.kind() == "yield"
        || node
            .named_children(&mut cursor)
            .filter(|child| {
                !matches!(
                    child.kind(),
                    "function_definition" | "class_definition" | "lambda"
                )
            })
            .any(yields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORS: &str = "\
def distance(u, w=None):
    '''How far.'''
    if w is not None:
        # Weights are numbers.
        w = check(w)
        total = w.sum()
    elif u:
        total = 1
    for part in u:
        yield part  # one by one
    return total
";

    fn cut(from: &str, to: &str) -> bool {
        assert!(AUTHORS.contains(from), "{from}");
        is_cut(AUTHORS, &AUTHORS.replace(from, to))
    }

    const ERROR: &str = "raise NotImplementedError(\"left out of this module: it\")";

    #[test]
    fn a_block_or_its_end_may_go_with_an_error_that_says_so() {
        assert!(cut(
            "# Weights are numbers.\n        w = check(w)\n        total = w.sum()",
            ERROR
        ));
        assert!(cut("total = w.sum()", ERROR));
        assert!(cut("total = 1\n", &format!("{ERROR}  # never\n")));
        assert!(cut("    return total\n", &format!("    {ERROR}\n")));
        let method =
            "class A:\n    def a(self):\n        return 1\n\n    def b(self):\n        return 2\n";
        assert!(is_cut(method, &method.replace("return 2", ERROR)));
        assert!(is_cut(
            method,
            &method.replace("return 2", ERROR).replace("return 1", ERROR)
        ));
    }

    #[test]
    fn nothing_else_may_change() {
        assert!(!is_cut(AUTHORS, AUTHORS));
        assert!(!is_cut(AUTHORS, &AUTHORS.replace("# one by one", "")));
        for other in [
            AUTHORS
                .replace("total = 1", ERROR)
                .replace("return total", "return"),
            AUTHORS
                .replace("total = 1", ERROR)
                .replace("u):", "u, v):")
                .replace("u, ", "u, v, "),
            AUTHORS.replace("total = 1", &format!("u.clear()\n        {ERROR}")),
            AUTHORS.replace("total = 1", &format!("{ERROR}\n        total = 1")),
            AUTHORS.replace(
                "total = 1",
                "raise NotImplementedError(f\"left out of this module: {u}\")",
            ),
            AUTHORS.replace(
                "total = 1",
                "raise ValueError(\"left out of this module: it\")",
            ),
            AUTHORS.replace(
                "total = 1",
                "raise NotImplementedError(\"left out of this module: it\", u.pop())",
            ),
            AUTHORS.replace(
                "total = 1",
                "raise NotImplementedError(\"left out of this module: it\") from u.pop()",
            ),
            AUTHORS.replace("total = 1", "raise NotImplementedError(\"it\")"),
            AUTHORS.replace(
                "    elif u:\n        total = 1\n",
                &format!("    else:\n        {ERROR}\n"),
            ),
        ] {
            assert!(!is_cut(AUTHORS, &other), "{other}");
        }
        let body = "def f(u):\n    '''What it does.'''\n    return u\n";
        assert!(!is_cut(body, &format!("def f(u):\n    {ERROR}\n")));
        let class = "class A:\n    if B:\n        c = 1\n";
        assert!(!is_cut(class, &class.replace("c = 1", ERROR)));
    }

    #[test]
    fn what_is_left_means_what_it_meant() {
        // `total` would be somebody else's.
        let all = AUTHORS.replace("w = check(w)\n        total = w.sum()", ERROR);
        assert!(!is_cut(AUTHORS, &all.replace("total = 1", ERROR)));
        assert!(is_cut(AUTHORS, &all));
        // It would be no generator.
        assert!(!cut("yield part  # one by one", ERROR));
        let counts = "def f(u):\n    if u:\n        global n\n        n = 1\n    return n\n";
        assert!(!is_cut(
            counts,
            &counts.replace("global n\n        n = 1", ERROR)
        ));
        let imports = "def f(u):\n    if u:\n        import a.b as c, d.e\n        from f import g\n    return {}\n";
        for (name, fine) in [("c", false), ("d", false), ("g", false), ("h", true)] {
            let theirs = imports.replace("{}", name);
            let mine = theirs.replace("import a.b as c, d.e\n        from f import g", ERROR);
            assert_eq!(is_cut(&theirs, &mine), fine, "{name}");
        }
        for binds in [
            "for x in u: pass",
            "(x, y) = u",
            "x: int = 1",
            "x += 1",
            "with u as x: pass",
            "print(x := 1)",
            "del x",
            "def x(): pass",
            "class x: pass",
            "[x] = u",
            "*x, y = u",
            "for (x, y) in u: pass",
        ] {
            let theirs = format!("def f(u):\n    if u:\n        {binds}\n    return x\n");
            assert!(!is_cut(&theirs, &theirs.replace(binds, ERROR)), "{binds}");
            let theirs = theirs.replace("f(u)", "f(u, x=0)");
            assert!(is_cut(&theirs, &theirs.replace(binds, ERROR)), "{binds}");
        }
        let handled = "def f(u):\n    if u:\n        try:\n            u()\n        except ValueError as x:\n            pass\n    return x\n";
        let went = "try:\n            u()\n        except ValueError as x:\n            pass";
        assert!(handled.contains(went));
        assert!(!is_cut(handled, &handled.replace(went, ERROR)));
        let matched = "def f(u):\n    if u:\n        match u:\n            case [x, 1]:\n                pass\n    return x\n";
        let went = "match u:\n            case [x, 1]:\n                pass";
        assert!(!is_cut(matched, &matched.replace(went, ERROR)));
    }
}
