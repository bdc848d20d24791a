//! What people are told who decide about a change, or want to: alone, and always something.

use super::moment;
use crate::{
    access::Denial,
    change::{Tally, VoteKind, VoteRefusal},
    failure::{Failure, FailureCode},
    texts::chat,
};
use chrono::{DateTime, Utc};

/// A vote was counted.
pub fn counted(kind: VoteKind, tally: Tally) -> String {
    match (kind, tally) {
        (_, Tally::Approved) => "Approved. It runs now, and its card says how it went.".to_owned(),
        (_, Tally::BrokenGlass) => {
            "It runs now, without its approvals. Your name and your reason stand on its card and in the audit log."
                .to_owned()
        }
        (_, Tally::Rejected) => "Rejected. It will not run, and every card says so.".to_owned(),
        (VoteKind::AskChange, Tally::Open { .. }) => {
            "Your remark stands on the card; the change still waits.".to_owned()
        }
        (_, Tally::Open { have, need }) => format!("That counts: {have} of {need} approvals."),
    }
}

/// They said the same before.
pub fn repeated() -> &'static str {
    "You said so already; it counts once."
}

/// It was decided before; `standing` says by whom.
pub fn late(standing: &str, replaced_by: Option<&str>) -> String {
    let newer = replaced_by
        .map(|short| format!(" Its new card is change {short}, below the old one."))
        .unwrap_or_default();
    format!("Too late, this did not count. {standing}{newer}")
}

/// The card is not of the ticket as it stands.
pub fn stale_card() -> Failure {
    Failure::new(
        FailureCode::OldButton,
        "That button is of another card than this change has.",
        "An approval counts for exactly what was looked at.",
        "Open the change anew with /approvals and press there.",
    )
}

/// A vote that does not count, and why. `subject` is the voter's account.
pub fn refused(refusal: VoteRefusal, source: &str, subject: &str, requester: &str) -> Failure {
    let (what, why, try_next) = match refusal {
        VoteRefusal::Denied(action, denial) => return chat::denied(denial, action, Some(source), subject),
        VoteRefusal::OwnChange => (
            "You cannot approve your own change.",
            "Its rule asks for somebody else; all of your linked accounts count as you.".to_owned(),
            "Ask an approver; you can still take it back.".to_owned(),
        ),
        VoteRefusal::OnlyRequester => (
            "You cannot confirm that change.",
            format!("Its rule leaves that to {requester}, who asked for it."),
            "You can say something about it, or reject it if you may.".to_owned(),
        ),
        VoteRefusal::NotRegistered => (
            "Your approval does not count yet.",
            "No administrator has registered your account as a person of its own.".to_owned(),
            format!("Whoever runs Rowcall can: `rowcall access register {subject}`."),
        ),
        VoteRefusal::NoBreakGlass => (
            "That change knows no emergency.",
            "Its rule asks for its approvals in any case.".to_owned(),
            "Ask those who may approve it.".to_owned(),
        ),
    };
    Failure::new(FailureCode::NotAllowed, what, why, try_next)
}

/// Something else than a vote that may not be done with a ticket.
pub fn denied(denial: Denial, action: crate::access::Action, source: &str, subject: &str) -> Failure {
    chat::denied(denial, action, Some(source), subject)
}

/// A vote that needs words.
pub fn needs_comment(kind: VoteKind) -> Failure {
    let what = match kind {
        VoteKind::BreakGlass => "An emergency needs its reason.",
        _ => "That needs a few words.",
    };
    Failure::new(
        FailureCode::EmptyQuestion,
        what,
        "Others read it on the card and in the audit log.",
        "Press the button again and say it.",
    )
}

/// A vote that needs a number.
pub fn needs_row_cap() -> Failure {
    Failure::new(
        FailureCode::EmptyQuestion,
        "That needs the most rows that may be touched.",
        "Nobody knows how many it would be, so whoever approves it sets a limit.",
        "Press the button again and begin with a number, such as 500.",
    )
}

/// The change was taken back.
pub fn cancelled() -> &'static str {
    "Taken back. It will not run, and every card says so."
}

/// A remark was added.
pub fn commented() -> &'static str {
    "Your remark is with the change; everybody who opens it reads it."
}

