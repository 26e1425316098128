//! From a syntax tree to sights: functions, expressions and macros.

use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use ripout_model::{CHECK, Lines, Passage, Sight, Topic};
use syn::{
    Attribute, Block, Expr, ImplItem, Item, Stmt, Token, TraitItem,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{begin, calls, end, items, standard, standard::Standard, tokens};

/// Goes through a text.
pub struct Walker<'a> {
    pub passage: &'a Passage<'a>,
    pub lines: Lines,
    pub sights: Vec<Sight>,
    /// Types of the file that are errors by a trait.
    pub errors: Vec<String>,
    standard: Standard,
    /// Where the text that was parsed begins in the file.
    base: isize,
    /// First byte of the item around, behind its attributes.
    pub anchor: Option<usize>,
    /// Loops around, within the same function.
    loops: u32,
    /// Most of them at once.
    deepest: u32,
    /// Returns that a check at the head of a function was told for.
    told: Vec<Range<usize>>,
}

impl<'a> Walker<'a> {
    pub fn new(passage: &'a Passage<'a>, base: isize) -> Self {
        Self {
            passage,
            lines: Lines::of(passage.text),
            sights: Vec::new(),
            errors: Vec::new(),
            standard: Standard::default(),
            base,
            anchor: None,
            loops: 0,
            deepest: 0,
            told: Vec::new(),
        }
    }

    pub fn file(&mut self, file: &syn::File) {
        self.standard = Standard::of(file);
        self.errors = items::error_types(file);
        for item in &file.items {
            self.visit_item(item);
        }
        items::of_module(self, file);
    }

    /// A range of the text that was parsed, in the file.
    pub fn place(&self, range: Range<usize>) -> Range<usize> {
        let moved = |at: usize| usize::try_from(at as isize + self.base).unwrap_or(0);
        moved(range.start)..moved(range.end)
    }

    /// Adds what stands between two spans.
    pub fn see(&mut self, topic: Topic, says: impl Into<String>, from: Span, to: Span) {
        let range = self.place(begin(from)..end(to));
        self.see_range(topic, says, range);
    }

    pub fn see_range(&mut self, topic: Topic, says: impl Into<String>, range: Range<usize>) {
        self.sights.push(Sight {
            topic,
            says: says.into(),
            anchor: range.start,
            range,
        });
    }

    /// Adds what a node's own text says.
    pub fn see_node(&mut self, topic: Topic, says: impl Into<String>, node: &impl Spanned) {
        let span = node.span();
        self.see(topic, says, span, span);
    }

    /// First byte of an item behind its attributes.
    pub fn first_byte(&self, node: &impl ToTokens) -> Option<usize> {
        let tokens = behind_attributes(node.to_token_stream());
        let first = tokens.into_iter().next()?;
        Some(self.place(begin(first.span())..end(first.span())).start)
    }

    fn within(&mut self, node: &impl ToTokens, go: impl FnOnce(&mut Self)) {
        let outer = self.anchor;
        self.anchor = self.first_byte(node);
        go(self);
        self.anchor = outer;
    }

    /// A function's body: the checks at its head first, then all of it.
    fn body(&mut self, block: &Block) {
        self.checks(block);
        let loops = std::mem::take(&mut self.loops);
        visit::visit_block(self, block);
        self.loops = loops;
    }

    /// What decides, in order, before anything else is done.
    fn checks(&mut self, block: &Block) {
        for statement in &block.stmts {
            let range = match statement {
                Stmt::Item(_) => continue,
                Stmt::Local(local) => {
                    match local.init.as_ref().and_then(|it| it.diverge.as_ref()) {
                        Some(_) => local.span().byte_range(),
                        None if local.init.as_ref().is_none_or(|it| !has_block(&it.expr)) => {
                            continue;
                        }
                        None => break,
                    }
                }
                Stmt::Macro(call) => match name_of(&call.mac.path) {
                    Some(name) if name.contains("assert") => call.span().byte_range(),
                    _ => break,
                },
                Stmt::Expr(Expr::If(branch), _) if leaves(&branch.then_branch) => {
                    match branch.else_branch {
                        None => branch.span().byte_range(),
                        Some(_) => {
                            begin(branch.if_token.span)
                                ..end(branch.then_branch.brace_token.span.close())
                        }
                    }
                }
                Stmt::Expr(Expr::Try(attempt), Some(_)) => attempt.span().byte_range(),
                _ => break,
            };
            let place = self.place(range);
            self.see_range(Topic::Details, CHECK, place.clone());
            self.told.push(place);
        }
    }

