//! What a button says when it is pressed. It names a run (or another thing in the store) and an action, in at most
//! 64 bytes, Telegram's limit. It grants nothing: whoever presses is asked for their right at that moment, so a
//! forged one is no more than a guess.

use rowcall_core::{FingerprintMark, RunId, TicketId};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// How an answer is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct View {
    /// Page of the table, from 0.
    pub page: u32,
    /// Table or chart.
    pub shape: Shape,
    /// The statement is shown.
    pub sql: bool,
}

/// Table or chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Shape {
    /// The chart if there is one, else the table.
    #[default]
    Best,
    /// The table.
    Table,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Press {
    /// Look at a run's answer that way.
    Look(RunId, View),
    /// Give the rows as a file.
    Csv(RunId),
    /// Stop the run.
    Stop(RunId),
    /// Thumbs up (true) or down.
    Rate(RunId, bool),
    /// Say what the run's reply offers at this place: a choice, or a suggestion.
    Choose(RunId, u8),
    /// Ask the same again.
    Retry(RunId),
    /// Run the question whose statement was only shown.
    Run(RunId),
    /// Correct the question.
    EditQuestion(RunId),
    /// Correct the statement.
    EditSql(RunId),
    /// Send a delivery that failed for good again, by its outbox row.
    Resend(Uuid),
    /// Linking, on the side that asked for the code: has it been entered? Then: it is me.
    LinkConfirm,
    /// Linking: not me, or not wanted.
    LinkCancel,
    /// Answers to me alone, or for all to see.
    Private(bool),
    /// Look at a change in the inbox.
    OpenTicket(TicketId),
    /// Do something about a change, having looked at the card with that mark.
    Ticket(TicketDeed, TicketId, FingerprintMark),
}

/// What can be done about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketDeed {
    /// Let it run.
    Approve,
    /// Do not let it run.
    Reject,
    /// Say how it should be different.
    AskChange,
    /// Let it run without its approvals.
    BreakGlass,
    /// Take it back.
    Cancel,
    /// Say something about it.
    Comment,
    /// Ask that it be undone.
    Undo,
    /// Give the whole statement.
    Statement,
    /// Give the rows as a picture.
    Rows,
}

impl TicketDeed {
    /// Every deed.
    pub const ALL: [Self; 9] = [
        Self::Approve,
        Self::Reject,
        Self::AskChange,
        Self::BreakGlass,
        Self::Cancel,
        Self::Comment,
        Self::Undo,
        Self::Statement,
        Self::Rows,
    ];

    /// Capitals, so that no verb of a run is one. One letter: with it, a form's link in Telegram has 64 characters.
    fn letter(self) -> char {
        match self {
            Self::Approve => 'A',
            Self::Reject => 'R',
            Self::AskChange => 'E',
            Self::BreakGlass => 'B',
            Self::Cancel => 'K',
            Self::Comment => 'M',
            Self::Undo => 'U',
            Self::Statement => 'W',
            Self::Rows => 'O',
        }
    }

    fn of(verb: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| verb.chars().eq([deed.letter()]))
    }
}

/// A press that this version does not know: from an older or newer version, or made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that button is not known to this version")]
pub struct UnknownPress;

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Look(run, view) => {
                let shape = match view.shape {
                    Shape::Best => 'b',
                    Shape::Table => 't',
                };
                write!(f, "v:{}:{}:{shape}:{}", run.0.simple(), view.page, u8::from(view.sql))
            }
            Self::Csv(run) => write!(f, "f:{}", run.0.simple()),
            Self::Stop(run) => write!(f, "x:{}", run.0.simple()),
            Self::Rate(run, up) => write!(f, "r:{}:{}", run.0.simple(), u8::from(*up)),
            Self::Choose(run, place) => write!(f, "c:{}:{place}", run.0.simple()),
            Self::Retry(run) => write!(f, "a:{}", run.0.simple()),
            Self::Run(run) => write!(f, "g:{}", run.0.simple()),
            Self::EditQuestion(run) => write!(f, "q:{}", run.0.simple()),
            Self::EditSql(run) => write!(f, "s:{}", run.0.simple()),
            Self::Resend(row) => write!(f, "d:{}", row.simple()),
            Self::LinkConfirm => f.write_str("lc"),
            Self::LinkCancel => f.write_str("lx"),
            Self::Private(on) => write!(f, "p:{}", u8::from(*on)),
            Self::OpenTicket(ticket) => write!(f, "t:{}", ticket.0.simple()),
            Self::Ticket(deed, ticket, mark) => {
                write!(f, "{}:{}:{}", deed.letter(), ticket.0.simple(), hex::encode(mark.0))
            }
        }
    }
}

