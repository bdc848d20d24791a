//! A message as a person sees it.

use bytes::Bytes;
use serde_json::Value;

use super::world::{EPHEMERAL, Message, World};

/// A message.
#[derive(Clone, Debug)]
pub struct SeenMessage {
    /// Its id.
    pub id: u64,
    /// The channel's id.
    pub channel: u64,
    /// Who wrote it.
    pub author: String,
    /// Whether a bot wrote it.
    pub from_bot: bool,
    /// The text.
    pub content: String,
    /// The embeds, as Discord keeps them.
    pub embeds: Vec<Value>,
    /// The files.
    pub files: Vec<SeenFile>,
    /// Names of the stickers.
    pub stickers: Vec<String>,
    /// The text of the message that it forwards.
    pub forwarded: Option<String>,
    /// The buttons, in rows.
    pub rows: Vec<Vec<SeenButton>>,
    /// The selects.
    pub selects: Vec<SeenSelect>,
    /// Whether only one person sees it.
    pub ephemeral: bool,
    /// Whether it only says that the bot is thinking.
    pub thinking: bool,
    /// Whether it says that it was edited.
    pub edited: bool,
    /// Everything that it ever said, the first text included.
    pub history: Vec<SeenEdit>,
    /// The message that it replies to.
    pub reply_to: Option<u64>,
    /// Who was pinged, by id.
    pub pings: Vec<u64>,
    /// Whether everyone was pinged.
    pub pings_everyone: bool,
    /// Reactions with their number.
    pub reactions: Vec<(String, usize)>,
    /// What the person did that this answers, such as `Ana used /ask`.
    pub answers: Option<String>,
    /// The nonce that it was sent with.
    pub nonce: Option<Value>,
}

