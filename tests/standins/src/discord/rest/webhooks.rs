//! What an interaction's token opens afterwards: the original answer and further messages.

use super::{Call, Outcome, interactions, messages};
use crate::discord::refusal::{Answer, Refusal};
use crate::discord::world::{Answered, Interaction, LOADING, World};

/// The interaction of a token that is still good.
fn interaction(call: &Call, world: &World) -> Result<Interaction, Refusal> {
    let known = world.interaction_by_token(call.route.text("webhook_token"));
    let known = known.filter(|_| call.route.id("webhook_id") == world.application);
    let Some(interaction) = known else { return Err(Refusal::unknown("Webhook", 10015)) };
    let lifetime = u64::try_from(world.settings.token_lifetime.as_millis()).unwrap_or(u64::MAX);
    if world.now() > interaction.created.saturating_add(lifetime) {
        return Err(Refusal::of(401, 50027, "Invalid Webhook Token"));
    }
    if interaction.answered.is_none() {
        return Err(Refusal::unknown("Webhook", 10015));
    }
    if !world.channels.contains_key(&interaction.channel) {
        return Err(Refusal::unknown("Channel", 10003));
    }
    Ok(interaction.clone())
}

/// The message that the path means: `@original`, or one that belongs to this interaction.
fn target(call: &Call, world: &World, interaction: &Interaction) -> Result<u64, Refusal> {
    let id = match call.route.text("message_id") {
        "" => interaction.original,
        id => id.parse().ok().filter(|id| {
            let of_it =
                world.messages.get(id).is_some_and(|message| message.interaction == Some(interaction.id));
            of_it || interaction.original == Some(*id)
        }),
    };
    id.filter(|id| world.messages.get(id).is_some_and(|message| !message.deleted))
        .ok_or_else(|| Refusal::unknown("Message", 10008))
}

pub(super) fn get(call: &Call, world: &mut World) -> Outcome {
    let interaction = interaction(call, world)?;
    let id = target(call, world, &interaction)?;
    let message = world.messages.get(&id).ok_or_else(|| Refusal::unknown("Message", 10008))?;
    Ok(Answer::ok(world.message_json(message, true)))
}

pub(super) fn update(call: &Call, world: &mut World) -> Outcome {
    let interaction = interaction(call, world)?;
    let id = target(call, world, &interaction)?;
    messages::change(world, id, &call.body, call)
}

pub(super) fn delete(call: &Call, world: &mut World) -> Outcome {
    let interaction = interaction(call, world)?;
    let id = target(call, world, &interaction)?;
    world.delete(id);
    Ok(Answer::none())
}

pub(super) fn follow_up(call: &Call, world: &mut World) -> Outcome {
    let interaction = interaction(call, world)?;
    // The first message after "thinking" takes its place, ephemeral or not as that was.
    let waiting = match interaction.answered {
        Some((_, Answered::Message(id))) => {
            world.messages.get(&id).filter(|m| m.flags & LOADING != 0 && !m.deleted)
        }
        _ => None,
    };
    if let Some(waiting) = waiting {
        let id = waiting.id;
        return messages::change(world, id, &call.body, call);
    }
    let id = interactions::reply(call, world, &interaction, &call.body, interaction.original)?;
    let message = world.messages.get(&id).ok_or_else(|| Refusal::unknown("Message", 10008))?;
    Ok(Answer::ok(world.message_json(message, true)))
}
