//! Running an approved change exactly once.
//!
//! One transaction: the marker, the change, the comparison with what was approved, the images made durable, COMMIT.
//! A failure is reported as final only after a tombstone is committed in the marker's place: some other worker,
//! thought dead, may hold the same ticket and be about to begin. Whatever cannot be made certain is [`Outcome::InDoubt`],
//! and the remedy for that is the same call again.

use crate::{
    Change, Limits, UndoStore,
    capture::{self, Captured, Stage},
    definition,
    facts::{self, Facts, Operations},
    fingerprint::{Evidence, What},
    kept_back,
    marker::{self, Settled, Won},
    problem::{Problem, Trouble},
    statement::Statement,
    undo,
};
use rowcall_core::{
    TicketId,
    change::{Cascade, Fingerprint},
};
use rowcall_policy::ChangeKind;
use rowcall_source::{Source, SourceError, WriteSession};
use std::time::Duration;
use uuid::Uuid;

/// What names a change for all time: this installation of Rowcall, and the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The installation.
    pub installation: Uuid,
    /// The ticket.
    pub ticket: TicketId,
}

/// What was approved.
#[derive(Clone, Debug)]
pub struct Approved {
    /// Of the impact that was shown.
    pub fingerprint: Fingerprint,
    /// Its parts, if they were kept: what moved can be named then.
    pub evidence: Option<Evidence>,
    /// What was approved about rows.
    pub bound: Bound,
}

/// What an approval says about rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Exactly the rows that were measured.
    Rows,
    /// Rows were unknown; at most so many, of all tables together.
    AtMost(u64),
}

/// A change that is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Rows of the table that it names.
    pub rows: u64,
    /// Rows of other tables.
    pub cascades: Vec<Cascade>,
    /// Images were kept: it can be taken back.
    pub undoable: bool,
    /// What an undo did not bring back, one sentence each.
    pub not_restored: Vec<String>,
}

/// What became of an approved change.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It happened, now.
    Applied(Applied),
    /// It had happened already.
    AlreadyApplied,
    /// It was withdrawn for good before it could happen.
    Withdrawn,
    /// It is not what was approved any more: nothing happened, and this ticket never will.
    Stale {
        /// One sentence each.
        moved: Vec<String>,
    },
    /// The database refused it: nothing happened, and this ticket never will.
    Failed(Problem),
    /// Whether it happened is not known yet; the same call has to be made again.
    InDoubt {
        /// Why, in a sentence.
        why: String,
    },
}

/// Runs an approved change, or finds out that it ran. Calling it again, from anywhere and at the same time, is always
/// right and changes nothing twice.
pub async fn execute(
    source: &Source,
    mark: Mark,
    change: Change<'_>,
    approved: &Approved,
    limits: &Limits,
    store: &dyn UndoStore,
) -> Outcome {
    let statement = match change {
        Change::Statement(checked) if checked.kind() == ChangeKind::Ddl => None,
        Change::Statement(checked) => match Statement::new(checked) {
            Ok(statement) => Some(statement),
            Err(error) => {
                return finally(source, mark, limits, Outcome::Failed(Problem::ours(format!("{error}."))))
                    .await;
            }
        },
        Change::Undo(_) => None,
    };
    let work = Work { source, mark, change, statement: statement.as_ref(), approved, limits, store };
    let mut attempt = 0;
    loop {
        attempt += 1;
        let again = attempt < limits.attempts.max(1);
        match work.attempt().await {
            Ok(outcome) => return outcome,
            Err(Stop::Undecided(trouble)) => return Outcome::InDoubt { why: words(&trouble) },
            Err(Stop::RolledBack(trouble)) => match trouble {
                Trouble::Refused(problem) if problem.is_contention() && again => pause(attempt).await,
                Trouble::Source(SourceError::Unreachable { .. } | SourceError::Busy { .. }) if again => {
                    pause(attempt).await;
                }
                Trouble::Refused(problem) => {
                    return finally(source, mark, limits, Outcome::Failed(*problem)).await;
                }
                Trouble::Moved(moved) => {
                    return finally(source, mark, limits, Outcome::Stale { moved }).await;
                }
                Trouble::TooMany(rows) => {
                    return finally(
                        source,
                        mark,
                        limits,
                        Outcome::Stale { moved: vec![work.too_many(rows)] },
                    )
                    .await;
                }
                Trouble::Source(error) => return Outcome::InDoubt { why: words(&Trouble::Source(error)) },
            },
            Err(Stop::Taken) => {
                return match marker::is_tombstone(source, limits, mark).await {
                    Ok(true) => Outcome::Withdrawn,
                    Ok(false) => Outcome::AlreadyApplied,
                    Err(trouble) => Outcome::InDoubt { why: words(&trouble) },
                };
            }
        }
    }
}

