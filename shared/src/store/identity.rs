//! Linking: two accounts turn out to be one person, who proves it with a code from one side that the other side
//! enters. Each side is shown the other and says yes; a name or an address proves nothing.

use super::{Store, StoreError, audit::Deed, grants::principal_of};
use rowcall_core::{Actor, Platform};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// How long a code can be used, from being shown to both sides having said yes.
pub const LINK_CODE_LIFE: Duration = Duration::from_secs(600);
/// Codes an account may ask for in an hour.
const CODES_PER_HOUR: i64 = 10;
/// Wrong codes an account may enter in ten minutes.
const WRONG_GUESSES: i64 = 5;
/// Letters and digits that nobody mistakes for one another: 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// An account as the other side is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkParty {
    /// Its platform.
    pub platform: Platform,
    /// Its name there. For people's eyes.
    pub name: String,
}

/// What came of entering a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEntry {
    /// It was this account that asked for it: show it, and let the person confirm.
    Found(LinkParty),
    /// No code like that is open.
    Unknown,
    /// It was right, and is too old.
    Expired,
    /// The person asked for it with this very account.
    Own,
    /// Both accounts are one person already.
    AlreadyLinked,
    /// Too many wrong codes: not before this time passed.
    TooMany(Duration),
}

/// What came of confirming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkOutcome {
    /// Nothing is open on this side.
    Nothing,
    /// It took too long: begin with a new code.
    Expired,
    /// This side asked for the code, and nobody has entered it and confirmed yet.
    NotEntered,
    /// This side asked for the code; this account entered it. Show it, and confirm once more to link.
    Look(LinkParty),
    /// This side has confirmed; now the other side must.
    OtherSideNext(LinkParty),
    /// The two are one person now.
    Linked(LinkParty),
}

