//! Definitions: what is shown of them, that they run once, and what stops them.

use super::{Fixture, approved, executing::SHOP};
use crate::{Bound, Change, Measured, Outcome, execute};
use rowcall_core::change::{Definition, Rows, Undo};
use rowcall_policy::{CheckedChange, Facts, Verdict, check};
use rowcall_source::{CatalogueCache, InitOptions, Source, SourceSettings, init_sql};
use sqlx::{Connection, Executor, PgConnection};

/// A shop whose owner allows definitions, prepared by `source init`.
async fn shop() -> Fixture {
    let mut f = Fixture::new(SHOP).await;
    let settings = f.source.settings().clone();
    let login = f.url.trim_start_matches("postgres://").split(':').next().unwrap().to_owned();
    let options = InitOptions {
        reader: settings.role.clone().unwrap(),
        login,
        writer: settings.writer.clone(),
        writable: ["customer", "purchase"].map(|name| ("public".to_owned(), name.to_owned())).to_vec(),
        definitions: true,
        ..InitOptions::default()
    };
    f.run(&init_sql(&options)).await;
    set(&mut f, |settings| settings.definitions = true);
    f
}

fn set(f: &mut Fixture, change: impl FnOnce(&mut SourceSettings)) {
    let mut settings = f.source.settings().clone();
    change(&mut settings);
    f.source = Source::new(settings, &f.url).unwrap();
}

async fn checked(f: &Fixture, sql: &str) -> CheckedChange {
    f.checked_with_catalogue(sql).await
}

async fn measured(f: &Fixture, sql: &str) -> Measured {
    let checked = checked(f, sql).await;
    f.measure_change(Change::Statement(&checked)).await.unwrap_or_else(|error| panic!("{error}: {sql}"))
}

async fn refused(f: &Fixture, sql: &str) -> String {
    let checked = checked(f, sql).await;
    f.measure_change(Change::Statement(&checked)).await.unwrap_err().to_string()
}

fn shown(measured: &Measured) -> &Definition {
    measured.impact.definition.as_ref().unwrap()
}

/// Everything in the schema, as text.
async fn schema(f: &mut Fixture) -> String {
    f.texts(
        "SELECT concat(c.relname, c.relkind, c.relfilenode, '(', (SELECT string_agg(concat(a.attname, ' ', a.atttypid, \
         a.attnotnull), ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0), ')', \
         obj_description(c.oid)) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1",
    )
    .await
}

/// What a definition shows, in one line.
fn line(measured: &Measured) -> String {
    let d = shown(measured);
    let lost: Vec<String> = d
        .loses
        .iter()
        .map(|l| {
            format!(
                "{}{} {}",
                l.column.as_deref().map(|c| format!("{c} of ")).unwrap_or_default(),
                l.table,
                l.rows
            )
        })
        .collect();
    let locks: Vec<String> = d.locks.iter().map(|(table, mode)| format!("{table} {mode}")).collect();
    let own = measured.impact.lock.as_ref().map(|lock| lock.mode.clone()).unwrap_or_default();
    let mut line = format!("{} [{}]", d.what, own);
    for (word, list) in
        [("+", &d.adds), ("-", &d.drops), ("rewrites", &d.rewrites), ("loses", &lost), ("locks", &locks)]
    {
        if !list.is_empty() {
            line.push_str(&format!(" {word} {}", list.join(", ")));
        }
    }
    line
}

