//! Which time is meant: the one that the verb beside it tells of. "Artworks acquired in 2018" were not created then, and orders
//! that are not shipped are those without a time of shipping, whatever became of the shipped ones.

use super::{
    assemble::sensible,
    lexicon::Lexicon,
    resolve::World,
    words::{Token, TokenKind, root, tokens},
};
use chrono::NaiveDate;
use rowcall_core::{Catalogue, Column, ColumnRef, TypeKind};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, QueryPlan};

/// See the module.
pub(super) fn told_by_verb(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let Ok(table) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    let said = tokens(question);
    let times = Times { catalogue, lexicon, table };
    let source = plan.source.clone();
    if times.are_rows(plan, &said) {
        let world = World::new(catalogue, lexicon, &[]);
        let key = &catalogue.tables[table].primary_key;
        let named = |l: &Vec<ColumnRef>| {
            !l.is_empty() && l.iter().all(|c| !key.contains(&catalogue.tables[table].columns[c.column].name))
        };
        let shown = Some(world.labels(table)).filter(named);
        plan.columns =
            shown.unwrap_or_else(|| sensible(&world, table)).into_iter().map(|c| world.field(c)).collect();
    }
    for filter in &mut plan.filters {
        if let Some(field) = times.never_since(filter, &source) {
            let missing = Filter::Null { field, negated: false };
            *filter = Filter::Any(vec![filter.clone(), missing]);
        } else if let Some(field) = times.undone(filter, &source, &said) {
            *filter = Filter::Null { field, negated: false };
        } else if let Some(moved) = times.of_verb(filter, &source, &said) {
            *filter = moved;
        }
    }
}

/// "tasks completed per month", "completed tasks by month": along the times when they were completed.
pub(super) fn along_deeds(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let Ok(table) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    let said = tokens(question);
    let times = Times { catalogue, lexicon, table };
    for dimension in plan.dimensions.iter_mut().filter(|d| d.grain.is_some()) {
        if let Some(field) = times.of_deed(&dimension.field, &plan.source, &said) {
            let done = Filter::Null { field: field.clone(), negated: true };
            if !plan.filters.contains(&done) {
                plan.filters.push(done);
            }
            dimension.field = field;
        }
    }
}

/// "agents without calls last week": it is the calls that were none then, whenever the agents were hired.
pub(super) fn of_what_lacks(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let said = tokens(question);
    let lower = |at: usize| said.get(at).map_or("", |t| t.lower.as_str());
    let lacks = |at: usize| matches!(lower(at), "without" | "no");
    let periods: Vec<usize> = (0..plan.filters.len())
        .filter(|at| matches!(&plan.filters[*at], Filter::Period { field, .. } if field.table == plan.source))
        .collect();
    let ([period], false) = (periods.as_slice(), plan.filters.is_empty()) else { return };
    let moved = plan.filters.iter().position(|filter| {
        let Filter::Related { table, filters, negated: true, .. } = filter else { return false };
        let Ok(of) = lexicon.prepared.table(catalogue, table) else { return false };
        // The noun behind "without", and a time right behind it.
        let noun = (1..said.len()).find(|at| {
            let named =
                lexicon.tables_for(&[&said[*at].lemma]).first().is_some_and(|(t, s)| *t == of && *s >= 0.75);
            named && (lacks(at - 1) || *at > 1 && lacks(at - 2))
        });
        let times = |at: usize| {
            matches!(
                lower(at),
                "in" | "during"
                    | "last"
                    | "this"
                    | "since"
                    | "yesterday"
                    | "today"
                    | "from"
                    | "between"
                    | "before"
                    | "after"
            )
        };
        filters.is_empty() && noun.is_some_and(|at| times(at + 1))
    });
    let Some(moved) = moved else { return };
    let Filter::Related { table, .. } = &plan.filters[moved] else { return };
    let Ok(of) = lexicon.prepared.table(catalogue, table) else { return };
    let world = World::new(catalogue, lexicon, &[]);
    let Some((column, _)) = world.date_column(of) else { return };
    let Filter::Period { from, to, .. } = plan.filters[*period].clone() else { return };
    let when = Filter::Period { field: world.field(column), from, to };
    if let Filter::Related { filters, .. } = &mut plan.filters[moved] {
        filters.push(when);
    }
    plan.filters.remove(*period);
}

/// A verb and the noun of its time, where their roots differ.
const NOUNS: &[(&str, &str)] = &[
    ("acquired", "acquisition"),
    ("died", "death"),
    ("born", "birth"),
    ("sold", "sale"),
    ("bought", "purchase"),
];

