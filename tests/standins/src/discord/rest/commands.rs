//! The commands that an application has registered.

use serde_json::{Value, json};

use super::{Call, Outcome};
use crate::discord::refusal::{Answer, Refusal};
use crate::discord::world::World;

pub(super) fn run(call: &Call, world: &mut World) -> Outcome {
    if call.route.id("application_id") != world.application {
        return Err(Refusal::of(
            403,
            20012,
            "You are not authorized to perform this action on this application",
        ));
    }
    let guild = call.route.params.contains_key("guild_id").then(|| call.route.id("guild_id"));
    if let Some(guild) = guild
        && !world.guilds.contains_key(&guild)
    {
        return Err(Refusal::missing_access());
    }
    let mut list = match guild {
        Some(guild) => world.guild_commands.get(&guild).cloned().unwrap_or_default(),
        None => world.commands.clone(),
    };
    let wanted = call.route.text("command_id").to_owned();
    let at = list.iter().position(|command| command["id"] == wanted.as_str());
    let missing = || Refusal::unknown("application command", 10063);
    let answer = match (call.route.method, wanted.is_empty()) {
        ("put", _) => {
            let bodies = call.body.as_array().cloned().unwrap_or_default();
            let before = std::mem::take(&mut list);
            for body in bodies {
                let old = before.iter().find(|command| same(command, &body));
                list.push(complete(body, old, guild, world));
            }
            Answer::ok(json!(list))
        }
        ("post", _) => {
            let old = list.iter().position(|command| same(command, &call.body));
            let command = complete(call.body.clone(), old.map(|at| &list[at]), guild, world);
            match old {
                Some(at) => list[at] = command.clone(),
                None => list.push(command.clone()),
            }
            if old.is_some() { Answer::ok(command) } else { Answer::created(command) }
        }
        ("patch", _) => {
            let at = at.ok_or_else(missing)?;
            for (key, value) in call.body.as_object().into_iter().flatten() {
                list[at][key] = value.clone();
            }
            Answer::ok(list[at].clone())
        }
        ("delete", _) => {
            list.remove(at.ok_or_else(missing)?);
            Answer::none()
        }
        (_, true) => Answer::ok(json!(list)),
        (_, false) => Answer::ok(list[at.ok_or_else(missing)?].clone()),
    };
    match guild {
        Some(guild) => {
            world.guild_commands.insert(guild, list);
        }
        None => world.commands = list,
    }
    Ok(answer)
}

fn same(command: &Value, body: &Value) -> bool {
    command["name"] == body["name"] && command["type"].as_u64() == Some(body["type"].as_u64().unwrap_or(1))
}

/// Adds what the platform adds; a command that was there keeps its id.
fn complete(mut command: Value, old: Option<&Value>, guild: Option<u64>, world: &mut World) -> Value {
    super::tidy(&mut command);
    command["id"] = old.map_or_else(|| json!(world.next_id().to_string()), |old| old["id"].clone());
    command["application_id"] = json!(world.application.to_string());
    command["version"] = json!(world.next_id().to_string());
    command["type"] = json!(command["type"].as_u64().unwrap_or(1));
    for (key, value) in
        [("description", json!("")), ("default_member_permissions", Value::Null), ("nsfw", json!(false))]
    {
        if command.get(key).is_none() {
            command[key] = value;
        }
    }
    if let Some(number) = command["default_member_permissions"].as_u64() {
        command["default_member_permissions"] = json!(number.to_string());
    }
    if let Some(guild) = guild {
        command["guild_id"] = json!(guild.to_string());
    }
    command
}
