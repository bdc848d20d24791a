//! What people taught: an answer that was confirmed for the very same question, words of the team, and how a word is
//! learnt.

use super::{
    plan::Draft,
    planning::{Planning, permit, refuse},
};
use crate::engine::{Finished, Flow, StepContext, StepError};
use rowcall_core::{
    Button, Catalogue, Failure, Intent, Reply, RunState,
    memory::{read_definition, stands_alone, term_key},
    texts::{self, memory as words},
};
use rowcall_planner::{GlossaryEntry, Planned, VerifiedAnswer};
use rowcall_shared::store::{MAX_TERMS, Memory, Verified};
use rowcall_source::Source;

/// Confirmed answers that a planner is shown.
const EXAMPLES: usize = 5;
/// Who a confirmed answer is from.
pub(super) const CONFIRMED: &str = "confirmed";

impl Planning {
    /// What is known that helps with a question. A store that is away is no reason not to answer.
    pub(super) async fn memory(&self, source: &str, question: &str) -> Memory {
        self.store.memory(source, question).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what was taught cannot be read");
            Memory::default()
        })
    }

    /// Confirmed answers to questions like this one.
    pub(super) async fn examples(&self, source: &str, question: &str) -> Vec<VerifiedAnswer> {
        let found = self.store.similar_verified(source, question, EXAMPLES).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "confirmed answers cannot be read");
            Vec::new()
        });
        found.into_iter().map(example).collect()
    }

    /// The draft that was confirmed for the very same question, if it still holds. What does not is set aside.
    pub(super) async fn recall(&self, same: Verified, catalogue: &Catalogue) -> Option<Draft> {
        let kept = match serde_json::from_value::<Draft>(same.draft) {
            Ok(draft) => draft,
            Err(error) => {
                // Of another version; the question is planned as if nobody had confirmed anything.
                tracing::warn!(%error, "a confirmed answer cannot be read");
                return None;
            }
        };
        if same.schema != catalogue.fingerprint {
            let holds = match &kept.plan {
                Some(plan) => rowcall_plan::compile(plan, catalogue).is_ok_and(|now| now.sql == kept.sql),
                None => false,
            };
            let noted = match holds {
                true => self.store.still_verified(same.id, &catalogue.fingerprint).await,
                false => self.store.set_aside(same.id, "the tables are not what they were").await,
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "what became of a confirmed answer could not be kept");
            }
            if !holds {
                return None;
            }
        }
        let mut notes = vec![words::confirmed(same.verified_at)];
        notes.extend(kept.notes);
        Some(Draft { planner: CONFIRMED.to_owned(), notes, confidence: 1.0, ..kept })
    }

    /// Learns what a word means: read, planned, judged by the policy, and kept.
    pub(super) async fn define(&self, context: &StepContext, text: &str) -> Result<Flow<Draft>, StepError> {
        if let Some(failure) = self.permission.of(context).await? {
            return Ok(refuse(context, failure, None));
        }
        let (term, meaning) = match read_definition(text) {
            Ok(read) => read,
            Err(why) => return Ok(refuse(context, words::no_definition(&why), None)),
        };
        let source = self.source(context).await?;
        let catalogue = self.catalogue(&source, false).await?;
        let name = &source.settings().name;
        let mut memory = self.memory(name, "").await;
        let before = memory.terms.iter().position(|known| term_key(&known.term) == term_key(&term));
        let before = before.map(|at| memory.terms.remove(at).meaning);
        if let Some(failure) = unusable(&term, &meaning, &catalogue) {
            return Ok(refuse(context, failure, None));
        }
        let draft = match self.meaning(context, &meaning, &memory, &source, &catalogue).await? {
            Ok(draft) => draft,
            Err(failure) => return Ok(refuse(context, failure, None)),
        };
        let by = context.actor.as_ref().map_or_else(|| "rowcall".to_owned(), |actor| actor.subject());
        let kept = self.store.define(name, &term, &meaning, &draft.sql, &by).await;
        match kept {
            Ok(true) => {}
            Ok(false) => return Ok(refuse(context, words::too_many_terms(MAX_TERMS), None)),
            Err(error) => {
                tracing::warn!(%error, "a definition could not be kept");
                return Err(StepError::Retry(texts::internal()));
            }
        }
        let text = words::defined(&term, &meaning, before.as_deref(), draft.explanation.as_deref());
        let mut reply = Reply::words(context.question.run_id, RunState::Succeeded, text);
        reply.sql = Some(draft.sql);
        reply.planner = Some(draft.planner);
        reply.buttons = vec![Button { label: "Try it".to_owned(), text: format!("show {term}") }];
        Ok(Flow::End(Box::new(Finished { reply, plan: None })))
    }

    /// What a meaning comes to when it is asked for by itself, or why it comes to nothing.
    async fn meaning(
        &self,
        context: &StepContext,
        meaning: &str,
        memory: &Memory,
        source: &Source,
        catalogue: &Catalogue,
    ) -> Result<Result<Draft, Failure>, StepError> {
        let mut why = None;
        for question in [format!("show {meaning}"), format!("what is the {meaning}"), meaning.to_owned()] {
            let intent = Intent { text: question, ..rowcall_planner::understand("show") };
            let outcome = self.plan(context, &intent, memory, source, catalogue, None, &[]).await?;
            match outcome.planned {
                Planned::CannotAnswer { reason, .. } => {
                    why.get_or_insert(reason);
                    continue;
                }
                Planned::Clarify { question, .. } => {
                    why.get_or_insert(question);
                    continue;
                }
                Planned::Change { .. } => {
                    why.get_or_insert(
                        "That would change data; a word can only stand for something to read.".into(),
                    );
                    continue;
                }
                Planned::Plan { .. } | Planned::Sql { .. } => {}
            }
            match Draft::from_outcome(context, outcome, catalogue)? {
                Flow::Next(draft) => match permit(&draft.sql, catalogue) {
                    Ok(proof) => return Ok(Ok(Draft { sql: proof.sql().to_owned(), ..draft })),
                    Err(failure) => {
                        why.get_or_insert(failure.why);
                    }
                },
                Flow::End(finished) => {
                    why.get_or_insert(finished.reply.failure.map_or(finished.reply.text, |f| f.why));
                }
                // Only the step that measures an impact waits.
                Flow::Wait(_) => {}
            }
        }
        Ok(Err(words::meaningless(meaning, &why.unwrap_or_default())))
    }
}

