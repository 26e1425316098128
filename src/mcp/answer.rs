//! What a tool says: a result for programs beside a short text, or an error that an agent can act on.

use ripout_model::{Failure, Stop};
use rmcp::model::{CallToolResult, ContentBlock};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A call that the agent may make next, as it would be made.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Next {
    /// The tool's name.
    pub tool: &'static str,
    /// Its arguments; what stands between `<` and `>` is for the agent to fill in.
    pub arguments: Map<String, Value>,
    /// What it is good for.
    pub why: String,
}

impl Next {
    /// A call; `arguments` is an object, and what is null in it is left out.
    pub fn new(tool: &'static str, arguments: Value, why: impl Into<String>) -> Self {
        let mut arguments = match arguments {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        arguments.retain(|_, value| !value.is_null());
        Self {
            tool,
            arguments,
            why: why.into(),
        }
    }
}

/// A result: what the tool's output schema describes, and the same for those who read.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The short text.
    pub text: String,
    /// The structured content.
    pub structured: Value,
}

impl From<Answer> for CallToolResult {
    fn from(answer: Answer) -> Self {
        let mut result = CallToolResult::success(vec![ContentBlock::text(answer.text)]);
        result.structured_content = Some(answer.structured);
        result
    }
}

/// Why a tool has no result.
#[derive(Debug, Clone, PartialEq)]
pub struct Trouble {
    /// What went wrong.
    pub error: ErrorText,
    /// What may help.
    pub next_actions: Vec<Next>,
}

/// An error's own words.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorText {
    /// One word for programs: `arguments`, `symbol_not_found`, `outside_roots`, `read_only`, `too_large`, `network`, …
    pub code: String,
    /// What went wrong, where.
    pub text: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Trouble {
    /// Trouble without advice.
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Failure::new(code, text).into()
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.error.help = Some(help.into());
        self
    }

    /// Adds a call that may help.
    pub fn next(mut self, next: Next) -> Self {
        self.next_actions.push(next);
        self
    }
}

/// Advice that names options of the command line, for whoever has none.
pub fn in_calls(help: &str) -> String {
    match help
        .split_whitespace()
        .any(|word| word.trim_start_matches(['`', '(']).starts_with("--"))
    {
        true => format!(
            "{help} (in a call, what begins with `--` is a field of the arguments or of their `options`)"
        ),
        false => help.to_owned(),
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self {
            error: ErrorText {
                code: failure.code,
                text: failure.text,
                help: failure.help.as_deref().map(in_calls),
            },
            next_actions: Vec::new(),
        }
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Failed(failure) => failure.into(),
            Stop::Interrupted => {
                Self::new("cancelled", "the call was cancelled; nothing was written")
            }
            // Stages that have no report to put a ground into.
            Stop::Refused(reason) | Stop::Inconclusive(reason) => Failure::from(reason).into(),
        }
    }
}

impl From<Trouble> for CallToolResult {
    fn from(trouble: Trouble) -> Self {
        let ErrorText { code, text, help } = &trouble.error;
        let mut page = format!("error [{code}]: {text}\n");
        if let Some(help) = help {
            page.push_str(&format!("help: {help}\n"));
        }
        page.push_str(&next_lines(&trouble.next_actions));
        let mut result = CallToolResult::error(vec![ContentBlock::text(page)]);
        result.structured_content = Some(json!({
            "error": trouble.error,
            "next_actions": trouble.next_actions,
        }));
        result
    }
}

/// Calls that may come next, a line each.
pub fn next_lines(next: &[Next]) -> String {
    next.iter()
        .map(|next| {
            let arguments = Value::Object(next.arguments.clone());
            format!("next: {} {arguments} ({})\n", next.tool, next.why)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_fields_in_calls() {
        let help = in_calls("raise --max-lines, or name a smaller symbol");
        assert!(help.ends_with("`options`)"), "{help}");
        assert!(in_calls("try `--keep NAME`").ends_with("`options`)"));
        assert_eq!(in_calls("near names: `a::b`"), "near names: `a::b`");
    }
}
