//! Asking by an interaction: it is acknowledged, the question is taken, and the acknowledgement is the placeholder.

use crate::{
    address::{Address, InteractionAddress, Token},
    api::{
        ApiError,
        calls::{Callback, Hook},
    },
    bot::{Bot, Spot},
    compose::{self, Sheet},
    lines::Turn,
    posting::{ORIGINAL, PlaceError, Posted, Shown},
};
use rowcall_core::{Actor, Ask, Inbound, RunId, TicketId};
use rowcall_frontend::{Refusal, Tone};
use rowcall_shared::store::Accepted;
use serenity::{
    all::Interaction,
    model::id::{ApplicationId, InteractionId, UserId},
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// How long Discord waits for an acknowledgement, less the way to it and back.
pub const ACKNOWLEDGE: Duration = Duration::from_millis(1500);

/// What is the same of every interaction.
pub struct Interacted {
    /// Its id.
    pub id: InteractionId,
    /// The application.
    pub application: ApplicationId,
    /// Its token.
    pub token: Token,
    /// Where it happened.
    pub spot: Spot,
    /// Who did it.
    pub actor: Actor,
    /// The same, by id.
    pub user: UserId,
}

/// A question that an interaction asks.
pub struct Question {
    /// The same event again has the same one.
    pub dedup_key: String,
    /// What is wanted of the text.
    pub ask: Ask,
    /// The text.
    pub text: String,
    /// The source, if one was named.
    pub source: Option<String>,
    /// For the asker alone.
    pub private: bool,
    /// It asks that this change be undone.
    pub undoes: Option<TicketId>,
}

impl Interacted {
    /// Of whatever people do with the bot; Discord's own pings are nobody's.
    pub fn of(interaction: &Interaction) -> Option<Self> {
        let (channel, about, user, member) = match interaction {
            Interaction::Command(i) | Interaction::Autocomplete(i) => {
                (i.channel_id, &i.channel, &i.user, i.member.as_deref())
            }
            Interaction::Component(i) => (i.channel_id, &i.channel, &i.user, i.member.as_ref()),
            Interaction::Modal(i) => (i.channel_id, &i.channel, &i.user, i.member.as_ref()),
            _ => return None,
        };
        let about = about.as_ref().filter(|about| crate::bot::is_thread(about.kind));
        let parent = about.and_then(|about| about.parent_id);
        let spot = Spot { guild: interaction.guild_id(), channel, parent };
        let roles = member.map(|member| member.roles.as_slice()).unwrap_or_default();
        Some(Self {
            id: interaction.id(),
            application: interaction.application_id(),
            token: Token::new(interaction.token()),
            spot,
            actor: spot.actor(user, member.and_then(|member| member.nick.as_deref()), roles),
            user: user.id,
        })
    }

    /// Where its answer is edited.
    pub fn hook(&self) -> Hook<'_> {
        Hook { application: self.application, token: &self.token }
    }

    /// Acknowledges it. False when it was acknowledged before, by another process or after a lost answer.
    pub async fn acknowledge(&self, bot: &Bot, callback: Callback<'_>) -> Result<bool, ApiError> {
        match bot.api.callback(self.id, &self.token, callback).await {
            Ok(()) => Ok(true),
            Err(ApiError::Acknowledged) => Ok(false),
            Err(error) => {
                tracing::warn!(%error, interaction = %self.id, "an interaction could not be acknowledged");
                Err(error)
            }
        }
    }

    /// Edits its answer; what cannot be shown is logged.
    pub async fn show(&self, bot: &Bot, sheet: &Sheet) {
        if let Err(error) = bot.api.edit_answer(self.hook(), sheet).await {
            tracing::warn!(%error, interaction = %self.id, "an answer could not be shown");
        }
    }

    /// Tells the person something, alone; what cannot be told is logged.
    pub async fn tell(&self, bot: &Bot, sheet: &Sheet) {
        if let Err(error) = bot.api.tell_alone(self.hook(), sheet).await {
            tracing::warn!(%error, interaction = %self.id, "a person could not be told");
        }
    }

    /// Where an answer to it stands.
    pub fn address(&self, ephemeral: bool) -> Address {
        Address {
            channel: self.spot.channel,
            parent: self.spot.parent,
            guild: self.spot.guild,
            reply_to: None,
            asker: self.user,
            interaction: Some(InteractionAddress::new(self.id, self.application, &self.token, ephemeral)),
            again: 0,
        }
    }

    /// The question as the desk takes it.
    pub fn inbound(&self, question: &Question) -> Inbound {
        Inbound {
            place: self.spot.place(self.user),
            dedup_key: question.dedup_key.clone(),
            actor: self.actor.clone(),
            ask: question.ask,
            text: question.text.clone(),
            source: question.source.clone(),
            private: question.private,
            address: Some(self.address(question.private).to_json()),
        }
    }
}

