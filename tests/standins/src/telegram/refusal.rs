//! A refused request, in Telegram's words.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a request is not carried out, and whether a good bot would have sent it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub code: u16,
    pub description: String,
    pub parameters: Option<Value>,
    /// The rule that was broken; `None` for a state of the world.
    pub rule: Option<&'static str>,
}

impl Refusal {
    /// The bot's own fault.
    pub(crate) fn bad(rule: &'static str, description: impl Into<String>) -> Self {
        Refusal {
            code: 400,
            description: format!("Bad Request: {}", description.into()),
            parameters: None,
            rule: Some(rule),
        }
    }

    /// Nobody's fault.
    pub(crate) fn world(description: impl Into<String>) -> Self {
        Refusal {
            code: 400,
            description: format!("Bad Request: {}", description.into()),
            parameters: None,
            rule: None,
        }
    }

    /// 403: the bot is not wanted there.
    pub(crate) fn forbidden(description: &str) -> Self {
        Refusal { code: 403, description: format!("Forbidden: {description}"), parameters: None, rule: None }
    }

    /// 409: somebody else takes the updates.
    pub(crate) fn conflict(description: &str) -> Self {
        Refusal { code: 409, description: format!("Conflict: {description}"), parameters: None, rule: None }
    }

    /// 429.
    pub(crate) fn too_many(seconds: u64, impatient: bool) -> Self {
        Refusal {
            code: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            parameters: Some(json!({ "retry_after": seconds })),
            rule: impatient.then_some("impatient"),
        }
    }
}

/// A status with Telegram's JSON body.
pub(crate) fn response(code: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(body)).into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(parameters) = self.parameters {
            body["parameters"] = parameters;
        }
        response(self.code, &body)
    }
}
