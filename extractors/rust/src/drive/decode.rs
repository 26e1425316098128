//! Rust text for types, and for reading values of them.

use crate::doc::ParamKind;

use super::{Builder, types::Ty};

/// How a parameter's value can be written as bytes: what seeds are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Bytes,
    Bool,
    Char,
    /// Bytes wide, signed.
    Int(u8, bool),
    Float(u8),
    Other,
}

impl Builder<'_> {
    /// A type as driver text; `None` if it can't be named there.
    pub fn type_text(&mut self, of: &Ty) -> Option<String> {
        Some(match of {
            Ty::Prim(name) if name == "never" => "!".into(),
            Ty::Prim(name) => name.clone(),
            Ty::Std(path, args) => {
                let path = std_path(path)?;
                let mut texts = Vec::new();
                for arg in args {
                    texts.push(self.type_text(arg)?);
                }
                if texts.is_empty() {
                    path
                } else {
                    format!("{path}<{}>", texts.join(", "))
                }
            }
            Ty::Local(def, args) => {
                let name = self.facade(*def)?;
                let mut texts = Vec::new();
                if self.lasting {
                    let params = self.world.generics(*def).map(|generics| &generics.params);
                    for param in params.into_iter().flatten() {
                        if matches!(param.kind, ParamKind::Lifetime { .. }) {
                            texts.push("'static".to_owned());
                        }
                    }
                }
                for arg in args {
                    texts.push(self.type_text(arg)?);
                }
                if texts.is_empty() {
                    format!("subject::{name}")
                } else {
                    format!("subject::{name}<{}>", texts.join(", "))
                }
            }
            Ty::Ref(is_mutable, of) => {
                let of = self.type_text(of)?;
                let word = if *is_mutable { "mut " } else { "" };
                format!("&'static {word}{of}")
            }
            Ty::Slice(of) => format!("[{}]", self.type_text(of)?),
            Ty::Array(of, len) => format!("[{}; {len}]", self.type_text(of)?),
            Ty::Tuple(parts) => {
                let mut text = String::from("(");
                for part in parts {
                    text.push_str(&self.type_text(part)?);
                    text.push_str(", ");
                }
                text.trim_end().trim_end_matches(',').to_owned()
                    + if parts.len() == 1 { ",)" } else { ")" }
            }
            Ty::Iter(of) => format!("Items<{}>", self.type_text(of)?),
            Ty::Value(text) => text.clone(),
            Ty::Closure(..) | Ty::Dyn(_) | Ty::Unknown => return None,
        })
    }

    /// An expression that reads an owned value from `input` and says it.
    pub fn decode(&mut self, of: &Ty, depth: u32) -> Option<String> {
        if depth > 4 {
            return None;
        }
        let mut go = |of: &Ty| self.decode(of, depth + 1);
        Some(match of {
            Ty::Prim(name) => match &**name {
                "str" | "never" => return None,
                name => format!("input.{name}()"),
            },
            Ty::Tuple(parts) => {
                let mut text = String::from("{ input.say(\"(\"); let tuple = (");
                for (place, part) in parts.iter().enumerate() {
                    let part = go(part)?;
                    if place > 0 {
                        text.push_str(&format!("{{ input.say(\", \"); {part} }}, "));
                    } else {
                        text.push_str(&format!("{part}, "));
                    }
                }
                text.push_str("); input.say(\")\"); tuple }");
                text
            }
            Ty::Array(of, _) => format!("input.array(|input| {})", go(of)?),
            Ty::Iter(of) => format!("Items::new(input.vec(|input| {}), input)", go(of)?),
            Ty::Ref(_, inner) => match &**inner {
                Ty::Prim(name) if name == "str" => "input.str()".into(),
                Ty::Slice(item) => match (&**item, matches!(of, Ty::Ref(true, _))) {
                    (Ty::Prim(name), true) if name == "u8" => "&mut leak(input.bytes())[..]".into(),
                    (Ty::Prim(name), false) if name == "u8" => "&leak(input.bytes())[..]".into(),
                    (item, true) => format!("&mut leak(input.vec(|input| {}))[..]", go(item)?),
                    (item, false) => format!("&leak(input.vec(|input| {}))[..]", go(item)?),
                },
                Ty::Std(path, _) if path.ends_with("::Path") => {
                    "std::path::Path::new(input.str())".into()
                }
                Ty::Std(path, _) if path.ends_with("::OsStr") => {
                    "std::ffi::OsStr::new(input.str())".into()
                }
                inner => {
                    let text = go(inner)?;
                    match of {
                        Ty::Ref(true, _) => format!("leak({text})"),
                        _ => format!("&*leak({text})"),
                    }
                }
            },
            Ty::Closure(inputs, output) => self.closure(inputs, output)?,
            Ty::Std(_, args) => self.decode_std(of, args, depth)?,
            Ty::Local(..) => {
                let make = self.lasting(true, |me| me.maker(of, depth))?;
                format!("{make}(input)")
            }
            Ty::Dyn(path) if path.ends_with("Error") => {
                "Box::<dyn std::error::Error>::from(input.text())".into()
            }
            Ty::Slice(_) | Ty::Value(_) | Ty::Dyn(_) | Ty::Unknown => return None,
        })
    }

    fn decode_std(&mut self, of: &Ty, args: &[Ty], depth: u32) -> Option<String> {
        let name = of.std_name()?.to_owned();
        let text = self.type_text(of);
        let mut go = |place: usize| -> Option<String> { self.decode(args.get(place)?, depth + 1) };
        Some(match &*name {
            "String" => "input.text()".into(),
            "Vec" if args.first() == Some(&Ty::prim("u8")) => "input.bytes()".into(),
            "Vec" => format!("input.vec(|input| {})", go(0)?),
            "VecDeque" | "BTreeSet" | "HashSet" | "BinaryHeap" | "LinkedList" => format!(
                "input.vec(|input| {}).into_iter().collect::<{}>()",
                go(0)?,
                text?
            ),
            "BTreeMap" | "HashMap" => format!(
                "input.vec(|input| ({}, {{ input.say(\": \"); {} }})).into_iter().collect::<{}>()",
                go(0)?,
                go(1)?,
                text?
            ),
            "Option" => format!("input.option(|input| {})", go(0)?),
            "Result" => format!("input.result(|input| {}, |input| {})", go(0)?, go(1)?),
            "Box" => match args.first()? {
                Ty::Prim(name) if name == "str" => "input.text().into_boxed_str()".into(),
                Ty::Slice(item) => {
                    let item = self.decode(item, depth + 1)?;
                    format!("input.vec(|input| {item}).into_boxed_slice()")
                }
                Ty::Dyn(_) => go(0)?,
                _ => format!("Box::new({})", go(0)?),
            },
            "Rc" => format!("std::rc::Rc::new({})", go(0)?),
            "Arc" => format!("std::sync::Arc::new({})", go(0)?),
            "Cell" => format!("std::cell::Cell::new({})", go(0)?),
            "RefCell" => format!("std::cell::RefCell::new({})", go(0)?),
            "Cow" if args.iter().any(|arg| *arg == Ty::prim("str")) => "cow(input.text())".into(),
            "Cow" => match args.first()? {
                Ty::Slice(item) if **item == Ty::prim("u8") => {
                    "std::borrow::Cow::<'static, [u8]>::Owned(input.bytes())".into()
                }
                _ => return None,
            },
            "PathBuf" => "std::path::PathBuf::from(input.text())".into(),
            "OsString" => "std::ffi::OsString::from(input.text())".into(),
            "Duration" => "input.duration()".into(),
            "SystemTime" => "input.system_time()".into(),
            "Cursor" => "std::io::Cursor::new(input.bytes())".into(),
            "Sum" => "Sum(0)".into(),
            "Labelled" => "input.labelled()".into(),
            "BuildHasherDefault" | "RandomState" | "PhantomData" => "Default::default()".into(),
            "Wrapping" => format!("std::num::Wrapping({})", go(0)?),
            "Saturating" => format!("std::num::Saturating({})", go(0)?),
            "Reverse" => format!("std::cmp::Reverse({})", go(0)?),
            "NonZero" => {
                let read = go(0)?;
                format!(
                    "match std::num::NonZero::new({read}) {{ Some(value) => value, None => input.discard() }}"
                )
            }
            "Ordering" => "[std::cmp::Ordering::Less, std::cmp::Ordering::Equal, std::cmp::Ordering::Greater][input.pick(3)]".into(),
            "Range" => format!("({})..{{ input.say(\"..\"); {} }}", go(0)?, go(0)?),
            "RangeInclusive" => format!("({})..={{ input.say(\"..=\"); {} }}", go(0)?, go(0)?),
            "RangeFrom" => format!("({}).. ", go(0)?),
            "RangeTo" => format!("..({})", go(0)?),
            "RangeFull" => "..".into(),
            "IntoIter" => format!("input.vec(|input| {}).into_iter()", go(0)?),
            "Error" if text.as_deref() == Some("std::fmt::Error") => "std::fmt::Error".into(),
            "Error" if text.as_deref() == Some("std::io::Error") => {
                "std::io::Error::new(std::io::ErrorKind::Other, input.text())".into()
            }
            "Utf8Error" => "std::str::from_utf8(&[0xff]).unwrap_err()".into(),
            "Ipv4Addr" => "std::net::Ipv4Addr::from(input.u32())".into(),
            "Ipv6Addr" => "std::net::Ipv6Addr::from(input.u128())".into(),
            _ => return None,
        })
    }

    /// A closure that answers by what it is given, so that what it was given is seen in the answers.
    fn closure(&mut self, inputs: &[Ty], output: &Ty) -> Option<String> {
        // Nothing is captured, so that it can stand for a plain function as well.
        let mut text = String::from("{ input.salt(); |");
        let names: Vec<String> = (0..inputs.len()).map(|place| format!("x{place}")).collect();
        // Where a type can be named it is: what looks at a value has to know its type before it is inferred.
        for (name, input) in names.iter().zip(inputs) {
            match self.lasting(false, |me| me.type_text(input)) {
                Some(of) => text.push_str(&format!("{name}: {}, ", of.replace("'static ", ""))),
                None => text.push_str(&format!("{name}, ")),
            }
        }
        text.push_str("| { let mut seen = Log::default(); let _ = &mut seen; ");
        for name in &names {
            text.push_str(&format!("see!(&mut seen, &{name}); "));
        }
        text.push_str("let digest = seen.digest(salt()); called(digest); ");
        let same = inputs.iter().position(|input| input == output);
        match (same, answer(output)) {
            (_, Some(answer)) => text.push_str(&answer),
            (Some(place), None) => text.push_str(&names[place]),
            (None, None) => return None,
        }
        text.push_str(" } }");
        Some(text)
    }

    /// How a value of a type is encoded, where that is simple.
    pub fn form(of: &Ty) -> Form {
        match of {
            Ty::Ref(false, inner) => match &**inner {
                Ty::Prim(name) if name == "str" => Form::Text,
                Ty::Slice(item) if **item == Ty::prim("u8") => Form::Bytes,
                inner => Self::form(inner),
            },
            Ty::Prim(name) => match &**name {
                "bool" => Form::Bool,
                "char" => Form::Char,
                "f64" => Form::Float(8),
                "f32" => Form::Float(4),
                "u8" => Form::Int(1, false),
                "u16" => Form::Int(2, false),
                "u32" => Form::Int(4, false),
                "u64" | "usize" => Form::Int(8, false),
                "u128" => Form::Int(16, false),
                "i8" => Form::Int(1, true),
                "i16" => Form::Int(2, true),
                "i32" => Form::Int(4, true),
                "i64" | "isize" => Form::Int(8, true),
                "i128" => Form::Int(16, true),
                _ => Form::Other,
            },
            Ty::Std(_, args) => match of.std_name() {
                Some("String" | "PathBuf" | "OsString") => Form::Text,
                Some("Cow") if args.contains(&Ty::prim("str")) => Form::Text,
                Some("Vec") if args.first() == Some(&Ty::prim("u8")) => Form::Bytes,
                _ => Form::Other,
            },
            _ => Form::Other,
        }
    }
}

