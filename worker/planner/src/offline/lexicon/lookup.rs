//! Which tables and columns a phrase can name, and how well.

use super::{
    Known, is_income, key_column,
    names::{breaks_off, is_noise, shortens},
};
use crate::offline::words::{self, root, verb_root};
use rowcall_core::{Catalogue, ColumnRef, Table};
use std::{collections::HashSet, sync::Arc};

/// How well a word stands for one that means about the same.
const SYNONYM: f32 = 0.8;

/// How well "date" stands for the one time that rows are told.
const DAY: f32 = 0.8;

/// How one word of the question stands for a word of a name.
#[derive(Clone, Debug)]
struct Sense {
    word: String,
    strength: f32,
    /// The word of the name is written short.
    short: bool,
}

impl Known {
    /// The words of names that a word of a question can stand for.
    fn senses(&self, word: &str) -> Vec<Sense> {
        let mut out: Vec<Sense> = Vec::new();
        let mut put = |word: &str, strength: f32| {
            if !out.iter().any(|s| s.word == word) {
                out.push(Sense { word: word.to_owned(), strength, short: false });
            }
        };
        let has = |w: &str| self.tables_by_word.contains_key(w) || self.columns_by_word.contains_key(w);
        if has(word) {
            put(word, 1.0);
        }
        if let Some(at) = self.written(word).first() {
            self.columns[at.table][at.column].words.iter().for_each(|w| put(w, 1.0));
        }
        if let Some(long) = words::long_form(word).filter(|w| has(w)) {
            put(long, 0.95);
        }
        let stem = root(word);
        if stem.len() >= 3 {
            for other in self.by_root.get(&stem).into_iter().flatten() {
                put(other, 0.88);
            }
        }
        // "professors", where that is a position, are no faculties.
        let stored = !self.values(&[word]).is_empty();
        for synonym in words::synonyms(word) {
            if has(synonym) && !stored {
                put(synonym, SYNONYM);
            }
        }
        // "worker", where the catalogue writes `wrkr`.
        let computes = matches!(word, "average" | "total" | "maximum" | "minimum" | "number" | "median");
        // "region" is `rgn` rather than an area.
        let loosely = out.iter().all(|sense| sense.strength <= SYNONYM);
        if loosely && !computes && !words::is_filler(word) && !words::is_link_verb(word) {
            let fits: Vec<&String> = self.short.iter().filter(|short| shortens(short, word)).collect();
            // "recovery" is `recov` rather than `rec`.
            let longest = fits.iter().max_by_key(|short| short.len());
            if let Some(short) =
                longest.filter(|long| fits.iter().all(|short| long.starts_with(short.as_str())))
            {
                out.insert(0, Sense { word: (*short).clone(), strength: 0.95, short: true });
            }
            if out.is_empty() {
                let mut begun = self.cut.iter().filter(|short| breaks_off(short, word));
                if let (Some(short), None) = (begun.next(), begun.next()) {
                    out.push(Sense { word: short.clone(), strength: 0.9, short: true });
                }
            }
            // `prof` may be a profile as well as a professor.
            let mut meant = self.long.iter().filter(|(short, _)| shortens(short, word));
            if out.is_empty()
                && let (Some((_, long)), None) = (meant.next(), meant.next())
            {
                out.push(Sense { word: long.clone(), strength: 0.85, short: true });
            }
        }
        out
    }

    /// The words of names that a word (its base form) stands for at least this well.
    pub fn stands_for(&self, word: &str, least: f32) -> Vec<String> {
        self.senses(word).into_iter().filter(|s| s.strength >= least).map(|s| s.word).collect()
    }

    /// Tables whose name these base forms say, best first, with a score up to 1.
    pub fn tables_for(&self, phrase: &[&str]) -> Vec<(usize, f32)> {
        self.scored_tables(phrase).to_vec()
    }

    /// The same; a phrase is looked up once, since every step of reading asks for the same few.
    pub fn scored_tables(&self, phrase: &[&str]) -> Arc<[(usize, f32)]> {
        self.looked_up_tables.get(&phrase.join(" "), || self.find_tables(phrase).into())
    }

