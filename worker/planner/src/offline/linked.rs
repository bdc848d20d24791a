//! Which way leads from one thing to another, where there are two: members of a committee are those that a table of
//! memberships tells, rather than the one who chairs it, unless chairing is what the question speaks of.

use super::{
    lexicon::Lexicon,
    words::{root, tokens},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Aggregate, Edge, Expression, Field, Filter, Measure, Operand, QueryPlan, TableName};

/// Takes the table that links two things in place of a reference that plays a part nobody spoke of.
pub(super) fn linked(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let source = plan.source.clone();
    let mut said: Option<Vec<String>> = None;
    let mut linked_by = |table: &TableName| {
        let said = said.get_or_insert_with(|| tokens(question).iter().map(|t| root(&t.lower)).collect());
        link(&source, table, said, catalogue, lexicon)
    };
    let mut named: Vec<(TableName, TableName)> = Vec::new();
    for filter in &mut plan.filters {
        match filter {
            Filter::Related { table, via: None, .. } => {
                if let Some(link) = linked_by(table) {
                    *table = link;
                }
            }
            // "productions in which Ann Lee takes part"
            other => {
                if let Some(table) = single(other).filter(|t| **t != source)
                    && let Some(link) = linked_by(table)
                    && !named.iter().any(|(_, known)| *known == link)
                {
                    named.push((table.clone(), link));
                }
            }
        }
    }
    // "Which productions have the most employees?": those that the linking table tells, each once.
    let rows = |m: &Measure| m.aggregate == Aggregate::Count && m.expression.is_none() && m.table.is_none();
    let apart = plan.dimensions.iter().find(|d| d.field.table != source && d.field.via.is_none());
    let counts = !plan.measures.is_empty() && plan.measures.iter().all(rows);
    if let (Some(of), true) = (apart, counts)
        && let Some(key) = key(&source, catalogue, lexicon)
        && let Some(link) = linked_by(&of.field.table)
    {
        plan.source = link;
        for measure in &mut plan.measures {
            measure.aggregate = Aggregate::CountDistinct;
            measure.expression = Some(Expression::Field(key.clone()));
        }
        return;
    }
    done(plan, question, catalogue, lexicon);
    members(plan, question, catalogue, lexicon);
    for (table, link) in named {
        let (of, rest): (Vec<Filter>, Vec<Filter>) =
            std::mem::take(&mut plan.filters).into_iter().partition(|f| single(f) == Some(&table));
        plan.filters = rest;
        plan.filters.push(Filter::Related {
            table: link,
            filters: of,
            count: None,
            negated: false,
            via: None,
        });
    }
}

/// The one column that tells rows of a table apart.
fn key(table: &TableName, catalogue: &Catalogue, lexicon: &Lexicon) -> Option<Field> {
    let at = lexicon.prepared.table(catalogue, table).ok()?;
    let [key] = catalogue.tables[at].primary_key.as_slice() else { return None };
    Some(Field::new(table.clone(), key))
}

/// "orchestras that have recorded the symphony": of several tables that tie the two, the one that is called after what was
/// done.
fn done(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let edges = &lexicon.prepared.graph.edges;
    let Ok(from) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    // "customers with orders of parkas" names the rows itself.
    let told = plan.filters.iter().any(|f| matches!(f, Filter::Related { .. }));
    let acts: Vec<String> = tokens(question).iter().map(|t| t.lower.clone()).collect();
    let words: Vec<String> = acts.iter().map(|word| root(word)).collect();
    let refers = |table: usize, end: usize| edges.iter().any(|e| (e.from, e.to) == (table, end));
    let ties = |to: usize| -> Vec<usize> {
        (0..catalogue.tables.len())
            .filter(|t| *t != from && *t != to && refers(*t, from) && refers(*t, to))
            .collect()
    };
    // The one of them that a word names which neither end is called by: "author" of `publication_authors`.
    let spoken = |to: usize| -> Option<usize> {
        let own = |w: &str| {
            [from, to].iter().any(|end| lexicon.tables[*end].words.iter().any(|o| root(o) == root(w)))
        };
        let all = ties(to);
        let named = |t: &&usize| {
            lexicon.tables[**t].words.iter().any(|w| !own(w) && w.len() > 3 && words.contains(&root(w)))
        };
        let mut fits = all.iter().filter(named);
        fits.next().copied().filter(|_| fits.next().is_none())
    };
    // The way that is taken otherwise does not lead over it: a condition goes to the one row that there is, if it can.
    let aside = |to: usize, tie: usize, one: bool| {
        let graph = &lexicon.prepared.graph;
        let one = one.then(|| graph.path(from, to, true, None)).flatten();
        one.or_else(|| graph.path(from, to, false, None))
            .is_some_and(|(path, _)| path.len() > 1 && !path.iter().any(|step| graph.end(*step) == tie))
    };
    for filter in &mut plan.filters {
        // "sales for which eight bidders registered": so many registrations, rather than lots that they bought.
        if let Filter::Related { table, filters, via: None, .. } = filter
            && filters.is_empty()
            && let Ok(to) = lexicon.prepared.table(catalogue, table)
            && let Some(tie) = spoken(to).filter(|tie| aside(to, *tie, false))
        {
            *table = lexicon.prepared.name_of(catalogue, tie);
            continue;
        }
        let Some(to) = single(filter).and_then(|t| lexicon.prepared.table(catalogue, t).ok()) else {
            continue;
        };
        if let Some(table) = acted(from, to, &acts, catalogue, lexicon).filter(|_| !told) {
            let of = filter.clone();
            *filter = Filter::Related { table, filters: vec![of], count: None, negated: false, via: None };
            continue;
        }
        let apart = from != to && !refers(from, to) && !refers(to, from);
        if let (true, Some(tie)) = (apart, spoken(to).filter(|tie| !told && aside(to, *tie, true))) {
            let of = filter.clone();
            let table = lexicon.prepared.name_of(catalogue, tie);
            *filter = Filter::Related { table, filters: vec![of], count: None, negated: false, via: None };
        }
    }
}

