//! Rule `too_much_work`: what can be seen to be endless or enormous from the text alone is not sent to a server: rows
//! made by `generate_series` in the hundreds of millions, texts of hundreds of megabytes, counted repetitions nested
//! in a pattern, tables paired without a condition, a recursion that nothing ends. What only the data can tell is
//! left to the executor: the plan's cost and rows, the time, the temporary files, the bytes.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{AExpr, CommonTableExpr, FuncCall, Node, SelectStmt, SetOperation};

use super::constant::{self, text_length};
use crate::Code;
use crate::walk::{Walk, names};

/// The most rows that a statement's FROM may make out of nothing, or pair without a condition.
pub const MAX_ROWS: f64 = 1e7;
/// The same where tables whose size is known are paired: PostgreSQL does some millions a second.
const MAX_PAIRS: f64 = 1e9;
/// The longest text that one call may make, in characters.
const MAX_TEXT: f64 = 1e7;
/// The longest text that an aggregate may put together of such ones.
const MAX_FOLDED: f64 = 1e8;
/// The most repetitions that a pattern may count, all `{m,n}` of it multiplied.
const MAX_REPETITIONS: f64 = 100_000.0;

/// Judges a call by its constant arguments.
pub fn call(call: &FuncCall, walk: &mut Walk<'_>) {
    let Some(name) = names(&call.funcname).and_then(|n| n.last().copied()) else { return };
    let refused = match name {
        "generate_series" => constant::series_rows(call).filter(|rows| *rows > MAX_ROWS).map(|rows| {
            format!(
                "generate_series makes about {rows:.0} rows; at most {MAX_ROWS:.0} are made out of nothing."
            )
        }),
        "repeat" | "lpad" | "rpad" | "array_fill" => text_length(call).filter(|n| *n > MAX_TEXT).map(|n| {
            format!(
                "{name} makes a value of about {n:.0} characters or elements; at most {MAX_TEXT:.0} are made."
            )
        }),
        _ if name.starts_with("regexp_") || name == "similar_to_escape" => {
            call.args.get(1).and_then(pattern_refused)
        }
        _ => None,
    };
    if let Some(reason) = refused {
        walk.refuse(Code::TooMuchWork, reason, Some(call.location));
    }
}

/// Judges the pattern of a regular expression's operator.
pub fn operation(e: &AExpr, walk: &mut Walk<'_>) {
    let is_pattern = names(&e.name)
        .and_then(|n| n.last().copied())
        .is_some_and(|n| matches!(n, "~" | "~*" | "!~" | "!~*"));
    if let Some(reason) = e.rexpr.as_deref().filter(|_| is_pattern).and_then(pattern_refused) {
        walk.refuse(Code::TooMuchWork, reason, Some(e.location));
    }
}

fn pattern_refused(pattern: &Node) -> Option<String> {
    let repetitions = constant::repetitions(constant::text(pattern)?);
    (repetitions > MAX_REPETITIONS).then(|| {
        format!(
            "The pattern counts about {repetitions:.0} repetitions; at most {MAX_REPETITIONS:.0} are tried."
        )
    })
}

/// Judges what FROM pairs. A condition anywhere leaves it to the plan's cost, which knows the data.
pub fn from(select: &SelectStmt, walk: &mut Walk<'_>) {
    let generated: f64 = select.from_clause.iter().map(|item| rows(item, &|_| 1.0)).product();
    if generated > MAX_ROWS {
        let reason = format!(
            "FROM pairs generated rows to about {generated:.0}; at most {MAX_ROWS:.0} are made out of nothing."
        );
        return walk.refuse(Code::TooMuchWork, reason, None);
    }
    let longest = select.target_list.iter().filter_map(folds_text).fold(0.0, f64::max);
    if generated * longest > MAX_FOLDED {
        let reason = format!(
            "An aggregate puts together about {:.0} characters; at most {MAX_FOLDED:.0} are.",
            generated * longest
        );
        return walk.refuse(Code::TooMuchWork, reason, None);
    }
    let (Some(catalogue), None, [_, _, ..]) =
        (walk.facts.catalogue, &select.where_clause, select.from_clause.as_slice())
    else {
        return;
    };
    let known = |item: &pg_query::protobuf::RangeVar| {
        let schema = (!item.schemaname.is_empty()).then_some(item.schemaname.as_str());
        let is_cte = schema.is_none() && walk.is_cte(&item.relname);
        (!is_cte)
            .then(|| catalogue.resolve(schema, &item.relname))
            .flatten()
            .and_then(|t| t.row_estimate)
            .unwrap_or(1.0)
            .max(1.0)
    };
    let pairs: f64 = select.from_clause.iter().map(|item| rows(item, &known)).product();
    let limited =
        select.limit_count.is_some() && select.sort_clause.is_empty() && select.group_clause.is_empty();
    if pairs > MAX_PAIRS && !limited {
        let reason = format!(
            "FROM pairs every row with every other, about {pairs:.0} pairs, and no condition joins them."
        );
        walk.refuse(Code::TooMuchWork, reason, None);
    }
}

/// How long each text is that an aggregate of the select list puts together, as far as constants tell.
fn folds_text(target: &Node) -> Option<f64> {
    let Some(N::ResTarget(target)) = &target.node else { return None };
    let Some(N::FuncCall(call)) = &target.val.as_deref()?.node else { return None };
    let name = names(&call.funcname).and_then(|n| n.last().copied())?;
    let folds = matches!(name, "string_agg" | "array_agg" | "json_agg" | "jsonb_agg");
    let Some(N::FuncCall(each)) = call.args.first().filter(|_| folds).and_then(|arg| arg.node.as_ref())
    else {
        return None;
    };
    text_length(each)
}

