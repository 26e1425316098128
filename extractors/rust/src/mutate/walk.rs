//! From a syntax tree to faults.

use std::collections::BTreeMap;
use std::ops::Range;

use quote::ToTokens;
use syn::{
    BinOp, Block, Expr, ImplItem, Item, Stmt, TraitItem,
    parse::Parser,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{Change, Fault, operators};
use crate::probe::{Compiled, Platform, There};

/// What a module's text offers.
#[derive(Debug, Default)]
pub struct Faults {
    pub faults: Vec<Fault>,
    /// Bytes behind the braces that open the bodies of loops and functions.
    pub steps: Vec<usize>,
    /// Lines whose text can't be mutated, and why.
    pub not_mutated: Vec<(u32, String)>,
}

/// Macros whose first text is a format, and whose other arguments are expressions.
const FORMATS: [&str; 9] = [
    "format",
    "write",
    "writeln",
    "print",
    "println",
    "eprint",
    "eprintln",
    "panic",
    "format_args",
];

/// Reads a module. `None` if it does not parse.
pub fn faults(text: &str, platform: &Platform) -> Option<Faults> {
    let file = syn::parse_file(text).ok()?;
    let mut walker = Walker {
        text,
        platform,
        compiled: Compiled::of(&file),
        variants: variants(&file.items),
        found: Faults::default(),
        own: None,
    };
    walker.items(&file.items);
    Some(walker.found)
}

struct Walker<'a> {
    text: &'a str,
    platform: &'a Platform,
    compiled: Compiled,
    /// Variants of each enum with what they hold, as text.
    variants: BTreeMap<String, Vec<(String, String)>>,
    found: Faults,
    /// What `Self` is.
    own: Option<String>,
}

fn variants(items: &[Item]) -> BTreeMap<String, Vec<(String, String)>> {
    let mut found = BTreeMap::new();
    for item in items {
        match item {
            Item::Enum(item) => {
                let all = item.variants.iter();
                let all = all.map(|it| {
                    (
                        it.ident.to_string(),
                        it.fields.to_token_stream().to_string(),
                    )
                });
                found.insert(item.ident.to_string(), all.collect());
            }
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    found.extend(variants(items));
                }
            }
            _ => {}
        }
    }
    found
}

fn bytes(tokens: &impl ToTokens) -> Range<usize> {
    tokens.span().byte_range()
}

