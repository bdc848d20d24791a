//! What a plan looks like, where that decides between two readings: rows that are named by their keys, dates that "when" asks
//! for, shares, plans within plans.

use super::{
    lexicon::Lexicon,
    resolve::World,
    words::{TokenKind, number_word, tokens},
};
use crate::PlanRequest;
use rowcall_core::Catalogue;
use rowcall_plan::{
    Aggregate, Expression, Field, Filter, Having, Literal, Measure, Operand, Operator, QueryPlan, TableName,
};

/// Nobody asks for the sum or average of numbers that they name: "the total of orders 21 and 22" is not that of 21s and 22s.
pub(super) fn adds_up_what_is_given(plan: &QueryPlan) -> bool {
    let given = |field: &Field| {
        plan.filters.iter().any(|filter| match filter {
            Filter::Compare { field: of, operator: Operator::Equal, operand: Operand::Literal(_) }
            | Filter::In { field: of, negated: false, .. } => of == field,
            _ => false,
        })
    };
    let adds = |m: &Measure| matches!(m.aggregate, Aggregate::Sum | Aggregate::Average | Aggregate::Median);
    plan.measures
        .iter()
        .filter(|m| adds(m))
        .any(|m| matches!(&m.expression, Some(Expression::Field(field)) if given(field)))
}

/// The only condition is that the rows have these keys, and they are listed.
pub(super) fn names_rows(plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    let [Filter::Compare { field, operator: Operator::Equal, .. } | Filter::In { field, negated: false, .. }] =
        plan.filters.as_slice()
    else {
        return false;
    };
    let table = lexicon.prepared.table(request.catalogue, &plan.source);
    let is_key =
        table.is_ok_and(|table| request.catalogue.tables[table].primary_key == [field.column.clone()]);
    is_key && field.table == plan.source && plan.measures.is_empty() && plan.limit.is_none()
}

/// Of each period in a plan, whether it is one of the rows that are asked for.
pub(super) fn times(plan: &QueryPlan) -> impl Iterator<Item = bool> + '_ {
    plan.filters.iter().filter_map(|filter| match filter {
        Filter::Period { field, .. } => Some(field.table == plan.source),
        _ => None,
    })
}

/// A question for a time that is answered by a list of dates.
pub(super) fn tells_when(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let asks = question.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("when "));
    let time = |field: &Field| {
        let table = lexicon.prepared.table(request.catalogue, &field.table).ok();
        let columns = table.map(|t| &request.catalogue.tables[t].columns);
        columns.is_some_and(|c| c.iter().any(|c| c.name == field.column && c.kind.is_temporal()))
    };
    asks && plan.measures.is_empty() && plan.columns.iter().any(time)
}

/// One list shows what another one does, and before it what the rows are called.
pub(super) fn only_names(
    more: &QueryPlan,
    less: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let Some(named) = more.columns.len().checked_sub(less.columns.len()).filter(|n| *n > 0) else {
        return false;
    };
    let (first, rest) = more.columns.split_at(named);
    let world = World::new(request.catalogue, lexicon, &[]);
    let Ok(table) = lexicon.prepared.table(request.catalogue, &more.source) else { return false };
    let labels: Vec<Field> = world.labels(table).into_iter().map(|c| world.field(c)).collect();
    let bare = |plan: &QueryPlan| QueryPlan { columns: Vec::new(), ..plan.clone() };
    rest == less.columns
        && !rest.is_empty()
        && first.iter().all(|f| labels.contains(f))
        && bare(more) == bare(less)
}

/// Shares, growth and times between events are read along the words only: what the other reader makes of them is
/// something else.
pub(super) fn says_more(plan: &QueryPlan) -> bool {
    plan.comparison.is_some()
        || plan.measures.iter().any(|m| {
            m.share || m.running || m.percent || matches!(m.expression, Some(Expression::Elapsed { .. }))
        })
}

/// "the smallest capacity and its club": the row that has it, rather than the smallest of each club, where nothing
/// says "each".
pub(super) fn one_of_all(question: &str, one: &QueryPlan, each: &QueryPlan) -> bool {
    let splits = |w: &str| matches!(w.to_lowercase().as_str(), "each" | "every" | "per" | "by" | "for");
    let extreme = |m: &Measure| matches!(m.aggregate, Aggregate::Minimum | Aggregate::Maximum);
    one.measures.is_empty()
        && one.limit == Some(1)
        && !each.dimensions.is_empty()
        && each.measures.iter().all(extreme)
        && !question.split(|c: char| !c.is_alphanumeric()).any(splits)
}

/// Values that come from another plan ("orders of the customer with the most tickets") are composed only.
pub(super) fn nests(plan: &QueryPlan) -> bool {
    plan.filters.iter().any(|f| matches!(f, Filter::Among { .. }))
}

