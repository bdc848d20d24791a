//! A chat as text: what a person sees, with nothing that changes from run to run.

use std::fmt::Write;

use super::entities::EntityKind;
use super::model::{Content, MediaKind, Message};
use super::state::State;

pub(crate) fn chat(state: &State, id: i64) -> String {
    let mut out = String::new();
    let Some(chat) = state.chats.get(&id) else { return out };
    for message in chat.messages.values().filter(|message| !message.deleted) {
        if !out.is_empty() {
            out.push('\n');
        }
        head(state, chat, message, &mut out);
        for line in lines(message) {
            out.push_str(if line.is_empty() { "" } else { "  " });
            out.push_str(&line);
            out.push('\n');
        }
        for answer in
            state.answers.iter().filter(|answer| answer.message == message.key && !answer.text.is_empty())
        {
            let name = state.people.get(&answer.person).map_or("someone", |person| &person.name);
            let kind = if answer.alert { "alert" } else { "toast" };
            let _ = writeln!(out, "  ({kind} to {name}: {})", answer.text);
        }
    }
    out
}

fn head(state: &State, chat: &super::state::ChatData, message: &Message, out: &mut String) {
    let sender = message.author.sender_chat.and_then(|id| state.chats.get(&id)).map(|chat| &chat.title);
    out.push_str(sender.unwrap_or(&message.author.name));
    if let Some(replied) = message.reply_to.and_then(|id| chat.messages.get(&id)) {
        let _ = write!(out, " to {}", replied.author.name);
    }
    if let Some(topic) = message.thread.and_then(|id| chat.topics.get(&id)) {
        let _ = write!(out, " in #{}", topic.name);
    }
    if let Some(name) = &message.forwarded_from {
        let _ = write!(out, " (forwarded from {name})");
    }
    out.push_str(if message.edited { " (edited):\n" } else { ":\n" });
}

fn lines(message: &Message) -> Vec<String> {
    if let Some(service) = message.service.as_ref().and_then(|service| service.as_object()) {
        return service.keys().map(|what| happened(what)).collect();
    }
    let content = &message.content;
    let text = plain(content);
    let mut lines: Vec<String> = Vec::new();
    match &content.media {
        Some(media) if media.kind == MediaKind::Photo => {
            let (width, height) = media.size.unwrap_or_default();
            let colon = if text.is_empty() { "" } else { ": " };
            lines.extend(format!("[photo {width}x{height}{colon}{text}]").lines().map(str::to_owned));
        }
        Some(media) => {
            let name = media.name.as_deref().unwrap_or("unnamed");
            lines.push(format!("[{} {name}]", media.kind.field()));
            lines.extend(text.lines().map(str::to_owned));
        }
        None => lines.extend(text.lines().map(str::to_owned)),
    }
    for row in &content.keyboard {
        let labels: Vec<String> = row.iter().map(|button| format!("[ {} ]", button.label)).collect();
        lines.push(labels.join(" "));
    }
    if let Some(reaction) = &message.reaction {
        lines.push(format!("({reaction})"));
    }
    lines
}

fn happened(what: &str) -> String {
    match what {
        "migrate_to_chat_id" => "(the group became a supergroup)".to_owned(),
        "migrate_from_chat_id" => "(the supergroup was a group before)".to_owned(),
        other => format!("({})", other.replace('_', " ")),
    }
}

/// The text with its blocks: code between fences, quotes behind `>`, the address of a link after its words.
fn plain(content: &Content) -> String {
    let units: Vec<u16> = content.text.encode_utf16().collect();
    let mut out = String::new();
    let mut at = 0;
    let blocks = content.entities.iter().filter(|entity| {
        matches!(entity.kind, EntityKind::Pre(_) | EntityKind::Blockquote { .. } | EntityKind::Link(_))
    });
    for block in blocks {
        if block.offset < at {
            continue;
        }
        out.push_str(&String::from_utf16_lossy(&units[at..block.offset]));
        let words = block.of(&content.text);
        match &block.kind {
            EntityKind::Pre(language) => {
                fresh_line(&mut out);
                let _ = write!(
                    out,
                    "```{}\n{}\n```",
                    language.as_deref().unwrap_or(""),
                    words.trim_end_matches('\n')
                );
                at = skip_newline(&units, block.end(), &mut out);
            }
            EntityKind::Blockquote { expandable } => {
                fresh_line(&mut out);
                if *expandable {
                    out.push_str("> (expandable)\n");
                }
                let quoted: Vec<String> =
                    words.trim_end_matches('\n').lines().map(|line| format!("> {line}")).collect();
                out.push_str(&quoted.join("\n"));
                at = skip_newline(&units, block.end(), &mut out);
            }
            EntityKind::Link(url) => {
                let _ = write!(out, "{words} ({url})");
                at = block.end();
            }
            _ => {}
        }
    }
    out.push_str(&String::from_utf16_lossy(&units[at.min(units.len())..]));
    out.trim_end().to_owned()
}

fn fresh_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// A block stands on lines of its own, whether or not the text has a line end after it.
fn skip_newline(units: &[u16], end: usize, out: &mut String) -> usize {
    if end < units.len() {
        out.push('\n');
    }
    if units.get(end) == Some(&u16::from(b'\n')) { end + 1 } else { end }
}
