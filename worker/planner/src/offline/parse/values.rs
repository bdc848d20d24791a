//! Values of the data, quoted texts and bare numbers.

use super::{Parser, Relation, Trouble};
use crate::offline::{
    annotate::{Item, Key},
    dates::Bound,
    lexicon::ValueRef,
    resolve::Settled,
    unseen,
    words::root,
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, TextMatch};

impl Parser<'_, '_> {
    pub(super) fn value(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        let Some(Item::Value(values)) = self.item(at).cloned() else { return Ok(()) };
        // The column may stand behind: "black membership card", "banking or retailing industry".
        let mut n = at;
        let mut group: Vec<usize> = vec![at];
        loop {
            let or = self.next(n + 1);
            if !matches!(self.item(or), Some(Item::Key(Key::Or | Key::And)))
                && !matches!(self.item(n + 1), Some(Item::Mark(m)) if m == ",")
            {
                break;
            }
            let m = if matches!(self.item(or), Some(Item::Key(_))) { self.next(or + 1) } else { or };
            let Some(Item::Value(more)) = self.item(m) else { break };
            if !more.iter().any(|v| values.iter().any(|w| w.column == v.column)) {
                break;
            }
            group.push(m);
            n = m;
        }
        let behind = match self.item(self.next(n + 1)) {
            Some(Item::Name(name)) => Some(name.clone()),
            _ => None,
        };
        let behind = behind.as_ref();
        let ahead = (at > 0)
            .then(|| self.item(at - 1))
            .flatten()
            .and_then(|i| if let Item::Name(n) = i { Some(n.clone()) } else { None });
        let ahead = ahead.as_ref();
        let beside =
            behind.filter(|b| b.columns.iter().any(|(c, _)| values.iter().any(|v| v.column == *c))).or(ahead);
        if self.or && matches!(self.item(n + 1), Some(Item::Value(_))) {
            return Err(Trouble::Unplaced("what \"or\" puts together".into()));
        }
        let direction = self.direction(at);
        let fitting: Vec<_> = match direction {
            Some(words) => {
                let like: Vec<_> = values
                    .iter()
                    .filter(|v| {
                        self.world.lexicon.columns[v.column.table][v.column.column]
                            .words
                            .iter()
                            .any(|w| words.contains(&w.as_str()))
                    })
                    .cloned()
                    .collect();
                if like.is_empty() { values.clone() } else { like }
            }
            None => values.clone(),
        };
        let chosen = self
            .world
            .best_value(&fitting, self.near, beside)
            .ok_or_else(|| Trouble::Unplaced("a value".into()))?;
        let c = chosen.column;
        let rivals = fitting.iter().filter(|v| v.column.table == c.table && v.column != c).count();
        if rivals > 0 && beside.is_none_or(|b| !b.columns.iter().any(|(x, _)| *x == c)) {
            self.sketch.certainty *= 0.7;
            self.sketch.notes.push(format!(
                "\"{}\" is looked for in {}.",
                chosen.text,
                self.world.column(c).name
            ));
        }
        let said: Vec<&ValueRef> = group
            .iter()
            .filter_map(|g| match self.item(*g) {
                Some(Item::Value(v)) => v.iter().find(|v| v.column == c),
                _ => None,
            })
            .collect();
        let from = self.sketch.tables.first().copied().or(self.near);
        let via = from.zip(self.toward(at)).and_then(|(t, toward)| self.world.way(t, c.table, toward));
        let field = Field { via, ..self.world.field(c) };
        let filter = match said.as_slice() {
            [one] => one.filter(field),
            several if several.iter().any(|v| v.test.is_some()) => {
                Filter::Any(several.iter().map(|v| v.filter(field.clone())).collect())
            }
            several => {
                let values = several.iter().map(|v| Literal::Text(v.text.clone())).collect();
                Filter::In { field, values, negated: false }
            }
        };
        self.at = n + 1;
        // The column's own name behind its value is said with it.
        if let Some(name) = behind
            && name.columns.iter().any(|(x, s)| *x == c && *s >= 0.55)
            && crate::offline::resolve::as_table(name, self.next(n + 1), self.items).is_none()
        {
            self.at = self.next(n + 1) + 1;
        }
        let negated = self.negated;
        let main = self.sketch.tables.first().copied().or(self.sketch.shown.first().map(|c| c.table));
        if negated
            && let Some(main) = main
            && !self.world.reaches(main, c.table)
            && self.open.is_none()
        {
            self.negated = false;
            self.sketch.relations.push(Relation {
                table: c.table,
                negated: true,
                count: None,
                filters: vec![(c, filter)],
            });
            return Ok(());
        }
        self.keep(c, filter);
        Ok(())
    }

