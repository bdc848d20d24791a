//! Guilds, roles and channels from the test's side.

use serde_json::json;

use super::permissions::Overwrite;
use super::world::{Member, PUBLIC_THREAD, RoleState};
use super::{Discord, Permissions, Person};

/// A guild.
#[derive(Clone)]
pub struct Guild {
    pub(super) discord: Discord,
    /// Its id.
    pub id: u64,
}

/// A role of a guild.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// Its id.
    pub id: u64,
}

/// A channel, thread or direct message.
#[derive(Clone)]
pub struct Channel {
    pub(super) discord: Discord,
    /// Its id.
    pub id: u64,
}

impl Guild {
    /// A new text channel that everyone sees.
    pub fn channel(&self, name: &str) -> Channel {
        let id = self.discord.inner.world().add_channel(self.id, name);
        Channel { discord: self.discord.clone(), id }
    }

    /// A new role.
    pub fn role(&self, name: &str, permissions: Permissions) -> Role {
        let mut world = self.discord.inner.world();
        let id = world.next_id();
        if let Some(guild) = world.guilds.get_mut(&self.id) {
            guild.roles.insert(id, RoleState { id, name: name.to_owned(), permissions, managed: false });
        }
        world.emit_role("GUILD_ROLE_CREATE", self.id, id);
        Role { id }
    }

    /// The role that everyone has.
    pub fn everyone(&self) -> Role {
        Role { id: self.id }
    }

    /// The bot's own role.
    pub fn bot_role(&self) -> Role {
        let id = self.discord.inner.look().guilds.get(&self.id).map_or(0, |guild| guild.bot_role);
        Role { id }
    }

    /// Sets what a role may do in the whole guild.
    pub fn set_role(&self, role: Role, permissions: Permissions) {
        let mut world = self.discord.inner.world();
        if let Some(role) = world.guilds.get_mut(&self.id).and_then(|guild| guild.roles.get_mut(&role.id)) {
            role.permissions = permissions;
        }
        world.emit_role("GUILD_ROLE_UPDATE", self.id, role.id);
    }

    /// Lets someone in.
    pub fn join(&self, person: &Person) {
        let mut world = self.discord.inner.world();
        let joined = world.now();
        if let Some(guild) = world.guilds.get_mut(&self.id) {
            guild.members.insert(person.id, Member { user: person.id, roles: Vec::new(), joined });
        }
    }

    /// Throws the bot out.
    pub fn expel_bot(&self) {
        let mut world = self.discord.inner.world();
        world.emit_gone("GUILD_DELETE", Some(self.id), json!({"id": self.id.to_string()}));
        let bot = world.bot;
        if let Some(guild) = world.guilds.get_mut(&self.id) {
            guild.members.remove(&bot);
        }
    }

    /// Gives someone a role.
    pub fn give(&self, person: &Person, role: Role) {
        self.change_roles(person, |roles| {
            if !roles.contains(&role.id) {
                roles.push(role.id);
            }
        });
    }

    /// Takes a role from someone.
    pub fn take(&self, person: &Person, role: Role) {
        self.change_roles(person, |roles| roles.retain(|id| *id != role.id));
    }

    fn change_roles(&self, person: &Person, change: impl FnOnce(&mut Vec<u64>)) {
        let mut world = self.discord.inner.world();
        let guild = world.guilds.get_mut(&self.id).expect("the guild exists");
        let member = guild.members.get_mut(&person.id).expect("the person has joined the guild");
        change(&mut member.roles);
        world.emit_member(self.id, person.id);
    }
}

impl Channel {
    /// Allows and denies a role something here.
    pub fn set(&self, role: Role, allow: Permissions, deny: Permissions) {
        self.overwrite(Overwrite { id: role.id, member: false, allow, deny });
    }

    /// Denies the bot something here.
    pub fn deny_bot(&self, deny: Permissions) {
        let bot = self.discord.inner.look().bot;
        self.overwrite(Overwrite { id: bot, member: true, allow: Permissions::NONE, deny });
    }

    /// Takes back what was denied to the bot here.
    pub fn allow_bot(&self) {
        let bot = self.discord.inner.look().bot;
        self.overwrite(Overwrite {
            id: bot,
            member: true,
            allow: Permissions::NONE,
            deny: Permissions::NONE,
        });
    }

    fn overwrite(&self, line: Overwrite) {
        let mut world = self.discord.inner.world();
        if let Some(channel) = world.channels.get_mut(&self.id) {
            channel.overwrites.retain(|other| other.id != line.id);
            channel.overwrites.push(line);
        }
        world.emit_channel("CHANNEL_UPDATE", self.id);
    }

    /// A thread that the person opens here.
    pub fn thread(&self, person: &Person, name: &str) -> Channel {
        let id = self.discord.inner.world().add_thread(self.id, None, name, PUBLIC_THREAD, person.id);
        Channel { discord: self.discord.clone(), id }
    }

    /// Puts a thread away, or takes it back.
    pub fn set_archived(&self, archived: bool) {
        let mut world = self.discord.inner.world();
        if let Some(channel) = world.channels.get_mut(&self.id) {
            channel.archived = archived;
        }
        world.emit_channel("THREAD_UPDATE", self.id);
    }

    /// Puts a thread away so that only who manages threads can take it back.
    pub fn lock(&self) {
        if let Some(channel) = self.discord.inner.world().channels.get_mut(&self.id) {
            channel.locked = true;
        }
        self.set_archived(true);
    }

    /// Whether a thread is put away.
    pub fn is_archived(&self) -> bool {
        self.discord.inner.look().channels.get(&self.id).is_some_and(|channel| channel.archived)
    }

    /// The threads that were opened here, oldest first.
    pub fn threads(&self) -> Vec<Channel> {
        let world = self.discord.inner.look();
        let here =
            world.channels.values().filter(|channel| channel.is_thread() && channel.parent == Some(self.id));
        here.map(|channel| Channel { discord: self.discord.clone(), id: channel.id }).collect()
    }

    /// Its name; empty for a direct message.
    pub fn name(&self) -> String {
        self.discord
            .inner
            .look()
            .channels
            .get(&self.id)
            .map(|channel| channel.name.clone())
            .unwrap_or_default()
    }

    /// How often the bot showed here that it is writing.
    pub fn typing(&self) -> u32 {
        self.discord.inner.look().typing.get(&self.id).copied().unwrap_or_default()
    }

    /// Deletes it with everything in it.
    pub fn delete(&self) {
        let mut world = self.discord.inner.world();
        let Some(channel) = world.channels.get(&self.id) else { return };
        let (guild, thread) = (channel.guild, channel.is_thread());
        let mut data = world.channel_json(channel);
        if thread && let Some(fields) = data.as_object_mut() {
            fields.retain(|key, _| matches!(key.as_str(), "id" | "guild_id" | "parent_id" | "type"));
        }
        world.emit_gone(if thread { "THREAD_DELETE" } else { "CHANNEL_DELETE" }, guild, data);
        world.channels.remove(&self.id);
    }
}