struct Times<'t> {
    catalogue: &'t Catalogue,
    lexicon: &'t Lexicon,
    table: usize,
}

impl Times<'_> {
    fn words(&self, field: &Field) -> Option<(&Column, &[String])> {
        let table = &self.catalogue.tables[self.table];
        let at = table.columns.iter().position(|c| c.name == field.column)?;
        Some((&table.columns[at], &self.lexicon.columns[self.table][at].words))
    }

    fn tells(words: &[String], verb: &str) -> bool {
        let stem = root(verb);
        let noun = NOUNS.iter().find(|(v, _)| *v == verb).map(|(_, noun)| *noun);
        words.iter().any(|w| root(w) == stem || Some(w.as_str()) == noun)
    }

    /// The one date of the table that tells when this was done.
    fn time_of(&self, verb: &str, source: &rowcall_plan::TableName) -> Option<Field> {
        let columns = self.catalogue.tables[self.table].columns.iter().zip(&self.lexicon.columns[self.table]);
        let mut found = columns.filter(|(c, name)| {
            c.kind.is_temporal() && c.kind != TypeKind::Time && Self::tells(&name.words, verb)
        });
        let (column, _) = found.next()?;
        found.next().is_none().then(|| Field::new(source.clone(), column.name.clone()))
    }

    /// "invoices due this month": rows at a time, and no times of theirs.
    fn are_rows(&self, plan: &QueryPlan, said: &[Token]) -> bool {
        let [shown] = plan.columns.as_slice() else { return false };
        let lists = plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none();
        let timed = |f: &Filter| matches!(f, Filter::Period { field, .. } if field == shown);
        let asked = said.iter().any(|t| {
            matches!(t.lemma.as_str(), "when" | "date" | "time" | "day" | "timestamp" | "moment" | "year")
                || t.lower == shown.column.to_lowercase()
        });
        let rows = said.iter().any(|t| {
            t.lower != t.lemma
                && self
                    .lexicon
                    .tables_for(&[&t.lemma])
                    .first()
                    .is_some_and(|(t, s)| *t == self.table && *s >= 0.9)
        });
        lists
            && !asked
            && rows
            && !plan.distinct
            && shown.table == plan.source
            && plan.filters.iter().any(timed)
    }

    /// "have not logged in since May": nor have those who never did.
    fn never_since(&self, filter: &Filter, source: &rowcall_plan::TableName) -> Option<Field> {
        let Filter::Not(inner) = filter else { return None };
        let Filter::Period { field, from: Some(_), to: None } = inner.as_ref() else { return None };
        let (column, _) = self.words(field).filter(|_| field.table == *source && field.via.is_none())?;
        column.nullable.then(|| field.clone())
    }

    /// "not shipped", "never delivered": no time of it is kept, where such times are.
    fn undone(&self, filter: &Filter, source: &rowcall_plan::TableName, said: &[Token]) -> Option<Field> {
        let (field, value) = match filter {
            Filter::Compare {
                field,
                operator: Operator::NotEqual,
                operand: Operand::Literal(Literal::Text(value)),
            } => (field, value),
            Filter::Not(inner) => match inner.as_ref() {
                Filter::Compare {
                    field,
                    operator: Operator::Equal,
                    operand: Operand::Literal(Literal::Text(value)),
                } => (field, value),
                _ => return None,
            },
            _ => return None,
        };
        let verb = value.to_lowercase();
        let own = field.table == *source && verb.ends_with("ed") && !verb.contains(' ');
        let denied = (1..said.len()).any(|at| {
            let before = &said[at.saturating_sub(3)..at];
            let says = |words: &[&str]| before.iter().any(|t| words.contains(&t.lower.as_str()));
            // "are not delivered" may be a state.
            said[at].lower == verb
                && says(&["not", "never", "n't", "haven't", "hasn't", "wasn't", "weren't"])
                && (says(&["been", "never", "yet", "haven't", "hasn't", "wasn't", "weren't", "were", "was"])
                    || said.get(at + 1).is_some_and(|t| t.lower == "yet"))
        });
        // "whose status is not shipped" asks for the state.
        let state = said.iter().any(|t| self.words(field).is_some_and(|(_, words)| words.contains(&t.lemma)));
        if !own || !denied || state {
            return None;
        }
        self.time_of(&verb, source)
    }

    /// The time of what was done to the rows, where that is another than the one that is taken.
    fn of_deed(&self, field: &Field, source: &rowcall_plan::TableName, said: &[Token]) -> Option<Field> {
        let (_, words) = self.words(field).filter(|_| field.table == *source && field.via.is_none())?;
        let mut told: Vec<Field> = Vec::new();
        for token in
            said.iter().filter(|t| t.lower.ends_with("ed") || NOUNS.iter().any(|(v, _)| *v == t.lower))
        {
            // The time that is taken is told already.
            if Self::tells(words, &token.lower) {
                return None;
            }
            let time = self.time_of(&token.lower, source);
            told.extend(time.filter(|time| !told.contains(time)));
        }
        match told.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }

    /// "acquired in 2018": when they were acquired.
    fn of_verb(&self, filter: &Filter, source: &rowcall_plan::TableName, said: &[Token]) -> Option<Filter> {
        let (field, span) = match filter {
            Filter::Compare { field, operator, operand: Operand::Literal(Literal::Integer(year)) } => {
                (field, Some((*operator, *year)))
            }
            Filter::Period { field, .. } => (field, None),
            _ => return None,
        };
        let (column, words) = self.words(field).filter(|_| field.table == *source && field.via.is_none())?;
        let yearly = column.kind == TypeKind::Integer && words.iter().any(|w| w == "year");
        (span.is_none() || yearly).then_some(())?;
        let verb = (1..said.len()).find_map(|at| {
            let time = matches!(
                said[at].lower.as_str(),
                "in" | "before" | "after" | "since" | "during" | "on" | "between" | "until"
            );
            let before = &said[at - 1];
            let verb = before.lower.ends_with("ed") || NOUNS.iter().any(|(v, _)| *v == before.lower);
            let dated =
                said[at + 1..].iter().take(3).any(|t| t.kind == TokenKind::Number && t.lower.len() == 4);
            (time && verb && dated).then(|| before.lower.clone())
        })?;
        if Self::tells(words, &verb) {
            return None;
        }
        let field = self.time_of(&verb, source)?;
        match (filter, span) {
            (Filter::Period { from, to, .. }, _) => Some(Filter::Period { field, from: *from, to: *to }),
            (_, Some((operator, year))) => {
                let first = |year: i64| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 1, 1);
                let (from, to) = match operator {
                    Operator::Equal => (Some(first(year)?), Some(first(year + 1)?)),
                    Operator::Less => (None, Some(first(year)?)),
                    Operator::AtMost => (None, Some(first(year + 1)?)),
                    Operator::Greater => (Some(first(year + 1)?), None),
                    Operator::AtLeast => (Some(first(year)?), None),
                    Operator::NotEqual => return None,
                };
                Some(Filter::Period { field, from, to })
            }
            _ => None,
        }
    }
}