/// Makes it certain that the ticket can never run before saying that it did not.
async fn finally(source: &Source, mark: Mark, limits: &Limits, outcome: Outcome) -> Outcome {
    match marker::settle_without(source, mark, limits).await {
        Settled::Withdrawn => outcome,
        Settled::Applied => Outcome::AlreadyApplied,
        Settled::InDoubt(why) => Outcome::InDoubt { why },
    }
}

/// A pause that grows, and is not the same for two that got into each other's way.
pub(crate) async fn pause(attempt: u32) {
    let spread = u64::from(Uuid::new_v4().as_bytes()[0]) / 4;
    let millis = (30_u64 << attempt.min(5)) + spread;
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// How an attempt ended without an outcome.
enum Stop {
    /// Nothing of this attempt is left or will be.
    RolledBack(Trouble),
    /// COMMIT was sent and not answered, or the marker is somebody else's for too long.
    Undecided(Trouble),
    /// There is a marker.
    Taken,
}

struct Work<'a> {
    source: &'a Source,
    mark: Mark,
    change: Change<'a>,
    statement: Option<&'a Statement>,
    approved: &'a Approved,
    limits: &'a Limits,
    store: &'a dyn UndoStore,
}

impl Work<'_> {
    async fn attempt(&self) -> Result<Outcome, Stop> {
        let limits = self.limits.write();
        let session = match (self.change, self.statement) {
            (Change::Statement(_), None) => self.source.begin_definition(&limits).await,
            _ => self.source.begin_change(&limits).await,
        };
        let mut session = session.map_err(|error| Stop::RolledBack(Trouble::Source(error)))?;
        let connection = session.connection().map_err(|error| Stop::RolledBack(Trouble::Source(error)))?;
        match marker::insert(connection, self.mark, false).await {
            Ok(Won::Ours) => {}
            Ok(Won::Taken) => {
                session.rest();
                return Err(Stop::Taken);
            }
            // Somebody runs this very change at this moment: not a failure, and not ours to decide.
            Err(Trouble::Refused(problem)) if problem.sqlstate == "55P03" => {
                session.rest();
                return Err(Stop::Undecided(Trouble::Refused(problem)));
            }
            Err(trouble) => {
                return Err(Stop::RolledBack(leave(session, trouble).await));
            }
        }
        let captured = match self.run(&mut session).await {
            Ok(captured) => captured,
            Err(trouble) => return Err(Stop::RolledBack(leave(session, trouble).await)),
        };
        let undoable = captured.gaps.is_empty();
        let images = undoable.then_some(&captured.images);
        if let Err(error) = self.store.keep(self.mark.ticket, images).await {
            session.cut().await;
            let detail = format!("its images could not be kept ({error})");
            return Err(Stop::Undecided(Trouble::Source(SourceError::Unreachable { detail })));
        }
        match marker::commit(session).await {
            Ok(()) => Ok(Outcome::Applied(Applied {
                rows: captured.rows,
                cascades: captured.cascades,
                undoable,
                not_restored: captured.not_restored,
            })),
            // The server answered that it rolled back: a deferred trigger, a serialization failure.
            Err(Trouble::Refused(problem)) => Err(Stop::RolledBack(Trouble::Refused(problem))),
            Err(trouble) => Err(Stop::Undecided(trouble)),
        }
    }

    async fn run(&self, session: &mut WriteSession) -> Result<Captured, Trouble> {
        let (captured, evidence) = run(
            self.source,
            session,
            self.change,
            self.statement,
            self.limits,
            match self.approved.bound {
                Bound::Rows => self.limits.dry_run_rows.max(self.limits.image_rows),
                Bound::AtMost(rows) => rows,
            },
        )
        .await?;
        let now = match self.approved.bound {
            Bound::Rows => evidence,
            Bound::AtMost(_) => evidence.without_rows(),
        };
        if now.fingerprint() == self.approved.fingerprint {
            return Ok(captured);
        }
        let mut moved = self.approved.evidence.as_ref().map(|shown| shown.moved(&now)).unwrap_or_default();
        if moved.is_empty() {
            moved.push("The table, or the rows that it changes, are not the same any more.".to_owned());
        }
        Err(Trouble::Moved(moved))
    }

    fn too_many(&self, rows: u64) -> String {
        match self.approved.bound {
            Bound::Rows => format!("It would change more rows than were shown: at least {rows}."),
            Bound::AtMost(cap) => {
                format!("It would change at least {rows} rows, and at most {cap} were approved.")
            }
        }
    }
}

