//! Views into a value, copies of it, and its texts.

use super::{Offer, arm};
use crate::drive::{Builder, text::Arm};

impl Builder<'_> {
    /// What is reached through a value: by an index, by `*`, as a reference to another type.
    pub(super) fn place_steps(&mut self, offer: &Offer<'_>) -> Vec<Arm> {
        let (shared, value) = (offer.shared, offer.value());
        let first = offer.with.first().cloned();
        let name = offer.name;
        match name {
            "Index" => first
                .and_then(|of| self.read(&of))
                .map(|read| arm("index", format!("{read}see!(log, &{value}[a0]);\n")))
                .into_iter()
                .collect(),
            "IndexMut" if !shared => first
                .and_then(|of| self.read(&of))
                .map(|read| {
                    arm(
                        "index_mut",
                        format!("{read}let out = &mut value[a0]; see!(log, &*out);\n"),
                    )
                })
                .into_iter()
                .collect(),
            "Deref" => vec![arm(
                "deref",
                format!("let out = &**{value}; see!(log, out);\n"),
            )],
            "DerefMut" if !shared => vec![arm(
                "deref_mut",
                "let out = &mut *value; see!(log, &*out);\n".into(),
            )],
            "AsRef" | "Borrow" => first
                .and_then(|of| self.type_text(&of))
                .map(|of| {
                    let method = if name == "AsRef" {
                        "AsRef"
                    } else {
                        "std::borrow::Borrow"
                    };
                    let call = if name == "AsRef" { "as_ref" } else { "borrow" };
                    arm(
                        call,
                        format!("let out: &{of} = {method}::{call}({value}); see!(log, out);\n"),
                    )
                })
                .into_iter()
                .collect(),
            "AsMut" | "BorrowMut" if !shared => first
                .and_then(|of| self.type_text(&of))
                .map(|of| {
                    let (method, call) = if name == "AsMut" {
                        ("AsMut", "as_mut")
                    } else {
                        ("std::borrow::BorrowMut", "borrow_mut")
                    };
                    arm(
                        call,
                        format!(
                            "let out: &mut {of} = {method}::{call}(&mut value); see!(log, &*out);\n"
                        ),
                    )
                })
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What copies a value over another.
    pub(super) fn clone_steps(&mut self, offer: &Offer<'_>) -> Vec<Arm> {
        if offer.shared {
            return Vec::new();
        }
        let mut arms = vec![arm(
            "clone_from",
            "if let Some(other) = try_clone!(&value) { value.clone_from(&other); }\n".into(),
        )];
        if let Some(read) = self.read(offer.of) {
            arms.push(arm(
                "clone_from another",
                format!("{read}Clone::clone_from(&mut value, &a0); see_all!(log, &value);\n"),
            ));
        }
        arms
    }
}

/// What writes a value as text.
pub(super) fn text_steps(offer: &Offer<'_>) -> Vec<Arm> {
    let (name, value) = (offer.name, offer.value());
    match name {
        "LowerHex" | "UpperHex" | "Binary" | "Octal" | "LowerExp" | "UpperExp" | "Pointer" => {
            let flag = match name {
                "LowerHex" => "x",
                "UpperHex" => "X",
                "Binary" => "b",
                "Octal" => "o",
                "LowerExp" => "e",
                "UpperExp" => "E",
                _ => return Vec::new(),
            };
            vec![arm(
                name,
                format!("log.say(&format!(\"{{:{flag}}} {{:#12{flag}}}\", {value}, {value}));\n"),
            )]
        }
        "Error" => vec![arm(
            "description",
            format!(
                "#[allow(deprecated)]\nlog.say(std::error::Error::description({value}));\n#[allow(deprecated)]\nlog.show(&std::error::Error::cause({value}).is_some());\nlog.show(&std::error::Error::source({value}).is_some());\n"
            ),
        )],
        "Debug" => vec![arm(
            "debug",
            format!("log.say(&format!(\"{{:#?}}\", {value}));\n"),
        )],
        _ => Vec::new(),
    }
}
