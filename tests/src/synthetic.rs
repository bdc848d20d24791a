//! A list of steps that does nothing but leave traces, to test the engine's promises without what real steps do.

use rowcall_core::{Failure, FailureCode, Question, Reply, RunState};
use rowcall_worker::engine::{Finished, Flow, Keep, Pipeline, Step, StepContext, StepError};
use sqlx::PgPool;
use std::time::Duration;

/// The list: a light step, a heavy one whose work takes a moment and is kept, a light one, the reply. Each leaves a
/// row in `traces` for every time it is done.
///
/// The question's text chooses what happens: `ok`, `flaky N` (fails N times in the heavy step, then works), `fail`,
/// `panic`, `slow MS`, `refuse`.
pub fn pipeline(pool: PgPool) -> Pipeline {
    Pipeline::start(Light { name: "first", pool: pool.clone() })
        .then(Heavy { pool: pool.clone() })
        .then(Light { name: "third", pool: pool.clone() })
        .finish(Last { pool })
}

/// Makes the table the steps leave their traces in.
pub async fn prepare(pool: &PgPool) {
    sqlx::query("CREATE TABLE IF NOT EXISTS traces (run_id uuid NOT NULL, step text NOT NULL, attempt integer NOT NULL)")
        .execute(pool)
        .await
        .unwrap();
}

async fn leave(pool: &PgPool, context: &StepContext, step: &str) -> Result<(), StepError> {
    // Every step has a middle, also when the database answers before it is waited for.
    tokio::task::yield_now().await;
    sqlx::query("INSERT INTO traces VALUES ($1, $2, $3)")
        .bind(context.question.run_id.0)
        .bind(step)
        .bind(context.attempt)
        .execute(pool)
        .await
        .map(|_| ())
        .map_err(|e| StepError::Retry(failure(&e.to_string())))
}

fn failure(why: &str) -> Failure {
    Failure::new(FailureCode::Internal, "The test's step failed.", why, "Look at the test.")
}

struct Light {
    name: &'static str,
    pool: PgPool,
}

#[async_trait::async_trait]
impl Step for Light {
    type Input = Question;
    type Output = Question;

    fn name(&self) -> &'static str {
        self.name
    }

    async fn run(&self, context: &StepContext, question: Question) -> Result<Flow<Question>, StepError> {
        leave(&self.pool, context, self.name).await?;
        if question.text == "refuse" && self.name == "first" {
            let reply =
                Reply::failure(question.run_id, RunState::Refused, failure("It was asked to refuse."));
            return Ok(Flow::End(Box::new(Finished { reply, plan: None })));
        }
        Ok(Flow::Next(question))
    }
}

struct Heavy {
    pool: PgPool,
}

#[async_trait::async_trait]
impl Step for Heavy {
    type Input = Question;
    type Output = Question;

    fn name(&self) -> &'static str {
        "heavy"
    }

    fn keep(&self) -> Keep {
        Keep::Always
    }

    async fn run(&self, context: &StepContext, question: Question) -> Result<Flow<Question>, StepError> {
        leave(&self.pool, context, "heavy").await?;
        let (word, number) = question.text.split_once(' ').unwrap_or((&question.text, "0"));
        let number: u64 = number.parse().unwrap_or(0);
        match word {
            "fail" => return Err(StepError::Fail(failure("It was asked to fail."))),
            "panic" => panic!("It was asked to panic."),
            "flaky" if context.attempt <= i32::try_from(number).unwrap() => {
                return Err(StepError::Retry(failure("It is flaky.")));
            }
            "slow" => tokio::time::sleep(Duration::from_millis(number)).await,
            _ => tokio::time::sleep(Duration::from_millis(15)).await,
        }
        Ok(Flow::Next(question))
    }
}

struct Last {
    pool: PgPool,
}

#[async_trait::async_trait]
impl Step for Last {
    type Input = Question;
    type Output = Finished;

    fn name(&self) -> &'static str {
        "last"
    }

    async fn run(&self, context: &StepContext, question: Question) -> Result<Flow<Finished>, StepError> {
        leave(&self.pool, context, "last").await?;
        let reply = Reply::words(question.run_id, RunState::Succeeded, format!("done: {}", question.text));
        Ok(Flow::End(Box::new(Finished { reply, plan: None })))
    }
}
