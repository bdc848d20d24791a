//! A checked change taken apart: which tables it writes to, which names it uses, and the same statement with a RETURNING
//! list of ours, which tells every row before and after.

use crate::{
    facts::{Operations, Table, quoted},
    image::Shape,
};
use pg_query::protobuf::{
    CmdType, DeleteStmt, InsertStmt, Node, OnConflictAction, ParseResult, RangeVar, ReturningClause,
    UpdateStmt, node::Node as N,
};
use rowcall_core::change::Operation;
use rowcall_policy::{ChangeKind, CheckedChange};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A statement that was judged, but whose tree is not what is expected of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the statement cannot be taken apart")]
pub struct NotUnderstood;

/// A change, taken apart.
pub(crate) struct Statement {
    tree: ParseResult,
    /// The text that runs.
    pub sql: String,
    pub operation: Operation,
    /// What it writes to; the one that it names first comes first.
    pub targets: Vec<Target>,
    /// Every name in it: columns that it reads or writes are among them.
    pub names: BTreeSet<String>,
    /// Columns that it assigns to.
    pub assigned: BTreeSet<String>,
    /// Those of them that existing rows get.
    pub updated: BTreeSet<String>,
    /// Functions it calls.
    pub functions: BTreeSet<String>,
    /// It asks for the time, the user, or the like.
    pub asks_moment: bool,
    /// It speaks of whole rows.
    pub whole_rows: bool,
    /// Nothing narrows the rows.
    pub unconditional: bool,
}

/// A table that a statement writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub schema: Option<String>,
    pub name: String,
    pub operations: Operations,
}

impl Target {
    pub fn quoted(&self) -> String {
        quoted(self.schema.as_deref(), &self.name)
    }
}

/// Trees recurse; their depth was bounded by the policy, this is the room it asks for.
pub(crate) fn with_room<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(32 << 20, work)
}

impl Statement {
    pub fn new(checked: &CheckedChange) -> Result<Self, NotUnderstood> {
        with_room(|| Self::take_apart(checked))
    }

    fn take_apart(checked: &CheckedChange) -> Result<Self, NotUnderstood> {
        let tree = pg_query::parse(checked.sql(), pg_query::ParserOptions::DEFAULT)
            .map_err(|_| NotUnderstood)?
            .protobuf;
        let json = serde_json::to_value(&tree).map_err(|_| NotUnderstood)?;
        let mut found = Found::default();
        found.walk(&json);
        let operation = match checked.kind() {
            ChangeKind::Insert => Operation::Insert,
            ChangeKind::Update => Operation::Update,
            ChangeKind::Delete => Operation::Delete,
            ChangeKind::Merge => Operation::Merge,
            ChangeKind::DataModifyingCte => Operation::DataModifyingCte,
            ChangeKind::Ddl => Operation::Ddl,
        };
        // The statement's own target comes before those of its WITH.
        if let Some(own) =
            tree.stmts.first().and_then(|raw| raw.stmt.as_ref()).and_then(|node| own_target(node))
            && let Some(at) =
                found.targets.iter().position(|t| t.name == own.relname && schema(own) == t.schema.as_deref())
        {
            let first = found.targets.remove(at);
            found.targets.insert(0, first);
        }
        if found.targets.is_empty() {
            return Err(NotUnderstood);
        }
        Ok(Self {
            sql: checked.sql().to_owned(),
            operation,
            targets: found.targets,
            names: found.names,
            assigned: found.assigned,
            updated: found.updated,
            functions: found.functions,
            asks_moment: found.asks_moment,
            whole_rows: found.whole_rows,
            unconditional: found.unconditional,
            tree,
        })
    }

    /// It changes rows of one table, and says which by itself.
    pub fn is_simple(&self) -> bool {
        matches!(self.operation, Operation::Insert | Operation::Update | Operation::Delete)
            && self.targets.len() == 1
    }

    /// The statement with a RETURNING list of two texts: the row before and the row after, as records of `shape`.
    /// None where that cannot be had.
    pub fn told(&self, table: &Table, shape: &Shape) -> Option<String> {
        if !self.is_simple() || shape.columns.is_empty() {
            return None;
        }
        with_room(|| {
            let mut tree = self.tree.clone();
            let node = tree.stmts.first_mut()?.stmt.as_mut()?.node.as_mut()?;
            match node {
                N::InsertStmt(insert) => tell_insert(insert, table, shape)?,
                N::UpdateStmt(update) => tell_update(update, table, shape)?,
                N::DeleteStmt(delete) => tell_delete(delete, shape)?,
                _ => return None,
            }
            pg_query::deparse(&tree, pg_query::DeparseOptions::default()).ok()
        })
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        let stmts = std::mem::take(&mut self.tree.stmts);
        with_room(move || drop(stmts));
    }
}

