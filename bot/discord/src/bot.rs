//! What every part of the Discord front end shares: the desk, the API, and what is remembered of Discord.

use crate::{api::Api, settings::DiscordSettings};
use chrono::Utc;
use rowcall_core::{Actor, Place, Platform, Room};
use rowcall_frontend::Desk;
use serenity::{
    all::{Cache, ChannelType, Permissions, RoleId, User},
    model::id::{ApplicationId, ChannelId, GuildId, UserId},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::Hash,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Things remembered of each kind before the oldest is forgotten.
const REMEMBERED: usize = 4096;

/// The Discord front end's shared state.
pub struct Bot {
    /// Who decides.
    pub desk: Desk,
    /// How Discord is spoken to.
    pub api: Api,
    /// How it is set.
    pub settings: DiscordSettings,
    /// Answers that are being worked on here.
    pub live: crate::posting::Live,
    /// The order of questions.
    pub lines: crate::lines::Lines,
    me: OnceLock<Me>,
    cache: Mutex<Option<Arc<Cache>>>,
    reads_all: AtomicBool,
    /// Events that were handled: Discord sends some twice, for example after a resume.
    seen: Mutex<Recent<u64, ()>>,
    /// Channels that are not in the cache, and the channel they are a thread of.
    parents: Mutex<Recent<ChannelId, Option<ChannelId>>>,
    direct: Mutex<Recent<UserId, ChannelId>>,
}

/// Who the bot is.
#[derive(Clone, Copy, Debug)]
pub struct Me {
    /// Its user.
    pub user: UserId,
    /// Its application.
    pub application: ApplicationId,
}

/// Where something is said, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The guild; absent in direct messages.
    pub guild: Option<GuildId>,
    /// The channel or thread.
    pub channel: ChannelId,
    /// The channel that the thread belongs to, if it is one.
    pub parent: Option<ChannelId>,
}

impl Spot {
    /// Where the conversation with `user` is kept.
    pub fn place(&self, user: UserId) -> Place {
        let channel = self.channel;
        let key = match (self.guild, self.parent) {
            (None, _) => format!("dm:{channel}"),
            (Some(_), Some(_)) => format!("thread:{channel}"),
            (Some(_), None) => format!("channel:{channel}:user:{user}"),
        };
        Place { platform: Platform::Discord, key }
    }

    /// Somebody who is there. Roles count for nothing but what was granted to them.
    pub fn actor(&self, user: &User, nick: Option<&str>, roles: &[RoleId]) -> Actor {
        let name = nick.or(user.global_name.as_deref()).unwrap_or(&user.name);
        Actor {
            platform: Platform::Discord,
            id: user.id.to_string(),
            name: name.to_owned(),
            roles: roles.iter().map(RoleId::to_string).collect(),
            room: Room {
                space: self.guild.map(|guild| guild.to_string()),
                channel: self.parent.unwrap_or(self.channel).to_string(),
                direct: self.guild.is_none(),
            },
            seen_at: Utc::now(),
        }
    }
}

