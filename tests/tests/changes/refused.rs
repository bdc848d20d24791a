//! Wishes that open no ticket, and what is said of them.

use super::*;
use rowcall_core::{Failure, FailureCode};

async fn refused(shop: &Shop, actor: &Actor, sql: &str) -> Failure {
    let before = shop.rows().await;
    let reply = shop.wish(actor, sql).await;
    assert_eq!((reply.state, reply.ticket), (RunState::Refused, None), "{reply:?}");
    assert_eq!(shop.rows().await, before);
    reply.failure.unwrap()
}

const CHANGE: &str = "UPDATE purchase SET total = 1 WHERE id = 1";

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_told_before_anything_else() {
    // Nobody may change this source, which a viewer does not get to know.
    let mut shop = Shop::idle(json!({})).await;
    shop.grant(account("1"), Role::Viewer).await;
    shop.grant(account("2"), Role::Editor).await;
    shop.asking.work();
    let failure = refused(&shop, &person("1"), CHANGE).await;
    assert_eq!(failure.code, FailureCode::PermissionDenied);
    assert_eq!(failure.what, "You may not ask for changes of demo.");
    for actor in [person("2"), me()] {
        let failure = refused(&shop, &actor, CHANGE).await;
        assert_eq!(failure.code, FailureCode::NotSupported);
        assert_eq!(failure.what, "The source \"demo\" can only be read.");
    }
    // Reading goes on.
    let reply = shop.wish(&person("2"), "SELECT count(*) FROM purchase").await;
    assert_eq!(reply.state, RunState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_for_the_audit_log_no_change_is_taken() {
    let mut shop = Shop::idle(json!({ "writer": WRITER })).await;
    shop.asking.world.store = shop.asking.world.store.clone().with_audit_key(None);
    shop.asking.work();
    let failure = refused(&shop, &me(), CHANGE).await;
    assert!(failure.why.contains("audit log"), "{failure}");
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_and_the_like_are_refused_with_words() {
    let shop = Shop::open().await;
    for sql in [
        "ALTER TABLE purchase ADD COLUMN note text",
        "TRUNCATE purchase",
        "DROP TABLE purchase",
        "CREATE INDEX ON purchase (total)",
        "DO $$ BEGIN DELETE FROM purchase; END $$",
        "COPY purchase FROM '/etc/passwd'",
        "INSERT INTO rowcall.applied_change VALUES (gen_random_uuid(), gen_random_uuid())",
        "UPDATE purchase SET total = 1; DELETE FROM customer",
    ] {
        let failure = refused(&shop, &me(), sql).await;
        assert_eq!(failure.code, FailureCode::PolicyRefused, "{sql}");
        assert!(!failure.why.is_empty() && !failure.try_next.is_empty(), "{sql}: {failure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_fail_is_told_before_anybody_is_asked() {
    let shop = Shop::open().await;
    let why = async |sql: &str| {
        let failure = refused(&shop, &me(), sql).await;
        assert_eq!(failure.what, "That change would fail.", "{sql}");
        failure.why
    };
    assert_eq!(
        why("DELETE FROM customer WHERE id = 1").await,
        "Other rows still point to a row that would go: purchase_customer_id_fkey on public.purchase forbids it."
    );
    assert_eq!(
        why("UPDATE purchase SET customer_id = 77 WHERE id = 1").await,
        "A row of public.purchase would point to one that does not exist: purchase_customer_id_fkey forbids it."
    );
    assert_eq!(
        why("UPDATE purchase SET status = 'lost' WHERE id = 1").await,
        "The rule purchase_status_check of public.purchase does not hold for a row."
    );
    assert_eq!(
        why("INSERT INTO customer (id) VALUES (77)").await,
        "name of public.customer must have a value, and a row would have none."
    );
    shop.data
        .run(
            "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF NEW.total > 1000 THEN RAISE EXCEPTION 'no purchase is that large'; END IF; RETURN NEW; END $$;
             CREATE TRIGGER guard BEFORE UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION guard();",
        )
        .await;
    assert_eq!(
        why("UPDATE purchase SET total = 2000 WHERE id = 1").await,
        "guard() refused: No purchase is that large."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_row_is_meant_nobody_is_asked() {
    let shop = Shop::open().await;
    let reply = shop.wish(&me(), "DELETE FROM purchase WHERE id = 4711").await;
    assert_eq!((reply.state, reply.ticket), (RunState::Succeeded, None));
    assert_eq!(reply.text, "No row of public.purchase would change, so nothing was asked of anybody.");
    let reply = shop.ask(&me(), Ask::ShowSql, "delete purchase 3").await;
    assert_eq!(reply.ticket, None);
    assert!(reply.text.contains("nobody was asked"), "{}", reply.text);
    assert_eq!(reply.sql.as_deref(), Some("DELETE FROM purchase WHERE purchase.id = 3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_questions_cannot_reach_is_not_on_the_card() {
    let mut shop = Shop::idle(json!({ "writer": WRITER })).await;
    shop.data
        .run("REVOKE SELECT ON customer FROM e2e_reader; GRANT SELECT (id, name) ON customer TO e2e_reader")
        .await;
    shop.asking.work();
    let ticket = shop.ticket("UPDATE customer SET name = 'Ann' WHERE id = 1").await;
    let cells = &ticket.impact.sample[0].cells;
    let shown: Vec<(&str, String, String)> = cells
        .iter()
        .map(|c| {
            let text =
                |v: &Option<rowcall_core::Value>| v.as_ref().map(ToString::to_string).unwrap_or_default();
            (c.column.as_str(), text(&c.before), text(&c.after))
        })
        .collect();
    let row = |column, before: &str, after: &str| (column, before.to_owned(), after.to_owned());
    assert_eq!(shown, [row("id", "1", "1"), row("name", "c1", "Ann"), row("city", "(hidden)", "(hidden)")]);
}
