//! The way in: every front end hands its events to [`Intake`]. A question is checked, committed to the store
//! together with its run, and only then is the queue rung: whoever was told "accepted" gets an answer, whatever
//! dies afterwards.

use crate::commands::{Line, read_line};
use rowcall_core::{Ask, Failure, FailureCode, Inbound, RunId, texts};
use rowcall_shared::{
    Queue, Store,
    config::LimitsConfig,
    store::{Accepted, StoreError, retrying},
};
use std::time::Duration;

/// How long a question waits for a store that restarts.
const STORE_PATIENCE: Duration = Duration::from_secs(4);
/// How long it waits for Redis: the reconciler pushes later what is not pushed now.
pub(crate) const QUEUE_PATIENCE: Duration = Duration::from_millis(300);

/// The way in for questions; cheap to clone.
#[derive(Clone)]
pub struct Intake {
    store: Store,
    queue: Queue,
    limits: LimitsConfig,
}

/// Why a question was not accepted. Nothing is kept of it then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// The question itself, or the source it names, cannot be used.
    #[error("{0}")]
    Rejected(Failure),
    /// The store does not answer: the same event, brought again, can be accepted.
    #[error("{0}")]
    Away(Failure),
    /// The store answers and does not take it.
    #[error("{0}")]
    Unavailable(Failure),
}

impl IntakeError {
    /// What the asker is told.
    pub fn failure(&self) -> &Failure {
        match self {
            Self::Rejected(failure) | Self::Away(failure) | Self::Unavailable(failure) => failure,
        }
    }
}

impl Intake {
    /// An intake that accepts what `limits` allow.
    pub fn new(store: Store, queue: Queue, limits: LimitsConfig) -> Self {
        Self { store, queue, limits }
    }

    /// Accepts a question. The same event (by its `dedup_key`) again gives the same run.
    ///
    /// # Errors
    /// What the asker is told when it is not accepted.
    pub async fn accept(&self, mut inbound: Inbound) -> Result<Accepted, IntakeError> {
        // Who has no commands of a platform types them.
        if inbound.actor.is_local()
            && inbound.ask == Ask::Question
            && let Line::Ask(ask, text) = read_line(&inbound.text, "")
        {
            (inbound.ask, inbound.text) = (ask, text);
        }
        inbound.text = readable(&inbound.text, self.limits.question_chars).map_err(IntakeError::Rejected)?;
        let source = self.source(inbound.source.as_deref()).await?;
        let accepted = retrying(STORE_PATIENCE, || self.store.accept(&inbound, &source))
            .await
            .map_err(|error| unavailable(&error))?;
        tracing::info!(run.id = %accepted.run_id, duplicate = accepted.duplicate, %source, "question accepted");
        if !accepted.duplicate {
            self.ring(accepted.run_id).await;
        }
        Ok(accepted)
    }

    /// Asks that a run be stopped. False when it is unknown or has ended.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn cancel(&self, run_id: RunId) -> Result<bool, IntakeError> {
        let asked = retrying(STORE_PATIENCE, || self.store.request_cancel(run_id))
            .await
            .map_err(|error| unavailable(&error))?;
        tracing::info!(run.id = %run_id, asked, "stop asked for");
        Ok(asked)
    }

    async fn source(&self, name: Option<&str>) -> Result<String, IntakeError> {
        let found = retrying(STORE_PATIENCE, || self.store.source(name))
            .await
            .map_err(|error| unavailable(&error))?;
        if let Some(source) = found {
            return Ok(source.name);
        }
        let known = retrying(STORE_PATIENCE, || self.store.sources())
            .await
            .map_err(|error| unavailable(&error))?
            .into_iter()
            .map(|s| s.name)
            .collect::<Vec<_>>();
        let name: String = name.unwrap_or("default").chars().filter(|c| !c.is_control()).take(64).collect();
        Err(IntakeError::Rejected(texts::unknown_source(&name, &known)))
    }

    /// Rings the queue, and does not keep the asker waiting for a Redis that is away.
    async fn ring(&self, run_id: RunId) {
        let queue = self.queue.clone();
        let push = tokio::spawn(async move {
            if let Err(error) = queue.push(run_id).await {
                tracing::warn!(%error, run.id = %run_id, "the queue could not be rung; the reconciler will");
            }
        });
        let _ = tokio::time::timeout(QUEUE_PATIENCE, push).await;
    }
}

/// The question as it is kept: line ends made one kind, white space at both ends removed.
///
/// # Errors
/// When it is empty, too long, or holds characters that cannot be seen.
fn readable(text: &str, limit: usize) -> Result<String, Failure> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err(texts::empty_question());
    }
    let chars = text.chars().count();
    if chars > limit {
        return Err(texts::question_too_long(chars, limit));
    }
    match text.chars().find_map(unreadable) {
        Some(found) => Err(texts::question_not_text(&found)),
        None => Ok(text.to_owned()),
    }
}

/// What is wrong with a character, if something is.
fn unreadable(c: char) -> Option<String> {
    match c {
        '\n' | '\t' => None,
        '\0' => Some("a zero byte".into()),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(format!("a character that turns the reading direction (U+{:04X})", u32::from(c)))
        }
        c if c.is_control() => Some(format!("a control character (U+{:04X})", u32::from(c))),
        _ => None,
    }
}

/// The store does not take part; what the asker is told.
pub(crate) fn unavailable(error: &StoreError) -> IntakeError {
    tracing::warn!(%error, "the store did not serve a wish");
    let (kind, why): (fn(Failure) -> IntakeError, _) = if error.is_transient() {
        (IntakeError::Away, "Its own database does not answer.")
    } else {
        (IntakeError::Unavailable, "Its own database refused it; the reason is in the log.")
    };
    kind(Failure::new(
        FailureCode::Internal,
        "Rowcall cannot take questions right now.",
        why,
        "Nothing was kept: ask again in a moment.",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(text: &str, expected: Result<&str, FailureCode>) {
        assert_eq!(readable(text, 20).map_err(|f| f.code), expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn a_question_is_kept_whole_or_refused_with_a_reason() {
        use FailureCode::*;
        check("how many orders?", Ok("how many orders?"));
        check("  by\r\nmonth\r ", Ok("by\nmonth"));
        check("größte Städte 🏙", Ok("größte Städte 🏙"));
        check("سؤال", Ok("سؤال"));
        check("", Err(EmptyQuestion));
        check(" \n\t\u{a0}", Err(EmptyQuestion));
        check(&"ä".repeat(20), Ok(&"ä".repeat(20)));
        check(&"ä".repeat(21), Err(QuestionTooLong));
        check("a\0b", Err(QuestionNotText));
        check("a\u{1b}[31mb", Err(QuestionNotText));
        check("a\u{7f}b", Err(QuestionNotText));
        check("a\u{85}b", Err(QuestionNotText));
        check("a\u{202e}b", Err(QuestionNotText));
        check("a\u{2066}b", Err(QuestionNotText));
    }

    #[test]
    fn the_reason_names_what_was_found() {
        let failure = readable("a\u{202e}b", 20).unwrap_err();
        assert!(failure.why.contains("U+202E"), "{failure}");
    }
}
