//! What a chat looks like, as a page that a browser can show: the words, pictures and buttons that a stand-in was given, about
//! as the platform's own programs draw them.

use base64::Engine;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rowcall_standins::{
    discord::SeenMessage,
    telegram::{Chat, EntityKind, Message, Telegram},
};
use serde_json::Value as Json;

const STYLE: &str = include_str!("pages.css");

/// Messages of a Discord channel.
pub fn discord(messages: &[SeenMessage]) -> String {
    page("discord", messages.iter().map(discord_message))
}

/// Messages of a Telegram chat, after the first few.
pub fn telegram(telegram: &Telegram, chat: &Chat, skip: usize) -> String {
    let messages: Vec<Message> = chat.messages().into_iter().filter(|m| !m.deleted).skip(skip).collect();
    page("telegram", messages.iter().map(|message| telegram_message(telegram, message)))
}

fn page(kind: &str, messages: impl Iterator<Item = Markup>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                style { (PreEscaped(STYLE)) }
            }
            body class=(kind) { @for message in messages { (message) } }
        }
    };
    page.into_string()
}

fn discord_message(message: &SeenMessage) -> Markup {
    html! {
        div.message.only[message.ephemeral] {
            @if let Some(done) = &message.answers { div.did { (done) } }
            div.author { (message.author) @if message.from_bot { span.app { "APP" } } }
            @if !message.content.is_empty() { div.said { (marked(&message.content)) } }
            @for embed in &message.embeds { (embed_of(embed, message)) }
            @for file in message.files.iter().filter(|f| !shown_in_embed(message, &f.name)) {
                @if file.content_type.starts_with("image/") { (picture(&file.bytes)) } @else { div.file { (file.name) } }
            }
            @for row in &message.rows { (buttons(row.iter().map(|button| &button.label))) }
            @for select in &message.selects { div.select { (select.placeholder) } }
            @if message.ephemeral { div.small { "Only you can see this" } }
        }
    }
}

fn embed_of(embed: &Json, message: &SeenMessage) -> Markup {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let colour = embed["color"].as_u64().map_or_else(String::new, |c| format!("border-color: #{c:06x}"));
    let image = embed["image"]["url"].as_str().and_then(|url| url.rsplit('/').next());
    let image = image.and_then(|name| message.files.iter().find(|file| file.name == name));
    html! {
        div.embed style=(colour) {
            @if let Some(title) = embed["title"].as_str() { div.title { (marked(title)) } }
            @if let Some(said) = embed["description"].as_str() { div.said { (marked(said)) } }
            @for field in embed["fields"].as_array().into_iter().flatten() {
                div.title { (marked(&text(&field["name"]))) }
                div.said { (marked(&text(&field["value"]))) }
            }
            @if let Some(file) = image { (picture(&file.bytes)) }
            @if let Some(foot) = embed["footer"]["text"].as_str() { div.small { (foot) } }
        }
    }
}

fn shown_in_embed(message: &SeenMessage, name: &str) -> bool {
    message
        .embeds
        .iter()
        .any(|e| e["image"]["url"].as_str().is_some_and(|url| url.ends_with(&format!("/{name}"))))
}

/// Machines that test have no font for the thumbs: left out rather than drawn as boxes.
fn buttons<'a>(labels: impl Iterator<Item = &'a String>) -> Markup {
    html! { div.row { @for label in labels.filter(|label| !["👍", "👎"].contains(&label.as_str())) { span.button { (label) } } } }
}

fn picture(bytes: &[u8]) -> Markup {
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    html! { img src={ "data:image/png;base64," (data) }; }
}

/// Discord's Markdown, as far as the product writes it: blocks, code, bold, and signs that are only themselves.
fn marked(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split("```").enumerate() {
            @if n % 2 == 1 {
                @let code = part.split_once('\n').map_or(part, |(first, rest)| if first.contains(' ') { part } else { rest });
                pre { (code.trim_matches('\n')) }
            } @else {
                @for text in part.trim_matches('\n').lines() {
                    @if let Some(small) = text.strip_prefix("-# ") { div.small { (line(small)) } } @else { div { (line(text)) } }
                }
            }
        }
    }
}

fn line(text: &str) -> Markup {
    let (mut out, mut now) = (Vec::<(bool, bool, String)>::new(), String::new());
    let (mut bold, mut code) = (false, false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let (was_bold, was_code) = (bold, code);
        match sign {
            '\\' if !code && signs.peek().is_some_and(char::is_ascii_punctuation) => now.extend(signs.next()),
            '`' => code = !code,
            '*' if !code && signs.peek() == Some(&'*') => {
                signs.next();
                bold = !bold;
            }
            sign => now.push(sign),
        }
        if (was_bold, was_code) != (bold, code) {
            out.push((was_bold, was_code, std::mem::take(&mut now)));
        }
    }
    out.push((bold, code, now));
    html! {
        @for (bold, code, words) in &out {
            @if *code { code { (words) } } @else if *bold { b { (words) } } @else { (words) }
        }
    }
}

fn telegram_message(telegram: &Telegram, message: &Message) -> Markup {
    let content = &message.content;
    let photo = content.media.as_ref().and_then(|media| Some((media.size?, telegram.file(media)?)));
    html! {
        div.message.own[!message.author.is_bot] {
            div.bubble {
                @if message.author.is_bot { div.author { (message.author.name) } }
                @if let Some((_, bytes)) = &photo { (picture(bytes)) }
                @else if let Some(media) = &content.media { div.file { (media.name.as_deref().unwrap_or("file")) } }
                div.said { (entities(message)) }
            }
            @for row in &content.keyboard { (buttons(row.iter().map(|button| &button.label))) }
        }
    }
}

/// The text with its markup; what lies in a block is drawn with the block.
fn entities(message: &Message) -> Markup {
    let content = &message.content;
    let units: Vec<u16> = content.text.encode_utf16().collect();
    let words =
        |from: usize, to: usize| String::from_utf16_lossy(&units[from.min(units.len())..to.min(units.len())]);
    let (mut at, mut parts) = (0, Vec::new());
    for entity in &content.entities {
        if entity.offset < at {
            continue;
        }
        let end = entity.offset + entity.length;
        parts.push(html! { (words(at, entity.offset)) });
        let inside = words(entity.offset, end);
        parts.push(match &entity.kind {
            EntityKind::Pre(_) => html! { pre { (inside.trim_matches('\n')) } },
            EntityKind::Blockquote { .. } => html! { blockquote { (inside) } },
            EntityKind::Bold => html! { b { (inside) } },
            EntityKind::Italic => html! { i { (inside) } },
            EntityKind::Code => html! { code { (inside) } },
            EntityKind::Link(_) | EntityKind::Url => html! { span.link { (inside) } },
            _ => html! { (inside) },
        });
        at = end;
    }
    parts.push(html! { (words(at, units.len())) });
    html! { @for part in &parts { (part) } }
}
