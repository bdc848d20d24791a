//! What is to be left out: "Leave out cancelled orders", "leaving the managers aside", "leaving out the empty ones", "Do not
//! include her". The rest of the question is read by itself, and its plan is made to leave them out.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    lexicon::ValueRef,
    words::{Token, TokenKind, is_filler},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, OrderKey, QueryPlan};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let (from, to, what) = (0..step.tokens.len()).find_map(|at| clause(step, at))?;
    let left = &step.tokens[what.0..what.1];
    let rest = without(&step.tokens, from, to);
    let mut read = (step.read)(&rest).ok().filter(|r| r.certainty >= FLOOR)?;
    let plan = &mut read.plan;
    let done = itself(step, plan, left)
        .or_else(|| nothing(plan, left))
        .or_else(|| of_none(step, plan, left))
        .or_else(|| lacking(step, plan, left))
        .or_else(|| valued(step, plan, left));
    done?;
    rowcall_plan::compile_with(plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// The question says what to leave out.
pub(super) fn says(step: &Step<'_>) -> bool {
    (0..step.tokens.len()).any(|at| clause(step, at).is_some())
}

/// Some condition denies something.
pub(in crate::offline) fn denies(filters: &[Filter]) -> bool {
    filters.iter().any(|filter| match filter {
        Filter::Compare { operator, .. } => *operator == Operator::NotEqual,
        Filter::Not(_)
        | Filter::In { negated: true, .. }
        | Filter::Text { negated: true, .. }
        | Filter::Null { .. }
        | Filter::Among { negated: true, .. }
        | Filter::Related { negated: true, .. } => true,
        Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => denies(parts),
        Filter::In { .. } | Filter::Text { .. } | Filter::Among { .. } | Filter::Period { .. } => false,
    })
}

/// A clause that says what to leave out: where it begins and ends, and what of it names them.
fn clause(step: &Step<'_>, at: usize) -> Option<(usize, usize, (usize, usize))> {
    let lower = |n: usize| step.lower(at + n);
    let opens = at == 0 || step.tokens[at - 1].kind == TokenKind::Mark;
    let end = |from: usize| {
        let stops = |n: &usize| {
            step.tokens.get(*n).is_none_or(|t| matches!(t.text.as_str(), "." | "?" | ";" | "!" | "," | ":"))
                || step.lower(*n) == "and"
                    && matches!(step.lower(n + 1), "show" | "give" | "list" | "return" | "sort")
        };
        (from..=step.tokens.len()).find(stops).unwrap_or(step.tokens.len())
    };
    let used = match (lower(0), lower(1), lower(2)) {
        ("do", "not", "include" | "count" | "show" | "list") if opens => 3,
        ("leave", "out", _) if opens => 2,
        ("skip" | "omit", _, _) if opens => 1,
        ("leaving", "out", _) => 2,
        ("not", "counting" | "including", _) | ("without", "counting", _) => 2,
        ("excluding" | "ignoring" | "disregarding", _, _) => 1,
        ("exclude" | "ignore" | "disregard", _, _) if opens => 1,
        // "leaving thefts aside", "if you leave the managers aside"
        ("leaving" | "leave", _, _) => {
            let aside = (at + 2..step.tokens.len().min(at + 8)).find(|n| step.lower(*n) == "aside")?;
            let you = usize::from(at > 1 && matches!(step.lower(at - 1), "you" | "we" | "i"));
            let from = at - you - usize::from(you == 1 && step.lower(at - 2) == "if");
            return Some((from, aside + 1, (at + 1, aside)));
        }
        // "subjects without a course can be left out"
        (_, "be", "left") if matches!(lower(0), "can" | "should" | "may" | "must") && lower(3) == "out" => {
            let from = (0..at).rev().find(|n| step.tokens[*n].kind == TokenKind::Mark)? + 1;
            return Some((from, at + 4, (from, at)));
        }
        _ => return None,
    };
    let to = end(at + used);
    (to > at + used).then_some((at, to, (at + used, to)))
}

/// The question without a clause, and without the marks that set it off.
fn without(tokens: &[Token], from: usize, to: usize) -> String {
    let mark = |n: usize, m: &str| tokens.get(n).is_some_and(|t| t.text == m);
    let (mut from, mut to) = (from, to);
    if mark(to, ",") || from > 0 && mark(to, ".") && mark(from - 1, ".") {
        to += 1;
    }
    if from > 0 && mark(from - 1, ",") && (to >= tokens.len() || !mark(to, ",")) {
        from -= 1;
    }
    // "Leave out those, and show the names": the rest is a sentence.
    if tokens.get(to).is_some_and(|t| t.lower == "and")
        && (from == 0 || tokens[from - 1].kind == TokenKind::Mark)
    {
        to += 1;
    }
    let (head, tail) = (written(&tokens[..from]), written(&tokens[to..]));
    format!("{head} {tail}").trim().to_owned()
}

/// "Do not include her", "excluding Ann herself": the row that others are compared with.
fn itself(step: &Step<'_>, plan: &mut QueryPlan, left: &[Token]) -> Option<()> {
    let pronoun = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "her" | "him" | "it" | "them" | "herself" | "himself" | "itself" | "themselves"
        )
    };
    let names = step.lexicon.values_at(left, 0).is_some_and(|(_, n)| left[n..].iter().all(pronoun))
        || left.iter().filter(|t| !pronoun(t)).all(|t| t.text.chars().next().is_some_and(char::is_uppercase));
    (left.iter().all(pronoun) || names).then_some(())?;
    not_itself(plan)
}

