//! Places for the boxes of a graph: in columns, so that arrows go to the right wherever they can.
//!
//! Arrows that close a circle are set aside, and so are those that a longer way already implies. What remains is layered
//! by its longest way, long arrows get a place in each column they cross, columns are ordered to cross little, and boxes
//! are moved towards what they are joined to. Equal graphs give equal places.

use std::collections::{BTreeMap, BTreeSet};

/// Where everything is.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Layout {
    /// Column and middle of each node, in units of one box.
    pub places: Vec<(usize, f64)>,
    /// Arrows that are drawn, each with the column and height of its bends.
    pub arrows: Vec<Arrow>,
    /// Columns.
    pub columns: usize,
    /// Height of all.
    pub height: f64,
}

/// A drawn arrow.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// From this node.
    pub from: usize,
    /// To this one.
    pub to: usize,
    /// Where it crosses the columns between.
    pub bends: Vec<(usize, f64)>,
}

/// Room that an arrow takes where it crosses a column, by that of a box.
const BEND: f64 = 0.45;

/// How often columns are ordered and moved.
const SWEEPS: usize = 12;

/// Lays out `count` nodes; `roots` come first.
pub fn layout(count: usize, edges: &BTreeSet<(usize, usize)>, roots: &[usize]) -> Layout {
    let forward = reduced(count, &without_circles(count, edges, roots));
    let column = columns(count, &forward);
    let mut places = Vec::with_capacity(count);
    let mut parts: Vec<(usize, f64)> = (0..count).map(|node| (column[node], 1.0)).collect();
    let mut links: Vec<(usize, usize)> = Vec::new();
    let mut ways: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for &(from, to) in &forward {
        let mut before = from;
        let mut bends = Vec::new();
        for between in column[from] + 1..column[to] {
            bends.push(parts.len());
            links.push((before, parts.len()));
            before = parts.len();
            parts.push((between, BEND));
        }
        links.push((before, to));
        ways.push((from, to, bends));
    }
    let mut rows = vec![Vec::new(); column.iter().max().map_or(0, |most| most + 1)];
    for (part, (column, _)) in parts.iter().enumerate() {
        rows[*column].push(part);
    }
    let mut at = vec![0.0; parts.len()];
    order(&mut rows, &links, &mut at);
    settle(&rows, &parts, &links, &mut at);
    let top = (0..parts.len())
        .map(|part| at[part] - parts[part].1 / 2.0)
        .fold(f64::INFINITY, f64::min);
    for height in &mut at {
        *height -= top;
    }
    places.extend((0..count).map(|node| (column[node], at[node])));
    let bottom = (0..parts.len())
        .map(|part| at[part] + parts[part].1 / 2.0)
        .fold(0.0, f64::max);
    Layout {
        arrows: ways
            .into_iter()
            .map(|(from, to, bends)| Arrow {
                from,
                to,
                bends: bends
                    .into_iter()
                    .map(|part| (parts[part].0, at[part]))
                    .collect(),
            })
            .collect(),
        columns: rows.len(),
        height: bottom,
        places,
    }
}

/// The edges that go on from the roots, then from whatever is left, without those that come back.
fn without_circles(
    count: usize,
    edges: &BTreeSet<(usize, usize)>,
    roots: &[usize],
) -> BTreeSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let next = |node: usize| edges.range((node, 0)..(node + 1, 0)).map(|(_, to)| *to);
    let mut seen = vec![Seen::Not; count];
    let mut kept = BTreeSet::new();
    // What nothing refers to begins a way of its own; what is left then stands in circles.
    let referred: BTreeSet<usize> = edges.iter().map(|(_, to)| *to).collect();
    let begins = (0..count).filter(|node| !referred.contains(node));
    for root in roots.iter().copied().chain(begins).chain(0..count) {
        if seen[root] != Seen::Not {
            continue;
        }
        seen[root] = Seen::Open;
        let mut stack = vec![(root, next(root).collect::<Vec<_>>().into_iter())];
        while let Some((node, rest)) = stack.last_mut() {
            let node = *node;
            match rest.next() {
                Some(to) if seen[to] == Seen::Open => {}
                Some(to) => {
                    kept.insert((node, to));
                    if seen[to] == Seen::Not {
                        seen[to] = Seen::Open;
                        stack.push((to, next(to).collect::<Vec<_>>().into_iter()));
                    }
                }
                None => {
                    seen[node] = Seen::Done;
                    stack.pop();
                }
            }
        }
    }
    kept
}

/// Without the edges that a longer way implies.
fn reduced(count: usize, edges: &BTreeSet<(usize, usize)>) -> BTreeSet<(usize, usize)> {
    let mut reached: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for node in topological(count, edges).into_iter().rev() {
        let mut all = BTreeSet::new();
        for (_, to) in edges.range((node, 0)..(node + 1, 0)) {
            all.insert(*to);
            all.extend(reached.get(to).into_iter().flatten());
        }
        reached.insert(node, all);
    }
    let next = |node: usize| edges.range((node, 0)..(node + 1, 0)).map(|(_, to)| *to);
    let implied = |from: usize, to: usize| {
        next(from).any(|between| between != to && reached[&between].contains(&to))
    };
    edges
        .iter()
        .copied()
        .filter(|(from, to)| !implied(*from, *to))
        .collect()
}

/// Each node after those that refer to it.
fn topological(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut waiting = vec![0_usize; count];
    for (_, to) in edges {
        waiting[*to] += 1;
    }
    let mut open: BTreeSet<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(node) = open.pop_first() {
        order.push(node);
        for (_, to) in edges.range((node, 0)..(node + 1, 0)) {
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                open.insert(*to);
            }
        }
    }
    order
}

