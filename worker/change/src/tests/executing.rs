//! The marker protocol, and what a failure says.

use super::{Fixture, Memory, approved, checked, until};
use crate::{Bound, Change, Outcome, Settled, execute, settle_without};
use sqlx::{Connection, Executor, PgConnection};

pub(crate) const SHOP: &str = "CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, city text); \
    CREATE TABLE purchase (id int PRIMARY KEY, customer_id int REFERENCES customer, total numeric CHECK (total >= 0), note text); \
    INSERT INTO customer SELECT n, 'c' || n, 'Oslo' FROM generate_series(1, 10) n; \
    INSERT INTO purchase SELECT n, n % 5 + 1, n * 10, 'n' FROM generate_series(1, 20) n";

#[tokio::test]
async fn a_change_happens_once_however_often_it_is_run() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("UPDATE purchase SET total = total + 1 WHERE customer_id = 2");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    assert_eq!(
        f.texts("SELECT sum(total)::text FROM purchase").await,
        "2100",
        "a measurement changes nothing"
    );
    let mark = f.mark();
    match f.execute(mark, change, &measured).await {
        Outcome::Applied(applied) => assert_eq!((applied.rows, applied.undoable), (4, true)),
        other => panic!("{other:?}"),
    }
    assert_eq!(f.execute(mark, change, &measured).await, Outcome::AlreadyApplied);
    assert_eq!(settle_without(&f.source, mark, &f.limits).await, Settled::Applied);
    assert_eq!(f.texts("SELECT sum(total)::text FROM purchase").await, "2104");
    assert_eq!(f.markers().await, "false");
    // The rows are not what was approved any more, and a second ticket for them is another matter.
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::Stale { .. }));
}

#[tokio::test]
async fn two_workers_with_the_same_ticket_make_one_change() {
    let mut f = Fixture::new(SHOP).await;
    for _ in 0..5 {
        let change = checked("UPDATE purchase SET total = total + 1 WHERE customer_id = 2");
        let change = Change::Statement(&change);
        let measured = f.measure_change(change).await.unwrap();
        let mark = f.mark();
        let run = || f.execute(mark, change, &measured);
        let outcomes: Vec<Outcome> = futures::future::join_all([run(), run(), run()]).await;
        let applied = outcomes.iter().filter(|o| matches!(o, Outcome::Applied(_))).count();
        assert_eq!(applied, 1, "{outcomes:?}");
        assert!(
            outcomes.iter().all(|o| matches!(
                o,
                Outcome::Applied(_) | Outcome::AlreadyApplied | Outcome::InDoubt { .. }
            )),
            "{outcomes:?}"
        );
    }
    assert_eq!(f.texts("SELECT sum(total)::text FROM purchase").await, "2120");
}

#[tokio::test]
async fn a_withdrawn_ticket_never_runs() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("DELETE FROM purchase WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    let mark = f.mark();
    assert_eq!(settle_without(&f.source, mark, &f.limits).await, Settled::Withdrawn);
    assert_eq!(settle_without(&f.source, mark, &f.limits).await, Settled::Withdrawn);
    assert_eq!(f.execute(mark, change, &measured).await, Outcome::Withdrawn);
    assert_eq!(f.texts("SELECT count(*)::text FROM purchase").await, "20");
    assert_eq!(f.markers().await, "true");
}

/// Approves `sql`, lets `meanwhile` happen, and gives what moved.
async fn stale(sql: &str, meanwhile: &str) -> String {
    let mut f = Fixture::new(SHOP).await;
    let change = checked(sql);
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.run(meanwhile).await;
    let before = f.texts("SELECT (count(*), sum(total))::text FROM purchase").await;
    let mark = f.mark();
    let outcome = f.execute(mark, change, &measured).await;
    let Outcome::Stale { moved } = outcome else { panic!("{meanwhile}: {outcome:?}") };
    assert_eq!(f.texts("SELECT (count(*), sum(total))::text FROM purchase").await, before, "{meanwhile}");
    assert_eq!(f.markers().await, "true", "{meanwhile}");
    // It is final: the rows may come back to what they were, the ticket does not.
    assert_eq!(f.execute(mark, change, &measured).await, Outcome::Withdrawn);
    moved.join(" ")
}

