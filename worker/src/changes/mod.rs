//! Approved changes: each is made once, whatever dies on the way, and its ticket says how it went.
//!
//! A ticket is taken by a permit, which counts as long as its lease is kept. What happens on the source is
//! `rowcall_change`'s: the marker there decides whether a change was made, never anybody's memory. So whoever is not
//! certain leaves the ticket in doubt, and whoever takes it next does the very same again.

pub(crate) mod hidden;
mod images;
mod outcome;
mod wish;

use crate::{engine::Probe, sources::Sources};
use outcome::Verdict;
use rowcall_core::{RunId, TicketId, TicketState, texts};
use rowcall_shared::{
    Progress, ProgressEvent, Store,
    progress::What,
    store::{OpenOutcome, Permit, Settlement, StoreError, TakeOutcome, retrying},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// What the progress of a run calls it.
const STAGE: &str = "change";
/// How long a ticket waits until what is known of people's roles is new enough.
const ROLES: Duration = Duration::from_secs(3);
/// How long one in doubt waits before it is run again; doubled with each attempt.
const DOUBT: Duration = Duration::from_secs(1);
/// And at most.
const DOUBT_MOST: Duration = Duration::from_secs(120);

/// Limits and times.
#[derive(Clone, Debug)]
pub struct ChangeSettings {
    /// How long a worker may be silent before another takes its ticket.
    pub lease: Duration,
    /// How long a platform's word on somebody's roles counts.
    pub oldest: Duration,
    /// How long the store may be away before a ticket is left to whoever takes it next.
    pub store_patience: Duration,
}

/// Makes approved changes; cheap to clone.
#[derive(Clone)]
pub struct Changes {
    store: Store,
    sources: Arc<Sources>,
    progress: Progress,
    settings: ChangeSettings,
    probe: Arc<dyn Probe>,
    installation: Arc<OnceCell<Uuid>>,
}

/// What became of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// There was nothing to do: settled, not due, or another worker has it.
    Nothing,
    /// It is settled.
    Settled(TicketState),
    /// It has to be looked at again after this time.
    Later(Duration),
    /// Another worker took it over; nothing more was written.
    LeaseLost,
}

impl Changes {
    /// Makes the changes of `sources` whose tickets are in `store`.
    pub fn new(
        store: Store,
        sources: Arc<Sources>,
        progress: Progress,
        settings: ChangeSettings,
        probe: Arc<dyn Probe>,
    ) -> Self {
        Self { store, sources, progress, settings, probe, installation: Arc::default() }
    }

    /// Takes a ticket if it is due, and makes its change. Safe to call at any time, any number of times, from anywhere.
    ///
    /// # Errors
    /// When the store stayed away; the ticket is taken up again when its lease ends.
    #[tracing::instrument(name = "ticket", skip_all, fields(ticket.id = %id))]
    pub async fn carry_out(&self, id: TicketId) -> Result<Carried, StoreError> {
        let ChangeSettings { lease, oldest, store_patience } = self.settings;
        let permit = match retrying(store_patience, || self.store.take_ticket(id, lease, oldest)).await? {
            TakeOutcome::Run(permit) => permit,
            TakeOutcome::Nothing => return Ok(Carried::Nothing),
            TakeOutcome::Withdrawn(ticket, why) => {
                tracing::info!(%why, "an approved change was withdrawn");
                self.tell_end(ticket.run_id).await;
                return Ok(Carried::Settled(ticket.state));
            }
            TakeOutcome::RolesTooOld(people) => {
                tracing::info!(people = people.len(), "the ticket waits for newer roles");
                return Ok(Carried::Later(ROLES));
            }
        };
        self.probe.permitted();
        let run_id = permit.ticket().run_id;
        // Whoever watches is told meanwhile: the change does not wait for that.
        let told = self.tell(run_id, || What::Doing { step: STAGE.into(), what: "changing the data".into() });
        let verdict = tokio::select! {
            biased;
            // What was begun on the source is dropped with it; if it was committed, the marker there says so.
            () = self.lost(&permit) => return Ok(Carried::LeaseLost),
            ((), verdict) = async { tokio::join!(told, self.decide(&permit)) } => verdict?,
        };
        self.probe.carried_out();
        let carried = self.settle(&permit, verdict).await?;
        tracing::info!(?carried, attempt = permit.epoch(), "ticket carried out");
        self.tell_end(run_id).await;
        Ok(carried)
    }

