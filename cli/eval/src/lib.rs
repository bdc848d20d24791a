//! Scores answers to questions by running them: a statement is right when it gives the rows that the statement of
//! the question set gives.
//!
//! A question set is a folder with `questions.jsonl` and, where there are questions that the data cannot answer,
//! `refusals.jsonl`; `schema_and_data.sql` or the same with `.gz` makes its database.

mod compare;
mod database;
mod report;
mod set;

pub use compare::{Cell, Row, same};
pub use database::Database;
pub use report::{Mark, Report, Scored, Tally};
pub use set::{Question, QuestionSet, load, sets};

/// What was said to a question.
#[derive(Clone, Debug)]
pub enum Given {
    /// This statement.
    Sql(String),
    /// That it cannot be answered, and why.
    Refused(String),
}

/// Compares an answer with what the set expects; runs the statements on the set's database.
///
/// # Errors
/// When the database cannot be reached. A statement that fails is a wrong answer.
pub async fn score(database: &mut Database, question: &Question, given: &Given) -> anyhow::Result<Mark> {
    let sql = match (given, question.must_refuse) {
        (Given::Refused(_), true) => return Ok(Mark::Right),
        (Given::Refused(_), false) => return Ok(Mark::Refused),
        (Given::Sql(_), true) => return Ok(Mark::Wrong),
        (Given::Sql(sql), false) => sql,
    };
    let got = match database.rows(sql).await? {
        Ok(rows) => rows,
        Err(error) => return Ok(Mark::Failed(error)),
    };
    let accepted = std::iter::once(&question.gold_sql).chain(&question.alt_gold_sql);
    for (i, gold) in accepted.enumerate() {
        // Only the first statement's order is known to be free of ties.
        if let Ok(expected) = database.rows(gold).await?
            && same(&expected, &got, question.ordered && i == 0)
        {
            return Ok(Mark::Right);
        }
    }
    Ok(Mark::Wrong)
}
