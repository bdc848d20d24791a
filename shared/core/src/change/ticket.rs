//! Where a ticket stands, and which move is legal.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The states of a ticket. Every move in the store is an `UPDATE … WHERE state = expected`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Waits for decisions.
    Pending,
    /// Decided for; no worker has it.
    Approved,
    /// A worker runs it.
    Executing,
    /// Its outcome on the source is not known yet; it is run again until it is.
    InDoubt,
    /// It ran, once.
    Executed,
    /// It did not run, and will not: the database refused it.
    Failed,
    /// Decided against.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// Taken back by whoever asked for it.
    Cancelled,
    /// What it was shown for has moved; a new ticket takes its place.
    Stale,
}

impl TicketState {
    /// Every state, in the order of a ticket's life.
    pub const ALL: [Self; 10] = [
        Self::Pending,
        Self::Approved,
        Self::Executing,
        Self::InDoubt,
        Self::Executed,
        Self::Failed,
        Self::Rejected,
        Self::Expired,
        Self::Cancelled,
        Self::Stale,
    ];

    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Executing => "executing",
            Self::InDoubt => "in_doubt",
            Self::Executed => "executed",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Stale => "stale",
        }
    }

    /// Nothing happens to it any more.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Pending | Self::Approved | Self::Executing | Self::InDoubt)
    }

    /// Whether a ticket may move from `self` to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use TicketState::*;
        match self {
            Pending => matches!(next, Approved | Rejected | Expired | Cancelled | Stale),
            // Until a worker has it, it can still be taken back; one that nobody ran in time expires.
            Approved => matches!(next, Executing | Expired | Cancelled | Stale),
            // A transaction that is known not to have happened may be overtaken by the clock.
            Executing => matches!(next, InDoubt | Executed | Failed | Stale | Expired),
            InDoubt => matches!(next, Executing | Executed | Failed | Stale | Expired),
            _ => false,
        }
    }
}

impl fmt::Display for TicketState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no state of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no state of a ticket")]
pub struct UnknownTicketState(String);

impl FromStr for TicketState {
    type Err = UnknownTicketState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| UnknownTicketState(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn nothing_is_executed_without_having_been_approved() {
        // Every state that can be reached from PENDING without passing through APPROVED.
        let mut reached = HashSet::from([TicketState::Pending]);
        let mut open = vec![TicketState::Pending];
        while let Some(state) = open.pop() {
            for next in TicketState::ALL {
                if state.may_become(next) && next != TicketState::Approved && reached.insert(next) {
                    open.push(next);
                }
            }
        }
        assert!(!reached.contains(&TicketState::Executing) && !reached.contains(&TicketState::Executed));
    }

    #[test]
    fn a_settled_ticket_moves_no_more() {
        for state in TicketState::ALL {
            assert_eq!(
                state.is_settled(),
                !TicketState::ALL.iter().any(|next| state.may_become(*next)),
                "{state}"
            );
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert!("lost".parse::<TicketState>().is_err());
    }
}