/// A file.
#[derive(Clone, Debug)]
pub struct SeenFile {
    /// Its name.
    pub name: String,
    /// The text for people who cannot see it.
    pub description: Option<String>,
    /// Its kind, such as `image/png`.
    pub content_type: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// A button.
#[derive(Clone, Debug)]
pub struct SeenButton {
    /// What is written on it, an emoji first.
    pub label: String,
    /// What the bot gets; none for a link.
    pub custom_id: Option<String>,
    /// Where a link leads.
    pub url: Option<String>,
    /// Whether it cannot be pressed.
    pub disabled: bool,
}

/// A select.
#[derive(Clone, Debug)]
pub struct SeenSelect {
    /// What the bot gets.
    pub custom_id: String,
    /// What stands in it while nothing is chosen.
    pub placeholder: String,
    /// Labels and values.
    pub options: Vec<(String, String)>,
    /// Whether it cannot be used.
    pub disabled: bool,
}

/// What a message said at one time.
#[derive(Clone, Debug)]
pub struct SeenEdit {
    /// When, by the stand-in's clock, in milliseconds since 1970.
    pub at_ms: u64,
    /// The text.
    pub content: String,
    /// The embeds.
    pub embeds: Vec<Value>,
    /// The components.
    pub components: Vec<Value>,
    /// Names of the files.
    pub files: Vec<String>,
    /// Whether it only said that the bot was thinking.
    pub thinking: bool,
}

/// A form that opened.
#[derive(Clone, Debug)]
pub struct SeenModal {
    /// Its title.
    pub title: String,
    /// What the bot gets.
    pub custom_id: String,
    /// Its fields.
    pub inputs: Vec<SeenInput>,
    pub(super) channel: u64,
    pub(super) message: Option<u64>,
}

/// A field of a modal.
#[derive(Clone, Debug)]
pub struct SeenInput {
    /// What the bot gets.
    pub custom_id: String,
    /// What stands above it.
    pub label: String,
    /// What stands in it.
    pub value: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// The fewest characters that it takes.
    pub min: usize,
    /// The most characters that it takes.
    pub max: usize,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl SeenMessage {
    /// All buttons.
    pub fn buttons(&self) -> impl Iterator<Item = &SeenButton> {
        self.rows.iter().flatten()
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&SeenFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl SeenModal {
    pub(super) fn read(data: &Value, channel: u64, message: Option<u64>) -> Self {
        let rows = data["components"].as_array().into_iter().flatten();
        let inputs = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
        let length = |value: &Value, otherwise: usize| {
            value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(otherwise)
        };
        let input = |input: &Value| SeenInput {
            custom_id: text(&input["custom_id"]),
            label: text(&input["label"]),
            value: text(&input["value"]),
            required: input["required"].as_bool().unwrap_or(true),
            min: length(&input["min_length"], 0),
            max: length(&input["max_length"], 4000),
        };
        SeenModal {
            title: text(&data["title"]),
            custom_id: text(&data["custom_id"]),
            inputs: inputs.map(input).collect(),
            channel,
            message,
        }
    }
}

impl World {
    /// What a person sees of a message.
    ///
    /// # Panics
    /// If there never was such a message.
    pub fn seen(&self, id: u64) -> SeenMessage {
        let message: &Message = self.messages.get(&id).expect("messages are never forgotten");
        let (mut rows, mut selects) = (Vec::new(), Vec::new());
        for row in &message.components {
            let items = row["components"].as_array().map_or(&[][..], Vec::as_slice);
            let buttons: Vec<SeenButton> =
                items.iter().filter(|item| item["type"] == 2).map(button).collect();
            if !buttons.is_empty() {
                rows.push(buttons);
            }
            selects.extend(items.iter().filter(|item| item["type"] == 3).map(select));
        }
        let answered = message.interaction.and_then(|id| self.interactions.get(&id));
        // Only the original answer stands under what the person did; the others are replies to it.
        let answered = answered.filter(|interaction| interaction.original == Some(id));
        SeenMessage {
            id,
            channel: message.channel,
            author: self.name_of(message.author).to_owned(),
            from_bot: self.users.get(&message.author).is_some_and(|user| user.bot),
            content: message.content.clone(),
            embeds: message.embeds.clone(),
            files: message
                .files
                .iter()
                .map(|file| SeenFile {
                    name: file.name.clone(),
                    description: file.description.clone(),
                    content_type: file.content_type.clone(),
                    bytes: file.bytes.clone(),
                })
                .collect(),
            stickers: message.stickers.clone(),
            forwarded: message.forwarded.as_ref().map(|(_, _, snapshot)| snapshot.content.clone()),
            rows,
            selects,
            ephemeral: message.flags & EPHEMERAL != 0,
            thinking: message.thinking(),
            edited: message.edited.is_some(),
            history: message
                .history
                .iter()
                .map(|version| SeenEdit {
                    at_ms: version.at,
                    content: version.content.clone(),
                    embeds: version.embeds.clone(),
                    components: version.components.clone(),
                    files: version.files.clone(),
                    thinking: version.thinking,
                })
                .collect(),
            reply_to: message.reply_to,
            pings: message.mentions.clone(),
            pings_everyone: message.mention_everyone,
            reactions: message.reactions.iter().map(|(emoji, users)| (emoji.clone(), users.len())).collect(),
            answers: answered.map(|one| format!("{} {}", self.name_of(one.user), one.title)),
            nonce: message.nonce.clone(),
        }
    }
}

fn button(item: &Value) -> SeenButton {
    let emoji = item["emoji"]["name"].as_str().unwrap_or_default();
    let label = item["label"].as_str().unwrap_or_default();
    SeenButton {
        label: format!("{emoji} {label}").trim().to_owned(),
        custom_id: item["custom_id"].as_str().map(str::to_owned),
        url: item["url"].as_str().map(str::to_owned),
        disabled: item["disabled"] == true,
    }
}

fn select(item: &Value) -> SeenSelect {
    let options = item["options"].as_array().into_iter().flatten();
    SeenSelect {
        custom_id: text(&item["custom_id"]),
        placeholder: text(&item["placeholder"]),
        options: options.map(|option| (text(&option["label"]), text(&option["value"]))).collect(),
        disabled: item["disabled"] == true,
    }
}
