//! Setting and removing the webhook.

use serde_json::{Value, json};

use super::super::poll::strings;
use super::super::refusal::Refusal;
use super::super::updates::Webhook;
use super::{Context, Outcome, done};

pub(crate) fn set(context: &mut Context<'_>) -> Outcome {
    let url = context.text("url").unwrap_or_default().to_owned();
    let loopback = url.starts_with("http://127.0.0.1:")
        || url.starts_with("http://localhost:")
        || url.starts_with("http://[::1]:");
    if !url.is_empty() && !url.starts_with("https://") && !loopback {
        return Err(Refusal::bad("webhook", "bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let secret = context.text("secret_token").map(str::to_owned);
    let plain = |secret: &String| {
        (1..=256).contains(&secret.len())
            && secret.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
    };
    if !secret.as_ref().is_none_or(plain) {
        return Err(Refusal::bad("webhook", "secret token contains unallowed characters"));
    }
    if context.number("max_connections").is_some_and(|n| !(1..=100).contains(&n)) {
        return Err(Refusal::bad("webhook", "max_connections must be between 1 and 100"));
    }
    if let Some(allowed) = context.params().get("allowed_updates") {
        context.state.updates.allowed = strings(allowed);
    }
    replace(context, (!url.is_empty()).then_some(Webhook { url, secret, last_error: None }))
}

pub(crate) fn delete(context: &mut Context<'_>) -> Outcome {
    replace(context, None)
}

fn replace(context: &mut Context<'_>, webhook: Option<Webhook>) -> Outcome {
    if context.flag("drop_pending_updates") {
        context.state.updates.queue.clear();
    }
    context.state.updates.webhook = webhook;
    done()
}

pub(crate) fn info(context: &Context<'_>) -> Value {
    let updates = &context.state.updates;
    let mut info = json!({
        "url": updates.webhook.as_ref().map_or("", |webhook| &webhook.url),
        "has_custom_certificate": false,
        "pending_update_count": updates.queue.len(),
    });
    if let Some(error) = updates.webhook.as_ref().and_then(|webhook| webhook.last_error.as_ref()) {
        info["last_error_message"] = json!(error);
        info["last_error_date"] = json!(context.now.timestamp());
    }
    if !updates.allowed.is_empty() {
        info["allowed_updates"] = json!(updates.allowed);
    }
    info
}
