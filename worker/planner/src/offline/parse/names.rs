//! Names of tables and columns where they stand: shown, compared, or said of what happened.

use super::{Extreme, Group, Parser, Relation, Trouble, comparisons::opposite, plain};
use crate::offline::{
    annotate::{Item, Key},
    dates::Bound,
    resolve::Settled,
    words::root,
};
use chrono::NaiveDate;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Filter, Literal, Operand, Operator, TextMatch};

impl Parser<'_, '_> {
    pub(super) fn name(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        match self.settle(at) {
            Some(Settled::Table(t)) => self.table(t),
            Some(Settled::Column(c, score)) => {
                // Both parts of a name are its whole.
                let score = if self.name_parts(at, c).len() > 1 { score.max(0.97) } else { score };
                self.sketch.certainty *= score.min(1.0);
                let shown = self.sketch.shown.len();
                // "claim start date", where only policies have a start date: hardly that.
                if at > 0
                    && let Some(Settled::Table(t)) = self.settle(at - 1)
                    && t != c.table
                    && !self.world.reaches(t, c.table)
                    && matches!(self.item(at - 1), Some(Item::Name(n)) if !n.plural)
                {
                    self.sketch.certainty *= 0.65;
                }
                self.column(c)?;
                if score < 0.75 && self.sketch.shown.len() > shown {
                    return Err(Trouble::Unknown(vec![self.text(at)]));
                }
                Ok(())
            }
            None => Err(Trouble::Unknown(vec![self.text(at)])),
        }
    }

    pub(super) fn text(&self, at: usize) -> String {
        match self.item(at) {
            Some(Item::Name(n)) => n.text.clone(),
            _ => String::new(),
        }
    }

    pub(super) fn table(&mut self, t: usize) -> Result<(), Trouble> {
        self.at += 1;
        // A table with a number or a quoted name behind it: "journal "Nature"", "problem 5".
        let n = self.next(self.at);
        if let Some(Item::Quoted(text)) = self.item(n).cloned()
            && let [label] = self.world.labels(t).as_slice()
            && self.world.column(*label).kind.is_textual()
            && !self.is_elsewhere(*label, &text)
        {
            self.mention(t);
            let filter = Filter::Text {
                field: self.world.field(*label),
                how: TextMatch::Equals,
                value: text,
                negated: false,
            };
            self.keep(*label, filter);
            self.at = n + 1;
            return Ok(());
        }
        if std::mem::take(&mut self.negated) {
            let denied = (0..self.at - 1)
                .rev()
                .take_while(|b| !matches!(self.item(*b), Some(Item::Key(Key::Not | Key::Without))))
                .any(|b| matches!(self.item(b), Some(Item::Name(_) | Item::Value(_) | Item::Number(_))));
            if denied {
                // "have not cost their owner more than …": what is denied stands before.
                self.sketch.certainty *= 0.6;
            }
            self.sketch.relations.push(Relation {
                table: t,
                negated: true,
                count: None,
                filters: Vec::new(),
            });
            self.open = Some(self.sketch.relations.len() - 1);
            self.near = Some(t);
            return Ok(());
        }
        // "the names of companies and of employees"
        let again = self.at >= 3
            && matches!(self.item(self.at - 2), Some(Item::Filler(w)) if w == "of")
            && (matches!(self.item(self.at - 3), Some(Item::Key(Key::And)))
                || matches!(self.item(self.at - 3), Some(Item::Filler(w)) if w == "that"));
        // "the makers and models": the rows are told by their names.
        let and = self.before(self.at - 1);
        let first = and.and_then(|a| self.before(a));
        let beside = and.is_some_and(|a| matches!(self.item(a), Some(Item::Key(Key::And))))
            && !self.filtering
            && self.sketch.groups.is_empty()
            && !matches!(self.item(self.at), Some(Item::Mark(m)) if m == "'s")
            && first.is_some_and(|f| match self.settle(f) {
                Some(Settled::Column(c, _)) => self.sketch.shown.contains(&c),
                Some(Settled::Table(_)) => {
                    f > 0 && matches!(self.item(f - 1), Some(Item::Filler(w)) if w == "of")
                }
                None => false,
            });
        let again = again || beside;
        if again && !self.sketch.shown.is_empty() && self.sketch.measures.is_empty() {
            let labels = self.world.labels(t);
            if labels.iter().any(|c| self.is_key(*c) || self.world.is_reference(*c)) {
                return Err(Trouble::Unplaced("which name is meant".into()));
            }
            self.filtering = false;
            self.sketch.shown.extend(labels);
        }
        self.mention(t);
        Ok(())
    }