    fn looped(&mut self, head: Range<usize>, go: impl FnOnce(&mut Self)) {
        if self.loops == 0 {
            let place = self.place(head);
            let index = self.sights.len();
            self.loops = 1;
            let before = std::mem::replace(&mut self.deepest, 1);
            go(self);
            let deepest = std::mem::replace(&mut self.deepest, before);
            self.loops = 0;
            if deepest > 1 {
                self.sights.insert(
                    index,
                    Sight {
                        topic: Topic::Cost,
                        says: format!("{deepest} loops within one another, from"),
                        anchor: place.start,
                        range: place,
                    },
                );
            }
        } else {
            self.loops += 1;
            self.deepest = self.deepest.max(self.loops);
            go(self);
            self.loops -= 1;
        }
    }

    fn path_used(&mut self, path: &syn::Path, called: bool) {
        let Some(full) = self.standard.path(path) else {
            if called
                && let Some(first) = path.segments.first()
                && path.segments.len() > 1
                && let Some(says) = standard::reaches(&format!("{}::", first.ident))
            {
                self.see_node(Topic::State, says, path);
            }
            return;
        };
        if let Some(says) = standard::reaches(&full) {
            self.see_node(Topic::State, says, path);
        }
        if called {
            self.see_node(Topic::Standard, full, path);
        }
    }

