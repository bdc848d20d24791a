//! What questions cannot see.

use super::{Fixture, checked};
use crate::{Change, Outcome, Unmeasured};
use rowcall_core::Hours;

/// What is refused of a statement that was checked by what the reading role sees.
async fn kept_back(f: &Fixture, sql: &str) -> Option<String> {
    let checked = f.checked_with_catalogue(sql).await;
    match f.measure_change(Change::Statement(&checked)).await {
        Ok(_) => None,
        Err(Unmeasured::WouldFail(problem)) => Some(problem.sentence),
        Err(other) => panic!("{other:?}: {sql}"),
    }
}

#[tokio::test]
async fn what_questions_cannot_see_no_change_reads_or_sets() {
    let mut f = Fixture::new(
        "CREATE TABLE person (id int PRIMARY KEY, name text, note text, salary int); \
         CREATE TABLE log (id int PRIMARY KEY, said text); \
         INSERT INTO person SELECT n, 'p' || n, NULL, n * 1000 FROM generate_series(1, 5) n; INSERT INTO log VALUES (1, 'x')",
    )
    .await;
    let reader = f.source.settings().role.clone().unwrap();
    f.run(&format!(
        "REVOKE SELECT ON person FROM {reader}; GRANT SELECT (id, name, note) ON person TO {reader}"
    ))
    .await;
    for sql in [
        "UPDATE person SET note = name WHERE id = 1",
        "UPDATE person AS p SET note = l.said FROM log l WHERE l.id = p.id",
        "DELETE FROM person WHERE name LIKE 'p1%'",
        "INSERT INTO person (id, name) VALUES (9, DEFAULT)",
        "INSERT INTO log SELECT id + 10, name FROM person ON CONFLICT (id) DO UPDATE SET said = excluded.said",
        "UPDATE log SET said = 'y'",
        "WITH gone AS (DELETE FROM person WHERE id = 2 RETURNING name) UPDATE log SET said = (SELECT name FROM gone)",
    ] {
        assert_eq!(kept_back(&f, sql).await, None, "{sql}");
    }
    for sql in [
        "UPDATE person SET note = salary",
        "UPDATE person SET note = 'rich' WHERE salary > 3000",
        "UPDATE person SET salary = 0 WHERE id = 1",
        "UPDATE person SET (name, salary) = ('x', 1) WHERE id = 1",
        "UPDATE person SET note = to_jsonb(person)::text",
        "UPDATE person SET note = 'x' RETURNING *",
        "DELETE FROM person WHERE (person).salary = 1000",
        "INSERT INTO person (id, salary) VALUES (9, 1)",
        "INSERT INTO person (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET note = person.salary::text",
        "INSERT INTO log SELECT id + 10, salary::text FROM person",
        "INSERT INTO log SELECT a + 10, d::text FROM person AS p (a, b, c, d)",
        "WITH salaries AS (SELECT 1 AS salary) UPDATE person SET note = salary",
        "WITH person AS (SELECT 1 AS id, 1 AS salary) UPDATE person SET note = salary WHERE id = 1",
        "WITH gone AS (DELETE FROM person WHERE id = 2 RETURNING *) UPDATE log SET said = 'z' FROM gone",
        "UPDATE log SET said = 'z' WHERE EXISTS (SELECT FROM person NATURAL JOIN (SELECT 1000 AS salary) s)",
        "MERGE INTO log USING person p ON p.id = log.id WHEN MATCHED AND p.salary > 1 THEN UPDATE SET said = 'm'",
    ] {
        if sql.starts_with("MERGE") && !f.merges().await {
            continue;
        }
        let why = kept_back(&f, sql).await.unwrap_or_else(|| panic!("{sql}"));
        assert!(
            why.starts_with("A change may use only columns that questions can see here: "),
            "{sql}: {why}"
        );
    }
    // A view that is read with its reader's rights shows the writing role more than the reading role.
    if f.merges().await {
        for (view, columns) in [("paid", "id, salary"), ("named", "id, name")] {
            f.run(&format!(
                "CREATE VIEW {view} AS SELECT {columns} FROM person; ALTER VIEW {view} SET (security_invoker = on); \
                 GRANT SELECT ON {view} TO PUBLIC"
            ))
            .await;
        }
        assert_eq!(kept_back(&f, "INSERT INTO log SELECT id + 20, name FROM named").await, None);
        for sql in [
            "INSERT INTO log SELECT id + 30, salary::text FROM paid",
            "UPDATE log SET said = p.salary::text FROM paid p WHERE p.id = log.id",
            "DELETE FROM log USING paid p WHERE p.id = log.id AND p.salary > 3000",
        ] {
            let why = kept_back(&f, sql).await.unwrap_or_else(|| panic!("{sql}"));
            assert!(why.contains("permission denied for table person"), "{sql}: {why}");
        }
    }
    // A statement of which it cannot be told is not run either.
    let refused = f.measure("UPDATE person SET note = 'x' WHERE id = 1").await.unwrap_err();
    assert!(
        matches!(&refused, Unmeasured::WouldFail(p) if p.sentence.contains("which ones this one uses cannot be told")),
        "{refused:?}"
    );
    assert_eq!(f.all("person").await.matches("000)").count(), 5);
}

#[tokio::test]
async fn outside_its_hours_a_source_takes_no_changes() {
    let mut f = Fixture::new("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 1)").await;
    let hour: u8 = f.texts("SELECT to_char(now() AT TIME ZONE 'UTC', 'HH24')").await.parse().unwrap();
    // Six hours that begin in six: whatever the clock does meanwhile, it is not within them; and twelve around now.
    let hours = |from: u8, length: u8| Hours {
        from: (hour + from) % 24,
        to: match (hour + from + length) % 24 {
            0 => 24,
            to => to,
        },
        weekdays_only: false,
    };
    let sql = "UPDATE t SET n = 2";
    f.set_hours(Some(hours(18, 12)));
    let measured = f.measure(sql).await.unwrap();
    f.set_hours(Some(hours(6, 6)));
    let refused = f.measure(sql).await.unwrap_err();
    assert!(
        matches!(&refused, Unmeasured::WouldFail(p) if p.sentence.starts_with("The source takes no changes at this hour: it answers from")),
        "{refused:?}"
    );
    let change = checked(sql);
    let outcome = f.execute(f.mark(), Change::Statement(&change), &measured).await;
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    assert_eq!(f.all("t").await, "(1,1)");
}
