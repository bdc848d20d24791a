//! A store of one test's own with the source "shop", people with roles, and changes to ask for.

use chrono::Utc;
use rowcall_core::{
    Actor, Fingerprint, Impact, Inbound, Operation, Place, Platform, Reply, Role, Room, RunState, VoteKind,
    change::{ChangeRules, Rows, Undo},
};
use rowcall_embedded::{EmbeddedError, testing};
use rowcall_shared::{
    Store,
    audit::AuditKey,
    store::{
        Ballot, Ending, Grant, Grantee, Lease, NewTicket, OpenOutcome, Permit, TakeOutcome, Ticket,
        VoteOutcome,
    },
};
use serde_json::json;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

pub const LEASE: Duration = Duration::from_secs(30);
pub const OLDEST: Duration = Duration::from_secs(3600);
pub const KEY: &str = "a key of thirty-two characters...";

pub fn key() -> AuditKey {
    AuditKey::new(KEY).unwrap()
}

/// A migrated store, without a source.
pub async fn empty_store() -> Store {
    let servers = testing::shared().await;
    let template = servers
        .template(&format!("store_{}", schema_version()), |url| async move {
            let store = Store::open(&url, 2).unwrap();
            store.migrate().await.unwrap();
            store.pool().close().await;
            Ok::<(), EmbeddedError>(())
        })
        .await
        .unwrap();
    Store::open(&servers.database(Some(&template)).await.unwrap(), 8).unwrap()
}

/// Changes when a migration does, so that no test runs on the schema of an older one.
fn schema_version() -> String {
    use std::hash::{Hash, Hasher};
    let mut hash = std::hash::DefaultHasher::new();
    for file in sqlx::migrate!("../migrations").iter() {
        file.checksum.hash(&mut hash);
    }
    format!("{:x}", hash.finish())
}

/// With a key, the source "shop", an editor (Ada), and two registered approvers (Bob, Cleo).
pub async fn store() -> Store {
    let store = empty_store().await.with_audit_key(Some(key()));
    store.put_source("shop", "env:SHOP", &json!({})).await.unwrap();
    allow(&store, "discord:1", Role::Editor).await;
    for approver in ["discord:2", "discord:3"] {
        allow(&store, approver, Role::Approver).await;
    }
    store
}

pub async fn allow(store: &Store, account: &str, role: Role) -> uuid::Uuid {
    let grant =
        Grant { grantee: Grantee::Person(account.into()), role, source: Some("shop".into()), place: None };
    store.grant(&grant, "test").await.unwrap()
}

/// Somebody in channel 6 of guild 5.
pub fn person(id: &str, name: &str) -> Actor {
    Actor {
        platform: Platform::Discord,
        id: id.into(),
        name: name.into(),
        roles: Vec::new(),
        room: Room { space: Some("5".into()), channel: "6".into(), direct: false },
        seen_at: Utc::now(),
    }
}

pub fn ada() -> Actor {
    person("1", "Ada")
}

pub fn bob() -> Actor {
    person("2", "Bob")
}

pub fn cleo() -> Actor {
    person("3", "Cleo")
}

pub fn impact(rows: u64) -> Impact {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut fingerprint = [7; 32];
    fingerprint[..8].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    Impact {
        operation: Operation::Update,
        table: "shop.orders".into(),
        rows: Rows::Exact(rows),
        estimate: Some(rows),
        cascades: Vec::new(),
        triggers: Vec::new(),
        at_risk: Vec::new(),
        sample: Vec::new(),
        unconditional: false,
        lock: None,
        undo: Undo::Possible,
        limits: Vec::new(),
        definition: None,
        fingerprint: Fingerprint(fingerprint),
    }
}

pub fn change(rows: u64) -> NewTicket {
    NewTicket {
        statement: "UPDATE shop.orders SET status = 'shipped' WHERE id = 17".into(),
        params: json!([]),
        impact: impact(rows),
        evidence: Some(json!({ "rows": rows })),
        undoes: None,
        advice: None,
    }
}

/// A run of somebody that a worker holds.
pub async fn running(store: &Store, actor: &Actor) -> Lease {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let event = format!("event-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let place = Place { platform: actor.platform, key: format!("key-{event}") };
    let mut inbound = Inbound::question(place, event, actor.clone(), "ship order 17");
    inbound.address = (!actor.is_local()).then(|| json!({ "chat": actor.room.channel }));
    let accepted = store.accept(&inbound, "shop").await.unwrap();
    store.take(accepted.run_id, LEASE).await.unwrap().unwrap().lease
}

pub fn ending(lease: &Lease) -> Ending {
    let reply = Reply::words(lease.run_id, RunState::WaitingApproval, "It waits for a decision.");
    Ending { reply, plan: None, steps: Vec::new() }
}

pub async fn open(store: &Store, actor: &Actor, new: &NewTicket) -> Ticket {
    let lease = running(store, actor).await;
    match store.open_ticket(&lease, new, |_| ending(&lease)).await.unwrap() {
        OpenOutcome::Opened(ticket) => *ticket,
        other => panic!("{other:?}"),
    }
}

/// A change of Ada's that touches that many rows, waiting.
pub async fn ticket(store: &Store, rows: u64) -> Ticket {
    open(store, &ada(), &change(rows)).await
}

pub fn ballot<'a>(ticket: &Ticket, actor: &'a Actor, kind: VoteKind) -> Ballot<'a> {
    Ballot { actor, kind, mark: ticket.fingerprint.mark(), comment: None, row_cap: None }
}

pub async fn vote(store: &Store, ticket: &Ticket, actor: &Actor, kind: VoteKind) -> VoteOutcome {
    store.vote(ticket.id, &ballot(ticket, actor, kind)).await.unwrap()
}

/// The ticket after a vote that counted.
pub async fn counted(store: &Store, ticket: &Ticket, actor: &Actor, kind: VoteKind) -> Ticket {
    match vote(store, ticket, actor, kind).await {
        VoteOutcome::Counted(ticket, _) => *ticket,
        other => panic!("{other:?}"),
    }
}

pub async fn permit(store: &Store, ticket: &Ticket) -> Permit {
    match store.take_ticket(ticket.id, LEASE, OLDEST).await.unwrap() {
        TakeOutcome::Run(permit) => *permit,
        other => panic!("{other:?}"),
    }
}

pub async fn set_rules(store: &Store, rules: serde_json::Value) {
    let rules: ChangeRules = serde_json::from_value(rules).unwrap();
    assert!(store.set_change_rules("shop", &rules).await.unwrap());
}

pub async fn execute(store: &Store, statement: &'static str) {
    sqlx::query(statement).execute(store.pool()).await.unwrap();
}

pub async fn run_state(store: &Store, ticket: &Ticket) -> RunState {
    store.asked_run(ticket.run_id).await.unwrap().unwrap().state
}

/// Makes two accounts one person.
pub async fn link(store: &Store, a: &Actor, b: &Actor) {
    let code = store.new_link_code(a).await.unwrap().unwrap();
    store.enter_link_code(b, &code).await.unwrap();
    store.confirm_link(b).await.unwrap();
    store.confirm_link(a).await.unwrap();
    store.confirm_link(a).await.unwrap();
    let (a, b) = (store.standing(a, None).await.unwrap(), store.standing(b, None).await.unwrap());
    assert_eq!(a.principal, b.principal);
}
