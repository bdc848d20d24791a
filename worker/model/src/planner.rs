//! The planner: models in their order, then the planner that needs none.

use crate::{
    advice,
    answer::Answer,
    cache::{self, Answers, Kept},
    client::Client,
    error::CallError,
    judge, prompt,
    spending::{Account, Spending},
    talk::{Said, Talk, Trouble},
};
use async_trait::async_trait;
use rowcall_planner::{Advice, Aids, OfflinePlanner, Outcome, PlanRequest, Planner, PlannerError};
use rowcall_shared::config::ModelConfig;
use std::sync::Arc;
use tokio::time::Instant;

/// Plans with language models. Whatever goes wrong with them, there is an answer: the offline planner's, with a word on why.
pub struct ModelPlanner {
    config: ModelConfig,
    client: Client,
    offline: Arc<dyn Planner>,
    spending: Option<Arc<dyn Spending>>,
    answers: Option<Arc<dyn Answers>>,
}

impl ModelPlanner {
    /// A planner for the models of a configuration. Without more, nothing is written down or kept.
    ///
    /// # Errors
    /// When no connection could ever be made: the system's certificates cannot be read.
    pub fn new(config: ModelConfig) -> Result<Self, CallError> {
        let client = Client::new(&config)?;
        Ok(Self {
            config,
            client,
            offline: Arc::new(OfflinePlanner::default()),
            spending: None,
            answers: None,
        })
    }

    /// Writes every request down, and asks before each.
    #[must_use]
    pub fn with_spending(self, spending: Arc<dyn Spending>) -> Self {
        Self { spending: Some(spending), ..self }
    }

    /// Keeps answers for the time that the configuration says.
    #[must_use]
    pub fn with_answers(self, answers: Arc<dyn Answers>) -> Self {
        Self { answers: Some(answers), ..self }
    }

    /// Who plans when no model can.
    #[must_use]
    pub fn with_offline(self, offline: Arc<dyn Planner>) -> Self {
        Self { offline, ..self }
    }

    /// Asks the models in their order.
    async fn models(&self, request: &PlanRequest<'_>, aids: &Aids<'_>) -> Result<Outcome, Trouble> {
        let deadline = Instant::now() + self.config.total_timeout;
        let account = Account::new(self.spending.clone(), aids.asker, &self.config);
        // A repair must not get the answer that failed.
        let key =
            (aids.failed.is_none() && !self.config.cache.is_zero() && self.answers.is_some()).then(|| {
                let messages = prompt::messages(request, aids, self.config.schema_tokens, true);
                cache::key(&self.config.models, &messages)
            });
        if let Some(kept) = self.kept(key.as_deref(), request).await {
            return Ok(kept);
        }
        let mut trouble = Trouble::Late;
        for model in &self.config.models {
            let talk = Talk {
                client: &self.client,
                config: &self.config,
                model,
                request,
                aids,
                account: &account,
                deadline,
            };
            match talk.run().await {
                Ok(said) => {
                    self.keep(key.as_deref(), model, &said).await;
                    return Ok(Outcome { wish: said.wish, ..Outcome::of(model, said.planned) });
                }
                Err(found) => {
                    tracing::warn!(model, trouble = %found, "a model gave no answer that counts");
                    let stop = matches!(found, Trouble::Budget(_) | Trouble::Late);
                    trouble = found;
                    if stop || Instant::now() >= deadline {
                        break;
                    }
                }
            }
        }
        Err(trouble)
    }

    async fn kept(&self, key: Option<&str>, request: &PlanRequest<'_>) -> Option<Outcome> {
        let text = self.answers.as_ref()?.get(key?).await?;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        let answer = Answer::read(&kept.text).ok()?;
        let wish = judge::wish(&answer);
        let planned = judge::judge(answer, request).ok()?;
        tracing::debug!(model = kept.model, "answered from what was kept");
        Some(Outcome { wish: Some(wish), ..Outcome::of(kept.model, planned) })
    }

    async fn keep(&self, key: Option<&str>, model: &str, said: &Said) {
        let (Some(answers), Some(key), Some(text)) = (&self.answers, key, &said.text) else { return };
        // Whoever asks again after "I cannot" hopes for something else.
        if matches!(said.planned, rowcall_planner::Planned::CannotAnswer { .. }) {
            return;
        }
        let kept = Kept { model: model.to_owned(), text: text.clone() };
        if let Ok(kept) = serde_json::to_string(&kept) {
            answers.put(key, &kept, self.config.cache).await;
        }
    }
}

#[async_trait]
impl Planner for ModelPlanner {
    async fn plan(&self, request: PlanRequest<'_>, aids: Aids<'_>) -> Result<Outcome, PlannerError> {
        // On the heap: with everything that is gathered on the way it is a large future.
        match Box::pin(self.models(&request, &aids)).await {
            Ok(outcome) => Ok(outcome),
            Err(trouble) => {
                let mut outcome = self.offline.plan(request, aids).await?;
                outcome.notes.insert(0, note(&trouble));
                Ok(outcome)
            }
        }
    }

    fn reads_wishes(&self) -> bool {
        true
    }

    async fn advise(&self, facts: &str, aids: Aids<'_>) -> Option<Advice> {
        if !self.config.advice {
            return None;
        }
        let account = Account::new(self.spending.clone(), aids.asker, &self.config);
        advice::advise(&self.client, &self.config, &account, &aids, facts).await
    }
}

/// Why a model did not plan, for the person who asked.
fn note(trouble: &Trouble) -> String {
    let why = match trouble {
        Trouble::Budget(why) => why.clone(),
        Trouble::Late | Trouble::Call(CallError::Timeout) => {
            "The language model did not answer in time.".to_owned()
        }
        Trouble::Answer(_) | Trouble::Call(CallError::TooLong | CallError::NotUnderstood) => {
            "The language model's answer could not be used.".to_owned()
        }
        Trouble::Call(CallError::TooMany { .. }) => {
            "The language model is asked too often just now.".to_owned()
        }
        Trouble::Call(
            CallError::Denied(_) | CallError::NoCredit | CallError::NoSuchModel | CallError::Refused(..),
        ) => "The language model is not set up correctly; whoever runs Rowcall finds the reason in its log."
            .to_owned(),
        Trouble::Call(CallError::PromptTooLong) => {
            "The question with its tables is too long for the language model.".to_owned()
        }
        Trouble::Call(_) => "The language model cannot be reached just now.".to_owned(),
    };
    format!("{why} This was planned without it.")
}
