//! A change as people see it, drawn once for every platform: what is asked for, what it would do, what it takes, who
//! said what, and what can be done about it. Plain functions on values; nothing in it is trusted text, and nothing is
//! markup.

mod card;
mod sample;
#[cfg(test)]
mod tests;

pub use card::card;
pub use sample::{SampleCell, SampleKind, SampleRow, picture};

use crate::{draw::fit::cut, press::TicketDeed};
use rowcall_core::{
    Fingerprint, Impact, Risk, RunId, TicketId, TicketState, VoteKind,
    change::{Definition, Rows, Thresholds},
    texts::{definitions, tickets as texts},
};
use rowcall_format::values::{visible, visible_lines};
use rowcall_shared::store::Ticket;
use std::collections::HashSet;

/// Longest name of a person or a table, longest remark, and longest question on a card.
const NAME: usize = 60;
const TABLE: usize = 100;
const REMARK: usize = 240;
const QUESTION: usize = 200;
/// Votes listed; the rest is counted.
const VOTES: usize = 6;

/// What a change looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketSheet {
    /// The ticket.
    pub id: TicketId,
    /// The run that asked for it.
    pub run: RunId,
    /// What a vote is bound to.
    pub fingerprint: Fingerprint,
    /// Where it stands.
    pub state: TicketState,
    /// How much of a risk it is.
    pub risk: Risk,
    /// The source.
    pub source: String,
    /// "Change 3 rows of shop.orders".
    pub headline: String,
    /// What is to be known, the most important first.
    pub facts: Vec<Fact>,
    /// Rows before and after.
    pub sample: Vec<SampleRow>,
    /// That there are more.
    pub sample_rest: Option<String>,
    /// The statement with its parameters, whole.
    pub statement: String,
    /// What a dry run cannot show, one sentence each.
    pub notes: Vec<String>,
    /// What can be done, by those who may.
    pub deeds: Vec<TicketDeed>,
    /// What the button says that lets it run.
    pub approve_label: &'static str,
    /// Nobody knows how many rows: whoever lets it run sets a limit.
    pub needs_cap: bool,
}

/// One thing to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// In a word or two.
    pub label: &'static str,
    /// In a sentence.
    pub text: String,
    /// How much it matters.
    pub weight: Weight,
}

/// How much a fact matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It must be seen first.
    Loud,
    /// It is always there.
    Plain,
    /// It gives way where there is no room.
    Detail,
}

/// What a sheet is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct TicketDrawing<'a> {
    /// The ticket as it is now.
    pub ticket: &'a Ticket,
    /// It is shown to whoever asked for it, alone.
    pub to_requester: bool,
    /// What the source takes for how much of a risk.
    pub thresholds: Option<&'a Thresholds>,
}

/// The ticket as a sheet.
pub fn sheet(drawing: &TicketDrawing<'_>) -> TicketSheet {
    let ticket = drawing.ticket;
    let impact = inert(&ticket.impact);
    let headline = match ticket.undoes {
        Some(_) => texts::undo_headline(&impact),
        None => texts::headline(&impact),
    };
    let waits = !ticket.state.is_settled();
    let shows_rows = waits || ticket.state == TicketState::Executed;
    let sample = if shows_rows { sample::rows(&ticket.impact) } else { Vec::new() };
    let all = impact.total_rows().filter(|all| *all > sample.len() as u64 && !sample.is_empty());
    TicketSheet {
        id: ticket.id,
        run: ticket.run_id,
        fingerprint: ticket.fingerprint,
        state: ticket.state,
        risk: ticket.risk,
        source: cut(&visible(&ticket.source), NAME).0,
        facts: facts(drawing, &impact),
        sample_rest: all.map(|all| texts::sample_rest(sample.len(), all)),
        sample,
        statement: statement(ticket),
        notes: if waits { impact.limits.clone() } else { Vec::new() },
        deeds: deeds(ticket),
        approve_label: texts::approve_label(ticket.requirement.decider),
        needs_cap: matches!(ticket.impact.rows, Rows::Unknown(_)),
        headline,
    }
}

/// The name of somebody, as a card shows it.
pub fn name_of(name: &str) -> String {
    let name = cut(&visible(name), NAME).0;
    if name.trim().is_empty() { "somebody".to_owned() } else { name }
}

