//! From a syntax tree to the places where probes go.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use ripout_model::Kind;
use syn::{
    Attribute, Block, Expr, ImplItem, Item, Stmt, TraitItem, spanned::Spanned, visit::Visit,
};

use crate::left_out;

use super::{
    Detail, Mark, Owner, Probed, Skip,
    compiled::{Compiled, Platform},
    fixed::Fixed,
    macros,
};

/// A place for a probe or for a closing brace.
pub struct Place {
    /// Byte.
    at: usize,
    what: What,
    /// Byte at which the function's body begins.
    body: usize,
}

impl Place {
    fn ends(&self) -> bool {
        matches!(
            self.what,
            What::Close | What::Else(_) | What::Otherwise(_) | What::Parenthesis
        )
    }
}

enum What {
    /// A probe: number of its mark, and what stands before the call.
    Probe(usize, &'static str),
    Close,
    /// The way of an `if` without an `else`.
    Else(usize),
    /// The end of a `while`: before its condition, and behind it.
    Open,
    Otherwise(usize),
    /// Before a question for the processor's features, and after it.
    Features,
    Parenthesis,
    /// At the start of a loop's body.
    Step,
}

pub struct Walker<'a> {
    text: &'a str,
    detail: Detail,
    platform: &'a Platform,
    compiled: Compiled,
    fixed: Fixed,
    places: Vec<Place>,
    marks: Vec<Mark>,
    bodies: Vec<(usize, usize)>,
    /// The modules around, then the type.
    path: Vec<String>,
    owner: Option<Owner>,
    waiver: Option<String>,
    /// Where the text of the current tree begins in the file: bytes and lines.
    base: (usize, usize),
}

impl<'a> Walker<'a> {
    pub fn new(text: &'a str, detail: Detail, platform: &'a Platform) -> Self {
        Self {
            text,
            detail,
            platform,
            compiled: Compiled::default(),
            fixed: Fixed::default(),
            places: Vec::new(),
            marks: Vec::new(),
            bodies: Vec::new(),
            path: Vec::new(),
            owner: None,
            waiver: None,
            base: (0, 0),
        }
    }

    pub fn file(&mut self, file: &syn::File) {
        self.compiled = Compiled::of(file);
        if self.detail == Detail::Lines {
            self.fixed = Fixed::of(file);
        }
        for item in &file.items {
            self.item(item);
        }
    }

    /// Writes the probes into the text.
    pub fn finish(mut self, text: &str, first: usize, skip: &Skip) -> Probed {
        // What ends stands before what begins at the same byte; of what ends, the inner one.
        self.places.sort_by_key(|place| (place.at, !place.ends()));
        let mut probed = String::with_capacity(text.len() + self.places.len() * 32);
        let mut from = 0;
        for place in self
            .places
            .iter()
            .filter(|place| !skip.contains(&place.body))
        {
            probed.push_str(&text[from..place.at]);
            from = place.at;
            match place.what {
                What::Probe(mark, open) => {
                    probed.push_str(&format!("{open}::ripout_probe::hit({});", first + mark));
                }
                What::Close => probed.push('}'),
                What::Else(mark) => {
                    let number = first + mark;
                    probed.push_str(&format!(" else {{::ripout_probe::hit({number});}}"));
                }
                What::Open => probed.push('('),
                What::Otherwise(mark) => {
                    let number = first + mark;
                    probed.push_str(&format!(") || {{::ripout_probe::hit({number}); false}}"));
                }
                What::Features => probed.push_str("(::ripout_probe::features() && "),
                What::Parenthesis => probed.push(')'),
                What::Step => probed.push_str("::ripout_probe::step();"),
            }
        }
        probed.push_str(&text[from..]);
        Probed {
            text: probed,
            marks: self.marks,
            bodies: self.bodies,
        }
    }

    fn line(&self, span: Span) -> u32 {
        (span.start().line + self.base.1) as u32
    }

    fn lines(&self, tokens: &impl ToTokens) -> [u32; 2] {
        let tokens = without_attributes(tokens.to_token_stream());
        let mut tokens = tokens.into_iter();
        let first = tokens.next();
        let last = tokens.last().or_else(|| first.clone());
        let line = |span: Span| (span.start().line + self.base.1) as u32;
        match (first, last) {
            (Some(first), Some(last)) => [
                line(first.span()),
                (last.span().end().line + self.base.1) as u32,
            ],
            _ => [0, 0],
        }
    }

