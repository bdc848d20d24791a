//! What a button does. It names a run and nothing else; everything it needs is looked up, and whoever presses it is
//! asked for their right.

use super::{AskAgain, Desk, Form, Pressed, Refusal, ask::permit, file, tickets};
use crate::{Look, Press};
use chrono::{TimeDelta, Utc};
use rowcall_core::{
    Action, Actor, Ask, Decision, Reply, Resource, Roles, RunId, RunState,
    access::decide,
    memory::correction_key,
    texts::{self, chat, memory},
};
use rowcall_shared::store::{AskedRun, Standing};
use sha2::{Digest, Sha256};

/// How long what a platform said of a person's roles counts where it cannot be asked again: in the direct message to which the
/// answer of a private question went.
const SNAPSHOT: TimeDelta = TimeDelta::hours(1);

/// A run, and what whoever presses is to it.
struct Seen {
    run: AskedRun,
    roles: Roles,
    resource: Resource,
    private: bool,
}

impl Desk {
    /// Does what a button says. `Err`: tell the presser alone; nothing changed.
    ///
    /// # Errors
    /// What the presser is told.
    pub async fn press(&self, actor: &Actor, press: &str, look: &Look) -> Result<Pressed, Refusal> {
        let press: Press = press.parse().map_err(|_| chat::old_button())?;
        match press {
            Press::Resend(row) => self.resend(actor, row).await,
            Press::LinkConfirm => self.link_confirm(actor).await,
            Press::LinkCancel => self.link_cancel(actor).await,
            Press::Private(on) => self.press_private(actor, on).await,
            Press::OpenTicket(ticket) => self.open_ticket(actor, ticket, look).await,
            Press::Ticket(deed, ticket, mark) => {
                self.press_ticket(actor, tickets::Pressing { deed, ticket, mark }, look).await
            }
            Press::Look(run, _)
            | Press::Csv(run)
            | Press::Stop(run)
            | Press::Rate(run, _)
            | Press::Choose(run, _)
            | Press::Retry(run)
            | Press::Run(run)
            | Press::EditQuestion(run)
            | Press::EditSql(run) => {
                let seen = self.seen(actor, run).await?;
                self.press_run(actor, press, seen, look).await
            }
        }
    }

    /// Takes a form that was filled in.
    ///
    /// # Errors
    /// What the person is told.
    pub async fn submit(
        &self,
        actor: &Actor,
        press: Press,
        text: &str,
        look: &Look,
    ) -> Result<Pressed, Refusal> {
        let (run, ask) = match press {
            Press::EditQuestion(run) => (run, None),
            Press::EditSql(run) => (run, Some(Ask::Sql)),
            Press::Ticket(deed, ticket, mark) => {
                return self.fill_in(actor, tickets::Pressing { deed, ticket, mark }, text, look).await;
            }
            _ => return Err(chat::old_button().into()),
        };
        let seen = self.seen(actor, run).await?;
        may_edit(actor, &seen, ask.is_some())?;
        let ask = ask.unwrap_or(seen.run.ask);
        // The same correction twice is one wish; another one is another.
        let digest = Sha256::new().chain_update(ask.as_str()).chain_update([0]).chain_update(text).finalize();
        Ok(Pressed::Ask(seen.again(correction_key(run, &hex::encode(&digest[..8])), ask, text)))
    }

