//! Messages that exist: changed, deleted, reacted to.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use super::super::api::api;
use super::super::model::{Content, Message, MessageKey};
use super::super::refusal::Refusal;
use super::super::render;
use super::super::state::{Kind, Standing};
use super::{Context, Outcome, done, keyboard, place, send, text};

pub(crate) fn text(context: &mut Context<'_>) -> Outcome {
    let message = own(context)?;
    if message.content.media.is_some() {
        return Err(Refusal::bad("edit", "there is no text in the message to edit"));
    }
    let (text, entities) = text::text(context, "MESSAGE_TOO_LONG")?;
    let keyboard = keyboard::read(context.params())?;
    change(context, &message, Content { text, entities, media: None, keyboard })
}

pub(crate) fn caption(context: &mut Context<'_>) -> Outcome {
    let message = own(context)?;
    if message.content.media.is_none() {
        return Err(Refusal::bad("edit", "there is no caption in the message to edit"));
    }
    let params = context.params().clone();
    let (text, entities) = text::caption(context, &params)?;
    let keyboard = keyboard::read(&params)?;
    change(context, &message, Content { text, entities, media: message.content.media.clone(), keyboard })
}

pub(crate) fn media(context: &mut Context<'_>) -> Outcome {
    let message = own(context)?;
    let item: Map<String, Value> =
        context.params().get("media").and_then(Value::as_object).cloned().unwrap_or_default();
    let content = send::content(context, &item)?;
    let keyboard = keyboard::read(context.params())?;
    change(context, &message, Content { keyboard, ..content })
}

pub(crate) fn markup(context: &mut Context<'_>) -> Outcome {
    let message = own(context)?;
    let keyboard = keyboard::read(context.params())?;
    change(context, &message, Content { keyboard, ..message.content.clone() })
}

fn change(context: &mut Context<'_>, message: &Message, content: Content) -> Outcome {
    let old = &message.content;
    if *old == content {
        let refusal = Refusal::bad(
            "not_modified",
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and \
             reply markup of the message",
        );
        // Whoever lost the answer cannot know better than to do it again.
        let untold = context.state.untold.contains(&message.key);
        return Err(if untold { Refusal { rule: None, ..refusal } } else { refusal });
    }
    let only_buttons = Content { keyboard: Vec::new(), ..old.clone() }
        == Content { keyboard: Vec::new(), ..content.clone() };
    let changed = context.state.change(message.key, content, !only_buttons, context.now);
    let changed = changed.ok_or_else(|| Refusal::bad("edit", "message to edit not found"))?;
    context.state.untold.remove(&message.key);
    Ok(render::message(context.state, &changed))
}

/// The bot's own message that a request names.
fn own(context: &Context<'_>) -> Result<Message, Refusal> {
    if context.params().contains_key("inline_message_id") {
        return Err(Refusal::bad("unsupported", "the stand-in has no inline messages"));
    }
    let message = find(context, "message to edit not found")?;
    if message.author.id != context.state.bot.id || message.service.is_some() {
        return Err(Refusal::bad("edit", "message can't be edited"));
    }
    let chat = context.state.chats.get(&message.key.chat);
    let closed = chat
        .filter(|chat| chat.standing != Standing::Admin)
        .and_then(|chat| chat.topics.get(&message.thread?));
    if closed.is_some_and(|topic| topic.closed) {
        return Err(Refusal::world("TOPIC_CLOSED"));
    }
    Ok(message)
}

fn find(context: &Context<'_>, not_found: &str) -> Result<Message, Refusal> {
    let chat = place::chat(context)?;
    let Some(id) = context.number("message_id") else {
        return Err(Refusal::bad("edit", "message identifier is not specified"));
    };
    let message = i32::try_from(id).ok().and_then(|id| chat.messages.get(&id));
    match message {
        Some(message) if !message.deleted => Ok(message.clone()),
        // Somebody deleted it: the bot could not know.
        Some(_) => Err(Refusal::world(not_found)),
        None => Err(Refusal::bad("message", not_found)),
    }
}

pub(crate) fn delete(context: &mut Context<'_>) -> Outcome {
    let message = find(context, "message to delete not found")?;
    let MessageKey { chat, id } = message.key;
    let now = context.now;
    let Some(data) = context.state.chats.get_mut(&chat) else { return done() };
    let own = message.author.id == context.state.bot.id;
    let may = own || data.standing == Standing::Admin || data.kind == Kind::Private;
    let too_old = now - message.date > TimeDelta::hours(48) && data.standing != Standing::Admin;
    if !may || too_old {
        return Err(Refusal {
            rule: (!may).then_some("edit"),
            ..Refusal::bad("edit", "message can't be deleted")
        });
    }
    if let Some(found) = data.messages.get_mut(&id) {
        found.deleted = true;
    }
    done()
}

pub(crate) fn react(context: &mut Context<'_>) -> Outcome {
    let message = find(context, "message to react not found")?;
    let reactions = context.params().get("reaction").and_then(Value::as_array).cloned().unwrap_or_default();
    if reactions.len() > 1 {
        return Err(Refusal::bad("reaction", "REACTIONS_TOO_MANY"));
    }
    let emoji = reactions
        .first()
        .and_then(|reaction| reaction.get("emoji"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    if emoji.as_ref().is_some_and(|emoji| !api().mentions("ReactionTypeEmoji", "emoji", emoji)) {
        return Err(Refusal::bad("reaction", "REACTION_INVALID"));
    }
    if let Some(found) =
        context.state.chats.get_mut(&message.key.chat).and_then(|chat| chat.messages.get_mut(&message.key.id))
    {
        found.reaction = emoji;
    }
    done()
}