/// Each in its turn: what is shown, that trying it changes nothing, that it runs, and that it runs once.
#[tokio::test]
async fn every_kind_is_shown_and_runs_once() {
    let mut f = shop().await;
    for (sql, expected) in [
        (
            "CREATE TABLE returns (id bigserial PRIMARY KEY, purchase_id int REFERENCES purchase, note text DEFAULT 'x')",
            "create the table public.returns [] + table public.returns locks public.purchase ShareRowExclusiveLock",
        ),
        (
            "ALTER TABLE purchase ADD COLUMN extra int DEFAULT 5, ALTER COLUMN note SET DEFAULT upper('a')",
            "alter the table public.purchase: add the column extra, set the default of the column note \
             [AccessExclusiveLock] + column extra of public.purchase",
        ),
        (
            "ALTER TABLE purchase ALTER COLUMN total TYPE numeric(12, 2)",
            "alter the table public.purchase: change the type of the column total [AccessExclusiveLock] \
             rewrites public.purchase",
        ),
        (
            "ALTER TABLE purchase ADD CONSTRAINT small CHECK (total < 1000)",
            "alter the table public.purchase: add the check small [AccessExclusiveLock] + constraint small of public.purchase",
        ),
        (
            "CREATE INDEX ON purchase (note)",
            "create an index on public.purchase [ShareLock] + index public.purchase_note_idx",
        ),
        (
            "ALTER INDEX purchase_note_idx RENAME TO by_note",
            "rename the index purchase_note_idx of public.purchase to by_note []",
        ),
        (
            "DROP INDEX by_note",
            "drop the index by_note of public.purchase [AccessExclusiveLock] - index public.by_note",
        ),
        (
            "ALTER TABLE purchase RENAME COLUMN note TO remark",
            "rename the column note of public.purchase to remark [AccessExclusiveLock]",
        ),
        (
            "COMMENT ON COLUMN purchase.remark IS 'what was said'",
            "set the comment of the column remark of public.purchase [ShareUpdateExclusiveLock]",
        ),
        (
            "ALTER TABLE purchase DROP COLUMN remark",
            "alter the table public.purchase: drop the column remark [AccessExclusiveLock] \
             - column remark of public.purchase loses remark of public.purchase 20",
        ),
        (
            "CREATE VIEW cities AS SELECT city, count(*) AS n FROM customer GROUP BY city",
            "create the view public.cities [] + view public.cities",
        ),
        (
            "CREATE TABLE best AS SELECT customer_id, sum(total) AS total FROM purchase GROUP BY 1",
            "create the table public.best [] + table public.best",
        ),
        ("CREATE TYPE state AS ENUM ('new')", "create the type public.state [] + type public.state"),
        (
            "ALTER TYPE state ADD VALUE 'old'",
            "add the value old to the type public.state [] + value old of public.state",
        ),
        (
            "TRUNCATE best RESTART IDENTITY",
            "delete every row of public.best and begin its numbers anew [AccessExclusiveLock] loses public.best 5",
        ),
        ("ALTER TABLE best RENAME TO sums", "rename the table public.best to sums [AccessExclusiveLock]"),
        (
            "DROP TABLE customer CASCADE",
            "drop the table public.customer and all that depends on it [AccessExclusiveLock] \
             - constraint purchase_customer_id_fkey of public.purchase, table public.customer, view public.cities \
             loses public.customer 10 locks public.cities AccessExclusiveLock, public.purchase AccessExclusiveLock",
        ),
    ] {
        let checked = checked(&f, sql).await;
        let change = Change::Statement(&checked);
        let before = schema(&mut f).await;
        let measured = f.measure_change(change).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert_eq!(line(&measured), expected, "{sql}");
        assert_eq!(schema(&mut f).await, before, "trying it changes nothing: {sql}");
        assert!(
            matches!(measured.impact.undo, Undo::Impossible(_)) && measured.impact.rows == Rows::Exact(0)
        );
        let mark = f.mark();
        let run = || Box::pin(f.execute(mark, change, &measured));
        let outcomes = futures::future::join_all([run(), run()]).await;
        let applied = outcomes.iter().filter(|o| matches!(o, Outcome::Applied(a) if !a.undoable)).count();
        assert_eq!(applied, 1, "{sql}: {outcomes:?}");
        assert_eq!(f.execute(mark, change, &measured).await, Outcome::AlreadyApplied, "{sql}");
        assert_eq!(f.store.kept.lock().unwrap().remove(&mark.ticket), Some(None), "{sql}");
    }
    assert_eq!(
        f.texts(
            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'v') \
        AND relnamespace = 'public'::regnamespace"
        )
        .await,
        "purchase returns sums"
    );
}

/// Approves `sql`, lets `meanwhile` happen, and gives what moved.
async fn stale(sql: &str, meanwhile: &str) -> String {
    let mut f = shop().await;
    f.run("CREATE TABLE empty (id int)").await;
    let writer = f.source.writer().unwrap().to_owned();
    f.run(&format!("ALTER TABLE empty OWNER TO {writer}")).await;
    let checked = checked(&f, sql).await;
    let change = Change::Statement(&checked);
    let measured = f.measure_change(change).await.unwrap();
    f.run(meanwhile).await;
    let before = schema(&mut f).await;
    let mark = f.mark();
    let outcome = f.execute(mark, change, &measured).await;
    let Outcome::Stale { moved } = outcome else { panic!("{meanwhile}: {outcome:?}") };
    assert_eq!(schema(&mut f).await, before, "{meanwhile}");
    assert_eq!(f.markers().await, "true", "{meanwhile}");
    assert_eq!(f.execute(mark, change, &measured).await, Outcome::Withdrawn);
    moved.join(" ")
}

