//! Changes: their cards, what a press on one does, and the inbox. The store decides whether a vote counts; here is what
//! becomes of it, in words, and nothing that is pressed goes without.

use super::{
    AskAgain, Desk, FileOut, Form, Pressed, Refusal,
    ask::permit,
    commands::{info, listed},
};
use crate::{
    Card, Control, Look, Press, Style, Tone, View, intake,
    press::TicketDeed,
    ticket::{self, TicketDrawing, TicketSheet, name_of},
};
use bytes::Bytes;
use chrono::Utc;
use rowcall_core::{
    Action, Actor, FingerprintMark, Inbound, Platform, TicketId, TicketState, VoteKind,
    access::decide as allowed,
    change::Rows,
    texts::{
        changes, chat,
        tickets::{self as texts, decide},
    },
};
use rowcall_format::values::visible;
use rowcall_shared::store::{
    Accepted, Ballot, CancelOutcome, CardDelivery, CardKind, CommentOutcome, Delivery, NewPost, StoreError,
    Ticket, UndoRefusal, UndoRequest, VoteOutcome,
};
use serde_json::Value;

/// Changes listed in the inbox, each with a button.
const LISTED: usize = 8;
/// Longest words that a form takes: as many as the store keeps.
const WORDS: usize = 2000;

/// A button of a card that was pressed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pressing {
    pub deed: TicketDeed,
    pub ticket: TicketId,
    pub mark: FingerprintMark,
}

/// A change that is shown to one person.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedTicket {
    /// As it is now.
    pub card: Card,
    /// The ticket.
    pub id: TicketId,
    /// What of it the card shows.
    pub revision: i32,
}

/// What somebody says of a change, from wherever.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// What they say.
    pub kind: VoteKind,
    /// Of which card: what it showed.
    pub mark: FingerprintMark,
    /// And what about it.
    pub comment: Option<&'a str>,
    /// The most rows it may touch, where nobody knows how many it would.
    pub row_cap: Option<u64>,
}

/// What somebody is told who decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// In words.
    pub note: String,
    /// The ticket as it is afterwards.
    pub ticket: Box<Ticket>,
    /// What they did counts: it did not come too late, and is not the same once more.
    pub counted: bool,
}

impl Desk {
    /// A ticket as its card, for everybody who sees the place.
    pub async fn ticket_card(&self, ticket: &Ticket, look: &Look) -> Card {
        ticket::card(&self.ticket_sheet(ticket, false).await, look)
    }

    /// A ticket as a sheet.
    pub async fn ticket_sheet(&self, ticket: &Ticket, to_requester: bool) -> TicketSheet {
        let rules = match self.context.store.change_rules(&ticket.source).await {
            Ok(rules) => Some(rules),
            Err(error) => {
                tracing::warn!(%error, ticket.id = %ticket.id, "a card is drawn without its source's thresholds");
                None
            }
        };
        let thresholds = rules.as_ref().map(|rules| &rules.thresholds);
        ticket::sheet(&TicketDrawing { ticket, to_requester, thresholds })
    }

    /// What is delivered in answer to a question: the reply, or the card of the change it asked for, as that is now.
    ///
    /// # Errors
    /// When the ticket cannot be read; the delivery is tried again then.
    pub async fn answer_card(&self, delivery: &Delivery, look: &Look) -> Result<Card, StoreError> {
        if let Some(id) = delivery.reply.ticket
            && let Some(ticket) = self.context.store.ticket(id).await?
        {
            return Ok(self.ticket_card(&ticket, look).await);
        }
        Ok(self.card(&delivery.reply, &delivery.question, View::default(), look).await)
    }

    /// What is delivered of a ticket; none where there is nothing to say any more.
    pub async fn card_of(&self, delivery: &CardDelivery, look: &Look) -> Option<Card> {
        let ticket = &delivery.ticket;
        match delivery.kind {
            CardKind::Card => Some(self.ticket_card(ticket, look).await),
            CardKind::Reminder if ticket.state != TicketState::Pending => None,
            CardKind::Reminder => {
                let sheet = self.ticket_sheet(ticket, false).await;
                let text = texts::reminder(&sheet.headline, &sheet.source, ticket.expires_at);
                Some(Card { tone: Tone::Info, text, ..Card::default() })
            }
        }
    }