    fn name(&self, last: &str) -> String {
        let mut path = self.path.clone();
        path.push(last.to_owned());
        path.join("::")
    }

    /// Goes on with a definition of which everything below is a part, unless it is a part itself.
    fn within(&mut self, owner: Owner, go: impl FnOnce(&mut Self)) {
        let outer = self.owner.clone();
        self.owner.get_or_insert(owner);
        go(self);
        self.owner = outer;
    }

    fn waived(&mut self, waiver: Option<String>, go: impl FnOnce(&mut Self)) {
        let outer = self.waiver.clone();
        self.waiver = self.waiver.take().or(waiver);
        go(self);
        self.waiver = outer;
    }

    /// Leaves out what is for tests; waives what is not for this platform.
    fn attributed(&mut self, attrs: &[Attribute], go: impl FnOnce(&mut Self)) {
        match self.platform.verdict(attrs) {
            super::compiled::There::Tests => {}
            super::compiled::There::No(why) => self.waived(Some(why), go),
            super::compiled::There::Yes => go(self),
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Mod(module) => self.attributed(&module.attrs, |me| {
                if let Some((_, items)) = &module.content {
                    me.path.push(module.ident.to_string());
                    items.iter().for_each(|item| me.item(item));
                    me.path.pop();
                }
            }),
            Item::Fn(function) => self.attributed(&function.attrs, |me| {
                let owner = Owner {
                    name: me.name(&function.sig.ident.to_string()),
                    kind: Kind::Function,
                    lines: me.lines(function),
                };
                me.within(owner, |me| me.function(&function.sig, &function.block));
            }),
            Item::Impl(block) => self.attributed(&block.attrs, |me| me.impl_block(block)),
            Item::Trait(item) => self.attributed(&item.attrs, |me| {
                me.path.push(item.ident.to_string());
                for member in &item.items {
                    me.trait_member(item, member);
                }
                me.path.pop();
            }),
            Item::Macro(item) => self.attributed(&item.attrs, |me| {
                let (name, kind) = match &item.ident {
                    Some(name) => (name.to_string(), Kind::Macro),
                    None => (path_text(&item.mac.path), Kind::MacroCall),
                };
                let owner = Owner {
                    name: if kind == Kind::Macro {
                        name
                    } else {
                        me.name(&name)
                    },
                    kind,
                    lines: me.lines(item),
                };
                me.within(owner, |me| me.macro_text(&item.mac));
            }),
            Item::Const(item) => self.attributed(&item.attrs, |me| {
                let owner = Owner {
                    name: me.name(&item.ident.to_string()),
                    kind: Kind::Const,
                    lines: me.lines(item),
                };
                me.within(owner, |me| me.visit_expr(&item.expr));
            }),
            Item::Static(item) => self.attributed(&item.attrs, |me| {
                let owner = Owner {
                    name: me.name(&item.ident.to_string()),
                    kind: Kind::Static,
                    lines: me.lines(item),
                };
                me.within(owner, |me| me.visit_expr(&item.expr));
            }),
            _ => {}
        }
    }

    fn impl_block(&mut self, block: &syn::ItemImpl) {
        let of = type_name(&block.self_ty);
        let whole = block.trait_.as_ref().map(|(path, _)| Owner {
            name: format!("impl {} for {}", squeezed(path), squeezed(&block.self_ty)),
            kind: Kind::Impl,
            lines: self.lines(block),
        });
        self.path.push(of);
        for member in &block.items {
            match member {
                ImplItem::Fn(method) => self.attributed(&method.attrs, |me| {
                    let owner = whole.clone().unwrap_or_else(|| Owner {
                        name: me.name(&method.sig.ident.to_string()),
                        kind: Kind::Method,
                        lines: me.lines(method),
                    });
                    me.within(owner, |me| me.function(&method.sig, &method.block));
                }),
                ImplItem::Macro(call) => {
                    let owner = whole.clone().unwrap_or_else(|| Owner {
                        name: self.name(&path_text(&call.mac.path)),
                        kind: Kind::MacroCall,
                        lines: self.lines(call),
                    });
                    self.within(owner, |me| me.macro_text(&call.mac));
                }
                _ => {}
            }
        }
        self.path.pop();
    }