    fn macro_text(&mut self, call: &syn::Macro) {
        let name = name_of(&call.path).unwrap_or_default();
        if let Some((topic, says)) = calls::macro_call(&name) {
            self.see_node(topic, says, call);
        }
        let tokens = call.tokens.clone();
        let arguments = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        if let Ok(arguments) = arguments {
            if let Some(place) = calls::format_place(&name) {
                self.format(call, arguments.iter().nth(place));
            }
            arguments.iter().for_each(|it| self.visit_expr(it));
        } else if let Ok(statements) = call.parse_body_with(Block::parse_within) {
            statements.iter().for_each(|it| self.visit_stmt(it));
        } else if let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) {
            let outer = self.anchor;
            file.items.iter().for_each(|it| self.visit_item(it));
            self.anchor = outer;
        } else {
            self.tokens(&tokens);
        }
    }

    fn tokens(&mut self, stream: &TokenStream) {
        for found in tokens::look(stream) {
            let place = self.place(found.range);
            self.see_range(found.topic, found.says, place);
        }
    }

    fn format(&mut self, call: &syn::Macro, format: Option<&Expr>) {
        if let Some(Expr::Lit(literal)) = format
            && let syn::Lit::Str(text) = &literal.lit
            && calls::has_precision(&text.value())
        {
            self.see_node(Topic::Details, "digits behind the point", call);
        }
    }
}

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        self.within(item, |me| {
            items::of_item(me, item);
            match item {
                Item::Fn(function) => {
                    function.attrs.iter().for_each(|it| me.visit_attribute(it));
                    me.visit_signature(&function.sig);
                    me.body(&function.block);
                }
                Item::Macro(call) if call.mac.path.is_ident("macro_rules") => {
                    call.attrs.iter().for_each(|it| me.visit_attribute(it));
                    me.tokens(&call.mac.tokens);
                }
                // What the file calls the library's things was read before.
                Item::Use(_) => {}
                _ => visit::visit_item(me, item),
            }
        });
    }

    fn visit_impl_item(&mut self, member: &'ast ImplItem) {
        self.within(member, |me| match member {
            ImplItem::Fn(method) => {
                items::of_function(me, &method.attrs, &method.vis, &method.sig);
                method.attrs.iter().for_each(|it| me.visit_attribute(it));
                me.visit_signature(&method.sig);
                me.body(&method.block);
            }
            other => {
                items::of_impl_item(me, other);
                visit::visit_impl_item(me, other);
            }
        });
    }

    fn visit_trait_item(&mut self, member: &'ast TraitItem) {
        self.within(member, |me| match member {
            TraitItem::Fn(method) => {
                items::of_function(me, &method.attrs, &syn::Visibility::Inherited, &method.sig);
                method.attrs.iter().for_each(|it| me.visit_attribute(it));
                me.visit_signature(&method.sig);
                if let Some(block) = &method.default {
                    me.body(block);
                }
            }
            other => visit::visit_trait_item(me, other),
        });
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let known = self.sights.len();
        items::of_attribute(self, attribute);
        if let Some(anchor) = self.anchor {
            for sight in &mut self.sights[known..] {
                // An attribute within the item stands there itself; one before it belongs to it.
                sight.anchor = sight.anchor.max(anchor);
            }
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        call.attrs.iter().for_each(|it| self.visit_attribute(it));
        if let Expr::Path(function) = &*call.func {
            if function.path.is_ident("Err") {
                self.see_node(Topic::Errors, "makes an error", call);
            }
            self.path_used(&function.path, true);
        } else {
            self.visit_expr(&call.func);
        }
        call.args.iter().for_each(|it| self.visit_expr(it));
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.path_used(&path.path, false);
        if path.path.segments.len() > 1
            && let Some(last) = path.path.segments.last()
            && calls::is_limit(&last.ident.to_string())
        {
            self.see_node(Topic::Details, "limit or sentinel", path);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        if let Some((topic, says)) = calls::method(&name) {
            // A chain is quoted from the call itself on where all of it would be long.
            let whole = call.span().byte_range();
            let start = match whole.len() > 80 {
                true => begin(call.dot_token.span),
                false => whole.start,
            };
            let place = self.place(start..whole.end);
            self.see_range(topic, says, place);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_try(&mut self, attempt: &'ast syn::ExprTry) {
        let whole = attempt.span().byte_range();
        let start = match &*attempt.expr {
            Expr::MethodCall(call) if whole.len() > 80 => begin(call.dot_token.span),
            _ => whole.start,
        };
        let place = self.place(start..whole.end);
        // What makes the error says so itself.
        let makes = match &*attempt.expr {
            Expr::MethodCall(call) => {
                calls::method(&call.method.to_string()).filter(|(topic, _)| *topic == Topic::Errors)
            }
            _ => None,
        };
        let (_, says) = makes.unwrap_or((Topic::Errors, calls::HANDS_ON));
        self.see_range(Topic::Errors, says, place);
        visit::visit_expr_try(self, attempt);
    }

    fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
        self.see_node(Topic::Errors, "may panic: indexing", index);
        visit::visit_expr_index(self, index);
    }

    fn visit_expr_cast(&mut self, cast: &'ast syn::ExprCast) {
        self.see_node(Topic::Details, "cast", cast);
        visit::visit_expr_cast(self, cast);
    }

    fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
        self.see_node(Topic::Details, "unsafe", block);
        visit::visit_expr_unsafe(self, block);
    }

    fn visit_expr_return(&mut self, leave: &'ast syn::ExprReturn) {
        let place = self.place(leave.span().byte_range());
        let told = |range: &Range<usize>| range.contains(&place.start);
        let is_error = leave.expr.as_deref().is_some_and(|value| {
            matches!(value, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err")))
        });
        if !is_error && !self.told.iter().any(told) {
            self.see_range(Topic::Details, "returns early", place);
        }
        visit::visit_expr_return(self, leave);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if local
            .init
            .as_ref()
            .is_some_and(|init| init.diverge.is_some())
        {
            let place = self.place(local.span().byte_range());
            if !self.told.contains(&place) {
                self.see_range(Topic::Details, "leaves unless it matches", place);
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_for_loop(&mut self, it: &'ast syn::ExprForLoop) {
        let head = begin(it.for_token.span)..end(it.expr.span());
        self.looped(head, |me| visit::visit_expr_for_loop(me, it));
    }

    fn visit_expr_while(&mut self, it: &'ast syn::ExprWhile) {
        let head = begin(it.while_token.span)..end(it.cond.span());
        self.looped(head, |me| visit::visit_expr_while(me, it));
    }

    fn visit_expr_loop(&mut self, it: &'ast syn::ExprLoop) {
        let head = it.loop_token.span.byte_range();
        self.looped(head, |me| visit::visit_expr_loop(me, it));
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.macro_text(call);
    }
}

/// Whether a block's last statement leaves the function.
fn leaves(block: &Block) -> bool {
    let Some(last) = block.stmts.last() else {
        return false;
    };
    match last {
        Stmt::Expr(Expr::Return(_), _) => true,
        Stmt::Macro(call) => name_of(&call.mac.path)
            .is_some_and(|name| matches!(name.as_str(), "panic" | "unreachable" | "todo" | "bail")),
        _ => false,
    }
}

/// Whether an expression holds statements, so that more than a value is made.
fn has_block(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::ForLoop(_)
            | Expr::While(_)
            | Expr::Block(_)
    )
}

/// Last part of a path.
pub fn name_of(path: &syn::Path) -> Option<String> {
    Some(path.segments.last()?.ident.to_string())
}

/// Tokens without the attributes that they begin with.
fn behind_attributes(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    while matches!(tokens.peek(), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '#')
    {
        tokens.next();
        tokens.next();
    }
    tokens.collect()
}
