//! Hostile texts: each is refused soon, on a stack as small as a worker thread's, without a panic.

use std::time::{Duration, Instant};

use rowcall_policy::{Code, Facts, Verdict, check, check_bytes};

/// The slowest answer that is accepted, in an unoptimised build too.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap().join().unwrap();
}

fn refused(name: &str, sql: &[u8], codes: &[Code]) {
    let start = Instant::now();
    let verdict = check_bytes(sql, &Facts::default());
    let took = start.elapsed();
    let Verdict::Refuse(refusals) = &verdict else { panic!("{name} was not refused") };
    assert!(codes.contains(&refusals[0].code), "{name}: {refusals:?}");
    assert!(took < LIMIT, "{name} took {took:?}");
}

#[test]
fn each_is_refused_soon() {
    on_a_small_stack(|| {
        refused("a megabyte", &vec![b'a'; 1 << 20], &[Code::TooLong]);
        refused(
            "a megabyte of a literal",
            format!("SELECT '{}'", "x".repeat(1 << 20)).as_bytes(),
            &[Code::TooLong],
        );
        refused(
            "20,000 nested comments",
            ("/*".repeat(20_000) + &"*/".repeat(20_000)).as_bytes(),
            &[Code::TooLong],
        );
        refused(
            "7,000 nested comments",
            ("/*".repeat(7_000) + &"*/".repeat(7_000) + "SELECT 1").as_bytes(),
            &[Code::CommentNesting],
        );
        refused(
            "14,000 opened comments",
            ("SELECT 1 ".to_owned() + &"/*".repeat(14_000)).as_bytes(),
            &[Code::SyntaxError, Code::CommentNesting],
        );
        refused(
            "100,000 terms",
            ("SELECT 1".to_owned() + &"+1".repeat(100_000)).as_bytes(),
            &[Code::TooLong],
        );
        refused("14,000 terms", ("SELECT 1".to_owned() + &"+1".repeat(14_000)).as_bytes(), &[Code::TooDeep]);
        refused(
            "5,000 joins",
            ("SELECT 1 FROM a".to_owned() + &" JOIN b USING (x)".repeat(5_000)).as_bytes(),
            &[Code::TooLong],
        );
        refused(
            "1,700 joins",
            ("SELECT 1 FROM a".to_owned() + &" JOIN b USING (x)".repeat(1_700)).as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "14,000 parentheses",
            ("SELECT ".to_owned() + &"(".repeat(14_000) + "1" + &")".repeat(14_000)).as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "2,500 subqueries",
            ("(SELECT ".repeat(2_500) + "1" + &")".repeat(2_500)).as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "28,000 opened brackets",
            ("SELECT ARRAY".to_owned() + &"[".repeat(28_000)).as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "14,000 minus signs",
            ("SELECT ".to_owned() + &"- ".repeat(14_000) + "1").as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "7,000 NOTs",
            ("SELECT ".to_owned() + &"NOT ".repeat(7_000) + "true").as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "2,000 BETWEEN NOT",
            ("SELECT 1".to_owned() + &" BETWEEN 1 AND NOT 1".repeat(1_400)).as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "3,000 DISTINCT FROM NOT",
            ("SELECT 1".to_owned() + &" IS DISTINCT FROM NOT 1".repeat(1_200)).as_bytes(),
            &[Code::TooDeep],
        );
        refused("5,000 casts", ("SELECT 1".to_owned() + &"::int".repeat(5_000)).as_bytes(), &[Code::TooDeep]);
        refused(
            "2,000 UNIONs",
            ("SELECT 1".to_owned() + &" UNION SELECT 1".repeat(1_900)).as_bytes(),
            &[Code::TooDeep],
        );
        refused("3,000 CASEs", ("SELECT ".to_owned() + &"CASE ".repeat(3_000)).as_bytes(), &[Code::TooDeep]);
        refused(
            "7,000 columns",
            ("SELECT 1".to_owned() + &",1+1".repeat(7_000)).as_bytes(),
            &[Code::TooLong],
        );
        refused(
            "14,000 elements",
            ("SELECT 1 WHERE x IN (1".to_owned() + &",1".repeat(14_000) + ")").as_bytes(),
            &[Code::TooLong],
        );
        refused(
            "columns named by reserved words",
            ("SELECT t.x".to_owned() + &"+t.from".repeat(4_000) + " FROM t").as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "columns named set",
            ("SELECT set".to_owned() + &"+set".repeat(7_000) + " FROM t").as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "columns named case and end",
            ("SELECT t.case".to_owned() + &"+t.end+t.case".repeat(2_000) + " FROM t").as_bytes(),
            &[Code::TooDeep],
        );
        refused(
            "columns behind comments",
            ("SELECT t.x".to_owned() + &"+t./**/from".repeat(2_500) + " FROM t").as_bytes(),
            &[Code::TooDeep],
        );
        refused("NUL", b"SELECT 1\0; DROP TABLE t", &[Code::NulByte]);
        refused("invalid UTF-8", b"SELECT '\xff\xfe'", &[Code::InvalidUtf8]);
        refused("a byte of UTF-8 cut off", b"SELECT '\xc3", &[Code::InvalidUtf8]);
        refused("an open string", b"SELECT 'abc", &[Code::SyntaxError]);
        refused("an open dollar string", b"SELECT $a$abc", &[Code::SyntaxError]);
    });
}

