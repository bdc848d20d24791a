//! Permission, asked again when the statement is about to run: between the question and its execution a role can be
//! taken away, and a source be bound to other places.

use crate::engine::{StepContext, StepError};
use chrono::{DateTime, TimeDelta, Utc};
use rowcall_core::{
    Action, Actor, Ask, Decision, Denial, Failure, FailureCode, Resource, access::decide, texts,
};
use rowcall_shared::{
    Store,
    store::{Standing, StoreError, retrying},
};
use std::time::Duration;

/// How long a step waits for a store that restarts.
const STORE_PATIENCE: Duration = Duration::from_secs(10);

/// Who may have what run.
#[derive(Clone, Debug)]
pub struct Permission {
    store: Store,
    snapshot: TimeDelta,
}

impl Permission {
    /// Rights are those in `store`; what a platform said of somebody's roles counts for `snapshot`.
    pub fn new(store: Store, snapshot: Duration) -> Self {
        Self { store, snapshot: TimeDelta::from_std(snapshot).unwrap_or(TimeDelta::MAX) }
    }

    /// Why the question of a run may not be asked now, if it may not.
    ///
    /// # Errors
    /// When the store stayed away; it may be back when the step is tried again.
    pub(super) async fn of(&self, context: &StepContext) -> Result<Option<Failure>, StepError> {
        let action = match context.question.ask {
            Ask::Question | Ask::ShowSql => Action::Ask,
            Ask::Sql => Action::RunSql,
            Ask::Define => Action::Define,
        };
        self.to(context, action).await
    }

    /// Why this person may not ask for a change now, if they may not.
    ///
    /// # Errors
    /// When the store stayed away; it may be back when the step is tried again.
    pub(super) async fn to_change(&self, context: &StepContext) -> Result<Option<Failure>, StepError> {
        self.to(context, Action::RequestChange).await
    }

    async fn to(&self, context: &StepContext, action: Action) -> Result<Option<Failure>, StepError> {
        let asked = self.denied(context.actor.as_ref(), action, &context.question.source, Utc::now());
        asked.await.map_err(|error| {
            tracing::warn!(%error, "permission could not be asked");
            StepError::Retry(texts::internal())
        })
    }

    /// Why this may not run for `actor` now, if it may not. A run without an actor is one of a version that had
    /// nobody but the console and the command line.
    ///
    /// # Errors
    /// When the store stayed away.
    async fn denied(
        &self,
        actor: Option<&Actor>,
        action: Action,
        source: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Failure>, StoreError> {
        let Some(actor) = actor.filter(|a| !a.is_local()) else { return Ok(None) };
        let standing = retrying(STORE_PATIENCE, || self.store.standing(actor, Some(source))).await?;
        Ok(judge(&standing, action, source, now - actor.seen_at > self.snapshot))
    }
}

/// The decision on a standing; `old` says that the platform's word on roles is too old to count.
fn judge(standing: &Standing, action: Action, source: &str, old: bool) -> Option<Failure> {
    let resource = if standing.bound_here { Resource::Source } else { Resource::SourceElsewhere };
    match decide(action, standing.roles, resource) {
        // What the platform said long ago may have been taken back since.
        Decision::Allow if old && decide(action, standing.own_roles, resource) != Decision::Allow => {
            Some(snapshot_too_old())
        }
        Decision::Allow => None,
        Decision::Deny(denial) => Some(denied(denial, action, source)),
    }
}

fn snapshot_too_old() -> Failure {
    Failure::new(
        FailureCode::PermissionDenied,
        "I did not run it.",
        "It waited for so long that your roles may have changed since you asked.",
        "Ask again.",
    )
}

fn denied(denial: Denial, action: Action, source: &str) -> Failure {
    let what = match action {
        Action::RunSql => format!("You may not run SQL of your own on {source}."),
        Action::Define => format!("You may not define words for {source}."),
        Action::RequestChange => format!("You may not ask for changes of {source}."),
        _ => format!("You may not ask {source}."),
    };
    let (why, try_next) = match denial {
        Denial::NeedsRole(roles) => {
            let roles: Vec<&str> = roles.iter().map(|r| r.as_str()).collect();
            (
                format!("It needs one of these roles: {}.", roles.join(", ")),
                "Ask an administrator of Rowcall for one.",
            )
        }
        Denial::BoundElsewhere => (
            "This source can only be asked from other places.".to_owned(),
            "Ask there, or ask another source.",
        ),
        Denial::NotYours | Denial::OtherPlace | Denial::NotApplicable => return texts::internal(),
    };
    Failure::new(FailureCode::PermissionDenied, what, why, try_next)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rowcall_core::{Role, Roles};

    fn check(roles: &[Role], own: &[Role], bound: bool, action: Action, old: bool, expected: Option<&str>) {
        let standing = Standing {
            principal: Default::default(),
            roles: roles.iter().copied().collect::<Roles>(),
            own_roles: own.iter().copied().collect(),
            bound_here: bound,
            private_source: false,
        };
        let denied = judge(&standing, action, "shop", old);
        let text = denied.as_ref().map(|f| format!("{} {}", f.what, f.why));
        match expected {
            None => assert_eq!(text, None),
            Some(expected) => assert!(text.as_ref().unwrap().contains(expected), "{text:?}"),
        }
    }

    #[test]
    fn an_old_word_of_the_platform_counts_only_where_a_grant_of_ours_does_not() {
        use {Action::RequestChange, Role::*};
        check(&[Viewer], &[], true, Action::Ask, false, None);
        check(&[Viewer], &[], true, Action::Ask, true, Some("may have changed"));
        check(&[Viewer], &[Viewer], true, Action::Ask, true, None);
        // Another role that would do rests on a grant.
        check(&[Viewer, Analyst], &[Viewer], true, Action::Ask, true, None);
        check(&[Viewer, Analyst], &[Viewer], true, Action::RunSql, true, Some("may have changed"));
        check(&[], &[], true, Action::Ask, true, Some("needs one of these roles"));
        check(&[Viewer], &[Viewer], true, Action::RunSql, false, Some("SQL of your own on shop"));
        check(
            &[Viewer, Analyst],
            &[Viewer, Analyst],
            true,
            RequestChange,
            false,
            Some("ask for changes of shop"),
        );
        check(&[Editor], &[], true, RequestChange, true, Some("may have changed"));
        check(&[Editor], &[Editor], true, RequestChange, true, None);
        check(&[Admin], &[Admin], false, Action::Ask, false, Some("from other places"));
    }
}
