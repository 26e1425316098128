//! The call graph for a page too narrow for the picture: what is needed stands below, and further in than, what needs it.

use std::collections::BTreeMap;

use super::{graph::Graph, html::Html, layers::Layout};

/// Writes it. A definition that several need is shown below the first, and named by the others.
pub fn draw(html: &mut Html, graph: &Graph, layout: &Layout) {
    let mut below: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for arrow in &layout.arrows {
        below.entry(arrow.from).or_default().push(arrow.to);
    }
    for to in below.values_mut() {
        to.sort_unstable();
        to.dedup();
    }
    let mut tree = Tree {
        graph,
        below: &below,
        shown: vec![false; graph.nodes.len()],
    };
    html.raw("<ul class=\"tree\" aria-label=\"Call graph\">\n");
    let is_left = |index: &usize| graph.nodes[*index].class == "left";
    let all = || 0..graph.nodes.len();
    for root in all().filter(|index| graph.nodes[*index].root) {
        tree.branch(html, root);
    }
    // What nothing that was asked for reaches by an arrow, as in a circle.
    for index in all().filter(|index| !is_left(index)) {
        if !tree.shown[index] {
            tree.branch(html, index);
        }
    }
    for index in all().filter(is_left) {
        if !tree.shown[index] {
            tree.branch(html, index);
        }
    }
    html.raw("</ul>\n");
}

struct Tree<'a> {
    graph: &'a Graph,
    below: &'a BTreeMap<usize, Vec<usize>>,
    shown: Vec<bool>,
}

impl Tree<'_> {
    fn branch(&mut self, html: &mut Html, index: usize) {
        let node = &self.graph.nodes[index];
        self.shown[index] = true;
        html.raw("<li><span class=\"box ")
            .raw(node.class)
            .raw(if node.root { " root" } else { "" })
            .raw("\"><code>")
            .text(&node.name)
            .raw("</code> <span class=\"what\">")
            .text(&node.what)
            .raw("</span></span>");
        let below = self.below.get(&index).map_or(&[][..], Vec::as_slice);
        let (again, first): (Vec<usize>, Vec<usize>) =
            below.iter().partition(|to| self.shown[**to]);
        if !again.is_empty() {
            let names: Vec<&str> = again
                .iter()
                .map(|to| self.graph.nodes[*to].name.as_str())
                .collect();
            html.raw(" <span class=\"again\">uses ")
                .text(&names.join(", "))
                .raw("</span>");
        }
        if !first.is_empty() {
            html.raw("\n<ul>\n");
            for to in first {
                // One of the others may have led there in the meantime.
                if self.shown[to] {
                    html.raw("<li><span class=\"again\">uses ")
                        .text(&self.graph.nodes[to].name)
                        .raw("</span></li>\n");
                } else {
                    self.branch(html, to);
                }
            }
            html.raw("</ul>\n");
        }
        html.raw("</li>\n");
    }
}
