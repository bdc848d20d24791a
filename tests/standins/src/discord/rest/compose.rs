//! From the body of a request to a message.

use serde_json::{Value, json};

use super::Call;
use crate::discord::form::Upload;
use crate::discord::record::ViolationKind;
use crate::discord::refusal::{Fault, Refusal};
use crate::discord::world::{File, Message, World};

/// What a bot may set of the flags: no embeds, ephemeral, silent, second kind of components.
const SETTABLE: u64 = 1 << 2 | 1 << 6 | 1 << 12 | 1 << 15;

/// Puts what a body says into a message. What the body leaves out stays.
pub(crate) fn fill(
    message: &mut Message,
    body: &Value,
    files: &[Upload],
    world: &mut World,
) -> Result<(), Refusal> {
    if let Some(content) = body.get("content") {
        content.as_str().unwrap_or_default().trim().clone_into(&mut message.content);
    }
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    if let Some(embeds) = body.get("embeds") {
        message.embeds = list(embeds);
        message.embeds.iter_mut().for_each(super::tidy);
    }
    if let Some(components) = body.get("components") {
        message.components = list(components);
        number(&mut message.components, &mut 0);
    }
    if let Some(flags) = body["flags"].as_u64() {
        let ephemeral = message.flags & !SETTABLE;
        message.flags = ephemeral | flags & SETTABLE;
    }
    attach(message, body, files, world)?;
    for embed in &mut message.embeds {
        point_to_files(embed, &message.files, world, message.channel);
        if embed["type"].is_null() {
            embed["type"] = json!("rich");
        }
    }
    mention(message, body, world);
    if World::would_be_empty(message) {
        let refusal = Refusal::wrong(ViolationKind::Form, 400, 50006, "Cannot send an empty message");
        return Err(refusal);
    }
    Ok(())
}

/// Gives every component an id, as Discord does, and the fields that it fills in.
fn number(components: &mut [Value], last: &mut u64) {
    for component in components {
        super::tidy(component);
        *last += 1;
        if component.get("id").is_none() {
            component["id"] = json!(*last);
        }
        if component["type"] == 3 {
            for name in ["min_values", "max_values"] {
                if component.get(name).is_none() {
                    component[name] = json!(1);
                }
            }
        }
        if let Some(inner) = component.get_mut("components").and_then(Value::as_array_mut) {
            number(inner, last);
        }
    }
}

/// Keeps those of the files that the body names (all, if it says nothing of attachments), and adds the new ones.
fn attach(message: &mut Message, body: &Value, files: &[Upload], world: &mut World) -> Result<(), Refusal> {
    let entries = body["attachments"].as_array();
    let entry_of = |id: &str| entries?.iter().find(|entry| entry["id"].to_string().trim_matches('"') == id);
    if let Some(entries) = entries {
        let uploads: Vec<String> =
            files.iter().filter_map(|file| file.number).map(|n| n.to_string()).collect();
        for entry in entries {
            let id = entry["id"].to_string().trim_matches('"').to_owned();
            let stands = message.files.iter().any(|file| file.id.to_string() == id);
            if !stands && !uploads.contains(&id) {
                let fault = Fault {
                    path: "attachments".to_owned(),
                    code: "ATTACHMENT_NOT_FOUND",
                    message: format!("There is no attachment {id}."),
                };
                return Err(Refusal::invalid(ViolationKind::Form, vec![fault]));
            }
        }
        message.files.retain(|file| entry_of(&file.id.to_string()).is_some());
    }
    for upload in files {
        let entry = upload.number.and_then(|number| entry_of(&number.to_string()));
        let name = entry.and_then(|entry| entry["filename"].as_str()).unwrap_or(&upload.name);
        let description = entry.and_then(|entry| entry["description"].as_str());
        message.files.push(File {
            id: world.next_id(),
            name: name.replace(' ', "_"),
            description: description.map(str::to_owned),
            content_type: upload.content_type.clone(),
            bytes: upload.bytes.clone(),
        });
    }
    Ok(())
}

/// `attachment://name` becomes the file's address.
fn point_to_files(embed: &mut Value, files: &[File], world: &World, channel: u64) {
    for part in ["image", "thumbnail"] {
        let Some(name) = embed[part]["url"].as_str().and_then(|url| url.strip_prefix("attachment://")) else {
            continue;
        };
        if let Some(file) = files.iter().find(|file| file.name == name) {
            embed[part]["url"] = world.file_json(channel, file)["url"].clone();
        }
    }
}

/// Finds who is mentioned and really pinged. An edit that says nothing of it changes nothing.
fn mention(message: &mut Message, body: &Value, world: &World) {
    let edit = message.id != 0;
    if edit && body.get("content").is_none() && body["allowed_mentions"].is_null() {
        return;
    }
    let pinged_before = |user: &u64| edit && message.mentions.contains(user);
    let replied = message.reply_to.and_then(|id| world.messages.get(&id)).map(|first| first.author);
    let replied_before = replied.as_ref().is_some_and(pinged_before);
    let allowed = &body["allowed_mentions"];
    let parses = |kind: &str| match allowed.get("parse").and_then(Value::as_array) {
        _ if allowed.is_null() => true,
        Some(list) => list.iter().any(|item| item == kind),
        None => false,
    };
    let listed = |kind: &str, id: u64| {
        allowed[kind]
            .as_array()
            .is_some_and(|list| list.iter().any(|item| item.as_str() == Some(&id.to_string())))
    };
    let users = ids_in(&message.content, &["<@!", "<@"]);
    message.mentions = users
        .into_iter()
        .filter(|id| world.users.contains_key(id) && (parses("users") || listed("users", *id)))
        .collect();
    let roles = ids_in(&message.content, &["<@&"]);
    message.mention_roles = roles.into_iter().filter(|id| parses("roles") || listed("roles", *id)).collect();
    let everyone = message.content.contains("@everyone") || message.content.contains("@here");
    let may = world.can(message.channel, message.author, crate::discord::Permissions::MENTION_EVERYONE);
    message.mention_everyone = everyone && parses("everyone") && may;
    let reply_pings = match allowed["replied_user"].as_bool() {
        Some(wanted) => wanted,
        None if edit => replied_before,
        None => allowed.is_null(),
    };
    if let Some(author) = replied.filter(|author| reply_pings && !message.mentions.contains(author)) {
        message.mentions.push(author);
    }
}

/// Ids in a text that stand between one of these beginnings and `>`.
pub(crate) fn ids_in(text: &str, beginnings: &[&str]) -> Vec<u64> {
    let mut found = Vec::new();
    for beginning in beginnings {
        for part in text.split(beginning).skip(1) {
            if let Some(id) = part.split_once('>').and_then(|(id, _)| id.parse().ok())
                && !found.contains(&id)
            {
                found.push(id);
            }
        }
    }
    found
}

/// A new message of the bot in a channel, from the body of a request.
pub(crate) fn new_message(
    channel: u64,
    body: &Value,
    call: &Call,
    world: &mut World,
) -> Result<Message, Refusal> {
    let mut message = Message::new(channel, world.bot, "");
    message.reply_to = body["message_reference"]["message_id"].as_str().and_then(|id| id.parse().ok());
    fill(&mut message, body, &call.files, world)?;
    Ok(message)
}
