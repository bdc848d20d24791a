//! Queries and what stands in FROM.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    Alias, ColumnDef, CommonTableExpr, CteCycleClause, CteSearchClause, JoinExpr, List, Node, RangeFunction,
    RangeSubselect, RangeTableFunc, RangeTableFuncCol, RangeTableSample, SelectStmt, WithClause,
};

use super::{Walk, names};
use crate::rules::server_version::Needs;
use crate::{Code, rules};

impl Walk<'_> {
    /// A SELECT, VALUES or TABLE, or a set operation of them.
    pub fn select(&mut self, select: &SelectStmt) {
        let SelectStmt {
            distinct_clause,
            into_clause,
            target_list,
            from_clause,
            where_clause,
            group_clause,
            group_distinct: _,
            having_clause,
            window_clause,
            values_lists,
            sort_clause,
            limit_offset,
            limit_count,
            limit_option: _,
            locking_clause,
            with_clause,
            op: _,
            all: _,
            larg,
            rarg,
        } = select;
        self.scope(with_clause.as_ref(), |w| {
            rules::select_into::check(into_clause.as_deref(), w);
            rules::row_lock::check(locking_clause, w);
            // A plain DISTINCT is a list with one empty node.
            distinct_clause.iter().filter(|n| n.node.is_some()).for_each(|n| w.expression(n));
            w.relation_list(from_clause);
            rules::resource::from(select, w);
            w.limited |= limit_count.is_some();
            w.expressions(target_list);
            w.maybe(where_clause.as_deref());
            w.expressions(group_clause);
            w.maybe(having_clause.as_deref());
            w.expressions(window_clause);
            w.expressions(values_lists);
            w.expressions(sort_clause);
            w.maybe(limit_offset.as_deref());
            w.maybe(limit_count.as_deref());
            larg.iter().for_each(|s| w.select(s));
            rarg.iter().for_each(|s| w.select(s));
        });
    }

    /// A query as a node.
    pub fn query(&mut self, node: Option<&Node>) {
        match node.and_then(|n| n.node.as_ref()) {
            Some(N::SelectStmt(select)) => self.select(select),
            other => rules::node::refuse(other, self),
        }
    }

    /// Does `work` with the names of a WITH clause visible.
    pub fn scope(&mut self, with: Option<&WithClause>, work: impl FnOnce(&mut Self)) {
        let visible = self.ctes.len();
        if let Some(WithClause { ctes, recursive, location: _ }) = with {
            let ctes: Vec<&CommonTableExpr> = ctes
                .iter()
                .filter_map(|node| match &node.node {
                    Some(N::CommonTableExpr(cte)) => Some(cte.as_ref()),
                    other => {
                        rules::node::refuse(other.as_ref(), self);
                        None
                    }
                })
                .collect();
            if *recursive {
                self.ctes.extend(ctes.iter().map(|c| c.ctename.clone()));
            }
            for cte in ctes {
                if *recursive && rules::resource::is_endless(cte) {
                    self.endless.get_or_insert(cte.location);
                }
                self.cte(cte);
                if !*recursive {
                    self.ctes.push(cte.ctename.clone());
                }
            }
        }
        work(self);
        self.ctes.truncate(visible);
    }

    fn cte(&mut self, cte: &CommonTableExpr) {
        let CommonTableExpr {
            ctename: _,
            aliascolnames,
            ctematerialized: _,
            ctequery,
            search_clause,
            cycle_clause,
            location: _,
            cterecursive: _,
            cterefcount: _,
            ctecolnames: _,
            ctecoltypes: _,
            ctecoltypmods: _,
            ctecolcollations: _,
        } = cte;
        self.define(aliascolnames);
        if let Some(CteSearchClause {
            search_col_list,
            search_breadth_first: _,
            search_seq_column,
            location: _,
        }) = search_clause
        {
            self.plains(search_col_list);
            self.defined.insert(search_seq_column.clone());
        }
        if let Some(cycle) = cycle_clause {
            let CteCycleClause {
                cycle_col_list,
                cycle_mark_column,
                cycle_mark_value,
                cycle_mark_default,
                cycle_path_column,
                location: _,
                cycle_mark_type: _,
                cycle_mark_typmod: _,
                cycle_mark_collation: _,
                cycle_mark_neop: _,
            } = cycle.as_ref();
            self.plains(cycle_col_list);
            self.maybe(cycle_mark_value.as_deref());
            self.maybe(cycle_mark_default.as_deref());
            self.defined.extend([cycle_mark_column.clone(), cycle_path_column.clone()]);
        }
        match ctequery.as_deref().and_then(|q| q.node.as_ref()) {
            Some(N::SelectStmt(select)) => self.select(select),
            Some(N::InsertStmt(insert)) => {
                self.insert(insert);
                self.change_in_with();
            }
            Some(N::UpdateStmt(update)) => {
                self.update(update);
                self.change_in_with();
            }
            Some(N::DeleteStmt(delete)) => {
                self.delete(delete);
                self.change_in_with();
            }
            Some(N::MergeStmt(merge)) => {
                self.merge(merge);
                self.change_in_with();
            }
            other => rules::node::refuse(other, self),
        }
    }

    /// The items of a FROM or USING list.
    pub fn relation_list(&mut self, items: &[Node]) {
        items.iter().for_each(|item| self.relation_item(item));
    }

    /// One item of FROM.
    pub fn relation_item(&mut self, item: &Node) {
        match &item.node {
            Some(N::RangeVar(relation)) => {
                self.alias(relation.alias.as_ref());
                rules::relation::check(relation, self);
            }
            Some(N::RangeSubselect(sub)) => {
                let RangeSubselect { lateral: _, subquery, alias } = sub.as_ref();
                if alias.is_none() {
                    rules::server_version::check(Needs::SubqueryWithoutAlias, self);
                }
                self.alias(alias.as_ref());
                self.query(subquery.as_deref());
            }
            Some(N::JoinExpr(join)) => {
                let JoinExpr {
                    jointype: _,
                    is_natural: _,
                    larg,
                    rarg,
                    using_clause,
                    join_using_alias,
                    quals,
                    alias,
                    rtindex: _,
                } = join.as_ref();
                for side in [larg, rarg] {
                    match side.as_deref() {
                        Some(side) => self.relation_item(side),
                        None => rules::node::refuse(None, self),
                    }
                }
                self.plains(using_clause);
                self.alias(join_using_alias.as_ref());
                self.alias(alias.as_ref());
                self.maybe(quals.as_deref());
            }
            Some(N::RangeFunction(function)) => self.range_function(function),
            Some(N::RangeTableSample(sample)) => {
                let RangeTableSample { relation, method, args, repeatable, location } = sample.as_ref();
                match relation.as_deref() {
                    Some(relation) => self.relation_item(relation),
                    None => rules::node::refuse(None, self),
                }
                if !matches!(names(method).as_deref(), Some(["system" | "bernoulli"])) {
                    let reason = "Only the sampling methods SYSTEM and BERNOULLI are known here.".to_owned();
                    self.refuse(Code::FunctionNotAllowed, reason, Some(*location));
                }
                self.expressions(args);
                self.maybe(repeatable.as_deref());
            }
            Some(N::RangeTableFunc(table)) => self.xml_table(table),
            Some(N::JsonTable(table)) => self.json_table(table),
            other => rules::node::refuse(other.as_ref(), self),
        }
    }

    fn range_function(&mut self, function: &RangeFunction) {
        let RangeFunction { lateral: _, ordinality: _, is_rowsfrom: _, functions, alias, coldeflist } =
            function;
        self.function_alias(alias.as_ref());
        for function in functions {
            // Each is a pair: the call, and its column definitions or an empty node.
            let Some(N::List(List { items })) = &function.node else {
                rules::node::refuse(function.node.as_ref(), self);
                continue;
            };
            let [call, columns @ ..] = items.as_slice() else {
                rules::node::refuse(None, self);
                continue;
            };
            if let Some(N::FuncCall(call)) = &call.node
                && alias.is_none()
                && let Some(name) = names(&call.funcname).and_then(|n| n.last().map(|s| (*s).to_owned()))
            {
                // Without an alias the function's own name stands for its result.
                self.function_aliases.insert(name);
            }
            self.expression(call);
            for columns in columns.iter().filter(|c| c.node.is_some()) {
                match &columns.node {
                    Some(N::List(List { items })) => items.iter().for_each(|c| self.column_definition(c)),
                    other => rules::node::refuse(other.as_ref(), self),
                }
            }
        }
        coldeflist.iter().for_each(|c| self.column_definition(c));
    }

    /// A column of a function's result: a name and a type, nothing that only a table can have.
    fn column_definition(&mut self, node: &Node) {
        let Some(N::ColumnDef(column)) = &node.node else {
            return rules::node::refuse(node.node.as_ref(), self);
        };
        let ColumnDef {
            colname,
            type_name,
            compression: _,
            inhcount: _,
            is_local: _,
            is_not_null: _,
            is_from_type: _,
            storage: _,
            storage_name: _,
            raw_default,
            cooked_default,
            identity: _,
            identity_sequence,
            generated: _,
            coll_clause,
            coll_oid: _,
            constraints,
            fdwoptions,
            location: _,
        } = column.as_ref();
        self.defined.insert(colname.clone());
        type_name.iter().for_each(|t| rules::type_name::check(t, self));
        if let Some(collate) = coll_clause {
            self.plains(&collate.collname);
        }
        let more = raw_default.is_some()
            || cooked_default.is_some()
            || identity_sequence.is_some()
            || !constraints.is_empty()
            || !fdwoptions.is_empty();
        if more {
            rules::node::refuse(node.node.as_ref(), self);
        }
    }

    fn xml_table(&mut self, table: &RangeTableFunc) {
        let RangeTableFunc { lateral: _, docexpr, rowexpr, namespaces, columns, alias, location: _ } = table;
        self.function_alias(alias.as_ref());
        self.maybe(docexpr.as_deref());
        self.maybe(rowexpr.as_deref());
        self.expressions(namespaces);
        for column in columns {
            let Some(N::RangeTableFuncCol(column)) = &column.node else {
                rules::node::refuse(column.node.as_ref(), self);
                continue;
            };
            let RangeTableFuncCol {
                colname,
                type_name,
                for_ordinality: _,
                is_not_null: _,
                colexpr,
                coldefexpr,
                location: _,
            } = column.as_ref();
            self.defined.insert(colname.clone());
            type_name.iter().for_each(|t| rules::type_name::check(t, self));
            self.maybe(colexpr.as_deref());
            self.maybe(coldefexpr.as_deref());
        }
    }

    fn alias(&mut self, alias: Option<&Alias>) {
        if let Some(Alias { aliasname: _, colnames }) = alias {
            self.define(colnames);
        }
    }

    pub(super) fn function_alias(&mut self, alias: Option<&Alias>) {
        if let Some(alias) = alias {
            self.function_aliases.insert(alias.aliasname.clone());
        }
        self.alias(alias);
    }
}
