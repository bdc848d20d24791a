//! Roles, asked for again: a change may run hours after somebody asked for it or approved it, and runs only if they still
//! hold the roles that let them. Whoever executes it waits until that is known; here Discord is asked.

use crate::{api::ApiError, bot::Bot};
use chrono::Utc;
use rowcall_core::{Actor, Platform};
use serenity::model::id::{GuildId, UserId};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether somebody's roles are waited for; a decision made here is looked at without waiting.
const EVERY: Duration = Duration::from_secs(10);
/// A word of Discord's that is younger is not asked for again: the shortest time for which one can be set to count.
const FRESH: Duration = Duration::from_secs(60);
/// People asked about at once.
const PEOPLE: i64 = 50;
/// Somebody is not in the guild.
const UNKNOWN_MEMBER: u64 = 10007;

/// Answers until `stop`.
pub async fn keep_fresh(bot: Arc<Bot>, stop: CancellationToken) {
    let mut stirred = bot.desk.stirred();
    loop {
        tokio::select! {
            () = refresh(&bot) => {}
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            changed = stirred.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return,
        }
    }
}

async fn refresh(bot: &Bot) {
    let store = &bot.desk.context().store;
    let people = match store.roles_to_refresh(FRESH, PEOPLE).await {
        Ok(people) => people,
        Err(error) => return tracing::debug!(%error, "whose roles are waited for is not known"),
    };
    for actor in people.into_iter().filter(|actor| actor.platform == Platform::Discord) {
        let Some(roles) = roles_of(bot, &actor).await else { continue };
        let now = Actor { roles, seen_at: Utc::now(), ..actor };
        if let Err(error) = store.note_roles(&now).await {
            tracing::warn!(%error, subject = now.subject(), "roles could not be noted");
        }
    }
}

/// The roles that somebody holds now; none where Discord does not say.
async fn roles_of(bot: &Bot, actor: &Actor) -> Option<Vec<String>> {
    let id = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
    let (guild, user) = (id(actor.room.space.as_deref()?)?, id(&actor.id)?);
    match bot.api.member_roles(GuildId::new(guild), UserId::new(user)).await {
        Ok(roles) => Some(roles),
        // They left: they hold none.
        Err(ApiError::Refused { code: UNKNOWN_MEMBER, .. }) => Some(Vec::new()),
        Err(error) => {
            tracing::warn!(%error, subject = actor.subject(), "Discord does not say which roles somebody holds");
            None
        }
    }
}
