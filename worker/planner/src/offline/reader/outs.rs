//! Single things that are asked for: numbers, columns and rows.

use super::{
    ast::{Func, Head, Kind, Np, Tie},
    request::Out,
    rows::{By, Group, Meaning, Pick, Reader, Row, Size, Thing, link_of},
};
use crate::offline::spread::{self, Part};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Filter, Measure};

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
    pub(super) fn sizes(&mut self, np: &Np, near: Option<usize>) -> Meaning<(Row, Vec<Size>)> {
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
        let outer = match aggregates.as_slice() {
            [a] if counts && *a != Aggregate::Sum => Some(*a),
            [a, Aggregate::Sum] if np.nested => Some(*a),
            _ if np.nested || counts && aggregates.iter().any(|a| *a != Aggregate::Sum) => {
                return Err("a number computed from other computed numbers".into());
            }
            _ => None,
        };
        let aggregates = match outer {
            Some(_) if counts => Vec::new(),
            Some(_) => vec![Aggregate::Sum],
            None => aggregates,
        };
        // "the average number of beds", which a column holds.
        let mut kept = false;
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
                if let Some(outer) = outer.filter(|_| {
                    counts
                        && kind.is_numeric()
                        && !self.is_label(c)
                        && !self.world.is_reference(c)
                        && !np.distinct
                }) {
                    kept = true;
                    (
                        row,
                        vec![Size { measure: Measure::of(outer, field), home: c.table, filters: Vec::new() }],
                    )
                } else if counts
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
        if let Some(outer) = outer.filter(|_| !kept) {
            self.over_groups(outer, &mut row, &mut sizes)?;
        }
        Ok((row, sizes))
    }

    /// "average number of orders per customer", "highest total of a customer": a number of the groups' numbers.
    fn over_groups(&mut self, outer: Aggregate, row: &mut Row, sizes: &mut [Size]) -> Meaning<()> {
        let why = || "a number computed from other computed numbers".to_owned();
        let ([group], [size]) = (row.groups.as_slice(), &mut *sizes) else { return Err(why()) };
        let large = match outer {
            Aggregate::Average => {
                let part = match group {
                    Group::Rows(t) => Part::Rows(*t),
                    Group::Column(c, None) => Part::Column(*c),
                    _ => return Err(why()),
                };
                let (home, measure) =
                    spread::average(self.world, &size.measure, size.home, part).ok_or_else(why)?;
                *size = Size { measure, home, filters: std::mem::take(&mut size.filters) };
                row.groups.clear();
                return Ok(());
            }
            Aggregate::Maximum => true,
            Aggregate::Minimum => false,
            _ => return Err(why()),
        };
        row.pick = Some(Pick { by: By::Size(size.clone()), large, n: 1, shown: true });
        row.only = true;
        Ok(())
    }

    /// One thing asked for, with the rows it is asked of.
    pub(super) fn out(&mut self, np: &Np, near: Option<usize>) -> Meaning<(Vec<Out>, Row)> {
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
            let (own, all): (Vec<Filter>, Vec<Filter>) = std::mem::take(&mut below.filters)
                .into_iter()
                .partition(|f| above.filters.iter().any(|a| a.field().is_some() && a.field() == f.field()));
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
        let extremes = np.funcs.len() > 1 && np.funcs.iter().all(|f| matches!(f, Func::Most(_, None)));
        let numeric = np.funcs.iter().any(|f| matches!(f, Func::Count | Func::Agg(_) | Func::HowMuch))
            || extremes
            || matches!(np.head, Head::Elapsed(_) | Head::Rate(_));
        if numeric {
            let (row, sizes) = self.sizes(np, near)?;
            return Ok((sizes.into_iter().map(Out::Number).collect(), row));
        }
        match self.thing(np, near)? {
            Thing::Rows(mut row) => {
                // "the highest number of orders by a customer"
                if let ([Func::Most(large, None)], [_], None, false) =
                    (np.funcs.as_slice(), row.groups.as_slice(), &row.pick, np.high)
                {
                    let size = Size::count(row.table, Vec::new());
                    row.pick = Some(Pick { by: By::Size(size.clone()), large: *large, n: 1, shown: true });
                    row.only = true;
                    return Ok((vec![Out::Number(size)], row));
                }
                if let Some(Func::Most(_, None)) = np.funcs.first()
                    && row.pick.is_none()
                {
                    return Err("by which column to find it".into());
                }
                if let Some(Func::Top(_) | Func::Ranking) = np.funcs.first()
                    && row.pick.is_none()
                {
                    return Err("by which column they are ranked".into());
                }
                row.ranking = np.funcs.first() == Some(&Func::Ranking);
                if let Some(Func::Common(large)) = np.funcs.first() {
                    let size = self.commonest(row.table)?;
                    row.pick =
                        Some(Pick { by: By::Size(size), large: *large, n: np.n.unwrap_or(1), shown: false });
                }
                let table = row.table;
                if np.full {
                    let columns = 0..self.world.catalogue.tables[table].columns.len();
                    let outs = columns.map(|column| Out::Column(ColumnRef { table, column }, false));
                    return Ok((outs.collect(), row));
                }
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
                // "the total cost of all bookings": added up, though each has a total cost of its own.
                if self.adds_all(np, c, &row) {
                    let measure = Measure::of(Aggregate::Sum, self.world.field(c));
                    return Ok((
                        vec![Out::Number(Size { measure, home: c.table, filters: Vec::new() })],
                        row,
                    ));
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
                // "the names of employees", who have a first and a last name.
                let said = matches!(&np.head, Head::Name(n) if matches!(n.text.to_lowercase().as_str(), "name" | "names"));
                if let ([first, last], true) = (self.world.labels(c.table).as_slice(), said)
                    && c == *first
                {
                    return Ok((vec![Out::Column(c, np.distinct), Out::Column(*last, np.distinct)], row));
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

    /// A total is asked for of several rows.
    fn adds_all(&self, np: &Np, c: ColumnRef, row: &Row) -> bool {
        let Head::Name(name) = &np.head else { return false };
        let words = &self.world.lexicon.columns[c.table][c.column].words;
        let total =
            name.text.to_lowercase().starts_with("total ") && words.first().is_some_and(|w| w == "total");
        let many = np.mods.iter().any(|m| match &m.kind {
            Kind::Link(Tie::Of, of) => matches!(&of.head, Head::Name(n) if n.plural),
            _ => false,
        });
        let single = np.funcs.is_empty() && !name.plural && row.pick.is_none() && row.groups.is_empty();
        total && many && single && self.world.column(c).kind.is_numeric() && row.table == c.table
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
}
