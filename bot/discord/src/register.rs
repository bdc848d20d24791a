//! The slash commands, registered when they are not as they should be.

use crate::{api::ApiError, bot::Bot};
use serde_json::{Map, Value, json};

/// Registers the commands if they changed. False when that did not work; the bot goes on without.
pub async fn register(bot: &Bot) -> bool {
    let Some(me) = bot.me() else { return false };
    let wanted = json!([]);
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
        "choices",
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
