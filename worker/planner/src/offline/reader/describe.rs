//! Descriptions become conditions on rows.

use super::{
    ast::{Func, Head, Kind, Mod, Np, Tie},
    relate::Said,
    rows::{By, Group, Meaning, Noun, Pick, Reader, Row, Size, Thing, Want, aggregate_of},
};
use crate::offline::{
    annotate::Trait,
    dates::{Bound, Span},
};
use chrono::NaiveDate;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Filter, Literal, Measure, Operand, Operator, TextMatch};

impl Reader<'_, '_> {
    /// Everything that a noun phrase says of its rows; `taken` is a description that is dealt with already.
    pub fn describe(&mut self, row: &mut Row, np: &Np, taken: Option<usize>) -> Meaning<()> {
        row.each |= np.each;
        if !np.before.is_empty() {
            let prefer = row.head;
            let filter = self.valued(row, &Said::of(&np.before, np), prefer, false)?;
            row.filters.push(filter);
        }
        if let Some(beside) = &np.beside {
            let filter = match row.head {
                Some(c) => self.equal(row, c, beside, Operator::Equal)?,
                None => self.called(row, beside)?,
            };
            row.filters.push(filter);
        }
        let each = np.mods.iter().any(|m| matches!(m.kind, Kind::Each(_) | Kind::Link(Tie::By, _)));
        let number = row.head.is_some_and(|h| self.world.column(h).kind.is_numeric());
        if let Some(Func::Most(large, Some(wanted))) = np.funcs.first().filter(|_| !(each && number)) {
            self.pick_trait(row, *large, *wanted, np.n)?;
        }
        for (i, m) in np.mods.iter().enumerate() {
            if Some(i) != taken {
                self.modify(row, m, np)?;
            }
        }
        Ok(())
    }

    fn pick_trait(&mut self, row: &mut Row, large: bool, wanted: Trait, n: Option<u64>) -> Meaning<()> {
        let (c, turned) =
            self.world.of_trait(row.table, wanted).ok_or_else(|| "by which column to find it".to_owned())?;
        let by = match row.head.filter(|h| self.repeats(*h) && h.table == c.table) {
            Some(_) if self.world.column(c).kind.is_numeric() => {
                // "the warmest site": by all of its rows.
                let measure = Measure::of(Aggregate::Average, self.world.field(c));
                By::Size(Size { measure, home: c.table, filters: Vec::new() })
            }
            _ => By::Column(c),
        };
        row.pick = Some(Pick { by, large: large != turned, n: n.unwrap_or(1), shown: false });
        Ok(())
    }

