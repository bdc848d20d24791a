//! The desk: everything a person can do, whatever the platform. It asks for their right each time, and says no in
//! words.

mod ask;
mod commands;
mod file;
mod glossary;
mod links;
mod press;
mod suggest;
mod tickets;

pub use tickets::{Decision, OpenedTicket, Told};

use crate::{
    BotContext, Card, Intake, IntakeError, Look, Picture, Press, View,
    draw::{self, Drawing},
    intake,
};
use bytes::Bytes;
use rowcall_core::{Ask, Failure, Reply, RunId, TicketId, texts::chat as texts, texts::tickets::decide};
use rowcall_shared::{
    progress::What,
    store::{StoreError, retrying},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// How long a wish waits for a store that restarts; Discord gives a button three seconds.
const PATIENCE: Duration = Duration::from_millis(2500);

/// The desk; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    context: BotContext,
    intake: Intake,
    /// Counts what was decided here: cards wait to be delivered.
    stirred: Arc<watch::Sender<u64>>,
}

/// A wish that was not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct Refusal {
    /// What the person is told, alone where the platform can.
    pub failure: Failure,
    /// The store did not answer: the same wish, brought again, can be granted. Who can bring it again says nothing.
    pub away: bool,
}

/// What pressing a button leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Pressed {
    /// The message with the button becomes this.
    Redraw(Box<Card>),
    /// A new run begins: hand it to [`Desk::ask`], with the place and address that the front end knows.
    Ask(AskAgain),
    /// Show a form; what is filled in goes to [`Desk::submit`].
    Form(Form),
    /// Give the presser a file, alone when `private`.
    File(FileOut),
    /// Tell the presser, alone.
    Note(String),
    /// Tell the presser, alone; and the message with the button, which is behind the times, becomes this.
    Behind(String, Box<Card>),
    /// Show the presser a change, alone, and tell [`Desk::note_card`] where it stands.
    Ticket(Box<OpenedTicket>),
}

/// A question or statement that a button or form asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskAgain {
    /// The same press twice is the same event.
    pub dedup_key: String,
    /// Question or statement.
    pub ask: Ask,
    /// The words.
    pub text: String,
    /// The source of the run it comes from.
    pub source: String,
    /// As private as the run it comes from.
    pub private: bool,
    /// It asks that this change be undone; the words are only for people.
    pub undoes: Option<TicketId>,
}

/// A form with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is for: [`Press::EditQuestion`], [`Press::EditSql`] or [`Press::Ticket`], which comes back with what was
    /// filled in.
    pub press: Press,
    /// Above the form; at most 45 characters.
    pub title: String,
    /// Beside the field; at most 45 characters.
    pub label: String,
    /// What stands in it at first.
    pub value: String,
    /// What is asked for in a sentence, where a form is a message to be replied to.
    pub prompt: String,
    /// Most characters it takes.
    pub max: usize,
    /// Something must be filled in.
    pub required: bool,
}

/// A file for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOut {
    /// Its name.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// What is in it.
    pub bytes: Bytes,
    /// A sentence to go with it.
    pub text: String,
    /// For the presser alone.
    pub private: bool,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, away: false }
    }
}

impl From<IntakeError> for Refusal {
    fn from(error: IntakeError) -> Self {
        Self { away: matches!(error, IntakeError::Away(_)), failure: error.failure().clone() }
    }
}

impl Desk {
    /// A desk.
    pub fn new(context: BotContext) -> Self {
        let intake = context.intake();
        Self { context, intake, stirred: Arc::default() }
    }

    /// Changes whenever something was decided here, so that cards need not wait to be looked for.
    pub fn stirred(&self) -> watch::Receiver<u64> {
        self.stirred.subscribe()
    }

    /// What it is built on.
    pub fn context(&self) -> &BotContext {
        &self.context
    }

    /// A run's reply as a card. Pictures are drawn or fetched here.
    pub async fn card(&self, reply: &Reply, question: &str, view: View, look: &Look) -> Card {
        let run = self.context.store.run_source(reply.run_id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, run.id = %reply.run_id, "a card is drawn without its source");
            None
        });
        let (source, ask) = run.map_or((None, Ask::Question), |(source, ask)| (Some(source), ask));
        self.draw(reply, question, ask, source, view, look).await
    }

    /// What stands there while a run works.
    pub fn working(&self, run: RunId, question: &str, what: Option<&What>) -> Card {
        let step = match what {
            None | Some(What::Ended { .. }) => texts::waiting().to_owned(),
            Some(What::Started { step } | What::Completed { step, .. }) => texts::step(step).to_owned(),
            Some(What::Doing { what, .. }) => texts::at(what),
            Some(What::Retrying { after_ms }) => texts::retrying(*after_ms),
        };
        draw::working(run, question, step)
    }

    /// A refusal or error as a card.
    pub fn problem(&self, failure: &Failure, run: Option<RunId>) -> Card {
        draw::problem(failure, run)
    }

    async fn draw(
        &self,
        reply: &Reply,
        question: &str,
        ask: Ask,
        source: Option<String>,
        view: View,
        look: &Look,
    ) -> Card {
        let chart = if draw::wants_chart(reply, view) { self.chart(reply).await } else { None };
        let (reply, question, look) = (reply.clone(), question.to_owned(), *look);
        // A picture of a table takes milliseconds of one core: not on a thread that others wait for.
        let drawn = tokio::task::spawn_blocking(move || {
            let source = source.as_deref();
            draw::card(&Drawing { reply: &reply, question: &question, ask, source, view, look: &look }, chart)
        });
        drawn.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a card could not be drawn");
            draw::problem(&rowcall_core::texts::internal(), None)
        })
    }

    /// The reply's chart; `None` when it is gone, and then the table is shown.
    async fn chart(&self, reply: &Reply) -> Option<Picture> {
        let reference = reply.chart.as_ref()?;
        match file::artifact(&self.context.store, reference).await {
            Ok(Some(png)) => Some(Picture { name: reference.name.clone(), png, alt: reference.alt.clone() }),
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(%error, run.id = %reply.run_id, "a chart could not be read");
                None
            }
        }
    }

    /// Something of the store, over a short outage; else the person is told.
    async fn stored<T, F, Fut>(&self, op: F) -> Result<T, Refusal>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, StoreError>>,
    {
        retrying(PATIENCE, op).await.map_err(|error| match error {
            StoreError::NoAuditKey | StoreError::WrongAuditKey => decide::no_audit_key().into(),
            error => intake::unavailable(&error).into(),
        })
    }
}