impl Bot {
    /// A bot that is not connected yet.
    pub fn new(desk: Desk, settings: DiscordSettings) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new(settings.token.reveal(), settings.api_base.as_deref())?,
            desk,
            settings,
            live: crate::posting::Live::default(),
            lines: crate::lines::Lines::default(),
            me: OnceLock::new(),
            cache: Mutex::default(),
            reads_all: AtomicBool::new(false),
            seen: Mutex::default(),
            parents: Mutex::default(),
            direct: Mutex::default(),
        })
    }

    /// Who the bot is, once it was connected.
    pub fn me(&self) -> Option<Me> {
        self.me.get().copied()
    }

    /// Notes who the bot is.
    pub fn is(&self, me: Me) {
        // Discord says the same at every connection.
        let _ = self.me.set(me);
    }

    /// Notes what serenity remembers of the guilds.
    pub fn remembers(&self, cache: Arc<Cache>) {
        *lock(&self.cache) = Some(cache);
    }

    fn cache(&self) -> Option<Arc<Cache>> {
        lock(&self.cache).clone()
    }

    /// Whether messages that do not mention the bot can be read.
    pub fn reads_all(&self) -> bool {
        self.reads_all.load(Ordering::Relaxed)
    }

    /// Notes whether messages that do not mention the bot can be read.
    pub fn set_reads_all(&self, reads: bool) {
        self.reads_all.store(reads, Ordering::Relaxed);
    }

    /// Whether an event comes for the first time.
    pub fn first_time(&self, event: u64) -> bool {
        lock(&self.seen).insert(event, ()).is_none()
    }

    /// Which channel a channel is a thread of, if it is one.
    pub async fn spot(&self, guild: Option<GuildId>, channel: ChannelId) -> Spot {
        let parent = match guild {
            Some(guild) => self.parent(guild, channel).await,
            None => None,
        };
        Spot { guild, channel, parent }
    }

    async fn parent(&self, guild: GuildId, channel: ChannelId) -> Option<ChannelId> {
        if let Some(cache) = self.cache()
            && let Some(guild) = cache.guild(guild)
        {
            if guild.channels.contains_key(&channel) {
                return None;
            }
            if let Some(thread) = guild.threads.iter().find(|thread| thread.id == channel) {
                return thread.parent_id;
            }
        }
        if let Some(known) = lock(&self.parents).get(&channel) {
            return *known;
        }
        match self.api.channel(channel).await {
            Ok(found) => {
                let parent = found.guild().filter(|c| is_thread(c.kind)).and_then(|c| c.parent_id);
                lock(&self.parents).insert(channel, parent);
                parent
            }
            Err(error) => {
                tracing::debug!(%error, discord.channel = %channel, "a channel could not be looked up");
                None
            }
        }
    }

    /// What the bot may do in a channel, if that is known.
    pub fn permissions(&self, guild: GuildId, channel: ChannelId) -> Option<Permissions> {
        let (cache, me) = (self.cache()?, self.me()?);
        let guild = cache.guild(guild)?;
        let channel = guild.channels.get(&channel)?;
        Some(guild.user_permissions_in(channel, guild.members.get(&me.user)?))
    }

    /// What a channel is called.
    pub fn channel_name(&self, guild: GuildId, channel: ChannelId) -> Option<String> {
        let cache = self.cache()?;
        let guild = cache.guild(guild)?;
        let thread = || guild.threads.iter().find(|thread| thread.id == channel);
        guild.channels.get(&channel).or_else(thread).map(|channel| format!("#{}", channel.name))
    }

    /// The direct messages with somebody.
    pub async fn direct(&self, user: UserId) -> Result<ChannelId, crate::api::ApiError> {
        if let Some(known) = lock(&self.direct).get(&user) {
            return Ok(*known);
        }
        let channel = self.api.direct_channel(user).await?;
        lock(&self.direct).insert(user, channel);
        Ok(channel)
    }
}

/// Whether channels of that kind are threads.
pub fn is_thread(kind: ChannelType) -> bool {
    matches!(kind, ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing that is done under these locks can panic half way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last things of a kind.
pub struct Recent<K, V> {
    values: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { values: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    /// What is known.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    /// Remembers it, and forgets the oldest when there are too many. Gives what was known before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let before = self.values.insert(key.clone(), value);
        if before.is_none() {
            self.order.push_back(key);
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.values.remove(&oldest);
            }
        }
        before
    }
}

/// The permissions without which an answer cannot be shown, by the names that Discord's settings use.
pub fn missing(have: Permissions, thread: bool) -> Vec<&'static str> {
    let send = if thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    let send_name = if thread { "Send Messages in Threads" } else { "Send Messages" };
    let needed: [(Permissions, &'static str); 5] = [
        (Permissions::VIEW_CHANNEL, "View Channel"),
        (send, send_name),
        (Permissions::EMBED_LINKS, "Embed Links"),
        (Permissions::ATTACH_FILES, "Attach Files"),
        (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
    ];
    let mut seen = HashSet::new();
    needed
        .into_iter()
        .filter(|(p, _)| !have.contains(*p))
        .map(|(_, name)| name)
        .filter(|n| seen.insert(*n))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_a_thread_a_direct_message_or_a_person_in_a_channel() {
        let (guild, parent) = (Some(GuildId::new(1)), Some(ChannelId::new(2)));
        let key =
            |guild, parent| Spot { guild, channel: ChannelId::new(3), parent }.place(UserId::new(4)).key;
        assert_eq!(key(None, None), "dm:3");
        assert_eq!(key(guild, parent), "thread:3");
        assert_eq!(key(guild, None), "channel:3:user:4");
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let mut recent = Recent::default();
        for n in 0..=REMEMBERED {
            assert!(recent.insert(n, ()).is_none());
        }
        assert!(recent.get(&0).is_none() && recent.get(&1).is_some());
        assert!(recent.insert(1, ()).is_some());
    }

    #[test]
    fn missing_permissions_are_named_as_in_the_settings() {
        let have = Permissions::VIEW_CHANNEL | Permissions::ATTACH_FILES | Permissions::READ_MESSAGE_HISTORY;
        assert_eq!(missing(have, false), ["Send Messages", "Embed Links"]);
        assert_eq!(missing(have | Permissions::EMBED_LINKS, true), ["Send Messages in Threads"]);
        assert!(missing(Permissions::all(), false).is_empty());
    }
}
