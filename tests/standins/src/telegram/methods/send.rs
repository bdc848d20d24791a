//! New messages.

use serde_json::{Map, Value, json};

use super::super::model::{Content, MediaKind};
use super::super::refusal::Refusal;
use super::super::render;
use super::super::state::NewMessage;
use super::place::{self, Place};
use super::{Context, Outcome, done, keyboard, media, text};

pub(crate) fn message(context: &mut Context<'_>) -> Outcome {
    let place = place::new_message(context, None)?;
    let (text, entities) = text::text(context, "message is too long")?;
    let keyboard = keyboard::read(context.params())?;
    post(context, &place, Content { text, entities, media: None, keyboard }, None)
}

pub(crate) fn photo(context: &mut Context<'_>) -> Outcome {
    file(context, MediaKind::Photo)
}

pub(crate) fn document(context: &mut Context<'_>) -> Outcome {
    file(context, MediaKind::Document)
}

fn file(context: &mut Context<'_>, kind: MediaKind) -> Outcome {
    let place = place::new_message(context, Some(kind))?;
    let params = context.params().clone();
    let (text, entities) = text::caption(context, &params)?;
    let keyboard = keyboard::read(&params)?;
    let reference = context.text(kind.field()).unwrap_or_default().to_owned();
    let media = Some(media::load(context, kind, &reference)?);
    post(context, &place, Content { text, entities, media, keyboard }, None)
}

pub(crate) fn album(context: &mut Context<'_>) -> Outcome {
    let items: Vec<Map<String, Value>> = context
        .params()
        .get("media")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .cloned()
        .collect();
    if !(2..=10).contains(&items.len()) {
        return Err(Refusal::bad("album", "an album has 2 to 10 files"));
    }
    let kinds: Vec<MediaKind> = items.iter().map(kind_of).collect::<Result<_, _>>()?;
    if kinds.iter().any(|kind| *kind != kinds[0]) {
        return Err(Refusal::bad("album", "documents can't be mixed with other media types"));
    }
    let place = place::new_message(context, Some(kinds[0]))?;
    let contents: Vec<Content> = items.iter().map(|item| content(context, item)).collect::<Result<_, _>>()?;
    let album = format!("album-{}", context.state.fresh());
    let messages: Vec<Value> = contents
        .into_iter()
        .map(|content| post(context, &place, content, Some(album.clone())))
        .collect::<Result<_, _>>()?;
    Ok(json!(messages))
}

/// What an `InputMedia` shows.
pub(crate) fn content(context: &mut Context<'_>, item: &Map<String, Value>) -> Result<Content, Refusal> {
    let kind = kind_of(item)?;
    let (text, entities) = text::caption(context, item)?;
    let reference = item.get("media").and_then(Value::as_str).unwrap_or_default();
    let media = Some(media::load(context, kind, reference)?);
    Ok(Content { text, entities, media, keyboard: Vec::new() })
}

fn kind_of(item: &Map<String, Value>) -> Result<MediaKind, Refusal> {
    match item.get("type").and_then(Value::as_str) {
        Some("photo") => Ok(MediaKind::Photo),
        Some("document") => Ok(MediaKind::Document),
        _ => Err(Refusal::bad("unsupported", "the stand-in knows photos and documents only")),
    }
}

pub(crate) fn action(context: &mut Context<'_>) -> Outcome {
    place::new_message(context, None)?;
    let known = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    if !context.text("action").is_some_and(|action| known.contains(&action)) {
        return Err(Refusal::bad("action", "wrong parameter action in request"));
    }
    done()
}

fn post(context: &mut Context<'_>, place: &Place, content: Content, album: Option<String>) -> Outcome {
    let author = context.state.bot_author();
    let new = NewMessage {
        content,
        thread: place.thread,
        reply_to: place.reply_to,
        album,
        ..NewMessage::default()
    };
    let posted = context.state.post(place.chat, author, new, context.now);
    let posted = posted.ok_or_else(|| Refusal::bad("chat", "chat not found"))?;
    Ok(render::message(context.state, &posted))
}
