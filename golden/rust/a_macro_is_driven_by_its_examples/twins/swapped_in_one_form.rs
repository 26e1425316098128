
#![allow(clippy::all, dead_code, unused_imports, unused_macros)]

pub(crate) use self::pairs_::pairs;

pub(crate) mod pairs_ {
/// Makes a list of pairs.
///
/// ```
/// use pairs::pairs;
///
/// let ages = pairs! { "Ann" => 31, "Bob" => 27 };
/// assert_eq!(ages[1], ("Bob", 27));
/// assert_eq!(pairs!(7; "x", "y"), [(7, "x"), (7, "y")]);
/// ```
macro_rules! pairs {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::pairs::pairs_::kept(vec![$(($key, $value)),*])
    };
    ($key:expr; $($value:expr),*) => {
        $crate::pairs::pairs_::kept(vec![$(($value, $key)),*])
    };
}
pub(crate) use pairs;

#[doc(hidden)]
pub fn kept<T>(pairs: Vec<T>) -> Vec<T> {
    pairs
}
}
