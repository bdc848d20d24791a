//! Taking changes back.

use super::{Fixture, executing::SHOP};
use crate::{Change, Images, OnConflict, Outcome, UndoPlan, Unmeasured};
use rowcall_core::change::{Operation, Rows};

fn plan(images: &Images) -> UndoPlan {
    // As the store gives them back.
    let images = Images::unpack(&images.pack().unwrap()).unwrap();
    UndoPlan::new(images, OnConflict::Refuse)
}

/// Every row of every table of `public`.
async fn everything(f: &mut Fixture) -> String {
    let tables = f
        .texts("SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1")
        .await;
    let mut all = String::new();
    for table in tables.split(' ') {
        all.push_str(&format!("{table}: {}\n", f.all(table).await));
    }
    all
}

/// Applies, takes back, and compares; then takes the undo back, which gives the change again.
async fn there_and_back(f: &mut Fixture, sql: &str) {
    let before = everything(f).await;
    let images = f.apply(sql).await;
    let changed = everything(f).await;
    assert_ne!(before, changed, "{sql}");
    let undo = plan(&images);
    let measured = f.measure_change(Change::Undo(&undo)).await.unwrap_or_else(|e| panic!("{e}: {sql}"));
    assert_eq!(everything(f).await, changed, "measuring an undo changes nothing: {sql}");
    let mark = f.mark();
    let outcome = f.execute(mark, Change::Undo(&undo), &measured).await;
    match &outcome {
        Outcome::Applied(applied) => assert_eq!(applied.not_restored, Vec::<String>::new(), "{sql}"),
        other => panic!("{other:?}: {sql}"),
    }
    assert_eq!(everything(f).await, before, "{sql}");
    assert_eq!(f.execute(mark, Change::Undo(&undo), &measured).await, Outcome::AlreadyApplied);
    let redo = f.store.kept.lock().unwrap().remove(&mark.ticket).unwrap();
    let redo =
        redo.unwrap_or_else(|| panic!("an undo of {sql} leaves no images: {:?}", measured.impact.undo));
    let outcome = f.undo(&plan(&redo)).await;
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}: {sql}");
    assert_eq!(everything(f).await, changed, "{sql}");
}

#[tokio::test]
async fn inserts_updates_and_deletes_are_taken_back() {
    let mut f = Fixture::new(SHOP).await;
    f.run(
        "CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED, u int UNIQUE); \
         INSERT INTO made (a, u) SELECT n, n FROM generate_series(1, 10) n",
    )
    .await;
    for sql in [
        "UPDATE purchase SET total = total * 2, note = NULL WHERE customer_id = 2",
        "DELETE FROM purchase WHERE id <= 5",
        "INSERT INTO purchase VALUES (100, 1, 5, 'new'), (101, 2, 6, NULL)",
        "INSERT INTO purchase VALUES (100, 1, 7, 'twice'), (102, 3, 6, NULL) ON CONFLICT (id) DO UPDATE SET total = excluded.total",
        "INSERT INTO made (a, u) VALUES (50, 50)",
        "UPDATE made SET a = a + 1",
        "DELETE FROM made WHERE a > 5",
        "UPDATE made SET u = -u",
        "WITH gone AS (DELETE FROM purchase WHERE id = 10 RETURNING id) INSERT INTO made (a, u) SELECT id, 500 FROM gone",
        "MERGE INTO purchase p USING (VALUES (11, 1), (200, 2)) AS s(id, total) ON p.id = s.id \
         WHEN MATCHED AND p.id = 11 THEN DELETE WHEN NOT MATCHED THEN INSERT (id, total) VALUES (s.id, s.total)",
    ] {
        if !sql.starts_with("MERGE") || f.merges().await {
            there_and_back(&mut f, sql).await;
        }
    }
}

#[tokio::test]
async fn an_undo_meets_the_constraints_of_what_it_sets() {
    let f = Fixture::new(
        "CREATE TABLE t (id int PRIMARY KEY, n int CHECK (n > 0), m int CHECK (m > 0)); \
         INSERT INTO t SELECT i, i, i FROM generate_series(1, 5) i",
    )
    .await;
    let images = f.apply("UPDATE t SET n = n + 1 WHERE id < 3").await;
    let measured = f.measure_change(Change::Undo(&plan(&images))).await.unwrap();
    assert_eq!(measured.impact.at_risk, ["t_n_check: CHECK ((n > 0))"]);
    let images = f.apply("DELETE FROM t WHERE id = 5").await;
    let measured = f.measure_change(Change::Undo(&plan(&images))).await.unwrap();
    assert_eq!(measured.impact.at_risk.len(), 3, "a row that comes back meets all of them");
}

