//! What a change would do, as far as that can be known before it runs.

use crate::result::Value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a statement does to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `INSERT`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `MERGE`.
    Merge,
    /// A statement whose `WITH` changes rows.
    DataModifyingCte,
    /// A definition.
    Ddl,
}

impl Operation {
    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::DataModifyingCte => "data_modifying_cte",
            Self::Ddl => "ddl",
        }
    }
}

/// How many rows a change touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// Counted in a dry run that was rolled back, without cascades.
    Exact(u64),
    /// It could not be measured; why, in a sentence. Never to be read as none.
    Unknown(String),
}

/// What a change would do to one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// What it does.
    pub operation: Operation,
    /// The table that the statement names, `schema.name`.
    pub table: String,
    /// Rows of that table.
    pub rows: Rows,
    /// The planner's estimate of them, before anything was run.
    pub estimate: Option<u64>,
    /// Rows of other tables that go along.
    pub cascades: Vec<Cascade>,
    /// Triggers that fire.
    pub triggers: Vec<Trigger>,
    /// Constraints that the change may break when it runs, in the words of the database.
    pub at_risk: Vec<String>,
    /// Some of the rows, before and after; masked columns are masked.
    pub sample: Vec<RowChange>,
    /// There is no condition: every row of the table is meant.
    pub unconditional: bool,
    /// The lock, and how long the dry run held it.
    pub lock: Option<LockHeld>,
    /// Whether it can be taken back afterwards.
    pub undo: Undo,
    /// What a dry run cannot show, one sentence each: sequences, `now()`, other writers.
    pub limits: Vec<String>,
    /// What a definition does; only where [`Impact::operation`] is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
    /// What was measured, so that it can be compared with what later runs. None where rows are unknown.
    pub fingerprint: Fingerprint,
}

/// What a definition does: found by comparing the database's own catalogue before and after a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// What the statement asks for, as a verb and its object: "drop the table shop.orders".
    pub what: String,
    /// What comes to be: "table shop.returns".
    pub adds: Vec<String>,
    /// What goes, with all that depends on it: "view shop.open_orders".
    pub drops: Vec<String>,
    /// Data that is lost with it.
    pub loses: Vec<Loss>,
    /// Tables whose every row is written anew while nobody else can use them.
    pub rewrites: Vec<String>,
    /// Locks on other tables than the one that the statement names, with their mode in PostgreSQL's words.
    pub locks: Vec<(String, String)>,
    /// The dry run showed that all of it is there already (`IF NOT EXISTS`).
    pub changes_nothing: bool,
    /// Why it could not be tried out, in a sentence. Then what stands above is not known.
    pub untried: Option<String>,
}

/// Data that a definition throws away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The table, `schema.name`.
    pub table: String,
    /// The column; the whole table where there is none.
    pub column: Option<String>,
    /// Rows with a value there, counted when it was tried out; no more than a million are counted.
    pub rows: u64,
}

impl Loss {
    /// The most that is counted: one more means "or more".
    pub const COUNTED: u64 = 1_000_000;
}

impl Impact {
    /// Rows of all tables, cascades counted; none when unknown.
    pub fn total_rows(&self) -> Option<u64> {
        match self.rows {
            Rows::Exact(rows) => Some(self.cascades.iter().fold(rows, |sum, c| sum.saturating_add(c.rows))),
            Rows::Unknown(_) => None,
        }
    }
}

/// Rows of another table that a foreign key changes or deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cascade {
    /// `schema.name`.
    pub table: String,
    /// "deleted", "set to null", "set to default", "updated".
    pub action: String,
    /// How many.
    pub rows: u64,
}

/// A trigger that fires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// `schema.name` of its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// The function that it calls, `schema.name`.
    pub function: String,
}

/// The strongest lock of a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHeld {
    /// In PostgreSQL's words, e.g. `RowExclusiveLock`.
    pub mode: String,
    /// How long the transaction was open, in milliseconds.
    pub ms: u64,
}

/// One row before and after. A row that is new has no before, one that goes has no after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowChange {
    /// `schema.name`.
    pub table: String,
    /// The key, as text, column by column; empty where the table has none.
    pub key: Vec<(String, String)>,
    /// The columns, in the table's order.
    pub cells: Vec<CellChange>,
}

/// One column of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellChange {
    /// The column.
    pub column: String,
    /// Before.
    pub before: Option<Value>,
    /// After.
    pub after: Option<Value>,
}

impl CellChange {
    /// Whether the value changes.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }
}

/// Whether a change can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// Images of all rows it touches will be kept.
    Possible,
    /// It cannot, because of this.
    Impossible(String),
}

/// SHA-256 over everything that an approval is bound to: statement, parameters, source, facts of the tables, rows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// Text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 64 hexadecimal digits")]
pub struct NoFingerprint;

impl std::str::FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(NoFingerprint);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NoFingerprint)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NoFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

impl Fingerprint {
    /// The part of it that a button has room for.
    pub fn mark(&self) -> FingerprintMark {
        let mut mark = [0; 12];
        mark.copy_from_slice(&self.0[..12]);
        FingerprintMark(mark)
    }
}

/// The first 96 bits of a [`Fingerprint`]: what a button carries beside its ticket, in Telegram's 64 bytes. A vote is
/// bound by it to the card that was looked at; the ticket itself names the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FingerprintMark(pub [u8; 12]);

impl From<Fingerprint> for FingerprintMark {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.mark()
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let mark = Fingerprint(std::array::from_fn(|i| (i * 9) as u8));
        assert_eq!(mark.to_string().parse(), Ok(mark));
        for wrong in ["", "00", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(NoFingerprint), "{wrong}");
        }
    }
}