/// Leaves out the row that the others have something in common with.
pub(super) fn not_itself(plan: &mut QueryPlan) -> Option<()> {
    let own = plan.filters.iter().find_map(|filter| match filter {
        Filter::Among { plan: inner, .. } if inner.source == plan.source => {
            let fits = |f: &Filter| {
                matches!(f, Filter::Compare { operator: Operator::Equal, field, .. } if field.table == plan.source)
            };
            (!inner.filters.is_empty() && inner.filters.iter().all(fits)).then(|| inner.filters.clone())
        }
        _ => None,
    })?;
    let said = match own.as_slice() {
        [Filter::Compare { field, operand, .. }] => {
            Filter::Compare { field: field.clone(), operator: Operator::NotEqual, operand: operand.clone() }
        }
        _ => Filter::Not(Box::new(Filter::All(own))),
    };
    plan.filters.push(said);
    Some(())
}

/// "leaving out the empty ones": what is shown has a value.
fn nothing(plan: &mut QueryPlan, left: &[Token]) -> Option<()> {
    let empty =
        |t: &Token| matches!(t.lower.as_str(), "empty" | "missing" | "blank" | "null" | "nulls" | "unknown");
    let rest = |t: &Token| {
        matches!(t.lower.as_str(), "the" | "any" | "all" | "ones" | "values" | "those" | "entries")
    };
    (left.iter().any(empty) && left.iter().all(|t| empty(t) || rest(t))).then_some(())?;
    let by: Vec<Field> = plan.dimensions.iter().filter(|d| !d.hidden).map(|d| d.field.clone()).collect();
    let shown = if plan.dimensions.is_empty() { plan.columns.clone() } else { by };
    let [field] = shown.as_slice() else { return None };
    plan.filters.push(Filter::Null { field: field.clone(), negated: true });
    Some(())
}

/// "Leave out vessels that have none", "drivers without complaints": rows are counted by what they belong to, so that
/// those without any are not there.
fn of_none(step: &Step<'_>, plan: &mut QueryPlan, left: &[Token]) -> Option<()> {
    let rows = |t: &Token| {
        let found = step.lexicon.tables_for(&[&t.lemma]).into_iter().find(|(_, s)| *s >= 0.75);
        found.map(|(t, _)| t)
    };
    let source = step.lexicon.prepared.table(step.catalogue, &plan.source).ok()?;
    let grouped = !plan.dimensions.is_empty() && !plan.measures.is_empty();
    let denies = left.iter().position(|t| matches!(t.lower.as_str(), "without" | "none" | "no"))?;
    let named = left[denies..].iter().find_map(rows);
    let these = left[..denies].iter().find_map(rows);
    let plain = |t: &Token| {
        is_filler(&t.lower)
            || rows(t).is_some()
            || matches!(t.lower.as_str(), "without" | "none" | "no" | "any")
    };
    let outer = these.is_none_or(|t| t != source);
    (grouped && outer && left.iter().all(plain) && named.is_none_or(|t| t == source)).then_some(())
}

