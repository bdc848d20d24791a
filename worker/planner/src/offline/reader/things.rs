//! What names and noun phrases mean.

use super::relate::FAR;
use super::{
    ast::{Func, Head, Kind, Np, Tie},
    rows::{Meaning, Noun, Reader, Row, Thing, Want, aggregate_of, link_of, same_root},
};
use crate::offline::{annotate::NameItem, lexicon::key_column};
use rowcall_core::ColumnRef;
use rowcall_plan::{Aggregate, Filter, Operand, Operator};

impl Reader<'_, '_> {
    /// What a name is: a table or a column, and which.
    pub fn settle(&mut self, name: &NameItem, near: Option<usize>, want: Want) -> Meaning<Noun> {
        let mut options: Vec<(f32, Noun)> = Vec::new();
        for (t, s) in name.tables.iter().take(4) {
            let mut loss = (1.0 - s) * 0.7 + if want.number { 0.4 } else { 0.0 };
            if *s < 0.85 && !name.columns.is_empty() {
                loss += 0.08;
            }
            if let Some(near) = near.filter(|n| n != t) {
                loss += 0.03 * self.world.distance(near, *t).min(6) as f32;
            }
            if !name.plural && !want.rows && name.columns.first().is_some_and(|c| c.1 > s + 0.01) {
                loss += 0.1;
            }
            options.push((loss, Noun::Table(*t)));
        }
        for (c, s) in name.columns.iter().take(40) {
            options.push((self.column_loss(*c, *s, near, want, name), Noun::Column(*c)));
        }
        options.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some(least) = options.first().map(|o| o.0) else {
            return Err(format!("what \"{}\" is", name.text));
        };
        options.retain(|o| o.0 <= least + 0.45);
        options.truncate(5);
        let losses: Vec<f32> = options.iter().map(|o| o.0).collect();
        let noun = options[self.choices.choose(&losses)].1;
        self.settled.push((name.text.clone(), noun, self.spoken(noun)));
        Ok(noun)
    }

    /// A table or column in words that mean nothing else.
    pub(super) fn spoken(&self, noun: Noun) -> String {
        let lexicon = self.world.lexicon;
        match noun {
            Noun::Table(t) => lexicon.tables[t].words.join(" "),
            Noun::Column(c) => {
                let own = crate::offline::parse::plain(&self.world.column(c).name);
                let table = lexicon.tables[c.table].words.join(" ");
                if own.starts_with(&table) { own } else { format!("{table} {own}") }
            }
        }
    }

    pub(super) fn column_loss(
        &self,
        c: ColumnRef,
        s: f32,
        near: Option<usize>,
        want: Want,
        name: &NameItem,
    ) -> f32 {
        let world = self.world;
        let mut loss = (1.0 - s) * 0.6;
        match near {
            Some(near) if near != c.table => {
                let far = world.distance(near, c.table).min(8) as f32;
                let to_one = world.reaches(near, c.table);
                loss += if to_one { 0.1 } else { 0.16 } + 0.05 * far;
                if world.named.contains(&c.table) {
                    loss -= 0.06;
                }
            }
            Some(_) => {}
            None => {
                if let Some(main) = world.main_table() {
                    loss += 0.06 * world.distance(main, c.table).min(8) as f32;
                }
                if world.named.contains(&c.table) {
                    loss -= 0.05;
                }
            }
        }
        let kind = world.column(c).kind;
        let reference = world.is_reference(c);
        if s < 0.9 && reference {
            loss += 0.1;
        }
        if s < 0.97 && world.is_hinted(c) {
            loss -= 0.08;
        }
        // "log id" is the log's own.
        let own = key_column(&world.catalogue.tables[c.table], c.table) == Some(c);
        if own && name.text.to_lowercase().trim_end_matches('s').ends_with("id") {
            loss -= 0.04;
        }
        if want.number && !kind.is_numeric() && !kind.is_temporal() {
            loss += 0.4;
        }
        if want.number && (reference || own) {
            loss += 0.3;
        }
        if want.rows || name.plural && name.tables.first().is_some_and(|t| t.1 >= s - 0.01) {
            loss += 0.12;
        }
        loss.max(0.0)
    }

