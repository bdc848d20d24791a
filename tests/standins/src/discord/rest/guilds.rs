//! Guilds, members and users.

use serde_json::{Value, json};

use super::{Call, Outcome};
use crate::discord::Permissions;
use crate::discord::refusal::{Answer, Refusal};
use crate::discord::world::{GuildState, World};

/// A guild that the bot is in.
fn guild<'a>(call: &Call, world: &'a World) -> Result<&'a GuildState, Refusal> {
    let guild = world.guilds.get(&call.route.id("guild_id"));
    guild
        .filter(|guild| guild.members.contains_key(&world.bot))
        .ok_or_else(|| Refusal::unknown("Guild", 10004))
}

pub(super) fn get(call: &Call, world: &mut World) -> Outcome {
    let id = guild(call, world)?.id;
    let mut value = world.guild_json(id);
    // These come only over the gateway.
    for name in [
        "members",
        "channels",
        "threads",
        "presences",
        "voice_states",
        "joined_at",
        "large",
        "unavailable",
        "member_count",
    ] {
        if let Some(fields) = value.as_object_mut() {
            fields.remove(name);
        }
    }
    Ok(Answer::ok(value))
}

pub(super) fn mine(world: &mut World) -> Outcome {
    let of_bot = world.guilds.values().filter(|guild| guild.members.contains_key(&world.bot));
    let shown = |guild: &GuildState| {
        json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "owner": false, "features": [],
            "permissions": guild.roles.get(&guild.bot_role).map_or(0, |role| role.permissions.0).to_string(),
        })
    };
    Ok(Answer::ok(of_bot.map(shown).collect()))
}

pub(super) fn channels(call: &Call, world: &mut World) -> Outcome {
    let id = guild(call, world)?.id;
    let of_guild =
        world.channels.values().filter(|channel| channel.guild == Some(id) && !channel.is_thread());
    let seen = of_guild.filter(|channel| world.can(channel.id, world.bot, Permissions::VIEW_CHANNEL));
    Ok(Answer::ok(seen.map(|channel| world.channel_json(channel)).collect()))
}

pub(super) fn threads(call: &Call, world: &mut World) -> Outcome {
    let id = guild(call, world)?.id;
    let of_guild = world.channels.values().filter(|c| c.guild == Some(id) && c.is_thread() && !c.archived);
    let list: Value = of_guild.map(|channel| world.channel_json(channel)).collect();
    Ok(Answer::ok(json!({"threads": list, "members": []})))
}

pub(super) fn roles(call: &Call, world: &mut World) -> Outcome {
    let guild = guild(call, world)?;
    Ok(Answer::ok(guild.roles.values().map(World::role_json).collect()))
}

pub(super) fn member(call: &Call, world: &mut World) -> Outcome {
    let member = guild(call, world)?.members.get(&call.route.id("user_id"));
    let member = member.ok_or_else(|| Refusal::unknown("Member", 10007))?;
    Ok(Answer::ok(world.member_json(member)))
}

pub(super) fn user(call: &Call, world: &mut World) -> Outcome {
    let id = call.route.id("user_id");
    if world.users.contains_key(&id) {
        Ok(Answer::ok(world.user_json(id)))
    } else {
        Err(Refusal::unknown("User", 10013))
    }
}
