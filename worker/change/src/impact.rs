//! What a change would do, measured: an estimate, then, if it is small and everything that it would fire may run, a dry
//! run that is rolled back. What cannot be measured is unknown, never none.

use crate::{
    Change, Limits,
    capture::Captured,
    definition,
    estimate::{estimate, lock_of},
    execute::{self, leave},
    facts::{Facts, Table},
    fingerprint::{Evidence, What},
    image::{RowImage, Shape},
    kept_back,
    problem::{Problem, Trouble},
    record::Record,
    safety,
    statement::{NotUnderstood, Statement},
    undo, words,
};
use rowcall_core::{
    Value,
    change::{CellChange, Impact, LockHeld, Operation, RowChange, Rows, Trigger, Undo},
};
use rowcall_policy::ChangeKind;
use rowcall_source::{Source, SourceError, WriteSession};
use sqlx::Executor;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Hides values from samples.
pub trait Mask: Send + Sync {
    /// What may be shown of a column's value; `table` is `schema.name`.
    fn show(&self, table: &str, column: &str, value: Value) -> Value;
}

/// Shows every value.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMask;

impl Mask for NoMask {
    fn show(&self, _: &str, _: &str, value: Value) -> Value {
        value
    }
}

/// An impact, and the parts of its fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// What it would do.
    pub impact: Impact,
    /// Kept beside a ticket, it lets [`crate::execute`] say what moved.
    pub evidence: Evidence,
    /// What an undo would not bring back.
    pub not_restored: Vec<String>,
}

/// Why there is no impact.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unmeasured {
    /// The database would refuse the change.
    #[error("{0}")]
    WouldFail(Problem),
    /// The source could not be asked.
    #[error(transparent)]
    Source(SourceError),
    /// Tables are not what they were when the change was planned.
    #[error("{}", .0.join(" "))]
    Moved(Vec<String>),
    /// The statement cannot be taken apart.
    #[error(transparent)]
    NotUnderstood(#[from] NotUnderstood),
}

impl From<Trouble> for Unmeasured {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(problem) => Self::WouldFail(*problem),
            Trouble::Source(error) => Self::Source(error),
            Trouble::Moved(moved) => Self::Moved(moved),
            Trouble::TooMany(_) => Self::WouldFail(Problem::ours(execute::words(&trouble))),
        }
    }
}

/// Measures a change.
///
/// # Errors
/// [`Unmeasured`] when the change cannot be made as it stands, or nothing can be said of it at all. A change that merely
/// cannot be tried has an impact, with its rows unknown.
pub async fn measure(
    source: &Source,
    change: Change<'_>,
    limits: &Limits,
    mask: &dyn Mask,
    cancel: &CancellationToken,
) -> Result<Measured, Unmeasured> {
    // A cancelled measurement drops its session, which stops the server and cuts the connection.
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Unmeasured::Source(SourceError::Cancelled)),
        measured = measure_now(source, change, limits, mask) => measured,
    }
}

async fn measure_now(
    source: &Source,
    change: Change<'_>,
    limits: &Limits,
    mask: &dyn Mask,
) -> Result<Measured, Unmeasured> {
    if let Change::Statement(checked) = change
        && checked.kind() == ChangeKind::Ddl
    {
        return definition::measure(source, checked, limits).await;
    }
    let statement = match change {
        Change::Statement(checked) => Some(Statement::new(checked)?),
        Change::Undo(_) => None,
    };
    for attempt in 1.. {
        let session = source.begin_change(&limits.trial()).await.map_err(Unmeasured::Source)?;
        let trial = Trial { source, change, statement: statement.as_ref(), limits, mask };
        match trial.run(session).await {
            Err(Trouble::Refused(problem))
                if matches!(problem.sqlstate.as_str(), "40001" | "40P01") && attempt < limits.attempts =>
            {
                execute::pause(attempt).await;
            }
            done => return Ok(done?),
        }
    }
    unreachable!("the loop ends by returning")
}

struct Trial<'a> {
    source: &'a Source,
    change: Change<'a>,
    statement: Option<&'a Statement>,
    limits: &'a Limits,
    mask: &'a dyn Mask,
}

/// What is known before anything is tried.
struct Known {
    identity: String,
    facts: Facts,
    own: Option<Table>,
    estimate: Option<u64>,
}

