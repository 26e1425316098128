//! The call graph as a picture, and the same as a list for whoever can't see it.

use std::fmt::Write;

use super::{
    Subject,
    graph::{Graph, Node},
    html::{Html, counted},
    layers::{Layout, layout},
    pieces::Pieces,
    tree,
};

/// Size of a box, and room between boxes.
const WIDTH: i64 = 172;
const HEIGHT: i64 = 42;
const BESIDE: i64 = 38;
const BELOW: i64 = 14;
const MARGIN: i64 = 10;

/// Characters of a box's first line.
const NAME: usize = 20;

/// The section.
pub fn section(subject: &Subject<'_>, pieces: &Pieces<'_>) -> Html {
    let mut html = Html::default();
    let graph = Graph::of(subject, pieces);
    if graph.nodes.is_empty() {
        return html;
    }
    let roots: Vec<usize> = (0..graph.nodes.len())
        .filter(|index| graph.nodes[*index].root)
        .collect();
    let layout = layout(graph.nodes.len(), &graph.edges, &roots);
    html.raw("<p><span class=\"wide\">An arrow goes from what refers to what it needs; one that a longer way implies is left out. </span>");
    html.raw("<span class=\"narrow\">What a definition needs stands below it, further in. </span>");
    if graph.by_file {
        html.raw(
            "There are too many definitions to draw, so each box is one of the original’s files. ",
        );
    }
    html.raw("<span class=\"legend\">");
    for (class, word) in [
        ("root", "asked for"),
        ("verbatim", "verbatim"),
        ("edited", "edited"),
        ("synthesized", "synthesized"),
        ("left", "left behind, uses what was taken"),
    ] {
        let used = |node: &Node| {
            if class == "root" {
                node.root
            } else {
                node.class == class
            }
        };
        if graph.nodes.iter().any(used) {
            html.raw("<span class=\"key ")
                .raw(class)
                .raw("\">")
                .raw(word)
                .raw("</span> ");
        }
    }
    html.raw("</span>");
    if layout.columns > 5 {
        html.raw(" <span class=\"wide\">The picture scrolls sideways.</span>");
    }
    html.raw("</p>\n");
    // Wider than the page at times: it scrolls by itself then, also by keyboard.
    html.raw("<div class=\"scroll\" role=\"region\" aria-label=\"Call graph, scrolls sideways\" tabindex=\"0\">\n");
    draw(&mut html, &graph, &layout);
    html.raw("</div>\n");
    tree::draw(&mut html, &graph, &layout);
    if graph.more_left > 0 {
        html.raw("<p>").text(&counted(
            graph.more_left as u64,
            "more definition",
            "more definitions",
        ));
        html.raw(" left behind ").raw(if graph.more_left == 1 {
            "refers"
        } else {
            "refer"
        });
        html.raw(" to what was asked for.</p>\n");
    }
    list(&mut html, &graph);
    html
}

fn left(column: usize) -> i64 {
    MARGIN + i64::try_from(column).unwrap_or(0) * (WIDTH + BESIDE)
}

/// The middle of a height, in pixels. Rounded, so that no machine's arithmetic shows.
fn middle(at: f64) -> i64 {
    MARGIN + (at * (HEIGHT + BELOW) as f64).round() as i64 - BELOW / 2
}

