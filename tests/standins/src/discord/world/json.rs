//! The state as Discord writes it.

use serde_json::{Map, Value, json};

use super::place::DM;
use super::{Channel, File, Interaction, Kind, Member, Message, RoleState, World};
use crate::discord::clock::iso;
use crate::discord::permissions::Permissions;

/// An id as Discord writes it.
pub(crate) fn id(id: u64) -> Value {
    Value::String(id.to_string())
}

fn ids<'a>(list: impl IntoIterator<Item = &'a u64>) -> Value {
    list.into_iter().map(|item| id(*item)).collect()
}

impl World {
    pub fn user_json(&self, user: u64) -> Value {
        let known = self.users.get(&user);
        json!({
            "id": id(user), "username": self.name_of(user).to_lowercase().replace(' ', "_"), "global_name": self.name_of(user),
            "discriminator": "0", "avatar": null, "bot": known.is_some_and(|user| user.bot), "public_flags": 0, "flags": 0, "primary_guild": null,
        })
    }

    pub fn member_json(&self, member: &Member) -> Value {
        json!({
            "user": self.user_json(member.user), "nick": null, "avatar": null, "banner": null, "roles": ids(&member.roles),
            "joined_at": iso(member.joined), "premium_since": null, "deaf": false, "mute": false, "flags": 0,
            "pending": false, "communication_disabled_until": null,
        })
    }