impl FromStr for Press {
    type Err = UnknownPress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let verb = parts.next().unwrap_or_default();
        let press = match verb {
            "lc" => Self::LinkConfirm,
            "lx" => Self::LinkCancel,
            "p" => Self::Private(flag(parts.next())?),
            "d" => Self::Resend(id(parts.next())?),
            "t" => Self::OpenTicket(TicketId(id(parts.next())?)),
            _ => {
                if let Some(deed) = TicketDeed::of(verb) {
                    let press = Self::Ticket(deed, TicketId(id(parts.next())?), mark(parts.next())?);
                    return if parts.next().is_some() { Err(UnknownPress) } else { Ok(press) };
                }
                let run = RunId(id(parts.next())?);
                match verb {
                    "v" => {
                        let page = number(parts.next())?;
                        let shape = match parts.next() {
                            Some("b") => Shape::Best,
                            Some("t") => Shape::Table,
                            _ => return Err(UnknownPress),
                        };
                        Self::Look(run, View { page, shape, sql: flag(parts.next())? })
                    }
                    "f" => Self::Csv(run),
                    "x" => Self::Stop(run),
                    "r" => Self::Rate(run, flag(parts.next())?),
                    "c" => Self::Choose(run, number(parts.next())?),
                    "a" => Self::Retry(run),
                    "g" => Self::Run(run),
                    "q" => Self::EditQuestion(run),
                    "s" => Self::EditSql(run),
                    _ => return Err(UnknownPress),
                }
            }
        };
        if parts.next().is_some() { Err(UnknownPress) } else { Ok(press) }
    }
}

fn id(part: Option<&str>) -> Result<Uuid, UnknownPress> {
    part.filter(|p| p.len() == 32).and_then(|p| Uuid::try_parse(p).ok()).ok_or(UnknownPress)
}

fn mark(part: Option<&str>) -> Result<FingerprintMark, UnknownPress> {
    let mut mark = [0; 12];
    hex::decode_to_slice(part.ok_or(UnknownPress)?, &mut mark).map_err(|_| UnknownPress)?;
    Ok(FingerprintMark(mark))
}

fn number<T: FromStr>(part: Option<&str>) -> Result<T, UnknownPress> {
    part.and_then(|p| p.parse().ok()).ok_or(UnknownPress)
}

fn flag(part: Option<&str>) -> Result<bool, UnknownPress> {
    match part {
        Some("0") => Ok(false),
        Some("1") => Ok(true),
        _ => Err(UnknownPress),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_press_comes_back_as_it_was_and_fits() {
        let run = RunId::new();
        let view = View { page: u32::MAX, shape: Shape::Table, sql: true };
        for press in [
            Press::Look(run, view),
            Press::Look(run, View::default()),
            Press::Csv(run),
            Press::Stop(run),
            Press::Rate(run, true),
            Press::Choose(run, 255),
            Press::Retry(run),
            Press::Run(run),
            Press::EditQuestion(run),
            Press::EditSql(run),
            Press::Resend(run.0),
            Press::LinkConfirm,
            Press::LinkCancel,
            Press::Private(true),
            Press::OpenTicket(TicketId(run.0)),
        ]
        .into_iter()
        .chain(TicketDeed::ALL.map(|deed| Press::Ticket(deed, TicketId(run.0), FingerprintMark([255; 12]))))
        {
            let text = press.to_string();
            assert!(text.len() <= 64, "{text}");
            assert_eq!(text.parse::<Press>().unwrap(), press, "{text}");
        }
    }

    #[test]
    fn what_is_made_up_is_refused() {
        let run = RunId::new().0.simple().to_string();
        for text in [
            "",
            ":",
            "v",
            "zz",
            "v:1:0:b:0",
            "p:2",
            "p",
            "lc:1",
            "x:ä",
            &format!("x:{run}:1"),
            &format!("v:{run}:-1:b:0"),
            &format!("A:{run}"),
            &format!("A:{run}:00"),
            &format!("a:{run}:{}", "0".repeat(24)),
            &format!("AA:{run}:{}", "0".repeat(24)),
            &format!("A:{run}:{}", "é".repeat(12)),
            &format!("A:{run}:{}:1", "0".repeat(24)),
        ] {
            assert_eq!(text.parse::<Press>(), Err(UnknownPress), "{text:?}");
        }
    }
}
