//! Which reference is meant, where rows refer to the same table more than once: "problems reported by Bosco" go over
//! `reported_by_staff_id`, not over `closure_authorised_by_staff_id`.

use super::{
    lexicon::Lexicon,
    resolve::{ENDS, STARTS},
    words::{TokenKind, is_link_verb, root, split_name, tokens},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Edge, Expression, Field, Filter, Measure, Operand, OrderKey, QueryPlan, TableName};

/// Words of references that play no part of their own; where something begins and ends is told by "from" and "to".
const PLAIN: [&str; 9] = ["id", "code", "number", "key", "name", "by", "to", "from", "of"];

/// Goes over the one reference that the question calls by its part.
pub(super) fn played(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let parts = parts(question, catalogue, lexicon);
    if parts.is_empty() {
        return;
    }
    let source = plan.source.clone();
    let put = &mut |field: &mut Field| {
        if let Some(part) = parts.iter().find(|p| p.to == field.table && p.from == source) {
            field.via = Some(part.column.clone());
        }
    };
    plan.columns.iter_mut().for_each(&mut *put);
    plan.dimensions.iter_mut().for_each(|d| put(&mut d.field));
    for order in &mut plan.order {
        if let OrderKey::Field(field) = &mut order.by {
            put(field);
        }
    }
    plan.measures.iter_mut().for_each(|m| measured(m, put));
    // "users who are assigned urgent tickets": the tickets refer to them over the part, too.
    let both = &mut |field: &mut Field| {
        let tied = |p: &&Part| {
            (&p.to, &p.from) == (&field.table, &source) || (&p.from, &p.to) == (&field.table, &source)
        };
        if let Some(part) = parts.iter().find(tied) {
            field.via = Some(part.column.clone());
        }
    };
    plan.filters.iter_mut().for_each(|f| filtered(f, both));
    for filter in &mut plan.filters {
        related(filter, &source, &parts);
    }
}

/// A reference that the question speaks of.
struct Part {
    from: TableName,
    to: TableName,
    column: String,
}

/// Of each two tables that several references tie, the one reference whose own words the question says.
fn parts(question: &str, catalogue: &Catalogue, lexicon: &Lexicon) -> Vec<Part> {
    let edges = &lexicon.prepared.graph.edges;
    let mut said: Option<Vec<String>> = None;
    let mut parts = Vec::new();
    for (i, edge) in edges.iter().enumerate() {
        let alike = |e: &&Edge| (e.from, e.to) == (edge.from, edge.to);
        let first = edges.iter().position(|e| alike(&e)) == Some(i);
        if edge.from == edge.to || !first || edges.iter().filter(alike).count() < 2 {
            continue;
        }
        let said = said.get_or_insert_with(|| tokens(question).iter().map(|t| root(&t.lower)).collect());
        let mut spoken = edges.iter().filter(alike).filter_map(|e| {
            let [column] = e.from_columns.as_slice() else { return None };
            let at = catalogue.tables[e.from].columns.iter().position(|c| c.name == *column)?;
            let own = |w: &&String| {
                let tables = [e.from, e.to];
                !PLAIN.contains(&w.as_str())
                    && !tables.iter().any(|t| lexicon.tables[*t].words.iter().any(|o| root(o) == root(w)))
            };
            lexicon.columns[e.from][at]
                .words
                .iter()
                .filter(own)
                .any(|w| said.contains(&root(w)))
                .then_some(column)
        });
        let one = match (spoken.next(), spoken.next()) {
            (Some(column), None) => Some(column),
            (None, _) => directed(question, edge, edges, lexicon),
            _ => None,
        };
        if let Some(column) = one {
            let name = |table| lexicon.prepared.name_of(catalogue, table);
            parts.push(Part { from: name(edge.from), to: name(edge.to), column: column.clone() });
        }
    }
    parts
}

/// "transfers to clubs that …": the reference that tells where something goes to, or comes from.
fn directed<'e>(question: &str, edge: &Edge, edges: &'e [Edge], lexicon: &Lexicon) -> Option<&'e String> {
    let noun = lexicon.tables[edge.to].words.last()?;
    let said = tokens(question);
    let other = |at: usize| {
        let word = said[at].lower.as_str();
        said[at].kind != TokenKind::Word
            || is_link_verb(word)
            || matches!(word, "of" | "in" | "by" | "with" | "for" | "and" | "or")
    };
    let before = |at: usize| {
        let from = (at.saturating_sub(4)..at).rev().take_while(|i| !other(*i));
        from.map(|i| said[i].lower.as_str()).find_map(|word| match word {
            "to" | "into" => Some(true),
            "from" => Some(false),
            _ => None,
        })
    };
    let mut found = (0..said.len()).filter(|at| said[*at].lemma == *noun).filter_map(before);
    let toward = found.next()?;
    found.all(|other| other == toward).then_some(())?;
    let ends: &[&str] = if toward { ENDS } else { STARTS };
    let mut fitting = edges.iter().filter(|e| (e.from, e.to) == (edge.from, edge.to)).filter_map(|e| {
        let [column] = e.from_columns.as_slice() else { return None };
        split_name(column).iter().any(|w| ends.contains(&w.to_lowercase().as_str())).then_some(column)
    });
    let one = fitting.next()?;
    fitting.next().is_none().then_some(one)
}

fn measured(measure: &mut Measure, put: &mut impl FnMut(&mut Field)) {
    if let Some(Expression::Field(field)) = &mut measure.expression {
        put(field);
    }
    measure.filters.iter_mut().for_each(|f| filtered(f, put));
    for other in [&mut measure.over, &mut measure.minus].into_iter().flatten() {
        measured(other, put);
    }
}

fn filtered(filter: &mut Filter, put: &mut impl FnMut(&mut Field)) {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter_mut().for_each(|p| filtered(p, put)),
        Filter::Not(part) => filtered(part, put),
        Filter::Compare { field, operand, .. } => {
            put(field);
            if let Operand::Field(other) = operand {
                put(other);
            }
        }
        Filter::In { field, .. }
        | Filter::Period { field, .. }
        | Filter::Text { field, .. }
        | Filter::Null { field, .. }
        | Filter::Among { field, .. } => put(field),
        Filter::Related { .. } => {}
    }
}

/// "staff who reported problems": the related rows refer to these over the part.
fn related(filter: &mut Filter, source: &TableName, parts: &[Part]) {
    match filter {
        Filter::All(of) | Filter::Any(of) => of.iter_mut().for_each(|f| related(f, source, parts)),
        Filter::Not(of) => related(of, source, parts),
        Filter::Related { table, via, .. } => {
            let tied = |p: &&Part| p.from == *table && p.to == *source || p.from == *source && p.to == *table;
            if let Some(part) = parts.iter().find(tied) {
                *via = Some(part.column.clone());
            }
        }
        _ => {}
    }
}