/// "customers who placed an order in 2020": the time stands beside what was done, and not beside who did it.
pub(super) fn beside_object(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> bool {
    let said = tokens(question);
    let time = |at: usize| {
        matches!(said[at].lower.as_str(), "in" | "during" | "before" | "after" | "since")
            && said[at + 1..].iter().take(2).any(|t| t.kind == TokenKind::Number && t.lower.len() == 4)
    };
    let Some(at) = (1..said.len()).find(|at| time(*at)) else { return false };
    let Some(word) = said.get(at - 1) else { return false };
    // "orders by customer in 2025", "revenue for each customer in 2025": the time is not that of the groups.
    let splits = |n: usize| matches!(said[n].lower.as_str(), "by" | "per" | "each" | "every");
    if (at.saturating_sub(3)..at - 1).any(splits) {
        return false;
    }
    let stem = root(&word.lower);
    let related = |name: &rowcall_plan::TableName| {
        let Ok(table) = lexicon.prepared.table(catalogue, name) else { return false };
        *name != plan.source
            && lexicon.tables[table].words.iter().any(|w| *w == word.lemma || root(w) == stem)
    };
    fn tables<'f>(filter: &'f Filter, out: &mut Vec<(&'f rowcall_plan::TableName, bool)>) {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|p| tables(p, out)),
            Filter::Related { table, filters, .. } => {
                out.push((table, filters.iter().any(|f| matches!(f, Filter::Period { .. }))));
                filters.iter().for_each(|f| tables(f, out));
            }
            Filter::Period { field, .. } => out.push((&field.table, true)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    plan.filters.iter().for_each(|f| tables(f, &mut found));
    found.into_iter().any(|(table, dated)| dated && related(table))
}