    /// What stands there until a card does: it can be left behind by a crash and promises nothing.
    pub fn coming_card(&self) -> Card {
        Card { tone: Tone::Info, text: texts::coming().to_owned(), ..Card::default() }
    }

    /// Notes where a change is shown to one person, so that it is kept true there. What cannot be noted is logged: the
    /// card then stays as it was, and a press on it says what happened since.
    pub async fn note_card(
        &self,
        opened: &OpenedTicket,
        platform: Platform,
        place: &str,
        address: &Value,
        message_id: &str,
    ) {
        let post = NewPost { platform, place, address, message_id, revision: opened.revision };
        if let Err(error) = self.context.store.note_card(opened.id, &post).await {
            tracing::warn!(%error, ticket.id = %opened.id, "where a card stands could not be noted");
        }
    }

    /// Takes somebody's word on a change. Gives what they are told, and the ticket as it is afterwards.
    ///
    /// # Errors
    /// What they are told when it does not count.
    pub async fn decide(&self, actor: &Actor, id: TicketId, decision: Decision<'_>) -> Result<Told, Refusal> {
        let Decision { kind, mark, comment, row_cap } = decision;
        let store = &self.context.store;
        let ballot = Ballot { actor, kind, mark, comment, row_cap };
        match self.stored(|| store.vote(id, &ballot)).await? {
            VoteOutcome::Counted(ticket, tally) => {
                self.stir();
                if ticket.state == TicketState::Approved {
                    self.ring(id).await;
                }
                Ok(Told { note: decide::counted(kind, tally), ticket, counted: true })
            }
            VoteOutcome::Repeated(ticket) => {
                Ok(Told { note: decide::repeated().to_owned(), ticket, counted: false })
            }
            VoteOutcome::Late(ticket) => Ok(too_late(ticket)),
            VoteOutcome::StaleCard(_) => Err(decide::stale_card().into()),
            VoteOutcome::Refused(refusal) => {
                let ticket = self.ticket(id).await?;
                let requester = name_of(&ticket.requester.actor.name);
                tracing::info!(subject = actor.subject(), ticket.id = %id, ?refusal, "a vote does not count");
                Err(decide::refused(refusal, &ticket.source, &actor.subject(), &requester).into())
            }
            VoteOutcome::NeedsComment => Err(decide::needs_comment(kind).into()),
            VoteOutcome::NeedsRowCap => Err(decide::needs_row_cap().into()),
            VoteOutcome::Unknown => Err(decide::gone().into()),
        }
    }

    /// Takes a change back. Gives what its requester is told.
    ///
    /// # Errors
    /// What they are told when they may not.
    pub async fn cancel_change(&self, actor: &Actor, id: TicketId) -> Result<Told, Refusal> {
        let store = &self.context.store;
        match self.stored(|| store.cancel_ticket(id, actor)).await? {
            CancelOutcome::Cancelled(ticket) => {
                self.stir();
                Ok(Told { note: decide::cancelled().to_owned(), ticket, counted: true })
            }
            CancelOutcome::Late(ticket) => Ok(too_late(ticket)),
            CancelOutcome::Denied(denial) => {
                let ticket = self.ticket(id).await?;
                let account = actor.subject();
                Err(decide::denied(denial, Action::CancelTicket, &ticket.source, &account).into())
            }
            CancelOutcome::Unknown => Err(decide::gone().into()),
        }
    }

    /// Adds a remark to a change.
    ///
    /// # Errors
    /// What somebody is told when they may not.
    pub async fn comment_on_change(
        &self,
        actor: &Actor,
        id: TicketId,
        text: &str,
    ) -> Result<String, Refusal> {
        let store = &self.context.store;
        match self.stored(|| store.comment_ticket(id, actor, text)).await? {
            CommentOutcome::Added => Ok(decide::commented().to_owned()),
            CommentOutcome::Empty => Err(decide::empty_comment().into()),
            CommentOutcome::Denied(denial) => {
                let ticket = self.ticket(id).await?;
                Err(decide::denied(denial, Action::SeeTicket, &ticket.source, &actor.subject()).into())
            }
            CommentOutcome::Unknown => Err(decide::gone().into()),
        }
    }