    /// A quoted text that the data have, but not in this column.
    fn is_elsewhere(&self, c: ColumnRef, text: &str) -> bool {
        let parts: Vec<String> = crate::offline::words::tokens(text).into_iter().map(|t| t.lower).collect();
        let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
        let values = self.world.lexicon.values(&refs);
        !values.is_empty() && values.iter().all(|v| v.column != c)
    }

    /// The item before one, articles and the like left out.
    fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|b| {
            !matches!(self.item(*b), Some(Item::Filler(w)) if matches!(w.as_str(), "the" | "all" | "their" | "its" | "a"))
        })
    }

    /// "never ordered": the verb of another table's rows, of which there must be none.
    pub(super) fn never(&mut self, c: ColumnRef) -> bool {
        let owner = self.near.or(self.sketch.tables.first().copied());
        let (true, Some(owner)) = (self.negated && self.verbal(self.at), owner) else { return false };
        let word = root(&self.text(self.at).to_lowercase());
        let other = c.table;
        let same = self.world.lexicon.tables[other].words.iter().any(|w| root(w) == word);
        if !same || other == owner || self.world.reaches(owner, other) {
            return false;
        }
        self.negated = false;
        self.sketch.relations.push(Relation {
            table: other,
            negated: true,
            count: None,
            filters: Vec::new(),
        });
        self.open = Some(self.sketch.relations.len() - 1);
        self.at += 1;
        true
    }

    /// A column: compared, or shown.
    pub(super) fn column(&mut self, c: ColumnRef) -> Result<(), Trouble> {
        let c = self.named_before(c);
        if self.never(c) {
            return Ok(());
        }
        // "discontinued products"
        if self.adjective(self.at, c)
            && let Some(value) = self.world.yes_or_no(c, !self.negated)
        {
            self.negated = false;
            let operand = Operand::Literal(value);
            let field = self.world.field(c);
            if self.names_rows(self.at, c) {
                self.mention(c.table);
            }
            self.at += 1;
            self.keep(c, Filter::Compare { field, operator: Operator::Equal, operand });
            return Ok(());
        }
        let n = self.next(self.at + 1);
        let kind = self.world.column(c).kind;
        // "the full names that contain X": shown, and compared as well.
        let that = (self.at + 1..n)
            .any(|i| matches!(self.item(i), Some(Item::Filler(w)) if w == "that" || w == "which"));
        let bare =
            self.sketch.shown.is_empty() && self.sketch.measures.is_empty() && self.sketch.tables.is_empty();
        if that
            && bare
            && !self.filtering
            && matches!(self.item(n), Some(Item::Key(Key::Text(_) | Key::Compare(..))))
        {
            self.sketch.shown.push(c);
        }
        match self.item(n).cloned() {
            // "which city has more than 5 customers": the rows of the table are counted.
            Some(Item::Key(Key::Compare(..))) if self.counts_rows(n + 1) => {}
            Some(Item::Key(Key::Compare(operator, _))) => return self.compared(c, operator, n + 1),
            Some(Item::Key(Key::Superlative(large, None))) if matches!(self.item(n + 1), Some(Item::Filler(w)) if w == "than") =>
            {
                return self.compared(c, if large { Operator::Greater } else { Operator::Less }, n + 1);
            }
            Some(Item::Key(Key::Between)) => {
                let low = self.next(n + 1);
                let and = self.next(low + 1);
                let high = self.next(and + 1);
                if let (Some(Item::Number(a)), Some(Item::Key(Key::And)), Some(Item::Number(b))) =
                    (self.item(low).cloned(), self.item(and), self.item(high).cloned())
                    && kind.is_numeric()
                {
                    let field = self.world.field(c);
                    let part = |operator, value| Filter::Compare {
                        field: field.clone(),
                        operator,
                        operand: Operand::Literal(value),
                    };
                    self.keep(c, Filter::All(vec![part(Operator::AtLeast, a), part(Operator::AtMost, b)]));
                    self.at = high + 1;
                    return Ok(());
                }
                return Err(Trouble::Unplaced("the bounds after \"between\"".into()));
            }
            Some(Item::Key(Key::Text(how))) => return self.text_match(c, how, n),
            Some(Item::Key(Key::Missing)) => {
                let negated = std::mem::take(&mut self.negated);
                self.keep(c, Filter::Null { field: self.world.field(c), negated });
                self.at = n + 1;
                return Ok(());
            }
            Some(Item::Key(Key::Not)) => {
                // "whose state is not X"
                let m = self.next(n + 1);
                if matches!(self.item(m), Some(Item::Value(_) | Item::Quoted(_)))
                    || matches!(self.item(m), Some(Item::Number(_)) if kind.is_numeric())
                {
                    self.negated = true;
                    return self.equals(c, m);
                }
                if let Some(Item::Key(Key::Text(how))) = self.item(m).cloned() {
                    self.negated = true;
                    return self.text_match(c, how, m);
                }
                // "whose level is not higher than 4"
                if let Some(Item::Key(Key::Compare(operator, _))) = self.item(m).cloned() {
                    return self.compared(c, opposite(operator), m + 1);
                }
            }
            // "whose price is the highest"
            Some(Item::Key(Key::Superlative(large, None)))
                if (kind.is_numeric() || kind.is_temporal())
                    && self.has_is(self.at + 1, n)
                    && matches!(
                        self.item(self.next(n + 1)),
                        None | Some(Item::Mark(_) | Item::Key(Key::Head))
                    ) =>
            {
                self.sketch.extreme = Some((large, Extreme::Column(c)));
                self.sketch.limit.get_or_insert(1);
                self.at = n + 1;
                return Ok(());
            }
            // "the model of the 3 most expensive cars": how many, no model.
            Some(Item::Number(_)) if self.ranks(n + 1) || self.counts_things(n + 1) => {}
            Some(Item::Number(_)) if self.filtering || self.has_is(self.at + 1, n) || n == self.at + 1 => {
                let year_like = kind.is_numeric() || kind == TypeKind::Text;
                if year_like {
                    return self.equals(c, n);
                }
            }
            // "of the type 'Standing committee'", which is how the type's code is described elsewhere.
            Some(Item::Quoted(text))
                if self.world.column(c).samples_complete && self.is_elsewhere(c, &text) =>
            {
                self.at = n;
                return self.quoted(&text);
            }
            Some(Item::Quoted(_)) => return self.equals(c, n),
            Some(Item::Key(Key::Named)) => {
                let m = self.next(n + 1);
                return self.equals(c, m);
            }
            Some(Item::Value(values)) if values.iter().any(|v| v.column == c) => return self.equals(c, n),
            Some(Item::Value(_)) if self.filtering && kind.is_textual() && self.has_is(self.at + 1, n) => {
                return Err(Trouble::Unplaced(format!("the value of \"{}\"", self.world.column(c).name)));
            }
            // "bugs reported in 2023": no number of who reported them.
            Some(Item::Year(year, bound))
                if matches!(kind, TypeKind::Integer)
                    && self.world.is_reference(c)
                    && self.world.time_beside(c).is_some_and(|time| self.year_on(time, year, bound)) =>
            {
                self.at = n + 1;
                return Ok(());
            }
            Some(Item::Year(year, bound))
                if (matches!(kind, TypeKind::Integer) && !self.world.is_reference(c)
                    || kind.is_temporal())
                    && self.year_on(c, year, bound) =>
            {
                self.at = n + 1;
                return Ok(());
            }
            Some(Item::Time(span)) if kind.is_temporal() => {
                let filter = Filter::Period { field: self.world.field(c), from: span.from, to: span.to };
                self.keep(c, filter);
                self.at = n + 1;
                return Ok(());
            }
            _ => {}
        }
        let happened = self.verbal(self.at) && !self.sketch.tables.is_empty();
        self.at += 1;
        let acts = self.verbal(self.at - 1) && (happened || !self.sketch.shown.is_empty());
        let by_whom = matches!(self.item(self.next(self.at)), Some(Item::Key(Key::Each)));
        if acts
            && !by_whom
            && !self.negated
            && kind.is_temporal()
            && self.world.column(c).nullable
            && self.world.date_column(c.table).is_none_or(|d| d.0 != c)
            && !self.has_time()
            && self.sketch.extreme.is_none()
        {
            // "discontinued", "resolved": it happened.
            self.keep(c, Filter::Null { field: self.world.field(c), negated: true });
            return Ok(());
        }
        let next = self.next(self.at);
        let by = matches!(self.item(next), Some(Item::Key(Key::Each)))
            || matches!(self.item(self.at), Some(Item::Filler(w)) if w == "by");
        let explained = self.items[self.at..]
            .iter()
            .take(5)
            .any(|m| matches!(m.item, Item::Value(_) | Item::Quoted(_) | Item::Time(_) | Item::Year(..)));
        // "customers who get the newsletter"
        if !self.sketch.tables.is_empty()
            && let Some(value) = self.world.yes_or_no(c, !self.negated)
            && (kind == TypeKind::Bool || self.filtering || self.negated)
        {
            self.negated = false;
            let (field, operand) = (self.world.field(c), Operand::Literal(value));
            self.keep(c, Filter::Compare { field, operator: Operator::Equal, operand });
            return Ok(());
        }
        if happened && !self.negated && !kind.is_temporal() && !explained && !by {
            // "heads who are acting": a condition that is not understood must not be passed over.
            return Err(Trouble::Unplaced(format!(
                "what \"{}\" should be",
                plain(&self.world.column(c).name)
            )));
        }
        if happened && !self.negated {
            // "registered", "opened": said of a table, with nothing to compare.
            return Ok(());
        }
        if self.negated && self.filtering {
            // "that do not have an email"
            self.negated = false;
            if let Some(main) = self.sketch.tables.first().copied()
                && !self.world.reaches(main, c.table)
            {
                self.sketch.relations.push(Relation {
                    table: c.table,
                    negated: true,
                    count: None,
                    filters: Vec::new(),
                });
                self.sketch.certainty *= 0.9;
                return Ok(());
            }
            self.keep(c, Filter::Null { field: self.world.field(c), negated: false });
            return Ok(());
        }
        // "which employees have a commission": there is one.
        let a =
            self.at >= 3 && matches!(self.item(self.at - 2), Some(Item::Filler(w)) if w == "a" || w == "an");
        let has = self.at >= 3
            && match self.item(self.at - 3) {
                Some(Item::Filler(w)) => w == "have" || w == "has",
                Some(Item::Key(Key::Where)) => true,
                _ => false,
            };
        if a && has
            && self.world.column(c).nullable
            && self.near == Some(c.table)
            && !self.sketch.tables.is_empty()
        {
            self.keep(c, Filter::Null { field: self.world.field(c), negated: true });
            return Ok(());
        }
        if self.filtering {
            // A participle that only repeats what a table says, or a column named for show: "along with".
            let own = self.sketch.shown.contains(&c) || self.sketch.groups.contains(&Group::Column(c));
            let consumed = self.sketch.filters.iter().any(|(f, _)| *f == c);
            if own || consumed {
                return Ok(());
            }
            return Err(Trouble::Unplaced(format!("what \"{}\" should be", self.world.column(c).name)));
        }
        let naming = matches!(self.text(self.at - 1).to_lowercase().as_str(), "name" | "names");
        if naming && matches!(self.item(self.at), Some(Item::Filler(w)) if w == "of") {
            let of = self.next(self.at + 1);
            if let Some((other, _)) = self.settle_column(of)
                && self.world.column(other).kind.is_textual()
            {
                return Ok(());
            }
        }
        let repeats = self.sketch.filters.iter().any(|(f, _)| *f == c)
            && matches!(self.item(at_or(self.at, 2)), Some(Item::Value(_)));
        if !repeats {
            let text = self.text(self.at - 1).to_lowercase();
            // "claim dates and settlement dates": two names are two columns.
            let own = &self.world.lexicon.columns[c.table][c.column].words;
            let strange = text.split(' ').any(|w| !own.iter().any(|o| root(o) == root(w)));
            let again = strange && self.shown_as.iter().any(|(x, t)| *x == c && *t != text);
            let c = if again { self.another(self.at - 1, c) } else { c };
            let total = text.starts_with("total ") && own.first().is_some_and(|w| w == "total");
            let of = matches!(self.item(self.at), Some(Item::Filler(w)) if w == "of");
            let mut rows = self.next(self.at);
            while matches!(self.item(rows), Some(Item::Value(_))) {
                rows = self.next(rows + 1);
            }
            self.sketch.adds_all |= total
                && of
                && matches!(self.item(rows), Some(Item::Name(n)) if n.plural)
                && self.settle(rows) == Some(Settled::Table(c.table));
            self.shown_as.push((c, text));
            self.with_what_it_belongs_to(self.at - 1, c);
            for part in self.name_parts(self.at - 1, c) {
                if !self.sketch.shown.contains(&part) {
                    self.sketch.shown.push(part);
                }
            }
        }
        self.near = self.near.or(Some(c.table));
        Ok(())
    }

    /// A yes or no of the rows that are named right behind: "discontinued products".
    pub(super) fn adjective(&self, at: usize, c: ColumnRef) -> bool {
        self.world.yes_or_no(c, true).is_some()
            && (self.names_rows(at, c) || self.settle(at + 1) == Some(Settled::Table(c.table)))
    }

    /// The name says the rows as well as the column: "discontinued products" as one name.
    pub(super) fn names_rows(&self, at: usize, c: ColumnRef) -> bool {
        let text = self.text(at).to_lowercase();
        let last = text.rsplit_once(' ').map(|(_, last)| crate::offline::words::lemma(last));
        last.is_some_and(|last| self.world.lexicon.tables[c.table].words.contains(&last))
    }

    /// "the name of the 3 employees": so many of them.
    fn counts_things(&self, at: usize) -> bool {
        let mut n = self.next(at);
        // "released 4 or more albums"
        if matches!(self.item(n), Some(Item::Key(Key::OrMore(_)))) {
            n = self.next(n + 1);
        }
        matches!(self.item(n), Some(Item::Name(name)) if name.plural)
            && matches!(self.settle(n), Some(Settled::Table(_)))
    }

    /// "most expensive", "largest" follows.
    fn ranks(&self, at: usize) -> bool {
        matches!(
            self.item(self.next(at)),
            Some(Item::Key(Key::Superlative(..) | Key::Common(_) | Key::Top(_)))
        )
    }

    /// A text comparison whose word stands at `n`.
    fn text_match(&mut self, c: ColumnRef, how: TextMatch, n: usize) -> Result<(), Trouble> {
        let m = self.next(n + 1);
        let m = if matches!(self.item(m), Some(Item::Key(Key::Text(_)))) { self.next(m + 1) } else { m };
        let text = match self.item(m) {
            Some(Item::Quoted(text)) => text.clone(),
            Some(Item::Value(values)) => values.first().map(|v| v.text.clone()).unwrap_or_default(),
            Some(Item::Number(n)) => n.to_string(),
            _ => return Err(Trouble::Unplaced("the text to look for".into())),
        };
        let negated = std::mem::take(&mut self.negated);
        self.keep(c, Filter::Text { field: self.world.field(c), how, value: text, negated });
        self.at = m + 1;
        Ok(())
    }

    /// A number of rows of a table follows.
    pub(super) fn counts_rows(&self, at: usize) -> bool {
        let n = self.next(at);
        let one = matches!(self.item(at), Some(Item::Filler(w)) if w == "one");
        let m = if one { n } else { self.next(n + 1) };
        (one || matches!(self.item(n), Some(Item::Number(_)))) && self.counted_table(m).is_some()
    }

    /// The table that a name means after a number.
    pub(super) fn counted_table(&self, at: usize) -> Option<usize> {
        match self.settle(at)? {
            Settled::Table(t) => Some(t),
            Settled::Column(c, _) => {
                let Some(Item::Name(name)) = self.item(at) else { return None };
                let numeric =
                    self.world.column(c).kind.is_numeric() && !self.is_key(c) && !self.world.is_reference(c);
                name.tables.first().filter(|(_, s)| *s >= 0.55 && !numeric).map(|(t, _)| *t)
            }
        }
    }

    /// The name was written as a verb form: "opened in 2010".
    pub(super) fn verbal(&self, at: usize) -> bool {
        let Some(Item::Name(name)) = self.item(at) else { return false };
        let mut words = name.text.split(' ');
        let first = words.next().unwrap_or_default();
        // "signed up"
        let particles =
            words.all(|w| matches!(w.to_lowercase().as_str(), "up" | "in" | "out" | "on" | "off" | "at"));
        particles && (first.ends_with("ed") || first.ends_with("ing"))
    }

    /// A time stands further on, which the happening before it takes up.
    pub(super) fn has_time(&self) -> bool {
        self.items[self.at..].iter().any(|m| matches!(m.item, Item::Time(_) | Item::Year(..)))
    }

    pub(super) fn has_is(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| matches!(self.item(i), Some(Item::Filler(w)) if matches!(w.as_str(), "is" | "are" | "was" | "were" | "of" | "as" | "in")))
    }

    pub(super) fn year_on(&mut self, c: ColumnRef, year: i32, bound: Bound) -> bool {
        let column = self.world.column(c);
        let field = self.world.field(c);
        let filter = if column.kind == TypeKind::Integer {
            let operator = match bound {
                Bound::In => Operator::Equal,
                Bound::Before => Operator::Less,
                Bound::After => Operator::Greater,
                Bound::Since => Operator::AtLeast,
            };
            Filter::Compare { field, operator, operand: Operand::Literal(Literal::Integer(i64::from(year))) }
        } else if column.kind.is_temporal() {
            let start = NaiveDate::from_ymd_opt(year, 1, 1);
            let end = NaiveDate::from_ymd_opt(year + 1, 1, 1);
            let (from, to) = match bound {
                Bound::In => (start, end),
                Bound::Before => (None, start),
                Bound::After => (end, None),
                Bound::Since => (start, None),
            };
            Filter::Period { field, from, to }
        } else {
            return false;
        };
        self.keep(c, filter);
        true
    }
}

pub(super) fn at_or(at: usize, back: usize) -> usize {
    at.saturating_sub(back)
}
