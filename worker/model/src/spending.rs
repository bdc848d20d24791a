//! What a question may cost, and what it did cost. Asked before each request, written down after each, also after those
//! that were given up half way: the server counts those too.

use crate::{client::Sent, gather::Reply, tokens};
use async_trait::async_trait;
use rowcall_planner::Asker;
use rowcall_shared::{
    Store,
    config::{ModelConfig, ModelLimits},
    store::{ModelCall, StoreError},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// Keeps the books.
#[async_trait]
pub trait Spending: Send + Sync + 'static {
    /// Whether one more request may be made for somebody.
    ///
    /// # Errors
    /// Why not, in a sentence for the person.
    async fn allows(&self, asker: &Asker) -> Result<(), String>;

    /// Writes a request down. What cannot be written is logged: the answer is there and paid for.
    async fn record(&self, call: ModelCall);
}

/// The books in the store.
pub struct StoreSpending {
    store: Store,
    limits: ModelLimits,
}

impl StoreSpending {
    /// Limits are those of the configuration; what was used is what the store says.
    pub fn new(store: Store, limits: ModelLimits) -> Self {
        Self { store, limits }
    }
}

#[async_trait]
impl Spending for StoreSpending {
    async fn allows(&self, asker: &Asker) -> Result<(), String> {
        if self.limits == ModelLimits::default() {
            return Ok(());
        }
        let usage = match self.store.model_usage(&asker.person, &asker.place).await {
            Ok(usage) => usage,
            Err(error) => {
                tracing::warn!(%error, "what models were used for cannot be read");
                return Err(
                    "What the language model may still be used for cannot be looked up now.".to_owned()
                );
            }
        };
        let limits = &self.limits;
        let over = |limit: Option<i64>, used: i64| limit.is_some_and(|limit| used >= limit);
        let whose = if over(limits.person_tokens, usage.person_tokens)
            || over(limits.person_micro_usd, usage.person_micro_usd)
        {
            "Your"
        } else if over(limits.place_tokens, usage.place_tokens)
            || over(limits.place_micro_usd, usage.place_micro_usd)
        {
            "This place's"
        } else if over(limits.total_tokens, usage.total_tokens)
            || over(limits.total_micro_usd, usage.total_micro_usd)
        {
            "The installation's"
        } else {
            return Ok(());
        };
        Err(format!("{whose} use of the language model for 24 hours is used up."))
    }

    async fn record(&self, call: ModelCall) {
        if let Err(error) = written(&self.store, &call).await {
            tracing::error!(%error, run.id = %call.run_id, "a model call could not be written down");
        }
    }
}

async fn written(store: &Store, call: &ModelCall) -> Result<(), StoreError> {
    rowcall_shared::store::retrying(Duration::from_secs(5), || store.record_model_call(call)).await
}

/// The account of one question.
pub struct Account<'a> {
    /// Where it is written down.
    pub spending: Option<Arc<dyn Spending>>,
    /// Whose.
    pub asker: Option<&'a Asker>,
    /// Prices and limits.
    pub config: &'a ModelConfig,
    used: AtomicU64,
}

impl<'a> Account<'a> {
    /// An empty one.
    pub fn new(
        spending: Option<Arc<dyn Spending>>,
        asker: Option<&'a Asker>,
        config: &'a ModelConfig,
    ) -> Self {
        Self { spending, asker, config, used: AtomicU64::new(0) }
    }

    /// Asks whether a request may be made, and opens its entry.
    ///
    /// # Errors
    /// Why not, in a sentence for the person.
    pub async fn open(&self, model: &str, body: &Value) -> Result<Entry, String> {
        let prompt = tokens::of_json(body) as u64;
        if self.used.load(Ordering::Relaxed) + prompt > self.config.question_tokens {
            return Err("The question needs more of the language model than one question may use.".to_owned());
        }
        let owner = self.spending.clone().zip(self.asker.cloned());
        if let Some((spending, asker)) = &owner {
            spending.allows(asker).await?;
        }
        Ok(Entry {
            owner,
            model: model.to_owned(),
            fingerprint: Sha256::digest(body.to_string().as_bytes()).into(),
            prompt,
            price: self.config.prices.get(model).copied(),
            body: self.config.keep_prompts.then(|| body.clone()),
            began: Instant::now(),
            settled: false,
        })
    }

    /// Closes the entry with what came of the request.
    pub async fn close(&self, mut entry: Entry, sent: &Sent, word: &str) {
        let (prompt, completion, estimated) = entry.tokens(sent);
        self.used.fetch_add(prompt + completion, Ordering::Relaxed);
        entry.settled = true;
        let answer = sent.outcome.as_ref().ok();
        if let Some((spending, call)) = entry.call(prompt, completion, estimated, sent.took, word, answer) {
            spending.record(call).await;
        }
    }
}

/// A request that is under way. Dropped before it is closed, it is written down as abandoned.
pub struct Entry {
    owner: Option<(Arc<dyn Spending>, Asker)>,
    model: String,
    fingerprint: [u8; 32],
    prompt: u64,
    price: Option<rowcall_shared::config::Price>,
    body: Option<Value>,
    began: Instant,
    settled: bool,
}

impl Entry {
    /// Tokens of prompt and answer, and whether we had to guess.
    fn tokens(&self, sent: &Sent) -> (u64, u64, bool) {
        match &sent.outcome {
            Ok(Reply { usage: Some((prompt, completion)), .. }) => (*prompt, *completion, false),
            Ok(reply) => (self.prompt, (reply.size() as u64).div_ceil(3), true),
            // Refused before anything was computed.
            Err(error) if sent.heard == 0 && !matches!(error, crate::error::CallError::Timeout) => {
                (0, 0, true)
            }
            Err(_) => (self.prompt, (sent.heard as u64).div_ceil(3), true),
        }
    }

    fn call(
        &mut self,
        prompt: u64,
        completion: u64,
        estimated: bool,
        took: Duration,
        word: &str,
        answer: Option<&Reply>,
    ) -> Option<(Arc<dyn Spending>, ModelCall)> {
        let (spending, asker) = self.owner.take()?;
        let kept = self.body.take().map(|mut body| {
            if let Some(reply) = answer {
                let calls: Vec<Value> =
                    reply.calls.iter().map(|c| serde_json::json!([c.name, c.arguments])).collect();
                body["answered"] = serde_json::json!({ "content": reply.content, "calls": calls });
            }
            body
        });
        let call = ModelCall {
            run_id: asker.run_id,
            attempt: asker.attempt,
            person: asker.person,
            place: asker.place,
            model: self.model.clone(),
            fingerprint: self.fingerprint,
            prompt_tokens: i64::try_from(prompt).unwrap_or(i64::MAX),
            completion_tokens: i64::try_from(completion).unwrap_or(i64::MAX),
            estimated,
            cost_micro_usd: self.price.map_or(0, |p| p.cost(prompt, completion)),
            millis: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            outcome: word.to_owned(),
            prompt: kept,
        };
        Some((spending, call))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let (prompt, took) = (self.prompt, self.began.elapsed());
        if let Some((spending, call)) = self.call(prompt, 0, true, took, "abandoned", None)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { spending.record(call).await });
        }
    }
}