    /// One description.
    fn modify(&mut self, row: &mut Row, m: &Mod, np: &Np) -> Meaning<()> {
        let before = row.filters.len();
        let (picked, having) = (row.pick.clone(), row.having.len());
        match &m.kind {
            Kind::Each(by) => {
                let by_rank = np.funcs.iter().any(|f| matches!(f, Func::Top(_)));
                if by_rank && !by.each {
                    return self.pick_by(row, by, np);
                }
                self.group(row, by)?;
            }
            // "for the different account types"
            Kind::Link(Tie::Prep, of)
                if of.distinct
                    && of.funcs.is_empty()
                    && np.funcs.iter().any(|f| matches!(f, Func::Count | Func::Agg(_))) =>
            {
                self.group(row, of)?;
            }
            Kind::Link(tie, of) => {
                let ranked = np.funcs.iter().any(|f| matches!(f, Func::Top(_) | Func::Most(_, None)));
                let number = row.head.is_some_and(|h| self.world.column(h).kind.is_numeric());
                let top = np.funcs.iter().any(|f| matches!(f, Func::Top(_)));
                if *tie == Tie::By
                    && ranked
                    && (top || !number)
                    && matches!(of.head, Head::Name(_) | Head::None)
                {
                    return self.pick_by(row, of, np);
                }
                if *tie == Tie::By
                    && matches!(of.head, Head::Name(_) | Head::Grain(_))
                    && of.beside.is_none()
                    && m.verb.is_none()
                    && !self.says_who(row, of)
                {
                    self.group(row, of)?;
                } else {
                    self.link(row, *tie, of, m, np.n)?;
                }
            }
            Kind::Compare(left, op, of, right) => {
                let filter = self.compare(row, left.as_ref(), *op, *of, right, m)?;
                row.filters.extend(filter);
            }
            Kind::Between(left, low, high) => {
                let c = self.left(row, left.as_ref(), Some(high))?;
                let (Head::Numbers(low), Head::Numbers(high)) = (&low.head, &high.head) else {
                    return Err("the ends of a range".into());
                };
                let field = self.world.field(c);
                let part = |operator, value: &Literal| Filter::Compare {
                    field: field.clone(),
                    operator,
                    operand: Operand::Literal(value.clone()),
                };
                if !self.world.column(c).kind.is_numeric() {
                    return Err(format!("a range of {}", self.world.column(c).name));
                }
                let both = vec![part(Operator::AtLeast, &low[0]), part(Operator::AtMost, &high[0])];
                row.filters.push(Filter::All(both));
            }
            Kind::Text(left, how, texts) => {
                let filter = self.text(row, left.as_ref(), *how, texts)?;
                row.filters.push(filter);
            }
            Kind::Named(value) => {
                let filter = self.called(row, value)?;
                row.filters.push(filter);
            }
            Kind::Present(of, present) => {
                let c = self.left(row, Some(of), None)?;
                row.filters.push(Filter::Null { field: self.world.field(c), negated: *present });
            }
            Kind::Counted(of, op, n) => self.counted(row, of, *op, *n, m)?,
            Kind::Time(span) => {
                let filter = self.during(row, *span, m)?;
                row.filters.push(filter);
            }
            Kind::Year(year, bound) => {
                let filter = self.in_year(row, *year, *bound, m)?;
                row.filters.push(filter);
            }
            Kind::Verb => self.happened(row, m)?,
        }
        if m.or && (row.pick != picked || row.having.len() != having) {
            return Err("what \"or\" puts together".into());
        }
        let mut added: Vec<Filter> = row.filters.split_off(before.min(row.filters.len()));
        added.retain(|f| !matches!(f, Filter::All(parts) if parts.is_empty()));
        // A link knows itself what its opposite is.
        if m.not && !added.is_empty() && !matches!(m.kind, Kind::Link(..) | Kind::Verb) {
            let inner = if added.len() == 1 { added.remove(0) } else { Filter::All(added) };
            added = vec![negated(inner)];
        }
        if m.or && !added.is_empty() {
            let last = row.filters.pop().ok_or_else(|| "what \"or\" puts together".to_owned())?;
            let new = if added.len() == 1 { added.remove(0) } else { Filter::All(added) };
            added = vec![match last {
                Filter::Any(mut parts) => {
                    parts.push(new);
                    Filter::Any(parts)
                }
                last => Filter::Any(vec![last, new]),
            }];
        }
        // "the cities with both old and young members": different members.
        if m.both && row.head.is_some_and(|h| !self.is_label(h)) && !added.is_empty() {
            row.both.push(added);
        } else {
            row.filters.extend(added);
        }
        Ok(())
    }

    /// "reported by the staff", "written by authors": someone who does it, rather than a split.
    fn says_who(&self, row: &Row, of: &Np) -> bool {
        !of.mods.is_empty() && self.table_hint(of).is_some_and(|t| t != row.table)
    }

