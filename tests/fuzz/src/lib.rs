//! What must hold for any bytes at all: one property for each place where bytes of strangers are read.
//!
//! `make fuzz` looks for bytes that break one (`targets/`, by libFuzzer); every input that was worth keeping stands in
//! `corpus/` and is tried again by the ordinary tests. A property panics where it does not hold.
// A broken property is told by a panic, and here it is the point.
#![allow(clippy::panic, clippy::unwrap_used, clippy::missing_panics_doc)]

mod source;
mod vocabulary;

use rowcall_core::{ResultColumn, TypeKind, Value};
use rowcall_plan::{ChangePlan, QueryPlan, compile, compile_change, explain, title};
use rowcall_policy::{Code, Facts, Stage, Verdict, check_bytes};
use rowcall_render::csv::CsvWriter;

/// A name, as `corpus/` and `targets/` know it, and its property.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("check", check),
    ("deparse", deparse),
    ("plan", plan),
    ("csv", csv),
    #[cfg(feature = "buttons")]
    ("press", press),
];

/// Any bytes as a statement: an answer, and a read only if it is one read; with a source, too, of which something is
/// kept back.
pub fn check(bytes: &[u8]) {
    judge(bytes);
    let catalogue = source::restricted();
    match check_bytes(bytes, &Facts { catalogue: Some(&catalogue) }) {
        Verdict::AllowRead(read) => {
            one_read(read.sql());
            kept_back(read.sql());
        }
        Verdict::NeedsApproval(change) => assert!(!change.sql().is_empty()),
        Verdict::Refuse(refusals) => assert!(!refusals.is_empty()),
    }
}

/// Statements made of words, one for each byte: many of them parse. What is printed says the same.
pub fn deparse(bytes: &[u8]) {
    judge(vocabulary::statement(bytes).as_bytes());
}

fn judge(bytes: &[u8]) {
    match check_bytes(bytes, &Facts::default()) {
        Verdict::AllowRead(read) => {
            one_read(read.sql());
            same(bytes, read.sql());
            match check_bytes(read.sql().as_bytes(), &Facts::default()) {
                Verdict::AllowRead(again) => assert_eq!(again, read),
                other => panic!("{} is judged otherwise the second time: {other:?}", read.sql()),
            }
        }
        Verdict::NeedsApproval(change) => {
            same(bytes, change.sql());
            match check_bytes(change.sql().as_bytes(), &Facts::default()) {
                Verdict::NeedsApproval(again) => assert_eq!(again, change),
                other => panic!("{} is judged otherwise the second time: {other:?}", change.sql()),
            }
        }
        Verdict::Refuse(refusals) => assert!(!refusals.is_empty()),
    }
}

/// PostgreSQL's own fingerprint of a statement knows nothing of our comparison of trees.
fn same(bytes: &[u8], printed: &str) {
    let written = std::str::from_utf8(bytes).unwrap();
    let print = |sql: &str| {
        pg_query::fingerprint(
            sql,
            pg_query::ParserOptions::DEFAULT,
            pg_query::FingerprintOptions::FULL_RELNAME,
        )
        .map(|f| f.hex)
        .unwrap()
    };
    assert_eq!(print(written), print(printed), "{written:?} became {printed}");
}

fn one_read(sql: &str) {
    let tree = pg_query::parse(sql, pg_query::ParserOptions::DEFAULT).unwrap().protobuf;
    assert_eq!(tree.stmts.len(), 1, "{sql}");
    let mut trouble = Vec::new();
    acting(&serde_json::to_value(&tree).unwrap(), &mut trouble);
    assert!(trouble.is_empty(), "{sql}: {trouble:?}");
}

/// A restricted table is read through the query that stands for it, which names it with its schema; without one, its
/// name is that of a WITH clause.
fn kept_back(sql: &str) {
    let tree = pg_query::parse(sql, pg_query::ParserOptions::DEFAULT).unwrap().protobuf;
    let tree = serde_json::to_value(&tree).unwrap();
    let mut defined = Vec::new();
    collect(&tree, "ctename", &mut defined);
    let mut relations = Vec::new();
    collect(&tree, "RangeVar", &mut relations);
    for relation in relations.iter().filter(|r| r["schemaname"] == "") {
        let restricted = relation["relname"] == "people" || relation["relname"] == "orders";
        assert!(!restricted || defined.contains(&relation["relname"]), "read as it is: {sql}");
    }
}

/// Every value of that key.
fn collect(value: &serde_json::Value, key: &str, found: &mut Vec<serde_json::Value>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, inner) in fields {
                if name == key {
                    found.push(inner.clone());
                }
                collect(inner, key, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, key, found)),
        _ => {}
    }
}

