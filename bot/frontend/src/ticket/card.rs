//! A change as a card of a chat: words, rows and statement each get their share of the message, so that none of them
//! pushes another out, and the buttons that make sense.

use super::{TicketSheet, Weight, sample};
use crate::{
    Card, Control, Look, Press, Style, Tone,
    draw::fit::{cut, cut_for, units},
    press::TicketDeed,
};
use rowcall_core::{
    TicketState,
    texts::{chat, tickets as texts},
};

/// All words but the remarks, the rows, and the statement; in UTF-16 units before markup. Where every letter of the
/// words had to be escaped, they would still fit into a message of each platform together.
const WORDS: usize = 1000;
const ROWS: usize = 800;
const STATEMENT: usize = 1100;
/// Remarks shown; the rest is counted.
const NOTES: usize = 3;

/// The sheet as a card.
pub fn card(sheet: &TicketSheet, look: &Look) -> Card {
    let mut notes = Vec::new();
    let (rows, left_out) = sample::lines(&sheet.sample, look.table_width, ROWS.min(look.text / 2));
    notes.extend(sheet.sample_rest.clone());
    let remark = chat::rest_elsewhere();
    let (statement, was_cut) = cut_for(&sheet.statement, look.sql.min(STATEMENT), remark);
    if was_cut {
        notes.push(remark.to_owned());
    }
    notes.extend(sheet.notes.iter().take(NOTES).cloned());
    if sheet.notes.len() > NOTES {
        notes.push(chat::more_notes(sheet.notes.len() - NOTES));
    }
    let mut deeds = sheet.deeds.clone();
    // What is cut here is given whole to whoever asks for it.
    if was_cut {
        deeds.push(TicketDeed::Statement);
    }
    let shows_all = left_out == 0 && sheet.sample.iter().all(|row| row.cells.len() <= 1);
    if !sheet.sample.is_empty() && !shows_all && !sheet.state.is_settled() {
        deeds.push(TicketDeed::Rows);
    }
    Card {
        tone: tone(sheet.state),
        title: Some(format!("{} · {}", cut(&sheet.headline, 160).0, texts::state(sheet.state))),
        text: words(sheet),
        table: (!rows.is_empty()).then_some(rows),
        sql: (!statement.is_empty()).then_some(statement),
        notes,
        footer: Some(format!("{} · change {} · run {}", sheet.source, sheet.id.short(), sheet.run.short())),
        actions: deeds.into_iter().map(|deed| control(sheet, deed)).collect(),
        ..Card::default()
    }
}

/// The facts as lines, details left out from the end where there is no room.
fn words(sheet: &TicketSheet) -> String {
    let mut lines: Vec<(Weight, String)> =
        sheet.facts.iter().map(|fact| (fact.weight, format!("{}: {}", fact.label, fact.text))).collect();
    let length = |lines: &[(Weight, String)]| lines.iter().map(|(_, line)| units(line) + 1).sum::<usize>();
    while length(&lines) > WORDS {
        match lines.iter().rposition(|(weight, _)| *weight == Weight::Detail) {
            Some(at) => drop(lines.remove(at)),
            None => break,
        }
    }
    // Whatever was said of it at length gives way before what it takes: each line gets its share.
    if length(&lines) > WORDS {
        let share = WORDS / lines.len().max(1);
        for (_, line) in &mut lines {
            *line = cut(line, share.max(100)).0;
        }
    }
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    cut(&lines.join("\n"), WORDS).0
}

fn tone(state: TicketState) -> Tone {
    match state {
        TicketState::Pending => Tone::Question,
        TicketState::Approved | TicketState::Executing => Tone::Working,
        TicketState::Executed => Tone::Answer,
        TicketState::InDoubt | TicketState::Failed => Tone::Problem,
        TicketState::Rejected | TicketState::Expired | TicketState::Cancelled | TicketState::Stale => {
            Tone::Info
        }
    }
}

fn control(sheet: &TicketSheet, deed: TicketDeed) -> Control {
    let (label, style) = match deed {
        TicketDeed::Approve => (sheet.approve_label, Style::Main),
        TicketDeed::Reject => ("Reject", Style::Danger),
        TicketDeed::AskChange => ("Ask for a change", Style::Plain),
        TicketDeed::BreakGlass => ("Emergency", Style::Danger),
        TicketDeed::Cancel => ("Take back", Style::Plain),
        TicketDeed::Comment => ("Comment", Style::Plain),
        TicketDeed::Undo => ("Undo", Style::Danger),
        TicketDeed::Statement => ("Whole statement", Style::Plain),
        TicketDeed::Rows => ("Rows", Style::Plain),
    };
    let press = Press::Ticket(deed, sheet.id, sheet.fingerprint.mark()).to_string();
    Control { label: label.to_owned(), press, style }
}
