//! Cards of changes away from the answer of their run: where cards are announced, and in somebody's inbox. Each is posted
//! as a placeholder, written down, and from then on only edited, so that no card with buttons is left behind.

use crate::{
    address::Address,
    api::{ApiError, calls::Hook},
    bot::Bot,
    compose::{self, Sheet},
    front::nowhere,
    posting::{PlaceError, Posted, nonce},
};
use chrono::Utc;
use rowcall_core::RunId;
use rowcall_shared::store::{CardDelivery, CardPost};
use serenity::model::id::{ChannelId, MessageId};

/// What the place of a card is called that one person opened: no place of anybody's is called so.
const INBOX: &str = "discord:inbox:";

/// The place of a card that was opened by an interaction.
pub fn inbox(interaction: impl std::fmt::Display) -> String {
    format!("{INBOX}{interaction}")
}

impl Bot {
    /// Makes a card what `sheet` says, wherever it stands; posts it where it does not yet.
    pub async fn stand(&self, delivery: &CardDelivery, sheet: &Sheet) -> Result<Option<Posted>, PlaceError> {
        let post = &delivery.post;
        let mut again = 0;
        if let Some(message) = &post.message_id {
            let posted = Posted { address: read(post)?.ok_or_else(nowhere)?, message: message.clone() };
            match self.edit(&posted, sheet, false).await {
                Ok(()) => return Ok(Some(posted)),
                // What one person looked at is theirs to close, and Discord lets it be edited for a while only.
                Err(error) if post.place.starts_with(INBOX) && !error.is_transient() => return Ok(None),
                // Somebody took it away. While it waits, it has to be seen there.
                Err(ApiError::MessageGone | ApiError::InteractionOver) => {
                    if delivery.ticket.state.is_settled() {
                        return Ok(None);
                    }
                    self.desk.context().store.card_stands(post.id, None, None).await?;
                    again = 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let address = self.address_of(post).await?;
        let placeholder = compose::sheet(&self.desk.coming_card());
        let id = self.post_at(&address, &placeholder, None, &nonce(RunId(post.id), again)).await?;
        let posted = Posted { address, message: id.to_string() };
        let json = posted.address.to_json();
        self.desk.context().store.card_stands(post.id, Some(&posted.message), Some(&json)).await?;
        self.edit(&posted, sheet, false).await?;
        Ok(Some(posted))
    }

    /// Says something below a card.
    pub async fn remind(&self, delivery: &CardDelivery, sheet: &Sheet) -> Result<Option<Posted>, PlaceError> {
        let post = &delivery.post;
        if post.place.starts_with(INBOX) {
            return Ok(None);
        }
        let address = self.address_of(post).await?;
        let below = post.message_id.as_ref().and_then(|id| id.parse().ok());
        let id = self.post_at(&address, sheet, below, &nonce(RunId(delivery.id.0), 0)).await?;
        Ok(Some(Posted { address, message: id.to_string() }))
    }

    /// Turns the answer of an interaction into a message of its channel, by which it can be edited for good: an
    /// interaction's token ends long before many a change is decided. Where that does not work it stays as it is.
    pub async fn settle_down(&self, run: RunId, posted: Posted) -> Posted {
        let Some(interaction) = &posted.address.interaction else { return posted };
        if interaction.ephemeral || !interaction.is_open(Utc::now().timestamp()) {
            return posted;
        }
        let hook = Hook { application: interaction.application, token: &interaction.token };
        let id = match self.api.answer_id(hook).await {
            Ok(id) => id.to_string(),
            Err(error) => {
                tracing::warn!(%error, run.id = %run, "a card's message is not known; it may have to move");
                return posted;
            }
        };
        let address = Address { interaction: None, ..posted.address.clone() };
        let store = &self.desk.context().store;
        match store.move_post(run, Some(&id), &address.to_json()).await {
            Ok(()) => Posted { address, message: id },
            Err(error) => {
                tracing::warn!(%error, run.id = %run, "where a card stands could not be written down");
                posted
            }
        }
    }

    /// Posts a message; an archived thread is opened for it.
    async fn post_at(
        &self,
        address: &Address,
        sheet: &Sheet,
        below: Option<MessageId>,
        nonce: &str,
    ) -> Result<MessageId, ApiError> {
        match self.api.create_message(address.channel, sheet, below, nonce).await {
            Err(ApiError::Archived) => {
                self.api.unarchive(address.channel).await?;
                self.api.create_message(address.channel, sheet, below, nonce).await
            }
            done => done,
        }
    }

    /// Where a card is posted that does not stand yet.
    async fn address_of(&self, post: &CardPost) -> Result<Address, PlaceError> {
        match read(post)? {
            // What only the asker saw goes to their direct messages.
            Some(address) if address.interaction.as_ref().is_some_and(|i| i.ephemeral) => {
                let direct = self.direct(address.asker).await?;
                Ok(address.moved_apart(direct))
            }
            Some(address) => Ok(Address { interaction: None, reply_to: None, ..address }),
            None => {
                let channel = post.place.rsplit(':').next().and_then(|id| id.parse::<u64>().ok());
                let channel = channel.filter(|id| *id > 0).map(ChannelId::new).ok_or_else(nowhere)?;
                let me = self.me().ok_or_else(|| ApiError::Away("not connected yet".into()))?;
                Ok(Address {
                    channel,
                    parent: None,
                    guild: None,
                    reply_to: None,
                    asker: me.user,
                    interaction: None,
                    again: 0,
                })
            }
        }
    }
}

fn read(post: &CardPost) -> Result<Option<Address>, PlaceError> {
    match &post.address {
        Some(address) => serde_json::from_value(address.clone()).map(Some).map_err(|_| nowhere()),
        None => Ok(None),
    }
}
