//! Keys that are compared by their size: "the numbers of accounts that hold over 5000" asks for what they hold.

use super::{
    lexicon::Lexicon,
    words::{Token, TokenKind, tokens},
};
use crate::PlanRequest;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Expression, Field, Filter, Grain, Operand, Operator, QueryPlan};

/// A key, or what refers to one, is compared by its size, and the question does not say so ("with an id above 40").
pub(super) fn sizes_a_key(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let said = tokens(question);
    let mut fields = Vec::new();
    plan.filters.iter().for_each(|filter| sized(filter, &mut fields));
    fields.iter().any(|field| {
        column(field, request, lexicon).is_some_and(|c| {
            let words = &lexicon.columns[c.table][c.column].words;
            is_key(c, request, lexicon) && !tells(&said, words, lexicon)
        })
    })
}

/// Keys are added up or averaged, or percentages added up, which tells nothing: the sum of all bus numbers.
pub(super) fn adds_up_keys(plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    plan.measures.iter().any(|m| {
        let adds = matches!(m.aggregate, Aggregate::Sum | Aggregate::Average | Aggregate::Median);
        let of = match &m.expression {
            Some(Expression::Field(field)) => column(field, request, lexicon),
            _ => None,
        };
        let share = |c: ColumnRef| {
            let words = &lexicon.columns[c.table][c.column].words;
            words.last().is_some_and(|w| matches!(w.as_str(), "percent" | "percentage" | "pct"))
        };
        adds && of.is_some_and(|c| is_key(c, request, lexicon))
            || m.aggregate == Aggregate::Sum && of.is_some_and(share)
    })
}

/// A date is split by hours, which it has none of: "the wage per hour" is no split at all.
pub(super) fn splits_a_date(plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    plan.dimensions.iter().filter(|d| matches!(d.grain, Some(Grain::Hour | Grain::HourOfDay))).any(|d| {
        column(&d.field, request, lexicon)
            .is_some_and(|c| request.catalogue.tables[c.table].columns[c.column].kind == TypeKind::Date)
    })
}

/// "Who has never …?" is answered with keys of what is nobody, or "the largest rooms" by their number.
pub(super) fn answers_another(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let said = tokens(question);
    let lower = |at: usize| said.get(at).map_or("", |t| t.lower.as_str());
    let nobody = |field: &Field| {
        column(field, request, lexicon).is_some_and(|c| {
            let table = &request.catalogue.tables[c.table];
            table.primary_key.as_slice() == [table.columns[c.column].name.clone()]
                && !super::recast::are_people(c.table, lexicon)
        })
    };
    let keys = lower(0) == "who"
        && plan.measures.is_empty()
        && plan.dimensions.is_empty()
        && !plan.columns.is_empty()
        && plan.columns.iter().all(nobody);
    let counts = plan.limit.is_some() && plan.measures.iter().any(|m| m.expression.is_none());
    let largest = (1..said.len()).any(|at| {
        let rows = |t: &Token| t.lemma != t.lower && lexicon.names_table(&t.lemma, 0.9);
        matches!(lower(at - 1), "largest" | "biggest" | "smallest")
            && said.get(at).is_some_and(rows)
            && at > 2
            && matches!(lower(at.saturating_sub(3)), "has" | "have" | "had" | "with" | "offers" | "owns")
    });
    keys || counts && largest
}

/// The fields that are compared with a number by their size.
fn sized<'p>(filter: &'p Filter, fields: &mut Vec<&'p Field>) {
    match filter {
        Filter::Compare {
            field,
            operator: Operator::Greater | Operator::AtLeast | Operator::Less | Operator::AtMost,
            operand: Operand::Literal(_),
        } => fields.push(field),
        Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|part| sized(part, fields)),
        Filter::Related { filters, .. } => filters.iter().for_each(|part| sized(part, fields)),
        _ => {}
    }
}

fn column(field: &Field, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Option<ColumnRef> {
    let table = lexicon.prepared.table(request.catalogue, &field.table).ok()?;
    let column = request.catalogue.tables[table].columns.iter().position(|c| c.name == field.column)?;
    Some(ColumnRef { table, column })
}

fn is_key(c: ColumnRef, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    let table = &request.catalogue.tables[c.table];
    let name = &table.columns[c.column].name;
    table.primary_key.as_slice() == [name.clone()]
        || lexicon
            .prepared
            .graph
            .edges
            .iter()
            .any(|e| e.from == c.table && e.from_columns.as_slice() == [name.clone()])
}

/// What is compared is said right before: "with an id above 40", "number > 40".
fn tells(said: &[Token], words: &[String], lexicon: &Lexicon) -> bool {
    let compares = |t: &Token| {
        t.kind == TokenKind::Mark && matches!(t.text.as_str(), "<" | ">" | "<=" | ">=")
            || matches!(
                t.lower.as_str(),
                "between"
                    | "above"
                    | "over"
                    | "below"
                    | "under"
                    | "more"
                    | "less"
                    | "greater"
                    | "higher"
                    | "lower"
                    | "larger"
                    | "smaller"
                    | "bigger"
                    | "at"
                    | "from"
                    | "after"
                    | "before"
                    | "exceeding"
                    | "exceeds"
            )
    };
    let names = |t: &Token| {
        matches!(t.lemma.as_str(), "id" | "no" | "number" | "key" | "code")
            || words.contains(&t.lemma) && !lexicon.names_table(&t.lemma, 0.9)
    };
    (1..said.len()).any(|i| compares(&said[i]) && said[i.saturating_sub(3)..i].iter().any(names))
}
