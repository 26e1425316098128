//! Operations that run what documentation and tests do with a macro, whole: a macro that makes items is no expression,
//! and what it made shows only in the text around the call. And what they do with types, where signatures alone do not
//! say how a method is to be called.
//!
//! An example becomes a function of the driver: its items at the head, and a way to go on for its `main`, for what a
//! documentation block does, or for each test. Where the example prints or asserts, the driver looks instead, and values of the
//! input stand in the place of literals. Items are there once more with other literals, as an input can't reach them.
//! What does not build by itself is dropped by the compiler, like everything else of a driver.

mod rewrite;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, ItemFn, Stmt};

use crate::doc::{self, Def, Inner, World};

use super::{
    Facade, Plan,
    explore::functions,
    text::{Arm, Arms, Function, Role},
    types::{Subst, Ty, lower},
    words::examples,
};
use rewrite::{Literals, Looks, rewritten, with_other_literals};

/// At most so many examples are made operations, with so many ways to go on each.
const MOST: usize = 30;
const MOST_ARMS: usize = 120;

/// Statements of longer examples are not tried one by one.
const MOST_STATEMENTS: usize = 25;

/// An example taken apart.
struct Program {
    /// Items, and calls of the macro that make items.
    items: Vec<TokenStream>,
    /// Names that those calls make and that can be looked at.
    statics: Vec<String>,
    /// What is done with them: a name and statements.
    bodies: Vec<(String, Vec<Stmt>)>,
}

impl Plan {
    /// Names of the package beside its macros, as far as the module has them: examples use them with what a macro made.
    /// Gives back what can be called with one value of such a type.
    /// Types were compared if they stand in `pairs`; of others nothing is known, and functions that give them are left out.
    pub fn add_beside(
        &mut self,
        original: &World,
        module: &World,
        pairs: &BTreeMap<Def, Def>,
    ) -> Vec<String> {
        let mut callable = Vec::new();
        for (def, path) in doc::public_paths(original) {
            let Some(item) = original.item(def).filter(|_| def.krate == 0) else {
                continue;
            };
            let nameable = matches!(
                item.inner,
                Inner::Function(_)
                    | Inner::Trait(_)
                    | Inner::Struct(_)
                    | Inner::Enum(_)
                    | Inner::Constant(_)
            );
            let name = path.rsplit("::").next().unwrap_or_default().to_owned();
            if !nameable || self.facade.iter().any(|facade| facade.name == name) {
                continue;
            }
            let Some(other) = module.namesake(item) else {
                continue;
            };
            let compared = pairs.contains_key(&def);
            let plain = match &item.inner {
                Inner::Function(function) => gives_plain(original, def.krate, function),
                Inner::Constant(_) | Inner::Trait(_) => true,
                _ => false,
            };
            if !compared && !plain {
                continue;
            }
            let alone = |function: &doc::model::Function| function.sig.inputs.len() == 1;
            match &item.inner {
                Inner::Trait(of) => callable.extend(
                    functions(original, def.krate, &of.items)
                        .filter(|(_, function)| alone(function))
                        .map(|(item, _)| format!("{name}::{}", item.name())),
                ),
                Inner::Function(function) if alone(function) => callable.push(name.clone()),
                _ => {}
            }
            self.facade.push(Facade {
                name,
                original: path,
                module: module.path(other).join("::"),
            });
        }
        callable
    }

    /// Adds operations that run the examples of a macro; `callable` can be called with what it makes.
    pub fn add_programs(
        &mut self,
        name: &str,
        package: &str,
        callable: &[String],
        texts: &[String],
    ) {
        let wanted = Wanted::Macro(name);
        let reader = Reader { wanted, package };
        for program in reader.programs(texts) {
            self.add_program(wanted, callable, &program, MOST_ARMS);
        }
    }

    /// Adds operations that run the examples of what the driver can name: what signatures do not say how to call is called
    /// there, unsafe functions among it. They are no operations of the symbols: an example may need what was not taken.
    pub fn add_documented(&mut self, package: &str, texts: &[String]) {
        let names: BTreeSet<String> = self
            .facade
            .iter()
            .map(|facade| facade.name.clone())
            .collect();
        let wanted = Wanted::Names(&names);
        let reader = Reader { wanted, package };
        let mut left = MOST_ARMS;
        for program in reader.programs(texts) {
            left -= self.add_program(wanted, &[], &program, left);
            if left == 0 {
                return;
            }
        }
    }

