//! Where a text stops making sense.

use tree_sitter::Node;

use super::walk::row;

/// Line of the first error in a tree.
pub fn first_error(root: Node) -> Option<u32> {
    let mut node = root;
    loop {
        if node.is_error() || node.is_missing() {
            return Some(row(node));
        }
        let mut cursor = node.walk();
        let below = node
            .children(&mut cursor)
            .find(|child| child.has_error() || child.is_missing());
        match below {
            Some(child) => node = child,
            None => return Some(row(node)),
        }
    }
}
