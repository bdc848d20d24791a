//! Expressions.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    AArrayExpr, AExpr, AExprKind, AIndices, AIndirection, BoolExpr, BooleanTest, CaseExpr, CaseWhen,
    CoalesceExpr, CollateClause, ColumnRef, FuncCall, GroupingFunc, GroupingSet, List, MinMaxExpr,
    NamedArgExpr, Node, NullTest, ResTarget, RowExpr, SortBy, SqlValueFunction, SubLink, TypeCast, WindowDef,
    XmlExpr, XmlSerialize,
};

use super::{Walk, names};
use crate::{Code, rules};

impl Walk<'_> {
    /// An expression that may be missing.
    pub fn maybe(&mut self, node: Option<&Node>) {
        if let Some(node) = node {
            self.expression(node);
        }
    }

    /// Several expressions.
    pub fn expressions(&mut self, nodes: &[Node]) {
        nodes.iter().for_each(|n| self.expression(n));
    }

    /// An expression, or what stands where expressions stand: sort keys, grouping sets, windows, output columns.
    pub fn expression(&mut self, node: &Node) {
        match node.node.as_ref() {
            // The last tells in MERGE's RETURNING which branch was taken.
            Some(N::AConst(_) | N::SetToDefault(_) | N::MergeSupportFunc(_)) => {}
            Some(N::ColumnRef(column)) => self.column(column),
            Some(N::ParamRef(parameter)) => {
                rules::parameter::check(parameter.number, parameter.location, self)
            }
            Some(N::AExpr(e)) => self.operation(e),
            Some(N::BoolExpr(e)) => {
                let BoolExpr { xpr: _, boolop: _, args, location: _ } = e.as_ref();
                self.expressions(args);
            }
            Some(N::NullTest(e)) => {
                let NullTest { xpr: _, arg, nulltesttype: _, argisrow: _, location: _ } = e.as_ref();
                self.maybe(arg.as_deref());
            }
            Some(N::BooleanTest(e)) => {
                let BooleanTest { xpr: _, arg, booltesttype: _, location: _ } = e.as_ref();
                self.maybe(arg.as_deref());
            }
            Some(N::SubLink(e)) => {
                let SubLink {
                    xpr: _,
                    sub_link_type: _,
                    sub_link_id: _,
                    testexpr,
                    oper_name,
                    subselect,
                    location,
                } = e.as_ref();
                self.maybe(testexpr.as_deref());
                if !oper_name.is_empty() {
                    rules::operator::check(oper_name, *location, self);
                }
                self.query(subselect.as_deref());
            }
            Some(N::FuncCall(call)) => self.call(call),
            Some(N::TypeCast(e)) => {
                let TypeCast { arg, type_name, location: _ } = e.as_ref();
                self.maybe(arg.as_deref());
                match type_name {
                    Some(name) => rules::type_name::check(name, self),
                    None => rules::node::refuse(None, self),
                }
            }
            Some(N::CaseExpr(e)) => {
                let CaseExpr { xpr: _, casetype: _, casecollid: _, arg, args, defresult, location: _ } =
                    e.as_ref();
                self.maybe(arg.as_deref());
                self.expressions(args);
                self.maybe(defresult.as_deref());
            }
            Some(N::CaseWhen(e)) => {
                let CaseWhen { xpr: _, expr, result, location: _ } = e.as_ref();
                self.maybe(expr.as_deref());
                self.maybe(result.as_deref());
            }
            Some(N::CoalesceExpr(e)) => {
                let CoalesceExpr { xpr: _, coalescetype: _, coalescecollid: _, args, location: _ } =
                    e.as_ref();
                self.expressions(args);
            }
            Some(N::MinMaxExpr(e)) => {
                let MinMaxExpr {
                    xpr: _,
                    minmaxtype: _,
                    minmaxcollid: _,
                    inputcollid: _,
                    op: _,
                    args,
                    location: _,
                } = e.as_ref();
                self.expressions(args);
            }
            Some(N::SqlvalueFunction(e)) => {
                // CURRENT_DATE, CURRENT_USER and their kin: a closed list in the grammar, all harmless.
                let SqlValueFunction { xpr: _, op: _, r#type: _, typmod: _, location: _ } = e.as_ref();
            }
            Some(N::AArrayExpr(e)) => {
                let AArrayExpr { elements, list_start: _, list_end: _, location: _ } = e;
                self.expressions(elements);
            }
            Some(N::RowExpr(e)) => {
                let RowExpr { xpr: _, args, row_typeid: _, row_format: _, colnames, location: _ } =
                    e.as_ref();
                self.expressions(args);
                self.plains(colnames);
            }
            Some(N::AIndirection(e)) => {
                let AIndirection { arg, indirection } = e.as_ref();
                self.maybe(arg.as_deref());
                self.indirection(indirection, true);
            }
            Some(N::CollateClause(e)) => {
                let CollateClause { arg, collname, location: _ } = e.as_ref();
                self.maybe(arg.as_deref());
                self.plains(collname);
            }
            Some(N::GroupingFunc(e)) => {
                let GroupingFunc { xpr: _, args, refs, agglevelsup: _, location: _ } = e.as_ref();
                self.expressions(args);
                self.plains(refs);
            }
            Some(N::GroupingSet(GroupingSet { kind: _, content, location: _ })) => self.expressions(content),
            Some(N::NamedArgExpr(e)) => {
                let NamedArgExpr { xpr: _, arg, name: _, argnumber: _, location: _ } = e.as_ref();
                self.maybe(arg.as_deref());
            }
            Some(N::List(List { items })) => self.expressions(items),
            Some(N::ResTarget(e)) => {
                let ResTarget { name, indirection, val, location: _ } = e.as_ref();
                if !name.is_empty() {
                    self.defined.insert(name.clone());
                }
                self.indirection(indirection, false);
                self.maybe(val.as_deref());
            }
            Some(N::SortBy(e)) => {
                let SortBy { node, sortby_dir: _, sortby_nulls: _, use_op, location } = e.as_ref();
                self.maybe(node.as_deref());
                if !use_op.is_empty() {
                    rules::operator::check(use_op, *location, self);
                }
            }
            Some(N::WindowDef(window)) => self.window(window),
            Some(N::XmlExpr(e)) => {
                let XmlExpr {
                    xpr: _,
                    op: _,
                    name: _,
                    named_args,
                    arg_names,
                    args,
                    xmloption: _,
                    indent: _,
                    r#type: _,
                    typmod: _,
                    location: _,
                } = e.as_ref();
                self.expressions(named_args);
                self.plains(arg_names);
                self.expressions(args);
            }
            Some(N::XmlSerialize(e)) => {
                let XmlSerialize { xmloption: _, expr, type_name, indent: _, location: _ } = e.as_ref();
                self.maybe(expr.as_deref());
                type_name.iter().for_each(|t| rules::type_name::check(t, self));
            }
            other => {
                if !self.json(other) {
                    rules::node::refuse(other, self);
                }
            }
        }
    }

    fn column(&mut self, column: &ColumnRef) {
        let ColumnRef { fields, location } = column;
        let mut parts = Vec::new();
        for field in fields {
            match &field.node {
                Some(N::String(s)) => parts.push(s.sval.as_str()),
                Some(N::AStar(_)) => {
                    parts.push("*");
                    self.note_last_name("*");
                    return rules::restricted::column(&parts, *location, self);
                }
                other => return rules::node::refuse(other.as_ref(), self),
            }
        }
        rules::restricted::column(&parts, *location, self);
        if let Some(name) = parts.last() {
            self.note_last_name(name);
        }
        if let [.., of, name] = parts.as_slice() {
            self.attribute(Some(of), name, *location);
        }
    }

    fn operation(&mut self, e: &AExpr) {
        let AExpr { kind, name, lexpr, rexpr, rexpr_list_start: _, rexpr_list_end: _, location } = e;
        if AExprKind::try_from(*kind).is_ok_and(|k| k != AExprKind::Undefined) {
            rules::operator::check(name, *location, self);
        } else {
            self.refuse(Code::NodeNotAllowed, "An operation of an unknown kind.".into(), Some(*location));
        }
        rules::resource::operation(e, self);
        self.maybe(lexpr.as_deref());
        self.maybe(rexpr.as_deref());
    }

    fn call(&mut self, call: &FuncCall) {
        let FuncCall {
            funcname,
            args,
            agg_order,
            agg_filter,
            over,
            agg_within_group: _,
            agg_star: _,
            agg_distinct: _,
            func_variadic: _,
            funcformat: _,
            location,
        } = call;
        match names(funcname) {
            Some(name) => rules::function::check(&name, args, *location, self),
            None => rules::node::refuse(None, self),
        }
        rules::resource::call(call, self);
        self.expressions(args);
        self.expressions(agg_order);
        self.maybe(agg_filter.as_deref());
        over.iter().for_each(|w| self.window(w));
    }

    pub(super) fn window(&mut self, window: &WindowDef) {
        let WindowDef {
            name: _,
            refname: _,
            partition_clause,
            order_clause,
            frame_options: _,
            start_offset,
            end_offset,
            location: _,
        } = window;
        self.expressions(partition_clause);
        self.expressions(order_clause);
        self.maybe(start_offset.as_deref());
        self.maybe(end_offset.as_deref());
    }

    /// `[1]`, `[1:2]`, `.name` and `.*` behind an expression. Behind the column of an assignment, `.name` is a
    /// part of the column; elsewhere it may be a call.
    fn indirection(&mut self, parts: &[Node], of_value: bool) {
        for part in parts {
            match &part.node {
                Some(N::AStar(_)) => {}
                Some(N::String(name)) => {
                    if of_value {
                        self.attribute(None, &name.sval, -1);
                    }
                }
                Some(N::AIndices(indices)) => {
                    let AIndices { is_slice: _, lidx, uidx } = indices.as_ref();
                    self.maybe(lidx.as_deref());
                    self.maybe(uidx.as_deref());
                }
                other => rules::node::refuse(other.as_ref(), self),
            }
        }
    }
}
