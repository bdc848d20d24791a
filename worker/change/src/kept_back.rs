//! What a source keeps from those who ask is kept from those who change as well. The writing role may read columns that
//! the reading role may not, so a change could set a visible column to a hidden value, or show by the number of its rows
//! what is hidden. PostgreSQL itself is asked, as the reading role, whether it may see all that the change uses.

use crate::{
    facts::quoted,
    image::Shape,
    problem::{Problem, Trouble},
};
use rowcall_policy::{ChangeKind, CheckedChange};
use rowcall_source::{Source, SourceError, WriteSession};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// Refuses a change outside the source's hours: neither is it tried then, nor made.
pub(crate) async fn keep_hours(source: &Source, session: &mut WriteSession) -> Result<(), Trouble> {
    source.within_hours(session).await.map_err(|error| match error {
        SourceError::PermissionDenied { detail } => {
            Problem::ours(format!("The source takes no changes at this hour: {detail}.")).into()
        }
        other => other.into(),
    })
}

/// Refuses a change that reads or sets a column which questions cannot see.
pub(crate) async fn look(
    source: &Source,
    session: &mut WriteSession,
    change: &CheckedChange,
) -> Result<(), Trouble> {
    let settings = source.settings();
    let reader = settings.role.as_deref();
    let names: Vec<String> =
        change.relations().iter().map(|r| quoted(r.schema.as_deref(), &r.name)).collect();
    // What a definition shows is read with its owner's rights from then on, and not with those of whoever reads it.
    let shows = change.kind() == ChangeKind::Ddl && change.question().is_some();
    // Such a view would be read with the writing role's rights, so that seeing the view itself says nothing.
    let for_its_reader = holds_for_its_reader(session.connection()?, &names).await?;
    if !shows
        && !for_its_reader
        && !change.keeps_back()
        && sees_all(session.connection()?, reader, &names).await?
    {
        return Ok(());
    }
    if shows && for_its_reader {
        let why =
            "A view that shows each reader something else (security_invoker) cannot be part of a definition.";
        return Err(Problem::ours(why).into());
    }
    let refused = |what: &str| {
        Trouble::from(Problem::ours(format!(
            "A change may use only columns that questions can see here: {}.",
            what.trim_end_matches('.')
        )))
    };
    let question = change.question().ok_or_else(|| refused("which ones this one uses cannot be told"))?;
    let role = |name: Option<&str>| name.map_or("NONE".to_owned(), |name| quoted(None, name));
    take_on(session.connection()?, &role(reader)).await?;
    // To plan is not to run, and permission is looked at all the same.
    let explain = AssertSqlSafe(format!("EXPLAIN {question}"));
    let planned = sqlx::query(explain).persistent(false).execute(session.connection()?).await;
    match planned {
        Ok(_) => take_on(session.connection()?, &role(source.writer())).await,
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code.starts_with("42")) => {
            Err(refused(error.message()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a row may be named by its key, where nobody masks what is said.
pub(crate) async fn shows_keys(
    source: &Source,
    db: &mut PgConnection,
    shape: &Shape,
) -> Result<bool, Trouble> {
    let settings = source.settings();
    let keys: Vec<&str> = shape.key.iter().map(|n| shape.columns[*n].name.as_str()).collect();
    if !keys.iter().all(|key| settings.restrictions.shows(&shape.schema, &shape.name, key)) {
        return Ok(false);
    }
    let readable: Option<bool> = sqlx::query_scalar(
        "SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(COALESCE($2::text::name, session_user), $1::text, k.name, 'SELECT')) \
         FROM pg_catalog.unnest($3::text[]) k(name)",
    )
    .bind(quoted(Some(&shape.schema), &shape.name))
    .bind(settings.role.as_deref())
    .bind(keys)
    .fetch_one(db)
    .await?;
    Ok(readable.unwrap_or(false))
}

/// Whether the reading role may see every column of those tables.
async fn sees_all(db: &mut PgConnection, reader: Option<&str>, names: &[String]) -> Result<bool, Trouble> {
    let all: Option<bool> = sqlx::query_scalar(
        "SELECT pg_catalog.bool_and(pg_catalog.has_table_privilege(COALESCE($2::text::name, session_user), r.oid, 'SELECT')) \
         FROM pg_catalog.unnest($1::text[]) u(name), LATERAL (SELECT pg_catalog.to_regclass(u.name)::pg_catalog.oid AS oid) r \
         WHERE r.oid IS NOT NULL",
    )
    .bind(names)
    .bind(reader)
    .fetch_one(db)
    .await?;
    Ok(all.unwrap_or(true))
}

/// Whether one of those is a view that is read with the rights of its reader: PostgreSQL 15 and later have them.
async fn holds_for_its_reader(db: &mut PgConnection, names: &[String]) -> Result<bool, Trouble> {
    let found: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_catalog.unnest($1::text[]) u(name) \
         JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(u.name)::pg_catalog.oid, \
         LATERAL pg_catalog.unnest(c.reloptions) o(option) WHERE c.relkind = 'v' AND o.option ~* '^security_invoker=' \
           AND o.option !~* '=(false|off|no|0|f|n)$')",
    )
    .bind(names)
    .fetch_one(db)
    .await?;
    Ok(found)
}

async fn take_on(db: &mut PgConnection, role: &str) -> Result<(), Trouble> {
    db.execute(sqlx::raw_sql(AssertSqlSafe(format!("SET LOCAL ROLE {role}")))).await?;
    Ok(())
}
