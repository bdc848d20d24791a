//! Buttons that were pressed.

use super::Handled;
use crate::{
    address::Address,
    cards, form,
    html::cut,
    read::Pressing,
    render::{LOOK, PICTURE_LOOK, sentence},
    said::Said,
    telegram::Telegram,
    trouble::Trouble,
};
use rowcall_core::{Platform, texts::chat};
use rowcall_frontend::{Card, FileOut, Form, OpenedTicket, Press, Pressed};
use std::{sync::Arc, time::Duration};
use teloxide::{
    payloads::AnswerCallbackQuerySetters,
    prelude::Requester,
    types::{CallbackQueryId, ForceReply, ReplyMarkup},
};
use tokio::task::JoinHandle;

/// A button shows that it works until it is answered; a person waits this long without wondering.
const ANSWER_BY: Duration = Duration::from_millis(800);
/// Characters of a callback's answer.
const TOAST: usize = 200;

impl Telegram {
    /// A press that begins a run or decides about a change is committed before this returns; the rest goes on by itself.
    pub(super) async fn pressed(self: &Arc<Self>, pressing: Pressing) -> Handled {
        let commits = matches!(
            pressing.data.parse(),
            Ok(Press::Choose(..) | Press::Retry(_) | Press::Run(_) | Press::Ticket(..))
        );
        let telegram = self.clone();
        let work = tokio::spawn(async move { telegram.press(pressing).await });
        if commits { work.await.unwrap_or(Handled::Done) } else { Handled::Done }
    }

    async fn press(self: Arc<Self>, pressing: Pressing) -> Handled {
        let said = &pressing.said;
        let look = if pressing.picture { &PICTURE_LOOK } else { &LOOK };
        let mut work = std::pin::pin!(self.desk.press(&said.actor, &pressing.data, look));
        // The button is answered before anything else is sent: with what there is to say, or with nothing.
        let (outcome, answered) = match tokio::time::timeout(ANSWER_BY, &mut work).await {
            Ok(outcome) => (outcome, None),
            Err(_) => {
                let answered = self.answer(&pressing, None, false);
                (work.await, Some(answered))
            }
        };
        let note = match &outcome {
            Ok(Pressed::Note(note)) => Some((note.clone(), false)),
            Ok(Pressed::Behind(note, _)) => Some((note.clone(), true)),
            Err(refusal) => Some((refusal.failure.to_string(), true)),
            Ok(_) => None,
        };
        match (answered, note) {
            (Some(answered), note) => {
                let _ = answered.await;
                if let Some((text, _)) = note {
                    self.tell_alone(said, &text).await;
                }
            }
            (None, note) => {
                let alert = note.as_ref().is_some_and(|(_, alert)| *alert);
                let _ = self.answer(&pressing, note.map(|(text, _)| text), alert).await;
            }
        }
        match outcome {
            Ok(Pressed::Redraw(card) | Pressed::Behind(_, card)) => self.redraw(&pressing, &card).await,
            Ok(Pressed::Ticket(opened)) => self.open(said, &opened).await,
            Ok(Pressed::Ask(again)) => {
                let said =
                    Said { message: pressing.answers.map_or(said.message, |(_, id)| id), ..said.clone() };
                return self.ask_again(&said, again).await;
            }
            Ok(Pressed::Form(form)) => self.show_form(&pressing, &form).await,
            Ok(Pressed::File(file)) => self.give(said, file).await,
            Ok(Pressed::Note(_)) | Err(_) => {}
        }
        Handled::Done
    }

    pub(super) fn answer(
        self: &Arc<Self>,
        pressing: &Pressing,
        text: Option<String>,
        alert: bool,
    ) -> JoinHandle<()> {
        let telegram = self.clone();
        let query = CallbackQueryId(pressing.query.clone());
        tokio::spawn(async move {
            let mut request = telegram.api.bot.answer_callback_query(query);
            if let Some(text) = text {
                request = request.text(cut(&text, TOAST)).show_alert(alert);
            }
            if let Err(trouble) = telegram.api.now(None, request).await {
                // Telegram forgets a press after a while; nothing is lost by it.
                tracing::debug!(%trouble, "a press was not answered");
            }
        })
    }

