//! What a step is.

use super::teller::Teller;
use chrono::{DateTime, Utc};
use rowcall_core::{Actor, Failure, Question, Reply};
use rowcall_shared::store::{Lease, NewTicket, Ticket};
use serde::{Serialize, de::DeserializeOwned};
use tokio_util::sync::CancellationToken;

/// One stage of a run. It may be done more than once: whatever it does outside the store must bear that.
#[async_trait::async_trait]
pub trait Step: Send + Sync + 'static {
    /// What it takes: the output of the step before it.
    type Input: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What it gives.
    type Output: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Its name in the run capsule; one or two words in lower case.
    fn name(&self) -> &'static str;

    /// When its output is written to the store.
    fn keep(&self) -> Keep {
        Keep::WithTheNext
    }

    /// Does it.
    ///
    /// # Errors
    /// [`StepError::Retry`] for what can pass by itself, [`StepError::Fail`] for what cannot.
    async fn run(&self, context: &StepContext, input: Self::Input) -> Result<Flow<Self::Output>, StepError>;
}

/// When a step's output is written. What is not written is done again by a worker that takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Together with the next output that is written: for pure functions of what came before.
    WithTheNext,
    /// Before the next step begins, if it took long: doing it again would cost more than writing it down.
    WhenSlow,
    /// Before the next step begins: for whatever has an effect outside.
    Always,
}

/// Where the run goes after a step.
#[derive(Debug)]
pub enum Flow<T> {
    /// To the next step.
    Next(T),
    /// To its end: a refusal, a question back, an answer that needs no further step.
    End(Box<Finished>),
    /// Nowhere, until somebody decides: it wants to change something.
    Wait(Box<Waiting>),
}

impl<T> Flow<T> {
    /// What goes on to the next step; where nothing does, the way the run takes instead.
    ///
    /// # Errors
    /// That way.
    pub fn onward<U>(self) -> Result<T, Flow<U>> {
        match self {
            Self::Next(next) => Ok(next),
            Self::End(finished) => Err(Flow::End(finished)),
            Self::Wait(waiting) => Err(Flow::Wait(waiting)),
        }
    }
}

/// How a run stops to wait for a decision. The ticket that is opened for it holds all that is needed to go on, so the
/// run itself does nothing more.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What the run capsule calls the step that came to this.
    pub stage: &'static str,
    /// The change.
    pub ticket: NewTicket,
    /// The reply, with what else is to be said as its text; it becomes the ticket's card.
    pub reply: Reply,
    /// Says what waits, once the ticket is known with its risk and its rule.
    pub say: fn(&Ticket) -> String,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
pub struct Finished {
    /// The reply; its state becomes the run's.
    pub reply: Reply,
    /// The query plan behind it, for follow-ups.
    pub plan: Option<serde_json::Value>,
}

/// Why a step did not give anything. Either way the person is told the failure, if it comes to that.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// It can pass by itself: a database that restarts, a server that is overloaded.
    #[error("{0}")]
    Retry(Failure),
    /// It cannot.
    #[error("{0}")]
    Fail(Failure),
}

/// What a step may know about its run.
#[derive(Clone, Debug)]
pub struct StepContext {
    /// What was asked, where, with what history.
    pub question: Question,
    /// Who asked, as the platform showed them then; absent for runs of versions that did not keep it.
    pub actor: Option<Actor>,
    /// The right to write artifacts of this run.
    pub lease: Lease,
    /// Which attempt at the run this is, from 1.
    pub attempt: i32,
    /// When the question was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Cancelled when the asker stops the run, its lease is lost, or the step takes too long: whatever the step
    /// started elsewhere must be ended then.
    pub cancel: CancellationToken,
    /// Tells whoever watches what the step is at.
    pub teller: Teller,
}
