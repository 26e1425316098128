/// Adds bytes up, each by its place.
///
/// ```
/// assert_eq!(sums::fold(&[1, 2, 3]), 14);
/// ```
pub fn fold(bytes: &[u8]) -> u32 {
    let mut sum = 0u32;
    for index in 0..bytes.len() {
        sum = sum.wrapping_add(u32::from(unsafe { *bytes.get_unchecked(index) }) * (index as u32 + 1));
    }
    sum
}
