//! Comparisons and arithmetic.

use super::{Offer, arm};
use crate::drive::{Builder, text::Arm, types::Ty};

impl Builder<'_> {
    /// What comparisons and arithmetic give.
    pub(super) fn operator_steps(&mut self, offer: &Offer<'_>) -> Vec<Arm> {
        let (shared, value) = (offer.shared, offer.value());
        let cloned = |code: String| offer.cloned(code);
        let mut read = |of: &Ty| self.read(of);
        let first = offer.with.first().cloned();
        let name = offer.name;
        match name {
            "PartialEq" | "PartialOrd" => {
                let Some(other) = first.filter(|other| other != offer.of) else {
                    return Vec::new();
                };
                let (lent, other) = match (&other, offer.by_reference()) {
                    (Ty::Prim(name), _) if name == "str" => ("&a0[..]".to_owned(), Ty::string()),
                    (Ty::Slice(item), _) => ("&a0[..]".to_owned(), Ty::vec((**item).clone())),
                    (other, _) => ("&a0".to_owned(), other.clone()),
                };
                let call = if name == "PartialEq" {
                    "std::cmp::PartialEq::eq"
                } else {
                    "std::cmp::PartialOrd::partial_cmp"
                };
                let value = if offer.by_reference() {
                    format!("&{value}")
                } else {
                    value.to_owned()
                };
                read(&other)
                    .map(|read| {
                        arm(
                            "compare",
                            format!("{read}see!(log, &{call}({value}, {lent}));\n"),
                        )
                    })
                    .into_iter()
                    .collect()
            }
            "Ord" => vec![arm(
                "cmp",
                format!("see!(log, &Ord::cmp({value}, {value}));\n"),
            )],
            "Add" | "Sub" | "Mul" | "Div" | "Rem" | "BitAnd" | "BitOr" | "BitXor" | "Shl"
            | "Shr" => {
                let operator = operator(name);
                let other = first.unwrap_or_else(|| offer.of.clone());
                read(&other)
                    .map(|read| {
                        arm(
                            &name.to_lowercase(),
                            format!(
                                "{read}{}",
                                cloned(format!(
                                    "let out = value {operator} a0; see_all!(log, &out);\n"
                                ))
                            ),
                        )
                    })
                    .into_iter()
                    .collect()
            }
            "AddAssign" | "SubAssign" | "MulAssign" | "DivAssign" | "RemAssign"
            | "BitAndAssign" | "BitOrAssign" | "BitXorAssign" | "ShlAssign" | "ShrAssign"
                if !shared =>
            {
                let operator = operator(name.trim_end_matches("Assign"));
                let other = first.unwrap_or_else(|| offer.of.clone());
                read(&other)
                    .map(|read| arm("assign", format!("{read}value {operator}= a0;\n")))
                    .into_iter()
                    .collect()
            }
            "Neg" => vec![arm(
                "neg",
                cloned("let out = -value; see_all!(log, &out);\n".into()),
            )],
            "Not" => vec![arm(
                "not",
                cloned("let out = !value; see_all!(log, &out);\n".into()),
            )],
            _ => Vec::new(),
        }
    }
}

pub(in crate::drive::explore) fn operator(name: &str) -> &'static str {
    match name {
        "Add" => "+",
        "Sub" => "-",
        "Mul" => "*",
        "Div" => "/",
        "Rem" => "%",
        "BitAnd" => "&",
        "BitOr" => "|",
        "BitXor" => "^",
        "Shl" => "<<",
        _ => ">>",
    }
}
