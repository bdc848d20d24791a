//! Texts and captions: markup read, length counted after it.

use serde_json::{Map, Value};

use super::super::entities::{self, Entity, units};
use super::super::html;
use super::super::refusal::Refusal;
use super::Context;

/// The longest text and caption, in UTF-16 units after the markup is read.
pub(crate) const TEXT: usize = 4096;
pub(crate) const CAPTION: usize = 1024;

pub(crate) type Marked = (String, Vec<Entity>);

/// The text of a message. `too_long` is what Telegram says; it differs between new and edited ones.
pub(crate) fn text(context: &mut Context<'_>, too_long: &str) -> Result<Marked, Refusal> {
    let source = context.call.params.clone();
    let (text, entities) = marked(context, &source, "text", "entities")?;
    if text.is_empty() {
        return Err(Refusal::bad("text", "message text is empty"));
    }
    if units(&text) > TEXT {
        return Err(Refusal::bad("text", too_long));
    }
    Ok((text, entities))
}

/// The caption in a request or in one file of an album.
pub(crate) fn caption(context: &mut Context<'_>, source: &Map<String, Value>) -> Result<Marked, Refusal> {
    let (text, entities) = marked(context, source, "caption", "caption_entities")?;
    if units(&text) > CAPTION {
        return Err(Refusal::bad("caption", "message caption is too long"));
    }
    Ok((text, entities))
}

fn marked(
    context: &mut Context<'_>,
    source: &Map<String, Value>,
    field: &str,
    marks: &str,
) -> Result<Marked, Refusal> {
    let raw = source.get(field).and_then(Value::as_str).unwrap_or_default();
    let (text, found) =
        match source.get("parse_mode").and_then(Value::as_str).map(str::to_lowercase).as_deref() {
            None | Some("") => {
                let given = source.get(marks).and_then(Value::as_array).cloned().unwrap_or_default();
                let read =
                    given.iter().map(|entity| Entity::from_json(entity, raw)).collect::<Option<Vec<_>>>();
                (
                    raw.to_owned(),
                    read.ok_or_else(|| {
                        Refusal::bad("entities", "can't parse entities: a range outside of the text")
                    })?,
                )
            }
            Some("html") => {
                let parsed = html::parse(raw).map_err(|problem| {
                    Refusal::bad("entities", format!("can't parse entities: {problem}"))
                })?;
                for complaint in parsed.complaints {
                    context.complain("entities", complaint);
                }
                (parsed.text, parsed.entities)
            }
            Some("markdown" | "markdownv2") => {
                return Err(Refusal::bad("unsupported", "the stand-in does not read Markdown"));
            }
            Some(_) => return Err(Refusal::bad("parse_mode", "unsupported parse_mode")),
        };
    let (text, mut found) = entities::trim(&text, found);
    entities::detect(&text, &mut found);
    if found.len() > 100 {
        context.complain("entities", format!("{} entities: Telegram keeps only the first 100", found.len()));
        found.truncate(100);
    }
    Ok((text, found))
}
