//! What a module that was made for one project leaves out, and how far its text alone shows that nothing else goes.
//!
//! * here: whether a function does nothing but say that it was left out
//! * [`cuts`]: whether a function is the author's but for blocks that were left out
//! * [`types`]: whether what is left of it has the types that it had

mod cuts;
mod types;

use ripout_model::LEFT_OUT;
use syn::{Expr, ImplItemFn, Macro, Stmt};

pub use cuts::{is_cut, is_heard};

/// Whether all of a function is `panic!("left out of this module: …")`.
pub fn is_all(text: &str) -> bool {
    let Ok(function) = syn::parse_str::<ImplItemFn>(text) else {
        return false;
    };
    match &*function.block.stmts {
        [Stmt::Macro(only)] => says(&only.mac),
        [Stmt::Expr(Expr::Macro(only), _)] => says(&only.mac),
        _ => false,
    }
}

/// Whether a macro call says what is left out.
pub fn says(panic: &Macro) -> bool {
    let first = panic.tokens.clone().into_iter().next();
    let literal = first.and_then(|token| syn::parse2::<syn::LitStr>(token.into()).ok());
    panic.path.is_ident("panic") && literal.is_some_and(|it| it.value().starts_with(LEFT_OUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_loud_panic_and_nothing_else() {
        for all in [
            "pub fn a(&self, b: &str) -> String {\n    panic!(\"left out of this module: a\")\n}",
            "fn a<T: B>() -> T {\n    // Why.\n    panic!(\n        \"left out of this module: {}\", 3\n    );\n}",
        ] {
            assert!(is_all(all), "{all}");
        }
        for some in [
            "fn a(b: bool) { if b { panic!(\"left out of this module: a\") } }",
            "fn a() { b(); panic!(\"left out of this module: a\") }",
            "fn a() { panic!(\"a\") }",
            "fn a() { println!(\"left out of this module: a\") }",
            "fn a() {}",
            "struct A;",
        ] {
            assert!(!is_all(some), "{some}");
        }
    }
}
