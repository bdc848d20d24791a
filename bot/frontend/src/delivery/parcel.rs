//! One delivery on its way: tried, kept, settled.

use super::{Delivered, DeliveryError, DeliverySettings, FrontEnd, Retry};
use rowcall_core::{OutboxId, RunId};
use rowcall_shared::{
    Store,
    store::{CardDelivery, Delivery, retrying},
};
use std::time::Duration;

/// What is on its way to a platform.
pub(super) enum Parcel {
    Reply(Box<Delivery>),
    Card(Box<CardDelivery>),
}

impl Parcel {
    /// The outbox row.
    pub fn id(&self) -> OutboxId {
        match self {
            Self::Reply(delivery) => delivery.id,
            Self::Card(delivery) => delivery.id,
        }
    }

    /// Whose run it is of.
    pub fn run_id(&self) -> RunId {
        match self {
            Self::Reply(delivery) => delivery.run_id,
            Self::Card(delivery) => delivery.ticket.run_id,
        }
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> i32 {
        match self {
            Self::Reply(delivery) => delivery.attempt,
            Self::Card(delivery) => delivery.attempt,
        }
    }
}

/// Tries it once.
pub(super) async fn attempt<F: FrontEnd>(
    front_end: &F,
    parcel: &Parcel,
    settings: DeliverySettings,
) -> Result<Delivered, DeliveryError> {
    if parcel.attempt() > settings.max_attempts {
        // It was taken this often and never settled: whoever delivers it dies of it.
        return Err(DeliveryError {
            text: format!("taken {} times without an outcome", parcel.attempt() - 1),
            retry: Retry::Never,
        });
    }
    let limit = settings.limit;
    let delivering = async {
        match parcel {
            Parcel::Reply(delivery) => front_end.deliver(delivery).await,
            Parcel::Card(delivery) => front_end.deliver_card(delivery).await,
        }
    };
    match tokio::time::timeout(limit, delivering).await {
        Ok(outcome) => outcome,
        Err(_) => Err(DeliveryError {
            text: format!("no answer from {} within {} s", front_end.platform(), limit.as_secs()),
            retry: Retry::After(Duration::ZERO),
        }),
    }
}

/// Renews the delivery's lease; ends when it is lost, and with it the right to send. A store that is away takes no lease
/// before its time.
pub(super) async fn lost(store: &Store, parcel: &Parcel, owner: &str, lease: Duration) {
    let mut kept = tokio::time::Instant::now();
    loop {
        tokio::time::sleep(lease / 4).await;
        match store.keep_delivery(parcel.id(), owner, lease).await {
            Ok(true) => kept = tokio::time::Instant::now(),
            Ok(false) => break,
            Err(error) => tracing::debug!(%error, run.id = %parcel.run_id(), "a delivery could not be kept"),
        }
        if kept.elapsed() >= lease * 3 / 4 {
            break;
        }
    }
    tracing::warn!(run.id = %parcel.run_id(), "a delivery was lost to another process");
}

/// Notes what came of it.
pub(super) async fn settle(
    store: &Store,
    parcel: &Parcel,
    owner: &str,
    outcome: Result<Delivered, DeliveryError>,
    settings: DeliverySettings,
) {
    let attempt = parcel.attempt();
    // After the lease another process settles it; until then this one keeps trying to.
    let patience = settings.lease;
    let settled = match &outcome {
        Ok(delivered) => {
            let id = delivered.platform_message_id.as_deref();
            retrying(patience, || store.delivered(parcel.id(), owner, id)).await
        }
        Err(error) => {
            let wait = next_try(error.retry, attempt, settings);
            match wait {
                Some(wait) => {
                    let ms = wait.as_millis();
                    tracing::warn!(%error, run.id = %parcel.run_id(), attempt, wait_ms = %ms, "delivery failed");
                }
                None => {
                    tracing::error!(%error, run.id = %parcel.run_id(), attempt, "delivery is a dead letter")
                }
            }
            retrying(patience, || store.delivery_failed(parcel.id(), owner, &error.text, wait)).await
        }
    };
    match settled {
        Ok(true) => {}
        Ok(false) => tracing::warn!(run.id = %parcel.run_id(), "another process took this delivery over"),
        Err(error) => tracing::warn!(%error, run.id = %parcel.run_id(), "delivery could not be settled"),
    }
}

/// When a failed delivery is tried again; `None` for a dead letter.
fn next_try(retry: Retry, attempt: i32, settings: DeliverySettings) -> Option<Duration> {
    let Retry::After(asked) = retry else { return None };
    if attempt >= settings.max_attempts {
        return None;
    }
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    let backoff = settings.backoff.saturating_mul(1 << doublings).min(Duration::from_secs(300));
    Some(backoff.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_obey_the_platform_and_end() {
        let settings = DeliverySettings { max_attempts: 20, ..DeliverySettings::default() };
        let check = |retry, attempt, expected: Option<u64>| {
            assert_eq!(next_try(retry, attempt, settings), expected.map(Duration::from_secs));
        };
        check(Retry::After(Duration::ZERO), 1, Some(1));
        check(Retry::After(Duration::ZERO), 4, Some(8));
        check(Retry::After(Duration::from_secs(60)), 4, Some(60));
        check(Retry::After(Duration::ZERO), 19, Some(300));
        check(Retry::After(Duration::ZERO), 20, None);
        check(Retry::Never, 1, None);
    }
}
