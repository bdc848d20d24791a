//! SQL/JSON: constructors, queries, aggregates and JSON_TABLE.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    JsonAggConstructor, JsonArgument, JsonArrayAgg, JsonArrayConstructor, JsonArrayQueryConstructor,
    JsonBehavior, JsonFuncExpr, JsonIsPredicate, JsonKeyValue, JsonObjectAgg, JsonObjectConstructor,
    JsonOutput, JsonParseExpr, JsonScalarExpr, JsonSerializeExpr, JsonTable, JsonTableColumn,
    JsonTablePathSpec, JsonValueExpr,
};

use super::Walk;
use crate::rules;
use crate::rules::server_version::{self, Needs};

impl Walk<'_> {
    /// A node of SQL/JSON; false if it is none.
    pub fn json(&mut self, node: Option<&N>) -> bool {
        match node {
            Some(N::JsonFuncExpr(e)) => {
                let JsonFuncExpr {
                    op: _,
                    column_name: _,
                    context_item,
                    pathspec,
                    passing,
                    output,
                    on_empty,
                    on_error,
                    wrapper: _,
                    quotes: _,
                    location: _,
                } = e.as_ref();
                self.json_value(context_item.as_deref());
                self.maybe(pathspec.as_deref());
                self.expressions(passing);
                self.json_output(output.as_ref());
                self.json_behavior(on_empty.as_deref());
                self.json_behavior(on_error.as_deref());
            }
            Some(N::JsonValueExpr(e)) => self.json_value(Some(e)),
            Some(N::JsonArgument(e)) => {
                let JsonArgument { val, name: _ } = e.as_ref();
                self.json_value(val.as_deref());
            }
            Some(N::JsonKeyValue(e)) => self.json_pair(e),
            Some(N::JsonObjectConstructor(e)) => {
                let JsonObjectConstructor { exprs, output, absent_on_null: _, unique: _, location: _ } = e;
                self.expressions(exprs);
                self.json_output(output.as_ref());
            }
            Some(N::JsonArrayConstructor(e)) => {
                let JsonArrayConstructor { exprs, output, absent_on_null: _, location: _ } = e;
                self.expressions(exprs);
                self.json_output(output.as_ref());
            }
            Some(N::JsonArrayQueryConstructor(e)) => {
                let JsonArrayQueryConstructor { query, output, format: _, absent_on_null: _, location: _ } =
                    e.as_ref();
                self.query(query.as_deref());
                self.json_output(output.as_ref());
            }
            Some(N::JsonObjectAgg(e)) => {
                let JsonObjectAgg { constructor, arg, absent_on_null: _, unique: _ } = e.as_ref();
                self.json_aggregate(constructor.as_deref());
                arg.iter().for_each(|a| self.json_pair(a));
            }
            Some(N::JsonArrayAgg(e)) => {
                let JsonArrayAgg { constructor, arg, absent_on_null: _ } = e.as_ref();
                self.json_aggregate(constructor.as_deref());
                self.json_value(arg.as_deref());
            }
            Some(N::JsonIsPredicate(e)) => {
                let JsonIsPredicate { expr, format: _, item_type: _, unique_keys: _, location: _ } =
                    e.as_ref();
                self.maybe(expr.as_deref());
            }
            Some(N::JsonParseExpr(e)) => {
                let JsonParseExpr { expr, output, unique_keys: _, location: _ } = e.as_ref();
                self.json_value(expr.as_deref());
                self.json_output(output.as_ref());
            }
            Some(N::JsonScalarExpr(e)) => {
                let JsonScalarExpr { expr, output, location: _ } = e.as_ref();
                self.maybe(expr.as_deref());
                self.json_output(output.as_ref());
            }
            Some(N::JsonSerializeExpr(e)) => {
                let JsonSerializeExpr { expr, output, location: _ } = e.as_ref();
                self.json_value(expr.as_deref());
                self.json_output(output.as_ref());
            }
            _ => return false,
        }
        let needs =
            if matches!(node, Some(N::JsonFuncExpr(_))) { Needs::JsonQuery } else { Needs::JsonConstructor };
        server_version::check(needs, self);
        true
    }

    /// JSON_TABLE in FROM.
    pub fn json_table(&mut self, table: &JsonTable) {
        let JsonTable { context_item, pathspec, passing, columns, on_error, alias, lateral: _, location: _ } =
            table;
        server_version::check(Needs::JsonQuery, self);
        self.function_alias(alias.as_ref());
        self.json_value(context_item.as_deref());
        self.json_path(pathspec.as_deref());
        self.expressions(passing);
        self.json_columns(columns);
        self.json_behavior(on_error.as_deref());
    }

    fn json_columns(&mut self, columns: &[pg_query::protobuf::Node]) {
        for column in columns {
            let Some(N::JsonTableColumn(column)) = &column.node else {
                rules::node::refuse(column.node.as_ref(), self);
                continue;
            };
            let JsonTableColumn {
                coltype: _,
                name,
                type_name,
                pathspec,
                format: _,
                wrapper: _,
                quotes: _,
                columns,
                on_empty,
                on_error,
                location: _,
            } = column.as_ref();
            self.defined.insert(name.clone());
            type_name.iter().for_each(|t| rules::type_name::check(t, self));
            self.json_path(pathspec.as_deref());
            self.json_columns(columns);
            self.json_behavior(on_empty.as_deref());
            self.json_behavior(on_error.as_deref());
        }
    }

    fn json_path(&mut self, path: Option<&JsonTablePathSpec>) {
        if let Some(JsonTablePathSpec { string, name: _, name_location: _, location: _ }) = path {
            self.maybe(string.as_deref());
        }
    }

    fn json_value(&mut self, value: Option<&JsonValueExpr>) {
        if let Some(JsonValueExpr { raw_expr, formatted_expr, format: _ }) = value {
            self.maybe(raw_expr.as_deref());
            self.maybe(formatted_expr.as_deref());
        }
    }

    fn json_pair(&mut self, pair: &JsonKeyValue) {
        let JsonKeyValue { key, value } = pair;
        self.maybe(key.as_deref());
        self.json_value(value.as_deref());
    }

    fn json_output(&mut self, output: Option<&JsonOutput>) {
        if let Some(JsonOutput { type_name, returning: _ }) = output {
            type_name.iter().for_each(|t| rules::type_name::check(t, self));
        }
    }

    fn json_behavior(&mut self, behavior: Option<&JsonBehavior>) {
        if let Some(JsonBehavior { btype: _, expr, coerce: _, location: _ }) = behavior {
            self.maybe(expr.as_deref());
        }
    }

    fn json_aggregate(&mut self, constructor: Option<&JsonAggConstructor>) {
        if let Some(JsonAggConstructor { output, agg_filter, agg_order, over, location: _ }) = constructor {
            self.json_output(output.as_ref());
            self.maybe(agg_filter.as_deref());
            self.expressions(agg_order);
            over.iter().for_each(|w| self.window(w));
        }
    }
}