    /// How many ways to go on it has.
    fn add_program(
        &mut self,
        wanted: Wanted<'_>,
        callable: &[String],
        program: &Program,
        most: usize,
    ) -> usize {
        let head: TokenStream = program.items.iter().cloned().collect();
        let mut heads = vec![head.clone()];
        let name = match wanted {
            Wanted::Macro(name) => name,
            Wanted::Names(_) => "",
        };
        for turn in (1..3).filter(|_| !name.is_empty()) {
            let other = with_other_literals(head.clone(), name, turn);
            if heads
                .iter()
                .all(|head| head.to_string() != other.to_string())
            {
                heads.push(other);
            }
        }
        let mut codes = Vec::new();
        for of in &program.statics {
            let calls = callable
                .iter()
                .map(|callee| format!("see!(log, &subject::{callee}(&{of}));"));
            let looks = [format!("see!(log, &*{of});"), format!("see!(log, &{of});")];
            for look in looks.into_iter().chain(calls) {
                codes.push(Arm {
                    about: of.clone(),
                    code: format!("input.say({:?});\n{look}", format!("; {of}")),
                });
            }
        }
        for (about, body) in &program.bodies {
            let mut known = BTreeSet::new();
            // All of it, and each statement that is no binding after the bindings before it: one that the compiler
            // rejects takes the others along.
            let mut ways = vec![body.clone()];
            if body.len() <= MOST_STATEMENTS && !name.is_empty() {
                ways.extend((0..body.len()).filter(|at| !binds(&body[*at])).map(|at| {
                    let before = body[..at].iter().filter(|statement| binds(statement));
                    before.chain([&body[at]]).cloned().collect()
                }));
            }
            for (body, literals) in ways
                .iter()
                .flat_map(|body| [(body, Literals::OfInput), (body, Literals::AsTheyAre)])
            {
                // What unsafe code asks of its values holds for those of the example.
                if literals == Literals::OfInput && mentions(body, &["unsafe"]) {
                    continue;
                }
                for looks in [Looks::AtBindings, Looks::WhereItLooks] {
                    let code = rewritten(body, literals, looks);
                    if !code.is_empty() && known.insert(code.clone()) {
                        codes.push(Arm {
                            about: about.clone(),
                            // A function of its own: of one function the compiler tells the first unknown type alone.
                            code: format!(
                                "input.say({:?});\nfn go(input: &mut Input, log: &mut Log) {{\n{code}}}\ngo(input, log);",
                                format!("; {about} ")
                            ),
                        });
                    }
                }
            }
        }
        codes.truncate(most);
        let count = codes.len();
        if codes.is_empty() {
            return 0;
        }
        for (turn, head) in heads.into_iter().enumerate() {
            let operation = format!("operation_of_example_{}", self.functions.len());
            let said = match wanted {
                Wanted::Macro(name) => format!("example {} of {name}!", self.functions.len()),
                Wanted::Names(_) => format!("example {}", self.functions.len()),
            };
            let said = if turn == 0 {
                said
            } else {
                said + ", other literals"
            };
            self.forms.push((operation.clone(), Vec::new(), true));
            let named = match wanted {
                Wanted::Macro(name) => {
                    self.own.insert(operation.clone());
                    format!("use subject::{name};\n")
                }
                Wanted::Names(_) => String::new(),
            };
            self.functions.push(Function {
                head: format!(
                    "fn {operation}(input: &mut Input, log: &mut Log) {{\ninput.say({said:?});\n{named}use subject::*;\n{head}\n"
                ),
                name: operation,
                about: name.to_owned(),
                arms: Some(Arms {
                    choose: "input.choice",
                    open: "for _ in 0..input.steps() {\n".into(),
                    close: "\n}".into(),
                    codes: codes.clone(),
                }),
                tail: "}\n".into(),
                role: Role::Operation,
            });
        }
        count
    }
}

/// What an example has to use.
#[derive(Debug, Clone, Copy)]
enum Wanted<'a> {
    /// The macro of this name.
    Macro(&'a str),
    /// One of these names.
    Names(&'a BTreeSet<String>),
}

impl Wanted<'_> {
    fn used(&self, tokens: &TokenStream) -> bool {
        match self {
            Wanted::Macro(name) => calls(tokens, name),
            Wanted::Names(names) => named(tokens, &|word| names.contains(word)),
        }
    }

    fn is(&self, path: &syn::Path) -> bool {
        matches!(self, Wanted::Macro(name) if path.is_ident(name))
    }
}

