//! What a number is split by, and in which order rows come.

use super::{Extreme, Group, Parser, Target, Trouble};
use crate::offline::{
    annotate::{Item, Key},
    resolve::Settled,
};
use rowcall_plan::Aggregate;

impl Parser<'_, '_> {
    pub(super) fn each(&mut self) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        while matches!(self.item(n), Some(Item::Key(Key::Distinct | Key::Each))) {
            n = self.next(n + 1);
        }
        // "top 5 products by revenue", "top 3 by number of sales"
        let ranking = self.sketch.limit.is_some()
            && self.sketch.extreme.is_none()
            && self.sketch.order_by_measure.is_some();
        if ranking {
            let large = self.sketch.order_by_measure.unwrap_or(true);
            match self.item(n) {
                Some(Item::Key(Key::Count)) => {
                    self.at = n;
                    self.count()?;
                    return Ok(());
                }
                Some(Item::Key(Key::Aggregate(a))) => {
                    let a = *a;
                    self.at = n;
                    return self.aggregate(a);
                }
                _ => {}
            }
            if let Some(Settled::Column(c, s)) = self.settle(n)
                && self.world.column(c).kind.is_numeric()
                && !self.is_key(c)
            {
                self.sketch.certainty *= s;
                let own = self.sketch.tables.first() == Some(&c.table);
                if own {
                    self.sketch.extreme = Some((large, Extreme::Column(c)));
                    self.sketch.order_by_measure = None;
                } else {
                    let aggregate = if self.world.adds_up(c) { Aggregate::Sum } else { Aggregate::Average };
                    self.sketch.measures.push((aggregate, Target::Column(c), false));
                }
                self.at = n + 1;
                return Ok(());
            }
            if let Some(Settled::Table(t)) = self.settle(n)
                && self.sketch.tables.first().is_some_and(|own| *own != t && !self.world.reaches(*own, t))
            {
                self.sketch.measures.push((Aggregate::Count, Target::Rows(t), false));
                self.at = n + 1;
                return Ok(());
            }
        }
        // "the largest zoo by area"
        if let Some((large, Extreme::Rows(t))) = self.sketch.extreme
            && let Some((c, s)) = self.settle_column(n)
            && c.table == t
            && self.world.column(c).kind.is_numeric()
            && !self.is_key(c)
            && self.sketch.tables.iter().all(|o| *o == t)
        {
            self.sketch.certainty *= s.min(1.0);
            self.sketch.extreme = Some((large, Extreme::Column(c)));
            self.at = n + 1;
            return Ok(());
        }
        loop {
            match self.settle(n) {
                // "songs by artists from the UK", "goals scored by its players": who made them, no split.
                Some(Settled::Table(t)) if self.said_of(n) || self.theirs(n) => {
                    self.mention(t);
                    self.at = n + 1;
                    return Ok(());
                }
                Some(Settled::Table(t)) => {
                    self.sketch.groups.push(Group::Table(t));
                    self.mention(t);
                }
                Some(Settled::Column(c, s)) => {
                    // "reported by the staff named X": an agent, not a split.
                    self.sketch.certainty *= s.min(1.0);
                    let next = self.next(n + 1);
                    if matches!(self.item(next), Some(Item::Value(_) | Item::Quoted(_) | Item::Number(_)))
                        && self.filtering
                    {
                        self.at = n;
                        return Ok(());
                    }
                    self.sketch.groups.push(Group::Column(c));
                    self.near = self.near.or(Some(c.table));
                }
                None => {
                    if matches!(self.item(n), Some(Item::Value(_))) {
                        self.at = n;
                        return Ok(());
                    }
                    if n > self.at + 1 || matches!(self.item(n), None | Some(Item::Mark(_))) {
                        // "each of them", "for each": says nothing new where something is split already.
                        if !self.sketch.groups.is_empty()
                            || !self.sketch.shown.is_empty()
                            || !self.sketch.tables.is_empty()
                        {
                            return Ok(());
                        }
                    }
                    if matches!(self.item(n), Some(Item::Key(_))) && !self.sketch.tables.is_empty() {
                        return Ok(());
                    }
                    return Err(Trouble::Unplaced("what to split by".into()));
                }
            }
            self.at = n + 1;
            let and = self.next(n + 1);
            if matches!(self.item(and), Some(Item::Key(Key::Grain(_)))) {
                self.at = and;
                return Ok(());
            }
            if !matches!(self.item(and), Some(Item::Key(Key::And))) {
                return Ok(());
            }
            let m = self.next(and + 1);
            let by = self.sketch.measures.is_empty()
                && (self.sketch.tables.is_empty() || !self.sketch.shown.is_empty());
            if by || !matches!(self.item(m), Some(Item::Name(_))) {
                return Ok(());
            }
            n = m;
        }
    }

    /// Those of something that was named before.
    fn theirs(&self, at: usize) -> bool {
        (self.at + 1..at)
            .any(|i| matches!(self.item(i), Some(Item::Filler(w)) if matches!(w.as_str(), "its" | "their")))
    }

    /// Several are named, and something is said of them.
    fn said_of(&self, at: usize) -> bool {
        let several = matches!(self.item(at), Some(Item::Name(name)) if name.plural);
        let told = match self.item(at + 1) {
            Some(Item::Filler(w)) => matches!(w.as_str(), "from" | "in" | "who" | "that" | "whose"),
            Some(Item::Key(Key::Where)) => true,
            _ => false,
        };
        let value = matches!(self.item(self.next(at + 1)), Some(Item::Value(_) | Item::Quoted(_)));
        several && told && (value || matches!(self.item(at + 1), Some(Item::Key(Key::Where))))
    }

    pub(super) fn order_by(&mut self, direction: Option<bool>) -> Result<(), Trouble> {
        let mut n = self.next(self.at + 1);
        let mut descending = direction;
        if let Some(Item::Key(Key::Direction(d))) = self.item(n) {
            descending = Some(*d);
            n = self.next(n + 1);
        }
        if matches!(self.item(n), Some(Item::Key(Key::Count | Key::Aggregate(_) | Key::Superlative(..)))) {
            let m = self.next(n + 1);
            self.sketch.order_by_measure = Some(descending.unwrap_or(false));
            if matches!(self.sketch.extreme, Some((_, Extreme::Rows(_)))) {
                self.at = m + 1;
                return Ok(());
            }
            if self.sketch.measures.is_empty() {
                return match self.settle(m) {
                    Some(Settled::Table(t)) => {
                        self.sketch.extreme = Some((descending.unwrap_or(false), Extreme::Rows(t)));
                        self.at = m + 1;
                        Ok(())
                    }
                    Some(Settled::Column(c, _)) if self.world.column(c).kind.is_numeric() => {
                        self.sketch.order.push((c, descending.unwrap_or(false)));
                        self.sketch.order_by_measure = None;
                        self.at = m + 1;
                        Ok(())
                    }
                    // "the formats in ascending order of count"
                    None if matches!(self.item(m), None | Some(Item::Mark(_)))
                        && self.sketch.shown.len() == 1 =>
                    {
                        self.sketch.extreme = Some((descending.unwrap_or(false), Extreme::Common));
                        self.sketch.order_by_measure = None;
                        self.at = m;
                        Ok(())
                    }
                    _ => Err(Trouble::Unplaced("what to order by".into())),
                };
            }
            self.at = m + 1;
            return Ok(());
        }
        loop {
            let Some((c, s)) = self.settle_column(n) else {
                if let Some(Settled::Table(t)) = self.settle(n)
                    && self
                        .sketch
                        .measures
                        .iter()
                        .any(|(a, target, _)| *a == Aggregate::Count && *target == Target::Rows(t))
                {
                    self.sketch.order_by_measure = Some(descending.unwrap_or(false));
                    self.at = n + 1;
                    return Ok(());
                }
                if self.sketch.order.is_empty() {
                    return Err(Trouble::Unplaced("what to order by".into()));
                }
                return Ok(());
            };
            self.sketch.certainty *= s.min(1.0);
            let measured = self.sketch.measures.iter().any(|(_, t, _)| *t == Target::Column(c));
            if measured {
                self.sketch.order_by_measure = Some(descending.unwrap_or(false));
            } else {
                self.sketch.order.push((c, descending.unwrap_or(false)));
            }
            self.at = n + 1;
            // "by the region name"
            let after = self.next(n + 1);
            if after == n + 1
                && matches!(self.item(after), Some(Item::Name(name)) if name.text.eq_ignore_ascii_case("name"))
            {
                self.at = after + 1;
            }
            let and = self.next(n + 1);
            if !matches!(self.item(and), Some(Item::Key(Key::And))) {
                return Ok(());
            }
            let m = self.next(and + 1);
            if self.settle_column(m).is_none() {
                return Ok(());
            }
            n = m;
        }
    }
}
