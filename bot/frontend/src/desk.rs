//! The desk: everything a person can do, whatever the platform. It asks for their right each time, and says no in
//! words.

use crate::{BotContext, Card, Command, Intake, Look, Press, View};
use bytes::Bytes;
use rowcall_core::{Actor, Ask, Failure, Inbound, Reply, RunId};
use rowcall_shared::{progress::What, store::Accepted};

/// The desk; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    context: BotContext,
    intake: Intake,
}

/// A wish that was not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct Refusal {
    /// What the person is told, alone where the platform can.
    pub failure: Failure,
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
}

/// A form with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What is corrected: [`Press::EditQuestion`] or [`Press::EditSql`], which comes back with what was filled in.
    pub press: Press,
    /// Above the form; at most 45 characters.
    pub title: String,
    /// Beside the field; at most 45 characters.
    pub label: String,
    /// What stands in it at first.
    pub value: String,
    /// Most characters it takes.
    pub max: usize,
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

#[allow(unused_variables, clippy::unimplemented, missing_docs, clippy::missing_errors_doc)]
impl Desk {
    /// A desk.
    pub fn new(context: BotContext) -> Self {
        let intake = context.intake();
        Self { context, intake }
    }

    /// What it is built on.
    pub fn context(&self) -> &BotContext {
        &self.context
    }

    /// Takes a question or statement: settings of the place filled in, right and quota checked, then committed.
    /// The same event again gives the same run. On `Ok` with `duplicate == false` the caller holds the claim to post the
    /// placeholder for [`rowcall_shared::store::POST_CLAIM`].
    pub async fn ask(&self, inbound: Inbound) -> Result<Accepted, Refusal> {
        unimplemented!()
    }

    /// Whether answers to this person, for this source, are for them alone: asked before a place for the answer is chosen.
    pub async fn is_private(&self, actor: &Actor, source: Option<&str>) -> Result<bool, Refusal> {
        unimplemented!()
    }

    /// Answers a command. The card is for the person alone.
    pub async fn command(&self, actor: &Actor, command: Command, look: &Look) -> Card {
        unimplemented!()
    }

    /// Does what a button says. `Err`: tell the presser alone; nothing changed.
    pub async fn press(&self, actor: &Actor, press: &str, look: &Look) -> Result<Pressed, Refusal> {
        unimplemented!()
    }

    /// Takes a form that was filled in.
    pub async fn submit(&self, actor: &Actor, press: Press, text: &str) -> Result<AskAgain, Refusal> {
        unimplemented!()
    }

    /// Whole questions to offer while somebody types: their own recent ones that begin like it or contain it.
    pub async fn suggest_questions(&self, actor: &Actor, typed: &str, limit: usize) -> Vec<String> {
        unimplemented!()
    }

    /// Names of sources that this person may ask from here and that contain what was typed.
    pub async fn suggest_sources(&self, actor: &Actor, typed: &str, limit: usize) -> Vec<String> {
        unimplemented!()
    }

    /// A run's reply as a card. Pictures are drawn or fetched here.
    pub async fn card(&self, reply: &Reply, question: &str, view: View, look: &Look) -> Card {
        unimplemented!()
    }

    /// What stands there while a run works.
    pub fn working(&self, run: RunId, question: &str, what: Option<&What>) -> Card {
        unimplemented!()
    }

    /// A refusal or error as a card.
    pub fn problem(&self, failure: &Failure, run: Option<RunId>) -> Card {
        unimplemented!()
    }
}