/// "the price of the five works with the highest prices" asks for so many rows, and not for those at a price of 5.
pub(super) fn takes_a_limit_for_a_value(question: &str, plan: &QueryPlan) -> bool {
    const ENDS: &str = "highest lowest largest smallest biggest greatest most fewest least best worst longest shortest latest \
        earliest oldest youngest newest";
    let said = tokens(question);
    let lower = |at: usize| said.get(at).map_or("", |t| t.lower.as_str());
    let number = |at: usize| lower(at).parse::<i64>().ok().or_else(|| number_word(lower(at)));
    let few = (0..said.len()).filter_map(|at| {
        let ranked = matches!(lower(at + 2), "with" | "having")
            && lower(at + 3) == "the"
            && ENDS.split_ascii_whitespace().any(|end| end == lower(at + 4));
        number(at).filter(|_| ranked && said[at + 1].kind == TokenKind::Word)
    });
    let valued = |n: i64| {
        plan.filters.iter().any(|filter| {
            matches!(filter, Filter::Compare { operator: Operator::Equal, operand: Operand::Literal(Literal::Integer(v)), .. } if *v == n)
        })
    };
    few.into_iter().any(valued)
}

/// "Give the company's name and the employee's name", of which the plan shows one: names of several things are asked for.
pub(super) fn lacks_a_name(question: &str, plan: &QueryPlan, lexicon: &Lexicon) -> bool {
    let said = tokens(question);
    let lower = |at: usize| said.get(at).map_or("", |t| t.lower.as_str());
    let part = |w: &str| {
        matches!(
            w,
            "first" | "last" | "full" | "middle" | "given" | "family" | "their" | "its" | "the" | "and"
        )
    };
    let thing = |at: usize| {
        let token = said.get(at)?;
        (token.kind == TokenKind::Word && !part(&token.lower) && lexicon.names_table(&token.lemma, 0.75))
            .then(|| token.lemma.clone())
    };
    let mut things: Vec<String> = Vec::new();
    for at in 1..said.len() {
        if !matches!(lower(at), "name" | "names") {
            continue;
        }
        let owner = at - 1 - usize::from(at > 1 && lower(at - 1) == "'s");
        let mut behind = at + 1;
        while matches!(lower(behind), "of" | "the" | "each" | "every" | "all") && behind < at + 4 {
            behind += 1;
        }
        let of = (lower(at + 1) == "of").then(|| thing(behind)).flatten();
        if let Some(thing) = thing(owner).or(of)
            && !things.contains(&thing)
        {
            things.push(thing);
        }
    }
    let groups = plan.dimensions.iter().filter(|d| !d.hidden).count();
    things.len() > (plan.columns.len() + groups).max(1)
}

/// "with an average rating above 4": groups by what they come to, in so many words.
pub(super) fn bounds_an_average(question: &str, plan: &QueryPlan) -> bool {
    let averages =
        |h: &Having| plan.measures.get(h.measure).is_some_and(|m| m.aggregate == Aggregate::Average);
    question.to_lowercase().contains("average ") && plan.having.iter().any(averages)
}

/// The one plan lists yes and no of its rows, and nothing else; the other takes those rows for which it is so.
pub(super) fn lists_a_flag(lists: &QueryPlan, takes: &QueryPlan) -> bool {
    let [column] = lists.columns.as_slice() else { return false };
    let is_so = |f: &Filter| match f {
        Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(Literal::Bool(_)) } => {
            field == column
        }
        _ => false,
    };
    lists.source == takes.source
        && lists.measures.is_empty()
        && lists.filters.is_empty()
        && takes.filters.iter().any(is_so)
}

/// Rows without rows that are without others: what "neither … nor" never means.
pub(super) fn denies_within(plan: &QueryPlan) -> bool {
    plan.filters.iter().any(|f| match f {
        Filter::Related { filters, negated: true, .. } => {
            filters.iter().any(|f| matches!(f, Filter::Related { negated: true, .. }))
        }
        _ => false,
    })
}

