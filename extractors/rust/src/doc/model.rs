//! The part of rustdoc's JSON that is read here.
//!
//! The format carries a version and moves with the compiler, so every field that may be missing has a default and what
//! is not needed is not named. Kinds that are unknown become `Other`, which compares equal to nothing.

// Fields and variants are the format's own, also those that nobody reads yet.
#![allow(dead_code, clippy::enum_variant_names)]

use std::collections::BTreeMap;

use serde::Deserialize;

/// Names an item within one crate's account.
pub type Id = u32;

/// One crate's account.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub root: Id,
    pub index: BTreeMap<Id, Item>,
    pub paths: BTreeMap<Id, Summary>,
}

/// Where an item of any crate is defined.
#[derive(Debug, Clone, Deserialize)]
pub struct Summary {
    /// 0 is the crate itself.
    pub crate_id: u32,
    pub path: Vec<String>,
    pub kind: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    pub id: Id,
    #[serde(default)]
    pub crate_id: u32,
    pub name: Option<String>,
    #[serde(default)]
    pub span: Option<Span>,
    pub visibility: Visibility,
    #[serde(default)]
    pub docs: Option<String>,
    #[serde(default)]
    pub attrs: Vec<serde_json::Value>,
    pub inner: Inner,
}

impl Item {
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }

    pub fn public(&self) -> bool {
        matches!(self.visibility, Visibility::Word(ref word) if word == "public")
    }

    /// Public, or public because its parent is (variants, trait members).
    pub fn visible(&self) -> bool {
        matches!(self.visibility, Visibility::Word(ref word) if word == "public" || word == "default")
    }

    /// Whether an attribute is set, by its name in either of the format's spellings.
    pub fn has_attr(&self, name: &str) -> bool {
        self.attrs
            .iter()
            .any(|attr| attr.to_string().contains(name))
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Span {
    pub filename: String,
    pub begin: (u32, u32),
    pub end: (u32, u32),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Visibility {
    Word(String),
    Restricted(serde_json::Value),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inner {
    Module(Module),
    Use(Use),
    Struct(Struct),
    Union(Union),
    StructField(Type),
    Enum(Enum),
    Variant(Variant),
    Function(Function),
    Trait(Trait),
    Impl(Impl),
    TypeAlias(TypeAlias),
    Constant(Constant),
    Static(Static),
    Macro(String),
    AssocConst(AssocConst),
    AssocType(AssocType),
    #[serde(untagged)]
    Other(serde_json::Value),
}

#[derive(Debug, Clone, Deserialize)]
pub struct Module {
    #[serde(default)]
    pub items: Vec<Id>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Use {
    pub name: String,
    pub id: Option<Id>,
    #[serde(default)]
    pub is_glob: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Struct {
    pub kind: StructKind,
    pub generics: Generics,
    #[serde(default)]
    pub impls: Vec<Id>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StructKind {
    Unit,
    Tuple(Vec<Option<Id>>),
    Plain {
        fields: Vec<Id>,
        #[serde(default)]
        has_stripped_fields: bool,
    },
}

#[derive(Debug, Clone, Deserialize)]
pub struct Union {
    pub generics: Generics,
    #[serde(default)]
    pub fields: Vec<Id>,
    #[serde(default)]
    pub impls: Vec<Id>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Enum {
    pub generics: Generics,
    #[serde(default)]
    pub variants: Vec<Id>,
    #[serde(default)]
    pub impls: Vec<Id>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Variant {
    pub kind: VariantKind,
    #[serde(default)]
    pub discriminant: Option<Discriminant>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Discriminant {
    pub value: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariantKind {
    Plain,
    Tuple(Vec<Option<Id>>),
    Struct { fields: Vec<Id> },
}

#[derive(Debug, Clone, Deserialize)]
pub struct Function {
    pub sig: Signature,
    pub generics: Generics,
    pub header: Header,
    #[serde(default)]
    pub has_body: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Signature {
    pub inputs: Vec<(String, Type)>,
    pub output: Option<Type>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Header {
    #[serde(default)]
    pub is_const: bool,
    #[serde(default)]
    pub is_unsafe: bool,
    #[serde(default)]
    pub is_async: bool,
    #[serde(default)]
    pub abi: serde_json::Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Trait {
    #[serde(default)]
    pub is_unsafe: bool,
    #[serde(default)]
    pub items: Vec<Id>,
    pub generics: Generics,
    #[serde(default)]
    pub bounds: Vec<Bound>,
    #[serde(default)]
    pub implementations: Vec<Id>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Impl {
    #[serde(default)]
    pub is_unsafe: bool,
    pub generics: Generics,
    #[serde(default)]
    pub provided_trait_methods: Vec<String>,
    #[serde(rename = "trait")]
    pub trait_: Option<Path>,
    #[serde(rename = "for")]
    pub for_: Type,
    #[serde(default)]
    pub items: Vec<Id>,
    #[serde(default)]
    pub is_negative: bool,
    #[serde(default)]
    pub is_synthetic: bool,
    #[serde(default)]
    pub blanket_impl: Option<Type>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct TypeAlias {
    #[serde(rename = "type")]
    pub type_: Type,
    pub generics: Generics,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Constant {
    #[serde(rename = "type")]
    pub type_: Type,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Static {
    #[serde(rename = "type")]
    pub type_: Type,
    #[serde(default)]
    pub is_mutable: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AssocConst {
    #[serde(rename = "type")]
    pub type_: Type,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AssocType {
    #[serde(default)]
    pub bounds: Vec<Bound>,
    #[serde(rename = "type", default)]
    pub type_: Option<Type>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Generics {
    #[serde(default)]
    pub params: Vec<Param>,
    #[serde(default)]
    pub where_predicates: Vec<Predicate>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Param {
    pub name: String,
    pub kind: ParamKind,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamKind {
    Lifetime {
        #[serde(default)]
        outlives: Vec<String>,
    },
    Type {
        #[serde(default)]
        bounds: Vec<Bound>,
        #[serde(default)]
        default: Option<Type>,
        #[serde(default)]
        is_synthetic: bool,
    },
    Const {
        #[serde(rename = "type")]
        type_: Type,
        #[serde(default)]
        default: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    BoundPredicate {
        #[serde(rename = "type")]
        type_: Type,
        #[serde(default)]
        bounds: Vec<Bound>,
        #[serde(default)]
        generic_params: Vec<Param>,
    },
    LifetimePredicate {
        lifetime: String,
        #[serde(default)]
        outlives: Vec<String>,
    },
    EqPredicate {
        lhs: Type,
        rhs: Term,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    TraitBound {
        #[serde(rename = "trait")]
        trait_: Path,
        #[serde(default)]
        generic_params: Vec<Param>,
        #[serde(default)]
        modifier: String,
    },
    Outlives(String),
    #[serde(untagged)]
    Other(serde_json::Value),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    Type(Type),
    Constant(serde_json::Value),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Path {
    pub path: String,
    pub id: Id,
    #[serde(default)]
    pub args: Option<Box<Args>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Args {
    AngleBracketed {
        #[serde(default)]
        args: Vec<Arg>,
        #[serde(default)]
        constraints: Vec<Constraint>,
    },
    Parenthesized {
        inputs: Vec<Type>,
        output: Option<Type>,
    },
    #[serde(untagged)]
    Other(serde_json::Value),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    Lifetime(String),
    Type(Type),
    Const(ConstArg),
    #[serde(untagged)]
    Other(serde_json::Value),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ConstArg {
    pub expr: String,
    #[serde(default)]
    pub value: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Constraint {
    pub name: String,
    pub binding: Binding,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    Equality(Term),
    Constraint(Vec<Bound>),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    ResolvedPath(Path),
    Generic(String),
    Primitive(String),
    Tuple(Vec<Type>),
    Slice(Box<Type>),
    Array {
        #[serde(rename = "type")]
        type_: Box<Type>,
        len: String,
    },
    ImplTrait(Vec<Bound>),
    DynTrait(DynTrait),
    FunctionPointer(Box<FunctionPointer>),
    BorrowedRef {
        lifetime: Option<String>,
        is_mutable: bool,
        #[serde(rename = "type")]
        type_: Box<Type>,
    },
    RawPointer {
        is_mutable: bool,
        #[serde(rename = "type")]
        type_: Box<Type>,
    },
    QualifiedPath {
        name: String,
        self_type: Box<Type>,
        #[serde(rename = "trait")]
        trait_: Option<Path>,
        #[serde(default)]
        args: Option<Box<Args>>,
    },
    #[serde(untagged)]
    Other(serde_json::Value),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DynTrait {
    pub traits: Vec<PolyTrait>,
    pub lifetime: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PolyTrait {
    #[serde(rename = "trait")]
    pub trait_: Path,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FunctionPointer {
    pub sig: Signature,
}