    /// Tells somebody alone; before them all when we may not write to them.
    async fn tell_alone(&self, said: &Said, text: &str) {
        let alone = said.person().map(Address::person).filter(|_| !said.private);
        let told = match alone {
            Some(alone) => self.tell(&alone, sentence(text), None).await,
            None => Err(Trouble::Unreachable(String::new())),
        };
        if matches!(told, Err(Trouble::Unreachable(_))) {
            let _ = self.tell(&said.answer_to(), sentence(text), None).await;
        }
    }

    async fn redraw(&self, pressing: &Pressing, card: &Card) {
        let (chat, message) = (pressing.said.chat, pressing.said.message);
        for _ in 0..4 {
            match self.edit(chat, message, card, false).await {
                Ok(()) => return,
                Err(Trouble::Wait(wait)) if wait <= Duration::from_secs(60) => tokio::time::sleep(wait).await,
                Err(trouble) => {
                    tracing::warn!(%trouble, chat, "a message was not redrawn");
                    return;
                }
            }
        }
    }

    async fn show_form(&self, pressing: &Pressing, form: &Form) {
        let said = &pressing.said;
        let presser = said.person();
        // Telegram asks only those whom the message answers or names.
        let theirs = pressing.answers.filter(|(from, _)| Some(*from) == presser).map(|(_, message)| message);
        let named = presser.filter(|_| !said.private && theirs.is_none());
        let html = form::html(form, self.me.username(), named.map(|id| (id, said.actor.name.as_str())));
        let address = Address { reply_to: theirs.filter(|_| !said.private), ..said.answer_to() };
        let mut ask = ForceReply::new().input_field_placeholder(Some(cut(&form.label, 64)));
        if !said.private {
            ask = ask.selective();
        }
        let _ = self.tell(&address, html, Some(ReplyMarkup::ForceReply(ask))).await;
    }

    /// A form that was filled in.
    pub(super) async fn filled_in(self: &Arc<Self>, said: &Said, press: Press, text: &str) -> Handled {
        let note = match self.desk.submit(&said.actor, press, text, &LOOK).await {
            Ok(Pressed::Ask(again)) => return self.ask_again(said, again).await,
            // The card is put right by its own delivery.
            Ok(Pressed::Note(note) | Pressed::Behind(note, _)) => note,
            Ok(_) => chat::old_button().to_string(),
            Err(refusal) => return self.refused(said, refusal).await,
        };
        let (telegram, address) = (self.clone(), said.answer_to());
        tokio::spawn(async move { telegram.tell(&address, sentence(&note), None).await });
        Handled::Done
    }

    /// Shows somebody a change, in private, where it is kept true from now on.
    async fn open(&self, said: &Said, opened: &OpenedTicket) {
        let address = match said.person() {
            Some(id) if !said.private => Address::person(id),
            _ => said.home(),
        };
        match self.tell_card(&address, &opened.card).await {
            Ok(message) => {
                let (place, json) = (cards::inbox(address.chat), serde_json::json!(address));
                let message = message.to_string();
                self.desk.note_card(opened, Platform::Telegram, &place, &json, &message).await;
                if address.chat != said.chat {
                    self.answered_privately(said, true).await;
                }
            }
            Err(Trouble::Unreachable(_)) if address.chat != said.chat => {
                self.answered_privately(said, false).await;
            }
            Err(trouble) => tracing::warn!(%trouble, chat = address.chat, "a change was not shown"),
        }
    }

    async fn give(&self, said: &Said, file: FileOut) {
        let here = Address { reply_to: Some(said.message), ..said.answer_to() };
        let address = match said.person() {
            Some(id) if file.private && !said.private => Address::person(id),
            _ => here,
        };
        match self.send_file(&address, &file).await {
            Ok(()) if address.chat != said.chat => self.answered_privately(said, true).await,
            Ok(()) => {}
            Err(Trouble::Unreachable(_)) if address.chat != said.chat => {
                self.answered_privately(said, false).await
            }
            Err(trouble) => {
                tracing::warn!(%trouble, chat = address.chat, "a file was not sent");
                let _ = self
                    .tell(&here, sentence("The file could not be sent. Press the button again."), None)
                    .await;
            }
        }
    }
}