/// "the department of Ann Lee", where departments refer to their head and employees to their department: the one that she is
/// in, rather than the one she heads, unless the head is spoken of.
fn members(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let said: Vec<String> = tokens(question).iter().map(|t| root(&t.lower)).collect();
    let Ok(from) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    let edges = &lexicon.prepared.graph.edges;
    // The words of a reference that none of its two tables is called by: "head" of `head_id`.
    let role = |edge: &Edge| -> Option<Vec<String>> {
        let [column] = edge.from_columns.as_slice() else { return None };
        let at = catalogue.tables[edge.from].columns.iter().position(|c| c.name == *column)?;
        let own = |w: &&String| {
            matches!(w.as_str(), "id" | "code" | "number" | "key" | "no")
                || lexicon.tables[edge.to].words.iter().any(|o| root(o) == root(w))
        };
        Some(lexicon.columns[edge.from][at].words.iter().filter(|w| !own(w)).map(|w| root(w)).collect())
    };
    // The reference by which rows of another table are members of these, where only their role was not spoken of.
    let membership = |to: usize| -> Option<&Edge> {
        let one = |a: usize, b: usize| {
            let mut tied = edges.iter().filter(|e| (e.from, e.to) == (a, b));
            tied.next().filter(|_| tied.next().is_none())
        };
        let (up, back) = (one(from, to)?, one(to, from)?);
        let played =
            role(up).is_some_and(|parts| !parts.is_empty() && !parts.iter().any(|part| said.contains(part)));
        let plain = role(back).is_some_and(|parts| parts.is_empty());
        (from != to && played && plain).then_some(back)
    };
    // "each department and its employees" goes through the employees.
    let lists = plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none();
    let mut shown = plan.columns.iter().filter(|f| f.table != plan.source && f.via.is_none());
    let other = shown.next().and_then(|f| lexicon.prepared.table(catalogue, &f.table).ok());
    if let Some(to) = other.filter(|_| lists && plan.filters.is_empty())
        && membership(to).is_some()
        && plan.columns.iter().all(|f| {
            let table = lexicon.prepared.table(catalogue, &f.table).ok();
            table == Some(to) || table == Some(from)
        })
    {
        plan.source = lexicon.prepared.name_of(catalogue, to);
        return;
    }
    for filter in &mut plan.filters {
        let to = single(filter).and_then(|t| lexicon.prepared.table(catalogue, t).ok());
        if let Some((to, back)) = to.and_then(|to| Some((to, membership(to)?))) {
            let table = lexicon.prepared.name_of(catalogue, to);
            let filters = vec![filter.clone()];
            let via = back.from_columns.first().cloned();
            *filter = Filter::Related { table, filters, count: None, negated: false, via };
        }
    }
}

/// Verbs for what people do with things, and what the rows of such deeds are called.
const DEEDS: &[(&str, &str)] = &[
    ("bought buy buys buying purchased purchase ordered order orders", "order purchase sale"),
    ("reviewed rated", "review rating"),
    ("booked reserved", "booking reservation"),
    ("rented hired", "rental hire"),
    ("borrowed", "loan"),
    ("viewed watched", "view"),
];

/// What the rows of a deed may be called.
pub(super) fn rows_of_deed(verb: &str) -> Option<&'static str> {
    DEEDS.iter().find(|(verbs, _)| verbs.split(' ').any(|w| w == verb)).map(|(_, rows)| *rows)
}

