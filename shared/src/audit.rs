//! The audit log's chain: what an entry is, and the HMAC that binds it to the one before it. Whoever can write to the
//! store but has not the key cannot change an entry, leave one out or put one in without it being seen; what they
//! can do is cut the end off, which is why heads are also written to the log of the process.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use rowcall_core::{ResultColumn, TypeKind, Value};
use sha2::Sha256;
use std::{fmt, str::FromStr};

/// Least characters of a key.
const SHORTEST: usize = 32;
/// What the HMAC of an entry is over begins with this, so that another layout can never be taken for it.
const LAYOUT: &[u8] = b"rowcall audit entry 1";

/// The key of the chain. It must not lie in the store; its text is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditKey {
    key: Vec<u8>,
    id: String,
}

/// A text that is too short for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must have at least 32 characters, for example from `openssl rand -hex 32`")]
pub struct ShortAuditKey;

impl AuditKey {
    /// A key of this text; white space around it does not matter.
    ///
    /// # Errors
    /// When it is too short.
    pub fn new(text: &str) -> Result<Self, ShortAuditKey> {
        let text = text.trim();
        if text.chars().count() < SHORTEST {
            return Err(ShortAuditKey);
        }
        let key = text.as_bytes().to_vec();
        let id = hex::encode(&hmac(&key, &[b"rowcall audit key"])[..4]);
        Ok(Self { key, id })
    }

    /// Eight digits by which entries name the key, and which tell nothing of it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKey({})", self.id)
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts from 1, without a gap.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: an account (`discord:123`), or `rowcall` for what happens by itself.
    pub actor: String,
    /// What: `ticket.vote`, `grant.given`, ….
    pub action: String,
    /// To what: `ticket:…`, `source:shop`, ….
    pub subject: String,
    /// More, as JSON; exactly the text that is kept.
    pub details: String,
    /// The key it was written with; empty for entries from before there was one.
    pub key_id: String,
    /// The HMAC of the entry before it.
    pub previous: Link,
    /// Its own.
    pub mac: Link,
}

impl AuditEntry {
    /// The HMAC that it must have, by the key it names.
    pub fn expected(&self, key: Option<&AuditKey>) -> Link {
        let bytes: &[u8] = key.map_or(&[], |key| &key.key);
        let lengths = [&self.actor, &self.action, &self.subject, &self.details, &self.key_id]
            .map(|text| (text.len() as u64).to_be_bytes());
        Link(hmac(
            bytes,
            &[
                LAYOUT,
                &self.seq.to_be_bytes(),
                &self.at.timestamp_micros().to_be_bytes(),
                &lengths[0],
                self.actor.as_bytes(),
                &lengths[1],
                self.action.as_bytes(),
                &lengths[2],
                self.subject.as_bytes(),
                &lengths[3],
                self.details.as_bytes(),
                &lengths[4],
                self.key_id.as_bytes(),
                &self.previous.0,
            ],
        ))
    }
}

impl AuditEntry {
    /// The columns of [`AuditEntry::row`], for a file.
    pub fn columns() -> Vec<ResultColumn> {
        let column = |(name, kind): (&str, TypeKind)| ResultColumn { name: name.into(), kind };
        [
            ("seq", TypeKind::Integer),
            ("at", TypeKind::TimestampTz),
            ("actor", TypeKind::Text),
            ("action", TypeKind::Text),
            ("subject", TypeKind::Text),
            ("details", TypeKind::Json),
            ("key", TypeKind::Text),
            ("mac", TypeKind::Text),
        ]
        .map(column)
        .into()
    }

    /// The entry as a row.
    pub fn row(&self) -> Vec<Value> {
        vec![
            Value::Int(self.seq),
            Value::TimestampTz(self.at),
            Value::Text(self.actor.clone()),
            Value::Text(self.action.clone()),
            Value::Text(self.subject.clone()),
            Value::Text(self.details.clone()),
            Value::Text(self.key_id.clone()),
            Value::Text(self.mac.to_string()),
        ]
    }
}

/// The HMAC of an entry, and with it of all entries before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link(pub [u8; 32]);

impl Link {
    /// What the first entry follows.
    pub const START: Self = Self([0; 32]);

    /// From the store's bytes.
    pub(crate) fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({self})")
    }
}

/// The end of the chain at some time: what is kept outside the store, so that a chain cut short is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last entry.
    pub seq: i64,
    /// Its HMAC.
    pub mac: Link,
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.mac)
    }
}

/// Text that is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is written as NUMBER:HMAC, the HMAC as 64 hexadecimal digits")]
pub struct NoAuditHead;

impl FromStr for AuditHead {
    type Err = NoAuditHead;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seq, mac) = text.split_once(':').ok_or(NoAuditHead)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(mac, &mut bytes).map_err(|_| NoAuditHead)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or(NoAuditHead)?;
        Ok(Self { seq, mac: Link(bytes) })
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TEXT: &str = "0123456789abcdef0123456789abcdef";

    fn entry() -> AuditEntry {
        AuditEntry {
            seq: 7,
            at: DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap(),
            actor: "discord:1".into(),
            action: "ticket.vote".into(),
            subject: "ticket:x".into(),
            details: r#"{"a":1}"#.into(),
            key_id: AuditKey::new(TEXT).unwrap().id().into(),
            previous: Link([3; 32]),
            mac: Link::START,
        }
    }

    #[test]
    fn every_part_of_an_entry_is_bound() {
        let key = AuditKey::new(TEXT).unwrap();
        let first = entry().expected(Some(&key));
        let changes: [fn(&mut AuditEntry); 9] = [
            |e| e.seq += 1,
            |e| e.at += chrono::TimeDelta::microseconds(1),
            |e| e.actor.push('1'),
            |e| e.action.push('s'),
            |e| e.subject.push('x'),
            |e| e.details = r#"{"a":2}"#.into(),
            |e| e.key_id.clear(),
            |e| e.previous.0[31] ^= 1,
            // What moves from one field to the next.
            |e| {
                e.actor = "discord:".into();
                e.action = "1ticket.vote".into();
            },
        ];
        for (i, change) in changes.iter().enumerate() {
            let mut other = entry();
            change(&mut other);
            assert_ne!(other.expected(Some(&key)), first, "change {i}");
        }
        assert_ne!(entry().expected(None), first);
        assert_eq!(entry().expected(Some(&AuditKey::new(&format!(" {TEXT}\n")).unwrap())), first);
    }

    #[test]
    fn a_key_is_long_and_never_shown() {
        assert_eq!(AuditKey::new("too short                              "), Err(ShortAuditKey));
        let key = AuditKey::new(TEXT).unwrap();
        assert!(!format!("{key:?}").contains("0123456789"));
        assert_ne!(key.id(), AuditKey::new(&TEXT.replace('0', "1")).unwrap().id());
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = AuditHead { seq: 12, mac: Link([0xab; 32]) };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in
            ["", "12", "12:", "0:ab", &format!("0:{}", "ab".repeat(32)), &format!("x:{}", "ab".repeat(32))]
        {
            assert_eq!(wrong.parse::<AuditHead>(), Err(NoAuditHead), "{wrong}");
        }
    }
}