#[tokio::test]
async fn what_moved_since_the_approval_stops_it_and_is_named() {
    const UPDATE: &str = "UPDATE purchase SET total = 5 WHERE customer_id = 2";
    let altered = "The table public.purchase was altered: its columns, constraints, triggers or rules are not the same.";
    assert_eq!(
        stale(UPDATE, "INSERT INTO purchase VALUES (99, 2, 1, 'new')").await,
        "It would change 5 rows of public.purchase, not 4."
    );
    assert_eq!(
        stale(UPDATE, "UPDATE purchase SET total = total + 1 WHERE id = 1").await,
        "The rows that it changes are not the same any more."
    );
    assert_eq!(stale(UPDATE, "ALTER TABLE purchase ADD COLUMN extra int").await, altered);
    assert_eq!(
        stale(UPDATE, "ALTER TABLE purchase ALTER COLUMN total TYPE numeric(12, 2)").await,
        format!("{altered} The rows that it changes are not the same any more.")
    );
    assert_eq!(stale(UPDATE, "ALTER TABLE purchase ADD CHECK (total < 1000)").await, altered);
    let trigger = "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; \
        CREATE TRIGGER quiet BEFORE UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION quiet()";
    assert!(stale(UPDATE, trigger).await.starts_with(altered));
    let anew = "ALTER TABLE purchase RENAME TO gone; CREATE TABLE purchase AS SELECT * FROM gone";
    assert!(stale(UPDATE, anew).await.starts_with(altered));
    // What it reads in other tables counts by what comes out.
    let read = "UPDATE purchase SET note = c.city FROM customer c WHERE c.id = customer_id AND c.id = 2";
    assert_eq!(
        stale(read, "UPDATE customer SET city = 'Rome' WHERE id = 2").await,
        "The rows that it changes are not the same any more."
    );
    assert_eq!(
        stale(
            "INSERT INTO purchase SELECT id + 100, id, 1, city FROM customer",
            "DELETE FROM customer WHERE id = 10"
        )
        .await,
        "It would change 9 rows of public.purchase, not 10."
    );
}

#[tokio::test]
async fn a_dropped_table_stops_it() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("DELETE FROM purchase WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.run("DROP TABLE purchase").await;
    match f.execute(f.mark(), change, &measured).await {
        Outcome::Stale { moved } => assert_eq!(moved, ["The table purchase does not exist any more."]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn columns_that_it_does_not_use_may_change_meanwhile() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("UPDATE purchase SET total = 5 WHERE customer_id = 2");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.run("UPDATE purchase SET note = 'changed'; UPDATE purchase SET total = 7 WHERE customer_id = 3").await;
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::Applied(_)));
    // But a row that is deleted goes with everything it holds.
    let change = checked("DELETE FROM purchase WHERE customer_id = 2");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.run("UPDATE purchase SET note = 'precious' WHERE id = 1").await;
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::Stale { .. }));
}

