//! Who somebody is and what they may, in a real store: linking, grants, moved chats, what is kept to one person.

use crate::common::{LEASE, store};
use chrono::Utc;
use rowcall_core::{Actor, Inbound, Place, Platform, Role, Roles, Room, RunId};
use rowcall_shared::{
    Store,
    store::{Grant, GrantFilter, Grantee, LinkEntry, LinkOutcome, LinkParty},
};
use serde_json::{Value, json};

fn actor(platform: Platform, id: &str, name: &str) -> Actor {
    Actor {
        platform,
        id: id.into(),
        name: name.into(),
        roles: vec!["77".into()],
        room: Room { space: Some("5".into()), channel: "6".into(), direct: false },
        seen_at: Utc::now(),
    }
}

fn ada() -> Actor {
    actor(Platform::Discord, "1", "Ada")
}

fn ada_elsewhere() -> Actor {
    actor(Platform::Telegram, "9", "A. L.")
}

fn party(actor: &Actor) -> LinkParty {
    LinkParty { platform: actor.platform, name: actor.name.clone() }
}

fn grant(grantee: Grantee, role: Role) -> Grant {
    Grant { grantee, role, source: None, place: None }
}

async fn principal(store: &Store, actor: &Actor) -> uuid::Uuid {
    store.standing(actor, None).await.unwrap().principal
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_become_one_person_when_both_sides_say_so() {
    let store = store().await;
    let (here, there) = (ada(), ada_elsewhere());
    let before = (principal(&store, &here).await, principal(&store, &there).await);
    store.grant(&grant(Grantee::Person("telegram:9".into()), Role::Admin), "test").await.unwrap();
    // The same right on both sides is one right afterwards.
    for account in ["telegram:9", "discord:1"] {
        store.grant(&grant(Grantee::Person(account.into()), Role::Viewer), "test").await.unwrap();
    }
    store.set_person_private(before.1, true).await.unwrap();
    assert!(!store.same_person(before.0, before.1).await.unwrap());

    let code = store.new_link_code(&here).await.unwrap().unwrap();
    assert_eq!(store.confirm_link(&here).await.unwrap(), LinkOutcome::NotEntered);
    assert_eq!(store.enter_link_code(&here, &code).await.unwrap(), LinkEntry::Own);
    let typed = code.to_lowercase().replace('-', " ");
    assert_eq!(store.enter_link_code(&there, &typed).await.unwrap(), LinkEntry::Found(party(&here)));
    // Nobody else can take its place now.
    let mallory = actor(Platform::Telegram, "666", "A. L.");
    assert_eq!(store.enter_link_code(&mallory, &code).await.unwrap(), LinkEntry::Unknown);
    assert_eq!(store.confirm_link(&mallory).await.unwrap(), LinkOutcome::Nothing);
    // The side that asked cannot get ahead, and sees who it is before its yes counts.
    assert_eq!(store.confirm_link(&here).await.unwrap(), LinkOutcome::NotEntered);
    assert_eq!(store.confirm_link(&there).await.unwrap(), LinkOutcome::OtherSideNext(party(&here)));
    assert_eq!(store.confirm_link(&here).await.unwrap(), LinkOutcome::Look(party(&there)));
    assert_ne!(principal(&store, &here).await, principal(&store, &there).await);
    assert_eq!(store.confirm_link(&here).await.unwrap(), LinkOutcome::Linked(party(&there)));

    assert_eq!(principal(&store, &here).await, principal(&store, &there).await);
    assert!(store.same_person(before.0, before.1).await.unwrap());
    assert!(store.standing(&here, None).await.unwrap().roles.has(Role::Admin));
    assert!(store.chat_settings(&here).await.unwrap().private);
    let mine = GrantFilter { person: Some("discord:1".into()), ..GrantFilter::default() };
    let grants = store.grants(&mine).await.unwrap();
    assert_eq!(grants.len(), 2, "{grants:?}");
    assert!(grants[0].accounts.contains(&"telegram:9 (A. L.)".to_owned()), "{grants:?}");
    assert_eq!(store.confirm_link(&here).await.unwrap(), LinkOutcome::Nothing);
    let again = store.new_link_code(&here).await.unwrap().unwrap();
    assert_eq!(store.enter_link_code(&there, &again).await.unwrap(), LinkEntry::AlreadyLinked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_minutes_and_nobody_guesses_for_long() {
    let store = store().await;
    let (here, there) = (ada(), ada_elsewhere());
    let old = store.new_link_code(&here).await.unwrap().unwrap();
    let code = store.new_link_code(&here).await.unwrap().unwrap();
    assert_eq!(store.enter_link_code(&there, &old).await.unwrap(), LinkEntry::Unknown, "replaced");
    assert!(matches!(store.enter_link_code(&there, &code).await.unwrap(), LinkEntry::Found(_)));
    assert!(store.cancel_link(&there).await.unwrap());
    assert!(!store.cancel_link(&here).await.unwrap());
    assert_eq!(store.enter_link_code(&there, &code).await.unwrap(), LinkEntry::Unknown, "called off");

    let late = store.new_link_code(&here).await.unwrap().unwrap();
    assert!(matches!(store.enter_link_code(&there, &late).await.unwrap(), LinkEntry::Found(_)));
    sqlx::query("UPDATE link_codes SET expires_at = now() - interval '1 second'")
        .execute(store.pool())
        .await
        .unwrap();
    assert_eq!(store.enter_link_code(&there, &late).await.unwrap(), LinkEntry::Expired);
    assert_eq!(store.confirm_link(&there).await.unwrap(), LinkOutcome::Expired);
    assert_ne!(principal(&store, &here).await, principal(&store, &there).await);

    // Nothing of a code lies in the store but its hash.
    let (kept,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM link_codes c WHERE c::text LIKE '%' || $1 || '%'")
            .bind(&late)
            .fetch_one(store.pool())
            .await
            .unwrap();
    assert_eq!(kept, 0);
    for _ in 0..3 {
        assert_eq!(store.enter_link_code(&there, "AAAA-AAAA-AAAA").await.unwrap(), LinkEntry::Unknown);
    }
    // Two wrong ones above, three here: now not even the right one is looked at.
    let right = store.new_link_code(&here).await.unwrap().unwrap();
    assert!(matches!(store.enter_link_code(&there, &right).await.unwrap(), LinkEntry::TooMany(_)));
    for _ in 0..6 {
        store.new_link_code(&here).await.unwrap().unwrap();
    }
    assert_eq!(store.new_link_code(&here).await.unwrap(), None, "the eleventh within an hour");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_holds_for_whom_where_and_what_it_says() {
    let store = store().await;
    store.put_source("crm", "env:CRM", &json!({})).await.unwrap();
    let check =
        async |grantee: Grantee, source: Option<&str>, place: Option<&str>, holds: bool, own: bool| {
            let grant = Grant {
                grantee,
                role: Role::Analyst,
                source: source.map(str::to_owned),
                place: place.map(str::to_owned),
            };
            let id = store.grant(&grant, "test").await.unwrap();
            assert_eq!(store.grant(&grant, "again").await.unwrap(), id, "the same grant is one grant");
            let standing = store.standing(&ada(), Some("shop")).await.unwrap();
            assert_eq!(standing.roles.has(Role::Analyst), holds, "{grant:?}");
            assert_eq!(standing.own_roles.has(Role::Analyst), own, "{grant:?}");
            assert!(store.revoke(id).await.unwrap() && !store.revoke(id).await.unwrap());
            assert_eq!(store.standing(&ada(), Some("shop")).await.unwrap().roles, Roles::NONE);
        };
    check(Grantee::Anyone, None, None, true, true).await;
    check(Grantee::Anyone, Some("shop"), None, true, true).await;
    check(Grantee::Anyone, Some("crm"), None, false, false).await;
    check(Grantee::Anyone, None, Some("discord:6"), true, true).await;
    check(Grantee::Anyone, None, Some("discord:8"), false, false).await;
    check(Grantee::Person("discord:1".into()), None, None, true, true).await;
    check(Grantee::Person("discord:2".into()), None, None, false, false).await;
    check(Grantee::Person("telegram:1".into()), None, None, false, false).await;
    check(Grantee::Place("discord:5".into()), None, None, true, true).await;
    check(Grantee::Place("telegram:5".into()), None, None, false, false).await;
    check(Grantee::PlatformRole("discord:5:77".into()), None, None, true, false).await;
    check(Grantee::PlatformRole("discord:4:77".into()), None, None, false, false).await;
    assert!(store.grants(&GrantFilter::default()).await.unwrap().is_empty());

    // A source that is bound is asked from there alone.
    let bound = async || store.standing(&ada(), Some("shop")).await.unwrap().bound_here;
    assert!(bound().await);
    assert!(store.bind_source("shop", "discord:8").await.unwrap());
    assert!(!bound().await);
    assert!(store.bind_source("shop", "discord:5").await.unwrap());
    assert!(!store.bind_source("shop", "discord:5").await.unwrap());
    assert!(bound().await);
    assert_eq!(store.source_bindings().await.unwrap().len(), 2);
    assert!(store.unbind_source("shop", "discord:8").await.unwrap());
    assert!(store.set_private_results("shop", true).await.unwrap());
    assert!(!store.set_private_results("nowhere", true).await.unwrap());
    assert!(store.standing(&ada(), Some("shop")).await.unwrap().private_source);

    // The name follows the platform; who it is does not.
    let renamed = Actor { name: "Countess".into(), ..ada() };
    let before = principal(&store, &ada()).await;
    assert_eq!(principal(&store, &renamed).await, before);
    assert_eq!(store.linked_accounts(&renamed).await.unwrap(), [party(&renamed)]);
}

async fn accept(
    store: &Store,
    key: &str,
    event: &str,
    actor: &Actor,
    private: bool,
    address: Value,
) -> RunId {
    let place = Place { platform: actor.platform, key: key.into() };
    let inbound = Inbound {
        private,
        address: Some(address),
        ..Inbound::question(place, event, actor.clone(), format!("question {event}"))
    };
    store.accept(&inbound, "shop").await.unwrap().run_id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_to_one_person_is_no_part_of_anothers_context() {
    let store = store().await;
    let eve = actor(Platform::Discord, "2", "Eve");
    for (event, actor, private) in [("1", &ada(), true), ("2", &ada(), false), ("3", &eve, true)] {
        accept(&store, "thread:3", event, actor, private, json!({})).await;
    }
    let heard = async |actor: &Actor, event: &str| {
        let run = accept(&store, "thread:3", event, actor, false, json!({})).await;
        let taken = store.take(run, LEASE).await.unwrap().unwrap();
        let texts = taken.question.history.iter().map(|m| m.text.clone()).collect::<Vec<_>>();
        texts.join(", ")
    };
    assert_eq!(heard(&ada(), "4").await, "question 1, question 2");
    assert_eq!(heard(&eve, "5").await, "question 2, question 3, question 4");
}

fn in_group(chat: &str) -> Actor {
    let mut actor = ada_elsewhere();
    actor.roles.clear();
    actor.room = Room { space: None, channel: chat.into(), direct: false };
    actor
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_moves_takes_along_what_belongs_to_it() {
    let store = store().await;
    let (old, new) = ("-10", "-100999");
    let run =
        accept(&store, "chat:-10:user:9", "1", &in_group(old), false, json!({"chat": -10, "n": 1})).await;
    let worded = accept(&store, "chat:-10", "2", &in_group(old), false, json!({"chat": "-10"})).await;
    let other =
        accept(&store, "chat:-101:user:9", "3", &in_group("-101"), false, json!({"chat": -101})).await;
    // Somebody was faster: the new chat talks already.
    let early =
        accept(&store, "chat:-100999:user:9", "4", &in_group(new), false, json!({"chat": -100_999})).await;
    store.posted(run, "55", &json!({"chat": -10, "n": 1})).await.unwrap();
    let granted =
        [(Grantee::Place("telegram:-10".into()), None), (Grantee::Anyone, Some("telegram:-10".into()))];
    for (grantee, place) in granted {
        let grant = Grant { place, ..grant(grantee, Role::Viewer) };
        store.grant(&grant, "test").await.unwrap();
    }
    // Granted in both chats: once afterwards.
    store.grant(&grant(Grantee::Place("telegram:-100999".into()), Role::Viewer), "test").await.unwrap();
    store.bind_source("shop", "telegram:-10").await.unwrap();
    store.set_place_source("telegram:-10", Some("shop")).await.unwrap();

    assert!(store.move_chat(Platform::Telegram, old, new).await.unwrap());
    assert!(!store.move_chat(Platform::Telegram, old, new).await.unwrap(), "a second time finds nothing");

    let standing = store.standing(&in_group(new), Some("shop")).await.unwrap();
    assert!(standing.roles.has(Role::Viewer) && standing.bound_here);
    assert_eq!(store.standing(&in_group(old), Some("shop")).await.unwrap().roles, Roles::NONE);
    assert_eq!(store.grants(&GrantFilter::default()).await.unwrap().len(), 2);
    assert_eq!(store.chat_settings(&in_group(new)).await.unwrap().source.as_deref(), Some("shop"));
    // The answer to come is posted in the new chat, anew: messages do not move.
    let post = store.post(run).await.unwrap().unwrap();
    assert_eq!((post.address, post.message_id), (json!({"chat": -100_999, "n": 1}), None));
    assert_eq!(store.post(worded).await.unwrap().unwrap().address, json!({"chat": "-100999"}));
    assert_eq!(store.post(other).await.unwrap().unwrap().address, json!({"chat": -101}));
    // One that was on its way meanwhile stands in the old chat: its id says nothing in the new one.
    let there = json!({"chat": "-10"});
    assert!(store.posted(worded, "2", &there).await.unwrap());
    assert!(!store.posted(worded, "2", &json!({"chat": "-100999"})).await.unwrap(), "another message");
    let post = store.post(worded).await.unwrap().unwrap();
    assert_eq!((post.address, post.message_id.as_deref()), (there, Some("2")));
    let keys: Vec<(String,)> = sqlx::query_as("SELECT key FROM conversations ORDER BY key COLLATE \"C\"")
        .fetch_all(store.pool())
        .await
        .unwrap();
    let keys: Vec<&str> = keys.iter().map(|(key,)| key.as_str()).collect();
    assert_eq!(keys, ["chat:-100999", "chat:-100999:user:9", "chat:-101:user:9"]);
    // One conversation, in its order, and the asker's rights are those of the new chat.
    store.take(early, LEASE).await.unwrap().unwrap();
    let taken = store.take(run, LEASE).await.unwrap().unwrap();
    assert_eq!(taken.actor.unwrap().room.channel, new);
    let usage = store.usage(&in_group(new), 10).await.unwrap();
    assert_eq!(usage.place_day, 3);
}
