//! Cards: one ticket, shown in several places, kept true in all of them through the outbox.

use crate::common::*;
use rowcall_core::{Platform, TicketState, VoteKind};
use rowcall_shared::{
    Store,
    store::{CardDelivery, CardKind, NewPost, OpenOutcome},
};
use serde_json::json;
use std::time::Duration;

const SHORT: Duration = Duration::from_secs(30);

async fn take(store: &Store) -> Vec<CardDelivery> {
    let mut cards = store.take_cards(Platform::Discord, "me", SHORT, 10).await.unwrap();
    cards.sort_by_key(|card| !card.post.own);
    cards
}

/// Delivers the reply of every run that waits.
async fn reply(store: &Store) -> usize {
    let replies = store.take_deliveries(Platform::Discord, None, "me", SHORT, 10).await.unwrap();
    for delivery in &replies {
        let post = store.post(delivery.run_id).await.unwrap().unwrap();
        assert!(store.posted(delivery.run_id, "m-reply", &post.address).await.unwrap());
        assert!(store.delivered(delivery.id, "me", Some("m-reply")).await.unwrap());
    }
    replies.len()
}

/// Delivers every card that waits, as a front end would; gives how many.
async fn deliver(store: &Store) -> usize {
    let cards = take(store).await;
    for card in &cards {
        if card.kind == CardKind::Card && card.post.message_id.is_none() {
            let (message, address) = (format!("m-{}", card.post.place), json!({ "chat": card.post.place }));
            store.card_stands(card.post.id, Some(&message), Some(&address)).await.unwrap();
        }
        assert!(store.delivered(card.id, "me", None).await.unwrap());
    }
    cards.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_shown_where_it_was_asked_for_and_where_cards_are_announced() {
    let store = store().await;
    set_rules(&store, json!({ "announce": ["discord:900", "discord:6", "smoke:1"] })).await;
    let open = ticket(&store, 1).await;
    let posts = store.card_posts(open.id).await.unwrap();
    let places: Vec<(&str, bool)> = posts.iter().map(|post| (post.place.as_str(), post.own)).collect();
    // Not twice in its own channel, and not where there is no platform.
    assert_eq!(places, [("discord:5", true), ("discord:900", false)]);
    // The reply is the card of its own place; nothing else is posted there.
    let cards = take(&store).await;
    assert_eq!(cards.iter().map(|card| card.post.place.as_str()).collect::<Vec<_>>(), ["discord:900"]);
    assert_eq!((cards[0].post.message_id.clone(), cards[0].ticket.id, cards[0].attempt), (None, open.id, 1));
    store.card_stands(cards[0].post.id, Some("m-900"), Some(&json!({ "chat": "900" }))).await.unwrap();
    assert!(store.delivered(cards[0].id, "me", None).await.unwrap());
    assert!(!store.delivered(cards[0].id, "me", None).await.unwrap());

    // It is decided before its reply stands: that one is drawn as it is then, and the card edits it afterwards.
    counted(&store, &open, &ada(), VoteKind::Approve).await;
    let cards = take(&store).await;
    assert_eq!(cards.len(), 1, "the card in its own place waits for the reply: {cards:?}");
    assert_eq!(cards[0].post.message_id.as_deref(), Some("m-900"));
    assert_eq!(cards[0].ticket.state, TicketState::Approved);
    assert!(store.delivered(cards[0].id, "me", None).await.unwrap());
    assert_eq!(reply(&store).await, 1);
    let cards = take(&store).await;
    assert_eq!(cards.len(), 1);
    assert!(cards[0].post.own);
    assert_eq!(
        (cards[0].post.message_id.as_deref(), &cards[0].post.address),
        (Some("m-reply"), &Some(json!({ "chat": "6" })))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_changes_on_its_way_is_delivered_again_and_others_once() {
    let store = store().await;
    let open = ticket(&store, 100_000).await;
    reply(&store).await;
    assert_eq!(deliver(&store).await, 0);
    // Two changes before anybody came for the first: one delivery, of the last.
    counted(&store, &open, &bob(), VoteKind::Approve).await;
    store.comment_ticket(open.id, &bob(), "fine").await.unwrap();
    counted(&store, &open, &cleo(), VoteKind::Approve).await;
    let cards = take(&store).await;
    assert_eq!((cards.len(), cards[0].ticket.state), (1, TicketState::Approved));
    // And one while it is being delivered.
    let permit = permit(&store, &open).await;
    assert!(take(&store).await.is_empty(), "one at a time");
    assert!(store.delivered(cards[0].id, "me", None).await.unwrap());
    let again = take(&store).await;
    assert_eq!((again.len(), again[0].ticket.state, again[0].attempt), (1, TicketState::Executing, 1));
    // A delivery that failed is tried again with its own pause, and is not doubled by a change.
    let soon = Some(Duration::from_secs(60));
    assert!(store.delivery_failed(again[0].id, "me", "429", soon).await.unwrap());
    store.doubt_ticket(&permit, "?", Duration::ZERO).await.unwrap();
    assert!(take(&store).await.is_empty());
    execute(&store, "UPDATE outbox SET due_at = now()").await;
    let last = take(&store).await;
    assert_eq!((last.len(), last[0].ticket.state, last[0].attempt), (1, TicketState::InDoubt, 2));
    // Another process takes over what this one left; the first may not settle it any more.
    execute(&store, "UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'delivering'")
        .await;
    let over = store.take_cards(Platform::Discord, "another", SHORT, 10).await.unwrap();
    assert_eq!(over.len(), 1);
    assert!(!store.delivered(last[0].id, "me", None).await.unwrap());
    assert!(store.delivery_failed(over[0].id, "another", "gone", None).await.unwrap());
    // A dead card is a dead letter like any other: sent again by hand, or with the next change.
    let dead = store.dead_letters(10).await.unwrap();
    assert_eq!(dead.iter().map(|letter| letter.id).collect::<Vec<_>>(), [last[0].id]);
    assert!(store.resend(last[0].id).await.unwrap());
    let resent = take(&store).await;
    assert_eq!((resent.len(), resent[0].attempt), (1, 1));
    assert!(store.delivery_failed(resent[0].id, "me", "gone", None).await.unwrap());
    assert_eq!(deliver(&store).await, 0);
    execute(&store, "UPDATE tickets SET due_at = now() - interval '1 second'").await;
    self::permit(&store, &open).await;
    assert_eq!(deliver(&store).await, 1);
    assert!(store.dead_letters(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_change_slips_between_taking_a_card_and_reading_its_ticket() {
    let store = store().await;
    for _ in 0..15 {
        let open = ticket(&store, 100_000).await;
        reply(&store).await;
        counted(&store, &open, &bob(), VoteKind::Approve).await;
        let (mut shown, cleo) = (0, cleo());
        let last = ballot(&open, &cleo, VoteKind::Approve);
        let deliver = async {
            let mut shown = 0;
            for card in take(&store).await {
                shown = card.ticket.revision;
                store.delivered(card.id, "me", None).await.unwrap();
            }
            shown
        };
        let (voted, first) = tokio::join!(store.vote(open.id, &last), deliver);
        voted.unwrap();
        shown = shown.max(first);
        for card in take(&store).await {
            shown = shown.max(card.ticket.revision);
            store.delivered(card.id, "me", None).await.unwrap();
        }
        assert_eq!(shown, store.ticket(open.id).await.unwrap().unwrap().revision);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_somebody_looked_up_is_kept_true_too() {
    let store = store().await;
    let open = ticket(&store, 100_000).await;
    reply(&store).await;
    let address = json!({ "chat": "dm" });
    let post = NewPost {
        platform: Platform::Discord,
        place: "discord:dm",
        address: &address,
        message_id: "m-dm",
        revision: open.revision,
    };
    assert!(store.note_card(open.id, &post).await.unwrap());
    assert!(store.note_card(open.id, &post).await.unwrap(), "the same again is the same");
    assert_eq!(deliver(&store).await, 0);
    counted(&store, &open, &bob(), VoteKind::Approve).await;
    assert_eq!(deliver(&store).await, 2);
    // It was out of date before it was noted.
    let late = NewPost { message_id: "m-dm-2", ..post };
    assert!(store.note_card(open.id, &late).await.unwrap());
    assert_eq!(deliver(&store).await, 3);
    assert!(!store.note_card(rowcall_core::TicketId::new(), &late).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_ticket_is_shown_wherever_the_stale_one_was() {
    let store = store().await;
    set_rules(&store, json!({ "announce": ["discord:900"] })).await;
    let old = ticket(&store, 1).await;
    reply(&store).await;
    assert_eq!(deliver(&store).await, 1);
    let OpenOutcome::Opened(fresh) =
        store.replace_ticket(old.id, old.fingerprint, "moved", &change(2)).await.unwrap()
    else {
        panic!()
    };
    let cards = take(&store).await;
    let of = |id| cards.iter().filter(|card| card.ticket.id == id).collect::<Vec<_>>();
    assert_eq!((of(old.id).len(), of(fresh.id).len()), (2, 2));
    assert!(of(old.id).iter().all(|card| card.post.message_id.is_some()));
    // New messages in both places.
    assert!(of(fresh.id).iter().all(|card| card.post.message_id.is_none() && card.post.address.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_reminded_below_the_card_again_and_again_until_it_is_decided() {
    let store = store().await;
    set_rules(&store, json!({ "remind_minutes": 60, "announce": ["discord:900"] })).await;
    let open = ticket(&store, 1).await;
    reply(&store).await;
    assert!(store.remind_of_tickets(10).await.unwrap().is_empty());
    let due = "UPDATE tickets SET remind_at = now() - interval '1 second'";
    execute(&store, due).await;
    assert_eq!(store.remind_of_tickets(10).await.unwrap(), [open.id]);
    assert!(store.remind_of_tickets(10).await.unwrap().is_empty(), "not before an hour has passed");
    // The announced card is not posted yet: first that.
    let kinds =
        |cards: &[CardDelivery]| cards.iter().map(|card| (card.post.own, card.kind)).collect::<Vec<_>>();
    let cards = take(&store).await;
    assert_eq!(kinds(&cards), [(true, CardKind::Reminder), (false, CardKind::Card)]);
    for card in &cards {
        store.delivered(card.id, "me", None).await.unwrap();
    }
    assert_eq!(kinds(&take(&store).await), [(false, CardKind::Reminder)]);
    counted(&store, &open, &ada(), VoteKind::Approve).await;
    execute(&store, due).await;
    assert!(store.remind_of_tickets(10).await.unwrap().is_empty());
    set_rules(&store, json!({ "remind_minutes": 0 })).await;
    ticket(&store, 1).await;
    let never: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tickets WHERE state = 'pending' AND remind_at IS NOT NULL")
            .fetch_one(store.pool())
            .await
            .unwrap();
    assert_eq!(never, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_move_with_their_chat() {
    let store = store().await;
    set_rules(&store, json!({ "announce": ["telegram:-10"] })).await;
    let open = ticket(&store, 1).await;
    let take = async || store.take_cards(Platform::Telegram, "me", SHORT, 10).await.unwrap();
    let card = take().await.pop().unwrap();
    store.card_stands(card.post.id, Some("77"), Some(&json!({ "chat": -10 }))).await.unwrap();
    store.delivered(card.id, "me", None).await.unwrap();
    assert!(store.move_chat(Platform::Telegram, "-10", "-100123").await.unwrap());
    let posts = store.card_posts(open.id).await.unwrap();
    let moved = posts.iter().find(|post| !post.own).unwrap();
    assert_eq!(
        (moved.place.as_str(), &moved.address),
        ("telegram:-100123", &Some(json!({ "chat": -100123 })))
    );
    let anew = take().await.pop().unwrap();
    assert_eq!((anew.post.message_id, anew.ticket.id), (None, open.id));
    assert!(!store.move_chat(Platform::Telegram, "-10", "-100123").await.unwrap());
}
