//! Which columns a name shows: both parts of a person's name, another column for another name, the thing itself.

use super::{Extreme, Parser, Target};
use crate::offline::{
    annotate::{Item, Key},
    resolve::Settled,
    words::lemma,
};
use rowcall_core::ColumnRef;
use rowcall_plan::Aggregate;

impl Parser<'_, '_> {
    /// "the names of the customers", who have a first and a last name: both.
    pub(super) fn name_parts(&self, at: usize, c: ColumnRef) -> Vec<ColumnRef> {
        let text = self.text(at).to_lowercase();
        let own = &self.world.lexicon.tables[c.table].words;
        let (mut plain, mut said) = (true, false);
        for word in text.split(' ').map(lemma) {
            if word == "name" {
                said = true;
            } else {
                plain &= own.contains(&word);
            }
        }
        let labels = self.world.labels(c.table);
        if plain && said && labels.len() == 2 && labels.contains(&c) { labels } else { vec![c] }
    }

    /// The next best column that a name can mean, where the best one was shown under another name.
    pub(super) fn another(&mut self, at: usize, c: ColumnRef) -> ColumnRef {
        let Some(Item::Name(name)) = self.item(at) else { return c };
        let rest: Vec<(ColumnRef, f32)> =
            name.columns.iter().filter(|(x, _)| !self.sketch.shown.contains(x)).copied().collect();
        let found = self.world.best_column(&rest, Some(c.table)).filter(|(x, _)| x.table == c.table);
        self.sketch.certainty *= found.map_or(0.7, |(_, s)| s);
        found.map_or(c, |(x, _)| x)
    }

    /// "the cinemas and their locations": the names first. "the smallest weight and its dog": the row that has it.
    pub(super) fn with_what_it_belongs_to(&mut self, at: usize, c: ColumnRef) {
        let their = |at: usize| matches!(self.item(at), Some(Item::Filler(w)) if w == "their" || w == "its");
        let and = |at: usize| matches!(self.item(at), Some(Item::Key(Key::And)));
        let theirs = at >= 2 && their(at - 1) && and(at - 2);
        // "all doctors together with the name of their department"
        let apart = at >= 3
            && matches!(self.item(at - 1), Some(Item::Filler(w)) if w == "the")
            && and(at - 2)
            && matches!(self.settle(at - 3), Some(Settled::Table(t)) if t != c.table);
        if !(theirs || apart) || self.filtering || !self.sketch.groups.is_empty() {
            return;
        }
        match (self.sketch.measures.as_slice(), self.sketch.shown.is_empty()) {
            ([], true) => {
                let of = self.sketch.tables.first().copied();
                if let Some(of) = of.filter(|t| self.world.reaches(*t, c.table)) {
                    self.sketch.shown = self.world.labels(of);
                }
            }
            ([(aggregate @ (Aggregate::Minimum | Aggregate::Maximum), Target::Column(of), _)], true)
                if of.table == c.table && self.sketch.extreme.is_none() =>
            {
                self.sketch.extreme = Some((*aggregate == Aggregate::Maximum, Extreme::Column(*of)));
                self.sketch.limit = Some(1);
                self.sketch.shown = vec![*of];
                self.sketch.measures.clear();
            }
            _ => {}
        }
    }

    /// "the publishers whose name contains X", where a publisher is a column: that column.
    pub(super) fn named_before(&mut self, c: ColumnRef) -> ColumnRef {
        let at = self.at;
        let whose = self.filtering && matches!(self.text(at).to_lowercase().as_str(), "name" | "names");
        let told = matches!(
            self.item(self.next(at + 1)),
            Some(Item::Key(Key::Text(_) | Key::Not) | Item::Quoted(_) | Item::Value(_))
        );
        if !whose || !told || at < 2 || !matches!(self.item(at - 1), Some(Item::Key(Key::Where))) {
            return c;
        }
        match self.settle_column(at - 2) {
            Some((before, _))
                if self.world.column(before).kind.is_textual()
                    && self.sketch.shown.last() == Some(&before) =>
            {
                let placed = at >= 4 && self.sketch.shown.len() + self.sketch.tables.len() > 1
                    && (at - 4..at - 2).any(|i| matches!(self.item(i), Some(Item::Filler(w)) if matches!(w.as_str(), "in" | "at" | "from")));
                if placed {
                    self.sketch.shown.pop();
                }
                before
            }
            _ => c,
        }
    }
}
