//! Markup of a text as Telegram keeps it: ranges counted in UTF-16 units, apart from the text.

use serde_json::{Value, json};

/// A range of a text and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where it starts, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
}

/// What a range of a text is.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum EntityKind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    /// With the language, if it names one.
    Pre(Option<String>),
    /// Whether it can be folded.
    Blockquote {
        expandable: bool,
    },
    /// A link under other words.
    Link(String),
    CustomEmoji(String),
    Mention,
    Hashtag,
    Command,
    Url,
    /// A name that pings a person without a username.
    TextMention(i64),
}

impl EntityKind {
    fn name(&self) -> &'static str {
        match self {
            EntityKind::Bold => "bold",
            EntityKind::Italic => "italic",
            EntityKind::Underline => "underline",
            EntityKind::Strikethrough => "strikethrough",
            EntityKind::Spoiler => "spoiler",
            EntityKind::Code => "code",
            EntityKind::Pre(_) => "pre",
            EntityKind::Blockquote { expandable: false } => "blockquote",
            EntityKind::Blockquote { expandable: true } => "expandable_blockquote",
            EntityKind::Link(_) => "text_link",
            EntityKind::CustomEmoji(_) => "custom_emoji",
            EntityKind::Mention => "mention",
            EntityKind::Hashtag => "hashtag",
            EntityKind::Command => "bot_command",
            EntityKind::Url => "url",
            EntityKind::TextMention(_) => "text_mention",
        }
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
        Some(match value.get("type")?.as_str()? {
            "bold" => EntityKind::Bold,
            "italic" => EntityKind::Italic,
            "underline" => EntityKind::Underline,
            "strikethrough" => EntityKind::Strikethrough,
            "spoiler" => EntityKind::Spoiler,
            "code" => EntityKind::Code,
            "pre" => EntityKind::Pre(text("language")),
            "blockquote" => EntityKind::Blockquote { expandable: false },
            "expandable_blockquote" => EntityKind::Blockquote { expandable: true },
            "text_link" => EntityKind::Link(text("url")?),
            "custom_emoji" => EntityKind::CustomEmoji(text("custom_emoji_id")?),
            "mention" => EntityKind::Mention,
            "hashtag" => EntityKind::Hashtag,
            "bot_command" => EntityKind::Command,
            "url" => EntityKind::Url,
            "text_mention" => EntityKind::TextMention(value.get("user")?.get("id")?.as_i64()?),
            _ => return None,
        })
    }
}

impl Entity {
    /// The place after the range, in UTF-16 units.
    pub fn end(&self) -> usize {
        self.offset + self.length
    }

    /// The words in the range.
    pub fn of(&self, text: &str) -> String {
        let units: Vec<u16> = text.encode_utf16().skip(self.offset).take(self.length).collect();
        String::from_utf16_lossy(&units)
    }

    pub(crate) fn json(&self) -> Value {
        let mut value = json!({ "type": self.kind.name(), "offset": self.offset, "length": self.length });
        match &self.kind {
            EntityKind::Pre(Some(language)) => value["language"] = json!(language),
            EntityKind::Link(url) => value["url"] = json!(url),
            EntityKind::CustomEmoji(id) => value["custom_emoji_id"] = json!(id),
            EntityKind::TextMention(id) => {
                value["user"] = json!({ "id": id, "is_bot": false, "first_name": "someone" });
            }
            _ => {}
        }
        value
    }

    /// Reads a range that a bot gave itself; `None` if it does not lie in the text or is of no known kind.
    pub(crate) fn from_json(value: &Value, text: &str) -> Option<Self> {
        let number =
            |field: &str| value.get(field).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let entity = Entity {
            kind: EntityKind::from_json(value)?,
            offset: number("offset")?,
            length: number("length")?,
        };
        (entity.length > 0 && entity.end() <= units(text)).then_some(entity)
    }
}

/// The length of a text as Telegram counts it.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Takes white space from both ends, as Telegram does, and moves the ranges with it.
pub(crate) fn trim(text: &str, entities: Vec<Entity>) -> (String, Vec<Entity>) {
    let kept = text.trim();
    let front = units(&text[..text.len() - text.trim_start().len()]);
    let length = units(kept);
    let entities = entities.into_iter().filter_map(|entity| {
        let start = entity.offset.saturating_sub(front).min(length);
        let end = entity.end().saturating_sub(front).min(length);
        (end > start).then_some(Entity { kind: entity.kind, offset: start, length: end - start })
    });
    (kept.to_owned(), entities.collect())
}

/// Adds what Telegram finds by itself in any text, a bot's too: commands, mentions, hashtags and addresses outside of code
/// and links. A bot that shows people's data has to keep it from being found.
pub(crate) fn detect(text: &str, entities: &mut Vec<Entity>) {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"'))
    {
        let bare = word.trim_end_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '.' | '!' | '?' | ':')
        });
        if let Some(kind) = kind_of(bare) {
            found.push(Entity { kind, offset, length: units(bare) });
        }
        offset += units(word);
    }
    found.retain(|new| {
        !entities.iter().any(|old| {
            let shields = matches!(old.kind, EntityKind::Code | EntityKind::Pre(_) | EntityKind::Link(_));
            shields && new.offset < old.end() && old.offset < new.end()
        })
    });
    entities.extend(found);
    entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
}

fn kind_of(word: &str) -> Option<EntityKind> {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if let Some(command) = word.strip_prefix('/') {
        let (name, bot) = command.split_once('@').unwrap_or((command, "abc"));
        return (is_name(name) && name.len() <= 64 && is_name(bot)).then_some(EntityKind::Command);
    }
    if let Some(name) = word.strip_prefix('@') {
        return (is_name(name) && (4..=32).contains(&name.len())).then_some(EntityKind::Mention);
    }
    if let Some(tag) = word.strip_prefix('#') {
        let plain = tag.chars().all(|c| c.is_alphanumeric() || c == '_');
        return (plain && tag.chars().any(char::is_alphabetic)).then_some(EntityKind::Hashtag);
    }
    let address = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
    address.contains('.').then_some(EntityKind::Url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telegram_finds_commands_mentions_and_addresses_outside_code() {
        let text = "/ask@bot hello @ann_lee, see https://a.example/x. `@nobody` #tag";
        let mut entities = vec![Entity {
            kind: EntityKind::Code,
            offset: units("/ask@bot hello @ann_lee, see https://a.example/x. "),
            length: 9,
        }];
        detect(text, &mut entities);
        let found: Vec<_> = entities.iter().map(|entity| entity.of(text)).collect();
        assert_eq!(found, ["/ask@bot", "@ann_lee", "https://a.example/x", "`@nobody`", "#tag"]);
    }

    #[test]
    fn trimming_moves_the_ranges() {
        let bold = Entity { kind: EntityKind::Bold, offset: 1, length: 5 };
        let (text, entities) = trim("  😀ab  ", vec![bold]);
        assert_eq!(text, "😀ab");
        assert_eq!((entities[0].offset, entities[0].length), (0, 4));
    }
}
