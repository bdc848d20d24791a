//! What the tests ask with.

use rowcall_core::{Catalogue, Column, HistoryMessage, RunId, Table};
use rowcall_model::ModelPlanner;
use rowcall_planner::{Aids, Asker, Outcome, PlanRequest, Planned, Planner, SourceTools, Watch};
use rowcall_shared::config::{Config, ModelConfig};
use rowcall_standins::model::{ModelServer, Reply};
use serde_json::{Value, json};
use std::sync::Mutex;

/// A question that the offline planner understands as well.
pub const QUESTION: &str = "how many orders per country?";

/// A server, and what its planner knows.
pub struct Asking {
    pub server: ModelServer,
    pub config: ModelConfig,
    pub catalogue: Catalogue,
    pub history: Vec<HistoryMessage>,
}

impl Asking {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut ModelConfig)) -> Self {
        let server = ModelServer::start().await;
        let mut config = settings(&server, "");
        change(&mut config);
        Self { server, config, catalogue: catalogue(), history: Vec::new() }
    }

    pub fn planner(&self) -> ModelPlanner {
        ModelPlanner::new(self.config.clone()).unwrap()
    }

    pub fn request<'a>(&'a self, question: &'a str) -> PlanRequest<'a> {
        PlanRequest {
            question,
            history: &self.history,
            catalogue: &self.catalogue,
            today: "2026-03-10".parse().unwrap(),
            time_zone: chrono_tz::UTC,
        }
    }

    /// Asks a new planner.
    pub async fn ask(&self, question: &str) -> Outcome {
        self.ask_with(question, Aids::default()).await
    }

    pub async fn ask_with(&self, question: &str, aids: Aids<'_>) -> Outcome {
        self.planner().plan(self.request(question), aids).await.unwrap()
    }

    /// Asks, gets an answer that counts, and looks at the requests it took.
    pub async fn answered(&self, replies: Vec<Reply>) -> Outcome {
        replies.into_iter().for_each(|reply| self.server.will(reply));
        let outcome = self.ask(QUESTION).await;
        self.server.assert_clean();
        outcome
    }
}

/// The configuration for a server, with `file` as its `[model]` section.
pub fn settings(server: &ModelServer, file: &str) -> ModelConfig {
    let (url, key) = (server.url(), server.key().to_owned());
    let env = |name: &str| match name {
        "DATABASE_URL" => Some("postgres://h/db".to_owned()),
        "REDIS_URL" => Some("redis://h".to_owned()),
        "OPENAI_BASE_URL" => Some(url.clone()),
        "OPENAI_API_KEY" => Some(key.clone()),
        "ROWCALL_MODEL" => Some("first".to_owned()),
        _ => None,
    };
    Config::parse(&format!("[model]\n{file}"), &env).unwrap().model.unwrap()
}

pub fn catalogue() -> Catalogue {
    serde_json::from_str(include_str!("../../../planner/tests/shop.json")).unwrap()
}

/// An answer around its one part.
pub fn answer(body: Value) -> Value {
    json!({ "kind": "read", "operation": "select", "tables": ["public.orders"], "confidence": 0.9,
            "assumptions": ["Every order counts."], "answer": body })
}

/// The plan for [`QUESTION`].
pub fn plan() -> Value {
    answer(json!({ "plan": {
        "source": { "name": "orders" },
        "measures": [{ "aggregate": "count" }],
        "dimensions": [{ "field": { "table": { "name": "customers" }, "column": "country" } }],
    } }))
}

pub fn sql(statement: &str) -> Value {
    answer(json!({ "sql": { "statement": statement } }))
}

/// What the model planned, by whom; panics where the offline planner had to.
pub fn by_model(outcome: &Outcome) -> &Planned {
    assert_eq!(outcome.planner, "first", "{outcome:?}");
    assert!(outcome.notes.is_empty(), "{outcome:?}");
    &outcome.planned
}

/// The offline planner had to, and says why.
pub fn offline_with(outcome: &Outcome, why: &str) {
    assert_eq!(outcome.planner, "offline", "{outcome:?}");
    assert!(matches!(outcome.planned, Planned::Plan { .. }), "it understands the question: {outcome:?}");
    assert!(outcome.notes[0].contains(why), "{:?} should say {why:?}", outcome.notes);
}

pub fn asker() -> Asker {
    Asker { run_id: RunId::new(), attempt: 1, person: "discord:1".into(), place: "discord:2".into() }
}

/// Remembers what it is told.
#[derive(Default)]
pub struct Heard(pub Mutex<Vec<String>>);

impl Watch for Heard {
    fn tell(&self, what: &str) {
        self.0.lock().unwrap().push(what.to_owned());
    }
}

/// A source whose values may be shown, but for those of e-mail addresses.
#[derive(Default)]
pub struct Values {
    pub tried: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl SourceTools for Values {
    fn may_show(&self, _: &Table, column: &Column) -> bool {
        !column.name.contains("email")
    }

    async fn values(
        &self,
        table: &Table,
        column: &Column,
        like: Option<&str>,
        limit: u64,
    ) -> Result<Vec<String>, String> {
        Ok(vec![format!("{}.{} like {} up to {limit}", table.name, column.name, like.unwrap_or("any"))])
    }

    async fn try_out(&self, sql: &str) -> Result<(), String> {
        self.tried.lock().unwrap().push(sql.to_owned());
        if sql.contains("nonsense") { Err("operator does not exist (SQLSTATE 42883)".into()) } else { Ok(()) }
    }
}