fn own_target(node: &Node) -> Option<&RangeVar> {
    match node.node.as_ref()? {
        N::InsertStmt(s) => s.relation.as_ref(),
        N::UpdateStmt(s) => s.relation.as_ref(),
        N::DeleteStmt(s) => s.relation.as_ref(),
        N::MergeStmt(s) => s.relation.as_ref(),
        _ => None,
    }
}

fn schema(relation: &RangeVar) -> Option<&str> {
    (!relation.schemaname.is_empty()).then_some(relation.schemaname.as_str())
}

/// `ROW("alias"."a", …)::text`.
pub(crate) fn row_of(alias: &str, shape: &Shape) -> String {
    let columns: Vec<String> =
        shape.columns.iter().map(|c| format!("{alias}.{}", quoted(None, &c.name))).collect();
    format!("ROW({})::pg_catalog.text", columns.join(", "))
}

fn alias_of(relation: &RangeVar) -> String {
    quoted(None, relation.alias.as_ref().map_or(&relation.relname, |alias| &alias.aliasname))
}

/// Parses a statement of ours whose parts are put into another tree.
fn template(sql: &str) -> Option<N> {
    let tree = pg_query::parse(sql, pg_query::ParserOptions::DEFAULT).ok()?.protobuf;
    tree.stmts.into_iter().next()?.stmt?.node
}

fn returning(list: &str) -> Option<ReturningClause> {
    match template(&format!("DELETE FROM t RETURNING {list}"))? {
        N::DeleteStmt(delete) => delete.returning_clause,
        _ => None,
    }
}

fn tell_insert(insert: &mut InsertStmt, table: &Table, shape: &Shape) -> Option<()> {
    let alias = alias_of(insert.relation.as_ref()?);
    let updates = insert
        .on_conflict_clause
        .as_ref()
        .is_some_and(|c| c.action == OnConflictAction::OnconflictUpdate as i32);
    let sets_key = insert
        .on_conflict_clause
        .iter()
        .flat_map(|c| &c.target_list)
        .any(|target| matches!(&target.node, Some(N::ResTarget(set)) if table.key.contains(&set.name)));
    if sets_key {
        return None;
    }
    // A subquery in RETURNING still sees what was there before the statement.
    let before = if updates && !table.key.is_empty() {
        let same: Vec<String> =
            table.key.iter().map(|k| format!("rowcall_o.{0} = {alias}.{0}", quoted(None, k))).collect();
        format!(
            "(SELECT {} FROM {} rowcall_o WHERE {})",
            row_of("rowcall_o", shape),
            quoted(Some(&table.schema), &table.name),
            same.join(" AND ")
        )
    } else if updates {
        return None;
    } else {
        "NULL::pg_catalog.text".to_owned()
    };
    insert.returning_clause = Some(returning(&format!("{before}, {}", row_of(&alias, shape)))?);
    Some(())
}

fn tell_delete(delete: &mut DeleteStmt, shape: &Shape) -> Option<()> {
    let alias = alias_of(delete.relation.as_ref()?);
    delete.returning_clause = Some(returning(&format!("{}, NULL::pg_catalog.text", row_of(&alias, shape)))?);
    Some(())
}

