//! What can't run because a constant parameter has one value in every call: `fn f<const WIDE: bool>()` that is only ever
//! called as `f::<false>()` never runs what stands under `if WIDE`.
//!
//! Read off the file's text alone, by names, so that a reader can check it: a function counts if its name stands for
//! nothing else in the file, each mention of it says the value (or hands on its own caller's), and it can't be called
//! from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Item, spanned::Spanned, visit::Visit};

/// Stretches of a file that can't run, and why.
#[derive(Debug, Default)]
pub struct Fixed {
    dead: Vec<(Range<usize>, String)>,
}

/// A mention of a function's name outside of imports.
#[derive(Debug)]
struct Mention {
    name: String,
    at: usize,
    /// What stands in `::<…>`, if it stands there.
    args: Option<Vec<String>>,
    /// The function around.
    within: Option<String>,
}

/// A function without a type around it.
struct Function {
    /// Its constant parameters of type `bool`, and their places among the parameters that can be given.
    params: Vec<(usize, String)>,
    body: Range<usize>,
    /// Whether users of the file can call it.
    outside: bool,
}

/// The values a parameter is known to have; `None` once it may have any.
type Values = BTreeMap<(String, String), Option<BTreeSet<bool>>>;

impl Fixed {
    pub fn of(file: &syn::File) -> Self {
        let mut functions = BTreeMap::new();
        let mut twice = BTreeSet::new();
        collect(&file.items, true, &mut functions, &mut twice);
        let mut mentions = Vec::new();
        let mut imported = BTreeSet::new();
        mention(file.to_token_stream(), None, &mut mentions, &mut imported);
        let values = values(&functions, &twice, &mentions, &imported);
        let mut fixed = Self::default();
        if values.is_empty() {
            return fixed;
        }
        let mut finder = Finder {
            values: &values,
            within: None,
            found: Vec::new(),
        };
        finder.visit_file(file);
        fixed.dead = finder.found;
        // What is only called from there.
        loop {
            let more: Vec<(Range<usize>, String)> = functions
                .iter()
                .filter(|(name, function)| {
                    !function.outside && !twice.contains(*name) && !imported.contains(*name)
                })
                .filter(|(_, function)| fixed.reason(function.body.start).is_none())
                .filter_map(|(name, function)| {
                    let mut places = mentions
                        .iter()
                        .filter(|mention| {
                            mention.name == *name && !function.body.contains(&mention.at)
                        })
                        .map(|mention| fixed.reason(mention.at));
                    let first = places.next()??;
                    places
                        .all(|reason| reason.is_some())
                        .then(|| (function.body.clone(), first.to_owned()))
                })
                .collect();
            if more.is_empty() {
                return fixed;
            }
            fixed.dead.extend(more);
        }
    }

    /// Why what stands at a byte can't run.
    pub fn reason(&self, at: usize) -> Option<&str> {
        self.dead
            .iter()
            .find(|(range, _)| range.contains(&at))
            .map(|(_, reason)| reason.as_str())
    }
}

fn collect(
    items: &[Item],
    root: bool,
    functions: &mut BTreeMap<String, Function>,
    twice: &mut BTreeSet<String>,
) {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    collect(items, false, functions, twice);
                }
            }
            Item::Fn(function) => {
                let name = function.sig.ident.to_string();
                let params = function
                    .sig
                    .generics
                    .params
                    .iter()
                    .filter(|param| !matches!(param, syn::GenericParam::Lifetime(_)))
                    .enumerate()
                    .filter_map(|(place, param)| match param {
                        syn::GenericParam::Const(param)
                            if param.ty.to_token_stream().to_string() == "bool" =>
                        {
                            Some((place, param.ident.to_string()))
                        }
                        _ => None,
                    })
                    .collect();
                let found = Function {
                    params,
                    body: function.block.span().byte_range(),
                    outside: root && matches!(function.vis, syn::Visibility::Public(_)),
                };
                if functions.insert(name.clone(), found).is_some() {
                    twice.insert(name);
                }
            }
            // A method or a member of the same name is another thing, which names alone don't tell apart.
            Item::Impl(block) => {
                for item in &block.items {
                    if let syn::ImplItem::Fn(method) = item {
                        twice.insert(method.sig.ident.to_string());
                    }
                }
            }
            Item::Trait(block) => {
                for item in &block.items {
                    if let syn::TraitItem::Fn(method) = item {
                        twice.insert(method.sig.ident.to_string());
                    }
                }
            }
            _ => {}
        }
    }
}

