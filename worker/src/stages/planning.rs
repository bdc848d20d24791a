//! What the stages before execution share: the source's catalogue, the planner and the policy, put together so
//! that a repair can go through them again.

use super::{
    check::{Checked, Effect},
    choices::{self, CHOSEN},
    look::Look,
    permission::Permission,
    plan::{Draft, OWN},
    recall::{CONFIRMED, alone, glossary},
};
use crate::{
    engine::{Finished, Flow, StepContext, StepError},
    sources::{Sources, SourcesError},
};
use rowcall_core::{
    Author, Button, Catalogue, Failure, FailureCode, HistoryMessage, Intent, IntentKind, Reply, RunState,
    texts,
};
use rowcall_planner::{Aids, Asker, Failed, Outcome, PlanRequest, Planned, Planner, VerifiedAnswer};
use rowcall_policy::{CheckedChange, CheckedRead, Facts, Verdict};
use rowcall_shared::{
    Store,
    store::{Memory, TicketAdvice},
};
use rowcall_source::{Source, SourceError};
use std::{borrow::Cow, sync::Arc};

/// Planner, policy and catalogues.
pub struct Planning {
    pub(super) store: Store,
    sources: Arc<Sources>,
    planner: Arc<dyn Planner>,
    time_zone: chrono_tz::Tz,
    pub(super) permission: Permission,
}

impl Planning {
    /// Puts them together. `time_zone` is what "today" means.
    pub fn new(
        store: Store,
        sources: Arc<Sources>,
        planner: Arc<dyn Planner>,
        time_zone: chrono_tz::Tz,
        permission: Permission,
    ) -> Self {
        Self { store, sources, planner, time_zone, permission }
    }

    /// Whether the planner itself tells what kind of wish a message is.
    pub(super) fn reads_wishes(&self) -> bool {
        self.planner.reads_wishes()
    }

    /// The source that the question is about.
    pub(super) async fn source(&self, context: &StepContext) -> Result<Arc<Source>, StepError> {
        self.sources.get(&context.question.source).await.map_err(|error| match error {
            SourcesError::Unusable(failure) => StepError::Fail(failure),
            SourcesError::Store(_) => StepError::Retry(texts::internal()),
        })
    }

    /// Its catalogue; read anew if `fresh`.
    pub(super) async fn catalogue(&self, source: &Source, fresh: bool) -> Result<Arc<Catalogue>, StepError> {
        let read =
            if fresh { self.sources.refresh(source).await } else { self.sources.catalogue(source).await };
        read.map_err(|error| source_error(&error, source))
    }

    /// A draft for the question; another one if the database refused the first.
    pub(super) async fn draft(
        &self,
        context: &StepContext,
        intent: &Intent,
        source: &Source,
        catalogue: &Catalogue,
        failed: Option<Failed<'_>>,
    ) -> Result<Flow<Draft>, StepError> {
        // A planner that reads wishes costs something and may look into the source.
        if self.reads_wishes()
            && let Some(failure) = self.permission.of(context).await?
        {
            return Ok(refuse(context, failure, None));
        }
        if failed.is_none()
            && let Some(outcome) = choices::chosen(&context.question.history, &intent.text)
        {
            return Draft::from_outcome(context, outcome, catalogue);
        }
        let memory = self.memory(&source.settings().name, &intent.text).await;
        if failed.is_none()
            && let Some(same) = memory.same.clone()
            && let Some(draft) = self.recall(same, catalogue).await
        {
            return Ok(Flow::Next(draft));
        }
        let verified = match self.reads_wishes() {
            true => self.examples(&source.settings().name, &intent.text).await,
            false => Vec::new(),
        };
        let outcome = self.plan(context, intent, &memory, source, catalogue, failed, &verified).await?;
        if let Some(failure) = unwanted(&outcome, intent) {
            return Ok(refuse(context, failure, None));
        }
        let (alone, wish) = (alone(context, &intent.text, &outcome.planner), outcome.wish.clone());
        Ok(match Draft::from_outcome(context, outcome, catalogue)? {
            Flow::Next(draft) => Flow::Next(Draft { alone, wish, ..draft }),
            end => end,
        })
    }

