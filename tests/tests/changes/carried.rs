//! Approved changes, made once; and those that are not what was approved any more.

use super::*;
use rowcall_core::change::Rows;

const SHIP: &str = "UPDATE purchase SET status = 'shipped' WHERE customer_id = 2";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_waits_for_its_decision_and_runs_once() {
    let shop = Shop::open().await;
    let before = shop.rows().await;
    let reply = shop.wish(&me(), SHIP).await;
    assert_eq!(
        reply.text,
        "This would change 3 rows of public.purchase. It needs the confirmation of whoever asked for it; nothing has \
         changed yet."
    );
    let ticket = shop.waiting(&reply).await;
    assert_eq!(ticket.impact.rows, Rows::Exact(3));
    assert_eq!(shop.rows().await, before, "it was tried out, and rolled back");
    let steps = shop.asking.world.store.capsule(ticket.run_id).await.unwrap().unwrap().steps;
    let names: Vec<&str> = steps.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["understand", "plan", "check", "impact"]);

    shop.approve(&ticket).await;
    let (done, run) = shop.ended(&ticket).await;
    assert_eq!((done.state, done.result_rows, run), (TicketState::Executed, Some(3), RunState::Succeeded));
    assert!(done.executed_at.is_some() && done.undo_until.is_some());
    assert_eq!(shop.statuses().await, "new:9 shipped:3");
    // A job that comes again, and one that nobody asked for.
    let after = shop.rows().await;
    shop.ring(&ticket).await;
    shop.ring(&ticket).await;
    let other = shop.ticket("UPDATE purchase SET total = total + 1 WHERE id = 1").await;
    shop.ring(&other).await;
    shop.approve(&other).await;
    assert_eq!(shop.settled(&other).await.state, TicketState::Executed);
    assert_ne!(shop.rows().await, after);
    assert_eq!(shop.text("SELECT sum(total)::text FROM purchase").await, "781");
    assert_eq!(shop.text("SELECT count(*)::text FROM rowcall.applied_change WHERE NOT tombstone").await, "2");
    let history = shop.asking.world.store.ticket_history(ticket.id).await.unwrap();
    let actions: Vec<&str> = history.iter().map(|h| h.action.as_str()).collect();
    assert_eq!(actions, ["ticket.opened", "ticket.approved", "ticket.executing", "ticket.executed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_against_never_runs() {
    let shop = Shop::open().await;
    let before = shop.rows().await;
    let check = async |ticket: &Ticket, state: TicketState, run: RunState| {
        // Even if somebody rings for it.
        shop.ring(ticket).await;
        let (ticket, ended) = shop.ended(ticket).await;
        assert_eq!((ticket.state, ended), (state, run));
        assert_eq!(shop.rows().await, before);
    };
    let rejected = shop.ticket(SHIP).await;
    shop.vote(&rejected, &me(), VoteKind::Reject, None).await;
    check(&rejected, TicketState::Rejected, RunState::Refused).await;

    let cancelled = shop.ticket(SHIP).await;
    shop.asking.world.store.cancel_ticket(cancelled.id, &me()).await.unwrap();
    check(&cancelled, TicketState::Cancelled, RunState::Cancelled).await;

    let expired = shop.ticket(SHIP).await;
    let overdue = "UPDATE tickets SET expires_at = now() - interval '1 second' WHERE state = 'pending'";
    sqlx::query(overdue).execute(shop.asking.world.store.pool()).await.unwrap();
    check(&expired, TicketState::Expired, RunState::Expired).await;
}

/// Approves a change after `meanwhile` has happened; gives its ticket, which never ran, and the one in its place.
async fn moved(shop: &Shop, sql: &str, meanwhile: &str) -> (Ticket, Option<Ticket>) {
    let ticket = shop.ticket(sql).await;
    shop.data.run(meanwhile).await;
    shop.approve(&ticket).await;
    let stale = shop.settled(&ticket).await;
    assert_eq!(stale.state, TicketState::Stale, "{stale:?}");
    let next = match stale.replaced_by {
        Some(next) => Some(shop.look(next).await),
        None => None,
    };
    (stale, next)
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_moved_are_shown_anew_and_asked_about_again() {
    let shop = Shop::open().await;
    let (stale, next) = moved(&shop, SHIP, "INSERT INTO purchase VALUES (99, 2, 'new', 1)").await;
    assert_eq!(stale.outcome.as_deref(), Some("It would change 4 rows of public.purchase, not 3."));
    let next = next.unwrap();
    assert_eq!((next.state, next.replaces), (TicketState::Pending, Some(stale.id)));
    assert_eq!(next.impact.rows, Rows::Exact(4));
    assert!(next.votes.is_empty(), "nobody has said anything of this one");
    assert_eq!(shop.run_state(&next).await, RunState::WaitingApproval, "the run goes on with it");
    assert_eq!(shop.statuses().await, "new:13");
    shop.approve(&next).await;
    let (done, run) = shop.ended(&next).await;
    assert_eq!((done.state, done.result_rows, run), (TicketState::Executed, Some(4), RunState::Succeeded));
    assert_eq!(shop.statuses().await, "new:9 shipped:4");

    let (stale, next) =
        moved(&shop, "DELETE FROM purchase WHERE id = 1", "DELETE FROM purchase WHERE id = 1").await;
    assert!(next.is_none());
    let outcome = stale.outcome.unwrap();
    assert!(outcome.ends_with("As the data is now, nothing would change. Nothing was changed."), "{outcome}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_altered_is_asked_about_again_and_one_that_is_gone_is_not() {
    let shop = Shop::open().await;
    let (stale, next) = moved(&shop, SHIP, "ALTER TABLE purchase ADD COLUMN note text").await;
    let why = stale.outcome.unwrap();
    assert!(why.contains("public.purchase was altered"), "{why}");
    let next = next.unwrap();
    shop.data.run("DROP TABLE purchase").await;
    shop.approve(&next).await;
    let (gone, run) = shop.ended(&next).await;
    assert_eq!((gone.state, gone.replaced_by, run), (TicketState::Stale, None, RunState::Refused));
    let why = gone.outcome.unwrap();
    assert!(why.contains("purchase") && why.ends_with("Nothing was changed."), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_at_last_is_told_in_plain_words() {
    let shop = Shop::open().await;
    let ticket = shop.ticket("DELETE FROM customer WHERE id = 9").await;
    shop.data.run("INSERT INTO purchase VALUES (99, 9, 'new', 1)").await;
    shop.approve(&ticket).await;
    let (failed, run) = shop.ended(&ticket).await;
    assert_eq!((failed.state, run), (TicketState::Failed, RunState::Failed));
    assert_eq!(
        failed.outcome.as_deref(),
        Some(
            "Other rows still point to a row that would go: purchase_customer_id_fkey on public.purchase forbids it."
        )
    );
    assert_eq!(shop.text("SELECT count(*)::text FROM customer").await, "9");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_number_of_rows_is_bound_by_whoever_approves() {
    let mut shop = Shop::idle(json!({ "writer": WRITER, "changes": { "dry_run_rows": 1 } })).await;
    shop.set_rules(json!({ "rules": [{ "decider": "requester" }] })).await;
    shop.asking.work();
    let reply = shop.wish(&me(), "UPDATE purchase SET total = 0").await;
    assert!(reply.text.starts_with("This would change an unknown number of rows"), "{}", reply.text);
    let ticket = shop.waiting(&reply).await;
    shop.approve_as(&ticket, &me(), Some(5)).await;
    let stale = shop.settled(&ticket).await;
    assert_eq!(stale.state, TicketState::Stale);
    assert!(stale.outcome.as_ref().unwrap().contains("at most 5 were approved"), "{:?}", stale.outcome);
    let next = shop.look(stale.replaced_by.unwrap()).await;
    shop.approve_as(&next, &me(), Some(12)).await;
    let done = shop.settled(&next).await;
    assert_eq!((done.state, done.result_rows), (TicketState::Executed, Some(12)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_who_lost_the_role_takes_the_approval_along() {
    let mut shop = Shop::idle(json!({ "writer": WRITER })).await;
    shop.set_rules(json!({ "rules": [{ "decider": { "approvers": { "count": 1 } } }] })).await;
    let bob = shop.grant(account("2"), Role::Approver).await;
    shop.asking.work();
    let ticket = shop.ticket(SHIP).await;
    shop.asking.stop().await;
    shop.data.run("SELECT 1").await;
    let mut bob_here = person("2");
    bob_here.room.direct = true;
    shop.vote(&ticket, &bob_here, VoteKind::Approve, None).await;
    assert!(shop.asking.world.store.revoke(bob).await.unwrap());
    shop.asking.work();
    shop.ring(&ticket).await;
    let (ticket, run) = shop.ended(&ticket).await;
    assert_eq!((ticket.state, run), (TicketState::Stale, RunState::Refused));
    assert!(ticket.outcome.as_ref().unwrap().starts_with("Those who approved it are not enough any more"));
    assert_eq!(shop.statuses().await, "new:12");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_word_on_somebodys_roles_makes_it_wait_for_a_newer_one() {
    let mut shop = Shop::idle(json!({ "writer": WRITER })).await;
    shop.set_rules(json!({ "rules": [{ "decider": { "approvers": { "count": 1 } } }] })).await;
    shop.grant(Grantee::PlatformRole("discord:5:77".into()), Role::Approver).await;
    // A person of their own, by whom nothing may be approved but for the role.
    shop.grant(account("2"), Role::Viewer).await;
    assert!(shop.asking.world.store.set_registered("discord:2", true).await.unwrap());
    shop.asking.work();
    let ticket = shop.ticket(SHIP).await;
    let long_ago = Utc::now() - chrono::TimeDelta::hours(3);
    let bob = Actor { seen_at: long_ago, ..person("2") };
    let shown = rowcall_shared::store::NewPost {
        platform: Platform::Discord,
        place: "discord:6",
        address: &json!({ "channel": 6 }),
        message_id: "1",
        revision: ticket.revision,
    };
    assert!(shop.asking.world.store.note_card(ticket.id, &shown).await.unwrap());
    shop.vote(&ticket, &bob, VoteKind::Approve, None).await;
    shop.ring(&ticket).await;
    let old = Duration::from_secs(3600);
    assert_eq!(shop.asking.world.store.roles_to_refresh(old, 10).await.unwrap().len(), 1);
    // It is looked at, and left.
    assert_eq!(shop.look(ticket.id).await.state, TicketState::Approved);
    shop.asking.world.store.note_roles(&person("2")).await.unwrap();
    assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
    assert_eq!(shop.statuses().await, "new:9 shipped:3");
}
