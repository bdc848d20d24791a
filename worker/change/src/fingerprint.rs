//! What an approval is bound to, in one number: the exact statement, the source, the facts of every table it reaches,
//! and the rows that it was shown for. Every part stands with its length, so that no two different changes give the
//! same bytes.

use crate::{capture::Captured, facts::Facts, image::TableImages, statement::Statement};
use rowcall_core::change::Fingerprint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Raised when the meaning of a part changes: an approval given before does not hold afterwards.
const VERSION: &str = "rowcall-change-fingerprint-v1";

/// The parts of a fingerprint, kept beside a ticket so that what moved can be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Digest of the statement's text and its parameters.
    pub statement: String,
    /// The source.
    pub source: String,
    /// Digest of the facts of each table.
    pub tables: BTreeMap<String, String>,
    /// Digest of the rows; none when they are not bound.
    pub rows: Option<String>,
    /// How many rows of each table.
    pub counts: BTreeMap<String, u64>,
    /// What a definition does; none where it was not tried out, and for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Defined>,
}

/// What a definition does to the database's own catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defined {
    /// What comes.
    pub adds: Vec<String>,
    /// What goes.
    pub drops: Vec<String>,
    /// Tables that are written anew.
    pub rewrites: Vec<String>,
    /// Of which tables or columns data goes, and whether there is any.
    pub loses: BTreeMap<String, bool>,
}

impl Defined {
    fn put(&self, parts: &mut Parts) {
        parts.put(b"definition");
        for list in [&self.adds, &self.drops, &self.rewrites] {
            parts.put(&(list.len() as u64).to_le_bytes());
            list.iter().for_each(|name| parts.put(name.as_bytes()));
        }
        parts.put(&(self.loses.len() as u64).to_le_bytes());
        for (name, any) in &self.loses {
            parts.put(name.as_bytes());
            parts.put(&[u8::from(*any)]);
        }
    }

    fn moved(&self, now: &Self) -> Vec<String> {
        let mut moved = Vec::new();
        for (shown, now, does) in [
            (&self.adds, &now.adds, "create the"),
            (&self.drops, &now.drops, "drop the"),
            (&self.rewrites, &now.rewrites, "write anew the table"),
        ] {
            let new = now.iter().filter(|name| !shown.contains(name));
            moved.extend(new.map(|name| format!("It would now {does} {name} as well.")));
            let old = shown.iter().filter(|name| !now.contains(name));
            moved.extend(old.map(|name| format!("It would not {does} {name} any more.")));
        }
        for (name, any) in &now.loses {
            match (self.loses.get(name), any) {
                (Some(false), true) => {
                    moved.push(format!("There is data in {name} now, which would be lost."))
                }
                (Some(true), false) => moved.push(format!("There is no data in {name} any more.")),
                _ => {}
            }
        }
        moved
    }
}

