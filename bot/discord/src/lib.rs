//! Discord: questions by slash command, mention, direct message and thread; answers as one message that is posted
//! once and then edited. Everything that can be decided without knowing Discord is decided by the [`Desk`]; here is
//! what Discord calls things, what it allows, and how it is spoken to without annoying it.
//!
//! | | |
//! |---|---|
//! | [`settings`] | what can be set |
//! | [`gateway`] | the connection events come in by |
//! | [`events`] | an event becomes a question, a command or a press |
//! | [`lines`] | questions of a person in the order in which they were asked |
//! | [`api`] | requests, their limits and their errors |
//! | [`address`] | where an answer stands |
//! | [`cards`] | cards of changes, and keeping them true |
//! | [`roles`] | which roles people hold, asked for again |
//! | [`posting`] | placeholders, edits, and other places when the first is gone |
//! | [`front`] | delivery and progress |
//! | [`compose`], [`escape`] | a card as Discord shows it |

pub(crate) mod address;
pub(crate) mod api;
pub(crate) mod bot;
pub(crate) mod cards;
pub(crate) mod compose;
pub mod escape;
pub(crate) mod events;
pub(crate) mod front;
pub(crate) mod gateway;
pub(crate) mod lines;
pub(crate) mod posting;
pub(crate) mod register;
pub(crate) mod roles;
pub mod settings;

pub use settings::{DiscordSettings, MessageContent};

use anyhow::Context;
use bot::Bot;
use rowcall_frontend::{Deliverer, DeliverySettings, Desk, on_duty};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Works for Discord until `stop`, whenever this process has that duty: it receives, answers and shows progress.
///
/// # Errors
/// When the settings cannot be used, or Discord refuses the token for good.
pub async fn run(desk: Desk, settings: DiscordSettings, stop: CancellationToken) -> anyhow::Result<()> {
    settings.check()?;
    on_duty(desk.context(), "discord", stop, |lost| {
        let (desk, settings) = (desk.clone(), settings.clone());
        async move { work(desk, settings, lost).await }
    })
    .await
}

async fn work(desk: Desk, settings: DiscordSettings, stop: CancellationToken) -> anyhow::Result<()> {
    // Whichever part ends first takes the other with it.
    let stop = stop.child_token();
    let context = desk.context().clone();
    let bot = Arc::new(Bot::new(desk, settings).context("Discord's HTTP client could not be built")?);
    let events = context.progress.listen(stop.clone());
    let front_end = Arc::new(front::DiscordFrontEnd::new(bot.clone()));
    let deliverer = Deliverer::new(
        context.store,
        front_end,
        DeliverySettings { lease: context.lease, ..DeliverySettings::default() },
    )
    .stirred_by(&bot.desk);
    let (connected, (), ()) = tokio::join!(
        async {
            let ended = gateway::stay_connected(bot.clone(), stop.clone()).await;
            stop.cancel();
            ended
        },
        async {
            deliverer.run(events.subscribe(), stop.clone()).await;
            stop.cancel();
        },
        roles::keep_fresh(bot.clone(), stop.clone()),
    );
    connected
}
