//! What language models were asked, for whom, and what it cost.

use super::{Store, StoreError};
use crate::config::ModelLimits;
use rowcall_core::RunId;
use sqlx::PgExecutor;
use uuid::Uuid;

/// What is written of a request that is under way.
pub const UNDER_WAY: &str = "asked";

/// One request to a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCall {
    /// Names it from its opening to its close.
    pub id: Uuid,
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

/// Whose use of models has reached its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedUp {
    /// The person's.
    Person,
    /// That of the server, chat or console.
    Place,
    /// That of everybody together.
    All,
}

/// Why a request may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// Whose use it is.
    pub whose: UsedUp,
    /// Only with what other requests, which are under way, may come to: a moment later it may do.
    pub for_now: bool,
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

impl ModelUsage {
    /// Whose use has reached its limit; the nearest comes first.
    pub fn over(&self, limits: &ModelLimits) -> Option<UsedUp> {
        let over = |limit: Option<i64>, used: i64| limit.is_some_and(|limit| used >= limit);
        let any = |tokens, used, money, spent| over(tokens, used) || over(money, spent);
        if any(limits.person_tokens, self.person_tokens, limits.person_micro_usd, self.person_micro_usd) {
            Some(UsedUp::Person)
        } else if any(limits.place_tokens, self.place_tokens, limits.place_micro_usd, self.place_micro_usd) {
            Some(UsedUp::Place)
        } else if any(limits.total_tokens, self.total_tokens, limits.total_micro_usd, self.total_micro_usd) {
            Some(UsedUp::All)
        } else {
            None
        }
    }
}

impl Store {
    /// Writes down that a request is made, with what it may come to at most, unless a limit is reached. Requests that come
    /// at the same moment are let in one after the other, each counting those before it: together they pass a limit by what
    /// is left of one request at most. One whose worker dies stays written down as it was opened.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn open_model_call(
        &self,
        call: &ModelCall,
        limits: &ModelLimits,
    ) -> Result<Option<OverLimit>, StoreError> {
        if *limits == ModelLimits::default() {
            write(&self.pool, call).await?;
            return Ok(None);
        }
        let mut transaction = self.pool.begin().await?;
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('rowcall model calls', 0))")
            .execute(&mut *transaction)
            .await?;
        let used = usage(&mut *transaction, &call.person, &call.place, true).await?;
        if let Some(whose) = used.over(limits) {
            let closed = usage(&mut *transaction, &call.person, &call.place, false).await?;
            return Ok(Some(OverLimit { whose, for_now: closed.over(limits).is_none() }));
        }
        write(&mut *transaction, call).await?;
        transaction.commit().await?;
        Ok(None)
    }

    /// Writes down what came of a request, be it opened before or not; a second time changes nothing.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn close_model_call(&self, call: &ModelCall) -> Result<(), StoreError> {
        write(&self.pool, call).await
    }

    /// What models were used for lately, by a person, in a place and altogether, requests that are under way with what they
    /// may come to. A sum over the calls themselves, so that nothing has to be reset or can drift.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn model_usage(&self, person: &str, place: &str) -> Result<ModelUsage, StoreError> {
        usage(&self.pool, person, place, true).await
    }
}

async fn write(to: impl PgExecutor<'_>, call: &ModelCall) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH written AS (
             INSERT INTO model_calls (id, run_id, attempt, subject, place, model, prompt_sha256, prompt_tokens,
                                      completion_tokens, estimated, cost_micro_usd, ms, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (id) DO UPDATE SET
                 prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens,
                 estimated = excluded.estimated, cost_micro_usd = excluded.cost_micro_usd, ms = excluded.ms,
                 outcome = excluded.outcome
             WHERE model_calls.outcome = 'asked'
         )
         INSERT INTO model_prompts (call_id, run_id, prompt) SELECT $1, $2, $14::jsonb WHERE $14 IS NOT NULL
         ON CONFLICT DO NOTHING",
        call.id,
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
    .execute(to)
    .await?;
    Ok(())
}

/// What is under way counts for an hour at most as such: no request takes longer. Then nobody is there any more to close it,
/// and what it may have cost stays.
async fn usage(
    of: impl PgExecutor<'_>,
    person: &str,
    place: &str,
    under_way: bool,
) -> Result<ModelUsage, StoreError> {
    let row = sqlx::query!(
        r#"SELECT coalesce(sum(prompt_tokens + completion_tokens) FILTER (WHERE subject = $1), 0)::bigint
                      AS "person_tokens!",
                  coalesce(sum(cost_micro_usd) FILTER (WHERE subject = $1), 0)::bigint AS "person_usd!",
                  coalesce(sum(prompt_tokens + completion_tokens) FILTER (WHERE place = $2), 0)::bigint
                      AS "place_tokens!",
                  coalesce(sum(cost_micro_usd) FILTER (WHERE place = $2), 0)::bigint AS "place_usd!",
                  coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint AS "total_tokens!",
                  coalesce(sum(cost_micro_usd), 0)::bigint AS "total_usd!"
           FROM model_calls
           WHERE created_at > now() - interval '1 day'
             AND ($3 OR outcome <> 'asked' OR created_at < now() - interval '1 hour')"#,
        person,
        place,
        under_way,
    )
    .fetch_one(of)
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
