//! Values that are made once, when they are first asked for.

use std::sync::OnceLock;

/// Makes statics that are filled on first use.
///
/// ```
/// use later::{Filled, later};
///
/// later! {
///     /// The answer.
///     static LIMIT: u32 = 40 + 2;
///     static NAME: &'static str = "limit";
/// }
///
/// fn main() {
///     assert_eq!(LIMIT.less(2), 40);
///     assert_eq!(*NAME, "limit");
///     assert!(LIMIT.is_filled());
///     println!("{}", LIMIT.less(50));
/// }
/// ```
#[macro_export]
macro_rules! later {
    ($($(#[$attr:meta])* static $name:ident: $type:ty = $value:expr;)*) => {$(
        $(#[$attr])*
        static $name: $crate::Later<$type> = $crate::Later::new(|| $value);
    )*};
}

/// A value to come.
pub struct Later<T> {
    value: OnceLock<T>,
    make: fn() -> T,
}

impl<T> Later<T> {
    /// What makes it.
    pub const fn new(make: fn() -> T) -> Self {
        Later { value: OnceLock::new(), make }
    }
}

impl<T> std::ops::Deref for Later<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.value.get_or_init(self.make)
    }
}

/// What can be asked of it.
pub trait Filled {
    /// Whether the value is there.
    fn is_filled(&self) -> bool;
}

impl<T> Filled for Later<T> {
    fn is_filled(&self) -> bool {
        self.value.get().is_some()
    }
}

impl Later<u32> {
    /// What is left without a part of it.
    pub fn less(&self, part: u32) -> u32 {
        self.saturating_sub(part)
    }
}

/// Not asked for.
pub fn version() -> u32 {
    1
}
