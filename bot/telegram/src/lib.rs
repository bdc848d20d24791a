//! The front end for Telegram: updates become questions, commands and presses of `rowcall-frontend`; cards become
//! messages. Only this crate knows Telegram.
//!
//! | | |
//! |---|---|
//! | [`settings`] | how Telegram is reached |
//! | [`poll`], [`webhook`] | updates come in and are acknowledged once they are committed |
//! | [`read`], [`said`] | what an update says, and who |
//! | [`handle`] | what is done about it |
//! | [`deliver`] | answers and progress |
//! | [`cards`] | cards of changes, and keeping them true |
//! | [`post`] | messages sent and edited |
//! | [`menu`] | the commands that Telegram offers |
//! | [`render`], [`html`], [`form`] | cards as messages |
//! | [`api`], [`trouble`] | requests: budgets, times, what can go wrong |

mod address;
mod api;
mod cards;
mod deliver;
mod form;
mod handle;
mod html;
mod menu;
mod poll;
mod post;
mod read;
mod render;
mod runs;
mod said;
mod settings;
mod telegram;
mod trouble;
mod webhook;

pub use settings::{Mode, TelegramSettings};

use crate::{api::Api, deliver::Platformed, telegram::Telegram};
use rowcall_frontend::{Deliverer, DeliverySettings, Desk, on_duty};
use std::sync::Arc;
use teloxide::prelude::Requester;
use tokio_util::sync::CancellationToken;

/// Answers in Telegram until `stop`. Of several processes one asks for updates and delivers; with a webhook each
/// takes updates in.
///
/// # Errors
/// When the settings cannot be used, or Telegram does not know the bot.
pub async fn run(desk: Desk, settings: TelegramSettings, stop: CancellationToken) -> anyhow::Result<()> {
    settings.check()?;
    // Ours to cancel: the caller's other work goes on when this ends.
    let stop = stop.child_token();
    let api = Api::new(&settings)?;
    let Some(me) = poll::retry(&stop, || api.now(None, api.bot.get_me())).await? else { return Ok(()) };
    tracing::info!(bot = me.username(), "Telegram knows this bot");
    let (store, lease) = (desk.context().store.clone(), desk.context().lease);
    let events = desk.context().progress.listen(stop.clone());
    let context = desk.context().clone();
    let telegram = Arc::new(Telegram {
        desk,
        api,
        me,
        chats: settings.chats.clone(),
        runs: Default::default(),
        told: Default::default(),
        outside: Default::default(),
        lines: Default::default(),
    });
    let duty = on_duty(&context, "telegram", stop.clone(), |lost| {
        let front_end = Arc::new(Platformed(telegram.clone()));
        let deliverer = Deliverer::new(
            store.clone(),
            front_end,
            DeliverySettings { lease, ..DeliverySettings::default() },
        )
        .stirred_by(&telegram.desk);
        let delivery = deliverer.run(events.subscribe(), lost.clone());
        on_turn(telegram.clone(), settings.mode.clone(), delivery, lost)
    });
    match settings.mode.clone() {
        Mode::Polling => duty.await,
        Mode::Webhook { url, listen, secret } => {
            let serving = webhook::serve(telegram.clone(), url, listen, secret, stop.clone());
            let (served, delivered) = tokio::join!(ending(serving, &stop), ending(duty, &stop));
            served.and(delivered)
        }
    }
}

/// What one process does for all.
async fn on_turn(
    telegram: Arc<Telegram>,
    mode: Mode,
    delivery: impl Future<Output = ()>,
    lost: CancellationToken,
) -> anyhow::Result<()> {
    if let Err(trouble) = telegram.set_menu().await {
        tracing::warn!(%trouble, "the menu of commands was not set");
    }
    match mode {
        Mode::Polling => {
            let polling = ending(poll::poll(telegram, lost.clone()), &lost);
            tokio::join!(polling, delivery).0
        }
        Mode::Webhook { .. } => {
            delivery.await;
            Ok(())
        }
    }
}

/// Whatever ends takes the rest along.
async fn ending(
    work: impl Future<Output = anyhow::Result<()>>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let outcome = work.await;
    if let Err(error) = &outcome {
        tracing::error!(%error, "the front end for Telegram ends");
    }
    stop.cancel();
    outcome
}
