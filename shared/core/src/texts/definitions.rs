//! The words of definitions: what one asks for, and what its card says of it. What is asked for begins with a verb, so
//! that it fits behind "would" and at the beginning of a headline alike.

use super::{capital, number, row_count};
use crate::change::{Definition, Impact, LockHeld, Loss};

/// "create the table shop.returns"
pub fn create(kind: &str, name: &str) -> String {
    format!("create the {kind} {name}")
}

/// "create an index on shop.orders"
pub fn create_index(name: Option<&str>, table: &str, unique: bool) -> String {
    let kind = if unique { "unique index" } else { "index" };
    match name {
        Some(name) => format!("create the {kind} {name} on {table}"),
        None => format!("create {} {kind} on {table}", if unique { "a" } else { "an" }),
    }
}

/// "replace the view shop.open_orders"
pub fn replace(kind: &str, name: &str) -> String {
    format!("create the {kind} {name}, or replace it")
}

/// "drop the table shop.orders and all that depends on it"
pub fn drop(kind: &str, name: &str, cascade: bool) -> String {
    format!("drop the {kind} {name}{}", along(cascade))
}

/// "delete every row of shop.orders"
pub fn truncate(table: &str, restarts: bool) -> String {
    let more = if restarts { " and begin its numbers anew" } else { "" };
    format!("delete every row of {table}{more}")
}

/// "rename the column note of shop.orders to remark"
pub fn rename(what: &str, to: &str) -> String {
    format!("rename {what} to {to}")
}

/// "set the comment of the table shop.orders"
pub fn comment(on: &str, removed: bool) -> String {
    if removed { format!("remove the comment of {on}") } else { format!("set the comment of {on}") }
}

/// "add the value lost to the type shop.status"
pub fn add_value(value: &str, to: &str) -> String {
    format!("add the value {value} to the type {to}")
}

/// "alter the table shop.orders: add the column note, drop the column remark"
pub fn alter(table: &str, steps: &[String]) -> String {
    format!("alter the table {table}: {}", steps.join(", "))
}

/// One step of an ALTER TABLE, of a column or constraint: "drop the column note".
pub fn step(does: &str, kind: &str, name: &str, cascade: bool) -> String {
    let name = if name.is_empty() { "without a name" } else { name };
    format!("{does} the {kind} {name}{}", along(cascade))
}

/// "note of shop.orders"
pub fn part(part: &str, of: &str) -> String {
    format!("{part} of {of}")
}

fn along(cascade: bool) -> &'static str {
    if cascade { " and all that depends on it" } else { "" }
}

/// A definition as a headline.
pub fn headline(definition: &Definition) -> String {
    capital(&definition.what)
}

/// What it does, in a sentence or two.
pub fn effect(definition: &Definition) -> String {
    let mut words = format!("{}.", capital(&definition.what));
    if let Some(why) = &definition.untried {
        words.push_str(&format!(" What it does beside that is not known, since it was not tried out: {why}"));
    }
    if !definition.adds.is_empty() {
        words.push_str(&format!(" New: {}.", super::tickets::listed(&definition.adds, String::clone)));
    }
    words
}

/// What is gone afterwards; none where nothing is.
pub fn drops(definition: &Definition) -> Option<String> {
    let count = definition.drops.len() as u64;
    let names = super::tickets::listed(&definition.drops, String::clone);
    let all = if count == 1 { String::new() } else { format!("{} in all: ", number(count)) };
    (count > 0).then(|| format!("{all}{names}."))
}

/// Data that goes with it; none where none does.
pub fn loses(definition: &Definition) -> Option<String> {
    let one = |loss: &Loss| {
        let more = if loss.rows > Loss::COUNTED { "more than " } else { "" };
        let rows = row_count(loss.rows.min(Loss::COUNTED));
        match &loss.column {
            Some(column) => format!("{more}{rows} of {} have a value in {column}", loss.table),
            None => format!("{more}{rows} of {}", loss.table),
        }
    };
    let words = super::tickets::listed(&definition.loses, one);
    (!definition.loses.is_empty())
        .then(|| format!("{words}. Those that come until it runs are lost as well."))
}

/// Tables that are written anew; none where none is.
pub fn rewrites(definition: &Definition) -> Option<String> {
    let names = super::tickets::listed(&definition.rewrites, String::clone);
    (!definition.rewrites.is_empty()).then(|| {
        format!("Every row of {names} is written anew, and the table is closed to others meanwhile.")
    })
}

/// What it locks, and for how long the dry run did.
pub fn locks(impact: &Impact, definition: &Definition) -> Option<String> {
    let own = impact.lock.as_ref().map(|lock: &LockHeld| {
        let closed =
            if lock.mode == "AccessExclusiveLock" { ": nobody else can read or change it" } else { "" };
        format!("{} on {} for {} ms in the dry run{closed}", lock.mode, impact.table, number(lock.ms))
    });
    let others = definition.locks.iter().map(|(table, mode)| format!("{mode} on {table}"));
    let all: Vec<String> = own.into_iter().chain(others).collect();
    (!all.is_empty()).then(|| format!("{}.", super::tickets::listed(&all, String::clone)))
}

/// It ran.
pub fn result(run: &str) -> String {
    format!("It was done, once (run {run}).")
}

/// All of it is there already.
pub fn nothing_to_define(definition: &Definition) -> String {
    format!("There is nothing to do: to {} would change nothing, so nobody was asked.", definition.what)
}

/// What a dry run of a definition does not say.
pub fn others_may_alter() -> String {
    "Others may alter the same tables before it runs; then you are asked again.".into()
}

/// What a name was given to, is given to a name that does not exist any more.
pub fn settings_keep_names() -> String {
    "What settings and rules say of the old name does not follow to the new one.".into()
}

/// Why it cannot be taken back.
pub fn no_undo() -> String {
    "It changes a definition, and what that throws away is not kept.".into()
}

/// The source's settings do not allow definitions any more.
pub fn not_allowed() -> String {
    "The source's settings do not allow definitions (any more).".into()
}

/// What is missing where the server says that the writing role may not.
pub fn not_owner(source: &str) -> String {
    format!(
        "Only a table's owner may alter it, and whoever creates one needs CREATE on its schema: `rowcall source init \
         --definitions` prints what the role that writes lacks, and `rowcall source doctor {source}` says for which tables."
    )
}

/// With CASCADE nobody knows what goes until it was tried.
pub fn cascade_untried(why: &str) -> String {
    format!("With CASCADE it must be tried out first, so that everybody sees what goes with it. {why}")
}

/// An event trigger runs with every definition.
pub fn event_trigger(name: &str, function: &str) -> String {
    format!(
        "The event trigger {name} calls {function} with it, which nobody vouched for (`trusted_functions` in the \
         source's settings)."
    )
}
