//! What is done about an event. What must not be lost is committed before [`Telegram::handle`] returns, so that the
//! update can be acknowledged; what takes long goes on by itself afterwards.

mod ask;
mod command;
mod press;

use crate::{
    address::Address,
    read::{Event, event, is_unknown},
    render::sentence,
    telegram::Telegram,
};
use ask::Wish;
use rowcall_frontend::{Card, Tone};
use std::sync::Arc;
use teloxide::types::Update;

/// Whether an update may be acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// What had to be kept is committed.
    Done,
    /// The store is away: the same update again, later.
    Again,
}

impl Telegram {
    /// Handles one update up to its commit.
    pub async fn handle(self: &Arc<Self>, update: &Update) -> Handled {
        if is_unknown(update) {
            tracing::debug!(update = update.id.0, "an update that this version cannot read");
            return Handled::Done;
        }
        let Some(event) = event(update, &self.me) else { return Handled::Done };
        match event {
            Event::Moved { from, to } => {
                if self.moved(from, to).await {
                    Handled::Done
                } else {
                    Handled::Again
                }
            }
            Event::Membership { chat, inside } => {
                self.membership(chat, inside);
                Handled::Done
            }
            event => {
                let chat = event.chat();
                // Whoever speaks to us there has let us in.
                if self.is_outside(chat) {
                    self.membership(chat, true);
                }
                if !self.answers(chat) {
                    self.refuse_chat(&event);
                    return Handled::Done;
                }
                self.act(event).await
            }
        }
    }

    async fn act(self: &Arc<Self>, event: Event) -> Handled {
        match event {
            Event::Ask(said, ask, text) => {
                let dedup_key = said.key();
                let wish = Wish { dedup_key, ask, text, source: None, private: None, undoes: None };
                self.ask(&said, wish).await
            }
            Event::Form(said, press, text) => self.filled_in(&said, press, &text).await,
            Event::Unasked(said, ask) => {
                let telegram = self.clone();
                tokio::spawn(async move { telegram.ask_what(&said, ask).await });
                Handled::Done
            }
            Event::Command(said, command) => {
                let telegram = self.clone();
                tokio::spawn(async move { telegram.command(&said, command).await });
                Handled::Done
            }
            Event::Press(pressing) => self.pressed(pressing).await,
            Event::Nobody { chat, topic, message } => {
                if self.told.first((chat, "nobody")) {
                    let address = Address { chat, topic, reply_to: Some(message), private: false };
                    self.say(
                        address,
                        "I cannot tell who you are: write under your own name, not as an anonymous \
                         administrator or as a channel.",
                    );
                }
                Handled::Done
            }
            Event::Wordless(said) => {
                self.say(
                    said.home(),
                    "I read words alone. Ask in a sentence, such as: how many orders came in last month?",
                );
                Handled::Done
            }
            Event::Edited(said) => {
                if self.told.first((said.chat, "edited")) {
                    self.say(
                        said.home(),
                        "I answer a message as it was first sent. Send the changed question as a new one.",
                    );
                }
                Handled::Done
            }
            Event::Moved { .. } | Event::Membership { .. } => Handled::Done,
        }
    }

    fn say(self: &Arc<Self>, address: Address, text: &'static str) {
        let telegram = self.clone();
        tokio::spawn(async move { telegram.tell(&address, sentence(text), None).await });
    }

    fn refuse_chat(self: &Arc<Self>, event: &Event) {
        let said = match event {
            Event::Ask(said, ..)
            | Event::Unasked(said, _)
            | Event::Command(said, ..)
            | Event::Form(said, ..)
            | Event::Wordless(said) => said,
            Event::Press(pressing) => {
                self.answer(pressing, Some("I do not answer in this chat.".into()), true);
                return;
            }
            _ => return,
        };
        if self.told.first((said.chat, "refused")) {
            let card = Card {
                tone: Tone::Problem,
                text: format!(
                    "I do not answer in this chat. Whoever runs me can allow it: its id is {}.",
                    said.chat
                ),
                ..Card::default()
            };
            let (telegram, address) = (self.clone(), said.answer_to());
            tokio::spawn(async move { telegram.tell_card(&address, &card).await });
        }
    }
}
