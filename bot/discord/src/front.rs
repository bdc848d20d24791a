//! Delivery and progress. An answer is only ever put there by an edit of its placeholder, so doing it again shows
//! nothing twice.

use crate::{
    address::Address,
    api::ApiError,
    bot::Bot,
    compose::{self, LOOK, Sheet},
    posting::{PlaceError, Posted},
};
use rowcall_core::{Platform, RunId};
use rowcall_frontend::{Delivered, DeliveryError, FrontEnd, Retry};
use rowcall_shared::{
    ProgressEvent,
    progress::What,
    store::{CardDelivery, CardKind, Delivery, POST_CLAIM, PostClaim},
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// A message is edited at most this often to show progress.
const PROGRESS: Duration = Duration::from_secs(1);
/// How often a placeholder that another task is posting is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Discord, as delivery sees it.
pub struct DiscordFrontEnd {
    bot: Arc<Bot>,
}

impl DiscordFrontEnd {
    /// Of this bot.
    pub fn new(bot: Arc<Bot>) -> Self {
        Self { bot }
    }

    async fn bring(&self, delivery: &Delivery) -> Result<Posted, PlaceError> {
        let (bot, run) = (&self.bot, delivery.run_id);
        bot.live.answered(run).await;
        let card = bot.desk.answer_card(delivery, &LOOK).await?;
        let sheet = compose::sheet(&card);
        let posted = self.put(run, &delivery.question, delivery.private, &sheet).await?;
        match delivery.reply.ticket {
            Some(_) => Ok(bot.settle_down(run, posted).await),
            None => Ok(posted),
        }
    }

    /// Makes the message of a run what `sheet` says; posts it where it does not stand yet.
    async fn put(
        &self,
        run: RunId,
        question: &str,
        private: bool,
        sheet: &Sheet,
    ) -> Result<Posted, PlaceError> {
        let bot = &self.bot;
        let placeholder = compose::sheet(&bot.desk.working(run, question, None));
        let posted = loop {
            let store = &bot.desk.context().store;
            match store.claim_post(run, POST_CLAIM).await? {
                PostClaim::Posted(post) => {
                    let address = serde_json::from_value::<Address>(post.address);
                    let (Ok(address), Some(message)) = (address, post.message_id) else {
                        return Err(nowhere());
                    };
                    break Posted { address, message };
                }
                PostClaim::Yours(post) => {
                    let Ok(address) = serde_json::from_value::<Address>(post.address) else {
                        return Err(nowhere());
                    };
                    match bot.place(run, &address, &placeholder).await {
                        Ok(posted) => break posted,
                        Err(error) => {
                            // Whoever tries next need not wait for the claim to end.
                            store.release_post(run).await?;
                            return Err(error);
                        }
                    }
                }
                PostClaim::Busy => tokio::time::sleep(LOOK_AGAIN).await,
                PostClaim::Nowhere => return Err(nowhere()),
            }
        };
        let posted = if private && !posted.address.is_apart() {
            bot.go_apart(run, &posted, &placeholder).await?
        } else {
            posted
        };
        bot.answer(run, posted, &placeholder, sheet).await
    }

    async fn bring_card(&self, delivery: &CardDelivery) -> Result<Option<Posted>, PlaceError> {
        let (bot, ticket) = (&self.bot, &delivery.ticket);
        let Some(card) = bot.desk.card_of(delivery, &LOOK).await else { return Ok(None) };
        let sheet = compose::sheet(&card);
        match delivery.kind {
            CardKind::Reminder => bot.remind(delivery, &sheet).await,
            CardKind::Card if delivery.post.own => {
                let run = ticket.run_id;
                let posted = self.put(run, &ticket.question, ticket.private, &sheet).await?;
                Ok(Some(bot.settle_down(run, posted).await))
            }
            CardKind::Card => bot.stand(delivery, &sheet).await,
        }
    }
}

/// There is no address that could be read.
pub(crate) fn nowhere() -> PlaceError {
    ApiError::Refused { status: 0, code: 0, message: "it is not known where the answer goes".into() }.into()
}

impl FrontEnd for DiscordFrontEnd {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Delivered, DeliveryError> {
        outcome(self.bring(delivery).await.map(Some))
    }

    async fn deliver_card(&self, delivery: &CardDelivery) -> Result<Delivered, DeliveryError> {
        outcome(self.bring_card(delivery).await)
    }

    async fn progress(&self, event: &ProgressEvent) {
        if matches!(event.what, What::Ended { .. }) {
            return;
        }
        let Some(slot) = self.bot.live.shown(event.run_id) else { return };
        let Ok(mut slot) = slot.try_lock_owned() else { return };
        let Some(shown) = slot.as_mut().filter(|shown| shown.edited.elapsed() >= PROGRESS) else { return };
        let address = &shown.posted.address;
        // An interaction's own edits cost the bot nothing; others leave room for answers.
        if address.interaction.is_none() && !self.bot.api.idle(&address.channel.to_string()) {
            return;
        }
        shown.edited = Instant::now();
        let (bot, event) = (self.bot.clone(), event.clone());
        // In a task of its own: one slow edit must not hold up the progress of others.
        tokio::spawn(async move {
            let Some(shown) = slot.as_ref() else { return };
            let card = bot.desk.working(event.run_id, &shown.question, Some(&event.what));
            if let Err(error) = bot.edit(&shown.posted, &compose::sheet(&card), true).await {
                tracing::debug!(%error, run.id = %event.run_id, "progress could not be shown");
            }
        });
    }
}

fn outcome(brought: Result<Option<Posted>, PlaceError>) -> Result<Delivered, DeliveryError> {
    match brought {
        Ok(posted) => Ok(Delivered { platform_message_id: posted.map(|posted| posted.message) }),
        Err(PlaceError::Store(error)) => Err(DeliveryError {
            text: format!("where the answer stands could not be read or written down: {error}"),
            retry: Retry::After(Duration::ZERO),
        }),
        Err(PlaceError::Api(error)) => Err(DeliveryError { text: error.to_string(), retry: retry(&error) }),
    }
}

fn retry(error: &ApiError) -> Retry {
    match error {
        ApiError::RetryAfter(wait) => Retry::After(*wait),
        // Somebody may put the token right while the bot runs.
        ApiError::Away(_) | ApiError::TokenRefused | ApiError::Acknowledged => Retry::After(Duration::ZERO),
        ApiError::MessageGone
        | ApiError::ChannelGone
        | ApiError::NotPermitted
        | ApiError::Archived
        | ApiError::DirectMessagesClosed
        | ApiError::InteractionOver
        | ApiError::Refused { .. } => Retry::Never,
    }
}
