//! The words of a change that waits for a decision: what its card says. What people are told who decide is in
//! [`decide`].

pub mod decide;
pub mod history;

use super::{definitions, number, row_count};
use crate::change::{
    Cascade, Decider, Impact, LockHeld, Operation, Requirement, Risk, Rows, Thresholds, TicketState, Trigger,
    Undo,
};
use chrono::{DateTime, Utc};

/// Names that are listed before the rest is counted.
const LISTED: usize = 4;

/// A moment, the same for everybody who looks at a card.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// What is asked for, in the fewest words: "Change 3 rows of shop.orders".
pub fn headline(impact: &Impact) -> String {
    if let Some(definition) = &impact.definition {
        return definitions::headline(definition);
    }
    let rows = match &impact.rows {
        Rows::Exact(rows) => row_count(*rows),
        Rows::Unknown(_) => "an unknown number of rows".to_owned(),
    };
    let table = &impact.table;
    match impact.operation {
        Operation::Insert => format!("Add {rows} to {table}"),
        Operation::Update | Operation::DataModifyingCte => format!("Change {rows} of {table}"),
        Operation::Delete => format!("Delete {rows} of {table}"),
        Operation::Merge => format!("Add, change or delete {rows} of {table}"),
        Operation::Ddl => format!("Change the definition of {table}"),
    }
}

/// The same for a change that takes another one back.
pub fn undo_headline(impact: &Impact) -> String {
    format!("Undo: {}", headline(impact))
}

/// A state in a word or two.
pub fn state(state: TicketState) -> &'static str {
    match state {
        TicketState::Pending => "waits for approval",
        TicketState::Approved => "approved",
        TicketState::Executing => "running",
        TicketState::InDoubt => "outcome not known yet",
        TicketState::Executed => "done",
        TicketState::Failed => "failed",
        TicketState::Rejected => "rejected",
        TicketState::Expired => "expired",
        TicketState::Cancelled => "taken back",
        TicketState::Stale => "out of date",
    }
}

/// Rows of all tables, with what goes along.
pub fn effect(impact: &Impact) -> String {
    if let Some(definition) = &impact.definition {
        return definitions::effect(definition);
    }
    let done = match impact.operation {
        Operation::Insert => "added",
        Operation::Update | Operation::DataModifyingCte => "changed",
        Operation::Delete => "deleted",
        Operation::Merge => "added, changed or deleted",
        Operation::Ddl => return format!("The definition of {} is changed.", impact.table),
    };
    let (table, to_or_of) = (&impact.table, if impact.operation == Operation::Insert { "to" } else { "of" });
    let mut words = match &impact.rows {
        Rows::Exact(rows) => {
            let be = if *rows == 1 { "is" } else { "are" };
            match impact.operation {
                Operation::Insert => format!("{} {be} added {to_or_of} {table}", row_count(*rows)),
                _ => format!("{} {to_or_of} {table} {be} {done}", row_count(*rows)),
            }
        }
        Rows::Unknown(why) => {
            let estimate = impact.estimate.map(|n| format!(" The database expects about {}.", row_count(n)));
            return format!(
                "Nobody knows how many rows of {table} are {done}: {}{} Whoever approves it sets the most that may be.",
                sentence(why),
                estimate.unwrap_or_default()
            );
        }
    };
    if impact.unconditional && impact.operation != Operation::Insert {
        words.push_str(" (it has no condition: every row is meant)");
    }
    if !impact.cascades.is_empty() {
        words.push_str(&format!("; along with that, {}", cascades(&impact.cascades)));
    }
    words.push('.');
    words
}

fn cascades(cascades: &[Cascade]) -> String {
    listed(cascades, |cascade| {
        let be = if cascade.rows == 1 { "is" } else { "are" };
        format!("{} of {} {be} {}", row_count(cascade.rows), cascade.table, cascade.action)
    })
}

/// How much of a risk it is, and what makes it one. Without thresholds only what can be told from the change itself.
pub fn risk(risk: Risk, impact: &Impact, thresholds: Option<&Thresholds>) -> String {
    let touched = || std::iter::once(&impact.table).chain(impact.cascades.iter().map(|c| &c.table));
    let critical = thresholds.and_then(|t| touched().find(|table| t.critical_tables.contains(table)));
    let why = match (impact.total_rows(), critical) {
        (None, _) => "the number of rows is not known".to_owned(),
        (_, Some(table)) => format!("every change of {table} is"),
        _ if impact.operation == Operation::Ddl => "it changes a definition".to_owned(),
        _ if impact.unconditional && impact.operation != Operation::Insert => {
            "it has no condition".to_owned()
        }
        (Some(rows), None) => {
            let all = if impact.cascades.is_empty() { "" } else { " in all" };
            let more = thresholds.is_some_and(|t| t.classify(impact, 0) != risk);
            let more = if more { ", with what the same person changed there within the hour" } else { "" };
            format!("{}{all}{more}", row_count(rows))
        }
    };
    format!("{risk} ({why}).")
}

/// Who decides, as everybody reads it.
pub fn rule(requirement: &Requirement, requester: &str, you: bool) -> String {
    let words = requirement.in_words(you, &[]);
    // A name says more than "whoever asked for it", and says the same to everybody.
    let words = if you { words } else { words.replace("whoever asked for it", requester) };
    format!("{}.", capital(&words))
}

