//! A platform with people who ask, as tests of crashes and of load see it: whichever platform it is.

use super::{BotProcess, within};
use crate::World;
use rowcall_standins::{
    discord::{self, Discord},
    faults::Faults,
    telegram::{self, Telegram},
};
use serde_json::json;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
/// What the bot says to who starts it.
const GREETING: &str = "Ask in plain English";

/// How somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In Telegram, in a private chat.
    Telegram,
    /// In a channel of Discord, by `/ask`.
    Slash,
    /// In a channel of Discord, by a message that mentions the bot.
    Mention,
    /// In a thread of Discord: the first question mentions the bot, those that follow do not.
    Thread,
}

/// A message of the bot.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it says.
    pub text: String,
    /// When it last changed, in milliseconds.
    pub changed: i64,
}

/// A stand-in with people, each with a conversation of their own.
pub enum Rooms {
    /// Telegram.
    Telegram(Telegram, Vec<telegram::Person>),
    /// Discord.
    Discord(Discord, Vec<Room>),
}

/// Somebody's place in Discord.
pub struct Room {
    way: Way,
    person: discord::Person,
    place: discord::Channel,
    asked: std::sync::atomic::AtomicBool,
}

impl Rooms {
    /// A platform of its own with one conversation for each of `ways`, which are all of one platform.
    pub async fn open(ways: &[Way]) -> Self {
        if ways[0] == Way::Telegram {
            let telegram = Telegram::start().await;
            let people = (1..=ways.len()).map(|n| telegram.person(&format!("Person {n}"))).collect();
            return Self::Telegram(telegram, people);
        }
        let discord = Discord::start().await;
        let guild = discord.guild("Shop");
        let room = |(n, way): (usize, &Way)| {
            let person = discord.person(&format!("Person {}", n + 1));
            guild.join(&person);
            let channel = guild.channel(&format!("data-{}", n + 1));
            let place = if *way == Way::Thread { channel.thread(&person, "Questions") } else { channel };
            Room { way: *way, person, place, asked: false.into() }
        };
        let rooms = ways.iter().enumerate().map(room).collect();
        Self::Discord(discord, rooms)
    }

    /// What a bot has to know of it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Telegram(telegram, _) => {
                vec![("TELEGRAM_TOKEN", telegram.token().to_owned()), ("TELEGRAM_API_BASE", telegram.url())]
            }
            Self::Discord(discord, _) => {
                vec![("DISCORD_TOKEN", discord.token().to_owned()), ("DISCORD_API_BASE", discord.url())]
            }
        }
    }

    /// Waits until a bot listens, and everybody can ask.
    ///
    /// # Panics
    /// If none does.
    pub async fn listening(&self) {
        match self {
            Self::Telegram(telegram, people) => {
                for person in people {
                    person.starts_bot();
                }
                let taken = within(PATIENCE, async || telegram.pending_updates() == 0).await;
                assert!(taken, "no bot asks for updates");
            }
            Self::Discord(discord, _) => {
                discord.connected(1, PATIENCE).await;
                // What is registered last.
                discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
            }
        }
    }

    /// Waits until the platform has noticed that no bot is there any more.
    ///
    /// # Panics
    /// If one is.
    pub async fn deserted(&self) {
        if let Self::Discord(discord, _) = self {
            let gone = within(PATIENCE, async || discord.gateway().connected() == 0).await;
            assert!(gone, "a bot is connected");
        }
    }

    /// How many bots listen.
    pub fn listeners(&self) -> usize {
        match self {
            // Of two that ask for updates one is refused.
            Self::Telegram(telegram, _) => {
                1 + telegram.requests_of("getUpdates").iter().filter(|r| r.refused == Some(409)).count()
            }
            Self::Discord(discord, _) => discord.gateway().connected(),
        }
    }

    /// Requests at which a bot may die: parts of their paths. Polls for updates go on all the time and are left out.
    pub fn points(&self) -> &'static [&'static str] {
        match self {
            Self::Telegram(..) => &["SendMessage", "EditMessageText", "EditMessageMedia", "SendChatAction"],
            Self::Discord(..) => &[""],
        }
    }

    /// Starts a bot process for it on a world.
    pub fn bot(&self, world: &World) -> BotProcess {
        let environment = self.environment();
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        BotProcess::start(world, &environment)
    }

    /// What shall go wrong.
    pub fn faults(&self) -> &Faults {
        match self {
            Self::Telegram(telegram, _) => telegram.faults(),
            Self::Discord(discord, _) => discord.faults(),
        }
    }

    /// Somebody asks. Gives what became of it for the person, where the platform shows that.
    pub fn asks(&self, room: usize, question: &str) -> Option<discord::Interaction> {
        match self {
            Self::Telegram(_, people) => {
                let person = &people[room];
                person.says(&person.private_chat(), question);
                None
            }
            Self::Discord(discord, rooms) => {
                let Room { way, person, place, asked } = &rooms[room];
                if *way == Way::Slash {
                    return Some(person.slash(place, "ask", json!({ "question": question })));
                }
                let again = asked.swap(true, std::sync::atomic::Ordering::Relaxed);
                let mention = if again && *way == Way::Thread { String::new() } else { discord.mention() };
                person.says(place, format!("{mention} {question}").trim());
                None
            }
        }
    }

    /// What the bot has written there, in the order in which it stands, without greetings.
    pub fn seen(&self, room: usize) -> Vec<Seen> {
        match self {
            Self::Telegram(_, people) => {
                let messages = people[room].private_chat().from_bot().into_iter();
                let seen = messages.map(|m| {
                    let changed = m.history.last().map_or(m.date, |version| version.at);
                    Seen { text: m.text().to_owned(), changed: changed.timestamp_millis() }
                });
                seen.filter(|seen| !seen.text.contains(GREETING)).collect()
            }
            Self::Discord(_, rooms) => {
                let Room { person, place, .. } = &rooms[room];
                let messages = person.sees(place).into_iter().chain(person.sees(&person.dm()));
                let seen = messages.filter(|m| m.from_bot).map(|m| {
                    let changed = m.history.last().map_or(0, |edit| edit.at_ms);
                    Seen { text: m.text(), changed: i64::try_from(changed).unwrap_or(i64::MAX) }
                });
                seen.collect()
            }
        }
    }

    /// What the person reads.
    pub fn transcript(&self, room: usize) -> String {
        match self {
            Self::Telegram(_, people) => people[room].private_chat().transcript(),
            Self::Discord(discord, rooms) => {
                let Room { person, place, .. } = &rooms[room];
                let direct = discord.transcript(&person.dm(), person);
                format!("{}{direct}", discord.transcript(place, person))
            }
        }
    }

    /// Fails the test if the platform was sent what it must not be.
    ///
    /// # Panics
    /// With a list of it.
    pub fn assert_clean(&self) {
        match self {
            Self::Telegram(telegram, _) => telegram.assert_clean(),
            Self::Discord(discord, _) => discord.assert_clean(),
        }
    }
}
