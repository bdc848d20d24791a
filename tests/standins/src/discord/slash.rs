//! Commands, autocomplete and modals: what a client builds for a person, and what comes back.

use std::time::Duration;

use serde_json::{Value, json};

use super::world::{Answered, Kind};
use super::{Channel, Discord, Person, SeenMessage, SeenModal};

/// Something that a person did, and what became of it.
#[derive(Clone)]
pub struct Interaction {
    pub(super) discord: Discord,
    pub(super) person: Person,
    /// Its id.
    pub id: u64,
}

/// A choice that an autocomplete offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the person reads.
    pub name: String,
    /// What the bot gets.
    pub value: Value,
}

impl Person {
    /// Uses a command. `name` holds subcommands after spaces (`settings show`), `options` is an object of values.
    ///
    /// # Panics
    /// If no such command is registered, or an option is missing or unknown: a real client would not send it.
    pub fn slash(&self, channel: &Channel, name: &str, options: Value) -> Interaction {
        let data = self.command_data(channel, name, &options, None);
        let given = options.as_object().into_iter().flatten();
        let shown: String = given.map(|(key, value)| format!(" {key}: {}", plain(value))).collect();
        self.interacts(Kind::Command, channel.id, format!("used /{name}{shown}"), None, data)
    }

    /// Types into an option of a command and gets the choices that the bot offers within three seconds.
    ///
    /// # Panics
    /// If there is no such command or option, or the bot does not answer in time.
    pub async fn autocomplete(
        &self,
        channel: &Channel,
        name: &str,
        options: Value,
        focused: &str,
    ) -> Vec<Choice> {
        let data = self.command_data(channel, name, &options, Some(focused));
        let done = self.interacts(Kind::Autocomplete, channel.id, String::new(), None, data);
        let choices = done.answered(Duration::from_secs(3), |answered| match answered {
            Answered::Choices(list) => Some(list.clone()),
            _ => None,
        });
        let shown = |choice: &Value| Choice {
            name: choice["name"].as_str().unwrap_or_default().to_owned(),
            value: choice["value"].clone(),
        };
        choices.await.iter().map(shown).collect()
    }

    /// Fills in a modal and sends it. Fields are named by custom id or label; those left out keep their value.
    ///
    /// # Panics
    /// If a field does not exist, or its text is too short or too long: a real client would not send it.
    pub fn submits(&self, modal: &SeenModal, values: Value) -> Interaction {
        let given = values.as_object().cloned().unwrap_or_default();
        for key in given.keys() {
            let known = modal.inputs.iter().any(|input| input.custom_id == *key || input.label == *key);
            assert!(known, "the modal has no field {key:?}");
        }
        let row = |input: &super::seen::SeenInput| {
            let typed =
                given.get(&input.custom_id).or_else(|| given.get(&input.label)).and_then(Value::as_str);
            let text = typed.unwrap_or(&input.value);
            let length = text.chars().count();
            let fits = if length == 0 { !input.required } else { (input.min..=input.max).contains(&length) };
            assert!(fits, "{:?} does not take a text of {length} characters", input.label);
            json!({"type": 1, "components": [{"type": 4, "custom_id": input.custom_id, "value": text}]})
        };
        let rows: Vec<Value> = modal.inputs.iter().map(row).collect();
        let data = json!({"custom_id": modal.custom_id, "components": rows});
        let title = format!("sent \"{}\"", modal.title);
        self.interacts(Kind::Modal, modal.channel, title, modal.message, data)
    }