    async fn press_run(
        &self,
        actor: &Actor,
        press: Press,
        seen: Seen,
        look: &Look,
    ) -> Result<Pressed, Refusal> {
        let store = &self.context.store;
        let id = seen.run.id;
        let key = id.0.simple();
        match press {
            Press::Stop(_) => {
                seen.permit(actor, Action::Steer)?;
                // A question back that nobody answers ends by being stopped, too.
                let asked = self.stored(|| store.request_cancel(id)).await?;
                // One that waits for its turn ends at once; the reconciler sees to it when this ring is lost.
                let _ = self.context.queue.push(id).await;
                let note = if asked { chat::stopping() } else { chat::already_ended() };
                Ok(Pressed::Note(note))
            }
            Press::Look(_, view) => {
                seen.permit(actor, Action::SeeResult)?;
                if view.sql {
                    seen.permit(actor, Action::SeeSql)?;
                }
                let Some(reply) = &seen.run.reply else { return Ok(Pressed::Note(chat::still_working())) };
                let run = &seen.run;
                let card =
                    self.draw(reply, &run.question, run.ask, Some(run.source.clone()), view, look).await;
                Ok(Pressed::Redraw(Box::new(card)))
            }
            Press::Csv(_) => {
                seen.permit(actor, Action::Export)?;
                let Some(reply) = &seen.run.reply else { return Ok(Pressed::Note(chat::still_working())) };
                let file = self.stored(|| file::csv(store, reply, look, seen.private)).await?;
                Ok(file.map_or_else(|| Pressed::Note(chat::no_rows_to_export()), Pressed::File))
            }
            Press::Rate(_, up) => {
                seen.permit(actor, Action::SeeResult)?;
                if seen.run.reply.is_none() {
                    return Ok(Pressed::Note(chat::still_working()));
                }
                let subject = actor.subject();
                self.stored(|| store.rate(id, &subject, up)).await?;
                let taught = self.teach(&seen, &subject, up).await?;
                Ok(Pressed::Note(taught.unwrap_or_else(|| chat::thanks(up))))
            }
            Press::Choose(_, place) => self.choose(actor, &seen, place).await,
            Press::Retry(_) => {
                seen.permit(actor, Action::Steer)?;
                if !seen.run.state.is_final() {
                    return Ok(Pressed::Note(chat::still_working()));
                }
                let (ask, text) = (seen.run.ask, seen.run.question.clone());
                Ok(Pressed::Ask(seen.again(format!("{key}:retry"), ask, &text)))
            }
            Press::Run(_) => {
                seen.permit(actor, Action::Steer)?;
                let text = seen.run.question.clone();
                Ok(Pressed::Ask(seen.again(format!("{key}:run"), Ask::Question, &text)))
            }
            Press::EditQuestion(_) => self.edit(actor, &seen, press, false),
            Press::EditSql(_) => self.edit(actor, &seen, press, true),
            Press::Resend(_)
            | Press::LinkConfirm
            | Press::LinkCancel
            | Press::Private(_)
            | Press::OpenTicket(_)
            | Press::Ticket(..) => Err(chat::old_button().into()),
        }
    }

    /// A thumb of somebody who may see statements also teaches: what they confirm is answered the same way again. What is
    /// theirs alone stays theirs.
    async fn teach(&self, seen: &Seen, subject: &str, up: bool) -> Result<Option<String>, Refusal> {
        if seen.private || decide(Action::SeeSql, seen.roles, seen.resource) != Decision::Allow {
            return Ok(None);
        }
        let store = &self.context.store;
        let id = seen.run.id;
        Ok(match up {
            true => self.stored(|| store.verify_answer(id, subject)).await?.then(memory::kept_as_confirmed),
            false => self.stored(|| store.doubt_answer(id)).await?.then(memory::confirmed_no_more),
        })
    }

    /// A choice answers what was asked back, once; a suggestion is a question of its own.
    async fn choose(&self, actor: &Actor, seen: &Seen, place: u8) -> Result<Pressed, Refusal> {
        let Some(reply) = &seen.run.reply else {
            seen.permit(actor, Action::SeeResult)?;
            return Ok(Pressed::Note(chat::still_working()));
        };
        let asks_back = reply.state == RunState::WaitingClarification;
        seen.permit(actor, if asks_back { Action::Steer } else { Action::SeeResult })?;
        let Some(button) = reply.buttons.get(usize::from(place)) else {
            return Err(chat::old_button().into());
        };
        let key = seen.run.id.0.simple();
        let key = if asks_back { format!("{key}:choice") } else { format!("{key}:suggest:{place}") };
        if asks_back {
            let store = &self.context.store;
            let platform = actor.platform;
            let before = self.stored(|| store.accepted_before(platform, &key)).await?;
            if before.is_some() || seen.run.state != RunState::WaitingClarification {
                return Ok(Pressed::Note(chat::already_answered()));
            }
        }
        Ok(Pressed::Ask(seen.again(key, Ask::Question, &button.text)))
    }

