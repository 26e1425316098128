//! Whether what is left of a function has the types that it had.
//!
//! The compiler infers types from all of a function. Where a part goes it may find others, and mostly says so; but a number
//! without a type becomes an `i32` or `f64` in silence. So names that may have taken their type from such a number must not
//! stand in what went, unless what is left compares them with a length, and no value with such a number may stand beside a
//! block that went.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use ripout_model::LEFT_OUT;
use syn::{
    Arm, BinOp, Expr, ExprBinary, ExprClosure, ExprForLoop, ExprLet, ExprMatch, ImplItemFn, Lit,
    Local, Pat,
    visit::{self, Visit},
};

/// Whether a function in which `gone` are the words of what went has the types that it had. Rather not than wrongly so.
pub fn keeps_its_types(text: &str, gone: &BTreeSet<&str>) -> bool {
    let Ok(function) = syn::parse_str::<ImplItemFn>(text) else {
        return false;
    };
    let mut counted = Counted::default();
    counted.visit_impl_item_fn(&function);
    let mut open = Open {
        settled: counted.settled(),
        ..Open::default()
    };
    // What has its type from another name may stand before it.
    loop {
        let known = open.names.len();
        open.visit_block(&function.block);
        if open.names.len() == known {
            break;
        }
    }
    !open.beside && !open.names.iter().any(|name| gone.contains(name.as_str()))
}

/// Names whose type may come from a number that has none.
#[derive(Default)]
struct Open {
    names: BTreeSet<String>,
    /// Names that have a type all the same.
    settled: BTreeSet<String>,
    /// Whether such a number stands beside a block that went.
    beside: bool,
}

impl Open {
    /// What a pattern without a type is given.
    fn given(&mut self, pat: &Pat, value: Option<&dyn ToTokens>) {
        if has_type(pat) {
            return;
        }
        let open = value.is_none_or(|value| self.is_open(value.to_token_stream()));
        if open {
            let mut found = Bound::default();
            found.visit_pat(pat);
            let found = found.0.into_iter();
            self.names
                .extend(found.filter(|name| !self.settled.contains(name)));
        }
    }

    fn is_open(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => self.is_open(group.stream()),
            TokenTree::Ident(name) => self.names.contains(&name.to_string()),
            TokenTree::Literal(literal) => match Lit::new(literal) {
                Lit::Int(number) => number.suffix().is_empty(),
                Lit::Float(number) => number.suffix().is_empty(),
                _ => false,
            },
            TokenTree::Punct(_) => false,
        })
    }

    fn holds_both(&self, value: &dyn ToTokens) -> bool {
        let tokens = value.to_token_stream();
        leaves_out(tokens.clone()) && self.is_open(tokens)
    }
}

/// Whether a pattern says its whole type, with nothing to be inferred.
fn has_type(pat: &Pat) -> bool {
    matches!(pat, Pat::Type(it) if !infers(it.ty.to_token_stream()))
}

fn infers(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => infers(group.stream()),
        TokenTree::Ident(name) => name == "_",
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

fn leaves_out(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => leaves_out(group.stream()),
        TokenTree::Literal(literal) => match Lit::new(literal) {
            Lit::Str(text) => text.value().starts_with(LEFT_OUT),
            _ => false,
        },
        TokenTree::Ident(_) | TokenTree::Punct(_) => false,
    })
}

