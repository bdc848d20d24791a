//! "Which clubs have won a match?", where a match refers to a home club and to an away club: a plan that takes one of the
//! two without a word for it would answer another question.

use super::{
    lexicon::Lexicon,
    words::{Token, TokenKind, root, split_name, tokens},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Field, Filter, Literal, Operand, OrderKey, QueryPlan, TableName};

/// Roles that are told by verbs and prepositions of many kinds.
const TOLD_OTHERWISE: &[&str] =
    &["from", "to", "origin", "destination", "source", "target", "start", "end", "departure", "arrival"];

/// Why a plan that takes one of several ways from rows to others does not do.
pub(super) fn one_way(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let said = tokens(question);
    among(&plan.source, &plan.filters, &said, lexicon, catalogue)
        .or_else(|| upwards(plan, &said, lexicon, catalogue))
}

/// The references of rows to one table.
struct Ways<'w> {
    columns: Vec<&'w str>,
    /// The table.
    of: &'w str,
    said: &'w [Token],
    lexicon: &'w Lexicon,
}

impl Ways<'_> {
    /// What a reference calls the row that it refers to.
    fn role(&self, way: &str) -> Vec<String> {
        let nouns = split_name(self.of);
        let mut words = split_name(way);
        words.retain(|w| {
            !matches!(w.as_str(), "id" | "key" | "code" | "no" | "fk" | "by")
                && !nouns.iter().any(|n| root(n) == root(w))
        });
        // `assigned_to` is told by the verb.
        if words.len() > 1 {
            words.retain(|w| !matches!(w.as_str(), "to" | "from"));
        }
        words
    }

    /// Nothing in the question tells that this one is meant. A reference without a word of its own is the plain one.
    fn untold(&self, way: Option<&str>) -> bool {
        let plain = self.columns.iter().any(|way| self.role(way).is_empty());
        let otherwise = |way: &&str| self.role(way).iter().any(|w| TOLD_OTHERWISE.contains(&w.as_str()));
        let words = way.map(|way| self.role(way)).unwrap_or_default();
        let told = words.iter().any(|w| {
            self.said.iter().any(|t| root(&t.lower) == root(w) || self.lexicon.akin(&t.lower) == Some(w))
        });
        !plain && !told && !self.columns.iter().any(otherwise)
    }

    /// "reviews written by Ann", where a review is of somebody and has a reviewer: the plain reference does not tell who did it.
    fn by_whom(&self, way: Option<&str>) -> bool {
        let plain = way.is_some_and(|way| self.role(way).is_empty());
        let doer = |way: &&str| self.role(way).iter().any(|w| w.ends_with("er") || w.ends_with("or"));
        let by = (1..self.said.len().saturating_sub(1)).any(|at| {
            let verb = &self.said[at - 1].lower;
            let done = verb.ends_with("ed") || matches!(verb.as_str(), "written" | "made" | "done" | "given");
            done && self.said[at].lower == "by" && self.said[at + 1].text.starts_with(char::is_uppercase)
        });
        let wrote =
            self.said.first().is_some_and(|t| matches!(t.lower.as_str(), "how" | "which" | "what" | "who"))
                && self.said.iter().any(|t| {
                    matches!(t.lower.as_str(), "write" | "wrote" | "give" | "gave" | "conduct" | "conducted")
                });
        plain && (by || wrote) && self.columns.iter().any(doer)
    }

    fn several(&self, rows: &str) -> String {
        let names: Vec<String> = self.columns.iter().map(|way| split_name(way).join(" ")).collect();
        format!(
            "Rows of {} refer to {} in several ways ({}). Say which is meant.",
            split_name(rows).join(" "),
            split_name(self.of).join(" "),
            names.join(", ")
        )
    }
}

/// "tickets closed by Ann", where a ticket refers to who opened it and to whom it is assigned.
fn upwards(plan: &QueryPlan, said: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let prepared = &lexicon.prepared;
    let source = prepared.table(catalogue, &plan.source).ok()?;
    let mut fields = Vec::new();
    own(&plan.filters, &mut fields);
    plan.measures.iter().for_each(|m| own(&m.filters, &mut fields));
    fields.extend(plan.columns.iter().chain(plan.dimensions.iter().map(|d| &d.field)));
    fields.extend(plan.order.iter().filter_map(|o| match &o.by {
        OrderKey::Field(field) => Some(field),
        _ => None,
    }));
    fields.into_iter().filter(|f| f.via.is_none()).find_map(|field| {
        let table = prepared.table(catalogue, &field.table).ok().filter(|t| *t != source)?;
        // "Which team has the highest satisfaction?": from the tickets to the teams.
        let up = prepared.graph.path(source, table, true, None);
        let (path, _) = up.or_else(|| prepared.graph.path(table, source, true, None))?;
        let first = path.first().filter(|step| step.forward)?;
        let edge = &prepared.graph.edges[first.edge];
        let columns: Vec<&str> = prepared
            .graph
            .edges
            .iter()
            .filter(|e| (e.from, e.to) == (edge.from, edge.to) && e.from_columns.len() == 1)
            .map(|e| e.from_columns[0].as_str())
            .collect();
        let ways = Ways { columns, of: &catalogue.tables[edge.to].name, said, lexicon };
        let way = edge.from_columns.first().map(String::as_str);
        let untold = ways.untold(way) || ways.by_whom(way);
        (ways.columns.len() > 1 && untold).then(|| ways.several(&catalogue.tables[edge.from].name))
    })
}

