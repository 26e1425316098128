//! Calls of functions and methods, and what is looked at afterwards.

use crate::doc::{Def, Inner, Type, model};

use super::{
    Builder,
    decode::Form,
    text::{Arm, Function, MARK, Role},
    types::{Subst, Ty, lower},
};

/// How a method takes its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    None,
    Value,
    Shared,
    Mutable,
    /// `Box<Self>`, `Pin<&mut Self>`.
    Other,
}

/// A call, in the order of the driver's text.
pub struct Call {
    /// Reads and says the arguments.
    pub before: String,
    /// The call itself.
    pub expr: String,
    pub output: Ty,
    /// Looks at arguments that were lent to be changed.
    pub after: String,
    pub forms: Vec<Form>,
}

pub fn receiver(function: &model::Function) -> Receiver {
    match function.sig.inputs.first() {
        Some((name, of)) if name == "self" => match of {
            Type::Generic(name) if name == "Self" => Receiver::Value,
            Type::BorrowedRef {
                is_mutable, type_, ..
            } if matches!(&**type_, Type::Generic(name) if name == "Self") => {
                if *is_mutable {
                    Receiver::Mutable
                } else {
                    Receiver::Shared
                }
            }
            _ => Receiver::Other,
        },
        _ => Receiver::None,
    }
}

/// A parameter's type, with the generic parameter that the compiler makes of an `impl Trait` in its place: what it stands
/// for was chosen with the others.
fn named(function: &model::Function, of: &Type) -> Type {
    match of {
        Type::ImplTrait(wanted) => {
            let mut params = function.generics.params.iter();
            let meant = params.find(|param| {
                matches!(&param.kind, model::ParamKind::Type { bounds, is_synthetic: true, .. } if bounds == wanted)
            });
            meant.map_or_else(|| of.clone(), |param| Type::Generic(param.name.clone()))
        }
        Type::BorrowedRef {
            lifetime,
            is_mutable,
            type_,
        } => Type::BorrowedRef {
            lifetime: lifetime.clone(),
            is_mutable: *is_mutable,
            type_: Box::new(named(function, type_)),
        },
        of => of.clone(),
    }
}