#[tokio::test]
async fn what_moved_since_the_approval_stops_a_definition() {
    const DROP: &str = "DROP TABLE customer CASCADE";
    let altered = "The table public.customer was altered: its columns, constraints, triggers or rules are not the same.";
    assert_eq!(
        stale(DROP, "CREATE VIEW w AS SELECT 1 AS one FROM customer").await,
        "It would now drop the view public.w as well."
    );
    assert_eq!(stale(DROP, "ALTER TABLE customer ADD COLUMN precious text").await, altered);
    assert_eq!(
        stale("TRUNCATE empty", "INSERT INTO empty VALUES (1)").await,
        "There is data in public.empty now, which would be lost."
    );
    assert_eq!(
        stale("CREATE TABLE IF NOT EXISTS later (id int)", "CREATE TABLE later (id text)").await,
        "It would not create the table public.later any more."
    );
    assert_eq!(
        stale(DROP, "DROP TABLE customer CASCADE").await,
        "The table customer does not exist any more."
    );
}

#[tokio::test]
async fn rows_that_come_and_go_do_not_stop_a_definition() {
    let mut f = shop().await;
    let checked = checked(&f, "DROP TABLE purchase").await;
    let change = Change::Statement(&checked);
    let measured = f.measure_change(change).await.unwrap();
    f.run("INSERT INTO purchase VALUES (99, 1, 1, 'new')").await;
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::Applied(_)));
}

#[tokio::test]
async fn locks_of_others_stop_a_definition_in_time() {
    let f = shop().await;
    let checked = checked(&f, "ALTER TABLE purchase ADD COLUMN extra int").await;
    let change = Change::Statement(&checked);
    let mut other = PgConnection::connect(&f.url).await.unwrap();
    let reader = f.source.settings().role.clone().unwrap();
    super::run(&mut other, &format!("SET ROLE {reader}; BEGIN; SELECT FROM purchase")).await;
    // It could not be tried out, and says so; what it would do beside its words is not bound.
    let measured = f.measure_change(change).await.unwrap();
    assert!(
        shown(&measured).untried.as_deref().is_some_and(|why| why.contains("holds a lock")),
        "{measured:?}"
    );
    let mut approval = approved(&measured);
    approval.bound = Bound::AtMost(0);
    match execute(&f.source, f.mark(), change, &approval, &f.limits, &f.store).await {
        Outcome::Failed(problem) => assert_eq!(
            problem.sentence,
            "Somebody else holds a lock on the rows or the table, and did not let go in time."
        ),
        other => panic!("{other:?}"),
    }
    let all = refused(&f, "DROP TABLE purchase CASCADE").await;
    assert!(all.starts_with("With CASCADE it must be tried out first"), "{all}");
    other.execute("ROLLBACK").await.unwrap();
    let outcome = execute(&f.source, f.mark(), change, &approval, &f.limits, &f.store).await;
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
}

#[tokio::test]
async fn what_the_server_refuses_is_said_in_plain_words() {
    let mut f = shop().await;
    f.run("CREATE TABLE foreign_owned (id int); CREATE VIEW cities AS SELECT city FROM customer").await;
    for (sql, said) in [
        (
            "ALTER TABLE foreign_owned ADD COLUMN a int",
            "Must be owner of table foreign_owned. Only a table's owner may",
        ),
        ("DROP TABLE customer", "Other things depend on it: "),
        ("CREATE TABLE purchase (id int)", "already exists"),
        ("CREATE UNIQUE INDEX ON purchase (customer_id)", "There would be two rows with the same value in"),
        ("ALTER TABLE purchase ADD CHECK (total < 100)", "does not hold for a row"),
        (
            "ALTER TABLE purchase ALTER COLUMN note TYPE int USING note::int",
            "A value does not fit its column",
        ),
        ("ALTER TABLE purchase DROP COLUMN nowhere", "A column is gone or was renamed"),
    ] {
        let sentence = refused(&f, sql).await;
        assert!(sentence.contains(said), "{sql}: {sentence}");
    }
    f.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
    let writer = f.source.writer().unwrap().to_owned();
    f.run(&format!("REVOKE CREATE ON SCHEMA public FROM {writer}")).await;
    let sentence = refused(&f, "CREATE TABLE new (id int)").await;
    assert!(sentence.contains("rowcall source doctor"), "{sentence}");
}

