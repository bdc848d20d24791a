//! Opening a ticket: from the run that asked for the change, or in the place of one whose facts have moved.

use super::{
    Permit, Ticket, TicketAdvice,
    cards::{CardKind, queue_cards},
    load::{Loaded, load, lock},
    moves::Move,
    subject, to_stored,
};
use crate::store::{
    Ending, Lease, Store, StoreError,
    audit::{Audited, Deed, ITSELF},
    grants::principal_of,
    rules::change_rules,
    runs::finish,
};
use rowcall_core::{
    Actor, Failure, Fingerprint, Impact, Platform, RunId, RunState, TicketId, TicketState, texts::changes,
};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// A change whose impact was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTicket {
    /// The statement, as it will run.
    pub statement: String,
    /// Its parameters, in the words of whoever runs it.
    pub params: serde_json::Value,
    /// What it would do.
    pub impact: Impact,
    /// What its fingerprint was made of, in the words of whoever measured.
    pub evidence: Option<serde_json::Value>,
    /// The ticket whose change it takes back.
    pub undoes: Option<TicketId>,
    /// A model's word on it.
    pub advice: Option<TicketAdvice>,
}

/// What came of opening a ticket.
#[derive(Clone, Debug, PartialEq)]
pub enum OpenOutcome {
    /// It waits for a decision.
    Opened(Box<Ticket>),
    /// The run has another worker, or the ticket to replace is not what it was.
    Lost,
    /// What it would take back cannot be taken back.
    NotUndoable(UndoRefusal),
}

/// Why a change cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoRefusal {
    /// It never ran.
    NotExecuted,
    /// The rows as they were are not kept, or not any more.
    NoImage,
    /// This ticket takes it back already, or has.
    Already(TicketId),
}

impl UndoRefusal {
    /// For a person.
    pub fn failure(self) -> Failure {
        match self {
            Self::NotExecuted => changes::never_ran(),
            Self::NoImage => changes::no_image(),
            Self::Already(_) => changes::undone_already(),
        }
    }
}

impl Store {
    /// Opens a ticket for the run that `lease` holds, and ends the run's present work: it waits for the decision. How
    /// much of a risk it is, and what that takes, is worked out in the same transaction, together with whatever else
    /// the requester changed within the hour or is about to: a large change cut into small ones is a large change.
    /// `ending` makes the reply, which becomes the ticket's card.
    ///
    /// # Errors
    /// When the store is away, the audit log has no key, or the source's rules cannot be read.
    pub async fn open_ticket(
        &self,
        lease: &Lease,
        new: &NewTicket,
        ending: impl FnOnce(&Ticket) -> Ending + Send,
    ) -> Result<OpenOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        let run = sqlx::query!(
            "SELECT r.source, r.subject, r.actor, r.place FROM runs r
             WHERE r.id = $1 AND r.lease_owner = $2 AND r.state = 'running' FOR UPDATE",
            lease.run_id.0,
            lease.owner(),
        )
        .fetch_optional(audited.connection())
        .await?;
        let Some(run) = run else { return Ok(OpenOutcome::Lost) };
        let (Some(account), Some(actor)) = (run.subject, run.actor) else {
            return Err(StoreError::Unreadable("a run that nobody asked for".into()));
        };
        let actor: Actor = serde_json::from_value(actor)?;
        if let Some(undoes) = new.undoes
            && let Some(refusal) = undo_refusal(audited.connection(), undoes).await?
        {
            return Ok(OpenOutcome::NotUndoable(refusal));
        }
        let principal = principal_of(audited.connection(), &account).await?;
        let opening = Opening { run: lease.run_id, source: &run.source, principal, replaces: None };
        let ticket = opening.insert(&mut audited, new).await?;
        announce(&mut audited, &ticket, &actor).await?;
        queue_cards(audited.connection(), ticket.id, CardKind::Card).await?;
        // After those: the card in the run's own place comes with its reply.
        sqlx::query!(
            "INSERT INTO ticket_posts (id, ticket_id, platform, place, own)
             SELECT $1, $2, platform, $4, true FROM posts WHERE run_id = $3",
            Uuid::now_v7(),
            ticket.id.0,
            lease.run_id.0,
            run.place.unwrap_or_default(),
        )
        .execute(audited.connection())
        .await?;
        let mut ending = ending(&ticket);
        ending.reply.state = RunState::WaitingApproval;
        ending.reply.ticket = Some(ticket.id);
        if !finish(audited.connection(), lease, &ending).await? {
            return Ok(OpenOutcome::Lost);
        }
        record_opening(&mut audited, &ticket, &account).await?;
        audited.commit().await?;
        Ok(OpenOutcome::Opened(Box::new(ticket)))
    }

    /// Opens a ticket in the place of one that waits or is approved, and whose facts have moved: that one is stale, its
    /// votes count for nothing, and the new one is shown wherever it was. `why` says what moved.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn replace_ticket(
        &self,
        id: TicketId,
        fingerprint: Fingerprint,
        why: &str,
        new: &NewTicket,
    ) -> Result<OpenOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        match lock(audited.connection(), id).await? {
            Some(Loaded { ticket, .. })
                if ticket.fingerprint == fingerprint
                    && matches!(ticket.state, TicketState::Pending | TicketState::Approved) =>
            {
                replace(audited, ticket, None, why, new).await
            }
            _ => Ok(OpenOutcome::Lost),
        }
    }

    /// The same for a ticket that was being executed, and whose execution found that its facts had moved. The permit is
    /// used up.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn replace_executing(
        &self,
        permit: &Permit,
        why: &str,
        new: &NewTicket,
    ) -> Result<OpenOutcome, StoreError> {
        let mut audited = self.begin_change().await?;
        match lock(audited.connection(), permit.ticket().id).await? {
            Some(Loaded { ticket, .. }) if ticket.state == TicketState::Executing => {
                replace(audited, ticket, Some(permit.owner()), why, new).await
            }
            _ => Ok(OpenOutcome::Lost),
        }
    }

    /// Rows that somebody changed in a table within the hour, and those that their open tickets are about to.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn rows_changed_lately(
        &self,
        principal: Uuid,
        source: &str,
        table: &str,
    ) -> Result<u64, StoreError> {
        let mut connection = self.pool.acquire().await?;
        rows_changed_lately(&mut connection, principal, source, table).await
    }

    /// A transaction about changes: they are only taken where the audit log has a key.
    pub(super) async fn begin_change(&self) -> Result<Audited, StoreError> {
        match self.audit_key {
            Some(_) => self.begin_audited().await,
            None => Err(StoreError::NoAuditKey),
        }
    }
}