    /// Takes a question, or the wish to undo a change, that a button asks.
    ///
    /// # Errors
    /// What the asker is told when it is not taken.
    pub async fn ask_again(&self, inbound: Inbound, undoes: Option<TicketId>) -> Result<Accepted, Refusal> {
        let Some(id) = undoes else { return self.ask(inbound).await };
        let store = &self.context.store;
        match self.stored(|| store.request_undo(id, &inbound)).await? {
            UndoRequest::Accepted(accepted) => {
                if !accepted.duplicate
                    && let Err(error) = self.context.queue.push(accepted.run_id).await
                {
                    tracing::warn!(%error, run.id = %accepted.run_id, "the queue could not be rung; the reconciler will");
                }
                Ok(accepted)
            }
            UndoRequest::NotUndoable(refusal) => Err(not_undoable(refusal).into()),
            UndoRequest::Denied(denial) => {
                let ticket = self.ticket(id).await?;
                let account = inbound.actor.subject();
                Err(decide::denied(denial, Action::UndoChange, &ticket.source, &account).into())
            }
            UndoRequest::Unknown => Err(decide::gone().into()),
        }
    }

    /// What a button of a card does.
    pub(super) async fn press_ticket(
        &self,
        actor: &Actor,
        pressing: Pressing,
        look: &Look,
    ) -> Result<Pressed, Refusal> {
        let Pressing { deed, ticket: id, mark } = pressing;
        let ticket = self.ticket(id).await?;
        if ticket.fingerprint.mark() != mark {
            return Err(decide::stale_card().into());
        }
        match deed {
            TicketDeed::Approve if !matches!(ticket.impact.rows, Rows::Unknown(_)) => {
                let decision = Decision { kind: VoteKind::Approve, mark, comment: None, row_cap: None };
                let told = self.decide(actor, id, decision).await?;
                Ok(self.told(told, look).await)
            }
            TicketDeed::Approve => self.ask_for(actor, &ticket, pressing, VoteKind::Approve, look).await,
            TicketDeed::Reject => self.ask_for(actor, &ticket, pressing, VoteKind::Reject, look).await,
            TicketDeed::AskChange => self.ask_for(actor, &ticket, pressing, VoteKind::AskChange, look).await,
            TicketDeed::BreakGlass => {
                self.ask_for(actor, &ticket, pressing, VoteKind::BreakGlass, look).await
            }
            TicketDeed::Cancel => {
                let told = self.cancel_change(actor, id).await?;
                Ok(self.told(told, look).await)
            }
            TicketDeed::Comment => {
                self.may_see(actor, &ticket).await?;
                Ok(Pressed::Form(form(pressing, decide::form_of_comment(), true)))
            }
            TicketDeed::Undo => Ok(Pressed::Ask(AskAgain {
                // Twice in a minute is once; an undo that was rejected may be asked for again.
                dedup_key: format!("{}:undo:{}", id.0.simple(), Utc::now().timestamp() / 60),
                ask: rowcall_core::Ask::Question,
                text: changes::undo_of(&ticket.question),
                source: ticket.source.clone(),
                private: ticket.private,
                undoes: Some(id),
            })),
            TicketDeed::Statement => {
                self.may_see(actor, &ticket).await?;
                let sheet = self.ticket_sheet(&ticket, false).await;
                Ok(Pressed::File(FileOut {
                    name: format!("change-{}.sql", id.short()),
                    mime: "text/plain".into(),
                    bytes: Bytes::from(sheet.statement),
                    text: sheet.headline,
                    private: true,
                }))
            }
            TicketDeed::Rows => {
                self.may_see(actor, &ticket).await?;
                self.rows_of(&ticket).await
            }
        }
    }

