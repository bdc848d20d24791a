//! A run with everything that is kept of it: enough to see what happened without a log.

use super::{
    Known, answer,
    layout::{self, Page, Tab},
    ticket,
    words::{self, is_working},
};
use crate::console::session::Visitor;
use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};
use rowcall_core::StepState;
use rowcall_format::values;
use rowcall_shared::store::{Capsule, StepView};

/// Rows shown: as many as a reply keeps.
const ROWS: usize = 10_000;
/// Bytes shown of a step's input or output.
const JSON: usize = 16 * 1024;

/// The page.
pub fn page(visitor: &Visitor, capsule: &Capsule, known: &Known) -> Markup {
    let run = &capsule.run;
    let working = capsule.reply.is_none() && is_working(run.state);
    layout::document(&Page {
        title: &format!("Run {}", run.id.short()),
        tab: Tab::Runs,
        visitor: Some(visitor),
        reloads: working || known.tickets.values().any(|shown| ticket::moves(shown.sheet.state)),
        class: "wide",
        main: html! {
            div.capsule data-run-page=(run.id) data-waits[working] {
                p.crumbs {
                    a href="/runs" { "Runs" } " / " (run.id.short())
                    @if let Some(key) = &known.conversation {
                        " · " a href={ "/c/" (key) "#run-" (run.id) } { "Open the conversation" }
                    }
                }
                h1.capsule-question { (values::visible_lines(&run.question)) }
                p.capsule-state {
                    (words::state(run.state))
                    @if let Some(code) = &run.failure_code { " " code { (code) } }
                    @if working && capsule.cancel_requested { " " span.hint { "Stopping…" } }
                }
                @if working { (answer::stop(run.id, &visitor.csrf)) }
                (facts(capsule))
                @if let Some(shown) = capsule.reply.as_ref().and_then(|r| r.ticket).and_then(|id| known.tickets.get(&id)) {
                    section.panel {
                        h2 { "Change" }
                        (ticket::card(shown, &visitor.csrf, Some(&format!("/runs/{}", run.id))))
                    }
                }
                section.panel {
                    h2 { "Steps" }
                    (steps(capsule))
                }
                @if let Some(reply) = &capsule.reply {
                    section.panel {
                        h2 { "Reply" }
                        (answer::body(reply, known, ROWS))
                        p.facts { (answer::facts(reply, ROWS)) }
                        @if !reply.files.is_empty() {
                            div.actions { @for file in &reply.files { (answer::download(file)) } }
                        }
                        @if !reply.assumptions.is_empty() {
                            div.assumptions {
                                h3 { "Assumed" }
                                ul { @for a in &reply.assumptions { li { (values::visible_lines(a)) } } }
                            }
                        }
                        @if let Some(explanation) = &reply.explanation {
                            h3 { "Plan" }
                            p { (values::visible_lines(explanation)) }
                        }
                    }
                }
                @if let Some(sql) = &capsule.sql {
                    section.panel { h2 { "Statement" } (answer::statement(sql)) }
                }
            }
        },
    })
}

fn facts(capsule: &Capsule) -> Markup {
    let run = &capsule.run;
    html! {
        dl.facts-list {
            div { dt { "Run" } dd.mono { (run.id) } }
            div { dt { "Source" } dd { (run.source) } }
            div { dt { "Asked" } dd { (words::moment(run.created_at)) " by " (run.asker) " on " (run.platform) } }
            @if let Some(end) = run.finished_at {
                div { dt { "Took" } dd { (words::duration(end - run.created_at)) } }
            }
            div { dt { "Attempts" } dd { (run.attempt) } }
            @if let Some(planner) = &run.planner { div { dt { "Planner" } dd { (planner) } } }
            @if let Some(rows) = run.row_count {
                div { dt { "Rows" } dd { (values::group(&rows.to_string())) } }
            }
            div { dt { "Delivery" } dd { (delivery(capsule.delivery.as_deref())) } }
            @if let Some(error) = &capsule.last_error {
                div.wide-fact { dt { "Last error" } dd { (values::visible_lines(error)) } }
            }
        }
    }
}

fn delivery(state: Option<&str>) -> &str {
    match state {
        None => "nothing to deliver yet",
        Some("pending") => "waiting to be delivered",
        Some("delivering") => "being delivered",
        Some("delivered") => "delivered",
        Some("dead") => "dead letter: given up after its attempts",
        Some(other) => other,
    }
}

fn steps(capsule: &Capsule) -> Markup {
    if capsule.steps.is_empty() {
        return html! { p.hint { "No step has been done yet." } };
    }
    // Another machine's clock may be behind the store's.
    let start = capsule.steps.iter().map(|s| s.started_at).fold(capsule.run.created_at, std::cmp::min);
    let last = capsule.steps.iter().map(|s| s.finished_at).max().unwrap_or(start);
    let whole = Span { start, length: last.max(capsule.run.finished_at.unwrap_or(last)) - start };
    let several = capsule.steps.iter().any(|s| s.attempt != capsule.steps[0].attempt);
    let mut attempt = None;
    html! {
        ol.waterfall {
            @for step in &capsule.steps {
                @if several && attempt.replace(step.attempt) != Some(step.attempt) {
                    li.attempt { "Attempt " (step.attempt) }
                }
                (one_step(step, whole))
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Span {
    start: DateTime<Utc>,
    length: TimeDelta,
}

fn one_step(step: &StepView, whole: Span) -> Markup {
    let word = match step.state {
        StepState::Completed => "completed",
        StepState::Ended => "ended the run",
        StepState::Failed => "failed",
    };
    html! {
        li.step.{ "is-" (step.state.as_str()) } {
            details {
                summary {
                    span.step-name { (step.name) span.visually-hidden { ", " (word) } }
                    (bar(step, whole))
                    span.step-time { (words::duration(step.finished_at - step.started_at)) }
                }
                div.step-inside {
                    p.hint {
                        "Step " (step.position + 1) ", " (word) ", began "
                        (words::duration(step.started_at - whole.start)) " after the question"
                    }
                    @if let Some(error) = &step.error { p.error { (values::visible_lines(error)) } }
                    @if let Some(input) = &step.input { h3 { "Input" } (json(input)) }
                    @if let Some(output) = &step.output { h3 { "Output" } (json(output)) }
                    @if step.input.is_none() && step.output.is_none() && step.error.is_none() {
                        p.hint { "Nothing more is kept of it." }
                    }
                }
            }
        }
    }
}

/// Where in the run's time a step lies: drawn, since a style attribute is not allowed by the page's own policy.
fn bar(step: &StepView, whole: Span) -> Markup {
    let share = |span: TimeDelta| {
        let whole = whole.length.num_microseconds().unwrap_or(1).max(1) as f64;
        (span.num_microseconds().unwrap_or(0) as f64 / whole * 1000.0).clamp(0.0, 1000.0)
    };
    let width = share(step.finished_at - step.started_at).max(4.0);
    let x = share(step.started_at - whole.start).min(1000.0 - width);
    html! {
        svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.bar-track x="0" y="4" width="1000" height="2" {}
            rect.bar-fill x=(format!("{x:.1}")) y="0" width=(format!("{width:.1}")) height="10" rx="3" {}
        }
    }
}

fn json(value: &serde_json::Value) -> Markup {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let end = text.floor_char_boundary(JSON);
    html! {
        pre.json tabindex="0" { code { (values::visible_lines(&text[..end])) } }
        @if end < text.len() {
            p.hint { "The rest is not shown: " (words::counted((text.len() - end) as u64, "byte", "bytes")) " more." }
        }
    }
}
