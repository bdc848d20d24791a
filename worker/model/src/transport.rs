//! One HTTP exchange. async-openai's own service sends a refused request again by itself, forgets `Retry-After`, and
//! logs what the server wrote; this one does none of it, so that retries, limits and logs are decided in one place.

use crate::error::{About, CallError};
use async_openai::{error::OpenAIError, middleware::HttpRequestFactory};
use futures::future::BoxFuture;
use model_http::{Client, Response, StatusCode, header};
use serde_json::Value;
use std::{
    task::{Context, Poll},
    time::Duration,
};

/// The longest error text that is looked at.
const ERROR_BYTES: usize = 16 << 10;
/// The longest answer that comes in one piece.
const BODY_BYTES: usize = 512 << 10;

/// Sends a request once.
#[derive(Clone)]
pub struct Once {
    /// What sends.
    pub client: Client,
    /// There is a key. Servers of one's own that need none are sent none.
    pub with_key: bool,
}

impl tower::Service<HttpRequestFactory> for Once {
    type Response = Response;
    type Error = OpenAIError;
    type Future = BoxFuture<'static, Result<Response, OpenAIError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        let Self { client, with_key } = self.clone();
        Box::pin(async move {
            let mut request = factory.build().await?;
            match request.headers_mut().get_mut(header::AUTHORIZATION) {
                // Whoever logs headers must not show it.
                Some(key) if with_key => key.set_sensitive(true),
                _ => {
                    request.headers_mut().remove(header::AUTHORIZATION);
                }
            }
            let response = client.execute(request).await.map_err(|e| boxed(CallError::of_transport(&e)))?;
            if response.status().is_success() {
                streamed(response).await
            } else {
                Err(boxed(refusal(response).await))
            }
        })
    }
}

fn boxed(error: CallError) -> OpenAIError {
    OpenAIError::Boxed(Box::new(error))
}

/// An answer in one piece, from a server that does not stream, as a stream of one event.
async fn streamed(response: Response) -> Result<Response, OpenAIError> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("text/event-stream") {
        return Ok(response);
    }
    let body = read(response, BODY_BYTES).await.map_err(boxed)?;
    // On one line, whatever its layout was.
    let value: Value = serde_json::from_slice(&body).map_err(|_| boxed(CallError::NotUnderstood))?;
    let events = format!("data: {value}\n\ndata: [DONE]\n\n");
    Ok(http::Response::new(events).into())
}

async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| CallError::of_transport(&e))? {
        if body.len() + chunk.len() > most {
            return Err(CallError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a refusal says, without its words: a server may repeat the key or the prompt in them.
async fn refusal(response: Response) -> CallError {
    let status = response.status();
    let wait = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.trim().parse::<f64>().ok())
        .filter(|s| (0.0..=86_400.0).contains(s))
        .map(Duration::from_secs_f64);
    let body = read(response, ERROR_BYTES).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body).to_lowercase();
    match status {
        StatusCode::TOO_MANY_REQUESTS if body.contains("insufficient_quota") => CallError::NoCredit,
        StatusCode::TOO_MANY_REQUESTS => CallError::TooMany { wait },
        StatusCode::REQUEST_TIMEOUT => CallError::Server(status.as_u16(), wait),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => CallError::Denied(status.as_u16()),
        StatusCode::PAYMENT_REQUIRED => CallError::NoCredit,
        StatusCode::NOT_FOUND => CallError::NoSuchModel,
        StatusCode::PAYLOAD_TOO_LARGE => CallError::PromptTooLong,
        StatusCode::NOT_IMPLEMENTED => CallError::Refused(status.as_u16(), About::of(&body)),
        status if status.is_server_error() => CallError::Server(status.as_u16(), wait),
        _ if ["context_length", "context length", "maximum context", "too many tokens"]
            .iter()
            .any(|w| body.contains(w)) =>
        {
            CallError::PromptTooLong
        }
        status => CallError::Refused(status.as_u16(), About::of(&body)),
    }
}
