//! Messages of channels.

use serde_json::{Value, json};

use super::{Call, Outcome, compose};
use crate::discord::Permissions;
use crate::discord::record::ViolationKind;
use crate::discord::refusal::{Answer, Fault, Refusal};
use crate::discord::world::{Message, World};

/// How long Discord remembers a nonce that it shall enforce, in milliseconds.
const NONCE_MEMORY: u64 = 5 * 60 * 1000;

/// Finds a channel that the bot sees.
pub(crate) fn visible(world: &World, channel: u64) -> Result<(), Refusal> {
    if !world.channels.contains_key(&channel) {
        return Err(Refusal::unknown("Channel", 10003));
    }
    if world.can(channel, world.bot, Permissions::VIEW_CHANNEL) {
        Ok(())
    } else {
        Err(Refusal::missing_access())
    }
}

/// Whether the bot may write there, and what it brings along.
fn writable(world: &World, channel: u64, body: &Value, files: bool) -> Result<(), Refusal> {
    visible(world, channel)?;
    let Some(place) = world.channels.get(&channel) else { return Err(Refusal::unknown("Channel", 10003)) };
    if place.archived {
        return Err(Refusal::of(400, 50083, "Thread is archived"));
    }
    if place.closed {
        return Err(Refusal::of(403, 50007, "Cannot send messages to this user"));
    }
    let write =
        if place.is_thread() { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    let mut wanted = write;
    if body["embeds"].as_array().is_some_and(|list| !list.is_empty()) {
        wanted = wanted.and(Permissions::EMBED_LINKS);
    }
    if files {
        wanted = wanted.and(Permissions::ATTACH_FILES);
    }
    if !body["message_reference"].is_null() {
        wanted = wanted.and(Permissions::READ_MESSAGE_HISTORY);
    }
    if world.can(channel, world.bot, wanted) { Ok(()) } else { Err(Refusal::missing_permissions()) }
}

pub(super) fn create(call: &Call, world: &mut World) -> Outcome {
    let channel = call.route.id("channel_id");
    writable(world, channel, &call.body, !call.files.is_empty())?;
    let nonce = call.body.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    if let Some(nonce) = &nonce
        && call.body["enforce_nonce"] == true
    {
        let oldest = world.now().saturating_sub(NONCE_MEMORY);
        let same = |message: &&Message| {
            message.nonce.as_ref() == Some(nonce) && message.author == world.bot && message.created >= oldest
        };
        if let Some(earlier) = world.messages.values().filter(|m| m.channel == channel).find(same) {
            return Ok(Answer::ok(world.message_json(earlier, true)));
        }
    }
    let mut body = call.body.clone();
    if let Some(wanted) = body["message_reference"]["message_id"].as_str().and_then(|id| id.parse().ok())
        && world.message(channel, wanted).is_none()
    {
        if body["message_reference"]["fail_if_not_exists"] != false {
            let fault = Fault {
                path: "message_reference".to_owned(),
                code: "REPLIES_UNKNOWN_MESSAGE",
                message: "Unknown message".to_owned(),
            };
            // Its author may have deleted it meanwhile: no mistake of the bot.
            return Err(Refusal { violation: None, ..Refusal::invalid(ViolationKind::Form, vec![fault]) });
        }
        body["message_reference"] = Value::Null;
    }
    let mut message = compose::new_message(channel, &body, call, world)?;
    message.kind = if message.reply_to.is_some() { 19 } else { 0 };
    message.nonce = nonce;
    let id = world.post(message);
    shown(world, id)
}

fn shown(world: &World, id: u64) -> Outcome {
    let message = world.messages.get(&id).ok_or_else(|| Refusal::unknown("Message", 10008))?;
    Ok(Answer::ok(world.message_json(message, true)))
}

/// Changes a message by a body; used by every route that edits.
pub(crate) fn change(world: &mut World, id: u64, body: &Value, call: &Call) -> Outcome {
    let Some(message) = world.messages.get(&id) else { return Err(Refusal::unknown("Message", 10008)) };
    let mut next = message.clone();
    // The first answer to "thinking" must bring something.
    next.flags &= !crate::discord::world::LOADING;
    compose::fill(&mut next, body, &call.files, world)?;
    world.edit(id, |message| {
        message.content = next.content;
        message.embeds = next.embeds;
        message.components = next.components;
        message.files = next.files;
        message.flags = next.flags;
        message.mentions = next.mentions;
        message.mention_everyone = next.mention_everyone;
        message.mention_roles = next.mention_roles;
    });
    shown(world, id)
}

/// A message of a channel that the bot can reach; ephemeral ones it reaches only by their interaction.
fn standing(world: &World, call: &Call) -> Result<u64, Refusal> {
    let channel = call.route.id("channel_id");
    visible(world, channel)?;
    let message = world.message(channel, call.route.id("message_id")).filter(|m| m.visible_to.is_none());
    message.map(|message| message.id).ok_or_else(|| Refusal::unknown("Message", 10008))
}

pub(super) fn update(call: &Call, world: &mut World) -> Outcome {
    let id = standing(world, call)?;
    let channel = call.route.id("channel_id");
    let theirs = world.messages.get(&id).is_some_and(|message| message.author != world.bot);
    if theirs {
        return Err(Refusal::wrong(
            ViolationKind::Form,
            403,
            50005,
            "Cannot edit a message authored by another user",
        ));
    }
    if world.channels.get(&channel).is_some_and(|channel| channel.archived) {
        return Err(Refusal::of(400, 50083, "Thread is archived"));
    }
    if !call.files.is_empty() && !world.can(channel, world.bot, Permissions::ATTACH_FILES) {
        return Err(Refusal::missing_permissions());
    }
    change(world, id, &call.body, call)
}

pub(super) fn delete(call: &Call, world: &mut World) -> Outcome {
    let id = standing(world, call)?;
    let own = world.messages.get(&id).is_some_and(|message| message.author == world.bot);
    if !own && !world.can(call.route.id("channel_id"), world.bot, Permissions::MANAGE_MESSAGES) {
        return Err(Refusal::missing_permissions());
    }
    world.delete(id);
    Ok(Answer::none())
}

pub(super) fn get(call: &Call, world: &mut World) -> Outcome {
    let id = standing(world, call)?;
    readable(world, call.route.id("channel_id"))?;
    let message = world.messages.get(&id).ok_or_else(|| Refusal::unknown("Message", 10008))?;
    Ok(Answer::ok(world.message_json(message, world.settings.message_content)))
}

fn readable(world: &World, channel: u64) -> Result<(), Refusal> {
    let may = world.can(channel, world.bot, Permissions::READ_MESSAGE_HISTORY);
    if may { Ok(()) } else { Err(Refusal::missing_permissions()) }
}

pub(super) fn list(call: &Call, world: &mut World) -> Outcome {
    let channel = call.route.id("channel_id");
    visible(world, channel)?;
    if !world.can(channel, world.bot, Permissions::READ_MESSAGE_HISTORY) {
        return Ok(Answer::ok(json!([])));
    }
    let bound = |name: &str| call.query(name).and_then(|id| id.parse::<u64>().ok());
    let limit = call.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(50);
    let (after, before) = (bound("after").unwrap_or(0), bound("before").unwrap_or(u64::MAX));
    let fits =
        world.seen_by(channel, world.bot).filter(|m| m.id > after && m.id < before && m.visible_to.is_none());
    let mut list: Vec<&Message> = fits.collect();
    if bound("after").is_some() {
        list.truncate(limit);
    } else {
        list.drain(..list.len().saturating_sub(limit));
    }
    list.reverse();
    let readable = world.settings.message_content;
    Ok(Answer::ok(list.into_iter().map(|message| world.message_json(message, readable)).collect()))
}

pub(super) fn react(call: &Call, world: &mut World, add: bool) -> Outcome {
    let id = standing(world, call)?;
    let channel = call.route.id("channel_id");
    if add
        && !world.can(channel, world.bot, Permissions::ADD_REACTIONS.and(Permissions::READ_MESSAGE_HISTORY))
    {
        return Err(Refusal::missing_permissions());
    }
    let (bot, emoji) = (world.bot, call.route.text("emoji_name").to_owned());
    if let Some(message) = world.messages.get_mut(&id) {
        let users = message.reactions.entry(emoji.clone()).or_default();
        users.retain(|user| *user != bot);
        if add {
            users.push(bot);
        } else if users.is_empty() {
            message.reactions.remove(&emoji);
        }
    }
    Ok(Answer::none())
}