/// Words of what says nothing when it is run twice, or reaches out of the process.
const APART: [&str; 10] = [
    "thread", "spawn", "sleep", "process", "exit", "abort", "fs", "File", "Instant", "stdin",
];

/// More rounds than an example may take: it is run for one input among thousands.
const FAR: u64 = 10_000;

/// Whether text goes through a long range: all characters, say.
fn goes_far(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => goes_far(group.stream()),
        TokenTree::Punct(_) if is(at, '.') && is(at + 1, '.') => {
            let end = at + 2 + usize::from(is(at + 2, '='));
            match tokens.get(end) {
                Some(TokenTree::Literal(end)) => match syn::Lit::new(end.clone()) {
                    syn::Lit::Int(end) => end.base10_parse::<u64>().is_ok_and(|end| end > FAR),
                    syn::Lit::Char(end) => u64::from(u32::from(end.value())) > FAR,
                    _ => false,
                },
                Some(TokenTree::Ident(_)) => {
                    matches!(tokens.get(end + 3), Some(TokenTree::Ident(last)) if last == "MAX")
                }
                _ => false,
            }
        }
        _ => false,
    })
}

fn mentions(body: &[Stmt], words: &[&str]) -> bool {
    let all = |statement: &Stmt| named(&statement.to_token_stream(), &|word| words.contains(&word));
    body.iter().any(all)
}

/// Whether a word of a text is what `test` looks for.
fn named(tokens: &TokenStream, test: &dyn Fn(&str) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => named(&group.stream(), test),
        TokenTree::Ident(word) => test(&word.to_string()),
        _ => false,
    })
}

/// Whether what a function gives is of the standard library's types alone.
fn gives_plain(world: &World, krate: usize, function: &doc::model::Function) -> bool {
    let Some(of) = &function.sig.output else {
        return true;
    };
    matches!(
        lower(world, krate, of, &Subst::default()),
        Ty::Std(_, args) if args.iter().all(|arg| matches!(arg, Ty::Std(..)))
    )
}

struct Reader<'a> {
    wanted: Wanted<'a>,
    /// The package's name in code.
    package: &'a str,
}

