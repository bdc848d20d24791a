//! INSERT, UPDATE, DELETE and MERGE: their targets, and everything in them as strictly as in a read.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    DeleteStmt, IndexElem, InferClause, InsertStmt, MergeStmt, MergeWhenClause, MultiAssignRef, Node,
    OnConflictClause, ResTarget, ReturningClause, UpdateStmt,
};

use super::Walk;
use crate::rules;
use crate::rules::server_version::{self, Needs};

impl Walk<'_> {
    /// INSERT.
    pub fn insert(&mut self, insert: &InsertStmt) {
        let InsertStmt {
            relation,
            cols,
            select_stmt,
            on_conflict_clause,
            returning_clause,
            with_clause,
            r#override: _,
        } = insert;
        self.scope(with_clause.as_ref(), |w| {
            rules::change_target::check(relation.as_ref(), w);
            w.assignments(cols);
            if let Some(select) = select_stmt {
                w.query(Some(select));
            }
            if let Some(conflict) = on_conflict_clause {
                w.on_conflict(conflict);
            }
            w.returning(returning_clause.as_ref());
        });
    }

    /// UPDATE.
    pub fn update(&mut self, update: &UpdateStmt) {
        let UpdateStmt { relation, target_list, where_clause, from_clause, returning_clause, with_clause } =
            update;
        self.scope(with_clause.as_ref(), |w| {
            rules::change_target::check(relation.as_ref(), w);
            w.relation_list(from_clause);
            w.assignments(target_list);
            w.maybe(where_clause.as_deref());
            w.returning(returning_clause.as_ref());
        });
    }

    /// DELETE.
    pub fn delete(&mut self, delete: &DeleteStmt) {
        let DeleteStmt { relation, using_clause, where_clause, returning_clause, with_clause } = delete;
        self.scope(with_clause.as_ref(), |w| {
            rules::change_target::check(relation.as_ref(), w);
            w.relation_list(using_clause);
            w.maybe(where_clause.as_deref());
            w.returning(returning_clause.as_ref());
        });
    }

    /// MERGE.
    pub fn merge(&mut self, merge: &MergeStmt) {
        let MergeStmt {
            relation,
            source_relation,
            join_condition,
            merge_when_clauses,
            returning_clause,
            with_clause,
        } = merge;
        self.scope(with_clause.as_ref(), |w| {
            rules::change_target::check(relation.as_ref(), w);
            server_version::check(Needs::Merge, w);
            if returning_clause.is_some() {
                server_version::check(Needs::MergeReturning, w);
            }
            match source_relation.as_deref() {
                Some(source) => w.relation_item(source),
                None => rules::node::refuse(None, w),
            }
            w.maybe(join_condition.as_deref());
            for when in merge_when_clauses {
                let Some(N::MergeWhenClause(when)) = &when.node else {
                    rules::node::refuse(when.node.as_ref(), w);
                    continue;
                };
                let MergeWhenClause {
                    match_kind: _,
                    command_type: _,
                    r#override: _,
                    condition,
                    target_list,
                    values,
                } = when.as_ref();
                w.maybe(condition.as_deref());
                w.assignments(target_list);
                w.expressions(values);
            }
            w.returning(returning_clause.as_ref());
        });
    }

    /// Columns that are assigned to, with their values where the statement has them here.
    fn assignments(&mut self, targets: &[Node]) {
        for target in targets {
            if let Some(N::ResTarget(assignment)) = &target.node
                && let ResTarget { val: Some(value), .. } = assignment.as_ref()
                && let Some(N::MultiAssignRef(multi)) = &value.node
            {
                // `SET (a, b) = …`: every column points to the same source.
                let MultiAssignRef { source, colno: _, ncolumns: _ } = multi.as_ref();
                self.maybe(source.as_deref());
                continue;
            }
            self.expression(target);
        }
    }

    fn on_conflict(&mut self, conflict: &OnConflictClause) {
        let OnConflictClause { action: _, infer, target_list, where_clause, location: _ } = conflict;
        if let Some(infer) = infer {
            let InferClause { index_elems, where_clause, conname: _, location: _ } = infer.as_ref();
            for element in index_elems {
                let Some(N::IndexElem(element)) = &element.node else {
                    rules::node::refuse(element.node.as_ref(), self);
                    continue;
                };
                let IndexElem {
                    name: _,
                    expr,
                    indexcolname: _,
                    collation,
                    opclass,
                    opclassopts,
                    ordering: _,
                    nulls_ordering: _,
                } = element.as_ref();
                self.maybe(expr.as_deref());
                self.plains(collation);
                self.plains(opclass);
                if !opclassopts.is_empty() {
                    rules::node::refuse(None, self);
                }
            }
            self.maybe(where_clause.as_deref());
        }
        self.assignments(target_list);
        self.maybe(where_clause.as_deref());
    }

    fn returning(&mut self, returning: Option<&ReturningClause>) {
        let Some(ReturningClause { options, exprs }) = returning else { return };
        if !options.is_empty() {
            server_version::check(Needs::ReturningOptions, self);
        }
        for option in options {
            if !matches!(option.node, Some(N::ReturningOption(_))) {
                rules::node::refuse(option.node.as_ref(), self);
            }
        }
        self.expressions(exprs);
    }
}
