//! Cards of changes in every state: to be read in the snapshots.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Card, Look};
use chrono::{DateTime, TimeDelta, Utc};
use rowcall_core::{
    Actor, Operation, Platform, Room, Value,
    change::{Cascade, CellChange, Decider, LockHeld, Loss, Requirement, RowChange, Trigger, Undo},
};
use rowcall_shared::store::{Decided, Requester, TicketAdvice, TicketVote};
use std::num::NonZeroU8;
use uuid::Uuid;

const LOOK: Look =
    Look { table_width: 44, table_rows: 15, text: 1800, caption: 1200, sql: 1500, file: 1 << 20 };

fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn person(id: &str, name: &str) -> Actor {
    Actor {
        platform: Platform::Discord,
        id: id.into(),
        name: name.into(),
        roles: Vec::new(),
        room: Room { space: Some("5".into()), channel: "6".into(), direct: false },
        seen_at: now(),
    }
}

fn id(n: u128) -> TicketId {
    TicketId(Uuid::from_u128(n))
}

fn changed(key: &str, before: &str, after: &str) -> RowChange {
    let cell = |column: &str, before: &str, after: &str| CellChange {
        column: column.into(),
        before: Some(Value::Text(before.into())),
        after: Some(Value::Text(after.into())),
    };
    RowChange {
        table: "shop.orders".into(),
        key: vec![("id".into(), key.into())],
        cells: vec![cell("customer", "Lee", "Lee"), cell("status", before, after)],
    }
}

/// Ada asked that three orders be shipped; it waits for two approvers.
fn ticket() -> Ticket {
    Ticket {
        id: id(0x1111_aaaa),
        run_id: RunId(Uuid::from_u128(0x2222_bbbb)),
        source: "shop".into(),
        requester: Requester { principal: Uuid::from_u128(1), actor: person("1", "Ada") },
        question: "ship the orders of Lee".into(),
        private: false,
        statement: "UPDATE shop.orders SET status = 'shipped' WHERE customer = 'Lee'".into(),
        params: serde_json::json!([]),
        impact: Impact {
            operation: Operation::Update,
            table: "shop.orders".into(),
            rows: Rows::Exact(3),
            estimate: Some(4),
            cascades: vec![Cascade { table: "shop.order_items".into(), action: "updated".into(), rows: 12 }],
            triggers: vec![Trigger {
                table: "shop.orders".into(),
                name: "stamp".into(),
                function: "shop.touch".into(),
            }],
            at_risk: vec!["orders_status_check".into()],
            sample: vec![changed("17", "new", "shipped"), changed("18", "paid", "shipped")],
            unconditional: false,
            lock: Some(LockHeld { mode: "RowExclusiveLock".into(), ms: 12 }),
            undo: Undo::Possible,
            limits: vec!["now() is another moment when it runs.".into()],
            definition: None,
            fingerprint: Fingerprint([7; 32]),
        },
        risk: Risk::High,
        requirement: Requirement {
            decider: Decider::approvers(NonZeroU8::new(2).unwrap()),
            break_glass: true,
        },
        rule_words: String::new(),
        fingerprint: Fingerprint([7; 32]),
        evidence: None,
        advice: None,
        state: TicketState::Pending,
        revision: 0,
        row_cap: None,
        created_at: now(),
        expires_at: now() + TimeDelta::hours(24),
        decided_at: None,
        decided: None,
        executed_at: None,
        outcome: None,
        result_rows: None,
        replaces: None,
        replaced_by: None,
        undoes: None,
        undone_by: None,
        undo_until: None,
        attempt: 0,
        votes: Vec::new(),
    }
}

fn vote(n: u128, name: &str, kind: VoteKind, comment: Option<&str>) -> TicketVote {
    TicketVote {
        principal: Uuid::from_u128(n),
        actor: person(&n.to_string(), name),
        kind,
        comment: comment.map(str::to_owned),
        row_cap: None,
        at: now(),
    }
}