async fn replace(
    mut audited: Audited,
    old: Ticket,
    owner: Option<&str>,
    why: &str,
    new: &NewTicket,
) -> Result<OpenOutcome, StoreError> {
    let new_id = TicketId::new();
    let stale = Move {
        owner,
        outcome: Some(why),
        run: None,
        details: json!({ "replaced_by": new_id }),
        ..Move::new(TicketState::Stale, ITSELF, "ticket.stale")
    };
    let old_id = old.id;
    let opening = Opening {
        run: old.run_id,
        source: &old.source,
        principal: old.requester.principal,
        replaces: Some((old_id, new_id)),
    };
    let new = NewTicket { undoes: new.undoes.or(old.undoes), ..new.clone() };
    // What takes locks comes before what is written down.
    opening.lock(audited.connection(), &new.impact.table).await?;
    if !stale.make(&mut audited, &old).await? {
        return Ok(OpenOutcome::Lost);
    }
    let ticket = opening.insert(&mut audited, &new).await?;
    sqlx::query!("UPDATE tickets SET replaced_by = $2 WHERE id = $1", old_id.0, new_id.0)
        .execute(audited.connection())
        .await?;
    // A new card below the old one, which says that it is stale.
    sqlx::query!(
        "INSERT INTO ticket_posts (id, ticket_id, platform, place, address)
         SELECT DISTINCT ON (p.platform, p.place) gen_random_uuid(), $2, p.platform, p.place,
                CASE WHEN p.own THEN o.address ELSE p.address END
         FROM ticket_posts p JOIN tickets t ON t.id = p.ticket_id LEFT JOIN posts o ON o.run_id = t.run_id
         WHERE p.ticket_id = $1 ORDER BY p.platform, p.place, p.own DESC, p.created_at",
        old_id.0,
        new_id.0,
    )
    .execute(audited.connection())
    .await?;
    queue_cards(audited.connection(), new_id, CardKind::Card).await?;
    record_opening(&mut audited, &ticket, &old.requester.actor.subject()).await?;
    audited.commit().await?;
    Ok(OpenOutcome::Opened(Box::new(ticket)))
}

struct Opening<'a> {
    run: RunId,
    source: &'a str,
    principal: Uuid,
    /// The old ticket and the new one's id.
    replaces: Option<(TicketId, TicketId)>,
}

