//! Node kinds and fields of the grammar as numbers, looked up once.

use std::sync::OnceLock;

use tree_sitter::Language;

macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        /// Kinds of named nodes.
        // A field for each kind that the walk may come to ask for.
        #[allow(missing_docs, dead_code)]
        pub struct Kinds { $(pub $name: u16),* }

        impl Kinds {
            fn of(language: &Language) -> Self {
                // A raw name like `type_` would clash with a keyword: the grammar's own word has no underscore.
                Self { $($name: language.id_for_node_kind(stringify!($name).trim_end_matches("_node"), true)),* }
            }
        }
    };
}

kinds! {
    identifier, attribute, call, string, concatenated_string, comment, subscript, slice,
    integer, float, true_node, false_node, none,
    expression_statement, assignment, augmented_assignment, named_expression, type_alias_statement,
    import_statement, import_from_statement, future_import_statement, relative_import, dotted_name,
    aliased_import, wildcard_import, import_prefix,
    function_definition, class_definition, decorated_definition, decorator, lambda, parameters, lambda_parameters,
    default_parameter, typed_parameter, typed_default_parameter, list_splat_pattern, dictionary_splat_pattern,
    tuple_pattern, list_pattern, pattern_list, tuple, list, parenthesized_expression,
    type_node, type_parameter, member_type,
    list_comprehension, set_comprehension, dictionary_comprehension, generator_expression, for_in_clause,
    global_statement, nonlocal_statement, delete_statement, expression_list,
    if_statement, elif_clause, else_clause, try_statement, except_clause, except_group_clause, with_statement,
    for_statement, while_statement, match_statement, case_clause, case_pattern, as_pattern, as_pattern_target,
    splat_pattern, keyword_pattern, class_pattern, keyword_argument, argument_list, block, interpolation,
    string_content, unary_operator, boolean_operator, not_operator, comparison_operator, finally_clause,
}

macro_rules! fields {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Fields of nodes.
        #[allow(missing_docs, dead_code)]
        pub struct Fields { $(pub $name: u16),* }

        impl Fields {
            fn of(language: &Language) -> Self {
                Self { $($name: language.field_id_for_name($text).map_or(0, u16::from)),* }
            }
        }
    };
}

fields! {
    name = "name", parameters = "parameters", return_type = "return_type", body = "body",
    type_parameters = "type_parameters", superclasses = "superclasses", left = "left", right = "right",
    type_ = "type", object = "object", attribute = "attribute", function = "function", arguments = "arguments",
    value = "value", alias = "alias", condition = "condition", consequence = "consequence",
    alternative = "alternative", definition = "definition", module_name = "module_name",
}

/// The grammar with its numbers.
pub struct Grammar {
    /// For parsers.
    pub language: Language,
    /// Kinds of nodes.
    pub kinds: Kinds,
    /// Fields.
    pub fields: Fields,
}

/// The grammar of Python.
pub fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        let language: Language = tree_sitter_python::LANGUAGE.into();
        Grammar {
            kinds: Kinds::of(&language),
            fields: Fields::of(&language),
            language,
        }
    })
}
