//! Lists of pairs.

/// Makes a list of pairs.
///
/// ```
/// use pairs::pairs;
///
/// let ages = pairs! { "Ann" => 31, "Bob" => 27 };
/// assert_eq!(ages[1], ("Bob", 27));
/// assert_eq!(pairs!(7; "x", "y"), [(7, "x"), (7, "y")]);
/// ```
#[macro_export]
macro_rules! pairs {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::kept(vec![$(($key, $value)),*])
    };
    ($key:expr; $($value:expr),*) => {
        $crate::kept(vec![$(($key, $value)),*])
    };
}

#[doc(hidden)]
pub fn kept<T>(pairs: Vec<T>) -> Vec<T> {
    pairs
}

/// Not asked for.
pub fn version() -> u32 {
    1
}