    /// Whether a value is where something goes to (true) or comes from: "to Rome", "arrive in Rome".
    fn toward(&self, at: usize) -> Option<bool> {
        let before = |back: usize| match at.checked_sub(back).and_then(|b| self.item(b)) {
            Some(Item::Filler(w) | Item::Link(w)) => w.to_lowercase(),
            Some(Item::Name(n)) => n.text.to_lowercase(),
            _ => String::new(),
        };
        match before(1).as_str() {
            "from" => return Some(false),
            "to" | "into" => return Some(true),
            "in" | "at" => {}
            _ => return None,
        }
        match root(&before(2)).as_str() {
            "arriv" | "land" | "end" | "reach" => Some(true),
            "depart" | "leav" | "start" | "begin" | "originat" => Some(false),
            _ => None,
        }
    }

    /// Words of columns that "from" and "to" before a value speak of.
    pub(super) fn direction(&self, at: usize) -> Option<&'static [&'static str]> {
        match at.checked_sub(1).and_then(|b| self.item(b)) {
            Some(Item::Filler(w)) if w == "from" => {
                Some(&["origin", "from", "source", "departure", "start", "hometown"])
            }
            Some(Item::Filler(w)) if w == "to" => Some(&["destination", "to", "target", "arrival", "end"]),
            _ => None,
        }
    }

    pub(super) fn number(&mut self) -> Result<(), Trouble> {
        let at = self.at;
        let Some(Item::Number(value)) = self.item(at).cloned() else { return Ok(()) };
        let n = self.next(at + 1);
        // "3 or more orders", "5 most expensive products", "three lowest salaries"
        if let Some(Item::Key(Key::OrMore(more))) = self.item(n).cloned() {
            let operator = if more { Operator::AtLeast } else { Operator::AtMost };
            let m = self.next(n + 1);
            return match (self.settle(m), value) {
                (Some(Settled::Table(t)), Literal::Integer(k)) if k >= 0 => {
                    let count = Some((operator, k.unsigned_abs()));
                    self.sketch.relations.push(Relation {
                        table: t,
                        negated: false,
                        count,
                        filters: Vec::new(),
                    });
                    self.open = Some(self.sketch.relations.len() - 1);
                    self.at = m + 1;
                    Ok(())
                }
                (Some(Settled::Column(c, _)), value) if self.world.column(c).kind.is_numeric() => {
                    self.keep(
                        c,
                        Filter::Compare {
                            field: self.world.field(c),
                            operator,
                            operand: Operand::Literal(value),
                        },
                    );
                    self.at = m + 1;
                    Ok(())
                }
                _ => Err(Trouble::Unplaced("a number".into())),
            };
        }
        let Literal::Integer(k) = value else { return Err(Trouble::Unplaced(format!("the number {value}"))) };
        if matches!(self.item(n), Some(Item::Key(Key::Superlative(..) | Key::Common(_)))) && k > 0 {
            self.sketch.limit = Some(k.unsigned_abs());
            self.at = n;
            return Ok(());
        }
        // "the 3 employees who get paid the least"
        if let Some(Settled::Table(_)) = self.settle(n) {
            let later = self.items[n..]
                .iter()
                .any(|m| matches!(m.item, Item::Key(Key::Superlative(..) | Key::Common(_))));
            if later && k > 0 {
                self.sketch.limit = Some(k.unsigned_abs());
                return Ok(());
            }
        }
        // "in Fall 2009"
        let after_value = at > 0 && matches!(self.item(at - 1), Some(Item::Value(_)));
        if let Some(year) = i32::try_from(k).ok().filter(|y| after_value && (1900..=2100).contains(y)) {
            self.sketch.years.push((year, Bound::In));
            self.at = at + 1;
            return Ok(());
        }
        // "cars with 4 cylinders", "rooms with 2 beds": a column that counts.
        if let Some(Settled::Column(c, score)) = self.settle(n)
            && n == at + 1
            && self.world.column(c).kind.is_numeric()
            && !self.is_key(c)
            && !self.world.is_reference(c)
        {
            self.sketch.certainty *= score.min(1.0);
            let operand = Operand::Literal(Literal::Integer(k));
            let field = self.world.field(c);
            self.keep(c, Filter::Compare { field, operator: Operator::Equal, operand });
            self.at = n + 1;
            return Ok(());
        }
        Err(Trouble::Unplaced(format!("the number {k}")))
    }

    pub(super) fn quoted(&mut self, text: &str) -> Result<(), Trouble> {
        let at = self.at;
        let n = self.next(at + 1);
        // The column behind: "the "Credit Card" payment method".
        if let Some((c, _)) = self.settle_column(n).filter(|(c, _)| self.world.column(*c).kind.is_textual())
            && self.stored(c, text).is_some()
        {
            self.equals(c, at)?;
            self.at = n + 1;
            return Ok(());
        }
        let parts: Vec<String> = crate::offline::words::tokens(text).into_iter().map(|t| t.lower).collect();
        let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
        let values = self.world.lexicon.values(&refs);
        if let Some(v) = self.world.best_value(values, self.near, None) {
            let filter = v.filter(self.world.field(v.column));
            let c = v.column;
            self.at = at + 1;
            self.keep(c, filter);
            return Ok(());
        }
        // "in Springfield": a place that is not listed.
        let placing = at.checked_sub(1).and_then(|b| self.item(b));
        if matches!(placing, Some(Item::Filler(w)) if unseen::is_placing(w))
            && let Some(table) = self.near.or(self.world.main_table())
            && let Some(c) = unseen::place(table, self.world.lexicon, self.world.catalogue)
        {
            let field = self.world.field(c);
            self.at = at + 1;
            self.keep(
                c,
                Filter::Text { field, how: TextMatch::Equals, value: text.to_owned(), negated: false },
            );
            return Ok(());
        }
        Err(Trouble::Unplaced(format!("the text \"{text}\"")))
    }

    /// "named X": the name of the thing spoken of.
    pub(super) fn named(&mut self) -> Result<(), Trouble> {
        let n = self.next(self.at + 1);
        match self.item(n).cloned() {
            Some(Item::Value(_)) => {
                self.at = n;
                self.value()
            }
            Some(Item::Quoted(text)) => {
                let table = self
                    .near
                    .or(self.world.main_table())
                    .ok_or_else(|| Trouble::Unplaced("a name".into()))?;
                let labels = self.world.labels(table);
                let [label] = labels.as_slice() else {
                    self.at = n;
                    return self.quoted(&text);
                };
                self.equals(*label, n)
            }
            _ => Err(Trouble::Unplaced("the name".into())),
        }
    }

    /// "both A and B" over one column.
    pub(super) fn both(&mut self) -> Result<(), Trouble> {
        let first = self.next(self.at + 1);
        let and = self.next(first + 1);
        let second = self.next(and + 1);
        let (Some(Item::Value(a)), Some(Item::Key(Key::And)), Some(Item::Value(b))) =
            (self.item(first).cloned(), self.item(and), self.item(second).cloned())
        else {
            // "both the name and the price": a plain word, unless conditions follow.
            let compared = self.items[first.min(self.items.len())..]
                .iter()
                .any(|m| matches!(m.item, Item::Key(Key::Compare(..)) | Item::Value(_) | Item::Year(..)));
            let rows = matches!(self.settle(first), Some(Settled::Table(_)));
            if matches!(self.item(first), Some(Item::Name(_))) && !self.filtering && !compared && !rows {
                return Ok(());
            }
            return Err(Trouble::Unplaced("what \"both\" is about".into()));
        };
        let shared: Vec<_> = a.iter().filter(|v| b.iter().any(|w| w.column == v.column)).cloned().collect();
        let chosen = self
            .world
            .best_value(&shared, self.near, None)
            .ok_or_else(|| Trouble::Unplaced("what \"both\" is about".into()))?;
        let c = chosen.column;
        let other = b.iter().find(|v| v.column == c).map(|v| v.text.clone()).unwrap_or_default();
        let filter = |text: String| {
            let operand = Operand::Literal(Literal::Text(text));
            (c, Filter::Compare { field: self.world.field(c), operator: Operator::Equal, operand })
        };
        self.sketch.both = Some([filter(chosen.text.clone()), filter(other)]);
        self.at = second + 1;
        let n = self.next(self.at);
        if let Some(Item::Name(name)) = self.item(n)
            && name.columns.iter().any(|(x, _)| *x == c)
        {
            self.at = n + 1;
        }
        Ok(())
    }

    /// `column = …` at an item, with further values after "or" and "and".
    pub(super) fn equals(&mut self, c: ColumnRef, first: usize) -> Result<(), Trouble> {
        let column = self.world.column(c);
        let mut values: Vec<Literal> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        let mut n = first;
        loop {
            match self.item(n) {
                Some(Item::Number(value)) if column.kind.is_numeric() => values.push(value.clone()),
                Some(Item::Number(value)) if column.kind == TypeKind::Text => {
                    values.push(Literal::Text(value.to_string()))
                }
                Some(Item::Quoted(text)) => match self.stored(c, text) {
                    Some(stored) => values.push(Literal::Text(stored)),
                    None if column.kind.is_textual() && column.kind != TypeKind::Enum => {
                        texts.push(text.clone())
                    }
                    None if column.kind.is_numeric() && text.parse::<f64>().is_ok() => {
                        values.push(Literal::Text(text.clone()))
                    }
                    None => return Err(Trouble::Unplaced(format!("the value \"{text}\""))),
                },
                Some(Item::Value(found)) => match found.iter().find(|v| v.column == c) {
                    Some(v) => values.push(Literal::Text(v.text.clone())),
                    None if n == first => {
                        return Err(Trouble::Unplaced(format!("the value of \"{}\"", column.name)));
                    }
                    None => break,
                },
                _ if n == first => {
                    return Err(Trouble::Unplaced(format!("the value of \"{}\"", column.name)));
                }
                _ => break,
            }
            self.at = n + 1;
            let or = self.next(n + 1);
            if !matches!(self.item(or), Some(Item::Key(Key::Or))) {
                break;
            }
            n = self.next(or + 1);
        }
        // "or more" after a number
        let after = self.next(self.at);
        if let (Some(Item::Key(Key::OrMore(more))), [value]) = (self.item(after).cloned(), values.as_slice())
        {
            let operator = if more { Operator::AtLeast } else { Operator::AtMost };
            let value = value.clone();
            self.keep(
                c,
                Filter::Compare { field: self.world.field(c), operator, operand: Operand::Literal(value) },
            );
            self.at = after + 1;
            return Ok(());
        }
        let field = self.world.field(c);
        let mut parts: Vec<Filter> = texts
            .into_iter()
            .map(|value| Filter::Text { field: field.clone(), how: TextMatch::Equals, value, negated: false })
            .collect();
        match values.len() {
            0 => {}
            1 => {
                let operand = Operand::Literal(values.remove(0));
                parts.push(Filter::Compare { field, operator: Operator::Equal, operand });
            }
            _ => parts.push(Filter::In { field, values, negated: false }),
        }
        let filter = if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) };
        self.keep(c, filter);
        Ok(())
    }

    /// A text as the column holds it, whatever its case.
    pub(super) fn stored(&self, c: ColumnRef, text: &str) -> Option<String> {
        let column = self.world.column(c);
        let lower = text.to_lowercase();
        column.enum_values.iter().chain(&column.samples).find(|s| s.to_lowercase() == lower).cloned()
    }
}
