//! Questions that a language model plans, from the store to the reply, on a real source.
#![allow(clippy::unwrap_used)]

use rowcall_core::{Actor, FailureCode, Inbound, Place, Platform, Reply, RunState};
use rowcall_embedded::testing;
use rowcall_shared::{Config, Progress, ProgressEvent, Queue, RedisLink, Store, progress::What};
use rowcall_standins::{
    faults::{Fault, Rule},
    model::{ModelServer, Reply as Answer},
};
use rowcall_worker::Worker;
use serde_json::{Value, json};
use std::{io::Write, time::Duration};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

const TABLES: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, country text NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status text NOT NULL);
    INSERT INTO customers VALUES (1, 'Ann', 'Zaire'), (2, 'Bob', 'Chile');
    INSERT INTO orders VALUES (1, 1, 'paid'), (2, 1, 'lost'), (3, 2, 'paid');
    ANALYZE;";

/// A worker with a model, its store and one source.
struct Bench {
    server: ModelServer,
    store: Store,
    worker: Worker,
    source_url: String,
    progress: broadcast::Sender<Option<ProgressEvent>>,
    _address: tempfile::NamedTempFile,
    stop: CancellationToken,
}

impl Bench {
    async fn start(settings: Value) -> Self {
        let servers = testing::shared().await;
        let store_url = servers.database(None).await.unwrap();
        let store = Store::open(&store_url, 4).unwrap();
        store.migrate().await.unwrap();
        let source_url = testing::source().await.database(None).await.unwrap();
        let mut source = <sqlx::PgConnection as sqlx::Connection>::connect(&source_url).await.unwrap();
        sqlx::raw_sql(TABLES).execute(&mut source).await.unwrap();
        let mut address = tempfile::NamedTempFile::new().unwrap();
        address.write_all(source_url.as_bytes()).unwrap();
        store.put_source("shop", &format!("file:{}", address.path().display()), &settings).await.unwrap();
        let server = ModelServer::start().await;
        let redis_url = servers.redis().await.unwrap();
        let namespace = servers.prefix().unwrap().trim_end_matches(':').to_owned();
        let mut config = Config::embedded(&store_url, &redis_url);
        config.namespace.clone_from(&namespace);
        let (url, key) = (server.url(), server.key());
        let variables =
            [("OPENAI_BASE_URL", url.as_str()), ("OPENAI_API_KEY", key), ("ROWCALL_MODEL", "first")];
        config
            .add_model(&|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
            .unwrap();
        let link = RedisLink::open(&redis_url, &namespace).unwrap();
        let (progress, stop) = (Progress::new(link.clone()), CancellationToken::new());
        let listening = progress.listen(stop.clone());
        let worker = Worker::for_questions(&config, store.clone(), Queue::new(link), progress);
        Self { server, store, worker, source_url, progress: listening, _address: address, stop }
    }

    /// Asks in one conversation, and has the worker answer.
    async fn ask(&self, event: &str, text: &str) -> Reply {
        let place = Place { platform: Platform::Console, key: "here".into() };
        let actor = Actor::local(Platform::Console, "ann", chrono::Utc::now());
        let run =
            self.store.accept(&Inbound::question(place, event, actor, text), "shop").await.unwrap().run_id;
        self.worker.engine.advance(run).await.unwrap();
        self.store.capsule(run).await.unwrap().unwrap().reply.unwrap()
    }

    fn will(&self, replies: &[Answer]) {
        replies.iter().for_each(|reply| self.server.will(reply.clone()));
    }

    async fn orders(&self) -> i64 {
        let mut source = <sqlx::PgConnection as sqlx::Connection>::connect(&self.source_url).await.unwrap();
        sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&mut source).await.unwrap()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn answer(kind: &str, body: Value) -> Answer {
    Answer::json(
        &json!({ "kind": kind, "operation": "select", "tables": [], "confidence": 0.9, "assumptions": [],
                          "answer": body }),
    )
}

fn sql(kind: &str, statement: &str) -> Answer {
    answer(kind, json!({ "sql": { "statement": statement } }))
}

fn count_per_status() -> Answer {
    let field = json!({ "table": { "name": "orders" }, "column": "status" });
    answer(
        "read",
        json!({ "plan": { "source": { "name": "orders" }, "measures": [{ "aggregate": "count" }],
                                     "dimensions": [{ "field": field }] } }),
    )
}

fn rows(reply: &Reply) -> Vec<Vec<String>> {
    let table = reply.table.as_ref().unwrap_or_else(|| panic!("no rows: {reply:?}"));
    let mut rows: Vec<Vec<String>> =
        table.rows.rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_plans_a_worker_answers_and_the_books_say_so() {
    let bench = Bench::start(json!({})).await;
    let mut heard = bench.progress.subscribe();
    let slowly = count_per_status().slow(Duration::from_millis(20));
    bench.will(&[Answer::calls(&[("look_at_table", json!({ "table": "orders" }))]), slowly]);
    let reply = bench.ask("1", "wie viele Bestellungen je Status?").await;
    assert_eq!(reply.planner.as_deref(), Some("first"), "{reply:?}");
    assert_eq!(rows(&reply), [["lost", "1"], ["paid", "2"]]);
    let books: Vec<(uuid::Uuid, String, String, String)> =
        sqlx::query_as("SELECT run_id, subject, place, outcome FROM model_calls ORDER BY created_at")
            .fetch_all(bench.store.pool())
            .await
            .unwrap();
    let call = |word: &str| {
        (reply.run_id.0, "console:ann".to_owned(), "console:console".to_owned(), word.to_owned())
    };
    assert_eq!(books, [call("tools"), call("plan")]);
    // Nobody allowed to show it values.
    let told: String =
        bench.server.requests().iter().flat_map(|r| [r.words("user"), r.words("tool")]).collect();
    assert!(told.contains("customer_id") && !told.contains("Zaire") && !told.contains("paid"), "{told}");
    let expected = "looking at table orders";
    let seen = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Ok(Some(event)) = heard.recv().await
                && matches!(&event.what, What::Doing { step, what } if step == "plan" && what == expected)
            {
                return;
            }
        }
    });
    assert!(seen.await.is_ok(), "{expected:?} was not told");
    bench.server.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_looks_into_the_source_as_far_as_it_may() {
    let look = |name: &str, arguments: Value| Answer::calls(&[(name, arguments)]);
    let values = || json!({ "table": "public.customers", "column": "country", "contains": "AIR" });
    let bench =
        Bench::start(json!({ "model_sees_values": true, "unsampled_columns": ["public.customers.name"] }))
            .await;
    bench.will(&[
        look("distinct_values", values()),
        look("distinct_values", json!({ "table": "public.customers", "column": "name", "contains": "" })),
        look("check_sql", json!({ "statement": "SELECT sum(status) FROM public.orders" })),
        look("check_sql", json!({ "statement": "SELECT o.status, count(*) FROM public.orders o JOIN public.customers c ON c.id = o.customer_id GROUP BY 1" })),
        count_per_status(),
    ]);
    bench.ask("1", "orders per status").await;
    let told = bench.server.requests()[4].words("tool");
    for words in
        ["\"Zaire\"", "are not shown", "function sum(text) does not exist (SQLSTATE 42883)", "it could run"]
    {
        assert!(told.contains(words), "{words:?} is not in:\n{told}");
    }
    assert!(!told.contains("Chile") && !told.contains("Ann"), "{told}");
    bench.server.assert_clean();

    let bench = Bench::start(json!({})).await;
    bench.will(&[look("distinct_values", values()), count_per_status()]);
    bench.ask("1", "orders per status").await;
    let told = bench.server.requests()[1].words("tool");
    assert!(told.contains("are not shown") && !told.contains("Zaire"), "{told}");
    bench.server.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_is_written_again_once() {
    let bench = Bench::start(json!({})).await;
    bench.will(&[sql("read", "SELECT sum(status) FROM public.orders"), count_per_status()]);
    let reply = bench.ask("1", "orders per status").await;
    assert_eq!(rows(&reply).len(), 2);
    let told = bench.server.requests()[1].words("user");
    assert!(told.contains("sum(text) does not exist") && told.contains("refused it"), "{told}");

    // An error that holds a value is told without it.
    let casts = "SELECT count(*) FROM public.customers WHERE country::int > 3";
    bench.will(&[sql("read", casts), sql("read", casts)]);
    let reply = bench.ask("2", "how many customers have a country above three?").await;
    assert_eq!(reply.failure.unwrap().code, FailureCode::QueryError);
    let told = bench.server.requests()[3].words("user");
    assert!(told.contains("SQLSTATE 22P02") && !told.contains("Zaire"), "{told}");
    bench.server.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_tells_wishes_apart_and_permits_nothing() {
    let bench = Bench::start(json!({})).await;
    // A list of verbs would take it for a change.
    bench.will(&[count_per_status()]);
    let reply = bench.ask("1", "set the orders out by status").await;
    assert_eq!(rows(&reply).len(), 2);
    let refusal = answer("change", json!({ "refuse": { "reason": "That would delete orders." } }));
    // The source names no role that may write.
    let change = sql("change", "DELETE FROM public.orders WHERE status = 'lost'");
    for (event, reply, code) in
        [("2", refusal, FailureCode::CannotAnswer), ("3", change, FailureCode::NotSupported)]
    {
        bench.will(&[reply]);
        let reply = bench.ask(event, "get rid of the lost orders").await;
        assert_eq!((reply.state, reply.failure.unwrap().code), (RunState::Refused, code));
    }
    assert_eq!(bench.orders().await, 3);
    bench.server.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_knows_the_statement_before_it() {
    let bench = Bench::start(json!({})).await;
    let statement = "SELECT status, lag(id) OVER (ORDER BY id) AS before FROM public.orders";
    bench.will(&[sql("read", statement), count_per_status()]);
    assert_eq!(rows(&bench.ask("1", "each order with the one before").await).len(), 3);
    bench.ask("2", "and how many per status?").await;
    let told = bench.server.requests()[1].words("user");
    assert!(told.contains("by the statement SELECT status, lag(id) OVER"), "{told}");
    bench.server.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_reaches_a_model_only_where_it_sees_values() {
    for sees in [false, true] {
        let bench = Bench::start(json!({ "model_sees_values": sees })).await;
        bench.will(&[sql("read", "SELECT max(status) AS secret FROM public.orders"), count_per_status()]);
        let first = bench.ask("1", "the last status in the alphabet").await;
        assert!(first.text.contains("paid"), "{first:?}");
        bench.ask("2", "and how many per status?").await;
        let told = bench.server.requests()[1].words("user");
        assert_eq!(told.contains(&first.text), sees, "{told}");
        assert!(told.contains("by the statement SELECT max(status)"), "{told}");
        bench.server.assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_model_the_answer_says_that_it_was_planned_without_it() {
    let bench = Bench::start(json!({})).await;
    bench.server.faults().add(Rule::on("/v1/chat", Fault::Status(401)));
    let reply = bench.ask("1", "how many orders per status?").await;
    assert_eq!(reply.planner.as_deref(), Some("offline"), "{reply:?}");
    assert_eq!(rows(&reply), [["lost", "1"], ["paid", "2"]]);
    assert!(reply.text.contains("This was planned without it."), "{}", reply.text);
    // A wish for a change is understood without it, too, and no more permitted.
    let reply = bench.ask("2", "delete the lost orders").await;
    assert_eq!(reply.failure.unwrap().code, FailureCode::NotSupported);
    assert_eq!(bench.orders().await, 3);
}