    fn trait_member(&mut self, item: &syn::ItemTrait, member: &TraitItem) {
        match member {
            TraitItem::Fn(method) => self.attributed(&method.attrs, |me| {
                let owner = Owner {
                    name: me.name(&method.sig.ident.to_string()),
                    kind: Kind::TraitMember,
                    lines: me.lines(method),
                };
                if let Some(block) = &method.default {
                    me.within(owner, |me| me.function(&method.sig, block));
                }
            }),
            TraitItem::Macro(call) => {
                let owner = Owner {
                    name: self.path.join("::"),
                    kind: Kind::Trait,
                    lines: self.lines(item),
                };
                self.within(owner, |me| me.macro_text(&call.mac));
            }
            _ => {}
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &Block) {
        let waiver = self.compiled.waiver(signature);
        self.waived(waiver, |me| {
            let line = me.line(signature.fn_token.span);
            let first = me.marks.len();
            me.body(block, line);
            if me.marks.len() > first {
                me.marks[first].entry = true;
            }
        });
    }

    /// A function's body: an entry, then what is inside.
    pub fn body(&mut self, block: &Block, line: u32) {
        let open = block.brace_token.span.open().byte_range().start + self.base.0;
        let close = block.brace_token.span.close().byte_range().end + self.base.0;
        self.bodies.push((open, close));
        let outer = self.places.len();
        let mark = self.mark_at(open, true, line);
        self.place(open + 1, What::Probe(mark, ""), open);
        self.block(block, false);
        for place in &mut self.places[outer..] {
            if place.body == usize::MAX {
                place.body = open;
            }
        }
    }

    /// Goes through text of its own, which stands somewhere in the file.
    pub fn elsewhere(&mut self, bytes: usize, lines: usize, go: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.base, (bytes, lines));
        go(self);
        self.base = outer;
    }

    fn macro_text(&mut self, mac: &syn::Macro) {
        for body in macros::bodies(&mac.tokens) {
            let text = &self.text[body.bytes.clone()];
            // `$x` reads as an identifier of the same length; what repeats (`$(…)*`) reads as nothing.
            let plain = text.replace('$', "_");
            if let Ok(block) = syn::parse_str::<Block>(&plain) {
                self.elsewhere(body.bytes.start, body.line - 1, |me| {
                    me.body(&block, body.entry_line as u32);
                });
            } else {
                let open = body.bytes.start;
                self.bodies.push((open, body.bytes.end));
                let mark = self.mark(true, body.entry_line as u32);
                self.place(open + 1, What::Probe(mark, ""), open);
            }
        }
    }

    fn mark(&mut self, entry: bool, line: u32) -> usize {
        let owner = self.owner.clone().unwrap_or_else(|| Owner {
            name: self.path.join("::"),
            kind: Kind::Statement,
            lines: [line, line],
        });
        self.marks.push(Mark {
            entry,
            line,
            branch: None,
            waiver: self.waiver.clone(),
            owner,
        });
        self.marks.len() - 1
    }

    fn mark_at(&mut self, at: usize, entry: bool, line: u32) -> usize {
        let mark = self.mark(entry, line);
        if self.marks[mark].waiver.is_none() {
            self.marks[mark].waiver = self.fixed.reason(at).map(str::to_owned);
        }
        mark
    }

    fn place(&mut self, at: usize, what: What, body: usize) {
        self.places.push(Place { at, what, body });
    }

    fn probe(&mut self, at: usize, line: u32, open: &'static str) {
        let mark = self.mark_at(at + self.base.0, false, line);
        self.place(at + self.base.0, What::Probe(mark, open), usize::MAX);
    }

    /// The mark of one way of a branch; none where ways are not told apart.
    fn way(&mut self, at: usize, line: u32, way: &'static str) -> Option<usize> {
        let constant = matches!(
            self.owner.as_ref().map(|owner| owner.kind),
            Some(Kind::Const | Kind::Static)
        );
        if self.detail != Detail::Lines || constant {
            return None;
        }
        let mark = self.mark_at(at + self.base.0, false, line);
        self.marks[mark].branch = Some(way);
        Some(mark)
    }

    /// A way that begins with a block.
    fn way_in(&mut self, block: &Block, line: u32, way: &'static str) {
        let waiver = match &block.stmts[..] {
            [only] => never(only),
            _ => None,
        };
        let at = block.brace_token.span.open().byte_range().end;
        self.waived(waiver, |me| {
            if let Some(mark) = me.way(at, line, way) {
                me.place(at + me.base.0, What::Probe(mark, ""), usize::MAX);
            }
        });
    }

