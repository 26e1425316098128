//! What an item as a whole says: its documentation, its head, its attributes, what it is.

use proc_macro2::Span;
use quote::ToTokens;
use ripout_model::{Definition, Sight, Topic};
use syn::{AttrStyle, Attribute, Fields, ImplItem, Item, Meta, ReturnType, spanned::Spanned};

use super::{
    begin, calls, end,
    walk::{Walker, name_of},
};

/// Names that are listed of a type; more would be a copy of it.
const LISTED: usize = 12;

/// Types of a file that some `impl Error for` makes an error.
pub fn error_types(file: &syn::File) -> Vec<String> {
    let mut types = Vec::new();
    for item in &file.items {
        if let Item::Impl(block) = item
            && let Some((path, _)) = &block.trait_
            && name_of(path).is_some_and(|name| name == "Error" || name == "StdError")
            && let Some(name) = type_name(&block.self_ty)
        {
            types.push(name);
        }
    }
    types
}

/// The documentation of the file's module, for what was asked for and has none of its own.
pub fn of_module(walker: &mut Walker<'_>, file: &syn::File) {
    let Some(asked) = walker.passage.asked.first() else {
        return;
    };
    if walker
        .sights
        .iter()
        .any(|sight| sight.topic == Topic::Purpose)
    {
        return;
    }
    let anchor = walker.lines.begin(asked.lines[0]);
    paragraph(
        walker,
        &file.attrs,
        AttrStyle::Inner(Default::default()),
        anchor,
    );
}

/// What an item says, its members aside.
pub fn of_item(walker: &mut Walker<'_>, item: &Item) {
    match item {
        Item::Fn(function) => of_function(walker, &function.attrs, &function.vis, &function.sig),
        Item::Struct(item) => {
            let names = field_names(&item.fields);
            let last = end_of_head(&item.fields, item.span());
            of_type(
                walker,
                &item.attrs,
                &item.ident,
                "struct with fields",
                names,
                start(item),
                last,
            );
        }
        Item::Enum(item) => {
            let names = item
                .variants
                .iter()
                .map(|it| it.ident.to_string())
                .collect();
            let last = end(item.brace_token.span.open());
            of_type(
                walker,
                &item.attrs,
                &item.ident,
                "enum of",
                names,
                start(item),
                last,
            );
        }
        Item::Union(item) => {
            let names = item.fields.named.iter().filter_map(|it| it.ident.as_ref());
            let names = names.map(ToString::to_string).collect();
            let last = end(item.fields.brace_token.span.open());
            of_type(
                walker,
                &item.attrs,
                &item.ident,
                "union of",
                names,
                start(item),
                last,
            );
        }
        Item::Trait(item) => {
            let names = item.items.iter().filter_map(|it| match it {
                syn::TraitItem::Fn(method) => Some(method.sig.ident.to_string()),
                syn::TraitItem::Type(of) => Some(of.ident.to_string()),
                syn::TraitItem::Const(of) => Some(of.ident.to_string()),
                _ => None,
            });
            let names = names.collect();
            let last = end(item.brace_token.span.open());
            of_type(
                walker,
                &item.attrs,
                &item.ident,
                "trait with",
                names,
                start(item),
                last,
            );
        }
        Item::Type(item) => {
            let range = start(item)..end(item.span());
            asked(walker, &item.attrs, &item.ident, range.clone());
            let place = walker.place(range);
            walker.see_range(Topic::Types, "another name for a type", place);
        }
        Item::Const(item) => {
            let range = start(item)..end(item.span());
            asked(walker, &item.attrs, &item.ident, range.clone());
            let place = walker.place(range);
            walker.see_range(Topic::Details, "constant", place);
        }
        Item::Static(item) => {
            let range = start(item)..end(item.span());
            asked(walker, &item.attrs, &item.ident, range.clone());
            let place = walker.place(range);
            let says = match &item.mutability {
                syn::StaticMutability::None => "lives as long as the process",
                _ => "lives as long as the process, and can be written to",
            };
            walker.see_range(Topic::State, says, place);
        }
        Item::Impl(block) => of_impl(walker, block),
        Item::Macro(item) => {
            if let Some(name) = &item.ident {
                asked(walker, &item.attrs, name, start(item)..end(name.span()));
                rules(walker, item);
            }
        }
        _ => {}
    }
}

