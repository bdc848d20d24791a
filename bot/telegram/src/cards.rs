//! Cards of changes away from the answer of their run: where cards are announced, and in somebody's inbox. Telegram does
//! not recognise what is sent twice, so each is sent without buttons, written down, and only then edited into the card: at
//! worst a few words that promise nothing are left over.

use crate::{
    address::Address,
    deliver::{again, never, store_away},
    post::Posted,
    render::draft,
    telegram::Telegram,
    trouble::Trouble,
};
use rowcall_frontend::{Card, Delivered, DeliveryError};
use rowcall_shared::store::{CardDelivery, CardPost};

/// What the place of a card is called that one person opened: no place of anybody's is called so.
const INBOX: &str = "telegram:inbox:";

/// The place of a card that was opened in a chat.
pub fn inbox(chat: i64) -> String {
    format!("{INBOX}{chat}")
}

impl Telegram {
    /// Makes a card this, wherever it stands; posts it where it does not yet.
    pub async fn stand(&self, delivery: &CardDelivery, card: &Card) -> Result<Delivered, DeliveryError> {
        let post = &delivery.post;
        let mut address = address_of(post)?;
        let opened = post.place.starts_with(INBOX);
        if let Some(id) = &post.message_id {
            let message: i32 = id.parse().map_err(|_| never("the message's id cannot be read"))?;
            match self.edit(address.chat, message, card, false).await {
                Ok(()) => return Ok(Delivered { platform_message_id: Some(id.clone()) }),
                // What one person looked at is theirs to take away.
                Err(Trouble::Gone | Trouble::Unreachable(_)) if opened => return Ok(Delivered::default()),
                // While it waits, it has to be seen there.
                Err(Trouble::Gone) if delivery.ticket.state.is_settled() => return Ok(Delivered::default()),
                Err(Trouble::Gone) => {
                    self.store().card_stands(post.id, None, None).await.map_err(|e| store_away(&e))?;
                }
                Err(Trouble::Moved(to)) => {
                    // The card waits anew in the new chat.
                    self.moved(address.chat, to).await;
                    return Err(again("the group has become another chat"));
                }
                Err(trouble) => return Err(trouble.into()),
            }
        }
        self.open_to(Posted { address, message: 0 })?;
        let posted = self.post(&address, &draft(&self.desk.coming_card())).await?;
        address = posted.address;
        let (id, json) = (posted.message.to_string(), serde_json::json!(address));
        self.store().card_stands(post.id, Some(&id), Some(&json)).await.map_err(|e| store_away(&e))?;
        self.edit(address.chat, posted.message, card, false).await?;
        Ok(Delivered { platform_message_id: Some(id) })
    }

    /// Says something below a card.
    pub async fn remind(&self, delivery: &CardDelivery, card: &Card) -> Result<Delivered, DeliveryError> {
        let post = &delivery.post;
        let below = post.message_id.as_ref().and_then(|id| id.parse().ok());
        let address = Address { reply_to: below, ..address_of(post)? };
        match self.post(&address, &draft(card)).await {
            Ok(posted) => Ok(Delivered { platform_message_id: Some(posted.message.to_string()) }),
            Err(Trouble::Unreachable(_)) if post.place.starts_with(INBOX) => Ok(Delivered::default()),
            Err(trouble) => Err(trouble.into()),
        }
    }
}

/// Where a card stands or will. A place that nobody has written to yet is a chat.
fn address_of(post: &CardPost) -> Result<Address, DeliveryError> {
    let unreadable = || never("the place for the card cannot be read");
    match &post.address {
        Some(address) => serde_json::from_value(address.clone()).map_err(|_| unreadable()),
        None => {
            let chat: i64 =
                post.place.rsplit(':').next().and_then(|id| id.parse().ok()).ok_or_else(unreadable)?;
            Ok(Address { chat, topic: None, reply_to: None, private: chat > 0 })
        }
    }
}