    /// Loops count their rounds, so that an input that would take for ever is given up alike on both sides.
    fn step(&mut self, block: &Block) {
        let at = block.brace_token.span.open().byte_range().end + self.base.0;
        self.place(at, What::Step, usize::MAX);
    }

    fn block(&mut self, block: &Block, branch: bool) {
        if self.detail == Detail::Lines {
            let mut last = 0;
            for statement in &block.stmts {
                if matches!(statement, Stmt::Item(_)) || is_macro_rules(statement) {
                    continue;
                }
                let line = self.line(statement.span());
                if line != last {
                    let waiver = never(statement);
                    let at = statement.span().byte_range().start;
                    self.waived(waiver, |me| me.probe(at, line, ""));
                    last = line;
                }
            }
            if block.stmts.is_empty() && branch {
                let open = block.brace_token.span.open();
                self.probe(open.byte_range().end, self.line(open), "");
            }
        }
        for statement in &block.stmts {
            self.visit_stmt(statement);
            if let Stmt::Local(local) = statement
                && let Some(init) = &local.init
                && let Some((_, diverges)) = &init.diverge
            {
                let line = self.line(local.span());
                if let Expr::Block(block) = &**diverges {
                    self.way_in(&block.block, line, NEVER);
                }
                let at = local.span().byte_range().end;
                if let Some(mark) = self.way(at, line, ALWAYS) {
                    self.place(at + self.base.0, What::Probe(mark, ""), usize::MAX);
                }
            }
        }
    }

    /// An expression that stands where a block could.
    fn wrapped(&mut self, expr: &Expr) {
        let braced =
            self.detail == Detail::Lines && !matches!(expr, Expr::Block(block) if plain(block));
        let range = expr.span().byte_range();
        if braced {
            let line = self.line(expr.span());
            let waiver = never_expr(expr);
            self.waived(waiver, |me| me.probe(range.start, line, "{"));
        }
        self.visit_expr(expr);
        if braced {
            self.place(range.end + self.base.0, What::Close, usize::MAX);
        }
    }

    /// A way that begins with an expression, which gets a block around it.
    fn way_around(
        &mut self,
        expr: &Expr,
        line: u32,
        way: &'static str,
        go: impl FnOnce(&mut Self),
    ) {
        let range = expr.span().byte_range();
        let mut mark = None;
        self.waived(never_expr(expr), |me| {
            mark = me.way(range.start, line, way);
        });
        if let Some(mark) = mark {
            let begin = range.start + self.base.0;
            self.place(begin, What::Probe(mark, "{"), usize::MAX);
        }
        go(self);
        if mark.is_some() {
            self.place(range.end + self.base.0, What::Close, usize::MAX);
        }
    }
}

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.block(block, true);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.attributed(&arm.attrs, |me| {
            if let syn::Pat::Guard(pat) = &arm.pat {
                me.visit_expr(&pat.guard);
            }
            let line = me.line(arm.span());
            match &*arm.body {
                Expr::Block(block) if plain(block) => {
                    me.way_in(&block.block, line, NEVER);
                    me.wrapped(&arm.body);
                }
                body => me.way_around(body, line, NEVER, |me| me.wrapped(body)),
            }
        });
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        if self.detail == Detail::Entries {
            // A closure of a constant is the only code of it that runs.
            if matches!(
                self.owner.as_ref().map(|owner| owner.kind),
                Some(Kind::Const | Kind::Static)
            ) && let Expr::Block(block) = &*closure.body
            {
                self.body(&block.block, self.line(closure.span()));
                return;
            }
            self.visit_expr(&closure.body);
        } else if matches!(closure.output, syn::ReturnType::Default) {
            self.wrapped(&closure.body);
        } else {
            self.visit_expr(&closure.body);
        }
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        let (then, otherwise) = match self.platform.decides(&expr.cond) {
            None => (None, None),
            Some(holds) => {
                let why = format!(
                    "never on this platform: `{}` is {holds}",
                    squeezed(&expr.cond)
                );
                match holds {
                    true => (None, Some(why)),
                    false => (Some(why), None),
                }
            }
        };
        self.visit_expr(&expr.cond);
        let line = self.line(expr.if_token.span);
        self.waived(then, |me| {
            me.way_in(&expr.then_branch, line, NEVER);
            me.visit_block(&expr.then_branch);
        });
        self.waived(otherwise, |me| match &expr.else_branch {
            Some((_, branch)) => match &**branch {
                Expr::Block(block) => {
                    me.way_in(&block.block, line, ALWAYS);
                    me.visit_expr(branch);
                }
                // Another `if`, which has a block of its own around it then.
                other => me.way_around(other, line, ALWAYS, |me| me.visit_expr(other)),
            },
            None => {
                let at = expr.then_branch.brace_token.span.close().byte_range().end;
                if let Some(mark) = me.way(at, line, ALWAYS) {
                    me.place(at + me.base.0, What::Else(mark), usize::MAX);
                }
            }
        });
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.step(&expr.body);
        let line = self.line(expr.while_token.span);
        self.way_in(&expr.body, line, NEVER);
        let range = expr.cond.span().byte_range();
        let end = match holds_let(&expr.cond) {
            true => None,
            false => self.way(range.end, line, ALWAYS),
        };
        if end.is_some() {
            self.place(range.start + self.base.0, What::Open, usize::MAX);
        }
        self.visit_expr(&expr.cond);
        if let Some(mark) = end {
            self.place(range.end + self.base.0, What::Otherwise(mark), usize::MAX);
        }
        self.visit_block(&expr.body);
    }

    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        self.step(&expr.body);
        syn::visit::visit_expr_loop(self, expr);
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.step(&expr.body);
        syn::visit::visit_expr_for_loop(self, expr);
    }

    fn visit_expr_macro(&mut self, call: &'ast syn::ExprMacro) {
        // What the processor can do is asked for in one place, and can be hidden there: both answers are tried.
        let name = call
            .mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string());
        if name.is_some_and(|name| name.starts_with("is_") && name.ends_with("_feature_detected")) {
            let range = call.span().byte_range();
            self.place(range.start + self.base.0, What::Features, usize::MAX);
            self.place(range.end + self.base.0, What::Parenthesis, usize::MAX);
        }
    }

    fn visit_item(&mut self, item: &'ast Item) {
        self.item(item);
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    // The compiler alone evaluates these.
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// What is to be said of a branch whose way in, or whose way around, was never gone.
const NEVER: &str = "is never taken";
const ALWAYS: &str = "always is";

/// Whether a block is nothing but that.
fn plain(block: &syn::ExprBlock) -> bool {
    block.label.is_none() && block.attrs.is_empty()
}

/// Whether a condition has a `let`, which stands in no parentheses.
fn holds_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(binary) => holds_let(&binary.left) || holds_let(&binary.right),
        _ => false,
    }
}