/// Where a ticket stands and whose word it was.
pub fn standing(ticket: &Ticket) -> String {
    let by = ticket.decided.as_ref().map(|decided| name_of(&decided.name));
    let alone = ticket.votes.iter().any(|vote| vote.kind == VoteKind::BreakGlass);
    texts::standing(ticket.state, alone, by.as_deref(), ticket.decided_at)
}

/// The impact with every text that came from a database made harmless and no longer than a card takes.
fn inert(impact: &Impact) -> Impact {
    let mut impact = impact.clone();
    let short = |text: &mut String, limit: usize| *text = cut(&visible(text), limit).0;
    short(&mut impact.table, TABLE);
    for cascade in &mut impact.cascades {
        short(&mut cascade.table, TABLE);
    }
    for trigger in &mut impact.triggers {
        short(&mut trigger.table, TABLE);
        short(&mut trigger.name, NAME);
        short(&mut trigger.function, TABLE);
    }
    for constraint in &mut impact.at_risk {
        short(constraint, REMARK);
    }
    for limit in &mut impact.limits {
        short(limit, REMARK);
    }
    if let Rows::Unknown(why) = &mut impact.rows {
        short(why, REMARK);
    }
    if let rowcall_core::change::Undo::Impossible(why) = &mut impact.undo {
        short(why, REMARK);
    }
    if let Some(lock) = &mut impact.lock {
        short(&mut lock.mode, NAME);
    }
    if let Some(definition) = &mut impact.definition {
        short(&mut definition.what, REMARK);
        for lists in [&mut definition.adds, &mut definition.drops, &mut definition.rewrites] {
            lists.iter_mut().for_each(|name| short(name, TABLE));
        }
        for loss in &mut definition.loses {
            short(&mut loss.table, TABLE);
            loss.column.iter_mut().for_each(|column| short(column, NAME));
        }
        for (table, mode) in &mut definition.locks {
            short(table, TABLE);
            short(mode, NAME);
        }
        definition.untried.iter_mut().for_each(|why| short(why, REMARK));
    }
    impact
}

fn facts(drawing: &TicketDrawing<'_>, impact: &Impact) -> Vec<Fact> {
    let ticket = drawing.ticket;
    let requester = name_of(&ticket.requester.actor.name);
    let mut facts = Facts::default();
    let question = cut(&visible_lines(&ticket.question), QUESTION).0;
    facts.plain("Asked", format!("{requester}: {question}"));
    for vote in ticket.votes.iter().filter(|vote| vote.kind == VoteKind::BreakGlass) {
        let reason = remark(vote.comment.as_deref().unwrap_or("no reason was given"));
        facts.add("EMERGENCY", texts::broken_glass(&name_of(&vote.actor.name), &reason), Weight::Loud);
    }
    if ticket.state != TicketState::Pending {
        facts.plain("State", standing(ticket));
    }
    match ticket.state {
        TicketState::Executed if impact.definition.is_some() => {
            facts.plain("Result", definitions::result(&ticket.run_id.short()));
        }
        TicketState::Executed => {
            facts.plain("Result", texts::result(ticket.result_rows, &ticket.run_id.short()))
        }
        TicketState::Pending | TicketState::Approved | TicketState::Executing => {
            facts.plain("Effect", texts::effect(impact));
            if let Some(definition) = &impact.definition {
                gone(&mut facts, definition);
            }
        }
        _ => {}
    }
    // Whoever rejected it is quoted below.
    if let Some(outcome) = ticket.outcome.as_ref().filter(|_| ticket.state != TicketState::Rejected) {
        let label = if ticket.state == TicketState::Executed { "Note" } else { "Why" };
        facts.plain(label, remark(outcome));
    }
    if ticket.state == TicketState::Pending {
        facts.plain("Risk", texts::risk(ticket.risk, impact, drawing.thresholds));
        facts.plain("Rule", texts::rule(&ticket.requirement, &requester, drawing.to_requester));
    }
    if let Some(cap) = ticket.row_cap {
        facts.plain("Limit", texts::row_cap(cap));
    }
    said(&mut facts, ticket);
    if ticket.state == TicketState::Pending {
        if let Some(advice) = &ticket.advice {
            facts.plain("A model says", texts::advice(&remark(&advice.text), &name_of(&advice.by)));
        }
        facts.plain("Expires", texts::until(ticket.expires_at));
        facts.plain("Undo", texts::undo(&impact.undo));
        if !impact.at_risk.is_empty() {
            facts.detail("May fail at", texts::at_risk(&impact.at_risk));
        }
        if !impact.triggers.is_empty() {
            facts.detail("Triggers", texts::triggers(&impact.triggers));
        }
        match (&impact.definition, &impact.lock) {
            (Some(definition), _) => {
                let rewrites = definitions::rewrites(definition).map(|text| ("Rewrites", text));
                let locks = definitions::locks(impact, definition).map(|text| ("Locks", text));
                rewrites.into_iter().chain(locks).for_each(|(label, text)| facts.plain(label, text));
            }
            (None, Some(lock)) => facts.detail("Lock", texts::lock(lock)),
            (None, None) => {}
        }
    }
    relatives(&mut facts, ticket);
    facts.0
}

