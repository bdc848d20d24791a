//! The chat: a conversation's page, and the ways a question gets into it.

use super::{
    App,
    guard::OwnForm,
    problem::Problem,
    session::Visitor,
    view::{
        self, Known,
        answer::{self, Turn},
        layout,
    },
};
use crate::IntakeError;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use maud::Markup;
use rowcall_core::{Actor, Author, FailureCode, Inbound, Place, Platform, RunId};
use rowcall_shared::store::{Capsule, ConversationMessage};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Messages shown of a conversation; older ones are in the list of runs.
const MESSAGES: i64 = 100;

/// A question as it comes from the form or the JSON interface.
pub struct Ask {
    /// What is asked.
    pub question: String,
    /// The conversation's key; a new conversation when absent.
    pub conversation: Option<String>,
    /// The source's name; the default one when absent.
    pub source: Option<String>,
    /// The asker's own key of this question: the same again is the same run.
    pub once: Option<String>,
}

/// A question that was accepted.
pub struct Asked {
    /// Its run.
    pub run_id: RunId,
    /// The key of its conversation.
    pub conversation: String,
    /// It had been accepted before.
    pub duplicate: bool,
}

/// Hands a question to the intake.
///
/// # Errors
/// What the asker is told.
pub async fn accept(app: &App, visitor: &Visitor, ask: Ask) -> Result<Asked, Problem> {
    let filled = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
    let once = filled(ask.once).unwrap_or_else(|| Uuid::new_v4().to_string());
    // Two visitors may choose the same key, and must not get each other's run.
    let once = Sha256::digest(format!("{}\0{once}", visitor.scope));
    let conversation = match filled(ask.conversation) {
        Some(key) => parse_key(&key).ok_or_else(|| Problem::not_found("conversation"))?,
        // Made from the key, so that a repetition does not begin a second conversation.
        None => uuid::Builder::from_random_bytes(first_16(&once)).into_uuid(),
    };
    let inbound = Inbound {
        place: Place { platform: Platform::Console, key: conversation.to_string() },
        dedup_key: hex::encode(once),
        actor: Actor::local(Platform::Console, visitor.name.clone(), Utc::now()),
        ask: rowcall_core::Ask::Question,
        text: ask.question,
        source: filled(ask.source),
        private: false,
        address: None,
    };
    let accepted = app.intake.accept(inbound).await.map_err(not_accepted)?;
    let mut conversation = conversation.to_string();
    if accepted.duplicate
        && let Some(place) = app.store().place(accepted.conversation_id).await?
    {
        conversation = place.key;
    }
    Ok(Asked { run_id: accepted.run_id, conversation, duplicate: accepted.duplicate })
}

