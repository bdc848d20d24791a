//! What words mean, and that one means nothing any more. Defining one needs the source's tables: that is a run.

use super::{
    Desk, Refusal,
    ask::allowed,
    commands::{info, listed},
};
use crate::{Card, Look, draw::fit::cut};
use rowcall_core::{
    Action, Actor,
    texts::{self, memory},
};
use rowcall_format::values::visible;
use rowcall_shared::store::Standing;

impl Desk {
    pub(super) async fn glossary(&self, actor: &Actor, look: &Look) -> Result<Card, Refusal> {
        let (source, standing) = self.source_here(actor).await?;
        allowed(actor, &standing, Action::Ask, &source)?;
        let store = &self.context.store;
        let terms = self.stored(|| store.glossary(&source)).await?;
        let lines: Vec<String> = terms
            .iter()
            .map(|term| {
                format!("{} = {}", cut(&visible(&term.term), 80).0, cut(&visible(&term.meaning), 200).0)
            })
            .collect();
        let text = if lines.is_empty() { memory::no_terms(&source) } else { listed(&lines, look) };
        Ok(info(&format!("What words mean in {source}"), text))
    }

    pub(super) async fn forget(&self, actor: &Actor, term: &str) -> Result<Card, Refusal> {
        let (source, standing) = self.source_here(actor).await?;
        allowed(actor, &standing, Action::Define, &source)?;
        let store = &self.context.store;
        let there = self.stored(|| store.forget_term(&source, term)).await?;
        tracing::info!(%source, by = actor.subject(), there, "a word is forgotten");
        Ok(info("What words mean", memory::term_forgotten(&cut(&visible(term), 80).0, there)))
    }

    async fn source_here(&self, actor: &Actor) -> Result<(String, Standing), Refusal> {
        let source = match self.default_source(actor).await? {
            Some(source) => source,
            None => return Err(texts::unknown_source("default", &[]).into()),
        };
        let store = &self.context.store;
        let standing = self.stored(|| store.standing(actor, Some(&source))).await?;
        Ok((source, standing))
    }
}
