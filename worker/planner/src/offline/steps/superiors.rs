//! Rows that refer to rows of their own table: "who reports to Ann Lee", "employees whose manager is Ann Lee", "the manager
//! of Ann Lee", "employees and their managers". The rows are read first, and then looked at across the reference.

use super::{Step, written};
use crate::offline::{
    arbiter::{CLOSELY, Read},
    resolve::World,
    words::{TokenKind, root, synonyms},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Field, Filter, Operand, Operator, QueryPlan, TextMatch};

/// A reference of a table to itself.
struct Superior {
    table: usize,
    column: String,
    /// What those referred to are called: "supervisor".
    roles: Vec<String>,
}

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let superior = superior(step)?;
    below(step, &superior).or_else(|| above(step, &superior)).or_else(|| beside(step, &superior))
}

/// The one reference of this kind.
fn superior(step: &Step<'_>) -> Option<Superior> {
    let mut edges = step.lexicon.prepared.graph.edges.iter().filter(|e| e.from == e.to);
    let edge = edges.next().filter(|_| edges.next().is_none())?;
    let [column] = edge.from_columns.as_slice() else { return None };
    let at = step.catalogue.tables[edge.from].columns.iter().position(|c| c.name == *column)?;
    let own = &step.lexicon.tables[edge.from].words;
    let plain =
        |w: &&String| !matches!(w.as_str(), "id" | "to" | "by" | "code" | "number") && !own.contains(w);
    let mut roles: Vec<String> = Vec::new();
    for word in step.lexicon.columns[edge.from][at].words.iter().filter(plain) {
        roles.push(root(word));
        roles.extend(synonyms(word).iter().map(|w| root(w)));
    }
    (!roles.is_empty()).then(|| Superior { table: edge.from, column: column.clone(), roles })
}

impl Superior {
    /// "supervisor", "manager's" are those above; "supervised" is said of those below.
    fn is_role(&self, step: &Step<'_>, at: usize) -> bool {
        let noun = step.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Word && !t.lower.ends_with("ed"));
        noun && self.roles.contains(&root(&step.tokens[at].lemma))
    }

    fn labels(&self, step: &Step<'_>) -> Vec<ColumnRef> {
        World::new(step.catalogue, step.lexicon, &[]).labels(self.table)
    }

    /// Where a name ends that begins here: in quotes, known, or in capitals.
    fn name(&self, step: &Step<'_>, at: usize) -> Option<usize> {
        if step.tokens.get(at)?.kind == TokenKind::Quoted {
            return Some(at + 1);
        }
        let labels = self.labels(step);
        let capital = |i: &usize| {
            step.tokens.get(*i).is_some_and(|t| {
                t.kind == TokenKind::Word && t.text.chars().next().is_some_and(char::is_uppercase)
            })
        };
        let words = (at..).take_while(capital).count();
        // A first and a last name are two columns.
        if labels.len() == 2 && words == 2 {
            return Some(at + 2);
        }
        if let Some((values, used)) = step.lexicon.values_at(&step.tokens, at)
            && values.iter().any(|v| labels.contains(&v.column))
        {
            return Some(at + used);
        }
        (words > 0).then_some(at + words)
    }

    /// The condition that a row has the name which stands there.
    fn named(&self, step: &Step<'_>, from: usize, to: usize) -> Option<Filter> {
        let world = World::new(step.catalogue, step.lexicon, &[]);
        let labels = self.labels(step);
        if let ([first, last], true) = (labels.as_slice(), to == from + 2) {
            let is = |label: &ColumnRef, at: usize| Filter::Text {
                field: world.field(*label),
                how: TextMatch::Equals,
                value: step.tokens[at].text.clone(),
                negated: false,
            };
            return Some(Filter::All(vec![is(first, from), is(last, from + 1)]));
        }
        if let Some((values, used)) = step.lexicon.values_at(&step.tokens, from)
            && let Some(value) = values.iter().find(|v| labels.contains(&v.column))
            && from + used == to
        {
            return Some(value.filter(world.field(value.column)));
        }
        let [label] = labels.as_slice() else { return None };
        Some(Filter::Text {
            field: world.field(*label),
            how: TextMatch::Equals,
            value: written(&step.tokens[from..to]).trim_matches('"').to_owned(),
            negated: false,
        })
    }

    fn over(&self, field: Field) -> Field {
        Field { via: Some(self.column.clone()), ..field }
    }

    /// Whether a condition names a row of the table.
    fn names(&self, step: &Step<'_>, field: &Field) -> bool {
        let is = |c: &ColumnRef| step.catalogue.tables[c.table].columns[c.column].name == field.column;
        let table = step.lexicon.prepared.table(step.catalogue, &field.table);
        table.is_ok_and(|t| t == self.table) && field.via.is_none() && self.labels(step).iter().any(is)
    }
}

