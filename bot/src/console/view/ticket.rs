//! A change: its card, the forms by which it is decided, and its history. The same card stands in a conversation, where
//! the change was asked for, and on a page of its own.

use super::{
    answer,
    layout::{self, Page, Tab},
    words,
};
use crate::console::session::Visitor;
use maud::{Markup, html};
use rowcall_core::{
    Failure, Platform, TicketId, TicketState, VoteKind,
    texts::tickets::{self as texts, decide, history},
};
use rowcall_format::values::{visible, visible_lines};
use rowcall_frontend::{
    TicketDeed,
    ticket::{SampleCell, SampleKind, SampleRow, TicketSheet, Weight},
};
use rowcall_shared::store::HistoryEntry;
use uuid::Uuid;

/// A change as a visitor sees it.
pub struct Shown {
    /// What there is to be known.
    pub sheet: TicketSheet,
    /// What they could say of it.
    pub words: Vec<Word>,
    /// They may take it back.
    pub may_cancel: bool,
    /// They may ask that it be undone.
    pub may_undo: bool,
    /// The change that takes it back.
    pub undone_by: Option<TicketId>,
    /// The change that it takes back.
    pub undoes: Option<TicketId>,
    /// The change that took its place.
    pub replaced_by: Option<TicketId>,
    /// The change whose place it took.
    pub replaces: Option<TicketId>,
}

/// Something that can be said of a change.
pub struct Word {
    /// What.
    pub kind: VoteKind,
    /// Why it would not count.
    pub refusal: Option<Failure>,
}

/// What a visitor is told above a change.
pub enum Note<'a> {
    /// Words.
    Words(&'a str),
    /// Why something was not done.
    Refusal(&'a Failure),
}

/// Its page.
pub fn page(visitor: &Visitor, shown: &Shown, history: &[HistoryEntry], told: Option<Note<'_>>) -> Markup {
    let sheet = &shown.sheet;
    layout::document(&Page {
        title: &format!("Change {}", sheet.id.short()),
        tab: Tab::Approvals,
        visitor: Some(visitor),
        reloads: moves(sheet.state),
        class: "wide",
        main: html! {
            div.capsule {
                p.crumbs {
                    a href="/approvals" { "Approvals" } " / change " (sheet.id.short())
                    " · " a href={ "/runs/" (sheet.run) } { "run " (sheet.run.short()) }
                }
                @match told {
                    Some(Note::Words(text)) => div.rejected role="alert" { p { (visible_lines(text)) } },
                    Some(Note::Refusal(failure)) => div.rejected role="alert" { (layout::failure(failure)) },
                    None => {}
                }
                h1 { (sheet.headline) }
                section.panel { (card(shown, &visitor.csrf, None)) }
                (what_happened(history))
            }
        },
    })
}

/// Its card. `back` is where the forms return to, if not to its page.
pub fn card(shown: &Shown, csrf: &str, back: Option<&str>) -> Markup {
    let sheet = &shown.sheet;
    html! {
        div.ticket data-reload[moves(sheet.state)] {
            p.ticket-head {
                (state(sheet.state)) " " span.risk.{ "is-" (sheet.risk.as_str()) } { (sheet.risk) " risk" }
                @if back.is_some() { " " strong { a href={ "/tickets/" (sheet.id) } { (sheet.headline) } } }
            }
            dl.ticket-facts {
                @for fact in &sheet.facts {
                    div.is-loud[fact.weight == Weight::Loud] { dt { (fact.label) } dd { (fact.text) } }
                }
            }
            (relatives(shown))
            (sample(&sheet.sample, sheet.sample_rest.as_deref()))
            (answer::statement(&sheet.statement))
            @if !sheet.notes.is_empty() {
                div.assumptions {
                    h3 { "What the dry run does not show" }
                    ul { @for note in &sheet.notes { li { (note) } } }
                }
            }
            (forms(shown, csrf, back))
        }
    }
}

/// Something happens to it soon, by itself.
pub fn moves(state: TicketState) -> bool {
    matches!(state, TicketState::Approved | TicketState::Executing | TicketState::InDoubt)
}

/// A state with its colour.
pub fn state(state: TicketState) -> Markup {
    html! { span.state.{ "is-" (state.as_str()) } { (texts::state(state)) } }
}

fn relatives(shown: &Shown) -> Markup {
    let links = [
        ("See the change that takes its place", shown.replaced_by),
        ("See the change whose place it takes", shown.replaces),
        ("See the change that it takes back", shown.undoes),
        ("See the change that takes it back", shown.undone_by),
    ];
    html! {
        @for (words, id) in links {
            @if let Some(id) = id { p { a href={ "/tickets/" (id) } { (words) } } }
        }
    }
}

fn sample(rows: &[SampleRow], rest: Option<&str>) -> Markup {
    let Some(first) = rows.first() else { return html! {} };
    // What changes is seen without scrolling sideways.
    let alike = || rows.iter().filter(|row| row.table == first.table);
    let changes = |at: usize| alike().any(|row| row.cells.get(at).is_some_and(|cell| cell.changed));
    let (mut order, rest_of): (Vec<usize>, Vec<usize>) = (0..first.cells.len()).partition(|at| changes(*at));
    order.extend(rest_of);
    let ordered = |row: &'_ SampleRow| -> Vec<SampleCell> {
        if row.table != first.table || row.cells.len() != order.len() {
            return row.cells.clone();
        }
        order.iter().filter_map(|at| row.cells.get(*at).cloned()).collect()
    };
    html! {
        div.table-frame tabindex="0" role="region" aria-label="Rows before and after" {
            table.sample {
                thead { tr {
                    th scope="col" { "Row" }
                    @for cell in ordered(first) { th scope="col" { (cell.column) } }
                } }
                tbody {
                    @for row in rows {
                        tr.{ "is-" (kind_word(row.kind)) } {
                            th scope="row" {
                                @if let Some(table) = &row.table { (table) " " }
                                (row.key) span.visually-hidden { ", " (kind_word(row.kind)) }
                            }
                            // Rows of another table have other columns: each names its own.
                            @let named = row.table != first.table;
                            @for cell in ordered(row) { td { (value(&cell, named)) } }
                        }
                    }
                }
            }
        }
        @if let Some(rest) = rest { p.hint { (rest) } }
    }
}

