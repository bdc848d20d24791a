//! What a person sees, as plain text without ids and times, so that two runs give the same.

use std::fmt::Write;

use serde_json::Value;

use super::world::{Answered, Interaction, Kind, World};
use super::{Channel, Discord, Person, SeenMessage};

impl Discord {
    /// Everything that a person sees in a channel, oldest first; after it the form that is open and what failed.
    pub fn transcript(&self, channel: &Channel, person: &Person) -> String {
        let world = self.inner.look();
        let mut text = String::new();
        for message in world.seen_by(channel.id, person.id) {
            text.push_str(&named(&world, &world.seen(message.id).text()));
        }
        let mine = |one: &&Interaction| one.channel == channel.id && one.user == person.id;
        let mut last_form = None;
        for interaction in world.interactions.values().filter(mine) {
            if world.failed(interaction) && interaction.kind != Kind::Autocomplete {
                let why = if interaction.kind == Kind::Command {
                    "The application did not respond"
                } else {
                    "This interaction failed"
                };
                let _ = writeln!(text, "({} {}: {why})", world.name_of(person.id), interaction.title);
            }
            last_form = match &interaction.answered {
                Some((_, Answered::Modal(data))) => Some(data),
                _ if interaction.kind == Kind::Modal => None,
                _ => last_form,
            };
        }
        if let Some(data) = last_form {
            text.push_str(&form(data));
        }
        text
    }
}

/// `<@id>` as people read it.
fn named(world: &World, text: &str) -> String {
    let mut result = text.to_owned();
    for user in world.users.values() {
        for beginning in ["<@", "<@!"] {
            result = result.replace(&format!("{beginning}{}>", user.id), &format!("@{}", user.name));
        }
    }
    for channel in world.channels.values() {
        result = result.replace(&format!("<#{}>", channel.id), &format!("#{}", channel.name));
    }
    result
}

impl SeenMessage {
    /// The message as plain text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if let Some(answers) = &self.answers {
            let _ = writeln!(text, "({answers})");
        }
        let app = if self.from_bot { " [APP]" } else { "" };
        let only = if self.ephemeral { " (only you see this)" } else { "" };
        let reply = if self.reply_to.is_some() && self.answers.is_none() { " (reply)" } else { "" };
        let _ = writeln!(text, "{}{app}{only}{reply}:", self.author);
        let body = self.body();
        for line in body.lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
        text
    }

    fn body(&self) -> String {
        let mut text = String::new();
        if self.thinking {
            text.push_str("thinking…\n");
        }
        if !self.content.is_empty() {
            let _ = writeln!(text, "{}", self.content);
        }
        if let Some(forwarded) = &self.forwarded {
            let _ = writeln!(text, "(forwarded) {forwarded}");
        }
        for sticker in &self.stickers {
            let _ = writeln!(text, "<sticker {sticker}>");
        }
        for embed in &self.embeds {
            text.push_str(&embed_text(embed));
        }
        for file in &self.files {
            let alt = file.description.as_ref().map_or_else(String::new, |alt| format!(" ({alt})"));
            let _ = writeln!(text, "<file {}{alt}>", file.name);
        }
        for row in &self.rows {
            let shown = row.iter().map(|button| match (&button.url, button.disabled) {
                (Some(_), _) => format!("[ {} ↗ ]", button.label),
                (None, true) => format!("[-{}-]", button.label),
                (None, false) => format!("[ {} ]", button.label),
            });
            let _ = writeln!(text, "{}", shown.collect::<Vec<_>>().join(" "));
        }
        for select in &self.selects {
            let labels: Vec<&str> = select.options.iter().map(|(label, _)| label.as_str()).collect();
            let _ = writeln!(text, "[ {} ▾ {} ]", select.placeholder, labels.join(" | "));
        }
        for (emoji, count) in &self.reactions {
            let _ = writeln!(text, "{emoji} {count}");
        }
        if self.edited {
            text.push_str("(edited)\n");
        }
        text
    }
}

fn embed_text(embed: &Value) -> String {
    let mut lines = Vec::new();
    let mut add = |before: &str, value: &Value, after: &str| {
        for (index, line) in value.as_str().unwrap_or_default().lines().enumerate() {
            let before = if index == 0 { before } else { "" };
            lines.push(format!("│ {before}{line}{after}").trim_end().to_owned());
        }
    };
    add("", &embed["author"]["name"], "");
    add("**", &embed["title"], "**");
    add("", &embed["description"], "");
    for field in embed["fields"].as_array().into_iter().flatten() {
        add("▪ ", &field["name"], "");
        add("  ", &field["value"], "");
    }
    let picture =
        |part: &str| embed[part]["url"].as_str().and_then(|url| url.rsplit('/').next()).map(str::to_owned);
    for name in [picture("image"), picture("thumbnail")].into_iter().flatten() {
        add("", &Value::String(format!("<picture {name}>")), "");
    }
    add("— ", &embed["footer"]["text"], "");
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn form(data: &Value) -> String {
    let form = super::SeenModal::read(data, 0, None);
    let mut text = format!("┌ {}\n", form.title);
    for input in form.inputs {
        let _ =
            writeln!(text, "│ {}{}: {}", input.label, if input.required { " *" } else { "" }, input.value);
    }
    text
}