    /// Takes a form of a card that was filled in.
    pub(super) async fn fill_in(
        &self,
        actor: &Actor,
        pressing: Pressing,
        text: &str,
        look: &Look,
    ) -> Result<Pressed, Refusal> {
        let Pressing { deed, ticket: id, mark } = pressing;
        let kind = match deed {
            TicketDeed::Approve => VoteKind::Approve,
            TicketDeed::Reject => VoteKind::Reject,
            TicketDeed::AskChange => VoteKind::AskChange,
            TicketDeed::BreakGlass => VoteKind::BreakGlass,
            TicketDeed::Comment => return self.comment_on_change(actor, id, text).await.map(Pressed::Note),
            TicketDeed::Cancel | TicketDeed::Undo | TicketDeed::Statement | TicketDeed::Rows => {
                return Err(chat::old_button().into());
            }
        };
        let lets_run = matches!(kind, VoteKind::Approve | VoteKind::BreakGlass);
        let unknown = lets_run && matches!(self.ticket(id).await?.impact.rows, Rows::Unknown(_));
        let (row_cap, words) = if unknown { read_cap(text) } else { (None, text.trim()) };
        let comment = Some(words).filter(|words| !words.is_empty() && *words != "-");
        let told = self.decide(actor, id, Decision { kind, mark, comment, row_cap }).await?;
        Ok(self.told(told, look).await)
    }

    /// Opens a change of the inbox.
    pub(super) async fn open_ticket(
        &self,
        actor: &Actor,
        id: TicketId,
        look: &Look,
    ) -> Result<Pressed, Refusal> {
        let ticket = self.ticket(id).await?;
        self.may_see(actor, &ticket).await?;
        let card = self.ticket_card(&ticket, look).await;
        let revision = ticket.revision;
        Ok(Pressed::Ticket(Box::new(OpenedTicket { card, id, revision })))
    }

    /// What waits for somebody's decision.
    pub(super) async fn approvals(&self, actor: &Actor, look: &Look) -> Result<Card, Refusal> {
        let store = &self.context.store;
        let waiting = self.stored(|| store.tickets_for(actor, LISTED)).await?;
        if waiting.is_empty() {
            return Ok(info("Approvals", decide::nothing_waits().to_owned()));
        }
        let lines: Vec<String> = waiting
            .iter()
            .enumerate()
            .map(|(n, line)| {
                let question = crate::draw::fit::cut(&visible(&line.question), 80).0;
                let words = decide::inbox_line(
                    &question,
                    &name_of(&line.requester),
                    &visible(&line.source),
                    line.risk.as_str(),
                    line.expires_at,
                );
                format!("{}: {words}", n + 1)
            })
            .collect();
        let actions = waiting
            .iter()
            .enumerate()
            .map(|(n, line)| Control {
                label: crate::draw::fit::cut(&decide::open_label(n + 1, &visible(&line.table)), 80).0,
                press: Press::OpenTicket(line.id).to_string(),
                style: Style::Plain,
            })
            .collect();
        Ok(Card { actions, ..info("Approvals", listed(&lines, look)) })
    }

    /// A form for a vote that needs words, for somebody whose vote would count.
    async fn ask_for(
        &self,
        actor: &Actor,
        ticket: &Ticket,
        pressing: Pressing,
        kind: VoteKind,
        look: &Look,
    ) -> Result<Pressed, Refusal> {
        if ticket.state != TicketState::Pending {
            return Ok(self.told(too_late(Box::new(ticket.clone())), look).await);
        }
        let store = &self.context.store;
        let voter = self.stored(|| store.ticket_standing(ticket, actor)).await?;
        if let Err(refusal) = ticket.requirement.admits(kind, &voter) {
            let requester = name_of(&ticket.requester.actor.name);
            return Err(decide::refused(refusal, &ticket.source, &actor.subject(), &requester).into());
        }
        let unknown = matches!(ticket.impact.rows, Rows::Unknown(_));
        let words = decide::form_of_vote(kind, unknown);
        Ok(Pressed::Form(form(pressing, words, kind != VoteKind::Reject)))
    }

    /// What somebody is told; a card that shows a ticket as it is not any more is put right with it.
    async fn told(&self, told: Told, look: &Look) -> Pressed {
        let Told { note, ticket, counted } = told;
        match ticket.state.is_settled() && !counted {
            true => Pressed::Behind(note, Box::new(self.ticket_card(&ticket, look).await)),
            false => Pressed::Note(note),
        }
    }

