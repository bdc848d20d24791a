//! Long polling: one poller at a time, and updates stay until the next request confirms them.

use std::time::Duration;

use serde_json::{Value, json};

use super::Telegram;
use super::refusal::Refusal;
use super::request::Call;

pub(crate) async fn run(telegram: &Telegram, call: &Call) -> Result<Value, Refusal> {
    let number = |name: &str| call.params.get(name).and_then(Value::as_i64);
    let limit = usize::try_from(number("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100);
    let timeout = Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50).unsigned_abs());
    let mine = telegram.change(|state, _| {
        let updates = &mut state.updates;
        if updates.webhook.is_some() {
            return Err(webhook_is_active());
        }
        if let Some(allowed) = call.params.get("allowed_updates") {
            updates.allowed = strings(allowed);
        }
        updates.confirm(number("offset").unwrap_or(0));
        updates.poll += 1;
        Ok(updates.poll)
    })?;
    let ready = || {
        telegram.read(|state| {
            let updates = &state.updates;
            (updates.poll != mine || updates.webhook.is_some() || !updates.queue.is_empty()).then_some(())
        })
    };
    telegram.wait(timeout, ready).await;
    // The time may have been zero, so look once more and take.
    telegram.change(|state, _| {
        if state.updates.poll != mine {
            return Err(Refusal::conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running",
            ));
        }
        if state.updates.webhook.is_some() {
            return Err(webhook_is_active());
        }
        Ok(json!(state.updates.take(limit)))
    })
}

pub(crate) fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn webhook_is_active() -> Refusal {
    Refusal::conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
}