    /// Connected with something.
    fn link(&mut self, row: &mut Row, tie: Tie, of: &Np, m: &Mod, n: Option<u64>) -> Meaning<()> {
        match &of.head {
            Head::Values(values) => {
                let filter = self.valued(row, &Said::of(values, of).toward(m.toward), None, m.not)?;
                row.filters.push(filter);
                return Ok(());
            }
            Head::Quoted(_) => {
                let filter = self.quoted(row, None, of)?;
                row.filters.push(if m.not { negated(filter) } else { filter });
                return Ok(());
            }
            Head::Time(span) => {
                let filter = self.during(row, *span, m)?;
                row.filters.push(if m.not { negated(filter) } else { filter });
                return Ok(());
            }
            Head::Year(year, bound) => {
                let filter = self.in_year(row, *year, *bound, m)?;
                row.filters.push(if m.not { negated(filter) } else { filter });
                return Ok(());
            }
            Head::Numbers(_) | Head::Elapsed(_) | Head::Rate(_) => return Err("a number there".into()),
            Head::Grain(_) => return Err("a step of time there".into()),
            Head::None if of.funcs.is_empty() => return Err("what is meant".into()),
            Head::Name(_) | Head::None | Head::Pronoun => {}
        }
        let loose = matches!(tie, Tie::With | Tie::Verb | Tie::Be) || tie == Tie::By && m.verb.is_some();
        match of.funcs.first() {
            // "created most recently", "used the most often", "paid the least"
            Some(Func::Most(large, Some(wanted))) if of.head == Head::None => {
                return self.pick_trait(row, *large, *wanted, of.n.or(n));
            }
            Some(Func::Most(large, None))
                if of.head == Head::None
                    && m.verb.as_ref().is_some_and(|v| matches!(v.0.as_str(), "paid" | "pay"))
                    && self.world.of_trait(row.table, Trait::Pay).is_some() =>
            {
                return self.pick_trait(row, *large, Trait::Pay, of.n.or(n));
            }
            // "ordered the most": counted by what the verb speaks of.
            Some(Func::Most(large, None)) if of.head == Head::None && m.verb.is_some() => {
                if m.verb
                    .as_ref()
                    .is_some_and(|v| matches!(v.0.as_str(), "spent" | "spend" | "earn" | "paid" | "pay"))
                {
                    let size = self.spent(row.table)?;
                    row.pick = Some(Pick {
                        by: By::Size(size),
                        large: *large,
                        n: of.n.or(n).unwrap_or(1),
                        shown: false,
                    });
                    return Ok(());
                }
                let named = m.verb.as_ref().and_then(|v| v.1.as_ref());
                let table = named.and_then(|n| {
                    n.tables.iter().map(|t| t.0).chain(n.columns.iter().map(|c| c.0.table)).find(|t| {
                        *t != row.table
                            && !self.world.reaches(row.table, *t)
                            && self.world.distance(row.table, *t) < 20
                    })
                });
                let size = match table {
                    Some(t) => Size::count(t, Vec::new()),
                    None if row.head.is_some_and(|h| !self.is_label(h)) => Size::count(row.table, Vec::new()),
                    None => self.commonest(row.table)?,
                };
                row.pick = Some(Pick {
                    by: By::Size(size),
                    large: *large,
                    n: of.n.or(n).unwrap_or(1),
                    shown: false,
                });
                return Ok(());
            }
            Some(Func::Common(large)) if of.head == Head::None => {
                let size = if row.head.is_some_and(|h| !self.is_label(h)) {
                    Size::count(row.table, Vec::new())
                } else {
                    self.commonest(row.table)?
                };
                row.pick = Some(Pick {
                    by: By::Size(size),
                    large: *large,
                    n: of.n.or(n).unwrap_or(1),
                    shown: false,
                });
                return Ok(());
            }
            Some(Func::Most(large, Some(_))) if loose => {
                if let Thing::Column(c, to) =
                    self.thing(&Np { funcs: Vec::new(), ..of.clone() }, Some(row.table))?
                    && (self.world.column(c).kind.is_numeric() || self.world.column(c).kind.is_temporal())
                {
                    row.filters.extend(to.filters);
                    row.pick = Some(Pick {
                        by: By::Column(c),
                        large: *large,
                        n: of.n.or(n).unwrap_or(1),
                        shown: false,
                    });
                    return Ok(());
                }
            }
            Some(Func::Most(large, None)) if loose => {
                return self.extreme(row, of, *large, of.n.or(n), m.verb.as_ref());
            }
            Some(Func::Agg(a @ (Aggregate::Maximum | Aggregate::Minimum))) if loose => {
                return self.extreme(row, of, *a == Aggregate::Maximum, of.n.or(n), m.verb.as_ref());
            }
            Some(Func::Common(large)) if loose => {
                return self.extreme(row, of, *large, of.n.or(n), m.verb.as_ref());
            }
            Some(Func::Top(_)) if loose => return Err("a rank there".into()),
            Some(Func::Count) if loose => {
                let size = self.size(of, Some(row.table))?;
                row.numbers.push(size);
                return Ok(());
            }
            Some(Func::Agg(_) | Func::HowMuch | Func::Share | Func::Count) => {
                let size = self.size(of, Some(row.table))?;
                row.numbers.push(size);
                return Ok(());
            }
            _ => {}
        }
        match self.thing(of, Some(row.table))? {
            Thing::Rows(mut to) => {
                if let Some(Func::Most(_, None)) = of.funcs.first() {
                    return Err("by which column to find it".into());
                }
                if of.each {
                    row.groups.push(Group::Rows(to.table));
                    to.each = false;
                    if to.is_bare() {
                        return Ok(());
                    }
                }
                row.groups.append(&mut to.groups);
                row.numbers.append(&mut to.numbers);
                self.relate(row, to, m.not, m.verb.as_ref().map(|v| v.0.as_str()), tie)
            }
            Thing::Column(c, mut to) => {
                row.groups.append(&mut to.groups);
                if of.each {
                    row.groups.push(Group::Column(c, None));
                    return Ok(());
                }
                if !to.filters.is_empty() || to.pick.is_some() {
                    return self.relate(row, to, m.not, m.verb.as_ref().map(|v| v.0.as_str()), tie);
                }
                if self.world.column(c).kind == TypeKind::Bool && of.funcs.is_empty() {
                    let operand = Operand::Literal(Literal::Bool(!m.not));
                    let field = self.world.field(c);
                    row.filters.push(Filter::Compare { field, operator: Operator::Equal, operand });
                    return Ok(());
                }
                if loose && of.funcs.is_empty() {
                    let field = self.world.field(c);
                    self.loss += 0.1;
                    if !self.world.reaches(row.table, c.table) {
                        return self.relate(row, Row::of(c.table), m.not, None, tie);
                    }
                    row.filters.push(Filter::Null { field, negated: !m.not });
                    return Ok(());
                }
                self.loss += 0.25;
                Ok(())
            }
            Thing::Number(..) | Thing::Plain => Err("what is meant".into()),
        }
    }

