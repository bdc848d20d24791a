//! Lists: the rows of one table, with columns of the tables it leads to.

use super::{Part, common_base, names::Names};
use crate::{
    error::PlanError,
    explain::over_reference,
    filter::{conditions, tables_of},
    meta::{ColumnMeta, ColumnRole, heading},
    plan::{Field, OrderKey, QueryPlan},
    scope::{Context, Scope},
    sql,
};
use rowcall_core::{Column, TypeKind};
use sqlparser::ast::{Expr, OrderByExpr, SelectItem, SetExpr};

pub(super) fn list(cx: &Context<'_>, plan: &QueryPlan) -> Result<Part, PlanError> {
    if plan.columns.is_empty() {
        return Err(PlanError::Inconsistent("the plan shows neither columns nor numbers".into()));
    }
    if !plan.having.is_empty() || plan.comparison.is_some() {
        return Err(PlanError::Inconsistent("conditions on numbers and comparisons need a measure".into()));
    }
    let source = cx.table(&plan.source)?;
    let order_fields = plan.order.iter().filter_map(|o| match &o.by {
        OrderKey::Field(field) => Some(&field.table),
        _ => None,
    });
    let needed = tables_of(cx, plan.columns.iter().map(|f| &f.table).chain(order_fields))?;
    let base = common_base(cx, source, &needed)?;
    let mut scope = Scope::new(cx, base);
    let mut names = Names::default();
    let mut select = sql::select();
    let mut shown: Vec<(Expr, String, TypeKind)> = Vec::new();
    let mut columns = Vec::new();
    for field in &plan.columns {
        let (expr, column) = scope.field(field)?;
        let wish = qualified(cx, plan, field, column);
        let name = names.unique(&wish);
        select.projection.push(item(&expr, &name, column));
        shown.push((expr, name.clone(), column.kind));
        columns.push(ColumnMeta {
            label: heading(&name),
            name,
            unit: cx.unit(column),
            role: ColumnRole::Dimension,
            grain: None,
            zero: false,
            adds_up: false,
        });
    }
    select.selection = conditions(&mut scope, &plan.filters)?;
    let mut order = Vec::new();
    let mut grouped = false;
    for part in &plan.order {
        let OrderKey::Field(field) = &part.by else {
            return Err(PlanError::Inconsistent("a list is ordered by columns".into()));
        };
        let (mut expr, _) = scope.field(field)?;
        if plan.distinct && !shown.iter().any(|(e, _, _)| *e == expr) {
            grouped = true;
            expr = sql::call(if part.descending { "max" } else { "min" }, vec![expr]);
        }
        order.push(sql::ordered(expr, part.descending.then_some(true), part.descending.then_some(false)));
    }
    if plan.distinct && grouped {
        select.group_by = sql::group_by(shown.iter().map(|(e, _, _)| e.clone()).collect());
    } else if plan.distinct {
        select.distinct = Some(sqlparser::ast::Distinct::Distinct);
    }
    let mut ties: Vec<Expr> = Vec::new();
    let key = cx.key(base);
    if plan.distinct || key.is_empty() {
        ties.extend(shown.iter().filter(|(_, _, kind)| can_order(*kind)).map(|(e, _, _)| e.clone()));
    } else {
        ties.extend(key.iter().map(|c| sql::column(scope.base_alias(), c)));
    }
    for tie in ties {
        if !order.iter().any(|o: &OrderByExpr| o.expr == tie) {
            order.push(sql::ordered(tie, None, None));
        }
    }
    select.from = scope.from();
    Ok(Part { body: SetExpr::Select(Box::new(select)), order, columns })
}

/// A column of a table that is not the plan's source is named with its table where its own name says little.
pub(super) fn qualified(cx: &Context<'_>, plan: &QueryPlan, field: &Field, column: &Column) -> String {
    if let Some(via) = &field.via {
        return over_reference(field, via).replace(' ', "_");
    }
    let several = plan.columns.iter().filter(|f| f.column == field.column).count() > 1;
    if !several {
        return column.name.clone();
    }
    // Beside the same column of a row referred to, its own name says whose it is.
    if plan.columns.iter().filter(|f| f.column == field.column && f.via.is_none()).count() == 1 {
        return column.name.clone();
    }
    let table = cx.table(&field.table).map_or("", |t| cx.label(t));
    format!("{table}_{}", column.name)
}

pub(super) fn can_order(kind: TypeKind) -> bool {
    !matches!(kind, TypeKind::Json | TypeKind::Other)
}

pub(super) fn item(expr: &Expr, name: &str, column: &Column) -> SelectItem {
    let stored = matches!(expr, Expr::CompoundIdentifier(_));
    if stored && name == column.name { sql::unnamed(expr.clone()) } else { sql::named(expr.clone(), name) }
}
