//! Where a message goes, and whether the bot may send it there.

use super::super::model::MediaKind;
use super::super::refusal::Refusal;
use super::super::state::{ChatData, Kind, Standing};
use super::Context;

pub(crate) struct Place {
    pub chat: i64,
    pub thread: Option<i32>,
    pub reply_to: Option<i32>,
}

/// The chat of a request, if the bot has access to it.
pub(crate) fn chat<'a>(context: &'a Context<'_>) -> Result<&'a ChatData, Refusal> {
    let found = context.named_chat().and_then(|id| context.state.chats.get(&id));
    let chat = found.ok_or_else(|| Refusal::bad("chat", "chat not found"))?;
    if let Some(new) = chat.migrated_to {
        let mut refusal = Refusal::world("group chat was upgraded to a supergroup chat");
        refusal.parameters = Some(serde_json::json!({ "migrate_to_chat_id": new }));
        return Err(refusal);
    }
    let kind = chat.type_name();
    match chat.standing {
        Standing::Member | Standing::Admin => Ok(chat),
        Standing::Blocked => Err(Refusal::forbidden("bot was blocked by the user")),
        Standing::NotStarted => Err(Refusal::forbidden("bot can't initiate conversation with a user")),
        Standing::Kicked => Err(Refusal::forbidden(&format!("bot was kicked from the {kind} chat"))),
        Standing::Left => Err(Refusal::forbidden(&format!("bot is not a member of the {kind} chat"))),
    }
}

/// The place of a new message with these files.
pub(crate) fn new_message(context: &Context<'_>, media: Option<MediaKind>) -> Result<Place, Refusal> {
    let chat = chat(context)?;
    if chat.is_group() && chat.standing != Standing::Admin {
        let (allowed, what) = match media {
            None => (chat.rights.messages, "text messages"),
            Some(MediaKind::Photo) => (chat.rights.messages && chat.rights.photos, "photos"),
            Some(_) => (chat.rights.messages && chat.rights.documents, "documents"),
        };
        if !allowed {
            return Err(Refusal::world(format!("not enough rights to send {what} to the chat")));
        }
    }
    let reply = reply_to(context, chat)?;
    let mut thread = thread(context, chat)?;
    if thread.is_none() {
        // An answer stands in the topic of what it answers.
        thread = reply.and_then(|id| chat.messages.get(&id)).and_then(|message| message.thread);
    }
    Ok(Place { chat: chat.id, thread, reply_to: reply })
}

fn thread(context: &Context<'_>, chat: &ChatData) -> Result<Option<i32>, Refusal> {
    let Some(id) = context.number("message_thread_id") else { return Ok(None) };
    let not_found = |rule| Refusal { rule, ..Refusal::bad("thread", "message thread not found") };
    let forum = chat.kind == (Kind::Supergroup { forum: true });
    let id = i32::try_from(id).map_err(|_| not_found(Some("thread")))?;
    match chat.topics.get(&id) {
        Some(topic) if topic.closed && chat.standing != Standing::Admin => {
            Err(Refusal::world("TOPIC_CLOSED"))
        }
        Some(_) => Ok(Some(id)),
        // A topic that was deleted is nobody's fault; one that never was, or the general one (1), is.
        None if forum && id > 1 && id < chat.next_message => Err(not_found(None)),
        None => Err(not_found(Some("thread"))),
    }
}

fn reply_to(context: &Context<'_>, chat: &ChatData) -> Result<Option<i32>, Refusal> {
    let Some(parameters) = context.params().get("reply_parameters") else { return Ok(None) };
    let id = parameters["message_id"].as_i64().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
    match chat.messages.get(&id) {
        Some(message) if !message.deleted => Ok(Some(id)),
        _ if parameters["allow_sending_without_reply"].as_bool() == Some(true) => Ok(None),
        Some(_) => Err(Refusal::world("message to be replied not found")),
        None => Err(Refusal::bad("reply", "message to be replied not found")),
    }
}