/// Asks when it is its turn, acknowledging at the same time: for slash commands, whose acknowledgement cannot wait for
/// anything.
pub async fn ask(bot: &Arc<Bot>, from: &Interacted, question: Question, mut turn: Turn) {
    let later = Callback::Later { ephemeral: question.private };
    let asking = async {
        turn.come().await;
        let asked = bot.desk.ask(from.inbound(&question)).await;
        drop(turn);
        asked
    };
    let (acknowledged, asked) = tokio::join!(from.acknowledge(bot, later), asking);
    match (asked, acknowledged) {
        (Ok(accepted), Ok(true)) => {
            begin(bot, accepted.run_id, from.address(question.private), &question.text).await
        }
        (Ok(accepted), Err(_)) if !accepted.duplicate => {
            begin_elsewhere(bot, from, accepted.run_id, &question).await;
        }
        // Whoever acknowledged it is working on it.
        (Ok(_) | Err(_), Ok(false) | Err(_)) => {}
        (Err(refusal), Ok(true)) => refuse(bot, from, &refusal, question.private).await,
    }
}

/// Asks first and acknowledges with the outcome: for presses, where a refusal must not show "thinking" to all. When
/// the desk takes long, the press is acknowledged meanwhile. When the press asks nothing, gives whether it
/// was acknowledged.
pub async fn ask_first(
    bot: &Arc<Bot>,
    from: &Interacted,
    asking: impl Future<Output = Result<Option<(Question, Accepted)>, Refusal>>,
    began: Instant,
) -> Option<bool> {
    let mut asking = std::pin::pin!(asking);
    let rest = ACKNOWLEDGE.saturating_sub(began.elapsed());
    let (outcome, late) = match tokio::time::timeout(rest, &mut asking).await {
        Ok(outcome) => (outcome, false),
        Err(_) => {
            if !matches!(from.acknowledge(bot, Callback::Seen).await, Ok(true)) {
                return None;
            }
            (asking.await, true)
        }
    };
    let (question, accepted) = match outcome {
        Ok(Some(asked)) => asked,
        Ok(None) => return Some(late),
        Err(refusal) => {
            let sheet = compose::sheet(&bot.desk.problem(&refusal.failure, None));
            alone(bot, from, &sheet, late).await;
            return None;
        }
    };
    if accepted.duplicate {
        let again = "That was asked already; its answer is in this conversation.";
        alone(bot, from, &compose::words(Tone::Info, again), late).await;
        return None;
    }
    if late {
        begin_elsewhere(bot, from, accepted.run_id, &question).await;
        return None;
    }
    let later = Callback::Later { ephemeral: question.private };
    match from.acknowledge(bot, later).await {
        Ok(true) => begin(bot, accepted.run_id, from.address(question.private), &question.text).await,
        Ok(false) => {}
        Err(_) => begin_elsewhere(bot, from, accepted.run_id, &question).await,
    }
    None
}

