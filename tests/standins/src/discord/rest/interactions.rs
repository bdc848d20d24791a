//! The first answer to an interaction.

use serde_json::{Value, json};

use super::{Call, Outcome, compose, messages};
use crate::discord::record::ViolationKind;
use crate::discord::refusal::{Answer, Refusal};
use crate::discord::world::{Answered, EPHEMERAL, Interaction, Kind, LOADING, Message, World};

pub(super) fn answer(call: &Call, world: &mut World) -> Outcome {
    let known = world.interactions.get(&call.route.id("interaction_id"));
    let known = known.filter(|one| one.token == call.route.text("interaction_token")).cloned();
    let Some(interaction) = known else { return Err(Refusal::unknown("interaction", 10062)) };
    if interaction.answered.is_some() {
        return Err(Refusal::of(400, 40060, "Interaction has already been acknowledged."));
    }
    if world.failed(&interaction) {
        return Err(Refusal::unknown("interaction", 10062));
    }
    let data = &call.body["data"];
    let kind = call.body["type"].as_u64().unwrap_or_default();
    fits(&interaction, kind)?;
    let (answered, original) = match kind {
        4 => {
            let id = reply(call, world, &interaction, data, interaction.message)?;
            (Answered::Message(id), Some(id))
        }
        5 => {
            let mut message = blank(world, &interaction, interaction.message);
            message.flags = LOADING | data["flags"].as_u64().unwrap_or_default() & EPHEMERAL;
            message.visible_to = (message.flags & EPHEMERAL != 0).then_some(interaction.user);
            let id = world.post(message);
            (Answered::Message(id), Some(id))
        }
        6 => (Answered::Kept, interaction.message),
        7 => {
            if let Some(id) = interaction.message {
                messages::change(world, id, data, call)?;
            }
            (Answered::Kept, interaction.message)
        }
        8 => (Answered::Choices(data["choices"].as_array().cloned().unwrap_or_default()), None),
        _ => (Answered::Modal(data.clone()), None),
    };
    let now = world.now();
    if let Some(interaction) = world.interactions.get_mut(&interaction.id) {
        interaction.answered = Some((now, answered));
        interaction.original = original;
    }
    if call.query("with_response") != Some("true") {
        return Ok(Answer::none());
    }
    let message =
        original.and_then(|id| world.messages.get(&id)).map(|message| world.message_json(message, true));
    Ok(Answer::ok(json!({
        "interaction": {"id": interaction.id.to_string(), "type": interaction.kind.number()},
        "resource": {"type": kind, "message": message},
    })))
}

/// Which answers an interaction takes.
fn fits(interaction: &Interaction, kind: u64) -> Result<(), Refusal> {
    let of_message = interaction.message.is_some();
    let good = match interaction.kind {
        Kind::Command => matches!(kind, 4 | 5 | 9),
        Kind::Component => matches!(kind, 4..=7 | 9),
        Kind::Autocomplete => kind == 8,
        Kind::Modal => matches!(kind, 4 | 5) || (of_message && matches!(kind, 6 | 7)),
    };
    if good {
        return Ok(());
    }
    let what = "Interactions of this kind do not take this type of answer";
    Err(Refusal::wrong(ViolationKind::Form, 400, 50035, what))
}

/// An empty message that answers an interaction: under the command, or as a reply to a message.
fn blank(world: &World, interaction: &Interaction, reply_to: Option<u64>) -> Message {
    let mut message = Message::new(interaction.channel, world.bot, "");
    message.kind = if reply_to.is_some() { 19 } else { 20 };
    message.interaction = Some(interaction.id);
    message.reply_to = reply_to;
    message
}

/// Posts a message that answers an interaction.
pub(super) fn reply(
    call: &Call,
    world: &mut World,
    interaction: &Interaction,
    data: &Value,
    reply_to: Option<u64>,
) -> Result<u64, Refusal> {
    let mut message = blank(world, interaction, reply_to);
    compose::fill(&mut message, data, &call.files, world)?;
    message.visible_to = (message.flags & EPHEMERAL != 0).then_some(interaction.user);
    Ok(world.post(message))
}