/// Every name in the text, macros included; those that imports of the file's root hand out or rename are told apart.
fn mention(
    tokens: TokenStream,
    within: Option<&str>,
    mentions: &mut Vec<Mention>,
    imported: &mut BTreeSet<String>,
) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut around = within.map(str::to_owned);
    let mut place = 0;
    while place < tokens.len() {
        match &tokens[place] {
            TokenTree::Ident(word) if word == "use" => {
                let before = place
                    .checked_sub(1)
                    .map(|before| tokens[before].to_string());
                while place < tokens.len() && !is(&tokens[place], ';') {
                    // Handed out to everybody, or under another name.
                    imports(&tokens[place], before.as_deref() == Some("pub"), imported);
                    place += 1;
                }
                for (number, token) in tokens[..place].iter().enumerate() {
                    if matches!(token, TokenTree::Ident(word) if word == "as") && number > 0 {
                        imported.insert(tokens[number - 1].to_string());
                    }
                }
            }
            TokenTree::Ident(word) if word == "fn" => {
                if let Some(TokenTree::Ident(name)) = tokens.get(place + 1) {
                    around = Some(name.to_string());
                    place += 1;
                }
            }
            TokenTree::Ident(word) => mentions.push(Mention {
                name: word.to_string(),
                at: word.span().byte_range().start,
                args: turbofish(&tokens[place + 1..]),
                within: around.clone(),
            }),
            TokenTree::Group(group) => {
                mention(group.stream(), around.as_deref(), mentions, imported);
                if group.delimiter() == Delimiter::Brace {
                    around = within.map(str::to_owned);
                }
            }
            _ => {}
        }
        place += 1;
    }
}

fn imports(token: &TokenTree, public: bool, imported: &mut BTreeSet<String>) {
    match token {
        TokenTree::Ident(name) if public => {
            imported.insert(name.to_string());
        }
        TokenTree::Group(group) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for (place, token) in inner.iter().enumerate() {
                imports(token, public, imported);
                if matches!(token, TokenTree::Ident(word) if word == "as") && place > 0 {
                    imported.insert(inner[place - 1].to_string());
                }
            }
        }
        _ => {}
    }
}

fn is(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// The arguments in `::<a, b>`.
fn turbofish(tokens: &[TokenTree]) -> Option<Vec<String>> {
    let [a, b, c, rest @ ..] = tokens else {
        return None;
    };
    if !(is(a, ':') && is(b, ':') && is(c, '<')) {
        return None;
    }
    let mut args = vec![String::new()];
    for token in rest {
        if is(token, '>') {
            return Some(args);
        }
        match args.last_mut() {
            Some(_) if is(token, ',') => args.push(String::new()),
            Some(arg) => arg.push_str(&token.to_string()),
            None => {}
        }
    }
    None
}

/// Parameters with one value.
fn values(
    functions: &BTreeMap<String, Function>,
    twice: &BTreeSet<String>,
    mentions: &[Mention],
    imported: &BTreeSet<String>,
) -> BTreeMap<(String, String), bool> {
    let mut values: Values = BTreeMap::new();
    for (name, function) in functions {
        for (_, param) in &function.params {
            let known = !function.outside && !twice.contains(name) && !imported.contains(name);
            values.insert((name.clone(), param.clone()), known.then(BTreeSet::new));
        }
    }
    loop {
        let before = values.clone();
        for mention in mentions {
            let Some(function) = functions.get(&mention.name) else {
                continue;
            };
            for (place, param) in &function.params {
                let given = mention.args.as_ref().and_then(|args| args.get(*place));
                let more = match given.map(String::as_str) {
                    Some("true") => Some(BTreeSet::from([true])),
                    Some("false") => Some(BTreeSet::from([false])),
                    Some(other) => mention
                        .within
                        .as_ref()
                        .and_then(|within| values.get(&(within.clone(), other.to_owned())))
                        .cloned()
                        .flatten(),
                    None => None,
                };
                let key = (mention.name.clone(), param.clone());
                if let Some(held) = values.get_mut(&key) {
                    match (held.as_mut(), more) {
                        (Some(held), Some(more)) => held.extend(more),
                        _ => *held = None,
                    }
                }
            }
        }
        if values == before {
            break;
        }
    }
    values
        .into_iter()
        .filter_map(|(key, values)| {
            let values = values?;
            let one = *values.first()?;
            (values.len() == 1).then_some((key, one))
        })
        .collect()
}

/// Finds what stands under a condition that never holds.
struct Finder<'a> {
    values: &'a BTreeMap<(String, String), bool>,
    within: Option<String>,
    found: Vec<(Range<usize>, String)>,
}