    /// The table that a phrase most plainly is about, for settling names beside it.
    pub fn table_hint(&self, np: &Np) -> Option<usize> {
        let own = |name: &NameItem| {
            let table = name.tables.first().filter(|t| t.1 >= 0.75)?;
            let column = name.columns.first().map_or(0.0, |c| c.1);
            (table.1 + 0.001 >= column).then_some(table.0)
        };
        match &np.head {
            Head::Name(name) => own(name),
            _ => None,
        }
        .or_else(|| np.owner.as_ref().and_then(|o| self.table_hint(o)))
        .or_else(|| {
            np.mods.iter().find_map(|m| match &m.kind {
                Kind::Link(Tie::Of | Tie::Prep, of) => self.table_hint(of),
                Kind::Each(of) => self.table_hint(of),
                _ => None,
            })
        })
    }

    /// What a noun phrase means, seen from rows of a table.
    pub fn thing(&mut self, np: &Np, near: Option<usize>) -> Meaning<Thing> {
        if self.depth > 8 {
            return Err("so long a phrase".into());
        }
        self.depth += 1;
        let thing = self.thing_inner(np, near);
        self.depth -= 1;
        thing
    }

    pub(super) fn thing_inner(&mut self, np: &Np, near: Option<usize>) -> Meaning<Thing> {
        let name = match &np.head {
            Head::Name(name) => name,
            Head::Elapsed(elapsed) => {
                let measure = crate::offline::numbers::measured(
                    self.world,
                    aggregate_of(&np.funcs).unwrap_or(Aggregate::Average),
                    &crate::offline::parse::Target::Elapsed(elapsed.clone()),
                );
                let mut row = Row::of(elapsed.from.table);
                self.describe(&mut row, np, None)?;
                return Ok(Thing::Number(measure, row));
            }
            Head::Rate(rate) => {
                let target = crate::offline::parse::Target::Rate(rate.clone());
                let measure = crate::offline::numbers::measured(self.world, Aggregate::Count, &target);
                let mut row = Row::of(rate.column.table);
                self.describe(&mut row, np, None)?;
                return Ok(Thing::Number(measure, row));
            }
            Head::Pronoun => {
                let table = near.ok_or_else(|| "what a pronoun stands for".to_owned())?;
                let mut row = Row::of(table);
                self.describe(&mut row, np, None)?;
                return Ok(Thing::Rows(row));
            }
            _ => return Ok(Thing::Plain),
        };
        let want = Want {
            rows: matches!(np.funcs.first(), Some(Func::Count)) && !np.distinct,
            number: matches!(
                np.funcs.last(),
                Some(
                    Func::Agg(
                        Aggregate::Sum
                            | Aggregate::Average
                            | Aggregate::Median
                            | Aggregate::Percentile(_)
                            | Aggregate::Minimum
                            | Aggregate::Maximum
                    ) | Func::HowMuch
                )
            ) && !np.funcs.contains(&Func::Count),
        };
        // Whose it is: "customer name", "the name of the customer".
        // "the song with the highest rating in each genre": its own, where it has one.
        let own = matches!(np.funcs.first(), Some(Func::Most(..)))
            && near.is_some_and(|t| name.columns.iter().any(|(c, s)| c.table == t && *s >= 0.75));
        let of = np.mods.iter().position(|m| {
            !(m.not || own && matches!(m.kind, Kind::Each(_))) && matches!(&m.kind, Kind::Link(Tie::Of, of) | Kind::Each(of) if self.table_hint(of).is_some() && matches!(of.head, Head::Name(_)))
        });
        // "the names of the cities", where a city is a name itself.
        if np.owner.is_none()
            && name.tables.is_empty()
            && matches!(
                crate::offline::words::lemma(&name.text.to_lowercase()).as_str(),
                "name" | "list" | "value" | "type" | "kind"
            )
            && let Some(Kind::Link(Tie::Of, inner)) = np.mods.first().map(|m| &m.kind)
            && let Head::Name(said) = &inner.head
            && self.table_hint(inner).is_none()
            && said.columns.first().is_some_and(|c| c.1 >= 0.6 && self.world.column(c.0).kind.is_textual())
            && self.choices.choose(&[0.05, 0.15]) == 0
        {
            let mut inner = inner.clone();
            inner.funcs.clone_from(&np.funcs);
            inner.distinct |= np.distinct;
            inner.mods.extend(np.mods[1..].iter().cloned());
            return self.thing(&inner, near);
        }
        let hint = np
            .owner
            .as_ref()
            .and_then(|o| self.table_hint(o))
            .or_else(|| of.and_then(|at| link_of(&np.mods[at]).and_then(|o| self.table_hint(o))));
        let labelled = hint.and_then(|t| self.label_named(name, t));
        match self.settle(labelled.as_ref().unwrap_or(name), hint.or(near), want)? {
            Noun::Table(t) => {
                let mut row = Row::of(t);
                if let Some(owner) = &np.owner {
                    self.owned(&mut row, owner)?;
                }
                self.describe(&mut row, np, None)?;
                Ok(Thing::Rows(row))
            }
            Noun::Column(c) => {
                let mut taken = None;
                let mut row = match (&np.owner, of) {
                    (Some(owner), _) => self.owner_rows(owner, c)?,
                    (None, Some(at)) if matches!(np.mods[at].kind, Kind::Link(..)) => {
                        let whose = link_of(&np.mods[at]).cloned().unwrap_or_default();
                        match self.thing(&whose, Some(c.table))? {
                            Thing::Rows(mut row) if self.world.distance(row.table, c.table) < FAR => {
                                taken = Some(at);
                                row.each |= whose.each;
                                row
                            }
                            _ => Row::of(c.table),
                        }
                    }
                    _ => Row::of(match hint.or(near) {
                        Some(near) if self.world.reaches(near, c.table) => near,
                        _ => c.table,
                    }),
                };
                row.head = Some(c);
                self.describe(&mut row, np, taken)?;
                Ok(Thing::Column(c, row))
            }
        }
    }

