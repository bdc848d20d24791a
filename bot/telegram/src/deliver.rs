//! Answers: each is put into its placeholder by an edit, so that a delivery that comes twice shows nothing twice.

use crate::{
    address::Address,
    post::{PostError, Posted},
    render::LOOK,
    telegram::Telegram,
    trouble::Trouble,
};
use rowcall_core::{Platform, RunId};
use rowcall_frontend::{Card, Delivered, DeliveryError, FrontEnd, Retry};
use rowcall_shared::{
    ProgressEvent,
    progress::What,
    store::{CardDelivery, CardKind, Delivery, Post, PostClaim, StoreError},
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// How long a placeholder may take to be posted and written down.
const CLAIM: Duration = Duration::from_secs(10);
/// How long another process's placeholder is waited for: as long as it may take.
const PATIENCE: Duration = Duration::from_secs(12);
/// How often it is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Progress in one message at most this often.
const PROGRESS: Duration = Duration::from_secs(1);

/// The front end as delivery sees it.
pub struct Platformed(pub Arc<Telegram>);

impl FrontEnd for Platformed {
    fn platform(&self) -> Platform {
        Platform::Telegram
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Delivered, DeliveryError> {
        let telegram = &self.0;
        let card = telegram.desk.answer_card(delivery, &LOOK).await.map_err(|e| store_away(&e))?;
        telegram.put(delivery.run_id, &delivery.question, &card).await
    }

    async fn deliver_card(&self, delivery: &CardDelivery) -> Result<Delivered, DeliveryError> {
        let (telegram, ticket) = (&self.0, &delivery.ticket);
        let Some(card) = telegram.desk.card_of(delivery, &LOOK).await else {
            return Ok(Delivered::default());
        };
        match delivery.kind {
            CardKind::Reminder => telegram.remind(delivery, &card).await,
            CardKind::Card if delivery.post.own => telegram.put(ticket.run_id, &ticket.question, &card).await,
            CardKind::Card => telegram.stand(delivery, &card).await,
        }
    }

    async fn progress(&self, event: &ProgressEvent) {
        if matches!(event.what, What::Ended { .. }) {
            return;
        }
        let Some(shown) = self.0.runs.find(event.run_id) else { return };
        // Somebody posts or answers: not now.
        let Ok(mut shown) = shown.try_lock_owned() else { return };
        let Some((address, message)) = shown.posted else { return };
        let fresh = shown.edited.is_none_or(|at| at.elapsed() >= PROGRESS);
        if shown.answered || !fresh {
            return;
        }
        let card = self.0.desk.working(event.run_id, &shown.question, Some(&event.what));
        if !self.0.api.idle(address.chat) {
            return;
        }
        shown.edited = Some(Instant::now());
        let telegram = self.0.clone();
        // The lock goes along: the answer waits for this edit rather than be overwritten by it.
        tokio::spawn(async move {
            if let Err(trouble) = telegram.edit(address.chat, message, &card, true).await {
                tracing::debug!(%trouble, "progress was not shown");
            }
            drop(shown);
        });
    }
}

impl Telegram {
    /// Makes the message of a run this card; posts it where it does not stand yet.
    async fn put(&self, run: RunId, question: &str, card: &Card) -> Result<Delivered, DeliveryError> {
        let shown = self.runs.enter(run);
        let mut shown = shown.lock().await;
        // Whatever progress comes from now on is late.
        shown.answered = true;
        // A second round: the placeholder was deleted, or its chat has moved.
        for _ in 0..3 {
            let posted = self.placeholder(run, question).await?;
            shown.posted = Some((posted.address, posted.message));
            match self.edit(posted.address.chat, posted.message, card, false).await {
                Ok(()) => {
                    self.runs.leave(run);
                    return Ok(Delivered { platform_message_id: Some(posted.message.to_string()) });
                }
                Err(Trouble::Gone) => self.post_anew(run, posted.address).await?,
                Err(Trouble::Moved(to)) => {
                    self.moved(posted.address.chat, to).await;
                    let address = Address { chat: to, ..posted.address.general() };
                    self.post_anew(run, address).await?;
                }
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Err(again("the message disappears each time it is posted"))
    }

    /// The message that a run's answer goes into; posted now if there is none.
    async fn placeholder(&self, run: RunId, question: &str) -> Result<Posted, DeliveryError> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.store().claim_post(run, CLAIM).await.map_err(|e| store_away(&e))? {
                PostClaim::Posted(post) => {
                    let address = address(&post)?;
                    let message = post.message_id.as_deref().and_then(|id| id.parse().ok());
                    let message = message.ok_or_else(|| never("the message's id cannot be read"))?;
                    return self.open_to(Posted { address, message });
                }
                PostClaim::Yours(post) => {
                    let address = address(&post)?;
                    if self.is_outside(address.chat) {
                        let _ = self.store().release_post(run).await;
                    }
                    self.open_to(Posted { address, message: 0 })?;
                    match self.post_placeholder(run, &address, question).await {
                        Ok(posted) => return Ok(posted),
                        Err(PostError::Late) => {}
                        Err(PostError::Trouble(trouble)) => return Err(trouble.into()),
                        Err(PostError::Store(error)) => return Err(store_away(&error)),
                    }
                }
                PostClaim::Busy if Instant::now() < until => tokio::time::sleep(LOOK_EVERY).await,
                PostClaim::Busy => return Err(again("another process is posting the message")),
                PostClaim::Nowhere => return Err(never("it was asked where answers are not posted")),
            }
        }
    }

    /// Nothing is tried where we are known to be shut out.
    pub(crate) fn open_to(&self, posted: Posted) -> Result<Posted, DeliveryError> {
        match self.is_outside(posted.address.chat) {
            true if posted.address.private => Err(never("the person has blocked the bot")),
            true => Err(never("the bot was removed from the chat")),
            false => Ok(posted),
        }
    }

    async fn post_anew(&self, run: RunId, address: Address) -> Result<(), DeliveryError> {
        tracing::info!(run.id = %run, "its message cannot be edited any more; a new one is posted");
        let address = serde_json::json!(address);
        self.store().move_post(run, None, &address).await.map_err(|e| store_away(&e))
    }
}

fn address(post: &Post) -> Result<Address, DeliveryError> {
    serde_json::from_value(post.address.clone()).map_err(|_| never("the place for the answer cannot be read"))
}

pub(crate) fn never(text: &str) -> DeliveryError {
    DeliveryError { text: text.into(), retry: Retry::Never }
}

pub(crate) fn again(text: &str) -> DeliveryError {
    DeliveryError { text: text.into(), retry: Retry::After(Duration::ZERO) }
}

pub(crate) fn store_away(error: &StoreError) -> DeliveryError {
    again(&format!("the store is away: {error}"))
}