/// An answer of a type, made of the number `digest`.
fn answer(of: &Ty) -> Option<String> {
    Some(match of {
        Ty::Tuple(parts) if parts.is_empty() => "()".into(),
        Ty::Tuple(parts) => {
            let parts: Option<Vec<String>> = parts.iter().map(answer).collect();
            format!("({},)", parts?.join(", "))
        }
        Ty::Prim(name) => match &**name {
            "bool" => "digest % 2 == 0".into(),
            "char" => "char::from(b'a' + (digest % 26) as u8)".into(),
            "f32" | "f64" => format!("(digest % 1000) as {name} / 8.0"),
            "str" | "never" => return None,
            name => format!("(digest % 100) as {name}"),
        },
        Ty::Ref(false, inner) if **inner == Ty::prim("str") => {
            "[\"\", \"a\", \"bc\"][(digest % 3) as usize]".into()
        }
        Ty::Std(_, args) => match of.std_name()? {
            "String" => "format!(\"{}\", digest % 100)".into(),
            "Option" => format!(
                "if digest % 4 == 3 {{ None }} else {{ Some({}) }}",
                answer(args.first()?)?
            ),
            "Result" => format!(
                "if digest % 4 == 3 {{ Err({}) }} else {{ Ok({}) }}",
                answer(args.get(1)?)?,
                answer(args.first()?)?
            ),
            "Vec" => format!("vec![{}]", answer(args.first()?)?),
            "Ordering" => "(digest % 100).cmp(&50)".into(),
            "Duration" => "std::time::Duration::from_millis(digest % 5000)".into(),
            _ => return None,
        },
        _ => return None,
    })
}