    fn find_tables(&self, phrase: &[&str]) -> Vec<(usize, f32)> {
        let senses: Vec<Vec<Sense>> = phrase.iter().map(|w| self.senses(w)).collect();
        let Some(last) = senses.last() else { return Vec::new() };
        let mut seen = HashSet::new();
        let mut out = Vec::new();
        for sense in last {
            for &t in self.tables_by_word.get(&sense.word).into_iter().flatten() {
                // "spectators" are no rows of `spec_stg`: the head of its name is another.
                if sense.short && self.tables[t].words.last() != Some(&sense.word) {
                    continue;
                }
                // "revenue" is what sales bring in, and not their rows.
                if self.tables[t].words.len() > 1
                    && phrase.last().is_some_and(|w| is_income(w) && *w != sense.word)
                {
                    continue;
                }
                if seen.insert(t)
                    && let Some(score) = self.table_score(t, &senses)
                {
                    out.push((t, score));
                }
            }
        }
        // "branches" are the rows of a table whose key is a branch_id, whatever the table is called.
        if out.iter().all(|(_, s)| *s < 0.75)
            && let Some([t]) = self.tables_by_thing.get(&phrase.join(" ")).map(Vec::as_slice)
        {
            out.retain(|(o, _)| o != t);
            out.push((*t, 0.9));
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    fn table_score(&self, table: usize, phrase: &[Vec<Sense>]) -> Option<f32> {
        let name = &self.tables[table].words;
        let (strength, used) = cover(name, phrase)?;
        let missing = name.len() - used.len();
        if missing == 0 {
            return Some(strength);
        }
        // The key says what a row is: "products" are the rows of products_for_hire, not of products_booked.
        if used.len() == self.things[table].len()
            && used.iter().all(|i| self.things[table].contains(&name[*i]))
        {
            return Some(strength * 0.93);
        }
        // The head noun alone ("orders" for customer_orders) or the first words ("payments" for payments_made).
        // The last word is the head, but for what was done ("tests" for student_tests_taken).
        let done = |w: &str| {
            w.ends_with("ed")
                || matches!(w, "taken" | "made" | "sold" | "bought" | "paid" | "held" | "given" | "sent")
        };
        let last = name.iter().rposition(|w| !done(w)).unwrap_or(name.len() - 1);
        let preposition =
            |w: &String| matches!(w.as_str(), "for" | "of" | "in" | "at" | "by" | "on" | "to" | "with");
        let noun = name.iter().position(preposition).filter(|at| *at > 0).unwrap_or(name.len()) - 1;
        // "ads" are the rows of `ad_spots`: what holds something is called after it.
        let holds = matches!(
            name[last].as_str(),
            "spot"
                | "slot"
                | "entry"
                | "record"
                | "row"
                | "detail"
                | "data"
                | "list"
                | "register"
                | "master"
                | "info"
        ) && last + 1 == name.len()
            && used.len() == last;
        let head = holds || used.contains(&(name.len() - 1)) || used.contains(&last) || used.contains(&noun);
        let base = if head { 0.8 } else { 0.6 };
        Some(strength * base - 0.05 * (missing as f32 - 1.0))
    }

    /// Columns whose name these base forms say, best first. `context` are tables that the question names.
    pub fn columns_for(&self, phrase: &[&str], catalogue: &Catalogue) -> Vec<(ColumnRef, f32)> {
        self.looked_up_columns.get(&phrase.join(" "), || self.find_columns(phrase, catalogue).into()).to_vec()
    }

    fn find_columns(&self, phrase: &[&str], catalogue: &Catalogue) -> Vec<(ColumnRef, f32)> {
        if let [name] = phrase
            && !self.written(name).is_empty()
        {
            return self.written(name).iter().map(|at| (*at, 1.0)).collect();
        }
        let senses: Vec<Vec<Sense>> = phrase.iter().map(|w| self.senses(w)).collect();
        let mut seen = HashSet::new();
        let mut out = Vec::new();
        for sense in senses.iter().flatten() {
            for &at in self.columns_by_word.get(&sense.word).into_iter().flatten() {
                if seen.insert(at)
                    && let Some(score) = self.column_score(at, phrase, &senses, &catalogue.tables[at.table])
                {
                    out.push((at, score));
                }
            }
        }
        if phrase == ["id"] {
            for (t, table) in catalogue.tables.iter().enumerate() {
                let Some(at) = key_column(table, t) else { continue };
                // The key comes before a column that only refers to another table's.
                match out.iter_mut().find(|(c, _)| *c == at) {
                    Some(found) => found.1 = found.1.max(0.99),
                    None if seen.insert(at) => out.push((at, 0.93)),
                    None => {}
                }
            }
        }
        // The date of a sale that is `held_on` some day, and is told no other time.
        if phrase == ["date"] {
            for (t, table) in catalogue.tables.iter().enumerate() {
                let mut times = (0..table.columns.len()).filter(|c| table.columns[*c].kind.is_temporal());
                if let (Some(column), None) = (times.next(), times.next())
                    && let at = (ColumnRef { table: t, column })
                    && is_day(&self.columns[t][column].words)
                    && seen.insert(at)
                {
                    out.push((at, DAY));
                }
            }
        }
        // "joining date": the time that is called `joined`, `joined_on`, of documents `date_document_filed`.
        if let [deed, "date"] = phrase {
            let stem = verb_root(deed);
            for (t, table) in catalogue.tables.iter().enumerate() {
                for (column, c) in table.columns.iter().enumerate().filter(|(_, c)| c.kind.is_temporal()) {
                    let at = ColumnRef { table: t, column };
                    let words = &self.columns[t][column].words;
                    let Some(done) = words.iter().find(|w| w.ends_with("ed") && verb_root(w) == stem) else {
                        continue;
                    };
                    let own = |w: &String| w == done || w == "date" || self.tables[t].words.contains(w);
                    let dated = words.len() > 1 && words.iter().all(own);
                    let called = is_day(words) || c.name.eq_ignore_ascii_case(done) || dated;
                    if called && out.iter().all(|(known, _)| *known != at) {
                        out.push((at, 0.95));
                    }
                }
            }
        }
        // "continent id" is the key of the continents, whatever the column is called.
        if let [rest @ .., "id"] = phrase
            && !rest.is_empty()
            && out.iter().all(|(_, s)| *s < 0.95)
            && let Some((t, score)) = self.tables_for(rest).first().filter(|(_, s)| *s >= 0.9)
            && let Some(at) = key_column(&catalogue.tables[*t], *t)
        {
            out.retain(|(c, _)| *c != at);
            out.push((at, 0.97 * score));
        }
        // "sample number", where a sample has no number but that of its site: its own key.
        if let [rest @ .., "number"] = phrase
            && !rest.is_empty()
            && let Some((t, score)) = self.tables_for(rest).first().filter(|(_, s)| *s >= 0.75)
        {
            let refers = |c: &ColumnRef| {
                let name = &catalogue.tables[c.table].columns[c.column].name;
                let mut edges = self.prepared.graph.edges.iter();
                edges.any(|e| e.from == c.table && e.to != c.table && e.from_columns.contains(name))
            };
            let other = |c: &ColumnRef| {
                let said = |w: &str| self.columns[c.table][c.column].words.iter().any(|own| own == w);
                c.table == *t && refers(c) && !rest.iter().any(|w| said(w))
            };
            let before = out.len();
            out.retain(|(c, _)| !other(c));
            let own = out.iter().any(|(c, s)| c.table == *t && *s >= 0.75);
            if out.len() < before
                && !own
                && let Some(at) = key_column(&catalogue.tables[*t], *t)
            {
                out.push((at, 0.95 * score));
            }
        }
        // "continent name", where the column is called like its table.
        if let [rest @ .., "name"] = phrase
            && !rest.is_empty()
            && out.iter().all(|(_, s)| *s < 0.95)
            && let Some((t, score)) = self.tables_for(rest).first().filter(|(_, s)| *s >= 0.9)
        {
            let named = self.columns[*t].iter().position(|n| n.words == self.tables[*t].words);
            if let Some(column) = named.filter(|c| catalogue.tables[*t].columns[*c].kind.is_textual()) {
                out.push((ColumnRef { table: *t, column }, 0.97 * score));
            }
        }
        // "name and rate of the shops", where a shop's name is called the shop.
        if *phrase == ["name"] {
            for (t, table) in catalogue.tables.iter().enumerate() {
                let has = |c: &super::Name| c.words.iter().any(|w| w == "name" || w == "title");
                let named = self.columns[t].iter().position(|n| n.words == self.tables[t].words);
                let column = named.filter(|c| table.columns[*c].kind.is_textual());
                if let Some(column) = column.filter(|_| !self.columns[t].iter().any(has)) {
                    out.push((ColumnRef { table: t, column }, 0.85));
                }
            }
        }
        // "company name", where a text is called the company.
        if let [thing, "name"] = phrase
            && out.iter().all(|(_, s)| *s < 0.9)
            && self.tables_for(&[thing]).first().is_none_or(|(_, s)| *s < 0.9)
        {
            let called = |t: usize, c: usize| {
                let column = &catalogue.tables[t].columns[c];
                matches!(self.columns[t][c].words.as_slice(), [own] if own == thing)
                    && column.kind.is_textual()
            };
            let all = (0..self.columns.len()).flat_map(|t| (0..self.columns[t].len()).map(move |c| (t, c)));
            let found = all.filter(|(t, c)| called(*t, *c));
            out.extend(found.map(|(table, column)| (ColumnRef { table, column }, 0.95)));
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    fn column_score(
        &self,
        at: ColumnRef,
        phrase: &[&str],
        senses: &[Vec<Sense>],
        table: &Table,
    ) -> Option<f32> {
        let name = &self.columns[at.table][at.column].words;
        let own = &self.tables[at.table].words;
        let is_own = |w: &String| own.contains(w);
        // Words of the phrase that only repeat the table: "customer name" for customers.name.
        let mut strength = 1.0f32;
        let mut used: Vec<usize> = Vec::new();
        let mut repeated = 0;
        for (word, options) in phrase.iter().zip(senses) {
            let hit = name
                .iter()
                .enumerate()
                .filter(|(i, _)| !used.contains(i))
                .filter_map(|(i, n)| options.iter().find(|s| s.word == *n).map(|s| (i, s.strength)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            match hit {
                Some((i, s)) => {
                    used.push(i);
                    strength *= s;
                }
                None if own.iter().any(|o| options.iter().any(|s| s.word == *o && s.strength >= 0.8)) => {
                    repeated += 1
                }
                // The "due date" is `due_on`.
                None if phrase.len() > 1
                    && matches!(*word, "date" | "day" | "time")
                    && table.columns[at.column].kind.is_temporal() =>
                {
                    strength *= 0.97;
                }
                None if is_noise(word) && !words::is_currency(word) && phrase.len() > 1 => {
                    // "battery level" is the battery; yet a level may be another thing than what it stands before.
                    strength *=
                        if matches!(*word, "level" | "type" | "year" | "count") { 0.82 } else { 0.93 };
                }
                None => return None,
            }
        }
        if used.is_empty() {
            return None;
        }
        if used.iter().all(|i| is_own(&name[*i])) && used.len() < name.len() {
            // Nothing but the table's own name was said: that is the table, not this column.
            return None;
        }
        let left: Vec<(usize, &String)> =
            name.iter().enumerate().filter(|(i, _)| !used.contains(i)).collect();
        let key = table.primary_key.len() == 1 && table.columns[at.column].name == table.primary_key[0];
        let unit = words::without_unit(name).len();
        let mut score = strength;
        for (i, word) in &left {
            score *= if is_own(word) {
                0.97
            } else if phrase.iter().any(|p| words::synonyms(p).contains(&word.as_str())) {
                0.96
            } else if is_noise(word)
                || *i >= unit && used.iter().any(|u| *u < unit)
                || name.len() > 1 && matches!(word.as_str(), "has" | "flag")
            {
                0.93
            } else if key && word.as_str() == "id" {
                0.5
            } else if *i == name.len() - 1 {
                // A thing is told by its name: "city" for `city_name`.
                match word.as_str() {
                    "id" => 0.6,
                    "name" => 0.8,
                    "amount" => 0.85,
                    "address" => 0.9,
                    _ => 0.7,
                }
            } else {
                0.78
            };
        }
        if repeated > 0 && left.is_empty() {
            score *= 0.99;
        }
        (score >= 0.4).then_some(score)
    }
}

/// `held_on`: the day that something was done. Nobody's birth is the date of them.
fn is_day(name: &[String]) -> bool {
    let [done, on] = name else { return false };
    matches!(on.as_str(), "on" | "at")
        && !matches!(done.as_str(), "born" | "created" | "updated" | "deleted" | "modified")
}

/// How well a phrase covers a name: the product of strengths, and which words of the name it used. Every word
/// of the phrase must be used.
fn cover(name: &[String], phrase: &[Vec<Sense>]) -> Option<(f32, Vec<usize>)> {
    let mut used = Vec::new();
    let mut strength = 1.0;
    for options in phrase {
        let (i, s) = name
            .iter()
            .enumerate()
            .filter(|(i, _)| !used.contains(i))
            .filter_map(|(i, n)| options.iter().find(|s| s.word == *n).map(|s| (i, s.strength)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        used.push(i);
        strength *= s;
    }
    Some((strength, used))
}
