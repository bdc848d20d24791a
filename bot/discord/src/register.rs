//! The slash commands, registered when they are not as they should be.

use crate::{api::ApiError, bot::Bot};
use rowcall_frontend::commands::{CommandSpec, OptionKind, OptionSpec, Words, specs};
use serde_json::{Map, Value, json};

/// Registers the commands if they changed. False when that did not work; the bot goes on without.
pub async fn register(bot: &Bot) -> bool {
    let Some(me) = bot.me() else { return false };
    let wanted = commands();
    let outcome: Result<bool, ApiError> = async {
        let there = bot.api.commands(me.application).await?;
        if same(&there, &wanted) {
            return Ok(false);
        }
        bot.api.set_commands(me.application, &wanted).await?;
        Ok(true)
    }
    .await;
    match outcome {
        Ok(true) => tracing::info!("slash commands registered; Discord shows them within minutes"),
        Ok(false) => tracing::debug!("slash commands are registered as they are"),
        Err(error) => {
            tracing::warn!(%error, "slash commands could not be registered; mentions and direct messages work");
            return false;
        }
    }
    true
}

/// Text, and yes or no: the kinds of option that are used.
const TEXT: u8 = 3;
const FLAG: u8 = 5;
/// Longest text of an option.
const LONGEST: u16 = 6000;
/// In guilds and in direct messages with the bot.
const CONTEXTS: [u8; 2] = [0, 1];

/// The commands as they should be.
fn commands() -> Value {
    specs().iter().map(command).collect()
}

fn command(spec: &CommandSpec) -> Value {
    let mut command = json!({
        "type": 1,
        "name": spec.name,
        "description": spec.description.en,
        "description_localizations": localized(spec.description),
        "options": spec.options.iter().map(option).collect::<Vec<_>>(),
        "contexts": CONTEXTS,
    });
    if spec.admin {
        // Hidden from those who manage nothing in the guild; the desk decides who may use it.
        command["default_member_permissions"] = json!(MANAGE_GUILD);
    }
    command
}

/// Discord's permission "Manage Server".
const MANAGE_GUILD: &str = "32";

fn option(spec: &OptionSpec) -> Value {
    let mut option = json!({
        "name": spec.name,
        "description": spec.description.en,
        "description_localizations": localized(spec.description),
        "required": spec.required,
        "type": if spec.kind == OptionKind::Flag { FLAG } else { TEXT },
    });
    match spec.kind {
        OptionKind::Question | OptionKind::Source => option["autocomplete"] = json!(true),
        OptionKind::Text | OptionKind::Flag => {}
    }
    if spec.kind != OptionKind::Flag {
        option["max_length"] = json!(LONGEST);
    }
    option
}

fn localized(words: Words) -> Value {
    json!({ "de": words.de, "es-ES": words.es, "es-419": words.es })
}

/// Whether two lists of commands say the same, in whatever order and with whatever else Discord tells of its own.
fn same(there: &Value, wanted: &Value) -> bool {
    let normal = |list: &Value| {
        let mut commands: Vec<_> = list.as_array().into_iter().flatten().map(normal).collect();
        commands.sort_by_key(|command| command["name"].to_string());
        commands
    };
    normal(there) == normal(wanted)
}

/// What was set, without what means nothing: null, false, empty.
fn normal(value: &Value) -> Value {
    const SET: [&str; 11] = [
        "default_member_permissions",
        "name",
        "description",
        "name_localizations",
        "description_localizations",
        "type",
        "options",
        "required",
        "autocomplete",
        "max_length",
        "contexts",
    ];
    let Some(fields) = value.as_object() else { return value.clone() };
    let mut out = Map::new();
    for (name, value) in fields {
        let value = match value {
            Value::Array(items) => Value::Array(items.iter().map(normal).collect()),
            other => other.clone(),
        };
        let nothing = matches!(&value, Value::Null | Value::Bool(false))
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty);
        if SET.contains(&name.as_str()) && !nothing {
            out.insert(name.clone(), value);
        }
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_adds_or_leaves_out_is_no_change() {
        let wanted = json!([{
            "name": "ask", "description": "Ask", "description_localizations": { "de": "Frag" }, "type": 1,
            "options": [{ "name": "q", "description": "Q", "type": 3, "required": false, "autocomplete": true }],
        }]);
        let mut there = json!([{
            "id": "1", "application_id": "2", "version": "3", "name": "ask", "description": "Ask", "type": 1,
            "description_localizations": { "de": "Frag" }, "name_localizations": null, "nsfw": false,
            "options": [{ "name": "q", "description": "Q", "type": 3, "autocomplete": true, "choices": [] }],
            "default_member_permissions": null,
        }]);
        assert!(same(&there, &wanted));
        there[0]["options"][0]["description"] = json!("Other");
        assert!(!same(&there, &wanted));
        assert!(!same(&json!([]), &wanted));
    }

    #[test]
    fn every_command_fits_what_discord_takes() {
        let commands = commands();
        let commands = commands.as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(commands.iter().any(|c| c["name"] == "ask") && commands.iter().any(|c| c["name"] == "help"));
        for command in commands {
            assert!(
                command["description"].as_str().is_some_and(|d| (1..=100).contains(&d.chars().count())),
                "{command}"
            );
        }
    }
}
