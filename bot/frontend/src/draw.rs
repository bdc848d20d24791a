//! A reply as a card: which parts are shown, how much of each, and which buttons make sense. A plain function on
//! values; what has to be fetched is handed in.

mod actions;
pub(crate) mod fit;
mod rows;

use crate::{Card, Look, Picture, Shape, Tone, View};
use fit::{cut, cut_for, units};
use rowcall_core::{ArtifactKind, Ask, Failure, Reply, RunId, RunState, texts::chat as texts};
use rowcall_format::values::visible_lines;
use rows::Rows;

/// Remarks shown; the rest is counted.
const NOTES: usize = 3;
/// Longest question above an answer, and longest remark.
const TITLE: usize = 200;
const NOTE: usize = 240;

/// What a card is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// The reply.
    pub reply: &'a Reply,
    /// What was asked.
    pub question: &'a str,
    /// What was wanted of it.
    pub ask: Ask,
    /// The source asked, where it is known.
    pub source: Option<&'a str>,
    /// How it is looked at.
    pub view: View,
    /// What the platform's message holds.
    pub look: &'a Look,
}

/// The reply as a card. `chart` is the reply's picture, for views that [show it](wants_chart).
pub fn card(drawing: &Drawing<'_>, chart: Option<Picture>) -> Card {
    let Drawing { reply, look, view, .. } = *drawing;
    let has_file = reply.files.iter().any(|f| f.kind == ArtifactKind::Csv);
    let rows = match (&reply.table, &chart) {
        (Some(table), None) => rows::rows(&table.rows, view, look, has_file),
        _ => Rows::default(),
    };
    let picture = chart.or(rows.picture);
    let mut card = Card {
        tone: tone(reply.state),
        title: Some(cut(&visible_lines(drawing.question), TITLE).0),
        picture,
        footer: Some(footer(drawing)),
        ..Card::default()
    };
    let mut room = if card.picture.is_some() { look.caption } else { look.text };
    for part in [&card.title, &card.footer].into_iter().flatten() {
        room = room.saturating_sub(units(part) + 1);
    }
    let mut words = match &reply.failure {
        Some(failure) => visible_lines(&in_lines(failure)),
        None => visible_lines(&reply.text),
    };
    if !rows.lines.is_empty() {
        words.push('\n');
        words.push_str(&rows.lines);
    }
    card.notes = notes(reply, rows.notes);
    if rows.table.is_some() || shows_sql(drawing) {
        // The words of an answer with a table or a statement are a sentence; they never push the rest out.
        words = cut(&words, room / 3).0;
    }
    let remark = texts::rest_elsewhere();
    let (text, was_cut) = cut_for(&words, room, remark);
    card.text = text;
    if was_cut {
        card.notes.insert(0, remark.to_owned());
    }
    room = room.saturating_sub(units(&card.text) + 1);
    if let Some(table) = rows.table.filter(|t| units(t) < room) {
        room -= units(&table) + 1;
        card.table = Some(table);
    }
    if let Some(sql) = reply.sql.as_deref().filter(|_| shows_sql(drawing)) {
        let (sql, sql_cut) = cut_for(&visible_lines(sql), look.sql.min(room), remark);
        room = room.saturating_sub(units(&sql) + 1);
        if sql_cut {
            card.notes.insert(0, remark.to_owned());
        }
        card.sql = (!sql.is_empty()).then_some(sql);
    }
    card.notes.retain(|note| {
        let fits = units(note) < room;
        if fits {
            room -= units(note) + 1;
        }
        fits
    });
    card.choices = actions::choices(drawing);
    card.actions = actions::actions(drawing, rows.pages);
    card
}

/// The view shows the reply's chart.
pub fn wants_chart(reply: &Reply, view: View) -> bool {
    reply.chart.is_some() && view.shape == Shape::Best
}

/// The reply only shows a statement: nothing ran.
fn only_sql(drawing: &Drawing<'_>) -> bool {
    drawing.ask == Ask::ShowSql && drawing.reply.sql.is_some() && drawing.reply.table.is_none()
}

fn shows_sql(drawing: &Drawing<'_>) -> bool {
    drawing.reply.sql.is_some() && (drawing.view.sql || only_sql(drawing))
}

/// A refusal or error as a card.
pub fn problem(failure: &Failure, run: Option<RunId>) -> Card {
    Card {
        tone: Tone::Problem,
        text: visible_lines(&in_lines(failure)),
        footer: run.map(|run| format!("run {}", run.short())),
        ..Card::default()
    }
}

/// What stands there while a run works.
pub fn working(run: RunId, question: &str, step: String) -> Card {
    Card {
        tone: Tone::Working,
        title: Some(cut(&visible_lines(question), TITLE).0),
        text: step,
        footer: Some(format!("run {}", run.short())),
        actions: vec![actions::stop(run)],
        ..Card::default()
    }
}

fn in_lines(failure: &Failure) -> String {
    let lines = [&failure.what, &failure.why, &failure.try_next];
    lines.into_iter().filter(|l| !l.is_empty()).cloned().collect::<Vec<_>>().join("\n")
}

fn tone(state: RunState) -> Tone {
    match state {
        RunState::Queued | RunState::Running => Tone::Working,
        RunState::WaitingClarification | RunState::WaitingApproval => Tone::Question,
        RunState::Succeeded => Tone::Answer,
        RunState::Cancelled => Tone::Info,
        RunState::Refused | RunState::Failed | RunState::Expired => Tone::Problem,
    }
}

fn footer(drawing: &Drawing<'_>) -> String {
    let reply = drawing.reply;
    let took = match reply.ms {
        0 => String::new(),
        1..100 => format!("{} ms", reply.ms),
        ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
    };
    let run = format!("run {}", reply.run_id.short());
    let planner =
        reply.planner.as_deref().map(|p| texts::planned_by(&cut(&visible_lines(p), 40).0, reply.confidence));
    let parts = [drawing.source.map(str::to_owned), planner, Some(took), Some(run)];
    parts.into_iter().flatten().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The remarks about the rows first: without them a page would look like the whole.
fn notes(reply: &Reply, mut notes: Vec<String>) -> Vec<String> {
    let all = &reply.assumptions;
    notes.extend(all.iter().take(NOTES).map(|note| cut(&visible_lines(note), NOTE).0));
    if all.len() > NOTES {
        notes.push(texts::more_notes(all.len() - NOTES));
    }
    notes
}

#[cfg(test)]
mod tests;
