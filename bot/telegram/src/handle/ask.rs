//! Questions: committed first, shown afterwards.

use super::Handled;
use crate::{address::Address, post::PostError, said::Said, telegram::Telegram, trouble::Trouble};
use rowcall_core::{Ask, Inbound, RunId, TicketId};
use rowcall_frontend::{AskAgain, Refusal};
use std::sync::Arc;
use tokio::sync::oneshot;

/// What somebody asks.
pub(super) struct Wish {
    /// The same event again has the same one.
    pub dedup_key: String,
    /// What is wanted of the text.
    pub ask: Ask,
    /// The text.
    pub text: String,
    /// The source, if one was named.
    pub source: Option<String>,
    /// For the asker alone; none where that is a matter of settings.
    pub private: Option<bool>,
    /// It asks that this change be undone.
    pub undoes: Option<TicketId>,
}

impl Telegram {
    /// Takes a question up to its commit; its placeholder comes afterwards.
    pub(super) async fn ask(self: &Arc<Self>, said: &Said, wish: Wish) -> Handled {
        let Wish { dedup_key, ask, text, source, private, undoes } = wish;
        let private = match private {
            Some(private) => private,
            None => match self.desk.is_private(&said.actor, source.as_deref()).await {
                Ok(private) => private,
                Err(refusal) => return self.refused(said, refusal).await,
            },
        };
        let elsewhere = private && !said.private;
        let address = match said.person() {
            Some(id) if elsewhere => Address::person(id),
            _ => said.answer_to(),
        };
        let question = text.clone();
        let inbound = Inbound {
            place: said.place(),
            dedup_key,
            actor: said.actor.clone(),
            ask,
            text,
            source,
            private,
            address: Some(serde_json::json!(address)),
        };
        match self.desk.ask_again(inbound, undoes).await {
            Ok(accepted) if accepted.duplicate => Handled::Done,
            Ok(accepted) => {
                self.show(accepted.run_id, said, address, elsewhere, question).await;
                Handled::Done
            }
            Err(refusal) => self.refused(said, refusal).await,
        }
    }

    /// Posts the placeholder, by itself; in a group also where to look when the answer goes `elsewhere`.
    async fn show(
        self: &Arc<Self>,
        run: RunId,
        said: &Said,
        address: Address,
        elsewhere: bool,
        question: String,
    ) {
        let (telegram, said) = (self.clone(), said.clone());
        // Held from before anybody else can know of the run: nothing edits a message that is being posted.
        let mut shown = self.runs.enter(run).lock_owned().await;
        // Placeholders of a chat stand in the order of its questions.
        let (posted, follows) = oneshot::channel::<()>();
        let before = self.lines.lock().await.insert(address.chat, follows);
        tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            let _posted = posted;
            shown.question.clone_from(&question);
            let posted = telegram.post_placeholder(run, &address, &question).await;
            shown.posted = posted.as_ref().ok().map(|posted| (posted.address, posted.message));
            drop(shown);
            if let Err(error) = &posted {
                tracing::warn!(%error, run.id = %run, "no placeholder; delivery will post one");
            }
            if elsewhere {
                let barred = matches!(posted, Err(PostError::Trouble(Trouble::Unreachable(_))));
                telegram.answered_privately(&said, !barred).await;
            }
            if let Ok(posted) = posted {
                telegram.typing(&posted.address).await;
            }
        });
    }

    pub(super) async fn ask_again(self: &Arc<Self>, said: &Said, again: AskAgain) -> Handled {
        let AskAgain { dedup_key, ask, text, source, private, undoes } = again;
        let wish = Wish { dedup_key, ask, text, source: Some(source), private: Some(private), undoes };
        self.ask(said, wish).await
    }

    /// Tells why something was not done, unless it can be done when it is brought again.
    pub(super) async fn refused(self: &Arc<Self>, said: &Said, refusal: Refusal) -> Handled {
        if refusal.away {
            return Handled::Again;
        }
        let card = self.desk.problem(&refusal.failure, None);
        let (telegram, address) = (self.clone(), said.answer_to());
        tokio::spawn(async move { telegram.tell_card(&address, &card).await });
        Handled::Done
    }
}