    /// What the planner makes of a text.
    // Each of these is a thing of its own that another caller has another one of.
    #[allow(clippy::too_many_arguments)]
    pub(super) async fn plan(
        &self,
        context: &StepContext,
        intent: &Intent,
        memory: &Memory,
        source: &Source,
        catalogue: &Catalogue,
        failed: Option<Failed<'_>>,
        verified: &[VerifiedAnswer],
    ) -> Result<Outcome, StepError> {
        let now = chrono::Utc::now().with_timezone(&self.time_zone);
        let history = told(&context.question.history, source.settings().model_sees_values);
        let request = PlanRequest {
            question: &intent.text,
            history: &history,
            catalogue,
            today: now.date_naive(),
            time_zone: self.time_zone,
        };
        let asker = asker(context);
        let look = Look { source, catalogue, cancel: &context.cancel };
        let glossary = glossary(memory);
        let aids = Aids {
            asker: asker.as_ref(),
            tools: Some(&look),
            watch: Some(&context.teller),
            glossary: &glossary,
            verified,
            failed,
            ..Aids::default()
        };
        self.planner.plan(request, aids).await.map_err(|error| {
            tracing::error!(%error, "the planner failed");
            StepError::Fail(texts::internal())
        })
    }

    /// What a model would have people look at before they decide on a change, where one is asked for that.
    pub(super) async fn advise(&self, context: &StepContext, facts: &str) -> Option<TicketAdvice> {
        let asker = asker(context);
        let aids = Aids { asker: asker.as_ref(), watch: Some(&context.teller), ..Aids::default() };
        let said = self.planner.advise(facts, aids).await?;
        Some(TicketAdvice { by: said.by, text: said.text })
    }

    /// Whether another draft may do better than one that the database refused: a planner that writes statements, or
    /// plans that it wrote.
    pub(super) fn can_repair(&self, draft: &Draft) -> bool {
        self.reads_wishes() && !["offline", OWN, CONFIRMED, CHOSEN].contains(&draft.planner.as_str())
    }

    /// Three questions that can be answered about a catalogue's tables.
    pub(super) fn suggestions(&self, catalogue: &Catalogue) -> Vec<String> {
        rowcall_planner::suggestions(catalogue)
    }

    /// The policy's word on a statement. Whoever's it is and whatever it was wished as: a statement that changes something
    /// is a change, and goes no further where it may not be asked for.
    ///
    /// # Errors
    /// When the store stayed away.
    pub(super) async fn check(
        &self,
        context: &StepContext,
        draft: Draft,
        source: &Source,
        catalogue: &Catalogue,
    ) -> Result<Flow<Checked>, StepError> {
        let draft = Draft { schema: catalogue.fingerprint.clone(), ..draft };
        Ok(match judge(&draft.sql, catalogue) {
            Ok(Judged::Read(read)) => {
                Flow::Next(Checked { sql: read.sql().to_owned(), draft, effect: Effect::Read })
            }
            Ok(Judged::Change(change)) => match self.no_change(context, source).await? {
                Some(failure) => refuse(context, failure, None),
                None => Flow::Next(Checked { sql: change.sql().to_owned(), draft, effect: Effect::Change }),
            },
            Err(failure) => refuse(context, failure, Some(draft.sql)),
        })
    }

    /// Why no change may be asked for, if none may: by this person, of this source, or here at all.
    ///
    /// # Errors
    /// When the store stayed away.
    pub(super) async fn no_change(
        &self,
        context: &StepContext,
        source: &Source,
    ) -> Result<Option<Failure>, StepError> {
        if let Some(failure) = self.permission.to_change(context).await? {
            return Ok(Some(failure));
        }
        Ok(match (source.writer(), self.sources.takes_changes()) {
            (None, _) => Some(texts::changes::read_only(&source.settings().name)),
            (Some(_), false) => Some(texts::changes::no_audit_log()),
            (Some(_), true) => None,
        })
    }
}

/// Who pays for what a model says.
fn asker(context: &StepContext) -> Option<Asker> {
    context.actor.as_ref().map(|actor| Asker {
        run_id: context.question.run_id,
        attempt: context.attempt,
        person: actor.subject(),
        place: actor.place(),
    })
}

/// The proof that a statement may be run as a read, made from the statement itself each time it is needed: proofs
/// do not travel through the store.
pub(super) fn permit(sql: &str, catalogue: &Catalogue) -> Result<CheckedRead, Failure> {
    match judge(sql, catalogue)? {
        Judged::Read(read) => Ok(read),
        Judged::Change(_) => Err(Failure::new(
            FailureCode::PolicyRefused,
            "That statement may not run here.",
            "It changes data, and only reads run here.",
            "Give a SELECT.",
        )),
    }
}

/// A statement that the policy lets through.
pub(crate) enum Judged {
    /// It may run.
    Read(CheckedRead),
    /// It may be asked for.
    Change(CheckedChange),
}