impl Trial<'_> {
    async fn run(&self, mut session: WriteSession) -> Result<Measured, Trouble> {
        let began = Instant::now();
        let known = match self.known(&mut session).await {
            Ok(known) => known,
            Err(trouble) => return Err(leave(session, trouble).await),
        };
        let tried = match self.objection(&mut session, &known).await {
            Ok(Some(why)) => Err(why),
            Ok(None) => match self.dry_run(&mut session).await {
                Ok(done) => Ok(done),
                Err(trouble) => match excuse(&trouble, self.limits) {
                    Some(why) => Err(why),
                    None => return Err(leave(session, trouble).await),
                },
            },
            Err(trouble) => return Err(leave(session, trouble).await),
        };
        let lock = match &tried {
            Ok(_) => lock_of(session.connection()?, known.own.as_ref()).await.unwrap_or_default(),
            Err(_) => None,
        };
        // What was locked is free again before anything else is done.
        let rolled_back =
            session.connection()?.execute(sqlx::raw_sql("ROLLBACK")).await.map_err(Trouble::from);
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        match rolled_back {
            Ok(_) => session.rest(),
            Err(trouble) => return Err(leave(session, trouble).await),
        }
        let lock = lock.map(|mode| LockHeld { mode, ms });
        Ok(self.describe(known, tried, lock))
    }

    async fn known(&self, session: &mut WriteSession) -> Result<Known, Trouble> {
        kept_back::keep_hours(self.source, session).await?;
        let identity = execute::identity(self.source, session).await?;
        match (self.change, self.statement) {
            (Change::Statement(checked), Some(statement)) => {
                execute::look_again(self.source, session, checked).await?;
                let facts = execute::facts_of(session, statement).await?;
                let own = execute::own_table(&facts, session, statement).await?;
                let estimate = estimate(session.connection()?, &statement.sql).await?;
                Ok(Known { identity, facts, own: Some(own), estimate })
            }
            (Change::Undo(plan), _) => {
                let facts = undo::facts_of(session, plan).await?;
                let own = plan
                    .images()
                    .tables
                    .first()
                    .and_then(|t| facts.by_name(&t.shape.schema, &t.shape.name))
                    .cloned();
                Ok(Known { identity, facts, own, estimate: Some(plan.images().rows() as u64) })
            }
            (Change::Statement(_), None) => Err(Problem::ours("It cannot be taken apart.").into()),
        }
    }

    /// Why it may not be tried.
    async fn objection(&self, session: &mut WriteSession, known: &Known) -> Result<Option<String>, Trouble> {
        let most = self.limits.dry_run_rows;
        if let Some(rows) = known.estimate.filter(|rows| *rows > most) {
            return Ok(Some(format!(
                "PostgreSQL expects about {rows} rows, and at most {most} are tried out."
            )));
        }
        safety::objection(session.connection()?, &known.facts, self.limits).await
    }

    async fn dry_run(&self, session: &mut WriteSession) -> Result<(Captured, Evidence), Trouble> {
        let most = self.limits.dry_run_rows;
        execute::run(self.source, session, self.change, self.statement, self.limits, most).await
    }

    fn describe(
        &self,
        known: Known,
        tried: Result<(Captured, Evidence), String>,
        lock: Option<LockHeld>,
    ) -> Measured {
        let what = match (self.change, self.statement) {
            (Change::Undo(plan), _) => What::Undo(plan.digest()),
            (_, Some(statement)) => What::Statement(statement),
            (Change::Statement(_), None) => What::Undo(&[]),
        };
        let table = known.own.as_ref().map(Table::full_name).unwrap_or_default();
        let (rows, captured, evidence) = match tried {
            Ok((captured, evidence)) if captured.bound => (Rows::Exact(captured.rows), captured, evidence),
            Ok((captured, evidence)) => {
                let why = captured
                    .gaps
                    .first()
                    .cloned()
                    .unwrap_or_else(|| "rows could not be told apart".to_owned());
                (Rows::Unknown(sentence(&why)), captured, evidence)
            }
            Err(why) => {
                let captured =
                    Captured { gaps: vec!["its rows are not known".to_owned()], ..Captured::default() };
                let evidence = Evidence::new(&known.identity, &what, &known.facts, None, true);
                (Rows::Unknown(why), captured, evidence)
            }
        };
        let undo = match captured.gaps.as_slice() {
            [] => Undo::Possible,
            gaps => Undo::Impossible(gaps.iter().map(|gap| sentence(gap)).collect::<Vec<_>>().join(" ")),
        };
        let fingerprint = evidence.fingerprint();
        let impact = Impact {
            operation: self.statement.map_or(operation_of(self.change), |s| s.operation),
            rows,
            estimate: known.estimate,
            triggers: triggers(&known.facts),
            at_risk: known
                .own
                .as_ref()
                .map(|own| words::at_risk(self.statement, &captured, &known.facts, own))
                .unwrap_or_default(),
            sample: self.sample(&captured),
            unconditional: self.statement.is_some_and(|s| s.unconditional),
            lock,
            undo,
            limits: words::limits(self.statement, &known.facts, &captured),
            cascades: captured.cascades,
            definition: None,
            fingerprint,
            table,
        };
        Measured { impact, evidence, not_restored: captured.not_restored }
    }

    /// Some rows, those of the statement first.
    fn sample(&self, captured: &Captured) -> Vec<RowChange> {
        let rows = captured
            .images
            .tables
            .iter()
            .flat_map(|table| table.rows.iter().map(move |row| (&table.shape, row)));
        rows.take(self.limits.sample_rows).map(|(shape, row)| self.row(shape, row)).collect()
    }

    fn row(&self, shape: &Shape, row: &RowImage) -> RowChange {
        let table = shape.full_name();
        let value = |record: &Option<Record>, n: usize| {
            record.as_ref().and_then(|r| r.0.get(n)).map(|text| {
                let column = &shape.columns[n];
                self.mask.show(&table, &column.name, value_of(&column.type_name, text.as_deref()))
            })
        };
        let keyed = if row.before.is_some() { &row.before } else { &row.after };
        RowChange {
            key: shape
                .key
                .iter()
                .map(|n| {
                    let shown = value(keyed, *n).map(|v| v.to_string()).unwrap_or_default();
                    (shape.columns[*n].name.clone(), shown)
                })
                .collect(),
            cells: (0..shape.columns.len())
                .map(|n| CellChange {
                    column: shape.columns[n].name.clone(),
                    before: value(&row.before, n),
                    after: value(&row.after, n),
                })
                .collect(),
            table,
        }
    }
}