/// A remark without words.
pub fn empty_comment() -> Failure {
    Failure::new(
        FailureCode::EmptyQuestion,
        "There were no words in that remark.",
        "It was empty, or only white space.",
        "Press the button again and say something.",
    )
}

/// A change that can still be decided cannot be undone, and so on.
pub fn not_undoable(why: NotUndoable<'_>) -> Failure {
    let (why, try_next) = match why {
        NotUndoable::NotExecuted => (
            "It has not run, so there is nothing to take back.".to_owned(),
            "Take the change itself back as long as it waits.".to_owned(),
        ),
        NotUndoable::NoImage => (
            "The rows as they were are not kept (any more).".to_owned(),
            "Ask for a change that puts them right.".to_owned(),
        ),
        NotUndoable::Already(short) => (
            format!("Change {short} takes it back already, or has."),
            "Look at that one with /approvals, or in the console.".to_owned(),
        ),
    };
    Failure::new(FailureCode::NotAllowed, "That change cannot be undone.", why, try_next)
}

/// Why a change cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUndoable<'a> {
    /// It never ran.
    NotExecuted,
    /// The rows as they were are not kept.
    NoImage,
    /// This change takes it back.
    Already(&'a str),
}

/// Changes cannot be decided about in this installation.
pub fn no_audit_key() -> Failure {
    Failure::new(
        FailureCode::NotSupported,
        "Nothing can be decided about changes here.",
        "This process has no key for the audit log, and no decision goes unwritten.",
        "Whoever runs Rowcall sets ROWCALL_AUDIT_KEY, the same for all of its processes.",
    )
}

/// A form took too long to be opened.
pub fn form_too_late() -> &'static str {
    "That took too long to open. Press the button once more."
}

/// The forms: above the field, beside it, and how it is asked for in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormWords {
    /// Above the form.
    pub title: &'static str,
    /// Beside the field.
    pub label: &'static str,
    /// Where a form is a message that asks for a reply.
    pub prompt: &'static str,
}

/// What is asked of a vote. `cap`: the most rows as well.
pub fn form_of_vote(kind: VoteKind, cap: bool) -> FormWords {
    let (title, label, prompt) = match (kind, cap) {
        (VoteKind::Approve, _) => (
            "Approve with a limit",
            "Most rows it may touch",
            "Reply to this message with the most rows that it may touch, such as 500.",
        ),
        (VoteKind::Reject, _) => (
            "Reject the change",
            "Why not?",
            "Reply to this message with the reason; it stands on the card. A dash (-) rejects without one.",
        ),
        (VoteKind::AskChange, _) => (
            "Ask for another change",
            "What should be different?",
            "Reply to this message with what should be different. The change goes on waiting.",
        ),
        (VoteKind::BreakGlass, false) => (
            "Run it without its approvals",
            "What is the emergency?",
            "Reply to this message with the emergency. It runs at once; your name and reason stand on the card.",
        ),
        (VoteKind::BreakGlass, true) => (
            "Run it without its approvals",
            "Most rows, then what the emergency is",
            "Reply to this message with the most rows that it may touch and then the emergency: 500 the shop is down.",
        ),
    };
    FormWords { title, label, prompt }
}

/// What is asked of a remark.
pub fn form_of_comment() -> FormWords {
    FormWords {
        title: "Say something about the change",
        label: "Your remark",
        prompt: "Reply to this message with your remark.",
    }
}

/// The inbox is empty.
pub fn nothing_waits() -> &'static str {
    "No change waits for your decision here."
}

/// A line of the inbox.
pub fn inbox_line(headline: &str, requester: &str, source: &str, risk: &str, until: DateTime<Utc>) -> String {
    format!("{headline} · {risk} risk · {source}\nasked for by {requester}, until {}", moment(until))
}

/// Which change a button of the inbox opens.
pub fn open_label(number: usize, table: &str) -> String {
    format!("{number}: {table}")
}

/// A change that cannot be looked at any more.
pub fn gone() -> Failure {
    Failure::new(
        FailureCode::OldButton,
        "There is no such change.",
        "It was removed, or the button was made up.",
        "/approvals lists what waits for you.",
    )
}
