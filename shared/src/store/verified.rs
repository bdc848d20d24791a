//! Answers that somebody confirmed. A thumb up keeps question and draft; the very same question is answered by the
//! same draft from then on, as long as the tables are what they were.

use super::{Store, StoreError, glossary::Term};
use chrono::{DateTime, Utc};
use rowcall_core::{
    RunId,
    memory::{corrected_run, fixed_in_time, question_key, stands_alone},
};
use uuid::Uuid;

/// Answers looked through for examples, the newest.
const SEARCHED: i64 = 300;

/// A question whose answer somebody confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Its id.
    pub id: Uuid,
    /// The question.
    pub question: String,
    /// What was planned, in the worker's words.
    pub draft: serde_json::Value,
    /// The statement that ran.
    pub sql: String,
    /// The fingerprint of the catalogue for which it is known to hold.
    pub schema: String,
    /// When it was confirmed.
    pub verified_at: DateTime<Utc>,
}

/// What a source's people taught, as far as a question can use it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// The glossary, by term.
    pub terms: Vec<Term>,
    /// The confirmed answer to the very same question.
    pub same: Option<Verified>,
}

impl Store {
    /// Keeps the answer of a run as confirmed by an account. What a correction answers is the question of the run that it
    /// corrects. False when it is no answer to keep: private, a statement that answers nobody's question, failed, or
    /// repaired after it was planned.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn verify_answer(&self, run_id: RunId, by: &str) -> Result<bool, StoreError> {
        let run = sqlx::query!(
            r#"SELECT r.source, r.ask, r.sql AS "sql!", q.body AS question, q.dedup_key,
                      s.output->'draft' AS "draft!", s.output->'draft'->>'schema' AS schema,
                      coalesce((s.output->'draft'->>'alone')::bool, false) AS "alone!"
               FROM runs r JOIN messages q ON q.id = r.message_id
               JOIN steps s ON s.run_id = r.id AND s.name = 'check' AND s.state = 'completed'
               WHERE r.id = $1 AND r.state = 'succeeded' AND NOT r.private AND r.sql IS NOT NULL
                 AND s.output->>'sql' = r.sql AND r.ask IN ('question', 'sql')
                 -- A change is not made again because somebody liked it.
                 AND coalesce(s.output->>'effect', 'read') = 'read'"#,
            run_id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(run) = run else { return Ok(false) };
        let Some(schema) = run.schema else { return Ok(false) };
        let (question, alone) = match run.dedup_key.as_deref().and_then(corrected_run) {
            Some(first) if run.ask == "sql" => match self.question_to_correct(first).await? {
                Some(question) => {
                    let alone = stands_alone(&question);
                    (question, alone)
                }
                None => return Ok(false),
            },
            _ if run.ask == "sql" => return Ok(false),
            _ => (run.question, run.alone),
        };
        sqlx::query!(
            "INSERT INTO verified_answers (id, source, question_key, question, draft, sql, schema, reusable, run_id,
                                           verified_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (source, question_key) DO UPDATE SET question = excluded.question, draft = excluded.draft,
                sql = excluded.sql, schema = excluded.schema, reusable = excluded.reusable, run_id = excluded.run_id,
                verified_by = excluded.verified_by, verified_at = now(), set_aside = NULL",
            Uuid::now_v7(),
            run.source,
            question_key(&question),
            question,
            run.draft,
            run.sql,
            schema,
            alone && fixed_in_time(&question, &run.sql),
            run_id.0,
            by,
        )
        .execute(&self.pool)
        .await?;
        Ok(true)
    }

    /// The question of a run that somebody corrects: of the first one, where a correction was corrected.
    async fn question_to_correct(&self, run_id: RunId) -> Result<Option<String>, StoreError> {
        let mut run_id = run_id;
        // Nobody corrects a correction so often; a ring cannot be.
        for _ in 0..16 {
            let row = sqlx::query!(
                "SELECT r.ask, q.body, q.dedup_key FROM runs r JOIN messages q ON q.id = r.message_id
                 WHERE r.id = $1 AND NOT r.private",
                run_id.0
            )
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            match row.dedup_key.as_deref().and_then(corrected_run) {
                Some(first) if row.ask == "sql" => run_id = first,
                _ if row.ask == "sql" => return Ok(None),
                _ => return Ok(Some(row.body)),
            }
        }
        Ok(None)
    }