    fn edit(&self, actor: &Actor, seen: &Seen, press: Press, sql: bool) -> Result<Pressed, Refusal> {
        may_edit(actor, seen, sql)?;
        let statement = seen.run.reply.as_ref().and_then(|r: &Reply| r.sql.clone());
        let (title, label, what, value) = if sql {
            let asked = (seen.run.ask == Ask::Sql).then(|| seen.run.question.clone());
            // What a person wrote is corrected as they wrote it.
            ("Correct the SQL", "SQL", "SQL", asked.or(statement).unwrap_or_default())
        } else {
            ("Correct the question", "Question", "question", seen.run.question.clone())
        };
        let max = self.context.limits.question_chars;
        if value.chars().count() > max {
            return Err(texts::question_too_long(value.chars().count(), max).into());
        }
        let prompt = chat::form_prompt(what);
        let (title, label) = (title.into(), label.into());
        Ok(Pressed::Form(Form { press, title, label, value, prompt, max, required: true }))
    }

    /// The run, and what it is to `actor`.
    async fn seen(&self, actor: &Actor, id: RunId) -> Result<Seen, Refusal> {
        let store = &self.context.store;
        let Some(run) = self.stored(|| store.asked_run(id)).await? else {
            return Err(chat::old_button().into());
        };
        let standing = self.stored(|| store.standing(actor, Some(&run.source))).await?;
        let own = is_own(actor, &run, &standing);
        let private = run.private || standing.private_source;
        let mut roles = standing.roles;
        let mut bound = standing.bound_here;
        if own
            && actor.room.direct
            && let Some(asked_as) =
                run.actor.as_ref().filter(|a| a.platform == actor.platform && !a.room.direct)
            && Utc::now().signed_duration_since(asked_as.seen_at) < SNAPSHOT
        {
            let then = self.stored(|| store.standing(asked_as, Some(&run.source))).await?;
            roles = roles.iter().chain(then.roles.iter()).collect();
            bound |= then.bound_here;
        }
        let here = run
            .actor
            .as_ref()
            .is_some_and(|a| (a.place(), &a.room.channel) == (actor.place(), &actor.room.channel));
        let resource = match (own, private, here) {
            _ if !bound => Resource::RunElsewhere,
            (true, _, _) => Resource::OwnRun,
            (false, true, _) => Resource::PrivateRun,
            (false, false, true) => Resource::SharedRun,
            (false, false, false) => Resource::RunElsewhere,
        };
        Ok(Seen { run, roles, resource, private })
    }
}

impl Seen {
    fn permit(&self, actor: &Actor, action: Action) -> Result<(), Refusal> {
        permit(actor, decide(action, self.roles, self.resource), action, Some(&self.run.source))
    }

    fn again(&self, dedup_key: String, ask: Ask, text: &str) -> AskAgain {
        AskAgain {
            dedup_key,
            ask,
            text: text.to_owned(),
            source: self.run.source.clone(),
            private: self.private,
            undoes: None,
        }
    }
}

fn may_edit(actor: &Actor, seen: &Seen, sql: bool) -> Result<(), Refusal> {
    seen.permit(actor, Action::Steer)?;
    if sql {
        seen.permit(actor, Action::SeeSql)?;
    }
    Ok(())
}

/// Everyone ever linked counts as one.
fn is_own(actor: &Actor, run: &AskedRun, standing: &Standing) -> bool {
    let own_account = run.actor.as_ref().is_some_and(|a| a.subject() == actor.subject());
    own_account || run.principal == Some(standing.principal)
}
