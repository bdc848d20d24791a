//! The list of runs.

use super::{
    layout::{self, Page, Tab},
    words::{self, is_working},
};
use crate::console::session::Visitor;
use maud::{Markup, html};
use rowcall_core::RunState;
use rowcall_format::values;
use rowcall_shared::store::RunSummary;

/// States one can ask for; the others are rare and found among all.
const FILTERS: [RunState; 6] = [
    RunState::Running,
    RunState::Queued,
    RunState::Succeeded,
    RunState::Refused,
    RunState::Failed,
    RunState::Cancelled,
];

/// The page.
pub fn page(
    visitor: &Visitor,
    runs: &[RunSummary],
    state: Option<RunState>,
    is_later_page: bool,
    has_more: bool,
) -> Markup {
    let address = |state: Option<RunState>| match state {
        Some(state) => format!("/runs?state={state}"),
        None => "/runs".to_owned(),
    };
    let here = |is: bool| is.then_some("page");
    layout::document(&Page {
        title: "Runs",
        tab: Tab::Runs,
        visitor: Some(visitor),
        reloads: false,
        class: "wide",
        main: html! {
            h1 { "Runs" }
            nav.filters aria-label="State" {
                a href="/runs" aria-current=[here(state.is_none())] { "All" }
                @for one in FILTERS {
                    a href=(address(Some(one))) aria-current=[here(state == Some(one))] { (words::state_word(one)) }
                }
            }
            @if runs.is_empty() {
                section.empty {
                    @if is_later_page { p { "There are no older runs." } }
                    @else if let Some(state) = state { p { "No run is in the state “" (words::state_word(state)) "”." } }
                    @else {
                        p { "Nothing has been asked yet." }
                        p { a.button href="/" { "Ask the first question" } }
                    }
                }
            } @else {
                table.runs {
                    thead { tr {
                        th scope="col" { "Question" } th scope="col" { "State" } th scope="col" { "Source" }
                        th scope="col" .number { "Rows" } th scope="col" .number { "Took" } th scope="col" { "Asked" }
                    } }
                    tbody { @for run in runs { (line(run)) } }
                }
            }
            @if is_later_page || has_more {
                nav.paging aria-label="Pages of runs" {
                    @if is_later_page { a.button.quiet href=(address(state)) { "Newest" } }
                    @if let Some(last) = runs.last() && has_more {
                        a.button.quiet rel="next" href={
                            "/runs?" @if let Some(state) = state { "state=" (state) "&" } "before=" (last.id)
                        } { "Older" }
                    }
                }
            }
        },
    })
}

fn line(run: &RunSummary) -> Markup {
    let took = run.finished_at.map(|end| words::duration(end - run.created_at));
    let rows = run.row_count.map(|n| values::group(&n.to_string()));
    html! {
        tr {
            td.run-question { a href={ "/runs/" (run.id) } { (values::visible_lines(&shortened(&run.question))) } }
            td { (words::state(run.state)) @if run.attempt > 1 { " " span.attempts { "attempt " (run.attempt) } } }
            td data-label="Source" { (run.source) }
            td.number data-label="Rows" { (rows.as_deref().unwrap_or("–")) }
            td.number data-label="Took" {
                @match &took { Some(took) => (took), None if is_working(run.state) => "…", None => "–" }
            }
            td data-label="Asked" { (words::moment(run.created_at)) }
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
