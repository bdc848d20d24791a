//! A question with its answer, or with what is known of it so far.

use super::{
    Known, layout, table, ticket,
    words::{self, is_working, milliseconds},
};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use rowcall_core::{ArtifactRef, Reply, RunId, RunState, TicketState, texts::chat};
use rowcall_format::values;
use uuid::Uuid;

/// Rows shown in a conversation; the run's page shows all that are kept.
const ROWS: usize = 50;

/// One question.
pub struct Turn<'a> {
    /// Its run.
    pub run_id: RunId,
    /// What was asked.
    pub question: &'a str,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// Where the run stands.
    pub state: RunState,
    /// The answer.
    pub reply: Option<&'a Reply>,
}

/// A question and its answer, as they stand in a conversation.
pub fn turn(turn: &Turn<'_>, known: &Known, csrf: &str) -> Markup {
    let waits = turn.reply.is_none() && is_working(turn.state);
    html! {
        article.turn id={ "run-" (turn.run_id) } data-run=(turn.run_id) data-waits[waits] {
            div.question {
                h2.visually-hidden { "Question" }
                p { (values::visible_lines(turn.question)) }
                span.asked { (words::moment(turn.asked_at)) }
            }
            div.answer {
                h2.visually-hidden { "Answer" }
                @match turn.reply {
                    Some(reply) => (answer(reply, known, csrf)),
                    None if waits => (working(turn, csrf)),
                    None => p { "This run ended without an answer; " (run_link(turn.run_id)) " says more." },
                }
            }
        }
    }
}

/// An answer, short enough for a conversation.
fn answer(reply: &Reply, known: &Known, csrf: &str) -> Markup {
    let shown = reply.ticket.and_then(|id| known.tickets.get(&id));
    // "Nothing has changed yet" is true only as long as it waits; from then on the card says what became of it.
    let waits = shown.is_none_or(|shown| shown.sheet.state == TicketState::Pending);
    html! {
        @if waits { (body(reply, known, ROWS)) }
        @if let Some(shown) = shown {
            // The statement and what was assumed stand on the card.
            (ticket::card(shown, csrf, Some(&back(reply, known))))
        } @else { (how(reply)) }
        div.actions {
            @for file in &reply.files { (download(file)) }
            span.facts { (facts(reply, ROWS)) " · " (run_link(reply.run_id)) }
        }
        @if !reply.buttons.is_empty() {
            div.suggestions role="group" aria-label="Ask next" {
                @for button in &reply.buttons {
                    (suggestion(&button.label, &button.text, known.conversation.as_deref(), csrf))
                }
            }
        }
    }
}

/// Where the forms under a change return to.
fn back(reply: &Reply, known: &Known) -> String {
    match &known.conversation {
        Some(key) => format!("/c/{key}#run-{}", reply.run_id),
        None => format!("/runs/{}", reply.run_id),
    }
}

/// What an answer says: words, number, chart, rows, or what went wrong.
pub fn body(reply: &Reply, known: &Known, limit: usize) -> Markup {
    html! {
        @if let Some(failure) = &reply.failure {
            div.outcome.{ "is-" (reply.state.as_str()) } { (layout::failure(failure)) }
        } @else if !reply.text.is_empty() {
            p.lead { (values::visible_lines(&reply.text)) }
        }
        @if let Some(chart) = &reply.chart { (picture(chart, known)) }
        @if let Some(rows) = &reply.table { (table::table(&rows.rows, limit)) }
    }
}

/// How the answer came about: the plan, what was assumed, the statement.
pub fn how(reply: &Reply) -> Markup {
    html! {
        @if !reply.assumptions.is_empty() {
            div.assumptions {
                h3 { "Assumed" }
                ul { @for assumption in &reply.assumptions { li { (values::visible_lines(assumption)) } } }
            }
        }
        @if reply.sql.is_some() || reply.explanation.is_some() {
            details.how {
                summary { "How this was answered" }
                @if let Some(explanation) = &reply.explanation { p { (values::visible_lines(explanation)) } }
                @if let Some(sql) = &reply.sql { (statement(sql)) }
            }
        }
    }
}

/// A statement with its copy button.
pub fn statement(sql: &str) -> Markup {
    html! {
        div.sql {
            button.copy.quiet.needs-script type="button" data-copy { "Copy SQL" }
            pre tabindex="0" aria-label="SQL" { code { (values::visible_lines(sql)) } }
        }
    }
}

/// Row count, time and planner.
pub fn facts(reply: &Reply, limit: usize) -> Markup {
    html! {
        @if let Some(rows) = &reply.table { (table::count(&rows.rows, limit)) " · " }
        (milliseconds(reply.ms))
        @if let Some(planner) = &reply.planner {
            " · "
            @let who = match planner.as_str() {
                "offline" => "planned offline".to_owned(),
                "sql" => "own SQL".to_owned(),
                "confirmed" => "a confirmed answer".to_owned(),
                "chosen" => "a chosen reading".to_owned(),
                model => format!("planned by {model}"),
            };
            (chat::planned_by(&who, reply.confidence))
        }
    }
}

/// A file to save.
pub fn download(file: &ArtifactRef) -> Markup {
    html! {
        a.button.quiet href={ "/artifacts/" (file.id) } download=(file.name) {
            "Download " (file.kind.as_str().to_uppercase()) span.size { (size(file.bytes)) }
        }
    }
}

/// A question that one press asks.
pub fn suggestion(label: &str, text: &str, conversation: Option<&str>, csrf: &str) -> Markup {
    html! {
        form.suggestion method="post" action="/ask" {
            input type="hidden" name="csrf" value=(csrf);
            input type="hidden" name="once" value=(Uuid::new_v4());
            input type="hidden" name="question" value=(text);
            @if let Some(key) = conversation { input type="hidden" name="conversation" value=(key); }
            button type="submit" { (values::visible(label)) }
        }
    }
}

/// The button that stops a run.
pub fn stop(run: RunId, csrf: &str) -> Markup {
    html! {
        form.stop method="post" action={ "/runs/" (run) "/cancel" } {
            input type="hidden" name="csrf" value=(csrf);
            button.quiet type="submit" { "Stop" }
        }
    }
}

fn working(turn: &Turn<'_>, csrf: &str) -> Markup {
    html! {
        div.working {
            p.now { span.pulse aria-hidden="true" {} span data-now { "Waiting for a worker" } }
            ol.steps data-steps {}
            div.actions { (stop(turn.run_id, csrf)) span.facts { (run_link(turn.run_id)) } }
            noscript { p.hint { "This page reloads until the answer is there." } }
        }
    }
}

fn picture(chart: &ArtifactRef, known: &Known) -> Markup {
    let size = known.pictures.get(&chart.id);
    let address = format!("/artifacts/{}", chart.id);
    html! {
        figure.chart {
            a href=(address) {
                // Pictures have twice the density of the page.
                img src=(address) alt=(chart.alt) loading="lazy" decoding="async"
                    width=[size.map(|(w, _)| w.div_ceil(2))] height=[size.map(|(_, h)| h.div_ceil(2))];
            }
        }
    }
}

fn run_link(run: RunId) -> Markup {
    html! { a.run-link href={ "/runs/" (run) } { "run " (run.short()) } }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}