    /// "spent the most": the sum of the one amount that is kept for each.
    fn spent(&mut self, table: usize) -> Meaning<Size> {
        let near = self.neighbours(table);
        let amounts: Vec<ColumnRef> = near
            .into_iter()
            .filter(|t| !self.world.reaches(table, *t))
            .filter_map(|t| {
                crate::offline::amounts::amount_column(t, self.world.lexicon, self.world.catalogue)
            })
            .collect();
        let [c] = amounts.as_slice() else { return Err("which amount is meant".into()) };
        self.loss += 0.1;
        let measure = Measure::of(Aggregate::Sum, self.world.field(*c));
        Ok(Size { measure, home: c.table, filters: Vec::new() })
    }

    /// "with the most orders", "with the highest price".
    fn extreme(
        &mut self,
        row: &mut Row,
        of: &Np,
        large: bool,
        n: Option<u64>,
        verb: Option<&(String, Option<crate::offline::annotate::NameItem>)>,
    ) -> Meaning<()> {
        let n = n.unwrap_or(1);
        if of.head == Head::None {
            return Err("the most of what".into());
        }
        let inner = Np { funcs: of.funcs[1..].to_vec(), ..of.clone() };
        if !inner.funcs.is_empty() && !matches!(inner.funcs[..], [Func::Count]) {
            let size = self.size(&inner, Some(row.table))?;
            row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
            return Ok(());
        }
        match self.thing(&Np { funcs: vec![Func::Most(large, None)], ..inner }, Some(row.table))? {
            Thing::Rows(mut to) => {
                // "resolved the most tickets": those that were.
                if let Some((root, _)) = verb
                    && let Some(c) = self
                        .verb_column(to.table, root, false)
                        .filter(|c| self.world.column(*c).nullable && to.table == row.table)
                {
                    to.filters.push(Filter::Null { field: self.world.field(c), negated: true });
                }
                if !self.world.reaches(to.table, row.table) && self.world.distance(to.table, row.table) >= 20
                {
                    return Err("what is counted".into());
                }
                let amount = of.high.then(|| self.money(to.table, None)).flatten();
                if of.high && amount.is_none() {
                    return Err("by which column to find it".into());
                }
                if let Some(c) = amount {
                    // "the largest payment"
                    self.loss += 0.1;
                    row.filters.extend(to.filters);
                    row.pick = Some(Pick { by: By::Column(c), large, n, shown: false });
                    return Ok(());
                }
                let size = Size::count(to.table, to.filters);
                row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
            }
            Thing::Column(c, to) => {
                let column = self.world.column(c);
                if column.kind.is_numeric() && !self.world.is_reference(c) || column.kind.is_temporal() {
                    row.filters.extend(to.filters);
                    if column.kind.is_numeric()
                        && row.head.is_some_and(|h| self.repeats(h) && h.table == c.table)
                    {
                        // "which team has the lowest satisfaction": of each team, all its rows.
                        let sum = self.world.adds_up(c);
                        let aggregate = if sum { Aggregate::Sum } else { Aggregate::Average };
                        let measure = Measure::of(aggregate, self.world.field(c));
                        let by = By::Size(Size { measure, home: c.table, filters: Vec::new() });
                        row.pick = Some(Pick { by, large, n, shown: true });
                        self.loss += 0.15;
                        return Ok(());
                    }
                    row.pick = Some(Pick { by: By::Column(c), large, n, shown: false });
                } else {
                    // "the most names": counted, where the column's table is another.
                    self.loss += 0.3;
                    let size = Size::count(c.table, to.filters);
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
                }
            }
            Thing::Number(measure, to) => {
                let size = Size { measure, home: to.table, filters: to.filters };
                row.pick = Some(Pick { by: By::Size(size), large, n, shown: false });
            }
            Thing::Plain => return Err("the most of what".into()),
        }
        Ok(())
    }