/// "who reports to Ann Lee": those who refer to her.
fn below(step: &Step<'_>, superior: &Superior) -> Option<Read> {
    let word = |at: usize, words: &[&str]| words.contains(&step.lower(at));
    let (mut from, name) = (1..step.tokens.len()).find_map(|at| {
        let done = step.lower(at).ends_with("ed") && superior.roles.contains(&root(step.lower(at)));
        if done && word(at + 1, &["by"]) {
            return Some((at, at + 2));
        }
        let reports = word(at, &["report", "reports", "reporting", "reported", "answer", "answers"]);
        if reports && word(at + 1, &["to"])
            || word(at, &["working", "work", "works"]) && word(at + 1, &["under"])
        {
            let directly = usize::from(word(at + 2, &["directly"]));
            return Some((at, at + 2 + directly));
        }
        if superior.is_role(step, at) && word(at - 1, &["whose", "with", "as"]) {
            let called = usize::from(word(at + 1, &["is", "was", "named", "called", "="]));
            let named = usize::from(called > 0 && word(at + 2, &["named", "called"]));
            return Some((at - 1, at + 1 + called + named));
        }
        None
    })?;
    let end = superior.name(step, name)?;
    while from > 1
        && word(from - 1, &["who", "that", "which", "is", "are", "was", "were", "directly", "does", "do"])
    {
        from -= 1;
    }
    let mut read = step.instead(from, name, "named")?;
    let changed = read.plan.filters.iter_mut().map(|f| cross(step, superior, f)).filter(|done| *done).count();
    (changed == 1 && end > name).then_some(())?;
    compiled(step, read)
}

/// Looks at the name of the row referred to.
fn cross(step: &Step<'_>, superior: &Superior, filter: &mut Filter) -> bool {
    match filter {
        Filter::All(parts) => {
            parts.iter_mut().filter_map(|p| cross(step, superior, p).then_some(())).count() > 0
        }
        Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(_) }
        | Filter::Text { field, .. }
            if superior.names(step, field) =>
        {
            *field = superior.over(field.clone());
            true
        }
        _ => false,
    }
}

/// "the manager of Ann Lee", "who supervises Ann Lee": the one she refers to.
fn above(step: &Step<'_>, superior: &Superior) -> Option<Read> {
    let (name, end) = (1..step.tokens.len()).find_map(|at| {
        let of = superior.is_role(step, at) && step.lower(at + 1) == "of";
        let verb = superior.is_role(step, at) && step.lower(at - 1) == "who";
        let owned = superior.is_role(step, at) && step.lower(at - 1) == "'s";
        if of || verb {
            let name = at + 1 + usize::from(of);
            return superior.name(step, name).map(|end| (name, end));
        }
        if owned {
            let name = (at.saturating_sub(5)..at - 1).find(|n| superior.name(step, *n) == Some(at - 1))?;
            return Some((name, at - 1));
        }
        let reports = matches!(step.lower(at), "report" | "answer") && step.lower(at + 1) == "to";
        if reports && matches!(step.lower(at.saturating_sub(1)), "does" | "did") {
            return None;
        }
        let name = (1..at).find(|n| superior.name(step, *n) == Some(at))?;
        (reports && matches!(step.lower(name - 1), "does" | "did")).then_some((name, at))
    })?;
    let closes = (end..step.tokens.len()).all(|i| {
        step.tokens[i].kind == TokenKind::Mark
            || superior.is_role(step, i)
            || matches!(step.lower(i), "report" | "to")
    });
    closes.then_some(())?;
    let world = World::new(step.catalogue, step.lexicon, &[]);
    let named = superior.named(step, name, end)?;
    let plan = QueryPlan {
        source: step.lexicon.prepared.name_of(step.catalogue, superior.table),
        columns: superior.labels(step).iter().map(|c| superior.over(world.field(*c))).collect(),
        filters: vec![named],
        ..QueryPlan::default()
    };
    compiled(step, Read { plan, notes: Vec::new(), certainty: CLOSELY })
}

/// "employees and their managers": both names.
fn beside(step: &Step<'_>, superior: &Superior) -> Option<Read> {
    let their = |at: usize| matches!(step.lower(at), "their" | "his" | "her" | "its");
    let role = (2..step.tokens.len()).find(|at| superior.is_role(step, *at) && their(at - 1))?;
    let mut from = role - 1;
    let joins = |w: &str| {
        matches!(
            w,
            "and"
                | "with"
                | "along"
                | "together"
                | "of"
                | "the"
                | "name"
                | "names"
                | "for"
                | ","
                | "or"
                | "his"
        )
    };
    while from > 1 && joins(step.lower(from - 1)) {
        from -= 1;
    }
    matches!(step.lower(from), "and" | "with" | "along" | "together" | ",").then_some(())?;
    let owned = usize::from(step.lower(role + 1) == "'s");
    let named = usize::from(matches!(step.lower(role + 1 + owned), "name" | "names"));
    let end = role + 1 + owned + named;
    step.tokens.get(end).is_none_or(|t| t.kind == TokenKind::Mark).then_some(())?;
    let noun = (0..from).rev().find(|i| step.lexicon.names_table(&step.tokens[*i].lemma, 0.75))?;
    let all =
        (step.read)(&format!("List the names of all {}", super::super::plural(&step.tokens[noun].lemma)));
    let short = from <= noun + 1 && noun < 5;
    let mut read = step.instead(from, end, "").or_else(|| all.ok().filter(|_| short))?;
    let source = step.lexicon.prepared.table(step.catalogue, &read.plan.source).ok()?;
    (source == superior.table && plain_list(&read.plan)).then_some(())?;
    let world = World::new(step.catalogue, step.lexicon, &[]);
    let labels = superior.labels(step);
    let own: Vec<Field> = labels.iter().map(|c| world.field(*c)).collect();
    let few = read.plan.columns.iter().all(|c| own.contains(c));
    if few || read.plan.columns.len() > 3 {
        read.plan.columns.clone_from(&own);
    }
    read.plan.columns.extend(own.into_iter().map(|field| superior.over(field)));
    compiled(step, read)
}

fn plain_list(plan: &QueryPlan) -> bool {
    plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none()
}

fn compiled(step: &Step<'_>, read: Read) -> Option<Read> {
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}
