//! The answer before in another order: "lowest first", "sort by price", "newest first".

use super::{Before, shape::but};
use crate::offline::{
    recast::text::Words,
    words::{lemma, measures_of},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Expression, Field, Order, OrderKey, QueryPlan};

/// Words that say nothing of the order.
const IDLE: &str = "only just show me the give us please now instead can you and it that them those i want make a results result list \
    rows ones sort sorted order ordered by from to in with first put arrange rank ranked";
/// Words that say which end of it stands first.
const SIGNS: &str = "descending desc reverse reversed ascending asc alphabetically alphabetical alphabet highest largest biggest \
    most newest latest longest priciest best lowest smallest least fewest earliest shortest cheapest oldest";

/// "Lowest first", "sort by price", "alphabetically", "in descending order".
pub(super) fn in_order(before: &Before<'_>, found: &Words) -> Option<QueryPlan> {
    let said: Vec<&str> = found.iter().map(|w| w.lower.as_str()).collect();
    let first = said.last() == Some(&"first");
    let descending = said.iter().find_map(|w| match *w {
        "descending" | "desc" | "reverse" | "reversed" => Some(true),
        "ascending" | "asc" | "alphabetically" | "alphabetical" | "alphabet" => Some(false),
        "highest" | "largest" | "biggest" | "most" | "newest" | "latest" | "longest" | "priciest"
        | "best"
            if first =>
        {
            Some(true)
        }
        "lowest" | "smallest" | "least" | "fewest" | "earliest" | "shortest" | "cheapest" | "oldest"
            if first =>
        {
            Some(false)
        }
        _ => None,
    });
    let asks = said
        .iter()
        .any(|w| matches!(*w, "sort" | "sorted" | "order" | "ordered" | "rank" | "ranked" | "arrange"));
    if !asks && descending.is_none() {
        return None;
    }
    let aside = format!("{IDLE} {SIGNS}");
    let by = but(found, &aside);
    // The lowest of the top five are among these five.
    let mut plan = before.in_any_order()?;
    let keys = if by.is_empty() && said.iter().any(|w| w.starts_with("alphabet")) {
        names_of(&plan)
    } else if by.is_empty() && !plan.measures.is_empty() && !asks {
        vec![OrderKey::Measure(0)]
    } else if by.is_empty() {
        match plan.order.first() {
            Some(order) if !plan.measures.is_empty() || meant(before, &said).is_none() => {
                vec![order.by.clone()]
            }
            _ if !plan.measures.is_empty() => vec![OrderKey::Measure(0)],
            _ => vec![meant(before, &said)?],
        }
    } else {
        vec![key(before, &plan, &by)?]
    };
    if keys.is_empty() {
        return None;
    }
    // A number is looked at from its large end, a name from its beginning.
    let large = |by: &OrderKey| matches!(by, OrderKey::Measure(_));
    plan.order =
        keys.into_iter().map(|by| Order { descending: descending.unwrap_or(large(&by)), by }).collect();
    Some(plan)
}

/// "Cheapest first", "newest first", of rows: by the price, by the time, if they have one.
fn meant(before: &Before<'_>, said: &[&str]) -> Option<OrderKey> {
    let (world, table) = (&before.world, before.source);
    let nouns = said.iter().find_map(|w| match *w {
        "cheapest" | "priciest" => Some(measures_of("expensive")),
        "longest" | "shortest" => Some(measures_of("long")),
        "largest" | "biggest" | "smallest" => Some(measures_of("large")),
        "newest" | "latest" | "earliest" | "oldest" => Some(&[][..]),
        _ => None,
    })?;
    if nouns.is_empty() {
        return world.date_column(table).map(|(c, _)| OrderKey::Field(world.field(c)));
    }
    let columns = &before.lexicon.columns[table];
    let numeric = |at: usize| before.request.catalogue.tables[table].columns[at].kind.is_numeric();
    let at = nouns.iter().find_map(|noun| {
        (0..columns.len()).find(|at| numeric(*at) && columns[*at].words.iter().any(|w| w == noun))
    })?;
    Some(OrderKey::Field(world.field(ColumnRef { table, column: at })))
}

/// What names the rows or groups that are shown.
fn names_of(plan: &QueryPlan) -> Vec<OrderKey> {
    if plan.measures.is_empty() {
        return plan.columns.first().map(|c| OrderKey::Field(c.clone())).into_iter().collect();
    }
    if plan.dimensions.is_empty() { Vec::new() } else { vec![OrderKey::Dimension(0)] }
}

/// What words name that rows or groups can be put in order by.
fn key(before: &Before<'_>, plan: &QueryPlan, by: &[&str]) -> Option<OrderKey> {
    let Before { lexicon, request, world, .. } = before;
    let words: Vec<String> = by.iter().map(|w| lemma(w)).collect();
    let said: Vec<&str> = words.iter().map(String::as_str).collect();
    let columns = lexicon.columns_for(&said, request.catalogue);
    let is = |field: &Field| {
        columns
            .iter()
            .any(|(c, score)| *score >= 0.75 && world.field(*c) == Field { via: None, ..field.clone() })
    };
    if plan.measures.is_empty() {
        if let Some(shown) = plan.columns.iter().find(|c| is(c)) {
            return Some(OrderKey::Field(shown.clone()));
        }
        let own = columns.iter().find(|(c, score)| *score >= 0.75 && c.table == before.source);
        return own.map(|(c, _)| OrderKey::Field(world.field(*c)));
    }
    if let Some(at) = plan.dimensions.iter().position(|d| is(&d.field)) {
        return Some(OrderKey::Dimension(at));
    }
    // "by customer", where the groups are customers; "by month".
    let table = lexicon.tables_for(&said).first().filter(|(_, score)| *score >= 0.9).map(|(t, _)| *t);
    let of = |field: &Field| lexicon.prepared.table(request.catalogue, &field.table).ok();
    if let Some(at) = plan.dimensions.iter().position(|d| {
        d.grain.is_some_and(|grain| said == [grain.word()]) || table.is_some() && of(&d.field) == table
    }) {
        return Some(OrderKey::Dimension(at));
    }
    let number = matches!(
        said.as_slice(),
        ["count" | "number" | "total" | "amount" | "average" | "value" | "sum" | "it"]
    );
    let measured = plan.measures.iter().position(|m| match m.expression.as_ref() {
        Some(Expression::Field(field)) => is(field),
        _ => m.aggregate == Aggregate::Count && table.is_some() && table == Some(before.source),
    });
    measured.or(number.then_some(0)).map(OrderKey::Measure)
}