#[tokio::test]
async fn a_refusal_by_the_database_is_final_and_in_plain_words() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("UPDATE purchase SET id = 500 WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.run("INSERT INTO purchase VALUES (500, 1, 1, '')").await;
    let mark = f.mark();
    match f.execute(mark, change, &measured).await {
        Outcome::Failed(problem) => {
            assert_eq!(
                problem.sentence,
                "There would be two rows with the same value in public.purchase, which purchase_pkey forbids."
            );
            assert_eq!(problem.constraint.as_deref(), Some("purchase_pkey"));
            assert_eq!(problem.sqlstate, "23505");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(f.execute(mark, change, &measured).await, Outcome::Withdrawn);
}

#[tokio::test]
async fn locks_of_others_are_waited_for_within_limits() {
    let f = Fixture::new(SHOP).await;
    let change = checked("UPDATE purchase SET total = 5 WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    let mut other = PgConnection::connect(&f.url).await.unwrap();
    let writer = f.source.writer().unwrap().to_owned();
    super::run(
        &mut other,
        &format!("SET ROLE {writer}; BEGIN; SELECT 1 FROM purchase WHERE id = 1 FOR UPDATE"),
    )
    .await;
    match f.execute(f.mark(), change, &measured).await {
        Outcome::Failed(problem) => assert_eq!(
            problem.sentence,
            "Somebody else holds a lock on the rows or the table, and did not let go in time."
        ),
        other => panic!("{other:?}"),
    }
    // Let go of in time, it is as if nothing had been.
    let run = f.execute(f.mark(), change, &measured);
    let free = async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        other.execute("ROLLBACK").await.unwrap();
    };
    assert!(matches!(futures::future::join(run, free).await.0, Outcome::Applied(_)));
}

#[tokio::test]
async fn a_marker_that_is_being_written_leaves_it_in_doubt() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("UPDATE purchase SET total = 5 WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    let mark = f.mark();
    let insert = format!(
        "INSERT INTO rowcall.applied_change (installation_id, ticket_id) VALUES ('{}', '{}')",
        mark.installation, mark.ticket
    );
    f.run(&format!("BEGIN; {insert}")).await;
    assert!(matches!(f.execute(mark, change, &measured).await, Outcome::InDoubt { .. }));
    assert!(matches!(settle_without(&f.source, mark, &f.limits).await, Settled::InDoubt(_)));
    f.run("ROLLBACK").await;
    assert!(matches!(f.execute(mark, change, &measured).await, Outcome::Applied(_)));
}

#[tokio::test]
async fn rows_that_were_unknown_are_capped() {
    let mut f = Fixture::new(SHOP).await;
    f.limits.dry_run_rows = 3;
    let change = checked("UPDATE purchase SET total = 5 WHERE id <= 15");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    let mut approval = approved(&measured);
    let run = |approval: crate::Approved| {
        let (source, mark, limits) = (&f.source, f.mark(), &f.limits);
        async move { execute(source, mark, change, &approval, limits, &Memory::default()).await }
    };
    approval.bound = Bound::AtMost(14);
    match run(approval.clone()).await {
        Outcome::Stale { moved } => {
            assert_eq!(moved, ["It would change at least 15 rows, and at most 14 were approved."]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(f.texts("SELECT count(*)::text FROM purchase WHERE total = 5").await, "0");
    let run = |approval: crate::Approved| {
        let (source, mark, limits) = (&f.source, f.mark(), &f.limits);
        async move { execute(source, mark, change, &approval, limits, &Memory::default()).await }
    };
    approval.bound = Bound::AtMost(15);
    match run(approval).await {
        Outcome::Applied(applied) => assert_eq!(applied.rows, 15),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn images_that_cannot_be_kept_stop_it_before_the_commit() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("DELETE FROM purchase WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.store.refuses = true;
    let mark = f.mark();
    let outcome = f.execute(mark, change, &measured).await;
    assert!(matches!(&outcome, Outcome::InDoubt { why } if why.contains("the lease is lost")), "{outcome:?}");
    until(&mut f.admin, "SELECT count(*) = 20 FROM purchase").await;
    f.store.refuses = false;
    until(&mut f.admin, "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'purchase'::regclass AND mode = 'RowExclusiveLock')").await;
    assert!(matches!(f.execute(mark, change, &measured).await, Outcome::Applied(_)));
}

#[tokio::test]
async fn a_source_without_a_writer_or_a_marker_runs_nothing() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("DELETE FROM purchase WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    f.run("DROP TABLE rowcall.applied_change").await;
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::InDoubt { .. }));
    assert_eq!(f.texts("SELECT count(*)::text FROM purchase").await, "20");
    let settings = rowcall_source::SourceSettings::default();
    f.source = rowcall_source::Source::new(settings, &f.url).unwrap();
    let error = f.measure_change(change).await.unwrap_err();
    assert!(error.to_string().contains("read-only"), "{error}");
}

#[tokio::test]
async fn constraints_that_wait_for_the_commit_speak_before_it() {
    let mut f = Fixture::new(
        "CREATE TABLE a (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, n int UNIQUE DEFERRABLE INITIALLY DEFERRED); \
         INSERT INTO a VALUES (1, 1), (2, 2)",
    )
    .await;
    let error = f.measure("UPDATE a SET n = 2").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "There would be two rows with the same value in public.a, which a_n_key forbids."
    );
    let images = f.apply("UPDATE a SET n = 3 - n").await;
    assert_eq!(images.rows(), 2);
    assert_eq!(f.all("a").await, "(1,2) (2,1)");
}

#[tokio::test]
async fn out_of_its_hours_a_source_is_neither_measured_nor_changed() {
    let mut f = Fixture::new(SHOP).await;
    let change = checked("DELETE FROM purchase WHERE id = 1");
    let change = Change::Statement(&change);
    let measured = f.measure_change(change).await.unwrap();
    let hour: u8 = f.texts("SELECT to_char(now() AT TIME ZONE 'UTC', 'HH24')").await.parse().unwrap();
    // Two hours away, so that the test may run over the change of an hour.
    let (from, to) = ((hour + 3) % 24, (hour + 4) % 24 + 1);
    let mut settings = f.source.settings().clone();
    settings.restrictions.hours = Some(rowcall_core::Hours { from, to, weekdays_only: false });
    let open = std::mem::replace(&mut f.source, rowcall_source::Source::new(settings, &f.url).unwrap());
    let said = f.measure_change(change).await.unwrap_err().to_string();
    assert!(said.contains("answers from"), "{said}");
    match f.execute(f.mark(), change, &measured).await {
        Outcome::Failed(problem) => assert!(problem.sentence.contains("answers from"), "{problem:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(f.texts("SELECT count(*)::text FROM purchase").await, "20");
    assert_eq!(f.markers().await, "true", "that ticket never runs");
    f.source = open;
    assert!(matches!(f.execute(f.mark(), change, &measured).await, Outcome::Applied(_)));
}
