//! What a whole question asks for: rows, columns and numbers of one subject, in groups, in an order.

use super::relate::FAR;
use super::{
    ast::{Ask, Func, Head, Kind, Np, Question, Tie},
    rows::{Group, Meaning, Reader, Row, Size, Thing},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Expression, Measure};

/// One thing to show.
// A question has few of them, and they live for one run.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq)]
pub enum Out {
    /// A column; true for each value once.
    Column(ColumnRef, bool),
    /// Rows, by what they are called.
    Rows(usize),
    /// A number.
    Number(Size),
    /// The number that the question is about.
    TheNumber,
}

/// A question with its meaning.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is asked for.
    pub outs: Vec<Out>,
    /// The rows it is asked of.
    pub row: Row,
    /// The order: by what, and descending where told.
    pub order: Vec<(Out, Option<bool>)>,
    /// A direction for the only sensible order.
    pub direction: Option<bool>,
    /// How it asks.
    pub ask: Ask,
    /// The rows were asked for before their columns were named.
    pub refined: bool,
}

impl Reader<'_, '_> {
    /// The meaning of a question.
    pub fn request(&mut self, question: &Question) -> Meaning<Request> {
        let mut request = Request { ask: question.ask, direction: question.direction, ..Request::default() };
        if question.items.is_empty() {
            return Err("what is asked for".into());
        }
        // The last thing asked for mostly says whose all of them are.
        let mut near = question.context.iter().chain(&question.groups).find_map(|np| self.table_hint(np));
        let hint = question.items.iter().rev().find_map(|np| self.table_hint(np));
        near = hint.or(near);
        let mut rows: Vec<Row> = Vec::new();
        let mut folded: Option<Vec<Func>> = None;
        for np in &question.items {
            let framed = question.context.iter().chain(&question.groups).find_map(|np| self.table_hint(np));
            // "for each department, the name and …": the name of what is framed, unless something else is told.
            let has = |t: usize| match &np.head {
                Head::Name(name) => name.columns.iter().any(|(c, s)| c.table == t && *s >= 0.75),
                _ => false,
            };
            let bare = self.table_hint(np).is_none() && framed.is_some_and(has);
            let own = match framed.filter(|_| (np.their || bare) && np.funcs.is_empty()) {
                Some(framed) => Some(framed),
                None => self.table_hint(np).or(near).filter(|_| np.head != Head::Pronoun),
            };
            // "average distance and price": both are averaged.
            let again =
                folded.clone().filter(|_| np.funcs.is_empty() && question.groups.is_empty() && !np.distinct);
            let (mut outs, mut row) = self.out(np, own)?;
            if let (Some(funcs), [Out::Column(c, _)]) = (again, outs.as_slice())
                && self.world.column(*c).kind.is_numeric()
                && !self.is_label(*c)
                && self.choices.choose(&[0.05, 0.3]) == 0
            {
                (outs, row) = self.out(&Np { funcs, ..np.clone() }, own)?;
            }
            let folds = !np.funcs.is_empty() && np.funcs.iter().all(|f| matches!(f, Func::Agg(_)));
            if folds || !np.funcs.is_empty() {
                folded = folds.then(|| np.funcs.clone());
            }
            near = near.or(Some(row.table));
            request.outs.extend(outs);
            rows.push(row);
        }
        let subject = self.subject(&request.outs, &rows);
        let mut row = Row::of(subject);
        row.head = rows.iter().find(|r| r.table == subject).and_then(|r| r.head);
        for other in rows {
            self.merge(&mut row, other, &mut request.outs)?;
        }
        for np in &question.context {
            match self.thing(np, Some(subject))? {
                Thing::Rows(of) | Thing::Column(_, of) => {
                    if of.table == subject && of.pick.is_none() {
                        row.filters.extend(of.filters);
                    } else if !of.is_bare() {
                        self.relate(&mut row, of, false, None, Tie::Of)?;
                    } else if self.world.distance(of.table, subject) >= FAR {
                        return Err("how these belong together".into());
                    }
                }
                _ => {
                    let m = super::ast::Mod {
                        not: false,
                        or: false,
                        both: false,
                        verb: None,
                        toward: None,
                        kind: Kind::Link(Tie::Prep, np.clone()),
                    };
                    let of = Np { mods: vec![m], ..Np::default() };
                    self.describe(&mut row, &of, None)?;
                }
            }
        }
        for np in &question.groups {
            self.group(&mut row, np)?;
        }
        let rest = Np { mods: question.mods.clone(), ..Np::default() };
        self.describe(&mut row, &rest, None)?;
        request.row = row;
        self.shown(question, &mut request)?;
        for (np, direction) in &question.order {
            // What rows are split by, named in other words.
            if let Head::Name(name) = &np.head
                && np.funcs.is_empty()
            {
                let owner =
                    np.owner.as_ref().and_then(|o| if let Head::Name(n) = &o.head { Some(n) } else { None });
                let fits = |c: &ColumnRef| {
                    name.columns
                        .iter()
                        .chain(owner.iter().flat_map(|o| &o.columns))
                        .any(|(d, s)| d == c && *s >= 0.6)
                };
                let group = request.row.groups.iter().find_map(|g| match g {
                    Group::Column(c, _) if fits(c) => Some(*c),
                    _ => None,
                });
                if let Some(c) = group {
                    request.order.push((Out::Column(c, false), *direction));
                    continue;
                }
            }
            let (mut outs, of) = self.out(np, Some(request.row.table))?;
            // "by number of employees", where that number is kept.
            if let [
                Out::Number(Size {
                    measure:
                        Measure {
                            aggregate: Aggregate::CountDistinct,
                            expression: Some(Expression::Field(f)),
                            ..
                        },
                    home,
                    ..
                }),
            ] = outs.as_slice()
                && let Some(column) =
                    self.world.catalogue.tables[*home].columns.iter().position(|c| c.name == f.column)
                && self.name(*home) == f.table
                && self.world.catalogue.tables[*home].columns[column].kind.is_numeric()
            {
                outs = vec![Out::Column(ColumnRef { table: *home, column }, false)];
            }
            if !of.is_bare() || outs.len() != 1 {
                return Err("what it is ordered by".into());
            }
            let out = outs.remove(0);
            request.order.push((out, *direction));
        }
        if !request.row.numbers.is_empty() {
            let numbers = std::mem::take(&mut request.row.numbers);
            request.outs.extend(numbers.into_iter().map(Out::Number));
        }
        Ok(request)
    }

