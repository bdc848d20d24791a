//! The columns that tell people which row is meant: a name, a title, a key.

use super::World;
use crate::offline::lexicon::key_column;
use rowcall_core::ColumnRef;

impl World<'_> {
    /// What its rows are called, where they have a name or title of their own: not that of the customer of a ticket.
    pub fn names(&self, table: usize) -> Vec<ColumnRef> {
        let own =
            |w: &str| self.lexicon.is_of_table(table, w) || self.lexicon.things[table].iter().any(|o| o == w);
        // Of what refers to nothing, a company's name is its own: of sponsors, and not of orders.
        let alone = !self.lexicon.prepared.graph.edges.iter().any(|e| e.from == table);
        let whose = |w: &str| {
            alone && matches!(w, "company" | "business" | "organisation" | "organization" | "legal")
        };
        let named = |c: &ColumnRef| {
            let mut words = self.lexicon.columns[table][c.column].words.iter().filter(|w| !own(w)).peekable();
            words.peek().is_some()
                && words.all(|w| {
                    matches!(
                        w.as_str(),
                        "name"
                            | "title"
                            | "label"
                            | "first"
                            | "last"
                            | "full"
                            | "fullname"
                            | "given"
                            | "personal"
                            | "family"
                            | "forename"
                            | "surname"
                    ) || whose(w)
                })
                && self.column(*c).kind.is_textual()
                && !self.is_reference(*c)
        };
        let mut labels = self.labels(table);
        labels.retain(named);
        labels
    }

    /// Its rows are told by a name, a title or a subject, and not by a key alone.
    pub fn is_named(&self, table: usize) -> bool {
        self.labels(table).iter().any(|c| {
            let name = self.column(*c).name.to_lowercase();
            ["name", "title", "subject"].iter().any(|end| name.ends_with(end))
        })
    }

    /// The columns that name a row for people: a name or title, a first and last name, else the key.
    pub fn labels(&self, table: usize) -> Vec<ColumnRef> {
        let names = &self.lexicon.columns[table];
        let own = &self.lexicon.tables[table].words;
        let at = |column: usize| ColumnRef { table, column };
        let textual = |i: usize| self.catalogue.tables[table].columns[i].kind.is_textual();
        let is = |i: usize, word: &str| {
            let others = names[i].words.iter().filter(|w| !self.lexicon.is_of_table(table, w));
            let words: Vec<&String> = others.collect();
            words.len() == 1 && words[0] == word
        };
        for word in ["name", "fullname"] {
            if let Some(i) = (0..names.len()).find(|i| textual(*i) && is(*i, word)) {
                return vec![at(i)];
            }
        }
        // `course.course`: called like its table.
        if let Some(i) = (0..names.len()).find(|i| textual(*i) && names[*i].words == *own) {
            return vec![at(i)];
        }
        let part = |w: &str| {
            (0..names.len()).find(|i| {
                let words = &names[*i].words;
                textual(*i)
                    && (words.join("").ends_with(&format!("{w}name"))
                        || words.len() >= 2
                            && words[words.len() - 2] == w
                            && words[words.len() - 1] == "name")
            })
        };
        let half = |ways: &[&str]| ways.iter().find_map(|way| part(way));
        if let (Some(first), Some(last)) =
            (half(&["first", "given", "personal", "fore"]), half(&["last", "family", "sur"]))
        {
            return vec![at(first), at(last)];
        }
        // After these: people have titles, too. Before the name of somebody else: tickets have a subject and a customer.
        for word in ["title", "label", "subject"] {
            if let Some(i) = (0..names.len()).find(|i| textual(*i) && is(*i, word)) {
                return vec![at(i)];
            }
        }
        if let Some(i) =
            (0..names.len()).find(|i| textual(*i) && names[*i].words.last().is_some_and(|w| w == "name"))
        {
            return vec![at(i)];
        }
        // `promo_codes.code`
        if let Some(i) = (0..names.len()).find(|i| {
            textual(*i)
                && matches!((names[*i].words.as_slice(), own.last()), ([one], Some(last)) if one == last)
        }) {
            return vec![at(i)];
        }
        for word in ["title", "subject", "detail", "description", "term"] {
            if let Some(i) =
                (0..names.len()).find(|i| textual(*i) && names[*i].words.last().is_some_and(|w| w == word))
            {
                return vec![at(i)];
            }
        }
        key_column(&self.catalogue.tables[table], table).into_iter().collect()
    }
}