/// "customers who bought a parka", who are tied to parkas by what they reviewed, too: the orders of theirs, since that is what
/// buying is. The table of what was done, where the shortest way does not lead over it.
fn acted(
    from: usize,
    to: usize,
    said: &[String],
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) -> Option<TableName> {
    let graph = &lexicon.prepared.graph;
    let deeds: Vec<&str> = said.iter().filter_map(|verb| rows_of_deed(verb)).collect();
    if deeds.is_empty() || from == to {
        return None;
    }
    let done = |t: usize| {
        lexicon.tables[t].words.iter().any(|word| deeds.iter().any(|deed| deed.split(' ').any(|w| w == word)))
    };
    let mut tables = (0..catalogue.tables.len()).filter(|t| {
        *t != from && *t != to && done(*t) && graph.edges.iter().any(|e| (e.from, e.to) == (*t, from))
    });
    let table = tables.next().filter(|_| tables.next().is_none())?;
    // The rows lead to what is compared, and the shortest way does not lead over them.
    let (path, _) = graph.path(from, to, false, None)?;
    let over = path.iter().any(|step| graph.end(*step) == table);
    let direct = path.len() < 2;
    (!over && !direct && graph.path(table, to, false, None).is_some())
        .then(|| lexicon.prepared.name_of(catalogue, table))
}

/// The one table whose columns a condition compares, over whichever reference.
fn single(filter: &Filter) -> Option<&TableName> {
    match filter {
        Filter::Compare { field, operand: Operand::Literal(_), .. }
        | Filter::In { field, negated: false, .. }
        | Filter::Text { field, negated: false, .. } => field.via.is_none().then_some(&field.table),
        Filter::All(parts) => {
            let (first, rest) = parts.split_first()?;
            let table = single(first)?;
            rest.iter().all(|f| single(f) == Some(table)).then_some(table)
        }
        _ => None,
    }
}

fn link(
    from: &TableName,
    to: &TableName,
    said: &[String],
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) -> Option<TableName> {
    let at = |name| lexicon.prepared.table(catalogue, name).ok();
    let (from, to) = (at(from)?, at(to)?);
    let edges = &lexicon.prepared.graph.edges;
    let tied = |a: usize, b: usize| edges.iter().filter(move |e| (e.from, e.to) == (a, b));
    let mut direct = tied(from, to).chain(tied(to, from));
    let edge = direct.next().filter(|_| direct.next().is_none())?;
    let [column] = edge.from_columns.as_slice() else { return None };
    let place = catalogue.tables[edge.from].columns.iter().position(|c| c.name == *column)?;
    // The words of the reference that neither table is called by: "chair" of `chair_member_id`.
    let key = |w: &String| {
        let columns = catalogue.tables[edge.to].columns.iter().zip(&lexicon.columns[edge.to]);
        columns.filter(|(c, _)| edge.to_columns.contains(&c.name)).any(|(_, name)| name.words.contains(w))
    };
    let own = |w: &String| {
        matches!(w.as_str(), "id" | "code" | "number" | "key" | "name" | "by" | "to")
            || key(w)
            || [from, to].iter().any(|t| lexicon.tables[*t].words.iter().any(|o| root(o) == root(w)))
    };
    let mut parts = lexicon.columns[edge.from][place].words.iter().filter(|w| !own(w)).peekable();
    parts.peek()?;
    if parts.any(|part| said.contains(&root(part))) {
        return None;
    }
    let links = |table: usize| {
        let mut keys = Vec::new();
        for end in [from, to] {
            let mut one = tied(table, end);
            let edge = one.next().filter(|_| one.next().is_none())?;
            keys.extend(edge.from_columns.iter());
        }
        let stored = &catalogue.tables[table];
        // Results of athletes in events at meets link the first two, too.
        let keyed = !stored.primary_key.is_empty()
            && (stored.primary_key.iter().all(|c| keys.contains(&c))
                || keys.iter().all(|k| stored.primary_key.contains(k)));
        let words = &lexicon.tables[table].words;
        let named = |t: usize| {
            lexicon.tables[t]
                .words
                .last()
                .is_some_and(|w| words.iter().any(|o| o.starts_with(root(w).as_str())))
        };
        // Nothing else hangs on it.
        let only = (edges.iter().filter(|e| e.from == table).count() == 2 || stored.primary_key.is_empty())
            && edges.iter().all(|e| e.to != table || e.from == table);
        (keyed || only || named(from) && named(to)).then_some(table)
    };
    let mut found = (0..catalogue.tables.len()).filter(|t| *t != from && *t != to).filter_map(links);
    let table = found.next().filter(|_| found.next().is_none())?;
    Some(lexicon.prepared.name_of(catalogue, table))
}
