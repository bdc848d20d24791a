//! Inline keyboards and their limits.

use serde_json::{Map, Value};

use super::super::model::Button;
use super::super::refusal::Refusal;

/// The rows of buttons in `reply_markup`; empty if it has none. Other kinds of keyboards are not shown.
pub(crate) fn read(source: &Map<String, Value>) -> Result<Vec<Vec<Button>>, Refusal> {
    let Some(rows) =
        source.get("reply_markup").and_then(|markup| markup.get("inline_keyboard")).and_then(Value::as_array)
    else {
        return Ok(Vec::new());
    };
    let rows: Vec<Vec<Button>> = rows
        .iter()
        .map(|row| row.as_array().into_iter().flatten().map(button).collect::<Result<Vec<_>, _>>())
        .collect::<Result<_, _>>()?;
    if rows.iter().any(|row| row.len() > 8) {
        return Err(Refusal::bad("keyboard", "more than 8 buttons in a row"));
    }
    if rows.iter().map(Vec::len).sum::<usize>() > 100 {
        return Err(Refusal::bad("keyboard", "reply markup is too long: more than 100 buttons"));
    }
    Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
}

fn button(raw: &Value) -> Result<Button, Refusal> {
    let bad = |problem: &str| Err(Refusal::bad("keyboard", problem));
    let text = |field: &str| raw.get(field).and_then(Value::as_str).map(str::to_owned);
    let label = text("text").unwrap_or_default();
    if label.trim().is_empty() {
        return bad("can't parse inline keyboard button: the text is empty");
    }
    let actions = raw.as_object().into_iter().flat_map(Map::keys);
    match actions.filter(|field| !matches!(field.as_str(), "text" | "style" | "icon_custom_emoji_id")).count()
    {
        1 => {}
        0 => {
            return bad(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            );
        }
        _ => return bad("can't parse inline keyboard button: more than one action"),
    }
    let data = text("callback_data");
    if data.as_ref().is_some_and(|data| data.is_empty() || data.len() > 64) {
        return bad("BUTTON_DATA_INVALID");
    }
    let url = text("url");
    if url
        .as_ref()
        .is_some_and(|url| !["https://", "http://", "tg://"].iter().any(|scheme| url.starts_with(scheme)))
    {
        return bad("BUTTON_URL_INVALID");
    }
    Ok(Button { label, data, url, raw: raw.clone() })
}
