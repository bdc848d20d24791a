//! The bot itself, chats and their members.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::state::{Kind, Standing, Topic};
use super::place;
use super::{Context, Outcome, done};

pub(crate) fn me(context: &Context<'_>) -> Value {
    let mut me = context.state.bot.json();
    me["can_join_groups"] = json!(true);
    me["can_read_all_group_messages"] = json!(!context.state.privacy);
    for no in ["supports_inline_queries", "can_connect_to_business", "has_main_web_app"] {
        me[no] = json!(false);
    }
    me
}

pub(crate) fn get(context: &mut Context<'_>) -> Outcome {
    let chat = place::chat(context)?;
    let mut full = chat.json();
    full["accent_color_id"] = json!(0);
    full["max_reaction_count"] = json!(11);
    full["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false, "gifts_from_channels": false,
    });
    if chat.is_group() {
        let (text, photos, documents) = (chat.rights.messages, chat.rights.photos, chat.rights.documents);
        full["permissions"] =
            json!({ "can_send_messages": text, "can_send_photos": photos, "can_send_documents": documents });
    }
    Ok(full)
}

/// A member with this status. An administrator has every right that a bot of ours may use.
pub(crate) fn member_json(user: Value, status: &str) -> Value {
    let mut member = json!({ "user": user, "status": status });
    match status {
        "creator" => member["is_anonymous"] = json!(false),
        "kicked" => member["until_date"] = json!(0),
        "administrator" => {
            for right in [
                "can_be_edited",
                "is_anonymous",
                "can_change_info",
                "can_restrict_members",
                "can_promote_members",
                "can_manage_video_chats",
                "can_post_stories",
                "can_edit_stories",
                "can_delete_stories",
            ] {
                member[right] = json!(false);
            }
            for right in [
                "can_manage_chat",
                "can_delete_messages",
                "can_invite_users",
                "can_pin_messages",
                "can_manage_topics",
            ] {
                member[right] = json!(true);
            }
        }
        _ => {}
    }
    member
}

fn status(context: &Context<'_>, chat: i64, user: i64) -> Option<(Value, &'static str)> {
    let data = context.state.chats.get(&chat)?;
    if user == context.state.bot.id {
        let status = if data.standing == Standing::Admin { "administrator" } else { "member" };
        return Some((context.state.bot.json(), status));
    }
    let person = context.state.people.get(&user)?.json();
    let status = match data.members.contains(&user) {
        _ if data.kind == Kind::Private => "member",
        false => "left",
        true if data.members.first() == Some(&user) => "creator",
        true if data.admins.contains(&user) => "administrator",
        true => "member",
    };
    Some((person, status))
}

pub(crate) fn member(context: &mut Context<'_>) -> Outcome {
    let chat = place::chat(context)?.id;
    let user = context.number("user_id").unwrap_or_default();
    let (user, status) =
        status(context, chat, user).ok_or_else(|| Refusal::bad("member", "member not found"))?;
    Ok(member_json(user, status))
}

pub(crate) fn administrators(context: &mut Context<'_>) -> Outcome {
    let chat = place::chat(context)?;
    if chat.kind == Kind::Private {
        return Err(Refusal::bad("chat", "there are no administrators in the private chat"));
    }
    let (id, mut users) = (chat.id, chat.members.clone());
    users.push(context.state.bot.id);
    let members = users.into_iter().filter_map(|user| status(context, id, user));
    Ok(members
        .filter(|(_, status)| matches!(*status, "creator" | "administrator"))
        .map(|(user, status)| member_json(user, status))
        .collect())
}

pub(crate) fn leave(context: &mut Context<'_>) -> Outcome {
    let chat = place::chat(context)?;
    if chat.kind == Kind::Private {
        return Err(Refusal::bad("chat", "chat member status can't be changed in private chats"));
    }
    let id = chat.id;
    if let Some(chat) = context.state.chats.get_mut(&id) {
        chat.standing = Standing::Left;
    }
    done()
}

pub(crate) fn create_topic(context: &mut Context<'_>) -> Outcome {
    let chat = place::chat(context)?;
    if chat.kind != (Kind::Supergroup { forum: true }) {
        return Err(Refusal::bad("chat", "the chat is not a forum"));
    }
    if chat.standing != Standing::Admin {
        return Err(Refusal::world("not enough rights to create a topic"));
    }
    let name = context.text("name").unwrap_or_default().to_owned();
    if !(1..=128).contains(&name.chars().count()) {
        return Err(Refusal::bad("topic", "TOPIC_TITLE_INVALID"));
    }
    let id = chat.id;
    let Some(chat) = context.state.chats.get_mut(&id) else { return done() };
    let thread = chat.next_message;
    chat.next_message += 1;
    chat.topics.insert(thread, Topic { name: name.clone(), closed: false });
    Ok(json!({ "message_thread_id": thread, "name": name, "icon_color": 7_322_096 }))
}
