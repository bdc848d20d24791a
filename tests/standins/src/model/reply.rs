//! What the server answers, and how it gets there.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Value, json};

/// Characters of one piece of a stream.
const PIECE: usize = 24;

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply {
    content: Option<String>,
    calls: Vec<(String, String)>,
    finish: &'static str,
    usage: Option<(u64, u64)>,
    whole: bool,
    ending: Ending,
    pace: Duration,
    raw: Option<(u16, Option<u64>, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Proper,
    /// The connection breaks after half of it.
    Cut,
    /// It just ends after half of it, as when a proxy loses patience.
    Short,
    /// Nothing more comes after half of it.
    Hang,
}

impl Reply {
    fn new() -> Self {
        Self {
            content: None,
            calls: Vec::new(),
            finish: "stop",
            usage: Some((100, 20)),
            whole: false,
            ending: Ending::Proper,
            pace: Duration::ZERO,
            raw: None,
        }
    }

    /// Words.
    pub fn says(text: impl Into<String>) -> Self {
        Self { content: Some(text.into()), ..Self::new() }
    }

    /// A JSON value as words.
    pub fn json(value: &Value) -> Self {
        Self::says(value.to_string())
    }

    /// Calls of tools, with their arguments.
    pub fn calls(calls: &[(&str, Value)]) -> Self {
        let calls =
            calls.iter().map(|(name, arguments)| ((*name).to_owned(), arguments.to_string())).collect();
        Self { calls, finish: "tool_calls", ..Self::new() }
    }

    /// A call whose arguments are these characters.
    pub fn calls_with(name: &str, arguments: &str) -> Self {
        Self { calls: vec![(name.to_owned(), arguments.to_owned())], finish: "tool_calls", ..Self::new() }
    }

    /// An HTTP status with an error of this type, in OpenAI's words.
    pub fn error(status: u16, kind: &str, message: &str) -> Self {
        let body = json!({ "error": { "message": message, "type": kind, "param": null, "code": kind } });
        Self { raw: Some((status, None, body.to_string())), ..Self::new() }
    }

    /// Any HTTP status and body.
    pub fn raw(status: u16, body: impl Into<String>) -> Self {
        Self { raw: Some((status, None, body.into())), ..Self::new() }
    }

    /// 429 with a time to wait in seconds.
    pub fn too_many(seconds: u64) -> Self {
        let body = json!({ "error": { "message": "Rate limit reached", "type": "requests", "param": null,
                                      "code": "rate_limit_exceeded" } });
        Self { raw: Some((429, Some(seconds), body.to_string())), ..Self::new() }
    }

    /// With this reason for its end instead of `stop`.
    #[must_use]
    pub fn finishing(self, reason: &'static str) -> Self {
        Self { finish: reason, ..self }
    }

    /// With other counts of tokens (prompt, answer), or none.
    #[must_use]
    pub fn using(self, usage: Option<(u64, u64)>) -> Self {
        Self { usage, ..self }
    }

    /// In one piece, though a stream was asked for.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// The connection breaks after half of it.
    #[must_use]
    pub fn cut(self) -> Self {
        Self { ending: Ending::Cut, ..self }
    }

    /// It ends after half of it, without a word.
    #[must_use]
    pub fn short(self) -> Self {
        Self { ending: Ending::Short, ..self }
    }

    /// Nothing more comes after half of it.
    #[must_use]
    pub fn hang(self) -> Self {
        Self { ending: Ending::Hang, ..self }
    }

    /// With a pause between pieces.
    #[must_use]
    pub fn slow(self, pace: Duration) -> Self {
        Self { pace, ..self }
    }

    /// How long the client is told to wait, if it is.
    pub(super) fn wait(&self) -> Option<Duration> {
        self.raw.as_ref().and_then(|(_, wait, _)| wait.map(Duration::from_secs))
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.raw.as_ref().map_or(200, |(status, ..)| *status)
    }

    /// The answer to a request for `model`; `usage` says that the client wants it in a stream.
    pub(super) fn response(self, model: &str, stream: bool, usage: bool) -> Response {
        if let Some((status, wait, body)) = self.raw {
            let mut response = (
                axum::http::StatusCode::from_u16(status).expect("an HTTP status"),
                [(CONTENT_TYPE, if body.starts_with('{') { "application/json" } else { "text/html" })],
                body,
            )
                .into_response();
            if let Some(wait) = wait {
                response.headers_mut().insert(RETRY_AFTER, wait.into());
            }
            return response;
        }
        if !stream || self.whole { self.in_one_piece(model) } else { self.streamed(model, usage) }
    }

    fn in_one_piece(self, model: &str) -> Response {
        let calls: Vec<Value> = self.call_values();
        let mut message = json!({ "role": "assistant", "content": self.content });
        if !calls.is_empty() {
            message["tool_calls"] = calls.into();
        }
        let mut body = json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": model,
            "choices": [{ "index": 0, "message": message, "finish_reason": self.finish }],
        });
        if let Some((prompt, completion)) = self.usage {
            body["usage"] = usage_value(prompt, completion);
        }
        // With line ends in it, as servers that print JSON nicely have.
        let text = serde_json::to_string_pretty(&body).expect("JSON");
        ([(CONTENT_TYPE, "application/json")], text).into_response()
    }

    fn call_values(&self) -> Vec<Value> {
        let call = |(n, (name, arguments)): (usize, &(String, String))| {
            json!({ "index": n, "id": format!("call_{n}_{name}"), "type": "function",
                    "function": { "name": name, "arguments": arguments } })
        };
        self.calls.iter().enumerate().map(call).collect()
    }

    fn streamed(self, model: &str, usage: bool) -> Response {
        let chunk = |choices: Value| {
            json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
                    "model": model, "choices": choices })
        };
        let delta = |delta: Value| chunk(json!([{ "index": 0, "delta": delta, "finish_reason": null }]));
        let mut events = vec![delta(json!({ "role": "assistant", "content": "" }))];
        let text: Vec<char> = self.content.as_deref().unwrap_or_default().chars().collect();
        // A long text in larger pieces, or a test would take minutes to send it.
        let piece = PIECE.max(text.len() / 400);
        events.extend(text.chunks(piece).map(|p| delta(json!({ "content": p.iter().collect::<String>() }))));
        for mut call in self.call_values() {
            let arguments = call["function"]["arguments"].as_str().unwrap_or_default().to_owned();
            let index = call["index"].clone();
            call["function"]["arguments"] = "".into();
            events.push(delta(json!({ "tool_calls": [call] })));
            let letters: Vec<char> = arguments.chars().collect();
            events.extend(letters.chunks(PIECE).map(|p| {
                let part = p.iter().collect::<String>();
                delta(json!({ "tool_calls": [{ "index": index, "function": { "arguments": part } }] }))
            }));
        }
        let half = events.len().div_ceil(2);
        events.push(chunk(json!([{ "index": 0, "delta": {}, "finish_reason": self.finish }])));
        if let Some((prompt, completion)) = self.usage.filter(|_| usage) {
            let mut last = chunk(json!([]));
            last["usage"] = usage_value(prompt, completion);
            events.push(last);
        }
        let mut lines: Vec<String> = events.iter().map(|e| format!("data: {e}\n\n")).collect();
        lines.push("data: [DONE]\n\n".to_owned());
        if self.ending != Ending::Proper {
            lines.truncate(half);
        }
        let pace = self.pace;
        let pieces = futures::stream::iter(lines).then(move |line| async move {
            if !pace.is_zero() {
                tokio::time::sleep(pace).await;
            }
            Ok::<Bytes, std::io::Error>(Bytes::from(line))
        });
        let body = match self.ending {
            Ending::Proper | Ending::Short => Body::from_stream(pieces),
            Ending::Cut => Body::from_stream(pieces.chain(futures::stream::once(async {
                // What was sent before has to leave first.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(std::io::Error::other("cut on purpose"))
            }))),
            Ending::Hang => Body::from_stream(pieces.chain(futures::stream::pending())),
        };
        ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
    }
}

fn usage_value(prompt: u64, completion: u64) -> Value {
    json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion })
}
