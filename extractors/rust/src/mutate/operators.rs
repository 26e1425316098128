//! What stands instead: operators, literals, methods, returned values.

use quote::ToTokens;
use syn::{BinOp, Lit, ReturnType, Type};

/// Other operators for one, by kind of change.
pub fn binary(operator: &BinOp) -> &'static [(&'static str, &'static str)] {
    match operator {
        BinOp::Add(_) => &[("arithmetic", "-"), ("arithmetic", "*")],
        BinOp::Sub(_) => &[("arithmetic", "+"), ("arithmetic", "/")],
        BinOp::Mul(_) => &[("arithmetic", "/"), ("arithmetic", "+")],
        BinOp::Div(_) => &[("arithmetic", "*"), ("arithmetic", "%")],
        BinOp::Rem(_) => &[("arithmetic", "/"), ("arithmetic", "+")],
        BinOp::BitAnd(_) => &[("bits", "|"), ("bits", "^")],
        BinOp::BitOr(_) => &[("bits", "&"), ("bits", "^")],
        BinOp::BitXor(_) => &[("bits", "|"), ("bits", "&")],
        BinOp::Shl(_) => &[("bits", ">>")],
        BinOp::Shr(_) => &[("bits", "<<")],
        BinOp::Lt(_) => &[
            ("boundary", "<="),
            ("comparison", ">="),
            ("comparison", ">"),
            ("comparison", "=="),
        ],
        BinOp::Le(_) => &[("boundary", "<"), ("comparison", ">")],
        BinOp::Gt(_) => &[
            ("boundary", ">="),
            ("comparison", "<="),
            ("comparison", "<"),
            ("comparison", "=="),
        ],
        BinOp::Ge(_) => &[("boundary", ">"), ("comparison", "<")],
        BinOp::Eq(_) => &[("comparison", "!=")],
        BinOp::Ne(_) => &[("comparison", "==")],
        BinOp::And(_) => &[("boolean", "||")],
        BinOp::Or(_) => &[("boolean", "&&")],
        BinOp::AddAssign(_) => &[("arithmetic", "-="), ("arithmetic", "*=")],
        BinOp::SubAssign(_) => &[("arithmetic", "+="), ("arithmetic", "/=")],
        BinOp::MulAssign(_) => &[("arithmetic", "/="), ("arithmetic", "+=")],
        BinOp::DivAssign(_) => &[("arithmetic", "*="), ("arithmetic", "%=")],
        BinOp::RemAssign(_) => &[("arithmetic", "/="), ("arithmetic", "+=")],
        BinOp::BitAndAssign(_) => &[("bits", "|="), ("bits", "^=")],
        BinOp::BitOrAssign(_) => &[("bits", "&="), ("bits", "^=")],
        BinOp::BitXorAssign(_) => &[("bits", "|="), ("bits", "&=")],
        BinOp::ShlAssign(_) => &[("bits", ">>=")],
        BinOp::ShrAssign(_) => &[("bits", "<<=")],
        _ => &[],
    }
}

/// Other literals for one.
pub fn literal(literal: &Lit) -> Vec<String> {
    match literal {
        Lit::Bool(it) => vec![(!it.value).to_string()],
        Lit::Int(it) => {
            let Ok(value) = it.base10_parse::<u128>() else {
                return Vec::new();
            };
            let suffix = it.suffix();
            let mut others = vec![format!("{}{suffix}", value.wrapping_add(1))];
            if value > 0 {
                others.push(format!("{}{suffix}", value - 1));
            }
            others
        }
        Lit::Float(it) => match it.base10_parse::<f64>() {
            Ok(value) => vec![format!("{:?}{}", value + 1.0, it.suffix())],
            Err(_) => Vec::new(),
        },
        Lit::Char(it) => {
            let other = if it.value() == 'x' { 'y' } else { 'x' };
            vec![format!("{other:?}")]
        }
        Lit::Byte(it) => vec![format!("{}u8", it.value().wrapping_add(1))],
        Lit::Str(it) => vec![text(&it.value())],
        _ => Vec::new(),
    }
}

/// Text that differs from `text`, as a literal. Braces stay balanced, as it may be a format.
pub fn text(text: &str) -> String {
    format!("{:?}", format!("{text}x"))
}

/// Methods that people confuse.
const CONFUSED: [(&str, &str); 24] = [
    ("min", "max"),
    ("is_some", "is_none"),
    ("is_ok", "is_err"),
    ("starts_with", "ends_with"),
    ("first", "last"),
    ("all", "any"),
    ("find", "rfind"),
    ("split_once", "rsplit_once"),
    ("position", "rposition"),
    ("trim_start", "trim_end"),
    ("trim_start_matches", "trim_end_matches"),
    ("strip_prefix", "strip_suffix"),
    ("to_lowercase", "to_uppercase"),
    ("to_ascii_lowercase", "to_ascii_uppercase"),
    ("is_ascii_lowercase", "is_ascii_uppercase"),
    ("is_lowercase", "is_uppercase"),
    ("floor", "ceil"),
    ("leading_zeros", "trailing_zeros"),
    ("wrapping_add", "saturating_add"),
    ("wrapping_sub", "saturating_sub"),
    ("wrapping_mul", "saturating_mul"),
    ("rotate_left", "rotate_right"),
    ("push_front", "push_back"),
    ("pop_front", "pop_back"),
];

/// The method that one is confused with.
pub fn method(name: &str) -> Option<&'static str> {
    CONFUSED.iter().find_map(|(one, other)| {
        if name == *one {
            Some(*other)
        } else if name == *other {
            Some(*one)
        } else {
            None
        }
    })
}

/// Values that a function may wrongly return.
pub fn returned(output: &ReturnType) -> Vec<String> {
    let ReturnType::Type(_, kind) = output else {
        return vec!["()".into()];
    };
    of_type(kind)
}

fn of_type(kind: &Type) -> Vec<String> {
    let spelt = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match kind {
        Type::Never(_) | Type::ImplTrait(_) => Vec::new(),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return Vec::new();
            };
            let inner = |place: usize| match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => {
                    arguments.args.iter().nth(place).and_then(|arg| match arg {
                        syn::GenericArgument::Type(kind) => Some(kind),
                        _ => None,
                    })
                }
                _ => None,
            };
            match &*last.ident.to_string() {
                "bool" => spelt(&["true", "false"]),
                "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
                | "i128" | "isize" => spelt(&["0", "1"]),
                "f32" | "f64" => spelt(&["0.0", "1.0"]),
                "Option" => {
                    let some = inner(0).map(of_type).unwrap_or_default();
                    let mut all = vec!["None".to_owned()];
                    all.extend(some.first().map(|value| format!("Some({value})")));
                    all
                }
                "Result" => {
                    let ok = inner(0).map(of_type).unwrap_or_default();
                    let value = ok.first().map_or("Default::default()", String::as_str);
                    vec![format!("Ok({value})")]
                }
                "Ordering" => spelt(&["core::cmp::Ordering::Equal"]),
                _ => spelt(&["Default::default()"]),
            }
        }
        Type::Reference(reference) => match &*reference.elem.to_token_stream().to_string() {
            "str" => spelt(&["\"\"", "\"xyzzy\""]),
            _ => Vec::new(),
        },
        Type::Tuple(tuple) if tuple.elems.is_empty() => spelt(&["()"]),
        _ => spelt(&["Default::default()"]),
    }
}
