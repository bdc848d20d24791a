//! Work that one process does at a time, by a lease in the store: polling Telegram, owning Discord's shards,
//! delivering to a platform whose limits count for the whole bot.

use crate::BotContext;
use rowcall_shared::Store;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Does `work` whenever this process has the duty `name`, until `stop` or until the work ends by itself, whose
/// outcome it gives then. The token that `work` gets is cancelled when the duty is lost: whatever is still on its way must
/// end at once.
///
/// # Errors
/// What `work` ended with.
pub async fn on_duty<F, Fut>(
    context: &BotContext,
    name: &str,
    stop: CancellationToken,
    mut work: F,
) -> anyhow::Result<()>
where
    F: FnMut(CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    let store = &context.store;
    let lease = context.lease;
    let owner = Uuid::new_v4().to_string();
    let mut told = false;
    while !stop.is_cancelled() {
        if !holds(store, name, &owner, lease).await {
            if !std::mem::replace(&mut told, true) {
                tracing::info!(duty = name, "another process does it; waiting");
            }
            tokio::select! { () = tokio::time::sleep(beat(lease)) => {}, () = stop.cancelled() => {} }
            continue;
        }
        told = false;
        tracing::info!(duty = name, "taken");
        let lost = stop.child_token();
        let outcome = tokio::select! {
            outcome = work(lost.clone()) => Some(outcome),
            () = keep(store, name, &owner, lease, lost.clone()) => None,
        };
        lost.cancel();
        if let Some(outcome) = outcome {
            if let Err(error) = store.leave_duty(name, &owner).await {
                tracing::warn!(%error, duty = name, "could not be given up; it runs out");
            }
            return outcome;
        }
        tracing::warn!(duty = name, "lost");
    }
    Ok(())
}

/// Renews the duty until it is lost.
async fn keep(store: &Store, name: &str, owner: &str, lease: Duration, lost: CancellationToken) {
    let mut since = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(beat(lease)) => {}
            // The work winds down by itself; the duty is its own until then.
            () = lost.cancelled() => std::future::pending().await,
        }
        match store.hold_duty(name, owner, lease).await {
            Ok(true) => since = tokio::time::Instant::now(),
            Ok(false) => return,
            // A store that is away loses nobody's lease before its time.
            Err(error) => {
                tracing::warn!(%error, duty = name, "could not be renewed");
                if since.elapsed() + beat(lease) >= lease {
                    return;
                }
            }
        }
    }
}

/// How often a duty is renewed, and asked for.
fn beat(lease: Duration) -> Duration {
    lease / 4
}

async fn holds(store: &Store, name: &str, owner: &str, lease: Duration) -> bool {
    match store.hold_duty(name, owner, lease).await {
        Ok(held) => held,
        Err(error) => {
            tracing::warn!(%error, duty = name, "could not be asked for");
            false
        }
    }
}
