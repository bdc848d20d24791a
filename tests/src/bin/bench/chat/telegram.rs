//! Questions of Telegram.

use super::{ANSWER, Load, PATIENCE, PEOPLE};
use crate::{measure::quantiles, questions::PLAIN};
use chrono::{DateTime, Utc};
use rowcall_standins::telegram::{Person, Telegram};
use rowcall_tests::{
    World,
    chat::{BotProcess, within},
};
use serde_json::{Value as Json, json};
use std::{
    collections::HashMap,
    net::TcpListener,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const SECRET: &str = "the-secret-of-a-benchmark";

/// A bot and the Telegram that it works for.
pub struct OnTelegram {
    telegram: Telegram,
    people: Vec<Person>,
    _bot: BotProcess,
}

impl OnTelegram {
    /// One that asks for updates.
    pub async fn start(world: &World) -> Self {
        Self::start_with(world, "", &[]).await
    }

    async fn start_with(world: &World, tables: &str, more: &[(&str, &str)]) -> Self {
        let telegram = Telegram::start().await;
        let url = telegram.url();
        let mut environment = vec![("TELEGRAM_TOKEN", telegram.token()), ("TELEGRAM_API_BASE", &url)];
        environment.extend(more);
        let bot = BotProcess::start_with(world, &environment, tables);
        let people: Vec<_> = (0..PEOPLE).map(|n| telegram.person(&format!("Person {n}"))).collect();
        // The bot may write to them, and has not been spoken to.
        people.iter().for_each(Person::unblocks_bot);
        let taken = within(PATIENCE, async || telegram.pending_updates() == 0).await;
        assert!(taken, "the bot takes no updates");
        Self { telegram, people, _bot: bot }
    }

    /// From an event to the poll that confirms it: then it is committed.
    pub async fn confirm(self, load: Load) -> Json {
        // A poll names the first update that it wants; each of ours is the next after the one before.
        let polls = || -> Vec<(DateTime<Utc>, i64)> {
            let polls = self.telegram.requests_of("getUpdates");
            polls.iter().filter_map(|poll| Some((poll.at, poll.params["offset"].as_i64()?))).collect()
        };
        let first = polls().iter().map(|(_, offset)| *offset).max().unwrap();
        let mut sent = Vec::new();
        load.run(|n| {
            sent.push(Utc::now());
            self.asks(n);
        })
        .await;
        let taken = within(PATIENCE, async || self.telegram.pending_updates() == 0).await;
        assert!(taken, "not all are confirmed");
        self.telegram.assert_clean();
        let polls = polls();
        let confirmed = (first..).zip(sent).map(|(update, at)| {
            let poll = polls.iter().find(|(_, offset)| *offset > update).unwrap();
            (poll.0 - at).to_std().unwrap_or_default()
        });
        quantiles(confirmed.collect())
    }

    /// From an event to the request that posts its placeholder, at a rate that Telegram's budget for messages allows.
    pub async fn placeholder(self, load: Load) -> Json {
        assert!(load.events() <= PEOPLE, "everybody asks once");
        let mut sent = HashMap::new();
        load.run(|n| {
            sent.insert(self.people[n].id(), Utc::now());
            self.asks(n);
        })
        .await;
        let posted = || self.telegram.requests_of("sendMessage");
        let all = within(PATIENCE, async || posted().len() >= sent.len()).await;
        assert!(all, "not all placeholders were posted");
        let times = posted().into_iter().filter_map(|request| {
            let at = sent.get(&request.chat()?)?;
            (request.at - *at).to_std().ok()
        });
        let times = times.collect();
        self.telegram.assert_clean();
        quantiles(times)
    }

    /// Asks and waits for the answer.
    pub async fn answer(&self, n: usize) {
        self.asks(n);
        self.people[n % PEOPLE].private_chat().wait_for_text(PATIENCE, ANSWER).await;
    }

    fn asks(&self, n: usize) {
        let person = &self.people[n % PEOPLE];
        person.says(&person.private_chat(), PLAIN);
    }
}

/// From an update that is brought to its answer of 200: then it is committed. The stand-in brings updates one after the
/// other, so these are brought from here.
pub async fn webhook(world: &World, load: Load) -> Json {
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{listen}/updates");
    let tables =
        format!("[telegram]\nmode = \"webhook\"\nwebhook_url = \"{url}\"\nwebhook_listen = \"{listen}\"\n");
    let on = OnTelegram::start_with(world, &tables, &[("TELEGRAM_WEBHOOK_SECRET", SECRET)]).await;
    let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().unwrap();
    let mut posts = JoinSet::new();
    load.run(|n| {
        let person = &on.people[n % PEOPLE];
        let update = json!({ "update_id": 1_000_000 + n, "message": {
            "message_id": 100_000 + n, "date": Utc::now().timestamp(), "text": PLAIN,
            "chat": { "id": person.id(), "type": "private", "first_name": "Person" },
            "from": { "id": person.id(), "is_bot": false, "first_name": "Person" },
        } });
        let request = client.post(&url).header("X-Telegram-Bot-Api-Secret-Token", SECRET).json(&update);
        posts.spawn(async move {
            let began = Instant::now();
            let status = request.send().await.unwrap().status();
            assert!(status.is_success(), "{status}");
            began.elapsed()
        });
    })
    .await;
    let times: Vec<Duration> = posts.join_all().await;
    let accepted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM runs").fetch_one(world.store.pool()).await.unwrap();
    assert_eq!(accepted, i64::try_from(times.len()).unwrap(), "each is committed");
    on.telegram.assert_clean();
    quantiles(times)
}