/// The fields that rows are compared by; which way related rows are reached, their condition says.
fn own<'p>(filters: &'p [Filter], out: &mut Vec<&'p Field>) {
    for filter in filters {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => own(parts, out),
            Filter::Not(part) => own(std::slice::from_ref(part.as_ref()), out),
            filter => out.extend(filter.field()),
        }
    }
}

fn among(
    source: &TableName,
    filters: &[Filter],
    said: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let mut taken: Vec<(&TableName, Option<&str>)> = Vec::new();
    for filter in filters {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => {
                if let Some(why) = among(source, parts, said, lexicon, catalogue) {
                    return Some(why);
                }
            }
            Filter::Related { table, filters, via, .. } => {
                if let Some(why) = among(table, filters, said, lexicon, catalogue) {
                    return Some(why);
                }
                taken.push((table, via.as_deref()));
            }
            _ => {}
        }
    }
    taken.iter().find_map(|(table, via)| {
        let of = |wanted: &TableName| {
            (0..catalogue.tables.len()).find(|t| lexicon.prepared.name_of(catalogue, *t) == *wanted)
        };
        let (one, other) = (of(source)?, of(table)?);
        let edges = lexicon.prepared.graph.edges.iter();
        let ways: Vec<&str> = edges
            .filter(|e| (e.from, e.to) == (other, one) && e.from_columns.len() == 1)
            .map(|e| e.from_columns[0].as_str())
            .collect();
        let others = taken.iter().any(|(t, v)| t == table && v != via);
        if ways.len() < 2 || others {
            return None;
        }
        let ways = Ways { columns: ways, of: &catalogue.tables[one].name, said, lexicon };
        ways.untold(*via).then(|| ways.several(&catalogue.tables[other].name))
    })
}

/// "How many tasks are overdue?", where invoices are, of the projects of those tasks: nothing tells it of tasks.
pub(super) fn of_others(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let said = tokens(question);
    let source = lexicon.prepared.table(catalogue, &plan.source).ok()?;
    let rows = |at: usize| {
        said.get(at).is_some_and(|t| {
            t.lower != t.lemma
                && lexicon.tables_for(&[&t.lemma]).first().is_some_and(|(t, s)| *t == source && *s >= 0.75)
        })
    };
    let be =
        |at: usize| said.get(at).is_some_and(|t| matches!(t.lower.as_str(), "is" | "are" | "was" | "were"));
    let mut told: Vec<(&TableName, &str)> = Vec::new();
    values(&plan.filters, &mut told);
    told.into_iter().find_map(|(table, value)| {
        let at = said.iter().position(|t| t.lower == value.to_lowercase())?;
        let ends = said.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark);
        let state = said_of(catalogue, lexicon, table, value);
        let adjective = state && (rows(at + 1) || at > 1 && be(at - 1) && ends && rows(at - 2));
        let to = lexicon.prepared.table(catalogue, table).ok().filter(|t| *t != source && adjective)?;
        let (path, _) = lexicon.prepared.graph.path(source, to, false, None)?;
        let up = path.iter().all(|step| lexicon.prepared.graph.is_to_one(*step));
        let name = |t: usize| split_name(&catalogue.tables[t].name).join(" ");
        (path.len() > 1 && !up).then(|| {
            format!("Nothing tells which {} are {value}: that is kept of {}.", name(source), name(to))
        })
    })
}

/// The words that rows are compared with, and whose they are.
fn values<'p>(filters: &'p [Filter], out: &mut Vec<(&'p TableName, &'p str)>) {
    for filter in filters {
        match filter {
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                values(parts, out)
            }
            Filter::Compare { field, operand: Operand::Literal(Literal::Text(text)), .. } => {
                out.push((&field.table, text));
            }
            _ => {}
        }
    }
}

/// The value is one of a state.
fn said_of(catalogue: &Catalogue, lexicon: &Lexicon, table: &TableName, value: &str) -> bool {
    let Ok(table) = lexicon.prepared.table(catalogue, table) else { return false };
    let parts: Vec<String> = tokens(value).into_iter().map(|t| t.lower).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    lexicon.values(&parts).iter().any(|v| {
        let words = &lexicon.columns[v.column.table][v.column.column].words;
        v.column.table == table
            && words
                .last()
                .is_some_and(|w| matches!(w.as_str(), "status" | "state" | "stage" | "phase" | "condition"))
    })
}
