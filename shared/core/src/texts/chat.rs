//! What chats say besides answers: refusals, notes after a press, lists.

use super::row_count;
use crate::{
    access::{Action, Denial, Role},
    failure::{Failure, FailureCode},
    state::RunState,
};

/// Something may not be done. `subject` is the asker's account, by which a role is granted.
pub fn denied(denial: Denial, action: Action, source: Option<&str>, subject: &str) -> Failure {
    let of = source.map(|s| format!(" of \"{s}\"")).unwrap_or_default();
    let what = match action {
        Action::Ask => format!("You may not ask questions{of} here."),
        Action::RunSql => format!("You may not use SQL{of} here."),
        Action::Define => format!("You may not define words{of} here."),
        Action::SeeResult => "You may not see that answer.".to_owned(),
        Action::SeeSql => "You may not see the SQL of that answer.".to_owned(),
        Action::Export => "You may not take that answer's rows away as a file.".to_owned(),
        Action::Steer => "You may not do that with this question.".to_owned(),
        Action::ChangeSettings => "You may not change what holds for everyone here.".to_owned(),
        Action::ManageAccess => "You may not manage access.".to_owned(),
        Action::ManageDeliveries => "You may not see or resend deliveries.".to_owned(),
        Action::RequestChange => format!("You may not ask for changes{of} here."),
        Action::SeeTicket => "You may not see that change.".to_owned(),
        Action::DecideTicket => format!("You may not decide about changes{of} here."),
        Action::CancelTicket => "You may not take that change back.".to_owned(),
        Action::BreakGlass => "You may not let that change run without its approvals.".to_owned(),
        Action::UndoChange => format!("You may not ask to undo changes{of} here."),
        Action::SeeAudit => "You may not see the audit log.".to_owned(),
    };
    let (why, try_next) = match denial {
        Denial::NeedsRole(roles) => {
            let names = either(roles);
            let role = roles.first().copied().unwrap_or(Role::Admin);
            let scope = source.map(|s| format!(" --source {s}")).unwrap_or_default();
            (
                format!("That needs the role {names}, which you do not have here."),
                format!(
                    "Whoever runs Rowcall can give it to you: `rowcall access grant {role} --person {subject}{scope}`."
                ),
            )
        }
        Denial::BoundElsewhere => (
            "This source may only be asked from the places it is bound to.".to_owned(),
            "Ask in one of those places; /sources lists what may be asked from here.".to_owned(),
        ),
        Denial::NotYours => (
            "Only the person who asked may do that.".to_owned(),
            match is_of_ticket(action) {
                true => "Tell them, or decide about it if you may.".to_owned(),
                false => "Ask the question yourself with /ask.".to_owned(),
            },
        ),
        Denial::OtherPlace if is_of_ticket(action) => (
            "The change was asked for in another place.".to_owned(),
            "Go there, or use the message that shows it.".to_owned(),
        ),
        Denial::OtherPlace => (
            "The question was asked in another place.".to_owned(),
            "Go there, or ask the question here with /ask.".to_owned(),
        ),
        Denial::NotApplicable => {
            ("That makes no sense here.".to_owned(), "Use a button of a newer message.".to_owned())
        }
    };
    Failure::new(FailureCode::NotAllowed, what, why, try_next)
}

fn is_of_ticket(action: Action) -> bool {
    matches!(
        action,
        Action::RequestChange
            | Action::SeeTicket
            | Action::DecideTicket
            | Action::CancelTicket
            | Action::BreakGlass
            | Action::UndoChange
    )
}

fn either(roles: &[Role]) -> String {
    if roles.len() == Role::ALL.len() {
        return "viewer, or any other".to_owned();
    }
    let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Who asked too much, and in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// The person, within a minute.
    PersonMinute,
    /// The person, within a day.
    PersonDay,
    /// The server or chat, within a minute.
    PlaceMinute,
    /// The server or chat, within a day.
    PlaceDay,
}

/// A quota is used up.
pub fn over_quota(quota: Quota, asked: i64, limit: i64) -> Failure {
    let (who, time, wait) = match quota {
        Quota::PersonMinute => ("You", "minute", "about a minute"),
        Quota::PersonDay => ("You", "24 hours", "a few hours"),
        Quota::PlaceMinute => ("People here", "minute", "about a minute"),
        Quota::PlaceDay => ("People here", "24 hours", "a few hours"),
    };
    let questions = if asked == 1 { "question" } else { "questions" };
    Failure::new(
        FailureCode::TooManyQuestions,
        format!("{who} asked {asked} {questions} in the last {time}."),
        format!("At most {limit} are taken, so that everyone gets their turn."),
        format!("Try again in {wait}."),
    )
}

