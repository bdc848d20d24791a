//! Changes as a worker opens and runs them, for tests of every front end.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use rowcall_core::{
    Fingerprint, Impact, Operation, Reply, RunState, TicketId, Value,
    change::{CellChange, ChangeRules, RowChange, Rows, Undo},
};
use rowcall_shared::{
    Store,
    audit::AuditKey,
    store::{Ending, Lease, NewTicket, OpenOutcome, Permit, Settlement, TakeOutcome, Ticket},
};
use serde_json::json;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

pub const LEASE: Duration = Duration::from_secs(30);
/// How old a platform's word on roles may be.
pub const OLDEST: Duration = Duration::from_secs(3600);

pub fn key() -> Option<AuditKey> {
    Some(AuditKey::new("a key of thirty-two characters...").unwrap())
}

/// An update that touches that many orders, of which two are shown.
pub fn change(rows: u64) -> NewTicket {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut fingerprint = [7; 32];
    fingerprint[..8].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let cell = |column: &str, before: &str, after: &str| CellChange {
        column: column.into(),
        before: Some(Value::Text(before.into())),
        after: Some(Value::Text(after.into())),
    };
    let row = |id: &str| RowChange {
        table: "shop.orders".into(),
        key: vec![("id".into(), id.into())],
        cells: vec![cell("customer", "Lee", "Lee"), cell("status", "new", "shipped")],
    };
    NewTicket {
        statement: "UPDATE shop.orders SET status = 'shipped' WHERE customer = 'Lee'".into(),
        params: json!([]),
        impact: Impact {
            operation: Operation::Update,
            table: "shop.orders".into(),
            rows: Rows::Exact(rows),
            estimate: Some(rows),
            cascades: Vec::new(),
            triggers: Vec::new(),
            at_risk: Vec::new(),
            sample: vec![row("17"), row("18")],
            unconditional: false,
            lock: None,
            undo: Undo::Possible,
            limits: Vec::new(),
            definition: None,
            fingerprint: Fingerprint(fingerprint),
        },
        evidence: None,
        undoes: None,
        advice: None,
    }
}

/// The same where nobody knows how many rows it touches.
pub fn unmeasured() -> NewTicket {
    let mut new = change(0);
    new.impact.rows = Rows::Unknown("a trigger could not be tried".into());
    new
}

/// Opens a ticket for the run that a worker holds.
pub async fn open(store: &Store, lease: &Lease, new: &NewTicket) -> Ticket {
    let reply = Reply::words(lease.run_id, RunState::WaitingApproval, "It waits for a decision.");
    let ending = Ending { reply, plan: None, steps: Vec::new() };
    opened(store.open_ticket(lease, new, |_| ending).await.unwrap())
}

/// Puts another in a ticket's place.
pub async fn replace(store: &Store, ticket: &Ticket, new: &NewTicket) -> Ticket {
    let why = "2 of 3 rows changed since.";
    opened(store.replace_ticket(ticket.id, ticket.fingerprint, why, new).await.unwrap())
}

fn opened(outcome: OpenOutcome) -> Ticket {
    match outcome {
        OpenOutcome::Opened(ticket) => *ticket,
        other => panic!("{other:?}"),
    }
}

pub async fn permit(store: &Store, id: TicketId) -> Permit {
    match store.take_ticket(id, LEASE, OLDEST).await.unwrap() {
        TakeOutcome::Run(permit) => *permit,
        other => panic!("{other:?}"),
    }
}

/// Runs an approved ticket, as a worker would.
pub async fn execute(store: &Store, id: TicketId, rows: u64) {
    let permit = permit(store, id).await;
    assert!(store.keep_undo_image(&permit, Some((b"rows", rows))).await.unwrap());
    let how = Settlement::Executed { rows: Some(rows), note: None };
    assert!(store.settle_ticket(&permit, &how).await.unwrap());
}

pub async fn set_rules(store: &Store, rules: serde_json::Value) {
    let rules: ChangeRules = serde_json::from_value(rules).unwrap();
    assert!(store.set_change_rules("shop", &rules).await.unwrap());
}

/// Rules by which every change needs that many approvers.
pub fn approvers(count: u8) -> serde_json::Value {
    json!({ "rules": [{ "decider": { "approvers": { "count": count } }, "break_glass": true }] })
}

/// Ids of eight and of more hex digits hidden: those of runs and tickets, short and whole.
fn without_ids(word: &str) -> String {
    word.split_inclusive(|c: char| !c.is_ascii_hexdigit())
        .map(|part| {
            let end = part.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
            if end.len() == 8 || end.len() > 20 { part.replace(end, "########") } else { part.to_owned() }
        })
        .collect()
}

/// A transcript without what differs from run to run: ids, and moments.
pub fn redact(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut words: Vec<String> = Vec::new();
        for word in line.split(' ') {
            let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            words.push(without_ids(word));
            if bare == "UTC" && words.len() >= 5 {
                // "22 Nov 2026, 11:47 UTC"
                let tail = word.trim_start_matches("UTC").to_owned();
                words.truncate(words.len() - 5);
                words.push(format!("MOMENT{tail}"));
            }
        }
        out.push_str(&words.join(" "));
        out.push('\n');
    }
    out
}
