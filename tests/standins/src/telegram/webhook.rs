//! Pushing updates to the bot's address, one after the other, each until it was taken.

use std::time::Duration;

use serde_json::Value;

use super::Telegram;
use super::updates::Webhook;

/// The first pause after a refusal; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long the bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn run(telegram: Telegram) {
    let Ok(client) = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build() else { return };
    let mut pause = FIRST_PAUSE;
    loop {
        let next = || {
            telegram.read(|state| {
                let queued = state.updates.queue.front()?;
                Some((state.updates.webhook.clone()?, queued.id, queued.again, queued.body.clone()))
            })
        };
        let Some((webhook, id, again, body)) = telegram.wait(PATIENCE, next).await else { continue };
        let problem = post(&client, &webhook, &body).await.err();
        telegram.change(|state, _| {
            if problem.is_none()
                && let Some(at) =
                    state.updates.queue.iter().position(|queued| queued.id == id && queued.again == again)
            {
                state.updates.queue.remove(at);
            }
            if let Some(webhook) = &mut state.updates.webhook {
                webhook.last_error.clone_from(&problem);
            }
        });
        if problem.is_some() {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        } else {
            pause = FIRST_PAUSE;
        }
    }
}

async fn post(client: &reqwest::Client, webhook: &Webhook, body: &Value) -> Result<(), String> {
    let mut request = client.post(&webhook.url).json(body);
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let response = request.send().await.map_err(|_| "Connection failed".to_owned())?;
    if response.status().is_success() {
        Ok(())
    } else {
        Err(format!("Wrong response from the webhook: {}", response.status()))
    }
}
