//! Messages: mentions, direct messages, replies to the bot, follow-ups in a thread of a conversation.
//!
//! An edited message is the question it was when it was sent: what is asked then is asked in a new message. A deleted
//! one is answered all the same, since its run has begun.

use super::ask;
use crate::{
    address::Address,
    api::ApiError,
    bot::{Bot, Me, Spot},
    compose::{self, LOOK, Sheet},
    escape::cut,
    lines::Turn,
    posting::{self, cut_nonce},
};
use rowcall_core::{Ask, Inbound, RunId};
use rowcall_frontend::{
    Tone,
    commands::{Line, read_line},
};
use serenity::{
    all::{Message, MessageType, Permissions},
    model::id::ChannelId,
};
use std::sync::Arc;

/// Longest name of a thread.
const THREAD_NAME: usize = 100;

pub async fn handle(bot: &Arc<Bot>, message: Message) {
    let mut turn = bot.lines.turn(message.id.get());
    let Some(me) = bot.me() else { return };
    // Bots do not talk to bots; joins, pins and the like are no words of anybody.
    let said = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
    if message.author.bot || message.author.id == me.user || message.webhook_id.is_some() || !said {
        return;
    }
    if !bot.settings.serves(message.guild_id.map(|guild| guild.get())) {
        return;
    }
    let addressed = message.guild_id.is_none() || speaks_to(&message, me);
    if !addressed && (message.content.trim().is_empty() || speaks_to_others(&message)) {
        return;
    }
    let spot = bot.spot(message.guild_id, message.channel_id).await;
    // Also because the one before may begin the conversation that this one follows up.
    turn.come().await;
    if !addressed && !follows_up(bot, spot, &message).await {
        return;
    }
    if !bot.first_time(message.id.get()) {
        return;
    }
    Said { bot, me, spot, message: &message }.handle(turn).await;
}

fn speaks_to(message: &Message, me: Me) -> bool {
    let replied = message.referenced_message.as_ref().is_some_and(|m| m.author.id == me.user);
    replied || message.mentions_user_id(me.user) || mentions(me).iter().any(|m| message.content.contains(m))
}

fn speaks_to_others(message: &Message) -> bool {
    message.referenced_message.is_some() || !message.mentions.is_empty() || !message.mention_roles.is_empty()
}

/// Whether it is said in a thread that has a conversation.
async fn follows_up(bot: &Bot, spot: Spot, message: &Message) -> bool {
    if spot.parent.is_none() {
        return false;
    }
    let place = spot.place(message.author.id);
    match bot.desk.context().store.conversation(&place).await {
        Ok(found) => found.is_some(),
        Err(error) => {
            tracing::warn!(%error, "whether a thread has a conversation is not known; a message there is left");
            false
        }
    }
}

fn mentions(me: Me) -> [String; 2] {
    [format!("<@{}>", me.user), format!("<@!{}>", me.user)]
}

/// The words, without the mention that made them ours.
fn words(content: &str, me: Me) -> String {
    let text = mentions(me).iter().fold(content.to_owned(), |text, mention| text.replace(mention, " "));
    text.trim().to_owned()
}

struct Said<'a> {
    bot: &'a Arc<Bot>,
    me: Me,
    spot: Spot,
    message: &'a Message,
}