impl Reader<'_> {
    fn programs(&self, texts: &[String]) -> Vec<Program> {
        let mut found = Vec::new();
        let mut known = BTreeSet::new();
        for text in texts {
            let mut sources = examples(text);
            sources.push(text.clone());
            for source in sources {
                let maybe = match self.wanted {
                    Wanted::Macro(name) => source.contains(&format!("{name}!")),
                    Wanted::Names(_) => true,
                };
                if !maybe || !known.insert(source.clone()) {
                    continue;
                }
                let source = match source.parse::<TokenStream>() {
                    Ok(tokens) if self.wanted.used(&tokens) => {
                        of_subject(tokens, self.package).to_string()
                    }
                    _ => continue,
                };
                if let Ok(file) = syn::parse_file(&source) {
                    self.file(file.items, &mut found);
                } else if let Ok(block) = syn::parse_str::<syn::Block>(&format!("{{\n{source}\n}}"))
                {
                    found.extend(self.block(block.stmts));
                }
            }
        }
        found.truncate(MOST);
        found
    }

    /// A file of tests or an example, or the tests within a file.
    fn file(&self, items: Vec<Item>, found: &mut Vec<Program>) {
        let mut program = self.empty();
        let mut called = false;
        for item in items {
            match item {
                Item::Fn(function) if self.is_body(&function) => {
                    called |= self.wanted.used(&function.block.to_token_stream());
                    let name = function.sig.ident.to_string();
                    // What `main` does first may be items.
                    let rest = self.statements(&mut program, function.block.stmts);
                    if !rest.is_empty() {
                        program.bodies.push((name, rest));
                    }
                }
                Item::Mod(item) => match item.content {
                    Some((_, items)) if of_tests(&item.attrs) => self.file(items, found),
                    _ => {}
                },
                // The subject's macros are in scope; the example's own stand with it.
                Item::Macro(call) if call.ident.is_some() => {
                    if !exported(&call.attrs)
                        && call
                            .ident
                            .as_ref()
                            .is_none_or(|name| !self.wanted.is(&name.clone().into()))
                    {
                        program.items.push(call.to_token_stream());
                    }
                }
                other => {
                    called |= matches!(&other, Item::Macro(call) if self.wanted.is(&call.mac.path));
                    self.item(&mut program, other);
                }
            }
        }
        if called {
            found.extend(self.worth(program));
        }
    }

    /// What a documentation block does.
    fn block(&self, statements: Vec<Stmt>) -> Option<Program> {
        let mut program = self.empty();
        let mut rest = Vec::new();
        for statement in self.statements(&mut program, statements) {
            match statement {
                Stmt::Item(Item::Fn(function)) if self.is_body(&function) => {
                    rest.extend(function.block.stmts);
                }
                other => rest.push(other),
            }
        }
        if !rest.is_empty() {
            program.bodies.push(("example".into(), rest));
        }
        self.worth(program)
    }

    /// An example that does something which can be looked at, and looked at again.
    fn worth(&self, mut program: Program) -> Option<Program> {
        if matches!(self.wanted, Wanted::Names(_)) {
            program.statics.clear();
            program.bodies.retain(|(_, body)| !mentions(body, &APART));
            let far = |statement: &Stmt| goes_far(statement.to_token_stream());
            program.bodies.retain(|(_, body)| !body.iter().any(far));
            if program.items.iter().cloned().any(goes_far) {
                program.bodies.clear();
            }
        }
        (!program.bodies.is_empty() || !program.statics.is_empty()).then_some(program)
    }

    fn empty(&self) -> Program {
        Program {
            items: Vec::new(),
            statics: Vec::new(),
            bodies: Vec::new(),
        }
    }

    /// Takes items to the head, and gives back what is left.
    fn statements(&self, program: &mut Program, statements: Vec<Stmt>) -> Vec<Stmt> {
        let mut rest = Vec::new();
        for statement in statements {
            match statement {
                Stmt::Item(Item::Fn(function)) if self.is_body(&function) => {
                    rest.push(Stmt::Item(Item::Fn(function)));
                }
                Stmt::Item(item) => self.item(program, item),
                Stmt::Macro(call) if self.wanted.is(&call.mac.path) && makes_items(&call.mac) => {
                    program.statics.extend(statics(call.mac.tokens.clone()));
                    program.items.push(call.to_token_stream());
                }
                other => rest.push(other),
            }
        }
        rest
    }

    fn item(&self, program: &mut Program, item: Item) {
        match item {
            // All of the subject is in scope.
            Item::ExternCrate(_) => {}
            Item::Use(item) => {
                let text = item.tree.to_token_stream().to_string();
                let first = text
                    .split("::")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                let own = matches!(&*first, "subject" | "crate" | "super" | "self");
                if !own {
                    program.items.push(item.to_token_stream());
                }
            }
            Item::Macro(call) => {
                program.statics.extend(statics(call.mac.tokens.clone()));
                program.items.push(call.to_token_stream());
            }
            Item::Mod(_) => {}
            other => program.items.push(other.to_token_stream()),
        }
    }

    fn is_body(&self, function: &ItemFn) -> bool {
        let test = function
            .attrs
            .iter()
            .any(|attr| attr.path().is_ident("test"));
        (test || function.sig.ident == "main") && function.sig.inputs.is_empty()
    }
}

/// Whether a macro is called anywhere in a text.
fn calls(tokens: &TokenStream, name: &str) -> bool {
    let mut before = [false; 2];
    tokens.clone().into_iter().any(|token| {
        let inside = match &token {
            TokenTree::Group(group) => before[1] || calls(&group.stream(), name),
            _ => false,
        };
        before = [
            matches!(&token, TokenTree::Ident(word) if word == name),
            before[0] && matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '!'),
        ];
        inside
    })
}

/// Paths that begin with the package's name begin with the subject instead.
fn of_subject(tokens: TokenStream, package: &str) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    let mut out = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let token = match token {
            TokenTree::Ident(word) if word == package && colon(at + 1) && colon(at + 2) => {
                // `::package::…` is the package, too.
                if out.len() >= 2 && at >= 2 && colon(at - 1) && colon(at - 2) {
                    out.truncate(out.len() - 2);
                }
                TokenTree::Ident(Ident::new("subject", word.span()))
            }
            TokenTree::Group(group) => TokenTree::Group(Group::new(
                group.delimiter(),
                of_subject(group.stream(), package),
            )),
            other => other.clone(),
        };
        out.push(token);
    }
    out.into_iter().collect()
}

