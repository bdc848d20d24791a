//! The inbox: changes that wait for the visitor, and all others.

use super::{
    layout::{self, Page, Tab},
    ticket, words,
};
use crate::console::session::Visitor;
use maud::{Markup, html};
use rowcall_core::{TicketState, texts::tickets as texts};
use rowcall_format::values::{self, visible, visible_lines};
use rowcall_shared::store::TicketLine;

/// States one can ask for; the others are rare and found among all.
const FILTERS: [TicketState; 5] = [
    TicketState::Pending,
    TicketState::Executed,
    TicketState::Rejected,
    TicketState::Failed,
    TicketState::Expired,
];

/// The page.
pub fn page(
    visitor: &Visitor,
    waiting: &[TicketLine],
    all: &[TicketLine],
    state: Option<TicketState>,
    is_later_page: bool,
    has_more: bool,
) -> Markup {
    let address = |state: Option<TicketState>| match state {
        Some(state) => format!("/approvals?state={state}"),
        None => "/approvals".to_owned(),
    };
    let here = |is: bool| is.then_some("page");
    layout::document(&Page {
        title: "Approvals",
        tab: Tab::Approvals,
        visitor: Some(visitor),
        reloads: false,
        class: "wide",
        main: html! {
            h1 { "Approvals" }
            @if state.is_none() && !is_later_page {
                section.waiting {
                    h2 { "Waiting for you" }
                    @if waiting.is_empty() { p.hint { "No change waits for your decision." } }
                    @else { (table(waiting)) }
                }
                h2 { "All changes" }
            }
            nav.filters aria-label="State" {
                a href="/approvals" aria-current=[here(state.is_none())] { "All" }
                @for one in FILTERS {
                    a href=(address(Some(one))) aria-current=[here(state == Some(one))] { (texts::state(one)) }
                }
            }
            @if all.is_empty() {
                section.empty {
                    @if is_later_page { p { "There are no older changes." } }
                    @else { p { "There is no such change." } }
                }
            } @else { (table(all)) }
            @if is_later_page || has_more {
                nav.paging aria-label="Pages of changes" {
                    @if is_later_page { a.button.quiet href=(address(state)) { "Newest" } }
                    @if let Some(last) = all.last() && has_more {
                        a.button.quiet rel="next" href={
                            "/approvals?" @if let Some(state) = state { "state=" (state) "&" } "before=" (last.id)
                        } { "Older" }
                    }
                }
            }
        },
    })
}

fn table(lines: &[TicketLine]) -> Markup {
    html! {
        table.runs {
            thead { tr {
                th scope="col" { "Change" } th scope="col" { "State" } th scope="col" { "Risk" }
                th scope="col" .number { "Rows" } th scope="col" { "Asked" } th scope="col" { "Expires" }
            } }
            tbody { @for line in lines { (one(line)) } }
        }
    }
}

fn one(line: &TicketLine) -> Markup {
    let rows = line.rows.map_or_else(|| "unknown".to_owned(), |n| values::group(&n.to_string()));
    html! {
        tr {
            td.run-question {
                a href={ "/tickets/" (line.id) } { (visible_lines(&line.question)) }
                " " span.attempts { (visible(&line.requester)) ", " (visible(&line.table)) " in " (visible(&line.source)) }
            }
            td { (ticket::state(line.state)) }
            td data-label="Risk" { span.risk.{ "is-" (line.risk.as_str()) } { (line.risk) } }
            td.number data-label="Rows" { (rows) }
            td data-label="Asked" { (words::moment(line.created_at)) }
            td data-label="Expires" {
                @if line.state == TicketState::Pending { (words::moment(line.expires_at)) } @else { "–" }
            }
        }
    }
}
