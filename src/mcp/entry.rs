//! What a tool is, whatever it does.

use std::{borrow::Cow, sync::Arc};

use rmcp::model::{JsonObject, Tool as Described, ToolAnnotations};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    answer::{Answer, Trouble},
    call::Desk,
    schema,
};

/// What a client may expect of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Hints {
    /// It changes nothing that a user would see.
    pub read_only: bool,
    /// It may change or replace what is there.
    pub destructive: bool,
    /// Called again it comes to the same.
    pub idempotent: bool,
    /// It may fetch packages.
    pub open_world: bool,
}

/// A tool.
pub trait Tool {
    /// What it takes.
    type Input: DeserializeOwned + JsonSchema;
    /// What it answers.
    type Output: Serialize + JsonSchema;
    /// Its name.
    const NAME: &'static str;
    /// Its title, for people.
    const TITLE: &'static str;
    /// What it does, for agents.
    const DESCRIPTION: &'static str;
    /// What a client may expect of it.
    const HINTS: Hints;
    /// Whether it keeps processors busy.
    const HEAVY: bool;

    /// Does it.
    fn run(desk: &Desk<'_>, input: Self::Input) -> Result<Self::Output, Trouble>;

    /// The short text.
    fn text(output: &Self::Output) -> String;
}

/// A tool, as the server holds it.
pub struct Entry {
    /// As it is listed.
    pub described: Described,
    /// Whether it keeps processors busy.
    pub heavy: bool,
    /// Does it.
    pub run: fn(&Desk<'_>, JsonObject) -> Result<Answer, Trouble>,
}

impl Entry {
    /// The entry of a tool.
    pub fn of<T: Tool>() -> Self {
        let hints = T::HINTS;
        let annotations = ToolAnnotations::from_raw(
            Some(T::TITLE.into()),
            Some(hints.read_only),
            Some(hints.destructive),
            Some(hints.idempotent),
            Some(hints.open_world),
        );
        let described = Described::new(
            T::NAME,
            Cow::from(T::DESCRIPTION),
            Arc::new(schema::input::<T::Input>()),
        )
        .with_title(T::TITLE)
        .with_raw_output_schema(Arc::new(schema::output::<T::Output>()))
        .with_annotations(annotations);
        Self {
            described,
            heavy: T::HEAVY,
            run: run::<T>,
        }
    }
}

fn run<T: Tool>(desk: &Desk<'_>, arguments: JsonObject) -> Result<Answer, Trouble> {
    let input = serde_path_to_error::deserialize(Value::Object(arguments)).map_err(|error| {
        let place = error.path().to_string();
        let why = error.into_inner();
        let text = match place.as_str() {
            "." => format!("the arguments of {}: {why}", T::NAME),
            _ => format!("`{place}` of {}: {why}", T::NAME),
        };
        Trouble::new("arguments", text).help("the tool's input schema lists what it takes")
    })?;
    let output = T::run(desk, input)?;
    let text = T::text(&output);
    let structured = serde_json::to_value(&output)
        .map_err(|e| Trouble::new("output", format!("write the answer: {e}")))?;
    Ok(Answer { text, structured })
}