/// Why a statement is not meant to run.
fn never(statement: &Stmt) -> Option<String> {
    match statement {
        Stmt::Macro(call) => never_macro(&call.mac),
        Stmt::Expr(expr, _) => never_expr(expr),
        _ => None,
    }
}

fn never_expr(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Macro(call) => never_macro(&call.mac),
        Expr::Return(expr) => expr.expr.as_deref().and_then(never_expr),
        Expr::Unsafe(block) => match &block.block.stmts[..] {
            [only] => never(only),
            _ => None,
        },
        Expr::Call(call) => match &*call.func {
            Expr::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "unreachable_unchecked") =>
            {
                Some("`unreachable_unchecked`".into())
            }
            _ => None,
        },
        _ => None,
    }
}

fn never_macro(mac: &syn::Macro) -> Option<String> {
    let name = mac.path.segments.last()?.ident.to_string();
    let known = [
        "unreachable",
        "todo",
        "unimplemented",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
    ];
    if left_out::says(mac) {
        return Some("says what is left out".into());
    }
    known.contains(&&*name).then(|| format!("`{name}!`"))
}

fn is_macro_rules(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Macro(call) if call.mac.path.is_ident("macro_rules"))
}

fn path_text(path: &syn::Path) -> String {
    format!("{}!", squeezed(path))
}

/// Tokens as text without the spaces that printing puts between them.
fn squeezed(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut squeezed = String::with_capacity(text.len());
    for (place, char) in text.char_indices() {
        let near =
            |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
        let keep = char != ' '
            || (near(text[..place].chars().next_back()) && near(text[place + 1..].chars().next()))
            || text[..place].ends_with(',')
            || text[..place].ends_with('+')
            || text[place + 1..].starts_with('+');
        if keep {
            squeezed.push(char);
        }
    }
    squeezed
}

fn type_name(of: &syn::Type) -> String {
    match of {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(String::new, |last| last.ident.to_string()),
        other => squeezed(other),
    }
}

fn without_attributes(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    while matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
        tokens.next();
        tokens.next();
    }
    tokens.collect()
}