/// Decided by Bob.
fn decided(state: TicketState, kind: VoteKind, comment: Option<&str>) -> Ticket {
    Ticket {
        state,
        decided_at: Some(now() + TimeDelta::minutes(5)),
        decided: Some(Decided { account: "discord:2".into(), name: "Bob".into() }),
        votes: vec![vote(2, "Bob", kind, comment)],
        ..ticket()
    }
}

fn drawn(ticket: &Ticket) -> Card {
    let thresholds = Thresholds::default();
    card(&sheet(&TicketDrawing { ticket, to_requester: false, thresholds: Some(&thresholds) }), &LOOK)
}

/// A card as a person reads it.
fn read(card: &Card) -> String {
    let mut out = format!("[{:?}] {}\n{}\n", card.tone, card.title.as_deref().unwrap_or(""), card.text);
    for (part, text) in [("rows", &card.table), ("sql", &card.sql)] {
        if let Some(text) = text {
            out.push_str(&format!("--- {part}\n{}\n", text.trim_end()));
        }
    }
    out.push_str("---\n");
    for note in &card.notes {
        out.push_str(&format!("* {note}\n"));
    }
    out.push_str(card.footer.as_deref().unwrap_or(""));
    for action in &card.actions {
        out.push_str(&format!("\n[ {} ]", action.label));
    }
    out
}

macro_rules! snapshot {
    ($name:literal, $ticket:expr) => {
        insta::assert_snapshot!($name, read(&drawn(&$ticket)))
    };
}

#[test]
fn a_change_that_waits() {
    snapshot!("pending", ticket());
    let half = Ticket {
        votes: vec![
            vote(2, "Bob", VoteKind::Approve, None),
            vote(3, "Cleo", VoteKind::AskChange, Some("only those of 2025")),
        ],
        ..ticket()
    };
    snapshot!("pending_with_votes", half);
    let own = Ticket {
        risk: Risk::Low,
        requirement: Requirement { decider: Decider::Requester, break_glass: false },
        replaces: Some(id(0x3333_cccc)),
        ..ticket()
    };
    snapshot!("pending_own", own);
    let advice = TicketAdvice { by: "qwen3".into(), text: "@everyone <b>look</b> at order 18 first.".into() };
    snapshot!("pending_with_advice", Ticket { advice: Some(advice), ..ticket() });
    let sheet = sheet(&TicketDrawing { ticket: &own, to_requester: true, thresholds: None });
    insta::assert_snapshot!("pending_to_requester", read(&card(&sheet, &LOOK)));
}

#[test]
fn an_impact_that_is_not_known_is_said_as_such() {
    let mut unknown = ticket();
    unknown.risk = Risk::Critical;
    unknown.impact.rows =
        Rows::Unknown("the trigger shop.mail could not be tried without sending mail".into());
    unknown.impact.cascades.clear();
    unknown.impact.sample.clear();
    unknown.impact.undo = Undo::Impossible("more than 10,000 rows would have to be kept".into());
    snapshot!("pending_unknown", unknown);
    let approved = Ticket { row_cap: Some(500), ..decided(TicketState::Approved, VoteKind::Approve, None) };
    snapshot!("approved_with_limit", Ticket { impact: unknown.impact.clone(), ..approved });
}

#[test]
fn rows_that_come_or_go_and_whole_tables() {
    let mut delete = ticket();
    delete.impact.operation = Operation::Delete;
    delete.impact.unconditional = true;
    delete.risk = Risk::Critical;
    delete.impact.sample = vec![RowChange {
        table: "shop.orders".into(),
        key: vec![("id".into(), "17".into())],
        cells: (0..8)
            .map(|n| CellChange { column: format!("c{n}"), before: Some(Value::Int(n)), after: None })
            .collect(),
    }];
    snapshot!("pending_delete", delete);
    let mut insert = ticket();
    insert.impact.operation = Operation::Insert;
    insert.impact.rows = Rows::Exact(1);
    insert.impact.cascades.clear();
    insert.risk = Risk::Medium;
    insert.impact.sample = vec![RowChange {
        table: "shop.orders".into(),
        key: Vec::new(),
        cells: vec![CellChange {
            column: "note".into(),
            before: None,
            after: Some(Value::Text("a note that is much too long for a line of forty-four".into())),
        }],
    }];
    snapshot!("pending_insert", insert);
    let undo = Ticket { undoes: Some(id(0x4444_dddd)), ..ticket() };
    snapshot!("pending_undo", undo);
}