impl Builder<'_> {
    /// A call of a function; `value` is what stands for `self`.
    pub fn call(
        &mut self,
        krate: usize,
        function: &model::Function,
        callee: &str,
        value: Option<&str>,
        subst: &Subst,
    ) -> Option<Call> {
        if function.header.is_unsafe || function.header.is_async {
            return None;
        }
        let mut call = Call {
            before: String::new(),
            expr: String::new(),
            output: function
                .sig
                .output
                .as_ref()
                .map_or(Ty::unit(), |of| lower(self.world, krate, of, subst)),
            after: String::new(),
            forms: Vec::new(),
        };
        let mut passed: Vec<String> = value.map(str::to_owned).into_iter().collect();
        let skip = usize::from(value.is_some());
        for (place, (name, of)) in function.sig.inputs.iter().enumerate().skip(skip) {
            let of = lower(self.world, krate, &named(function, of), subst);
            if place > skip {
                call.before.push_str("input.say(\", \");\n");
            }
            let Some((read, pass, after)) = self.argument(&of, place) else {
                let text = self.type_text(&of).unwrap_or_else(|| format!("{of:?}"));
                self.obstacle(format!(
                    "no value of `{text}` can be made, for the parameter `{name}` of `{callee}`"
                ));
                return None;
            };
            call.before.push_str(&read);
            call.after.push_str(&after);
            call.forms.push(Self::form(&of));
            passed.push(pass);
        }
        call.expr = format!("{callee}({})", passed.join(", "));
        Some(call)
    }

    /// Reads one argument: the binding, how it is passed, and what is looked at afterwards.
    fn argument(&mut self, of: &Ty, place: usize) -> Option<(String, String, String)> {
        let name = format!("a{place}");
        if self.lasting && matches!(of, Ty::Ref(..)) {
            return Some((
                format!("let mut {name} = {};\n", self.decode(of, 0)?),
                name,
                String::new(),
            ));
        }
        let bound = |read: &str| format!("let mut {name} = {read};\n");
        let seen = format!("log.say(\" {name}=\"); see!(log, &{name});\n");
        Some(match of {
            Ty::Ref(is_mutable, inner) => {
                let (lend, after) = if *is_mutable {
                    ("&mut ", seen)
                } else {
                    ("&", String::new())
                };
                match &**inner {
                    Ty::Prim(text) if text == "str" && !is_mutable => {
                        (bound("input.text()"), format!("&{name}[..]"), after)
                    }
                    Ty::Slice(_) => {
                        let Ty::Slice(item) = &**inner else {
                            return None;
                        };
                        let read = self.decode(&Ty::vec((**item).clone()), 0)?;
                        (bound(&read), format!("{lend}{name}[..]"), after)
                    }
                    // Behind a reference to what has no size of its own.
                    Ty::Std(path, _) if path.ends_with("::Path") || path.ends_with("::OsStr") => {
                        (bound(&self.decode(of, 0)?), name, String::new())
                    }
                    Ty::Closure(..) => (
                        bound(&self.decode(inner, 0)?),
                        format!("{lend}{name}"),
                        String::new(),
                    ),
                    inner => {
                        let read = self.decode(inner, 0)?;
                        (bound(&read), format!("{lend}{name}"), after)
                    }
                }
            }
            of => (bound(&self.decode(of, 0)?), name, String::new()),
        })
    }

    /// Looks at a value that stands in the variable `var`, as deep as its type allows.
    pub fn observe(&mut self, of: &Ty, var: &str, depth: u32) -> String {
        let next = depth + 1;
        let inner = format!("{var}{depth}");
        match of {
            of if of.is_unit() => "log.say(\"()\");\n".into(),
            Ty::Std(_, args) if depth < 4 => match (of.std_name(), &args[..]) {
                (Some("Result"), [ok, err, ..]) => {
                    let ok = self.observe(ok, &inner, next);
                    let err = self.observe(err, &inner, next);
                    let raise = if depth == 0 { "log.raise(); " } else { "" };
                    format!(
                        "match {var} {{ Ok({inner}) => {{ log.say(\"Ok(\"); {ok} log.say(\")\"); }} Err({inner}) => {{ {raise}log.say(\"Err(\"); {err} log.say(\")\"); }} }}\n"
                    )
                }
                (Some("Option"), [some, ..]) => {
                    let some = self.observe(some, &inner, next);
                    format!(
                        "match {var} {{ Some({inner}) => {{ log.say(\"Some(\"); {some} log.say(\")\"); }} None => log.say(\"None\"), }}\n"
                    )
                }
                (Some("Vec"), [item, ..]) if item.any(&|of| matches!(of, Ty::Local(..))) => {
                    self.drained(item, &format!("{var}.into_iter()"), depth)
                }
                (Some("Box" | "Rc" | "Arc"), _) => format!("see_all!(log, &{var});\n"),
                (
                    Some(
                        "Iter" | "IntoIter" | "Chars" | "Map" | "Filter" | "Rev" | "Take" | "Skip"
                        | "Chain" | "Zip",
                    ),
                    _,
                ) => self.drained(&Ty::Unknown, var, depth),
                _ => format!("see!(log, &{var});\n"),
            },
            Ty::Tuple(parts) if depth < 4 => {
                let names: Vec<String> = (0..parts.len())
                    .map(|place| format!("{inner}_{place}"))
                    .collect();
                let mut text = format!("let ({},) = {var};\n", names.join(", "));
                for (part, name) in parts.iter().zip(&names) {
                    text.push_str(&self.observe(part, name, next));
                    text.push_str("log.say(\", \");\n");
                }
                text
            }
            Ty::Iter(item) => self.drained(&item.clone(), var, depth),
            Ty::Local(..) => match self.explorer(of, false) {
                Some(name) => format!("{MARK}{name}{MARK}{var}{MARK}\n"),
                None => self.nameless(of, var, depth),
            },
            Ty::Ref(is_mutable, inner) if matches!(**inner, Ty::Local(..)) => {
                match self.explorer(inner, true) {
                    Some(name) => {
                        let lent = if *is_mutable {
                            format!("&*{var}")
                        } else {
                            var.to_owned()
                        };
                        format!("{MARK}{name}{MARK}{lent}{MARK}\n")
                    }
                    None => format!("see_all!(log, {var});\n"),
                }
            }
            Ty::Closure(..) => "log.say(\"|..|\");\n".into(),
            _ => format!("see!(log, &{var});\n"),
        }
    }

    /// Looks at a value of a type that can't be written down (it holds a closure, or is private): by its std traits.
    fn nameless(&mut self, of: &Ty, var: &str, depth: u32) -> String {
        let Ty::Local(def, _) = of else {
            return format!("see_all!(log, &{var});\n");
        };
        let world = self.world;
        let mut traits = std::collections::BTreeSet::new();
        let mut item = Ty::Unknown;
        for (at, inner) in world.impls(*def) {
            let Some(path) = inner
                .trait_
                .as_ref()
                .filter(|_| inner.blanket_impl.is_none())
            else {
                continue;
            };
            let name = path.path.rsplit("::").next().unwrap_or_default().to_owned();
            if name == "Iterator" {
                item = super::types::projected(world, of, "Item");
                let _ = at;
            }
            traits.insert(name);
        }
        let mut text = format!("let mut value = {var};\nsee_all!(log, &value);\n");
        if traits.contains("Deref") {
            text.push_str("see!(log, &*value);\n");
        }
        if traits.contains("DerefMut") {
            text.push_str("{ let out = &mut *value; see!(log, &*out); }\n");
        }
        let iterates = traits.contains("Iterator");
        if iterates {
            text.push_str("see!(log, &Iterator::size_hint(&value));\n");
            let copy = self.drained(&item, "copy", depth);
            let back = traits.contains("DoubleEndedIterator");
            let sized = traits.contains("ExactSizeIterator");
            text.push_str(&interleaved(&copy, back, sized));
        }
        // A last use, by one of the functions that take the value.
        let mut last: Vec<String> = Vec::new();
        if iterates {
            let drained = self.drained(&item, "value", depth);
            last.push(drained);
            last.push("let mut count = 0u64; let out = Iterator::fold(value, 0u64, |sum, item| { if sum < 40 { see!(log, &item); } sum + 1 }); log.show(&out);\n".into());
        } else if let Some(facade) = self.facade(*def) {
            for (_, inner) in world.impls(*def) {
                if inner.trait_.is_some() {
                    continue;
                }
                for (method, function) in super::explore::functions(world, def.krate, &inner.items)
                {
                    let alone = function.sig.inputs.len() == 1 && !function.header.is_unsafe;
                    let takes = matches!(function.sig.inputs.first(), Some((_, Type::Generic(name))) if name == "Self")
                        || matches!(function.sig.inputs.first(), Some((_, Type::ResolvedPath(path))) if self.world.target(def.krate, path.id) == crate::doc::Target::Known(*def));
                    if method.public() && alone && takes {
                        last.push(format!(
                            "input.say(\"; {0}\"); let out = subject::{facade}::{0}(value); see!(log, &out);\n",
                            method.name()
                        ));
                    }
                }
            }
        }
        // Or none of them: then it is dropped.
        text.push_str(&format!("match input.choice({}) {{\n", last.len() + 1));
        for (place, code) in last.iter().enumerate() {
            text.push_str(&format!("{place} => {{ {code} }}\n"));
        }
        text.push_str("_ => {}\n}\n");
        format!("{{ {text} }}\n")
    }

    pub fn drained(&mut self, item: &Ty, expr: &str, depth: u32) -> String {
        let name = format!("item{depth}");
        let look = if depth < 3 {
            self.observe(item, &name, depth + 1)
        } else {
            format!("see!(log, &{name});\n")
        };
        format!("log.drain({expr}, |mut {name}, log| {{ {look} }});\n")
    }

    /// Whether looking at a type calls for bytes of the input.
    pub fn explores(code: &str) -> bool {
        code.contains(MARK)
    }

    /// An operation that calls a function.
    pub fn function_operation(&mut self, label: &str, call: Call) {
        let observe = self.observe(&call.output.clone(), "out", 0);
        let code = format!(
            "input.say({:?});\n{}input.say(\")\");\nlet out = {};\n{observe}{}",
            format!("{label}("),
            call.before,
            call.expr,
            call.after
        );
        self.operation(label, code, call.forms);
    }

    /// Adds an operation.
    pub fn operation(&mut self, label: &str, code: String, forms: Vec<Form>) {
        let name = format!("operation_{}", self.functions.len());
        self.forms
            .push((name.clone(), forms, Self::explores(&code)));
        self.functions.push(Function {
            head: format!("fn {name}(input: &mut Input, log: &mut Log) {{\n{code}}}\n"),
            name,
            about: label.to_owned(),
            arms: None,
            tail: String::new(),
            role: Role::Operation,
        });
    }

    /// A method as a step of an explorer: `value` is the variable that holds the value (or a reference to it).
    #[allow(clippy::too_many_arguments)] // Each is a part of the call, and no two belong together.
    pub fn step(
        &mut self,
        krate: usize,
        item: &model::Item,
        function: &model::Function,
        of: &Ty,
        through: Option<Def>,
        subst: &Subst,
        shared: bool,
    ) -> Option<(Receiver, Arm)> {
        let receiver = receiver(function);
        let lent = match (receiver, shared) {
            (Receiver::Shared, true) => "value",
            (Receiver::Shared, false) => "&value",
            (Receiver::Mutable, false) => "&mut value",
            (Receiver::Value, _) => "value",
            _ => return None,
        };
        let callee = self.qualified(of, through, item.name())?;
        let call = self.call(krate, function, &callee, Some(lent), subst)?;
        let observe = self.observe(&call.output.clone(), "out", 1);
        let name = item.name();
        let mut code = format!(
            "input.say(\"; {name}(\");\n{}input.say(\")\");\nlog.say(\" {name} \");\nlet out = {};\n{observe}{}",
            call.before, call.expr, call.after
        );
        if receiver == Receiver::Value {
            let lent = if shared { "value" } else { "&value" };
            code = format!("if let Some(value) = try_clone!({lent}) {{\n{code}}}\n");
        }
        Some((
            receiver,
            Arm {
                about: name.to_owned(),
                code,
            },
        ))
    }

    /// `<Type>::name` or `<Type as Trait>::name`.
    pub fn qualified(&mut self, of: &Ty, through: Option<Def>, name: &str) -> Option<String> {
        let of = self.type_text(of)?;
        let of = of.replace("'static ", "");
        Some(match through {
            None => format!("<{of}>::{name}"),
            Some(def) => {
                let facade = self.facade(def)?;
                let count = match self.world.item(def).map(|item| &item.inner) {
                    Some(Inner::Trait(inner)) => super::types::parameters(&inner.generics).count(),
                    _ => 0,
                };
                let args = if count == 0 {
                    String::new()
                } else {
                    format!("<{}>", vec!["_"; count].join(", "))
                };
                format!("<{of} as subject::{facade}{args}>::{name}")
            }
        })
    }
}

