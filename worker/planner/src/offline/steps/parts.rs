//! Who or what plays a part for something: "the director of the production Fidelio", where productions keep a `director_id`
//! that refers to employees. The thing that plays it is read first, and then reached over that reference alone.

use super::Step;
use crate::offline::{
    arbiter::Read,
    words::{TokenKind, root},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Edge, Field, Filter, QueryPlan, TableName};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let edges = &step.lexicon.prepared.graph.edges;
    let named = |at: usize, table: usize| {
        let token = step.tokens.get(at).filter(|t| t.kind == TokenKind::Word);
        let found = token.map(|t| step.lexicon.tables_for(&[&t.lemma])).unwrap_or_default();
        found.first().is_some_and(|(t, s)| *t == table && *s >= 0.75)
    };
    let (of, used, edge) = (1..step.tokens.len()).filter(|at| step.lower(*at) == "of").find_map(|of| {
        // "the head employee of"
        let noun = |e: &Edge| usize::from(named(of - 1, e.to));
        let mut fits = edges.iter().filter_map(|e| Some((part(step, e, of - noun(e))? + noun(e), e)));
        let (used, edge) = fits.next().filter(|_| fits.next().is_none())?;
        Some((of, used, edge))
    })?;
    let role = of - used;
    let holder = (of + 1..step.tokens.len().min(of + 6)).any(|at| named(at, edge.from));
    let article = matches!(step.lower(role - 1), "the" | "a" | "its" | "their" | "and" | ",");
    if !holder || !article {
        return None;
    }
    // "the athlete who is the record holder of the event": the athlete of it.
    let is = matches!(step.lower(role.saturating_sub(2)), "is" | "are" | "was" | "were");
    let who = is && matches!(step.lower(role.saturating_sub(3)), "who" | "that" | "which");
    let noun = step.lexicon.tables[edge.to].words.join(" ");
    let mut read = if who && role > 3 && named(role - 4, edge.to) {
        step.instead(role - 3, of, "")?
    } else {
        step.instead(role, of, &noun)?
    };
    let name = |table| step.lexicon.prepared.name_of(step.catalogue, table);
    over(&mut read.plan, &name(edge.from), &name(edge.to), edge, step).then_some(())?;
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// How many words before this place say the part that a reference plays, and nothing else is called so.
fn part(step: &Step<'_>, edge: &Edge, end: usize) -> Option<usize> {
    let role = role(step, edge)?;
    let from = end.checked_sub(role.len()).filter(|from| *from > 0)?;
    let said = &step.tokens[from..end];
    let says = said.iter().zip(&role).all(|(t, w)| t.kind == TokenKind::Word && root(&t.lemma) == root(w));
    let phrase: Vec<&str> = said.iter().map(|t| t.lemma.as_str()).collect();
    let table = step.lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.75);
    let column = step.lexicon.columns_for(&phrase, step.catalogue).first().is_some_and(|(c, s)| {
        let words = &step.lexicon.columns[c.table][c.column].words;
        *s >= 0.9 && *words == role
    });
    (says && !table && !column).then_some(role.len())
}

/// The words of a reference that its two tables are not called by: "director" of `director_id`.
fn role(step: &Step<'_>, edge: &Edge) -> Option<Vec<String>> {
    let [column] = edge.from_columns.as_slice() else { return None };
    if edge.from == edge.to {
        return None;
    }
    let lexicon = step.lexicon;
    let at = column_at(step.catalogue, edge.from, column)?;
    let key = edge.to_columns.first().and_then(|c| column_at(step.catalogue, edge.to, c))?;
    let own = |w: &String| {
        matches!(w.as_str(), "id" | "code" | "number" | "no" | "key" | "by" | "to" | "from")
            || lexicon.tables[edge.to].words.contains(w)
            || lexicon.columns[edge.to][key].words.contains(w)
    };
    let role: Vec<String> =
        lexicon.columns[edge.from][at].words.iter().filter(|w| !own(w)).cloned().collect();
    (!role.is_empty()).then_some(role)
}

fn column_at(catalogue: &Catalogue, table: usize, name: &str) -> Option<usize> {
    catalogue.tables[table].columns.iter().position(|c| c.name == name)
}

/// Takes the reference wherever the plan goes from the one table to the other; false where it does not.
fn over(plan: &mut QueryPlan, holder: &TableName, player: &TableName, edge: &Edge, step: &Step<'_>) -> bool {
    let via = Some(edge.from_columns[0].clone());
    if plan.source == *holder {
        let mut put = 0;
        let mut reach = |field: &mut Field| {
            if field.table == *player {
                field.via.clone_from(&via);
                put += 1;
            }
        };
        plan.columns.iter_mut().for_each(&mut reach);
        plan.dimensions.iter_mut().for_each(|d| reach(&mut d.field));
        return put > 0;
    }
    if plan.source != *player {
        return false;
    }
    let mut of = Vec::new();
    let rest = std::mem::take(&mut plan.filters);
    for filter in rest {
        match filter {
            Filter::Related { table, filters, count: None, negated: false, .. } if table == *holder => {
                of.extend(filters)
            }
            // Over a table that ties the two in another way.
            Filter::Related { table, filters, count: None, negated: false, .. }
                if !filters.is_empty()
                    && filters.iter().all(|f| tells(f, holder))
                    && ties(step, &table, [edge.from, edge.to]) =>
            {
                of.extend(filters);
            }
            filter if tells(&filter, holder) => of.push(filter),
            filter => plan.filters.push(filter),
        }
    }
    let found = !of.is_empty();
    of.iter_mut().for_each(stays);
    plan.filters.push(Filter::Related {
        table: holder.clone(),
        filters: of,
        count: None,
        negated: false,
        via,
    });
    found
}

/// The rows are those that the reference leads to, whichever way led there before.
fn stays(filter: &mut Filter) {
    match filter {
        Filter::Compare { field, .. } | Filter::In { field, .. } | Filter::Text { field, .. } => {
            field.via = None
        }
        Filter::All(parts) | Filter::Any(parts) => parts.iter_mut().for_each(stays),
        _ => {}
    }
}

/// A condition on a column of the table.
fn tells(filter: &Filter, table: &TableName) -> bool {
    match filter {
        Filter::Compare { field, .. } | Filter::In { field, .. } | Filter::Text { field, .. } => {
            field.table == *table
        }
        Filter::All(parts) | Filter::Any(parts) => parts.iter().all(|f| tells(f, table)),
        _ => false,
    }
}

/// The table refers to both.
fn ties(step: &Step<'_>, table: &TableName, ends: [usize; 2]) -> bool {
    let prepared = &step.lexicon.prepared;
    let Ok(table) = prepared.table(step.catalogue, table) else { return false };
    ends.iter().all(|end| prepared.graph.edges.iter().any(|e| (e.from, e.to) == (table, *end)))
}