fn value(cell: &SampleCell, named: bool) -> Markup {
    html! {
        @if named { span.column { (cell.column) } " " }
        @match (&cell.before, &cell.after) {
            (Some(before), Some(_)) if !cell.changed => (before),
            (before, after) => {
                @if let Some(before) = before { del { (before) } }
                @if before.is_some() && after.is_some() { " " }
                @if let Some(after) = after { ins { (after) } }
            }
        }
    }
}

fn kind_word(kind: SampleKind) -> &'static str {
    match kind {
        SampleKind::Added => "added",
        SampleKind::Deleted => "deleted",
        SampleKind::Changed => "changed",
    }
}

/// What can be done with it, by this visitor.
fn forms(shown: &Shown, csrf: &str, back: Option<&str>) -> Markup {
    let sheet = &shown.sheet;
    let has = |deed| sheet.deeds.contains(&deed);
    let word = |kind| shown.words.iter().find(|word| word.kind == kind);
    let may = |kind| word(kind).is_some_and(|word| word.refusal.is_none());
    let form = Form { sheet, csrf, back };
    html! {
        @if !sheet.deeds.is_empty() {
            div.deeds role="group" aria-label="What can be done" {
                @if has(TicketDeed::Approve) {
                    @match word(VoteKind::Approve).and_then(|word| word.refusal.as_ref()) {
                        None => (form.approve()),
                        Some(why) => p.hint.why-not { (layout::with_code(&why.what)) " " (layout::with_code(&why.why)) " " (layout::with_code(&why.try_next)) },
                    }
                }
                @if has(TicketDeed::Reject) && may(VoteKind::Reject) { (form.vote(VoteKind::Reject, "Reject", false)) }
                @if has(TicketDeed::AskChange) && may(VoteKind::AskChange) {
                    (form.vote(VoteKind::AskChange, "Ask for a change", true))
                }
                @if has(TicketDeed::BreakGlass) && may(VoteKind::BreakGlass) {
                    (form.vote(VoteKind::BreakGlass, "Emergency", true))
                }
                @if has(TicketDeed::Comment) { (form.comment()) }
                @if has(TicketDeed::Cancel) && shown.may_cancel { (form.plain("cancel", "Take back", "")) }
                @if has(TicketDeed::Undo) && shown.may_undo { (form.plain("undo", "Undo", "danger")) }
            }
        }
    }
}

