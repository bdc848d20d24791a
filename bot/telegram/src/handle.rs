//! What is done about an event. What must not be lost is committed before [`Telegram::handle`] returns, so that the
//! update can be acknowledged; what takes long goes on by itself afterwards.

use crate::{
    address::Address,
    form,
    html::plain,
    post::PostError,
    read::{Event, Pressing, Said, event, is_unknown},
    render::{LOOK, PICTURE_LOOK, sentence},
    telegram::Telegram,
    trouble::Trouble,
};
use reqwest::Url;
use rowcall_core::{Ask, FailureCode, Inbound, Place, Platform};
use rowcall_frontend::{AskAgain, Card, Change, Command, FileOut, Form, Press, Pressed, Refusal, Tone};
use std::{sync::Arc, time::Duration};
use teloxide::{
    payloads::AnswerCallbackQuerySetters,
    prelude::Requester,
    types::{CallbackQueryId, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup, Update},
};
use tokio::{sync::oneshot, task::JoinHandle};

/// Whether an update may be acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// What had to be kept is committed.
    Done,
    /// The store is away: the same update again, later.
    Again,
}

/// A button shows that it works until it is answered; a person waits this long without wondering.
const ANSWER_BY: Duration = Duration::from_millis(800);
/// Characters of a callback's answer.
const TOAST: usize = 200;

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
                self.moved(from, to).await;
                Handled::Done
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
                let key = message_key(&said);
                self.ask(&said, key, ask, text, None, None).await
            }
            Event::Form(said, press, text) => match self.desk.submit(&said.actor, press, &text).await {
                Ok(again) => self.ask_again(&said, again).await,
                Err(refusal) => self.refused(&said, refusal).await,
            },
            Event::Command(said, name, rest) => {
                let telegram = self.clone();
                tokio::spawn(async move { telegram.command(said, &name, &rest).await });
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
                    home(&said),
                    "I read words alone. Ask in a sentence, such as: how many orders came in last month?",
                );
                Handled::Done
            }
            Event::Edited(said) => {
                if self.told.first((said.chat, "edited")) {
                    self.say(
                        home(&said),
                        "I answer a message as it was first sent. Send the changed question as a new one.",
                    );
                }
                Handled::Done
            }
            Event::Moved { .. } | Event::Membership { .. } => Handled::Done,
        }
    }

    /// Takes a question up to its commit; its placeholder comes afterwards.
    async fn ask(
        self: &Arc<Self>,
        said: &Said,
        dedup_key: String,
        ask: Ask,
        text: String,
        source: Option<String>,
        private: Option<bool>,
    ) -> Handled {
        let private = match private {
            Some(private) => private,
            None => match self.desk.is_private(&said.actor, source.as_deref()).await {
                Ok(private) => private,
                Err(refusal) => return self.refused(said, refusal).await,
            },
        };
        let elsewhere = private && !said.private;
        let address = match person(said) {
            Some(id) if elsewhere => Address::person(id),
            _ => answer_to(said),
        };
        let question = text.clone();
        let inbound = Inbound {
            place: place(said),
            dedup_key,
            actor: said.actor.clone(),
            ask,
            text,
            source,
            private,
            address: Some(serde_json::json!(address)),
        };
        match self.desk.ask(inbound).await {
            Ok(accepted) if accepted.duplicate => Handled::Done,
            Ok(accepted) => {
                let (telegram, said) = (self.clone(), said.clone());
                // Held from before anybody else can know of the run: nothing edits a message that is being posted.
                let shown = telegram.runs.enter(accepted.run_id);
                let guard = shown.lock_owned().await;
                // Placeholders of a chat stand in the order of its questions.
                let (posted, follows) = oneshot::channel::<()>();
                let before = telegram.lines.lock().await.insert(address.chat, follows);
                tokio::spawn(async move {
                    if let Some(before) = before {
                        let _ = before.await;
                    }
                    let _posted = posted;
                    let mut shown = guard;
                    shown.question.clone_from(&question);
                    match telegram.post_placeholder(accepted.run_id, &address, &question).await {
                        Ok(posted) => {
                            shown.posted = Some((posted.address, posted.message));
                            drop(shown);
                            if elsewhere {
                                telegram.answered_privately(&said, true).await;
                            }
                            telegram.typing(&posted.address).await;
                        }
                        Err(PostError::Trouble(Trouble::Unreachable(_))) if elsewhere => {
                            drop(shown);
                            telegram.answered_privately(&said, false).await;
                        }
                        Err(error) => {
                            tracing::warn!(%error, run.id = %accepted.run_id, "no placeholder; delivery will post one");
                        }
                    }
                });
                Handled::Done
            }
            Err(refusal) => self.refused(said, refusal).await,
        }
    }

    async fn ask_again(self: &Arc<Self>, said: &Said, again: AskAgain) -> Handled {
        let AskAgain { dedup_key, ask, text, source, private } = again;
        self.ask(said, dedup_key, ask, text, Some(source), Some(private)).await
    }

    /// Tells why something was not done, unless that is because nothing can be done now.
    async fn refused(self: &Arc<Self>, said: &Said, refusal: Refusal) -> Handled {
        if refusal.failure.code == FailureCode::Internal && self.store().ready().await.is_err() {
            return Handled::Again;
        }
        let card = self.desk.problem(&refusal.failure, None);
        let (telegram, address) = (self.clone(), answer_to(said));
        tokio::spawn(async move { telegram.tell_card(&address, &card).await });
        Handled::Done
    }

    async fn command(&self, said: Said, name: &str, rest: &str) {
        let rest = rest.trim();
        let given = (!rest.is_empty()).then(|| rest.to_owned());
        let command = match name {
            "ask" | "sql" => {
                let html = sentence(&format!(
                    "What do you want to know? Write it behind the command: /{name} how many orders came in last month?"
                ));
                let _ = self.tell(&answer_to(&said), html, None).await;
                return;
            }
            "start" => match rest.strip_prefix("link_") {
                Some(code) => Command::Link(Some(code.to_owned())),
                None => Command::Help,
            },
            "help" => Command::Help,
            "sources" => Command::Sources,
            "runs" => Command::Runs,
            "link" => Command::Link(given),
            "settings" => match change(rest) {
                Ok(change) => Command::Settings(change),
                Err(words) => {
                    let _ = self.tell(&answer_to(&said), sentence(words), None).await;
                    return;
                }
            },
            other => Command::Unknown(other.to_owned()),
        };
        // What only the person may see is said in private.
        let alone = matches!(command, Command::Link(_) | Command::Runs) && !said.private;
        let card = self.desk.command(&said.actor, command, &LOOK).await;
        let (true, Some(id)) = (alone, person(&said)) else {
            let _ = self.tell_card(&answer_to(&said), &card).await;
            return;
        };
        match self.tell_card(&Address::person(id), &card).await {
            Ok(_) => self.answered_privately(&said, true).await,
            Err(Trouble::Unreachable(_)) => self.answered_privately(&said, false).await,
            Err(_) => {}
        }
    }

    /// Says in the group that the answer is elsewhere, or what it needs to get there.
    async fn answered_privately(&self, said: &Said, arrived: bool) {
        let text = if arrived {
            "Answered privately."
        } else {
            "This answer is for you alone, and I may not write to you yet. Press the button, then Start, and ask again."
        };
        let start = if arrived { "" } else { "?start=private" };
        let button = Url::parse(&format!("https://t.me/{}{start}", self.me.username()))
            .map(|url| InlineKeyboardMarkup::new([[InlineKeyboardButton::url("Open the chat", url)]]));
        let markup = button.ok().map(ReplyMarkup::InlineKeyboard);
        let _ = self.tell(&answer_to(said), plain(text), markup).await;
    }

    /// A press that begins a run is committed before this returns; the rest goes on by itself.
    async fn pressed(self: &Arc<Self>, pressing: Pressing) -> Handled {
        let asks = matches!(pressing.data.parse(), Ok(Press::Choose(..) | Press::Retry(_)));
        let telegram = self.clone();
        let work = tokio::spawn(async move { telegram.press(pressing).await });
        if asks { work.await.unwrap_or(Handled::Done) } else { Handled::Done }
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
            Err(refusal) => Some((refusal.failure.to_string(), true)),
            Ok(_) => None,
        };
        match (answered, note) {
            (Some(answered), note) => {
                let _ = answered.await;
                if let (Some((text, _)), Some(id)) = (note, person(said)) {
                    let _ = self.tell(&Address::person(id), sentence(&text), None).await;
                }
            }
            (None, note) => {
                let alert = note.as_ref().is_some_and(|(_, alert)| *alert);
                let _ = self.answer(&pressing, note.map(|(text, _)| text), alert).await;
            }
        }
        match outcome {
            Ok(Pressed::Redraw(card)) => self.redraw(&pressing, &card).await,
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

    fn answer(self: &Arc<Self>, pressing: &Pressing, text: Option<String>, alert: bool) -> JoinHandle<()> {
        let telegram = self.clone();
        let query = CallbackQueryId(pressing.query.clone());
        tokio::spawn(async move {
            let mut request = telegram.api.bot.answer_callback_query(query);
            if let Some(text) = text {
                request = request.text(crate::html::cut(&text, TOAST)).show_alert(alert);
            }
            if let Err(trouble) = telegram.api.now(None, request).await {
                // Telegram forgets a press after a while; nothing is lost by it.
                tracing::debug!(%trouble, "a press was not answered");
            }
        })
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
        let presser = person(said);
        // Telegram asks only those whom the message answers or names.
        let theirs = pressing.answers.filter(|(from, _)| Some(*from) == presser).map(|(_, message)| message);
        let named = presser.filter(|_| !said.private && theirs.is_none());
        let html = form::html(form, self.me.username(), named.map(|id| (id, said.actor.name.as_str())));
        let address = Address { reply_to: theirs.filter(|_| !said.private), ..answer_to(said) };
        let mut ask = ForceReply::new().input_field_placeholder(Some(crate::html::cut(&form.label, 64)));
        if !said.private {
            ask = ask.selective();
        }
        let _ = self.tell(&address, html, Some(ReplyMarkup::ForceReply(ask))).await;
    }

    async fn give(&self, said: &Said, file: FileOut) {
        let here = Address { reply_to: Some(said.message), ..answer_to(said) };
        let address = match person(said) {
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

    fn say(self: &Arc<Self>, address: Address, text: &'static str) {
        let telegram = self.clone();
        tokio::spawn(async move { telegram.tell(&address, sentence(text), None).await });
    }

    fn refuse_chat(self: &Arc<Self>, event: &Event) {
        let said = match event {
            Event::Ask(said, ..)
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
            let (telegram, address) = (self.clone(), answer_to(said));
            tokio::spawn(async move { telegram.tell_card(&address, &card).await });
        }
    }
}

/// Unique for a message, however often and by whichever way its update comes.
fn message_key(said: &Said) -> String {
    format!("chat:{}:message:{}", said.chat, said.message)
}

/// Where the conversation is kept.
fn place(said: &Said) -> Place {
    let key = match (said.private, said.topic) {
        (true, _) => format!("chat:{}", said.chat),
        (false, Some(topic)) => format!("chat:{}:topic:{topic}", said.chat),
        (false, None) => format!("chat:{}:user:{}", said.chat, said.actor.id),
    };
    Place { platform: Platform::Telegram, key }
}

/// Where somebody is answered: in private as the next message, elsewhere as a reply.
fn answer_to(said: &Said) -> Address {
    Address {
        chat: said.chat,
        topic: said.topic,
        reply_to: (!said.private).then_some(said.message),
        private: said.private,
    }
}

/// The same, not as a reply.
fn home(said: &Said) -> Address {
    Address { reply_to: None, ..answer_to(said) }
}

/// The private chat of whoever speaks: it has their id.
fn person(said: &Said) -> Option<i64> {
    said.actor.id.parse().ok()
}

/// The change that follows `/settings`; `Err` says how to write one.
fn change(rest: &str) -> Result<Option<Change>, &'static str> {
    const HOW: &str =
        "Write /settings, /settings source NAME, /settings source default, or /settings private on|off.";
    let words: Vec<_> = rest.split_whitespace().collect();
    match words.as_slice() {
        [] => Ok(None),
        ["source", "default"] => Ok(Some(Change::Source(None))),
        ["source", name] => Ok(Some(Change::Source(Some((*name).to_owned())))),
        ["private", "on"] => Ok(Some(Change::Private(true))),
        ["private", "off"] => Ok(Some(Change::Private(false))),
        _ => Err(HOW),
    }
}
