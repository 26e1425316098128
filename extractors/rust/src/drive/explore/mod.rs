//! Types of the subject: making values of them, and looking at values by short sequences of calls.
//!
//! * here: the function that looks at a value: its traits, its fields, its steps
//! * [`make`]: the function that makes values of a type; [`construct`]: the constructors and literals it chooses from
//! * [`steps`]: the calls to choose from
//! * [`standard`]: what traits of the standard library offer; [`others`]: where they are there for another type
//! * [`shape`]: which impls and methods are there for which arguments of a type

mod construct;
mod make;
mod others;
mod shape;
mod standard;
mod steps;

use crate::{
    doc::{Def, Inner, StructKind, model},
    drive::{
        Builder,
        text::{Arms, Function, Role},
        types::Ty,
    },
};
pub use construct::Yields;
use shape::asks_nothing;

/// So many instances of one generic type are explored, beside those that were asked for: its methods may give others of it
/// without end, each with as much text.
const ALIKE: usize = 8;

/// And so many where each has much text.
const ALIKE_OF_MANY: usize = 2;

/// Of a type with more methods than this that ask nothing of its arguments, further instances show the other methods alone:
/// the text of these is the same for all.
const MANY: usize = 24;

impl Builder<'_> {
    /// The function that looks at a value of a local type, or at one that is lent.
    pub fn explorer(&mut self, of: &Ty, shared: bool) -> Option<String> {
        let key = (of.clone(), shared);
        if let Some(name) = self.explorers.get(&key) {
            return Some(name.clone());
        }
        let Ty::Local(def, args) = of else {
            return None;
        };
        let text = self.type_text(of)?;
        let alike = self
            .explorers
            .keys()
            .filter(|(other, _)| matches!(other, Ty::Local(of, _) if of == def));
        let most = if self.methods(*def) > MANY {
            ALIKE_OF_MANY
        } else {
            ALIKE
        };
        let enough = alike.count() >= most && !self.expected.contains(of);
        if self.explorers.len() > 40 || enough || of.heaped() {
            return None;
        }
        let name = format!("explore_{}", self.explorers.len());
        self.explorers.insert(key, name.clone());
        let lent = if shared { "value" } else { "&value" };
        let mut head = if shared {
            format!("fn {name}(value: &{text}, input: &mut Input, log: &mut Log) {{\n")
        } else {
            format!("fn {name}(mut value: {text}, input: &mut Input, log: &mut Log) {{\n")
        };
        head.push_str(&format!(
            "see_all!(log, {lent});\nif log.seen_enough() {{ return; }}\nlog.depth += 1;\n"
        ));
        head.push_str(&self.fields(*def, args, "value"));
        head.push_str(&format!(
            "if let Some(mut other) = try_clone!({lent}) {{ log.say(\" clone \"); see_order!(log, {lent}, &other); see_all!(log, &other); }}\n"
        ));
        let (codes, last) = self.steps(of, *def, args, shared);
        let tail = if last.is_empty() {
            "log.depth -= 1;\n}\n".to_owned()
        } else {
            let mut text = format!("match input.choice({}) {{\n", last.len() + 1);
            for (place, code) in last.iter().enumerate() {
                text.push_str(&format!("{} => {{\n{code}}}\n", place + 1));
            }
            text + "_ => {}\n}\nlog.depth -= 1;\n}\n"
        };
        self.functions.push(Function {
            name: name.clone(),
            about: text,
            head,
            arms: Some(Arms {
                choose: "input.choice",
                open: "for _ in 0..input.steps() {\n".into(),
                close: "\n}".into(),
                codes,
            }),
            tail,
            role: Role::Explorer,
        });
        Some(name)
    }

    /// Looks at public fields.
    fn fields(&mut self, def: Def, args: &[Ty], var: &str) -> String {
        let world = self.world;
        let Some(Inner::Struct(inner)) = world.item(def).map(|item| &item.inner) else {
            return String::new();
        };
        let _ = args;
        let ids: Vec<model::Id> = match &inner.kind {
            StructKind::Plain { fields, .. } => fields.clone(),
            StructKind::Tuple(fields) => fields.iter().copied().flatten().collect(),
            StructKind::Unit => vec![],
        };
        let mut text = String::new();
        for id in ids {
            let Some(item) = world.item(Def {
                krate: def.krate,
                id,
            }) else {
                continue;
            };
            if item.public() {
                let name = item.name();
                text.push_str(&format!(
                    "log.say(\" .{name}=\"); see!(log, &{var}.{name});\n"
                ));
            }
        }
        text
    }

    /// How many methods a type has that ask nothing of its arguments.
    fn methods(&self, def: Def) -> usize {
        let impls = self.world.impls(def).into_iter();
        impls
            .filter(|(_, inner)| asks_nothing(inner))
            .map(|(at, inner)| functions(self.world, at.krate, &inner.items).count())
            .sum()
    }
}

/// The functions among some items.
pub fn functions<'w>(
    world: &'w crate::doc::World,
    krate: usize,
    items: &'w [model::Id],
) -> impl Iterator<Item = (&'w model::Item, &'w model::Function)> {
    items.iter().filter_map(move |id| {
        let item = world.item(Def { krate, id: *id })?;
        match &item.inner {
            Inner::Function(function) => Some((item, function)),
            _ => None,
        }
    })
}

/// A path as it is said to people.
pub fn short(text: &str) -> String {
    text.replace("subject::", "")
        .replace(['<', '>'], "")
        .replace("'static ", "")
}
