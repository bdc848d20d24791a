//! Work that one process does at a time, by a lease in the store: polling Telegram, owning Discord's shards,
//! delivering to a platform whose limits count for the whole bot.

use rowcall_shared::Store;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a process may be silent before another takes its duty over.
const LEASE: Duration = Duration::from_secs(15);
/// How often it is renewed, and asked for.
const BEAT: Duration = Duration::from_secs(5);

/// Does `work` whenever this process has the duty `name`, until `stop` or until the work ends by itself, whose
/// outcome it gives then. The token that `work` gets is cancelled when the duty is lost: whatever is still on its way must
/// end at once.
///
/// # Errors
/// What `work` ended with.
pub async fn on_duty<F, Fut>(
    store: &Store,
    name: &str,
    stop: CancellationToken,
    mut work: F,
) -> anyhow::Result<()>
where
    F: FnMut(CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    let owner = Uuid::new_v4().to_string();
    let mut told = false;
    while !stop.is_cancelled() {
        if !holds(store, name, &owner).await {
            if !std::mem::replace(&mut told, true) {
                tracing::info!(duty = name, "another process does it; waiting");
            }
            tokio::select! { () = tokio::time::sleep(BEAT) => {}, () = stop.cancelled() => {} }
            continue;
        }
        told = false;
        tracing::info!(duty = name, "taken");
        let lost = stop.child_token();
        let outcome = tokio::select! {
            outcome = work(lost.clone()) => Some(outcome),
            () = keep(store, name, &owner, lost.clone()) => None,
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
async fn keep(store: &Store, name: &str, owner: &str, lost: CancellationToken) {
    let mut since = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            // The work winds down by itself; the duty is its own until then.
            () = lost.cancelled() => std::future::pending().await,
        }
        match store.hold_duty(name, owner, LEASE).await {
            Ok(true) => since = tokio::time::Instant::now(),
            Ok(false) => return,
            // A store that is away loses nobody's lease before its time.
            Err(error) => {
                tracing::warn!(%error, duty = name, "could not be renewed");
                if since.elapsed() + BEAT >= LEASE {
                    return;
                }
            }
        }
    }
}

async fn holds(store: &Store, name: &str, owner: &str) -> bool {
    match store.hold_duty(name, owner, LEASE).await {
        Ok(held) => held,
        Err(error) => {
            tracing::warn!(%error, duty = name, "could not be asked for");
            false
        }
    }
}
