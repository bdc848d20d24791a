//! What a question may cost, and what it did cost. Each request is written down before it is made, with what it may come to,
//! and again with what came of it, also where it was given up half way: the server counts those too.

use crate::{client::Sent, gather::Reply, tokens};
use async_trait::async_trait;
use rowcall_planner::Asker;
use rowcall_shared::{
    Store,
    config::{ModelConfig, ModelLimits, Price},
    store::{ModelCall, UNDER_WAY, UsedUp, retrying},
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
use uuid::Uuid;

/// Keeps the books.
#[async_trait]
pub trait Spending: Send + Sync + 'static {
    /// Writes down that a request is made, with what it may come to at most, if it may be made at all.
    ///
    /// # Errors
    /// Why not, in a sentence for the person.
    async fn open(&self, call: &ModelCall) -> Result<(), String>;

    /// Writes down what came of it. What cannot be written is logged: the answer is there and paid for.
    async fn close(&self, call: ModelCall);
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
    async fn open(&self, call: &ModelCall) -> Result<(), String> {
        let refusal = match self.store.open_model_call(call, &self.limits).await {
            Ok(None) => return Ok(()),
            Ok(Some(refusal)) => refusal,
            // Where nothing is limited, it is enough to write it down afterwards.
            Err(error) if self.limits == ModelLimits::default() => {
                tracing::warn!(%error, run.id = %call.run_id, "a model call could not be written down before it was made");
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(%error, "what models were used for cannot be read");
                return Err(
                    "What the language model may still be used for cannot be looked up now.".to_owned()
                );
            }
        };
        let whose = match refusal.whose {
            UsedUp::Person => "Your",
            UsedUp::Place => "This place's",
            UsedUp::All => "The installation's",
        };
        Err(if refusal.for_now {
            format!(
                "{whose} use of the language model for 24 hours may be used up by what is being answered now."
            )
        } else {
            format!("{whose} use of the language model for 24 hours is used up.")
        })
    }

    async fn close(&self, call: ModelCall) {
        let written = retrying(Duration::from_secs(5), || self.store.close_model_call(&call)).await;
        if let Err(error) = written {
            tracing::error!(%error, run.id = %call.run_id, "what came of a model call could not be written down");
        }
    }
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
        let price = self.config.prices.get(model).copied();
        // The server is told how long the answer may be.
        let longest = ["max_completion_tokens", "max_tokens"].iter().find_map(|key| body.get(key)?.as_u64());
        let longest = longest.unwrap_or(u64::from(self.config.answer_tokens));
        let owner = self.spending.clone().zip(self.asker).map(|(spending, asker)| {
            let call = ModelCall {
                id: Uuid::now_v7(),
                run_id: asker.run_id,
                attempt: asker.attempt,
                person: asker.person.clone(),
                place: asker.place.clone(),
                model: model.to_owned(),
                fingerprint: Sha256::digest(body.to_string().as_bytes()).into(),
                prompt_tokens: count(prompt),
                completion_tokens: count(longest),
                estimated: true,
                cost_micro_usd: price.map_or(0, |p| p.cost(prompt, longest)),
                millis: 0,
                outcome: UNDER_WAY.to_owned(),
                prompt: None,
            };
            (spending, call)
        });
        // Whoever gives up while it is being opened leaves an entry that is closed, too.
        let mut entry = Entry {
            owner,
            prompt,
            price,
            body: self.config.keep_prompts.then(|| body.clone()),
            began: Instant::now(),
        };
        if let Some((spending, call)) = &entry.owner
            && let Err(why) = spending.open(call).await
        {
            entry.owner = None;
            return Err(why);
        }
        Ok(entry)
    }

    /// Closes the entry with what came of the request.
    pub async fn close(&self, mut entry: Entry, sent: &Sent, word: &str) {
        let (prompt, completion, estimated) = entry.tokens(sent);
        self.used.fetch_add(prompt + completion, Ordering::Relaxed);
        let answer = sent.outcome.as_ref().ok();
        if let Some((spending, call)) = entry.call(prompt, completion, estimated, sent.took, word, answer) {
            spending.close(call).await;
        }
    }
}

/// A request that is under way. Dropped before it is closed, it is written down as abandoned.
pub struct Entry {
    /// The books, and what was written into them; taken when it is closed.
    owner: Option<(Arc<dyn Spending>, ModelCall)>,
    prompt: u64,
    price: Option<Price>,
    body: Option<Value>,
    began: Instant,
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
        let (spending, opened) = self.owner.take()?;
        let kept = self.body.take().map(|mut body| {
            if let Some(reply) = answer {
                let calls: Vec<Value> =
                    reply.calls.iter().map(|c| serde_json::json!([c.name, c.arguments])).collect();
                body["answered"] = serde_json::json!({ "content": reply.content, "calls": calls });
            }
            body
        });
        let call = ModelCall {
            prompt_tokens: count(prompt),
            completion_tokens: count(completion),
            estimated,
            cost_micro_usd: self.price.map_or(0, |p| p.cost(prompt, completion)),
            millis: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            outcome: word.to_owned(),
            prompt: kept,
            ..opened
        };
        Some((spending, call))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let (prompt, took) = (self.prompt, self.began.elapsed());
        if let Some((spending, call)) = self.call(prompt, 0, true, took, "abandoned", None)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { spending.close(call).await });
        }
    }
}

fn count(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}