    pub fn role_json(role: &RoleState) -> Value {
        json!({
            "id": id(role.id), "name": role.name, "color": 0, "hoist": false, "description": null,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null}, "icon": null, "unicode_emoji": null,
            "position": 0, "permissions": role.permissions.0.to_string(), "managed": role.managed,
            "mentionable": false, "flags": 0,
        })
    }

    pub fn channel_json(&self, channel: &Channel) -> Value {
        let mut value = json!({
            "id": id(channel.id), "type": channel.kind, "last_message_id": channel.last_message.map(id), "flags": 0,
        });
        if channel.kind == DM {
            let people = channel.recipients.iter().filter(|user| **user != self.bot);
            value["recipients"] = people.map(|user| self.user_json(*user)).collect();
            return value;
        }
        value["guild_id"] = channel.guild.map_or(Value::Null, id);
        value["name"] = json!(channel.name);
        value["parent_id"] = channel.parent.map_or(Value::Null, id);
        value["rate_limit_per_user"] = json!(0);
        if channel.is_thread() {
            value["owner_id"] = id(channel.owner);
            value["total_message_sent"] =
                json!(self.messages.values().filter(|m| m.channel == channel.id).count());
            value["message_count"] =
                json!(self.messages.values().filter(|m| m.channel == channel.id).count());
            value["member_count"] = json!(channel.thread_members.len());
            value["thread_metadata"] = json!({
                "archived": channel.archived, "locked": channel.locked,
                "auto_archive_duration": channel.archive_minutes, "archive_timestamp": iso(channel.created),
                "create_timestamp": iso(channel.created),
            });
        } else {
            value["position"] = json!(0);
            value["nsfw"] = json!(false);
            value["topic"] = Value::Null;
            let line = |line: &crate::discord::permissions::Overwrite| {
                json!({
                    "id": id(line.id), "type": u8::from(line.member),
                    "allow": line.allow.0.to_string(), "deny": line.deny.0.to_string(),
                })
            };
            value["permission_overwrites"] = channel.overwrites.iter().map(line).collect();
        }
        value
    }

    /// A guild as `GUILD_CREATE` brings it.
    pub fn guild_json(&self, guild: u64) -> Value {
        let Some(guild) = self.guilds.get(&guild) else { return Value::Null };
        let visible = |channel: &&Channel| {
            channel.guild == Some(guild.id) && self.can(channel.id, self.bot, Permissions::VIEW_CHANNEL)
        };
        let of_kind = |threads: bool| -> Value {
            let places = self.channels.values().filter(visible);
            places
                .filter(|channel| channel.is_thread() == threads && !channel.archived)
                .map(|c| self.channel_json(c))
                .collect()
        };
        // Without the intent for members only the bot itself comes along.
        let everyone = self.settings.guild_members;
        let members = guild.members.values().filter(|member| everyone || member.user == self.bot);
        let joined = guild.members.get(&self.bot).map_or(0, |bot| bot.joined);
        let mut value = json!({
            "icon": null, "splash": null, "discovery_splash": null, "afk_channel_id": null, "afk_timeout": 300,
            "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
            "emojis": [], "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "max_members": 500_000, "vanity_url_code": null,
            "description": null, "banner": null, "premium_tier": 0, "premium_subscription_count": 0,
            "preferred_locale": "en-US", "public_updates_channel_id": null, "nsfw_level": 0, "stickers": [],
            "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null, "large": false,
            "unavailable": false, "voice_states": [], "presences": [], "stage_instances": [],
        });
        for name in ["home_header", "widget_channel_id", "max_presences", "incidents_data"] {
            value[name] = Value::Null;
        }
        value["region"] = json!("deprecated");
        value["widget_enabled"] = json!(false);
        value["nsfw"] = json!(false);
        value["max_video_channel_users"] = json!(25);
        value["max_stage_video_channel_users"] = json!(50);
        value["id"] = id(guild.id);
        value["name"] = json!(guild.name);
        value["owner_id"] = id(guild.owner);
        value["roles"] = guild.roles.values().map(Self::role_json).collect();
        value["joined_at"] = json!(iso(joined));
        value["member_count"] = json!(guild.members.len());
        value["members"] = members.map(|member| self.member_json(member)).collect();
        value["channels"] = of_kind(false);
        value["threads"] = of_kind(true);
        value["guild_scheduled_events"] = json!([]);
        value["soundboard_sounds"] = json!([]);
        value
    }

    pub fn file_json(&self, channel: u64, file: &File) -> Value {
        let url = format!("http://{}/attachments/{channel}/{}/{}", self.address, file.id, file.name);
        let mut value = json!({
            "id": id(file.id), "filename": file.name, "size": file.bytes.len(), "url": url, "proxy_url": url,
            "content_type": file.content_type,
        });
        if let Some(description) = &file.description {
            value["description"] = json!(description);
        }
        if let Some((width, height)) = png_size(&file.bytes) {
            value["width"] = json!(width);
            value["height"] = json!(height);
        }
        value
    }

    /// A message; without its content for a bot that may not read it.
    pub fn message_json(&self, message: &Message, readable: bool) -> Value {
        let readable = readable || self.always_readable(message);
        let mut value = json!({
            "id": id(message.id), "type": message.kind, "channel_id": id(message.channel),
            "author": self.user_json(message.author), "content": "", "timestamp": iso(message.created),
            "edited_timestamp": message.edited.map(iso), "tts": false,
            "mention_everyone": message.mention_everyone, "mention_roles": ids(&message.mention_roles),
            "mentions": message.mentions.iter().map(|user| self.user_json(*user)).collect::<Vec<_>>(),
            "attachments": [], "embeds": [], "components": [], "pinned": false, "flags": message.flags,
        });
        if readable {
            value["content"] = json!(message.content);
            value["embeds"] = json!(message.embeds);
            value["components"] = json!(message.components);
            value["attachments"] =
                message.files.iter().map(|file| self.file_json(message.channel, file)).collect();
        }
        if let Some(nonce) = &message.nonce {
            value["nonce"] = nonce.clone();
        }
        if !message.stickers.is_empty() {
            let item = |name: &String| json!({"id": id(message.id), "name": name, "format_type": 1});
            value["sticker_items"] = message.stickers.iter().map(item).collect();
        }
        if !message.reactions.is_empty() {
            let item = |(emoji, users): (&String, &Vec<u64>)| {
                json!({
                    "count": users.len(), "me": users.contains(&self.bot), "me_burst": false, "burst_colors": [],
                    "count_details": {"burst": 0, "normal": users.len()}, "emoji": {"id": null, "name": emoji},
                })
            };
            value["reactions"] = message.reactions.iter().map(item).collect();
        }
        self.add_references(message, &mut value, readable);
        if let Some(interaction) = message.interaction.and_then(|id| self.interactions.get(&id)) {
            value["application_id"] = id(self.application);
            value["webhook_id"] = id(self.application);
            value["interaction_metadata"] = self.interaction_metadata(interaction);
        }
        if message.thread
            && let Some(thread) = self.channels.get(&message.id)
        {
            value["thread"] = self.channel_json(thread);
        }
        value
    }

    fn interaction_metadata(&self, interaction: &Interaction) -> Value {
        let mut value = json!({
            "id": id(interaction.id), "type": interaction.kind.number(), "user": self.user_json(interaction.user),
            "authorizing_integration_owners": {},
        });
        if interaction.kind == Kind::Component {
            value["interacted_message_id"] = interaction.message.map_or(Value::Null, id);
        }
        if interaction.kind == Kind::Modal {
            // What opened the form: the last thing that this person did and that was answered with one.
            let opener = self.interactions.values().rev().find(|one| {
                one.user == interaction.user
                    && one.id < interaction.id
                    && matches!(one.answered, Some((_, super::Answered::Modal(_))))
            });
            value["triggering_interaction_metadata"] =
                opener.map_or(Value::Null, |opener| self.interaction_metadata(opener));
        }
        value
    }

    fn add_references(&self, message: &Message, value: &mut Value, readable: bool) {
        let guild = self.channels.get(&message.channel).and_then(|channel| channel.guild).map(id);
        if let Some(replied) = message.reply_to {
            value["message_reference"] = reference(0, replied, message.channel, guild.clone());
            let standing = self.message(message.channel, replied);
            // Only one level deep, as Discord does.
            let shallow = standing.map(|first| Message { reply_to: None, ..first.clone() });
            value["referenced_message"] =
                shallow.map_or(Value::Null, |first| self.message_json(&first, readable));
        }
        if let Some((channel, original, snapshot)) = &message.forwarded {
            value["message_reference"] = reference(1, *original, *channel, guild);
            let shown = if readable { snapshot.content.as_str() } else { "" };
            value["message_snapshots"] = json!([{"message": {
                "type": 0, "content": shown, "embeds": if readable { json!(snapshot.embeds) } else { json!([]) },
                "attachments": [], "timestamp": iso(snapshot.created), "edited_timestamp": null, "flags": 0,
                "mentions": [], "mention_roles": [], "components": [],
            }}]);
        }
    }

    /// What a bot may read without the intent for message content.
    fn always_readable(&self, message: &Message) -> bool {
        message.author == self.bot
            || message.mentions.contains(&self.bot)
            || self.channels.get(&message.channel).is_some_and(|channel| channel.kind == DM)
    }

    pub fn interaction_json(&self, interaction: &Interaction) -> Value {
        let Some(channel) = self.channels.get(&interaction.channel) else { return Value::Null };
        let user = self.users.get(&interaction.user);
        let locale = user.map_or("en-US", |user| user.locale.as_str());
        let app_permissions = self.permissions(channel.id, self.bot).0.to_string();
        let mut shown_channel = self.channel_json(channel);
        shown_channel["permissions"] = json!(self.permissions(channel.id, interaction.user).0.to_string());
        let mut value = json!({
            "id": id(interaction.id), "application_id": id(self.application), "type": interaction.kind.number(),
            "data": interaction.data, "channel_id": id(channel.id), "channel": shown_channel,
            "token": interaction.token, "version": 1, "app_permissions": app_permissions, "locale": locale,
            "entitlements": [], "attachment_size_limit": self.settings.file_limit,
            "context": if channel.guild.is_some() { 0 } else { 1 },
            "authorizing_integration_owners": {"0": channel.guild.map_or_else(|| json!("0"), id)},
        });
        match channel.guild.and_then(|guild| self.guilds.get(&guild)) {
            Some(guild) => {
                let mut member =
                    guild.members.get(&interaction.user).map_or(Value::Null, |m| self.member_json(m));
                member["permissions"] = shown_permissions(self, interaction);
                value["member"] = member;
                value["guild_id"] = id(guild.id);
                value["guild_locale"] = json!("en-US");
                value["guild"] = json!({"id": id(guild.id), "locale": "en-US", "features": []});
            }
            None => value["user"] = self.user_json(interaction.user),
        }
        if matches!(interaction.kind, Kind::Component | Kind::Modal)
            && let Some(message) = interaction.message.and_then(|id| self.messages.get(&id))
        {
            value["message"] = self.message_json(message, true);
        }
        value
    }

    /// The bot's application.
    pub fn application_json(&self) -> Value {
        json!({
            "id": id(self.application), "name": self.settings.bot_name, "icon": null, "description": "",
            "bot_public": true, "bot_require_code_grant": false, "verify_key": "0".repeat(64), "flags": self.application_flags(),
            "owner": self.user_json(self.bot), "team": null, "rpc_origins": [], "summary": "", "type": null,
            "flags_new": self.application_flags().to_string(), "redirect_uris": [], "interactions_endpoint_url": null,
            "role_connections_verification_url": null, "approximate_guild_count": self.guilds.len(),
            "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
        })
    }

    /// The flags that say which privileged intents the application may use.
    pub fn application_flags(&self) -> u64 {
        let flag = |on: bool, bit: u64| if on { 1 << bit } else { 0 };
        flag(self.settings.guild_presences, 13)
            | flag(self.settings.guild_members, 15)
            | flag(self.settings.message_content, 19)
    }

    /// Members with the names that an option or a select brought.
    pub fn resolved_users(&self, users: &[u64]) -> Value {
        let list: Map<String, Value> =
            users.iter().map(|user| (user.to_string(), self.user_json(*user))).collect();
        json!({ "users": list })
    }
}

fn reference(kind: u8, message: u64, channel: u64, guild: Option<Value>) -> Value {
    let mut value = json!({"type": kind, "message_id": id(message), "channel_id": id(channel)});
    if let Some(guild) = guild {
        value["guild_id"] = guild;
    }
    value
}

fn shown_permissions(world: &World, interaction: &Interaction) -> Value {
    json!(world.permissions(interaction.channel, interaction.user).0.to_string())
}

/// Width and height of a PNG picture, from its first chunk.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let number = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    Some((number(0)?, number(4)?))
}
