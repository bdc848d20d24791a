//! What a source keeps from those who ask, it keeps from those who change.

use super::*;

/// A shop whose source keeps something back.
async fn keeping(restrictions: Json, more: &str) -> Shop {
    let mut shop = Shop::idle(json!({ "writer": WRITER, "restrictions": restrictions })).await;
    shop.data.run(more).await;
    shop.asking.work();
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_reads_a_masked_table_as_a_question_does_and_runs_as_it_was_shown() {
    let masked = json!([{ "column": "city", "shows": { "sql": "'<' || city || '>'" } }]);
    let shop =
        keeping(json!({ "tables": [{ "schema": "public", "table": "customer", "masked": masked }] }), "")
            .await;
    // The mask is built in once, however often the statement is checked on its way.
    let reply = shop.wish(&me(), "SELECT city FROM customer WHERE id = 1").await;
    let shown = reply.table.as_ref().map(|table| table.rows.rows.clone());
    assert_eq!(shown, Some(vec![vec![rowcall_core::Value::Text("<Oslo>".into())]]), "{reply:?}");
    let sql = "UPDATE purchase SET total = 0 FROM customer c WHERE c.id = customer_id AND c.city = ";
    let reply = shop.wish(&me(), &format!("{sql}'Oslo'")).await;
    assert_eq!((reply.state, reply.ticket), (RunState::Succeeded, None), "nobody's city reads like that");
    let ticket = shop.ticket(&format!("{sql}'<Oslo>' AND purchase.id < 4")).await;
    shop.approve(&ticket).await;
    let done = shop.settled(&ticket).await;
    assert_eq!((done.state, done.result_rows), (TicketState::Executed, Some(3)), "{:?}", done.outcome);
    // The table itself takes changes of its other columns, by its other columns.
    for (sql, why) in [
        ("UPDATE customer SET city = 'Rome' WHERE id = 1", "kept back here"),
        ("UPDATE customer SET name = city WHERE id = 1", "only columns that questions can see"),
        ("DELETE FROM customer WHERE id > 4 AND city = 'Oslo'", "only columns that questions can see"),
        ("UPDATE customer SET name = to_jsonb(customer)::text WHERE id = 1", "kept back here"),
    ] {
        let reply = shop.wish(&me(), sql).await;
        assert_eq!((reply.state, reply.ticket), (RunState::Refused, None), "{sql}");
        let said = reply.failure.unwrap().why;
        assert!(said.contains(why), "{sql}: {said}");
    }
    let ticket = shop.ticket("UPDATE customer SET name = 'Ann' WHERE id = 1").await;
    let card = format!("{:?}", ticket.impact);
    assert!(card.contains("Ann") && card.contains("(hidden)") && !card.contains("Oslo"), "{card}");
    shop.approve(&ticket).await;
    assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
    assert_eq!(shop.text("SELECT c::text FROM customer c WHERE id = 1").await, "(1,Ann,Oslo)");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_go_along_are_masked_on_the_card_and_come_back_whole() {
    let masked = json!([{ "column": "place", "shows": { "first": 1 } }]);
    let tables = json!([{ "schema": "public", "table": "visit", "masked": masked, "hidden": ["secret"] }]);
    let shop = keeping(
        json!({ "tables": tables }),
        "CREATE TABLE visit (id int PRIMARY KEY, customer_id int REFERENCES customer ON DELETE CASCADE, place text, secret text);
         INSERT INTO visit VALUES (1, 9, 'Bergen', 'hush')",
    )
    .await;
    let ticket = shop.ticket("DELETE FROM customer WHERE id = 9").await;
    let card = format!("{:?}", ticket.impact);
    assert!(card.contains("B***") && !card.contains("Bergen") && !card.contains("hush"), "{card}");
    shop.approve(&ticket).await;
    assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
    let undo = shop.undo(&ticket).await;
    let undo = shop.waiting(&undo).await;
    let card = format!("{:?}", undo.impact);
    assert!(card.contains("B***") && !card.contains("Bergen") && !card.contains("hush"), "{card}");
    shop.approve(&undo).await;
    assert_eq!(shop.settled(&undo).await.state, TicketState::Executed);
    assert_eq!(shop.text("SELECT v::text FROM visit v").await, "(1,9,Bergen,hush)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_only_the_writing_role_sees_stays_unseen() {
    let shop = keeping(
        json!({}),
        "REVOKE SELECT ON customer FROM e2e_reader; GRANT SELECT (id, name) ON customer TO e2e_reader",
    )
    .await;
    for sql in [
        "UPDATE customer SET name = city WHERE id = 1",
        "UPDATE customer SET name = 'x' WHERE city = 'Oslo'",
        "UPDATE purchase SET total = 0 WHERE customer_id IN (SELECT id FROM customer WHERE city = 'Oslo')",
    ] {
        let reply = shop.wish(&me(), sql).await;
        assert_eq!((reply.state, reply.ticket), (RunState::Refused, None), "{sql}");
        let why = reply.failure.unwrap().why;
        assert!(why.starts_with("A change may use only columns that questions can see here"), "{sql}: {why}");
    }
    let ticket = shop.ticket("UPDATE customer SET name = 'Ann' WHERE id = 1").await;
    shop.approve(&ticket).await;
    assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
}
