//! The states of a run and of its steps, and which move is legal.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Where a run stands. Every move in the store is an `UPDATE … WHERE state = expected`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Accepted and committed; no worker has it.
    Queued,
    /// A worker holds the lease.
    Running,
    /// A person was asked which reading is meant; no worker has it.
    WaitingClarification,
    /// A change waits for its approval; no worker has it.
    WaitingApproval,
    /// Ended with an answer.
    Succeeded,
    /// Ended because it may not be done, or cannot be answered from the data.
    Refused,
    /// Ended with an error, which the reply explains.
    Failed,
    /// Ended because the asker stopped it.
    Cancelled,
    /// Ended because nobody answered in time.
    Expired,
}

impl RunState {
    /// Every state, in the order of a run's life.
    pub const ALL: [RunState; 9] = [
        Self::Queued,
        Self::Running,
        Self::WaitingClarification,
        Self::WaitingApproval,
        Self::Succeeded,
        Self::Refused,
        Self::Failed,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The word kept in the store and shown in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::WaitingClarification => "waiting_clarification",
            Self::WaitingApproval => "waiting_approval",
            Self::Succeeded => "succeeded",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Nothing happens to the run any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Refused | Self::Failed | Self::Cancelled | Self::Expired)
    }

    /// Nobody works on the run: it has ended, or waits for a person, and its reply is there.
    pub fn is_settled(self) -> bool {
        self.is_final() || matches!(self, Self::WaitingClarification | Self::WaitingApproval)
    }

    /// Whether a run may move from `self` to `next`. Ending twice is never legal.
    pub fn may_become(self, next: RunState) -> bool {
        use RunState::*;
        match self {
            Queued => matches!(next, Running | Cancelled | Expired | Failed),
            Running => {
                matches!(
                    next,
                    Queued
                        | WaitingClarification
                        | WaitingApproval
                        | Succeeded
                        | Refused
                        | Failed
                        | Cancelled
                        | Expired
                )
            }
            WaitingClarification | WaitingApproval => {
                matches!(next, Queued | Running | Succeeded | Cancelled | Expired | Refused | Failed)
            }
            Succeeded | Refused | Failed | Cancelled | Expired => false,
        }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no state.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a state this version knows")]
pub struct UnknownState(pub String);

impl FromStr for RunState {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// How one attempt at a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Its output is kept; a worker that takes over starts after it.
    Completed,
    /// It ended the run (a refusal, a clarification, a person's stop): the output says how.
    Ended,
    /// This attempt failed; the error says why.
    Failed,
}

impl StepState {
    /// The word kept in the store and shown in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Ended => "ended",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for StepState {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "completed" => Ok(Self::Completed),
            "ended" => Ok(Self::Ended),
            "failed" => Ok(Self::Failed),
            _ => Err(UnknownState(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_final_states_stay_final() {
        for state in RunState::ALL {
            assert_eq!(state.as_str().parse::<RunState>().unwrap(), state);
            if state.is_final() {
                assert!(RunState::ALL.iter().all(|next| !state.may_become(*next)), "{state} must be final");
            } else {
                assert!(
                    RunState::ALL.iter().any(|next| state.may_become(*next)),
                    "{state} must lead somewhere"
                );
            }
        }
        assert!("done".parse::<RunState>().is_err());
    }
}
