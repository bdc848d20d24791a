//! The gate against a real server: its lists are the server's own, what a source has of its own is judged by what it
//! does, what is kept back stays back, and what is allowed only reads.

use super::{Fixture, read, read_of, run};
use crate::{CatalogueCache, NoSink, Severity, Source, SourceError, SourceSettings};
use rowcall_core::{Catalogue, Hours, ResultSet};
use rowcall_policy::{Facts, Verdict, check};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const FUNCTIONS: &str = include_str!("../../../../shared/policy/data/functions.tsv");
const NEWER: &str = include_str!("../../../../shared/policy/data/functions_newer.tsv");
const ELSEWHERE: &str = include_str!("../../../../shared/policy/data/elsewhere.tsv");
const REVIEW: &str = include_str!("../../../../shared/policy/data/review_functions.sql");
const OPERATORS: &str = include_str!("../../../../shared/policy/data/operators.txt");
const TYPES: &str = include_str!("../../../../shared/policy/data/types.txt");
const RELATIONS: &str = include_str!("../../../../shared/policy/data/catalogue_relations.tsv");
const READS: &str = include_str!("../../../../shared/policy/cases/reads.sql");
const REFUSED: &str = include_str!("../../../../shared/policy/corpus/refused_reads.tsv");
const CORPUS: &str = include_str!("../../../../shared/policy/corpus/statements.jsonl");

