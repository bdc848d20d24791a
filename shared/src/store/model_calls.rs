//! What language models were asked, for whom, and what it cost.

use super::{Store, StoreError};
use rowcall_core::RunId;
use uuid::Uuid;

/// One request to a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCall {
    /// The run it was for.
    pub run_id: RunId,
    /// Attempt of the run.
    pub attempt: i32,
    /// The person's account.
    pub person: String,
    /// The server, chat or console.
    pub place: String,
    /// The model.
    pub model: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
    /// Tokens of the prompt.
    pub prompt_tokens: i64,
    /// Tokens of the answer.
    pub completion_tokens: i64,
    /// The server did not count them.
    pub estimated: bool,
    /// Millionths of a US dollar.
    pub cost_micro_usd: i64,
    /// Milliseconds it took.
    pub millis: i64,
    /// What came of it, one word.
    pub outcome: String,
    /// The whole request and answer, where they are kept.
    pub prompt: Option<serde_json::Value>,
}

/// What models were used for in the last 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelUsage {
    /// Tokens for one person.
    pub person_tokens: i64,
    /// Cost for one person.
    pub person_micro_usd: i64,
    /// Tokens for one place.
    pub place_tokens: i64,
    /// Cost for one place.
    pub place_micro_usd: i64,
    /// Tokens for everybody.
    pub total_tokens: i64,
    /// Cost for everybody.
    pub total_micro_usd: i64,
}

impl Store {
    /// Writes a request down. A second time is a second request: callers do not repeat what may have arrived.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn record_model_call(&self, call: &ModelCall) -> Result<(), StoreError> {
        sqlx::query!(
            "WITH written AS (
                 INSERT INTO model_calls (id, run_id, attempt, subject, place, model, prompt_sha256, prompt_tokens,
                                          completion_tokens, estimated, cost_micro_usd, ms, outcome)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             )
             INSERT INTO model_prompts (call_id, run_id, prompt) SELECT $1, $2, $14::jsonb WHERE $14 IS NOT NULL",
            Uuid::now_v7(),
            call.run_id.0,
            call.attempt,
            call.person,
            call.place,
            call.model,
            &call.fingerprint[..],
            call.prompt_tokens,
            call.completion_tokens,
            call.estimated,
            call.cost_micro_usd,
            call.millis,
            call.outcome,
            call.prompt,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What models were used for lately, by a person, in a place and altogether. A sum over the calls themselves, so that
    /// nothing has to be reset or can drift; requests under way at the same moment are not in it yet.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn model_usage(&self, person: &str, place: &str) -> Result<ModelUsage, StoreError> {
        let row = sqlx::query!(
            r#"SELECT coalesce(sum(prompt_tokens + completion_tokens) FILTER (WHERE subject = $1), 0)::bigint
                          AS "person_tokens!",
                      coalesce(sum(cost_micro_usd) FILTER (WHERE subject = $1), 0)::bigint AS "person_usd!",
                      coalesce(sum(prompt_tokens + completion_tokens) FILTER (WHERE place = $2), 0)::bigint
                          AS "place_tokens!",
                      coalesce(sum(cost_micro_usd) FILTER (WHERE place = $2), 0)::bigint AS "place_usd!",
                      coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint AS "total_tokens!",
                      coalesce(sum(cost_micro_usd), 0)::bigint AS "total_usd!"
               FROM model_calls WHERE created_at > now() - interval '1 day'"#,
            person,
            place,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(ModelUsage {
            person_tokens: row.person_tokens,
            person_micro_usd: row.person_usd,
            place_tokens: row.place_tokens,
            place_micro_usd: row.place_usd,
            total_tokens: row.total_tokens,
            total_micro_usd: row.total_usd,
        })
    }
}
