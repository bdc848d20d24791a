//! What a person reads about changes before a card stands there, and when none will.

use super::tickets;
use crate::{
    change::{Impact, Rows},
    failure::{Failure, FailureCode},
};

/// The wish of a run that takes a change back, where `asked` is what that change was asked with.
pub fn undo_of(asked: &str) -> String {
    const LONGEST: usize = 300;
    let line = asked.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().take(LONGEST).collect();
    let more = if shown.len() < line.len() { "…" } else { "" };
    format!("Undo: {shown}{more}")
}

/// The source has no writing role.
pub fn read_only(source: &str) -> Failure {
    Failure::new(
        FailureCode::NotSupported,
        format!("The source \"{source}\" can only be read."),
        "It has no role that may write, so nothing was changed.",
        format!(
            "Whoever runs Rowcall can give it one: `rowcall source init --writable SCHEMA.TABLE` makes it, and `rowcall \
             source doctor {source}` says what is missing."
        ),
    )
}

/// The audit log has no key, or another one than this worker.
pub fn no_audit_log() -> Failure {
    Failure::new(
        FailureCode::NotSupported,
        "Changes are not taken here.",
        "Every change is written into the audit log, and this worker has no key for it; nothing was changed.",
        "Whoever runs Rowcall can set ROWCALL_AUDIT_KEY_FILE, the same for every process.",
    )
}

/// A change was wished for, and only a question was understood.
pub fn not_planned() -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        "That sounds like a change to the data, and I could not make out which.",
        "Nothing was changed.",
        "Say what should become what, for example \"set the status of order 17 to shipped\".",
    )
}

/// What is known of a change, without a value of any row but those that its statement names.
pub fn facts(statement: &str, impact: &Impact) -> String {
    let mut facts = vec![format!("Statement: {statement}."), tickets::effect(impact)];
    if impact.unconditional {
        facts.push("It has no WHERE.".to_owned());
    }
    if !impact.triggers.is_empty() {
        facts.push(format!("Triggers: {}", tickets::triggers(&impact.triggers)));
    }
    if !impact.at_risk.is_empty() {
        facts.push(format!("It may fail at: {}", tickets::at_risk(&impact.at_risk)));
    }
    facts.push(format!("Undo: {}", tickets::undo(&impact.undo)));
    facts.join(" ")
}

/// No row would be another one afterwards.
pub fn nothing_to_change(table: &str) -> String {
    format!("No row of {table} would change, so nothing was asked of anybody.")
}

/// Every row was changed by somebody else since.
pub fn nothing_to_undo(why: &[String]) -> Failure {
    let why =
        if why.is_empty() { "All of its rows are as they were before.".to_owned() } else { why.join(" ") };
    Failure::new(
        FailureCode::CannotAnswer,
        "There is nothing left to take back.",
        why,
        "Ask for what should be changed now.",
    )
}

/// The database would refuse it: `why` in plain words.
pub fn would_fail(why: &str) -> Failure {
    Failure::new(
        FailureCode::QueryError,
        "That change would fail.",
        why.to_owned(),
        "It was only tried out and nothing was changed: ask for something that fits the data.",
    )
}

/// A statement that the gate passes and that cannot be taken apart to be measured.
pub fn not_measurable(why: &str) -> Failure {
    Failure::new(
        FailureCode::PolicyRefused,
        "That change cannot be shown before it runs.",
        format!("{}.", super::capital(why.trim_end_matches('.'))),
        "Write it as one plain INSERT, UPDATE or DELETE.",
    )
}

/// It never ran.
pub fn never_ran() -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        "That change cannot be taken back.",
        "It never ran.",
        "Nothing has to be done.",
    )
}

/// Its rows as they were are not kept, or not any more.
pub fn no_image() -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        "That change cannot be taken back.",
        "Its rows as they were before are not kept, or not any more.",
        "Ask for what should be changed now.",
    )
}

/// Somebody takes it back already, or has.
pub fn undone_already() -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        "That change is being taken back already, or has been.",
        "A change is taken back once.",
        "Look at the card of that.",
    )
}

/// The statement of a change was asked for, and nothing else.
pub fn shown() -> String {
    "This is the change that would be asked for; nobody was asked and nothing was run.".into()
}

/// A change waits: what it would do, and whose word it takes. The card says more.
pub fn waits(impact: &Impact, rule: &str) -> String {
    if let Some(definition) = &impact.definition {
        return format!("This would {}. It {rule}; nothing has changed yet.", definition.what);
    }
    format!("This would change {}. It {rule}; nothing has changed yet.", extent(impact))
}

/// "3 rows of shop.orders and 12 rows of shop.order_items"
pub fn extent(impact: &Impact) -> String {
    let own = match impact.rows {
        Rows::Exact(rows) => format!("{} of {}", super::row_count(rows), impact.table),
        Rows::Unknown(_) => format!("an unknown number of rows of {}", impact.table),
    };
    let others = impact.cascades.iter().map(|c| format!("{} of {}", super::row_count(c.rows), c.table));
    std::iter::once(own).chain(others).collect::<Vec<_>>().join(" and ")
}

/// It had run before whoever finds it so could say how.
pub fn had_run() -> String {
    "It had run already; the worker that ran it ended before it could say so.".into()
}

/// The rows to bring back are not kept any more.
pub fn images_gone() -> String {
    "The rows as they were before are not kept any more, so nothing was taken back.".into()
}

/// The worker has no way to the source.
pub fn source_unusable(failure: &Failure) -> String {
    format!("{} {} Nothing was changed.", failure.what, failure.why)
}

/// The gate does not pass the statement any more: tables changed since it was approved.
pub fn not_passed_any_more(why: &str) -> String {
    format!("The tables changed since it was asked for. {why} Nothing was changed.")
}

/// What moved, where no new card can take its place: `then` says why not.
pub fn moved_for_good(moved: &[String], then: &str) -> String {
    format!("{} {then} Nothing was changed.", moved.join(" "))
}

/// A worker ended this ticket and could not say why any more.
pub fn given_up() -> String {
    "An earlier attempt gave it up and ended before it could say why.".into()
}

/// As things are now nothing would change.
pub fn would_change_nothing_now() -> String {
    "As the data is now, nothing would change.".into()
}
