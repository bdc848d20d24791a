//! What the platform knows: people, guilds, channels, messages, interactions, commands, sessions of the gateway.
//! Everything happens under one lock, and whatever changes is told to the gateway in the same breath.

mod emit;
mod interaction;
mod json;
mod message;
mod place;

use std::collections::{BTreeMap, HashMap};

pub(crate) use interaction::{Answered, Interaction, Kind};
pub(crate) use message::{EPHEMERAL, File, LOADING, Message, Snapshot};
pub(crate) use place::{Channel, GuildState, Member, PRIVATE_THREAD, PUBLIC_THREAD, RoleState};
use serde_json::Value;

use super::gateway::sessions::Sessions;
use super::permissions::{self, Permissions};
use super::settings::Settings;

/// Milliseconds from 1970 to the first second of 2015, where Discord's ids begin.
const DISCORD_EPOCH: u64 = 1_420_070_400_000;

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub id: u64,
    pub name: String,
    pub bot: bool,
    pub locale: String,
}

pub(crate) struct World {
    pub settings: Settings,
    pub address: String,
    pub bot: u64,
    pub application: u64,
    pub users: HashMap<u64, User>,
    pub guilds: BTreeMap<u64, GuildState>,
    pub channels: BTreeMap<u64, Channel>,
    pub messages: BTreeMap<u64, Message>,
    pub interactions: BTreeMap<u64, Interaction>,
    pub commands: Vec<Value>,
    pub guild_commands: HashMap<u64, Vec<Value>>,
    /// How often the bot showed that it writes, by channel.
    pub typing: HashMap<u64, u32>,
    pub sessions: Sessions,
    now: u64,
    last_id: u64,
}

impl World {
    pub fn new(settings: Settings, address: String, now: u64) -> Self {
        let mut world = World {
            sessions: Sessions::default(),
            address,
            bot: 0,
            application: 0,
            users: HashMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            interactions: BTreeMap::new(),
            commands: Vec::new(),
            guild_commands: HashMap::new(),
            typing: HashMap::new(),
            now,
            last_id: 0,
            settings,
        };
        let name = world.settings.bot_name.clone();
        world.bot = world.add_user(&name, true);
        // Since 2016 an application and its bot have the same id.
        world.application = world.bot;
        world
    }

    /// The time of what happens now.
    pub fn now(&self) -> u64 {
        self.now
    }

    pub fn set_now(&mut self, now: u64) {
        self.now = self.now.max(now);
    }

    /// An id that is greater than every earlier one and holds the time, as Discord's do.
    pub fn next_id(&mut self) -> u64 {
        let by_time = self.now.saturating_sub(DISCORD_EPOCH) << 22;
        self.last_id = by_time.max(self.last_id + 1);
        self.last_id
    }

    pub fn add_user(&mut self, name: &str, bot: bool) -> u64 {
        let id = self.next_id();
        self.users.insert(id, User { id, name: name.to_owned(), bot, locale: "en-US".to_owned() });
        id
    }

    /// The name people see, or `Unknown`.
    pub fn name_of(&self, user: u64) -> &str {
        self.users.get(&user).map_or("Unknown", |user| &user.name)
    }

    /// What a user may do in a channel or thread. In a direct message its two people may do everything.
    pub fn permissions(&self, channel: u64, user: u64) -> Permissions {
        let Some(place) = self.channels.get(&channel) else { return Permissions::NONE };
        let Some(guild) = place.guild.and_then(|id| self.guilds.get(&id)) else {
            return if place.recipients.contains(&user) { Permissions::ALL } else { Permissions::NONE };
        };
        // A thread has its parent's table.
        let table =
            place.parent.filter(|_| place.is_thread()).and_then(|id| self.channels.get(&id)).unwrap_or(place);
        let Some(member) = guild.members.get(&user) else { return Permissions::NONE };
        let base = guild
            .roles
            .values()
            .filter(|role| role.id == guild.id || member.roles.contains(&role.id))
            .fold(Permissions::NONE, |sum, role| sum.and(role.permissions));
        let result = permissions::in_channel(guild.id, user, &member.roles, base, &table.overwrites);
        let private = place.kind == PRIVATE_THREAD
            && !place.thread_members.contains(&user)
            && !result.has(Permissions::MANAGE_THREADS);
        if private { Permissions::NONE } else { result }
    }

    pub fn can(&self, channel: u64, user: u64, what: Permissions) -> bool {
        self.permissions(channel, user).has(what)
    }

    /// The messages of a channel that a user sees, oldest first.
    pub fn seen_by(&self, channel: u64, user: u64) -> impl Iterator<Item = &Message> {
        let sees = self.can(channel, user, Permissions::VIEW_CHANNEL);
        self.messages.values().filter(move |message| {
            sees && message.channel == channel
                && !message.deleted
                && message.visible_to.is_none_or(|only| only == user)
        })
    }
}