/// Too many questions wait.
pub fn queue_full() -> Failure {
    Failure::new(
        FailureCode::QueueFull,
        "Too many questions are waiting right now.",
        "The queue is full, so this one was not taken.",
        "Ask again in a few minutes.",
    )
}

/// A button nobody knows.
pub fn old_button() -> Failure {
    Failure::new(
        FailureCode::OldButton,
        "That button is from an older message.",
        "What it belongs to is not kept any more, or this version does not know it.",
        "Ask the question again.",
    )
}

/// A button of a run that works.
pub fn still_working() -> String {
    "That question is still being worked on; the answer appears in its message.".into()
}

/// A button of a question back that was answered.
pub fn already_answered() -> String {
    "That was answered already; what follows is in a newer message.".into()
}

/// Stop, too late.
pub fn already_ended() -> String {
    "It has ended already; there is nothing to stop.".into()
}

/// Stop, in time.
pub fn stopping() -> String {
    "Stopping it.".into()
}

/// Thumb up or down was kept.
pub fn thanks(up: bool) -> String {
    if up { "Thanks!" } else { "Thanks. Correct the question or the SQL if you know how it should be." }
        .into()
}

/// Nothing to put into a file.
pub fn no_rows_to_export() -> String {
    "That answer has no rows to put into a file.".into()
}

/// A file of rows; fewer than there are when `all` is false.
pub fn file_of_rows(rows: u64, all: bool) -> String {
    let counted = row_count(rows);
    if all { format!("{counted} as CSV.") } else { format!("The first {counted} as CSV; there are more.") }
}

/// What a step does, while it does it.
pub fn step(name: &str) -> &'static str {
    match name {
        "understand" => "Reading the question …",
        "plan" => "Looking for it in the tables …",
        "check" => "Checking the SQL …",
        "execute" => "Asking the database …",
        "render" => "Drawing the answer …",
        _ => "Working …",
    }
}

/// What a planner is at, in its own few words.
pub fn at(what: &str) -> String {
    let mut letters = what.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{} …", letters.as_str())
}

/// Who planned an answer, and how sure they were (0 to 1).
pub fn planned_by(planner: &str, confidence: Option<f32>) -> String {
    match confidence {
        Some(sure) => format!("{planner}, {:.0} % sure", sure.clamp(0.0, 1.0) * 100.0),
        None => planner.to_owned(),
    }
}

/// Nothing happened yet.
pub fn waiting() -> &'static str {
    "Waiting for its turn …"
}

/// An attempt failed.
pub fn retrying(after_ms: u64) -> String {
    format!("That did not work; trying again in {} s …", after_ms.div_ceil(1000).max(1))
}

/// The rest of a text that was cut.
pub fn rest_elsewhere() -> &'static str {
    "The text is cut here; all of it is in the console."
}

/// Columns left out.
pub fn more_columns(count: usize) -> String {
    format!("{count} more {}: in the CSV.", if count == 1 { "column" } else { "columns" })
}

/// Rows on this page.
pub fn page(first: usize, last: usize, total: &str) -> String {
    if first == last {
        format!("Row {first} of {total}.")
    } else {
        format!("Rows {first}–{last} of {total}.")
    }
}

/// Rows that no page holds; whether a file holds them.
pub fn rest_elsewhere_than_here(kept: usize, has_file: bool) -> String {
    let rest = if has_file { "the CSV has more" } else { "the rest was not kept" };
    format!("Only the first {} can be looked at here; {rest}.", row_count(kept as u64))
}

/// More remarks than are shown.
pub fn more_notes(count: usize) -> String {
    format!("And {count} more, in the console.")
}

/// A state in a word or two.
pub fn state(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "waiting",
        RunState::Running => "working",
        RunState::WaitingClarification => "asked back",
        RunState::WaitingApproval => "waiting for approval",
        RunState::Succeeded => "answered",
        RunState::Refused => "refused",
        RunState::Failed => "failed",
        RunState::Cancelled => "stopped",
        RunState::Expired => "expired",
    }
}

/// How long ago, for people.
pub fn ago(seconds: i64) -> String {
    let (n, unit) = match seconds {
        s if s < 60 => return "just now".into(),
        s if s < 3600 => (s / 60, "min"),
        s if s < 86_400 => (s / 3600, "h"),
        s => (s / 86_400, if s < 172_800 { "day" } else { "days" }),
    };
    format!("{n} {unit} ago")
}