impl Opening<'_> {
    /// Two at once would each be small: one after the other, the second sees the first.
    async fn lock(&self, connection: &mut PgConnection, table: &str) -> Result<(), StoreError> {
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || ' ' || $2 || ' ' || $3, 1))",
            self.principal,
            self.source,
            table,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn insert(&self, audited: &mut Audited, new: &NewTicket) -> Result<Ticket, StoreError> {
        let connection = audited.connection();
        let NewTicket { statement, params, impact, evidence, undoes, advice } = new;
        self.lock(connection, &impact.table).await?;
        let rules = change_rules(&mut *connection, self.source).await?;
        let earlier = rows_changed_lately(connection, self.principal, self.source, &impact.table).await?;
        let risk = rules.thresholds.classify(impact, earlier);
        let requirement = rules.requirement(&impact.table, impact.operation, risk);
        let id = self.replaces.map_or_else(TicketId::new, |(_, new)| new);
        sqlx::query!(
            "INSERT INTO tickets (id, run_id, source, requester_id, statement, params, operation, table_name, impact,
                                  rows, risk, rule, rule_words, fingerprint, expires_at, remind_at, replaces, undoes, evidence,
                                  advice)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                     now() + make_interval(mins => $15),
                     CASE WHEN $16::int > 0 THEN now() + make_interval(mins => $16::int) END, $17, $18, $19, $20)",
            id.0,
            self.run.0,
            self.source,
            self.principal,
            statement,
            params,
            impact.operation.as_str(),
            impact.table,
            serde_json::to_value(impact)?,
            impact.total_rows().map(to_stored),
            risk.as_str(),
            serde_json::to_value(requirement)?,
            requirement.in_words(false, &[]),
            &impact.fingerprint.0,
            minutes(rules.expires_minutes.max(1)),
            minutes(rules.remind_minutes),
            self.replaces.map(|(old, _)| old.0),
            undoes.map(|ticket| ticket.0),
            evidence.clone(),
            advice.as_ref().map(serde_json::to_value).transpose()?,
        )
        .execute(&mut *connection)
        .await?;
        match load(connection, id).await? {
            Some(loaded) => Ok(loaded.ticket),
            None => Err(StoreError::Unreadable("a ticket that was just opened".into())),
        }
    }
}

/// Rows for the places where every card of the source is posted too.
async fn announce(audited: &mut Audited, ticket: &Ticket, actor: &Actor) -> Result<(), StoreError> {
    let rules = change_rules(audited.connection(), &ticket.source).await?;
    let here = actor.places();
    for place in rules.announce.iter().filter(|place| !here.contains(*place)) {
        let platform = place.split_once(':').and_then(|(platform, _)| platform.parse::<Platform>().ok());
        let Some(platform) = platform else {
            tracing::warn!(source = ticket.source, place, "a place for cards names no platform");
            continue;
        };
        sqlx::query!(
            "INSERT INTO ticket_posts (id, ticket_id, platform, place) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            Uuid::now_v7(),
            ticket.id.0,
            platform.as_str(),
            place,
        )
        .execute(audited.connection())
        .await?;
    }
    Ok(())
}

async fn record_opening(audited: &mut Audited, ticket: &Ticket, account: &str) -> Result<(), StoreError> {
    let details = json!({
        "source": ticket.source,
        "statement": ticket.statement,
        "fingerprint": ticket.fingerprint,
        "rows": ticket.impact.total_rows(),
        "risk": ticket.risk,
        "rule": ticket.rule_words,
        "replaces": ticket.replaces,
        "undoes": ticket.undoes,
    });
    audited
        .record(Deed { actor: account, action: "ticket.opened", subject: subject(ticket.id), details })
        .await
}

pub(super) async fn undo_refusal(
    connection: &mut PgConnection,
    id: TicketId,
) -> Result<Option<UndoRefusal>, StoreError> {
    let Some(Loaded { ticket, .. }) = lock(connection, id).await? else {
        return Ok(Some(UndoRefusal::NotExecuted));
    };
    Ok(match (ticket.state, ticket.undone_by, ticket.undo_until) {
        (TicketState::Executed, Some(by), _) => Some(UndoRefusal::Already(by)),
        (TicketState::Executed, None, None) => Some(UndoRefusal::NoImage),
        (TicketState::Executed, None, Some(_)) => None,
        _ => Some(UndoRefusal::NotExecuted),
    })
}

async fn rows_changed_lately(
    connection: &mut PgConnection,
    principal: Uuid,
    source: &str,
    table: &str,
) -> Result<u64, StoreError> {
    // What waits and could not be measured asks for approvers of its own: it is no small piece of anything.
    let rows = sqlx::query_scalar!(
        r#"SELECT least(coalesce(sum(CASE WHEN t.state = 'executed' THEN coalesce(t.result_rows, t.rows, 0)
                                          ELSE coalesce(t.rows, t.row_cap, 0) END), 0),
                        9223372036854775807)::bigint AS "rows!"
           FROM tickets t JOIN principals p ON p.id = t.requester_id
           WHERE coalesce(p.merged_into, p.id) =
                 (SELECT coalesce(me.merged_into, me.id) FROM principals me WHERE me.id = $1)
             AND t.source = $2 AND t.table_name = $3
             AND (t.state IN ('pending', 'approved', 'executing', 'in_doubt')
                  OR (t.state = 'executed' AND t.executed_at > now() - interval '1 hour'))"#,
        principal,
        source,
        table,
    )
    .fetch_one(connection)
    .await?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

fn minutes(minutes: u32) -> i32 {
    i32::try_from(minutes).unwrap_or(i32::MAX)
}
