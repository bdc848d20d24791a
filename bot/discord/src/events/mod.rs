//! What Discord tells: each event becomes a question, a command or a press, in a task of its own.

mod ask;
mod command;
mod message;
mod press;

use crate::{
    bot::{Bot, Me},
    register,
};
use ask::Interacted;
use serenity::{
    all::{Interaction, Message, Ready, ResumedEvent},
    async_trait,
    client::{Context, EventHandler},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Serenity's way to tell events.
pub struct Events {
    bot: Arc<Bot>,
    registered: AtomicBool,
}

impl Events {
    /// For this bot.
    pub fn new(bot: Arc<Bot>) -> Self {
        Self { bot, registered: AtomicBool::new(false) }
    }
}

#[async_trait]
impl EventHandler for Events {
    async fn ready(&self, context: Context, ready: Ready) {
        self.bot.is(Me { user: ready.user.id, application: ready.application.id });
        self.bot.remembers(context.cache.clone());
        self.bot.lines.listen(context.shard_id.0, &context.shard);
        let (shard, guilds) = (context.shard_id.0, ready.guilds.len());
        tracing::info!(discord.shard = shard, discord.guilds = guilds, "connected to Discord");
        // Once for the process: reconnecting changes nothing about the commands.
        if !self.registered.swap(true, Ordering::Relaxed) && !register::register(&self.bot).await {
            self.registered.store(false, Ordering::Relaxed);
        }
    }

    async fn resume(&self, context: Context, _: ResumedEvent) {
        tracing::info!(discord.shard = context.shard_id.0, "connected to Discord again, nothing was missed");
    }

    async fn message(&self, _: Context, message: Message) {
        message::handle(&self.bot, message).await;
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let bot = &self.bot;
        let turn = bot.lines.turn(interaction.id().get());
        let Some(from) = Interacted::of(&interaction) else { return };
        if !bot.first_time(from.id.get()) {
            return;
        }
        let served = bot.settings.serves(from.spot.guild.map(|guild| guild.get()));
        match interaction {
            Interaction::Autocomplete(typed) if served => command::suggest(bot, &from, &typed).await,
            Interaction::Autocomplete(_) => {}
            _ if !served => command::not_served(bot, &from).await,
            Interaction::Command(used) => command::handle(bot, &from, &used, turn).await,
            Interaction::Component(used) => Box::pin(press::pressed(bot, &from, &used)).await,
            Interaction::Modal(sent) => Box::pin(press::filled_in(bot, &from, &sent)).await,
            _ => {}
        }
    }
}