    /// "top 5 products by revenue".
    fn pick_by(&mut self, row: &mut Row, by: &Np, np: &Np) -> Meaning<()> {
        let large = np
            .funcs
            .iter()
            .find_map(|f| match f {
                Func::Top(large) | Func::Most(large, None) => Some(*large),
                _ => None,
            })
            .unwrap_or(true);
        // "top customers" are several.
        let many = matches!(np.funcs.first(), Some(Func::Top(_)))
            && matches!(&np.head, Head::Name(name) if name.plural);
        let n = np.n.unwrap_or(if many { 10 } else { 1 });
        if by.funcs.is_empty() {
            match self.thing(by, Some(row.table))? {
                Thing::Column(c, of)
                    if self.world.column(c).kind.is_numeric() || self.world.column(c).kind.is_temporal() =>
                {
                    row.filters.extend(of.filters);
                    let by = if self.sums_up(row, c) {
                        let aggregate =
                            if self.world.adds_up(c) { Aggregate::Sum } else { Aggregate::Average };
                        let measure = Measure::of(aggregate, self.world.field(c));
                        By::Size(Size { measure, home: c.table, filters: Vec::new() })
                    } else {
                        By::Column(c)
                    };
                    row.pick = Some(Pick { by, large, n, shown: true });
                    return Ok(());
                }
                Thing::Rows(of) => {
                    let size = Size::count(of.table, of.filters);
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: true });
                    return Ok(());
                }
                Thing::Number(measure, of) => {
                    let size = Size { measure, home: of.table, filters: of.filters };
                    row.pick = Some(Pick { by: By::Size(size), large, n, shown: true });
                    return Ok(());
                }
                _ => return Err("which number decides".into()),
            }
        }
        let size = self.size(by, Some(row.table))?;
        row.pick = Some(Pick { by: By::Size(size), large, n, shown: true });
        Ok(())
    }

    /// The values of a column come again in many rows.
    fn repeats(&self, c: ColumnRef) -> bool {
        let table = &self.world.catalogue.tables[c.table];
        let column = self.world.column(c);
        match (column.distinct_estimate, table.row_estimate) {
            (Some(distinct), Some(rows)) => rows >= 40.0 && distinct * 5.0 <= rows,
            _ => false,
        }
    }

    /// Seen from these rows, the column has many values, or the rows are groups of a column.
    pub fn sums_up(&self, row: &Row, c: ColumnRef) -> bool {
        let split = row.head.is_some_and(|h| !self.world.labels(h.table).contains(&h) && h.table == c.table);
        split || !self.world.reaches(row.table, c.table)
    }

    /// "by city", "for each customer", "per month".
    pub fn group(&mut self, row: &mut Row, by: &Np) -> Meaning<()> {
        if let Head::Grain(grain) = by.head {
            row.groups.push(Group::Time(grain));
            return Ok(());
        }
        if by.head == Head::Pronoun {
            // "to each one": of what is shown already.
            return Ok(());
        }
        match self.thing(by, Some(row.table))? {
            Thing::Rows(mut to) => {
                row.groups.push(Group::Rows(to.table));
                self.own_filters(row, &mut to);
                if !to.is_bare() {
                    self.relate(row, to, false, None, Tie::Of)?;
                }
            }
            Thing::Column(c, mut to) => {
                row.groups.push(Group::Column(c, None));
                self.own_filters(row, &mut to);
                if to.table != row.table && !to.is_bare() {
                    self.relate(row, to, false, None, Tie::Of)?;
                } else {
                    row.filters.extend(to.filters);
                }
            }
            _ => return Err("what to split by".into()),
        }
        Ok(())
    }

    /// "for each product that has problems, the number of problems": what is said of the counted rows.
    fn own_filters(&self, row: &mut Row, to: &mut Row) {
        let own = self.name(row.table);
        for filter in std::mem::take(&mut to.filters) {
            match filter {
                Filter::Related { table, filters, count: None, negated: false, .. } if table == own => {
                    row.filters.extend(filters);
                }
                other => to.filters.push(other),
            }
        }
    }

    /// The column on the left of a comparison.
    fn left(&mut self, row: &mut Row, left: Option<&Np>, right: Option<&Np>) -> Meaning<ColumnRef> {
        let number = right.is_some_and(|r| matches!(r.head, Head::Numbers(_)));
        let Some(left) = left else {
            let own = row
                .last
                .or(row.head)
                .filter(|c| !number || self.world.column(*c).kind.is_numeric() || right.is_none());
            let compared = right.is_some_and(|r| matches!(r.head, Head::Numbers(_)));
            return own
                .or_else(|| compared.then(|| self.money(row.table, right)).flatten())
                .ok_or_else(|| "what is compared".to_owned());
        };
        let c = match &left.head {
            Head::Name(name) if left.owner.is_none() && left.mods.is_empty() => {
                match self.settle(name, Some(row.table), Want { number, rows: false })? {
                    Noun::Column(c) => c,
                    // "payments over 200"
                    Noun::Table(t) if number => {
                        self.money(t, right).ok_or_else(|| "what is compared".to_owned())?
                    }
                    Noun::Table(t) => {
                        *self.world.labels(t).first().ok_or_else(|| "what is compared".to_owned())?
                    }
                }
            }
            Head::Pronoun => row.last.or(row.head).ok_or_else(|| "what is compared".to_owned())?,
            _ => match self.thing(left, Some(row.table))? {
                Thing::Column(c, of) => {
                    if of.table != row.table && !of.is_bare() {
                        self.relate(row, of, false, None, Tie::Of)?;
                    }
                    c
                }
                _ => return Err("what is compared".into()),
            },
        };
        if self.world.distance(row.table, c.table) >= 20 {
            return Err(format!("how {} belongs to it", self.world.column(c).name));
        }
        row.last = Some(c);
        Ok(c)
    }

    fn compare(
        &mut self,
        row: &mut Row,
        left: Option<&Np>,
        op: Operator,
        of: Option<Trait>,
        right: &Np,
        m: &Mod,
    ) -> Meaning<Option<Filter>> {
        // "number of orders above 5", "average price over 10"
        if let Some(left) = left.filter(|l| !l.funcs.is_empty()) {
            let Head::Numbers(numbers) = &right.head else {
                return Err("what the number is compared with".into());
            };
            let size = self.size(left, Some(row.table))?;
            let n = match &numbers[0] {
                Literal::Integer(n) => u64::try_from(*n).ok(),
                _ => None,
            };
            if size.measure == Measure::count()
                && size.home != row.table
                && let Some(n) = n
            {
                let table = self.name(size.home);
                return Ok(Some(Filter::Related {
                    table,
                    filters: size.filters,
                    count: Some((op, n)),
                    negated: false,
                    via: None,
                }));
            }
            row.having.push((size, op, numbers[0].to_string()));
            return Ok(None);
        }
        let mut operator = op;
        let c = match (of, left) {
            (Some(wanted), None) => {
                let (c, turned) = self
                    .world
                    .of_trait(row.table, wanted)
                    .ok_or_else(|| "which number is compared".to_owned())?;
                if turned {
                    return Err("an age, where only a date of birth is kept".into());
                }
                row.last = Some(c);
                c
            }
            _ => self.left(row, left, Some(right)).or_else(|e| match (&m.verb, left) {
                // "opened after 3": the verb says which.
                (Some((root, _)), None) => self.verb_column(row.table, root, true).ok_or(e),
                _ => Err(e),
            })?,
        };
        let c = right.unit.as_ref().and_then(|unit| self.in_unit(c, unit)).unwrap_or(c);
        let field = self.world.field(c);
        let column = self.world.column(c);
        match &right.head {
            Head::Numbers(_) | Head::Values(_) | Head::Quoted(_) => {
                if matches!(op, Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast)
                    && !column.kind.is_numeric()
                {
                    return Err(format!("a comparison of {} by size", column.name));
                }
                Ok(Some(self.equal(row, c, right, op)?))
            }
            Head::Time(span) => Ok(Some(self.period(c, *span, op)?)),
            Head::Year(year, bound) => {
                if *bound == Bound::Before {
                    operator = Operator::Less;
                } else if *bound == Bound::After {
                    operator = Operator::Greater;
                }
                Ok(Some(self.year_on(c, *year, operator)?))
            }
            Head::None | Head::Name(_) => {
                let Some(aggregate) = aggregate_of(&right.funcs) else {
                    let Thing::Column(other, _) = self.thing(right, Some(c.table))? else {
                        return Err("what it is compared with".into());
                    };
                    let family = |k: TypeKind| (k.is_numeric(), k.is_temporal(), k.is_textual());
                    if other == c || family(self.world.column(other).kind) != family(column.kind) {
                        return Err("what it is compared with".into());
                    }
                    let operand = Operand::Field(self.world.field(other));
                    return Ok(Some(Filter::Compare { field, operator, operand }));
                };
                let (of, filters) = match &right.head {
                    Head::None => {
                        // "the average of all products"
                        let mut all = Row::of(c.table);
                        for m in &right.mods {
                            if let Kind::Link(_, np) = &m.kind
                                && let Thing::Rows(to) = self.thing(np, Some(c.table))?
                                && to.table == c.table
                            {
                                all.filters.extend(to.filters);
                            } else {
                                return Err("the average of what".into());
                            }
                        }
                        (c, all.filters)
                    }
                    _ => match self
                        .thing(&Np { funcs: right.funcs.clone(), ..right.clone() }, Some(c.table))?
                    {
                        Thing::Column(other, of) => (other, of.filters),
                        Thing::Rows(of) if of.table == c.table => (c, of.filters),
                        _ => return Err("the average of what".into()),
                    },
                };
                if !self.world.column(of).kind.is_numeric() || !column.kind.is_numeric() {
                    return Err("the average of what".into());
                }
                let operand = Operand::Aggregate { aggregate, field: self.world.field(of), filters };
                Ok(Some(Filter::Compare { field, operator, operand }))
            }
            _ => Err("what it is compared with".into()),
        }
    }

    /// "orders over 500 euros": the one amount or price of the rows.
    fn money(&mut self, table: usize, right: Option<&Np>) -> Option<ColumnRef> {
        let unit = right.and_then(|r| r.unit.as_deref());
        let currency = matches!(unit, Some("dollar" | "usd" | "euro" | "eur" | "pound"));
        if unit.is_some() && !currency {
            return None;
        }
        self.loss += if currency { 0.05 } else { 0.25 };
        crate::offline::amounts::amount_column(table, self.world.lexicon, self.world.catalogue)
            .or_else(|| self.world.of_trait(table, Trait::Price).map(|c| c.0))
    }

    /// The column like this one that is kept in the unit.
    fn in_unit(&self, c: ColumnRef, unit: &str) -> Option<ColumnRef> {
        let names = &self.world.lexicon.columns[c.table];
        let first = names[c.column].words.first()?;
        (0..names.len())
            .find(|i| names[*i].words.first() == Some(first) && names[*i].words.iter().any(|w| w == unit))
            .map(|column| ColumnRef { table: c.table, column })
    }

    fn text(
        &mut self,
        row: &mut Row,
        left: Option<&Np>,
        how: TextMatch,
        texts: &[String],
    ) -> Meaning<Filter> {
        let columns = match left {
            Some(_) => vec![self.left(row, left, None)?],
            None => match row.head {
                Some(c) => vec![c],
                None => self.world.labels(row.table),
            },
        };
        let c = *columns.first().ok_or_else(|| "which text is meant".to_owned())?;
        let kind = self.world.column(c).kind;
        if !kind.is_textual() && kind != TypeKind::Integer {
            return Err(format!("a part of {}", self.world.column(c).name));
        }
        let part = |value: &String| Filter::Text {
            field: self.world.field(c),
            how,
            value: value.clone(),
            negated: false,
        };
        Ok(match texts {
            [one] => part(one),
            several => Filter::Any(several.iter().map(part).collect()),
        })
    }

    /// "more than 3 orders".
    fn counted(&mut self, row: &mut Row, of: &Np, op: Operator, n: u64, m: &Mod) -> Meaning<()> {
        if of.distinct {
            return Err("a number of different things as a condition".into());
        }
        match self.thing(of, Some(row.table))? {
            Thing::Rows(to) if to.table == row.table => {
                if row.head.is_none_or(|h| self.is_label(h)) {
                    return Err("a number of itself".into());
                }
                row.having.push((Size::count(to.table, to.filters), op, n.to_string()));
            }
            Thing::Rows(to) => {
                if row.head.is_some_and(|h| !self.is_label(h)) && self.world.reaches(to.table, row.table) {
                    row.having.push((Size::count(to.table, to.filters), op, n.to_string()));
                    return Ok(());
                }
                if self.world.reaches(row.table, to.table) {
                    return Err("a number of what there is one of".into());
                }
                if self.world.distance(row.table, to.table) >= 20 {
                    return Err("how these belong together".into());
                }
                let via = self.via(row.table, to.table, m.verb.as_ref().map(|v| v.0.as_str()));
                let filter = Filter::Related {
                    table: self.name(to.table),
                    filters: to.filters,
                    count: Some((op, n)),
                    negated: false,
                    via,
                };
                row.filters.push(filter);
            }
            Thing::Column(c, to) => {
                let kind = self.world.column(c).kind;
                let amount = kind.is_numeric() && !self.world.is_reference(c) && !self.is_label(c);
                if amount && (self.world.reaches(row.table, c.table)) {
                    let n = i64::try_from(n).map_err(|_| "so large a number".to_owned())?;
                    row.filters.extend(to.filters);
                    row.filters.push(Filter::Compare {
                        field: self.world.field(c),
                        operator: op,
                        operand: Operand::Literal(Literal::Integer(n)),
                    });
                    row.last = Some(c);
                } else {
                    return Err("what is counted".into());
                }
            }
            _ => return Err("what is counted".into()),
        }
        Ok(())
    }

    fn during(&mut self, row: &mut Row, span: Span, m: &Mod) -> Meaning<Filter> {
        let verb = m.verb.as_ref().map(|v| v.0.as_str());
        let c = self.date_of(row, verb)?;
        Ok(Filter::Period { field: self.world.field(c), from: span.from, to: span.to })
    }

    fn in_year(&mut self, row: &mut Row, year: i32, bound: Bound, m: &Mod) -> Meaning<Filter> {
        let verb = m.verb.as_ref().map(|v| v.0.as_str());
        let operator = match bound {
            Bound::In => Operator::Equal,
            Bound::Before => Operator::Less,
            Bound::After => Operator::Greater,
            Bound::Since => Operator::AtLeast,
        };
        let tables: Vec<usize> = std::iter::once(row.table).chain(self.neighbours(row.table)).collect();
        if let Some(c) = verb.and_then(|v| {
            let year = self.year_number(row.table, Some(v)).filter(|c| self.verb_fits(*c, v));
            year.or_else(|| tables.iter().find_map(|t| self.verb_column(*t, v, false)))
                .or_else(|| self.event_date(row.table, v))
        }) {
            return self.year_on(c, year, operator);
        }
        let number =
            verb.and_then(|v| self.year_by_verb(row.table, v)).or_else(|| self.year_number(row.table, verb));
        let c = match number {
            Some(c) => c,
            None => match self.date_of(row, verb) {
                Ok(c) => c,
                Err(why) => self.near_year(row).ok_or(why)?,
            },
        };
        self.year_on(c, year, operator)
    }

    /// A year of a column that holds years or dates.
    fn year_on(&self, c: ColumnRef, year: i32, operator: Operator) -> Meaning<Filter> {
        let field = self.world.field(c);
        let column = self.world.column(c);
        if column.kind.is_temporal() {
            let day = |y: i32| NaiveDate::from_ymd_opt(y, 1, 1);
            let (from, to) = match operator {
                Operator::Equal => (day(year), day(year + 1)),
                Operator::Less => (None, day(year)),
                Operator::AtMost => (None, day(year + 1)),
                Operator::Greater => (day(year + 1), None),
                Operator::AtLeast => (day(year), None),
                Operator::NotEqual => return Err("any year but one".into()),
            };
            return Ok(Filter::Period { field, from, to });
        }
        if column.kind.is_numeric() {
            let operand = Operand::Literal(Literal::Integer(i64::from(year)));
            return Ok(Filter::Compare { field, operator, operand });
        }
        if column.kind == TypeKind::Text && operator == Operator::Equal {
            return Ok(Filter::Compare {
                field,
                operator,
                operand: Operand::Literal(Literal::Text(year.to_string())),
            });
        }
        Err(format!("a year of {}", column.name))
    }

    /// A time compared with a column.
    fn period(&self, c: ColumnRef, span: Span, op: Operator) -> Meaning<Filter> {
        let column = self.world.column(c);
        if !column.kind.is_temporal() {
            return Err(format!("a time of {}", column.name));
        }
        let (from, to) = match op {
            Operator::Greater => (span.to, None),
            Operator::AtLeast => (span.from, None),
            Operator::Less => (None, span.from),
            Operator::AtMost => (None, span.to),
            Operator::Equal => (span.from, span.to),
            Operator::NotEqual => return Err("any time but one".into()),
        };
        Ok(Filter::Period { field: self.world.field(c), from, to })
    }
}

/// The opposite of a condition.
pub fn negated(filter: Filter) -> Filter {
    match filter {
        Filter::Not(inner) => *inner,
        Filter::Compare { field, operator: Operator::Equal, operand } => {
            Filter::Compare { field, operator: Operator::NotEqual, operand }
        }
        Filter::In { field, values, negated } => Filter::In { field, values, negated: !negated },
        Filter::Null { field, negated } => Filter::Null { field, negated: !negated },
        Filter::Text { field, how, value, negated } => Filter::Text { field, how, value, negated: !negated },
        Filter::Related { table, filters, count, negated, via } => {
            Filter::Related { table, filters, count, negated: !negated, via }
        }
        Filter::Among { field, plan, negated } => Filter::Among { field, plan, negated: !negated },
        other => Filter::Not(Box::new(other)),
    }
}