/// An UPDATE gives only the new row. The old one is joined to it by its place: within the statement's snapshot that
/// is the very version that it replaces. Where only some columns may be read, a row's place may not, and its key says
/// the same.
fn tell_update(update: &mut UpdateStmt, table: &Table, shape: &Shape) -> Option<()> {
    let relation = update.relation.as_ref()?;
    let alias = alias_of(relation);
    let only = if relation.inh { "" } else { "ONLY " };
    let by: Vec<String> = match table.may[3] {
        true => vec!["ctid".to_owned(), "tableoid".to_owned()],
        false if table.inherited || shape.key.is_empty() => return None,
        false => table.key.iter().map(|k| quoted(None, k)).collect(),
    };
    // The names inside are odd so that none of the statement's own becomes ambiguous; the table is named in full so
    // that no WITH of the statement is meant.
    let given: Vec<String> = by.iter().enumerate().map(|(n, c)| format!("o.{c} AS rowcall_{n}")).collect();
    let same: Vec<String> =
        by.iter().enumerate().map(|(n, c)| format!("rowcall_old.rowcall_{n} = {alias}.{c}")).collect();
    let sql = format!(
        "UPDATE t SET a = 1 FROM (SELECT {}, {} AS rowcall_row FROM {only}{} AS o) AS rowcall_old WHERE {} \
         RETURNING rowcall_old.rowcall_row, {}",
        given.join(", "),
        row_of("o", shape),
        quoted(Some(&table.schema), &table.name),
        same.join(" AND "),
        row_of(&alias, shape),
    );
    let N::UpdateStmt(ours) = template(&sql)? else { return None };
    let ours = *ours;
    update.from_clause.extend(ours.from_clause);
    let same = ours.where_clause?;
    update.where_clause = Some(match update.where_clause.take() {
        None => same,
        Some(own) => Box::new(Node {
            node: Some(N::BoolExpr(Box::new(pg_query::protobuf::BoolExpr {
                xpr: None,
                boolop: pg_query::protobuf::BoolExprType::AndExpr as i32,
                args: vec![*own, *same],
                location: -1,
            }))),
        }),
    });
    update.returning_clause = ours.returning_clause;
    Some(())
}

/// What a walk through the tree finds.
#[derive(Default)]
struct Found {
    targets: Vec<Target>,
    names: BTreeSet<String>,
    assigned: BTreeSet<String>,
    updated: BTreeSet<String>,
    functions: BTreeSet<String>,
    asks_moment: bool,
    whole_rows: bool,
    unconditional: bool,
}

impl Found {
    fn walk(&mut self, json: &Json) {
        match json {
            Json::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Json::Object(fields) => {
                for (name, value) in fields {
                    self.see(name, value);
                    self.walk(value);
                }
            }
            _ => {}
        }
    }

    fn see(&mut self, kind: &str, node: &Json) {
        match kind {
            "InsertStmt" => {
                let conflict = &node["on_conflict_clause"]["action"];
                let update = conflict.as_i64() == Some(OnConflictAction::OnconflictUpdate as i64);
                self.target(node, Operations { insert: true, update, delete: false });
                self.assign(&node["cols"]);
                self.update(&node["on_conflict_clause"]["target_list"]);
            }
            "UpdateStmt" => {
                self.target(node, Operations::UPDATE);
                self.update(&node["target_list"]);
                self.unconditional |= has_no_condition(node);
            }
            "DeleteStmt" => {
                self.target(node, Operations::DELETE);
                self.unconditional |= has_no_condition(node);
            }
            "MergeStmt" => self.target(node, Operations::ALL),
            "MergeWhenClause" if node["command_type"].as_i64() == Some(CmdType::CmdUpdate as i64) => {
                self.update(&node["target_list"]);
            }
            "MergeWhenClause" => {
                self.assign(&node["target_list"]);
            }
            "ColumnRef" => {
                for field in node["fields"].as_array().into_iter().flatten() {
                    if let Some(name) = field["node"]["String"]["sval"].as_str() {
                        self.names.insert(name.to_owned());
                    }
                    self.whole_rows |= field["node"].get("AStar").is_some();
                }
            }
            "FuncCall" => {
                let name = node["funcname"].as_array().and_then(|parts| parts.last());
                if let Some(name) = name.and_then(|part| part["node"]["String"]["sval"].as_str()) {
                    self.functions.insert(name.to_owned());
                }
            }
            "SqlvalueFunction" => self.asks_moment = true,
            _ => {}
        }
    }

    fn target(&mut self, node: &Json, operations: Operations) {
        let relation = &node["relation"];
        let text = |field: &str| relation[field].as_str().filter(|s| !s.is_empty()).map(str::to_owned);
        let Some(name) = text("relname") else { return };
        let schema = text("schemaname");
        match self.targets.iter_mut().find(|t| t.name == name && t.schema == schema) {
            Some(known) => known.operations = known.operations.and(operations),
            None => self.targets.push(Target { schema, name, operations }),
        }
    }

    fn assign(&mut self, list: &Json) {
        self.assigned.extend(assigned(list));
    }

    fn update(&mut self, list: &Json) {
        self.assign(list);
        self.updated.extend(assigned(list));
    }
}