fn exported(attrs: &[syn::Attribute]) -> bool {
    attrs
        .iter()
        .any(|attr| attr.path().is_ident("macro_export"))
}

fn of_tests(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("cfg") && attr.to_token_stream().to_string().contains("test")
    })
}

fn binds(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(_) | Stmt::Item(_))
}

/// Whether the argument of a call reads like items.
fn makes_items(call: &syn::Macro) -> bool {
    let keywords = [
        "static", "struct", "enum", "fn", "impl", "trait", "mod", "type", "const",
    ];
    call.tokens.clone().into_iter().any(|token| {
        matches!(&token, TokenTree::Ident(word) if keywords.iter().any(|keyword| word == keyword))
    })
}

/// Names after `static`, `static ref` or `const` at the outermost level of a call's argument.
fn statics(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let (mut after, mut lifetime) = (false, false);
    for token in tokens {
        let named = std::mem::replace(
            &mut lifetime,
            matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '\''),
        );
        match token {
            _ if named => after = false,
            TokenTree::Ident(word) if word == "static" || word == "const" => after = true,
            TokenTree::Ident(word) if after && (word == "ref" || word == "mut") => {}
            TokenTree::Ident(word) if after => {
                found.push(word.to_string());
                after = false;
            }
            _ => after = false,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "/// ```\n/// # #[macro_use] extern crate lazily;\n/// lazily! { static ref COUNT: u32 = 20 + 1; }\n///\n/// fn main() {\n///     let more = *COUNT + 3;\n///     println!(\"{}\", more);\n///     assert_eq!(lazily::twice(4), 8);\n/// }\n/// ```\nmacro_rules! lazily { () => {} }\n";

    fn written() -> Plan {
        let mut plan = Plan::default();
        plan.add_programs("lazily", "lazily", &["touch".into()], &[TEXT.to_owned()]);
        plan
    }

    #[test]
    fn an_example_that_goes_through_all_there_is_is_left_alone() {
        let far = |text: &str| goes_far(text.parse().unwrap());
        assert!(far("for c in '\\0'..=char::MAX { f(c); }"));
        assert!(far(
            "fn all() -> Vec<u32> { (0u32..=0xD7FF).chain(0xE000..0x11_0000).collect() }"
        ));
        assert!(!far("for n in 0..100 { f(&text[n..], n..end, ..); }"));
    }

    #[test]
    fn an_example_is_run_with_its_items_and_looked_at_where_it_looks() {
        let plan = written();
        let [first, other, ..] = &plan.functions[..] else {
            panic!("{plan:?}")
        };
        assert!(
            first
                .head
                .contains("lazily ! { static ref COUNT : u32 = 20 + 1 ; }"),
            "{}",
            first.head
        );
        assert!(other.head.contains("= 21 + 2 ;"), "{}", other.head);
        let arms = first.arms.as_ref().map_or(&[][..], |arms| &arms.codes);
        let codes: String = arms.iter().map(|arm| arm.code.as_str()).collect();
        assert!(codes.contains("see!(log, &*COUNT);"), "{codes}");
        assert!(codes.contains("subject::touch(&COUNT)"), "{codes}");
        assert!(codes.contains("* COUNT + input . like (3)"), "{codes}");
        assert!(codes.contains("* COUNT + 3"), "{codes}");
        assert!(
            codes.contains("subject :: twice (input . like (4))"),
            "{codes}"
        );
        // What is expected is a literal, and says nothing of the subject.
        assert!(!codes.contains('8'), "{codes}");
        assert!(!codes.contains("println"), "{codes}");
    }

    #[test]
    fn what_is_no_value_stays() {
        let body: syn::Block = syn::parse_str(
            "{ let a = [0u8; 4]; for i in 0..3 { m(i, 5); } match n { 6 => f(|x| x + 7), _ => () } }",
        )
        .expect("it parses");
        let text = rewritten(&body.stmts, Literals::OfInput, Looks::WhereItLooks);
        assert!(text.contains("input . like (0u8) ; 4"), "{text}");
        assert!(text.contains("0 .. 3"), "{text}");
        assert!(text.contains("m (i , input . like (5))"), "{text}");
        assert!(text.contains("6 =>") && text.contains("x + 7"), "{text}");
    }
}
