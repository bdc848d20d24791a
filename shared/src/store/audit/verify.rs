//! Going through the whole chain: is every entry the one that was written, and is none missing?

use super::{Store, StoreError};
use crate::audit::{AuditEntry, AuditHead, Link};
use std::fmt;

/// Entries looked at in one go.
const BATCH: i64 = 1000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Entries that are whole, from the first on.
    pub entries: i64,
    /// Those of them, at the beginning, that were written before there was a key: anybody could have made them, but
    /// nobody changed them after the first one with a key.
    pub without_key: i64,
    /// The end of what is whole: worth keeping elsewhere.
    pub head: Option<AuditHead>,
    /// The first thing that is wrong.
    pub fault: Option<AuditFault>,
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFault {
    /// This entry is not what was written.
    Edited(i64),
    /// This entry is missing, and later ones are there.
    Missing(i64),
    /// This entry does not follow the one before it.
    Unchained(i64),
    /// This entry was written with another key than the one at hand.
    OtherKey {
        /// Its number.
        seq: i64,
        /// Eight digits that name the key; empty for none.
        key_id: String,
    },
    /// The chain ends with this entry, and went further once.
    CutShort {
        /// The last that is there; 0 for none.
        last: i64,
        /// How far it went.
        kept: i64,
    },
    /// The entry of a head that was kept is another one now.
    Replaced(i64),
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(seq) => write!(f, "entry {seq} is not what was written"),
            Self::Missing(seq) => write!(f, "entry {seq} is missing"),
            Self::Unchained(seq) => write!(f, "entry {seq} does not follow entry {}", seq - 1),
            Self::OtherKey { seq, key_id } if key_id.is_empty() => {
                write!(f, "entry {seq} was written without a key, after entries with one")
            }
            Self::OtherKey { seq, key_id } => {
                write!(f, "entry {seq} was written with the key {key_id}, which is not the one at hand")
            }
            Self::CutShort { last, kept } => write!(f, "the log ends with entry {last}, and once had {kept}"),
            Self::Replaced(seq) => write!(f, "entry {seq} is another one than when its head was kept"),
        }
    }
}

impl Store {
    /// Goes through the chain, and compares it with a head that was kept outside the store: only that shows that the
    /// end was cut off.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn verify_audit(&self, kept: Option<AuditHead>) -> Result<AuditReport, StoreError> {
        let mut walk = Walk { store: self, kept, report: AuditReport::default() };
        loop {
            let batch = self.audit_entries(None, walk.report.entries, BATCH).await?;
            if batch.is_empty() {
                break;
            }
            for entry in &batch {
                if let Some(fault) = walk.step(entry) {
                    walk.report.fault = Some(fault);
                    return Ok(walk.report);
                }
            }
        }
        let last = walk.report.entries;
        if let Some(kept) = kept.filter(|kept| kept.seq > last) {
            walk.report.fault = Some(AuditFault::CutShort { last, kept: kept.seq });
        }
        Ok(walk.report)
    }
}

struct Walk<'a> {
    store: &'a Store,
    kept: Option<AuditHead>,
    report: AuditReport,
}

impl Walk<'_> {
    fn step(&mut self, entry: &AuditEntry) -> Option<AuditFault> {
        let next = self.report.entries + 1;
        if entry.seq != next {
            return Some(AuditFault::Missing(next));
        }
        let keyed_before = self.report.entries > self.report.without_key;
        let key = match (&self.store.audit_key, entry.key_id.as_str()) {
            (_, "") if !keyed_before => None,
            (Some(key), id) if key.id() == id => Some(key),
            (_, id) => return Some(AuditFault::OtherKey { seq: next, key_id: id.to_owned() }),
        };
        if entry.mac != entry.expected(key) {
            return Some(AuditFault::Edited(next));
        }
        if entry.previous != self.report.head.map_or(Link::START, |head| head.mac) {
            return Some(AuditFault::Unchained(next));
        }
        if self.kept.is_some_and(|kept| kept.seq == next && kept.mac != entry.mac) {
            return Some(AuditFault::Replaced(next));
        }
        self.report.entries = next;
        self.report.without_key += i64::from(key.is_none());
        self.report.head = Some(AuditHead { seq: next, mac: entry.mac });
        None
    }
}