#[test]
fn wide_statements_are_not_deep_ones() {
    on_a_small_stack(|| {
        let start = Instant::now();
        for sql in [
            format!("SELECT {}", vec!["a + b"; 3_000].join(", ")),
            format!("SELECT 1 FROM t WHERE {}", vec!["x = 1"; 2_500].join(" AND ")),
            format!("SELECT 1 FROM t WHERE x IN ({})", vec!["1234"; 4_900].join(", ")),
            format!("SELECT {}", vec!["a"; 100].join(" || ")),
            format!("SELECT CASE {} END FROM t", "WHEN a > 1 THEN 'x' ".repeat(1_000)),
        ] {
            let verdict = check(&sql, &Facts::default());
            assert!(matches!(verdict, Verdict::AllowRead(_)), "{}… {verdict:?}", &sql[..40]);
        }
        assert!(start.elapsed() < LIMIT * 20);
    });
}

#[test]
fn whatever_is_accepted_as_deep_fits_a_small_stack() {
    on_a_small_stack(|| {
        for n in [
            1, 2, 3, 5, 8, 12, 13, 20, 35, 48, 49, 50, 70, 73, 74, 75, 99, 100, 130, 147, 148, 149, 150, 151,
            170,
        ] {
            for sql in [
                format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
                format!("SELECT {}1{}", "(SELECT ".repeat(n), ")".repeat(n)),
                format!("SELECT * FROM {}(SELECT 1) t0{}", "(SELECT * FROM ".repeat(n), ") t".repeat(n)),
                format!("SELECT {}1{}", "ARRAY(SELECT ".repeat(n), ")".repeat(n)),
                format!("SELECT 1{}", "+1".repeat(n)),
                format!("SELECT {}true", "NOT ".repeat(n)),
                format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(n)),
                format!("SELECT {}1{}", "abs(".repeat(n), ")".repeat(n)),
                format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(n), " END".repeat(n)),
                format!("SELECT 1 FROM a{}", " JOIN b USING (x)".repeat(n)),
                format!("SELECT 1{}", "::int".repeat(n)),
                format!("SELECT {}1{}", "ARRAY[".repeat(n), "]".repeat(n)),
                format!("SELECT {}1{}", "json_object('a' VALUE ".repeat(n), ")".repeat(n)),
                format!("SELECT {}1{}", "COALESCE(1 + ".repeat(n), ")".repeat(n)),
                format!("{}SELECT 1{}", "WITH a AS (".repeat(n), ") SELECT 1 FROM a".repeat(n)),
                format!("SELECT 1 WHERE {}true{}", "EXISTS (SELECT 1 WHERE ".repeat(n), ")".repeat(n)),
            ] {
                match check(&sql, &Facts::default()) {
                    Verdict::AllowRead(_) => {}
                    Verdict::Refuse(r) => assert_eq!(r[0].code, Code::TooDeep, "{sql}: {r:?}"),
                    Verdict::NeedsApproval(_) => panic!("{sql}"),
                }
            }
        }
    });
}

#[test]
fn mangled_statements_end_in_an_answer() {
    on_a_small_stack(|| {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let good = include_str!("../corpus/statements.jsonl");
        for line in good.lines().step_by(4) {
            let sql =
                serde_json::from_str::<serde_json::Value>(line).unwrap()["sql"].as_str().unwrap().to_owned();
            let mut bytes = sql.into_bytes();
            for _ in 0..1 + next() % 4 {
                let at = (next() as usize) % bytes.len().max(1);
                match next() % 3 {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at.min(bytes.len()), next() as u8),
                    _ => drop(bytes.splice(at.min(bytes.len())..at.min(bytes.len()), *b" (select ")),
                }
            }
            match check_bytes(&bytes, &Facts::default()) {
                Verdict::AllowRead(read) => assert!(!read.sql().is_empty()),
                Verdict::NeedsApproval(change) => assert!(!change.sql().is_empty()),
                Verdict::Refuse(refusals) => assert!(!refusals.is_empty()),
            }
        }
    });
}
