//! What chats add: how soon an event is acknowledged when many come, how long a whole answer takes, and how much a bot
//! that knows many conversations remembers. The bot is a process of its own, the platforms are stand-ins in this one.

mod discord;
mod telegram;

use crate::{
    measure::{memory, quantiles, round},
    questions::{Events, PLAIN, by_console},
    servers::Servers,
};
use discord::OnDiscord;
use rowcall_tests::{
    World,
    chat::{WorkerProcess, allow_everyone, unanswered, within},
};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};
use telegram::OnTelegram;
use tokio_util::sync::CancellationToken;

/// How long anything may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// In the answer to [`PLAIN`].
const ANSWER: &str = "12,000";
/// People who ask in turn, each in a conversation of their own.
const PEOPLE: usize = 200;
/// Between two questions that are asked one at a time: no platform's budget shall be what is measured.
const GAP: Duration = Duration::from_millis(250);
/// Conversations that are asked in at once while many are made known.
const AT_ONCE: usize = 100;

/// Events by a schedule that does not wait for the bot.
#[derive(Clone, Copy)]
pub struct Load {
    /// Events in a second.
    pub per_second: u32,
    /// For so long.
    pub seconds: u32,
}

impl Load {
    fn events(self) -> usize {
        (self.per_second * self.seconds) as usize
    }

    /// Acts when each event is due, whatever became of those before it.
    async fn run(self, mut act: impl FnMut(usize)) {
        let began = tokio::time::Instant::now();
        for n in 0..self.events() {
            tokio::time::sleep_until(began + Duration::from_secs(n as u64) / self.per_second).await;
            act(n);
        }
    }
}

/// The time from an event to its acknowledgement.
pub async fn acknowledge(servers: &Servers, load: Load) -> Json {
    let alone = OnDiscord::start(&world(servers, "discord_alone").await).await.acknowledge(load).await;
    let busy = world(servers, "discord_busy").await;
    let with_worker = {
        let _worker = WorkerProcess::start(&busy);
        OnDiscord::start(&busy).await.acknowledge(load).await
    };
    let webhook = telegram::webhook(&world(servers, "telegram_webhook").await, load).await;
    let polling = OnTelegram::start(&world(servers, "telegram_polling").await).await.confirm(load).await;
    let slow = Load { per_second: 5, ..load };
    let placeholder = OnTelegram::start(&world(servers, "telegram_slow").await).await.placeholder(slow).await;
    json!({
        "per_second": load.per_second, "seconds": load.seconds,
        "discord_command": alone, "discord_command_beside_a_worker": with_worker,
        "telegram_webhook_answered": webhook, "telegram_poll_confirmed": polling,
        "telegram_placeholder_at_5_per_second": placeholder,
    })
}

/// The time from a question to its answer, one question at a time, beside the same question of the console.
pub async fn whole_answer(servers: &Servers, questions: usize) -> Json {
    let world = world(servers, "chat_answers").await;
    let _worker = WorkerProcess::start(&world);
    let stop = CancellationToken::new();
    let mut events: Events = world.progress.listen(stop.clone()).subscribe();
    let console = one_at_a_time(questions, async |_| by_console(&world, &mut events, PLAIN).await).await;
    stop.cancel();
    let discord = OnDiscord::start(&world).await;
    let command = one_at_a_time(questions, async |n| discord.answer_to_command(n).await).await;
    let channels = discord.channels(questions + WARM);
    let mention = one_at_a_time(questions, async |n| discord.answer_to_mention(n, &channels[n]).await).await;
    drop(discord);
    let telegram = OnTelegram::start(&world).await;
    let message = one_at_a_time(questions, async |n| telegram.answer(n).await).await;
    let over = |times: &Json| round(times["p50"].as_f64().unwrap() - console["p50"].as_f64().unwrap());
    json!({
        "questions": questions, "console": console,
        "discord_command": command, "discord_command_p50_over_console": over(&command),
        "discord_mention": mention, "discord_mention_p50_over_console": over(&mention),
        "telegram": message, "telegram_p50_over_console": over(&message),
    })
}

/// Resident memory of a bot before anybody asked it, and after so many conversations had a question answered.
pub async fn remembered(servers: &Servers, conversations: usize) -> Json {
    let world = world(servers, "chat_memory").await;
    let _worker = WorkerProcess::start(&world);
    let discord = OnDiscord::start(&world).await;
    let resident = async || {
        // What is still being put away is not memory of conversations.
        tokio::time::sleep(Duration::from_secs(3)).await;
        round(memory(discord.bot.id(), "VmRSS") as f64 / 1024.0)
    };
    let idle = resident().await;
    for begin in (0..conversations).step_by(AT_ONCE) {
        let end = conversations.min(begin + AT_ONCE);
        discord.newcomers_ask(end - begin);
        let expected = (i64::try_from(end).unwrap(), 0);
        let answered = within(PATIENCE, async || unanswered(&world).await == expected).await;
        assert!(answered, "{:?} of {expected:?}", unanswered(&world).await);
    }
    let known: i64 =
        sqlx::query_scalar("SELECT count(*) FROM conversations").fetch_one(world.store.pool()).await.unwrap();
    json!({ "conversations": known, "idle_resident_mib": idle, "resident_mib": resident().await })
}

/// A world of its own, so that no measurement inherits another's backlog.
async fn world(servers: &Servers, name: &str) -> World {
    let world = servers.world(name).await;
    allow_everyone(&world).await;
    world
}

/// Asked before anything is measured.
const WARM: usize = 10;

async fn one_at_a_time(questions: usize, mut ask: impl AsyncFnMut(usize)) -> Json {
    let mut times = Vec::new();
    for n in 0..questions + WARM {
        tokio::time::sleep(GAP).await;
        let began = Instant::now();
        ask(n).await;
        if n >= WARM {
            times.push(began.elapsed());
        }
    }
    quantiles(times)
}
