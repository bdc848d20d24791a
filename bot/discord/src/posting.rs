//! Placeholders and edits: where an answer is put, and where instead when that place is gone. Every step is such that
//! doing it again, in this process or another, leads to the same message.

use crate::{
    address::Address,
    api::{ApiError, calls::Hook},
    bot::{Bot, Recent, missing},
    compose::{self, Sheet},
};
use chrono::Utc;
use rowcall_core::RunId;
use rowcall_frontend::Tone;
use rowcall_shared::store::{StoreError, retrying};
use serenity::model::id::{ChannelId, MessageId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The id kept for an interaction's own answer, which Discord addresses by this word.
pub const ORIGINAL: &str = "@original";
/// How long the store is waited for when something has to be written down.
const STORE_PATIENCE: Duration = Duration::from_secs(5);
/// Moves of one answer before it is given up: to the thread's channel, to the direct messages, and once more.
const MOVES: usize = 4;

/// Said where a question was asked whose answer only the asker sees.
pub const IN_DIRECT: &str = "The answer is for you alone: it is in your direct messages.";
/// The same, when the asker takes none.
pub const DIRECT_CLOSED: &str = "The answer would be for you alone, and I cannot send you direct messages. Allow them for \
                                 this server, or ask with /ask, which can answer you alone right here.";
const ASK_FOR_IT: &str = "Somebody who manages the server can give it to me.";

/// Where an answer stands now.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Where.
    pub address: Address,
    /// Which message.
    pub message: String,
}

/// An answer that is being worked on, as progress sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where it stands.
    pub posted: Posted,
    /// What was asked.
    pub question: String,
    /// When it was last edited.
    pub edited: Instant,
}

/// What progress may edit. A run has a lock of its own: whoever holds it edits the message.
#[derive(Default)]
pub struct Live(Mutex<State>);

type Slot = Arc<tokio::sync::Mutex<Option<Shown>>>;

#[derive(Default)]
struct State {
    shown: HashMap<RunId, Slot>,
    answered: Recent<RunId, ()>,
}

impl Live {
    /// A placeholder stands: progress may edit it, unless the answer has come already.
    pub async fn show(&self, run: RunId, shown: Shown) {
        let slot = {
            let mut state = self.state();
            if state.answered.get(&run).is_some() {
                return;
            }
            state.shown.entry(run).or_default().clone()
        };
        *slot.lock().await = Some(shown);
    }

    /// What progress may edit, if there is something.
    pub fn shown(&self, run: RunId) -> Option<Slot> {
        self.state().shown.get(&run).cloned()
    }