/// Ada asked that a table go; a view goes with it.
fn definition() -> Ticket {
    let mut ticket = ticket();
    ticket.question = "DROP TABLE shop.orders CASCADE".into();
    ticket.statement = "DROP TABLE shop.orders CASCADE".into();
    ticket.risk = Risk::Critical;
    ticket.impact = Impact {
        operation: Operation::Ddl,
        rows: Rows::Exact(0),
        estimate: None,
        cascades: Vec::new(),
        triggers: Vec::new(),
        at_risk: Vec::new(),
        sample: Vec::new(),
        lock: Some(LockHeld { mode: "AccessExclusiveLock".into(), ms: 12 }),
        undo: Undo::Impossible(definitions::no_undo()),
        limits: vec![definitions::others_may_alter()],
        definition: Some(Definition {
            what: definitions::drop("table", "shop.orders", true),
            adds: Vec::new(),
            drops: vec![
                "table shop.orders".into(),
                "view shop.open_orders".into(),
                "constraint order_items_order_id_fkey of shop.order_items".into(),
            ],
            loses: vec![Loss { table: "shop.orders".into(), column: None, rows: 1_204 }],
            rewrites: Vec::new(),
            locks: vec![("shop.order_items".into(), "AccessExclusiveLock".into())],
            changes_nothing: false,
            untried: None,
        }),
        ..ticket.impact
    };
    ticket
}

#[test]
fn a_definition_says_what_goes_with_it() {
    snapshot!("definition", definition());
    let with = |statement: &str, change: &dyn Fn(&mut Definition)| {
        let mut ticket = definition();
        ticket.question = statement.into();
        ticket.statement = statement.into();
        change(ticket.impact.definition.as_mut().unwrap());
        ticket
    };
    let sql = "ALTER TABLE shop.orders DROP COLUMN note, ALTER COLUMN total TYPE numeric(12, 2)";
    let altered = with(sql, &|d| {
        let steps = [
            definitions::step("drop", "column", "note", false),
            definitions::step("change the type of", "column", "total", false),
        ];
        d.what = definitions::alter("shop.orders", &steps);
        d.drops = vec!["column note of shop.orders".into()];
        d.loses =
            vec![Loss { table: "shop.orders".into(), column: Some("note".into()), rows: Loss::COUNTED + 1 }];
        d.rewrites = vec!["shop.orders".into()];
        d.locks.clear();
    });
    snapshot!("definition_rewrites", altered);
    let mut untried = with("CREATE INDEX ON shop.orders (total)", &|d| {
        d.what = definitions::create_index(None, "shop.orders", false);
        d.drops.clear();
        d.loses.clear();
        d.locks.clear();
        d.untried = Some("Trying it out took longer than 5 seconds.".into());
    });
    untried.impact.lock = None;
    snapshot!("definition_untried", untried);
    let done = Ticket {
        executed_at: Some(now()),
        result_rows: Some(0),
        state: TicketState::Executed,
        ..definition()
    };
    snapshot!("definition_executed", done);
}

#[test]
fn a_change_on_its_way() {
    snapshot!("approved", decided(TicketState::Approved, VoteKind::Approve, None));
    snapshot!("executing", decided(TicketState::Executing, VoteKind::Approve, None));
    let doubt = Ticket {
        outcome: Some("the connection broke while it was being committed".into()),
        ..decided(TicketState::InDoubt, VoteKind::Approve, None)
    };
    snapshot!("in_doubt", doubt);
    let broken = decided(TicketState::Executing, VoteKind::BreakGlass, Some("the shop is down"));
    snapshot!("broken_glass", broken);
}