impl Walker<'_> {
    fn text(&self, tokens: &impl ToTokens) -> &str {
        self.text.get(bytes(tokens)).unwrap_or_default()
    }

    fn fault(&mut self, operator: &'static str, range: Range<usize>, change: Change) {
        self.found.faults.push(Fault {
            operator,
            range,
            change,
        });
    }

    fn instead(&mut self, operator: &'static str, range: Range<usize>, other: impl Into<String>) {
        self.fault(operator, range, Change::Instead(other.into()));
    }

    /// `whole` with one part of it replaced.
    fn with(&self, whole: &Range<usize>, part: Range<usize>, other: &str) -> String {
        format!(
            "{}{other}{}",
            &self.text[whole.start..part.start],
            &self.text[part.end..whole.end]
        )
    }

    fn not_mutated(&mut self, what: &impl ToTokens, why: &str) {
        let line = what.span().start().line as u32;
        self.found.not_mutated.push((line, why.to_owned()));
    }

    /// Whether the text is compiled at all.
    fn there(&self, attrs: &[syn::Attribute]) -> bool {
        matches!(self.platform.verdict(attrs), There::Yes)
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Mod(module) if self.there(&module.attrs) => {
                    if let Some((_, items)) = &module.content {
                        self.items(items);
                    }
                }
                Item::Fn(function) if self.there(&function.attrs) => {
                    self.function(&function.sig, &function.block);
                }
                Item::Impl(block) if self.there(&block.attrs) => {
                    let own = block.self_ty.to_token_stream().to_string();
                    let own = own.split('<').next().map(|name| name.trim().to_owned());
                    let outer = std::mem::replace(&mut self.own, own);
                    for member in &block.items {
                        match member {
                            ImplItem::Fn(method) if self.there(&method.attrs) => {
                                self.function(&method.sig, &method.block);
                            }
                            ImplItem::Macro(call) => self.not_mutated(call, "the text of a macro"),
                            _ => {}
                        }
                    }
                    self.own = outer;
                }
                Item::Trait(block) if self.there(&block.attrs) => {
                    for member in &block.items {
                        if let TraitItem::Fn(method) = member
                            && self.there(&method.attrs)
                            && let Some(body) = &method.default
                        {
                            self.function(&method.sig, body);
                        }
                    }
                }
                Item::Macro(item) => self.not_mutated(item, "the text of a macro"),
                Item::Const(item) => self.not_mutated(item, "evaluated by the compiler"),
                Item::Static(item) => self.not_mutated(item, "evaluated by the compiler"),
                _ => {}
            }
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &Block) {
        if let Some(why) = self.compiled.waiver(signature) {
            self.not_mutated(signature, &why);
            return;
        }
        let body = block.brace_token.span.open().byte_range().end;
        // A loop may stand in the standard library, and call this for ever.
        self.found.steps.push(body);
        // What does nothing anyway can't do less.
        if !block.stmts.is_empty() {
            for value in operators::returned(&signature.output) {
                self.fault("returned value", body..body, Change::Return(value));
            }
        }
        self.visit_block(block);
    }

    /// A condition that is negated as a whole, where its operator is not changed anyway.
    fn condition(&mut self, condition: &Expr) {
        let plain = matches!(
            condition,
            Expr::Call(_) | Expr::MethodCall(_) | Expr::Path(_) | Expr::Field(_) | Expr::Macro(_)
        );
        if plain {
            let other = format!("!({})", self.text(condition));
            self.instead("boolean", bytes(condition), other);
        }
    }

    fn body_of_loop(&mut self, body: &Block) {
        let open = body.brace_token.span.open().byte_range().end;
        self.found.steps.push(open);
    }

    fn swapped<'e>(&mut self, whole: Range<usize>, args: impl Iterator<Item = &'e Expr>) {
        let args: Vec<Range<usize>> = args.map(bytes).collect();
        for pair in args.windows(2) {
            let (one, other) = (&pair[0], &pair[1]);
            let (first, second) = (&self.text[one.clone()], &self.text[other.clone()]);
            if first != second {
                let swapped = format!(
                    "{}{second}{}{first}{}",
                    &self.text[whole.start..one.start],
                    &self.text[one.end..other.start],
                    &self.text[other.end..whole.end]
                );
                self.instead("swapped arguments", whole.clone(), swapped);
            }
        }
    }

    /// Another variant of the same enum that holds the same.
    fn variant(&mut self, path: &syn::ExprPath) {
        let parts: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        let [.., of, name] = &parts[..] else {
            return;
        };
        let of = match (&**of, &self.own) {
            ("Self", Some(own)) => own,
            _ => of,
        };
        let Some(all) = self.variants.get(of) else {
            return;
        };
        let Some(place) = all.iter().position(|(other, _)| other == name) else {
            return;
        };
        let holds = &all[place].1;
        let others = all[place + 1..].iter().chain(&all[..place]);
        let other = others
            .filter(|(_, fields)| fields == holds)
            .map(|(name, _)| name.clone())
            .next();
        if let (Some(other), Some(last)) = (other, path.path.segments.last()) {
            let whole = bytes(path);
            let text = self.with(&whole, bytes(&last.ident), &other);
            self.instead("variant", whole, text);
        }
    }

    fn macro_call(&mut self, mac: &syn::Macro, whole: Range<usize>) {
        let name = mac
            .path
            .segments
            .last()
            .map(|it| it.ident.to_string())
            .unwrap_or_default();
        if name == "matches" {
            let other = format!("!{}", &self.text[whole.clone()]);
            self.instead("boolean", whole, other);
            return;
        }
        let format = FORMATS.contains(&&*name);
        if !format && name != "vec" {
            return;
        }
        let Ok(args) =
            Punctuated::<Expr, syn::Token![,]>::parse_terminated.parse2(mac.tokens.clone())
        else {
            return;
        };
        let mut seen = false;
        for arg in &args {
            match arg {
                Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) if format && !seen => {
                    seen = true;
                    // A doubled brace at the end would join what is added.
                    let other = operators::text(&text.value());
                    let changed = self.with(&whole, bytes(text), &other);
                    self.instead("text", whole.clone(), changed);
                }
                // `name = value` names an argument of the format.
                Expr::Assign(assign) if format => self.visit_expr(&assign.right),
                // A destination is a place.
                arg => self.visit_expr(arg),
            }
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr, Some(_)) => {
                let leaves_out = match expr {
                    Expr::Call(_)
                    | Expr::MethodCall(_)
                    | Expr::Assign(_)
                    | Expr::Return(_)
                    | Expr::Break(_)
                    | Expr::Continue(_) => true,
                    Expr::Binary(it) => operators::binary(&it.op)
                        .iter()
                        .any(|(_, other)| other.ends_with('=') && assigns(&it.op)),
                    Expr::Try(it) => {
                        let other = format!("{{ let _ = {}; }}", self.text(&it.expr));
                        self.instead("dropped `?`", bytes(expr), other);
                        true
                    }
                    _ => false,
                };
                if leaves_out {
                    self.fault("deleted statement", bytes(statement), Change::LeftOut);
                }
                self.visit_expr(expr);
            }
            Stmt::Expr(expr, None) => self.visit_expr(expr),
            Stmt::Local(local) => {
                if let Some(init) = &local.init {
                    self.visit_expr(&init.expr);
                    if let Some((_, other)) = &init.diverge {
                        self.visit_expr(other);
                    }
                }
            }
            Stmt::Macro(call) => {
                if call.semi_token.is_some() {
                    self.fault("deleted statement", bytes(call), Change::LeftOut);
                }
                self.macro_call(&call.mac, bytes(&call.mac));
            }
            Stmt::Item(item) => self.items(std::slice::from_ref(item)),
        }
    }
}

