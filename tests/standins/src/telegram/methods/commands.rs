//! The list of commands that people see when they type `/`, by scope and language.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::{Context, Outcome, done};

fn key(context: &Context<'_>) -> (String, String) {
    let scope = context.params().get("scope").cloned().unwrap_or_else(|| json!({ "type": "default" }));
    (scope.to_string(), context.text("language_code").unwrap_or_default().to_owned())
}

pub(crate) fn set(context: &mut Context<'_>) -> Outcome {
    let commands = context.params().get("commands").cloned().unwrap_or_default();
    let list = commands.as_array().map(Vec::as_slice).unwrap_or_default();
    if list.len() > 100 {
        return Err(Refusal::bad("commands", "BOT_COMMANDS_TOO_MUCH"));
    }
    for command in list {
        let text = |field: &str| command.get(field).and_then(Value::as_str).unwrap_or_default();
        let (name, description) = (text("command"), text("description"));
        let plain = name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        if !plain || !(1..=32).contains(&name.len()) {
            return Err(Refusal::bad("commands", "BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&description.chars().count()) {
            return Err(Refusal::bad("commands", "BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let (scope, language) = key(context);
    let two_letters = language.len() == 2 && language.bytes().all(|c| c.is_ascii_lowercase());
    if !language.is_empty() && !two_letters {
        return Err(Refusal::bad("commands", "LANG_CODE_INVALID"));
    }
    context.state.commands.insert((scope, language), commands);
    done()
}

pub(crate) fn get(context: &mut Context<'_>) -> Outcome {
    Ok(context.state.commands.get(&key(context)).cloned().unwrap_or_else(|| json!([])))
}

pub(crate) fn delete(context: &mut Context<'_>) -> Outcome {
    let key = key(context);
    context.state.commands.remove(&key);
    done()
}