/// A function's documentation, head and laziness.
pub fn of_function(
    walker: &mut Walker<'_>,
    attrs: &[Attribute],
    vis: &syn::Visibility,
    signature: &syn::Signature,
) {
    let head = match vis {
        syn::Visibility::Inherited => begin(signature.span()),
        vis => begin(vis.span()),
    };
    let mut last = end(signature.span());
    if let Some(clause) = &signature.generics.where_clause {
        last = last.max(end(clause.span()));
    }
    asked(walker, attrs, &signature.ident, head..last);
    let place = walker.place(head..last);
    if let Some(of) = owner_asked(walker, place.start)
        && !matches!(vis, syn::Visibility::Inherited)
    {
        walker.see_range(Topic::Signature, format!("of `{of}`"), place);
    }
    if matches!(signature.safety, syn::Safety::Unsafe(_)) {
        walker.see(
            Topic::Details,
            "unsafe to call",
            signature.fn_token.span,
            signature.ident.span(),
        );
    }
    if signature.asyncness.is_some() {
        walker.see_node(Topic::Details, "lazy: a future", signature);
    }
    if let ReturnType::Type(arrow, of) = &signature.output {
        let words = of.to_token_stream().to_string();
        let lazy = [
            "impl Iterator",
            "impl DoubleEndedIterator",
            "impl ExactSizeIterator",
            "dyn Iterator",
        ];
        if lazy.iter().any(|word| words.contains(word)) {
            walker.see(
                Topic::Details,
                "lazy: returns an iterator",
                arrow.span(),
                of.span(),
            );
        }
    }
}

/// Constants of a type.
pub fn of_impl_item(walker: &mut Walker<'_>, member: &ImplItem) {
    if let ImplItem::Const(item) = member {
        let range = start(item)..end(item.span());
        asked(walker, &item.attrs, &item.ident, range.clone());
        let place = walker.place(range);
        walker.see_range(Topic::Details, "constant", place);
    }
}

fn of_impl(walker: &mut Walker<'_>, block: &syn::ItemImpl) {
    let from = block
        .unsafety
        .map_or(block.impl_token.span, |word| word.span);
    if block.unsafety.is_some() {
        walker.see(
            Topic::Details,
            "unsafe: a promise to the compiler",
            from,
            block.self_ty.span(),
        );
    }
    let Some((path, _)) = &block.trait_ else {
        return;
    };
    let Some(name) = name_of(path) else { return };
    if let Some((topic, says)) = calls::implemented(&name) {
        walker.see(topic, says, from, block.self_ty.span());
    }
    let of_error = type_name(&block.self_ty)
        .is_some_and(|of| walker.errors.contains(&of) || of.ends_with("Error"));
    if name == "Display" && of_error {
        Texts(walker).visit(block);
    }
}

/// The macros that write an error's text.
struct Texts<'w, 'a>(&'w mut Walker<'a>);

impl Texts<'_, '_> {
    fn visit(&mut self, block: &syn::ItemImpl) {
        syn::visit::Visit::visit_item_impl(self, block);
    }
}

impl<'ast> syn::visit::Visit<'ast> for Texts<'_, '_> {
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if name_of(&call.path).is_some_and(|name| name == "write" || name == "writeln") {
            self.0.see_node(Topic::Errors, "text of an error", call);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "write_str" || call.method == "pad" {
            self.0.see_node(Topic::Errors, "text of an error", call);
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.see_node(Topic::Errors, "text of an error", text);
    }
}

/// What an attribute says: conditions, and what is derived.
pub fn of_attribute(walker: &mut Walker<'_>, attribute: &Attribute) {
    let Some(name) = name_of(attribute.path()) else {
        return;
    };
    match name.as_str() {
        "cfg" => walker.see_node(Topic::Platform, "there only under a condition", attribute),
        "cfg_attr" => {
            let words = attribute.to_token_stream().to_string();
            // Conditions of documentation pages say nothing of the program.
            if !words.contains("docsrs") && !words.contains("doc_cfg") {
                walker.see_node(
                    Topic::Platform,
                    "has an attribute only under a condition",
                    attribute,
                );
            }
        }
        "target_feature" => {
            walker.see_node(Topic::Platform, "needs a processor's feature", attribute)
        }
        "derive" => {
            let Meta::List(list) = &attribute.meta else {
                return;
            };
            let words = list.tokens.to_string();
            let told = words
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| {
                    matches!(
                        word,
                        "PartialEq" | "Eq" | "Hash" | "PartialOrd" | "Ord" | "Default"
                    )
                });
            if told {
                walker.see_node(
                    Topic::Details,
                    "equality, order, hash or default by its fields",
                    attribute,
                );
            }
        }
        "must_use" | "deprecated" | "non_exhaustive" | "repr" | "no_mangle" => {
            walker.see_node(Topic::Details, "attribute", attribute);
        }
        _ => {}
    }
}

fn of_type(
    walker: &mut Walker<'_>,
    attrs: &[Attribute],
    name: &syn::Ident,
    says: &str,
    names: Vec<String>,
    first: usize,
    last: usize,
) {
    asked(walker, attrs, name, first..last);
    let mut listed: Vec<String> = names.iter().take(LISTED).cloned().collect();
    if names.len() > LISTED {
        listed.push(format!("{} more", names.len() - LISTED));
    }
    let says = match listed.is_empty() {
        true => says.split(' ').next().unwrap_or(says).to_owned(),
        false => format!("{says} {}", listed.join(", ")),
    };
    let place = walker.place(first..last);
    walker.see_range(Topic::Types, says, place);
}