#[tokio::test]
async fn keys_and_what_hangs_on_them_are_taken_back() {
    let mut f = Fixture::new(
        "CREATE TABLE a (id int PRIMARY KEY, name text); \
         CREATE TABLE b (a_id int REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE, n int, PRIMARY KEY (a_id, n)); \
         CREATE TABLE c (id int PRIMARY KEY, b_a int, b_n int, FOREIGN KEY (b_a, b_n) REFERENCES b ON DELETE SET NULL ON UPDATE CASCADE); \
         CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree ON DELETE CASCADE); \
         CREATE TABLE standard (id int PRIMARY KEY, a_id int DEFAULT 1 REFERENCES a ON DELETE SET DEFAULT); \
         INSERT INTO a SELECT n, 'n' || n FROM generate_series(1, 6) n; INSERT INTO b SELECT n, m FROM generate_series(2, 6) n, generate_series(1, 3) m; \
         INSERT INTO c SELECT n * 10 + m, n, m FROM generate_series(2, 6) n, generate_series(1, 3) m; \
         INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2), (4, 2), (5, 1), (6, NULL); INSERT INTO standard VALUES (1, 3), (2, 1)",
    )
    .await;
    for sql in [
        "DELETE FROM a WHERE id = 3",
        "DELETE FROM tree WHERE id = 1",
        "UPDATE a SET id = id + 100 WHERE id IN (4, 5)",
        "UPDATE tree SET id = 60 WHERE id = 6",
        "DELETE FROM b WHERE n = 2",
    ] {
        there_and_back(&mut f, sql).await;
    }
    // Rows that move up one place each: the way back must go the other way round.
    f.run("CREATE TABLE line (id int PRIMARY KEY, name text); INSERT INTO line SELECT n, 'r' || n FROM generate_series(9, 1, -1) n").await;
    there_and_back(&mut f, "UPDATE line SET id = id + 1").await;
}

#[tokio::test]
async fn rows_in_partitions_are_taken_back() {
    let mut f = Fixture::new(
        "CREATE TABLE part (id int, at date, n int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); \
         CREATE TABLE part1 PARTITION OF part FOR VALUES FROM ('2024-01-01') TO ('2024-07-01'); \
         CREATE TABLE part2 (n int, at date NOT NULL, id int NOT NULL); \
         ALTER TABLE part ATTACH PARTITION part2 FOR VALUES FROM ('2024-07-01') TO ('2025-01-01'); \
         INSERT INTO part SELECT n, '2024-01-01'::date + n * 10, n FROM generate_series(1, 30) n",
    )
    .await;
    for sql in [
        "UPDATE part SET n = n + 1 WHERE id BETWEEN 10 AND 25",
        "UPDATE part SET at = at + 60 WHERE id BETWEEN 10 AND 14",
        "DELETE FROM part WHERE id > 12",
        "INSERT INTO part VALUES (100, '2024-02-02', 1), (101, '2024-08-02', 1)",
    ] {
        there_and_back(&mut f, sql).await;
    }
}

