//! Compares what the two sides saw for one input.

use ripout_model::ObservationKind;

use super::run::Seen;

/// How the sides stand to each other for one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Same observation; both returned normally.
    Returned,
    /// Same observation; both raised or panicked alike.
    Raised,
    /// No valid input on either side, or the original itself died on it.
    Discarded,
    /// The original does not agree with itself.
    Nondeterministic,
    /// The original did not end in time.
    TimedOut,
    /// Left out on some side.
    NotRun,
    /// The module leaves out what the original does, and may.
    LeftOut,
    /// The module does something else than the original does twice.
    Differs,
}

/// Compares two runs of the original with one of the module, which may or may not leave something out.
pub fn compare(first: &Seen, second: &Seen, module: &Seen, may_leave_out: bool) -> Agreement {
    let (Seen::Observed(original), Seen::Observed(again)) = (first, second) else {
        return match (first, second) {
            (Seen::TimedOut, _) | (_, Seen::TimedOut) => Agreement::TimedOut,
            (Seen::NotRun, _) | (_, Seen::NotRun) => Agreement::NotRun,
            (Seen::Died(_), Seen::Died(_)) => Agreement::Discarded,
            _ => Agreement::Nondeterministic,
        };
    };
    // Hits say where a process went for the first time; they depend on what it ran before.
    let same = |one: &ripout_model::Observation, other: &ripout_model::Observation| {
        one.input == other.input && one.kind == other.kind && one.value == other.value
    };
    if !same(original, again) {
        return Agreement::Nondeterministic;
    }
    // The module may have done without a few steps, and so have come to an end: no difference, and no agreement.
    if original.kind == ObservationKind::GivenUp {
        return Agreement::TimedOut;
    }
    match module {
        Seen::NotRun => Agreement::NotRun,
        Seen::Died(_) | Seen::TimedOut => Agreement::Differs,
        Seen::Observed(module)
            if may_leave_out
                && module.kind == ObservationKind::LeftOut
                && original.kind != ObservationKind::LeftOut =>
        {
            Agreement::LeftOut
        }
        Seen::Observed(module) if !same(original, module) => Agreement::Differs,
        Seen::Observed(_) => match original.kind {
            ObservationKind::Returned => Agreement::Returned,
            ObservationKind::Raised | ObservationKind::Panicked | ObservationKind::LeftOut => {
                Agreement::Raised
            }
            ObservationKind::Discarded => Agreement::Discarded,
            ObservationKind::GivenUp => Agreement::TimedOut,
        },
    }
}

/// What a side saw, for the reader of a counterexample.
pub fn tell(seen: &Seen) -> String {
    match seen {
        Seen::Observed(observation) => {
            let how = match observation.kind {
                ObservationKind::Returned => "returned",
                ObservationKind::Raised => "raised",
                ObservationKind::Panicked => "panicked",
                ObservationKind::Discarded => "made no valid input",
                ObservationKind::GivenUp => "was given up:",
                ObservationKind::LeftOut => "ends with an error:",
            };
            format!("{how} {}", observation.value).trim_end().to_owned()
        }
        Seen::Died(how) => format!("the process died: {how}"),
        Seen::TimedOut => "did not end in time".to_owned(),
        Seen::NotRun => "was not run".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ripout_model::Observation;

    use super::*;

    /// By a module that may leave out nothing.
    fn compared(first: &Seen, second: &Seen, module: &Seen) -> Agreement {
        compare(first, second, module, false)
    }

    fn seen(kind: ObservationKind, value: &str) -> Seen {
        Seen::Observed(Observation {
            input: "f(1)".into(),
            kind,
            value: value.into(),
            hits: vec![],
            used: None,
        })
    }

    #[test]
    fn another_value_kind_or_end_differs() {
        use ObservationKind::{Discarded, GivenUp, Panicked, Raised, Returned};
        let one = seen(Returned, "1");
        assert_eq!(compared(&one, &one, &one), Agreement::Returned);
        assert_eq!(
            compared(&one, &one, &seen(Returned, "2")),
            Agreement::Differs
        );
        assert_eq!(compared(&one, &one, &seen(Raised, "1")), Agreement::Differs);
        assert_eq!(
            compared(&one, &one, &seen(Discarded, "")),
            Agreement::Differs
        );
        assert_eq!(
            compared(&one, &one, &Seen::Died("signal 11".into())),
            Agreement::Differs
        );
        assert_eq!(compared(&one, &one, &Seen::TimedOut), Agreement::Differs);
        assert_eq!(compared(&one, &one, &seen(GivenUp, "")), Agreement::Differs);
        let panicked = seen(Panicked, "boom");
        assert_eq!(compared(&panicked, &panicked, &panicked), Agreement::Raised);
    }

    #[test]
    fn an_original_that_was_given_up_says_nothing_of_the_module() {
        let given_up = seen(ObservationKind::GivenUp, "took too many steps");
        let ended = seen(ObservationKind::Returned, "1");
        assert_eq!(
            compared(&given_up, &given_up, &given_up),
            Agreement::TimedOut
        );
        assert_eq!(compared(&given_up, &given_up, &ended), Agreement::TimedOut);
    }

    #[test]
    fn an_original_that_disagrees_with_itself_or_dies_counts_for_nothing() {
        use ObservationKind::Returned;
        let (one, two) = (seen(Returned, "1"), seen(Returned, "2"));
        let died = Seen::Died("signal 6".into());
        assert_eq!(compared(&one, &two, &one), Agreement::Nondeterministic);
        assert_eq!(compared(&died, &died, &died), Agreement::Discarded);
        assert_eq!(compared(&died, &died, &one), Agreement::Discarded);
        assert_eq!(compared(&died, &one, &one), Agreement::Nondeterministic);
        assert_eq!(compared(&Seen::TimedOut, &one, &one), Agreement::TimedOut);
        assert_eq!(compared(&one, &one, &Seen::NotRun), Agreement::NotRun);
    }

    #[test]
    fn what_a_module_leaves_out_differs_unless_it_may() {
        use ObservationKind::{Discarded, GivenUp, LeftOut, Returned};
        let (returned, left_out) = (seen(Returned, "1"), seen(LeftOut, "years"));
        let compared = |original: &Seen, may| compare(original, original, &left_out, may);
        assert_eq!(compared(&returned, false), Agreement::Differs);
        assert_eq!(compared(&returned, true), Agreement::LeftOut);
        assert_eq!(compared(&seen(Discarded, ""), true), Agreement::LeftOut);
        assert_eq!(compared(&seen(GivenUp, ""), true), Agreement::TimedOut);
        // What the original says itself is an error like any other.
        assert_eq!(compared(&left_out, false), Agreement::Raised);
        assert_eq!(compared(&left_out, true), Agreement::Raised);
        let other = seen(LeftOut, "months");
        assert_eq!(compared(&other, true), Agreement::Differs);
        // It is the module that may, not what it does elsewhere.
        let wrong = seen(Returned, "2");
        assert_eq!(
            compare(&returned, &returned, &wrong, true),
            Agreement::Differs
        );
    }
}
