//! What an update says, without doing anything about it: who is it for, who says it, what is wanted.

use crate::{form, said::Said};
use chrono::Utc;
use rowcall_core::{Actor, Ask, Platform, Room};
use rowcall_frontend::{Command, Line, Press, read_line};
use teloxide::types::{
    ChatMemberKind, Me, Message, MessageEntityKind, MessageEntityRef, Update, UpdateKind, User,
};

/// What an update wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An answer.
    Ask(Said, Ask, String),
    /// `/ask` or `/sql` with nothing behind it.
    Unasked(Said, Ask),
    /// A command.
    Command(Said, Command),
    /// A form was filled in.
    Form(Said, Press, String),
    /// A button was pressed.
    Press(Pressing),
    /// Words that nobody can be held to: an anonymous administrator or a channel speaks to us.
    Nobody { chat: i64, topic: Option<i32>, message: i32 },
    /// Something without words, in private.
    Wordless(Said),
    /// A message that was sent before was changed, in private.
    Edited(Said),
    /// A group became a supergroup.
    Moved { from: i64, to: i64 },
    /// We were let in (true) or shut out of a chat.
    Membership { chat: i64, inside: bool },
}

/// A button that was pressed.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressing {
    /// What Telegram wants answered.
    pub query: String,
    /// Who pressed, and in which chat.
    pub said: Said,
    /// The message shows a picture.
    pub picture: bool,
    /// Whose message ours answers, and which: where there is one.
    pub answers: Option<(i64, i32)>,
    /// What the button holds.
    pub data: String,
}

impl Event {
    /// The chat it is about, within which order matters.
    pub fn chat(&self) -> i64 {
        match self {
            Self::Ask(said, ..) | Self::Command(said, ..) | Self::Form(said, ..) => said.chat,
            Self::Unasked(said, _) | Self::Wordless(said) | Self::Edited(said) => said.chat,
            Self::Press(press) => press.said.chat,
            Self::Nobody { chat, .. } | Self::Membership { chat, .. } => *chat,
            Self::Moved { from, .. } => *from,
        }
    }
}

/// Reads an update; `None` when it is not for us.
pub fn event(update: &Update, me: &Me) -> Option<Event> {
    match &update.kind {
        UpdateKind::Message(message) => new_message(message, me),
        UpdateKind::EditedMessage(message) => {
            let said = said(message)?;
            let words = message.text().or(message.caption()).is_some();
            (said.private && words).then_some(Event::Edited(said))
        }
        UpdateKind::CallbackQuery(query) => {
            let message = query.message.as_ref()?;
            if query.from.is_bot {
                return None;
            }
            let chat = message.chat();
            let regular = message.regular_message();
            let said = Said {
                chat: chat.id.0,
                private: chat.is_private(),
                topic: regular.and_then(topic),
                message: message.id().0,
                actor: actor(&query.from, chat.id.0, chat.is_private()),
            };
            Some(Event::Press(Pressing {
                query: query.id.0.clone(),
                said,
                picture: regular.is_some_and(|m| m.photo().is_some()),
                answers: regular.and_then(|m| m.reply_to_message()).and_then(answered),
                data: query.data.clone().unwrap_or_default(),
            }))
        }
        UpdateKind::MyChatMember(change) => {
            let outside =
                matches!(change.new_chat_member.kind, ChatMemberKind::Left | ChatMemberKind::Banned(_));
            Some(Event::Membership { chat: change.chat.id.0, inside: !outside })
        }
        _ => None,
    }
}

fn new_message(message: &Message, me: &Me) -> Option<Event> {
    let chat = message.chat.id.0;
    if let Some(to) = message.migrate_to_chat_id() {
        return Some(Event::Moved { from: chat, to: to.0 });
    }
    if let Some(from) = message.migrate_from_chat_id() {
        return Some(Event::Moved { from: from.0, to: chat });
    }
    let private = message.chat.is_private();
    if !private && !message.chat.is_group() && !message.chat.is_supergroup() {
        return None;
    }
    let text = message.text().or(message.caption());
    let Some(text) = text else {
        // A service message has no words either, but nobody said it.
        let content = message.sticker().is_some()
            || message.voice().is_some()
            || message.photo().is_some()
            || message.video().is_some()
            || message.video_note().is_some()
            || message.audio().is_some()
            || message.animation().is_some()
            || message.document().is_some()
            || message.location().is_some()
            || message.contact().is_some()
            || message.poll().is_some();
        return said(message).filter(|said| said.private && content).map(Event::Wordless);
    };
    let wanted = wanted(message, text, private, me)?;
    let Some(said) = said(message) else {
        let bot = message.from.as_ref().is_some_and(|from| from.is_bot && message.sender_chat.is_none());
        let nobody = Event::Nobody { chat, topic: topic(message), message: message.id.0 };
        return (!bot && !message.is_automatic_forward()).then_some(nobody);
    };
    Some(match wanted {
        Wanted::Ask(ask, text) => Event::Ask(said, ask, text),
        Wanted::Unasked(ask) => Event::Unasked(said, ask),
        Wanted::Command(command) => Event::Command(said, command),
        Wanted::Form(press, text) => Event::Form(said, press, text),
    })
}

