//! A desk on a store of its own, people, and a worker that answers what it is told to.

use chrono::Utc;
use rowcall_core::{
    Actor, Button, Inbound, Place, Platform, Reply, ReplyTable, ResultColumn, ResultSet, Role, Room, RunId,
    RunState, Value, catalogue::TypeKind,
};
use rowcall_embedded::testing;
use rowcall_frontend::{BotContext, Desk, Look, Press, Pressed, Refusal};
use rowcall_shared::{
    Config, Progress, Queue, RedisLink, Store,
    config::LimitsConfig,
    store::{Ending, Grant, Grantee},
};
use std::time::Duration;

pub const LOOK: Look =
    Look { table_width: 44, table_rows: 10, text: 1800, caption: 900, sql: 900, file: 1 << 20 };

pub struct Bench {
    pub store: Store,
    pub desk: Desk,
}

impl Bench {
    pub async fn start() -> Self {
        Self::with_limits(|_| {}).await
    }

    pub async fn with_limits(change: impl FnOnce(&mut LimitsConfig)) -> Self {
        let servers = testing::shared().await;
        let store = Store::open(&servers.database(None).await.unwrap(), 4).unwrap();
        store.migrate().await.unwrap();
        store.put_source("shop", "env:SHOP", &serde_json::json!({})).await.unwrap();
        let redis = servers.redis().await.unwrap();
        let link = RedisLink::open(&redis, servers.prefix().unwrap().trim_end_matches(':')).unwrap();
        let mut limits = Config::embedded("postgres://unused", &redis).limits;
        change(&mut limits);
        let queue = Queue::new(link.clone());
        let (progress, lease) = (Progress::new(link), Duration::from_secs(20));
        let context = BotContext { store: store.clone(), queue, progress, limits, lease };
        Self { store, desk: Desk::new(context) }
    }

    pub async fn grant(&self, actor: &Actor, role: Role) {
        let grantee = Grantee::Person(actor.subject());
        self.store.grant(&Grant { grantee, role, source: None, place: None }, "test").await.unwrap();
    }

    /// Asks, and answers as a worker would.
    pub async fn answered(&self, inbound: Inbound, make: impl FnOnce(RunId) -> Reply) -> RunId {
        let run = self.desk.ask(inbound).await.unwrap().run_id;
        let taken = self.store.take(run, Duration::from_secs(20)).await.unwrap().unwrap();
        let ending = Ending { reply: make(run), plan: None, steps: Vec::new() };
        assert!(self.store.finish(&taken.lease, &ending).await.unwrap());
        run
    }

    pub async fn press(&self, actor: &Actor, press: Press) -> Result<Pressed, Refusal> {
        self.desk.press(actor, &press.to_string(), &LOOK).await
    }
}

pub fn person(id: &str) -> Actor {
    let room = Room { space: Some("guild".into()), channel: "channel".into(), direct: false };
    let (platform, name) = (Platform::Discord, format!("person {id}"));
    Actor { platform, id: id.into(), name, roles: Vec::new(), room, seen_at: Utc::now() }
}

pub fn in_direct(actor: &Actor) -> Actor {
    let room = Room { space: None, channel: format!("dm-{}", actor.id), direct: true };
    Actor { room, roles: Vec::new(), ..actor.clone() }
}

pub fn in_telegram(id: &str) -> Actor {
    let room = Room { space: None, channel: id.into(), direct: true };
    Actor { platform: Platform::Telegram, room, ..person(id) }
}

pub fn question(actor: &Actor, event: &str, text: &str) -> Inbound {
    let key = format!("channel:{}:user:{}", actor.room.channel, actor.id);
    Inbound::question(Place { platform: actor.platform, key }, event, actor.clone(), text)
}

pub fn table(run: RunId) -> Reply {
    let column = |name: &str, kind| ResultColumn { name: name.into(), kind };
    let rows = ResultSet {
        columns: vec![column("month", TypeKind::Text), column("orders", TypeKind::Integer)],
        rows: vec![
            vec![Value::Text("May".into()), Value::Int(1)],
            vec![Value::Text("June".into()), Value::Int(2)],
        ],
        row_count: 2,
        truncated: false,
    };
    Reply {
        table: Some(ReplyTable { rows }),
        sql: Some("SELECT month, orders FROM t".into()),
        planner: Some("offline".into()),
        ms: 120,
        ..Reply::words(run, RunState::Succeeded, "Orders by month: 2 rows.")
    }
}

pub fn asks_back(run: RunId) -> Reply {
    let buttons = ["order date", "shipping date"]
        .map(|label| Button { label: label.into(), text: format!("orders by {label}") })
        .to_vec();
    Reply { buttons, ..Reply::words(run, RunState::WaitingClarification, "Which date is meant?") }
}