/// How many rows an item of FROM gives at most as far as constants tell; 1 where they do not.
fn rows(item: &Node, table: &impl Fn(&pg_query::protobuf::RangeVar) -> f64) -> f64 {
    match &item.node {
        Some(N::RangeFunction(function)) => function
            .functions
            .iter()
            .filter_map(|f| match &f.node {
                Some(N::List(list)) => list.items.first(),
                _ => None,
            })
            .filter_map(|call| match &call.node {
                Some(N::FuncCall(call)) if is_series(call) => constant::series_rows(call),
                _ => None,
            })
            .fold(1.0, f64::max),
        Some(N::RangeSubselect(sub)) => match sub.subquery.as_deref().map(|q| &q.node) {
            Some(Some(N::SelectStmt(select))) => generated(select, table),
            _ => 1.0,
        },
        // A condition may leave few; a join without one is as wide as a comma.
        Some(N::JoinExpr(join))
            if join.quals.is_none() && join.using_clause.is_empty() && !join.is_natural =>
        {
            [&join.larg, &join.rarg].iter().filter_map(|s| s.as_deref()).map(|s| rows(s, table)).product()
        }
        Some(N::RangeVar(relation)) => table(relation),
        _ => 1.0,
    }
}

/// The rows of a plain subquery without grouping, condition or limit.
fn generated(select: &SelectStmt, table: &impl Fn(&pg_query::protobuf::RangeVar) -> f64) -> f64 {
    let plain = select.where_clause.is_none()
        && select.group_clause.is_empty()
        && select.distinct_clause.is_empty()
        && select.limit_count.is_none()
        && select.having_clause.is_none();
    let from: f64 = select.from_clause.iter().map(|i| rows(i, table)).product();
    // `SELECT generate_series(…)` makes rows in the select list; an aggregate there folds them all into one.
    let (mut made, mut folded) = (1.0_f64, false);
    for target in &select.target_list {
        let Some(N::ResTarget(target)) = &target.node else { continue };
        let Some(Some(N::FuncCall(call))) = target.val.as_deref().map(|v| &v.node) else { continue };
        if is_series(call) {
            made = made.max(constant::series_rows(call).unwrap_or(1.0));
        }
        folded |= call.over.is_none()
            && names(&call.funcname)
                .and_then(|n| n.last().and_then(|n| crate::builtin::function(n)))
                .is_some_and(|c| c.name == "aggregate");
    }
    if plain && !folded { from * made } else { 1.0 }
}

fn is_series(call: &FuncCall) -> bool {
    names(&call.funcname).and_then(|n| n.last().copied()) == Some("generate_series")
}

/// Whether nothing in a recursive WITH clause ends it: its recursive part reads itself, beside others at most all rows of
/// tables, takes every row, and adds nothing that could run out. A LIMIT somewhere in the statement may still end it, so that is asked later.
pub fn is_endless(cte: &CommonTableExpr) -> bool {
    let Some(Some(N::SelectStmt(union))) = cte.ctequery.as_deref().map(|q| &q.node) else { return false };
    if union.op != SetOperation::SetopUnion as i32 || cte.cycle_clause.is_some() {
        return false;
    }
    let Some(step) = union.rarg.as_deref() else { return false };
    let pairs_itself = step.from_clause.iter().all(is_unconditional)
        && step.from_clause.iter().any(|item| is_or_pairs(item, &cte.ctename));
    // Without ALL, rows that come again end it; only what grows by a constant never comes again.
    let grows = step.target_list.iter().any(|t| match &t.node {
        Some(N::ResTarget(t)) => matches!(
            t.val.as_deref().map(|v| &v.node),
            Some(Some(N::AExpr(e)))
                if names(&e.name).is_some_and(|n| matches!(n.as_slice(), ["+" | "||"]))
        ),
        _ => false,
    });
    pairs_itself
        && (union.all || grows)
        && step.where_clause.is_none()
        && step.having_clause.is_none()
        && step.group_clause.is_empty()
        && step.limit_count.is_none()
        && union.limit_count.is_none()
        && union.sort_clause.is_empty()
        && step.op == SetOperation::SetopNone as i32
        && step.target_list.iter().all(|t| !calls_anything(t))
}

/// A table, or tables that are paired without a condition.
fn is_unconditional(item: &Node) -> bool {
    match &item.node {
        Some(N::RangeVar(_)) => true,
        Some(N::JoinExpr(join)) => {
            join.quals.is_none()
                && join.using_clause.is_empty()
                && !join.is_natural
                && [&join.larg, &join.rarg]
                    .into_iter()
                    .all(|side| side.as_deref().is_some_and(is_unconditional))
        }
        _ => false,
    }
}

fn is_or_pairs(item: &Node, name: &str) -> bool {
    match &item.node {
        Some(N::RangeVar(r)) => r.schemaname.is_empty() && r.relname == name,
        Some(N::JoinExpr(join)) => [&join.larg, &join.rarg]
            .into_iter()
            .any(|side| side.as_deref().is_some_and(|s| is_or_pairs(s, name))),
        _ => false,
    }
}

/// A function in the select list may be an aggregate (an error) or one that gives no rows; it is left to the server.
fn calls_anything(target: &Node) -> bool {
    match &target.node {
        Some(N::ResTarget(t)) => matches!(t.val.as_deref().map(|v| &v.node), Some(Some(N::FuncCall(_)))),
        _ => false,
    }
}
