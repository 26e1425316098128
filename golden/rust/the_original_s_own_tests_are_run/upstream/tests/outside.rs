//! What users see.

use grades::{grade, passes};

const ALL: [(u64, char); 4] = [(100, 'A'), (80, 'B'), (60, 'C'), (10, 'F')];

fn letters() -> String {
    ALL.iter().map(|(points, _)| grade(*points)).collect()
}

#[test]
fn all_grades_are_there() {
    assert_eq!(letters(), "ABCF");
}

#[test]
fn no_points_are_no_grade() {
    assert_eq!(grade(0), 'F');
}

#[test]
fn half_is_enough() {
    assert!(passes(50) && grade(50) != 'F');
}
