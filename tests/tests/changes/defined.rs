//! Definitions, where the source allows them: asked for, shown, approved, run once, and seen by the next question.

use super::*;
use rowcall_tests::chaos::{KillAt, PipelineKind, Point, WorkerOrders, WorkerProcess};

const WORKER: &str = env!("CARGO_BIN_EXE_chaos-worker");

/// A shop whose owner allows definitions; one person's word is enough for them.
async fn shop() -> Shop {
    let shop = Shop::idle(json!({ "writer": WRITER, "definitions": true })).await;
    shop.data
        .run(&format!(
            "GRANT CREATE ON SCHEMA public TO {WRITER}; ALTER TABLE customer OWNER TO {WRITER}; \
             ALTER TABLE purchase OWNER TO {WRITER}; \
             ALTER DEFAULT PRIVILEGES FOR ROLE {WRITER} GRANT SELECT ON TABLES TO {}",
            rowcall_tests::questions::READER
        ))
        .await;
    shop.set_rules(json!({ "rules": [{ "operation": "ddl", "decider": "requester" }] })).await;
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_waits_runs_once_and_is_seen_by_the_next_question() {
    let mut shop = shop().await;
    shop.asking.work();
    // The catalogue is in the cache by now.
    let before = shop.wish(&me(), "SELECT note FROM purchase").await;
    assert_ne!(before.state, RunState::Succeeded);
    let reply = shop.wish(&me(), "ALTER TABLE purchase ADD COLUMN note text DEFAULT 'none'").await;
    assert_eq!(
        reply.text,
        "This would alter the table public.purchase: add the column note. It needs the confirmation of whoever asked for it; \
         nothing has changed yet."
    );
    let ticket = shop.waiting(&reply).await;
    let definition = ticket.impact.definition.clone().unwrap();
    assert_eq!((ticket.risk.as_str(), ticket.impact.table.as_str()), ("critical", "public.purchase"));
    assert_eq!(definition.adds, ["column note of public.purchase"]);
    shop.approve(&ticket).await;
    let (done, run) = shop.ended(&ticket).await;
    assert_eq!((done.state, run), (TicketState::Executed, RunState::Succeeded), "{:?}", done.outcome);
    assert_eq!((done.result_rows, done.undo_until), (Some(0), None));
    shop.ring(&ticket).await;
    let reply = shop.wish(&me(), "SELECT DISTINCT note FROM purchase").await;
    assert_eq!(reply.state, RunState::Succeeded, "{reply:?}");
    // What is there already is asked of nobody.
    let reply = shop.wish(&me(), "ALTER TABLE purchase ADD COLUMN IF NOT EXISTS note text").await;
    assert_eq!((reply.state, reply.ticket), (RunState::Succeeded, None), "{reply:?}");
    assert!(reply.text.starts_with("There is nothing to do: "), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_that_moved_is_asked_for_again_with_what_goes_now() {
    let mut shop = shop().await;
    shop.asking.work();
    let ticket = shop.ticket("DROP TABLE customer CASCADE").await;
    shop.data.run("CREATE VIEW names AS SELECT name FROM customer").await;
    shop.approve(&ticket).await;
    let old = shop.settled(&ticket).await;
    assert_eq!(old.state, TicketState::Stale, "{:?}", old.outcome);
    assert!(old.outcome.unwrap().contains("drop the view public.names"));
    let next = shop.look(old.replaced_by.unwrap()).await;
    assert!(next.impact.definition.as_ref().unwrap().drops.contains(&"view public.names".to_owned()));
    shop.approve(&next).await;
    assert_eq!(shop.settled(&next).await.state, TicketState::Executed);
    assert_eq!(
        shop.text("SELECT (to_regclass('customer') IS NULL AND to_regclass('names') IS NULL)::text").await,
        "true"
    );
    let failure = shop.wish(&me(), "SELECT * FROM customer").await.failure.unwrap();
    assert!(failure.why.contains("customer"), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_defined_is_said_before_anybody_is_asked() {
    let mut shop = shop().await;
    shop.asking.work();
    let why = async |sql: &str| {
        let reply = shop.wish(&me(), sql).await;
        assert_eq!((reply.state, reply.ticket), (RunState::Refused, None), "{sql}: {reply:?}");
        reply.failure.unwrap().why
    };
    assert!(why("DROP TABLE customer").await.starts_with("Other things depend on it: "));
    assert!(why("DROP TABLE rowcall.applied_change").await.contains("closed"));
    assert!(why("GRANT ALL ON customer TO public").await.contains("says who may do what"));
    let said = why("ALTER TABLE customer OWNER TO postgres").await;
    assert!(said.contains("OWNER TO says who may do what"), "{said}");
    let gives = format!("ALTER TABLE purchase OWNER TO CURRENT_USER; GRANT SELECT ON purchase TO {WRITER}");
    shop.data.run(&gives).await;
    let said = why("ALTER TABLE purchase ADD COLUMN note text").await;
    assert!(said.contains("Must be owner of table purchase. Only a table's owner may alter it"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_a_definition_is_followed_by_one_that_finds_out() {
    for point in [Point::Permitted, Point::ImagesKept, Point::CarriedOut] {
        let mut shop = shop().await;
        shop.asking.work();
        // Nothing but the marker keeps a second index from being made.
        let ticket = shop.ticket("CREATE INDEX ON purchase (total)").await;
        shop.asking.stop().await;
        let orders = WorkerOrders::new(&shop.asking.world, PipelineKind::Questions);
        let at = KillAt { point, step: None, after: Duration::ZERO };
        let mut doomed = WorkerProcess::start(WORKER, &orders.clone().dying(at));
        shop.approve(&ticket).await;
        assert!(doomed.died(PATIENCE).await, "{point:?}");
        let _next = WorkerProcess::start(WORKER, &orders);
        let (done, run) = shop.ended(&ticket).await;
        assert_eq!(
            (done.state, run),
            (TicketState::Executed, RunState::Succeeded),
            "{point:?}: {:?}",
            done.outcome
        );
        let indexes =
            "SELECT count(*)::text FROM pg_index WHERE indrelid = 'purchase'::regclass AND NOT indisprimary";
        assert_eq!(shop.text(indexes).await, "1", "{point:?}: once");
    }
}