/// Runs a change in an open transaction and says what it is now.
pub(crate) async fn run(
    source: &Source,
    session: &mut WriteSession,
    change: Change<'_>,
    statement: Option<&Statement>,
    limits: &Limits,
    most: u64,
) -> Result<(Captured, Evidence), Trouble> {
    kept_back::keep_hours(source, session).await?;
    match (change, statement) {
        (Change::Statement(checked), Some(statement)) => {
            look_again(source, session, checked).await?;
            let facts = facts_of(session, statement).await?;
            let own = own_table(&facts, session, statement).await?;
            let varying = varying(session, statement).await?;
            let identity = identity(source, session).await?;
            let stage = Stage { source, main: session, facts: &facts, limits, most };
            let captured = capture::statement(stage, statement, &own).await?;
            let what = What::Statement(statement);
            let evidence = Evidence::new(&identity, &what, &facts, Some(&captured), varying);
            Ok((captured, evidence))
        }
        (Change::Undo(plan), _) => undo::run(source, session, plan, limits, most).await,
        (Change::Statement(checked), None) => definition::run(source, session, checked, limits).await,
    }
}

/// What names the source in a fingerprint: its name here, and the database behind it as the server knows it, whatever way
/// leads there: two workers may reach it by different addresses.
pub(crate) async fn identity(source: &Source, session: &mut WriteSession) -> Result<String, Trouble> {
    let database: String = sqlx::query_scalar(
        "SELECT pg_catalog.concat(d.oid, ' ', d.datname) FROM pg_catalog.pg_database d \
         WHERE d.datname = pg_catalog.current_database()",
    )
    .fetch_one(session.connection()?)
    .await?;
    Ok(format!("{} {database}", source.settings().name))
}

/// The second look of the source at relations and functions, and at what is kept back.
pub(crate) async fn look_again(
    source: &Source,
    session: &mut WriteSession,
    checked: &rowcall_policy::CheckedChange,
) -> Result<(), Trouble> {
    let relations: Vec<_> = checked.relations().iter().map(|r| (r.schema.clone(), r.name.clone())).collect();
    let functions: Vec<_> = checked.functions().iter().map(|f| (f.schema.clone(), f.name.clone())).collect();
    source.look_again(session, &relations, &functions).await?;
    kept_back::look(source, session, checked).await
}

/// The facts of everything that a statement reaches.
pub(crate) async fn facts_of(session: &mut WriteSession, statement: &Statement) -> Result<Facts, Trouble> {
    let names: Vec<String> = statement.targets.iter().map(|t| t.quoted()).collect();
    let db = session.connection()?;
    let oids = facts::resolve(db, &names).await?;
    let targets: Vec<(i64, Operations)> =
        oids.into_iter().zip(statement.targets.iter().map(|t| t.operations)).collect();
    facts::gather(db, &targets).await
}

/// The table that a statement names first.
pub(crate) async fn own_table(
    facts: &Facts,
    session: &mut WriteSession,
    statement: &Statement,
) -> Result<facts::Table, Trouble> {
    let name = statement.targets.first().map(|t| t.quoted()).unwrap_or_default();
    let oid = facts::resolve(session.connection()?, std::slice::from_ref(&name)).await?;
    let found = oid.first().and_then(|oid| facts.tables.get(oid));
    found.cloned().ok_or_else(|| Trouble::Moved(vec![format!("the table {name} does not exist any more")]))
}

/// Whether the same statement on the same rows may give other values a moment later.
pub(crate) async fn varying(session: &mut WriteSession, statement: &Statement) -> Result<bool, Trouble> {
    if statement.asks_moment || statement.functions.is_empty() {
        return Ok(statement.asks_moment);
    }
    let names: Vec<&String> = statement.functions.iter().collect();
    let varying: Option<bool> = sqlx::query_scalar(
        "SELECT pg_catalog.bool_or(p.provolatile <> 'i') FROM pg_catalog.pg_proc p WHERE p.proname = ANY ($1::text[]::name[])",
    )
    .bind(names)
    .fetch_one(session.connection()?)
    .await?;
    Ok(varying.unwrap_or(true))
}

/// Gives a failed transaction's connection back, or cuts it where it is in an unknown state.
pub(crate) async fn leave(session: WriteSession, trouble: Trouble) -> Trouble {
    match &trouble {
        Trouble::Source(_) => session.cut().await,
        _ => session.rest(),
    }
    trouble
}

/// For a person.
pub(crate) fn words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused(problem) => problem.sentence.clone(),
        Trouble::Source(error) => {
            let text = error.to_string();
            let mut chars = text.chars();
            let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            format!("{first}{}.", chars.as_str())
        }
        Trouble::TooMany(rows) => format!("It would change at least {rows} rows."),
        Trouble::Moved(moved) => moved.join(" "),
    }
}
