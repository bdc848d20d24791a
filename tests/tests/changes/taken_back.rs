//! Undo: a change like any other, from the rows as they were.

use super::*;
use rowcall_core::{FailureCode, change::Rows};

async fn made(shop: &Shop, sql: &str) -> Ticket {
    let ticket = shop.ticket(sql).await;
    shop.approve(&ticket).await;
    let done = shop.settled(&ticket).await;
    assert_eq!(done.state, TicketState::Executed, "{:?}", done.outcome);
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_as_they_were_after_an_undo_and_as_they_became_after_its_undo() {
    let shop = Shop::open().await;
    shop.data.run("ALTER TABLE purchase DROP CONSTRAINT purchase_customer_id_fkey, ADD FOREIGN KEY (customer_id) REFERENCES customer ON DELETE CASCADE").await;
    let before = shop.rows().await;
    let done = made(&shop, "DELETE FROM customer WHERE id IN (1, 2)").await;
    assert_eq!(done.result_rows, Some(8), "with the purchases that went along");
    let after = shop.rows().await;
    let reply = shop.undo(&done).await;
    let undo = shop.waiting(&reply).await;
    assert_eq!(
        (undo.undoes, undo.question.as_str()),
        (Some(done.id), "Undo: DELETE FROM customer WHERE id IN (1, 2)")
    );
    assert_eq!(undo.statement, format!("UNDO ({})", done.statement));
    assert_eq!(shop.look(done.id).await.undone_by, Some(undo.id));
    assert_eq!(shop.rows().await, after, "an undo waits for its decision too");
    shop.approve(&undo).await;
    assert_eq!(shop.settled(&undo).await.state, TicketState::Executed);
    assert_eq!(shop.rows().await, before);

    let reply = shop.undo(&shop.look(undo.id).await).await;
    let again = shop.waiting(&reply).await;
    shop.approve(&again).await;
    assert_eq!(shop.settled(&again).await.state, TicketState::Executed);
    assert_eq!(shop.rows().await, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_somebody_changed_since_are_named_and_left_alone() {
    let shop = Shop::open().await;
    let done = made(&shop, "UPDATE purchase SET status = 'shipped' WHERE customer_id = 2").await;
    shop.data.run("UPDATE purchase SET status = 'done' WHERE id = 5").await;
    let reply = shop.undo(&done).await;
    let undo = shop.waiting(&reply).await;
    assert_eq!(undo.impact.rows, Rows::Exact(2));
    let told = "1 of 3 rows changed since (purchase 5): they are left as they are.";
    assert!(undo.impact.limits.iter().any(|limit| limit == told), "{:?}", undo.impact.limits);
    // And another one before it runs: what is shown is what runs.
    shop.data.run("UPDATE purchase SET status = 'done' WHERE id = 1").await;
    shop.approve(&undo).await;
    let stale = shop.settled(&undo).await;
    assert_eq!(stale.state, TicketState::Stale);
    let next = shop.look(stale.replaced_by.unwrap()).await;
    assert_eq!((next.impact.rows.clone(), next.undoes), (Rows::Exact(1), Some(done.id)));
    shop.approve(&next).await;
    let next = shop.settled(&next).await;
    assert_eq!((next.state, next.result_rows), (TicketState::Executed, Some(1)));
    assert!(next.outcome.unwrap().contains("2 of 3 rows changed since"));
    assert_eq!(shop.statuses().await, "done:2 new:10");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_nothing_to_take_back_where_every_row_moved_on() {
    let shop = Shop::open().await;
    let done = made(&shop, "UPDATE purchase SET status = 'shipped' WHERE customer_id = 2").await;
    shop.data.run("UPDATE purchase SET status = 'done'").await;
    let reply = shop.undo(&done).await;
    assert_eq!((reply.state, reply.ticket), (RunState::Refused, None));
    let failure = reply.failure.unwrap();
    assert_eq!(failure.code, FailureCode::CannotAnswer);
    assert!(failure.why.starts_with("3 of 3 rows changed since"), "{failure}");
    // The next wish is not in its way.
    shop.data.run("UPDATE purchase SET status = 'shipped' WHERE customer_id = 2").await;
    let reply = shop.undo(&done).await;
    assert_eq!(reply.state, RunState::WaitingApproval);
}