/// The one splits by the key of what the other splits by its name, and by the name as well.
pub(super) fn splits_by_the_key(
    keyed: &QueryPlan,
    named: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> bool {
    let shown = |plan: &QueryPlan| -> Vec<Field> {
        plan.dimensions.iter().filter(|d| !d.hidden && d.grain.is_none()).map(|d| d.field.clone()).collect()
    };
    let (more, less) = (shown(keyed), shown(named));
    let [name] = less.as_slice() else { return false };
    let rest: Vec<&Field> = more.iter().filter(|f| *f != name).collect();
    let [key] = rest.as_slice() else { return false };
    let place = |table: &TableName| lexicon.prepared.table(catalogue, table).ok();
    let (Some(of), Some(table)) = (place(&key.table), place(&name.table)) else { return false };
    // What others refer to, where no key is declared, and what refers to it.
    let mut edges = lexicon.prepared.graph.edges.iter();
    let is_key = match of == table {
        true => {
            edges.any(|e| e.to == table && e.to_columns == [key.column.clone()])
                || catalogue.tables[table].primary_key == [key.column.clone()]
        }
        false => edges.any(|e| (e.from, e.to) == (of, table) && e.from_columns == [key.column.clone()]),
    };
    let same = |plan: &QueryPlan| QueryPlan {
        dimensions: Vec::new(),
        order: Vec::new(),
        columns: Vec::new(),
        ..plan.clone()
    };
    more.len() == 2 && is_key && same(keyed) == same(named)
}

/// Both split by the same thing, the one by its code and the other by what it is called: the latter, each thing apart.
pub(super) fn by_name_of_code(
    question: &str,
    a: &QueryPlan,
    b: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<QueryPlan> {
    let ([one], [other]) = (a.dimensions.as_slice(), b.dimensions.as_slice()) else { return None };
    let code = ["code", "codes", "id", "ids", "key", "number", "abbreviation"];
    if tokens(question).iter().any(|t| code.contains(&t.lower.as_str())) {
        return None;
    }
    let same =
        |plan: &QueryPlan| QueryPlan { dimensions: Vec::new(), source: a.source.clone(), ..plan.clone() };
    if one.grain.is_some() || other.grain.is_some() || same(a) != same(b) {
        return None;
    }
    let table = |field: &Field| lexicon.prepared.table(catalogue, &field.table).ok();
    // The code is the key of the table, or refers to it.
    let names = |named: &Field, code: &Field| {
        let (Some(at), Some(of)) = (table(named), table(code)) else { return false };
        let key = &catalogue.tables[at].primary_key;
        let own = at == of && *key == [code.column.clone()];
        let refers = lexicon.prepared.graph.edges.iter().any(|e| {
            (e.from, e.to) == (of, at) && e.from_columns == [code.column.clone()] && e.to_columns == *key
        });
        let column = catalogue.tables[at].columns.iter().find(|c| c.name == named.column);
        let label = World::new(catalogue, lexicon, &[])
            .labels(at)
            .iter()
            .any(|c| catalogue.tables[at].columns[c.column].name == named.column);
        let described = (at, &named.column) != (of, &code.column);
        let called = super::words::split_name(&named.column).last().is_some_and(|w| {
            matches!(w.to_lowercase().as_str(), "description" | "name" | "title" | "label" | "meaning")
        });
        (own || refers) && described && (label || called) && column.is_some_and(|c| c.kind.is_textual())
    };
    let plan = if names(&other.field, &one.field) {
        b
    } else if names(&one.field, &other.field) {
        a
    } else {
        return None;
    };
    let mut plan = plan.clone();
    plan.dimensions[0].by_key = true;
    Some(plan)
}

/// The one plan lists the numbers that it compares, and the other whose they are: "drivers who earn more than 20".
pub(super) fn lists_what_it_compares(lists: &QueryPlan, names: &QueryPlan) -> bool {
    let [column] = lists.columns.as_slice() else { return false };
    let compared = |f: &Filter| match f {
        Filter::Compare { field, operator, .. } => field == column && *operator != Operator::Equal,
        // "employees hired in 2015", where that is what the day is called.
        Filter::Period { field, .. } => field == column,
        _ => false,
    };
    lists.source == names.source
        && lists.measures.is_empty()
        && names.measures.is_empty()
        && lists.filters == names.filters
        && lists.limit == names.limit
        && lists.filters.iter().any(compared)
        && !names.columns.contains(column)
}

/// "who rented both an SUV and a luxury car": rows of both kinds are there, and nothing says one of them only.
pub(super) fn has_both(question: &str, plan: &QueryPlan) -> bool {
    let both = question.split(|c: char| !c.is_alphanumeric()).any(|w| w.eq_ignore_ascii_case("both"));
    // "have had both a repair and a purchase but never a contract"
    let bare = plan
        .filters
        .iter()
        .filter(|f| matches!(f, Filter::Related { filters, count: None, .. } if filters.is_empty()));
    if both && bare.clone().count() >= 2 && bare.count() == plan.filters.len() {
        return plan.measures.is_empty() && !plan.distinct && plan.limit.is_none();
    }
    let one = |filter: &Filter| match filter {
        Filter::Related { table, filters, negated: false, count: None, .. } => match filters.as_slice() {
            [Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(value) }] => {
                Some((table.clone(), field.clone(), value.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    let kinds: Vec<_> = plan.filters.iter().filter_map(one).collect();
    let [(table, field, value), (other, of, second)] = kinds.as_slice() else { return false };
    // The regions of stations that have both are not those that have both.
    let named = plan.columns.iter().all(|c| {
        let name = c.column.to_lowercase();
        ["name", "title", "label", "nm", "id", "no", "code"].iter().any(|end| name.ends_with(end))
    });
    both && named
        && !plan.distinct
        && plan.measures.is_empty()
        && table == other
        && field == of
        && value != second
}
