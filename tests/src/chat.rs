//! The front ends of the chat platforms over the demo data: in this process, or in processes that are killed.

mod rooms;

pub use rooms::{Rooms, Seen, Way};

use crate::{
    World,
    program::{self, Service},
    questions::{Asking, DemoData},
};
use rowcall_bot::BotContext;
use std::{io::Write, time::Duration};
use tempfile::NamedTempFile;

/// How long a bot of these tests may be silent before its work is another's: short, so that tests need not wait.
pub const LEASE_SECONDS: u64 = 2;

/// A world with the demo data, a worker, and everybody allowed to ask.
pub async fn asking() -> Asking {
    let asking = Asking::over(&DemoData::new().await).await;
    allow_everyone(&asking.world).await;
    asking
}

/// Lets anyone ask and see everything there is to see of an answer.
pub async fn allow_everyone(world: &World) {
    sqlx::query("INSERT INTO grants (id, kind, subject, role, granted_by) VALUES ($1, 'anyone', '', 'analyst', 'test')")
        .bind(uuid::Uuid::new_v4())
        .execute(world.store.pool())
        .await
        .unwrap();
}

/// What front ends in this process are built on.
pub fn context(world: &World) -> BotContext {
    BotContext {
        store: world.store.clone(),
        queue: world.queue.clone(),
        progress: world.progress.clone(),
        limits: world.config.limits.clone(),
        lease: world.config.bot.lease,
    }
}

/// A `rowcall bot` process; killed when dropped.
pub struct BotProcess {
    service: Service,
    _config: NamedTempFile,
}

impl BotProcess {
    /// Starts one on a world, with further variables (tokens, addresses of stand-ins).
    pub fn start(world: &World, environment: &[(&str, &str)]) -> Self {
        Self::start_with(world, environment, "")
    }

    /// The same with further tables of its configuration file.
    pub fn start_with(world: &World, environment: &[(&str, &str)], tables: &str) -> Self {
        let config = config(&format!(
            "[bot]\nlease_seconds = {LEASE_SECONDS}\n\
             [limits]\nperson_per_minute = 10000\nplace_per_minute = 100000\n\
             person_per_day = 100000\nplace_per_day = 1000000\nqueue = 100000\n{tables}"
        ));
        let mut command = program::on_world(world, &["bot"]);
        command.env("ROWCALL_CONFIG", config.path()).envs(environment.iter().copied());
        Self { service: Service::start(command), _config: config }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.service.kill();
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        self.service.is_alive()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.service.id()
    }

    /// Waits until it has logged these words; false when it has not within `patience`.
    pub async fn logs(&self, words: &str, patience: Duration) -> bool {
        self.service.logs(words, patience).await
    }
}

/// A `rowcall worker` process that is missed as soon as a bot is; killed when dropped.
pub struct WorkerProcess {
    service: Service,
    _config: NamedTempFile,
}

impl WorkerProcess {
    /// Starts one on a world.
    pub fn start(world: &World) -> Self {
        let config = config(&format!("[worker]\nlease_seconds = {LEASE_SECONDS}\n"));
        let mut command = program::on_world(world, &["worker"]);
        command.env("ROWCALL_CONFIG", config.path());
        Self { service: Service::start(command), _config: config }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.service.kill();
    }
}

fn config(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// Waits until it is so; false when it is not within `patience`.
pub async fn within(patience: Duration, mut so: impl AsyncFnMut() -> bool) -> bool {
    let until = tokio::time::Instant::now() + patience;
    loop {
        if so().await {
            return true;
        }
        if tokio::time::Instant::now() > until {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// How many runs there are, and how many of them have not been answered on their platform.
pub async fn unanswered(world: &World) -> (i64, i64) {
    sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE o.state IS DISTINCT FROM 'delivered')
         FROM runs r LEFT JOIN outbox o ON o.run_id = r.id AND o.kind = 'reply'",
    )
    .fetch_one(world.store.pool())
    .await
    .unwrap()
}

/// A transcript without what differs from run to run: ids of runs, and how long they took.
pub fn redact(transcript: &str) -> String {
    let mut out = String::new();
    for (i, line) in transcript.lines().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let words: Vec<&str> = line.split(' ').collect();
        let mut kept: Vec<String> = Vec::new();
        for (n, word) in words.iter().enumerate() {
            let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let after_run =
                n > 0 && words[n - 1].trim_start_matches(|c: char| !c.is_ascii_alphabetic()) == "run";
            let is_time = matches!(words.get(n + 1), Some(unit) if ["s", "ms"].contains(&unit.trim_end_matches(|c: char| !c.is_ascii_alphabetic())))
                && bare.starts_with(|c: char| c.is_ascii_digit())
                && line.contains("run ");
            if after_run && bare.len() == 8 && bare.bytes().all(|b| b.is_ascii_hexdigit()) {
                kept.push(word.replace(bare, "########"));
            } else if is_time {
                kept.push(word.replace(bare, "#"));
            } else if n > 0 && bare == "ms" && kept.last().is_some_and(|k| k.contains('#')) {
                kept.push(word.replace("ms", "s"));
            } else {
                kept.push((*word).to_owned());
            }
        }
        let line = kept.join(" ");
        // Charts and files are named after their run.
        match line.split_once("rowcall-") {
            Some((before, after)) if [".png", ".csv"].map(Some).contains(&after.get(8..12)) => {
                out.push_str(&format!("{before}rowcall-########{}", &after[8..]));
            }
            _ => out.push_str(&line),
        }
    }
    out
}

/// A front end in this process, until it is dropped.
pub struct Running {
    stop: tokio_util::sync::CancellationToken,
    task: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Telegram's, against a stand-in.
    pub fn telegram(context: BotContext, telegram: &rowcall_standins::telegram::Telegram) -> Self {
        let stop = tokio_util::sync::CancellationToken::new();
        let settings = rowcall_telegram::TelegramSettings {
            token: rowcall_shared::Secret::new(telegram.token()),
            api_base: Some(telegram.url().parse().unwrap()),
            mode: rowcall_telegram::Mode::Polling,
            chats: Vec::new(),
        };
        let desk = rowcall_frontend::Desk::new(context);
        let task = tokio::spawn(rowcall_telegram::run(desk, settings, stop.clone()));
        Self { stop, task }
    }

    /// Discord's, against a stand-in.
    pub fn discord(context: BotContext, discord: &rowcall_standins::discord::Discord) -> Self {
        let stop = tokio_util::sync::CancellationToken::new();
        let settings = rowcall_discord::DiscordSettings {
            token: rowcall_shared::Secret::new(discord.token()),
            api_base: Some(discord.url()),
            message_content: rowcall_discord::MessageContent::Auto,
            guilds: Vec::new(),
        };
        let desk = rowcall_frontend::Desk::new(context);
        let task = tokio::spawn(rowcall_discord::run(desk, settings, stop.clone()));
        Self { stop, task }
    }

    /// Lets it finish what it does.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}