    /// "the names of orchestras", whose column is not called a name: the column that tells them apart for people.
    fn label_named(&self, name: &NameItem, table: usize) -> Option<NameItem> {
        let said = matches!(name.text.to_lowercase().as_str(), "name" | "names");
        let has = self.world.lexicon.columns[table].iter().any(|n| n.words.iter().any(|w| w == "name"));
        let labels = self.world.labels(table);
        // A first and a last name: both are shown, see `out`.
        if let ([first, _], true) = (labels.as_slice(), said) {
            return Some(NameItem { columns: vec![(*first, 0.97)], tables: Vec::new(), ..name.clone() });
        }
        let [label] = labels.as_slice() else { return None };
        let fits = said && !has && self.world.column(*label).kind.is_textual();
        fits.then(|| NameItem { columns: vec![(*label, 0.95)], tables: Vec::new(), ..name.clone() })
    }

    /// The rows whose column it is: "customer name".
    pub(super) fn owner_rows(&mut self, owner: &Np, c: ColumnRef) -> Meaning<Row> {
        match self.thing(owner, Some(c.table))? {
            Thing::Rows(row) if self.world.distance(row.table, c.table) < FAR => Ok(row),
            Thing::Rows(_) => Err(format!("a {} of that", self.world.column(c).name)),
            Thing::Column(other, row) => {
                // A word that only repeats what the column is of.
                self.loss += 0.25;
                if other.table != c.table && !self.world.reaches(row.table, c.table) {
                    return Err("two names side by side".into());
                }
                Ok(row)
            }
            _ => Ok(Row::of(c.table)),
        }
    }

    /// "customer orders": orders, of customers.
    pub(super) fn owned(&mut self, row: &mut Row, owner: &Np) -> Meaning<()> {
        match self.thing(owner, Some(row.table))? {
            Thing::Rows(of) => {
                if self.world.distance(row.table, of.table) >= FAR {
                    return Err("two names side by side".into());
                }
                if of.table != row.table && !of.is_bare() {
                    self.relate(row, of, false, None, Tie::Of)?;
                } else if of.table == row.table {
                    row.filters.extend(of.filters);
                } else {
                    self.loss += 0.08;
                }
                Ok(())
            }
            // "discontinued products"
            Thing::Column(c, of)
                if self.world.yes_or_no(c, true).is_some() && c.table == row.table && of.is_bare() =>
            {
                let Some(yes) = self.world.yes_or_no(c, true) else { return Ok(()) };
                let operand = Operand::Literal(yes);
                let field = self.world.field(c);
                row.filters.push(Filter::Compare { field, operator: Operator::Equal, operand });
                Ok(())
            }
            Thing::Column(c, of) => {
                self.loss += 0.2;
                if !self.world.reaches(row.table, c.table) {
                    return Err("two names side by side".into());
                }
                row.filters.extend(of.filters);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The column names share a root with a verb.
    pub fn verb_fits(&self, c: ColumnRef, verb: &str) -> bool {
        self.world.lexicon.columns[c.table][c.column].words.iter().any(|w| same_root(w, verb))
    }
}
