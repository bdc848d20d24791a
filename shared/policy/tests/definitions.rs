//! What allowing definitions lets through, tried with thousands of statements made from the corpus and the cases: a
//! definition of a few kinds, in which nothing acts and of which nothing is kept back; and nothing else changes by it.

use crate::mutants::{ACTING, Random, SECRET, mutant, pool};
use crate::sample;
use rowcall_core::Catalogue;
use rowcall_policy::{ChangeKind, Code, Facts, Verdict, check};
use serde_json::Value;

/// Kinds of statement that may be asked for, and what may stand inside.
const KINDS: [&str; 12] = [
    "CreateStmt",
    "CreateTableAsStmt",
    "AlterTableStmt",
    "RenameStmt",
    "IndexStmt",
    "ViewStmt",
    "DropStmt",
    "TruncateStmt",
    "CommentStmt",
    "CreateEnumStmt",
    "AlterEnumStmt",
    "SelectStmt",
];

#[test]
fn allowing_definitions_lets_definitions_through_and_nothing_else() {
    let on = sample::definitions();
    let off = Catalogue { definitions: false, ..on.clone() };
    let pool = pool();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut definitions = 0;
    let words = ["CREATE ", "ALTER ", "DROP ", "TRUNCATE ", "COMMENT "];
    let own: Vec<String> =
        pool.iter().filter(|sql| words.iter().any(|w| sql.starts_with(w))).cloned().collect();
    let mut statements = pool.clone();
    statements.extend((0..5_000).map(|_| mutant(&pool, &mut random)));
    statements.extend((0..20_000).map(|_| mutant(&own, &mut random)));
    for sql in statements {
        let allowed = check(&sql, &Facts { catalogue: Some(&on) });
        let before = check(&sql, &Facts { catalogue: Some(&off) });
        let is_definition = |refusal: &rowcall_policy::Refusal| {
            refusal.code == Code::StatementNotAllowed && refusal.reason.contains("is a definition")
        };
        if !before.refusals().iter().any(is_definition) {
            assert_eq!(allowed, before, "{sql}");
            continue;
        }
        assert!(!matches!(allowed, Verdict::AllowRead(_)), "{sql}");
        let Verdict::NeedsApproval(change) = allowed else { continue };
        definitions += 1;
        assert_eq!(change.kind(), ChangeKind::Ddl, "{sql}");
        let tree = pg_query::parse(change.sql(), pg_query::ParserOptions::DEFAULT).unwrap().protobuf;
        assert_eq!(tree.stmts.len(), 1, "{sql}");
        let mut trouble = Vec::new();
        visit(&serde_json::to_value(&tree).unwrap(), &on, &mut trouble);
        assert!(trouble.is_empty(), "{sql}\nprints to {}\nwith {trouble:?}", change.sql());
        match check(change.sql(), &Facts { catalogue: Some(&on) }) {
            Verdict::NeedsApproval(again) => assert_eq!(again, change, "{sql}"),
            other => panic!("{sql}\nprints to {}\nwhich gets {other:?}", change.sql()),
        }
    }
    // A trial whose statements are all nonsense finds nothing.
    assert!(definitions > 200, "{definitions}");
}

fn visit(value: &Value, catalogue: &Catalogue, trouble: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let other = key.ends_with("Stmt") && !KINDS.contains(&key.as_str());
                let forbidden = ["LockingClause", "ParamRef", "RoleSpec", "FunctionParameter"];
                let name = inner.as_str().unwrap_or_default();
                let kept_back = catalogue.restrictions.tables.iter().any(|t| t.table == name)
                    || SECRET.contains(&name)
                    || name == "applied_change";
                let temporary = key == "relpersistence" && name != "p";
                let concurrent = key == "concurrent" && *inner == Value::Bool(true);
                let outside = key == "schemaname"
                    && !["", "shop", "public", "pg_catalog", "information_schema"].contains(&name);
                if other
                    || forbidden.contains(&key.as_str())
                    || (key == "relname" && kept_back)
                    || temporary
                    || concurrent
                    || outside
                {
                    trouble.push(format!("{key}: {inner}"));
                }
                if key == "funcname" {
                    let called = inner.to_string();
                    trouble.extend(
                        ACTING
                            .iter()
                            .filter(|a| called.contains(&format!("\"{a}\"")))
                            .map(|a| (*a).to_owned()),
                    );
                }
                visit(inner, catalogue, trouble);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, catalogue, trouble)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