/// How to ask.
pub fn how_to_ask() -> &'static str {
    "Ask in plain English: /ask, a mention, or a direct message. Follow-ups such as \"and by month?\" go on from there.\n\
     /sql SELECT … runs a statement, /sql show … only shows the SQL of a question.\n\
     Nothing is changed before somebody approves it on its card; /approvals lists the changes that wait for you.\n\
     Buttons under an answer turn pages, show the SQL or give the rows as a file. /sources says what can be asked.\n\
     For example: how many orders were placed last month? · revenue by country · top 10 customers by orders"
}

/// How a form asks where it is a message to be replied to.
pub fn form_prompt(what: &str) -> String {
    format!("Reply to this message with the {what} as it should be. Tap what it was to copy it:")
}

/// No source may be asked.
pub fn no_sources(subject: &str) -> String {
    format!(
        "There is nothing you may ask from here. Whoever runs Rowcall can change that: `rowcall access grant viewer --person {subject}`."
    )
}

/// No run to list.
pub fn no_runs() -> &'static str {
    "You asked nothing here yet. Try /ask."
}

/// An unknown command, and the one that was probably meant.
pub fn unknown_command(name: &str, near: Option<&str>) -> String {
    let hint = near.map(|n| format!(" Did you mean /{n}?")).unwrap_or_default();
    format!("There is no command /{name}.{hint} /help says what there is.")
}

/// A new code to link another account.
pub fn link_code(code: &str) -> String {
    format!(
        "Your code is {code}. On your other account, send me /link {code} and confirm there; then come back and press \
         Confirm here. It is valid for ten minutes, once. Never give it to anybody else."
    )
}

/// Too many codes were asked for.
pub fn link_too_many_codes() -> &'static str {
    "You asked for too many codes. Try again in an hour."
}

/// A code that fits: this account asked for it.
pub fn link_found(platform: &str, name: &str) -> String {
    format!(
        "That code was asked for by {name} on {platform}. If that is you, press Confirm: the two accounts then count as one \
         person. If it is not, press Cancel."
    )
}

/// A code that nobody asked for, or that was used.
pub fn link_unknown() -> &'static str {
    "That code is not open. Check its letters, or ask for a new one with /link on your other account."
}

/// Too late.
pub fn link_expired() -> &'static str {
    "That code is too old. Ask for a new one with /link."
}

/// The code was entered where it was asked for.
pub fn link_own() -> &'static str {
    "You asked for that code with this very account. Enter it on your other one."
}

/// Nothing to do.
pub fn link_already() -> &'static str {
    "These two accounts are linked already."
}

/// Too many wrong codes.
pub fn link_too_many(seconds: u64) -> String {
    format!("Too many wrong codes. Try again in {} min.", seconds.div_ceil(60).max(1))
}

/// Nothing is open.
pub fn link_nothing() -> &'static str {
    "There is nothing to confirm. Begin with /link."
}

/// The other side is missing.
pub fn link_not_entered() -> &'static str {
    "The code has not been entered and confirmed on your other account yet. Do that first, then press Confirm again."
}

/// The account that entered the code, to be confirmed.
pub fn link_look(platform: &str, name: &str) -> String {
    format!(
        "{name} on {platform} entered your code. If that is you, press Confirm once more; if not, press Cancel."
    )
}

/// The other side must confirm.
pub fn link_other_side(platform: &str, name: &str) -> String {
    format!("Confirmed here. Now press Confirm as {name} on {platform}.")
}

/// Done.
pub fn linked(platform: &str, name: &str) -> String {
    format!("Linked: this account and {name} on {platform} are one person now.")
}

/// Called off.
pub fn link_cancelled(was_open: bool) -> &'static str {
    if was_open { "Called off; nothing was linked." } else { "There was nothing to call off." }
}

/// No dead letter.
pub fn no_dead_letters() -> &'static str {
    "Every answer arrived; there is nothing to send again."
}

/// A dead letter is tried again, or was settled meanwhile.
pub fn resent(done: bool) -> &'static str {
    if done { "It will be sent again." } else { "It is not waiting to be sent again any more." }
}

/// Where answers go.
pub fn private_setting(private: bool) -> &'static str {
    if private {
        "Your answers: for you alone."
    } else {
        "Your answers: for everyone in the place where you ask."
    }
}

/// How settings are changed.
pub fn how_to_change_settings(threads: bool) -> String {
    let threads = if threads { ", /settings threads on (or off)" } else { "" };
    format!("Change them with /settings source NAME (or default){threads}, /settings private on (or off).")
}
