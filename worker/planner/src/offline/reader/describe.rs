//! Descriptions become conditions on rows.

use super::relate::FAR;
use super::{
    ast::{Func, Head, Kind, Mod, Np, Tie},
    rows::{By, Group, Meaning, Pick, Reader, Row, Size, Thing},
    values::Said,
};
use crate::offline::annotate::Trait;
use rowcall_plan::{Aggregate, Filter, Literal, Operand, Operator};

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
        if let Some(Func::Most(large, None)) = np.funcs.first().filter(|_| row.head.is_none())
            && let Some(c) = self.sized(row.table, np)
        {
            self.loss += 0.05;
            row.pick = Some(Pick { by: By::Column(c), large: *large, n: np.n.unwrap_or(1), shown: false });
        }
        for (i, m) in np.mods.iter().enumerate() {
            if Some(i) != taken {
                self.modify(row, m, np)?;
            }
        }
        Ok(())
    }

    /// One description.
    pub(super) fn modify(&mut self, row: &mut Row, m: &Mod, np: &Np) -> Meaning<()> {
        let before = row.filters.len();
        let (picked, having) = (row.pick.clone(), row.having.len());
        match &m.kind {
            Kind::Each(by) => {
                let by_rank = np.funcs.iter().any(|f| matches!(f, Func::Top(_) | Func::Ranking));
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
                let ranked =
                    np.funcs.iter().any(|f| matches!(f, Func::Top(_) | Func::Ranking | Func::Most(_, None)));
                let number = row.head.is_some_and(|h| self.world.column(h).kind.is_numeric());
                let top = np.funcs.iter().any(|f| matches!(f, Func::Top(_) | Func::Ranking));
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
        // "both an order in May and an order in June": rows of their own, further out.
        if m.both && row.head.is_none_or(|h| self.is_label(h)) {
            added = self.of_one_row(row.table, added);
        }
        // "the cities with both old and young members": different members.
        if m.both && row.head.is_some_and(|h| !self.is_label(h)) && !added.is_empty() {
            row.both.push(added);
        } else {
            row.filters.extend(added);
        }
        Ok(())
    }

    /// "reported by the staff", "by authors from Spain", "by Spanish authors", "by its authors": someone who does it, rather than a split.
    pub(super) fn says_who(&self, row: &Row, of: &Np) -> bool {
        let said = !of.mods.is_empty() || !of.before.is_empty() || of.their;
        said && self.table_hint(of).is_some_and(|t| t != row.table)
    }

    /// Connected with something.
    pub(super) fn link(&mut self, row: &mut Row, tie: Tie, of: &Np, m: &Mod, n: Option<u64>) -> Meaning<()> {
        if of.same {
            return self.alike(row, of, m.not);
        }
        match &of.head {
            Head::Values(values) => {
                let toward = m.toward.or_else(|| going(m.verb.as_ref().map_or("", |v| v.0.as_str())));
                let filter = self.valued(row, &Said::of(values, of).toward(toward), None, m.not)?;
                row.filters.push(filter);
                return Ok(());
            }
            Head::Quoted(_) => {
                let filter = match self.quoted(row, None, of) {
                    Err(why) if of.guess && tie == Tie::Prep => self.unseen(row.table, of).ok_or(why)?,
                    other => other?,
                };
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
                            && self.world.distance(row.table, *t) < FAR
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
            // "which zoo is the largest"
            Some(Func::Most(large, None)) if of.head == Head::None && tie == Tie::Be => {
                let c = self.sized(row.table, of).ok_or_else(|| "the most of what".to_owned())?;
                self.loss += 0.05;
                row.pick =
                    Some(Pick { by: By::Column(c), large: *large, n: of.n.or(n).unwrap_or(1), shown: false });
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
                if matches!(of.funcs.first(), Some(Func::Most(_, None))) && to.pick.is_none() {
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
                // "for specialties with more than 2 doctors"
                if to.table == row.table && to.having.iter().all(|(size, ..)| size.home == row.table) {
                    row.having.append(&mut to.having);
                }
                if of.each {
                    row.groups.push(Group::Column(c, None));
                    return Ok(());
                }
                if !to.filters.is_empty() || to.pick.is_some() {
                    return self.relate(row, to, m.not, m.verb.as_ref().map(|v| v.0.as_str()), tie);
                }
                if let Some(value) = self.world.yes_or_no(c, !m.not).filter(|_| of.funcs.is_empty()) {
                    let operand = Operand::Literal(value);
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
}

/// Whether a verb speaks of where something ends (true) or begins.
fn going(verb: &str) -> Option<bool> {
    match verb {
        "arriv" | "land" | "end" | "reach" => Some(true),
        "depart" | "leav" | "start" | "begin" | "originat" => Some(false),
        _ => None,
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