/// The policy's verdict, made anew wherever it is needed.
pub(crate) fn judge(sql: &str, catalogue: &Catalogue) -> Result<Judged, Failure> {
    match rowcall_policy::check(sql, &Facts { catalogue: Some(catalogue) }) {
        Verdict::AllowRead(read) => Ok(Judged::Read(read)),
        Verdict::NeedsApproval(change) => Ok(Judged::Change(change)),
        Verdict::Refuse(refusals) => {
            let mut reasons: Vec<String> = refusals.iter().map(|r| r.reason.clone()).collect();
            reasons.dedup();
            let allowed = refusals.first().map(|r| format!("Allowed: {}", r.allowed));
            Err(Failure::new(
                FailureCode::PolicyRefused,
                "That statement may not run.",
                reasons.join(" "),
                allowed.unwrap_or_default(),
            ))
        }
    }
}

/// A source's error, as a step's: tried again when it can pass by itself.
pub(super) fn source_error(error: &SourceError, source: &Source) -> StepError {
    tracing::info!(%error, source = %source.settings().name, "the source refused");
    let failure = error.failure(&source.settings().name);
    if error.retryable() { StepError::Retry(failure) } else { StepError::Fail(failure) }
}

/// Ends the run with a refusal.
pub(super) fn refuse<T>(context: &StepContext, failure: Failure, sql: Option<String>) -> Flow<T> {
    let mut reply = Reply::failure(context.question.run_id, RunState::Refused, failure);
    reply.sql = sql;
    Flow::End(Box::new(Finished { reply, plan: None }))
}

/// Questions as buttons.
pub(super) fn suggest(questions: Vec<String>) -> Vec<Button> {
    questions.into_iter().map(|text| Button { label: text.chars().take(80).collect(), text }).collect()
}

/// Which planner's answer says nothing of the data.
pub(super) fn cannot_answer(
    context: &StepContext,
    planner: &str,
    reason: String,
    suggestions: Vec<String>,
) -> Box<Finished> {
    let try_next = match suggestions.first() {
        Some(first) => format!("Try for example: \"{first}\""),
        None => "Ask about another table.".to_owned(),
    };
    let failure =
        Failure::new(FailureCode::CannotAnswer, "I cannot answer that from this data.", reason, try_next);
    let mut reply = Reply::failure(context.question.run_id, RunState::Refused, failure);
    reply.planner = Some(planner.to_owned());
    reply.buttons = suggest(suggestions);
    Box::new(Finished { reply, plan: None })
}

/// The conversation as a planner may know it. Where no values are shown to a model, our answers go without their words, which
/// have values in them ("Name: Emma Smith", a database's complaint of a text): what was planned, and what we asked back, remain.
fn told(history: &[HistoryMessage], sees_values: bool) -> Cow<'_, [HistoryMessage]> {
    if sees_values {
        return Cow::Borrowed(history);
    }
    let without = |message: &HistoryMessage| {
        let ours = matches!(message.author, Author::Rowcall);
        let asks = message.plan.is_none() && message.text.trim_end().ends_with('?');
        let text = match (ours && !asks, &message.plan) {
            (false, _) => message.text.clone(),
            (true, Some(_)) => "(answered)".to_owned(),
            (true, None) => "(not answered)".to_owned(),
        };
        HistoryMessage { text, ..message.clone() }
    };
    Cow::Owned(history.iter().map(without).collect())
}

/// Why this kind of wish is not served, if it is not.
pub(super) fn unserved(kind: IntentKind) -> Option<Failure> {
    match kind {
        // Who may ask for a change, and of what, is asked once the statement is there: by it alone is it a change.
        IntentKind::Read | IntentKind::Help | IntentKind::Change => None,
        IntentKind::Task => Some(texts::not_supported("a task list")),
        IntentKind::Workflow => Some(texts::not_supported("a workflow")),
    }
}

/// Why what was planned is not what was wished, if it is not. A statement needs no such word: the check judges it.
fn unwanted(outcome: &Outcome, intent: &Intent) -> Option<Failure> {
    let wish = outcome.wish.as_ref().map_or(intent.kind, |wish| wish.kind);
    match (&outcome.planned, wish) {
        (Planned::Sql { .. } | Planned::Change { .. } | Planned::Clarify { .. }, _) => None,
        // Rows instead of a change would look like an answer.
        (Planned::Plan { .. }, IntentKind::Change) => Some(texts::changes::not_planned()),
        (Planned::Plan { .. } | Planned::CannotAnswer { .. }, kind) => unserved(kind),
    }
}