fn draw(html: &mut Html, graph: &Graph, layout: &Layout) {
    let columns = i64::try_from(layout.columns).unwrap_or(1).max(1);
    let width = columns * (WIDTH + BESIDE) - BESIDE + 2 * MARGIN;
    let height = middle(layout.height) + MARGIN;
    let taken = graph
        .nodes
        .iter()
        .filter(|node| node.class != "left")
        .count();
    html.raw(
        "<svg class=\"graph\" role=\"img\" aria-labelledby=\"graph-title graph-text\" width=\"",
    )
    .show(width);
    html.raw("\" height=\"")
        .show(height)
        .raw("\" viewBox=\"0 0 ")
        .show(width)
        .raw(" ")
        .show(height);
    // A little narrower than drawn, rather than to scroll; a lot narrower would be too small to read.
    html.raw("\" style=\"min-width:")
        .show(width * 9 / 10)
        .raw("px;max-width:")
        .show(width);
    html.raw(
        "px\"><title id=\"graph-title\">Call graph of the module</title><desc id=\"graph-text\">",
    );
    html.text(&counted(taken as u64, "box", "boxes"))
        .raw(" taken, ");
    html.text(&counted(layout.arrows.len() as u64, "arrow", "arrows"));
    html.raw(". The list below says the same in words.</desc>\n");
    html.raw("<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">");
    html.raw("<path d=\"M0 .8 7 4 0 7.2z\"/></marker></defs>\n");
    for arrow in &layout.arrows {
        let class = graph.nodes[arrow.from].class;
        html.raw(if class == "left" {
            "<path class=\"arrow left\""
        } else {
            "<path class=\"arrow\""
        });
        html.raw(" marker-end=\"url(#head)\" d=\"");
        html.text(&path(arrow.from, arrow.to, &arrow.bends, layout))
            .raw("\"/>\n");
    }
    for (node, (column, at)) in graph.nodes.iter().zip(&layout.places) {
        html.raw("<g class=\"box ")
            .raw(node.class)
            .raw(if node.root { " root" } else { "" });
        html.raw("\" transform=\"translate(")
            .show(left(*column))
            .raw(" ")
            .show(middle(*at) - HEIGHT / 2);
        html.raw(")\"><title>")
            .text(&node.name)
            .raw("</title><rect width=\"")
            .show(WIDTH);
        html.raw("\" height=\"")
            .show(HEIGHT)
            .raw("\" rx=\"7\"/><text class=\"name\" x=\"11\" y=\"18\">");
        html.text(&fitting(&node.name))
            .raw("</text><text class=\"what\" x=\"11\" y=\"33\">");
        html.text(&node.what).raw("</text></g>\n");
    }
    html.raw("</svg>\n");
}

/// A curve through the bends, level wherever it meets a column.
fn path(from: usize, to: usize, bends: &[(usize, f64)], layout: &Layout) -> String {
    let (column, at) = layout.places[from];
    let (mut x, mut y) = (left(column) + WIDTH, middle(at));
    let mut path = format!("M{x} {y}");
    let mut curve = |to_x: i64, to_y: i64| {
        let half = (x + to_x) / 2;
        let _ = write!(path, "C{half} {y} {half} {to_y} {to_x} {to_y}");
        (x, y) = (to_x, to_y);
    };
    let mut ends: Vec<(i64, i64)> = Vec::new();
    for (column, at) in bends {
        ends.push((left(*column), middle(*at)));
        ends.push((left(*column) + WIDTH, middle(*at)));
    }
    let (column, at) = layout.places[to];
    ends.push((left(column) - 1, middle(at)));
    for (to_x, to_y) in ends {
        curve(to_x, to_y);
    }
    path
}

/// As much of a name as a box holds, its end rather than its beginning: that is where names differ.
fn fitting(name: &str) -> String {
    let count = name.chars().count();
    match count > NAME {
        true if name.contains('/') => format!(
            "…{}",
            name.chars().skip(count - NAME + 1).collect::<String>()
        ),
        true => format!("{}…", name.chars().take(NAME - 1).collect::<String>()),
        false => name.to_owned(),
    }
}

fn list(html: &mut Html, graph: &Graph) {
    html.raw("<details><summary>The graph in words</summary>\n<table class=\"list\"><caption>What refers to what</caption><thead><tr>");
    html.raw("<th scope=\"col\">Name</th><th scope=\"col\">Kind</th><th scope=\"col\">Refers to</th></tr></thead><tbody>\n");
    for (index, node) in graph.nodes.iter().enumerate() {
        html.raw("<tr><td data-name=\"Name\"><code>")
            .text(&node.name)
            .raw("</code></td><td data-name=\"Kind\">");
        html.text(&node.what)
            .raw(if node.root { ", asked for" } else { "" });
        html.raw("</td><td data-name=\"Refers to\">");
        let to: Vec<&str> = graph
            .edges
            .range((index, 0)..(index + 1, 0))
            .map(|(_, to)| graph.nodes[*to].name.as_str())
            .collect();
        match to.is_empty() {
            true => html.raw("nothing that was taken"),
            false => html.raw("<code>").text(&to.join(", ")).raw("</code>"),
        };
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table></details>\n");
}
