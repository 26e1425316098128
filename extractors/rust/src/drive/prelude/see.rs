//! Macros that look at a value by all that its type offers.

/// Looks at a value behind a reference by all that its type offers for that.
#[macro_export]
macro_rules! see {
    ($log:expr, $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{
            HasDebug as _, HasDisplay as _, Manifold as _, NoDebug as _, NoDisplay as _, Simple as _, Sorted as _,
            Unsorted as _,
        };
        let log: &mut $crate::Log = &mut *$log;
        let value = $value;
        if (&&$crate::Seen(value)).see_simple(log) || (&&&$crate::Seen(value)).see_sorted(log) {
        } else if !(&&$crate::Seen(value)).see_debug(log) {
            if !(&&$crate::Seen(value)).see_display(log) {
                log.say("_");
            }
        }
    }};
}

/// Looks at all of `Debug`, `Display`, `Error` and `Hash` that a type has.
#[macro_export]
macro_rules! see_all {
    ($log:expr, $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{
            HasDebug as _, HasDisplay as _, HasError as _, HasHash as _, NoDebug as _, NoDisplay as _, NoError as _,
            NoHash as _,
        };
        let log: &mut $crate::Log = &mut *$log;
        let value = $value;
        (&&$crate::Seen(value)).see_debug(log);
        log.say(" ");
        (&&$crate::Seen(value)).see_display(log);
        if !log.cut_short() {
            (&&$crate::Seen(value)).see_error(log);
            (&&$crate::Seen(value)).see_hash(log);
        }
    }};
}

/// A clone, where the type has one.
#[macro_export]
macro_rules! try_clone {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{HasClone as _, NoClone as _};
        (&&$crate::Seen($value)).try_clone()
    }};
}

/// Compares two values of one type, as far as it can be done.
#[macro_export]
macro_rules! see_order {
    ($log:expr, $one:expr, $other:expr) => {{
        #[allow(unused_imports)]
        use $crate::{HasEquality as _, HasOrder as _, NoOrder as _};
        (&&&$crate::Two($one, $other)).see_order(&mut *$log)
    }};
}