/// A path of the standard library by which stable code can name it.
fn std_path(path: &str) -> Option<String> {
    let name = path.rsplit("::").next()?;
    let public = match name {
        "String" => "String",
        "Vec" => "Vec",
        "Box" => "Box",
        "Option" => "Option",
        "Result" => "Result",
        "Rc" => "std::rc::Rc",
        "Arc" => "std::sync::Arc",
        "Cow" => "std::borrow::Cow",
        "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap"
        | "LinkedList" => return Some(format!("std::collections::{name}")),
        "Range" | "RangeInclusive" | "RangeFrom" | "RangeTo" | "RangeFull" | "RangeToInclusive"
        | "Bound" | "ControlFlow" => return Some(format!("std::ops::{name}")),
        "Duration" | "SystemTime" | "Instant" => return Some(format!("std::time::{name}")),
        "Path" | "PathBuf" => return Some(format!("std::path::{name}")),
        "OsStr" | "OsString" | "CStr" | "CString" => return Some(format!("std::ffi::{name}")),
        "Cell" | "RefCell" => return Some(format!("std::cell::{name}")),
        "Wrapping" | "NonZero" | "Saturating" => return Some(format!("std::num::{name}")),
        "Ordering" if path.contains("cmp") => "std::cmp::Ordering",
        "Ordering" => return None,
        "Reverse" => "std::cmp::Reverse",
        "Cursor" => "std::io::Cursor",
        "RandomState" => "std::collections::hash_map::RandomState",
        "BuildHasherDefault" => "std::hash::BuildHasherDefault",
        "PhantomData" => "std::marker::PhantomData",
        "Sum" => "Sum",
        "Labelled" => "Labelled",
        "Utf8Error" => "std::str::Utf8Error",
        "Ipv4Addr" | "Ipv6Addr" | "IpAddr" => return Some(format!("std::net::{name}")),
        "Error" if path.contains("fmt") => "std::fmt::Error",
        "Error" if path.contains("io") => "std::io::Error",
        _ if path.starts_with("std::")
            || path.starts_with("core::")
            || path.starts_with("alloc::") =>
        {
            return Some(
                path.replacen("core::", "std::", 1)
                    .replacen("alloc::", "std::", 1),
            );
        }
        _ => return None,
    };
    Some(public.into())
}
