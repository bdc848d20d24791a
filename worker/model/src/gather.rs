//! The pieces of a streamed answer, put together.

use crate::{answer::MAX_BYTES, error::CallError};
use serde_json::Value;

/// Most tool calls of one answer.
const CALLS: usize = 16;

/// A complete answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The words.
    pub content: String,
    /// What the model wants looked up.
    pub calls: Vec<ToolCall>,
    /// Why it ended.
    pub finish: Option<String>,
    /// Tokens of prompt and answer, as the server counts them.
    pub usage: Option<(u64, u64)>,
}

/// Something a model wants looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCall {
    /// The server's name for the call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments, JSON as the model wrote it.
    pub arguments: String,
}

impl Reply {
    /// Adds a piece: a chunk of a stream, or a whole completion.
    ///
    /// # Errors
    /// When the server sends an error in the stream, or far too much.
    pub fn add(&mut self, piece: &Value) -> Result<(), CallError> {
        if let Some(error) = piece.get("error").filter(|e| !e.is_null()) {
            let status = error.get("code").and_then(Value::as_u64).and_then(|c| u16::try_from(c).ok());
            return Err(CallError::Server(status.unwrap_or(500), None));
        }
        if let Some(usage) = piece.get("usage").filter(|u| u.is_object()) {
            let count = |name: &str| usage.get(name).and_then(Value::as_u64).unwrap_or(0);
            self.usage = Some((count("prompt_tokens"), count("completion_tokens")));
        }
        let Some(choice) = piece.get("choices").and_then(|c| c.get(0)) else { return Ok(()) };
        if let Some(finish) = choice.get("finish_reason").and_then(Value::as_str) {
            self.finish = Some(finish.chars().take(40).collect());
        }
        let said = choice.get("delta").or_else(|| choice.get("message")).unwrap_or(&Value::Null);
        // Servers with a strict mode say a refusal of their own in another field.
        for field in ["content", "refusal"] {
            if let Some(text) = said.get(field).and_then(Value::as_str) {
                self.content.push_str(text);
            }
        }
        for call in said.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.add_call(call);
        }
        if self.size() > MAX_BYTES + (8 << 10) {
            return Err(CallError::TooLong);
        }
        Ok(())
    }

    fn add_call(&mut self, piece: &Value) {
        let text = |value: Option<&Value>| match value {
            Some(Value::String(text)) => text.clone(),
            // Some servers send arguments as an object.
            Some(value @ Value::Object(_)) => value.to_string(),
            _ => String::new(),
        };
        let id = text(piece.get("id"));
        let index = piece.get("index").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        // Without an index, a piece with an id begins a call and one without goes on with the last.
        let at = index.unwrap_or(if id.is_empty() { self.calls.len().max(1) - 1 } else { self.calls.len() });
        if at >= CALLS {
            return;
        }
        if self.calls.len() <= at {
            self.calls.resize(at + 1, ToolCall::default());
        }
        let call = &mut self.calls[at];
        if call.id.is_empty() {
            call.id = id;
        }
        let function = piece.get("function");
        if call.name.is_empty() {
            call.name = text(function.and_then(|f| f.get("name")));
        }
        call.arguments.push_str(&text(function.and_then(|f| f.get("arguments"))));
    }

    /// Whether the server said that it was at the end. A stream without it was cut.
    pub fn is_complete(&self) -> bool {
        self.finish.is_some()
    }

    /// Bytes gathered.
    pub fn size(&self) -> usize {
        self.content.len() + self.calls.iter().map(|c| c.name.len() + c.arguments.len()).sum::<usize>()
    }
}