impl Store {
    /// A new code for this account, in place of an open one, to be shown in private: `ABCD-EFGH-JKLM`. `None` when the account
    /// asked for too many within the hour.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn new_link_code(&self, actor: &Actor) -> Result<Option<String>, StoreError> {
        self.standing(actor, None).await?; // known from here on
        let code = new_code();
        let mut tx = self.pool.begin().await?;
        let subject = actor.subject();
        // One at a time for an account, or two would both be open.
        sqlx::query!("SELECT subject FROM identities WHERE subject = $1 FOR UPDATE", subject)
            .fetch_one(&mut *tx)
            .await?;
        let made = sqlx::query!(
            "INSERT INTO link_codes (code_hash, subject, expires_at)
             SELECT $1, $2, now() + make_interval(secs => $3)
             WHERE (SELECT count(*) FROM link_codes
                    WHERE subject = $2 AND created_at > now() - interval '1 hour') < $4",
            hash(&code),
            subject,
            LINK_CODE_LIFE.as_secs_f64(),
            CODES_PER_HOUR,
        )
        .execute(&mut *tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(None);
        }
        sqlx::query!(
            "UPDATE link_codes SET cancelled_at = now()
             WHERE subject = $1 AND code_hash <> $2 AND linked_at IS NULL AND cancelled_at IS NULL",
            subject,
            hash(&code),
        )
        .execute(&mut *tx)
        .await?;
        // Of no more use to anybody.
        sqlx::query!("DELETE FROM link_codes WHERE created_at < now() - interval '1 day'")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Some(code))
    }

    /// Enters a code on the other side. The first account that enters it is its other side for good. Lower case, missing and
    /// additional hyphens and spaces do not matter.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn enter_link_code(&self, actor: &Actor, code: &str) -> Result<LinkEntry, StoreError> {
        let standing = self.standing(actor, None).await?;
        let mut tx = self.pool.begin().await?;
        let subject = actor.subject();
        // Guesses of one account are made one after the other, or many at once would all be counted as the first.
        sqlx::query!("SELECT subject FROM identities WHERE subject = $1 FOR UPDATE", subject)
            .fetch_one(&mut *tx)
            .await?;
        let guesses = sqlx::query!(
            r#"SELECT count(*) AS "wrong!",
                      coalesce(extract(epoch FROM min(guessed_at) + interval '10 minutes' - now()), 0)::float8
                          AS "wait!"
               FROM link_guesses WHERE subject = $1 AND guessed_at > now() - interval '10 minutes'"#,
            subject,
        )
        .fetch_one(&mut *tx)
        .await?;
        if guesses.wrong >= WRONG_GUESSES {
            return Ok(LinkEntry::TooMany(Duration::from_secs_f64(guesses.wait.max(1.0))));
        }
        let row = sqlx::query!(
            r#"SELECT c.subject, c.entered_by, c.expires_at < now() AS "expired!", i.name, i.principal_id
               FROM link_codes c JOIN identities i ON i.subject = c.subject
               WHERE c.code_hash = $1 AND c.linked_at IS NULL AND c.cancelled_at IS NULL FOR UPDATE OF c"#,
            hash(code),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let entry = match row {
            Some(row) if row.entered_by.as_ref().is_none_or(|by| *by == subject) => {
                if row.expired {
                    LinkEntry::Expired
                } else if row.subject == subject {
                    LinkEntry::Own
                } else if row.principal_id == standing.principal {
                    LinkEntry::AlreadyLinked
                } else {
                    sqlx::query!(
                        "UPDATE link_codes SET entered_by = $2 WHERE code_hash = $1",
                        hash(code),
                        subject
                    )
                    .execute(&mut *tx)
                    .await?;
                    LinkEntry::Found(party(&row.subject, row.name)?)
                }
            }
            // A code that somebody else entered is nobody else's any more.
            _ => {
                sqlx::query!("INSERT INTO link_guesses (subject) VALUES ($1)", subject)
                    .execute(&mut *tx)
                    .await?;
                sqlx::query!("DELETE FROM link_guesses WHERE guessed_at < now() - interval '1 day'")
                    .execute(&mut *tx)
                    .await?;
                LinkEntry::Unknown
            }
        };
        tx.commit().await?;
        Ok(entry)
    }

    /// Says yes, on either side. The side that entered the code is first. The side that asked for it is shown the
    /// other account by its first yes, and links by its second.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn confirm_link(&self, actor: &Actor) -> Result<LinkOutcome, StoreError> {
        let mut audited = self.begin_audited().await?;
        let subject = actor.subject();
        let row = sqlx::query!(
            r#"SELECT c.code_hash, c.subject, c.entered_by, c.expires_at < now() AS "expired!",
                      c.confirmed_at IS NOT NULL AS "confirmed!", c.shown_at IS NOT NULL AS "shown!",
                      i.name AS issuer_name, e.name AS "entered_name?"
               FROM link_codes c JOIN identities i ON i.subject = c.subject
                    LEFT JOIN identities e ON e.subject = c.entered_by
               WHERE (c.subject = $1 OR c.entered_by = $1) AND c.linked_at IS NULL AND c.cancelled_at IS NULL
               ORDER BY c.expires_at < now(), greatest(c.created_at, c.confirmed_at) DESC LIMIT 1 FOR UPDATE OF c"#,
            subject,
        )
        .fetch_optional(audited.connection())
        .await?;
        let Some(row) = row else { return Ok(LinkOutcome::Nothing) };
        if row.expired {
            return Ok(LinkOutcome::Expired);
        }
        let entered = row.entered_by.zip(row.entered_name);
        let outcome = match entered {
            Some((entered, _)) if entered == subject => {
                sqlx::query!(
                    "UPDATE link_codes SET confirmed_at = coalesce(confirmed_at, now()) WHERE code_hash = $1",
                    row.code_hash
                )
                .execute(audited.connection())
                .await?;
                LinkOutcome::OtherSideNext(party(&row.subject, row.issuer_name)?)
            }
            Some((entered, name)) if row.confirmed && !row.shown => {
                sqlx::query!("UPDATE link_codes SET shown_at = now() WHERE code_hash = $1", row.code_hash)
                    .execute(audited.connection())
                    .await?;
                LinkOutcome::Look(party(&entered, name)?)
            }
            Some((entered, name)) if row.confirmed => {
                sqlx::query!("UPDATE link_codes SET linked_at = now() WHERE code_hash = $1", row.code_hash)
                    .execute(audited.connection())
                    .await?;
                merge(audited.connection(), &row.subject, &entered).await?;
                let person = principal_of(audited.connection(), &subject).await?;
                audited
                    .record(Deed {
                        actor: &subject,
                        action: "person.linked",
                        subject: format!("person:{person}"),
                        details: json!({ "accounts": [row.subject, entered] }),
                    })
                    .await?;
                LinkOutcome::Linked(party(&entered, name)?)
            }
            _ => LinkOutcome::NotEntered,
        };
        audited.commit().await?;
        Ok(outcome)
    }

    /// Calls off whatever link is open on either side. False when none was.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn cancel_link(&self, actor: &Actor) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "UPDATE link_codes SET cancelled_at = now()
             WHERE (subject = $1 OR entered_by = $1) AND linked_at IS NULL AND cancelled_at IS NULL
               AND expires_at >= now()",
            actor.subject(),
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The accounts of the person behind an account, that one included, oldest first.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn linked_accounts(&self, actor: &Actor) -> Result<Vec<LinkParty>, StoreError> {
        let rows = sqlx::query!(
            "SELECT i.subject, i.name FROM identities i JOIN identities mine USING (principal_id)
             WHERE mine.subject = $1 ORDER BY i.created_at, i.subject",
            actor.subject(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| party(&row.subject, row.name)).collect()
    }

    /// Whether two principals are one person: the same, or ever linked.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn same_person(&self, a: Uuid, b: Uuid) -> Result<bool, StoreError> {
        // A merge points every principal at the one that is left, so one step leads there.
        Ok(sqlx::query_scalar!(
            r#"SELECT count(DISTINCT root) = 1 AS "same!" FROM (
                   SELECT coalesce((SELECT coalesce(p.merged_into, p.id) FROM principals p WHERE p.id = wanted.id),
                                   wanted.id) AS root
                   FROM (VALUES ($1::uuid), ($2::uuid)) AS wanted (id)) roots"#,
            a,
            b,
        )
        .fetch_one(&self.pool)
        .await?)
    }
}

