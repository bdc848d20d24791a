//! What a button says when it is pressed. It names a run (or another thing in the store) and an action, in at most
//! 64 bytes, Telegram's limit. It grants nothing: whoever presses is asked for their right at that moment, so a
//! forged one is no more than a guess.

use rowcall_core::RunId;
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
            _ => {
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
        ] {
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
        ] {
            assert_eq!(text.parse::<Press>(), Err(UnknownPress), "{text:?}");
        }
    }
}