    /// The answer has come: waits for an edit that is on its way, and lets no other begin.
    pub async fn answered(&self, run: RunId) {
        let slot = {
            let mut state = self.state();
            state.answered.insert(run, ());
            state.shown.remove(&run)
        };
        if let Some(slot) = slot {
            *slot.lock().await = None;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here can panic half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bot {
    /// Posts a placeholder at `address`, or where it can be posted instead, and writes down where it stands.
    pub async fn place(&self, run: RunId, address: &Address, sheet: &Sheet) -> Result<Posted, PlaceError> {
        let posted = if address.interaction.is_some() {
            // An interaction's answer is there once it was acknowledged.
            Posted { address: address.clone(), message: ORIGINAL.into() }
        } else {
            self.post(run, address.clone(), sheet).await?
        };
        let store = &self.desk.context().store;
        let json = posted.address.to_json();
        let noted = retrying(STORE_PATIENCE, || store.posted(run, &posted.message, &json)).await?;
        if noted {
            return Ok(posted);
        }
        // Another process was first; its message is the one that counts.
        match retrying(STORE_PATIENCE, || store.post(run)).await? {
            Some(post) => match (serde_json::from_value(post.address), post.message_id) {
                (Ok(address), Some(message)) => Ok(Posted { address, message }),
                _ => Ok(posted),
            },
            None => Ok(posted),
        }
    }

    async fn post(&self, run: RunId, mut address: Address, sheet: &Sheet) -> Result<Posted, ApiError> {
        for _ in 0..MOVES {
            let nonce = nonce(run, address.again);
            let tried = self.api.create_message(address.channel, sheet, address.reply_to, &nonce).await;
            let error = match tried {
                Ok(id) => return Ok(Posted { address, message: id.to_string() }),
                Err(error) => error,
            };
            address = self.elsewhere(address, error).await?;
        }
        Err(ApiError::ChannelGone)
    }

    /// Where an answer goes when `error` came of posting or editing it at `address`.
    async fn elsewhere(&self, address: Address, error: ApiError) -> Result<Address, ApiError> {
        match (&error, address.parent, address.guild) {
            (ApiError::Archived, parent, _) => match self.api.unarchive(address.channel).await {
                Ok(()) => Ok(address),
                Err(error) if error.is_transient() => Err(error),
                Err(_) => parent.map(|parent| address.moved(parent)).ok_or(error),
            },
            (ApiError::ChannelGone, Some(parent), _) => Ok(address.moved(parent)),
            (ApiError::NotPermitted, _, Some(_)) => {
                let direct = self.direct(address.asker).await?;
                self.tell_not_permitted(&address, direct).await;
                Ok(address.moved_apart(direct))
            }
            _ => Err(error),
        }
    }

    /// What a channel is called, and the permissions that are missing there, as a sentence names them.
    fn lacks(&self, address: &Address) -> (String, String) {
        let name = address.guild.and_then(|guild| self.channel_name(guild, address.channel));
        let whole = address.parent.unwrap_or(address.channel);
        let lacks = match address.guild.and_then(|guild| self.permissions(guild, whole)) {
            Some(have) => missing(have, address.parent.is_some()),
            None => Vec::new(),
        };
        let lacks = match lacks.as_slice() {
            [] => "View Channel, Send Messages, Embed Links and Attach Files".to_owned(),
            [one] => (*one).to_owned(),
            [some @ .., last] => format!("{} and {last}", some.join(", ")),
        };
        (name.unwrap_or_else(|| "that channel".to_owned()), lacks)
    }

    /// Tells the asker, in their direct messages, what the bot lacks in a channel.
    async fn tell_not_permitted(&self, address: &Address, direct: ChannelId) {
        let (name, lacks) = self.lacks(address);
        let text = format!(
            "I cannot answer in {name}: I need the permission {lacks} there. {ASK_FOR_IT} The answer to your question \
             comes here instead."
        );
        let nonce = format!("p{}-{}", address.channel, address.asker.get() % 1000);
        let sheet = compose::words(Tone::Problem, &text);
        if let Err(error) = self.api.create_message(direct, &sheet, None, &cut_nonce(&nonce)).await {
            tracing::info!(%error, discord.channel = %address.channel, "missing permissions could not be told");
        }
    }

    /// Makes the message what `sheet` says; `turn_taken` as for [`crate::api::Api::edit_message`].
    pub async fn edit(&self, posted: &Posted, sheet: &Sheet, turn_taken: bool) -> Result<(), ApiError> {
        let address = &posted.address;
        if let Some(interaction) = &address.interaction {
            if !interaction.is_open(Utc::now().timestamp()) {
                return Err(ApiError::InteractionOver);
            }
            let hook = Hook { application: interaction.application, token: &interaction.token };
            return self.api.edit_answer(hook, sheet).await;
        }
        let message: MessageId = posted.message.parse().map_err(|_| ApiError::MessageGone)?;
        match self.api.edit_message(address.channel, message, sheet, turn_taken).await {
            Err(ApiError::Archived) if !turn_taken => {
                self.api.unarchive(address.channel).await.map_err(|error| match error {
                    error if error.is_transient() => error,
                    // It is locked as well: the answer goes to the thread's channel.
                    _ => ApiError::Archived,
                })?;
                self.api.edit_message(address.channel, message, sheet, false).await
            }
            done => done,
        }
    }

    /// Makes the answer's message what `sheet` says, wherever it has to go for that.
    pub async fn answer(
        &self,
        run: RunId,
        mut posted: Posted,
        placeholder: &Sheet,
        sheet: &Sheet,
    ) -> Result<Posted, PlaceError> {
        for _ in 0..MOVES {
            let error = match self.edit(&posted, sheet, false).await {
                Ok(()) => return Ok(posted),
                Err(error) => error,
            };
            if error == ApiError::NotPermitted {
                // Words alone may be permitted where a picture is not.
                let (_, lacks) = self.lacks(&posted.address);
                let text =
                    format!("I cannot show the answer here: I need the permission {lacks}. {ASK_FOR_IT}");
                self.leave_word(&posted, Tone::Problem, &text).await;
            }
            let next = self.after_failed_edit(&posted.address, error).await?;
            posted = self.go_on(run, &next, placeholder).await?;
        }
        Err(ApiError::MessageGone.into())
    }

    /// Goes on with a run's answer in the asker's direct messages: it became private after its place was chosen.
    pub async fn go_apart(
        &self,
        run: RunId,
        posted: &Posted,
        placeholder: &Sheet,
    ) -> Result<Posted, PlaceError> {
        self.leave_word(posted, Tone::Info, IN_DIRECT).await;
        let moved = match self.direct(posted.address.asker).await {
            Ok(direct) => self.go_on(run, &posted.address.moved_apart(direct), placeholder).await,
            Err(error) => Err(error.into()),
        };
        if matches!(moved, Err(PlaceError::Api(ApiError::DirectMessagesClosed))) {
            self.leave_word(posted, Tone::Problem, DIRECT_CLOSED).await;
        }
        moved
    }

    /// A message that gets no answer says so, if it can still be edited: else it would seem to be worked on for ever.
    async fn leave_word(&self, posted: &Posted, tone: Tone, text: &str) {
        if let Err(error) = self.edit(posted, &compose::words(tone, text), false).await {
            tracing::debug!(%error, discord.channel = %posted.address.channel, "a placeholder stays as it is");
        }
    }

    /// Goes on with a run's answer at another place.
    pub async fn go_on(&self, run: RunId, next: &Address, placeholder: &Sheet) -> Result<Posted, PlaceError> {
        tracing::info!(run.id = %run, discord.channel = %next.channel, "the answer moves");
        let store = &self.desk.context().store;
        let json = next.to_json();
        // Written down before it is posted: whoever goes on after a crash posts it with the same nonce.
        retrying(STORE_PATIENCE, || store.move_post(run, None, &json)).await?;
        self.place(run, next, placeholder).await
    }

    async fn after_failed_edit(&self, address: &Address, error: ApiError) -> Result<Address, ApiError> {
        let ephemeral = address.interaction.as_ref().is_some_and(|i| i.ephemeral);
        match &error {
            // Whatever is wrong there, it does not go where others see it.
            ApiError::MessageGone
            | ApiError::InteractionOver
            | ApiError::ChannelGone
            | ApiError::Archived
                if ephemeral =>
            {
                let direct = self.direct(address.asker).await?;
                Ok(address.moved_apart(direct))
            }
            ApiError::MessageGone | ApiError::InteractionOver => Ok(address.moved(address.channel)),
            ApiError::Archived => address.parent.map(|parent| address.moved(parent)).ok_or(error),
            _ => self.elsewhere(address.clone(), error).await,
        }
    }
}

/// Why a placeholder could not be placed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Discord.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The store.
    #[error("the store does not answer")]
    Store(#[from] StoreError),
}

/// A nonce for a run's message: at most 25 characters, the same whoever posts it.
pub fn nonce(run: RunId, again: u8) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = run.0.as_u128();
    let mut out = String::with_capacity(25);
    for _ in 0..22 {
        out.push(char::from(DIGITS[usize::try_from(rest % 62).unwrap_or(0)]));
        rest /= 62;
    }
    cut_nonce(&format!("{out}{again:02}"))
}

/// Discord takes 25 characters.
pub fn cut_nonce(nonce: &str) -> String {
    nonce.chars().take(25).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_nonce_fits_and_is_the_run_s_own() {
        let runs: Vec<_> = (0..100).map(|_| RunId::new()).collect();
        let nonces: HashSet<_> =
            runs.iter().flat_map(|run| [nonce(*run, 0), nonce(*run, 1), nonce(*run, 255)]).collect();
        assert_eq!(nonces.len(), 300);
        assert!(nonces.iter().all(|n| n.len() <= 25));
        assert_eq!(nonce(runs[0], 0), nonce(runs[0], 0));
    }
}
