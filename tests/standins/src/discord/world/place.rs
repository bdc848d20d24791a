//! Guilds, channels, threads, roles and members.

use std::collections::BTreeMap;

use super::World;
use crate::discord::permissions::{Overwrite, Permissions};

/// A channel of a guild for text.
pub(crate) const TEXT: u8 = 0;
/// A direct message.
pub(crate) const DM: u8 = 1;
/// A thread that everyone in the channel sees.
pub(crate) const PUBLIC_THREAD: u8 = 11;
/// A thread for those who were added.
pub(crate) const PRIVATE_THREAD: u8 = 12;

pub(crate) struct GuildState {
    pub id: u64,
    pub name: String,
    pub owner: u64,
    pub roles: BTreeMap<u64, RoleState>,
    pub members: BTreeMap<u64, Member>,
    /// The role that Discord gives to an invited bot.
    pub bot_role: u64,
}

pub(crate) struct RoleState {
    pub id: u64,
    pub name: String,
    pub permissions: Permissions,
    pub managed: bool,
}

pub(crate) struct Member {
    pub user: u64,
    pub roles: Vec<u64>,
    pub joined: u64,
}

pub(crate) struct Channel {
    pub id: u64,
    pub kind: u8,
    pub guild: Option<u64>,
    pub parent: Option<u64>,
    pub name: String,
    pub overwrites: Vec<Overwrite>,
    /// The two people of a direct message, the bot being one.
    pub recipients: Vec<u64>,
    pub owner: u64,
    pub created: u64,
    pub archived: bool,
    pub locked: bool,
    pub archive_minutes: u64,
    pub thread_members: Vec<u64>,
    pub last_message: Option<u64>,
    /// Set for a person who takes no direct messages from the bot.
    pub closed: bool,
}

impl Channel {
    pub fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }
}

impl World {
    pub fn add_guild(&mut self, name: &str) -> u64 {
        let id = self.next_id();
        let owner = self.add_user(&format!("Owner of {name}"), false);
        let bot_role = self.next_id();
        let everyone = RoleState {
            id,
            name: "@everyone".to_owned(),
            permissions: Permissions::EVERYONE,
            managed: false,
        };
        let of_bot = RoleState {
            id: bot_role,
            name: self.settings.bot_name.clone(),
            permissions: Permissions::EVERYONE,
            managed: true,
        };
        let joined = self.now();
        let member = |user, roles| (user, Member { user, roles, joined });
        let guild = GuildState {
            id,
            name: name.to_owned(),
            owner,
            roles: BTreeMap::from([(id, everyone), (bot_role, of_bot)]),
            members: BTreeMap::from([member(owner, vec![]), member(self.bot, vec![bot_role])]),
            bot_role,
        };
        self.guilds.insert(id, guild);
        self.emit_guild(id);
        id
    }

    fn add_place(&mut self, kind: u8, name: &str) -> &mut Channel {
        let id = self.next_id();
        let channel = Channel {
            id,
            kind,
            guild: None,
            parent: None,
            name: name.to_owned(),
            overwrites: Vec::new(),
            recipients: Vec::new(),
            owner: 0,
            created: self.now(),
            archived: false,
            locked: false,
            archive_minutes: 1440,
            thread_members: Vec::new(),
            last_message: None,
            closed: false,
        };
        self.channels.entry(id).or_insert(channel)
    }

    pub fn add_channel(&mut self, guild: u64, name: &str) -> u64 {
        let channel = self.add_place(TEXT, name);
        channel.guild = Some(guild);
        let id = channel.id;
        self.emit_channel("CHANNEL_CREATE", id);
        id
    }

    /// The direct message between the bot and a user; the same one every time.
    pub fn dm_with(&mut self, user: u64) -> u64 {
        let known =
            self.channels.values().find(|channel| channel.kind == DM && channel.recipients.contains(&user));
        if let Some(channel) = known {
            return channel.id;
        }
        let bot = self.bot;
        let channel = self.add_place(DM, "");
        channel.recipients = vec![user, bot];
        channel.id
    }

    /// A thread; one that starts from a message has the message's id.
    pub fn add_thread(&mut self, parent: u64, message: Option<u64>, name: &str, kind: u8, owner: u64) -> u64 {
        let guild = self.channels.get(&parent).and_then(|channel| channel.guild);
        let thread = self.add_place(kind, name);
        thread.guild = guild;
        thread.parent = Some(parent);
        thread.owner = owner;
        thread.thread_members = vec![owner];
        let mut id = thread.id;
        if let Some(message) = message
            && let Some(mut moved) = self.channels.remove(&id)
        {
            id = message;
            moved.id = id;
            self.channels.insert(id, moved);
        }
        self.emit_channel("THREAD_CREATE", id);
        id
    }
}