struct Form<'a> {
    sheet: &'a TicketSheet,
    csrf: &'a str,
    back: Option<&'a str>,
}

impl Form<'_> {
    fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="csrf" value=(self.csrf);
            @if let Some(back) = self.back { input type="hidden" name="back" value=(back); }
        }
    }

    fn action(&self, what: &str) -> String {
        format!("/tickets/{}/{what}", self.sheet.id)
    }

    fn of_vote(&self, kind: VoteKind) -> Markup {
        html! {
            (self.hidden())
            input type="hidden" name="kind" value=(kind.as_str());
            input type="hidden" name="mark" value=(hex::encode(self.sheet.fingerprint.mark().0));
        }
    }

    fn approve(&self) -> Markup {
        html! {
            form.deed method="post" action=(self.action("vote")) {
                (self.of_vote(VoteKind::Approve))
                @if self.sheet.needs_cap { (self.cap(VoteKind::Approve)) }
                button.primary type="submit" { (self.sheet.approve_label) }
            }
        }
    }

    fn cap(&self, kind: VoteKind) -> Markup {
        let id = format!("cap-{}-{}", kind.as_str(), self.sheet.id.short());
        html! {
            label for=(id) { "Most rows it may touch" }
            input id=(id) type="number" name="row_cap" min="0" required inputmode="numeric";
        }
    }

    fn vote(&self, kind: VoteKind, label: &str, required: bool) -> Markup {
        let words = decide::form_of_vote(kind, false);
        let id = format!("{}-{}", kind.as_str(), self.sheet.id.short());
        let danger = matches!(kind, VoteKind::Reject | VoteKind::BreakGlass);
        html! {
            details.deed {
                summary.button.quiet { (label) }
                form method="post" action=(self.action("vote")) {
                    (self.of_vote(kind))
                    @if kind == VoteKind::BreakGlass && self.sheet.needs_cap { (self.cap(kind)) }
                    label for=(id) { (words.label) }
                    textarea id=(id) name="comment" rows="2" maxlength="2000" required[required] {}
                    button.danger[danger] type="submit" { (words.title) }
                }
            }
        }
    }

    fn comment(&self) -> Markup {
        let words = decide::form_of_comment();
        let id = format!("comment-{}", self.sheet.id.short());
        html! {
            details.deed {
                summary.button.quiet { "Comment" }
                form method="post" action=(self.action("comment")) {
                    (self.hidden())
                    label for=(id) { (words.label) }
                    textarea id=(id) name="comment" rows="2" maxlength="2000" required {}
                    button type="submit" { "Send" }
                }
            }
        }
    }

    fn plain(&self, what: &str, label: &str, class: &str) -> Markup {
        html! {
            form.deed method="post" action=(self.action(what)) {
                (self.hidden())
                input type="hidden" name="once" value=(Uuid::new_v4());
                button.quiet.(class) type="submit" { (label) }
            }
        }
    }
}

/// An account of the console or the command line: where it spoke from goes without saying.
fn is_local(account: &str) -> bool {
    [Platform::Console, Platform::Cli]
        .iter()
        .any(|platform| account.strip_prefix(platform.as_str()).is_some_and(|rest| rest.starts_with(':')))
}

fn what_happened(entries: &[HistoryEntry]) -> Markup {
    html! {
        section.panel #history {
            h2 { "What happened" }
            ol.history {
                @for entry in entries {
                    @let vote = entry.details.get("vote").and_then(|vote| vote.as_str());
                    li {
                        p {
                            strong { (visible(entry.name.as_deref().unwrap_or(&entry.account))) }
                            " " (history::deed(&entry.action, vote))
                            @if let Some(from) = entry.from.as_ref().filter(|_| !is_local(&entry.account)) {
                                " from " span.mono { (visible(from)) }
                            }
                            @if entry.name.is_some() { " " span.hint { (visible(&entry.account)) } }
                            " " span.hint { (words::moment(entry.at)) }
                        }
                        @if let Some(comment) = &entry.comment { blockquote { (visible_lines(comment)) } }
                        @else if let Some(outcome) = entry.details.get("outcome").and_then(|o| o.as_str()) {
                            blockquote { (visible_lines(outcome)) }
                        }
                    }
                }
            }
        }
    }
}