#[test]
fn a_change_that_ran() {
    let done = Ticket {
        executed_at: Some(now()),
        result_rows: Some(15),
        undo_until: Some(now() + TimeDelta::days(30)),
        ..decided(TicketState::Executed, VoteKind::Approve, Some("fine"))
    };
    snapshot!("executed", done);
    snapshot!("executed_and_undone", Ticket { undone_by: Some(id(0x5555_eeee)), ..done.clone() });
    snapshot!("executed_for_good", Ticket { undo_until: None, result_rows: None, ..done });
}

#[test]
fn a_change_that_will_not_run_has_no_buttons() {
    snapshot!("rejected", decided(TicketState::Rejected, VoteKind::Reject, Some("they are not paid")));
    snapshot!(
        "cancelled",
        Ticket { votes: Vec::new(), ..decided(TicketState::Cancelled, VoteKind::Approve, None) }
    );
    let failed = Ticket {
        outcome: Some("It breaks the rule orders_status_check.".into()),
        ..decided(TicketState::Failed, VoteKind::Approve, None)
    };
    snapshot!("failed", failed);
    let expired =
        Ticket { state: TicketState::Expired, outcome: Some("Nobody decided in time.".into()), ..ticket() };
    snapshot!("expired", expired);
    let stale = Ticket {
        state: TicketState::Stale,
        outcome: Some("2 of 3 rows changed since.".into()),
        replaced_by: Some(id(0x6666_ffff)),
        ..ticket()
    };
    snapshot!("stale", stale);
    for settled in [TicketState::Rejected, TicketState::Expired, TicketState::Cancelled, TicketState::Stale] {
        assert_eq!(drawn(&Ticket { state: settled, ..ticket() }).actions, []);
    }
}

#[test]
fn whatever_stands_in_a_change_fits_and_does_no_harm() {
    let hostile = "\u{202e}**@everyone** <b>x</b> ```\n`[a](https://evil.example)` ".repeat(60);
    let mut ticket = ticket();
    ticket.question.clone_from(&hostile);
    ticket.statement = hostile.repeat(20);
    ticket.requester.actor.name.clone_from(&hostile);
    ticket.impact.table.clone_from(&hostile);
    ticket.impact.at_risk = vec![hostile.clone(); 9];
    ticket.impact.limits = vec![hostile.clone(); 9];
    ticket.impact.definition = Some(Definition {
        what: hostile.clone(),
        adds: vec![hostile.clone(); 9],
        drops: vec![hostile.clone(); 9],
        loses: vec![Loss { table: hostile.clone(), column: Some(hostile.clone()), rows: 1 }; 9],
        rewrites: vec![hostile.clone(); 9],
        locks: vec![(hostile.clone(), hostile.clone()); 9],
        changes_nothing: false,
        untried: Some(hostile.clone()),
    });
    ticket.impact.sample = vec![changed(&hostile, &hostile, &hostile.repeat(2)); 20];
    ticket.votes = (0..20).map(|n| vote(n, &hostile, VoteKind::AskChange, Some(&hostile))).collect();
    let card = drawn(&ticket);
    let all = read(&card);
    assert!(!all.contains('\u{202e}'), "what turns the reading direction is seen");
    let units = |text: &str| text.encode_utf16().count();
    assert!(units(&card.text) <= 1000 && units(card.sql.as_ref().unwrap()) <= 1100);
    assert!(units(card.table.as_deref().unwrap_or("")) <= 800);
    assert!(units(card.title.as_ref().unwrap()) <= 200 && units(card.footer.as_ref().unwrap()) <= 200);
    assert!(card.text.contains("Rule: ") && card.text.contains("Risk: "), "{}", card.text);
    let labels: Vec<&str> = card.actions.iter().map(|action| action.label.as_str()).collect();
    assert!(labels.contains(&"Whole statement") && labels.contains(&"Rows"), "{labels:?}");
    assert!(card.actions.iter().all(|action| action.press.len() <= 64));
    let picture =
        picture(&sheet(&TicketDrawing { ticket: &ticket, to_requester: false, thresholds: None }).sample);
    assert!(picture.unwrap().png.starts_with(b"\x89PNG"));
}
