//! Updates that are asked for. An update is acknowledged by asking for what comes after it, and that is done only
//! when everything up to it has been committed.

use crate::{handle::Handled, settings::LONG_POLL, telegram::Telegram, trouble::Trouble};
use futures::future::join_all;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use teloxide::{
    payloads::{DeleteWebhookSetters, GetUpdatesSetters},
    prelude::Requester,
    types::{AllowedUpdate, Update},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What we want to hear of.
pub const WANTED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];

/// Longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(30);
/// How long another program that asks for the same updates is given to end.
const CONFLICT: Duration = Duration::from_secs(5);

/// Asks for updates and handles them until `stop`.
///
/// # Errors
/// When Telegram does not know the bot.
pub async fn poll(telegram: Arc<Telegram>, stop: CancellationToken) -> anyhow::Result<()> {
    // What came in meanwhile stays and is fetched.
    retry(&stop, || telegram.api.now(None, telegram.api.bot.delete_webhook().drop_pending_updates(false)))
        .await?;
    let mut offset = 0;
    let mut failures = 0;
    while !stop.is_cancelled() {
        let seconds = u32::try_from(LONG_POLL.as_secs()).unwrap_or(50);
        let request = telegram
            .api
            .updates
            .get_updates()
            .offset(offset)
            .limit(100)
            .timeout(seconds)
            .allowed_updates(WANTED);
        let answer = tokio::select! {
            answer = request.into_future() => answer.map_err(Trouble::from),
            () = stop.cancelled() => return Ok(()),
        };
        match answer {
            Ok(updates) => {
                if failures > 0 {
                    tracing::info!("Telegram answers again");
                }
                failures = 0;
                let next = updates.iter().map(|update| update.id.0).max();
                tokio::select! {
                    () = commit(&telegram, updates) => {}
                    // What was committed is recognised when it comes again.
                    () = stop.cancelled() => return Ok(()),
                }
                if let Some(last) = next {
                    offset = i32::try_from(last).map_or(0, |last| last.saturating_add(1));
                }
            }
            Err(trouble) => pause(trouble, &mut failures, &stop).await?,
        }
    }
    Ok(())
}

/// Handles a batch: in order within a chat, chats beside each other, each again until it is committed.
async fn commit(telegram: &Arc<Telegram>, updates: Vec<Update>) {
    let mut chats: BTreeMap<i64, Vec<Update>> = BTreeMap::new();
    for update in updates {
        let chat = update.chat().map_or(0, |chat| chat.id.0);
        chats.entry(chat).or_default().push(update);
    }
    join_all(chats.into_values().map(|mut updates| async move {
        updates.sort_by_key(|update| update.id);
        for update in &updates {
            let mut wait = Duration::from_millis(500);
            while telegram.handle(update).await == Handled::Again {
                tracing::warn!(update = update.id.0, "the store is away; the update waits");
                tokio::time::sleep(wait + jitter(wait)).await;
                wait = (wait * 2).min(Duration::from_secs(5));
            }
        }
    }))
    .await;
}

/// Waits as long as the trouble asks for.
async fn pause(trouble: Trouble, failures: &mut u32, stop: &CancellationToken) -> Result<(), Trouble> {
    let wait = match &trouble {
        Trouble::Token => return Err(trouble),
        Trouble::Wait(wait) => *wait,
        Trouble::Conflict => {
            if *failures == 0 {
                tracing::error!(
                    "another program asks for this bot's updates, or a webhook is set: only one may; waiting for it to end"
                );
            }
            CONFLICT
        }
        trouble => {
            if *failures == 0 {
                tracing::warn!(%trouble, "no updates from Telegram; trying again");
            }
            (Duration::from_millis(500) * 2u32.saturating_pow((*failures).min(6))).min(LONGEST)
        }
    };
    *failures = failures.saturating_add(1);
    tokio::select! { () = tokio::time::sleep(wait + jitter(wait)) => {}, () = stop.cancelled() => {} }
    Ok(())
}

/// Up to a quarter of `wait`, so that many processes do not come back at the same moment.
fn jitter(wait: Duration) -> Duration {
    wait / 4 * u32::from(Uuid::new_v4().as_bytes()[0]) / 255
}

/// Does something that must be done before anything else, until it is or `stop`.
///
/// # Errors
/// When Telegram does not know the bot.
pub async fn retry<T, F, Fut>(stop: &CancellationToken, mut op: F) -> Result<Option<T>, Trouble>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Trouble>>,
{
    let mut failures = 0;
    while !stop.is_cancelled() {
        match op().await {
            Ok(value) => return Ok(Some(value)),
            Err(trouble) => pause(trouble, &mut failures, stop).await?,
        }
    }
    Ok(None)
}