    /// Sets aside what was confirmed for the question of a run, since somebody says that it is wrong.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn doubt_answer(&self, run_id: RunId) -> Result<bool, StoreError> {
        let run = sqlx::query!(
            "SELECT r.source, q.body FROM runs r JOIN messages q ON q.id = r.message_id WHERE r.id = $1",
            run_id.0
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(run) = run else { return Ok(false) };
        let done = sqlx::query!(
            "UPDATE verified_answers SET set_aside = 'somebody says that it is wrong'
             WHERE set_aside IS NULL AND (run_id = $1 OR (source = $2 AND question_key = $3))",
            run_id.0,
            run.source,
            question_key(&run.body),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What a source's people taught that helps with a question: the words, and the answer to the very same question if
    /// it may be used again.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn memory(&self, source: &str, question: &str) -> Result<Memory, StoreError> {
        let row = sqlx::query!(
            r#"SELECT (SELECT jsonb_agg(jsonb_build_object('term', g.term, 'meaning', g.meaning, 'sql', g.sql,
                              'defined_by', g.defined_by, 'defined_at', g.defined_at) ORDER BY g.term_key)
                       FROM glossary g WHERE g.source = $1) AS terms,
                      v.id AS "id?", v.question AS "question?", v.draft AS "draft?", v.sql AS "sql?",
                      v.schema AS "schema?", v.verified_at AS "verified_at?"
               FROM (VALUES (1)) one LEFT JOIN verified_answers v
                 ON v.source = $1 AND v.question_key = $2 AND v.reusable AND v.set_aside IS NULL"#,
            source,
            question_key(question),
        )
        .fetch_one(&self.pool)
        .await?;
        let same = match (row.id, row.question, row.draft, row.sql, row.schema, row.verified_at) {
            (Some(id), Some(question), Some(draft), Some(sql), Some(schema), Some(verified_at)) => {
                Some(Verified { id, question, draft, sql, schema, verified_at })
            }
            _ => None,
        };
        let terms = row.terms.map(serde_json::from_value).transpose()?.unwrap_or_default();
        Ok(Memory { terms, same })
    }

    /// Up to `limit` confirmed questions that are most like this one, the closest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn similar_verified(
        &self,
        source: &str,
        question: &str,
        limit: usize,
    ) -> Result<Vec<Verified>, StoreError> {
        let kept = sqlx::query_as!(
            Verified,
            "SELECT id, question, draft, sql, schema, verified_at FROM verified_answers
             WHERE source = $1 AND set_aside IS NULL ORDER BY verified_at DESC LIMIT $2",
            source,
            SEARCHED,
        )
        .fetch_all(&self.pool)
        .await?;
        let wanted = words(question);
        let mut likely: Vec<(f64, Verified)> = kept
            .into_iter()
            .map(|kept| (likeness(&wanted, &words(&kept.question)), kept))
            .filter(|(likeness, _)| *likeness >= 0.25)
            .collect();
        likely.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(likely.into_iter().take(limit).map(|(_, kept)| kept).collect())
    }

    /// A confirmed answer holds for the tables as they are now, too.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn still_verified(&self, id: Uuid, schema: &str) -> Result<(), StoreError> {
        sqlx::query!("UPDATE verified_answers SET schema = $2 WHERE id = $1", id, schema)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// A confirmed answer is not used any more.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn set_aside(&self, id: Uuid, why: &str) -> Result<(), StoreError> {
        sqlx::query!("UPDATE verified_answers SET set_aside = $2 WHERE id = $1", id, why)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn words(question: &str) -> Vec<String> {
    const LITTLE: &[&str] =
        &["the", "a", "an", "of", "in", "is", "are", "for", "to", "and", "all", "me", "show", "what"];
    let mut words: Vec<String> = question
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !LITTLE.contains(w))
        .map(|w| w.strip_suffix('s').filter(|stem| stem.len() > 2).unwrap_or(w).to_owned())
        .collect();
    words.sort();
    words.dedup();
    words
}

/// Words in common, of all the words of both (Jaccard).
fn likeness(a: &[String], b: &[String]) -> f64 {
    let common = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    let all = a.len() + b.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}
