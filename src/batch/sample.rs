//! A draw that a seed repeats, on any machine.

/// Keeps `size` of `all`, drawn by `seed`, in their old order.
pub fn sample<T>(all: Vec<T>, size: usize, seed: u64) -> Vec<T> {
    let mut state = seed;
    let mut places: Vec<usize> = (0..all.len()).collect();
    let size = size.min(places.len());
    for i in 0..size {
        // The slight favour that `%` gives to small numbers is of no weight for a few dozen jobs.
        let rest = (places.len() - i) as u64;
        let other = i + usize::try_from(next(&mut state) % rest).unwrap_or(0);
        places.swap(i, other);
    }
    places.truncate(size);
    places.sort_unstable();
    let mut kept = places.into_iter().peekable();
    all.into_iter()
        .enumerate()
        .filter_map(|(i, one)| kept.next_if_eq(&i).map(|_| one))
        .collect()
}

/// splitmix64: short, and the same everywhere.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let all: Vec<u32> = (0..32).collect();
        let drawn = sample(all.clone(), 6, 7);
        assert_eq!(drawn.len(), 6);
        assert!(drawn.is_sorted());
        assert_eq!(drawn, sample(all.clone(), 6, 7));
        assert!((0..10).any(|seed| sample(all.clone(), 6, seed) != drawn));
        assert_eq!(sample(all.clone(), 99, 7), all);
    }
}
