//! Channels, threads and direct messages.

use serde_json::Value;

use super::{Call, Outcome, messages};
use crate::discord::Permissions;
use crate::discord::record::ViolationKind;
use crate::discord::refusal::{Answer, Refusal};
use crate::discord::world::{PRIVATE_THREAD, PUBLIC_THREAD, World};

fn shown(world: &World, channel: u64) -> Outcome {
    let channel = world.channels.get(&channel).ok_or_else(|| Refusal::unknown("Channel", 10003))?;
    Ok(Answer::ok(world.channel_json(channel)))
}

pub(super) fn get(call: &Call, world: &mut World) -> Outcome {
    let channel = call.route.id("channel_id");
    messages::visible(world, channel)?;
    shown(world, channel)
}

/// Only what concerns threads: name, archived, locked.
pub(super) fn update(call: &Call, world: &mut World) -> Outcome {
    let id = call.route.id("channel_id");
    messages::visible(world, id)?;
    let bot = world.bot;
    let (manages, writes) = (
        world.can(id, bot, Permissions::MANAGE_THREADS),
        world.can(id, bot, Permissions::SEND_MESSAGES_IN_THREADS),
    );
    let body = &call.body;
    let Some(channel) = world.channels.get_mut(&id) else { return Err(Refusal::unknown("Channel", 10003)) };
    if !channel.is_thread() {
        return Err(Refusal::wrong(ViolationKind::NotServed, 501, 0, "The stand-in changes only threads."));
    }
    // Anyone who may write wakes an unlocked thread; its owner may rename and archive it.
    let wakes = body["archived"] == false && !channel.locked && writes;
    if !(manages || channel.owner == bot || wakes) {
        return Err(Refusal::missing_permissions());
    }
    if let Some(archived) = body["archived"].as_bool() {
        channel.archived = archived;
    }
    if let Some(locked) = body["locked"].as_bool() {
        channel.locked = locked;
    }
    if let Some(name) = body["name"].as_str() {
        name.clone_into(&mut channel.name);
    }
    world.emit_channel("THREAD_UPDATE", id);
    shown(world, id)
}

pub(super) fn typing(call: &Call, world: &mut World) -> Outcome {
    let channel = call.route.id("channel_id");
    messages::visible(world, channel)?;
    let thread = world.channels.get(&channel).is_some_and(|channel| channel.is_thread());
    let write = if thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    if !world.can(channel, world.bot, write) {
        return Err(Refusal::missing_permissions());
    }
    *world.typing.entry(channel).or_default() += 1;
    Ok(Answer::none())
}

pub(super) fn thread(call: &Call, world: &mut World) -> Outcome {
    let parent = call.route.id("channel_id");
    messages::visible(world, parent)?;
    if world.channels.get(&parent).is_none_or(|channel| channel.guild.is_none() || channel.is_thread()) {
        let what = "Cannot execute action on this channel type";
        return Err(Refusal::wrong(ViolationKind::Form, 400, 50024, what));
    }
    let private =
        call.route.operation == "create_thread" && call.body["type"].as_u64().is_none_or(|kind| kind == 12);
    let (kind, wanted) = if private {
        (PRIVATE_THREAD, Permissions::CREATE_PRIVATE_THREADS)
    } else {
        (PUBLIC_THREAD, Permissions::CREATE_PUBLIC_THREADS)
    };
    if !world.can(parent, world.bot, wanted) {
        return Err(Refusal::missing_permissions());
    }
    let start = match call.route.params.get("message_id") {
        None => None,
        Some(_) => {
            let id = call.route.id("message_id");
            let message = world.message(parent, id).ok_or_else(|| Refusal::unknown("Message", 10008))?;
            if message.thread {
                return Err(Refusal::of(400, 160_004, "A thread has already been created for this message"));
            }
            Some(id)
        }
    };
    let bot = world.bot;
    let name = call.body["name"].as_str().unwrap_or_default();
    let id = world.add_thread(parent, start, name, kind, bot);
    if let Some(channel) = world.channels.get_mut(&id)
        && let Some(minutes) = call.body["auto_archive_duration"].as_u64()
    {
        channel.archive_minutes = minutes;
    }
    if let Some(message) = start.and_then(|id| world.messages.get_mut(&id)) {
        message.thread = true;
        message.flags |= 1 << 5;
    }
    let Answer { body, .. } = shown(world, id)?;
    Ok(Answer::created(body.unwrap_or(Value::Null)))
}

pub(super) fn join(call: &Call, world: &mut World) -> Outcome {
    let id = call.route.id("channel_id");
    messages::visible(world, id)?;
    let bot = world.bot;
    if let Some(channel) = world.channels.get_mut(&id)
        && !channel.thread_members.contains(&bot)
    {
        channel.thread_members.push(bot);
    }
    Ok(Answer::none())
}

pub(super) fn dm(call: &Call, world: &mut World) -> Outcome {
    let user = call.body["recipient_id"].as_str().and_then(|id| id.parse().ok());
    let Some(user) = user.filter(|user| world.users.contains_key(user) && *user != world.bot) else {
        return Err(Refusal::unknown("User", 10013));
    };
    let id = world.dm_with(user);
    shown(world, id)
}