/// Steps on an iterator `value`, in an order that the input says: what it tells of itself between two items counts as well.
fn interleaved(copy: &str, back: bool, sized: bool) -> String {
    let step = |name: &str, code: String| format!("input.say(\"; {name}\"); {code}");
    let mut arms = vec![
        step("next", "see!(log, &Iterator::next(&mut value));".into()),
        step("size_hint", "see!(log, &Iterator::size_hint(&value));".into()),
        step("nth", "let a0 = input.choice(4); input.show(&a0); see!(log, &Iterator::nth(&mut value, a0));".into()),
        step("clone", format!("if let Some(copy) = try_clone!(&value) {{ {copy} }}")),
        step("fold a clone", "if let Some(copy) = try_clone!(&value) { let mut count = 0u64; let _ = copy.take(1000).fold((), |_, item| { count += 1; if count < 40 { see!(log, &item); } }); }".into()),
        step("fold", "let out = Iterator::fold(value.by_ref().take(1000), 0u64, |sum, _| sum + 1); log.show(&out);".into()),
    ];
    if back {
        arms.push(step(
            "next_back",
            "see!(log, &DoubleEndedIterator::next_back(&mut value));".into(),
        ));
    }
    if sized {
        arms.push(step(
            "len",
            "see!(log, &ExactSizeIterator::len(&value));".into(),
        ));
    }
    // The first two more often: what is told between two items needs both.
    let mut text = format!(
        "for _ in 0..input.steps() {{ match input.choice({}) {{\n",
        arms.len() + 2
    );
    let often = [arms[0].clone(), arms[1].clone()];
    for (place, code) in arms.iter().chain(&often).enumerate() {
        text.push_str(&format!("{place} => {{ {code} }}\n"));
    }
    text.push_str("_ => {}\n} }\n");
    text
}
