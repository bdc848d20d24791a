//! Interactions: what a person did with a command, a button, a select or a modal, and what became of it.

use serde_json::Value;

use super::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Command,
    Component,
    Autocomplete,
    Modal,
}

impl Kind {
    pub fn number(self) -> u8 {
        match self {
            Kind::Command => 2,
            Kind::Component => 3,
            Kind::Autocomplete => 4,
            Kind::Modal => 5,
        }
    }
}

/// The first answer to an interaction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answered {
    /// A message, now or later ("thinking").
    Message(u64),
    /// The pressed message stays, or was changed.
    Kept,
    Choices(Vec<Value>),
    Modal(Value),
}

#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub id: u64,
    pub token: String,
    pub kind: Kind,
    pub user: u64,
    pub channel: u64,
    /// How people read what was done, such as `/ask question: How many?`.
    pub title: String,
    /// The message whose component was used, or whose modal this is.
    pub message: Option<u64>,
    pub data: Value,
    pub created: u64,
    pub answered: Option<(u64, Answered)>,
    /// What `@original` means.
    pub original: Option<u64>,
}

impl World {
    /// Keeps an interaction and sends it to the bot.
    pub fn interact(&mut self, mut interaction: Interaction) -> u64 {
        interaction.id = self.next_id();
        interaction.created = self.now();
        interaction.token = format!("aW50ZXJhY3Rpb246{:x}.{:x}", interaction.id, interaction.user);
        let id = interaction.id;
        self.interactions.insert(id, interaction);
        self.emit_interaction(id);
        id
    }

    pub fn interaction_by_token(&self, token: &str) -> Option<&Interaction> {
        self.interactions.values().find(|interaction| interaction.token == token)
    }

    /// Whether nobody answered in time, so that the person was told that it failed.
    pub fn failed(&self, interaction: &Interaction) -> bool {
        let window = u64::try_from(self.settings.interaction_window.as_millis()).unwrap_or(u64::MAX);
        interaction.answered.is_none() && self.now() > interaction.created + window
    }
}