#[tokio::test]
async fn code_that_runs_with_a_definition_must_be_vouched_for() {
    let mut f = shop().await;
    f.run(
        "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; \
         CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION note()",
    )
    .await;
    let measured_now = measured(&f, "CREATE TABLE new (id int)").await;
    let why = shown(&measured_now).untried.clone().unwrap();
    assert!(why.starts_with("The event trigger watch calls public.note with it"), "{why}");
    f.limits.trusted_functions.push("public.note".into());
    let measured_now = measured(&f, "CREATE TABLE new (id int)").await;
    assert_eq!(shown(&measured_now).adds, ["table public.new"]);
    f.run("DROP EVENT TRIGGER watch").await;
    f.run(
        "CREATE FUNCTION says() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1'; RETURN NULL; END $$; \
         CREATE TRIGGER emptied AFTER TRUNCATE ON purchase EXECUTE FUNCTION says()",
    )
    .await;
    let measured_now = measured(&f, "TRUNCATE purchase").await;
    assert!(shown(&measured_now).untried.is_some(), "{measured_now:?}");
    assert_eq!(measured_now.impact.triggers.len(), 1);
    assert!(shown(&measured(&f, "ALTER TABLE purchase ADD COLUMN a int").await).untried.is_none());
}

#[tokio::test]
async fn what_questions_cannot_see_is_neither_altered_nor_shown() {
    let mut f = shop().await;
    let reader = f.source.settings().role.clone().unwrap();
    f.run(&format!(
        "REVOKE SELECT ON customer FROM {reader}; GRANT SELECT (id, city) ON customer TO {reader}"
    ))
    .await;
    for sql in [
        "ALTER TABLE customer ADD COLUMN copy text GENERATED ALWAYS AS (name) STORED",
        "ALTER TABLE customer RENAME COLUMN name TO title",
        "DROP TABLE customer CASCADE",
        "CREATE INDEX ON customer (city)",
        "CREATE VIEW names AS SELECT name FROM customer",
        "CREATE TABLE names AS SELECT * FROM customer",
    ] {
        let said = refused(&f, sql).await;
        assert!(
            said.starts_with("A change may use only columns that questions can see here"),
            "{sql}: {said}"
        );
    }
    // A view that is read with its reader's rights would be read with the writing role's.
    if f.merges().await {
        f.run("CREATE VIEW own AS SELECT id, city FROM customer; ALTER VIEW own SET (security_invoker = on)")
            .await;
        let said = refused(&f, "CREATE TABLE copied AS SELECT * FROM own").await;
        assert!(said.contains("security_invoker"), "{said}");
    }
    // What it can see, it may be shown.
    assert_eq!(
        shown(&measured(&f, "CREATE VIEW cities AS SELECT city FROM customer").await).adds,
        ["view public.cities"]
    );
    f.run(&format!("REVOKE SELECT ON purchase FROM {reader}")).await;
    let catalogue =
        f.source.catalogue(&CatalogueCache::new(None, CatalogueCache::DEFAULT_TTL)).await.unwrap();
    match check("DROP TABLE purchase", &Facts { catalogue: Some(&catalogue) }) {
        Verdict::Refuse(refusals) => assert_eq!(refusals[0].code.as_str(), "relation_unknown"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_there_already_changes_nothing() {
    let f = shop().await;
    for sql in [
        "CREATE TABLE IF NOT EXISTS purchase (id int)",
        "ALTER TABLE purchase ADD COLUMN IF NOT EXISTS note text",
        "CREATE UNIQUE INDEX IF NOT EXISTS purchase_pkey ON purchase (id)",
    ] {
        assert!(shown(&measured(&f, sql).await).changes_nothing, "{sql}");
    }
    assert!(!shown(&measured(&f, "COMMENT ON TABLE purchase IS 'x'").await).changes_nothing);
}

#[tokio::test]
async fn a_source_that_allows_no_definitions_runs_none() {
    let mut f = shop().await;
    let checked = checked(&f, "DROP TABLE purchase").await;
    let change = Change::Statement(&checked);
    let measured = f.measure_change(change).await.unwrap();
    set(&mut f, |settings| settings.definitions = false);
    let error = f.measure_change(change).await.unwrap_err();
    assert!(error.to_string().contains("do not allow definitions"), "{error}");
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::InDoubt { .. }));
    assert_eq!(f.texts("SELECT count(*)::text FROM purchase").await, "20");
    let settings = SourceSettings { definitions: true, ..SourceSettings::default() };
    assert!(Source::new(settings, &f.url).is_err(), "definitions need a writing role");
}