fn assigned(list: &Json) -> impl Iterator<Item = String> {
    let targets = list.as_array().into_iter().flatten();
    targets
        .filter_map(|target| target["node"]["ResTarget"]["name"].as_str())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// No WHERE, or one that says nothing (`WHERE true`).
fn has_no_condition(node: &Json) -> bool {
    let condition = &node["where_clause"];
    condition.is_null() || condition["node"]["AConst"]["val"]["Boolval"]["boolval"] == Json::Bool(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::ShapeColumn;
    use rowcall_policy::{Facts, Verdict, check};

    fn statement(sql: &str) -> Statement {
        match check(sql, &Facts::default()) {
            Verdict::NeedsApproval(change) => Statement::new(&change).unwrap(),
            other => panic!("{sql}: {other:?}"),
        }
    }

    fn targets(sql: &str) -> Vec<String> {
        statement(sql).targets.iter().map(Target::quoted).collect()
    }

    #[test]
    fn targets_names_and_conditions_are_found() {
        assert_eq!(targets("UPDATE s.t SET a = 1 WHERE b = 2"), [r#""s"."t""#]);
        assert_eq!(targets("DELETE FROM t USING u WHERE t.a = u.a"), [r#""t""#]);
        assert_eq!(
            targets("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone"),
            [r#""b""#, r#""a""#]
        );
        assert_eq!(
            targets(
                "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (u.a)"
            ),
            [r#""t""#]
        );
        let s = statement("UPDATE t SET a = b + 1, c = now() WHERE (SELECT max(d) FROM u) > 5");
        assert!(["b", "d"].iter().all(|name| s.names.contains(*name)), "{:?}", s.names);
        assert_eq!(s.assigned.iter().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(s.functions.iter().collect::<Vec<_>>(), ["max", "now"]);
        assert!(!s.asks_moment && !s.unconditional && !s.whole_rows);
        assert!(statement("UPDATE t SET a = current_date").asks_moment);
        assert!(statement("DELETE FROM t WHERE true").unconditional);
        assert!(statement("WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x").unconditional);
        assert!(!statement("DELETE FROM t WHERE a").unconditional);
    }

    #[test]
    fn rows_are_told_by_the_statement_itself() {
        let column = |name: &str| ShapeColumn {
            name: name.into(),
            type_name: "text".into(),
            generated: false,
            unique: false,
        };
        let shape = Shape {
            schema: "s".into(),
            name: "t".into(),
            columns: vec![column("id"), column("A b")],
            key: vec![0],
            whole: true,
        };
        let table = crate::tests::table("s", "t", &["id"]);
        let told = |sql: &str| statement(sql).told(&table, &shape).unwrap();
        assert_eq!(
            told("WITH t AS (SELECT 1) UPDATE s.t AS x SET id = 2 FROM u WHERE u.id = 1 OR x.id = 3"),
            "WITH t AS (SELECT 1) UPDATE s.t x SET id = 2 FROM u, (SELECT o.ctid AS rowcall_0, o.tableoid AS rowcall_1, ROW(o.id, o.\"A b\")::pg_catalog.text AS rowcall_row FROM s.t o) rowcall_old WHERE (u.id = 1 OR \
             x.id = 3) AND (rowcall_old.rowcall_0 = x.ctid AND rowcall_old.rowcall_1 = x.tableoid) RETURNING \
             rowcall_old.rowcall_row, ROW(x.id, x.\"A b\")::pg_catalog.text"
        );
        assert_eq!(
            told("DELETE FROM s.t RETURNING 1"),
            "DELETE FROM s.t RETURNING ROW(t.id, t.\"A b\")::pg_catalog.text, NULL::pg_catalog.text"
        );
        let upsert = "INSERT INTO s.t (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET ";
        assert_eq!(
            told(&format!("{upsert}\"A b\" = 1")),
            "INSERT INTO s.t (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET \"A b\" = 1 RETURNING (SELECT ROW(rowcall_o.id, \
             rowcall_o.\"A b\")::pg_catalog.text FROM s.t rowcall_o WHERE rowcall_o.id = t.id), \
             ROW(t.id, t.\"A b\")::pg_catalog.text"
        );
        assert_eq!(
            statement(&format!("{upsert}id = 1")).told(&table, &shape),
            None,
            "the old row cannot be found"
        );
    }
}
