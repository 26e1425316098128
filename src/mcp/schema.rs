//! Schemas of what tools take and answer, made from the types and rid of what only Rust knows.

use rmcp::model::JsonObject;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

/// What a tool takes.
pub fn input<T: JsonSchema>() -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|it| it.inline_subschemas = true);
    object(settings, T::schema_id, |generator| {
        generator.into_root_schema_for::<T>()
    })
}

/// What a tool answers: its result, or an error. Both have `next_actions`.
pub fn output<T: JsonSchema>() -> JsonObject {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|it| it.inline_subschemas = true);
    let error = object(
        settings.clone(),
        super::answer::ErrorText::schema_id,
        |it| it.into_root_schema_for::<super::answer::ErrorText>(),
    );
    let mut schema = object(settings, T::schema_id, |it| it.into_root_schema_for::<T>());
    let required = schema.remove("required").unwrap_or_else(|| json!([]));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("error".into(), Value::Object(error));
    }
    schema.insert(
        "anyOf".into(),
        json!([{"required": required}, {"required": ["error", "next_actions"]}]),
    );
    schema
}

fn object(
    settings: SchemaSettings,
    name: impl Fn() -> std::borrow::Cow<'static, str>,
    root: impl FnOnce(schemars::SchemaGenerator) -> schemars::Schema,
) -> JsonObject {
    let mut schema = root(settings.into_generator()).to_value();
    clean(&mut schema);
    match schema {
        Value::Object(mut object) => {
            for noise in ["$schema", "title", "description"] {
                object.remove(noise);
            }
            object
        }
        // The types are ours, and all are objects; the golden list of tools shows it.
        other => unreachable!("{} is no object: {other}", name()),
    }
}

/// Takes `"format": "uint32"` and its like away, which no validator knows, line breaks out of descriptions, and `null` out of
/// types: what is not there is left out on both sides.
fn clean(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|word| word != "null");
                if let [only] = types.as_mut_slice() {
                    let only = only.take();
                    object.insert("type".into(), only);
                }
            }
            if let Some(Value::Array(ways)) = object.get_mut("anyOf") {
                ways.retain(|way| way != &json!({"type": "null"}));
                if let [Value::Object(only)] = ways.as_mut_slice() {
                    let only = std::mem::take(only);
                    object.remove("anyOf");
                    // The field's own words say more than its type's.
                    for (name, value) in only {
                        object.entry(name).or_insert(value);
                    }
                }
            }
            // A property may be called so; then it is a schema and no word.
            if object.get("format").is_some_and(Value::is_string) {
                object.remove("format");
            }
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            object.values_mut().for_each(clean);
        }
        Value::Array(values) => values.iter_mut().for_each(clean),
        _ => {}
    }
}
