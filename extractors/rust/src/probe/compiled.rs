//! What never runs in the subject's process: what the compiler evaluates, and what it leaves out on this platform.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, ImplItem, Item, TraitItem, visit::Visit};

/// `const fn`s by whether running code names them.
#[derive(Default)]
pub struct Compiled {
    alone: BTreeSet<String>,
}

impl Compiled {
    /// Reads a file.
    pub fn of(file: &syn::File) -> Self {
        let mut names = Names::default();
        names.visit_file(file);
        // From constants on through `const fn`s; what running code names on the way runs.
        let mut alone = BTreeSet::new();
        let mut waiting: Vec<&String> = names.by_constants.iter().collect();
        while let Some(name) = waiting.pop() {
            if let Some(body) = names.const_fns.get(name)
                && !names.by_code.contains(name)
                && alone.insert(name.clone())
            {
                waiting.extend(body);
            }
        }
        // A `const fn` that only a running `const fn` names runs as well.
        loop {
            let running: BTreeSet<&String> = names
                .const_fns
                .iter()
                .filter(|(name, _)| !alone.contains(*name))
                .flat_map(|(_, body)| body)
                .collect();
            let before = alone.len();
            alone.retain(|name| !running.contains(name));
            if alone.len() == before {
                return Self { alone };
            }
        }
    }

    /// Why a function need not run, if the compiler alone runs it.
    pub fn waiver(&self, signature: &syn::Signature) -> Option<String> {
        (signature.constness.is_some() && self.alone.contains(&signature.ident.to_string()))
            .then(|| "run by the compiler alone, for a constant".into())
    }
}

#[derive(Default)]
struct Names {
    by_constants: BTreeSet<String>,
    by_code: BTreeSet<String>,
    const_fns: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let mut names = BTreeSet::new();
        identifiers(block.to_token_stream(), &mut names);
        if signature.constness.is_some() {
            self.const_fns
                .entry(signature.ident.to_string())
                .or_default()
                .extend(names);
        } else {
            self.by_code.extend(names);
        }
    }

    fn constant(&mut self, tokens: &impl ToTokens) {
        identifiers(tokens.to_token_stream(), &mut self.by_constants);
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(function) => self.function(&function.sig, &function.block),
            Item::Const(item) => self.constant(&item.expr),
            Item::Static(item) => self.constant(&item.expr),
            // What a macro makes of names is not known: they run.
            Item::Macro(item) => identifiers(item.mac.tokens.clone(), &mut self.by_code),
            other => syn::visit::visit_item(self, other),
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        match item {
            ImplItem::Fn(method) => self.function(&method.sig, &method.block),
            ImplItem::Const(item) => self.constant(&item.expr),
            ImplItem::Macro(item) => identifiers(item.mac.tokens.clone(), &mut self.by_code),
            _ => {}
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        match item {
            TraitItem::Fn(method) => {
                if let Some(block) = &method.default {
                    self.function(&method.sig, block);
                }
            }
            TraitItem::Const(item) => {
                if let Some((_, expr)) = &item.default {
                    self.constant(expr);
                }
            }
            TraitItem::Macro(item) => identifiers(item.mac.tokens.clone(), &mut self.by_code),
            _ => {}
        }
    }

    fn visit_type_array(&mut self, array: &'ast syn::TypeArray) {
        self.constant(&array.len);
        syn::visit::visit_type_array(self, array);
    }
}

fn identifiers(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                names.insert(name.to_string());
            }
            TokenTree::Group(group) => identifiers(group.stream(), names),
            _ => {}
        }
    }
}

/// What the compiler has set for this platform (`rustc --print cfg`).
#[derive(Debug, Clone, Default)]
pub struct Platform {
    set: BTreeSet<String>,
}

/// Whether text is compiled at all.
pub enum There {
    Yes,
    /// Only when the subject's own tests are built.
    Tests,
    /// Not on this platform: the reason.
    No(String),
}

impl Platform {
    /// Reads what `rustc --print cfg` prints.
    pub fn read(printed: &str) -> Self {
        Self {
            set: printed.lines().map(|line| line.trim().to_owned()).collect(),
        }
    }

    /// Reads the attributes of one item, statement or arm.
    pub fn verdict(&self, attrs: &[Attribute]) -> There {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg")) {
            let Ok(condition) = attr.parse_args::<syn::Meta>() else {
                continue;
            };
            if condition.path().is_ident("test") {
                return There::Tests;
            }
            if self.holds(&condition) == Some(false) {
                let text = condition.to_token_stream().to_string();
                return There::No(format!("not compiled on this platform: cfg({text})"));
            }
        }
        There::Yes
    }

    /// What an expression of `cfg!(…)`s is; `None` where it is not about the platform alone.
    pub fn decides(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::Macro(call) if call.mac.path.is_ident("cfg") => {
                self.holds(&call.mac.parse_body::<syn::Meta>().ok()?)
            }
            Expr::Paren(inner) => self.decides(&inner.expr),
            Expr::Unary(syn::ExprUnary {
                op: syn::UnOp::Not(_),
                expr,
                ..
            }) => self.decides(expr).map(|holds| !holds),
            Expr::Binary(both) => {
                let (left, right) = (self.decides(&both.left), self.decides(&both.right));
                match both.op {
                    syn::BinOp::And(_) if left == Some(false) || right == Some(false) => {
                        Some(false)
                    }
                    syn::BinOp::Or(_) if left == Some(true) || right == Some(true) => Some(true),
                    syn::BinOp::And(_) | syn::BinOp::Or(_) => left.and(right),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a condition holds; `None` where it is not about the platform alone.
    fn holds(&self, condition: &syn::Meta) -> Option<bool> {
        let name = condition.path().get_ident()?.to_string();
        match condition {
            syn::Meta::Path(_) => match &*name {
                "unix" | "windows" => Some(self.set.contains(&name)),
                _ => None,
            },
            syn::Meta::NameValue(pair) => {
                let text = pair.value.to_token_stream().to_string();
                name.starts_with("target_")
                    .then(|| self.set.contains(&format!("{name}={text}")))
            }
            syn::Meta::List(list) => {
                let parts = list
                    .parse_args_with(
                        syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated,
                    )
                    .ok()?;
                let mut parts = parts.iter().map(|part| self.holds(part));
                match &*name {
                    "not" => parts.next()?.map(|holds| !holds),
                    "all" => {
                        let parts: Vec<Option<bool>> = parts.collect();
                        if parts.contains(&Some(false)) {
                            Some(false)
                        } else if parts.contains(&None) {
                            None
                        } else {
                            Some(true)
                        }
                    }
                    "any" => {
                        let parts: Vec<Option<bool>> = parts.collect();
                        if parts.contains(&Some(true)) {
                            Some(true)
                        } else if parts.contains(&None) {
                            None
                        } else {
                            Some(false)
                        }
                    }
                    _ => None,
                }
            }
        }
    }
}
