//! What the gateway is told when something changes.

use serde_json::{Value, json};

use super::World;
use super::json::id;
use super::place::DM;
use crate::discord::gateway::intents;
use crate::discord::gateway::sessions::Event;
use crate::discord::permissions::Permissions;

impl World {
    pub fn emit_guild(&mut self, guild: u64) {
        let data = self.guild_json(guild);
        self.emit("GUILD_CREATE", Some(guild), intents::GUILDS, data, None);
    }

    /// A role, a member or the bot's own roles changed.
    pub fn emit_member(&mut self, guild: u64, user: u64) {
        let member = self.guilds.get(&guild).and_then(|guild| guild.members.get(&user));
        let Some(member) = member else { return };
        let mut data = self.member_json(member);
        data["guild_id"] = id(guild);
        // The bot is told of itself without the privileged intent.
        let intent = if user == self.bot { intents::GUILDS } else { intents::GUILD_MEMBERS };
        self.emit("GUILD_MEMBER_UPDATE", Some(guild), intent, data, None);
    }

    pub fn emit_role(&mut self, name: &'static str, guild: u64, role: u64) {
        let Some(role) = self.guilds.get(&guild).and_then(|guild| guild.roles.get(&role)) else { return };
        let data = json!({"guild_id": id(guild), "role": Self::role_json(role)});
        self.emit(name, Some(guild), intents::GUILDS, data, None);
    }

    pub fn emit_channel(&mut self, name: &'static str, channel: u64) {
        let Some(channel) = self.channels.get(&channel) else { return };
        if channel.kind == DM || !self.can(channel.id, self.bot, Permissions::VIEW_CHANNEL) {
            return;
        }
        let (guild, data) = (channel.guild, self.channel_json(channel));
        self.emit(name, guild, intents::GUILDS, data, None);
    }

    pub fn emit_message(&mut self, name: &'static str, message: u64) {
        let Some(message) = self.messages.get(&message) else { return };
        let Some(channel) = self.channels.get(&message.channel) else { return };
        // An ephemeral message travels only in the answer to its request.
        if message.visible_to.is_some() || !self.can(channel.id, self.bot, Permissions::VIEW_CHANNEL) {
            return;
        }
        let guild = channel.guild;
        let whole = |readable: bool| {
            let mut data = self.message_json(message, readable);
            if let Some(guild) = guild {
                data["guild_id"] = id(guild);
                let member = self.guilds.get(&guild).and_then(|guild| guild.members.get(&message.author));
                if let Some(member) = member {
                    data["member"] = self.member_json(member);
                    if let Some(fields) = data["member"].as_object_mut() {
                        fields.remove("user");
                    }
                }
            }
            data
        };
        let (full, stripped) = (whole(true), whole(false));
        let intent = if guild.is_some() { intents::GUILD_MESSAGES } else { intents::DIRECT_MESSAGES };
        self.emit(name, guild, intent, full, Some(stripped));
    }

    pub fn emit_deleted(&mut self, message: u64) {
        let Some(message) = self.messages.get(&message) else { return };
        if message.visible_to.is_some() {
            return;
        }
        let guild = self.channels.get(&message.channel).and_then(|channel| channel.guild);
        let mut data = json!({"id": id(message.id), "channel_id": id(message.channel)});
        if let Some(guild) = guild {
            data["guild_id"] = id(guild);
        }
        let intent = if guild.is_some() { intents::GUILD_MESSAGES } else { intents::DIRECT_MESSAGES };
        self.emit("MESSAGE_DELETE", guild, intent, data, None);
    }

    pub fn emit_interaction(&mut self, interaction: u64) {
        let Some(interaction) = self.interactions.get(&interaction) else { return };
        let guild = self.channels.get(&interaction.channel).and_then(|channel| channel.guild);
        let data = self.interaction_json(interaction);
        self.emit("INTERACTION_CREATE", guild, 0, data, None);
    }

    pub fn emit_gone(&mut self, name: &'static str, guild: Option<u64>, data: Value) {
        self.emit(name, guild, intents::GUILDS, data, None);
    }

    fn emit(
        &mut self,
        name: &'static str,
        guild: Option<u64>,
        intent: u64,
        data: Value,
        stripped: Option<Value>,
    ) {
        self.sessions.tell(&Event { name, guild, intent, data, stripped });
    }
}
