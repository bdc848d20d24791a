//! Taking a question: settings filled in, the right and the quota asked for, then intake.

use super::{Desk, Refusal};
use rowcall_core::{
    Action, Actor, Ask, Decision, Inbound, Resource,
    access::decide,
    texts::{
        self,
        chat::{self, Quota},
    },
};
use rowcall_shared::store::{Accepted, Standing};

impl Desk {
    /// Takes a question or statement: settings of the place filled in, right and quota checked, then committed.
    /// The same event again gives the same run. On `Ok` with `duplicate == false` the caller holds the claim to post the
    /// placeholder for [`rowcall_shared::store::POST_CLAIM`].
    ///
    /// # Errors
    /// What the asker is told when it is not taken.
    pub async fn ask(&self, mut inbound: Inbound) -> Result<Accepted, Refusal> {
        let store = &self.context.store;
        let (platform, key) = (inbound.place.platform, inbound.dedup_key.clone());
        if let Some(before) = self.stored(|| store.accepted_before(platform, &key)).await? {
            return Ok(before);
        }
        let actor = inbound.actor.clone();
        let settings = self.stored(|| store.chat_settings(&actor)).await?;
        let source = self.source(&actor, inbound.source.take().or(settings.source)).await?;
        let standing = self.stored(|| store.standing(&actor, Some(&source))).await?;
        let action = match inbound.ask {
            Ask::Question => Action::Ask,
            // Who may not see the statement behind an answer may not see it without one.
            Ask::ShowSql | Ask::Sql => Action::RunSql,
            Ask::Define => Action::Define,
        };
        allowed(&actor, &standing, action, &source)?;
        inbound.private |= settings.private || standing.private_source;
        inbound.source = Some(source);
        if !actor.is_local() {
            self.quota(&actor).await?;
        }
        Ok(self.intake.accept(inbound).await?)
    }

    /// Whether answers to this person, for this source, are for them alone: asked before a place for the answer is chosen.
    ///
    /// # Errors
    /// When the store is away, or there is no such source.
    pub async fn is_private(&self, actor: &Actor, source: Option<&str>) -> Result<bool, Refusal> {
        let store = &self.context.store;
        let settings = self.stored(|| store.chat_settings(actor)).await?;
        let source = self.source(actor, source.map(str::to_owned).or(settings.source)).await?;
        let standing = self.stored(|| store.standing(actor, Some(&source))).await?;
        Ok(settings.private || standing.private_source)
    }

    /// The source of that name, or the default one. Whoever names one that is not there hears only of those they may ask.
    async fn source(&self, actor: &Actor, name: Option<String>) -> Result<String, Refusal> {
        let store = &self.context.store;
        if let Some(found) = self.stored(|| store.source(name.as_deref())).await? {
            return Ok(found.name);
        }
        let known: Vec<String> = self.askable(actor).await?.into_iter().map(|s| s.name).collect();
        let name: String =
            name.as_deref().unwrap_or("default").chars().filter(|c| !c.is_control()).take(64).collect();
        Err(texts::unknown_source(&name, &known).into())
    }

    async fn quota(&self, actor: &Actor) -> Result<(), Refusal> {
        let limits = &self.context.limits;
        let store = &self.context.store;
        let usage = self.stored(|| store.usage(actor, limits.queue)).await?;
        let quotas = [
            (Quota::PersonMinute, usage.person_minute, limits.person_per_minute),
            (Quota::PersonDay, usage.person_day, limits.person_per_day),
            (Quota::PlaceMinute, usage.place_minute, limits.place_per_minute),
            (Quota::PlaceDay, usage.place_day, limits.place_per_day),
        ];
        for (quota, asked, limit) in quotas {
            if asked >= limit {
                return Err(chat::over_quota(quota, asked, limit).into());
            }
        }
        if usage.queued >= limits.queue {
            return Err(chat::queue_full().into());
        }
        Ok(())
    }
}

/// Whether a source may be asked, or the reason why not.
pub(super) fn allowed(
    actor: &Actor,
    standing: &Standing,
    action: Action,
    source: &str,
) -> Result<(), Refusal> {
    let resource = if standing.bound_here { Resource::Source } else { Resource::SourceElsewhere };
    permit(actor, decide(action, standing.roles, resource), action, Some(source))
}

/// A decision as the person is told it.
pub(super) fn permit(
    actor: &Actor,
    decision: Decision,
    action: Action,
    source: Option<&str>,
) -> Result<(), Refusal> {
    match decision {
        Decision::Allow => Ok(()),
        Decision::Deny(denial) => {
            tracing::info!(subject = actor.subject(), ?action, source, ?denial, "refused");
            Err(chat::denied(denial, action, source, &actor.subject()).into())
        }
    }
}
