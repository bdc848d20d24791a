//! Which column tells the age, the price, the time of a table's rows.

use super::{World, dated};
use crate::offline::{
    annotate::Trait,
    words::{self, root},
};
use rowcall_core::{ColumnRef, TypeKind};

impl World<'_> {
    /// The column of a table that an adjective speaks of, and whether large and small are turned round.
    pub fn of_trait(&self, table: usize, wanted: Trait) -> Option<(ColumnRef, bool)> {
        let words: &[&str] = match wanted {
            Trait::Age => &["age"],
            Trait::Price => {
                &["price", "cost", "fee", "fare", "amount", "nightlyrate", "dailyrate", "hourlyrate"]
            }
            Trait::Recent => &["date", "time", "year", "at", "on", "timestamp", "created"],
            Trait::Length => &[
                "length",
                "duration",
                "distance",
                "minute",
                "millisecond",
                "runtime",
                "runningtime",
                "playingtime",
                "height",
                "page",
            ],
            Trait::Height => &["height"],
            Trait::Weight => &["weight"],
            Trait::Speed => &["speed", "velocity"],
            Trait::Rating => &["rating", "score", "star"],
            Trait::Pay => &["salary", "wage", "pay", "income", "dayrate", "dailyrate", "hourlyrate"],
            Trait::Heat => &["temperature", "heat"],
            Trait::Humidity => &["humidity", "moisture"],
        };
        let names = &self.lexicon.columns[table];
        let columns = &self.catalogue.tables[table].columns;
        for word in words {
            let fits: Vec<usize> = (0..names.len())
                .filter(|i| names[*i].words.iter().any(|w| w == word) || names[*i].words.concat() == *word)
                .filter(|i| columns[*i].kind.is_numeric() || columns[*i].kind.is_temporal())
                .filter(|i| wanted != Trait::Recent || columns[*i].kind.is_temporal() || *word == "year")
                .filter(|i| wanted != Trait::Recent || !self.is_later(ColumnRef { table, column: *i }))
                // The newest customers are not those born last.
                .filter(|i| {
                    wanted != Trait::Recent || !self.is_beside_the_point(ColumnRef { table, column: *i })
                })
                .collect();
            if let [one] = fits.as_slice() {
                return Some((ColumnRef { table, column: *one }, false));
            }
            if fits.len() > 1 && wanted != Trait::Recent {
                return None;
            }
        }
        // What a room costs is called its nightly rate.
        if wanted == Trait::Price {
            let rates = |i: &usize| {
                let words = &names[*i].words;
                columns[*i].kind.is_numeric()
                    && words.last().is_some_and(|w| w == "rate")
                    && words.iter().any(|w| {
                        matches!(w.as_str(), "nightly" | "night" | "daily" | "weekly" | "monthly" | "rental")
                    })
            };
            let mut fits = (0..names.len()).filter(rates);
            let one = fits.next().filter(|_| fits.next().is_none());
            return one.map(|column| (ColumnRef { table, column }, false));
        }
        if matches!(wanted, Trait::Recent | Trait::Age) {
            let birth = |i: &usize| names[*i].words.iter().any(|w| w.starts_with("birth") || w == "dob");
            let dated: Vec<usize> = (0..names.len()).filter(|i| columns[*i].kind.is_temporal()).collect();
            // The year of somebody's birth tells their age as well as its day, and better than any other date.
            let year = (0..names.len()).find(|i| birth(i) && columns[*i].kind.is_numeric());
            let pick = match wanted {
                Trait::Age => dated
                    .iter()
                    .find(|i| birth(i))
                    .or(year.as_ref())
                    .or_else(|| if dated.len() == 1 { dated.first() } else { None })
                    .filter(|i| birth(i) || !self.is_later(ColumnRef { table, column: **i })),
                _ => {
                    let date = self.date_column(table).map(|(c, _)| c).filter(|c| !self.is_later(*c));
                    return date.or_else(|| self.year_column(table)).map(|c| (c, false));
                }
            };
            if let Some(column) = pick {
                return Some((ColumnRef { table, column: *column }, true));
            }
            // "the oldest ticket": the one that began first.
            let person = self.lexicon.tables[table].words.iter().any(|w| words::is_person(w));
            let born =
                |c: &ColumnRef| names[c.column].words.iter().any(|w| w.starts_with("birth") || w == "born");
            let year = self.year_column(table).filter(|c| !person || born(c)).map(|c| (c, true));
            if year.is_some() || person {
                return year;
            }
            return self.date_column(table).filter(|(c, _)| !self.is_later(*c)).map(|(c, _)| (c, true));
        }
        None
    }

    /// It tells when something was done to what is there.
    fn is_later(&self, c: ColumnRef) -> bool {
        super::is_later(&self.lexicon.columns[c.table][c.column].words)
    }

    /// The date column that a time without a column speaks of; the flag tells that others would do as well.
    pub fn date_column(&self, table: usize) -> Option<(ColumnRef, bool)> {
        dated(self.catalogue, self.lexicon, table)
    }

    /// The date of rows that have none of their own: that of what they are lines of, as "order items" are of orders.
    pub fn date_of_whole(&self, table: usize) -> Option<(ColumnRef, bool)> {
        let words = &self.lexicon.tables[table].words;
        let graph = &self.lexicon.prepared.graph;
        let mut wholes =
            graph.steps[table].iter().filter(|s| s.forward).map(|s| graph.end(*s)).filter(|whole| {
                let name = &self.lexicon.tables[*whole].words;
                *whole != table && name.len() < words.len() && words.starts_with(name)
            });
        let whole = wholes.next().filter(|_| wholes.next().is_none())?;
        self.date_column(whole)
    }

    /// A year in which somebody was born or died, of a table that has a date of its own: "customers in 2025" are not those
    /// born then.
    pub fn is_beside_the_point(&self, c: ColumnRef) -> bool {
        const LIFE: [&str; 4] = ["birth", "born", "death", "died"];
        let words = &self.lexicon.columns[c.table][c.column].words;
        words.iter().any(|word| LIFE.contains(&word.as_str()))
            && !LIFE.iter().any(|word| self.roots.contains(&root(word)))
            && self.date_column(c.table).is_some()
    }

    /// The year in which something came to be: "built", "founded".
    fn is_beginning(&self, c: ColumnRef) -> bool {
        let words = &self.lexicon.columns[c.table][c.column].words;
        words.iter().any(|word| words::is_beginning(word) || word == "opening" || word == "founding")
    }

    /// A year kept as a number (or as text), where a table has just one.
    pub fn year_column(&self, table: usize) -> Option<ColumnRef> {
        let columns = &self.catalogue.tables[table].columns;
        let fits: Vec<ColumnRef> = (0..columns.len())
            .filter(|i| {
                let words = &self.lexicon.columns[table][*i].words;
                let last = words.last().is_some_and(|w| w == "year");
                // `year_founded` is a point in time, `years_of_work` may be a number of them.
                let first = words.first().is_some_and(|w| w == "year")
                    && words.iter().any(|w| w.ends_with("ed") || w == "built");
                // `founded` of whole numbers is a year as well.
                let bare = words.last().is_some_and(|w| words::is_beginning(w))
                    && columns[*i].kind == TypeKind::Integer
                    && words.len() == 1;
                (last || first || bare) && columns[*i].kind.is_numeric()
            })
            .map(|column| ColumnRef { table, column })
            .filter(|c| self.is_hinted(*c) || !self.is_beside_the_point(*c))
            .collect();
        match fits.as_slice() {
            [one] => Some(*one),
            several => {
                let only = |fits: &dyn Fn(&ColumnRef) -> bool| {
                    let mut found = several.iter().filter(|c| fits(c));
                    found.next().copied().filter(|_| found.next().is_none())
                };
                only(&|c| self.is_hinted(*c)).or_else(|| only(&|c| self.is_beginning(*c)))
            }
        }
    }
}