    /// Whose rows the question is about: those that are counted, else those whose columns are shown first.
    pub(super) fn subject(&self, outs: &[Out], rows: &[Row]) -> usize {
        let numbers = outs.iter().all(|o| matches!(o, Out::Number(_) | Out::TheNumber));
        if numbers && rows.len() == 1 {
            return rows[0].table;
        }
        let told = rows.iter().find(|r| !r.is_bare()).or(rows.first());
        told.map_or(0, |r| r.table)
    }

    /// Puts the rows of one thing asked for together with those of the others.
    pub(super) fn merge(&mut self, row: &mut Row, mut other: Row, outs: &mut [Out]) -> Meaning<()> {
        row.groups.append(&mut other.groups);
        row.numbers.append(&mut other.numbers);
        row.having.append(&mut other.having);
        row.both.append(&mut other.both);
        row.except.append(&mut other.except);
        row.each |= other.each;
        row.only |= other.only;
        row.ranking |= other.ranking;
        if other.table == row.table {
            for filter in other.filters {
                if !row.filters.contains(&filter) {
                    row.filters.push(filter);
                }
            }
            if row.pick.is_none() {
                row.pick = other.pick;
            }
            return Ok(());
        }
        if self.world.distance(row.table, other.table) >= FAR {
            return Err("how these belong together".into());
        }
        if other.pick.is_some() {
            return self.relate(row, other, false, None, Tie::Of);
        }
        // Conditions on what is counted are that number's own.
        let mine = outs.iter_mut().find_map(|o| match o {
            Out::Number(size) if size.home == other.table => Some(size),
            _ => None,
        });
        match mine {
            Some(size) => size.filters.extend(other.filters),
            None => row.filters.extend(other.filters),
        }
        Ok(())
    }

    /// What later sentences want to see instead, or besides.
    pub(super) fn shown(&mut self, question: &Question, request: &mut Request) -> Meaning<()> {
        if question.shown.is_empty() {
            return Ok(());
        }
        let subject = request.row.table;
        let mut outs: Vec<Out> = Vec::new();
        for np in &question.shown {
            let near =
                self.table_hint(np).filter(|t| self.world.distance(*t, subject) < FAR).unwrap_or(subject);
            let (mut more, of) = self.out(np, Some(near))?;
            if of.table == request.row.table || of.is_bare() {
                for filter in of.filters {
                    if !request.row.filters.contains(&filter) {
                        request.row.filters.push(filter);
                    }
                }
                request.row.groups.extend(of.groups);
            } else {
                let filters = of.filters.clone();
                let told = filters.iter().all(|f| request.row.filters.contains(f));
                if !told {
                    self.merge(&mut request.row, of, &mut more)?;
                }
            }
            outs.append(&mut more);
        }
        let only_rows = request.outs.iter().all(|o| matches!(o, Out::Rows(_)));
        let again = request
            .outs
            .iter()
            .all(|o| outs.contains(o) || matches!(o, Out::Number(_)) && outs.contains(&Out::TheNumber));
        let same_number = request.outs.iter().all(|o| matches!(o, Out::Number(s) if outs.iter().any(|p| matches!(p, Out::Number(q) if q.measure == s.measure))));
        if only_rows || again || same_number {
            // "Which X …? Return its A and B", "How many …? List the id and the number".
            let first = request.outs.iter().find(|o| matches!(o, Out::Number(_))).cloned();
            for out in &mut outs {
                if *out == Out::TheNumber
                    && let Some(number) = &first
                {
                    *out = number.clone();
                }
            }
            // Rows named again are no column.
            if outs.iter().any(|o| !matches!(o, Out::Rows(_))) {
                outs.retain(|o| !matches!(o, Out::Rows(t) if *t == subject));
            }
            request.outs = outs;
            request.refined = true;
        } else {
            for out in outs {
                if !request.outs.contains(&out) {
                    request.outs.push(out);
                }
            }
        }
        Ok(())
    }
}
