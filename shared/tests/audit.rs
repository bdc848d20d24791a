//! The audit log in a real store: what is written down, and whether it is seen when somebody meddles with it.

use crate::common::*;
use rowcall_core::{Role, VoteKind};
use rowcall_shared::{
    Store,
    audit::{AuditHead, AuditKey},
    store::{AuditFault, Grant, Grantee, Settlement, StoreError},
};
use serde_json::{Value, json};

/// The log as (actor, action) pairs.
async fn deeds(store: &Store) -> Vec<(String, String)> {
    let entries = store.audit_entries(None, 0, 1000).await.unwrap();
    entries.into_iter().map(|entry| (entry.actor, entry.action)).collect()
}

async fn head(store: &Store) -> AuditHead {
    let report = store.verify_audit(None).await.unwrap();
    assert_eq!(report.fault, None);
    report.head.unwrap()
}

/// What somebody does who owns the database.
async fn meddle(store: &Store, statement: &'static str) {
    execute(store, "ALTER TABLE audit_log DISABLE TRIGGER ALL").await;
    execute(store, statement).await;
}

async fn fault(store: &Store, kept: Option<AuditHead>) -> AuditFault {
    store.verify_audit(kept).await.unwrap().fault.expect("it was meddled with")
}

/// A log of twelve entries or more.
async fn filled() -> Store {
    let store = store().await;
    for place in 0..10 {
        store.acting_as("discord:1").set_place_threads(&format!("discord:{place}"), true).await.unwrap();
    }
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_matters_is_written_down_once_with_whoever_did_it() {
    let store = empty_store().await.with_audit_key(Some(key())).acting_as("cli:root");
    store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
    store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
    let id = allow(&store, "discord:1", Role::Editor).await;
    allow(&store, "discord:1", Role::Editor).await;
    assert!(store.revoke(id).await.unwrap() && !store.revoke(id).await.unwrap());
    for _ in 0..2 {
        store.bind_source("shop", "discord:5").await.unwrap();
        store.set_private_results("shop", true).await.unwrap();
        store.acting_as("discord:7").set_place_source("discord:5", Some("shop")).await.unwrap();
        store.acting_as("discord:7").set_place_threads("discord:5", true).await.unwrap();
        store.set_registered("discord:1", true).await.unwrap();
        set_rules(&store, json!({ "undo_days": 3 })).await;
    }
    assert!(!store.set_change_rules("nowhere", &Default::default()).await.unwrap());
    assert!(!store.set_private_results("nowhere", true).await.unwrap());
    for _ in 0..2 {
        store.unbind_source("shop", "discord:5").await.unwrap();
        store.set_registered("discord:1", false).await.unwrap();
    }
    link(&store, &ada(), &person("11", "A.")).await;
    store.move_chat(rowcall_core::Platform::Discord, "5", "6").await.unwrap();
    let deeds = deeds(&store).await;
    let expected = [
        ("cli:root", "source.put"),
        ("test", "grant.given"),
        ("cli:root", "grant.revoked"),
        ("cli:root", "source.bound"),
        ("cli:root", "source.private_results"),
        ("discord:7", "place.source"),
        ("discord:7", "place.threads"),
        ("cli:root", "person.registered"),
        ("cli:root", "source.change_rules"),
        ("cli:root", "source.unbound"),
        ("cli:root", "person.unregistered"),
        ("discord:1", "person.linked"),
        ("rowcall", "chat.moved"),
    ];
    assert_eq!(deeds.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(), expected);
    let rules = store.audit_entries(Some("source:shop"), 0, 100).await.unwrap();
    let details: Value = serde_json::from_str(&rules[3].details).unwrap();
    assert_eq!((&details["before"], &details["after"]["undo_days"]), (&json!({}), &json!(3)));
    assert_eq!(store.audit_page(4, 2).await.unwrap().iter().map(|e| e.seq).collect::<Vec<_>>(), [3, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_can_be_followed_from_its_opening_to_its_end() {
    let store = store().await;
    let open = ticket(&store, 1).await;
    counted(&store, &open, &ada(), VoteKind::Approve).await;
    let first = permit(&store, &open).await;
    store.doubt_ticket(&first, "The connection broke.", std::time::Duration::ZERO).await.unwrap();
    let second = permit(&store, &open).await;
    store.settle_ticket(&second, &Settlement::Executed { rows: Some(1), note: None }).await.unwrap();
    let entries = store.audit_entries(Some(&format!("ticket:{}", open.id)), 0, 100).await.unwrap();
    let deeds: Vec<(&str, &str)> = entries.iter().map(|e| (e.actor.as_str(), e.action.as_str())).collect();
    assert_eq!(
        deeds,
        [
            ("discord:1", "ticket.opened"),
            ("discord:1", "ticket.approved"),
            ("rowcall", "ticket.executing"),
            ("rowcall", "ticket.in_doubt"),
            ("rowcall", "ticket.executing"),
            ("rowcall", "ticket.executed"),
        ]
    );
    let details = |i: usize| serde_json::from_str::<Value>(&entries[i].details).unwrap();
    assert_eq!(details(0)["statement"], json!(open.statement));
    assert_eq!(details(1)["fingerprint"], json!(open.fingerprint.to_string()));
    assert_eq!((&details(4)["epoch"], &details(5)["rows"]), (&json!(2), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deed_and_its_entry_are_there_together_or_not_at_all() {
    let store = filled().await;
    let before = head(&store).await;
    // The entry cannot be written: neither is the deed done.
    execute(&store, "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$")
        .await;
    execute(&store, "CREATE TRIGGER no BEFORE INSERT ON audit_log EXECUTE FUNCTION no()").await;
    assert!(store.set_private_results("shop", true).await.is_err());
    let everyone = Grant { grantee: Grantee::Anyone, role: Role::Viewer, source: None, place: None };
    assert!(store.grant(&everyone, "test").await.is_err());
    execute(&store, "DROP TRIGGER no ON audit_log").await;
    assert_eq!(head(&store).await, before);
    let private: bool =
        sqlx::query_scalar("SELECT private_results FROM sources").fetch_one(store.pool()).await.unwrap();
    assert!(!private);
    assert_eq!(store.grants(&Default::default()).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_make_one_chain() {
    let store = store().await;
    let before = head(&store).await.seq;
    let all = (0..60).map(|n| {
        let store = store.acting_as(&format!("discord:{n}"));
        async move { store.set_place_threads(&format!("discord:{n}"), true).await }
    });
    for outcome in futures::future::join_all(all).await {
        outcome.unwrap();
    }
    assert_eq!(head(&store).await.seq, before + 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_to_change_an_entry() {
    let store = filled().await;
    for statement in [
        "UPDATE audit_log SET actor = 'nobody' WHERE seq = 3",
        "DELETE FROM audit_log WHERE seq = 3",
        "TRUNCATE audit_log",
    ] {
        let refused = sqlx::query(statement).execute(store.pool()).await.unwrap_err();
        assert!(refused.to_string().contains("only ever added to"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_to_an_entry_is_seen_and_where() {
    for (statement, expected) in [
        ("UPDATE audit_log SET actor = 'discord:9' WHERE seq = 7", AuditFault::Edited(7)),
        ("UPDATE audit_log SET details = '{\"threads\": false}' WHERE seq = 7", AuditFault::Edited(7)),
        ("UPDATE audit_log SET details = (details::text || ' ')::json WHERE seq = 7", AuditFault::Edited(7)),
        ("UPDATE audit_log SET at = at + interval '1 microsecond' WHERE seq = 7", AuditFault::Edited(7)),
        ("DELETE FROM audit_log WHERE seq = 7", AuditFault::Missing(7)),
        ("DELETE FROM audit_log WHERE seq = 1", AuditFault::Missing(1)),
        // Left out, and the gap closed.
        (
            "WITH gone AS (DELETE FROM audit_log WHERE seq = 7) UPDATE audit_log SET seq = seq - 1 WHERE seq > 7",
            AuditFault::Edited(7),
        ),
        // The key's own name replaced, so that the entry seems to be from before there was one.
        (
            "UPDATE audit_log SET key_id = '' WHERE seq = 7",
            AuditFault::OtherKey { seq: 7, key_id: String::new() },
        ),
        // Two that change places.
        ("UPDATE audit_log SET seq = 15 - seq WHERE seq IN (7, 8)", AuditFault::Edited(7)),
    ] {
        let store = filled().await;
        execute(&store, "ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey").await;
        meddle(&store, statement).await;
        assert_eq!(fault(&store, None).await, expected, "{statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_cut_short_or_made_anew_is_seen_by_a_head_that_was_kept() {
    let store = filled().await;
    let kept = head(&store).await;
    assert_eq!(store.verify_audit(Some(kept)).await.unwrap().fault, None);
    meddle(&store, "DELETE FROM audit_log WHERE seq > 9").await;
    assert_eq!(store.verify_audit(None).await.unwrap().fault, None, "nothing in the store shows it");
    assert_eq!(fault(&store, Some(kept)).await, AuditFault::CutShort { last: 9, kept: kept.seq });
    // Gone on with since, by people who know nothing of it.
    for place in 20..30 {
        store.set_place_threads(&format!("discord:{place}"), true).await.unwrap();
    }
    assert_eq!(fault(&store, Some(kept)).await, AuditFault::Replaced(kept.seq));
    meddle(&store, "DELETE FROM audit_log").await;
    assert_eq!(fault(&store, Some(kept)).await, AuditFault::CutShort { last: 0, kept: kept.seq });
    // Made anew from the start without the key.
    let forger = store.clone().with_audit_key(None);
    for place in 40..60 {
        forger.set_place_threads(&format!("discord:{place}"), true).await.unwrap();
    }
    assert_eq!(fault(&store, Some(kept)).await, AuditFault::Replaced(kept.seq));
    assert_eq!(store.verify_audit(None).await.unwrap().without_key, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_with_a_key_goes_on_with_it() {
    let store = empty_store().await;
    store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
    store.set_place_threads("discord:1", true).await.unwrap();
    let report = store.verify_audit(None).await.unwrap();
    assert_eq!((report.entries, report.without_key, report.fault), (2, 2, None));
    let keyed = store.clone().with_audit_key(Some(key()));
    keyed.set_place_threads("discord:2", true).await.unwrap();
    let report = keyed.verify_audit(None).await.unwrap();
    assert_eq!((report.entries, report.without_key, report.fault), (3, 2, None));
    let other = AuditKey::new("another key of thirty-two characters").unwrap();
    for wrong in [store.clone(), store.clone().with_audit_key(Some(other.clone()))] {
        let refused = wrong.set_place_threads("discord:3", true).await;
        assert!(matches!(refused, Err(StoreError::WrongAuditKey)), "{refused:?}");
        let expected = AuditFault::OtherKey { seq: 3, key_id: key().id().to_owned() };
        assert_eq!(fault(&wrong, None).await, expected);
    }
    // What was there before the key cannot be changed any more either.
    meddle(&store, "UPDATE audit_log SET actor = 'nobody' WHERE seq = 1").await;
    assert_eq!(fault(&keyed, None).await, AuditFault::Edited(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_gone_through_to_its_end() {
    let store = empty_store().await.with_audit_key(Some(key()));
    for n in 0..1100 {
        store.set_place_threads("discord:1", n % 2 == 0).await.unwrap();
    }
    assert_eq!(head(&store).await.seq, 1100);
    meddle(&store, "UPDATE audit_log SET action = 'place.source' WHERE seq = 1001").await;
    assert_eq!(fault(&store, None).await, AuditFault::Edited(1001));
}
