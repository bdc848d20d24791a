//! The marker: one row for each change that was applied, written in the change's own transaction. Its key decides,
//! nobody's memory: who inserts it owns the change, who cannot is too late.

use crate::{Limits, execute::Mark, problem::Trouble};
use rowcall_source::{Source, SourceError, WriteSession};
use sqlx::{Executor, PgConnection};

/// What inserting the marker came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Won {
    /// The change is ours to run in this transaction.
    Ours,
    /// There is one already: the transaction is over.
    Taken,
}

/// How a ticket without a valid approval was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It did not happen, and never will.
    Withdrawn,
    /// It had happened.
    Applied,
    /// It cannot be known yet: the same call has to be made again.
    InDoubt(String),
}

/// Inserts the marker.
pub(crate) async fn insert(db: &mut PgConnection, mark: Mark, tombstone: bool) -> Result<Won, Trouble> {
    let inserted = sqlx::query(
        "INSERT INTO rowcall.applied_change (installation_id, ticket_id, tombstone) VALUES ($1, $2, $3)",
    )
    .bind(mark.installation)
    .bind(mark.ticket.0)
    .bind(tombstone)
    .execute(db)
    .await;
    match inserted {
        Ok(_) => Ok(Won::Ours),
        Err(error) => match Trouble::from(error) {
            Trouble::Refused(problem) if problem.sqlstate == "23505" => Ok(Won::Taken),
            other => Err(other),
        },
    }
}

/// Which kind of marker is there; asked only after inserting one met a conflict, so there is one.
pub(crate) async fn is_tombstone(source: &Source, limits: &Limits, mark: Mark) -> Result<bool, Trouble> {
    let mut session = source.begin_change(&limits.write()).await?;
    let found: Option<bool> = sqlx::query_scalar(
        "SELECT tombstone FROM rowcall.applied_change WHERE installation_id = $1 AND ticket_id = $2",
    )
    .bind(mark.installation)
    .bind(mark.ticket.0)
    .fetch_optional(session.connection()?)
    .await?;
    session.rest();
    found.ok_or_else(|| {
        Trouble::Source(SourceError::Protocol {
            detail: "the marker conflicts and cannot be read".to_owned(),
        })
    })
}

/// Settles a ticket that may not run any more: commits a tombstone, so that no transaction that is still on its way can
/// ever apply it, or learns that it had been applied.
pub async fn settle_without(source: &Source, mark: Mark, limits: &Limits) -> Settled {
    for attempt in 1..=limits.attempts.max(1) {
        match bury(source, mark, limits).await {
            Ok(settled) => return settled,
            Err(Trouble::Refused(problem)) if problem.is_contention() && attempt < limits.attempts => {
                crate::execute::pause(attempt).await;
            }
            Err(Trouble::Source(SourceError::Unreachable { .. })) if attempt < limits.attempts => {
                crate::execute::pause(attempt).await;
            }
            Err(trouble) => return Settled::InDoubt(crate::execute::words(&trouble)),
        }
    }
    Settled::InDoubt("Others kept being in the way.".to_owned())
}

async fn bury(source: &Source, mark: Mark, limits: &Limits) -> Result<Settled, Trouble> {
    let mut session = source.begin_change(&limits.write()).await?;
    match insert(session.connection()?, mark, true).await? {
        Won::Ours => {
            commit(session).await?;
            Ok(Settled::Withdrawn)
        }
        Won::Taken => {
            session.rest();
            let withdrawn = is_tombstone(source, limits, mark).await?;
            Ok(if withdrawn { Settled::Withdrawn } else { Settled::Applied })
        }
    }
}

/// Sends COMMIT. After an error it is not known whether the transaction happened.
pub(crate) async fn commit(mut session: WriteSession) -> Result<(), Trouble> {
    session.connection()?.execute(sqlx::raw_sql("COMMIT")).await?;
    session.rest();
    Ok(())
}