impl<'ast> Visit<'ast> for Open {
    fn visit_local(&mut self, local: &'ast Local) {
        let value = local.init.as_ref().map(|init| &init.expr);
        self.given(&local.pat, value.map(|value| value as &dyn ToTokens));
        if !has_type(&local.pat) {
            self.beside |= value.is_some_and(|value| self.holds_both(value));
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_for_loop(&mut self, it: &'ast ExprForLoop) {
        self.given(&it.pat, Some(&it.expr));
        self.beside |= self.holds_both(&it.expr);
        visit::visit_expr_for_loop(self, it);
    }

    fn visit_expr_let(&mut self, it: &'ast ExprLet) {
        self.given(&it.pat, Some(&it.expr));
        visit::visit_expr_let(self, it);
    }

    fn visit_expr_match(&mut self, it: &'ast ExprMatch) {
        for Arm { pat, .. } in &it.arms {
            self.given(pat, Some(&it.expr));
        }
        self.beside |= self.holds_both(&it.expr);
        visit::visit_expr_match(self, it);
    }

    fn visit_expr_closure(&mut self, it: &'ast ExprClosure) {
        for input in &it.inputs {
            self.given(input, None);
        }
        visit::visit_expr_closure(self, it);
    }

    /// A block that went is typed by what it is a part of; an `if` or `match` that is a statement says nothing.
    fn visit_expr(&mut self, it: &'ast Expr) {
        let says_nothing = matches!(
            it,
            Expr::Block(_)
                | Expr::ForLoop(_)
                | Expr::Group(_)
                | Expr::If(_)
                | Expr::Loop(_)
                | Expr::Match(_)
                | Expr::Macro(_)
                | Expr::Paren(_)
                | Expr::Return(_)
                | Expr::Unsafe(_)
                | Expr::While(_)
        );
        self.beside |= !says_nothing && self.holds_both(it);
        visit::visit_expr(self, it);
    }
}

/// How often each name is bound, and those that are compared with a length.
#[derive(Default)]
struct Counted {
    bound: Bound,
    compared: Vec<String>,
}

impl Counted {
    /// Of two that are called alike only one may have been compared.
    fn settled(self) -> BTreeSet<String> {
        let once = |name: &String| self.bound.0.iter().filter(|it| *it == name).count() == 1;
        self.compared.into_iter().filter(once).collect()
    }
}

impl<'ast> Visit<'ast> for Counted {
    fn visit_pat_ident(&mut self, it: &'ast syn::PatIdent) {
        self.bound.visit_pat_ident(it);
    }

    fn visit_expr_binary(&mut self, it: &'ast ExprBinary) {
        use BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
        let is_length = |side: &Expr| matches!(side, Expr::MethodCall(call) if call.method == "len" && call.args.is_empty());
        let name = match (&*it.left, &*it.right) {
            (Expr::Path(name), length) | (length, Expr::Path(name)) if is_length(length) => {
                name.path.get_ident()
            }
            _ => None,
        };
        if matches!(it.op, Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_)) {
            self.compared.extend(name.map(ToString::to_string));
        }
        visit::visit_expr_binary(self, it);
    }
}

/// Names that a pattern binds.
#[derive(Default)]
struct Bound(Vec<String>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, it: &'ast syn::PatIdent) {
        self.0.push(it.ident.to_string());
        visit::visit_pat_ident(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_type_must_not_have_had_it_from_what_went() {
        let keeps = |body: &str, gone: &[&str]| {
            let text = format!("fn f(n: usize, text: &str) -> String {{ {body} }}");
            keeps_its_types(&text, &gone.iter().copied().collect())
        };
        let went = "panic!(\"left out of this module: it\")";
        assert!(keeps("let a = 0; a.to_string()", &["b"]));
        assert!(!keeps("let a = 0; a.to_string()", &["a"]));
        assert!(keeps("let a: u8 = 0; a.to_string()", &["a"]));
        assert!(keeps(
            "let a = 0u8; let b = text.len(); a.to_string()",
            &["a", "b", "n", "text"]
        ));
        assert!(!keeps("let a = 0; let b = a + a; a.to_string()", &["b"]));
        assert!(!keeps("let b; let a = 0; b = a; String::new()", &["b"]));
        assert!(!keeps("let c = b; let b = 0.5; String::new()", &["c"]));
        assert!(!keeps("for i in 0..9 { g(i) } String::new()", &["i"]));
        assert!(keeps(
            "for c in text.chars() { g(c) } String::new()",
            &["c"]
        ));
        assert!(!keeps(
            "if let Some(a) = Some(1) { g(a) } String::new()",
            &["a"]
        ));
        assert!(!keeps(
            "match (1, text) { (a, b) => g(a, b) } String::new()",
            &["b"]
        ));
        assert!(!keeps("g(|a| h(a)); String::new()", &["a"]));
        assert!(!keeps("let a = vec![1; n]; String::new()", &["a"]));
        assert!(keeps(
            "let mut i = 0; while i < text.len() { let old = i; g(old); i += 1; } String::new()",
            &["i", "old"]
        ));
        assert!(!keeps(
            "let mut i = 0; { let i = 0; h(i < text.len()); } i.to_string()",
            &["i"]
        ));
        assert!(!keeps("let i = 0; h(i < other); String::new()", &["i"]));
        assert!(!keeps("let a: Vec<_> = vec![1]; String::new()", &["a"]));
        let value = format!("if text.is_empty() {{ 1 }} else {{ {went} }}");
        for body in [
            "let b; b = {}; g(b)",
            "match {} { b => g(b) }",
            "for b in {} { g(b) }",
            "let h = || {}; g(h())",
        ] {
            assert!(
                !keeps(
                    &body
                        .replace("{}", &value)
                        .replacen("for b in if", "for b in 0..if", 1),
                    &[]
                ),
                "{body}"
            );
        }
        // A block that went gave the other its type.
        assert!(!keeps(
            &format!("let a = if n > 3 {{ 1 }} else {{ {went} }}; a.to_string()"),
            &[]
        ));
        assert!(!keeps(
            &format!("g(if text.is_empty() {{ 1 }} else {{ {went} }})"),
            &[]
        ));
        assert!(!keeps(
            &format!("(match n {{ 1 => 2, _ => {went} }}).to_string()"),
            &[]
        ));
        assert!(keeps(
            &format!("let a = if text.is_empty() {{ n }} else {{ {went} }}; a.to_string()"),
            &[]
        ));
        assert!(keeps(&format!("match n {{ 1 => g(2), _ => {went} }}"), &[]));
    }
}
