//! Impls of traits of the standard library for other types that have the explored one as an argument.

use super::standard::operator;
use crate::drive::{Builder, text::Arm, types::Ty};

impl Builder<'_> {
    /// Impls for other types that have this one as an argument: `impl From<Error> for io::Error`.
    pub(super) fn other_steps(
        &mut self,
        full: &str,
        with: &[Ty],
        of: &Ty,
        held: &Ty,
        shared: bool,
    ) -> Vec<Arm> {
        let name = full.rsplit("::").next().unwrap_or_default();
        let lent = if shared { "value" } else { "&value" };
        let by_value = match with.first() {
            Some(Ty::Ref(false, inner)) if **inner == *of => false,
            Some(first) if first == of => true,
            _ => return Vec::new(),
        };
        let Some(text) = self.lasting(true, |me| me.type_text(held)) else {
            return Vec::new();
        };
        let given = |code: String| {
            if by_value {
                format!("if let Some(given) = try_clone!({lent}) {{\n{code}}}\n")
            } else {
                format!("let given = {lent};\n{code}")
            }
        };
        let code = match name {
            "From" if by_value && !shared => {
                // What can't be cloned is given away, and the value's exploration ends there.
                format!(
                    "match try_clone!(&value) {{\nSome(given) => {{ let out = <{text} as From<_>>::from(given); see_all!(log, &out); }}\nNone => {{ let out = <{text} as From<_>>::from(value); see_all!(log, &out); log.depth -= 1; return; }}\n}}\n"
                )
            }
            "From" => given(format!(
                "let out = <{text} as From<_>>::from(given); see_all!(log, &out);\n"
            )),
            "PartialEq" | "PartialOrd" => {
                let call = if name == "PartialEq" {
                    "PartialEq::eq"
                } else {
                    "PartialOrd::partial_cmp"
                };
                let Some(read) = self.decode(held, 1) else {
                    return Vec::new();
                };
                let other = if by_value {
                    lent.to_owned()
                } else {
                    format!("&{lent}")
                };
                format!("let a0 = {read};\nsee!(log, &std::cmp::{call}(&a0, {other}));\n")
            }
            "Add" | "Sub" | "Mul" | "Div" | "Rem" | "BitAnd" | "BitOr" | "BitXor" | "Shl"
            | "Shr" => {
                let Some(read) = self.decode(held, 1) else {
                    return Vec::new();
                };
                let operator = operator(name);
                format!(
                    "let a0 = {read};\n{}",
                    given(format!(
                        "let out = a0 {operator} given; see_all!(log, &out);\n"
                    ))
                )
            }
            "AddAssign" | "SubAssign" | "MulAssign" | "DivAssign" | "RemAssign" => {
                let Some(read) = self.decode(held, 1) else {
                    return Vec::new();
                };
                let operator = operator(name.trim_end_matches("Assign"));
                format!(
                    "let mut a0 = {read};\n{}",
                    given(format!("a0 {operator}= given; see_all!(log, &a0);\n"))
                )
            }
            _ => return Vec::new(),
        };
        let about = format!("{} of another", name.to_lowercase());
        vec![Arm {
            code: format!("input.say(\"; {about} \");\nlog.say(\" {about} \");\n{code}"),
            about,
        }]
    }
}