/// What a definition takes away. Who decides must see it before anything else.
fn gone(facts: &mut Facts, definition: &Definition) {
    let drops = definitions::drops(definition).map(|text| ("Drops", text));
    let loses = definitions::loses(definition).map(|text| ("Lost", text));
    drops.into_iter().chain(loses).for_each(|(label, text)| facts.add(label, text, Weight::Loud));
}

/// What people said, each in a line.
fn said(facts: &mut Facts, ticket: &Ticket) {
    if ticket.votes.is_empty() {
        return;
    }
    let lines: Vec<String> = ticket
        .votes
        .iter()
        .take(VOTES)
        .map(|vote| {
            let does = match vote.kind {
                VoteKind::Approve => "approves",
                VoteKind::Reject => "rejects",
                VoteKind::AskChange => "asks for another change",
                VoteKind::BreakGlass => "lets it run",
            };
            let comment = vote.comment.as_deref().map(|c| format!(": {}", remark(c))).unwrap_or_default();
            format!("{} {does}{comment}", name_of(&vote.actor.name))
        })
        .collect();
    let mut text = lines.join("; ");
    if ticket.votes.len() > VOTES {
        text.push_str(&format!("; and {} more", ticket.votes.len() - VOTES));
    }
    if ticket.state == TicketState::Pending {
        let yes: HashSet<_> =
            ticket.votes.iter().filter(|v| v.kind == VoteKind::Approve).map(|v| v.principal).collect();
        text.push_str(&format!(" ({})", texts::progress(yes.len(), ticket.requirement.need())));
    }
    facts.plain("Said", text);
}

/// Other tickets that it has to do with.
fn relatives(facts: &mut Facts, ticket: &Ticket) {
    if let Some(newer) = ticket.replaced_by {
        facts.plain("Next", texts::replaced_by(&newer.short()));
    }
    if let Some(older) = ticket.replaces {
        facts.plain("Before", texts::replaces(&older.short()));
    }
    if let Some(undone) = ticket.undoes {
        facts.plain("Undoes", texts::undoes(&undone.short()));
    }
    match (ticket.undone_by, ticket.undo_until) {
        (Some(by), _) => facts.plain("Undone", texts::undone_by(&by.short())),
        (None, Some(until)) => facts.plain("Undo", texts::undo_until(until)),
        (None, None) => {}
    }
}

fn remark(text: &str) -> String {
    cut(&visible_lines(text), REMARK).0
}

/// The statement, and what stands for its parameters.
fn statement(ticket: &Ticket) -> String {
    let mut text = visible_lines(&ticket.statement);
    for (n, value) in ticket.params.as_array().into_iter().flatten().enumerate() {
        text.push_str(&format!("\n-- ${} = {}", n + 1, visible(&value.to_string())));
    }
    text
}

/// What can be done with a ticket as it stands. It grants nothing: whoever presses is asked for their right then.
fn deeds(ticket: &Ticket) -> Vec<TicketDeed> {
    use TicketDeed::*;
    match ticket.state {
        TicketState::Pending => {
            let emergency = ticket.requirement.break_glass.then_some(BreakGlass);
            [Some(Approve), Some(Reject), Some(AskChange), emergency, Some(Comment), Some(Cancel)]
                .into_iter()
                .flatten()
                .collect()
        }
        TicketState::Approved => vec![Cancel, Comment],
        TicketState::Executing | TicketState::InDoubt => vec![Comment],
        TicketState::Executed if ticket.undone_by.is_none() && ticket.undo_until.is_some() => vec![Undo],
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn add(&mut self, label: &'static str, text: String, weight: Weight) {
        self.0.push(Fact { label, text, weight });
    }

    fn plain(&mut self, label: &'static str, text: String) {
        self.add(label, text, Weight::Plain);
    }

    fn detail(&mut self, label: &'static str, text: String) {
        self.add(label, text, Weight::Detail);
    }
}