/// Why a trial that failed says nothing against the change, if it does not.
pub(crate) fn excuse(trouble: &Trouble, limits: &Limits) -> Option<String> {
    match trouble {
        Trouble::TooMany(_) => {
            Some(format!("It changes more than {} rows, which is not tried out.", limits.dry_run_rows))
        }
        Trouble::Refused(problem) if problem.sqlstate == "57014" => {
            Some(format!("Trying it out took longer than {} seconds.", limits.dry_run_ms as f64 / 1e3))
        }
        Trouble::Refused(problem) if problem.sqlstate == "55P03" => {
            Some("Somebody else holds a lock on its rows, so that it could not be tried out.".to_owned())
        }
        _ => None,
    }
}

fn operation_of(change: Change<'_>) -> Operation {
    let Change::Undo(plan) = change else { return Operation::DataModifyingCte };
    let rows = || plan.images().tables.iter().take(1).flat_map(|t| &t.rows);
    if rows().all(|r| r.before.is_none()) {
        Operation::Delete
    } else if rows().all(|r| r.after.is_none()) {
        Operation::Insert
    } else {
        Operation::Update
    }
}

fn triggers(facts: &Facts) -> Vec<Trigger> {
    let all = facts.triggers().map(|(_, trigger)| Trigger {
        table: trigger.table.clone(),
        name: trigger.name.clone(),
        function: format!("{}.{}", trigger.function_schema, trigger.function),
    });
    all.collect()
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

/// A value as people read it; what is not plain stays as PostgreSQL prints it.
fn value_of(type_name: &str, text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Null };
    let plain = type_name.split('(').next().unwrap_or_default();
    match plain {
        "smallint" | "integer" | "bigint" => {
            text.parse().map_or_else(|_| Value::Text(text.into()), Value::Int)
        }
        "numeric" => Value::Decimal(text.into()),
        "boolean" => Value::Bool(text == "t"),
        "json" | "jsonb" => serde_json::from_str(text).map_or_else(|_| Value::Text(text.into()), Value::Json),
        _ => Value::Text(text.into()),
    }
}