/// Makes the person behind `from` the person behind `into`: accounts, grants and settings follow.
async fn merge(connection: &mut PgConnection, into: &str, from: &str) -> Result<(), StoreError> {
    // In one order, whoever merges whom: two merges at once wait for each other instead of locking up.
    let rows = sqlx::query!(
        "SELECT p.id, i.subject FROM principals p JOIN identities i ON i.principal_id = p.id
         WHERE i.subject IN ($1, $2) ORDER BY p.id FOR UPDATE",
        into,
        from,
    )
    .fetch_all(&mut *connection)
    .await?;
    let of = |account: &str| rows.iter().find(|r| r.subject == account).map(|r| r.id);
    let (Some(into), Some(from)) = (of(into), of(from)) else {
        return Err(StoreError::Unreadable("an account that is linked is not known".into()));
    };
    if into == from {
        return Ok(());
    }
    sqlx::query!("UPDATE identities SET principal_id = $1 WHERE principal_id = $2", into, from)
        .execute(&mut *connection)
        .await?;
    // Whom an administrator knows by one account, they know by both.
    sqlx::query!(
        "UPDATE principals p SET registered_at = f.registered_at, registered_by = f.registered_by
         FROM principals f WHERE p.id = $1 AND f.id = $2 AND p.registered_at IS NULL",
        into,
        from
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("UPDATE principals SET merged_into = $1 WHERE id = $2 OR merged_into = $2", into, from)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "DELETE FROM grants g WHERE g.kind = 'person' AND g.subject = $2::uuid::text AND EXISTS (
             SELECT FROM grants k WHERE k.kind = 'person' AND k.subject = $1::uuid::text AND k.role = g.role
               AND k.source IS NOT DISTINCT FROM g.source AND k.place IS NOT DISTINCT FROM g.place)",
        into,
        from,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE grants SET subject = $1::uuid::text WHERE kind = 'person' AND subject = $2::uuid::text",
        into,
        from,
    )
    .execute(&mut *connection)
    .await?;
    // Who wanted their answers for themselves on one side wants it on both.
    sqlx::query!(
        "WITH gone AS (DELETE FROM person_settings WHERE principal_id = $2 RETURNING private)
         INSERT INTO person_settings (principal_id, private) SELECT $1, private FROM gone
         ON CONFLICT (principal_id) DO UPDATE SET private = person_settings.private OR excluded.private",
        into,
        from,
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}

fn party(subject: &str, name: String) -> Result<LinkParty, StoreError> {
    let platform = subject.split(':').next().unwrap_or_default();
    let platform = platform.parse().map_err(|e| StoreError::Unreadable(format!("an account: {e}")))?;
    Ok(LinkParty { platform, name })
}

/// Twelve characters, 60 bits of the system's randomness, in groups of four.
fn new_code() -> String {
    let random = Uuid::new_v4().into_bytes();
    // Bytes 6 and 8 of such an id hold its version and variant, which are not random.
    let letters = (0..16).filter(|i| !matches!(i, 6 | 8)).take(12);
    let mut code = String::with_capacity(14);
    for (i, byte) in letters.map(|i| random[i]).enumerate() {
        if i > 0 && i % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    code
}

fn hash(code: &str) -> Vec<u8> {
    let letters: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256::digest(letters.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_code_can_be_read_aloud_and_is_never_the_same() {
        let codes: HashSet<String> = (0..200).map(|_| new_code()).collect();
        assert_eq!(codes.len(), 200);
        let used: HashSet<char> = codes.iter().flat_map(|c| c.chars()).collect();
        // Every letter turns up somewhere among 2400 draws, and nothing else does.
        assert_eq!(used.len(), 33);
        assert!(codes.iter().all(|c| c.len() == 14 && c.split('-').all(|group| group.len() == 4)));
        assert!(!used.iter().any(|c| "01IO".contains(*c)), "{used:?}");
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        assert_eq!(hash("ABCD-EFGH-JK23"), hash(" abcd efgh\u{2011}jk23 "));
        assert_ne!(hash("ABCD-EFGH-JK23"), hash("ABCD-EFGH-JK24"));
    }
}