async fn strings(db: &mut PgConnection, sql: &str) -> BTreeSet<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(db).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn the_reviewed_lists_are_those_of_the_server() {
    let mut fixture = Fixture::new("").await;
    let review: String = REVIEW.lines().filter(|l| !l.starts_with('\\')).collect::<Vec<_>>().join("\n");
    let rows: Vec<(String, String)> =
        sqlx::query_as(AssertSqlSafe(review)).fetch_all(&mut fixture.admin).await.unwrap();
    let reviewed: BTreeSet<(&str, &str)> = FUNCTIONS.lines().filter_map(|l| l.split_once('\t')).collect();
    let now: BTreeSet<(&str, &str)> = rows.iter().map(|(n, c)| (n.as_str(), c.as_str())).collect();
    if fixture.version().await == 15 {
        assert_eq!(now, reviewed, "run data/review_functions.sql again");
    }
    // Whatever the version: every name has a class, and what is called harmless is what the review finds harmless there.
    let mut lists: HashMap<&str, &str> = NEWER.lines().filter_map(|l| l.split_once('\t')).collect();
    lists.extend(reviewed.iter().copied());
    let harmless =
        |class: &str| ["pure", "stable", "aggregate", "chance_and_clock", "catalogue_reads"].contains(&class);
    let unknown: Vec<_> = now.iter().filter(|(n, _)| !lists.contains_key(n)).collect();
    assert!(unknown.is_empty(), "not in data/functions_newer.tsv: {unknown:?}");
    let wrong: Vec<_> = now.iter().filter(|(n, c)| harmless(lists[n]) && !harmless(c)).collect();
    assert!(wrong.is_empty(), "harmless here, not on this server: {wrong:?}");
    let too_strict: Vec<_> = now.iter().filter(|(n, c)| !harmless(lists[n]) && harmless(c)).collect();
    assert!(too_strict.is_empty(), "harmless on this server, not here: {too_strict:?}");

    let operators = strings(
        &mut fixture.admin,
        // The factorial of 13 came after its number, which the grammar does not read any more.
        "SELECT DISTINCT oprname::text FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprname <> '!'",
    )
    .await;
    let known: BTreeSet<String> = OPERATORS.lines().map(str::to_owned).collect();
    assert_eq!(operators.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    // Of what has no class here, nothing is more than the inside of statistics, indexes and rules.
    let types = strings(
        &mut fixture.admin,
        "SELECT typname::text FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') \
         AND typelem = 0 AND typname !~ '^(pg_(ndistinct|dependencies|mcv_list|brin_.*|node_tree|ddl_command)|gtsvector)$'",
    )
    .await;
    let known: BTreeSet<String> = TYPES.lines().map(str::to_owned).collect();
    assert_eq!(types.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    let relations = strings(
        &mut fixture.admin,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')",
    )
    .await;
    let known: BTreeSet<String> =
        RELATIONS.lines().filter_map(|l| l.split_once('\t')).map(|(n, _)| n.to_owned()).collect();
    assert_eq!(relations.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn a_name_that_is_refused_as_unknown_is_nowhere_in_postgres() {
    let mut fixture = Fixture::new(
        "DO $$ DECLARE e text; BEGIN FOR e IN SELECT name FROM pg_available_extensions WHERE name NOT LIKE 'pl%' LOOP \
         BEGIN EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', e); EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$",
    )
    .await;
    let there = strings(&mut fixture.admin, "SELECT DISTINCT proname::text FROM pg_proc").await;
    assert!(there.contains("crosstab") || there.contains("similarity"), "no extension was installed");
    let wrong: Vec<&str> =
        ELSEWHERE.lines().filter_map(|l| l.split('\t').next()).filter(|n| there.contains(*n)).collect();
    assert!(wrong.is_empty(), "PostgreSQL or an extension has {wrong:?}");
    // So the reads of the corpus that are refused for such a name could not run on any server.
    let mut judged = 0;
    for line in REFUSED.lines().filter(|l| l.contains("is a function of other databases")) {
        let id = line.split('\t').next().unwrap();
        let statement = CORPUS.lines().find(|l| l.contains(id)).unwrap();
        let statement: serde_json::Value = serde_json::from_str(statement).unwrap();
        for refusal in check(statement["sql"].as_str().unwrap(), &Facts::default()).refusals() {
            let name = refusal.reason.split(' ').nth(2).unwrap();
            assert!(!there.contains(name), "{id}: {name} exists");
            judged += 1;
        }
    }
    assert!(judged > 60, "{judged}");
}

const OWN: &str = "
CREATE TABLE plain (id int, name text, total numeric);
INSERT INTO plain VALUES (1, 'a', 10), (2, 'b', 20);
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM pg_sleep(0); RETURN $1; END $$;
CREATE FUNCTION hides_slow(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT slow($1)';
CREATE FUNCTION runs_text(text) RETURNS int LANGUAGE plpgsql STABLE AS $$ DECLARE r int; BEGIN EXECUTE $1 INTO r; RETURN r; END $$;
CREATE FUNCTION writes(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1';
CREATE FUNCTION rises(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF n < 1 THEN RETURN 0; END IF; RETURN rises(n - 1) + 1; END $$;
CREATE OPERATOR @+@ (FUNCTION = twice, RIGHTARG = int);
CREATE OPERATOR !!! (FUNCTION = writes, RIGHTARG = int);
CREATE DOMAIN short AS text CHECK (length(VALUE) < 5);
CREATE DOMAIN noisy AS int CHECK (slow(VALUE) > 0);
CREATE TYPE pair AS (a int, b int);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION pair_int(pair) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1.a';
CREATE CAST (pair AS int) WITH FUNCTION pair_int(pair) AS IMPLICIT;
CREATE TABLE pairs (p pair);
CREATE FUNCTION gives_pair() RETURNS pair LANGUAGE sql STABLE AS 'SELECT ROW (1, 2)::pair';
CREATE FUNCTION gives_pairs() RETURNS SETOF pairs LANGUAGE sql STABLE AS 'SELECT p FROM pairs';
CREATE AGGREGATE good_sum (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1 + $2';
CREATE AGGREGATE bad_sum (int) (SFUNC = step, STYPE = int, INITCOND = '0');
CREATE VIEW good_view AS SELECT id, twice(id) AS doubled FROM plain;
CREATE VIEW bad_view AS SELECT id, hides_slow(id) AS x FROM plain;
CREATE VIEW sequence_view AS SELECT nextval('numbers') FROM plain;
CREATE TABLE rows_by_policy (id int);
ALTER TABLE rows_by_policy ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON rows_by_policy USING (slow(id) > 0);
CREATE TABLE good_policy (id int);
ALTER TABLE good_policy ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON good_policy USING (current_setting('x.y', true) IS NULL);
CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE EXTENSION intarray;
CREATE TABLE extended (c citext, h hstore, i int[]);
CREATE TYPE point_of AS (x float8, y float8);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;";

pub(super) async fn catalogue(source: &Source) -> Arc<Catalogue> {
    source.catalogue(&CatalogueCache::new(None, Duration::ZERO)).await.unwrap()
}

/// Checks and runs, as the worker does.
pub(super) async fn ask(source: &Source, catalogue: &Catalogue, sql: &str) -> Result<ResultSet, String> {
    match check(sql, &Facts { catalogue: Some(catalogue) }) {
        Verdict::AllowRead(read) => source
            .read(&read, &mut NoSink, &CancellationToken::new())
            .await
            .map_err(|error| format!("{}: {error}", read.sql())),
        other => Err(other
            .refusals()
            .iter()
            .map(|r| format!("{}: {}", r.code, r.reason))
            .collect::<Vec<_>>()
            .join(" ")),
    }
}

#[tokio::test]
async fn what_a_source_has_of_its_own_is_judged_by_what_it_does() {
    let mut fixture = Fixture::new(&format!("CREATE SEQUENCE numbers; {OWN}")).await;
    let newer = fixture.version().await >= 14;
    if newer {
        fixture
            .run("CREATE FUNCTION standard(int) RETURNS int STABLE BEGIN ATOMIC SELECT twice($1); END")
            .await;
    }
    let source = fixture.source(|_| {});
    let catalogue = catalogue(&source).await;
    for sql in [
        "SELECT twice(id), rises(3) FROM plain",
        "SELECT standard(id), upper(span_multirange(span(1, 2))) FROM plain",
        "SELECT @+@ id FROM plain",
        "SELECT 'a'::short, '[1,2]'::span, 'ok'::mood, span(1, 2), (ROW (1, 2)::point_of).x",
        "SELECT good_sum(id) FROM plain",
        "SELECT * FROM good_view",
        "SELECT * FROM good_policy",
        "SELECT c = 'x', h -> 'a', h ? 'a', i & '{1}', i @> '{1}', similarity('a', 'b'), 'abc' % 'abd' FROM extended",
        "SELECT name || 'x', total * 2, -id FROM plain",
    ] {
        if let Err(why) = ask(&source, &catalogue, sql).await
            && (newer || !sql.contains("standard"))
        {
            panic!("{sql}\n{why}");
        }
    }
    for (sql, said) in [
        ("SELECT slow(1)", "function_not_allowed: The function public.slow calls pg_sleep"),
        ("SELECT hides_slow(1)", "calls public.slow"),
        ("SELECT runs_text('SELECT 1')", "runs text as SQL"),
        ("SELECT writes(1)", "VOLATILE"),
        ("SELECT !!! 1", "operator_not_allowed: The operator public.!!! calls a function"),
        ("SELECT 1 OPERATOR(public.!!!) 2", "operator_not_allowed"),
        ("SELECT 1::noisy", "type_not_allowed: The type public.noisy calls public.slow"),
        ("SELECT p FROM pairs", "type_not_allowed: Values of the type public.pair"),
        ("SELECT gives_pair()", "type_not_allowed: Values of the type public.pair"),
        ("SELECT * FROM gives_pairs()", "type_not_allowed: Values of the type public.pair"),
        ("SELECT bad_sum(id) FROM plain", "a step that may not run"),
        ("SELECT * FROM bad_view", "relation_not_allowed: public.bad_view calls public.hides_slow"),
        ("SELECT * FROM sequence_view", "calls nextval"),
        ("SELECT * FROM rows_by_policy", "relation_not_allowed: public.rows_by_policy calls public.slow"),
    ] {
        let why = ask(&source, &catalogue, sql).await.unwrap_err();
        assert!(why.contains(said), "{sql}: {why}");
    }
}

const SHOP: &str = "
CREATE TABLE people (id int PRIMARY KEY, name text, email varchar(60), born date, tax_id text, salary numeric(10,2));
INSERT INTO people VALUES (1, 'Ann', 'ann@example.org', '1980-05-06', 'T1', 100), (2, 'Bob', 'bob@example.org', '1990-07-08', 'T2', 0);
CREATE TABLE sales (id int, person int REFERENCES people, region text, amount int);
INSERT INTO sales VALUES (1, 1, 'EU', 10), (2, 2, 'US', 20), (3, 1, 'EU', 30);
CREATE VIEW everybody AS SELECT * FROM people;
CREATE VIEW over_view AS SELECT count(*) FROM everybody;
CREATE MATERIALIZED VIEW copied AS SELECT email FROM people;
CREATE FUNCTION mail_of(int) RETURNS text LANGUAGE sql STABLE AS 'SELECT email FROM people WHERE id = $1';
CREATE FUNCTION mail_by_view(int) RETURNS text LANGUAGE sql STABLE AS 'SELECT email FROM everybody WHERE id = $1';
CREATE TABLE sales_archive () INHERITS (sales);
CREATE TABLE other (id int); INSERT INTO other VALUES (1);
ANALYZE; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;";

fn keep_back(settings: &mut SourceSettings) {
    settings.restrictions = serde_json::from_value(serde_json::json!({"tables": [
        {"schema": "public", "table": "people", "hidden": ["tax_id"], "masked": [
            {"column": "email", "shows": {"first": 1}}, {"column": "salary", "shows": "null"},
            {"column": "name", "shows": {"text": "somebody"}},
            {"column": "born", "shows": {"sql": "date_trunc('year', born)::date"}}]},
        {"schema": "public", "table": "sales", "rows": "region = 'EU'"}]}))
    .unwrap();
}

#[tokio::test]
async fn what_is_kept_back_stays_back() {
    let fixture = Fixture::new(SHOP).await;
    let source = fixture.source(keep_back);
    let catalogue = catalogue(&source).await;
    let people = catalogue.table("public", "people").unwrap();
    assert!(people.column("tax_id").is_none());
    let distinct = |table: &str, column: &str| {
        catalogue.table("public", table).unwrap().column(column).unwrap().distinct_estimate
    };
    assert!(distinct("people", "id").is_some() && distinct("other", "id").is_some());
    assert_eq!((distinct("people", "email"), distinct("sales", "region")), (None, None));
    let rows = |table: &str| catalogue.table("public", table).unwrap().row_estimate;
    assert_eq!((rows("people"), rows("sales")), (Some(2.0), None));
    for table in ["people", "sales"] {
        let table = catalogue.table("public", table).unwrap();
        assert!(table.columns.iter().all(|c| c.samples.is_empty()), "{table:?}");
    }
    let text = |result: ResultSet| {
        let rows: Vec<String> = (result.rows.iter())
            .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"))
            .collect();
        rows.join("\n")
    };
    for (sql, expected) in [
        ("SELECT * FROM people ORDER BY id", "1|somebody|a***|1980-01-01|\n2|somebody|b***|1990-01-01|"),
        ("SELECT p FROM people p WHERE id = 1", "(1,somebody,a***,1980-01-01,)"),
        (
            "SELECT row_to_json(people)::text FROM people WHERE id = 2",
            "{\"id\":2,\"name\":\"somebody\",\"email\":\"b***\",\"born\":\"1990-01-01\",\"salary\":null}",
        ),
        ("SELECT public.people.email FROM public.people ORDER BY public.people.email DESC LIMIT 1", "b***"),
        ("SELECT count(*) FROM people WHERE email = 'ann@example.org'", "0"),
        ("SELECT count(*) FROM people WHERE email LIKE 'ann%' OR salary > 50 OR name = 'Ann'", "0"),
        ("SELECT max(salary), min(born) FROM people", "|1980-01-01"),
        (
            "SELECT s.id, p.name FROM sales s JOIN people p ON p.id = s.person ORDER BY 1",
            "1|somebody\n3|somebody",
        ),
        ("SELECT sum(amount), count(*) FROM sales", "40|2"),
        ("SELECT count(*) FROM ONLY sales", "2"),
        (
            "SELECT * FROM other o LEFT JOIN LATERAL (SELECT email FROM people WHERE id = o.id) x ON true",
            "1|a***",
        ),
        // The condition is not tried on the row that is left out: it would fail there.
        ("SELECT count(*) FROM sales WHERE 1 / (amount - 20) < 5", "2"),
    ] {
        match ask(&source, &catalogue, sql).await {
            Ok(result) => assert_eq!(text(result), expected, "{sql}"),
            Err(why) => panic!("{sql}\n{why}"),
        }
    }
    for (sql, said) in [
        ("SELECT tax_id FROM people", "column \"tax_id\" does not exist"),
        ("SELECT people.tax_id FROM people", "tax_id"),
        ("SELECT ctid FROM people", "ctid"),
        ("SELECT * FROM everybody", "restricted"),
        ("SELECT * FROM over_view", "restricted"),
        ("SELECT * FROM copied", "restricted"),
        ("SELECT * FROM sales_archive", "restricted"),
        ("SELECT mail_of(1)", "reads people"),
        ("SELECT mail_by_view(1)", "reads everybody"),
        ("SELECT most_common_vals FROM pg_stats WHERE tablename = 'people'", "relation_not_allowed"),
        ("SELECT query_to_xml('SELECT * FROM people', true, true, '')", "function_not_allowed"),
    ] {
        let why = ask(&source, &catalogue, sql).await.unwrap_err();
        assert!(why.contains(said), "{sql}: {why}");
    }
    let report = source.doctor().await;
    assert_eq!(
        report.iter().filter(|f| f.code == "restriction" && f.severity == Severity::Ok).count(),
        2,
        "{report:?}"
    );
    let wrong = fixture.source(|s| {
        keep_back(s);
        s.restrictions.tables[0].hidden = vec!["taxid".into()];
        s.restrictions.tables[1].rows = Some("no_such_column = 1".into());
    });
    let errors: Vec<String> = (wrong.doctor().await.into_iter())
        .filter(|f| f.code == "restriction" && f.severity == Severity::Error)
        .map(|f| f.what)
        .collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
}

#[tokio::test]
async fn a_source_answers_in_its_hours() {
    let mut fixture = Fixture::new("").await;
    let hour = u8::try_from(fixture.scalar("SELECT extract(hour FROM now() AT TIME ZONE 'UTC')::int8").await)
        .unwrap();
    let at = |from: u8, to: u8| {
        let hours = Hours {
            from: from % 24,
            to: if to.is_multiple_of(24) { 24 } else { to % 24 },
            weekdays_only: false,
        };
        fixture.source(|s| s.restrictions.hours = Some(hours))
    };
    // Two hours wide, so that the test may run over the change of an hour.
    read(&at(hour, hour + 2), "SELECT 1").await.unwrap();
    let error = read(&at(hour + 3, hour + 5), "SELECT 1").await.unwrap_err();
    assert!(
        matches!(&error, SourceError::PermissionDenied { detail } if detail.contains("answers from")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_plan_with_too_many_rows_is_refused_unrun() {
    let fixture =
        Fixture::new("CREATE TABLE many AS SELECT g FROM generate_series(1, 3000) g; ANALYZE many").await;
    let source = fixture.source(|s| {
        s.max_plan_rows = Some(1e6);
        s.max_plan_cost = None;
    });
    read_of(&source, "SELECT count(*) FROM many", &["many"]).await.unwrap();
    let error = read_of(&source, "SELECT count(*) FROM many a, many b", &["many"]).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::TooLarge { detail } if detail.contains("9000000 rows")),
        "{error:?}"
    );
}

/// What a statement could leave behind or change, as one text.
const TRACES: &str = "SELECT concat_ws(' ', \
    'xid', pg_catalog.txid_current_if_assigned(), \
    'locks', (SELECT count(*) FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND (locktype = 'advisory' OR mode ~ 'Exclusive') AND virtualxid IS NULL), \
    'channels', (SELECT count(*) FROM pg_catalog.pg_listening_channels()), \
    'settings', (SELECT pg_catalog.md5(pg_catalog.string_agg(name || setting, ',' ORDER BY name)) FROM pg_catalog.pg_settings), \
    'prepared', (SELECT count(*) FROM pg_catalog.pg_prepared_statements WHERE from_sql), \
    'cursors', (SELECT count(*) FROM pg_catalog.pg_cursors WHERE is_holdable), \
    'temporary', (SELECT count(*) FROM pg_catalog.pg_class WHERE relpersistence = 't'), \
    'objects', (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata), \
    'role', current_user, 'backends', (SELECT count(*) >= 1 FROM pg_catalog.pg_stat_activity))";

#[tokio::test]
async fn what_is_allowed_only_reads_even_where_nothing_stops_it() {
    let mut fixture = Fixture::new(
        "CREATE TABLE t (a text, b int, c jsonb, d timestamptz, e int, x numeric); CREATE TABLE s (day date, d timestamptz, v int)",
    )
    .await;
    let (mut ran, mut failed) = (0, 0);
    let cases = READS.lines().filter(|l| !l.starts_with("-- ")).map(str::to_owned);
    let corpus = CORPUS
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["sql"].as_str().unwrap().to_owned());
    for sql in cases.chain(corpus) {
        let Verdict::AllowRead(allowed) = check(&sql, &Facts::default()) else { continue };
        // A superuser in a transaction that may write: only the gate stands between the statement and the server.
        run(&mut fixture.admin, "BEGIN; SET LOCAL statement_timeout = '2s'").await;
        let before: String = sqlx::query_scalar(TRACES).fetch_one(&mut fixture.admin).await.unwrap();
        run(&mut fixture.admin, "SAVEPOINT statement").await;
        // By the simple protocol, since the driver does not know every type there is.
        let done = fixture.admin.execute(sqlx::raw_sql(AssertSqlSafe(allowed.sql().to_owned()))).await;
        match done {
            Ok(_) => {
                ran += 1;
                let after: String = sqlx::query_scalar(TRACES).fetch_one(&mut fixture.admin).await.unwrap();
                assert_eq!(after, before, "{}", allowed.sql());
            }
            Err(sqlx::Error::Database(_)) => failed += 1,
            Err(error) => panic!("{}: {error}", allowed.sql()),
        }
        run(&mut fixture.admin, "ROLLBACK").await;
    }
    assert!(ran > 300, "{ran} ran, {failed} could not");
}
