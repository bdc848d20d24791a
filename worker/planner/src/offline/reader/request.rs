//! What a whole question asks for: rows, columns and numbers of one subject, in groups, in an order.

use super::{
    ast::{Ask, Func, Head, Kind, Np, Question, Tie},
    rows::{By, Group, Meaning, Pick, Reader, Row, Size, Thing, link_of},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Expression, Filter, Measure};

/// One thing to show.
// A handful of these live as long as one question: a box would cost every reader more than the size costs anyone.
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
    /// A number: "average price", "number of orders".
    pub fn size(&mut self, np: &Np, near: Option<usize>) -> Meaning<Size> {
        let mut sizes = self.sizes(np, near)?;
        if sizes.1.len() != 1 {
            return Err("several numbers in one".into());
        }
        let mut size = sizes.1.remove(0);
        let row = sizes.0;
        if row.pick.is_some() || !row.groups.is_empty() || !row.having.is_empty() {
            return Err("a number computed from other computed numbers".into());
        }
        size.filters = row.filters;
        Ok(size)
    }

    /// Numbers over the same rows: "average and maximum price".
    fn sizes(&mut self, np: &Np, near: Option<usize>) -> Meaning<(Row, Vec<Size>)> {
        let counts = np.funcs.contains(&Func::Count);
        let aggregates: Vec<Aggregate> = np
            .funcs
            .iter()
            .filter_map(|f| match f {
                Func::Agg(a) => Some(*a),
                Func::Most(true, None) => Some(Aggregate::Maximum),
                Func::Most(false, None) => Some(Aggregate::Minimum),
                Func::HowMuch => Some(Aggregate::Sum),
                _ => None,
            })
            .collect();
        if np.nested || counts && aggregates.iter().any(|a| *a != Aggregate::Sum) {
            return Err("a number computed from other computed numbers".into());
        }
        let (mut row, mut sizes) = match self.thing(np, near)? {
            Thing::Rows(row) => {
                let home = row.table;
                if counts || aggregates.is_empty() {
                    (row, vec![Size::count(home, Vec::new())])
                } else if let ([Aggregate::Sum], Some(c)) = (
                    aggregates.as_slice(),
                    crate::offline::amounts::amount_column(home, self.world.lexicon, self.world.catalogue),
                ) {
                    let rather_count = self.choices.choose(&[0.12, 0.2]) == 1;
                    let measure = if rather_count {
                        Measure::count()
                    } else {
                        Measure::of(Aggregate::Sum, self.world.field(c))
                    };
                    (row, vec![Size { measure, home, filters: Vec::new() }])
                } else if aggregates == [Aggregate::Sum] {
                    self.loss += 0.05;
                    (row, vec![Size::count(home, Vec::new())])
                } else {
                    return Err("which number is meant".into());
                }
            }
            Thing::Column(c, row) => {
                let field = self.world.field(c);
                let kind = self.world.column(c).kind;
                let words = &self.world.lexicon.columns[c.table][c.column].words;
                let adds = words
                    .iter()
                    .any(|w| matches!(w.as_str(), "total" | "amount" | "quantity" | "count" | "number"));
                if counts
                    && (!aggregates.is_empty() || adds)
                    && kind.is_numeric()
                    && !self.is_label(c)
                    && !np.distinct
                {
                    // "total number of employees", a number that is kept.
                    (
                        row,
                        vec![Size {
                            measure: Measure::of(Aggregate::Sum, field),
                            home: c.table,
                            filters: Vec::new(),
                        }],
                    )
                } else if counts {
                    let key = self.is_label(c) && row.table == c.table;
                    let measure = if np.distinct || !key {
                        if !np.distinct {
                            self.loss += 0.1;
                        }
                        Measure::of(Aggregate::CountDistinct, field)
                    } else {
                        Measure::count()
                    };
                    let home = row.table;
                    (row, vec![Size { measure, home, filters: Vec::new() }])
                } else {
                    let mut sizes = Vec::new();
                    for a in &aggregates {
                        let ordered = matches!(a, Aggregate::Minimum | Aggregate::Maximum);
                        if !(kind.is_numeric() || ordered && kind.is_temporal()) {
                            return Err(format!("a number of {}", self.world.column(c).name));
                        }
                        sizes.push(Size {
                            measure: Measure::of(*a, field.clone()),
                            home: c.table,
                            filters: Vec::new(),
                        });
                    }
                    if sizes.is_empty() {
                        return Err("which number is meant".into());
                    }
                    (row, sizes)
                }
            }
            Thing::Number(measure, row) => {
                let home = row.table;
                (row, vec![Size { measure, home, filters: Vec::new() }])
            }
            Thing::Plain => return Err("which number is meant".into()),
        };
        // "the average price of each product type"
        if row.each && sizes.iter().any(|s| s.home != row.table) && row.groups.is_empty() {
            row.groups.push(Group::Rows(row.table));
        }
        row.head = None;
        for size in &mut sizes {
            if size.measure.expression.is_none() {
                size.measure.table = Some(self.name(size.home));
            }
        }
        Ok((row, sizes))
    }

    /// One thing asked for, with the rows it is asked of.
    fn out(&mut self, np: &Np, near: Option<usize>) -> Meaning<(Vec<Out>, Row)> {
        if let Some(below) = &np.over {
            let above = self.size(&Np { over: None, ..np.clone() }, near)?;
            let below = self.size(below, Some(above.home))?;
            let countable =
                |s: &Size| s.measure.aggregate == Aggregate::Count && s.measure.expression.is_none();
            if above.home != below.home || !countable(&above) || !countable(&below) {
                return Err("what the ratio is between".into());
            }
            // "A to B in Rome": what is said of the second only is said of both, unless it is what sets them apart.
            let (mut above, mut below) = (above, below);
            let about = |f: &Filter| {
                format!("{f:?}").split("column").nth(1).map(|t| t.chars().take(24).collect::<String>())
            };
            let (own, all): (Vec<Filter>, Vec<Filter>) = std::mem::take(&mut below.filters)
                .into_iter()
                .partition(|f| above.filters.iter().any(|a| about(a) == about(f)));
            below.filters = own;
            let mut row = Row::of(above.home);
            row.filters = all;
            above.filters.retain(|f| !row.filters.contains(f));
            let part = |s: Size| Measure { table: None, filters: s.filters, ..s.measure };
            let home = above.home;
            let measure =
                Measure { over: Some(Box::new(part(below))), label: Some("ratio".into()), ..part(above) };
            return Ok((vec![Out::Number(Size { measure, home, filters: Vec::new() })], row));
        }
        if np.funcs.iter().any(|f| matches!(f, Func::Share | Func::Running | Func::Growth | Func::Busiest(_)))
        {
            return Err("a share or a growth".into());
        }
        if np.funcs.first() == Some(&Func::When) {
            let rest = Np {
                funcs: np.funcs[1..].to_vec(),
                mods: np.mods.iter().filter(|m| m.kind != Kind::Verb).cloned().collect(),
                ..np.clone()
            };
            let (outs, mut row) = self.out(&rest, near)?;
            if !matches!(outs.as_slice(), [Out::Rows(_)]) {
                return Err("when that is".into());
            }
            let verb = np.mods.iter().rev().find_map(|m| m.verb.as_ref()).map(|v| v.0.clone());
            let c = self.date_of(&mut row, verb.as_deref())?;
            return Ok((vec![Out::Column(c, false)], row));
        }
        if let Head::Grain(grain) = np.head {
            // "which month had the most orders"
            let counted = np.mods.iter().find_map(|m| link_of(m).and_then(|of| self.table_hint(of)));
            let mut row = Row::of(counted.or(near).ok_or_else(|| "what is counted".to_owned())?);
            self.describe(&mut row, np, None)?;
            if let Some(pick) = &mut row.pick {
                pick.shown = true;
            }
            row.groups.push(Group::Time(grain));
            return Ok((Vec::new(), row));
        }
        if np.head == Head::Pronoun && near.is_none() {
            let home = np.mods.iter().find_map(|m| link_of(m).and_then(|of| self.table_hint(of)));
            let who = home.and_then(|t| crate::offline::assemble::person(self.world, t));
            let mut row = Row::of(who.ok_or_else(|| "who is meant".to_owned())?);
            self.describe(&mut row, np, None)?;
            let table = row.table;
            return Ok((vec![Out::Rows(table)], row));
        }
        if np.head == Head::None {
            return match np.funcs.as_slice() {
                [Func::Count]
                | [Func::Agg(Aggregate::Sum | Aggregate::Average)]
                | [Func::Agg(Aggregate::Sum), Func::Count] => {
                    let mut row = Row::of(near.ok_or_else(|| "what should be counted".to_owned())?);
                    self.describe(&mut row, np, None)?;
                    Ok((vec![Out::TheNumber], row))
                }
                _ => Err("what is asked for".into()),
            };
        }
        let numeric = np.funcs.iter().any(|f| matches!(f, Func::Count | Func::Agg(_) | Func::HowMuch))
            || matches!(np.head, Head::Elapsed(_) | Head::Rate(_));
        if numeric {
            let (row, sizes) = self.sizes(np, near)?;
            return Ok((sizes.into_iter().map(Out::Number).collect(), row));
        }
        match self.thing(np, near)? {
            Thing::Rows(mut row) => {
                if let Some(Func::Most(_, None)) = np.funcs.first()
                    && row.pick.is_none()
                {
                    return Err("by which column to find it".into());
                }
                if let Some(Func::Top(_)) = np.funcs.first()
                    && row.pick.is_none()
                {
                    return Err("by which column they are ranked".into());
                }
                if let Some(Func::Common(large)) = np.funcs.first() {
                    let size = self.commonest(row.table)?;
                    row.pick =
                        Some(Pick { by: By::Size(size), large: *large, n: np.n.unwrap_or(1), shown: false });
                }
                let table = row.table;
                Ok((vec![Out::Rows(table)], row))
            }
            Thing::Column(c, mut row) => {
                match np.funcs.first() {
                    Some(Func::Most(large, wanted))
                        if wanted.is_none() || row.pick.is_none() && !row.groups.is_empty() =>
                    {
                        let kind = self.world.column(c).kind;
                        if !kind.is_numeric() && !kind.is_temporal() {
                            return Err(format!("the highest {}", self.world.column(c).name));
                        }
                        if np.n.is_some() {
                            row.pick = Some(Pick {
                                by: By::Column(c),
                                large: *large,
                                n: np.n.unwrap_or(1),
                                shown: false,
                            });
                            return Ok((vec![Out::Column(c, false)], row));
                        }
                        let a = if *large { Aggregate::Maximum } else { Aggregate::Minimum };
                        let measure = Measure::of(a, self.world.field(c));
                        let size = Size { measure, home: c.table, filters: Vec::new() };
                        return Ok((vec![Out::Number(size)], row));
                    }
                    Some(Func::Common(large)) => {
                        let home = row.table;
                        let by = By::Size(Size::count(home, Vec::new()));
                        row.pick = Some(Pick { by, large: *large, n: np.n.unwrap_or(1), shown: false });
                    }
                    Some(Func::Top(_)) if row.pick.is_none() => {
                        return Err("by which column they are ranked".into());
                    }
                    Some(Func::Most(_, Some(_))) if row.pick.is_none() => {
                        return Err("by which column to find it".into());
                    }
                    _ => {}
                }
                // A number that a comment defines is computed, not listed.
                if let Some(term) =
                    self.world.terms.iter().find(|t| t.column == c).filter(|_| row.pick.is_none())
                {
                    let measure = Measure::of(term.aggregate, self.world.field(c));
                    return Ok((
                        vec![Out::Number(Size { measure, home: c.table, filters: Vec::new() })],
                        row,
                    ));
                }
                Ok((vec![Out::Column(c, np.distinct)], row))
            }
            Thing::Number(measure, row) => {
                let home = row.table;
                Ok((vec![Out::Number(Size { measure, home, filters: Vec::new() })], row))
            }
            Thing::Plain => Err("what is asked for".into()),
        }
    }

    /// The rows that tell how common something is: those of the one table that leads to it.
    pub fn commonest(&mut self, table: usize) -> Meaning<Size> {
        let graph = &self.world.lexicon.prepared.graph;
        let mut near: Vec<usize> =
            graph.steps[table].iter().filter(|s| !s.forward).map(|s| graph.end(*s)).collect();
        near.sort_unstable();
        near.dedup();
        let named: Vec<usize> = near.iter().copied().filter(|t| self.world.named.contains(t)).collect();
        match (named.as_slice(), near.as_slice()) {
            ([one], _) | ([], [one]) => {
                self.loss += 0.05;
                Ok(Size::count(*one, Vec::new()))
            }
            _ => Err("what is counted".into()),
        }
    }

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
            let own = match framed.filter(|_| np.their && np.funcs.is_empty()) {
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
                && row.groups.is_empty()
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
                    } else if self.world.distance(of.table, subject) >= 20 {
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
    fn subject(&self, outs: &[Out], rows: &[Row]) -> usize {
        let numbers = outs.iter().all(|o| matches!(o, Out::Number(_) | Out::TheNumber));
        if numbers && rows.len() == 1 {
            return rows[0].table;
        }
        let told = rows.iter().find(|r| !r.is_bare()).or(rows.first());
        told.map_or(0, |r| r.table)
    }

    /// Puts the rows of one thing asked for together with those of the others.
    fn merge(&mut self, row: &mut Row, mut other: Row, outs: &mut [Out]) -> Meaning<()> {
        row.groups.append(&mut other.groups);
        row.numbers.append(&mut other.numbers);
        row.having.append(&mut other.having);
        row.both.append(&mut other.both);
        row.except.append(&mut other.except);
        row.each |= other.each;
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
        if self.world.distance(row.table, other.table) >= 20 {
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
    fn shown(&mut self, question: &Question, request: &mut Request) -> Meaning<()> {
        if question.shown.is_empty() {
            return Ok(());
        }
        let subject = request.row.table;
        let mut outs: Vec<Out> = Vec::new();
        for np in &question.shown {
            let near =
                self.table_hint(np).filter(|t| self.world.distance(*t, subject) < 20).unwrap_or(subject);
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