    async fn rows_of(&self, ticket: &Ticket) -> Result<Pressed, Refusal> {
        let sheet = self.ticket_sheet(ticket, false).await;
        let (headline, sample) = (sheet.headline, sheet.sample);
        // Milliseconds of one core: not on a thread that others wait for.
        let drawn = tokio::task::spawn_blocking(move || ticket::picture(&sample)).await.ok().flatten();
        let Some(picture) = drawn else { return Ok(Pressed::Note(chat::no_rows_to_export())) };
        Ok(Pressed::File(FileOut {
            name: picture.name,
            mime: "image/png".into(),
            bytes: picture.png,
            text: headline,
            private: true,
        }))
    }

    async fn ticket(&self, id: TicketId) -> Result<Ticket, Refusal> {
        let store = &self.context.store;
        self.stored(|| store.ticket(id)).await?.ok_or_else(|| decide::gone().into())
    }

    async fn may_see(&self, actor: &Actor, ticket: &Ticket) -> Result<(), Refusal> {
        let store = &self.context.store;
        let voter = self.stored(|| store.ticket_standing(ticket, actor)).await?;
        let decision = allowed(Action::SeeTicket, voter.roles, voter.resource());
        permit(actor, decision, Action::SeeTicket, Some(&ticket.source))
    }

    /// Cards have changed.
    fn stir(&self) {
        self.stirred.send_modify(|count| *count += 1);
    }

    /// A change may run now. A bell that does not ring is the reconciler's business.
    async fn ring(&self, id: TicketId) {
        let queue = self.context.queue.clone();
        let push = tokio::spawn(async move {
            if let Err(error) = queue.push_ticket(id).await {
                tracing::warn!(%error, ticket.id = %id, "the queue could not be rung; the reconciler will");
            }
        });
        let _ = tokio::time::timeout(intake::QUEUE_PATIENCE, push).await;
    }
}

fn form(pressing: Pressing, words: decide::FormWords, required: bool) -> Form {
    let Pressing { deed, ticket, mark } = pressing;
    Form {
        press: Press::Ticket(deed, ticket, mark),
        title: words.title.to_owned(),
        label: words.label.to_owned(),
        value: String::new(),
        prompt: words.prompt.to_owned(),
        max: WORDS,
        required,
    }
}

fn too_late(ticket: Box<Ticket>) -> Told {
    let newer = ticket.replaced_by.map(|newer| newer.short());
    let note = decide::late(&ticket::standing(&ticket), newer.as_deref());
    Told { note, ticket, counted: false }
}

fn not_undoable(refusal: UndoRefusal) -> rowcall_core::Failure {
    use decide::NotUndoable;
    match refusal {
        UndoRefusal::NotExecuted => decide::not_undoable(NotUndoable::NotExecuted),
        UndoRefusal::NoImage => decide::not_undoable(NotUndoable::NoImage),
        UndoRefusal::Already(by) => decide::not_undoable(NotUndoable::Already(&by.short())),
    }
}

/// A number that words begin with, and the words after it: "1,000 the shop is down".
fn read_cap(text: &str) -> (Option<u64>, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '_')).unwrap_or(text.len());
    let digits: String = text[..end].chars().filter(char::is_ascii_digit).collect();
    match digits.parse() {
        Ok(cap) => (Some(cap), text[end..].trim_start_matches([' ', '.', ':', ';', '-', ',']).trim()),
        Err(_) => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::read_cap;

    #[test]
    fn a_limit_is_the_number_that_words_begin_with() {
        for (text, expected) in [
            ("500", (Some(500), "")),
            (" 1,000 the shop is down ", (Some(1000), "the shop is down")),
            ("20: stock is wrong", (Some(20), "stock is wrong")),
            ("the shop is down", (None, "the shop is down")),
            ("-5 x", (None, "-5 x")),
            ("99999999999999999999999 x", (None, "99999999999999999999999 x")),
            ("", (None, "")),
        ] {
            assert_eq!(read_cap(text), expected, "{text:?}");
        }
    }
}
