//! A form in Telegram is a message that asks to be replied to. The reply is known by the message it answers, which
//! holds the form's press in a link that nobody sees.

use crate::html::{code, cut, plain};
use rowcall_frontend::{Form, Press};
use teloxide::types::{Message, MessageEntityKind};

/// What the hidden link begins with. Were it ever followed, Telegram would open the chat with this bot.
const START: &str = "form_";

/// The message that asks for the reply. `bot` is our user name; `to` is the id and name of the person it is for,
/// where they must be named for Telegram to ask them alone.
pub fn html(form: &Form, bot: &str, to: Option<(i64, &str)>) -> String {
    let press = form.press.to_string().replace(':', "_");
    let hidden = format!("<a href=\"https://t.me/{bot}?start={START}{press}\">\u{2060}</a>");
    let to = match to {
        Some((id, name)) => format!("<a href=\"tg://user?id={id}\">{}</a>: ", plain(&cut(name, 64))),
        None => String::new(),
    };
    let value = match form.value.is_empty() {
        true => String::new(),
        // All of it, or Telegram's limit would cut the markup.
        false => format!("\n\n<pre>{}</pre>", code(&cut(&form.value, 3000))),
    };
    format!("{hidden}{to}<b>{}</b>\n{}{value}", plain(&cut(&form.title, 100)), plain(&cut(&form.prompt, 300)))
}

/// The press of the form that this message of ours is, if it is one.
pub fn press_of(message: &Message) -> Option<Press> {
    let entities = message.parse_entities()?;
    entities.iter().find_map(|entity| match entity.kind() {
        MessageEntityKind::TextLink { url } => {
            let start = url.query_pairs().find(|(key, _)| key == "start")?.1.into_owned();
            start.strip_prefix(START)?.replace('_', ":").parse().ok()
        }
        _ => None,
    })
}