/// Collects what cannot be part of a read, whatever stands around it.
fn acting(value: &serde_json::Value, trouble: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, inner) in fields {
                let statement = key.ends_with("Stmt")
                    && !["SelectStmt", "ExplainStmt", "VariableShowStmt", "RawStmt"].contains(&key.as_str());
                let part = ["LockingClause", "ParamRef", "CurrentOfExpr"].contains(&key.as_str());
                let into = key == "into_clause" && !inner.is_null();
                let analyze = key == "defname" && inner == "analyze";
                if statement || part || into || analyze {
                    trouble.push(format!("{key}: {inner}"));
                }
                acting(inner, trouble);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| acting(item, trouble)),
        _ => {}
    }
}

/// Any JSON as a plan, as a model could give it: what compiles is one read, or one change, and nothing else.
pub fn plan(bytes: &[u8]) {
    let catalogue = source::open();
    let facts = Facts { catalogue: Some(&catalogue) };
    if let Ok(plan) = serde_json::from_slice::<QueryPlan>(bytes) {
        assert!(!title(&plan).is_empty() && !explain(&plan).is_empty());
        if let Ok(compiled) = compile(&plan, &catalogue) {
            match check_bytes(compiled.sql.as_bytes(), &facts) {
                Verdict::AllowRead(_) => {}
                Verdict::NeedsApproval(_) => panic!("a question became a change: {}", compiled.sql),
                Verdict::Refuse(refusals) => only_too_large(&refusals[0], &compiled.sql),
            }
        }
    }
    if let Ok(plan) = serde_json::from_slice::<ChangePlan>(bytes)
        && let Ok(compiled) = compile_change(&plan, &catalogue)
    {
        match check_bytes(compiled.sql.as_bytes(), &facts) {
            Verdict::NeedsApproval(_) => {}
            Verdict::AllowRead(_) => panic!("a change became a question: {}", compiled.sql),
            Verdict::Refuse(refusals) => only_too_large(&refusals[0], &compiled.sql),
        }
    }
}

/// A plan may ask for a statement over the gate's limits, or hold a text with a NUL; it may not smuggle.
fn only_too_large(refusal: &rowcall_policy::Refusal, sql: &str) {
    let harmless = refusal.code.stage() == Stage::Text || refusal.code == Code::TooMuchWork;
    assert!(harmless, "{}: {sql}", refusal.reason);
}

/// Any texts as cells: another reader finds the same rows, and no spreadsheet a formula. `\x1f` ends a cell, `\x1e` a row.
pub fn csv(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let rows: Vec<Vec<&str>> = text.split('\u{1e}').map(|row| row.split('\u{1f}').collect()).collect();
    let width = rows.first().map_or(0, Vec::len);
    let mut writer = CsvWriter::new();
    let columns: Vec<ResultColumn> =
        rows[0].iter().map(|name| ResultColumn { name: (*name).to_owned(), kind: TypeKind::Text }).collect();
    writer.header(&columns);
    for row in rows.iter().skip(1).filter(|row| row.len() == width) {
        writer.row(&row.iter().map(|cell| Value::Text((*cell).to_owned())).collect::<Vec<_>>());
    }
    let written = writer.take();
    let mut read =
        csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(written.as_slice());
    let mut found = read.records();
    for row in std::iter::once(&rows[0]).chain(rows.iter().skip(1).filter(|row| row.len() == width)) {
        let record = found.next().unwrap_or_else(|| panic!("a row is lost: {row:?}")).unwrap();
        assert_eq!(record.len(), width);
        for (cell, given) in record.iter().zip(row) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "a formula: {cell:?}");
            assert_eq!(cell.strip_prefix('\'').filter(|_| cell != *given).unwrap_or(cell), *given);
        }
    }
    assert!(found.next().is_none(), "a row came out of nowhere");
}

#[cfg(feature = "buttons")]
/// Any bytes as what a button says: known or not, never more than 64 bytes, and always the same press.
pub fn press(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(press) = text.parse::<rowcall_frontend::Press>() {
        let said = press.to_string();
        assert!(said.len() <= 64, "{said}");
        assert_eq!(said.parse(), Ok(press), "{said}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inputs that are refused at once would try nothing.
    #[test]
    fn the_kept_plans_compile() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/plan");
        let catalogue = source::open();
        let (mut reads, mut changes) = (0, 0);
        for entry in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let read = serde_json::from_slice::<QueryPlan>(&bytes);
            reads += u32::from(read.is_ok_and(|plan| compile(&plan, &catalogue).is_ok()));
            let change = serde_json::from_slice::<ChangePlan>(&bytes);
            changes += u32::from(change.is_ok_and(|plan| compile_change(&plan, &catalogue).is_ok()));
        }
        assert!(reads >= 4 && changes >= 3, "{reads} questions, {changes} changes");
    }
}