/// Documentation and head of what was asked for.
fn asked(
    walker: &mut Walker<'_>,
    attrs: &[Attribute],
    name: &syn::Ident,
    head: std::ops::Range<usize>,
) {
    let place = walker.place(head);
    let line = walker.lines.line(place.start);
    let name = name.to_string();
    let is_asked = |it: &Definition| it.lines[0] == line && last_part(&it.name) == name;
    if !walker.passage.asked.iter().any(is_asked) {
        return;
    }
    walker.see_range(Topic::Signature, "", place.clone());
    paragraph(walker, attrs, AttrStyle::Outer, place.start);
}

/// The first paragraph of documentation, as a sight whose words are the paragraph without its marks.
fn paragraph(walker: &mut Walker<'_>, attrs: &[Attribute], style: AttrStyle, anchor: usize) {
    let inner = matches!(style, AttrStyle::Inner(_));
    let mut range: Option<(usize, usize)> = None;
    let mut words: Vec<String> = Vec::new();
    for attribute in attrs {
        if !attribute.path().is_ident("doc")
            || matches!(attribute.style, AttrStyle::Inner(_)) != inner
        {
            continue;
        }
        let place = walker.place(attribute.span().byte_range());
        let Some(text) = walker.passage.text.get(place.clone()) else {
            continue;
        };
        // `#[doc = …]` is made by something else than the author's own words as often as not.
        if text.starts_with('#') {
            continue;
        }
        let mut at = place.start;
        let mut ended = false;
        for line in text.split_inclusive('\n') {
            let bare = without_marks(line);
            if bare.is_empty() && !words.is_empty() {
                ended = true;
                break;
            }
            if !bare.is_empty() {
                range = Some((
                    range.map_or(at, |range| range.0),
                    at + line.trim_end().len(),
                ));
                words.push(bare.to_owned());
            }
            at += line.len();
        }
        if ended {
            break;
        }
    }
    let Some((first, last)) = range else { return };
    let says = match inner {
        true => format!("Of its module: {}", words.join(" ")),
        false => words.join(" "),
    };
    walker.sights.push(Sight {
        topic: Topic::Purpose,
        says,
        range: first..last,
        anchor,
    });
}

/// A line of documentation without what makes it a comment.
fn without_marks(line: &str) -> &str {
    let line = line.trim();
    let line = line
        .strip_prefix("///")
        .or_else(|| line.strip_prefix("//!"))
        .or_else(|| line.strip_prefix("/**"))
        .or_else(|| line.strip_prefix("/*!"))
        .or_else(|| line.strip_prefix("*/"))
        .or_else(|| line.strip_prefix('*'))
        .unwrap_or(line);
    line.strip_suffix("*/").unwrap_or(line).trim()
}

/// What each rule of a macro takes.
fn rules(walker: &mut Walker<'_>, item: &syn::ItemMacro) {
    let line = walker.place(start(item)..start(item)).start;
    let line = walker.lines.line(line);
    if !walker.passage.asked.iter().any(|it| it.lines[0] == line) {
        return;
    }
    let tokens: Vec<_> = item.mac.tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let arrow = |at: usize, wanted: char| matches!(tokens.get(at), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == wanted);
        if arrow(at + 1, '=') && arrow(at + 2, '>') {
            walker.see(Topic::Signature, "takes", token.span(), token.span());
        }
    }
}

/// Name of the type that was asked for and whose member stands at a byte.
fn owner_asked(walker: &Walker<'_>, at: usize) -> Option<String> {
    let line = walker.lines.line(at);
    let member = walker
        .passage
        .taken
        .iter()
        .find(|it| it.lines[0] == line && it.name.contains("::"))?;
    let (owner, _) = member.name.rsplit_once("::")?;
    let asked = walker.passage.asked.iter().find(|it| it.name == owner)?;
    Some(last_part(&asked.name).to_owned())
}

fn last_part(name: &str) -> &str {
    let name = name.trim_end_matches('!');
    name.rsplit("::").next().unwrap_or(name)
}

/// First byte of an item behind its attributes, in the text that was parsed.
fn start(item: &impl ToTokens) -> usize {
    let mut tokens = item.to_token_stream().into_iter().peekable();
    while matches!(tokens.peek(), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '#')
    {
        tokens.next();
        tokens.next();
    }
    tokens.next().map_or(0, |token| begin(token.span()))
}

fn end_of_head(fields: &Fields, whole: Span) -> usize {
    match fields {
        Fields::Named(named) => end(named.brace_token.span.open()),
        _ => end(whole),
    }
}

fn field_names(fields: &Fields) -> Vec<String> {
    fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .map(ToString::to_string)
        .collect()
}

fn type_name(of: &syn::Type) -> Option<String> {
    match of {
        syn::Type::Path(path) => name_of(&path.path),
        _ => None,
    }
}