impl Said<'_> {
    async fn handle(&self, turn: Turn) {
        let (bot, message) = (self.bot, self.message);
        let text = words(&message.content, self.me);
        let nick = message.member.as_ref().and_then(|member| member.nick.as_deref());
        let roles = message.member.as_ref().map(|member| member.roles.as_slice()).unwrap_or_default();
        let actor = self.spot.actor(&message.author, nick, roles);
        if text.is_empty() && !(message.attachments.is_empty() && message.sticker_items.is_empty()) {
            let text =
                "I read text only, not pictures, files, stickers or voice. Write your question as text.";
            return self.tell(&compose::words(Tone::Problem, text)).await;
        }
        let (wanted, text) = match read_line(&text, &self.me.user.to_string()) {
            Line::Plain => (Ask::Question, text),
            Line::Ask(ask, text) => (ask, text),
            Line::Command(command) => {
                let card = bot.desk.command(&actor, command, &LOOK).await;
                return self.tell(&compose::sheet(&card)).await;
            }
            Line::Another => return,
        };
        // Where that is not known, asking is refused for the same reason, in words.
        let private = bot.desk.is_private(&actor, None).await.unwrap_or(true);
        let apart = private && !actor.room.direct;
        let thread = !private && self.wants_thread(&actor).await;
        let mut address = self.address();
        let mut spot = self.spot;
        if thread {
            // A thread made of a message has the message's id.
            spot = Spot { channel: ChannelId::new(message.id.get()), parent: Some(spot.channel), ..spot };
            address = Address { channel: spot.channel, parent: spot.parent, reply_to: None, ..address };
        }
        if apart {
            match bot.direct(message.author.id).await {
                Ok(direct) => address = Address { again: 0, ..address.moved_apart(direct) },
                Err(error) => {
                    tracing::info!(%error, "no direct messages for a private answer");
                    return self
                        .tell_in_channel(&compose::words(Tone::Problem, posting::DIRECT_CLOSED))
                        .await;
                }
            }
        }
        let inbound = Inbound {
            place: spot.place(message.author.id),
            dedup_key: format!("message:{}", message.id),
            actor,
            ask: wanted,
            text: text.clone(),
            source: None,
            private,
            address: Some(address.to_json()),
        };
        let accepted = match bot.desk.ask(inbound).await {
            Ok(accepted) if accepted.duplicate => return,
            Ok(accepted) => accepted,
            Err(refusal) => {
                return self.tell(&compose::sheet(&bot.desk.problem(&refusal.failure, None))).await;
            }
        };
        // It is committed: the next may be, while this one's placeholder waits for its budget.
        drop(turn);
        if thread {
            address = self.thread(address, &text).await;
        }
        let closed =
            ask::post(bot, accepted.run_id, &address, &text).await == Some(ApiError::DirectMessagesClosed);
        if !apart {
            return;
        }
        let words = if closed {
            self.stop(accepted.run_id).await;
            compose::words(Tone::Problem, posting::DIRECT_CLOSED)
        } else {
            compose::words(Tone::Info, posting::IN_DIRECT)
        };
        self.tell_in_channel(&words).await;
    }

    /// Nobody could be shown the answer: it need not be worked out.
    async fn stop(&self, run: RunId) {
        if let Err(error) = self.bot.desk.context().store.request_cancel(run).await {
            tracing::warn!(%error, run.id = %run, "a question without a place for its answer could not be stopped");
        }
    }

    fn address(&self) -> Address {
        Address {
            channel: self.spot.channel,
            parent: self.spot.parent,
            guild: self.spot.guild,
            reply_to: Some(self.message.id),
            asker: self.message.author.id,
            interaction: None,
            again: 0,
        }
    }

    /// Whether the question gets a thread of its own: the place wants it and the bot may make one.
    async fn wants_thread(&self, actor: &rowcall_core::Actor) -> bool {
        let (Some(guild), None) = (self.spot.guild, self.spot.parent) else { return false };
        match self.bot.desk.context().store.chat_settings(actor).await {
            Ok(settings) if settings.threads => {}
            Ok(_) => return false,
            Err(error) => {
                tracing::debug!(%error, "settings of a place could not be read");
                return false;
            }
        }
        let needed = Permissions::CREATE_PUBLIC_THREADS | Permissions::SEND_MESSAGES_IN_THREADS;
        self.bot.permissions(guild, self.spot.channel).is_none_or(|have| have.contains(needed))
    }

    /// Makes the thread, or answers in the channel when that does not work.
    async fn thread(&self, address: Address, question: &str) -> Address {
        let name: String = question.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = cut(&name, THREAD_NAME);
        match self.bot.api.create_thread(self.spot.channel, self.message.id, &name).await {
            Ok(()) => address,
            Err(error) => {
                tracing::info!(%error, discord.channel = %self.spot.channel, "no thread could be made; answered in the channel");
                self.address()
            }
        }
    }

    /// Tells the person something: alone if they take direct messages, else where they wrote.
    async fn tell(&self, sheet: &Sheet) {
        if self.spot.guild.is_none() {
            return self.tell_in_channel(sheet).await;
        }
        let told = match self.bot.direct(self.message.author.id).await {
            Ok(direct) => self.bot.api.create_message(direct, sheet, None, &self.nonce()).await.map(drop),
            Err(error) => Err(error),
        };
        match told {
            Ok(()) => {}
            Err(ApiError::DirectMessagesClosed) => self.tell_in_channel(sheet).await,
            Err(error) => tracing::warn!(%error, "a person could not be told"),
        }
    }

    async fn tell_in_channel(&self, sheet: &Sheet) {
        let sent =
            self.bot.api.create_message(self.spot.channel, sheet, Some(self.message.id), &self.nonce()).await;
        if let Err(error) = sent {
            tracing::warn!(%error, discord.channel = %self.spot.channel, "a person could not be told");
        }
    }

    fn nonce(&self) -> String {
        cut_nonce(&format!("m{}", self.message.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serenity::model::id::{ApplicationId, UserId};

    #[test]
    fn a_mention_is_not_part_of_the_question() {
        let me = Me { user: UserId::new(7), application: ApplicationId::new(8) };
        assert_eq!(words("<@7> how many orders?", me), "how many orders?");
        assert_eq!(words("how many orders, <@!7>?", me), "how many orders,  ?");
        assert_eq!(words("<@7>", me), "");
        assert_eq!(words("of <@9>", me), "of <@9>");
    }
}
