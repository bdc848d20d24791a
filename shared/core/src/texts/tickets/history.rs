//! What happened to a ticket, in the words of its page.

/// Something that the audit log holds of a ticket. `vote` is what was said where it was a vote.
pub fn deed(action: &str, vote: Option<&str>) -> String {
    match (action, vote) {
        ("ticket.opened", _) => "asked for it".to_owned(),
        ("ticket.vote", Some("approve")) => "approved it; more approvals are needed".to_owned(),
        ("ticket.vote", Some("ask_change")) => "asked that it be different".to_owned(),
        ("ticket.approved", _) => "approved it; that was the last approval it needed".to_owned(),
        ("ticket.break_glass", _) => "let it run without its approvals".to_owned(),
        ("ticket.rejected", _) => "rejected it".to_owned(),
        ("ticket.cancelled", _) => "took it back".to_owned(),
        ("ticket.comment", _) => "said".to_owned(),
        ("ticket.executing", _) => "began to run it".to_owned(),
        ("ticket.executed", _) => "ran it".to_owned(),
        ("ticket.failed", _) => "tried to run it; it failed".to_owned(),
        ("ticket.in_doubt", _) => "does not know yet whether it ran".to_owned(),
        ("ticket.stale", _) => "found it out of date".to_owned(),
        ("ticket.withdrawn", _) => "withdrew it".to_owned(),
        ("ticket.expired", _) => "let it expire".to_owned(),
        // A newer version's deed: better its name than nothing.
        (other, _) => other.trim_start_matches("ticket.").replace(['_', '.'], " "),
    }
}