/// What a refused question looks like over HTTP.
pub fn not_accepted(error: IntakeError) -> Problem {
    let status = match &error {
        IntakeError::Rejected(f) if f.code == FailureCode::QuestionTooLong => StatusCode::PAYLOAD_TOO_LARGE,
        IntakeError::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY,
        IntakeError::Away(_) | IntakeError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    Problem::new(status, error.failure().clone())
}

/// The page of a conversation that has not begun.
pub async fn start(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Markup, Problem> {
    page(&app, &visitor, None, &[], None).await
}

/// The page of a conversation.
pub async fn conversation(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(key): Path<String>,
) -> Result<Markup, Problem> {
    let key = parse_key(&key).ok_or_else(|| Problem::not_found("conversation"))?.to_string();
    let messages = messages(&app, &key).await?.ok_or_else(|| Problem::not_found("conversation"))?;
    page(&app, &visitor, Some(&key), &messages, None).await
}

/// What the composer sends.
#[derive(Deserialize)]
pub struct AskForm {
    question: String,
    conversation: Option<String>,
    source: Option<String>,
    once: Option<String>,
}

/// Takes a question from a form, and shows the conversation with it.
pub async fn ask(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    OwnForm(form): OwnForm<AskForm>,
) -> Result<Response, Problem> {
    let ask = Ask {
        question: form.question.clone(),
        conversation: form.conversation.clone(),
        source: form.source,
        once: form.once,
    };
    let problem = match accept(&app, &visitor, ask).await {
        Ok(asked) => {
            let to = format!("/c/{}#run-{}", asked.conversation, asked.run_id);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(problem) => problem,
    };
    // The words stay in the composer, to be corrected.
    let key = form.conversation.as_deref().and_then(parse_key).map(|k| k.to_string());
    let messages = match &key {
        Some(key) => messages(&app, key).await?.unwrap_or_default(),
        None => Vec::new(),
    };
    let rejected = layout::Rejected { failure: problem.failure(), question: &form.question };
    let page = page(&app, &visitor, key.as_deref(), &messages, Some(rejected)).await?;
    Ok((problem.status(), page).into_response())
}

/// One question with its answer, for the page to put into itself.
pub async fn turn(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let unknown = || Problem::not_found("run");
    let id: RunId = id.parse().map_err(|_| unknown())?;
    let capsule = app.store().capsule(id).await?.ok_or_else(unknown)?;
    if !app.may_see(&visitor, &capsule.run.asker) {
        return Err(unknown());
    }
    let known = Known::of_capsule(&app, &visitor, &capsule).await?;
    Ok(turn_of(&visitor, &capsule, &known))
}

/// The same from a run at hand.
pub fn turn_of(visitor: &Visitor, capsule: &Capsule, known: &Known) -> Markup {
    let turn = Turn {
        run_id: capsule.run.id,
        question: &capsule.run.question,
        asked_at: capsule.run.created_at,
        state: capsule.run.state,
        reply: capsule.reply.as_ref(),
    };
    answer::turn(&turn, known, &visitor.csrf)
}

/// What is going on in a step, for a person who waits.
pub fn doing(step: &str) -> &str {
    match step {
        "understand" => "Reading the question",
        "catalogue" => "Looking at the tables",
        "plan" => "Planning the query",
        "check" => "Checking that it only reads",
        "execute" => "Asking the database",
        "render" => "Preparing the answer",
        other => other,
    }
}

/// The same once it is over.
pub fn done(step: &str) -> &str {
    match step {
        "understand" => "Read the question",
        "catalogue" => "Looked at the tables",
        "plan" => "Planned the query",
        "check" => "Checked that it only reads",
        "execute" => "Asked the database",
        "render" => "Prepared the answer",
        other => other,
    }
}

async fn messages(app: &App, key: &str) -> Result<Option<Vec<ConversationMessage>>, Problem> {
    let place = Place { platform: Platform::Console, key: key.to_owned() };
    match app.store().conversation(&place).await? {
        Some(id) => Ok(Some(app.store().messages(id, MESSAGES).await?)),
        None => Ok(None),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    key: Option<&str>,
    messages: &[ConversationMessage],
    rejected: Option<layout::Rejected<'_>>,
) -> Result<Markup, Problem> {
    let sources = app.store().sources().await?;
    let replies = messages.iter().filter_map(|m| m.reply.as_ref());
    let known = Known::of_replies(app, visitor, key.map(str::to_owned), replies).await?;
    let asked = || messages.iter().filter(|m| m.author == Author::Person);
    let turns: Vec<Turn<'_>> = asked()
        .map(|question| Turn {
            run_id: question.run_id,
            question: &question.body,
            asked_at: question.created_at,
            state: question.run_state,
            reply: messages
                .iter()
                .find(|m| m.author == Author::Rowcall && m.run_id == question.run_id)
                .and_then(|m| m.reply.as_ref()),
        })
        .collect();
    let chosen = asked().next_back().map(|m| m.source.as_str());
    Ok(view::chat::page(&view::chat::Chat {
        visitor,
        known: &known,
        turns: &turns,
        is_whole: messages.len() < usize::try_from(MESSAGES).unwrap_or(usize::MAX),
        sources: &sources,
        source: chosen,
        suggestions: &app.options.suggestions,
        limit: app.context.limits.question_chars,
        rejected,
    }))
}

/// A conversation's key in its one spelling.
fn parse_key(key: &str) -> Option<Uuid> {
    key.trim().parse().ok()
}

fn first_16(digest: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    bytes
}