enum Wanted {
    Ask(Ask, String),
    Unasked(Ask),
    Command(Command),
    Form(Press, String),
}

/// What a text wants of us; `None` when it is said to somebody else.
fn wanted(message: &Message, text: &str, private: bool, me: &Me) -> Option<Wanted> {
    if let Some(named) = command_names_a_bot(text) {
        return match read_line(text, me.username()) {
            Line::Another | Line::Plain => None,
            // In a group a command without a name may be meant for another bot.
            Line::Command(Command::Unknown(_)) if !private && !named => None,
            Line::Command(command) => Some(Wanted::Command(command)),
            Line::Ask(ask, text) if text.is_empty() => Some(Wanted::Unasked(ask)),
            Line::Ask(ask, text) => Some(Wanted::Ask(ask, text)),
        };
    }
    let entities = message.parse_entities().or_else(|| message.parse_caption_entities()).unwrap_or_default();
    let said = without_mention(text, &entities, me);
    if let Some(replied) = replied(message, me) {
        let words = said.as_deref().unwrap_or(text).to_owned();
        return Some(match form::press_of(replied) {
            Some(press) => Wanted::Form(press, words),
            None => Wanted::Ask(Ask::Question, words),
        });
    }
    match said {
        Some(said) if said.is_empty() => Some(Wanted::Unasked(Ask::Question)),
        Some(said) => Some(Wanted::Ask(Ask::Question, said)),
        None => private.then(|| Wanted::Ask(Ask::Question, text.to_owned())),
    }
}

/// Whether a text that begins with a command says for which bot it is; `None` for any other text, such as `/usr/bin`.
fn command_names_a_bot(text: &str) -> Option<bool> {
    let word = text.strip_prefix('/')?.split(char::is_whitespace).next()?;
    let (name, named) = word.split_once('@').map_or((word, false), |(name, _)| (name, true));
    let good = (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    good.then_some(named)
}

/// The text without our name, when it is called in it.
fn without_mention(text: &str, entities: &[MessageEntityRef<'_>], me: &Me) -> Option<String> {
    let called = entities.iter().find(|entity| match entity.kind() {
        MessageEntityKind::Mention => {
            entity.text().strip_prefix('@').is_some_and(|name| name.eq_ignore_ascii_case(me.username()))
        }
        MessageEntityKind::TextMention { user } => user.id == me.id,
        _ => false,
    })?;
    let (before, after) = (&text[..called.start()], &text[called.end()..]);
    let after = after.trim_start_matches([',', ':']);
    let both = format!("{} {}", before.trim_end(), after.trim_start());
    Some(both.trim().to_owned())
}

/// Our message that this one answers.
fn replied<'a>(message: &'a Message, me: &Me) -> Option<&'a Message> {
    let replied = message.reply_to_message()?;
    // In a topic everything answers the message that opened it.
    let opener = replied.forum_topic_created().is_some();
    (!opener && replied.from.as_ref().is_some_and(|from| from.id == me.id)).then_some(replied)
}

/// Who says a message and where; `None` for bots, channels and anonymous administrators.
fn said(message: &Message) -> Option<Said> {
    let from = message.from.as_ref()?;
    if from.is_bot || message.sender_chat.is_some() {
        return None;
    }
    let (chat, private) = (message.chat.id.0, message.chat.is_private());
    Some(Said {
        chat,
        private,
        topic: topic(message),
        message: message.id.0,
        actor: actor(from, chat, private),
    })
}

fn answered(message: &Message) -> Option<(i64, i32)> {
    let from = message.from.as_ref()?;
    i64::try_from(from.id.0).ok().map(|from| (from, message.id.0))
}

/// The forum's topic. In other supergroups a thread is only a chain of replies.
fn topic(message: &Message) -> Option<i32> {
    if message.is_topic_message { message.thread_id.map(|thread| thread.0.0) } else { None }
}

fn actor(user: &User, chat: i64, private: bool) -> Actor {
    Actor {
        platform: Platform::Telegram,
        id: user.id.0.to_string(),
        name: user.full_name(),
        roles: Vec::new(),
        room: Room { space: None, channel: chat.to_string(), direct: private },
        seen_at: Utc::now(),
    }
}

/// Whether the update is one that this version cannot read.
pub fn is_unknown(update: &Update) -> bool {
    matches!(update.kind, UpdateKind::Error(_))
}
