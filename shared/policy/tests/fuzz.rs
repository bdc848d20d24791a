//! Statements made from the corpus and the cases by cutting, joining and wrapping them, thousands of them, the same
//! every time. Whatever they say: an allowed one is a single read by an oracle that shares no code with the walk, it
//! prints to a fixed point, and no change hides in it.
#![allow(clippy::unwrap_used)]

use rowcall_policy::{Facts, Verdict, check};
use serde_json::Value;

/// Statements tried; a longer run: `POLICY_FUZZ=1000000 cargo test -p rowcall-policy --release --test fuzz`.
fn rounds() -> usize {
    std::env::var("POLICY_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(15_000)
}

/// Functions that act, as the oracle knows them.
const ACTING: [&str; 30] = [
    "pg_sleep",
    "pg_sleep_for",
    "nextval",
    "setval",
    "set_config",
    "pg_read_file",
    "pg_read_binary_file",
    "pg_ls_dir",
    "lo_import",
    "lo_export",
    "lo_create",
    "lo_unlink",
    "lo_put",
    "pg_advisory_lock",
    "pg_try_advisory_lock",
    "pg_notify",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "pg_reload_conf",
    "query_to_xml",
    "table_to_xml",
    "database_to_xml",
    "cursor_to_xml",
    "ts_stat",
    "txid_current",
    "pg_current_xact_id",
    "pg_logical_emit_message",
    "pg_switch_wal",
    "dblink",
    "setseed",
];

const SECRET: [&str; 8] = [
    "pg_authid",
    "pg_shadow",
    "pg_stats",
    "pg_statistic",
    "pg_stat_activity",
    "pg_settings",
    "pg_user_mapping",
    "pg_largeobject",
];

/// xorshift64*: the same statements every time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

#[test]
fn whatever_is_allowed_is_one_read_and_prints_to_a_fixed_point() {
    let pool = pool();
    assert!(pool.len() > 2_500, "{}", pool.len());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut reads, mut changes) = (0, 0);
    for _ in 0..rounds() {
        let sql = mutant(&pool, &mut random);
        match check(&sql, &Facts::default()) {
            Verdict::AllowRead(read) => {
                reads += 1;
                oracle(&sql, read.sql());
                match check(read.sql(), &Facts::default()) {
                    Verdict::AllowRead(again) => assert_eq!(again, read, "{sql}"),
                    other => panic!("{sql}\nprints to {}\nwhich gets {other:?}", read.sql()),
                }
            }
            Verdict::NeedsApproval(change) => {
                changes += 1;
                match check(change.sql(), &Facts::default()) {
                    Verdict::NeedsApproval(again) => assert_eq!(again, change, "{sql}"),
                    other => panic!("{sql}\nprints to {}\nwhich gets {other:?}", change.sql()),
                }
            }
            Verdict::Refuse(refusals) => assert!(!refusals.is_empty(), "{sql}"),
        }
    }
    // A fuzzer whose statements are all nonsense finds nothing.
    assert!(reads > rounds() / 20 && changes > rounds() / 100, "{reads} reads, {changes} changes");
}

/// Panics unless `printed` is a single statement of SELECTs with nothing in it that acts.
fn oracle(sql: &str, printed: &str) {
    let tree = pg_query::parse(printed, pg_query::ParserOptions::DEFAULT).unwrap().protobuf;
    assert_eq!(tree.stmts.len(), 1, "{sql}");
    let mut trouble = Vec::new();
    visit(&serde_json::to_value(&tree).unwrap(), &mut trouble);
    // A name from WITH covers the catalogue's.
    trouble.retain(|t| {
        !t.strip_prefix("relname: ")
            .is_some_and(|name| printed.contains(&format!("{} AS (", name.trim_matches('"'))))
    });
    assert!(trouble.is_empty(), "{sql}\nprints to {printed}\nwith {trouble:?}");
}