#[tokio::test]
async fn rows_that_changed_since_are_conflicts() {
    let mut f = Fixture::new(SHOP).await;
    let images = f.apply("UPDATE purchase SET total = total + 1 WHERE customer_id IN (2, 3)").await;
    f.run("UPDATE purchase SET note = 'since' WHERE id IN (1, 2); DELETE FROM purchase WHERE id = 6; UPDATE purchase SET total = 60 WHERE id = 7").await;
    let refused = f.measure_change(Change::Undo(&plan(&images))).await.unwrap_err();
    let words =
        "4 of 8 rows changed since (purchase 1; purchase 2; purchase 6; purchase 7). Nothing is taken back.";
    assert!(matches!(&refused, Unmeasured::WouldFail(p) if p.sentence == words), "{refused:?}");
    let rest = UndoPlan::new(images, OnConflict::LeaveAlone);
    let measured = f.measure_change(Change::Undo(&rest)).await.unwrap();
    assert_eq!(measured.impact.rows, Rows::Exact(4));
    assert_eq!(measured.impact.operation, Operation::Update);
    let told = "4 of 8 rows changed since (purchase 1; purchase 2; purchase 6; purchase 7): they are left as they are.";
    assert_eq!(measured.not_restored, [told]);
    assert!(matches!(f.execute(f.mark(), Change::Undo(&rest), &measured).await, Outcome::Applied(_)));
    assert_eq!(
        f.texts("SELECT concat(id, ':', total) FROM purchase WHERE customer_id IN (2, 3) ORDER BY id").await,
        "1:11 2:21 7:60 11:110 12:120 16:160 17:170"
    );
    // Between measuring an undo and running it, rows may change too.
    let images = f.apply("DELETE FROM purchase WHERE id = 11").await;
    let undo = plan(&images);
    let measured = f.measure_change(Change::Undo(&undo)).await.unwrap();
    f.run("INSERT INTO purchase VALUES (11, 1, 1, 'another')").await;
    assert!(matches!(f.execute(f.mark(), Change::Undo(&undo), &measured).await, Outcome::Failed(_)));
    // A table that was altered is another matter than its rows.
    let images = f.apply("DELETE FROM purchase WHERE id = 12").await;
    f.run("ALTER TABLE purchase DROP COLUMN note").await;
    assert!(matches!(f.measure_change(Change::Undo(&plan(&images))).await, Err(Unmeasured::Moved(_))));
}

#[tokio::test]
async fn a_row_is_named_by_its_key_only_where_questions_can_see_the_key() {
    let mut f = Fixture::new(
        "CREATE TABLE t (code text PRIMARY KEY, n int); INSERT INTO t VALUES ('hush', 1), ('b', 1)",
    )
    .await;
    let images = f.apply("UPDATE t SET n = 2").await;
    f.run("UPDATE t SET n = 3 WHERE code = 'hush'").await;
    let rest = UndoPlan::new(images, OnConflict::LeaveAlone);
    let told = async |f: &Fixture| f.measure_change(Change::Undo(&rest)).await.unwrap().not_restored;
    assert_eq!(told(&f).await, ["1 of 2 rows changed since (t hush): they are left as they are."]);
    let reader = f.source.settings().role.clone().unwrap();
    f.run(&format!("REVOKE SELECT ON t FROM {reader}; GRANT SELECT (n) ON t TO {reader}")).await;
    assert_eq!(told(&f).await, ["1 of 2 rows changed since (a row of t): they are left as they are."]);
}

#[tokio::test]
async fn what_others_hung_on_a_new_row_since_is_counted_before_it_goes() {
    let mut f = Fixture::new(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a ON DELETE CASCADE)",
    )
    .await;
    let images = f.apply("INSERT INTO a VALUES (1)").await;
    f.run("INSERT INTO b VALUES (1, 1), (2, 1)").await;
    let measured = f.measure_change(Change::Undo(&plan(&images))).await.unwrap();
    assert_eq!(measured.impact.cascades[0].table, "public.b");
    assert_eq!((measured.impact.cascades[0].rows, measured.impact.total_rows()), (2, Some(3)));
}

#[tokio::test]
async fn what_a_trigger_has_the_last_word_on_is_said() {
    let mut f = Fixture::new(
        "CREATE TABLE t (id int PRIMARY KEY, n int, version int NOT NULL DEFAULT 0); INSERT INTO t VALUES (1, 1); \
         CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$; \
         CREATE TRIGGER up BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION up()",
    )
    .await;
    let images = f.apply("UPDATE t SET n = 2").await;
    let measured = f.measure_change(Change::Undo(&plan(&images))).await.unwrap();
    let expected = ["version of public.t is not as it was: a trigger or the database sets it."];
    assert_eq!(measured.not_restored, expected);
    match f.undo(&plan(&images)).await {
        Outcome::Applied(applied) => assert_eq!(applied.not_restored, expected),
        other => panic!("{other:?}"),
    }
    assert_eq!(f.all("t").await, "(1,1,2)");
}
