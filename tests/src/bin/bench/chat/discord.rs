//! Questions of Discord.

use super::{ANSWER, Load, PATIENCE, PEOPLE};
use crate::{measure::quantiles, questions::PLAIN};
use rowcall_standins::discord::{Channel, Discord, Guild, Interaction, Person};
use rowcall_tests::{
    World,
    chat::{BotProcess, within},
};
use serde_json::{Value as Json, json};
use std::{collections::HashMap, time::Instant};

/// Where an interaction is acknowledged.
const CALLBACK: &str = "/interactions/{interaction_id}/{interaction_token}/callback";

/// A bot and the Discord that it works for.
pub struct OnDiscord {
    discord: Discord,
    guild: Guild,
    channel: Channel,
    people: Vec<Person>,
    pub bot: BotProcess,
}

impl OnDiscord {
    pub async fn start(world: &World) -> Self {
        let discord = Discord::start().await;
        let guild = discord.guild("Shop");
        let channel = guild.channel("data");
        let environment = [("DISCORD_TOKEN", discord.token()), ("DISCORD_API_BASE", &discord.url())];
        let bot = BotProcess::start(world, &environment);
        discord.connected(1, PATIENCE).await;
        discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
        let people = (0..PEOPLE).map(|n| newcomer(&discord, &guild, n)).collect();
        Self { discord, guild, channel, people, bot }
    }

    fn asks(&self, person: &Person) -> Interaction {
        person.slash(&self.channel, "ask", json!({ "question": PLAIN }))
    }

    /// From an event at the gateway to the request that acknowledges it.
    pub async fn acknowledge(self, load: Load) -> Json {
        let mut sent = HashMap::new();
        load.run(|n| {
            let at = Instant::now();
            sent.insert(self.asks(&self.people[n % PEOPLE]).id, at);
        })
        .await;
        let acknowledged = || self.discord.requests_to("POST", CALLBACK);
        within(PATIENCE, async || acknowledged().len() >= sent.len()).await;
        let times = acknowledged().into_iter().filter_map(|request| {
            let id = request.path.split('/').nth(2)?.parse().ok()?;
            (request.status < 300).then(|| Some(request.came - *sent.get(&id)?)).flatten()
        });
        let times: Vec<_> = times.collect();
        assert_eq!(times.len(), sent.len(), "each is acknowledged once, in time");
        self.discord.assert_clean();
        quantiles(times)
    }

    /// Asks by a command and waits for the answer.
    pub async fn answer_to_command(&self, n: usize) {
        let asked = self.asks(&self.people[n % PEOPLE]);
        asked.answer(PATIENCE, |seen| seen.text().contains(ANSWER)).await;
    }

    /// Channels in which nothing was said: each has a budget of its own.
    pub fn channels(&self, count: usize) -> Vec<Channel> {
        (0..count).map(|n| self.guild.channel(&format!("data-{n}"))).collect()
    }

    /// Asks by a mention and waits for the answer.
    pub async fn answer_to_mention(&self, n: usize, channel: &Channel) {
        let person = &self.people[n % PEOPLE];
        person.says(channel, &format!("{} {PLAIN}", self.discord.mention()));
        let answered = |seen: &[rowcall_standins::discord::SeenMessage]| {
            seen.iter().any(|message| message.text().contains(ANSWER)).then_some(())
        };
        self.discord.wait_seen(channel, person, PATIENCE, answered).await;
    }

    /// So many people who were never there before ask.
    pub fn newcomers_ask(&self, count: usize) {
        for n in 0..count {
            self.asks(&newcomer(&self.discord, &self.guild, n));
        }
    }
}

fn newcomer(discord: &Discord, guild: &Guild, n: usize) -> Person {
    let person = discord.person(&format!("Person {n}"));
    guild.join(&person);
    person
}