fn visit(value: &Value, trouble: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let is_other_statement = key.ends_with("Stmt")
                    && !["SelectStmt", "ExplainStmt", "RawStmt"].contains(&key.as_str());
                let is_forbidden = ["LockingClause", "ParamRef", "CurrentOfExpr"].contains(&key.as_str());
                let is_into = key == "into_clause" && !inner.is_null();
                let is_analyze = key == "defname" && inner == "analyze";
                let is_secret = key == "relname" && inner.as_str().is_some_and(|n| SECRET.contains(&n));
                if is_other_statement || is_forbidden || is_into || is_analyze || is_secret {
                    trouble.push(format!("{key}: {inner}"));
                }
                if key == "funcname" {
                    let name = inner.as_array().and_then(|parts| parts.last()).map(ToString::to_string);
                    let acts = |n: &String| ACTING.iter().any(|a| n.contains(&format!("\"{a}\"")));
                    trouble.extend(name.filter(acts));
                }
                visit(inner, trouble);
            }
        }
        Value::Array(items) => items.iter().for_each(|i| visit(i, trouble)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every statement of the cases and of the corpus.
fn pool() -> Vec<String> {
    let mut pool: Vec<String> = include_str!("../corpus/statements.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["sql"].as_str().unwrap().to_owned())
        .filter(|sql| sql.len() < 1_500)
        .collect();
    let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cases"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        pool.extend(text.lines().filter(|l| !l.starts_with("-- ") && l.len() < 1_500).map(str::to_owned));
    }
    pool
}

fn mutant(pool: &[String], random: &mut Random) -> String {
    let mut sql = pool[random.below(pool.len())].clone();
    for _ in 0..1 + random.below(3) {
        let other = &pool[random.below(pool.len())];
        sql = change(&sql, other, random);
    }
    sql
}

fn change(sql: &str, other: &str, random: &mut Random) -> String {
    let mut words = words(sql);
    if words.is_empty() {
        return other.to_owned();
    }
    let at = random.below(words.len());
    match random.below(22) {
        0 => {
            words.remove(at);
        }
        1 => words.insert(at, words[at]),
        2 => {
            let with = random.below(words.len());
            words.swap(at, with);
        }
        3 | 4 => {
            let theirs = self::words(other);
            if !theirs.is_empty() {
                words[at] = theirs[random.below(theirs.len())];
            }
        }
        5 => {
            let theirs = self::words(other);
            words.truncate(at);
            words.extend(theirs.iter().skip(random.below(theirs.len())));
        }
        6 | 7 => {
            // A call of something else in place of a name that is called.
            let calls: Vec<usize> = (1..words.len()).filter(|n| words[*n] == "(").map(|n| n - 1).collect();
            if let Some(call) = calls.get(random.below(calls.len())) {
                words[*call] = random.of(&ACTING);
            }
        }
        8 => {
            let names: Vec<usize> = (1..words.len())
                .filter(|n| {
                    words[n - 1].eq_ignore_ascii_case("from") || words[n - 1].eq_ignore_ascii_case("join")
                })
                .collect();
            if let Some(name) = names.get(random.below(names.len())) {
                words[*name] = random.of(&SECRET);
            }
        }
        9 => words.insert(
            at,
            random.of(&[
                "/* ' */",
                "--\n",
                "/*\"*/",
                "''",
                "E'\\''",
                "U&'\\0027'",
                "$$;$$",
                "\n'\\''",
                "\u{a0}",
            ]),
        ),
        10 => return format!("{sql}; {other}"),
        11 | 12 => return format!("SELECT * FROM ({sql}) AS x"),
        13 | 14 => return format!("WITH x AS ({sql}) {other}"),
        15 => {
            return format!(
                "EXPLAIN {}{sql}",
                random.of(&["", "ANALYZE ", "(COSTS off) ", "(ANALYZE) ", "VERBOSE "])
            );
        }
        16 => return format!("SELECT ({sql}), ({other})"),
        17 => return format!("{sql} UNION ALL {other}"),
        18 => return format!("SELECT 1 WHERE EXISTS ({sql})"),
        19 => {
            return format!(
                "{sql} {}",
                random.of(&["FOR UPDATE", "FOR SHARE", "LIMIT 5", "INTO x", "RETURNING *"])
            );
        }
        20 => return format!("INSERT INTO t {sql}"),
        _ => return format!("SELECT x.pg_sleep, (x).{} FROM ({sql}) AS x", random.of(&ACTING)),
    }
    words.join(" ")
}

/// Words, numbers, strings and marks, without the spaces between them.
fn words(sql: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if first == '\'' || first == '"' {
            rest[1..].find(first).map_or(rest.len(), |n| n + 2)
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if "<>=!|&@#~*+-/%^:".contains(first) {
            rest.find(|c: char| !"<>=!|&@#~*+-/%^:".contains(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}