fn assigns(operator: &BinOp) -> bool {
    matches!(
        operator,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// Whether a condition binds: such a chain can't be put in parentheses.
fn binds(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(it) => binds(&it.left) || binds(&it.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Walker<'_> {
    // Types, patterns and attributes hold no code that runs.
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_path(&mut self, _: &'ast syn::Path) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    fn visit_angle_bracketed_generic_arguments(
        &mut self,
        _: &'ast syn::AngleBracketedGenericArguments,
    ) {
    }

    fn visit_block(&mut self, block: &'ast Block) {
        for statement in &block.stmts {
            let attrs = match statement {
                Stmt::Local(local) => &local.attrs[..],
                Stmt::Macro(call) => &call.attrs,
                _ => &[],
            };
            if self.there(attrs) {
                self.statement(statement);
            }
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if self.there(&arm.attrs) {
            if let Some(guard) = guard(arm) {
                self.visit_expr(guard);
            }
            self.visit_expr(&arm.body);
        }
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let whole = bytes(expr);
        match expr {
            Expr::Binary(it) if !binds(expr) => {
                for (kind, other) in operators::binary(&it.op) {
                    let mut text = self.with(&whole, bytes(&it.op), other);
                    // `a as u8 < b` would begin a list of generic arguments.
                    if syn::parse_str::<Expr>(&text).is_err() {
                        let (left, right) = (self.text(&it.left), self.text(&it.right));
                        text = format!("({left}) {other} {right}");
                    }
                    self.instead(kind, whole.clone(), text);
                }
            }
            Expr::Unary(it) => {
                let kind = match it.op {
                    syn::UnOp::Not(_) => Some("boolean"),
                    syn::UnOp::Neg(_) => Some("arithmetic"),
                    _ => None,
                };
                if let Some(kind) = kind {
                    let inner = self.text(&it.expr).to_owned();
                    self.instead(kind, whole, inner);
                    // `-128i8` is no negated `128i8`.
                    if matches!(*it.expr, Expr::Lit(_)) {
                        return;
                    }
                }
            }
            Expr::Lit(it) => {
                for other in operators::literal(&it.lit) {
                    self.instead("constant", whole.clone(), other);
                }
            }
            Expr::Path(it) => self.variant(it),
            Expr::If(it) => self.condition(&it.cond),
            Expr::While(it) => {
                self.condition(&it.cond);
                self.body_of_loop(&it.body);
            }
            Expr::Loop(it) => self.body_of_loop(&it.body),
            Expr::ForLoop(it) => self.body_of_loop(&it.body),
            Expr::Call(it) => self.swapped(whole, it.args.iter()),
            Expr::MethodCall(it) => {
                let name = it.method.to_string();
                if let Some(other) = operators::method(&name) {
                    let text = self.with(&whole, bytes(&it.method), other);
                    self.instead("method", whole.clone(), text);
                }
                if let Some(rest) = name.strip_prefix("checked_") {
                    let text = self.with(&whole, bytes(&it.method), &format!("wrapping_{rest}"));
                    self.instead("overflow", whole.clone(), format!("Some({text})"));
                }
                self.swapped(whole, it.args.iter());
            }
            Expr::Match(it) => {
                let last = it.arms.last().is_some_and(|arm| open(&arm.pat));
                for arm in it.arms.iter().rev().skip(1).filter(|_| last) {
                    let guard = guard(arm);
                    if guard.is_none_or(|guard| !binds(guard)) && self.there(&arm.attrs) {
                        self.fault(
                            "removed arm",
                            bytes(&arm.pat),
                            Change::NoArm(guard.map(bytes)),
                        );
                    }
                }
            }
            Expr::Macro(it) => {
                self.macro_call(&it.mac, whole);
                return;
            }
            // Its length is for the compiler.
            Expr::Repeat(it) => {
                self.visit_expr(&it.expr);
                return;
            }
            Expr::Const(_) => return,
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}

fn guard(arm: &syn::Arm) -> Option<&Expr> {
    match &arm.pat {
        syn::Pat::Guard(pattern) => Some(&pattern.guard),
        _ => None,
    }
}

/// Whether a pattern takes all.
fn open(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::Wild(_) => true,
        // A variant that was imported reads the same; they are written in capitals.
        syn::Pat::Ident(it) => {
            it.subpat.is_none()
                && it
                    .ident
                    .to_string()
                    .starts_with(|char: char| char.is_lowercase() || char == '_')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted(text: &str) -> Vec<(&'static str, String)> {
        let found = faults(text, &Platform::default()).unwrap();
        found
            .faults
            .into_iter()
            .map(|fault| {
                let to = match fault.change {
                    Change::Instead(other) => other,
                    Change::LeftOut => "left out".into(),
                    Change::Return(value) => format!("return {value}"),
                    Change::NoArm(_) => "no arm".into(),
                };
                (fault.operator, to)
            })
            .collect()
    }

    #[test]
    fn plants_what_people_get_wrong() {
        let found = planted(
            "fn f(a: u8, b: u8) -> Option<u8> { let c = a.checked_add(b)?; if a < b && c > 1 { return None; } g(a, b); match c { 0 => Some(1), _ => None } }",
        );
        for expected in [
            ("returned value", "return None"),
            ("overflow", "Some(a.wrapping_add(b))"),
            ("boundary", "a <= b"),
            ("comparison", "a >= b"),
            ("boolean", "a < b || c > 1"),
            ("constant", "2"),
            ("deleted statement", "left out"),
            ("swapped arguments", "g(b, a)"),
            ("removed arm", "no arm"),
        ] {
            assert!(
                found
                    .iter()
                    .any(|(operator, to)| (*operator, &**to) == expected),
                "{expected:?} not in {found:?}"
            );
        }
    }

    #[test]
    fn a_converted_number_is_not_read_as_a_generic_type() {
        let found = planted("fn f(a: u32) -> u8 { g(a as u8 >> 1, a as u8 == 2) }");
        let has = |to: &str| found.iter().any(|(_, text)| text == to);
        assert!(has("(a as u8) << 1") && has("a as u8 != 2"), "{found:?}");
    }

    #[test]
    fn leaves_alone_what_is_no_running_code() {
        let found = planted(
            "const N: usize = 3 + 4;\nfn f(x: [u8; 2 + 1]) { let y = [x; N + 1]; if let Some(1) = None::<u8> && true {} }\n",
        );
        let operators: Vec<&str> = found.iter().map(|(operator, _)| *operator).collect();
        // The body's return, and the literal beside the binding.
        assert_eq!(operators, ["returned value", "constant"], "{found:?}");
    }

    #[test]
    fn another_variant_must_hold_the_same() {
        let found = planted(
            "enum E { A, B(u8), C, D(u8) }\nimpl E { fn f(x: bool) -> E { if x { Self::A } else { E::B(7) } } }",
        );
        let texts: Vec<&str> = found
            .iter()
            .filter(|(kind, _)| *kind == "variant")
            .map(|(_, to)| &**to)
            .collect();
        assert_eq!(texts, ["Self::C", "E::D"]);
    }
}
