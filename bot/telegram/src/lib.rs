//! The front end for Telegram: updates become questions, commands and presses of `rowcall-frontend`; cards become
//! messages. Only this crate knows Telegram.
//!
//! | | |
//! |---|---|
//! | [`settings`] | how Telegram is reached |
//! | [`poll`], [`webhook`] | updates come in and are acknowledged once they are committed |
//! | [`read`] | what an update says |
//! | [`handle`] | what is done about it |
//! | [`deliver`] | answers and progress |
//! | [`post`] | messages sent and edited |
//! | [`render`], [`html`], [`form`] | cards as messages |
//! | [`api`], [`trouble`] | requests: budgets, times, what can go wrong |

mod address;
mod api;
mod deliver;
mod form;
mod handle;
mod html;
mod poll;
mod post;
mod read;
mod render;
mod runs;
mod settings;
mod telegram;
mod trouble;

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
    let api = Api::new(&settings)?;
    let Some(me) = poll::retry(&stop, || api.now(None, api.bot.get_me())).await? else { return Ok(()) };
    tracing::info!(bot = me.username(), "Telegram knows this bot");
    let store = desk.context().store.clone();
    let events = desk.context().progress.listen(stop.clone());
    let telegram = Arc::new(Telegram {
        desk,
        api,
        me,
        chats: settings.chats.clone(),
        runs: Default::default(),
        told: Default::default(),
        outside: Default::default(),
    });
    let duty = on_duty(&store, "telegram", stop.clone(), |lost| {
        let telegram = telegram.clone();
        let deliverer = Deliverer::new(
            store.clone(),
            Arc::new(Platformed(telegram.clone())),
            DeliverySettings::default(),
        );
        let delivery = deliverer.run(events.subscribe(), lost.clone());
        async move {
            let polling = poll::poll(telegram, lost.clone());
            tokio::pin!(delivery);
            tokio::select! {
                outcome = polling => { lost.cancel(); delivery.await; outcome }
                () = &mut delivery => Ok(()),
            }
        }
    });
    duty.await
}