    /// What the client sends for a command.
    fn command_data(&self, channel: &Channel, name: &str, options: &Value, focused: Option<&str>) -> Value {
        let world = self.discord.inner.look();
        let guild = world.channels.get(&channel.id).and_then(|channel| channel.guild);
        let mut parts = name.split(' ');
        let first = parts.next().unwrap_or_default();
        let of_guild = guild.and_then(|guild| world.guild_commands.get(&guild)).into_iter().flatten();
        let all: Vec<&Value> = of_guild.chain(&world.commands).collect();
        let names: Vec<&str> = all.iter().filter_map(|command| command["name"].as_str()).collect();
        let command = all.iter().find(|command| command["name"] == first && command["type"] == 1);
        let command =
            command.unwrap_or_else(|| panic!("/{first} is not registered; registered are {names:?}"));
        let mut level = *command;
        let mut path = Vec::new();
        for part in parts {
            let next =
                level["options"].as_array().into_iter().flatten().find(|option| option["name"] == part);
            level = next.unwrap_or_else(|| panic!("/{name} is not registered"));
            path.push(level);
        }
        let mut list = given_options(level, options, focused);
        for part in path.iter().rev() {
            list = vec![json!({"name": part["name"], "type": part["type"], "options": list})];
        }
        let mut data = json!({"id": command["id"], "name": command["name"], "type": 1, "options": list});
        if let Some(guild) = command.get("guild_id") {
            data["guild_id"] = guild.clone();
        }
        let users: Vec<u64> = mentioned(level, options);
        if !users.is_empty() {
            data["resolved"] = world.resolved_users(&users);
        }
        data
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn known_options(level: &Value) -> impl Iterator<Item = &Value> {
    level["options"].as_array().into_iter().flatten()
}

/// The options as a client writes them, in the order of the command.
fn given_options(level: &Value, options: &Value, focused: Option<&str>) -> Vec<Value> {
    for key in options.as_object().into_iter().flat_map(|all| all.keys()) {
        let known = known_options(level).any(|option| option["name"] == key.as_str());
        assert!(known, "{} has no option {key:?}", level["name"]);
    }
    let mut list = Vec::new();
    for option in known_options(level) {
        let name = option["name"].as_str().unwrap_or_default();
        let Some(value) = options.get(name) else {
            assert!(option["required"] != true || focused.is_some(), "{} needs {name:?}", level["name"]);
            continue;
        };
        if focused.is_none() {
            check_value(option, value);
        }
        let mut given = json!({"name": name, "type": option["type"], "value": value});
        if focused == Some(name) {
            assert!(option["autocomplete"] == true, "{name:?} has no autocomplete");
            given["focused"] = json!(true);
        }
        list.push(given);
    }
    if let Some(name) = focused {
        assert!(list.iter().any(|given| given["focused"] == true), "the value of {name:?} must be given");
    }
    list
}

/// What a client would not let a person send.
fn check_value(option: &Value, value: &Value) {
    let fits = match option["type"].as_u64() {
        Some(3) => value.as_str().is_some_and(|text| {
            let length = text.chars().count() as u64;
            (option["min_length"].as_u64().unwrap_or(1)..=option["max_length"].as_u64().unwrap_or(6000))
                .contains(&length)
        }),
        Some(4) => value.is_i64(),
        Some(5) => value.is_boolean(),
        Some(10) => value.is_number(),
        _ => value.is_string(),
    };
    assert!(fits, "the option {} does not take {value}", option["name"]);
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        assert!(
            choices.iter().any(|choice| choice["value"] == *value),
            "{value} is no choice of {}",
            option["name"]
        );
    }
}

/// The users that options of the kind "user" name.
fn mentioned(level: &Value, options: &Value) -> Vec<u64> {
    let of_users = known_options(level).filter(|option| option["type"] == 6);
    let value = |option: &Value| options.get(option["name"].as_str()?)?.as_str()?.parse().ok();
    of_users.filter_map(value).collect()
}

impl Interaction {
    /// How long the bot took for its first answer, by the stand-in's clock.
    pub fn acknowledged_in(&self) -> Option<Duration> {
        let world = self.discord.inner.look();
        let interaction = world.interactions.get(&self.id)?;
        let (at, _) = interaction.answered.as_ref()?;
        Some(Duration::from_millis(at - interaction.created))
    }

    /// Whether the person was told that it failed, since no answer came in time.
    pub fn failed(&self) -> bool {
        let world = self.discord.inner.look();
        world.interactions.get(&self.id).is_some_and(|interaction| world.failed(interaction))
    }

    /// Waits for a message that answers this (the original one) and that `fits`.
    ///
    /// # Panics
    /// If there is none in time, with what the person sees instead.
    pub async fn answer(&self, timeout: Duration, fits: impl Fn(&SeenMessage) -> bool) -> SeenMessage {
        let look = || {
            let world = self.discord.inner.look();
            let original = world.interactions.get(&self.id)?.original?;
            let standing = world.messages.get(&original).is_some_and(|message| !message.deleted);
            standing.then(|| world.seen(original)).filter(|message| fits(message))
        };
        self.discord.until(timeout, look, || self.shown()).await
    }

    /// The messages that belong to this, the original one first.
    pub fn messages(&self) -> Vec<SeenMessage> {
        let world = self.discord.inner.look();
        let of_it = world
            .messages
            .values()
            .filter(|message| message.interaction == Some(self.id) && !message.deleted);
        of_it.map(|message| world.seen(message.id)).collect()
    }

    /// Waits until the bot has acknowledged this in any way.
    ///
    /// # Panics
    /// If it does not in time.
    pub async fn acknowledged(&self, timeout: Duration) {
        self.answered(timeout, |_| Some(())).await;
    }

    /// Waits for the modal that this opens.
    ///
    /// # Panics
    /// If none opens in time.
    pub async fn modal(&self, timeout: Duration) -> SeenModal {
        let data = self.answered(timeout, |answered| match answered {
            Answered::Modal(data) => Some(data.clone()),
            _ => None,
        });
        let data = data.await;
        let world = self.discord.inner.look();
        let interaction = &world.interactions[&self.id];
        SeenModal::read(&data, interaction.channel, interaction.message)
    }

    async fn answered<T>(&self, timeout: Duration, take: impl Fn(&Answered) -> Option<T>) -> T {
        let look = || {
            let world = self.discord.inner.look();
            world.interactions.get(&self.id)?.answered.as_ref().and_then(|(_, answered)| take(answered))
        };
        self.discord.until(timeout, look, || self.shown()).await
    }

    fn shown(&self) -> String {
        let world = self.discord.inner.look();
        let Some(interaction) = world.interactions.get(&self.id) else { return String::new() };
        let (channel, answered) = (interaction.channel, format!("{:?}", interaction.answered));
        drop(world);
        let place = Channel { discord: self.discord.clone(), id: channel };
        format!("answered with {answered}; they see:\n{}", self.discord.transcript(&place, &self.person))
    }
}