/// How far the yeses are.
pub fn progress(have: usize, need: u8) -> String {
    format!("{have} of {need} so far")
}

/// Until when it can be decided.
pub fn until(at: DateTime<Utc>) -> String {
    format!("Until {}; then it expires.", moment(at))
}

/// Whether it can be taken back afterwards.
pub fn undo(undo: &Undo) -> String {
    match undo {
        Undo::Possible => "It can be undone afterwards.".to_owned(),
        Undo::Impossible(why) => format!("It cannot be undone: {}", sentence(why)),
    }
}

/// Until when it can still be taken back.
pub fn undo_until(at: DateTime<Utc>) -> String {
    format!("It can be undone until {}.", moment(at))
}

/// Triggers that fire.
pub fn triggers(triggers: &[Trigger]) -> String {
    listed(triggers, |t| format!("{} on {} (calls {})", t.name, t.table, t.function)) + "."
}

/// Constraints it may break.
pub fn at_risk(constraints: &[String]) -> String {
    listed(constraints, |c| c.trim_end_matches('.').to_owned()) + "."
}

/// The lock of the dry run.
pub fn lock(lock: &LockHeld) -> String {
    format!("{} for {} ms in the dry run.", lock.mode, number(lock.ms))
}

/// The most rows it may touch, as those who approved it said.
pub fn row_cap(cap: u64) -> String {
    format!("At most {} may be touched; which ones is not bound.", row_count(cap))
}

/// Rows of the sample that are not shown.
pub fn sample_rest(shown: usize, all: u64) -> String {
    format!("{} of {} shown.", number(shown as u64), row_count(all))
}

/// How a change stands that nobody need decide any more. `by` is whose word it was, `at` when; `alone` says that they
/// let it run without the approvals it needs.
pub fn standing(state: TicketState, alone: bool, by: Option<&str>, at: Option<DateTime<Utc>>) -> String {
    let approved = if alone { "Let run" } else { "Approved" };
    let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
    let at = at.map(|at| format!(", {}", moment(at))).unwrap_or_default();
    match state {
        TicketState::Pending => "It waits for a decision.".to_owned(),
        TicketState::Approved => format!("{approved}{by}{at}. It runs next."),
        TicketState::Executing => format!("{approved}{by}{at}. It is running."),
        TicketState::InDoubt => {
            format!("{approved}{by}{at}. Whether it ran is not known yet; it is being found out.")
        }
        TicketState::Executed => format!("{approved}{by}{at}, and done."),
        TicketState::Failed => format!("{approved}{by}{at}, but it failed. Nothing was changed."),
        TicketState::Rejected => format!("Rejected{by}{at}. Nothing was changed."),
        TicketState::Expired => "Expired. Nothing was changed.".to_owned(),
        TicketState::Cancelled => format!("Taken back{by}{at}. Nothing was changed."),
        TicketState::Stale => "Out of date. Nothing was changed.".to_owned(),
    }
}

/// Somebody let it run alone.
pub fn broken_glass(by: &str, reason: &str) -> String {
    format!("{by} let it run without the approvals it needs, because: {}", sentence(reason))
}

/// What it did.
pub fn result(rows: Option<u64>, run: &str) -> String {
    match rows {
        Some(rows) => {
            format!("{} {} changed (run {run}).", row_count(rows), if rows == 1 { "was" } else { "were" })
        }
        None => format!("It ran, once; how many rows it changed is not known (run {run})."),
    }
}

/// Which change takes its place.
pub fn replaced_by(short: &str) -> String {
    format!("Change {short} takes its place and needs approvals of its own.")
}

/// Which change's place it takes.
pub fn replaces(short: &str) -> String {
    format!("It takes the place of change {short}, for which things had moved.")
}

/// What a model said of a change.
pub fn advice(said: &str, model: &str) -> String {
    format!("{said} ({model}; it decides nothing and can be wrong)")
}

/// Which change it takes back.
pub fn undoes(short: &str) -> String {
    format!("It takes change {short} back.")
}

/// Which change takes it back, or waits to.
pub fn undone_by(short: &str) -> String {
    format!("Change {short} takes it back, or waits to.")
}

/// A card that is just being posted.
pub fn coming() -> &'static str {
    "A change was asked for; its card comes in a moment."
}

/// Below a card that has waited for long.
pub fn reminder(headline: &str, source: &str, until: DateTime<Utc>) -> String {
    format!("This still waits for a decision: {headline} ({source}). It expires {}.", moment(until))
}

/// What a button says that lets a change run.
pub fn approve_label(decider: Decider) -> &'static str {
    match decider {
        Decider::Requester => "Confirm",
        Decider::Approvers { .. } => "Approve",
    }
}

/// As a sentence with its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', '…']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

pub(super) fn listed<T>(all: &[T], one: impl Fn(&T) -> String) -> String {
    let mut names: Vec<String> = all.iter().take(LISTED).map(one).collect();
    if all.len() > LISTED {
        names.push(format!("and {} more", all.len() - LISTED));
    }
    names.join(", ")
}
