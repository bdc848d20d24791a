//! Messages as Telegram's JSON.

use serde_json::{Value, json};

use super::model::{Content, Media, MediaKind, Message};
use super::state::{Kind, State};

/// A message with the one that it answers.
pub(crate) fn message(state: &State, message: &Message) -> Value {
    let mut value = plain(state, message);
    let replied = message.reply_to.and_then(|id| state.chats.get(&message.key.chat)?.messages.get(&id));
    if let Some(replied) = replied.filter(|replied| !replied.deleted) {
        value["reply_to_message"] = plain(state, replied);
    }
    value
}

fn plain(state: &State, message: &Message) -> Value {
    let chat = state.chats.get(&message.key.chat);
    let channel = chat.is_some_and(|chat| chat.kind == Kind::Channel);
    let mut value = json!({
        "message_id": message.key.id,
        "date": message.date.timestamp(),
        "chat": chat.map(|chat| chat.json()),
    });
    if let Some(sender) = message.author.sender_chat.and_then(|id| state.chats.get(&id)) {
        value["sender_chat"] = sender.json();
        // Telegram's own account that stands in for anonymous administrators.
        value["from"] = json!({ "id": 1_087_968_824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot" });
    } else if channel {
        value["sender_chat"] = json!(chat.map(|chat| chat.json()));
    } else if message.author.id == state.bot.id {
        value["from"] = state.bot.json();
    } else if let Some(person) = state.people.get(&message.author.id) {
        value["from"] = person.json();
    }
    if let Some(thread) = message.thread {
        value["message_thread_id"] = json!(thread);
        value["is_topic_message"] = json!(true);
    }
    if message.edited
        && let Some(last) = message.history.last()
    {
        value["edit_date"] = json!(last.at.timestamp());
    }
    if let Some(name) = &message.forwarded_from {
        value["forward_origin"] =
            json!({ "type": "hidden_user", "date": message.date.timestamp(), "sender_user_name": name });
    }
    if let Some(album) = &message.album {
        value["media_group_id"] = json!(album);
    }
    if let Some(Value::Object(service)) = &message.service {
        service.iter().for_each(|(field, what)| value[field] = what.clone());
    } else {
        content(&message.content, &mut value);
    }
    value
}

fn content(content: &Content, value: &mut Value) {
    let entities: Vec<Value> = content.entities.iter().map(super::entities::Entity::json).collect();
    let (text, marks) =
        if content.media.is_some() { ("caption", "caption_entities") } else { ("text", "entities") };
    if !content.text.is_empty() {
        value[text] = json!(content.text);
        if !entities.is_empty() {
            value[marks] = json!(entities);
        }
    }
    if let Some(file) = &content.media {
        value[file.kind.field()] = media(file);
    }
    if !content.keyboard.is_empty() {
        let rows: Vec<Vec<&Value>> =
            content.keyboard.iter().map(|row| row.iter().map(|button| &button.raw).collect()).collect();
        value["reply_markup"] = json!({ "inline_keyboard": rows });
    }
}

fn media(file: &Media) -> Value {
    let (width, height) = file.size.unwrap_or((1, 1));
    let mut value = json!({ "file_id": file.file_id, "file_unique_id": format!("u-{}", file.file_id), "file_size": file.length });
    match file.kind {
        MediaKind::Photo => {
            value["width"] = json!(width);
            value["height"] = json!(height);
            return json!([value]);
        }
        MediaKind::Document => {
            value["file_name"] = json!(file.name);
            value["mime_type"] = json!(mime_type(file.name.as_deref().unwrap_or_default()));
        }
        MediaKind::Voice => {
            value["duration"] = json!(1);
            value["mime_type"] = json!("audio/ogg");
        }
        MediaKind::Sticker => {
            value["type"] = json!("regular");
            value["width"] = json!(512);
            value["height"] = json!(512);
            value["is_animated"] = json!(false);
            value["is_video"] = json!(false);
        }
    }
    value
}

/// What Telegram makes of a file's name.
fn mime_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("csv") => "text/csv",
        Some("txt" | "sql") => "text/plain",
        Some("png") => "image/png",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}
