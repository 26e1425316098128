//! Grades for points.

/// The letter for points out of a hundred.
///
/// ```
/// assert_eq!(grades::grade(91), 'A');
/// ```
pub fn grade(points: u64) -> char {
    match points {
        90.. => 'A',
        75..=89 => 'B',
        50..=74 => 'C',
        _ => 'F',
    }
}

/// Whether points are enough.
///
/// ```
/// assert_eq!(grades::passes(50), grades::grade(50) == 'C');
/// ```
pub fn passes(points: u64) -> bool {
    grade(points) != 'F'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_better_grade() {
        assert_eq!([grade(90), grade(75), grade(50)], ['A', 'B', 'C']);
    }

    #[test]
    fn far_beyond_a_hundred() {
        assert_eq!(grade(u64::MAX / 3 + 7), 'A');
    }

    #[test]
    fn passing_is_a_grade() {
        assert!(passes(60) && grade(60) == 'C');
    }
}
