//! What a type offers to be looked at: `Debug`, `Hash`, an order and their like, each only where it is there.

/// Wraps a value so that the traits below can be told apart by how many references they need.
pub struct Seen<'a, T: ?Sized>(pub &'a T);

macro_rules! fallback {
    ($(#[$doc:meta])* $first:ident $second:ident $method:ident($($name:ident: $type:ty),*) -> $output:ty;
     [$($bound:tt)*] |$value:ident| $body:expr; $otherwise:expr) => {
        $(#[$doc])*
        pub trait $first {
            /// Where the trait is there.
            fn $method(&self, $($name: $type),*) -> $output;
        }
        impl<T: ?Sized + $($bound)*> $first for &Seen<'_, T> {
            fn $method(&self, $($name: $type),*) -> $output {
                let $value = self.0;
                $body
            }
        }
        $(#[$doc])*
        pub trait $second {
            /// Where it is not.
            fn $method(&self, $($name: $type),*) -> $output;
        }
        impl<T: ?Sized> $second for Seen<'_, T> {
            fn $method(&self, $($name: $type),*) -> $output {
                $(let _ = $name;)*
                $otherwise
            }
        }
    };
}

fallback! {
    /// `Debug`.
    HasDebug NoDebug see_debug(log: &mut Log) -> bool;
    [Debug] |value| { log.show(value); true }; false
}
fallback! {
    /// `Display`, with flags.
    HasDisplay NoDisplay see_display(log: &mut Log) -> bool;
    [Display] |value| {
        let _ = if log.cut_short() {
            write!(log, "{value}")
        } else {
            write!(log, "{value}|{value:>12}|{value:.3}|{value:#}")
        };
        true
    };
    false
}
fallback! {
    /// `Error`.
    HasError NoError see_error(log: &mut Log) -> bool;
    [AsError] |value| { log.causes(value.as_error()); true }; false
}
fallback! {
    /// `Hash`.
    HasHash NoHash see_hash(log: &mut Log) -> bool;
    [Hash] |value| {
        let mut sum = Sum(0);
        value.hash(&mut sum);
        let _ = write!(log, "#{:x}", sum.0);
        true
    };
    false
}

/// `Error`, where it lives long enough to have a cause.
pub trait AsError {
    /// As an error.
    fn as_error(&self) -> &(dyn std::error::Error + 'static);
}

impl<T: std::error::Error + 'static> AsError for T {
    fn as_error(&self) -> &(dyn std::error::Error + 'static) {
        self
    }
}

/// A hasher that sees each byte it is given.
pub struct Sum(pub u64);

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Maps and sets in the order of what they hold.
pub trait Sorted {
    /// Writes the entries, sorted by their text.
    fn see_sorted(&self, log: &mut Log) -> bool;
}

impl<K: Debug, V: Debug, S> Sorted for &&Seen<'_, HashMap<K, V, S>> {
    fn see_sorted(&self, log: &mut Log) -> bool {
        let entries: BTreeMap<String, String> =
            self.0.iter().map(|(key, value)| (format!("{key:?}"), format!("{value:?}"))).collect();
        log.show(&entries);
        true
    }
}

impl<K: Debug, S> Sorted for &&Seen<'_, HashSet<K, S>> {
    fn see_sorted(&self, log: &mut Log) -> bool {
        let entries: BTreeSet<String> = self.0.iter().map(|key| format!("{key:?}")).collect();
        log.show(&entries);
        true
    }
}

/// Everything else.
pub trait Unsorted {
    /// Has no order to restore.
    fn see_sorted(&self, log: &mut Log) -> bool;
}

impl<T: ?Sized> Unsorted for Seen<'_, T> {
    fn see_sorted(&self, _log: &mut Log) -> bool {
        false
    }
}

/// `Clone`.
pub trait HasClone {
    /// The type.
    type Value;
    /// A clone.
    fn try_clone(&self) -> Option<Self::Value>;
}

impl<T: Clone> HasClone for &Seen<'_, T> {
    type Value = T;
    fn try_clone(&self) -> Option<T> {
        Some(self.0.clone())
    }
}

/// No `Clone`.
pub trait NoClone {
    /// The type.
    type Value;
    /// Nothing.
    fn try_clone(&self) -> Option<Self::Value>;
}

impl<T> NoClone for Seen<'_, T> {
    type Value = T;
    fn try_clone(&self) -> Option<T> {
        None
    }
}

/// Two values of one type.
pub struct Two<'a, T: ?Sized>(pub &'a T, pub &'a T);

/// Comparison, as far as the type has it.
pub trait HasOrder {
    /// Compares.
    fn see_order(&self, log: &mut Log);
}

impl<T: PartialOrd + ?Sized> HasOrder for &&Two<'_, T> {
    fn see_order(&self, log: &mut Log) {
        let _ = write!(log, "{} {:?}", self.0 == self.1, self.0.partial_cmp(self.1));
        // Each may be written by hand.
        let each = [self.0 < self.1, self.0 <= self.1, self.0 > self.1, self.0 >= self.1];
        let _ = write!(log, " {}", each.map(|holds| if holds { '1' } else { '0' }).iter().collect::<String>());
    }
}

/// Equality alone.
pub trait HasEquality {
    /// Compares.
    fn see_order(&self, log: &mut Log);
}

impl<T: PartialEq + ?Sized> HasEquality for &Two<'_, T> {
    fn see_order(&self, log: &mut Log) {
        let _ = write!(log, "{}", self.0 == self.1);
    }
}

/// No comparison.
pub trait NoOrder {
    /// Says so.
    fn see_order(&self, log: &mut Log);
}

impl<T: ?Sized> NoOrder for Two<'_, T> {
    fn see_order(&self, log: &mut Log) {
        log.say("-");
    }
}