/// The column of each node: one after the last that refers to it. What refers to others and is referred to by none
/// stands right before them.
fn columns(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let order = topological(count, edges);
    let mut column = vec![0; count];
    for &node in &order {
        for (_, to) in edges.range((node, 0)..(node + 1, 0)) {
            column[*to] = column[*to].max(column[node] + 1);
        }
    }
    column
}

/// Orders each column by the middle of what its parts are joined to in the one before, then after, by turns.
fn order(rows: &mut [Vec<usize>], links: &[(usize, usize)], at: &mut [f64]) {
    let number = |row: &[usize], at: &mut [f64]| {
        for (place, part) in row.iter().enumerate() {
            at[*part] = place as f64 - row.len() as f64 / 2.0;
        }
    };
    for row in rows.iter() {
        number(row, at);
    }
    for sweep in 0..SWEEPS {
        let columns: Vec<usize> = match sweep % 2 {
            0 => (0..rows.len()).collect(),
            _ => (0..rows.len()).rev().collect(),
        };
        for column in columns {
            let mut wanted: Vec<(f64, usize)> = rows[column]
                .iter()
                .map(|part| {
                    let near = links.iter().filter_map(|(from, to)| match sweep % 2 {
                        0 if to == part => Some(at[*from]),
                        1 if from == part => Some(at[*to]),
                        _ => None,
                    });
                    (middle(near).unwrap_or(at[*part]), *part)
                })
                .collect();
            wanted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
            rows[column] = wanted.into_iter().map(|(_, part)| part).collect();
            number(&rows[column], at);
        }
    }
}

fn middle(heights: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = heights.fold((0.0, 0.0), |(sum, count), it| (sum + it, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Moves parts towards what they are joined to, without changing an order or letting two overlap.
fn settle(rows: &[Vec<usize>], parts: &[(usize, f64)], links: &[(usize, usize)], at: &mut [f64]) {
    for _ in 0..SWEEPS {
        for row in rows {
            let wanted: Vec<f64> = row
                .iter()
                .map(|part| {
                    let near = links.iter().filter_map(|(from, to)| {
                        (to == part)
                            .then(|| at[*from])
                            .or_else(|| (from == part).then(|| at[*to]))
                    });
                    middle(near).unwrap_or(at[*part])
                })
                .collect();
            let sizes: Vec<f64> = row.iter().map(|part| parts[*part].1).collect();
            for (part, height) in row.iter().zip(apart(&wanted, &sizes)) {
                at[*part] = height;
            }
        }
    }
}

/// The places nearest to the wanted ones, in order, each its size apart from the next: neighbours that would overlap are
/// moved as one block.
fn apart(wanted: &[f64], sizes: &[f64]) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(sizes.len());
    let mut offset = 0.0;
    for (index, size) in sizes.iter().enumerate() {
        if index > 0 {
            offset += (sizes[index - 1] + size) / 2.0;
        }
        offsets.push(offset);
    }
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (want, offset) in wanted.iter().zip(&offsets) {
        let mut block = (want - offset, 1);
        while let Some(last) = blocks.last().copied()
            && last.0 >= block.0
        {
            blocks.pop();
            let count = last.1 + block.1;
            block = (
                (last.0 * last.1 as f64 + block.0 * block.1 as f64) / count as f64,
                count,
            );
        }
        blocks.push(block);
    }
    let starts = blocks
        .iter()
        .flat_map(|(start, count)| std::iter::repeat_n(*start, *count));
    starts
        .zip(offsets)
        .map(|(start, offset)| start + offset)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_right_and_what_is_implied_is_not_drawn() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (0, 2), (2, 0), (0, 3)]);
        let layout = layout(4, &edges, &[0]);
        let drawn: Vec<(usize, usize)> = layout.arrows.iter().map(|it| (it.from, it.to)).collect();
        assert_eq!(drawn, [(0, 1), (0, 3), (1, 2)]);
        for (from, to) in drawn {
            assert!(layout.places[from].0 < layout.places[to].0);
        }
    }

    #[test]
    fn boxes_of_a_column_never_overlap() {
        let edges: BTreeSet<(usize, usize)> = (1..12)
            .map(|to| (0, to))
            .chain((1..12).map(|from| (from, 12 + from % 3)))
            .collect();
        let layout = layout(15, &edges, &[0]);
        for (one, a) in layout.places.iter().enumerate() {
            for (other, b) in layout.places.iter().enumerate() {
                assert!(
                    one == other || a.0 != b.0 || (a.1 - b.1).abs() > 0.999,
                    "{a:?} {b:?}"
                );
            }
        }
        assert!(
            layout
                .places
                .iter()
                .all(|(_, at)| *at >= 0.0 && *at <= layout.height)
        );
    }

    #[test]
    fn long_arrows_bend_around_the_columns_they_cross() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (3, 2)]);
        let layout = layout(4, &edges, &[0]);
        assert_eq!(layout.columns, 3);
        let long = layout.arrows.iter().find(|it| it.from == 3).unwrap();
        assert_eq!(
            long.bends.len(),
            layout.places[2].0 - layout.places[3].0 - 1
        );
    }

    #[test]
    fn nothing_and_circles_alone_are_no_trouble() {
        assert_eq!(layout(0, &BTreeSet::new(), &[]).columns, 0);
        let circle = BTreeSet::from([(0, 1), (1, 0)]);
        assert_eq!(layout(2, &circle, &[]).arrows.len(), 1);
    }
}