/// What changes: a statement's text, or the images that an undo brings back.
pub(crate) enum What<'a> {
    Statement(&'a Statement),
    Definition(&'a str),
    Undo(&'a [u8]),
}

struct Parts(Sha256);

impl Parts {
    fn new(tag: &str) -> Self {
        let mut parts = Self(Sha256::new());
        parts.put(tag.as_bytes());
        parts
    }

    fn put(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn put_value(&mut self, value: Option<&String>) {
        match value {
            Some(text) => {
                self.put(b"1");
                self.put(text.as_bytes());
            }
            None => self.put(b"0"),
        }
    }

    fn end(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Evidence {
    /// The evidence of a change. `captured` is none, or not bound, where rows could not be measured.
    pub(crate) fn new(
        source: &str,
        what: &What<'_>,
        facts: &Facts,
        captured: Option<&Captured>,
        varying: bool,
    ) -> Self {
        let mut text = Parts::new("statement");
        match what {
            What::Statement(statement) => {
                text.put(b"sql");
                text.put(statement.sql.as_bytes());
                // Typed parameters: the policy passes only statements that hold their values themselves.
                text.put(&0_u64.to_le_bytes());
            }
            What::Definition(sql) => {
                text.put(b"definition");
                text.put(sql.as_bytes());
            }
            What::Undo(images) => {
                text.put(b"undo");
                text.put(images);
            }
        }
        let tables = facts.tables.values().map(|t| (t.full_name(), t.digest())).collect();
        let bound = captured.filter(|captured| captured.bound);
        let mut counts = BTreeMap::new();
        for table in bound.iter().flat_map(|c| &c.images.tables) {
            *counts.entry(table.shape.full_name()).or_default() += table.rows.len() as u64;
        }
        Self {
            statement: hex::encode(text.end()),
            source: source.to_owned(),
            tables,
            rows: bound.map(|captured| hex::encode(rows(what, facts, captured, varying))),
            counts,
            definition: None,
        }
    }

    /// The one number.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut parts = Parts::new(VERSION);
        parts.put(self.statement.as_bytes());
        parts.put(self.source.as_bytes());
        parts.put(&(self.tables.len() as u64).to_le_bytes());
        for (name, digest) in &self.tables {
            parts.put(name.as_bytes());
            parts.put(digest.as_bytes());
        }
        parts.put_value(self.rows.as_ref());
        parts.put(&(self.counts.len() as u64).to_le_bytes());
        for (name, count) in &self.counts {
            parts.put(name.as_bytes());
            parts.put(&count.to_le_bytes());
        }
        if let Some(definition) = &self.definition {
            definition.put(&mut parts);
        }
        Fingerprint(parts.end())
    }

    /// The same with nothing said of rows, or of what a definition does: what an approval is bound to where they are unknown.
    pub fn without_rows(&self) -> Self {
        Self { rows: None, counts: BTreeMap::new(), definition: None, ..self.clone() }
    }

    /// What is different now, one sentence each. Empty when nothing is.
    pub fn moved(&self, now: &Self) -> Vec<String> {
        let mut moved = Vec::new();
        if self.statement != now.statement {
            moved.push("It is another statement.".to_owned());
        }
        if self.source != now.source {
            moved.push("It is another source.".to_owned());
        }
        let names: BTreeSet<&String> = self.tables.keys().chain(now.tables.keys()).collect();
        for name in names {
            match (self.tables.get(name), now.tables.get(name)) {
                (Some(before), Some(after)) if before == after => {}
                (Some(_), Some(_)) => moved.push(format!(
                    "The table {name} was altered: its columns, constraints, triggers or rules are not the same."
                )),
                (None, _) => moved.push(format!("The change now reaches the table {name}.")),
                (_, None) => moved.push(format!("The change no longer reaches the table {name}.")),
            }
        }
        if let (Some(shown), Some(now)) = (&self.definition, &now.definition) {
            moved.extend(shown.moved(now));
        }
        if self.rows != now.rows {
            let known = moved.len();
            let names: BTreeSet<&String> = self.counts.keys().chain(now.counts.keys()).collect();
            for name in names {
                let count = |evidence: &Self| evidence.counts.get(name).copied().unwrap_or(0);
                if count(self) != count(now) {
                    let (before, after) = (count(self), count(now));
                    moved.push(format!("It would change {after} rows of {name}, not {before}."));
                }
            }
            if moved.len() == known {
                moved.push("The rows that it changes are not the same any more.".to_owned());
            }
        }
        moved
    }
}

/// The digest of the rows: keys, and the columns that the statement reads or writes; whole rows where they are deleted
/// or carried along. The order in which they were met does not matter.
fn rows(what: &What<'_>, facts: &Facts, captured: &Captured, varying: bool) -> [u8; 32] {
    let mut digests: Vec<[u8; 32]> = Vec::new();
    for table in &captured.images.tables {
        // A trigger may put the time into a row; then what comes out is not to be compared.
        let steady = !varying
            && table.action.is_none()
            && facts
                .by_name(&table.shape.schema, &table.shape.name)
                .is_some_and(|t| t.firing(facts.touched(t)).next().is_none());
        let (seen, set) = columns(what, table);
        for row in &table.rows {
            let mut parts = Parts::new("row");
            parts.put(table.shape.full_name().as_bytes());
            parts.put(table.action.as_deref().unwrap_or_default().as_bytes());
            parts.put(&[u8::from(row.before.is_some()), u8::from(row.after.is_some())]);
            if let Some(before) = &row.before {
                let whole = row.after.is_none() || table.action.is_some();
                for (n, value) in before.0.iter().enumerate() {
                    if whole || seen.contains(&n) || table.shape.key.contains(&n) {
                        parts.put(&(n as u64).to_le_bytes());
                        parts.put_value(value.as_ref());
                    }
                }
            }
            if let Some(after) = row.after.as_ref().filter(|_| steady) {
                parts.put(b"after");
                for n in &set {
                    parts.put(&(*n as u64).to_le_bytes());
                    parts.put_value(after.0.get(*n).and_then(Option::as_ref));
                }
            }
            digests.push(parts.end());
        }
    }
    digests.sort_unstable();
    let mut all = Parts::new("rows");
    digests.iter().for_each(|digest| all.put(digest));
    all.end()
}

/// Columns that the statement reads or writes, and those that it writes, by position.
fn columns(what: &What<'_>, table: &TableImages) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let columns = || table.shape.columns.iter().enumerate();
    match what {
        What::Statement(statement) => {
            let seen = columns()
                .filter(|(_, c)| {
                    statement.whole_rows
                        || statement.names.contains(&c.name)
                        || statement.assigned.contains(&c.name)
                })
                .map(|(n, _)| n)
                .collect();
            let set =
                columns().filter(|(_, c)| statement.assigned.contains(&c.name)).map(|(n, _)| n).collect();
            (seen, set)
        }
        What::Definition(_) => (BTreeSet::new(), BTreeSet::new()),
        What::Undo(_) => (columns().map(|(n, _)| n).collect(), BTreeSet::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_named_and_every_part_counts() {
        let map =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let shown = Evidence {
            statement: "a".into(),
            source: "s".into(),
            tables: map(&[("x", "1"), ("y", "2")]),
            rows: Some("r".into()),
            counts: BTreeMap::from([("x".to_owned(), 3)]),
            definition: Some(Defined {
                drops: vec!["view v".into()],
                loses: BTreeMap::from([("x".to_owned(), false)]),
                ..Defined::default()
            }),
        };
        assert!(shown.moved(&shown).is_empty());
        let other = |change: &dyn Fn(&mut Evidence)| {
            let mut other = shown.clone();
            change(&mut other);
            assert_ne!(other.fingerprint(), shown.fingerprint(), "{other:?}");
            shown.moved(&other).join(" ")
        };
        assert_eq!(other(&|e| e.statement = "b".into()), "It is another statement.");
        assert_eq!(other(&|e| e.source = "b".into()), "It is another source.");
        assert_eq!(
            other(&|e| e.tables = map(&[("x", "9"), ("z", "2")])),
            "The table x was altered: its columns, constraints, triggers or rules are not the same. The change no longer reaches \
             the table y. The change now reaches the table z."
        );
        assert_eq!(
            other(&|e| e.rows = Some("q".into())),
            "The rows that it changes are not the same any more."
        );
        assert_eq!(
            other(&|e| {
                e.rows = Some("q".into());
                e.counts.insert("x".into(), 5);
            }),
            "It would change 5 rows of x, not 3."
        );
        assert_eq!(
            other(&|e| {
                e.definition = Some(Defined {
                    drops: vec!["view w".into()],
                    loses: BTreeMap::from([("x".to_owned(), true)]),
                    ..Defined::default()
                });
            }),
            "It would now drop the view w as well. It would not drop the view v any more. There is data in x now, which \
             would be lost."
        );
        // Parts do not run into each other.
        let split = |statement: &str, source: &str| {
            Evidence { statement: statement.into(), source: source.into(), ..shown.clone() }.fingerprint()
        };
        assert_ne!(split("ab", "c"), split("a", "bc"));
    }
}
