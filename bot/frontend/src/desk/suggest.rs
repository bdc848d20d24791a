//! What is offered while somebody types. Nothing here may keep them waiting: what goes wrong gives no suggestions.

use super::{Desk, Refusal, ask::allowed};
use rowcall_core::{Action, Actor};

/// Questions looked through.
const RECENT: i64 = 200;

/// A source that somebody may ask.
pub(super) struct Askable {
    pub name: String,
    pub private: bool,
}

impl Desk {
    /// Whole questions to offer while somebody types: their own recent ones that begin like it or contain it.
    pub async fn suggest_questions(&self, actor: &Actor, typed: &str, limit: usize) -> Vec<String> {
        let recent = match self.context.store.recent_questions(&actor.subject(), RECENT).await {
            Ok(recent) => recent,
            Err(error) => {
                tracing::warn!(%error, "no questions to offer");
                return Vec::new();
            }
        };
        matching(recent, typed, limit)
    }

    /// Names of sources that this person may ask from here and that contain what was typed.
    pub async fn suggest_sources(&self, actor: &Actor, typed: &str, limit: usize) -> Vec<String> {
        let names = self.askable(actor).await.unwrap_or_default().into_iter().map(|s| s.name);
        matching(names.collect(), typed, limit)
    }

    /// The sources that somebody may ask from where they are.
    pub(super) async fn askable(&self, actor: &Actor) -> Result<Vec<Askable>, Refusal> {
        let store = &self.context.store;
        let mut askable = Vec::new();
        for source in self.stored(|| store.sources()).await? {
            let standing = self.stored(|| store.standing(actor, Some(&source.name))).await?;
            if allowed(actor, &standing, Action::Ask, &source.name).is_ok() {
                let private = standing.private_source;
                askable.push(Askable { name: source.name, private });
            }
        }
        Ok(askable)
    }
}

/// Those that begin with what was typed, then those that contain it; the order is kept otherwise.
fn matching(mut all: Vec<String>, typed: &str, limit: usize) -> Vec<String> {
    let typed = typed.trim().to_lowercase();
    all.retain(|text| text.to_lowercase().contains(&typed));
    all.sort_by_key(|text| !text.to_lowercase().starts_with(&typed));
    all.truncate(limit);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_come_before_what_only_contains_it() {
        let all = ["revenue by month", "Orders by month", "customers"].map(str::to_owned).to_vec();
        assert_eq!(matching(all.clone(), " orders", 9), ["Orders by month"]);
        assert_eq!(matching(all.clone(), "MONTH", 1), ["revenue by month"]);
        assert_eq!(matching(all, "", 2).len(), 2);
    }
}