/// Whether the words of a question are enough to answer it again, later and elsewhere. A model may have used the
/// conversation; the offline planner uses it only where the words ask for it.
pub(super) fn alone(context: &StepContext, question: &str, planner: &str) -> bool {
    stands_alone(question) && (planner == "offline" || context.question.history.is_empty())
}

/// The glossary as planners take it.
pub(super) fn glossary(memory: &Memory) -> Vec<GlossaryEntry> {
    let entry = |term: &rowcall_shared::store::Term| GlossaryEntry {
        term: term.term.clone(),
        meaning: term.meaning.clone(),
    };
    memory.terms.iter().map(entry).collect()
}

fn example(kept: Verified) -> VerifiedAnswer {
    let plan = kept.draft.get("plan").filter(|plan| !plan.is_null()).map(|plan| plan.to_string());
    VerifiedAnswer { question: kept.question, answer: plan.unwrap_or(kept.sql) }
}

/// Why a word cannot get this meaning, whatever the meaning comes to.
fn unusable(term: &str, meaning: &str, catalogue: &Catalogue) -> Option<Failure> {
    let key = term_key(term);
    let spoken = |name: &str| name.replace('_', " ").to_lowercase();
    if catalogue.tables.iter().any(|table| spoken(&table.name) == key) {
        return Some(words::term_is_taken(term, "a table"));
    }
    let apart = |text: &str| {
        let words: Vec<String> =
            text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
        format!(" {} ", words.join(" "))
    };
    apart(meaning).contains(&apart(&key)).then(|| words::term_in_meaning(term))
}
