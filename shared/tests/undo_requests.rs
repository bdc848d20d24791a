//! Asking that a change be taken back: who may, what can be, and the run that comes of it.

use crate::common::*;
use rowcall_core::{Actor, Denial, Inbound, Place, TicketId, VoteKind::Approve};
use rowcall_shared::{
    Store,
    store::{Accepted, Settlement, Ticket, UndoRefusal, UndoRequest},
};
use serde_json::json;

fn wish(actor: &Actor, event: &str) -> Inbound {
    let place = Place { platform: actor.platform, key: "5:6".into() };
    // The text and the source are not whoever asks' to say.
    let mut inbound = Inbound::question(place, event, actor.clone(), "DROP TABLE orders");
    inbound.source = Some("another".into());
    inbound.address = Some(json!({ "chat": "6" }));
    inbound
}

/// A change of Ada's that ran, with what takes it back if there is anything.
async fn executed(store: &Store, image: Option<(&[u8], u64)>) -> Ticket {
    let ticket = ticket(store, 3).await;
    counted(store, &ticket, &ada(), Approve).await;
    let permit = permit(store, &ticket).await;
    assert!(store.keep_undo_image(&permit, image).await.unwrap());
    let done = Settlement::Executed { rows: Some(3), note: None };
    assert!(store.settle_ticket(&permit, &done).await.unwrap());
    ticket
}

async fn accepted(store: &Store, id: TicketId, actor: &Actor, event: &str) -> Accepted {
    match store.request_undo(id, &wish(actor, event)).await.unwrap() {
        UndoRequest::Accepted(accepted) => accepted,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_is_a_run_of_its_own_and_an_event_starts_one() {
    let store = store().await;
    let undone = executed(&store, Some((b"rows", 3))).await;
    let run = accepted(&store, undone.id, &ada(), "press").await;
    assert!(!run.duplicate);
    let again = accepted(&store, undone.id, &ada(), "press").await;
    assert_eq!((again.run_id, again.duplicate), (run.run_id, true));
    let taken = store.take(run.run_id, LEASE).await.unwrap().unwrap();
    assert_eq!(taken.question.undoes, Some(undone.id));
    assert_eq!(
        (taken.question.source.as_str(), taken.question.text.as_str()),
        ("shop", "Undo: ship order 17")
    );
    // The placeholder is whoever accepted it's to post, as with a question.
    let posts: i64 = sqlx::query_scalar("SELECT count(*) FROM posts WHERE run_id = $1")
        .bind(run.run_id.0)
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(posts, 1);
    // Nobody is offered to ask that in words again.
    let recent = store.recent_questions("discord:1", 10).await.unwrap();
    assert_eq!(recent, ["ship order 17"]);

    let mut new = change(3);
    new.undoes = Some(undone.id);
    let opened = store.open_ticket(&taken.lease, &new, |_| ending(&taken.lease)).await.unwrap();
    assert!(matches!(opened, rowcall_shared::store::OpenOutcome::Opened(_)), "{opened:?}");
    // The event that came before still has its run; a new one comes too late.
    assert_eq!(accepted(&store, undone.id, &ada(), "press").await.run_id, run.run_id);
    let late = store.request_undo(undone.id, &wish(&ada(), "press again")).await.unwrap();
    assert!(matches!(late, UndoRequest::NotUndoable(UndoRefusal::Already(_))), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_and_who_may_not_ask() {
    let store = store().await;
    let check = async |id: TicketId, actor: &Actor, expected: UndoRequest| {
        let event = uuid::Uuid::new_v4().to_string();
        assert_eq!(store.request_undo(id, &wish(actor, &event)).await.unwrap(), expected);
    };
    let undone = executed(&store, Some((b"rows", 3))).await;
    let refused = |roles| UndoRequest::Denied(Denial::NeedsRole(roles));
    check(undone.id, &bob(), refused(&[rowcall_core::Role::Editor])).await;
    check(undone.id, &person("77", "Nobody"), refused(&[rowcall_core::Role::Editor])).await;
    let mut elsewhere = ada();
    elsewhere.room.channel = "another".into();
    elsewhere.room.space = Some("another".into());
    check(undone.id, &elsewhere, UndoRequest::Denied(Denial::OtherPlace)).await;
    check(TicketId::new(), &ada(), UndoRequest::Unknown).await;
    let no_image = executed(&store, None).await;
    check(no_image.id, &ada(), UndoRequest::NotUndoable(UndoRefusal::NoImage)).await;
    let open = ticket(&store, 3).await;
    check(open.id, &ada(), UndoRequest::NotUndoable(UndoRefusal::NotExecuted)).await;
    execute(&store, "UPDATE undo_images SET expires_at = now()").await;
    check(undone.id, &ada(), UndoRequest::NotUndoable(UndoRefusal::NoImage)).await;

    let keyless = store.clone().with_audit_key(None);
    assert!(!keyless.takes_changes() && store.takes_changes());
    assert!(keyless.request_undo(undone.id, &wish(&ada(), "no key")).await.is_err());
    let runs: i64 = sqlx::query_scalar("SELECT count(*) FROM runs WHERE undoes IS NOT NULL")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(runs, 0, "nothing was started");
}
