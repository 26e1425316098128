//! Iterators, and what can be iterated or extended.

use super::{Offer, arm};
use crate::{
    doc::Type,
    drive::{Builder, explore::functions, text::Arm, types::Ty},
};

impl Builder<'_> {
    /// What iterators offer, and what turns into one.
    pub(super) fn iterator_steps(&mut self, offer: &Offer<'_>) -> Vec<Arm> {
        let (world, at, inner) = (self.world, offer.at, offer.inner);
        let (shared, value) = (offer.shared, offer.value());
        let cloned = |code: String| offer.cloned(code);
        let first = offer.with.first().cloned();
        match offer.name {
            "Iterator" => {
                let item = offer.assoc(world, "Item").unwrap_or(Ty::Unknown);
                let drained = self.drained(&item, "value", 1);
                let mut arms = vec![
                    arm(
                        "size_hint",
                        format!("see!(log, &Iterator::size_hint({value}));\n"),
                    ),
                    arm("collect", cloned(drained)),
                ];
                if !shared {
                    let some = self.observe(
                        &Ty::Std("core::option::Option".into(), vec![item.clone()]),
                        "out",
                        1,
                    );
                    arms.insert(
                        0,
                        arm(
                            "next",
                            format!("let out = Iterator::next(&mut value);\n{some}"),
                        ),
                    );
                    arms.push(arm("nth", format!("let a0 = input.byte() as usize % 5; input.show(&a0);\nlet out = Iterator::nth(&mut value, a0);\n{some}")));
                    arms.push(arm("fold", cloned("let mut count = 0u64; let _ = Iterator::fold(value.take(1000), 0u64, |sum, item| { count += 1; if count < 40 { see!(log, &item); } sum + 1 });\nlog.show(&count);\n".into())));
                    // Some `fold`s are written by hand and take no other way.
                    arms.push(arm("for_each", cloned("let mut count = 0u64; Iterator::for_each(value, |item| { count += 1; if count < 40 { see!(log, &item); } });\nlog.show(&count);\n".into())));
                    let drained = self.drained(&item, "value.by_ref()", 1);
                    arms.push(arm("drain", drained));
                }
                let own = functions(world, at.krate, &inner.items).map(|(item, _)| item.name());
                arms.extend(own.filter_map(|name| Some(arm(name, cloned(of_iterator(name)?)))));
                arms
            }
            "DoubleEndedIterator" if !shared => {
                let mut arms = vec![
                    arm(
                        "next_back",
                        "let out = DoubleEndedIterator::next_back(&mut value);\nsee!(log, &out);\n"
                            .into(),
                    ),
                    arm(
                        "rev",
                        cloned("log.drain(value.rev(), |item, log| see!(log, &item));\n".into()),
                    ),
                ];
                let own = functions(world, at.krate, &inner.items).map(|(item, _)| item.name());
                arms.extend(own.filter_map(|name| Some(arm(name, cloned(of_iterator(name)?)))));
                arms
            }
            "ExactSizeIterator" => vec![arm(
                "len",
                format!("see!(log, &ExactSizeIterator::len({value}));\n"),
            )],
            "IntoIterator"
                if matches!(
                    inner.for_,
                    Type::BorrowedRef {
                        is_mutable: true,
                        ..
                    }
                ) =>
            {
                if shared {
                    return Vec::new();
                }
                vec![arm("iterate_mut", "log.drain(IntoIterator::into_iter(&mut value), |item, log| see!(log, &item));\n".into())]
            }
            "IntoIterator" if offer.by_reference() => {
                vec![arm(
                    "iterate",
                    format!(
                        "log.drain(IntoIterator::into_iter({value}), |item, log| see!(log, &item));\n"
                    ),
                )]
            }
            "IntoIterator" => match offer.assoc(world, "IntoIter") {
                Some(of @ Ty::Local(..)) => {
                    let look = self.observe(&of, "out", 1);
                    vec![arm(
                        "into_iter",
                        cloned(format!("let out = value.into_iter();\n{look}")),
                    )]
                }
                _ => vec![arm(
                    "into_iter",
                    cloned("log.drain(value.into_iter(), |item, log| see!(log, &item));\n".into()),
                )],
            },
            "Extend" if !shared => first
                .and_then(|of| self.read(&Ty::vec(of)))
                .map(|read| arm("extend", format!("{read}value.extend(a0);\n")))
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// What calls a member of `Iterator` or `DoubleEndedIterator` that an impl has text of its own for, on an iterator `value`.
fn of_iterator(name: &str) -> Option<String> {
    let seen =
        "let mut seen = Log::default(); see!(&mut seen, &item); let digest = seen.digest(salt());";
    let some = |call: &str| {
        format!(
            "input.salt(); let out = value.{call}(|item| {{ {seen} digest % 4 == 3 }});\nsee!(log, &out);\n"
        )
    };
    Some(match name {
        // Without an end there is nothing to count.
        "count" => "if value.size_hint().1.is_some_and(|most| most < 100_000) { log.show(&value.count()); }\n".into(),
        "last" => "if value.size_hint().1.is_some_and(|most| most < 100_000) { let out = value.last(); see!(log, &out); }\n".into(),
        "fold" => "if value.size_hint().1.is_some_and(|most| most < 100_000) { let mut count = 0u64; let out = value.fold(0u64, |sum, item| { count += 1; if count < 40 { see!(log, &item); } sum + 1 }); log.show(&out); }\n".into(),
        "all" | "any" | "position" | "rposition" => some(name),
        "find" | "rfind" => some(name).replace("&item)", "item)"),
        "find_map" => format!(
            "input.salt(); let out = value.find_map(|item| {{ {seen} if digest % 4 == 3 {{ Some(digest) }} else {{ None }} }});\nsee!(log, &out);\n"
        ),
        "partition" => {
            format!("input.salt(); let (one, other): (Vec<_>, Vec<_>) = value.partition(|item| {{ {} digest % 2 == 1 }});\nlog.drain(one.into_iter(), |item, log| see!(log, &item));\nlog.drain(other.into_iter(), |item, log| see!(log, &item));\n", seen.replace("&item)", "item)"))
        }
        "collect" => "let out: Vec<_> = value.collect();\nlog.drain(out.into_iter(), |item, log| see!(log, &item));\n".into(),
        "nth_back" => "let a0 = input.byte() as usize % 5; input.show(&a0);\nlet out = value.nth_back(a0);\nsee!(log, &out);\n".into(),
        "rfold" => "let mut count = 0u64; let out = value.rfold(0u64, |sum, item| { count += 1; if count < 40 { see!(log, &item); } sum + 1 });\nlog.show(&out);\n".into(),
        "sum" | "product" => return None,
        "min" | "max" => format!("let out = value.{name}();\nsee!(log, &out);\n"),
        "is_sorted" => "log.show(&value.is_sorted());\n".into(),
        _ => return None,
    })
}