    /// Returns when the permit counts for nothing any more, or may not.
    async fn lost(&self, permit: &Permit) {
        let lease = self.settings.lease;
        let mut kept = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(lease / 3).await;
            match self.store.renew_permit(permit, lease).await {
                Ok(true) => kept = tokio::time::Instant::now(),
                Ok(false) => return,
                Err(_) if kept.elapsed() < lease => {}
                Err(_) => return,
            }
        }
    }

    /// Says how it went.
    async fn settle(&self, permit: &Permit, verdict: Verdict) -> Result<Carried, StoreError> {
        let patience = self.settings.store_patience;
        let settlement = match verdict {
            Verdict::Settle(settlement) => settlement,
            Verdict::Doubt(why) => {
                let attempt = u32::try_from(permit.epoch() - 1).unwrap_or(u32::MAX).min(10);
                let wait = (DOUBT * 2_u32.pow(attempt)).min(DOUBT_MOST);
                tracing::warn!(why, "nobody knows yet whether a change was made");
                let doubted = retrying(patience, || self.store.doubt_ticket(permit, &why, wait)).await?;
                return Ok(if doubted { Carried::Later(wait) } else { Carried::LeaseLost });
            }
            Verdict::Replace { why, new } => {
                let opened = retrying(patience, || self.store.replace_executing(permit, &why, &new));
                match opened.await? {
                    OpenOutcome::Opened(_) => return Ok(Carried::Settled(TicketState::Stale)),
                    OpenOutcome::Lost => return Ok(Carried::LeaseLost),
                    OpenOutcome::NotUndoable(refusal) => {
                        Settlement::Stale(texts::changes::moved_for_good(&[why], &refusal.failure().why))
                    }
                }
            }
        };
        let settled = retrying(patience, || self.store.settle_ticket(permit, &settlement)).await?;
        Ok(match (settled, settlement) {
            (false, _) => Carried::LeaseLost,
            (true, Settlement::Executed { .. }) => Carried::Settled(TicketState::Executed),
            (true, Settlement::Failed(_)) => Carried::Settled(TicketState::Failed),
            (true, Settlement::Stale(_)) => Carried::Settled(TicketState::Stale),
            (true, Settlement::Withdrawn(why)) => Carried::Settled(why.state()),
        })
    }

    /// What nobody asks for: tickets that nobody decided in time, and reminders.
    pub(crate) async fn look_after(&self, limit: i64) {
        match self.store.expire_tickets(limit).await {
            Ok(expired) => {
                for id in expired {
                    tracing::info!(ticket.id = %id, "nobody decided in time");
                    if let Ok(Some(ticket)) = self.store.ticket(id).await {
                        self.tell_end(ticket.run_id).await;
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "tickets that expire were not looked at"),
        }
        match self.store.remind_of_tickets(limit).await {
            Ok(reminded) if !reminded.is_empty() => {
                tracing::info!(tickets = reminded.len(), "people are reminded of tickets");
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "tickets that wait were not looked at"),
        }
    }

    async fn installation(&self) -> Result<Uuid, StoreError> {
        let patience = self.settings.store_patience;
        let read = || retrying(patience, || self.store.installation());
        self.installation.get_or_try_init(read).await.copied()
    }

    /// Tells whoever watches the run that it has ended, if it has.
    async fn tell_end(&self, run_id: RunId) {
        if let Ok(Some((conversation_id, platform, state))) = self.store.run_place(run_id).await {
            let what = What::Ended { state };
            self.progress.tell(ProgressEvent { run_id, conversation_id, platform, what });
        }
    }

    async fn tell(&self, run_id: RunId, what: impl FnOnce() -> What) {
        if let Ok(Some((conversation_id, platform, _))) = self.store.run_place(run_id).await {
            let what = what();
            self.progress.tell(ProgressEvent { run_id, conversation_id, platform, what });
        }
    }
}