/// Tells the person of an interaction something alone, as its first answer or after it was acknowledged.
pub async fn alone(bot: &Bot, from: &Interacted, sheet: &Sheet, acknowledged: bool) {
    if acknowledged {
        from.tell(bot, sheet).await;
    } else {
        let _ = from.acknowledge(bot, Callback::Alone(sheet)).await;
    }
}

/// The placeholder stands: writes that down and shows that the work has begun.
async fn begin(bot: &Arc<Bot>, run: RunId, address: Address, question: &str) {
    let store = &bot.desk.context().store;
    if let Err(error) = store.posted(run, ORIGINAL, &address.to_json()).await {
        // The claim ends; delivery writes it down.
        tracing::warn!(%error, run.id = %run, "where an answer stands could not be written down");
    }
    let posted = Posted { address, message: ORIGINAL.into() };
    show_working(bot, run, posted, question).await;
}

/// Progress may be shown from now on; its first picture is shown at once.
async fn show_working(bot: &Arc<Bot>, run: RunId, posted: Posted, question: &str) {
    let shown = Shown { posted, question: question.to_owned(), edited: Instant::now() };
    bot.live.show(run, shown).await;
    let Some(slot) = bot.live.shown(run) else { return };
    let Ok(slot) = slot.try_lock_owned() else { return };
    let Some(shown) = slot.as_ref() else { return };
    let sheet = compose::sheet(&bot.desk.working(run, question, None));
    if let Err(error) = bot.edit(&shown.posted, &sheet, true).await {
        tracing::debug!(%error, run.id = %run, "that the work began could not be shown");
    }
}

/// The interaction cannot hold the answer: it is posted as a message.
async fn begin_elsewhere(bot: &Arc<Bot>, from: &Interacted, run: RunId, question: &Question) {
    let address = from.address(question.private);
    let address = if question.private && from.spot.guild.is_some() {
        match bot.direct(from.user).await {
            Ok(direct) => address.moved_apart(direct),
            Err(error) => return post_failed(bot, run, error.into()).await,
        }
    } else {
        address.moved(address.channel)
    };
    let store = &bot.desk.context().store;
    if let Err(error) = store.move_post(run, None, &address.to_json()).await {
        return post_failed(bot, run, error.into()).await;
    }
    post(bot, run, &address, &question.text).await;
}

/// Posts the placeholder of a run that was taken. Gives why Discord refused it, if it did.
pub async fn post(bot: &Arc<Bot>, run: RunId, address: &Address, question: &str) -> Option<ApiError> {
    let sheet = compose::sheet(&bot.desk.working(run, question, None));
    match bot.place(run, address, &sheet).await {
        Ok(posted) => {
            let shown = Shown { posted, question: question.to_owned(), edited: Instant::now() };
            bot.live.show(run, shown).await;
            None
        }
        Err(error) => {
            let refused = if let PlaceError::Api(error) = &error { Some(error.clone()) } else { None };
            post_failed(bot, run, error).await;
            refused
        }
    }
}

/// Delivery posts it with the answer.
async fn post_failed(bot: &Bot, run: RunId, error: PlaceError) {
    tracing::warn!(%error, run.id = %run, "a placeholder could not be posted; the answer will be");
    if let Err(error) = bot.desk.context().store.release_post(run).await {
        tracing::debug!(%error, run.id = %run, "a claim was not given back; it runs out");
    }
}

async fn refuse(bot: &Bot, from: &Interacted, refusal: &Refusal, ephemeral: bool) {
    let sheet = compose::sheet(&bot.desk.problem(&refusal.failure, None));
    if ephemeral {
        return from.show(bot, &sheet).await;
    }
    // The acknowledgement is for all to see, the refusal is not.
    if let Err(error) = bot.api.delete_answer(from.hook()).await {
        tracing::debug!(%error, interaction = %from.id, "an acknowledgement could not be taken away");
    }
    from.tell(bot, &sheet).await;
}
