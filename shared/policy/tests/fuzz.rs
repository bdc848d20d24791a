//! Statements made from the corpus and the cases by cutting, joining and wrapping them, thousands of them, the same
//! every time. Whatever they say: an allowed one is a single read by an oracle that shares no code with the walk, it
//! prints to a fixed point, and no change hides in it.

use crate::mutants::{ACTING, Random, SECRET, mutant, pool};
use rowcall_policy::{Facts, Verdict, check};
use serde_json::Value;

/// Statements tried; a longer run: `POLICY_FUZZ=1000000 cargo test -p rowcall-policy --release --test all fuzz`.
fn rounds() -> usize {
    std::env::var("POLICY_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(15_000)
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
                    && !["SelectStmt", "ExplainStmt", "VariableShowStmt", "RawStmt"].contains(&key.as_str());
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