/// "Leave out candidates without a party", "skip crops that have no price": a column that is seen has a value.
fn lacking(step: &Step<'_>, plan: &mut QueryPlan, left: &[Token]) -> Option<()> {
    let denies = left.iter().position(|t| matches!(t.lower.as_str(), "without" | "no"))?;
    let rows = |t: &Token| step.lexicon.names_table(&t.lemma, 0.75);
    let small = |t: &Token| {
        is_filler(&t.lower) || matches!(t.lower.as_str(), "that" | "which" | "have" | "has" | "with" | "who")
    };
    if !left[..denies].iter().all(|t| rows(t) || small(t)) {
        return None;
    }
    let named: Vec<&str> =
        left[denies + 1..].iter().filter(|t| !is_filler(&t.lower)).map(|t| t.lemma.as_str()).collect();
    let found = step.lexicon.columns_for(&named, step.catalogue);
    let ordered = plan.order.iter().filter_map(|o| match &o.by {
        OrderKey::Field(field) => Some(field),
        _ => None,
    });
    let seen: Vec<Field> =
        plan.dimensions.iter().map(|d| &d.field).chain(&plan.columns).chain(ordered).cloned().collect();
    let is = |field: &&Field| {
        let table = step.lexicon.prepared.table(step.catalogue, &field.table).ok();
        table.is_some_and(|t| {
            found.iter().any(|(c, s)| {
                *s >= 0.7 && c.table == t && step.catalogue.tables[t].columns[c.column].name == field.column
            })
        })
    };
    let field = seen.iter().find(is)?.clone();
    plan.filters.push(Filter::Null { field, negated: true });
    Some(())
}

/// "Leaving out cancelled orders", "those with the job title Hotel Manager": rows with another value.
fn valued(step: &Step<'_>, plan: &mut QueryPlan, left: &[Token]) -> Option<()> {
    let source = step.lexicon.prepared.table(step.catalogue, &plan.source).ok()?;
    let graph = &step.lexicon.prepared.graph;
    let near = |c: ColumnRef| c.table == source || graph.path(source, c.table, true, None).is_some();
    let mut values: Vec<ValueRef> = Vec::new();
    let mut named: Vec<&Token> = Vec::new();
    let mut at = 0;
    while at < left.len() {
        if let Some((found, used)) = step.lexicon.values_at(left, at) {
            let close: Vec<&ValueRef> = found.iter().filter(|v| v.test.is_none() && near(v.column)).collect();
            let own = close.iter().filter(|v| v.column.table == source).count();
            let fits: Vec<_> = close.iter().filter(|v| own == 0 || v.column.table == source).collect();
            let [value] = fits.as_slice() else { return None };
            values.push((**value).clone());
            at += used;
            continue;
        }
        let token = &left[at];
        let noun = step.lexicon.names_table(&token.lemma, 0.75) || step.lexicon.is_word(&token.lemma);
        if noun {
            named.push(token);
        } else if !is_filler(&token.lower) && !matches!(token.lower.as_str(), "or" | "any" | "that") {
            return None;
        }
        at += 1;
    }
    let column = values.first()?.column;
    // What is named beside is the column's, or a thing whose rows have it.
    let told = |t: &&Token| {
        step.lexicon.columns[column.table][column.column].words.contains(&t.lemma)
            || step
                .lexicon
                .tables_for(&[&t.lemma])
                .iter()
                .any(|(table, s)| *s >= 0.75 && (*table == column.table || *table == source))
    };
    (values.iter().all(|v| v.column == column) && named.iter().all(told)).then_some(())?;
    let table = step.lexicon.prepared.name_of(step.catalogue, column.table);
    let field = Field::new(table, step.catalogue.tables[column.table].columns[column.column].name.clone());
    let already = |f: &Filter| matches!(f, Filter::Compare { field: of, .. } | Filter::In { field: of, .. } if *of == field);
    // "Revenue, not counting cancelled orders", which it never counts.
    let out = |f: &Filter| match f {
        Filter::In { field: of, values: left, negated: true } if *of == field => {
            values.iter().all(|v| left.contains(&Literal::Text(v.text.clone())))
        }
        _ => false,
    };
    if plan.filters.iter().any(out) {
        return Some(());
    }
    if plan.filters.iter().any(already) {
        return None;
    }
    let literals: Vec<Literal> = values.into_iter().map(|v| Literal::Text(v.text)).collect();
    plan.filters.push(match literals.as_slice() {
        [one] => {
            Filter::Compare { field, operator: Operator::NotEqual, operand: Operand::Literal(one.clone()) }
        }
        _ => Filter::In { field, values: literals, negated: true },
    });
    Some(())
}