impl Finder<'_> {
    /// Whether a condition always or never holds, and by which parameter; what is not evaluated then is noted.
    fn settled(&mut self, condition: &Expr) -> Option<(bool, String)> {
        match condition {
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                let within = self.within.clone()?;
                let value = *self.values.get(&(within.clone(), name.clone()))?;
                Some((
                    value,
                    format!("`{name}` is `{value}` in every call of `{within}`"),
                ))
            }
            Expr::Paren(inner) => self.settled(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
                self.settled(&unary.expr).map(|(value, why)| (!value, why))
            }
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                let left = self.settled(&binary.left);
                if let Some((false, why)) = &left {
                    self.found
                        .push((binary.right.span().byte_range(), why.clone()));
                    return left;
                }
                let right = self.settled(&binary.right);
                match (left, right) {
                    (_, Some((false, why))) => Some((false, why)),
                    (Some((true, why)), Some((true, _))) => Some((true, why)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let name = function.sig.ident.to_string();
        let outer = self.within.replace(name);
        syn::visit::visit_item_fn(self, function);
        self.within = outer;
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        let outer = self.within.take();
        syn::visit::visit_impl_item_fn(self, method);
        self.within = outer;
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        match (self.settled(&expr.cond), &expr.else_branch) {
            (Some((false, why)), _) => {
                self.found.push((expr.then_branch.span().byte_range(), why));
            }
            (Some((true, why)), Some((_, other))) => {
                self.found.push((other.span().byte_range(), why));
            }
            _ => {}
        }
        syn::visit::visit_expr_if(self, expr);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if let syn::Pat::Guard(pat) = &arm.pat
            && let Some((false, why)) = self.settled(&pat.guard)
        {
            self.found.push((arm.body.span().byte_range(), why));
        }
        syn::visit::visit_arm(self, arm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
mod inner {
    pub(crate) fn wide(x: u8) -> u8 { x + 1 }
    pub(crate) fn narrow(x: u8) -> u8 { x }
}
use inner::{narrow, wide};
fn look<const WIDE: bool>(x: u8) -> u8 {
    if WIDE {
        return wide(x);
    }
    match x {
        0 if WIDE && x == wide(x) => 7,
        _ => narrow(x),
    }
}
fn through<const W: bool>(x: u8) -> u8 { look::<W>(x) }
pub fn user(x: u8) -> u8 { through::<false>(x) }
";

    fn dead(text: &str, what: &str) -> bool {
        let fixed = Fixed::of(&syn::parse_file(text).unwrap());
        fixed.reason(text.find(what).unwrap()).is_some()
    }

    #[test]
    fn what_stands_under_a_parameter_that_is_always_false_can_not_run() {
        assert!(dead(TEXT, "return wide"));
        assert!(dead(TEXT, "7,"));
        assert!(dead(TEXT, "x + 1"), "called from there alone");
        assert!(!dead(TEXT, "narrow(x)"));
        assert!(!dead(TEXT, "{ x }"));
    }

    #[test]
    fn another_value_an_unknown_one_or_a_public_function_leaves_it_open() {
        for (from, to) in [
            (
                "pub fn user",
                "pub fn other(x: u8) -> u8 { look::<true>(x) }\npub fn user",
            ),
            (
                "pub fn user",
                "fn other(x: u8) -> u8 { let f = look; f(x) }\npub fn user",
            ),
            ("fn through", "pub fn through"),
            (
                "use inner::{narrow, wide};",
                "pub use inner::wide; use inner::narrow;\nfn other() -> u8 { look::<{ 1 > 0 }>(1) }",
            ),
        ] {
            let text = TEXT.replacen(from, to, 1);
            assert!(!dead(&text, "return wide"), "{text}");
            assert!(!dead(&text, "x + 1"), "{text}");
        }
        let text = TEXT.replacen(
            "use inner::{narrow, wide};",
            "pub use inner::wide; use inner::narrow;",
            1,
        );
        assert!(dead(&text, "return wide") && !dead(&text, "x + 1"));
    }
}
